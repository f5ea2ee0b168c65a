//! Reader of Python with the module chilkat or chilkat2, on the grammar of tree-sitter.

// * `mod.rs`: the script and its statements; `flow.rs`, `define.rs`: those with blocks,
// * `expr.rs`: expressions; `calls.rs`: calls; `text.rs`: literals, formats, and damaged lines.

mod calls;
mod define;
mod expr;
mod flow;
#[cfg(test)]
mod tests;
mod text;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use tree_sitter::Node;

use crate::names::class_name;
use crate::read::shared::build::{at, binary, builtin, not, text};
use crate::read::shared::classes::{Classes, FIELD};
use crate::read::shared::grammar::{Source, end_line, named_children};
use crate::read::shared::leave;
use crate::read::shared::program;
use crate::read::shared::repair::words::{self, Repair};
use crate::read::shared::several::{assign_several, keep_last_counts};
use crate::read::shared::walk;
use crate::tree::{BinaryOp, Block, Builtin, Expr, Hint, Param, Stmt, StmtKind, Target};

/// Reads a script.
pub(crate) fn read(script: &str) -> Block {
    let grammar = tree_sitter_python::LANGUAGE.into();
    let with = Repair {
        grammar: &grammar,
        open_strings: self::text::open_strings,
        close_blocks: self::text::close_blocks,
        openers: &["if", "elif", "while"],
        behind_condition: ":",
    };
    let indented = self::text::indented(script);
    let script = indented.as_deref().unwrap_or(script);
    let repaired = words::repair(script, &with);
    let text = repaired.as_deref().unwrap_or(script);
    let Some(mut s) = Source::parse(&grammar, text) else { return Block::new() };
    let tree = s.tree();
    let reader = Reader::new(&mut s, tree.root_node());
    let mut block = reader.block(&mut s, named_children(tree.root_node()));
    leave::drop_endless(&mut block);
    keep_last_counts(&mut block);
    program::inline_main(&mut block);
    reader.classes.into_inner().flatten(&mut block);
    program::drop_unused_values(&mut block);
    program::drop_magic_comments(&mut block);
    block
}

/// What is known of the whole script while its parts are read.
pub(crate) struct Reader {
    /// The functions that the script defines, with their parameters.
    pub(crate) functions: HashMap<String, Vec<Param>>,
    pub(crate) class_names: HashSet<String>,
    /// Names of modules in the script: `import chilkat2 as ck`.
    pub(crate) modules: HashMap<String, String>,
    /// Names from modules: `from os import environ`.
    pub(crate) imports: HashMap<String, String>,
    /// Variables that hold a map at some place.
    pub(crate) maps: HashSet<String>,
    /// Variables that hold a list at some place.
    pub(crate) lists: HashSet<String>,
    /// Variables with exceptions, where they are visible.
    pub(crate) exceptions: RefCell<Vec<String>>,
    /// Files that are open: the variable and the path.
    pub(crate) files: RefCell<Vec<(String, Expr)>>,
    /// Statements that must come before the one that is read.
    pub(crate) before: RefCell<Vec<Stmt>>,
    pub(crate) temporaries: Cell<usize>,
    pub(crate) classes: RefCell<Classes>,
}

impl Reader {
    pub(crate) fn new(s: &mut Source, root: Node) -> Reader {
        let mut reader = Reader {
            functions: HashMap::new(),
            class_names: HashSet::new(),
            modules: HashMap::new(),
            imports: HashMap::new(),
            maps: HashSet::new(),
            lists: HashSet::new(),
            exceptions: RefCell::default(),
            files: RefCell::default(),
            before: RefCell::default(),
            temporaries: Cell::default(),
            classes: RefCell::default(),
        };
        let mut functions = Vec::new();
        let mut cursor = root.walk();
        'walk: loop {
            let node = cursor.node();
            match node.kind() {
                "import_statement" | "import_from_statement" => reader.import(s, node),
                "function_definition" => functions.push(node),
                "class_definition" => {
                    let name = node.child_by_field_name("name").map(|name| s.text(name).to_owned());
                    reader.class_names.extend(name);
                }
                "assignment" => {
                    let right = node.child_by_field_name("right").map(|right| right.kind());
                    let left = node.child_by_field_name("left").map(|left| s.text(left).to_owned());
                    match right {
                        Some("dictionary") => reader.maps.extend(left),
                        Some("list" | "list_comprehension") => reader.lists.extend(left),
                        _ => {}
                    }
                }
                _ => {}
            }
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    break 'walk;
                }
            }
        }
        let mut signatures = HashMap::new();
        for node in functions {
            if let Some(name) = node.child_by_field_name("name") {
                let params = reader.params(s, node).unwrap_or_default();
                signatures.insert(s.text(name).to_owned(), params);
            }
        }
        reader.functions = signatures;
        reader
    }

    pub(crate) fn import(&mut self, s: &Source, node: Node) {
        let module = node.child_by_field_name("module_name").map(|module| s.text(module));
        let mut cursor = node.walk();
        let names: Vec<Node> = node.children_by_field_name("name", &mut cursor).collect();
        for name in names {
            let (full, alias) = match name.kind() {
                "aliased_import" => (
                    name.child_by_field_name("name").map(|name| s.text(name)),
                    name.child_by_field_name("alias").map(|name| s.text(name)),
                ),
                _ => (Some(s.text(name)), None),
            };
            let Some(full) = full else { continue };
            let alias = alias.unwrap_or(full).to_owned();
            match module {
                Some(module) => self.imports.insert(alias, format!("{module}.{full}")),
                None => self.modules.insert(alias, full.to_owned()),
            };
        }
    }

    pub(crate) fn block<'t>(
        &self,
        s: &mut Source,
        nodes: impl IntoIterator<Item = Node<'t>>,
    ) -> Block {
        s.block(nodes, &mut |s, node, out| self.statement(s, node, out))
    }

    pub(crate) fn block_in(&self, s: &mut Source, node: Node, field: &str) -> Block {
        let block = node
            .child_by_field_name(field)
            .or_else(|| named_children(node).into_iter().find(|child| child.kind() == "block"));
        // Comments between the condition and the block are children of the statement.
        let comments: Vec<Node> = named_children(node)
            .into_iter()
            .filter(|child| {
                child.kind() == "comment"
                    && block.is_some_and(|block| child.start_byte() < block.start_byte())
            })
            .collect();
        match block {
            Some(block) => self.block(s, comments.into_iter().chain(named_children(block))),
            None => Block::new(),
        }
    }

    pub(crate) fn statement(&self, s: &mut Source, node: Node, out: &mut Block) {
        let from = out.len();
        let outer = self.before.take();
        let read = s.deeper(|s| self.kinds(s, node, out));
        if read.is_none() {
            out.truncate(from);
            out.push(s.stmt(node, StmtKind::Unported("it is nested too deeply".to_owned())));
        }
        let before = self.before.replace(outer);
        out.splice(from..from, before);
    }

    /// Adds the statements of one node.
    pub(crate) fn kinds(&self, s: &mut Source, node: Node, out: &mut Block) {
        let unported = |reason: &str| StmtKind::Unported(reason.to_owned());
        let kind = match node.kind() {
            "pass_statement" => return,
            "import_statement"
            | "import_from_statement"
            | "future_import_statement"
            | "global_statement"
            | "nonlocal_statement" => StmtKind::Boilerplate,
            "expression_statement" => return self.expression_statement(s, node, out),
            "if_statement" => return self.if_(s, node, out),
            "while_statement" => {
                let outer = self.before.take();
                let mut cond = self.truth(s, node, "condition");
                if !self.before.replace(outer).is_empty() {
                    cond = s.unported(node, "the condition of this loop is not ported");
                }
                StmtKind::While { cond, body: self.block_in(s, node, "body") }
            }
            "for_statement" => return self.for_(s, node, out),
            "try_statement" => self.try_(s, node),
            "with_statement" => return self.with(s, node, out),
            "function_definition" => self.function(s, node),
            "decorated_definition" => unported("a decorator is not ported"),
            "class_definition" => self.class(s, node),
            "return_statement" => {
                let value = named_children(node).into_iter().next();
                StmtKind::Return(value.map(|value| self.expr(s, value)))
            }
            "break_statement" => StmtKind::Break,
            "continue_statement" => StmtKind::Continue,
            "raise_statement" => self.raise(s, node, out),
            "delete_statement" => match named_children(node).as_slice() {
                [name] if name.kind() == "identifier" => {
                    StmtKind::Dispose(s.text(*name).to_owned())
                }
                _ => unported("`del` of an item is not ported"),
            },
            "assert_statement" => {
                let mut parts = named_children(node).into_iter();
                let cond = parts.next().map(|cond| self.expr(s, cond)).unwrap_or(Expr::Null);
                let message = match parts.next() {
                    Some(message) => self.expr(s, message),
                    None => text("an assertion failed"),
                };
                let body = vec![s.stmt(node, StmtKind::Throw(Some(message)))];
                StmtKind::If { branches: vec![(not(cond), body)], otherwise: None }
            }
            "match_statement" => self.match_(s, node),
            "print_statement" => unported("`print` of Python 2 is not ported"),
            _ => unported("this statement is not ported"),
        };
        out.push(s.stmt(node, kind));
    }

    pub(crate) fn expression_statement(&self, s: &mut Source, node: Node, out: &mut Block) {
        for child in named_children(node) {
            let kind = match child.kind() {
                "assignment" => {
                    self.assignment(s, child, out);
                    continue;
                }
                "augmented_assignment" => self.augmented(s, child),
                "string" | "concatenated_string" => {
                    // A text alone is a comment: of a function, mostly.
                    let line = child.start_position().row + 1;
                    let value = self.expr(s, child);
                    let Expr::Text(text) = value else { continue };
                    for (number, comment) in text.trim().lines().enumerate() {
                        let kind = StmtKind::Comment(comment.trim().to_owned());
                        out.push(at(line + number, line + number, kind));
                    }
                    continue;
                }
                "call" => {
                    self.call_stmt(s, child, out);
                    continue;
                }
                "ellipsis" => continue,
                _ => match self.expr(s, child) {
                    Expr::Unported { reason, .. } => StmtKind::Unported(reason),
                    value => StmtKind::Expr(value),
                },
            };
            out.push(s.stmt(child, kind));
        }
    }

    /// Returns the Chilkat class that a name stands for in this script.
    pub(crate) fn chilkat_class(&self, name: &str) -> Option<String> {
        let full = match name.split_once('.') {
            Some((module, class)) => {
                format!("{}.{class}", self.modules.get(module).map_or(module, String::as_str))
            }
            None => self.imports.get(name).cloned().unwrap_or_else(|| name.to_owned()),
        };
        class_name(&full).map(str::to_owned)
    }

    pub(crate) fn augmented(&self, s: &mut Source, node: Node) -> StmtKind {
        let operator =
            node.child_by_field_name("operator").map(|of| s.text(of)).unwrap_or_default();
        let Some(left) = node.child_by_field_name("left") else {
            return StmtKind::Unported("this is not understood here".to_owned());
        };
        let old = self.expr(s, left);
        let value = self.field(s, node, "right");
        let op = match operator {
            "+=" => {
                if let Expr::List(items) = &value
                    && let [item] = items.as_slice()
                {
                    return StmtKind::Expr(builtin(Builtin::Push, vec![old, item.clone()]));
                }
                BinaryOp::Add
            }
            "-=" => BinaryOp::Sub,
            "*=" => BinaryOp::Mul,
            "/=" => BinaryOp::Div,
            "//=" => BinaryOp::Quotient,
            "%=" => BinaryOp::Rem,
            _ => return StmtKind::Unported(format!("the operator `{operator}` is not ported")),
        };
        match self.target(s, left) {
            Ok(target) => StmtKind::Assign { target, value: binary(op, old, value) },
            Err(reason) => StmtKind::Unported(reason),
        }
    }

    pub(crate) fn target(&self, s: &mut Source, node: Node) -> Result<Target, String> {
        match node.kind() {
            "identifier" => Ok(Target::Var(s.text(node).to_owned())),
            "attribute" => {
                let of = node.child_by_field_name("object").map(|of| s.text(of));
                let name = node.child_by_field_name("attribute").map(|name| s.text(name));
                let name = name.unwrap_or_default().to_owned();
                if of == Some("self") {
                    return Ok(Target::Var(format!("{FIELD}{name}")));
                }
                Ok(Target::Property { object: self.field(s, node, "object"), name })
            }
            "subscript" => {
                let object = self.field(s, node, "value");
                Ok(Target::Index { object, index: self.field(s, node, "subscript") })
            }
            _ => Err("this assignment is not ported".to_owned()),
        }
    }

    pub(crate) fn assignment(&self, s: &mut Source, node: Node, out: &mut Block) {
        let Some(left) = node.child_by_field_name("left") else { return };
        let hint = node.child_by_field_name("type").map(|hint| self.hint(s.text(hint)));
        let (line, last) = (node.start_position().row + 1, end_line(node));
        let Some(right) = node.child_by_field_name("right") else {
            let (name, hint) = (s.text(left).to_owned(), hint.unwrap_or_default());
            return out.push(at(line, last, StmtKind::Declare { name, hint, value: None }));
        };
        let is_list = |node: Node| {
            matches!(node.kind(), "pattern_list" | "tuple_pattern" | "expression_list" | "tuple")
        };
        if is_list(left) {
            let lefts = named_children(left);
            let value = self.expr(s, right);
            let targets: Result<Vec<Target>, String> =
                lefts.into_iter().map(|left| self.target(s, left)).collect();
            let place = at(line, last, StmtKind::Boilerplate);
            let is_read = targets.is_ok_and(|targets| assign_several(&place, targets, value, out));
            if !is_read {
                let reason = "an assignment to several variables is not ported".to_owned();
                out.push(at(line, last, StmtKind::Unported(reason)));
            }
            return;
        }
        // a = b = c
        if right.kind() == "assignment" {
            let read = s.deeper(|s| self.assignment(s, right, out));
            let value = match (read, right.child_by_field_name("left")) {
                (Some(()), Some(left)) => self.expr(s, left),
                _ => s.unported(right, "it is nested too deeply"),
            };
            return self.assign(s, left, value, None, (line, last), out);
        }
        let value = self.expr(s, right);
        if left.kind() == "identifier"
            && walk::name_list(&mut self.before.borrow_mut(), &value, s.text(left))
        {
            self.temporaries.set(self.temporaries.get().saturating_sub(1));
            return;
        }
        self.assign(s, left, value, hint, (line, last), out);
    }

    pub(crate) fn assign(
        &self,
        s: &mut Source,
        left: Node,
        value: Expr,
        hint: Option<Hint>,
        lines: (usize, usize),
        out: &mut Block,
    ) {
        let kind = match (self.target(s, left), hint) {
            (Ok(Target::Var(name)), Some(hint)) if hint != Hint::Unknown => {
                StmtKind::Declare { name, hint, value: Some(value) }
            }
            (Ok(target), _) => StmtKind::Assign { target, value },
            (Err(reason), _) => StmtKind::Unported(reason),
        };
        out.push(at(lines.0, lines.1, kind));
    }

    /// Reads a condition. A list is true if it has items.
    pub(crate) fn truth(&self, s: &mut Source, node: Node, field: &str) -> Expr {
        match self.field(s, node, field) {
            Expr::Var(name) if self.lists.contains(&name) => {
                let length = builtin(Builtin::Length, vec![Expr::Var(name)]);
                binary(BinaryOp::Gt, length, Expr::Int(0))
            }
            cond => cond,
        }
    }

    /// Reads the expression in a field of a node.
    pub(crate) fn field(&self, s: &mut Source, node: Node, field: &str) -> Expr {
        match node.child_by_field_name(field) {
            Some(node) => self.expr(s, node),
            None => Expr::Null,
        }
    }

    pub(crate) fn is_exception(&self, name: &str) -> bool {
        self.exceptions.borrow().iter().any(|exception| exception == name)
    }

    /// Returns a name for a variable that the script does not have.
    pub(crate) fn temporary(&self, stem: &str) -> String {
        let number = self.temporaries.get() + 1;
        self.temporaries.set(number);
        if number == 1 { stem.to_owned() } else { format!("{stem}{number}") }
    }
}
