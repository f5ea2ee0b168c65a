//! What no text may show, and taking it out.
//!
//! * `secrets.rs` is the list of a client's secrets; `carried.rs` adds those that a request carries,
//! * `patterns.rs` finds them in a text, and `escapes.rs` reads the escapes in which they may be,
//! * `causes.rs` masks an error of the transport and its causes.

pub(crate) mod carried;
pub(crate) mod causes;
pub(crate) mod escapes;
pub(crate) mod patterns;
pub(crate) mod secrets;
