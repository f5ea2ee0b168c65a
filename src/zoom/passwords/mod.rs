//! Password changes: one, or a rotation of thousands.
//!
//! * `change.rs` changes one password, and never sends a change twice,
//! * `policy.rs` checks a password against an account's rules,
//! * `rotation.rs` changes many, `report.rs` has the outcome of each, and `journal/` records the outcomes on disk.

pub(crate) mod change;
pub(crate) mod journal;
pub(crate) mod policy;
pub(crate) mod report;
pub(crate) mod rotation;
