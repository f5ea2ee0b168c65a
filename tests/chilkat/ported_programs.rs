//! The ten programs in examples/porting: each does what its script does. So do the ports that `zoomkat port` writes of the
//! same scripts: this file is three modules of the test program, one for each kind of port.
//!
//! Each runs as a process, and the test compares what the server received and what was printed. The
//! programs are modules of this test, which runs itself, so that the examples need not be built.

use std::collections::BTreeSet;
use std::io::{Read as _, Seek as _};
use std::path::Path;
use std::{env, fs};

use serde_json::{Value, json};

use support::alone;
use support::zoom::{Answer, EmbeddedZoom, xml_of};
use support::{ClosedPort, Received, Server};

type Main = fn() -> Result<(), Box<dyn std::error::Error>>;

/// Which ports the tests of this module run.
#[derive(Clone, Copy, PartialEq)]
enum Ports {
    ByHand,
    Idiomatic,
    Literal,
}

fn ports() -> Ports {
    match module_path!().rsplit("::").next() {
        Some("idiomatic_ports") => Ports::Idiomatic,
        Some("literal_ports") => Ports::Literal,
        _ => Ports::ByHand,
    }
}

fn programs() -> &'static [(&'static str, Main)] {
    match ports() {
        Ports::ByHand => by_hand::PROGRAMS,
        Ports::Idiomatic => idiomatic::PROGRAMS,
        Ports::Literal => literal::PROGRAMS,
    }
}

/// The result of a `main`.
trait Outcome {
    fn result(self) -> Result<(), Box<dyn std::error::Error>>;
}

impl Outcome for () {
    fn result(self) -> Result<(), Box<dyn std::error::Error>> {
        Ok(())
    }
}

impl Outcome for Result<(), Box<dyn std::error::Error>> {
    fn result(self) -> Result<(), Box<dyn std::error::Error>> {
        self
    }
}

macro_rules! programs {
    ($module:ident $folder:literal $suffix:literal: $($name:ident)*) => {
        mod $module {
            $(mod $name {
                include!(concat!(
                    env!("CARGO_MANIFEST_DIR"), $folder, stringify!($name), $suffix
                ));
                pub(super) fn result_of_main() -> Result<(), Box<dyn std::error::Error>> {
                    super::super::Outcome::result(main())
                }
            })*
            pub(super) const PROGRAMS: &[(&str, super::Main)] =
                &[$((stringify!($name), $name::result_of_main)),*];
        }
    };
}

programs! { by_hand "/../examples/porting/" ".rs":
    create_user list_users list_pages upload_picture token_basic_auth download_recording
    delete_meeting patch_text webinar_panelists not_found
}

programs! { idiomatic "/port/examples/" ".rs":
    create_user list_users list_pages upload_picture token_basic_auth download_recording
    delete_meeting patch_text webinar_panelists not_found
}

programs! { literal "/port/examples/" "_literal.rs":
    create_user list_users list_pages upload_picture token_basic_auth download_recording
    delete_meeting patch_text webinar_panelists not_found
}

const PROGRAM: &str = "ZOOMKAT_TEST_PROGRAM";
const THIS: &str = "run_the_program_named_by_the_environment";
/// The boundary between the output of the harness and of the program.
const BEGIN: &str = "=== the program begins\n";
const END: &str = "=== the program ends\n";
const TOKEN: &str = "lorem-ipsum-token";
const SECRET: &str = "sed-do-eiusmod";

#[test]
fn run_the_program_named_by_the_environment() {
    let Ok(name) = env::var(PROGRAM) else { return };
    let (_, main) = programs().iter().find(|(n, _)| *n == name).unwrap();
    print!("\n{BEGIN}");
    let result = main();
    print!("{END}");
    if let Err(err) = result {
        // As the runtime does for a `main` that fails.
        eprintln!("Error: {err:?}");
        std::process::exit(1);
    }
    std::process::exit(0);
}

/// Runs a program in a folder and returns its output.
///
/// Like a script that calls `exit`, it ends without an error. An idiomatic port reports a failure by exit code 1 and writes the
/// last message to standard error, which has its place between the others here.
fn run(name: &str, port: u16, folder: &Path) -> String {
    let mut output = tempfile::tempfile().unwrap();
    let status = alone::command(module_path!(), THIS)
        .current_dir(folder)
        .env(PROGRAM, name)
        .env("ZOOM_URL", format!("http://127.0.0.1:{port}"))
        .env("ZOOM_OAUTH_URL", format!("http://127.0.0.1:{port}"))
        .env("ZOOM_DOMAIN", "127.0.0.1")
        .env("ZOOM_PORT", port.to_string())
        .env("ZOOM_SSL", "false")
        .env("ZOOM_ACCESS_TOKEN", TOKEN)
        .env("ZOOM_ACCOUNT_ID", "account")
        .env("ZOOM_CLIENT_ID", "client")
        .env("ZOOM_CLIENT_SECRET", SECRET)
        .stdout(output.try_clone().unwrap())
        .stderr(output.try_clone().unwrap())
        .status()
        .unwrap();
    let mut text = String::new();
    output.rewind().unwrap();
    output.read_to_string(&mut text).unwrap();
    let (_, rest) = text.split_once(BEGIN).unwrap();
    let is_failure = ports() == Ports::Idiomatic && status.code() == Some(1);
    assert!(status.success() || is_failure, "{name}: {status}\n{text}");
    let printed = match rest.split_once(END) {
        // Nothing is written after the program.
        Some((printed, after)) => {
            assert_eq!(after, "", "{name}");
            printed
        }
        None => {
            assert!(is_failure, "{name}: {text}");
            rest
        }
    };
    // The server's date changes with each run.
    printed.split_inclusive('\n').filter(|line| !line.starts_with("date: ")).collect()
}

fn run_at(name: &str, zoom: &EmbeddedZoom) -> String {
    run(name, zoom.port(), Path::new("."))
}

/// Returns a Zoom that accepts every call.
fn zoom() -> EmbeddedZoom {
    let builder = EmbeddedZoom::builder().accept_any_token().client("client", SECRET);
    let names = ["jchill", "ann", "bob", "cleo", "dan"];
    names
        .iter()
        .fold(builder, |builder, name| {
            builder.user(&format!("{name}@example.com"), "sint occaecat")
        })
        .start()
}

/// Returns a Zoom that answers the next call with this response.
fn zoom_saying(answer: Answer) -> EmbeddedZoom {
    let zoom = zoom();
    zoom.refuse_next(1, answer);
    zoom
}

/// Returns the only request that arrived.
fn only(zoom: &EmbeddedZoom) -> Received {
    let requests = zoom.requests();
    assert_eq!(requests.len(), 1, "{requests:#?}");
    requests[0].clone()
}

/// Asserts the head that a quick method with the token sends. The script does not set the user
/// agent.
fn assert_head(request: &Received, line: &str, host_port: u16, rest: &[&str]) {
    let host = format!("Host: 127.0.0.1:{host_port}");
    let mut headers = request.headers();
    headers.retain(|line| !line.to_ascii_lowercase().starts_with("user-agent:"));
    headers.sort_unstable();
    let mut expected = vec![host.as_str()];
    expected.extend(rest);
    expected.sort_unstable();
    assert_eq!(request.line(), line);
    assert_eq!(headers, expected, "{line}");
}

const BEARER: &str = "Authorization: Bearer lorem-ipsum-token";
const GZIP: &str = "Accept-Encoding: gzip";
const ANY: &str = "Accept: */*";
const ONLY_JSON: &str = "Accept: application/json";

/// Returns the header of a response of the embedded Zoom as a program prints it.
fn header(number: usize, length: usize) -> String {
    format!(
        "Response Header:\nx-zm-trackingid: v=2.0;clid=embedded;rid=WEB_{number}\r\n\
         content-type: application/json;charset=UTF-8\r\nContent-Length: {length}\r\n"
    )
}

fn body(request: &Received) -> Value {
    serde_json::from_slice(&request.body).unwrap()
}

/// Returns what a script prints for a response that it did not expect.
fn refusal(status: u16, number: usize, body: &str) -> String {
    format!(
        "Response Status Code = {status}\n{}\nResponse Body:\n{body}\nFailed.\n",
        header(number, body.len())
    )
}

#[test]
fn create_user_sends_nested_json_and_prints_the_new_user() {
    let zoom =
        zoom_saying(Answer::new(201, r#"{"id":"amet","type":1,"email":"jchill@example.com"}"#));
    let printed = run_at("create_user", &zoom);
    let request = only(&zoom);
    let sent = concat!(
        r#"{"action":"create","user_info":{"email":"jchill@example.com","type":1,"#,
        r#""first_name":"Jill","last_name":"O'Chill \"JC\"","#,
        r#""feature":{"zoom_phone":false,"zoom_one_type":16}}}"#,
    );
    assert_eq!(request.text(), sent);
    let length = format!("Content-Length: {}", sent.len());
    let kind = "Content-Type: application/json";
    let rest = [BEARER, GZIP, ANY, kind, &length];
    assert_head(&request, "POST /v2/users HTTP/1.1", zoom.port(), &rest);
    assert_eq!(
        printed,
        "Response Body:\n{\r\n  \"id\": \"amet\",\r\n  \"type\": 1,\r\n  \
         \"email\": \"jchill@example.com\"\r\n}\r\n\nResponse Status Code = 201\nid: amet\ntype: 1\n"
    );
}

#[test]
fn create_user_prints_why_zoom_refused() {
    let zoom = zoom_saying(Answer::error(409, 1005, "User already in the account"));
    let printed = run_at("create_user", &zoom);
    only(&zoom);
    let length = r#"{"code":1005,"message":"User already in the account"}"#.len();
    let expected = format!(
        "Response Body:\n{{\r\n  \"code\": 1005,\r\n  \
         \"message\": \"User already in the account\"\r\n}}\r\n\n\
         Response Status Code = 409\n{}\nFailed.\n",
        header(1, length)
    );
    assert_eq!(printed, expected);
}

#[test]
fn create_user_prints_the_status_of_a_response_that_is_not_json() {
    let zoom = zoom_saying(Answer::new(502, "<h1>Bad Gateway</h1>"));
    let printed = run_at("create_user", &zoom);
    let expected = format!(
        "Response Body:\n{{}}\r\n\nResponse Status Code = 502\n{}\nFailed.\n",
        header(1, 20)
    );
    assert_eq!(printed, expected);
}

#[test]
fn list_users_prints_users_and_their_groups() {
    let zoom = zoom_saying(Answer::json(
        200,
        json!({ "total_records": 3, "users": [
            { "id": "lorem", "email": "jchill@example.com", "type": 2,
              "group_ids": ["ipsum", "dolor"] },
            { "id": "sit", "email": "ann@example.com", "type": 1 },
            { "id": "amet", "type": 2, "group_ids": ["consectetur"] },
        ] }),
    ));
    let printed = run_at("list_users", &zoom);
    let line = "GET /v2/users?status=active&page_size=300 HTTP/1.1";
    let request = only(&zoom);
    assert_head(&request, line, zoom.port(), &[BEARER, GZIP, ONLY_JSON]);
    assert_eq!(request.text(), "");
    assert_eq!(
        printed,
        "Response Status Code = 200\ntotal_records: 3\n\
         lorem jchill@example.com 2\n    group ipsum\n    group dolor\n\
         sit ann@example.com 1\n\
         amet  2\n    group consectetur\n"
    );
}

#[test]
fn list_users_prints_the_whole_list() {
    let zoom = zoom();
    let printed = run_at("list_users", &zoom);
    only(&zoom);
    let users = ["jchill", "ann", "bob", "cleo", "dan"].iter().enumerate();
    let users: String =
        users.map(|(n, name)| format!("embedded-user-{n} {name}@example.com 2\n")).collect();
    assert_eq!(printed, format!("Response Status Code = 200\ntotal_records: 5\n{users}"));
}

#[test]
fn list_users_shows_the_refused_request_without_the_token() {
    let zoom = zoom_saying(Answer::error(401, 124, "Invalid access token."));
    let printed = run_at("list_users", &zoom);
    only(&zoom);
    let (before, rest) = printed.split_once("Request Header:\n").unwrap();
    assert_eq!(before, "Response Status Code = 401\n");
    let (sent, rest) = rest.split_once("Response Body:\n").unwrap();
    assert!(sent.starts_with("GET /v2/users?"), "{sent}");
    assert!(sent.contains("Authorization: ***"), "{sent}");
    assert!(!sent.contains(TOKEN), "{sent}");
    assert_eq!(rest, "{\"code\":124,\"message\":\"Invalid access token.\"}\nFailed.\n");
}

#[test]
fn list_pages_follows_the_token_to_the_last_page() {
    let zoom = zoom();
    let printed = run_at("list_pages", &zoom);
    assert_eq!(
        printed,
        "Page 1\n    jchill@example.com\n    ann@example.com\n\
         Page 2\n    bob@example.com\n    cleo@example.com\n\
         Page 3\n    dan@example.com\nSuccess.\n"
    );
    let requests = zoom.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(zoom.connections(), 1, "the connection was not reused");
    let calls = zoom.calls();
    assert_eq!(calls[0].query, "status=active&page_size=2");
    let line = "GET /v2/users?status=active&page_size=2 HTTP/1.1";
    assert_head(&requests[0], line, zoom.port(), &[BEARER, GZIP, ANY]);
    let token = |n: usize| {
        let call = &calls[n];
        assert_eq!((call.method.as_str(), call.path.as_str()), ("GET", "/v2/users"));
        let token = call.query.strip_prefix("status=active&page_size=2&next_page_token=page-");
        token.unwrap_or_else(|| panic!("{}", call.query)).to_owned()
    };
    assert_ne!(token(1), token(2));
}

#[test]
fn list_pages_stops_at_a_page_that_zoom_refuses() {
    let zoom = zoom();
    let users = json!([{ "email": "jchill@example.com" }]);
    zoom.refuse_next(1, Answer::json(200, json!({ "next_page_token": "a b&c", "users": users })));
    zoom.refuse_next(1, Answer::new(400, r#"{"code":300}"#));
    let printed = run_at("list_pages", &zoom);
    assert_eq!(zoom.calls()[1].query, "status=active&page_size=2&next_page_token=a%20b%26c");
    assert_eq!(zoom.requests().len(), 2);
    let refused = refusal(400, 2, r#"{"code":300}"#);
    assert_eq!(printed, format!("Page 1\n    jchill@example.com\n{refused}"));
}

/// Name, file name, type and content.
type Part = (String, Option<String>, Option<String>, Vec<u8>);

/// Returns the parts of a form, as an independent reader finds them.
fn parts(request: &Received) -> Vec<Part> {
    let kind = request.header("Content-Type").unwrap();
    let (_, boundary) = kind.split_once("multipart/form-data; boundary=").unwrap();
    let mut form = multipart::server::Multipart::with_body(&request.body[..], boundary);
    let mut parts = Vec::new();
    while let Some(mut part) = form.read_entry().unwrap() {
        let mut content = Vec::new();
        part.data.read_to_end(&mut content).unwrap();
        let headers = part.headers;
        let kind = headers.content_type.map(|kind| kind.to_string());
        parts.push((headers.name.to_string(), headers.filename, kind, content));
    }
    parts
}

#[test]
fn upload_picture_sends_the_file_and_the_json() {
    let folder = tempfile::tempdir().unwrap();
    let picture: Vec<u8> = b"\x89PNG\r\n\x1a\n\r\n--".iter().copied().chain(0..=255).collect();
    fs::write(folder.path().join("me.png"), &picture).unwrap();
    let zoom = zoom_saying(Answer::new(201, ""));
    let printed = run("upload_picture", zoom.port(), folder.path());
    assert_eq!(printed, "Response Status Code = 201\nSuccess.\n");
    let request = only(&zoom);
    assert_eq!(request.line(), "POST /v2/users/me/picture HTTP/1.1");
    assert_eq!(request.header("Authorization"), Some("Bearer lorem-ipsum-token"));
    let meta = r#"{"crop":{"x":10,"y":20},"note":"Aufnahme für Zoë"}"#;
    let [(name, file, kind, content), second] = &parts(&request)[..] else { panic!() };
    assert_eq!((name.as_str(), file, content.as_slice()), ("meta", &None, meta.as_bytes()));
    assert!(kind.as_ref().unwrap().starts_with("application/json"), "{kind:?}");
    let png = Some("image/png".to_owned());
    assert_eq!(second, &("pic_file".to_owned(), Some("me.png".to_owned()), png, picture));
}

#[test]
fn upload_picture_prints_why_zoom_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("me.png"), "lorem").unwrap();
    let zoom = zoom_saying(Answer::new(400, r#"{"code":300,"message":"No picture"}"#));
    let printed = run("upload_picture", zoom.port(), folder.path());
    only(&zoom);
    assert_eq!(printed, refusal(400, 1, r#"{"code":300,"message":"No picture"}"#));
}

#[test]
fn upload_picture_names_a_missing_file_and_sends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let zoom = zoom();
    let printed = run("upload_picture", zoom.port(), folder.path());
    assert!(printed.contains("cannot read the file \"me.png\""), "{printed}");
    assert!(!printed.contains("Status") && !printed.contains(TOKEN), "{printed}");
    assert_eq!(zoom.connections(), 0);
}

#[test]
fn token_basic_auth_gets_a_token_and_uses_it() {
    let builder = EmbeddedZoom::builder().client("client", SECRET);
    let zoom = builder.user("jchill@example.com", "sint occaecat").start();
    let printed = run_at("token_basic_auth", &zoom);
    let [token] = &zoom.tokens()[..] else { panic!() };
    let requests = zoom.requests();
    let [first, second] = &requests[..] else { panic!("{requests:#?}") };

    assert_eq!(first.text(), "grant_type=account_credentials&account_id=account");
    assert_head(
        first,
        "POST /oauth/token HTTP/1.1",
        zoom.port(),
        &[
            "Authorization: Basic Y2xpZW50OnNlZC1kby1laXVzbW9k",
            "Content-Type: application/x-www-form-urlencoded",
            "Content-Length: 49",
        ],
    );
    let bearer = format!("Authorization: Bearer {token}");
    let line = "GET /v2/users?page_size=1 HTTP/1.1";
    assert_head(second, line, zoom.port(), &[&bearer, GZIP, ANY]);

    let (before, listed) = printed.split_once("Response Body:\n").unwrap();
    assert_eq!(
        before,
        "Response Status Code = 200\ntoken_type: bearer\nexpires_in: 3600\n\
         Response Status Code = 200\n"
    );
    let listed: Value = serde_json::from_str(listed).unwrap();
    assert_eq!(listed["users"][0]["email"], "jchill@example.com");
    assert!(!printed.contains(SECRET) && !printed.contains(token), "{printed}");
}

#[test]
fn token_basic_auth_prints_why_there_is_no_token() {
    let zoom = EmbeddedZoom::builder().client("client", "another").start();
    let printed = run_at("token_basic_auth", &zoom);
    only(&zoom);
    assert_eq!(
        printed,
        "Response Status Code = 401\ninvalid_client: Invalid client_id or client_secret\nFailed.\n"
    );
}

#[test]
fn download_recording_has_the_file_when_the_progress_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let content: Vec<u8> = (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let server = {
        let content = content.clone();
        Server::start(move |mut conn| {
            while conn.read_request().is_some() {
                conn.respond("200 OK", "Content-Type: video/mp4\r\n", &content);
            }
        })
    };
    let printed = run("download_recording", server.port(), folder.path());
    let request = server.request();
    let line = "GET /rec/download/lorem HTTP/1.1";
    assert_head(&request, line, server.port(), &[BEARER, GZIP, ANY]);
    assert_eq!(request.text(), "");
    assert!(fs::read(folder.path().join("meeting.mp4")).unwrap() == content);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "another file was left behind");

    // The number of steps depends on the network; the last one does not.
    let progress = printed.strip_suffix("Response Status Code = 200\nSuccess.\n").unwrap();
    let tenths = progress.lines().map(|line| line.strip_prefix("Tenths done = ").unwrap());
    let tenths: Vec<u32> = tenths.map(|tenths| tenths.parse().unwrap()).collect();
    assert!(tenths.windows(2).all(|pair| pair[0] < pair[1]), "{tenths:?}");
    assert_eq!(tenths.last(), Some(&10), "{tenths:?}");
}

#[test]
fn download_recording_leaves_no_file_if_zoom_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let zoom = zoom_saying(Answer::error(404, 3301, "This recording does not exist."));
    let printed = run("download_recording", zoom.port(), folder.path());
    only(&zoom);
    assert!(printed.ends_with("\nFailed.\n"), "{printed}");
    assert!(
        printed.contains("the response has the status 404, and nothing was saved"),
        "{printed}"
    );
    assert!(!printed.contains(TOKEN) && !printed.contains("Success"), "{printed}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn download_recording_stops_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let stop = folder.path().join("stop");
    let server = Server::start(move |mut conn| {
        conn.read_request();
        fs::write(&stop, "").unwrap();
        conn.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nlorem");
        conn.wait_for_close();
    });
    let printed = run("download_recording", server.port(), folder.path());
    server.request();
    assert!(printed.ends_with("\nFailed.\n"), "{printed}");
    assert!(printed.contains("abort"), "{printed}");
    assert!(!printed.contains("Tenths done = 10"), "{printed}");
    assert!(!folder.path().join("meeting.mp4").exists());
}

#[test]
fn delete_meeting_deletes_once() {
    let zoom = zoom_saying(Answer::new(204, ""));
    let printed = run_at("delete_meeting", &zoom);
    let request = only(&zoom);
    let line = "DELETE /v2/meetings/85746065?schedule_for_reminder=true HTTP/1.1";
    assert_head(&request, line, zoom.port(), &[BEARER, GZIP, ANY]);
    assert_eq!(request.text(), "");
    assert_eq!(printed, "Response Status Code = 204\nSuccess.\n");
}

#[test]
fn delete_meeting_prints_why_zoom_refused() {
    let body = r#"{"code":3001,"message":"Meeting does not exist: 85746065."}"#;
    let zoom = zoom_saying(Answer::new(404, body));
    let printed = run_at("delete_meeting", &zoom);
    only(&zoom);
    assert_eq!(printed, refusal(404, 1, body));
}

#[test]
fn patch_text_sends_the_text_unchanged() {
    let zoom = zoom();
    let printed = run_at("patch_text", &zoom);
    let request = only(&zoom);
    let sent = r#"{"first_name":"Zoë","last_name":"Chill","language":"de-DE"}"#;
    assert_eq!(request.text(), sent);
    let length = format!("Content-Length: {}", sent.len());
    assert_head(
        &request,
        "PATCH /v2/users/jchill@example.com HTTP/1.1",
        zoom.port(),
        &[BEARER, GZIP, ONLY_JSON, "Content-Type: application/json", &length],
    );
    assert_eq!(printed, "Response Status Code = 204\nSuccess.\n");
}

#[test]
fn patch_text_prints_why_zoom_refused() {
    let zoom = EmbeddedZoom::builder().accept_any_token().start();
    let printed = run_at("patch_text", &zoom);
    only(&zoom);
    let body = r#"{"code":1001,"message":"User does not exist: jchill@example.com."}"#;
    assert_eq!(printed, refusal(404, 1, body));
}

#[test]
fn webinar_panelists_sends_both_panelists() {
    let zoom = zoom_saying(Answer::new(201, r#"{"id":"x","updated_at":"2026-01-02T03:04:05Z"}"#));
    let printed = run_at("webinar_panelists", &zoom);
    let request = only(&zoom);
    assert_eq!(request.line(), "POST /v2/webinars/97871060/panelists HTTP/1.1");
    assert_eq!(request.header("Authorization"), Some("Bearer lorem-ipsum-token"));
    assert_eq!(request.header("Content-Type"), Some("application/json"));
    let panelists = json!({ "panelists": [
        { "name": "Jill Chill", "email": "jchill@example.com" },
        { "name": "Ann \"Busy\" O'Neil", "email": "busy@example.com" },
    ] });
    assert_eq!(body(&request), panelists);
    assert_eq!(
        printed,
        "Response Body:\n{\r\n  \"id\": \"x\",\r\n  \
         \"updated_at\": \"2026-01-02T03:04:05Z\"\r\n}\r\n\n\
         Response Status Code = 201\nupdated_at: 2026-01-02T03:04:05Z\n"
    );
}

#[test]
fn webinar_panelists_prints_why_zoom_refused() {
    let zoom = zoom_saying(Answer::new(429, r#"{"code":429}"#));
    let printed = run_at("webinar_panelists", &zoom);
    only(&zoom);
    let expected = format!(
        "Response Body:\n{{\r\n  \"code\": 429\r\n}}\r\n\nResponse Status Code = 429\n{}\nFailed.\n",
        header(1, 12)
    );
    assert_eq!(printed, expected);
}

#[test]
fn not_found_prints_the_header_and_the_body_of_a_404() {
    let zoom = zoom();
    let printed = run_at("not_found", &zoom);
    let request = only(&zoom);
    let line = "GET /v2/users/nobody@example.com HTTP/1.1";
    assert_head(&request, line, zoom.port(), &[BEARER, GZIP, ANY]);
    assert_eq!(request.text(), "");
    // The script does not ask for JSON.
    let message = "User does not exist: nobody@example.com.";
    let body = xml_of(&serde_json::json!({ "code": 1001, "message": message }));
    assert_eq!(printed, refusal(404, 1, &body).replace("application/json", "application/xml"));
}

#[test]
fn not_found_prints_an_existing_user() {
    let zoom = zoom_saying(Answer::new(200, r#"{"id":"lorem"}"#));
    let printed = run_at("not_found", &zoom);
    only(&zoom);
    assert_eq!(printed, "Response Status Code = 200\n{\"id\":\"lorem\"}\nSuccess.\n");
}

#[test]
fn each_program_reports_a_refused_connection_without_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("me.png"), "lorem").unwrap();
    let closed = ClosedPort::new();
    for (name, _) in programs() {
        let printed = run(name, closed.port(), folder.path());
        let place = format!("http://127.0.0.1:{}/", closed.port());
        let story = printed.lines().next().unwrap();
        assert!(story.contains(&place) && story.contains("zoomkat"), "{name}: {printed}");
        let failure = format!("failed: cannot connect: 127.0.0.1:{}", closed.port());
        assert!(printed.contains(&failure), "{name}: {printed}");
        assert!(!printed.contains("Success") && !printed.contains("Status"), "{name}: {printed}");
        for secret in [TOKEN, SECRET, "Y2xpZW50"] {
            assert!(!printed.contains(secret), "{name}: {printed}");
        }
    }
}

#[test]
fn each_program_reports_a_lost_response_without_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("me.png"), "lorem").unwrap();
    for (name, _) in programs() {
        let server = Server::start(|mut conn| {
            conn.read_request();
        });
        let printed = run(name, server.port(), folder.path());
        server.request();
        assert!(printed.contains("failed: "), "{name}: {printed}");
        assert!(!printed.contains("Success") && !printed.contains("Status"), "{name}: {printed}");
        for secret in [TOKEN, SECRET, "Y2xpZW50"] {
            assert!(!printed.contains(secret), "{name}: {printed}");
        }
    }
}

#[test]
fn every_program_of_the_folder_is_tested() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/porting");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let ports = files.filter(|path| path.extension().is_some_and(|kind| kind == "rs"));
    let names = ports.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    let names: BTreeSet<String> = names.collect();
    let run: BTreeSet<String> = programs().iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names, run);
}
