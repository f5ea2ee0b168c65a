//! Reader of Ruby, on the grammar of tree-sitter.

// * `mod.rs`: the script and its statements; `flow.rs`, `loops.rs`, `define.rs`, `assign.rs`: those with blocks, and
//   assignments,
// * `expr.rs`: expressions; `calls.rs`, `methods.rs`: calls; `text.rs`: literals, and damaged lines.

mod assign;
mod calls;
mod define;
mod expr;
mod flow;
mod loops;
mod methods;
#[cfg(test)]
mod tests;
mod text;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use tree_sitter::Node;

use self::define::plain_name;
use crate::read::shared::build::{at, call, not, text};
use crate::read::shared::catches::{self, Clause};
use crate::read::shared::classes::Classes;
use crate::read::shared::grammar::{Source, end_line, named_children, raised};
use crate::read::shared::last_values;
use crate::read::shared::leave;
use crate::read::shared::program;
use crate::read::shared::repair::words::{self, Repair};
use crate::tree::{Block, Catch, Expr, Param, Stmt, StmtKind};

/// Reads a script.
pub(crate) fn read(script: &str) -> Block {
    let grammar = tree_sitter_ruby::LANGUAGE.into();
    let with = Repair {
        grammar: &grammar,
        open_strings: self::text::open_strings,
        close_blocks: self::text::close_blocks,
        openers: &["if", "unless", "while", "until", "elsif", "case", "for"],
        behind_condition: "",
    };
    let repaired = words::repair(script, &with);
    let text = repaired.as_deref().unwrap_or(script);
    let Some(mut s) = Source::parse(&grammar, text) else { return Block::new() };
    let tree = s.tree();
    let reader = Reader::new(&mut s, tree.root_node());
    let mut block = reader.block(&mut s, named_children(tree.root_node()));
    leave::drop_endless(&mut block);
    let last_line = script.lines().count().max(1);
    block.retain(|stmt| stmt.line <= last_line);
    program::inline_main(&mut block);
    reader.classes.into_inner().flatten(&mut block);
    last_values::return_last_values(&mut block);
    program::drop_unused_values(&mut block);
    program::drop_magic_comments(&mut block);
    block
}

/// What is known of the whole script while its parts are read.
pub(crate) struct Reader {
    /// The methods that the script defines, with their parameters.
    pub(crate) methods: RefCell<HashMap<String, Vec<Param>>>,
    /// Classes and modules of the script.
    pub(crate) class_names: HashSet<String>,
    /// Variables that hold a text at some place.
    pub(crate) texts: HashSet<String>,
    /// Variables that are assigned at some place.
    pub(crate) assigned: HashSet<String>,
    /// The bodies of `<<~NAME`, by the place where the name stands.
    pub(crate) heredocs: HashMap<usize, std::ops::Range<usize>>,
    /// Variables with exceptions, where they are visible.
    pub(crate) exceptions: RefCell<Vec<String>>,
    /// Statements that must come before the one that is read.
    pub(crate) before: RefCell<Vec<Stmt>>,
    pub(crate) temporaries: Cell<usize>,
    pub(crate) classes: RefCell<Classes>,
}

impl Reader {
    pub(crate) fn new(s: &mut Source, root: Node) -> Reader {
        let mut reader = Reader {
            methods: RefCell::default(),
            class_names: HashSet::new(),
            texts: HashSet::new(),
            assigned: HashSet::new(),
            heredocs: HashMap::new(),
            exceptions: RefCell::default(),
            before: RefCell::default(),
            temporaries: Cell::default(),
            classes: RefCell::default(),
        };
        let (mut beginnings, mut bodies, mut methods) = (Vec::new(), Vec::new(), Vec::new());
        let mut cursor = root.walk();
        'walk: loop {
            let node = cursor.node();
            match node.kind() {
                "heredoc_beginning" => beginnings.push(node.start_byte()),
                "heredoc_body" => bodies.push(node.byte_range()),
                "method" | "singleton_method" => methods.push(node),
                "class" | "module" => {
                    if let Some(name) = node.child_by_field_name("name") {
                        reader.class_names.insert(s.text(name).to_owned());
                    }
                }
                "assignment" => {
                    let (left, right) =
                        (node.child_by_field_name("left"), node.child_by_field_name("right"));
                    reader.assigned.extend(left.map(|left| s.text(left).to_owned()));
                    if let (Some(left), Some("string")) = (left, right.map(|right| right.kind())) {
                        reader.texts.insert(s.text(left).to_owned());
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
        reader.heredocs = beginnings.into_iter().zip(bodies).collect();
        // All names first, as a default can be a call.
        for node in &methods {
            if let Some(name) = node.child_by_field_name("name") {
                reader.methods.borrow_mut().insert(s.text(name).to_owned(), Vec::new());
            }
        }
        for node in methods {
            if let Some(name) = node.child_by_field_name("name")
                && let Ok(params) = reader.params(s, node)
            {
                reader.methods.borrow_mut().insert(s.text(name).to_owned(), params);
            }
        }
        reader
    }

    pub(crate) fn block<'t>(
        &self,
        s: &mut Source,
        nodes: impl IntoIterator<Item = Node<'t>>,
    ) -> Block {
        s.block(nodes, &mut |s, node, out| self.statement(s, node, out))
    }

    /// Reads what a node holds as a block: `then`, `do`, the body of a method, a single statement.
    pub(crate) fn block_of(&self, s: &mut Source, node: Option<Node>) -> Block {
        let Some(node) = node else { return Block::new() };
        match node.kind() {
            "then" | "do" | "else" | "ensure" | "block_body" | "parenthesized_statements" => {
                self.block(s, named_children(node))
            }
            "body_statement" | "begin" => self.body(s, node),
            _ => self.block(s, [node]),
        }
    }

    /// Reads statements with `rescue`, `else` and `ensure` behind them.
    pub(crate) fn body(&self, s: &mut Source, node: Node) -> Block {
        let (parts, statements): (Vec<Node>, Vec<Node>) = named_children(node)
            .into_iter()
            .partition(|child| matches!(child.kind(), "rescue" | "else" | "ensure"));
        let mut body = self.block(s, statements);
        if parts.is_empty() {
            return body;
        }
        let raised = raised(s, node, &body, &raised_kind);
        let mut clauses = Vec::new();
        let (mut otherwise, mut finally) = (Block::new(), Block::new());
        for part in parts {
            match part.kind() {
                "rescue" => clauses.push(self.rescue(s, part)),
                "else" => otherwise = self.block_of(s, Some(part)),
                _ => finally = self.block_of(s, Some(part)),
            }
        }
        let kind = match catches::choose(clauses, &body, &raised) {
            Ok(catch) => {
                body.extend(otherwise);
                StmtKind::Try { body, catch, finally }
            }
            Err(reason) => StmtKind::Unported(reason),
        };
        vec![s.stmt(node, kind)]
    }

    pub(crate) fn rescue(&self, s: &mut Source, node: Node) -> Clause {
        let variable = node.child_by_field_name("variable");
        let name = variable
            .and_then(|variable| variable.named_child(0))
            .map(|name| s.text(name).trim_start_matches('@').to_owned());
        let kinds = node.child_by_field_name("exceptions").map(named_children).unwrap_or_default();
        let kinds = kinds.into_iter().map(|kind| s.text(kind).to_owned()).collect();
        let depth = self.exceptions.borrow().len();
        self.exceptions.borrow_mut().extend(name.clone());
        let body = self.block_of(s, node.child_by_field_name("body"));
        self.exceptions.borrow_mut().truncate(depth);
        let (line, end_line) = (node.start_position().row + 1, end_line(node));
        Clause { kinds, line, end_line, catch: Catch { name, body } }
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
        let line = node.start_position().row + 1;
        let kind = match node.kind() {
            "heredoc_body" | "empty_statement" | "uninterpreted" => return,
            "begin_block" | "end_block" | "parenthesized_statements" | "begin" => {
                return out.extend(self.block_of(s, Some(node)));
            }
            "if" if is_main_file(s, node) => {
                out.push(at(line, line, StmtKind::Boilerplate));
                return out.extend(self.block_of(s, node.child_by_field_name("consequence")));
            }
            "if" | "unless" => self.if_(s, node),
            "if_modifier" | "unless_modifier" => {
                let body = self.block_of(s, node.child_by_field_name("body"));
                let cond = self.field(s, node, "condition");
                let cond = if node.kind() == "if_modifier" { cond } else { not(cond) };
                StmtKind::If { branches: vec![(cond, body)], otherwise: None }
            }
            "conditional" => {
                let cond = self.field(s, node, "condition");
                let body = self.block_of(s, node.child_by_field_name("consequence"));
                let otherwise = Some(self.block_of(s, node.child_by_field_name("alternative")));
                StmtKind::If { branches: vec![(cond, body)], otherwise }
            }
            "while" | "until" => {
                let cond = self.condition(s, node, node.kind() == "until");
                let body = self.block_of(s, node.child_by_field_name("body"));
                StmtKind::While { cond, body }
            }
            "while_modifier" | "until_modifier" => {
                let cond = self.condition(s, node, node.kind() == "until_modifier");
                let inner = node.child_by_field_name("body");
                let body = self.block_of(s, inner);
                match inner.map(|inner| inner.kind()) {
                    Some("begin") => StmtKind::DoWhile { body, cond },
                    _ => StmtKind::While { cond, body },
                }
            }
            "for" => self.for_(s, node),
            "case" => self.case(s, node),
            "method" | "singleton_method" => self.method(s, node),
            "class" | "module" => self.class(s, node),
            "break" if node.named_child_count() == 0 => StmtKind::Break,
            "next" if node.named_child_count() == 0 => StmtKind::Continue,
            "return" => StmtKind::Return(self.returned(s, node)),
            "assignment" => return self.assignment(s, node, out),
            "operator_assignment" => self.operator_assignment(s, node),
            "rescue_modifier" => {
                let body = self.block_of(s, node.child_by_field_name("body"));
                let handler = self.block_of(s, node.child_by_field_name("handler"));
                let catch = Some(Catch { name: None, body: handler });
                StmtKind::Try { body, catch, finally: Block::new() }
            }
            "binary" => match self.control(s, node, out) {
                Some(kind) => kind,
                None => self.expr_stmt(s, node),
            },
            "call" | "identifier" | "super" | "yield" => return self.call_stmt(s, node, out),
            _ => self.expr_stmt(s, node),
        };
        out.push(at(line, end_line(node), kind));
    }

    pub(crate) fn expr_stmt(&self, s: &mut Source, node: Node) -> StmtKind {
        match self.expr(s, node) {
            Expr::Unported { reason, .. } => StmtKind::Unported(reason),
            value => StmtKind::Expr(value),
        }
    }

    pub(crate) fn returned(&self, s: &mut Source, node: Node) -> Option<Expr> {
        let mut values: Vec<Expr> = node
            .named_child(0)
            .map(|list| named_children(list))
            .unwrap_or_default()
            .into_iter()
            .map(|value| self.expr(s, value))
            .collect();
        match values.len() {
            0 => None,
            1 => values.pop(),
            _ => Some(Expr::List(values)),
        }
    }

    /// Reads the expression in a field of a node.
    pub(crate) fn field(&self, s: &mut Source, node: Node, field: &str) -> Expr {
        match node.child_by_field_name(field) {
            Some(node) => self.expr(s, node),
            None => Expr::Null,
        }
    }

    /// Returns a name for a variable that the script does not have.
    pub(crate) fn temporary(&self, stem: &str) -> String {
        let number = self.temporaries.get() + 1;
        self.temporaries.set(number);
        if number == 1 { stem.to_owned() } else { format!("{stem}{number}") }
    }

    /// Returns a call of a method of the script.
    pub(crate) fn own_call(&self, name: &str, args: Vec<Expr>) -> Expr {
        call(&plain_name(name), args)
    }

    pub(crate) fn is_exception(&self, name: &str) -> bool {
        self.exceptions.borrow().iter().any(|exception| exception == name)
    }
}

/// Returns the name of a variable in the tree.
pub(crate) fn variable(name: &str) -> String {
    name.trim_start_matches('$').trim_start_matches("@@").to_owned()
}

/// Whether it is `if __FILE__ == $0`.
fn is_main_file(s: &Source, node: Node) -> bool {
    let cond = node.child_by_field_name("condition").map(|cond| s.text(cond)).unwrap_or_default();
    cond.contains("__FILE__") && (cond.contains("$0") || cond.contains("$PROGRAM_NAME"))
}

/// The text for nothing.
pub(crate) fn empty() -> Expr {
    text("")
}

/// Returns the kind of error that a node raises.
fn raised_kind(s: &Source, node: Node) -> Option<String> {
    let name = node.child_by_field_name("method").filter(|_| node.kind() == "call")?;
    if !matches!(s.text(name), "raise" | "fail") {
        return None;
    }
    let Some(raised) = node.child_by_field_name("arguments").and_then(|args| args.named_child(0))
    else {
        return Some("RuntimeError".to_owned());
    };
    match raised.kind() {
        "call" => Some(s.text(raised.child_by_field_name("receiver")?).to_owned()),
        "constant" | "scope_resolution" => Some(s.text(raised).to_owned()),
        "string" => Some("RuntimeError".to_owned()),
        _ => None,
    }
}
