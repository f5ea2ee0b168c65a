//! Reader of C#, Java, Go, C++ and C, on the grammars of tree-sitter.
//!
//! The grammars name most things alike, so that one walk reads all of them; what differs are the libraries.

// * `prepare.rs`, `directives.rs`: the text before it is parsed,
// * `mod.rs`: the script; `program.rs`: the last changes, when all is read,
// * `statements.rs`, `declarations.rs`, `loops.rs`, `switches.rs`, `functions.rs`, `exceptions.rs`, `errors.rs`: statements,
// * `expressions.rs`, `steps.rs`, `reasons.rs`, `calls.rs`, `methods.rs`, `places.rs`, `literals.rs`: expressions; `types.rs`: types,
// * `csharp.rs`, `java.rs`, `go.rs`, `cpp.rs`, `c.rs`: the libraries of the languages.

mod assigned;
mod c;
mod calls;
mod cpp;
mod csharp;
mod declarations;
mod directives;
mod errors;
mod exceptions;
mod expressions;
mod functions;
mod go;
mod java;
mod literals;
mod loops;
mod methods;
mod places;
mod prepare;
mod program;
mod reasons;
mod statements;
mod steps;
mod switches;
mod types;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use tree_sitter::{Language as Grammar, Node};

use self::prepare::{Mark, TOO_DEEP, prepare};
use self::types::Types;
use crate::language::Language;
use crate::read::shared::build;
use crate::read::shared::grammar::{Source, comment_lines, end_line};
use crate::tree::{Block, Expr, Hint, Stmt, StmtKind};

pub(super) use self::calls::Called;
use self::calls::unported;
pub(super) use self::literals::go_printf;
pub(super) use self::methods::{comparison, format_number};

/// A script while it is read.
pub(super) struct Reader {
    pub(super) language: Language,
    types: Types,
    /// The functions of the script.
    functions: HashMap<String, functions::Known>,
    /// The functions that something calls.
    called: HashSet<String>,
    /// The classes of the script whose methods become functions.
    classes: HashSet<String>,
    /// The classes of the script that have a state of their own.
    stateful: HashSet<String>,
    /// The packages that the script imports, by the names that it uses for them.
    packages: HashSet<String>,
    /// The variables, with what is known of their types.
    hints: HashMap<String, Hint>,
    /// The variables that hold a key of a map with its value: the map.
    entries: HashMap<String, Expr>,
    /// The variables that hold an exception.
    exceptions: HashSet<String>,
    /// The variables that a call fills with a text: `CkString`.
    outs: HashSet<String>,
    /// The variable with the arguments of the program.
    args: Option<String>,
    /// What has to happen before the statement that is being read.
    before: Vec<StmtKind>,
    /// What has to happen behind it.
    after: Vec<StmtKind>,
    /// The exceptions of the `catch` blocks around the statement.
    rethrow: Vec<String>,
    /// What the function around the statement returns.
    results: functions::Results,
    /// Whether the last argument of the call is a variable that the call fills.
    fills: bool,
    /// The map over whose entries a loop goes.
    entry: Option<Expr>,
    /// The type of the list or map that was made last.
    made: Hint,
    /// Where the statement begins that the one before has read, too.
    consumed: Option<usize>,
    /// The last line of the script.
    last_line: usize,
}

/// Reads a script.
pub(super) fn read(language: Language, script: &str) -> Block {
    let grammar: Grammar = match language {
        Language::CSharp => tree_sitter_c_sharp::LANGUAGE.into(),
        Language::Java => tree_sitter_java::LANGUAGE.into(),
        Language::Go => tree_sitter_go::LANGUAGE.into(),
        // C is read with the grammar of C++.
        _ => tree_sitter_cpp::LANGUAGE.into(),
    };
    let last_line = script.lines().count().max(1);
    if script.contains('\0') {
        let reason = "this is not text".to_owned();
        return vec![build::at(1, last_line, StmtKind::Unported(reason))];
    }
    let mut text = prepare(language, script);
    if matches!(language, Language::Cpp | Language::C) {
        // Not all statements are allowed outside of functions.
        text = format!("void script(){{{text}\n}}");
    }
    let Some(mut source) = Source::parse(&grammar, &text) else { return Block::new() };
    let tree = source.tree();
    let mut reader = Reader {
        language,
        types: Types::default(),
        functions: HashMap::new(),
        called: HashSet::new(),
        classes: HashSet::new(),
        stateful: HashSet::new(),
        packages: HashSet::new(),
        hints: HashMap::new(),
        entries: HashMap::new(),
        exceptions: HashSet::new(),
        outs: HashSet::new(),
        args: None,
        before: Vec::new(),
        after: Vec::new(),
        rethrow: Vec::new(),
        results: functions::Results::default(),
        fills: false,
        entry: None,
        made: Hint::Unknown,
        consumed: None,
        last_line,
    };
    reader.types.is_imported = language == Language::CSharp && text.contains("using Chilkat;");
    reader.collect(&source, tree.root_node());
    let root = reader.content(tree.root_node());
    let block = reader.block(&mut source, root);
    reader.into_program(block)
}

impl Reader {
    /// Returns the statements of the script: in C++ they stand in the function that is around them.
    fn content<'t>(&self, root: Node<'t>) -> Vec<Node<'t>> {
        if matches!(self.language, Language::Cpp | Language::C) {
            let nodes = children(root);
            let body = nodes.first().and_then(|function| function.child_by_field_name("body"));
            if let Some(body) = body {
                return children(body).into_iter().chain(nodes.into_iter().skip(1)).collect();
            }
        }
        children(root)
    }

    /// Reads the statements among the nodes, with their comments.
    fn block<'t>(&mut self, src: &mut Source, nodes: Vec<Node<'t>>) -> Block {
        let mut block = Block::new();
        let mut last_line = None;
        for node in nodes.into_iter().flat_map(parts_of_error) {
            let line = node.start_position().row + 1;
            let end_line = end_line(node);
            let from = block.len();
            if node.kind().contains("comment") {
                self.comment(src, node, last_line == Some(line), &mut block);
            } else if self.consumed.is_none_or(|at| at != node.start_byte()) {
                self.statement(src, node, &mut block);
            }
            if let Some(first) = block.get_mut(from) {
                first.blank_before |= last_line.is_some_and(|last| line > last + 1);
            }
            last_line = Some(end_line.max(last_line.unwrap_or(0)));
        }
        merge_unported(&mut block);
        block
    }

    fn comment(&mut self, src: &Source, node: Node, is_behind: bool, block: &mut Block) {
        let text = src.text(node);
        let (line, end_line) = self.lines(node);
        if let Some(reason) = marked(text, Mark::UNPORTED) {
            block.push(build::at(line, end_line, StmtKind::Unported(reason)));
        } else if marked(text, Mark::BOILERPLATE).is_some() {
            block.push(build::at(line, end_line, StmtKind::Boilerplate));
        } else if let Some(last) = block
            .last_mut()
            .filter(|_| is_behind && !text.contains('\n'))
            .filter(|last| takes_comment(last, line))
        {
            last.trailing = Some(comment_lines(text).concat());
        } else {
            for (at, comment) in comment_lines(text).into_iter().enumerate() {
                block.push(build::at(line + at, line + at, StmtKind::Comment(comment)));
            }
        }
    }

    /// Returns the first and the last line of a node.
    fn lines(&self, node: Node) -> (usize, usize) {
        let line = (node.start_position().row + 1).min(self.last_line);
        (line, end_line(node).clamp(line, self.last_line))
    }

    /// Adds a statement, behind what has to happen before it.
    fn push(&mut self, node: Node, kind: StmtKind, out: &mut Block) {
        let (line, end_line) = self.lines(node);
        let kind = match kind {
            // A single value is printed as it is.
            StmtKind::Print { value: Expr::Concat(mut parts), newline, to_stderr }
                if parts.len() == 1 =>
            {
                let value = parts.remove(0);
                StmtKind::Print { value, newline, to_stderr }
            }
            kind => kind,
        };
        let before = std::mem::take(&mut self.before);
        out.extend(before.into_iter().map(|kind| build::at(line, line, kind)));
        out.push(build::at(line, end_line, kind));
        let after = std::mem::take(&mut self.after);
        out.extend(after.into_iter().map(|kind| build::at(end_line, end_line, kind)));
    }

    fn push_unported(&mut self, node: Node, reason: &str, out: &mut Block) {
        self.before.clear();
        self.after.clear();
        self.push(node, StmtKind::Unported(reason.to_owned()), out);
    }

    /// Reads a block, or a statement without braces, with a function for its statements.
    fn body(&mut self, src: &mut Source, node: Node) -> Block {
        let nodes = match node.kind() {
            "block"
            | "compound_statement"
            | "else_clause"
            | "statement_list"
            | "switch_body"
            | "arrow_expression_clause" => block_children(node),
            _ => vec![node],
        };
        let outer = std::mem::take(&mut self.before);
        let block = src.deeper(|src| self.block(src, nodes));
        self.before = outer;
        block.unwrap_or_else(|| {
            let (line, end_line) = self.lines(node);
            vec![build::at(line, end_line, StmtKind::Unported(TOO_DEEP.to_owned()))]
        })
    }

    /// Notes a variable.
    pub(super) fn declare(&mut self, name: &str, hint: Hint) {
        self.exceptions.remove(name);
        self.entries.remove(name);
        self.outs.remove(name);
        self.hints.insert(name.to_owned(), hint);
    }

    /// Returns an expression as it is shown in a text: an exception by its message.
    pub(super) fn shown(&self, expr: Expr) -> Expr {
        match &expr {
            Expr::Var(name) if self.exceptions.contains(name) => {
                build::builtin(crate::tree::Builtin::Message, vec![expr])
            }
            _ => expr,
        }
    }

    /// Returns what is known of an expression's type.
    pub(super) fn hint_of(&self, expr: &Expr) -> Hint {
        use crate::tree::Builtin as B;
        match expr {
            Expr::Text(_) | Expr::Concat(_) => Hint::Text,
            Expr::Int(_) => Hint::Int,
            Expr::Float(_) => Hint::Float,
            Expr::Bool(_) => Hint::Bool,
            Expr::New(class) => Hint::Object(class.clone()),
            Expr::List(items) => {
                Hint::List(Box::new(items.first().map_or(Hint::Unknown, |item| self.hint_of(item))))
            }
            Expr::Map(_) => Hint::Map(Box::default()),
            Expr::Var(name) => self.hints.get(name).cloned().unwrap_or_default(),
            Expr::Call { name, .. } => {
                self.functions.get(name).map(|known| known.returns.clone()).unwrap_or_default()
            }
            Expr::Builtin { function, args } => match function {
                B::ToText
                | B::Upper
                | B::Lower
                | B::Trim
                | B::Substring
                | B::Replace
                | B::Join
                | B::Repeat
                | B::Env
                | B::Arg
                | B::Message
                | B::Fixed
                | B::PadLeft
                | B::PadRight
                | B::Char
                | B::ReadFile => Hint::Text,
                B::ToInt | B::ParseInt | B::Length | B::IndexOf | B::ArgCount | B::UnixTime => {
                    Hint::Int
                }
                B::Split | B::Keys => Hint::List(Box::new(Hint::Text)),
                B::Contains | B::StartsWith | B::EndsWith | B::HasKey | B::FileExists => Hint::Bool,
                B::Abs | B::Min | B::Max => {
                    args.first().map(|arg| self.hint_of(arg)).unwrap_or_default()
                }
                _ => Hint::Unknown,
            },
            Expr::Choice { yes, .. } => self.hint_of(yes),
            Expr::Index { object, .. } => match self.hint_of(object) {
                Hint::List(item) | Hint::Map(item) => *item,
                Hint::Text => Hint::Text,
                _ => Hint::Unknown,
            },
            _ => Hint::Unknown,
        }
    }
}

/// Returns whether a comment on a line belongs to a statement.
fn takes_comment(stmt: &Stmt, line: usize) -> bool {
    let is_simple = matches!(
        stmt.kind,
        StmtKind::Declare { .. }
            | StmtKind::Assign { .. }
            | StmtKind::Expr(_)
            | StmtKind::Print { .. }
    );
    stmt.trailing.is_none() && (stmt.line == line || stmt.end_line == line && is_simple)
}

/// Returns the reason in a comment that stands for lines of the script.
fn marked(comment: &str, mark: char) -> Option<String> {
    let rest = comment.strip_prefix("/*")?.strip_prefix(mark)?;
    Some(rest.strip_suffix("*/").unwrap_or(rest).trim_end().to_owned())
}

/// Returns the children of a node that have a name.
fn children(node: Node) -> Vec<Node> {
    crate::read::shared::grammar::named_children(node)
}

/// Returns the children of a node that have a name and are no comments.
fn code_children(node: Node) -> Vec<Node> {
    children(node).into_iter().filter(|child| !child.kind().contains("comment")).collect()
}

/// Returns the statements of a block.
fn block_children(node: Node) -> Vec<Node> {
    let nodes = children(node).into_iter();
    nodes
        .flat_map(|node| if node.kind() == "statement_list" { children(node) } else { vec![node] })
        .collect()
}

/// Returns the statements in an error of several lines: what is understood around a broken line is read.
fn parts_of_error(node: Node) -> Vec<Node> {
    if !node.is_error() || node.start_position().row == node.end_position().row {
        return vec![node];
    }
    let mut cursor = node.walk();
    node.children(&mut cursor).collect()
}

/// Makes one statement of neighbours that are not ported for the same reason.
fn merge_unported(block: &mut Block) {
    block.dedup_by(|next: &mut Stmt, last: &mut Stmt| {
        let is_same = matches!(&last.kind, StmtKind::Unported(_)) && next.kind == last.kind;
        let is_merged = is_same && next.line <= last.end_line + 1 && !next.blank_before;
        if is_merged {
            last.end_line = last.end_line.max(next.end_line);
        }
        is_merged && last.trailing.is_none()
    });
}

/// Returns the first of the fields that a node has.
fn field<'t>(node: Node<'t>, names: &[&str]) -> Option<Node<'t>> {
    names.iter().find_map(|name| node.child_by_field_name(name))
}

/// Returns whether something in a node is not understood. A semicolon may be missing.
fn is_broken(node: Node, depth: usize) -> bool {
    if !node.has_error() {
        return false;
    }
    if depth > crate::read::shared::grammar::MAX_DEPTH || node.is_error() {
        return true;
    }
    if node.is_missing() {
        return node.kind() != ";";
    }
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| is_broken(child, depth + 1))
}
