// The programs on it are tested by the package `zoomkat-tests`, which has the servers that they need.
#![cfg_attr(
    all(not(doctest), feature = "zoom", feature = "chilkat", feature = "views"),
    doc = include_str!("../README.md")
)]
#![cfg_attr(
    not(all(feature = "zoom", feature = "chilkat", feature = "views")),
    doc = "A blocking HTTP SDK in which a Chilkat-style script ports line by line. The README, and \
           the documentation with all features, say more."
)]
#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]
// Nothing that a caller or a server does may end in a panic.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod by_value;
mod error;
mod message;
mod named;
mod net;
#[cfg(test)]
mod random;
mod redact;
mod text;
mod trace;
mod transport;

// What these add to the types above stands below on the types' pages.
#[cfg(feature = "chilkat")]
pub mod chilkat;
#[cfg(feature = "views")]
mod views;
#[cfg(feature = "zoom")]
pub mod zoom;
// The one rule of the client that holds without it.
#[cfg(all(not(feature = "zoom"), any(feature = "chilkat", feature = "views")))]
mod zoom {
    pub(crate) mod sent_once;
}

pub use crate::error::{Error, ErrorKind, Position, Result};
pub use crate::message::builder::HttpRequestBuilder;
pub use crate::message::request::HttpRequest;
pub use crate::message::response::{HttpResponse, LineEndings};
pub use crate::message::response_head::Cookie;
pub use crate::transport::Transport;
#[cfg(feature = "views")]
pub use crate::views::{Call, postman};
