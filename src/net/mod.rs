//! All network I/O, and all uses of ureq: connections, proxies, TLS, HTTP/1.1.
//!
//! * `early_response/`: the state machine for responses that start before the request is sent,
//!   without I/O,
//! * `exchange.rs` and `content.rs`: one request and its response on one connection,
//! * `head.rs`, `fields.rs`, `framing.rs` and `chunked.rs`: HTTP/1.1 without I/O,
//! * `connect.rs`: opening connections; `resolve.rs`: name look-up; `tcp.rs`: TCP; `socks.rs` and
//!   `tunnel.rs`: proxies; `handshake.rs`: TLS,
//! * `connection.rs`: an open connection; `layers.rs`: its layers; `socket.rs`: its TCP socket;
//!   `buffers.rs`: the memory of a call; `pool.rs`: idle connections,
//! * `origin.rs`, `proxy.rs`, `env_proxy.rs` and `route.rs`: where a request goes,
//! * `tls.rs`, `suites.rs`, `pem.rs`, `system_roots.rs` and `client_cert.rs`: TLS configuration;
//!   `verify.rs`, `requirements.rs` and `cert_mismatch.rs`: certificate checks,
//! * `limits.rs` and `watch.rs`: time limits, cancellation and progress; `diagnose.rs`: error
//!   messages.

mod buffers;
mod cert_mismatch;
mod chunked;
pub(crate) mod client_cert;
pub(crate) mod connect;
pub(crate) mod connection;
pub(crate) mod content;
mod diagnose;
mod early_response;
pub(crate) mod env_proxy;
pub(crate) mod exchange;
mod fields;
pub(crate) mod framing;
mod handshake;
mod head;
mod layers;
pub(crate) mod limits;
pub(crate) mod origin;
pub(crate) mod pem;
pub(crate) mod pool;
pub(crate) mod proxy;
#[cfg(feature = "cert-details")]
pub(crate) mod requirements;
pub(crate) mod resolve;
pub(crate) mod route;
mod socket;
pub(crate) mod socks;
pub(crate) mod suites;
#[cfg(feature = "system-roots")]
mod system_roots;
mod tcp;
pub(crate) mod tls;
mod tunnel;
pub(crate) mod verify;
pub(crate) mod watch;
