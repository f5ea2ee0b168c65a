//! TLS cryptography: its implementation, and the names of versions and cipher suites.

use rustls::crypto::CryptoProvider;
use rustls::version::{TLS12, TLS13};
use rustls::{CipherSuite, SupportedCipherSuite, SupportedProtocolVersion};

use crate::error::{Error, Result};

/// Returns the implementation of cryptography. It is passed explicitly so that no other crate in the
/// build can change it.
pub(super) fn provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

/// The supported cipher suites, with their IANA and OpenSSL names.
const CIPHERS: [(CipherSuite, &str, &str); 9] = [
    (CipherSuite::TLS13_AES_256_GCM_SHA384, "TLS_AES_256_GCM_SHA384", ""),
    (CipherSuite::TLS13_AES_128_GCM_SHA256, "TLS_AES_128_GCM_SHA256", ""),
    (CipherSuite::TLS13_CHACHA20_POLY1305_SHA256, "TLS_CHACHA20_POLY1305_SHA256", ""),
    (
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
    ),
    (
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "ECDHE-ECDSA-AES128-GCM-SHA256",
    ),
    (
        CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
    ),
    (
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384",
    ),
    (
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
    ),
    (
        CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "ECDHE-RSA-CHACHA20-POLY1305",
    ),
];

/// The values of `SslProtocol`, and the versions that each allows. TLS 1.2 is the oldest version,
/// so "or higher" starts there.
pub(crate) const PROTOCOLS: [(&str, &[&SupportedProtocolVersion]); 8] = [
    ("DEFAULT", &[&TLS12, &TLS13]),
    ("TLS 1.3", &[&TLS13]),
    ("TLS 1.2", &[&TLS12]),
    ("TLS 1.3 or higher", &[&TLS13]),
    ("TLS 1.2 or higher", &[&TLS12, &TLS13]),
    ("TLS 1.1 or higher", &[&TLS12, &TLS13]),
    ("TLS 1.0 or higher", &[&TLS12, &TLS13]),
    ("SSL 3.0 or higher", &[&TLS12, &TLS13]),
];

pub(crate) type Versions = (&'static str, &'static [&'static SupportedProtocolVersion]);

#[cfg(feature = "chilkat")]
pub(crate) fn versions(member: &str, text: &str) -> Result<Versions> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let wanted = words.join(" ");
    PROTOCOLS.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(&wanted)).ok_or_else(|| {
        let why = format!(
            "{text:?} is not supported: give DEFAULT, TLS 1.2, TLS 1.3, TLS 1.2 or higher, or TLS 1.3 \
             or higher (older versions are not safe)"
        );
        Error::invalid(member, why)
    })
}

/// A list of cipher suites, best first.
#[derive(Clone, PartialEq)]
pub(crate) struct Ciphers {
    pub(crate) text: String,
    pub(crate) suites: Vec<SupportedCipherSuite>,
}

impl Default for Ciphers {
    fn default() -> Self {
        Ciphers { text: String::new(), suites: provider().cipher_suites }
    }
}

impl Ciphers {
    pub(crate) fn parse(member: &str, text: &str) -> Result<Ciphers> {
        let all = provider().cipher_suites;
        let (mut suites, mut is_restricted) = (Vec::new(), false);
        for name in text.split([',', ':']).map(str::trim).filter(|name| !name.is_empty()) {
            match name.to_ascii_lowercase().as_str() {
                "best-practices" => {
                    suites.clone_from(&all);
                    is_restricted = true;
                }
                // These apply anyway.
                "rsa1024" | "rsa2048" | "secure-renegotiation" => {}
                _ => {
                    is_restricted = true;
                    let has_name = |id: CipherSuite| {
                        let rustls = id.as_str().unwrap_or_default();
                        let (iana, openssl) = cipher_names(id);
                        [rustls, iana, openssl].iter().any(|known| known.eq_ignore_ascii_case(name))
                    };
                    suites.extend(all.iter().filter(|suite| has_name(suite.suite())));
                }
            }
        }
        if !is_restricted {
            suites = all;
        } else if suites.is_empty() {
            let names: Vec<&str> = CIPHERS.iter().map(|(_, iana, _)| *iana).collect();
            let why = format!(
                "none of {text:?} is supported; the supported cipher suites are {}",
                names.join(", ")
            );
            return Err(Error::invalid(member, why));
        }
        let mut seen = Vec::new();
        suites.retain(|suite| {
            let is_first = !seen.contains(&suite.suite());
            seen.push(suite.suite());
            is_first
        });
        Ok(Ciphers { text: text.trim().to_owned(), suites })
    }
}

/// Returns the IANA and OpenSSL names of a suite.
pub(super) fn cipher_names(id: CipherSuite) -> (&'static str, &'static str) {
    let known = CIPHERS.iter().find(|(known, ..)| *known == id);
    known.map_or(("unknown", ""), |(_, iana, openssl)| (*iana, *openssl))
}
