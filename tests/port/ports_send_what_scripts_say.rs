//! Each port runs against a server, which gets the requests that its script describes.
//!
//! The expected requests and output are written by hand.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Output;

use support::http::{HttpServer, Response};
use support::{ClosedPort, Received, alone};

use super::programs::{self, PROGRAM, THIS};
use super::{Script, scripts};

pub(super) const TOKEN: &str = "lorem-ipsum-token";
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n--lorem";

/// Answers the requests of all tasks.
pub(super) fn answer(request: &Received) -> Response {
    let json = |status: u16, body: &str| {
        Response::new(status, "Lorem", body)
            .header("Content-Type", "application/json; charset=utf-8")
    };
    match (request.method(), request.target()) {
        ("GET", "/v1/boats?color=red") => {
            json(200, r#"{"boats":[{"id":3,"name":"Ida"},{"id":8,"name":"Zoë"}]}"#)
        }
        ("GET", "/v1/boats/3") => json(200, r#"{"id":3,"name":"Ida","length":12}"#),
        ("GET", "/v1/boats/8") => json(200, r#"{"id":8,"name":"Zoë","length":7}"#),
        ("POST", "/v1/boats" | "/v1/boats/7/picture") => json(201, r#"{"id":7}"#),
        ("GET", "/v1/users?status=active&page_size=300") => json(
            200,
            r#"{"users":[{"id":"lorem","name":"Ida","group_ids":["ipsum","dolor"]},{"id":"sit","name":"Zoë"}]}"#,
        ),
        ("POST", "/v1/report") => json(200, "{}"),
        _ => json(404, r#"{"message":"not found"}"#),
    }
}

/// Returns the folder that a program runs in, with the file that it uploads.
pub(super) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("boat.png"), PICTURE).unwrap();
    folder
}

fn run(script: &Script, port: u16, folder: &Path) -> Output {
    alone::command(programs::MODULE, THIS)
        .current_dir(folder)
        .env(PROGRAM, format!("{}/{}", script.language.id(), script.name))
        .env("BOATS_URL", format!("http://127.0.0.1:{port}"))
        .env("BOATS_DOMAIN", "127.0.0.1")
        .env("BOATS_PORT", port.to_string())
        .env("BOATS_TOKEN", TOKEN)
        .output()
        .unwrap()
}

/// Returns what a program wrote to standard output and to standard error.
fn printed(output: &Output) -> (String, String) {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let (_, rest) = stdout.split_once(programs::BEGIN).expect("the start of the program");
    let printed = rest.split_once(programs::END).map_or(rest, |(printed, _)| printed);
    (printed.to_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Returns method, target, the fields that a script sets, and the body, for comparison.
fn shown(request: &Received) -> String {
    let mut out = format!("{} {}\n", request.method(), request.target());
    for name in ["Authorization", "X-Boat"] {
        if let Some(value) = request.header(name) {
            out += &format!("{name}: {value}\n");
        }
    }
    let kind = request.header("Content-Type").unwrap_or_default();
    if let Some((_, boundary)) = kind.split_once("multipart/form-data; boundary=") {
        let mut form = multipart::server::Multipart::with_body(&request.body[..], boundary);
        while let Some(mut part) = form.read_entry().unwrap() {
            let mut content = Vec::new();
            part.data.read_to_end(&mut content).unwrap();
            let kind = part.headers.content_type.map(|kind| kind.to_string()).unwrap_or_default();
            // Chilkat adds the charset to the type of a text.
            let kind = kind.split(';').next().unwrap_or_default();
            let file = part.headers.filename.unwrap_or_default();
            out += &format!(
                "{} {file:?} {kind:?} {:?}\n",
                part.headers.name,
                String::from_utf8_lossy(&content)
            );
        }
    } else if !request.body.is_empty() {
        let kind = kind.split(';').next().unwrap_or_default();
        out += &format!("{kind} {}\n", request.text());
    }
    out
}

/// Returns the requests of a task and its output.
fn expected(task: &str) -> (Vec<String>, &'static str) {
    let get = |target: &str| format!("GET {target}\n");
    match task {
        "get_boats" => (vec![get("/v1/boats?color=red")], "Status: 200\nIda\nZoë\n"),
        "post_boat" => (
            vec![format!(
                "POST /v1/boats\nAuthorization: Bearer {TOKEN}\nX-Boat: 1\napplication/json {}\n",
                r#"{"hull":{"paint":"red \"matt\"","length":12},"sold":false}"#
            )],
            "Status: 201\nSuccess.\n",
        ),
        "upload" => {
            let picture = String::from_utf8_lossy(PICTURE);
            let parts = [
                r#"title "" "" "In the harbour""#.to_owned(),
                format!(r#"meta "" "application/json" {:?}"#, r#"{"crop":{"x":10,"y":20}}"#),
                format!(r#"picture "boat.png" "image/png" {picture:?}"#),
            ];
            let request = format!(
                "POST /v1/boats/7/picture\nAuthorization: Bearer {TOKEN}\n{}\n",
                parts.join("\n")
            );
            (vec![request], "Status: 201\nSuccess.\n")
        }
        "groups" => (
            vec![get("/v1/users?status=active&page_size=300")],
            "lorem Ida\n  group ipsum\n  group dolor\nsit Zoë\n",
        ),
        "program" => (
            vec![
                get("/v1/boats/3"),
                get("/v1/boats/5"),
                get("/v1/boats/8"),
                "POST /v1/report\napplication/json {\"count\":2,\"names\":\"Ida, Zoë\"}\n"
                    .to_owned(),
            ],
            "Ida (ship, 12 m)\nboat 5: status 404\nZoë (boat, 7 m)\nReported 2 boats\n",
        ),
        "unknown_class" => (vec![get("/v1/boats/3")], "Ida\n"),
        other => panic!("{other}"),
    }
}

#[test]
fn each_port_sends_the_requests_of_its_script() {
    let folder = folder();
    let mut wrong = Vec::new();
    for script in scripts() {
        let server = HttpServer::start(answer);
        let output = run(&script, server.port(), folder.path());
        let requests: Vec<String> = server.requests().iter().map(shown).collect();
        let (expected_requests, expected_output) = expected(script.task());
        let (stdout, stderr) = printed(&output);
        // A script with a class that is not here prints what its other lines print.
        let is_printed = match script.task() {
            "unknown_class" => stdout.contains(expected_output.trim()),
            _ => stdout == expected_output,
        };
        if requests != expected_requests || !is_printed || !output.status.success() {
            wrong.push(format!(
                "{}/{}: {}\n{requests:#?}\n{expected_requests:#?}\n{stdout}\n{stderr}",
                script.language, script.name, output.status
            ));
        }
    }
    assert!(wrong.is_empty(), "{} ports are wrong:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn each_port_fails_if_there_is_no_server() {
    let (folder, closed) = (folder(), ClosedPort::new());
    let mut wrong = Vec::new();
    for script in scripts().iter().filter(|script| script.task() != "unknown_class") {
        let output = run(script, closed.port(), folder.path());
        let (stdout, stderr) = printed(&output);
        let is_reported = match script.task() {
            "program" => (stdout.clone() + &stderr).contains("Failed: "),
            _ => !stderr.is_empty(),
        };
        if output.status.code() != Some(1) || !is_reported || stdout.contains("Success") {
            wrong.push(format!(
                "{}/{}: {}\n{stdout}\n{stderr}",
                script.language, script.name, output.status
            ));
        }
    }
    assert!(wrong.is_empty(), "{} ports are wrong:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn a_port_fails_if_the_server_refuses() {
    let folder = folder();
    let refuse = |_: &Received| Response::new(400, "Bad Request", r#"{"message":"no"}"#);
    let mut wrong = Vec::new();
    for script in scripts()
        .iter()
        .filter(|script| matches!(script.task(), "post_boat" | "upload" | "program"))
    {
        let server = HttpServer::start(refuse);
        let output = run(script, server.port(), folder.path());
        let (stdout, stderr) = printed(&output);
        let (status, last) = match script.task() {
            "program" => ("boat 8: status 400\n", "no boats\n"),
            _ => ("Response Body:\n{\"message\":\"no\"}\n", "Failed.\n"),
        };
        let is_last = (stdout.clone() + &stderr).contains(last);
        if output.status.code() != Some(1) || !stdout.contains(status) || !is_last {
            wrong.push(format!(
                "{}/{}: {}\n{stdout}\n{stderr}",
                script.language, script.name, output.status
            ));
        }
    }
    assert!(wrong.is_empty(), "{} ports are wrong:\n{}", wrong.len(), wrong.join("\n\n"));
}
