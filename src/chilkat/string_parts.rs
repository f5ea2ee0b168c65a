//! The members of [`StringBuilder`] that find, take out and change parts of the text.

use super::string_builder::StringBuilder;

impl StringBuilder {
    /// Whether `value` occurs, in its very case or in any. That of `str` is
    /// `sb.as_str().contains(..)`.
    #[doc(alias = "Contains")]
    pub fn contains(&self, value: &str, case_sensitive: bool) -> bool {
        compare(&self.0, value, case_sensitive, |text, value| text.contains(value))
    }

    /// Whether `word` occurs as a whole word: without a letter, digit or underscore before or after.
    #[doc(alias = "ContainsWord")]
    pub fn contains_word(&self, word: &str, case_sensitive: bool) -> bool {
        compare(&self.0, word, case_sensitive, |text, word| words(text, word).next().is_some())
    }

    /// Whether the text begins with `value`. That of `str` is `sb.as_str().starts_with(..)`.
    #[doc(alias = "StartsWith")]
    pub fn starts_with(&self, value: &str, case_sensitive: bool) -> bool {
        compare(&self.0, value, case_sensitive, |text, value| text.starts_with(value))
    }

    /// Whether the text ends with `value`. That of `str` is `sb.as_str().ends_with(..)`.
    #[doc(alias = "EndsWith")]
    pub fn ends_with(&self, value: &str, case_sensitive: bool) -> bool {
        compare(&self.0, value, case_sensitive, |text, value| text.ends_with(value))
    }

    /// Whether the text is `value`.
    #[doc(alias = "ContentsEqual")]
    pub fn contents_equal(&self, value: &str, case_sensitive: bool) -> bool {
        compare(&self.0, value, case_sensitive, |text, value| text == value)
    }

    /// Whether the text is that of another.
    #[doc(alias = "ContentsEqualSb")]
    pub fn contents_equal_sb(&self, sb: impl AsRef<str>, case_sensitive: bool) -> bool {
        self.contents_equal(sb.as_ref(), case_sensitive)
    }

    /// Replaces all occurrences of `value` and gives their number. An empty `value` has none. That
    /// of `str` is `sb.as_str().replace(..)`.
    #[doc(alias = "Replace")]
    pub fn replace(&mut self, value: &str, replacement: &str) -> usize {
        let (text, count) = replaced(&self.0, value, replacement);
        self.0 = text;
        count
    }

    /// Replaces all occurrences of `value` by an integer in decimal and gives their number.
    #[doc(alias = "ReplaceI")]
    pub fn replace_i(&mut self, value: &str, replacement: i64) -> usize {
        self.replace(value, &replacement.to_string())
    }

    /// Replaces the first occurrence of `value`. False where there is none.
    #[doc(alias = "ReplaceFirst")]
    pub fn replace_first(&mut self, value: &str, replacement: &str) -> bool {
        match self.0.find(value).filter(|_| !value.is_empty()) {
            Some(at) => {
                self.0.replace_range(at..at + value.len(), replacement);
                true
            }
            None => false,
        }
    }

    /// Replaces all occurrences of `value`, in any case, and gives their number.
    #[doc(alias = "ReplaceNoCase")]
    pub fn replace_no_case(&mut self, value: &str, replacement: &str) -> usize {
        let places = places_in_any_case(&self.0, value);
        self.replace_at(&places, replacement)
    }

    /// Replaces all occurrences of `value` as a whole word, as
    /// [`contains_word`](Self::contains_word) finds them, and gives their number.
    #[doc(alias = "ReplaceWord")]
    pub fn replace_word(&mut self, value: &str, replacement: &str) -> usize {
        let places: Vec<_> = words(&self.0, value).map(|at| (at, at + value.len())).collect();
        self.replace_at(&places, replacement)
    }

    /// Replaces all occurrences of `value` that are between a `begin_mark` and the next `end_mark`
    /// and gives their number.
    #[doc(alias = "ReplaceBetween")]
    pub fn replace_between(
        &mut self,
        begin_mark: &str,
        end_mark: &str,
        value: &str,
        replacement: &str,
    ) -> usize {
        let (mut out, mut count) = (String::new(), 0);
        let mut rest = self.0.as_str();
        while let Some((start, end)) = between(rest, begin_mark, end_mark) {
            let (text, found) = replaced(&rest[start..end], value, replacement);
            out.push_str(&rest[..start]);
            out.push_str(&text);
            count += found;
            let next = end + end_mark.len();
            out.push_str(&rest[end..next]);
            rest = &rest[next..];
            if next == 0 {
                break; // two empty marks lead nowhere
            }
        }
        out.push_str(rest);
        self.0 = out;
        count
    }

    /// Replaces all that is between the first `begin_mark` and the next `end_mark`, the marks as
    /// well if `replace_marks`. False where they do not occur.
    #[doc(alias = "ReplaceAllBetween")]
    pub fn replace_all_between(
        &mut self,
        begin_mark: &str,
        end_mark: &str,
        replacement: &str,
        replace_marks: bool,
    ) -> bool {
        let Some((start, end)) = between(&self.0, begin_mark, end_mark) else { return false };
        let whole = start - begin_mark.len()..end + end_mark.len();
        self.0.replace_range(if replace_marks { whole } else { start..end }, replacement);
        true
    }

    /// Replaces what follows the last `marker`, which stays. False where it does not occur.
    #[doc(alias = "ReplaceAfterFinal")]
    pub fn replace_after_final(&mut self, marker: &str, replacement: &str) -> bool {
        let Some(at) = self.0.rfind(marker) else { return false };
        self.0.replace_range(at + marker.len().., replacement);
        true
    }

    /// Removes white space from both ends, in place. That of `str` is `sb.as_str().trim()`.
    #[doc(alias = "Trim")]
    pub fn trim(&mut self) -> &mut Self {
        self.0 = self.0.trim().to_owned();
        self
    }

    /// Makes each tab, CR and LF a space, then each run of spaces one space.
    #[doc(alias = "TrimInsideSpaces")]
    pub fn trim_inside_spaces(&mut self) -> &mut Self {
        let mut out = String::with_capacity(self.0.len());
        for c in self.0.chars() {
            let c = if matches!(c, '\t' | '\r' | '\n') { ' ' } else { c };
            if c != ' ' || !out.ends_with(' ') {
                out.push(c);
            }
        }
        self.0 = out;
        self
    }

    /// Puts the text in lower case, in place. That of `str` is `sb.as_str().to_lowercase()`.
    #[doc(alias = "ToLowercase")]
    pub fn to_lowercase(&mut self) -> &mut Self {
        self.0 = self.0.to_lowercase();
        self
    }

    /// Puts the text in upper case, in place. That of `str` is `sb.as_str().to_uppercase()`.
    #[doc(alias = "ToUppercase")]
    pub fn to_uppercase(&mut self) -> &mut Self {
        self.0 = self.0.to_uppercase();
        self
    }

    /// Makes all line ends (CRLF, or CR or LF alone) CRLF.
    #[doc(alias = "ToCRLF")]
    pub fn to_crlf(&mut self) -> &mut Self {
        self.0 = with_lf(&self.0).replace('\n', "\r\n");
        self
    }

    /// Makes all line ends (CRLF, or CR or LF alone) LF.
    #[doc(alias = "ToLF")]
    pub fn to_lf(&mut self) -> &mut Self {
        self.0 = with_lf(&self.0);
        self
    }

    /// What is between the first `begin_mark` and the next `end_mark`.
    #[doc(alias = "GetBetween")]
    #[doc(alias = "getBetween")]
    pub fn get_between(&self, begin_mark: &str, end_mark: &str) -> Option<String> {
        between(&self.0, begin_mark, end_mark).map(|(start, end)| self.0[start..end].to_owned())
    }

    /// What is between the next `begin_mark` after the first `search_after` and the next `end_mark`.
    #[doc(alias = "GetAfterBetween")]
    #[doc(alias = "getAfterBetween")]
    pub fn get_after_between(
        &self,
        search_after: &str,
        begin_mark: &str,
        end_mark: &str,
    ) -> Option<String> {
        let (_, rest) = self.0.split_once(search_after)?;
        between(rest, begin_mark, end_mark).map(|(start, end)| rest[start..end].to_owned())
    }

    /// What stands before the first `marker`; all where it does not occur. With `remove_flag` it is
    /// removed from the text, and so is the marker.
    #[doc(alias = "GetBefore")]
    #[doc(alias = "getBefore")]
    pub fn get_before(&mut self, marker: &str, remove_flag: bool) -> String {
        let (end, next) = match self.0.find(marker) {
            Some(at) => (at, at + marker.len()),
            None => (self.0.len(), self.0.len()),
        };
        let part = self.0[..end].to_owned();
        if remove_flag {
            self.0.drain(..next);
        }
        part
    }

    /// What follows the last `marker`; all where it does not occur. With `remove_flag` it is removed
    /// from the text, and so is the marker.
    #[doc(alias = "GetAfterFinal")]
    #[doc(alias = "getAfterFinal")]
    pub fn get_after_final(&mut self, marker: &str, remove_flag: bool) -> String {
        let (end, start) = match self.0.rfind(marker) {
            Some(at) => (at, at + marker.len()),
            None => (0, 0),
        };
        let part = self.0[start..].to_owned();
        if remove_flag {
            self.0.truncate(end);
        }
        part
    }

    /// `num_chars` [characters](Self#characters) from `start_index`, or those that there are. With
    /// `remove_flag` they are removed from the text.
    #[doc(alias = "GetRange")]
    #[doc(alias = "getRange")]
    pub fn get_range(&mut self, start_index: usize, num_chars: usize, remove_flag: bool) -> String {
        let (start, end) = self.range(start_index, num_chars);
        let part = self.0[start..end].to_owned();
        if remove_flag {
            self.0.drain(start..end);
        }
        part
    }

    /// Removes `num_chars` [characters](Self#characters) from `start_index` on, or those that there
    /// are.
    #[doc(alias = "RemoveCharsAt")]
    pub fn remove_chars_at(&mut self, start_index: usize, num_chars: usize) -> &mut Self {
        let (start, end) = self.range(start_index, num_chars);
        self.0.drain(start..end);
        self
    }

    /// Removes the last `num_chars` [characters](Self#characters), or all where there are fewer.
    #[doc(alias = "Shorten")]
    pub fn shorten(&mut self, num_chars: usize) -> &mut Self {
        let kept = self.length().saturating_sub(num_chars);
        self.0.truncate(byte_of(&self.0, kept));
        self
    }

    /// Removes what stands before the first `marker`, and the marker. False where it does not occur.
    #[doc(alias = "RemoveBefore")]
    pub fn remove_before(&mut self, marker: &str) -> bool {
        let Some(at) = self.0.find(marker) else { return false };
        self.0.drain(..at + marker.len());
        true
    }

    /// Removes the last `marker` and what follows it. False where it does not occur.
    #[doc(alias = "RemoveAfterFinal")]
    pub fn remove_after_final(&mut self, marker: &str) -> bool {
        let Some(at) = self.0.rfind(marker) else { return false };
        self.0.truncate(at);
        true
    }

    /// The last `num_lines` lines, or all where there are fewer, with CRLF (`crlf` true) or LF
    /// (false) as line ends. A line end at the end belongs to the last line.
    #[doc(alias = "LastNLines")]
    #[doc(alias = "lastNLines")]
    pub fn last_n_lines(&self, num_lines: usize, crlf: bool) -> String {
        let text = with_lf(&self.0);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let last = lines[lines.len().saturating_sub(num_lines)..].concat();
        if crlf { last.replace('\n', "\r\n") } else { last }
    }

    /// The item at `index`, from 0, of a list whose items `delimiter` separates; none where the list
    /// is shorter. The item is as it stands, with its quotes and backslashes.
    ///
    /// With `except_double_quoted` a delimiter between double quotes separates nothing, and with
    /// `except_escaped` one after a backslash. A text without delimiter, even an empty one, is one
    /// item.
    #[doc(alias = "GetNth")]
    #[doc(alias = "getNth")]
    pub fn get_nth(
        &self,
        index: usize,
        delimiter: &str,
        except_double_quoted: bool,
        except_escaped: bool,
    ) -> Option<String> {
        let (start, end) = self.nth_item(index, delimiter, except_double_quoted, except_escaped)?;
        Some(self.0[start..end].to_owned())
    }

    /// Replaces the item at `index` of a list such as that of [`get_nth`](Self::get_nth). False
    /// where the list is shorter.
    #[doc(alias = "SetNth")]
    pub fn set_nth(
        &mut self,
        index: usize,
        value: &str,
        delimiter: &str,
        except_double_quoted: bool,
        except_escaped: bool,
    ) -> bool {
        let item = self.nth_item(index, delimiter, except_double_quoted, except_escaped);
        let Some((start, end)) = item else { return false };
        self.0.replace_range(start..end, value);
        true
    }

    fn nth_item(
        &self,
        index: usize,
        delimiter: &str,
        except_double_quoted: bool,
        except_escaped: bool,
    ) -> Option<(usize, usize)> {
        let (mut start, mut number, mut quoted) = (0, 0, false);
        let mut at = 0;
        while let Some(c) = self.0[at..].chars().next() {
            if c == '\\' && except_escaped {
                at += 1 + self.0[at + 1..].chars().next().map_or(0, char::len_utf8);
            } else if !quoted && !delimiter.is_empty() && self.0[at..].starts_with(delimiter) {
                if number == index {
                    return Some((start, at));
                }
                at += delimiter.len();
                (start, number) = (at, number + 1);
            } else {
                quoted ^= c == '"' && except_double_quoted;
                at += c.len_utf8();
            }
        }
        (number == index).then_some((start, self.0.len()))
    }

    fn range(&self, start_index: usize, num_chars: usize) -> (usize, usize) {
        let end = start_index.saturating_add(num_chars);
        (byte_of(&self.0, start_index), byte_of(&self.0, end))
    }

    fn replace_at(&mut self, places: &[(usize, usize)], replacement: &str) -> usize {
        let mut out = String::with_capacity(self.0.len());
        let mut done = 0;
        for &(start, end) in places {
            out.push_str(&self.0[done..start]);
            out.push_str(replacement);
            done = end;
        }
        out.push_str(&self.0[done..]);
        self.0 = out;
        places.len()
    }
}

fn compare(text: &str, value: &str, case_sensitive: bool, by: impl Fn(&str, &str) -> bool) -> bool {
    if case_sensitive { by(text, value) } else { by(&folded(text), &folded(value)) }
}

/// Each character by itself in lower case, so that places can be compared.
fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// The start and end of each occurrence of `value` in `text`, in any case.
fn places_in_any_case(text: &str, value: &str) -> Vec<(usize, usize)> {
    let value = folded(value);
    let mut lower = String::with_capacity(text.len());
    // Where each character begins in `lower` and in `text`.
    let mut begins = Vec::with_capacity(text.len() + 1);
    for (at, c) in text.char_indices() {
        begins.push((lower.len(), at));
        lower.extend(c.to_lowercase());
    }
    begins.push((lower.len(), text.len()));
    let original = |at: usize| {
        begins.binary_search_by_key(&at, |(lower, _)| *lower).ok().map(|index| begins[index].1)
    };
    let (mut places, mut from) = (Vec::new(), 0);
    if value.is_empty() {
        return places;
    }
    while let Some(found) = lower[from..].find(&value) {
        let start = from + found;
        let end = start + value.len();
        from = match (original(start), original(end)) {
            (Some(first), Some(last)) => {
                places.push((first, last));
                end
            }
            // It is a part of what one character became.
            _ => start + lower[start..].chars().next().map_or(1, char::len_utf8),
        };
    }
    places
}

/// The starts of `word` in `text` as a whole word.
fn words<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let of_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut from = 0;
    std::iter::from_fn(move || {
        let first = word.chars().next()?;
        loop {
            let at = from + text[from..].find(word)?;
            let end = at + word.len();
            if !text[..at].ends_with(of_word) && !text[end..].starts_with(of_word) {
                from = end;
                return Some(at);
            }
            // The next may begin within this one.
            from = at + first.len_utf8();
        }
    })
}

/// Start and end of what is between the marks.
fn between(text: &str, begin_mark: &str, end_mark: &str) -> Option<(usize, usize)> {
    let start = text.find(begin_mark)? + begin_mark.len();
    Some((start, start + text[start..].find(end_mark)?))
}

fn replaced(text: &str, value: &str, replacement: &str) -> (String, usize) {
    if value.is_empty() {
        return (text.to_owned(), 0);
    }
    (text.replace(value, replacement), text.matches(value).count())
}

fn with_lf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The byte at which the character begins that has the UTF-16 code unit `units`.
fn byte_of(text: &str, units: usize) -> usize {
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        seen += c.len_utf16();
        if seen > units {
            return at;
        }
    }
    text.len()
}
