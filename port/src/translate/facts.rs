//! What is known of the variables and functions of a script.

use std::collections::{HashMap, HashSet};

use super::rules::Rules;
use super::types::Ty;
use super::visit;
pub(super) use super::visit::returns_of;
use crate::language::Language;
use crate::tree::{BinaryOp, Block, Builtin, Expr, Function, Hint, Param, Stmt, StmtKind, Target};

pub(super) use super::bindings::{Binding, Role, Routine};

#[derive(Debug, Default)]
pub(super) struct Facts<'t> {
    pub(super) bindings: Vec<Binding>,
    ids: HashMap<usize, usize>,
    pub(super) routines: Vec<Routine<'t>>,
    pub(super) by_name: HashMap<String, usize>,
    scopes: Vec<HashMap<String, usize>>,
    /// The constants by name.
    pub(super) constants: HashMap<String, usize>,
    /// Variables that are declared without a value.
    pub(super) later: HashSet<usize>,
    /// The places of attempts whose results go to variables that are declared before.
    pub(super) assigning: HashSet<usize>,
    routine: usize,
    depth: usize,
    /// How many scopes are inside the current closure.
    closure_at: Option<usize>,
    /// Variables that comments give a type: "resp is a CkHttpResponse".
    pub(super) said: HashMap<String, String>,
    pub(super) rules: Rules,
}

/// Returns the address of a name in the tree, which identifies its place.
fn place(name: &String) -> usize {
    std::ptr::from_ref(name) as usize
}

impl<'t> Facts<'t> {
    pub(super) fn of(script: &'t Block, language: Language) -> Facts<'t> {
        let mut facts = Facts { rules: Rules(language), ..Facts::default() };
        facts.routine(None);
        visit::all_stmts(script, &mut |stmt| match &stmt.kind {
            StmtKind::Function(function) => {
                let at = facts.routine(Some(function));
                facts.by_name.entry(function.name.clone()).or_insert(at);
            }
            StmtKind::Comment(text) => {
                if let Some((name, class)) = super::said::said(text) {
                    facts.said.entry(name.to_owned()).or_insert_with(|| class.to_owned());
                }
            }
            _ => {}
        });
        facts.declare_constants(script);
        facts.scopes.push(HashMap::new());
        facts.block(script);
        facts.scopes.clear();
        let functions: Vec<&'t Function> =
            facts.routines.iter().filter_map(|routine| routine.tree).collect();
        for (at, function) in functions.into_iter().enumerate() {
            facts.function(at + 1, function);
        }
        facts
    }

    fn routine(&mut self, tree: Option<&'t Function>) -> usize {
        let returns = match tree {
            Some(function) => Ty::of_hint(&function.returns),
            None => Ty::Unit,
        };
        self.routines.push(Routine {
            rust: String::new(),
            tree,
            params: Vec::new(),
            returns,
            width: None,
            nullable: false,
            fallible: false,
            fails: false,
            is_called: tree.is_none(),
        });
        self.routines.len() - 1
    }

    fn function(&mut self, at: usize, function: &'t Function) {
        self.scopes = vec![HashMap::new()];
        self.routine = at;
        let mut params = Vec::new();
        for Param { name, hint, default, by_ref } in &function.params {
            let id = self.declare(name, Role::Param { by_ref: *by_ref }, hint);
            if matches!(default, Some(Expr::Null)) {
                self.bindings[id].nullable = true;
            }
            params.push(id);
        }
        self.block(&function.body);
        let mut nullable = false;
        let mut gives = false;
        returns_of(&function.body, &mut |value| {
            nullable |= matches!(value, Some(Expr::Null));
            gives |= value.is_some();
        });
        let routine = &mut self.routines[at];
        routine.params = params;
        routine.nullable = nullable;
        if !gives {
            routine.returns = Ty::Unit;
        } else if routine.returns == Ty::Unit {
            routine.returns = Ty::Unknown;
        }
        self.scopes.clear();
    }

    /// Returns the variable that a name in the tree stands for.
    pub(super) fn id(&self, name: &String) -> Option<usize> {
        self.ids.get(&place(name)).copied()
    }

    pub(super) fn binding(&self, name: &String) -> Option<&Binding> {
        self.id(name).map(|id| &self.bindings[id])
    }

    pub(super) fn declare(&mut self, name: &'t String, role: Role, hint: &Hint) -> usize {
        let id = self.bindings.len();
        self.bindings.push(Binding {
            name: name.clone(),
            role,
            hint: hint.clone(),
            literals: true,
            routine: self.routine,
            depth: self.depth,
            ..Binding::default()
        });
        self.ids.insert(place(name), id);
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.clone(), id);
        }
        id
    }

    fn look_up(&self, name: &str) -> Option<(usize, usize)> {
        let found = self.scopes.iter().enumerate().rev();
        found.filter_map(|(at, scope)| Some((*scope.get(name)?, at))).next()
    }

    fn used(&mut self, name: &'t String) -> Option<usize> {
        let id = match self.look_up(name) {
            Some((id, _)) => id,
            None => *self.constants.get(name)?,
        };
        self.ids.insert(place(name), id);
        self.bindings[id].reads += 1;
        self.bindings[id].last_read = (place(name), self.depth);
        Some(id)
    }

    fn scoped(&mut self, block: &'t Block) {
        self.scopes.push(HashMap::new());
        self.block(block);
        self.scopes.pop();
    }

    fn block(&mut self, block: &'t Block) {
        for stmt in block {
            self.stmt(stmt);
        }
    }

    fn looped(&mut self, name: &'t String, role: Role, body: &'t Block) {
        self.scopes.push(HashMap::new());
        self.depth += 1;
        self.declare(name, role, &Hint::Unknown);
        self.block(body);
        self.depth -= 1;
        self.scopes.pop();
    }

    /// Returns whether a place is the last that reads a variable, which then need not stay.
    pub(super) fn is_last(&self, id: usize, name: &String) -> bool {
        let binding = &self.bindings[id];
        self.constants.get(&binding.name) == Some(&id)
            || binding.last_read == (place(name), binding.depth)
    }

    fn stmt(&mut self, stmt: &'t Stmt) {
        self.tests(stmt);
        match &stmt.kind {
            StmtKind::ForEach { name, items, body } => {
                self.kept(items);
                if let Expr::Var(map) = super::maps::map_of(items) {
                    let takes = super::maps::value_of(name, items, body).is_some();
                    if let Some((id, _)) = self.look_up(map) {
                        self.bindings[id].walks += if takes { 2 } else { 1 };
                    }
                }
            }
            StmtKind::Assign { target: Target::Index { object, index }, value }
                if !self.rules.list_grows() =>
            {
                self.kept(object);
                self.expr(index);
                self.expr(value);
            }
            StmtKind::While { cond, .. } | StmtKind::DoWhile { cond, .. } => {
                self.depth += 1;
                self.expr(cond);
                self.depth -= 1;
            }
            _ => visit::own_exprs(stmt, &mut |expr| self.expr(expr)),
        }
        match &stmt.kind {
            StmtKind::Declare { name, hint, value } => {
                let id = self.declare(name, Role::Local, hint);
                match value {
                    Some(value) => self.value_of(id, value),
                    None => {
                        self.later.insert(id);
                    }
                }
            }
            StmtKind::Assign { target: Target::Var(name), value } => self.assign(name, value),
            StmtKind::Assign { target: Target::Index { object: Expr::Var(name), .. }, .. } => {
                if let Some(id) = self.id(name) {
                    self.bindings[id].changed = true;
                }
            }
            StmtKind::Attempt { name: Some(name), call, otherwise } => {
                self.scoped(otherwise);
                if self.look_up(name).is_some() {
                    self.assign(name, call);
                    self.assigning.insert(place(name));
                } else {
                    let id = self.declare(name, Role::Local, &Hint::Unknown);
                    self.value_of(id, call);
                }
            }
            StmtKind::For { name, body, .. } => self.looped(name, Role::Counter, body),
            StmtKind::ForEach { name, body, .. } => self.looped(name, Role::Item, body),
            StmtKind::Try { body, catch, finally } => {
                let outer = self.closure_at.replace(self.scopes.len());
                self.depth += 1;
                self.scoped(body);
                self.depth -= 1;
                self.closure_at = outer;
                if let Some(catch) = catch {
                    match &catch.name {
                        Some(name) => self.looped(name, Role::Error, &catch.body),
                        None => self.scoped(&catch.body),
                    }
                }
                self.scoped(finally);
            }
            StmtKind::Function(_) => {}
            StmtKind::While { body, .. } | StmtKind::DoWhile { body, .. } => {
                self.depth += 1;
                self.scoped(body);
                self.depth -= 1;
            }
            _ => visit::blocks(stmt, &mut |block| self.scoped(block)),
        }
    }

    /// Marks the variables that are conditions by themselves.
    fn tests(&mut self, stmt: &'t Stmt) {
        let mut conds: Vec<&Expr> = Vec::new();
        match &stmt.kind {
            StmtKind::If { branches, .. } => conds.extend(branches.iter().map(|(cond, _)| cond)),
            StmtKind::While { cond, .. } | StmtKind::DoWhile { cond, .. } => conds.push(cond),
            _ => {}
        }
        while let Some(cond) = conds.pop() {
            match cond {
                Expr::Var(name) => {
                    if let Some((id, _)) = self.look_up(name) {
                        let binding = &mut self.bindings[id];
                        binding.tested = true;
                        binding.nullable |= binding.set_null;
                    }
                }
                Expr::Unary { value, .. } => conds.push(value),
                Expr::Binary { op: BinaryOp::And | BinaryOp::Or, left, right } => {
                    conds.extend([&**left, &**right]);
                }
                _ => {}
            }
        }
    }

    fn assign(&mut self, name: &'t String, value: &'t Expr) {
        let (id, depth) = match self.look_up(name) {
            Some(found) => found,
            None => (self.declare(name, Role::Local, &Hint::Unknown), usize::MAX),
        };
        self.ids.insert(place(name), id);
        let binding = &mut self.bindings[id];
        binding.assigned += 1;
        binding.changed = true;
        binding.captured |= self.closure_at.is_some_and(|at| depth < at);
        self.value_of(id, value);
    }

    pub(super) fn value_of(&mut self, id: usize, value: &'t Expr) {
        let binding = &mut self.bindings[id];
        binding.ends_line =
            super::store::ends_line(value) && (binding.assigned == 0 || binding.ends_line);
        binding.pairs = super::maps::is_literal(value) && binding.assigned == 0;
        binding.literals &= visit::is_text_literal(value);
        binding.set_null |= matches!(value, Expr::Null);
        binding.nullable |= binding.set_null && binding.tested;
        binding.typed |= matches!(
            value,
            Expr::Method { .. }
                | Expr::Property { .. }
                | Expr::Call { .. }
                | Expr::Builtin { function: Builtin::Length | Builtin::ToInt, .. }
        );
        match value {
            Expr::List(items) => binding.items = items.len(),
            Expr::Builtin { function: Builtin::Sized, args }
                if matches!(args[..], [Expr::Int(_)]) => {}
            _ => binding.grows = true,
        }
        if binding.assigned > 0 {
            binding.grows = true;
        }
    }

    fn expr(&mut self, expr: &'t Expr) {
        match expr {
            Expr::Var(name) => {
                // A use as a whole. Uses that leave a list as it is do not come here.
                if let Some(id) = self.used(name) {
                    self.bindings[id].grows = true;
                }
                return;
            }
            Expr::Binary { left, right, .. } => {
                for (side, other) in [(left, right), (right, left)] {
                    self.empty_test(side, other);
                    if let (Expr::Var(name), Expr::Null) = (&**side, &**other) {
                        if let Some(id) = self.used(name) {
                            self.bindings[id].nullable = true;
                        }
                    }
                }
            }
            Expr::Builtin {
                function: Builtin::Push | Builtin::Resize | Builtin::RemoveAt,
                args,
            } => {
                if let Some(Expr::Var(name)) = args.first() {
                    if let Some(id) = self.used(name) {
                        self.bindings[id].pushes += 1;
                        self.bindings[id].changed = true;
                    }
                    args.iter().skip(1).for_each(|arg| self.expr(arg));
                    return;
                }
            }
            Expr::Builtin { args, .. } | Expr::Call { args, .. } => {
                for arg in args {
                    self.kept(arg);
                }
                if let Expr::Call { name, .. } = expr {
                    for arg in args {
                        if let Expr::Var(name) = arg {
                            if let Some(id) = self.id(name) {
                                self.bindings[id].passed = true;
                            }
                        }
                    }
                    if let Some(at) = self.by_name.get(name) {
                        self.routines[*at].is_called = true;
                    }
                }
                return;
            }
            Expr::Index { object, index } => {
                self.kept(object);
                self.expr(index);
                return;
            }
            Expr::Lambda { params, body } => {
                let outer = self.closure_at.replace(self.scopes.len());
                self.scopes.push(HashMap::new());
                self.depth += 1;
                for param in params {
                    self.declare(param, Role::Event, &Hint::Unknown);
                }
                self.block(body);
                self.depth -= 1;
                self.scopes.pop();
                self.closure_at = outer;
                return;
            }
            _ => {}
        }
        visit::parts(expr, &mut |part| self.expr(part));
    }

    /// Marks a variable that is compared with an empty text, or whose length is compared.
    fn empty_test(&mut self, side: &Expr, other: &Expr) {
        let name = match (side, other) {
            (Expr::Var(name), Expr::Text(text)) if text.is_empty() => name,
            (Expr::Builtin { function: Builtin::Length, args }, Expr::Int(0 | 1)) => {
                match &args[..] {
                    [Expr::Var(name)] => name,
                    _ => return,
                }
            }
            _ => return,
        };
        if let Some((id, _)) = self.look_up(name) {
            self.bindings[id].emptied = true;
        }
    }

    /// A use that borrows a list.
    fn kept(&mut self, expr: &'t Expr) {
        match expr {
            Expr::Var(name) => {
                self.used(name);
            }
            _ => self.expr(expr),
        }
    }

    /// Marks a loop's list, which it only borrows.
    pub(super) fn is_array(&self, id: usize) -> bool {
        let binding = &self.bindings[id];
        binding.role == Role::Local && !binding.grows && binding.pushes == 0
    }
}
