//! Other programs that tests compare with. They are used if `ZOOMKAT_REQUIRE_TOOLS` is set, as in
//! CI; a missing or outdated program is then a failure. Otherwise the test program `left_out`
//! reports that they were not used.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::alone;

/// The variable that turns the programs on.
pub const VARIABLE: &str = "ZOOMKAT_REQUIRE_TOOLS";

/// The oldest curl with every option that the tests use; `--url-query` is the newest of them.
const CURL: (u32, u32) = (7, 87);

/// The variable that names the file in which tests note what they leave out.
const NOTES: &str = "ZOOMKAT_NOTE_LEFT_OUT";

/// Whether tests use other programs.
pub fn are_used() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// Whether a test uses this program. If not, notes that.
pub fn is_used(program: &str) -> bool {
    if !are_used() {
        leave_out(program);
    }
    are_used()
}

/// Notes that the current thread's test leaves out a part that needs `what`: a program, or
/// something that the system does not report. The notes of a whole run are compared with the
/// allowed list: see .ci/windows.
pub fn leave_out(what: &str) {
    let Some(notes) = std::env::var_os(NOTES) else { return };
    let thread = std::thread::current();
    let test = alone::running().or(thread.name().map(str::to_owned)).expect("a test's own thread");
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(notes).unwrap();
    file.write_all(format!("{test}\t{what}\n").as_bytes()).unwrap();
}

/// Fails because a program is missing or unsuitable.
pub fn missing(why: &str) -> ! {
    panic!("{why}, and {VARIABLE} is set")
}

/// Whether a test uses this program, which is then known to be installed.
pub fn has(program: &str) -> bool {
    let is_own_process = match program {
        // The `script` of util-linux, which provides a terminal.
        "script" => cfg!(target_os = "linux"),
        "man" => cfg!(unix),
        _ => true,
    };
    if !is_own_process {
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

/// Whether a test uses curl, which is then known to be installed and new enough.
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
