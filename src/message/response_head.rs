//! The status line and the header of a response, as received, and the cookies in it.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use crate::named::NamedList;
use crate::text::headers::trim_ows;

/// The status line and the header of a response: their text and an index into it.
#[derive(Clone, Default)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// The status line and the header lines, each with CRLF.
    pub(crate) text: String,
    /// The offset of the first header line.
    pub(crate) header_start: usize,
    pub(crate) fields: HeadFields,
    /// The values that are not in the text as they are, by the index of the field, in ascending order.
    pub(crate) odd_values: Vec<(usize, OddValue)>,
    /// Whether another parser could read it differently. If so, nothing after it is trusted.
    pub(crate) is_ambiguous: bool,
    /// Built by the first caller of [`index`](Self::index).
    pub(crate) index: OnceLock<Box<FieldIndex>>,
}

/// The offsets of a field in the text. (A head is limited to far less than 4 GiB.)
#[derive(Clone, Copy, Default)]
pub(crate) struct Field {
    name_start: u32,
    name_end: u32,
    value_start: u32,
    value_end: u32,
}

impl Field {
    fn name_len(self) -> usize {
        (self.name_end - self.name_start) as usize
    }
}

/// The fields of a head. The first ones need no allocation.
#[derive(Clone, Default)]
pub(crate) struct HeadFields {
    first: [Field; 8],
    rest: Vec<Field>,
    len: usize,
    /// A bit for the length of each name, modulo 64. It rules out most searches of a name that is absent.
    lengths: u64,
}

impl HeadFields {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    fn get(&self, index: usize) -> Option<Field> {
        let field = match index.checked_sub(self.first.len()) {
            None => self.first.get(index),
            Some(index) => self.rest.get(index),
        };
        field.copied().filter(|_| index < self.len)
    }

    fn push(&mut self, field: Field) {
        match self.first.get_mut(self.len) {
            Some(place) => *place = field,
            None => self.rest.push(field),
        }
        self.len += 1;
        self.lengths |= 1 << (field.name_len() % 64);
    }

    /// The fields whose names may have this length.
    fn with_length(&self, length: usize) -> impl Iterator<Item = usize> {
        let is_possible = self.lengths & (1 << (length % 64)) != 0;
        let count = if is_possible { self.len } else { 0 };
        (0..count).filter(move |at| self.get(*at).is_some_and(|field| field.name_len() == length))
    }
}

/// A value that was folded or is not UTF-8.
#[derive(Clone, Default)]
pub(crate) struct OddValue {
    /// The joined value of a field that was folded (RFC 9112 section 5.2).
    unfolded: Option<String>,
    /// The bytes of the value, if one of its lines is not UTF-8. The text has such a line as Latin-1.
    raw: Option<Vec<u8>>,
}

/// Returns the bytes of text that was decoded as Latin-1.
fn latin1(text: &str) -> impl Iterator<Item = u8> {
    text.chars().filter_map(|c| u8::try_from(c).ok())
}

impl Head {
    pub(crate) fn status_line(&self) -> &str {
        self.text[..self.header_start].trim_end_matches(['\r', '\n'])
    }

    pub(crate) fn header(&self) -> &str {
        &self.text[self.header_start..]
    }

    /// Whether the response to a request with this verb has the requested content, even if that is empty.
    pub(crate) fn has_content(&self, verb: &str) -> bool {
        (200..300).contains(&self.status) && self.status != 204 && verb != "HEAD"
    }

    /// The reason phrase.
    pub(crate) fn reason(&self) -> &str {
        self.status_line().splitn(3, ' ').nth(2).unwrap_or_default()
    }

    /// Adds the field with the name and the value at these places of the text.
    pub(crate) fn push_field(&mut self, name: Range<usize>, value: Range<usize>, is_latin1: bool) {
        if is_latin1 {
            let raw = Some(latin1(&self.text[value.clone()]).collect());
            self.odd_values.push((self.fields.len(), OddValue { unfolded: None, raw }));
        }
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.fields.push(Field {
            name_start: place(name.start),
            name_end: place(name.end),
            value_start: place(value.start),
            value_end: place(value.end),
        });
    }

    /// Appends the next line of a folded value, which is at this place of the text, to the last field.
    pub(crate) fn fold(&mut self, line: Range<usize>, is_latin1: bool) {
        let Some(last) = self.fields.len().checked_sub(1) else { return };
        if self.odd_values.last().is_none_or(|(index, _)| *index != last) {
            self.odd_values.push((last, OddValue::default()));
        }
        let Head { text, fields, odd_values, .. } = self;
        let Some(((_, odd), field)) = odd_values.last_mut().zip(fields.get(last)) else { return };
        let value = field.value_start as usize..field.value_end as usize;
        let value = || text.get(value).unwrap_or_default().to_owned();
        let unfolded = odd.unfolded.get_or_insert_with(value);
        let text = &text[line];
        if is_latin1 || odd.raw.is_some() {
            let raw = odd.raw.get_or_insert_with(|| unfolded.clone().into_bytes());
            if !raw.is_empty() {
                raw.push(b' ');
            }
            match is_latin1 {
                true => raw.extend(latin1(text)),
                false => raw.extend_from_slice(text.as_bytes()),
            }
        }
        if !unfolded.is_empty() {
            unfolded.push(' ');
        }
        unfolded.push_str(text);
    }

    fn odd_value(&self, index: usize) -> Option<&OddValue> {
        let at = self.odd_values.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        self.odd_values.get(at).map(|(_, odd)| odd)
    }

    pub(crate) fn field(&self, index: usize) -> Option<(&str, &str)> {
        let Field { name_start, name_end, value_start, value_end } = self.fields.get(index)?;
        let text = |start: u32, end: u32| self.text.get(start as usize..end as usize);
        let unfolded = self.odd_value(index).and_then(|odd| odd.unfolded.as_deref());
        Some((text(name_start, name_end)?, unfolded.or_else(|| text(value_start, value_end))?))
    }

    /// The elements of the lists in all fields of this name (RFC 9110 section 5.6.1).
    ///
    /// Only spaces and tabs are removed around an element. The grammar has no other white space, and an
    /// intermediary might not skip it.
    pub(crate) fn elements(&self, name: &str) -> impl Iterator<Item = &str> {
        self.all(name).flat_map(|value| value.split(',')).map(trim_ows)
    }

    /// The values of all fields of this name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        // The length rules out most names, before the text is looked at.
        let fields = self.fields.with_length(name.len()).filter_map(|at| self.field(at));
        fields.filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The index of the fields, if there are many. With fewer, a search takes at most some microseconds.
    pub(crate) fn index(&self) -> Option<&FieldIndex> {
        const MANY: usize = 256;
        let is_long = self.fields.len() > MANY;
        is_long.then(|| &**self.index.get_or_init(|| Box::new(FieldIndex::new(self))))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        (0..self.fields.len()).filter_map(|index| self.field(index))
    }

    /// The time that the Retry-After field names. `now` is the time from which seconds count.
    pub(crate) fn retry_time(&self, now: SystemTime) -> Option<SystemTime> {
        // A longer time means never, and could overflow a clock.
        const MAX_SECONDS: u64 = 100 * 365 * 24 * 60 * 60;
        let value = self.all("Retry-After").next()?.trim();
        if value.is_empty() || !value.bytes().all(|b| b.is_ascii_digit()) {
            return httpdate::parse_http_date(value).ok();
        }
        let seconds = value.parse().unwrap_or(u64::MAX).min(MAX_SECONDS);
        now.checked_add(Duration::from_secs(seconds))
    }

    /// The values of all fields of this name, as the bytes received.
    #[cfg(feature = "cookies")]
    pub(crate) fn all_bytes(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        (0..self.fields.len()).filter_map(move |index| {
            let (_, value) = self.field(index).filter(|(n, _)| n.eq_ignore_ascii_case(name))?;
            let raw = self.odd_value(index).and_then(|odd| odd.raw.as_deref());
            Some(raw.unwrap_or(value.as_bytes()))
        })
    }
}

/// The fields of a long head by name, so that many look-ups take linear time.
#[derive(Clone, Default)]
pub(crate) struct FieldIndex {
    /// The position of each field, by its name.
    positions: NamedList<(String, usize), true>,
    /// The positions of the Set-Cookie fields that are cookies.
    cookies: Vec<usize>,
}

impl FieldIndex {
    fn new(head: &Head) -> FieldIndex {
        let mut index = FieldIndex::default();
        for (at, (name, value)) in head.iter().enumerate() {
            index.positions.push((name.to_owned(), at));
            let is_cookie = name.eq_ignore_ascii_case("Set-Cookie");
            if is_cookie && Cookie::parse(value, "").is_some() {
                index.cookies.push(at);
            }
        }
        index
    }

    pub(crate) fn positions(&self, name: &str) -> impl Iterator<Item = usize> {
        self.positions.all(name).map(|(_, at)| *at)
    }

    pub(crate) fn cookies(&self) -> &[usize] {
        &self.cookies
    }
}

/// A cookie that a response sets. Its value may be secret, so `Debug` does not show it.
#[derive(Clone, Copy)]
pub struct Cookie<'r> {
    name: &'r str,
    value: &'r str,
    attributes: &'r str,
    host: &'r str,
}

impl<'r> Cookie<'r> {
    /// `host` is the host that sent the field.
    pub(super) fn parse(field: &'r str, host: &'r str) -> Option<Cookie<'r>> {
        let (pair, attributes) = field.split_once(';').unwrap_or((field, ""));
        let (name, value) = pair.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        (!name.is_empty()).then_some(Cookie { name, value, attributes, host })
    }

    fn attribute(&self, wanted: &str) -> Option<&'r str> {
        self.attributes.split(';').find_map(|attribute| {
            let (name, value) = attribute.split_once('=')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    }

    /// The name.
    pub fn name(&self) -> &'r str {
        self.name
    }

    /// The value as received.
    pub fn value(&self) -> &'r str {
        self.value
    }

    /// The Domain attribute, or else the host that sent the cookie (RFC 6265 section 5.3).
    pub fn domain(&self) -> &'r str {
        self.attribute("domain").unwrap_or(self.host)
    }

    /// The Path attribute, or else `/`.
    pub fn path(&self) -> &'r str {
        self.attribute("path").unwrap_or("/")
    }

    /// The Expires attribute as received. `None` for a session cookie.
    pub fn expires(&self) -> Option<&'r str> {
        self.attribute("expires")
    }
}

impl fmt::Debug for Cookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cookie").field("name", &self.name).finish_non_exhaustive()
    }
}
