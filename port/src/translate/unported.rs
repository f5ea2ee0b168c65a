//! What is not ported: comments with the lines of the script, and values in the places of missing ones.

use super::build::{bind_as, comment};
use super::lower::Lower;
use super::stmts::stand_in;
use super::types::Ty;
use super::value::Why;
use super::visit;
use crate::report::{Remark, RemarkKind};
use crate::rust::ast::{Expr as Rust, Function, Pattern, Stmt as Line};
use crate::tree::{Block, Expr, Stmt, StmtKind, Target};

/// How many remarks on the same lines follow each other at most.
const MOST_ON_A_LINE: usize = 16;

impl Lower<'_, '_> {
    /// Returns the comments for a statement that is not ported, and a value for its variable where it is needed.
    /// `continues` if the statement before is not ported for the same reason.
    pub(super) fn unported(&mut self, stmt: &Stmt, why: &Why, continues: bool) -> Vec<Line> {
        // A variable that was found to have no value keeps its reason.
        let kept = match &stmt.kind {
            StmtKind::Declare { name, .. } | StmtKind::Attempt { name: Some(name), .. } => {
                self.facts.binding(name).and_then(|binding| binding.missing.clone())
            }
            _ => None,
        };
        let why = kept.as_ref().unwrap_or(why);
        let continues = continues && why.follows;
        let mut lines = self.quoted(stmt.line, stmt.end_line, why, continues);
        let name = match &stmt.kind {
            StmtKind::Declare { name, .. }
            | StmtKind::Attempt { name: Some(name), .. }
            | StmtKind::Assign { target: Target::Var(name), .. } => Some(name),
            _ => None,
        };
        if let Some(name) = name {
            lines.extend(self.stand_in_for(stmt, name, why));
        } else if let StmtKind::Return(Some(_)) = &stmt.kind {
            if self.routine != 0 && self.around.is_empty() {
                self.stands = true;
                let value = self.returned(stand_in(stmt.line, why));
                lines.push(super::build::stmt(crate::rust::ast::StmtKind::Return(Some(value))));
            }
        }
        if !super::build::leaves(&lines) {
            lines.extend(self.left(stmt, why));
        }
        self.forget(stmt, why);
        lines
    }

    /// Returns the comments for some lines of the script, with a remark.
    pub(super) fn quoted(
        &mut self,
        line: usize,
        end_line: usize,
        why: &Why,
        continues: bool,
    ) -> Vec<Line> {
        // Lines that several statements share, or that one is repeated from, are there once.
        let is_there = self.remarks.iter().rev().take(MOST_ON_A_LINE).any(|remark| {
            remark.kind == RemarkKind::NotPorted
                && remark.line <= line
                && remark.end_line >= end_line
        });
        self.remarks.push(Remark {
            line,
            end_line,
            kind: RemarkKind::NotPorted,
            text: why.text.clone(),
        });
        let mut lines = Vec::new();
        if is_there {
            return lines;
        }
        if !continues {
            lines.push(comment(&format!("Not ported ({}):", why.text)));
        }
        let quoted = self.lines.range(line, end_line);
        let indent = quoted
            .iter()
            .filter(|text| !text.trim().is_empty())
            .map(|text| text.len() - text.trim_start_matches([' ', '\t']).len())
            .min()
            .unwrap_or(0);
        lines.extend(
            quoted
                .iter()
                .filter(|text| !text.trim().is_empty())
                .map(|text| comment(text.get(indent..).unwrap_or(text).trim_end())),
        );
        lines
    }

    /// Says of statements that they are not ported because what is before them never ends here.
    pub(super) fn not_reached(&mut self, rest: &[Stmt], lines: &mut Vec<Line>) {
        let is_code = |stmt: &&Stmt| {
            !matches!(
                stmt.kind,
                StmtKind::Comment(_)
                    | StmtKind::Function(_)
                    | StmtKind::Break
                    | StmtKind::Continue
                    | StmtKind::Return(None)
                    | StmtKind::Exit(None | Some(Expr::Int(_)))
                    | StmtKind::Declare { value: None, .. }
                    | StmtKind::Dispose(_)
                    | StmtKind::Boilerplate
            )
        };
        let why = Why { text: "this is never reached".into(), follows: false, absent: true };
        for (at, stmt) in rest.iter().filter(is_code).enumerate() {
            match &stmt.kind {
                StmtKind::Unported(reason) => {
                    let own = Why { text: reason.clone(), ..why.clone() };
                    lines.extend(self.quoted(stmt.line, stmt.end_line, &own, false));
                }
                _ => lines.extend(self.quoted(stmt.line, stmt.end_line, &why, at > 0)),
            }
        }
    }

    /// Marks the variables with a value that stands for one and that nothing in a function reads.
    pub(super) fn without_use(&mut self, function: &Function) {
        for (id, why) in std::mem::take(&mut self.stood) {
            if !super::needs::reads(&function.body, &self.binding(id).rust) {
                self.found.missing.insert(id, why);
            }
        }
    }

    fn stand_in_for(&mut self, stmt: &Stmt, name: &String, why: &Why) -> Vec<Line> {
        let Some(id) = self.facts.id(name) else { return Vec::new() };
        let binding = self.binding(id);
        let ty = self.type_of(id);
        let is_declared = !matches!(stmt.kind, StmtKind::Assign { .. });
        if binding.missing.is_some() || (!is_declared && self.has_value(id)) {
            return Vec::new();
        }
        if !binding.needed || !ty.is_known() || ty == Ty::Unit || !is_declared {
            self.found.missing.insert(id, why.clone());
            return Vec::new();
        }
        self.stands = true;
        let written = match ty {
            Ty::Str => "&str".to_owned(),
            ty => ty.written(self.transport),
        };
        let pattern = Pattern::Name(binding.rust.clone());
        self.stood.push((id, why.clone()));
        vec![bind_as(pattern, Some(written), stand_in(stmt.line, why))]
    }

    /// Returns whether a variable has a value from its declaration.
    pub(super) fn has_value(&self, id: usize) -> bool {
        !self.facts.later.contains(&id)
    }

    /// Returns whether a block does something that is worth more than its lines as comments.
    pub(super) fn is_worth(&self, block: &Block) -> bool {
        visit::any_expr(block, &|expr| self.is_call(expr))
    }

    /// Returns whether an expression is a call of something that is here.
    pub(super) fn is_call(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Call { name, .. } => self.facts.by_name.contains_key(name),
            Expr::Method { object, name, .. } => match &**object {
                Expr::Var(variable) => self.facts.binding(variable).is_some_and(|binding| {
                    binding.missing.is_none()
                        && matches!(binding.ty, Ty::Object(_))
                        && !name.to_ascii_lowercase().ends_with("lasterrortext")
                }),
                _ => false,
            },
            _ => false,
        }
    }

    /// Returns a condition, or a stand-in under the line that has it if the blocks are worth it.
    pub(super) fn cond_or_stand_in(
        &mut self,
        cond: &Expr,
        stmt: &Stmt,
        worth: bool,
        leaves: bool,
    ) -> Result<(Vec<Line>, Rust), Why> {
        match self.cond(cond) {
            Ok(cond) => Ok((Vec::new(), cond)),
            Err(why) if worth || (leaves && (self.in_loop || !why.absent)) => {
                let lines = self.quoted(stmt.line, stmt.line, &why, false);
                self.stands = true;
                Ok((lines, stand_in(stmt.line, &why)))
            }
            Err(why) => Err(why),
        }
    }
}
