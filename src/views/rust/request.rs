//! The statements that make the request.

use std::collections::HashSet;
use std::path::Path;

use super::layout::{binding, byte_literal, literal};
use super::{Program, Text, cannot};
use crate::error::{Error, Result};
use crate::message::body::{FileSource, guess_type};
use crate::message::params::{Content, Data, Part, RequestBody};
use crate::message::request::HttpRequest;
use crate::views::variables::{FileForm, Source};
use crate::zoom::sent_once::is_password_change;

impl Program<'_> {
    pub(super) fn request(&mut self) -> Result<String> {
        let marked = self.marked;
        let request = &marked.call.request;
        let default = HttpRequest::default();
        let mut out = String::new();
        if request.http_verb != default.http_verb {
            out += &self.set("req.set_http_verb", &[request.http_verb()]);
        }
        if request.http_version != default.http_version {
            out += &self.set("req.set_http_version", &[request.http_version()]);
        }
        if marked.is_open(&marked.call.domain) {
            let path = request.path().replace('{', "{{").replace('}', "}}");
            let path = literal(&format!("{{start}}{}", self.braced(&path)));
            out += &binding("path", "format!(", &path, ");");
            out += "    req.set_path(&path);\n";
        } else if request.path != default.path {
            out += &self.set("req.set_path", &[request.path()]);
        }
        for (name, value) in request.path_variables.iter() {
            // The member takes one colon away.
            let name = if name.starts_with(':') { format!(":{name}") } else { name.clone() };
            out += &self.set("req.set_path_variable", &[&name, value]);
        }
        if request.content_type != default.content_type {
            out += &self.set("req.set_content_type", &[request.content_type()]);
        }
        if request.charset != default.charset {
            out += &self.set("req.set_charset", &[request.charset()]);
        }
        if request.send_charset {
            out += "    req.set_send_charset(true);\n";
        }
        if !request.boundary().is_empty() {
            out += &self.set("req.set_boundary", &[request.boundary()]);
        }
        for (index, part) in request.parts.iter().enumerate() {
            out += &self.part(part)?;
            let names: Vec<&str> = part.sub_headers.iter().map(|(name, _)| name).collect();
            if has_twice(&names) {
                return Err(cannot(format_args!("part {index} has a header twice")));
            }
            for (name, value) in part.sub_headers.iter() {
                let args = vec![Text::Simple(index.to_string()), self.text(name), self.text(value)];
                out += &self.statement("req.add_sub_header(", args, ");");
            }
        }
        if let RequestBody::Loaded { member, data } = &request.body {
            out += &self.body(member, data)?;
        }
        out += &self.headers();
        for name in request.sensitive.iter() {
            out += &self.set("req.mark_header_sensitive", &[name]);
        }
        // `perform` sends a password change once; a program with a `Transport` has to say so.
        let is_password_change = is_password_change(request.http_verb(), &self.target);
        if let Some(idempotent) = request.idempotent.or(is_password_change.then_some(false)) {
            out += &format!("    req.set_idempotent({idempotent});\n");
        }
        Ok(out)
    }

    fn headers(&mut self) -> String {
        let marked = self.marked;
        let headers = &marked.call.request.headers;
        let names: Vec<&str> = headers.iter().map(|(name, _)| name).collect();
        let mut out = String::new();
        if has_twice(&names) {
            // Only a whole block keeps two of one name.
            let block: String =
                headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
            out += &self.set("req.set_entire_header", &[&block]);
        } else {
            for (name, value) in headers.iter() {
                out += &self.set("req.add_header", &[name, value]);
            }
        }
        let files = marked.variables().filter(|variable| {
            matches!(variable.source, Source::File { form: FileForm::Headers, .. })
        });
        for variable in files.collect::<Vec<_>>() {
            let local = self.local(variable);
            out += "    // Each is added, also to others of its name; `X-Name;` is one without a value.\n";
            out += "    let mut header = req.entire_header();\n";
            out += &format!("    for line in {local}.lines() {{\n");
            out += FIELD;
            out += "    }\n    req.set_entire_header(&header);\n";
        }
        out
    }

    fn part(&mut self, part: &Part) -> Result<String> {
        let marked = self.marked;
        let name = &part.name;
        let (filename, content_type, data) = match &part.content {
            Content::Param(value) => return Ok(self.set("req.add_param", &[name, value])),
            Content::Upload { filename, content_type, data } => (filename, content_type, data),
        };
        if content_type.is_empty() {
            return Err(cannot("no member uploads a part without a type"));
        }
        let is_guessed = *content_type == guess_type(filename);
        match data {
            Data::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) if is_guessed => {
                    Ok(self.set("req.add_string_for_upload", &[name, filename, text, "utf-8"]))
                }
                Ok(text) => {
                    let args = [name, filename, text, "utf-8", content_type];
                    Ok(self.set("req.add_string_for_upload2", &args))
                }
                Err(_) if marked.is_open(bytes) => {
                    Err(cannot("a variable stands in bytes that are not text"))
                }
                Err(_) => {
                    let bytes = Text::Simple(byte_literal(bytes));
                    let args =
                        vec![self.text(name), self.text(filename), bytes, self.text(content_type)];
                    Ok(self.statement("req.add_bd_for_upload(", args, ");"))
                }
            },
            Data::File(FileSource { path, chunk: None }) => {
                let text = path_text(path)?;
                if path.file_name().unwrap_or_default().to_str() != Some(filename) {
                    let args = [name, text, filename, content_type];
                    return Ok(self.set("req.add_file_for_upload_as", &args));
                }
                if is_guessed {
                    return Ok(self.set("req.add_file_for_upload", &[name, text]));
                }
                Ok(self.set("req.add_file_for_upload2", &[name, text, content_type]))
            }
            Data::File(_) => Err(cannot("no member uploads a stretch of a file")),
            Data::Fault(why) => Err(Error::invalid("add_string_for_upload", why)),
        }
    }

    fn body(&mut self, member: &'static str, data: &Data) -> Result<String> {
        match data {
            Data::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(self.set("req.load_body_from_string", &[text, "utf-8"])),
                Err(_) if self.marked.is_open(bytes) => {
                    Err(cannot("a variable stands in bytes that are not text"))
                }
                Err(_) => {
                    let args = vec![Text::Simple(byte_literal(bytes))];
                    Ok(self.statement("req.load_body_from_bd(", args, ");"))
                }
            },
            Data::File(FileSource { path, chunk: Some((offset, length)) }) => {
                let path = self.text(path_text(path)?);
                let number = |number: &u64| Text::Simple(number.to_string());
                let args = vec![path, number(offset), number(length)];
                Ok(self.statement("req.stream_chunk_from_file(", args, ");"))
            }
            Data::File(source) => {
                let member = match member {
                    "stream_body_from_file" => "req.stream_body_from_file",
                    _ => "req.load_body_from_file",
                };
                Ok(self.set(member, &[path_text(&source.path)?]))
            }
            Data::Fault(why) => Err(Error::invalid(member, why)),
        }
    }
}

/// Adds a line of a file of headers as curl does.
const FIELD: &str = r#"        match (line.split_once(':'), line.strip_suffix(';')) {
            (Some((_, value)), _) if !value.trim().is_empty() => header += &format!("{line}\r\n"),
            (None, Some(name)) => header += &format!("{name}:\r\n"),
            _ => {}
        }
"#;

fn path_text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| cannot("the name of a file is not text"))
}

fn has_twice(names: &[&str]) -> bool {
    let mut known = HashSet::new();
    !names.iter().all(|name| known.insert(name.to_ascii_lowercase()))
}
