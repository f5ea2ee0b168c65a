//! Classes of the script, which become functions where that says the same.

use std::collections::{HashMap, HashSet};

use super::build::{assign, at, call, var};
use super::walk::{exprs, targets};
use crate::names::class_name;
use crate::tree::{Block, Expr, Function, Stmt, StmtKind, Target};

/// A class of the script. The reader leaves a statement for it, [`Classes::marker`].
#[derive(Debug, Default)]
pub(crate) struct Class {
    pub(crate) name: String,
    /// Functions that need no object.
    pub(crate) statics: Block,
    pub(crate) methods: Block,
    /// What makes an object.
    pub(crate) init: Option<Function>,
    /// Constants, and comments.
    pub(crate) constants: Block,
    /// Why it is not ported at all.
    pub(crate) unported: Option<String>,
}

/// How a method of an object of the script is called while it is not known which object there is.
pub(crate) const NEW: &str = ".new";
/// What variables of an object begin with in the tree that a reader makes.
pub(crate) const FIELD: char = '@';

const OWN_CLASS: &str = "a class of the script's own is not ported";

#[derive(Debug, Default)]
pub(crate) struct Classes {
    list: Vec<Class>,
}

impl Classes {
    /// Adds a class. Returns what stands in its place until [`flatten`](Classes::flatten).
    pub(crate) fn marker(&mut self, class: Class) -> StmtKind {
        self.list.push(class);
        StmtKind::Unported(format!("\0{}", self.list.len() - 1))
    }

    /// Replaces classes by functions where that says the same: a class that is never made, or made once.
    pub(crate) fn flatten(self, script: &mut Block) {
        let mut made: HashMap<String, usize> = HashMap::new();
        exprs(script, &mut |expr| {
            if let Expr::Call { name, .. } = expr
                && let Some(class) = name.strip_suffix(NEW)
            {
                *made.entry(class.to_owned()).or_default() += 1;
            }
        });
        for class in &self.list {
            for block in [&class.methods, &class.statics] {
                let mut block = block.clone();
                exprs(&mut block, &mut |expr| {
                    if let Expr::Call { name, .. } = expr
                        && let Some(made_class) = name.strip_suffix(NEW)
                    {
                        *made.entry(made_class.to_owned()).or_default() += 2;
                    }
                });
            }
        }
        for (number, class) in self.list.into_iter().enumerate() {
            let count = made.get(&class.name).copied().unwrap_or(0);
            replace(script, number, class, count);
        }
        exprs(script, &mut |expr| match expr {
            Expr::Call { name, .. } if name.ends_with(NEW) => {
                let source = name.clone();
                *expr = Expr::Unported { source, reason: OWN_CLASS.to_owned() };
            }
            Expr::Var(name) => strip_field(name),
            _ => {}
        });
        targets(script, &mut strip_field);
    }
}

fn strip_field(name: &mut String) {
    if name.starts_with(FIELD) {
        *name = name.trim_start_matches(FIELD).to_owned();
    }
}

fn replace(script: &mut Block, number: usize, class: Class, made: usize) {
    let marker = format!("\0{number}");
    let Some(place) = script
        .iter()
        .position(|stmt| matches!(&stmt.kind, StmtKind::Unported(text) if *text == marker))
    else {
        return;
    };
    let site = script.iter().position(|stmt| {
        matches!(&stmt.kind, StmtKind::Assign { target: Target::Var(_), value: Expr::Call { name, .. } }
            if name.strip_suffix(NEW) == Some(class.name.as_str()))
    });
    let reason = match (class.unported.clone(), made) {
        (Some(reason), _) => Some(reason),
        (None, 0) if class.methods.is_empty() && class.init.is_none() => None,
        (None, 1) if site.is_some() => None,
        _ => Some(OWN_CLASS.to_owned()),
    };
    if let Some(reason) = reason {
        if let Some(stmt) = script.get_mut(place) {
            stmt.kind = StmtKind::Unported(reason);
        }
        return;
    }
    flatten_one(script, place, site, class);
}

fn flatten_one(script: &mut Block, place: usize, site: Option<usize>, class: Class) {
    let Class { statics, mut methods, mut init, mut constants, .. } = class;
    let mut fields = field_names(&class.name, &mut methods);
    let names: HashSet<String> = methods.iter().filter_map(function_name).collect();
    let mut made = Block::new();
    let mut object = None;
    if let Some(site) = site
        && let Some(Stmt { line, end_line, blank_before, kind, .. }) = script.get(site).cloned()
        && let StmtKind::Assign { target: Target::Var(name), value: Expr::Call { args, .. } } = kind
    {
        made = init.as_mut().map(|init| inline(init, args, line, end_line)).unwrap_or_default();
        if let Some(first) = made.first_mut() {
            first.blank_before = blank_before;
        }
        object = Some(name);
    }
    for block in [&mut methods, &mut made] {
        rename_fields(block, &mut fields);
    }
    made.retain(|stmt| {
        !matches!(&stmt.kind, StmtKind::Assign { target: Target::Var(a), value: Expr::Var(b) } if a == b)
    });
    constants.extend(statics);
    constants.extend(methods);
    let blank = script.get(place).is_some_and(|stmt| stmt.blank_before);
    if let Some(first) = constants.first_mut() {
        first.blank_before = blank;
    }
    match site {
        Some(site) if site > place => {
            script.splice(site..=site, made);
            script.splice(place..=place, constants);
        }
        Some(site) => {
            script.splice(place..=place, constants);
            script.splice(site..=site, made);
        }
        None => {
            script.splice(place..=place, constants);
        }
    }
    let Some(object) = object else { return };
    exprs(script, &mut |expr| match expr {
        Expr::Method { object: of, name, args } if **of == Expr::Var(object.clone()) => {
            if names.contains(name) {
                *expr = call(name, std::mem::take(args));
            } else if args.is_empty()
                && let Some(field) = fields.get(name)
            {
                *expr = var(field);
            }
        }
        Expr::Property { object: of, name } if **of == Expr::Var(object.clone()) => {
            if names.contains(name) {
                *expr = call(name, Vec::new());
            } else if let Some(field) = fields.get(name) {
                *expr = var(field);
            }
        }
        _ => {}
    });
}

fn function_name(stmt: &Stmt) -> Option<String> {
    match &stmt.kind {
        StmtKind::Function(function) => Some(function.name.clone()),
        _ => None,
    }
}

/// Returns names for the fields of a class: as they are, or with the class before where a method has a variable of
/// that name.
fn field_names(class: &str, methods: &mut Block) -> HashMap<String, String> {
    let mut fields = HashSet::new();
    let mut locals = HashSet::new();
    let mut see = |name: &mut String| {
        match name.strip_prefix(FIELD) {
            Some(field) => fields.insert(field.to_owned()),
            None => locals.insert(name.clone()),
        };
    };
    exprs(methods, &mut |expr| {
        if let Expr::Var(name) = expr {
            see(name);
        }
    });
    targets(methods, &mut see);
    for stmt in methods.iter_mut() {
        if let StmtKind::Function(function) = &mut stmt.kind {
            function.params.iter_mut().for_each(|param| see(&mut param.name));
        }
    }
    let name = |field: String| match locals.contains(&field) {
        true => (field.clone(), format!("{}_{field}", class.to_ascii_lowercase())),
        false => (field.clone(), field),
    };
    fields.into_iter().map(name).collect()
}

fn rename_fields(block: &mut Block, fields: &mut HashMap<String, String>) {
    let mut rename = |name: &mut String| {
        if let Some(field) = name.strip_prefix(FIELD) {
            let field = field.to_owned();
            *name = fields.entry(field.clone()).or_insert(field).clone();
        }
    };
    exprs(block, &mut |expr| {
        if let Expr::Var(name) = expr {
            rename(name);
        }
    });
    targets(block, &mut rename);
}

/// Returns the body of a function with its arguments instead of its parameters.
fn inline(function: &mut Function, args: Vec<Expr>, line: usize, end_line: usize) -> Block {
    let mut body = std::mem::take(&mut function.body);
    let mut before = Block::new();
    let mut args = args.into_iter();
    for param in &function.params {
        let arg = args.next().or_else(|| param.default.clone()).unwrap_or(Expr::Null);
        let (mut reads, mut writes) = (0, 0);
        exprs(&mut body, &mut |expr| reads += usize::from(*expr == Expr::Var(param.name.clone())));
        targets(&mut body, &mut |name| writes += usize::from(*name == param.name));
        let is_simple = matches!(arg, Expr::Var(_) | Expr::Text(_) | Expr::Int(_) | Expr::Bool(_));
        if writes == 0 && (reads == 1 || is_simple) {
            exprs(&mut body, &mut |expr| {
                if *expr == Expr::Var(param.name.clone()) {
                    *expr = arg.clone();
                }
            });
        } else {
            before.push(at(line, end_line, assign(&param.name, arg)));
        }
    }
    before.extend(body);
    before
}

/// Returns whether a class of an exception has this name.
pub(crate) fn is_exception(name: &str) -> bool {
    let tail = name.rsplit([':', '.']).next().unwrap_or(name);
    class_name(name).is_none()
        && (tail.ends_with("Error") || tail.ends_with("Exception") || tail == "StandardError")
}
