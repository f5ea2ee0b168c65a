#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]
// Nothing that a caller or a server does may end in a panic.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod charset;
mod error;
mod file;
mod request;
mod response;
mod secret;
mod story;
mod transport;
#[cfg(feature = "zoom")]
pub mod zoom;

pub use crate::error::{Error, ErrorKind, Result};
pub use crate::request::HttpRequest;
pub use crate::response::HttpResponse;
pub use crate::transport::Transport;

/// The programs in docs/porting.md, compiled and, where they need no server, run.
#[cfg(doctest)]
#[doc = include_str!("../docs/porting.md")]
struct Porting;

/// The programs in docs/zoom.md.
#[cfg(all(doctest, feature = "zoom"))]
#[doc = include_str!("../docs/zoom.md")]
struct ZoomGuide;
