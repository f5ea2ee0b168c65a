//! HTTP messages: requests and responses. The only I/O is on files that the caller names.
//!
//! * `request.rs`: [`HttpRequest`](request::HttpRequest), its verb, path and headers; `params.rs`: its params, uploads
//!   and bodies; `builder.rs`: its builder,
//! * `prepare.rs`: checks a request and turns it into what is sent,
//! * `multipart.rs`, `body.rs`: the encoders that `prepare.rs` uses,
//! * `response.rs`: [`HttpResponse`](response::HttpResponse); `response_head.rs`: its status line and header.

// In this order, so that the page of a type begins with its constructors and main members.
pub(crate) mod builder;
pub(crate) mod request;
pub(crate) mod response;

pub(crate) mod body;
mod multipart;
pub(crate) mod params;
pub(crate) mod prepare;
pub(crate) mod response_head;
#[cfg(test)]
mod tests;
