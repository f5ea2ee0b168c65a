//! Loops over the positions of a list.

use super::ast::{Block, Expr, Function, Pattern, Piece, Stmt, StmtKind};
use super::rewrite::{self, is_var};
use super::tidy::{boxed, method, take};
use super::walk::{Walk, walk_expr, walk_stmt};

/// Makes loops over lists of those over positions that only read the items. `constants` are arrays.
pub(super) fn tidy_loops(function: &mut Function, constants: &[String]) {
    let mut names = Vec::new();
    names.extend(function.params.iter().map(|(name, _)| name.clone()));
    let mut all = All { names, arrays: constants.to_vec() };
    all.block(&mut function.body);
    let All { names, mut arrays } = all;
    // A name that is declared twice may be another list.
    arrays.retain(|array| names.iter().filter(|name| *name == array).count() < 2);
    Loops { names, arrays }.block(&mut function.body);
}

/// Collects the names that a function declares, and those of arrays whose items can be copied.
struct All {
    names: Vec<String>,
    arrays: Vec<String>,
}

/// Whether a value is an array of literals.
pub(super) fn is_array(value: &Expr) -> bool {
    let is_literal =
        |item: &Expr| matches!(item, Expr::Int(_) | Expr::Float(_) | Expr::Bool(_) | Expr::Text(_));
    matches!(value, Expr::Array(items) if items.iter().all(is_literal))
}

impl Walk for All {
    fn pattern(&mut self, pattern: &mut Pattern) {
        match pattern {
            Pattern::Name(name) | Pattern::Other(name) => self.names.push(name.clone()),
            Pattern::Variant(_, inner) => self.pattern(inner),
            Pattern::Ignored => {}
        }
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        if let StmtKind::Let {
            pattern: Pattern::Name(name), ty: None, value: Some(value), ..
        } = &stmt.kind
        {
            if is_array(value) {
                self.arrays.push(name.clone());
            }
        }
        walk_stmt(self, stmt);
    }

    fn expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::IfLet { pattern, .. } | Expr::For { pattern, .. } => self.pattern(pattern),
            Expr::Match { arms, .. } => arms.iter_mut().for_each(|(arm, _)| self.pattern(arm)),
            Expr::Closure { params, .. } => self.names.extend(params.iter().cloned()),
            _ => {}
        }
        walk_expr(self, expr);
    }
}

struct Loops {
    names: Vec<String>,
    arrays: Vec<String>,
}

impl Walk for Loops {
    fn expr(&mut self, expr: &mut Expr) {
        walk_expr(self, expr);
        if let Expr::For { pattern: Pattern::Name(counter), items, body } = expr {
            let Some(list) = list_of(items) else { return };
            let counter = counter.clone();
            let Some((pattern, new)) = self.over(&counter, &list, body) else { return };
            let walked = Expr::For { pattern, items: boxed(new), body: std::mem::take(body) };
            *expr = walked;
        }
    }
}

/// Returns the list whose positions a range has: `0..list.len() as i64`.
fn list_of(items: &Expr) -> Option<String> {
    let Expr::Range { from, to, inclusive: false } = items else { return None };
    let Expr::Cast { value, ty } = &**to else { return None };
    let Expr::Method { receiver, name, args, .. } = &**value else { return None };
    match &**receiver {
        Expr::Var(list)
            if **from == Expr::Int(0) && name == "len" && args.is_empty() && ty == "i64" =>
        {
            Some(list.clone())
        }
        _ => None,
    }
}

/// Whether an expression is `list[counter as usize]`.
fn is_item(expr: &Expr, list: &str, counter: &str) -> bool {
    let Expr::Index { receiver, index } = expr else { return false };
    is_var(receiver, list)
        && matches!(&**index, Expr::Cast { value, ty } if ty == "usize" && is_var(value, counter))
}

impl Loops {
    /// Changes a body, and returns the pattern and the items for it.
    fn over(&mut self, counter: &str, list: &str, body: &mut Block) -> Option<(Pattern, Expr)> {
        for name in [counter, list] {
            let fate = rewrite::fate_in(body, name);
            if fate.changed || fate.declared > 0 {
                return None;
            }
        }
        let mut items = 0;
        rewrite::in_block(body, &mut |expr| {
            let is_it = is_item(expr, list, counter);
            items += usize::from(is_it);
            is_it
        });
        let lists = rewrite::count_in(body, list);
        let counters = rewrite::count_in(body, counter);
        let mut others = body.clone();
        let (mut plain, mut lens) = (0, 0);
        rewrite::in_block(&mut others, &mut |expr| {
            tested(expr, counter, list, &mut plain, &mut lens)
        });
        if items == 0 || lists != items + lens || counters != items + plain {
            return None;
        }
        let item = self.item_name(list, body)?;
        let is_copied = plain == 0 && self.arrays.iter().any(|array| array == list);
        rewrite::in_block(body, &mut |expr| named(expr, list, counter, (&item, is_copied)));
        rewrite::in_block(body, &mut |expr| shortened(expr, counter, list));
        let list = Expr::Var(list.to_owned());
        if is_copied {
            return Some((Pattern::Name(item), list));
        }
        if plain == 0 {
            return Some((Pattern::Name(item), Expr::Ref { mutable: false, value: boxed(list) }));
        }
        let walked = method(method(list, "iter"), "enumerate");
        Some((Pattern::Other(format!("({counter}, {item})")), walked))
    }

    /// Returns a name for an item: that of the list without its plural.
    fn item_name(&mut self, list: &str, body: &mut Block) -> Option<String> {
        let list = list.to_lowercase();
        let single = list.strip_suffix('s').filter(|single| {
            single.len() > 1
                && !single.ends_with(['s', 'u', 'i'])
                && !["type", "clas", "match"].contains(single)
        });
        let choices = single.into_iter().chain(["item", "entry", "each_item"]);
        choices.map(str::to_owned).find(|name| {
            let is_declared = self.names.iter().any(|other| {
                other.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
            });
            !is_declared
                && rewrite::count_in(body, name) == 0
                && rewrite::fate_in(body, name).declared == 0
        })
    }
}

/// Puts the name of the item instead of `list[counter as usize]`. The item is a reference if it is not copied.
fn named(expr: &mut Expr, list: &str, counter: &str, item: (&str, bool)) -> bool {
    let (name, is_copied) = item;
    let var = || Expr::Var(name.to_owned());
    match expr {
        Expr::Ref { mutable: false, value } if !is_copied && is_item(value, list, counter) => {
            *expr = var();
        }
        Expr::Method { receiver, args, .. } if is_item(receiver, list, counter) => {
            **receiver = var();
            args.iter_mut().for_each(|arg| {
                rewrite::in_expr(arg, &mut |expr| named(expr, list, counter, item));
            });
        }
        Expr::Format { pieces, .. } => {
            for piece in pieces {
                let (Piece::Value(value) | Piece::Formatted(value, _)) = piece else { continue };
                match is_item(value, list, counter) {
                    true => *value = var(),
                    false => {
                        rewrite::in_expr(value, &mut |expr| named(expr, list, counter, item));
                    }
                }
            }
        }
        _ if is_item(expr, list, counter) => {
            *expr = match is_copied {
                true => var(),
                false => Expr::Unary { op: "*", value: boxed(var()) },
            };
        }
        _ => return false,
    }
    true
}

fn is_len(expr: &Expr, list: &str) -> bool {
    matches!(expr, Expr::Cast { value, ty } if ty == "i64" && matches!(
        &**value,
        Expr::Method { receiver, name, .. } if name == "len" && is_var(receiver, list)
    ))
}

/// Whether a position is compared with this: a number, the length, or one less.
fn is_bound(expr: &Expr, list: &str) -> bool {
    match expr {
        Expr::Int(number) => *number >= 0,
        Expr::Binary { op: "-", left, right } => {
            is_len(left, list) && matches!(**right, Expr::Int(0 | 1))
        }
        expr => is_len(expr, list),
    }
}

/// Counts the comparisons of the position, and the lengths in them.
fn tested(expr: &mut Expr, counter: &str, list: &str, plain: &mut usize, lens: &mut usize) -> bool {
    let Expr::Binary { op: "<" | "<=" | ">" | ">=" | "==" | "!=", left, right } = expr else {
        return false;
    };
    let is_it = is_var(left, counter) && is_bound(right, list);
    if is_it {
        *plain += 1;
        *lens += usize::from(!matches!(**right, Expr::Int(_)));
    }
    is_it
}

/// Takes the casts out of the comparisons of the position.
fn shortened(expr: &mut Expr, counter: &str, list: &str) -> bool {
    let Expr::Binary { left, right, .. } = expr else { return false };
    if !is_var(left, counter) || !is_bound(right, list) {
        return false;
    }
    let strip = |expr: &mut Expr| {
        if let Expr::Cast { value, .. } = expr {
            let value = take(value);
            *expr = value;
        }
    };
    match &mut **right {
        Expr::Binary { left, .. } => strip(left),
        bound => strip(bound),
    }
    true
}
