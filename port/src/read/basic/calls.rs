//! Assignments and calls.

use super::blocks::{Place, Reader};
use super::builtins;
use super::dialect::{FOX, POWER, PURE, VB, VBS, XOJO};
use super::expr::Parser;
use super::lexer::{Kind, Token};
use super::objects;
use super::output::{self, arguments, path};
use super::scope::Special;
use super::types::find;
use super::values::{binary, join};
use crate::tree::{BinaryOp, Builtin, Expr, StmtKind, Target};

impl<'s> Reader<'s> {
    /// Reads an assignment, or a call with its arguments in parentheses or without.
    pub(super) fn assign_or_call(
        &mut self,
        tokens: &[Token<'s>],
        place: &Place,
    ) -> Result<Option<StmtKind>, String> {
        // `=func(x)` is a call in FoxPro.
        if let [equals, rest @ ..] = tokens
            && equals.is("=")
            && self.rules.is(FOX)
        {
            return Parser::new(rest, &mut self.scope)
                .whole()
                .map(|value| Some(StmtKind::Expr(value)));
        }
        if self.ignored_member(tokens) {
            return Ok(Some(StmtKind::Boilerplate));
        }
        if let Some(kind) = self.pure_statement(tokens, place)? {
            return Ok(kind);
        }
        // `x++` in PowerBuilder.
        if let [name, first, second] = tokens
            && first.kind == Kind::Sign
            && first.text == second.text
            && ["+", "-"].contains(&first.text)
        {
            let name = self.scope.name(name.text);
            let op = if first.is("+") { BinaryOp::Add } else { BinaryOp::Sub };
            let left = Box::new(Expr::Var(name.clone()));
            let value = Expr::Binary { op, left, right: Box::new(Expr::Int(1)) };
            self.assign(Target::Var(name), value, place);
            return Ok(None);
        }
        let operator = tokens.iter().position(|token| {
            ["=", "+=", "-=", "*=", "/=", "&="].iter().any(|sign| token.is(sign))
        });
        // An equals sign inside of parentheses compares.
        let operator = operator.and_then(|_| {
            let at =
                ["=", "+=", "-=", "*=", "/=", "&="].iter().filter_map(|s| find(tokens, s)).min();
            at.filter(|at| *at > 0)
        });
        if let Some(at) = operator {
            let (target, rest) = (&tokens[..at], &tokens[at + 1..]);
            // A call without parentheses may compare in its arguments.
            let is_target = target.windows(2).all(|pair| {
                !matches!(
                    (&pair[0].kind, &pair[1].kind),
                    (Kind::Word, Kind::Word | Kind::Text(_) | Kind::Int(_))
                )
            });
            if is_target {
                return self.assignment(target, tokens[at].text, rest, place);
            }
        }
        self.call(tokens, place)
    }

    /// `name.s` declares in PureBasic, `count + 1` adds. `Some(None)` if the statement has been added.
    pub(super) fn pure_statement(
        &mut self,
        tokens: &[Token<'s>],
        place: &Place,
    ) -> Result<Option<Option<StmtKind>>, String> {
        if !self.rules.is(PURE) {
            return Ok(None);
        }
        match tokens {
            [name, dot, ty] if dot.is(".") && name.kind == Kind::Word && ty.text.len() == 1 => {
                self.declaration(tokens, place);
                Ok(Some(None))
            }
            [name, sign, by] if name.kind == Kind::Word && (sign.is("<<") || sign.is(">>")) => {
                let Kind::Int(bits @ 0..=62) = by.kind else {
                    return Err("operators on bits have no port".to_owned());
                };
                let name = self.scope.name(name.text);
                let op = if sign.is("<<") { BinaryOp::Mul } else { BinaryOp::Quotient };
                let value = binary(op, Expr::Var(name.clone()), Expr::Int(1 << bits));
                self.assign(Target::Var(name), value, place);
                Ok(Some(None))
            }
            [name, sign, rest @ ..]
                if name.kind == Kind::Word
                    && sign.kind == Kind::Sign
                    && ["+", "-", "*", "/"].contains(&sign.text) =>
            {
                let operator = match sign.text {
                    "+" => "+=",
                    "-" => "-=",
                    "*" => "*=",
                    _ => "/=",
                };
                self.assignment(&tokens[..1], operator, rest, place).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Returns whether a statement is a member of an object that only the language has and that needs no counterpart.
    pub(super) fn ignored_member(&mut self, tokens: &[Token<'s>]) -> bool {
        let [object, dot, member, ..] = tokens else {
            return false;
        };
        if !dot.is(".") {
            return false;
        }
        let special = self.scope.specials.get(&object.text.to_lowercase());
        matches!(special, Some(Special::OutFile)) && member.is_word("close")
    }

    /// Notes a variable whose value is an object that only the language has. Returns false for any other variable.
    pub(super) fn special_value(&mut self, name: &str, value: &[Token<'s>]) -> bool {
        let (function, rest) = path(value);
        let text = rest.iter().find_map(|token| match &token.kind {
            Kind::Text(text) => Some(text.as_str()),
            _ => None,
        });
        let (head, member) = function.rsplit_once('.').unwrap_or(("", function.as_str()));
        let special = match member {
            "createobject" | "objcreate" => text.and_then(objects::special_object),
            "environment" if self.scope.specials.get(head) == Some(&Special::Shell) => {
                // `shell.Environment("PROCESS")("X")` is a value.
                let is_whole = rest.iter().filter(|token| token.is("(")).count() == 1;
                is_whole.then_some(Special::Env)
            }
            "createtextfile" | "opentextfile" => {
                let is_files = self.scope.specials.get(head) == Some(&Special::Files);
                (is_files && text == Some("output.txt")).then_some(Special::OutFile)
            }
            _ => None,
        };
        // A handler for errors of COM.
        if member == "objevent" {
            return true;
        }
        let found = special.is_some();
        if found || !matches!(self.scope.specials.get(name), Some(Special::Exception)) {
            self.scope.set_special(name, special);
        }
        found
    }

    pub(super) fn assignment(
        &mut self,
        target: &[Token<'s>],
        operator: &str,
        value: &[Token<'s>],
        place: &Place,
    ) -> Result<Option<StmtKind>, String> {
        if let [name] = target
            && operator == "="
        {
            let lower = name.text.to_lowercase();
            if self.special_value(&lower, value) {
                return Ok(Some(StmtKind::Boilerplate));
            }
            if self.power_object(name.text, value, place)? {
                return Ok(None);
            }
        }
        let (path, _) = path(target);
        if path == "environment.exitcode" {
            self.exit_code = Some(Parser::new(value, &mut self.scope).whole()?);
            return Ok(Some(StmtKind::Boilerplate));
        }
        // The name of a function on the left is its result.
        let mut parser = Parser::new(target, &mut self.scope);
        let left = parser.postfix()?;
        if !parser.is_at_end() {
            return Err("this assignment is not understood here".to_owned());
        }
        let right = Parser::new(value, &mut self.scope).whole()?;
        let right = match operator {
            "=" => right,
            "&=" => join(vec![left.clone(), right]),
            sign => {
                let op = match sign {
                    "+=" => BinaryOp::Add,
                    "-=" => BinaryOp::Sub,
                    "*=" => BinaryOp::Mul,
                    _ => BinaryOp::Div,
                };
                match (op, &right) {
                    (BinaryOp::Add, Expr::Text(_) | Expr::Concat(_)) => {
                        join(vec![left.clone(), right])
                    }
                    _ => Expr::Binary { op, left: Box::new(left.clone()), right: Box::new(right) },
                }
            }
        };
        if let Some(kind) = self.shown(&left, &right) {
            return Ok(Some(kind));
        }
        let target = match left {
            Expr::Var(name) => Target::Var(name),
            Expr::Property { object, name } => Target::Property { object: *object, name },
            Expr::Index { object, index } => Target::Index { object: *object, index: *index },
            _ => return Err("this assignment is not understood here".to_owned()),
        };
        if let (Target::Property { object: Expr::Var(object), name }, true) =
            (&target, name_is(&target, "message"))
            && self.scope.specials.get(&object.to_lowercase()) == Some(&Special::Exception)
        {
            let _ = name;
            let target = Target::Var(object.clone());
            self.assign(target, right, place);
            return Ok(None);
        }
        self.assign(target, right, place);
        Ok(None)
    }

    /// `x = create oleobject` and `rc = x.ConnectToNewObject("Chilkat.Http")` in PowerBuilder. False if this is neither.
    pub(super) fn power_object(
        &mut self,
        name: &str,
        value: &[Token<'s>],
        place: &Place,
    ) -> Result<bool, String> {
        if !self.rules.is(POWER) {
            return Ok(false);
        }
        if value.first().is_some_and(|token| token.is_word("create")) {
            self.scope.name(name);
            let class = value.get(1).map_or("", |token| token.text).to_lowercase();
            if class.ends_with("exception") || class == "throwable" {
                self.scope.set_special(name, Some(Special::Exception));
            } else if class != "oleobject" {
                return Err(format!("the class {class} has no port"));
            }
            self.push(place, StmtKind::Boilerplate);
            return Ok(true);
        }
        let (path, rest) = path(value);
        if path.ends_with(".connecttonewobject") {
            self.connections.insert(name.to_lowercase());
            self.connect(value[0].text, rest, place)?;
            return Ok(true);
        }
        if path.ends_with("getcontextservice") {
            self.push(place, StmtKind::Boilerplate);
            return Ok(true);
        }
        Ok(false)
    }

    /// `x.ConnectToNewObject("Chilkat.Http")`
    pub(super) fn connect(
        &mut self,
        object: &str,
        rest: &[Token<'s>],
        place: &Place,
    ) -> Result<(), String> {
        let args = arguments(&mut self.scope, rest)?;
        let class = args.into_iter().next().unwrap_or(Expr::Null);
        let object = self.scope.name(object);
        if let Expr::Text(class) = &class
            && let Some(special) = objects::special_object(class)
        {
            self.scope.set_special(&object, Some(special));
            self.push(place, StmtKind::Boilerplate);
            return Ok(());
        }
        let value = objects::object(class)?;
        self.assign(Target::Var(object), value, place);
        Ok(())
    }

    pub(super) fn call(
        &mut self,
        tokens: &[Token<'s>],
        place: &Place,
    ) -> Result<Option<StmtKind>, String> {
        if let Some(done) = self.member_call(tokens, place)? {
            return Ok(done);
        }
        let (name, rest) = path(tokens);
        if name.contains('.') && !rest.is_empty() && builtins::knows(&self.scope, &name) {
            let args = arguments(&mut self.scope, rest)?;
            if let Some(value) = builtins::call(&mut self.scope, &name, Some(args))? {
                return Ok(Some(StmtKind::Expr(value)));
            }
        }
        // A call without parentheses: the name of a routine, or of a member, and its arguments.
        let bare = self.bare_call(tokens);
        let (head, args) = match bare {
            Some(at) => (&tokens[..at], Some(&tokens[at..])),
            None => (tokens, None),
        };
        let mut parser = Parser::new(head, &mut self.scope);
        let value = parser.postfix()?;
        if !parser.is_at_end() {
            return Err("this statement is not understood here".to_owned());
        }
        let args = match args {
            Some(args) => Parser::new(args, &mut self.scope).list()?,
            None => Vec::new(),
        };
        let value = match value {
            Expr::Property { object, name } => Expr::Method { object, name, args },
            Expr::Method { object, name, args: first } if first.is_empty() => {
                Expr::Method { object, name, args }
            }
            Expr::Call { name, args: first } if first.is_empty() => Expr::Call { name, args },
            Expr::Builtin { function, args: mut first } if bare.is_some() => {
                first.extend(args);
                Expr::Builtin { function, args: first }
            }
            Expr::Var(name) if bare.is_some() => {
                let known = builtins::call(&mut self.scope, &name.to_lowercase(), Some(args))?;
                known.ok_or_else(|| format!("the routine {name} has no port"))?
            }
            Expr::Var(name) => return Err(format!("the routine {name} has no port")),
            value if bare.is_none() => value,
            _ => return Err("this call is not understood here".to_owned()),
        };
        if let Expr::Method { object, name, args } = &value {
            if let Some(kind) = self.method_statement(object, name, args) {
                return Ok(Some(kind));
            }
        }
        Ok(Some(StmtKind::Expr(value)))
    }

    /// Reads calls of objects that only the language has. `Some(None)` if the statement has been added.
    pub(super) fn member_call(
        &mut self,
        tokens: &[Token<'s>],
        place: &Place,
    ) -> Result<Option<Option<StmtKind>>, String> {
        let [object, dot, member, rest @ ..] = tokens else {
            return Ok(None);
        };
        if !dot.is(".") || member.kind != Kind::Word {
            return Ok(None);
        }
        let mut special = self.scope.specials.get(&object.text.to_lowercase()).cloned();
        // Parts of published scripts print to a file that they do not make.
        if self.rules.is(VBS) && object.is_word("outFile") {
            special = special.or(Some(Special::OutFile));
        }
        let member = member.text.to_lowercase();
        match (special, member.as_str()) {
            (Some(Special::OutFile), "writeline" | "write") => {
                let args = arguments(&mut self.scope, rest)?;
                let value = args.into_iter().next().unwrap_or(Expr::Text(String::new()));
                Ok(Some(Some(output::print(value, member == "writeline", false))))
            }
            (Some(Special::Exception), "setmessage") => {
                let args = arguments(&mut self.scope, rest)?;
                let target = Target::Var(self.scope.name(object.text));
                self.assign(target, args.into_iter().next().unwrap_or(Expr::Null), place);
                Ok(Some(Some(StmtKind::Boilerplate)))
            }
            (Some(Special::Context), "getcontextkeywords") => {
                let mut args = arguments(&mut self.scope, rest)?;
                if let (Some(Expr::Var(list)), 2) = (args.pop(), args.len() + 1) {
                    let value = builtins::builtin(Builtin::Env, args);
                    self.scope.set_special(&list, Some(Special::EnvValues(value)));
                    return Ok(Some(Some(StmtKind::Boilerplate)));
                }
                Err("this call is not understood here".to_owned())
            }
            (Some(Special::Map), "add") => {
                let mut args = arguments(&mut self.scope, rest)?.into_iter();
                match (args.next(), args.next()) {
                    (Some(key), Some(value)) => {
                        let object = Expr::Var(self.scope.name(object.text));
                        let target = Target::Index { object, index: key };
                        Ok(Some(Some(StmtKind::Assign { target, value })))
                    }
                    _ => Err("this call is not understood here".to_owned()),
                }
            }
            (_, "connecttonewobject") if self.rules.is(POWER) => {
                self.connect(object.text, rest, place)?;
                Ok(Some(None))
            }
            (_, "getcontextservice") => Ok(Some(Some(StmtKind::Boilerplate))),
            (_, "disconnectobject") => Ok(Some(Some(StmtKind::Boilerplate))),
            _ => Ok(None),
        }
    }

    /// Returns where the arguments of a call without parentheses begin.
    pub(super) fn bare_call(&self, tokens: &[Token<'s>]) -> Option<usize> {
        if !self.rules.is(VB | XOJO) {
            return None;
        }
        // The name: words and dots, with arguments of members before the last one.
        let mut at = 0;
        let mut depth = 0_i32;
        while let Some(token) = tokens.get(at) {
            if token.kind == Kind::Sign {
                match token.text {
                    "(" if depth == 0 && token.spaced && at > 0 => {
                        // `obj.Method ("x"), "y"`: parentheses around the first argument.
                        let has_more = find(&tokens[at..], ",").is_some();
                        return has_more.then_some(at);
                    }
                    "(" => depth += 1,
                    ")" => depth -= 1,
                    "-" if depth == 0 && at > 0 => return Some(at),
                    "." if depth == 0 && token.spaced && at > 0 => return Some(at),
                    "," if depth == 0 => return None,
                    _ => {}
                }
            } else if depth == 0 && at > 0 && !tokens[at - 1].is(".") {
                return Some(at);
            }
            at += 1;
        }
        None
    }

    /// Returns the statement for a member that disposes or sets.
    pub(super) fn method_statement(
        &mut self,
        object: &Expr,
        name: &str,
        args: &[Expr],
    ) -> Option<StmtKind> {
        let Expr::Var(variable) = object else {
            return None;
        };
        if self.scope.special(object) == Some(&Special::Map)
            && name.eq_ignore_ascii_case("Add")
            && let [key, value] = args
        {
            let target = Target::Index { object: object.clone(), index: key.clone() };
            return Some(StmtKind::Assign { target, value: value.clone() });
        }
        if args.is_empty() && name.eq_ignore_ascii_case("Dispose") {
            return Some(StmtKind::Dispose(variable.clone()));
        }
        let property = name.strip_prefix("setCk").filter(|_| self.rules.is(PURE))?;
        let value = args.first()?.clone();
        let target = Target::Property { object: object.clone(), name: property.to_owned() };
        Some(StmtKind::Assign { target, value })
    }
}

fn name_is(target: &Target, wanted: &str) -> bool {
    matches!(target, Target::Property { name, .. } if name.eq_ignore_ascii_case(wanted))
}
