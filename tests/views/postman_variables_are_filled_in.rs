//! Variables of Postman collections: values are filled in by precedence, and a missing one is named.

use zoomkat::ErrorKind;
use zoomkat::postman::Collection;

use crate::postman_collections_are_read::{every, line, one, text};

#[test]
fn values_can_be_set_for_variables_and_path_segments() {
    let all = every();
    let item = all.item("multipart/Update a user's password").unwrap();
    let call = item.clone().with("userId", "a/b%2F@").call().unwrap();
    assert!(text(&call).starts_with("PUT /users/a%2Fb%252F%40/password HTTP/1.1\r\n"));
    assert_eq!((call.domain(), call.port(), call.ssl()), ("localhost", 8080, false));
    let call = item.with("baseUrl", "https://example.com/v2").call().unwrap();
    assert_eq!((call.domain(), call.port(), call.ssl()), ("example.com", 443, true));
    assert_eq!(call.request().path(), "/v2/users/:userId/password");
}

#[test]
fn the_nearest_value_of_a_variable_is_used() {
    let item = r#"{"name":"f","variable":[{"key":"a","value":"folder"},{"key":"b","value":"folder"}],
        "item":[{"name":"i","variable":[{"key":"a","value":"item"}],
        "request":"http://h/{{a}}/{{b}}/{{c}}/{{d}}/{{e}}"}]}"#;
    let names = ["a", "b", "c", "d", "e"];
    let variable = |name: &&str| format!(r#"{{"key":"{name}","value":"collection"}}"#);
    let values: Vec<String> = names[..3].iter().map(variable).collect();
    let mut all = one(item, &format!(r#","variable":[{}]"#, values.join(",")));
    let globals = r#"{"_postman_variable_scope":"globals","values":[
        {"key":"c","value":"globals"},{"key":"d","value":"globals"},{"key":"e","value":"globals"}]}"#;
    all.load_environment(globals).unwrap();
    assert_eq!(line(&all), "GET /item/folder/collection/globals/globals HTTP/1.1");
    let environment = r#"{"values":[{"key":"a","value":"environment","enabled":true},
        {"key":"b","value":"off","enabled":false},{"key":"e","value":5}]}"#;
    all.load_environment(environment).unwrap();
    assert_eq!(line(&all), "GET /environment/folder/collection/globals/5 HTTP/1.1");
    all.set_variable("a", "caller");
    assert_eq!(line(&all), "GET /caller/folder/collection/globals/5 HTTP/1.1");
    let call = all.items()[0].clone().with("a", "with").call().unwrap();
    assert!(call.request().path().starts_with("/with/"));
}

#[test]
fn a_variable_without_a_value_is_an_error_with_its_place_unless_kept_open() {
    let all = one(
        r#"{"name":"i","request":{"method":"POST","url":{"host":["h"],"path":["a","{{x}}",":y"],"variable":[{"key":"y","value":""}]},
        "header":[{"key":"X-Token","value":"{{t}}"}],
        "body":{"mode":"urlencoded","urlencoded":[{"key":"k","value":"{{v}}"}]}}}"#,
        "",
    );
    let item = all.item("i").unwrap();
    let message = item.call().unwrap_err().to_string();
    for part in [
        "\"i\"",
        "{{x}} in url.path[1]",
        ":y in url.path[2]",
        "{{t}} in header X-Token",
        "{{v}} in body urlencoded[0] k",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let sent = text(&item.clone().literal().call().unwrap());
    assert!(sent.starts_with("POST /a/%7B%7Bx%7D%7D/:y HTTP/1.1\r\n"), "{sent}");
    assert!(sent.contains("X-Token: {{t}}\r\n") && sent.ends_with("k=%7B%7Bv%7D%7D"), "{sent}");
    let mut call = item.keep_unresolved().call().unwrap();
    assert_eq!(call.variables(), ["x", "t", "v", "y"]);
    assert!(zoomkat::Transport::new().perform(&call).unwrap_err().is_invalid_request());
    call.set_variable("x", "1")
        .set_variable("t", "2")
        .set_variable("v", "a b")
        .set_variable("y", "a/b");
    let sent = text(&call);
    assert!(sent.starts_with("POST /a/1/a%2Fb HTTP/1.1\r\n"), "{sent}");
    assert!(sent.contains("X-Token: 2\r\n") && sent.ends_with("k=a%20b"), "{sent}");
}

#[test]
fn a_segment_with_a_colon_is_text_unless_the_file_lists_it_or_the_caller_sets_it() {
    for url in [
        r#""http://h/language/:analyze-text?a=1""#,
        r#"{"raw":"http://h/language/:analyze-text?a=1","host":["h"],"path":["language",":analyze-text"],
            "query":[{"key":"a","value":"1"}]}"#,
        r#"{"host":["h"],"path":["language",":analyze-text"],"query":[{"key":"a","value":"1"}],
            "variable":[{"key":"other","value":"v"}]}"#,
    ] {
        let all = one(&format!(r#"{{"request":{{"url":{url}}}}}"#), "");
        assert_eq!(line(&all), "GET /language/:analyze-text?a=1 HTTP/1.1", "{url}");
        let open = all.items()[0].clone().keep_unresolved().call().unwrap();
        assert!(open.variables().is_empty(), "{url}");
        let set = all.items()[0].clone().with("analyze-text", "a/b").call().unwrap();
        assert!(text(&set).starts_with("GET /language/a%2Fb?a=1 "), "{url}");
    }
}

#[test]
fn the_raw_url_is_used_if_host_and_path_are_empty() {
    for (parts, target) in [
        (r#""host":[],"path":[]"#, "GET /raw?q=1 HTTP/1.1"),
        (r#""host":"","path":"""#, "GET /raw?q=1 HTTP/1.1"),
        (r#""host":[""],"path":[""]"#, "GET /raw?q=1 HTTP/1.1"),
        (r#""host":[]"#, "GET /raw?q=1 HTTP/1.1"),
        (r#""path":["p"]"#, "GET /raw?q=1 HTTP/1.1"),
        (r#""host":["h"],"path":[]"#, "GET / HTTP/1.1"),
    ] {
        let url = format!(r#"{{"raw":"http://h/raw?q=1",{parts}}}"#);
        let all = one(&format!(r#"{{"request":{{"url":{url}}}}}"#), "");
        assert_eq!(line(&all), target, "{parts}");
    }
}

#[test]
fn a_file_in_utf_16_with_a_byte_order_mark_is_read() {
    let json = r#"{"name":"i","request":"http://h/é"}"#;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("c.json");
    for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let units = std::iter::once(0xfeff).chain(json.encode_utf16());
        std::fs::write(&file, units.flat_map(to_bytes).collect::<Vec<u8>>()).unwrap();
        assert_eq!(line(&Collection::open(&file).unwrap()), "GET /%C3%A9 HTTP/1.1");
    }
    std::fs::write(&file, [0xff, 0xfe, b'{', 0, 0, 0xd8]).unwrap();
    let err = Collection::open(&file).unwrap_err();
    assert!(err.to_string().contains("utf-16"), "{err}");
}

#[test]
fn an_open_host_can_be_set_to_a_whole_url() {
    let all = one(r#"{"request":"{{base}}/users/{{id}}"}"#, "");
    let mut call = all.items()[0].clone().keep_unresolved().call().unwrap();
    assert_eq!(call.domain(), "{{base}}");
    call.set_variable("base", "https://example.com:8443/v2").set_variable("id", "me");
    assert_eq!((call.domain(), call.port(), call.ssl()), ("example.com", 8443, true));
    assert!(text(&call).starts_with("GET /v2/users/me "));
}

#[test]
fn circular_values_are_refused_by_name() {
    let variables = r#","variable":[{"key":"a","value":"1{{b}}"},{"key":"b","value":"{{c}}"},
        {"key":"c","value":"{{a}}"},{"key":"itself","value":"{{itself}}"}]"#;
    let all = one(r#"{"name":"i","request":"http://h/{{a}}"}"#, variables);
    let err = all.items()[0].clone().literal().call().unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Content);
    assert!(err.to_string().contains("a > b > c > a"), "{err}");
    // A reference to itself alone is plain text.
    let all = one(r#"{"name":"i","request":"http://h/{{itself}}"}"#, variables);
    assert_eq!(line(&all), "GET /%7B%7Bitself%7D%7D HTTP/1.1");
}

#[test]
fn exponential_values_do_not_exhaust_memory() {
    let mut variables = vec![r#"{"key":"v0","value":"lorem ipsum"}"#.to_owned()];
    for n in 1..60 {
        let before = n - 1;
        variables.push(format!(r#"{{"key":"v{n}","value":"{{{{v{before}}}}}{{{{v{before}}}}}"}}"#));
    }
    let variables = format!(r#","variable":[{}]"#, variables.join(","));
    let all = one(r#"{"request":"http://h/{{v59}}"}"#, &variables);
    let err = all.items()[0].call().unwrap_err();
    assert!(err.to_string().contains("grow"), "{err}");
}

/// Each of these took from ten seconds to minutes when the code was quadratic. The counts are large
/// enough to notice a regression.
#[test]
fn a_hundred_thousand_of_anything_are_read_in_linear_time() {
    let many = |count: usize, each: &dyn Fn(usize) -> String, between: &str| {
        (0..count).map(each).collect::<Vec<_>>().join(between)
    };
    let count = 100_000;
    let used = many(count, &|n| format!("{{{{v{n}}}}}"), "");
    let defined = many(count, &|n| format!(r#"{{"key":"v{n}","value":"x"}}"#), ",");
    let item = format!(
        r#"{{"name":"i","request":{{"method":"POST","url":"http://h/","body":{{"mode":"raw","raw":"{used}"}}}}}}"#
    );
    let all = one(&item, &format!(r#","variable":[{defined}]"#));
    assert_eq!(text(&all.items()[0].call().unwrap()).matches('x').count(), count + 1);
    let all = one(&item, "");
    let err = all.items()[0].call().unwrap_err();
    assert!(err.to_string().contains(&format!("and {} more", count - 8)), "{err}");
    assert_eq!(all.items()[0].clone().keep_unresolved().call().unwrap().variables().len(), count);

    let listed = many(count, &|n| format!(r#"{{"key":"p{n}","value":""}}"#), ",");
    let segments = many(count, &|n| format!(r#"":p{n}""#), ",");
    for request in [
        format!(r#""http://h/{used}""#),
        format!(r#"{{"url":"http://h/","header":[{{"key":"{used}","value":"{used}"}}]}}"#),
        format!(r#"{{"url":{{"host":["h"],"path":[{segments}],"variable":[{listed}]}}}}"#),
        format!(r#"{{"url":{{"host":["h"],"query":[{{"key":"{used}","value":"{used}"}}]}}}}"#),
    ] {
        let all = one(&format!(r#"{{"name":"i","request":{request}}}"#), "");
        let err = all.items()[0].call().unwrap_err().to_string();
        assert!(err.contains(" more") && err.len() < 10_000, "{err:.200}");
        let open = all.items()[0].clone().keep_unresolved().call().unwrap();
        assert_eq!(open.variables().len(), count, "{request:.80}");
    }

    let mut all = one(r#"{"request":"http://h/{{v7}}"}"#, "");
    all.load_environment(&format!(r#"{{"values":[{defined}]}}"#)).unwrap();
    all.load_environment(&format!(r#"{{"values":[{defined}]}}"#)).unwrap();
    assert_eq!(line(&all), "GET /x HTTP/1.1");

    let segments = format!(r#"{{"request":"http://h{}"}}"#, "/s".repeat(5 * count));
    assert_eq!(line(&one(&segments, "")).len(), "GET  HTTP/1.1".len() + 10 * count);

    let responses = many(count, &|n| format!(r#"{{"code":{}}}"#, 200 + n % 100), ",");
    let url = "x".repeat(count);
    let item = format!(r#"{{"name":"i","request":"http://h/{url}","response":[{responses}]}}"#);
    assert_eq!(one(&item, "").items()[0].responses().len(), count);
}
