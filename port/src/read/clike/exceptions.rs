//! `try`, `throw`, and blocks that end the use of an object.

use tree_sitter::Node;

use super::{Reader, children, code_children, field};
use crate::read::shared::build;
use crate::read::shared::grammar::Source;
use crate::tree::{Block, Builtin, Catch, Expr, Hint, StmtKind};

impl Reader {
    pub(super) fn try_statement(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        let mut body = Block::new();
        if let Some(resources) = field(node, &["resources"]) {
            for resource in code_children(resources) {
                self.resource(src, resource, &mut body);
            }
        }
        if let Some(block) = field(node, &["body"]) {
            body.extend(self.body(src, block));
        }
        let mut catches: Vec<(bool, Catch, Node)> = Vec::new();
        let mut finally = Block::new();
        for clause in children(node) {
            match clause.kind() {
                "catch_clause" => catches.push(self.catch(src, clause)),
                "finally_clause" => {
                    let block = code_children(clause).last().copied();
                    finally = block.map(|block| self.body(src, block)).unwrap_or_default();
                }
                _ => {}
            }
        }
        // The tree has one block for all exceptions: the last one for the most general of them.
        let general = catches
            .iter()
            .rposition(|(is_general, catch, _)| *is_general && catch.name.is_some())
            .or_else(|| catches.iter().rposition(|(is_general, ..)| *is_general));
        let chosen = general.unwrap_or(catches.len().saturating_sub(1));
        let mut catch = None;
        let mut others = Block::new();
        for (at, (_, one, clause)) in catches.into_iter().enumerate() {
            if at == chosen {
                catch = Some(one);
            } else {
                let reason = "errors are not told apart by their types here";
                self.push_unported(clause, reason, &mut others);
            }
        }
        if let Some(catch) = &mut catch {
            catch.body.splice(0..0, others);
        }
        self.push(node, StmtKind::Try { body, catch, finally }, out);
    }

    fn catch<'t>(&mut self, src: &mut Source, node: Node<'t>) -> (bool, Catch, Node<'t>) {
        let mut name = None;
        let mut ty = String::from("Exception");
        for child in code_children(node) {
            match child.kind() {
                "catch_declaration" | "catch_formal_parameter" => {
                    name = field(child, &["name"]).map(|name| src.text(name).to_owned());
                    let kind = field(child, &["type"]).or(code_children(child).first().copied());
                    ty = kind.map(|kind| src.text(kind).to_owned()).unwrap_or_default();
                }
                "parameter_list" => {
                    if let Some(param) = code_children(child).first() {
                        ty = field(*param, &["type"])
                            .map(|ty| src.text(ty))
                            .unwrap_or_default()
                            .to_owned();
                        let declarator = field(*param, &["declarator"]).map(|d| src.text(d));
                        name = declarator.map(|d| d.trim_matches(['&', '*', ' ']).to_owned());
                    }
                }
                _ => {}
            }
        }
        let body = field(node, &["body"]);
        let rethrows = body.is_some_and(|body| src.text(body).contains("throw;"));
        if rethrows {
            name.get_or_insert_with(|| "error".to_owned());
        }
        self.rethrow.push(name.clone().unwrap_or_default());
        if let Some(name) = &name {
            self.declare(name, Hint::Unknown);
            self.exceptions.insert(name.clone());
        }
        let body = body.map(|body| self.body(src, body)).unwrap_or_default();
        self.rethrow.pop();
        let mut body = body;
        if let Some(filter) =
            code_children(node).into_iter().find(|child| child.kind() == "catch_filter_clause")
        {
            let mut block = Block::new();
            self.push_unported(filter, "a condition of a `catch` is not ported", &mut block);
            body.splice(0..0, block);
        }
        let is_general = matches!(
            super::types::last_segment(&ty),
            "Exception" | "exception" | "Throwable" | "RuntimeException" | "runtime_error"
        );
        (is_general, Catch { name, body }, node)
    }

    pub(super) fn throw(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        let message = match code_children(node).first() {
            None => match self.rethrow.last().filter(|name| !name.is_empty()) {
                Some(name) => message_of(name),
                None => build::text("error"),
            },
            Some(&value) => self.thrown(src, value),
        };
        self.push(node, StmtKind::Throw(Some(message)), out);
    }

    /// Returns the message of what is thrown.
    fn thrown(&mut self, src: &mut Source, node: Node) -> Expr {
        let name = src.text(node);
        if self.exceptions.contains(name) {
            return message_of(name);
        }
        let is_class = matches!(node.kind(), "object_creation_expression" | "call_expression");
        let class = field(node, &["type", "function"]).map(|ty| src.text(ty)).unwrap_or_default();
        if !is_class || self.functions.contains_key(class) {
            return self.expr(src, node);
        }
        let args = field(node, &["arguments"]).map(code_children).unwrap_or_default();
        match args.first() {
            Some(&first) => match self.expr(src, first) {
                Expr::Var(name) if self.exceptions.contains(&name) => message_of(&name),
                message => message,
            },
            None => build::text(super::types::last_segment(class)),
        }
    }

    /// Reads `using (var x = ...) { }` and its like: the block belongs to the statements around it.
    pub(super) fn using(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        for child in code_children(node) {
            match child.kind() {
                "variable_declaration" => self.declaration(src, child, out),
                "block" | "using_statement" => {
                    let body = self.body(src, child);
                    out.extend(body);
                }
                kind if kind.ends_with("_statement") => self.statement(src, child, out),
                _ => {}
            }
        }
    }

    fn resource(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        let ty = field(node, &["type"]).map(|ty| src.text(ty)).unwrap_or_default();
        let name = field(node, &["name"]).map(|name| src.text(name)).unwrap_or_default().to_owned();
        let hint = self.types.hint(ty);
        let value = field(node, &["value"]).map(|value| self.expr(src, value));
        self.declare(&name, hint.clone());
        self.push(node, StmtKind::Declare { name, hint, value }, out);
    }
}

pub(super) fn message_of(name: &str) -> Expr {
    build::builtin(Builtin::Message, vec![build::var(name)])
}
