//! Replacement of a call's secrets with variables. `hide_text.rs` has those in URLs and bodies,
//! `hide_json.rs` those in JSON.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::call::Call;
use super::environment_names::environment_name;
use super::hide_text::UrlPlaces;
use super::place_encoding::PlaceEncoding;
use super::variables::{Lookup, Source, Variable, placeholder};
use crate::message::params::{Content, Data, Part, RequestBody};
use crate::message::request::HttpRequest;
use crate::redact::{self, GrantParams, is_secret, is_secret_pair};
use crate::text::headers::Headers;

/// Returns the plain form of a text in some place, and its encoding there.
pub(super) type Place = fn(&str) -> (String, PlaceEncoding);

/// A place where text is not encoded.
pub(super) fn plain(text: &str) -> (String, PlaceEncoding) {
    (text.to_owned(), PlaceEncoding::Plain)
}

/// Whether a header may contain a relative URL with a query or a fragment. A color such as `#a1b2c3` is not one.
fn is_like_url(value: &str) -> bool {
    value.contains(['?', '#']) && value.contains(['/', '='])
}

/// Returns the encoding of a secret that may be only a part of a value: curl encodes whole values.
fn in_part((plain, encoding): (String, PlaceEncoding), is_whole: bool) -> (String, PlaceEncoding) {
    match encoding {
        PlaceEncoding::Form if !is_whole => (plain, PlaceEncoding::Percent { keep: String::new() }),
        encoding => (plain, encoding),
    }
}

impl Call {
    /// Returns the call with each secret replaced with a [variable](Self#variables).
    ///
    /// Secrets are:
    ///
    /// * tokens, passwords and the like, recognized by the words of their names, in headers, params, parts of a form,
    ///   the query, path variables, and JSON, there with everything inside an object or array of such a name. Under a
    ///   name such as `key`, which has other meanings, a word is no secret,
    /// * each cookie, except for a language, a theme and the like,
    /// * the `code` of OAuth 2.0, next to params such as `grant_type`, and items of a query without a name that are no
    ///   words,
    /// * values with the form of a known kind of key, such as a JWT, under any name, and words of that form
    ///   in any text,
    /// * headers that are [marked](crate::HttpRequest::mark_header_sensitive), and the API key of a Postman item,
    ///   under any name,
    /// * the passwords for server and proxy, or the user if there is no password,
    /// * the same in a URL in a header such as Referer and in JSON, and the secrets in its query and fragment.
    ///
    /// A token for `zoom.us` becomes `ZOOM_ACCESS_TOKEN`, any other token `ACCESS_TOKEN`. Other secrets get their
    /// own names in capitals: `X_API_KEY`. If shells, the system or programs set a variable of that name, it is
    /// prefixed: `SECRET_PWD`. A second secret with the same name gets `_2`. Values that cannot be a secret, such as
    /// `true` and numbers of up to three digits, `<placeholders>` and variables are left unchanged.
    ///
    /// The value of such a variable is the plain secret. [`set_variable`](Self::set_variable), a
    /// [program](Self::to_rust) and a [curl command](Self::to_curl) escape it for its place: in JSON, a URL or a form.
    /// [`FoundSecret::value`] is plain too, and restores the call. Only a spelling that has several forms may change,
    /// such as `\u0041` in JSON or `%2f` in a form.
    ///
    /// ```
    /// use zoomkat::{Call, HttpRequest};
    ///
    /// let mut req = HttpRequest::new();
    /// req.set_path("/v2/users/me").add_header("Authorization", "Bearer lorem");
    /// let call = Call::new("api.zoom.us", 443, true, req);
    /// let mut hidden = call.hide_secrets();
    /// assert_eq!(hidden.variables(), ["ZOOM_ACCESS_TOKEN"]);
    /// assert!(hidden.to_curl()?.contains("$ZOOM_ACCESS_TOKEN"));
    ///
    /// hidden.set_variable("ZOOM_ACCESS_TOKEN", "lorem");
    /// assert!(hidden == call);
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    #[must_use]
    pub fn hide_secrets(&self) -> Call {
        self.find_secrets().0
    }

    /// Returns the secrets that [`hide_secrets`](Self::hide_secrets) replaces, with the names of their variables.
    ///
    /// ```
    /// use zoomkat::{Call, HttpRequest};
    ///
    /// let mut call = Call::new("example.com", 443, true, HttpRequest::new());
    /// call.request_mut().add_header("X-Api-Key", "lorem");
    /// let secrets = call.secrets();
    /// assert_eq!((secrets[0].name(), secrets[0].value()), ("X_API_KEY", "lorem"));
    /// ```
    pub fn secrets(&self) -> Vec<FoundSecret> {
        self.find_secrets().1
    }

    fn find_secrets(&self) -> (Call, Vec<FoundSecret>) {
        let mut hidden = self.clone();
        let domain = self.domain.to_ascii_lowercase();
        let is_at = |zone: &str| domain == zone || domain.ends_with(&format!(".{zone}"));
        let is_zoom = is_at("zoom.us") || is_at("zoomgov.com");
        let mut hider = Hider { is_zoom, call: Some(self), ..Hider::default() };
        for variable in &self.variables {
            hider.keep(&variable.name);
        }

        hider.request(&mut hidden.request, &self.options.secret_params);
        let options = &mut hidden.options;
        match &mut options.user {
            // Many APIs take their key as a user without a password.
            Some((login, password)) if password.is_empty() => {
                hider.hide(login, &hider.zoom_name("API_KEY"), plain);
            }
            Some((login, password)) => {
                hider.login(login, &hider.zoom_name("API_KEY"), plain);
                hider.hide(password, &hider.zoom_name("PASSWORD"), plain);
            }
            None => {}
        }
        match &mut options.proxy {
            Some(proxy) if proxy.password.is_empty() => {
                hider.hide(&mut proxy.login, "PROXY_KEY", plain);
            }
            Some(proxy) => {
                hider.login(&mut proxy.login, "PROXY_KEY", plain);
                hider.hide(&mut proxy.password, "PROXY_PASSWORD", plain);
            }
            None => {}
        }
        hidden.variables.extend(hider.variables);
        (hidden, hider.found)
    }
}

/// A secret that [`Call::secrets`] found.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundSecret {
    name: String,
    value: String,
}

impl FoundSecret {
    /// Returns the name of the variable that [`Call::hide_secrets`] replaces it with.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the plain secret: not escaped as in JSON, nor encoded as in a URL.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Shows no value.
impl fmt::Debug for FoundSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundSecret").field("name", &self.name).finish_non_exhaustive()
    }
}

#[derive(Default)]
pub(super) struct Hider<'c> {
    is_zoom: bool,
    /// The call, until the names in its braces are in `taken`. They are needed once a secret is found.
    call: Option<&'c Call>,
    /// The placeholders in the call, each with a JSON value that may replace it.
    pub(super) open: Lookup<'static>,
    /// Names that new variables cannot have: those of other variables, and any in braces in a text.
    taken: HashSet<String>,
    found: Vec<FoundSecret>,
    /// The variables for the secrets.
    variables: Vec<Variable>,
    /// The index of each in `variables`, by preferred name and secret.
    known: HashMap<(String, String), usize>,
    /// The names of further variables with the same value, for other places.
    encoded: HashMap<(usize, PlaceEncoding), String>,
    /// The number of variables for each preferred name.
    counts: HashMap<String, usize>,
}

impl Hider<'_> {
    /// Keeps this name in braces, which is not a secret.
    fn keep(&mut self, name: &str) {
        self.open.add(placeholder(name).into_bytes().into(), b"0");
        self.taken.insert(name.to_owned());
    }

    /// Prefixes a name that other programs on the machine may use, if the call goes to Zoom.
    fn zoom_name(&self, name: &str) -> String {
        if self.is_zoom { format!("ZOOM_{name}") } else { name.to_owned() }
    }

    /// Hides the secrets in a request, among them the query params in `marked`.
    fn request(&mut self, request: &mut HttpRequest, marked: &[String]) {
        let sensitive = request.sensitive.clone();
        self.headers(&mut request.headers, |name| sensitive.contains(name));
        self.path(request.path.to_mut(), marked, &UrlPlaces::REQUEST);
        for (name, value) in request.path_variables.values_mut() {
            self.value(value, name, false, plain);
        }
        let grant = GrantParams::of(request.parts.iter().map(|part| part.name.as_str()));
        request.parts.edit(|parts| parts.iter_mut().for_each(|part| self.part(part, &grant)));
        let content_type = &request.content_type;
        if let RequestBody::Loaded { data: Data::Bytes(bytes), .. } = &mut request.body {
            self.bytes(bytes, |hider, text| hider.body(text, content_type));
        }
    }

    /// Hides the secrets in the headers of a request or a part.
    fn headers(&mut self, headers: &mut Headers, is_marked: impl Fn(&str) -> bool) {
        headers.change_values(&mut |name, value| {
            if is_marked(name) {
                self.header(name, value);
            } else if is_secret(name) {
                if !redact::is_harmless_value(value) {
                    self.header(name, value);
                }
            } else if value.contains("://")
                || value.starts_with("//")
                || is_like_url(value) && !is_secret_pair(name, value)
            {
                self.urls(value, &UrlPlaces::HEADER);
            } else {
                self.value(value, name, false, plain);
            }
        });
    }

    /// Hides a login next to a password if it has the form of a known kind of key.
    pub(super) fn login(&mut self, login: &mut String, name: &str, place: Place) {
        match redact::is_secret_value(&place(login).0) {
            true => self.hide(login, name, place),
            false => self.keys(login, name, place),
        }
    }

    fn header(&mut self, name: &str, value: &mut String) {
        let lower = name.to_ascii_lowercase();
        if lower == "cookie" {
            return self.cookies(value);
        }
        if !lower.ends_with("authorization") {
            return self.hide(value, &environment_name(name), plain);
        }
        // A scheme and its credentials (RFC 9110 section 11.4).
        let (scheme, rest) = value.split_once(' ').unwrap_or(("", value));
        let name = match scheme.to_ascii_lowercase().as_str() {
            "bearer" => self.zoom_name("ACCESS_TOKEN"),
            "basic" => self.zoom_name("BASIC_CREDENTIALS"),
            _ => environment_name(name),
        };
        let (scheme, mut rest) = (scheme.to_owned(), rest.to_owned());
        self.hide(&mut rest, &name, plain);
        *value = if scheme.is_empty() { rest } else { format!("{scheme} {rest}") };
    }

    /// Hides the value of each cookie. One that is not known to be harmless may be a session.
    fn cookies(&mut self, text: &mut String) {
        const PREFERENCES: [&str; 10] = [
            "color_scheme",
            "country",
            "currency",
            "lang",
            "language",
            "locale",
            "region",
            "theme",
            "timezone",
            "tz",
        ];
        let mut out = Vec::new();
        for cookie in text.split(';') {
            let (name, value) = cookie.split_once('=').unwrap_or(("", cookie));
            let trimmed = value.trim();
            let is_preference = PREFERENCES.iter().any(|own| name.trim().eq_ignore_ascii_case(own))
                && trimmed.len() <= 32
                && !redact::is_secret_value(trimmed);
            if is_preference || redact::is_harmless_value(trimmed) {
                out.push(cookie.to_owned());
                continue;
            }
            let blank = &value[..value.len() - value.trim_start().len()];
            let (mut value, name_in_braces) =
                (value.trim_start().to_owned(), environment_name(name));
            let variable = if name.trim().is_empty() { "COOKIE" } else { &name_in_braces };
            self.hide(&mut value, variable, plain);
            let equals = if cookie.contains('=') { "=" } else { "" };
            out.push(format!("{name}{equals}{blank}{value}"));
        }
        *text = out.join(";");
    }

    /// Hides a value if it is marked, a secret by its name, or JSON with secrets, and else the keys in it.
    pub(super) fn value(&mut self, value: &mut String, name: &str, is_marked: bool, place: Place) {
        let plain = place(value).0;
        let is_secret =
            is_marked && !redact::is_harmless_value(&plain) || is_secret_pair(name, &plain);
        match is_secret || self.has_secret_json(&plain) {
            true => self.hide(value, &environment_name(name), place),
            false => self.keys(value, name, place),
        }
    }

    /// Replaces a secret with a variable. Placeholders in it are kept.
    pub(super) fn hide(&mut self, text: &mut String, name: &str, place: Place) {
        let trimmed = text.trim();
        let sample = trimmed.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
        let is_sample = sample.is_some_and(|name| !name.contains(['<', '>']));
        if trimmed.is_empty() || is_sample {
            return;
        }
        self.change_closed(text, |hider, piece, out, is_whole| {
            let encoding = place(piece);
            hider.push_secret(out, piece, name, in_part(encoding, is_whole));
        });
    }

    /// Replaces the words in a text that have the form of a known kind of key.
    pub(super) fn keys(&mut self, text: &mut String, name: &str, place: Place) {
        // A shorter word is no key.
        const SHORTEST: usize = 12;
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let is_other = |c: char| !u8::try_from(c).is_ok_and(is_part);
        let is_key = |word: &str| word.len() >= SHORTEST && redact::is_secret_value(word);
        // Words of bytes are those of characters.
        let words = text.as_bytes().split(|byte| !is_part(*byte));
        let mut words = words.filter(|word| word.len() >= SHORTEST);
        if !words.any(|word| std::str::from_utf8(word).is_ok_and(is_key)) {
            return;
        }
        let name = match name {
            "" => self.zoom_name("API_KEY"),
            name => environment_name(name),
        };
        self.change_closed(text, |hider, piece, out, is_whole| {
            for word_and_end in piece.split_inclusive(is_other) {
                let word = word_and_end.trim_end_matches(is_other);
                match is_key(word) {
                    true => {
                        let is_whole = is_whole && word.len() == piece.len();
                        hider.push_secret(out, word, &name, in_part(place(word), is_whole));
                    }
                    false => out.push_str(word),
                }
                out.push_str(&word_and_end[word.len()..]);
            }
        });
    }

    /// Rewrites a text piece by piece. Placeholders between the pieces are kept. `change` gets a piece, the output, and
    /// whether the piece is the whole text.
    fn change_closed(
        &mut self,
        text: &mut String,
        mut change: impl FnMut(&mut Self, &str, &mut String, bool),
    ) {
        let whole = std::mem::take(text);
        let (mut start, mut at) = (0, 0);
        while let Some(brace) = whole[at..].find("{{") {
            at += brace;
            let Some((length, _)) = self.open.match_start(&whole.as_bytes()[at..]) else {
                at += 1;
                continue;
            };
            change(self, &whole[start..at], text, false);
            text.push_str(&whole[at..at + length]);
            at += length;
            start = at;
        }
        change(self, &whole[start..], text, start == 0);
    }

    /// Appends the variable for a secret, or the text itself if it has no letter or digit.
    pub(super) fn push_secret(
        &mut self,
        out: &mut String,
        secret: &str,
        name: &str,
        (plain, encoding): (String, PlaceEncoding),
    ) {
        if secret.chars().any(char::is_alphanumeric) {
            out.push_str(&placeholder(&self.variable_for(plain, name, encoding)));
        } else {
            out.push_str(secret);
        }
    }

    /// Returns the name of the variable for a secret with this encoding.
    fn variable_for(&mut self, secret: String, wanted: &str, encoding: PlaceEncoding) -> String {
        let key = (wanted.to_owned(), secret);
        if let Some(at) = self.known.get(&key).copied() {
            let Some(known) = self.variables.get(at) else { return key.0 };
            let is_same = known.encoding().unwrap_or(&PlaceEncoding::Plain) == &encoding;
            let name = known.name.clone();
            return if is_same { name } else { self.encoded_name(at, name, encoding) };
        }
        let name = self.free_name(wanted);
        self.found.push(FoundSecret { name: name.clone(), value: key.1.clone() });
        self.known.insert(key, self.variables.len());
        self.add(name.clone(), name.clone(), encoding);
        name
    }

    /// Returns the name of a further variable, for a secret in a place with another encoding.
    fn encoded_name(&mut self, at: usize, of: String, encoding: PlaceEncoding) -> String {
        let key = (at, encoding);
        if let Some(name) = self.encoded.get(&key) {
            return name.clone();
        }
        let name = self.free_name(&format!("{of}_{}", key.1.suffix()));
        self.add(name.clone(), of, key.1.clone());
        self.encoded.insert(key, name.clone());
        name
    }

    fn free_name(&mut self, wanted: &str) -> String {
        if let Some(call) = self.call.take() {
            self.taken.extend(call.names_in_braces());
        }
        let mut count = self.counts.get(wanted).copied().unwrap_or_default();
        let name = loop {
            count += 1;
            let name = if count == 1 { wanted.to_owned() } else { format!("{wanted}_{count}") };
            if !self.taken.contains(&name) {
                break name;
            }
        };
        self.counts.insert(wanted.to_owned(), count);
        self.keep(&name);
        name
    }

    fn add(&mut self, name: String, of: String, encoding: PlaceEncoding) {
        let source = match encoding {
            PlaceEncoding::Plain if name == of => Source::Caller,
            encoding => Source::Encoded { of, encoding },
        };
        self.variables.push(Variable { name, source });
    }

    fn part(&mut self, part: &mut Part, grant: &GrantParams) {
        self.headers(&mut part.sub_headers, |_| false);
        let name = &part.name;
        match &mut part.content {
            Content::Param(value) => self.field(value, name, grant),
            Content::Upload { data: Data::Bytes(bytes), .. } => {
                self.bytes(bytes, |hider, text| hider.field(text, name, grant));
            }
            Content::Upload { .. } => {}
        }
    }

    fn field(&mut self, value: &mut String, name: &str, grant: &GrantParams) {
        let is_code = grant.is_code(name, || &*value);
        if !is_code && !is_secret_pair(name, value) {
            self.json(value);
            return self.keys(value, name, plain);
        }
        self.value(value, name, is_code, plain);
    }

    fn bytes(
        &mut self,
        bytes: &mut std::sync::Arc<[u8]>,
        hide: impl FnOnce(&mut Self, &mut String),
    ) {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        let mut hidden = text.to_owned();
        hide(self, &mut hidden);
        if hidden != text {
            *bytes = hidden.into_bytes().into();
        }
    }
}
