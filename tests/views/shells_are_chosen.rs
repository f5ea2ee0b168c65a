//! The shell that a curl command is read for: the signs that decide, texts that two shells read differently, and
//! arguments that any shell quotes.

use proptest::prelude::*;
use zoomkat::{Call, CurlShell};

use crate::curl_commands_match_curl::ROWS;

fn read(text: &str) -> Call {
    Call::from_curl(text).unwrap_or_else(|err| panic!("{text}: {err}"))
}

fn read_in(shell: CurlShell, text: &str) -> Call {
    Call::from_curl_in(shell, text).unwrap_or_else(|err| panic!("{text}: {err}"))
}

fn fault(text: &str) -> String {
    Call::from_curl(text).expect_err(text).to_string()
}

/// Returns the shells that read a text differently, by name.
fn ambiguity(text: &str) -> Option<String> {
    let found = CurlShell::ambiguity(text)?;
    Some(format!("{}, not {}", found.chosen(), found.other()))
}

/// A command that bash alone reads as `{"a":1}`.
const BASH: &str = r#"curl http://h/x -d "{\"a\":1}""#;

#[test]
fn comments_and_substitutions_do_not_choose_the_shell() {
    for before in [
        "# list `users`\n",
        "# the end is `\n",
        "# and this is ^\n",
        "  # `a` ^& %TEMP%\\x $env:A it's \"\n\n# --% @'\n",
    ] {
        assert_eq!(read(&format!("{before}{BASH}")), read(BASH), "{before}");
    }
    for after in [" # in `x`\n", " # in `\n -v", " # in ^\n -v"] {
        assert_eq!(read(&format!("{BASH}{after}")), read(BASH), "{after}");
    }
    // The faults are those of bash, which cannot be read as another shell.
    for text in [
        "curl \"http://h/$(date `\n)\" -d \"{\\\"a\\\":1}\"",
        "curl http://h/`id -u`\n -d 'a'",
        "curl http://h/`id\n -u`\n -d 'a'",
        "curl \"http://h/`id -u`\"\n -d 'a'",
        "curl -d \"`cat a`\" \"http://h/`id`\"",
    ] {
        let why = fault(text);
        assert!(why.contains("output of another command"), "{text}: {why}");
        assert!(!why.contains("read as"), "{text}: {why}");
    }
}

#[test]
fn here_documents_do_not_choose_the_shell() {
    for start in ["<<EOF", "<<'EOF'", "<<\\EOF", "<<E\"O\"F", "<< \\E\\O\\F", "<<-EOF"] {
        let text = format!("curl h -d @- {start}\nx ^\nit's \"%TEMP%\nEOF\n");
        assert_eq!(read(&text), read("curl h -d $'x ^it\\'s \"%TEMP%'"), "{text}");
    }
    let call = read("curl h --data-binary @- <<\\EOF\n$a `\n`b` \\\\\nEOF");
    assert_eq!(call, read("curl h --data-binary $'$a `\\n`b` \\\\\\\\\\n'"));
    assert!(fault("curl h -d @- <<''").contains("no word follows"));
    assert!(fault("curl h -d @- <<E'OF\nx\nEOF").contains("quote ' that opens here"));
}

#[test]
fn an_escape_that_joins_no_lines_does_not_choose_the_shell() {
    for (text, same) in [
        (
            "curl http://h/x -d 'a `\n b' -H \"A: \\\"\"",
            "curl http://h/x -d $'a `\\n b' -H 'A: \"'",
        ),
        ("curl http://h/x -d 'a ^\n b' -H 'X: y'", "curl http://h/x -d $'a ^\\n b' -H 'X: y'"),
        ("curl http://h/x -d \"a ^\n b\" -H 'X: y'", "curl http://h/x -d $'a ^\\n b' -H 'X: y'"),
        ("curl http://h/^\n\n -H 'X: y'", "curl 'http://h/^' -H 'X: y'"),
        ("curl -H 'X: y' http://h/^\n", "curl 'http://h/^' -H 'X: y'"),
        ("curl -H 'X: y' http://h/^\n# done", "curl 'http://h/^' -H 'X: y'"),
    ] {
        assert_eq!(read(text), read(same), "{text}");
    }
    for (text, says) in [
        ("curl http://h/ `\n", "but PowerShell can read it"),
        ("curl http://h/ `\n\n", "but PowerShell can read it"),
        ("curl http://h/ ^\n", "but cmd can read it"),
    ] {
        assert!(fault(text).contains(says), "{text}: {}", fault(text));
    }
    assert_eq!(read_in(CurlShell::PowerShell, "curl http://h/ `\n"), read("curl http://h/"));
}

#[test]
fn a_text_of_one_line_is_recognized() {
    for (text, same) in [
        (r#"curl h --data-raw "{""id"":""x""}""#, r#"curl h -d '{"id":"x"}'"#),
        (
            r#"curl h -d "{""id"": [""x y"", {}], ""a"": """"}""#,
            r#"curl h -d '{"id": ["x y", {}], "a": ""}'"#,
        ),
        (r#"curl h --data-raw "{ ""id"" : 1 }""#, r#"curl h -d '{ "id" : 1 }'"#),
        (r#"curl.exe h -d '{\"a\": 1}'"#, r#"curl h -d '{"a": 1}'"#),
        (r#"curl.exe h -d '{"a": "\""}'"#, r#"curl h -d '{"a": "\""}'"#),
        (r#"curl.exe h -d "{\"a\": 1}""#, r#"curl h -d '{"a": 1}'"#),
        (r#"curl "http://h/x?a=1^&b=2""#, "curl 'http://h/x?a=1&b=2'"),
        (
            r#"curl "http://h/x?a=1^&b=^%^20^&c=d&e" -X PUT"#,
            "curl 'http://h/x?a=1&b=%20&c=d&e' -X PUT",
        ),
        (
            r#"curl h -H "A: ^\^"b^\^"" -d "^{^\^"a^\^":^\^"^\^\^\^"^\^"^}""#,
            r#"curl h -H 'A: "b"' -d '{"a":"\""}'"#,
        ),
        (
            r#"curl -X POST "http://h/x" -H "A: b" -d "{\"a\":1}""#,
            r#"curl http://h/x -H 'A: b' -d '{"a":1}'"#,
        ),
        (r#"curl "http://h/?`$top=5""#, "curl 'http://h/?$top=5'"),
    ] {
        assert_eq!(read(text), read(same), "{text}");
    }
    // Not each special character has a `^`, or the text is no copy of a browser's request.
    for text in ["http://h/x?a=1^&b=2|", "http://h/x?a^b", "http://h/^&"] {
        assert_eq!(read(&format!("curl \"{text}\"")), read(&format!("curl '{text}'")), "{text}");
    }
    // In a text for cmd, the words that older browsers have escaped are those of the browser.
    assert_eq!(
        read("curl \"http://h/x?a=1^&b=2\" ^\n -H \"A: b^@c ^| d\" -H \"B: ^c\" -H \"C: a^@b@\""),
        read("curl 'http://h/x?a=1&b=2' -H 'A: b@c | d' -H 'B: ^c' -H 'C: a^@b@'")
    );
}

#[test]
fn a_text_of_two_shells_with_different_requests_is_reported() {
    for (text, expected) in [
        (r#"curl h -d '{\"a\": 1}'"#, "bash, not PowerShell"),
        (r#"curl h -d 'it''s'"#, "bash, not PowerShell"),
        (r#"curl h -d '{"a":"it''s"}'"#, "bash, not PowerShell"),
        (r#"curl h -d "{\"a\":\"%TOKEN%\"}""#, "bash, not cmd"),
        (r#"curl h -H "Authorization: Bearer %TOKEN%""#, "bash, not cmd"),
        (r#"curl "h/?q=%TOKEN%""#, "bash, not cmd"),
        (r#"curl h -H "X: a\\b""#, "bash, not cmd"),
        (r#"curl h -H "X: ""a"" b""#, "bash, not cmd"),
        (r#"curl h -d "{\"p\":\"C:\\Users\\me\"}""#, "bash, not cmd"),
        (r#"curl h -d "{\"p\":\"C:\\new\"}""#, "bash, not cmd"),
        (r"curl h/a^b", "bash, not cmd"),
        (r#"curl "http://h/x?a=1^&b=2""#, "cmd, not bash"),
        (r#"curl h -H "X: %USERNAME%""#, "cmd, not bash"),
        (r#"curl.exe h -H 'X: it''s'"#, "PowerShell, not bash"),
        (r#"curl.exe h -H "X: a\\b""#, "cmd, not bash"),
    ] {
        assert_eq!(ambiguity(text).as_deref(), Some(expected), "{text}");
    }
    let text = "# a\n curl http://marker/ -d '{\\\"a\\\": \"marker\"}' -H 'it''s: marker'";
    let shown = CurlShell::ambiguity(text).unwrap().to_string();
    assert_eq!(shown, "read as bash; PowerShell reads -H (line 2, column 48) differently");
    let text = "curl \"http://marker/x?a=1^&b=2\"";
    let shown = CurlShell::ambiguity(text).unwrap().to_string();
    let expected = "read as cmd because of the ^ in quotes in line 1; bash reads the URL (line 1, \
                    column 6) differently";
    assert_eq!(shown, expected);
    let debug = format!("{:?}", CurlShell::ambiguity(text).unwrap());
    assert!(!debug.contains("marker"), "{debug}");
}

#[test]
fn an_ordinary_text_is_not_reported() {
    for text in [
        r#"curl -X POST "http://h/x" -H "A: b" -d "{\"a\":1}""#,
        r#"curl h --data-raw "{""id"":""x""}""#,
        r#"curl.exe h -d '{\"a\": 1}'"#,
        r#"curl h -d '{"a":"it'\''s"}' -u me:pw"#,
        r#"curl h -d "{\"text\":\"a\\nb \\u00e9 x^y\"}""#,
        r#"curl h -d "{\"p\":\"C:\\\\new\"}""#,
        r#"curl "h/$ID?a=%20b%20" -H "Authorization: Bearer $TOKEN""#,
        r#"curl h -d "$(cat x)""#,
        r#"curl h -d '{"a":"'"$A"'"}' -d '' -H "X: it's""#,
        r#"curl h -w "%{http_code}\\n" -o /dev/null"#,
        "$ curl h -H \"X: a\\\\b\"",
        "C:\\>curl h -H \"X: a\\\\b %A%\"",
        "```sh\ncurl h -d 'it''s'\n```",
        "curl h \\\n -d 'it''s' -d \"%A%\"",
        "curl h -d @- <<< 'it''s'",
        "curl h -T My\\ Files/it\\'s",
        r#"curl h -T "C:\\x\\y""#,
        "curl http://h/ -d",
        "curl.exe h -o %USERPROFILE%\\x.json",
    ] {
        assert_eq!(ambiguity(text), None, "{text}");
    }
}

#[test]
fn no_command_of_the_tables_and_pages_is_reported() {
    for (subject, command) in ROWS {
        let text = command.replace("{u}", "http://127.0.0.1:1").replace("{dir}", "/tmp/d");
        assert_eq!(ambiguity(&text), None, "{subject}: {text}");
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let mut count = 0;
    for page in std::fs::read_dir(root).unwrap() {
        let path = page.unwrap().path();
        let Some("md") = path.extension().and_then(|name| name.to_str()) else { continue };
        let text = std::fs::read_to_string(&path).unwrap();
        for block in text.split("```").skip(1).step_by(2) {
            let block = block.split_once('\n').map_or("", |(_, block)| block);
            if block.trim_start().starts_with("curl ") {
                count += 1;
                assert_eq!(ambiguity(block), None, "{}: {block}", path.display());
            }
        }
    }
    assert!(count > 2);
}

#[test]
fn an_error_names_the_shell_and_its_sign() {
    for (text, says) in [
        ("curl h `\n -d {a}", "read as PowerShell because of the backtick at the end of line 1"),
        ("\n\ncurl h\n -s ^\n -H 'X: y'", "read as cmd because of the ^ at the end of line 4"),
        ("C:\\>curl h -H 'X: y'", "read as cmd because of the prompt in line 1"),
        (
            "```pwsh\ncurl h -d @f\n```",
            "read as PowerShell because of the language of the code fence",
        ),
        ("curl.exe h -d 'a' {b}", "read as PowerShell because of `curl.exe` in line 1"),
        ("curl h -d \"%TEMP%\\a", "read as cmd because of the variable between % in line 1"),
        ("& curl.exe h -d {b}", "because of the `&` before the program in line 1"),
    ] {
        assert!(fault(text).contains(says), "{text}: {}", fault(text));
    }
    for text in ["curl --http3 h", "curl h -d \\\n 'a", "curl h -d $(x)"] {
        assert!(!fault(text).contains("read as"), "{text}: {}", fault(text));
    }
    let err = Call::from_curl_in(CurlShell::Cmd, "curl h -H 'X: y'").unwrap_err().to_string();
    assert!(err.contains("for cmd the quote '") && !err.contains("read as"), "{err}");
}

#[test]
fn the_caller_can_choose_the_shell() {
    use CurlShell::{Bash, Cmd, PowerShell};
    for (shell, text, same) in [
        (Bash, r#"curl h -d "{""a"":1}""#, "curl h -d '{a:1}'"),
        (Bash, r#"curl "http://h/x?a=1^&b=2""#, "curl 'http://h/x?a=1^&b=2'"),
        (Bash, r#"curl.exe h -d '{\"a\":1}'"#, r#"curl h -d '{\"a\":1}'"#),
        (Bash, r#"curl h -H "X: %TEMP%""#, "curl h -H 'X: %TEMP%'"),
        (Cmd, r#"curl h -H "X: a\\b %A%""#, r#"curl h -H "X: a\\\\b $A""#),
        (Cmd, r#"curl h -u CORP\me:pw"#, r"curl h -u 'CORP\me:pw'"),
        (PowerShell, "curl h -d 'it''s'", "curl h -d \"it's\""),
        (PowerShell, r#"curl h -d '{\"a\":1}'"#, r#"curl h -d '{"a":1}'"#),
        (PowerShell, "```sh\ncurl h -d 'it''s'\n```", "curl h -d \"it's\""),
    ] {
        assert_eq!(read_in(shell, text), read_in(Bash, same), "{shell}: {text}");
    }
    // A given shell is not replaced by another one that keeps a path.
    assert!(Call::from_curl_in(Bash, r"curl h -o C:\x").is_err());
    assert_eq!(Bash.to_string() + " " + &Cmd.to_string(), "bash cmd");
}

#[test]
fn here_strings_and_the_call_operator_of_powershell_are_read() {
    for (text, same) in [
        (
            "curl.exe h -d @'\n{ \"a\": \"it's $b `n\" }\n'@",
            "curl h -d $'{ \"a\": \"it\\'s $b `n\" }'",
        ),
        ("curl.exe h -d @'\r\n{\r\n}\r\n'@ -v\r\n", "curl h -d $'{\\n}'"),
        (
            "curl.exe h -d @\"\n{ \"a\": \"$b `$c\" }\n\"@ -s",
            "curl h -d \"{ \\\"a\\\": \\\"$b \\$c\\\" }\"",
        ),
        ("curl.exe h -d @'\n{\\\"a\\\": \\\"\\\\\\\"\\\"}\n'@", "curl h -d '{\"a\": \"\\\"\"}'"),
        ("curl h -d @'\n'@", "curl h -d ''"),
        ("& \"C:\\Program Files\\curl\\curl.exe\" h -d '{\"a\":1}'", "curl h -d '{\"a\":1}'"),
        ("& curl.exe h -d 'it''s'", "curl h -d \"it's\""),
        ("PS C:\\> & 'C:\\my tools\\curl.exe' h", "curl h"),
        ("C:\\>C:\\tools\\curl.exe h -d a\\b", "curl h -d 'a\\b'"),
    ] {
        assert_eq!(read(text), read(same), "{text}");
    }
    let why = fault("curl.exe h -d @'\nx\n '@");
    assert!(why.contains("no line '@ ends the here-string"), "{why}");
}

#[test]
fn variables_that_the_lines_before_set_are_used() {
    for (text, same) in [
        ("$body = '{\"a\":1}'\ncurl.exe h -d $body", "curl h -d '{\"a\":1}'"),
        (
            "$Body='x'; $u = \"h/$id\"\r\n\r\n# go\r\ncurl.exe -d \"$body!\" $U",
            "curl \"h/$id\" -d 'x!'",
        ),
        (
            "$n = 50\n$env:T = 't'\n$body = @'\n{\n \"a\": \"b\"\n}\n'@\ncurl.exe h -d $body -H \"X: ${n}$env:T$T\"",
            "curl h -d $'{\\n \"a\": \"b\"\\n}' -H \"X: 50t$T\"",
        ),
        ("$TEMP = 'a'\ncurl.exe h -d $env:TEMP -H \"X: $TEMP\"", "curl h -d $TEMP -H 'X: a'"),
        ("set TOKEN=a b\r\ncurl -H \"X: %token%\" h\r\n", "curl h -H 'X: a b'"),
        (
            "@echo off\nREM x ^\nset \"B={\\\"a\\\":\\\"b, c\\\"}\"\ncurl -d \"%B%\" h",
            "curl h -d '{\"a\":\"b, c\"}'",
        ),
        ("set P=C:\\x\ncurl -o %P%\\y h", "curl -o 'C:\\x\\y' h"),
    ] {
        assert_eq!(read(text), read(same), "{text}");
    }
    for (text, says) in [
        ("$r = Get-Content x\ncurl.exe h -d $r", "only a text in quotes can be set here"),
        ("$r = 'a' + 'b'\ncurl.exe h -d $r", "only a text in quotes can be set here"),
        ("$r =\ncurl.exe h -d $r", "no text follows $r ="),
        ("set A=b^&c\ncurl h", "only a plain text can be set here"),
        ("set \"A={\"a\":\"b&c\"}\"\ncurl h -d \"%A%\"", "has a & that is not in quotes"),
    ] {
        assert!(fault(text).contains(says), "{text}: {}", fault(text));
    }
    let why = fault("$a = 'hunter2' + x\ncurl.exe h");
    assert!(!why.contains("hunter"), "{why}");
}

#[test]
fn the_shell_of_a_long_text_is_found_in_linear_time() {
    // Quadratic code would take minutes.
    let many = |piece: &str| piece.repeat(100_000 / piece.len());
    let mut texts: Vec<String> = [
        "\"^&", "\"a\"\" ", "\"\"    ", "\"^\\^\"", "$(", "\"$(", "`a", "`a `", "\"`", "`\n",
        "^\n", "\n ", "\n\n", "<<''", "# ^\n", "@'\n", "@\"\n$", "& ", "%A%", "\\'", "''",
    ]
    .iter()
    .flat_map(|piece| {
        ["curl h ", "curl ^\n h ", "curl `\n h "].map(|start| format!("{start}{}", many(piece)))
    })
    .collect();
    texts.push(format!("curl h -d @- <<{}", many("''")));
    texts.push(format!("$a = 'x'\n{}curl.exe h -d $a", many("$a = \"$a$a\"\n")));
    texts.push(format!("{}curl h", many("set A=b\n")));
    texts.push(format!("{}curl h", many("# a\n")));
    texts.push(format!("$a = '{}'\ncurl.exe h -d {}", many("x"), many("$a")));
    for text in &texts {
        let _ = (Call::from_curl(text), CurlShell::ambiguity(text));
    }
}

/// Values that shells treat specially, without characters that cmd cannot pass on.
const VALUE: &str = "[A-Ca-cé \\\\\"'$`{}()<>:,&|;#@=~!?*/.-]{0,12}";

/// Quotes a value for bash in one of its ways.
fn for_bash(value: &str, way: u8) -> String {
    let escaped = |special: &str| -> String {
        let escape = |c: char| ["\\".repeat(usize::from(special.contains(c))), c.to_string()];
        value.chars().flat_map(escape).collect()
    };
    match way % 3 {
        0 => format!("'{}'", value.replace('\'', "'\\''")),
        1 => format!("\"{}\"", escaped("\\\"$`")),
        _ => format!("$'{}'", escaped("\\'")),
    }
}

/// Puts backslashes before quotes and doubles the ones before them, as Microsoft's rules need it.
fn escape_quotes(value: &str, quote: &str, at_end: bool) -> String {
    let (mut text, mut slashes) = (String::new(), 0);
    for c in value.chars() {
        if c == '"' {
            text += &"\\".repeat(slashes);
            text += quote;
        } else {
            text.push(c);
        }
        slashes = if c == '\\' { slashes + 1 } else { 0 };
    }
    text + &"\\".repeat(if at_end { slashes } else { 0 })
}

/// Quotes a value for cmd: with doubled quotes, or as Chromium does today and did before.
fn for_cmd(value: &str, way: u8) -> String {
    if way % 3 == 0 {
        return format!("\"{}\"", escape_quotes(value, "\"\"", true));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || " _-:=+~'/.',?;()*`".contains(c);
    let doubled = value.replace('\\', "\\\\").replace('"', "\\\"");
    let escape = |c: char| ["^".repeat(usize::from(!plain(c))), c.to_string()];
    let text: String = doubled.chars().flat_map(escape).collect();
    let quote = if way % 3 == 1 { "^\"" } else { "\"" };
    format!("{quote}{text}{quote}")
}

fn for_powershell(value: &str, way: u8) -> String {
    match way % 2 {
        0 => format!("'{}'", escape_quotes(value, "\\\"", false).replace('\'', "''")),
        _ => {
            let text = escape_quotes(value, "\\\"", false);
            let escape = |c: char| ["`".repeat(usize::from("`$\"".contains(c))), c.to_string()];
            format!("\"{}\"", text.chars().flat_map(escape).collect::<String>())
        }
    }
}

const COMMENTS: &[&str] = &[
    "# list `users`\n",
    "# `\n",
    "# ^\n",
    "\n",
    "  # it's \"$(\n",
    "# %TEMP%\\a `\"` <<EOF @'\n",
    "#\n",
];

/// Texts of every shell, chosen by different signs.
const TEXTS: &[&str] = &[
    BASH,
    "curl h -d 'it''s'",
    "curl h \\\n -d \"%A%\"",
    "curl h -d @- <<'EOF'\na `\nb ^\nEOF",
    "curl \"http://h/x?a=1^&b=2\"",
    "curl h -d \"{\"\"a\"\":1}\"",
    "curl \"h/%TEMP%\" -d a",
    "curl h ^\n -d \"a\\\\b\"",
    "curl.exe h -d \"{\\\"a\\\":1}\"",
    "curl.exe h -d '{\\\"a\\\":1}'",
    "curl h `\n -d 'it''s'",
    "$a = 'it''s'\ncurl.exe h -d $a",
    "& \"curl.exe\" h -d 'it''s'",
];

proptest! {
    #[test]
    fn arguments_that_a_shell_quotes_are_read_back(
        values in prop::collection::vec((VALUE, any::<u8>()), 1..5),
    ) {
        for (shell, join, quote) in [
            (CurlShell::Bash, " \\\n", for_bash as fn(&str, u8) -> String),
            (CurlShell::Cmd, " ^\n", for_cmd),
            (CurlShell::PowerShell, " `\n", for_powershell),
        ] {
            let words: Vec<String> = values
                .iter()
                .enumerate()
                .map(|(n, (value, way))| format!("--form-string {}", quote(&format!("n{n}={value}"), *way)))
                .collect();
            let line = format!("curl http://h/ {}", words.join(" "));
            let lines = format!("curl http://h/{join}{}", words.join(join));
            for call in [read_in(shell, &line), read(&lines), read_in(shell, &lines)] {
                for (n, (value, _)) in values.iter().enumerate() {
                    let found = call.request().get_param(&format!("n{n}"));
                    prop_assert_eq!(found, Some(value.as_str()), "{}: {}", shell, line);
                }
            }
        }
    }

    #[test]
    fn comments_around_a_text_do_not_change_its_shell(
        before in prop::collection::vec(prop::sample::select(COMMENTS), 0..4),
        text in prop::sample::select(TEXTS),
    ) {
        let commented = format!("{}{text}", before.concat());
        prop_assert_eq!(read(&commented), read(text), "{}", commented);
        prop_assert_eq!(ambiguity(&commented), ambiguity(text), "{}", commented);
    }

    #[test]
    fn finding_the_shell_never_panics(
        words in prop::collection::vec(prop::sample::select(&[
            "curl", " ", "\n", "\\", "^", "`", "\"", "'", "$", "(", ")", "@'\n", "'@", "& ", "set A=", "$a = ", "%A%",
            "$(", "#", "é", "\r\n", "^&", "^\\^\"", "<<", "EOF", "PS C:\\>", ">", ";",
        ][..]), 0..24),
    ) {
        let text = words.concat();
        for text in [text.clone(), format!("curl h {text}"), format!("curl `\n {text}")] {
            let _ = (Call::from_curl(&text), CurlShell::ambiguity(&text));
            for shell in [CurlShell::Bash, CurlShell::Cmd, CurlShell::PowerShell] {
                let _ = Call::from_curl_in(shell, &text);
            }
        }
    }
}
