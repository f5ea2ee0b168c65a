//! Rotations without threads: if the system cannot start a thread, a rotation only gets slower.

use zoomkat::zoom::{PasswordOptions, Plan, Zoom};

use support::alone;
use support::clock::ManualClock;
use support::patient;
use support::zoom::EmbeddedZoom;

const USERS: usize = 5;
const NAME: &str = "a_rotation_continues_if_no_thread_can_be_started";
const SERVER: &str = "ZOOMKAT_TEST_SERVER";

/// Runs the rotation of a user program.
fn rotate(url: &str) {
    let spawned = std::thread::Builder::new().spawn(|| ());
    assert!(spawned.is_err(), "the system started a thread");
    let zoom = Zoom::builder()
        .server_to_server("account", "client", "client-key")
        .plan(Plan::Business)
        .base_url(url)
        .oauth_url(url)
        .transport(patient())
        .clock(ManualClock::new())
        .build()
        .unwrap();
    let entries = (0..USERS).map(|n| (format!("u{n}@example.com"), format!("Lorem ipsum {n}")));
    let report = zoom.update_passwords(entries, PasswordOptions::new().threads(4));
    assert_eq!(report.changed(), USERS, "{report}");
}

#[test]
fn a_rotation_continues_if_no_thread_can_be_started() {
    if let Ok(url) = std::env::var(SERVER) {
        return rotate(&url);
    }
    let server = (0..USERS)
        .fold(EmbeddedZoom::builder(), |b, n| b.user(&format!("u{n}@example.com"), "sint occaecat"))
        .start();
    let output = alone::command(module_path!(), NAME)
        .env(SERVER, server.url())
        // A stack as large as the address space, so that no thread can be started.
        .env("RUST_MIN_STACK", (1_u64 << 47).to_string())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert_eq!(server.record().len(), USERS);
}
