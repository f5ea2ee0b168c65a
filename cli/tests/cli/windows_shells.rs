//! The command `zoomkat` in cmd and PowerShell, and at a terminal: the encodings that these write, what a terminal
//! gets, and the exit code that a script sees.

use std::process::Command;

use serde_json::json;
use support::Server;
use support::tools::has;

use super::command::{Files, finish, run, run_with, url, zoomkat};

/// Text as Windows PowerShell writes it where output is redirected to a file.
fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect()
}

/// What a terminal shows of `zoomkat` with these arguments, and the exit code. `None` where there is no terminal:
/// `script` of util-linux gives one.
fn at_terminal(args: &[&str], typed: &[u8]) -> Option<(String, Option<i32>)> {
    if !cfg!(target_os = "linux") || !has("script") {
        return None;
    }
    let words = [&[env!("CARGO_BIN_EXE_zoomkat")], args].concat();
    let words: Vec<_> =
        words.iter().map(|word| format!("'{}'", word.replace('\'', r"'\''"))).collect();
    let mut command = Command::new("script");
    command.env("NO_COLOR", "1").env("TERM", "xterm");
    let ran = finish(command.args(["-qec", &words.join(" "), "/dev/null"]), typed);
    Some((ran.text().replace("\r\n", "\n"), ran.code))
}

#[test]
fn texts_are_read_in_the_encoding_of_their_byte_order_mark() {
    let server = Server::answering("200 OK", "", "");
    let curl = format!("curl --data-raw 'Käse 🐈' `\r\n  {}\r\n", url(&server, "/"));
    let request = json!({ "method": "POST", "url": "{{base}}",
                          "body": { "mode": "raw", "raw": "Käse {{cat}}" } });
    let all = json!({ "info": {}, "item": [{ "name": "Käse", "request": request }] }).to_string();
    let env = json!({ "values": [{ "key": "cat", "value": "🐈" },
                                 { "key": "base", "value": url(&server, "/") }] });
    let files = Files::new();
    type Write = fn(&str) -> Vec<u8>;
    let encodings: [(&str, Write); 4] = [
        ("UTF-16 LE", |text| utf16(text, u16::to_le_bytes)),
        ("UTF-16 BE", |text| utf16(text, u16::to_be_bytes)),
        ("UTF-8 with a mark", |text| format!("\u{feff}{text}").into_bytes()),
        ("UTF-8", |text| text.as_bytes().to_vec()),
    ];
    for (name, encode) in encodings {
        let file = files.add("curl.txt", encode(&curl));
        let all = files.add("all.json", encode(&all));
        let env = files.add("env.json", encode(&env.to_string()));
        for (args, stdin) in [
            (&["send"][..], encode(&curl)),
            (&["send", "--file", &file], Vec::new()),
            (&["send", "--file", "-"], encode(&curl)),
            (&["send", "--collection", &all, "--env", &env, "--item", "Käse"], Vec::new()),
        ] {
            let ran = finish(zoomkat().args(args), &stdin);
            assert_eq!(ran.code, Some(0), "{name}, {args:?}: {}", ran.err);
            let request = server.requests().pop().unwrap();
            assert_eq!(request.text(), "Käse 🐈", "{name}, {args:?}");
        }
    }
    assert_eq!(server.requests().len(), 16);
}

#[test]
fn the_body_of_a_command_in_a_file_may_come_through_standard_input() {
    let server = Server::answering("200 OK", "", "");
    let curl = format!("curl --data-binary @- {}", url(&server, "/"));
    let file = Files::new();
    let ran = run_with(&["send", "--file", &file.add("curl.txt", &curl)], "lorem");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(server.request().text(), "lorem");
    assert_eq!(
        run_with(&["send", "--file", "-"], &curl).code,
        Some(2),
        "its own text is not the body"
    );
}

#[test]
fn a_text_that_is_not_of_its_encoding_is_an_error_with_its_place_and_without_its_content() {
    let files = Files::new();
    let le = |text: &str, more: &[u8]| [&utf16(text, u16::to_le_bytes), more].concat();
    let be = |text: &str, more: &[u8]| [&utf16(text, u16::to_be_bytes), more].concat();
    for (bytes, told) in [
        (le("{\r\nlorem", b"x"), "UTF-16 text: its last character is cut off (line 2, column 6)"),
        (le("{\n🐈", b"\x3d\xd8{\0"), "UTF-16 text: a surrogate stands alone (line 2, column 2)"),
        (be("{\n🐈", b"\xdc\x3d"), "UTF-16 text: a surrogate stands alone (line 2, column 2)"),
        (le("", b"\x3d\xd8"), "UTF-16 text: a surrogate stands alone (line 1, column 1)"),
        // What is read later has the same places.
        (le("{\r\n\"lorem\": [{]\r\n}", b""), "line 2, column 12"),
        (b"lorem \xe4".to_vec(), "UTF-8 text (line 1, column 7); save it as UTF-8"),
        (b"\xff".to_vec(), "UTF-8 text (line 1, column 1); save it as UTF-8"),
    ] {
        let file = files.add("text.json", &bytes);
        for (args, stdin) in [
            (&["list", &file][..], &b""[..]),
            (&["list", "-"], &bytes),
            (&["convert", "--to", "rust", "--collection", &file], b""),
        ] {
            let ran = finish(zoomkat().args(args), stdin);
            assert_eq!((ran.code, ran.out.len()), (Some(2), 0), "{args:?}: {}", ran.err);
            assert!(ran.err.contains(told) && !ran.err.contains("lorem"), "{told}: {}", ran.err);
        }
    }
}

#[test]
fn the_prompt_names_the_key_that_ends_input() {
    if let Some((shown, code)) =
        at_terminal(&["convert", "--to", "curl"], b"curl https://a/b\n\x04")
    {
        assert!(shown.contains("standard input; Ctrl-D on a line of its own ends it"), "{shown}");
        assert!(shown.ends_with("curl https://a/b\n"), "{shown:?}");
        assert_eq!(code, Some(0));
    }
}

#[test]
fn a_pattern_that_no_shell_expanded_is_named() {
    let ran = run(&["list", "no*such.json"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.starts_with("zoomkat: cannot read no*such.json: "), "{}", ran.err);
    assert!(ran.err.ends_with("; * and ? are not expanded: name one file\n"), "{}", ran.err);
    let ran = run(&["list", "no such.json"]);
    assert!(!ran.err.contains("expanded"), "{}", ran.err);
    let ran = run(&["list", r"no\such.json"]);
    assert!(ran.err.contains(r" no\such.json: "), "{}", ran.err);
}
