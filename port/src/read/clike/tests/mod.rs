//! What the readers make of each construct, and of what is no script.

mod broken;
mod c;
mod cpp;
mod csharp;
mod fixes;
mod go;
mod java;

use crate::language::Language;
use crate::read::shared::testing::check_tree;

/// Checks what a reader makes of scripts.
fn check(language: Language, table: &[(&str, &str)]) {
    for (script, expected) in table {
        check_tree(&super::read(language, script), script, expected);
    }
}
