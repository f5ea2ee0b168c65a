//! Texts with several curl commands, and the statements around them.

use serde_json::{Value, json};
use support::Server;

use crate::command::{Files, collection, run, run_with, url};

/// A server that answers 404 for a path that contains `missing`.
fn server() -> Server {
    Server::start(|mut conn| {
        while let Some(request) = conn.read_request() {
            let status =
                if request.line().contains("missing") { "404 Not Found" } else { "200 OK" };
            let body = format!("{}\n", request.line());
            conn.respond(status, "", body.as_bytes());
        }
    })
}

fn lines(server: &Server) -> Vec<String> {
    server.requests().iter().map(|request| request.line().to_owned()).collect()
}

#[test]
fn all_commands_of_a_text_are_sent_in_order_until_one_fails() {
    let server = server();
    let base = url(&server, "");
    let text = format!(
        "#!/bin/bash\nset -e\nBASE={base}\ncurl $BASE/a -d x\n\ncurl \"$BASE/$ID\"\n\
         curl $BASE/missing | jq .\ncurl $BASE/c\n"
    );
    let ran = run_with(&["send", "--all", "--var", "ID=b"], &text);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let sent = ["POST /a HTTP/1.1", "GET /b HTTP/1.1", "GET /missing HTTP/1.1"];
    assert_eq!(lines(&server), sent);
    assert_eq!(ran.text(), sent.map(|line| format!("{line}\n")).concat());
    assert!(ran.err.contains("command 3 of 4 failed; the rest is not sent"), "{}", ran.err);

    // A command that cannot be sent ends the run before anything is sent.
    for (text, says) in [
        (format!("curl {base}/d\ncurl {base}/$OPEN"), "$OPEN has no value"),
        (format!("curl {base}/d\ncurl --http3 {base}/e"), "--http3 is not supported"),
        (format!("curl {base}/d\ncurl {base}/e -d @-"), "from standard input and reads it too"),
    ] {
        let ran = run_with(&["send", "--all"], &text);
        assert_eq!(ran.code, Some(2), "{text}");
        assert!(ran.err.contains(says), "{}", ran.err);
    }
    let two = format!("curl {base}/d\ncurl {base}/e");
    let ran = run_with(&["send", "--all", "-o", "f"], &two);
    assert!(ran.code == Some(2) && ran.err.contains("would write to one file"), "{}", ran.err);
    let failed = run(&["send", "--all", "curl http://127.0.0.1:1/; curl http://127.0.0.1:1/"]);
    assert_eq!(failed.code, Some(3));
    assert!(failed.err.contains("command 1 of 2: "), "{}", failed.err);
    assert_eq!(lines(&server).len(), 3);

    let shown = run_with(&["send", "--all", "--dry-run"], &two);
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    assert_eq!(shown.text().matches("GET /").count(), 2);
}

#[test]
fn several_commands_without_all_are_an_error_that_names_the_second() {
    let text = "curl https://h/a\n\n  curl https://h/b; curl https://h/c";
    for args in [&["send"][..], &["send", "--dry-run"], &["convert", "--to", "rust"]] {
        let ran = run_with(args, text);
        assert_eq!(ran.code, Some(2), "{args:?}");
        let says =
            "the text has 3 curl commands, and the second starts at line 3, column 3; --all reads";
        assert!(ran.err.contains(says), "{}", ran.err);
    }
    let item = run_with(&["send", "--all"], "{\"request\": \"https://h\"}");
    assert!(item.code == Some(2) && item.err.contains("--all applies to curl commands"));
}

#[test]
fn all_commands_of_a_text_are_converted_to_each_view() {
    let text = "T=1\ncurl https://h/a/$T -d x\nT=2\ncurl https://h/b/$T -H \"X: $OPEN\"\n";
    let curl = run_with(&["convert", "--all", "--to", "curl"], text);
    assert_eq!(curl.code, Some(0), "{}", curl.err);
    assert!(curl.text().starts_with("# POST /a/1\ncurl -d 'x' "), "{}", curl.text());
    // The result is such a text again.
    let again = run_with(&["convert", "--all", "--to", "curl"], &curl.text());
    assert_eq!(again.text(), curl.text());
    let rust = run_with(&["convert", "--all", "--to", "rust"], text).text();
    assert_eq!(rust.matches("fn main()").count(), 2, "{rust}");
    assert!(rust.contains("// GET /b/2\n"), "{rust}");
    let postman = run_with(&["convert", "--all", "--to", "postman", "--name", "Lorem"], text);
    let postman: Value = serde_json::from_str(&postman.text()).unwrap();
    assert_eq!(postman["info"]["name"], "Lorem");
    let names: Vec<_> = postman["item"].as_array().unwrap().iter().map(|i| &i["name"]).collect();
    assert_eq!(names, ["POST /a/1", "GET /b/2"]);
    // One command is converted as without --all.
    let one = ["convert", "--to", "postman", "curl https://h/a"];
    assert_eq!(run(&[&one[..], &["--all"]].concat()).text(), run(&one).text());
}

#[test]
fn values_are_inserted_before_options_are_read() {
    let files = Files::new();
    let png = files.add("a.png", "x").replace(std::path::MAIN_SEPARATOR, "/");
    let text = "curl https://h/ -F \"f=@$FILE\" -H \"$HEADER\" $MORE -u \"$LOGIN\"";
    let login = ["me", "pw"].join(":");
    let shown = run(&[
        "send",
        "--dry-run",
        "--show-secrets",
        text,
        "--var",
        &format!("FILE={png}"),
        "--var",
        "HEADER=X-A: b",
        "--var",
        "MORE=-X PUT -m 5",
        "--var",
        &format!("LOGIN={login}"),
    ]);
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    for part in
        ["PUT / HTTP/1.1", "X-A: b", "image/png", "filename=\"a.png\"", "Authorization: Basic "]
    {
        assert!(shown.text().contains(part), "{part}: {}", shown.text());
    }
}

#[test]
fn a_collection_of_one_item_needs_no_path() {
    let server = server();
    let files = Files::new();
    let item = json!({ "name": "a", "request": url(&server, "/one") });
    let one = files.add("one.json", json!({ "info": {}, "item": [item] }).to_string());
    let ran = run(&["send", "--collection", &one]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(lines(&server), ["GET /one HTTP/1.1"]);
    let several = files.add("all.json", collection("https://h").to_string());
    let empty = files.add("none.json", json!({ "info": {}, "item": [] }).to_string());
    for (file, says) in [(several, "items, and --item PATH chooses one"), (empty, "has no items")] {
        let ran = run(&["send", "--collection", &file]);
        assert!(ran.code == Some(2) && ran.err.contains(says), "{}", ran.err);
    }
}

#[test]
fn a_shell_is_chosen_for_all_commands_of_a_text() {
    let text = "curl https://h/a\ncurl https://h/b -H \"X: %TOKEN%\"\n";
    let convert =
        |args: &[&str]| run_with(&[&["convert", "--all", "--to", "curl"], args].concat(), text);
    let ran = convert(&[]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("read as bash; cmd reads -H (line 2, column 21)"), "{}", ran.err);
    assert!(ran.text().contains("X: %TOKEN%"), "{}", ran.text());
    let ran = convert(&["--shell", "cmd"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(ran.text().contains("X: $TOKEN"), "{}", ran.text());
    // A second command is named by its place for that shell too.
    let ran = run_with(&["convert", "--to", "curl", "--shell", "cmd"], text);
    assert!(ran.code == Some(2) && ran.err.contains("second starts at line 2"), "{}", ran.err);
    // Values reach the text of a given shell before its options are read.
    let ran = run(&[
        "convert",
        "--to",
        "curl",
        "--shell",
        "bash",
        "curl https://h/ $MORE",
        "--var",
        "MORE=-X PUT",
    ]);
    assert!(ran.text().contains("-X PUT"), "{} {}", ran.text(), ran.err);
}
