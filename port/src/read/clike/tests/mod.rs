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
fn scratch() {
    let Ok(path) = std::env::var("PORT_DUMP") else { return };
    let language = path
        .rsplit('.')
        .next()
        .and_then(|end| Language::all().find(|l| l.extensions().contains(&end)));
    let script = std::fs::read_to_string(&path).unwrap();
    for part in script.split("----\n") {
        println!("{}----", dump(&read(language.unwrap(), part)));
    }
}
