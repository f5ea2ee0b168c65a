//! The command `zoomkat` in cmd, PowerShell and terminals: text encodings, terminal output and exit codes.

use std::ffi::OsString;
use std::process::Command;

use serde_json::json;
use support::Server;
use support::tools::has;

use super::command::{Files, collection, finish, run, run_unread, run_with, url, zoomkat};

/// Encodes text as Windows PowerShell does when it redirects output to a file.
fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect()
}

/// Runs `zoomkat` at a terminal and returns its output and exit code. `None` without the `script` of
/// util-linux, which provides the terminal.
fn at_terminal(args: &[&str], typed: &[u8]) -> Option<(String, Option<i32>)> {
    if !has("script") {
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
fn another_shell_that_reads_the_command_differently_is_reported_and_can_be_chosen() {
    let text = "curl https://h/ -H \"Authorization: Bearer %TOKEN%\"";
    let convert = |args: &[&str]| run(&[&["convert", "--to", "curl", text], args].concat());
    let ran = convert(&[]);
    let note = "zoomkat: the curl command is read as bash; cmd reads -H (line 1, column 20) differently; --shell bash, \
                cmd or powershell chooses\n";
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), note));
    assert!(ran.text().contains("%TOKEN%"), "{}", ran.text());
    for (shell, expected) in
        [("bash", "%TOKEN%"), ("cmd", "$TOKEN"), ("powershell", "%TOKEN%"), ("pwsh", "%TOKEN%")]
    {
        let ran = convert(&["--shell", shell]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{shell}");
        assert!(ran.text().contains(expected), "{shell}: {}", ran.text());
    }
    let ran =
        run_with(&["send", "--dry-run", "--shell", "powershell"], "curl https://h/ -d 'it''s'");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(ran.text().contains("it's"), "{}", ran.text());
    let ran = run(&["convert", "--to", "curl", "curl h `\n -d {a}"]);
    let says = "read as PowerShell because of the backtick at the end of line 1 (line 2, column 5); --shell bash";
    assert!(ran.code == Some(2) && ran.err.contains(says), "{}", ran.err);
    // An ordinary command is read without a message.
    let ran = run(&["convert", "--to", "curl", "curl https://h/ -d '{\"a\":1}'"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
}

#[test]
fn a_shell_is_only_for_a_curl_command() {
    let item = json!({ "name": "a", "request": "https://h/" }).to_string();
    let ran = run_with(&["convert", "--to", "curl", "--shell", "cmd"], &item);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("--shell applies to a curl command"), "{}", ran.err);
    let file = Files::new();
    let all = file.add("all.json", collection("https://h").to_string());
    let ran = run(&["convert", "--to", "curl", "--shell", "cmd", "--collection", &all]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("--shell"), "{}", ran.err);
    let ran = run(&["send", "--shell", "fish", "curl https://h/"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("bash, cmd, powershell"), "{}", ran.err);
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
        "the command itself is not the body"
    );
}

#[test]
fn invalid_text_is_an_error_with_its_position_and_without_its_content() {
    let files = Files::new();
    let le = |text: &str, more: &[u8]| [&utf16(text, u16::to_le_bytes), more].concat();
    let be = |text: &str, more: &[u8]| [&utf16(text, u16::to_be_bytes), more].concat();
    for (bytes, expected) in [
        (le("{\r\nlorem", b"x"), "UTF-16 text: its last character is cut off (line 2, column 6)"),
        (le("{\n🐈", b"\x3d\xd8{\0"), "UTF-16 text: an unpaired surrogate (line 2, column 2)"),
        (be("{\n🐈", b"\xdc\x3d"), "UTF-16 text: an unpaired surrogate (line 2, column 2)"),
        (le("", b"\x3d\xd8"), "UTF-16 text: an unpaired surrogate (line 1, column 1)"),
        // Parse errors have the same positions.
        (le("{\r\n\"lorem\": [{]\r\n}", b""), "line 2, column 12"),
        (b"lorem \xe4".to_vec(), "UTF-8 text (line 1, column 7); save it as UTF-8"),
        (b"l\0o\0".to_vec(), "looks like UTF-16 without a byte order mark"),
        (b"\0l\0o".to_vec(), "looks like UTF-16 without a byte order mark"),
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
            assert!(
                ran.err.contains(expected) && !ran.err.contains("lorem"),
                "{expected}: {}",
                ran.err
            );
        }
    }
}

#[test]
fn text_is_decoded_for_a_terminal_and_a_binary_body_is_not_printed() {
    let server = Server::start(|mut conn| {
        while let Some(request) = conn.read_request() {
            let (code, fields, body): (_, _, &[u8]) =
                match request.line().split(' ').nth(1).unwrap() {
                    "/utf-8" => ("200 OK", "", "Käse 🐈\n".as_bytes()),
                    "/latin-1" => {
                        ("200 OK", "Content-Type: text/plain; charset=iso-8859-1\r\n", b"K\xe4se\n")
                    }
                    "/utf-16" => ("200 OK", "", b"\xff\xfeK\0\xe4\0s\0e\0\n\0"),
                    "/image" => {
                        ("200 OK", "Content-Type: image/\x1b[1mpng\r\n", b"\x89PNG\r\n\x1a\n\0\xff")
                    }
                    "/error" => ("500 Lorem", "", b"\x89\xfe\xff"),
                    path => panic!("{path}"),
                };
            conn.respond(code, fields, body);
        }
    });
    let send = |path: &str, more: &[&str]| {
        at_terminal(&[&["send", &format!("curl {}", url(&server, path))], more].concat(), b"")
    };
    let Some((shown, code)) = send("/utf-8", &[]) else { return };
    assert_eq!((shown.as_str(), code), ("HTTP/1.1 200 OK\nKäse 🐈\n", Some(0)));
    for path in ["/latin-1", "/utf-16"] {
        let (shown, code) = send(path, &[]).unwrap();
        assert_eq!((shown.as_str(), code), ("HTTP/1.1 200 OK\nKäse\n", Some(0)), "{path}");
    }
    let (shown, code) = send("/image", &[]).unwrap();
    let expected = "HTTP/1.1 200 OK\nzoomkat: the body is not text (10 bytes, image/\\u{1b}[1mpng); \
                -o FILE writes it to a file\n";
    assert_eq!((shown.as_str(), code), (expected, Some(0)));
    let (shown, code) = send("/image", &["-i"]).unwrap();
    assert!(shown.starts_with("HTTP/1.1 200 OK\r") && shown.ends_with(" to a file\n"), "{shown:?}");
    assert_eq!(code, Some(0));
    let (shown, code) = send("/error", &[]).unwrap();
    let expected = "HTTP/1.1 500 Lorem\nzoomkat: the body is not text (3 bytes, unknown type); \
                redirect standard output to a file to save it\n";
    assert_eq!((shown.as_str(), code), (expected, Some(1)), "the response decides the code");
}

#[test]
fn the_prompt_names_the_keys_that_end_input() {
    if let Some((shown, code)) =
        at_terminal(&["convert", "--to", "curl"], b"curl https://a/b\n\x04")
    {
        assert!(shown.contains("standard input; Ctrl-D on an empty line ends it"), "{shown}");
        assert!(shown.ends_with("curl https://a/b\n"), "{shown:?}");
        assert_eq!(code, Some(0));
    }
}

#[test]
fn help_has_colours_on_request() {
    let help = |args: &[&str], variable: &str| {
        let ran = finish(zoomkat().args(args).env(variable, "1"), b"");
        assert!(ran.text().contains("Usage"), "{args:?}: {}", ran.err);
        ran.text().contains('\u{1b}')
    };
    for args in
        [&["--help", "--no-color"][..], &["--color", "never", "-h"], &["--color=never", "help"]]
    {
        assert!(!help(args, "CLICOLOR_FORCE"), "{args:?}");
    }
    assert!(help(&["list", "-h"], "CLICOLOR_FORCE"));
    assert!(help(&["--color", "always", "list", "-h"], "NO_COLOR"));
    assert!(!help(&["list", "-h"], "ZK_NO_SUCH"), "a pipe");
    if let Some((shown, _)) = at_terminal(&["--help"], b"") {
        assert!(shown.contains("Usage") && !shown.contains('\u{1b}'), "NO_COLOR: {shown:?}");
    }
}

#[test]
fn a_closed_output_pipe_does_not_change_the_exit_code() {
    for (status, code) in [("200 OK", 0), ("404 Not Found", 1)] {
        let server = Server::start(move |mut conn| {
            while conn.read_request().is_some() {
                conn.respond(status, "", vec![b'x'; 4 << 20]);
            }
        });
        let ran = run_unread(&["send", &format!("curl {}", url(&server, "/"))]);
        assert_eq!((ran.code, ran.err), (Some(code), format!("HTTP/1.1 {status}\n")));
    }
}

#[test]
fn the_powershell_completions_contain_all_subcommands() {
    let text = run(&["completions", "powershell"]).text();
    assert!(text.contains("Register-ArgumentCompleter -Native -CommandName 'zoomkat'"), "{text}");
    let subs = ["send", "convert", "list", "mock", "site", "completions", "man", "help"];
    for sub in subs {
        assert!(text.contains(&format!("\n        'zoomkat;{sub}' {{")), "{sub}: {text}");
    }
    assert!(text.is_ascii(), "Windows PowerShell decodes output with the code page of the console");
    let help = run(&["completions", "--help"]).text();
    for line in [
        "zoomkat completions powershell | Out-String | Invoke-Expression",
        "source <(zoomkat completions bash)",
        "source <(zoomkat completions zsh)",
        "zoomkat completions fish | source",
        "eval (zoomkat completions elvish | slurp)",
    ] {
        assert!(help.contains(line), "{line}: {help}");
    }
}

#[test]
fn the_help_says_where_shells_keep_the_exit_code_and_fits_the_system() {
    let help = run(&["--help"]).text();
    assert!(help.contains("in $LASTEXITCODE in PowerShell, and in %ERRORLEVEL% in cmd"), "{help}");
    for sub in ["send", "convert", "list"] {
        let help = run(&[sub, "--help"]).text();
        let foreign = if cfg!(windows) { ["xclip", "grep"] } else { ["Get-Clipboard", "findstr"] };
        assert!(!foreign.iter().any(|word| help.contains(word)), "{help}");
    }
}

#[test]
fn an_unexpanded_pattern_is_named() {
    let ran = run(&["list", "no*such.json"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.starts_with("zoomkat: cannot read no*such.json: "), "{}", ran.err);
    assert!(ran.err.ends_with("; * and ? are not expanded: name one file\n"), "{}", ran.err);
    let ran = run(&["list", "no such.json"]);
    assert!(!ran.err.contains("expanded"), "{}", ran.err);
    let ran = run(&["list", r"no\such.json"]);
    assert!(ran.err.contains(r" no\such.json: "), "{}", ran.err);
}

/// Text that is not valid Unicode, as the system may pass it.
fn not_unicode(before: &str) -> OsString {
    let mut text = OsString::from(before);
    #[cfg(unix)]
    text.push(<OsString as std::os::unix::ffi::OsStringExt>::from_vec(b"\xff".to_vec()));
    #[cfg(windows)]
    text.push(<OsString as std::os::windows::ffi::OsStringExt>::from_wide(&[0xd83d]));
    text
}

#[test]
fn values_can_have_any_character_and_text_that_is_not_unicode_is_an_error() {
    let server = Server::answering("200 OK", "", "");
    let curl = format!("curl \"{}/$ZK_A\" -d \"$ZK_B\"", url(&server, ""));
    let mut command = zoomkat();
    command.args(["send", &curl, "--var", "ZK_B=schön 🐈"]).env("ZK_A", "Käse");
    let ran = finish(&mut command, b"");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let request = server.request();
    assert_eq!(request.line(), "POST /K%C3%A4se HTTP/1.1");
    assert_eq!(request.text(), "schön 🐈");

    let curl = format!("curl {}/$ZK_B", url(&server, ""));
    let files = Files::new();
    let file = files.add("c.json", collection("http://127.0.0.1:9").to_string());
    let ran = finish(zoomkat().args(["send", &curl]).env("ZK_B", not_unicode("lorem")), b"");
    assert_eq!(ran.code, Some(2));
    let expected =
        "zoomkat: the environment variable ZK_B is not Unicode text; give its value with --var\n";
    assert_eq!(ran.err, expected);
    for (args, last) in [
        (&["send", &curl, "--var"][..], not_unicode("ZK_B=lorem")),
        (&["send", &curl, "--output"], not_unicode("lorem")),
        (&["send"], not_unicode("lorem")),
        (&["list"], not_unicode("nowhere")),
        (&["send", "--file"], not_unicode("nowhere")),
        (&["send", "--item", "Elsewhere", "--collection", &file, "--env"], not_unicode("nowhere")),
    ] {
        let ran = finish(zoomkat().args(args).arg(last), b"");
        assert_eq!((ran.code, ran.out.len()), (Some(2), 0), "{args:?}: {}", ran.err);
        assert!(!ran.err.contains("lorem"), "{args:?}: {}", ran.err);
    }
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn invalid_windows_file_names_are_refused_before_anything_is_sent() {
    let server = Server::answering("200 OK", "", "whole");
    let files = Files::new();
    let curl = format!("curl {}", url(&server, "/"));
    for name in ["out|.json", "out?.json", "out.json:stream"] {
        let path = files.path(name);
        let own = format!("{curl} -o '{path}'");
        for args in [&["send", &curl, "-o", &path][..], &["send", &own]] {
            let ran = run(args);
            if cfg!(windows) {
                assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.err);
                let expected = format!("zoomkat: cannot write to the file {path}: ");
                assert!(ran.err.starts_with(&expected), "{}", ran.err);
            } else {
                assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.err);
                assert_eq!(std::fs::read(&path).unwrap(), b"whole");
            }
        }
    }
    assert_eq!(server.connections() == 0, cfg!(windows));
}

#[test]
fn a_body_can_be_written_to_the_null_device() {
    let server = Server::answering("200 OK", "", "whole");
    let device = if cfg!(windows) { "NUL" } else { "/dev/null" };
    let ran = run(&["send", &format!("curl {}", url(&server, "/")), "-o", device]);
    assert_eq!((ran.code, ran.out.as_slice()), (Some(0), &b""[..]), "{}", ran.err);
}

#[test]
fn similar_names_get_separate_files() {
    let names = [
        "Users", "users", "USERS.", "users ", "NUL", "nul.", "COM1", "a:b", "a?b", "C:\\a", "🐈",
        "🐈",
    ];
    let item = |name: &&str| json!({ "name": name, "request": "https://example.com/\r\n" });
    let items: Vec<_> = names.iter().map(item).collect();
    let all = json!({ "info": { "name": "Names", "description": "a\r\n\r\nb" }, "item": items });
    let files = Files::new();
    let text = serde_json::to_string_pretty(&all).unwrap();
    // Longer than the classic limit for Windows paths.
    let out = files.path(&["folder"; 50].join(std::path::MAIN_SEPARATOR_STR));
    let mut written = Vec::new();
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        let ran = run(&["site", &files.add("c.json", text), "--out", &out]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert_eq!(ran.err, format!("zoomkat: {} pages in {out}\n", names.len() + 1));
        let mut pages: Vec<_> = std::fs::read_dir(&out)
            .unwrap()
            .map(|page| page.unwrap())
            .map(|page| {
                (page.file_name().into_string().unwrap(), std::fs::read(page.path()).unwrap())
            })
            .collect();
        pages.sort();
        written.push(pages);
    }
    assert!(written[0] == written[1], "line ends of the collection are not in the pages");
    let mut lower: Vec<_> = written[0].iter().map(|(name, _)| name.to_lowercase()).collect();
    lower.dedup();
    assert_eq!(lower.len(), names.len() + 6, "with the index and what it shares: {lower:?}");
}
