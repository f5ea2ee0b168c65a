//! What leaves a block or changes a variable in lines that are not ported.

use super::build::{call, run};
use super::facts::Role;
use super::lower::Lower;
use super::stmts::{placed, stand_in};
use super::value::Why;
use super::visit;
use crate::rust::ast::{Expr as Rust, Stmt as Line, StmtKind as LineKind};
use crate::tree::{Block, Expr, Stmt, StmtKind, Target};

/// How a statement leaves its block, from what stays in the function to what does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leave {
    Continue,
    Break,
    Ends,
}

/// Words that leave a block, in any of the languages.
const LEAVING: [(&str, Leave); 20] = [
    ("break", Leave::Break),
    ("exitloop", Leave::Break),
    ("last", Leave::Break),
    ("continue", Leave::Continue),
    ("continueloop", Leave::Continue),
    ("continuecase", Leave::Continue),
    ("next", Leave::Continue),
    ("redo", Leave::Continue),
    ("goto", Leave::Break),
    ("return", Leave::Ends),
    ("procedurereturn", Leave::Ends),
    ("exit", Leave::Ends),
    ("die", Leave::Ends),
    ("throw", Leave::Ends),
    ("raise", Leave::Ends),
    ("halt", Leave::Ends),
    ("abort", Leave::Ends),
    ("quit", Leave::Ends),
    ("cancel", Leave::Ends),
    ("croak", Leave::Ends),
];

/// Words at the start of what only defines something.
const DEFINING: [&str; 29] = [
    "class",
    "struct",
    "type",
    "def",
    "define",
    "func",
    "function",
    "sub",
    "procedure",
    "interface",
    "enum",
    "record",
    "module",
    "namespace",
    "public",
    "private",
    "protected",
    "internal",
    "static",
    "typedef",
    "union",
    "template",
    "property",
    "proc",
    "constructor",
    "destructor",
    "forward",
    "async",
    "implementation",
];

/// Words at the start of a statement with blocks.
const CONTROL: [&str; 16] = [
    "if", "unless", "while", "until", "for", "foreach", "switch", "select", "case", "try", "begin",
    "do", "loop", "else", "elseif", "repeat",
];

/// Words at the start of a handler of errors, of which another one takes the place.
const HANDLING: [&str; 5] = ["catch", "except", "rescue", "on", "trap"];

impl Lower<'_, '_> {
    /// Returns what stands for a statement that is not ported and leaves its block: nothing behind it runs.
    pub(super) fn left(&mut self, stmt: &Stmt, why: &Why) -> Vec<Line> {
        let Some((leave, always)) = self.leaving(stmt) else { return Vec::new() };
        // A test of what is not here goes with it.
        if leave == Leave::Ends && why.absent {
            return Vec::new();
        }
        self.stands = true;
        let kind = match leave {
            Leave::Break if self.in_loop => Some(LineKind::Break),
            Leave::Continue if self.in_loop => Some(LineKind::Continue),
            _ => None,
        };
        let text = Rust::Text(placed(stmt.line, why));
        match kind {
            Some(kind) if always => {
                vec![run(call("not_ported::<()>", vec![text])), super::build::stmt(kind)]
            }
            Some(kind) => {
                let cond = Box::new(stand_in(stmt.line, why));
                let then = vec![super::build::stmt(kind)];
                vec![run(Rust::If { cond, then, otherwise: None })]
            }
            None => vec![run(call("not_ported::<()>", vec![text]))],
        }
    }

    /// Returns how a statement may leave its block, and whether it always does.
    fn leaving(&self, stmt: &Stmt) -> Option<(Leave, bool)> {
        let mut found = None;
        self.leavings(stmt, true, false, &mut found);
        let always = match &stmt.kind {
            StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Return(_)
            | StmtKind::Exit(_)
            | StmtKind::Throw(_) => true,
            StmtKind::Unported(_) => {
                let first = self.text_of(stmt).first().map(|line| line.trim_start().to_owned());
                let first = first.and_then(|line| words(&line).next().map(str::to_owned));
                first.is_some_and(|word| leave_of(&word).is_some())
            }
            _ => false,
        };
        found.map(|leave| (leave, always))
    }

    fn leavings(&self, stmt: &Stmt, outside: bool, caught: bool, found: &mut Option<Leave>) {
        let mut add = |leave: Leave| {
            let counts = outside || leave == Leave::Ends;
            if counts && found.is_none_or(|known| known < leave) {
                *found = Some(leave);
            }
        };
        match &stmt.kind {
            StmtKind::Break => add(Leave::Break),
            StmtKind::Continue => add(Leave::Continue),
            StmtKind::Return(_) | StmtKind::Exit(_) => add(Leave::Ends),
            StmtKind::Throw(_) if !caught => add(Leave::Ends),
            StmtKind::Unported(_) => {
                if let Some(leave) = leave_in(&self.text_of(stmt)) {
                    add(leave);
                }
            }
            StmtKind::Function(_) => return,
            StmtKind::Try { body, catch, finally } => {
                for (block, caught) in [(body, catch.is_some() || caught), (finally, caught)] {
                    block.iter().for_each(|stmt| self.leavings(stmt, outside, caught, found));
                }
                let handler = catch.iter().flat_map(|catch| &catch.body);
                handler.for_each(|stmt| self.leavings(stmt, outside, caught, found));
                return;
            }
            _ => {}
        }
        let outside = outside && !is_loop(&stmt.kind);
        visit::blocks(stmt, &mut |block| {
            block.iter().for_each(|stmt| self.leavings(stmt, outside, caught, found));
        });
    }

    /// Returns whether a block leaves the function or the loop somewhere.
    pub(super) fn may_leave(&self, block: &Block) -> bool {
        let mut found = None;
        block.iter().for_each(|stmt| self.leavings(stmt, true, false, &mut found));
        found.is_some()
    }

    /// Returns the lines of a statement.
    fn text_of(&self, stmt: &Stmt) -> Vec<&str> {
        self.lines.range(stmt.line, stmt.end_line)
    }

    /// Marks the variables that a statement without a port changes. What needs them is not ported either.
    pub(super) fn forget(&mut self, stmt: &Stmt, why: &Why) {
        let mut found = Vec::new();
        self.changed_in(stmt, &mut found);
        for id in found {
            let binding = self.binding(id);
            let is_local = matches!(binding.role, Role::Local | Role::Param { .. });
            if binding.missing.is_none() && is_local && !self.found.missing.contains_key(&id) {
                let name = self.said(&binding.name);
                let text = match self.has_value(id) {
                    true => format!("line {} changes {name}: {}", stmt.line, why.text),
                    false => why.text.clone(),
                };
                self.found.missing.insert(id, Why { text, ..why.clone() });
            }
        }
    }

    fn changed_in(&self, stmt: &Stmt, found: &mut Vec<usize>) {
        match &stmt.kind {
            StmtKind::Assign { target: Target::Var(name), .. }
            | StmtKind::Assign { target: Target::Index { object: Expr::Var(name), .. }, .. }
            | StmtKind::Attempt { name: Some(name), .. } => found.extend(self.facts.id(name)),
            StmtKind::Unported(_) => self.changed_by_text(&self.text_of(stmt), found),
            _ => {}
        }
        visit::own_exprs(stmt, &mut |expr| {
            visit::all_exprs(expr, &mut |expr| match expr {
                Expr::Builtin { function: crate::tree::Builtin::Push, args } => {
                    if let Some(Expr::Var(name)) = args.first() {
                        found.extend(self.facts.id(name));
                    }
                }
                Expr::Call { name, args } => {
                    let Some(at) = self.facts.by_name.get(name) else { return };
                    for (arg, param) in args.iter().zip(&self.facts.routines[*at].params) {
                        let by_ref = self.binding(*param).role == Role::Param { by_ref: true };
                        if let (Expr::Var(name), true) = (arg, by_ref) {
                            found.extend(self.facts.id(name));
                        }
                    }
                }
                Expr::Unported { source, .. } => {
                    self.changed_by_text(&source.lines().collect::<Vec<_>>(), found);
                }
                _ => {}
            });
        });
        if !matches!(stmt.kind, StmtKind::Function(_)) {
            visit::blocks(stmt, &mut |block| {
                block.iter().for_each(|stmt| self.changed_in(stmt, found));
            });
        }
    }

    /// Finds the variables that lines of the script change, by their text.
    fn changed_by_text(&self, text: &[&str], found: &mut Vec<usize>) {
        let is_skipped = |line: &&str| starts_with(line, &DEFINING) || starts_with(line, &HANDLING);
        if text.first().is_some_and(is_skipped) {
            return;
        }
        let names: Vec<String> =
            text.iter().flat_map(|line| changed_names(line)).map(str::to_lowercase).collect();
        for (id, binding) in self.facts.bindings.iter().enumerate() {
            let is_value = !matches!(binding.ty, super::types::Ty::Object(_));
            if binding.routine == self.routine && is_value && !names.is_empty() {
                let name = self.said(&binding.name).to_lowercase();
                let name =
                    name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
                if names.iter().any(|other| other == name || *other == binding.name.to_lowercase())
                {
                    found.push(id);
                }
            }
        }
    }
}

fn is_loop(kind: &StmtKind) -> bool {
    matches!(
        kind,
        StmtKind::While { .. }
            | StmtKind::DoWhile { .. }
            | StmtKind::For { .. }
            | StmtKind::ForEach { .. }
    )
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

fn starts_with(line: &str, with: &[&str]) -> bool {
    let first = words(line).next().map(str::to_ascii_lowercase);
    first.is_some_and(|first| with.contains(&first.as_str()))
}

fn leave_of(word: &str) -> Option<Leave> {
    let word = word.to_ascii_lowercase();
    LEAVING.iter().find(|(leaving, _)| *leaving == word).map(|(_, leave)| *leave)
}

/// Returns how lines of a script leave their block, as far as their words say.
fn leave_in(lines: &[&str]) -> Option<Leave> {
    let [first, others @ ..] = lines else { return None };
    // A label before it.
    let first = match first.split_once(':') {
        Some((label, rest)) if words(label).count() == 1 && !rest.starts_with(['=', ':']) => rest,
        _ => first,
    };
    let others_matter = words(first).next().is_none() || starts_with(first, &CONTROL);
    if starts_with(first, &DEFINING)
        || starts_with(first, &HANDLING)
        || (!others.is_empty() && !others_matter)
    {
        return None;
    }
    let has_function = |line: &str| {
        words(line).any(|word| ["function", "func", "lambda", "fn"].contains(&word))
            || line.contains("=>")
            || line.contains("->(")
    };
    let mut found: Option<Leave> = None;
    for line in std::iter::once(first).chain(others.iter().copied()) {
        if has_function(line) {
            continue;
        }
        for word in words(without_texts(line).as_str()) {
            let is_end = ["next", "last", "exit"].contains(&word.to_ascii_lowercase().as_str());
            // `Next` ends a loop of Basic.
            if is_end && word.eq_ignore_ascii_case("next") && !others.is_empty() {
                continue;
            }
            if let Some(leave) = leave_of(word) {
                found = Some(found.map_or(leave, |known| known.max(leave)));
            }
        }
    }
    found
}

/// Returns a line without what is between quotes.
fn without_texts(line: &str) -> String {
    let mut quote = None;
    let mut result = String::new();
    for c in line.chars() {
        match quote {
            Some(end) if c == end => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None => result.push(c),
        }
    }
    result
}

/// Returns the names of variables that a line changes, as far as its text says.
fn changed_names(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    while let Some(start) = line[at..].find(is_part).map(|start| at + start) {
        let end = line[start..].find(|c| !is_part(c)).map_or(line.len(), |end| start + end);
        at = end;
        let name = &line[start..end];
        let before = line[..start].trim_end_matches(['$', '@', '*']).trim_end();
        let mut behind = line[end..].trim_start();
        let has_index = behind.starts_with('[');
        if has_index {
            behind = behind.find(']').map_or("", |end| behind[end + 1..].trim_start());
        }
        let sets = (behind.starts_with('=')
            && !behind.starts_with("==")
            && !behind.starts_with("=~")
            && !behind.starts_with("=>"))
            || [
                ":=", "+=", "-=", "*=", "/=", "%=", ".=", "&=", "|=", "^=", "<<=", ">>=", "||=",
                "??=", "++", "--",
            ]
            .iter()
            .any(|op| behind.starts_with(op));
        let is_start = before.is_empty()
            || before.ends_with(['(', '{', '}', ';', ',', ':'])
            || before.ends_with("then")
            || before.ends_with("Then")
            || before.ends_with("else")
            || before.ends_with("Else")
            || before.ends_with(')');
        let is_declared = words(before).last().is_some_and(|word| {
            [
                "let", "var", "set", "incr", "lappend", "append", "dim", "int", "string", "int64",
                "double", "float", "bool", "auto", "char",
            ]
            .contains(&word.to_ascii_lowercase().as_str())
        });
        let pushes = behind.starts_with("<<") && is_start;
        let steps = before.ends_with("++") || before.ends_with("--");
        let by_ref = before.ends_with('&') && !before.ends_with("&&") && before.len() > 1 && {
            let rest = before[..before.len() - 1].trim_end();
            rest.ends_with(['(', ','])
        };
        let by_word = words(before)
            .last()
            .is_some_and(|word| ["ref", "out", "incr", "lappend"].contains(&word))
            && before.ends_with(is_part);
        let calls = behind.starts_with('.') && is_start && !sets;
        if (sets && (is_start || is_declared || steps || behind.starts_with(['+', '-'])))
            || steps
            || pushes
            || by_ref
            || by_word
            || calls
        {
            found.push(name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_line_says_what_it_changes() {
        for (line, expected) in [
            ("sum += codes[i] << 1;", &["sum"][..]),
            ("for (i = 0; i < n; i++)", &["i", "i"]),
            ("if (a == 3) { b = c }", &["b"]),
            ("get(http, &status)", &["status"]),
            ("lines.remove(0)", &["lines"]),
            ("incr n", &["n"]),
            ("$names[$i] = $x;", &["names"]),
            ("print(\"%q\", name)", &[]),
            ("If x > 3 And y = 2 Then z = 1", &["z"]),
        ] {
            assert_eq!(changed_names(line), expected, "{line}");
        }
    }

    #[test]
    fn the_text_of_a_line_says_how_it_leaves() {
        for (lines, expected) in [
            (&["if ($i > 3) break 1;"][..], Some(Leave::Break)),
            (&["continue outer"], Some(Leave::Continue)),
            (&["goto done"], Some(Leave::Break)),
            (&["outer:", "for (;;) {", "  break outer;", "}"], Some(Leave::Break)),
            (&["puts \"return\""], None),
            (&["class A", "  def b", "    return 1", "  end", "end"], None),
            (&["x = lambda { return 1 }"], None),
            (&["For i = 1 To 3", "Next"], None),
        ] {
            assert_eq!(leave_in(lines), expected, "{lines:?}");
        }
    }
}
