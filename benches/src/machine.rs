//! The machine that runs the benchmarks, without host names.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

pub struct Machine {
    cpu: String,
    cores: usize,
    kernel: String,
    rustc: String,
    /// The load average of the minute before the run.
    load: String,
}

impl Machine {
    pub fn detect() -> Machine {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let cpu =
            cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split(':').nth(1));
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        // The suffix may contain the name of the builder.
        let number = kernel.trim().split('-').next().unwrap_or_default().to_owned();
        let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
        let rustc = Command::new(rustc).arg("-V").output().map(|output| output.stdout);
        let rustc = String::from_utf8_lossy(&rustc.unwrap_or_default()).trim().to_owned();
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Machine {
            cpu: cpu.unwrap_or("unknown").trim().to_owned(),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            kernel: format!("{} {number}", std::env::consts::OS),
            rustc,
            load: load.split(' ').next().unwrap_or_default().to_owned(),
        }
    }

    pub fn json(&self) -> Value {
        json!({
            "cpu": self.cpu,
            "cores": self.cores,
            "kernel": self.kernel,
            "rustc": self.rustc,
            "load_before": self.load,
        })
    }

    /// Whether the machine had other work, which makes times inaccurate.
    pub fn is_busy(&self) -> bool {
        self.load.parse::<f64>().is_ok_and(|load| load > self.cores as f64 / 2.0)
    }

    pub fn line(&self) -> String {
        let Machine { cpu, cores, kernel, rustc, load } = self;
        let rustc = rustc.split(" (").next().unwrap_or_default();
        format!("{cpu}, {cores} cores, {kernel}, {rustc}; load before the run {load}.")
    }
}
