//! Readers of the languages, each from text to the [tree](crate::tree).
//!
//! A reader never fails: what it does not understand is [`Unported`](crate::tree::StmtKind::Unported), with the reason.

mod common;
pub(crate) mod grammar;
mod javascript;
mod perl;
mod php;
mod powershell;

use crate::language::Language;
use crate::tree::Block;

/// Reads a script. Its lines end in `\n` and it has no byte order mark.
pub(crate) fn read(language: Language, script: &str) -> Block {
    let _ = script;
    match language {
        Language::Php => php::read(script),
        Language::JavaScript => javascript::read(script),
        Language::Perl => perl::read(script),
        Language::PowerShell => powershell::read(script),
        _ => Vec::new(), // TODO readers
    }
}
