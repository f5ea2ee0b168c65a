//! [`Transport`]: its settings, and one call from start to end.
//!
//! * `client.rs`: the type, its constructors, and requests; `builder.rs`: its setters by value,
//! * `identity.rs`, `limits.rs`, `tls.rs`, `proxy.rs`, `events.rs` and, with the feature `cookies`,
//!   `cookies/`: the settings by subject; `settings.rs`: where they are stored,
//! * `call.rs`: one call from start to end, and resending; `redirects.rs`: which redirects are followed;
//!   `retries.rs`: whether a call is made again,
//! * with the feature `digest`, `login.rs`: the login of a call after a challenge; `digest.rs`: Digest credentials,
//! * `output.rs`: a response that is written to a file,
//! * `message_log.rs`: the log of messages.
//!
//! Sockets, TLS and HTTP/1.1 are in [`net`](crate::net).

// Documentation shows the impl blocks of `Transport` in the order of these lines.
mod client;

mod identity;

mod limits;

mod retries;

mod tls;

pub(crate) mod proxy;

mod events;

#[cfg(feature = "cookies")]
pub(crate) mod cookies;

mod builder;
pub(crate) mod call;
#[cfg(feature = "digest")]
mod digest;
#[cfg(feature = "digest")]
mod login;
pub(crate) mod message_log;
pub(crate) mod output;
mod redirects;
pub(crate) mod settings;
#[cfg(test)]
mod tests;

pub use self::builder::TransportBuilder;
pub use self::client::Transport;
#[cfg(feature = "cookies")]
pub use self::cookies::CookieStore;
pub use self::retries::Retries;
pub use self::tls::TlsVersions;
#[cfg(feature = "cert-details")]
pub use crate::net::requirements::CertPart;
pub use crate::net::resolve::IpFamily;
