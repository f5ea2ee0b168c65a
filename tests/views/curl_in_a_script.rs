//! curl commands in a text for bash, with the statements around them.
//!
//! Each text is run by bash and curl, and read by `Call::all_from_curl` and sent. The requests agree, with the
//! exceptions in `curl_commands_match_curl.rs`. The comparison runs where `ZOOMKAT_REQUIRE_TOOLS` is set.

use std::path::Path;

use support::patient;
use support::tools::{has, has_curl};
use zoomkat::{Call, CurlShell};

use crate::curl_commands_match_curl::{Bench, Seen, seen};
use crate::position;

/// Returns the calls of a text whose variables have no values.
fn read_all(text: &str) -> Vec<Call> {
    Call::all_from_curl(text, |_| None).unwrap_or_else(|err| panic!("{text}: {err}"))
}

fn read(text: &str) -> Call {
    Call::from_curl(text).unwrap_or_else(|err| panic!("{text}: {err}"))
}

/// Returns the message and the position of the error for this text.
fn fault(text: &str) -> (String, (usize, usize)) {
    let err = Call::from_curl(text).expect_err(text);
    (err.to_string(), position(&err).expect(text))
}

/// Texts in which every part before, after and around curl is read as bash reads it.
#[rustfmt::skip] // One row per line where it fits.
const TEXTS: &[&str] = &[
    // Standard input.
    "curl {u}/a -d @- < {dir}/note.txt",
    "curl {u}/a --data-binary @- <{dir}/raw.unknown",
    "< {dir}/data.json curl --json @- {u}/a",
    "curl {u}/a -d a=1 -d @- 0< {dir}/word.txt",
    "curl -sd@- {u}/a < {dir}/data.json",
    "curl --data @- {u}/a < \"{dir}/$TOKEN.txt\"",
    "curl {u}/a --data-urlencode @- < {dir}/note.txt",
    "curl {u}/a --data-urlencode n@- < {dir}/note.txt",
    "curl -G {u}/a --data-urlencode n@- <<< 'a b&c'",
    "curl {u}/a --data-urlencode @- <<< 'a b&c'",
    "curl {u}/a --url-query n@- <<< 'a b'",
    "curl {u}/a --json @- <<< @x",
    "curl {u}/a -d @- < /dev/null",
    "curl {u}/a < /dev/null",
    "cat {dir}/data.json | curl {u}/a -d @-",
    "cat {dir}/data.json | curl {u}/a --json @-",
    "cat < {dir}/data.json | curl {u}/a --data-binary @-",
    "cat \"{dir}/with space.pdf\" | curl {u}/a --data-binary @-",
    "F={dir}/word.txt; cat $F | curl {u}/a -d @-",
    "cat <<EOF | curl {u}/a --data-binary @-\n{\"a\": \"$TOKEN\"}\n\nEOF\n",
    "cat <<'EOF' | curl {u}/a -d @- | cat\n{\"a\": \"$TOKEN\", 'b'\n}\nEOF\necho done",
    "cat <<EOF |\na\nEOF\ncurl {u}/a -d @-",
    "echo '{\"a\": \"it''s\"}' | curl {u}/a -d @-",
    "echo '{\"a\": 1}' | curl {u}/a --json @-",
    "echo a  b 'c  d' | curl {u}/a --data-binary @-",
    "echo -n \"$TOKEN x\" | curl {u}/a --data-binary @-",
    "echo -ne 'a\\tb\\n\\\\c' | curl {u}/a --data-binary @-",
    "echo -e -E '\\t' -n | curl {u}/a --data-binary @-",
    "echo 'a\\nb' | curl {u}/a --data-binary @-",
    "echo {\\\"a\\\":1} | curl {u}/a --data-binary @-",
    "echo \\ a | curl {u}/a --data-binary @-",
    "echo | curl {u}/a --data-binary @-",
    "T='a   b  '; echo $T. \"$T.\" | curl {u}/a --data-binary @-",
    "printf 'a' | curl {u}/a --data-binary @-",
    "printf '%s' \"$WORD\" | curl {u}/a --data-binary @-",
    "printf '%s\\n' a 'b c' \"$TOKEN\" | curl {u}/a --data-binary @-",
    "printf '{\"a\":\"%s\",\"b\":\"%s\"}\\n' 'x y' | curl {u}/a --data-binary @-",
    "printf \"{\\\"a\\\": \\\"100%%\\\"}\" | curl {u}/a --data-binary @-",
    "printf -- 'a\\t\\\\' | curl {u}/a --data-binary @-",
    "printf a b c | curl {u}/a --data-binary @-",
    "echo x |& curl {u}/a -d @-",
    "curl {u}/a -d \"$(cat <<EOF\n{\"a\": \"$TOKEN\", \"b\": 'it is'}\n\n\nEOF\n)\" -H 'X: y'",
    "BODY=$(cat <<'EOF'\n{\"a\": \"$TOKEN\", \"it's\": 1}\nEOF\n)\ncurl {u}/a -d \"$BODY\"",
    "BODY=\"$(cat <<-EOF\n\t\ta $TOKEN\n\tEOF\n)\"\ncurl {u}/a --data-binary \"$BODY\"",
    // Variables.
    "T=a\ncurl {u}/$T",
    "T=a; curl {u}/$T",
    "T='a b'; curl {u}/a -H \"X: $T\" -d $TOKEN",
    "T='x y'; curl {u}/a -H \"X: ${T}z\"",
    "export T=a B=\"c d\"\ncurl \"{u}/$T\" -H \"X: $B\"",
    "export T='a' && curl {u}/$T",
    "declare -x T=a; readonly B=b; curl {u}/$T/$B",
    "T=a U=b\ncurl {u}/$T/$U",
    "T=outer; T=inner curl {u}/$T",
    "T=unused curl {u}/a",
    "T=outer; TOKEN=inner curl {u}/$T",
    "T=a; T=b; curl {u}/$T",
    "T=a; T+=b; T+=$ID; curl \"{u}/$T\"",
    "A=1; B=$A$A; C=\"$B $B\"; curl {u}/a -d \"$C\"",
    "OPTS=\"-X PUT -H X-A:b\"; curl $OPTS {u}/a",
    "OPTS=' -X  PUT\t'; curl $OPTS {u}/a",
    "E=; curl $E {u}/a -d x$E$E",
    "E=''; curl {u}/a -d \"$E\"",
    "unset E; curl $E {u}/a",
    "curl $EMPTY {u}/a -H X:$EMPTY",
    "F={dir}/data.json; curl {u}/a -d @$F",
    "T=$'a\\tb'; curl {u}/a -d \"$T\"",
    "T='$X'; curl {u}/a -d \"$T\"",
    "C=curl; $C {u}/a",
    "C='curl -X PUT'; $C {u}/a",
    "T=a; curl {u}/a --json @- <<EOF\n{\"a\": \"$T\"}\nEOF\n",
    "T=\"a\nb\"; curl {u}/a --data-binary \"$T\" -H X:y",
    "U={u}/{{a,b}; curl -g \"$U\"",
    "HOME={dir}; curl {u}/a -d @- < ~/word.txt",
    "HOME={dir}; F=~/word.txt; curl {u}/a -d @$F",
    "T=a \\\n  U=b; curl {u}/$T/$U",
    // What decides how curl reads an option.
    "curl {u}/a -F \"file=@$PIC\" -F \"b=<$NOTE\"",
    "PIC={dir}/page.html; curl {u}/a -F file=@$PIC",
    "curl {u}/a -F \"$FIELD\"",
    "curl {u}/a --data-urlencode \"$WORD\" --data-urlencode \"$AT\"",
    "curl {u}/a -u \"$LOGIN\" -H \"$FIELD2\" -m \"$SECONDS_\"",
    "curl {u}/deep/er -b \"$JAR\"",
    "curl {u}/a -b \"$FIELD\"",
    "curl {u}/ -T \"$NOTE\"",
    "curl {u}/a --json \"@$NOTE\"",
    "curl {u}/a -d \"$AT\"",
    // Statements that change nothing.
    "#!/bin/bash\nset -euo pipefail\n\n# curl it\ncurl {u}/a # done",
    "set -e; echo \"curl {u}/b\"; sleep 0; curl {u}/a",
    "echo 'Getting ...' && curl {u}/a && echo ok || exit 1",
    "true; : ; pwd >/dev/null; curl {u}/a",
    "command -v curl > /dev/null || exit 1\ncurl {u}/a",
    "X=$(echo \"a)\" '(' ')'; echo \"$(echo b)\") Y=`date` Z=$((1+2)) ; curl {u}/a",
    "X=${Y:-\"}\"}; echo ${X%%/*} $1 \"$@\"; curl {u}/a",
    "time curl {u}/a",
    "env A=b curl {u}/a",
    "nohup curl {u}/a",
    "command curl {u}/a",
    "! curl {u}/a",
    "cat > /dev/null <<EOF\nit's `date` $(x)\nEOF\ncurl {u}/a",
    "curl {u}/a\necho \"Exit: $?\"\nif true; then date; fi",
    "curl {u}/a | tr a '(' | cat; for x in 1 2; do echo $x; done",
    "curl {u}/a -d \\ a",
    "curl {u}/a -d \\ \\ a\\  -H X:\\ y",
    // Several commands.
    "curl {u}/a\ncurl {u}/b\n",
    "curl {u}/a; curl {u}/b && curl -X PUT {u}/c",
    "T=1\ncurl {u}/$T\nT=2\ncurl {u}/$T\n",
    "T=1; curl {u}/$T; T=2 curl {u}/$T",
    "curl {u}/a -d @- <<EOF\none\nEOF\ncurl {u}/b -d @- <<EOF\ntwo\nEOF\n",
    "curl {u}/a -d @- <<EOF && curl {u}/b\none\nEOF\ncurl {u}/c",
    "curl {u}/a | cat\nsleep 0\ncurl {u}/b | tr a b; curl {u}/c",
    "curl {u}/a \\\n  -H 'X: y'\n\ncurl {u}/b \\\n  -d z\n",
    "echo a | curl {u}/a -d @-\necho b | curl {u}/b -d @-",
    "curl {u}/a || exit 1\ncurl {u}/b || echo failed\n",
    "curl {u}/a\nexport T=b\ncurl {u}/$T",
    "curl -s {u}/a >/dev/null\ncurl {u}/b 2>&1\necho done",
];

/// The values of further variables.
fn variables(bench: &Bench) -> Vec<(String, String)> {
    let dir = bench.filled("{dir}");
    let mut all: Vec<(String, String)> =
        bench.variables().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    for (name, value) in [
        ("PIC", format!("{dir}/UPPER.PNG")),
        ("NOTE", format!("{dir}/note.txt")),
        ("JAR", format!("{dir}/cookies")),
        ("AT", format!("@{dir}/word.txt")),
        ("FIELD", "a=b".to_owned()),
        ("FIELD2", "X-Field: c".to_owned()),
        ("LOGIN", ["me", "pw"].join(":")),
        ("SECONDS_", "60".to_owned()),
    ] {
        all.push((name.to_owned(), value));
    }
    all
}

/// Returns what zoomkat sends.
fn ours(bench: &Bench, text: &str) -> Result<Vec<Seen>, zoomkat::Error> {
    let before = bench.server.requests().len();
    let variables = variables(bench);
    let value = |name: &str| {
        variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    for call in Call::all_from_curl(&bench.filled(text), value)? {
        patient().perform(&call)?;
    }
    Ok(bench.server.requests()[before..].iter().map(seen).collect())
}

/// Returns what bash and curl send, and what they write to standard error.
fn theirs(bench: &Bench, text: &str) -> (Vec<Seen>, String) {
    let before = bench.server.requests().len();
    let set = |(name, value): &(String, String)| format!("export {name}='{value}'\n");
    let settings: String = variables(bench).iter().map(set).collect();
    let stderr = bench.run_bash(&format!("{settings}{text}"));
    (bench.server.requests()[before..].iter().map(seen).collect(), stderr)
}

#[test]
fn every_script_sends_what_bash_and_curl_send() {
    if !has("bash") || !has_curl() {
        return;
    }
    let bench = Bench::new();
    let mut wrong = Vec::new();
    for text in TEXTS {
        let (theirs, stderr) = theirs(&bench, text);
        let ours = ours(&bench, text);
        if theirs.is_empty() || ours.as_ref().ok() != Some(&theirs) {
            wrong.push(format!("{text}\n  bash:    {theirs:?} {stderr}\n  zoomkat: {ours:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_needs_a_shell_is_named() {
    let mut wrong = Vec::new();
    for (text, place, says) in [
        ("if [ -n \"$T\" ]; then curl h; fi", (1, 1), "`if` needs a shell"),
        ("for i in 1 2; do curl h/$i; done", (1, 1), "`for` needs a shell"),
        ("set -e\nwhile read -r x; do\n  curl h/$x\ndone < list", (2, 1), "`while` needs a shell"),
        ("until curl h; do sleep 1; done", (1, 1), "`until` needs a shell"),
        ("case $1 in a) curl h;; esac", (1, 1), "`case` needs a shell"),
        ("[ -n \"$T\" ] && curl h", (1, 1), "`[` needs a shell"),
        ("get() { curl h; }; get", (1, 4), "a function is defined here"),
        ("get () {\n curl h\n}", (1, 1), "a function is defined here"),
        ("function get { curl h; }", (1, 1), "`function` needs a shell"),
        ("(cd x; curl h)", (1, 1), "`(` needs a shell"),
        ("cd x && curl h", (1, 1), "`cd`: it changes the folder"),
        ("read -s T\ncurl h/$T", (1, 1), "`read`: it asks for a value"),
        ("read -rsp 'Token: ' T; curl h", (1, 1), "`read`: it asks for a value"),
        ("jq -n '{}' | curl h -d @-", (1, 1), "`jq`: zoomkat runs no program"),
        ("echo x | base64 -w0 | curl h -d @-", (1, 10), "`base64`: zoomkat runs no program"),
        ("cat x | gzip | curl h --data-binary @-", (1, 9), "`gzip`: zoomkat runs no program"),
        ("sudo -u www curl h", (1, 6), "the options of `sudo`"),
        ("timeout 5 curl h", (1, 1), "-m for a time limit"),
        ("bash -c 'curl h'", (1, 1), "`bash`: it runs other commands"),
        ("A=(-s -v); curl \"${A[@]}\" h", (1, 3), "an array is not supported"),
        ("export https_proxy=p:1; curl h", (1, 8), "use the option -x"),
        ("http_proxy=p:1 curl h", (1, 1), "use the option -x"),
        ("IFS=,; curl h", (1, 1), "IFS changes how bash splits"),
        ("T=a curl h/$T", (1, 1), "bash inserts $T before it sets T"),
        ("env T=a curl h -d @- <<< $T", (1, 5), "bash inserts $T before it sets T"),
        ("cat > f <<EOF\n{}\nEOF\ncurl h -d @f", (1, 7), "this writes a file"),
        ("echo x >> f; curl h", (1, 8), "`>>`"),
        (">f curl h", (1, 2), "this redirection is before curl"),
        ("cat a b | curl h -d @-", (1, 7), "`cat` of several files"),
        ("cat -n a | curl h -d @-", (1, 5), "without options"),
        ("cat | curl h -d @-", (1, 1), "`cat` without a file"),
        ("echo -e '\\x41' | curl h -d @-", (1, 9), "of the escapes of `echo -e`"),
        ("printf '%d' 1 | curl h -d @-", (1, 8), "%s and %% only"),
        ("printf \"$X\" | curl h -d @-", (1, 8), "contains a variable"),
        ("printf | curl h -d @-", (1, 1), "`printf` has no format"),
        ("echo $(date) | curl h -d @-", (1, 6), "output of another command"),
        ("echo x | curl h", (1, 1), "nothing in the command reads"),
        ("echo x | curl h -d @- -d @-", (1, 26), "only once"),
        ("curl h -F a=@- < f", (1, 11), "-F: only -d"),
        ("curl h -T - < f", (1, 11), "-T: only -d"),
        ("curl h -b - < f", (1, 11), "-b: only -d"),
        ("curl h -d @- < ''", (1, 16), "is empty"),
        ("curl h -d @- <", (1, 14), "no file follows"),
        ("curl h -d @- < <(date)", (1, 16), "`<`"),
        ("curl h -d @- <<E | jq .\n$(date)\nE", (2, 1), "output of another command"),
        ("cat <<E | curl h -d @-\n`date`\nE", (2, 1), "output of another command"),
        ("echo a\\nb | curl h -d @-", (1, 7), "bash would remove the backslash"),
        ("curl h -d @- < C:\\b.json", (1, 18), "bash would remove the backslash"),
        ("T=a\\nb; curl h -d $T", (1, 4), "bash would remove the backslash"),
        ("X=$(date; curl h", (1, 3), "never closed"),
        ("X=`date; curl h", (1, 3), "never closed"),
        ("curl h -d \"$(cat <<EOF\nx\nEOF\n| x)\"", (1, 12), "only a here-document"),
        ("T=a", (1, 4), "there is no command"),
        ("wget h", (1, 1), "does not start with curl, but with wget"),
        ("R=$(curl h)", (1, 3), "curl is inside $(..)"),
        ("echo \"$(curl h)\"", (1, 7), "curl is inside $(..)"),
        ("result=`curl h`", (1, 8), "curl is inside $(..)"),
        ("wget h; curl h", (1, 1), "`wget`"),
        ("curl h/a\ncurl h/b\ncurl h/c", (2, 1), "a second curl command starts here, of 3 in all"),
        ("curl h/a || curl h/b", (1, 13), "only if the command before it fails"),
        ("curl h/a | curl h/b -d @-", (1, 12), "reads the response of the first"),
        ("curl h/a; cd x; curl h/b", (1, 11), "`cd`"),
        ("curl h/a > f; curl h/b | jq . > g; curl h/c", (1, 33), "this writes a file"),
    ] {
        let (why, found) = fault(text);
        if !why.contains(says) || found != place {
            wrong.push(format!("{text:?}: {why}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_value_that_only_a_shell_knows_is_an_open_variable() {
    for text in [
        "T=$(curl -s h/token | jq -r .token)\ncurl https://h/ -H \"X: $T\"",
        "T=`date`; curl https://h/ -H \"X: $T\"",
        "export T=\"a $(date)\"; curl https://h/ -H \"X: $T\"",
        "T=${T:-x}; curl https://h/ -H \"X: $T\"",
        "T=$1; curl https://h/ -H \"X: $T\"",
        "T=a; . ./env; curl https://h/ -H \"X: $T\"",
        "T=a; declare -u T=b; curl https://h/ -H \"X: $T\"",
        "true || T=a; curl https://h/ -H \"X: $T\"",
        "A=$T; curl https://h/ -H \"X: $A\"",
    ] {
        let call = read(text);
        assert_eq!(call.variables(), ["T"], "{text}");
        assert_eq!(call, read("curl https://h/ -H \"X: $T\""), "{text}");
    }
    assert_eq!(read("A=$B; curl https://h/").variables(), <[&str; 0]>::default());
}

#[test]
fn blanks_after_a_line_continuation_are_ignored() {
    let plain = read("curl https://h/a -H 'A: b' -d x");
    for text in [
        "curl https://h/a \\ \n  -H 'A: b' -d x",
        "curl https://h/a\\\t \n-H 'A: b' \\  \r\n -d x",
        "curl https://h/a \\\u{a0}\n  -H 'A: b' -d x \\ ",
        "$ curl https://h/a \\ \n> -H 'A: b' -d x",
    ] {
        assert_eq!(read(text), plain, "{text}");
    }
}

#[test]
fn statements_around_curl_may_stand_on_lines_with_prompts() {
    let calls =
        read_all("$ T=a\n$ export U=b\n$ curl https://h/$T \\\n> -d $U\n$ curl https://h/b\n");
    assert_eq!(calls, [read("curl https://h/a -d b"), read("curl https://h/b")]);
    let sudo = read_all("sudo -E curl https://h/a; sudo T=b curl https://h/b");
    assert_eq!(sudo, [read("curl https://h/a"), read("curl https://h/b")]);
    let fenced = read_all("```bash\nT=a\ncurl https://h/$T\ncurl https://h/b\n```");
    assert_eq!(fenced.len(), 2);
}

#[test]
fn several_commands_for_windows_are_read() {
    for text in [
        "curl.exe ^\n -d a https://h/a\ncurl.exe -d b https://h/b -o NUL\n",
        "curl.exe `\n -d a https://h/a\ncurl.exe -d b https://h/b -o NUL\n",
    ] {
        let calls = read_all(text);
        assert_eq!(calls.len(), 2, "{text}");
        assert_eq!(calls[0], read("curl https://h/a -d a"), "{text}");
        let file = calls[1].output_file().and_then(Path::to_str).map(str::to_lowercase);
        assert!(matches!(file.as_deref(), Some("/dev/null" | "nul")), "{text}: {file:?}");
    }
}

#[test]
fn all_commands_of_a_text_are_read_for_one_shell() {
    let text = "# list `users`\ncurl https://h/a\ncurl https://h/b -H \"X: %TOKEN%\"\n";
    let ambiguity = CurlShell::ambiguity(text).unwrap();
    assert_eq!(ambiguity.to_string(), "read as bash; cmd reads -H (line 3, column 21) differently");
    assert!(read_all(text)[1].variables().is_empty());
    let calls = Call::all_from_curl_in(CurlShell::Cmd, text, |_| None).unwrap();
    assert_eq!((calls.len(), calls[1].variables()), (2, vec!["TOKEN"]));
    // The values of variables are for bash.
    let text = "ID=1\ncurl https://h/$ID\ncurl https://h/$NAME\n";
    let value = |name: &str| (name == "NAME").then(|| "me".to_owned());
    let calls = Call::all_from_curl_in(CurlShell::Bash, text, value).unwrap();
    assert_eq!(calls, [read("curl https://h/1"), read("curl https://h/me")]);
    assert!(Call::all_from_curl_in(CurlShell::Cmd, text, value).is_err());
    let err = Call::all_from_curl("curl `\n h/a\ncurl h/b --foo", value).unwrap_err().to_string();
    assert!(
        err.contains("read as PowerShell because of the backtick at the end of line 1"),
        "{err}"
    );
}

#[test]
fn a_windows_path_is_kept_if_the_shells_agree_on_all_commands() {
    let first = r"curl https://h/a -o out\a.json";
    let calls = read_all(&format!("{first}\ncurl https://h/b -d b\n"));
    assert_eq!(calls[0].output_file(), Some(Path::new(r"out\a.json")));
    let err = Call::all_from_curl(&format!("{first}\ncurl https://h/b -d it\\'s\n"), |_| None);
    assert!(err.unwrap_err().to_string().contains("-o: bash would remove the backslash"));
}

#[test]
fn a_known_value_is_read_as_if_it_were_written_in_the_text() {
    let value = |name: &str| match name {
        "FIELD" => Some("X-Field: {{A}}".to_owned()),
        "FILE" => Some("a.png".to_owned()),
        "ARGS" => Some("-X PUT".to_owned()),
        "TIME" => Some("2".to_owned()),
        _ => None,
    };
    let text = "curl https://h/$A -H \"$FIELD\" -F \"f=@$FILE\" $ARGS -m $TIME -H \"Y: $A$B\"";
    let err = Call::all_from_curl(text, value).unwrap_err();
    assert!(err.to_string().contains("{{A}} is text here"), "{err}");
    let plain = "curl https://h/$A -H 'X-Field: {{C}}' -F f=@a.png -X PUT -m 2 -H \"Y: $A$B\"";
    let plain = plain.replace("{{C}}", "{{A}}").replace("$A", "$C");
    let text = text.replace("$A ", "$C ").replace("$A$B", "$C$B");
    let calls = Call::all_from_curl(&text, value).unwrap();
    assert_eq!(calls, [read(&plain)]);
    assert_eq!(calls[0].variables(), ["C", "B"]);
}

#[test]
fn the_type_of_an_upload_is_inferred_when_the_name_of_its_file_is_known() {
    let part = |call: &Call| call.preview(zoomkat::SecretDisplay::Shown).unwrap();
    for (text, file, says) in [
        (
            "curl https://h/ -F \"f=@$FILE\"",
            "a.PNG",
            "filename=\"a.PNG\"\nContent-Type: image/png\n",
        ),
        ("curl https://h/ -F \"f=@$FILE\"", "a.json", "Content-Type: application/octet-stream\n"),
        (
            "curl https://h/ -F \"f=@x/$FILE;filename=b\"",
            "a.pdf",
            "Content-Type: application/pdf\n",
        ),
        ("curl https://h/ -F \"f=@$FILE;filename=b.gif\"", "a.pdf", "Content-Type: image/gif\n"),
        ("curl https://h/ -F \"f=@$FILE;type=a/b\"", "a.pdf", "Content-Type: a/b\n"),
    ] {
        let open = read(text);
        assert_eq!(Call::from_curl(&open.to_curl().unwrap()).unwrap(), open, "{text}");
        open.to_postman("a").unwrap_or_else(|err| panic!("{text}: {err}"));
        open.to_rust().unwrap_or_else(|err| panic!("{text}: {err}"));
        let mut set = open.clone();
        set.set_variable("FILE", file);
        let known = Call::all_from_curl(text, |_| Some(file.to_owned())).unwrap();
        assert_eq!(known, [set.clone()], "{text}");
        assert!(part(&set).replace('\r', "").contains(says), "{text}: {}", part(&set));
    }
}

#[test]
fn a_json_body_that_begins_with_a_variable_is_written() {
    let call = read("curl https://h/ --json \"$BODY\"");
    let text = call.to_curl().unwrap();
    assert!(text.contains("--data-raw \"$BODY\""), "{text}");
    assert_eq!(
        read(&text).preview(zoomkat::SecretDisplay::Shown).unwrap(),
        call.preview(zoomkat::SecretDisplay::Shown).unwrap()
    );
}
