//! [`Call`]: a request with where it goes and how, and its three views.
//!
//! * `call.rs` and `how.rs`, what a call is and how it is made,
//! * `variables.rs`, what in it is still open: `{{NAME}}`, and files that are read when it is sent,
//! * `marked.rs`, a checked call as the writers look at it,
//! * `secrets.rs`, which of its texts are secrets; `secret_names.rs`, their names as variables,
//! * `preview.rs`, what would be sent, for a person to look at,
//! * `curl/`, from a curl command and to one,
//! * `rust/`, to a Rust program,
//! * `postman/`, from a Postman collection and to one.

// Documentation shows the impl blocks of `Call` in the order of these lines.
mod call;

mod curl;
mod how;
mod marked;
mod perform;
pub mod postman;
mod preview;
mod rust;
mod secret_names;
pub(crate) mod secrets;
mod url;
mod variables;

pub use self::call::Call;
pub(crate) use self::how::{How, ProxyKind, ProxyOf};
pub(crate) use self::marked::{Marked, Piece};
pub(crate) use self::url::Url;
pub(crate) use self::variables::{FileForm, Source, Variable, placeholder};
