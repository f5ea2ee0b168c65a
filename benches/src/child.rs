//! Child processes. Each runs this program for one job with one peer, so that its counts belong to that
//! peer alone.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zoomkat_benches::{count, count_allocations, in_use};

use crate::peers::{Peer, Shared, Target, Trust};
use crate::process::{allow_many_files, cpu_seconds, memory};
use crate::server::{BATCH, SMALL};

/// The arguments of a child, in the order of its command line.
#[derive(Clone)]
pub struct ChildArgs<'a> {
    pub job: Job,
    pub peer: Peer,
    pub port: u16,
    /// `plain`, `default` or the path of a PEM file.
    pub trust: &'a str,
    pub path: &'a str,
    /// The number of calls, bytes, files, threads or connections.
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
    /// Like `Download`, with the file on disk at the end.
    SyncedDownload,
    /// Downloads of `amount` small files into a folder, each synced.
    Files,
    /// `amount` threads on one client, with a server that takes its time.
    Threads,
    /// The same with a server that answers at once.
    BusyThreads,
    /// `amount` idle connections of as many clients as are needed.
    Idle,
}

impl Job {
    fn id(self) -> String {
        format!("{self:?}")
    }

    /// Returns the number of calls that each of many threads makes.
    pub fn calls_per_thread(self) -> u64 {
        if self == Job::BusyThreads { 200 } else { 25 }
    }
}

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
    /// CPU seconds of the job, by all threads.
    pub cpu: Option<f64>,
    /// Bytes of heap that the job left in use.
    pub in_use: u64,
    /// Bytes by which it raised the resident memory.
    pub resident: Option<u64>,
    /// Whether the first call had a response.
    pub answered: bool,
}

pub const FLAG: &str = "child";

impl ChildArgs<'_> {
    fn args(&self) -> Vec<String> {
        let file = self.file.to_str().expect("a UTF-8 path");
        vec![
            FLAG.to_owned(),
            self.job.id(),
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
        // minreq takes an authority from nowhere else.
        if !matches!(self.trust, "plain" | "default") {
            command.env("SSL_CERT_FILE", self.trust).env_remove("SSL_CERT_DIR");
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
            cpu: found["cpu"].as_f64(),
            in_use: found["in_use"].as_u64().unwrap_or(0),
            resident: found["resident"].as_u64(),
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
    count_allocations(true);
    let [peak, resident] = ["VmHWM", "VmRSS"].map(memory);
    let (used, cpu) = (in_use(), cpu_seconds());
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
    let (seconds, answered, _kept) = run(job, peer, &target, amount, Path::new(file), start);
    let allocations = count();
    let more = |before: Option<u64>, name| {
        before.zip(memory(name)).map(|(before, after)| after.saturating_sub(before))
    };
    let found = json!({
        "seconds": seconds,
        "allocations": allocations,
        "peak": more(peak, "VmHWM"),
        "resident": more(resident, "VmRSS"),
        "in_use": in_use().saturating_sub(used),
        "cpu": cpu.zip(cpu_seconds()).map(|(before, after)| after - before),
        "answered": answered,
    });
    println!("{found}");
}

/// Runs a job. Returns its seconds, whether there was a response, and what keeps connections open.
fn run(
    job: &str,
    peer: Peer,
    target: &Target,
    amount: u64,
    file: &Path,
    start: Instant,
) -> (f64, bool, Vec<Shared>) {
    let many = [Job::Threads, Job::BusyThreads].into_iter().find(|many| many.id() == job);
    if let Some(many) = many {
        let shared = peer.shared(target);
        return (threads(&shared, amount, many.calls_per_thread()), true, vec![shared]);
    }
    if job == Job::Idle.id() {
        allow_many_files();
        let begun = Instant::now();
        let clients = (0..amount / BATCH).map(|_| {
            let shared = peer.shared(target);
            threads(&shared, BATCH, 0);
            shared
        });
        let clients = clients.collect();
        return (begun.elapsed().as_secs_f64(), true, clients);
    }
    let mut client = peer.client(target);
    let begun = Instant::now();
    match job {
        "Calls" => (0..amount).for_each(|_| assert!(client.call(), "a response")),
        "First" => {
            let answered = client.call();
            return (start.elapsed().as_secs_f64(), answered, Vec::new());
        }
        "Upload" => client.upload(file),
        "Download" => client.download(amount, file, false),
        "SyncedDownload" => client.download(amount, file, true),
        "Files" => {
            for number in 0..amount {
                client.download(SMALL, &file.join(number.to_string()), true);
            }
        }
        _ => panic!("{job}"),
    }
    (begun.elapsed().as_secs_f64(), true, Vec::new())
}

/// Returns the seconds that the calls of all threads took, after each had connected with one call.
fn threads(shared: &Shared, amount: u64, calls: u64) -> f64 {
    let barrier = Barrier::new(amount as usize + 1);
    thread::scope(|scope| {
        let work = || {
            let mut call = shared();
            barrier.wait();
            call();
            barrier.wait();
            (0..calls).for_each(|_| call());
            barrier.wait();
        };
        let threads: Vec<_> = (0..amount).map(|_| scope.spawn(work)).collect();
        barrier.wait();
        barrier.wait();
        let start = Instant::now();
        barrier.wait();
        let seconds = start.elapsed().as_secs_f64();
        // The scope would not wait until they have freed what a thread keeps.
        threads.into_iter().for_each(|thread| thread.join().expect("calls without a panic"));
        seconds
    })
}
