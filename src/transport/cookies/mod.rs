//! Cookies that are kept between calls (RFC 6265).
//!
//! * this file has the settings, and the selection and order of the cookies of a request,
//! * `jar.rs` keeps cookies in memory and in the file, and decides which are accepted and how many,
//! * `netscape.rs` has the cookies of one call, and writes them in Netscape's format,
//! * `json.rs` reads and writes them as JSON, `bytes.rs` maps bytes that are not UTF-8 to text.

mod bytes;
mod jar;
mod json;
#[cfg(feature = "views")]
mod netscape;

use std::cmp::Reverse;
use std::path::PathBuf;
use std::sync::Arc;

use cookie_store::{Cookie, CookieDomain};
use url::Url;

use self::jar::{Jar, Kept};
use super::client::Transport;
use crate::error::{Error, Result};
use crate::message::response_head::Head;
use crate::net::origin::Origin;
use crate::trace::{Step, Trace};

/// The maximum length of a Set-Cookie line. RFC 6265 section 6.1 asks for at least 4096.
const MAX_LINE: usize = 8192;

/// The maximum length of a Cookie field, name included (Apache's default), and the maximum number of cookies in it,
/// as in curl.
const MAX_VALUE: usize = 8190 - "Cookie: ".len();
const MAX_SENT: usize = 150;

/// Where a [`Transport`] keeps cookies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CookieStore {
    /// Cookies are not kept.
    #[default]
    Off,
    /// In memory.
    Memory,
    /// In the file `cookies.json` in this folder, which must exist.
    Folder(PathBuf),
}

/// Cookie settings.
impl Transport {
    /// Keeps the cookies that responses set, and sends them back to the hosts they belong to (RFC 6265).
    /// Default [`CookieStore::Off`].
    ///
    /// Needs the feature `cookies`. Clones of a transport share the cookies; a clone that is
    /// given another store no longer shares them. Setting the same store again has no effect.
    ///
    /// # What is kept and what is sent
    ///
    /// The cookies of every response are kept, including a redirect or a 401, unless
    /// [`set_save_cookies`](Self::set_save_cookies) is false. That includes session cookies. These are ignored:
    /// a `Secure` cookie that arrives over plain http, and one that would replace such a
    /// cookie; a cookie for a public suffix such as `co.uk`; one whose name has the prefix
    /// `__Host-` or `__Secure-` and lacks the attributes that it requires; and cookies over the limits below.
    ///
    /// Each request, redirects included, carries the cookies of its URL. Hosts that differ only in port share
    /// cookies, and `Secure` cookies are sent over TLS only, even to `localhost`. A request or [`set_request_header`](Self::set_request_header) with a Cookie
    /// header sends only that; a redirect to another origin drops it, and sends the cookies
    /// kept for that origin. A cookie is sent back byte for byte, even if it is not UTF-8.
    ///
    /// # Limits
    ///
    /// - Ignored are a line of more than 8 KiB, a cookie of more than 8182 bytes (`name=value`),
    ///   which no request can carry, and a cookie with a path of more than 8 KiB.
    /// - A response sets at most 50 cookies, as in curl. Acceptable cookies after the 50th are
    ///   ignored. Expired cookies do not count, so a response may delete more. Its first 500
    ///   lines are read.
    /// - At most 100 cookies of a domain are kept, and 3000 in total. A new one replaces the one that was set longest
    ///   ago.
    ///   Within a domain, a new cookie with a `Domain` replaces one without only if there is no other.
    /// - A request carries at most 150 cookies, and its Cookie header has at most 8190 bytes,
    ///   `Cookie: ` included, as in curl. If not all fit, host-only cookies come first, as
    ///   sibling hosts can set the others (cookies with a `Domain`), and then
    ///   cookies with longer paths. A cookie that does not fit is left out, and a shorter one after it
    ///   may still be sent. Cookies left out are still kept.
    ///
    /// [`call_text`](crate::HttpResponse::call_text) reports how many cookies of a response or a
    /// request were over its number or length. A Cookie header of the request has no limit,
    /// and [`set_cookies_json`](Self::set_cookies_json) may set more cookies than a response.
    ///
    /// # The file
    ///
    /// It contains all cookies unencrypted: anyone who reads it can act as the user. A new file can be
    /// read by its owner only (on Unix; elsewhere it has the rights of the folder); an existing one keeps
    /// its permissions. It is written, whole or not at all, when a response changes a cookie. If
    /// that fails, the call does not, since its response has arrived: the cookies stay in memory, and
    /// the log (as a warning) and [`call_text`](crate::HttpResponse::call_text) report it.
    ///
    /// Several programs, or transports that are not clones, can use one folder. Each call reads what
    /// the others have written, and adds the changes of its response. They write in turn, with
    /// a lock on the file `cookies.lock` next to it, which is not removed. If it cannot be locked within two
    /// seconds, nothing is written, and the next call writes the cookies to the file. A file system without locks is
    /// used without them. On Windows a file that another program has open cannot be replaced, nor
    /// read while that program has it exclusively. Both are retried for about 50 ms, as other calls wait for it;
    /// the next call writes what could not be written.
    ///
    /// # Errors
    ///
    /// None here. A missing folder and a file that cannot be read or has other content are errors
    /// of each call, before anything is sent: of kind
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) or [`Io`](crate::ErrorKind::Io). Such a
    /// file is not overwritten.
    #[doc(alias = "set_cookie_dir")]
    #[doc(alias = "cookie_jar")]
    pub fn set_cookie_store(&mut self, store: CookieStore) -> &mut Self {
        if self.settings.cookies.store() != store {
            self.settings_mut().cookies.jar = match store {
                CookieStore::Off => None,
                CookieStore::Memory => Some(Arc::new(Jar::new(None))),
                CookieStore::Folder(folder) => Some(Arc::new(Jar::new(Some(folder)))),
            };
        }
        self
    }

    /// Sets whether the cookies of responses are kept. Default true. Cookies kept before are still sent.
    pub fn set_save_cookies(&mut self, save: bool) -> &mut Self {
        self.settings_mut().cookies.save = save;
        self
    }

    /// Sets whether kept cookies are sent. Default true.
    pub fn set_send_cookies(&mut self, send: bool) -> &mut Self {
        self.settings_mut().cookies.send = send;
        self
    }

    /// Removes the cookies in memory, including all clones' cookies. The cookie file stays and is
    /// read again by the next call; [`set_cookies_json`](Self::set_cookies_json) empties it as well.
    pub fn clear_in_memory_cookies(&self) {
        if let Some(jar) = &self.settings.cookies.jar {
            *jar.lock() = Kept::default();
        }
    }

    /// Returns the cookies as JSON, in the format of the file: an object whose names are URLs and whose values
    /// are arrays of Set-Cookie lines. They are secrets.
    ///
    /// A byte that is not part of valid UTF-8 is the character U+10FE00 plus the byte: 0xE9 is
    /// U+10FEE9. A character of a cookie that could be read as such a byte, or is white space other
    /// than ASCII, is written as its UTF-8 bytes in the same way. Any bytes survive a round trip.
    ///
    /// # Errors
    ///
    /// Fails if the folder or file of [`set_cookie_store`](Self::set_cookie_store) cannot be used.
    pub fn cookies_json(&self) -> Result<String> {
        match &self.settings.cookies.jar {
            Some(jar) => jar.read()?.to_json(),
            None => Kept::default().to_json(),
        }
    }

    /// Replaces all cookies, including those in the file, with those in JSON as
    /// [`cookies_json`](Self::cookies_json) returns it; `{}` means no cookies. Cookies that have expired, and those
    /// that a server may not set, are left out.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if it is not such JSON, contains a
    /// cookie that is too long, or the store is [`CookieStore::Off`].
    /// [`Io`](crate::ErrorKind::Io) if the file cannot be written.
    pub fn set_cookies_json(&mut self, json: &str) -> Result<&mut Self> {
        const MEMBER: &str = "set_cookies_json";
        let Some(jar) = &self.settings.cookies.jar else {
            let why = "cookies are not kept; call set_cookie_store first";
            return Err(Error::invalid(MEMBER, why));
        };
        let new = Kept::from_json(json, |place| {
            Err(format!(
                "{place} is too long: name=value has at most {MAX_VALUE} bytes and a path {MAX_LINE}"
            ))
        });
        let new = new.map_err(|why| Error::invalid(MEMBER, why))?;
        jar.replace(new)?;
        Ok(self)
    }
}

/// The cookie settings, and the jar.
#[derive(Clone)]
pub(crate) struct Cookies {
    jar: Option<Arc<Jar>>,
    pub(crate) save: bool,
    pub(crate) send: bool,
    /// Cookies that are sent after the kept ones, to the first origin of a call only.
    text: String,
}

impl Default for Cookies {
    fn default() -> Self {
        Cookies { jar: None, save: true, send: true, text: String::new() }
    }
}

impl Cookies {
    fn store(&self) -> CookieStore {
        match &self.jar {
            None => CookieStore::Off,
            Some(jar) => jar.folder.clone().map_or(CookieStore::Memory, CookieStore::Folder),
        }
    }

    /// The store as a value of Chilkat's `CookieDir`.
    #[cfg(feature = "chilkat")]
    pub(crate) fn dir(&self) -> &str {
        match &self.jar {
            None => "",
            Some(jar) => match &jar.folder {
                None => "memory",
                Some(folder) => folder.to_str().unwrap_or_default(),
            },
        }
    }

    /// Reads the file again if it has changed, or reports why it cannot be used.
    pub(crate) fn check(&self) -> Result<()> {
        match &self.jar {
            Some(jar) if self.save || self.send => jar.read().map(drop),
            _ => Ok(()),
        }
    }

    /// The Cookie header of a request (RFC 6265 section 5.4). `is_first` is false after a redirect to another origin.
    pub(crate) fn header(
        &self,
        to: &Origin,
        target: &str,
        is_first: bool,
        trace: &mut Trace,
    ) -> Option<Vec<u8>> {
        let jar = self.jar.as_ref().filter(|_| self.send)?;
        let url = url(to, target)?;
        let (mut header, count) = {
            let kept = jar.lock();
            let mut cookies = kept.store.matches(&url);
            // The store sends Secure cookies to this machine without TLS.
            cookies.retain(|cookie| to.is_tls() || cookie.secure() != Some(true));
            let matching = cookies.len();
            let length = fit(&mut cookies);
            (header_value(&cookies, length), matching - cookies.len())
        };
        // Outside the lock: a handler may be notified and use the cookies.
        if count > 0 {
            let why = "not sent: they are over the limits of a request";
            trace.add(Step::CookiesLeftOut { count, why });
        }
        if is_first && !self.text.is_empty() {
            if !header.is_empty() {
                header.extend_from_slice(b"; ");
            }
            header.extend_from_slice(self.text.as_bytes());
        }
        (!header.is_empty()).then_some(header)
    }

    /// Keeps the cookies of a response. If they cannot be written to the file, the trace says so; the call does
    /// not fail, since it has its response.
    ///
    /// `may_wait` says whether the call may still wait for others that write the file. It runs under the
    /// jar's lock, so it calls no handler.
    pub(crate) fn keep(
        &self,
        (from, target): (&Origin, &str),
        head: &Head,
        may_wait: &dyn Fn() -> bool,
        trace: &mut Trace,
    ) {
        let Some(jar) = self.jar.as_ref().filter(|_| self.save) else { return };
        let lines = head.all_bytes("Set-Cookie").filter(|line| line.len() <= MAX_LINE);
        let mut lines = lines.peekable();
        if lines.peek().is_none() {
            return;
        }
        let Some(url) = url(from, target) else { return };
        match jar.add(&url, lines, may_wait) {
            Ok(0) => {}
            Ok(count) => {
                let why = "not kept: they are over the limit of a response";
                trace.add(Step::CookiesLeftOut { count, why });
            }
            Err(err) => {
                log::warn!("the cookies could not be saved: {err}");
                trace.add(Step::CookiesUnsaved { why: err.to_string() });
            }
        }
    }
}

/// The value of the Cookie header.
fn header_value(cookies: &[&Cookie<'static>], length: usize) -> Vec<u8> {
    let mut header = Vec::with_capacity(length);
    for (name, value) in cookies.iter().map(|cookie| cookie.name_value()) {
        if !header.is_empty() {
            header.extend_from_slice(b"; ");
        }
        bytes::push_bytes(&mut header, name);
        header.push(b'=');
        bytes::push_bytes(&mut header, value);
    }
    header
}

/// Sorts the cookies of a request and drops those over its limits. Returns the length of the header's value.
///
/// Host-only cookies have precedence: sibling hosts can set the others.
fn fit(cookies: &mut Vec<&Cookie<'static>>) -> usize {
    // The longer path first; then any order that is stable.
    fn place<'c>(cookie: &'c Cookie<'static>) -> (Reverse<(usize, usize)>, &'c str) {
        let domain = cookie.domain.as_cow().map_or(0, |domain| domain.len());
        (Reverse((cookie.path.len(), domain)), cookie.name())
    }
    cookies.sort_unstable_by_key(|cookie| (is_shared(cookie), place(cookie)));
    let (mut count, mut length) = (0, 0);
    cookies.retain(|cookie| {
        let longer = length + size(cookie) + if count == 0 { 0 } else { "; ".len() };
        let fits = count < MAX_SENT && longer <= MAX_VALUE;
        if fits {
            (count, length) = (count + 1, longer);
        }
        fits
    });
    cookies.sort_unstable_by_key(|cookie| place(cookie));
    length
}

/// Whether a cookie is also sent to other hosts, which may have set it.
fn is_shared(cookie: &Cookie<'_>) -> bool {
    matches!(cookie.domain, CookieDomain::Suffix(_))
}

/// The length of a cookie in a header.
fn size(cookie: &Cookie<'_>) -> usize {
    let (name, value) = cookie.name_value();
    bytes::len(name) + "=".len() + bytes::len(value)
}

/// The URL of a request without its query.
fn url(origin: &Origin, target: &str) -> Option<Url> {
    let path = target.split('?').next().filter(|path| path.starts_with('/')).unwrap_or("/");
    Url::parse(&format!("{}://{}{path}", origin.scheme(), origin.host_header())).ok()
}
