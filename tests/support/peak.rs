//! How much memory a piece of code needs at most.

use std::process::Command;

/// What the peak of a process may differ by for no reason of the code's.
pub const SMALL: u64 = 24 * 1024 * 1024;

const ALONE: &str = "ZOOMKAT_TEST_ALONE";

/// Runs `job` in a process of its own, which runs this test and no other, and says by how many bytes
/// it raised the peak of the process's memory. `None` in the process that only looks on, and where
/// the system does not tell.
///
/// `test` is the name of the test that calls.
pub fn of(test: &str, job: impl FnOnce()) -> Option<u64> {
    if std::env::var(ALONE).as_deref() == Ok(test) {
        let before = high_water_mark()?;
        job();
        return Some(high_water_mark()?.saturating_sub(before));
    }
    if high_water_mark().is_none() {
        job();
        return None;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(ALONE, test)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    None
}

/// Bytes; `None` where there is no `/proc`.
fn high_water_mark() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
