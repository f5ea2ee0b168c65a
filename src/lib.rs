//! A blocking HTTP client, and on top of it a client for the Zoom API.
//!
//! ```no_run
//! use zoomkat::{HttpRequest, Transport};
//!
//! let http = Transport::builder().set_auth_token("<access_token>").build();
//! let resp = http.send(HttpRequest::get("/v2/users").add_param("page_size", 30))?;
//! println!("{} {}", resp.status_code(), resp.body_str());
//! # Ok::<(), zoomkat::Error>(())
//! ```
//!
//! A transport sends to `api.zoom.us` over TLS. Another host is set with [`Transport::from_url`] or
//! [`synchronous_request`](Transport::synchronous_request).
//!
//! An [`HttpRequest`] says what is sent: verb, path, content type, params, headers, body. A [`Transport`] sends
//! it and waits for the [`HttpResponse`], which has the status, the header as it was received, and the body. A
//! status of 400 or more is a response; an [`Error`] means that no usable response arrived, and its
//! [`last_error_text`](Error::last_error_text) lists the steps of the call.
//!
//! ```toml
//! [dependencies]
//! zoomkat = "0.1"                                   # Rust 1.85 or later
//! # zoomkat = { version = "0.1", features = ["views"] }, for curl commands and Postman collections
//! serde = { version = "1", features = ["derive"] } # for JSON into your own types
//! serde_json = "1"
//! ```
//!
//! # The parts
//!
//! | part | what it is |
//! |---|---|
//! | [`HttpRequest`], [`Transport`], [`HttpResponse`], [`Error`] | the HTTP client |
#![cfg_attr(
    feature = "zoom",
    doc = "| [`zoom`] | the Zoom client: tokens, rate limits, paged lists, password changes, webhooks |"
)]
#![cfg_attr(
    feature = "views",
    doc = "| [`Call`], [`postman`] | one request as a curl command, a Postman item and a Rust program |"
)]
#![cfg_attr(
    feature = "chilkat",
    doc = "| [`chilkat`] | Chilkat's classes under Chilkat's names, for scripts that are ported line by line |"
)]
//! | [`guide`] | the guides: a cookbook, the Zoom client, errors, porting, security |
//!
//! # The Zoom client
//!
#![cfg_attr(feature = "zoom", doc = "```no_run")]
#![cfg_attr(not(feature = "zoom"), doc = "```ignore")]
//! use zoomkat::zoom::Zoom;
//!
//! let zoom = Zoom::builder().access_token("<access_token>").build()?;
//! let me: serde_json::Value = zoom.get("/users/me")?;
//! println!("{}", me["email"]);
//! # Ok::<(), zoomkat::zoom::Error>(())
//! ```
//!
//! # Where to look
//!
//! | I want to ... | |
//! |---|---|
//! | send to another host | [`Transport::from_url`], [`set_endpoint_url`](Transport::set_endpoint_url) |
//! | limit the time of a call | [`set_total_timeout`](Transport::set_total_timeout), [`set_connect_timeout`](Transport::set_connect_timeout), [`set_read_timeout`](Transport::set_read_timeout) |
//! | use a proxy | [`set_proxy`](Transport::set_proxy); without it, the environment's proxies are used |
//! | trust my own CA | [`set_trusted_roots_file`](Transport::set_trusted_roots_file) |
//! | send JSON | [`HttpRequest::set_json`] |
//! | read JSON | [`HttpResponse::json`] |
//! | upload files | [`HttpRequest::add_file_for_upload`] |
//! | download to a file | [`send_to_file`](Transport::send_to_file) |
//! | see the progress | [`on_percent_done`](Transport::on_percent_done), whose handler returns a `ControlFlow` |
//! | cancel a call | a flag: [`on_abort_check`](Transport::on_abort_check) with [`set_heartbeat`](Transport::set_heartbeat); another thread: [`abort_current`](Transport::abort_current) |
//! | request a whole URL | [`Transport::from_url`] for its host, [`HttpRequest::set_from_url`] for its path and query |
//! | treat a 404 as an error | [`error_for_status`](HttpResponse::error_for_status), [`Error::status`] |
//! | use other settings for one call | clone the transport and change the clone; both share the connections |
//! | wait after a 429 | [`retry_after`](HttpResponse::retry_after) |
//! | send a pasted curl command | `Call`, `Transport::perform` (feature `views`) |
//! | test with mockito | [`Transport::from_url`] |
//! | test without a Zoom account | the package `zoomkat-testing`: a Zoom that runs inside the test |
//! | see a whole program | [`guide::cookbook`] |
//!
//! # Step by step
//!
//! The setters of [`HttpRequest`] and [`Transport`] take `&mut self`, so a script ports line by line. This one
//! changes a user's password:
//!
//! ```no_run
//! use zoomkat::{HttpRequest, Transport};
//!
//! let http = Transport::new();
//!
//! let mut req = HttpRequest::new();
//! req.set_http_verb("PUT");
//! req.set_path("/v2/users/:userId/password");
//! req.set_path_variable("userId", "jchill@example.com");
//! req.set_content_type("multipart/form-data");
//! req.add_param("password", "dolor Excepteur minim");
//! req.add_header("Authorization", "Bearer <access_token>");
//! req.set_idempotent(false);
//!
//! let resp = http.synchronous_request("api.zoom.us", 443, true, &req)?;
//! println!("Response Status Code = {}", resp.status_code());
//! # Ok::<(), zoomkat::Error>(())
//! ```
//!
//! [`Transport::builder`], [`HttpRequest::get`] and similar functions return builders. They have the same setters,
//! but each takes and returns the builder, so the result of a chain can be kept. [`send`](Transport::send) takes a
//! request or its builder; `build()` returns the request.
//!
//! `set_json` and the setters for URLs, certificates and TLS lists return a `Result`. All others accept any value: an
//! invalid one is an error when the request is sent, which names the setter, and nothing is sent. Files to upload are
//! opened when the request is sent.
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `zoom` | on | the Zoom client, `zoomkat::zoom` |
//! | `chilkat` | on | Chilkat's other classes, `zoomkat::chilkat` |
//! | `views` | off | `Call` and `postman` |
//! | `cookies` | off | cookies kept between calls, `Transport::set_cookie_store` |
//! | `digest` | off | Digest logins, `Transport::set_digest_login`; `views` enables it |
//! | `cert-details` | off | requirements on a server's certificate, `Transport::set_ssl_cert_requirement` |
//! | `system-roots` | off | the certificate authorities that the system trusts, `Transport::set_trust_system_roots` |
//!
//! No feature enables `preserve_order` or `arbitrary_precision` of `serde_json` for the rest of a build.
//!
//! # What is promised
//!
//! * No async runtime. A call blocks the thread that makes it; a `Transport` can be shared by many threads.
//! * Every wait has a limit by default, and so has the size of a body in memory.
//! * Certificates and host names are verified.
//! * A `Transport` sends a request again automatically only if it is idempotent, and only if a kept-alive connection
//!   died before any byte of a response came, unless `set_retries` allows more.
//! * Tokens, passwords and cookies never appear in an error, in `Debug` or in the log.
//! * No input from a caller or a server causes a panic, and there is no `unsafe` code in this crate.
//!
//! Not included: async, HTTP/2, and a response body as a reader (it is in memory or streamed to a file).
//!
//! [`guide::security`] names the tests of each promise.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]
// Nothing that a caller or a server does may cause a panic.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod guide;

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

// Documentation lists what these add to the types above after the types' own members.
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
#[cfg(feature = "cert-details")]
pub use crate::transport::CertPart;
#[cfg(feature = "cookies")]
pub use crate::transport::CookieStore;
pub use crate::transport::{IpFamily, Retries, TlsVersions, Transport, TransportBuilder};
#[cfg(feature = "views")]
pub use crate::views::{Call, CurlAmbiguity, CurlShell, FoundSecret, SecretDisplay, postman};
