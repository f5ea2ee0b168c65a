//! What the options ask of the request.

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
pub(super) enum Header {
    Field(String, String),
    Without(String),
}

impl Header {
    pub(super) fn name(&self) -> &str {
        match self {
            Header::Field(name, _) | Header::Without(name) => name,
        }
    }
}

/// A text and where the command has it.
pub(super) struct Located {
    pub(super) at: usize,
    pub(super) text: String,
}

/// All that the options ask for, before the request is put together. A place says where an option stands, for
/// the fault that can only be found later.
#[derive(Default)]
pub(super) struct RequestOptions {
    /// Has the version of HTTP and the parts of the form.
    pub(super) request: HttpRequest,
    pub(super) method: Option<String>,
    /// The place of `-I`.
    pub(super) head: Option<usize>,
    /// `-G`: the data goes into the query.
    pub(super) get: bool,
    pub(super) path_as_is: bool,
    pub(super) globoff: bool,
    pub(super) headers: HeaderOptions,
    pub(super) cookies: CookieOptions,
    pub(super) body: BodyOptions,
    /// What `--url-query` adds.
    pub(super) query: Vec<DataOption>,
    pub(super) transport: TransportOptions,
}

/// The header fields.
#[derive(Default)]
pub(super) struct HeaderOptions {
    /// Those of `-H`, in order.
    pub(super) fields: Vec<Header>,
    /// `-H @file` adds more.
    pub(super) has_file: bool,
    pub(super) content_length: Option<Located>,
    pub(super) bearer: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) referer: Option<Located>,
    pub(super) range: Option<String>,
    pub(super) compressed: bool,
}

impl HeaderOptions {
    /// The first `-H` of this name.
    pub(super) fn find(&self, name: &str) -> Option<&Header> {
        self.fields.iter().find(|header| header.name().eq_ignore_ascii_case(name))
    }
}

/// The cookies.
#[derive(Default)]
pub(super) struct CookieOptions {
    /// `NAME=value`, with `;` between them.
    pub(super) text: String,
    /// What stands for the cookies of a file.
    pub(super) file: Option<Located>,
    /// The place of `-j`.
    pub(super) junk_session: Option<usize>,
}

/// The body; of data, form and upload a request has one.
#[derive(Default)]
pub(super) struct BodyOptions {
    pub(super) data: Vec<DataOption>,
    /// `--json` is among the data.
    pub(super) is_json: bool,
    /// The option of the last part of a form.
    pub(super) form: Option<Located>,
    /// The place of `--form-escape`.
    pub(super) form_escape: Option<usize>,
    /// The path of `-T`.
    pub(super) upload: Option<Located>,
}

impl RequestOptions {
    /// Takes one option.
    pub(super) fn take(
        &mut self,
        arg: &OptionArg,
        variables: &mut CallVariables,
    ) -> Result<(), Fault> {
        let own = |text: &str| Ok(Some(text.to_owned()));
        let place = arg.on.then_some(arg.at);
        match arg.option {
            CurlOption::Request => self.method = Some(method(arg, variables)?),
            CurlOption::Head => self.head = place,
            CurlOption::Get => self.get = arg.on,
            CurlOption::Globoff => self.globoff = arg.on,
            CurlOption::PathAsIs => self.path_as_is = arg.on,
            CurlOption::Http10 | CurlOption::Http11 => {
                let is_old = arg.option == CurlOption::Http10 && arg.on;
                self.request.set_http_version(if is_old { "1.0" } else { "1.1" });
            }
            CurlOption::Header => self.header(arg, variables)?,
            CurlOption::Data | CurlOption::DataRaw | CurlOption::DataBinary => {
                self.body.data.push(data::piece(arg, variables)?);
            }
            CurlOption::Json => {
                self.body.is_json = true;
                self.body.data.push(data::piece(arg, variables)?);
            }
            CurlOption::DataUrlencode => self.body.data.push(data::encoded(arg, variables)?),
            CurlOption::UrlQuery => self.query.push(match arg.bytes().strip_prefix(b"+") {
                Some(raw) => DataOption::Raw(raw.to_vec()),
                None => data::encoded(arg, variables)?,
            }),
            CurlOption::Form | CurlOption::FormString => {
                self.body.form = Some(Located { at: arg.at, text: arg.shown.clone() });
                form::add(&mut self.request, arg, variables)?;
            }
            CurlOption::FormEscape => self.body.form_escape = place,
            CurlOption::UploadFile => self.upload(arg, variables)?,
            CurlOption::Bearer => self.headers.bearer = own(arg.text()?)?,
            CurlOption::UserAgent => self.headers.user_agent = own(arg.text()?)?,
            CurlOption::Referer => {
                let text = arg.text()?.to_owned();
                self.headers.referer = Some(Located { at: arg.at, text });
            }
            CurlOption::Range => self.headers.range = Some(range(arg)?),
            CurlOption::Compressed => self.headers.compressed = arg.on,
            CurlOption::Cookie => self.cookie(arg, variables)?,
            CurlOption::JunkSession => self.cookies.junk_session = place,
            CurlOption::Url => {}
            _ => self.transport.take(arg, variables)?,
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
        if bare() && !variables.holds_variable(name) {
            return Err(arg.fault("this is no name of a header before the colon"));
        }
        if value.is_some_and(|value| bad_value_char(value).is_some()) {
            return Err(arg.fault(format_args!("the value of {name} holds a control character")));
        }
        let says = |wanted: &str| value.is_some_and(|v| v.eq_ignore_ascii_case(wanted));
        if is("Transfer-Encoding") && value.is_some() {
            let why = "Transfer-Encoding cannot be chosen; zoomkat sends a body with its length";
            return Err(arg.fault(why));
        }
        if is("Content-Length") {
            let Some(value) = value else {
                let why = "Content-Length cannot be left out; it says where a body ends";
                return Err(arg.fault(why));
            };
            self.headers.content_length = Some(Located { at: arg.at, text: value.to_owned() });
            return Ok(());
        }
        let is_single = value.is_some() && (is("Host") || is("Content-Type"));
        let again = || {
            self.headers.fields.iter().any(|known| match known {
                Header::Field(known, _) => known.eq_ignore_ascii_case(name),
                Header::Without(_) => false,
            })
        };
        if is_single && again() {
            return Err(arg.fault(format_args!("{name} is given twice")));
        }
        if is("Host") && value.is_none_or(str::is_empty) {
            return Err(arg.fault("a request without Host is not HTTP/1.1"));
        }
        if is("Content-Type") && says("") {
            return Err(arg.fault("an empty Content-Type is not sent; \"Content-Type:\" is none"));
        }
        self.headers.fields.push(match value {
            Some(value) => Header::Field(name.to_owned(), value.to_owned()),
            None => Header::Without(name.to_owned()),
        });
        Ok(())
    }

    fn upload(&mut self, arg: &OptionArg, variables: &CallVariables) -> Result<(), Fault> {
        let path = arg.path(arg.bytes())?;
        if path == "-" || path == "." {
            return Err(arg.fault("standard input has no length; name a file"));
        }
        if !self.globoff
            && path.contains(['[', ']', '{', '}'])
            && (!variables.holds_variable(&path) || path.contains(['[', ']']))
        {
            return Err(arg.fault("curl would take the brackets for several files; give -g"));
        }
        self.body.upload = Some(Located { at: arg.at, text: path });
        Ok(())
    }

    fn cookie(&mut self, arg: &OptionArg, variables: &mut CallVariables) -> Result<(), Fault> {
        let text = arg.text()?;
        if text.contains('=') {
            if bad_value_char(text).is_some() {
                return Err(arg.fault("the cookies hold a control character"));
            }
            if !self.cookies.text.is_empty() {
                self.cookies.text.push(';');
            }
            self.cookies.text.push_str(text);
        } else if variables.holds_variable(text) {
            let why = "whether this is a file or a cookie only its value says; write NAME=$VALUE, or \
                       -H \"Cookie: $COOKIES\"";
            return Err(arg.fault(why));
        } else if !text.is_empty() {
            if self.cookies.file.is_some() {
                return Err(arg.fault("this is a second file of cookies; zoomkat reads one"));
            }
            let text = variables.file(arg, text, FileForm::Cookies)?;
            self.cookies.file = Some(Located { at: arg.at, text });
        }
        Ok(())
    }
}

fn method(arg: &OptionArg, variables: &CallVariables) -> Result<String, Fault> {
    match arg.text()? {
        "" => Err(arg.fault("a method such as PUT must follow")),
        method if !is_token(method) && !variables.holds_variable(method) => {
            let why = "this is no method; only letters, digits and !#$%&'*+-.^_`|~ may be in one";
            Err(arg.fault(why))
        }
        method => Ok(method.to_owned()),
    }
}

/// `500` is from there to the end.
fn range(arg: &OptionArg) -> Result<String, Fault> {
    match arg.text()? {
        "" => Err(arg.fault("a range such as 0-499 must follow")),
        text if text.bytes().all(|b| b.is_ascii_digit()) => Ok(format!("{text}-")),
        text => Ok(text.to_owned()),
    }
}
