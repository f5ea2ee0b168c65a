//! Secrets are escaped for their places: the value of a variable is the plain secret, whatever it contains.
//!
//! bash and curl are used where `ZOOMKAT_REQUIRE_TOOLS` is set.

use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use support::calls::{Normalized, normalize};
use support::programs::Programs;
use support::tools::{has, has_curl};
use support::{Server, patient};
use zoomkat::{Call, HttpRequest};

/// Builds a request with a secret in some place.
type Build = fn(&mut HttpRequest, &str);

/// Returns `name=value`, percent-encoded.
fn pair(name: &str, value: &str) -> String {
    HttpRequest::new().add_param(name, value).get_url_encoded_params()
}

fn json(secret: &str) -> String {
    serde_json::Value::from(secret).to_string()
}

/// Places for any text.
const ANY: &[(&str, Build)] = &[
    ("JSON", |r, secret| {
        r.use_post().set_content_type("application/json");
        let text = format!("{{\"a\": \"{{{{b}}}}\", \"password\": {}}}", json(secret));
        r.load_body_from_string(&text, "utf-8");
    }),
    ("an object with the name of a secret", |r, secret| {
        r.use_post().set_content_type("application/json");
        let text = format!("{{\"token\":{{\"a\":[{}],\"value\":{0}}}}}", json(secret));
        r.load_body_from_string(&text, "utf-8");
    }),
    ("the variables of GraphQL", |r, secret| {
        r.use_post().set_content_type("application/json");
        let text = format!("{{\"query\":\"q\",\"variables\":{{\"password\":{}}}}}", json(secret));
        r.load_body_from_string(&text, "utf-8");
    }),
    ("a form", |r, secret| {
        r.use_post().set_content_type("application/x-www-form-urlencoded");
        let text = format!("a=b&{}&c=d", pair("password", secret).replace("%20", "+"));
        r.load_body_from_string(&text, "utf-8");
    }),
    ("a form with another encoding", |r, secret| {
        r.use_post().set_content_type("application/x-www-form-urlencoded");
        let text = pair("password", secret).replace("%2F", "/").replace("%40", "@");
        r.load_body_from_string(&format!("{text}%20"), "utf-8");
    }),
    ("a query", |r, secret| {
        r.set_path(format!("/p?{}%20&a=b", pair("token", secret)));
    }),
    ("a query before a body", |r, secret| {
        r.use_post().set_path(format!("/p?{}", pair("token", secret).replace("%20", "+")));
        r.set_content_type("text/plain").load_body_from_string("x", "utf-8");
    }),
    ("a path", |r, secret| {
        r.set_path("/p/:token/x").set_path_variable("token", secret);
    }),
    ("a multipart form", |r, secret| {
        r.use_upload().add_param("a", "b").add_param("password", secret);
    }),
    ("JSON in a multipart form", |r, secret| {
        r.use_upload().add_param("a", format!("{{\"password\":{}}}", json(secret)));
    }),
    ("two places", |r, secret| {
        r.use_post()
            .set_content_type("application/json")
            .set_path(format!("/p?{}", pair("password", secret)));
        r.load_body_from_string(&format!("{{\"password\":{}}}", json(secret)), "utf-8");
    }),
];

/// Places for the text of a header.
const IN_HEADERS: &[(&str, Build)] = &[
    ("a header", |r, secret| {
        r.add_header("X-Api-Key", secret);
    }),
    ("a token", |r, secret| {
        r.add_header("Authorization", format!("Bearer {secret}"));
    }),
    ("a cookie", |r, secret| {
        r.add_header("Cookie", format!("lang=de; session={secret}; a="));
    }),
    ("a URL in a header", |r, secret| {
        r.add_header("Referer", format!("http://h/p?{}&a=b", pair("token", secret)));
    }),
];

/// Texts with everything that means something in some place.
const ODD: [&str; 3] = [
    "a\"b\\c",
    "lorem\n\t\r\u{8}\u{c}\u{1}\u{1f}\u{7f} é日🐈 &=%+;#?/@$`!'\\n \"{{x}}\" <>[]^{|}~*",
    "\\\"&\\& %41 $HOME `id` $(id) \\\\u0041",
];
const ODD_IN_HEADERS: [&str; 2] = ["a\"b\\c", "lorem &=%+#?/@$`!'\\n \"{{x}}\" <>[]^{|}~* x"];

fn cases(port: u16) -> Vec<(String, Call)> {
    let any = ANY.iter().flat_map(|place| ODD.map(|secret| (place, secret)));
    let in_headers = IN_HEADERS.iter().flat_map(|place| ODD_IN_HEADERS.map(|odd| (place, odd)));
    any.chain(in_headers)
        .map(|((what, build), secret)| {
            let mut request = HttpRequest::new();
            build(&mut request, secret);
            let mut call = Call::new("127.0.0.1", port, false, request);
            call.set_user("me", "p\"w\\ $x&%");
            (format!("{what}: {secret}"), call)
        })
        .collect()
}

/// Sends a call and returns what arrived.
fn sent(server: &Server, call: &Call) -> Normalized {
    patient().perform(call).unwrap();
    normalize(server.requests().last().unwrap())
}

/// Returns the variables of a call's secrets.
fn variables(call: &Call) -> Vec<(String, String)> {
    let secrets = call.secrets();
    secrets.iter().map(|own| (own.name().to_owned(), own.value().to_owned())).collect()
}

#[test]
fn a_hidden_secret_is_restored_from_its_plain_value() {
    for (what, call) in cases(80) {
        let mut hidden = call.hide_secrets();
        let curl = hidden.to_curl().unwrap_or_else(|err| panic!("{what}: {err}"));
        let mut read = Call::from_curl(&curl).unwrap_or_else(|err| panic!("{what}: {err}\n{curl}"));
        for (name, value) in variables(&call) {
            assert!(hidden.variables().contains(&name.as_str()), "{what}");
            hidden.set_variable(&name, &value);
            read.set_variable(&name, &value);
        }
        assert!(hidden == call, "{what}\n{curl}");
        assert_eq!(read.variables(), [""; 0], "{what}\n{curl}");
    }
}

#[test]
fn programs_escape_secrets_for_their_places() {
    let server = Server::answering("200 OK", "", "");
    let cases = cases(server.port());
    let texts: Vec<String> = cases.iter().map(|(_, call)| call.to_rust().unwrap()).collect();
    let programs = Programs::compile(&texts);
    for (at, (what, call)) in cases.iter().enumerate() {
        let expected = sent(&server, call);
        let variables = variables(call);
        let variables: Vec<(&str, &str)> = variables.iter().map(|(n, v)| (&**n, &**v)).collect();
        programs.run_ok(at, Path::new("."), &variables);
        let requests = server.requests();
        assert_eq!(normalize(requests.last().unwrap()), expected, "{what}\n{}", texts[at]);
    }
}

fn with_capital_digits(line: &str) -> String {
    let mut pieces = line.split('%');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at(2);
        out.extend(["%", &digits.to_ascii_uppercase(), rest]);
    }
    out
}

#[test]
fn commands_escape_secrets_for_their_places() {
    if !(has("bash") && has_curl()) {
        return;
    }
    let server = Server::answering("200 OK", "", "");
    for (what, call) in cases(server.port()) {
        let expected = sent(&server, &call);
        let command = call.hide_secrets().to_curl().unwrap();
        let quiet =
            "curl() { command curl -q -sS --noproxy '*' --max-time 60 -o /dev/null \"$@\"; }\n";
        let output = Command::new("bash")
            .args(["--norc", "--noprofile", "-c", &format!("{quiet}{command}")])
            .envs(variables(&call))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{what}: {stderr}\n{command}");
        let requests = server.requests();
        let mut found = normalize(requests.last().unwrap());
        // curl writes the digits of some %XX in lower case.
        found.line = with_capital_digits(&found.line);
        assert_eq!(found, expected, "{what}\n{command}");
    }
}

proptest! {
    #[test]
    fn any_secret_is_restored(
        place in 0..ANY.len(),
        secret in "[ -~\n\t\u{1}é日\u{301}🐈]{1,20}",
        user in "[ -~é]{1,20}",
    ) {
        let mut request = HttpRequest::new();
        ANY[place].1(&mut request, &secret);
        let mut call = Call::new("api.example.com", 443, true, request);
        call.set_user("me", &user);
        let mut hidden = call.hide_secrets();
        for found in call.secrets() {
            hidden.set_variable(found.name(), found.value());
        }
        prop_assert!(hidden == call, "{}: {secret:?}", ANY[place].0);
    }
}
