//! The reader of Ruby, on the grammar of tree-sitter: statements.
//!
//! `ruby_expr.rs` reads expressions, `ruby_calls.rs` calls of Ruby's own methods, `ruby_text.rs` literals.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use tree_sitter::Node;

use crate::read::build::{at, binary, builtin, call, not, text, var};
use crate::read::grammar::{Source, end_line, named_children};
use crate::read::repair::{self, Repair};
use crate::read::ruby_define::plain_name;
use crate::read::ruby_flow::is_leave;
use crate::read::ruby_text;
use crate::read::shape::{self, Classes};
use crate::tree::{BinaryOp, Block, Builtin, Catch, Expr, Param, Stmt, StmtKind, Target};

/// Reads a script.
pub(crate) fn read(script: &str) -> Block {
    let grammar = tree_sitter_ruby::LANGUAGE.into();
    let with = Repair {
        grammar: &grammar,
        open_strings: ruby_text::open_strings,
        close_blocks: ruby_text::close_blocks,
        openers: &["if", "unless", "while", "until", "elsif", "case", "for"],
        behind_condition: "",
    };
    let repaired = repair::repair(script, &with);
    let text = repaired.as_deref().unwrap_or(script);
    let Some(mut s) = Source::parse(&grammar, text) else { return Block::new() };
    let tree = s.tree();
    let reader = Reader::new(&mut s, tree.root_node());
    let mut block = reader.block(&mut s, named_children(tree.root_node()));
    let last_line = script.lines().count().max(1);
    block.retain(|stmt| stmt.line <= last_line);
    shape::inline_main(&mut block);
    reader.classes.into_inner().flatten(&mut block);
    shape::return_last_values(&mut block);
    shape::drop_unused_values(&mut block);
    shape::drop_magic_comments(&mut block);
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
        let mut catch: Option<Catch> = None;
        let mut finally = Block::new();
        for part in parts {
            match part.kind() {
                // Rust has one kind of error here, so the first clause takes all.
                "rescue" if catch.is_none() => catch = Some(self.rescue(s, part)),
                "rescue" => {
                    if let Some(catch) = &mut catch {
                        let reason = "another rescue; the first one takes all errors";
                        catch.body.push(s.stmt(part, StmtKind::Unported(reason.to_owned())));
                    }
                }
                "else" => body.extend(self.block_of(s, Some(part))),
                _ => finally = self.block_of(s, Some(part)),
            }
        }
        vec![s.stmt(node, StmtKind::Try { body, catch, finally })]
    }

    pub(crate) fn rescue(&self, s: &mut Source, node: Node) -> Catch {
        let variable = node.child_by_field_name("variable");
        let name = variable
            .and_then(|variable| variable.named_child(0))
            .map(|name| s.text(name).trim_start_matches('@').to_owned());
        let depth = self.exceptions.borrow().len();
        self.exceptions.borrow_mut().extend(name.clone());
        let body = self.block_of(s, node.child_by_field_name("body"));
        self.exceptions.borrow_mut().truncate(depth);
        Catch { name, body }
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

    pub(crate) fn operator_assignment(&self, s: &mut Source, node: Node) -> StmtKind {
        let operator =
            node.child_by_field_name("operator").map(|node| s.text(node)).unwrap_or_default();
        let Some(left) = node.child_by_field_name("left") else {
            return StmtKind::Unported("this is not understood here".to_owned());
        };
        let target = match self.target(s, left) {
            Ok(target) => target,
            Err(reason) => return StmtKind::Unported(reason),
        };
        let old = self.expr(s, left);
        let right = node.child_by_field_name("right");
        let value = self.field(s, node, "right");
        let op = match operator {
            "+=" => {
                if right.is_some_and(|right| right.kind() == "array")
                    && let Expr::List(items) = &value
                    && let [item] = items.as_slice()
                {
                    return StmtKind::Expr(builtin(Builtin::Push, vec![old, item.clone()]));
                }
                BinaryOp::Add
            }
            "-=" => BinaryOp::Sub,
            "*=" => BinaryOp::Mul,
            "/=" => BinaryOp::Div,
            "%=" => BinaryOp::Rem,
            "&&=" | "&=" => BinaryOp::And,
            "|=" => BinaryOp::Or,
            "||=" => {
                let cond = binary(BinaryOp::Eq, old, Expr::Null);
                let line = node.start_position().row + 1;
                let body = vec![at(line, end_line(node), StmtKind::Assign { target, value })];
                return StmtKind::If { branches: vec![(cond, body)], otherwise: None };
            }
            _ => return StmtKind::Unported(format!("the operator `{operator}` is not ported")),
        };
        StmtKind::Assign { target, value: binary(op, old, value) }
    }

    pub(crate) fn target(&self, s: &mut Source, node: Node) -> Result<Target, String> {
        match node.kind() {
            "identifier" | "constant" | "instance_variable" | "class_variable"
            | "global_variable" => Ok(Target::Var(variable(s.text(node)))),
            "element_reference" => {
                let object = self.field(s, node, "object");
                let index = node.named_child(1).map(|index| self.expr(s, index));
                Ok(Target::Index { object, index: index.unwrap_or(Expr::Null) })
            }
            "call" => {
                let object = self.field(s, node, "receiver");
                let name = node.child_by_field_name("method").map(|name| s.text(name));
                Ok(Target::Property { object, name: name.unwrap_or_default().to_owned() })
            }
            _ => Err("this assignment is not ported".to_owned()),
        }
    }

    pub(crate) fn assignment(&self, s: &mut Source, node: Node, out: &mut Block) {
        let line = node.start_position().row + 1;
        let last = end_line(node);
        let mut push = |kind| out.push(at(line, last, kind));
        let (Some(left), Some(right)) =
            (node.child_by_field_name("left"), node.child_by_field_name("right"))
        else {
            return push(StmtKind::Unported("this is not understood here".to_owned()));
        };
        if left.kind() == "left_assignment_list" {
            return self.assignments(s, left, right, out);
        }
        let target = match self.target(s, left) {
            Ok(target) => target,
            Err(reason) => return push(StmtKind::Unported(reason)),
        };
        match right.kind() {
            // a = b = c
            "assignment" => {
                self.statement(s, right, out);
                let value = self.field(s, right, "left");
                out.push(at(line, last, StmtKind::Assign { target, value }));
            }
            "rescue_modifier" => {
                let value = self.field(s, right, "body");
                let other = self.field(s, right, "handler");
                let set =
                    |value| at(line, last, StmtKind::Assign { target: target.clone(), value });
                let catch = Some(Catch { name: None, body: vec![set(other)] });
                push(StmtKind::Try { body: vec![set(value)], catch, finally: Block::new() });
            }
            "if" | "unless" | "case" | "begin" => {
                let mut block = self.block(s, [right]);
                match assign_last(&mut block, &target) {
                    true => out.append(&mut block),
                    false => push(StmtKind::Unported("this value is not ported".to_owned())),
                }
            }
            "binary" if is_leave(s, right) => {
                let value = self.field(s, right, "left");
                let old = match &target {
                    Target::Var(name) => var(name),
                    _ => value.clone(),
                };
                push(StmtKind::Assign { target, value });
                let leave = right.child_by_field_name("right");
                let body = self.block_of(s, leave);
                let cond = binary(BinaryOp::Eq, old, Expr::Null);
                out.push(at(
                    line,
                    last,
                    StmtKind::If { branches: vec![(cond, body)], otherwise: None },
                ));
            }
            "right_assignment_list" => {
                let items = named_children(right).into_iter().map(|item| self.expr(s, item));
                let value = Expr::List(items.collect());
                push(StmtKind::Assign { target, value });
            }
            _ => {
                let value = self.expr(s, right);
                if let Target::Var(name) = &target
                    && shape::name_list(&mut self.before.borrow_mut(), &value, name)
                {
                    self.temporaries.set(self.temporaries.get().saturating_sub(1));
                    return;
                }
                push(StmtKind::Assign { target, value });
            }
        }
    }

    pub(crate) fn assignments(&self, s: &mut Source, left: Node, right: Node, out: &mut Block) {
        let line = left.start_position().row + 1;
        let targets: Vec<_> =
            named_children(left).into_iter().map(|node| self.target(s, node)).collect();
        let is_list = matches!(right.kind(), "right_assignment_list" | "array");
        let values = if is_list { named_children(right) } else { Vec::new() };
        let values: Vec<Expr> = values.into_iter().map(|node| self.expr(s, node)).collect();
        let uses_old = targets
            .iter()
            .any(|target| matches!(target, Ok(Target::Var(name)) if shape::uses(&values, name)));
        if values.len() != targets.len() || uses_old {
            let reason = "an assignment to several variables is not ported".to_owned();
            return out.push(at(line, end_line(right), StmtKind::Unported(reason)));
        }
        for (target, value) in targets.into_iter().zip(values) {
            let kind = match target {
                Ok(target) => StmtKind::Assign { target, value },
                Err(reason) => StmtKind::Unported(reason),
            };
            out.push(at(line, end_line(right), kind));
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

/// Assigns the last value of each branch. Returns false if one has none.
fn assign_last(block: &mut Block, target: &Target) -> bool {
    let Some(last) = block.iter_mut().rfind(|stmt| !matches!(stmt.kind, StmtKind::Comment(_)))
    else {
        return false;
    };
    let mut all = true;
    match &mut last.kind {
        StmtKind::Expr(value) => {
            let value = std::mem::replace(value, Expr::Null);
            last.kind = StmtKind::Assign { target: target.clone(), value };
        }
        StmtKind::If { otherwise, .. } | StmtKind::Switch { otherwise, .. } => {
            if otherwise.is_none() {
                let value = Expr::Null;
                let kind = StmtKind::Assign { target: target.clone(), value };
                *otherwise = Some(vec![at(last.line, last.end_line, kind)]);
            }
            last.for_each_block(&mut |block| all &= assign_last(block, target));
        }
        StmtKind::Try { body, catch, .. } => {
            all &= assign_last(body, target);
            if let Some(catch) = catch {
                all &= assign_last(&mut catch.body, target);
            }
        }
        StmtKind::Throw(_) | StmtKind::Exit(_) | StmtKind::Return(_) => {}
        _ => all = false,
    }
    all
}

/// The text for nothing.
pub(crate) fn empty() -> Expr {
    text("")
}
