//! Generated programs: what they print, and their exit codes.

use std::process::Output;

use support::programs::Programs;
use support::{ClosedPort, Server};
use zoomkat::{Call, HttpRequest};

fn call(port: u16) -> Call {
    Call::new("127.0.0.1", port, false, HttpRequest::new())
}

/// Runs a program in a folder.
fn run(program: &Programs, at: usize, folder: &std::path::Path) -> (Option<i32>, Vec<u8>, String) {
    let Output { status, stdout, stderr } = program.run(at, folder, &[]);
    (status.code(), stdout, String::from_utf8(stderr).unwrap())
}

#[test]
fn the_body_of_a_success_is_printed_byte_for_byte_or_written_to_the_output_file() {
    let dir = tempfile::tempdir().unwrap();
    let body = "{\"a\": \"é\u{0}\"}";
    let server = Server::answering("200 OK", "", body);
    let mut to_file = call(server.port());
    to_file.set_output_file("out");
    let programs =
        Programs::compile(&[call(server.port()).to_rust().unwrap(), to_file.to_rust().unwrap()]);
    let (code, stdout, stderr) = run(&programs, 0, dir.path());
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let expected = format!("Response Status Code = 200\n{body}\nSuccess.\n");
    assert_eq!(String::from_utf8(stdout).unwrap(), expected);
    let (code, stdout, stderr) = run(&programs, 1, dir.path());
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(String::from_utf8(stdout).unwrap(), "Response Status Code = 200\nSuccess.\n");
    assert_eq!(std::fs::read(dir.path().join("out")).unwrap(), body.as_bytes());
}

#[test]
fn a_failed_call_and_an_error_status_end_with_an_exit_code_and_a_message() {
    let server = Server::answering("500 Internal Server Error", "X-A: b\r\n", "lorem");
    let closed = ClosedPort::new();
    let programs = Programs::compile(&[
        call(server.port()).to_rust().unwrap(),
        call(closed.port()).to_rust().unwrap(),
    ]);
    let (code, stdout, stderr) = run(&programs, 0, ".".as_ref());
    let stdout = String::from_utf8(stdout).unwrap();
    assert_eq!((code, stderr.as_str()), (Some(1), "Failed.\n"));
    assert!(stdout.contains("X-A: b") && stdout.ends_with("Response Body:\nlorem\n"), "{stdout}");
    let (code, stdout, stderr) = run(&programs, 1, ".".as_ref());
    assert_eq!((code, stdout), (Some(1), Vec::new()));
    assert!(stderr.contains("127.0.0.1"), "{stderr}");
}

#[test]
fn a_missing_variable_is_named_before_anything_is_sent() {
    let server = Server::answering("200 OK", "", "");
    let mut call = call(server.port());
    call.set_user("me", "lorem");
    call.request_mut().use_post().set_content_type("application/json");
    call.request_mut().load_body_from_string("{\"pass\":\"ipsum\"}", "utf-8");
    let programs = Programs::compile(&[call.to_rust().unwrap()]);
    let folder = std::path::Path::new(".");
    let output = programs.run(0, folder, &[("PASS", "x")]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stderr, "Set the environment variable PASSWORD (text in UTF-8).\n");
    assert!(server.requests().is_empty());
}

#[test]
fn a_program_reads_a_header_file_in_each_encoding_that_the_call_reads() {
    let dir = tempfile::tempdir().unwrap();
    let text = "X-A: é\r\nX-B: c\r\n";
    let utf16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
    };
    let files = [
        ("plain", text.as_bytes().to_vec()),
        ("marked", [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat()),
        ("little", utf16(u16::to_le_bytes)),
        ("big", utf16(u16::to_be_bytes)),
    ];
    let server = Server::answering("200 OK", "", "");
    let programs: Vec<String> = files
        .iter()
        .map(|(name, bytes)| {
            std::fs::write(dir.path().join(name), bytes).unwrap();
            let command = format!("curl http://127.0.0.1:{}/ -H @{name}", server.port());
            Call::from_curl(&command).unwrap().to_rust().unwrap()
        })
        .collect();
    let programs = Programs::compile(&programs);
    for (at, (name, _)) in files.iter().enumerate() {
        programs.run_ok(at, dir.path(), &[]);
        let requests = server.requests();
        let headers = requests.last().unwrap().headers();
        for line in ["X-A: é", "X-B: c"] {
            assert!(headers.contains(&line), "{name}: {headers:?}");
        }
    }
}
