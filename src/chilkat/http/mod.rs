//! [`Http`]: Chilkat's class around a [`Transport`](crate::transport::Transport).
//!
//! * `class.rs`: the type, its constructors, and calls with an `HttpRequest`,
//! * `quick.rs`, `downloads.rs`, `forms.rs`: calls that take a URL; `quick_settings.rs`, `urls.rs`: what they use,
//! * `last.rs`: the last call,
//! * `identity.rs`, `limits.rs`, `tls.rs`, `proxy.rs`, `events.rs`, `cookies.rs`: the settings and their
//!   getters; `delegate.rs`: macros that define setters,
//! * `session_log.rs`: the log file of messages; `masking.rs`: masking of secrets in it.

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
