//! What the readers on grammars of tree-sitter share: parsing, places, comments between statements.

use tree_sitter::{Language as Grammar, Node, Parser, Tree};

use super::build::{index, property, var};
use super::walk;
use crate::tree::{Block, Expr, Stmt, StmtKind, Target};

/// How deep blocks and expressions may nest. What is deeper is not ported, so that no script overflows the stack.
pub(crate) const MAX_DEPTH: usize = 100;

/// The size of scripts that are searched for each handler of errors.
const MAX_SEARCHED: usize = 1 << 16;

/// A parsed script.
pub(crate) struct Source<'s> {
    pub(crate) text: &'s str,
    tree: Tree,
    depth: usize,
    /// Statements from inside the expression that is being read, to be put before it. `None` where they could not
    /// be: in a part that runs only sometimes.
    pub(crate) hoisted: Option<Block>,
}

impl<'s> Source<'s> {
    /// Parses a script. `None` if the grammar does not fit the runtime, which the tests of each reader exclude.
    pub(crate) fn parse(grammar: &Grammar, text: &'s str) -> Option<Source<'s>> {
        let mut parser = Parser::new();
        parser.set_language(grammar).ok()?;
        let tree = parser.parse(text, None)?;
        Some(Source { text, tree, depth: 0, hoisted: None })
    }

    /// Returns the root. It is a copy, so that the reader can be changed while nodes are read.
    pub(crate) fn tree(&self) -> Tree {
        self.tree.clone()
    }

    pub(crate) fn text(&self, node: Node) -> &'s str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// Runs a function one level deeper. `None` if that is too deep.
    pub(crate) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth == MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        Some(value)
    }

    /// Returns the expression for a node that the reader does not understand.
    pub(crate) fn unported(&self, node: Node, reason: impl Into<String>) -> Expr {
        Expr::Unported { source: self.text(node).to_owned(), reason: reason.into() }
    }

    /// Reads the statements among the nodes: `read` adds those of one node. Comments become statements in their place,
    /// or the `trailing` comment of the statement before them on its line. `comment_text` removes the comment sign.
    pub(crate) fn block<'t>(
        &mut self,
        nodes: impl IntoIterator<Item = Node<'t>>,
        read: &mut dyn FnMut(&mut Self, Node<'t>, &mut Block),
    ) -> Block {
        let mut block = Block::new();
        // The line where the node before ended.
        let mut last_line = None;
        for node in nodes {
            let line = node.start_position().row + 1;
            // Some grammars count the line end as part of a node.
            let end_line = end_line(node);
            let blank_before = last_line.is_some_and(|last| line > last + 1);
            let from = block.len();
            if node.kind().contains("comment") {
                let text = self.text(node);
                let is_trailing = last_line == Some(line) && !text.contains('\n');
                match block.last_mut().filter(|last| is_trailing && last.trailing.is_none()) {
                    Some(last) => last.trailing = Some(comment_lines(text).concat()),
                    None => {
                        for (at, comment) in comment_lines(text).into_iter().enumerate() {
                            block.push(stmt(line + at, line + at, StmtKind::Comment(comment)));
                        }
                    }
                }
            } else if node.is_missing() || node.is_error() {
                let reason = "this is not understood here".to_owned();
                block.push(stmt(line, end_line, StmtKind::Unported(reason)));
            } else {
                read(self, node, &mut block);
            }
            if let Some(first) = block.get_mut(from) {
                first.blank_before |= blank_before;
            }
            last_line = Some(end_line.max(last_line.unwrap_or(0)));
        }
        block
    }

    /// Returns a statement for a node.
    pub(crate) fn stmt(&self, node: Node, kind: StmtKind) -> Stmt {
        stmt(node.start_position().row + 1, end_line(node), kind)
    }
}

fn stmt(line: usize, end_line: usize, kind: StmtKind) -> Stmt {
    Stmt { line, end_line, blank_before: false, trailing: None, kind }
}

/// Returns the last line of a node, without a line end that belongs to it.
pub(crate) fn end_line(node: Node) -> usize {
    let end = node.end_position();
    let start = node.start_position();
    if end.column == 0 && end.row > start.row { end.row } else { end.row + 1 }
}

/// Returns the children of a node that have a name. Comments are among them.
pub(crate) fn named_children(node: Node) -> Vec<Node> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

/// Calls a function with a node and all inside it.
pub(crate) fn each_node<'t>(node: Node<'t>, visit: &mut dyn FnMut(Node<'t>)) {
    let mut cursor = node.walk();
    loop {
        visit(cursor.node());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// Returns the kinds of errors that a block raises: those that `kind_of` finds in it, and in the whole script if it
/// calls functions of the script.
pub(crate) fn raised<'s>(
    source: &Source<'s>,
    node: Node,
    body: &Block,
    kind_of: &dyn Fn(&Source<'s>, Node) -> Option<String>,
) -> Vec<String> {
    let mut kinds = Vec::new();
    each_node(node, &mut |node| kinds.extend(kind_of(source, node)));
    let mut calls = false;
    walk::exprs(&mut body.clone(), &mut |expr| calls |= matches!(expr, Expr::Call { .. }));
    if calls && source.text.len() < MAX_SEARCHED {
        let tree = source.tree();
        each_node(tree.root_node(), &mut |node| kinds.extend(kind_of(source, node)));
    }
    kinds
}

/// Returns the lines of a comment without the signs of any of the languages, and without one space behind them.
pub(crate) fn comment_lines(text: &str) -> Vec<String> {
    let text = text.trim_end();
    if let Some(inner) = text.strip_prefix("/*").or_else(|| text.strip_prefix("(*")) {
        let inner = inner.strip_suffix("*/").or_else(|| inner.strip_suffix("*)")).unwrap_or(inner);
        let lines = inner.lines().map(|line| {
            let line = line.trim();
            let line = line.strip_prefix('*').unwrap_or(line);
            line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()
        });
        let lines: Vec<String> = lines.collect();
        let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(0);
        let last = lines.iter().rposition(|line| !line.is_empty()).map_or(first, |last| last + 1);
        return lines[first..last].to_vec();
    }
    let lines = text.lines().map(|line| {
        let line = line.trim();
        let line = ["///", "//", "#", "'", "--", ";"]
            .iter()
            .find_map(|sign| line.strip_prefix(sign))
            .unwrap_or(line);
        line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()
    });
    lines.collect()
}

/// Reads the parts of a statement. What has to run before it becomes statements of its own.
pub(crate) fn statement<'s, T>(
    source: &mut Source<'s>,
    out: &mut Block,
    read: impl FnOnce(&mut Source<'s>) -> T,
) -> T {
    let outer = source.hoisted.replace(Block::new());
    let value = read(source);
    let hoisted = std::mem::replace(&mut source.hoisted, outer);
    out.extend(hoisted.unwrap_or_default());
    value
}

/// Reads a part of an expression that runs only sometimes.
pub(crate) fn apart<'s, T>(source: &mut Source<'s>, read: impl FnOnce(&mut Source<'s>) -> T) -> T {
    let outer = source.hoisted.take();
    let value = read(source);
    source.hoisted = outer;
    value
}

/// Puts an assignment before the statement that it is part of.
pub(crate) fn hoist(source: &mut Source, node: Node, target: Target, value: Expr) -> Expr {
    let result = match &target {
        Target::Var(name) => var(name.clone()),
        Target::Property { object, name } => property(object.clone(), name.clone()),
        Target::Index { object, index: at } => index(object.clone(), at.clone()),
    };
    let stmt = source.stmt(node, StmtKind::Assign { target, value });
    match &mut source.hoisted {
        Some(hoisted) => {
            hoisted.push(stmt);
            result
        }
        None => source.unported(node, "an assignment inside an expression"),
    }
}
