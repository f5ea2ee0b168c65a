//! Options of curl that change how a request is sent, not what it contains.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;
use support::{Server, patient};
use zoomkat::{Call, ErrorKind, HttpRequest, HttpResponse, Retries, Transport};

/// Answers with each of these statuses in turn, and with 200 afterwards.
fn answering_in_turn(statuses: &'static [&'static str]) -> Server {
    let count = Arc::new(AtomicUsize::new(0));
    Server::start(move |mut conn| {
        while conn.read_request().is_some() {
            let at = count.fetch_add(1, Ordering::SeqCst);
            conn.respond(statuses.get(at).copied().unwrap_or("200 OK"), "", "body");
        }
    })
}

fn perform(server: &Server, command: &str) -> zoomkat::Result<HttpResponse> {
    let command = command.replace("{u}", &format!("http://127.0.0.1:{}", server.port()));
    patient().perform(&Call::from_curl(&command)?)
}

#[test]
fn a_temporary_status_is_retried_if_the_request_is_idempotent() {
    for (statuses, options, status, sent) in [
        (&["503 A", "429 B"][..], "--retry 2", 200, 3),
        (&["503 A", "429 B", "500 C"], "--retry 2", 500, 3),
        (&["408 A", "502 B", "504 C"], "--retry 3 -X PUT -d a", 200, 4),
        (&["503 A"], "--retry 1 -X DELETE", 200, 2),
        (&["503 A"], "--retry 1 -d a", 503, 1),
        (&["503 A"], "--retry 1 -X PATCH -d a", 503, 1),
        (&["501 A"], "--retry 1", 501, 1),
        (&["404 A"], "--retry 1 --retry-all-errors", 404, 1),
        (&["503 A"], "", 503, 1),
    ] {
        let server = answering_in_turn(statuses);
        let command = format!("curl {options} --retry-delay 0.001 {{u}}/a");
        let resp = perform(&server, &command).unwrap();
        assert_eq!((resp.status_code(), server.requests().len()), (status, sent), "{options}");
    }
}

#[test]
fn a_password_change_is_not_retried_once_it_was_sent() {
    let server = answering_in_turn(&["503 A"]);
    let command = "curl --retry 3 --retry-delay 0.001 -X PUT -d a=b {u}/v2/users/me/password";
    let resp = perform(&server, command).unwrap();
    assert_eq!((resp.status_code(), server.requests().len()), (503, 1));
    let text = resp.call_text();
    assert!(text.contains("not sent again: the request is not idempotent"), "{text}");
}

#[test]
fn a_response_and_an_error_list_the_retries() {
    let server = answering_in_turn(&["503 A", "429 B", "500 C"]);
    let resp = perform(&server, "curl --retry 2 --retry-delay 0.001 {u}/a").unwrap();
    let text = resp.call_text();
    assert!(text.contains("status 503; sent again after 0.001 s"), "{text}");
    assert!(text.contains("status 429; sent again after 0.001 s"), "{text}");
    assert!(text.contains("not sent again: 2 retries have been made"), "{text}");

    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let command =
        format!("curl --retry 1 --retry-delay 0.001 --retry-connrefused http://{closed}/");
    let err = patient().perform(&Call::from_curl(&command).unwrap()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Connect);
    let text = err.last_error_text();
    assert!(text.contains("sent again after 0.001 s"), "{text}");
    assert!(text.contains("not sent again: 1 retries have been made"), "{text}");
    let command = command.replace(" --retry-connrefused", "");
    let err = patient().perform(&Call::from_curl(&command).unwrap()).unwrap_err();
    assert!(!err.last_error_text().contains("sent again"), "{err}");
}

#[test]
fn a_connection_that_breaks_is_retried_after_any_error_only() {
    let count = Arc::new(AtomicUsize::new(0));
    let connections = Arc::clone(&count);
    let server = Server::start(move |mut conn| {
        // Each first connection of a pair is closed without a response.
        if connections.fetch_add(1, Ordering::SeqCst) % 2 == 1 && conn.read_request().is_some() {
            conn.respond("200 OK", "Connection: close\r\n", "");
        }
    });
    let options = "--retry 1 --retry-delay 0.001";
    let resp = perform(&server, &format!("curl {options} --retry-all-errors {{u}}/a")).unwrap();
    assert_eq!(resp.status_code(), 200);
    perform(&server, &format!("curl {options} {{u}}/a")).unwrap_err();
    perform(&server, &format!("curl {options} {{u}}/a")).unwrap();
    let before = count.load(Ordering::SeqCst);
    // What the server did with a POST is unknown.
    perform(&server, &format!("curl {options} --retry-all-errors -d a {{u}}/a")).unwrap_err();
    assert_eq!(count.load(Ordering::SeqCst), before + 1);
}

#[test]
fn a_request_that_is_not_idempotent_is_not_retried_once_it_was_sent() {
    let server = Server::start(|mut conn| _ = conn.read_request());
    let mut http = patient();
    http.set_retries(Retries::new(3).delay(Duration::from_millis(1)).after_any_error());
    let send = |req: &HttpRequest| {
        let before = server.requests().len();
        http.synchronous_request("127.0.0.1", server.port(), false, req).unwrap_err();
        server.requests().len() - before
    };
    let mut get = HttpRequest::new();
    get.set_path("/a");
    assert_eq!(send(&get), 4);
    get.set_idempotent(false);
    assert_eq!(send(&get), 1);
    let command = "curl --retry 3 --retry-all-errors --retry-delay 0.001 -X PUT -d a=b {u}/v2/users/me/password";
    let before = server.requests().len();
    perform(&server, command).unwrap_err();
    assert_eq!(server.requests().len(), before + 1, "a password change");
}

#[test]
fn a_retry_writes_the_output_file_once_and_sends_the_whole_body() {
    let dir = tempfile::tempdir().unwrap();
    let (input, output) = (dir.path().join("in"), dir.path().join("out"));
    std::fs::write(&input, "content").unwrap();
    let server = answering_in_turn(&["503 A"]);
    let folder = dir.path().to_str().unwrap().replace('\\', "/");
    let command =
        format!("curl --retry 1 --retry-delay 0.001 -T '{folder}/in' -o '{folder}/out' {{u}}/a");
    assert_eq!(perform(&server, &command).unwrap().status_code(), 200);
    let sent = server.requests();
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|request| request.body == b"content"));
    assert_eq!(std::fs::read(output).unwrap(), b"body");
}

#[test]
fn a_transport_retries_every_call() {
    let server = answering_in_turn(&["503 A", "503 B"]);
    let mut http = Transport::with_endpoint("127.0.0.1", server.port(), false);
    http.set_env_proxy(false).set_retries(Retries::new(2).delay(std::time::Duration::ZERO));
    let resp = http.send(zoomkat::HttpRequest::new()).unwrap();
    assert_eq!((resp.status_code(), server.requests().len()), (200, 3));
}

#[test]
fn an_abort_ends_the_wait_before_a_retry() {
    let server = answering_in_turn(&["503 A"]);
    let mut http = patient();
    let stop = http.clone();
    http.on_progress_info(move |name, _| {
        if name == "Retry" {
            stop.abort_current();
        }
    });
    let command = format!("curl --retry 1 --retry-delay 600 http://127.0.0.1:{}/", server.port());
    let err = http.perform(&Call::from_curl(&command).unwrap()).unwrap_err();
    assert!(err.is_aborted(), "{err}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_retry_after_that_is_too_long_is_not_waited_for() {
    let server = Server::answering("503 A", "Retry-After: 3000\r\n", "");
    let resp = perform(&server, "curl --retry 1 {u}/a").unwrap();
    assert!(resp.call_text().contains("Retry-After asks for a wait of"), "{}", resp.call_text());
    let resp = perform(&server, "curl --retry 1 --retry-max-time 9 {u}/a").unwrap();
    assert!(resp.call_text().contains("the time for retries is over"), "{}", resp.call_text());
}

#[test]
fn a_version_of_ip_excludes_the_other() {
    let server = Server::answering("200 OK", "", "");
    assert_eq!(perform(&server, "curl -4 {u}/").unwrap().status_code(), 200);
    let err = perform(&server, "curl -6 {u}/").unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Resolve);
    assert!(err.to_string().contains("none is for IPv6"), "{err}");
    // A connection of another version is not reused.
    let http = patient();
    let call = |option: &str| {
        let command = format!("curl {option} http://127.0.0.1:{}/", server.port());
        http.perform(&Call::from_curl(&command).unwrap())
    };
    call("").unwrap();
    assert!(call("-4").unwrap().call_text().contains("connected to"));
    assert!(call("").unwrap().call_text().contains("reused"));
    call("-6").unwrap_err();
}

#[test]
fn a_larger_response_than_max_filesize_is_an_error() {
    let server = Server::answering("200 OK", "", "body");
    assert_eq!(perform(&server, "curl --max-filesize 4 {u}/").unwrap().body_str(), "body");
    assert_eq!(perform(&server, "curl --max-filesize 0 {u}/").unwrap().body_str(), "body");
    let err = perform(&server, "curl --max-filesize 3 {u}/").unwrap_err();
    assert_eq!(err.kind(), ErrorKind::TooLarge);
}

#[test]
fn each_option_is_written_as_it_was_read() {
    for options in [
        "--retry 3 \\\n\t--retry-delay 2 \\\n\t--retry-max-time 9.5 \\\n\t--retry-connrefused \\\n\t--retry-all-errors",
        "-4",
        "-6",
        "--max-filesize 1024",
        "-c jar",
        "-c -",
        "-L \\\n\t-b ''",
        "-H \"Accept:\"",
    ] {
        let text = format!("curl {options} \\\n\thttps://example.com/\n");
        assert_eq!(Call::from_curl(&text).unwrap().to_curl().unwrap(), text);
    }
    for (options, statement) in [
        ("--retry 3", "http.set_retries(zoomkat::Retries::new(3));"),
        (
            "--retry 3 --retry-delay 2 --retry-max-time 9.5 --retry-connrefused --retry-all-errors",
            "http.set_retries(zoomkat::Retries::new(3).delay(std::time::Duration::from_secs(2)).max_time(\
             std::time::Duration::new(9, 500000000)).after_refusal().after_any_error());",
        ),
        ("-6", "http.set_ip_family(zoomkat::IpFamily::V6);"),
        ("--max-filesize 1k", "http.set_max_response_size(1024);"),
        ("-L -c jar", "http.set_cookie_store(zoomkat::CookieStore::Memory);"),
        ("-L -b ''", "http.set_cookie_store(zoomkat::CookieStore::Memory);"),
        ("-c jar", "// curl's -c also writes the cookies of the response to a file."),
        ("-m 0", "http.set_total_timeout(None);"),
    ] {
        let call = Call::from_curl(&format!("curl {options} https://example.com/")).unwrap();
        let program = call.to_rust().unwrap();
        assert!(program.contains(statement), "{program}");
    }
}

#[test]
fn an_item_says_what_postman_does_in_another_way() {
    let item = |options: &str| -> Value {
        let call = Call::from_curl(&format!("curl https://example.com/ {options}")).unwrap();
        serde_json::from_str(&call.to_postman("lorem").unwrap()).unwrap()
    };
    let description = |item: &Value| item["request"]["description"].as_str().map(str::to_owned);
    let cookies = item("-H 'Cookie: a=1' -H 'Cookie: b=2'");
    assert_eq!(cookies["request"]["header"].as_array().unwrap().len(), 2);
    assert!(description(&cookies).unwrap().contains("Cookie fields as one, joined by \"; \""));
    let empty = item("-H \"X-A: $A\" -H \"X-B: b$A\"");
    let text = description(&empty).unwrap();
    assert!(text.contains("curl leaves a field out if its variable is empty: X-A."), "{text}");
    let options = item("--retry 2 -4 --max-filesize 9 -c jar");
    let text = description(&options).unwrap();
    for what in ["the retries", "the version of IP", "the maximum size", "the cookie file"] {
        assert!(text.contains(what), "{text}");
    }
    let removed = item("-H Accept: -A ''");
    let disabled = &removed["protocolProfileBehavior"]["disabledSystemHeaders"];
    assert_eq!(disabled.to_string(), r#"{"accept":true,"user-agent":true}"#);
    let again = Call::from_postman(&removed.to_string()).unwrap().to_curl().unwrap();
    assert!(again.contains("-H \"Accept:\"") && again.contains("-H \"User-Agent:\""), "{again}");
    assert_eq!(description(&item("-H 'X-A: a'")), None);
}
