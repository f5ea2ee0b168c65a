//! What the readers make of each construct, and of what is no script.

mod broken;
mod c;
mod cpp;
mod csharp;
mod go;
mod java;

use super::dump::dump;
use crate::language::Language;
use crate::read::read;

/// Checks what a reader makes of scripts.
fn check(language: Language, table: &[(&str, &str)]) {
    for (script, expected) in table {
        let found = dump(&read(language, script));
        assert_eq!(found.trim(), expected.trim(), "\n{script}");
    }
}

#[test]
fn the_scripts_of_each_language_are_read_wholly() {
    let scripts = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/port/scripts");
    for language in [Language::CSharp, Language::Java, Language::Go, Language::Cpp, Language::C] {
        let files = std::fs::read_dir(format!("{scripts}/{}", language.id())).unwrap();
        let mut count = 0;
        for file in files {
            let path = file.unwrap().path();
            let found = dump(&read(language, &std::fs::read_to_string(&path).unwrap()));
            // `?` begins what is not ported; the address has one, in quotes.
            let unported =
                found.lines().find(|line| line.trim().starts_with("? ") || line.contains("?("));
            assert_eq!(unported, None, "{}", path.display());
            count += 1;
        }
        assert!(count >= 6, "{language}");
    }
}
