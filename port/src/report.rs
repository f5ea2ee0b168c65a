//! What a port says of its script.

/// A remark on a line of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remark {
    /// The line in the script, from 1.
    pub line: usize,
    /// The last line that it is about.
    pub end_line: usize,
    /// What it says.
    pub kind: RemarkKind,
    /// The text: "CkXml is not here; quick-xml reads and writes XML".
    pub text: String,
}

/// What a [`Remark`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RemarkKind {
    /// The lines are not ported. They are comments in the program.
    NotPorted,
    /// The lines are ported, but the script is probably wrong there.
    Warning,
    /// A value to be filled in, such as `<access_token>`.
    ToFillIn,
}
