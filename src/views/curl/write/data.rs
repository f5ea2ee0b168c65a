//! The options for data: bodies, urlencoded params, and the files that curl puts between them.

use std::path::Path;

use super::quote::Quotes;
use super::{CommandWriter, cannot, file_argument};
use crate::error::{Error, Result};
use crate::message::params::{Content, Data, RequestBody};
use crate::text::charset;
use crate::text::percent;
use crate::views::marked_call::TextPiece;
use crate::views::variables::{FileForm, Source};

impl CommandWriter<'_> {
    /// The params, a pair an option: `plain` takes it as it is, `encoding` has curl encode the value.
    pub(super) fn params(&mut self, plain: &str, encoding: &str) -> Result<()> {
        let marked = self.marked;
        let request = &marked.call.request;
        for part in request.parts.iter() {
            let Content::Param(value) = &part.content else { continue };
            if !marked.is_open(value) {
                let mut pair = String::new();
                percent::pair(&mut pair, &part.name, value, request.charset())
                    .map_err(|why| Error::invalid("charset", why))?;
                // `--url-query +a=b` is the one that is not encoded.
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
                [TextPiece::Variable(variable)] if variable.source != Source::Asked => {
                    let Source::File { path, form: FileForm::Whole } = &variable.source else {
                        return Err(cannot("a file whose text is changed cannot be a param"));
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
                Err(cannot("curl sends a file whole, not a stretch of it"))
            }
            Data::File(source) => {
                let path = file_argument(&source.path)?;
                let option = if is_json { "--json" } else { "--data-binary" };
                self.option(option, format!("@{path}"), Quotes::Bare)
            }
            Data::Fault(why) => Err(Error::invalid("body", why)),
        }
    }

    /// A body, or what becomes the query: text, files that are put in, and what curl encodes.
    pub(super) fn data(&mut self, bytes: &[u8], is_json: bool) -> Result<()> {
        match (self.marked.has_made(bytes), is_json) {
            (false, true) if self.may_be_file(bytes) => {
                Err(cannot("a JSON body cannot begin like the name of a file"))
            }
            (false, true) => self.option("--json", bytes, Quotes::Single),
            (false, false) => self.plain(bytes, false),
            (true, true) => self.json(bytes),
            (true, false) => self.fields(bytes, false),
        }
    }

    /// Whether curl might take a value of `-d` for the name of a file.
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

    /// JSON and files in it, which curl joins with nothing between them.
    fn json(&mut self, bytes: &[u8]) -> Result<()> {
        for piece in &self.marked.pieces(bytes) {
            match piece {
                TextPiece::Variable(variable) => match &variable.source {
                    Source::File { path, form: FileForm::Whole } => {
                        let path = file_argument(Path::new(path))?;
                        self.option("--json", format!("@{path}"), Quotes::Bare)?;
                    }
                    Source::File { .. } | Source::Encoded { .. } => return Err(unglued()),
                    Source::Asked => return Err(cannot("a variable beside a file in JSON")),
                },
                TextPiece::Text(text) if text.starts_with(b"@") => return Err(unglued()),
                TextPiece::Text(text) => self.option("--json", text, Quotes::Single)?,
            }
        }
        Ok(())
    }

    /// The fields between `&`: an option for each file and each field that curl encodes, and one for all the
    /// text between two of them. With `in_url` they are added to the query, beside a body.
    pub(super) fn fields(&mut self, bytes: &[u8], in_url: bool) -> Result<()> {
        let marked = self.marked;
        let mut text: Option<Vec<u8>> = None;
        for field in bytes.split(|b| *b == b'&') {
            if marked.has_made(field) {
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
                Err(cannot("curl leaves out an empty piece of a body"))
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
                    _ => return Err(unglued()),
                };
                self.option(option, [name, b"@", path.as_bytes()].concat(), Quotes::Bare)
            }
            _ => {
                // A mark is letters and digits. What is encoded has no `=` left.
                let at = field.iter().position(|b| *b == b'=');
                let (name, value) = at.map_or((&[][..], field), |at| field.split_at(at));
                let value = if at.is_some() { &value[1..] } else { value };
                let is_encoded = |piece: &TextPiece<'_, '_>| match piece {
                    TextPiece::Variable(variable) => {
                        matches!(variable.source, Source::Encoded { .. })
                    }
                    TextPiece::Text(_) => true,
                };
                match percent::unform(value) {
                    Some(plain)
                        if marked.pieces(value).iter().all(is_encoded)
                            && (at.is_none() || !name.is_empty()) =>
                    {
                        self.option(encoding, [name, b"=", &plain].concat(), Quotes::Single)
                    }
                    _ => {
                        let name = String::from_utf8_lossy(name).into_owned();
                        Err(cannot(format_args!(
                            "curl encodes a value whole: that of {name:?} has parts that are not"
                        )))
                    }
                }
            }
        }
    }
}

fn unglued() -> Error {
    cannot("curl puts a file beside other text, not into it")
}
