//! Expressions.

use tree_sitter::Node;

use super::prepare::TOO_DEEP;
use super::{Called, Reader, children, code_children, field, literals};
use crate::language::Language;
use crate::read::shared::grammar::{MAX_DEPTH, Source};
use crate::read::shared::{build, texts};
use crate::tree::{BinaryOp, Builtin, Expr, Hint, StmtKind, Target};

impl Reader {
    pub(super) fn expr(&mut self, src: &mut Source, node: Node) -> Expr {
        let read = src.deeper(|src| self.expr_here(src, node));
        read.unwrap_or_else(|| src.unported(node, TOO_DEEP))
    }

    /// Reads the expressions among the children of a node.
    pub(super) fn exprs(&mut self, src: &mut Source, node: Node) -> Vec<Expr> {
        code_children(node).into_iter().map(|child| self.expr(src, child)).collect()
    }

    fn expr_here(&mut self, src: &mut Source, node: Node) -> Expr {
        if let Some(value) = self.literal(src, node) {
            return value;
        }
        let text = src.text(node);
        match node.kind() {
            "identifier" | "type_identifier" | "field_identifier" | "this" | "this_expression" => {
                self.name(text)
            }
            "parenthesized_expression"
            | "condition_clause"
            | "await_expression"
            | "checked_expression"
            | "constant_pattern"
            | "literal_element"
            | "collection_element"
            | "expression_element"
            | "argument"
            | "expression_list" => self.only(src, node),
            "cast_expression" => self.cast(src, node),
            "pointer_expression" => self.field(src, node, &["argument"]),
            "binary_expression" => self.binary(src, node),
            "unary_expression" | "prefix_unary_expression" => self.unary(src, node),
            "conditional_expression" | "ternary_expression" => self.conditional(src, node),
            "is_pattern_expression" => self.is_pattern(src, node),
            "assignment_expression" => self.assigned(src, node),
            "update_expression" => {
                let is_prefix = src.text(node).starts_with(['+', '-']);
                self.stepped(src, node, is_prefix)
            }
            "postfix_unary_expression" => self.stepped(src, node, false),
            "call_expression" | "invocation_expression" | "method_invocation" => {
                match self.call(src, node) {
                    Called::Value(value) => value,
                    Called::Do(_) => src.unported(node, "a call that has no value is used as one"),
                }
            }
            "member_access_expression"
            | "field_access"
            | "field_expression"
            | "selector_expression"
            | "qualified_identifier"
            | "qualified_name"
            | "conditional_access_expression"
            | "scoped_identifier" => self.member(src, node),
            "element_access_expression"
            | "array_access"
            | "subscript_expression"
            | "index_expression" => self.index(src, node),
            "slice_expression" => self.slice(src, node),
            "object_creation_expression"
            | "new_expression"
            | "implicit_object_creation_expression" => self.creation(src, node),
            "initializer_expression"
            | "array_initializer"
            | "initializer_list"
            | "literal_value"
            | "collection_expression" => self.items(src, node),
            "array_creation_expression" | "implicit_array_creation_expression" => {
                let items = children(node).into_iter().rfind(|child| {
                    matches!(child.kind(), "initializer_expression" | "array_initializer")
                });
                let items = match items {
                    Some(items) => self.items(src, items),
                    None => self.sized(src, node),
                };
                let item = field(node, &["type"]).map(|ty| src.text(ty));
                let item = item.and_then(|ty| ty.split('[').next()).map(|ty| self.types.hint(ty));
                self.made = Hint::List(Box::new(item.unwrap_or_else(|| self.item_hint(&items))));
                items
            }
            "composite_literal" => self.composite(src, node),
            "lambda_expression" | "func_literal" | "anonymous_method_expression" => {
                self.lambda(src, node)
            }
            "declaration_expression" => self.declared(src, node),
            "switch_expression" => self.switch_value(src, node),
            "as_expression" => self.field(src, node, &["left"]),
            "sizeof_expression" => src.unported(node, "the size of a type has no counterpart"),
            kind => src.unported(node, super::reasons::of(kind)),
        }
    }

    fn item_hint(&self, items: &Expr) -> Hint {
        match self.hint_of(items) {
            Hint::List(item) => *item,
            _ => Hint::Unknown,
        }
    }

    /// Reads a literal. `None` if it is none.
    fn literal(&mut self, src: &mut Source, node: Node) -> Option<Expr> {
        let text = src.text(node);
        Some(match node.kind() {
            "string_literal"
                if children(node).iter().any(|c| c.kind() == "string_interpolation") =>
            {
                src.unported(node, "a template in a text is not ported")
            }
            "string_literal"
            | "verbatim_string_literal"
            | "raw_string_literal"
            | "interpreted_string_literal" => Expr::Text(self.text_literal(text)),
            "concatenated_string" => texts::concat(self.exprs(src, node)),
            "interpolated_string_expression" => self.interpolated(src, node),
            "char_literal" | "character_literal" | "rune_literal" => {
                let inner = text.trim_start_matches(['L', 'u', 'U']).trim_matches('\'');
                let inner = if inner.is_empty() { "'" } else { inner };
                Expr::Text(literals::unescape(inner, self.language))
            }
            "number_literal"
            | "integer_literal"
            | "real_literal"
            | "int_literal"
            | "float_literal"
            | "decimal_integer_literal"
            | "hex_integer_literal"
            | "octal_integer_literal"
            | "binary_integer_literal"
            | "decimal_floating_point_literal" => {
                let number = literals::number(text, self.language);
                number.unwrap_or_else(|| src.unported(node, "the number is too large"))
            }
            "boolean_literal" | "true" | "false" => Expr::Bool(text.eq_ignore_ascii_case("true")),
            "null_literal" | "null" | "nil" | "nullptr" | "default_expression" => Expr::Null,
            _ => return None,
        })
    }

    pub(super) fn only(&mut self, src: &mut Source, node: Node) -> Expr {
        match code_children(node).last() {
            Some(&child) => self.expr(src, child),
            None => src.unported(node, "this is not understood here"),
        }
    }

    pub(super) fn field(&mut self, src: &mut Source, node: Node, names: &[&str]) -> Expr {
        match field(node, names) {
            Some(child) => self.expr(src, child),
            None => src.unported(node, "this is not understood here"),
        }
    }

    pub(super) fn name(&mut self, name: &str) -> Expr {
        match name {
            "TRUE" | "true" => Expr::Bool(true),
            "FALSE" | "false" => Expr::Bool(false),
            "NULL" => Expr::Null,
            "EXIT_SUCCESS" => Expr::Int(0),
            "EXIT_FAILURE" => Expr::Int(1),
            "argc" if self.args.is_some() => build::binary(
                BinaryOp::Add,
                build::builtin(Builtin::ArgCount, Vec::new()),
                Expr::Int(1),
            ),
            _ => build::var(name),
        }
    }

    fn cast(&mut self, src: &mut Source, node: Node) -> Expr {
        let written = field(node, &["type"]).map(|ty| src.text(ty)).unwrap_or_default();
        let value = self.field(src, node, &["value"]);
        let (to, from) = (self.types.hint(written), self.hint_of(&value));
        match to {
            Hint::Int if from == Hint::Float => build::builtin(Builtin::ToInt, vec![value]),
            Hint::Float if from == Hint::Int => build::builtin(Builtin::ToFloat, vec![value]),
            _ => value,
        }
    }

    /// Reads an operator with its operands. Chains are flat, so that long ones are not deep.
    fn binary(&mut self, src: &mut Source, node: Node) -> Expr {
        let op = operator(src, node);
        let mut operands = Vec::new();
        let mut left = node;
        while left.kind() == "binary_expression" && operator(src, left) == op {
            operands.extend(field(left, &["right"]));
            let Some(next) = field(left, &["left"]) else { break };
            left = next;
        }
        operands.push(left);
        operands.reverse();
        if let (Language::Cpp | Language::C, "/", [left, right]) = (self.language, op, &*operands) {
            // `sizeof(list) / sizeof(list[0])`.
            if left.kind() == "sizeof_expression" && right.kind() == "sizeof_expression" {
                let list =
                    src.text(*left).trim_start_matches("sizeof").trim_matches(['(', ')', ' ']);
                return build::builtin(Builtin::Length, vec![build::var(list)]);
            }
        }
        let mut values = Vec::new();
        for operand in &operands {
            let hoisted = self.before.len();
            let value = self.expr(src, *operand);
            let is_condition = matches!(op, "&&" | "||");
            values.push(match self.at_end(src, *operand, &value) {
                Some(end) if is_condition && self.is_c() => build::not(end),
                _ if is_condition => self.truth(value),
                _ => value,
            });
            if values.len() > 1 && self.before.len() > hoisted && matches!(op, "&&" | "||" | "??") {
                self.before.truncate(hoisted);
                let reason = "a change inside of a condition is not ported";
                return src.unported(node, reason);
            }
        }
        if let (true, [left, right]) = (self.is_c(), &*operands) {
            if let Some(test) = self.end_of_text(src, op, (*left, *right), &values) {
                return test;
            }
        }
        if matches!(op, "+" | "-") && self.is_pointer_arithmetic(&values) {
            return src.unported(node, "arithmetic on pointers is not ported");
        }
        let text = values.iter().position(|value| self.hint_of(value) == Hint::Text);
        if op == "+" && text.is_some_and(|at| at <= MAX_DEPTH) {
            return self.concatenation(values);
        }
        let Some(op) = binary_op(op) else {
            if op == "??" {
                return self.or_default(src, node, values);
            }
            return src.unported(node, format!("the operator {op} is not ported"));
        };
        if values.len() > MAX_DEPTH {
            return src.unported(node, TOO_DEEP);
        }
        let mut values = values.into_iter();
        let first = values.next().unwrap_or(Expr::Null);
        values.fold(first, |left, right| self.operation(op, left, right))
    }

    fn is_pointer_arithmetic(&self, values: &[Expr]) -> bool {
        let is_text = |value: &Expr| self.hint_of(value) == Hint::Text;
        let is_number = |value: &Expr| self.hint_of(value) == Hint::Int;
        self.language == Language::C && values.iter().any(is_text) && values.iter().any(is_number)
    }

    /// Joins operands of `+`: those before the first text are added.
    pub(super) fn concatenation(&self, values: Vec<Expr>) -> Expr {
        let first = values.iter().position(|value| self.hint_of(value) == Hint::Text).unwrap_or(0);
        let mut values = values.into_iter();
        let mut parts = Vec::new();
        if first > 1 {
            let sum = values
                .by_ref()
                .take(first)
                .reduce(|sum, value| build::binary(BinaryOp::Add, sum, value));
            parts.extend(sum);
        }
        for value in values {
            match self.shown(value) {
                Expr::Concat(more) => parts.extend(more),
                value => parts.push(value),
            }
        }
        texts::concat(parts)
    }

    /// Returns an operation, in the form in which the tree has it.
    fn operation(&self, op: BinaryOp, left: Expr, right: Expr) -> Expr {
        // `map.count(key) > 0`.
        if let (Expr::Choice { cond, yes, no }, Expr::Int(0)) = (&left, &right) {
            if (&**yes, &**no) == (&Expr::Int(1), &Expr::Int(0)) {
                match op {
                    BinaryOp::Gt | BinaryOp::Ne => return (**cond).clone(),
                    BinaryOp::Eq => return build::not((**cond).clone()),
                    _ => {}
                }
            }
        }
        // `strstr(text, part) != NULL`.
        if self.is_c() && right == Expr::Null && self.hint_of(&left) == Hint::Bool {
            return if op == BinaryOp::Eq { build::not(left) } else { left };
        }
        if matches!(op, BinaryOp::Eq | BinaryOp::Ne) {
            // `strcmp(a, b) == 0`.
            if let (Some((a, b)), Expr::Int(0)) = (compared(&left), &right) {
                return build::binary(op, a, b);
            }
            if self.is_c() {
                let is_pointer = |expr: &Expr| {
                    matches!(self.hint_of(expr), Hint::Object(_) | Hint::Text)
                        && !matches!(expr, Expr::Text(_))
                };
                if right == Expr::Int(0) && is_pointer(&left) {
                    return build::binary(op, left, Expr::Null);
                }
            }
        }
        // Numbers of arguments count the program in C and Go.
        if let (Expr::Binary { op: BinaryOp::Add, left: count, right: one }, Expr::Int(number)) =
            (&left, &right)
        {
            if matches!(**count, Expr::Builtin { function: Builtin::ArgCount, .. })
                && **one == Expr::Int(1)
                && !matches!(op, BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem)
            {
                return build::binary(op, (**count).clone(), Expr::Int(number - 1));
            }
        }
        build::binary(op, left, right)
    }

    pub(super) fn is_c(&self) -> bool {
        matches!(self.language, Language::Cpp | Language::C)
    }

    fn or_default(&mut self, src: &Source, node: Node, values: Vec<Expr>) -> Expr {
        match <[Expr; 2]>::try_from(values) {
            Ok([Expr::Builtin { function: Builtin::Env, mut args }, default])
                if args.len() == 1 =>
            {
                args.push(default);
                build::builtin(Builtin::Env, args)
            }
            Ok([value @ Expr::Var(_), default]) => {
                let is_null = build::binary(BinaryOp::Eq, value.clone(), Expr::Null);
                build::choice(is_null, default, value)
            }
            // An empty text stands for null here.
            Ok([value, Expr::Text(text)]) if text.is_empty() => value,
            _ => src.unported(node, "the operator ?? is only ported for variables"),
        }
    }

    fn unary(&mut self, src: &mut Source, node: Node) -> Expr {
        let op = operator(src, node);
        let operand = field(node, &["operand", "argument"]).or(code_children(node).last().copied());
        let Some(operand) = operand else {
            return src.unported(node, "this is not understood here");
        };
        let value = self.expr(src, operand);
        match op {
            "!" if self.is_c() => {
                let end = self.at_end(src, operand, &value);
                end.unwrap_or_else(|| self.negated(value))
            }
            "!" => self.negated(value),
            "-" => build::minus(value),
            "+" | "*" | "&" | "^" => value,
            "++" | "--" => self.stepped(src, node, true),
            op => src.unported(node, format!("the operator {op} is not ported")),
        }
    }

    fn negated(&self, value: Expr) -> Expr {
        if let Some((a, b)) = compared(&value) {
            return build::binary(BinaryOp::Eq, a, b);
        }
        match self.hint_of(&value) {
            Hint::Int if self.is_c() => build::binary(BinaryOp::Eq, value, Expr::Int(0)),
            Hint::Object(_) | Hint::Text if self.is_c() => {
                build::binary(BinaryOp::Eq, value, Expr::Null)
            }
            _ => build::not(value),
        }
    }

    /// Reads a condition. In C, pointers and numbers are conditions.
    pub(super) fn condition(&mut self, src: &mut Source, node: Node) -> Expr {
        let value = self.expr(src, node);
        let inner = match node.kind() {
            "condition_clause" => field(node, &["value"]).unwrap_or(node),
            _ => node,
        };
        match self.at_end(src, inner, &value).filter(|_| self.is_c()) {
            Some(end) => build::not(end),
            None => self.truth(value),
        }
    }

    /// Returns a value as a condition.
    fn truth(&self, value: Expr) -> Expr {
        if !self.is_c() {
            return value;
        }
        if let Some((a, b)) = compared(&value) {
            return build::binary(BinaryOp::Ne, a, b);
        }
        match self.hint_of(&value) {
            Hint::Int => match value {
                Expr::Int(number) => Expr::Bool(number != 0),
                value => build::binary(BinaryOp::Ne, value, Expr::Int(0)),
            },
            Hint::Object(_) | Hint::Text => build::binary(BinaryOp::Ne, value, Expr::Null),
            _ => value,
        }
    }

    fn conditional(&mut self, src: &mut Source, node: Node) -> Expr {
        let cond = match field(node, &["condition"]) {
            Some(cond) => self.condition(src, cond),
            None => return src.unported(node, "this is not understood here"),
        };
        let hoisted = self.before.len();
        let yes = self.field(src, node, &["consequence"]);
        let no = self.field(src, node, &["alternative"]);
        if self.before.len() > hoisted {
            self.before.truncate(hoisted);
            return src.unported(node, "a change inside of a condition is not ported");
        }
        build::choice(cond, yes, no)
    }

    /// Reads an assignment inside of an expression: it happens before it.
    fn assigned(&mut self, src: &mut Source, node: Node) -> Expr {
        match self.assignment(src, node) {
            Some(StmtKind::Assign { target: Target::Var(name), value }) => {
                self.before.push(build::assign(&name, value));
                build::var(&name)
            }
            _ => src.unported(node, "an assignment inside of an expression is not ported"),
        }
    }

    fn declared(&mut self, src: &Source, node: Node) -> Expr {
        let ty = field(node, &["type"]).map(|ty| src.text(ty)).unwrap_or_default();
        let name = field(node, &["name"]).map(|name| src.text(name)).unwrap_or_default();
        let hint = self.types.hint(ty);
        self.declare(name, hint.clone());
        self.before.push(StmtKind::Declare { name: name.to_owned(), hint, value: None });
        build::var(name)
    }
}

/// Returns the operands of `strcmp`, which is 0 where they are equal.
fn compared(value: &Expr) -> Option<(Expr, Expr)> {
    let Expr::Choice { cond, yes, no } = value else { return None };
    match &**cond {
        Expr::Binary { op: BinaryOp::Eq, left, right }
            if **yes == Expr::Int(0) && **no == Expr::Int(1) =>
        {
            Some(((**left).clone(), (**right).clone()))
        }
        _ => None,
    }
}

/// Returns the operator of a node.
pub(super) fn operator<'s>(src: &Source<'s>, node: Node) -> &'s str {
    if let Some(op) = field(node, &["operator"]) {
        return src.text(op);
    }
    let mut cursor = node.walk();
    let op = node.children(&mut cursor).find(|child| !child.is_named());
    op.map(|op| src.text(op)).unwrap_or_default()
}

pub(super) fn binary_op(op: &str) -> Option<BinaryOp> {
    Some(match op {
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        "/" => BinaryOp::Div,
        "%" => BinaryOp::Rem,
        "==" => BinaryOp::Eq,
        "!=" => BinaryOp::Ne,
        "<" => BinaryOp::Lt,
        "<=" => BinaryOp::Le,
        ">" => BinaryOp::Gt,
        ">=" => BinaryOp::Ge,
        "&&" => BinaryOp::And,
        "||" => BinaryOp::Or,
        _ => return None,
    })
}
