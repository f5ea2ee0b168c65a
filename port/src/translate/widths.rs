//! Which whole numbers are `usize` or `u16`, so that they go in and out of calls without casts.

use super::facts::{Facts, Role, returns_of};
use super::infer::signature;
use super::rules::Division;
use super::types::{self, INT, Takes, Ty, Width};
use super::visit;
use crate::members;
use crate::tree::{BinaryOp, Block, Builtin, Expr, Stmt, StmtKind, Target, UnaryOp};

/// What is known of the type of a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A literal that is not negative.
    Free(i64),
    Fixed(Width),
    /// That of a variable or of a function's result.
    Group(usize),
    /// Not a number.
    None,
}

#[derive(Clone, Default)]
struct Group {
    parent: Option<usize>,
    widths: Vec<Width>,
    /// Whether negative numbers occur, or may.
    signed: bool,
    /// Whether it grows by calculation.
    grows: bool,
    largest: i64,
}

struct Pass<'a, 't> {
    facts: &'a Facts<'t>,
    /// Those of the variables, then those of the functions' results.
    groups: Vec<Group>,
    routine: usize,
    counters: Vec<usize>,
}

/// Decides the types of whole numbers.
pub(super) fn decide(script: &Block, facts: &mut Facts<'_>) {
    let count = facts.bindings.len() + facts.routines.len();
    let mut pass =
        Pass { facts, groups: vec![Group::default(); count], routine: 0, counters: Vec::new() };
    for id in 0..pass.facts.bindings.len() {
        let binding = &pass.facts.bindings[id];
        match (binding.role, binding.width) {
            (_, Some(width)) => pass.groups[id].widths.push(width),
            (Role::Item, _) => pass.groups[id].widths.push(Width::I64),
            _ => {}
        }
    }
    pass.block(script);
    let functions: Vec<_> = pass.facts.routines.iter().map(|routine| routine.tree).collect();
    for (at, function) in functions.into_iter().enumerate() {
        let Some(function) = function else { continue };
        pass.routine = at;
        pass.block(&function.body);
        let mut values = Vec::new();
        returns_of(&function.body, &mut |value| values.extend(value));
        let result = Kind::Group(pass.facts.bindings.len() + at);
        for value in values {
            let value = pass.kind(value);
            pass.unite(result, value);
        }
    }
    let widths: Vec<(Width, bool)> = (0..count).map(|at| pass.width(at)).collect();
    let bindings = facts.bindings.len();
    for (binding, (width, loose)) in facts.bindings.iter_mut().zip(&widths) {
        binding.width = Some(*width);
        binding.loose = *loose;
    }
    for (routine, (width, _)) in facts.routines.iter_mut().zip(&widths[bindings..]) {
        routine.width = Some(*width);
    }
}

impl Pass<'_, '_> {
    fn root(&mut self, mut at: usize) -> usize {
        while let Some(parent) = self.groups[at].parent {
            if let Some(grand) = self.groups[parent].parent {
                self.groups[at].parent = Some(grand);
            }
            at = parent;
        }
        at
    }

    fn width(&mut self, at: usize) -> (Width, bool) {
        let root = self.root(at);
        let group = &self.groups[root];
        let Some(&first) = group.widths.first() else { return (Width::I64, true) };
        let fits = group.widths.iter().all(|width| *width == first)
            && (!group.signed || matches!(first, Width::I64 | Width::Isize))
            && (!group.grows || matches!(first, Width::Usize | Width::I64 | Width::U64))
            && first.holds(group.largest);
        (if fits { first } else { Width::I64 }, false)
    }

    fn unite(&mut self, a: Kind, b: Kind) {
        match (a, b) {
            (Kind::Group(a), Kind::Group(b)) => {
                let (a, b) = (self.root(a), self.root(b));
                if a == b {
                    return;
                }
                let taken = std::mem::take(&mut self.groups[b]);
                self.groups[b].parent = Some(a);
                let group = &mut self.groups[a];
                group.widths.extend(taken.widths);
                group.signed |= taken.signed;
                group.grows |= taken.grows;
                group.largest = group.largest.max(taken.largest);
            }
            (Kind::Group(group), Kind::Fixed(width)) | (Kind::Fixed(width), Kind::Group(group)) => {
                let root = self.root(group);
                if !self.groups[root].widths.contains(&width) {
                    self.groups[root].widths.push(width);
                }
            }
            (Kind::Group(group), Kind::Free(value)) | (Kind::Free(value), Kind::Group(group)) => {
                let root = self.root(group);
                let group = &mut self.groups[root];
                group.signed |= value < 0;
                group.largest = group.largest.max(value);
            }
            _ => {}
        }
    }

    fn sign(&mut self, kind: Kind) {
        if let Kind::Group(group) = kind {
            let root = self.root(group);
            self.groups[root].signed = true;
        }
    }

    fn block(&mut self, block: &Block) {
        for stmt in block {
            self.stmt(stmt);
        }
    }

    fn variable(&self, name: &String) -> Kind {
        match self.facts.id(name) {
            Some(id) if self.facts.bindings[id].ty == INT && !self.facts.bindings[id].nullable => {
                Kind::Group(id)
            }
            Some(id) if self.facts.bindings[id].ty == INT => Kind::Fixed(Width::I64),
            _ => Kind::None,
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Declare { name, value: Some(value), .. }
            | StmtKind::Constant { name, value }
            | StmtKind::Attempt { name: Some(name), call: value, .. }
            | StmtKind::Assign { target: Target::Var(name), value } => {
                let (name, value) = (self.variable(name), self.kind(value));
                self.unite(name, value);
            }
            StmtKind::Assign { target: Target::Property { object, name }, value } => {
                self.kind(object);
                let kind = self.kind(value);
                if let Ty::Object(class) = self.class(object) {
                    let found = members::find(class, name, Some(1));
                    let setter = found.and_then(|(member, _)| member.setter.as_ref());
                    let param = setter.and_then(|setter| setter.params.first());
                    if let Some(Takes::Int(width)) = param.and_then(|p| types::takes(p.ty)) {
                        self.give(kind, width);
                    }
                }
            }
            StmtKind::For { name, from, to, step, body, inclusive } => {
                let (to, _) = super::loops::end(to, *inclusive, *step);
                let counter = self.variable(name);
                let (from, to) = (self.kind(from), self.kind(to));
                self.unite(counter, from);
                self.unite(counter, to);
                if *step < 0 {
                    self.sign(counter);
                }
                if let Some(id) = self.facts.id(name) {
                    self.counters.push(id);
                    self.block(body);
                    self.counters.pop();
                    return;
                }
            }
            StmtKind::Switch { value, cases, .. } => {
                let value = self.kind(value);
                for case in cases.iter().flat_map(|(values, _)| values) {
                    let case = self.kind(case);
                    self.unite(value, case);
                }
            }
            StmtKind::Function(_) => return,
            _ => visit::own_exprs(stmt, &mut |expr| {
                self.kind(expr);
            }),
        }
        visit::blocks(stmt, &mut |block| self.block(block));
    }

    /// Gives a number to a call. `i64` takes all by a cast, so it says nothing.
    fn give(&mut self, kind: Kind, width: Width) {
        match width {
            Width::I64 => {}
            Width::Isize => self.sign(kind),
            width => self.unite(kind, Kind::Fixed(width)),
        }
    }

    fn class(&self, object: &Expr) -> Ty {
        match object {
            Expr::Var(name) => {
                self.facts.binding(name).map(|binding| binding.ty.clone()).unwrap_or_default()
            }
            Expr::New(class) => types::class_of(class).map_or(Ty::Unknown, Ty::Object),
            Expr::Method { object, name, args } => match self.class(object) {
                Ty::Object(class) => members::find(class, name, Some(args.len()))
                    .and_then(|(member, using)| signature(member, using))
                    .and_then(|signature| types::parse(signature.returns, class))
                    .map(|ty| ty.plain())
                    .unwrap_or_default(),
                _ => Ty::Unknown,
            },
            Expr::Call { name, .. } => match self.facts.by_name.get(name) {
                Some(at) => self.facts.routines[*at].returns.clone(),
                None => Ty::Unknown,
            },
            _ => Ty::Unknown,
        }
    }

    fn member(&mut self, object: &Expr, name: &str, args: Option<&Vec<Expr>>) -> Kind {
        self.kind(object);
        let kinds: Vec<Kind> = args.into_iter().flatten().map(|arg| self.kind(arg)).collect();
        let Ty::Object(class) = self.class(object) else { return Kind::None };
        let found = members::find(class, name, args.map(Vec::len));
        let Some(signature) = found.and_then(|(member, using)| signature(member, using)) else {
            return Kind::None;
        };
        for param in &signature.params {
            if let (Some(Takes::Int(width)), Some(kind)) =
                (types::takes(param.ty), kinds.get(param.position.unwrap_or(0)))
            {
                self.give(*kind, width);
            }
        }
        fn width(ty: &Ty) -> Kind {
            match ty {
                Ty::Int(width) => Kind::Fixed(*width),
                Ty::Option(inner) | Ty::Result(inner) => width(inner),
                _ => Kind::None,
            }
        }
        types::parse(signature.returns, class).map_or(Kind::None, |ty| width(&ty))
    }

    fn kind(&mut self, expr: &Expr) -> Kind {
        match expr {
            Expr::Int(value) => Kind::Free(*value),
            Expr::Var(name) => self.variable(name),
            Expr::Property { object, name } => self.member(object, name, None),
            Expr::Method { object, name, args } => self.member(object, name, Some(args)),
            Expr::Call { name, args } => {
                let kinds: Vec<Kind> = args.iter().map(|arg| self.kind(arg)).collect();
                let Some(&at) = self.facts.by_name.get(name) else { return Kind::None };
                for (kind, id) in kinds.into_iter().zip(self.facts.routines[at].params.clone()) {
                    if self.facts.bindings[id].ty == INT {
                        self.unite(Kind::Group(id), kind);
                    }
                }
                match self.facts.routines[at].returns == INT {
                    true => Kind::Group(self.facts.bindings.len() + at),
                    false => Kind::None,
                }
            }
            Expr::Unary { op, value } => {
                let kind = self.kind(value);
                match op {
                    UnaryOp::Minus => {
                        self.sign(kind);
                        Kind::Fixed(Width::I64)
                    }
                    UnaryOp::Not => Kind::None,
                }
            }
            Expr::Choice { cond, yes, no } => {
                self.kind(cond);
                let (yes, no) = (self.kind(yes), self.kind(no));
                self.unite(yes, no);
                yes
            }
            Expr::Binary { op, left, right } => self.binary(*op, left, right),
            Expr::Index { object, index } => {
                self.kind(object);
                let index = self.kind(index);
                if let Kind::Group(id) = index {
                    // `names[i]` in a loop over `i` reads worse than a cast.
                    if self.counters.contains(&id) {
                        self.sign(index);
                    }
                }
                self.give(index, Width::Usize);
                Kind::Fixed(Width::I64)
            }
            Expr::Builtin { function, args } => {
                let kinds: Vec<Kind> = args.iter().map(|arg| self.kind(arg)).collect();
                match function {
                    Builtin::Length | Builtin::ArgCount => Kind::Fixed(Width::Usize),
                    Builtin::Min | Builtin::Max => {
                        if let [a, b] = kinds[..] {
                            self.unite(a, b);
                        }
                        kinds.first().copied().unwrap_or(Kind::None)
                    }
                    Builtin::Substring | Builtin::Repeat | Builtin::Arg => {
                        for kind in kinds.into_iter().skip(1) {
                            self.give(kind, Width::Usize);
                        }
                        Kind::None
                    }
                    // It is what it has to be.
                    Builtin::ToInt | Builtin::ParseInt => Kind::None,
                    _ => Kind::Fixed(Width::I64),
                }
            }
            _ => {
                visit::parts(expr, &mut |part| {
                    self.kind(part);
                });
                if let Expr::Lambda { body, .. } = expr {
                    self.block(body);
                }
                Kind::None
            }
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) -> Kind {
        use BinaryOp as O;
        let (a, b) = (self.kind(left), self.kind(right));
        match op {
            O::And | O::Or => Kind::None,
            O::Eq | O::Ne | O::Lt | O::Le | O::Gt | O::Ge => {
                // `n < 0` of a number that is never negative is a mistake to the compiler.
                match (op, a, b) {
                    (O::Lt | O::Ge, _, Kind::Free(0)) => self.sign(a),
                    (O::Gt | O::Le, Kind::Free(0), _) => self.sign(b),
                    _ => {}
                }
                self.unite(a, b);
                Kind::None
            }
            O::Div if self.facts.rules.division() == Division::Exact => Kind::None,
            O::Add | O::Sub | O::Mul | O::Div | O::Quotient | O::Rem => {
                self.unite(a, b);
                for kind in [a, b] {
                    if let Kind::Group(group) = kind {
                        let root = self.root(group);
                        self.groups[root].grows |= matches!(op, O::Add | O::Mul);
                        self.groups[root].signed |= op == O::Sub;
                    }
                }
                match (a, b) {
                    (Kind::Free(_), Kind::Free(_)) => Kind::Fixed(Width::I64),
                    // It may be below 0.
                    _ if op == O::Sub => Kind::Fixed(Width::I64),
                    (Kind::Free(_), other) | (other, Kind::Free(_)) => other,
                    (Kind::None, _) | (_, Kind::None) => Kind::Fixed(Width::I64),
                    (a, b) if a == b => a,
                    (Kind::Group(_), _) => a,
                    _ => Kind::Fixed(Width::I64),
                }
            }
        }
    }
}
