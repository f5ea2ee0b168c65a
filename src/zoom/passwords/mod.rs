//! Passwords: one change, and a rotation of thousands.
//!
//! * `change.rs` changes one password; it has the rule that no password change is sent twice,
//! * `policy.rs` checks a password against an account's rules,
//! * `rotation.rs` changes many, `report.rs` says what became of each, and `journal/` keeps it on disk.

pub(crate) mod change;
pub(crate) mod journal;
pub(crate) mod policy;
pub(crate) mod report;
pub(crate) mod rotation;
