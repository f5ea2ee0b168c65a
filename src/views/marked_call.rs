//! A call with its variables marked, checked for the writers.

use super::call::Call;
use super::ready::check_remote_name;
use super::variables::{FileForm, Source, Variable, fill_text, placeholder};
use crate::error::{Error, Result};
use crate::message::params::{Content, Data, RequestBody};
use crate::message::prepare::Prepared;
use crate::message::request::HttpRequest;
use crate::text::charset;
use crate::text::headers::{is_multipart, without_parameter};

/// A copy of a call in which each placeholder is replaced by a mark: letters and digits that no encoding
/// changes and no text contains by accident.
pub(crate) struct MarkedCall {
    pub(crate) call: Call,
    /// The start of each mark. The index of the variable and an `x` follow.
    mark: String,
    variables: Vec<Variable>,
}

/// A piece of a text.
pub(crate) enum TextPiece<'t, 'm> {
    Text(&'t [u8]),
    Variable(&'m Variable),
}

/// Where the params are sent.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum ParamLocation {
    /// In the query, next to a loaded body.
    Loaded,
    /// In a multipart body.
    Multipart,
    /// In a urlencoded body.
    Form,
    /// In the query, without a body.
    Query,
}

/// The parts of a checked request that a writer needs.
pub(super) struct CheckedRequest {
    /// Path and query, encoded, including params.
    pub(super) target: String,
    pub(super) http10: bool,
    /// Without the boundary.
    pub(super) content_type: Option<String>,
    pub(super) param_location: ParamLocation,
    /// There is no body, and `Content-Length: 0` is sent.
    pub(super) has_zero_length: bool,
}

impl MarkedCall {
    pub(crate) fn new(call: &Call) -> Result<MarkedCall> {
        check_remote_name(call)?;
        let mut random = [0; 16];
        if !call.variables.is_empty() {
            getrandom::fill(&mut random).map_err(|err| {
                Error::content(
                    "variables",
                    format_args!("the system's random number generator failed: {err}"),
                )
            })?;
        }
        let mark = format!("zk{:032x}x", u128::from_le_bytes(random));
        let mut marked = call.clone();
        // A domain with a variable must not be split into the parts of a URL.
        let mut domain = std::mem::take(&mut marked.domain);
        let names = call.variables.iter().map(|variable| placeholder(&variable.name));
        let values: Vec<_> = names
            .enumerate()
            .map(|(at, name)| (name, format!("{mark}{at}x").into_bytes().into()))
            .collect();
        marked.fill(&values);
        // The marks change the length of the body, which each view computes. Without marks it is checked here.
        let has_length = call.request.headers.get("Content-Length").is_some();
        if has_length && values.is_empty() && call.files().is_empty() {
            call.request.prepare_for(None)?;
        }
        let has_content = marked.request.body != RequestBody::None
            || !(marked.request.parts.is_empty() || marked.request.params_go_to_query());
        if has_content {
            marked.request.headers.remove("Content-Length");
        }
        let variables = std::mem::take(&mut marked.variables);
        fill_text(&mut domain, &values);
        marked.domain = domain;
        Ok(MarkedCall { call: marked, mark, variables })
    }

    /// Returns the variables of the call.
    pub(super) fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.variables.iter()
    }

    /// Splits a text at its variables.
    pub(crate) fn pieces<'t>(&self, text: &'t [u8]) -> Vec<TextPiece<'t, '_>> {
        let mut pieces = Vec::new();
        let (mut at, mut start) = (if self.variables.is_empty() { text.len() } else { 0 }, 0);
        // The first letter of a mark, which is rare.
        while let Some(found) = text[at..].iter().position(|byte| *byte == b'z') {
            at += found;
            let Some((variable, length)) = self.match_start(&text[at..]) else {
                at += 1;
                continue;
            };
            if start < at {
                pieces.push(TextPiece::Text(&text[start..at]));
            }
            pieces.push(TextPiece::Variable(variable));
            at += length;
            start = at;
        }
        if start < text.len() {
            pieces.push(TextPiece::Text(&text[start..]));
        }
        pieces
    }

    /// Returns the variable whose mark a text starts with, and the length of the mark.
    fn match_start(&self, text: &[u8]) -> Option<(&Variable, usize)> {
        let number = text.strip_prefix(self.mark.as_bytes())?;
        let end = number.iter().position(|b| *b == b'x')?;
        let at: usize = std::str::from_utf8(&number[..end]).ok()?.parse().ok()?;
        Some((self.variables.get(at)?, self.mark.len() + end + 1))
    }

    /// Whether the field is not sent if the values of its variables leave it empty.
    pub(super) fn may_be_removed(&self, name: &str, value: &str) -> bool {
        let is_empty = |piece: &TextPiece<'_, '_>| match piece {
            TextPiece::Text(text) => text.trim_ascii().is_empty(),
            TextPiece::Variable(variable) => variable.source == Source::Caller,
        };
        self.call.options.fields.empty_is_removed
            && !name.eq_ignore_ascii_case("Host")
            && self.is_open(value)
            && self.pieces(value.as_bytes()).iter().all(is_empty)
    }

    /// Whether cookies of a file are sent.
    pub(super) fn has_cookie_file(&self) -> bool {
        let form = FileForm::Cookies;
        self.variables()
            .any(|own| matches!(&own.source, Source::File { form: f, .. } if *f == form))
    }

    /// Whether a text contains a variable.
    pub(crate) fn is_open(&self, text: impl AsRef<[u8]>) -> bool {
        self.pieces(text.as_ref()).iter().any(|piece| matches!(piece, TextPiece::Variable(_)))
    }

    /// Whether a text contains a variable that comes from a file or that curl encodes.
    pub(super) fn has_derived(&self, text: impl AsRef<[u8]>) -> bool {
        let is_derived = |piece: &TextPiece<'_, '_>| match piece {
            TextPiece::Variable(variable) => !variable.is_inline(),
            TextPiece::Text(_) => false,
        };
        self.pieces(text.as_ref()).iter().any(is_derived)
    }

    /// Checks everything that sending checks before it connects or opens a file.
    pub(super) fn check(&self) -> Result<CheckedRequest> {
        let call = &self.call;
        if !self.is_open(&call.domain) {
            crate::net::origin::Origin::new(&call.domain, call.port, call.ssl)?;
        }
        if let Some((login, _)) = &call.options.user {
            if login.contains(':') {
                // RFC 7617 section 2, as in the transport.
                return Err(Error::invalid("set_user", "a user name cannot contain a colon"));
            }
        }
        self.check_charset()?;
        let unread = without_files(&call.request);
        let prepared = unread.prepare()?;
        let param_location = param_location(&call.request, &prepared);
        let content_type = prepared.content_type().map(|value| match param_location {
            ParamLocation::Multipart => without_parameter(&value, "boundary").into_owned(),
            _ => value.into_owned(),
        });
        let sets_length = call.request.headers.get("Content-Length").is_some();
        let has_zero_length = prepared.body.is_none()
            && (sets_length || !prepared.is_safe() && prepared.verb != "DELETE");
        let (target, http10) = (prepared.target.clone().into_owned(), prepared.http10);
        Ok(CheckedRequest { target, http10, content_type, param_location, has_zero_length })
    }

    /// Refuses a variable in a charset such as UTF-16, in which its value cannot be inserted later.
    fn check_charset(&self) -> Result<()> {
        let request = &self.call.request;
        for part in request.parts.iter() {
            let Content::Param(value) = &part.content else { continue };
            for text in [&part.name, value] {
                let encoded = charset::encode(text, request.charset()).unwrap_or_default();
                if self.is_open(text) && !self.is_open(&encoded) {
                    let why = format_args!(
                        "a variable cannot be in a param that is sent as {:?}",
                        request.charset()
                    );
                    return Err(Error::invalid("charset", why));
                }
            }
        }
        Ok(())
    }
}

fn param_location(request: &HttpRequest, prepared: &Prepared<'_>) -> ParamLocation {
    let is_multipart = prepared.content_type().is_some_and(|value| is_multipart(&value));
    match (&request.body, &prepared.body) {
        (RequestBody::Loaded { .. }, _) => ParamLocation::Loaded,
        (RequestBody::None, None) => ParamLocation::Query,
        (RequestBody::None, Some(_)) if is_multipart => ParamLocation::Multipart,
        (RequestBody::None, Some(_)) => ParamLocation::Form,
    }
}

/// Returns the request with its files replaced by empty content, since a check would open them.
fn without_files(request: &HttpRequest) -> HttpRequest {
    let mut request = request.clone();
    request.change_data(|data| {
        if matches!(data, Data::File(_)) {
            *data = Data::Bytes(Vec::new().into());
        }
    });
    request
}
