//! Statements that follow one another and are one.

use super::ast::{Block, Expr, Function, Pattern, Stmt, StmtKind};
use super::rewrite::{self, is_var};
use super::tidy::{boxed, take};
use super::walk::{Walk, walk_expr, walk_stmt};

/// Joins a declaration with the statements behind it that give the variable its value.
pub(super) fn tidy_sequences(function: &mut Function) {
    Sequences.block(&mut function.body);
    given_back(&mut function.body);
    written(function);
}

/// How many variables with written values are looked at: each takes a walk over the function.
const MOST: usize = 200;

/// Makes arrays of lists that stay as long as they are, and answers whether texts are empty that never change.
fn written(function: &mut Function) {
    let mut found = Written(Vec::new(), Vec::new());
    found.block(&mut function.body);
    found.0.truncate(MOST);
    for name in std::mem::take(&mut found.0) {
        let fate = rewrite::fate_in(&mut function.body, &name);
        let is_param = function.params.iter().any(|(param, _)| *param == name);
        if fate.declared != 1 || is_param {
            continue;
        }
        let mut uses = Uses { name: &name, as_array: 0, is_last_write: false, most: 0 };
        uses.block(&mut function.body);
        let Uses { as_array, is_last_write, most, .. } = uses;
        let is_array = as_array == rewrite::count_in(&mut function.body, &name)
            && !is_last_write
            && usize::try_from(most).is_ok_and(|most| most < found_len(&found.1, &name));
        Settle { name: &name, is_array, text: None, changed: fate.changed }
            .block(&mut function.body);
    }
}

fn found_len(lens: &[(String, usize)], name: &str) -> usize {
    lens.iter().find(|(list, _)| list == name).map_or(0, |(_, len)| *len)
}

/// How a list is used.
struct Uses<'n> {
    name: &'n str,
    as_array: usize,
    /// Whether the last use gives an item a value. The compiler says that nothing reads that of an array.
    is_last_write: bool,
    /// The last position that is written as a number.
    most: i64,
}

impl Walk for Uses<'_> {
    fn stmt(&mut self, stmt: &mut Stmt) {
        walk_stmt(self, stmt);
        if let StmtKind::Assign { target: Expr::Index { receiver, .. }, .. } = &stmt.kind {
            self.is_last_write |= is_var(receiver, self.name);
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        if takes_array(expr, self.name) {
            self.as_array += 1;
            self.is_last_write = false;
        }
        if let Expr::Index { receiver, index } = &*expr {
            if let (true, Expr::Int(at)) = (is_var(receiver, self.name), &**index) {
                self.most = self.most.max(*at);
            }
        }
        walk_expr(self, expr);
    }
}

/// Collects the variables whose values are lists or texts as they are written, and the lengths of the lists.
struct Written(Vec<String>, Vec<(String, usize)>);

impl Walk for Written {
    fn stmt(&mut self, stmt: &mut Stmt) {
        if let StmtKind::Let {
            pattern: Pattern::Name(name), ty: None, value: Some(value), ..
        } = &stmt.kind
        {
            if matches!(value, Expr::Text(_)) || is_vec(value) {
                self.0.push(name.clone());
            }
            if let Expr::Macro { name: "vec", args } = value {
                self.1.push((name.clone(), args.len()));
            }
        }
        walk_stmt(self, stmt);
    }
}

fn is_vec(value: &Expr) -> bool {
    matches!(value, Expr::Macro { name: "vec", args } if !args.is_empty())
}

/// Whether a list may be an array here.
fn takes_array(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::Index { receiver: list, .. }
        | Expr::Ref { mutable: false, value: list }
        | Expr::For { items: list, .. } => is_var(list, name),
        Expr::Method { receiver, name: method, .. } => {
            is_var(receiver, name)
                && ["len", "iter", "join", "contains", "is_empty", "get", "first", "last"]
                    .contains(&method.as_str())
        }
        _ => false,
    }
}

struct Settle<'n> {
    name: &'n str,
    is_array: bool,
    text: Option<bool>,
    changed: bool,
}

impl Walk for Settle<'_> {
    fn stmt(&mut self, stmt: &mut Stmt) {
        walk_stmt(self, stmt);
        let StmtKind::Let { pattern: Pattern::Name(name), value: Some(value), .. } = &mut stmt.kind
        else {
            return;
        };
        if name != self.name {
            return;
        }
        match value {
            Expr::Text(text) if !self.changed => self.text = Some(text.is_empty()),
            Expr::Macro { args, .. } if self.is_array => *value = Expr::Array(std::mem::take(args)),
            _ => {}
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        walk_expr(self, expr);
        if let (Some(is_empty), Expr::Method { receiver, name, .. }) = (self.text, &*expr) {
            if name == "is_empty" && is_var(receiver, self.name) {
                *expr = Expr::Bool(is_empty);
            }
        }
    }
}

struct Sequences;

impl Walk for Sequences {
    fn block(&mut self, block: &mut Block) {
        block.iter_mut().for_each(|stmt| walk_stmt(self, stmt));
        let mut at = 0;
        while at + 1 < block.len() {
            let (before, behind) = block.split_at_mut(at + 1);
            let is_joined = match (&mut before[at], &mut behind[0]) {
                (first, second) if first.trailing.is_none() && is_bare(second) => {
                    appended(first, second) || pushed(first, second)
                }
                _ => false,
            };
            match is_joined {
                true => drop(block.remove(at + 1)),
                false => at += 1,
            }
        }
    }
}

/// Whether a statement has no comment and no empty line before it.
fn is_bare(stmt: &Stmt) -> bool {
    stmt.trailing.is_none() && !stmt.blank_before
}

fn is_call_of(expr: &Expr, path: &str) -> bool {
    matches!(expr, Expr::Call { function, args }
        if args.is_empty() && matches!(&**function, Expr::Path(found) if found == path))
}

/// Joins `let text = String::new();` and `text += &format!(..);`.
fn appended(first: &mut Stmt, second: &mut Stmt) -> bool {
    let StmtKind::Let { pattern: Pattern::Name(name), ty: _, value: Some(value), otherwise: None } =
        &mut first.kind
    else {
        return false;
    };
    let StmtKind::Assign { target, op: "+=", value: more } = &mut second.kind else { return false };
    if !is_call_of(value, "String::new") || !is_var(target, name) || rewrite::count(more, name) > 0
    {
        return false;
    }
    match more {
        Expr::Ref { mutable: false, value: text } if matches!(**text, Expr::Format { .. }) => {
            *value = take(text);
        }
        Expr::Text(_) => {
            *value = Expr::Method {
                receiver: boxed(take(more)),
                name: "to_string".to_owned(),
                args: Vec::new(),
                mutates: false,
            };
        }
        _ => return false,
    }
    true
}

/// Joins `let list = Vec::new();` and `list.push(item);`.
fn pushed(first: &mut Stmt, second: &mut Stmt) -> bool {
    let StmtKind::Let { pattern: Pattern::Name(name), value: Some(value), otherwise: None, .. } =
        &mut first.kind
    else {
        return false;
    };
    let StmtKind::Expr(Expr::Method { receiver, name: method, args, .. }) = &mut second.kind else {
        return false;
    };
    let [item] = args.as_mut_slice() else { return false };
    let fate = rewrite::fate_in_expr(item, name);
    if method != "push" || !is_var(receiver, name) || rewrite::count(item, name) > 0 || fate.leaves
    {
        return false;
    }
    match value {
        Expr::Macro { name: "vec", args } => args.push(take(item)),
        value if is_call_of(value, "Vec::new") => {
            *value = Expr::Macro { name: "vec", args: vec![take(item)] };
        }
        _ => return false,
    }
    true
}

/// Makes `let x = call?; Ok(x)` the call at the end of a function.
fn given_back(block: &mut Block) {
    let [.., bound, returned] = block.as_mut_slice() else { return };
    let StmtKind::Let {
        pattern: Pattern::Name(name),
        ty: None,
        value: Some(value),
        otherwise: None,
    } = &mut bound.kind
    else {
        return;
    };
    let StmtKind::Tail(Expr::Call { function, args }) = &mut returned.kind else { return };
    let is_it = matches!(&**function, Expr::Path(path) if path == "Ok")
        && matches!(args.as_slice(), [arg] if is_var(arg, name));
    if !is_it || bound.trailing.is_some() || returned.trailing.is_some() {
        return;
    }
    let Expr::Try(call) = value else { return };
    // A function of the program has the same error. `?` converts that of others.
    let is_own = matches!(&**call, Expr::Call { function, .. }
        if matches!(&**function, Expr::Path(path) if !path.contains(':')));
    let value = match is_own {
        true => take(call),
        false => {
            Expr::Call { function: boxed(Expr::Path("Ok".to_owned())), args: vec![take(value)] }
        }
    };
    bound.kind = StmtKind::Tail(value);
    block.pop();
}
