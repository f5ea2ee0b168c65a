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
mod delphi_flow;
mod delphi_lexer;
#[cfg(test)]
mod delphi_tests;
#[cfg(test)]
pub(crate) mod dump;
mod go;
pub(crate) mod grammar;
mod java;
mod javascript;
pub(crate) mod last_values;
mod perl;
mod php;
mod powershell;
mod python;
mod python_calls;
mod python_define;
mod python_expr;
mod python_flow;
#[cfg(test)]
mod python_tests;
#[cfg(test)]
mod python_tests_more;
mod python_text;
pub(crate) mod repair;
mod ruby;
mod ruby_assign;
mod ruby_calls;
mod ruby_define;
mod ruby_expr;
mod ruby_flow;
mod ruby_loops;
mod ruby_methods;
#[cfg(test)]
mod ruby_tests;
#[cfg(test)]
mod ruby_tests_more;
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
        Language::PowerShell => powershell::read(script),
        _ => Vec::new(), // TODO readers
    }
}

#[cfg(test)]
mod tests {
    use super::dump::dump;
    use super::read;
    use crate::language::Language;

    /// Returns the scripts of the tests in a language: the name and the text.
    fn scripts(language: Language) -> Vec<(String, String)> {
        let folder =
            format!("{}/../tests/port/scripts/{}", env!("CARGO_MANIFEST_DIR"), language.id());
        let is_script = |path: &std::path::PathBuf| {
            let extension = path.extension().and_then(|of| of.to_str());
            extension.is_some_and(|of| language.extensions().contains(&of))
        };
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        files
            .filter(is_script)
            .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
            .collect()
    }

    #[test]
    fn all_of_the_scripts_is_read() {
        for language in [Language::Ruby, Language::Python, Language::Delphi, Language::Tcl] {
            let scripts = scripts(language);
            assert!(scripts.len() >= 6, "{language}");
            for (name, text) in scripts {
                let tree = dump(&read(language, &text));
                assert!(!tree.contains("unported"), "{name}\n{tree}");
                assert!(tree.contains("= new Http\n"), "{name}\n{tree}");
            }
        }
    }

    #[test]
    fn the_lines_of_statements_are_in_the_script() {
        for language in [Language::Ruby, Language::Python, Language::Delphi, Language::Tcl] {
            for (name, text) in scripts(language) {
                let tree = read(language, &text);
                let last = text.lines().count();
                assert!(tree.iter().all(|stmt| stmt.line <= stmt.end_line), "{name}");
                assert!(tree.iter().all(|stmt| (1..=last).contains(&stmt.line)), "{name}");
            }
        }
    }
}
