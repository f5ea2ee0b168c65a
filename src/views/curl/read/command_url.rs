//! The URL of a command: its variables, curl's ranges, and dots in its path.

use memchr::memmem;

use super::Fault;
use super::args::OptionArg;
use super::call_variables::CallVariables;
use super::lexer::Word;
use crate::net::origin::without_dots;
use crate::text::percent;
use crate::views::url::Url;

/// The endpoint and path of a call.
pub(super) struct CommandUrl {
    pub(super) domain: String,
    pub(super) port: u16,
    pub(super) ssl: bool,
    pub(super) user: Option<(String, String)>,
    pub(super) path: String,
    /// Whether `{..}` or `[..]` was replaced with its only item.
    pub(super) had_range: bool,
}

/// The options that concern the URL.
pub(super) struct UrlRules<'r> {
    /// Whether `{..}` and `[..]` mean several URLs.
    pub(super) glob: bool,
    /// Whether `/./` and `/../` are removed from the path.
    pub(super) dots: bool,
    /// The scheme of a URL without one.
    pub(super) scheme: &'r str,
    /// The file whose name curl adds to a path that ends with a slash.
    pub(super) upload: Option<&'r str>,
}

/// Returns the names of all `{{NAME}}` in a text.
pub(super) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let inner = &rest[memmem::find(rest.as_bytes(), b"{{")? + 2..];
            let end = inner.find(['{', '}'])?;
            if end > 0 && inner[end..].starts_with("}}") {
                rest = &inner[end + 2..];
                return Some(&inner[..end]);
            }
            // One brace later, as in `{{{X}}`, there may be another one.
            rest = if end == 0 { &rest[rest.len() - inner.len() - 1..] } else { &inner[end..] };
        }
    })
}

/// Whether a name in braces in a URL is a variable.
fn is_variable(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' '))
}

/// Adds the variables `{{NAME}}` of a URL. curl itself would refuse them.
pub(super) fn add_variables(url: &Word, variables: &mut CallVariables) {
    if let Ok(text) = std::str::from_utf8(&url.bytes) {
        placeholders(text).filter(|name| is_variable(name)).for_each(|name| variables.add(name));
    }
}

/// Reads the URL.
pub(super) fn read(
    url: &OptionArg,
    rules: UrlRules<'_>,
    variables: &mut CallVariables,
) -> Result<CommandUrl, Fault> {
    let fault = |why: &str| Fault::new(url.at, format!("the URL: {why}"));
    let text = url.text()?;
    if text.is_empty() {
        return Err(fault("it is empty"));
    }
    if text.contains(|c: char| c.is_control()) {
        return Err(fault("it contains a control character"));
    }
    let (text, had_range) = match rules.glob {
        true => expand_ranges(text, variables).map_err(|why| fault(&why))?,
        false => (text.to_owned(), false),
    };
    let text = text.split('#').next().unwrap_or_default();
    let after = ["http:", "https:"].iter().find_map(|scheme| {
        let start = text.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    });
    if after.is_some_and(|after| after.starts_with('/') && !after.starts_with("//")) {
        return Err(fault("the scheme must be followed by two slashes, as in https://"));
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(['/', '?', '@', '{']) => (Some(scheme), rest),
        _ => (None, text),
    };
    let path_at = rest.find(['/', '?']).unwrap_or(rest.len());
    let authority = &rest[..path_at];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let mut target = if variables.has_variable(host) {
        let ssl = match scheme.map(str::to_ascii_lowercase).as_deref() {
            Some("https") => true,
            Some("http") => false,
            Some(_) => return Err(fault("its scheme is not http or https")),
            None => rules.scheme == "https",
        };
        let (before, path) = text.split_at(text.len() - rest.len() + path_at);
        let (domain, path) = (before.to_owned(), path.to_owned());
        let port = if ssl { 443 } else { 80 };
        CommandUrl { domain, port, ssl, user: None, path, had_range }
    } else {
        let whole = match scheme {
            Some(_) => text.to_owned(),
            None => format!("{}://{text}", rules.scheme),
        };
        let Url { ssl, user, host, port, path_and_query } =
            Url::parse(&whole).map_err(|why| fault(&why))?;
        if !host.is_ascii() {
            let why = "its host has characters beyond ASCII; write it in its xn-- form";
            return Err(fault(why));
        }
        CommandUrl { domain: host, port, ssl, user, path: path_and_query, had_range }
    };
    let (path, query) = target.path.split_at(target.path.find('?').unwrap_or(target.path.len()));
    // After an open host the path may be empty, or continue the host.
    let mut path = match rules.dots && path.starts_with('/') {
        true => without_dots(path),
        false => path.to_owned(),
    };
    if let (Some(file), true) = (rules.upload, path.ends_with('/')) {
        // curl also splits at backslashes, on every system.
        let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
        if variables.has_variable(name) {
            let why = "it ends with a slash, so curl adds the file name of -T, which is a variable; \
                       write the whole path";
            return Err(fault(why));
        }
        percent::strict(&mut path, name.as_bytes());
    }
    target.path = path + query;
    Ok(target)
}

/// Replaces `{a}`, `[1-1]` and `\{` as curl does, if they mean one URL. Returns whether there was a range.
fn expand_ranges(text: &str, variables: &CallVariables) -> Result<(String, bool), String> {
    const OFF: &str = "it is special to curl there; use -g to send it unchanged";
    let several = |what: &str| format!("{what} means several URLs, and a call has one; {OFF}");
    let mut out = String::with_capacity(text.len());
    let mut found = false;
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}', '[', ']', '\\']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('\\') {
            let escaped = rest[1..].chars().next().filter(|c| "{}[]".contains(*c));
            out.push(escaped.unwrap_or('\\'));
            rest = &rest[1 + usize::from(escaped.is_some())..];
        } else if rest.starts_with("[]") {
            out.push_str("[]");
            rest = &rest[2..];
        } else if let Some(inner) = rest.strip_prefix("{{") {
            let name = inner.split(['{', '}']).next().unwrap_or_default();
            if !inner[name.len()..].starts_with("}}")
                || !variables.has_variable(&rest[..name.len() + 4])
            {
                return Err(format!("\"{{{{\" does not start a variable {{{{NAME}}}}; {OFF}"));
            }
            out.push_str(&rest[..name.len() + 4]);
            rest = &rest[name.len() + 4..];
        } else if rest.starts_with('{') {
            let (item, after) = split_braces(&rest[1..])
                .ok_or_else(|| format!("a brace {{ is not closed; {OFF}"))?;
            match item {
                Some(item) if !item.is_empty() => out.push_str(&item),
                Some(_) => return Err(format!("{{}} is empty; {OFF}")),
                None => return Err(several("{..,..}")),
            }
            rest = after;
            found = true;
        } else if rest.starts_with('[') {
            let end = rest.find(']').ok_or_else(|| format!("a bracket [ is not closed; {OFF}"))?;
            let inner = &rest[1..end];
            if inner.contains(':') && inner.split('%').next().is_some_and(is_ipv6) {
                out.push_str(&rest[..=end]);
            } else {
                let (from, to) = inner.split_once('-').ok_or_else(|| {
                    format!("brackets [..] contain no range such as [1-9]; {OFF}")
                })?;
                if from != to {
                    return Err(several("[..-..]"));
                }
                let is_range = !from.is_empty() && from.bytes().all(|b| b.is_ascii_digit())
                    || (from.len() == 1 && from.bytes().all(|b| b.is_ascii_alphabetic()));
                if !is_range {
                    return Err(format!("brackets [..] contain no range such as [1-9]; {OFF}"));
                }
                out.push_str(from);
                found = true;
            }
            rest = &rest[end + 1..];
        } else {
            return Err(format!("a brace or bracket is closed but not opened; {OFF}"));
        }
    }
    out.push_str(rest);
    Ok((out, found))
}

fn is_ipv6(text: &str) -> bool {
    text.parse::<std::net::Ipv6Addr>().is_ok()
}

/// Returns the only item before a `}`, or `None` if there are several, and the text after the `}`. Returns `None` if
/// there is no `}`.
fn split_braces(text: &str) -> Option<(Option<String>, &str)> {
    let mut item = String::new();
    let mut several = false;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '}' => return Some(((!several).then_some(item), &text[at + 1..])),
            ',' => several = true,
            '{' | '[' | ']' => return None,
            '\\' => item.extend(chars.next().map(|(_, c)| c)),
            c => item.push(c),
        }
    }
    None
}
