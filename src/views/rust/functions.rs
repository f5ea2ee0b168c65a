//! The functions of a program: its variables, encoded for their places.

use super::literals::literal;
use crate::views::place_encoding::PlaceEncoding;

/// Which functions a program calls.
#[derive(Default)]
pub(super) struct Functions {
    env: bool,
    json_escape: bool,
    percent_encode: bool,
    decode_text: bool,
}

const ENV: &str = r#"
/// Returns a variable of the environment.
fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        eprintln!("Set the environment variable {name} (text in UTF-8).");
        std::process::exit(1);
    })
}
"#;

const JSON_ESCAPE: &str = r#"
/// Escapes a text for a JSON string.
fn json_escape(text: &str) -> String {
    let escaped = |c| match c {
        '"' | '\\' => format!("\\{c}"),
        '\n' => "\\n".into(),
        '\r' => "\\r".into(),
        '\t' => "\\t".into(),
        '\u{8}' => "\\b".into(),
        '\u{c}' => "\\f".into(),
        '\0'..='\u{1f}' => format!("\\u{:04x}", c as u32),
        c => c.into(),
    };
    text.chars().map(escaped).collect()
}
"#;

const PERCENT_ENCODE: &str = r#"
/// Percent-encodes a text, except for the characters in `keep`.
fn percent_encode(text: &str, keep: &str) -> String {
    let encoded = |byte| match char::from(byte) {
        c if c.is_ascii_alphanumeric() || "-._~".contains(c) || keep.contains(c) => c.into(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encoded).collect()
}
"#;

const DECODE_TEXT: &str = r#"
/// Decodes a text in UTF-8, or in UTF-16 with a byte order mark.
fn decode_text(bytes: &[u8]) -> String {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => String::from_utf8_lossy(rest).into_owned(),
    }
}
"#;

impl Functions {
    /// Returns the expression for a variable of the environment.
    pub(super) fn env(&mut self, name: &str) -> String {
        self.env = true;
        format!("env({name})")
    }

    /// Returns the expression that encodes the value of another.
    pub(super) fn encoded(&mut self, plain: &str, encoding: &PlaceEncoding) -> String {
        match encoding {
            PlaceEncoding::Plain => plain.to_owned(),
            PlaceEncoding::Json => {
                self.json_escape = true;
                format!("json_escape(&{plain})")
            }
            PlaceEncoding::Form => {
                self.percent_encode = true;
                format!("percent_encode(&{plain}, \"\").replace(\"%20\", \"+\")")
            }
            PlaceEncoding::Percent { keep } => {
                self.percent_encode = true;
                format!("percent_encode(&{plain}, {})", literal(keep))
            }
        }
    }

    /// Returns the expression that decodes the bytes of another.
    pub(super) fn decoded(&mut self, bytes: &str) -> String {
        self.decode_text = true;
        format!("decode_text(&{bytes})")
    }

    /// Returns the functions that the program calls.
    pub(super) fn text(&self) -> String {
        let functions = [
            (self.env, ENV),
            (self.json_escape, JSON_ESCAPE),
            (self.percent_encode, PERCENT_ENCODE),
            (self.decode_text, DECODE_TEXT),
        ];
        functions.iter().filter(|(is_used, _)| *is_used).map(|(_, text)| *text).collect()
    }
}
