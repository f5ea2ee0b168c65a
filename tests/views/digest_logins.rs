//! Digest logins in all views: read, written and sent.

use support::digest::has_right_login;
use support::{Conn, Server, patient};
use zoomkat::{Call, HttpRequest, SecretDisplay};

const LOGIN: (&str, &str) = ("lorem", "not-a-secret");

/// Answers right credentials with 200, and others with a challenge.
fn protected_server() -> Server {
    let challenge =
        "WWW-Authenticate: Digest realm=\"zoo\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256\r\n";
    Server::start(move |mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            match has_right_login(&request, LOGIN, "zoo") {
                true => conn.respond("200 OK", "", "welcome"),
                false => conn.respond("401 No", challenge, "no"),
            }
        }
    })
}

fn digest_call(port: u16) -> Call {
    let mut call = Call::new("127.0.0.1", port, false, HttpRequest::new());
    call.set_digest_user(LOGIN.0, LOGIN.1);
    call
}

#[test]
fn each_view_has_the_login_and_sends_it() {
    let server = protected_server();
    let call = digest_call(server.port());
    let (command, item) = (call.to_curl().unwrap(), call.to_postman("i").unwrap());
    assert!(command.contains("-u 'lorem:not-a-secret' \\\n\t--digest"), "{command}");
    let json: serde_json::Value = serde_json::from_str(&item).unwrap();
    let auth = &json["request"]["auth"];
    assert_eq!((&auth["type"], &auth["digest"][0]["value"]), (&"digest".into(), &"lorem".into()));
    let program = call.to_rust().unwrap();
    assert!(
        program.contains(
            "    // Needs zoomkat's feature `digest`.\n    http.set_digest_login(\"lorem\", &password);\n"
        ),
        "{program}"
    );
    for read in [&call, &Call::from_curl(&command).unwrap(), &Call::from_postman(&item).unwrap()] {
        let mut http = patient();
        http.set_auth_token("<access_token>");
        assert_eq!(http.perform(read).unwrap().body_str(), "welcome");
        let text = format!("{read:?}{}", read.preview(SecretDisplay::Masked).unwrap());
        assert!(!text.contains("not-a-secret") && text.contains("Authorization: ***"), "{text}");
    }
    let shown = call.preview(SecretDisplay::Shown).unwrap();
    assert!(shown.contains("Authorization: Digest <response to a challenge>\n"), "{shown}");
    let hidden = call.hide_secrets();
    assert_eq!(hidden.variables(), ["PASSWORD"]);
    assert!(hidden.to_curl().unwrap().contains("-u \"lorem:$PASSWORD\" \\\n\t--digest"));
}

#[test]
fn the_schemes_of_a_command_are_those_that_curl_takes() {
    let written = |options: &str| {
        let command = format!("curl {options} -u a:b http://h/");
        Call::from_curl(&command).unwrap().to_curl().unwrap()
    };
    for (options, digest, any) in [
        ("--digest", true, false),
        ("--basic --digest", false, true),
        ("--anyauth", false, true),
        ("--anyauth --no-basic", true, false),
        ("--anyauth --no-digest", false, false),
        ("--digest --no-digest", false, false),
        ("--basic", false, false),
    ] {
        let text = written(options);
        assert_eq!(
            (text.contains("--digest"), text.contains("--anyauth")),
            (digest, any),
            "{text}"
        );
    }
    // Without a login, or with a header, the scheme has no effect.
    let plain = Call::from_curl("curl http://h/").unwrap();
    assert_eq!(Call::from_curl("curl --digest http://h/").unwrap(), plain);
    let header = "-H 'Authorization: x' http://h/";
    let own = Call::from_curl(&format!("curl --digest -u a:b {header}")).unwrap();
    assert_eq!(own, Call::from_curl(&format!("curl {header}")).unwrap());
    let err = Call::from_curl("curl --digest -u :b http://h/").unwrap_err();
    assert!(err.to_string().contains("-u: Digest authentication without a user"), "{err}");
    // The user may be in a variable before the path.
    let server = protected_server();
    let mut call = Call::from_curl("curl --digest \"$BASE/a\"").unwrap();
    assert!(call.to_curl().unwrap().contains("--digest"));
    let base = format!("http://{}:{}@127.0.0.1:{}", LOGIN.0, LOGIN.1, server.port());
    call.set_variable("BASE", &base);
    assert_eq!(patient().perform(&call).unwrap().body_str(), "welcome");
}

#[test]
fn a_login_for_any_scheme_is_written_where_it_can_be() {
    let call = Call::from_curl("curl --anyauth -u lorem:ipsum http://h/").unwrap();
    let program = call.to_rust().unwrap();
    assert!(program.contains("set_digest_login") && program.contains("set_basic_auth(true)"));
    let err = call.to_postman("i").unwrap_err().to_string();
    assert!(err.contains("--anyauth; use --digest or --basic"), "{err}");
    let basic = "WWW-Authenticate: Basic realm=\"x\"\r\n";
    for (options, sent) in [("--anyauth", 2), ("--digest", 1)] {
        let server = Server::answering("401 No", basic, "no");
        let command = format!("curl {options} -u a:b http://127.0.0.1:{}/", server.port());
        let resp = patient().perform(&Call::from_curl(&command).unwrap()).unwrap();
        assert_eq!((resp.status_code(), server.requests().len()), (401, sent), "{options}");
    }
}

#[test]
fn what_a_postman_item_stores_of_a_challenge_is_not_used() {
    let item = |params: &str| {
        format!(
            r#"{{"name":"i","request":{{"url":"http://h/","auth":{{"type":"digest","digest":{params}}}}}}}"#
        )
    };
    let plain = Call::from_postman(&item(r#"{"username":"a","password":"b"}"#)).unwrap();
    let stored = r#"[{"key":"username","value":"a"},{"key":"password","value":"b"},{"key":"realm","value":"r"},
        {"key":"nonce","value":"n"},{"key":"algorithm","value":"MD5"},{"key":"disableRetryRequest","value":false}]"#;
    assert_eq!(Call::from_postman(&item(stored)).unwrap(), plain);
    // Postman sends no login without a user.
    let none = Call::from_postman(&item(r#"{"password":"b"}"#)).unwrap();
    assert!(!none.to_curl().unwrap().contains("-u"));
    let err =
        Call::from_postman(&item(r#"{"username":"a","disableRetryRequest":true}"#)).unwrap_err();
    assert!(err.to_string().contains("disableRetryRequest"), "{err}");
}

#[test]
fn a_password_change_that_was_refused_is_sent_with_the_login_and_then_not_again() {
    let server = Server::start(|mut conn: Conn| {
        conn.read_request();
        let challenge = "WWW-Authenticate: Digest realm=\"zoo\", nonce=\"n\", qop=\"auth\"\r\n";
        conn.respond("401 No", challenge, "");
        conn.read_request();
    });
    let mut call = digest_call(server.port());
    call.request_mut().set_http_verb("PUT").set_path("/v2/users/me/password");
    call.request_mut().load_body_from_string("{}", "utf-8");
    let err = patient().perform(&call).unwrap_err();
    assert!(err.may_have_been_processed(), "{err}");
    assert_eq!(server.requests().len(), 2, "the outcome of the second one is unknown");
}
