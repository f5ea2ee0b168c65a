//! Size of the README's program, without symbols, and of the same program with ureq.

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
    // Each is a program and the arguments of its build.
    let zoomkat = ("zoomkat-readme", &[][..]);
    let no_features = ("zoomkat-readme", &["--no-default-features"][..]);
    let ureq = ("ureq-readme", &["--no-default-features", "--features", "ureq"][..]);
    let all = [
        ("the README's program, profile `small`", "small", zoomkat, Goal::Below(2.5)),
        ("the same, release profile, stripped", "stripped", zoomkat, Goal::Below(2.5)),
        ("the same without default features", "stripped", no_features, Goal::Absent),
        ("the same with ureq instead", "stripped", ureq, Goal::Absent),
    ];
    let count = if setup.short { 1 } else { all.len() };
    for (what, profile, (program, args), goal) in all.into_iter().take(count) {
        let figure = Figure::new(what, 0.0, 2, goal).unit("MB").exact();
        let found = build(program, profile, args).map(|bytes| bytes as f64 / 1e6);
        report.figures.push(Figure { found, ..figure });
    }
}

fn build(program: &str, profile: &str, args: &[&str]) -> Result<u64, String> {
    let exe = std::env::current_exe().map_err(|err| err.to_string())?;
    // target/release/deps/name
    let target = exe.ancestors().nth(3).ok_or("this program is in no target folder")?;
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let output = Command::new(cargo)
        .args(["build", "--locked", "--quiet", "--profile", profile])
        .args(["-p", "zoomkat-readme", "--bin", program])
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
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let meta = fs::metadata(target.join(profile).join(file));
    meta.map(|meta| meta.len()).map_err(|err| err.to_string())
}
