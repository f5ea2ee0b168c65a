//! Cookies kept between calls (RFC 6265): what a caller can say about them, and what calls do.
//!
//! * this file has the settings, and the cookies of one call: which are sent, and in which order,
//! * `jar.rs` keeps cookies, in memory and in the file: what is accepted, and how many,
//! * `json.rs` writes them as JSON and reads them, `bytes.rs` keeps bytes that are not UTF-8 in texts.

mod bytes;
mod jar;
mod json;

use std::cmp::Reverse;
use std::sync::Arc;

use cookie_store::{Cookie, CookieDomain};
use url::Url;

use self::jar::{Jar, Kept};
use super::client::Transport;
use crate::error::{Error, Result};
use crate::message::response_head::Head;
use crate::net::origin::Origin;
use crate::trace::{Step, Trace};

/// What a Set-Cookie line may have; RFC 6265 section 6.1 asks for at least 4096.
const MAX_LINE: usize = 8192;

/// What a request may have of cookies, as in curl: the bytes of the header field from its name on, which
/// Apache takes by default, and the cookies in it.
const MAX_VALUE: usize = 8190 - "Cookie: ".len();
const MAX_SENT: usize = 150;

/// Cookies kept between calls.
impl Transport {
    /// Keeps the cookies that responses set, and sends them where they belong (RFC 6265): in memory
    /// if `dir` is `"memory"`, else in the file `cookies.json` in the folder `dir`. `""` stops it.
    ///
    /// Needs the feature `cookies`. Clones of a transport share the cookies; a clone that is
    /// given another location keeps its own from then on. To set the same location again changes
    /// nothing.
    ///
    /// # What is kept and what is sent
    ///
    /// The cookies of every response, also of a redirect or a 401, unless
    /// [`set_save_cookies`](Self::set_save_cookies) says otherwise; session cookies too. Not kept:
    /// a `Secure` cookie that comes over plain http, and one that would replace such a
    /// cookie; a cookie for a public suffix such as `co.uk`; one whose name has the prefix
    /// `__Host-` or `__Secure-` and does not keep its promise; and what is over the limits below.
    ///
    /// Each request has the cookies of its own URL, each redirect those of the URL that it leads
    /// to. Ports do not tell hosts apart, and `Secure` cookies go over TLS only, even to
    /// `localhost`. A request or [`set_request_header`](Self::set_request_header) with a Cookie
    /// header of its own sends that and nothing else; to another origin it stays behind, and what
    /// is kept for that origin is sent. A cookie goes back byte for byte, even if it is not UTF-8.
    ///
    /// # Limits
    ///
    /// - A line of more than 8 KiB is ignored, and so is a cookie of more than 8182 bytes
    ///   (`name=value`), which no request can carry, or with a path of more than 8 KiB.
    /// - A response sets 50 cookies at most, as in curl. Those after the 50th that may be kept are
    ///   ignored. Cookies that have expired do not count, so a response may end more. Its first 500
    ///   lines are read.
    /// - 100 cookies of a domain are kept, and 3000 in all. The one that was set longest ago gives
    ///   way to a new one. Among those of a domain, a new cookie with a `Domain` pushes out one
    ///   without only if there is no other.
    /// - A request carries 150 cookies at most, and its Cookie header has 8190 bytes at most,
    ///   `Cookie: ` included, as in curl. If not all fit, the cookies that the host set for itself
    ///   alone come first, as any neighbour may set the others (those with a `Domain`), and then
    ///   those with the longer path. One that does not fit is left out, and a shorter one after it
    ///   may still go. What is left out is still kept.
    ///
    /// [`call_text`](crate::HttpResponse::call_text) says how many cookies of a response or a
    /// request were over its number or length. A Cookie header of the request's own has no limit,
    /// and [`set_cookies_json`](Self::set_cookies_json) may set more cookies than a response.
    ///
    /// # The file
    ///
    /// It holds all cookies, as they are: anyone who reads it can act as the user. A new one can be
    /// read by its owner only (on Unix; elsewhere with the rights of the folder); one that is there keeps
    /// its permissions. It is written, whole or not at all, when a response changes a cookie. Where
    /// that fails the call does not, since its response has come: the cookies stay in memory, and
    /// the log (as a warning) and [`call_text`](crate::HttpResponse::call_text) say so.
    ///
    /// Several programs may use one folder, as may transports that are no clones. Each call has what
    /// the others wrote before, and what a response changes is added to that. They write one after the other,
    /// by a lock on the file `cookies.lock` beside it, which stays there. If it cannot be locked within two
    /// seconds, nothing is written, and the next call brings the cookies to the file; only a file system that
    /// has no locks does without. On Windows a file that another program has open cannot be replaced, nor be
    /// read while that has it for itself. Both are tried for some 50 ms, as other calls wait for it; what could
    /// not be written then is written by the next call.
    ///
    /// # Errors
    ///
    /// None here. A folder that is not there, a file that cannot be read and one that holds
    /// something else are errors of each call, before anything is sent: of kind
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) or [`Io`](crate::ErrorKind::Io). Such a
    /// file is not overwritten.
    pub fn set_cookie_dir(&mut self, dir: &str) -> &mut Self {
        if self.settings.cookies.dir() != dir {
            let jar = Jar::new(dir);
            self.settings_mut().cookies.jar = (!dir.is_empty()).then(|| Arc::new(jar));
        }
        self
    }

    /// Sets whether the cookies of responses are kept. Default true. Those that are kept already are sent anyway.
    pub fn set_save_cookies(&mut self, save: bool) -> &mut Self {
        self.settings_mut().cookies.save = save;
        self
    }

    /// Sets whether the cookies that are kept are sent. Default true.
    pub fn set_send_cookies(&mut self, send: bool) -> &mut Self {
        self.settings_mut().cookies.send = send;
        self
    }

    /// Forgets the cookies in memory, those of all clones included. A file of cookies stays and is
    /// read again by the next call; to empty it as well, see
    /// [`set_cookies_json`](Self::set_cookies_json).
    pub fn clear_in_memory_cookies(&self) {
        if let Some(jar) = &self.settings.cookies.jar {
            *jar.lock() = Kept::default();
        }
    }

    /// The cookies as JSON, as the file has them: an object whose names are URLs and whose values
    /// are lists of the Set-Cookie lines that would set the cookies again. They are secrets.
    ///
    /// A byte that is not part of valid UTF-8 is the character U+10FE00 plus the byte: 0xE9 is
    /// U+10FEE9. A character of a cookie that would look like such a byte, or is white space other
    /// than ASCII, stands there as its bytes in UTF-8, written the same way. So any bytes come back
    /// as they were.
    ///
    /// # Errors
    ///
    /// Those of a folder or a file that [`set_cookie_dir`](Self::set_cookie_dir) names.
    pub fn cookies_json(&self) -> Result<String> {
        match &self.settings.cookies.jar {
            Some(jar) => jar.read()?.to_json(),
            None => Kept::default().to_json(),
        }
    }

    /// Replaces all cookies, in the file too, by those in JSON of the form that
    /// [`cookies_json`](Self::cookies_json) gives; `{}` means no cookies. Those that have expired, and those
    /// that a server may not set, are left out.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) where it is something else or holds a
    /// cookie that is too long, and where no [`set_cookie_dir`](Self::set_cookie_dir) said where to
    /// keep them. [`Io`](crate::ErrorKind::Io) where the file cannot be written.
    pub fn set_cookies_json(&mut self, json: &str) -> Result<&mut Self> {
        const MEMBER: &str = "set_cookies_json";
        let Some(jar) = &self.settings.cookies.jar else {
            let why = "cookies are not kept; say where with set_cookie_dir first";
            return Err(Error::invalid(MEMBER, why));
        };
        let new = Kept::from_json(json, |place| {
            Err(format!(
                "{place} is too long: {MAX_VALUE} bytes of name=value and {MAX_LINE} of a path are \
                 the most"
            ))
        });
        let new = new.map_err(|why| Error::invalid(MEMBER, why))?;
        jar.replace(new)?;
        Ok(self)
    }
}

/// The settings for cookies, and the cookies.
#[derive(Clone)]
pub(crate) struct Cookies {
    jar: Option<Arc<Jar>>,
    pub(crate) save: bool,
    pub(crate) send: bool,
}

impl Default for Cookies {
    fn default() -> Self {
        Cookies { jar: None, save: true, send: true }
    }
}

impl Cookies {
    /// The value that `set_cookie_dir` set.
    pub(crate) fn dir(&self) -> &str {
        self.jar.as_ref().map_or("", |jar| &jar.dir)
    }

    /// Reads the file, and takes what it has if that has changed, or says why it cannot be used.
    pub(crate) fn check(&self) -> Result<()> {
        match &self.jar {
            Some(jar) if self.save || self.send => jar.read().map(drop),
            _ => Ok(()),
        }
    }

    /// The Cookie header of a request (RFC 6265 section 5.4).
    pub(crate) fn header(&self, to: &Origin, target: &str, trace: &mut Trace) -> Option<Vec<u8>> {
        let jar = self.jar.as_ref().filter(|_| self.send)?;
        let url = url(to, target)?;
        let (header, count) = {
            let kept = jar.lock();
            let mut cookies = kept.store.matches(&url);
            // To the store, this machine itself is as good as TLS.
            cookies.retain(|cookie| to.is_tls() || cookie.secure() != Some(true));
            let matching = cookies.len();
            let length = fit(&mut cookies);
            (written(&cookies, length), matching - cookies.len())
        };
        // Outside the lock: a handler may be notified and use the cookies.
        if count > 0 {
            let why = "not sent: they are over the limits of a request";
            trace.add(Step::CookiesLeftOut { count, why });
        }
        (!header.is_empty()).then_some(header)
    }

    /// Keeps what a response sets. If it cannot be written to the file, the trace says so; the call does
    /// not fail, since it has its response.
    ///
    /// `goes_on` says whether the call may still wait for others that write the file. It is asked under the
    /// jar's lock, so it runs no handler.
    pub(crate) fn keep(
        &self,
        (from, target): (&Origin, &str),
        head: &Head,
        goes_on: &dyn Fn() -> bool,
        trace: &mut Trace,
    ) {
        let Some(jar) = self.jar.as_ref().filter(|_| self.save) else { return };
        let lines = head.all_bytes("Set-Cookie").filter(|line| line.len() <= MAX_LINE);
        let mut lines = lines.peekable();
        if lines.peek().is_none() {
            return;
        }
        let Some(url) = url(from, target) else { return };
        match jar.add(&url, lines, goes_on) {
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
fn written(cookies: &[&Cookie<'static>], length: usize) -> Vec<u8> {
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

/// Puts the cookies of a request in order and leaves out what is over its limits. Gives the length of the
/// header's value.
///
/// Those that the host set for itself alone go first: the others may have been set by its neighbours.
fn fit(cookies: &mut Vec<&Cookie<'static>>) -> usize {
    // The longer path first; then an order that is the same each time.
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

/// Whether a cookie goes to other hosts too, which may have set it.
fn is_shared(cookie: &Cookie<'_>) -> bool {
    matches!(cookie.domain, CookieDomain::Suffix(_))
}

/// The bytes that a cookie takes in a header.
fn size(cookie: &Cookie<'_>) -> usize {
    let (name, value) = cookie.name_value();
    bytes::len(name) + "=".len() + bytes::len(value)
}

/// The URL that cookies belong to, without the query.
fn url(origin: &Origin, target: &str) -> Option<Url> {
    let path = target.split('?').next().filter(|path| path.starts_with('/')).unwrap_or("/");
    Url::parse(&format!("{}://{}{path}", origin.scheme(), origin.host_header())).ok()
}
