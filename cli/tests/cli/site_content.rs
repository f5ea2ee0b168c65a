//! `zoomkat site`: the content of an item's page: body, authorization, code and saved responses.

use std::fs;

use serde_json::{Value, json};

use super::site_is_safe::{read, written};

/// Returns HTML without the tags that colour code.
pub(super) fn without_colours(html: &str) -> String {
    let (mut out, mut rest, mut coloured) = (String::new(), html, false);
    while let Some(at) = rest.find("<span class=\"").into_iter().chain(rest.find("</span>")).min() {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let tag = rest.find('>').map_or(rest.len(), |end| end + 1);
        // Their classes have one letter, and they contain no tags.
        let is_colour = if rest.starts_with("</") { coloured } else { tag == 16 };
        if !is_colour {
            out.push_str(&rest[..tag]);
        }
        coloured = is_colour && !rest.starts_with("</");
        rest = &rest[tag..];
    }
    out + rest
}

/// Returns the page of an item in a folder, as HTML without colours.
fn page(item: Value, folder_auth: Option<Value>) -> String {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("one.json");
    let mut folder = json!({ "name": "Folder <b>", "item": [{ "name": "Inner", "item": [item] }] });
    if let Some(auth) = folder_auth {
        folder["auth"] = auth;
    }
    let collection = json!({ "info": { "name": "Of one" }, "item": [folder] });
    fs::write(&file, collection.to_string()).unwrap();
    let mut pages = written(&file, &dir.path().join("site"));
    pages.remove("index.html");
    let (name, page) = pages.pop_first().unwrap();
    read(&page, &name);
    without_colours(&page)
}

pub(super) fn page_of_request(request: Value) -> String {
    page(json!({ "name": "One", "request": request }), None)
}

/// Returns the text of the block of code with this accessible name.
fn code(page: &str, name: &str) -> String {
    let start = format!("aria-label=\"{name}\"><code>");
    let (_, after) = page.split_once(&start).unwrap_or_else(|| panic!("{name}: {page}"));
    let (code, _) = after.split_once("</code>").unwrap();
    html_escape::decode_html_entities(code).into_owned()
}

/// Returns the section with this id.
pub(super) fn section<'p>(page: &'p str, id: &str) -> &'p str {
    let (_, after) = page.split_once(&format!("<h2 id=\"{id}\">")).unwrap_or(("", ""));
    after.split_once("</section>\n").map_or(after, |(section, _)| section)
}

pub(super) fn raw(language: &str, text: &str) -> Value {
    json!({ "mode": "raw", "raw": text, "options": { "raw": { "language": language } } })
}

pub(super) fn put(body: Value) -> String {
    page_of_request(json!({ "method": "PUT", "url": "https://example.com/", "body": body }))
}

#[test]
fn a_json_body_is_indented_and_keeps_its_tokens() {
    let page = put(raw("json", r#"{"z":1.50,"a":[{{id}},"\u00e9 {{n}}"],"e":{}}"#));
    let expected =
        "{\n  \"z\": 1.50,\n  \"a\": [\n    {{id}},\n    \"\\u00e9 {{n}}\"\n  ],\n  \"e\": {}\n}";
    assert_eq!(code(&page, "Request body"), expected);
    assert!(section(&page, "body").contains("Content type <code>application/json</code>"));
}

#[test]
fn a_text_that_is_no_json_is_shown_as_it_is() {
    for text in ["{\"a\": 1, // one\n  }", "{a", "{{body}}", "<p a='b'>\t&amp;\r\n</p>", "a\u{b}b"]
    {
        for language in ["json", "xml", "html", "javascript", "text", "graphviz"] {
            assert_eq!(code(&put(raw(language, text)), "Request body"), text, "{language}");
        }
    }
}

#[test]
fn forms_are_tables_with_kinds_values_and_descriptions() {
    let page = put(json!({ "mode": "formdata", "formdata": [
        { "key": "picture", "type": "file", "src": ["/a.png", "/b.png"], "description": "(Required) The *picture*" },
        { "key": "meta", "type": "text", "value": "{{meta}}", "contentType": "application/json" },
        { "key": "off", "value": "no", "disabled": true },
    ] }));
    let body = section(&page, "body");
    for part in [
        "<code>multipart/form-data</code>",
        "<code>picture</code> <span class=\"kind\">file</span> <span class=\"chip required\">required</span>",
        "<code>/a.png, /b.png</code>",
        "The <em>picture</em>",
        "<code>meta</code> <span class=\"kind\">application/json</span>",
        "<code>{{meta}}</code>",
        "<code>off</code> <span class=\"chip\">not sent</span>",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
    // Each form of a list of fields.
    for fields in [
        json!([{ "key": "a", "value": 1 }, { "key": "b", "value": "2" }]),
        json!("a=1&b=2"),
        json!(["a=1", "b=2"]),
        json!({ "a": 1, "b": "2" }),
    ] {
        let page = put(json!({ "mode": "urlencoded", "urlencoded": fields }));
        let body = section(&page, "body");
        assert!(body.contains("<code>application/x-www-form-urlencoded</code>"), "{body}");
        for part in ["<code>a</code>", "<code>1</code>", "<code>b</code>", "<code>2</code>"] {
            assert!(body.contains(part), "{part}: {body}");
        }
    }
}

#[test]
fn a_graphql_body_is_a_query_and_its_variables() {
    let query = "query Q($id: ID!) {\n  user(id: $id) { name } # \"x\"\n}";
    for variables in [json!("{\"id\":1}"), json!({ "id": 1 })] {
        let page = put(
            json!({ "mode": "graphql", "graphql": { "query": query, "variables": variables } }),
        );
        assert_eq!(code(&page, "GraphQL query"), query);
        assert_eq!(code(&page, "GraphQL variables"), "{\n  \"id\": 1\n}");
    }
}

#[test]
fn a_file_and_an_absent_body_are_described() {
    let page = page_of_request(json!({ "method": "PUT", "url": "https://example.com/",
        "header": [{ "key": "content-type", "value": "image/png" }],
        "body": { "mode": "file", "file": { "src": "/tmp/a b.png" } } }));
    let expected = "the file <code>/tmp/a b.png</code>, sent as <code>image/png</code>.";
    assert!(section(&page, "body").contains(expected), "{page}");
    assert!(section(&put(json!({ "mode": "file" })), "body").contains("a file of your choice"));
    let disabled = put(json!({ "mode": "raw", "raw": "x", "disabled": true }));
    assert!(section(&disabled, "body").contains("it is not sent"));
    let get =
        json!({ "method": "GET", "url": "https://example.com/", "body": raw("text", "mine") });
    let get = page_of_request(get);
    assert!(section(&get, "body").contains("Postman sends no body with GET"), "{get}");
    assert_eq!(code(&get, "Request body"), "mine");
    for none in
        [json!(null), json!({}), json!({ "mode": "none" }), json!({ "mode": "raw", "raw": "" })]
    {
        let page = put(none);
        assert!(!page.contains("id=\"body\"") && !page.contains("href=\"#body\""), "{page}");
    }
}

#[test]
fn the_kind_and_the_place_of_an_authorization_are_shown_but_no_value() {
    let pairs = |value: Value| {
        let pairs = value.as_object().unwrap().iter();
        pairs.map(|(key, value)| json!({ "key": key, "value": value })).collect::<Vec<_>>()
    };
    let oauth2 = json!({ "accessTokenUrl": "https://example.com/token?client_secret=hidden-1",
        "grant_type": "client_credentials", "scope": "read,write all", "clientSecret": "hidden-2" });
    let cases = [
        ("noauth", json!({}), &["without authorization"][..]),
        (
            "bearer",
            json!({ "token": "{{token}}" }),
            &[
                "Bearer token",
                "Authorization: Bearer &lt;token&gt;",
                "from the variable <code>token</code>",
            ],
        ),
        ("bearer", json!({ "token": "hidden-3" }), &["in the collection, not shown here"]),
        (
            "basic",
            json!({ "username": "{{a}}", "password": "{{b}}" }),
            &[
                "Basic: user name and password",
                "base64 of user:password",
                "<code>a</code>",
                "<code>b</code>",
            ],
        ),
        ("digest", json!({ "username": "joe", "password": "hidden-4" }), &["Digest", "challenge"]),
        (
            "apikey",
            json!({ "key": "X-Key", "value": "{{k}}" }),
            &["API key", "header field <code>X-Key</code>", "<code>k</code>"],
        ),
        (
            "apikey",
            json!({ "key": "k", "value": "hidden-5", "in": "query" }),
            &["query parameter <code>k</code>"],
        ),
        (
            "oauth2",
            oauth2,
            &[
                "OAuth 2.0",
                "Authorization: Bearer &lt;access token&gt;",
                "Client credentials",
                "https://example.com/token",
                "<code>read</code>",
                "<code>write</code>",
                "<code>all</code>",
            ],
        ),
        (
            "oauth2",
            json!({ "addTokenTo": "queryParams" }),
            &["query parameter <code>access_token</code>"],
        ),
        ("oauth1", json!({ "consumerKey": "{{c}}" }), &["OAuth 1.0", "<code>c</code>"]),
        (
            "awsv4",
            json!({ "service": "s3", "secretKey": "hidden-6" }),
            &["AWS Signature", "<code>s3</code>"],
        ),
        ("hawk", json!({}), &["Hawk"]),
        ("ntlm", json!({}), &["NTLM"]),
        ("<i>new</i>", json!({}), &["&lt;i&gt;new&lt;/i&gt;"]),
    ];
    for (kind, params, parts) in cases {
        for params in [json!(pairs(params.clone())), params] {
            let auth = json!({ "type": kind, kind: params });
            let request = json!({ "url": "https://example.com/", "auth": auth });
            let page = page_of_request(request);
            let shown = section(&page, "authorization");
            for part in parts {
                assert!(shown.contains(part), "{kind}: {part}: {shown}");
            }
            assert!(shown.contains("set by this request"), "{shown}");
            assert!(!shown.contains("hidden-"), "{kind}: {shown}");
        }
    }
}

#[test]
fn an_inherited_authorization_names_its_folder() {
    let item = json!({ "name": "One", "request": { "url": "https://example.com/" } });
    let none = page(item.clone(), None);
    assert!(section(&none, "authorization").contains("no authorization for this request"));
    let auth = json!({ "type": "bearer", "bearer": { "token": "{{token}}" } });
    let inherited = page(item, Some(auth));
    let folder = "set by the folder <a href=\"index.html#folder-b\">Folder &lt;b&gt;</a>";
    assert!(section(&inherited, "authorization").contains(folder), "{inherited}");
    // A header field is an authorization too.
    let header = json!([{ "key": "authorization", "value": "bearer {{own}}" }]);
    let page = page_of_request(json!({ "url": "https://example.com/", "header": header }));
    let shown = section(&page, "authorization");
    assert!(
        shown.contains("header field of this request") && shown.contains(">own</code>"),
        "{shown}"
    );
}

#[test]
fn without_a_script_the_views_are_sections_with_headings() {
    let page = page_of_request(json!({ "url": "https://example.com/a?b=c" }));
    let (_, views) = page.split_once("<div class=\"tabs\">").unwrap();
    for (id, name) in [("rust", "Rust"), ("curl", "curl"), ("postman", "Postman")] {
        let start = format!("<section aria-labelledby=\"{id}\">\n<h3 id=\"{id}\">{name}</h3>");
        assert!(views.contains(&start), "{views}");
    }
    let (_, main) = page.split_once("<main").unwrap();
    let (main, _) = main.split_once("</main>").unwrap();
    assert!(
        !main.contains("role=\"tab\"") && !main.contains(" hidden"),
        "only the script makes tabs"
    );
    assert_eq!(code(&page, "curl command"), "curl 'https://example.com/a?b=c'");
    assert!(code(&page, "Rust program").ends_with("\n}"));
}

#[test]
fn an_item_of_zoom_has_a_chilkat_script() {
    let request = |host: &str| {
        let form = json!([{ "key": "password", "value": "dolor Excepteur minim", "type": "text" }]);
        json!({ "method": "PUT", "url": format!("https://{host}/v2/users/me/password"),
            "body": { "mode": "formdata", "formdata": form } })
    };
    let script = code(&page_of_request(request("api.zoom.us")), "Chilkat script");
    assert!(script.contains("req.put_Path(\"/v2/users/me/password\")"), "{script}");
    assert!(script.contains("ENV.fetch(\"PASSWORD\")"), "the secret is hidden: {script}");
    for host in ["example.com", "notzoom.us"] {
        assert!(!page_of_request(request(host)).contains("Chilkat"), "{host}");
    }
}

#[test]
fn a_saved_response_shows_its_body_first_and_its_request_where_it_differs() {
    let request =
        json!({ "method": "PUT", "url": "https://example.com/a", "body": raw("json", "{}") });
    let response = |code: u16, original: Value| {
        json!({ "name": format!("Example {code}"), "code": code, "body": "{\"a\":[1]}",
            "header": [{ "key": "X-A", "value": "b" }], "originalRequest": original })
    };
    let item = json!({ "name": "One", "request": request.clone(), "response": [
        null,
        response(201, request),
        response(404, json!({ "method": "PUT", "url": { "raw": "https://example.com/other?token=hidden-1" } })),
        response(503, json!({ "method": "PUT", "url": "https://example.com/a", "body": raw("text", "mine") })),
        response(302, json!("https://example.com/a")),
    ] });
    let page = page(item, None);
    let responses: Vec<&str> =
        section(&page, "responses").split("<details class=\"response\"").collect();
    let [_, created, missing, down, moved] = responses[..] else { panic!("{responses:?}") };
    assert!(created.contains(
        "<span class=\"chip ok\">201 Created</span> <span class=\"name\">Example 201</span>"
    ));
    assert_eq!(code(created, "body of 201 Created"), "{\n  \"a\": [\n    1\n  ]\n}");
    let (body, header) = (created.find("body of 201"), created.find("headers of 201"));
    assert!(body < header && created.contains("<summary>Headers (1)</summary>"), "{created}");
    assert!(!created.contains("Request of this example"), "{created}");
    assert!(missing.contains("<span class=\"chip refused\">404 Not Found</span>"), "{missing}");
    assert!(
        missing.contains("<code>https://example.com/other?token={{TOKEN}}</code>"),
        "{missing}"
    );
    assert!(down.contains("<span class=\"chip fault\">503 Service Unavailable</span>"), "{down}");
    assert_eq!(code(down, "Request body of the example 503"), "mine");
    // A request that is only a URL is a GET.
    assert!(moved.contains("<span class=\"chip moved\">302 Found</span>"), "{moved}");
}

#[test]
fn markup_in_any_member_of_an_item_stays_text() {
    let hostile =
        "\"'><img src=x onerror=alert(1)></code></pre><script>alert(1)</script>{{<b>}}&lt;";
    let field = json!({ "key": hostile, "value": hostile, "type": hostile, "contentType": hostile, "description": hostile });
    let file = json!({ "key": hostile, "type": "file", "src": hostile, "contentType": hostile });
    let bodies = [
        json!({ "mode": "raw", "raw": hostile, "options": { "raw": { "language": hostile } } }),
        json!({ "mode": "formdata", "formdata": [field, file] }),
        json!({ "mode": "urlencoded", "urlencoded": hostile }),
        json!({ "mode": "graphql", "graphql": { "query": hostile, "variables": hostile } }),
        json!({ "mode": "file", "file": { "src": hostile } }),
        raw("json", &json!({ hostile: [hostile] }).to_string()),
        raw("xml", hostile),
        raw("javascript", hostile),
    ];
    let oauth2 = json!([{ "key": "scope", "value": hostile }, { "key": "grant_type", "value": hostile },
        { "key": "headerPrefix", "value": hostile }, { "key": "authUrl", "value": hostile }]);
    let auths = [
        json!({ "type": hostile }),
        json!({ "type": "oauth2", "oauth2": oauth2 }),
        json!({ "type": "apikey", "apikey": { "key": hostile, "value": "{{a<b>}}" } }),
    ];
    for (number, body) in bodies.into_iter().enumerate() {
        let header = json!([{ "key": "Content-Type", "value": hostile }, { "key": hostile, "value": hostile }]);
        let request = json!({ "method": hostile, "url": format!("https://h/:a/{hostile}"), "header": header,
            "body": body, "auth": auths[number % auths.len()] });
        let response = json!({ "name": hostile, "status": hostile, "code": 200, "body": hostile,
            "header": header, "originalRequest": { "url": hostile, "method": hostile, "body": body } });
        // The reader refuses any element and attribute that the site does not write.
        let page =
            page(json!({ "name": hostile, "request": request, "response": [response] }), None);
        assert!(!page.contains("<script>alert") && !page.contains("<img"), "{page}");
    }
}
