//! Other programs that tests compare with. They are used where `ZOOMKAT_REQUIRE_TOOLS` is set, as in CI; one that is
//! missing or too old is a failure there. Elsewhere the test program `left_out` says that they were not used.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::alone;

/// The variable.
pub const VARIABLE: &str = "ZOOMKAT_REQUIRE_TOOLS";

/// The oldest curl that has all options that the tests use: `--url-query` is the newest.
const CURL: (u32, u32) = (7, 87);

/// The variable that names a file in which tests note what they leave out.
const NOTES: &str = "ZOOMKAT_NOTE_LEFT_OUT";

/// Whether tests use other programs.
pub fn are_used() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// Whether a test is to use this program. If not, that is noted.
pub fn is_used(program: &str) -> bool {
    if !are_used() {
        leave_out(program);
    }
    are_used()
}

/// Notes that the test in whose thread this is leaves out what takes this: a program, or what the system does not say.
/// The list of a whole run is compared with what may be left out: see .ci/windows.
pub fn leave_out(what: &str) {
    let Some(notes) = std::env::var_os(NOTES) else { return };
    let thread = std::thread::current();
    let test = alone::running().or(thread.name().map(str::to_owned)).expect("a test's own thread");
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(notes).unwrap();
    file.write_all(format!("{test}\t{what}\n").as_bytes()).unwrap();
}

/// Fails because of a program.
pub fn missing(why: &str) -> ! {
    panic!("{why}, and {VARIABLE} is set")
}

/// Whether a test is to use this program. It is there then.
pub fn has(program: &str) -> bool {
    let is_here = match program {
        // That of util-linux, which gives a terminal.
        "script" => cfg!(target_os = "linux"),
        "man" => cfg!(unix),
        _ => true,
    };
    if !is_here {
        leave_out(program);
        return false;
    }
    if !is_used(program) {
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
