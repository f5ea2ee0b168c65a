//! The certificate authorities that the system trusts.

use std::env;

use rustls::RootCertStore;
use rustls_native_certs::{CertificateResult, ErrorKind, load_native_certs};

use crate::error::{Error, Result};
use crate::text::file::quoted;

/// Variables that replace the system's store if one is set.
const VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Adds the system's authorities to `roots`. Unusable certificates are skipped, so that a single
/// one does not make every connection fail. Fails if there are none.
pub(super) fn add_to(roots: &mut RootCertStore) -> Result<()> {
    // On Windows, the crate panics at a certificate whose key usage cannot be read.
    let CertificateResult { certs, errors, .. } = std::panic::catch_unwind(load_native_certs)
        .map_err(|_| no_roots(Some("a certificate in it cannot be read")))?;
    let (added, unusable) = roots.add_parsable_certificates(certs);
    let first = errors.first().map(|err| match err.kind {
        // The parser's message quotes its input, which may be a key.
        ErrorKind::Pem(_) => "broken PEM".to_owned(),
        _ => err.to_string(),
    });
    if added == 0 {
        return Err(no_roots(first.as_deref()));
    }
    log::debug!(
        "the system trusts {added} certificate authorities; {unusable} more cannot be used, and {} \
         errors occurred{}",
        errors.len(),
        first.map(|first| format!(": {first}")).unwrap_or_default()
    );
    Ok(())
}

fn no_roots(first_error: Option<&str>) -> Error {
    let set = VARIABLES.iter().filter_map(|name| {
        let value = env::var_os(name)?;
        Some(format!("{name}={}", quoted(value)))
    });
    let set = set.collect::<Vec<_>>().join(" and ");
    let (place, advice) = match set.as_str() {
        "" if cfg!(any(windows, target_os = "macos")) => {
            ("in the system's store".to_owned(), "check that this user may read it")
        }
        "" => (
            "where this system keeps them".to_owned(),
            "install the system's package of them (usually ca-certificates), or set SSL_CERT_FILE to a PEM \
             file",
        ),
        set => (
            format!("by {set}"),
            "correct the variable, or unset it so that the system's store is read",
        ),
    };
    let why = first_error.map(|err| format!(" ({err})")).unwrap_or_default();
    let why = format!(
        "no certificate authority was found {place}{why}; {advice}; or pass the authority to \
         set_trusted_roots_pem, and false here"
    );
    Error::invalid("set_trust_system_roots", why)
}
