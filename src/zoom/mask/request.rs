//! The secrets in a request.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::message::params::{Content, Data, RequestBody};
use crate::message::request::HttpRequest;
use crate::redact::{NameVerdict, is_secret, is_secret_under, verdict, verdict_within};
use crate::text::percent;
use crate::zoom::mask::secrets::SecretSet;

impl SecretSet {
    /// Adds the secrets in a request: credentials in its header, and values in query, form and JSON that have the
    /// name of a secret. If the request sets a password, all values in its body are secrets.
    pub(crate) fn add_request(&mut self, req: &HttpRequest) {
        for (name, value) in req.headers.iter() {
            let is_login = name.to_ascii_lowercase().ends_with("authorization");
            if is_login || req.sensitive.contains(name) || (is_secret(name) && is_not_a_word(value))
            {
                self.add_credentials(value);
            }
        }
        let (path, query) = req.path().split_once('?').unwrap_or((req.path(), ""));
        let sets_password = path.trim_end_matches('/').ends_with("/password");
        let mut found = Vec::new();
        let mut add_named = |verdict: NameVerdict, value: &str| {
            if sets_password || is_secret_member(verdict, value) {
                found.push(value.to_owned());
            }
        };
        for part in req.parts.iter() {
            match &part.content {
                Content::Param(value) => add_named(verdict(&part.name), value),
                Content::Upload { data: Data::Bytes(bytes), .. } if bytes.len() < MAX_VALUE => {
                    std::str::from_utf8(bytes)
                        .into_iter()
                        .for_each(|text| add_named(verdict(&part.name), text));
                }
                Content::Upload { .. } => {}
            }
        }
        req.path_variables.iter().for_each(|(name, value)| {
            if is_secret_member(verdict(name), value) {
                self.add(value);
            }
        });
        form(query).for_each(|(name, value)| {
            if is_secret_member(verdict(&name), &value) {
                self.add(&value);
            }
        });
        let body = match &req.body {
            RequestBody::Loaded { data: Data::Bytes(bytes), .. } => bytes,
            _ => &[][..],
        };
        let text = std::str::from_utf8(body).unwrap_or_default().trim_start_matches('\u{feff}');
        match serde_json::from_str::<Value>(text) {
            Ok(json) => visit_json(&json, &mut add_named),
            Err(_) if text.len() < MAX_FORM => {
                form(text).for_each(|(name, value)| add_named(verdict(&name), &value));
            }
            Err(_) => {}
        }
        if sets_password && !body.is_empty() {
            match text.trim_start().starts_with(['{', '[', '"']) {
                // This covers repeated members and JSON with a stray comma.
                true => found.extend(json_values(text)),
                // A multipart body that the caller wrote, or plain text.
                false => found.extend(text.lines().map(|line| line.trim().to_owned())),
            }
            let is_text = !text.is_empty() && !text.contains('\0');
            if !is_text || text.len() >= MAX_FORM {
                self.hide_answers();
            }
        }
        found.sort_unstable();
        found.dedup();
        found.retain(|value| !value.is_empty() && value.len() < MAX_VALUE);
        // Searching for more takes long, and no normal request has as many.
        if found.len() > MAX_VALUES {
            self.hide_answers();
        }
        found.iter().take(MAX_VALUES).for_each(|value| self.add(value));
    }

    /// Adds the value of a header field with credentials.
    fn add_credentials(&mut self, value: &str) {
        let (scheme, rest) = value.trim().split_once(' ').unwrap_or(("", value));
        self.add_plain(rest.trim());
        if scheme.eq_ignore_ascii_case("basic") {
            let login = BASE64_STANDARD.decode(rest.trim()).unwrap_or_default();
            let login = String::from_utf8_lossy(&login);
            self.add(login.split_once(':').map_or("", |(_, password)| password));
        }
        // Cookies, and the parameters of other schemes.
        let pairs = value.split([';', ',']).filter_map(|pair| pair.split_once('='));
        for (_, value) in pairs.take(MAX_VALUES) {
            let value = value.trim_matches(|c: char| c.is_whitespace() || c == '"');
            if is_not_a_word(value) {
                self.add_plain(value);
            }
        }
    }
}

/// The longest value that is searched for, in bytes.
const MAX_VALUE: usize = 4096;

/// The longest form, and the longest body with a password, that is parsed, in bytes.
const MAX_FORM: usize = 64 * 1024;

/// The maximum number of values of a request that are searched for.
const MAX_VALUES: usize = 64;

fn form(text: &str) -> impl Iterator<Item = (String, String)> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| {
        (percent::decode_form(name, "utf-8"), percent::decode_form(value, "utf-8"))
    })
}

/// Visits the strings and numbers in JSON, each with the verdict of the names above it.
fn visit_json(json: &Value, visit: &mut dyn FnMut(NameVerdict, &str)) {
    let mut open = vec![(NameVerdict::Harmless, json)];
    while let Some((verdict, value)) = open.pop() {
        match value {
            Value::String(text) => visit(verdict, text),
            Value::Number(number) => visit(verdict, &number.to_string()),
            Value::Object(members) => open
                .extend(members.iter().map(|(name, value)| (verdict_within(verdict, name), value))),
            Value::Array(items) => open.extend(items.iter().map(|item| (verdict, item))),
            _ => {}
        }
    }
}

/// Returns the strings in JSON, even broken JSON, that are not names.
fn json_values(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('"') {
        let mut escaped = false;
        let is_end = |c: char| {
            let is_end = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            is_end
        };
        let Some(end) = after.find(is_end) else { break };
        let literal = &after[..end];
        rest = &after[end + 1..];
        if !rest.trim_start().starts_with(':') {
            let read = serde_json::from_str::<String>(&format!("\"{literal}\""));
            found.push(read.unwrap_or_else(|_| literal.to_owned()));
        }
    }
    found
}

/// Whether a value is not a common word such as `true` or `none`.
fn is_not_a_word(value: &str) -> bool {
    value.len() >= 8 || value.contains(|c: char| c.is_ascii_digit())
}

/// Whether a value is a secret under names with this verdict. Common words are not masked in texts.
fn is_secret_member(verdict: NameVerdict, value: &str) -> bool {
    is_secret_under(verdict, value) && (verdict == NameVerdict::Secret || is_not_a_word(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secrets_in_a_request_are_found() {
        let mut req = HttpRequest::new();
        req.set_http_verb("POST").set_path("/v2/x?access_token=in-query&page=second");
        req.add_header("Authorization", format!("Basic {}", BASE64_STANDARD.encode("me:in-basic")));
        req.add_header("Cookie", "a=in-cookie-1; b=in-cookie-2").add_header("X-Lorem", "in-marked");
        req.mark_header_sensitive("x-lorem").add_header("X-Ipsum", "in-the-open");
        req.add_param("Password", "in-param").add_param("name", "a name");
        let json = r#"{"a":[{"passcode":"in-json","pass":[20212223]}],"b":"a value"}"#;
        req.load_body_from_string(json, "utf-8");
        let mut secrets = SecretSet::default();
        secrets.add_request(&req);
        for hidden in [
            "in-query",
            "in-basic",
            "in-cookie-1",
            "in-cookie-2",
            "in-marked",
            "in-param",
            "in-json",
            "20212223",
        ] {
            assert_eq!(secrets.mask(hidden), "***");
        }
        for shown in ["second", "in-the-open", "a name", "a value"] {
            assert_eq!(secrets.mask(shown), shown);
        }
        for body in [
            r#""in-body-1""#,
            r#"["in-body-1"]"#,
            "x=in-body-1",
            "--x\r\n\r\nin-body-1\r\n--x--",
            r#"{"password":"in-body-1","password":"other"}"#,
            r#"{"password":"in-body-1",}"#,
            "\u{feff}{\"password\":\"in-body-1\"}",
        ] {
            let mut req = HttpRequest::new();
            req.set_path("/v2/users/me/password").load_body_from_string(body, "utf-8");
            let mut secrets = SecretSet::default();
            secrets.add_request(&req);
            assert_eq!(secrets.mask("in-body-1"), "***", "{body}");
        }
    }

    #[test]
    fn an_unreadable_body_or_very_many_secrets_hide_answers() {
        let hides = |body: &[u8]| {
            let mut req = HttpRequest::new();
            req.set_path("/v2/users/me/password").load_body_from_bd(body);
            let mut secrets = SecretSet::default();
            secrets.add_request(&req);
            secrets.hides_answers()
        };
        assert!(hides(b"{\"password\":\"p\xe4ssword-1\"}"), "Latin-1");
        assert!(hides(b"{\0\"\0p\0\"\0:\0\"\0x\0\"\0}\0"), "UTF-16");
        assert!(hides(&b"x=1&".repeat(20_000)), "a long form");
        let many: Vec<String> = (0..100).map(|n| format!("\"in-body-{n}\"")).collect();
        assert!(hides(format!("[{}]", many.join(",")).as_bytes()), "very many");
        assert!(!hides(b"{\"password\":\"in-body-1\"}"));
        assert!(!hides(b""));
    }

    #[test]
    fn common_words_and_names_that_resemble_a_secret_are_shown() {
        let mut req = HttpRequest::new();
        req.add_header("Cookie", "theme=dark; secure=true; id=in-cookie-1");
        req.add_header("X-CSRF-Enabled", "true");
        let json = r#"{"require_password_for_pmi_meetings":"none","compass":"north","userPin":"4711",
            "passengers":[{"name":"Anna Lorem"}],"passcode":"lorem","password":[{"kind":"ipsum","value":"dolor"}],
            "token_type":"amet-1234","key":"consectetur","max_tokens":4096}"#;
        req.set_path("/v2/x").load_body_from_string(json, "utf-8");
        let mut secrets = SecretSet::default();
        secrets.add_request(&req);
        for shown in [
            "dark",
            "true",
            "none",
            "north",
            "Anna Lorem",
            "ipsum",
            "amet-1234",
            "consectetur",
            "4096",
        ] {
            assert_eq!(secrets.mask(shown), shown);
        }
        for hidden in ["in-cookie-1", "4711", "lorem", "dolor"] {
            assert_eq!(secrets.mask(hidden), "***");
        }
    }
}
