//! Texts and numbers as they are written.

use tree_sitter::Node;

use super::{Reader, children};
use crate::language::Language;
use crate::read::shared::grammar::Source;
use crate::read::shared::texts;
use crate::tree::Expr;

impl Reader {
    /// Returns the text of a literal of one piece.
    pub(super) fn text_literal(&self, written: &str) -> String {
        let written = written.trim_start_matches(['L', 'u', 'U', '8']);
        if let Some(raw) = written.strip_prefix('R') {
            return raw_text(raw);
        }
        if let Some(verbatim) = written.strip_prefix('@') {
            return quoted(verbatim).replace("\"\"", "\"");
        }
        if let Some(inner) = written.strip_prefix("\"\"\"") {
            let inner = inner.trim_end_matches('"');
            return match self.language {
                Language::Java => unescape(&text_block(inner), self.language),
                _ => raw_block(inner),
            };
        }
        if written.starts_with('`') {
            return written.trim_matches('`').replace('\r', "");
        }
        unescape(quoted(written), self.language)
    }

    /// Reads a text with values in it: `$"{x}"`.
    pub(super) fn interpolated(&mut self, src: &mut Source, node: Node) -> Expr {
        let written = src.text(node);
        let (is_verbatim, is_raw) =
            (written.bytes().take(3).any(|byte| byte == b'@'), written.contains("\"\"\""));
        let open = written.find('"').map_or(0, |at| at + if is_raw { 3 } else { 1 });
        let close = written.len().saturating_sub(if is_raw { 3 } else { 1 });
        let text = |piece: &str| {
            let piece = if is_raw {
                return piece.to_owned();
            } else if is_verbatim {
                piece.replace("\"\"", "\"")
            } else {
                unescape(piece, Language::CSharp)
            };
            piece.replace("{{", "{").replace("}}", "}")
        };
        let mut parts = Vec::new();
        let mut at = open;
        for hole in children(node).into_iter().filter(|child| child.kind() == "interpolation") {
            let from = hole.start_byte().saturating_sub(node.start_byte());
            parts.push(Expr::Text(text(written.get(at..from).unwrap_or_default())));
            parts.push(self.hole(src, hole));
            at = hole.end_byte().saturating_sub(node.start_byte());
        }
        parts.push(Expr::Text(text(written.get(at..close).unwrap_or_default())));
        texts::concat(parts)
    }

    fn hole(&mut self, src: &mut Source, node: Node) -> Expr {
        let (mut value, mut format, mut width) = (None, String::new(), String::new());
        for child in children(node) {
            match child.kind() {
                "interpolation_brace" => {}
                "interpolation_format_clause" => {
                    format = src.text(child).trim_start_matches(':').to_owned();
                }
                "interpolation_alignment_clause" => {
                    width = src.text(child).trim_start_matches(',').trim().to_owned();
                }
                _ => value = Some(self.expr(src, child)),
            }
        }
        let Some(value) = value else { return src.unported(node, "the value is missing") };
        match super::format_number(self.shown(value), &format, &width) {
            Some(value) => value,
            None => src.unported(node, format!("the format {format:?} is not ported")),
        }
    }
}

fn quoted(written: &str) -> &str {
    let inner = written.strip_prefix('"').unwrap_or(written);
    inner.strip_suffix('"').unwrap_or(inner)
}

fn raw_text(written: &str) -> String {
    let inner = quoted(written);
    let Some((delimiter, rest)) = inner.split_once('(') else { return inner.to_owned() };
    let rest = rest.strip_suffix(delimiter).unwrap_or(rest);
    rest.strip_suffix(')').unwrap_or(rest).to_owned()
}

/// Returns the text between `"""` of C#, whose last line says the indentation.
fn raw_block(inner: &str) -> String {
    let Some((_, lines)) = inner.split_once('\n') else { return inner.to_owned() };
    let Some((lines, indentation)) = lines.rsplit_once('\n') else { return String::new() };
    let lines: Vec<&str> = lines
        .lines()
        .map(|line| line.strip_prefix(indentation).unwrap_or(line.trim_start()))
        .collect();
    lines.join("\n")
}

/// Returns the text between `"""` of Java, without what all lines are indented by.
fn text_block(inner: &str) -> String {
    let Some((_, text)) = inner.split_once('\n') else { return inner.to_owned() };
    let last = text.rsplit('\n').next().unwrap_or_default();
    let indents = text.lines().filter(|line| !line.trim().is_empty() || *line == last);
    let indent = indents.map(|line| line.len() - line.trim_start().len()).min();
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| line.get(indent.unwrap_or(0)..).unwrap_or_default().trim_end())
        .collect();
    lines.join("\n")
}

/// Returns the text that a format of Go makes of the arguments.
pub(in crate::read) fn go_printf(format: &str, args: Vec<Expr>) -> Option<Expr> {
    let format = format.replace("%w", "%s").replace("%+v", "%v").replace("%t", "%v");
    match format.contains("%q") {
        // Quotes are around the value; what is in it is rarely escaped.
        true => texts::printf(&format.replace("%q", "\"%s\""), args),
        false => texts::printf(&format, args),
    }
}

/// Returns a text with its escapes replaced.
pub(super) fn unescape(text: &str, language: Language) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let has_bytes = matches!(language, Language::Go | Language::Cpp | Language::C);
    let mut bytes: Vec<u8> = Vec::with_capacity(text.len());
    let mut high = None;
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        let Some(c) = rest.chars().next() else { break };
        rest = &rest[c.len_utf8()..];
        let (digits, radix) = match c {
            'x' if has_bytes => (2, 16),
            'x' | 'u' => (4, 16),
            'U' => (8, 16),
            '0'..='7' => (3, 8),
            _ => (0, 10),
        };
        if digits == 0 {
            bytes.extend_from_slice(simple_escape(c).as_bytes());
            continue;
        }
        let from = if radix == 8 { &text[text.len() - rest.len() - 1..] } else { rest };
        let len =
            from.bytes().take(digits).take_while(|&byte| char::from(byte).is_digit(radix)).count();
        let code = u32::from_str_radix(&from[..len], radix).unwrap_or(0);
        rest = &from[len..];
        if (radix == 8 || c == 'x') && has_bytes {
            bytes.push(code as u8);
        } else if (0xD800..0xDC00).contains(&code) {
            high = Some(code);
        } else {
            let code = match high.take() {
                Some(high) if (0xDC00..0xE000).contains(&code) => {
                    0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
                }
                _ => code,
            };
            let c = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

fn simple_escape(c: char) -> String {
    let c = match c {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        'e' => '\u{1b}',
        's' => ' ',
        '\n' => return String::new(),
        other => other,
    };
    c.to_string()
}

/// Reads a number. `None` if the tree does not have it.
pub(super) fn number(written: &str, language: Language) -> Option<Expr> {
    let text: String = written.chars().filter(|c| !matches!(c, '_' | '\'')).collect();
    let lower = text.to_ascii_lowercase();
    let whole = lower.trim_end_matches(['u', 'l']);
    let radix = |digits: &str, radix| {
        let value = u64::from_str_radix(digits, radix).ok()?;
        i64::try_from(value).ok().map(Expr::Int)
    };
    if let Some(digits) = whole.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = whole.strip_prefix("0b") {
        return radix(digits, 2);
    }
    if let Some(digits) = whole.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Ok(value) = whole.parse::<i64>() {
        let is_octal = whole.len() > 1 && whole.starts_with('0') && language != Language::CSharp;
        return if is_octal { radix(&whole[1..], 8) } else { Some(Expr::Int(value)) };
    }
    let float = lower.trim_end_matches(['f', 'd', 'm', 'l']);
    float.parse::<f64>().ok()?;
    let float = if float.ends_with('.') { format!("{float}0") } else { float.to_owned() };
    Some(Expr::Float(if float.starts_with('.') { format!("0{float}") } else { float }))
}
