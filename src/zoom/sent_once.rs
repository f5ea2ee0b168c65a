//! The rule that a password change is never sent twice. By RFC 9110 a PUT is idempotent, but Zoom refuses the second of two
//! changes as equal to the old password, and counts both.
//!
//! Ported scripts and pasted commands cannot call `set_idempotent(false)`, so this is compiled even without the
//! feature `zoom`.

/// Whether a request looks like a password change: a PUT to a path that ends in `/password`. `target` is the request target
/// with its variables filled in.
pub(crate) fn is_password_change(verb: &str, target: &str) -> bool {
    verb == "PUT" && target.split('?').next().unwrap_or_default().ends_with("/password")
}
