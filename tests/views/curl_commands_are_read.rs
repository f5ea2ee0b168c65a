//! Reading of curl commands: their variables, files and errors.
//!
//! `curl_commands_match_curl.rs` tests what is sent.

use std::path::Path;

use proptest::prelude::*;
use zoomkat::{Call, ErrorKind, SecretDisplay};

use crate::position;

fn read(text: &str) -> Call {
    Call::from_curl(text).unwrap_or_else(|err| panic!("{text}: {err}"))
}

/// Returns the message and the position of the error for this text.
fn fault(text: &str) -> (String, (usize, usize)) {
    let err = Call::from_curl(text).expect_err(text);
    assert_eq!(err.kind(), ErrorKind::Content, "{text}: {err}");
    (err.to_string(), position(&err).expect(text))
}

#[test]
fn form_fields_are_params_and_everything_else_is_a_body() {
    let form = read("curl https://h/a -d 'a%20b=c&d=' --data-urlencode e=f");
    let form = form.request();
    assert_eq!((form.num_params(), form.get_param("a b")), (3, Some("c")));
    assert_eq!(form.content_type(), "application/x-www-form-urlencoded");
    // Sent with a + for the space, so it is not a param.
    assert_eq!(read("curl https://h/a -d 'a=b+c'").request().num_params(), 0);
    // As a param its braces would become those of the variable.
    let braces = read("curl \"https://h/$A\" -d a=%7B%7BA%7D%7D");
    assert_eq!(braces.request().num_params(), 0);
    let query = read("curl -G https://h/a?x=y -d b=c");
    assert_eq!(query.request().path(), "/a?x=y");
    assert_eq!(query.request().get_param("b"), Some("c"));
    let upload = read("curl https://h/a -F a=b -F c=@d.png");
    assert_eq!(upload.request().content_type(), "multipart/form-data");
    assert_eq!(upload.request().get_param("a"), Some("b"));
    assert_eq!(upload.files(), [Path::new("d.png")]);
}

#[test]
fn text_around_a_command_is_skipped() {
    let plain = read("curl https://h/a -d b");
    for text in [
        "  curl https://h/a -d b &\n",
        "curl https://h/a -d b ; # done",
        "curl https://h/a -d b && echo done",
        "curl https://h/a -d b || exit 1",
        "curl https://h/a -d b | jq . # as curl does",
        "curl https://h/a -d b; echo \"$?\"; date",
        "```\ncurl https://h/a -d b\n",
        "```curl https://h/a -d b```",
        "# curl https://h/a -d b",
        "$ time curl https://h/a -d b",
        "> curl https://h/a -d b",
    ] {
        assert_eq!(read(text), plain, "{text}");
    }
    for text in ["echo curl https://h/a", "'$ curl h'", "$ ", "```", "`", "```\n```", "% %"] {
        fault(text);
    }
}

#[test]
fn a_call_has_the_destination_and_options_of_its_command() {
    let call = read("curl -k https://api.zoom.us/v2/users");
    assert_eq!((call.domain(), call.port(), call.ssl()), ("api.zoom.us", 443, true));
    assert_eq!(call.require_ssl_cert_verify(), Some(false));
    assert_eq!(call.follow_redirects(), Some(false));
    assert_eq!(read("curl -L https://h").follow_redirects(), Some(true));
    assert_eq!(read("curl https://h").require_ssl_cert_verify(), None);
    let call = read("curl [::1]:8080/a");
    assert_eq!((call.domain(), call.port(), call.ssl()), ("[::1]", 8080, false));
    for command in ["curl h -o -", "curl h"] {
        assert_eq!(read(command).output_file(), None, "{command}");
    }
    let named = read("curl https://h/a/b.zip?c=d -O --output-dir x/");
    assert_eq!(named.output_file().unwrap().to_str(), Some("x/b.zip"));
    for command in [
        "curl h -x socks5h://me:pw@proxy:9 --cacert ca.pem --cert c.pem --key k.pem -m 2.5",
        "curl https://h --tlsv1.2 --tls-max 1.3 --http2 -U a:b --socks4a p --noproxy '*' -p -x p:1",
        "curl https://h --cert-type PEM --connect-timeout .5 --max-redirs -1 --proto =https -sSfLv",
    ] {
        read(command);
    }
}

#[test]
fn variables_are_found_in_every_shell_and_in_the_url() {
    for (text, names) in [
        ("curl \"https://$HOST/$A\" -H \"X: ${B} $A\"", &["HOST", "A", "B"][..]),
        ("curl $URL", &["URL"]),
        ("curl 'https://h/$A' -d '$B' -H \"X: \\$C\"", &[]),
        ("curl 'https://h/{{a b}}/{{c-d}}' -d '{{e}}'", &["a b", "c-d"]),
        ("curl -g https://h/{{a}}", &[]),
        ("curl -T ~/f https://h/g", &["HOME"]),
        ("curl.exe ^\n \"https://h/%A%?b=%20c%20\"", &["A"]),
        ("curl ^\n https://h/%E9a%20b%C3%A9", &[]),
        ("curl `\n $Url -H \"X: $env:TOKEN ${c}\" -d '$no'", &["Url", "TOKEN", "c"]),
        ("curl -d @$FILE h", &["FILE"]),
    ] {
        assert_eq!(read(text).variables(), names, "{text}");
    }
    let mut call = read("curl \"$BASE/users/$ID?a=b\" -d \"@$FILE\" -H 'X: {{ID2}}'");
    assert_eq!(call.domain(), "{{BASE}}");
    call.set_variable("BASE", "https://api.zoom.us:8443/v2")
        .set_variable("ID", "me")
        .set_variable("FILE", "body.txt");
    assert_eq!((call.domain(), call.port(), call.ssl()), ("api.zoom.us", 8443, true));
    assert_eq!(call.request().path(), "/v2/users/me?a=b");
    assert_eq!(call.request().get_header_field("X"), Some("{{ID2}}"));
    assert_eq!(call.files(), [Path::new("body.txt")]);
    let mut whole = read("curl $URL");
    whole.set_variable("URL", "http://h/a/?b=c");
    assert_eq!(whole.request().path(), "/a/?b=c");
}

#[test]
fn a_command_is_parsed_as_a_call() {
    let call: Call = "curl https://h/a".parse().unwrap();
    assert_eq!(call, read("curl https://h/a"));
    let err = "wget https://h/a".parse::<Call>().unwrap_err();
    assert!(err.to_string().contains("does not start with curl"), "{err}");
}

#[test]
fn a_name_used_as_text_and_as_variable_is_refused() {
    let (why, place) = fault("curl h \\\n -H \"X: $A\" \\\n -d '{{A}}'");
    assert!(why.contains("{{A}} is text here"), "{why}");
    assert_eq!(place, (3, 5));
}

#[test]
fn line_ends_in_quotes_are_those_of_the_text() {
    let body = |text: &str| {
        let sent = read(text).request().generate_request_text().unwrap();
        sent.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap()
    };
    for quote in ["'", "\""] {
        // Windows wrote the text if all of its lines end with CR LF.
        let windows =
            format!("curl https://h/a \\\r\n -d {quote}a\r\n\rb\r{quote} \\\r\n -H 'A: b'\r\n");
        assert_eq!(body(&windows), "a\n\rb\r", "{quote}");
        let unix = format!("curl https://h/a \\\n -d {quote}a\r\nb{quote}\n");
        assert_eq!(body(&unix), "a\r\nb", "{quote}");
    }
}

/// Texts that cannot be read, with the position of the error and words of its message.
#[test]
fn an_error_has_its_position() {
    let mut wrong = Vec::new();
    for (text, place, says) in [
        ("", (1, 1), "no command"),
        ("curl http:/h/a", (1, 6), "two slashes"),
        ("curl HTTPS:/h/a", (1, 6), "two slashes"),
        ("curl --proto =https http://h", (1, 14), "--proto: it does not allow"),
        ("curl --proto -all,https http://h", (1, 14), "--proto: it does not allow"),
        ("curl --proto =http -L http://h", (1, 14), "--proto: zoomkat follows"),
        ("curl -L --proto-redir =https http://h", (1, 23), "--proto-redir: zoomkat follows"),
        ("curl --disallow-username-in-url http://u:p@h", (1, 6), "the URL has a user"),
        ("wget https://h", (1, 1), "does not start with curl"),
        ("curl", (1, 5), "no URL"),
        ("curl -X PUT", (1, 12), "no URL"),
        ("curl h \\\n  -H 'X: y", (2, 6), "quote ' that opens here"),
        ("curl h -H \"X", (1, 11), "quote \" that opens here"),
        ("curl h -d $'x", (1, 11), "quote $' that opens here"),
        ("curl ^\n  ^\"h", (2, 3), "quote \" that opens here"),
        ("curl 'é' \"$(date)\"", (1, 11), "output of another command"),
        ("curl `date`", (1, 6), "output of another command"),
        ("curl ${A:-x}", (1, 6), "only ${NAME}"),
        ("curl h/$1", (1, 8), "$1 has no value"),
        ("curl h && curl i", (1, 11), "second curl command"),
        ("curl h||date", (1, 7), "`||`"),
        ("curl h?a=b&", (1, 11), "quotes"),
        ("curl h?a&&b", (1, 9), "`&&`"),
        ("curl h & date", (1, 8), "`&`"),
        ("curl h?a=b&c=d", (1, 11), "quotes"),
        ("curl h;date", (1, 7), "`;`"),
        ("curl h; date; curl i", (1, 15), "second curl command"),
        ("curl h/<user_id>/x", (1, 8), "`<user_id>` is a placeholder for a value"),
        ("curl h -d \"$[1+1]\"", (1, 12), "calculate"),
        ("curl h <<EOF\nx\nEOF", (1, 8), "nothing in the command reads"),
        ("curl h -T - <<< x", (1, 11), "-T: only -d"),
        ("curl h -F @- <<< x", (1, 18), "nothing in the command reads"),
        ("curl h -d @- <<< ", (1, 14), "`<<<`"),
        ("curl h -d @- <<", (1, 14), "`<<`"),
        ("curl h -d @- <<EOF\nx\n EOF", (1, 14), "no line EOF"),
        ("curl h -d @- <<EOF | curl i\nx\nEOF", (1, 22), "second curl command"),
        ("curl h; /usr/bin/curl i", (1, 9), "second curl command"),
        ("curl h && bash -c 'curl i'", (1, 11), "`bash`: it runs other commands"),
        ("curl h -d @- <<'EOF\nhunter\nEOF", (1, 14), "quote ' that opens here"),
        ("curl h -d @- <<EOF\n`x` y\nEOF", (2, 1), "output of another command"),
        ("curl h -d @- <<EOF", (1, 14), "`<<`"),
        ("curl h >> f", (1, 8), "`>>`"),
        ("curl h | xargs curl", (1, 16), "second curl command"),
        ("curl h\ncurl i", (2, 1), "second curl command"),
        ("curl h\n\ti", (2, 2), "a second URL"),
        ("curl -H X: a b\nh", (1, 14), "a second URL"),
        ("curl h ^ \n ^\n -d x", (1, 8), "a space follows the ^"),
        ("curl “h”", (1, 6), "typographic quote “"),
        ("curl h –data x", (1, 8), "the dash '–'"),
        ("curl h\u{200b}", (1, 7), "U+200B"),
        ("curl h -d {a,b}", (1, 11), "single quotes"),
        ("curl h -d {a:{b:1},c:2}", (1, 11), "single quotes"),
        ("curl h -d {a,{b}}", (1, 11), "single quotes"),
        ("curl h -d {1..3}", (1, 11), "single quotes"),
        ("curl h -d x{a..e..2}", (1, 12), "single quotes"),
        ("curl h --nope", (1, 8), "--nope: curl has no such option"),
        ("curl h --haeder x", (1, 8), "did you mean --header?"),
        ("curl h --da x", (1, 8), "--data, --data-ascii"),
        ("curl h -s?", (1, 8), "-?: curl has no option"),
        ("curl h -d", (1, 8), "-d: a value is missing"),
        ("curl h --silent=x", (1, 8), "it does not take a value"),
        ("curl h -", (1, 8), "a lone `-`"),
        ("curl h -H 'no header'", (1, 11), "-H: a header is"),
        ("curl h -H 'Transfer-Encoding: chunked'", (1, 11), "Transfer-Encoding cannot"),
        ("curl h -d abc -H 'Content-Length: 5'", (1, 18), "not the length"),
        ("curl h -H Host: ", (1, 11), "without Host"),
        ("curl h -u me", (1, 11), "write user:password"),
        ("curl h -u $ME", (1, 11), "\"$USER:$PASSWORD\""),
        ("curl h --retry x", (1, 16), "number of retries"),
        ("curl h --retry 1 --retry-delay x", (1, 32), "number of seconds"),
        ("curl h --max-filesize 1kb", (1, 23), "number of bytes"),
        ("curl h --max-filesize -1", (1, 23), "number of bytes"),
        ("curl h --max-filesize 99999999P", (1, 23), "number of bytes"),
        ("curl h --no-ipv4", (1, 8), "only a flag can be turned off"),
        ("curl h -L --location-trusted", (1, 11), "--location-trusted is not supported"),
        ("curl h -m soon", (1, 11), "number of seconds"),
        ("curl h --cert a:b", (1, 15), "passphrase"),
        ("curl h -x ftp://p", (1, 11), "does not support a proxy with this scheme"),
        ("curl h -F a", (1, 11), "name=content"),
        ("curl h -F a=@b,c", (1, 11), "multipart/mixed"),
        ("curl h -F 'a=b;c'", (1, 11), "after this semicolon"),
        ("curl h -F 'a=b;type=c'", (1, 11), "needs a type"),
        ("curl h -F 'a=b;headers=@c'", (1, 11), "from a file"),
        ("curl h -F 'a=b;encoder=base64'", (1, 11), "encoder"),
        ("curl h -F 'a=@-'", (1, 11), "standard input"),
        ("curl h -F a=b -d c", (1, 11), "can have only one of them"),
        ("curl h -T f -d c", (1, 11), "can have only one of them"),
        ("curl h -I -d c", (1, 8), "can have only one of them"),
        ("curl h -T -", (1, 11), "standard input"),
        ("curl h -F a=b -H 'Content-Type: a/b'", (1, 11), "multipart/form-data"),
        ("curl h -F a=b -H 'Content-Type: multipart/form-data; boundary=x'", (1, 11), "boundary"),
        ("curl h --form-escape -F 'a\"=b'", (1, 8), "%22"),
        ("curl h -L -e ';auto'", (1, 14), ";auto"),
        ("curl h -O", (1, 8), "use -o"),
        ("curl ftp://h", (1, 6), "not http or https"),
        ("curl http://", (1, 6), "no host"),
        ("curl 'h/{a,b}'", (1, 6), "several URLs"),
        ("curl 'h/[1-9]'", (1, 6), "several URLs"),
        ("curl 'h?page[size]=3'", (1, 6), "use -g"),
        ("curl h -X 'Bearer marker'", (1, 11), "-X: not a method"),
        ("curl -X=PUT h", (1, 6), "-X: not a method"),
        ("curl http://exämple.com/", (1, 6), "xn--"),
        (
            "curl --user:me:secret h",
            (1, 6),
            "--user..: curl has no such option; did you mean --user",
        ),
        ("curl --\u{1b}[31mx h", (1, 6), "--..: curl has no such option"),
        ("curl h -header 'A: b'", (1, 8), "did you mean --header?"),
        ("curl h -insecure=1", (1, 8), "did you mean --insecure?"),
        ("curl h -\u{202e}", (1, 8), "after one dash: curl has no option"),
        ("curl h -b jar -j", (1, 15), "-j: zoomkat sends all"),
        ("curl h -o a/b --create-dirs", (1, 15), "--create-dirs: zoomkat does not create folders"),
        ("curl --data-urlencode \"$A\" h", (1, 23), "write \"NAME=$VALUE\""),
        ("curl --tlsv1.3 --tls-max 1.2 https://h", (1, 26), "no version of TLS"),
    ] {
        let (why, found) = fault(text);
        if !why.contains(says) || found != place {
            wrong.push(format!("{text:?}: {why}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_encoded_variable_stays_open_until_it_is_set() {
    let mut call = read(r#"curl http://h -d 'a=b c' --data-urlencode "token=x $T" -d "r=$T""#);
    assert_eq!(call.variables(), ["T"]);
    assert!(
        call.preview(SecretDisplay::Shown)
            .unwrap()
            .ends_with("a=b c&token=x+{{T, urlencoded}}&r={{T}}\n")
    );
    let text = call.to_curl().unwrap();
    assert!(text.contains(r#"--data-urlencode "token=x $T""#), "{text}");
    call.set_variable("T", "y&z");
    assert!(call.preview(SecretDisplay::Shown).unwrap().ends_with("a=b c&token=x+y%26z&r=y&z\n"));
    // It is a secret like any other text there.
    let hidden = call.hide_secrets();
    assert!(hidden.to_curl().unwrap().contains("token=$TOKEN"));
    assert!(
        !format!("{:?}{}", hidden.variables(), hidden.preview(SecretDisplay::Masked).unwrap())
            .contains("y%26z")
    );
    // Text that contains the name of a variable does not refer to it.
    let call = read(r#"curl http://h -d '{{T, urlencoded}}' --data-urlencode "a=$T""#);
    let filled = call.clone().set_variable("T", "&").preview(SecretDisplay::Shown).unwrap();
    assert!(filled.ends_with("{{T, urlencoded}}&a=%26\n"), "{filled}");
}

#[test]
fn an_unsupported_option_is_named() {
    let lone = [
        "--http3",
        "--http2-prior-knowledge",
        "--location-trusted",
        "--ntlm",
        "--negotiate",
        "--next",
        "-:",
        "-Z",
        "--parallel",
        "-n",
        "--netrc",
        "-J",
        "--crlf",
        "--tr-encoding",
        "--raw",
        "--post301",
        "--proxy-insecure",
        "--haproxy-protocol",
        "-M",
        "-V",
        "--cert-status",
        "--ca-native",
    ];
    for option in lone {
        let (why, place) = fault(&format!("curl https://h {option}"));
        assert!(why.contains(option) && why.contains("not supported"), "{option}: {why}");
        assert_eq!(place, (1, 16), "{option}");
    }
    for option in [
        "--resolve",
        "--connect-to",
        "--interface",
        "--unix-socket",
        "-K",
        "--config",
        "-C",
        "-z",
        "--etag-compare",
        "--preproxy",
        "--proxy-header",
        "--request-target",
        "--aws-sigv4",
        "--capath",
        "--ciphers",
        "--pass",
        "--pinnedpubkey",
        "--doh-url",
        "--variable",
        "--hsts",
        "-Y",
    ] {
        let (why, _) = fault(&format!("curl https://h {option} lorem"));
        assert!(why.contains(option) && why.contains("not supported"), "{option}: {why}");
        assert!(!why.contains("lorem"), "{option}: {why}");
    }
    // An option may turn off what is off anyway.
    read("curl https://h --no-digest --no-netrc");
    // And turn off what was on.
    read("curl https://h --anyauth --raw --no-anyauth -n --no-netrc --no-raw");
    let (why, place) = fault("curl https://h --raw --no-raw --netrc --no-raw");
    assert!(why.contains("--netrc is not supported"), "{why}");
    assert_eq!(place, (1, 31));
}

#[test]
fn options_that_only_print_are_accepted() {
    let plain = read("curl https://h/a -d b=c");
    for options in [
        "-s",
        "-S",
        "-f",
        "-v",
        "-i",
        "-N",
        "-#",
        "-q",
        "-w '%{http_code}'",
        "-D -",
        "-R",
        "--no-progress-meter",
        "--progress-meter",
        "--buffer",
        "--alpn",
        "--sessionid",
        "--clobber",
        "--http2",
        "--retry 0 --retry-delay 1",
        "--max-filesize 0",
        "--no-location-trusted",
        "--location-trusted --no-location",
        "--location-trusted --no-location-trusted",
        "--trace f",
        "--trace-ascii=f",
        "--stderr f",
        "--libcurl f.c",
        "--fail-with-body",
        "--limit-rate 1k",
        "--keepalive-time 5",
        "--tcp-nodelay",
        "--no-buffer",
        "--ssl-no-revoke",
        "--ftp-pasv",
        "--mail-from x",
        "-sSfvi",
        "--proto =https",
        "--proto -http --proto-redir =https",
        "--proto-redir =ftp",
        "--disallow-username-in-url",
        "--styled-output",
        "-j",
        "--create-dirs",
        "2>/dev/null",
        "2>&1",
        "| jq .",
        "2>&1",
        "# done",
        ";",
    ] {
        assert_eq!(read(&format!("curl https://h/a -d b=c {options}")), plain, "{options}");
    }
}

#[test]
fn an_error_never_shows_a_value() {
    for text in [
        "curl h -u marker",
        "curl h -H 'marker'",
        "curl http://me:marker/x@h",
        "curl h --cert marker:marker",
        "curl h -x marker://marker",
        "curl h -F 'a=marker;x=marker'",
        "curl h -m marker",
        "curl h marker",
        "curl h -d 'marker",
        "curl h -d marker -F a=marker",
        "curl 'h/{marker,marker}'",
        "curl h -X '' -d marker",
        "curl h -X 'Bearer marker'",
        "curl h --user:me:marker",
        "curl h --user:\u{202e}marker=x",
        "curl h --aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaamarker",
        "curl h --http3 -d marker",
    ] {
        let err = Call::from_curl(text).expect_err(text);
        assert!(!format!("{err}{err:?}").contains("marker"), "{text}: {err}");
    }
}

#[test]
fn no_file_is_opened_before_the_call_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe");
    #[cfg(unix)]
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // Opening the pipe would block; the folder and the missing file would be errors.
    let missing = dir.path().join("missing");
    for path in [pipe.as_path(), dir.path(), missing.as_path()] {
        // bash removes the backslashes of Windows.
        let path = path.to_str().unwrap().replace(std::path::MAIN_SEPARATOR, "/");
        for options in [
            "-d @{}",
            "--data-binary @{}",
            "--json @{}",
            "--data-urlencode a@{}",
            "-F a=@{}",
            "-F a='<'{}",
            "-T {}",
            "-b {}",
            "-H @{}",
            "--cacert {}",
            "--cert {}",
            "--url-query a@{}",
            "-d a -d @{}",
        ] {
            let text = format!("curl https://h/a {}", options.replace("{}", &format!("'{path}'")));
            assert_eq!(read(&text).files(), [Path::new(&path)], "{text}");
        }
    }
    let call = read(&format!("curl http://127.0.0.1:9/ -d '@{}'", missing.display()));
    let err = zoomkat::Transport::new().perform(&call).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
}

#[test]
fn framing_fields_in_a_file_of_headers_are_checked_when_the_call_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("headers");
    let sent = |field: &str| {
        std::fs::write(&path, format!("{field}\n")).unwrap();
        let server = support::Server::answering("200 OK", "", "");
        let path = path.to_str().unwrap().replace(std::path::MAIN_SEPARATOR, "/");
        let url = format!("http://127.0.0.1:{}/", server.port());
        let call = read(&format!("curl {url} -d lorem -H '@{path}'"));
        support::patient().perform(&call).map(|_| server.request())
    };
    assert_eq!(sent("Content-Length: 5").unwrap().header("Content-Length"), Some("5"));
    for (field, found) in
        [("Content-Length: 4", "has 5 bytes"), ("Transfer-Encoding: chunked", "Transfer-Encoding")]
    {
        let err = sent(field).unwrap_err();
        assert!(err.is_invalid_request() && err.to_string().contains(found), "{err}");
    }
}

#[test]
fn a_long_text_is_read_in_linear_time() {
    // Quadratic code would take hours.
    let many = |piece: &str| piece.repeat(500_000 / piece.len());
    let encoded = |n: usize| format!("-d \"$(url_encode \"$V{n}\")\" ");
    for text in [
        format!("curl h -d '{}'", many("{{a")),
        format!("curl h {}", many("-Ha:b ")),
        format!("curl h {}", (0..50_000).map(|n| format!("-d @{n} ")).collect::<String>()),
        format!("curl h {}", many("-d @{ ")),
        format!("curl 'h/{}' -g", many("../a/")),
        format!("curl h -F 'a=b{}'", many(";headers=\"")),
        format!("curl h {}", many("$A")),
        format!("curl h {}", many("\\ ")),
        format!("curl h {}", many("$'")),
        format!("curl ^\n h {}", many("%A")),
        format!("curl ^\n h {}", many("%")),
        format!("curl ^\n h {}", many("%A:")),
        format!("curl h -d \"{}", many("%TEMP:\"\"")),
        format!("curl `\n h -d '{}", many("\\\"")),
        format!("curl `\n h -d {}", many("'\\\"'\"\\`\"\"")),
        format!("curl h | {}", many("|")),
        format!("curl h/{}{}", many("{"), many("}")),
        format!("curl h {}", (0..15_000).map(encoded).collect::<String>()),
        format!("curl h {} {}", many("--raw "), many("--no-netrc ")),
    ] {
        let _ = Call::from_curl(&text);
    }
}

const WORDS: &[&str] = &[
    "curl",
    " ",
    "\n",
    "\\\n",
    "^\n",
    "`\n",
    "'",
    "\"",
    "$'",
    "\\",
    "^\"",
    "$A",
    "${",
    "%A%",
    "%TEMP%",
    "\"\"",
    "-d",
    "-F",
    "-H",
    "-X",
    "-u",
    "-b",
    "-T",
    "-x",
    "-o",
    "--url",
    "--data-urlencode",
    "--cert",
    "@",
    "@-",
    "a=b",
    "a=@f;type=x/y",
    ";filename=",
    ";headers=\"",
    "X: y",
    "https://h/a",
    "http://[::1",
    "u:p@h",
    "{{A}}",
    "{",
    "}",
    "[1-1]",
    "é",
    "“",
    "\u{a0}",
    "\0",
    "|",
    ">",
    "2>&1",
    "&",
    ";",
    "#",
    "~/",
    "\\xff",
    "\\u",
    "--",
    "-",
    "=",
    ":",
    ",",
    "../",
    "?",
    "1e400",
    "-1",
];

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>(), tail in ".*") {
        let _ = Call::from_curl(&text);
        let _ = Call::from_curl(&format!("curl {text}{tail}"));
    }

    #[test]
    fn no_mixture_of_syntax_makes_the_reader_panic(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..24),
    ) {
        for start in ["curl ", "curl ^\n", "curl `\n", "$ curl h "] {
            let _ = Call::from_curl(&format!("{start}{}", words.concat()));
            let _ = Call::from_curl(&format!("{start}{}", words.join(" ")));
        }
    }

    #[test]
    fn any_quoted_text_arrives_unchanged(
        value in prop_oneof!["[^\u{0}\r]*", "[%A-Ca-c'\"\\\\$^`{}:,&|; ]*"],
    ) {
        let single = value.replace('\'', "'\\''");
        let call = read(&format!("curl https://h/ --form-string 'a={single}'"));
        prop_assert_eq!(call.request().get_param("a"), Some(&*value));
        let double: String = value
            .chars()
            .flat_map(|c| ["\\".repeat(usize::from("\\\"$`".contains(c))), c.to_string()])
            .collect();
        let call = read(&format!("curl https://h/ --form-string \"a={double}\""));
        prop_assert_eq!(call.request().get_param("a"), Some(&*value));
    }
}
