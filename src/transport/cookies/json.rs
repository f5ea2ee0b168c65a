//! Cookies as JSON, the format of the file: URLs with arrays of Set-Cookie lines.

use std::collections::BTreeMap;

use cookie_store::{CookieDomain, CookieExpiration, RawCookie};
use url::Url;

use super::bytes;
use super::jar::{Kept, Refused};
use crate::error::{Error, ErrorKind, Result};

impl Kept {
    pub(super) fn to_json(&self) -> Result<String> {
        let mut lines = BTreeMap::<String, Vec<String>>::new();
        for cookie in self.store.iter_unexpired() {
            let Some(domain) = cookie.domain.as_cow() else { continue };
            let mut raw = RawCookie::clone(cookie);
            raw.unset_domain();
            if matches!(cookie.domain, CookieDomain::Suffix(_)) {
                raw.set_domain(domain.to_string());
            }
            // A path that came from the URL may contain a semicolon, so it is written in the URL.
            raw.unset_path();
            let mut url = format!("https://{domain}");
            if cookie.path.is_from_path_attr() {
                raw.set_path(cookie.path.to_string());
            } else if &*cookie.path != "/" {
                url.push_str(&cookie.path);
            }
            url.push('/');
            // Max-Age counts from the time of receipt.
            raw.set_max_age(None);
            match &cookie.expires {
                CookieExpiration::AtUtc(time) => raw.set_expires(*time),
                CookieExpiration::SessionEnd => raw.unset_expires(),
            }
            lines.entry(url).or_default().push(raw.to_string());
        }
        lines.values_mut().for_each(|lines| lines.sort());
        serde_json::to_string_pretty(&lines)
            .map_err(|err| Error::new(ErrorKind::Io, "cannot write the cookies").with_source(err))
    }

    /// Reads cookies from JSON. An error gives the position and quotes nothing. `too_long` is
    /// called with the position of each cookie that is too long to keep.
    pub(super) fn from_json(
        json: &str,
        too_long: impl Fn(String) -> Result<(), String>,
    ) -> Result<Kept, String> {
        let all: BTreeMap<String, Vec<String>> = serde_json::from_str(json).map_err(|err| {
            let (line, column) = (err.line(), err.column());
            format!(
                "line {line}, column {column} is not part of a JSON object of URLs and lists of \
                 Set-Cookie lines"
            )
        })?;
        let mut kept = Kept::default();
        for (index, (url, lines)) in all.iter().enumerate() {
            let is_http = |url: &Url| matches!(url.scheme(), "http" | "https");
            let Some(url) = Url::parse(url).ok().filter(is_http) else {
                return Err(format!(
                    "name {index} of the JSON object, counted from 0, is not an http or https URL"
                ));
            };
            for (at, line) in lines.iter().enumerate() {
                let mut bytes = Vec::with_capacity(line.len());
                bytes::push_bytes(&mut bytes, line);
                match kept.read(&url, &bytes) {
                    Ok(cookie) => drop(kept.put(&url, cookie)),
                    Err(Refused::Forbidden) => {}
                    Err(Refused::TooLong) => {
                        too_long(format!("entry {at} of name {index}, counted from 0,"))?
                    }
                    Err(Refused::Malformed) => {
                        return Err(format!(
                            "entry {at} of name {index}, counted from 0, is not a Set-Cookie line"
                        ));
                    }
                }
            }
        }
        Ok(kept)
    }
}
