//! Options that are repeated, turned off again, or empty: each command sends what the `curl` program would send.

use support::programs::Programs;
use support::tools::{has, has_curl};
use zoomkat::{Call, SecretDisplay};

use super::curl_commands_match_curl::{Bench, Row, compare, rewrite, run_as_programs, seen};

#[rustfmt::skip] // One row per line where it fits.
const ROWS: &[Row] = &[
    // Repeated options.
    ("the first -T is for the first URL", "curl -T {dir}/note.txt -T {dir}/empty -H Expect: {u}/a"),
    ("the first -T names the file", "curl -T {dir}/word.txt {u}/a/ -T {dir}/empty -H Expect:"),
    ("an empty -T uploads nothing", "curl -T '' -T {dir}/note.txt {u}/a"),
    ("an empty -T and data", "curl -T '' -d a=b {u}/a"),
    ("the last -u", "curl -u a:b -u c:d {u}"),
    ("the last -x", "curl -x http://127.0.0.1:9 -x {u} http://zoomkat.example/a"),
    ("no proxy by the last -x", "curl -x http://127.0.0.1:9 -x '' {u}/a"),
    ("a proxy after none", "curl -x '' -x {u} http://zoomkat.example/a"),
    ("the last -A", "curl -A a -A b {u}"),
    ("no agent by the last -A", "curl -A a -A '' {u}"),
    ("the last -e", "curl -e a -e b {u}"),
    ("no referer by the last -e", "curl -e a -e '' {u}"),
    ("the last -r", "curl -r 1-2 -r 3-4 {u}"),
    ("all -b but an empty one", "curl -b a=1 -b '' -b b=2 {u}"),
    ("all -F", "curl -F a=1 -F a=2 {u}"),
    ("two -H Cookie are two fields", "curl -H 'Cookie: a=1' -H 'Cookie: b=2' {u}"),
    ("two -H User-Agent are two fields", "curl -H 'User-Agent: a' -H 'User-Agent: b' -A c {u}"),
    ("a field wins over its removal", "curl -H 'Accept:' -H 'Accept: a/b' {u}"),
    ("a field wins over a later removal", "curl -H 'X-A: 1' -H 'X-A:' {u}"),
    ("a removal wins over an option", "curl -H 'User-Agent:' -A a -H 'Referer:' -e b {u}"),
    // Options that are turned off again.
    ("--no-get", "curl -G --no-get -d a=b {u}"),
    ("--no-path-as-is", "curl --path-as-is --no-path-as-is {u}/a/../b"),
    ("--no-globoff", "curl -g --no-globoff '{u}/{a}'"),
    ("--no-compressed and then --compressed", "curl --no-compressed --compressed {u}"),
    ("--no-location-trusted", "curl --location-trusted --no-location-trusted {u}"),
    ("--no-location after --location-trusted", "curl --location-trusted --no-location {u}"),
    ("--no-anyauth", "curl --anyauth --no-anyauth {u}"),
    ("--no-netrc and --no-raw", "curl --netrc --raw --no-netrc --no-raw {u}"),
    ("the last version of HTTP", "curl --http2 --http1.1 {u}"),
    ("what --no- is part of", "curl --no-buffer --no-keepalive --sessionid --alpn {u}"),
    // Options that change nothing in the request.
    ("-4", "curl -6 -4 {u}"),
    ("--max-filesize", "curl --max-filesize 1k {u}"),
    ("--retry", "curl --retry 2 --retry-delay 1 --retry-max-time 9 --retry-connrefused --retry-all-errors {u}"),
    // Cookie files that do not exist, and variables that may be files or cookies.
    ("-b with a file that does not exist", "curl -b {dir}/none {u}/a"),
    ("-b with several files", "curl -b {dir}/none -b {dir}/cookies -b {dir}/none {u}/deep/"),
    ("-b with a variable that has cookies", "curl -b \"$WORD\" {u}"),
    ("-b with a variable that has no cookies", "curl -b \"$TOKEN\" {u}"),
    ("-b with an empty variable", "curl -b \"$EMPTY\" {u}"),
    ("-b with an empty variable and cookies", "curl -b a=1 -b \"$EMPTY\" {u}"),
    // Variables that are empty.
    ("-H with an empty variable", "curl -H \"Accept: $EMPTY\" -H \"X-A: $EMPTY\" {u}"),
    ("-H with an empty variable and a blank", "curl -H \"X-A: $EMPTY  $EMPTY\" {u}"),
    ("-H with an empty variable twice", "curl -H \"X-A: $EMPTY\" -H \"x-a: $WORD\" -H 'X-B;' {u}"),
    ("-H with an empty variable and text", "curl -H \"X-A: a$EMPTY\" {u}"),
    ("-H with a semicolon stays", "curl -H 'X-A;' -H \"X-B: $EMPTY\" {u}"),
    ("-A with an empty variable", "curl -A \"$EMPTY\" {u}"),
    ("-e with an empty variable", "curl -e \"$EMPTY\" {u}"),
    ("-H Cookie with an empty variable", "curl -H \"Cookie: $EMPTY\" -b a=1 {u}"),
    ("-H Content-Type with an empty variable", "curl -H \"Content-Type: $EMPTY\" -d a=b {u}"),
    ("-H Accept with an empty variable and --json", "curl -H \"Accept: $EMPTY\" --json 1 {u}"),
    ("-H Authorization with an empty variable", "curl -H \"Authorization: $EMPTY\" -u a:b {u}"),
    ("-u with empty variables", "curl -u \"$EMPTY:$EMPTY\" {u}"),
    ("-u with an empty user", "curl -u \"$EMPTY:$WORD\" {u}"),
    ("-u without a user and a variable", "curl -u \":$WORD\" {u}"),
    ("-d with an empty variable", "curl -d \"$EMPTY\" {u}"),
    ("-d with an empty variable before data", "curl -d \"$EMPTY\" -d a=b {u}"),
    ("-F with an empty variable", "curl -F \"a=$EMPTY\" {u}"),
];

#[test]
fn repeated_and_empty_options_count_as_in_curl() {
    compare(ROWS.iter().map(|(about, command)| (*about, *command, *command)));
}

#[test]
fn curl_sends_the_rewritten_commands_alike() {
    rewrite(ROWS);
}

#[test]
fn the_commands_send_the_same_as_programs() {
    // The program gets the password from the environment, and a transport has no login without a user.
    run_as_programs(
        ROWS,
        &["-u with empty variables", "-u with an empty user", "-u without a user and a variable"],
    );
}

#[test]
fn what_a_command_removes_stays_removed_when_it_is_written() {
    if !has("bash") || !has_curl() {
        return;
    }
    let bench = Bench::new();
    for (command, removed) in [
        ("curl -H 'Accept:' -A '' {u}", ["Accept", "User-Agent"].as_slice()),
        ("curl -H 'accept:' -H 'user-agent:' {u}", &["Accept", "User-Agent"]),
        ("curl -H \"Accept: $EMPTY\" -A \"$EMPTY\" {u}", &["Accept", "User-Agent"]),
        ("curl -T {dir}/note.txt -H 'Expect:' {u}/a", &["Expect"]),
        ("curl -x {u} -H 'Proxy-Connection:' http://zoomkat.example/", &["Proxy-Connection"]),
    ] {
        let mut call = Call::from_curl(&bench.filled(command)).unwrap();
        call.set_variable("EMPTY", "");
        let text = call.to_curl().unwrap();
        let theirs = bench.theirs(&text);
        for name in removed {
            assert_eq!(theirs.header(name), None, "{command}\n{text}");
            assert!(text.contains(&format!("-H \"{name}:\"")), "{text}");
        }
        assert_eq!(Call::from_curl(&text).unwrap().to_curl().unwrap(), text);
    }
    // A command that removes nothing stays plain.
    let call = Call::from_curl("curl http://h/ -H 'X-None:'").unwrap();
    assert_eq!(call.to_curl().unwrap(), "curl http://h/\n");
}

#[test]
fn the_first_of_several_output_files_is_written() {
    let bench = Bench::new();
    for (command, written) in [
        ("curl -o '{dir}/a1' -o '{dir}/a2' {u}/a", Some("a1")),
        ("curl -o a3 -O --output-dir '{dir}' {u}/a4", Some("a3")),
        ("curl -O -o a5 --output-dir '{dir}' {u}/a6", Some("a6")),
        ("curl --remote-name-all --output-dir '{dir}' {u}/a7", Some("a7")),
        ("curl --output-dir '{dir}' {u}/a8 --remote-name-all", None),
        ("curl --remote-name-all -o a9 --output-dir '{dir}' {u}/b0", Some("a9")),
        ("curl -O --no-remote-name -o b1 --output-dir '{dir}' {u}/b2", Some("b2")),
        ("curl --no-remote-name -O --output-dir '{dir}' {u}/b3", None),
    ] {
        let names = || {
            let names = std::fs::read_dir(bench.dir.path()).unwrap();
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap())
        };
        let before: Vec<String> = names().collect();
        bench.ours(command).unwrap();
        let new: Vec<String> = names().filter(|name| !before.contains(name)).collect();
        assert_eq!(new, written.as_slice(), "{command}");
    }
}

#[test]
fn a_length_of_zero_is_sent_shown_and_written() {
    let bench = Bench::new();
    for command in [
        "curl -H 'Content-Length: 0' {u}/a",
        "curl -X DELETE -H 'Content-Length: 0' {u}/a",
        "curl -X POST {u}/a",
    ] {
        let call = Call::from_curl(&bench.filled(command)).unwrap();
        let sent = bench.ours(command).unwrap();
        assert_eq!(sent.header("Content-Length"), Some("0"), "{command}");
        let shown = call.preview(SecretDisplay::Shown).unwrap();
        assert_eq!(shown.matches("\nContent-Length: 0\n").count(), 1, "{shown}");
        let text = call.to_curl().unwrap();
        assert_eq!(text.matches("-H \"Content-Length: 0\"").count(), 1, "{text}");
        let programs = Programs::compile(&[call.to_rust().unwrap()]);
        programs.run_ok(0, bench.dir.path(), &[]);
        assert_eq!(seen(&bench.last()), seen(&sent), "{command}");
        assert_eq!(bench.last().header("Content-Length"), Some("0"), "{command}");
    }
    let plain = Call::from_curl(&bench.filled("curl {u}/a")).unwrap();
    assert!(!plain.preview(SecretDisplay::Shown).unwrap().contains("Content-Length"));
}
