//! Readers of the languages, each from text to the [tree](crate::tree).
//!
//! A reader never fails: what it does not understand is [`Unported`](crate::tree::StmtKind::Unported), with the reason.

pub(crate) mod build;
mod c;
mod clike;
mod cpp;
mod csharp;
mod go;
pub(crate) mod grammar;
mod java;

use crate::language::Language;
use crate::tree::Block;

/// Reads a script. Its lines end in `\n` and it has no byte order mark.
pub(crate) fn read(language: Language, script: &str) -> Block {
    match language {
        Language::CSharp => csharp::read(script),
        Language::Java => java::read(script),
        Language::Go => go::read(script),
        Language::Cpp => cpp::read(script),
        Language::C => c::read(script),
        _ => Vec::new(), // TODO readers
    }
}
