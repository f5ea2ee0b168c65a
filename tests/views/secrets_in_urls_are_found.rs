//! Secrets are found in URLs and logins, wherever a call has them.

use zoomkat::{Call, HttpRequest};

/// Returns a key. It is not written out, since programs that search for keys would find it here.
fn key() -> String {
    ["ghp", &"a1B2".repeat(9)].join("_")
}

fn with_header(name: &str, value: &str) -> Call {
    let mut request = HttpRequest::new();
    request.add_header(name, value);
    Call::new("api.example.com", 443, true, request)
}

fn with_json(text: &str) -> Call {
    let mut request = HttpRequest::new();
    request.use_post().set_content_type("application/json").load_body_from_string(text, "utf-8");
    Call::new("api.example.com", 443, true, request)
}

/// Returns the body of a call.
fn body(call: &Call) -> String {
    let text = call.request().generate_request_text().unwrap();
    text.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// Returns the call after its secrets were hidden and set again.
fn restored(call: &Call) -> Call {
    let mut hidden = call.hide_secrets();
    assert!(hidden.hide_secrets() == hidden);
    for secret in call.secrets() {
        hidden.set_variable(secret.name(), secret.value());
    }
    hidden
}

#[test]
fn urls_in_headers_are_searched_for_users_queries_and_fragments() {
    for (name, value, hidden) in [
        (
            "Referer",
            "https://h/cb#access_token=lorem",
            "https://h/cb#access_token={{ACCESS_TOKEN}}",
        ),
        (
            "Referer",
            "app://cb?x=1#access_token=lorem&token_type=bearer",
            "app://cb?x=1#access_token={{ACCESS_TOKEN}}&token_type=bearer",
        ),
        ("Referer", "https://h/?a=b#dG9rZW4x", "https://h/?a=b#{{QUERY}}"),
        ("Referer", "https://h/#/in?token=lorem", "https://h/#/in?token={{TOKEN}}"),
        ("Referer", "https://h/?token=lorem#section-2", "https://h/?token={{TOKEN}}#section-2"),
        ("Referer", "https://lorem1:@h/", "https://{{API_KEY}}:@h/"),
        ("Location", "/cb?access_token=lorem", "/cb?access_token={{ACCESS_TOKEN}}"),
        ("Location", "//me:lorem@h/", "//me:{{PASSWORD}}@h/"),
        (
            "Location",
            "//me:lorem@h/?to=https://me:ipsum@h/",
            "//me:{{PASSWORD}}@h/?to=https://me:{{PASSWORD_2}}@h/",
        ),
        ("Refresh", "0; url=/cb?token=lorem", "0; url=/cb?token={{TOKEN}}"),
        ("Link", "</x?api_key=lorem>; rel=next", "</x?api_key={{API_KEY}}>; rel=next"),
        (
            "Link",
            "<http://h/x>; rel=a, <http://me:lorem@h/>; rel=b",
            "<http://h/x>; rel=a, <http://me:{{PASSWORD}}@h/>; rel=b",
        ),
        (
            "X-Urls",
            "http://h/?a=b http://h/?token=lorem",
            "http://h/?a=b http://h/?token={{TOKEN}}",
        ),
        ("X-Original-Url", "/cb?token=lorem", "/cb?token={{TOKEN}}"),
    ] {
        let call = with_header(name, value);
        assert_eq!(call.hide_secrets().request().get_header_field(name), Some(hidden), "{value}");
        assert!(restored(&call) == call, "{value}");
    }
}

#[test]
fn the_fragment_of_a_path_is_searched() {
    let mut request = HttpRequest::new();
    request.set_path("/p?a=b#access_token=lorem");
    let call = Call::new("api.example.com", 443, true, request);
    assert_eq!(call.hide_secrets().variables(), ["ACCESS_TOKEN"]);
}

#[test]
fn headers_that_are_no_urls_are_unchanged() {
    for (name, value) in [
        ("Accept", "text/html;q=0.9, */*;q=0.1"),
        ("User-Agent", "lorem/1.0 (C#; what? #1) ipsum/2.3 (+https://h/bot.html#about)"),
        ("X-Title", "Is this the answer? Yes, #2 is."),
        ("X-Color", "#ff8800"),
        ("If-None-Match", "W/\"lorem?ipsum\""),
        ("Content-Language", "de, en"),
    ] {
        let call = with_header(name, value);
        assert!(call.secrets().is_empty(), "{value}: {:?}", call.hide_secrets().variables());
        assert!(call.hide_secrets() == call, "{value}");
    }
}

#[test]
fn a_login_with_the_shape_of_a_key_is_secret_next_to_a_password() {
    let key = key();
    for (command, variables) in [
        (format!("curl -u {key}:x-oauth-basic http://h/"), ["API_KEY", "PASSWORD"]),
        (format!("curl -x http://{key}:lorem@p:1/ http://h/"), ["PROXY_KEY", "PROXY_PASSWORD"]),
        (format!("curl -H 'Referer: http://{key}:lorem@h/' http://h/"), ["API_KEY", "PASSWORD"]),
    ] {
        let call = Call::from_curl(&command).unwrap();
        let hidden = call.hide_secrets();
        assert_eq!(hidden.variables(), variables);
        assert!(!hidden.to_curl().unwrap().contains(&key), "{variables:?}");
        assert!(restored(&call) == call, "{variables:?}");
    }
    let word = Call::from_curl("curl -u me:lorem http://h/").unwrap();
    assert_eq!(word.hide_secrets().variables(), ["PASSWORD"]);
}

#[test]
fn headers_of_a_part_are_searched_like_those_of_the_request() {
    let key = key();
    for header in [format!("X-Trace: {key}"), "X-Original-Url: /cb?token=lorem".to_owned()] {
        let command = format!("curl http://h/ -F 'a=b;headers=\"{header}\"'");
        let call = Call::from_curl(&command).unwrap();
        assert_eq!(call.secrets().len(), 1, "{:?}", call.hide_secrets().variables());
        assert!(restored(&call) == call);
    }
}

#[test]
fn an_escaped_quote_in_json_hides_no_name() {
    let call = with_json(r#"{"note":"5\" disk","code":"lorem","grant_type":"authorization_code"}"#);
    assert_eq!(call.hide_secrets().variables(), ["CODE"]);
}

#[test]
fn urls_in_json_are_searched_and_restored() {
    for (text, hidden) in [
        (
            r#"{"callback":"https://h/cb?access_token=lorem","u":"https://a:ipsum@h/"}"#,
            r#"{"callback":"https://h/cb?access_token={{ACCESS_TOKEN}}","u":"https://a:{{PASSWORD}}@h/"}"#,
        ),
        (r#"{"next":"/a?token=lorem"}"#, r#"{"next":"/a?token={{TOKEN}}"}"#),
        (r#"["http://h/#token=lorem"]"#, r#"["http://h/#token={{TOKEN}}"]"#),
        // Escaped by the program that wrote it.
        (
            r#"{"u":"http:\/\/h\/?a=b\u0026token=lorem%20%26"}"#,
            r#"{"u":"http:\/\/h\/?a=b\u0026token={{TOKEN}}"}"#,
        ),
        // Spellings that no encoding of a URL restores.
        (r#"{"u":"http://h/?token=a+b%2f!"}"#, r#"{"u":"http://h/?token={{TOKEN}}"}"#),
        (r#"{"u":"http://h/?token=a\"b\\c<d>e"}"#, r#"{"u":"http://h/?token={{TOKEN}}"}"#),
        (r#"{"u":"http://a:p!\\é@h/"}"#, r#"{"u":"http://a:{{PASSWORD}}@h/"}"#),
        (
            r#"{"t":"<a href=\"http://h/?token=lorem\">ipsum</a>"}"#,
            r#"{"t":"<a href=\"http://h/?token={{TOKEN}}\">ipsum</a>"}"#,
        ),
        // Not valid.
        (r#"{"u":"http://h/\q?token=lorem"}"#, r#"{"u":"http://h/\q?token={{TOKEN}}"}"#),
        (r#"{"u":"http://h/?a=b","t":"What? /a b"}"#, r#"{"u":"http://h/?a=b","t":"What? /a b"}"#),
    ] {
        let call = with_json(text);
        assert_eq!(body(&call.hide_secrets()), hidden);
        assert!(restored(&call) == call, "{text}: {}", body(&restored(&call)));
    }
}

#[test]
fn texts_with_many_urls_are_searched_in_linear_time() {
    // Quadratic code would take minutes.
    for piece in
        ["<", "<<> ", " http://a:b@h/", "http://a:b@h/?token=x#", "#/?", "x://", "&token=a"]
    {
        let many = piece.repeat(300_000 / piece.len());
        let _ = with_json(&format!("[\"http://h/?{many}\"]")).secrets();
        let _ = with_header("X-Urls", &format!("http://h/?{many}")).secrets();
    }
}
