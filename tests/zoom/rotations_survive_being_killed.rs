//! Rotations that are killed: one that is killed at any moment and restarted changes each user
//! once.
//!
//! The test kills a real process and compares the server's record with the report.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use zoomkat::zoom::{PasswordOptions, Plan, RotationOutcome, RotationReport, UserOutcome, Zoom};

use support::alone;
use support::clock::FastClock;
use support::patient;
use support::zoom::{Action, EmbeddedZoom, Stage};

const USERS: usize = 24;
const ROUNDS: u64 = 50;
const NAME: &str = "after_fifty_kills_at_random_moments_the_report_agrees_with_the_server";
const SERVER: &str = "ZOOMKAT_TEST_SERVER";
const JOURNAL: &str = "ZOOMKAT_TEST_JOURNAL";

/// Runs the rotation of a user program.
fn rotate(url: &str, journal: &Path) -> RotationReport {
    let zoom = Zoom::builder()
        .server_to_server("account", "client", "client-key")
        .plan(Plan::Business)
        .base_url(url)
        .oauth_url(url)
        .transport(patient())
        .clock(FastClock::new(100))
        .build()
        .unwrap();
    let entries = (0..USERS).map(|n| (format!("u{n}@example.com"), format!("Lorem ipsum {n}")));
    zoom.update_passwords(entries, PasswordOptions::new().threads(4).journal(journal))
}

/// Random moments, the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

/// When the process is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// A request has arrived, and the server has not acted.
    Arrived(usize),
    /// The server has acted, and the response has not been sent.
    Recorded(usize),
    /// Some microseconds after a request arrived: anywhere in the client's code.
    After(usize, u64),
    /// Some microseconds after the process was started, perhaps before it has done anything.
    Started(u64),
}

/// The process to kill, once it has started.
#[derive(Default)]
struct Victim(Mutex<Option<Child>>);

/// Whether a process with this status was killed.
#[cfg(unix)]
fn was_killed(status: ExitStatus) -> bool {
    std::os::unix::process::ExitStatusExt::signal(&status) == Some(9)
}

/// The same on Windows: `Child::kill` sets this code, and no test ends with it.
#[cfg(windows)]
fn was_killed(status: ExitStatus) -> bool {
    status.code() == Some(1)
}

impl Victim {
    fn kill(&self) {
        // At the first call the child has started or is about to.
        loop {
            if let Some(child) = &mut *self.0.lock().unwrap() {
                let _ = child.kill();
                return;
            }
            std::thread::yield_now();
        }
    }

    fn kill_in(victim: &Arc<Victim>, micros: u64) {
        let victim = Arc::clone(victim);
        std::thread::spawn(move || {
            // Not a synchronisation: this sleep makes the moment random.
            std::thread::sleep(Duration::from_micros(micros));
            victim.kill();
        });
    }
}

#[test]
fn after_fifty_kills_at_random_moments_the_report_agrees_with_the_server() {
    if let (Ok(url), Ok(journal)) = (std::env::var(SERVER), std::env::var(JOURNAL)) {
        drop(rotate(&url, Path::new(&journal)));
        return;
    }
    let (mut unknown, mut already) = (0, 0);
    for round in 0..ROUNDS {
        let mut random = Random(round);
        // A third of the processes are killed again after a restart.
        let times = if random.below(3) == 0 { 2 } else { 1 };
        let moments: Vec<Moment> = (0..times)
            .map(|_| {
                let call = random.below(USERS as u64) as usize;
                match random.below(4) {
                    0 => Moment::Arrived(call),
                    1 => Moment::Recorded(call),
                    2 => Moment::After(call, random.below(4000)),
                    _ => Moment::Started(random.below(30_000)),
                }
            })
            .collect();
        let report = killed_and_resumed(&moments);
        unknown += report.unknown();
        already += report.already_changed();
    }
    assert!(unknown > 0, "none was killed between request and response");
    assert!(already > 0, "none was killed after a change");
}

#[cfg(unix)]
const FULL: &str = "a_rotation_stops_on_a_full_disk_and_continues_later";

/// A Unix resource limit makes the disk full.
#[cfg(unix)]
#[test]
fn a_rotation_stops_on_a_full_disk_and_continues_later() {
    if let (Ok(url), Ok(journal)) = (std::env::var(SERVER), std::env::var(JOURNAL)) {
        let report = rotate(&url, Path::new(&journal));
        let err = report.stopped().expect("the run did not stop");
        assert_eq!(err.kind(), zoomkat::zoom::ErrorKind::Journal, "{err}");
        assert!(report.not_tried() > 0, "{report}");
        assert!(err.to_string().contains("File too large"), "the cause is missing: {err}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let builder = (0..USERS).fold(EmbeddedZoom::builder(), |builder, n| {
        builder.user(&format!("u{n}@example.com"), "sint occaecat")
    });
    let server = builder.start();
    // A file may have two blocks; a write beyond that fails as on a full disk.
    let script = "trap '' XFSZ; ulimit -f 2; exec \"$0\" \"$@\"";
    // The output goes to a pipe, since a file would be limited too.
    let output = std::process::Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &alone::name(module_path!(), FULL), "--test-threads=1"])
        .env(SERVER, server.url())
        .env(JOURNAL, &journal)
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}: {stdout}", output.status);
    let before = server.record().len();
    assert!(0 < before && before < USERS, "{before} users were changed");
    let report = rotate(&server.url(), &journal);
    assert!(report.stopped().is_none(), "{report}");
    compare(&server, &report, &[Moment::Started(0)]);
}

/// What the server does to the process that is calling it.
struct Plot {
    moment: Moment,
    victim: Arc<Victim>,
    arrived: usize,
    recorded: usize,
}

fn killed_and_resumed(moments: &[Moment]) -> RotationReport {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let plot: Arc<Mutex<Option<Plot>>> = Arc::default();
    let builder = (0..USERS).fold(EmbeddedZoom::builder(), |builder, n| {
        builder.user(&format!("u{n}@example.com"), "sint occaecat")
    });
    let plotted = Arc::clone(&plot);
    let server = builder
        .on_call(move |stage, call| {
            let mut plot = plotted.lock().unwrap();
            let Some(plot) = plot.as_mut().filter(|_| call.path.ends_with("/password")) else {
                return Action::Continue;
            };
            let count = match stage {
                Stage::Arrived => &mut plot.arrived,
                Stage::Recorded => &mut plot.recorded,
            };
            let number = *count;
            *count += 1;
            match (plot.moment, stage) {
                (Moment::Arrived(at), Stage::Arrived) | (Moment::Recorded(at), Stage::Recorded)
                    if at == number =>
                {
                    plot.victim.kill();
                    Action::Drop
                }
                (Moment::After(at, micros), Stage::Arrived) if at == number => {
                    Victim::kill_in(&plot.victim, micros);
                    Action::Continue
                }
                _ => Action::Continue,
            }
        })
        .start();

    for moment in moments {
        let victim = Arc::new(Victim::default());
        let next = Plot { moment: *moment, victim: Arc::clone(&victim), arrived: 0, recorded: 0 };
        *plot.lock().unwrap() = Some(next);
        let child = alone::command(module_path!(), NAME)
            .env(SERVER, server.url())
            .env(JOURNAL, &journal)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        *victim.0.lock().unwrap() = Some(child);
        if let Moment::Started(micros) = moment {
            Victim::kill_in(&victim, *micros);
        }
        let status = loop {
            // Polled, since waiting would keep the lock from the thread that kills.
            if let Some(status) = victim.0.lock().unwrap().as_mut().unwrap().try_wait().unwrap() {
                break status;
            }
            std::thread::yield_now();
        };
        // A process with less to do may already have ended.
        assert!(was_killed(status) || status.success(), "{moment:?}: {status}");
    }
    *plot.lock().unwrap() = None;
    let report = rotate(&server.url(), &journal);
    assert!(report.stopped().is_none(), "{moments:?}: {report}");
    compare(&server, &report, moments);
    report
}

/// Asserts that the report agrees with the server's record.
fn compare(server: &EmbeddedZoom, report: &RotationReport, moments: &[Moment]) {
    let mut changes: HashMap<String, usize> = HashMap::new();
    for change in server.record() {
        *changes.entry(change.user).or_default() += 1;
    }
    let users: Vec<&str> = report.outcomes().iter().map(UserOutcome::user).collect();
    let all: Vec<String> = (0..USERS).map(|n| format!("u{n}@example.com")).collect();
    assert_eq!(users, all, "{moments:?}: nobody is lost");
    for entry in report.outcomes() {
        let (user, outcome) = (entry.user(), entry.outcome());
        let count = changes.get(user).copied().unwrap_or_default();
        let agrees = match outcome {
            RotationOutcome::Changed | RotationOutcome::AlreadyChanged => count == 1,
            RotationOutcome::Unknown(_) => count <= 1,
            _ => false,
        };
        assert!(agrees, "{moments:?}: {user} was changed {count} times, and is {outcome}");
    }
    // Four threads: at most four requests were in flight each time.
    assert!(report.unknown() <= 4 * moments.len(), "{moments:?}: {report}");
}
