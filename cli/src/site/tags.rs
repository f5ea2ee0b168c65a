//! Raw HTML tags in descriptions: those that are known, and their parser.

/// Inline tags, each with the tag written for it.
pub(super) const INLINE: &[(&str, &str)] = &[
    ("b", "strong"),
    ("strong", "strong"),
    ("i", "em"),
    ("em", "em"),
    ("code", "code"),
    ("tt", "code"),
    ("u", "em"),
    ("s", "del"),
    ("del", "del"),
    ("sub", "sub"),
    ("sup", "sup"),
];

/// Block tags, each with the tag written for it. An empty one only ends a line.
pub(super) const BLOCK: &[(&str, &str)] = &[
    ("p", "p"),
    ("ul", "ul"),
    ("ol", "ol"),
    ("li", "li"),
    ("h1", "p"),
    ("h2", "p"),
    ("h3", "p"),
    ("h4", "p"),
    ("h5", "p"),
    ("h6", "p"),
    ("pre", "pre"),
    ("div", ""),
    ("aside", ""),
    ("section", ""),
    ("center", ""),
    ("span", ""),
];

/// Table tags, each with the tag written for it. A misplaced one is shown as text.
pub(super) const TABLE: &[(&str, &str)] = &[
    ("table", "table"),
    ("thead", "thead"),
    ("tbody", "tbody"),
    ("tfoot", "tbody"),
    ("tr", "tr"),
    ("th", "th"),
    ("td", "td"),
];

/// A tag in the input.
pub(super) struct RawTag<'a> {
    pub(super) name: String,
    pub(super) end: bool,
    rest: &'a str,
}

impl RawTag<'_> {
    /// Returns the value of the first attribute with this name.
    pub(super) fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.rest;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let is_over = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '=');
            // A leading = is part of the name, as in a browser.
            let first = rest.chars().next()?.len_utf8();
            let length = rest.get(first..)?.find(is_over).map_or(rest.len(), |at| first + at);
            let (name, after) = rest.split_at(length);
            let value;
            (value, rest) = match after.trim_ascii_start().strip_prefix('=') {
                Some(after) => split_value(after.trim_ascii_start()),
                None => ("", after),
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(html_escape::decode_html_entities(value).into_owned());
            }
        }
    }
}

/// Splits off the attribute value that `text` starts with.
fn split_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    text.split_at(text.find(|c: char| c.is_ascii_whitespace()).unwrap_or(text.len()))
}

/// Parses the tag that `text` starts with. Returns it and the rest.
pub(super) fn read_tag(text: &str) -> Option<(RawTag<'_>, &str)> {
    let inner = text.strip_prefix('<')?;
    let (inner, after) = inner.split_at(find_end(inner)?);
    let (end, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    let length = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(length);
    let whole = rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_whitespace() || c == '/');
    let tag = RawTag { name: name.to_ascii_lowercase(), end, rest };
    (length > 0 && whole).then_some((tag, after.get(1..)?))
}

/// Finds the `>` that ends a tag: the first outside quoted values. A `<` inside means that it is not a tag,
/// so the search never goes beyond the next `<`.
fn find_end(tag: &str) -> Option<usize> {
    let (mut quote, mut before) = (None, b' ');
    for (at, byte) in tag.bytes().enumerate() {
        match (byte, quote) {
            (b'<', _) => return None,
            (_, Some(open)) => quote = quote.filter(|_| byte != open),
            (b'>', None) => return Some(at),
            (b'"' | b'\'', None) if before == b'=' => quote = Some(byte),
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    None
}
