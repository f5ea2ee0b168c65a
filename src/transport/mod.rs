//! [`Transport`]: what a caller can set, and one call from start to end.
//!
//! * `client.rs`, the type, how it is made, and how it sends,
//! * `identity.rs`, `limits.rs`, `tls.rs`, `proxy.rs`, `events.rs` and, with the feature `cookies`,
//!   `cookies/`, its settings by subject; `settings.rs`, where they are kept,
//! * `call.rs`, one call from start to end, and what is sent again; `redirects.rs`, which redirects are followed,
//! * `output.rs`, a response that becomes a file,
//! * `message_log.rs`, who is shown each message.
//!
//! Sockets, TLS and HTTP/1.1 are in [`net`](crate::net).

// Documentation shows the impl blocks of `Transport` in the order of these lines.
mod client;

mod identity;

mod limits;

mod tls;

mod proxy;

mod events;

#[cfg(feature = "cookies")]
mod cookies;

pub(crate) mod call;
pub(crate) mod message_log;
pub(crate) mod output;
mod redirects;
pub(crate) mod settings;
#[cfg(test)]
mod tests;

pub use self::client::Transport;
