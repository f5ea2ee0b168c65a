//! The state of the translation of one script.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::build::{unary, var};
use super::facts::{Binding, Facts, Role};
use super::types::{Ty, Width};
use super::value::{By, Lowered, Value, Why, said, why};
use crate::masked_lines::ScriptLines;
use crate::report::Remark;
use crate::rust::ast::{Expr, Stmt};

/// What a round of translation found out for the next one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The functions that need to return a `Result`.
    pub(super) fails: BTreeSet<usize>,
    /// The variables without a value, and why.
    pub(super) missing: BTreeMap<usize, Why>,
}

/// A closure around the statements that are translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Around {
    /// The body of a `try`, which returns a `Result`. Whether anything in it fails.
    Try { fails: bool },
    /// An event.
    Event,
}

pub(super) struct Lower<'a, 't> {
    pub(super) facts: &'a Facts<'t>,
    pub(super) lines: &'a ScriptLines<'a>,
    pub(super) literal: bool,
    /// Whether the program uses `Transport` instead of `CkHttp`.
    pub(super) transport: bool,
    pub(super) routine: usize,
    pub(super) remarks: Vec<Remark>,
    /// Whether a value stands for one that is not ported.
    pub(super) stands: bool,
    pub(super) found: Found,
    /// The variables that have such a value, which is of use only where something reads it.
    pub(super) stood: Vec<(usize, Why)>,
    /// The line of the statement that is translated, and the features of zoomkat that the program needs.
    pub(super) line: usize,
    pub(super) features: BTreeSet<&'static str>,
    /// What the closure of the innermost `try` says to what follows it.
    pub(super) way: Option<super::tries::Way>,
    /// Whether the innermost loop is in the innermost closure.
    pub(super) in_loop: bool,
    pub(super) around: Vec<Around>,
    /// How variables are written whose declaration is translated, if not by their types alone.
    pub(super) forms: HashMap<usize, (Ty, By)>,
    /// Variables that are known not to be null here.
    pub(super) narrowed: HashSet<usize>,
    /// Statements that have to precede the one that is translated.
    pub(super) before: Vec<Stmt>,
    /// The name of the error in the block that handles it.
    pub(super) error: Vec<Option<String>>,
    /// The names of the exceptions whose handlers are translated.
    pub(super) caught: Vec<Option<String>>,
    /// What the event returns whose function is translated.
    pub(super) event_returns: Ty,
    /// The statements of the main part that are elsewhere in the program.
    pub(super) skipped: Vec<usize>,
    /// The block that is translated, and the bodies of the innermost loop and of the function.
    pub(super) current: *const crate::tree::Stmt,
    pub(super) loop_body: *const crate::tree::Stmt,
    pub(super) function_body: *const crate::tree::Stmt,
    /// Whether `continue`, and `return` without a value, leave the closure of a `try`.
    pub(super) continue_leaves: bool,
    pub(super) return_leaves: bool,
    /// How many of a list's items are at its declaration that the script adds behind it.
    pub(super) merged: HashMap<usize, usize>,
    /// The first statement of the main part.
    pub(super) script: *const crate::tree::Stmt,
}

impl<'a, 't> Lower<'a, 't> {
    pub(super) fn new(
        facts: &'a Facts<'t>,
        lines: &'a ScriptLines<'a>,
        literal: bool,
        transport: bool,
    ) -> Lower<'a, 't> {
        Lower {
            facts,
            lines,
            literal,
            transport,
            routine: 0,
            remarks: Vec::new(),
            stands: false,
            found: Found::default(),
            stood: Vec::new(),
            line: 1,
            features: BTreeSet::new(),
            way: None,
            in_loop: false,
            around: Vec::new(),
            forms: HashMap::new(),
            narrowed: HashSet::new(),
            before: Vec::new(),
            error: Vec::new(),
            caught: Vec::new(),
            event_returns: Ty::Unit,
            skipped: Vec::new(),
            merged: HashMap::new(),
            current: std::ptr::null(),
            loop_body: std::ptr::null(),
            function_body: std::ptr::null(),
            continue_leaves: false,
            return_leaves: false,
            script: std::ptr::null(),
        }
    }

    pub(super) fn binding(&self, id: usize) -> &'a Binding {
        &self.facts.bindings[id]
    }

    /// Returns the type of a variable as it is declared.
    pub(super) fn type_of(&self, id: usize) -> Ty {
        if let Some((ty, _)) = self.forms.get(&id) {
            return ty.clone();
        }
        let binding = self.binding(id);
        let ty = match &binding.ty {
            Ty::Int(_) | Ty::Bit => Ty::Int(binding.width.unwrap_or(Width::I64)),
            Ty::Text if binding.role == Role::Local && binding.literals && !binding.nullable => {
                Ty::Str
            }
            ty => ty.clone(),
        };
        let optional = matches!(binding.role, Role::Local | Role::Param { .. })
            && binding.nullable
            && !self.narrowed.contains(&id);
        match optional {
            true => Ty::Option(Box::new(ty)),
            false => ty,
        }
    }

    /// Returns a name as the script has it.
    pub(super) fn said<'n>(&self, name: &'n str) -> &'n str {
        name.split('\u{1}').next().unwrap_or(name)
    }

    /// Returns the variable that a name stands for.
    pub(super) fn id(&self, name: &String) -> Lowered<usize> {
        let Some(id) = self.facts.id(name) else {
            return why(format!("{name} has no value"));
        };
        // What this round has found out holds in its rest, too.
        let missing = self.binding(id).missing.as_ref().or_else(|| self.found.missing.get(&id));
        if let Some(Why { absent, .. }) = missing {
            let text = format!("{} is not ported", self.said(name));
            return Err(Why { text, follows: true, absent: *absent });
        }
        Ok(id)
    }

    pub(super) fn variable(&self, name: &String) -> Lowered<Value> {
        let id = self.id(name)?;
        let binding = self.binding(id);
        if binding.always {
            return Ok(Value::new(Expr::Bool(true), Ty::Bool));
        }
        let ty = self.type_of(id);
        if !ty.is_known() {
            // Its declaration says why.
            return match binding.role {
                Role::Local => {
                    let text = format!("{} is not ported", self.said(name));
                    Err(Why { text, follows: true, absent: ty == Ty::Missing })
                }
                _ => why(format!("the type of {name} is not known")),
            };
        }
        let by = match self.forms.get(&id) {
            Some((_, by)) => *by,
            None => self.by(binding, &ty),
        };
        let mut expr = var(&binding.rust);
        let mut by = by;
        if by != By::Own && ty.is_copy() {
            expr = unary("*", expr);
            by = By::Own;
        }
        // A param of text is a `&str`.
        let ty = match (binding.role, by, ty) {
            (Role::Param { .. }, By::Ref, Ty::Text) => {
                by = By::Own;
                Ty::Str
            }
            (_, _, ty) => ty,
        };
        let moves = by == By::Own && self.facts.is_last(id, name);
        Ok(Value { expr, ty, by, stays: true, moves, unclear: false })
    }

    /// Returns how a variable has its value.
    fn by(&self, binding: &Binding, ty: &Ty) -> By {
        match binding.role {
            Role::Param { by_ref } if ty.is_copy() => match by_ref && binding.assigned > 0 {
                true => By::Mut,
                false => By::Own,
            },
            Role::Param { by_ref } => match ty {
                // An assigned param without effect outside is a variable of the function.
                _ if binding.assigned > 0 && !by_ref => By::Own,
                Ty::Option(_) => By::Own,
                _ if binding.changed => By::Mut,
                _ => By::Ref,
            },
            Role::Item => By::Ref,
            _ => By::Own,
        }
    }

    /// Returns how a param is declared.
    pub(super) fn param_type(&self, id: usize) -> Lowered<String> {
        let binding = self.binding(id);
        let ty = self.type_of(id);
        if !ty.is_known() {
            return why(format!("the type of {} is not known", binding.name));
        }
        let by_ref = matches!(binding.role, Role::Param { by_ref: true });
        let changed = binding.changed && (by_ref || binding.assigned == 0);
        let written = ty.written(self.transport);
        Ok(match &ty {
            _ if ty.is_copy() && by_ref && binding.assigned > 0 => format!("&mut {written}"),
            _ if ty.is_copy() => written,
            Ty::Option(_) => written,
            _ if changed => format!("&mut {written}"),
            Ty::Text => "&str".into(),
            Ty::List(item) => format!("&[{}]", item.written(self.transport)),
            _ => format!("&{written}"),
        })
    }

    /// Says that something here fails with `?`. Returns false where that is not possible.
    pub(super) fn may_fail(&mut self) -> bool {
        match self.around.last_mut() {
            Some(Around::Event) => false,
            Some(Around::Try { fails }) => {
                *fails = true;
                true
            }
            None => {
                self.found.fails.insert(self.routine);
                true
            }
        }
    }

    /// Returns whether the function that is translated returns a `Result`.
    pub(super) fn returns_result(&self) -> bool {
        self.facts.routines[self.routine].fails
    }

    /// Puts `?` behind a call, or ignores its failure where that is not possible.
    pub(super) fn passed_on(&mut self, call: Expr) -> Expr {
        match self.may_fail() {
            true => Expr::Try(Box::new(call)),
            false => super::build::method(call, "ok", vec![]),
        }
    }

    /// Returns the type of what the current function returns.
    pub(super) fn result_type(&self, at: usize) -> Ty {
        let routine = &self.facts.routines[at];
        let ty = match &routine.returns {
            Ty::Int(_) | Ty::Bit => Ty::Int(routine.width.unwrap_or(Width::I64)),
            ty => ty.clone(),
        };
        match routine.nullable && ty != Ty::Unit {
            true => Ty::Option(Box::new(ty)),
            false => ty,
        }
    }

    /// Fails if a type is not known.
    pub(super) fn known(&self, ty: &Ty, of: &str) -> Lowered<()> {
        match ty.is_known() {
            true => Ok(()),
            false => why(format!("{of} is {}", said(&Ty::Unknown))),
        }
    }
}
