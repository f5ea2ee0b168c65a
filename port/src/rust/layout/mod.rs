//! The text of a program as rustfmt lays it out with its default settings, in the style of edition 2024.
//!
//! An expression is laid out in a [`Shape`], the space that it has. `None` says that it does not fit. The functions
//! follow rustfmt's, so that they choose what it chooses.
//!
//! * `block.rs`: blocks, statements and `let`,
//! * `call.rs`: arguments between parentheses and brackets,
//! * `chain.rs`: methods and fields,
//! * `closure.rs`: closures,
//! * `control.rs`: `if`, loops and `match`,
//! * `pair.rs`: operators and the right side of `=`,
//! * `measure.rs`: widths of texts.

mod block;
mod call;
mod chain;
mod closure;
mod control;
mod measure;
mod pair;

use super::node::Node;
use std::collections::HashMap;

const TAB: usize = 4;
const MAX_WIDTH: usize = 100;
/// The width of calls, arrays and chains on one line.
const SHORT_WIDTH: usize = 60;
/// The width of `if .. { .. } else { .. }` and of `let .. else { .. }` on one line.
const SHORT_ELSE_WIDTH: usize = 50;

/// The space of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Shape {
    width: usize,
    /// The indentation of the lines that follow.
    indent: usize,
    /// What is used of the first line behind the indentation.
    offset: usize,
}

impl Shape {
    fn sub(self, width: usize) -> Option<Shape> {
        Some(Shape { width: self.width.checked_sub(width)?, ..self })
    }

    /// Returns the space behind something that has this width.
    fn behind(self, width: usize) -> Option<Shape> {
        Shape { offset: self.offset + width, ..self }.sub(width)
    }

    fn used(self) -> usize {
        self.indent + self.offset
    }
}

/// What surrounds an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
struct Around {
    /// It is an argument of a macro, which keeps its braces and commas.
    in_macro: bool,
    /// Its chains must be on one line.
    one_line_chain: bool,
}

/// How strict the layout is. What rustfmt cannot lay out stays as it is written, so that any layout is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Hash)]
enum Mode {
    Strict,
    /// Literals that are too wide count as short ones.
    LongLiterals,
    /// Lines have any width.
    LongLines,
}

/// What a result is remembered by: the address of an expression or block of the program, which does not move.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    address: usize,
    /// Zero for a block, 1 for an expression, 2 for a statement.
    role: u8,
    shape: Shape,
    around: Around,
    mode: Mode,
}

pub(super) struct Layout {
    mode: Mode,
    /// Results, because alternatives lay out the same part more than once.
    memory: HashMap<Key, Option<String>>,
    /// Literals that count as short ones.
    long_literals: Vec<String>,
    /// How many layouts the present statement has taken.
    steps: usize,
}

/// A statement that takes more layouts gets any.
const MOST_STEPS: usize = 5_000;

/// Surrounds the number of a literal that counts as a short one. Not in a literal or comment: it is escaped there.
const STAND_IN: char = '\u{f8ff}';

/// Begins a comment while widths are measured. Not in a literal or comment either.
const COMMENT: char = '\u{f8fe}';

impl Layout {
    pub(super) fn new() -> Layout {
        Layout { mode: Mode::Strict, memory: HashMap::new(), long_literals: Vec::new(), steps: 0 }
    }

    fn max_width(&self) -> usize {
        match self.mode {
            Mode::LongLines => 1_000_000,
            _ => MAX_WIDTH,
        }
    }

    /// Returns the space of a line with this indentation.
    fn line(&self, indent: usize) -> Shape {
        Shape { width: self.max_width().saturating_sub(indent), indent, offset: 0 }
    }

    /// Returns what stands to the right of a shape.
    fn overhead(&self, shape: Shape) -> usize {
        self.max_width().saturating_sub(shape.used() + shape.width)
    }

    fn expr(&mut self, node: &Node, shape: Shape, around: Around) -> Option<String> {
        self.expr_as(node, false, shape, around)
    }

    /// Lays out an expression, or a statement, which is not put on one line.
    fn expr_as(
        &mut self,
        node: &Node,
        statement: bool,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        if let Node::Word(word) = node {
            return (measure::width(word) <= shape.width).then(|| word.clone());
        }
        let any = self.mode == Mode::LongLines;
        let shape = if any { self.line(shape.indent) } else { shape };
        let key = Key {
            address: std::ptr::from_ref(node).addr(),
            role: 1 + u8::from(statement),
            shape,
            around,
            mode: self.mode,
        };
        if let Some(known) = self.memory.get(&key) {
            return known.clone();
        }
        self.steps += 1;
        if self.steps > MOST_STEPS && self.mode != Mode::LongLines {
            return None;
        }
        let result = self.new_expr(node, statement, shape, around);
        self.memory.insert(key, result.clone());
        result
    }

    fn new_expr(
        &mut self,
        node: &Node,
        statement: bool,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        let shape = if statement && node.leaves() { shape.sub(1)? } else { shape };
        match node {
            Node::Word(word) => Some(word.clone()),
            Node::Text(literal) => Some(self.literal(literal, shape)),
            Node::Call { callee, args } => {
                let callee = self.expr(callee, shape, around)?;
                self.call(&callee, args, shape, around)
            }
            Node::Method { .. } | Node::Try(_) => self.chain(node, shape, around),
            Node::Index { receiver, index } => self.index(receiver, index, shape, around),
            Node::Prefix { op, value } => self.prefixed(op, value, shape, around),
            Node::Binary { .. } => self.binary(node, shape, around),
            Node::Cast { value, ty } => self.cast(value, ty, shape, around),
            Node::Range { from, to, op } => self.pair(from, to, op, shape, around),
            Node::Paren(value) => {
                let inner = self.expr(value, shape.behind(1)?.sub(1)?, around)?;
                Some(format!("({inner})"))
            }
            Node::Macro { name, args, square } => {
                self.macro_call(name, args, *square, shape, around)
            }
            Node::Array(items) => self.array(items, shape, around),
            Node::If { .. } | Node::While { .. } | Node::Loop(_) | Node::For { .. } => {
                self.control(node, !statement, false, shape, around)
            }
            Node::Match { value, arms } => self.match_(value, arms, shape, around),
            Node::Block(lines) if statement => Some(self.block(lines, shape.indent)),
            Node::Block(lines) => Some(self.short_block(lines, true, shape, around)),
            Node::Closure { params, body } => self.closure(params, body, shape, around),
            Node::Assign { target, op, value } => {
                let target = self.expr(target, shape.sub(op.len() + 1)?, around)?;
                self.assigned(format!("{target} {op}"), value, shape, around)
            }
            Node::Return(Some(value)) => self.prefixed("return ", value, shape, around),
            Node::Return(None) => Some("return".to_owned()),
            Node::Break => Some("break".to_owned()),
            Node::Continue => Some("continue".to_owned()),
        }
    }

    fn prefixed(
        &mut self,
        prefix: &str,
        value: &Node,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        let value = self.expr(value, shape.behind(prefix.len())?, around)?;
        Some(format!("{prefix}{value}"))
    }

    fn literal(&mut self, literal: &str, shape: Shape) -> String {
        if self.mode != Mode::LongLiterals || measure::width(literal) <= shape.width {
            return literal.to_owned();
        }
        self.long_literals.push(literal.to_owned());
        format!("{STAND_IN}{}{STAND_IN}", self.long_literals.len() - 1)
    }

    /// Puts the literals back in that counted as short ones.
    fn with_literals(&self, text: &str) -> String {
        let mut result = String::with_capacity(text.len());
        for (at, part) in text.split(STAND_IN).enumerate() {
            let literal = part.parse::<usize>().ok().filter(|_| at % 2 == 1);
            match literal.and_then(|number| self.long_literals.get(number)) {
                Some(literal) => result.push_str(literal),
                None => result.push_str(part),
            }
        }
        result
    }
}

/// Returns a line break and an indentation.
fn newline(indent: usize) -> String {
    format!("\n{:indent$}", "")
}

/// Whether the head of a function and its brace are not wider than a line.
pub(super) fn fits_on_a_line(head: &str) -> bool {
    measure::width(head) + " {".len() <= MAX_WIDTH
}
