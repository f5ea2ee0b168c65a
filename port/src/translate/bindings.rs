//! Variables and functions of a script, as far as they are known.

use super::types::{Ty, Width};
use super::value::Why;
use crate::tree::{Function, Hint};

/// A variable of the script. Its identity is where it is declared.
#[derive(Clone, Debug, Default)]
pub(super) struct Binding {
    pub(super) name: String,
    /// The name in Rust.
    pub(super) rust: String,
    pub(super) role: Role,
    pub(super) hint: Hint,
    pub(super) ty: Ty,
    /// The type of whole numbers.
    pub(super) width: Option<Width>,
    /// Whether it is compared with or set to null.
    pub(super) nullable: bool,
    /// Whether it is set to null somewhere, and whether it is used as a condition.
    pub(super) set_null: bool,
    pub(super) tested: bool,
    /// Whether all its values are calls that return nothing, which count as true.
    pub(super) always: bool,
    /// The assignments besides the declaration.
    pub(super) assigned: usize,
    /// Whether all its values are text literals.
    pub(super) literals: bool,
    /// Whether a list changes its length, or is used as a whole.
    pub(super) grows: bool,
    /// Whether it is assigned in a closure, declared outside without a value.
    pub(super) captured: bool,
    /// Whether an object is changed, or a param is assigned.
    pub(super) changed: bool,
    /// Whether statements that are ported need its value.
    pub(super) needed: bool,
    /// Whether it holds a status or the success of a call.
    pub(super) outcome: bool,
    /// Why it has no value in the program.
    pub(super) missing: Option<Why>,
    /// Whether the number may be anything that Rust takes by itself.
    pub(super) loose: bool,
    /// How many statements put something at its end.
    pub(super) pushes: usize,
    /// Whether a call gives it its value, so that Rust knows its type.
    pub(super) typed: bool,
    /// How many of its reads are those of loops over its keys and of the values of these.
    pub(super) walks: usize,
    /// Whether it is a map of literals.
    pub(super) pairs: bool,
    /// Whether all its texts end in a line end.
    pub(super) ends_line: bool,
    /// With how many items a list begins.
    pub(super) items: usize,
    /// Whether it is given to a function of the script.
    pub(super) passed: bool,
    /// How often it is read.
    pub(super) reads: usize,
    /// In how many loops and closures it is declared.
    pub(super) depth: usize,
    /// The last place in the script that reads it, and in how many loops and closures that is.
    pub(super) last_read: (usize, usize),
    /// Whether the script tests whether it is empty.
    pub(super) emptied: bool,
    /// The function that it belongs to.
    pub(super) routine: usize,
}

/// What a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum Role {
    #[default]
    Local,
    Param {
        by_ref: bool,
    },
    /// The item of a loop over a list.
    Item,
    Counter,
    Error,
    /// A param of a lambda.
    Event,
}

/// A function of the script, or its main part, which is the first.
#[derive(Debug)]
pub(super) struct Routine<'t> {
    pub(super) rust: String,
    pub(super) tree: Option<&'t Function>,
    pub(super) params: Vec<usize>,
    pub(super) returns: Ty,
    pub(super) width: Option<Width>,
    pub(super) nullable: bool,
    /// Whether a value that it returns is that of a call which may have none.
    pub(super) fallible: bool,
    /// Whether it returns a `Result`.
    pub(super) fails: bool,
    pub(super) is_called: bool,
}
