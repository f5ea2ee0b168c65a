use super::*;

const LANGUAGES: &[Language] = &[
    Language::Json,
    Language::Rust,
    Language::Ruby,
    Language::JavaScript,
    Language::GraphQl,
    Language::Shell,
    Language::Markup,
    Language::Http,
    Language::Text,
];

/// Returns the text that a browser shows. Panics on a tag other than a span with a class of one letter.
fn shown(html: &str) -> String {
    let (mut out, mut rest, mut open) = (String::new(), html, false);
    while let Some((before, after)) = rest.split_once('<') {
        assert!(!before.contains('>'), "{html}");
        out.push_str(before);
        rest = if open {
            after.strip_prefix("/span>").unwrap_or_else(|| panic!("{html}"))
        } else {
            let letter = after.strip_prefix("span class=\"").unwrap_or_else(|| panic!("{html}"));
            assert!("acfknstv".contains(&letter[..1]), "{html}");
            letter[1..].strip_prefix("\">").unwrap_or_else(|| panic!("{html}"))
        };
        open = !open;
    }
    assert!(!open && !rest.contains('>'), "{html}");
    out.push_str(rest);
    html_escape::decode_html_entities(&out).into_owned()
}

/// Returns the tokens of a class, separated by blanks.
fn tokens(text: &str, language: Language, letter: char) -> String {
    let html = highlighted(text, language);
    let start = format!("<span class=\"{letter}\">");
    let tokens = html.split(&start).skip(1).filter_map(|after| after.split("</span>").next());
    html_escape::decode_html_entities(&tokens.collect::<Vec<_>>().join(" ")).into_owned()
}

#[test]
fn the_exact_text_survives_highlighting_in_each_language() {
    let texts = [
        "",
        " ",
        "\n\n",
        "a",
        "{",
        "{{",
        "}}",
        "{{a}}",
        "{{a",
        "{{{{a}}}}",
        "{{a\"}}",
        "\"",
        "'",
        "`",
        "\\",
        "\"\\",
        "'\\'",
        "\"a\\\"b\" 'c'",
        "<",
        ">",
        "</",
        "<a",
        "<a b='c",
        "<a b=\"<\">",
        "<!--",
        "<!-- x -->y",
        "<![CDATA[x]]>",
        "<?xml version=\"1.0\"?><é ü=\"ß\">&amp;</é>",
        "</pre><script>alert(1)</script>",
        "//",
        "/*",
        "/* */ x",
        "#",
        "# x\ny",
        "$",
        "${",
        "${A}",
        "$A$",
        "@",
        "@a",
        "é",
        "日本",
        "\u{202e}x",
        "r#",
        "r#\"",
        "r#\"a\"b\"#c",
        "br\"x\"",
        "b\"x\"",
        "b'x'",
        "'a'",
        "'\\n'",
        "'static",
        "1",
        "1.5e-3",
        "-",
        "-1",
        "--form",
        "curl -X PUT 'a b'",
        "\r\n",
        "a:b",
        ":a",
        "a:",
        "\"\"\"x\"\"\"",
        "{\"a\":[1,true,null,\"{{b}}\"],/**/}",
        "\t\u{b}",
        "println!(\"{}\");",
        "$'\\'' \"$A ${B} \\$C\" \\\n-H x",
        "\u{0}".trim_end_matches('\0'),
    ];
    for language in LANGUAGES {
        for text in texts {
            assert_eq!(shown(&highlighted(text, *language)), text, "{language:?}");
        }
        // All pairs, since a token may depend on its neighbours.
        for first in texts {
            for second in texts {
                let text = format!("{first}{second}");
                assert_eq!(shown(&highlighted(&text, *language)), text, "{language:?}");
            }
        }
    }
}

#[test]
fn a_text_made_of_unfinished_tokens_takes_linear_time() {
    let pieces =
        ["{{", "{{a", "\"", "\"\\", "<", "<a ", "<!--", "r#", "r#\"", "'", "$", "${", "/*", "#"];
    for language in LANGUAGES {
        for piece in pieces {
            let text = piece.repeat(50_000);
            assert_eq!(shown(&highlighted(&text, *language)), text, "{language:?}");
        }
    }
}

#[test]
fn json_shows_names_strings_numbers_literals_and_variables() {
    let text = r#"{"a" : "b: {{c}}", "d": [-1.5e3, true, null], "e": {{f}}, bad}"#;
    assert_eq!(tokens(text, Language::Json, 'a'), r#""a" "d" "e""#);
    assert_eq!(tokens(text, Language::Json, 's'), "\"b:  \"");
    assert_eq!(tokens(text, Language::Json, 'n'), "-1.5e3");
    assert_eq!(tokens(text, Language::Json, 'k'), "true null");
    assert_eq!(tokens(text, Language::Json, 'v'), "{{c}} {{f}}");
}

#[test]
fn a_command_shows_its_options_strings_and_variables() {
    let text = "curl -X PUT \\\n\t--form 'a=$b' -H \"T: $TOKEN\" https://h/v2/1";
    assert_eq!(tokens(text, Language::Shell, 'f'), "curl");
    assert_eq!(tokens(text, Language::Shell, 'a'), "-X --form -H");
    assert_eq!(tokens(text, Language::Shell, 's'), "'a=$b' \"T:  \" https://h/v2/1");
    assert_eq!(tokens(text, Language::Shell, 'v'), "$TOKEN");
    assert_eq!(tokens(text, Language::Shell, 'n'), "");
}

#[test]
fn programs_show_keywords_calls_types_and_comments() {
    let rust =
        "let body = r#\"{\"a\": 'b'}\"#; // x\nreq.set_path(\"/\"); println!(\"{b}\", 443, 'x');";
    assert_eq!(tokens(rust, Language::Rust, 'k'), "let");
    assert_eq!(tokens(rust, Language::Rust, 's'), "r#\"{\"a\": 'b'}\"# \"/\" \"{b}\" 'x'");
    assert_eq!(tokens(rust, Language::Rust, 'f'), "set_path println");
    assert_eq!(tokens(rust, Language::Rust, 'n'), "443");
    assert_eq!(tokens(rust, Language::Rust, 'c'), "// x");
    let ruby = "http = Chilkat::CkHttp.new() # x\nif (not ok)\n  exit\nend";
    assert_eq!(tokens(ruby, Language::Ruby, 'k'), "if not exit end");
    assert_eq!(tokens(ruby, Language::Ruby, 't'), "Chilkat CkHttp");
    let graphql = "query Q($id: ID!) { user(id: $id) @include(if: true) { name } }";
    assert_eq!(tokens(graphql, Language::GraphQl, 'k'), "query true");
    assert_eq!(tokens(graphql, Language::GraphQl, 'v'), "$id $id @include");
    let xml = "<a b=\"c\"><!-- d --><e/></a>";
    assert_eq!(tokens(xml, Language::Markup, 'a'), "b");
    assert_eq!(tokens(xml, Language::Markup, 'c'), "<!-- d -->");
    assert_eq!(tokens("Content-Type: a/b", Language::Http, 'a'), "Content-Type");
}
