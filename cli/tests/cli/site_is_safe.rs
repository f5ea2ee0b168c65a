//! `zoomkat site`: a hostile collection adds only text to the pages.
//!
//! The pages are parsed more strictly than by any browser. A `<` that does not start an allowed tag, an
//! attribute that is not listed, and an element that is not closed fail the test.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::site_content::without_colours;

const HOSTILE: &str = "../tests/fixtures/hostile.postman_collection.json";

/// The allowed elements and their attributes.
const ELEMENTS: &[(&str, &[&str])] = &[
    ("a", &["aria-current", "aria-label", "class", "href", "rel", "target"]),
    ("blockquote", &[]),
    ("body", &[]),
    ("br", &[]),
    ("button", &["aria-haspopup", "aria-keyshortcuts", "aria-label", "class", "type"]),
    ("code", &[]),
    ("dd", &[]),
    ("del", &[]),
    ("details", &["class", "id", "open"]),
    ("div", &["aria-label", "class", "hidden", "role", "tabindex"]),
    ("dl", &["class"]),
    ("dt", &[]),
    ("em", &[]),
    ("footer", &[]),
    ("h1", &[]),
    ("h2", &["id"]),
    ("h3", &["id"]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("head", &[]),
    ("header", &["class"]),
    ("hr", &[]),
    ("html", &["lang"]),
    ("kbd", &[]),
    ("li", &[]),
    ("link", &["href", "rel"]),
    ("main", &["id", "tabindex"]),
    ("meta", &["charset", "content", "http-equiv", "name"]),
    ("nav", &["aria-label", "class", "data-here", "id"]),
    ("ol", &["start"]),
    ("p", &["class"]),
    ("pre", &["aria-label", "role", "tabindex"]),
    ("script", &[]),
    ("section", &["aria-labelledby", "class"]),
    ("span", &["class"]),
    ("strong", &[]),
    ("sub", &[]),
    ("summary", &[]),
    ("sup", &[]),
    ("table", &["aria-label", "class", "role"]),
    ("tbody", &["role"]),
    ("td", &["role"]),
    ("th", &["role", "scope"]),
    ("thead", &["role"]),
    ("title", &[]),
    ("tr", &["id", "role"]),
    ("ul", &["class", "id"]),
];

/// Parts of tables and their allowed parents. A browser moves any other content outside a cell.
const TABLE_PARTS: &[(&str, &[&str])] = &[
    ("table", &[]),
    ("thead", &["table"]),
    ("tbody", &["table"]),
    ("tr", &["table", "thead", "tbody"]),
    ("th", &["tr"]),
    ("td", &["tr"]),
];

const VOID: &[&str] = &["br", "hr", "link", "meta"];

#[derive(Debug)]
pub(super) struct Tag {
    name: String,
    pub(super) attributes: BTreeMap<String, String>,
}

/// Returns all start tags of a page and its text. Panics on anything not allowed.
pub(super) fn read(page: &str, name: &str) -> (Vec<Tag>, String) {
    let mut rest = page.strip_prefix("<!doctype html>").expect("a doctype");
    let (mut tags, mut text, mut open) = (Vec::new(), String::new(), Vec::<String>::new());
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        assert!(!before.contains('>'), "{name}: a > in text: {before}");
        let above = open.last().map_or("", String::as_str);
        let is_cell =
            before.trim().is_empty() || !TABLE_PARTS.iter().any(|(part, _)| *part == above);
        assert!(is_cell || ["td", "th"].contains(&above), "{name}: text in <{above}>: {before}");
        text.push_str(before);
        let (tag, after) = from[1..].split_once('>').expect("a whole tag");
        rest = after;
        if let Some(end) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(end), "{name}: wrong end tag");
            continue;
        }
        let tag = start_tag(tag, name);
        for (part, around) in TABLE_PARTS {
            let above = open.last().map_or("", String::as_str);
            let stands = around.is_empty() || around.contains(&above);
            assert!(*part != tag.name || stands, "{name}: <{part}> in <{above}>");
        }
        if tag.name == "script" {
            rest = rest.split_once("</script>").expect("an end").1;
        } else if !VOID.contains(&tag.name.as_str()) {
            open.push(tag.name.clone());
        }
        tags.push(tag);
    }
    assert!(open.is_empty(), "{name}: not closed: {open:?}");
    (tags, text)
}

fn start_tag(tag: &str, page: &str) -> Tag {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let known = ELEMENTS.iter().find(|(known, _)| *known == name);
    let (_, allowed) = known.unwrap_or_else(|| panic!("{page}: an element <{tag}>"));
    let mut attributes = BTreeMap::new();
    while !rest.is_empty() {
        let length = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (attribute, after) = rest.split_at(length);
        assert!(allowed.contains(&attribute), "{page}: an attribute {attribute:?} in <{tag}>");
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').expect("a closing quote"),
            None => ("", after),
        };
        assert!(!value.contains('<'), "{page}: a < in <{tag}>");
        let former = attributes.insert(attribute.to_owned(), value.to_owned());
        assert!(former.is_none(), "{page}: {attribute} twice in <{tag}>");
        rest = match after.strip_prefix(' ') {
            Some(next) => next,
            None => {
                assert!(after.is_empty(), "{page}: {after:?} in <{tag}>");
                after
            }
        };
    }
    Tag { name: name.to_owned(), attributes }
}

fn site(collection: &Path, out: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zoomkat"));
    command.arg("site").arg(collection).arg("--out").arg(out).output().unwrap()
}

pub(super) fn written(collection: &Path, out: &Path) -> BTreeMap<String, String> {
    let output = site(collection, out);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    pages(out)
}

fn pages(out: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(out).unwrap().map(|file| file.unwrap());
    let page = |file: fs::DirEntry| {
        (file.file_name().into_string().unwrap(), fs::read_to_string(file.path()).unwrap())
    };
    files.map(page).filter(|(name, _)| name.ends_with(".html")).collect()
}

/// Returns the script of a page.
fn script(page: &str) -> &str {
    page.split_once("<script>").unwrap().1.split_once("</script>").unwrap().0
}

#[test]
fn a_hostile_collection_adds_only_text_to_the_pages() {
    let dir = tempfile::tempdir().unwrap();
    let pages = written(Path::new(HOSTILE), &dir.path().join("site"));
    assert_eq!(pages.len(), 12);
    let index = &pages["index.html"];
    for (name, page) in &pages {
        let (tags, text) = read(page, name);
        let count = |element: &str| tags.iter().filter(|tag| tag.name == element).count();
        assert_eq!((count("h1"), count("script"), count("link")), (1, 1, 1), "{name}");
        assert_eq!(script(page), script(index));
        let bidi = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        if text.contains(bidi) {
            assert!(text.contains("change the text direction"), "{name}: no warning");
        }
        let ids: Vec<&String> = tags.iter().filter_map(|tag| tag.attributes.get("id")).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{name}: an id twice");

        for tag in &tags {
            let Some(to) = tag.attributes.get("href").filter(|_| tag.name != "link") else {
                continue;
            };
            let outside =
                ["https://", "http://", "mailto:"].iter().any(|scheme| to.starts_with(scheme));
            if outside {
                assert_eq!(tag.attributes.get("rel").unwrap(), "noopener noreferrer", "{name}");
                continue;
            }
            let (file, anchor) = to.split_once('#').unwrap_or((to, ""));
            let target = if file.is_empty() { page } else { &pages[file] };
            let there = target.contains(&format!("id=\"{anchor}\""));
            assert!(anchor.is_empty() || there, "{name}: a broken link: {to}");
        }
    }
    // The hostile input is visible as text.
    assert!(index.contains("&lt;img src=x onerror=alert(1)&gt;"));
    assert!(index.contains(">mail</a>") && index.contains("<span>js</span>"));
}

#[test]
fn the_policy_of_each_page_allows_only_its_own_style_and_script() {
    let dir = tempfile::tempdir().unwrap();
    for (name, page) in written(Path::new(HOSTILE), &dir.path().join("site")) {
        let (tags, _) = read(&page, &name);
        let policy = tags.iter().find(|tag| tag.attributes.contains_key("http-equiv")).unwrap();
        let policy = &policy.attributes["content"];
        let (before, hash) = policy.split_once("sha256-").unwrap();
        let (hash, after) = hash.split_once('\'').unwrap();
        assert_eq!(before, "default-src 'none'; style-src 'self' file:; script-src '", "{name}");
        assert_eq!(hash.len(), 44, "{name}: {policy}");
        assert_eq!(after, " 'strict-dynamic'; base-uri 'none'; form-action 'none'", "{name}");
        // The policy comes before everything that it restricts.
        let place = page.find("Content-Security-Policy");
        assert!(place < page.find("<link") && place < page.find("<script>"), "{name}");
        // The loader names one file.
        assert_eq!(script(&page).matches("src").count(), 1, "{name}");
        assert!(script(&page).contains("src: \"site.js?"), "{name}");
    }
}

#[test]
fn the_same_collection_gives_the_same_pages() {
    let dir = tempfile::tempdir().unwrap();
    let (one, other) = (dir.path().join("one"), dir.path().join("deep/down/other"));
    assert_eq!(written(Path::new(HOSTILE), &one), written(Path::new(HOSTILE), &other));
    // And again over the first.
    assert_eq!(written(Path::new(HOSTILE), &one), pages(&other));
}

#[test]
fn each_of_thousands_of_items_with_one_name_gets_a_page() {
    let dir = tempfile::tempdir().unwrap();
    let item = r#"{"name":"Same","request":"https://example.com/"}"#;
    let items = vec![item; 2_000].join(",");
    let file = dir.path().join("same.json");
    fs::write(&file, format!(r#"{{"info":{{"name":"Same"}},"item":[{items}]}}"#)).unwrap();
    let pages = written(&file, &dir.path().join("site"));
    assert_eq!(pages.len(), 2_001);
    let folded: BTreeSet<String> = pages.keys().map(|name| name.to_lowercase()).collect();
    assert_eq!(folded.len(), 2_001);
    let (tags, _) = read(&pages["index.html"], "index.html");
    let links = tags.iter().filter_map(|tag| tag.attributes.get("href"));
    let links: BTreeSet<&String> = links.filter(|to| pages.contains_key(*to)).collect();
    assert_eq!(links.len(), 2_001);
    // The tree in a page is bounded.
    let sizes = pages.iter().filter(|(name, _)| *name != "index.html").map(|(_, page)| page.len());
    assert!(sizes.max().unwrap() < 16_000);
}

#[test]
fn a_deeply_nested_page_is_not_much_larger_than_a_top_level_page() {
    let depth = 400;
    let open = r#"{"name":"Folder","item":[{"name":"Item","request":"https://example.com/"},"#;
    let item = r#"{"name":"Deepest","request":"https://example.com/"}"#;
    let json = format!(
        r#"{{"info":{{"name":"Deep"}},"item":[{}{item}{}]}}"#,
        open.repeat(depth),
        "]}".repeat(depth)
    );
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("deep.json");
    fs::write(&file, json).unwrap();
    let pages = written(&file, &dir.path().join("site"));
    assert_eq!(pages.len(), depth + 2);
    let (top, deep) =
        (&pages["folder--item.html"], pages.values().find(|page| page.contains("Deepest ·")));
    let deep = deep.unwrap();
    assert!(deep.len() < top.len() + 6_000, "{} and {}", deep.len(), top.len());
    assert!(deep.contains("<li>…</li>") && !top.contains("<li>…</li>"));
    // The index shows all of them.
    assert!(pages["index.html"].contains(&format!("{} requests", depth + 1)));
}

#[test]
fn pages_are_written_only_to_an_empty_folder_or_that_of_an_earlier_run() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("site");
    let one = dir.path().join("one.json");
    let collection = |name: &str| {
        let item = format!(r#"{{"name":"{name}","request":"https://example.com/"}}"#);
        fs::write(&one, format!(r#"{{"info":{{"name":"One"}},"item":[{item}]}}"#)).unwrap();
    };

    fs::create_dir(&out).unwrap();
    fs::write(out.join("mine.txt"), "mine").unwrap();
    collection("First");
    let refused = site(&one, &out);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("is not empty"));
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);

    fs::remove_file(out.join("mine.txt")).unwrap();
    assert!(written(&one, &out).contains_key("first.html"));
    fs::write(out.join("mine.html"), "mine").unwrap();
    // A list that was tampered with does not lead outside the folder.
    let outside = dir.path().join("outside.html");
    fs::write(&outside, "mine").unwrap();
    let mark = out.join(".zoomkat-site");
    fs::write(&mark, format!("{}../outside.html\n", fs::read_to_string(&mark).unwrap())).unwrap();
    collection("Second");
    let pages = written(&one, &out);
    let names: Vec<&String> = pages.keys().collect();
    assert_eq!(names, ["index.html", "mine.html", "second.html"]);
    assert!(outside.exists());
}

#[test]
fn foreign_files_are_not_replaced_and_links_are_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let (one, out) = (dir.path().join("one.json"), dir.path().join("site"));
    let collection = |name: &str| {
        let item = format!(r#"{{"name":"{name}","request":"https://example.com/"}}"#);
        fs::write(&one, format!(r#"{{"info":{{"name":"One"}},"item":[{item}]}}"#)).unwrap();
    };
    collection("First");
    written(&one, &out);
    fs::write(out.join("second.html"), "mine").unwrap();
    collection("Second");
    let refused = site(&one, &out);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("second.html"));
    assert_eq!(fs::read_to_string(out.join("second.html")).unwrap(), "mine");

    #[cfg(unix)]
    {
        let outside = dir.path().join("outside");
        fs::write(&outside, "mine").unwrap();
        for name in ["index.html", ".zoomkat-site"] {
            let list = fs::read_to_string(out.join(".zoomkat-site")).unwrap();
            fs::remove_file(out.join(name)).unwrap();
            if name == ".zoomkat-site" {
                fs::write(&outside, list).unwrap();
            }
            std::os::unix::fs::symlink(&outside, out.join(name)).unwrap();
            let before = fs::read_to_string(&outside).unwrap();
            collection("Third");
            written(&one, &out);
            assert_eq!(fs::read_to_string(&outside).unwrap(), before, "{name}");
        }
    }
}

#[test]
fn given_values_appear_in_the_program_and_the_command() {
    let dir = tempfile::tempdir().unwrap();
    let (one, env) = (dir.path().join("one.json"), dir.path().join("env.json"));
    let request = r#"{"url":"{{baseUrl}}/users/{{who}}"}"#;
    fs::write(&one, format!(r#"{{"item":[{{"name":"One","request":{request}}}]}}"#)).unwrap();
    fs::write(&env, r#"{"values":[{"key":"who","value":"me"}]}"#).unwrap();
    let out = dir.path().join("site");
    let output = Command::new(env!("CARGO_BIN_EXE_zoomkat"))
        .args(["site", "--var", "baseUrl=https://example.com/v2", "--env"])
        .arg(&env)
        .arg("--out")
        .arg(&out)
        .arg(&one)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = without_colours(&fs::read_to_string(out.join("one.html")).unwrap());
    assert!(page.contains("curl https://example.com/v2/users/me"), "{page}");
    assert!(page.contains("{{baseUrl}}"), "the item is unchanged");
}

/// Returns the pages of items with these descriptions.
fn described(descriptions: &[String]) -> BTreeMap<String, String> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("items.json");
    let items = descriptions.iter().enumerate().map(|(at, description)| {
        let request =
            serde_json::json!({ "url": "https://example.com/", "description": description });
        serde_json::json!({ "name": format!("i{at}"), "request": request })
    });
    let items: Vec<_> = items.collect();
    fs::write(&file, serde_json::json!({ "item": items }).to_string()).unwrap();
    written(&file, &dir.path().join("site"))
}

#[test]
fn tables_and_images_of_a_description_are_shown() {
    let postmans = "<div class=\"click-to-expand-wrapper is-table-wrapper\"><table>\n<thead>\n<tr>\n\
                    <th>Code</th>\n<th>What</th>\n</tr>\n</thead>\n<tbody><tr>\n<td>300</td>\n\
                    <td>a &lt; <b>b</b><br>c</td>\n</tr>\n</tbody></table>\n</div>\n\nafter **it**";
    let loose = "<table><tr><th onclick=x>a<td style='x'>b<tr><td>c</table>\n\n<pre class=x>\n a\n\n  <b>b</b></pre>";
    let wrong = "<table><tr>lorem<td>ipsum</td></tr></table>\n\n<td>dolor</td>\n\na <table> and <pre> within";
    let pictures = "<img src=\"https://example.com/a.png\" alt='A \"> picture' onerror=alert(1)>\n\n\
                    in <img alt=text src=javascript:alert(1)> text";
    let links = "<a data-href=\"https://evil.com\" title=\"x>y\">no link</a> \
                 <a title=\"href='https://evil.com'\" HREF = 'https://example.com/b'>a link</a>";
    let pages = described(&[postmans, loose, wrong, pictures, links].map(str::to_owned));
    for (page, parts) in [
        (
            "i0.html",
            &["<th scope=\"col\">What</th>", "<td>300</td>", "<strong>b</strong><br>\nc</td>"][..],
        ),
        ("i0.html", &["<p>after <strong>it</strong></p>"]),
        ("i1.html", &["<th>a</th><td>b</td></tr>\n<tr><td>c</td></tr>\n</table></div>"]),
        ("i1.html", &["\n a\n\n  <strong>b</strong></pre>"]),
        (
            "i2.html",
            &["</table></div>\nlorem&lt;td&gt;ipsum&lt;/td&gt;", "&lt;td&gt;dolor&lt;/td&gt;"],
        ),
        ("i2.html", &["a &lt;table&gt; and &lt;pre&gt; within"]),
        (
            "i3.html",
            &[
                "<a class=\"picture\" href=\"https://example.com/a.png\" target=\"_blank\" rel=\"noopener noreferrer\">Open image from example.com: A &quot;&gt; picture</a>",
            ],
        ),
        ("i3.html", &["in <span>Image: text</span> text"]),
        (
            "i4.html",
            &[
                "<p>no link <a href=\"https://example.com/b\" rel=\"noopener noreferrer\">a link</a></p>",
            ],
        ),
    ] {
        read(&pages[page], page);
        for part in parts {
            let main = pages[page].split_once("<main").unwrap().1;
            assert!(main.contains(part), "{part} is not in {main}");
        }
    }
}

#[test]
fn tags_in_any_order_leave_the_page_well_formed() {
    const PIECES: &[&str] = &[
        "<table>",
        "</table>",
        "<thead>",
        "</thead>",
        "<tbody>",
        "</tbody>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<th>",
        "</th>",
        "<pre>",
        "</pre>",
        "<p>",
        "</p>",
        "<ul>",
        "<li>",
        "</li>",
        "</ul>",
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        "<a href='https://example.com/'>",
        "</a>",
        "<img src=x alt=y>",
        "<img",
        "<td title='",
        "'>",
        "<caption>",
        "text",
        " ",
        "\n",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "|a|\n|-|\n",
        "<br>",
        "`",
        "**",
        "</main>",
        "<!--",
        "-->",
    ];
    let mut state: u64 = 7;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        PIECES[(state >> 33) as usize % PIECES.len()]
    };
    let mut descriptions: Vec<String> = (0..400)
        .map(|at| {
            let start = if at % 2 == 0 { "<table>" } else { "" };
            (0..60).fold(start.to_owned(), |text, _| text + next())
        })
        .collect();
    descriptions.push("<table><tr><td>".repeat(100) + "deep");
    descriptions.push("<b>".repeat(39) + "<table><tr><td>deep");
    descriptions.push("<b>".repeat(1000));
    let pages = described(&descriptions);
    let many = &pages[&format!("i{}.html", descriptions.len() - 1)];
    assert!(many.contains("<strong>&lt;b&gt;</strong>"), "at most a thousand are open");
    for (name, page) in pages {
        let (tags, _) = read(&page, &name);
        assert_eq!(tags.iter().filter(|tag| tag.name == "main").count(), 1, "{name}");
    }
}

#[test]
fn a_description_made_only_of_tags_renders_quickly() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("one.json");
    let count = 200_000;
    for hostile in [
        format!("<div {}", "<".repeat(3 * count)),
        "<table><tr><td>".repeat(8_000),
        "<p a='".repeat(20_000),
        "<b>".repeat(count) + &"</i>".repeat(count),
        ">".repeat(count) + &"[a](http://example.com)".repeat(count),
    ] {
        let request = serde_json::json!({ "url": "https://example.com/", "description": hostile });
        let item = serde_json::json!({ "name": "One", "request": request });
        fs::write(&file, item.to_string()).unwrap();
        let pages = written(&file, &dir.path().join("site"));
        read(&pages["one.html"], "one.html");
    }
}

#[test]
fn a_page_lists_what_it_cannot_show_and_says_that_scripts_are_not_run() {
    let dir = tempfile::tempdir().unwrap();
    let pages = written(Path::new(HOSTILE), &dir.path().join("site"));
    let windows = &pages["etc--absolute-windows-html.html"];
    assert!(windows.contains("The Rust program cannot be generated: "), "{windows}");
    assert!(pages["img-src-x-onerror-alert-1.html"].contains("do not run them"));
    assert!(!pages["con-request.html"].contains("do not run them"));
}

#[test]
fn secrets_that_are_not_sent_are_hidden_too() {
    let json = r##"{"info":{"name":"One"},"item":[{"name":"One","variable":[
        {"key":"token","value":"hidden-01"},{"key":"odd","value":"hidden-02","type":"secret"},
        {"key":"passcode","value":987654321}],
        "request":{"method":"GET","url":{"raw":"https://me:hidden-03@example.com/x?api_key=hidden-04&a=lorem#access_token=hidden-05",
            "host":"example.com","path":"x","hash":"access_token=hidden-06","auth":{"user":"me","password":"hidden-07"},
            "query":[{"key":"token","value":"hidden-08","disabled":true},{"key":"lorem","value":"ipsum"}]},
        "header":[{"key":"Authorization","value":"Bearer hidden-09","disabled":true},{"key":"X-Api-Key","value":"hidden-10"}],
        "auth":{"type":"oauth2","oauth2":[{"key":"accessToken","value":"hidden-11","type":"string"},
            {"key":"tokenRequestParams","value":[{"key":"password","value":"hidden-12"},{"key":"a","value":"dolor"}]}]},
        "certificate":{"passphrase":"hidden-13"},
        "body":{"mode":"raw","raw":"password=hidden-14&type=string","urlencoded":"pwd=hidden-15",
            "formdata":[{"key":"password","value":"hidden-16","type":"text"}],
            "graphql":{"query":"{ sit }","variables":"{\"token\": \"hidden-17\"}"}}},
        "response":[{"name":"Ok","cookie":[{"name":"a","value":"hidden-18"}],"header":"Set-Cookie: hidden-19\nX-A: amet",
            "originalRequest":"https://example.com/?token=hidden-20"},
        {"originalRequest":"https://me:pw?hidden-28@example.com/x"},
        {"header":["Set-Cookie: hidden-21"],"body":"{\"token\":\"hidden-22{{x}}\",\"pwd\":\"{{pw}}\"}","originalRequest":{
            "url":"https://hidden-23@example.com//a@b?token=hidden-24{{x}}","auth":{"type":"basic","basic":[
            {"key":"username","value":"hidden-25"},{"key":"password","value":""}]},"header":[
            {"key":"Cookie","value":"a=hidden-26; b={{b}}"},{"key":"X-Api-Key","value":"<hidden-27"},
            {"key":"Authorization","value":"Bearer {{token}}"}]}},
        {"body":"<a href=\"/x?y=1&token=abc\">consectetur</a>"}]}]}"##;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("one.json");
    fs::write(&file, json).unwrap();
    let pages = written(&file, &dir.path().join("site"));
    let page = &pages["one.html"];
    let found: Vec<&str> = page.match_indices("hidden-").map(|(at, _)| &page[at..at + 9]).collect();
    assert!(found.is_empty(), "{found:?}");
    assert!(!page.contains("987654321"), "a number under the name of a secret");
    // Text that is not secret stays, even where it equals a secret.
    for kept in ["lorem", "ipsum", "dolor", "sit", "amet", "type=string", "&quot;text&quot;", "me:"]
    {
        assert!(page.contains(kept), "{kept}");
    }
}

#[test]
fn secrets_at_any_depth_without_a_name_or_of_a_known_shape_are_hidden() {
    let key = |tail: &str| ["sk_", "live_", tail].concat();
    let shaped = [key("hidden10"), key("hidden11")];
    let json = r##"{"info":{"name":"One"},"item":[{"name":"One",
        "variable":[{"key":"token","value":{"a":["hidden-01",{"b":"hidden-02"}]}},{"key":"lorem","value":{"ipsum":"dolor"}}],
        "x-token":{"value":"hidden-03","deep":[{"id":987654321}]},
        "request":{"method":"POST","url":{"raw":"https://example.com/x?aGlkZGVuLTA0#aGlkZGVuLTA1","host":"example.com",
            "path":["x"],"query":[{"key":"ipsum","value":"SHAPE1"}],"hash":"aGlkZGVuLTA1"},
        "body":{"mode":"urlencoded","urlencoded":[{"key":"grant_type","value":"authorization_code"},
            {"key":"code","value":"hidden-06-lorem"}]}},
        "response":[{"originalRequest":"https://example.com/?code=hidden-07&grant_type=sit#section-2","body":"{\"sit\":\"SHAPE2\"}"}]}]}"##;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("one.json");
    let json = json.replace("SHAPE1", &shaped[0]).replace("SHAPE2", &shaped[1]);
    fs::write(&file, json).unwrap();
    let page = &written(&file, &dir.path().join("site"))["one.html"];
    for secret in ["hidden-", "hidden1", "987654321", "aGlkZGVu"] {
        let at = page.find(secret).map(|at| &page[at.saturating_sub(80)..at + 20]);
        assert_eq!(at, None, "{secret}");
    }
    for kept in ["lorem", "ipsum", "dolor", "authorization_code", "section-2"] {
        assert!(page.contains(kept), "{kept}");
    }
}

#[test]
fn values_with_harmless_names_are_shown() {
    let values = [
        ("anchorIgnoreIfNotPresent", "lorem-01"),
        ("passengerCode", "ADT"),
        ("unassigned_rooms", "lorem-02"),
        ("monkey", "lorem-03"),
        ("passive", "lorem-04"),
        ("token_type_hint", "lorem-05"),
        ("next_page_token", "lorem-06"),
        ("max_tokens", "40960"),
        ("session_timeout", "36000"),
        ("key", "PROJ"),
    ];
    let json: serde_json::Map<_, _> =
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    let body = serde_json::Value::Object(json).to_string();
    let query: Vec<_> = values
        .iter()
        .map(|(name, value)| serde_json::json!({ "key": name, "value": value }))
        .collect();
    let item = serde_json::json!({ "name": "One", "request": {
        "method": "POST",
        "url": { "raw": "https://example.com/", "host": "example.com", "query": query },
        "body": { "mode": "raw", "raw": body },
    }});
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("one.json");
    fs::write(&file, item.to_string()).unwrap();
    let page = &written(&file, &dir.path().join("site"))["one.html"];
    assert!(!page.contains("Possible secrets") && !page.contains("{{"), "{page}");
    for (name, value) in values {
        // The table, the programs and the item.
        assert!(page.matches(value).count() > 4, "{name}");
    }
}

#[test]
fn an_item_nested_too_deep_to_hide_its_secrets_is_not_shown() {
    let dir = tempfile::tempdir().unwrap();
    let (file, out) = (dir.path().join("one.json"), dir.path().join("site"));
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let deep = |depth: usize| {
        let request = r#"{"url":"https://example.com/?token=hidden-1"}"#;
        let extra = nested(depth);
        format!(r#"{{"item":[{{"name":"One","request":{request},"extra":{extra}}}]}}"#)
    };
    // serde_json parses 127 levels.
    fs::write(&file, deep(126)).unwrap();
    let page = &written(&file, &out)["one.html"];
    assert!(page.contains("{{TOKEN}}") && !page.contains("hidden-1"), "{page}");
    for depth in [127, 100_000] {
        fs::write(&file, deep(depth)).unwrap();
        let page = &written(&file, &out)["one.html"];
        assert!(page.contains("its secrets cannot be hidden: recursion limit exceeded"), "{depth}");
        assert!(!page.contains("hidden-1"), "{depth}");
    }
}

#[test]
fn a_secret_is_hidden_and_equal_text_elsewhere_is_kept() {
    let json = r#"{"info":{"name":"One"},"item":[{"name":"string","request":{"method":"PUT",
        "url":"https://string.example.com/string","auth":{"type":"bearer","bearer":[
            {"key":"token","value":"string","type":"string"}]},
        "body":{"mode":"raw","raw":"{\"password\":\"string\",\"name\":\"string\"}"}}}]}"#;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("one.json");
    fs::write(&file, json).unwrap();
    let pages = written(&file, &dir.path().join("site"));
    let (_, item) = pages["string.html"].split_once("id=\"postman\"").unwrap();
    let item = without_colours(item).replace("&quot;", "\"");
    for kept in [
        r#""name": "string""#,
        r#""url": "https://string.example.com/string""#,
        r#""value": "{{token}}""#,
        r#""type": "string""#,
        r#"{\"password\":\"{{PASSWORD}}\",\"name\":\"string\"}"#,
    ] {
        assert!(item.contains(kept), "{kept}: {item}");
    }
}

#[test]
fn possible_secrets_are_hidden_unless_requested() {
    let dir = tempfile::tempdir().unwrap();
    let (file, out) = (dir.path().join("one.json"), dir.path().join("site"));
    let header = r#"[{"key":"Authorization","value":"Bearer not-a-secret"}]"#;
    let body = r#"{"mode":"raw","raw":"{\"password\":\"lorem \\\"ipsum\\\"\"}"}"#;
    let url = "https://example.com/?token=dolor-sit&page=2";
    let auth = r#"{"type":"basic","basic":[{"key":"password","value":"x"}]}"#;
    let response = r#"{"code":200,"name":"Token","header":[{"key":"Set-Cookie","value":"a=eiusmod"}],"body":
        "{\"access_token\": \"consectetur\", \"scope\": \"adipiscing\"}","originalRequest":{"url":
        "https://example.com/?token=tempor","header":[{"key":"X-Api-Key","value":"incididunt"},null]}}"#;
    let items = [
        format!(
            r#"{{"name":"One","request":{{"url":"{url}","header":{header},"body":{body},"method":"PUT"}},"response":[{response}]}}"#
        ),
        format!(r#"{{"name":"Two","request":{{"url":"https://example.com/x","auth":{auth}}}}}"#),
    ];
    let json = format!(r#"{{"info":{{"name":"One"}},"item":[{}]}}"#, items.join(","));
    fs::write(&file, json).unwrap();
    let output = site(&file, &out);
    assert!(output.status.success());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!stderr.contains("secrets"), "{stderr}");
    let page = fs::read_to_string(out.join("one.html")).unwrap();
    assert!(page.contains("adipiscing") && page.contains("{{SET_COOKIE}}"), "{page}");
    for secret in
        ["not-a-secret", "ipsum", "dolor-sit", "eiusmod", "consectetur", "tempor", "incididunt"]
    {
        assert!(!page.contains(secret), "{secret}");
    }
    let (_, item) = page.split_once("id=\"postman\"").unwrap();
    for name in ["{{ACCESS_TOKEN}}", "{{PASSWORD}}", "{{TOKEN}}"] {
        assert!(item.contains(name), "{name}: {item}");
    }
    // A one-letter secret does not remove that letter from other words.
    let two = fs::read_to_string(out.join("two.html")).unwrap();
    let (_, item) = two.split_once("id=\"postman\"").unwrap();
    assert!(item.contains("https://example.com/x") && !item.contains("&quot;x&quot;"), "{item}");

    let output = Command::new(env!("CARGO_BIN_EXE_zoomkat"))
        .args(["site", "--show-secrets", "--out"])
        .arg(&out)
        .arg(&file)
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("2 of them show parameters"), "{stderr}");
    let page = fs::read_to_string(out.join("one.html")).unwrap();
    assert!(page.contains("eiusmod") && page.contains("consectetur"));
    let (before, item) = page.split_once("id=\"postman\"").unwrap();
    let (_, programs) = before.split_once("id=\"rust\"").unwrap();
    assert!(!programs.contains("not-a-secret") && item.contains("not-a-secret"));
}
