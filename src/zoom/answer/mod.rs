//! What Zoom's answers mean.
//!
//! * `body.rs` reads an error from a body of any kind; `xml.rs` is its reader of XML, `text.rs` makes its words fit
//!   to be shown, `classify.rs` finds the kind of the error,
//! * `substitute.rs` recognizes what a server sends instead of a file,
//! * `api_response.rs` is [`ApiResponse`](api_response::ApiResponse), a value with what came beside it.

pub(crate) mod api_response;
pub(crate) mod body;
pub(crate) mod classify;
pub(crate) mod substitute;
pub(crate) mod text;
pub(crate) mod xml;
