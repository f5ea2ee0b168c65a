//! Cookie files (`-b file`), header files (`-H @file`), and valid output file names (`-O`).

#[cfg(feature = "cookies")]
use std::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use encoding_rs::UTF_8;

use crate::message::request::HttpRequest;
use crate::text::headers::trim_ows;
use crate::views::call::Call;

/// A cookie in a file.
struct FileCookie<'f> {
    name: &'f str,
    value: &'f str,
    domain: &'f str,
    tail_match: bool,
    path: &'f str,
    secure: bool,
    /// In seconds since 1970. 0 is the end of the session.
    #[cfg_attr(not(feature = "cookies"), expect(dead_code))]
    expires: u64,
}

/// The start of a line whose cookie is hidden from scripts.
const HTTP_ONLY: &str = "#HttpOnly_";

/// Returns the Cookie header for `call` from the content of a cookie file: Netscape's seven fields separated by tabs,
/// or Set-Cookie lines. Cookies for other hosts and paths, and expired ones, are left out. A longer path comes
/// first, as in curl.
pub(crate) fn cookie_header(content: &[u8], call: &Call) -> String {
    // Editors and shells on Windows write UTF-16, or UTF-8 with a byte order mark.
    let (text, ..) = UTF_8.decode(content);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let path = call.request.path().split(['?', '#']).next().unwrap_or_default();
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let host = call.domain.trim_matches(['[', ']']).to_ascii_lowercase();
    let is_here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1");
    let mut found: Vec<(usize, FileCookie<'_>)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let cookie = match strip_name(line, "Set-Cookie:") {
            Some(field) => set_cookie(field, now),
            None => netscape(line, now),
        };
        let Some(cookie) = cookie else { continue };
        let fits = domain_fits(&host, &cookie)
            && path_fits(&path, cookie.path)
            && (!cookie.secure || call.ssl || is_here);
        if fits {
            found.push((index, cookie));
        }
    }
    // A later line replaces an earlier one of the same name, domain and path.
    let mut seen = std::collections::HashSet::new();
    found.reverse();
    found.retain(|(_, c)| seen.insert((c.name, c.domain.to_ascii_lowercase(), c.path)));
    found.sort_by_key(|(index, c)| {
        std::cmp::Reverse((c.path.len(), c.domain.len(), c.name.len(), *index))
    });
    let pairs: Vec<String> =
        found.iter().map(|(_, cookie)| format!("{}={}", cookie.name, cookie.value)).collect();
    pairs.join("; ")
}

/// Returns the cookies of a file as Set-Cookie lines, each with the URL it belongs to. `host` is the host of the call,
/// to which a line without a domain belongs.
#[cfg(feature = "cookies")]
pub(crate) fn set_cookie_lines(content: &[u8], host: &str) -> Vec<(String, String)> {
    let (text, ..) = UTF_8.decode(content);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let url = |domain: &str| match domain.trim_matches(['[', ']']) {
        "" => format!("https://{host}/"),
        bare if bare.contains(':') => format!("https://[{bare}]/"),
        bare => format!("https://{bare}/"),
    };
    let mut lines = Vec::new();
    for line in text.lines() {
        if let Some(field) = strip_name(line, "Set-Cookie:") {
            if let Some(cookie) = set_cookie(field, now) {
                lines.push((url(cookie.domain), field.trim().to_owned()));
            }
            continue;
        }
        let Some(cookie) = netscape(line, now) else { continue };
        if [cookie.name, cookie.value, cookie.path].iter().any(|text| text.contains(';')) {
            continue;
        }
        let FileCookie { name, value, domain, path, .. } = cookie;
        let mut out = format!("{name}={value}; Path={path}");
        if cookie.tail_match {
            out += &format!("; Domain={domain}");
        }
        out += if cookie.secure { "; Secure" } else { "" };
        out += if line.starts_with(HTTP_ONLY) { "; HttpOnly" } else { "" };
        // The year 10000, beyond which a date has no form.
        if (1..253_402_300_800).contains(&cookie.expires) {
            let at = UNIX_EPOCH + Duration::from_secs(cookie.expires);
            out += &format!("; Expires={}", httpdate::fmt_http_date(at));
        } else if cookie.expires > 0 {
            out += "; Max-Age=3153600000";
        }
        lines.push((url(domain), out));
    }
    lines
}

fn strip_name<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let start = line.get(..name.len())?;
    start.eq_ignore_ascii_case(name).then(|| &line[name.len()..])
}

fn netscape(line: &str, now: u64) -> Option<FileCookie<'_>> {
    let line = line.strip_prefix(HTTP_ONLY).unwrap_or(line);
    if line.starts_with('#') {
        return None;
    }
    let fields: Vec<&str> = line.trim_end_matches(['\r', '\n']).split('\t').collect();
    let (fields, value) = match fields.as_slice() {
        [fields @ .., value] if fields.len() == 6 => (fields, *value),
        // Without a value.
        fields if fields.len() == 6 => (fields, ""),
        _ => return None,
    };
    let [domain, tail, path, secure, expires, name] = fields else { return None };
    let expires: u64 = expires.parse().ok()?;
    if expires != 0 && expires < now {
        return None;
    }
    Some(FileCookie {
        name,
        value,
        domain: domain.strip_prefix('.').unwrap_or(domain),
        tail_match: tail.eq_ignore_ascii_case("TRUE"),
        path: if path.is_empty() { "/" } else { path },
        secure: secure.eq_ignore_ascii_case("TRUE"),
        expires,
    })
}

fn set_cookie(field: &str, now: u64) -> Option<FileCookie<'_>> {
    let mut attributes = field.split(';');
    let (name, value) = attributes.next()?.split_once('=')?;
    let mut cookie = FileCookie {
        name: name.trim(),
        value: value.trim(),
        domain: "",
        tail_match: false,
        path: "/",
        secure: false,
        expires: 0,
    };
    let mut expires = None;
    for attribute in attributes {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "domain" if !value.is_empty() => {
                cookie.domain = value.strip_prefix('.').unwrap_or(value);
                cookie.tail_match = true;
            }
            "path" if value.starts_with('/') => cookie.path = value,
            "secure" => cookie.secure = true,
            "max-age" => expires = Some(value.parse::<i64>().is_ok_and(|age| age <= 0)),
            "expires" if expires.is_none() => {
                let time = httpdate::parse_http_date(value).ok();
                let secs = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                expires = secs.map(|secs| secs.as_secs() < now);
            }
            _ => {}
        }
    }
    (expires != Some(true)).then_some(cookie)
}

fn domain_fits(host: &str, cookie: &FileCookie<'_>) -> bool {
    let domain = cookie.domain.to_ascii_lowercase();
    if domain.is_empty() || host == domain {
        return true;
    }
    let is_address = host.parse::<std::net::IpAddr>().is_ok();
    let below = host.strip_suffix(&domain).is_some_and(|start| start.ends_with('.'));
    cookie.tail_match && !is_address && below
}

fn path_fits(path: &str, cookie_path: &str) -> bool {
    let folder = cookie_path.strip_suffix('/').unwrap_or(cookie_path);
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Adds the header lines of a file, as `-H @file` does: `Name: value`, `Name;` for an empty value, and `Name:` to
/// remove a field that is sent automatically. Other lines are ignored.
pub(crate) fn add_header_lines(request: &mut HttpRequest, content: &[u8]) {
    for line in UTF_8.decode(content).0.lines() {
        match HeaderLine::parse(line) {
            Some(HeaderLine::Field(name, value)) => add_header(request, name, value),
            Some(HeaderLine::Without(name)) if name.eq_ignore_ascii_case("Content-Type") => {
                request.set_content_type("");
            }
            _ => {}
        }
    }
}

/// Device names of Windows, which it recognizes with any extension.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// Refuses a name from the end of a URL that is not a plain file name on every system.
pub(crate) fn check_remote_name(name: &str) -> Result<(), String> {
    // Windows ignores the extension, and spaces before it.
    let stem = name.split('.').next().unwrap_or_default().trim_end_matches(' ').to_uppercase();
    let is_port = ["COM", "LPT"].iter().any(|port| {
        let mut number = stem.strip_prefix(port).unwrap_or_default().chars();
        matches!((number.next(), number.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    });
    let found = match name {
        "" => "no file name",
        "." | ".." => "a folder",
        _ if name.contains(['/', '\\']) => "a path",
        _ if name.contains(':') => {
            "a name with a colon, which means a drive or a stream on Windows,"
        }
        _ if name.contains(char::is_control) => "a name with a control character",
        _ if name.ends_with(['.', ' ']) => "a name that ends with a dot or a space",
        _ if is_port || DEVICES.contains(&stem.as_str()) => "a device name of Windows",
        _ => return Ok(()),
    };
    Err(format!("-O: the URL has {found} at its end; use -o"))
}

/// Adds a header, even if there is one with the same name.
pub(super) fn add_header(request: &mut HttpRequest, name: &str, value: &str) {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    if is("Content-Type") {
        request.set_content_type(value);
    } else {
        request.headers.push(name, value);
    }
}

/// A header line of `-H`.
pub(super) enum HeaderLine<'l> {
    Field(&'l str, &'l str),
    /// Removes the field of this name that curl sends automatically.
    Without(&'l str),
}

impl<'l> HeaderLine<'l> {
    /// Returns `None` if curl ignores the line.
    pub(super) fn parse(line: &'l str) -> Option<HeaderLine<'l>> {
        match line.split_once(':') {
            Some((name, value)) => {
                let value = trim_ows(value);
                Some(if value.is_empty() {
                    HeaderLine::Without(name)
                } else {
                    HeaderLine::Field(name, value)
                })
            }
            None => {
                let (name, rest) = line.split_once(';')?;
                rest.is_empty().then_some(HeaderLine::Field(name, ""))
            }
        }
    }
}
