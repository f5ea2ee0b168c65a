//! Members and items of objects, and what lists and maps are made of.

use tree_sitter::Node;

use super::{Called, Reader, code_children, field};
use crate::language::Language;
use crate::read::shared::build;
use crate::read::shared::grammar::Source;
use crate::tree::{BinaryOp, Builtin, Expr, Hint};

impl Reader {
    pub(super) fn member(&mut self, src: &mut Source, node: Node) -> Expr {
        let text = src.text(node);
        let (object, name) = match node.kind() {
            "conditional_access_expression" => return self.conditional_access(src, node),
            "qualified_identifier" | "qualified_name" | "scoped_identifier" => (None, text),
            _ => {
                let object = field(node, &["expression", "object", "argument", "operand"]);
                let name = field(node, &["name", "field"]).map(|name| src.text(name));
                (object, name.unwrap_or_default())
            }
        };
        if let Some(value) = self.constant(text) {
            return value;
        }
        let Some(object) = object else {
            return src.unported(node, format!("{text} is not ported"));
        };
        let owner = src.text(object);
        if matches!(owner, "this" | "base") || self.classes.contains(owner) {
            return self.name(name);
        }
        if self.is_foreign(owner) {
            return src.unported(node, format!("{text} is not ported"));
        }
        let object = self.expr(src, object);
        self.property(object, name)
    }

    fn conditional_access(&mut self, src: &mut Source, node: Node) -> Expr {
        let Some(object) = field(node, &["condition"]) else {
            return src.unported(node, "this is not understood here");
        };
        let Some(access) = code_children(node).last().copied() else {
            return src.unported(node, "this is not understood here");
        };
        let name = |node: Node| field(node, &["name"]).map(|name| src.text(name));
        match access.kind() {
            "member_binding_expression" => {
                let name = name(access).unwrap_or_default();
                let object = self.expr(src, object);
                self.property(object, name)
            }
            "invocation_expression" => {
                let function = field(access, &["function"]).and_then(name).unwrap_or_default();
                let object = self.expr(src, object);
                let args = field(access, &["arguments"]).map(|args| self.exprs(src, args));
                match self.method(object, function, args.unwrap_or_default()) {
                    Called::Value(value) => value,
                    Called::Do(_) => src.unported(node, "a call that has no value is used as one"),
                }
            }
            _ => src.unported(node, "the operator ?. is not ported here"),
        }
    }

    pub(super) fn index(&mut self, src: &mut Source, node: Node) -> Expr {
        let object = self.field(src, node, &["expression", "array", "argument", "operand"]);
        let position = match field(node, &["subscript", "indices"]) {
            Some(list) => match code_children(list).as_slice() {
                [one] => self.expr(src, *one),
                _ => return src.unported(node, "this index is not ported"),
            },
            None => self.field(src, node, &["index"]),
        };
        match (&object, &position) {
            (Expr::Var(name), Expr::Int(0)) if self.is_c() && self.args.as_ref() == Some(name) => {
                build::text("program")
            }
            (Expr::Var(name), _) if self.args.as_ref() == Some(name) || name == "os.Args" => {
                self.argument(position)
            }
            _ => build::index(object, position),
        }
    }

    /// Returns an argument of the program. C and Go count the program itself.
    fn argument(&self, position: Expr) -> Expr {
        let counts_program = matches!(self.language, Language::Cpp | Language::C | Language::Go);
        let position = match position {
            position if !counts_program => position,
            Expr::Int(number) => Expr::Int(number - 1),
            position => build::binary(BinaryOp::Sub, position, Expr::Int(1)),
        };
        build::builtin(Builtin::Arg, vec![position])
    }

    pub(super) fn slice(&mut self, src: &mut Source, node: Node) -> Expr {
        let object = self.field(src, node, &["operand"]);
        let start = field(node, &["start"]).map_or(Expr::Int(0), |start| self.expr(src, start));
        match (self.hint_of(&object), field(node, &["end"])) {
            (Hint::Text, None) => build::builtin(Builtin::Substring, vec![object, start]),
            (Hint::Text, Some(end)) => {
                let end = self.expr(src, end);
                let length = super::methods::difference(end, &start);
                build::builtin(Builtin::Substring, vec![object, start, length])
            }
            _ => src.unported(node, "a part of a list is not ported"),
        }
    }

    pub(super) fn items(&mut self, src: &mut Source, node: Node) -> Expr {
        let nodes = code_children(node);
        let pairs = nodes.iter().filter(|node| {
            matches!(node.kind(), "assignment_expression" | "keyed_element")
                || self.language != Language::Go
                    && matches!(node.kind(), "initializer_expression" | "initializer_list")
                    && code_children(**node).len() == 2
        });
        if nodes.is_empty() || pairs.count() < nodes.len() {
            return Expr::List(nodes.into_iter().map(|node| self.expr(src, node)).collect());
        }
        let mut entries = Vec::new();
        for pair in nodes {
            let key = field(pair, &["key", "left"]).or(code_children(pair).first().copied());
            let value = field(pair, &["value", "right"]).or(code_children(pair).last().copied());
            let (Some(mut key), Some(value)) = (key, value) else { continue };
            while matches!(key.kind(), "element_binding_expression" | "bracketed_argument_list") {
                let Some(&inner) = code_children(key).first() else { break };
                key = inner;
            }
            entries.push((self.expr(src, key), self.expr(src, value)));
        }
        Expr::Map(entries)
    }

    pub(super) fn composite(&mut self, src: &mut Source, node: Node) -> Expr {
        let ty = field(node, &["type"]).map(|ty| src.text(ty)).unwrap_or_default();
        let Some(body) = field(node, &["body"]) else { return Expr::List(Vec::new()) };
        let made = self.types.hint(ty);
        match made.clone() {
            Hint::Map(_) if code_children(body).is_empty() => {
                self.made = made;
                Expr::Map(Vec::new())
            }
            Hint::Map(_) | Hint::List(_) => {
                let items = self.items(src, body);
                self.made = made;
                items
            }
            _ => src.unported(node, format!("{ty} has a state of its own, which is not ported")),
        }
    }

    /// Returns the list of `new int[3]`.
    pub(super) fn sized(&mut self, src: &mut Source, node: Node) -> Expr {
        let text = src.text(node).trim_start_matches("new ");
        let item = text.split('[').next().map(|ty| self.types.hint(ty)).unwrap_or_default();
        let size = size_in(node, 0);
        match size.map(|size| self.expr(src, size)) {
            Some(size) => self.filled(&item, size).unwrap_or_else(|| {
                src.unported(node, "a list of items without a value is not ported")
            }),
            None => Expr::List(Vec::new()),
        }
    }

    /// Returns a list of this number of items with the value that they begin with.
    pub(super) fn filled(&self, item: &Hint, size: Expr) -> Option<Expr> {
        match (item, size) {
            (_, Expr::Int(0)) => Some(Expr::List(Vec::new())),
            (_, Expr::Unported { .. }) => None,
            (Hint::Int | Hint::Float | Hint::Bool | Hint::Text, size) => {
                Some(build::builtin(Builtin::Sized, vec![size]))
            }
            _ => None,
        }
    }
}

/// Returns the number of items in `new int[n]`: in brackets, in the type or behind it.
fn size_in(node: Node, depth: usize) -> Option<Node> {
    if depth > 4 {
        return None;
    }
    if matches!(node.kind(), "array_rank_specifier" | "dimensions_expr") {
        return code_children(node).first().copied();
    }
    code_children(node).into_iter().find_map(|child| size_in(child, depth + 1))
}
