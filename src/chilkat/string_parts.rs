//! The members of [`StringBuilder`] that find, extract and replace parts of the text.

use super::string_builder::StringBuilder;

impl StringBuilder {
    /// Whether the text contains `value`. The method of `str` is `sb.as_str().contains(..)`.
    #[doc(alias = "Contains")]
    pub fn contains(&self, value: &str, case_sensitive: bool) -> bool {
        compare(&self.0, value, case_sensitive, |text, value| text.contains(value))
    }

    /// Whether `word` occurs as a whole word: with no letter, digit or underscore next to it.
    #[doc(alias = "ContainsWord")]
    pub fn contains_word(&self, word: &str, case_sensitive: bool) -> bool {
        compare(&self.0, word, case_sensitive, |text, word| find_words(text, word).next().is_some())
    }

    /// Whether the text starts with `value`. The method of `str` is `sb.as_str().starts_with(..)`.
    #[doc(alias = "StartsWith")]
    pub fn starts_with(&self, value: &str, case_sensitive: bool) -> bool {
        compare(&self.0, value, case_sensitive, |text, value| text.starts_with(value))
    }

    /// Whether the text ends with `value`. The method of `str` is `sb.as_str().ends_with(..)`.
    #[doc(alias = "EndsWith")]
    pub fn ends_with(&self, value: &str, case_sensitive: bool) -> bool {
        compare(&self.0, value, case_sensitive, |text, value| text.ends_with(value))
    }

    /// Whether the text equals `value`.
    #[doc(alias = "ContentsEqual")]
    pub fn contents_equal(&self, value: &str, case_sensitive: bool) -> bool {
        compare(&self.0, value, case_sensitive, |text, value| text == value)
    }

    /// Whether the text equals another builder's.
    #[doc(alias = "ContentsEqualSb")]
    pub fn contents_equal_sb(&self, sb: impl AsRef<str>, case_sensitive: bool) -> bool {
        self.contents_equal(sb.as_ref(), case_sensitive)
    }

    /// Replaces every occurrence of `value`, and returns their number. An empty `value` never
    /// occurs. The method of `str` is `sb.as_str().replace(..)`.
    #[doc(alias = "Replace")]
    pub fn replace(&mut self, value: &str, replacement: &str) -> usize {
        let (text, count) = replace_all(&self.0, value, replacement);
        self.0 = text.into();
        count
    }

    /// Replaces every occurrence of `value` with an integer in decimal, and returns their number.
    #[doc(alias = "ReplaceI")]
    pub fn replace_i(&mut self, value: &str, replacement: i64) -> usize {
        self.replace(value, &replacement.to_string())
    }

    /// Replaces the first occurrence of `value`. Returns false if `value` does not occur.
    #[doc(alias = "ReplaceFirst")]
    pub fn replace_first(&mut self, value: &str, replacement: &str) -> bool {
        match self.0.find(value).filter(|_| !value.is_empty()) {
            Some(at) => {
                self.0.compact().replace_range(at..at + value.len(), replacement);
                true
            }
            None => false,
        }
    }

    /// Replaces every occurrence of `value` in any case, and returns their number.
    #[doc(alias = "ReplaceNoCase")]
    pub fn replace_no_case(&mut self, value: &str, replacement: &str) -> usize {
        let ranges = find_ignoring_case(&self.0, value);
        self.replace_ranges(&ranges, replacement)
    }

    /// Replaces every occurrence of `value` as a whole word, as
    /// [`contains_word`](Self::contains_word) finds it, and returns their number.
    #[doc(alias = "ReplaceWord")]
    pub fn replace_word(&mut self, value: &str, replacement: &str) -> usize {
        let ranges: Vec<_> = find_words(&self.0, value).map(|at| (at, at + value.len())).collect();
        self.replace_ranges(&ranges, replacement)
    }

    /// Replaces every occurrence of `value` between a `begin_mark` and the next `end_mark`, and
    /// returns their number.
    #[doc(alias = "ReplaceBetween")]
    pub fn replace_between(
        &mut self,
        begin_mark: &str,
        end_mark: &str,
        value: &str,
        replacement: &str,
    ) -> usize {
        let (mut out, mut count) = (String::new(), 0);
        let mut rest = self.as_str();
        while let Some((start, end)) = find_between(rest, begin_mark, end_mark) {
            let (text, found) = replace_all(&rest[start..end], value, replacement);
            out.push_str(&rest[..start]);
            out.push_str(&text);
            count += found;
            let next = end + end_mark.len();
            out.push_str(&rest[end..next]);
            rest = &rest[next..];
            if next == 0 {
                break; // Two empty marks make no progress.
            }
        }
        out.push_str(rest);
        self.0 = out.into();
        count
    }

    /// Replaces the text between the first `begin_mark` and the next `end_mark`, including the
    /// marks if `replace_marks`. Returns false if a mark is missing.
    #[doc(alias = "ReplaceAllBetween")]
    pub fn replace_all_between(
        &mut self,
        begin_mark: &str,
        end_mark: &str,
        replacement: &str,
        replace_marks: bool,
    ) -> bool {
        let Some((start, end)) = find_between(&self.0, begin_mark, end_mark) else { return false };
        let whole = start - begin_mark.len()..end + end_mark.len();
        self.0.compact().replace_range(if replace_marks { whole } else { start..end }, replacement);
        true
    }

    /// Replaces the text after the last `marker`, which is kept. Returns false if `marker` does not occur.
    #[doc(alias = "ReplaceAfterFinal")]
    pub fn replace_after_final(&mut self, marker: &str, replacement: &str) -> bool {
        let Some(at) = self.0.rfind(marker) else { return false };
        self.0.compact().replace_range(at + marker.len().., replacement);
        true
    }

    /// Removes white space from both ends, in place. The method of `str` is `sb.as_str().trim()`.
    #[doc(alias = "Trim")]
    pub fn trim(&mut self) -> &mut Self {
        self.0 = self.0.trim().to_owned().into();
        self
    }

    /// Replaces each tab, CR and LF with a space, then each run of spaces with one space.
    #[doc(alias = "TrimInsideSpaces")]
    pub fn trim_inside_spaces(&mut self) -> &mut Self {
        let mut out = String::with_capacity(self.0.len());
        for c in self.0.chars() {
            let c = if matches!(c, '\t' | '\r' | '\n') { ' ' } else { c };
            if c != ' ' || !out.ends_with(' ') {
                out.push(c);
            }
        }
        self.0 = out.into();
        self
    }

    /// Converts the text to lower case, in place. The method of `str` is
    /// `sb.as_str().to_lowercase()`.
    #[doc(alias = "ToLowercase")]
    pub fn to_lowercase(&mut self) -> &mut Self {
        self.0 = self.0.to_lowercase().into();
        self
    }

    /// Converts the text to upper case, in place. The method of `str` is
    /// `sb.as_str().to_uppercase()`.
    #[doc(alias = "ToUppercase")]
    pub fn to_uppercase(&mut self) -> &mut Self {
        self.0 = self.0.to_uppercase().into();
        self
    }

    /// Converts every line ending (CRLF, CR or LF) to CRLF.
    #[doc(alias = "ToCRLF")]
    pub fn to_crlf(&mut self) -> &mut Self {
        self.0 = to_lf(&self.0).replace('\n', "\r\n").into();
        self
    }

    /// Converts every line ending (CRLF, CR or LF) to LF.
    #[doc(alias = "ToLF")]
    pub fn to_lf(&mut self) -> &mut Self {
        self.0 = to_lf(&self.0).into();
        self
    }

    /// Returns the text between the first `begin_mark` and the next `end_mark`.
    #[doc(alias = "GetBetween")]
    #[doc(alias = "getBetween")]
    pub fn get_between(&self, begin_mark: &str, end_mark: &str) -> Option<String> {
        find_between(&self.0, begin_mark, end_mark)
            .map(|(start, end)| self.0[start..end].to_owned())
    }

    /// Returns the text between the first `begin_mark` after the first `search_after`, and the next
    /// `end_mark`.
    #[doc(alias = "GetAfterBetween")]
    #[doc(alias = "getAfterBetween")]
    pub fn get_after_between(
        &self,
        search_after: &str,
        begin_mark: &str,
        end_mark: &str,
    ) -> Option<String> {
        let (_, rest) = self.0.split_once(search_after)?;
        find_between(rest, begin_mark, end_mark).map(|(start, end)| rest[start..end].to_owned())
    }

    /// Returns the text before the first `marker`, or all of it if there is no `marker`. With
    /// `remove_flag`, that part and the marker are removed from the text.
    #[doc(alias = "GetBefore")]
    #[doc(alias = "getBefore")]
    pub fn get_before(&mut self, marker: &str, remove_flag: bool) -> String {
        let (end, next) = match self.0.find(marker) {
            Some(at) => (at, at + marker.len()),
            None => (self.0.len(), self.0.len()),
        };
        let part = self.0[..end].to_owned();
        if remove_flag {
            self.0.remove(0..next);
        }
        part
    }

    /// Returns the text after the last `marker`, or all of it if there is no `marker`. With
    /// `remove_flag`, that part and the marker are removed from the text.
    #[doc(alias = "GetAfterFinal")]
    #[doc(alias = "getAfterFinal")]
    pub fn get_after_final(&mut self, marker: &str, remove_flag: bool) -> String {
        let (end, start) = match self.0.rfind(marker) {
            Some(at) => (at, at + marker.len()),
            None => (0, 0),
        };
        let part = self.0[start..].to_owned();
        if remove_flag {
            self.0.remove(end..self.0.len());
        }
        part
    }

    /// Returns up to `num_chars` [characters](Self#characters) from `start_index`. With
    /// `remove_flag`, they are removed from the text.
    #[doc(alias = "GetRange")]
    #[doc(alias = "getRange")]
    pub fn get_range(&mut self, start_index: usize, num_chars: usize, remove_flag: bool) -> String {
        let (start, end) = self.range(start_index, num_chars);
        let part = self.0[start..end].to_owned();
        if remove_flag {
            self.0.remove(start..end);
        }
        part
    }

    /// Removes up to `num_chars` [characters](Self#characters) from `start_index`.
    #[doc(alias = "RemoveCharsAt")]
    pub fn remove_chars_at(&mut self, start_index: usize, num_chars: usize) -> &mut Self {
        let (start, end) = self.range(start_index, num_chars);
        self.0.remove(start..end);
        self
    }

    /// Removes the last `num_chars` [characters](Self#characters), or all if there are fewer.
    #[doc(alias = "Shorten")]
    pub fn shorten(&mut self, num_chars: usize) -> &mut Self {
        let mut removed = 0;
        let is_removed = |(_, c): &(usize, char)| {
            let is_removed = removed < num_chars;
            removed += c.len_utf16();
            is_removed
        };
        let first = self.0.char_indices().rev().take_while(is_removed).last();
        if let Some((at, _)) = first {
            self.0.remove(at..self.0.len());
        }
        self
    }

    /// Removes the first `marker` and the text before it. Returns false if there is no `marker`.
    #[doc(alias = "RemoveBefore")]
    pub fn remove_before(&mut self, marker: &str) -> bool {
        let Some(at) = self.0.find(marker) else { return false };
        self.0.remove(0..at + marker.len());
        true
    }

    /// Removes the last `marker` and the text after it. Returns false if there is no `marker`.
    #[doc(alias = "RemoveAfterFinal")]
    pub fn remove_after_final(&mut self, marker: &str) -> bool {
        let Some(at) = self.0.rfind(marker) else { return false };
        self.0.remove(at..self.0.len());
        true
    }

    /// Returns the last `num_lines` lines, or all if there are fewer, with line endings CRLF if
    /// `crlf`, else LF. A line ending at the end of the text belongs to the last line.
    #[doc(alias = "LastNLines")]
    #[doc(alias = "lastNLines")]
    pub fn last_n_lines(&self, num_lines: usize, crlf: bool) -> String {
        let text = to_lf(&self.0);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let last = lines[lines.len().saturating_sub(num_lines)..].concat();
        if crlf { last.replace('\n', "\r\n") } else { last }
    }

    /// Returns the item at `index`, from 0, of a list separated by `delimiter`, or `None` if the
    /// list is shorter. Quotes and backslashes are kept.
    ///
    /// `except_double_quoted` ignores delimiters between double quotes, `except_escaped` those
    /// after a backslash. A text without a delimiter, even an empty one, is one item.
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

    /// Replaces the item at `index` of a list, as for [`get_nth`](Self::get_nth). Returns false if
    /// the list is shorter.
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
        self.0.compact().replace_range(start..end, value);
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
        (byte_offset(&self.0, start_index), byte_offset(&self.0, end))
    }

    fn replace_ranges(&mut self, ranges: &[(usize, usize)], replacement: &str) -> usize {
        let mut out = String::with_capacity(self.0.len());
        let mut done = 0;
        for &(start, end) in ranges {
            out.push_str(&self.0[done..start]);
            out.push_str(replacement);
            done = end;
        }
        out.push_str(&self.0[done..]);
        self.0 = out.into();
        ranges.len()
    }
}

fn compare(text: &str, value: &str, case_sensitive: bool, by: impl Fn(&str, &str) -> bool) -> bool {
    if case_sensitive { by(text, value) } else { by(&fold_case(text), &fold_case(value)) }
}

/// Lower-cases each character separately, whatever its neighbours.
fn fold_case(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Finds the start and end of each occurrence of `value` in `text`, in any case.
fn find_ignoring_case(text: &str, value: &str) -> Vec<(usize, usize)> {
    let value = fold_case(value);
    let mut lower = String::with_capacity(text.len());
    // Where each character starts, in `lower` and in `text`.
    let mut starts = Vec::with_capacity(text.len() + 1);
    for (at, c) in text.char_indices() {
        starts.push((lower.len(), at));
        lower.extend(c.to_lowercase());
    }
    starts.push((lower.len(), text.len()));
    let original = |at: usize| {
        starts.binary_search_by_key(&at, |(lower, _)| *lower).ok().map(|index| starts[index].1)
    };
    let (mut ranges, mut from) = (Vec::new(), 0);
    if value.is_empty() {
        return ranges;
    }
    while let Some(found) = lower[from..].find(&value) {
        let start = from + found;
        let end = start + value.len();
        from = match (original(start), original(end)) {
            (Some(first), Some(last)) => {
                ranges.push((first, last));
                end
            }
            // The match is a part of the lower case of one character.
            _ => start + lower[start..].chars().next().map_or(1, char::len_utf8),
        };
    }
    ranges
}

/// Finds each occurrence of `word` in `text` as a whole word, and yields where it starts.
fn find_words<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut from = 0;
    std::iter::from_fn(move || {
        let first = word.chars().next()?;
        loop {
            let at = from + text[from..].find(word)?;
            let end = at + word.len();
            if !text[..at].ends_with(is_word) && !text[end..].starts_with(is_word) {
                from = end;
                return Some(at);
            }
            // The next match may overlap this one.
            from = at + first.len_utf8();
        }
    })
}

/// Returns the start and end of the text between the marks.
fn find_between(text: &str, begin_mark: &str, end_mark: &str) -> Option<(usize, usize)> {
    let start = text.find(begin_mark)? + begin_mark.len();
    Some((start, start + text[start..].find(end_mark)?))
}

fn replace_all(text: &str, value: &str, replacement: &str) -> (String, usize) {
    if value.is_empty() {
        return (text.to_owned(), 0);
    }
    (text.replace(value, replacement), text.matches(value).count())
}

fn to_lf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Returns the byte offset of the character that contains the UTF-16 code unit at `index`.
fn byte_offset(text: &str, index: usize) -> usize {
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        seen += c.len_utf16();
        if seen > index {
            return at;
        }
    }
    text.len()
}
