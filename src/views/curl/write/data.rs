//! The options for data: bodies, urlencoded params, and files between them.

use std::path::Path;

use super::quote::Quotes;
use super::{CommandWriter, file_argument, unsupported};
use crate::error::{Error, Result};
use crate::message::params::{Content, Data, RequestBody};
use crate::text::charset;
use crate::text::percent;
use crate::views::marked_call::TextPiece;
use crate::views::place_encoding::PlaceEncoding;
use crate::views::variables::{FileForm, Source};

impl CommandWriter<'_> {
    /// Adds an option for each param: `plain` takes an encoded pair, and for `encoding` curl encodes the value.
    pub(super) fn params(&mut self, plain: &str, encoding: &str) -> Result<()> {
        let marked = self.marked;
        let request = &marked.call.request;
        for part in request.parts.iter() {
            let Content::Param(value) = &part.content else { continue };
            if !marked.is_open(value) {
                let mut pair = String::new();
                percent::pair(&mut pair, &part.name, value, &request.charset)
                    .map_err(|why| Error::invalid("charset", why))?;
                // curl does not encode the value of `--url-query +a=b`.
                match plain.strip_suffix(" +") {
                    Some(option) => self.option(option, format!("+{pair}"), Quotes::Single)?,
                    None => self.option(plain, pair, Quotes::Single)?,
                }
                continue;
            }
            let name = charset::encode(&part.name, request.charset())
                .map_err(|why| Error::invalid("charset", why))?;
            let mut text = String::new();
            percent::strict(&mut text, &name);
            match &marked.pieces(value.as_bytes())[..] {
                [TextPiece::Variable(variable)] if !variable.is_inline() => {
                    let Source::File { path, form: FileForm::Whole } = &variable.source else {
                        return Err(unsupported(
                            "a param cannot be a file whose content is changed",
                        ));
                    };
                    self.option(encoding, format!("{text}@{path}"), Quotes::Single)?;
                }
                _ => {
                    let value = charset::encode(value, request.charset())
                        .map_err(|why| Error::invalid("charset", why))?;
                    let text = [text.as_bytes(), b"=", &value].concat();
                    self.option(encoding, text, Quotes::Single)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn loaded(&mut self, is_json: bool) -> Result<()> {
        let marked = self.marked;
        let RequestBody::Loaded { data, .. } = &marked.call.request.body else { return Ok(()) };
        match data {
            Data::Bytes(bytes) => self.data(bytes, is_json),
            Data::File(source) if source.chunk.is_some() => {
                Err(unsupported("curl sends a whole file, not a part of it"))
            }
            Data::File(source) => {
                let path = file_argument(&source.path)?;
                let option = if is_json { "--json" } else { "--data-binary" };
                self.option(option, format!("@{path}"), Quotes::Bare)
            }
            Data::Fault(why) => Err(Error::invalid("body", why)),
        }
    }

    /// Adds a body, or the data of a query: text, files, and fields that curl encodes.
    pub(super) fn data(&mut self, bytes: &[u8], is_json: bool) -> Result<()> {
        match (self.marked.has_derived(bytes), is_json) {
            (false, true) => self.option("--json", bytes, Quotes::Single),
            (false, false) => self.plain(bytes, false),
            (true, true) => self.json(bytes),
            (true, false) => self.fields(bytes, false),
        }
    }

    /// Whether curl may read the body as a file name, as the value of `--json`.
    pub(super) fn body_may_be_file(&self) -> bool {
        match &self.marked.call.request.body {
            RequestBody::Loaded { data: Data::Bytes(bytes), .. } => {
                self.may_be_file(bytes) && !self.marked.has_derived(bytes)
            }
            _ => false,
        }
    }

    /// Whether curl may read a value of `-d` as a file name.
    fn may_be_file(&self, bytes: &[u8]) -> bool {
        let pieces = self.marked.pieces(bytes);
        bytes.starts_with(b"@") || matches!(pieces.first(), Some(TextPiece::Variable(_)))
    }

    fn plain(&mut self, text: &[u8], in_url: bool) -> Result<()> {
        if in_url {
            return self.option("--url-query", [b"+", text].concat(), Quotes::Single);
        }
        let option = if self.may_be_file(text) { "--data-raw" } else { "-d" };
        self.option(option, text, Quotes::Single)
    }

    /// Adds JSON with files in it. curl joins the pieces without a separator.
    fn json(&mut self, bytes: &[u8]) -> Result<()> {
        for piece in &self.marked.pieces(bytes) {
            match piece {
                TextPiece::Variable(variable) => match &variable.source {
                    Source::File { path, form: FileForm::Whole } => {
                        let path = file_argument(Path::new(path))?;
                        self.option("--json", format!("@{path}"), Quotes::Bare)?;
                    }
                    Source::File { .. } | Source::Encoded { .. } => return Err(inserted_file()),
                    Source::Caller => return Err(unsupported("a variable next to a file in JSON")),
                },
                TextPiece::Text(text) if text.starts_with(b"@") => return Err(inserted_file()),
                TextPiece::Text(text) => self.option("--json", text, Quotes::Single)?,
            }
        }
        Ok(())
    }

    /// Adds the fields of `a=b&c=d`: one option for each file and each field that curl encodes, and one for all the
    /// text between two of them. With `in_url` they are added to the query of a request with a body.
    pub(super) fn fields(&mut self, bytes: &[u8], in_url: bool) -> Result<()> {
        let marked = self.marked;
        let mut text: Option<Vec<u8>> = None;
        for field in bytes.split(|b| *b == b'&') {
            if marked.has_derived(field) {
                self.text_between(text.take(), in_url)?;
                self.field(field, in_url)?;
                continue;
            }
            match &mut text {
                Some(text) => {
                    text.push(b'&');
                    text.extend_from_slice(field);
                }
                None => text = Some(field.to_owned()),
            }
        }
        self.text_between(text, in_url)
    }

    fn text_between(&mut self, text: Option<Vec<u8>>, in_url: bool) -> Result<()> {
        match text {
            None => Ok(()),
            Some(text) if text.is_empty() => {
                Err(unsupported("curl drops an empty piece of a body"))
            }
            Some(text) => self.plain(&text, in_url),
        }
    }

    fn field(&mut self, field: &[u8], in_url: bool) -> Result<()> {
        let encoding = if in_url { "--url-query" } else { "--data-urlencode" };
        let marked = self.marked;
        let file = match &marked.pieces(field)[..] {
            [TextPiece::Variable(variable)] => Some((&[][..], &variable.source)),
            [TextPiece::Text(name), TextPiece::Variable(variable)] => {
                Some((*name, &variable.source))
            }
            _ => None,
        };
        match file {
            Some((name, Source::File { path, form })) => {
                let path = file_argument(Path::new(path))?;
                let (option, name) = match (form, name) {
                    (FileForm::Whole, []) if !in_url => ("--data-binary", name),
                    (FileForm::WithoutLineEnds, []) if !in_url => ("-d", name),
                    (FileForm::UrlEncoded, []) => (encoding, name),
                    (FileForm::UrlEncoded, [name @ .., b'='])
                        if !name.is_empty() && !name.iter().any(|b| b"=@".contains(b)) =>
                    {
                        (encoding, name)
                    }
                    _ => return Err(inserted_file()),
                };
                self.option(option, [name, b"@", path.as_bytes()].concat(), Quotes::Bare)
            }
            _ => {
                // Neither a mark nor an encoded text has a `=`.
                let at = field.iter().position(|b| *b == b'=');
                let (name, value) = at.map_or((&[][..], field), |at| field.split_at(at));
                let value = if at.is_some() { &value[1..] } else { value };
                let is_encoded = |piece: &TextPiece<'_, '_>| match piece {
                    TextPiece::Variable(variable) => {
                        variable.encoding() == Some(&PlaceEncoding::Form)
                    }
                    TextPiece::Text(_) => true,
                };
                match percent::decode_form_exact(value) {
                    Some(plain)
                        if marked.pieces(value).iter().all(is_encoded)
                            && (at.is_none() || !name.is_empty()) =>
                    {
                        self.option(encoding, [name, b"=", &plain].concat(), Quotes::Single)
                    }
                    _ => {
                        let name = String::from_utf8_lossy(name).into_owned();
                        Err(unsupported(format_args!(
                            "curl encodes whole values, and a part of the value of {name:?} is not encoded"
                        )))
                    }
                }
            }
        }
    }
}

fn inserted_file() -> Error {
    unsupported("curl joins a file to other fields, but cannot insert it into one")
}
