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

/// Where PEM comes from.
#[derive(Clone, Copy)]
pub(crate) enum PemSource<'s> {
    Text(&'s str),
    File(&'s Path),
}

impl PemSource<'_> {
    /// Returns the PEM, and its name for errors.
    fn read(self, member: &str) -> Result<(Vec<u8>, String)> {
        let path = match self {
            // The text may be a key in another form, so it is not shown.
            PemSource::Text(text) if !text.contains(BEGIN) => {
                let why = "this is not PEM, which has a line -----BEGIN ...-----";
                let hint = match member {
                    "set_trusted_roots_pem" => "; for a file see set_trusted_roots_file",
                    "set_client_cert_pem" => "; for a file see set_client_cert_file",
                    _ => "",
                };
                return Err(Error::invalid(member, format_args!("{why}{hint}")));
            }
            PemSource::Text(text) => return Ok((text.as_bytes().to_vec(), "the PEM".to_owned())),
            PemSource::File(path) => path,
        };
        match std::fs::read(path) {
            Ok(data) => Ok((data, format!("the file {}", quoted(path)))),
            Err(err) => {
                // It may be a key without its BEGIN line: only what looks like a path is shown.
                let text = path.to_string_lossy();
                let is_path = !text.contains('\n') && (text.contains('.') || text.len() < 40);
                let shown = if is_path { quoted(path) } else { "that was passed".to_owned() };
                let why = format!("cannot read the file {shown}: {err}");
                Err(Error::invalid(member, why).with_source(err))
            }
        }
    }
}

/// The start of a PEM section.
pub(crate) const BEGIN: &str = "-----BEGIN";

/// The content of PEM, and its name in errors.
struct Pem {
    certs: Vec<CertificateDer<'static>>,
    /// The last key.
    key: Option<PrivateKeyDer<'static>>,
    has_encrypted_key: bool,
    name: String,
}

fn contains(data: &[u8], text: &[u8]) -> bool {
    data.windows(text.len()).any(|window| window == text)
}

fn encrypted(member: &str, name: &str) -> Error {
    let why = "decrypt it first, with openssl pkey -in OLD -out NEW";
    Error::invalid(member, format_args!("the private key in {name} is encrypted; {why}"))
}

fn read_pem(member: &str, source: PemSource<'_>) -> Result<Pem> {
    let (data, name) = source.read(member)?;
    let (mut certs, mut key) = (Vec::new(), None);
    for item in <(SectionKind, Vec<u8>)>::pem_slice_iter(&data) {
        // The parser's message quotes its input, which may be a key.
        let (kind, der) = item.map_err(|_| {
            if contains(&data, b"Proc-Type: 4,ENCRYPTED") {
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
    let has_encrypted_key = contains(&data, b"ENCRYPTED PRIVATE KEY");
    Ok(Pem { certs, key, has_encrypted_key, name })
}

fn read_certs(member: &str, source: PemSource<'_>) -> Result<Pem> {
    let pem = read_pem(member, source)?;
    if pem.certs.is_empty() {
        let why = format_args!("there is no certificate in {}", pem.name);
        return Err(Error::invalid(member, why));
    }
    Ok(pem)
}

pub(crate) fn roots(member: &str, source: PemSource<'_>) -> Result<Vec<CertificateDer<'static>>> {
    let Pem { certs, name, .. } = read_certs(member, source)?;
    for (index, cert) in certs.iter().enumerate() {
        RootCertStore::empty().add(cert.clone()).map_err(|err| {
            let why = format_args!("certificate {index} in {name} cannot be a root: {err}");
            Error::invalid(member, why)
        })?;
    }
    Ok(certs)
}

/// A certificate with its chain, and the key that belongs to it, from `key` or otherwise from the same source.
pub(crate) fn client_cert(
    member: &str,
    cert: PemSource<'_>,
    key: Option<PemSource<'_>>,
) -> Result<Arc<CertifiedKey>> {
    let cert = read_certs(member, cert)?;
    let key = key.map(|key| read_pem(member, key)).transpose()?;
    let (certs, cert_name) = (cert.certs.clone(), cert.name.clone());
    let Pem { key, has_encrypted_key, name, .. } = key.unwrap_or(cert);
    let key = key.ok_or_else(|| match has_encrypted_key {
        true => encrypted(member, &name),
        false => Error::invalid(member, format_args!("there is no private key in {name}")),
    })?;
    let certified = CertifiedKey::from_der(certs, key, &provider()).map_err(|err| {
        let place = match name == cert_name {
            true => name,
            false => format!("{name} and {cert_name}"),
        };
        Error::invalid(member, format_args!("key and certificate in {place}: {err}"))
    })?;
    Ok(Arc::new(certified))
}
