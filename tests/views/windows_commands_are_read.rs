//! Curl commands pasted from Windows: the paths in them, the prompts of its shells, and their
//! quotes and variables.

use std::path::Path;

use proptest::prelude::*;
use support::tools::has;
use zoomkat::{Call, SecretDisplay};

use crate::position;

fn read(text: &str) -> Call {
    Call::from_curl(text).unwrap_or_else(|err| panic!("{text}: {err}"))
}

fn fault(text: &str) -> String {
    Call::from_curl(text).expect_err(text).to_string()
}

/// Returns the files that a command names, unchanged.
fn files(text: &str) -> Vec<String> {
    let call = read(text);
    let output = call.output_file().map(|path| path.to_str().unwrap().to_owned());
    let files = call.files().into_iter().map(|path| path.to_str().unwrap().to_owned());
    files.chain(output).collect()
}

#[test]
fn a_path_keeps_its_backslashes() {
    for (command, named) in [
        (
            r"curl -d @C:\Users\me\body.json h -o C:\Users\me\out.json",
            &[r"C:\Users\me\body.json", r"C:\Users\me\out.json"][..],
        ),
        (r"curl h --data-binary @.\body.json", &[r".\body.json"]),
        (r"curl h --json @..\x\y", &[r"..\x\y"]),
        (r"curl h -d@\\server\share\f", &[r"\\server\share\f"]),
        (r"curl h -T C:\x", &[r"C:\x"]),
        (r"curl h -TC:\x\y", &[r"C:\x\y"]),
        (r"curl h --output=C:\x\y", &[r"C:\x\y"]),
        (r"curl h -o out\file.json", &[r"out\file.json"]),
        (r"curl h -o .\_file-1\-2", &[r".\_file-1\-2"]),
        (r"curl h -o out\file\_1", &[r"out\file\_1"]),
        (r"curl h -o C:\.x", &[r"C:\.x"]),
        (r"curl h -o C:\", &[r"C:\"]),
        (r"curl h -o é\日", &[r"é\日"]),
        (r"curl h > C:\out\f.json", &[r"C:\out\f.json"]),
        (r"curl h --cert C:\c.pem --key k\c.pem", &[r"C:\c.pem", r"k\c.pem"]),
        (r"curl h --cacert certs\ca.pem", &[r"certs\ca.pem"]),
        (r"curl h -b C:\cookies.txt", &[r"C:\cookies.txt"]),
        (r"curl h -H @C:\headers.txt", &[r"C:\headers.txt"]),
        (r"curl h -F file=@C:\a\x.png", &[r"C:\a\x.png"]),
        (r#"curl h -F file=@"C:\a b\x.png""#, &[r"C:\a b\x.png"]),
        (r#"curl h -F "f=@C:\x\y.txt;type=text/plain""#, &[r"C:\x\y.txt"]),
        (r#"curl h -F "f=<C:\x\y.txt""#, &[r"C:\x\y.txt"]),
        (r"curl h --data-urlencode a@b\c", &[r"b\c"]),
        (r"curl h --url-query a@b\c", &[r"b\c"]),
        (r"curl h -c C:\jar.txt -T a\b", &[r"a\b"]),
        (r"curl h --output-dir C:\out\ -o f -v", &[r"C:\out\/f"]),
        ("curl h --output-dir C:\\out\\\n  -o f", &[r"C:\out\/f"]),
        // In double quotes.
        (r#"curl h -d "@C:\Users\me\b.json""#, &[r"C:\Users\me\b.json"]),
        (r#"curl h -d "@C:\\Users\\me\\b.json""#, &[r"C:\Users\me\b.json"]),
        (r#"curl h -o "\\server\share\f""#, &[r"\\server\share\f"]),
        (r#"curl h -o "\\\\server\\share""#, &[r"\\server\share"]),
        // Beside syntax that only one of the shells has.
        (r#"curl h -d "{\"a\":1}" -o C:\x\out.json"#, &[r"C:\x\out.json"]),
        (r#"curl h -d '{"a":1}' -o C:\x\out.json"#, &[r"C:\x\out.json"]),
        (r#"curl h -o $dir\out.json"#, &[r"{{dir}}\out.json"]),
        (r"curl h -o %tmp%\out.json", &[r"{{tmp}}\out.json"]),
        (r"curl h -o %TEMP%/out.json", &[r"{{TEMP}}/out.json"]),
        (r"curl h -o $env:TEMP/out.json", &[r"{{TEMP}}/out.json"]),
    ] {
        assert_eq!(files(command), named, "{command}");
    }
    // The rest of the text is unchanged.
    assert_eq!(
        read(r#"curl h -d "a\"b" -H "X: \n" -o C:\x\y -u CORP\me:pw"#),
        read(r#"curl h -d 'a"b' -H 'X: \n' -o 'C:\x\y' -u 'CORP\me:pw'"#),
    );
    assert_eq!(read(r"curl h/a/ -T C:\x\note.txt").request().path(), "/a/note.txt");
}

#[test]
fn a_command_for_bash_is_unaffected() {
    for (text, same) in [
        (r"curl h -T ~/My\ Files/x", r#"curl h -T "$HOME/My Files/x""#),
        (r"curl h -T My\ Files/it\'s\ \(1\)\&2", r#"curl h -T "My Files/it's (1)&2""#),
        (r"curl h -T photo\@2x\=1\:2.png", "curl h -T photo@2x=1:2.png"),
        (r"curl h -o ./a\,b.txt -T x\,y\'z", r#"curl h -o ./a,b.txt -T "x,y'z""#),
        (r"curl h -o C:\\x -T .\\\$x", r"curl h -o 'C:\x' -T '.\$x'"),
        (r"\curl h", "curl h"),
        (r#"curl h -d "\`date\`" -d "a ^& b""#, "curl h -d '`date`' -d 'a ^& b'"),
        (r"/usr/bin/curl h", "curl h"),
        (r"curl -w %{http_code}\n h", "curl h"),
        (r"curl h -D C:\x --stderr C:\y", "curl h"),
        (r"curl https:\/\/h\/a\?b\=c\&d", "curl 'https://h/a?b=c&d'"),
        (r"curl h/page\_size -H X\-A:\ b", "curl h/page_size -H 'X-A: b'"),
        (r#"curl h -d \{\"a\":true\}"#, r#"curl h -d '{"a":true}'"#),
        (r#"curl h -d "{\"a\":\"C:\"}""#, r#"curl h -d '{"a":"C:"}'"#),
        (r#"curl h -d "\\n\x""#, r"curl h -d '\n\x'"),
        ("curl h -d \"C:\\\\x\" \\\n -o 'D:\\y'", r"curl h -d 'C:\x' -o 'D:\y'"),
        (r"curl h -u a:\$ecret -H X:\ y -d C:\!", r"curl h -u 'a:$ecret' -H 'X: y' -d 'C:!'"),
        (r#"curl h -u "$USER:$env""#, r#"curl h -u "${USER}:${env}""#),
        (r#"curl h -d "%A%\"" -d "%b%\\c""#, r#"curl h -d '%A%"' -d '%b%\c'"#),
        ("curl \"h/?q=%HOME%\"", "curl 'h/?q=%HOME%'"),
        ("curl \"h/?q=LIKE '%ACME%'\"", "curl 'h/?q=LIKE '\\''%ACME%'\\'"),
        ("curl h/?d=%YYYY%-%MM%-%DD%", "curl 'h/?d=%YYYY%-%MM%-%DD%'"),
        (
            "curl h -u user:pa%SS%word -H \"X: %TOKEN% %temp%\"",
            "curl h -u 'user:pa%SS%word' -H 'X: %TOKEN% %temp%'",
        ),
        (r#"curl h -d "SELECT * FROM \`t\`"; echo"#, "curl h -d 'SELECT * FROM `t`'"),
        (
            r#"curl h -H "X: $ENV:prod" -d "{\"a\":1}""#,
            r#"curl h -H "X: ${ENV}:prod" -d '{"a":1}'"#,
        ),
        (r#"curl h -u "$A""$B:" -d "a:""b" -d """#, r#"curl h -u "$A$B:" -d a:b -d ''"#),
        ("curl h \\\n -d \"{\"\"a\"\":1}\"", "curl h -d '{a:1}'"),
        ("curl h/?q=%foo% -d %41BC%20", "curl 'h/?q=%foo%' -d '%41BC%20'"),
        ("curl.exe h -d @f -H 'a: b'", "curl h -d @f -H 'a: b'"),
        ("curl.exe h -d \\\n 'a'", "curl h -d a"),
        ("curl.exe -d @- h <<< x", "curl -d x h"),
        (r#"curl.exe h -d "{\"a\":\"$A\"}""#, r#"curl h -d "{\"a\":\"$A\"}""#),
        ("> curl h -d 'a'", "curl h -d a"),
    ] {
        assert_eq!(read(text), read(same), "{text}");
    }
}

#[test]
fn text_that_shells_read_differently_is_refused() {
    for text in [
        // Syntax that only bash has.
        "curl h -o C:\\x\\y \\\n -v",
        r"curl h -o C:\x\y -T ~/a",
        r"curl h -d @C:\x\y -H 'a: b'",
        r#"curl h -o C:\x\y -H "X: $A""#,
        r"curl h -o C:\x\y -d a\ b",
        r#"curl h -o C:\x\y -d "a\\b""#,
        r"curl h -o C:\x\y -d 'it'\''s'",
        // A variable for PowerShell.
        r"curl h -o C:\$x",
        // bash's own notation for these characters.
        r"curl h -o C:\x\y -T it\'s\x",
        r"curl h -o .\,x",
        r"curl h -o ..\(x\)",
        r"curl h -o C:\@x",
        // Escaped by a web page, or a path.
        r"curl h -o out\.file",
        r"curl h -o page\_size\-1\+2",
        // Part of the path, or of the line end.
        "curl h --output-dir C:\\\n  -o f",
        "curl h -T C:\\\r\n -v",
        r#"curl h -d "@C:\$x\b.json""#,
        // Not a path: bash removes the backslash, and the other shells keep it.
        r"curl h -d a\nb",
        r"curl h -u CORP\me:pw",
        r"curl h\x",
        r"curl h -X P\UT",
        "curl h -d @- <<< a\\nb",
    ] {
        let why = fault(text);
        let is_told = why.contains("remove the backslash") && why.contains("single quotes");
        assert!(is_told, "{text}: {why}");
    }
    // In bash the quote stays open, regardless of the backslash.
    for text in [r"curl h -d C:\x -H 'a: b\'c'", r"curl h -o C:\it's"] {
        assert!(fault(text).contains("never closed"), "{text}: {}", fault(text));
    }
    for text in [
        r#"curl h -d "{""a"":1}" -H 'X: y'"#,
        r#"curl h -d "{""a"":""$A""}""#,
        r#"curl h -d "{""a"":""b\""c""}""#,
        r#"$ curl h -d "{""a"":1}""#,
        r#"curl h -d "{""a"":1}" -T ~/f"#,
    ] {
        assert!(fault(text).contains("write \\\" in double quotes"), "{text}: {}", fault(text));
    }
    assert_eq!(
        position(&Call::from_curl(r#" curl h -d "{""a"":1}" -d 'x'"#).unwrap_err()),
        Some((1, 14))
    );
    let why = fault(r"curl h -H 'a: b' -d @C:\marker\x");
    assert!(!why.contains("marker"), "{why}");
    assert_eq!(
        position(&Call::from_curl(r"curl h -H 'a: b' -d @C:\x").unwrap_err()),
        Some((1, 24))
    );
}

#[test]
fn a_text_is_read_by_the_rules_of_its_shell() {
    for (text, same) in [
        // cmd
        (r"C:\Users\me>curl h -d @C:\x", r"curl h -d '@C:\x'"),
        (r"C:\>curl.exe h?$top=5", r"curl 'h?$top=5'"),
        (r#"D:\a b> curl -o "C:\\x" h"#, r"curl -o 'C:\\x' h"),
        (r#"C:\>curl h -d "\"\\\"" && echo ok"#, r#"curl h -d '"\"'"#),
        ("C:\\>curl h ^\nMore? -d a ^\nMore? -v", "curl h -d a"),
        (r#"curl.exe h -d "C:\\x" -u CORP\me:pw"#, r"curl h -d 'C:\\x' -u 'CORP\me:pw'"),
        (r"C:\tools\curl h -d a\nb", r"curl h -d 'a\nb'"),
        (r#""C:\Program Files\curl\curl.exe" h -d a\nb"#, r"curl h -d 'a\nb'"),
        (r#"curl h -d "{""a"":1,""b"":""c d""}""#, r#"curl h -d '{"a":1,"b":"c d"}'"#),
        (r#"curl "h" --data-raw "{""a"":""""}" -X PUT"#, r#"curl h --data-raw '{"a":""}' -X PUT"#),
        (r#"curl h -d "[""%A%"",""b""]""#, r#"curl h -d "[\"$A\",\"b\"]""#),
        (
            r#"curl h -H "X: %USERNAME% %windir% %TOKEN%""#,
            r#"curl h -H "X: $USERNAME $windir $TOKEN""#,
        ),
        (
            r#"C:\>curl h -H "Authorization: Bearer %TOKEN%""#,
            r#"curl h -H "Authorization: Bearer $TOKEN""#,
        ),
        (r"curl h?a=1^&b=2", r"curl 'h?a=1&b=2'"),
        // PowerShell
        (r#"PS C:\Users\me> curl -d "@C:\$a\x" h"#, r#"curl -d "@C:\\$a\\x" h"#),
        (r#"PS> curl h -d "a\n" -o b\c"#, r"curl h -d 'a\n' -o 'b\c'"),
        ("(venv) PS /home/me> curl h -H 'X: it''s' # done", r#"curl h -H "X: it's""#),
        ("PS C:\\> curl.exe h `\n>> -d 'a' `\n>> -v", "curl h -d a"),
        (r#"curl.exe h -d '{\"a\":1}'; echo done"#, r#"curl h -d '{"a":1}'"#),
        // As Windows PowerShell needs it, and as newer versions pass it on.
        (
            r#"curl.exe h -d '{\"p\":\"say \\\"hi\\\" a\\nb\"}'"#,
            r#"curl h -d '{"p":"say \"hi\" a\\nb"}'"#,
        ),
        (r#"curl.exe h -d '{\"p\":\"C:\\\\\"}'"#, r#"curl h -d '{"p":"C:\\"}'"#),
        (r#"curl.exe h -d '{"a":"say \"hi\""}'"#, r#"curl h -d '{"a":"say \"hi\""}'"#),
        (
            r#"curl.exe h -d '{"p":"C:\\"}' -H 'X: it''s \"a\"'"#,
            r#"curl h -d '{"p":"C:\\"}' -H "X: it's \"a\"""#,
        ),
        (
            r#"PS> curl h -d "{\`"p\`":\`"say \\\`"hi\\\`"\`"}" -d "{`"a`":`"\`"b\`"`"}""#,
            r#"curl h -d '{"p":"say \"hi\""}' -d '{"a":"\"b\""}'"#,
        ),
        (r#"curl.exe h -d "{\""a\"":1}" -H 'X: y'"#, r#"curl h -d '{"a":1}' -H 'X: y'"#),
        (r"curl.exe h -H 'X: y' -d a\nb", r"curl h -H 'X: y' -d 'a\nb'"),
        (
            r#"curl h -H "X: $env:TOKEN" -H "Y: ${Env:B}" -d $c"#,
            r#"curl h -H "X: $TOKEN" -H "Y: $B" -d $c"#,
        ),
        (
            r#"curl.exe --% h?a&b -d "{\"a\":\"%B%\"}" -H X:'^$c` | more"#,
            r#"curl 'h?a&b' -d "{\"a\":\"$B\"}" -H "X:'^\$c\`""#,
        ),
        (r#"curl h --json "{\`"a\`":1}" -v"#, r#"curl h --json '{"a":1}'"#),
        (r#"curl h --json "{`"a`":1}" -v"#, r#"curl h --json '{"a":1}'"#),
    ] {
        assert_eq!(read(text), read(same), "{text}");
    }
    for (text, says) in [
        ("C:\\>curl h -H 'X: y'", "for cmd the quote '"),
        ("curl h ^\n -H 'X: y'", "for cmd the quote '"),
        ("PS C:\\> curl h -d @f", "`@`: it is special to the shell"),
        ("curl h `\n -d {a}", "`{`: it is special to the shell"),
        ("PS C:\\> curl h -d \"{\\\"a\\\":1}\"", "PowerShell ends the text"),
        ("PS C:\\> curl h & curl i", "quotes"),
        ("PS C:\\> curl h -d `u{41}", "`u is a control character"),
        ("PS C:\\> curl h -d \"a`0\"", "`0 is a control character"),
        ("C:\\>curl h -d %PATH:~0,3%", "only %NAME% is supported"),
        ("C:\\>curl h -d \"%A:b=c%\"", "only %NAME% is supported"),
        ("curl h -o out-%DATE:~0,4%.json", "only %NAME% is supported"),
        ("C:\\>curl h && curl i", "second curl command"),
    ] {
        assert!(fault(text).contains(says), "{text}: {}", fault(text));
    }
}

#[test]
fn the_language_of_a_fence_selects_the_shell() {
    for (text, same) in [
        ("```powershell\ncurl h -d 'it''s \\n' -o a\\b\n```", "curl h -d \"it's \\n\" -o 'a\\b'"),
        ("```PS1\ncurl h -d \"$a`n\"\n```", "curl h -d \"$a\"$'\\n'"),
        ("```bat\ncurl h -d a\\n -u %A%:^&b\n```", "curl h -d 'a\\n' -u \"$A:&b\""),
        ("```cmd\ncurl h --output-dir C:\\out\\\n -o f\n```", "curl h -o 'C:\\out\\/f'"),
        ("```bash\ncurl h -d \"%TEMP%$env:A\"\n```", "curl h -d \"%TEMP%${env}:A\""),
        ("```sh\ncurl.exe h -d \"{\"\"a\"\":1}\"\n```", "curl h -d '{a:1}'"),
        ("```shell\ncurl.exe h -u a\\b:c\n```", "curl h -u 'a\\b:c'"),
        ("```console\nPS> curl h -d a\\b\n```", "curl h -d 'a\\b'"),
    ] {
        assert_eq!(read(text), read(same), "{text}");
    }
    for (text, says) in [
        ("```bash\ncurl h -o C:\\x\n```", "remove the backslash"),
        ("```cmd\ncurl h -H 'X: y'\n```", "for cmd the quote '"),
        ("```pwsh\ncurl h -d @f\n```", "`@`: it is special"),
    ] {
        assert!(fault(text).contains(says), "{text}: {}", fault(text));
    }
}

#[test]
fn the_null_device_depends_on_the_shell() {
    let device = if cfg!(windows) { "NUL" } else { "/dev/null" };
    for (text, file) in [
        ("curl h -o /dev/null", "/dev/null"),
        ("curl h > /dev/null", "/dev/null"),
        ("curl h -o nul", "nul"),
        ("C:\\>curl h -o NUL", device),
        ("curl h ^\n -s > NUL", device),
        ("PS> curl h -o NUL", device),
    ] {
        assert_eq!(files(text), [file], "{text}");
        let call = read(text);
        assert_eq!(read(&call.to_curl().unwrap()).output_file(), call.output_file(), "{text}");
        assert!(call.to_rust().unwrap().contains(&format!("\"{file}\"")), "{text}");
    }
    assert_eq!(read("curl h -o -").output_file(), None);
}

#[test]
fn written_commands_read_back() {
    for path in
        [r"C:\Users\me\x", r"\\server\share\f", r"C:\$x\%TEMP%\it's", r"..\`a\^b", r"C:\a b\"]
    {
        for variable in ["", "${env}", "$A"] {
            let quoted = path.replace('\'', r"'\''");
            let call = read(&format!("curl \"h/{variable}:x\" -o '{quoted}' -T '{quoted}'"));
            let text = call.to_curl().unwrap();
            assert_eq!(read(&text), call, "{text}");
            assert_eq!(call.output_file().unwrap().to_str(), Some(path));
        }
    }
    let form = read(r#"curl h -F 'f=@"C:\\a;b\\it'\''s.png"'"#);
    assert_eq!(form.files(), [Path::new(r"C:\a;b\it's.png")]);
    assert_eq!(read(&form.to_curl().unwrap()), form);
    // Alone on its line.
    let call = read(r#"curl "h/${env}:x""#);
    assert_eq!(read(&call.to_curl().unwrap()), call);
}

#[test]
fn a_file_name_from_a_url_stays_in_its_folder() {
    for (url, name) in [
        ("h/a/b.zip", "b.zip"),
        ("h/a/b.zip?c/d", "b.zip"),
        ("'h/a/%2e%2e%5cx'", "%2e%2e%5cx"),
        (r"'h/a/..\..\x'", "x"),
        (r"'h/C:\x'", "x"),
        ("h/console", "console"),
        ("h/com10.txt", "com10.txt"),
        ("h/a.nul", "a.nul"),
        ("h/.config", ".config"),
        ("h/...x", "...x"),
    ] {
        assert_eq!(files(&format!("curl -O {url}")), [name], "{url}");
    }
    let unsafe_names = [
        "",
        ".",
        "..",
        "a/",
        r"a\",
        r"a\..",
        "a:b",
        "C:",
        "a.",
        "a ",
        "...",
        "NUL",
        "nul.txt",
        "con .a.b",
        "Aux",
        "prn",
        "COM1",
        "com0.x",
        "LPT¹",
        "conin$",
        "CONOUT$.x",
    ];
    for name in unsafe_names {
        let why = fault(&format!("curl -O --path-as-is 'h/x/{name}'"));
        assert!(why.contains("-O: the URL has") && why.contains("use -o"), "{name}: {why}");
    }
    // A name that is known only later is checked then.
    for name in unsafe_names.into_iter().chain(["../x", "a\nb"]) {
        let mut call = read("curl -O --output-dir out \"http://127.0.0.1:9/x/$NAME\"");
        call.set_variable("NAME", name);
        let why = zoomkat::Transport::new().perform(&call).expect_err(name).to_string();
        assert!(why.contains("-O: the URL has"), "{name}: {why}");
        // No view contains it either.
        let views = [call.to_curl(), call.to_rust(), call.preview(SecretDisplay::Masked)];
        for view in views {
            let why = view.expect_err(name).to_string();
            assert!(why.contains("-O: the URL has"), "{name}: {why}");
        }
        // A name from the caller is used unchanged.
        call.set_output_file("y");
        assert_eq!(call.output_file().unwrap().to_str(), Some("y"));
        let why = zoomkat::Transport::new().perform(&call).expect_err(name).to_string();
        assert!(!why.contains("-O"), "{name}: {why}");
    }
    for text in [
        "curl -O \"https://h/x/$NAME\"",
        "curl -O --output-dir out \"https://h/x/a-$NAME.zip?b=c\"",
        "curl -O --output-dir / \"https://h/x/$NAME\"",
        "curl -O --output-dir \"$A/b\" \"https://h/$B/{{NAME}}\"",
    ] {
        let call = read(text);
        let written = call.to_curl().unwrap();
        assert_eq!(read(&written).output_file(), call.output_file(), "{written}");
        assert!(written.contains("-O"), "{written}");
        let mut again = read(&written);
        again.set_variable("NAME", "../x");
        assert!(again.to_curl().is_err(), "{written}");
        let why = call.to_rust().unwrap_err().to_string();
        assert!(why.contains("use -o"), "{why}");
        let mut named = call.clone();
        named.set_variable("NAME", "x");
        assert!(named.to_curl().unwrap().contains("-o "), "{text}");
        assert!(named.to_rust().is_ok(), "{text}");
    }
    // The URL's last segment has changed or would be encoded differently.
    let mut call = read("curl -O \"https://h/x/$NAME\"");
    call.request_mut().set_path("/y");
    assert!(call.to_curl().unwrap_err().to_string().contains("use -o"));
    assert!(read("curl -O \"https://h/é$NAME\"").to_curl().is_err());
}

/// File names that bash quotes: arbitrary ones, and ones that look like Windows paths.
const NAMES: &str = "([C-D]:|\\.|\\.\\.|)[\\\\a-cx._+,@=:'\"$^`%(){}&|; é~!-]{1,9}";

/// Returns the names as `printf %q` writes them, all by one bash.
fn quoted_by_bash(names: &[String]) -> Vec<String> {
    let mut bash = std::process::Command::new("bash");
    bash.args(["-c", "printf '%q\\n' \"$@\"", "bash"]).args(names).env("LC_ALL", "C.UTF-8");
    let output = bash.output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn a_file_name_quoted_by_bash_is_read_or_refused() {
    if !has("bash") {
        return;
    }
    let mut runner = proptest::test_runner::TestRunner::default();
    let names = prop::collection::vec(NAMES, 100);
    let test = |names: Vec<String>| {
        for (name, quoted) in names.iter().zip(quoted_by_bash(&names)) {
            // Standard input and output; a space that may have been a line ending on a page.
            if matches!(name.as_str(), "-" | ".") || name.starts_with([' ', '\u{a0}']) {
                continue;
            }
            let text = format!("curl -g https://h/a -o {quoted} -T {quoted}");
            // A possible Windows path is refused, since bash may mean another file.
            let is_start = |text: &str| {
                let mut chars = text.chars();
                match (chars.next(), chars.next()) {
                    (Some('.'), _) => true,
                    (Some(first), second) => first.is_ascii_alphabetic() && second == Some(':'),
                    _ => false,
                }
            };
            let starts_path = name.split(['@', '=']).any(is_start);
            match Call::from_curl(&text) {
                Ok(call) => {
                    let output = call.output_file().map(|path| path.to_str().unwrap());
                    prop_assert_eq!(output, Some(name.as_str()), "{}", text);
                    prop_assert_eq!(call.files(), [Path::new(name)], "{}", text);
                }
                Err(err) => {
                    let is_told = err.to_string().contains("remove the backslash");
                    prop_assert!(is_told && starts_path, "{}: {}", text, err);
                }
            }
        }
        Ok(())
    };
    runner.run(&names, test).unwrap();
}
