//! `zoomkat site`: the side tree, the search data, the variables and the files that the pages share.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::site_content::without_colours;
use super::site_is_safe::written;

/// Writes a collection and its site. Returns the folder of the site, in a temporary folder.
fn site(collection: &Value, options: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("one.json");
    fs::write(&file, collection.to_string()).unwrap();
    let output = run(&file, &dir.path().join("site"), options);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    dir
}

fn run(file: &Path, out: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zoomkat"));
    command.arg("site").arg(file).arg("--out").arg(out).args(options).output().unwrap()
}

fn file(dir: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(dir.path().join("site").join(name)).unwrap()
}

/// Returns the rows that a data file assigns.
fn rows(dir: &tempfile::TempDir, name: &str, variable: &str) -> Vec<Value> {
    let text = file(dir, name);
    let rows = text.strip_prefix(&format!("globalThis.{variable} = [\n")).unwrap();
    let rows = rows.strip_suffix(",\n];\n").unwrap();
    serde_json::from_str(&format!("[{rows}]")).unwrap()
}

fn item(name: &str) -> Value {
    json!({ "name": name, "request": { "method": "GET", "url": "https://example.com/" } })
}

/// Returns the side tree of a page.
fn tree(page: &str) -> &str {
    page.split_once("<nav class=\"side\"").unwrap().1.split_once("</nav>").unwrap().0
}

#[test]
fn each_page_has_the_tree_around_it_and_a_file_has_the_whole_tree() {
    let many = |name: &str, count: usize| -> Vec<Value> {
        (0..count).map(|at| item(&format!("{name}{at}"))).collect()
    };
    let inner = json!({ "name": "Inner", "item": many("i", 100) });
    let outer = json!({ "name": "Outer", "item": [item("before"), inner, item("after")] });
    let other = json!({ "name": "Other", "item": many("o", 3) });
    let dir = site(&json!({ "info": { "name": "C" }, "item": [outer, other] }), &[]);
    let page = file(&dir, "outer--inner--i50.html");
    let tree = tree(&page);
    assert_eq!(tree.matches("aria-current=\"page\"").count(), 1);
    assert!(tree.contains("<a href=\"outer--inner--i50.html\" aria-current=\"page\">"), "{tree}");
    for near in ["outer--inner--i40.html", "outer--before.html", "index.html#other", "index.html"] {
        assert!(tree.contains(&format!("href=\"{near}\"")), "{near}: {tree}");
    }
    assert_eq!(tree.matches("class=\"fold open\"").count(), 2, "{tree}");
    // What is far away is only counted, and nothing of a closed folder is listed.
    assert!(!tree.contains("i10.html") && !tree.contains("other--"), "{tree}");
    assert_eq!(tree.matches(" more</a>").count(), 2, "{tree}");
    assert!(page.len() < 20_000);

    let rows = rows(&dir, "tree.js", "zoomkatTree");
    assert_eq!(rows.len(), 108);
    assert_eq!(rows[0], json!([0, "Outer", "outer"]));
    assert_eq!(rows[1], json!([1, "before", "outer--before", "GET"]));
    assert_eq!(rows[2], json!([1, "Inner", "outer--inner"]));
    assert_eq!(rows[3], json!([2, "i0", "outer--inner--i0", "GET"]));
    assert_eq!(rows[104], json!([0, "Other", "other"]));
}

#[test]
fn search_data_has_names_of_parameters_and_words_of_descriptions_but_no_values() {
    let value = ["hid", "den"].concat();
    let long = "lorem ".repeat(40) + "**ipsum** dolor ipsum";
    let request = json!({
        "method": "POST", "description": long,
        "url": { "raw": format!("https://example.com/users/:userId?page={value}"), "host": "example.com",
            "path": "users/:userId", "query": [{ "key": "page", "value": value, "description": "<b>Sit</b> amet." }],
            "variable": [{ "key": "userId", "value": value }] },
        "header": [{ "key": "X-Kind", "value": value }],
        "body": { "mode": "raw", "raw": json!({ "agenda": value, "list": [{ "deep": 1 }] }).to_string() },
    });
    let items =
        json!([{ "name": "F", "item": [{ "name": "</script>\u{202E}", "request": request }] }]);
    let dir = site(&json!({ "item": items }), &[]);
    let rows = rows(&dir, "search.js", "zoomkatSearch");
    assert_eq!(rows.len(), 1);
    let text = |at: usize| rows[0][at].as_str().unwrap();
    assert_eq!(text(0), "/users/:userId");
    let mut names: Vec<&str> = text(1).split(' ').collect();
    names.sort_unstable();
    assert_eq!(names, ["X-Kind", "agenda", "deep", "list", "page", "userId"]);
    assert!(text(2).starts_with("lorem lorem") && text(2).ends_with('…'), "{}", text(2));
    assert_eq!(text(3), "lorem ipsum dolor sit amet");
    for name in ["search.js", "tree.js"] {
        let data = file(&dir, name);
        assert!(!data.contains(&value) && !data.contains("</") && !data.contains('\u{202E}'));
    }
}

#[test]
fn the_style_and_the_script_are_files_that_do_not_replace_those_of_others() {
    let dir = site(&json!({ "item": [item("One")] }), &[]);
    let page = file(&dir, "one.html");
    assert!(page.contains("<link rel=\"stylesheet\" href=\"style.css?"), "{page}");
    assert!(!page.contains("<style") && page.len() < 8_000, "{}", page.len());
    let listed = file(&dir, ".zoomkat-site");
    for name in ["index.html", "one.html", "search.js", "site.js", "style.css", "tree.js"] {
        assert!(listed.lines().any(|line| line == name), "{name}: {listed}");
        assert!(!file(&dir, name).is_empty());
    }
    // A style that the reader has put there stays.
    let (own, out) = (dir.path().join("one.json"), dir.path().join("site"));
    fs::write(out.join(".zoomkat-site"), "index.html\none.html\nsearch.js\nsite.js\ntree.js\n")
        .unwrap();
    fs::write(out.join("style.css"), "mine").unwrap();
    let refused = run(&own, &out, &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("style.css exists"));
    assert_eq!(file(&dir, "style.css"), "mine");
}

#[test]
fn variables_are_listed_with_their_places_and_the_items_that_use_them() {
    let (secret, other) = (["hid", "den-1"].concat(), ["hid", "den-2"].concat());
    let used = |url: &str| json!({ "name": "Used", "request": { "url": url } });
    let collection = json!({ "info": { "name": "C" },
        "variable": [{ "key": "baseUrl", "value": "https://{{host}}/v2" }, { "key": "host", "value": "example.com" }, { "key": "trace", "value": "{{$guid}}" },
            { "key": "access_token", "value": secret }, { "key": "odd", "value": other, "type": "secret" }],
        "item": [
            { "name": "F", "variable": [{ "key": "lorem", "value": "ipsum<b>" }],
              "item": [used("{{baseUrl}}/x/:id/{{lorem}}/{{open}}?a={{odd}}&t={{access_token}}&g={{$guid}}&r={{trace}}")] },
            { "name": "Plain", "request": "{{baseUrl}}/y/:id?z={{open}}" },
            { "name": "Alone", "request": { "url": "{{open}}", "description": "{{described}}" } },
        ] });
    let dir = site(&collection, &["--var", "given=dolor"]);
    let page = file(&dir, "variables.html");
    for shown in [
        "<code>https://{{host}}/v2</code></td><td role=\"cell\">the collection</td><td role=\"cell\"><a href=\"f--used.html\">Used</a>, <a href=\"plain.html\">Plain</a></td>",
        "<code>ipsum&lt;b&gt;</code></td><td role=\"cell\">the folder F</td>",
        "<code>dolor</code></td><td role=\"cell\">the command that made these pages</td>",
        "<code>open</code></th><td role=\"cell\"><a href=\"f--used.html\">Used</a>, <a href=\"plain.html\">Plain</a>, <a href=\"alone.html\">Alone</a></td>",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert_eq!(page.matches("<span class=\"chip\">hidden</span>").count(), 2);
    assert!(!page.contains("described"), "a description is not sent");
    assert!(file(&dir, "index.html").contains("<dd><code>https://example.com/v2</code></dd>"));
    let item = without_colours(&file(&dir, "f--used.html"));
    let resolved = "https://example.com/v2/x/:id/ipsum&lt;b&gt;/{{open}}?a={{odd}}&amp;t={{access_token}}&amp;g={{$guid}}&amp;r={{$guid}}";
    assert!(item.contains(resolved), "{item}");
    for name in ["variables.html", "f--used.html", "index.html", "search.js", "tree.js"] {
        let text = file(&dir, name);
        assert!(!text.contains(&secret) && !text.contains(&other), "{name}");
    }

    let shown = file(&site(&collection, &["--show-secrets"]), "variables.html");
    assert!(shown.contains(&secret) && shown.contains(&other));
}

#[test]
fn the_items_listed_for_a_variable_are_bounded() {
    let used = |at: usize| json!({ "name": format!("i{at}"), "request": { "url": "{{u}}" } });
    let items: Vec<Value> = (0..500).map(used).collect();
    let dir = site(&json!({ "item": items }), &[]);
    let page = file(&dir, "variables.html");
    assert!(page.contains("and 488 more") && page.len() < 16_000);
}

#[test]
fn a_line_end_in_a_description_is_a_break_or_a_space() {
    let request = json!({ "url": "https://example.com/", "description": "one\ntwo  \nthree" });
    let collection = json!({ "item": [{ "name": "One", "request": request }] });
    let page = |options: &[&str]| file(&site(&collection, options), "one.html");
    assert!(page(&[]).contains("<p>one<br>\ntwo<br>\nthree</p>"));
    assert!(page(&["--line-ends", "postman"]).contains("<p>one<br>\ntwo<br>\nthree</p>"));
    assert!(page(&["--line-ends", "commonmark"]).contains("<p>one\ntwo<br>\nthree</p>"));
}

#[test]
fn a_collection_without_variables_has_no_page_of_them() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("one.json");
    let items = json!({ "item": [item("Variables"), item("Index")] });
    fs::write(&file, items.to_string()).unwrap();
    let pages = written(&file, &dir.path().join("site"));
    let names: Vec<&String> = pages.keys().collect();
    assert_eq!(names, ["index-2.html", "index.html", "variables-2.html"]);
}
