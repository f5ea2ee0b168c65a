//! Declarations of variables.

use tree_sitter::Node;

use super::statements::fitting;
use super::{Reader, children, code_children, field, literals};
use crate::language::Language;
use crate::read::shared::build;
use crate::read::shared::grammar::Source;
use crate::tree::{Block, Expr, Hint, StmtKind, Target};

/// Why `int *p = &n` is not ported.
pub(super) const POINTER: &str = "pointers to variables are not ported";

impl Reader {
    /// Adds the variables that a statement declares.
    pub(super) fn declaration(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        self.made = Hint::Unknown;
        match node.kind() {
            "short_var_declaration" => return self.short_declaration(src, node, out),
            "const_declaration" | "var_declaration" => {
                let specs = children(node).into_iter().flat_map(|spec| {
                    if spec.kind() == "var_spec_list" { children(spec) } else { vec![spec] }
                });
                for spec in specs.collect::<Vec<Node>>() {
                    self.go_spec(src, spec, out);
                }
                return;
            }
            _ => {}
        }
        let inner = children(node).into_iter().find(|child| child.kind() == "variable_declaration");
        let list = inner.unwrap_or(node);
        let ty = field(list, &["type"]).map(|ty| src.text(ty)).unwrap_or_default();
        let declarators: Vec<Node> = children(list)
            .into_iter()
            .filter(|child| {
                matches!(
                    child.kind(),
                    "variable_declarator"
                        | "init_declarator"
                        | "pointer_declarator"
                        | "array_declarator"
                        | "reference_declarator"
                        | "function_declarator"
                ) || matches!(child.kind(), "identifier" | "field_identifier")
                    && field(list, &["type"]) != Some(*child)
            })
            .collect();
        if declarators.is_empty() {
            return self.push(node, StmtKind::Boilerplate, out);
        }
        for declarator in declarators {
            match self.is_c() {
                true => self.c_variable(src, list, ty, declarator, out),
                false => self.variable(src, ty, declarator, out),
            }
        }
    }

    /// Reads a variable of C# or Java.
    fn variable(&mut self, src: &mut Source, ty: &str, node: Node, out: &mut Block) {
        let Some(name_node) = field(node, &["name"]) else {
            return self.push_unported(node, "this is not understood here", out);
        };
        let name = src.text(name_node).to_owned();
        let mut hint = self.types.hint(ty);
        if field(node, &["dimensions"]).is_some() {
            hint = Hint::List(Box::new(hint));
        }
        let value = field(node, &["value"])
            .or_else(|| code_children(node).into_iter().rfind(|child| *child != name_node));
        if let Some(made) = value.filter(|value| value.kind() == "object_creation_expression") {
            if self.made_with_properties(src, (ty, &name), made, out) {
                return;
            }
        }
        let value = match value {
            Some(value) if value.kind() == "implicit_object_creation_expression" => {
                Some(self.target_typed(src, value, ty, &hint))
            }
            Some(value) => Some(self.expr(src, value)),
            None => None,
        };
        if let Some(Expr::Null) = value {
            // `Runner r = new Runner()` of a class whose methods have become functions.
            let class = ty.trim();
            let made = field(node, &["value"]).or(code_children(node).last().copied());
            let written = made.and_then(|made| field(made, &["type"])).map(|ty| src.text(ty));
            if self.classes.contains(class) || written.is_some_and(|ty| self.classes.contains(ty)) {
                let class = written.unwrap_or(class).to_owned();
                self.declare(&name, Hint::Object(class));
                return self.push(node, StmtKind::Boilerplate, out);
            }
        }
        let is_field = node.parent().is_some_and(|parent| {
            parent.kind() == "field_declaration"
                || parent.parent().is_some_and(|outer| outer.kind() == "field_declaration")
        });
        let value = value.or_else(|| match hint {
            Hint::Int if is_field => Some(Expr::Int(0)),
            Hint::Float if is_field => Some(Expr::Float("0.0".to_owned())),
            Hint::Bool if is_field => Some(Expr::Bool(false)),
            _ => None,
        });
        self.add_variable(node, name, hint, value, out);
    }

    /// Reads `new Http { AuthToken = "x" }`. Returns whether it was one.
    fn made_with_properties(
        &mut self,
        src: &mut Source,
        (ty, name): (&str, &str),
        node: Node,
        out: &mut Block,
    ) -> bool {
        let written = field(node, &["type"]).map(|ty| src.text(ty)).unwrap_or_default();
        let class = self.types.class(written).map(str::to_owned);
        let (Some(class), Some(items)) = (class, field(node, &["initializer"])) else {
            return false;
        };
        self.add_variable(node, name.to_owned(), self.types.hint(ty), Some(Expr::New(class)), out);
        for item in code_children(items) {
            let property = field(item, &["left"]).map(|left| src.text(left).to_owned());
            let (Some(property), Some(value)) = (property, field(item, &["right"])) else {
                self.push_unported(item, "this initializer is not ported", out);
                continue;
            };
            let value = self.expr(src, value);
            let target = Target::Property { object: build::var(name), name: property };
            self.push(item, StmtKind::Assign { target, value }, out);
        }
        true
    }

    /// Reads `new()`, whose type is that of the variable.
    fn target_typed(&mut self, src: &mut Source, node: Node, ty: &str, hint: &Hint) -> Expr {
        let items =
            children(node).into_iter().find(|child| child.kind() == "initializer_expression");
        match (hint, items) {
            (Hint::Object(class), None) => Expr::New(class.clone()),
            (Hint::List(_) | Hint::Map(_), Some(items)) => self.items(src, items),
            (Hint::List(_), None) => Expr::List(Vec::new()),
            (Hint::Map(_), None) => Expr::Map(Vec::new()),
            (Hint::Text, None) => build::text(""),
            _ => src.unported(node, format!("{ty} is not ported")),
        }
    }

    /// Reads a variable of C or C++.
    fn c_variable(&mut self, src: &mut Source, list: Node, ty: &str, node: Node, out: &mut Block) {
        let Some((name, shape)) = declared_name(src, node) else {
            return self.push_unported(list, "this declaration is not ported", out);
        };
        let mut made = None;
        if shape.is_function {
            // `std::string s(name)` looks like a declaration of a function.
            let params = field(node, &["parameters"]).map(code_children).unwrap_or_default();
            made = match params.as_slice() {
                [one] if self.hints.contains_key(src.text(*one)) => {
                    Some(build::var(src.text(*one)))
                }
                _ if ty.starts_with("std::") && !self.functions.contains_key(&name) => {
                    return self.push_unported(list, &format!("{ty} is not ported"), out);
                }
                _ => return self.push(list, StmtKind::Boilerplate, out),
            };
        }
        let mut hint = self.types.hint(ty);
        let is_chars = matches!(ty, "char" | "wchar_t" | "TCHAR") || ty.ends_with(" char");
        if shape.is_array && (!is_chars || shape.is_pointer) {
            hint = Hint::List(Box::new(hint));
        }
        let class = self.types.class(ty).map(str::to_owned);
        let is_handle = ty.starts_with("HCk");
        let value_node = field(node, &["value"]).filter(|_| node.kind() == "init_declarator");
        let mut value = match value_node {
            Some(value) => self.initial(src, value, &hint),
            None => made,
        };
        if hint == Hint::Text && matches!(value, Some(Expr::Int(0) | Expr::Null)) {
            value = None;
        }
        let is_constant = src.text(list).contains("const ");
        let points = match hint {
            Hint::Int | Hint::Float | Hint::Bool => {
                shape.is_pointer || shape.is_reference && !is_constant
            }
            Hint::Text if shape.is_reference => !is_constant,
            _ => value_node.is_some_and(|value| self.takes_address(src, value)),
        };
        if points && !shape.is_array {
            value = Some(src.unported(list, POINTER));
        }
        if let (None, Hint::List(item), Some(size)) = (&value, &hint, field(node, &["size"])) {
            let count = self.expr(src, size);
            value = self.filled(item, count);
            if value.is_none() && !matches!(**item, Hint::Object(_)) {
                value = Some(src.unported(size, "a list of items without a value is not ported"));
            }
        }
        let is_new = !shape.is_pointer && !is_handle && !shape.is_reference && !shape.is_array;
        if value.is_none() && is_new && self.language == Language::Cpp {
            value = self.default_value(&hint, ty, class.as_deref());
        }
        let is_filled = matches!(class.as_deref(), Some("String" | "ByteData"));
        self.add_variable(node, name.clone(), hint, value, out);
        if is_filled && (!is_handle || self.language == Language::C) {
            self.outs.insert(name);
        }
    }

    /// Returns whether a value is a pointer to a variable whose value the tree has instead.
    pub(super) fn takes_address(&self, src: &Source, node: Node) -> bool {
        let text = src.text(node);
        let Some(name) = text.strip_prefix('&').map(str::trim).filter(|_| !text.starts_with("&&"))
        else {
            return false;
        };
        let root = name.split(['[', '.']).next().unwrap_or(name);
        match self.hints.get(root) {
            Some(Hint::Object(_) | Hint::Unknown) | None => false,
            Some(_) => true,
        }
    }

    /// Returns the value of a variable that its type gives.
    fn default_value(&self, hint: &Hint, ty: &str, class: Option<&str>) -> Option<Expr> {
        match (hint, class) {
            (_, Some("ByteData")) => None,
            (Hint::Object(class), Some(_)) => Some(Expr::New(class.clone())),
            (Hint::Text, _) if !matches!(ty, "char" | "wchar_t") => Some(build::text("")),
            (Hint::List(_), _) => Some(Expr::List(Vec::new())),
            (Hint::Map(_), _) => Some(Expr::Map(Vec::new())),
            _ => None,
        }
    }

    /// Reads the value behind a variable of C or C++: `= x`, `(x)`, `{x}`.
    fn initial(&mut self, src: &mut Source, node: Node, hint: &Hint) -> Option<Expr> {
        let is_list = matches!(hint, Hint::List(_) | Hint::Map(_));
        if !matches!(node.kind(), "argument_list" | "initializer_list") {
            return Some(self.expr(src, node));
        }
        if is_list && node.kind() == "initializer_list" {
            return Some(match (hint, self.items(src, node)) {
                (Hint::Map(_), Expr::List(items)) if items.is_empty() => Expr::Map(Vec::new()),
                (_, items) => items,
            });
        }
        match code_children(node).as_slice() {
            [] => None,
            [one] => Some(self.expr(src, *one)),
            _ => Some(src.unported(node, "this value is not ported")),
        }
    }

    pub(super) fn add_variable(
        &mut self,
        node: Node,
        name: String,
        hint: Hint,
        value: Option<Expr>,
        out: &mut Block,
    ) {
        let value = value.map(|value| match (&hint, value) {
            (Hint::Map(_), Expr::List(items)) if items.is_empty() => Expr::Map(Vec::new()),
            (hint, value) => fitting(value, hint),
        });
        let hint = match &value {
            Some(
                Expr::List(_)
                | Expr::Map(_)
                | Expr::Builtin { function: crate::tree::Builtin::Sized, .. },
            ) if hint == Hint::Unknown => std::mem::take(&mut self.made),
            _ => hint,
        };
        let known = match (&hint, &value) {
            (Hint::Unknown, Some(value)) => self.hint_of(value),
            (hint, _) => hint.clone(),
        };
        if matches!(value, Some(Expr::Unported { .. })) {
            // The variable stays, so that what depends on it is found.
            self.before.clear();
        }
        self.declare(&name, known);
        self.push(node, StmtKind::Declare { name, hint, value }, out);
    }

    /// Reads `#define NAME "text"`.
    pub(super) fn macro_constant(&mut self, src: &Source, node: Node, out: &mut Block) {
        let name = field(node, &["name"]).map(|name| src.text(name)).unwrap_or_default();
        let value = field(node, &["value"]).map(|value| src.text(value).trim()).unwrap_or_default();
        let value = value.trim_matches(['(', ')']).trim();
        if value.is_empty() {
            return self.push(node, StmtKind::Boilerplate, out);
        }
        let is_text = value.ends_with('"') && value.trim_start_matches('L').starts_with('"');
        let read = match is_text {
            true => Some(Expr::Text(self.text_literal(value))),
            false => literals::number(value, self.language),
        };
        match read {
            Some(read) => self.add_variable(node, name.to_owned(), Hint::Unknown, Some(read), out),
            None => self.push_unported(node, "macros are not ported", out),
        }
    }

    /// Reads `a, b := 1, 2`.
    fn short_declaration(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        if self.go_pair(src, node, out) {
            return;
        }
        let names = field(node, &["left"]).map(code_children).unwrap_or_default();
        let values = field(node, &["right"]).map(code_children).unwrap_or_default();
        self.pairs(src, node, names, values, Hint::Unknown, out);
    }

    fn go_spec(&mut self, src: &mut Source, spec: Node, out: &mut Block) {
        let mut cursor = spec.walk();
        let names: Vec<Node> =
            spec.children_by_field_name("name", &mut cursor).filter(Node::is_named).collect();
        let ty = field(spec, &["type"]).map(|ty| src.text(ty)).unwrap_or_default();
        let hint = if ty.is_empty() { Hint::Unknown } else { self.types.hint(ty) };
        let values = field(spec, &["value"]).map(code_children).unwrap_or_default();
        if !values.is_empty() {
            return self.pairs(src, spec, names, values, hint, out);
        }
        let size = field(spec, &["type"]).and_then(|ty| field(ty, &["length"]));
        for name in names {
            let name = src.text(name).to_owned();
            let count = size.map(|size| self.expr(src, size));
            let value = match &hint {
                Hint::Int | Hint::Float | Hint::Bool | Hint::Text if ty.starts_with('*') => {
                    Some(src.unported(spec, POINTER))
                }
                Hint::List(item) if count.is_some() => {
                    count.and_then(|count| self.filled(item, count)).or_else(|| {
                        Some(src.unported(spec, "a list of items without a value is not ported"))
                    })
                }
                Hint::Text => Some(build::text("")),
                Hint::List(_) => Some(Expr::List(Vec::new())),
                Hint::Map(_) => Some(Expr::Map(Vec::new())),
                Hint::Int => Some(Expr::Int(0)),
                Hint::Float => Some(Expr::Float("0.0".to_owned())),
                _ => None,
            };
            self.add_variable(spec, name, hint.clone(), value, out);
        }
    }

    fn pairs(
        &mut self,
        src: &mut Source,
        node: Node,
        names: Vec<Node>,
        values: Vec<Node>,
        hint: Hint,
        out: &mut Block,
    ) {
        if names.len() != values.len() {
            return self.push_unported(node, "several results of a call are not ported", out);
        }
        for (name, value) in names.into_iter().zip(values) {
            let name = src.text(name).to_owned();
            let value = match self.takes_address(src, value) {
                true => src.unported(value, POINTER),
                false => self.expr(src, value),
            };
            match &*name {
                "_" => self.push(node, StmtKind::Expr(value), out),
                _ => self.add_variable(node, name, hint.clone(), Some(value), out),
            }
        }
    }
}

/// What a declarator of C says besides the name.
#[derive(Default)]
pub(super) struct Shape {
    pub(super) is_pointer: bool,
    pub(super) is_reference: bool,
    pub(super) is_array: bool,
    pub(super) is_function: bool,
}

/// Returns the name in a declarator of C.
pub(super) fn declared_name(src: &Source, node: Node) -> Option<(String, Shape)> {
    let mut shape = Shape::default();
    let mut node = node;
    for _ in 0..20 {
        match node.kind() {
            "identifier" | "field_identifier" => return Some((src.text(node).to_owned(), shape)),
            "qualified_identifier" => {
                let name = super::types::last_segment(src.text(node));
                return Some((name.to_owned(), shape));
            }
            "pointer_declarator" => shape.is_pointer = true,
            "reference_declarator" => shape.is_reference = true,
            "array_declarator" => shape.is_array = true,
            "function_declarator" => shape.is_function = true,
            "init_declarator" | "parenthesized_declarator" => {}
            _ => return None,
        }
        node = field(node, &["declarator"]).or(code_children(node).first().copied())?;
    }
    None
}
