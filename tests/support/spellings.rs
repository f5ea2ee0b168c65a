//! The ways in which servers repeat a text: places in a response, spellings, and decoders that are
//! independent of zoomkat's masking.

use std::collections::BTreeSet;

use serde_json::json;

/// Removes white space and its stand-ins.
pub fn flat(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '+' | '\u{a0}')).collect()
}

/// Returns the text and everything that up to three rounds of decoding produce.
pub fn decodings(text: &str) -> BTreeSet<String> {
    let decoders: [fn(&str) -> String; 5] =
        [unpercent, unlatin, unhtml, unslash, |text| unbytes(text, '=')];
    let mut all = BTreeSet::from([text.to_owned()]);
    let mut last = all.clone();
    for _ in 0..3 {
        last = last.iter().flat_map(|text| decoders.map(|decode| decode(text))).collect();
        last.retain(|text| all.insert(text.clone()));
    }
    all
}

pub fn unpercent(text: &str) -> String {
    unbytes(text, '%')
}

/// Decodes each `%XX` or `=XX` as a byte of UTF-8.
pub fn unbytes(text: &str, sign: char) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let digits = rest.get(1..3).filter(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()));
        match digits.filter(|_| c == sign) {
            Some(digits) => {
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
                rest = &rest[3..];
            }
            None => {
                bytes.extend(c.to_string().bytes());
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    String::from_utf8_lossy(&bytes).replace("=\r\n", "").replace("=\n", "")
}

/// Decodes each `%XX` as a character of Latin-1 and each `%uXXXX` as any character.
pub fn unlatin(text: &str) -> String {
    each_escape(text, "%u", |digits| code(digits.get(..4)?, 16).map(|c| (c, 4)))
        .split('%')
        .enumerate()
        .map(|(at, part)| match part.get(..2).and_then(|digits| code(digits, 16)) {
            Some(c) if at > 0 => format!("{c}{}", &part[2..]),
            _ if at > 0 => format!("%{part}"),
            _ => part.to_owned(),
        })
        .collect()
}

pub fn code(digits: &str, radix: u32) -> Option<char> {
    char::from_u32(u32::from_str_radix(digits, radix).ok()?)
}

/// Replaces the text after each `intro` by what `read` returns: a character and the length that it
/// consumed.
pub fn each_escape(
    text: &str,
    intro: &str,
    read: impl Fn(&str) -> Option<(char, usize)>,
) -> String {
    let mut parts = text.split(intro);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match read(part) {
            Some((c, len)) => out.extend([c.to_string(), part[len..].to_owned()]),
            None => out.extend([intro, part]),
        }
    }
    out
}

pub fn unhtml(text: &str) -> String {
    each_escape(text, "&", |rest| {
        let names = [
            ("lt", '<'),
            ("gt", '>'),
            ("amp", '&'),
            ("quot", '"'),
            ("apos", '\''),
            ("eacute", 'é'),
        ];
        let more = [("excl", '!'), ("plus", '+'), ("sol", '/'), ("percnt", '%'), ("nbsp", ' ')];
        let named = names.iter().chain(&more).find_map(|(name, c)| {
            let rest = rest.to_ascii_lowercase();
            rest.starts_with(name).then_some((*c, name.len()))
        });
        let numbered = || {
            let (start, radix) = match rest.get(..2)? {
                "#x" | "#X" => (2, 16),
                _ if rest.starts_with('#') => (1, 10),
                _ => return None,
            };
            let len = rest[start..].chars().take_while(|c| c.is_digit(radix)).count();
            code(&rest[start..start + len], radix).map(|c| (c, start + len))
        };
        let (c, len) = named.or_else(numbered)?;
        Some((c, len + usize::from(rest[len..].starts_with(';'))))
    })
}

/// Undoes the escapes of JSON, JavaScript, Rust and C.
pub fn unslash(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend(rest[..at].bytes());
        rest = &rest[at + 1..];
        let next = rest.chars().next().unwrap_or('\\');
        let octal = rest.chars().take(3).take_while(|c| c.is_digit(8)).count();
        let braced = rest.strip_prefix("u{").and_then(|rest| rest.split_once('}'));
        let (c, len) = match next {
            'u' if braced.is_some() => {
                let digits = braced.unwrap().0;
                (code(digits, 16).unwrap_or('?'), digits.len() + 3)
            }
            'u' => (rest.get(1..5).and_then(|digits| code(digits, 16)).unwrap_or('u'), 5),
            'x' => {
                if let Some(byte) = rest.get(1..3).and_then(|d| u8::from_str_radix(d, 16).ok()) {
                    bytes.push(byte);
                }
                rest = rest.get(3..).unwrap_or_default();
                continue;
            }
            _ if octal > 1 => (code(&rest[..octal], 8).unwrap(), octal),
            'n' => ('\n', 1),
            't' => ('\t', 1),
            'r' => ('\r', 1),
            _ => (next, next.len_utf8()),
        };
        bytes.extend(c.to_string().bytes());
        rest = rest.get(len..).unwrap_or_default();
    }
    bytes.extend(rest.bytes());
    String::from_utf8(bytes.clone())
        .unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect())
}

/// A way to write a text.
pub type Spelling = (&'static str, fn(&str) -> String);

/// Writes every character except ASCII letters and digits with `write`.
pub fn signs(text: &str, write: impl Fn(char) -> String) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { write(c) }).collect()
}

pub fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    escaped.replace('\'', "&#x27;")
}

pub fn percent(text: &str) -> String {
    signs(text, |c| c.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect())
}

pub fn in_json(text: &str) -> String {
    let quoted = json!(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

pub const SPELLINGS: [Spelling; 29] = [
    ("as it is", str::to_owned),
    ("JSON", in_json),
    ("JSON with all escapes", |text| signs(text, |c| format!("\\u{:04x}", c as u32))),
    ("JSON with slashes", |text| in_json(text).replace('/', "\\/")),
    ("JavaScript", |text| signs(text, |c| format!("\\x{:02x}", c as u32))),
    ("octal", |text| signs(text, |c| format!("\\{:03o}", c as u32))),
    ("Rust", |text| text.escape_default().to_string()),
    ("Rust's braces", |text| signs(text, |c| format!("\\u{{{:x}}}", c as u32))),
    ("HTML", html),
    ("HTML with all names", |text| {
        let text = html(text).replace('!', "&excl;").replace('+', "&plus;").replace('/', "&sol;");
        text.replace('%', "&percnt;").replace('é', "&eacute;").replace(' ', "&nbsp;")
    }),
    ("HTML in capitals", |text| html(text).replace("&lt;", "&LT;").replace("&quot;", "&QUOT;")),
    ("HTML in decimal", |text| signs(text, |c| format!("&#{};", c as u32))),
    ("HTML with zeros", |text| signs(text, |c| format!("&#{:07};", c as u32))),
    ("HTML in hexadecimal", |text| signs(text, |c| format!("&#X{:X};", c as u32))),
    ("HTML without semicolons", |text| signs(text, |c| format!("&#{}", c as u32))),
    ("HTML for all", |text| text.chars().map(|c| format!("&#x{:x};", c as u32)).collect()),
    ("percent", percent),
    ("percent in small letters", |text| {
        signs(text, |c| c.to_string().bytes().map(|byte| format!("%{byte:02x}")).collect())
    }),
    ("percent for all", |text| text.bytes().map(|byte| format!("%{byte:02X}")).collect()),
    ("percent of Latin-1", |text| signs(text, |c| format!("%{:02X}", c as u32))),
    ("a form", |text| percent(text).replace("%20", "+")),
    ("escape()", |text| signs(text, |c| format!("%u{:04X}", c as u32))),
    ("quoted-printable", |text| {
        signs(text, |c| c.to_string().bytes().map(|byte| format!("={byte:02X}")).collect())
    }),
    ("HTML twice", |text| html(&html(text))),
    ("HTML in JSON", |text| signs(&html(text), |c| format!("\\u{:04x}", c as u32))),
    ("HTML in percent", |text| percent(&html(text))),
    ("percent twice", |text| percent(&percent(text))),
    ("JSON in JSON", |text| in_json(&in_json(text))),
    ("read as Latin-1", |text| text.bytes().map(char::from).collect()),
];

/// A place in a response, and the response with this text there.
pub type Place = (&'static str, fn(&str) -> String);

pub const CLOSE: &str = "Connection: close\r\n";

pub fn with_body(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{CLOSE}{headers}Content-Length: {length}\r\n\r\n{body}")
}

/// Places in a head, including some that are not valid HTTP.
pub const HEADS: [Place; 22] = [
    ("the whole answer", |text| format!("{text}\r\n\r\n")),
    ("the version", |text| format!("{text} 200 OK\r\n\r\n")),
    ("a status", |text| format!("HTTP/1.1 {text}\r\nContent-Length: 0\r\n\r\n")),
    ("a reason", |text| with_body(&format!("400 {text}"), "", "")),
    ("a reason of a failure", |text| with_body(&format!("500 {text}"), "", "{}")),
    ("a line of the header", |text| with_body("200 OK", &format!("{text}\r\n"), "{}")),
    ("a header's name", |text| with_body("200 OK", &format!("{text}: lorem\r\n"), "{}")),
    ("a header's value", |text| with_body("400 Bad", &format!("X-Lorem: {text}\r\n"), "{}")),
    ("a control character", |text| with_body("400 Bad", &format!("X-Lorem: {text}\0\r\n"), "{}")),
    ("Content-Length", |text| format!("HTTP/1.1 200 OK\r\nContent-Length: {text}\r\n\r\n")),
    ("two lengths", |text| {
        format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2{text}\r\n\r\n{{}}")
    }),
    ("Transfer-Encoding", |text| format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: {text}\r\n\r\n")),
    ("a chunk's size", |text| chunked(&format!("{text}\r\n"))),
    ("a chunk's size and more", |text| chunked(&format!("2{text}\r\n{{}}\r\n0\r\n\r\n"))),
    ("a chunk's end", |text| chunked(&format!("2\r\n{{}}{text}\r\n0\r\n\r\n"))),
    ("a trailer", |text| chunked(&format!("2\r\n{{}}\r\n0\r\n{text}\r\n\r\n"))),
    ("a trailer's value", |text| chunked(&format!("2\r\n{{}}\r\n0\r\nX-Lorem: {text}\0\r\n\r\n"))),
    ("Content-Encoding", |text| {
        with_body("200 OK", &format!("Content-Encoding: {text}\r\n"), "{}")
    }),
    ("Location", |text| with_body("302 Found", &format!("Location: {text}\r\n"), "")),
    ("Location elsewhere", |text| {
        with_body("307 Found", &format!("Location: http://127.0.0.1:1/{text}\r\n"), "")
    }),
    ("Location's scheme", |text| with_body("302 Found", &format!("Location: {text}://h/\r\n"), "")),
    ("Retry-After", |text| with_body("429 Many", &format!("Retry-After: {text}\r\n"), "{}")),
];

pub fn chunked(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{CLOSE}Transfer-Encoding: chunked\r\n\r\n{body}")
}

/// Returns the text without its last five characters.
fn cut(text: &str) -> &str {
    text.char_indices().nth_back(4).map_or("", |(at, _)| &text[..at])
}

/// The places that an error shows.
pub const SHOWN: [Place; 12] = [
    ("a tracking id", |text| {
        with_body("400 Bad", &format!("x-zm-trackingid: v=2.0;{text}\r\n"), "{}")
    }),
    ("a message", |text| {
        with_body("400 Bad", "", &format!("{{\"code\":300,\"message\":\"x {text} x\"}}"))
    }),
    ("a field", |text| {
        let errors = format!("[{{\"field\":\"{text}\",\"message\":\"x {text} x\"}}]");
        with_body("400 Bad", "", &format!("{{\"code\":300,\"message\":\"x\",\"errors\":{errors}}}"))
    }),
    ("a refusal", |text| {
        with_body("429 Many", "", &format!("{{\"message\":\"the user's daily {text}\"}}"))
    }),
    ("XML", |text| {
        let errors = format!("<errors><field>{text}</field><message>x {text} x</message></errors>");
        let body =
            format!("<result><code>300</code><message>x {text} x</message>{errors}</result>");
        with_body("400 Bad", "Content-Type: application/xml\r\n", &body)
    }),
    ("XML that is cut", |text| {
        with_body("400 Bad", "", &format!("<result><message>x {}", cut(text)))
    }),
    ("a page", |text| {
        with_body(
            "403 No",
            "Content-Type: text/html\r\n",
            &format!("<title>x {text}</title><p>{text}</p>"),
        )
    }),
    ("a page that is cut", |text| with_body("403 No", "", &format!("<p>x</p><p>{}", cut(text)))),
    ("plain text", |text| {
        with_body("400 Bad", "Content-Type: text/plain\r\n", &format!("x: {text}. x"))
    }),
    ("a form", |text| with_body("400 Bad", "", &format!("a=b&password={text}&c=d"))),
    ("broken JSON", |text| with_body("400 Bad", "", &format!("{{\"message\":\"x {}", cut(text)))),
    ("a failure", |text| with_body("500 Bad", "", &format!("{{\"message\":\"{text}\"}}"))),
];
