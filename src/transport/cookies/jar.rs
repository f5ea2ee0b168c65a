//! The cookie jar and its file.

use std::collections::HashMap;
use std::fs::{self, File};
use std::hash::{BuildHasher as _, RandomState};
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cookie_store::{Cookie, CookieDomain, CookieStore, RawCookie};
use psl::Psl as _;
use url::Url;

use super::{MAX_LINE, MAX_VALUE, bytes, is_shared, size};
use crate::error::{Error, ErrorKind, Result};
use crate::text::file::{self, quoted};
use crate::text::headers::bad_value_char;
use crate::text::lock;

const FILE: &str = "cookies.json";

/// The maximum number of cookies per domain, and in total (RFC 6265 section 6.1 asks for at least 50 and 3000).
const MAX_PER_DOMAIN: usize = 100;
pub(super) const MAX_COOKIES: usize = 3000;

/// The maximum number of cookies that one response can set, as in curl.
const MAX_SET: usize = 50;

/// The maximum number of Set-Cookie lines read per response. Each is compared with all kept cookies.
const MAX_LINES: usize = 500;

/// The maximum size of the file. It has room for [`MAX_COOKIES`] lines, whose bytes may take four each, and their
/// paths.
const MAX_FILE: u64 = (MAX_COOKIES * (5 * MAX_LINE + 1024)) as u64;

/// Cookies, shared by the clones of a transport.
pub(super) struct Jar {
    /// Where the file is. `None` means in memory only.
    pub(super) folder: Option<PathBuf>,
    kept: Mutex<Kept>,
    /// Hashes the content of the file.
    content_hash: RandomState,
}

#[derive(Default)]
pub(super) struct Kept {
    pub(super) store: CookieStore,
    /// The hash of the file that was read last. An unchanged file is not read again, as it
    /// does not say which cookie is older. Only the content shows a change: two saves may have the same time and
    /// length, and even the same inode, which is free again at once.
    content: Option<u64>,
    /// When each was set, counted in cookies set, by domain, path and name.
    ages: HashMap<String, HashMap<(String, String), u64>>,
    age: u64,
    total: usize,
    /// Cookies that were set and are not in the file yet.
    unsaved: Vec<(Url, Cookie<'static>)>,
}

impl Jar {
    pub(super) fn new(folder: Option<PathBuf>) -> Jar {
        Jar { folder, kept: Mutex::default(), content_hash: RandomState::new() }
    }

    /// Replaces all cookies.
    pub(super) fn replace(&self, new: Kept) -> Result<()> {
        let mut kept = self.lock();
        let _lock = self.lock_file(&|| true)?;
        *kept = new;
        self.write(&mut kept)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Kept> {
        // A panic elsewhere leaves no partial cookie behind.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the file against other transports and programs that use the lock. Returns `None` if
    /// the file system has no locks. Fails if the call ends or two seconds pass before the lock is free.
    fn lock_file(&self, may_wait: &dyn Fn() -> bool) -> Result<Option<File>> {
        self.lock_file_with(may_wait, std::thread::sleep)
    }

    fn lock_file_with(
        &self,
        may_wait: &dyn Fn() -> bool,
        mut pause: impl FnMut(Duration),
    ) -> Result<Option<File>> {
        let Some(file) = self.file() else { return Ok(None) };
        let path = file.with_extension("lock");
        let failed = |err: std::io::Error| {
            let message = format!("set_cookie_store: cannot lock {}: {err}", quoted(&path));
            Error::new(ErrorKind::Io, message).with_source(err)
        };
        let held = |how_long| {
            let why = format!("set_cookie_store: {} was locked {how_long}", quoted(&path));
            Err(Error::new(ErrorKind::Io, why))
        };
        let lock = lock::open(&path, &file).map_err(failed)?;
        for _ in 0..200 {
            match lock::try_lock(&lock) {
                Ok(true) => return Ok(Some(lock)),
                Ok(false) if may_wait() => pause(Duration::from_millis(10)),
                Ok(false) => return held("until the call ended"),
                Err(err) if lock::is_unsupported(&err) => return Ok(None),
                Err(err) => return Err(failed(err)),
            }
        }
        held("for two seconds; end the program that keeps it locked")
    }

    fn file(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(FILE))
    }

    /// Returns the current cookies, after reading the file if there is one.
    pub(super) fn read(&self) -> Result<MutexGuard<'_, Kept>> {
        let mut kept = self.lock();
        self.refresh(&mut kept)?;
        Ok(kept)
    }

    fn refresh(&self, kept: &mut Kept) -> Result<()> {
        let Some(path) = self.file() else { return Ok(()) };
        let shown = quoted(&path);
        let invalid =
            |why: &str| Err(Error::invalid("set_cookie_store", format_args!("{shown} {why}")));
        let unreadable = |err: std::io::Error| {
            let message = format!("set_cookie_store: cannot read {shown}: {err}");
            Error::new(ErrorKind::Io, message).with_source(err)
        };
        let meta = match fs::metadata(&path) {
            Ok(meta) => meta,
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => {
                if !file::folder_of(&path).is_dir() {
                    return invalid("cannot be created: its folder does not exist");
                }
                kept.replace_saved(Kept::default());
                return Ok(());
            }
            Err(err) => return Err(unreadable(err)),
        };
        if !meta.is_file() {
            return invalid("is not a regular file");
        }
        let file = file::open(&path).map_err(unreadable)?;
        let mut json = String::new();
        match file.take(MAX_FILE).read_to_string(&mut json) {
            Err(err) if err.kind() == std::io::ErrorKind::InvalidData => {
                return invalid("is damaged: it is not UTF-8; remove it to start again");
            }
            read => read.map_err(unreadable)?,
        };
        let content = Some(self.content_hash.hash_one(&json));
        if kept.content == content {
            return Ok(());
        }
        // The file may be older than the limit.
        match Kept::from_json(&json, |_| Ok(())) {
            Ok(new) => kept.replace_saved(Kept { content, ..new }),
            Err(why) => return invalid(&format!("is damaged: {why}; remove it to start again")),
        }
        Ok(())
    }

    /// Adds the cookies of a response, in memory even if the file cannot be written. Returns the
    /// number of cookies left out because the response sets more than [`MAX_SET`].
    pub(super) fn add<'l>(
        &self,
        url: &Url,
        lines: impl Iterator<Item = &'l [u8]>,
        may_wait: &dyn Fn() -> bool,
    ) -> Result<usize> {
        let mut kept = self.lock();
        let lock = self.lock_file(may_wait);
        // Another program may have written it in the meantime.
        let refreshed = self.refresh(&mut kept);
        kept.drop_expired();
        let mut set = 0;
        for line in lines.take(MAX_LINES) {
            let Ok(cookie) = kept.read(url, line) else { continue };
            // An expired cookie does not count, as it is not stored.
            if !cookie.is_expired() {
                set += 1;
                if set > MAX_SET {
                    continue;
                }
            }
            if kept.put(url, cookie.clone()) && self.folder.is_some() {
                kept.unsaved.push((url.clone(), cookie));
            }
        }
        let too_many = kept.unsaved.len().saturating_sub(MAX_COOKIES);
        kept.unsaved.drain(..too_many);
        refreshed?;
        // If it is not locked, the next call writes what is unsaved.
        let _lock = lock?;
        if !kept.unsaved.is_empty() {
            self.write(&mut kept)?;
        }
        Ok(set.saturating_sub(MAX_SET))
    }

    fn write(&self, kept: &mut Kept) -> Result<()> {
        let Some(path) = self.file() else { return Ok(()) };
        let json = kept.to_json()?;
        file::write_private(&path, json.as_bytes())?;
        kept.unsaved.clear();
        kept.content = Some(self.content_hash.hash_one(&json));
        Ok(())
    }
}

/// Why a cookie is not kept.
#[derive(Debug, PartialEq)]
pub(super) enum Refused {
    /// Not a Set-Cookie line.
    Malformed,
    /// RFC 6265 or the prefix of its name forbids it.
    Forbidden,
    /// No request can carry it, or its path is too long.
    TooLong,
}

impl Kept {
    /// Takes the cookies of the file, and adds those that are unsaved.
    fn replace_saved(&mut self, file: Kept) {
        let unsaved = std::mem::take(&mut self.unsaved);
        *self = file;
        for (url, cookie) in &unsaved {
            self.put(url, cookie.clone());
        }
        self.unsaved = unsaved;
        self.drop_expired();
    }

    /// Reads a Set-Cookie line of a response from `url` (RFC 6265 section 5.3).
    pub(super) fn read(&self, url: &Url, line: &[u8]) -> Result<Cookie<'static>, Refused> {
        let line = bytes::to_text(line);
        if bad_value_char(&line).is_some() {
            return Err(Refused::Malformed); // It would be sent in a header.
        }
        let mut raw = RawCookie::parse(line).map_err(|_| Refused::Malformed)?;
        // They have no meaning outside a browser, and would make the cookie Secure when written as text.
        raw.set_same_site(None);
        raw.set_partitioned(None);
        let cookie = Cookie::try_from_raw_cookie(&raw, url).map_err(|_| Refused::Forbidden)?;
        let mut cookie = cookie.into_owned();
        match &cookie.domain {
            CookieDomain::Suffix(domain) if is_public_suffix(domain) => {
                if url.host_str() != Some(domain) {
                    return Err(Refused::Forbidden);
                }
                cookie.domain = CookieDomain::HostOnly(domain.clone());
            }
            _ => {}
        }
        if !fulfils_prefix(&cookie, url) || self.shadows_secure(&cookie, url) {
            return Err(Refused::Forbidden);
        }
        // A path that comes from the URL is not part of the line.
        if size(&cookie) > MAX_VALUE || cookie.path.len() > MAX_LINE {
            return Err(Refused::TooLong);
        }
        Ok(cookie)
    }

    /// Stores a cookie, or removes one that has expired, and returns whether that changed anything. If
    /// there are too many, the one that was set longest ago is removed (RFC 6265 section 5.3).
    pub(super) fn put(&mut self, url: &Url, cookie: Cookie<'static>) -> bool {
        let domain = cookie.domain.as_cow().unwrap_or_default().into_owned();
        let key = (cookie.path.to_string(), cookie.name().to_owned());
        let old = self.store.get_any(&domain, &key.0, &key.1);
        let is_new = old.is_none();
        if cookie.is_expired() {
            self.remove(&domain, &key);
            return !is_new;
        }
        if old.is_some_and(|old| *old == cookie && !old.is_expired()) {
            return false;
        }
        if is_new {
            let of_domain = self.ages.get(&domain).map_or(0, HashMap::len);
            if of_domain >= MAX_PER_DOMAIN {
                self.drop_oldest(Some(&domain), is_shared(&cookie));
            }
            if self.total >= MAX_COOKIES {
                self.drop_oldest(None, false);
            }
        }
        if self.store.insert(cookie, url).is_err() {
            return false;
        }
        self.total += usize::from(is_new);
        self.age += 1;
        self.ages.entry(domain).or_default().insert(key, self.age);
        true
    }

    /// Drops the oldest cookie of a domain, or of all. With `spares_own` a host-only cookie is
    /// dropped only if there is no other, as sibling hosts can set the others.
    fn drop_oldest(&mut self, domain: Option<&str>, spares_own: bool) {
        let is_own = |domain: &str, (path, name): &(String, String)| {
            self.store.get_any(domain, path, name).is_some_and(|cookie| !is_shared(cookie))
        };
        let oldest = self
            .ages
            .iter()
            .filter(|(of, _)| domain.is_none_or(|domain| domain == *of))
            .flat_map(|(domain, ages)| ages.iter().map(move |(key, age)| (age, domain, key)))
            .min_by_key(|(age, domain, key)| (spares_own && is_own(domain, key), **age))
            .map(|(_, domain, key)| (domain.clone(), key.clone()));
        if let Some((domain, key)) = oldest {
            self.remove(&domain, &key);
        }
    }

    /// Whether a cookie from plain http would shadow one that only TLS may set
    /// (draft-ietf-httpbis-rfc6265bis section 5.7).
    fn shadows_secure(&self, new: &Cookie<'_>, url: &Url) -> bool {
        let under = |longer: &str, shorter: &str| {
            longer.strip_suffix(shorter).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let domain = new.domain.as_cow().unwrap_or_default();
        url.scheme() != "https"
            && self.store.iter_any().any(|old| {
                let old_path = old.path.strip_suffix('/').unwrap_or(&old.path);
                let path = new.path.strip_prefix(old_path);
                let old_domain = || old.domain.as_cow().unwrap_or_default();
                old.secure() == Some(true)
                    && old.name() == new.name()
                    && path.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                    && (under(&old_domain(), &domain) || under(&domain, &old_domain()))
                    && !old.is_expired()
            })
    }

    fn drop_expired(&mut self) {
        let place = |cookie: &Cookie<'_>| {
            let domain = cookie.domain.as_cow().unwrap_or_default().into_owned();
            (domain, (cookie.path.to_string(), cookie.name().to_owned()))
        };
        let expired: Vec<_> =
            self.store.iter_any().filter(|cookie| cookie.is_expired()).map(place).collect();
        for (domain, key) in expired {
            self.remove(&domain, &key);
        }
    }

    fn remove(&mut self, domain: &str, key: &(String, String)) {
        self.store.remove(domain, &key.0, &key.1);
        let Some(ages) = self.ages.get_mut(domain) else { return };
        if ages.remove(key).is_some() {
            self.total -= 1;
        }
        if ages.is_empty() {
            self.ages.remove(domain);
        }
    }
}

/// Whether anyone can register a name under this one: by Mozilla's list or, for a name not in it,
/// because it is a top-level domain.
fn is_public_suffix(domain: &str) -> bool {
    psl::List.suffix(domain.as_bytes()).is_some_and(|suffix| suffix.as_bytes() == domain.as_bytes())
}

/// Whether a cookie has the attributes that its name requires, and a Secure one came over TLS
/// (draft-ietf-httpbis-rfc6265bis section 5.7).
fn fulfils_prefix(cookie: &Cookie<'_>, url: &Url) -> bool {
    let (secure, tls) = (cookie.secure() == Some(true), url.scheme() == "https");
    let is_host_only = matches!(cookie.domain, CookieDomain::HostOnly(_));
    let is_rooted = cookie.path.is_from_path_attr() && &*cookie.path == "/";
    let name = cookie.name().to_ascii_lowercase();
    if secure && !tls {
        return false;
    }
    match name {
        name if name.starts_with("__secure-") => secure,
        name if name.starts_with("__host-") => secure && is_host_only && is_rooted,
        _ => true,
    }
}

#[cfg(test)]
mod tests;
