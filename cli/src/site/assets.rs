//! The style and the script, which are files that all pages share.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::SupportedCipherSuite;
use rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256;

/// The files next to the pages. `tree.js` and `search.js` are data, which scripts can load from local
/// files, unlike JSON.
pub(super) const FILES: &[&str] = &["search.js", "site.js", "style.css", "tree.js"];

/// The script in each page. It applies the chosen colours before the page is shown, and loads `site.js`
/// when the page is complete.
const LOADER: &str = include_str!("loader.js");

pub(super) struct Assets {
    pub(super) style: String,
    pub(super) script: String,
    /// Changes with style and script, so that a browser does not use those of another version with a page.
    version: String,
}

impl Assets {
    pub(super) fn new() -> Assets {
        let joined = |files: [&str; 2]| files.concat().replace('\r', "");
        let style = joined([include_str!("style.css"), include_str!("content.css")]);
        let script = joined([include_str!("site.js"), include_str!("content.js")]);
        let hash = hash(&[style.as_str(), &script].concat());
        let plain = |c: &char| c.is_ascii_alphanumeric();
        let version = hash.trim_start_matches("sha256-").chars().filter(plain).take(8).collect();
        Assets { style, script, version }
    }

    pub(super) fn style_link(&self) -> String {
        format!("style.css?{}", self.version)
    }

    /// Returns the loader with LF line endings, as a browser reads it: its hash must match.
    pub(super) fn loader(&self) -> String {
        LOADER.replace('\r', "").replace("VERSION", &self.version)
    }
}

/// Returns the hash of a script in the form used in a policy.
pub(super) fn hash(text: &str) -> String {
    let SupportedCipherSuite::Tls13(suite) = TLS13_AES_128_GCM_SHA256 else { return String::new() };
    let digest = suite.common.hash_provider.hash(text.as_bytes());
    format!("sha256-{}", STANDARD.encode(digest))
}
