//! Tests of the text: by rustfmt, by a parser, by the compiler and by hand.

mod build;
mod functions;
mod looks;
mod random;
mod table;
mod typed;

use super::ast::{Function, Program};
use super::print;
use std::path::Path;
use std::process::Command;

/// Returns what rustfmt would change in these programs, with its default settings.
fn changes_by_rustfmt(programs: &[String]) -> String {
    let dir = tempfile::tempdir().unwrap();
    // Its default settings, whatever the folders above have.
    let settings = dir.path().join("rustfmt.toml");
    std::fs::write(&settings, "").unwrap();
    let mut output = String::new();
    let files: Vec<_> = programs
        .iter()
        .enumerate()
        .map(|(at, program)| {
            let file = dir.path().join(format!("program{at}.rs"));
            std::fs::write(&file, program).unwrap();
            file
        })
        .collect();
    for files in files.chunks(200) {
        output.push_str(&rustfmt(&settings, files));
    }
    output
}

fn rustfmt(settings: &Path, files: &[std::path::PathBuf]) -> String {
    let done = Command::new("rustfmt")
        .args(["--edition", "2024", "--check", "--color", "never", "--config-path"])
        .arg(settings)
        .args(files)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&done.stderr).into_owned();
    if done.status.success() && stderr.is_empty() {
        return String::new();
    }
    String::from_utf8_lossy(&done.stdout).into_owned() + &stderr
}

fn program(body: super::ast::Block) -> Program {
    Program {
        functions: vec![Function {
            comments: Vec::new(),
            name: "main".to_owned(),
            params: Vec::new(),
            returns: None,
            body,
        }],
        ..Program::default()
    }
}

#[test]
fn random_programs_are_laid_out_as_rustfmt_lays_them_out() {
    let count = std::env::var("RANDOM_PROGRAMS").ok().and_then(|count| count.parse().ok());
    let depth =
        std::env::var("RANDOM_DEPTH").ok().and_then(|depth| depth.parse().ok()).unwrap_or(3);
    let mut programs = Vec::new();
    for seed in 0..count.unwrap_or(400_u64) {
        let body = random::Random::new(seed).block(depth);
        programs.push(print(&program(body)));
    }
    for text in &programs {
        assert!(syn::parse_file(text).is_ok(), "{text}");
    }
    let changes = changes_by_rustfmt(&programs);
    assert!(changes.is_empty(), "{changes}");
}
