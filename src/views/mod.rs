//! [`Call`]: a request with where it goes and how, and its three views.
//!
//! * `call.rs` and `call_options.rs`, what a call is and how it is made,
//! * `curl/`, from a curl command and to one,
//! * `postman/`, from a Postman collection and to one,
//! * `rust/`, to a Rust program,
//! * `variables.rs`, the variables of a call, `{{NAME}}`, and files that are read when it is sent,
//! * `marked_call.rs`, a checked call as the writers see it,
//! * `hide_secrets.rs`, which of its texts are secrets, and variables instead of them;
//!   `environment_names.rs`, the names of those variables,
//! * `preview.rs`, the request as text, for a person to look at,
//! * `perform.rs`, how a call is sent,
//! * `url.rs`, the parts of a URL.

// The documentation has the methods of `Call` in the order of these groups.
mod call;

mod curl;
pub mod postman;
mod rust;

mod call_options;
mod environment_names;
mod hide_secrets;
mod marked_call;
mod perform;
mod preview;
mod url;
mod variables;

pub use self::call::Call;
