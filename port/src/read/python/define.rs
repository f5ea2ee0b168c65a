//! Functions and classes of Python.

use super::Reader;
use crate::read::shared::classes;
use crate::read::shared::classes::Class;
use crate::read::shared::grammar::{Source, named_children};
use crate::tree::{Function, Hint, Param, StmtKind};
use tree_sitter::Node;

impl Reader {
    pub(crate) fn function(&self, s: &mut Source, node: Node) -> StmtKind {
        let name = node.child_by_field_name("name").map(|name| s.text(name)).unwrap_or_default();
        if s.text(node).starts_with("async") {
            return StmtKind::Unported("an asynchronous function is not ported".to_owned());
        }
        let params = match self.params(s, node) {
            Ok(params) => params,
            Err(reason) => return StmtKind::Unported(reason.to_owned()),
        };
        let returns = node.child_by_field_name("return_type").map(|hint| self.hint(s.text(hint)));
        let body = self.block_in(s, node, "body");
        let (name, returns) = (name.to_owned(), returns.unwrap_or_default());
        StmtKind::Function(Function { name, params, returns, body })
    }

    pub(crate) fn params(&self, s: &mut Source, node: Node) -> Result<Vec<Param>, &'static str> {
        let mut params = Vec::new();
        let Some(list) = node.child_by_field_name("parameters") else { return Ok(params) };
        for child in named_children(list) {
            let name = match child.kind() {
                "identifier" => child,
                "typed_parameter" => child.named_child(0).ok_or("a parameter without a name")?,
                "default_parameter" | "typed_default_parameter" => {
                    child.child_by_field_name("name").ok_or("a parameter without a name")?
                }
                "keyword_separator" | "positional_separator" | "comment" => continue,
                _ => return Err("a function with any number of arguments is not ported"),
            };
            if name.kind() != "identifier" {
                return Err("a function with any number of arguments is not ported");
            }
            let name = s.text(name).to_owned();
            if matches!(name.as_str(), "self" | "cls") {
                continue;
            }
            let hint = child.child_by_field_name("type").map(|hint| self.hint(s.text(hint)));
            let default = child.child_by_field_name("value").map(|value| self.expr(s, value));
            params.push(Param { name, hint: hint.unwrap_or_default(), default, by_ref: false });
        }
        Ok(params)
    }

    /// Returns the type that an annotation names.
    pub(crate) fn hint(&self, annotation: &str) -> Hint {
        let annotation = annotation.trim().trim_matches(['"', '\'']);
        if let Some(inner) = annotation.strip_suffix(']') {
            let (outer, inner) = inner.split_once('[').unwrap_or((inner, ""));
            return match outer {
                "list" | "List" | "Sequence" | "Iterable" => Hint::List(Box::new(self.hint(inner))),
                "dict" | "Dict" => {
                    let value = inner.split_once(',').map(|(_, value)| value).unwrap_or_default();
                    Hint::Map(Box::new(self.hint(value)))
                }
                _ => Hint::Unknown,
            };
        }
        match annotation {
            "str" => Hint::Text,
            "int" => Hint::Int,
            "float" => Hint::Float,
            "bool" => Hint::Bool,
            "None" => Hint::Nothing,
            "list" => Hint::List(Box::default()),
            "dict" => Hint::Map(Box::default()),
            name => self.chilkat_class(name).map(Hint::Object).unwrap_or_default(),
        }
    }

    pub(crate) fn class(&self, s: &mut Source, node: Node) -> StmtKind {
        let name = node.child_by_field_name("name").map(|name| s.text(name)).unwrap_or_default();
        let mut class = Class { name: name.to_owned(), ..Class::default() };
        let of = node.child_by_field_name("superclasses").map(named_children).unwrap_or_default();
        let of: Vec<&str> =
            of.into_iter().map(|of| s.text(of)).filter(|of| *of != "object").collect();
        let body = node.child_by_field_name("body").map(named_children).unwrap_or_default();
        let is_empty = body.iter().all(|part| {
            part.kind() == "pass_statement" || s.text(*part).starts_with(['"', '\'', '.'])
        });
        if of.iter().any(|of| classes::is_exception(of)) && is_empty {
            return StmtKind::Boilerplate;
        }
        if !of.is_empty() {
            class.unported = Some("a class that inherits is not ported".to_owned());
        }
        for part in body {
            let decorator = part.named_child(0).filter(|_| part.kind() == "decorated_definition");
            let decorator = decorator.map(|decorator| s.text(decorator)).unwrap_or_default();
            let definition = part.child_by_field_name("definition").unwrap_or(part);
            let is_static = matches!(decorator, "@staticmethod" | "@classmethod");
            match definition.kind() {
                "function_definition" if is_static => {
                    class.statics.extend(self.block(s, [definition]));
                }
                "function_definition" if matches!(decorator, "" | "@property") => {
                    let mut methods = self.block(s, [definition]);
                    let name = definition.child_by_field_name("name").map(|name| s.text(name));
                    match methods.first().map(|stmt| &stmt.kind) {
                        Some(StmtKind::Function(init)) if name == Some("__init__") => {
                            class.init = Some(init.clone());
                        }
                        _ => class.methods.append(&mut methods),
                    }
                }
                "comment" | "expression_statement" => class.constants.extend(self.block(s, [part])),
                "pass_statement" => {}
                _ => class.unported = Some("a class of the script's own is not ported".to_owned()),
            }
        }
        self.classes.borrow_mut().marker(class)
    }
}
