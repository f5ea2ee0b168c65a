//! Readers of the languages, each from text to the [tree](crate::tree).
//!
//! A reader never fails: what it does not understand is [`Unported`](crate::tree::StmtKind::Unported), with the reason.

mod basic;
pub(crate) mod build;
mod c;
mod clike;
mod common;
mod cpp;
mod csharp;
mod delphi;
mod delphi_declare;
mod delphi_expr;
mod delphi_finish;
mod delphi_lexer;
#[cfg(test)]
mod delphi_tests;
#[cfg(test)]
pub(crate) mod dump;
mod go;
pub(crate) mod grammar;
mod java;
mod javascript;
mod perl;
mod php;
mod python;
mod python_calls;
mod python_define;
mod python_expr;
mod python_flow;
#[cfg(test)]
mod python_tests;
mod python_text;
pub(crate) mod repair;
mod ruby;
mod ruby_calls;
mod ruby_define;
mod ruby_expr;
mod ruby_flow;
mod ruby_methods;
#[cfg(test)]
mod ruby_tests;
mod ruby_text;
pub(crate) mod shape;
mod tcl;
mod tcl_flow;
#[cfg(test)]
mod tcl_tests;
mod tcl_values;
mod tcl_words;

use crate::language::Language;
use crate::tree::Block;

/// Reads a script. Its lines end in `\n` and it has no byte order mark.
pub(crate) fn read(language: Language, script: &str) -> Block {
    match language {
        Language::Ruby => ruby::read(script),
        Language::Php => php::read(script),
        Language::Delphi => delphi::read(script),
        Language::Tcl => tcl::read(script),
        Language::Python => python::read(script),
        Language::CSharp => csharp::read(script),
        Language::Java => java::read(script),
        Language::Go => go::read(script),
        Language::Cpp => cpp::read(script),
        Language::C => c::read(script),
        Language::JavaScript => javascript::read(script),
        Language::VbNet
        | Language::Vb6
        | Language::VbScript
        | Language::Xojo
        | Language::FoxPro
        | Language::AutoIt
        | Language::PureBasic
        | Language::PowerBuilder => basic::read(language, script),
        Language::Perl => perl::read(script),
        _ => Vec::new(), // TODO readers
    }
}
