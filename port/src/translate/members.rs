//! Members of Chilkat's classes.

use super::build::{changing, method, mutable, reference};
use super::infer::signature;
use super::lower::{Around, Lower};
use super::types::{self, Takes, Ty};
use super::value::{By, Lowered, Value, said, why};
use crate::members::{self, Fails, Member, Param, Signature, find_absent};
use crate::report::{Remark, RemarkKind};
use crate::rust::ast::Expr as Rust;
use crate::tree::Expr;

/// A call of a member, before anything is done about its failure.
pub(super) struct Called {
    pub(super) value: Value,
    pub(super) member: &'static Member,
    pub(super) mutates: bool,
}

impl Lower<'_, '_> {
    /// Translates a member as a value: with `Result` or `Option` if it is one.
    pub(super) fn member(
        &mut self,
        object: &Expr,
        name: &str,
        args: Option<&[Expr]>,
    ) -> Lowered<Value> {
        Ok(self.called(object, name, args)?.value)
    }

    pub(super) fn called(
        &mut self,
        object: &Expr,
        name: &str,
        args: Option<&[Expr]>,
    ) -> Lowered<Called> {
        let receiver = self.value(object, &Ty::Unknown)?;
        let Ty::Object(class) = receiver.ty.plain() else {
            return why(format!("{name} of {}", said(&receiver.ty)));
        };
        let Some((member, using)) = members::find(class, name, args.map(<[_]>::len)) else {
            return why(absent_member(class, name));
        };
        let Some(signature) = signature(member, using) else {
            return why(format!("{name} of Ck{class} is only set"));
        };
        self.call_of(receiver, class, member, signature, args.unwrap_or_default())
    }

    /// Translates the assignment of a property.
    pub(super) fn set(&mut self, object: &Expr, name: &str, value: &Expr) -> Lowered<Called> {
        let receiver = self.value(object, &Ty::Unknown)?;
        let Ty::Object(class) = receiver.ty.plain() else {
            return why(format!("{name} of {}", said(&receiver.ty)));
        };
        let found =
            members::find(class, name, Some(1)).or_else(|| members::find(class, name, None));
        let Some((member, _)) = found else { return why(absent_member(class, name)) };
        let Some(setter) = &member.setter else {
            return why(format!("{name} of Ck{class} is only read"));
        };
        self.call_of(receiver, class, member, setter, std::slice::from_ref(value))
    }

    fn call_of(
        &mut self,
        receiver: Value,
        class: &'static str,
        member: &'static Member,
        signature: &'static Signature,
        args: &[Expr],
    ) -> Lowered<Called> {
        let Some(returns) = types::parse(signature.returns, class) else {
            return why(format!("{} of Ck{class} has no counterpart for a script", member.name()));
        };
        let receiver = match (receiver.ty.clone(), receiver.stays, signature.mutates) {
            // The object is there, or its changes go nowhere, as in the script.
            (Ty::Option(_), true, true) => Value::new(
                changing(receiver.expr, "get_or_insert_default", vec![]),
                Ty::Object(class),
            ),
            _ => receiver.settled(),
        };
        if signature.mutates && receiver.by == By::Ref {
            return why(format!("{} changes an object that is only read here", member.name()));
        }
        if !member.feature.is_empty() {
            self.note_feature(member);
        }
        let mut given = Vec::new();
        for param in &signature.params {
            given.push(self.arg(param, member, args)?);
        }
        let own = match &receiver.expr {
            Rust::Var(name) if signature.mutates => Some(name.clone()),
            _ => None,
        };
        self.separate(&mut given, signature, own.as_deref())?;
        let expr = match signature.mutates {
            true => changing(receiver.expr, signature.name, given),
            false => method(receiver.expr, signature.name, given),
        };
        Ok(Called { value: Value::new(expr, returns), member, mutates: signature.mutates })
    }

    /// Makes copies of what is changed and read by one call.
    fn separate(
        &self,
        given: &mut [Rust],
        signature: &Signature,
        own: Option<&str>,
    ) -> Lowered<()> {
        for at in 0..given.len() {
            let filled = match &given[at] {
                Rust::Ref { mutable: true, value } => match &**value {
                    Rust::Var(name) => name.clone(),
                    _ => continue,
                },
                _ => continue,
            };
            let others = given.iter().enumerate().filter(|(other, _)| *other != at);
            if own == Some(&filled)
                || others.into_iter().any(|(_, other)| super::build::mentions(other, &filled))
            {
                return why(format!("{filled} is filled and read by one call"));
            }
        }
        let Some(own) = own else { return Ok(()) };
        for (arg, param) in given.iter_mut().zip(&signature.params) {
            let is_text = matches!(
                types::takes(param.ty),
                Some(Takes::Str | Takes::IntoText | Takes::AnyText | Takes::Display | Takes::Path)
            );
            let is_own = |expr: &Rust| matches!(expr, Rust::Var(name) if name == own);
            let copy = match arg {
                Rust::Ref { mutable: false, value } if is_own(value) => {
                    reference(method((**value).clone(), "clone", vec![]))
                }
                Rust::Method { .. } if is_text && super::build::mentions(arg, own) => {
                    let text = method(arg.clone(), "to_string", vec![]);
                    if param.ty == "&str" { reference(text) } else { text }
                }
                _ => continue,
            };
            *arg = copy;
        }
        Ok(())
    }

    fn arg(&mut self, param: &Param, member: &Member, args: &[Expr]) -> Lowered<Rust> {
        let position = match (param.position, param.fixed) {
            (Some(position), _) => position,
            (None, "") => 0,
            (None, fixed) => return Ok(Rust::Path(fixed.to_owned())),
        };
        let Some(arg) = args.get(position) else {
            if !param.fixed.is_empty() {
                return Ok(Rust::Path(param.fixed.to_owned()));
            }
            return why(format!("{} needs more arguments", member.name()));
        };
        let Some(takes) = types::takes(param.ty) else {
            return why(format!("{} takes what a script does not have", member.name()));
        };
        match &takes {
            Takes::Filled(class) => self.filled(arg, class),
            Takes::Closure(params, returns) => self.event(arg, params, returns),
            _ => {
                let want = match &takes {
                    Takes::Int(width) => Ty::Int(*width),
                    takes => takes.wants(),
                };
                self.value(arg, &want)?.argument(&takes)
            }
        }
    }

    /// Translates an argument that the call fills.
    fn filled(&mut self, arg: &Expr, class: &'static str) -> Lowered<Rust> {
        let value = self.value(arg, &Ty::Object(class))?;
        match (&value.ty, value.by) {
            (Ty::Object(has), _) if *has != class => {
                why(format!("{} where a Ck{class} is needed", said(&value.ty)))
            }
            (Ty::Object(_), By::Mut) => Ok(value.expr),
            (Ty::Object(_), By::Ref) => why("a change of something that is only read"),
            (Ty::Object(_), By::Own) => Ok(mutable(value.expr)),
            (Ty::Option(inner), By::Own) if **inner == Ty::Object(class) && value.stays => {
                Ok(changing(value.expr, "get_or_insert_default", vec![]))
            }
            (ty, _) => why(format!("{} where a Ck{class} is needed", said(ty))),
        }
    }

    /// Translates a function that is called for an event.
    fn event(&mut self, arg: &Expr, given: &[Ty], returns: &Ty) -> Lowered<Rust> {
        let Expr::Lambda { params, body } = arg else {
            return why("an event needs a function without a name");
        };
        if params.len() > given.len() {
            return why("the event has fewer arguments");
        }
        let mut names = Vec::new();
        for (at, ty) in given.iter().enumerate() {
            let Some(name) = params.get(at) else {
                names.push("_".to_owned());
                continue;
            };
            let Some(id) = self.facts.id(name) else { return why("the event's arguments") };
            let by = if ty.is_copy() { By::Own } else { By::Ref };
            self.forms.insert(id, (ty.clone(), by));
            names.push(self.binding(id).rust.clone());
        }
        self.around.push(Around::Event);
        let outer = (self.in_loop, self.way);
        (self.in_loop, self.way) = (false, None);
        let block = self.routine_block(body, returns, true);
        self.around.pop();
        (self.in_loop, self.way) = outer;
        let own: Vec<&str> = names.iter().map(String::as_str).collect();
        let outer = |name: &str| !own.contains(&name);
        let mut free = false;
        super::visit::exprs_of(body, &mut |expr| {
            if let Expr::Var(name) = expr {
                if let Some(binding) = self.facts.binding(name) {
                    free |= outer(&binding.rust)
                        && binding.role != super::facts::Role::Event
                        && !super::visit::declares(body, &binding.name);
                }
            }
        });
        if free {
            return why("an event that uses variables of the script");
        }
        Ok(Rust::Closure { params: names, body: block })
    }

    /// Says that a member needs a feature of zoomkat that is off by default.
    fn note_feature(&mut self, member: &Member) {
        self.remarks.push(Remark {
            line: self.line,
            end_line: self.line,
            kind: RemarkKind::Warning,
            text: format!("{} needs zoomkat's feature \"{}\"", member.name(), member.feature),
        });
        self.features.insert(member.feature);
    }

    /// Returns a call as a statement, with what is done about its failure.
    pub(super) fn statement(&mut self, called: Called) -> super::value::Lowered<Rust> {
        let fails = called.member.fails;
        let Value { expr, ty, .. } = called.value;
        Ok(match ty {
            Ty::Result(_) => match fails {
                Fails::Program | Fails::Never => self.passed_on(expr),
                Fails::Data | Fails::System => method(expr, "ok", vec![]),
            },
            _ => expr,
        })
    }
}

/// Says that a member is not here, and what to take instead.
pub(super) fn absent_member(class: &str, name: &str) -> String {
    match find_absent(class, name) {
        Some(absent) => format!("{name} of Ck{class} is not here; {}", absent.instead),
        None => format!("Ck{class} has no {name} here"),
    }
}
