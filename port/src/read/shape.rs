//! Shapes of whole scripts that Rust does not have: a function `main`, classes of the script, values of last
//! statements.

use std::collections::{HashMap, HashSet};

use crate::names::class_name;
use crate::read::build::{assign, at, call, var};
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

const UNUSED: &str = "a value that nothing uses";
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

/// Returns the body of a function with its arguments in the place of its parameters.
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

/// Puts the body of a function `main` without parameters in the place of its only call at the end of the script. Its
/// `return` is the end of the program.
pub(crate) fn inline_main(script: &mut Block) {
    let is_main = |stmt: &Stmt| matches!(&stmt.kind, StmtKind::Function(function) if function.name == "main" && function.params.is_empty());
    let Some(place) = script.iter().position(is_main) else { return };
    let mut calls = 0;
    exprs(script, &mut |expr| calls += usize::from(is_call_of_main(expr)));
    let site = script.iter().position(|stmt| match &stmt.kind {
        StmtKind::Expr(value) | StmtKind::Exit(Some(value)) => is_call_of_main(value),
        _ => false,
    });
    let (1, Some(site)) = (calls, site) else { return };
    if site < place {
        return;
    }
    let returns_code = matches!(&script[site].kind, StmtKind::Exit(_));
    let StmtKind::Function(mut function) = script[place].kind.clone() else { return };
    end_program(&mut function.body, returns_code);
    if let Some(first) = function.body.first_mut() {
        first.blank_before = true;
    }
    script.splice(site..=site, function.body);
    script.remove(place);
}

fn is_call_of_main(expr: &Expr) -> bool {
    matches!(expr, Expr::Call { name, args } if name == "main" && args.is_empty())
}

fn end_program(block: &mut Block, returns_code: bool) {
    for stmt in block {
        if let StmtKind::Return(value) = &mut stmt.kind {
            stmt.kind = StmtKind::Exit(value.take().filter(|_| returns_code));
        } else if !matches!(stmt.kind, StmtKind::Function(_)) {
            stmt.for_each_block(&mut |block| end_program(block, returns_code));
        }
    }
}

/// Gives a list that was made in a loop before the statement the name of the variable that it is assigned to.
/// Returns whether it has it.
pub(crate) fn name_list(before: &mut Block, value: &Expr, target: &str) -> bool {
    let Expr::Var(list) = value else { return false };
    let place = before.iter().rposition(|stmt| stmt.kind == assign(list, Expr::List(Vec::new())));
    let Some(place) = place else { return false };
    let mut made = before.split_off(place);
    let mut is_used = false;
    exprs(&mut made, &mut |expr| is_used |= matches!(expr, Expr::Var(name) if name == target));
    if !is_used {
        exprs(&mut made, &mut |expr| {
            if expr == value {
                *expr = var(target);
            }
        });
        targets(&mut made, &mut |name| {
            if name == list {
                *name = target.to_owned();
            }
        });
    }
    before.append(&mut made);
    !is_used
}

/// Removes comments that speak to an interpreter or an editor.
pub(crate) fn drop_magic_comments(script: &mut Block) {
    script.retain(|stmt| match &stmt.kind {
        StmtKind::Comment(text) if stmt.line <= 3 => {
            let is_interpreter = text.starts_with('!') && stmt.line == 1;
            let signs = ["-*-", "frozen_string_literal:", "coding:", "encoding:"];
            !is_interpreter && !signs.iter().any(|sign| text.starts_with(sign))
        }
        _ => true,
    });
}

/// Removes values that stand alone: the last value of a function that nobody uses; elsewhere it is text that is no code.
pub(crate) fn drop_unused_values(script: &mut Block) {
    drop_unused(script, UNUSED);
}

fn drop_unused(block: &mut Block, reason: &str) {
    for stmt in block {
        stmt.for_each_block(&mut |block| drop_unused(block, reason));
        if let StmtKind::Function(function) = &mut stmt.kind {
            drop_last(&mut function.body);
        }
        let StmtKind::Expr(value) = &stmt.kind else { continue };
        if has_effect(value) {
            continue;
        }
        stmt.kind = StmtKind::Unported(match value {
            Expr::Unported { reason, .. } => reason.clone(),
            _ => reason.to_owned(),
        });
    }
}

fn has_effect(value: &Expr) -> bool {
    matches!(
        value,
        Expr::Method { .. }
            | Expr::Call { .. }
            | Expr::Builtin { .. }
            | Expr::Property { .. }
            | Expr::New(_)
    )
}

/// The values at the end of a function were made remarks; they are no loss.
fn drop_last(block: &mut Block) {
    let Some(last) = block.iter_mut().rfind(|stmt| !matches!(stmt.kind, StmtKind::Comment(_)))
    else {
        return;
    };
    match &last.kind {
        StmtKind::Unported(reason) if reason == UNUSED => last.kind = StmtKind::Boilerplate,
        StmtKind::If { .. } | StmtKind::Try { .. } => last.for_each_block(&mut drop_last),
        _ => {}
    }
}

/// Calls a function for every expression in a block, the innermost first.
pub(crate) fn exprs(block: &mut Block, change: &mut dyn FnMut(&mut Expr)) {
    for stmt in block {
        stmt.for_each_expr(&mut |expr| expr_tree(expr, change));
        stmt.for_each_block(&mut |block| exprs(block, change));
    }
}

pub(crate) fn expr_tree(expr: &mut Expr, change: &mut dyn FnMut(&mut Expr)) {
    if let Expr::Lambda { body, .. } = expr {
        exprs(body, change);
    }
    expr.for_each_child(&mut |child| expr_tree(child, change));
    change(expr);
}

/// Calls a function for every variable that is assigned.
pub(crate) fn targets(block: &mut Block, change: &mut dyn FnMut(&mut String)) {
    for stmt in block {
        match &mut stmt.kind {
            StmtKind::Assign { target: Target::Var(name), .. }
            | StmtKind::Declare { name, .. }
            | StmtKind::For { name, .. }
            | StmtKind::ForEach { name, .. } => change(name),
            _ => {}
        }
        stmt.for_each_block(&mut |block| targets(block, change));
    }
}

/// Returns whether values use a variable.
pub(crate) fn uses(values: &[Expr], name: &str) -> bool {
    let mut found = false;
    for value in values {
        expr_tree(&mut value.clone(), &mut |expr| {
            found |= matches!(expr, Expr::Var(used) if used == name);
        });
    }
    found
}

/// Returns whether a class of an exception has this name.
pub(crate) fn is_exception(name: &str) -> bool {
    let tail = name.rsplit([':', '.']).next().unwrap_or(name);
    class_name(name).is_none()
        && (tail.ends_with("Error") || tail.ends_with("Exception") || tail == "StandardError")
}
