//! Sending a `Call`: it goes to its destination with its options. The transport supplies the rest,
//! and its own settings stay unchanged.

use std::time::Duration;

use support::tls::Authority;
use support::{Conn, Server, patient};
use zoomkat::{Call, ErrorKind, HttpRequest, SecretDisplay};

fn to(server: &Server) -> Call {
    let mut req = HttpRequest::new();
    req.set_path("/v2/users/me");
    Call::new("127.0.0.1", server.port(), false, req)
}

fn answer_all(mut conn: Conn) {
    while conn.read_request().is_some() {
        conn.respond("200 OK", "", "fine");
    }
}

#[test]
fn a_call_without_options_sends_the_request_alone() {
    let server = Server::answering("200 OK", "", "fine");
    let mut http = patient();
    http.set_user_agent("lorem").set_request_header("X-Of", "the transport");
    let call = to(&server);
    assert_eq!(http.perform(&call).unwrap().body_str(), "fine");
    server.call(&http, call.request()).unwrap();
    let requests = server.requests();
    assert_eq!(requests[0].text(), requests[1].text());
    assert_eq!(requests[0].header("X-Of"), Some("the transport"));
}

#[test]
fn the_options_of_a_call_do_not_change_the_transport() {
    let server = Server::answering("302 Found", "Location: /elsewhere\r\n", "");
    let http = support::chilkat(&patient());
    let mut call = to(&server);
    call.set_follow_redirects(false).set_user("lorem", "ipsum");
    assert_eq!(http.perform(&call).unwrap().status_code(), 302);
    assert_eq!(http.last_status(), 302);
    assert!(server.request().header("Authorization").unwrap().starts_with("Basic "));
    assert!(http.follow_redirects() && !http.basic_auth() && http.login().is_empty());
    let err = http.perform(&to(&server)).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Redirect);
    assert_eq!(server.requests().last().unwrap().header("Authorization"), None);
}

#[test]
fn a_call_limits_its_redirects() {
    let server = Server::answering("302 Found", "Location: /again\r\n", "");
    let mut call = to(&server);
    for most in [0, 1, 3] {
        let before = server.requests().len();
        call.set_follow_redirects(true).set_max_redirects(most);
        let err = patient().perform(&call).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Redirect);
        assert!(err.to_string().contains(&format!("{most} redirects")), "{err}");
        assert_eq!(server.requests().len() - before, most as usize + 1);
    }
    let mut http = patient();
    http.set_max_redirects(2);
    assert_eq!(support::chilkat(&http).max_redirects(), 2);
    assert_eq!(http.perform(&to(&server)).unwrap_err().kind(), ErrorKind::Redirect);
}

#[test]
fn a_calls_user_replaces_the_transports_token_and_its_header_replaces_both() {
    let server = Server::answering("200 OK", "", "");
    let mut http = patient();
    http.set_auth_token("<access_token>");
    let mut call = to(&server);
    call.set_user("lorem", "ipsum");
    http.perform(&call).unwrap();
    // base64 of lorem:ipsum
    assert_eq!(server.request().header("Authorization"), Some("Basic bG9yZW06aXBzdW0="));
    call.request_mut().add_header("Authorization", "Bearer <other>");
    http.perform(&call).unwrap();
    assert_eq!(server.requests()[1].header("Authorization"), Some("Bearer <other>"));
}

#[test]
fn a_time_limit_below_a_second_works() {
    let server = Server::start(|mut conn| {
        conn.read_request();
        conn.wait_for_close();
    });
    let mut call = to(&server);
    call.set_total_timeout(Duration::from_millis(50));
    assert!(patient().perform(&call).unwrap_err().is_timeout());
}

#[test]
fn a_call_can_turn_verification_off_or_trust_another_authority() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.certify(&["127.0.0.1"]).server(), answer_all);
    let dir = tempfile::tempdir().unwrap();
    let roots = dir.path().join("roots.pem");
    std::fs::write(&roots, authority.pem()).unwrap();
    let mut call = to(&server);
    call.set_endpoint("127.0.0.1", server.port(), true);
    let http = patient();
    assert!(http.perform(&call).unwrap_err().is_tls());
    let mut off = call.clone();
    off.set_require_ssl_cert_verify(false);
    assert_eq!(http.perform(&off).unwrap().status_code(), 200);
    let mut trusting = call.clone();
    trusting.set_trusted_roots_file(&roots);
    assert_eq!(trusting.files(), [&*roots]);
    assert_eq!(http.perform(&trusting).unwrap().status_code(), 200);
    // A call that wants verification does not reuse an unverified connection.
    assert!(http.perform(&call).unwrap_err().is_tls());
    trusting.set_trusted_roots_file("no/such.pem");
    let err = http.perform(&trusting).unwrap_err();
    assert!(err.is_invalid_request() && err.to_string().contains("no/such.pem"), "{err}");
}

#[test]
fn a_client_certificate_is_read_from_one_file_or_two() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let identity = authority.certify(&["127.0.0.1"]);
    let server = Server::start_tls(identity.server_for(&clients), answer_all);
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str, content: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let pem = clients.certify(&["client"]).pem();
    let key_at = pem.find("-----BEGIN PRIVATE KEY").unwrap();
    // Line ends are the system's.
    let end = "-----END PRIVATE KEY-----";
    let key_end = key_at + pem[key_at..].find(end).unwrap() + end.len();
    let (both, key) = (path("both.pem", &pem), path("key.pem", &pem[key_at..key_end]));
    let cert = path("cert.pem", &(pem[..key_at].to_owned() + &pem[key_end..]));
    let mut call = to(&server);
    call.set_endpoint("127.0.0.1", server.port(), true).set_require_ssl_cert_verify(false);
    assert!(patient().perform(&call).is_err());
    for (cert, key) in [(&both, ""), (&both, &*both), (&cert, &*key)] {
        call.set_client_cert_files(cert, key);
        assert_eq!(patient().perform(&call).unwrap().status_code(), 200, "{cert} {key}");
    }
    call.set_client_cert_files(&cert, "no/such.key");
    let err = patient().perform(&call).unwrap_err();
    assert!(err.to_string().contains("no/such.key"), "{err}");
}

#[test]
fn an_output_file_gets_only_the_body_of_a_success() {
    let server = Server::start(|mut conn| {
        while let Some(request) = conn.read_request() {
            let missing = request.line().contains("/missing");
            conn.respond(if missing { "404 Not Found" } else { "200 OK" }, "", "content");
        }
    });
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out");
    let mut call = to(&server);
    call.set_output_file(&path);
    call.request_mut().set_path("/missing");
    assert_eq!(patient().perform(&call).unwrap().body_str(), "content");
    assert!(!path.exists());
    call.request_mut().set_path("/there");
    assert_eq!(patient().perform(&call).unwrap().body_str(), "");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "content");
    let null = if cfg!(windows) { "NUL" } else { "/dev/null" };
    // Commands for bash use the Unix device on all systems.
    for device in [null, "/dev/null"] {
        call.set_output_file(device);
        assert_eq!(patient().perform(&call).unwrap().body_str(), "");
    }
    assert!(std::fs::read(null).unwrap().is_empty(), "the device was replaced");
}

#[test]
fn files_of_headers_and_cookies_are_decoded_by_their_byte_order_mark() {
    let server = Server::answering("200 OK", "", "fine");
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str, mark: &str| {
        let text = format!("{mark}{text}");
        let wide = || text.encode_utf16();
        let content = match name.rsplit('.').next() {
            Some("le") => wide().flat_map(u16::to_le_bytes).collect(),
            Some("be") => wide().flat_map(u16::to_be_bytes).collect(),
            _ => text.clone().into_bytes(),
        };
        std::fs::write(dir.path().join(name), content).unwrap();
    };
    for (end, mark) in [("plain", ""), ("utf8", "\u{feff}"), ("le", "\u{feff}"), ("be", "\u{feff}")]
    {
        write(&format!("headers.{end}"), "X-First: é\r\nX-Last: 日\r\n", mark);
        write(&format!("cookies.{end}"), "127.0.0.1\tFALSE\t/\tFALSE\t0\ta\té\r\n", mark);
        // Data is bytes, even with a byte order mark.
        write(&format!("data.{end}"), "b", mark);
        let file = |name: &str| dir.path().join(format!("{name}.{end}"));
        let call = Call::from_curl(&format!(
            "curl http://127.0.0.1:{}/ -H '@{}' -b '{}' --data-binary '@{}'",
            server.port(),
            file("headers").display(),
            file("cookies").display(),
            file("data").display(),
        ));
        patient().perform(&call.unwrap()).unwrap();
        let requests = server.requests();
        let received = requests.last().unwrap();
        let fields = ["X-First", "X-Last", "Cookie"].map(|name| received.header(name));
        assert_eq!(fields, [Some("é"), Some("日"), Some("a=é")], "{end}");
        assert_eq!(received.body, std::fs::read(file("data")).unwrap(), "{end}");
    }
}

#[test]
fn debug_shows_neither_passwords_nor_values() {
    let mut req = HttpRequest::new();
    req.set_path("/p?token=marker").add_param("password", "marker");
    req.add_header("Authorization", "Bearer marker").load_body_from_string("marker", "utf-8");
    let mut call = Call::new("user:marker@host", 1, true, req);
    call.set_user("lorem", "marker");
    let shown = format!("{call:?}\n{call:#?}");
    assert!(!shown.contains("marker"), "{shown}");
    assert!(shown.contains("password") && shown.contains("Authorization"), "{shown}");
}

#[test]
fn a_call_refused_before_sending_is_the_last_call_of_chilkats_http() {
    let server = Server::answering("200 OK", "", "fine");
    let http = support::chilkat(&patient());
    http.perform(&to(&server)).unwrap();
    assert!(http.last_method_success());
    let open = Call::from_curl("curl http://127.0.0.1/$LOREM").unwrap();
    assert!(http.perform(&open).unwrap_err().is_invalid_request());
    assert!(!http.last_method_success());
    let mut unreadable = to(&server);
    unreadable.set_trusted_roots_file("no such file.pem");
    http.perform(&to(&server)).unwrap();
    assert!(http.perform(&unreadable).unwrap_err().is_invalid_request());
    assert!(!http.last_method_success());
}

#[test]
fn every_view_refuses_a_content_length_that_sending_refuses() {
    let mut req = HttpRequest::new();
    req.set_http_verb("POST").load_body_from_string("abc", "utf-8");
    req.add_header("Content-Length", 5);
    let call = Call::new("127.0.0.1", 1, false, req);
    for view in
        [call.to_curl(), call.to_rust(), call.to_postman("a"), call.preview(SecretDisplay::Masked)]
    {
        let err = view.unwrap_err().to_string();
        assert!(err.contains("Content-Length"), "{err}");
    }
}
