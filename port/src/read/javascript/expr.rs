//! Expressions.

use tree_sitter::Node;

use super::functions::{arguments, call, pause};
use super::{field_expr, function};
use crate::names::class_name;
use crate::read::shared::build::{
    binary, builtin, choice, index, minus, number, opposite, property, text, var,
};
use crate::read::shared::grammar::{Source, apart, hoist, named_children};
use crate::read::shared::texts::{is_text, text_of};
use crate::tree::{BinaryOp, Builtin, Expr, Target};

/// Reads an expression.
pub(super) fn expr(source: &mut Source, node: Node) -> Expr {
    let value = source.deeper(|source| expr_inner(source, node));
    value.unwrap_or_else(|| source.unported(node, "it is nested too deeply"))
}

fn expr_inner(source: &mut Source, node: Node) -> Expr {
    let field = |name: &str| node.child_by_field_name(name);
    match node.kind() {
        "identifier" => match source.text(node) {
            "NaN" | "Infinity" => source.unported(node, "a number that is none"),
            "__dirname" | "__filename" => source.unported(node, "where the script is"),
            name => var(name),
        },
        "undefined" | "null" => Expr::Null,
        "true" => Expr::Bool(true),
        "false" => Expr::Bool(false),
        "number" => number(source.text(node)),
        "string" => text(unescaped(source.text(node).get(1..).and_then(|t| t.get(..t.len() - 1)))),
        "template_string" => template(source, node),
        "parenthesized_expression" => {
            field_expr(source, named_children(node).into_iter().find(|n| n.kind() != "comment"))
        }
        "await_expression" => field_expr(source, node.named_child(0)),
        "binary_expression" => operation(source, node),
        "unary_expression" => unary(source, node),
        "ternary_expression" => {
            let cond = field_expr(source, field("condition"));
            apart(source, |source| {
                let yes = field_expr(source, field("consequence"));
                choice(cond, yes, field_expr(source, field("alternative")))
            })
        }
        "assignment_expression" | "augmented_assignment_expression" => {
            match assignment(source, node) {
                Some((target, value)) => hoist(source, node, target, value),
                None => source.unported(node, "an assignment inside an expression"),
            }
        }
        "member_expression" => member(source, node),
        "subscript_expression" => {
            let at = field_expr(source, field("index"));
            match (field("object").map(|n| source.text(n)), at) {
                (Some("process.env"), at) => builtin(Builtin::Env, vec![at]),
                (Some("process.argv"), Expr::Int(place)) if place >= 2 => {
                    builtin(Builtin::Arg, vec![Expr::Int(place - 2)])
                }
                (_, at) => index(field_expr(source, field("object")), at),
            }
        }
        "call_expression" => call(source, node),
        "new_expression" => creation(source, node),
        "array" => {
            let items = named_children(node);
            if items.iter().any(|item| item.kind() == "spread_element") {
                return source.unported(node, "a list with the items of another");
            }
            let items = items.into_iter().filter(|item| item.kind() != "comment");
            Expr::List(items.map(|item| expr(source, item)).collect())
        }
        "object" => object(source, node),
        "arrow_function" | "function_expression" => match function(source, node, String::new()) {
            Some(function) => Expr::Lambda {
                params: function.params.into_iter().map(|param| param.name).collect(),
                body: function.body,
            },
            None => source.unported(node, "a function that takes its arguments apart"),
        },
        "regex" => source.unported(node, "a regular expression"),
        "update_expression" => source.unported(node, "`++` or `--` inside an expression"),
        "this" | "super" => source.unported(node, "an object of the script's own"),
        kind => {
            let reason = format!("{} is not understood here", kind.replace('_', " "));
            source.unported(node, reason)
        }
    }
}

/// Reads the inside of a literal.
pub(super) fn unescaped(written: Option<&str>) -> String {
    let written = written.unwrap_or_default();
    let mut value = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((before, after)) = rest.split_once('\\') {
        value.push_str(before);
        let Some(sign) = after.chars().next() else { return value };
        rest = &after[sign.len_utf8()..];
        match sign {
            'n' => value.push('\n'),
            'r' => value.push('\r'),
            't' => value.push('\t'),
            'b' => value.push('\u{8}'),
            'f' => value.push('\u{c}'),
            'v' => value.push('\u{b}'),
            '0' => value.push('\0'),
            '\n' => {}
            'x' => rest = code(rest, 0, 2, &mut value),
            'u' if rest.starts_with('{') => {
                let end = rest.find('}').unwrap_or(rest.len());
                rest = code(rest, 1, end, &mut value).trim_start_matches('}');
            }
            'u' => {
                let pair = rest.get(..10).and_then(surrogates);
                match pair {
                    Some(c) => {
                        value.push(c);
                        rest = &rest[10..];
                    }
                    None => rest = code(rest, 0, 4, &mut value),
                }
            }
            other => value.push(other),
        }
    }
    value.push_str(rest);
    value
}

/// Adds the character whose code is at a place. Returns what follows it. Halves of a pair are left out.
fn code<'t>(rest: &'t str, from: usize, to: usize, value: &mut String) -> &'t str {
    let code = rest.get(from..to).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    value.extend(code.and_then(char::from_u32));
    rest.get(to..).unwrap_or_default()
}

/// Reads the pair in `\ud83d\ude00`, without the first two characters.
fn surrogates(digits: &str) -> Option<char> {
    let high = u16::from_str_radix(digits.get(..4)?, 16).ok()?;
    let low = u16::from_str_radix(digits.get(4..)?.strip_prefix("\\u")?, 16).ok()?;
    char::decode_utf16([high, low]).next()?.ok()
}

fn template(source: &mut Source, node: Node) -> Expr {
    let mut parts = Vec::new();
    let mut at = node.start_byte() + 1;
    for child in named_children(node).into_iter().filter(|n| n.kind() == "template_substitution") {
        parts.push(text(unescaped(source.text.get(at..child.start_byte()))));
        at = child.end_byte();
        parts.push(field_expr(source, child.named_child(0)));
    }
    let end = node.end_byte().saturating_sub(1).max(at);
    parts.push(text(unescaped(source.text.get(at..end))));
    text_of(parts)
}

fn operation(source: &mut Source, node: Node) -> Expr {
    if node.child_by_field_name("operator").is_some_and(|n| n.kind() == "+") {
        return sum(source, node);
    }
    let sign = node.child_by_field_name("operator").map(|n| source.text(n)).unwrap_or_default();
    let left = field_expr(source, node.child_by_field_name("left"));
    let right = node.child_by_field_name("right");
    let right = match sign {
        "&&" | "||" | "??" => apart(source, |source| field_expr(source, right)),
        _ => field_expr(source, right),
    };
    let op = match sign {
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        "/" => BinaryOp::Div,
        "%" => BinaryOp::Rem,
        "==" | "===" => BinaryOp::Eq,
        "!=" | "!==" => BinaryOp::Ne,
        "<" => BinaryOp::Lt,
        "<=" => BinaryOp::Le,
        ">" => BinaryOp::Gt,
        ">=" => BinaryOp::Ge,
        "&&" => BinaryOp::And,
        "||" if is_default(&left, &right) => return or_else(left.clone(), left, right),
        "||" => BinaryOp::Or,
        "??" => return or_else(binary(BinaryOp::Ne, left.clone(), Expr::Null), left, right),
        "in" => return builtin(Builtin::HasKey, vec![right, left]),
        "instanceof" => return source.unported(node, "a test of an object's class"),
        _ => return source.unported(node, format!("the operator `{sign}`")),
    };
    binary(op, left, right)
}

/// Returns whether `left || right` gives a value rather than a condition.
fn is_default(left: &Expr, right: &Expr) -> bool {
    let is_value = is_text(right)
        || matches!(right, Expr::Int(_) | Expr::Float(_) | Expr::List(_) | Expr::Map(_));
    is_value || matches!(left, Expr::Builtin { function: Builtin::Env | Builtin::Arg, .. })
}

fn or_else(given: Expr, value: Expr, default: Expr) -> Expr {
    match value {
        Expr::Builtin { function: Builtin::Env, args } if args.len() == 1 => {
            builtin(Builtin::Env, args.into_iter().chain([default]).collect())
        }
        Expr::Builtin { function: Builtin::Arg, ref args } => {
            let place = args.first().cloned().unwrap_or(Expr::Int(0));
            let count = builtin(Builtin::ArgCount, Vec::new());
            choice(binary(BinaryOp::Gt, count, place), value, default)
        }
        value => choice(given, value, default),
    }
}

/// Reads `a + b + c`: concatenation from the first text on, which may be long but is not deep.
fn sum(source: &mut Source, node: Node) -> Expr {
    let is_sum = |node: &Node| {
        node.kind() == "binary_expression"
            && node.child_by_field_name("operator").is_some_and(|n| n.kind() == "+")
    };
    let mut parts = Vec::new();
    let mut left = node;
    while is_sum(&left) {
        parts.extend(left.child_by_field_name("right"));
        let Some(next) = left.child_by_field_name("left") else { break };
        left = next;
    }
    parts.push(left);
    let parts: Vec<Expr> = parts.into_iter().rev().map(|part| expr(source, part)).collect();
    let first_text = parts.iter().position(is_text);
    let numbers = match first_text {
        // What stands before the text is one of its parts.
        Some(0 | 1) => 0,
        Some(at) => at,
        None => parts.len(),
    };
    if numbers > crate::read::shared::grammar::MAX_DEPTH {
        return source.unported(node, "it is nested too deeply");
    }
    let mut parts = parts.into_iter();
    let added = parts.by_ref().take(numbers).reduce(|a, b| binary(BinaryOp::Add, a, b));
    match (added, first_text) {
        (Some(added), None) => added,
        (added, _) => text_of(added.into_iter().chain(parts)),
    }
}

fn unary(source: &mut Source, node: Node) -> Expr {
    let value = field_expr(source, node.child_by_field_name("argument"));
    match node.child_by_field_name("operator").map(|n| source.text(n)) {
        Some("!") => opposite(value),
        Some("-") => minus(value),
        Some("+") => super::functions::to_number(value),
        Some("void") => Expr::Null,
        Some("typeof") => source.unported(node, "a test of a value's type"),
        Some("delete") => source.unported(node, "it removes an entry"),
        _ => source.unported(node, "arithmetic on bits"),
    }
}

fn member(source: &mut Source, node: Node) -> Expr {
    let object = node.child_by_field_name("object");
    let name = node.child_by_field_name("property").map(|n| source.text(n)).unwrap_or_default();
    match (object.map(|n| source.text(n)), name) {
        (Some("process.env"), name) => builtin(Builtin::Env, vec![text(name)]),
        (Some("process.argv"), "length") => {
            binary(BinaryOp::Add, builtin(Builtin::ArgCount, Vec::new()), Expr::Int(2))
        }
        (Some("os"), "EOL") => text("\n"),
        (Some("this" | "process" | "super" | "Number" | "Math"), _) => {
            source.unported(node, "an object of JavaScript or of the script's own")
        }
        (_, "length" | "size") => builtin(Builtin::Length, vec![field_expr(source, object)]),
        (_, "message" | "stack") => builtin(Builtin::Message, vec![field_expr(source, object)]),
        _ => property(field_expr(source, object), name),
    }
}

fn creation(source: &mut Source, node: Node) -> Expr {
    let Some(class) = node.child_by_field_name("constructor") else { return Expr::Null };
    let args = node.child_by_field_name("arguments");
    match source.text(class) {
        "Promise" => match pause(source, node) {
            Some(pause) => pause,
            None => source.unported(node, "a promise"),
        },
        "Map" if args.is_none_or(|args| args.named_child_count() == 0) => Expr::Map(Vec::new()),
        "Array" if args.is_none_or(|args| args.named_child_count() == 0) => Expr::List(Vec::new()),
        written => match class_name(written) {
            Some(class) => Expr::New(class.to_owned()),
            None => {
                let args = arguments(source, args);
                Expr::Call { name: format!("new {written}"), args }
            }
        },
    }
}

fn object(source: &mut Source, node: Node) -> Expr {
    let mut items = Vec::new();
    for item in named_children(node).into_iter().filter(|item| item.kind() != "comment") {
        let key = item.child_by_field_name("key");
        items.push(match (item.kind(), key.map(|key| (key, key.kind()))) {
            ("shorthand_property_identifier", _) => {
                (text(source.text(item)), var(source.text(item)))
            }
            ("pair", Some((key, "computed_property_name"))) => {
                let key = field_expr(source, key.named_child(0));
                (key, field_expr(source, item.child_by_field_name("value")))
            }
            ("pair", Some((key, kind))) => {
                let key = match kind {
                    "property_identifier" => text(source.text(key)),
                    _ => expr(source, key),
                };
                (key, field_expr(source, item.child_by_field_name("value")))
            }
            _ => {
                return source
                    .unported(node, "an object with functions, or with another's entries");
            }
        });
    }
    Expr::Map(items)
}

/// Reads what `throw` throws: the message.
pub(super) fn thrown(source: &mut Source, node: Node) -> Expr {
    match node.kind() {
        "new_expression" | "call_expression" => {
            let args = arguments(source, node.child_by_field_name("arguments"));
            args.into_iter().next().unwrap_or_else(|| text(""))
        }
        "identifier" => builtin(Builtin::Message, vec![expr(source, node)]),
        _ => expr(source, node),
    }
}

/// Reads an assignment.
pub(super) fn assignment(source: &mut Source, node: Node) -> Option<(Target, Expr)> {
    if node.kind() == "update_expression" {
        let argument = node.child_by_field_name("argument")?;
        let target = target(source, argument)?;
        let is_minus = node.child_by_field_name("operator").is_some_and(|n| n.kind() == "--");
        let op = if is_minus { BinaryOp::Sub } else { BinaryOp::Add };
        return Some((target, binary(op, expr(source, argument), Expr::Int(1))));
    }
    let left = node.child_by_field_name("left")?;
    let right = field_expr(source, node.child_by_field_name("right"));
    let target = target(source, left)?;
    let Some(operator) = node.child_by_field_name("operator") else { return Some((target, right)) };
    let before = expr(source, left);
    let value = match source.text(operator) {
        "+=" if is_text(&right) => text_of([before, right]),
        "+=" => binary(BinaryOp::Add, before, right),
        "-=" => binary(BinaryOp::Sub, before, right),
        "*=" => binary(BinaryOp::Mul, before, right),
        "/=" => binary(BinaryOp::Div, before, right),
        "%=" => binary(BinaryOp::Rem, before, right),
        "??=" => or_else(binary(BinaryOp::Ne, before.clone(), Expr::Null), before, right),
        "||=" => or_else(before.clone(), before, right),
        _ => source.unported(node, "arithmetic on bits"),
    };
    Some((target, value))
}

pub(super) fn target(source: &mut Source, node: Node) -> Option<Target> {
    match node.kind() {
        "identifier" => Some(Target::Var(source.text(node).to_owned())),
        "member_expression" => {
            let object = node.child_by_field_name("object")?;
            if matches!(source.text(object), "this" | "process" | "process.env") {
                return None;
            }
            let name = source.text(node.child_by_field_name("property")?).to_owned();
            Some(Target::Property { object: expr(source, object), name })
        }
        "subscript_expression" => {
            let object = expr(source, node.child_by_field_name("object")?);
            Some(Target::Index { object, index: expr(source, node.child_by_field_name("index")?) })
        }
        _ => None,
    }
}
