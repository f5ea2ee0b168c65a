//! A human-readable preview of a call.

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::call::Call;
use super::call_options::UserAuth;
use super::curl::is_unseen;
use super::marked_call::{MarkedCall, TextPiece};
use super::variables::fill_text;
use super::variables::{Source, Variable, placeholder};
use crate::error::Result;
use crate::message::params::Data;
use crate::redact::{MASK, is_secret, masked_field, push_masked};
use crate::text::file::quoted;

/// Whether [`Call::preview`] shows secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecretDisplay {
    /// Secrets are shown as `***`.
    Masked,
    /// Secrets are shown.
    Shown,
}

impl Call {
    /// Returns the call as text: a line with the URL up to the path, then the request as it would be sent. Nothing is
    /// sent, and no file is read.
    ///
    /// The text is safe to print: control characters, and characters that change the direction of a line, are
    /// escaped.
    ///
    /// An open variable appears as `{{NAME}}`, and the content of a file as the file's name. If that leaves
    /// the length of the body unknown, there is no Content-Length.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for faults of the request that do not depend on open
    /// variables.
    pub fn preview(&self, secrets: SecretDisplay) -> Result<String> {
        let is_masked = secrets == SecretDisplay::Masked;
        let hidden = if is_masked { self.hide_secrets() } else { self.clone() };
        let own: HashSet<&str> = self.variables.iter().map(|own| own.name.as_str()).collect();
        let shown_value = |variable: &Variable| match &variable.source {
            Source::File { path, .. } => format!("<{}>", quoted(path)),
            _ if own.contains(variable.name.as_str()) => one_line(&placeholder(&variable.name)),
            _ => MASK.to_owned(),
        };
        let names = hidden.variables.iter().map(|own| (own.name.as_str(), shown_value(own)));
        let names: HashMap<&str, String> = names.collect();
        let values: Vec<_> = names
            .iter()
            .map(|(name, shown)| (placeholder(name), shown.as_bytes().into()))
            .collect();
        let mut base = hidden.base_url();
        fill_text(&mut base, &values);
        base = one_line(&base);
        let mut text = String::new();
        match secrets {
            SecretDisplay::Masked => push_masked(&mut text, &base),
            SecretDisplay::Shown => text.push_str(&base),
        }
        text.push_str("\n\n");

        let mut marked = MarkedCall::new(&hidden)?;
        let has_files = replace_files(&mut marked.call);
        let call = &marked.call;
        let prepared = call.request.prepare()?;
        let login = call.options.user.as_ref().map(|(login, password)| {
            let login = format!("{login}:{password}");
            match marked.is_open(&login) {
                _ if call.options.user_auth != UserAuth::Basic => {
                    "Digest <response to a challenge>".to_owned()
                }
                false => format!("Basic {}", BASE64_STANDARD.encode(login)),
                true => format!("Basic <base64 of {login}>"),
            }
        });
        let extra: Vec<_> = login.iter().map(|login| ("Authorization", login.as_bytes())).collect();
        let host = base.split_once("://").map_or(base.as_str(), |(_, host)| host);
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        let head = prepared.head(&prepared.target, host, &extra);
        for line in String::from_utf8_lossy(&head).lines() {
            match line.split_once(": ") {
                Some(("Content-Length", _)) if has_files || !hidden.variables.is_empty() => {
                    continue;
                }
                Some((name, value)) if is_masked => {
                    text.extend([name, ": ", self.masked_value(name, value, &marked)]);
                }
                _ => text.push_str(line),
            }
            text.push('\n');
        }
        if let Some(body) = &prepared.body {
            let (mut reader, mut bytes) = (body.open(), vec![0; body.len() as usize]);
            reader.fill(&mut bytes)?;
            text.push_str(&String::from_utf8_lossy(&bytes));
            if !bytes.is_empty() && !bytes.ends_with(b"\n") {
                text.push('\n');
            }
        }
        let pieces = marked.pieces(text.as_bytes()).into_iter().map(|piece| match piece {
            TextPiece::Text(text) => {
                let mut shown = String::new();
                push_text(&mut shown, &String::from_utf8_lossy(text));
                shown
            }
            // The variable's own path contains marks, so its text comes from `names`.
            TextPiece::Variable(marked) => {
                names.get(marked.name.as_str()).cloned().unwrap_or_default()
            }
        });
        Ok(pieces.collect())
    }

    /// Returns a field's value, masked if the field is secret. A placeholder of a secret or of a variable is not
    /// secret, and neither is a word such as Bearer before it.
    fn masked_value<'v>(&self, name: &str, value: &'v str, marked: &MarkedCall) -> &'v str {
        if !self.request.sensitive.contains(name) && !is_secret(name) {
            return masked_field(name, value);
        }
        let is_word = |text: &[u8]| text.trim_ascii_end().iter().all(u8::is_ascii_alphabetic);
        match marked.pieces(value.as_bytes()).as_slice() {
            [TextPiece::Variable(_)] => value,
            [TextPiece::Text(scheme), TextPiece::Variable(_)] if is_word(scheme) => value,
            _ => MASK,
        }
    }
}

/// Replaces each file by its name. Returns whether there was one.
fn replace_files(call: &mut Call) -> bool {
    let mut found = false;
    call.request.change_data(|data| {
        if let Data::File(source) = data {
            *data = Data::Bytes(format!("<{}>", quoted(&source.path)).into_bytes().into());
            found = true;
        }
    });
    found
}

/// Escapes invisible characters, including line ends.
fn one_line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unseen(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
}

/// Appends a text with invisible characters escaped, except for line ends and tabs.
fn push_text(out: &mut String, text: &str) {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' if rest.peek() == Some(&'\n') => {}
            '\n' | '\t' => out.push(c),
            c if is_unseen(c) => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::request::HttpRequest;
    use crate::views::variables::{FileForm, Variable};

    fn call(build: impl FnOnce(&mut HttpRequest)) -> Call {
        let mut request = HttpRequest::new();
        build(&mut request);
        Call::new("api.example.com", 8443, true, request)
    }

    #[test]
    fn a_preview_shows_the_request_without_secrets() {
        let call = call(|req| {
            req.use_post().set_path("/a b?x=1").set_content_type("application/json");
            req.add_header("Authorization", "Bearer not-a-secret").add_header("Accept", "*/*");
            req.load_body_from_string("{\r\n\"a\": \"\u{1b}[1m\"}", "utf-8");
        });
        let text = call.preview(SecretDisplay::Masked).unwrap();
        let (head, _) = text.split_once("\n\n{").unwrap();
        assert!(!text.contains("not-a-secret"), "{text}");
        assert!(head.starts_with("https://api.example.com:8443\n\nPOST /a%20b?x=1 HTTP/1.1\n"));
        assert!(head.contains("Host: api.example.com:8443\n"), "{text}");
        assert!(head.contains("Authorization: ") && head.contains("Accept: */*"), "{text}");
        assert!(text.ends_with("{\n\"a\": \"\\u{1b}[1m\"}\n"), "{text}");
        let text = call.preview(SecretDisplay::Shown).unwrap();
        assert!(text.contains("Authorization: Bearer not-a-secret\n"), "{text}");
        assert!(text.contains("Content-Length: 15\n"), "{text}");
    }

    #[test]
    fn an_open_variable_is_shown_as_its_name_everywhere() {
        let mut call = call(|req| {
            req.use_post().set_path("/{{user Id}}?q={{user Id}}");
            req.add_param("a", "{{user Id}} {{b}}")
                .add_header("Authorization", "Bearer {{user Id}}");
        });
        call.domain = "{{BASE}}".into();
        for name in ["BASE", "user Id"] {
            call.variables.push(Variable { name: name.into(), source: Source::Caller });
        }
        let text = call.preview(SecretDisplay::Masked).unwrap();
        assert!(
            text.starts_with("{{BASE}}\n\nPOST /{{user Id}}?q={{user Id}} HTTP/1.1\n"),
            "{text}"
        );
        assert!(text.contains("Host: {{BASE}}\n"), "{text}");
        assert!(text.contains("Authorization: Bearer {{user Id}}\n"), "{text}");
        assert!(
            text.ends_with("a={{user Id}}%20%7B%7Bb%7D%7D\n"),
            "`{{b}}` is not a variable: {text}"
        );
        assert!(!text.contains("Content-Length"), "{text}");
    }

    #[test]
    fn a_file_is_shown_as_its_name_and_need_not_exist() {
        let missing = "/nowhere/a \"file\".txt";
        let mut call = call(|req| {
            req.use_upload().add_file_for_upload("f", missing).add_param("p", "{{@1}}");
        });
        let source = Source::File { path: "/nowhere/b".into(), form: FileForm::Whole };
        call.variables.push(Variable { name: "@1".into(), source });
        let text = call.preview(SecretDisplay::Masked).unwrap();
        assert!(text.contains("\n<\"/nowhere/a \\\"file\\\".txt\">\n"), "{text}");
        assert!(text.contains("\n<\"/nowhere/b\">\n"), "{text}");
        assert!(!text.contains("Content-Length"), "{text}");
    }

    #[test]
    fn a_file_with_an_open_path_is_shown_with_the_variable() {
        let call = Call::from_curl(r#"curl http://h/ -d "@$DIR/f""#).unwrap();
        let text = call.preview(SecretDisplay::Masked).unwrap();
        assert!(text.ends_with("\n<\"{{DIR}}/f\">\n"), "{text}");
    }

    #[test]
    fn invisible_characters_are_escaped() {
        let mut call = call(|req| {
            req.use_post().add_header("X-A", "{{b\nHost: other}}");
            req.load_body_from_string("a\u{202e}b\u{200b}\n\t\u{1b}[2J", "utf-8");
        });
        let name = "b\nHost: other";
        call.variables.push(Variable { name: name.into(), source: Source::Caller });
        let text = call.preview(SecretDisplay::Masked).unwrap();
        assert!(text.contains("X-A: {{b\\nHost: other}}\n"), "{text}");
        assert!(text.ends_with("\n\na\\u{202e}b\\u{200b}\n\t\\u{1b}[2J\n"), "{text}");
    }

    #[test]
    fn a_user_is_shown_as_an_authorization_header() {
        let mut call = call(|_| {});
        call.set_user("lorem", "not-a-secret");
        assert!(
            call.preview(SecretDisplay::Shown).unwrap().contains("Basic bG9yZW06bm90LWEtc2VjcmV0")
        );
        assert!(call.preview(SecretDisplay::Masked).unwrap().contains("Authorization: ***\n"));
        call.set_user("lorem", "{{PASSWORD}}");
        call.variables.push(Variable { name: "PASSWORD".into(), source: Source::Caller });
        let text = call.preview(SecretDisplay::Shown).unwrap();
        assert!(text.contains("Basic <base64 of lorem:{{PASSWORD}}>"), "{text}");
        assert!(!call.preview(SecretDisplay::Masked).unwrap().contains("lorem"));
    }
}
