//! From the program to the layout's nodes: parentheses, patterns, literals and format strings.

use super::ast::{Block, Constant, Expr, Pattern, Piece, Stmt, StmtKind};
use super::layout::Layout;
use super::literal;
use super::node::{Arm, Cond, Line, LineKind, Lines, Node};
use super::walk::only_stmt;

// How tightly expressions bind.
const ANY: u8 = 0;
const JUMP: u8 = 1;
const RANGE: u8 = 3;
const COMPARISON: u8 = 6;
const CAST: u8 = 13;
const UNARY: u8 = 14;
const POSTFIX: u8 = 20;

fn binding(op: &str) -> u8 {
    match op {
        "*" | "/" | "%" => 12,
        "+" | "-" => 11,
        "<<" | ">>" => 10,
        "&" => 9,
        "^" => 8,
        "|" => 7,
        "&&" => 5,
        "||" => 4,
        _ => COMPARISON,
    }
}

fn binding_of(expr: &Expr) -> u8 {
    match expr {
        Expr::Binary { op, .. } => binding(op),
        Expr::Cast { .. } => CAST,
        Expr::Ref { .. } | Expr::Unary { .. } => UNARY,
        Expr::Int(number) if *number < 0 => UNARY,
        Expr::Float(number) if number.starts_with('-') => UNARY,
        Expr::Range { .. } => RANGE,
        Expr::Closure { .. } => JUMP,
        Expr::If { .. }
        | Expr::IfLet { .. }
        | Expr::Match { .. }
        | Expr::While { .. }
        | Expr::Loop(_)
        | Expr::For { .. }
        | Expr::Block(_) => JUMP,
        _ => POSTFIX,
    }
}

pub(super) fn block(stmts: &Block) -> Lines {
    stmts.iter().map(line).collect()
}

/// Returns the lines of a constant, with the comments above it.
pub(super) fn constant(constant: &Constant) -> Lines {
    let comment = |text: &String| LineKind::Comment(literal::comment(text));
    let mut kinds: Vec<LineKind> = constant.comments.iter().map(comment).collect();
    let head = format!("{}: {}", constant.name, constant.ty);
    let mut value = constant.value.clone();
    super::tidy::tidy_expr(&mut value);
    kinds.push(LineKind::Constant { head, value: expr(&value) });
    let line = |kind| Line { kind, blank_before: false, trailing: None };
    let mut lines: Lines = kinds.into_iter().map(line).collect();
    if let Some(first) = lines.first_mut() {
        first.blank_before = constant.blank_before;
    }
    if let Some(last) = lines.last_mut() {
        last.trailing = constant.trailing.as_deref().map(literal::comment);
    }
    lines
}

/// Returns the text of an expression.
pub(super) fn text_of(value: &Expr) -> String {
    Layout::new().text_of(&expr(value))
}

fn line(stmt: &Stmt) -> Line {
    let kind = match &stmt.kind {
        StmtKind::Comment(text) => LineKind::Comment(literal::comment(text)),
        StmtKind::Let { pattern, ty, value, otherwise } => {
            let mut pattern = pattern_text(pattern);
            if let Some(ty) = ty {
                pattern.push_str(": ");
                pattern.push_str(ty);
            }
            // A value that ends in a brace needs parentheses before `else`.
            let value = value.as_ref().map(|value| match otherwise {
                Some(_) if ends_in_brace(value) || is_lazy(value) => {
                    Node::Paren(Box::new(expr(value)))
                }
                _ => expr(value),
            });
            LineKind::Let { pattern, value, otherwise: otherwise.as_ref().map(diverging) }
        }
        StmtKind::Assign { target, op, value } => LineKind::Expr {
            node: Node::Assign { target: Box::new(expr(target)), op, value: Box::new(expr(value)) },
            semicolon: true,
        },
        StmtKind::Expr(value) => {
            let node = statement(expr(value));
            let semicolon = !node.ends_with_block();
            LineKind::Expr { node, semicolon }
        }
        StmtKind::Tail(value) => LineKind::Expr { node: statement(expr(value)), semicolon: false },
        StmtKind::Return(value) => {
            let value = value.as_ref().map(|value| Box::new(expr(value)));
            LineKind::Expr { node: Node::Return(value), semicolon: true }
        }
        StmtKind::Break => LineKind::Expr { node: Node::Break, semicolon: true },
        StmtKind::Continue => LineKind::Expr { node: Node::Continue, semicolon: true },
    };
    let trailing = stmt.trailing.as_deref().map(literal::comment);
    Line { kind, blank_before: stmt.blank_before, trailing }
}

/// Puts parentheses around a block at the beginning of a statement that goes on behind it.
fn statement(node: Node) -> Node {
    if node.ends_with_block() || !node.leftmost().ends_with_block() {
        return node;
    }
    Node::Paren(Box::new(node))
}

/// Returns the block of `else`. A single `return` may stand on its line.
fn diverging(stmts: &Block) -> Lines {
    let mut lines = block(stmts);
    if let [Line { kind: LineKind::Expr { node, semicolon }, trailing: None, .. }] =
        lines.as_mut_slice()
    {
        *semicolon &= !node.leaves();
    }
    lines
}

fn ends_in_brace(value: &Expr) -> bool {
    match value {
        Expr::Binary { right: value, .. }
        | Expr::Ref { value, .. }
        | Expr::Unary { value, .. }
        | Expr::Range { to: value, .. } => ends_in_brace(value),
        Expr::Closure { body, .. } => match only_stmt(body) {
            Some(StmtKind::Tail(value)) => ends_in_brace(value),
            _ => true,
        },
        value => binding_of(value) == JUMP,
    }
}

pub(super) fn pattern_text(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Name(text) | Pattern::Other(text) => text.clone(),
        Pattern::Ignored => "_".to_owned(),
        Pattern::Variant(name, inner) => format!("{name}({})", pattern_text(inner)),
    }
}

fn expr(value: &Expr) -> Node {
    at_least(value, ANY)
}

/// Lowers an operand, with parentheses if it binds less tightly.
fn at_least(value: &Expr, least: u8) -> Node {
    let node = lower(value);
    if binding_of(value) < least { Node::Paren(Box::new(node)) } else { node }
}

fn boxed(value: &Expr, least: u8) -> Box<Node> {
    Box::new(at_least(value, least))
}

fn all(values: &[Expr]) -> Vec<Node> {
    values.iter().map(expr).collect()
}

fn lower(value: &Expr) -> Node {
    match value {
        Expr::Text(text) => Node::Text(literal::text(text)),
        Expr::Int(i64::MIN) => Node::Word("i64::MIN".to_owned()),
        Expr::Int(number) => Node::Word(number.to_string()),
        Expr::Float(number) => Node::Word(float(number)),
        Expr::Bool(value) => Node::Word(value.to_string()),
        Expr::Var(name) | Expr::Path(name) => Node::Word(name.clone()),
        Expr::Call { function, args } => {
            Node::Call { callee: boxed(function, POSTFIX), args: all(args) }
        }
        Expr::Method { receiver, name, args, .. } => {
            Node::Method { receiver: boxed(receiver, POSTFIX), name: name.clone(), args: all(args) }
        }
        Expr::Index { receiver, index } => {
            Node::Index { receiver: boxed(receiver, POSTFIX), index: boxed(index, ANY) }
        }
        Expr::Ref { mutable, value } => {
            let op = if *mutable { "&mut " } else { "&" };
            Node::Prefix { op, value: boxed(value, UNARY) }
        }
        Expr::Unary { op, value } => {
            let repeated = *op == "-"
                && (matches!(**value, Expr::Unary { op: "-", .. })
                    || matches!(**value, Expr::Int(number) if number < 0));
            Node::Prefix { op, value: boxed(value, if repeated { POSTFIX } else { UNARY }) }
        }
        Expr::Binary { op, left, right } => binary(op, left, right),
        Expr::Cast { value, ty } => Node::Cast { value: boxed(value, CAST), ty: ty.clone() },
        Expr::Try(value) => Node::Try(boxed(value, POSTFIX)),
        Expr::Range { from, to, inclusive } => Node::Range {
            from: boxed(from, RANGE + 1),
            to: boxed(to, RANGE + 1),
            op: if *inclusive { "..=" } else { ".." },
        },
        Expr::Format { name, pieces } => format(name, pieces),
        Expr::Macro { name, args } => Node::Macro {
            name: format!("{name}!"),
            args: all(args),
            square: name.starts_with("vec") || *name == ";",
        },
        Expr::Array(items) => Node::Array(all(items)),
        Expr::Closure { params, body } => {
            Node::Closure { params: params.join(", "), body: Box::new(value_or_block(body)) }
        }
        _ => control(value),
    }
}

fn binary(op: &'static str, left: &Expr, right: &Expr) -> Node {
    let least = binding(op);
    let is_comparison = least == COMPARISON;
    // `a as T < b` begins generic arguments.
    let opens_generics = matches!(op, "<" | "<<") && ends_in_type(left);
    let left_least = if opens_generics { POSTFIX } else { least + u8::from(is_comparison) };
    Node::Binary { op, left: boxed(left, left_least), right: boxed(right, least + 1) }
}

fn ends_in_type(value: &Expr) -> bool {
    match value {
        Expr::Cast { .. } => true,
        Expr::Binary { right: value, .. } | Expr::Ref { value, .. } | Expr::Unary { value, .. } => {
            ends_in_type(value)
        }
        _ => false,
    }
}

fn control(value: &Expr) -> Node {
    match value {
        Expr::If { cond, then, otherwise } => Node::If {
            cond: condition(None, cond),
            then: block(then),
            otherwise: otherwise.as_ref().map(else_),
        },
        Expr::IfLet { pattern, value, then, otherwise } => Node::If {
            cond: condition(Some(pattern), value),
            then: block(then),
            otherwise: otherwise.as_ref().map(else_),
        },
        Expr::Match { value, arms } => Node::Match {
            value: Box::new(condition_value(value)),
            arms: arms
                .iter()
                .map(|(pattern, body)| Arm { pattern: pattern_text(pattern), body: arm_body(body) })
                .collect(),
        },
        Expr::While { cond, body } => {
            Node::While { cond: condition(None, cond), body: block(body) }
        }
        Expr::For { pattern, items, body } => {
            Node::For { cond: condition(Some(pattern), items), body: block(body) }
        }
        Expr::Loop(body) => Node::Loop(block(body)),
        Expr::Block(body) => Node::Block(block(body)),
        other => expr(other),
    }
}

fn condition(pattern: Option<&Pattern>, value: &Expr) -> Box<Cond> {
    // `if let p = a && b` is a chain of conditions.
    let lazy = is_lazy(value)
        || matches!((pattern, value), (Some(Pattern::Variant(..)), Expr::Range { .. }));
    let value = match pattern {
        Some(_) if lazy => Node::Paren(Box::new(expr(value))),
        _ => condition_value(value),
    };
    Box::new(Cond { pattern: pattern.map(pattern_text), value })
}

fn is_lazy(value: &Expr) -> bool {
    matches!(value, Expr::Binary { op: "&&" | "||", .. })
}

fn condition_value(value: &Expr) -> Node {
    match value {
        // A brace would begin the block.
        Expr::Path(path) if path.contains('{') => Node::Paren(Box::new(expr(value))),
        Expr::Closure { .. } => Node::Paren(Box::new(expr(value))),
        _ => expr(value),
    }
}

fn else_(stmts: &Block) -> Box<Node> {
    Box::new(match only_stmt(stmts) {
        Some(StmtKind::Expr(value) | StmtKind::Tail(value))
            if matches!(value, Expr::If { .. } | Expr::IfLet { .. }) =>
        {
            lower(value)
        }
        _ => Node::Block(block(stmts)),
    })
}

/// Returns the value of a block without its braces, if that is all and has no comment.
fn value_or_block(stmts: &Block) -> Node {
    match only_stmt(stmts) {
        Some(StmtKind::Tail(value)) if !has_comment_in(value) => expr(value),
        Some(StmtKind::Expr(value)) if is_block_like(value) && !has_comment_in(value) => {
            expr(value)
        }
        _ => Node::Block(block(stmts)),
    }
}

/// Whether an expression ends in a brace and has a value or none, as its place wants.
fn is_block_like(value: &Expr) -> bool {
    binding_of(value) == JUMP && !matches!(value, Expr::Closure { .. })
}

/// Returns the body of an arm: without braces also where it leaves or only prints.
fn arm_body(stmts: &Block) -> Node {
    match only_stmt(stmts) {
        Some(StmtKind::Return(None)) => Node::Return(None),
        Some(StmtKind::Return(Some(value))) if !has_comment_in(value) => {
            Node::Return(Some(boxed(value, ANY)))
        }
        Some(StmtKind::Break) => Node::Break,
        Some(StmtKind::Continue) => Node::Continue,
        Some(StmtKind::Expr(value @ Expr::Format { name, .. })) if *name != "format" => expr(value),
        _ => value_or_block(stmts),
    }
}

fn has_comment(stmts: &Block) -> bool {
    stmts.iter().any(|stmt| {
        stmt.trailing.is_some()
            || match &stmt.kind {
                StmtKind::Comment(_) => true,
                StmtKind::Let { value, otherwise, .. } => {
                    value.as_ref().is_some_and(has_comment_in)
                        || otherwise.as_ref().is_some_and(has_comment)
                }
                StmtKind::Assign { target, value, .. } => {
                    has_comment_in(target) || has_comment_in(value)
                }
                StmtKind::Expr(value) | StmtKind::Tail(value) | StmtKind::Return(Some(value)) => {
                    has_comment_in(value)
                }
                _ => false,
            }
    })
}

fn has_comment_in(value: &Expr) -> bool {
    match value {
        Expr::Call { function: first, args } | Expr::Method { receiver: first, args, .. } => {
            has_comment_in(first) || args.iter().any(has_comment_in)
        }
        Expr::Ref { value, .. }
        | Expr::Unary { value, .. }
        | Expr::Cast { value, .. }
        | Expr::Try(value) => has_comment_in(value),
        Expr::Index { receiver: left, index: right }
        | Expr::Binary { left, right, .. }
        | Expr::Range { from: left, to: right, .. } => {
            has_comment_in(left) || has_comment_in(right)
        }
        Expr::Macro { args, .. } | Expr::Array(args) => args.iter().any(has_comment_in),
        Expr::Format { pieces, .. } => pieces.iter().any(|piece| match piece {
            Piece::Text(_) => false,
            Piece::Value(value) | Piece::Formatted(value, _) => has_comment_in(value),
        }),
        Expr::If { cond: value, then, otherwise } | Expr::IfLet { value, then, otherwise, .. } => {
            has_comment_in(value)
                || has_comment(then)
                || otherwise.as_ref().is_some_and(has_comment)
        }
        Expr::Match { value, arms } => {
            has_comment_in(value) || arms.iter().any(|(_, body)| has_comment(body))
        }
        Expr::While { cond: value, body } | Expr::For { items: value, body, .. } => {
            has_comment_in(value) || has_comment(body)
        }
        Expr::Loop(body) | Expr::Block(body) | Expr::Closure { body, .. } => has_comment(body),
        _ => false,
    }
}

fn format(name: &'static str, pieces: &[Piece]) -> Node {
    let mut pieces = literal::pieces(pieces);
    if name == "format" {
        match pieces.as_slice() {
            [] => return Node::Call { callee: word("String::new"), args: Vec::new() },
            [Piece::Text(text)] => return owned(literal::text(text)),
            [Piece::Value(value)] => {
                let receiver = boxed(value, POSTFIX);
                return Node::Method { receiver, name: "to_string".to_owned(), args: Vec::new() };
            }
            _ => (),
        }
    }
    let name = with_line_end(name, &mut pieces);
    let mut args = Vec::new();
    if !pieces.is_empty() || matches!(name, "print" | "eprint") {
        let (string, values) = literal::format_string(&pieces);
        args.push(Node::Text(literal::text(&string)));
        args.extend(values.into_iter().map(expr));
    }
    Node::Macro { name: format!("{name}!"), args, square: false }
}

/// Returns the macro that ends the line, and removes the end of the line.
fn with_line_end(name: &'static str, pieces: &mut Vec<Piece>) -> &'static str {
    let with_end = match name {
        "print" => "println",
        "eprint" => "eprintln",
        _ => return name,
    };
    let breaks: usize = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.matches(['\n', '\r', '\u{b}']).count(),
            _ => 0,
        })
        .sum();
    match pieces.last_mut() {
        Some(Piece::Text(text)) if breaks == 1 && text.ends_with('\n') => {
            text.pop();
            if text.is_empty() {
                pieces.pop();
            }
            with_end
        }
        _ => name,
    }
}

fn word(text: &str) -> Box<Node> {
    Box::new(Node::Word(text.to_owned()))
}

fn owned(literal: String) -> Node {
    Node::Method {
        receiver: Box::new(Node::Text(literal)),
        name: "to_owned".to_owned(),
        args: Vec::new(),
    }
}

/// Returns a number of a script as Rust writes it.
fn float(number: &str) -> String {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number.strip_prefix('+').unwrap_or(number)),
    };
    let digits = digits.trim_end_matches(['f', 'F', 'd', 'D', 'm', 'M', '#', '!', '@']);
    let zero = if digits.starts_with('.') { "0" } else { "" };
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => digits.split_at(at),
        None => (digits, ""),
    };
    let end = match mantissa {
        _ if mantissa.ends_with('.') => "0",
        _ if exponent.is_empty() && !mantissa.contains('.') => ".0",
        _ => "",
    };
    format!("{sign}{zero}{mantissa}{end}{exponent}")
}
