//! Methods, classes and modules of Ruby.

use super::Reader;
use crate::read::shared::classes;
use crate::read::shared::classes::Class;
use crate::read::shared::grammar::{Source, named_children};
use crate::tree::{Function, Hint, Param, StmtKind};
use tree_sitter::Node;

impl Reader {
    pub(crate) fn method(&self, s: &mut Source, node: Node) -> StmtKind {
        let name = node.child_by_field_name("name").map(|name| s.text(name)).unwrap_or_default();
        let params = match self.params(s, node) {
            Ok(params) => params,
            Err(reason) => return StmtKind::Unported(reason.to_owned()),
        };
        let body = self.block_of(s, node.child_by_field_name("body"));
        let name = plain_name(name);
        StmtKind::Function(Function { name, params, returns: Hint::Unknown, body })
    }

    pub(crate) fn params(&self, s: &mut Source, node: Node) -> Result<Vec<Param>, &'static str> {
        let mut params = Vec::new();
        let Some(list) = node.child_by_field_name("parameters") else { return Ok(params) };
        for child in named_children(list) {
            let name = match child.kind() {
                "identifier" => child,
                "optional_parameter" | "keyword_parameter" => {
                    child.child_by_field_name("name").ok_or("a parameter without a name")?
                }
                "block_parameter" => return Err("a method with a block is not ported"),
                _ => return Err("a method with any number of arguments is not ported"),
            };
            let default = child.child_by_field_name("value").map(|value| self.expr(s, value));
            let name = s.text(name).to_owned();
            params.push(Param { name, hint: Hint::Unknown, default, by_ref: false });
        }
        Ok(params)
    }

    pub(crate) fn class(&self, s: &mut Source, node: Node) -> StmtKind {
        let name = node.child_by_field_name("name").map(|name| s.text(name)).unwrap_or_default();
        let mut class = Class { name: name.to_owned(), ..Class::default() };
        let body = node.child_by_field_name("body");
        let superclass = node.child_by_field_name("superclass").map(|of| s.text(of));
        if superclass.is_some_and(classes::is_exception)
            && body.is_none_or(|body| body.named_child_count() == 0)
        {
            return StmtKind::Boilerplate;
        }
        if superclass.is_some() {
            class.unported = Some("a class that inherits is not ported".to_owned());
        }
        let is_module = node.kind() == "module";
        if let Some(body) = body {
            self.class_body(s, named_children(body), is_module, &mut class);
        }
        self.classes.borrow_mut().marker(class)
    }

    pub(crate) fn class_body(
        &self,
        s: &mut Source,
        nodes: Vec<Node>,
        is_static: bool,
        class: &mut Class,
    ) {
        for node in nodes {
            match node.kind() {
                "method" if !is_static => {
                    let name = node.child_by_field_name("name").map(|name| s.text(name));
                    let mut block = self.block(s, [node]);
                    if name == Some("initialize")
                        && let Some(StmtKind::Function(init)) =
                            block.first().map(|stmt| stmt.kind.clone())
                    {
                        class.init = Some(init);
                        continue;
                    }
                    class.methods.append(&mut block);
                }
                "method" | "singleton_method" => class.statics.extend(self.block(s, [node])),
                "singleton_class" => {
                    let body = node.child_by_field_name("body").map(named_children);
                    self.class_body(s, body.unwrap_or_default(), true, class);
                }
                "comment" | "assignment" => class.constants.extend(self.block(s, [node])),
                "call" | "identifier"
                    if [
                        "attr_",
                        "private",
                        "public",
                        "protected",
                        "module_function",
                        "extend",
                        "include",
                    ]
                    .iter()
                    .any(|word| s.text(node).starts_with(word)) => {}
                // Names in a module.
                "class" | "module" => match s.deeper(|s| self.class(s, node)) {
                    Some(StmtKind::Boilerplate) => {}
                    _ => class.unported = Some("a class in a class is not ported".to_owned()),
                },
                _ => class.unported = Some("a class of the script's own is not ported".to_owned()),
            }
        }
    }
}

/// Returns the name of a method without the signs that only Ruby has in names.
pub(crate) fn plain_name(name: &str) -> String {
    match name.strip_suffix('?') {
        Some(name) => format!("is_{name}"),
        None => name.trim_end_matches(['!', '=']).to_owned(),
    }
}
