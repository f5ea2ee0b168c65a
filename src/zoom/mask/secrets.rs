//! The secrets of a call, to be masked even if Zoom repeats them.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::redact::MASK;
use crate::zoom::mask::patterns::{self, Ends, SecretPattern, TOO_SHORT};
use crate::zoom::secret::Secret;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use encoding_rs::WINDOWS_1252;

/// The minimum length in characters of a partial secret in base64 or hexadecimal at the end of a truncated text.
const CODED_PART: usize = 8;

/// Tokens and passwords in all the forms that are searched for.
///
/// A secret of fewer than four characters is ignored, since it would occur in many words.
#[derive(Default)]
pub(crate) struct SecretSet {
    patterns: Vec<SecretPattern>,
    /// Whether there are secrets that are unknown, or too many to search for.
    hides_answers: bool,
}

impl SecretSet {
    /// Adds a secret in every form.
    pub(crate) fn add(&mut self, secret: &str) {
        self.add_plain(secret);
        if secret.chars().nth(TOO_SHORT - 1).is_some() {
            let bytes = secret.as_bytes();
            self.add_base64(bytes);
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            self.push(SecretPattern::new(hex.chars(), CODED_PART));
            self.push(SecretPattern::new(hex.to_ascii_uppercase().chars(), CODED_PART));
        }
    }

    /// Adds a secret as plain text, in any escapes, but not in base64 or hexadecimal.
    pub(crate) fn add_plain(&mut self, secret: &str) {
        // The secret in a body that is declared as Latin-1 or is invalid UTF-8.
        let misread = WINDOWS_1252.decode_without_bom_handling(secret.as_bytes()).0;
        for form in [secret, &misread] {
            self.push(SecretPattern::new(form.chars(), TOO_SHORT));
            // An unescaped secret is decoded as if it had escapes. A backslash at its end combines with the
            // next character.
            for read in patterns::decode_layers(form.trim_end_matches('\\')) {
                self.push(SecretPattern::new(read.chars(), TOO_SHORT));
            }
        }
    }

    /// Adds the base64 of these bytes at each offset in the encoded data, without the characters that depend on
    /// the neighbouring bytes.
    fn add_base64(&mut self, bytes: &[u8]) {
        for before in 0..3 {
            let text = BASE64_STANDARD_NO_PAD.encode([&[0; 3][..before], bytes].concat());
            let inner = &text[(before * 8).div_ceil(6)..(before + bytes.len()) * 8 / 6];
            self.push(SecretPattern::new(inner.chars(), CODED_PART));
            // base64url, RFC 4648 section 5.
            let for_urls = inner.replace('+', "-").replace('/', "_");
            self.push(SecretPattern::new(for_urls.chars(), CODED_PART));
        }
    }

    fn push(&mut self, pattern: Option<SecretPattern>) {
        let Some(pattern) = pattern else { return };
        for pattern in pattern.trim().into_iter().chain([pattern]) {
            if !self.patterns.contains(&pattern) {
                self.patterns.push(pattern);
            }
        }
    }

    /// Adds each value that a text names a token, in JSON or a form. An answer with a token may be an error, and
    /// a file with a token may be broken.
    pub(crate) fn add_tokens_in(&mut self, text: &str) {
        // A valid answer has fewer values, and each takes time.
        const MAX_VALUES: usize = 16;
        for text in std::iter::once(text.to_owned()).chain(patterns::decode_layers(text)) {
            let names = text.as_bytes().windows(5).enumerate();
            let names = names.filter(|(_, name)| name.eq_ignore_ascii_case(b"token"));
            let values = names.map(|(at, name)| named_value(&text[at + name.len()..]));
            values
                .filter(|value| !value.is_empty())
                .take(MAX_VALUES)
                .for_each(|v| self.add_plain(v));
        }
    }

    /// Masks every text of an answer as a whole.
    pub(crate) fn hide_answers(&mut self) {
        self.hides_answers = true;
    }

    pub(crate) fn hides_answers(&self) -> bool {
        self.hides_answers
    }

    /// Masks each secret in a text, however it is escaped.
    pub(crate) fn mask<'t>(&self, text: impl Into<Cow<'t, str>>) -> Cow<'t, str> {
        patterns::mask(&self.patterns, text.into(), Ends::Whole)
    }

    /// Masks a text that may end within a secret.
    pub(crate) fn mask_cut<'t>(&self, text: impl Into<Cow<'t, str>>) -> Cow<'t, str> {
        patterns::mask(&self.patterns, text.into(), Ends::Cut)
    }

    /// Masks a text with quotes, each of which may end within a secret.
    pub(crate) fn mask_quoted<'t>(&self, text: impl Into<Cow<'t, str>>) -> Cow<'t, str> {
        if self.hides_answers {
            return MASK.into();
        }
        patterns::mask(&self.patterns, text.into(), Ends::Quoted)
    }
}

/// The latest secrets of a client. Older ones are dropped, which wipes them.
#[derive(Default)]
pub(crate) struct Recent(Mutex<Latest>);

#[derive(Default)]
struct Latest {
    secrets: VecDeque<Secret>,
    /// The number of secrets to keep.
    room: usize,
}

impl Recent {
    /// Makes room for `room` more secrets until the guard is dropped.
    pub(crate) fn reserve(&self, room: usize) -> ReservedRoom<'_> {
        self.latest().room += room;
        ReservedRoom { recent: self, room }
    }

    pub(crate) fn with_room(room: usize) -> Recent {
        Recent(Mutex::new(Latest { room, ..Latest::default() }))
    }

    /// Adds a secret, and drops the oldest ones beyond the room.
    pub(crate) fn add(&self, secret: &Secret) {
        let Latest { secrets, room } = &mut *self.latest();
        secrets.retain(|known| known.expose() != secret.expose());
        secrets.push_front(secret.clone());
        secrets.truncate(*room);
    }

    pub(crate) fn add_to(&self, secrets: &mut SecretSet) {
        self.latest().secrets.iter().for_each(|secret| secrets.add_plain(secret.expose()));
    }

    fn latest(&self) -> MutexGuard<'_, Latest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A guard that reserves room in a [`Recent`].
pub(crate) struct ReservedRoom<'r> {
    recent: &'r Recent,
    room: usize,
}

impl Drop for ReservedRoom<'_> {
    fn drop(&mut self) {
        let Latest { secrets, room } = &mut *self.recent.latest();
        *room -= self.room;
        secrets.truncate(*room);
    }
}

/// Returns the value after a name: `":"value"`, `=value`.
fn named_value(text: &str) -> &str {
    let is_quote = |c: char| matches!(c, '"' | '\'');
    let in_json = || {
        let text = text.strip_prefix(is_quote)?.trim_start().strip_prefix(':')?;
        text.trim_start_matches(|c: char| c.is_whitespace() || c == '[').strip_prefix(is_quote)
    };
    let value = text.strip_prefix('=').or_else(in_json).unwrap_or_default();
    let is_end = |c: char| c.is_whitespace() || "\"'\\&,;<>]})".contains(c);
    &value[..value.find(is_end).unwrap_or(value.len())]
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_STANDARD;

    use super::*;
    use crate::redact::one_line;

    #[test]
    fn a_secret_is_masked_plain_and_in_json_escapes() {
        let mut secrets = SecretSet::default();
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
        assert_eq!(secrets.mask("a lÃ¶\"r\\e/mðŸ˜€ b"), "a *** b", "decoded with another charset");
        assert_eq!(secrets.mask_cut("a lÃ¶\"r\\e/mð"), "a ***");
        assert_eq!(secrets.mask_cut("a lö\"r\\e/m\u{fffd}"), "a ***", "within a character");
        assert_eq!(secrets.mask_cut("a lö\""), "a lö\"", "too short to reveal anything");
        for (secret, text) in [(r"lorem\/ipsum", "lorem/ipsum"), (r"dolor\nsit\", "dolor\nsit\"")] {
            secrets.add(secret);
            assert_eq!(secrets.mask_cut(text).trim_end_matches('"'), "***", "decoded as JSON");
        }
        secrets.add("abc");
        assert_eq!(secrets.mask("abc"), "abc", "too short to be a secret");
    }

    #[test]
    fn a_secret_with_control_characters_is_masked_in_a_message_too() {
        let mut secrets = SecretSet::default();
        secrets.add("lo\u{1}re\u{85}\tm\u{7f}");
        let message = one_line("a lo\u{1}re\u{85}\tm\u{7f} b\r\n".to_owned());
        assert_eq!(secrets.mask(message), "a *** b\\r\\n");
        for text in ["\\u{", "lo\\u{}", "lo\\u{1", "lo\\u{110000}re", "lo\\u{é}"] {
            assert_eq!(secrets.mask(text), text);
        }
    }

    /// A password with characters that servers escape.
    const PASSWORD: &str = "Aa1!<&\"' +/%é";

    fn secrets_with(secret: &str) -> SecretSet {
        let mut secrets = SecretSet::default();
        secrets.add(secret);
        secrets
    }

    #[test]
    fn a_secret_is_masked_in_any_escape() {
        let secrets = secrets_with(PASSWORD);
        for repeated in [
            PASSWORD,
            "Aa1!&lt;&amp;&quot;&#x27; +/%é",
            "Aa1!&lt;&amp;&#34;&#39; +/%é",
            "Aa1!&LT;&AMP;&QUOT;&apos; +/%&eacute;",
            "Aa1!&#X3C;&#x0026;&#0034;&#39 &#43;&#47;&percnt;&#xE9;",
            "&#65;&#97;&#49;&#33;&#60;&#38;&#34;&#39;&#32;&#43;&#47;&#37;&#233;",
            "Aa1!&lt&amp&quot&#39&nbsp;+/%é",
            "Aa1!%3C%26%22%27%20%2B%2F%25%C3%A9",
            "Aa1!%3c%26%22%27+%2b%2f%25%c3%a9",
            "Aa1%21%3C%26%22%27+%2B%2F%25%E9",
            "Aa1!%3C%26%22%27%20+/%25%u00E9",
            "%41%61%31%21%3C%26%22%27%20%2B%2F%25%C3%A9",
            r#"Aa1!<&\"' +\/%\u00e9"#,
            r"Aa1!\u003c\u0026\u0022\u0027 +/%é",
            r"Aa1!\x3c\x26\x22\x27 +/%\xe9",
            r"Aa1!\x3C\x26\x22\x27\x20\x2B\x2F\x25\xC3\xA9",
            r"Aa1!\74\46\42\47 +/%\303\251",
            r"Aa1!\3c\26\22\27 \2b\2f\25\e9 ",
            r#"Aa1!<&\"\' +/%\u{e9}"#,
            "Aa1!<&\"' +/%=C3=A9",
            "Aa1!=3C=26=22=27=20=2B=2F=25=C3=A9",
            "Aa1!<&\"'=\r\n +/%=E9",
            "Aa1!<&\"'\r\n +/%é",
            "Aa1!<&\"'  +/%Ã©",
            "Aa1!<&\"' +/%?",
            "Aa1!<&\"' +/%\u{fffd}\u{fffd}",
            "Aa1!<&\"' +/%Ц╘",
            // Escaped twice or more.
            "Aa1!&amp;lt;&amp;amp;&amp;quot;&amp;#x27; +/%é",
            "Aa1!&#38;lt;&#38;amp;&#x26;quot;&amp;#39; +/%é",
            r"Aa1!\u0026lt;\u0026amp;\u0026quot;\u0026#x27; +\/%\u00e9",
            "Aa1!%26lt%3B%26amp%3B%26quot%3B%26%2339%3B+%2B%2F%25%C3%A9",
            "Aa1%2521%253C%2526%2522%2527%2520%252B%252F%2525%25C3%25A9",
            r"Aa1!\\u003c\\u0026\\u0022\\u0027 +/%é",
            r"Aa1!&lt;&amp;\&quot;&#x27; +\/%\u00e9",
            "Aa1!&amp;amp;lt;&amp;amp;amp;&amp;amp;quot;&amp;amp;#39; +/%é",
            // As bytes. The last character of base64 depends on the next byte.
            "QWExITwmIicgKy8lw6",
            "416131213c26222720 2b2f25c3a9".replace(' ', "").as_str(),
            "416131213C262227202B2F25C3A9",
        ] {
            let text = format!("a: {repeated}; b {repeated}, {repeated}");
            let masked = secrets.mask(&*text);
            let rest = masked.replace("***", "").replace([' ', ',', ';', ':'], "");
            assert_eq!(rest, "ab", "{repeated}: {masked}");
            assert_eq!(masked.matches("***").count(), 3, "{repeated}: {masked}");
        }
        assert_eq!(
            secrets_with("abcàde").mask("x abcц═de y"),
            "x *** y",
            "decoded with another charset"
        );
        let basic = BASE64_STANDARD.encode(format!("client:{PASSWORD}"));
        let masked = secrets.mask(&*basic);
        assert!(masked.contains("***") && masked.len() < 20, "{masked}");
    }

    #[test]
    fn a_truncated_secret_is_masked_in_any_escape() {
        let secrets = secrets_with(PASSWORD);
        for repeated in [
            "Aa1!&lt;&am",
            "Aa1!&lt;&amp;&#x2",
            "Aa1!%3C%26%22%27+%2B%2F%25%",
            "Aa1!%3C%2",
            r"Aa1!\u003c\u00",
            r"Aa1!\x3c\x2",
            "Aa1!\\",
            "Aa1!&amp;lt;&am",
            "QWExITwm",
        ] {
            assert_eq!(secrets.mask_cut(format!("a {repeated}")), "a ***", "{repeated}");
            for end in ["\"", "...", " ...", "…"] {
                let text = format!("not a number: \"{repeated}{end} b");
                let masked = secrets.mask_quoted(&*text);
                assert!(masked.starts_with("not a number: \"***"), "{masked}");
                let most = "not a number: \"*** b".len() + end.len() + 5;
                assert!(masked.len() <= most, "at most half an escape is left: {masked}");
            }
            assert_eq!(
                secrets.mask(format!("{repeated} b")),
                format!("{repeated} b"),
                "the secret is incomplete"
            );
        }
        // Parts of a URL.
        let url = r#"redirected to http://h/Aa1!%3C&%22'%20+/Aa1!%3C&%22'%20+/%25%C3%A9"#;
        assert_eq!(secrets.mask_quoted(url), "redirected to http://h/***/***");
        assert_eq!(
            secrets_with("lorem-ipsumdolor/x").mask_quoted("no ipsumdolor here"),
            "no *** here"
        );
        assert_eq!(secrets.mask_cut("a Aa1"), "a Aa1", "too short to reveal anything");
        assert_eq!(secrets.mask_quoted("\"Aa1!\" Aa1! b"), "\"***\" Aa1! b");
    }

    #[test]
    fn text_without_a_secret_is_unchanged() {
        let mut secrets = secrets_with(PASSWORD);
        secrets.add("abc");
        secrets.add("Password-1");
        for text in [
            "The password must have 8 characters.",
            "Password rules: abc",
            "Password-2",
            "Aa1!&gt;&amp;&quot;&#x27; +/%é",
            "Aa1!%3C%26%22%28+%2B%2F%25%C3%A9",
        ] {
            assert_eq!(secrets.mask(text), text);
        }
        assert!(matches!(secrets.mask("lorem"), Cow::Borrowed(_)));
        assert_eq!(secrets_with("      ").mask("a       b"), "a       b");
        assert_eq!(
            secrets_with("a     b").mask("x a     b y a b"),
            "x *** y a b",
            "too short without its spaces"
        );
    }

    #[test]
    fn a_secret_that_overlaps_itself_or_another_is_masked_to_its_end() {
        assert_eq!(secrets_with("ab12ab").mask("x ab12ab12ab y"), "x *** y");
        assert_eq!(secrets_with("aaaa").mask("aaaaaaaaab"), "***b");
        let mut secrets = secrets_with("lorem-ipsum");
        secrets.add("ipsum-dolor");
        assert_eq!(secrets.mask("x lorem-ipsum-dolor y"), "x *** y");
        let long = format!("{}é{}", "ab".repeat(2000), "cd".repeat(2000));
        assert_eq!(secrets_with(&long).mask(format!("x {long}{long} y")), "x ****** y");
        let half = &long[..3000];
        assert_eq!(
            secrets_with(&long).mask(format!("x {half} y")),
            "x *** y",
            "this much of it is a match"
        );
    }

    #[test]
    fn text_that_is_hard_to_search_is_masked() {
        let secret = format!("{}b", "a".repeat(4095));
        let hard = [
            "\\",
            "%",
            "&",
            "&amp;",
            "%25",
            "=\r\n ",
            "&#0000000",
            "\\u{0000",
            "a",
            "%61",
            "+ ",
            "é",
        ];
        for unit in hard {
            let filler = unit.repeat(64 * 1024 / unit.len());
            let text = format!("{filler}x{secret}y{filler}");
            for secrets in
                [secrets_with(&secret), secrets_with("a%61&#97;"), secrets_with(&hard.concat())]
            {
                let masked = secrets.mask(&*text);
                assert!(masked.len() <= text.len());
            }
            assert!(!secrets_with(&secret).mask(&*text).contains(&secret), "{unit}");
        }
    }

    #[test]
    fn an_unknown_token_is_found_by_its_name() {
        for text in [
            r#"{"access_token":"eyJ0-lorem","expires_in":3600}"#,
            r#"{"refresh_token" : ["eyJ0-lorem"]}"#,
            r#"{"access_token":"eyJ0-lorem"#,
            r#"error: "{\"access_token\":\"eyJ0-lorem\"}" is not the size of a chunk"#,
            r#"{'token': 'eyJ0-lorem'}"#,
            "access_token=eyJ0-lorem&token_type=bearer",
            "%7B%22access_token%22%3A%22eyJ0-lorem%22%7D",
            "{&quot;accessToken&quot;:&quot;eyJ0-lorem&quot;}",
        ] {
            let mut secrets = SecretSet::default();
            secrets.add_tokens_in(text);
            assert_eq!(secrets.mask("x eyJ0-lorem y"), "x *** y", "{text}");
            assert_eq!(secrets.mask("bearer 3600 token_type"), "bearer 3600 token_type", "{text}");
        }
        let mut secrets = SecretSet::default();
        secrets.add_tokens_in("no access token: invalid_grant. \"token\": null. Token \"x\"");
        assert!(secrets.patterns.is_empty());
    }
}
