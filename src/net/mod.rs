//! The only network I/O, and the only place that names ureq: connections, proxies, TLS, HTTP/1.1.
//!
//! * `exchange.rs` and `content.rs`, one request and its response on one connection,
//! * `head.rs`, `framing.rs` and `chunked.rs`, HTTP/1.1 without I/O,
//! * `watch.rs`, what ends a call before its time,
//! * `pool.rs`, `connect.rs`, `socket.rs`, `socks.rs`, `tunnel.rs`, connections kept and made,
//! * `tls.rs`, `suites.rs`, `pem.rs`, the configuration of TLS; `handshake.rs`, `verify.rs`, `requirements.rs`, how it is
//!   spoken and what is checked,
//! * `origin.rs`, `env_proxy.rs`, where to go; `diagnose.rs`, what went wrong.

mod chunked;
pub(crate) mod connect;
pub(crate) mod content;
mod diagnose;
pub(crate) mod env_proxy;
pub(crate) mod exchange;
pub(crate) mod framing;
pub(crate) mod handshake;
mod head;
pub(crate) mod origin;
pub(crate) mod pem;
pub(crate) mod pool;
#[cfg(feature = "cert-details")]
mod requirements;
mod socket;
pub(crate) mod socks;
pub(crate) mod suites;
pub(crate) mod tls;
mod tunnel;
pub(crate) mod verify;
pub(crate) mod watch;
