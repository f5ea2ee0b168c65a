//! The cost of an input of twice the size is at most 2.2 times the cost.
//!
//! Nothing is timed. Each row of the table runs in its own process, and what is counted there does not depend on
//! the machine's speed or load: allocations, allocated bytes, and, under valgrind, executed instructions. The
//! instructions include what allocates nothing: a search from the start, a moved rest of a list, C code. Of the
//! command, which has its own allocator, only the instructions are counted.

use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use support::{alone, tools};
use zoomkat::chilkat::JsonObject;
use zoomkat::postman::Collection;
use zoomkat::zoom::{PasswordOptions, Zoom};
use zoomkat::{Call, HttpRequest};

/// The most by which a cost may grow if the input is twice as large.
const MOST: f64 = 2.2;

struct Row {
    name: &'static str,
    /// The number of things in the smaller input: enough for their cost to outweigh that of the first one.
    count: usize,
    work: Work,
}

enum Work {
    /// Runs in the process of a row.
    Here(fn(usize)),
    /// Prepares a folder for the command and returns its arguments.
    Command(fn(usize, &Path) -> Vec<String>),
}

use Work::{Command as Cli, Here};

const ROWS: &[Row] = &[
    Row { name: "params", count: 1_000, work: Here(params) },
    Row { name: "headers", count: 1_000, work: Here(headers) },
    Row { name: "parts", count: 500, work: Here(parts) },
    #[cfg(feature = "cookies")]
    Row { name: "cookies", count: 250, work: Here(cookies) },
    Row { name: "JSON members", count: 1_000, work: Here(json_members) },
    Row { name: "JSON paths", count: 500, work: Here(json_paths) },
    Row { name: "variables of a collection", count: 500, work: Here(variables) },
    Row { name: "items of a site", count: 30, work: Cli(site) },
    Row { name: "words of a curl text", count: 1_000, work: Here(curl_words) },
    #[cfg(feature = "port")]
    Row { name: "lines of a ported script", count: 60, work: Here(script_lines) },
    Row { name: "journal lines", count: 500, work: Here(journal_lines) },
];

/// Rows that must fail: one that allocates too much and one that only searches.
const QUADRATIC: &[Row] = &[
    Row { name: "quadratic: copies", count: 100, work: Here(quadratic_copies) },
    Row { name: "quadratic: searches", count: 1_000, work: Here(quadratic_searches) },
];

fn params(count: usize) {
    let mut req = HttpRequest::new();
    for number in 0..count {
        req.add_param(&format!("name-{number}"), number);
    }
    for number in 0..count {
        assert!(req.get_param(&format!("name-{number}")).is_some());
    }
    req.use_post();
    black_box(req.generate_request_text().unwrap());
    for number in 0..count / 2 {
        req.remove_param(&format!("name-{number}"));
    }
    assert_eq!(req.num_params(), count - count / 2);
}

fn headers(count: usize) {
    let mut req = HttpRequest::new();
    for number in 0..count {
        req.add_header(&format!("Name-{number}"), number);
    }
    for number in 0..count {
        assert!(req.get_header_field(&format!("Name-{number}")).is_some());
    }
    black_box(req.generate_request_text().unwrap());
    for number in 0..count / 2 {
        req.remove_header(&format!("Name-{number}"));
    }
    assert_eq!(req.num_header_fields(), count - count / 2);
}

fn parts(count: usize) {
    let mut req = HttpRequest::new();
    req.use_upload();
    for number in 0..count {
        let name = format!("part-{number}");
        req.add_string_for_upload(&name, &format!("{name}.txt"), "Lorem ipsum", "utf-8");
        req.add_sub_header(number, "Content-ID", &name);
    }
    black_box(req.generate_request_text().unwrap());
}

#[cfg(feature = "cookies")]
fn cookies(count: usize) {
    let mut all = serde_json::Map::new();
    for number in 0..count {
        let lines = [format!("name={number}; Max-Age=3600"), "other=1; Path=/".to_owned()];
        all.insert(format!("https://host{number}.example.com/"), lines.to_vec().into());
    }
    let mut http = zoomkat::Transport::new();
    http.set_cookie_store(zoomkat::CookieStore::Memory);
    http.set_cookies_json(&serde_json::Value::from(all).to_string()).unwrap();
    assert_eq!(http.cookies_json().unwrap().matches("other=1").count(), count);
}

fn json_members(count: usize) {
    let mut json = JsonObject::new();
    for number in 0..count {
        json.update_string(&format!("name-{number}"), "Lorem").unwrap();
    }
    let mut json: JsonObject = json.emit().parse().unwrap();
    for number in 0..count {
        let name = format!("name-{number}");
        assert_eq!(json.index_of(&name), Some(number));
        assert_eq!(json.name_at(number), Some(name.clone()));
        assert_eq!(json.string_of(&name).unwrap(), "Lorem");
    }
    for number in 0..count / 2 {
        assert!(json.delete(&format!("name-{number}")));
    }
    assert_eq!(json.size(), count - count / 2);
}

fn json_paths(count: usize) {
    let mut json = JsonObject::new();
    for number in 0..count {
        json.update_int(&format!("boats[{number}].berth.number"), number as i64).unwrap();
    }
    assert_eq!(json.size_of_array("boats").unwrap_or(0), count);
    for number in 0..count {
        json.set_i(number);
        assert_eq!(json.int_of("boats[i].berth.number"), number as i64);
        json.update_string("boats[i].name", "Ida").unwrap();
    }
    black_box(json.emit());
}

fn variables(count: usize) {
    let mut text = String::from(r#"{"info":{"name":"Boats"},"variable":["#);
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(text, r#"{comma}{{"key":"name-{number}","value":"value {number}"}}"#);
    }
    text += r#"],"item":[{"name":"all","request":{"method":"POST","url":"https://example.com/","body":{"mode":"urlencoded","urlencoded":["#;
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(text, r#"{comma}{{"key":"field","value":"{{{{name-{number}}}}}"}}"#);
    }
    text += "]}}}]}";
    let mut collection = Collection::from_json(&text).unwrap();
    for number in 0..count {
        collection.set_variable(&format!("name-{number}"), "another");
    }
    assert!(collection.variables().len() >= count);
    let call = collection.item("all").unwrap().call().unwrap();
    assert_eq!(call.request().num_params(), count);
    black_box(call.to_curl().unwrap());
}

fn curl_words(count: usize) {
    let mut text = String::from("curl 'https://api.example.com/v1/boats'");
    for number in 0..count {
        let _ = match number % 3 {
            0 => write!(text, " \\\n  -H 'X-Name-{number}: Lorem'"),
            1 => write!(text, " -d name{number}=\"value {number}\""),
            _ => write!(text, " --data-urlencode 'text-{number}=$ipsum & dolor'"),
        };
    }
    let call = Call::from_curl(&text).unwrap();
    black_box(call.to_curl().unwrap());
    black_box(call.to_rust().unwrap());
}

#[cfg(feature = "port")]
fn script_lines(count: usize) {
    let mut script = String::from("require 'chilkat'\n\nhttp = Chilkat::CkHttp.new()\n");
    script += "json = Chilkat::CkJsonObject.new()\n";
    for number in 0..count / 2 {
        let _ = writeln!(script, "json.UpdateString(\"name{number}\",\"Lorem\")");
        let _ = writeln!(script, "name{number} = json.stringOf(\"name{number}\")");
    }
    script += "print http.quickGetStr(\"https://api.example.com/v1/boats\") + \"\\n\";\n";
    let options = zoomkat_port::Options::new(zoomkat_port::Language::Ruby);
    let port = zoomkat_port::port(&script, &options).unwrap();
    assert!(port.program.lines().count() >= count);
}

/// Writes the journal of a finished rotation and runs the rotation again, which sends nothing.
fn journal_lines(count: usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let user = |number: usize| format!("user{number}@example.com");
    let mut journal =
        String::from(r#"{"journal":"zoomkat password rotation","version":2,"sum":"11341808"}"#);
    journal.push('\n');
    for number in 0..count {
        for (at, state) in ["sending", "changed"].iter().enumerate() {
            let (user, line) = (user(number), 2 * number + at + 1);
            let text = format!(
                r#"{{"at":"2026-01-02T03:04:05Z","user":"{user}","state":"{state}","number":{line}"#
            );
            let mut sum = flate2::Crc::new();
            sum.update(text.as_bytes());
            let _ = writeln!(journal, "{text},\"sum\":\"{:08x}\"}}", sum.sum());
        }
    }
    fs::write(&path, journal).unwrap();
    let closed = support::ClosedPort::new();
    let url = format!("http://127.0.0.1:{}", closed.port());
    let zoom = Zoom::builder()
        .server_to_server("account", "client", "client-key")
        .base_url(&url)
        .oauth_url(&url)
        .transport(support::patient())
        .build()
        .unwrap();
    let entries = (0..count).map(|number| (user(number), "Lorem ipsum 1"));
    let report = zoom.update_passwords(entries, PasswordOptions::new().threads(1).journal(&path));
    assert_eq!(report.already_changed(), count);
}

fn site(count: usize, folder: &Path) -> Vec<String> {
    let mut text = String::from(r#"{"info":{"name":"Boats"},"item":["#);
    for number in 0..count.max(1) {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(
            text,
            r#"{comma}{{"name":"Boat {number}","request":{{"method":"PUT",
            "url":"https://api.example.com/v1/boats/:id?page={number}","description":"Lorem **ipsum**",
            "header":[{{"key":"Authorization","value":"Bearer {{{{token}}}}"}}],
            "body":{{"mode":"raw","raw":"{{\"number\":{number}}}","options":{{"raw":{{"language":"json"}}}}}}}}}}"#
        );
    }
    let collection = folder.join("collection.json");
    fs::write(&collection, text + "]}").unwrap();
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    vec!["site".into(), path(&collection), "--out".into(), path(&folder.join("pages"))]
}

fn quadratic_copies(count: usize) {
    let mut text = String::new();
    for _ in 0..count {
        text = format!("{text}Lorem ipsum");
    }
    black_box(text);
}

fn quadratic_searches(count: usize) {
    let mut names = Vec::with_capacity(count);
    for number in 0..count {
        if !names.contains(&black_box(number)) {
            names.push(number);
        }
    }
    black_box(names);
}

/// Counts the allocations of this program.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call is forwarded unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        BYTES.fetch_add(layout.size() as u64, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        BYTES.fetch_add(size as u64, Relaxed);
        unsafe { System.realloc(ptr, layout, size) }
    }
}

/// The variables that make this program run one row: its name and its count.
const ROW: &str = "ZOOMKAT_GROWTH_ROW";
const COUNT: &str = "ZOOMKAT_GROWTH_COUNT";

/// Runs the row that the environment names.
#[test]
fn one_row() {
    let Ok(name) = std::env::var(ROW) else { return };
    let row = ROWS.iter().chain(QUADRATIC).find(|row| row.name == name).unwrap();
    let Here(work) = row.work else { panic!("{name} is a row of the command") };
    let count = std::env::var(COUNT).unwrap().parse().unwrap();
    let before = (ALLOCATIONS.load(Relaxed), BYTES.load(Relaxed));
    work(count);
    let after = (ALLOCATIONS.load(Relaxed), BYTES.load(Relaxed));
    println!("\nallocations {}\nbytes {}", after.0 - before.0, after.1 - before.1);
}

impl Row {
    /// Returns the failures of the row.
    fn check(&self, has_valgrind: bool) -> Vec<String> {
        let mut failures = Vec::new();
        let mut compare = |what: &str, [few, many]: [u64; 2]| {
            let growth = many as f64 / few as f64;
            println!("{}: {what} {few}, then {many}: {growth:.2} times", self.name);
            if growth > MOST || few == 0 {
                failures.push(format!("{}: {growth:.2} times the {what}", self.name));
            }
        };
        let counts = [self.count, 2 * self.count];
        if matches!(self.work, Here(_)) {
            let outputs = counts.map(|count| self.run(count, &[]));
            for what in ["allocations", "bytes"] {
                compare(what, outputs.each_ref().map(|output| number(output, what)));
            }
        }
        if has_valgrind {
            let instructions = |count| number(&self.run(count, VALGRIND), "Collected :");
            // What the process does before and after the work.
            let none = instructions(0);
            compare("instructions", counts.map(|count| instructions(count).saturating_sub(none)));
        }
        failures
    }

    /// Runs the row under a command, and returns the output.
    fn run(&self, count: usize, under: &[&str]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let plain = match self.work {
            Here(_) => {
                let mut command = alone::command(module_path!(), "one_row");
                command.env(ROW, self.name).env(COUNT, count.to_string());
                command
            }
            Cli(args) => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_zoomkat"));
                command.args(args(count, folder.path()));
                command
            }
        };
        let mut command = match under {
            [] => plain,
            [program, options @ ..] => {
                let mut command = Command::new(program);
                command.args(options).arg(plain.get_program()).args(plain.get_args());
                command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
                command
            }
        };
        let output = command.output().unwrap();
        let [stdout, stderr] =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        assert!(output.status.success(), "{}: {stdout}\n{stderr}", self.name);
        stdout + &stderr
    }
}

/// Counts instructions and prints their number at the end.
const VALGRIND: &[&str] = &["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];

/// Returns the number after `what` in an output.
fn number(output: &str, what: &str) -> u64 {
    let (_, rest) = output.split_once(&format!("{what} ")).unwrap_or_else(|| panic!("{output}"));
    rest.split_whitespace().next().unwrap().parse().unwrap()
}

/// Checks rows on as many threads as there are cores, and returns the failures.
fn check(rows: &'static [Row], has_valgrind: bool) -> Vec<String> {
    let (left, failures) = (Mutex::new(rows.iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let Some(row) = left.lock().unwrap().next() else { break };
                    let found = row.check(has_valgrind);
                    failures.lock().unwrap().extend(found);
                }
            });
        }
    });
    failures.into_inner().unwrap()
}

#[test]
fn twice_the_input_costs_twice_as_much() {
    let failures = check(ROWS, tools::has("valgrind"));
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn a_quadratic_cost_is_noticed() {
    let has_valgrind = tools::has("valgrind");
    let found = check(QUADRATIC, has_valgrind).join("\n");
    assert!(found.contains("copies: ") && found.contains("times the bytes"), "{found}");
    assert_eq!(found.contains("searches: "), has_valgrind, "{found}");
}
