//! Types of variables, params and results, from what the script does with them.

use super::facts::{Facts, Role, returns_of};
use super::types::{self, INT, Ty};
use super::visit;
use crate::members::{self, Member, Signature, Use};
use crate::tree::{Block, Expr, Hint, Stmt, StmtKind, Target, UnaryOp};

/// How often the script is walked at most. Types travel one call further each time.
const ROUNDS: usize = 8;

/// Finds the types of everything in a script.
pub(super) fn infer(script: &Block, facts: &mut Facts<'_>) {
    for binding in &mut facts.bindings {
        let hinted = Ty::of_hint(&binding.hint);
        // `Dim success As Long` may hold a success, which is a `bool` in Rust.
        if binding.hint != Hint::Int {
            binding.ty = hinted;
        }
        if binding.role == Role::Error {
            binding.ty = Ty::Error;
        }
    }
    let mut pass = Pass { facts, routine: 0, changed: false, members_of: Vec::new() };
    rounds(&mut pass, script);
    // A param of which nothing is known, also where it is given.
    for binding in &mut pass.facts.bindings {
        if binding.ty == Ty::Unknown && matches!(binding.role, Role::Param { .. }) {
            binding.ty = Ty::Text;
        }
    }
    rounds(&mut pass, script);
    finish(facts);
}

fn rounds(pass: &mut Pass<'_, '_>, script: &Block) {
    for _ in 0..ROUNDS {
        pass.changed = false;
        pass.members_of = vec![Vec::new(); pass.facts.bindings.len()];
        pass.run(script);
        pass.learn_from_members();
        if !pass.changed {
            pass.fall_back();
            if !pass.changed {
                break;
            }
        }
    }
}

/// Fills in what nothing says.
fn finish(facts: &mut Facts<'_>) {
    for binding in &mut facts.bindings {
        settle(&mut binding.ty);
    }
    for routine in &mut facts.routines {
        if !routine.returns.is_known() {
            routine.returns = routine.returns.join(&Ty::Text);
        }
        settle(&mut routine.returns);
    }
}

/// Makes whole numbers of bits, and lists of text of those whose items nothing says.
fn settle(ty: &mut Ty) {
    match ty {
        Ty::Bit => *ty = INT,
        Ty::List(item) | Ty::Map(item) if **item == Ty::Unknown => **item = Ty::Text,
        Ty::List(item) | Ty::Map(item) => settle(item),
        _ => {}
    }
}

pub(super) struct Pass<'a, 't> {
    pub(super) facts: &'a mut Facts<'t>,
    routine: usize,
    changed: bool,
    /// The members that are used on variables of unknown type.
    members_of: Vec<Vec<(String, Option<usize>)>>,
}

/// Returns the signature of a member as it is used.
pub(super) fn signature(member: &'static Member, using: Use) -> Option<&'static Signature> {
    match using {
        Use::Call => member.call.as_ref(),
        Use::Set => member.setter.as_ref(),
    }
}

impl<'t> Pass<'_, 't> {
    fn run(&mut self, script: &Block) {
        self.routine = 0;
        self.block(script);
        let functions: Vec<_> = self.facts.routines.iter().map(|routine| routine.tree).collect();
        for (at, function) in functions.into_iter().enumerate() {
            let Some(function) = function else { continue };
            self.routine = at;
            for (param, id) in function.params.iter().zip(self.facts.routines[at].params.clone()) {
                if let Some(default) = &param.default {
                    let ty = self.expr(default, &Ty::Unknown);
                    self.learn(id, &ty);
                }
            }
            self.block(&function.body);
            let mut values = Vec::new();
            returns_of(&function.body, &mut |value| values.extend(value));
            for value in values {
                let want = self.facts.routines[at].returns.clone();
                let ty = self.expr(value, &want);
                self.returned(at, &ty);
                let gives = match value {
                    Expr::Var(name) => self.facts.binding(name).is_some_and(|binding| {
                        matches!(binding.role, Role::Local | Role::Param { .. }) && binding.nullable
                    }),
                    _ => {
                        matches!(&ty, Ty::Result(inner) | Ty::Option(inner) if **inner != Ty::Unit)
                    }
                };
                self.facts.routines[at].fallible |= gives;
                if self.may_be_null(value) && !self.facts.routines[at].nullable {
                    self.facts.routines[at].nullable = true;
                    self.changed = true;
                }
            }
        }
    }

    fn returned(&mut self, at: usize, ty: &Ty) {
        let known = &self.facts.routines[at].returns;
        let joined = known.join(&ty.plain());
        if joined != *known && *known != Ty::Unit {
            self.facts.routines[at].returns = joined;
            self.changed = true;
        }
    }

    pub(super) fn learn(&mut self, id: usize, ty: &Ty) {
        let known = &self.facts.bindings[id].ty;
        let joined = known.join(&ty.plain());
        if joined != *known && joined != Ty::Unit {
            self.facts.bindings[id].ty = joined;
            self.changed = true;
        }
    }

    /// Gives a class to the variables on which only that class has all members.
    fn learn_from_members(&mut self) {
        for id in 0..self.members_of.len() {
            let used = std::mem::take(&mut self.members_of[id]);
            if used.is_empty() || self.facts.bindings[id].ty != Ty::Unknown {
                continue;
            }
            let mut classes: Vec<&'static str> = Vec::new();
            for member in members::members() {
                if !classes.contains(&member.class) {
                    classes.push(member.class);
                }
            }
            classes.retain(|class| {
                used.iter().all(|(name, args)| members::find(class, name, *args).is_some())
            });
            if let [class] = classes[..] {
                self.learn(id, &Ty::Object(class));
            }
        }
    }

    /// Uses what says little: comments, and declarations of numbers.
    fn fall_back(&mut self) {
        for id in 0..self.facts.bindings.len() {
            let binding = &self.facts.bindings[id];
            if binding.ty == Ty::Unknown {
                if let Some(class) = self.facts.said.get(&binding.name) {
                    if let Some(class) = types::class_of(class) {
                        self.learn(id, &Ty::Object(class));
                        continue;
                    }
                }
            }
            if matches!(binding.ty, Ty::Unknown | Ty::Bit) && binding.hint == Hint::Int {
                self.learn(id, &INT);
            }
        }
    }

    fn block(&mut self, block: &Block) {
        for stmt in block {
            self.stmt(stmt);
        }
    }

    fn store(&mut self, name: &String, value: &Expr) {
        let Some(id) = self.facts.id(name) else { return };
        let want = self.facts.bindings[id].ty.clone();
        let mut ty = self.expr(value, &want);
        if ty.plain() == Ty::Unit {
            ty = Ty::Bool;
        }
        // A declared whole number stays one, whatever is calculated with it.
        let is_int = self.facts.bindings[id].hint == Hint::Int && self.facts.rules.is_typed();
        if is_int && ty.plain() == Ty::Float {
            ty = INT;
        }
        self.learn(id, &ty);
        let outcome = match value {
            Expr::Method { name, .. } | Expr::Property { name, .. } => {
                let name = name.to_ascii_lowercase();
                name.ends_with("statuscode")
                    || name.ends_with("laststatus")
                    || ty.plain() == Ty::Bool
            }
            _ => false,
        };
        self.facts.bindings[id].outcome |= outcome;
        self.facts.bindings[id].nullable |= self.may_be_null(value);
        let binding = &self.facts.bindings[id];
        if let (Expr::Call { name, .. }, true) = (value, binding.nullable) {
            self.tested(name);
        }
        // `if o` of an object is a test for null.
        let may_fail = matches!(&ty, Ty::Result(inner) | Ty::Option(inner)
            if matches!(**inner, Ty::Object(_)));
        let binding = &mut self.facts.bindings[id];
        if binding.tested && may_fail && binding.role == Role::Local {
            binding.nullable = true;
        }
    }

    /// Makes a function whose result is tested for null return an `Option`, if it may have none.
    fn tested(&mut self, name: &str) {
        let Some(&at) = self.facts.by_name.get(name) else { return };
        let routine = &self.facts.routines[at];
        if !routine.nullable && routine.fallible {
            self.facts.routines[at].nullable = true;
            self.changed = true;
        }
    }

    fn may_be_null(&self, value: &Expr) -> bool {
        match value {
            Expr::Call { name, .. } => {
                self.facts.by_name.get(name).is_some_and(|at| self.facts.routines[*at].nullable)
            }
            Expr::Choice { yes, no, .. } => {
                [yes, no].iter().any(|side| ***side == Expr::Null || self.may_be_null(side))
            }
            _ => false,
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Declare { name, value: Some(value), .. }
            | StmtKind::Constant { name, value }
            | StmtKind::Attempt { name: Some(name), call: value, .. }
            | StmtKind::Assign { target: Target::Var(name), value } => self.store(name, value),
            StmtKind::Assign { target: Target::Property { object, name }, value } => {
                let class = self.expr(object, &Ty::Unknown);
                self.note_member(object, &class, name, None);
                let want = match class {
                    Ty::Object(class) => members::find(class, name, Some(1))
                        .or_else(|| members::find(class, name, None))
                        .and_then(|(member, _)| member.setter.as_ref())
                        .and_then(|setter| types::takes(setter.params.first()?.ty))
                        .map_or(Ty::Unknown, |takes| takes.wants()),
                    _ => Ty::Unknown,
                };
                self.expr(value, &want);
            }
            StmtKind::Assign { target: Target::Index { object, index }, value } => {
                let value = self.expr(value, &Ty::Unknown).plain();
                let index = self.expr(index, &Ty::Unknown);
                let whole = match index.is_text() {
                    true => Ty::Map(Box::new(value)),
                    false => Ty::List(Box::new(value)),
                };
                self.expr(object, &whole);
                if let Expr::Var(name) = object {
                    if let Some(id) = self.facts.id(name) {
                        self.learn(id, &whole);
                    }
                }
            }
            StmtKind::For { name, from, to, .. } => {
                self.expr(from, &INT);
                self.expr(to, &INT);
                if let Some(id) = self.facts.id(name) {
                    self.learn(id, &INT);
                }
            }
            StmtKind::ForEach { name, items, .. } => {
                let items = self.expr(items, &Ty::Unknown);
                match (self.facts.id(name), items) {
                    (Some(id), Ty::List(item)) => self.learn(id, &item),
                    (Some(id), Ty::Map(_)) => self.learn(id, &Ty::Text),
                    _ => {}
                }
            }
            StmtKind::Switch { value, cases, .. } => {
                let ty = self.expr(value, &Ty::Unknown);
                for case in cases.iter().flat_map(|(values, _)| values) {
                    let case = self.expr(case, &ty);
                    self.expr(value, &case);
                }
            }
            StmtKind::Return(Some(value)) => {
                let want = self.facts.routines[self.routine].returns.clone();
                self.expr(value, &want);
            }
            StmtKind::If { branches, .. } => {
                for (cond, _) in branches {
                    self.expr(cond, &Ty::Unknown);
                }
            }
            StmtKind::While { cond, .. } | StmtKind::DoWhile { cond, .. } => {
                self.expr(cond, &Ty::Unknown);
            }
            _ => visit::own_exprs(stmt, &mut |expr| {
                self.expr(expr, &Ty::Unknown);
            }),
        }
        if !matches!(stmt.kind, StmtKind::Function(_)) {
            visit::blocks(stmt, &mut |block| self.block(block));
        }
    }

    fn note_member(&mut self, object: &Expr, class: &Ty, name: &str, args: Option<usize>) {
        if let (Expr::Var(variable), Ty::Unknown) = (object, class) {
            if let Some(id) = self.facts.id(variable) {
                self.members_of[id].push((name.to_owned(), args));
            }
        }
    }

    /// Returns the type of an expression. `want` is what its place takes, which says something of variables.
    pub(super) fn expr(&mut self, expr: &Expr, want: &Ty) -> Ty {
        match expr {
            Expr::Text(_) | Expr::ErrorText => Ty::Text,
            Expr::Int(-1..=1) => Ty::Bit,
            Expr::Int(_) => INT,
            Expr::Float(_) => Ty::Float,
            Expr::Bool(_) => Ty::Bool,
            Expr::Null | Expr::Unported { .. } => Ty::Unknown,
            Expr::New(class) => types::class_of(class).map_or(Ty::Missing, Ty::Object),
            Expr::Var(name) => {
                let Some(id) = self.facts.id(name) else { return Ty::Unknown };
                if !self.facts.bindings[id].ty.is_known() && want.is_known() {
                    self.learn(id, want);
                }
                self.facts.bindings[id].ty.clone()
            }
            Expr::Property { object, name } => self.member(object, name, None),
            Expr::Method { object, name, args } => self.member(object, name, Some(args)),
            Expr::Call { name, args } => self.call(name, args),
            Expr::Builtin { function, args } => self.builtin(*function, args),
            Expr::Concat(items) => {
                for item in items {
                    self.expr(item, &Ty::Unknown);
                }
                Ty::Text
            }
            Expr::Unary { op, value } => {
                let ty = self.expr(value, &Ty::Unknown);
                match op {
                    UnaryOp::Not => Ty::Bool,
                    UnaryOp::Minus => ty.plain(),
                }
            }
            Expr::Binary { op, left, right } => {
                if let (Expr::Call { name, .. }, Expr::Null)
                | (Expr::Null, Expr::Call { name, .. }) = (&**left, &**right)
                {
                    self.tested(name);
                }
                self.binary(*op, left, right, want)
            }
            Expr::Choice { cond, yes, no } => {
                self.expr(cond, &Ty::Unknown);
                let yes = self.expr(yes, want);
                yes.join(&self.expr(no, want)).plain()
            }
            Expr::Index { object, index } => {
                self.expr(index, &Ty::Unknown);
                match self.expr(object, &Ty::Unknown) {
                    Ty::List(item) | Ty::Map(item) => *item,
                    Ty::Text => Ty::Text,
                    _ => Ty::Unknown,
                }
            }
            Expr::List(items) => {
                let mut item = Ty::Unknown;
                for each in items {
                    item = item.join(&self.expr(each, &Ty::Unknown).plain());
                }
                Ty::List(Box::new(item))
            }
            Expr::Map(items) => {
                let mut item = Ty::Unknown;
                for (key, value) in items {
                    self.expr(key, &Ty::Text);
                    item = item.join(&self.expr(value, &Ty::Unknown).plain());
                }
                Ty::Map(Box::new(item))
            }
            Expr::Lambda { body, .. } => {
                self.block(body);
                Ty::Unknown
            }
        }
    }

    fn member(&mut self, object: &Expr, name: &str, args: Option<&Vec<Expr>>) -> Ty {
        let class = self.expr(object, &Ty::Unknown);
        self.note_member(object, &class, name, args.map(Vec::len));
        let found = match class {
            Ty::Object(class) => {
                members::find(class, name, args.map(Vec::len)).map(|found| (class, found))
            }
            _ => None,
        };
        let signature =
            found.and_then(|(class, (member, using))| Some((class, signature(member, using)?)));
        let Some((class, signature)) = signature else {
            for arg in args.into_iter().flatten() {
                self.expr(arg, &Ty::Unknown);
            }
            return Ty::Unknown;
        };
        for param in &signature.params {
            let Some(arg) = args.and_then(|args| args.get(param.position.unwrap_or(0))) else {
                continue;
            };
            let takes = types::takes(param.ty);
            if let (Expr::Lambda { params, .. }, Some(types::Takes::Closure(given, _))) =
                (arg, &takes)
            {
                for (param, ty) in params.iter().zip(given) {
                    if let Some(id) = self.facts.id(param) {
                        self.learn(id, ty);
                        self.facts.bindings[id].width = match ty {
                            Ty::Int(width) => Some(*width),
                            _ => None,
                        };
                    }
                }
            }
            self.expr(arg, &takes.map_or(Ty::Unknown, |takes| takes.wants()));
        }
        types::parse(signature.returns, class).unwrap_or_default()
    }

    fn call(&mut self, name: &str, args: &[Expr]) -> Ty {
        let Some(&at) = self.facts.by_name.get(name) else {
            for arg in args {
                self.expr(arg, &Ty::Unknown);
            }
            return Ty::Unknown;
        };
        for (arg, id) in args.iter().zip(self.facts.routines[at].params.clone()) {
            let want = self.facts.bindings[id].ty.clone();
            let ty = self.expr(arg, &want);
            self.learn(id, &ty);
            if *arg == Expr::Null {
                self.facts.bindings[id].nullable = true;
            }
        }
        self.facts.routines[at].returns.clone()
    }
}
