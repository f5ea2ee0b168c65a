//! Rust programs written from a call: they compile, and send what the call sends.

use std::time::Duration;

use proptest::collection::vec;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use support::calls::{Normalized, TABLE, call, files, normalize, requests};
use support::programs::Programs;
use support::{Server, patient};
use zoomkat::{Call, ErrorKind, FoundSecret, HttpRequest, SecretDisplay};

fn to(request: HttpRequest) -> Call {
    Call::new("api.zoom.us", 443, true, request)
}

fn seed() -> HttpRequest {
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT");
    req.set_path("/v2/users/:userId/password");
    req.set_content_type("multipart/form-data");
    req.add_param("password", "<password>");
    req.add_header("Authorization", "Bearer <access_token>");
    req
}

/// The end of the README's program, except for the status.
const END: &str = r#"
    let resp = match http.synchronous_request("api.zoom.us", 443, true, &req) {
        Ok(resp) => resp,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            std::process::exit(1);
        }
    };

    let resp_status_code = resp.status_code();
    println!("Response Status Code = {resp_status_code}");
    if resp_status_code >= 400 {
        println!("Response Header:");
        println!("{}", resp.header());
        println!("Response Body:");
        println!("{}", resp.body_str());
        eprintln!("Failed.");
        std::process::exit(1);
    }
    std::io::copy(&mut resp.body(), &mut std::io::stdout())?;
    println!("\nSuccess.");
    Ok(())
}
"#;

#[test]
fn the_seed_request_becomes_the_program_of_the_readme() {
    let start = r#"use zoomkat::{HttpRequest, Transport};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = Transport::new();

    let mut req = HttpRequest::new();
    req.set_http_verb("PUT");
    req.set_path("/v2/users/:userId/password");
    req.set_content_type("multipart/form-data");
    req.add_param("password", "<password>");
    req.add_header("Authorization", "Bearer <access_token>");
    req.set_idempotent(false);
"#;
    assert_eq!(to(seed()).to_rust().unwrap(), format!("{start}{END}"));
    // The end is the same as in the README.
    let readme =
        include_str!("../../README.md").replace("status_code != 204", "status_code >= 400");
    // A 204 has no body.
    let body = "    std::io::copy(&mut resp.body(), &mut std::io::stdout())?;\n";
    let end = END.replace(body, "").replace("\\nSuccess", "Success").replace("    Ok(())\n", "");
    assert!(readme.contains(&end), "{end}");
}

#[test]
fn secrets_come_from_the_environment() {
    let mut req = seed();
    req.remove_param("password").add_param("password", "dolor Excepteur minim");
    req.add_header("Authorization", "Bearer lorem");
    let start = r#"use zoomkat::{HttpRequest, Transport};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zoom_access_token = env("ZOOM_ACCESS_TOKEN");
    let password = env("PASSWORD");

    let http = Transport::new();

    let mut req = HttpRequest::new();
    req.set_http_verb("PUT");
    req.set_path("/v2/users/:userId/password");
    req.set_content_type("multipart/form-data");
    req.add_param("password", &password);
    req.add_header("Authorization", format!("Bearer {zoom_access_token}"));
    req.set_idempotent(false);
"#;
    let functions = r#"
/// Returns a variable of the environment.
fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        eprintln!("Set the environment variable {name} (text in UTF-8).");
        std::process::exit(1);
    })
}
"#;
    assert_eq!(to(req).to_rust().unwrap(), format!("{start}{END}{functions}"));
}

#[test]
fn json_is_a_raw_string_with_secrets_inserted() {
    let mut req = HttpRequest::new();
    req.set_http_verb("POST").set_content_type("application/json");
    req.load_body_from_string("{\n  \"a\": 1,\n  \"password\": \"lorem\"\n}", "utf-8");
    let text = to(req).to_rust().unwrap();
    let expected = r##"    let body = r#"{
  "a": 1,
  "password": "{{PASSWORD}}"
}"#.replace("{{PASSWORD}}", &password);
    req.load_body_from_string(&body, "utf-8");
"##;
    assert!(text.contains(expected), "{text}");
}

/// Returns secrets of every kind, under names that are not Rust identifiers, with their variables.
fn secrets() -> (HttpRequest, Vec<(&'static str, &'static str)>) {
    let mut req = HttpRequest::new();
    req.use_upload().set_path("/p?sig=a%20b&x=1").add_header("Authorization", "Basic bG9yZW0=");
    req.add_header("Cookie", "a=; sess=lo rem")
        .add_header("self-key", "one1x")
        .add_header("X-Token", "t{oken");
    req.add_param("Id", "1").add_param("id", "2").add_param("use", "3").add_param("type", "4");
    req.add_param("1st_pass", "lorem 5")
        .add_param("PASS", "lorem 6")
        .add_param("pass", "lorem 7{{x}}");
    req.add_param(
        "json",
        "{\"token\": \"a\\\"b\", \"n\": {\"secret\": [\"lorem c\", \"lorem d\"]}}",
    );
    req.add_string_for_upload("key", "k.txt", "long \"key\" ".repeat(9).trim(), "utf-8");
    let variables = vec![
        ("SIG", "a b"),
        ("BASIC_CREDENTIALS", "bG9yZW0="),
        ("SESS", "lo rem"),
        ("SELF_KEY", "one1x"),
        ("X_TOKEN", "t{oken"),
        ("SECRET_1ST_PASS", "lorem 5"),
        ("PASS", "lorem 6"),
        ("PASS_2", "lorem 7{{x}}"),
        ("TOKEN", "a\"b"),
        ("SECRET", "lorem c"),
        ("SECRET_2", "lorem d"),
        (
            "KEY",
            "long \"key\" long \"key\" long \"key\" long \"key\" long \"key\" long \"key\" long \"key\" \
             long \"key\" long \"key\"",
        ),
    ];
    (req, variables)
}

#[test]
fn every_program_compiles_and_sends_what_the_call_sends() {
    let dir = files();
    let server = Server::answering("200 OK", "", "");
    let mut expected = Vec::new();
    let mut texts = Vec::new();
    let mut add = |what: &str, call: &Call| {
        patient().perform(call).unwrap_or_else(|err| panic!("{what}: {err}"));
        let request = normalize(server.requests().last().unwrap());
        expected.push((what.to_owned(), request, call.secrets()));
        texts.push(call.to_rust().unwrap_or_else(|err| panic!("{what}: {err}")));
    };
    for (what, build) in TABLE {
        add(what, &call(*build, dir.path(), server.port()));
    }
    let (request, _) = secrets();
    let mut hidden = Call::new("127.0.0.1", server.port(), false, request);
    hidden.set_user("it's me", "p\"w");
    add("secrets", &hidden);
    let mut how = Call::new("127.0.0.1", server.port(), false, HttpRequest::new());
    how.set_user("it's me", "p\"w").set_follow_redirects(true).set_max_redirects(3);
    how.set_require_ssl_cert_verify(false).set_no_proxy("*");
    how.set_connect_timeout(Duration::from_millis(29_500))
        .set_total_timeout(Duration::from_secs(60));
    let output = dir.path().join("out");
    how.set_output_file(&output);
    add("how", &how);

    let programs = Programs::compile(&texts);
    for (at, (what, expected, secrets)) in expected.iter().enumerate() {
        let variables: Vec<_> = secrets.iter().map(|own| (own.name(), own.value())).collect();
        let before = server.requests().len();
        let printed = programs.run_ok(at, dir.path(), &variables);
        assert!(printed.ends_with("Success.\n"), "{what}: {printed}");
        let requests = server.requests();
        assert_eq!(requests.len(), before + 1, "{what}");
        assert_eq!(normalize(&requests[before]), *expected, "{what}\n{}", texts[at]);
    }
}

/// Runs the programs one after the other and compares what they send with what their calls sent.
/// The environment has the secrets of each, since even a generated name may look like one of a
/// secret.
fn run_all(
    server: &Server,
    texts: &[String],
    secrets: &[Vec<FoundSecret>],
    expected: &[Normalized],
) {
    let programs = Programs::compile(texts);
    for (at, expected) in expected.iter().enumerate() {
        let before = server.requests().len();
        let secrets: Vec<_> = secrets[at].iter().map(|s| (s.name(), s.value())).collect();
        programs.run_ok(at, ".".as_ref(), &secrets);
        let requests = server.requests();
        assert_eq!(requests.len(), before + 1, "{}", texts[at]);
        assert_eq!(normalize(&requests[before]), *expected, "{}", texts[at]);
    }
}

/// A request with texts that are hard to write as literals.
fn odd_texts(runner: &mut TestRunner) -> HttpRequest {
    let text = "[ -~é日\u{301}🐈\n\t\"{}\\\\]{0,130}";
    let texts = vec(text, 9).new_tree(runner).unwrap().current();
    let mut request = HttpRequest::new();
    request.use_upload().set_path(format!("/{}", texts[0].replace(['\n', '\t'], "")));
    for pair in texts[1..].chunks(2) {
        request.add_param(&pair[0].replace('\t', ""), &pair[1]);
        request.add_string_for_upload(&pair[1], &pair[0], &pair[1], "utf-8");
    }
    request
        .add_param("json", "{\"token\": 1, \"a_password\": \"lorem\", \"b_password\": \"ipsum\"}");
    request
}

#[test]
fn programs_of_generated_requests_compile_and_send_the_same() {
    let server = Server::answering("200 OK", "", "");
    let mut runner = TestRunner::default();
    let (mut texts, mut secrets, mut expected) = (Vec::new(), Vec::new(), Vec::new());
    while texts.len() < 100 {
        let request = match texts.len() % 5 {
            0 => odd_texts(&mut runner),
            _ => requests().new_tree(&mut runner).unwrap().current(),
        };
        let call = Call::new("127.0.0.1", server.port(), false, request);
        patient().perform(&call).unwrap();
        expected.push(normalize(server.requests().last().unwrap()));
        texts.push(call.to_rust().unwrap());
        secrets.push(call.secrets());
    }
    run_all(&server, &texts, &secrets, &expected);
}

#[test]
fn a_program_has_the_variables_and_files_of_the_pasted_command() {
    let dir = files();
    let server = Server::answering("200 OK", "", "");
    let at = format!("http://127.0.0.1:{}", server.port());
    let base = format!("{at}/v2/");
    let host = format!("127.0.0.1:{}", server.port());
    let variables = [
        ("BASE", base.as_str()),
        ("HOST", &host),
        ("VERB", "PUT"),
        ("userId", "me"),
        ("A", "a{x}"),
        ("type", "it's \"so\" {{B}}"),
        ("C", "d"),
    ];
    let (mut texts, mut expected) = (Vec::new(), Vec::new());
    for command in [
        r#"curl "$BASE/users/$userId?x=$userId""#,
        r#"curl -X "$VERB" "http://$HOST/v2" -H "X-A: {$A} b" -u "$A:$type""#,
        r#"curl "$AT/x" -d "a=$A&b=$type&{}" -d "$A""#,
        r#"curl $AT/x -d @lines -d "x=1" --data-urlencode n@lines -H @fields"#,
        r#"curl $AT/x -F 'a=<lines' -F "b=$A;type=a/b" -F "c=@lines;filename=$A.txt;type=a/b""#,
        r#"curl $AT/x -F 'a=@lines;headers="X-A: b"' -F 'b=@plain.txt' -e a -A b -b 'c=d'"#,
        r#"curl $AT/x --json '{"a": "'"$A"'", "b": '"$type"'}'"#,
        r#"curl $AT/x --json '{"a": "'"$A"'"}'"#,
        r#"curl $AT/x --data-urlencode "c=$A" -d 'e=f'"#,
        r#"curl -I $AT/x -m 2.5 --noproxy '*' -k"#,
        r#"curl -T lines $AT/x"#,
    ] {
        let command = command.replace("$AT", &at);
        let call = Call::from_curl(&command).unwrap_or_else(|err| panic!("{command}: {err}"));
        texts.push(call.to_rust().unwrap_or_else(|err| panic!("{command}: {err}")));
        // The file names are relative to their folder.
        let here = |text: String| {
            ["lines", "fields", "plain.txt"].iter().fold(text, |text, name| {
                let path = format!("@{}", dir.path().join(name).display());
                text.replace(&format!("@{name}"), &path)
            })
        };
        let of_files =
            here(command.replace("=<lines", "=<@lines").replace("-T lines", "-T @lines"));
        let of_files = of_files.replace("<@", "<").replace("-T @", "-T ");
        let mut sent = Call::from_curl(&of_files).unwrap();
        for (name, value) in &variables {
            sent.set_variable(name, value);
        }
        patient().perform(&sent).unwrap_or_else(|err| panic!("{command}: {err}"));
        expected.push(normalize(server.requests().last().unwrap()));
    }
    let programs = Programs::compile(&texts);
    for (at, expected) in expected.iter().enumerate() {
        programs.run_ok(at, dir.path(), &variables);
        let requests = server.requests();
        assert_eq!(normalize(requests.last().unwrap()), *expected, "{}", texts[at]);
    }
}

#[test]
fn a_program_prints_a_failure_and_names_a_missing_variable() {
    let server = Server::answering("404 Not Found", "X-A: b\r\n", "no such user");
    let plain = Call::new("127.0.0.1", server.port(), false, HttpRequest::new());
    let mut request = HttpRequest::new();
    request.add_header("Authorization", "Bearer lorem");
    let secret = Call::new("127.0.0.1", server.port(), false, request);
    let programs = Programs::compile(&[plain.to_rust().unwrap(), secret.to_rust().unwrap()]);
    let failed = |output: &std::process::Output| {
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr.clone()).unwrap()
    };
    let output = programs.run(0, ".".as_ref(), &[]);
    let printed = String::from_utf8(output.stdout.clone()).unwrap();
    for part in ["Response Status Code = 404", "X-A: b", "no such user"] {
        assert!(printed.contains(part), "{part}: {printed}");
    }
    assert_eq!(failed(&output), "Failed.\n");
    let missing = programs.run(1, ".".as_ref(), &[]);
    assert_eq!(failed(&missing), "Set the environment variable ACCESS_TOKEN (text in UTF-8).\n");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn calls_that_no_program_can_make_and_invalid_requests_are_errors_that_say_why() {
    let mut req = HttpRequest::new();
    req.set_http_verb("P UT");
    let err = to(req).to_rust().unwrap_err();
    assert_eq!(err.kind(), ErrorKind::InvalidRequest);
    let mut req = HttpRequest::new();
    req.use_upload().add_file_for_upload("f", "no/such/file.txt");
    assert!(to(req).to_rust().unwrap().contains("\"no/such/file.txt\""), "a file was opened");
}

#[test]
fn a_raw_literal_has_at_most_255_hashes() {
    let body = format!("{{\"a\": \"\"{}\"}}", "#".repeat(300));
    let mut req = HttpRequest::new();
    req.use_post().load_body_from_string(&body, "utf-8");
    let program = to(req).to_rust().unwrap();
    assert!(!program.contains("r##########"), "{program}");
    assert!(program.contains(&format!("\\\"\\\"{}", "#".repeat(300))), "{program}");
}

#[test]
fn hidden_secrets_are_in_no_view() {
    let (request, variables) = secrets();
    let mut call = to(request);
    call.set_user("me", "p\"w");
    let hidden = call.hide_secrets();
    assert_eq!(hidden.variables().len(), variables.len() + 1);
    for (view, text) in [
        ("curl", hidden.to_curl().unwrap()),
        ("Rust", call.to_rust().unwrap()),
        ("Debug", format!("{hidden:?} {:?}", call.secrets())),
    ] {
        for secret in [
            "bG9yZW0",
            "lo rem",
            "\"one",
            "one\"",
            "t{oken",
            "lorem 7{{x",
            "a\\\\\\\"b",
            "long ",
            "p\\\"w",
        ] {
            assert!(!text.contains(secret), "{secret} in {view}: {text}");
        }
    }
    // Filled in again, it equals the original call.
    let mut given = hidden;
    for (name, value) in variables {
        let name = match name {
            "BASIC_CREDENTIALS" => "ZOOM_BASIC_CREDENTIALS",
            name => name,
        };
        given.set_variable(name, value);
    }
    given.set_variable("ZOOM_PASSWORD", "p\"w");
    assert!(given == call, "{:?}", given.variables());
}

#[test]
fn secrets_are_found_in_unexpected_places() {
    let deep = format!("{}{{\"password\":\"lorem\"}}", "[".repeat(200));
    for text in [
        "curl -u lorem: http://h/",
        "curl http://lorem@h/",
        "curl -x lorem@p:1 http://h/",
        "curl -e 'http://me:lorem@h/?token=lorem' http://h/",
        "curl -e http://lorem@h http://h/",
        "curl --json '{\"password\":\"lorem\"' http://h/",
        "curl --json '{\"password\":\"lorem' http://h/",
        "curl --json '{\"a\":1}\n{\"password\":\"lorem\"}' http://h/",
        "curl 'http://h/?zak=lorem'",
        "curl 'http://h/?lorem1234abcd'",
        "curl http://h/ -F code=lorem -F client_id=ipsum",
        "curl 'http://h/?code=lorem&grant_type=authorization_code'",
        "curl 'http://h/?code=lorem-ipsum-dolor&state=sit'",
        "curl http://h/ -d 'code=lorem&redirect_uri=http://h/'",
        "curl http://h/ -d \"$FIELDS&client_secret=lorem\"",
        "curl http://h/ -d '[a]=1&password=lorem'",
        "curl http://h/ -d '{{x}}=1&password=lorem'",
        "curl http://h/ -d '[{\"password\":\"lorem\"},&password=lorem'",
        "curl http://h/ -d '{\"password\":\"&token=lorem'",
        "curl --json '{\"query\":\"q\",\"variables\":{\"a\":{\"password\":\"lorem\"}}}' http://h/",
        &format!("curl --json '{deep}' http://h/"),
    ] {
        let call = Call::from_curl(text).unwrap();
        let mut hidden = call.hide_secrets();
        assert!(!hidden.to_curl().unwrap().contains("lorem"), "{text}");
        assert!(!call.to_rust().unwrap().contains("lorem"), "{text}");
        assert!(!call.preview(SecretDisplay::Masked).unwrap().contains("lorem"), "{text}");
        for secret in call.secrets() {
            hidden.set_variable(secret.name(), secret.value());
        }
        assert!(hidden == call, "{text}");
    }
}

#[test]
fn text_that_starts_like_json_is_a_form_only_if_it_is_not_json() {
    for (text, hidden) in [
        (r#"curl http://h/ -d '{"u":"?a=1&token=b"}'"#, None),
        (r#"curl http://h/ -d "{\"a\":$A,\"u\":\"?a=1&token=b\"}""#, None),
        (r#"curl http://h/ --json '{"u":"?a=1&token=b",}'"#, None),
        (r#"curl http://h/ -H 'Content-Type: text/xml' -d '<u a="?a=1&amp;b&token=b">'"#, None),
        (r#"curl http://h/ -d '{ "token=a" }'"#, None),
        (
            "curl http://h/ -d '{{x}}=1&token=b&c=d'",
            Some(r#"-d '{{x}}=1' --data-urlencode "token=$TOKEN" -d 'c=d'"#),
        ),
        (
            "curl http://h/ -d '{{x}}={{TOKEN}}&token=b'",
            Some(r#"-d '{{x}}={{TOKEN}}' --data-urlencode "token=$TOKEN_2""#),
        ),
    ] {
        let call = Call::from_curl(text).unwrap();
        match hidden {
            None => assert!(call.hide_secrets() == call, "{text}"),
            Some(hidden) => {
                let curl = call.hide_secrets().to_curl().unwrap();
                assert!(curl.replace(" \\\n\t", " ").contains(hidden), "{text}: {curl}");
            }
        }
    }
}

#[test]
fn numbers_are_secrets_unless_they_are_small_or_counts() {
    let body = "{\"pin\": 1234, \"a\": {\"passcode\":-12.5e3}, \"otp\": [1111, 2222\n], \"max_tokens\": 5000,\
                \"token\": null, \"keys\": 7, \"password\": true, \"b\": 8, \"pass\": 99, \"host_key\" : 9999";
    let mut req = HttpRequest::new();
    req.use_post().set_content_type("application/json").load_body_from_string(body, "utf-8");
    let call = to(req);
    let mut hidden = call.hide_secrets();
    let curl = hidden.to_curl().unwrap();
    for part in [
        r#"{\"pin\": $PIN, \"a\": {\"passcode\":$PASSCODE}, \"otp\": [$OTP, $OTP_2"#,
        r#"], \"max_tokens\": 5000,\"token\": null, \"keys\": 7, \"password\": true, \"b\": 8, \"pass\": 99, \"host_key\" : $HOST_KEY""#,
    ] {
        assert!(curl.contains(part), "{curl}");
    }
    assert!(hidden.hide_secrets() == hidden);
    for secret in call.secrets() {
        hidden.set_variable(secret.name(), secret.value());
    }
    assert!(hidden == call);
}

#[test]
fn many_variables_and_secrets_are_written_in_linear_time() {
    // Quadratic code would take minutes.
    let many = |piece: fn(usize) -> String| (0..50_000).map(piece).collect::<String>();
    for text in [
        format!("curl http://h/ -d \"{}\"", many(|n| format!("$A{n}"))),
        format!("curl http://h/ {}", many(|n| format!("-H \"A: $A{n}\" "))),
        format!("curl 'http://h/{}'", many(|n| format!("{{{{A{n}}}}}"))),
        format!("curl http://h/ -d 'y={{{{x}}}}{}'", many(|n| format!("&password{n}=x"))),
    ] {
        let call = Call::from_curl(&text).unwrap();
        call.to_rust().unwrap();
        call.to_postman("Many").unwrap();
    }
}

#[test]
fn a_name_that_only_contains_a_hint_is_not_secret() {
    let mut req = HttpRequest::new();
    req.add_param("next_page_token", "lorem").add_param("Author", "ipsum");
    req.add_param("keyword", "dolor").add_param("shipping", "lorem").add_param("hotpath", "lorem");
    req.add_param("inside", r#"{"opinion": "lorem", "sid": 7, "pin_count": 4711}"#);
    // Names of real APIs, in which a secret's word is part of a word, or a fact about a secret.
    let body = r#"{"anchorIgnoreIfNotPresent":"false","passengerCode":"ADT","unassigned_rooms":"3","monkey":"m",
        "passive":"no","token_type_hint":"x","key":"PROJ","code":300,"session_timeout":3600}"#;
    req.use_post().load_body_from_string(body, "utf-8");
    assert_eq!(to(req.clone()).hide_secrets(), to(req.clone()));
    req.add_param("token", "sit").add_param("sid", "amet1234").add_param("csrf", "lorem");
    req.add_param("inside", r#"{"userPin": 1234, "totp": "ipsum"}"#);
    let hidden = to(req).hide_secrets();
    assert_eq!(hidden.variables(), ["TOKEN", "SID", "CSRF", "USER_PIN", "TOTP"]);
}

#[test]
fn samples_and_open_variables_are_not_secrets() {
    let mut req = seed();
    req.add_param("token", "").add_header("X-Key", "<key>");
    let call = to(req);
    assert!(call.hide_secrets() == call);
    let mut req = HttpRequest::new();
    req.add_header("X-Key", "lorem").add_param("key", "ipsum");
    let hidden = to(req).hide_secrets();
    assert!(hidden.hide_secrets() == hidden);
}
