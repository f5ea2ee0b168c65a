//! A blocking HTTP SDK in which a Chilkat-style script ports line by line, made for the Zoom API.
#![warn(missing_docs)]

mod charset;
mod error;
mod file;
mod request;
mod response;
mod story;
mod transport;

pub use crate::error::{Error, ErrorKind, Result};
pub use crate::request::HttpRequest;
pub use crate::response::HttpResponse;
pub use crate::transport::Transport;
