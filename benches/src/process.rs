//! What the system reports about this process, and where it runs. Other systems than Linux report nothing.

#[cfg(target_os = "linux")]
mod system {
    use std::fs;

    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
    use rustix::time::{ClockId, clock_gettime};

    /// Moves this thread, and those that it starts from now on, to one core.
    pub fn pin() -> bool {
        let Ok(allowed) = sched_getaffinity(None) else { return false };
        let Some(last) = (0..CpuSet::MAX_CPU).rev().find(|core| allowed.is_set(*core)) else {
            return false;
        };
        let mut one = CpuSet::new();
        one.set(last);
        sched_setaffinity(None, &one).is_ok()
    }

    /// Returns the CPU seconds of all threads, in user and kernel mode.
    pub fn cpu_seconds() -> Option<f64> {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        Some(time.tv_sec as f64 + time.tv_nsec as f64 / 1e9)
    }

    /// Raises the number of files that may be open to the maximum, and returns it.
    pub fn allow_many_files() -> u64 {
        let limit = getrlimit(Resource::Nofile);
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
        getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
    }

    /// Returns a number of bytes from the status of this process, such as `VmHWM`, its peak memory.
    pub fn memory(name: &str) -> Option<u64> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    pub fn pin() -> bool {
        false
    }

    pub fn cpu_seconds() -> Option<f64> {
        None
    }

    pub fn allow_many_files() -> u64 {
        u64::MAX
    }

    pub fn memory(_name: &str) -> Option<u64> {
        None
    }
}

pub use system::{allow_many_files, cpu_seconds, memory, pin};
