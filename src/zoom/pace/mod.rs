//! Rate limits: the time at which a call may be sent.
//!
//! * `operations.rs` has each operation's label and scopes; `operations.txt` is its table,
//! * `limits.rs` spaces the calls of a label by the plan; `rate_limit.rs` reads the rate limits in an answer,
//! * `dates.rs` reads and writes ISO 8601; `clock.rs` has the clock.

pub(crate) mod clock;
pub(crate) mod dates;
pub(crate) mod limits;
pub(crate) mod operations;
pub(crate) mod rate_limit;
