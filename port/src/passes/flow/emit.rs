//! The tree with its declarations.

use std::collections::HashMap;

use super::graph::{Graph, Place};
use super::webs::{Webs, base};
use super::written::{ByRef, written};
use crate::passes::loops::negated;
use crate::passes::walk::{
    Part, expr_parts, is_literal, is_pure, names, names_of_expr, parts, replace_continues, stmt_at,
};
use crate::tree::{BinaryOp, Block, Expr, Hint, Param, Stmt, StmtKind, Target};

/// A name, its type, and whether it has the default.
type Declaration = (String, Hint, bool);

pub(super) struct Emit<'g, 's> {
    graph: &'g Graph<'s>,
    webs: &'g mut Webs,
    by_ref: &'g ByRef,
    /// How many names have been made.
    fresh: &'g mut usize,
    has_split: bool,
    /// Whether reads have vanished.
    pub(super) is_stale: bool,
    /// The declarations before each statement.
    declarations: HashMap<(u32, u32), Vec<Declaration>>,
    next_block: u32,
}

impl<'g, 's> Emit<'g, 's> {
    pub(super) fn new(
        graph: &'g Graph<'s>,
        webs: &'g mut Webs,
        by_ref: &'g ByRef,
        fresh: &'g mut usize,
    ) -> Emit<'g, 's> {
        let declarations = HashMap::new();
        Emit {
            graph,
            webs,
            by_ref,
            fresh,
            has_split: false,
            is_stale: false,
            declarations,
            next_block: 0,
        }
    }

    /// Gives names of their own to what binds a variable that has other values, too. Returns whether there was any:
    /// then the names are the script's again.
    pub(super) fn split(&mut self, block: &mut Block, params: &mut [Param]) -> bool {
        let mut starts = Vec::new();
        for param in params.iter_mut().filter(|param| !param.by_ref) {
            if self.is_shared(&param.name) {
                let place = Stmt {
                    line: block.first().map_or(0, |stmt| stmt.line),
                    end_line: block.first().map_or(0, |stmt| stmt.line),
                    blank_before: false,
                    trailing: None,
                    kind: StmtKind::Boilerplate,
                };
                starts.push(stmt_at(&place, self.rebind(&mut param.name)));
            }
        }
        self.split_block(block);
        block.splice(0..0, starts);
        if !self.has_split {
            return false;
        }
        for param in params {
            self.restore(&mut param.name);
        }
        names(block, &mut |_, name| self.restore(name));
        true
    }

    fn restore(&self, name: &mut String) {
        if let Some(node) =
            name.parse::<u32>().ok().and_then(|id| self.graph.nodes.get(id as usize))
        {
            name.clone_from(&self.graph.vars[node.var as usize].name);
        }
    }

    /// Whether a variable that a statement binds has other values, or is read elsewhere.
    fn is_shared(&mut self, name: &str) -> bool {
        let Ok(id) = name.parse::<u32>() else { return false };
        let root = self.webs.root(id);
        let Some(web) = self.webs.webs.get(&root) else { return false };
        let elsewhere = |(block, _)| web.place.is_some_and(|place: Place| place.block != block);
        let is_inner = |(block, _): (u32, u32)| {
            let mut place = web.place;
            while let Some(at) = place {
                if at.block == block {
                    return true;
                }
                place = (at.block != 0).then(|| self.graph.scopes[at.block as usize].parent);
            }
            false
        };
        web.writes > 1 || web.binds.is_some_and(|bind| elsewhere(bind) && !is_inner(bind))
    }

    /// Whether a loop's body changes its variable.
    fn is_written(&self, name: &str, body: &mut Block) -> bool {
        let var = |name: &str| Some(self.graph.nodes.get(name.parse::<usize>().ok()?)?.var);
        let mut names = Vec::new();
        written(body, self.by_ref, &mut names);
        names.iter().any(|other| var(other) == var(name))
    }

    /// Makes a new name for what is bound, and the statement that gives the value to the variable.
    fn rebind(&mut self, name: &mut String) -> StmtKind {
        self.has_split = true;
        self.restore(name);
        let old = name.clone();
        *name = self.fresh(&old);
        StmtKind::Assign { target: Target::Var(old), value: Expr::Var(name.clone()) }
    }

    fn fresh(&mut self, name: &str) -> String {
        *self.fresh += 1;
        format!("{}\u{1}{}", base(name), *self.fresh)
    }

    fn split_block(&mut self, block: &mut Block) {
        let mut at = 0;
        while at < block.len() {
            self.split_inner(&mut block[at]);
            let place = stmt_at(&block[at], StmtKind::Boilerplate);
            let mut behind = None;
            let is_changed = match &mut block[at].kind {
                StmtKind::For { name, body, .. } => {
                    self.is_shared(name) || self.is_written(name, body)
                }
                _ => false,
            };
            match &mut block[at].kind {
                StmtKind::For { .. } if is_changed => {
                    let mut new = self.counting(&mut block[at]);
                    if let Some(first) = new.first_mut() {
                        first.blank_before = block[at].blank_before;
                    }
                    let len = new.len();
                    block.splice(at..=at, new);
                    at += len;
                    continue;
                }
                StmtKind::ForEach { name, body, .. } if self.is_shared(name) => {
                    body.insert(0, stmt_at(&place, self.rebind(name)));
                }
                StmtKind::Try { catch: Some(catch), .. } => {
                    if let Some(name) = &mut catch.name {
                        if self.is_shared(name) {
                            catch.body.insert(0, stmt_at(&place, self.rebind(name)));
                        }
                    }
                }
                StmtKind::Attempt { name: Some(name), .. } => {
                    let id = name.parse::<u32>().unwrap_or(u32::MAX);
                    if self.graph.nodes.get(id as usize).is_some_and(|node| node.used) {
                        let root = self.webs.root(id);
                        let first = self.webs.webs.get(&root).and_then(|web| web.first);
                        if first != Some(id) {
                            behind = Some(stmt_at(&place, self.rebind(name)));
                        }
                    }
                }
                _ => {}
            }
            at += 1;
            if let Some(behind) = behind {
                block.insert(at, behind);
                at += 1;
            }
        }
    }

    fn split_inner(&mut self, stmt: &mut Stmt) {
        for part in parts(stmt) {
            match part {
                Part::Expr(expr) => self.split_expr(expr),
                Part::Block(block) => self.split_block(block),
                _ => {}
            }
        }
    }

    fn split_expr(&mut self, expr: &mut Expr) {
        if let Expr::Lambda { params, body } = expr {
            let line = body.first().map_or(0, |stmt| stmt.line);
            let place = Stmt {
                line,
                end_line: line,
                blank_before: false,
                trailing: None,
                kind: StmtKind::Boilerplate,
            };
            for name in params {
                if self.is_shared(name) {
                    body.insert(0, stmt_at(&place, self.rebind(name)));
                }
            }
        }
        for part in expr_parts(expr) {
            match part {
                Part::Expr(expr) => self.split_expr(expr),
                Part::Block(block) => self.split_block(block),
                _ => {}
            }
        }
    }

    /// Writes a counting loop whose variable is more than that as a loop with a condition.
    fn counting(&mut self, stmt: &mut Stmt) -> Block {
        self.has_split = true;
        let place = stmt_at(stmt, StmtKind::Boilerplate);
        let kind = std::mem::replace(&mut stmt.kind, StmtKind::Boilerplate);
        let StmtKind::For { mut name, from, mut to, inclusive, step, mut body } = kind else {
            return vec![stmt_at(&place, kind)];
        };
        self.restore(&mut name);
        let mut new = Vec::new();
        let assign = |name: &str, value| {
            let target = Target::Var(name.to_owned());
            stmt_at(&place, StmtKind::Assign { target, value })
        };
        let mut changed = Vec::new();
        written(&mut body, self.by_ref, &mut changed);
        changed.iter_mut().for_each(|name| self.restore(name));
        names_of_expr(&mut to, &mut |_, name| self.restore(name));
        let is_fixed = match &to {
            Expr::Var(limit) => *limit != name && !changed.contains(limit),
            to => is_literal(to),
        };
        // The limit is computed before the variable changes.
        if !is_fixed {
            let limit = self.fresh(&format!("{}_end", base(&name)));
            new.push(assign(&limit, std::mem::replace(&mut to, Expr::Var(limit.clone()))));
        }
        new.push(assign(&name, from));
        let next = Expr::Binary {
            op: BinaryOp::Add,
            left: Box::new(Expr::Var(name.clone())),
            right: Box::new(Expr::Int(step)),
        };
        let next = assign(&name, next);
        replace_continues(&mut body, &|stmt| vec![next.clone(), stmt.clone()]);
        body.push(next);
        let op = match (step < 0, inclusive) {
            (false, false) => BinaryOp::Lt,
            (false, true) => BinaryOp::Le,
            (true, false) => BinaryOp::Gt,
            (true, true) => BinaryOp::Ge,
        };
        let cond = Expr::Binary { op, left: Box::new(Expr::Var(name)), right: Box::new(to) };
        new.push(Stmt {
            trailing: stmt.trailing.take(),
            ..stmt_at(&place, StmtKind::While { cond, body })
        });
        new
    }

    /// Names the variables and declares them.
    pub(super) fn finish(&mut self, block: &mut Block, params: &mut [Param]) {
        for web in self.webs.webs.values() {
            if let (Some(place), None, None, false) =
                (web.place, web.first, web.binds, web.is_param)
            {
                let declaration = (web.name.clone(), web.hint.clone(), web.default);
                self.declarations.entry((place.block, place.stmt)).or_default().push(declaration);
            }
        }
        for declarations in self.declarations.values_mut() {
            declarations.sort_by(|a, b| a.0.cmp(&b.0));
        }
        for param in params {
            self.rename(&mut param.name);
        }
        self.emit_block(block);
    }

    fn rename(&mut self, name: &mut String) {
        let Ok(id) = name.parse::<u32>() else { return };
        let Some(node) = self.graph.nodes.get(id as usize) else { return };
        let var = &self.graph.vars[node.var as usize];
        let root = self.webs.root(id);
        match self.webs.webs.get(&root) {
            Some(web) if var.has_writes => name.clone_from(&web.name),
            _ => base(&var.name).clone_into(name),
        }
    }

    fn emit_block(&mut self, block: &mut Block) {
        let id = self.next_block;
        self.next_block += 1;
        let old = std::mem::take(block);
        // Whether a statement that vanished had an empty line before it.
        let mut blank = false;
        for (at, mut stmt) in old.into_iter().enumerate() {
            let before = self.declarations.remove(&(id, at as u32)).unwrap_or_default();
            let from = block.len();
            blank |= stmt.blank_before;
            for (name, hint, default) in before {
                let value = default.then_some(Expr::Null);
                let kind = StmtKind::Declare { name, hint, value };
                block.push(Stmt { end_line: stmt.line, ..stmt_at(&stmt, kind) });
            }
            stmt.blank_before = false;
            self.emit_inner(&mut stmt);
            let trailing = stmt.trailing.clone();
            let place = stmt_at(&stmt, StmtKind::Boilerplate);
            match self.emit_stmt(stmt) {
                Some(stmt) => block.push(stmt),
                None => block.extend(trailing.map(|text| stmt_at(&place, StmtKind::Comment(text)))),
            }
            if let Some(first) = block.get_mut(from) {
                first.blank_before = std::mem::take(&mut blank);
            }
        }
    }

    fn emit_inner(&mut self, stmt: &mut Stmt) {
        for part in parts(stmt) {
            match part {
                Part::Expr(expr) => self.emit_expr(expr),
                Part::Block(block) => self.emit_block(block),
                Part::Bind(name) => self.rename(name),
                Part::Write(_) | Part::Declare(_) => {}
            }
        }
    }

    fn emit_expr(&mut self, expr: &mut Expr) {
        if let Expr::Var(name) = expr {
            self.rename(name);
        }
        for part in expr_parts(expr) {
            match part {
                Part::Expr(expr) => self.emit_expr(expr),
                Part::Block(block) => self.emit_block(block),
                Part::Bind(name) => self.rename(name),
                Part::Write(_) | Part::Declare(_) => {}
            }
        }
    }

    /// Writes an assignment or a declaration. `None` if it vanishes.
    fn emit_stmt(&mut self, mut stmt: Stmt) -> Option<Stmt> {
        stmt.kind = match stmt.kind {
            StmtKind::Declare { name, value, .. } => self.emit_write(&name, value)?,
            StmtKind::Assign { target: Target::Var(name), value } => {
                self.emit_write(&name, Some(value))?
            }
            StmtKind::Attempt { name: Some(mut name), call, otherwise } => {
                let id = name.parse::<usize>().unwrap_or(usize::MAX);
                let is_used = self.graph.nodes.get(id).is_some_and(|node| node.used);
                self.rename(&mut name);
                StmtKind::Attempt { name: is_used.then_some(name), call, otherwise }
            }
            StmtKind::If { branches, otherwise } => self.emit_if(branches, otherwise)?,
            kind => kind,
        };
        Some(stmt)
    }

    /// Removes branches that have become empty.
    fn emit_if(
        &mut self,
        mut branches: Vec<(Expr, Block)>,
        otherwise: Option<Block>,
    ) -> Option<StmtKind> {
        let otherwise = otherwise.filter(|body| !body.is_empty());
        if let Some(otherwise) = otherwise {
            if let [(cond, body)] = &mut branches[..] {
                if body.is_empty() {
                    return Some(StmtKind::If {
                        branches: vec![(negated(cond), otherwise)],
                        otherwise: None,
                    });
                }
            }
            return Some(StmtKind::If { branches, otherwise: Some(otherwise) });
        }
        while branches.last().is_some_and(|(_, body)| body.is_empty()) {
            let Some((cond, _)) = branches.pop() else { break };
            if !is_pure(&cond) {
                if branches.is_empty() {
                    return Some(StmtKind::Discard { name: None, value: cond });
                }
                branches.push((cond, Block::new()));
                break;
            }
            self.is_stale |= !is_literal(&cond);
        }
        (!branches.is_empty()).then_some(StmtKind::If { branches, otherwise: None })
    }

    fn emit_write(&mut self, name: &str, value: Option<Expr>) -> Option<StmtKind> {
        let id = name.parse::<u32>().ok()?;
        let node = self.graph.nodes.get(id as usize)?;
        let var = &self.graph.vars[node.var as usize];
        if !node.used {
            let value = value?;
            let is_live = self.webs.live_vars[node.var as usize];
            let is_step = !node.reads.is_empty();
            let name = (!is_status(base(&var.name))).then(|| base(&var.name).to_owned());
            let is_noise = name.is_none() || is_live && is_literal(&value) || value == Expr::Null;
            let vanishes = is_step || is_pure(&value) && is_noise;
            return (!vanishes).then_some(StmtKind::Discard { name, value });
        }
        let root = self.webs.root(id);
        let web = self.webs.webs.get(&root)?;
        let name = web.name.clone();
        if web.first == Some(id) {
            let value = Some(value.unwrap_or(Expr::Null));
            return Some(StmtKind::Declare { name, hint: web.hint.clone(), value });
        }
        let value = value.unwrap_or(Expr::Null);
        Some(StmtKind::Assign { target: Target::Var(name), value })
    }
}

/// Whether a name is that of a status: what it has is of no interest beyond that.
fn is_status(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.rsplit('_').next().unwrap_or(&name);
    name.ends_with("success")
        || ["ok", "bok", "rc", "lnrc", "irc", "nrc", "hr", "ret", "retval", "bret", "iret"]
            .contains(&name)
}
