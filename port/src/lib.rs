//! Reads Chilkat scripts and writes Rust programs for [zoomkat](https://docs.rs/zoomkat).
//!
//! ```
//! use zoomkat_port::{Language, Options, port};
//!
//! let script = r#"
//! http = Chilkat::CkHttp.new()
//! print http.quickGetStr("https://api.example.com/v1/boats") + "\n";
//! "#;
//! let port = port(script, &Options::new(Language::Ruby))?;
//! assert!(port.program.contains("http.quick_get_str("));
//! # Ok::<(), zoomkat_port::Error>(())
//! ```
//!
//! A program that it writes compiles without warnings. What has no counterpart stays in its place as a comment, and
//! [`Port::remarks`] lists it.

#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

// * `port.rs`: the port of a script; `report.rs`: the remarks,
// * `language.rs`: the languages; `names.rs`: names of classes,
// * `members/`: the table of Chilkat's members,
// * `read/`: a reader for each language, from text to `tree.rs`,
// * `secrets.rs`, `masked_lines.rs`, `oddities.rs`: values of the script,
// * `single_call/`: the only request of a script, as a `Call`,
// * `passes/`: changes of the tree,
// * `translate/`: from the tree to `rust/ast.rs`,
// * `rust/`: Rust as text.

mod language;
mod masked_lines;
mod members;
mod names;
mod oddities;
mod passes;
mod port;
mod read;
mod report;
mod rust;
mod secrets;
mod single_call;
mod translate;
mod tree;

pub use self::language::Language;
pub use self::members::{
    Absent, Arg, Fails, Kind, Member, Param, Signature, Uses, absent, members, members_tsv,
};
pub use self::port::{Error, Form, Options, Port, call, port};
pub use self::report::{Remark, RemarkKind};
