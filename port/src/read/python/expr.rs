//! Expressions of Python.

use tree_sitter::Node;

use super::Reader;
use crate::read::shared::build::{
    assign, at, binary, builtin, choice, from_end, int, minus, not, property, var, with_default,
};
use crate::read::shared::classes::FIELD;
use crate::read::shared::grammar::{Source, end_line, named_children};
use crate::read::shared::repair::words;
use crate::read::shared::texts::{concat, flat, printf};
use crate::tree::{BinaryOp, Builtin, Expr, StmtKind};

/// How many terms of a sum are nested in the tree.
const MAX_TERMS: usize = 50;

impl Reader {
    pub(crate) fn expr(&self, s: &mut Source, node: Node) -> Expr {
        let read = s.deeper(|s| self.expr_kind(s, node));
        read.unwrap_or_else(|| s.unported(node, "it is nested too deeply"))
    }

    fn expr_kind(&self, s: &mut Source, node: Node) -> Expr {
        let source = s.text(node);
        match node.kind() {
            "integer" => {
                int(source).unwrap_or_else(|| s.unported(node, "this number is too large"))
            }
            "float" => Expr::Float(source.replace('_', "")),
            "true" => Expr::Bool(true),
            "false" => Expr::Bool(false),
            "none" => Expr::Null,
            "identifier" => self.identifier(s, node),
            "string"
                if source.trim_start_matches(|c: char| c.is_alphabetic()).len() < source.len()
                    && source
                        .to_ascii_lowercase()
                        .split(['"', '\''])
                        .next()
                        .is_some_and(|p| p.contains('b')) =>
            {
                s.unported(node, "a literal of bytes is not ported")
            }
            "string" => super::text::literal(s, node, &mut |s, node| self.interpolated(s, node)),
            "concatenated_string" => {
                let parts = named_children(node).into_iter().filter(|part| part.kind() == "string");
                concat(flat(parts.map(|part| self.expr(s, part))))
            }
            "parenthesized_expression" => {
                let inner =
                    named_children(node).into_iter().find(|inner| inner.kind() != "comment");
                inner.map(|inner| self.expr(s, inner)).unwrap_or(Expr::Null)
            }
            "list" | "tuple" | "expression_list" | "set" => {
                let items =
                    named_children(node).into_iter().filter(|item| item.kind() != "comment");
                Expr::List(items.map(|item| self.expr(s, item)).collect())
            }
            "dictionary" => self.dictionary(s, node),
            "binary_operator" => self.binary(s, node),
            "boolean_operator" => self.chain(s, node),
            "comparison_operator" => self.comparison(s, node),
            "not_operator" => match self.truth(s, node, "argument") {
                // An empty list.
                Expr::Binary { op: BinaryOp::Gt, left, right }
                    if matches!(&*left, Expr::Builtin { function: Builtin::Length, .. })
                        && *right == Expr::Int(0) =>
                {
                    binary(BinaryOp::Eq, *left, *right)
                }
                cond => not(cond),
            },
            "unary_operator" => {
                let operator = node.child_by_field_name("operator").map(|of| s.text(of));
                match operator {
                    Some("-") => minus(self.field(s, node, "argument")),
                    Some("+") => self.field(s, node, "argument"),
                    _ => s.unported(node, "this operator is not ported"),
                }
            }
            _ => self.expr_of_parts(s, node),
        }
    }

    /// Reads the expressions that calls, choices and functions make.
    fn expr_of_parts(&self, s: &mut Source, node: Node) -> Expr {
        match node.kind() {
            "conditional_expression" => match named_children(node).as_slice() {
                [yes, cond, no] => {
                    let yes = self.expr(s, *yes);
                    choice(self.expr(s, *cond), yes, self.expr(s, *no))
                }
                _ => s.unported(node, "this is not understood here"),
            },
            "call" => self.call(s, node),
            "attribute" => self.attribute(s, node),
            "subscript" => self.subscript(s, node),
            "lambda" => {
                let params = node.child_by_field_name("parameters").map(named_children);
                let params = params.unwrap_or_default();
                let params = params.into_iter().map(|param| s.text(param).to_owned()).collect();
                let value = self.field(s, node, "body");
                Expr::Lambda { params, body: vec![s.stmt(node, StmtKind::Return(Some(value)))] }
            }
            "named_expression" => {
                let value = self.field(s, node, "value");
                let name =
                    node.child_by_field_name("name").map(|name| s.text(name)).unwrap_or_default();
                let line = node.start_position().row + 1;
                self.before.borrow_mut().push(at(line, line, assign(name, value)));
                var(name)
            }
            "list_comprehension" | "generator_expression" => self.comprehension(s, node),
            "await" => s.unported(node, "an asynchronous call is not ported"),
            "yield" => s.unported(node, "a generator is not ported"),
            "list_splat" | "dictionary_splat" => {
                s.unported(node, "any number of arguments is not ported")
            }
            kind => {
                let what = kind.replace('_', " ");
                s.unported(node, format!("this {what} is not ported"))
            }
        }
    }

    fn identifier(&self, s: &mut Source, node: Node) -> Expr {
        match s.text(node) {
            words::BROKEN => s.unported(node, words::REASON),
            name @ ("__file__" | "__name__") => s.unported(node, format!("`{name}` is not ported")),
            name => var(name),
        }
    }

    fn interpolated(&self, s: &mut Source, node: Node) -> Expr {
        let value = self.field(s, node, "expression");
        let value = self.as_text(value);
        let spec =
            named_children(node).into_iter().find(|child| child.kind() == "format_specifier");
        let spec = spec.map(|spec| s.text(spec)).unwrap_or_default();
        let is_debug = s.text(node).trim_end_matches(['}', ' ']).ends_with('=');
        let conversion =
            named_children(node).into_iter().find(|child| child.kind() == "type_conversion");
        let is_shown = conversion.is_some_and(|conversion| s.text(conversion) != "!s");
        match super::text::with_spec(spec, value).filter(|_| !is_debug && !is_shown) {
            Some(value) => value,
            None => s.unported(node, "this format is not ported"),
        }
    }

    /// Returns a value as it is printed: an exception as its message, without a `str` that says nothing.
    pub(crate) fn as_text(&self, value: Expr) -> Expr {
        match value {
            Expr::Var(name) if self.is_exception(&name) => {
                builtin(Builtin::Message, vec![Expr::Var(name)])
            }
            Expr::Builtin { function: Builtin::ToText, mut args } if args.len() == 1 => {
                args.pop().unwrap_or(Expr::Null)
            }
            value => value,
        }
    }

    fn dictionary(&self, s: &mut Source, node: Node) -> Expr {
        let mut entries = Vec::new();
        for pair in named_children(node) {
            match pair.kind() {
                "pair" => {
                    let key = self.field(s, pair, "key");
                    entries.push((key, self.field(s, pair, "value")));
                }
                "comment" => {}
                _ => return s.unported(node, "a map made of another one is not ported"),
            }
        }
        Expr::Map(entries)
    }

    fn binary(&self, s: &mut Source, node: Node) -> Expr {
        let operator =
            node.child_by_field_name("operator").map(|of| s.text(of)).unwrap_or_default();
        if operator == "+" {
            return self.chain(s, node);
        }
        let left = self.field(s, node, "left");
        let right = self.field(s, node, "right");
        let op = match (operator, &left) {
            ("%", Expr::Text(format)) => {
                let args = match right {
                    Expr::List(args) => args,
                    value => vec![self.as_text(value)],
                };
                let reason = "this format is not ported";
                return printf(format, args).unwrap_or_else(|| s.unported(node, reason));
            }
            ("*", Expr::Text(_)) => return builtin(Builtin::Repeat, vec![left, right]),
            ("-", _) => BinaryOp::Sub,
            ("*", _) => BinaryOp::Mul,
            ("/", _) => BinaryOp::Div,
            ("//", _) => BinaryOp::Quotient,
            ("%", _) => BinaryOp::Rem,
            ("**", _) => {
                let reason = "a power is not ported";
                return power(left, right).unwrap_or_else(|| s.unported(node, reason));
            }
            _ => return s.unported(node, format!("the operator `{operator}` is not ported")),
        };
        binary(op, left, right)
    }

    /// Reads `a + b + c` and `a and b and c` without recursion for each term.
    fn chain(&self, s: &mut Source, node: Node) -> Expr {
        let kind = node.kind();
        let operator = node.child_by_field_name("operator").map(|of| s.text(of));
        let mut terms = Vec::new();
        let mut left = node;
        while left.kind() == kind
            && left.child_by_field_name("operator").map(|of| s.text(of)) == operator
            && let (Some(inner), Some(right)) =
                (left.child_by_field_name("left"), left.child_by_field_name("right"))
        {
            terms.push(right);
            left = inner;
        }
        terms.push(left);
        let mut terms: Vec<Expr> = terms.into_iter().rev().map(|term| self.expr(s, term)).collect();
        let op = match operator {
            Some("+") => BinaryOp::Add,
            Some("and") => BinaryOp::And,
            _ => BinaryOp::Or,
        };
        if terms.len() == 2
            && op == BinaryOp::Or
            && let Some(value) = with_default(&mut terms)
        {
            return value;
        }
        if terms.len() > MAX_TERMS {
            return match op == BinaryOp::Add
                && terms.iter().any(|term| matches!(term, Expr::Text(_)))
            {
                true => concat(terms),
                false => s.unported(node, "an expression with so many terms is not ported"),
            };
        }
        terms.into_iter().reduce(|left, right| binary(op, left, right)).unwrap_or(Expr::Null)
    }

    fn comparison(&self, s: &mut Source, node: Node) -> Expr {
        let operands = named_children(node);
        let mut cursor = node.walk();
        let operators: Vec<&str> =
            node.children_by_field_name("operators", &mut cursor).map(|of| s.text(of)).collect();
        if operands.len() > MAX_TERMS {
            return s.unported(node, "an expression with so many terms is not ported");
        }
        let values: Vec<Expr> = operands.iter().map(|operand| self.expr(s, *operand)).collect();
        let mut conds = Vec::new();
        for (pair, operator) in values.windows(2).zip(operators) {
            let [left, right] = pair else { continue };
            let (left, right) = (left.clone(), right.clone());
            let op = match operator.split_whitespace().collect::<Vec<_>>().join(" ").as_str() {
                "==" | "is" => BinaryOp::Eq,
                "!=" | "<>" | "is not" => BinaryOp::Ne,
                "<" => BinaryOp::Lt,
                "<=" => BinaryOp::Le,
                ">" => BinaryOp::Gt,
                ">=" => BinaryOp::Ge,
                "in" => {
                    conds.push(self.contains(right, left));
                    continue;
                }
                _ => {
                    conds.push(not(self.contains(right, left)));
                    continue;
                }
            };
            conds.push(binary(op, left, right));
        }
        conds.into_iter().reduce(|a, b| binary(BinaryOp::And, a, b)).unwrap_or(Expr::Null)
    }

    fn contains(&self, whole: Expr, part: Expr) -> Expr {
        let is_map = match &whole {
            Expr::Var(name) => self.maps.contains(name),
            Expr::Map(_) => true,
            // "X" in os.environ
            Expr::Property { name, .. } if name == "environ" => {
                let value = builtin(Builtin::Env, vec![part, Expr::Text(String::new())]);
                return binary(BinaryOp::Ne, value, Expr::Text(String::new()));
            }
            _ => false,
        };
        builtin(if is_map { Builtin::HasKey } else { Builtin::Contains }, vec![whole, part])
    }

    fn attribute(&self, s: &mut Source, node: Node) -> Expr {
        let object = node.child_by_field_name("object").map(|of| s.text(of)).unwrap_or_default();
        let name =
            node.child_by_field_name("attribute").map(|name| s.text(name)).unwrap_or_default();
        if object == "self" || object == "cls" {
            return var(format!("{FIELD}{name}"));
        }
        if self.class_names.contains(object) {
            return var(name);
        }
        match (self.modules.get(object).map(String::as_str), name) {
            (Some("os"), "environ") => {}
            (Some("os"), "linesep") => return Expr::Text("\n".to_owned()),
            (Some(module), _) => {
                return s.unported(node, format!("Python's {module}.{name} is not ported"));
            }
            _ => {}
        }
        let object = self.field(s, node, "object");
        match object {
            Expr::Unported { reason, .. } => s.unported(node, reason),
            object => property(object, name),
        }
    }

    fn subscript(&self, s: &mut Source, node: Node) -> Expr {
        let source = node.child_by_field_name("value").map(|of| s.text(of)).unwrap_or_default();
        let source = self.imports.get(source).map_or(source, String::as_str).to_owned();
        let mut cursor = node.walk();
        let indexes: Vec<Node> = node.children_by_field_name("subscript", &mut cursor).collect();
        let [at_] = indexes.as_slice() else {
            return s.unported(node, "several indexes are not ported");
        };
        match source.as_str() {
            "os.environ" => return builtin(Builtin::Env, vec![self.expr(s, *at_)]),
            "sys.argv" => {
                return match self.expr(s, *at_) {
                    Expr::Int(position) if position > 0 => {
                        builtin(Builtin::Arg, vec![Expr::Int(position - 1)])
                    }
                    Expr::Var(name) => {
                        let position = binary(BinaryOp::Sub, var(&name), Expr::Int(1));
                        builtin(Builtin::Arg, vec![position])
                    }
                    _ => s.unported(node, "the program's name is not ported"),
                };
            }
            _ => {}
        }
        let value = self.field(s, node, "value");
        match at_.kind() {
            "slice" => self.slice(s, value, *at_),
            _ => {
                let position = self.expr(s, *at_);
                from_end(value, position)
            }
        }
    }

    fn slice(&self, s: &mut Source, value: Expr, node: Node) -> Expr {
        // The parts have no names: what is before a colon is the start, what is behind it the end.
        let mut cursor = node.walk();
        let mut bounds: Vec<Option<Expr>> = vec![None];
        for child in node.children(&mut cursor) {
            match child.kind() {
                ":" => bounds.push(None),
                _ => {
                    let bound = self.expr(s, child);
                    if let Some(last) = bounds.last_mut() {
                        *last = Some(bound);
                    }
                }
            }
        }
        let mut bounds = bounds.into_iter();
        let from = bounds.next().flatten().unwrap_or(Expr::Int(0));
        let to = bounds.next().flatten();
        if bounds.next().flatten().is_some() {
            return s.unported(node, "a slice with a step is not ported");
        }
        let length = |value: &Expr| builtin(Builtin::Length, vec![value.clone()]);
        let from = match from {
            Expr::Int(from) if from < 0 => binary(BinaryOp::Sub, length(&value), Expr::Int(-from)),
            from => from,
        };
        let count = match (&from, to) {
            (_, None) => return builtin(Builtin::Substring, vec![value, from]),
            (Expr::Int(from), Some(Expr::Int(to))) if to >= 0 => Expr::Int((to - from).max(0)),
            (Expr::Int(from), Some(Expr::Int(to))) => {
                binary(BinaryOp::Sub, length(&value), Expr::Int(from - to))
            }
            (Expr::Int(0), Some(to)) => to,
            (from, Some(to)) => binary(BinaryOp::Sub, to, from.clone()),
        };
        builtin(Builtin::Substring, vec![value, from, count])
    }

    /// Makes a loop before the statement of `[value for name in items if cond]`.
    fn comprehension(&self, s: &mut Source, node: Node) -> Expr {
        let clauses: Vec<Node> = named_children(node).into_iter().skip(1).collect();
        let mut fors = clauses.iter().filter(|clause| clause.kind() == "for_in_clause");
        let (Some(each), None) = (fors.next(), fors.next()) else {
            return s.unported(node, "a comprehension with several loops is not ported");
        };
        let name = each.child_by_field_name("left").filter(|left| left.kind() == "identifier");
        let Some(name) = name else {
            return s.unported(node, "a comprehension over several variables is not ported");
        };
        let name = s.text(name).to_owned();
        let range = each.child_by_field_name("right").filter(|right| {
            let function = right.child_by_field_name("function").map(|of| s.text(of));
            function == Some("range")
        });
        let items = match range {
            Some(_) => Expr::Null,
            None => self.field(s, *each, "right"),
        };
        let outer = self.before.take();
        let value = self.field(s, node, "body");
        let conds: Vec<Expr> = clauses
            .iter()
            .filter(|clause| clause.kind() == "if_clause")
            .filter_map(|clause| clause.named_child(0))
            .map(|cond| self.expr(s, cond))
            .collect();
        let is_nested = !self.before.replace(outer).is_empty();
        if is_nested {
            return s.unported(node, "a comprehension in a comprehension is not ported");
        }
        let (line, last) = (node.start_position().row + 1, end_line(node));
        let list = self.temporary("items");
        let push = StmtKind::Expr(builtin(Builtin::Push, vec![var(&list), value]));
        let mut body = vec![at(line, last, push)];
        if let Some(cond) = conds.into_iter().reduce(|a, b| binary(BinaryOp::And, a, b)) {
            let branches = vec![(cond, body)];
            body = vec![at(line, last, StmtKind::If { branches, otherwise: None })];
        }
        let mut before = self.before.borrow_mut();
        before.push(at(line, last, assign(&list, Expr::List(Vec::new()))));
        let each = match range {
            Some(range) => {
                let args = range.child_by_field_name("arguments").map(named_children);
                drop(before);
                let kind = self.range(s, name, &args.unwrap_or_default(), body);
                before = self.before.borrow_mut();
                kind
            }
            None => StmtKind::ForEach { name, items, body },
        };
        before.push(at(line, last, each));
        var(&list)
    }
}

/// Returns a small power as a product.
fn power(base: Expr, exponent: Expr) -> Option<Expr> {
    match (&base, exponent) {
        (Expr::Int(number), Expr::Int(exponent)) => {
            number.checked_pow(exponent.try_into().ok()?).map(Expr::Int)
        }
        (Expr::Var(_), Expr::Int(exponent @ 2..=3)) => {
            let square = binary(BinaryOp::Mul, base.clone(), base.clone());
            Some(if exponent == 2 { square } else { binary(BinaryOp::Mul, square, base) })
        }
        _ => None,
    }
}
