//! Property tests with secrets in all escapes, and with text that is hard to search.

use super::*;
use crate::random::{Random, cases};

const SPELLINGS: usize = 14;

fn spell(c: char, how: usize) -> String {
    let code = u32::from(c);
    let bytes = |sign: &str| c.to_string().bytes().map(|b| format!("{sign}{b:02X}")).collect();
    match how {
        0 => format!("\\u{code:04x}"),
        1 => format!("\\u{{{code:x}}}"),
        2 => format!("\\x{code:02x}"),
        3 => bytes("\\x"),
        4 => format!("\\{code:03o}"),
        5 => format!("&#{code};"),
        6 => format!("&#{code:06};"),
        7 => format!("&#X{code:X};"),
        8 => bytes("%"),
        9 => format!("%{code:02x}"),
        10 => format!("%u{code:04X}"),
        11 => bytes("="),
        12 => match c {
            '<' => "&lt;".to_owned(),
            '&' => "&amp;".to_owned(),
            '"' => "&quot;".to_owned(),
            'é' => "&eacute;".to_owned(),
            _ => c.to_string(),
        },
        13 if c.is_ascii_punctuation() => format!("\\{c}"),
        _ => c.to_string(),
    }
}

/// Returns text that is full of the characters of escapes.
fn hard(random: &mut Random) -> String {
    random.text_of("a1<&\"\\/%+ =;#xu{}\né0", 0, 8)
}

#[test]
fn a_secret_is_masked_anywhere_in_any_escapes() {
    cases(256, |random| {
        let mut secret = random.text_of("abcA1<&\"\\/%+ =;#xé0", 4, 13);
        // The secret does not end in white space, since additional white space after it is not masked.
        secret += &random.text_of("a<\\=0", 1, 1);
        let pattern = SecretPattern::new(secret.chars(), TOO_SHORT);
        // Mostly white space is not a secret.
        if pattern.is_none() {
            return;
        }
        let spelled: String =
            secret.chars().map(|c| spell(c, random.within(0, SPELLINGS))).collect();
        let (before, after) = (hard(random), hard(random));
        let text = format!("{before}{spelled}{after}");
        let masked = mask(pattern.as_slice(), text.as_str().into(), Ends::Whole);
        let most = before.len() + after.len() + MASK.len();
        assert!(masked.len() <= most, "{text:?}: {masked:?}");
    });
}

#[test]
fn any_text_and_any_secret_can_be_searched() {
    cases(256, |random| {
        let (text, secret, hard) = (random.text(0, 64), random.text(4, 8), hard(random));
        for text in [&text, &format!("{text}{hard}{text}"), &hard.repeat(9)] {
            for secret in [&secret, &hard, &text.chars().take(9).collect()] {
                let pattern = SecretPattern::new(secret.chars(), TOO_SHORT);
                for ends in [Ends::Whole, Ends::Cut, Ends::Quoted] {
                    let masked = mask(pattern.as_slice(), text.as_str().into(), ends);
                    let is_hidden = pattern.is_none() || !masked.contains(secret.as_str());
                    assert!(is_hidden || secret == MASK, "{text:?}: {masked:?}");
                }
            }
        }
    });
}
