//! What holds for the readers of all languages.

use super::read;
use super::shared::testing::{dump, scripts};
use crate::language::Language;

#[test]
fn each_statement_of_the_scripts_is_read() {
    for language in Language::all() {
        let scripts = scripts(language);
        assert!(scripts.len() >= 6, "{language}");
        for (name, text) in scripts {
            let tree = dump(&read(language, &text));
            assert!(tree.contains("new Http"), "{name}\n{tree}");
            if !name.contains("unknown_class") {
                assert!(!tree.contains("unported"), "{name}\n{tree}");
            }
        }
    }
}

#[test]
fn the_lines_of_statements_are_in_the_script() {
    for language in Language::all() {
        for (name, text) in scripts(language) {
            let tree = read(language, &text);
            let last = text.lines().count();
            assert!(tree.iter().all(|stmt| stmt.line <= stmt.end_line), "{name}");
            assert!(tree.iter().all(|stmt| (1..=last).contains(&stmt.line)), "{name}");
        }
    }
}
