//! A call as a Rust program.

use super::Call;
use crate::error::{Error, Result};

impl Call {
    /// Writes a Rust program that makes this call.
    ///
    /// # Errors
    ///
    /// The faults of the request.
    pub fn to_rust(&self) -> Result<String> {
        Err(Error::content("Rust program", "not yet"))
    }
}
