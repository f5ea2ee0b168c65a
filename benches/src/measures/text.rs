//! JSON, and headers of many fields.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use serde_json::{Map, Value};
use zoomkat::chilkat::{JsonArray, JsonObject};
use zoomkat::{HttpRequest, Transport};
use zoomkat_benches::{allocated, count, count_allocations};

use super::Setup;
use crate::report::{Figure, Goal, Report};
use crate::stats::{median, ratio};

/// Returns a list of users as JSON, of at least `length` bytes.
pub fn users(length: usize) -> String {
    let mut text = String::from(r#"{"page_size":300,"users":["#);
    for number in 0_u64.. {
        let comma = if number == 0 { "" } else { "," };
        // Text that compresses as well as that of a real list, some ten times.
        let id = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_u64);
        let _ = write!(
            text,
            r#"{comma}{{"id":"{id:016x}","first_name":"Ann","last_name":"L\u00f6rem ipsum","#,
        );
        let _ = write!(
            text,
            r#""email":"{:x}@example.com","type":2,"pmi":{},"verified":true,"#,
            id >> 32,
            4_150_000_000_u64 + number
        );
        text +=
            r#""dept":null,"group_ids":["sales","support"],"custom":{"key":"cbf","value":1.5}}"#;
        if text.len() + 2 >= length {
            break;
        }
    }
    text + "]}"
}

/// Reads the value at a place of an object or an array, whose accessors have the same names.
macro_rules! walk_member {
    ($json:expr, $at:expr) => {
        match $json.type_at($at) {
            1 => $json.string_at($at).map_or(0, |text| text.len() as u64),
            2 => $json.int_at($at) as u64,
            3 => $json.object_at($at).map_or(0, |object| walk_object(&object)),
            4 => $json.array_at($at).map_or(0, |array| walk_array(&array)),
            5 => u64::from($json.bool_at($at)),
            _ => 0,
        }
    };
}

/// Returns a number that depends on every member, so that all are read.
fn walk_object(json: &JsonObject) -> u64 {
    (0..json.size())
        .map(|at| {
            let name = json.name_at(at).map_or(0, |name| name.len() as u64);
            name.wrapping_add(walk_member!(json, at))
        })
        .fold(0, u64::wrapping_add)
}

fn walk_array(json: &JsonArray) -> u64 {
    (0..json.size()).map(|at| walk_member!(json, at)).fold(0, u64::wrapping_add)
}

fn walk_value(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.len() as u64,
        Value::Number(number) => number.as_f64().unwrap_or(0.0) as u64,
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| walk_value(value).wrapping_add(name.len() as u64))
            .fold(0, u64::wrapping_add),
        Value::Array(array) => array.iter().map(walk_value).fold(0, u64::wrapping_add),
        Value::Bool(is_true) => u64::from(*is_true),
        Value::Null => 0,
    }
}

/// Like `walk_value`, but copies each name and text, as the interface of `JsonObject` does.
fn walk_copies(value: &Value) -> u64 {
    match value {
        Value::String(text) => black_box(text.clone()).len() as u64,
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| {
                walk_copies(value).wrapping_add(black_box(name.clone()).len() as u64)
            })
            .fold(0, u64::wrapping_add),
        Value::Array(array) => array.iter().map(walk_copies).fold(0, u64::wrapping_add),
        other => walk_value(other),
    }
}

/// Returns milliseconds.
fn time<T>(job: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    let result = black_box(job());
    let millis = start.elapsed().as_secs_f64() * 1e3;
    drop(result);
    millis
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("name-{number}")).collect()
}

fn build(names: &[String]) -> JsonObject {
    let mut json = JsonObject::new();
    for name in names {
        json.update_string(name, "Lorem").expect("a path");
    }
    json
}

fn build_value(names: &[String]) -> Value {
    let members = names.iter().map(|name| (name.clone(), Value::from("Lorem")));
    Value::Object(members.collect::<Map<_, _>>())
}

/// Pushes the growth of allocations, in number and in bytes, from `names` halved to `names`.
fn push_growth(what: &str, names: &[String], job: impl Fn(&[String]), report: &mut Report) {
    let measure = |names: &[String]| {
        let before = (count(), allocated());
        job(names);
        ((count() - before.0) as f64, (allocated() - before.1) as f64)
    };
    count_allocations(true);
    let few = measure(&names[..names.len() / 2]);
    let many = measure(names);
    count_allocations(false);
    for (unit, growth) in [("allocations", many.0 / few.0), ("allocated bytes", many.1 / few.1)] {
        let what = format!("{what}: {unit} for twice as many");
        report.figures.push(Figure::new(what, growth, 2, Goal::AtMost(2.2)).exact());
    }
}

pub fn json(setup: &Setup, report: &mut Report) {
    let names = names(40_000);
    push_growth("JSON of 40,000 members", &names, |names| drop(build(names)), report);
    if setup.short {
        return;
    }
    let text = users(8_000_000);
    let (mut ours, mut value) = (JsonObject::new(), Value::Null);
    // Each of these, with us and with serde_json, in each round.
    let mut times: [[Vec<f64>; 2]; 5] = Default::default();
    for round in 0..15 {
        let mut both = |at: usize, jobs: [&mut dyn FnMut() -> f64; 2]| {
            let [mine, theirs] = jobs;
            // Turns change, as those of peers do.
            let (first, second) = match round % 2 {
                0 => (mine(), theirs()),
                _ => {
                    let second = theirs();
                    (mine(), second)
                }
            };
            times[at][0].push(first);
            times[at][1].push(second);
        };
        (ours, value) = (JsonObject::new(), Value::Null);
        both(
            0,
            [&mut || time(|| ours.load(&text).expect("JSON")), &mut || {
                time(|| value = serde_json::from_str(&text).expect("JSON"))
            }],
        );
        both(1, [&mut || time(|| ours.emit()), &mut || time(|| value.to_string())]);
        both(2, [&mut || time(|| walk_object(&ours)), &mut || time(|| walk_value(&value))]);
        both(3, [&mut || time(|| walk_object(&ours)), &mut || time(|| walk_copies(&value))]);
        both(4, [&mut || time(|| build(&names)), &mut || time(|| build_value(&names))]);
    }
    assert_eq!(walk_object(&ours), walk_value(&value));
    assert_eq!(ours.emit().len(), value.to_string().len());
    let rows = [
        ("load", Goal::AtMost(0.6)),
        ("emit", Goal::AtMost(0.6)),
        ("walk", Goal::AtMost(1.2)),
        ("walk, names and texts copied by both", Goal::Absent),
    ];
    for ((what, goal), [ours, theirs]) in rows.into_iter().zip(&times) {
        let what = format!("JSON of 8 MB: {what} / serde_json's Value");
        let note = format!("{:.1} ms against {:.1} ms", median(ours), median(theirs));
        let figure = Figure::new(what, ratio(ours, theirs), 2, goal);
        report.figures.push(figure.note(note));
    }
    let [built, theirs] = &times[4];
    let note = format!("serde_json's Value {:.1} ms", median(theirs));
    let figure =
        Figure::new("JSON: build 40,000 members by name", median(built), 1, Goal::Below(25.0));
    report.figures.push(figure.unit("ms").note(note));
}

pub fn header(setup: &Setup, report: &mut Report) {
    let names = names(10_000);
    let http = Transport::with_endpoint("localhost", setup.plain.port, false);
    let send = |names: &[String]| {
        let mut req = HttpRequest::new();
        req.set_http_verb("GET").set_path("/");
        for name in names {
            req.add_header(name, "Lorem");
        }
        assert_eq!(http.send(&req).expect("a response").status_code(), 204);
    };
    send(&names);
    push_growth("header of 10,000 fields, built and sent", &names, send, report);
    if setup.short {
        return;
    }
    let times: Vec<f64> = (0..31).map(|_| time(|| send(&names))).collect();
    let what = "header of 10,000 fields, built and sent";
    report.figures.push(Figure::new(what, median(&times), 1, Goal::Below(10.0)).unit("ms"));
}
