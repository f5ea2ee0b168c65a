//! Access tokens: fetching, renewal, storage, and the hosts that may receive them.
//!
//! * `auth.rs` keeps and renews the tokens of a client; `token.rs` has the token and the trait of a token store,
//! * `endpoint.rs` sends requests to the token endpoint,
//! * `authorization.rs` gets the first token of a user,
//! * `base.rs` has the base URLs of the API and the token endpoint.

pub(crate) mod auth;
pub(crate) mod authorization;
pub(crate) mod base;
pub(crate) mod endpoint;
pub(crate) mod token;
