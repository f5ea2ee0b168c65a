//! The error of our own certificate checks, wrapped in a rustls error.

use std::fmt;
use std::sync::Arc;

use rustls::{CertificateError, OtherError};

/// Why a certificate is not the expected one.
#[derive(Debug)]
pub(crate) struct CertMismatch(pub(super) String);

impl fmt::Display for CertMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CertMismatch {}

impl From<CertMismatch> for rustls::Error {
    fn from(why: CertMismatch) -> Self {
        CertificateError::Other(OtherError(Arc::new(why))).into()
    }
}
