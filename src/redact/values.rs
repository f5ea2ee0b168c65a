//! Values of secrets: shapes of known keys, and values that no secret has.

use std::collections::HashMap;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

#[cfg(any(feature = "views", feature = "zoom"))]
use super::names::NameVerdict;

/// A row of `values.tsv`.
struct Shape {
    start: &'static str,
    /// The characters after the start, in addition to letters and digits.
    others: &'static str,
    min: usize,
    needs_digit: bool,
}

/// `values.tsv` by the first byte of a key.
static SHAPES: LazyLock<HashMap<u8, Vec<Shape>>> = LazyLock::new(|| {
    let mut shapes: HashMap<u8, Vec<Shape>> = HashMap::new();
    let lines = include_str!("values.tsv").lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        let mut cells = line.split('\t');
        let (start, min) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        let others = match cells.next() {
            Some("none") => "",
            None | Some("") => "-_",
            Some(others) => others,
        };
        let (needs_digit, min) = (min.starts_with('!'), min.trim_start_matches('!'));
        let (Some(first), Ok(min)) = (start.bytes().next(), min.parse()) else { continue };
        shapes.entry(first).or_default().push(Shape { start, others, min, needs_digit });
    }
    shapes
});

/// Whether a value has the shape of a known kind of key, so that it is secret under any name: a key in `values.tsv`, an
/// AWS access key ID, a JSON Web Token, a private key in PEM, or a scheme and its credentials as in Authorization.
pub(crate) fn is_secret_value(value: &str) -> bool {
    let value = value.trim();
    let credentials = || {
        let (scheme, rest) = value.split_once(' ')?;
        Some(is_credentials(scheme, rest.trim_start()))
    };
    is_known_key(value)
        || is_aws_key_id(value)
        || is_jwt(value)
        || is_private_key(value)
        || credentials().unwrap_or_default()
}

fn is_known_key(value: &str) -> bool {
    let shapes = value.bytes().next().and_then(|first| SHAPES.get(&first));
    shapes.into_iter().flatten().any(|shape| {
        value.strip_prefix(shape.start).is_some_and(|rest| {
            let is_part = |c: char| c.is_ascii_alphanumeric() || shape.others.contains(c);
            rest.len() >= shape.min
                && rest.chars().all(is_part)
                && (!shape.needs_digit || rest.contains(|c: char| c.is_ascii_digit()))
        })
    })
}

/// AKIA for users, ASIA for temporary credentials.
fn is_aws_key_id(value: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    value.len() == 20
        && (value.starts_with("AKIA") || value.starts_with("ASIA"))
        && value.bytes().all(is_part)
}

/// A signed token has three parts, an encrypted one five (RFC 7515 and 7516). The first is a JSON object with `alg`.
fn is_jwt(value: &str) -> bool {
    // A header is short, and decoding stops here.
    const MAX_HEADER: usize = 8 * 1024;
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let Some((header, rest)) = value.split_once('.') else { return false };
    // All objects start with `{"`, except those with white space.
    header.starts_with("ey")
        && header.len() <= MAX_HEADER
        && matches!(rest.matches('.').count(), 1 | 3)
        && rest.chars().all(is_part)
        && BASE64_URL_SAFE_NO_PAD.decode(header).is_ok_and(|json| {
            // A parser of JSON would make every program larger.
            let json = json.trim_ascii();
            json.starts_with(b"{")
                && json.ends_with(b"}")
                && json.windows(5).any(|w| w == b"\"alg\"")
        })
}

fn is_private_key(value: &str) -> bool {
    // The names of the kinds are shorter.
    const MAX_LINE: usize = 80;
    value.find("-----BEGIN ").is_some_and(|at| {
        let line = value.get(at..).unwrap_or_default().as_bytes();
        let key = b"PRIVATE KEY";
        line[..line.len().min(MAX_LINE)].windows(key.len()).any(|part| part == key)
    })
}

/// Whether this is a scheme and its credentials (RFC 9110 section 11.4): `Bearer` with a token that is no word, `Basic`
/// with user and password in base64.
fn is_credentials(scheme: &str, rest: &str) -> bool {
    let is_scheme = |known: &str| scheme.eq_ignore_ascii_case(known);
    if is_scheme("basic") {
        return BASE64_STANDARD.decode(rest).is_ok_and(|login| login.contains(&b':'));
    }
    // RFC 6750 section 2.1.
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    is_scheme("bearer")
        && rest.len() >= 8
        && rest.chars().all(is_part)
        && rest.contains(|c: char| c.is_ascii_digit())
}

/// The maximum length of a number that is no secret. A longer one may be a passcode.
pub(super) const SHORT_NUMBER: usize = 3;

/// Whether a value cannot be a secret under any name: empty, `true`, `null` and the like, or a number of up to three
/// digits.
#[cfg(any(feature = "views", feature = "zoom"))]
pub(crate) fn is_harmless_value(value: &str) -> bool {
    const WORDS: [&str; 9] =
        ["true", "false", "null", "none", "yes", "no", "on", "off", "undefined"];
    let value = value.trim();
    value.is_empty()
        || WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
        || is_small_number(value)
}

#[cfg(any(feature = "views", feature = "zoom"))]
fn is_small_number(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (1..=SHORT_NUMBER).contains(&digits)
        && value.len() <= SHORT_NUMBER + 2
        && value.parse::<f64>().is_ok()
}

/// Whether a value with this name is a secret, for texts that people read. Logs and requests to other origins use
/// [`is_secret`](super::is_secret), which does not look at the value.
#[cfg(feature = "views")]
pub(crate) fn is_secret_pair(name: &str, value: &str) -> bool {
    is_secret_under(super::names::verdict(name), value)
}

/// Whether a value is a secret under names with this verdict.
#[cfg(any(feature = "views", feature = "zoom"))]
pub(crate) fn is_secret_under(verdict: NameVerdict, value: &str) -> bool {
    is_secret_value(value)
        || match verdict {
            NameVerdict::Harmless => false,
            NameVerdict::Maybe => !is_harmless_value(value) && !is_words(value),
            NameVerdict::Secret => !is_harmless_value(value),
        }
}

/// Whether an item of a query or a fragment may be a secret without a name, such as `dG9rZW4=`. Words are none: `wsdl`,
/// `section-2`.
#[cfg(feature = "views")]
pub(crate) fn is_secret_item(item: &str) -> bool {
    // In base64, = is padding and not the start of an empty value.
    let text = match item.split_once('=') {
        None => item,
        Some((name, "" | "=")) if item.len() >= 8 && item.len() % 4 == 0 => name,
        Some(_) => return false,
    };
    // The characters of credentials (RFC 9110 section 11.2), and of others once encoded.
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-._~+/=%".contains(c);
    let is_anchor = |part: &str| {
        let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
        part.len() - letters.len() <= SHORT_NUMBER && is_words(letters)
    };
    item.chars().all(is_part)
        && (is_secret_value(text)
            || !text.split(|c: char| !c.is_ascii_alphanumeric()).all(is_anchor))
}

/// Whether a value consists of words, each in one case or with capitals inside, and small numbers: `ADT`, `bearer`,
/// `authorizationCode`, `client_credentials`, `2 adults`. Keys have digits or odd capitals.
#[cfg(any(feature = "views", feature = "zoom"))]
fn is_words(value: &str) -> bool {
    /// A longer one is no word of a list of values.
    const MAX_LENGTH: usize = 200;
    const MAX_WORD: usize = 24;
    let is_word = |word: &str| {
        let capitals = word.bytes().skip(1).filter(u8::is_ascii_uppercase).count();
        let is_upper = word.bytes().all(|byte| byte.is_ascii_uppercase());
        word.len() <= MAX_WORD
            && word.bytes().all(|byte| byte.is_ascii_alphabetic())
            // On average a word within has four letters.
            && (is_upper || (capitals + 1) * 4 <= word.len() || capitals == 0)
    };
    let is_part = |part: &str| part.is_empty() || is_word(part) || is_small_number(part);
    let ends_words = |c: char| c.is_whitespace() || "-_.,;:/()".contains(c);
    value.len() <= MAX_LENGTH && value.split(ends_words).all(is_part)
}

#[cfg(test)]
#[cfg(feature = "views")]
mod tests {
    use super::*;

    fn base64url(text: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(text)
    }

    #[test]
    fn keys_of_known_shapes_are_secret() {
        let tail = "a1B2".repeat(10);
        for (start, end) in [
            ("sk_", "live_abc"),
            ("sk_", "test_abc"),
            ("rk_", "live_abc"),
            ("wh", "sec_abc"),
            ("gh", "p_abc123"),
            ("gh", "o_abc123"),
            ("gh", "s_abc123"),
            ("gh", "u_abc123"),
            ("gh", "r_abc123"),
            ("github", "_pat_abc_def"),
            ("xo", "xb-12-34-abc"),
            ("xo", "xp-12-34-abc"),
            ("xa", "pp-1-abc"),
            ("gl", "pat-abc"),
        ] {
            assert!(is_secret_value(&format!("{start}{end}")), "{start}{end}");
        }
        for start in [
            "AI za",
            "n pm_",
            "s k-proj-",
            "s k-",
            "S G.a.",
            "h vs.",
            "d op_v1_",
            "S K",
            "g sk_",
            "k ey-",
        ] {
            assert!(is_secret_value(&format!(" {}{tail}\n", start.replace(' ', ""))), "{start}");
        }
        let id = "ABCDEFGH12345678";
        let jwt = [base64url(r#"{"alg":"none"}"#), base64url("{}"), String::new()].join(".");
        let encrypted = format!("{}.a.b.c.d", base64url(r#"{"enc":"x","alg":"dir"}"#));
        let pem = |kind: &str| format!("-----BEGIN {kind}-----\\nAAAA");
        for secret in [
            format!("AKIA{id}"),
            format!("ASIA{id}"),
            jwt.clone(),
            encrypted,
            pem("PRIVATE KEY"),
            pem("RSA PRIVATE KEY"),
            pem("OPENSSH PRIVATE KEY"),
            pem("PGP PRIVATE KEY BLOCK"),
            format!("Bearer {tail}"),
            format!("bearer {jwt}"),
            format!("Basic {}", BASE64_STANDARD.encode("lorem:ipsum")),
        ] {
            assert!(is_secret_value(&secret), "{secret}");
        }
    }

    #[test]
    fn texts_that_resemble_a_key_are_not_secret() {
        let long = "a".repeat(1_000_000);
        for text in [
            "",
            "sk_live_",
            "sk_live_a b",
            "npm_config_registry",
            "ghs_pictogram",
            "AKIA",
            "AKIAabcdefgh12345678",
            "sk-learn",
            "SG.",
            "1.2.3",
            "a.b.c",
            "eyes.open.wide",
            "www.example.com",
            "com.example.app",
            "Bearer token",
            "Basic plan",
            "basic auth",
            "bearer",
            "-----BEGIN CERTIFICATE-----",
            "-----BEGIN PUBLIC KEY-----",
            "9f86d081884c7d659a2feaa0c55ad015",
            "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            &base64url(r#"{"alg":"none"}"#),
            &format!("{}.a.b", base64url(r#"{"a":"none"}"#)),
            &long,
            &format!("ey{}", "a.".repeat(500_000)),
            &format!("-----BEGIN {}", "\u{e9}".repeat(500_000)),
        ] {
            assert!(!is_secret_value(text), "{}", &text[..text.len().min(60)]);
        }
    }

    #[test]
    fn some_values_are_no_secret_under_any_name() {
        for harmless in ["", " ", "true", "False", "NULL", "none", "0", "-1", "12", "999", "0.5"] {
            assert!(is_harmless_value(harmless), "{harmless}");
            assert!(!is_secret_pair("password", harmless), "{harmless}");
        }
        for other in ["1234", "123456", "lorem", "1e999", "inf", "nan", "12a", "0x1"] {
            assert!(!is_harmless_value(other), "{other}");
            assert!(is_secret_pair("password", other), "{other}");
        }
    }

    #[test]
    fn an_item_without_a_name_is_a_secret_unless_it_is_a_word() {
        for secret in ["dG9rZW4=", "ZG9sb3I=", "a1b2c3d4", "eyJ0.a.b1c2", "4711", "c2l0IA=="] {
            assert!(is_secret_item(secret), "{secret}");
        }
        for item in [
            "",
            "\u{e9}a1b2c3d4",
            "a1b2 c3d4",
            "wsdl",
            "raw",
            "section-2",
            "L10",
            "v2",
            "a=",
            "token=",
            "address=",
            "page1=",
            "a=b=",
        ] {
            assert!(!is_secret_item(item), "{item}");
        }
    }

    #[test]
    fn a_word_is_a_secret_only_under_the_name_of_a_secret() {
        for word in [
            "ADT",
            "Bearer",
            "password",
            "client_credentials",
            "authorizationCode",
            "PROJ",
            "urn:ietf:params:oauth",
            "2 adults",
            "same-origin",
        ] {
            assert!(!is_secret_pair("key", word), "{word}");
            assert!(is_secret_pair("password", word), "{word}");
            assert!(!is_secret_pair("grant_type", word), "{word}");
        }
        for key in ["1234", "a1b2c3d4e5", "dQwRtYpLk", "AIx9", "abc123def456", "x/y=="] {
            assert!(is_secret_pair("key", key), "{key}");
        }
        let key = ["sk_", "live_abc"].concat();
        assert!(is_secret_pair("name", &key));
    }
}
