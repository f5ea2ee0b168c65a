//! The only network I/O, and the only place that names ureq: connections, proxies, TLS, HTTP/1.1.
//!
//! * `early_answer/`, what happens while a request goes out and its response starts, without I/O,
//! * `exchange.rs` and `content.rs`, one request and its response on one connection,
//! * `head.rs`, `fields.rs`, `framing.rs` and `chunked.rs`, HTTP/1.1 without I/O,
//! * `connect.rs`, connections made: `resolve.rs` names, `tcp.rs`, `socks.rs` and `tunnel.rs` through proxies,
//!   `handshake.rs` TLS,
//! * `connection.rs`, one that is open, `socket.rs` at its bottom; `pool.rs`, those that are idle,
//! * `origin.rs`, `proxy.rs`, `env_proxy.rs` and `route.rs`, where to go,
//! * `tls.rs`, `suites.rs`, `pem.rs`, `system_roots.rs` and `client_cert.rs`, the configuration of TLS;
//!   `verify.rs`, `requirements.rs` and `cert_mismatch.rs`, which certificates are accepted,
//! * `limits.rs` and `watch.rs`, what ends a call early; `diagnose.rs`, errors that say what to do.

mod cert_mismatch;
mod chunked;
pub(crate) mod client_cert;
pub(crate) mod connect;
pub(crate) mod connection;
pub(crate) mod content;
mod diagnose;
mod early_answer;
pub(crate) mod env_proxy;
pub(crate) mod exchange;
mod fields;
pub(crate) mod framing;
mod handshake;
mod head;
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
