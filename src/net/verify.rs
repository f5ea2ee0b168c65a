//! Certificate checks that differ from rustls's default: without host names, without a chain, or
//! with pinned keys.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::ring::cipher_suite::{TLS13_AES_128_GCM_SHA256, TLS13_AES_256_GCM_SHA384};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::cert_mismatch::CertMismatch;
#[cfg(feature = "cert-details")]
use super::requirements::Requirements;
use crate::error::{Error, Result};

/// The public keys that a server may have, from `set_tls_pin_set`.
#[derive(Clone, PartialEq)]
pub(crate) struct Pins {
    pub(crate) text: String,
    digest: Digest,
    fingerprints: Vec<Vec<u8>>,
}

impl fmt::Debug for Pins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Digest {
    Sha256,
    Sha384,
}

impl Digest {
    fn parse(name: &str) -> Option<Digest> {
        match name.to_ascii_lowercase().as_str() {
            "sha256" | "sha-256" => Some(Digest::Sha256),
            "sha384" | "sha-384" => Some(Digest::Sha384),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Digest::Sha256 => "sha256",
            Digest::Sha384 => "sha384",
        }
    }

    fn length(self) -> usize {
        match self {
            Digest::Sha256 => 32,
            Digest::Sha384 => 48,
        }
    }

    /// Hashes bytes with the hash function of a cipher suite, which saves a crate.
    fn hash(self, bytes: &[u8]) -> Option<Vec<u8>> {
        let suite = match self {
            Digest::Sha256 => &TLS13_AES_128_GCM_SHA256,
            Digest::Sha384 => &TLS13_AES_256_GCM_SHA384,
        };
        Some(suite.tls13()?.common.hash_provider.hash(bytes).as_ref().to_vec())
    }
}

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

impl Pins {
    /// Parses `hash, encoding, fingerprint, fingerprint...`.
    pub(crate) fn parse(member: &str, text: &str) -> Result<Pins> {
        let refuse = |why: String| Err(Error::invalid(member, why));
        let mut parts = text.split(',').map(str::trim);
        let hash = parts.next().unwrap_or_default();
        let Some(digest) = Digest::parse(hash) else {
            return refuse(format!(
                "{hash:?} is not a supported hash; give \"sha256, base64, FINGERPRINT\", with \
                 sha256 or sha384"
            ));
        };
        let encoding = parts.next().unwrap_or_default();
        let decode: fn(&str) -> Option<Vec<u8>> = match encoding.to_ascii_lowercase().as_str() {
            "base64" => |text| BASE64.decode(text).ok(),
            "base64url" => |text| BASE64_URL.decode(text).ok(),
            "hex" => from_hex,
            _ => {
                return refuse(format!(
                    "{encoding:?} is not a supported encoding; give base64, base64url or hex"
                ));
            }
        };
        let mut fingerprints = Vec::new();
        for text in parts.filter(|text| !text.is_empty()) {
            match decode(text) {
                Some(bytes) if bytes.len() == digest.length() => fingerprints.push(bytes),
                _ => {
                    let (hash, bytes) = (digest.name(), digest.length());
                    return refuse(format!(
                        "{text:?} is not the {bytes} bytes of a {hash} in {encoding}"
                    ));
                }
            }
        }
        if fingerprints.is_empty() {
            return refuse("there is no fingerprint after the hash and the encoding".to_owned());
        }
        Ok(Pins { text: text.trim().to_owned(), digest, fingerprints })
    }

    fn check(&self, cert: &ParsedCertificate<'_>) -> Result<(), CertMismatch> {
        let found = self.digest.hash(&cert.subject_public_key_info()).unwrap_or_default();
        if self.fingerprints.contains(&found) {
            return Ok(());
        }
        Err(CertMismatch(format!(
            "the server's public key is not in set_tls_pin_set: its fingerprint is \"{}, base64, {}\"; \
             if the server has a new key, get its fingerprint from its operator, otherwise the \
             connection is intercepted",
            self.digest.name(),
            BASE64.encode(found),
        )))
    }
}

/// Decodes hexadecimal in either case, with or without colons.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .filter(|c| *c != ':')
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] * 16 + pair[1]).collect())
}

/// Performs the certificate checks that its fields turn on, and no others.
#[derive(Debug)]
pub(crate) struct Verifier {
    /// `None` turns off the checks of chain and validity period.
    pub(crate) roots: Option<Arc<RootCertStore>>,
    pub(crate) match_name: bool,
    pub(crate) pins: Option<Pins>,
    #[cfg(feature = "cert-details")]
    pub(crate) requirements: Requirements,
    pub(crate) algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    /// Whether any certificate is accepted. Then signatures are not checked. With a pin they are,
    /// or a copied certificate would be accepted.
    fn accepts_any_cert(&self) -> bool {
        #[cfg(feature = "cert-details")]
        if !self.requirements.is_empty() {
            return false;
        }
        self.roots.is_none() && self.pins.is_none()
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if !self.accepts_any_cert() {
            let cert = ParsedCertificate::try_from(end_entity)?;
            if let Some(roots) = &self.roots {
                let algorithms = self.algorithms.all;
                verify_server_cert_signed_by_trust_anchor(
                    &cert,
                    roots,
                    intermediates,
                    now,
                    algorithms,
                )?;
                if self.match_name {
                    verify_server_name(&cert, server_name)?;
                }
            }
            if let Some(pins) = &self.pins {
                pins.check(&cert)?;
            }
            #[cfg(feature = "cert-details")]
            self.requirements.check(end_entity)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        match self.accepts_any_cert() {
            true => Ok(HandshakeSignatureValid::assertion()),
            false => verify_tls12_signature(message, cert, dss, &self.algorithms),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        match self.accepts_any_cert() {
            true => Ok(HandshakeSignatureValid::assertion()),
            false => verify_tls13_signature(message, cert, dss, &self.algorithms),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.algorithms.supported_schemes();
        if self.accepts_any_cert() {
            schemes.extend([
                SignatureScheme::ECDSA_NISTP521_SHA512,
                SignatureScheme::ED448,
                SignatureScheme::RSA_PKCS1_SHA1,
            ]);
        }
        schemes
    }
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::pem::PemObject as _;

    use super::*;

    /// From `openssl req -x509`; the fingerprints below are from `openssl dgst`.
    const CERT: &str = "\
-----BEGIN CERTIFICATE-----
MIIBhjCCASugAwIBAgIUakheb2aY95AgNa+9PwY9qRe15PgwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNZG9sb3IuZXhhbXBsZTAeFw0yNjExMjQwMjA4MTRaFw0yNjEx
MjUwMjA4MTRaMBgxFjAUBgNVBAMMDWRvbG9yLmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAATulHEoCDAWp/z6EwpoBbkx3sPscLI8RRNTBZEZMVN40cvh
K1wI+gjYliH9dlV4yZ0bqLcD5IVrE7zYYgo77w52o1MwUTAdBgNVHQ4EFgQUCqUn
TISUG4XyFqtzjc+HSgM/3qYwHwYDVR0jBBgwFoAUCqUnTISUG4XyFqtzjc+HSgM/
3qYwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAmcmFNv8C1SPX
ZMSE0w3r9pcyKPQ0xKKKKsOuvTAKT1wCIQD8gN8yQ6iV6oYgTlyUJjZRuoW/oHzO
Mh6ewTw9vz8Qvw==
-----END CERTIFICATE-----
";
    const SHA256: &str = "zkyomzRINK5Uxe7YRnJpK+33bONcZfDSmBMDGSK063A=";
    const SHA384: &str = "6dd9c5eb4dcc65a2893c3dfa9c811f9d348d34636864b5420c303cbf2b761562\
                          749ce3fce623f1c6f3622d7455231ca0";

    fn accepts(pins: &str) -> bool {
        let der = CertificateDer::from_pem_slice(CERT.as_bytes()).unwrap();
        let cert = ParsedCertificate::try_from(&der).unwrap();
        Pins::parse("tls_pin_set", pins).unwrap().check(&cert).is_ok()
    }

    #[test]
    fn fingerprints_match_those_of_openssl() {
        let other = BASE64.encode([7; 32]);
        for (pins, accepted) in [
            (format!("sha256, base64, {SHA256}"), true),
            (format!(" SHA256,BASE64,{SHA256} "), true),
            (format!("sha-256, base64, {}", SHA256.trim_end_matches('=')), true),
            (format!("sha256, base64url, {}", SHA256.replace('+', "-")), true),
            (format!("sha256, base64, {other}, {SHA256}"), true),
            (format!("sha256, base64, {SHA256}, {other}"), true),
            (format!("sha256, base64, {other}"), false),
            (format!("sha384, hex, {SHA384}"), true),
            (format!("sha384, hex, {}", SHA384.to_uppercase()), true),
            (format!("sha384, hex, {}", SHA384.replace("6d", "6e")), false),
        ] {
            assert_eq!(accepts(&pins), accepted, "{pins}");
        }
    }

    #[test]
    fn hexadecimal_may_have_colons() {
        assert_eq!(from_hex("0A:ff:10"), Some(vec![10, 255, 16]));
        assert_eq!(from_hex("abc"), None);
        assert_eq!(from_hex("zz"), None);
        assert_eq!(from_hex("é"), None);
    }
}
