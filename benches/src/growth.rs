//! What one member of an object, or one header of a request, costs among few and among many.

use std::hint::black_box;
use std::time::Instant;

use zoomkat::HttpRequest;
use zoomkat::chilkat::JsonObject;

use crate::measures::Place;
use crate::report::{Figure, Report, Wanted};
use crate::stats::{median, ratio};

const COUNTS: [usize; 4] = [1_000, 10_000, 40_000, 100_000];
const ROUNDS: usize = 15;

/// Makes something of this many members whose names are given.
type Make = fn(&[String]);

pub fn of_members(place: &Place, report: &mut Report) {
    if place.short {
        // The unit tests count the steps of this; here there is only time.
        return;
    }
    let makes: [(&str, Make); 3] = [
        ("update_string of a new member", |names| {
            black_box(updated(names));
        }),
        ("update_string, then string_of and delete by name", |names| {
            let mut json = updated(names);
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
                times.push(nanos_each(count, make));
            }
        }
        for (count, times) in COUNTS.into_iter().zip(&times) {
            let what = format!("{what}, each of {}", thousands(count));
            let figure = Figure::new(what, median(times), 0, Wanted::Nothing);
            report.figures.push(figure.unit("ns"));
        }
        let [few, .., many] = &times;
        let what =
            format!("the same, one of {} / one of {}", thousands(COUNTS[3]), thousands(COUNTS[0]));
        // A processor's caches hold few better than many. With a search of all of them it is a hundred.
        report.figures.push(Figure::new(what, ratio(many, few), 1, Wanted::AtMost(5.0)));
    }
}

fn updated(names: &[String]) -> JsonObject {
    let mut json = JsonObject::new();
    for name in names {
        json.update_string(name, "Lorem").expect("a path");
    }
    json
}

/// Nanoseconds for one of `count`. A few are made often, so that each time is of as many.
fn nanos_each(count: usize, make: Make) -> f64 {
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
