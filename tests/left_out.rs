//! A report of what `cargo test` leaves out. It has no test harness, which would capture the line.

use support::tools;

fn main() {
    let features = [
        ("cookies", cfg!(feature = "cookies")),
        ("cert-details", cfg!(feature = "cert-details")),
        ("system-roots", cfg!(feature = "system-roots")),
    ];
    let off: Vec<&str> =
        features.iter().filter(|(_, is_on)| !is_on).map(|(name, _)| *name).collect();
    if !off.is_empty() {
        eprintln!(
            "left out: tests that need the features {}; run with --all-features to include them",
            off.join(", ")
        );
    }
    if !tools::are_used() {
        eprintln!(
            "left out: tests that need curl, bash, newman, Chromium, man, script or valgrind; set {} to include them",
            tools::VARIABLE
        );
    }
}
