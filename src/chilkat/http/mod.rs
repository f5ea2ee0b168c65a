//! [`Http`]: Chilkat's class of that name, around a [`Transport`](crate::transport::Transport).
//!
//! * `class.rs`, the type, how it is made, and calls with an `HttpRequest`,
//! * `quick.rs`, `downloads.rs`, `forms.rs`, calls that take a URL; `quick_settings.rs`, `urls.rs`, what they use,
//! * `last.rs`, what is remembered of the last call,
//! * `identity.rs`, `limits.rs`, `tls.rs`, `proxy.rs`, `events.rs`, `cookies.rs`, the transport's settings with their
//!   getters; `delegate.rs`, the macros that define them,
//! * `session_log.rs`, a file of what is sent and received; `masking.rs`, what is hidden in it.

// Documentation shows the impl blocks of `Http` in the order of these lines.
mod class;

mod quick;

mod quick_settings;

mod downloads;

mod forms;

mod urls;

mod last;

mod identity;

mod limits;

mod tls;

mod proxy;

mod events;

#[cfg(feature = "cookies")]
mod cookies;

mod session_log;

mod delegate;
mod masking;
#[cfg(test)]
mod tests;

pub use self::class::Http;
