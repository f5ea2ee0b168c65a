//! `zoomkat site` in a browser: search, the side tree, copying, dark and light mode, phone, tablet and desktop, the keyboard
//! alone, with and without scripts.
//!
//! `tests/browser/look.mjs` drives Chromium. The test needs node, npm and Chromium, and runs if
//! `ZOOMKAT_REQUIRE_TOOLS` is set. Screenshots are left in `target/tmp/browser-look.mjs`.

use std::process::{Command, Stdio};

use support::browser::Browser;

/// The collections, each with the page that is inspected closely.
const COLLECTIONS: &[(&str, &str)] = &[
    ("every_construct", "forms--values-that-need-care.html"),
    ("hostile", "img-src-x-onerror-alert-1.html"),
];

#[test]
fn the_site_supports_search_and_copying_without_errors() {
    let Some(browser) = Browser::ready(env!("CARGO_TARGET_TMPDIR"), "look.mjs") else { return };
    let dir = &browser.dir;

    // In parallel, since most of the time is waiting.
    let looking = COLLECTIONS.iter().map(|(name, page)| {
        let site = dir.join(name);
        let mut zoomkat = Command::new(env!("CARGO_BIN_EXE_zoomkat"));
        let collection = format!("../tests/fixtures/{name}.postman_collection.json");
        let written = zoomkat.args(["site", &collection, "--out"]).arg(&site).output().unwrap();
        assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));

        let mut look = browser.script("look.mjs");
        look.arg(&site).arg(dir.join(format!("shots-{name}")));
        look.arg(&browser.chromium).arg(page);
        (name, look.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    });
    for (name, look) in looking.collect::<Vec<_>>() {
        let looked = look.wait_with_output().unwrap();
        let told = [looked.stdout, looked.stderr].concat();
        assert!(looked.status.success(), "{name}: {}", String::from_utf8_lossy(&told));
    }
}
