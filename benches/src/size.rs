//! Size of the README's program, without symbols.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::measures::Setup;
use crate::report::{Figure, Goal, Report};

const PROGRAM: &str = include_str!("../readme/src/main.rs");
const README: &str = include_str!("../../README.md");

pub fn measure_programs(setup: &Setup, report: &mut Report) {
    assert!(
        README.contains(PROGRAM),
        "benches/readme/src/main.rs differs from the README's program"
    );
    let no_features = &["--no-default-features"][..];
    let all = [
        ("the README's program, profile `small`", "small", &[][..], Goal::Below(2.5)),
        ("the same, release profile, stripped", "stripped", &[], Goal::Below(2.5)),
        ("the same without default features", "stripped", no_features, Goal::Absent),
    ];
    for (what, profile, args, goal) in all.into_iter().take(if setup.short { 1 } else { 3 }) {
        let figure = Figure::new(what, 0.0, 2, goal).unit("MB").exact();
        let found = build(profile, args).map(|bytes| bytes as f64 / 1e6);
        report.figures.push(Figure { found, ..figure });
    }
}

fn build(profile: &str, args: &[&str]) -> Result<u64, String> {
    let exe = std::env::current_exe().map_err(|err| err.to_string())?;
    // target/release/deps/name
    let target = exe.ancestors().nth(3).ok_or("this program is in no target folder")?;
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let output = Command::new(cargo)
        .args(["build", "--locked", "--quiet", "--profile", profile, "-p", "zoomkat-readme"])
        .arg("--manifest-path")
        .arg(manifest)
        .arg("--target-dir")
        .arg(target)
        .args(args)
        .output()
        .map_err(|err| format!("cargo: {err}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().replace('\n', " "));
    }
    let program = format!("zoomkat-readme{}", std::env::consts::EXE_SUFFIX);
    let meta = fs::metadata(target.join(profile).join(program));
    meta.map(|meta| meta.len()).map_err(|err| err.to_string())
}
