//! Child processes. Each runs this program for one job with one peer, so that its counts belong to that
//! peer alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zoomkat_benches::count;

use crate::peers::{Peer, Target, Trust};

/// The arguments of a child, in the order of its command line.
#[derive(Clone)]
pub struct ChildArgs<'a> {
    pub job: Job,
    pub peer: Peer,
    pub port: u16,
    /// `plain`, `default` or the path of a PEM file.
    pub trust: &'a str,
    pub path: &'a str,
    /// The number of calls, bytes or threads.
    pub amount: u64,
    pub file: &'a Path,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Job {
    /// `amount` calls on one connection.
    Calls,
    /// One call, which may fail at the server or at its certificate.
    First,
    Upload,
    Download,
    /// `amount` threads on one client, each with [`CALLS_PER_THREAD`] calls.
    Threads,
}

/// The number of calls that each thread makes.
pub const CALLS_PER_THREAD: u64 = 50;

/// The results of a child.
pub struct ChildResult {
    /// The duration of the job.
    pub seconds: f64,
    /// From before the process was started until it had exited.
    pub wall: Duration,
    /// Allocations by all of its threads, from its start.
    pub allocations: u64,
    /// Bytes by which the job raised the peak memory; `None` if the system does not report it.
    pub peak: Option<u64>,
    /// Whether the first call had a response.
    pub answered: bool,
}

pub const FLAG: &str = "child";

impl ChildArgs<'_> {
    fn args(&self) -> Vec<String> {
        let file = self.file.to_str().expect("a UTF-8 path");
        vec![
            FLAG.to_owned(),
            format!("{:?}", self.job),
            self.peer.id(),
            self.port.to_string(),
            self.trust.to_owned(),
            self.path.to_owned(),
            self.amount.to_string(),
            file.to_owned(),
        ]
    }

    /// Runs the child under a command such as strace.
    pub fn run_under(&self, command: &[&str]) -> Result<ChildResult, String> {
        let exe = std::env::current_exe().expect("the path of this program");
        let exe = exe.to_str().expect("a UTF-8 path");
        let line: Vec<&str> = command.iter().copied().chain([exe]).collect();
        let mut command = Command::new(line[0]);
        command.args(&line[1..]).args(self.args());
        // reqwest and libcurl use these by default.
        for name in ["http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(name).env_remove(name.to_uppercase());
        }
        let start = Instant::now();
        let output = command.output().map_err(|err| format!("{}: {err}", line[0]))?;
        let wall = start.elapsed();
        let printed = String::from_utf8_lossy(&output.stdout);
        let Some(found) =
            serde_json::from_str::<Value>(&printed).ok().filter(|_| output.status.success())
        else {
            let error = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{}: {printed}{error}", self.args().join(" ")));
        };
        Ok(ChildResult {
            seconds: found["seconds"].as_f64().unwrap_or(f64::NAN),
            wall,
            allocations: found["allocations"].as_u64().unwrap_or(0),
            peak: found["peak"].as_u64(),
            answered: found["answered"] == true,
        })
    }

    /// Runs the child. Panics if it fails.
    pub fn run(&self) -> ChildResult {
        self.run_under(&[]).unwrap_or_else(|err| panic!("{err}"))
    }
}

/// The main function of a child. `start` is when the process entered `main`.
pub fn main(args: &[String], start: Instant) {
    let before = high_water_mark();
    let [job, peer, port, trust, path, amount, file] = args else { panic!("{args:?}") };
    let peer = Peer::by_id(peer).expect("a peer");
    let trust = match trust.as_str() {
        "plain" => Trust::Plain,
        "default" => Trust::Default,
        path => Trust::Authority(fs::read_to_string(path).expect("a certificate")),
    };
    let mut target = Target::new(port.parse().expect("a port"), trust);
    if !path.is_empty() {
        target.path.clone_from(path);
    }
    let amount: u64 = amount.parse().expect("an amount");
    let file = PathBuf::from(file);
    let (mut seconds, mut answered) = (None, true);
    if job == "Threads" {
        seconds = Some(threads(peer, &target, amount));
    } else {
        let mut client = peer.client(&target);
        let begun = Instant::now();
        match job.as_str() {
            "Calls" => (0..amount).for_each(|_| assert!(client.call(), "a response")),
            "First" => {
                answered = client.call();
                seconds = Some(start.elapsed().as_secs_f64());
            }
            "Upload" => client.upload(&file),
            "Download" => client.download(amount, &file),
            _ => panic!("{job}"),
        }
        seconds = seconds.or(Some(begun.elapsed().as_secs_f64()));
    }
    let allocations = count();
    let peak = before.zip(high_water_mark()).map(|(before, after)| after.saturating_sub(before));
    let found = json!({
        "seconds": seconds,
        "allocations": allocations,
        "peak": peak,
        "answered": answered,
    });
    println!("{found}");
}

/// Returns the seconds that the calls of all threads took, after each had connected.
fn threads(peer: Peer, target: &Target, amount: u64) -> f64 {
    let (call, barrier) = (peer.shared(target), Barrier::new(amount as usize + 1));
    thread::scope(|scope| {
        for _ in 0..amount {
            scope.spawn(|| {
                barrier.wait();
                call();
                barrier.wait();
                (0..CALLS_PER_THREAD).for_each(|_| call());
                barrier.wait();
            });
        }
        barrier.wait();
        barrier.wait();
        let start = Instant::now();
        barrier.wait();
        start.elapsed().as_secs_f64()
    })
}

/// Returns the peak memory in bytes; `None` without `/proc`.
fn high_water_mark() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
