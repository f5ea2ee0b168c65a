//! Curl commands written from a call: bash and curl send what the call itself sends.
//!
//! The comparison runs where `ZOOMKAT_REQUIRE_TOOLS` is set.

use std::process::{Command, Stdio};
use std::time::Duration;

use proptest::prelude::*;
use support::calls;
use support::calls::{TABLE, call, files, normalize, requests};
use support::tools::{has, has_curl};
use support::{Server, patient};
use zoomkat::{Call, ErrorKind, HttpRequest, SecretDisplay};

/// Runs a command in bash as if pasted there, with these variables set.
fn run(command: &str, variables: &[(&str, &str)]) {
    // Without the machine's configuration and proxies, and without output of the response.
    let quiet = "curl() { command curl -q -sS --noproxy '*' --max-time 60 -o /dev/null \"$@\"; }\n";
    let output = Command::new("bash")
        .args(["--norc", "--noprofile", "-c"])
        .arg(format!("{quiet}{command}"))
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
}

/// Sends a call and its curl command, and compares the requests.
fn agree(what: &str, server: &Server, call: &Call) {
    let before = server.requests().len();
    patient().perform(call).unwrap_or_else(|err| panic!("{what}: {err}"));
    let command = call.to_curl().unwrap_or_else(|err| panic!("{what}: {err}"));
    run(&command, &[]);
    let requests = server.requests();
    assert_eq!(requests.len(), before + 2, "{what}");
    let (ours, curls) = (normalize(&requests[before]), normalize(&requests[before + 1]));
    assert_eq!(curls, ours, "{what}\n{command}");
}

fn seed() -> Call {
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT");
    req.set_path("/v2/users/:userId/password");
    req.set_content_type("multipart/form-data");
    req.add_param("password", "dolor Excepteur minim");
    req.add_header("Authorization", "Bearer <access_token>");
    Call::new("api.zoom.us", 443, true, req)
}

fn to(request: HttpRequest) -> Call {
    Call::new("example.com", 443, true, request)
}

#[test]
fn the_seed_request_is_formatted_as_on_its_page() {
    let text = "curl -X PUT \\\n\
                \t-H \"Authorization: Bearer <access_token>\" \\\n\
                \t--form 'password=dolor Excepteur minim' \\\n\
                \thttps://api.zoom.us/v2/users/:userId/password\n";
    assert_eq!(seed().to_curl().unwrap(), text);
}

#[test]
fn a_command_with_hidden_secrets_uses_shell_variables() {
    let mut call = seed();
    call.request_mut().add_header("Authorization", "Bearer lorem");
    let text = "curl -X PUT \\\n\
                \t-H \"Authorization: Bearer $ZOOM_ACCESS_TOKEN\" \\\n\
                \t--form-string \"password=$PASSWORD\" \\\n\
                \thttps://api.zoom.us/v2/users/:userId/password\n";
    assert_eq!(call.hide_secrets().to_curl().unwrap(), text);
}

#[test]
fn bash_and_curl_send_what_the_call_sends() {
    if !has("bash") || !has_curl() {
        return;
    }
    let dir = files();
    let server = Server::answering("200 OK", "", "");
    for (what, build) in TABLE {
        agree(what, &server, &call(*build, dir.path(), server.port()));
    }
}

/// Requests that curl can send but whose commands are not accepted: see the reader's errors.
const UNREAD: &[&str] = &[
    "OPTIONS of the server",
    "uploads from memory",
    "headers of parts",
    "another multipart type",
    "a multipart form in another charset",
];

/// Reads the command of a call and compares the requests of both.
fn reads_back(what: &str, server: &Server, call: &Call) {
    let text = call.to_curl().unwrap();
    let read = match Call::from_curl(&text) {
        Err(_) if UNREAD.contains(&what) => return,
        read => read.unwrap_or_else(|err| panic!("{what}: {err}\n{text}")),
    };
    let before = server.requests().len();
    patient().perform(call).unwrap();
    patient().perform(&read).unwrap();
    let requests = server.requests();
    assert_eq!(normalize(&requests[before + 1]), normalize(&requests[before]), "{what}\n{text}");
    // Writing the call that was read gives the same command.
    let again = read.to_curl().unwrap();
    assert!(Call::from_curl(&again).unwrap() == read, "{what}\n{text}{again}");
}

#[test]
fn a_written_command_reads_back_as_the_same_request() {
    let dir = files();
    let server = Server::answering("200 OK", "", "");
    for (what, build) in TABLE {
        reads_back(what, &server, &call(*build, dir.path(), server.port()));
    }
}

#[test]
fn a_file_is_sent_by_the_upload_option_where_possible() {
    for (command, written) in [
        ("curl -T note.txt http://h/a", "curl -T note.txt http://h/a"),
        ("curl -L -T \"$F\" 'http://h/a?b/'", "curl -T \"$F\" -L 'http://h/a?b/'"),
        // With -T each of these would mean something else.
        (
            "curl -X PUT -H Content-Type: --data-binary @note.txt http://h/a/",
            "curl -X PUT -H \"Content-Type:\" --data-binary @note.txt http://h/a/",
        ),
        (
            "curl -T note.txt \"http://h/$ID\"",
            "curl -X PUT -H \"Content-Type:\" --data-binary @note.txt \"http://h/$ID\"",
        ),
        (
            "curl -g -T 'a[1].txt' http://h/a",
            "curl -X PUT -H \"Content-Type:\" --data-binary '@a[1].txt' http://h/a",
        ),
        (
            "curl -T note.txt -H 'Content-Type: a/b' http://h/a",
            "curl -X PUT -H \"Content-Type: a/b\" --data-binary @note.txt http://h/a",
        ),
        (
            "curl -X POST -T note.txt http://h/a",
            "curl -H \"Content-Type:\" --data-binary @note.txt http://h/a",
        ),
    ] {
        let text = Call::from_curl(command).unwrap().to_curl().unwrap();
        assert_eq!(text.replace(" \\\n\t", " ").trim_end(), written, "{command}");
    }
}

#[test]
fn user_and_password_are_sent_at_once() {
    if !has("bash") || !has_curl() {
        return;
    }
    let server = Server::answering("200 OK", "", "");
    let mut call = call(|_, _| {}, ".".as_ref(), server.port());
    call.set_user("it's me", "p:w$\"");
    agree("a user", &server, &call);
}

#[test]
fn hidden_secrets_come_from_the_environment() {
    if !has("bash") || !has_curl() {
        return;
    }
    let server = Server::answering("200 OK", "", "");
    let odd = "a'b\"c$d`e\\f!g;h@i,j";
    let mut form = HttpRequest::new();
    form.use_upload().add_param("password", odd).add_param("f", "x");
    form.add_header("Cookie", "a=b; c=d").add_header("X-Api-Key", "k!1");
    let mut urlencoded = HttpRequest::new();
    urlencoded.use_post().add_param("a", "1 2").add_param("client_secret", odd);
    let mut json = HttpRequest::new();
    json.use_post().set_content_type("application/json");
    json.load_body_from_string("{\"a\": 1, \"token\": \"lorem\", \"b\": \"!\"}", "utf-8");
    let mut query = HttpRequest::new();
    query.set_path("/p?a=b&access_token=lorem").add_param("key", "k/1").add_param("b", "c d");
    // A shell uses these names for something else.
    let mut shells = HttpRequest::new();
    shells.set_path("/p?pwd=lorem&oldpwd=ipsum").mark_header_sensitive("Path");
    shells.add_header("Path", "dolor");
    for request in [form, urlencoded, json, query, shells] {
        let call = Call::new("127.0.0.1", server.port(), false, request);
        let before = server.requests().len();
        patient().perform(&call).unwrap();
        let hidden = call.hide_secrets();
        let command = hidden.to_curl().unwrap();
        for secret in [odd, "lorem", "ipsum", "dolor", "k!1", "c=d", "k/1"] {
            assert!(!command.contains(secret), "{command}");
        }
        let variables = [
            ("PASSWORD", odd),
            ("CLIENT_SECRET", odd),
            ("A", "b"),
            ("C", "d"),
            ("X_API_KEY", "k!1"),
            ("TOKEN", "lorem"),
            ("ACCESS_TOKEN", "lorem"),
            ("KEY", "k/1"),
            ("SECRET_PWD", "lorem"),
            ("SECRET_OLDPWD", "ipsum"),
            ("SECRET_PATH", "dolor"),
        ];
        run(&command, &variables);
        let requests = server.requests();
        let lower = |mut request: calls::Normalized| {
            // With -G curl writes the digits of %2F in lower case.
            request.line = request.line.replace("%2f", "%2F");
            request
        };
        assert_eq!(
            lower(normalize(&requests[before + 1])),
            normalize(&requests[before]),
            "{command}"
        );
    }
}

#[test]
fn the_options_of_a_call_become_curl_options() {
    let mut call = to(HttpRequest::new());
    call.set_follow_redirects(true).set_max_redirects(3).set_require_ssl_cert_verify(false);
    call.set_trusted_roots_file("it's.pem").set_client_cert_files("c:d.pem", "key.pem");
    call.set_connect_timeout(Duration::from_millis(1500))
        .set_total_timeout(Duration::from_secs(10));
    call.set_user("me", "<password>").set_no_proxy("*").set_output_file("-");
    let text = "curl -u 'me:<password>' \\\n\
                \t-L \\\n\
                \t--max-redirs 3 \\\n\
                \t-k \\\n\
                \t--cacert \"it's.pem\" \\\n\
                \t--cert 'c\\:d.pem' \\\n\
                \t--key key.pem \\\n\
                \t--connect-timeout 1.5 \\\n\
                \t-m 10 \\\n\
                \t--noproxy '*' \\\n\
                \t-o ./- \\\n\
                \thttps://example.com/\n";
    assert_eq!(call.to_curl().unwrap(), text);
    call.set_follow_redirects(false);
    assert!(!call.to_curl().unwrap().contains("-L"));
}

#[test]
fn proxies_and_tls_versions_are_written_as_they_were_read() {
    for options in [
        "-x http://proxy:3128 \\\n\t-U 'me:<password>'",
        "-x https://proxy:443",
        "-x socks5h://127.0.0.1:1080",
        "-x socks4a://127.0.0.1:1080",
        "--tlsv1.3",
    ] {
        let text = format!("curl {options} \\\n\thttps://example.com/\n");
        assert_eq!(Call::from_curl(&text).unwrap().to_curl().unwrap(), text);
    }
}

#[test]
fn options_that_a_call_does_not_set_are_left_to_curl() {
    assert_eq!(to(HttpRequest::new()).to_curl().unwrap(), "curl https://example.com/\n");
    let other = Call::new("::1", 8080, false, HttpRequest::new());
    assert_eq!(other.to_curl().unwrap(), "curl 'http://[::1]:8080/'\n");
}

#[test]
fn calls_that_curl_cannot_make_and_invalid_requests_are_errors_that_say_why() {
    let refused = |kind: ErrorKind, says: &str, build: &dyn Fn(&mut HttpRequest)| {
        let mut request = HttpRequest::new();
        build(&mut request);
        let err = to(request).to_curl().unwrap_err();
        assert_eq!(err.kind(), kind, "{err}");
        assert!(err.to_string().contains(says), "{says}: {err}");
    };
    refused(ErrorKind::Content, "byte 0", &|r| {
        r.use_post().load_body_from_bd(b"a\0b");
    });
    refused(ErrorKind::Content, "HEAD", &|r| {
        r.set_http_verb("HEAD").load_body_from_string("x", "utf-8");
    });
    refused(ErrorKind::Content, "part of it", &|r| {
        r.use_post().stream_chunk_from_file("no such file", 1, 2);
    });
    refused(ErrorKind::Content, "without parts", &|r| {
        r.use_upload();
    });
    refused(ErrorKind::InvalidRequest, "http_verb", &|r| {
        r.set_http_verb("P UT");
    });
    refused(ErrorKind::InvalidRequest, "X-A", &|r| {
        r.add_header("X-A", "a\r\nb");
    });
    refused(ErrorKind::InvalidRequest, "charset", &|r| {
        r.use_post().set_charset("iso-8859-1").add_param("a", "€");
    });
    let err = Call::new("a b", 80, false, HttpRequest::new()).to_curl().unwrap_err();
    assert_eq!(err.kind(), ErrorKind::InvalidRequest);
}

#[test]
fn writing_a_command_opens_no_file() {
    let mut req = HttpRequest::new();
    req.use_upload().add_file_for_upload("f", "no/such/file.txt");
    let text = to(req).to_curl().unwrap();
    assert!(text.contains("--form 'f=@no/such/file.txt'"), "{text}");
}

#[test]
fn a_host_that_looks_like_an_option_is_not_taken_for_one() {
    let call = Call::from_curl("curl --url \"-o$A/.profile\"").unwrap();
    assert_eq!(call.to_curl().unwrap(), "curl --url \"-o$A/.profile\"\n");
}

#[test]
fn many_variables_are_written_in_linear_time() {
    // Quadratic code would take minutes.
    let names: String = (0..20_000).map(|n| format!("$a{n}=")).collect();
    let files: String = (0..20_000).map(|n| format!("-F 'a=<f{n}' ")).collect();
    let encoded: String = (0..20_000).map(|n| format!("--data-urlencode \"=$a{n}\" ")).collect();
    for text in [
        format!("curl http://h/ -d \"{names}\""),
        format!("curl http://h/ {files}"),
        format!("curl http://h/ {encoded}"),
    ] {
        let call = Call::from_curl(&text).unwrap();
        call.to_curl().unwrap();
        call.preview(SecretDisplay::Masked).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn curl_sends_any_request_like_the_call(request in requests()) {
        if has("bash") && has_curl() {
            let server = Server::answering("200 OK", "", "");
            agree("generated", &server, &Call::new("127.0.0.1", server.port(), false, request));
        }
    }

    #[test]
    fn any_command_reads_back_as_the_same_request(request in requests()) {
        let server = Server::answering("200 OK", "", "");
        reads_back("generated", &server, &Call::new("127.0.0.1", server.port(), false, request));
    }

    #[test]
    fn writing_never_panics(
        request in requests(),
        domain in ".{0,12}",
        port in any::<u16>(),
        more in prop::collection::vec((".{0,8}", ".{0,8}"), 0..4),
    ) {
        let mut call = Call::new(&domain, port, port % 2 == 0, request);
        for (name, value) in more {
            call.request_mut().add_header(&name, &value).add_param(&name, &value);
            call.request_mut().set_charset(&name).set_path_variable(&name, &value);
            call.set_user(&name, &value).set_no_proxy(&value).set_output_file(&name);
            let _ = (call.to_curl(), call.hide_secrets().to_curl(), call.to_rust());
        }
        let _ = (call.to_curl(), call.to_rust(), call.hide_secrets().to_curl());
    }
}
