//! The secrets that a request carries.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::passwords::children;
use super::secrets::Secrets;
use crate::request::params::{Content, Data};
use crate::request::{HttpRequest, encode};
use crate::secret::is_secret;

impl Secrets {
    /// Adds what a request carries: credentials in its header, and in query, form and JSON what has
    /// the name of a secret. Of a request that sets a password that is every value.
    pub(crate) fn add_request(&mut self, req: &HttpRequest) {
        for (name, value) in req.headers.iter() {
            if is_secret(name) || req.sensitive.contains(name) {
                self.add_credentials(value);
            }
        }
        let (path, query) = req.path().split_once('?').unwrap_or((req.path(), ""));
        let sets_password = path.trim_end_matches('/').ends_with("/password");
        let is_named = |name: &str| sets_password || is_secret_member(name);
        for part in req.parts.iter().filter(|part| is_named(&part.name)) {
            match &part.content {
                Content::Param(value) => self.add(value),
                Content::Upload { data: Data::Bytes(bytes), .. } => self.add_short(bytes),
                Content::Upload { .. } => {}
            }
        }
        for (_, value) in req.path_variables.iter().filter(|(name, _)| is_secret_member(name)) {
            self.add(value);
        }
        self.add_form(query, is_secret_member);
        let body = req.loaded_bytes().unwrap_or_default();
        match serde_json::from_slice::<Value>(body) {
            Ok(json) => self.add_json(&json, sets_password),
            Err(_) if body.len() < 64 * 1024 => {
                self.add_form(&String::from_utf8_lossy(body), is_named);
                if sets_password {
                    // The parts of a multipart body that the caller wrote, or plain text.
                    body.split(|b| *b == b'\n')
                        .take(64)
                        .for_each(|l| self.add_short(l.trim_ascii()));
                }
            }
            Err(_) => {}
        }
    }

    /// Adds the value of a header that holds credentials.
    fn add_credentials(&mut self, value: &str) {
        let (scheme, rest) = value.trim().split_once(' ').unwrap_or(("", value));
        self.add_plain(rest.trim());
        if scheme.eq_ignore_ascii_case("basic") {
            let login = BASE64_STANDARD.decode(rest.trim()).unwrap_or_default();
            let login = String::from_utf8_lossy(&login);
            self.add(login.split_once(':').map_or("", |(_, password)| password));
        }
        // Cookies, and the parameters of other schemes.
        for (_, value) in value.split([';', ',']).filter_map(|pair| pair.split_once('=')) {
            self.add_plain(value.trim_matches(|c: char| c.is_whitespace() || c == '"'));
        }
    }

    fn add_form(&mut self, form: &str, is_named: impl Fn(&str) -> bool) {
        for (name, value) in form.split('&').filter_map(|pair| pair.split_once('=')) {
            if is_named(&encode::decode_form(name, "utf-8")) {
                self.add(&encode::decode_form(value, "utf-8"));
            }
        }
    }

    /// Adds the strings and numbers below a member with the name of a secret, or all of them.
    fn add_json(&mut self, json: &Value, all: bool) {
        let mut open = vec![(json, all)];
        while let Some((value, is_secret)) = open.pop() {
            match value {
                Value::String(text) if is_secret => self.add(text),
                Value::Number(number) if is_secret => self.add(&number.to_string()),
                Value::Object(members) => open.extend(
                    members.iter().map(|(name, v)| (v, is_secret || is_secret_member(name))),
                ),
                _ => open.extend(children(value).into_iter().map(|child| (child, is_secret))),
            }
        }
    }

    /// Adds text that is not a file.
    fn add_short(&mut self, bytes: &[u8]) {
        if let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| text.len() < 4096) {
            self.add(text);
        }
    }
}

/// Whether a param or a member of JSON has the name of a secret.
fn is_secret_member(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let hints = ["pass", "pwd", "secret", "token", "credential", "host_key"];
    hints.iter().any(|hint| name.contains(hint)) || matches!(&*name, "zak" | "pin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_carries_is_known() {
        let mut req = HttpRequest::new();
        req.set_http_verb("POST").set_path("/v2/x?access_token=in-query&page=second");
        req.add_header(
            "Authorization",
            &format!("Basic {}", BASE64_STANDARD.encode("me:in-basic")),
        );
        req.add_header("Cookie", "a=in-cookie-1; b=in-cookie-2").add_header("X-Lorem", "in-marked");
        req.mark_header_sensitive("x-lorem").add_header("X-Ipsum", "in-the-open");
        req.add_param("Password", "in-param").add_param("name", "a name");
        let json = r#"{"a":[{"passcode":"in-json","pass":[20212223]}],"b":"a value"}"#;
        req.load_body_from_string(json, "utf-8");
        let mut secrets = Secrets::default();
        secrets.add_request(&req);
        for given in [
            "in-query",
            "in-basic",
            "in-cookie-1",
            "in-cookie-2",
            "in-marked",
            "in-param",
            "in-json",
            "20212223",
        ] {
            assert_eq!(secrets.mask(given), "***");
        }
        for shown in ["second", "in-the-open", "a name", "a value"] {
            assert_eq!(secrets.mask(shown), shown);
        }
        for body in
            [r#""in-body-1""#, r#"["in-body-1"]"#, "x=in-body-1", "--x\r\n\r\nin-body-1\r\n--x--"]
        {
            let mut req = HttpRequest::new();
            req.set_path("/v2/users/me/password").load_body_from_string(body, "utf-8");
            let mut secrets = Secrets::default();
            secrets.add_request(&req);
            assert_eq!(secrets.mask("in-body-1"), "***", "{body}");
        }
    }
}
