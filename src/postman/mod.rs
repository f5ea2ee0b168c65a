//! Postman collections, read and written.

use crate::call::Call;
use crate::error::{Error, Result};

impl Call {
    /// Writes a Postman item (collection format 2.1).
    ///
    /// # Errors
    ///
    /// The faults of the request.
    pub fn to_postman(&self, name: &str) -> Result<String> {
        Err(Error::content("Postman item", name))
    }
}
