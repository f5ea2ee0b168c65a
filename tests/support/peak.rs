//! The peak memory of a piece of code.

use crate::{alone, process, tools};

/// How much the peak of a process can vary for reasons other than the code.
pub const SMALL: u64 = 24 * 1024 * 1024;

/// Runs `job` in its own process, which runs only this test, and returns the bytes by which it
/// raised the peak memory. Returns `None` in the parent process and where the system does not
/// report the peak.
///
/// `module` and `test` are the caller's `module_path!()` and test name.
pub fn measure(module: &str, test: &str, job: impl FnOnce()) -> Option<u64> {
    if process::peak_memory().is_none() {
        tools::leave_out("memory");
        job();
        return None;
    }
    if !alone::is_own_process(module, test) {
        return None;
    }
    let before = process::peak_memory()?;
    job();
    Some(process::peak_memory()?.saturating_sub(before))
}
