//! Widths of texts in columns.

use super::{COMMENT, Shape};

/// Returns the number of columns, as terminals count them.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char_width).sum() }
}

fn char_width(c: char) -> usize {
    match c as u32 {
        // Combining marks, joiners, variation selectors.
        0x300..=0x36f
        | 0x483..=0x489
        | 0x591..=0x5bd
        | 0x5bf
        | 0x5c1..=0x5c2
        | 0x610..=0x61a
        | 0x64b..=0x65f
        | 0x200b..=0x200f
        | 0x20d0..=0x20ff
        | 0xfe00..=0xfe0f
        | 0xfe20..=0xfe2f => 0,
        // East Asian wide characters and emoji.
        0x1100..=0x115f
        | 0x231a..=0x231b
        | 0x23e9..=0x23ec
        | 0x2614..=0x2615
        | 0x26a1
        | 0x2705
        | 0x2728
        | 0x274c
        | 0x274e
        | 0x2753..=0x2755
        | 0x2757
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xa960..=0xa97c
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff01..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

pub(super) fn first_line(text: &str) -> &str {
    text.split('\n').next().unwrap_or("")
}

pub(super) fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or("")
}

pub(super) fn first_width(text: &str) -> usize {
    width(first_line(text))
}

pub(super) fn last_width(text: &str) -> usize {
    width(last_line(text))
}

pub(super) fn newlines(text: &str) -> usize {
    text.bytes().filter(|b| *b == b'\n').count()
}

/// Whether the last line has only closing signs.
pub(super) fn is_extendable(text: &str) -> bool {
    text.ends_with("\"#")
        || last_line(text)
            .chars()
            .all(|c| matches!(c, '(' | ')' | ']' | '}' | '?' | '>') || c.is_whitespace())
}

/// Whether the lines without their comments fit: the first one into the shape, the others into the page.
pub(super) fn fits(text: &str, max_width: usize, shape: Shape) -> bool {
    if !text.contains('\n') {
        return width(text) <= shape.width;
    }
    let code = |line: &str| width(line.split(COMMENT).next().unwrap_or("").trim_end());
    code(first_line(text)) <= shape.width
        && text.split('\n').skip(1).all(|line| code(line) <= max_width)
        && code(last_line(text)) <= shape.used() + shape.width
}
