//! A test that needs a process of its own: its program runs itself again, with this test and no other.

use std::process::Command;

const ALONE: &str = "ZOOMKAT_TEST_ALONE";

/// The name of a test by that of its function and by the `module_path!()` that it is in.
pub fn name(module: &str, test: &str) -> String {
    match module.split_once("::") {
        Some((_, inside)) => format!("{inside}::{test}"),
        None => test.to_owned(),
    }
}

/// The program that this is, to run one test.
pub fn command(module: &str, test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &name(module, test), "--nocapture", "--test-threads=1"]);
    command
}

/// The test that this process runs alone.
pub fn running() -> Option<String> {
    std::env::var(ALONE).ok()
}

/// Whether this is the process of the test that calls. If not, it runs it in one, where it must pass, and prints what
/// it prints.
pub fn is_here(module: &str, test: &str) -> bool {
    is_here_with(module, test, |_| {})
}

/// The same, in a process that `set` says more of, such as its environment.
pub fn is_here_with(module: &str, test: &str, set: impl FnOnce(&mut Command)) -> bool {
    let name = name(module, test);
    if running().as_ref() == Some(&name) {
        return true;
    }
    let mut command = command(module, test);
    set(&mut command);
    let output = command.env(ALONE, name).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    println!("{said}");
    false
}
