//! Files that are sent and received, and a compressed body.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::time::Instant;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::{MIB, Setup, text, with_others};
use crate::child::{ChildArgs, ChildResult, Job};
use crate::peers::{Peer, Target, Trust};
use crate::report::{Column, Figure, Goal, Report};
use crate::rounds::Rounds;
use crate::server::{COMPRESSED, GZIP, SMALL};

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
    fn transfer(
        &self,
        is_tls: bool,
        job: Job,
        peer: Peer,
        amount: u64,
        file: &Path,
    ) -> ChildResult {
        let (port, trust) = match is_tls {
            true => (self.tls.port, self.pem_path.as_str()),
            false => (self.plain.port, "plain"),
        };
        ChildArgs { job, peer, port, trust, path: "", amount, file }.run()
    }
}

/// Returns seconds, peak memory in MiB and CPU seconds of transfers. To save time, other libraries take part in
/// every third round only.
fn transfers(peers: &[Peer], count: usize, run: impl Fn(Peer) -> ChildResult) -> [Rounds; 3] {
    let mut turns = 0;
    Rounds::run_all(peers, count, |peer| {
        let round = turns / peers.len();
        turns += 1;
        if peer.is_other_library() && round % 3 > 0 {
            return [f64::NAN; 3];
        }
        let found = run(peer);
        let peak = found.peak.map_or(f64::NAN, |peak| peak as f64 / MIB as f64);
        [found.seconds, peak, found.cpu.unwrap_or(f64::NAN)]
    })
}

/// Returns the highest peak memory in all rounds.
fn peak(name: &str, length: u64, peaks: &Rounds) -> Figure {
    let most = peaks.highest(Peer::Zoomkat);
    let what = format!("peak memory of {name} of {} MiB, above the start", length / MIB);
    let figure = Figure::new(what, most, 1, Goal::Below(8.0)).unit("MiB").exact();
    if most.is_nan() {
        return Figure { found: Err("the system does not report it".to_owned()), ..figure };
    }
    figure
}

/// Adds the column of a transfer's throughput. `goal` is zoomkat's seconds.
fn throughput(title: &'static str, length: u64, rounds: &Rounds, goal: f64, report: &mut Report) {
    let gib = length as f64 / (1024 * MIB) as f64;
    let column = Column::new(title, "GiB/s", rounds.medians(|seconds| gib / seconds));
    report.columns.push(column.decimals(2).more_is_better().drawn(Some(gib / goal)));
}

/// Adds the rows of a transfer over TLS.
fn over_tls(what: &'static str, goal: f64, [seconds, _, cpu]: [Rounds; 3], report: &mut Report) {
    let (ours, raw) = (Peer::Zoomkat, Peer::Raw);
    let name = format!("{what}, throughput / raw loop");
    report.figures.push(seconds.compare(name, raw, ours, Goal::AtLeast(goal)));
    let name = format!("{what}, CPU / raw loop");
    report.figures.push(cpu.compare(name, ours, raw, Goal::AtMost(1.05)));
    throughput(what, 512 * MIB, &seconds, seconds.median(raw) / goal, report);
    report.columns.push(Column::new("CPU of it", "s", cpu.medians(|cpu| cpu)).decimals(2));
}

pub fn uploads(setup: &Setup, report: &mut Report) {
    let path = setup.dir.join("up.bin");
    let length = if setup.short { 128 * MIB } else { 1024 * MIB };
    create_file(&path, length);
    let run = |peer| setup.transfer(false, Job::Upload, peer, 0, &path);
    if setup.short {
        let [_, peaks, _] = transfers(&[Peer::Zoomkat], 1, run);
        report.figures.push(peak("an upload", length, &peaks));
        return;
    }
    let peers = with_others(&[Peer::Raw, Peer::Zoomkat, Peer::UreqForm], Peer::uploads_files);
    let [seconds, peaks, _] = transfers(&peers, 5, run);
    report.figures.push(peak("an upload", length, &peaks));
    for (other, goal) in [(Peer::Raw, Goal::AtLeast(0.95)), (Peer::UreqForm, Goal::Above(1.0))] {
        let what = format!("upload of 1 GiB, throughput / {}", other.name());
        report.figures.push(seconds.compare(what, other, Peer::Zoomkat, goal));
    }
    let goal = (seconds.median(Peer::Raw) / 0.95).min(seconds.median(Peer::UreqForm));
    throughput("upload of 1 GiB", length, &seconds, goal, report);
    report.columns.push(Column::new("peak memory", "MiB", peaks.medians(|mib| mib)));

    create_file(&path, length / 2);
    let found = transfers(&peers, 9, |peer| setup.transfer(true, Job::Upload, peer, 0, &path));
    over_tls("upload of 512 MiB over TLS", 1.0, found, report);
}

/// Runs a download, checks the length and removes the file.
fn download(setup: &Setup, is_tls: bool, job: Job, peer: Peer, length: u64) -> ChildResult {
    let path = setup.dir.join("down.bin");
    let found = setup.transfer(is_tls, job, peer, length, &path);
    assert_eq!(fs::metadata(&path).expect("a file").len(), length);
    fs::remove_file(&path).expect("a file to remove");
    found
}

pub fn downloads(setup: &Setup, report: &mut Report) {
    let length = if setup.short { 128 * MIB } else { 1024 * MIB };
    let run = |peer| download(setup, false, Job::Download, peer, length);
    if setup.short {
        let [_, peaks, _] = transfers(&[Peer::Zoomkat], 1, run);
        report.figures.push(peak("a download", length, &peaks));
        return;
    }
    let peers = with_others(&[Peer::Raw, Peer::RawLoose, Peer::Zoomkat], |_| true);
    let [seconds, peaks, _] = transfers(&peers, 7, run);
    report.figures.push(peak("a download", length, &peaks));
    for (other, goal, how) in [
        (Peer::Raw, 0.97, "raw loop that also syncs and renames"),
        (Peer::RawLoose, 0.95, "raw loop that does not sync"),
    ] {
        let what = format!("download of 1 GiB to a file, throughput / {how}");
        report.figures.push(seconds.compare(what, other, Peer::Zoomkat, Goal::AtLeast(goal)));
    }
    let goal = seconds.median(Peer::RawLoose) / 0.95;
    throughput("download of 1 GiB", length, &seconds, goal, report);
    report.columns.push(Column::new("peak memory", "MiB", peaks.medians(|mib| mib)));

    let peers = with_others(&[Peer::Raw, Peer::Zoomkat], |_| true);
    let run = |peer| download(setup, true, Job::SyncedDownload, peer, length / 2);
    over_tls("download of 512 MiB over TLS, synced", 0.97, transfers(&peers, 9, run), report);
}

pub fn small_files(setup: &Setup, report: &mut Report) {
    const FILES: u64 = 1_000;
    let folder = setup.dir.join("small");
    let peers = [Peer::Raw, Peer::Zoomkat, Peer::Ureq];
    let [seconds] = Rounds::run_all(&peers, 3, |peer| {
        fs::create_dir(&folder).expect("a folder");
        let found = setup.transfer(false, Job::Files, peer, FILES, &folder);
        let files: Vec<_> = fs::read_dir(&folder).expect("a folder").flatten().collect();
        assert_eq!(files.len() as u64, FILES);
        let is_whole = |file: &fs::DirEntry| file.metadata().is_ok_and(|meta| meta.len() == SMALL);
        assert!(files.iter().all(is_whole), "files of {SMALL} bytes");
        fs::remove_dir_all(&folder).expect("a folder to remove");
        [found.seconds]
    });
    let what = "download of 1,000 files of 64 KiB / raw loop that syncs each";
    report.figures.push(seconds.compare(what, Peer::Zoomkat, Peer::Raw, Goal::AtMost(1.1)));
    let per_file = seconds.medians(|seconds| seconds * 1e3 / FILES as f64);
    let goal = per_file[0].1 * 1.1;
    let column = Column::new("small file, synced", "ms", per_file).decimals(2);
    report.columns.push(column.drawn(Some(goal)));
}

pub fn gzip(setup: &Setup, report: &mut Report) {
    let content = text::users(64_000_000);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content.as_bytes()).expect("memory");
    let compressed = encoder.finish().expect("memory");
    let compressed = GZIP.get_or_init(|| compressed);
    let target = Target::new(setup.plain.port, Trust::Plain);
    // The raw loop is flate2 on the bytes in memory.
    let peers = with_others(&[Peer::Raw, Peer::Zoomkat], Peer::undoes_gzip);
    let rounds = Rounds::run(&peers, 9, |peer| {
        let mut client = (peer != Peer::Raw).then(|| peer.client(&target));
        let start = Instant::now();
        let length = match &mut client {
            Some(client) => client.receive(COMPRESSED),
            None => {
                let mut body = Vec::new();
                GzDecoder::new(&compressed[..]).read_to_end(&mut body).expect("the content");
                black_box(body).len()
            }
        };
        assert_eq!(length, content.len());
        start.elapsed().as_secs_f64() * 1e3
    });
    let what = "gzip JSON of 64 MB received / flate2 alone";
    report.figures.push(rounds.compare(what, Peer::Zoomkat, Peer::Raw, Goal::AtMost(1.05)));
    let column = Column::new("gzip of 64 MB", "ms", rounds.medians(|millis| millis));
    report.columns.push(column.drawn(Some(1.05 * rounds.median(Peer::Raw))));
}
