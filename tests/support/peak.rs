//! How much memory a piece of code needs at most.

use crate::alone;

/// What the peak of a process may differ by for no reason of the code's.
pub const SMALL: u64 = 24 * 1024 * 1024;

/// Runs `job` in a process of its own, which runs this test and no other, and says by how many bytes
/// it raised the peak of the process's memory. `None` in the process that only looks on, and where
/// the system does not tell.
///
/// `module` and `test` are the `module_path!()` and the name of the test that calls.
pub fn of(module: &str, test: &str, job: impl FnOnce()) -> Option<u64> {
    if high_water_mark().is_none() {
        job();
        return None;
    }
    if !alone::is_here(module, test) {
        return None;
    }
    let before = high_water_mark()?;
    job();
    Some(high_water_mark()?.saturating_sub(before))
}

/// Bytes; `None` where there is no `/proc`.
fn high_water_mark() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
