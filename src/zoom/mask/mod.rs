//! The removal of secrets from texts.
//!
//! * `secrets.rs` is the list of a client's secrets; `request.rs` adds those in a request,
//! * `patterns.rs` finds them in a text; `escapes.rs` decodes the escapes in which they may occur,
//! * `causes.rs` masks an error of the transport and its causes.

pub(crate) mod causes;
pub(crate) mod escapes;
pub(crate) mod patterns;
pub(crate) mod request;
pub(crate) mod secrets;
