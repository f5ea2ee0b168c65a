//! Interpretation of Zoom's answers.
//!
//! * `body.rs` reads an error from a body of any kind; `xml.rs` reads XML, `text.rs` cleans messages for display,
//!   `classify.rs` determines the kind of the error,
//! * `unexpected_content.rs` detects an answer that is not the requested file,
//! * `api_response.rs` is [`ApiResponse`](api_response::ApiResponse), a value with status and rate limits.

pub(crate) mod api_response;
pub(crate) mod body;
pub(crate) mod classify;
pub(crate) mod text;
pub(crate) mod unexpected_content;
pub(crate) mod xml;
