//! [`MarkedCall`]: a call as the writers see it, checked, and with its variables easy to find.

use super::call::Call;
use super::variables::{Source, Variable, check_remote_name, fill_one, placeholder};
use crate::error::{Error, Result};
use crate::message::params::{Content, Data, RequestBody};
use crate::message::prepare::Prepared;
use crate::message::request::HttpRequest;
use crate::text::charset;
use crate::text::headers::{is_multipart, without_parameter};

/// A copy of a call in which each placeholder has become a word of letters and digits, which no
/// encoding changes and no text has by accident.
pub(crate) struct MarkedCall {
    pub(crate) call: Call,
    /// The start of each mark; the number of the variable and an `x` follow.
    mark: String,
    variables: Vec<Variable>,
}

/// A stretch of a text.
pub(crate) enum TextPiece<'t, 'm> {
    Text(&'t [u8]),
    Variable(&'m Variable),
}

/// Where the params go.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Carrier {
    /// There is a loaded body; they are in the query.
    Loaded,
    Multipart,
    /// They are a urlencoded body.
    Form,
    /// There is no body; they are in the query.
    Nothing,
}

/// The parts of a checked request that a writer needs.
pub(super) struct CheckedRequest {
    /// Path and query, encoded, params included.
    pub(super) target: String,
    pub(super) http10: bool,
    /// Without the boundary.
    pub(super) content_type: Option<String>,
    pub(super) carrier: Carrier,
    /// Content-Length is 0 and there is no body.
    pub(super) says_empty: bool,
}

impl MarkedCall {
    pub(crate) fn of(call: &Call) -> Result<MarkedCall> {
        check_remote_name(call)?;
        let mut random = [0; 16];
        if !call.variables.is_empty() {
            getrandom::fill(&mut random).map_err(|err| {
                Error::content("variables", format_args!("the system gave no random bytes: {err}"))
            })?;
        }
        let mark = format!("zk{:032x}x", u128::from_le_bytes(random));
        let mut marked = call.clone();
        // A domain with a variable is no domain yet, so it is not taken apart.
        let mut domain = std::mem::take(&mut marked.domain);
        let names = call.variables.iter().map(|variable| placeholder(&variable.name));
        let values: Vec<_> = names
            .enumerate()
            .map(|(at, name)| (name, format!("{mark}{at}x").into_bytes().into()))
            .collect();
        marked.fill(&values);
        // The marks change the length of the body, which each view computes.
        marked.request.headers.remove("Content-Length");
        let variables = std::mem::take(&mut marked.variables);
        fill_one(&mut domain, &values);
        marked.domain = domain;
        Ok(MarkedCall { call: marked, mark, variables })
    }

    /// The variables of the call.
    pub(super) fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.variables.iter()
    }

    /// Where the variables stand in a text.
    pub(crate) fn pieces<'t>(&self, text: &'t [u8]) -> Vec<TextPiece<'t, '_>> {
        let mut pieces = Vec::new();
        let (mut at, mut start) = (0, 0);
        while !self.variables.is_empty() && at < text.len() {
            let Some((variable, length)) = self.at_start_of(&text[at..]) else {
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

    /// The variable whose mark a text starts with, and the length of the mark.
    fn at_start_of(&self, text: &[u8]) -> Option<(&Variable, usize)> {
        let number = text.strip_prefix(self.mark.as_bytes())?;
        let end = number.iter().position(|b| *b == b'x')?;
        let at: usize = std::str::from_utf8(&number[..end]).ok()?.parse().ok()?;
        Some((self.variables.get(at)?, self.mark.len() + end + 1))
    }

    /// Whether a text has a variable in it.
    pub(crate) fn is_open(&self, text: impl AsRef<[u8]>) -> bool {
        self.pieces(text.as_ref()).iter().any(|piece| matches!(piece, TextPiece::Variable(_)))
    }

    /// Whether a text has a variable in it that comes from a file or is encoded first.
    pub(super) fn has_made(&self, text: impl AsRef<[u8]>) -> bool {
        let is_made = |piece: &TextPiece<'_, '_>| match piece {
            TextPiece::Variable(variable) => variable.source != Source::Asked,
            TextPiece::Text(_) => false,
        };
        self.pieces(text.as_ref()).iter().any(is_made)
    }

    /// Finds all faults that sending would find without a connection and without a file.
    pub(super) fn check(&self) -> Result<CheckedRequest> {
        let call = &self.call;
        if !self.is_open(&call.domain) {
            crate::net::origin::Origin::new(&call.domain, call.port, call.ssl)?;
        }
        if let Some((login, _)) = &call.options.user {
            if login.contains(':') {
                // RFC 7617 section 2, as in the transport.
                return Err(Error::invalid("set_user", "a user name cannot hold a colon"));
            }
        }
        self.check_charset()?;
        let unread = without_files(&call.request);
        let prepared = unread.prepare()?;
        let carrier = carrier(&call.request, &prepared);
        let content_type = prepared.content_type().map(|value| match carrier {
            Carrier::Multipart => without_parameter(value, "boundary").into_owned(),
            _ => value.to_owned(),
        });
        let says_empty =
            prepared.body.is_none() && !prepared.is_safe() && prepared.verb != "DELETE";
        let (target, http10) = (prepared.target.clone(), prepared.http10);
        Ok(CheckedRequest { target, http10, content_type, carrier, says_empty })
    }

    /// In a charset such as UTF-16 a variable's value cannot be put between encoded text.
    fn check_charset(&self) -> Result<()> {
        let request = &self.call.request;
        for part in request.parts.iter() {
            let Content::Param(value) = &part.content else { continue };
            for text in [&part.name, value] {
                let encoded = charset::encode(text, request.charset()).unwrap_or_default();
                if self.is_open(text) && !self.is_open(&encoded) {
                    let why = format_args!(
                        "a variable cannot stand in a param that is sent as {:?}",
                        request.charset()
                    );
                    return Err(Error::invalid("charset", why));
                }
            }
        }
        Ok(())
    }
}

fn carrier(request: &HttpRequest, prepared: &Prepared<'_>) -> Carrier {
    let is_multipart = prepared.content_type().is_some_and(is_multipart);
    match (&request.body, &prepared.body) {
        (RequestBody::Loaded { .. }, _) => Carrier::Loaded,
        (RequestBody::None, None) => Carrier::Nothing,
        (RequestBody::None, Some(_)) if is_multipart => Carrier::Multipart,
        (RequestBody::None, Some(_)) => Carrier::Form,
    }
}

/// The request with empty content instead of its files, which a check would open.
fn without_files(request: &HttpRequest) -> HttpRequest {
    let mut request = request.clone();
    request.change_data(|data| {
        if matches!(data, Data::File(_)) {
            *data = Data::Bytes(Vec::new().into());
        }
    });
    request
}
