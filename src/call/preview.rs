//! What would be sent, for a person to look at first.

use std::borrow::Cow;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::{Call, Source, placeholder};
use crate::error::Result;
use crate::request::params::{Content, Data, RequestBody};
use crate::secret::{MASK, is_secret, masked_field, push_masked};

impl Call {
    /// The call as text: a line with the URL up to the path, then the request as it would be sent. It
    /// sends nothing and reads no file.
    ///
    /// A secret is `***`, unless `secrets` is true. A variable that is open stands there as `{{NAME}}`, and the
    /// content of a file as its name. Where one of these leaves the length of the body open, there is no
    /// Content-Length.
    ///
    /// # Errors
    ///
    /// The faults of the request that can be seen before variables have values.
    pub fn preview(&self, secrets: bool) -> Result<String> {
        let mut call = if secrets { self.clone() } else { self.hide_secrets() };
        let stands_in = stand_ins(&call, &self.variables());
        let mut base = call.base_url();
        for variable in &stands_in {
            base = base.replace(&variable.placeholder, &variable.shown);
        }
        let mut text = String::new();
        if secrets {
            text.push_str(&base)
        } else {
            push_masked(&mut text, &base)
        }
        text.push_str("\n\n");

        // It would be taken for a URL once it has no braces any more.
        call.domain.clear();
        let values = stands_in.iter().map(|variable| {
            (variable.placeholder.clone(), Cow::Borrowed(variable.token.as_bytes()))
        });
        call.fill(&values.collect::<Vec<_>>());
        let names_files = name_files(&mut call);
        let prepared = call.request.prepare()?;
        let login = call.how.user.as_ref().map(|(login, password)| {
            let login = format!("{login}:{password}");
            let is_known = stands_in.iter().all(|variable| !login.contains(&variable.token));
            match is_known {
                true => format!("Basic {}", BASE64_STANDARD.encode(login)),
                false => format!("Basic <base64 of {login}>"),
            }
        });
        let extra: Vec<_> = login.iter().map(|login| ("Authorization", login.as_str())).collect();
        let host = base.split_once("://").map_or(base.as_str(), |(_, host)| host);
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        let mut head = String::new();
        prepared.write_head(&mut head, &prepared.target, host, &extra);
        for line in head.lines() {
            match line.split_once(": ") {
                Some(("Content-Length", _)) if names_files || !stands_in.is_empty() => continue,
                Some((name, value)) if !secrets => {
                    text.extend([name, ": ", self.shown(name, value, &stands_in)]);
                }
                _ => text.push_str(line),
            }
            text.push('\n');
        }
        if let Some(body) = &prepared.body {
            let (mut reader, mut bytes) = (body.open(), vec![0; body.len() as usize]);
            reader.fill(&mut bytes)?;
            push_text(&mut text, &String::from_utf8_lossy(&bytes));
        }
        for variable in &stands_in {
            text = text.replace(&variable.token, &variable.shown);
        }
        Ok(text)
    }

    /// A field's value without what is secret by the field's name. What stands in for a secret or for a
    /// variable is none, nor is a word such as Bearer before it.
    fn shown<'v>(&self, name: &str, value: &'v str, stands_in: &[StandIn]) -> &'v str {
        let marked = self.request.sensitive.iter().any(|marked| marked.eq_ignore_ascii_case(name));
        if !marked && !is_secret(name) {
            return masked_field(name, value);
        }
        let has_scheme = |secret: &str| match value.strip_suffix(secret) {
            Some("") => true,
            Some(scheme) => scheme.trim_end().chars().all(|c| c.is_ascii_alphabetic()),
            None => false,
        };
        if stands_in.iter().any(|variable| has_scheme(&variable.token)) { value } else { MASK }
    }
}

/// A word in the place of a variable. It needs no encoding, so it is found again wherever it went.
struct StandIn {
    placeholder: String,
    token: String,
    shown: String,
}

/// One for each variable of `call`. Those that are not among `open` are secrets that were hidden.
fn stand_ins(call: &Call, open: &[&str]) -> Vec<StandIn> {
    let variables = call.variables.iter().enumerate();
    let stand_in = variables.map(|(index, variable)| {
        let placeholder = placeholder(&variable.name);
        let shown = match &variable.source {
            Source::Asked if open.contains(&variable.name.as_str()) => placeholder.clone(),
            Source::Asked => MASK.to_owned(),
            Source::File { path, .. } => format!("<{path:?}>"),
        };
        StandIn { placeholder, token: format!("zoomkat0stands0in{index}z"), shown }
    });
    stand_in.collect()
}

/// Puts its name in the place of each file. Says whether there was one.
fn name_files(call: &mut Call) -> bool {
    let request = &mut call.request;
    let uploads = request.parts.iter_mut().filter_map(|part| match &mut part.content {
        Content::Upload { data, .. } => Some(data),
        Content::Param(_) => None,
    });
    let body = match &mut request.body {
        RequestBody::Loaded { data, .. } => Some(data),
        RequestBody::None => None,
    };
    let mut found = false;
    for data in uploads.chain(body) {
        if let Data::File(source) = data {
            *data = Data::Bytes(format!("<{:?}>", source.path).into_bytes().into());
            found = true;
        }
    }
    found
}

/// Appends what may be anything: line ends and tabs are kept, other control characters are escaped.
fn push_text(out: &mut String, text: &str) {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' if rest.peek() == Some(&'\n') => {}
            '\n' | '\t' => out.push(c),
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{FileForm, Variable};
    use crate::request::HttpRequest;

    fn call(build: impl FnOnce(&mut HttpRequest)) -> Call {
        let mut request = HttpRequest::new();
        build(&mut request);
        Call::new("api.example.com", 8443, true, request)
    }

    #[test]
    fn it_shows_what_would_be_sent_but_no_secret() {
        let call = call(|req| {
            req.use_post().set_path("/a b?x=1").set_content_type("application/json");
            req.add_header("Authorization", "Bearer not-a-secret").add_header("Accept", "*/*");
            req.load_body_from_string("{\r\n\"a\": \"\u{1b}[1m\"}", "utf-8");
        });
        let text = call.preview(false).unwrap();
        let (head, _) = text.split_once("\n\n{").unwrap();
        assert!(!text.contains("not-a-secret"), "{text}");
        assert!(head.starts_with("https://api.example.com:8443\n\nPOST /a%20b?x=1 HTTP/1.1\n"));
        assert!(head.contains("Host: api.example.com:8443\n"), "{text}");
        assert!(head.contains("Authorization: ") && head.contains("Accept: */*"), "{text}");
        assert!(text.ends_with("{\n\"a\": \"\\u{1b}[1m\"}\n"), "{text}");
        let text = call.preview(true).unwrap();
        assert!(text.contains("Authorization: Bearer not-a-secret\n"), "{text}");
        assert!(text.contains("Content-Length: 15\n"), "{text}");
    }

    #[test]
    fn a_variable_shows_as_such_wherever_it_stands() {
        let mut call = call(|req| {
            req.use_post().set_path("/{{user Id}}?q={{user Id}}");
            req.add_param("a", "{{user Id}} {{b}}")
                .add_header("Authorization", "Bearer {{user Id}}");
        });
        call.domain = "{{BASE}}".into();
        for name in ["BASE", "user Id"] {
            call.variables.push(Variable { name: name.into(), source: Source::Asked });
        }
        let text = call.preview(false).unwrap();
        assert!(
            text.starts_with("{{BASE}}\n\nPOST /{{user Id}}?q={{user Id}} HTTP/1.1\n"),
            "{text}"
        );
        assert!(text.contains("Host: {{BASE}}\n"), "{text}");
        assert!(text.contains("Authorization: Bearer {{user Id}}\n"), "{text}");
        assert!(text.ends_with("a={{user Id}}%20%7B%7Bb%7D%7D\n"), "what is none is text: {text}");
        assert!(!text.contains("Content-Length"), "{text}");
    }

    #[test]
    fn files_show_by_their_names_and_need_not_be_there() {
        let missing = "/nowhere/a \"file\".txt";
        let mut call = call(|req| {
            req.use_upload().add_file_for_upload("f", missing).add_param("p", "{{@1}}");
        });
        let source = Source::File { path: "/nowhere/b".into(), form: FileForm::Whole };
        call.variables.push(Variable { name: "@1".into(), source });
        let text = call.preview(false).unwrap();
        assert!(text.contains("\n<\"/nowhere/a \\\"file\\\".txt\">\n"), "{text}");
        assert!(text.contains("\n<\"/nowhere/b\">\n"), "{text}");
        assert!(!text.contains("Content-Length"), "{text}");
    }

    #[test]
    fn a_user_shows_as_the_header_that_it_becomes() {
        let mut call = call(|_| {});
        call.set_user("lorem", "not-a-secret");
        assert!(call.preview(true).unwrap().contains("Basic bG9yZW06bm90LWEtc2VjcmV0"));
        assert!(call.preview(false).unwrap().contains("Authorization: ***\n"));
        call.set_user("lorem", "{{PASSWORD}}");
        call.variables.push(Variable { name: "PASSWORD".into(), source: Source::Asked });
        let text = call.preview(true).unwrap();
        assert!(text.contains("Basic <base64 of lorem:{{PASSWORD}}>"), "{text}");
        assert!(!call.preview(false).unwrap().contains("lorem"));
    }
}
