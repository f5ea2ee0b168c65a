//! What the languages mean by the same signs.

use crate::language::Language;
use crate::tree::{BinaryOp, Expr};

/// Returns whether an expression is a text that is no number.
pub(super) fn is_word(expr: &Expr) -> bool {
    match expr {
        Expr::Text(text) => text.trim().parse::<f64>().is_err(),
        Expr::Concat(items) => items.first().is_some_and(is_word),
        Expr::Binary { op: BinaryOp::Add, left, right } => is_word(left) || is_word(right),
        _ => false,
    }
}

/// What `/` does with two whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Division {
    /// `7 / 2` is 3.5.
    Exact,
    /// `-7 / 2` is -3.
    Truncating,
    /// `-7 / 2` is -4.
    Flooring,
}

/// The rules of a script's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rules(pub(super) Language);

impl Default for Rules {
    fn default() -> Rules {
        Rules(Language::Ruby)
    }
}

use Language as L;

impl Rules {
    /// Returns what `/` does.
    pub(super) fn division(self) -> Division {
        match self.0 {
            L::C | L::Cpp | L::CSharp | L::Java | L::Go | L::PureBasic => Division::Truncating,
            L::Ruby | L::Tcl => Division::Flooring,
            _ => Division::Exact,
        }
    }

    /// Returns what the operator does that divides whole numbers: `//`, `\`, `div`.
    pub(super) fn quotient(self) -> Division {
        match self.0 {
            L::Python | L::Ruby | L::Tcl => Division::Flooring,
            _ => Division::Truncating,
        }
    }

    /// Returns whether a remainder has the sign of the divisor.
    pub(super) fn remainder_floors(self) -> bool {
        matches!(self.0, L::Python | L::Ruby | L::Tcl | L::Perl | L::FoxPro)
    }

    /// Returns whether a number that goes into a variable for whole numbers is rounded, half to even.
    pub(super) fn rounds(self) -> bool {
        matches!(self.0, L::VbNet | L::Vb6 | L::VbScript | L::PowerShell | L::PowerBuilder)
    }

    /// Returns whether a declared type holds for all values of the variable.
    pub(super) fn is_typed(self) -> bool {
        use Language as L;
        !matches!(
            self.0,
            L::Ruby
                | L::Python
                | L::Php
                | L::JavaScript
                | L::Perl
                | L::Tcl
                | L::VbScript
                | L::FoxPro
                | L::AutoIt
        )
    }

    /// Returns whether `a or b` is one of its two sides.
    pub(super) fn or_is_a_side(self) -> bool {
        matches!(self.0, L::Ruby | L::Python | L::JavaScript | L::Perl)
    }

    /// Returns whether an empty text and 0 count as false.
    pub(super) fn empty_is_false(self) -> bool {
        self.0 != L::Ruby
    }

    /// Returns whether an empty list counts as false.
    pub(super) fn empty_list_is_false(self) -> bool {
        matches!(self.0, L::Python | L::Php | L::Perl | L::PowerShell)
    }

    /// Returns true and false as the language prints them.
    pub(super) fn truths(self) -> (&'static str, &'static str) {
        match self.0 {
            L::Python
            | L::CSharp
            | L::VbNet
            | L::Vb6
            | L::VbScript
            | L::PowerShell
            | L::AutoIt
            | L::Xojo => ("True", "False"),
            L::Delphi => ("TRUE", "FALSE"),
            L::FoxPro => (".T.", ".F."),
            L::Php | L::Perl => ("1", ""),
            L::Tcl | L::C | L::Cpp | L::PureBasic => ("1", "0"),
            _ => ("true", "false"),
        }
    }

    /// Returns null as the language prints it.
    pub(super) fn null(self) -> &'static str {
        match self.0 {
            L::Python => "None",
            L::JavaScript | L::Java => "null",
            L::Go => "<nil>",
            _ => "",
        }
    }

    /// Returns whether 3.0 is printed as `3.0`, not as `3`.
    pub(super) fn prints_point(self) -> bool {
        matches!(self.0, L::Ruby | L::Python | L::Java | L::Tcl)
    }

    /// Returns whether the length of a text is its number of bytes.
    pub(super) fn counts_bytes(self) -> bool {
        matches!(self.0, L::C | L::Cpp | L::Go | L::Php | L::Perl)
    }

    /// Returns whether `=` takes upper and lower case for the same.
    pub(super) fn ignores_case(self) -> bool {
        matches!(self.0, L::AutoIt | L::PowerShell)
    }

    /// Returns whether searches in a text take upper and lower case for the same.
    pub(super) fn searches_without_case(self) -> bool {
        self.0 == L::AutoIt
    }

    /// Returns whether the function that rounds gives 2 for 2.5.
    pub(super) fn rounds_to_even(self) -> bool {
        matches!(
            self.0,
            L::Python | L::CSharp | L::VbNet | L::Vb6 | L::VbScript | L::PowerShell | L::Delphi
        )
    }

    /// Returns whether the first character of a text is at 1.
    pub(super) fn counts_from_one(self) -> bool {
        self.0 == L::Delphi
    }

    /// Returns whether a list grows when an item behind its end is assigned.
    pub(super) fn list_grows(self) -> bool {
        matches!(self.0, L::Ruby | L::Php | L::JavaScript | L::Perl | L::PowerBuilder)
    }

    /// Returns whether a place behind the end of a list reads as nothing.
    pub(super) fn reads_behind_end(self) -> bool {
        matches!(self.0, L::Ruby | L::Php | L::JavaScript | L::Perl | L::PowerShell | L::Tcl)
    }

    /// Returns whether maps keep the order in which their keys came.
    pub(super) fn map_keeps_order(self) -> bool {
        matches!(
            self.0,
            L::Ruby
                | L::Python
                | L::Php
                | L::JavaScript
                | L::Tcl
                | L::CSharp
                | L::VbNet
                | L::Vb6
                | L::VbScript
                | L::AutoIt
        )
    }

    /// Returns whether a print of a line adds no second line end to a text that has one.
    pub(super) fn ends_lines_once(self) -> bool {
        self.0 == L::Ruby
    }

    /// Returns whether `+` adds where only one side is text.
    pub(super) fn plus_reads_text(self) -> bool {
        matches!(self.0, L::VbNet | L::Vb6 | L::VbScript | L::AutoIt | L::Php | L::Perl)
    }
}
