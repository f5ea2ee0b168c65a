//! Counts that are the same in each run: system calls, look-ups, allocations and TLS records per call on a
//! kept-alive connection. Each is the difference between two runs, one with twice as many calls, divided by
//! the difference in calls, so that starting and connecting cancel out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::child::{ChildArgs, Job};
use crate::measures::Setup;
use crate::peers::Peer;
use crate::report::{Column, Figure, Goal, Report};
use crate::server::Server;

const CALLS: u64 = 200;

/// The counts of one call.
struct Counts {
    /// By name; `Err` is the reason that they are unknown.
    system_calls: Result<BTreeMap<String, f64>, String>,
    /// Host name look-ups; known if the system calls are.
    look_ups: f64,
    allocations: f64,
    /// TLS records received by the server.
    records: f64,
}

impl Counts {
    fn total(&self) -> Option<f64> {
        self.system_calls.as_ref().ok().map(|calls| calls.values().sum())
    }

    /// Formats the system calls, for example `recvfrom 2, sendto 1`.
    fn list_system_calls(&self) -> String {
        let Ok(calls) = &self.system_calls else { return String::new() };
        let mut calls: Vec<_> = calls.iter().filter(|(_, count)| **count >= 0.05).collect();
        calls.sort_by(|a, b| b.1.total_cmp(a.1));
        let list: Vec<_> = calls.iter().map(|(name, count)| format!("{name} {count:.1}")).collect();
        list.join(", ")
    }
}

pub fn of_calls(setup: &Setup, report: &mut Report) {
    let count = |peer| measure(peer, &setup.plain, "plain", &setup.dir);
    // The raw loop, and a file that is not synced, are no clients of which anybody asks this.
    let peers = Peer::ALL.iter().copied().filter(|peer| match setup.short {
        true => [Peer::Zoomkat, Peer::ZoomkatRebuilt].contains(peer),
        false => *peer != Peer::RawLoose && peer.keeps_connections(),
    });
    let found: Vec<(Peer, Counts)> = peers.map(|peer| (peer, count(peer))).collect();
    let of = |peer| &found.iter().find(|(other, _)| *other == peer).expect("a peer").1;
    let (zoomkat, rebuilt) = (of(Peer::Zoomkat), of(Peer::ZoomkatRebuilt));

    // A process maps memory now and then, which belongs to no single call.
    let tenths = |count: f64| (count * 10.0).round() / 10.0;
    let traced =
        |count: f64| zoomkat.system_calls.as_ref().map(|_| tenths(count)).map_err(Clone::clone);
    let exact = |what: &str, count, goal| Figure::new(what, tenths(count), 1, goal).exact();
    let figure = exact("system calls per call, kept alive", 0.0, Goal::AtMost(3.0));
    let figure = figure.note(zoomkat.list_system_calls());
    let total = zoomkat.total().unwrap_or_default();
    report.figures.push(Figure { found: traced(total), ..figure });
    let figure = exact("name look-ups per call, kept alive", 0.0, Goal::AtMost(0.0));
    report.figures.push(Figure { found: traced(zoomkat.look_ups), ..figure });
    let over_tls = measure(Peer::Zoomkat, &setup.tls, &setup.pem_path, &setup.dir);
    report.figures.extend([
        exact("heap allocations per call", zoomkat.allocations, Goal::AtMost(6.0)),
        exact("the same, request rebuilt", rebuilt.allocations, Goal::AtMost(14.0)),
        exact("heap allocations per call over TLS", over_tls.allocations, Goal::Absent),
        exact("TLS records per small request", over_tls.records, Goal::Exactly(1.0)),
    ]);

    let rows = |value: &dyn Fn(&Counts) -> Option<f64>| -> Vec<(Peer, f64)> {
        found.iter().filter_map(|(peer, counts)| Some((*peer, value(counts)?))).collect()
    };
    let mut allocations = rows(&|counts| Some(counts.allocations));
    allocations.retain(|(peer, _)| peer.has_counted_memory());
    let look_ups = rows(&|counts| counts.total().map(|_| counts.look_ups));
    report.columns.extend([
        Column::new("system calls per call", "", rows(&Counts::total)).drawn(Some(3.0)),
        Column::new("look-ups per call", "", look_ups),
        Column::new("heap allocations per call", "", allocations).drawn(Some(6.0)),
    ]);
}

/// The counts of one process.
struct Run {
    calls: Result<BTreeMap<String, f64>, String>,
    look_ups: f64,
    allocations: f64,
    records: f64,
}

fn measure(peer: Peer, server: &Server, trust: &str, dir: &Path) -> Counts {
    let [once, twice] = [CALLS, 2 * CALLS].map(|amount| run(peer, server, trust, dir, amount));
    let per_call = |once: f64, twice: f64| (twice - once) / CALLS as f64;
    let system_calls = once.calls.and_then(|once| {
        let mut calls = twice.calls?;
        for (name, count) in &mut calls {
            *count = per_call(once.get(name).copied().unwrap_or(0.0), *count);
        }
        Ok(calls)
    });
    Counts {
        system_calls,
        look_ups: per_call(once.look_ups, twice.look_ups),
        allocations: per_call(once.allocations, twice.allocations),
        records: per_call(once.records, twice.records),
    }
}

fn run(peer: Peer, server: &Server, trust: &str, dir: &Path, amount: u64) -> Run {
    let port = server.port;
    let args =
        ChildArgs { job: Job::Calls, peer, port, trust, path: "", amount, file: Path::new("") };
    let before = server.records();
    let log = dir.join("strace.log");
    let path = log.to_str().expect("a UTF-8 path");
    let traced = args.run_under(&["strace", "-f", "-o", path]);
    let (found, calls) = match traced {
        Ok(found) => (found, Ok(fs::read_to_string(&log).unwrap_or_default())),
        // strace is missing or may not trace other processes.
        Err(err) => {
            let before_that = server.records();
            let found = args.run();
            let records = (server.records() - before_that) as f64;
            let why = err.lines().next().unwrap_or_default().to_owned();
            let calls = Err(format!("strace does not work here ({why})"));
            let allocations = found.allocations as f64;
            return Run { calls, look_ups: 0.0, allocations, records };
        }
    };
    let (mut by_name, mut look_ups) = (BTreeMap::new(), 0.0);
    for line in calls.iter().flat_map(|log| log.lines()) {
        // Each line has the process, then `name(argument, ...` unless it continues a call or reports a
        // signal.
        let what = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
        let Some((name, rest)) = what.split_once('(') else { continue };
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            continue;
        }
        *by_name.entry(name.to_owned()).or_insert(0.0) += 1.0;
        // Each look-up reads this file first, whatever the name.
        if rest.contains("\"/etc/hosts\"") {
            look_ups += 1.0;
        }
    }
    Run {
        calls: calls.map(|_| by_name),
        look_ups,
        allocations: found.allocations as f64,
        records: (server.records() - before) as f64,
    }
}
