//! What the words of a command mean together: a call.

use super::data::{self, Data, Piece};
use super::files::{HeaderLine, add_header};
use super::given::{Given, Names, options, the_url};
use super::options::Opt;
use super::settings::Settings;
use super::{Fault, form, lex, target};
use crate::message::params::{self, RequestBody};
use crate::message::prepare::FORM;
use crate::message::request::HttpRequest;
use crate::text::headers::{bad_value_char, is_multipart, is_token, parameter};
use crate::text::percent;
use crate::views::{Call, FileForm, Source};

/// Reads a command.
pub(super) fn call(text: &str) -> Result<Call, Fault> {
    let command = lex::split(text)?;
    let mut names = Names::new(&command)?;
    let given = options(&command.words)?;
    let mut wish = Wish::default();
    // A variable may be known from the URL alone, which often stands last.
    let url = the_url(&given, text)?;
    let globoff = given.iter().any(|given| given.opt == Opt::Globoff && given.on);
    if !globoff {
        target::variables(&url.value, &mut names);
    }
    for given in &given {
        wish.take(given, &mut names)?;
    }
    wish.call(url, names)
}

/// The codings that zoomkat decodes.
const DECODED: [&str; 2] = ["deflate", "gzip"];

/// An Accept-Encoding without what zoomkat would not decode.
fn of_what_is_decoded(codings: &str) -> String {
    let is_decoded = |coding: &&str| {
        let name = coding.split(';').next().unwrap_or_default().trim();
        name == "identity" || DECODED.iter().any(|known| known.eq_ignore_ascii_case(name))
    };
    if codings.contains("{{") {
        return codings.to_owned();
    }
    let left: Vec<_> = codings.split(',').map(str::trim).filter(is_decoded).collect();
    if left.is_empty() { DECODED.join(", ") } else { left.join(", ") }
}

/// A header of `-H`.
enum Header {
    Field(String, String),
    Without(String),
}

impl Header {
    fn name(&self) -> &str {
        match self {
            Header::Field(name, _) | Header::Without(name) => name,
        }
    }
}

/// All that the options ask for, before it is put together.
#[derive(Default)]
struct Wish {
    request: HttpRequest,
    method: Option<String>,
    /// Where it is asked for.
    head: Option<usize>,
    get: bool,
    json: bool,
    path_as_is: bool,
    globoff: bool,
    headers: Vec<Header>,
    header_file: bool,
    content_length: Option<(usize, String)>,
    pieces: Vec<Piece>,
    query: Vec<Piece>,
    has_form: Option<(usize, String)>,
    upload: Option<(usize, String)>,
    bearer: Option<String>,
    user_agent: Option<String>,
    referer: Option<(usize, String)>,
    range: Option<String>,
    compressed: bool,
    cookies: String,
    cookie_file: Option<(usize, String)>,
    junk_session: Option<usize>,
    form_escape: Option<usize>,
    settings: Settings,
}

impl Wish {
    fn take(&mut self, given: &Given, names: &mut Names) -> Result<(), Fault> {
        let own = |text: &str| Ok(Some(text.to_owned()));
        match given.opt {
            Opt::Request => {
                self.method = match given.text()? {
                    "" => return Err(given.fault("a method such as PUT must follow")),
                    method if !is_token(method) && !names.holds_variable(method) => {
                        let why = "this is no method; only letters, digits and !#$%&'*+-.^_`|~ may \
                                   be in one";
                        return Err(given.fault(why));
                    }
                    method => own(method)?,
                }
            }
            Opt::Head => self.head = given.on.then_some(given.at),
            Opt::Get => self.get = given.on,
            Opt::Globoff => self.globoff = given.on,
            Opt::PathAsIs => self.path_as_is = given.on,
            Opt::Http10 | Opt::Http11 => {
                let is_old = given.opt == Opt::Http10 && given.on;
                self.request.set_http_version(if is_old { "1.0" } else { "1.1" });
            }
            Opt::Header => self.header(given, names)?,
            Opt::Data | Opt::DataRaw | Opt::DataBinary => {
                self.pieces.push(data::piece(given, names)?);
            }
            Opt::Json => {
                self.json = true;
                self.pieces.push(data::piece(given, names)?);
            }
            Opt::DataUrlencode => self.pieces.push(data::encoded(given, names)?),
            Opt::UrlQuery => self.query.push(match given.bytes().strip_prefix(b"+") {
                Some(raw) => Piece::Raw(raw.to_vec()),
                None => data::encoded(given, names)?,
            }),
            Opt::Form | Opt::FormString => {
                self.has_form = Some((given.at, given.shown.clone()));
                form::add(&mut self.request, given, names)?;
            }
            Opt::FormEscape => self.form_escape = given.on.then_some(given.at),
            Opt::UploadFile => match given.path(given.bytes())? {
                path if path == "-" || path == "." => {
                    return Err(given.fault("standard input has no length; name a file"));
                }
                path if !self.globoff && path.contains(['[', ']', '{', '}']) => {
                    if !names.holds_variable(&path) || path.contains(['[', ']']) {
                        let why = "curl would take the brackets for several files; give -g";
                        return Err(given.fault(why));
                    }
                    self.upload = Some((given.at, path));
                }
                path => self.upload = Some((given.at, path)),
            },
            Opt::Bearer => self.bearer = own(given.text()?)?,
            Opt::UserAgent => self.user_agent = own(given.text()?)?,
            Opt::Referer => self.referer = Some((given.at, given.text()?.to_owned())),
            Opt::Range => self.range = Some(range(given)?),
            Opt::Compressed => self.compressed = given.on,
            Opt::Cookie => self.cookie(given, names)?,
            Opt::JunkSession => self.junk_session = given.on.then_some(given.at),
            Opt::Url => {}
            _ => self.settings.take(given, names)?,
        }
        Ok(())
    }

    fn header(&mut self, given: &Given, names: &mut Names) -> Result<(), Fault> {
        let text = given.text()?;
        if let Some(path) = text.strip_prefix('@') {
            let path = given.path(path.as_bytes())?;
            names.file(given, &path, FileForm::Headers)?;
            self.header_file = true;
            return Ok(());
        }
        let Some(line) = HeaderLine::parse(text) else {
            let why = "a header is \"Name: value\", or \"Name;\" for an empty value";
            return Err(given.fault(why));
        };
        let (name, value) = match line {
            HeaderLine::Field(name, value) => (name, Some(value)),
            HeaderLine::Without(name) => (name, None),
        };
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let bare = || name.trim().is_empty() || name.contains(char::is_whitespace);
        if bare() && !names.holds_variable(name) {
            return Err(given.fault("this is no name of a header before the colon"));
        }
        if value.is_some_and(|value| bad_value_char(value).is_some()) {
            return Err(given.fault(format_args!("the value of {name} holds a control character")));
        }
        let says = |wanted: &str| value.is_some_and(|v| v.eq_ignore_ascii_case(wanted));
        if is("Transfer-Encoding") && value.is_some() {
            let why = "Transfer-Encoding cannot be chosen; zoomkat sends a body with its length";
            return Err(given.fault(why));
        }
        if is("Content-Length") {
            match value {
                Some(value) => self.content_length = Some((given.at, value.to_owned())),
                None => {
                    let why = "Content-Length cannot be left out; it says where a body ends";
                    return Err(given.fault(why));
                }
            }
            return Ok(());
        }
        let is_single = value.is_some() && (is("Host") || is("Content-Type"));
        let again = || {
            self.headers.iter().any(|known| match known {
                Header::Field(known, _) => known.eq_ignore_ascii_case(name),
                Header::Without(_) => false,
            })
        };
        if is_single && again() {
            return Err(given.fault(format_args!("{name} is given twice")));
        }
        if is("Host") && value.is_none_or(str::is_empty) {
            return Err(given.fault("a request without Host is not HTTP/1.1"));
        }
        if is("Content-Type") && says("") {
            return Err(given.fault("an empty Content-Type is not sent; \"Content-Type:\" is none"));
        }
        self.headers.push(match value {
            Some(value) => Header::Field(name.to_owned(), value.to_owned()),
            None => Header::Without(name.to_owned()),
        });
        Ok(())
    }

    fn cookie(&mut self, given: &Given, names: &mut Names) -> Result<(), Fault> {
        let text = given.text()?;
        if text.contains('=') {
            if bad_value_char(text).is_some() {
                return Err(given.fault("the cookies hold a control character"));
            }
            if !self.cookies.is_empty() {
                self.cookies.push(';');
            }
            self.cookies.push_str(text);
        } else if names.holds_variable(text) {
            let why = "whether this is a file or a cookie only its value says; write NAME=$VALUE, or \
                       -H \"Cookie: $COOKIES\"";
            return Err(given.fault(why));
        } else if !text.is_empty() {
            if self.cookie_file.is_some() {
                return Err(given.fault("this is a second file of cookies; zoomkat reads one"));
            }
            self.cookie_file = Some((given.at, names.file(given, text, FileForm::Cookies)?));
        }
        Ok(())
    }

    fn says(&self, name: &str) -> Option<&Header> {
        self.headers.iter().find(|header| header.name().eq_ignore_ascii_case(name))
    }

    /// Puts it together.
    fn call(mut self, url: &Given, mut names: Names) -> Result<Call, Fault> {
        let target = target::read(
            url,
            target::Rules {
                glob: !self.globoff,
                dots: !self.path_as_is,
                scheme: self.settings.default_scheme(),
                upload: self.upload.as_ref().map(|(_, path)| path.as_str()),
            },
            &mut names,
        )?;
        self.check_one_body()?;
        let verb = match &self.method {
            Some(method) => method.as_str(),
            None if self.head.is_some() => "HEAD",
            None if self.upload.is_some() => "PUT",
            None if self.has_form.is_some() => "POST",
            None if !self.pieces.is_empty() && !self.get => "POST",
            None => "GET",
        };
        self.request.set_http_verb(verb);
        self.request.set_path(&target.path);
        self.own_headers()?;
        self.content(url, &mut names)?;
        let settings = std::mem::take(&mut self.settings);
        if let RequestBody::Loaded { data: params::Data::File(source), .. } = &self.request.body {
            // It is the whole body, and not put together with anything.
            let path = source.path.to_string_lossy();
            let whole = |path: &str| Source::File { path: path.to_owned(), form: FileForm::Whole };
            names.variables.retain(|variable| variable.source != whole(&path));
        }
        let authorization = self.says("Authorization").is_some() || self.bearer.is_some();
        let how = settings.how(&mut self.request, &target, authorization)?;
        Ok(Call {
            request: self.request,
            domain: target.domain,
            port: target.port,
            ssl: target.ssl,
            how,
            variables: names.variables,
        })
    }

    fn check_one_body(&self) -> Result<(), Fault> {
        let data = !self.pieces.is_empty();
        let both = |at: usize, this: &str, other: &str| {
            Err(Fault::new(at, format!("{this} and {other}: a request carries one of the two")))
        };
        match (&self.has_form, &self.upload) {
            (Some((at, form)), Some(_)) => return both(*at, form, "-T"),
            (Some((at, form)), None) if data => return both(*at, form, "-d"),
            (None, Some((at, _))) if data => return both(*at, "-T", "-d"),
            _ => {}
        }
        let body = self.has_form.is_some() || self.upload.is_some() || (data && !self.get);
        if let (Some(at), true) = (self.head, body) {
            return both(at, "-I", "a body");
        }
        if let (Some(at), true) = (self.form_escape, form::needs_escape(&self.request)) {
            let why = "--form-escape: zoomkat writes a quote in a name as %22, as browsers do";
            return Err(Fault::new(at, why));
        }
        Ok(())
    }

    /// The headers that options stand for, in curl's order, then those of `-H`.
    fn own_headers(&mut self) -> Result<(), Fault> {
        let mut own: Vec<(&str, String)> = Vec::new();
        if let Some(token) = &self.bearer {
            own.push(("Authorization", format!("Bearer {token}")));
        }
        if let Some(range) = &self.range {
            own.push(("Range", format!("bytes={range}")));
        }
        own.extend(self.user_agent.clone().map(|value| ("User-Agent", value)));
        if self.compressed {
            own.push(("Accept-Encoding", DECODED.join(", ")));
        }
        if let Some((at, referer)) = &self.referer {
            let plain = referer.strip_suffix(";auto");
            if plain.is_some() && self.settings.follows() {
                let why = "-e: zoomkat adds no Referer to a redirect; leave out \";auto\"";
                return Err(Fault::new(*at, why));
            }
            own.push(("Referer", plain.unwrap_or(referer).to_owned()));
        }
        if let (Some(at), Some(_)) = (self.junk_session, &self.cookie_file) {
            return Err(Fault::new(at, "-j: zoomkat sends all cookies of a file"));
        }
        let mut cookies = String::new();
        if let Some((at, file)) = &self.cookie_file {
            if self.says("Cookie").is_some() {
                let why = "a file of cookies and -H Cookie: there would be two Cookie headers";
                return Err(Fault::new(*at, why));
            }
            cookies.push_str(file);
        }
        if !self.cookies.is_empty() {
            cookies.push_str(if cookies.is_empty() { "" } else { "; " });
            cookies.push_str(&self.cookies);
        }
        own.push(("Cookie", cookies));
        let own: Vec<_> = own
            .into_iter()
            .filter(|(name, value)| !value.is_empty() && self.says(name).is_none())
            .collect();
        for (name, value) in own {
            // Blanks round it are not of the value (RFC 9110 section 5.5), and -H would leave them out.
            self.request.add_header(name, value.trim_matches([' ', '\t']));
        }
        for header in &self.headers {
            if let Header::Field(name, value) = header {
                let is_decoded = self.compressed && name.eq_ignore_ascii_case("Accept-Encoding");
                let value = if is_decoded { of_what_is_decoded(value) } else { value.clone() };
                add_header(&mut self.request, name, &value);
            }
        }
        if self.json {
            for name in ["Content-Type", "Accept"] {
                if self.says(name).is_none() {
                    self.request.add_header(name, "application/json");
                }
            }
        }
        Ok(())
    }

    /// Body, content type and query.
    fn content(&mut self, url: &Given, names: &mut Names) -> Result<(), Fault> {
        let queries = self.request.params_go_to_query();
        let is_data = !self.pieces.is_empty();
        let is_open = |piece: &Piece| matches!(piece, Piece::Open { .. });
        let query_is_open = self.has_form.is_none() && self.query.iter().any(is_open);
        let pieces = std::mem::take(&mut self.pieces);
        let given_type = self.request.content_type.to_ascii_lowercase();
        let base = given_type.split(';').next().unwrap_or_default().trim().to_owned();
        let is_multipart = is_multipart(&base);
        let mut length = None;
        if let Some((at, shown)) = &self.has_form {
            self.multipart(*at, shown, &base, &given_type)?;
            if base.is_empty() {
                self.request.set_content_type("multipart/form-data");
            }
        } else if let Some((_, path)) = &self.upload {
            self.request.load_body_from_file(path);
        } else if is_data && !self.get {
            let has_type = self.says("Content-Type").is_some();
            if !has_type && !self.json {
                self.request.set_content_type(FORM);
            }
            let is_form = self.request.content_type.eq_ignore_ascii_case(FORM) || base == FORM;
            let as_pairs = is_form
                && !queries
                && !query_is_open
                && !self.header_file
                && self.content_length.is_none();
            match data::join(pieces, names, as_pairs, true) {
                Data::File(path) => {
                    self.request.load_body_from_file(path);
                }
                Data::Pairs(pairs) => self.add_pairs(pairs),
                Data::Raw(bytes) => {
                    length = Some(bytes.len());
                    match std::str::from_utf8(&bytes) {
                        Ok("") if !queries && !is_multipart && !query_is_open => {}
                        Ok(text) => {
                            self.request.load_body_from_string(text, "utf-8");
                        }
                        Err(_) => {
                            self.request.load_body_from_bd(&bytes);
                        }
                    }
                }
            }
        } else {
            length = Some(0);
            let of_get = is_data && self.get;
            if of_get && !self.query.is_empty() {
                let why = "-G and --url-query: curl leaves out the latter; use one of them";
                return Err(Fault::new(url.at, why));
            }
            let as_pairs = queries && !is_multipart && of_get;
            if is_multipart && !queries {
                self.request.load_body_from_string("", "utf-8");
            }
            if of_get {
                match data::join(pieces, names, as_pairs, false) {
                    Data::Pairs(pairs) => self.add_pairs(pairs),
                    Data::Raw(bytes) => self.add_query(url, &bytes)?,
                    Data::File(_) => {}
                }
            }
        }
        self.check_length(length)?;
        let query = std::mem::take(&mut self.query);
        if query.is_empty() {
            return Ok(());
        }
        match data::join(query, names, query_is_open, false) {
            Data::Pairs(pairs) => {
                let has_body = self.request.body != RequestBody::None;
                if !queries && !has_body {
                    self.request.load_body_from_string("", "utf-8");
                }
                self.add_pairs(pairs);
            }
            Data::Raw(bytes) => self.add_query(url, &bytes)?,
            Data::File(_) => {}
        }
        Ok(())
    }

    fn multipart(&self, at: usize, shown: &str, base: &str, given_type: &str) -> Result<(), Fault> {
        let fault = |why: &str| Err(Fault::new(at, format!("{shown}: {why}")));
        if let Some(Header::Without(_)) = self.says("Content-Type") {
            return fault(
                "a form without a Content-Type cannot be read; leave out -H Content-Type:",
            );
        }
        if !matches!(base, "" | "multipart/form-data") {
            return fault(
                "the Content-Type of a form is multipart/form-data; leave out that of -H",
            );
        }
        if parameter(given_type, "boundary").is_some() {
            return fault(
                "curl adds a boundary of its own to the one that -H Content-Type has, which no server \
                 can read; leave out the header",
            );
        }
        Ok(())
    }

    /// A Content-Length that is given must be the one that is sent anyway.
    fn check_length(&self, length: Option<usize>) -> Result<(), Fault> {
        let Some((at, value)) = &self.content_length else { return Ok(()) };
        if length.is_some() && value.parse().ok() == length {
            return Ok(());
        }
        let why =
            "-H: Content-Length is not the length of the body; leave it out, it is sent anyway";
        Err(Fault::new(*at, why))
    }

    fn add_pairs(&mut self, pairs: Vec<(String, String)>) {
        for (name, value) in pairs {
            self.request.add_param(&name, &value);
        }
    }

    /// Adds to the query.
    fn add_query(&mut self, url: &Given, bytes: &[u8]) -> Result<(), Fault> {
        if bytes.is_empty() {
            return Ok(());
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Err(Fault::new(url.at, "what is added to the query is not text in UTF-8"));
        };
        percent::open_query(&mut self.request.path);
        self.request.path.push_str(text);
        Ok(())
    }
}

/// `500` is from there to the end.
fn range(given: &Given) -> Result<String, Fault> {
    match given.text()? {
        "" => Err(given.fault("a range such as 0-499 must follow")),
        text if text.bytes().all(|b| b.is_ascii_digit()) => Ok(format!("{text}-")),
        text => Ok(text.to_owned()),
    }
}
