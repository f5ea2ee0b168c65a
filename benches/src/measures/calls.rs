//! Time per call: one thread, many threads, the first call of a process.

use std::path::Path;
use std::thread;
use std::time::Instant;

use super::{Setup, with_others};
use crate::child::{ChildArgs, Job};
use crate::peers::{Peer, Target, Trust};
use crate::process;
use crate::report::{Column, Figure, Goal, Report};
use crate::rounds::Rounds;
use crate::server::{SLOW, Server};

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

fn rounds_of_calls(target: &Target) -> Rounds {
    let ours = [Peer::Raw, Peer::Zoomkat, Peer::ZoomkatRebuilt, Peer::UreqForm];
    let peers = with_others(&ours, Peer::keeps_connections);
    Rounds::run(&peers, 101, |peer| time_per_call(peer, target))
}

/// Measures on any core, then with client and server on one core. `ready` and `rebuilt` are the goals.
fn measure_calls(
    target: &Target,
    server: impl FnOnce() -> Server + Send,
    (ready, rebuilt): (f64, f64),
    [title, pinned_title]: [&'static str; 2],
    report: &mut Report,
) {
    let free = rounds_of_calls(target);
    // The threads of a server run on the core of the thread that started it.
    let pinned = thread::scope(|scope| {
        let rounds = scope.spawn(|| {
            process::pin()
                .then(|| rounds_of_calls(&Target { port: server().port, ..target.clone() }))
        });
        rounds.join().expect("a measurement")
    });
    let all = [(title, Some(free)), (pinned_title, pinned)];
    for (title, rounds) in all {
        let Some(rounds) = rounds else { continue };
        let raw = Peer::Raw;
        let goal = Goal::AtMost(ready);
        report.figures.push(rounds.compare(
            format!("{title} / raw loop"),
            Peer::Zoomkat,
            raw,
            goal,
        ));
        let what = format!("{title}, request rebuilt / raw loop");
        report.figures.push(rounds.compare(what, Peer::ZoomkatRebuilt, raw, Goal::AtMost(rebuilt)));
        let what = format!("{title} / {}", Peer::Ureq.name());
        report.figures.push(rounds.compare(what, Peer::Zoomkat, Peer::Ureq, Goal::AtMost(0.75)));
        let column = Column::new(title, "µs", rounds.medians(|micros| micros));
        report.columns.push(column.drawn(Some(ready * rounds.median(raw))));
    }
}

pub fn calls(setup: &Setup, report: &mut Report) {
    let target = Target::new(setup.plain.port, Trust::Plain);
    let titles = ["time per call", "time per call, one core"];
    measure_calls(&target, || Server::start(None), (1.12, 1.18), titles, report);
}

pub fn tls_calls(setup: &Setup, report: &mut Report) {
    let target = Target::new(setup.tls.port, Trust::Authority(setup.pem.clone()));
    let titles = ["time per call over TLS", "time per call over TLS, one core"];
    let server = || Server::start(Some(setup.config.clone()));
    measure_calls(&target, server, (1.15, 1.2), titles, report);
}

const THREADS: u64 = 64;

/// Returns calls a second by `threads` threads on one client, and the number of connections made.
fn rate(setup: &Setup, peer: Peer, threads: u64, path: &str, job: Job) -> (f64, f64) {
    let (port, file) = (setup.plain.port, Path::new(""));
    let args = ChildArgs { job, peer, port, trust: "plain", path, amount: threads, file };
    let before = setup.plain.connections();
    let seconds = args.run().seconds;
    let calls = (threads * job.calls_per_thread()) as f64;
    (calls / seconds, (setup.plain.connections() - before) as f64)
}

pub fn threads(setup: &Setup, report: &mut Report) {
    let peers: &[Peer] = if setup.short { &[Peer::Zoomkat] } else { &[Peer::Zoomkat, Peer::Ureq] };
    let [rates, connections] = Rounds::run_all(peers, if setup.short { 1 } else { 3 }, |peer| {
        let alone = if setup.short { f64::NAN } else { rate(setup, peer, 1, SLOW, Job::Threads).0 };
        let (rate, opened) = rate(setup, peer, THREADS, SLOW, Job::Threads);
        [rate / (THREADS as f64 * alone), opened]
    });
    let what = "64 threads on one Transport: connections made";
    // One bad round is enough to fail.
    let figure = Figure::new(what, connections.highest(Peer::Zoomkat), 0, Goal::Exactly(64.0));
    report.figures.push(figure.exact());
    if setup.short {
        return;
    }
    let what = "64 threads on one Transport, server takes 20 ms: rate / 64 times one thread's";
    let found = rates.median(Peer::Zoomkat);
    report.figures.push(Figure::new(what, found, 3, Goal::AtLeast(0.97)));

    let peers = with_others(&[Peer::Raw, Peer::Zoomkat], Peer::is_shared_by_threads);
    let rates = Rounds::run(&peers, 9, |peer| rate(setup, peer, THREADS, "", Job::BusyThreads).0);
    let what = "64 threads on one Transport, server without delay: rate / 64 raw loops";
    report.figures.push(rates.compare(what, Peer::Zoomkat, Peer::Raw, Goal::AtLeast(0.9)));
    let goal = 0.9 * rates.median(Peer::Raw) / 1e3;
    let column = Column::new("64 threads, calls", "1000/s", rates.medians(|rate| rate / 1e3));
    report.columns.push(column.more_is_better().drawn(Some(goal)));
}

pub fn first_calls(setup: &Setup, report: &mut Report) {
    let port = setup.tls.port;
    let run = |peers: &[Peer], trust: &str, answered: bool| {
        Rounds::run_all(peers, 41, |peer| {
            let (path, file) = ("", Path::new(""));
            let found =
                ChildArgs { job: Job::First, peer, port, trust, path, amount: 1, file }.run();
            assert_eq!(found.answered, answered, "{peer:?}");
            [found.seconds, found.wall.as_secs_f64()]
        })
    };
    let [inside, whole] =
        run(&with_others(&[Peer::Raw, Peer::Zoomkat], |_| true), &setup.pem_path, true);
    let what = format!("first call of a process over TLS, from main / {}", Peer::Ureq.name());
    let (ours, theirs) = (Peer::Zoomkat, Peer::Ureq);
    report.figures.push(inside.compare(what, ours, theirs, Goal::AtMost(1.0)));
    let what = format!("the same, the process as a whole / {}", Peer::Ureq.name());
    report.figures.push(whole.compare(what, ours, theirs, Goal::Absent));
    // With the default roots our own server is refused. Until then everything is the same as with a known
    // server.
    let [refused, _] = run(&[Peer::Raw, Peer::Zoomkat, Peer::Ureq], "default", false);
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
