//! Digest authentication (RFC 7616): challenges, and the credentials that respond to them.
//!
//! Supported are MD5, SHA-256 and SHA-512-256, each also with `-sess`, `qop=auth`, the rules of RFC 2069 for a
//! challenge without `qop`, and `userhash`. The integrity of bodies (`auth-int`) is not.

use std::fmt::Write as _;

use ring::digest::{self, SHA256, SHA512_256};

use crate::text::headers::{OWS, bad_value_char, is_token, trim_ows, unquoted};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Algorithm {
    Md5,
    Sha256,
    Sha512Trunc256,
}

impl Algorithm {
    /// Parses a name. The flag is whether it ends in `-sess`.
    fn parse(name: &str) -> Option<(Algorithm, bool)> {
        let name = name.to_ascii_lowercase();
        let (hash, is_session) = match name.strip_suffix("-sess") {
            Some(hash) => (hash, true),
            None => (name.as_str(), false),
        };
        let algorithm = match hash {
            "md5" => Algorithm::Md5,
            "sha-256" => Algorithm::Sha256,
            "sha-512-256" => Algorithm::Sha512Trunc256,
            _ => return None,
        };
        Some((algorithm, is_session))
    }

    fn name(self) -> &'static str {
        match self {
            Algorithm::Md5 => "MD5",
            Algorithm::Sha256 => "SHA-256",
            Algorithm::Sha512Trunc256 => "SHA-512-256",
        }
    }

    /// Returns the hash of pieces joined by colons, in hexadecimal.
    fn hash(self, pieces: &[&str]) -> String {
        let text = pieces.join(":");
        match self {
            Algorithm::Md5 => hex(&md5::compute(&text).0),
            Algorithm::Sha256 => hex(digest::digest(&SHA256, text.as_bytes()).as_ref()),
            Algorithm::Sha512Trunc256 => hex(digest::digest(&SHA512_256, text.as_bytes()).as_ref()),
        }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a String does not fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// A challenge of the scheme Digest that is supported.
#[derive(Clone, Debug)]
pub(super) struct Challenge {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    algorithm: Algorithm,
    is_session: bool,
    /// Whether the server named the algorithm. Otherwise it may not know the parameter.
    names_algorithm: bool,
    /// `qop=auth`. Without it the rules of RFC 2069 apply.
    has_qop: bool,
    has_user_hash: bool,
    /// The server refuses the nonce, not the login.
    pub(super) is_stale: bool,
}

/// The parts of a request that credentials depend on.
pub(super) struct DigestInput<'c> {
    pub(super) login: &'c str,
    pub(super) password: &'c str,
    pub(super) verb: &'c str,
    /// Path and query.
    pub(super) target: &'c str,
    /// A random value that stays the same for a nonce, as `-sess` requires.
    pub(super) cnonce: &'c str,
    /// How often the nonce has been used, including this time.
    pub(super) count: u32,
}

impl Challenge {
    fn from_params(params: &[(&str, String)]) -> Option<Challenge> {
        let get = |wanted: &str| {
            let mut found = params.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            found.next().map(|(_, value)| value.as_str())
        };
        let is_true = |name| get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let algorithm = get("algorithm");
        let (hash, is_session) = Algorithm::parse(algorithm.unwrap_or("MD5"))?;
        let qop = get("qop").filter(|qop| !trim_ows(qop).is_empty());
        let mut qops = qop.unwrap_or("auth").split(',').map(trim_ows);
        if !qops.any(|qop| qop.eq_ignore_ascii_case("auth")) || (qop.is_none() && is_session) {
            return None;
        }
        // They are sent back.
        let sent_back = ["realm", "nonce", "opaque"].into_iter().filter_map(get);
        if sent_back.filter_map(bad_value_char).next().is_some() {
            return None;
        }
        Some(Challenge {
            realm: get("realm").unwrap_or_default().to_owned(),
            nonce: get("nonce")?.to_owned(),
            opaque: get("opaque").map(str::to_owned),
            algorithm: hash,
            is_session,
            names_algorithm: algorithm.is_some(),
            has_qop: qop.is_some(),
            has_user_hash: is_true("userhash"),
            is_stale: is_true("stale"),
        })
    }

    /// The two SHA-2 are equally strong.
    fn strength(&self) -> (bool, bool) {
        (self.algorithm != Algorithm::Md5, self.has_qop)
    }

    /// Returns the value of Authorization (RFC 7616 section 3.4).
    pub(super) fn authorization(&self, by: &DigestInput<'_>) -> String {
        let hash = |pieces: &[&str]| self.algorithm.hash(pieces);
        let mut secret = hash(&[by.login, &self.realm, by.password]);
        if self.is_session {
            secret = hash(&[&secret, &self.nonce, by.cnonce]);
        }
        let request = hash(&[by.verb, by.target]);
        let count = format!("{:08x}", by.count);
        let response = match self.has_qop {
            true => hash(&[&secret, &self.nonce, &count, by.cnonce, "auth", &request]),
            false => hash(&[&secret, &self.nonce, &request]),
        };
        let user_hash = self.has_user_hash.then(|| hash(&[by.login, &self.realm]));
        let mut out = String::from("Digest ");
        push_quoted(&mut out, "username", user_hash.as_deref().unwrap_or(by.login));
        push_quoted(&mut out, "realm", &self.realm);
        push_quoted(&mut out, "nonce", &self.nonce);
        push_quoted(&mut out, "uri", by.target);
        if self.has_qop {
            push_quoted(&mut out, "cnonce", by.cnonce);
            out.extend(["nc=", &count, ", qop=auth, "]);
        }
        push_quoted(&mut out, "response", &response);
        if let Some(opaque) = &self.opaque {
            push_quoted(&mut out, "opaque", opaque);
        }
        if self.names_algorithm {
            let session = if self.is_session { "-sess" } else { "" };
            out.extend(["algorithm=", self.algorithm.name(), session, ", "]);
        }
        if self.has_user_hash {
            out.push_str("userhash=true, ");
        }
        out.truncate(out.trim_end_matches([',', ' ']).len());
        out
    }
}

/// Appends `name="value", ` with quotes and backslashes escaped (RFC 9110 section 5.6.4).
fn push_quoted(out: &mut String, name: &str, value: &str) {
    out.extend([name, "=\""]);
    for c in value.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push_str("\", ");
}

/// The schemes in the WWW-Authenticate fields of a response.
#[derive(Debug, Default)]
pub(super) struct Offers {
    /// The strongest challenge that is supported: SHA-2 before MD5, with `qop` before without. Among equals the first,
    /// which the server prefers (RFC 7616 section 3.7).
    pub(super) digest: Option<Challenge>,
    pub(super) basic: bool,
}

impl Offers {
    pub(super) fn read<'h>(fields: impl Iterator<Item = &'h str>) -> Offers {
        let mut offers = Offers::default();
        for (scheme, params) in fields.flat_map(challenges) {
            offers.basic |= scheme.eq_ignore_ascii_case("Basic");
            if !scheme.eq_ignore_ascii_case("Digest") {
                continue;
            }
            let Some(challenge) = Challenge::from_params(&params) else { continue };
            let best = offers.digest.as_ref().map(Challenge::strength);
            if best.is_none_or(|best| challenge.strength() > best) {
                offers.digest = Some(challenge);
            }
        }
        offers
    }
}

/// A scheme and its parameters.
type SchemeParams<'h> = (&'h str, Vec<(&'h str, String)>);

/// Returns the challenges in a field (RFC 9110 section 11.6.1). A comma separates both challenges and
/// parameters: an element that starts with a name and `=` is a parameter.
fn challenges(field: &str) -> Vec<SchemeParams<'_>> {
    let mut found: Vec<SchemeParams<'_>> = Vec::new();
    for element in elements(field) {
        let end = element.find(|c: char| OWS.contains(&c) || c == '=').unwrap_or(element.len());
        let (start, rest) = element.split_at(end);
        let rest = rest.trim_start_matches(OWS);
        let param = if rest.starts_with('=') {
            element
        } else {
            if is_token(start) {
                found.push((start, Vec::new()));
            }
            rest
        };
        let Some((_, params)) = found.last_mut() else { continue };
        if let Some((name, value)) = param.split_once('=') {
            params.push((trim_ows(name), unquoted(trim_ows(value))));
        }
    }
    found
}

/// Splits a list at its commas outside of quotes.
fn elements(list: &str) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let pieces = list.split(move |c: char| {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        c == ',' && !is_quoted
    });
    pieces.map(trim_ows).filter(|piece| !piece.is_empty())
}

#[cfg(test)]
mod tests;
