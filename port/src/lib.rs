//! Reads Chilkat scripts and writes Rust programs for [zoomkat](https://docs.rs/zoomkat).

#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

// * `language.rs`: the languages; `names.rs`: names of classes,
// * `members.rs`: the table of Chilkat's members,
// * `read/`: a reader for each language, from text to `tree.rs`,
// * `passes/`: changes of the tree,
// * `translate/`: from the tree to `rust/ast.rs`,
// * `rust/`: Rust as text.

mod language;
mod members;
mod names;
mod passes;
mod read;
mod report;
mod rust;
mod translate;
mod tree;

pub use self::language::Language;
pub use self::members::{
    Absent, Arg, Fails, Kind, Member, Param, Signature, Uses, absent, members, members_tsv,
};
pub use self::report::{Remark, RemarkKind};
