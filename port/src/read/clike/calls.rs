//! Calls: of the library, of the script's functions, of methods.

use tree_sitter::Node;

use super::expressions::operator;
use super::types::last_segment;
use super::{Reader, block_children, children, code_children, field};
use super::{c, cpp, csharp, go, java};
use crate::language::Language;
use crate::read::shared::grammar::Source;
use crate::read::shared::{build, texts};
use crate::tree::{BinaryOp, Expr, Hint, Stmt, StmtKind};

/// What a call is.
pub(in crate::read) enum Called {
    Value(Expr),
    /// Statements without a value.
    Do(Vec<StmtKind>),
}

/// Returns a call that has no counterpart.
pub(super) fn unported(source: &str, reason: &str) -> Called {
    Called::Value(Expr::Unported { source: source.to_owned(), reason: reason.to_owned() })
}

/// A call as it is written.
pub(super) struct Written<'t, 's> {
    pub(super) object: Option<Node<'t>>,
    pub(super) name: &'s str,
    /// The whole name: `Console.WriteLine`.
    pub(super) path: &'s str,
    pub(super) args: Vec<Node<'t>>,
    /// The type in `<>`: `make_unique<CkHttp>`.
    pub(super) type_arg: &'s str,
}

impl Reader {
    /// Returns the parts of a call.
    pub(super) fn written<'t, 's>(
        &self,
        src: &Source<'s>,
        node: Node<'t>,
    ) -> Option<Written<'t, 's>> {
        let args = field(node, &["arguments"]).map(code_children).unwrap_or_default();
        if node.kind() == "method_invocation" {
            let name = src.text(field(node, &["name"])?);
            let object = field(node, &["object"]);
            let from = object.map_or(node.start_byte(), |object| object.start_byte());
            let to = field(node, &["name"])?.end_byte();
            let path = src.text.get(from..to).unwrap_or(name);
            return Some(Written { object, name, path, args, type_arg: "" });
        }
        let mut function = field(node, &["function"])?;
        while function.kind() == "parenthesized_expression" {
            function = *code_children(function).first()?;
        }
        let mut path = src.text(function);
        let mut type_arg = "";
        let mut object = field(function, &["expression", "argument", "operand"]);
        if function.kind() == "conditional_access_expression" {
            object = field(function, &["condition"]);
            function = *code_children(function).last()?;
        }
        let mut name_node = field(function, &["name", "field"]).unwrap_or(function);
        while let Some(inner) = field(name_node, &["name"]) {
            if let Some(args) = field(name_node, &["arguments"]) {
                type_arg = src.text(args);
            }
            name_node = inner;
        }
        if name_node.kind() == "generic_name" {
            let parts = children(name_node);
            type_arg = parts.get(1).map(|args| src.text(*args)).unwrap_or_default();
            name_node = *parts.first()?;
        }
        path = path.split('<').next().unwrap_or(path);
        let type_arg = type_arg.strip_prefix('<').unwrap_or(type_arg);
        let type_arg = type_arg.strip_suffix('>').unwrap_or(type_arg);
        Some(Written { object, name: src.text(name_node), path, args, type_arg })
    }

    pub(super) fn call(&mut self, src: &mut Source, node: Node) -> Called {
        let Some(written) = self.written(src, node) else {
            return Called::Value(src.unported(node, "this call is not ported"));
        };
        let name = written.name;
        if let Some(value) = self.special(src, &written) {
            return Called::Value(value);
        }
        if written
            .args
            .iter()
            .any(|arg| arg.child_by_field_name("name").is_some() && arg.kind() == "argument")
        {
            return Called::Value(src.unported(node, "arguments with names are not ported"));
        }
        let args: Vec<Expr> = written.args.iter().map(|arg| self.expr(src, *arg)).collect();
        let last = written.args.last().filter(|last| last.kind() == "identifier");
        self.fills = last.is_some_and(|last| self.outs.contains(src.text(*last)));
        let root = written.path.split(['.', ':', '-']).next().unwrap_or_default();
        let is_path = written.path.chars().all(|c| c.is_alphanumeric() || "_.:".contains(c));
        if is_path && (!self.hints.contains_key(root) || !written.path.contains('.')) {
            let path = without_namespace(written.path, self.language);
            if !self.functions.contains_key(path) {
                if let Some(called) = self.library(path, &args) {
                    return called;
                }
            }
        }
        let owner = written.object.map(|object| src.text(object));
        let is_own = owner.is_none_or(|owner| {
            matches!(owner, "this" | "base" | "super") || self.classes.contains(last_segment(owner))
        });
        if is_own {
            let name = last_segment(name);
            return Called::Value(self.own_call(src, node, name, args));
        }
        let Some(object) = written.object else {
            return Called::Value(src.unported(node, format!("{name} is not ported")));
        };
        if is_path && self.is_foreign(root) {
            return Called::Value(src.unported(node, format!("{} is not ported", written.path)));
        }
        if object.kind() == "object_creation_expression"
            || object.kind() == "parenthesized_expression"
        {
            let class = src.text(object).trim_matches(['(', ')']).trim_start_matches("new ");
            if self.classes.contains(class.split('(').next().unwrap_or_default().trim()) {
                return Called::Value(self.own_call(src, node, name, args));
            }
        }
        let fills = self.fills;
        let object = self.expr(src, object);
        self.fills = fills;
        match &object {
            Expr::Var(variable) if self.stateless(variable) => {
                Called::Value(self.own_call(src, node, name, args))
            }
            _ => self.method(object, name, args),
        }
    }

    /// Returns whether a variable holds an object of a class whose methods have become functions.
    fn stateless(&self, variable: &str) -> bool {
        let hint = self.hints.get(variable);
        matches!(hint, Some(Hint::Object(class)) if self.classes.contains(class))
    }

    fn own_call(&mut self, src: &Source, node: Node, name: &str, args: Vec<Expr>) -> Expr {
        let is_known = self.functions.contains_key(name);
        if !is_known && !self.hints.contains_key(name) {
            return src.unported(node, format!("{name} is not defined in this script"));
        }
        let passes_args =
            |arg: &Expr| matches!(arg, Expr::Var(name) if self.args.as_ref() == Some(name));
        if args.iter().any(passes_args) {
            return src.unported(node, "the list of the program's arguments is not ported");
        }
        self.called.insert(name.to_owned());
        build::call(name, args)
    }

    /// Reads calls whose arguments are not values.
    fn special(&mut self, src: &mut Source, written: &Written) -> Option<Expr> {
        let first = written.args.first().copied();
        match (self.language, written.name) {
            (Language::Go, "make" | "new") if written.object.is_none() => {
                self.made = self.types.hint(src.text(first?));
                match self.made {
                    Hint::Text => Some(build::text("")),
                    Hint::Int => Some(Expr::Int(0)),
                    Hint::Map(_) => Some(Expr::Map(Vec::new())),
                    Hint::List(_) => {
                        let item = match &self.made {
                            Hint::List(item) => (**item).clone(),
                            _ => Hint::Unknown,
                        };
                        let size = written.args.get(1).copied();
                        let made = self.made.clone();
                        let size = size.map_or(Expr::Int(0), |size| self.expr(src, size));
                        self.made = made;
                        let reason = "a list of items without a value is not ported";
                        let unported = || src.unported(written.args[0], reason);
                        Some(self.filled(&item, size).unwrap_or_else(unported))
                    }
                    _ => None,
                }
            }
            (Language::CSharp, "nameof") => {
                Some(Expr::Text(last_segment(src.text(first?)).to_owned()))
            }
            (Language::Cpp, "make_unique" | "make_shared") => {
                let class = self.types.class(written.type_arg)?;
                Some(Expr::New(class.to_owned()))
            }
            (
                Language::Cpp,
                "static_cast" | "const_cast" | "reinterpret_cast" | "dynamic_cast" | "move" | "ref",
            ) => {
                let value = self.expr(src, first?);
                let to = self.types.hint(written.type_arg);
                let is_float = self.hint_of(&value) == Hint::Float;
                Some(match to {
                    Hint::Int if is_float => {
                        build::builtin(crate::tree::Builtin::ToInt, vec![value])
                    }
                    _ => value,
                })
            }
            _ => None,
        }
    }

    fn library(&mut self, path: &str, args: &[Expr]) -> Option<Called> {
        match self.language {
            Language::CSharp => csharp::library(self, path, args),
            Language::Java => java::library(self, path, args),
            Language::Go => go::library(self, path, args),
            Language::Cpp => {
                cpp::library(self, path, args).or_else(|| c::library(self, path, args))
            }
            _ => c::library(self, path, args),
        }
    }

    /// Returns a constant of the library.
    pub(super) fn constant(&self, path: &str) -> Option<Expr> {
        let root = path.split(['.', ':']).next().unwrap_or_default();
        if self.hints.contains_key(root) {
            return None;
        }
        let path = without_namespace(path, self.language);
        match self.language {
            Language::CSharp => csharp::constant(path),
            Language::Java => java::constant(path),
            Language::Go => go::constant(path),
            _ => cpp::constant(path),
        }
    }

    /// Returns whether a name is one of a library's, not of the script.
    pub(super) fn is_foreign(&self, name: &str) -> bool {
        let root = name.split(['.', ':']).next().unwrap_or_default();
        if self.hints.contains_key(root) || self.types.class(root).is_some() {
            return false;
        }
        let is_class = root.chars().next().is_some_and(char::is_uppercase);
        match self.language {
            Language::CSharp | Language::Java => is_class,
            Language::Go => self.packages.contains(root) && root != "chilkat",
            _ => name.contains("::"),
        }
    }

    pub(super) fn creation(&mut self, src: &mut Source, node: Node) -> Expr {
        let written = field(node, &["type"]).map(|ty| src.text(ty)).unwrap_or_default();
        let items = children(node)
            .into_iter()
            .rfind(|child| matches!(child.kind(), "initializer_expression" | "class_body"));
        if let Some(class) = self.types.class(written).filter(|class| *class != "String") {
            return match items {
                Some(_) => src.unported(node, "an initializer of an object is not ported"),
                None => Expr::New(class.to_owned()),
            };
        }
        let args =
            field(node, &["arguments"]).map(|args| self.exprs(src, args)).unwrap_or_default();
        let made = self.types.hint(written);
        if matches!(made, Hint::List(_) | Hint::Map(_)) {
            self.made = made.clone();
        }
        match (made, items) {
            (Hint::List(_) | Hint::Map(_), Some(items))
                if items.kind() == "initializer_expression" =>
            {
                self.items(src, items)
            }
            (Hint::List(_), None) => match <[Expr; 1]>::try_from(args) {
                // A capacity, or the items.
                Ok([Expr::Int(_)]) | Err(_) => Expr::List(Vec::new()),
                Ok([items]) => items,
            },
            (Hint::Map(_), None) => Expr::Map(Vec::new()),
            (Hint::Text, None) => match args.into_iter().next() {
                None | Some(Expr::Int(_)) => Expr::Text(String::new()),
                Some(text) => text,
            },
            _ if self.classes.contains(written) => Expr::Null,
            _ if self.language == Language::Java && last_segment(written).contains("List") => {
                Expr::List(Vec::new())
            }
            _ if self.language == Language::Java && last_segment(written).contains("Map") => {
                Expr::Map(Vec::new())
            }
            _ if self.stateful.contains(written) => {
                src.unported(node, format!("{written} has a state of its own, which is not ported"))
            }
            _ if written.is_empty() => src.unported(node, "the type is not known here"),
            _ => src.unported(node, format!("{written} is not ported")),
        }
    }

    pub(super) fn lambda(&mut self, src: &mut Source, node: Node) -> Expr {
        let mut params = Vec::new();
        let list = field(node, &["parameters"])
            .or_else(|| field(node, &["declarator"]).and_then(|d| field(d, &["parameters"])));
        if let Some(list) = list {
            let nodes = if matches!(list.kind(), "identifier" | "implicit_parameter") {
                vec![list]
            } else {
                code_children(list)
            };
            for param in nodes {
                let names = self.param_names(src, param);
                params.extend(names);
            }
        }
        for name in &params {
            self.declare(name, Hint::Unknown);
        }
        let Some(body) = field(node, &["body"]).or(code_children(node).last().copied()) else {
            return src.unported(node, "this is not understood here");
        };
        if matches!(body.kind(), "block" | "compound_statement") {
            let nodes = block_children(body);
            let outer = std::mem::take(&mut self.before);
            let body = self.block(src, nodes);
            self.before = outer;
            return Expr::Lambda { params, body };
        }
        let mut block: Vec<Stmt> = Vec::new();
        let outer = std::mem::take(&mut self.before);
        self.expression(src, body, &mut block);
        self.before = outer;
        if let Some(last) = block.last_mut() {
            if let StmtKind::Expr(value) = &mut last.kind {
                let value = std::mem::replace(value, Expr::Null);
                last.kind = StmtKind::Return(Some(value));
            }
        }
        Expr::Lambda { params, body: block }
    }

    fn param_names(&self, src: &Source, node: Node) -> Vec<String> {
        if matches!(node.kind(), "identifier" | "implicit_parameter") {
            return vec![src.text(node).to_owned()];
        }
        let mut cursor = node.walk();
        let names = node.children_by_field_name("name", &mut cursor);
        let mut names: Vec<String> = names.map(|name| src.text(name).to_owned()).collect();
        if names.is_empty() {
            let declarator = field(node, &["declarator"]);
            names.extend(declarator.map(|d| src.text(d).trim_matches(['*', '&', ' ']).to_owned()));
        }
        names
    }

    /// Reads a statement that writes to a stream: `std::cout << x << std::endl;`. `None` if it is another.
    pub(super) fn stream(&mut self, src: &mut Source, node: Node) -> Option<Vec<StmtKind>> {
        let mut parts = Vec::new();
        let mut left = node;
        while left.kind() == "binary_expression" && operator(src, left) == "<<" {
            parts.push(field(left, &["right"])?);
            left = field(left, &["left"])?;
        }
        if parts.is_empty() {
            return None;
        }
        let stream = without_namespace(src.text(left), Language::Cpp).to_owned();
        let mut values = Vec::new();
        for part in parts.into_iter().rev() {
            match without_namespace(src.text(part), Language::Cpp) {
                "endl" => values.push(build::text("\n")),
                "flush" => {}
                _ => {
                    let value = self.expr(src, part);
                    match value {
                        Expr::Concat(more) => values.extend(more),
                        value => values.push(value),
                    }
                }
            }
        }
        let value = match values.len() {
            1 => values.remove(0),
            _ => texts::concat(values),
        };
        match &*stream {
            "cout" | "wcout" => Some(vec![texts::print_text(value, false)]),
            "cerr" | "wcerr" | "clog" => Some(vec![texts::print_text(value, true)]),
            _ if self.hints.get(&stream) == Some(&Hint::Text) => {
                Some(vec![self.appended(&stream, value)])
            }
            _ => None,
        }
    }

    /// Returns the statement that appends to a text.
    pub(in crate::read) fn appended(&self, name: &str, value: Expr) -> StmtKind {
        build::assign(name, self.concatenation(vec![build::var(name), value]))
    }

    /// Returns the statement that adds to a variable.
    pub(super) fn added(&self, target: Expr, op: BinaryOp, value: Expr) -> Expr {
        if op == BinaryOp::Add
            && (self.hint_of(&target) == Hint::Text || self.hint_of(&value) == Hint::Text)
        {
            return self.concatenation(vec![target, value]);
        }
        build::binary(op, target, value)
    }
}

/// Returns a name without the namespace of the library.
pub(super) fn without_namespace(path: &str, language: Language) -> &str {
    let prefixes: &[&str] = match language {
        Language::CSharp => &[
            "global::",
            "System.Diagnostics.",
            "System.Threading.Tasks.",
            "System.Threading.",
            "System.IO.",
            "System.",
        ],
        Language::Java => &["java.lang.", "java.util.", "android.util.", "java.nio.file."],
        Language::Cpp | Language::C => &["::", "std::this_thread::", "std::"],
        _ => &[],
    };
    prefixes.iter().find_map(|prefix| path.strip_prefix(prefix)).unwrap_or(path)
}
