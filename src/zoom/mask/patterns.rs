//! The search for a secret in a text, however it is escaped.
//!
//! Each position of a text has several readings: the character itself, and the characters of the escapes that
//! start there. A secret matches if any choice of readings yields it, so it is found even if only some characters
//! are escaped, or more than necessary. A secret that is escaped twice is found after one layer of escapes is
//! decoded.
//!
//! The cost is linear in the length of the text and independent of the length of the secret: the first 64
//! characters of a secret are 64 bits, and one step of the search is a few operations on them. A match is extended
//! for as long as the text continues the secret.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use encoding_rs::WINDOWS_1252;

use crate::redact::MASK;
use crate::zoom::mask::escapes::{self, Reading};

/// The minimum length of a secret. A shorter text occurs in many words and reveals nothing.
pub(crate) const TOO_SHORT: usize = 4;

/// The length from which the beginning of a secret is unlikely to be a word.
const LONG_PART: usize = 8;

/// The maximum number of layers of escapes that are decoded.
const LAYERS: usize = 4;

/// The character that decoders substitute for invalid bytes.
const UNKNOWN: char = '\u{fffd}';

/// Which beginnings of a secret count as a match.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Ends {
    /// None.
    Whole,
    /// One at the end of the text, which was cut off.
    Cut,
    /// Those before a quotation mark, an ellipsis or the end of a line, since quotes may be cut off; and the
    /// longer words of a secret, since the text may quote parts of URLs.
    Quoted,
}

/// A secret in one form.
#[derive(Clone, PartialEq)]
pub(crate) struct SecretPattern {
    chars: Vec<char>,
    /// The minimum length of a beginning that counts.
    part: usize,
    /// Whether it has enough ASCII to be recognized even if the rest was decoded with a wrong charset.
    has_enough_ascii: bool,
}

impl SecretPattern {
    /// Returns `None` if the text is too short to be a secret.
    pub(crate) fn new(text: impl IntoIterator<Item = char>, part: usize) -> Option<SecretPattern> {
        let chars: Vec<char> = text.into_iter().map(canonical).collect();
        let mut shortened = chars.clone();
        // Servers collapse white space.
        shortened.dedup_by(|next, before| *next == ' ' && *before == ' ');
        let chars = if shortened.len() < TOO_SHORT { chars } else { shortened };
        let is_long = chars.len() >= TOO_SHORT && chars.iter().any(|c| *c != ' ');
        is_long.then(|| SecretPattern::from_chars(chars, part))
    }

    fn from_chars(chars: Vec<char>, part: usize) -> SecretPattern {
        let ascii = chars.iter().filter(|c| c.is_ascii() && **c != ' ').count();
        SecretPattern { chars, part, has_enough_ascii: ascii >= TOO_SHORT }
    }

    /// Returns the pattern without surrounding white space, which servers trim.
    pub(crate) fn trim(&self) -> Option<SecretPattern> {
        let is_space = |c: &&char| **c == ' ';
        let skipped = self.chars.iter().take_while(is_space).count();
        let after = self.chars.iter().rev().take_while(is_space).count();
        let inner = self.chars.get(skipped..self.chars.len() - after)?;
        SecretPattern::new(inner.iter().copied(), self.part)
    }

    /// Returns its longer words, which are left if it was split as a URL.
    fn words(&self) -> impl Iterator<Item = SecretPattern> {
        let words = self.chars.split(|c| !c.is_alphanumeric());
        let words = words.filter(|word| (LONG_PART..self.chars.len()).contains(&word.len()));
        words.map(|word| SecretPattern::from_chars(word.to_vec(), LONG_PART))
    }

    /// Returns the number of characters that are searched for.
    fn searched_len(&self) -> usize {
        self.chars.len().min(64)
    }

    /// Whether a character matches the one at this index. A character outside ASCII may have been decoded with a
    /// wrong charset, or be `?` if a charset does not have it.
    fn fits(&self, index: usize, c: char) -> bool {
        let wanted = self.chars[index];
        wanted == c || (!wanted.is_ascii() && (c == '?' || self.may_be_misread(c)))
    }

    /// Whether a character may be the result of a wrong charset. For a secret without enough ASCII, only
    /// Latin charsets count, or each text in its script would be masked.
    fn may_be_misread(&self, c: char) -> bool {
        let is_latin = || !WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])).2;
        !c.is_ascii() && (self.has_enough_ascii || c == UNKNOWN || is_latin())
    }

    /// Whether a character may extend the one before this index: more white space, or another byte of a
    /// character that was decoded with a wrong charset.
    fn extends(&self, index: usize, c: char) -> bool {
        let before = index.checked_sub(1).map(|before| self.chars[before]);
        (c == ' ' && before == Some(' '))
            || (self.may_be_misread(c) && before.is_some_and(|before| !before.is_ascii()))
    }
}

/// Returns a character as it is compared. All white space is the same character, including `+`, the space of forms.
/// The control characters of Latin-1 become the characters of windows-1252.
fn canonical(c: char) -> char {
    let c = match c {
        '\u{80}'..='\u{9f}' => {
            let byte = [u8::try_from(c).unwrap_or_default()];
            let text = WINDOWS_1252.decode_without_bom_handling(&byte).0;
            text.chars().next().unwrap_or(c)
        }
        _ => c,
    };
    if c == '+' || c.is_whitespace() || c.is_control() { ' ' } else { c }
}

/// A text with its escapes, possibly after decoding some layers.
struct TextLayer {
    chars: Vec<char>,
    /// The offset of each character in the original text, and the end of the text.
    offsets: Vec<usize>,
    /// The readings of the escapes, by position.
    escapes: Vec<(usize, Reading)>,
    /// The unambiguous readings.
    certain: Vec<(usize, Reading)>,
    /// The positions from which the rest of the text may be the beginning of an escape or of a character.
    cut_from: Vec<usize>,
    /// The set of ASCII characters in all readings.
    present: u128,
}

impl TextLayer {
    fn new(text: &str) -> TextLayer {
        let mut offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        offsets.push(text.len());
        TextLayer::from_chars(text.chars().collect(), offsets)
    }

    fn from_chars(chars: Vec<char>, offsets: Vec<usize>) -> TextLayer {
        let (mut escapes, mut certain, mut found) = (Vec::new(), Vec::new(), Vec::new());
        let mut present = 0;
        for (place, c) in chars.iter().enumerate() {
            present |= ascii_bit(canonical(*c));
            if escapes::is_start(*c) {
                let end = chars.len().min(place + escapes::MAX_ESCAPE_LEN);
                let reading = escapes::read(&chars[place..end], &mut found);
                certain.extend(reading.map(|reading| (place, reading)));
                for (c, len) in found.drain(..) {
                    let c = canonical(c);
                    present |= ascii_bit(c);
                    escapes.push((place, (c, len)));
                }
            }
        }
        let first = chars.len().saturating_sub(escapes::MAX_ESCAPE_LEN);
        let is_cut = |place: &usize| {
            let rest = &chars[*place..];
            escapes::is_cut(rest) || rest.iter().all(|c| *c == UNKNOWN)
        };
        let cut_from = (first..=chars.len()).filter(is_cut).collect();
        TextLayer { chars, offsets, escapes, certain, cut_from, present }
    }

    /// Decodes one layer of escapes, if there is any.
    fn decode(&self) -> Option<TextLayer> {
        let mut certain = self.certain.iter().peekable();
        certain.peek()?;
        let (mut chars, mut offsets, mut place) = (Vec::new(), Vec::new(), 0);
        while place < self.chars.len() {
            offsets.push(self.offsets[place]);
            while certain.next_if(|(start, _)| *start < place).is_some() {}
            let (c, len) = match certain.next_if(|(start, _)| *start == place) {
                Some((_, reading)) => *reading,
                None => (self.chars[place], 1),
            };
            chars.push(c);
            place += len;
        }
        offsets.push(self.offsets[self.chars.len()]);
        Some(TextLayer::from_chars(chars, offsets))
    }

    fn len(&self) -> usize {
        self.chars.len()
    }

    fn readings(&self, place: usize) -> impl Iterator<Item = Reading> {
        let first = self.escapes.partition_point(|(start, _)| *start < place);
        let escapes = self.escapes[first..].iter().take_while(move |(start, _)| *start == place);
        std::iter::once((canonical(self.chars[place]), 1))
            .chain(escapes.map(|(_, reading)| *reading))
    }

    /// Returns the length of a fold of a long line at this position: a line break with the white space after it,
    /// and in quoted-printable with `=` before it.
    fn fold(&self, place: usize) -> Option<usize> {
        let rest = &self.chars[place..];
        let start = usize::from(rest[0] == '=');
        let ends = rest[start..].iter().take_while(|c| matches!(c, '\r' | '\n')).take(2).count();
        let spaces = || rest[start + ends..].iter().take_while(|c| matches!(c, ' ' | '\t'));
        (ends > 0).then(|| start + ends + spaces().take(16).count())
    }

    /// Returns the minimum length of the beginning of a secret that may end here.
    fn min_part_before(&self, place: usize, ends: Ends, pattern: &SecretPattern) -> Option<usize> {
        let in_url = pattern.part.max(LONG_PART);
        match ends {
            Ends::Whole => None,
            _ if self.is_cut_from(place) => Some(pattern.part),
            Ends::Cut => None,
            Ends::Quoted => match self.after_half_an_escape(place) {
                [' ', '.', '.', '.', ..] | ['.', '.', '.', ..] => Some(pattern.part),
                ['"' | '\'' | '`' | '…' | '\n', ..] => Some(pattern.part),
                ['/' | '?' | '#', ..] => Some(in_url),
                _ => None,
            },
        }
    }

    fn after_half_an_escape(&self, place: usize) -> &[char] {
        let rest = &self.chars[place..];
        let half = (1..rest.len().min(12)).take_while(|len| escapes::is_cut(&rest[..*len])).last();
        &rest[half.unwrap_or_default()..]
    }

    fn is_cut_from(&self, place: usize) -> bool {
        self.cut_from.binary_search(&place).is_ok()
    }
}

fn ascii_bit(c: char) -> u128 {
    if c.is_ascii() { 1 << u32::from(c) } else { 0 }
}

/// Masks each match of a pattern in a text.
pub(crate) fn mask<'t>(patterns: &[SecretPattern], text: Cow<'t, str>, ends: Ends) -> Cow<'t, str> {
    let words = patterns.iter().filter(|_| ends == Ends::Quoted).flat_map(SecretPattern::words);
    let words: Vec<SecretPattern> = words.collect();
    let mut found = Vec::new();
    let mut layer = (!patterns.is_empty()).then(|| TextLayer::new(&text));
    for _ in 0..LAYERS {
        let Some(this) = layer else { break };
        let mut search = Search { layer: &this, ends, matches: Vec::new() };
        for pattern in patterns.iter().chain(&words) {
            search.find(pattern, &mut found);
        }
        layer = this.decode();
    }
    if found.is_empty() {
        return text;
    }
    found.sort_by_key(|range| range.start);
    let (mut masked, mut shown) = (String::with_capacity(text.len()), 0);
    for range in found {
        if range.start >= shown {
            masked.extend([&text[shown..range.start], MASK]);
        }
        shown = shown.max(range.end);
    }
    masked.push_str(&text[shown..]);
    masked.into()
}

/// Decodes the escapes in a text, layer by layer.
pub(crate) fn decode_layers(text: &str) -> Vec<String> {
    let first = TextLayer::new(text).decode();
    let layers = std::iter::successors(first, TextLayer::decode);
    layers.take(LAYERS).map(|layer| layer.chars.iter().collect()).collect()
}

struct Search<'l> {
    layer: &'l TextLayer,
    ends: Ends,
    /// For each position, one bit for each index of the pattern: whether the rest of the pattern matches here.
    matches: Vec<u64>,
}

impl Search<'_> {
    fn find(&mut self, pattern: &SecretPattern, found: &mut Vec<Range<usize>>) {
        let min_len = self.min_len(pattern);
        let needed = pattern.chars[..min_len].iter().fold(0, |bits, c| bits | ascii_bit(*c));
        if needed & !self.layer.present != 0 {
            return;
        }
        self.fill(pattern);
        let starts_at = |place: &usize| self.matches[*place] & 1 != 0;
        let mut next = 0;
        while let Some(start) = (next..self.layer.len()).find(starts_at) {
            let mut end = self.end_of(pattern, start);
            if !self.is_real_match(pattern, start, end) {
                next = start + 1;
                continue;
            }
            let mut seen = start + 1;
            // A match that starts within the previous one may end after it.
            while let Some(start) = (seen..end).rev().find(starts_at) {
                seen = end;
                end = end.max(self.end_of(pattern, start));
            }
            found.push(self.layer.offsets[start]..self.layer.offsets[end]);
            next = end.max(start + 1);
        }
    }

    /// Whether the match from `start` to `end` is real. The search treats all characters outside ASCII as equal,
    /// and a beginning of a few characters within a word is not a secret.
    fn is_real_match(&self, pattern: &SecretPattern, start: usize, end: usize) -> bool {
        let is_short_part = end - start < LONG_PART.min(pattern.chars.len());
        let before = start.checked_sub(1).map(|before| self.layer.chars[before]);
        let in_word = before.is_some_and(char::is_alphanumeric);
        end > start && !(self.ends == Ends::Quoted && is_short_part && in_word)
    }

    /// Returns the minimum length of a match.
    fn min_len(&self, pattern: &SecretPattern) -> usize {
        match self.ends {
            Ends::Whole => pattern.searched_len(),
            _ => pattern.searched_len().min(pattern.part),
        }
    }

    /// Fills `matches` from the end of the text to its start.
    fn fill(&mut self, pattern: &SecretPattern) {
        let layer = self.layer;
        let length = pattern.searched_len();
        let bits = |fits: &dyn Fn(usize) -> bool| {
            (0..length).filter(|index| fits(*index)).fold(0, |bits, index| bits | 1 << index)
        };
        let mut ascii_bits = [0u64; 128];
        for (c, char_bits) in (0u8..).zip(&mut ascii_bits) {
            if pattern.chars.contains(&char::from(c)) || c == b'?' {
                *char_bits = bits(&|index| pattern.fits(index, char::from(c)));
            }
        }
        let foreign_bits = bits(&|index| pattern.fits(index, UNKNOWN));
        let char_bits = |c: char| *ascii_bits.get(u32::from(c) as usize).unwrap_or(&foreign_bits);
        let last = 1u64 << (length - 1);
        let after_space = bits(&|index| pattern.extends(index, ' '));
        let after_foreign = bits(&|index| pattern.extends(index, UNKNOWN));
        self.matches.clear();
        self.matches.resize(layer.len() + 1, 0);
        let mut escapes = layer.escapes.iter().rev().peekable();
        for place in (0..=layer.len()).rev() {
            // If a beginning may end here, each one that is long enough matches.
            let min_len = layer.min_part_before(place, self.ends, pattern);
            let mut bits_here = min_len.map_or(0, |min_len| bits(&|index| index >= min_len));
            if let Some(c) = layer.chars.get(place) {
                let mut read = |c: char, len: usize| {
                    let rest = self.matches[place + len];
                    bits_here |= char_bits(c) & (rest >> 1 | last);
                    bits_here |= match c {
                        ' ' => rest & after_space,
                        _ if c.is_ascii() => 0,
                        _ => rest & after_foreign,
                    };
                };
                read(canonical(*c), 1);
                while let Some((_, (c, len))) = escapes.next_if(|(start, _)| *start == place) {
                    read(*c, *len);
                }
                if let Some(len) = layer.fold(place) {
                    bits_here |= self.matches[place + len] & !1;
                }
            }
            self.matches[place] = bits_here;
        }
    }

    /// Returns the end of the longest match that starts here.
    fn end_of(&self, pattern: &SecretPattern, start: usize) -> usize {
        let (layer, searched) = (self.layer, pattern.searched_len());
        let mut end = start;
        // The positions reached, and the number of pattern characters read there.
        let mut reached = BTreeSet::from([(start, 0)]);
        while let Some((place, index)) = reached.pop_first() {
            let min_len = layer.min_part_before(place, self.ends, pattern);
            let is_part = min_len.is_some_and(|min_len| index >= min_len);
            if is_part && layer.is_cut_from(place) {
                return layer.len();
            }
            if index >= searched || is_part {
                end = end.max(place);
            }
            if index == pattern.chars.len() || place == layer.len() {
                continue;
            }
            let mut reach = |place: usize, index: usize| {
                let continues = index >= searched || self.matches[place] >> index & 1 != 0;
                // A text has few readings, and any of them suffices.
                if continues && reached.len() < 64 {
                    reached.insert((place, index));
                }
            };
            for (c, len) in layer.readings(place) {
                if pattern.fits(index, c) {
                    reach(place + len, index + 1);
                }
                if pattern.extends(index, c) {
                    reach(place + len, index);
                }
            }
            if let Some(len) = layer.fold(place).filter(|_| index > 0) {
                reach(place + len, index);
            }
        }
        end
    }
}

#[cfg(test)]
mod tests;
