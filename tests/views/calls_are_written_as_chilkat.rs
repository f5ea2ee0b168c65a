//! Chilkat scripts written from a call: they make the request of the call, in the form of the seed's script.

use std::time::Duration;

use support::calls::{TABLE, call, files, normalize, texts};
use support::chilkat_scripts::{Replay, replay};
use support::{Server, patient};
use zoomkat::{Call, ErrorKind, HttpRequest};

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

/// The script of the seed's page, except for the status.
const SEED: &str = r##"require 'chilkat'

# This example assumes the Chilkat API to have been previously unlocked.
# See Global Unlock Sample for sample code.

http = Chilkat::CkHttp.new()

req = Chilkat::CkHttpRequest.new()
req.put_HttpVerb("PUT")
req.put_Path("/v2/users/:userId/password")
req.put_ContentType("multipart/form-data")
req.AddParam("password","<password>")

req.AddHeader("Authorization","Bearer <access_token>")

# resp is a CkHttpResponse
resp = http.SynchronousRequest("api.zoom.us",443,true,req)
if (http.get_LastMethodSuccess() == false)
    print http.lastErrorText() + "\n";
    exit
end

respStatusCode = resp.get_StatusCode()
print "Response Status Code = " + respStatusCode.to_s() + "\n";
if (respStatusCode >= 400)
    print "Response Header:" + "\n";
    print resp.header() + "\n";
    print "Response Body:" + "\n";
    print resp.bodyStr() + "\n";
    print "Failed." + "\n";

    exit
end

print "Success." + "\n";
"##;

const VERIFY: &str = "# By default Chilkat verifies neither the certificate nor the host name.
http.put_RequireSslCertVerify(true)
http.put_RequireHostnameMatch(true)
";

fn seed() -> Call {
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").set_path("/v2/users/:userId/password");
    req.set_content_type("multipart/form-data").add_param("password", "<password>");
    req.add_header("Authorization", "Bearer <access_token>");
    Call::new("api.zoom.us", 443, true, req)
}

/// Runs the script of a call with the secrets of the call.
fn run(call: &Call) -> Replay {
    let secrets = call.secrets();
    replay(&call.to_chilkat_ruby().unwrap(), &|name| {
        let found = secrets.iter().find(|secret| secret.name() == name);
        found.unwrap_or_else(|| panic!("{name}")).value().to_owned()
    })
}

fn refused(call: &Call) -> String {
    let err = call.to_chilkat_ruby().unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Content, "{err}");
    err.to_string()
}

#[test]
fn the_seed_request_becomes_the_script_of_its_page_and_verifies_certificates() {
    let script = seed().to_chilkat_ruby().unwrap();
    assert_eq!(script.replace(VERIFY, ""), SEED);
    assert!(
        script.contains(&format!("http = Chilkat::CkHttp.new()\n{VERIFY}\nreq = ")),
        "{script}"
    );
    let mut call = seed();
    call.set_require_ssl_cert_verify(false);
    assert_eq!(call.to_chilkat_ruby().unwrap(), SEED);
}

#[test]
fn secrets_and_variables_come_from_the_environment() {
    let mut call = seed();
    call.request_mut().remove_all_params().add_param("password", "a \"#{b}\"");
    call.request_mut().add_header("Authorization", "Bearer not-a-secret");
    let script = call.to_chilkat_ruby().unwrap();
    for line in [
        "req.AddParam(\"password\",ENV.fetch(\"PASSWORD\"))\n",
        "req.AddHeader(\"Authorization\",\"Bearer #{ENV.fetch(\"ZOOM_ACCESS_TOKEN\")}\")\n",
    ] {
        assert!(script.contains(line), "{script}");
    }
    assert!(!script.contains("not-a-secret"), "{script}");
    let command =
        r#"curl -X PUT "$BASE/v2/users/$ID" -H "X-A: #{$ID}" --data-urlencode "a=$B" -d c=d"#;
    let script = Call::from_curl(command).unwrap().to_chilkat_ruby().unwrap();
    let env = |name: &str| match name {
        "BASE" => "http://127.0.0.1:81/start/".to_owned(),
        name => format!("{name} &"),
    };
    let replay = replay(&script, &env);
    assert_eq!(replay.endpoint, ("127.0.0.1".to_owned(), 81, false));
    let text = replay.request.generate_request_text().unwrap();
    assert!(text.starts_with("PUT /start/v2/users/ID%20& HTTP/1.1\r\n"), "{text}");
    assert!(text.contains("X-A: #{ID &}\r\n") && text.contains("\r\n\r\na=B"), "{text}");
}

/// What Chilkat cannot send among the calls of the table, with a part of the error.
const REFUSED: &[(&str, &str)] = &[
    ("OPTIONS of the server", "the path *"),
    ("a form with an explicit type", "parameters of a Content-Type, other than charset"),
    ("a multipart form of odd names", "a space in the name of a param of a form: \"a b\""),
    ("headers of parts", "a Content-Type in the header of part 1"),
    ("another multipart type", "parameters of a Content-Type, other than charset"),
    ("a GET with a body", "a body with the method GET"),
];

#[test]
fn scripts_make_the_requests_of_their_calls() {
    let (server, dir) = (Server::answering("200 OK", "", ""), files());
    let mut wrong = Vec::new();
    for (about, build) in TABLE {
        let call = call(*build, dir.path(), server.port());
        let expected = REFUSED.iter().find(|(known, _)| known == about);
        match (call.to_chilkat_ruby(), expected) {
            (Err(err), Some((_, part))) if err.to_string().contains(part) => continue,
            (Err(err), _) => {
                wrong.push(format!("{about}: {err}"));
                continue;
            }
            (Ok(_), Some(_)) => wrong.push(format!("{about}: it is written")),
            (Ok(_), None) => {}
        }
        patient().perform(&call).unwrap();
        let replay = run(&call);
        let (domain, port, tls) = &replay.endpoint;
        let sent = patient().synchronous_request(domain, *port, *tls, &replay.request);
        if let Err(err) = sent {
            wrong.push(format!("{about}: {err}\n{}", call.to_chilkat_ruby().unwrap()));
            continue;
        }
        let requests: Vec<_> = server.requests().iter().rev().take(2).map(normalize).collect();
        if requests[0] != requests[1] {
            let script = call.to_chilkat_ruby().unwrap();
            wrong.push(format!("{about}:\n  {:?}\n  {:?}\n{script}", requests[1], requests[0]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn any_text_reaches_the_request_unchanged() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..500 {
        let text = texts().new_tree(&mut runner).unwrap().current().replace('\0', "");
        let mut req = HttpRequest::new();
        req.use_upload().add_param("a", &*text);
        req.add_string_for_upload2("b", "c", &text, "utf-8", "text/plain");
        let again = run(&Call::new("h", 80, false, req.clone())).request;
        assert_eq!(again.get_param("a"), Some(&*text));
        let mut req = HttpRequest::new();
        req.set_http_verb("POST").load_body_from_string(&text, "utf-8");
        let again = run(&Call::new("h", 80, false, req.clone())).request;
        let body = |req: &HttpRequest| req.generate_request_text().unwrap();
        assert_eq!(body(&again), body(&req), "{text:?}");
    }
}

#[test]
fn options_become_settings_and_those_that_chilkat_lacks_are_named() {
    let read = |options: &str| Call::from_curl(&format!("curl {options} http://h/")).unwrap();
    for (options, settings) in [
        (
            "-u 'a:<b>'",
            "put_FollowRedirects(false) put_BasicAuth(true) put_Login(a) put_Password(<b>)",
        ),
        (
            "-L --digest -u 'a:<b>'",
            "put_FollowRedirects(true) put_DigestAuth(true) put_Login(a) put_Password(<b>)",
        ),
        (
            "--connect-timeout 1.5 --tlsv1.2 -o out",
            "put_SslProtocol(TLS 1.2 or higher) put_FollowRedirects(false) put_ConnectTimeout(2) put_StreamResponseBodyPath(out)",
        ),
        (
            "-x http://p:81 -U 'c:<d>'",
            "put_FollowRedirects(false) put_ProxyDomain(p) put_ProxyPort(81) put_ProxyLogin(c) put_ProxyPassword(<d>)",
        ),
        (
            "-x https://p",
            "put_FollowRedirects(false) put_ProxyDirectTls(true) put_ProxyDomain(p) put_ProxyPort(443)",
        ),
        (
            "--socks5 p:82",
            "put_FollowRedirects(false) put_SocksVersion(5) put_SocksHostname(p) put_SocksPort(82)",
        ),
        ("-x p --noproxy h", "put_FollowRedirects(false)"),
    ] {
        assert_eq!(run(&read(options)).settings.join(" "), settings, "{options}");
    }
    let mut call = Call::new("h", 443, true, HttpRequest::new());
    call.set_client_cert_files("c.pem", "");
    let script = call.to_chilkat_ruby().unwrap();
    let load = "success = http.SetSslClientCertPem(\"c.pem\",\"\")\nif (success == false)\n    print http.lastErrorText()";
    assert!(script.contains(load), "{script}");
    for (options, part) in [
        ("-m 5", "(-m)"),
        ("-L --max-redirs 3", "(--max-redirs)"),
        ("--cacert a", "(--cacert)"),
        ("--cert a --key b", "(--key)"),
        ("--anyauth -u a:b", "--anyauth"),
        ("-X GET -d a=b", "a body with the method GET"),
        ("-b cookies", "a cookie file"),
        ("-H @fields", "a file of header fields"),
        ("-H 'Content-Type: a/b; c=d' -d x", "parameters of a Content-Type"),
        ("-F 'a b=c'", "a space in the name"),
    ] {
        let text = refused(&read(options));
        assert!(
            text.contains("Chilkat script: Chilkat does not support") && text.contains(part),
            "{text}"
        );
    }
    call.set_client_cert_files("", "").set_total_timeout(Duration::from_secs(1));
    assert!(refused(&call).contains("-m"));
}
