//! The programs in `examples/cookbook`: what each sends, and what it prints.
//!
//! Each is a module here, and this test program runs itself with one of them, in a separate folder.

use std::fs;
use std::path::Path;

use mockito::Matcher;

use support::alone;

type Main = fn() -> Result<(), Box<dyn std::error::Error>>;

macro_rules! programs {
    ($($name:ident)*) => {
        $(mod $name {
            include!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/../examples/cookbook/", stringify!($name), ".rs"
            ));
            pub(super) const MAIN: super::Main = main;
        })*
        const PROGRAMS: &[(&str, Main)] = &[$((stringify!($name), $name::MAIN)),*];
    };
}

programs! {
    get_json post_json upload download limits_proxy_and_ca retry_after list_pages paste_curl
}

const PROGRAM: &str = "ZOOMKAT_COOKBOOK_PROGRAM";
/// These separate the program's output from that of the test harness.
const BEGIN: &str = "=== the program begins\n";
const END: &str = "=== the program ends\n";

#[test]
fn program_named_by_the_environment() {
    let Ok(name) = std::env::var(PROGRAM) else { return };
    let (_, main) = PROGRAMS.iter().find(|(program, _)| *program == name).unwrap();
    print!("\n{BEGIN}");
    let result = main();
    print!("{END}");
    result.unwrap();
}

/// Runs a program against a server, with additional variables, and returns its output.
fn run(name: &str, url: &str, folder: &Path, environment: &[(&str, &str)]) -> String {
    let output = alone::command(module_path!(), "program_named_by_the_environment")
        .current_dir(folder)
        .env(PROGRAM, name)
        .env("ZOOM_API_URL", url)
        .env("ZOOM_ACCESS_TOKEN", "<access_token>")
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {}\n{stdout}\n{stderr}", output.status);
    let (_, rest) = stdout.split_once(BEGIN).unwrap();
    rest.split_once(END).unwrap().0.to_owned()
}

fn run_here(name: &str, server: &mockito::Server) -> String {
    run(name, &server.url(), Path::new("."), &[])
}

#[test]
fn every_program_of_the_folder_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/cookbook");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut files: Vec<String> = files.map(|name| name.into_string().unwrap()).collect();
    let mut run: Vec<String> = PROGRAMS.iter().map(|(name, _)| format!("{name}.rs")).collect();
    files.sort();
    run.sort();
    assert_eq!(files, run);
}

#[test]
fn get_json_prints_the_users() {
    let mut server = mockito::Server::new();
    let mock = server
        .mock("GET", "/v2/users?status=active&page_size=30")
        .match_header("authorization", "Bearer <access_token>")
        .with_body(r#"{"users":[{"email":"jchill@example.com","type":2}]}"#)
        .create();
    assert_eq!(run_here("get_json", &server), "jchill@example.com 2\n");
    mock.assert();
}

#[test]
fn post_json_sends_the_value_and_prints_a_refusal() {
    let mut server = mockito::Server::new();
    let mock = server
        .mock("POST", "/v2/users/me/meetings")
        .match_header("content-type", "application/json")
        .match_body(r#"{"topic":"Lorem ipsum","duration":30}"#)
        .with_status(201)
        .with_body(r#"{"id":123}"#)
        .expect(1)
        .create();
    assert_eq!(run_here("post_json", &server), "meeting 123\n");
    mock.assert();

    server.reset();
    server.mock("POST", "/v2/users/me/meetings").with_status(400).with_body("no topic").create();
    assert_eq!(run_here("post_json", &server), "HTTP/1.1 400 Bad Request\nno topic\n");
}

#[test]
fn upload_sends_the_field_and_the_file_and_shows_progress() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("me.png"), vec![b'p'; 300_000]).unwrap();
    let mut server = mockito::Server::new();
    let mock = server
        .mock("POST", "/v2/users/me/picture")
        .match_header("content-type", Matcher::Regex("^multipart/form-data; boundary=".into()))
        .match_body(Matcher::Regex(
            r#"name="note"\r\n\r\nfrom the archive(?s:.*)name="pic_file"; filename="me.png""#
                .into(),
        ))
        .with_status(201)
        .create();
    let printed = run("upload", &server.url(), folder.path(), &[]);
    mock.assert();
    assert!(printed.ends_with("100 %\nHTTP/1.1 201 Created\n"), "{printed}");
    assert!(printed.lines().count() > 2, "{printed}");
}

#[test]
fn download_writes_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let content = "lorem ipsum ".repeat(20_000);
    let mut server = mockito::Server::new();
    server.mock("GET", "/rec/download/lorem").with_body(&content).create();
    let path = [("ZOOM_DOWNLOAD_PATH", "/rec/download/lorem")];
    let printed = run("download", &server.url(), folder.path(), &path);
    assert!(printed.ends_with("100 %\nHTTP/1.1 200 OK\n"), "{printed}");
    assert!(fs::read_to_string(folder.path().join("recording.mp4")).unwrap() == content);
}

#[test]
fn limits_proxy_and_ca_goes_through_the_proxy_and_reads_the_file() {
    // A proxy gets plain http requests with an absolute URL.
    let mut proxy = mockito::Server::new();
    let mock = proxy.mock("GET", Matcher::Any).with_body("from the proxy").create();
    let folder = tempfile::tempdir().unwrap();
    let url = "http://zoom.invalid";
    let through = [("ZOOM_PROXY", proxy.url())];
    let through: Vec<_> = through.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let printed = run("limits_proxy_and_ca", url, folder.path(), &through);
    assert_eq!(printed, "200 from the proxy\n");
    mock.assert();
}

#[test]
fn retry_after_sends_again_when_the_server_says_so() {
    let mut server = mockito::Server::new();
    let refused = server
        .mock("GET", "/v2/users/me")
        .with_status(429)
        .with_header("Retry-After", "0")
        .expect(2)
        .create();
    let accepted = server.mock("GET", "/v2/users/me").with_body("{}").expect(1).create();
    assert_eq!(run_here("retry_after", &server), "200 {}\n");
    refused.assert();
    accepted.assert();
}

#[test]
fn list_pages_reads_every_page() {
    let mut server = mockito::Server::new();
    server
        .mock("GET", "/v2/users?page_size=300")
        .with_body(r#"{"users":[{"email":"a@example.com"}],"next_page_token":"two"}"#)
        .create();
    server
        .mock("GET", "/v2/users?page_size=300&next_page_token=two")
        .with_body(r#"{"users":[{"email":"b@example.com"}],"next_page_token":""}"#)
        .create();
    assert_eq!(run_here("list_pages", &server), "a@example.com\nb@example.com\n");
}

#[test]
fn paste_curl_prints_the_program_and_sends_the_command() {
    let mut server = mockito::Server::new();
    server
        .mock("GET", "/v2/users/me?login_type=100")
        .match_header("authorization", "Bearer <access_token>")
        .with_body("{}")
        .create();
    let printed = run_here("paste_curl", &server);
    assert!(printed.starts_with("use ") && printed.ends_with("\n200 {}\n"), "{printed}");
    assert!(printed.contains("fn main()") && printed.contains("ZOOM_ACCESS_TOKEN"), "{printed}");
}
