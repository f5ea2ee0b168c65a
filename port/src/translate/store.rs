//! Statements that store, drop or print a value.

use super::build::{self, bind_as, call, method, path, run, stmt, unary};
use super::exprs::is_large;
use super::lower::Lower;
use super::types::Ty;
use super::value::{By, Lowered, Value, why};
use crate::rust::ast::{Expr as Rust, Pattern, Piece, Stmt as Line, StmtKind as LineKind};
use crate::tree::{BinaryOp, Builtin, Expr, Target};

impl Lower<'_, '_> {
    pub(super) fn declare_later(&mut self, name: &String) -> Lowered<Vec<Line>> {
        let id = self.id(name)?;
        let binding = self.binding(id);
        if let crate::tree::Hint::Object(class) = &binding.hint {
            if super::types::class_of(class).is_none() {
                return why(super::exprs::absent_class(class));
            }
        }
        if binding.assigned == 0 || binding.always {
            return Ok(Vec::new());
        }
        let ty = self.type_of(id);
        self.known(&ty, name)?;
        let value = match (binding.captured, &ty) {
            (true, _) => Some(self.default_of(&ty)),
            _ => None,
        };
        let written = value.is_some() || matches!(ty, Ty::Option(_));
        let ty = written.then(|| ty.written(self.transport));
        let pattern = Pattern::Name(binding.rust.clone());
        Ok(vec![stmt(LineKind::Let { pattern, ty, value, otherwise: None })])
    }

    /// Returns an empty value of a type.
    pub(super) fn default_of(&self, ty: &Ty) -> Rust {
        match ty {
            Ty::Bool => Rust::Bool(false),
            Ty::Int(_) | Ty::Bit => Rust::Int(0),
            Ty::Float => Rust::Float("0.0".into()),
            Ty::Str => Rust::Text(String::new()),
            Ty::Text | Ty::Cow => call("String::new", vec![]),
            Ty::List(_) | Ty::Bytes => call("Vec::new", vec![]),
            Ty::Map(_) => call("BTreeMap::new", vec![]),
            Ty::Option(_) => path("None"),
            Ty::Object(class) => call(
                &format!("{}::new", super::types::class_written(class, self.transport)),
                vec![],
            ),
            _ => call("Default::default", vec![]),
        }
    }

    pub(super) fn declare(&mut self, name: &String, value: &Expr) -> Lowered<Vec<Line>> {
        let id = self.id(name)?;
        let binding = self.binding(id);
        if binding.always {
            return self.effect(value);
        }
        let ty = self.type_of(id);
        if !ty.is_known() {
            // The value says more.
            self.value(value, &ty)?;
        }
        self.known(&ty, name)?;
        if let Some(lines) = self.declared_pairs(id, value)? {
            return Ok(lines);
        }
        let mut lines = Vec::new();
        let (expr, unclear) = match self.array(id, value, &ty)? {
            Some(array) => (array, false),
            None => self.stored(value, &ty, is_tested(binding), &mut lines)?,
        };
        let grows = binding.loose
            && binding.assigned > 0
            && matches!(expr, Rust::Int(_))
            && self.is_calculated(id);
        let large = is_large(&expr) || grows;
        let written = (unclear || large || matches!(expr, Rust::Path(ref none) if none == "None"))
            .then(|| ty.written(self.transport));
        lines.push(bind_as(Pattern::Name(binding.rust.clone()), written, expr));
        Ok(lines)
    }

    /// Returns whether a number may grow beyond Rust's default type.
    fn is_calculated(&self, id: usize) -> bool {
        self.binding(id).assigned > 1
    }

    /// Translates a value for a variable of a type. What returns nothing is done before.
    /// `emptied` if the script tests whether the variable is empty, as one of the environment that is not set is.
    pub(super) fn stored(
        &mut self,
        value: &Expr,
        ty: &Ty,
        emptied: bool,
        lines: &mut Vec<Line>,
    ) -> Lowered<(Rust, bool)> {
        if *value == Expr::Null && matches!(ty, Ty::Error | Ty::Char | Ty::Unit) {
            return why("null where a value is needed");
        }
        if *value == Expr::Null && !matches!(ty, Ty::Option(_)) {
            return Ok((self.default_of(ty), matches!(ty, Ty::List(_) | Ty::Map(_))));
        }
        let value = match value {
            Expr::Builtin { function: Builtin::Env, args } if emptied && args.len() == 1 => {
                let args = [args[0].clone(), Expr::Text(String::new())];
                self.builtin(Builtin::Env, &args, ty)?
            }
            value => self.value(value, ty)?,
        };
        if value.ty == Ty::Unit && *ty == Ty::Bool {
            lines.push(run(value.expr));
            return Ok((Rust::Bool(true), false));
        }
        if matches!(&value.ty, Ty::Result(inner) if **inner == Ty::Unit) && *ty == Ty::Bool {
            return Ok((method(value.expr, "is_ok", vec![]), false));
        }
        let unclear = value.unclear;
        let rounds = matches!(ty, Ty::Int(_)) && value.ty == Ty::Float && self.facts.rules.rounds();
        if rounds && !value.is_literal() {
            let rounded = call("f64::round_ties_even", vec![value.expr]);
            return Ok((Value::new(rounded, Ty::Float).owned(ty)?, unclear));
        }
        Ok((value.owned(ty)?, unclear))
    }

    /// Returns the array for a list that stays as it is.
    pub(super) fn array(&mut self, id: usize, value: &Expr, ty: &Ty) -> Lowered<Option<Rust>> {
        let Ty::List(item) = ty else { return Ok(None) };
        if !self.facts.is_array(id) {
            return Ok(None);
        }
        if let Expr::Builtin { function: Builtin::Sized, args } = value {
            let count = match args[..] {
                [Expr::Int(count @ 1..)] => Rust::Int(count),
                _ => return Ok(None),
            };
            self.forms.insert(id, (ty.clone(), By::Own));
            return Ok(Some(match item.is_copy() {
                true => Rust::Macro { name: ";", args: vec![self.default_of(item), count] },
                false => return Ok(None),
            }));
        }
        let Expr::List(items) = value else { return Ok(None) };
        if items.is_empty() {
            return Ok(None);
        }
        let texts = items.iter().all(|item| matches!(item, Expr::Text(_)));
        let item = match (&**item, texts && !self.binding(id).passed && !self.binding(id).changed) {
            (Ty::Text, true) => Ty::Str,
            (item, _) => item.clone(),
        };
        let values =
            items.iter().map(|each| self.owned(each, &item)).collect::<Lowered<Vec<_>>>()?;
        self.forms.insert(id, (Ty::List(Box::new(item)), By::Own));
        Ok(Some(Rust::Array(values)))
    }

    pub(super) fn assign(&mut self, target: &Target, value: &Expr) -> Lowered<Vec<Line>> {
        match target {
            Target::Var(name) => self.assign_variable(name, value),
            Target::Property { object, name } => {
                let called = self.set(object, name, value)?;
                Ok(vec![run(self.statement(called)?)])
            }
            Target::Index { object, index } => self.set_item(object, index, value),
        }
    }

    fn assign_variable(&mut self, name: &String, value: &Expr) -> Lowered<Vec<Line>> {
        let id = self.id(name)?;
        let binding = self.binding(id);
        if binding.always {
            return self.effect(value);
        }
        let ty = self.type_of(id);
        if !ty.is_known() {
            self.value(value, &ty)?;
        }
        self.known(&ty, name)?;
        let place = self.variable(name)?;
        let target = match place.by {
            By::Mut => unary("*", place.expr),
            By::Ref => return why("a change of something that is only read"),
            By::Own => place.expr,
        };
        if let Some(line) = self.appended(name, &target, &ty, value)? {
            return Ok(vec![line]);
        }
        let mut lines = Vec::new();
        let (expr, _) = self.stored(value, &ty, is_tested(binding), &mut lines)?;
        let own = |expr: &Rust| *expr == target;
        let line = match expr {
            // Clippy wants `x += 1`, also for `x = 1 + x`.
            Rust::Binary { op: op @ ("+" | "-" | "*" | "/" | "%"), left, right } if own(&left) => {
                LineKind::Assign { target, op: assigning(op), value: *right }
            }
            Rust::Binary { op: op @ ("+" | "*"), left, right } if own(&right) => {
                LineKind::Assign { target, op: assigning(op), value: *left }
            }
            // A text is assigned in its place.
            expr => LineKind::Assign { target, op: "=", value: expr },
        };
        lines.push(stmt(line));
        Ok(lines)
    }

    /// Translates `text = text + more` to `text += more`.
    fn appended(
        &mut self,
        name: &String,
        target: &Rust,
        ty: &Ty,
        value: &Expr,
    ) -> Lowered<Option<Line>> {
        if *ty != Ty::Text {
            return Ok(None);
        }
        let mut parts = Vec::new();
        flatten(value, &mut parts);
        let is_own = |expr: &Expr| matches!(expr, Expr::Var(own) if self.facts.id(own) == self.facts.id(name));
        if parts.len() < 2 || !is_own(parts[0]) || !self.is_text(value) {
            return Ok(None);
        }
        let more = match &parts[1..] {
            [part] => self.value(part, &Ty::Text)?.str()?,
            parts => {
                let pieces = self.pieces_of(parts)?;
                super::exprs::joined(pieces).str()?
            }
        };
        if let Rust::Var(own) = target {
            if build::mentions(&more, own) {
                return Ok(None);
            }
        }
        Ok(Some(stmt(LineKind::Assign { target: target.clone(), op: "+=", value: more })))
    }

    /// Translates an expression whose value nobody reads.
    pub(super) fn effect(&mut self, value: &Expr) -> Lowered<Vec<Line>> {
        let called = match value {
            Expr::Method { object, name, args } => Some(self.called(object, name, Some(args))?),
            Expr::Property { object, name } => Some(self.called(object, name, None)?),
            _ => None,
        };
        if let Some(called) = called {
            let reads = !called.mutates && !matches!(called.value.ty, Ty::Unit | Ty::Result(_));
            let expr = self.statement(called)?;
            return Ok(vec![match reads {
                true => bind_as(Pattern::Ignored, None, expr),
                false => run(expr),
            }]);
        }
        let value = self.value(value, &Ty::Unknown)?;
        Ok(match (&value.ty, &value.expr) {
            (Ty::Unit, _) => vec![run(value.expr)],
            (_, Rust::Try(_)) => vec![run(value.expr)],
            // What is only made does nothing.
            (_, Rust::Call { function, .. }) => match &**function {
                Rust::Path(path) if !path.contains(':') => vec![run(value.expr)],
                Rust::Path(path) if path.ends_with("::new") => Vec::new(),
                _ => vec![bind_as(Pattern::Ignored, None, value.expr)],
            },
            _ if value.stays || value.is_literal() => Vec::new(),
            _ => vec![bind_as(Pattern::Ignored, None, value.expr)],
        })
    }

    pub(super) fn discard(&mut self, name: Option<&str>, value: &Expr) -> Lowered<Vec<Line>> {
        let Some(name) = name else { return self.effect(value) };
        if *value == Expr::Null {
            return Ok(Vec::new());
        }
        let found = match value {
            Expr::Method { object, name, args } => Some(self.called(object, name, Some(args))?),
            Expr::Property { object, name } => Some(self.called(object, name, None)?),
            _ => None,
        };
        if let Some(called) = found {
            let is_status = match &called.value.ty {
                Ty::Unit => true,
                Ty::Result(inner) => **inner == Ty::Unit,
                Ty::Bool => called.mutates,
                _ => false,
            };
            if is_status {
                return Ok(vec![run(self.statement(called)?)]);
            }
            let name = Pattern::Name(format!("_{}", crate::names::rust_name(name)));
            return Ok(vec![bind_as(name, None, called.value.settled().expr)]);
        }
        let value = self.value(value, &Ty::Unknown)?;
        if value.ty == Ty::Unit {
            return Ok(vec![run(value.expr)]);
        }
        let ty = match value.unclear {
            true => Some(value.ty.written(self.transport)),
            false => None,
        };
        let name = Pattern::Name(format!("_{}", crate::names::rust_name(name)));
        let value = match value.stays && !value.ty.is_copy() {
            true => build::reference(value.expr),
            false => value.settled().expr,
        };
        Ok(vec![bind_as(name, ty, value)])
    }

    fn ends_line(&self, value: &Expr) -> bool {
        match value {
            Expr::Var(name) => self.facts.binding(name).is_some_and(|binding| {
                binding.ends_line && matches!(binding.role, super::facts::Role::Local)
            }),
            value => ends_line(value),
        }
    }

    pub(super) fn print(
        &mut self,
        value: &Expr,
        newline: bool,
        to_stderr: bool,
    ) -> Lowered<Vec<Line>> {
        let mut pieces = self.pieces(value)?;
        if newline {
            if let [Piece::Text(text)] = &pieces[..] {
                if text.is_empty() {
                    pieces.clear();
                }
            }
        } else if pieces.is_empty() {
            return Ok(Vec::new());
        }
        // Ruby's `puts` ends a line only once.
        let ended = newline && self.facts.rules.ends_lines_once() && self.ends_line(value);
        if ended {
            if let Some(Piece::Text(last)) = pieces.last_mut() {
                last.pop();
            }
        }
        let keeps = !ended || matches!(pieces.last(), Some(Piece::Text(_)));
        let newline = newline && keeps;
        let name = match (newline, to_stderr) {
            (true, false) => "println",
            (true, true) => "eprintln",
            (false, false) => "print",
            (false, true) => "eprint",
        };
        Ok(vec![run(build::format(name, pieces))])
    }
}

/// Returns whether the script tests whether a variable is empty.
fn is_tested(binding: &super::facts::Binding) -> bool {
    binding.emptied || binding.tested
}

/// Returns whether a text ends a line.
pub(super) fn ends_line(value: &Expr) -> bool {
    match value {
        Expr::Text(text) => text.ends_with('\n'),
        Expr::Concat(items) => items.last().is_some_and(ends_line),
        Expr::Binary { op: BinaryOp::Add, right, .. } => ends_line(right),
        _ => false,
    }
}

/// Returns the parts of a concatenation.
fn flatten<'t>(expr: &'t Expr, parts: &mut Vec<&'t Expr>) {
    match expr {
        Expr::Concat(items) => items.iter().for_each(|item| flatten(item, parts)),
        Expr::Binary { op: BinaryOp::Add, left, right } => {
            flatten(left, parts);
            flatten(right, parts);
        }
        _ => parts.push(expr),
    }
}

fn assigning(op: &str) -> &'static str {
    match op {
        "+" => "+=",
        "-" => "-=",
        "*" => "*=",
        "/" => "/=",
        _ => "%=",
    }
}
