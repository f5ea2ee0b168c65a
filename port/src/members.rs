//! Every Chilkat member that zoomkat has, as data: `members.tsv`.

/// A member of a Chilkat class.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// The class, without `Ck`: `Http`.
    pub class: &'static str,
    /// Chilkat's names for it, the first one current.
    pub names: Vec<&'static str>,
    /// Whether it is a property or a method in Chilkat.
    pub kind: Kind,
    /// What getting the property or calling the method is in Rust. `None` for a property that can only be set.
    pub call: Option<Signature>,
    /// What setting the property is in Rust.
    pub setter: Option<Signature>,
    /// Why it can fail.
    pub fails: Fails,
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
    /// By the network or the file system. A port goes on like the script, with a warning.
    System,
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

/// An argument of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Param {
    /// Its name in Rust.
    pub name: &'static str,
    /// Its type in Rust, as in the source: `&str`, `impl Into<String>`, `u16`, `&mut StringBuilder`.
    pub ty: &'static str,
    /// Chilkat's type of it: `text`, `int`, `bool`, `bytes`, or a class.
    pub chilkat: &'static str,
    /// Whether the call fills it.
    pub is_filled: bool,
}

/// Returns all members in the order of docs/porting.md.
pub fn members() -> &'static [Member] {
    &[] // TODO table
}

/// How a script uses a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It reads the property or calls the method.
    Call,
    /// It sets the property.
    Set,
}

/// Finds what a script's name means for an object of a class, in the forms of all languages and without regard to
/// case: `AuthToken`, `put_AuthToken`, `putAuthToken`, `SetAuthToken`, `get_LastStatus`, `lastErrorText`, `_header`.
/// `args` is the number of arguments, `None` for a property without parentheses. `SetAuthToken` with an argument sets
/// the property unless a method has that name.
pub(crate) fn find(
    _class: &str,
    _name: &str,
    _args: Option<usize>,
) -> Option<(&'static Member, Use)> {
    None // TODO table
}

/// A Chilkat class, or member of one, that zoomkat does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Absent {
    /// The class, without `Ck`: `Xml`.
    pub class: &'static str,
    /// The member. Empty for the whole class.
    pub member: &'static str,
    /// What a Rust program uses instead: "quick-xml reads and writes XML".
    pub instead: &'static str,
}

/// Returns the classes and members that zoomkat does not have.
pub fn absent() -> &'static [Absent] {
    &[] // TODO table
}

/// Returns the table as tab-separated values, with a line of headings.
pub fn members_tsv() -> String {
    String::new() // TODO table
}
