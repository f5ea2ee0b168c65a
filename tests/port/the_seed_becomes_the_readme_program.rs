//! The script that zoomkat was made for becomes the program of the README.

use zoomkat_port::{Language, Options, port};

/// The Ruby script for *Update a user's password*, as its page has it.
const SCRIPT: &str = include_str!("seed.rb");
const README: &str = include_str!("../../benches/readme/src/main.rs");

/// Returns the lines without empty ones and comments.
fn statements(program: &str) -> Vec<&str> {
    let lines = program.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//")).collect()
}

#[test]
fn the_seed_becomes_the_readme_program() {
    let port = port(SCRIPT, &Options::new(Language::Ruby)).unwrap();
    assert_eq!(statements(&port.program), statements(README), "{}", port.program);
    assert_eq!(port.ported, port.lines, "{:#?}", port.remarks);
}
