//! What a program needs: values, names and imports.

use std::collections::{HashMap, HashSet};

use super::facts::{Facts, Role};
use super::infer::signature;
use super::types::{self, Ty, class_of};
use super::visit;
use crate::members;
use crate::names::RustNames;
use crate::rust::ast::{Expr as Rust, Function, Stmt as Line, StmtKind as LineKind};
use crate::rust::walk::{Walk, walk_expr, walk_stmt};
use crate::tree::{Block, Expr, Hint, StmtKind, Target};

/// Marks the variables whose values a statement needs that is worth porting.
pub(super) fn find(script: &Block, facts: &mut Facts<'_>) {
    let mut needed = Vec::new();
    visit::all_stmts(script, &mut |stmt| {
        let mut called = false;
        let mut names = Vec::new();
        visit::own_exprs(stmt, &mut |expr| {
            visit::all_exprs(expr, &mut |expr| match expr {
                Expr::Var(name) => names.extend(facts.id(name)),
                Expr::Call { name, .. } => called |= facts.by_name.contains_key(name),
                Expr::Method { object, name, .. } => called |= is_here(facts, object, name),
                _ => {}
            });
        });
        called |= match &stmt.kind {
            StmtKind::Return(Some(_)) => true,
            StmtKind::Assign { target: Target::Property { object, name }, .. } => {
                is_here(facts, object, name)
            }
            _ => false,
        };
        if called {
            needed.extend(names);
        }
    });
    for id in needed {
        facts.bindings[id].needed = true;
    }
}

/// Marks the objects that calls change, and the variables that are always true.
pub(super) fn changes(script: &Block, facts: &mut Facts<'_>) {
    let mut changed = Vec::new();
    let mut given = Vec::new();
    let mut values: HashMap<usize, Vec<bool>> = HashMap::new();
    visit::all_stmts(script, &mut |stmt| {
        match &stmt.kind {
            StmtKind::Assign {
                target: Target::Property { object: Expr::Var(name), .. }, ..
            } => {
                changed.extend(facts.id(name));
            }
            StmtKind::Declare { name, value: Some(value), .. }
            | StmtKind::Assign { target: Target::Var(name), value } => {
                let nothing = member_of(facts, value)
                    .is_some_and(|signature| types::parse(signature.returns, "") == Some(Ty::Unit));
                if let Some(id) = facts.id(name) {
                    values.entry(id).or_default().push(nothing);
                }
            }
            StmtKind::Attempt { name: Some(name), .. } => {
                if let Some(id) = facts.id(name) {
                    values.entry(id).or_default().push(false);
                }
            }
            _ => {}
        }
        visit::own_exprs(stmt, &mut |expr| {
            visit::all_exprs(expr, &mut |expr| match expr {
                Expr::Method { object, args, .. } => {
                    let Some(signature) = member_of(facts, expr) else { return };
                    if let (Expr::Var(name), true) = (&**object, signature.mutates) {
                        changed.extend(facts.id(name));
                    }
                    for param in signature.params.iter().filter(|param| param.is_filled) {
                        if let Some(Expr::Var(name)) = args.get(param.position.unwrap_or(0)) {
                            changed.extend(facts.id(name));
                        }
                    }
                }
                Expr::Call { name, args } => {
                    let Some(at) = facts.by_name.get(name) else { return };
                    for (arg, param) in args.iter().zip(&facts.routines[*at].params) {
                        if let Expr::Var(name) = arg {
                            given.extend(facts.id(name).map(|id| (id, *param)));
                        }
                    }
                }
                _ => {}
            });
        });
    });
    for id in changed {
        facts.bindings[id].changed = true;
    }
    // What a function changes is changed where it is given.
    let mut again = true;
    while again {
        again = false;
        for (id, param) in &given {
            let binding = &facts.bindings[*param];
            let by_ref = matches!(binding.role, Role::Param { by_ref: true });
            let is_changed = binding.changed && (by_ref || binding.assigned == 0);
            if is_changed {
                facts.bindings[*id].literals = false;
            }
            if is_changed && !facts.bindings[*id].changed {
                facts.bindings[*id].changed = true;
                again = true;
            }
        }
    }
    for (id, values) in values {
        let binding = &mut facts.bindings[id];
        binding.always = values.iter().all(|value| *value) && binding.role == Role::Local;
    }
}

/// Returns what a call of a member is in Rust.
fn member_of(facts: &Facts<'_>, expr: &Expr) -> Option<&'static members::Signature> {
    let (object, name, args) = match expr {
        Expr::Method { object, name, args } => (object, name, Some(args.len())),
        Expr::Property { object, name } => (object, name, None),
        _ => return None,
    };
    let Expr::Var(variable) = &**object else { return None };
    let Ty::Object(class) = facts.binding(variable)?.ty else { return None };
    let (member, using) = members::find(class, name, args)?;
    signature(member, using)
}

/// Returns whether a member of an object is here.
fn is_here(facts: &Facts<'_>, object: &Expr, name: &str) -> bool {
    let Expr::Var(variable) = object else { return false };
    let Some(binding) = facts.binding(variable) else { return false };
    match binding.ty {
        Ty::Object(class) => {
            members::find(class, name, Some(1)).is_some()
                || members::find(class, name, None).is_some()
        }
        _ => false,
    }
}

/// Returns whether a `Transport` is enough: the script uses `Http` only for `SynchronousRequest`.
pub(super) fn is_plain(script: &Block, facts: &Facts<'_>) -> bool {
    let mut plain = true;
    let mut sends = false;
    let is_http = |object: &Expr| match object {
        Expr::Var(name) => facts.binding(name).is_some_and(|b| b.ty == Ty::Object("Http")),
        Expr::New(class) => class_of(class) == Some("Http"),
        _ => false,
    };
    let mut check = |expr: &Expr| match expr {
        Expr::New(class) => {
            plain &= matches!(class_of(class), Some("Http" | "HttpRequest" | "HttpResponse"));
        }
        Expr::Method { object, name, .. } if is_http(object) => {
            let found = members::find("Http", name, None);
            let is_it = found.is_some_and(|(member, _)| member.name() == "SynchronousRequest");
            plain &= is_it;
            sends |= is_it;
        }
        Expr::Property { object, .. } if is_http(object) => plain = false,
        _ => {}
    };
    visit::exprs_of(script, &mut check);
    visit::all_stmts(script, &mut |stmt| {
        if let StmtKind::Assign { target: Target::Property { object, .. }, .. } = &stmt.kind {
            plain &= !is_http(object);
        }
    });
    let objects = facts.bindings.iter().filter_map(|binding| match binding.ty {
        Ty::Object(class) => Some(class),
        _ => None,
    });
    plain
        && sends
        && objects.into_iter().all(|class| ["Http", "HttpRequest", "HttpResponse"].contains(&class))
}

/// Gives variables and functions their names in Rust.
pub(super) fn name(facts: &mut Facts<'_>) {
    let names: Vec<String> = facts
        .routines
        .iter()
        .filter_map(|routine| routine.tree.map(|tree| tree.name.clone()))
        .collect();
    let functions = RustNames::of_functions(names.iter().map(String::as_str));
    let mut taken: HashSet<String> = HashSet::from(["not_ported".to_owned()]);
    for routine in &mut facts.routines {
        routine.rust = match routine.tree {
            Some(tree) => functions.get(&tree.name),
            None => "main".into(),
        };
        // Methods of several classes may have one name.
        while taken.contains(&routine.rust) {
            routine.rust.push_str("_2");
        }
        taken.insert(routine.rust.clone());
    }
    let mut of_routine: HashMap<usize, Vec<usize>> = HashMap::new();
    for (id, binding) in facts.bindings.iter().enumerate() {
        if facts.constants.get(&binding.name) == Some(&id) {
            continue;
        }
        of_routine.entry(binding.routine).or_default().push(id);
    }
    for ids in of_routine.into_values() {
        let hints: Vec<(String, Hint)> = ids
            .iter()
            .map(|id| (facts.bindings[*id].name.clone(), hint(&facts.bindings[*id].ty)))
            .collect();
        let pairs = hints.iter().map(|(name, hint)| (name.as_str(), hint));
        let names = RustNames::of_variables(pairs, &taken);
        for id in ids {
            let binding = &mut facts.bindings[id];
            binding.rust = names.get(&binding.name);
            if binding.role == Role::Error && binding.rust == "e" {
                binding.rust = "err".into();
            }
        }
    }
    separate_params(facts);
    name_constants(facts);
}

/// Names constants in capitals. `kLength` is `LENGTH`.
fn name_constants(facts: &mut Facts<'_>) {
    let mut ids: Vec<usize> = facts.constants.values().copied().collect();
    ids.sort_unstable();
    let hints: Vec<(String, Hint)> = ids
        .iter()
        .map(|id| (facts.bindings[*id].name.clone(), hint(&facts.bindings[*id].ty)))
        .collect();
    let pairs = hints.iter().map(|(name, hint)| (name.as_str(), hint));
    let names = RustNames::of_variables(pairs, &HashSet::new());
    let mut taken: Vec<String> = Vec::new();
    for id in ids {
        let binding = &mut facts.bindings[id];
        let plain = names.get(&binding.name);
        let is_marked = binding.name.starts_with('k')
            && binding.name[1..].starts_with(|c: char| c.is_uppercase());
        let plain = plain.strip_prefix("k_").filter(|_| is_marked).unwrap_or(&plain);
        let mut name = plain.trim_matches('_').to_uppercase();
        while taken.contains(&name) {
            name.push_str("_2");
        }
        taken.push(name.clone());
        binding.rust = name;
    }
}

/// Gives params with one name different ones.
fn separate_params(facts: &mut Facts<'_>) {
    for at in 0..facts.routines.len() {
        let params = facts.routines[at].params.clone();
        let mut seen: Vec<String> = Vec::new();
        for id in params {
            let mut name = facts.bindings[id].rust.clone();
            while seen.contains(&name) {
                name.push_str("_2");
            }
            seen.push(name.clone());
            facts.bindings[id].rust = name;
        }
    }
}

fn hint(ty: &Ty) -> Hint {
    match ty {
        Ty::Text | Ty::Str | Ty::Cow | Ty::Char => Hint::Text,
        Ty::Int(_) | Ty::Bit => Hint::Int,
        Ty::Float => Hint::Float,
        Ty::Bool => Hint::Bool,
        Ty::Object(class) => Hint::Object((*class).to_owned()),
        Ty::List(_) | Ty::Bytes | Ty::Slice => Hint::List(Box::new(Hint::Unknown)),
        Ty::Map(_) => Hint::Map(Box::new(Hint::Unknown)),
        _ => Hint::Unknown,
    }
}

/// A search for the names of classes in a program.
struct Names<'n> {
    wanted: &'n dyn Fn(&str) -> bool,
    found: bool,
}

impl Names<'_> {
    fn see(&mut self, text: &str) {
        self.found |= (self.wanted)(text);
    }
}

impl Walk for Names<'_> {
    fn expr(&mut self, expr: &mut Rust) {
        if let Rust::Path(path) = expr {
            self.see(path);
        }
        walk_expr(self, expr);
    }

    fn stmt(&mut self, stmt: &mut Line) {
        if let LineKind::Let { ty: Some(ty), .. } = &stmt.kind {
            self.found |= (self.wanted)(ty);
        }
        walk_stmt(self, stmt);
    }
}

fn search(functions: &mut [Function], wanted: &dyn Fn(&str) -> bool) -> bool {
    let mut names = Names { wanted, found: false };
    for function in functions {
        for (_, ty) in &function.params {
            names.found |= wanted(ty);
        }
        names.found |= function.returns.as_deref().is_some_and(wanted);
        names.block(&mut function.body);
    }
    names.found
}

/// A search for a variable.
struct Reads<'n> {
    name: &'n str,
    found: bool,
}

impl Walk for Reads<'_> {
    fn expr(&mut self, expr: &mut Rust) {
        self.found |= matches!(expr, Rust::Var(name) if name == self.name);
        walk_expr(self, expr);
    }
}

/// Returns whether a block reads a variable.
pub(super) fn reads(block: &[Line], name: &str) -> bool {
    let mut reads = Reads { name, found: false };
    reads.block(&mut block.to_vec());
    reads.found
}

/// Puts a `_` before the names of functions that nothing calls.
pub(super) fn mark_unused(functions: &mut [Function]) {
    let names: Vec<String> = functions.iter().map(|function| base(&function.name)).collect();
    let places: HashMap<&str, usize> =
        names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let mut reached = vec![false; names.len()];
    let mut open: Vec<usize> = places.get("main").copied().into_iter().collect();
    while let Some(at) = open.pop() {
        if std::mem::replace(&mut reached[at], true) {
            continue;
        }
        let mut found = Paths { renamed: None, found: Vec::new() };
        found.block(&mut functions[at].body);
        open.extend(found.found.iter().filter_map(|name| places.get(name.as_str()).copied()));
    }
    let unused = names.iter().zip(&reached).filter(|(_, reached)| !**reached);
    let renamed: HashSet<&str> = unused.map(|(name, _)| name.as_str()).collect();
    if renamed.is_empty() {
        return;
    }
    for (at, function) in functions.iter_mut().enumerate() {
        Paths { renamed: Some(&renamed), found: Vec::new() }.block(&mut function.body);
        if !reached[at] {
            function.name = format!("_{}", function.name);
        }
    }
}

/// Returns the name of a function without its generic parameters: `f` for `f<T>` and `f::<u8>`.
fn base(name: &str) -> String {
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
    name[..end].to_owned()
}

/// Finds the paths of one name, and puts `_` before some of them.
struct Paths<'n> {
    renamed: Option<&'n HashSet<&'n str>>,
    found: Vec<String>,
}

impl Walk for Paths<'_> {
    fn expr(&mut self, expr: &mut Rust) {
        if let Rust::Path(path) = expr {
            match self.renamed {
                Some(renamed) if renamed.contains(base(path).as_str()) => {
                    *path = format!("_{path}")
                }
                Some(_) => {}
                None => self.found.push(base(path)),
            }
        }
        walk_expr(self, expr);
    }
}

/// Returns whether a program names a class.
pub(super) fn is_written(functions: &mut [Function], class: &str) -> bool {
    search(functions, &|text| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == class)
    })
}

/// Returns whether a program names any of Chilkat's classes.
pub(super) fn is_used(functions: &mut [Function]) -> bool {
    search(functions, &|text| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| {
            word == "LineEndings"
                || word.strip_prefix("Ck").is_some_and(|class| class_of(class).is_some())
        })
    })
}
