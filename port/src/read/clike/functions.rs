//! Functions, and the classes around them.

use tree_sitter::Node;

use super::assigned::changes;
use super::declarations::declared_name;
use super::{Reader, block_children, children, code_children, field};
use crate::language::Language;
use crate::read::shared::build;
use crate::read::shared::grammar::Source;
use crate::tree::{Block, Function, Hint, Param, StmtKind};

/// What a function of Go returns.
#[derive(Clone, Default)]
pub(super) struct Results {
    pub(super) has_value: bool,
    /// Whether it returns an error, too.
    pub(super) fails: bool,
}

/// What is known of a function before its calls are read.
#[derive(Default)]
pub(super) struct Known {
    pub(super) returns: Hint,
    pub(super) results: Results,
}

/// How many classes with a state are looked for in the script.
const MAX_CLASSES: usize = 50;

pub(super) fn is_main(name: &str) -> bool {
    matches!(name, "Main" | "main" | "wmain" | "_tmain" | "MainAsync")
}

impl Reader {
    /// Notes the functions, classes and packages of a script.
    pub(super) fn collect(&mut self, src: &Source, root: Node) {
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            let descends = match node.kind() {
                "method_declaration"
                | "local_function_statement"
                | "function_definition"
                | "function_declaration" => {
                    self.collect_function(src, node);
                    true
                }
                "class_declaration" | "class_specifier" | "struct_specifier"
                | "struct_declaration" | "record_declaration" => self.collect_class(src, node),
                "import_spec" => {
                    let path = src.text(node);
                    let alias = field(node, &["name"]).map(|name| src.text(name));
                    let name = path.trim_matches('"').rsplit('/').next().unwrap_or(path);
                    self.packages.insert(alias.unwrap_or(name).to_owned());
                    false
                }
                _ => true,
            };
            if descends && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    fn collect_function(&mut self, src: &Source, node: Node) {
        let Some(name) = function_name(src, node) else { return };
        let returns = self.returns(src, node);
        let known = Known { returns, results: go_results(src, node) };
        self.functions.entry(name).or_insert(known);
    }

    /// Notes a class. Returns whether its functions become functions of the script.
    fn collect_class(&mut self, src: &Source, node: Node) -> bool {
        let Some(name) = field(node, &["name"]).map(|name| src.text(name)) else { return false };
        let members = field(node, &["body"]).map(children).unwrap_or_default();
        let is_method =
            |member: &&Node| matches!(member.kind(), "method_declaration" | "function_definition");
        let has_methods = members.iter().any(|member| is_method(&member));
        let has_state = members.iter().any(|member| is_state(src, *member));
        let has_main = members
            .iter()
            .filter(is_method)
            .any(|method| function_name(src, *method).is_some_and(|name| is_main(&name)));
        let is_made = || {
            let count = self.classes.len() + self.stateful.len();
            count > MAX_CLASSES || src.text.contains(&format!("new {name}("))
        };
        let is_c = matches!(self.language, Language::Cpp | Language::C);
        let keeps_state = has_state && (is_c || !has_main && is_made());
        let holds_others = members.iter().any(|member| member.kind() == "class_declaration");
        if (has_methods || holds_others || !has_state && !is_c && !members.is_empty())
            && !keeps_state
        {
            self.classes.insert(name.to_owned());
            return true;
        }
        self.stateful.insert(name.to_owned());
        false
    }

    /// Adds the statements of a namespace, a class or a function.
    pub(super) fn frame(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        match node.kind() {
            "namespace_declaration" | "namespace_definition" | "linkage_specification" => {
                if let Some(body) = field(node, &["body"]) {
                    let block = self.body_in(src, children(body), node);
                    out.extend(block);
                }
            }
            "class_declaration" | "class_specifier" | "struct_specifier" | "struct_declaration"
            | "record_declaration" => {
                let name = field(node, &["name"]).map(|name| src.text(name)).unwrap_or_default();
                let body = field(node, &["body"]).filter(|_| self.classes.contains(name));
                match body {
                    Some(body) => {
                        let block = self.body_in(src, children(body), node);
                        out.extend(block.into_iter().filter(|stmt| !is_empty_error(&stmt.kind)));
                    }
                    None => {
                        let reason = format!("{name} has a state of its own, which is not ported");
                        self.push_unported(node, &reason, out);
                    }
                }
            }
            "static_initializer" if src.text(node).contains("loadLibrary") => {
                self.push(node, StmtKind::Boilerplate, out);
            }
            "static_initializer" => {
                if let Some(&body) = code_children(node).first() {
                    out.extend(self.body(src, body));
                }
            }
            "constructor_declaration" | "destructor_declaration" => {
                let body = field(node, &["body"]).map(|body| src.text(body)).unwrap_or_default();
                let inner = body.trim_matches(['{', '}', ' ', '\n', '\t']);
                match inner.is_empty() || inner == "InitializeComponent();" {
                    true => self.push(node, StmtKind::Boilerplate, out),
                    false => self.push_unported(node, "constructors are not ported", out),
                }
            }
            "property_declaration" => self.property_declaration(src, node, out),
            "method_declaration"
            | "local_function_statement"
            | "function_definition"
            | "function_declaration" => self.function(src, node, out),
            "type_declaration" => {
                self.push_unported(node, "types of the script are not ported", out);
            }
            kind => {
                self.push_unported(node, &super::reasons::of(kind), out);
            }
        }
    }

    fn body_in(&mut self, src: &mut Source, nodes: Vec<Node>, node: Node) -> Block {
        let nodes = nodes.into_iter().filter(|node| node.kind() != "access_specifier").collect();
        let block = src.deeper(|src| self.block(src, nodes));
        block.unwrap_or_else(|| {
            let (line, end_line) = self.lines(node);
            let reason = super::prepare::TOO_DEEP.to_owned();
            vec![build::at(line, end_line, StmtKind::Unported(reason))]
        })
    }

    /// Reads a property of a class, which is a variable of the script.
    fn property_declaration(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        let ty = field(node, &["type"]).map(|ty| src.text(ty)).unwrap_or_default();
        let name = field(node, &["name"]).map(|name| src.text(name)).unwrap_or_default().to_owned();
        let hint = self.types.hint(ty);
        let value = match field(node, &["value"]) {
            Some(value) if value.kind() == "arrow_expression_clause" => {
                code_children(value).first().map(|value| self.expr(src, *value))
            }
            Some(value) => Some(self.expr(src, value)),
            None => None,
        };
        let has_code =
            field(node, &["accessors"]).is_some_and(|list| src.text(list).contains("return"));
        if has_code {
            return self.push_unported(node, "properties with code are not ported", out);
        }
        self.add_variable(node, name, hint, value, out);
    }

    fn function(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        let Some(name) = function_name(src, node) else {
            return self.push_unported(node, "this function is not ported", out);
        };
        let Some(body) = field(node, &["body"]) else {
            return self.push(node, StmtKind::Boilerplate, out);
        };
        if field(node, &["receiver"]).is_some() {
            return self.push_unported(node, "methods of types of the script are not ported", out);
        }
        let results = go_results(src, node);
        let returns = self.returns(src, node);
        let mut params = self.params(src, node);
        if is_main(&name) {
            let list = params.iter().find(|param| {
                matches!(&param.hint, Hint::List(item) if **item == Hint::Text)
                    || param.name == "argv"
            });
            self.args = list.map(|param| param.name.clone());
        } else if self.language == Language::Go {
            self.args = None;
        }
        for param in &params {
            self.declare(&param.name, param.hint.clone());
        }
        let outer = std::mem::replace(&mut self.results, results);
        let mut body = if body.kind() == "arrow_expression_clause" {
            self.arrow(src, body, &returns)
        } else {
            let nodes = block_children(body);
            self.body_in(src, nodes, node)
        };
        self.results = outer;
        if matches!(body.last().map(|last| &last.kind), Some(StmtKind::Return(None))) {
            body.pop();
        }
        for param in &mut params {
            // Lists and maps are references in these languages.
            let is_shared = matches!(param.hint, Hint::List(_) | Hint::Map(_)) && !self.is_c();
            param.by_ref |= is_shared && changes(&mut body, &param.name);
        }
        let function = Function { name, params, returns, body };
        self.push(node, StmtKind::Function(function), out);
    }

    fn arrow(&mut self, src: &mut Source, body: Node, returns: &Hint) -> Block {
        let mut block = Block::new();
        let Some(&value) = code_children(body).first() else { return block };
        if *returns == Hint::Nothing {
            self.expression(src, value, &mut block);
        } else {
            let result = self.expr(src, value);
            self.push(value, StmtKind::Return(Some(result)), &mut block);
        }
        block
    }

    fn returns(&self, src: &Source, node: Node) -> Hint {
        if self.language == Language::Go {
            let Some(result) = field(node, &["result"]) else { return Hint::Nothing };
            let first = match result.kind() {
                "parameter_list" => {
                    code_children(result).first().and_then(|first| field(*first, &["type"]))
                }
                _ => Some(result),
            };
            let ty = first.map(|ty| src.text(ty)).unwrap_or_default();
            return if ty == "error" { Hint::Nothing } else { self.types.hint(ty) };
        }
        let ty = field(node, &["returns", "type"]).map(|ty| src.text(ty)).unwrap_or_default();
        if ty.is_empty() { Hint::Unknown } else { self.types.hint(ty) }
    }

    fn params(&self, src: &mut Source, node: Node) -> Vec<Param> {
        let mut list = field(node, &["parameters"]);
        let mut declarator = field(node, &["declarator"]);
        while let (None, Some(inner)) = (list, declarator) {
            list = field(inner, &["parameters"]);
            declarator = field(inner, &["declarator"]);
        }
        let nodes = list.map(code_children).unwrap_or_default();
        let mut params = Vec::new();
        for param in nodes {
            match self.language {
                Language::Go => self.go_params(src, param, &mut params),
                Language::Cpp | Language::C => params.extend(self.c_param(src, param)),
                _ => params.extend(self.typed_param(src, param)),
            }
        }
        params
    }

    fn typed_param(&self, src: &Source, node: Node) -> Option<Param> {
        let inner = children(node);
        let variadic = inner.iter().find(|child| child.kind() == "variable_declarator");
        let name_node = field(node, &["name"])
            .or_else(|| variadic.and_then(|inner| field(*inner, &["name"])))?;
        let ty = field(node, &["type"])
            .or(inner.first().copied())
            .map(|ty| src.text(ty))
            .unwrap_or_default();
        let mut hint = self.types.hint(ty);
        if field(node, &["dimensions"]).is_some() || variadic.is_some() {
            hint = Hint::List(Box::new(hint));
        }
        let by_ref = inner
            .iter()
            .any(|child| child.kind() == "modifier" && matches!(src.text(*child), "ref" | "out"));
        let last = inner
            .last()
            .filter(|last| **last != name_node && last.start_byte() > name_node.start_byte());
        let default = last
            .filter(|last| last.kind() != "dimensions")
            .and_then(|last| self.default_of(src.text(*last)));
        Some(Param { name: src.text(name_node).to_owned(), hint, default, by_ref })
    }

    /// Returns a default value that is a literal.
    fn default_of(&self, text: &str) -> Option<crate::tree::Expr> {
        use crate::tree::Expr;
        match text {
            "null" | "nullptr" | "NULL" | "default" => Some(Expr::Null),
            "true" | "false" => Some(Expr::Bool(text == "true")),
            "string.Empty" => Some(build::text("")),
            _ if text.ends_with('"') => Some(Expr::Text(self.text_literal(text))),
            _ => super::literals::number(text, self.language),
        }
    }

    fn go_params(&self, src: &Source, node: Node, params: &mut Vec<Param>) {
        let ty = field(node, &["type"]).map(|ty| src.text(ty)).unwrap_or_default();
        let mut hint = self.types.hint(ty);
        let by_ref = ty.starts_with('*') && !matches!(hint, Hint::Object(_));
        if node.kind() == "variadic_parameter_declaration" {
            hint = Hint::List(Box::new(hint));
        }
        let mut cursor = node.walk();
        for name in node.children_by_field_name("name", &mut cursor).filter(Node::is_named) {
            let name = src.text(name).to_owned();
            params.push(Param { name, hint: hint.clone(), default: None, by_ref });
        }
    }

    fn c_param(&self, src: &Source, node: Node) -> Option<Param> {
        let (name, shape) = declared_name(src, field(node, &["declarator"])?)?;
        let ty = field(node, &["type"]).map(|ty| src.text(ty)).unwrap_or_default();
        let mut hint = self.types.hint(ty);
        let is_const =
            src.text(node).trim_start().starts_with("const ") || src.text(node).contains("const ");
        let is_chars = matches!(ty, "char" | "wchar_t");
        if shape.is_array && (!is_chars || shape.is_pointer) {
            hint = Hint::List(Box::new(hint));
        }
        let is_object = matches!(hint, Hint::Object(_) | Hint::Unknown);
        let by_ref =
            (shape.is_pointer || shape.is_reference || shape.is_array) && !is_const && !is_object;
        let default =
            field(node, &["default_value"]).and_then(|value| self.default_of(src.text(value)));
        Some(Param { name, hint, default, by_ref })
    }
}

/// Returns the name of a function.
fn function_name(src: &Source, node: Node) -> Option<String> {
    if let Some(name) = field(node, &["name"]) {
        return Some(src.text(name).to_owned());
    }
    declared_name(src, field(node, &["declarator"])?).map(|(name, _)| name)
}

fn go_results(src: &Source, node: Node) -> Results {
    let Some(result) = field(node, &["result"]) else { return Results::default() };
    let text = src.text(result).trim_matches(['(', ')']);
    let fails = text == "error" || text.ends_with(" error") || text.ends_with(",error");
    Results { has_value: text != "error" && text != "err error", fails }
}

/// Returns whether a member of a class is a state that an object has.
fn is_state(src: &Source, member: Node) -> bool {
    let words: Vec<&str> = src.text(member).split_whitespace().take(6).collect();
    let is_shared = words.iter().any(|word| matches!(*word, "static" | "const" | "constexpr"));
    match member.kind() {
        "field_declaration" | "property_declaration" => {
            let is_function =
                code_children(member).iter().any(|child| child.kind() == "function_declarator");
            !is_shared && !is_function && !src.text(member).contains("=>")
        }
        _ => false,
    }
}

/// Returns whether a statement is what the braces of a class leave.
fn is_empty_error(kind: &StmtKind) -> bool {
    matches!(kind, StmtKind::Unported(reason) if reason.is_empty())
}
