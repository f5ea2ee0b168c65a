//! The authorities that the system trusts.

use std::env;

use rustls::RootCertStore;
use rustls_native_certs::{CertificateResult, ErrorKind, load_native_certs};

use crate::error::{Error, Result};
use crate::text::file::quoted;

/// If one is set, it stands for the system's store.
const VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Adds them to those that are trusted anyway. A certificate that cannot be used is passed over, or a
/// single one would shut everybody out. None at all is an error.
pub(super) fn add_to(roots: &mut RootCertStore) -> Result<()> {
    // On Windows the crate panics at a certificate whose key usage cannot be read.
    let CertificateResult { certs, errors, .. } = std::panic::catch_unwind(load_native_certs)
        .map_err(|_| none(Some("a certificate in it cannot be read")))?;
    let (added, unusable) = roots.add_parsable_certificates(certs);
    let first = errors.first().map(|err| match err.kind {
        // The parser's own words quote what it could not read, which may be a key.
        ErrorKind::Pem(_) => "broken PEM".to_owned(),
        _ => err.to_string(),
    });
    if added == 0 {
        return Err(none(first.as_deref()));
    }
    log::debug!(
        "the system trusts {added} certificate authorities; {unusable} more cannot be used, and {} \
         errors came up{}",
        errors.len(),
        first.map(|first| format!(": {first}")).unwrap_or_default()
    );
    Ok(())
}

fn none(first_error: Option<&str>) -> Error {
    let set = VARIABLES.iter().filter_map(|name| {
        let value = env::var_os(name)?;
        Some(format!("{name}={}", quoted(value)))
    });
    let set = set.collect::<Vec<_>>().join(" and ");
    let (place, todo) = match set.as_str() {
        "" if cfg!(any(windows, target_os = "macos")) => {
            ("in the system's store".to_owned(), "see whether this user may read it")
        }
        "" => (
            "where this system keeps them".to_owned(),
            "install the system's package of them (ca-certificates, as a rule), or name a PEM file by \
             SSL_CERT_FILE",
        ),
        set => (
            format!("by {set}"),
            "correct the variable, or unset it so that the system's store is read",
        ),
    };
    let why = first_error.map(|err| format!(" ({err})")).unwrap_or_default();
    let why = format!(
        "no certificate authority was found {place}{why}; {todo}; or pass the authority to \
         set_trusted_roots_pem, and false here"
    );
    Error::invalid("set_trust_system_roots", why)
}
