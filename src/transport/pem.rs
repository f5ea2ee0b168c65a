//! Certificates and private keys in PEM, as text or in a file.

use std::path::Path;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::pem::{PemObject as _, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::tls::provider;
use crate::error::{Error, Result};

/// PEM text as it is, or the content of the file that it names.
fn pem_data(member: &str, pem_or_path: &str) -> Result<Vec<u8>> {
    if pem_or_path.contains("-----BEGIN") {
        return Ok(pem_or_path.as_bytes().to_vec());
    }
    std::fs::read(Path::new(pem_or_path)).map_err(|err| {
        // It may be a key that has lost its armour: only what looks like a path is shown.
        let is_path =
            !pem_or_path.contains('\n') && (pem_or_path.contains('.') || pem_or_path.len() < 40);
        let shown = if is_path { format!("{pem_or_path:?}") } else { "what was given".to_owned() };
        let why = format!("{shown} is neither PEM nor a file that can be read: {err}");
        Error::invalid(member, why).with_source(err)
    })
}

/// The parser's own words quote what it could not read, which may be a key.
fn broken_pem(member: &str) -> Error {
    let why = "broken PEM: each BEGIN and END line must stand on a line of its own, with \
               base64 between them";
    Error::invalid(member, why)
}

/// The certificates and the last private key in PEM data.
fn read_pem(
    member: &str,
    pem_or_path: &str,
) -> Result<(Vec<CertificateDer<'static>>, Option<PrivateKeyDer<'static>>)> {
    let data = pem_data(member, pem_or_path)?;
    let (mut certs, mut key) = (Vec::new(), None);
    for item in <(SectionKind, Vec<u8>)>::pem_slice_iter(&data) {
        let (kind, der) = item.map_err(|_| broken_pem(member))?;
        match kind {
            SectionKind::Certificate => certs.push(CertificateDer::from(der)),
            SectionKind::PrivateKey => key = Some(PrivateKeyDer::Pkcs8(der.into())),
            SectionKind::RsaPrivateKey => key = Some(PrivateKeyDer::Pkcs1(der.into())),
            SectionKind::EcPrivateKey => key = Some(PrivateKeyDer::Sec1(der.into())),
            _ => {}
        }
    }
    if certs.is_empty() {
        return Err(Error::invalid(member, "there is no certificate in the PEM"));
    }
    if key.is_none() && data.windows(21).any(|w| w == b"ENCRYPTED PRIVATE KEY") {
        let why =
            "the private key is encrypted; decrypt it first, with openssl pkey -in OLD -out NEW";
        return Err(Error::invalid(member, why));
    }
    Ok((certs, key))
}

pub(crate) fn roots_from_pem(
    member: &str,
    pem_or_path: &str,
) -> Result<Vec<CertificateDer<'static>>> {
    let (certs, _) = read_pem(member, pem_or_path)?;
    for (index, cert) in certs.iter().enumerate() {
        RootCertStore::empty().add(cert.clone()).map_err(|err| {
            Error::invalid(member, format_args!("certificate {index} cannot be a root: {err}"))
        })?;
    }
    Ok(certs)
}

/// A certificate, its chain and its key, which belong together.
pub(crate) fn client_cert_from_pem(member: &str, pem_or_path: &str) -> Result<Arc<CertifiedKey>> {
    let (certs, key) = read_pem(member, pem_or_path)?;
    let key = key.ok_or_else(|| Error::invalid(member, "there is no private key in the PEM"))?;
    let certified = CertifiedKey::from_der(certs, key, &provider())
        .map_err(|err| Error::invalid(member, format_args!("key and certificate: {err}")))?;
    Ok(Arc::new(certified))
}
