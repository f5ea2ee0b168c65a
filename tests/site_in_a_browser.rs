//! `zoomkat site` in a browser: search, copying, no script, dark and light, phone and desktop.
//!
//! Chromium does the looking, led by `tests/browser/look.mjs`. Where node, npm or Chromium is missing
//! the test says so and does nothing, unless `ZOOMKAT_REQUIRE_TOOLS` is set. Screenshots are left in
//! `target/tmp/browser`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::tools::missing;

/// The collections, and of each the page that is looked at closely.
const COLLECTIONS: &[(&str, &str)] = &[
    ("every_construct", "forms--values-that-need-care.html"),
    ("hostile", "img-src-x-onerror-alert-1.html"),
];

fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let dirs: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| dirs.iter().map(|dir| dir.join(name)).find(|file| file.is_file()))
}

#[test]
fn the_site_can_be_searched_and_copied_from_and_complains_of_nothing() {
    let Some(node) = program(&["node"]) else { return missing("there is no node") };
    let Some(npm) = program(&["npm"]) else { return missing("there is no npm") };
    let Some(chromium) = program(&["chromium", "chromium-browser", "google-chrome"]) else {
        return missing("there is no Chromium");
    };

    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    fs::create_dir_all(&dir).unwrap();
    for file in ["package.json", "look.mjs"] {
        fs::copy(Path::new("tests/browser").join(file), dir.join(file)).unwrap();
    }
    let mut install = Command::new(npm);
    install.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]);
    let installed = install.current_dir(&dir).output().unwrap();
    if !installed.status.success() {
        let why = String::from_utf8_lossy(&installed.stderr).into_owned();
        return missing(&format!("npm cannot install what tests/browser needs: {why}"));
    }

    // Side by side, for most of it is waiting.
    let looking = COLLECTIONS.iter().map(|(name, page)| {
        let site = dir.join(name);
        let mut zoomkat = Command::new(env!("CARGO_BIN_EXE_zoomkat"));
        let collection = format!("tests/views/{name}.postman_collection.json");
        let written = zoomkat.args(["site", &collection, "--out"]).arg(&site).output().unwrap();
        assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));

        let mut look = Command::new(&node);
        look.arg("look.mjs").arg(&site).arg(dir.join(format!("shots-{name}")));
        look.arg(&chromium).arg(page).current_dir(&dir);
        (name, look.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    });
    for (name, look) in looking.collect::<Vec<_>>() {
        let looked = look.wait_with_output().unwrap();
        let told = [looked.stdout, looked.stderr].concat();
        assert!(looked.status.success(), "{name}: {}", String::from_utf8_lossy(&told));
    }
}
