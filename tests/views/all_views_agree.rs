//! The views of a collection: each item sends the same as a call, as its curl command, as its Rust
//! program and as a rewritten item.
//!
//! bash and curl are used where `ZOOMKAT_REQUIRE_TOOLS` is set.

use std::path::Path;
use std::process::{Command, Stdio};

use support::calls::{Normalized, normalize};
use support::programs::Programs;
use support::tools::{has, has_curl};
use support::{Server, patient};
use zoomkat::Call;
use zoomkat::postman::{Collection, to_collection};

const COLLECTION: &str = "fixtures/every_construct.postman_collection.json";
const ENVIRONMENT: &str = "fixtures/every_construct.postman_environment.json";

fn calls_to(port: u16) -> Vec<(String, Call)> {
    let mut collection = Collection::open(COLLECTION).unwrap();
    collection.load_environment(&std::fs::read_to_string(ENVIRONMENT).unwrap()).unwrap();
    collection.set_variable("baseUrl", &format!("http://127.0.0.1:{port}"));
    collection.set_variable("port", &port.to_string());
    let call = |item: zoomkat::postman::Item<'_>| {
        (item.path(), item.literal().call().unwrap_or_else(|err| panic!("{err}")))
    };
    collection.items().into_iter().map(call).collect()
}

/// Sends a call and returns what arrived.
fn sent(server: &Server, what: &str, call: &Call) -> Normalized {
    let before = server.requests().len();
    patient().perform(call).unwrap_or_else(|err| panic!("{what}: {err:?}"));
    let requests = server.requests();
    assert_eq!(requests.len(), before + 1, "{what}");
    normalize(&requests[before])
}

/// Items with a NUL byte, which no argument of a command can contain.
const WITH_NUL: &[&str] = &["multipart/a file in the collection", "files and GraphQL/its content"];

/// Returns the curl command of an item, if it can have one.
fn command(what: &str, call: &Call) -> Option<String> {
    match call.to_curl() {
        Err(err) if WITH_NUL.contains(&what) => {
            assert!(err.to_string().contains("the byte 0"), "{what}: {err}");
            None
        }
        other => Some(other.unwrap_or_else(|err| panic!("{what}: {err}"))),
    }
}

#[test]
fn commands_and_items_of_a_collection_round_trip() {
    let server = Server::answering("200 OK", "", "");
    let calls = calls_to(server.port());
    assert!(calls.len() > 100);
    for (what, call) in &calls {
        let expected = sent(&server, what, call);
        let Some(command) = command(what, call) else { continue };
        let back =
            Call::from_curl(&command).unwrap_or_else(|err| panic!("{what}: {err}\n{command}"));
        assert_eq!(sent(&server, what, &back), expected, "{what}\n{command}");
        let item = call.to_postman("lorem").unwrap_or_else(|err| panic!("{what}: {err}"));
        let back = Call::from_postman(&item).unwrap_or_else(|err| panic!("{what}: {err}\n{item}"));
        assert_eq!(sent(&server, what, &back), expected, "{what}\n{item}");
        // From curl to Postman, for users who have the one and want the other.
        let item = Call::from_curl(&command)
            .unwrap()
            .to_postman("lorem")
            .unwrap_or_else(|err| panic!("{what}: {err}\n{command}"));
        let back = Call::from_postman(&item).unwrap();
        assert_eq!(sent(&server, what, &back), expected, "{what}\n{command}\n{item}");
    }
    let named: Vec<(&str, &Call)> = calls.iter().map(|(path, call)| (&**path, call)).collect();
    let written = Collection::from_json(&to_collection("All", &named).unwrap()).unwrap();
    assert_eq!(written.items().len(), calls.len());
}

#[test]
fn curl_sends_the_commands_of_a_collection_like_its_calls() {
    if !(has("bash") && has_curl()) {
        return;
    }
    let server = Server::answering("200 OK", "", "");
    for (what, call) in calls_to(server.port()) {
        let expected = sent(&server, &what, &call);
        let Some(command) = command(&what, &call) else { continue };
        let quiet =
            "curl() { command curl -q -sS --noproxy '*' --max-time 60 -o /dev/null \"$@\"; }\n";
        let before = server.requests().len();
        let output = Command::new("bash")
            .args(["--norc", "--noprofile", "-c", &format!("{quiet}{command}")])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{what}: {stderr}\n{command}");
        let requests = server.requests();
        assert_eq!(requests.len(), before + 1, "{what}");
        assert_eq!(normalize(&requests[before]), expected, "{what}\n{command}");
    }
}

#[test]
fn programs_of_a_collection_compile_and_send_the_same() {
    let server = Server::answering("200 OK", "", "");
    let calls = calls_to(server.port());
    let texts: Vec<String> = calls
        .iter()
        .map(|(what, call)| call.to_rust().unwrap_or_else(|err| panic!("{what}: {err}")))
        .collect();
    let programs = Programs::compile(&texts);
    for (at, (what, call)) in calls.iter().enumerate() {
        // The program reads its secrets from the variables that they have when hidden.
        let mut open = call.hide_secrets();
        let names: Vec<String> = open.variables().into_iter().map(str::to_owned).collect();
        let values: Vec<(String, String)> =
            names.into_iter().map(|name| (name.clone(), format!("value of {name}"))).collect();
        for (name, value) in &values {
            open.set_variable(name, value);
        }
        let expected = sent(&server, what, &open);
        let variables: Vec<(&str, &str)> = values.iter().map(|(n, v)| (&**n, &**v)).collect();
        let before = server.requests().len();
        programs.run_ok(at, Path::new("."), &variables);
        let requests = server.requests();
        assert_eq!(requests.len(), before + 1, "{what}\n{}", texts[at]);
        assert_eq!(normalize(&requests[before]), expected, "{what}\n{}", texts[at]);
    }
}
