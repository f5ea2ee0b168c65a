//! Secrets are found by their names, by their places and by the company that they keep.

use zoomkat::{Call, HttpRequest, SecretDisplay};

fn to(build: impl FnOnce(&mut HttpRequest)) -> Call {
    let mut request = HttpRequest::new();
    build(&mut request);
    Call::new("api.example.com", 443, true, request)
}

fn body(text: &str) -> Call {
    to(|r| {
        r.use_post().set_content_type("application/json").load_body_from_string(text, "utf-8");
    })
}

/// Returns the body of a call.
fn text(call: &Call) -> String {
    let text = call.request().generate_request_text().unwrap();
    text.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// Returns the secrets of a call as `NAME=value`.
fn found(call: &Call) -> Vec<String> {
    call.secrets().iter().map(|own| format!("{}={}", own.name(), own.value())).collect()
}

#[test]
fn everything_in_an_object_or_array_with_the_name_of_a_secret_is_secret() {
    let call = body(concat!(
        r#"{"token": {"value": "lorem", "a": {"b": ["ipsum", ["dolor"]]}, "password": "sit"}, "#,
        r#""credentials": [{"user": "amet1x"}, "elit1x", 20391183], "after": "sed", "n": [{"x": "y"}]}"#
    ));
    let hidden = call.hide_secrets();
    assert_eq!(
        text(&hidden),
        concat!(
            r#"{"token": {"value": "{{TOKEN_VALUE}}", "a": {"b": ["{{TOKEN_B}}", ["{{TOKEN_B_2}}"]]}, "#,
            r#""password": "{{PASSWORD}}"}, "credentials": [{"user": "{{CREDENTIALS_USER}}"}, "#,
            r#""{{CREDENTIALS}}", {{CREDENTIALS_2}}], "after": "sed", "n": [{"x": "y"}]}"#
        )
    );
    assert!(hidden.hide_secrets() == hidden);
}

#[test]
fn the_name_of_a_pair_and_json_in_a_text_are_searched() {
    for (json, hidden) in [
        (
            r#"[{"name": "password", "value": "lorem1x"}, {"key": "api_key", "value": ["ipsum1x"]}, {"value": "dolor"}]"#,
            r#"[{"name": "password", "value": "{{PASSWORD}}"}, {"key": "api_key", "value": ["{{API_KEY}}"]}, {"value": "dolor"}]"#,
        ),
        (
            r#"[{"name": "token_type", "value": "Bearer"}, {"name": "topic", "value": "sit"}]"#,
            r#"[{"name": "token_type", "value": "Bearer"}, {"name": "topic", "value": "sit"}]"#,
        ),
        (
            r#"{"data": "{\"password\": \"lor\\\"em\"}", "other": "{\"a\": \"b\"}"}"#,
            r#"{"data": "{{DATA}}", "other": "{\"a\": \"b\"}"}"#,
        ),
    ] {
        let call = body(json);
        let mut again = call.hide_secrets();
        assert_eq!(text(&again), hidden);
        for secret in call.secrets() {
            again.set_variable(secret.name(), secret.value());
        }
        assert!(again == call, "{json}: {}", text(&again));
    }
    let form = Call::from_curl(r#"curl h -d 'payload={"token":"lorem1x"}&a={"b":"c"}'"#).unwrap();
    assert_eq!(text(&form.hide_secrets()), r#"payload={{PAYLOAD}}&a={"b":"c"}"#);
}

#[test]
fn the_code_of_oauth_is_secret_next_to_its_other_params() {
    for (text, is_secret) in [
        ("curl http://h/ -d 'grant_type=authorization_code&code=lorem'", true),
        ("curl 'http://h/?code=lorem&redirect_uri=x'", true),
        (r#"curl http://h/ --json '{"code":"lorem","grant_type":"authorization_code"}'"#, true),
        ("curl http://h/ -F code=lorem -F code_verifier=", true),
        ("curl http://h/ -d 'country=de&code=lorem'", false),
        (r#"curl http://h/ --json '{"code":"lorem","state":"CA"}'"#, false),
    ] {
        let call = Call::from_curl(text).unwrap();
        let code = found(&call).contains(&"CODE=lorem".to_owned());
        assert_eq!(code, is_secret, "{text}: {:?}", found(&call));
    }
}

#[test]
fn each_cookie_is_a_variable_of_its_own_unless_it_is_known_to_be_harmless() {
    let call = to(|r| {
        r.add_header(
            "Cookie",
            "lang=de; empty=; session=a=b==;theme = dark ; __Host-id=\"lorem\"; ipsum; PWD=dolor",
        );
    });
    let hidden = call.hide_secrets();
    assert_eq!(
        hidden.request().get_header_field("Cookie"),
        Some(
            "lang=de; empty=; session={{SESSION}};theme = dark ; __Host-id={{HOST_ID}}; \
             {{COOKIE}}; PWD={{SECRET_PWD}}"
        )
    );
    assert_eq!(
        found(&call),
        ["SESSION=a=b==", "HOST_ID=\"lorem\"", "COOKIE=ipsum", "SECRET_PWD=dolor"]
    );
    // A preference is short.
    let long = to(|r| {
        r.add_header("Cookie", format!("lang={}", "lorem".repeat(9)));
    });
    assert_eq!(long.hide_secrets().variables(), ["LANG"].map(|name| format!("SECRET_{name}")));
}

#[test]
fn a_secret_in_places_with_different_encodings_is_one_variable() {
    let call = to(|r| {
        r.use_post().set_path("/p?password=a%20b").add_header("X-A", "{{PASSWORD_IN_JSON}}");
        r.set_content_type("application/json");
        r.load_body_from_string(r#"{"password":"a b","n":{"password":"a b"}}"#, "utf-8");
    });
    let hidden = call.hide_secrets();
    assert_eq!(found(&call), ["PASSWORD=a b"]);
    assert_eq!(hidden.variables(), ["PASSWORD"]);
    let preview = call.preview(SecretDisplay::Masked).unwrap();
    assert!(
        preview.ends_with("{\"password\":\"***\",\"n\":{\"password\":\"***\"}}\n"),
        "{preview}"
    );
    let program = call.to_rust().unwrap();
    assert!(program.contains("= json_escape(&env(\"PASSWORD\"));"), "{program}");
    assert!(program.contains("= percent_encode(&env(\"PASSWORD\"), \"\");"), "{program}");
}

#[test]
fn an_item_says_how_the_value_of_a_variable_must_be_written() {
    let json = body(r#"{"password":"lorem","n":"a"}"#).hide_secrets().to_postman("A").unwrap();
    assert!(json.contains(r#"{\"password\":\"{{PASSWORD}}\",\"n\":\"a\"}"#), "{json}");
    let note = "The value of PASSWORD must be escaped as in a JSON string in this item.";
    assert!(json.contains(note), "{json}");
    // Postman encodes a form.
    let form = Call::from_curl("curl http://h/ -d 'a=b&password=lorem'").unwrap();
    let form = form.hide_secrets().to_postman("A").unwrap();
    assert!(form.contains("\"urlencoded\"") && form.contains("\"{{PASSWORD}}\""), "{form}");
    assert!(!form.contains("must be"), "{form}");
}

#[test]
fn a_command_says_how_a_value_in_curls_quotes_must_be_written() {
    let call = to(|r| {
        r.use_upload().add_string_for_upload("key", "k.txt", "lorem1x", "utf-8");
    });
    let command = call.hide_secrets().to_curl().unwrap();
    let note = "# In KEY, write \\\" for a quote and \\\\ for a backslash.\n";
    assert!(command.starts_with(note), "{command}");
    assert_eq!(Call::from_curl(&command).unwrap().variables(), ["KEY"]);
}

#[test]
fn deep_and_wide_json_is_searched_in_linear_time() {
    // Quadratic code would take minutes.
    let name = "password".repeat(20_000);
    for text in [
        format!("{{\"{name}\":{}\"lorem\"", "[".repeat(200_000)),
        format!("{{\"{name}\":[{}\"lorem\"]}}", "\"ipsum\",".repeat(50_000)),
        format!("{{\"{name}\":[{}]}}", "{\"a\":".repeat(100_000)),
        "\"".repeat(300_000),
        format!("[{}", "\"{{A}}\"".repeat(50_000)),
    ] {
        let _ = body(&text).hide_secrets().to_curl();
    }
}

#[test]
fn a_value_with_the_shape_of_a_known_key_is_secret_under_any_name_in_any_place() {
    // Not written out, since programs that search for keys would find them here.
    let tail = "a1B2".repeat(10);
    let jwt = [&["eyJhbGci", "OiJIUzI1NiJ9"].concat(), "e30", &tail].join(".");
    for key in [["sk", "live", &tail].join("_"), ["ghp", &tail].join("_"), jwt] {
        for (place, call) in [
            ("JSON", body(&format!(r#"{{"title": "{key}", "n": [1, {{"x": "{key}"}}]}}"#))),
            ("text in JSON", body(&format!(r#"{{"title": "lorem {key}, ipsum"}}"#))),
            ("invalid JSON", body(&format!(r#"{{"title": "{key}"#))),
            ("param", to(|r| _ = r.add_param("title", &key))),
            ("JSON in a param", to(|r| _ = r.add_param("title", format!("[\"{key}\"]")))),
            ("header", to(|r| _ = r.add_header("X-Title", &key))),
            ("text in a header", to(|r| _ = r.add_header("X-Title", format!("lorem {key}")))),
            ("query", to(|r| _ = r.set_path(format!("/p?title={key}&a=b")))),
            ("query without a name", to(|r| _ = r.set_path(format!("/p?{key}")))),
            ("path", to(|r| _ = r.set_path(format!("/title/{key}/a")))),
            ("form", Call::from_curl(&format!("curl http://h/ -d 'title={key}&a=b'")).unwrap()),
            (
                "part of a form",
                Call::from_curl(&format!("curl http://h/ -F 'title={key}'")).unwrap(),
            ),
            (
                "XML",
                to(|r| {
                    r.use_post().set_content_type("application/xml");
                    r.load_body_from_string(&format!("<a b=\"{key}\"><c>{key}</c></a>"), "utf-8");
                }),
            ),
        ] {
            let secrets = call.secrets();
            let are_found = secrets.iter().all(|own| own.value().ends_with(&key));
            assert!(!secrets.is_empty() && are_found, "{place}: {:?}", found(&call));
            let hidden = call.hide_secrets();
            for text in [
                hidden.to_rust().unwrap(),
                hidden.to_curl().unwrap(),
                hidden.to_postman("A").unwrap(),
            ] {
                assert!(!text.contains(&tail) && !text.contains(&key), "{place}: {text}");
            }
        }
    }
}

#[test]
fn a_scheme_with_credentials_is_secret_in_any_header() {
    let credentials = "a1B2".repeat(10);
    let call = to(|r| _ = r.add_header("X-Title", format!("Bearer {credentials}")));
    assert_eq!(found(&call), [format!("X_TITLE=Bearer {credentials}")]);
    let words = to(|r| _ = r.add_header("X-Title", "Bearer of good news"));
    assert!(found(&words).is_empty(), "{:?}", found(&words));
}
