//! URLs: variables, parts and encoding.

use std::collections::HashMap;
use std::time::Duration;

use super::class::Http;
use crate::error::{Error, Result};
use crate::net::origin::HttpUrl;
use crate::text::percent;

/// Helpers of Chilkat's `Http`. They send nothing.
impl Http {
    /// Percent-encodes text, all except `A-Z a-z 0-9 - . _ ~`.
    ///
    /// ```
    /// assert_eq!(zoomkat::chilkat::Http::new().url_encode("a b/ü"), "a%20b%2F%C3%BC");
    /// ```
    #[doc(alias = "UrlEncode")]
    #[doc(alias = "urlEncode")]
    pub fn url_encode(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        percent::strict(&mut out, text.as_bytes());
        out
    }

    /// Decodes percent-encoding, and `+` as a space. Invalid UTF-8 becomes U+FFFD.
    ///
    /// ```
    /// assert_eq!(zoomkat::chilkat::Http::new().url_decode("a+b%2F%C3%BC"), "a b/ü");
    /// ```
    #[doc(alias = "UrlDecode")]
    #[doc(alias = "urlDecode")]
    pub fn url_decode(&self, text: &str) -> String {
        percent::decode_form(text, "utf-8")
    }

    /// Returns the host of a URL, without user info. `None` if it is not a URL.
    #[doc(alias = "GetDomain")]
    #[doc(alias = "getDomain")]
    pub fn get_domain(&self, url: &str) -> Option<String> {
        Some(HttpUrl::of_url(&without_user(url)).ok()?.origin.host().to_owned())
    }

    /// Returns the path of a URL, without query and fragment. `None` if it is not a URL.
    #[doc(alias = "GetUrlPath")]
    #[doc(alias = "getUrlPath")]
    pub fn get_url_path(&self, url: &str) -> Option<String> {
        let path = HttpUrl::of_url(&without_user(url)).ok()?.path;
        Some(path.split('?').next().unwrap_or_default().to_owned())
    }

    /// Returns the current time in the format of the Date header (RFC 9110 section 5.6.7).
    #[doc(alias = "GenTimeStamp")]
    #[doc(alias = "genTimeStamp")]
    pub fn gen_time_stamp(&self) -> String {
        httpdate::fmt_http_date(std::time::SystemTime::now())
    }

    /// Sleeps for this many milliseconds.
    #[doc(alias = "SleepMs")]
    pub fn sleep_ms(&self, ms: u64) {
        std::thread::sleep(Duration::from_millis(ms));
    }
}

/// The variables of URLs.
#[derive(Clone, Default)]
pub(super) struct UrlVars(HashMap<String, String>);

impl UrlVars {
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    pub(super) fn fill(&self, url: &str) -> Result<String> {
        let mut filled = String::with_capacity(url.len());
        let mut rest = url;
        let mut in_query = false;
        while let Some(at) = rest.find("{$") {
            let Some(length) = rest[at..].find('}') else {
                return Err(Error::invalid("url", "it has a {$ without a }"));
            };
            let name = &rest[at + 2..at + length];
            let Some(value) = self.0.get(name) else {
                let why = format!("{{${name}}} has no value; give it one with set_url_var");
                return Err(Error::invalid("url", why));
            };
            filled.push_str(&rest[..at]);
            in_query |= rest[..at].contains('?');
            if !in_query && matches!(value.as_str(), "" | "." | "..") {
                let why = format!("{name}: the value {value:?} would change the path");
                return Err(Error::invalid("set_url_var", why));
            }
            percent::strict(&mut filled, value.as_bytes());
            rest = &rest[at + length + 1..];
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// Removes the user info of a URL, which is allowed here as nothing is sent.
fn without_user(url: &str) -> String {
    let (scheme, rest) = url.split_once("//").unwrap_or((url, ""));
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}//{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}
