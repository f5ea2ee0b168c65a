//! Reading of Postman collections: an item sends what it describes, in every version of the format,
//! and an error in a file has its position.

use proptest::prelude::*;
use zoomkat::postman::{Collection, CollectionNode, ParameterPlace};
use zoomkat::{Call, ErrorKind, SecretDisplay};

use crate::position;

const EVERY: &str = include_str!("../fixtures/every_construct.postman_collection.json");

pub(crate) fn every() -> Collection {
    let mut collection = Collection::from_json(EVERY).unwrap();
    collection.set_variable("baseUrl", "http://localhost:8080").set_variable("port", "8080");
    collection
}

pub(crate) fn text(call: &Call) -> String {
    call.request().generate_request_text().unwrap()
}

/// Returns a collection of one item, with additional members next to its items.
pub(crate) fn one(item: &str, more: &str) -> Collection {
    format!(r#"{{"info":{{"name":"One"}},"item":[{item}]{more}}}"#).parse().unwrap()
}

pub(crate) fn line(collection: &Collection) -> String {
    let call = collection.items()[0].call().unwrap();
    text(&call).lines().next().unwrap().to_owned()
}

#[test]
fn an_item_is_found_by_the_end_of_its_path_and_a_failed_search_suggests_the_nearest() {
    let all = every();
    assert_eq!(all.name(), "Every construct");
    assert!(all.description().starts_with("Written for zoomkat"));
    let item = all.item("multipart/Update a user's password").unwrap();
    assert_eq!((item.name().as_str(), item.verb().as_str()), ("Update a user's password", "PUT"));
    assert_eq!(item.url(), "{{baseUrl}}/users/:userId/password");
    assert_eq!(all.item("Update a user's password").unwrap().path(), item.path());
    assert_eq!(all.item("a/b/a slash / in a name").unwrap().verb(), "GET");
    let err = all.item("multipart/Update a user password").unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Argument);
    let message = err.to_string();
    assert!(message.contains("nearest are \"multipart/Update a user's password\""), "{message}");
    assert_eq!(
        message.matches('/').count(),
        6,
        "five suggestions and the requested path: {message}"
    );
    let err = all.item("fields called name and type").unwrap_err();
    assert!(err.to_string().contains("2 paths"), "{err}");
    assert!(all.item("").is_err());
}

#[test]
fn items_with_the_same_path_are_distinguished_by_method() {
    let pet = |verb: &str| {
        let name = "/pets/:petId";
        format!(r#"{{"name":"{name}","request":{{"method":"{verb}","url":"http://h{name}"}}}}"#)
    };
    let pets = [pet("GET"), pet("PATCH"), pet("DELETE")].join(",");
    let named = r#"{"name":"DELETE all","request":"http://h/named"},
        {"name":"all","request":{"method":"DELETE","url":"http://h/all"}}"#;
    let all = one(&format!(r#"{{"name":"pets","item":[{pets}]}},{pets},{named}"#), "");
    let verb = |path: &str| all.item(path).unwrap().verb();
    assert_eq!(verb("/pets/:petId"), "GET", "the first item has the path");
    assert_eq!(verb("DELETE /pets/:petId"), "DELETE");
    assert_eq!(verb("patch pets//pets/:petId"), "PATCH");
    assert_eq!(all.item("patch pets//pets/:petId").unwrap().path(), "pets//pets/:petId");
    assert_eq!(all.item("DELETE all").unwrap().url(), "http://h/named", "a name takes precedence");
    assert_eq!(all.item("DELETE /all").unwrap().url(), "http://h/all");
    assert!(all.item("PUT /pets/:petId").is_err() && all.item("PUT ").is_err());
    let folder = one(&format!(r#"{{"name":"pets","item":[{pets}]}}"#), "");
    let err = folder.item("/pets/:petId").unwrap_err();
    assert!(err.to_string().contains(r#""GET /pets/:petId", "PATCH /pets/:petId""#), "{err}");
    assert_eq!(folder.item("PATCH /pets/:petId").unwrap().verb(), "PATCH");
}

#[test]
fn an_error_shortens_long_paths() {
    let deep = |name: &str| {
        let open = r#"{"name":"f","item":["#.repeat(1000);
        let item = format!(r#"{{"name":"{name}","request":"http://h/{{{{x}}}}"}}"#);
        format!("{open}{item}{}", "]}".repeat(1000))
    };
    let all = one(&[deep("é"), deep("ü"), deep("é")].join(","), "");
    for err in [
        all.item("nope").unwrap_err(),
        all.item(&"é".repeat(3000)).unwrap_err(),
        all.item("f/é").unwrap_err(),
        all.items()[0].call().unwrap_err(),
    ] {
        let message = err.to_string();
        assert!(message.contains('…') && message.chars().count() < 1500, "{message}");
    }
}

#[test]
fn null_items_mean_an_empty_folder() {
    let all = Collection::from_json(r#"{"info":{"name":"Empty"},"item":null}"#).unwrap();
    assert_eq!((all.name(), all.items().len()), ("Empty", 0));
    assert!(all.root().children().is_empty());
    let all = one(r#"{"name":"i","item":null,"request":"http://h/"},{"name":"f","item":null}"#, "");
    assert_eq!(all.items().len(), 1);
    assert!(matches!(
        all.root().children()[..],
        [CollectionNode::Item(_), CollectionNode::Folder(_)]
    ));
    let twice = r#"{"info":{},"item":[{"request":"http://h/"}],"item":null}"#;
    assert_eq!(
        Collection::from_json(twice).unwrap().items().len(),
        0,
        "the last duplicate is used"
    );
    assert!(Collection::from_json(r#"{"info":{}}"#).is_err());
}

#[test]
fn a_request_with_too_deep_nesting_still_has_its_other_members() {
    let nested = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let request = |members: &str| one(&format!(r#"{{"name":"i","request":{{{members}}}}}"#), "");
    let all = request(&format!(
        r#""a":{{"method":"PUT"}},"method":"POST" , "body":{nested},"url":{{"raw":"http://h/p"}},"header":[{{"key":"A"}}]"#
    ));
    let item = &all.items()[0];
    assert_eq!((item.verb(), item.url()), ("POST".to_owned(), "http://h/p".to_owned()));
    assert_eq!(item.parameters()[0].name(), "A");
    assert!(item.call().unwrap_err().to_string().contains("recursion"));
    let all = request(&format!(r#""url":{nested},"method":{nested}"#));
    assert_eq!((all.items()[0].verb(), all.items()[0].url()), ("?".to_owned(), String::new()));
}

#[test]
fn folders_and_items_keep_the_order_of_the_file() {
    let all = every();
    let root = all.root();
    assert_eq!((root.name().as_str(), root.path().as_str()), ("Every construct", ""));
    let mut names = Vec::new();
    let mut stack: Vec<CollectionNode<'_>> = root.children().into_iter().rev().collect();
    while let Some(node) = stack.pop() {
        match node {
            CollectionNode::Folder(folder) => stack.extend(folder.children().into_iter().rev()),
            CollectionNode::Item(item) => names.push(item.path()),
            _ => {}
        }
    }
    let paths: Vec<String> = all.items().iter().map(|item| item.path()).collect();
    assert_eq!(names, paths);
    assert!(paths.contains(&"auth/inner/innermost/over two folders".to_owned()));
}

#[test]
fn members_with_a_truthy_disabled_are_not_sent() {
    let all = one(r#"{"request":{"url":"http://h/:id","header":"X-A: 1\n// X-B: 2\nX-C: 3"}}"#, "");
    let sent = text(&all.items()[0].clone().with("id", "7").call().unwrap());
    assert!(sent.contains("X-A: 1") && sent.contains("X-C: 3") && !sent.contains("X-B"), "{sent}");
    let header = |disabled: &str| {
        let header = format!(r#"[{{"key":"X-A","value":"1","disabled":{disabled}}}]"#);
        let all = one(&format!(r#"{{"request":{{"url":"http://h/","header":{header}}}}}"#), "");
        text(&all.items()[0].call().unwrap()).contains("X-A")
    };
    for disabled in ["true", r#""true""#, "1", "{}"] {
        assert!(!header(disabled), "{disabled}");
    }
    for disabled in ["false", r#""""#, "0", "null"] {
        assert!(header(disabled), "{disabled}");
    }
    // Without its segment the path would be a different one, so this does not disable it.
    let variable = r#"[{"key":"id","value":"7","disabled":true}]"#;
    let url = format!(r#"{{"host":["h"],"path":["users",":id"],"variable":{variable}}}"#);
    assert_eq!(
        line(&one(&format!(r#"{{"request":{{"url":{url}}}}}"#), "")),
        "GET /users/7 HTTP/1.1"
    );
}

#[test]
fn odd_requests_are_sent_as_postman_sends_them() {
    // The line feed is part of a pasted value.
    let variables = r#","variable":[{"key":"id","value":"7\n"},{"key":"verb","value":"patch"}]"#;
    let all = one(r#"{"request":{"method":"{{verb}}","url":"http://h/{{id}}?a=\t"}}"#, variables);
    assert_eq!(line(&all), "PATCH /7%0A?a=%09 HTTP/1.1");
    let auth =
        r#"{"type":"apikey","apikey":[{"key":"key","value":""},{"key":"value","value":"v"}]}"#;
    let all = one(&format!(r#"{{"request":{{"url":"http://h/","auth":{auth}}}}}"#), "");
    assert!(!text(&all.items()[0].call().unwrap()).contains(": v"));
    let headers =
        r#"[{"key":"x-a","value":"1"},{"key":"X-A","value":"2"},{"key":"X-A","value":"3"}]"#;
    let all = one(&format!(r#"{{"request":{{"url":"http://h/","header":{headers}}}}}"#), "");
    let sent = text(&all.items()[0].call().unwrap());
    assert!(!sent.contains("x-a: 1") && sent.contains("X-A: 2\r\nX-A: 3"), "{sent}");
}

#[test]
fn dynamic_variables_change_each_time_and_an_unknown_one_is_named() {
    let all =
        one(r#"{"request":"http://h/{{$guid}}/{{$guid}}/{{$timestamp}}/{{$isoTimestamp}}"}"#, "");
    let path = all.items()[0].call().unwrap().request().path().to_owned();
    let parts: Vec<&str> = path[1..].split('/').collect();
    assert_eq!((parts[0].len(), &parts[0][14..15]), (36, "4"));
    assert_ne!(parts[0], parts[1]);
    assert!(parts[2].parse::<u64>().unwrap() > 1_600_000_000);
    assert!(parts[3].starts_with("20") && parts[3].ends_with('Z') && parts[3].len() == 24);
    let all = one(r#"{"request":"http://h/{{$randomCatPicture}}"}"#, "");
    let err = all.items()[0].call().unwrap_err();
    assert!(err.to_string().contains("{{$randomCatPicture}} in url"), "{err}");
}

#[test]
fn a_bare_item_and_a_response_of_postmans_api_are_collections() {
    let item = r#"{"name":"Get me","request":{"url":"http://h/me"},"response":[]}"#;
    let all: Collection = item.parse().unwrap();
    assert_eq!((all.name(), all.items().len(), all.root().children().len()), ("Get me", 1, 1));
    assert_eq!(all.item("Get me").unwrap().call().unwrap(), Call::from_postman(item).unwrap());
    let inner = format!(r#"{{"collection":{{"info":{{"name":"In"}},"item":[{item}]}}}}"#);
    assert_eq!(Collection::from_json(&inner).unwrap().item("Get me").unwrap().verb(), "GET");
}

#[test]
fn an_unsupported_authorization_is_named() {
    for kind in ["awsv4", "ntlm", "hawk", "oauth1", "edgegrid", "lorem"] {
        let all = one(
            &format!(r#"{{"name":"i","request":{{"url":"http://h","auth":{{"type":"{kind}"}}}}}}"#),
            "",
        );
        let err = all.items()[0].call().unwrap_err();
        assert!(err.to_string().contains(&format!("authorization by {kind}")), "{err}");
    }
}

#[test]
fn a_file_without_a_type_gets_the_type_postman_derives_from_its_name() {
    let call = |src: &str, more: &str| {
        let body = format!(r#""body":{{"mode":"file","file":{{"src":"{src}"}}}}{more}"#);
        let request = r#"{"request":{"method":"POST","url":"http://h/","#;
        let all = one(&format!("{request}{body}}}}}"), "");
        all.items()[0].clone().keep_unresolved().call().unwrap()
    };
    for (name, of) in [
        ("a.json", "application/json"),
        ("a.TXT", "text/plain"),
        ("a.png", "image/png"),
        ("a.csv", "text/csv"),
        ("dir.csv/a.xml", "application/xml"),
        ("a.XML", "application/xml"),
        ("a.js", "application/javascript"),
        ("a.yaml", "text/yaml"),
        ("dir.json/a", "application/octet-stream"),
        (".xml", "application/octet-stream"),
        ("{{name}}.xml", "application/xml"),
        ("{{name}}", ""),
    ] {
        assert_eq!(call(name, "").request().content_type(), of, "{name}");
    }
    let given = r#","header":[{"key":"Content-Type","value":"a/b"}]"#;
    assert_eq!(call("a.json", given).request().content_type(), "a/b");
}

#[test]
fn the_value_of_an_api_key_is_always_a_secret() {
    let item = |of: &str, name: &str, value: &str| {
        let auth = format!(
            r#","auth":{{"type":"apikey","apikey":[{{"key":"key","value":"{name}"}},
            {{"key":"value","value":"{value}"}},{{"key":"in","value":"{of}"}}]}}"#
        );
        one(r#"{"request":"http://h/p?a=1"}"#, &auth)
    };
    for (of, name, hidden) in [
        ("header", "X-Odd", "X_ODD"),
        ("header", "Author", "AUTHOR"),
        ("header", "X-Api-Key", "X_API_KEY"),
        ("query", "odd", "ODD"),
        ("query", "an odd' one&#=", "AN_ODD_27_ONE_26_23_3D"),
        ("query", "api_key", "API_KEY"),
    ] {
        let all = item(of, name, "not-a-secret");
        let call = all.items()[0].call().unwrap();
        assert!(text(&call).contains("not-a-secret"), "{name}");
        let mut open = call.hide_secrets();
        assert_eq!(open.variables(), [hidden], "{name}");
        for shown in [
            open.to_curl().unwrap(),
            call.to_rust().unwrap(),
            call.preview(SecretDisplay::Masked).unwrap(),
            format!("{call:?}"),
        ] {
            assert!(!shown.contains("not-a-secret"), "{name}: {shown}");
        }
        open.set_variable(hidden, "not-a-secret");
        assert!(open == call, "{name}");
    }
    // The name may be set later, when the call is sent.
    for of in ["header", "query"] {
        let all = item(of, "{{name}}", "not-a-secret");
        let mut call = all.items()[0].clone().keep_unresolved().call().unwrap();
        assert!(!call.hide_secrets().to_curl().unwrap().contains("not-a-secret"));
        call.set_variable("name", "Odd");
        assert_eq!(call.hide_secrets().variables(), ["ODD"]);
    }
}

#[test]
fn oauth2_without_an_exported_token_is_an_open_variable() {
    let auth =
        r#","auth":{"type":"oauth2","oauth2":[{"key":"authUrl","value":"https://h/authorize"}]}"#;
    let all = one(r#"{"name":"i","request":"http://h"}"#, auth);
    let item = all.item("i").unwrap();
    let err = item.call().unwrap_err();
    assert!(err.to_string().contains("{{accessToken}} in auth oauth2"), "{err}");
    let call = item.with("accessToken", "<access_token>").call().unwrap();
    assert_eq!(call.request().get_header_field("Authorization"), Some("Bearer <access_token>"));
}

#[test]
fn a_content_length_is_dropped_and_a_transfer_encoding_is_refused() {
    let with = |name: &str| {
        let headers = format!(r#"[{{"key":"{name}","value":"99"}}]"#);
        let request = format!(r#"{{"method":"POST","url":"http://h/","header":{headers}}}"#);
        one(&format!(r#"{{"name":"a","request":{request}}}"#), "").items()[0].call()
    };
    assert!(text(&with("content-length").unwrap()).contains("Content-Length: 0"));
    let err = with("transfer-Encoding").unwrap_err().to_string();
    assert!(err.contains("the header Transfer-Encoding is not supported"), "{err}");
}

#[test]
fn the_nearest_settings_apply_and_unsupported_ones_are_refused() {
    let settings = r#","protocolProfileBehavior":{"followRedirects":true,"strictSSL":false}"#;
    let item =
        r#"{"name":"i","request":"http://h","protocolProfileBehavior":{"followRedirects":false}}"#;
    let call = one(item, settings).items()[0].call().unwrap();
    assert_eq!(
        (call.follow_redirects(), call.require_ssl_cert_verify()),
        (Some(false), Some(false))
    );
    let server = support::Server::answering("302 Found", "Location: /b\r\n", "");
    for (method, setting, follows, requests) in [
        ("POST", "followOriginalHttpMethod", "true", 1),
        ("POST", "followOriginalHttpMethod", "false", 1),
        ("GET", "followOriginalHttpMethod", "true", 11),
        ("GET", "followAuthorizationHeader", "true", 1),
        ("GET", "followAuthorizationHeader", "false", 1),
    ] {
        let own = format!(r#"{{"followRedirects":{follows},"{setting}":true}}"#);
        let url = format!("http://127.0.0.1:{}/a", server.port());
        let item = format!(
            r#"{{"name":"i","request":{{"method":"{method}","url":"{url}"}},"protocolProfileBehavior":{own}}}"#
        );
        let before = server.requests().len();
        let sent = support::patient().perform(&one(&item, "").items()[0].call().unwrap());
        assert_eq!(sent.is_ok(), follows == "false", "{method} {own}");
        assert_eq!(server.requests().len() - before, requests, "{method} {own}");
    }
}

#[test]
fn saved_responses_are_read_with_any_status() {
    let all = every();
    let saved = all.item("Update a user's password").unwrap().responses();
    let codes: Vec<u16> = saved.iter().map(|response| response.code()).collect();
    assert_eq!(codes, [204, 300, 0]);
    assert_eq!((saved[0].status(), saved[0].body()), ("No Content", ""));
    assert_eq!((saved[1].verb(), saved[1].path()), ("PUT", "/users/:userId/password"));
    let headers: Vec<_> = saved[1].headers().collect();
    assert_eq!(headers, [("Content-Type", "application/json")]);
    assert_eq!((saved[2].verb(), saved[2].path()), ("PUT", "/users/:userId/password"));
}

#[test]
fn parameters_have_their_place_and_description() {
    let all = every();
    let item = all.item("path variables/filled from the item").unwrap();
    let parameters = item.parameters();
    assert_eq!(parameters[0].place(), ParameterPlace::Path);
    assert_eq!((parameters[0].name(), parameters[0].value()), ("userId", "me"));
    assert_eq!(parameters[0].description(), "(Required) Whose.");
    let item = all.item("URLs/disabled params").unwrap();
    let disabled: Vec<bool> = item.parameters().iter().map(|p| p.disabled()).collect();
    assert_eq!(disabled, [true, false, true]);
    let item = all.item("multipart/several files in one field").unwrap();
    let value = item.parameters()[0].value().to_owned();
    assert_eq!(value, "fixtures/note.txt, fixtures/body.json");
}

#[test]
fn scripts_are_listed_and_empty_ones_are_not() {
    let all = every();
    assert_eq!(all.scripts(), ["variables (prerequest)", "a/b/a slash / in a name (test)"]);
    assert!(all.item("variables/not known").unwrap().has_scripts());
    assert!(!all.item("headers/a list").unwrap().has_scripts());
}

#[test]
fn the_json_of_an_item_keeps_the_order_of_its_members() {
    let all = one(r#"{"zeta":1,"name":"i","request":{"url":"http://h","method":"GET"}}"#, "");
    let json = all.items()[0].json();
    assert!(json.starts_with("{\n  \"zeta\": 1,\n  \"name\": \"i\",\n"), "{json}");
}

#[test]
fn a_damaged_file_is_an_error_with_line_and_column() {
    for (text, place) in [
        ("{\n  \"item\": [}\n}", (2, 12)),
        ("", (1, 1)),
        ("{\"item\":[]} x", (1, 13)),
        ("{\"item\":\n[{\"name\":\"\\q\"}]}", (2, 12)),
    ] {
        let err = Collection::from_json(text).unwrap_err();
        assert_eq!((err.kind(), position(&err)), (ErrorKind::Content, Some(place)), "{text} {err}");
    }
    for text in ["[]", "5", "{}", r#"{"requests":[],"order":[]}"#, r#"{"item":null}"#] {
        assert_eq!(Collection::from_json(text).unwrap_err().kind(), ErrorKind::Content, "{text}");
    }
    let err = every().load_environment("{\n\"values\": x}").unwrap_err();
    assert_eq!(position(&err), Some((2, 11)));
    assert!(every().load_environment("{}").is_err());
    assert!(Collection::from_json("\u{feff}{\"item\":[]}").is_ok());
}

#[test]
fn folders_can_be_nested_to_any_depth() {
    let depth = 20_000;
    let mut text = String::from(r#"{"info":{"name":"Deep"},"#);
    for _ in 0..depth {
        text += r#""item":[{"name":"f","#;
    }
    text += r#""request":"http://h/deep""#;
    text += &"}]".repeat(depth);
    text += "}";
    let all = Collection::from_json(&text).unwrap();
    assert_eq!(all.items().len(), 1);
    assert_eq!(line(&all), "GET /deep HTTP/1.1");
    assert_eq!(all.items()[0].path().len(), 2 * depth - 1);
    // If the whole value is parsed at once, it is an error.
    let nested = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let all = one(&format!(r#"{{"name":"i","request":{{"url":"http://h","body":{nested}}}}}"#), "");
    let err = all.items()[0].call().unwrap_err();
    assert!(err.to_string().contains("recursion") && err.position().is_some(), "{err}");
    let _ = (all.items()[0].json(), all.items()[0].parameters(), all.items()[0].responses());
}

#[test]
fn debug_shows_no_values() {
    let mut all = every();
    all.set_variable("token", "not-a-secret");
    let item = all.items()[0].clone().with("token", "not-a-secret");
    let shown = format!("{all:?} {item:?} {:?} {:?}", all.root(), item.parameters());
    assert!(!shown.contains("not-a-secret"), "{shown}");
}

/// Calls every member of a collection.
fn ask_all(text: &str) {
    let Ok(mut collection) = Collection::from_json(text) else { return };
    collection.set_variable("baseUrl", "http://h");
    let _ = (collection.scripts(), collection.item("lorem"), format!("{collection:?}"));
    for item in collection.items() {
        let _ = (item.json(), item.parameters(), item.responses(), item.url(), item.description());
        let _ = item.call();
        let _ = item.clone().literal().call();
        if let Ok(call) = item.keep_unresolved().call() {
            let _ = call.to_postman("x");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_damaged_file_panics(
        changes in prop::collection::vec((0..EVERY.len(), 0_usize..60, "[\\[\\]{}\":,a0\\\\é%$/. -]{0,4}"), 1..6),
    ) {
        let mut text = EVERY.to_owned();
        for (at, length, with) in changes {
            let floor = |mut at: usize| {
                at = at.min(text.len());
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                at
            };
            let (start, end) = (floor(at), floor(at + length));
            text.replace_range(start..end, &with);
        }
        ask_all(&text);
    }

    #[test]
    fn no_misplaced_value_panics(
        which in prop::collection::vec((0_usize..4000, 0_usize..12), 1..30),
    ) {
        let others = ["null", "5", "true", "\"\"", "\"{{a}}\"", "[]", "{}", "[null]", "{\"key\":1}",
            "\"{{{{\"", "[[[]]]", "\"://:@?#%\\\\:x.\""];
        let mut value: serde_json::Value = serde_json::from_str(EVERY).unwrap();
        for (at, with) in which {
            let mut left = at;
            let mut stack = vec![&mut value];
            // Finds the value with that number.
            while let Some(next) = stack.pop() {
                if left == 0 {
                    *next = serde_json::from_str(others[with]).unwrap();
                    break;
                }
                left -= 1;
                match next {
                    serde_json::Value::Array(list) => stack.extend(list.iter_mut()),
                    serde_json::Value::Object(members) => {
                        stack.extend(members.iter_mut().map(|(_, member)| member));
                    }
                    _ => {}
                }
            }
        }
        ask_all(&value.to_string());
    }
}
