//! Postman items written from a call: reading them again sends the same bytes.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;
use zoomkat::postman::{Collection, to_collection};
use zoomkat::{Call, ErrorKind, HttpRequest};

/// Returns what is sent.
fn sent(call: &Call) -> String {
    let mut request = call.request().clone();
    request.set_boundary("lorem-ipsum");
    format!(
        "{} {} {}\n{}",
        call.domain(),
        call.port(),
        call.ssl(),
        request.generate_request_text().unwrap()
    )
}

fn json(call: &Call) -> Value {
    serde_json::from_str(&call.to_postman("lorem").unwrap()).unwrap()
}

fn call(build: impl FnOnce(&mut HttpRequest)) -> Call {
    let mut request = HttpRequest::new();
    build(&mut request);
    Call::new("api.zoom.us", 443, true, request)
}

fn reason(build: impl FnOnce(&mut HttpRequest)) -> String {
    let err = call(build).to_postman("lorem").unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Content, "{err}");
    err.to_string()
}

#[test]
fn the_password_change_becomes_a_natural_item() {
    let call = call(|req| {
        req.set_http_verb("PUT").set_path("/v2/users/:userId/password");
        req.set_path_variable("userId", "me").set_content_type("multipart/form-data");
        req.add_param("password", "dolor Excepteur minim");
        req.add_header("Authorization", "Bearer <access_token>");
    });
    let item = json(&call);
    assert_eq!(item["name"], "lorem");
    assert_eq!(item["request"]["url"]["raw"], "https://api.zoom.us/v2/users/:userId/password");
    assert_eq!(item["request"]["url"]["variable"][0]["value"], "me");
    let field =
        serde_json::json!({"key": "password", "value": "dolor Excepteur minim", "type": "text"});
    assert_eq!(item["request"]["body"]["formdata"][0], field);
    assert_eq!(item["request"]["header"].as_array().unwrap().len(), 1);
    assert_eq!(
        item["request"]["auth"]["type"], "noauth",
        "a folder's authorization would replace the header"
    );
    let again = Call::from_postman(&item.to_string()).unwrap();
    assert_eq!(sent(&again), sent(&call));
}

#[test]
fn open_variables_become_postmans_and_text_that_looks_like_one_stays_text() {
    let all: Collection = r#"{"item":[{"name":"i","request":{"method":"POST",
        "url":{"host":["{{base}}"],"path":["a",":id"],"query":[{"key":"q","value":"{{q}}"}],
            "variable":[{"key":"id","value":""}]},"header":[{"key":"X-Text","value":"{{text}} {{q}}"}],
        "body":{"mode":"formdata","formdata":[{"key":"k","value":"{{v}}"}]}}}],
        "variable":[{"key":"text","value":"{{text}}"}]}"#
        .parse()
        .unwrap();
    let call = all.items()[0].clone().keep_unresolved().call().unwrap();
    assert_eq!(call.variables(), ["base", "q", "v", "id"]);
    let item = json(&call);
    assert_eq!(item["request"]["url"]["raw"], "{{base}}/a/:id?q={{q}}");
    assert_eq!(item["request"]["url"]["variable"][0]["value"], "{{id}}");
    assert_eq!(item["variable"][0]["value"], "{{text}}");
    let mut again = Call::from_postman(&item.to_string()).unwrap();
    assert_eq!(again, call);
    again
        .set_variable("base", "http://h")
        .set_variable("q", "1")
        .set_variable("v", "2")
        .set_variable("id", "3");
    assert!(sent(&again).contains("X-Text: {{text}} 1\r\n"), "{}", sent(&again));
}

#[test]
fn settings_become_postmans_and_the_others_are_named_in_the_description() {
    let mut call = call(|_| {});
    call.set_follow_redirects(false).set_max_redirects(3).set_require_ssl_cert_verify(false);
    call.set_user("lorem", "not-a-secret").set_total_timeout(Duration::from_secs(5));
    call.set_output_file("out.json");
    let item = json(&call);
    let settings =
        serde_json::json!({"followRedirects": false, "maxRedirects": 3, "strictSSL": false});
    assert_eq!(item["protocolProfileBehavior"], settings);
    assert_eq!(item["request"]["auth"]["basic"][0]["value"], "lorem");
    let description = item["request"]["description"].as_str().unwrap();
    assert!(description.contains("timeout") && description.contains("output file"));
    let again = Call::from_postman(&item.to_string()).unwrap();
    assert_eq!(again.follow_redirects(), Some(false));
    assert_eq!(json(&again)["request"]["auth"], item["request"]["auth"]);
}

#[test]
fn files_are_named_and_not_opened() {
    let call = call(|req| {
        req.use_upload().add_file_for_upload("f", "no/such/lorem.png");
        req.add_file_for_upload2("g", "no/such/ipsum", "text/csv");
    });
    let item = json(&call);
    assert_eq!(item["request"]["body"]["formdata"][0]["src"], "no/such/lorem.png");
    let again = Call::from_postman(&item.to_string()).unwrap();
    assert_eq!(again.files(), call.files());
    assert_eq!(again, call);
}

#[test]
fn requests_that_postman_cannot_express_are_refused_by_name() {
    for (why, says) in [
        (reason(|r| _ = r.use_upload().add_param("a", "b").add_sub_header(0, "X-A", "b")), "X-A"),
        (reason(|r| _ = r.set_content_type("multipart/mixed").add_param("a", "b")), "multipart"),
        (reason(|r| _ = r.use_upload().add_bd_for_upload("a", "日.txt", b"x", "")), "file name"),
        (reason(|r| _ = r.use_upload()), "without parts"),
        (reason(|r| _ = r.set_http_version("1.0")), "HTTP/1.0"),
        (reason(|r| _ = r.add_header("X-A", "é")), "X-A"),
        (reason(|r| _ = r.use_post().stream_chunk_from_file("f", 0, 1)), "part of a file"),
        (reason(|r| _ = r.set_http_verb("patch")), "small letters"),
        (reason(|r| _ = r.set_http_verb("OPTIONS").set_path("*")), "path *"),
    ] {
        assert!(why.contains(says) && why.contains("lorem"), "{says}: {why}");
    }
    let faulty = call(|req| {
        req.add_header("X A", "b");
    });
    assert!(faulty.to_postman("lorem").unwrap_err().is_invalid_request());
}

#[test]
fn a_header_in_two_spellings_is_written_in_one() {
    let call = Call::from_curl("curl http://h/ -H 'X-A: 1' -H 'x-a: 2'").unwrap();
    let again = Call::from_postman(&call.to_postman("lorem").unwrap()).unwrap();
    assert!(sent(&again).contains("X-A: 1\r\nX-A: 2\r\n"), "{}", sent(&again));
}

#[test]
fn every_item_of_the_collection_round_trips() {
    let text = include_str!("../fixtures/every_construct.postman_collection.json");
    let mut all = Collection::from_json(text).unwrap();
    all.set_variable("baseUrl", "http://localhost:8080").set_variable("port", "8080");
    let calls: Vec<(String, Call)> = all
        .items()
        .iter()
        .map(|item| (item.path(), item.clone().literal().call().unwrap()))
        .collect();
    let named: Vec<(&str, &Call)> =
        calls.iter().map(|(path, call)| (path.as_str(), call)).collect();
    let written = to_collection("Written", &named).unwrap();
    let again = Collection::from_json(&written).unwrap();
    assert_eq!(again.items().len(), calls.len());
    for (item, (path, call)) in again.items().iter().zip(&calls) {
        let again = item.call().unwrap_or_else(|err| panic!("{path}: {err}"));
        // Both name their files; the content is unchanged.
        assert_eq!(sent(&again), sent(call), "{path}");
        assert_eq!(again.files(), call.files(), "{path}");
    }
    if let Some(path) = std::env::var_os("ZOOMKAT_WRITTEN_COLLECTION") {
        std::fs::write(path, written).unwrap();
    }
}

#[test]
fn fields_that_curl_encodes_become_fields_that_postman_encodes() {
    let item = |command: &str| {
        let call = Call::from_curl(command).unwrap();
        (json(&call)["request"].clone(), call)
    };
    let (request, call) = item(
        r#"curl http://h/a --data-urlencode "From=$FROM" --data-urlencode "Body=Hi $NAME & co" -d 'c=#d'"#,
    );
    let fields = serde_json::json!([
        {"key": "From", "value": "{{FROM}}"},
        {"key": "Body", "value": "Hi {{NAME}} & co"},
        {"key": "c", "value": "#d"},
    ]);
    assert_eq!(request["body"]["urlencoded"], fields);
    let mut again = Call::from_postman(&call.to_postman("x").unwrap()).unwrap();
    again.set_variable("FROM", "+1").set_variable("NAME", "you");
    assert!(
        sent(&again).ends_with("From=%2B1&Body=Hi%20you%20%26%20co&c=%23d"),
        "{}",
        sent(&again)
    );

    let (request, _) = item(r#"curl -G 'http://h/a?z=1+2' --data-urlencode "q=$A" -d 'b=x+y'"#);
    assert_eq!(request["url"]["raw"], "http://h/a?z=1+2&q={{A}}&b=x%20y");

    for (command, names) in [
        (r#"curl http://h -d "a=$A" --data-urlencode "b=$B" -d c"#, "\"a\""),
        (r#"curl http://h --data-urlencode "b=$B" -d c"#, "a field without a name"),
        (r#"curl http://h -H 'Content-Type: a/b' --data-urlencode "b=$B""#, "\"b\""),
        (r#"curl http://h -F a=b --url-query "b=$B""#, "\"b\""),
        (
            r#"curl http://h --url-query "q=$A" --url-query + --data-urlencode "b=$B" -d c=+"#,
            "\"q\"",
        ),
    ] {
        let err = Call::from_curl(command).unwrap().to_postman("lorem").unwrap_err();
        assert!(err.to_string().contains(names), "{command}: {err}");
    }
}

#[test]
fn a_body_file_is_written_or_refused() {
    for command in ["curl http://h -d @data.json", "curl http://h --data '@e.png'"] {
        let err = Call::from_curl(command).unwrap().to_postman("lorem").unwrap_err().to_string();
        assert!(err.contains("line ends") && err.contains("--data-binary"), "{err}");
    }
    let err = Call::from_curl("curl http://h -d @a -d b").unwrap().to_postman("x").unwrap_err();
    assert!(err.to_string().contains("combined"), "{err}");
    let call = Call::from_curl("curl http://h --data-binary @data.json").unwrap();
    assert_eq!(json(&call)["request"]["body"]["file"]["src"], "data.json");
}

#[test]
fn a_proxy_is_in_the_item_only_if_the_call_uses_it() {
    for (list, goes) in [("*", false), ("other,h", false), ("other", true)] {
        let command = format!("curl -x 127.0.0.1:8080 --noproxy '{list}' http://h/a");
        let item = json(&Call::from_curl(&command).unwrap());
        assert_eq!(item["request"]["proxy"].is_object(), goes, "{item}");
        let description = item["request"]["description"].as_str().unwrap();
        assert!(description.contains("the hosts without a proxy"), "{description}");
    }
    let open = |list: &str| {
        let command = format!("curl -x 127.0.0.1:8080 --noproxy '{list}' \"$BASE/a\"");
        Call::from_curl(&command).unwrap().to_postman("lorem")
    };
    assert!(!open("*").unwrap().contains("8080"));
    assert!(
        open("h")
            .unwrap_err()
            .to_string()
            .contains("a proxy with exceptions that contain a variable")
    );
}

/// Text with characters that are special in some format.
fn words() -> impl Strategy<Value = String> {
    prop::string::string_regex(
        "([a-zA-Z0-9 ]|[{}\"'\\\\/:;&=+%?#@,.<>-]|\\{\\{a\\}\\}|:x|//|/\\*|\r\n|\n|é|日|🐈){0,8}",
    )
    .unwrap()
}

fn token() -> impl Strategy<Value = String> {
    prop::string::string_regex("[a-zA-Z][a-zA-Z0-9-]{0,8}").unwrap()
}

fn value() -> impl Strategy<Value = String> {
    prop::string::string_regex("[ -~]{0,12}").unwrap().prop_map(|text| text.trim().to_owned())
}

/// The file name and the type of a part, if it is a file.
type File = Option<(String, String)>;

#[derive(Clone, Debug)]
enum Body {
    None,
    Text(String, String),
    Bytes(Vec<u8>),
    Form(Vec<(String, String)>),
    Parts(Vec<(String, String, File)>),
}

fn body() -> impl Strategy<Value = Body> {
    let types = prop::sample::select(vec![
        "",
        "application/json",
        "application/vnd.api+json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "text/html; charset=utf-8",
        "multipart/form-data",
    ]);
    let file = prop::option::of(("[a-z\" ]{0,5}(\\.[a-z]{1,3})?", "[a-z]{1,5}/[a-z]{1,5}"));
    prop_oneof![
        Just(Body::None),
        (words().prop_filter("no body", |t| !t.is_empty()), types)
            .prop_map(|(t, of)| Body::Text(t, of.to_owned())),
        prop::collection::vec(any::<u8>(), 1..20).prop_map(Body::Bytes),
        prop::collection::vec((words(), words()), 1..5).prop_map(Body::Form),
        prop::collection::vec((words(), words(), file), 1..4).prop_map(Body::Parts),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_request_round_trips_through_an_item(
        verb in prop::sample::select(vec!["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "PURGE"]),
        segments in prop::collection::vec(words(), 0..4),
        query in prop::option::of(words()),
        variable in prop::option::of(words().prop_filter("a segment", |t| !matches!(t.as_str(), "" | "." | ".."))),
        headers in prop::collection::vec((token(), value()), 0..4),
        user in prop::option::of((token(), words())),
        body in body(),
    ) {
        let mut request = HttpRequest::new();
        let clean = |text: &str| text.replace(['\r', '\n'], " ");
        let mut path: String = segments.iter().map(|s| format!("/{}", clean(s).replace('?', "!"))).collect();
        if let Some(value) = &variable {
            path.push_str("/:user_Id-1");
            request.set_path_variable("user_Id-1", value);
        }
        if let Some(query) = &query {
            path += &format!("?{}", clean(query));
        }
        request.set_http_verb(verb).set_path(&path);
        for (name, value) in &headers {
            request.add_header(name, value);
        }
        match &body {
            Body::None => {}
            Body::Text(text, of) => {
                request.set_content_type(of).load_body_from_string(text, "utf-8");
            }
            Body::Bytes(bytes) => {
                request.load_body_from_bd(bytes);
            }
            Body::Form(pairs) => {
                for (name, value) in pairs {
                    request.add_param(name, value);
                }
            }
            Body::Parts(parts) => {
                request.set_content_type("multipart/form-data");
                for (name, value, file) in parts {
                    match file {
                        Some((filename, of)) => request.add_bd_for_upload(name, filename, value.as_bytes(), of),
                        None => request.add_param(name, value),
                    };
                }
            }
        }
        let mut call = Call::new("localhost", 8080, false, request);
        if let Some((login, password)) = &user {
            call.set_user(login, password);
        }
        let item = call.to_postman("x").unwrap();
        let again = Call::from_postman(&item).unwrap();
        prop_assert_eq!(sent(&again), sent(&call), "{}", item);
        prop_assert!(again.variables().is_empty(), "{}", item);
    }
}
