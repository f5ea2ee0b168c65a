//! Messages: the request that is built, and the response that came. No I/O but the files they were given.
//!
//! * `request.rs` is [`HttpRequest`](request::HttpRequest) with what concerns its head; `params.rs` its params, uploads
//!   and bodies,
//! * `prepare.rs` turns it into what goes on the wire, and finds its faults,
//! * `multipart.rs` and `body.rs` are the encoders below,
//! * `response.rs` is [`HttpResponse`](response::HttpResponse).

// Documentation shows the impl blocks of `HttpRequest` in the order of these lines.
pub(crate) mod request;

pub(crate) mod params;

pub(crate) mod body;
mod multipart;
pub(crate) mod prepare;
pub(crate) mod response;
#[cfg(test)]
mod tests;
