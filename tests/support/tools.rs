//! Other programs that tests compare with. They are used where `ZOOMKAT_REQUIRE_TOOLS` is set, as in CI; one that is
//! missing or too old is a failure there. Elsewhere the test program `left_out` says that they were not used.

use std::process::{Command, Stdio};

/// The variable.
pub const VARIABLE: &str = "ZOOMKAT_REQUIRE_TOOLS";

/// The oldest curl that has all options that the tests use: `--url-query` is the newest.
const CURL: (u32, u32) = (7, 87);

/// Whether tests use other programs.
pub fn are_used() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// Fails because of a program.
pub fn missing(why: &str) -> ! {
    panic!("{why}, and {VARIABLE} is set")
}

/// Whether a test is to use this program. It is there then.
pub fn has(program: &str) -> bool {
    if !are_used() {
        return false;
    }
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.status() {
        Ok(status) if status.success() => true,
        result => missing(&format!("{program} does not run: {result:?}")),
    }
}

/// Whether a test is to use curl. It is there then, and new enough.
pub fn has_curl() -> bool {
    if !has("curl") {
        return false;
    }
    let output = Command::new("curl").arg("--version").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = || {
        let mut numbers = text.split_whitespace().nth(1)?.split('.');
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    };
    match version() {
        Some(version) if version >= CURL => true,
        found => missing(&format!("curl {CURL:?} or later is needed, found {found:?}")),
    }
}
