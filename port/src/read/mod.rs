//! Readers of the languages, each from text to the [tree](crate::tree).
//!
//! A reader never fails: what it does not understand is [`Unported`](crate::tree::StmtKind::Unported), with the reason.

mod basic;
#[cfg(test)]
pub(crate) mod dump;
pub(crate) mod grammar;

use crate::language::Language;
use crate::tree::Block;

/// Reads a script. Its lines end in `\n` and it has no byte order mark.
pub(crate) fn read(language: Language, script: &str) -> Block {
    match language {
        Language::VbNet
        | Language::Vb6
        | Language::VbScript
        | Language::Xojo
        | Language::FoxPro
        | Language::AutoIt
        | Language::PureBasic
        | Language::PowerBuilder => basic::read(language, script),
        _ => Vec::new(), // TODO readers
    }
}
