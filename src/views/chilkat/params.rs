//! The path and the params of a request.
//!
//! Chilkat encodes the values of params but not their names, from which it removes spaces, and in a path only spaces.
//! What it would send differently is written in its encoded form.

use super::strings::RubyText;
use super::{Script, unsupported};
use crate::error::{Error, Result};
use crate::text::percent;
use crate::views::marked_call::{CheckedRequest, ParamLocation, TextPiece};

/// How the params are written.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum ParamForm {
    /// As params, which Chilkat encodes.
    Params,
    /// In the path, encoded.
    InPath,
    /// As a body, encoded.
    Body,
}

impl Script<'_> {
    pub(super) fn param_form(&self, wire: &CheckedRequest) -> ParamForm {
        let request = &self.marked.call.request;
        let is_unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        let is_plain = request
            .params()
            .all(|(name, _)| name.bytes().all(is_unreserved) && !self.marked.is_open(name));
        let has_query = request.path().contains('?');
        match wire.param_location {
            ParamLocation::Multipart => ParamForm::Params,
            ParamLocation::Form if is_plain => ParamForm::Params,
            ParamLocation::Form => ParamForm::Body,
            ParamLocation::Loaded if is_plain && !has_query => ParamForm::Params,
            ParamLocation::Query if is_plain && !has_query && request.http_verb() == "GET" => {
                ParamForm::Params
            }
            ParamLocation::Loaded | ParamLocation::Query => ParamForm::InPath,
        }
    }

    /// Returns the expression for path and query.
    pub(super) fn path(&mut self, form: ParamForm) -> Result<String> {
        let marked = self.marked;
        let request = &marked.call.request;
        let whole = request.path();
        let (path, query) = whole.split_at(whole.find('?').unwrap_or(whole.len()));
        let mut out = RubyText::default();
        match (marked.is_open(&marked.call.domain), path.starts_with('/')) {
            (true, true) => out.push_code("base.path.chomp(\"/\")"),
            // The variable may contain the path as well.
            (true, false) => out.push_code("base.request_uri"),
            (false, true) => {}
            (false, false) => out.push_text("/"),
        }
        let encoded = |text: &str| percent::path_and_query(&format!("/{text}"))[1..].to_owned();
        for (index, segment) in path.split('/').enumerate() {
            if index > 0 {
                out.push_text("/");
            }
            let variable = segment.strip_prefix(':').and_then(|name| {
                request.path_variables.get(request.path_variables.position(name)?)
            });
            match variable {
                Some((_, value)) => self.push_encoded(&mut out, value)?,
                None => self.push(&mut out, "the path", &encoded(segment))?,
            }
        }
        self.push(&mut out, "the path", &encoded(query))?;
        if form == ParamForm::InPath && !request.parts.is_empty() {
            out.push_text(match query {
                "" => "?",
                query if query.ends_with(['?', '&']) => "",
                _ => "&",
            });
            self.push_pairs(&mut out)?;
        }
        Ok(out.finish())
    }

    /// Returns the expression for the params as the body of a form.
    pub(super) fn form_body(&mut self) -> Result<String> {
        let mut out = RubyText::default();
        self.push_pairs(&mut out)?;
        Ok(out.finish())
    }

    /// Appends the params in the form `a=b&c=d`.
    fn push_pairs(&mut self, out: &mut RubyText) -> Result<()> {
        let marked = self.marked;
        let request = &marked.call.request;
        let is_utf8 =
            request.charset().is_empty() || request.charset().eq_ignore_ascii_case("utf-8");
        for (index, (name, value)) in request.params().enumerate() {
            if index > 0 {
                out.push_text("&");
            }
            if marked.is_open(name) || marked.is_open(value) {
                if !is_utf8 {
                    return Err(unsupported("a variable in a param with this name and charset"));
                }
                self.push_encoded(out, name)?;
                out.push_text("=");
                self.push_encoded(out, value)?;
            } else {
                let mut pair = String::new();
                percent::pair(&mut pair, name, value, &request.charset)
                    .map_err(|why| Error::invalid("charset", why))?;
                out.push_text(&pair);
            }
        }
        Ok(())
    }

    /// Appends a percent-encoded text, whose variables are encoded by the script.
    fn push_encoded(&mut self, out: &mut RubyText, text: &str) -> Result<()> {
        let marked = self.marked;
        for piece in marked.pieces(text.as_bytes()) {
            match piece {
                TextPiece::Text(text) => {
                    let mut encoded = String::new();
                    percent::strict(&mut encoded, text);
                    out.push_text(&encoded);
                }
                TextPiece::Variable(variable) => {
                    let value = self.value(variable)?;
                    out.push_code(&format!("http.urlEncode({value})"));
                }
            }
        }
        Ok(())
    }
}
