//! Postman items: newman, Postman's command, and zoomkat send equivalent requests, and newman sends
//! written items as zoomkat does.
//!
//! The test needs node and npm, which installs newman once.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};

use support::forms::boundary_of;
use support::tools::{is_used, missing};
use support::{Conn, Received, Server, patient};
use zoomkat::Call;
use zoomkat::postman::{Collection, to_collection};

const NEWMAN: &str = "6.2.2";

const COLLECTION: &str = "fixtures/every_construct.postman_collection.json";
const ENVIRONMENT: &str = "fixtures/every_construct.postman_environment.json";

/// The items of which newman sends something different, and why zoomkat does not.
const OTHERWISE: &[(&str, &str)] = &[
    ("URLs/numbers in a query", "it drops values that are no strings; here they are their text"),
    ("path variables/a number", "the same"),
    ("path variables/with an at sign", "it encodes less of a segment: the same path to a server"),
    ("path variables/with a slash", "it lets a value change the route; here it is one segment"),
    ("multipart/a quote in a name", "it ends the name there; here it is escaped as browsers do"),
    ("variables/an object", "it sends [object Object]; here it is its JSON"),
    ("variables/with an id", "format 2.0 allows it; newman wants a key"),
    ("variables/switched off in the environment", "Postman's `enabled` is unknown to it"),
    ("variables/of a folder", "the format has variables of folders; newman does not look there"),
    ("variables/of an item", "the same for items"),
];

/// Returns the folder of newman, or `None` if tests do not use other programs.
fn newman() -> Option<&'static Path> {
    static INSTALLED: OnceLock<PathBuf> = OnceLock::new();
    is_used("newman")
        .then(|| &**INSTALLED.get_or_init(|| install().unwrap_or_else(|why| missing(&why))))
}

fn install() -> Result<PathBuf, String> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    for (program, name) in [("node", "node"), (npm, "npm")] {
        let run = Command::new(program).arg("--version").output();
        run.map_err(|err| format!("no {name} is installed: {err}"))?;
    }
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("newman-{NEWMAN}"));
    let script = dir.join("node_modules/newman/bin/newman.js");
    if !script.exists() {
        std::fs::create_dir_all(&dir).unwrap();
        let output = Command::new(npm)
            .args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix"])
            .arg(&dir)
            .arg(format!("newman@{NEWMAN}"))
            .output()
            .unwrap();
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("newman {NEWMAN} cannot be installed: {why}"));
        }
    }
    Ok(script)
}

/// Starts a server that records all requests, including chunked bodies.
fn server() -> (Server, Arc<Mutex<Vec<Received>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&log);
    let server = Server::start(move |mut conn| {
        // One request per connection, since newman does not exit while one is open.
        if let Some(head) = conn.read_head() {
            let field = |name: &str| {
                let lower = head.to_ascii_lowercase();
                let line = lower
                    .lines()
                    .find_map(|l| l.strip_prefix(name)?.strip_prefix(':').map(str::to_owned));
                line.map(|value| value.trim().to_owned())
            };
            let body = match field("transfer-encoding") {
                Some(_) => chunks(&mut conn),
                None => {
                    let length = field("content-length").map_or(0, |n| n.parse().unwrap());
                    conn.read_exactly(length).unwrap()
                }
            };
            kept.lock().unwrap().push(Received { head, body, connection: conn.number() });
            conn.respond("200 OK", "Connection: close\r\n", "");
        }
    });
    (server, log)
}

fn chunks(conn: &mut Conn) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.extend(conn.read_exactly(1).unwrap());
        }
        let size = std::str::from_utf8(&line).unwrap().trim();
        let size = usize::from_str_radix(size, 16).unwrap();
        body.extend(conn.read_exactly(size).unwrap());
        conn.read_exactly(2).unwrap();
        if size == 0 {
            return body;
        }
    }
}

/// Makes newman send a collection.
fn run(newman: &Path, collection: &Path, port: u16, more: &[&str]) {
    let output = Command::new("node")
        .arg(newman)
        .args(["run", "--silent", "--ignore-redirects", "--timeout-request", "60000"])
        .args(["--env-var", &format!("baseUrl=http://127.0.0.1:{port}")])
        .args(["--env-var", &format!("port={port}")])
        .args(more)
        .arg(collection)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The part of a request that is compared.
#[derive(Debug, PartialEq)]
struct Meaning {
    method: String,
    target: String,
    fields: Vec<(String, String)>,
    /// One character per byte; the boundary of a multipart body is `B`.
    body: String,
}

/// The fields that newman adds, with its values.
const OWN: [(&str, &str); 6] = [
    ("user-agent", "PostmanRuntime/"),
    ("accept", "*/*"),
    ("accept-encoding", "gzip, deflate, br"),
    ("cache-control", "no-cache"),
    ("connection", "keep-alive"),
    ("postman-token", ""),
];

/// Returns what is compared. `port` is the server's, which differs each time.
fn meaning(received: &Received, port: u16) -> Meaning {
    let mut line = received.line().split(' ');
    let (method, target) = (line.next().unwrap(), line.next().unwrap());
    let content_type = received.header("Content-Type").unwrap_or_default().to_owned();
    let is_multipart = content_type.starts_with("multipart/") && !received.body.is_empty();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in received.headers() {
        let (name, value) = line.split_once(':').unwrap();
        let (name, value) = (name.to_ascii_lowercase(), value.trim());
        let own = OWN.iter().find(|(own, _)| *own == name);
        let is_own = own.is_some_and(|(_, start)| value.starts_with(start));
        if is_own || name == "content-length" || name == "transfer-encoding" {
            continue;
        }
        let value = value.replace(&format!(":{port}"), ":PORT");
        let value = match is_multipart && name == "content-type" {
            true => value.replace(&boundary_of(&content_type), "B").replace('"', ""),
            false => value,
        };
        fields.push((name, value));
    }
    fields.sort_by(|one, other| one.0.cmp(&other.0));
    let body: String = received.body.iter().map(|b| char::from(*b)).collect();
    let body = match is_multipart {
        true => body.replace(&boundary_of(&content_type), "B"),
        false => body,
    };
    Meaning {
        method: method.to_owned(),
        target: encoded(&target.replace(&format!(":{port}"), ":PORT")),
        fields,
        body: body.replace(&format!(":{port}"), ":PORT"),
    }
}

/// Encodes characters that newman leaves in the target and RFC 3986 does not allow.
fn encoded(target: &str) -> String {
    let mut out = String::new();
    let bytes = target.as_bytes();
    for (at, c) in target.char_indices() {
        let is_triplet =
            bytes.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        match c {
            '[' | ']' | '{' | '}' | '|' | '\\' | '^' | '`' => out += &format!("%{:02X}", c as u32),
            '%' if !is_triplet => out += "%25",
            c => out.push(c),
        }
    }
    out
}

fn globals(dir: &Path) -> PathBuf {
    let path = dir.join("globals.json");
    let values = r#"{"values":[{"key":"globalOnly","value":"global","enabled":true},{"key":"name","value":"never","enabled":true}],"_postman_variable_scope":"globals"}"#;
    std::fs::write(&path, values).unwrap();
    path
}

fn collection(port: u16, globals: &Path) -> Collection {
    let mut collection = Collection::open(COLLECTION).unwrap();
    collection.load_environment(&std::fs::read_to_string(ENVIRONMENT).unwrap()).unwrap();
    collection.load_environment(&std::fs::read_to_string(globals).unwrap()).unwrap();
    collection.set_variable("baseUrl", &format!("http://127.0.0.1:{port}"));
    collection.set_variable("port", &port.to_string());
    collection
}

/// Returns the pairs that differ without being listed, and listed ones that agree.
fn unlike(pairs: &[(&str, Meaning, Meaning)], listed: &[(&str, &str)]) -> String {
    let mut wrong = String::new();
    for (path, theirs, ours) in pairs {
        if (theirs == ours) == listed.iter().any(|(listed, _)| listed == path) {
            wrong += &format!("{path}\n  newman:  {theirs:?}\n  zoomkat: {ours:?}\n");
        }
    }
    wrong
}

#[test]
fn newman_sends_every_item_and_every_written_item_alike() {
    let Some(newman) = newman() else { return };
    let dir = tempfile::tempdir().unwrap();
    let globals = globals(dir.path());
    let (server, log) = server();
    let port = server.port();
    let received = || std::mem::take(&mut *log.lock().unwrap());

    run(newman, Path::new(COLLECTION), port, &["-e", ENVIRONMENT, "-g", globals.to_str().unwrap()]);
    let theirs = received();

    let collection = collection(port, &globals);
    let mut calls: Vec<(String, Call)> = Vec::new();
    for item in collection.items() {
        let call = item.clone().literal().call().unwrap();
        patient().perform(&call).unwrap_or_else(|err| panic!("{}: {err:?}", item.path()));
        calls.push((item.path(), call));
    }
    let ours = received();
    assert_eq!((theirs.len(), ours.len()), (calls.len(), calls.len()), "one request per item");
    let paths = calls.iter().map(|(path, _)| path.as_str());
    let pairs: Vec<_> = paths
        .zip(theirs.iter().zip(&ours))
        .map(|(path, (theirs, ours))| (path, meaning(theirs, port), meaning(ours, port)))
        .collect();
    let wrong = unlike(&pairs, OTHERWISE);
    assert!(wrong.is_empty(), "{wrong}");

    // The other direction: newman sends the written items as zoomkat sent the calls.
    let named: Vec<(&str, &Call)> =
        calls.iter().map(|(path, call)| (path.as_str(), call)).collect();
    let written = dir.path().join("written.json");
    std::fs::write(&written, to_collection("Written", &named).unwrap()).unwrap();
    run(newman, &written, port, &[]);
    let again = received();
    assert_eq!(again.len(), calls.len(), "one request per written item");
    let again = pairs.iter().zip(&again);
    let pairs: Vec<_> = again
        .map(|((path, _, _), again)| (*path, meaning(again, port)))
        .zip(&ours)
        .map(|((path, again), ours)| (path, again, meaning(ours, port)))
        .collect();
    let wrong = unlike(&pairs, &[]);
    assert!(wrong.is_empty(), "{wrong}");
}
