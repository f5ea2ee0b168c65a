//! Processes of their own: this program again, doing one job as one peer, so that what is counted is
//! that peer's and nobody else's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zoomkat_benches::count;

use crate::peers::{Peer, Target, Trust};

/// What a child is told on its command line, in this order.
#[derive(Clone)]
pub struct Order<'a> {
    pub job: Job,
    pub peer: Peer,
    pub port: u16,
    /// `plain`, `default` or the path of a PEM file.
    pub trust: &'a str,
    pub path: &'a str,
    /// How many calls, bytes or threads.
    pub amount: u64,
    pub file: &'a Path,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Job {
    /// So many calls on one connection.
    Calls,
    /// One call, which the server or the certificate may end.
    First,
    Upload,
    Download,
    /// So many threads on one client, each with [`EACH`] calls.
    Threads,
}

/// How many calls each thread makes.
pub const EACH: u64 = 50;

/// What a child found.
pub struct Found {
    /// That the job took.
    pub seconds: f64,
    /// From before the process was made until it was gone.
    pub wall: Duration,
    /// By all its threads, from its start.
    pub allocations: u64,
    /// Bytes by which the job raised the peak of its memory; `None` where the system does not tell.
    pub peak: Option<u64>,
    /// The first call had a response.
    pub answered: bool,
}

pub const FLAG: &str = "child";

impl Order<'_> {
    fn args(&self) -> Vec<String> {
        let file = self.file.to_str().expect("a path that is text");
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

    /// Runs it, under a command such as strace.
    pub fn run_under(&self, command: &[&str]) -> Result<Found, String> {
        let exe = std::env::current_exe().expect("the path of this program");
        let exe = exe.to_str().expect("a path that is text");
        let line: Vec<&str> = command.iter().copied().chain([exe]).collect();
        let mut command = Command::new(line[0]);
        command.args(&line[1..]).args(self.args());
        // reqwest and libcurl look for them unasked.
        for name in ["http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(name).env_remove(name.to_uppercase());
        }
        let start = Instant::now();
        let output = command.output().map_err(|err| format!("{}: {err}", line[0]))?;
        let wall = start.elapsed();
        let said = String::from_utf8_lossy(&output.stdout);
        let Some(found) =
            serde_json::from_str::<Value>(&said).ok().filter(|_| output.status.success())
        else {
            let complaint = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{}: {said}{complaint}", self.args().join(" ")));
        };
        Ok(Found {
            seconds: found["seconds"].as_f64().unwrap_or(f64::NAN),
            wall,
            allocations: found["allocations"].as_u64().unwrap_or(0),
            peak: found["peak"].as_u64(),
            answered: found["answered"] == true,
        })
    }

    /// Runs it; what must not fail does not.
    pub fn run(&self) -> Found {
        self.run_under(&[]).unwrap_or_else(|err| panic!("{err}"))
    }
}

/// What a child does; `start` is when its `main` began.
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

/// Seconds for the calls of all threads, once each has made its connection.
fn threads(peer: Peer, target: &Target, amount: u64) -> f64 {
    let (call, barrier) = (peer.shared(target), Barrier::new(amount as usize + 1));
    thread::scope(|scope| {
        for _ in 0..amount {
            scope.spawn(|| {
                barrier.wait();
                call();
                barrier.wait();
                (0..EACH).for_each(|_| call());
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

/// Bytes; `None` where there is no `/proc`.
fn high_water_mark() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
