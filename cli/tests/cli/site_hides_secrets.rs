//! `zoomkat site`: secrets without a telling name, or in odd places, are hidden in all files.
//!
//! Text that looks like a key is built from pieces.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::site_content::without_colours;

/// Returns a text with the form of a key.
fn github_key() -> String {
    ["gh", "p_", "MARK0123456789", "abcdefghij", "ABCDEFGHIJ01"].concat()
}

/// The files of a site.
struct Files(Vec<(String, String)>);

impl Files {
    fn of(collection: &Value, options: &[&str]) -> Files {
        let dir = tempfile::tempdir().unwrap();
        let (file, out) = (dir.path().join("one.json"), dir.path().join("site"));
        fs::write(&file, collection.to_string()).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_zoomkat"))
            .args(["site", "--out"])
            .args([out.as_path(), file.as_path()])
            .args(options)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Files::read(&out)
    }

    fn read(out: &Path) -> Files {
        let files = fs::read_dir(out).unwrap().map(|file| file.unwrap());
        let read = files.map(|file| {
            let text = fs::read_to_string(file.path()).unwrap();
            (file.file_name().into_string().unwrap(), without_colours(&text))
        });
        Files(read.collect())
    }

    /// Returns the text of a file.
    fn get(&self, wanted: &str) -> &str {
        let found = self.0.iter().find(|(name, _)| name == wanted);
        &found.unwrap_or_else(|| panic!("no {wanted}")).1
    }

    /// Returns the Postman item of a page.
    fn item(&self, page: &str) -> String {
        let (_, item) = self.get(page).split_once("id=\"postman\"").unwrap();
        item.split_once("</section>").unwrap().0.replace("&quot;", "\"")
    }

    /// Returns the heading of a page.
    fn heading(&self, page: &str) -> &str {
        let (_, heading) = self.get(page).split_once("<div class=\"where\">").unwrap();
        heading.split_once("</div>").unwrap().0
    }

    fn assert_without(&self, secret: &str) {
        for (name, text) in &self.0 {
            assert!(!name.contains(secret), "{name}");
            let at = text.find(secret);
            let around = at.map(|at| text[..at].chars().rev().take(80).collect::<String>());
            let around = around.map(|before| before.chars().rev().collect::<String>());
            assert_eq!(around, None, "{name}");
        }
    }
}

/// Returns a collection with one item.
fn one(request: &Value) -> Value {
    json!({ "info": { "name": "One" }, "item": [{ "name": "One", "request": request }] })
}

#[test]
fn a_key_in_a_path_or_a_name_is_in_no_file() {
    let url = format!("https://hooks.example.com/services/{}/send", github_key());
    let parts = json!({ "raw": url, "protocol": "https", "host": ["hooks", "example", "com"],
        "path": ["services", github_key(), "send"] });
    let collection = json!({
        "info": { "name": format!("Lorem {}", github_key()) },
        "variable": [{ "key": "base", "value": url }],
        "item": [
            { "name": "One", "request": url },
            { "name": "Two", "request": { "url": parts } },
            { "name": url, "request": "{{base}}/ipsum" },
            { "name": format!("Dolor {}", github_key()), "item": [{ "name": "Three", "request": "https://example.com/" }],
              "variable": [{ "key": "sit", "value": "amet" }] },
        ],
    });
    let files = Files::of(&collection, &[]);
    files.assert_without("MARK");
    for file in ["index.html", "search.js", "one.html"] {
        assert!(files.get(file).contains("/services/{{API_KEY}}/send"), "{file}");
    }
    assert!(files.item("two.html").contains("\"{{API_KEY}}\""), "{}", files.item("two.html"));

    let shown = Files::of(&collection, &["--show-secrets"]);
    for file in ["index.html", "search.js", "tree.js", "one.html"] {
        assert!(shown.get(file).contains("MARK"), "{file}");
    }
}

#[test]
fn a_user_name_with_the_form_of_a_key_is_hidden() {
    let url = format!("https://{}:x-oauth-basic@api.example.com/user", github_key());
    let auth = json!({ "type": "basic", "basic": [
        { "key": "username", "value": github_key() }, { "key": "password", "value": "lorem" }] });
    let parts = json!({ "protocol": "https", "host": [url.split_once("//").unwrap().1.split_once('.').unwrap().0,
        "example", "com"], "path": ["user"], "auth": { "user": github_key(), "password": "lorem" } });
    let mut collection = one(&json!(url));
    for (name, request) in [
        ("Two", json!({ "url": "https://example.com/", "auth": auth })),
        ("Three", json!({ "url": parts })),
    ] {
        let items = collection["item"].as_array_mut().unwrap();
        items.push(json!({ "name": name, "request": request }));
    }
    let files = Files::of(&collection, &[]);
    for file in ["index.html", "search.js", "tree.js"] {
        assert!(!files.get(file).contains("MARK"), "{file}");
    }
    assert!(files.get("index.html").contains("@api.example.com</code></dd>"));
    assert!(!files.heading("one.html").contains("MARK"));
    for page in ["one.html", "two.html", "three.html"] {
        assert!(!files.item(page).contains("MARK"), "{}", files.item(page));
        assert!(files.item(page).contains("{{API_KEY}}"), "{}", files.item(page));
    }
}

#[test]
fn secrets_in_the_urls_of_saved_headers_are_hidden() {
    let mut collection = one(&json!("https://example.com/"));
    let header = json!([
        { "key": "Location", "value": "/lorem?access_token=MARK-1&page=2" },
        { "key": "Location", "value": "https://app.example.com/ipsum#access_token=MARK-2" },
        { "key": "Location", "value": "../dolor#access_token=MARK-3" },
        { "key": "Location", "value": "?access_token=MARK-4" },
    ]);
    let block = "Location: /sit#access_token=MARK-5\nX-A: amet";
    collection["item"][0]["response"] =
        json!([{ "code": 302, "header": header }, { "code": 302, "header": block }]);
    let files = Files::of(&collection, &[]);
    files.assert_without("MARK");
    for kept in ["/lorem?", "page=2", "/ipsum#", "../dolor#", "/sit#", "amet"] {
        assert!(files.get("one.html").contains(kept), "{kept}");
    }
}

#[test]
fn a_password_with_a_slash_is_hidden() {
    let url = "https://lorem:MARK/pw9@api.example.com/v1/x";
    let parts = json!({ "protocol": "https", "host": ["lorem:MARK"],
        "path": ["pw9@api.example.com", "v1", "x"] });
    let mut with_raw = parts.clone();
    with_raw["raw"] = url.into();
    for request in [json!(url), json!({ "url": parts }), json!({ "url": with_raw })] {
        let files = Files::of(&one(&request), &[]);
        files.assert_without("MARK");
        files.assert_without("pw9");
        let heading = files.heading("one.html");
        assert!(heading.contains("lorem:{{PASSWORD}}@api.example.com/v1/x"), "{heading}");
    }
}

#[test]
fn a_port_or_a_variable_before_an_at_sign_in_the_path_is_no_password() {
    for url in [
        "https://example.com:8443/lorem/@ipsum/dolor",
        "https://{{host}}:{{port}}/lorem/@ipsum",
        "https://[::1]:8443/lorem@ipsum",
        "{{base:url}}/lorem/@ipsum",
    ] {
        let files = Files::of(&one(&json!(url)), &[]);
        assert!(files.heading("one.html").contains(url), "{url}: {}", files.heading("one.html"));
        assert!(files.item("one.html").contains(url), "{url}");
    }
}

#[test]
fn each_form_of_a_body_is_searched_for_secrets() {
    let graphql = json!({ "query": "{ sit }", "variables": { "token": "MARK-1", "amet": 2 } });
    let bodies = [
        json!({ "mode": "urlencoded", "urlencoded": ["password=MARK-1", "lorem=ipsum"] }),
        json!({ "mode": "urlencoded", "urlencoded": { "password": "MARK-1", "lorem": "ipsum" } }),
        json!({ "mode": "formdata", "formdata": { "token": "MARK-1", "lorem": "ipsum" } }),
        json!({ "mode": "graphql", "graphql": graphql }),
    ];
    for body in bodies {
        let request = json!({ "method": "POST", "url": "https://example.com/", "body": body });
        let item = Files::of(&one(&request), &[]).item("one.html");
        assert!(!item.contains("MARK"), "{item}");
        assert!(item.contains("ipsum") || item.contains("\"amet\": 2"), "{item}");
    }
}

#[test]
fn secrets_in_the_urls_of_an_authorization_are_hidden() {
    let url = "https://example.com/lorem?client_secret=MARK-1&page=2";
    let list =
        json!([{ "key": "accessTokenUrl", "value": url }, { "key": "authUrl", "value": url }]);
    let object = json!({ "accessTokenUrl": url });
    for params in [list, object] {
        let auth = json!({ "type": "oauth2", "oauth2": params });
        let request = json!({ "url": "https://example.com/", "auth": auth });
        let files = Files::of(&one(&request), &[]);
        files.assert_without("MARK");
        assert!(files.item("one.html").contains("/lorem?client_secret={{CLIENT_SECRET}}"));
    }
}

#[test]
fn two_secrets_of_one_name_have_the_same_variables_in_the_item_and_the_programs() {
    let body = json!({ "mode": "raw", "raw": r#"{"deep":[{"token":"MARK-2"}]}"# });
    let request =
        json!({ "method": "POST", "url": "https://example.com/?token=MARK-1", "body": body });
    let mut collection = one(&request);
    collection["item"][0]["response"] =
        json!([{ "code": 200, "body": r#"{"token":"MARK-2","other":{"token":"MARK-1"}}"# }]);
    let files = Files::of(&collection, &[]);
    files.assert_without("MARK");
    let item = files.item("one.html");
    for kept in [
        "?token={{TOKEN}}",
        r#"[{\"token\":\"{{TOKEN_2}}\"}]"#,
        r#"{\"token\":\"{{TOKEN_2}}\",\"other\":{\"token\":\"{{TOKEN}}\"}}"#,
    ] {
        assert!(item.contains(kept), "{kept}: {item}");
    }
    let (_, programs) = files.get("one.html").split_once("id=\"rust\"").unwrap();
    let (programs, _) = programs.split_once("id=\"postman\"").unwrap();
    assert!(programs.contains("TOKEN_2") && !programs.contains("TOKEN_3"), "{programs}");
}
