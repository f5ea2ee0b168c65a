//! [`Secrets`]: what a call carries that no text may show, also where Zoom repeats it.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::WINDOWS_1252;

use crate::secret::MASK;

/// The tokens and passwords of a call, the longest first.
#[derive(Default)]
pub(crate) struct Secrets(Vec<String>);

/// So short a text is found in every other word; nobody learns anything from it.
const TOO_SHORT: usize = 4;

impl Secrets {
    pub(crate) fn add(&mut self, secret: &str) {
        self.add_as_it_is(secret);
        // How it looks in a body that calls itself Latin-1, or that one bad byte makes no UTF-8.
        let misread = WINDOWS_1252.decode_without_bom_handling(secret.as_bytes()).0;
        self.add_as_it_is(&misread);
        if secret.contains('\\') {
            // Put into JSON as it is, it is read without its backslashes; the last one is read with
            // what comes after.
            for form in [secret, &misread] {
                let quoted = format!("\"{}\"", form.trim_end_matches('\\'));
                if let Ok(read) = serde_json::from_str::<String>(&quoted) {
                    self.add_as_it_is(&read);
                }
            }
        }
    }

    fn add_as_it_is(&mut self, secret: &str) {
        let is_known = self.0.iter().any(|known| known == secret);
        if !is_known && secret.chars().nth(TOO_SHORT - 1).is_some() {
            // One that begins with another comes before it, or its end would be left.
            let at = self.0.partition_point(|known| known.len() >= secret.len());
            self.0.insert(at, secret.to_owned());
        }
    }

    /// The text with each secret masked, plain or in whatever way JSON can escape it.
    pub(crate) fn mask<'t>(&self, text: impl Into<Cow<'t, str>>) -> Cow<'t, str> {
        let mut text = text.into();
        for secret in &self.0 {
            if text.contains(secret) {
                text = text.replace(secret, MASK).into();
            }
            if text.contains('\\') {
                let (mut masked, mut rest) = (String::new(), &*text);
                while let Some(found) = find_escaped(rest, secret) {
                    masked.extend([&rest[..found.start], MASK]);
                    rest = &rest[found.end..];
                }
                if !masked.is_empty() {
                    masked.push_str(rest);
                    text = masked.into();
                }
            }
        }
        text
    }

    /// The same for a text that was cut off, perhaps within a secret.
    pub(crate) fn mask_cut<'t>(&self, text: impl Into<Cow<'t, str>>) -> Cow<'t, str> {
        let text = self.mask(text);
        // A cut within a character leaves that of no character.
        let end = text.trim_end_matches('\u{fffd}');
        match self.0.iter().filter_map(|secret| find_cut(end, secret)).min() {
            Some(start) => format!("{}{MASK}", &text[..start]).into(),
            None => text,
        }
    }
}

/// Where `secret` stands as the inside of a JSON string that has an escape in it.
fn find_escaped(text: &str, secret: &str) -> Option<Range<usize>> {
    let ends_at = |start: usize| {
        let mut rest = &text[start..];
        for wanted in secret.chars() {
            let (found, length) = unescaped(rest)?;
            if found != wanted {
                return None;
            }
            rest = &rest[length..];
        }
        Some(text.len() - rest.len())
    };
    text.char_indices().find_map(|(start, _)| ends_at(start).map(|end| start..end))
}

/// Where `secret` starts at the end of a text that was cut off within it, if that shows enough of it.
fn find_cut(text: &str, secret: &str) -> Option<usize> {
    let is_cut = |start: usize| {
        let mut rest = &text[start..];
        if secret.starts_with(rest) && rest.chars().nth(TOO_SHORT - 1).is_some() {
            return true;
        }
        for (index, wanted) in secret.chars().enumerate() {
            match unescaped(rest) {
                Some((found, length)) if found == wanted => rest = &rest[length..],
                // The end, or the first part of an escape.
                None => return index >= TOO_SHORT,
                Some(_) => return false,
            }
        }
        false
    };
    text.char_indices().map(|(start, _)| start).find(|start| is_cut(*start))
}

/// The first character of the inside of a JSON string, and how many bytes it takes there
/// (RFC 8259 section 7); or of a message, in which Rust's escapes keep one line one line.
fn unescaped(text: &str) -> Option<(char, usize)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if first != '\\' {
        return Some((first, first.len_utf8()));
    }
    let simple = |c| Some((c, 2));
    match chars.next()? {
        'b' => simple('\u{8}'),
        'f' => simple('\u{c}'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'u' if text[2..].starts_with('{') => {
            let end = text.find('}')?;
            let found = char::from_u32(u32::from_str_radix(&text[3..end], 16).ok()?)?;
            Some((found, end + 1))
        }
        'u' => {
            let unit = |at: usize| u16::from_str_radix(text.get(at..at + 4)?, 16).ok();
            let high = unit(2)?;
            // Beyond the first plane a character is two escapes.
            let low = text.get(6..8).filter(|next| *next == "\\u").and_then(|_| unit(8));
            let units = [high, low.unwrap_or_default()];
            let found = char::decode_utf16(units).next()?.ok()?;
            Some((found, 6 * found.len_utf16()))
        }
        c => simple(c).filter(|_| c.is_ascii()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::one_line;

    #[test]
    fn a_secret_is_masked_plain_and_in_every_way_of_json() {
        let mut secrets = Secrets::default();
        secrets.add("lö\"r\\e/m😀");
        for text in [
            r#"a lö"r\e/m😀 b"#,
            r#"a lö\"r\\e/m😀 b"#,
            r#"a l\u00f6\u0022r\\e\/m\ud83d\ude00 b"#,
            r#"a \u006C\u00F6\"r\u005ce/m\uD83D\uDE00 b"#,
        ] {
            assert_eq!(secrets.mask(text), "a *** b", "{text}");
            assert_eq!(secrets.mask(text.repeat(3)), "a *** ba *** ba *** b", "{text}");
        }
        for text in ["", "\\", "\\u", "\\u00", "\\ud83d", "\\ud83d\\u", "lö\\", "\\é", "l\\u00e"]
        {
            assert_eq!(secrets.mask(text), text);
        }
        for cut in
            [r#"a lö"r\e"#, "a lö\"r", r#"a l\u00f6\u0022r\\"#, r#"a l\u00f6\u0022r\\e\/\u0"#]
        {
            assert_eq!(secrets.mask_cut(cut), "a ***", "{cut}");
        }
        assert_eq!(secrets.mask("a lÃ¶\"r\\e/mðŸ˜€ b"), "a *** b", "read by another table");
        assert_eq!(secrets.mask_cut("a lÃ¶\"r\\e/mð"), "a ***");
        assert_eq!(secrets.mask_cut("a lö\"r\\e/m\u{fffd}"), "a ***", "within a character");
        assert_eq!(secrets.mask_cut("a lö\""), "a lö\"", "so little tells nothing");
        for (secret, text) in [(r"lorem\/ipsum", "lorem/ipsum"), (r"dolor\nsit\", "dolor\nsit\"")] {
            secrets.add(secret);
            assert_eq!(secrets.mask_cut(text).trim_end_matches('"'), "***", "read as JSON");
        }
        secrets.add("abc");
        assert_eq!(secrets.mask("abc"), "abc", "too short to be one");
    }

    #[test]
    fn a_secret_with_control_characters_is_masked_in_a_message_too() {
        let mut secrets = Secrets::default();
        secrets.add("lo\u{1}re\u{85}\tm\u{7f}");
        let message = one_line("a lo\u{1}re\u{85}\tm\u{7f} b\r\n".to_owned());
        assert_eq!(secrets.mask(message), "a *** b\\r\\n");
        for text in ["\\u{", "lo\\u{}", "lo\\u{1", "lo\\u{110000}re", "lo\\u{é}"] {
            assert_eq!(secrets.mask(text), text);
        }
    }
}
