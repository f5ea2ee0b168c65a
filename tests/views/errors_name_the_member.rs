//! Errors of views: they name the member that was called and the file, and the trace starts with
//! the request.

use support::tls::Authority;
use support::{patient, transport};
use zoomkat::{Call, ErrorKind, HttpRequest, Transport};

#[test]
fn a_file_without_a_certificate_or_key_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let authority = Authority::new();
    let none = write("none.txt", "lorem");
    let broken = write("broken.pem", "-----BEGIN CERTIFICATE-----\nlorem");
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n\
               AAAA\n-----END RSA PRIVATE KEY-----\n";
    let old_key = write("old.pem", &format!("{}{old}", authority.pem()));
    let new = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let new_key = write("new.pem", &format!("{}{new}", authority.pem()));
    let cert_only = write("cert.pem", authority.pem());
    let missing = dir.path().join("missing.pem").to_str().unwrap().to_owned();
    let mut http = transport();
    for (path, says) in
        [(&none, "no certificate"), (&broken, "BEGIN and END"), (&missing, "cannot read the file")]
    {
        for member in ["set_trusted_roots_file", "set_client_cert_file"] {
            let err = match member {
                "set_trusted_roots_file" => http.set_trusted_roots_file(path).unwrap_err(),
                _ => http.set_client_cert_file(path).unwrap_err(),
            };
            let message = err.to_string();
            assert!(message.starts_with(&format!("invalid request: {member}: ")), "{message}");
            assert!(message.contains(says) && message.contains(path.as_str()), "{message}");
        }
    }
    for key in [&old_key, &new_key] {
        let message = http.set_client_cert_file(key).unwrap_err().to_string();
        assert!(
            message.contains("is encrypted; decrypt it") && message.contains(key.as_str()),
            "{message}"
        );
    }
    // Roots need no key.
    http.set_trusted_roots_file(&new_key).unwrap();
    let message = http.set_client_cert_file(&cert_only).unwrap_err().to_string();
    assert!(message.contains("no private key") && message.contains(&cert_only), "{message}");
    // The text is not shown, since it may be a key.
    let text = "-----BEGIN CERTIFICATE-----\nmarker\n-----END CERT";
    let message = http.set_trusted_roots_pem(text).unwrap_err().to_string();
    assert!(message.contains("the PEM") && !message.contains("marker"), "{message}");
}

#[test]
fn errors_of_a_call_name_its_own_members() {
    let dir = tempfile::tempdir().unwrap();
    let none = dir.path().join("none.txt");
    std::fs::write(&none, "lorem").unwrap();
    let none = none.to_str().unwrap();
    let missing = dir.path().join("missing.pem");
    let missing = missing.to_str().unwrap();
    let call = || Call::from_curl("curl https://127.0.0.1:1/").unwrap();
    type Set = fn(&mut Call, &str);
    let cases: [(Set, &str, &str); 6] = [
        (|call, path| _ = call.set_trusted_roots_file(path), "set_trusted_roots_file", none),
        (|call, path| _ = call.set_trusted_roots_file(path), "set_trusted_roots_file", missing),
        (|call, path| _ = call.set_client_cert_files(path, ""), "set_client_cert_files", none),
        (|call, path| _ = call.set_client_cert_files(path, path), "set_client_cert_files", none),
        (|call, path| _ = call.set_client_cert_files(path, "x"), "set_client_cert_files", missing),
        (|call, _| _ = call.set_user("a:b", "lorem"), "set_user", ""),
    ];
    for (set, member, names) in cases {
        let mut call = call();
        set(&mut call, names);
        let err = patient().perform(&call).unwrap_err();
        let message = err.to_string();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{message}");
        assert!(message.starts_with(&format!("invalid request: {member}: ")), "{message}");
        assert!(message.contains(names), "{message}");
    }
    // An empty path unsets the option.
    let (mut set, unset) = (call(), call());
    set.set_trusted_roots_file(missing).set_client_cert_files(missing, missing);
    set.set_output_file(missing);
    assert_ne!(set, unset);
    set.set_trusted_roots_file("").set_client_cert_files("", missing).set_output_file("");
    assert_eq!(set, unset);
}

#[test]
fn the_trace_of_a_wrong_domain_shows_what_was_given() {
    let mut req = HttpRequest::new();
    req.set_path("/v2/users?a=marker");
    for (domain, port, tls, head) in [
        ("https://x/", 443, true, "GET /v2/users?a=***, domain \"https://x/\", port 443, https"),
        ("x:8080", 80, false, "GET /v2/users?a=***, domain \"x:8080\", port 80, http"),
        ("", 443, true, "GET /v2/users?a=***, domain \"\", port 443, https"),
        ("a b", 443, true, "GET /v2/users?a=***, domain \"a b\", port 443, https"),
        (
            "https://me:marker@x",
            443,
            true,
            "GET /v2/users?a=***, domain \"***@x\", port 443, https",
        ),
        ("x.invalid", 0, true, "GET https://x.invalid:0/v2/users?a=***"),
        ("::1", 0, true, "GET https://[::1]:0/v2/users?a=***"),
    ] {
        let err = Transport::new().synchronous_request(domain, port, tls, &req).unwrap_err();
        let text = err.last_error_text();
        assert!(text.starts_with(&format!("{head} (zoomkat ")), "{text}");
        assert!(!text.contains("marker"), "{text}");
    }
}

#[test]
fn a_port_that_is_no_number_is_not_quoted() {
    // It may be the start of a password.
    for url in [
        "https://lorem:MARK/ipsum@example.com/",
        "https://example.com:MARK/",
        "https://example.com:65536/",
    ] {
        let json = format!(r#"{{"item":[{{"name":"One","request":"{url}"}}]}}"#);
        let collection = zoomkat::postman::Collection::from_json(&json).unwrap();
        let message = collection.item("One").unwrap().call().unwrap_err().to_string();
        assert!(message.contains("url: the port is not a number from 1 to 65535"), "{message}");
        assert!(!message.contains("MARK") && !message.contains("65536"), "{message}");
    }
}
