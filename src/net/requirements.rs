//! Requirements on a server's certificate, from `set_ssl_cert_requirement`.

use rustls::pki_types::CertificateDer;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate, X509Name};

use super::cert_mismatch::CertMismatch;
#[cfg(feature = "chilkat")]
use crate::error::{Error, Result};

/// The required values of parts of a certificate. Each part occurs at most once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Requirements(Vec<(CertPart, String)>);

/// A part of a server's certificate, for [`Transport::set_ssl_cert_requirement`](crate::Transport::set_ssl_cert_requirement).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertPart {
    /// The distinguished name of the subject, as `C=US, O=Example, CN=api.example`, in the order of the certificate.
    SubjectDn,
    /// A common name of the subject.
    SubjectCn,
    /// The distinguished name of the issuer, in the same form.
    IssuerDn,
    /// A common name of the issuer.
    IssuerCn,
    /// A subject alternative name: a host, an address, an email address or a URI.
    San,
}

const PARTS: [(&str, CertPart); 5] = [
    ("SubjectDN", CertPart::SubjectDn),
    ("SubjectCN", CertPart::SubjectCn),
    ("IssuerDN", CertPart::IssuerDn),
    ("IssuerCN", CertPart::IssuerCn),
    ("SAN", CertPart::San),
];

impl CertPart {
    /// Finds a part by Chilkat's name for it, in any case.
    #[cfg(feature = "chilkat")]
    pub(crate) fn parse(member: &str, name: &str) -> Result<CertPart> {
        let known = PARTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map(|(_, part)| *part).ok_or_else(|| {
            let why = format!(
                "{name:?} is not a part; give SubjectDN, SubjectCN, IssuerDN, IssuerCN or SAN"
            );
            Error::invalid(member, why)
        })
    }

    fn name(self) -> &'static str {
        PARTS.iter().find(|(_, part)| *part == self).map_or("", |(name, _)| name)
    }

    /// Returns the values of this part in a certificate.
    fn values(self, cert: &X509Certificate<'_>) -> Vec<String> {
        match self {
            CertPart::SubjectDn => vec![cert.subject().to_string()],
            CertPart::IssuerDn => vec![cert.issuer().to_string()],
            CertPart::SubjectCn => common_names(cert.subject()),
            CertPart::IssuerCn => common_names(cert.issuer()),
            CertPart::San => match cert.subject_alternative_name() {
                Ok(Some(names)) => names.value.general_names.iter().filter_map(to_text).collect(),
                _ => Vec::new(),
            },
        }
    }
}

fn common_names(name: &X509Name<'_>) -> Vec<String> {
    name.iter_common_name().filter_map(|cn| cn.as_str().ok()).map(str::to_owned).collect()
}

fn to_text(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(text) | GeneralName::RFC822Name(text) | GeneralName::URI(text) => {
            Some((*text).to_owned())
        }
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(|b| std::net::Ipv4Addr::from(b).to_string()),
            _ => <[u8; 16]>::try_from(*bytes).ok().map(|b| std::net::Ipv6Addr::from(b).to_string()),
        },
        _ => None,
    }
}

impl Requirements {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets what a part must be. `""` removes the requirement.
    pub(crate) fn set(&mut self, part: CertPart, value: &str) {
        self.0.retain(|(set, _)| *set != part);
        if !value.is_empty() {
            self.0.push((part, value.to_owned()));
        }
    }

    pub(crate) fn check(&self, cert: &CertificateDer<'_>) -> Result<(), CertMismatch> {
        if self.is_empty() {
            return Ok(());
        }
        let Ok((_, cert)) = X509Certificate::from_der(cert) else {
            return Err(CertMismatch("the server's certificate cannot be read".to_owned()));
        };
        for (part, wanted) in &self.0 {
            let found = part.values(&cert);
            if !found.iter().any(|found| matches(wanted, found)) {
                return Err(CertMismatch(format!(
                    "the server's certificate does not meet set_ssl_cert_requirement: its {} is \
                     {found:?}, not {wanted:?}",
                    part.name(),
                )));
            }
        }
        Ok(())
    }
}

/// Whether `text` matches `pattern`, in which each `*` matches any characters. ASCII case is
/// ignored, as in host names.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_ascii_lowercase(), text.to_ascii_lowercase());
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty(); // The pattern has no star.
    };
    for piece in pieces {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_matches_any_characters() {
        for (pattern, text, fits) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("A", "a", true),
            ("*", "", true),
            ("*", "anything", true),
            ("*.example", "www.example", true),
            ("*.example", "www.example.org", false),
            ("C=*, CN=x", "C=DE, O=y, CN=x", true),
            ("C=*, CN=x", "C=DE, CN=xx", false),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("a**b", "ab", true),
            ("*b*", "abc", true),
            ("*d*", "abc", false),
            ("a*b*c", "a-b-b-c", true),
            ("ab*bc", "abc", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }
}
