//! The Zoom client: tokens, rate limits, errors and passwords, on top of
//! [`Transport`](crate::Transport).
//!
//! ```no_run
//! use zoomkat::zoom::{Plan, Zoom};
//!
//! # fn main() -> zoomkat::zoom::Result<()> {
//! # let (account_id, client_id, client_secret) = ("", "", "");
//! let zoom = Zoom::builder()
//!     .server_to_server(account_id, client_id, client_secret)
//!     .plan(Plan::Pro)
//!     .build()?;
//!
//! #[derive(serde::Deserialize)]
//! struct User {
//!     id: String,
//!     email: String,
//! }
//! for user in zoom.pages::<User>("/users?status=active", "users") {
//!     let user = user?;
//!     println!("{} {}", user.id, user.email);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! * [`Zoom::update_password`] changes one password, [`Zoom::update_passwords`] thousands;
//!   [`PasswordRequirement`] checks a password before it is sent.
//! * [`Zoom::get`], [`post`](Zoom::post), [`put`](Zoom::put), [`patch`](Zoom::patch) and
//!   [`delete`](Zoom::delete) call any operation with serde types, [`Zoom::pages`] reads a list, and
//!   [`Zoom::send`] takes any [`HttpRequest`](crate::HttpRequest).
//! * [`Authorization`] lets a user authorize an app, with PKCE, and gets the first token.
//! * [`webhook`] verifies a webhook and reads its event.
//! * [`Zoom::download`] downloads a recording or another file.
//! * [`Error`] says what Zoom refused and why.
//!
//! [`guide::zoom`](crate::guide::zoom) is the guide; [`guide::errors`](crate::guide::errors) lists each error and what
//! to do about it.
//!
//! This module requires the feature `zoom`, which is on by default.

// * `client.rs`: `Zoom` and its methods; `builder.rs`: its builder,
// * `call.rs`: one call: token, rate limit and retries,
// * `path.rs`: the path of an operation and its variables,
// * `secret.rs`: a token or a password in memory,
// * `error.rs` and `kind.rs`: the error type and its kinds,
// * `answer/`: reading Zoom's answers,
// * `oauth/`: access tokens,
// * `pace/`: rate limits by operation and plan,
// * `mask/`: removing secrets from texts,
// * `passwords/`: one password change, and a rotation of thousands with its journal,
// * `pages/`: paginated lists,
// * `download.rs`: recordings and other files; `webhook.rs`: webhooks.

// This module comes first so that the documentation of `Zoom` begins with the methods of its own file.
mod client;

mod answer;
mod builder;
mod call;
mod download;
mod error;
mod kind;
mod mask;
mod oauth;
mod pace;
mod pages;
mod passwords;
mod path;
mod secret;
pub(crate) mod sent_once;
pub mod webhook;

pub use self::answer::api_response::ApiResponse;
pub use self::answer::body::FieldError;
pub use self::builder::ZoomBuilder;
pub use self::client::Zoom;
pub use self::error::{Error, Result};
pub use self::kind::ErrorKind;
pub use self::oauth::authorization::Authorization;
pub use self::oauth::token::{Token, TokenStore};
pub use self::pace::clock::{Clock, SystemClock};
pub use self::pace::limits::Plan;
pub use self::pace::operations::rate_limit_label;
pub use self::pace::rate_limit::RateLimit;
pub use self::pages::Pages;
pub use self::passwords::change::{PasswordRejected, password_form};
pub use self::passwords::policy::{BrokenRule, PasswordCheck, PasswordRequirement};
pub use self::passwords::report::{RotationOutcome, RotationProgress, RotationReport, UserOutcome};
pub use self::passwords::rotation::PasswordOptions;
pub use self::path::{ApiPath, path};
pub use self::secret::Secret;
