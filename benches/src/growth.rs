//! Cost of one object member or request header among few and among many.

use std::hint::black_box;
use std::time::Instant;

use zoomkat::HttpRequest;
use zoomkat::chilkat::JsonObject;

use crate::measures::Setup;
use crate::report::{Figure, Goal, Report};
use crate::stats::{median, ratio};

const COUNTS: [usize; 4] = [1_000, 10_000, 40_000, 100_000];
const ROUNDS: usize = 15;

/// Builds a value with members of these names.
type Make = fn(&[String]);

pub fn measure_members(setup: &Setup, report: &mut Report) {
    if setup.short {
        // The unit tests count the steps; here only time is measured.
        return;
    }
    let makes: [(&str, Make); 3] = [
        ("update_string of a new member", |names| {
            black_box(build_object(names));
        }),
        ("update_string, then string_of and delete by name", |names| {
            let mut json = build_object(names);
            for name in names {
                black_box(json.string_of(name).expect("a member"));
            }
            for name in names {
                assert!(json.delete(name));
            }
        }),
        ("add_header of a new header", |names| {
            let mut req = HttpRequest::new();
            for name in names {
                req.add_header(name, "Lorem");
            }
            black_box(req);
        }),
    ];
    for (what, make) in makes {
        let mut times: [Vec<f64>; COUNTS.len()] = Default::default();
        for _ in 0..ROUNDS {
            for (count, times) in COUNTS.into_iter().zip(&mut times) {
                times.push(nanos_per_member(count, make));
            }
        }
        for (count, times) in COUNTS.into_iter().zip(&times) {
            let what = format!("{what}, each of {}", thousands(count));
            let figure = Figure::new(what, median(times), 0, Goal::Absent);
            report.figures.push(figure.unit("ns"));
        }
        let [few, .., many] = &times;
        let what =
            format!("the same, one of {} / one of {}", thousands(COUNTS[3]), thousands(COUNTS[0]));
        // Caches work better for few than for many. With a linear search the ratio would be a hundred.
        report.figures.push(Figure::new(what, ratio(many, few), 1, Goal::AtMost(5.0)));
    }
}

fn build_object(names: &[String]) -> JsonObject {
    let mut json = JsonObject::new();
    for name in names {
        json.update_string(name, "Lorem").expect("a path");
    }
    json
}

/// Returns the nanoseconds for one of `count`. Small counts are repeated, so that each time covers as many
/// members.
fn nanos_per_member(count: usize, make: Make) -> f64 {
    let names: Vec<String> = (0..count).map(|n| format!("name-{n}")).collect();
    let times = COUNTS[COUNTS.len() - 1] / count;
    let start = Instant::now();
    for _ in 0..times {
        make(&names);
    }
    start.elapsed().as_secs_f64() * 1e9 / (times * count) as f64
}

fn thousands(count: usize) -> String {
    format!("{},000", count / 1_000)
}
