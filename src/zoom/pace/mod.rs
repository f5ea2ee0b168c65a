//! Rate limits: when a call may leave.
//!
//! * `operations.rs` knows each operation's label and scopes; `operations.txt` is its table,
//! * `limits.rs` paces the calls of a label by the plan; `rate_limit.rs` reads what an answer says of limits,
//! * `dates.rs` reads and writes ISO 8601; `clock.rs` is the clock that all of it goes by.

pub(crate) mod clock;
pub(crate) mod dates;
pub(crate) mod limits;
pub(crate) mod operations;
pub(crate) mod rate_limit;
