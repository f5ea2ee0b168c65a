//! Values that nobody reads.

use super::ast::{Block, Expr, Function, Pattern, Piece, Stmt, StmtKind};
use super::resolve::{Facts, number, plain};
use super::walk::{Walk, walk_expr};

/// Loops in loops are looked at exactly up to this depth.
const EXACT_LOOPS: usize = 3;

/// The variables whose values are read later.
#[derive(Clone, Debug, Default)]
pub(super) struct Set(Vec<u64>);

impl Set {
    pub(super) fn contains(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }

    pub(super) fn insert(&mut self, at: usize) {
        if self.0.len() <= at / 64 {
            self.0.resize(at / 64 + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(at / 64) {
            *bits |= 1 << (at % 64);
        }
    }

    pub(super) fn remove(&mut self, at: usize) {
        if let Some(bits) = self.0.get_mut(at / 64) {
            *bits &= !(1 << (at % 64));
        }
    }

    pub(super) fn add(&mut self, other: &Set) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (bits, more) in self.0.iter_mut().zip(&other.0) {
            *bits |= more;
        }
    }
}

/// Removes assignments of values that nobody reads. Returns whether there was one.
pub(super) fn remove_unread(function: &mut Function, facts: &[Facts]) -> bool {
    let mut flow = Flow { facts, loops: Vec::new(), dry: 0, removed: false };
    let live = flow.block(&mut function.body, Set::default());
    // A parameter whose value is not read becomes another variable.
    for (name, ty) in &mut function.params {
        let assigned = number(name).and_then(|at| facts.get(at)).is_some_and(|f| f.assignments > 0);
        if assigned && flow.is_unread(name, &live) {
            let kind = StmtKind::Let {
                pattern: Pattern::Name(name.clone()),
                ty: Some(ty.clone()),
                value: None,
                otherwise: None,
            };
            *name = format!("_{}", plain(name).trim_start_matches('_'));
            function.body.insert(0, Stmt { kind, blank_before: false, trailing: None });
            flow.removed = true;
        }
    }
    flow.removed
}

struct Flow<'a> {
    facts: &'a [Facts],
    /// What is read behind each loop, and at its next turn.
    loops: Vec<(Set, Set)>,
    /// Not zero while nothing is to be changed.
    dry: usize,
    removed: bool,
}

impl Flow<'_> {
    fn block(&mut self, block: &mut Block, mut live: Set) -> Set {
        let mut changes = Vec::new();
        for (at, stmt) in block.iter_mut().enumerate().rev() {
            let mut change = None;
            live = self.stmt(stmt, live, &mut change);
            changes.extend(change.map(|change| (at, change)));
        }
        if !changes.is_empty() {
            apply(block, changes);
        }
        live
    }

    /// Whether a value of a variable is not read, though others are.
    fn is_unread(&self, name: &str, live: &Set) -> bool {
        let Some(at) = number(name) else { return false };
        let Some(facts) = self.facts.get(at) else { return false };
        facts.reads > 0 && !facts.captured && !live.contains(at)
    }

    fn stmt(&mut self, stmt: &mut Stmt, mut live: Set, change: &mut Option<Change>) -> Set {
        match &mut stmt.kind {
            StmtKind::Comment(_) => live,
            StmtKind::Break => {
                self.loops.last().map(|(behind, _)| behind.clone()).unwrap_or_default()
            }
            StmtKind::Continue => {
                self.loops.last().map(|(_, head)| head.clone()).unwrap_or_default()
            }
            StmtKind::Return(value) => match value {
                Some(value) => self.expr(value, Set::default()),
                None => Set::default(),
            },
            StmtKind::Expr(value) | StmtKind::Tail(value) => self.expr(value, live),
            StmtKind::Assign { target: Expr::Var(_), .. } => self.assign(stmt, live, change),
            StmtKind::Assign { target, value, .. } => {
                let live = self.expr(target, live);
                self.expr(value, live)
            }
            StmtKind::Let { .. } => {
                self.let_unread(stmt, &live, change);
                let StmtKind::Let { pattern, value, otherwise, .. } = &mut stmt.kind else {
                    return live;
                };
                forget(pattern, &mut live);
                if let Some(otherwise) = otherwise {
                    let leaving = self.block(otherwise, Set::default());
                    live.add(&leaving);
                }
                match value {
                    Some(value) => self.expr(value, live),
                    None => live,
                }
            }
        }
    }

    /// Takes the first value from a variable that gets another one before it is read.
    fn let_unread(&mut self, stmt: &mut Stmt, live: &Set, change: &mut Option<Change>) {
        let StmtKind::Let { pattern: Pattern::Name(name), value, otherwise: None, .. } =
            &mut stmt.kind
        else {
            return;
        };
        let facts = number(name).and_then(|at| self.facts.get(at));
        if self.dry > 0
            || facts.is_none_or(|facts| facts.assignments == 0)
            || value.is_none()
            || !self.is_unread(name, live)
        {
            return;
        }
        self.removed = true;
        let old = value.take().filter(|value| !is_pure(value));
        if old.is_some() {
            let name = format!("_{}", plain(name).trim_start_matches('_'));
            let kind = StmtKind::Let {
                pattern: Pattern::Name(name),
                ty: None,
                value: old,
                otherwise: None,
            };
            let blank_before = std::mem::replace(&mut stmt.blank_before, false);
            *change = Some(Change::Insert(Box::new(Stmt { kind, blank_before, trailing: None })));
        }
    }

    fn assign(&mut self, stmt: &mut Stmt, mut live: Set, change: &mut Option<Change>) -> Set {
        let StmtKind::Assign { target: Expr::Var(name), op, value } = &mut stmt.kind else {
            return live;
        };
        let compound = *op != "=";
        let Some(at) = number(name) else { return self.expr(value, live) };
        let never = self
            .facts
            .get(at)
            .is_some_and(|facts| facts.reads == 0 && !facts.compound && !facts.captured);
        if self.dry == 0 && (never || self.is_unread(name, &live)) {
            self.removed = true;
            if is_pure(value) {
                *change = Some(Change::Remove);
                return live;
            }
            let name = format!("_{}", plain(name).trim_start_matches('_'));
            let mut value = std::mem::replace(value, Expr::Bool(false));
            live = self.expr(&mut value, live);
            let pattern = Pattern::Name(name);
            stmt.kind = StmtKind::Let { pattern, ty: None, value: Some(value), otherwise: None };
            return live;
        }
        if !compound {
            live.remove(at);
        }
        self.expr(value, live)
    }

    fn all<'b>(&mut self, exprs: impl DoubleEndedIterator<Item = &'b mut Expr>, live: Set) -> Set {
        exprs.rev().fold(live, |live, expr| self.expr(expr, live))
    }

    fn expr(&mut self, expr: &mut Expr, mut live: Set) -> Set {
        match expr {
            Expr::Text(_) | Expr::Int(_) | Expr::Float(_) | Expr::Bool(_) | Expr::Path(_) => live,
            Expr::Var(name) => {
                if let Some(at) = number(name) {
                    live.insert(at);
                }
                live
            }
            Expr::Call { function, args } => {
                let ends = matches!(function.as_ref(), Expr::Path(path) if path.ends_with("process::exit"));
                let live = if ends { Set::default() } else { live };
                let live = self.all(args.iter_mut(), live);
                self.expr(function, live)
            }
            Expr::Method { receiver, args, .. } => {
                let live = self.all(args.iter_mut(), live);
                self.expr(receiver, live)
            }
            Expr::Ref { value, .. }
            | Expr::Unary { value, .. }
            | Expr::Cast { value, .. }
            | Expr::Try(value) => self.expr(value, live),
            Expr::Binary { op: "&&" | "||", left, right } => {
                let mut read = self.expr(right, live.clone());
                read.add(&live);
                self.expr(left, read)
            }
            Expr::Index { receiver: left, index: right }
            | Expr::Binary { left, right, .. }
            | Expr::Range { from: left, to: right, .. } => {
                let live = self.expr(right, live);
                self.expr(left, live)
            }
            Expr::Format { name, pieces } => {
                let ends = matches!(*name, "panic" | "todo" | "unreachable");
                let live = if ends { Set::default() } else { live };
                let values = pieces.iter_mut().filter_map(|piece| match piece {
                    Piece::Value(value) | Piece::Formatted(value, _) => Some(value),
                    Piece::Text(_) => None,
                });
                self.all(values, live)
            }
            Expr::Macro { args, .. } | Expr::Array(args) => self.all(args.iter_mut(), live),
            _ => self.control(expr, live),
        }
    }

    fn control(&mut self, expr: &mut Expr, live: Set) -> Set {
        match expr {
            Expr::If { cond, then, otherwise } => {
                let live = self.branches(None, then, otherwise.as_mut(), live);
                self.expr(cond, live)
            }
            Expr::IfLet { pattern, value, then, otherwise } => {
                let live = self.branches(Some(pattern), then, otherwise.as_mut(), live);
                self.expr(value, live)
            }
            Expr::Match { value, arms } => {
                let mut all = Set::default();
                for (pattern, body) in arms {
                    let mut read = self.block(body, live.clone());
                    forget(pattern, &mut read);
                    all.add(&read);
                }
                self.expr(value, all)
            }
            Expr::While { .. } | Expr::Loop(_) | Expr::For { .. } => self.turns(expr, &live),
            Expr::Block(body) => self.block(body, live),
            Expr::Closure { body, .. } => {
                let loops = std::mem::take(&mut self.loops);
                self.block(body, Set::default());
                self.loops = loops;
                let mut read = reads(expr);
                read.add(&live);
                read
            }
            _ => live,
        }
    }

    fn branches(
        &mut self,
        pattern: Option<&mut Pattern>,
        then: &mut Block,
        otherwise: Option<&mut Block>,
        live: Set,
    ) -> Set {
        let mut read = self.block(then, live.clone());
        if let Some(pattern) = pattern {
            forget(pattern, &mut read);
        }
        let other = match otherwise {
            Some(otherwise) => self.block(otherwise, live),
            None => live,
        };
        read.add(&other);
        read
    }

    fn turns(&mut self, expr: &mut Expr, behind: &Set) -> Set {
        let mut head = behind.clone();
        if self.loops.len() < EXACT_LOOPS {
            self.dry += 1;
            for _ in 0..2 {
                let read = self.turn(expr, behind, head.clone());
                head.add(&read);
            }
            self.dry -= 1;
        } else {
            head.add(&reads(expr));
        }
        let read = self.turn(expr, behind, head);
        match expr {
            Expr::For { items, .. } => self.expr(items, read),
            _ => read,
        }
    }

    fn turn(&mut self, expr: &mut Expr, behind: &Set, head: Set) -> Set {
        self.loops.push((behind.clone(), head.clone()));
        let read = match expr {
            Expr::While { cond, body } => {
                let mut read = self.block(body, head);
                read.add(behind);
                self.expr(cond, read)
            }
            Expr::For { pattern, body, .. } => {
                let mut read = self.block(body, head);
                forget(pattern, &mut read);
                read.add(behind);
                read
            }
            Expr::Loop(body) => self.block(body, head),
            _ => head,
        };
        self.loops.pop();
        read
    }
}

enum Change {
    Remove,
    /// A statement before.
    Insert(Box<Stmt>),
}

/// Makes changes, the last one first.
fn apply(block: &mut Block, mut changes: Vec<(usize, Change)>) {
    for (at, mut stmt) in std::mem::take(block).into_iter().enumerate() {
        let here = changes.last().is_some_and(|(place, _)| *place == at);
        match if here { changes.pop() } else { None } {
            Some((_, Change::Remove)) => match stmt.trailing.take() {
                Some(text) => {
                    stmt.kind = StmtKind::Comment(text);
                    block.push(stmt);
                }
                None => continue,
            },
            Some((_, Change::Insert(before))) => block.extend([*before, stmt]),
            None => block.push(stmt),
        }
    }
}

/// Removes the variables of a pattern.
fn forget(pattern: &Pattern, live: &mut Set) {
    match pattern {
        Pattern::Name(name) => {
            if let Some(at) = number(name) {
                live.remove(at);
            }
        }
        Pattern::Variant(_, inner) => forget(inner, live),
        _ => (),
    }
}

/// Returns the variables that an expression reads anywhere.
fn reads(expr: &mut Expr) -> Set {
    struct Reads(Set);
    impl Walk for Reads {
        fn expr(&mut self, expr: &mut Expr) {
            match expr {
                Expr::Var(name) => {
                    if let Some(at) = number(name) {
                        self.0.insert(at);
                    }
                }
                _ => walk_expr(self, expr),
            }
        }
    }
    let mut reads = Reads(Set::default());
    reads.expr(expr);
    reads.0
}

/// Whether an expression does nothing but have a value.
pub(super) fn is_pure(expr: &Expr) -> bool {
    match expr {
        Expr::Text(_)
        | Expr::Int(_)
        | Expr::Float(_)
        | Expr::Bool(_)
        | Expr::Var(_)
        | Expr::Path(_) => true,
        Expr::Call { function, args } => {
            let makes = |path: &str| path.ends_with("::new") || path == "Some";
            args.iter().all(is_pure) && matches!(function.as_ref(), Expr::Path(path) if makes(path))
        }
        Expr::Method { receiver, name, args, .. } => {
            args.is_empty()
                && matches!(name.as_str(), "to_owned" | "to_string" | "clone" | "into")
                && is_pure(receiver)
        }
        Expr::Ref { mutable: false, value }
        | Expr::Unary { value, .. }
        | Expr::Cast { value, .. } => is_pure(value),
        Expr::Binary { left, right, .. } => is_pure(left) && is_pure(right),
        Expr::Macro { name: "vec", args } | Expr::Array(args) => args.iter().all(is_pure),
        Expr::Format { name: "format", pieces } => pieces.iter().all(|piece| match piece {
            Piece::Text(_) => true,
            Piece::Value(value) | Piece::Formatted(value, _) => is_pure(value),
        }),
        _ => false,
    }
}
