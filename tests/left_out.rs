//! Says what `cargo test` leaves out. It has no test harness, which would keep the line to itself.

use support::tools;

fn main() {
    if !tools::are_used() {
        eprintln!(
            "left out: what needs curl, bash, newman, Chromium, rustfmt, man or script; set {} to test it as well",
            tools::VARIABLE
        );
    }
}
