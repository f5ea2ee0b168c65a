//! The statements that build the request.

use std::collections::HashSet;
use std::path::Path;

use super::literals::{byte_literal, literal};
use super::{Program, binding, path_text, unsupported};
use crate::error::{Error, Result};
use crate::message::body::{FileSource, guess_type};
use crate::message::params::{Content, Data, Part, RequestBody};
use crate::message::request::HttpRequest;
use crate::views::curl::TYPES;
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
            let path = literal(&format!("{{start}}{}", self.format_string(request.path())));
            out += &format!("    req.set_path(&format!({path}));\n");
        } else if request.path != default.path {
            out += &self.set("req.set_path", &[request.path()]);
        }
        for (name, value) in request.path_variables.iter() {
            // The method strips one colon.
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
                return Err(unsupported(format_args!("part {index} has a header twice")));
            }
            for (name, value) in part.sub_headers.iter() {
                let (name, value) = (self.text(name), self.text(value));
                out += &format!("    req.add_sub_header({index}, {name}, {value});\n");
            }
        }
        if let RequestBody::Loaded { member, data } = &request.body {
            out += &self.body(member, data)?;
        }
        out += &self.headers();
        for name in request.sensitive.iter() {
            out += &self.set("req.mark_header_sensitive", &[name]);
        }
        // `perform` never resends a password change; a program with a `Transport` must request that.
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
        let is_droppable = |(name, value): (&str, &str)| marked.may_be_removed(name, value);
        if has_twice(&names) && headers.iter().any(is_droppable) {
            out += "    let mut header = String::new();\n";
            for (name, value) in headers.iter() {
                let line = self.text(&format!("{name}: {value}\n"));
                out += &self.unless_removed(name, value, format!("    header += {line};\n"));
            }
            out += "    req.set_entire_header(&header);\n";
        } else if has_twice(&names) {
            // Only `set_entire_header` keeps two fields with the same name.
            let block: String =
                headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
            out += &self.set("req.set_entire_header", &[&block]);
        } else {
            for (name, value) in headers.iter() {
                let add = self.set("req.add_header", &[name, value]);
                out += &self.unless_removed(name, value, add);
            }
        }
        let files = marked.variables().filter(|variable| {
            matches!(variable.source, Source::File { form: FileForm::Headers, .. })
        });
        for variable in files.collect::<Vec<_>>() {
            let local = self.local(variable);
            out += "    // Adds each field, even if there is one with the same name. `X-Name;` has an empty value.\n";
            out += "    let mut header = req.entire_header();\n";
            out += &format!("    for line in {local}.lines() {{\n");
            out += ADD_FIELD;
            out += "    }\n    req.set_entire_header(&header);\n";
        }
        out
    }

    /// Returns the statement that adds a field, with a condition if the field may be removed.
    fn unless_removed(&mut self, name: &str, value: &str, add: String) -> String {
        if !self.marked.may_be_removed(name, value) {
            return add;
        }
        let value = self.text(value);
        let value = value.trim_start_matches('&');
        format!("    if !{value}.trim().is_empty() {{\n    {add}    }}\n")
    }

    fn part(&mut self, part: &Part) -> Result<String> {
        let marked = self.marked;
        let name = &part.name;
        let (filename, content_type, data) = match &part.content {
            Content::Param(value) => return Ok(self.set("req.add_param", &[name, value])),
            Content::Upload { filename, content_type, data } => (filename, content_type, data),
        };
        if content_type.is_empty() {
            return self.inferred_upload(name, filename, data);
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
                    Err(unsupported("there is a variable in bytes that are not UTF-8"))
                }
                Err(_) => {
                    let (name, filename) = (self.text(name), self.text(filename));
                    let (bytes, content_type) = (byte_literal(bytes), self.text(content_type));
                    Ok(format!(
                        "    req.add_bd_for_upload({name}, {filename}, {bytes}, {content_type});\n"
                    ))
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
            Data::File(_) => Err(unsupported("uploading only a part of a file is not supported")),
            Data::Fault(why) => Err(Error::invalid("add_string_for_upload", why)),
        }
    }

    /// Adds a file whose type curl infers from its name, which is a variable.
    fn inferred_upload(&mut self, name: &str, filename: &str, data: &Data) -> Result<String> {
        let path = match data {
            Data::File(FileSource { path, chunk: None }) => path_text(path)?,
            _ => return Err(unsupported("a part without a type is not supported")),
        };
        if !self.marked.is_open(path) {
            return Err(unsupported("a part without a type is not supported"));
        }
        let text = self.text(path);
        let text = text.strip_prefix('&').unwrap_or(&text);
        let mut out = format!("    let content_type = match {text}.to_ascii_lowercase() {{\n");
        for (end, content_type) in TYPES {
            out += &format!("        path if path.ends_with({end:?}) => {content_type:?},\n");
        }
        out += "        _ => \"application/octet-stream\",\n    };\n";
        let is_named = Path::new(path).file_name().unwrap_or_default().to_str() == Some(filename);
        let (name, path) = (self.text(name), self.text(path));
        out += &match is_named {
            true => format!("    req.add_file_for_upload2({name}, {path}, content_type);\n"),
            false => {
                let filename = self.text(filename);
                format!(
                    "    req.add_file_for_upload_as({name}, {path}, {filename}, content_type);\n"
                )
            }
        };
        Ok(out)
    }

    fn text_body(&mut self, text: &str) -> String {
        let body = self.text(text);
        match body.strip_prefix('&') {
            Some(body) if text.contains('\n') => {
                let body = binding("body", body);
                format!("{body}    req.load_body_from_string(&body, \"utf-8\");\n")
            }
            _ => format!("    req.load_body_from_string({body}, \"utf-8\");\n"),
        }
    }

    fn body(&mut self, member: &'static str, data: &Data) -> Result<String> {
        match data {
            Data::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(self.text_body(text)),
                Err(_) if self.marked.is_open(bytes) => {
                    Err(unsupported("there is a variable in bytes that are not UTF-8"))
                }
                Err(_) => Ok(format!("    req.load_body_from_bd({});\n", byte_literal(bytes))),
            },
            Data::File(FileSource { path, chunk: Some((offset, length)) }) => {
                let path = self.text(path_text(path)?);
                Ok(format!("    req.stream_chunk_from_file({path}, {offset}, {length});\n"))
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

/// Adds a line of a header file as curl does.
const ADD_FIELD: &str = r#"        match (line.split_once(':'), line.strip_suffix(';')) {
            (Some((_, value)), _) if !value.trim().is_empty() => header += &format!("{line}\r\n"),
            (None, Some(name)) => header += &format!("{name}:\r\n"),
            _ => {}
        }
"#;

/// Whether a name occurs twice, in any case.
pub(in crate::views) fn has_twice(names: &[&str]) -> bool {
    let mut known = HashSet::new();
    !names.iter().all(|name| known.insert(name.to_ascii_lowercase()))
}
