//! Certificates and private keys in PEM, from a text or a file.

use std::path::Path;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::pem::{PemObject as _, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::suites::provider;
use crate::error::{Error, Result};
use crate::text::file::quoted;

/// PEM as it was given, or the content of the file that was named, and what an error calls it.
fn pem_data(member: &str, pem_or_path: &str) -> Result<(Vec<u8>, String)> {
    if pem_or_path.contains("-----BEGIN") {
        return Ok((pem_or_path.as_bytes().to_vec(), "the PEM".to_owned()));
    }
    let named = |data| (data, format!("the file {}", quoted(pem_or_path)));
    std::fs::read(Path::new(pem_or_path)).map(named).map_err(|err| {
        // It may be a key that has lost its armour: only what looks like a path is shown.
        let is_path =
            !pem_or_path.contains('\n') && (pem_or_path.contains('.') || pem_or_path.len() < 40);
        let shown = if is_path { quoted(pem_or_path) } else { "what was given".to_owned() };
        let why = format!("{shown} is neither PEM nor a file that can be read: {err}");
        Error::invalid(member, why).with_source(err)
    })
}

/// What PEM holds, and what an error calls it.
struct Pem {
    certs: Vec<CertificateDer<'static>>,
    /// The last key.
    key: Option<PrivateKeyDer<'static>>,
    has_encrypted_key: bool,
    name: String,
}

fn holds(data: &[u8], text: &[u8]) -> bool {
    data.windows(text.len()).any(|window| window == text)
}

fn encrypted(member: &str, name: &str) -> Error {
    let why = "decrypt it first, with openssl pkey -in OLD -out NEW";
    Error::invalid(member, format_args!("the private key in {name} is encrypted; {why}"))
}

fn read_pem(member: &str, pem_or_path: &str) -> Result<Pem> {
    let (data, name) = pem_data(member, pem_or_path)?;
    let (mut certs, mut key) = (Vec::new(), None);
    for item in <(SectionKind, Vec<u8>)>::pem_slice_iter(&data) {
        // The parser's message quotes its input, which may be a key.
        let (kind, der) = item.map_err(|_| {
            if holds(&data, b"Proc-Type: 4,ENCRYPTED") {
                return encrypted(member, &name);
            }
            let why = "BEGIN and END must each be on a separate line, with base64 between them";
            Error::invalid(member, format_args!("broken PEM in {name}: {why}"))
        })?;
        match kind {
            SectionKind::Certificate => certs.push(CertificateDer::from(der)),
            SectionKind::PrivateKey => key = Some(PrivateKeyDer::Pkcs8(der.into())),
            SectionKind::RsaPrivateKey => key = Some(PrivateKeyDer::Pkcs1(der.into())),
            SectionKind::EcPrivateKey => key = Some(PrivateKeyDer::Sec1(der.into())),
            _ => {}
        }
    }
    if certs.is_empty() {
        return Err(Error::invalid(member, format_args!("there is no certificate in {name}")));
    }
    let has_encrypted_key = holds(&data, b"ENCRYPTED PRIVATE KEY");
    Ok(Pem { certs, key, has_encrypted_key, name })
}

pub(crate) fn roots_from_pem(
    member: &str,
    pem_or_path: &str,
) -> Result<Vec<CertificateDer<'static>>> {
    let Pem { certs, name, .. } = read_pem(member, pem_or_path)?;
    for (index, cert) in certs.iter().enumerate() {
        RootCertStore::empty().add(cert.clone()).map_err(|err| {
            let why = format_args!("certificate {index} in {name} cannot be a root: {err}");
            Error::invalid(member, why)
        })?;
    }
    Ok(certs)
}

/// A certificate, its chain and its key, which belong together.
pub(crate) fn client_cert_from_pem(member: &str, pem_or_path: &str) -> Result<Arc<CertifiedKey>> {
    let Pem { certs, key, has_encrypted_key, name } = read_pem(member, pem_or_path)?;
    let key = key.ok_or_else(|| match has_encrypted_key {
        true => encrypted(member, &name),
        false => Error::invalid(member, format_args!("there is no private key in {name}")),
    })?;
    let certified = CertifiedKey::from_der(certs, key, &provider()).map_err(|err| {
        Error::invalid(member, format_args!("key and certificate in {name}: {err}"))
    })?;
    Ok(Arc::new(certified))
}
