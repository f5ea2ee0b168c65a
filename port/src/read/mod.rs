//! Readers of the languages, each from text to the [tree](crate::tree).
//!
//! A reader never fails: what it does not understand is [`Unported`](crate::tree::StmtKind::Unported), with the reason.

// * `shared/`: what the readers share: grammars, repairs, expressions and statements, walks,
// * `clike/`: C#, Java, Go, C++ and C,
// * `basic/`: the languages whose statements are lines: VB.NET, Visual Basic 6, VBScript, Xojo, FoxPro, AutoIt,
//   PureBasic, PowerBuilder,
// * a folder for each of the others.

mod basic;
mod clike;
mod delphi;
mod javascript;
mod perl;
mod php;
mod powershell;
mod python;
mod ruby;
pub(crate) mod shared;
mod tcl;
#[cfg(test)]
mod tests;

use crate::language::Language;
use crate::tree::Block;

/// Reads a script. Its lines end in `\n` and it has no byte order mark.
pub(crate) fn read(language: Language, script: &str) -> Block {
    use Language::{AutoIt, FoxPro, PowerBuilder, PureBasic, Vb6, VbNet, VbScript, Xojo};
    use Language::{C, CSharp, Cpp, Go, Java};
    use Language::{Delphi, JavaScript, Perl, Php, PowerShell, Python, Ruby, Tcl};
    let mut tree = match language {
        CSharp | Java | Go | Cpp | C => clike::read(language, script),
        VbNet | Vb6 | VbScript | Xojo | FoxPro | AutoIt | PureBasic | PowerBuilder => {
            basic::read(language, script)
        }
        Delphi => delphi::read(script),
        JavaScript => javascript::read(script),
        Perl => perl::read(script),
        Php => php::read(script),
        PowerShell => powershell::read(script),
        Python => python::read(script),
        Ruby => ruby::read(script),
        Tcl => tcl::read(script),
    };
    shared::program::report_long_lines(&mut tree, script);
    tree
}
