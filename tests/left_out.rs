//! Says what `cargo test` leaves out. It has no test harness, which would keep the line to itself.

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
            "left out: what needs the features {}; --all-features tests it as well",
            off.join(", ")
        );
    }
    if !tools::are_used() {
        eprintln!(
            "left out: what needs curl, bash, newman, Chromium, man or script; set {} to test it as well",
            tools::VARIABLE
        );
    }
}
