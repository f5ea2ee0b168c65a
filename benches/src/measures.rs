//! What is measured. Peers take turns within a round, each round begins with another; a figure that
//! compares two is the median of the ratios of the rounds.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::child::{EACH, Found, Job, Order};
use crate::counts::{self, Counts};
use crate::peers::{Peer, Target, Trust};
use crate::report::{Column, Figure, Report, Wanted};
use crate::server::{SLOW, Server};
use crate::stats::{median, ratio};

/// The servers, and what children are told of them.
pub struct Place {
    pub plain: Server,
    pub tls: Server,
    pub pem: String,
    /// Where that stands.
    pub pem_path: String,
    pub dir: PathBuf,
    /// Only what is exact.
    pub short: bool,
}

pub type Measure = fn(&Place, &mut Report);

/// By the names that `--only` takes.
pub const ALL: &[(&str, Measure)] = &[
    ("counts", counts),
    ("calls", calls),
    ("tls", tls_calls),
    ("upload", uploads),
    ("download", downloads),
    ("threads", threads),
    ("first", first_calls),
    ("growth", crate::growth::of_members),
    ("size", crate::size::of_programs),
];

const MIB: u64 = 1024 * 1024;

/// Medians, and the values that they are of.
struct Rounds(Vec<(Peer, Vec<f64>)>);

impl Rounds {
    fn of(peers: &[Peer], count: usize, mut measure: impl FnMut(Peer) -> f64) -> Rounds {
        Rounds::of_two(peers, count, |peer| (measure(peer), f64::NAN)).0
    }

    /// Of two values that are found together.
    fn of_two(
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
        &self.0.iter().find(|(other, _)| *other == peer).expect("a peer that was measured").1
    }

    fn median(&self, peer: Peer) -> f64 {
        median(self.values(peer))
    }

    fn ratio(&self, one: Peer, other: Peer) -> f64 {
        ratio(self.values(one), self.values(other))
    }

    /// How one compares with another, and the other way to put it beside it.
    fn compared(&self, what: String, one: Peer, other: Peer, wanted: Wanted) -> Figure {
        let of_medians = self.median(one) / self.median(other);
        Figure::new(what, self.ratio(one, other), 2, wanted)
            .note(format!("ratio of the medians {of_medians:.2}"))
    }

    fn medians(&self, convert: impl Fn(f64) -> f64) -> Vec<(Peer, f64)> {
        self.0.iter().map(|(peer, values)| (*peer, convert(median(values)))).collect()
    }
}

/// These, and each library of others as far as it was built in.
fn with_others(ours: &[Peer]) -> Vec<Peer> {
    let others = Peer::ALL.iter().copied().filter(|peer| peer.is_others());
    ours.iter().copied().chain(others).collect()
}

fn speaking_tls(peers: Vec<Peer>) -> Vec<Peer> {
    peers.into_iter().filter(|peer| peer.has_tls()).collect()
}

/// Microseconds a call, on a connection of its own: much depends on the core that the server's
/// thread happens to get.
fn time_a_call(peer: Peer, target: &Target) -> f64 {
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

fn calls(place: &Place, report: &mut Report) {
    if place.short {
        return;
    }
    let target = Target::new(place.plain.port, Trust::Plain);
    let ours = [Peer::Raw, Peer::Zoomkat, Peer::ZoomkatAnew, Peer::UreqForm];
    let rounds = Rounds::of(&with_others(&ours), 151, |peer| time_a_call(peer, &target));
    for (other, wanted) in [(Peer::Raw, 1.6), (Peer::Ureq, 0.75)] {
        let what = format!("time a call / {}", other.name());
        let wanted = Wanted::AtMost(wanted);
        report.figures.push(rounds.compared(what, Peer::Zoomkat, other, wanted));
    }
    let rows = rounds.medians(|micros| micros);
    let wanted = (1.6 * rounds.median(Peer::Raw)).min(0.75 * rounds.median(Peer::Ureq));
    report.columns.push(Column::new("time a call", "µs", rows).drawn(Some(wanted)));
}

fn tls_calls(place: &Place, report: &mut Report) {
    if place.short {
        return;
    }
    let target = Target::new(place.tls.port, Trust::Authority(place.pem.clone()));
    let peers = speaking_tls(with_others(&[Peer::Raw, Peer::Zoomkat]));
    let rounds = Rounds::of(&peers, 101, |peer| time_a_call(peer, &target));
    for other in [Peer::Raw, Peer::Ureq] {
        let what = format!("time a call over TLS / {}", other.name());
        report.figures.push(rounds.compared(what, Peer::Zoomkat, other, Wanted::Nothing));
    }
    let rows = rounds.medians(|micros| micros);
    report.columns.push(Column::new("time a call over TLS", "µs", rows).drawn(None));
}

fn counts(place: &Place, report: &mut Report) {
    let peers = if place.short {
        vec![Peer::Zoomkat, Peer::Ureq]
    } else {
        let ours = [Peer::Raw, Peer::Zoomkat, Peer::ZoomkatAnew, Peer::UreqForm];
        with_others(&ours)
    };
    let count = |peer| counts::of(peer, &place.plain, "plain", &place.dir);
    let found: Vec<(Peer, Counts)> = peers.iter().map(|peer| (*peer, count(*peer))).collect();
    let of = |peer| &found.iter().find(|(other, _)| *other == peer).expect("a peer").1;
    let (zoomkat, ureq) = (of(Peer::Zoomkat), of(Peer::Ureq));

    // A process maps memory now and then, which is not of any one call.
    let tenths = |count: f64| (count * 10.0).round() / 10.0;
    let traced = |count: f64| zoomkat.system_calls.clone().map(|_| tenths(count));
    let what = "system calls a call, kept alive";
    let figure = Figure::new(what, 0.0, 1, Wanted::AtMost(3.0)).exact().note(zoomkat.listed());
    let total = zoomkat.total().unwrap_or_default();
    report.figures.push(Figure { found: traced(total), ..figure });
    let what = "name look-ups a call, kept alive";
    let figure = Figure::new(what, 0.0, 1, Wanted::AtMost(0.0)).exact();
    report.figures.push(Figure { found: traced(zoomkat.look_ups), ..figure });
    let (ours, theirs) = (tenths(zoomkat.allocations), tenths(ureq.allocations));
    let what = format!("heap allocations a call / {}", Peer::Ureq.name());
    let figure = Figure::new(what, ours / theirs, 2, Wanted::AtMost(0.5)).exact();
    report.figures.push(figure.note(format!("{ours:.1} against {theirs:.1}")));

    let over_tls = counts::of(Peer::Zoomkat, &place.tls, &place.pem_path, &place.dir);
    let (what, records) = ("TLS records a small request", tenths(over_tls.records));
    report.figures.push(Figure::new(what, records, 1, Wanted::Exactly(1.0)).exact());

    let rows = |value: &dyn Fn(&Counts) -> Option<f64>| -> Vec<(Peer, f64)> {
        found.iter().filter_map(|(peer, counts)| Some((*peer, value(counts)?))).collect()
    };
    // What libcurl takes in C goes past the allocator that counts.
    let mut allocations = rows(&|counts| Some(counts.allocations));
    allocations.retain(|(peer, _)| peer.has_counted_memory());
    let columns = [
        Column::new("system calls a call", "", rows(&Counts::total)).drawn(Some(3.0)),
        Column::new("look-ups a call", "", rows(&|counts| counts.total().map(|_| counts.look_ups))),
        Column::new("heap allocations a call", "", allocations).drawn(Some(theirs / 2.0)),
    ];
    report.columns.extend(columns);
}

/// A file of so many bytes in the cache of the system.
fn file_of(path: &Path, length: u64) {
    let mut file = File::create(path).expect("a file");
    let block: Vec<u8> = (0..MIB).map(|at| (at % 251) as u8).collect();
    for _ in 0..length / MIB {
        file.write_all(&block).expect("room for a file");
    }
    file.sync_all().expect("a file on disk");
}

impl Place {
    fn transfer(&self, job: Job, peer: Peer, amount: u64, file: &Path) -> Found {
        let port = self.plain.port;
        Order { job, peer, port, trust: "plain", path: "", amount, file }.run()
    }
}

/// How much is sent and received.
fn length(place: &Place) -> u64 {
    if place.short { 128 * MIB } else { 1024 * MIB }
}

/// How often.
fn count(place: &Place) -> usize {
    if place.short { 1 } else { 9 }
}

/// Runs the peers' transfers: seconds, and zoomkat's peaks of memory.
fn transfers(
    place: &Place,
    peers: &[Peer],
    mut run: impl FnMut(Peer) -> Found,
) -> (Rounds, Rounds) {
    Rounds::of_two(peers, count(place), |peer| {
        let found = run(peer);
        (found.seconds, found.peak.map_or(f64::NAN, |peak| peak as f64 / MIB as f64))
    })
}

/// The peak of memory of all rounds.
fn peak(name: &str, place: &Place, peaks: &Rounds) -> Figure {
    let most = peaks.values(Peer::Zoomkat).iter().copied().fold(f64::NAN, f64::max);
    let what = format!("peak memory of {name} of {} MiB, above the start", length(place) / MIB);
    let figure = Figure::new(what, most, 1, Wanted::Below(8.0)).unit("MiB").exact();
    if most.is_nan() {
        return Figure { found: Err("the system does not tell".to_owned()), ..figure };
    }
    figure
}

fn throughput(title: &'static str, rounds: &Rounds) -> Column {
    let rows = rounds.medians(|seconds| 1.0 / seconds);
    Column::new(title, "GiB/s", rows).decimals(2).more_is_better()
}

fn uploads(place: &Place, report: &mut Report) {
    let path = place.dir.join("up.bin");
    file_of(&path, length(place));
    let run = |peer| place.transfer(Job::Upload, peer, 0, &path);
    let mut peers = match place.short {
        true => vec![Peer::Zoomkat],
        false => with_others(&[Peer::Raw, Peer::Zoomkat, Peer::UreqForm]),
    };
    // Which is there with its Form.
    peers.retain(|peer| *peer != Peer::Ureq);
    let (rounds, peaks) = transfers(place, &peers, run);
    report.figures.push(peak("an upload", place, &peaks));
    let _ = fs::remove_file(&path);
    if place.short {
        return;
    }
    let both = [(Peer::Raw, Wanted::AtLeast(0.95)), (Peer::UreqForm, Wanted::Above(1.0))];
    for (other, wanted) in both {
        let what = format!("upload of 1 GiB, throughput / {}", other.name());
        report.figures.push(rounds.compared(what, other, Peer::Zoomkat, wanted));
    }
    let wanted = (0.95 / rounds.median(Peer::Raw)).max(1.0 / rounds.median(Peer::UreqForm));
    report.columns.push(throughput("upload of 1 GiB", &rounds).drawn(Some(wanted)));
    let rows = peaks.medians(|mib| mib);
    report.columns.push(Column::new("peak memory", "MiB", rows));
}

fn downloads(place: &Place, report: &mut Report) {
    let path = place.dir.join("down.bin");
    let run = |peer| {
        let found = place.transfer(Job::Download, peer, length(place), &path);
        assert_eq!(fs::metadata(&path).expect("a file").len(), length(place));
        fs::remove_file(&path).expect("a file to remove");
        found
    };
    let peers = match place.short {
        true => vec![Peer::Zoomkat],
        false => with_others(&[Peer::Raw, Peer::RawLoose, Peer::Zoomkat]),
    };
    let (rounds, peaks) = transfers(place, &peers, run);
    report.figures.push(peak("a download", place, &peaks));
    if place.short {
        return;
    }
    for (other, wanted, how) in [
        (Peer::Raw, Wanted::AtLeast(0.9), "raw loop that syncs and renames, too"),
        (Peer::RawLoose, Wanted::Nothing, "raw loop that does not sync"),
    ] {
        let what = format!("download of 1 GiB to a file, throughput / {how}");
        report.figures.push(rounds.compared(what, other, Peer::Zoomkat, wanted));
    }
    let wanted = 0.9 / rounds.median(Peer::Raw);
    report.columns.push(throughput("download of 1 GiB", &rounds).drawn(Some(wanted)));
    let rows = peaks.medians(|mib| mib);
    report.columns.push(Column::new("peak memory", "MiB", rows));
}

fn threads(place: &Place, report: &mut Report) {
    const THREADS: u64 = 64;
    let port = place.plain.port;
    let run = |peer, amount| {
        let file = Path::new("");
        let order =
            Order { job: Job::Threads, peer, port, trust: "plain", path: SLOW, amount, file };
        let before = place.plain.connections();
        let seconds = order.run().seconds;
        ((amount * EACH) as f64 / seconds, (place.plain.connections() - before) as f64)
    };
    let mut connections = f64::NAN;
    let peers: &[Peer] = if place.short { &[Peer::Zoomkat] } else { &[Peer::Zoomkat, Peer::Ureq] };
    let rounds = Rounds::of(peers, if place.short { 1 } else { 7 }, |peer| {
        let alone = if place.short { f64::NAN } else { run(peer, 1).0 };
        let (rate, opened) = run(peer, THREADS);
        if peer == Peer::Zoomkat {
            // Once is as bad as at each round.
            connections = if connections > opened { connections } else { opened };
        }
        rate / (THREADS as f64 * alone)
    });
    let what = "64 threads on one Transport: connections that were made";
    let figure = Figure::new(what, connections, 0, Wanted::Exactly(THREADS as f64));
    report.figures.push(figure.exact());
    if place.short {
        return;
    }
    let what = "64 threads on one Transport, rate / 64 times one thread's";
    let found = rounds.median(Peer::Zoomkat);
    report.figures.push(Figure::new(what, found, 3, Wanted::AtLeast(0.97)));
    let column =
        Column::new("64 threads / 64 times one thread", "ratio", rounds.medians(|rate| rate));
    report.columns.push(column.decimals(3).more_is_better().drawn(Some(0.97)));
}

fn first_calls(place: &Place, report: &mut Report) {
    if place.short {
        return;
    }
    let port = place.tls.port;
    let run = |peers: &[Peer], trust: &str, answered: bool| {
        Rounds::of_two(peers, 61, |peer| {
            let (path, file) = ("", Path::new(""));
            let found = Order { job: Job::First, peer, port, trust, path, amount: 1, file }.run();
            assert_eq!(found.answered, answered, "{peer:?}");
            (found.seconds, found.wall.as_secs_f64())
        })
    };
    let peers = speaking_tls(with_others(&[Peer::Raw, Peer::Zoomkat]));
    let (inside, whole) = run(&peers, &place.pem_path, true);
    let what = format!("first call of a process over TLS, from main / {}", Peer::Ureq.name());
    let (ours, theirs) = (Peer::Zoomkat, Peer::Ureq);
    report.figures.push(inside.compared(what, ours, theirs, Wanted::AtMost(1.0)));
    let what = format!("the same, the process as a whole / {}", Peer::Ureq.name());
    report.figures.push(whole.compared(what, ours, theirs, Wanted::Nothing));
    // With the authorities that are there by default a server of our own is refused; until then all
    // is as it is with one that is known.
    let (refused, _) = run(&[Peer::Raw, Peer::Zoomkat, Peer::Ureq], "default", false);
    let what =
        format!("the same with default roots, from main to the refusal / {}", Peer::Ureq.name());
    report.figures.push(refused.compared(what, ours, theirs, Wanted::Nothing));
    let column = |title, rounds: &Rounds| {
        let rows = rounds.medians(|seconds| seconds * 1e3);
        Column::new(title, "ms", rows).decimals(2)
    };
    let wanted = inside.median(Peer::Ureq) * 1e3;
    report.columns.push(column("first call over TLS", &inside).drawn(Some(wanted)));
    report.columns.push(column("the process of it", &whole));
    report.columns.push(column("refused with default roots", &refused));
}
