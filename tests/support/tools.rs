//! Programs that a machine may lack. Where `ZOOMKAT_REQUIRE_TOOLS` is set, as in CI, that is a failure.

use std::process::{Command, Stdio};

/// Says that a test, or a part of it, cannot be made here, and why.
pub fn missing(why: &str) {
    let required = std::env::var_os("ZOOMKAT_REQUIRE_TOOLS").is_some();
    assert!(!required, "{why}, and ZOOMKAT_REQUIRE_TOOLS is set");
    println!("skipped: {why}");
}

/// Whether a program is there.
pub fn has(program: &str) -> bool {
    let found = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        missing(&format!("no {program} is installed"));
    }
    found
}
