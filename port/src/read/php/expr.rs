//! Expressions.

use tree_sitter::Node;

use super::functions::{arguments, call};
use super::{field_expr, function, name, text};
use crate::names::class_name;
use crate::read::shared::build::{
    binary, builtin, choice, index, method, minus, number, opposite, property, var,
};
use crate::read::shared::grammar::{Source, apart, hoist, named_children};
use crate::read::shared::texts::{text_of, to_text};
use crate::tree::{BinaryOp, Builtin, Expr, Function, Target};

/// Reads an expression.
pub(super) fn expr(source: &mut Source, node: Node) -> Expr {
    let value = source.deeper(|source| expr_inner(source, node));
    value.unwrap_or_else(|| source.unported(node, "it is nested too deeply"))
}

fn expr_inner(source: &mut Source, node: Node) -> Expr {
    let field = |name: &str| node.child_by_field_name(name);
    match node.kind() {
        "variable_name" => match name(source, node).as_str() {
            "argc" => binary(BinaryOp::Add, builtin(Builtin::ArgCount, Vec::new()), Expr::Int(1)),
            "this" => source.unported(node, "an object of the script's own"),
            name => var(name),
        },
        "name" | "qualified_name" => constant(source, node),
        "string" => text::single(source, node),
        "encapsed_string" => text::double(source, node, node.end_byte()),
        "heredoc" | "nowdoc" => text::here_document(source, node),
        "integer" => integer(source.text(node)),
        "float" => Expr::Float(source.text(node).replace('_', "")),
        "boolean" => Expr::Bool(source.text(node).eq_ignore_ascii_case("true")),
        "null" => Expr::Null,
        "parenthesized_expression" | "error_suppression_expression" => {
            field_expr(source, named_children(node).into_iter().find(|n| n.kind() != "comment"))
        }
        "binary_expression" => operation(source, node),
        "unary_op_expression" => {
            let value = field_expr(source, field("argument"));
            match field("operator").map(|n| source.text(n)) {
                Some("!") => opposite(value),
                Some("-") => minus(value),
                Some("+") => value,
                _ => source.unported(node, "arithmetic on bits"),
            }
        }
        "cast_expression" => cast(source, node),
        "conditional_expression" => {
            let cond = field_expr(source, field("condition"));
            apart(source, |source| {
                let no = field_expr(source, field("alternative"));
                match field("body") {
                    Some(yes) => choice(cond, expr(source, yes), no),
                    None => or_else(cond, no),
                }
            })
        }
        "match_expression" => read_match(source, node),
        "assignment_expression" | "augmented_assignment_expression" => {
            match assignment(source, node) {
                Some((target, value)) => hoist(source, node, target, value),
                None => source.unported(node, "an assignment inside an expression"),
            }
        }
        _ => expr_of_parts(source, node),
    }
}

/// Reads the expressions that calls, elements and functions make.
fn expr_of_parts(source: &mut Source, node: Node) -> Expr {
    let field = |name: &str| node.child_by_field_name(name);
    match node.kind() {
        "member_access_expression" | "nullsafe_member_access_expression" => {
            let object = field_expr(source, field("object"));
            property(object, field("name").map(|n| name(source, n)).unwrap_or_default())
        }
        "member_call_expression" | "nullsafe_member_call_expression" => method_call(source, node),
        "function_call_expression" => call(source, node),
        "scoped_call_expression" => {
            let class = field("scope").map(|n| source.text(n)).unwrap_or_default();
            let member = field("name").map(|n| source.text(n)).unwrap_or_default();
            let args = field("arguments").map(|args| arguments(source, args)).unwrap_or_default();
            Expr::Call { name: format!("{class}::{member}"), args }
        }
        // A constant of a class that has only functions.
        "class_constant_access_expression" => match named_children(node).last() {
            Some(name) => var(source.text(*name)),
            None => Expr::Null,
        },
        "object_creation_expression" => creation(source, node),
        "subscript_expression" => subscript(source, node),
        "array_creation_expression" => array(source, node),
        "anonymous_function" | "arrow_function" => {
            let function = closure(source, node, String::new());
            let params = function.params.into_iter().map(|param| param.name).collect();
            Expr::Lambda { params, body: function.body }
        }
        "shell_command_expression" => source.unported(node, "a command of the system"),
        "clone_expression" => source.unported(node, "a copy of an object"),
        "update_expression" => source.unported(node, "`++` or `--` inside an expression"),
        "throw_expression" => source.unported(node, "an exception inside an expression"),
        "print_intrinsic" => source.unported(node, "output inside an expression"),
        "comment" => Expr::Null,
        kind => {
            let reason = format!("{} is not understood here", kind.replace('_', " "));
            source.unported(node, reason)
        }
    }
}

fn integer(written: &str) -> Expr {
    let plain = written.replace('_', "");
    // `017` is octal, too.
    let octal = plain.strip_prefix('0').filter(|digits| !digits.is_empty());
    match octal.and_then(|digits| i64::from_str_radix(digits, 8).ok()) {
        Some(value) => Expr::Int(value),
        None => number(written),
    }
}

fn constant(source: &mut Source, node: Node) -> Expr {
    match name(source, node).as_str() {
        "PHP_EOL" => Expr::Text("\n".to_owned()),
        "DIRECTORY_SEPARATOR" => Expr::Text("/".to_owned()),
        "PHP_INT_MAX" => Expr::Int(i64::MAX),
        "__DIR__" | "__FILE__" | "__LINE__" | "PHP_OS" | "PHP_OS_FAMILY" | "PHP_VERSION" => {
            source.unported(node, "where and how the script runs")
        }
        name => var(name),
    }
}

fn operation(source: &mut Source, node: Node) -> Expr {
    let operator = |node: Node, source: &Source| {
        node.child_by_field_name("operator").map(|n| source.text(n).to_ascii_lowercase())
    };
    let sign = operator(node, source).unwrap_or_default();
    if sign == "." {
        // A long chain is not deep.
        let mut parts = Vec::new();
        let mut left = node;
        while left.kind() == "binary_expression" && operator(left, source).as_deref() == Some(".") {
            parts.extend(left.child_by_field_name("right"));
            let Some(next) = left.child_by_field_name("left") else { break };
            left = next;
        }
        parts.push(left);
        let parts: Vec<Expr> = parts.into_iter().rev().map(|part| expr(source, part)).collect();
        return text_of(parts);
    }
    let left = field_expr(source, node.child_by_field_name("left"));
    let right = node.child_by_field_name("right");
    let is_lazy = matches!(sign.as_str(), "&&" | "and" | "||" | "or" | "??");
    let right = match is_lazy {
        true => apart(source, |source| field_expr(source, right)),
        false => field_expr(source, right),
    };
    let op = match sign.as_str() {
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        "/" => BinaryOp::Div,
        "%" => BinaryOp::Rem,
        "==" | "===" => BinaryOp::Eq,
        "!=" | "!==" | "<>" => BinaryOp::Ne,
        "<" => BinaryOp::Lt,
        "<=" => BinaryOp::Le,
        ">" => BinaryOp::Gt,
        ">=" => BinaryOp::Ge,
        "&&" | "and" => BinaryOp::And,
        "||" | "or" => BinaryOp::Or,
        "??" => return or_else(left, right),
        "instanceof" => return source.unported(node, "a test of an object's class"),
        _ => return source.unported(node, format!("the operator `{sign}`")),
    };
    match (op, &left, &right) {
        (BinaryOp::Eq | BinaryOp::Ne, found, Expr::Bool(false)) => match found {
            // `strpos` returns false where the others return -1.
            Expr::Builtin { function: Builtin::IndexOf, args } => {
                let contains = builtin(Builtin::Contains, args.clone());
                if op == BinaryOp::Eq { opposite(contains) } else { contains }
            }
            Expr::Builtin { function: Builtin::Env | Builtin::ReadFile, .. } => {
                binary(op, left, Expr::Null)
            }
            _ => binary(op, left, right),
        },
        _ => binary(op, left, right),
    }
}

/// Returns `value ?: default` and `value ?? default`.
pub(super) fn or_else(value: Expr, default: Expr) -> Expr {
    match value {
        Expr::Builtin { function: Builtin::Env, args } if args.len() == 1 => {
            builtin(Builtin::Env, args.into_iter().chain([default]).collect())
        }
        Expr::Builtin { function: Builtin::Arg, ref args } => {
            let place = args.first().cloned().unwrap_or(Expr::Int(0));
            let given = binary(BinaryOp::Gt, builtin(Builtin::ArgCount, Vec::new()), place);
            choice(given, value, default)
        }
        Expr::Index { ref object, index: ref at } => {
            let has = builtin(Builtin::HasKey, vec![(**object).clone(), (**at).clone()]);
            choice(has, value, default)
        }
        value => choice(binary(BinaryOp::Ne, value.clone(), Expr::Null), value, default),
    }
}

fn cast(source: &mut Source, node: Node) -> Expr {
    let value = field_expr(source, node.child_by_field_name("value"));
    let ty = node.child_by_field_name("type").map(|n| source.text(n).trim().to_ascii_lowercase());
    match ty.as_deref() {
        Some("int" | "integer") => builtin(Builtin::ToInt, vec![value]),
        Some("float" | "double" | "real") => builtin(Builtin::ToFloat, vec![value]),
        Some("string") => to_text(value),
        Some("bool" | "boolean") => opposite(opposite(value)),
        _ => source.unported(node, "a conversion to this type"),
    }
}

fn method_call(source: &mut Source, node: Node) -> Expr {
    let object = node.child_by_field_name("object");
    let member = node.child_by_field_name("name").map(|n| name(source, n)).unwrap_or_default();
    let args = node.child_by_field_name("arguments");
    if object.is_some_and(|object| source.text(object) == "$this") {
        let args = args.map(|args| arguments(source, args)).unwrap_or_default();
        return Expr::Call { name: format!("self::{member}"), args };
    }
    let object = field_expr(source, object);
    let args = args.map(|args| arguments(source, args)).unwrap_or_default();
    match member.as_str() {
        "getMessage" => builtin(Builtin::Message, vec![object]),
        _ => method(object, member, args),
    }
}

fn creation(source: &mut Source, node: Node) -> Expr {
    let children = named_children(node);
    let class = children.iter().find(|n| n.kind() != "arguments" && n.kind() != "comment");
    let Some(class) = class else { return Expr::Null };
    let written = source.text(*class).trim_start_matches('\\');
    let args = children.iter().find(|n| n.kind() == "arguments");
    let args = args.map(|args| arguments(source, *args)).unwrap_or_default();
    if matches!(written, "COM" | "DOTNET") {
        let named = args.iter().find_map(|arg| match arg {
            Expr::Text(name) => class_name(name),
            _ => None,
        });
        return match named {
            Some(class) => Expr::New(class.to_owned()),
            None => source.unported(node, "an object of another program"),
        };
    }
    match class_name(written) {
        Some(class) => Expr::New(class.to_owned()),
        None => Expr::Call { name: format!("new {written}"), args },
    }
}

/// Reads what `throw` throws: the message.
pub(super) fn thrown(source: &mut Source, node: Node) -> Expr {
    match node.kind() {
        "object_creation_expression" => {
            let args = named_children(node).into_iter().find(|n| n.kind() == "arguments");
            let args = args.map(|args| arguments(source, args)).unwrap_or_default();
            args.into_iter().next().unwrap_or_else(|| Expr::Text(String::new()))
        }
        "variable_name" => builtin(Builtin::Message, vec![expr(source, node)]),
        _ => expr(source, node),
    }
}

fn subscript(source: &mut Source, node: Node) -> Expr {
    let children = named_children(node);
    let Some(object) = children.first() else { return Expr::Null };
    let at = children.get(1).map(|at| match at.kind() {
        // `"$map[key]"`.
        "name" => Expr::Text(source.text(*at).to_owned()),
        _ => expr(source, *at),
    });
    let Some(at) = at else { return source.unported(node, "the end of a list as a value") };
    match (source.text(*object), &at) {
        ("$_ENV", _) => builtin(Builtin::Env, vec![at]),
        ("$_SERVER", Expr::Text(name)) if name != "argv" && name != "argc" => {
            builtin(Builtin::Env, vec![at])
        }
        ("$argv", Expr::Int(place)) if *place > 0 => {
            builtin(Builtin::Arg, vec![Expr::Int(place - 1)])
        }
        ("$argv" | "$_GET" | "$_POST" | "$_REQUEST" | "$_COOKIE" | "$_SESSION" | "$GLOBALS", _) => {
            source.unported(node, "what the web server or PHP sets")
        }
        _ => index(expr(source, *object), at),
    }
}

fn array(source: &mut Source, node: Node) -> Expr {
    let (mut list, mut map) = (Vec::new(), Vec::new());
    for item in named_children(node).into_iter().filter(|item| item.kind() != "comment") {
        match named_children(item)[..] {
            [value] if !matches!(value.kind(), "by_ref" | "variadic_unpacking") => {
                list.push(expr(source, value));
            }
            [key, value] => map.push((expr(source, key), expr(source, value))),
            _ => return source.unported(node, "a list with the items of another"),
        }
    }
    match (list.is_empty(), map.is_empty()) {
        (_, true) => Expr::List(list),
        (true, false) => Expr::Map(map),
        (false, false) => source.unported(node, "a list in which some items have keys"),
    }
}

fn read_match(source: &mut Source, node: Node) -> Expr {
    let value = field_expr(source, node.child_by_field_name("condition"));
    if !matches!(value, Expr::Var(_) | Expr::Bool(true) | Expr::Property { .. } | Expr::Text(_)) {
        return source.unported(node, "a `match` over a call; put its value in a variable first");
    }
    let arms = node.child_by_field_name("body").map(named_children).unwrap_or_default();
    let (mut cases, mut default) = (Vec::new(), None);
    for arm in arms.into_iter().filter(|arm| arm.kind() != "comment") {
        let result = arm.child_by_field_name("return_expression");
        let result = apart(source, |source| field_expr(source, result));
        let Some(conds) = arm.child_by_field_name("conditional_expressions") else {
            default = Some(result);
            continue;
        };
        let conds = named_children(conds).into_iter().map(|cond| {
            let cond = apart(source, |source| expr(source, cond));
            match value {
                Expr::Bool(true) => cond,
                _ => binary(BinaryOp::Eq, value.clone(), cond),
            }
        });
        cases.extend(conds.reduce(|a, b| binary(BinaryOp::Or, a, b)).map(|cond| (cond, result)));
    }
    match default.filter(|_| cases.len() <= 50) {
        Some(default) => {
            cases.into_iter().rev().fold(default, |no, (cond, yes)| choice(cond, yes, no))
        }
        None => source.unported(node, "a `match` without a default"),
    }
}

pub(super) fn is_closure(node: Option<Node>) -> bool {
    node.is_some_and(|node| matches!(node.kind(), "anonymous_function" | "arrow_function"))
}

/// Reads a function without a name, under a name.
pub(super) fn closure(source: &mut Source, node: Node, name: String) -> Function {
    if node.kind() == "anonymous_function" {
        return function(source, node, name);
    }
    // The body is one expression.
    let mut function = function(source, node, name);
    if let Some(body) = node.child_by_field_name("body") {
        let value = apart(source, |source| expr(source, body));
        function.body = vec![source.stmt(body, crate::tree::StmtKind::Return(Some(value)))];
    }
    function
}

/// Reads an assignment. The index of `$list[] = ...` is null.
pub(super) fn assignment(source: &mut Source, node: Node) -> Option<(Target, Expr)> {
    if node.kind() == "update_expression" {
        let argument = node.child_by_field_name("argument")?;
        let target = target(source, argument)?;
        let op = if source.text(node).contains("--") { BinaryOp::Sub } else { BinaryOp::Add };
        return Some((target, binary(op, expr(source, argument), Expr::Int(1))));
    }
    let left = node.child_by_field_name("left")?;
    let right = field_expr(source, node.child_by_field_name("right"));
    let target = target(source, left)?;
    let Some(operator) = node.child_by_field_name("operator") else { return Some((target, right)) };
    let before = expr(source, left);
    let value = match source.text(operator) {
        ".=" => text_of([before, right]),
        "??=" => or_else(before, right),
        "+=" => binary(BinaryOp::Add, before, right),
        "-=" => binary(BinaryOp::Sub, before, right),
        "*=" => binary(BinaryOp::Mul, before, right),
        "/=" => binary(BinaryOp::Div, before, right),
        "%=" => binary(BinaryOp::Rem, before, right),
        _ => source.unported(node, "arithmetic on bits"),
    };
    Some((target, value))
}

pub(super) fn target(source: &mut Source, node: Node) -> Option<Target> {
    match node.kind() {
        "variable_name" => Some(Target::Var(name(source, node))),
        "member_access_expression" => {
            let object = node.child_by_field_name("object")?;
            if source.text(object) == "$this" {
                return None;
            }
            let name = name(source, node.child_by_field_name("name")?);
            Some(Target::Property { object: expr(source, object), name })
        }
        "subscript_expression" => {
            let children = named_children(node);
            let object = expr(source, *children.first()?);
            let index = children.get(1).map_or(Expr::Null, |at| expr(source, *at));
            Some(Target::Index { object, index })
        }
        _ => None,
    }
}
