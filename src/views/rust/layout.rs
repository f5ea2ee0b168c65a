//! Rust as rustfmt lays it out: literals, calls and `let`, at an indent of four.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

/// The width of a line.
const LINE: usize = 100;

/// The width of the arguments of a call that stay on one line, where there are several.
const ARGS: usize = 60;

/// A literal for a text: in one line, or raw where that shows it better.
pub(super) fn literal(text: &str) -> String {
    if text.contains(['\n', '"', '\\']) && can_be_raw(text) {
        let after_quote = text.split('"').skip(1);
        let hashes = after_quote.map(|rest| 1 + rest.bytes().take_while(|b| *b == b'#').count());
        let hashes = hashes.max().unwrap_or_default();
        // The language allows 255, but more than a few cannot be counted by eye.
        if hashes <= 8 {
            let hashes = "#".repeat(hashes);
            return format!("r{hashes}\"{text}\"{hashes}");
        }
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' | '\\' => out.extend(['\\', c]),
            c if is_shown(c) => out.push(c),
            c => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}

/// Whether a raw literal shows a text well: all of it can be seen, and there is more than line ends.
fn can_be_raw(text: &str) -> bool {
    let ends_in_space = |line: &str| line.ends_with(' ');
    let visible = text.lines().filter(|line| !line.is_empty()).count();
    text.chars().all(|c| c == '\n' || is_shown(c))
        && !text.split('\n').any(ends_in_space)
        && (!text.contains('\n') || visible > 1 && text.len() > 16)
}

/// ASCII, and letters whose width is one column beyond doubt: the rest is escaped, since it may turn the
/// direction of a line, be no wider than nothing, or look like something else.
fn is_shown(c: char) -> bool {
    match c {
        ' '..='~' => true,
        '\u{c0}'..='\u{24f}' | '\u{391}'..='\u{3c9}' | '\u{410}'..='\u{44f}' => c.is_alphabetic(),
        // Two columns.
        '\u{4e00}'..='\u{9fff}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' => true,
        '\u{ac00}'..='\u{d7a3}' => true,
        _ => false,
    }
}

/// A literal for bytes.
pub(super) fn byte_literal(bytes: &[u8]) -> String {
    let mut out = String::from("b\"");
    for byte in bytes {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\0' => out.push_str("\\0"),
            b'"' | b'\\' => out.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => out.push(char::from(*byte)),
            byte => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('"');
    out
}

/// `before` and `after` are what stands around the arguments, such as `req.set_path(` and `);`.
pub(super) fn call(before: &str, args: &[String], after: &str) -> String {
    let joined = args.join(", ");
    let one = format!("{before}{joined}{after}");
    if is_short(&joined, args.len()) && 4 + width(&one) <= LINE {
        return format!("    {one}\n");
    }
    let mut out = format!("    {before}\n");
    for arg in args {
        let _ = writeln!(out, "        {arg},");
    }
    let _ = writeln!(out, "    {after}");
    out
}

/// Whether arguments can stand on one line.
pub(super) fn is_short(joined: &str, count: usize) -> bool {
    !joined.contains('\n') && (count == 1 || width(joined) <= ARGS)
}

/// `let name = before(arg)after`, such as `format!(`, the argument and `);`.
pub(super) fn binding(name: &str, before: &str, arg: &str, after: &str) -> String {
    let start = format!("let {name} =");
    let one = format!("{before}{arg}{after}");
    if !arg.contains('\n') && 4 + width(&start) + 1 + width(&one) <= LINE {
        format!("    {start} {one}\n")
    } else if !arg.contains('\n') && 8 + width(&one) <= LINE {
        format!("    {start}\n        {one}\n")
    } else if before.is_empty() {
        format!("    {start} {one}\n")
    } else {
        let comma = if before.ends_with("!(") { "" } else { "," };
        format!("    {start} {before}\n        {arg}{comma}\n    {after}\n")
    }
}

fn width(text: &str) -> usize {
    text.chars().map(|c| if c < '\u{1100}' { 1 } else { 2 }).sum()
}

/// Words that are no names, of this edition and of those to come, and those of the program itself.
const TAKEN: &[&str] = &[
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "main",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "raw",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "zoomkat",
    "u8",
    "str",
    // Names that the program itself uses.
    "authority",
    "base",
    "body",
    "cert",
    "err",
    "file",
    "form",
    "header",
    "host",
    "http",
    "line",
    "name",
    "path",
    "port",
    "req",
    "resp",
    "resp_status_code",
    "rest",
    "scheme",
    "ssl",
    "start",
    "text",
    "value",
];

/// The names of the program's variables.
#[derive(Default)]
pub(super) struct Locals {
    pub(super) names: Vec<String>,
    known: HashSet<String>,
    /// The last number after a name.
    counts: HashMap<String, usize>,
}

impl Locals {
    pub(super) fn add(&mut self, name: String) {
        self.known.insert(name.clone());
        self.names.push(name);
    }

    /// Adds one that is made of a text and is free.
    pub(super) fn add_like(&mut self, of: &str) {
        let name = local_name(of);
        let mut free = name.clone();
        if self.known.contains(&free) {
            let count = self.counts.entry(name.clone()).or_insert(1);
            while self.known.contains(&free) {
                *count += 1;
                free = format!("{name}_{count}");
            }
        }
        self.add(free);
    }
}

/// A name in snake case that is Rust, whatever it is made of, and none of those that are taken.
fn local_name(of: &str) -> String {
    let mut name = String::new();
    let mut after_lower = false;
    for c in of.chars() {
        if c.is_ascii_uppercase() && after_lower {
            name.push('_');
        }
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if name.len() >= 40 {
            break;
        }
    }
    let mut name = name.trim_end_matches('_').to_owned();
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        name = format!("var_{name}").trim_end_matches('_').to_owned();
    }
    if TAKEN.contains(&name.as_str()) {
        name.push_str("_value");
    }
    name
}
