//! The program that a script is: what `main` does is the script's body.

use super::Reader;
use super::functions::is_main;
use crate::language::Language;
use crate::read::shared::build;
use crate::tree::{Block, Expr, Function, Hint, Stmt, StmtKind};

impl Reader {
    /// Makes the body of `main`, or of the only function that nobody calls, the script's.
    pub(super) fn into_program(mut self, block: Block) -> Block {
        let is_entry =
            |stmt: &Stmt| matches!(&stmt.kind, StmtKind::Function(f) if is_main(&f.name));
        if let Some(at) = block.iter().position(is_entry) {
            return self.opened(block, at);
        }
        let mut block = block;
        let runs = block.iter().any(|stmt| {
            !matches!(
                stmt.kind,
                StmtKind::Declare { .. }
                    | StmtKind::Comment(_)
                    | StmtKind::Boilerplate
                    | StmtKind::Function(_)
                    | StmtKind::Unported(_)
                    | StmtKind::Dispose(_)
            )
        });
        let entries: Vec<usize> =
            (0..block.len()).filter(|at| self.is_entry(&block[*at])).collect();
        match entries.as_slice() {
            _ if runs => {}
            [] => {}
            [only] => return self.opened(block, *only),
            several => {
                let calls: Vec<Stmt> =
                    several.iter().filter_map(|at| self.started(&mut block[*at])).collect();
                block.extend(calls);
            }
        }
        exits(&mut block);
        block
    }

    /// Returns whether a statement is a function that a program runs by itself: of a button, of a sample.
    fn is_entry(&self, stmt: &Stmt) -> bool {
        let StmtKind::Function(function) = &stmt.kind else { return false };
        !self.called.contains(&function.name)
            && function.params.iter().all(|p| is_event(p, self.language))
    }

    /// Returns the call of a function that nobody calls.
    fn started(&mut self, stmt: &mut Stmt) -> Option<Stmt> {
        let StmtKind::Function(Function { name, params, .. }) = &mut stmt.kind else { return None };
        params.clear();
        let call = build::call(name, Vec::new());
        Some(build::at(stmt.end_line, stmt.end_line, StmtKind::Expr(call)))
    }

    /// Puts the body of a function in its place. What the script declares behind it comes before it.
    fn opened(&mut self, block: Block, at: usize) -> Block {
        let mut program = Block::new();
        let mut behind = Block::new();
        let mut main = Block::new();
        for (position, mut stmt) in block.into_iter().enumerate() {
            if position == at {
                let (blank_before, trailing) = (stmt.blank_before, stmt.trailing.take());
                if let StmtKind::Function(function) = stmt.kind {
                    main = function.body;
                }
                if let Some(first) = main.first_mut() {
                    first.blank_before |= blank_before;
                }
                if let Some(text) = trailing {
                    main.insert(0, build::at(stmt.line, stmt.line, StmtKind::Comment(text)));
                }
            } else if position > at && !matches!(stmt.kind, StmtKind::Declare { .. }) {
                behind.push(stmt);
            } else {
                program.push(stmt);
            }
        }
        exits(&mut main);
        if matches!(
            main.last().map(|last| &last.kind),
            Some(StmtKind::Exit(None | Some(Expr::Int(0))))
        ) {
            main.pop();
        }
        program.extend(main);
        program.extend(behind);
        program
    }
}

/// Returns whether a parameter is one of an event's: `object sender, EventArgs e`.
fn is_event(param: &crate::tree::Param, language: Language) -> bool {
    matches!(language, Language::CSharp | Language::Java)
        && param.hint == Hint::Unknown
        && matches!(
            &*param.name,
            "sender" | "e" | "args" | "event" | "evt" | "view" | "v" | "savedInstanceState"
        )
}

/// Makes returns of the program exits. What stands behind an exit is not reached.
fn exits(block: &mut Block) {
    if let Some(at) = block.iter().position(|stmt| matches!(stmt.kind, StmtKind::Exit(_))) {
        if matches!(block.get(at + 1).map(|next| &next.kind), Some(StmtKind::Return(_))) {
            block.remove(at + 1);
        }
    }
    for stmt in block {
        match &mut stmt.kind {
            StmtKind::Return(value) => stmt.kind = StmtKind::Exit(value.take()),
            StmtKind::Function(_) => {}
            _ => stmt.for_each_block(&mut exits),
        }
    }
}
