//! Lines of a script that stay as comments, without what may be a secret.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::secrets::{Place, hidden, is_placeholder, setter_name};

/// The lines of a script for comments. A line is masked when it is first needed, as few are.
pub(crate) struct ScriptLines<'s>(Vec<ScriptLine<'s>>);

struct ScriptLine<'s> {
    text: &'s str,
    /// The masked text. `None` if it is the same.
    masked: OnceCell<Option<String>>,
}

impl<'s> ScriptLines<'s> {
    pub(crate) fn new(script: &'s str, keep_secrets: bool) -> ScriptLines<'s> {
        let mut in_pem = false;
        let lines = script.lines().map(|text| {
            let is_inside = in_pem;
            in_pem = (in_pem || text.contains("-----BEGIN ")) && !text.contains("-----END ");
            let masked = match (keep_secrets, is_inside) {
                (true, _) => OnceCell::from(None),
                (false, true) => OnceCell::from(Some("***".to_owned())),
                (false, false) => OnceCell::new(),
            };
            ScriptLine { text, masked }
        });
        ScriptLines(lines.collect())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the lines from `first` to `last`, which count from 1, as far as the script has them.
    pub(crate) fn range(&self, first: usize, last: usize) -> Vec<&str> {
        let end = last.min(self.len());
        self.0[first.saturating_sub(1).min(end)..end].iter().map(ScriptLine::shown).collect()
    }
}

impl ScriptLine<'_> {
    fn shown(&self) -> &str {
        let masked = self.masked.get_or_init(|| match masked_line(self.text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(masked) => Some(masked),
        });
        masked.as_deref().unwrap_or(self.text)
    }
}

/// Replaces what may be a secret in a line with `***`. The line is not understood: a quoted text has the name of the
/// text before it, or else of the word before it. A comment needs no value, so doubtful ones are masked.
pub(crate) fn masked_line(line: &str) -> Cow<'_, str> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    quoted_secrets(line, &mut spans);
    bare_secrets(line, &mut spans);
    if spans.is_empty() {
        return Cow::Borrowed(line);
    }
    spans.sort_unstable();
    let mut out = String::with_capacity(line.len());
    let mut copied = 0;
    for (from, to) in spans {
        if from >= copied {
            out.push_str(&line[copied..from]);
            out.push_str("***");
            copied = to;
        }
    }
    Cow::Owned(out + &line[copied..])
}

/// Words in the names of methods whose arguments are secrets.
const SECRET_CALLS: [&str; 7] = ["auth", "login", "password", "secret", "pem", "pfx", "unlock"];

fn quoted_secrets(line: &str, spans: &mut Vec<(usize, usize)>) {
    let (mut name, mut call) = ("", "");
    let mut at = 0;
    while let Some(open) = line[at..].find(['"', '\'']).map(|found| at + found) {
        let quote = &line[open..=open];
        let between = &line[at..open];
        let word = between.trim_end_matches(|c: char| !c.is_alphanumeric());
        let start = word.rfind(|c: char| !c.is_alphanumeric() && c != '_');
        let word =
            &word[start.map_or(0, |at| at + word[at..].chars().next().map_or(1, char::len_utf8))..];
        if between.trim_end().ends_with('(') {
            call = word;
        } else if between.trim() != "," {
            call = "";
        }
        // In a list of arguments the text before is the name, as in `("password", "...")`.
        let is_argument = !name.is_empty() && matches!(between.trim(), "," | "=>" | ":");
        if !is_argument && !word.is_empty() {
            name = setter_name(word).filter(|name| name.len() > 3).unwrap_or(word);
        }
        let Some(length) = line[open + 1..].find(quote) else { return };
        let (from, to) = (open + 1, open + 1 + length);
        let value = &line[from..to];
        let is_secret_call = || {
            let call = call.to_ascii_lowercase();
            SECRET_CALLS.iter().any(|word| call.contains(word))
                && !value.is_empty()
                && !is_placeholder(value)
        };
        let place = match name.eq_ignore_ascii_case("AuthToken") {
            true => Place::Token,
            false if value.starts_with("Bearer ") => Place::Header(name),
            false => Place::Param(name),
        };
        let is_hidden = |place: &Place<'_>| hidden("example.com", place, value).is_some();
        let is_like_url = value.contains(['?', '@', '#']);
        if is_hidden(&place) || is_like_url && is_hidden(&Place::Url) || is_secret_call() {
            spans.push((from, to));
        }
        name = value;
        at = to + 1;
    }
}

/// Finds secrets outside quotes: behind `Bearer`, behind a name with `=` or `:`, and behind curl's `-u`.
fn bare_secrets(line: &str, spans: &mut Vec<(usize, usize)>) {
    let (mut name, mut has_sign) = ("", false);
    let mut at = 0;
    for part in line.split_inclusive([' ', '\t', ',', ';', '(', ')']) {
        let word = part.trim_matches(|c: char| c.is_whitespace() || ",;()\"'`".contains(c));
        let from = at + part.find(word).unwrap_or(0);
        at += part.len();
        if word.is_empty() || matches!(word, "=" | ":" | "=>" | ":=") {
            has_sign |= !word.is_empty();
            continue;
        }
        let is_hidden =
            |name: &str, value: &str| hidden("example.com", &Place::Param(name), value).is_some();
        let is_login =
            matches!(name, "Bearer" | "Basic" | "-u" | "--user") && !word.starts_with(['<', '{']);
        let start = match word.split_once(['=', ':']) {
            _ if is_login || has_sign && is_hidden(name, word) => Some(0),
            Some((name, value)) if !value.is_empty() && is_hidden(name, value) => {
                Some(word.len() - value.len())
            }
            None if word.len() > 20 && is_hidden("x", word) => Some(0),
            _ => None,
        };
        if let Some(start) = start {
            spans.push((from + start, from + word.len()));
        }
        name = word.trim_end_matches([':', '=', '"', '\'']);
        has_sign = name.len() < word.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_lines_that_stay_as_comments_are_masked() {
        let token: String = ["lorem", "Ipsum", "4711", "dolor"].concat();
        for line in [
            r#"xml.UpdateAttribute("password","{}")"#,
            "$jwt->put_Secret('{}');",
            r#"Dim http As New Chilkat.Http With {.AuthToken = "{}"}"#,
            r#"rest.AddHeader("Authorization","Bearer {}")"#,
            r#"x = "https://example.com/?access_token={}""#,
            r#"oauth.ClientSecret = "{}" ' for "lorem""#,
            r#"rest.SetAuthBasic("user", "{}")"#,
            r#"ok = http.SetSslClientCertPfx("a.pfx", '{}')"#,
            "old password = {}",
            r#"curl -H "Authorization: Bearer {}""#,
            "`curl -u user:{} https://example.com`",
            "token: {}",
            r#"$creds = ["password" => "{}"]"#,
        ] {
            let masked = masked_line(&line.replace("{}", &token)).into_owned();
            assert!(!masked.contains("4711") && masked.contains("***"), "{masked}");
        }
        for line in
            [r#"xml.LoadXml("<a b='c'/>")"#, "it's", "", r#"print "Zoë" + "x""#, "\"", "a '' b"]
        {
            assert_eq!(masked_line(line), line);
        }
        let key =
            ["-----BEGIN PRIVATE ", "KEY-----\nlorem4711\nipsum\n-----END PRIVATE ", "KEY-----"]
                .concat();
        assert!(!ScriptLines::new(&key, false).range(1, 9).concat().contains("4711"));
    }
}
