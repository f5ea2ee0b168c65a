//! Requirements on a server's certificate, from `set_ssl_cert_requirement`.

use rustls::pki_types::CertificateDer;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate, X509Name};

use super::cert_mismatch::CertMismatch;
use crate::error::{Error, Result};

/// The required values of parts of a certificate. Each part occurs at most once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Requirements(Vec<(CertPart, String)>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum CertPart {
    SubjectDn,
    SubjectCn,
    IssuerDn,
    IssuerCn,
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

    /// Sets what a part must be; `""` asks nothing of it any more.
    pub(crate) fn set(&mut self, member: &str, part: &str, value: &str) -> Result<()> {
        let known = PARTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(part.trim()));
        let Some((_, part)) = known else {
            let why = format!(
                "{part:?} is no part that can be asked for; give SubjectDN, SubjectCN, IssuerDN, \
                 IssuerCN or SAN"
            );
            return Err(Error::invalid(member, why));
        };
        self.0.retain(|(set, _)| set != part);
        if !value.is_empty() {
            self.0.push((*part, value.to_owned()));
        }
        Ok(())
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
        return rest.is_empty(); // There is no star.
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
