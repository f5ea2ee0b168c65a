//! What the passes must know of Chilkat's members.

use std::collections::HashMap;

use super::walk::{exprs, names_of_stmt};
use crate::members::{Kind, find};
use crate::names::class_name;
use crate::tree::{Block, Expr, Hint, Stmt, StmtKind, Target};

const CLASSES: [&str; 7] =
    ["Http", "HttpRequest", "HttpResponse", "JsonObject", "JsonArray", "StringBuilder", "BinData"];

/// What a call gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gives {
    /// Whether it succeeds, and nothing else.
    Success,
    /// A value, or nothing if it fails. The value is never false, 0 or null.
    Value,
    /// A value, which may be false or 0.
    Any,
    /// Nothing, and it does not fail.
    Nothing,
}

impl Gives {
    /// Whether there is more than success or failure.
    pub(super) fn is_value(self) -> bool {
        matches!(self, Gives::Value | Gives::Any)
    }
}

/// The classes of variables. `None` for one that has several.
#[derive(Default)]
pub(super) struct Classes(HashMap<String, Option<String>>);

impl Classes {
    pub(super) fn of(script: &mut Block) -> Classes {
        let mut classes = Classes::default();
        classes.block(script);
        classes
    }

    fn block(&mut self, block: &mut Block) {
        for stmt in block.iter_mut() {
            self.stmt(stmt);
        }
        super::walk::blocks_in(block, &mut |block| block.iter().for_each(|stmt| self.stmt(stmt)));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Declare { name, hint: Hint::Object(class), .. }
            | StmtKind::Declare { name, value: Some(Expr::New(class)), .. }
            | StmtKind::Assign { target: Target::Var(name), value: Expr::New(class) } => {
                self.add(name, class);
            }
            StmtKind::Function(function) => {
                for param in &function.params {
                    if let Hint::Object(class) = &param.hint {
                        self.add(&param.name, class);
                    }
                }
            }
            StmtKind::Comment(text) => {
                if let Some((name, class)) = said(text) {
                    self.add(name, class);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, name: &str, class: &str) {
        let known = self.0.entry(name.to_owned()).or_insert_with(|| Some(class.to_owned()));
        if known.as_deref() != Some(class) {
            *known = None;
        }
    }

    fn class<'t>(&'t self, object: &'t Expr) -> Option<&'t str> {
        match object {
            Expr::Var(name) => self.0.get(name)?.as_deref(),
            Expr::New(class) => Some(class),
            _ => None,
        }
    }

    /// Returns what a call gives, if a guard on it says whether it failed.
    pub(super) fn gives(&self, call: &Expr) -> Option<Gives> {
        let Expr::Method { object, name, args } = call else { return None };
        let gives = |class: &str| {
            let (member, _) = find(class, name, Some(args.len()))?;
            let returns = member.call.as_ref()?.returns;
            if matches!(returns, "" | "&mut Self") && member.kind == Kind::Method {
                return Some(Gives::Nothing);
            }
            let value = returns.strip_prefix("Result<")?;
            Some(match value.strip_suffix('>').unwrap_or(value) {
                "()" => Gives::Success,
                "bool" | "i64" | "i32" | "u64" | "u32" | "u16" | "usize" | "f64" => Gives::Any,
                value if value.starts_with("Option") => Gives::Any,
                _ => Gives::Value,
            })
        };
        match self.class(object) {
            Some(class) => gives(class),
            None => CLASSES.into_iter().find_map(gives),
        }
    }

    /// Whether statements call a method of an object, so that its last error is another.
    pub(super) fn calls_again(&self, block: &mut Block, receiver: &Expr) -> bool {
        let mut calls = false;
        for stmt in block {
            exprs(stmt, &mut |expr| {
                if let Expr::Method { object, name, args } = expr {
                    let class = self.class(object).unwrap_or("Http");
                    let is_property = find(class, name, Some(args.len()))
                        .is_some_and(|(member, _)| member.kind == Kind::Property);
                    calls |= **object == *receiver && !is_property;
                }
            });
        }
        calls
    }
}

/// Returns the name and the class in the comments "resp is a CkHttpResponse" and "resp: HttpResponse".
pub(super) fn said(comment: &str) -> Option<(&str, &str)> {
    let mut words = comment.split_whitespace();
    let (name, class) = match (words.next()?, words.next()?, words.next(), words.next()) {
        (name, "is", Some("a" | "an"), Some(class)) => (name, class_name(class)?),
        (name, class, None, None) => (
            name.strip_suffix(':')?,
            class_name(class).or(CLASSES.contains(&class).then_some(class))?,
        ),
        _ => return None,
    };
    words.next().is_none().then(|| (name.trim_start_matches('$'), class))
}

/// Whether an expression gets this property of an object. `name` is in lower case.
pub(super) fn is_property(expr: &Expr, receiver: &Expr, name: &str) -> bool {
    match expr {
        Expr::Property { object, name: member } => **object == *receiver && is_named(member, name),
        Expr::Method { object, name: member, args } => {
            args.is_empty() && **object == *receiver && is_named(member, name)
        }
        _ => false,
    }
}

/// Whether a member has a name, which is in lower case, with or without a prefix.
pub(super) fn is_named(member: &str, name: &str) -> bool {
    let at = member.len().checked_sub(name.len());
    let parts = at.and_then(|at| member.split_at_checked(at));
    parts.is_some_and(|(start, end)| {
        end.eq_ignore_ascii_case(name)
            && (start.is_empty() || start.ends_with('_') || {
                ["get", "ck", "com", "getck", "set"].contains(&&*start.to_ascii_lowercase())
            })
    })
}

/// Whether a statement has a variable.
pub(super) fn mentions(stmt: &mut Stmt, name: &str) -> bool {
    let mut found = false;
    names_of_stmt(stmt, &mut |_, other| found |= other == name);
    found
}
