//! Calls of functions of the script.

use super::build::{self, path, reference};
use super::lower::Lower;
use super::types::Ty;
use super::value::{By, Lowered, Value, why};
use crate::rust::ast::Expr as Rust;
use crate::tree::Expr;

impl Lower<'_, '_> {
    /// Translates a call of a function of the script.
    pub(super) fn function(&mut self, name: &str, args: &[Expr]) -> Lowered<Value> {
        let Some(&at) = self.facts.by_name.get(name) else {
            return why(format!("{name} is a function of the language or of another file"));
        };
        let routine = &self.facts.routines[at];
        let Some(tree) = routine.tree else { return why(format!("{name} is not a function")) };
        let mut given = Vec::new();
        for (position, (param, id)) in tree.params.iter().zip(&routine.params).enumerate() {
            let arg = match (args.get(position), &param.default) {
                (Some(arg), _) => arg,
                (None, Some(default)) => default,
                (None, None) => return why(format!("{name} needs {}", param.name)),
            };
            given.push(self.given(*id, arg)?);
        }
        for (at, arg) in given.iter().enumerate() {
            let Rust::Ref { mutable: true, value } = arg else { continue };
            let Rust::Var(name) = &**value else { continue };
            let others = given.iter().enumerate().filter(|(other, _)| *other != at);
            if others.into_iter().any(|(_, other)| build::mentions(other, name)) {
                return why(format!("{name} is changed and read by one call"));
            }
        }
        let ty = self.result_type(at);
        self.known(&ty, name)?;
        let expr = Rust::Call { function: Box::new(path(&routine.rust)), args: given };
        if !routine.fails {
            return Ok(Value::new(expr, ty));
        }
        if self.may_fail() {
            return Ok(Value::new(Rust::Try(Box::new(expr)), ty));
        }
        Ok(Value::new(expr, Ty::Result(Box::new(ty))).settled())
    }

    /// Returns an argument in the form of a param.
    fn given(&mut self, id: usize, arg: &Expr) -> Lowered<Rust> {
        let written = self.param_type(id)?;
        let ty = self.type_of(id);
        if !written.starts_with('&') {
            return self.owned(arg, &ty);
        }
        let value = self.value(arg, &ty)?;
        if !written.starts_with("&mut ") {
            return match &ty {
                Ty::Text => value.str(),
                Ty::List(item) => match value.expr {
                    Rust::Macro { name: "vec", args } => Ok(reference(Rust::Array(args))),
                    _ if value.ty == Ty::List(Box::new((**item).clone())) => value.shared(),
                    _ => why("a list of another type"),
                },
                _ => {
                    let value = value.settled();
                    match value.ty == ty {
                        true => value.shared(),
                        false => Ok(reference(value.owned(&ty)?)),
                    }
                }
            };
        }
        if value.ty != ty {
            return why("a value of another type");
        }
        match (&value.expr, value.by) {
            (Rust::Unary { op: "*", value }, _) => Ok((**value).clone()),
            (_, By::Mut) => Ok(value.expr),
            (_, By::Ref) => why("a change of something that is only read"),
            _ => Ok(build::mutable(value.expr)),
        }
    }
}
