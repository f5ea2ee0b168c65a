//! The options of the request.

use std::collections::HashSet;

use super::args::OptionArg;
use super::call_variables::CallVariables;
use super::data::{self, DataOption};
use super::files::HeaderLine;
use super::transport_options::TransportOptions;
use super::{Fault, form};
use crate::message::request::HttpRequest;
use crate::text::headers::{bad_value_char, is_token};
use crate::views::curl::option_table::CurlOption;
use crate::views::variables::FileForm;

/// A header of `-H`.
pub(super) enum HeaderOption {
    Field(String, String),
    Without(String),
}

impl HeaderOption {
    pub(super) fn name(&self) -> &str {
        match self {
            HeaderOption::Field(name, _) | HeaderOption::Without(name) => name,
        }
    }
}

/// A text and its offset in the command.
pub(super) struct Located {
    pub(super) at: usize,
    pub(super) text: String,
}

/// The options of a command, before the request is built. Offsets locate options for faults found later.
#[derive(Default)]
pub(super) struct RequestOptions {
    /// Contains the HTTP version and the parts of the form.
    pub(super) request: HttpRequest,
    pub(super) method: Option<String>,
    /// The offset of `-I`.
    pub(super) head: Option<usize>,
    /// `-G`: the data is sent in the query.
    pub(super) get: bool,
    pub(super) path_as_is: bool,
    pub(super) globoff: bool,
    pub(super) headers: HeaderOptions,
    pub(super) cookies: CookieOptions,
    pub(super) body: BodyOptions,
    /// The data of `--url-query`.
    pub(super) query: Vec<DataOption>,
    pub(super) transport: TransportOptions,
}

#[derive(Default)]
pub(super) struct HeaderOptions {
    /// The fields of `-H`, in order.
    pub(super) fields: Vec<HeaderOption>,
    /// Whether there is a `-H @file`.
    pub(super) has_file: bool,
    pub(super) content_length: Option<Located>,
    pub(super) bearer: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) referer: Option<Located>,
    pub(super) range: Option<String>,
    pub(super) compressed: bool,
}

impl HeaderOptions {
    /// Returns the first `-H` with a name.
    pub(super) fn find(&self, name: &str) -> Option<&HeaderOption> {
        self.fields.iter().find(|header| header.name().eq_ignore_ascii_case(name))
    }
}

#[derive(Default)]
pub(super) struct CookieOptions {
    /// `NAME=value`, separated by `;`.
    pub(super) text: String,
    /// The placeholders for the cookies of files, separated by `; `.
    pub(super) file: Option<Located>,
    /// Each of these placeholders.
    files: HashSet<String>,
    /// The offset of `-j`.
    pub(super) junk_session: Option<usize>,
}

/// The body options. A request has one kind of body: data, a form, or an upload.
#[derive(Default)]
pub(super) struct BodyOptions {
    pub(super) data: Vec<DataOption>,
    /// Whether the data contains a `--json`.
    pub(super) is_json: bool,
    /// The option of the last part of a form.
    pub(super) form: Option<Located>,
    /// The offset of `--form-escape`.
    pub(super) form_escape: Option<usize>,
    /// The path of the first `-T`, unless it is empty.
    pub(super) upload: Option<Located>,
    has_upload: bool,
}

impl RequestOptions {
    /// Adds an option.
    pub(super) fn add(
        &mut self,
        arg: &OptionArg,
        variables: &mut CallVariables,
    ) -> Result<(), Fault> {
        let owned = |text: &str| Some(text.to_owned());
        let offset = arg.on.then_some(arg.at);
        match arg.option {
            CurlOption::Request => self.method = Some(method(arg, variables)?),
            CurlOption::Head => self.head = offset,
            CurlOption::Get => self.get = arg.on,
            CurlOption::Globoff => self.globoff = arg.on,
            CurlOption::PathAsIs => self.path_as_is = arg.on,
            CurlOption::Http10 | CurlOption::Http11 => {
                let is_old = arg.option == CurlOption::Http10 && arg.on;
                self.request.set_http_version(if is_old { "1.0" } else { "1.1" });
            }
            CurlOption::Header => self.header(arg, variables)?,
            CurlOption::Data | CurlOption::DataRaw | CurlOption::DataBinary => {
                self.body.data.push(data::parse(arg, variables)?);
            }
            CurlOption::Json => {
                self.body.is_json = true;
                self.body.data.push(data::parse(arg, variables)?);
            }
            CurlOption::DataUrlencode => self.body.data.push(data::parse_encoded(arg, variables)?),
            CurlOption::UrlQuery => self.query.push(match arg.bytes().strip_prefix(b"+") {
                Some(raw) => DataOption::Raw(raw.to_vec()),
                None => data::parse_encoded(arg, variables)?,
            }),
            CurlOption::Form | CurlOption::FormString => {
                self.body.form = Some(Located { at: arg.at, text: arg.shown.clone() });
                form::add(&mut self.request, arg, variables)?;
            }
            CurlOption::FormEscape => self.body.form_escape = offset,
            CurlOption::UploadFile => {
                self.transport.begin_output();
                // Another one is for another URL.
                if !std::mem::replace(&mut self.body.has_upload, true) && !arg.bytes().is_empty() {
                    self.upload(arg, variables)?;
                }
            }
            CurlOption::Bearer => self.headers.bearer = owned(arg.text()?),
            CurlOption::UserAgent => self.headers.user_agent = owned(arg.text()?),
            CurlOption::Referer => {
                let text = arg.text()?.to_owned();
                self.headers.referer = Some(Located { at: arg.at, text });
            }
            CurlOption::Range => self.headers.range = Some(range(arg)?),
            CurlOption::Compressed => self.headers.compressed = arg.on,
            CurlOption::Cookie => self.cookie(arg, variables)?,
            CurlOption::JunkSession => self.cookies.junk_session = offset,
            CurlOption::Url => self.transport.begin_output(),
            _ => self.transport.add(arg, variables)?,
        }
        Ok(())
    }

    fn header(&mut self, arg: &OptionArg, variables: &mut CallVariables) -> Result<(), Fault> {
        let text = arg.text()?;
        if let Some(path) = text.strip_prefix('@') {
            let path = arg.path(path.as_bytes())?;
            variables.file(arg, &path, FileForm::Headers)?;
            self.headers.has_file = true;
            return Ok(());
        }
        let Some(line) = HeaderLine::parse(text) else {
            let why = "a header is \"Name: value\", or \"Name;\" for an empty value";
            return Err(arg.fault(why));
        };
        let (name, value) = match line {
            HeaderLine::Field(name, value) => (name, Some(value)),
            HeaderLine::Without(name) => (name, None),
        };
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let bare = || name.trim().is_empty() || name.contains(char::is_whitespace);
        if bare() && !variables.has_variable(name) {
            return Err(arg.fault("the name before the colon is not a header name"));
        }
        if value.is_some_and(|value| bad_value_char(value).is_some()) {
            return Err(arg.fault(format_args!("the value of {name} contains a control character")));
        }
        let says = |wanted: &str| value.is_some_and(|v| v.eq_ignore_ascii_case(wanted));
        if is("Transfer-Encoding") && value.is_some() {
            let why = "Transfer-Encoding cannot be set; zoomkat sends a body with its length";
            return Err(arg.fault(why));
        }
        if is("Content-Length") {
            let Some(value) = value else {
                let why = "Content-Length cannot be removed; it marks the end of the body";
                return Err(arg.fault(why));
            };
            self.headers.content_length = Some(Located { at: arg.at, text: value.to_owned() });
            return Ok(());
        }
        let is_single = value.is_some() && (is("Host") || is("Content-Type"));
        let is_repeated = || {
            self.headers.fields.iter().any(|known| match known {
                HeaderOption::Field(known, _) => known.eq_ignore_ascii_case(name),
                HeaderOption::Without(_) => false,
            })
        };
        if is_single && is_repeated() {
            return Err(arg.fault(format_args!("{name} is given twice")));
        }
        if is("Host") && value.is_none_or(str::is_empty) {
            return Err(arg.fault("a request without Host is not valid in HTTP/1.1"));
        }
        if is("Content-Type") && says("") {
            return Err(arg.fault(
                "an empty Content-Type cannot be sent; write \"Content-Type:\" to remove it",
            ));
        }
        self.headers.fields.push(match value {
            Some(value) => HeaderOption::Field(name.to_owned(), value.to_owned()),
            None => HeaderOption::Without(name.to_owned()),
        });
        Ok(())
    }

    fn upload(&mut self, arg: &OptionArg, variables: &CallVariables) -> Result<(), Fault> {
        let path = arg.path(arg.bytes())?;
        if path == "-" || path == "." {
            return Err(arg.fault("the length of standard input is unknown; use a file"));
        }
        if !self.globoff
            && path.contains(['[', ']', '{', '}'])
            && (!variables.has_variable(&path) || path.contains(['[', ']']))
        {
            return Err(arg.fault("brackets mean several files; use -g"));
        }
        self.body.upload = Some(Located { at: arg.at, text: path });
        Ok(())
    }

    fn cookie(&mut self, arg: &OptionArg, variables: &mut CallVariables) -> Result<(), Fault> {
        let text = arg.text()?;
        if text.contains('=') {
            if bad_value_char(text).is_some() {
                return Err(arg.fault("the cookies contain a control character"));
            }
            if !self.cookies.text.is_empty() {
                self.cookies.text.push(';');
            }
            self.cookies.text.push_str(text);
            return Ok(());
        }
        self.transport.keep_cookies();
        if text.is_empty() {
            return Ok(());
        }
        // If it is a variable, its value may also be cookies.
        let text = variables.file(arg, text, FileForm::Cookies)?;
        match &mut self.cookies.file {
            None => self.cookies.file = Some(Located { at: arg.at, text: text.clone() }),
            Some(_) if self.cookies.files.contains(&text) => {}
            Some(file) => file.text.extend(["; ", &text]),
        }
        self.cookies.files.insert(text);
        Ok(())
    }
}

fn method(arg: &OptionArg, variables: &CallVariables) -> Result<String, Fault> {
    match arg.text()? {
        "" => Err(arg.fault("a method such as PUT is missing")),
        method if !is_token(method) && !variables.has_variable(method) => {
            let why = "not a method, which consists of letters, digits and !#$%&'*+-.^_`|~";
            Err(arg.fault(why))
        }
        method => Ok(method.to_owned()),
    }
}

/// Converts `500`, which curl reads as `500-`.
fn range(arg: &OptionArg) -> Result<String, Fault> {
    match arg.text()? {
        "" => Err(arg.fault("a range such as 0-499 is missing")),
        text if text.bytes().all(|b| b.is_ascii_digit()) => Ok(format!("{text}-")),
        text => Ok(text.to_owned()),
    }
}
