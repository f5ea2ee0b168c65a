//! Messages: the request that is built, and the response that came. No I/O but the files they were given.
//!
//! * `request.rs` is [`HttpRequest`](request::HttpRequest) with what concerns its head; `params.rs` its params, uploads
//!   and bodies,
//! * `prepare.rs` turns it into what goes on the wire, and finds its faults,
//! * `multipart.rs` and `body.rs` are the encoders below,
//! * `response.rs` is [`HttpResponse`](response::HttpResponse), `response_head.rs` its status line and header.

// First, so that the documentation of a type begins with the members of its own file.
pub(crate) mod request;
pub(crate) mod response;

pub(crate) mod body;
mod multipart;
pub(crate) mod params;
pub(crate) mod prepare;
pub(crate) mod response_head;
#[cfg(test)]
mod tests;
