//! What goes out as it is: bodies, urlencoded params, and the files that curl puts between them.

use std::path::Path;

use super::quote::Quotes;
use super::{Command, cannot, file_argument};
use crate::call::marked::Piece;
use crate::call::{FileForm, Source};
use crate::charset;
use crate::error::{Error, Result};
use crate::request::encode;
use crate::request::params::{Content, Data, RequestBody};

impl Command<'_> {
    /// The params, a pair an option: `plain` takes it as it is, `encoding` has curl encode the value.
    pub(super) fn params(&mut self, plain: &str, encoding: &str) -> Result<()> {
        let marked = self.marked;
        let request = &marked.call.request;
        for part in &request.parts {
            let Content::Param(value) = &part.content else { continue };
            if !marked.is_open(value) {
                let mut pair = String::new();
                encode::pair(&mut pair, &part.name, value, &request.charset)
                    .map_err(|why| Error::invalid("charset", why))?;
                // `--url-query +a=b` is the one that is not encoded.
                match plain.strip_suffix(" +") {
                    Some(option) => self.option(option, format!("+{pair}"), Quotes::Single)?,
                    None => self.option(plain, pair, Quotes::Single)?,
                }
                continue;
            }
            let name = charset::encode(&part.name, &request.charset)
                .map_err(|why| Error::invalid("charset", why))?;
            let mut text = String::new();
            encode::strict(&mut text, &name);
            match &marked.pieces(value.as_bytes())[..] {
                [Piece::Variable(variable)] if variable.source != Source::Asked => {
                    let Source::File { path, form: FileForm::Whole } = &variable.source else {
                        return Err(cannot("a file whose text is changed cannot be a param"));
                    };
                    self.option(encoding, format!("{text}@{path}"), Quotes::Single)?;
                }
                _ => {
                    let value = charset::encode(value, &request.charset)
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

    /// A body, or what becomes the query: text, and files that are put in.
    pub(super) fn data(&mut self, bytes: &[u8], is_json: bool) -> Result<()> {
        let marked = self.marked;
        if !marked.has_file(bytes) {
            let is_open_first = matches!(marked.pieces(bytes).first(), Some(Piece::Variable(_)));
            let may_be_file = bytes.starts_with(b"@") || is_open_first;
            if is_json && may_be_file {
                return Err(cannot("a JSON body cannot begin like the name of a file"));
            }
            let option = match (is_json, may_be_file) {
                (true, _) => "--json",
                (false, true) => "--data-raw",
                (false, false) => "-d",
            };
            return self.option(option, bytes, Quotes::Single);
        }
        // curl puts `&` between what it is given, and nothing in JSON.
        let joint: &[u8] = if is_json { b"" } else { b"&" };
        let unglued = || cannot("curl puts a file beside other text, not into it");
        let mut text: Vec<u8> = Vec::new();
        let mut after_file = false;
        let pieces = marked.pieces(bytes);
        for piece in &pieces {
            match piece {
                Piece::Variable(variable) => {
                    let Source::File { path, form } = &variable.source else {
                        return Err(cannot("a variable beside a file in a body"));
                    };
                    let mut name = Vec::new();
                    if *form == FileForm::UrlEncoded && !is_json {
                        let start = text.iter().rposition(|b| *b == b'&').map_or(0, |at| at + 1);
                        name = text.split_off(start);
                        match name.pop() {
                            None => {}
                            Some(b'=') if !name.iter().any(|b| b"=@".contains(b)) => {}
                            Some(_) => return Err(unglued()),
                        }
                    }
                    self.text_between(&text, joint, after_file, true)?;
                    text.clear();
                    let path = file_argument(Path::new(path))?;
                    let (option, value) = match form {
                        FileForm::Whole if is_json => ("--json", format!("@{path}")),
                        FileForm::Whole => ("--data-binary", format!("@{path}")),
                        FileForm::WithoutLineEnds if !is_json => ("-d", format!("@{path}")),
                        FileForm::UrlEncoded if !is_json => {
                            let name = String::from_utf8_lossy(&name).into_owned();
                            ("--data-urlencode", format!("{name}@{path}"))
                        }
                        _ => return Err(unglued()),
                    };
                    self.option(option, value, Quotes::Bare)?;
                    after_file = true;
                }
                Piece::Text(piece) => text.extend_from_slice(piece),
            }
        }
        self.text_between(&text, joint, after_file, false)
    }

    /// Text before, between and after files.
    fn text_between(
        &mut self,
        text: &[u8],
        joint: &[u8],
        after_file: bool,
        before_file: bool,
    ) -> Result<()> {
        if text.is_empty() && !(after_file && before_file && !joint.is_empty()) {
            return Ok(());
        }
        if after_file && before_file && text == joint {
            return Ok(());
        }
        let unglued = || cannot("curl puts a file beside other text, not into it");
        let text = if after_file { text.strip_prefix(joint).ok_or_else(unglued)? } else { text };
        let text = if before_file { text.strip_suffix(joint).ok_or_else(unglued)? } else { text };
        let option = match (joint.is_empty(), text.starts_with(b"@")) {
            (true, false) => "--json",
            (false, false) => "-d",
            (false, true) => "--data-raw",
            (true, true) => return Err(unglued()),
        };
        if text.is_empty() && !joint.is_empty() {
            return Err(cannot("curl leaves out an empty piece of a body"));
        }
        self.option(option, text, Quotes::Single)
    }
}
