//! How much memory a piece of code needs at most.

use crate::{alone, process, tools};

/// What the peak of a process may differ by for no reason of the code's.
pub const SMALL: u64 = 24 * 1024 * 1024;

/// Runs `job` in a process of its own, which runs this test and no other, and says by how many bytes
/// it raised the peak of the process's memory. `None` in the process that only looks on, and where
/// the system does not tell.
///
/// `module` and `test` are the `module_path!()` and the name of the test that calls.
pub fn of(module: &str, test: &str, job: impl FnOnce()) -> Option<u64> {
    if process::peak_memory().is_none() {
        tools::leave_out("memory");
        job();
        return None;
    }
    if !alone::is_here(module, test) {
        return None;
    }
    let before = process::peak_memory()?;
    job();
    Some(process::peak_memory()?.saturating_sub(before))
}
