//! Variables of a call: `{{NAME}}` in its texts, filled in before it is sent.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::call::Call;
use super::place_encoding::PlaceEncoding;
use super::url::Url;
use crate::message::params::{Content, Data, Part, RequestBody};
use crate::redact::is_secret;
use crate::text::headers::trim_ows;

/// A variable, `{{name}}` in the texts of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) source: Source,
}

impl Variable {
    /// Returns the name of the variable that the caller sets for this one: its own, or that of another variable.
    pub(crate) fn caller_name(&self) -> Option<&str> {
        match &self.source {
            Source::Caller => Some(&self.name),
            Source::Encoded { of, .. } => Some(of),
            Source::File { .. } => None,
        }
    }

    /// Whether the caller sets a variable of this name.
    pub(crate) fn is_open(&self) -> bool {
        self.caller_name() == Some(&self.name)
    }

    /// Whether the variable can be anywhere in a word of a shell: it is not a file, and curl does not encode it.
    pub(crate) fn is_inline(&self) -> bool {
        !matches!(self.source, Source::File { .. }) && self.encoding() != Some(&PlaceEncoding::Form)
    }

    /// Returns how the value is encoded, if it is.
    pub(crate) fn encoding(&self) -> Option<&PlaceEncoding> {
        match &self.source {
            Source::Encoded { encoding, .. } => Some(encoding),
            Source::Caller | Source::File { .. } => None,
        }
    }
}

/// Where the value of a variable comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    /// The caller sets it. It is inserted unchanged.
    Caller,
    /// The value of another variable, or of this one if `of` is its own name, encoded.
    Encoded { of: String, encoding: PlaceEncoding },
    /// The content of a file, which is read when the call is sent. `-` is standard input.
    File { path: String, form: FileForm },
}

/// How the content of a file is changed before it is inserted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum FileForm {
    /// It is not changed.
    Whole,
    /// CR, LF and NUL are removed, as by curl's `-d @file`.
    WithoutLineEnds,
    /// It is percent-encoded with a space as `+`, as by curl's `--data-urlencode @file`.
    UrlEncoded,
    /// A cookie file, in Netscape's format or with Set-Cookie lines. The cookies for the host are inserted.
    Cookies,
    /// A header file, whose fields are added to the request.
    Headers,
}

/// Returns `{{name}}`.
pub(crate) fn placeholder(name: &str) -> String {
    format!("{{{{{name}}}}}")
}

/// Placeholders with their values.
pub(crate) type Values<'v> = [(String, Cow<'v, [u8]>)];

/// Values by placeholder.
#[derive(Default)]
pub(super) struct Lookup<'v> {
    values: HashMap<Cow<'v, [u8]>, &'v [u8]>,
    /// The different lengths of placeholders, shortest first.
    lengths: Vec<usize>,
}

impl<'v> Lookup<'v> {
    fn new(values: &'v Values<'_>) -> Lookup<'v> {
        let mut lookup = Lookup::default();
        for (placeholder, value) in values {
            lookup.add(placeholder.as_bytes().into(), value);
        }
        lookup
    }

    pub(super) fn add(&mut self, placeholder: Cow<'v, [u8]>, value: &'v [u8]) {
        if let Err(at) = self.lengths.binary_search(&placeholder.len()) {
            self.lengths.insert(at, placeholder.len());
        }
        self.values.insert(placeholder, value);
    }

    /// Returns the length and the value of the placeholder that a text starts with.
    pub(super) fn match_start(&self, text: &[u8]) -> Option<(usize, &'v [u8])> {
        if !text.starts_with(b"{{") {
            return None;
        }
        self.lengths.iter().find_map(|length| {
            let start = text.get(..*length).filter(|start| start.ends_with(b"}}"))?;
            Some((*length, *self.values.get(start)?))
        })
    }
}

/// Replaces the placeholders in a text.
pub(super) fn fill_text(text: &mut String, values: &Values<'_>) {
    let values = Lookup::new(values);
    change_text(text, &|text| filled(text, &values));
}

/// Returns the changed text, or `None` if it does not change.
type Change<'c> = &'c dyn Fn(&[u8]) -> Option<Vec<u8>>;

impl Call {
    /// Replaces placeholders with values, in one pass: a value is not searched for placeholders.
    pub(crate) fn fill(&mut self, values: &Values<'_>) {
        if values.is_empty() {
            return;
        }
        let values = Lookup::new(values);
        self.change(&|text| filled(text, &values));
    }

    /// Returns the names in braces that consist of capitals, digits and `_`, whether or not they are variables.
    pub(super) fn names_in_braces(&self) -> HashSet<String> {
        let names = RefCell::new(HashSet::new());
        self.clone().change(&|text| {
            let mut at = 0;
            while let Some(open) = text.get(at..).and_then(find_braces) {
                at += open + 1;
                let inner = &text[at + 1..];
                let is_word = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_';
                let (name, rest) = inner.split_at(inner.iter().take_while(|b| is_word(b)).count());
                if rest.starts_with(b"}}") {
                    names.borrow_mut().insert(String::from_utf8_lossy(name).into_owned());
                }
            }
            None
        });
        names.into_inner()
    }

    fn change(&mut self, change: Change<'_>) {
        let mut text = |text: &mut String| change_text(text, change);
        let request = &mut self.request;
        text(request.http_verb.to_mut());
        text(request.path.to_mut());
        text(&mut request.content_type);
        request.path_variables.edit(|variables| {
            for (name, value) in variables {
                text(name);
                text(value);
            }
        });
        request.headers.change(&mut text);
        request.sensitive.change(&mut text);
        request.parts.edit(|parts| parts.iter_mut().for_each(|part| change_part(part, change)));
        if let RequestBody::Loaded { data, .. } = &mut request.body {
            change_data(data, change);
        }
        for variable in &mut self.variables {
            if let Source::File { path, .. } = &mut variable.source {
                text(path);
            }
        }
        let options = &mut self.options;
        let tls = &mut options.tls;
        let output = &mut options.output;
        let files =
            [&mut tls.trusted_roots, &mut tls.client_cert, &mut tls.client_key, &mut output.file];
        files.into_iter().flatten().for_each(|path| change_path(path, change));
        let texts = [&mut options.no_proxy, &mut output.remote_name];
        texts.into_iter().flatten().for_each(&mut text);
        options.secret_params.iter_mut().for_each(&mut text);
        if let Some((login, password)) = &mut options.user {
            text(login);
            text(password);
        }
        if let Some(proxy) = &mut options.proxy {
            text(&mut proxy.host);
            text(&mut proxy.login);
            text(&mut proxy.password);
        }
        let before = self.domain.clone();
        text(&mut self.domain);
        if self.domain != before && !self.domain.contains("{{") {
            self.split_base_url();
        }
    }

    /// Splits the text before the path, now that it is known, into scheme, user, host, port and the start of
    /// the path. A text that is not a URL is left unchanged; sending refuses it.
    fn split_base_url(&mut self) {
        if let Ok(url) = Url::parse(&self.domain) {
            (self.domain, self.ssl) = (url.host, url.ssl);
            self.port = url.port;
            let start = match self.request.path.starts_with('/') {
                true => url.path_and_query.trim_end_matches('/'),
                // A query or nothing follows, so the variable contains the path.
                false => url.path_and_query.as_str(),
            };
            self.request.path = format!("{start}{}", self.request.path).into();
            if self.options.user.is_none() {
                self.options.user = url.user;
            }
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Returns the offset of the first `{{`.
fn find_braces(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text.get(at..)?.iter().position(|byte| *byte == b'{')? + 1;
        if text.get(at) == Some(&b'{') {
            return Some(at - 1);
        }
    }
}

fn change_text(text: &mut String, change: Change<'_>) {
    if let Some(bytes) = change(text.as_bytes()) {
        *text = match String::from_utf8(bytes) {
            Ok(filled) => filled,
            Err(err) => String::from_utf8_lossy(err.as_bytes()).into_owned(),
        };
    }
}

fn change_path(path: &mut PathBuf, change: Change<'_>) {
    if let Some(text) = path.to_str() {
        let mut text = text.to_owned();
        change_text(&mut text, change);
        *path = PathBuf::from(text);
    }
}

fn change_part(part: &mut Part, change: Change<'_>) {
    let mut text = |text: &mut String| change_text(text, change);
    text(&mut part.name);
    part.sub_headers.change(&mut text);
    match &mut part.content {
        Content::Param(value) => {
            let Some(bytes) = change(value.as_bytes()) else { return };
            match String::from_utf8(bytes) {
                Ok(filled) => *value = filled,
                // Only a file contains bytes that are not text.
                Err(err) => {
                    part.content = Content::Upload {
                        filename: String::new(),
                        content_type: String::new(),
                        data: Data::Bytes(err.into_bytes().into()),
                    }
                }
            }
        }
        Content::Upload { filename, content_type, data } => {
            // The default file name is that of the file, without the folder.
            let is_default = |data: &Data, filename: &str| match data {
                Data::File(source) => file_name(&source.path) == filename,
                _ => false,
            };
            let follows = !filename.is_empty() && is_default(data, filename);
            text(filename);
            text(content_type);
            change_data(data, change);
            if let (Data::File(source), true) = (&*data, follows) {
                *filename = file_name(&source.path);
            }
        }
    }
}

fn change_data(data: &mut Data, change: Change<'_>) {
    match data {
        Data::Bytes(bytes) => {
            if let Some(changed) = change(bytes) {
                *data = Data::Bytes(changed.into());
            }
        }
        Data::File(source) => change_path(&mut source.path, change),
        Data::Fault(_) => {}
    }
}

/// Returns `text` with its placeholders replaced, or `None` if it has none.
pub(super) fn filled(text: &[u8], values: &Lookup<'_>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(open) = text.get(at..).and_then(find_braces) {
        at += open;
        if let Some((length, value)) = values.match_start(&text[at..]) {
            out.extend_from_slice(&text[copied..at]);
            out.extend_from_slice(value);
            at += length;
            copied = at;
        } else {
            at += 1;
        }
    }
    if copied == 0 {
        return None;
    }
    out.extend_from_slice(&text[copied..]);
    Some(out)
}

/// See [`Call::set_variable`].
pub(super) fn set(call: &mut Call, name: &str, value: &str) {
    if !call.variables.iter().any(|variable| variable.is_open() && variable.name == name) {
        return;
    }
    let mut values = Vec::new();
    // A text with an encoded variable may be encoded too.
    let mut texts: HashMap<String, String> = HashMap::from([(name.to_owned(), value.to_owned())]);
    call.variables.retain(|variable| {
        let plain = variable.caller_name().and_then(|of| texts.get(of));
        let Some(plain) = plain else { return true };
        let text = variable.encoding().map_or(plain.into(), |encoding| encoding.encode(plain));
        let text = text.into_owned();
        values.push((placeholder(&variable.name), Cow::Owned(text.clone().into_bytes())));
        if variable.name != name {
            texts.insert(variable.name.clone(), text);
        }
        false
    });
    let was_empty: Vec<bool> =
        call.request.headers.iter().map(|(_, value)| is_blank(value)).collect();
    call.fill(&values);
    infer_types(call);
    insert_cookies(call);
    if call.options.fields.empty_is_removed {
        remove_emptied(call, &was_empty);
    }
}

fn is_blank(value: &str) -> bool {
    trim_ows(value).is_empty()
}

/// Inserts cookies that `-b` has as the value of a variable, which could also be the name of a file.
fn insert_cookies(call: &mut Call) {
    let is_open = |path: &str| {
        let mut callers = call.variables.iter().filter(|own| own.source == Source::Caller);
        callers.any(|own| path.contains(&placeholder(&own.name)))
    };
    let mut values = Vec::new();
    for variable in &call.variables {
        if let Source::File { path, form: FileForm::Cookies } = &variable.source {
            let may_be_cookies = path.is_empty() || path.contains('=');
            if may_be_cookies && !(path.contains("{{") && is_open(path)) {
                values.push((placeholder(&variable.name), Cow::Owned(path.clone().into_bytes())));
            }
        }
    }
    if values.is_empty() {
        return;
    }
    call.variables.retain(|own| !values.iter().any(|(name, _)| *name == placeholder(&own.name)));
    call.fill(&values);
    join_cookies(call);
}

/// Removes empty values from a Cookie field that was made of several, and the field if nothing is left.
pub(super) fn join_cookies(call: &mut Call) {
    let Some(cookies) = call.request.headers.get("Cookie") else { return };
    let cookies: Vec<&str> = cookies.split("; ").filter(|cookie| !is_blank(cookie)).collect();
    match cookies.join("; ") {
        none if none.is_empty() => call.request.headers.remove("Cookie"),
        some => call.request.headers.set("Cookie", &some),
    }
}

/// Removes the fields that the value of a variable has made empty, as curl does.
fn remove_emptied(call: &mut Call, was_empty: &[bool]) {
    let headers = &mut call.request.headers;
    for at in (0..headers.len()).rev() {
        let Some((name, value)) = headers.at(at) else { continue };
        // A request without Host is not valid; an empty one is an error.
        let stays = !is_blank(value) || was_empty.get(at) == Some(&true);
        if !stays && !name.eq_ignore_ascii_case("Host") {
            call.options.fields.remove(name);
            headers.remove_at(at);
        }
    }
}

/// Sets the types that curl infers from the names of files, once these are known. Until then such a type is empty.
fn infer_types(call: &mut Call) {
    let mut open = Lookup::default();
    for variable in &call.variables {
        open.add(placeholder(&variable.name).into_bytes().into(), b"");
    }
    let is_open = |path: &str| {
        path.match_indices('{').any(|(at, _)| open.match_start(&path.as_bytes()[at..]).is_some())
    };
    call.request.parts.edit(|parts| {
        for part in parts {
            let Content::Upload { filename, content_type, data: Data::File(source) } =
                &mut part.content
            else {
                continue;
            };
            let path = source.path.to_string_lossy();
            if content_type.is_empty() && !is_open(&path) {
                let known = super::curl::guess_type(filename).or(super::curl::guess_type(&path));
                *content_type = known.unwrap_or("application/octet-stream").to_owned();
            }
        }
    });
}

/// Returns the name of a variable that is encoded twice, if there is one.
pub(super) fn encoded_twice(call: &Call) -> Option<&str> {
    let open: HashSet<&str> = call.variables().into_iter().collect();
    let mut names = call.variables.iter().filter_map(Variable::caller_name);
    names.find(|name| !open.contains(name))
}

/// Returns the call with the secrets in its path variables encoded, for a writer that fills in the path.
pub(super) fn with_encoded_path(call: &Call) -> Cow<'_, Call> {
    if !call.request.path_variables.iter().any(|(name, _)| is_secret(name)) {
        return Cow::Borrowed(call);
    }
    let mut encoded = call.clone();
    let mut taken: HashSet<String> = call.variables.iter().map(|own| own.name.clone()).collect();
    let open: HashSet<String> = call.variables().into_iter().map(str::to_owned).collect();
    for (name, value) in encoded.request.path_variables.values_mut() {
        let of = value.strip_prefix("{{").and_then(|value| value.strip_suffix("}}"));
        let Some(of) = of.filter(|of| is_secret(name) && open.contains(*of)) else { continue };
        let mut name = format!("{of}_ENCODED");
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        let encoding = PlaceEncoding::Percent { keep: String::new() };
        let source = Source::Encoded { of: of.to_owned(), encoding };
        *value = placeholder(&name);
        encoded.variables.push(Variable { name, source });
    }
    Cow::Owned(encoded)
}

/// See [`Call::files`].
pub(super) fn files(call: &Call) -> Vec<&Path> {
    let data = call.request.data().filter_map(|data| match data {
        Data::File(source) => Some(source.path.as_path()),
        _ => None,
    });
    let variables = call.variables.iter().filter_map(|variable| match &variable.source {
        Source::File { path, .. } => Some(Path::new(path)),
        _ => None,
    });
    let tls = &call.options.tls;
    let tls = [&tls.trusted_roots, &tls.client_cert, &tls.client_key].into_iter().flatten();
    let mut known = HashSet::new();
    data.chain(variables)
        .chain(tls.map(PathBuf::as_path))
        .filter(|path| known.insert(*path))
        .collect()
}
