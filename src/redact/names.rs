//! Names of secrets. A name is split into words, and the phrases in `names.tsv` decide.
//!
//! There are three verdicts. What must not leak (logs, `Debug`, errors, other origins) treats a name that may be a
//! secret's like a secret's: see [`is_secret`]. What people read (programs, commands, pages) also looks at the value:
//! see [`is_secret_pair`].

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use percent_encoding::percent_decode_str;

/// Whether a value is a secret by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NameVerdict {
    /// No secret, whatever the value.
    Harmless,
    /// A secret unless the value is a word or a small number: `key`, `session`, `pin`.
    Maybe,
    /// A secret unless [no secret has such a value](super::is_harmless_value).
    Secret,
}

/// Whether the value of a field of this name is probably secret: Authorization, Proxy-Authorization, Cookie, X-Api-Key
/// and the like. Prefers false positives.
pub(crate) fn is_secret(name: &str) -> bool {
    verdict(name) != NameVerdict::Harmless
}

/// Returns whether values with this name are secrets.
pub(crate) fn verdict(name: &str) -> NameVerdict {
    // In a longer name these letters have no meaning.
    if name.eq_ignore_ascii_case("tk") {
        return NameVerdict::Secret;
    }
    let words = NameWords::of(name);
    let (mut most, mut at) = (NameVerdict::Harmless, 0);
    let mut is_question = false;
    while at < words.len() {
        let (length, kind) = words.phrase(at);
        let follows = words.get(at + length);
        let is_fact = follows.is_some_and(|next| TABLE.about.contains(next));
        let verdict = match kind {
            Kind::Harmless => NameVerdict::Harmless,
            _ if is_fact || is_question => NameVerdict::Harmless,
            Kind::Last if follows.is_some() => NameVerdict::Maybe,
            Kind::Last | Kind::Secret => NameVerdict::Secret,
            Kind::Maybe => NameVerdict::Maybe,
        };
        most = most.max(verdict);
        is_question |= words.get(at).is_some_and(|word| TABLE.question.contains(word));
        at += length;
    }
    most
}

/// Returns the verdict for a name within a container that has a name with the verdict `outer`. Everything under a
/// secret's name is a secret, except that a fact such as `type` may be none.
#[cfg(any(feature = "views", feature = "zoom"))]
pub(crate) fn verdict_within(outer: NameVerdict, name: &str) -> NameVerdict {
    let words = NameWords::of(name);
    let is_fact = words.get(0).is_some_and(|word| TABLE.about.contains(word));
    match outer {
        NameVerdict::Harmless => verdict(name),
        _ if is_fact => NameVerdict::Maybe,
        _ => outer.max(verdict(name)),
    }
}

/// Whether a form, a query or an object has the params of an OAuth grant, so that its `code` is an authorization code
/// (RFC 6749 section 4.1), which is exchanged for a token. Elsewhere a `code` is an error's or a country's.
#[cfg(feature = "views")]
pub(crate) struct GrantParams {
    /// Whether there are params of a token request.
    is_request: bool,
    /// Whether there are params of an authorization response. A country and its state have them too.
    may_be_response: bool,
}

#[cfg(feature = "views")]
impl GrantParams {
    pub(crate) fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> GrantParams {
        const REQUEST: [&str; 5] =
            ["granttype", "redirecturi", "clientid", "codeverifier", "clientsecret"];
        const RESPONSE: [&str; 3] = ["state", "iss", "sessionstate"];
        let is_one = |known: &[&str], name: &str| {
            let letters = || name.chars().filter(|c| !matches!(c, '_' | '-'));
            known.iter().any(|known| letters().map(|c| c.to_ascii_lowercase()).eq(known.chars()))
        };
        let mut grant = GrantParams { is_request: false, may_be_response: false };
        for name in names {
            grant.is_request |= is_one(&REQUEST, name);
            grant.may_be_response |= is_one(&RESPONSE, name);
        }
        grant
    }

    /// Whether a member is the authorization code.
    pub(crate) fn is_code<V: AsRef<str>>(&self, name: &str, value: impl FnOnce() -> V) -> bool {
        /// A shorter one is that of a country or an error.
        const MIN_LENGTH: usize = 12;
        // Most names are others, so their values need not be decoded.
        if !name.eq_ignore_ascii_case("code") {
            return false;
        }
        let value = value();
        let value = value.as_ref();
        let is_long = value.len() >= MIN_LENGTH && !value.contains(char::is_whitespace);
        !value.is_empty() && (self.is_request || self.may_be_response && is_long)
    }
}

/// The kind of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Secret,
    Maybe,
    Last,
    Harmless,
}

/// `names.tsv`.
#[derive(Default)]
struct NameTable {
    phrases: HashMap<&'static str, Kind>,
    about: HashSet<&'static str>,
    question: HashSet<&'static str>,
    /// The words that a name without separators is split into.
    parts: HashSet<&'static str>,
    /// By their first letter: a search visits each letter of a word once, whatever the number of hints.
    hints: [Vec<&'static str>; 26],
    edges: Vec<&'static str>,
}

/// The maximum number of words in a phrase.
const MAX_PHRASE: usize = 6;

static TABLE: LazyLock<NameTable> = LazyLock::new(|| {
    let lines = include_str!("names.tsv").lines().filter(|line| !line.starts_with('#'));
    let mut table = NameTable::default();
    for (phrase, kind) in lines.filter_map(|line| line.split_once('\t')) {
        let is_word = !phrase.contains(' ');
        let kind = match kind {
            "secret" => Kind::Secret,
            "maybe" => Kind::Maybe,
            "last" => Kind::Last,
            "harmless" => Kind::Harmless,
            "hint" => {
                let first = phrase.bytes().next().and_then(letter);
                if let Some(hints) = first.and_then(|at| table.hints.get_mut(at)) {
                    hints.push(phrase);
                }
                continue;
            }
            "edge" => {
                table.edges.push(phrase);
                continue;
            }
            other => {
                match other {
                    "about" => table.about.insert(phrase),
                    "question" => table.question.insert(phrase),
                    _ => false,
                };
                table.parts.insert(phrase);
                continue;
            }
        };
        if !is_word || kind != Kind::Harmless {
            table.parts.extend(phrase.split(' ').filter(|word| word.len() > 2));
        }
        table.phrases.insert(phrase, kind);
    }
    table
});

/// Returns the number of a small letter: 0 for `a`.
fn letter(byte: u8) -> Option<usize> {
    byte.is_ascii_lowercase().then(|| usize::from(byte - b'a'))
}

impl NameTable {
    fn is_known(&self, word: &str) -> bool {
        self.parts.contains(word) || self.phrases.contains_key(word)
    }

    /// Whether a word that is in no phrase resembles a secret's.
    fn has_hint(&self, word: &str) -> bool {
        let bytes = word.as_bytes();
        let has_at = |at: usize| {
            let hints = letter(bytes[at]).and_then(|first| self.hints.get(first));
            hints.into_iter().flatten().any(|hint| bytes[at..].starts_with(hint.as_bytes()))
        };
        (0..bytes.len()).any(has_at)
            || self.edges.iter().any(|hint| word.starts_with(hint) || word.ends_with(hint))
    }
}

/// The words of a name in lower case.
#[derive(Default)]
struct NameWords {
    /// The words with a space between them.
    text: String,
    places: Vec<Range<usize>>,
}

impl NameWords {
    fn of(name: &str) -> NameWords {
        let decoded = match name.contains('%') {
            true => percent_decode_str(name).decode_utf8_lossy(),
            false => Cow::Borrowed(name),
        };
        let mut words = NameWords::default();
        for run in decoded.split(|c: char| !c.is_alphanumeric()) {
            words.push_run(run);
        }
        words
    }

    /// Adds the words of a run of letters and digits.
    fn push_run(&mut self, run: &str) {
        let letters = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let mut rest = run;
        loop {
            rest = &rest[letters(rest)..];
            if rest.is_empty() {
                return;
            }
            let end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
            // A letter with a number is one word: S3.
            let digits = letters(&rest[end..]);
            let end = if end == 1 { end + digits } else { end };
            self.push_letters(&rest[..end]);
            rest = &rest[end..];
        }
    }

    /// Adds the words of a run of letters: one word, words that start with capitals, or words without separators.
    fn push_letters(&mut self, letters: &str) {
        if !letters.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.push_word(letters);
        }
        let lower = letters.to_ascii_lowercase();
        let starts = word_starts(letters);
        if starts.len() == 1 || TABLE.phrases.contains_key(lower.as_str()) {
            return self.push_word(&lower);
        }
        let ends = starts.iter().skip(1).copied().chain([letters.len()]);
        let words: Vec<&str> =
            starts.iter().zip(ends).map(|(start, end)| &lower[*start..end]).collect();
        // Capitals may be odd: aCCESStOKEN.
        let is_odd = !words.iter().all(|word| TABLE.is_known(word)) && TABLE.has_hint(&lower);
        match is_odd.then(|| compound(&lower)).flatten() {
            Some(parts) => parts.into_iter().for_each(|part| self.push(part)),
            None => words.iter().for_each(|word| self.push_word(word)),
        }
    }

    /// Adds a word, or the words that it is composed of.
    fn push_word(&mut self, word: &str) {
        let is_known = TABLE.phrases.contains_key(word) || !TABLE.has_hint(word);
        match (!is_known).then(|| compound(word)).flatten() {
            Some(parts) => parts.into_iter().for_each(|part| self.push(part)),
            None => self.push(word),
        }
    }

    fn push(&mut self, word: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        let start = self.text.len();
        self.text.push_str(word);
        self.places.push(start..self.text.len());
    }

    fn len(&self) -> usize {
        self.places.len()
    }

    fn get(&self, at: usize) -> Option<&str> {
        self.places.get(at).map(|place| &self.text[place.clone()])
    }

    /// Returns the number of words and the kind of the longest known phrase at a word, or of the word.
    fn phrase(&self, at: usize) -> (usize, Kind) {
        let start = self.places[at].start;
        let longest = MAX_PHRASE.min(self.len() - at);
        let known = (1..=longest).rev().find_map(|length| {
            let phrase = &self.text[start..self.places[at + length - 1].end];
            TABLE.phrases.get(phrase).map(|kind| (length, *kind))
        });
        known.unwrap_or_else(|| {
            let word = &self.text[self.places[at].clone()];
            (1, if TABLE.has_hint(word) { Kind::Maybe } else { Kind::Harmless })
        })
    }
}

/// Returns where words start in a run of letters: at a capital after another letter, and at the last of several
/// capitals. All of the capitals are one word if it is a known one, as in `APIkey`.
fn word_starts(letters: &str) -> Vec<usize> {
    let bytes = letters.as_bytes();
    let (mut starts, mut at) = (vec![0], 0);
    while at < bytes.len() {
        let capitals = bytes[at..].iter().take_while(|byte| byte.is_ascii_uppercase()).count();
        let is_followed = at + capitals < bytes.len();
        if capitals > 0 && at > 0 {
            starts.push(at);
        }
        if capitals > 1 && is_followed {
            let is_known =
                |length: usize| TABLE.is_known(&letters[at..at + length].to_ascii_lowercase());
            let is_whole = capitals <= MAX_WORD && is_known(capitals) && !is_known(capitals - 1);
            starts.push(at + capitals - usize::from(!is_whole));
        }
        at += capitals;
        at += bytes[at..].iter().take_while(|byte| !byte.is_ascii_uppercase()).count();
    }
    starts.dedup();
    starts
}

/// The maximum length of a name without separators that is split into words, in bytes.
const MAX_WORD: usize = 40;

/// Splits letters into known words: `accesstoken`. Prefers long words at the end, which decide.
fn compound(letters: &str) -> Option<Vec<&str>> {
    if letters.len() > MAX_WORD || !letters.is_ascii() {
        return None;
    }
    // For each place, the start of the word that ends there.
    let mut start_of: Vec<Option<usize>> = vec![None; letters.len() + 1];
    for end in 1..=letters.len() {
        let is_reached = |start: &usize| *start == 0 || start_of[*start].is_some();
        start_of[end] =
            (0..end).find(|start| is_reached(start) && TABLE.parts.contains(&letters[*start..end]));
    }
    let (mut words, mut end) = (Vec::new(), letters.len());
    while end > 0 {
        let start = start_of[end]?;
        words.push(&letters[start..end]);
        end = start;
    }
    words.reverse();
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of real APIs, each with its verdict and the reason.
    const DECISIONS: &str = include_str!("decisions.tsv");

    #[test]
    fn names_of_real_apis_are_decided_as_listed() {
        let lines = DECISIONS.lines().filter(|line| !line.starts_with('#'));
        let rows: Vec<Vec<&str>> = lines.map(|line| line.split('\t').collect()).collect();
        let wrong: Vec<String> = rows
            .iter()
            .filter(|row| {
                row.len() != 4 || format!("{:?}", verdict(row[0])).to_lowercase() != row[1]
            })
            .map(|row| {
                format!("{row:?}: {:?} of {:?}", verdict(row[0]), NameWords::of(row[0]).text)
            })
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(rows.len() > 300, "{}", rows.len());
        let names: HashSet<&str> = rows.iter().map(|row| row[0]).collect();
        assert_eq!(names.len(), rows.len(), "a name is listed twice");
    }

    #[test]
    fn a_word_has_one_kind_and_a_phrase_is_short_enough() {
        let mut seen = HashSet::new();
        let lines = include_str!("names.tsv").lines().filter(|line| !line.starts_with('#'));
        for line in lines {
            let (phrase, kind) = line.split_once('\t').unwrap();
            let group = match kind {
                "secret" | "maybe" | "last" | "harmless" => "verdict",
                "about" | "question" | "part" | "hint" | "edge" => kind,
                _ => panic!("{line}"),
            };
            assert!(seen.insert((phrase, group)), "{line}");
            assert!(phrase.split(' ').count() <= MAX_PHRASE, "{line}");
            assert_eq!(NameWords::of(phrase).text, phrase, "it is split differently");
        }
    }

    #[test]
    fn names_are_split_into_words() {
        for (name, words) in [
            ("accessToken", "access token"),
            ("X-API-Key", "x api key"),
            ("APIKey", "api key"),
            ("APIkey", "api key"),
            ("XSRFtoken", "xsrf token"),
            ("PINCode", "pin code"),
            ("PINcode", "pin code"),
            ("aCCESStOKEN", "access token"),
            ("AUTHorization", "authorization"),
            ("accesstoken", "access token"),
            ("xapikey", "x api key"),
            ("PHPSESSID", "php sessid"),
            ("JSESSIONID", "j session id"),
            ("ASP.NET_SessionId", "asp net session id"),
            ("user[password]", "user password"),
            ("user%5Bp%61ssword%5D", "user password"),
            ("token2", "token"),
            ("pin_1", "pin"),
            ("2faCode", "fa code"),
            ("S3Key", "s3 key"),
            ("oauth2.token", "oauth token"),
            ("anchorIgnoreIfNotPresent", "anchor ignore if not present"),
            ("monkey", "monkey"),
            ("\u{fc}berToken", "\u{fc}ber token"),
            ("%", ""),
            ("", ""),
        ] {
            assert_eq!(NameWords::of(name).text, words, "{name}");
        }
    }

    #[test]
    fn a_name_in_odd_letters_is_not_weaker() {
        let names =
            ["password", "X-API-Key", "authorization", "accessToken", "client_secret", "cookie"];
        for name in names {
            for at in 0..name.len() {
                let (start, end) = name.split_at(at);
                let upper = format!("{}{end}", start.to_ascii_uppercase());
                let other = format!("{start}{}", end.to_ascii_uppercase());
                for odd in [upper, other] {
                    assert!(is_secret(&odd), "{odd}");
                }
            }
        }
    }

    #[test]
    fn a_long_name_takes_linear_time() {
        for unit in
            ["a", "A", "aA", "key", "Key", "a_", "token_type_", "1", "%41", "%", "xapi", "\u{fc}"]
        {
            verdict(&unit.repeat(200_000 / unit.len()));
        }
    }

    #[cfg(any(feature = "views", feature = "zoom"))]
    #[test]
    fn everything_under_the_name_of_a_secret_is_secret_except_facts() {
        assert_eq!(verdict_within(NameVerdict::Secret, "value"), NameVerdict::Secret);
        assert_eq!(verdict_within(NameVerdict::Secret, "type"), NameVerdict::Maybe);
        assert_eq!(verdict_within(NameVerdict::Maybe, "value"), NameVerdict::Maybe);
        assert_eq!(verdict_within(NameVerdict::Maybe, "password"), NameVerdict::Secret);
        assert_eq!(verdict_within(NameVerdict::Harmless, "value"), NameVerdict::Harmless);
        assert_eq!(verdict_within(NameVerdict::Harmless, "password"), NameVerdict::Secret);
    }

    #[cfg(feature = "views")]
    #[test]
    fn a_code_is_a_secret_beside_the_other_members_of_a_grant() {
        let long = "lorem-ipsum-dolor";
        for (name, value, siblings, expected) in [
            ("code", "x", "grant_type", true),
            ("code", "x", "redirect_uri", true),
            ("Code", "x", "clientId", true),
            ("code", "x", "code_verifier", true),
            ("code", long, "state", true),
            ("code", "US", "state", false),
            ("code", long, "message", false),
            ("code", long, "", false),
            ("country_code", long, "grant_type", false),
        ] {
            let grant = GrantParams::of(siblings.split(' '));
            assert_eq!(grant.is_code(name, || value), expected, "{name} {value} {siblings}");
        }
    }
}
