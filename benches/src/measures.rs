//! The measurements. Peers take turns within a round, and each round starts with another peer. A figure
//! that compares two peers is the median of the ratios per round.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::child::{CALLS_PER_THREAD, ChildArgs, ChildResult, Job};
use crate::counts::{self, Counts};
use crate::peers::{Peer, Target, Trust};
use crate::report::{Column, Figure, Goal, Report};
use crate::server::{SLOW, Server};
use crate::stats::{median, ratio};

/// The servers and the settings of a run.
pub struct Setup {
    pub plain: Server,
    pub tls: Server,
    pub pem: String,
    /// The path of the PEM file.
    pub pem_path: String,
    pub dir: PathBuf,
    /// Whether to make only exact measurements.
    pub short: bool,
}

pub type Measure = fn(&Setup, &mut Report);

/// The measurements by their names for `--only`.
pub const ALL: &[(&str, Measure)] = &[
    ("counts", counts),
    ("calls", calls),
    ("tls", tls_calls),
    ("upload", uploads),
    ("download", downloads),
    ("threads", threads),
    ("first", first_calls),
    ("growth", crate::growth::measure_members),
    ("size", crate::size::measure_programs),
];

const MIB: u64 = 1024 * 1024;

/// The values of each peer, one per round.
struct Rounds(Vec<(Peer, Vec<f64>)>);

impl Rounds {
    fn run(peers: &[Peer], count: usize, mut measure: impl FnMut(Peer) -> f64) -> Rounds {
        Rounds::run_pairs(peers, count, |peer| (measure(peer), f64::NAN)).0
    }

    /// Like `run`, for two values that are measured together.
    fn run_pairs(
        peers: &[Peer],
        count: usize,
        mut measure: impl FnMut(Peer) -> (f64, f64),
    ) -> (Rounds, Rounds) {
        let none = || peers.iter().map(|peer| (*peer, Vec::new())).collect::<Vec<_>>();
        let (mut firsts, mut seconds) = (none(), none());
        for round in 0..count {
            for turn in 0..peers.len() {
                let at = (round + turn) % peers.len();
                let (first, second) = measure(peers[at]);
                firsts[at].1.push(first);
                seconds[at].1.push(second);
            }
        }
        (Rounds(firsts), Rounds(seconds))
    }

    fn values(&self, peer: Peer) -> &[f64] {
        &self.0.iter().find(|(other, _)| *other == peer).expect("a measured peer").1
    }

    fn median(&self, peer: Peer) -> f64 {
        median(self.values(peer))
    }

    fn ratio(&self, one: Peer, other: Peer) -> f64 {
        ratio(self.values(one), self.values(other))
    }

    /// Compares two peers, with the ratio of their medians as a note.
    fn compare(&self, what: String, one: Peer, other: Peer, goal: Goal) -> Figure {
        let of_medians = self.median(one) / self.median(other);
        Figure::new(what, self.ratio(one, other), 2, goal)
            .note(format!("ratio of the medians {of_medians:.2}"))
    }

    fn medians(&self, convert: impl Fn(f64) -> f64) -> Vec<(Peer, f64)> {
        self.0.iter().map(|(peer, values)| (*peer, convert(median(values)))).collect()
    }
}

/// Returns `ours` and the other libraries that were built in.
fn with_other_libraries(ours: &[Peer]) -> Vec<Peer> {
    let others = Peer::ALL.iter().copied().filter(|peer| peer.is_other_library());
    ours.iter().copied().chain(others).collect()
}

fn with_tls(peers: Vec<Peer>) -> Vec<Peer> {
    peers.into_iter().filter(|peer| peer.has_tls()).collect()
}

/// Returns the microseconds per call on a new connection: much depends on the core on which the server's
/// thread runs.
fn time_per_call(peer: Peer, target: &Target) -> f64 {
    const CALLS: u32 = 100;
    let mut client = peer.client(target);
    for _ in 0..20 {
        assert!(client.call(), "a response");
    }
    let start = Instant::now();
    for _ in 0..CALLS {
        assert!(client.call(), "a response");
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS)
}

fn calls(setup: &Setup, report: &mut Report) {
    if setup.short {
        return;
    }
    let target = Target::new(setup.plain.port, Trust::Plain);
    let ours = [Peer::Raw, Peer::Zoomkat, Peer::ZoomkatRebuilt, Peer::UreqForm];
    let rounds =
        Rounds::run(&with_other_libraries(&ours), 151, |peer| time_per_call(peer, &target));
    for (other, goal) in [(Peer::Raw, 1.6), (Peer::Ureq, 0.75)] {
        let what = format!("time per call / {}", other.name());
        let goal = Goal::AtMost(goal);
        report.figures.push(rounds.compare(what, Peer::Zoomkat, other, goal));
    }
    let rows = rounds.medians(|micros| micros);
    let goal = (1.6 * rounds.median(Peer::Raw)).min(0.75 * rounds.median(Peer::Ureq));
    report.columns.push(Column::new("time per call", "µs", rows).drawn(Some(goal)));
}

fn tls_calls(setup: &Setup, report: &mut Report) {
    if setup.short {
        return;
    }
    let target = Target::new(setup.tls.port, Trust::Authority(setup.pem.clone()));
    let peers = with_tls(with_other_libraries(&[Peer::Raw, Peer::Zoomkat]));
    let rounds = Rounds::run(&peers, 101, |peer| time_per_call(peer, &target));
    for other in [Peer::Raw, Peer::Ureq] {
        let what = format!("time per call over TLS / {}", other.name());
        report.figures.push(rounds.compare(what, Peer::Zoomkat, other, Goal::Absent));
    }
    let rows = rounds.medians(|micros| micros);
    report.columns.push(Column::new("time per call over TLS", "µs", rows).drawn(None));
}

fn counts(setup: &Setup, report: &mut Report) {
    let peers = if setup.short {
        vec![Peer::Zoomkat, Peer::Ureq]
    } else {
        let ours = [Peer::Raw, Peer::Zoomkat, Peer::ZoomkatRebuilt, Peer::UreqForm];
        with_other_libraries(&ours)
    };
    let count = |peer| counts::measure(peer, &setup.plain, "plain", &setup.dir);
    let found: Vec<(Peer, Counts)> = peers.iter().map(|peer| (*peer, count(*peer))).collect();
    let of = |peer| &found.iter().find(|(other, _)| *other == peer).expect("a peer").1;
    let (zoomkat, ureq) = (of(Peer::Zoomkat), of(Peer::Ureq));

    // A process maps memory now and then, which belongs to no single call.
    let tenths = |count: f64| (count * 10.0).round() / 10.0;
    let traced = |count: f64| zoomkat.system_calls.clone().map(|_| tenths(count));
    let what = "system calls per call, kept alive";
    let figure =
        Figure::new(what, 0.0, 1, Goal::AtMost(3.0)).exact().note(zoomkat.list_system_calls());
    let total = zoomkat.total().unwrap_or_default();
    report.figures.push(Figure { found: traced(total), ..figure });
    let what = "name look-ups per call, kept alive";
    let figure = Figure::new(what, 0.0, 1, Goal::AtMost(0.0)).exact();
    report.figures.push(Figure { found: traced(zoomkat.look_ups), ..figure });
    let (ours, theirs) = (tenths(zoomkat.allocations), tenths(ureq.allocations));
    let what = format!("heap allocations per call / {}", Peer::Ureq.name());
    let figure = Figure::new(what, ours / theirs, 2, Goal::AtMost(0.5)).exact();
    report.figures.push(figure.note(format!("{ours:.1} against {theirs:.1}")));

    let over_tls = counts::measure(Peer::Zoomkat, &setup.tls, &setup.pem_path, &setup.dir);
    let (what, records) = ("TLS records per small request", tenths(over_tls.records));
    report.figures.push(Figure::new(what, records, 1, Goal::Exactly(1.0)).exact());

    let rows = |value: &dyn Fn(&Counts) -> Option<f64>| -> Vec<(Peer, f64)> {
        found.iter().filter_map(|(peer, counts)| Some((*peer, value(counts)?))).collect()
    };
    // What libcurl allocates in C bypasses the counting allocator.
    let mut allocations = rows(&|counts| Some(counts.allocations));
    allocations.retain(|(peer, _)| peer.has_counted_memory());
    let columns = [
        Column::new("system calls per call", "", rows(&Counts::total)).drawn(Some(3.0)),
        Column::new(
            "look-ups per call",
            "",
            rows(&|counts| counts.total().map(|_| counts.look_ups)),
        ),
        Column::new("heap allocations per call", "", allocations).drawn(Some(theirs / 2.0)),
    ];
    report.columns.extend(columns);
}

/// Creates a file of `length` bytes in the system's cache.
fn create_file(path: &Path, length: u64) {
    let mut file = File::create(path).expect("a file");
    let block: Vec<u8> = (0..MIB).map(|at| (at % 251) as u8).collect();
    for _ in 0..length / MIB {
        file.write_all(&block).expect("room for a file");
    }
    file.sync_all().expect("a file on disk");
}

impl Setup {
    fn transfer(&self, job: Job, peer: Peer, amount: u64, file: &Path) -> ChildResult {
        let port = self.plain.port;
        ChildArgs { job, peer, port, trust: "plain", path: "", amount, file }.run()
    }
}

/// Returns the number of bytes to transfer.
fn length(setup: &Setup) -> u64 {
    if setup.short { 128 * MIB } else { 1024 * MIB }
}

/// Returns the number of rounds.
fn count(setup: &Setup) -> usize {
    if setup.short { 1 } else { 9 }
}

/// Runs the transfers of the peers and returns their seconds and peak memory.
fn transfers(
    setup: &Setup,
    peers: &[Peer],
    mut run: impl FnMut(Peer) -> ChildResult,
) -> (Rounds, Rounds) {
    Rounds::run_pairs(peers, count(setup), |peer| {
        let found = run(peer);
        (found.seconds, found.peak.map_or(f64::NAN, |peak| peak as f64 / MIB as f64))
    })
}

/// Returns the highest peak memory in all rounds.
fn peak(name: &str, setup: &Setup, peaks: &Rounds) -> Figure {
    let most = peaks.values(Peer::Zoomkat).iter().copied().fold(f64::NAN, f64::max);
    let what = format!("peak memory of {name} of {} MiB, above the start", length(setup) / MIB);
    let figure = Figure::new(what, most, 1, Goal::Below(8.0)).unit("MiB").exact();
    if most.is_nan() {
        return Figure { found: Err("the system does not report it".to_owned()), ..figure };
    }
    figure
}

fn throughput(title: &'static str, rounds: &Rounds) -> Column {
    let rows = rounds.medians(|seconds| 1.0 / seconds);
    Column::new(title, "GiB/s", rows).decimals(2).more_is_better()
}

fn uploads(setup: &Setup, report: &mut Report) {
    let path = setup.dir.join("up.bin");
    create_file(&path, length(setup));
    let run = |peer| setup.transfer(Job::Upload, peer, 0, &path);
    let mut peers = match setup.short {
        true => vec![Peer::Zoomkat],
        false => with_other_libraries(&[Peer::Raw, Peer::Zoomkat, Peer::UreqForm]),
    };
    // It is represented by its Form.
    peers.retain(|peer| *peer != Peer::Ureq);
    let (rounds, peaks) = transfers(setup, &peers, run);
    report.figures.push(peak("an upload", setup, &peaks));
    let _ = fs::remove_file(&path);
    if setup.short {
        return;
    }
    let both = [(Peer::Raw, Goal::AtLeast(0.95)), (Peer::UreqForm, Goal::Above(1.0))];
    for (other, goal) in both {
        let what = format!("upload of 1 GiB, throughput / {}", other.name());
        report.figures.push(rounds.compare(what, other, Peer::Zoomkat, goal));
    }
    let goal = (0.95 / rounds.median(Peer::Raw)).max(1.0 / rounds.median(Peer::UreqForm));
    report.columns.push(throughput("upload of 1 GiB", &rounds).drawn(Some(goal)));
    let rows = peaks.medians(|mib| mib);
    report.columns.push(Column::new("peak memory", "MiB", rows));
}

fn downloads(setup: &Setup, report: &mut Report) {
    let path = setup.dir.join("down.bin");
    let run = |peer| {
        let found = setup.transfer(Job::Download, peer, length(setup), &path);
        assert_eq!(fs::metadata(&path).expect("a file").len(), length(setup));
        fs::remove_file(&path).expect("a file to remove");
        found
    };
    let peers = match setup.short {
        true => vec![Peer::Zoomkat],
        false => with_other_libraries(&[Peer::Raw, Peer::RawLoose, Peer::Zoomkat]),
    };
    let (rounds, peaks) = transfers(setup, &peers, run);
    report.figures.push(peak("a download", setup, &peaks));
    if setup.short {
        return;
    }
    for (other, goal, how) in [
        (Peer::Raw, Goal::AtLeast(0.9), "raw loop that also syncs and renames"),
        (Peer::RawLoose, Goal::Absent, "raw loop that does not sync"),
    ] {
        let what = format!("download of 1 GiB to a file, throughput / {how}");
        report.figures.push(rounds.compare(what, other, Peer::Zoomkat, goal));
    }
    let goal = 0.9 / rounds.median(Peer::Raw);
    report.columns.push(throughput("download of 1 GiB", &rounds).drawn(Some(goal)));
    let rows = peaks.medians(|mib| mib);
    report.columns.push(Column::new("peak memory", "MiB", rows));
}

fn threads(setup: &Setup, report: &mut Report) {
    const THREADS: u64 = 64;
    let port = setup.plain.port;
    let run = |peer, amount| {
        let file = Path::new("");
        let args =
            ChildArgs { job: Job::Threads, peer, port, trust: "plain", path: SLOW, amount, file };
        let before = setup.plain.connections();
        let seconds = args.run().seconds;
        ((amount * CALLS_PER_THREAD) as f64 / seconds, (setup.plain.connections() - before) as f64)
    };
    let mut connections = f64::NAN;
    let peers: &[Peer] = if setup.short { &[Peer::Zoomkat] } else { &[Peer::Zoomkat, Peer::Ureq] };
    let rounds = Rounds::run(peers, if setup.short { 1 } else { 7 }, |peer| {
        let alone = if setup.short { f64::NAN } else { run(peer, 1).0 };
        let (rate, opened) = run(peer, THREADS);
        if peer == Peer::Zoomkat {
            // One bad round is enough to fail.
            connections = if connections > opened { connections } else { opened };
        }
        rate / (THREADS as f64 * alone)
    });
    let what = "64 threads on one Transport: connections made";
    let figure = Figure::new(what, connections, 0, Goal::Exactly(THREADS as f64));
    report.figures.push(figure.exact());
    if setup.short {
        return;
    }
    let what = "64 threads on one Transport, rate / 64 times one thread's";
    let found = rounds.median(Peer::Zoomkat);
    report.figures.push(Figure::new(what, found, 3, Goal::AtLeast(0.97)));
    let column =
        Column::new("64 threads / 64 times one thread", "ratio", rounds.medians(|rate| rate));
    report.columns.push(column.decimals(3).more_is_better().drawn(Some(0.97)));
}

fn first_calls(setup: &Setup, report: &mut Report) {
    if setup.short {
        return;
    }
    let port = setup.tls.port;
    let run = |peers: &[Peer], trust: &str, answered: bool| {
        Rounds::run_pairs(peers, 61, |peer| {
            let (path, file) = ("", Path::new(""));
            let found =
                ChildArgs { job: Job::First, peer, port, trust, path, amount: 1, file }.run();
            assert_eq!(found.answered, answered, "{peer:?}");
            (found.seconds, found.wall.as_secs_f64())
        })
    };
    let peers = with_tls(with_other_libraries(&[Peer::Raw, Peer::Zoomkat]));
    let (inside, whole) = run(&peers, &setup.pem_path, true);
    let what = format!("first call of a process over TLS, from main / {}", Peer::Ureq.name());
    let (ours, theirs) = (Peer::Zoomkat, Peer::Ureq);
    report.figures.push(inside.compare(what, ours, theirs, Goal::AtMost(1.0)));
    let what = format!("the same, the process as a whole / {}", Peer::Ureq.name());
    report.figures.push(whole.compare(what, ours, theirs, Goal::Absent));
    // With the default roots our own server is refused. Until then everything is the same as with a known
    // server.
    let (refused, _) = run(&[Peer::Raw, Peer::Zoomkat, Peer::Ureq], "default", false);
    let what =
        format!("the same with default roots, from main to the refusal / {}", Peer::Ureq.name());
    report.figures.push(refused.compare(what, ours, theirs, Goal::Absent));
    let column = |title, rounds: &Rounds| {
        let rows = rounds.medians(|seconds| seconds * 1e3);
        Column::new(title, "ms", rows).decimals(2)
    };
    let goal = inside.median(Peer::Ureq) * 1e3;
    report.columns.push(column("first call over TLS", &inside).drawn(Some(goal)));
    report.columns.push(column("its process", &whole));
    report.columns.push(column("refused with default roots", &refused));
}
