//! Every Chilkat member that zoomkat has, as data: `members.tsv`.

// * `table.rs`: the lines of `members.tsv`,
// * `find.rs`: what a name in a script means,
// * `absent.rs`: what zoomkat does not have, `absent.tsv`,
// * `uses.rs`: the Rust code for each use of a member.

mod absent;
mod find;
mod table;
mod uses;

pub(crate) use self::absent::find_absent;
pub use self::absent::{Absent, absent};
pub(crate) use self::find::{Use, find};
pub use self::uses::{Uses, members_tsv};

use std::sync::OnceLock;

/// A member of a Chilkat class, or a member of zoomkat's that Chilkat does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// The class, without `Ck`: `Http`.
    pub class: &'static str,
    /// Chilkat's names for it, the first one current. Empty if Chilkat does not have it.
    pub names: Vec<&'static str>,
    /// Whether it is a property or a method in Chilkat.
    pub kind: Kind,
    /// Chilkat's arguments of the method. One that is filled and that no [`Param`] takes is what the Rust call returns.
    pub args: Vec<Arg>,
    /// Chilkat's type of the property or of what the method returns: `text`, `int`, `bool`, `bytes`, a class, `success`
    /// for a `bool` that says whether the call worked, or empty.
    pub returns: &'static str,
    /// What getting the property or calling the method is in Rust. `None` for a property that can only be set.
    pub call: Option<Signature>,
    /// What setting the property is in Rust.
    pub setter: Option<Signature>,
    /// Why it can fail.
    pub fails: Fails,
    /// The feature of zoomkat that it needs. Empty if it needs none that is off by default.
    pub feature: &'static str,
    /// An example of [`call`](Member::call), as docs/porting.md shows it.
    pub example: &'static str,
    /// An example of [`setter`](Member::setter).
    pub setter_example: &'static str,
    /// What differs from Chilkat, in Markdown. Empty if nothing does.
    pub difference: &'static str,
    /// Chilkat's version that brought it, where known.
    pub since: &'static str,
    /// Chilkat's version that no longer has it, where known.
    pub removed: &'static str,
}

/// Whether a member is a property or a method in Chilkat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A property.
    Property,
    /// A method.
    Method,
}

/// Why a member can fail. It decides what a port does where the script does not look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fails {
    /// It cannot.
    Never,
    /// Only by a mistake in the program: `UpdateString`. A port passes the error on with `?`.
    Program,
    /// By the data: `LoadSb`, `StringOf`. A port goes on with an empty value.
    Data,
    /// By the network or the file system. A port goes on like the script.
    System,
}

/// An argument of a method in Chilkat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Arg {
    /// Its name, the one of the [`Param`] that takes it.
    pub name: &'static str,
    /// Its type: `text`, `int`, `bool`, `bytes`, `function`, or a class.
    pub ty: &'static str,
    /// Whether the call fills it.
    pub is_filled: bool,
}

/// A method in Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signature {
    /// Its name.
    pub name: &'static str,
    /// Whether it takes `&mut self`.
    pub mutates: bool,
    /// The arguments.
    pub params: Vec<Param>,
    /// The type that it returns, as in the source: `Result<HttpResponse>`, `&str`, `&mut Self`, or empty.
    pub returns: &'static str,
}

/// An argument of a method in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Param {
    /// Its name in Rust.
    pub name: &'static str,
    /// Its type in Rust, as in the source: `&str`, `impl Into<String>`, `u16`, `&mut StringBuilder`.
    pub ty: &'static str,
    /// Chilkat's type of it: `text`, `int`, `bool`, `bytes`, `function`, or a class.
    pub chilkat: &'static str,
    /// Whether the call fills it.
    pub is_filled: bool,
    /// The position of the script's argument that it gets. `None` if Chilkat's method has no such argument; it then gets
    /// [`fixed`](Param::fixed).
    pub position: Option<usize>,
    /// What it gets if the script's call has no argument for it, as Rust.
    pub fixed: &'static str,
}

impl Member {
    /// Returns Chilkat's current name. Empty if Chilkat does not have the member.
    pub fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}

/// Returns all members in the order of docs/porting.md. Those that Chilkat does not have follow the others of their class.
pub fn members() -> &'static [Member] {
    static MEMBERS: OnceLock<Vec<Member>> = OnceLock::new();
    MEMBERS.get_or_init(|| table::LINES.lines().skip(1).filter_map(table::member).collect())
}
