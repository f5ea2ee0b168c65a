//! `zoomkat site`: the anchors of rows and sections, the fields of a JSON body, and types and examples in tables.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::site_content::{page_of_request, put, raw, section};
use super::site_is_safe::{read, written};

/// Returns the rows of the first table after a heading: anchor, name, and the text of the other cells.
fn rows(page: &str, heading: &str) -> Vec<(String, String, String)> {
    let (_, table) = page.split_once(&format!("<h3 id=\"{heading}\">")).unwrap_or(("", ""));
    let (table, _) = table.split_once("</table>").unwrap_or(("", ""));
    let row = |row: &str| {
        let (id, row) = row.split_once("\"><th role=\"rowheader\"><code>").unwrap();
        let (name, row) = row.split_once("</code>").unwrap();
        let link = format!("href=\"#{id}\" aria-label=\"Link to this row\">#</a></th>");
        let (_, cells) = row.split_once(&link).unwrap_or_else(|| panic!("{id}: {row}"));
        (id.to_owned(), name.to_owned(), without_tags(cells))
    };
    table.split("<tr role=\"row\" id=\"").skip(1).map(row).collect()
}

fn without_tags(html: &str) -> String {
    let texts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    texts.filter(|text| !text.trim().is_empty()).map(str::trim).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_fields_of_a_json_body_are_listed_with_types_and_examples() {
    let secret = ["hid", "den"].concat();
    let text = json!({ "topic": "<string>", "start_time": "<dateTime>", "type": 2, "password": secret,
        "settings": { "waiting_room": false, "audio": "both" }, "none": null,
        "questions": [{ "name": "<string>" }, { "name": "other", "answers": ["<string>"] }] });
    let page = put(raw("json", &text.to_string()));
    assert!(!page.contains(&secret), "{page}");
    let mut found = rows(section(&page, "body"), "fields");
    // The test's own JSON is sorted.
    found.sort_unstable();
    let expected = [
        ("body-none", "none", "null"),
        ("body-password", "password", "string Example {{PASSWORD}}"),
        ("body-questions", "questions", "array of object"),
        ("body-questions-answers", "questions[].answers", "array of string"),
        ("body-questions-name", "questions[].name", "string"),
        ("body-settings", "settings", "object"),
        ("body-settings-audio", "settings.audio", "string Example both"),
        ("body-settings-waiting_room", "settings.waiting_room", "boolean Example false"),
        ("body-start_time", "start_time", "dateTime"),
        ("body-topic", "topic", "string"),
        ("body-type", "type", "number Example 2"),
    ];
    let found: Vec<(&str, &str, &str)> =
        found.iter().map(|(id, name, cells)| (&**id, &**name, &**cells)).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_fields_of_a_body_are_bounded_and_those_of_other_texts_are_not_listed() {
    let members: Vec<String> = (0..5_000).map(|at| format!("\"m{at}\":{at}")).collect();
    let page = put(raw("json", &format!("{{{}}}", members.join(","))));
    assert_eq!(rows(&page, "fields").len(), 100);
    assert!(
        section(&page, "body").contains("<p class=\"soft\">and 4900 more, in the JSON below</p>")
    );
    for text in ["{\"a\": 1, // one\n  }", "{a", "[1, 2]", "{}", "\"text\""] {
        assert!(!put(raw("json", text)).contains("id=\"fields\""), "{text}");
    }
    assert!(!put(raw("xml", "<a/>")).contains("id=\"fields\""));
}

#[test]
fn rows_and_sections_have_safe_unique_anchors_that_link_to_themselves() {
    let names = ["a", "A", "a", "\"><b id=x>", "'", "", "日本語", "page_size", "a\u{202e}b", "a b"];
    let pairs = names.map(|name| json!({ "key": name, "value": "<string>" }));
    let body: String = names.iter().map(|name| json!(name).to_string() + ":1,").collect();
    let mut pages = Vec::new();
    let form = json!({ "mode": "urlencoded", "urlencoded": pairs });
    for body in [raw("json", &format!("{{{body}\"z\":{{\"\":1}}}}")), form] {
        let url =
            json!({ "raw": "https://example.com/:a/:body", "query": pairs, "variable": pairs });
        let request = json!({ "method": "PUT", "url": url, "header": pairs, "body": body });
        pages.push(page_of_request(request));
    }
    for page in &pages {
        let (tags, _) = read(page, "the page");
        let ids: Vec<&String> = tags.iter().filter_map(|tag| tag.attributes.get("id")).collect();
        assert!(ids.len() > 30);
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
        let is_safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        assert!(ids.iter().all(|id| !id.is_empty() && id.chars().all(is_safe)), "{ids:?}");
        for id in ["query-page_size", "query-a", "query-a-2", "query-a-3", "query-row"] {
            assert!(ids.iter().any(|known| *known == id), "{id}: {ids:?}");
        }
        for id in ["authorization", "parameters", "query", "header", "body", "code"] {
            let link =
                format!("<a class=\"self\" href=\"#{id}\" aria-label=\"Link to this section\">");
            assert!(page.contains(&link), "{id}: {page}");
        }
    }
    assert!(pages[1].contains("id=\"form-page_size\""), "{}", pages[1]);
}

#[test]
fn a_sample_in_a_table_is_a_type_and_another_value_is_an_example() {
    let query = json!([{ "key": "type", "value": "<string>" }, { "key": "page_size", "value": "30" },
        { "key": "of", "value": "{{of}}" }, { "key": "no", "value": "" }, { "key": "odd", "value": "<a&b>" }]);
    let header = json!([{ "key": "Accept", "value": "text/plain" }]);
    let url = json!({ "raw": "https://example.com/", "host": "example.com", "query": query });
    let page = page_of_request(json!({ "url": url, "header": header }));
    let cells: Vec<String> = rows(&page, "query").into_iter().map(|(_, _, cells)| cells).collect();
    assert_eq!(cells, ["string", "Example 30", "Value {{of}}", "", "Example &lt;a&amp;b&gt;"]);
    assert!(page.contains("<span class=\"type\">string</span>"), "{page}");
    assert_eq!(rows(&page, "header")[0].2, "Value text/plain");
}

#[test]
fn search_data_has_the_anchors_of_the_names() {
    let url = json!({ "raw": "https://example.com/", "host": "example.com",
        "query": [{ "key": "page size", "value": "1" }, { "key": "both", "value": "1" }] });
    let body = raw("json", r#"{"list":[{"deep":1,"both":2}]}"#);
    let request = json!({ "method": "PUT", "url": url, "body": body });
    let dir = tempfile::tempdir().unwrap();
    let (file, out) = (dir.path().join("one.json"), dir.path().join("site"));
    fs::write(&file, json!({ "item": [{ "name": "One", "request": request }] }).to_string())
        .unwrap();
    let pages = written(&file, &out);
    let text = fs::read_to_string(out.join("search.js")).unwrap();
    let (_, row) = text.split_once("[\n").unwrap();
    let row: Value = serde_json::from_str(row.split_once(",\n]").unwrap().0).unwrap();
    let names = row[1].as_str().unwrap().split(' ');
    let mut found: Vec<_> = names.zip(row[4].as_str().unwrap().split(' ')).collect();
    found.sort_unstable();
    let expected = [
        ("both", "query-both"),
        ("deep", "body-list-deep"),
        ("list", "body-list"),
        ("page\u{a0}size", "query-page-size"),
    ];
    assert_eq!(found, expected);
    for (_, id) in expected {
        assert!(pages["one.html"].contains(&format!("<tr role=\"row\" id=\"{id}\">")), "{id}");
    }
}
