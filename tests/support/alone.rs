//! Tests that need their own process: the program runs itself again with only that test.

use std::process::Command;

const ALONE: &str = "ZOOMKAT_TEST_ALONE";

/// Returns the name of a test as the harness knows it, from its `module_path!()` and function name.
pub fn name(module: &str, test: &str) -> String {
    match module.split_once("::") {
        Some((_, inside)) => format!("{inside}::{test}"),
        None => test.to_owned(),
    }
}

/// Returns a command that runs only this test of the current program.
pub fn command(module: &str, test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &name(module, test), "--nocapture", "--test-threads=1"]);
    command
}

/// Returns the test that this process runs alone, if any.
pub fn running() -> Option<String> {
    std::env::var(ALONE).ok()
}

/// Whether this is the test's own process. If not, runs the test in one, requires it to pass and
/// prints its output.
pub fn is_own_process(module: &str, test: &str) -> bool {
    is_own_process_with(module, test, |_| {})
}

/// Like [`is_own_process`], with a child process that `set` configures, such as its environment.
pub fn is_own_process_with(module: &str, test: &str, set: impl FnOnce(&mut Command)) -> bool {
    let name = name(module, test);
    if running().as_ref() == Some(&name) {
        return true;
    }
    let mut command = command(module, test);
    set(&mut command);
    let output = command.env(ALONE, name).output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && stdout.contains("1 passed"),
        "{stdout}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    println!("{stdout}");
    false
}
