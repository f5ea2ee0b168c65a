//! Finding a secret in a text, however it is escaped there.
//!
//! Each place of a text has several readings: the character itself, and what escapes that start
//! there stand for. A secret is found where any choice of readings gives it, so a text in which
//! only some characters are escaped, or more than need be, is no obstacle. What is escaped twice is
//! found in the text with one layer of escapes taken off.
//!
//! The cost grows with the length of the text, not with that of the secret: the first 64 characters
//! of a secret are 64 bits, and one step of the search is a few operations on them. Text that has
//! so much of a secret is masked for as long as it goes on with it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use encoding_rs::WINDOWS_1252;

use crate::redact::MASK;
use crate::zoom::mask::escapes::{self, Reading};

/// A shorter text is part of many words and gives nothing away.
pub(crate) const TOO_SHORT: usize = 4;

/// A beginning of a secret that can hardly be a word.
const LONG_PART: usize = 8;

/// How many times a text may have been escaped.
const LAYERS: usize = 4;

/// What decoders put where bytes are no text.
const UNKNOWN: char = '\u{fffd}';

/// Which beginnings of a secret count as the secret.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Ends {
    /// None.
    Whole,
    /// The one at the end of the text, which was cut off.
    Cut,
    /// Those before a quotation mark, an ellipsis or the end of a line, since the text quotes
    /// others that may be cut off; and the longer words of a secret, since it quotes the parts of
    /// URLs.
    Quoted,
}

/// What to look for.
#[derive(Clone, PartialEq)]
pub(crate) struct SecretPattern {
    chars: Vec<char>,
    /// The least of it that can count as a beginning.
    part: usize,
    /// It has enough ASCII to be known by that, in whatever charset the rest was read.
    is_known_by_ascii: bool,
}

impl SecretPattern {
    /// `None` where the text is too short to be a secret.
    pub(crate) fn new(text: impl IntoIterator<Item = char>, part: usize) -> Option<SecretPattern> {
        let chars: Vec<char> = text.into_iter().map(canonical).collect();
        let mut shortened = chars.clone();
        // Servers shorten white space.
        shortened.dedup_by(|next, before| *next == ' ' && *before == ' ');
        let chars = if shortened.len() < TOO_SHORT { chars } else { shortened };
        let is_long = chars.len() >= TOO_SHORT && chars.iter().any(|c| *c != ' ');
        is_long.then(|| SecretPattern::of(chars, part))
    }

    fn of(chars: Vec<char>, part: usize) -> SecretPattern {
        let ascii = chars.iter().filter(|c| c.is_ascii() && **c != ' ').count();
        SecretPattern { chars, part, is_known_by_ascii: ascii >= TOO_SHORT }
    }

    /// The same without white space at its ends, which servers trim.
    pub(crate) fn trimmed(&self) -> Option<SecretPattern> {
        let is_space = |c: &&char| **c == ' ';
        let skipped = self.chars.iter().take_while(is_space).count();
        let after = self.chars.iter().rev().take_while(is_space).count();
        let inner = self.chars.get(skipped..self.chars.len() - after)?;
        SecretPattern::new(inner.iter().copied(), self.part)
    }

    /// Its longer words: what is left of it where it was taken apart as a URL.
    fn words(&self) -> impl Iterator<Item = SecretPattern> {
        let words = self.chars.split(|c| !c.is_alphanumeric());
        let words = words.filter(|word| (LONG_PART..self.chars.len()).contains(&word.len()));
        words.map(|word| SecretPattern::of(word.to_vec(), LONG_PART))
    }

    /// How much of it is looked for.
    fn searched(&self) -> usize {
        self.chars.len().min(64)
    }

    /// Whether a character may stand for the one at this index. One outside ASCII may have been read in
    /// a charset that it is not in, or be `?` where a charset does not have it.
    fn fits(&self, index: usize, c: char) -> bool {
        let wanted = self.chars[index];
        wanted == c || (!wanted.is_ascii() && (c == '?' || self.may_be_misread(c)))
    }

    /// Whether a character may be what is left of another. Of a secret without enough ASCII only what
    /// Latin charsets make of it counts, or each text in its script would be masked.
    fn may_be_misread(&self, c: char) -> bool {
        let is_latin = || !WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])).2;
        !c.is_ascii() && (self.is_known_by_ascii || c == UNKNOWN || is_latin())
    }

    /// Whether a character may be more of what stands for the one before this index: white space,
    /// or another byte of a character that was misread.
    fn goes_on(&self, index: usize, c: char) -> bool {
        let before = index.checked_sub(1).map(|before| self.chars[before]);
        (c == ' ' && before == Some(' '))
            || (self.may_be_misread(c) && before.is_some_and(|before| !before.is_ascii()))
    }
}

/// A character as it is compared. White space is one character, and so is `+`, which stands for a
/// space in forms; the control characters of Latin-1 are what windows-1252 has in their place.
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

/// A text with its escapes, or one that is left when a layer of escapes is taken off.
struct TextLayer {
    chars: Vec<char>,
    /// Where each character starts in the text, and the text's end.
    at: Vec<usize>,
    /// The readings of the escapes at each place, by place.
    escapes: Vec<(usize, Reading)>,
    /// The readings that are beyond doubt.
    sure: Vec<(usize, Reading)>,
    /// Where the rest of the text may be the first part of an escape or of a character.
    cut_from: Vec<usize>,
    /// The ASCII characters that can be read in it.
    present: u128,
}

impl TextLayer {
    fn new(text: &str) -> TextLayer {
        let mut at: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        at.push(text.len());
        TextLayer::of(text.chars().collect(), at)
    }

    fn of(chars: Vec<char>, at: Vec<usize>) -> TextLayer {
        let (mut escapes, mut sure, mut found) = (Vec::new(), Vec::new(), Vec::new());
        let mut present = 0;
        for (place, c) in chars.iter().enumerate() {
            present |= ascii_bit(canonical(*c));
            if escapes::is_start(*c) {
                let end = chars.len().min(place + escapes::LONGEST);
                let reading = escapes::read(&chars[place..end], &mut found);
                sure.extend(reading.map(|reading| (place, reading)));
                for (c, len) in found.drain(..) {
                    let c = canonical(c);
                    present |= ascii_bit(c);
                    escapes.push((place, (c, len)));
                }
            }
        }
        let least = chars.len().saturating_sub(escapes::LONGEST);
        let is_cut = |place: &usize| {
            let rest = &chars[*place..];
            escapes::is_cut(rest) || rest.iter().all(|c| *c == UNKNOWN)
        };
        let cut_from = (least..=chars.len()).filter(is_cut).collect();
        TextLayer { chars, at, escapes, sure, cut_from, present }
    }

    /// The text with its escapes undone, if it has any.
    fn unescaped(&self) -> Option<TextLayer> {
        let mut sure = self.sure.iter().peekable();
        sure.peek()?;
        let (mut chars, mut at, mut place) = (Vec::new(), Vec::new(), 0);
        while place < self.chars.len() {
            at.push(self.at[place]);
            while sure.next_if(|(start, _)| *start < place).is_some() {}
            let (c, len) = match sure.next_if(|(start, _)| *start == place) {
                Some((_, reading)) => *reading,
                None => (self.chars[place], 1),
            };
            chars.push(c);
            place += len;
        }
        at.push(self.at[self.chars.len()]);
        Some(TextLayer::of(chars, at))
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

    /// How much of the text here is a break of a line that was too long: a line end with the space
    /// after it, in quoted-printable with `=` before it.
    fn fold(&self, place: usize) -> Option<usize> {
        let rest = &self.chars[place..];
        let start = usize::from(rest[0] == '=');
        let ends = rest[start..].iter().take_while(|c| matches!(c, '\r' | '\n')).take(2).count();
        let spaces = || rest[start + ends..].iter().take_while(|c| matches!(c, ' ' | '\t'));
        (ends > 0).then(|| start + ends + spaces().take(16).count())
    }

    /// How much of a secret must have come where one that is not whole may end here.
    fn least_before(&self, place: usize, ends: Ends, pattern: &SecretPattern) -> Option<usize> {
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

/// The text with each place masked where a pattern is found.
pub(crate) fn mask<'t>(patterns: &[SecretPattern], text: Cow<'t, str>, ends: Ends) -> Cow<'t, str> {
    let words = patterns.iter().filter(|_| ends == Ends::Quoted).flat_map(SecretPattern::words);
    let words: Vec<SecretPattern> = words.collect();
    let mut found = Vec::new();
    let mut layer = (!patterns.is_empty()).then(|| TextLayer::new(&text));
    for _ in 0..LAYERS {
        let Some(this) = layer else { break };
        let mut search = Search { layer: &this, ends, open: Vec::new() };
        for pattern in patterns.iter().chain(&words) {
            search.find(pattern, &mut found);
        }
        layer = this.unescaped();
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

/// The texts that are left when the escapes in a text are undone, once and again.
pub(crate) fn unescaped(text: &str) -> Vec<String> {
    let first = TextLayer::new(text).unescaped();
    let layers = std::iter::successors(first, TextLayer::unescaped);
    layers.take(LAYERS).map(|layer| layer.chars.iter().collect()).collect()
}

struct Search<'l> {
    layer: &'l TextLayer,
    ends: Ends,
    /// For each place, one bit for each index of the pattern: whether the rest of the pattern
    /// stands here.
    open: Vec<u64>,
}

impl Search<'_> {
    fn find(&mut self, pattern: &SecretPattern, found: &mut Vec<Range<usize>>) {
        let least = self.least(pattern);
        let needed = pattern.chars[..least].iter().fold(0, |bits, c| bits | ascii_bit(*c));
        if needed & !self.layer.present != 0 {
            return;
        }
        self.fill(pattern);
        let starts_at = |place: &usize| self.open[*place] & 1 != 0;
        let mut next = 0;
        while let Some(start) = (next..self.layer.len()).find(starts_at) {
            let mut end = self.end_of(pattern, start);
            if !self.counts(pattern, start, end) {
                next = start + 1;
                continue;
            }
            let mut seen = start + 1;
            // The last one that starts within the one before may end after it.
            while let Some(start) = (seen..end).rev().find(starts_at) {
                seen = end;
                end = end.max(self.end_of(pattern, start));
            }
            found.push(self.layer.at[start]..self.layer.at[end]);
            next = end.max(start + 1);
        }
    }

    /// Whether what was found from `start` to `end` is more than a likeness. The search takes all foreign
    /// characters for one, and a beginning of a few characters in the middle of a word is no secret.
    fn counts(&self, pattern: &SecretPattern, start: usize, end: usize) -> bool {
        let is_short_part = end - start < LONG_PART.min(pattern.chars.len());
        let before = start.checked_sub(1).map(|before| self.layer.chars[before]);
        let in_word = before.is_some_and(char::is_alphanumeric);
        end > start && !(self.ends == Ends::Quoted && is_short_part && in_word)
    }

    /// How much of a pattern is a match.
    fn least(&self, pattern: &SecretPattern) -> usize {
        match self.ends {
            Ends::Whole => pattern.searched(),
            _ => pattern.searched().min(pattern.part),
        }
    }

    /// Finds where the pattern stands, from the end of the text to its start.
    fn fill(&mut self, pattern: &SecretPattern) {
        let layer = self.layer;
        let length = pattern.searched();
        let bits = |fits: &dyn Fn(usize) -> bool| {
            (0..length).filter(|index| fits(*index)).fold(0, |bits, index| bits | 1 << index)
        };
        let mut of_ascii = [0u64; 128];
        for (c, of_char) in (0u8..).zip(&mut of_ascii) {
            if pattern.chars.contains(&char::from(c)) || c == b'?' {
                *of_char = bits(&|index| pattern.fits(index, char::from(c)));
            }
        }
        let of_foreign = bits(&|index| pattern.fits(index, UNKNOWN));
        let of = |c: char| *of_ascii.get(u32::from(c) as usize).unwrap_or(&of_foreign);
        let last = 1u64 << (length - 1);
        let after_space = bits(&|index| pattern.goes_on(index, ' '));
        let after_foreign = bits(&|index| pattern.goes_on(index, UNKNOWN));
        self.open.clear();
        self.open.resize(layer.len() + 1, 0);
        let mut escapes = layer.escapes.iter().rev().peekable();
        for place in (0..=layer.len()).rev() {
            // Where a beginning may end, each that is long enough has ended.
            let least = layer.least_before(place, self.ends, pattern);
            let mut open = least.map_or(0, |least| bits(&|index| index >= least));
            if let Some(c) = layer.chars.get(place) {
                let mut read = |c: char, len: usize| {
                    let rest = self.open[place + len];
                    open |= of(c) & (rest >> 1 | last);
                    open |= match c {
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
                    open |= self.open[place + len] & !1;
                }
            }
            self.open[place] = open;
        }
    }

    /// Where the longest match that starts here ends.
    fn end_of(&self, pattern: &SecretPattern, start: usize) -> usize {
        let (layer, searched) = (self.layer, pattern.searched());
        let mut end = start;
        // Places that are reached, and how much of the pattern has been read there.
        let mut reached = BTreeSet::from([(start, 0)]);
        while let Some((place, index)) = reached.pop_first() {
            let least = layer.least_before(place, self.ends, pattern);
            let is_part = least.is_some_and(|least| index >= least);
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
                let leads_on = index >= searched || self.open[place] >> index & 1 != 0;
                // There is one way to read a text, or a few; any of them will do.
                if leads_on && reached.len() < 64 {
                    reached.insert((place, index));
                }
            };
            for (c, len) in layer.readings(place) {
                if pattern.fits(index, c) {
                    reach(place + len, index + 1);
                }
                if pattern.goes_on(index, c) {
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
