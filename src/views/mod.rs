//! One request as a curl command, a Postman item and a Rust program.
//!
//! * `call.rs` and `call_options.rs`, a call and its options,
//! * `curl/`, curl commands, read and written,
//! * `postman/`, Postman collections, read and written,
//! * `rust/`, Rust programs, written,
//! * `chilkat/`, Chilkat scripts, written,
//! * `variables.rs`, the variables of a call, `{{NAME}}`, and files that are read when it is sent,
//! * `marked_call.rs`, a checked call with its variables marked, for the writers,
//! * `hide_secrets.rs`, finds the secrets of a call and replaces them by variables;
//!   `hide_text.rs`, those in URLs and bodies; `hide_json.rs`, those in JSON;
//!   `environment_names.rs`, the names of those variables;
//!   `place_encoding.rs`, the encoding of a value for its place,
//! * `preview.rs`, a human-readable preview,
//! * `perform.rs`, sends a call,
//! * `url.rs`, the parts of a URL.

// The documentation has the methods of `Call` in the order of these groups.
mod call;

mod curl;
pub mod postman;
mod rust;

mod chilkat;

mod call_options;
mod environment_names;
mod hide_json;
mod hide_secrets;
mod hide_text;
mod kept_cookies;
mod marked_call;
mod perform;
mod place_encoding;
mod preview;
mod ready;
mod url;
mod variables;

pub use self::call::Call;
pub use self::curl::{CurlAmbiguity, CurlShell};
pub use self::hide_secrets::FoundSecret;
pub use self::preview::SecretDisplay;
