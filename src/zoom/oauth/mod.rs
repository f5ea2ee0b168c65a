//! Access tokens: which one a call uses, where it comes from, where it may go.
//!
//! * `auth.rs` holds the tokens of a client and renews them; `token.rs` is a token and the store of tokens,
//! * `endpoint.rs` asks the token endpoint,
//! * `authorization.rs` gets the first token of a user,
//! * `base.rs` is the address of the API and of the token endpoint.

pub(crate) mod auth;
pub(crate) mod authorization;
pub(crate) mod base;
pub(crate) mod endpoint;
pub(crate) mod token;
