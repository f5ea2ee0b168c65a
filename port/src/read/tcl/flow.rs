//! Conditions, loops, procedures and errors of Tcl.

use std::collections::HashMap;

use super::words::{Command, CommandKind, Form, Word, commands};
use super::{Fault, Reader, fault, proc_name};
use crate::read::shared::build::{assign, at, binary, builtin, index, var};
use crate::read::shared::walk;
use crate::tree::{BinaryOp, Block, Builtin, Catch, Expr, Function, Hint, Param, StmtKind, Target};

impl Reader {
    pub(crate) fn if_(&mut self, args: &[Word]) -> Result<StmtKind, Fault> {
        let mut words = args.iter().peekable();
        let mut branches = Vec::new();
        let mut otherwise = None;
        let mut caught: Option<(Block, Option<String>)> = None;
        // The variable that has the value, too.
        let mut set = None;
        loop {
            let Some(cond) = words.next() else { return fault("a condition is missing") };
            words.next_if(|word| word.form == Form::Bare && word.source == "then");
            // if {[catch {...} message]} {...}
            let mut is_catch = false;
            if branches.is_empty() && caught.is_none() {
                caught = self.caught(cond);
                is_catch = caught.is_some();
            }
            let cond = if is_catch { Expr::Bool(true) } else { self.condition(cond)? };
            let Some(body) = words.next() else {
                return fault("the block of a condition is missing");
            };
            let depth = self.exceptions.len();
            if is_catch && let Some((tried, Some(name))) = &mut caught {
                self.exceptions.push(name.clone());
                let inside = count_uses(body.source).get(name).copied().unwrap_or(0);
                if self.uses.get(name).is_some_and(|uses| *uses > inside) && set_value(tried, name)
                {
                    set = Some(name.clone());
                }
            }
            branches.push((cond, self.block(body.source, body.line)));
            self.exceptions.truncate(depth);
            match words.next() {
                None => break,
                Some(word) if word.source == "elseif" => {}
                Some(word) => {
                    let body = match word.source {
                        "else" => words.next(),
                        _ => Some(word),
                    };
                    otherwise = body.map(|body| self.block(body.source, body.line));
                    break;
                }
            }
        }
        let Some((mut body, mut name)) = caught else {
            return Ok(StmtKind::If { branches, otherwise });
        };
        if branches.len() > 1 {
            return fault("`catch` with several branches is not ported");
        }
        body.extend(otherwise.unwrap_or_default());
        let mut handler = branches.pop().map(|branch| branch.1).unwrap_or_default();
        if let Some(set) = set {
            let error = self.error_name();
            walk::exprs(&mut handler, &mut |expr| match expr {
                Expr::Var(used) if *used == set => used.clone_from(&error),
                _ => {}
            });
            name = Some(error);
        }
        let catch = Some(Catch { name, body: handler });
        Ok(StmtKind::Try { body, catch, finally: Block::new() })
    }

    /// Reads `[catch {...} message]` as a condition.
    pub(crate) fn caught(&mut self, cond: &Word) -> Option<(Block, Option<String>)> {
        let source = cond.source.trim();
        let source =
            source.strip_suffix("!= 0").or(source.strip_suffix("== 1")).unwrap_or(source).trim();
        let source = source.strip_prefix('[')?.strip_suffix(']')?;
        let commands = commands(source, cond.line);
        let [Command { kind: CommandKind::Words(words), .. }] = commands.as_slice() else {
            return None;
        };
        let [catch, body, rest @ ..] = words.as_slice() else { return None };
        if catch.source != "catch" {
            return None;
        }
        let body = self.block(body.source, body.line);
        Some((body, rest.first().map(|name| name.source.to_owned())))
    }

    /// Returns a name for an error that the script does not use.
    pub(crate) fn error_name(&self) -> String {
        let names = ["err", "error", "failure", "catch_error"];
        let free = names.iter().find(|name| !self.uses.contains_key(**name));
        free.unwrap_or(&names[3]).to_string()
    }

    /// `catch {command} value`: the variable has the value of the command, or the message of its error.
    pub(crate) fn catch(&mut self, body: &Word, rest: &[Word]) -> StmtKind {
        let line = body.line;
        let mut tried = self.block(body.source, line);
        let mut name = rest.first().map(|name| name.source.to_owned());
        let mut caught = Block::new();
        if let Some(value) = name.clone()
            && self.uses.contains_key(&value)
            && set_value(&mut tried, &value)
        {
            let error = self.error_name();
            let message = builtin(Builtin::Message, vec![var(&error)]);
            caught.push(at(line, line, assign(&value, message)));
            name = Some(error);
        }
        let catch = Some(Catch { name, body: caught });
        StmtKind::Try { body: tried, catch, finally: Block::new() }
    }

    pub(crate) fn for_(&mut self, words: [&Word; 4], block: &mut Block) -> Result<StmtKind, Fault> {
        let [init, cond, next, body] = words;
        let mut init = self.block(init.source, init.line);
        let cond = self.condition(cond)?;
        let mut next = self.block(next.source, next.line);
        let mut body = self.block(body.source, body.line);
        if let ([first], [step]) = (init.as_slice(), next.as_slice())
            && let StmtKind::Assign { target: Target::Var(name), value: from } = &first.kind
            && step.kind == assign(name, binary(BinaryOp::Add, var(name), Expr::Int(1)))
            && let Expr::Binary { op: op @ (BinaryOp::Lt | BinaryOp::Le), left, right } = &cond
            && **left == var(name)
        {
            let (name, from, to) = (name.clone(), from.clone(), (**right).clone());
            return Ok(StmtKind::For {
                name,
                from,
                to,
                inclusive: *op == BinaryOp::Le,
                step: 1,
                body,
            });
        }
        if continues(&mut body) {
            return fault("`continue` in this loop is not ported");
        }
        block.append(&mut init);
        body.append(&mut next);
        Ok(StmtKind::While { cond, body })
    }

    pub(crate) fn foreach(
        &mut self,
        names: &Word,
        list: &Word,
        body: &Word,
        block: &mut Block,
    ) -> Result<StmtKind, Fault> {
        let names: Vec<&str> = names.source.split_whitespace().collect();
        let items = self.list(list)?;
        let [name] = names.as_slice() else {
            return Ok(self.foreach_several(&names, items, body, block));
        };
        let body = self.block(body.source, body.line);
        Ok(StmtKind::ForEach { name: (*name).to_owned(), items, body })
    }

    /// `foreach {key value} $list`
    fn foreach_several(
        &mut self,
        names: &[&str],
        items: Expr,
        body: &Word,
        block: &mut Block,
    ) -> StmtKind {
        let line = body.line;
        self.loops += 1;
        let suffix = if self.loops > 1 { format!("_{}", self.loops) } else { String::new() };
        let items = match items {
            items @ Expr::Var(_) => items,
            items => {
                let name = format!("items{suffix}");
                block.push(at(line, line, assign(&name, items)));
                var(name)
            }
        };
        let place = format!("place{suffix}");
        let mut inner = Block::new();
        for (name, count) in names.iter().zip(0..) {
            let at_place = match count {
                0 => var(&place),
                count => binary(BinaryOp::Add, var(&place), Expr::Int(count)),
            };
            inner.push(at(line, line, assign(name, index(items.clone(), at_place))));
        }
        inner.extend(self.block(body.source, line));
        StmtKind::For {
            name: place,
            from: Expr::Int(0),
            to: builtin(Builtin::Length, vec![items]),
            inclusive: false,
            step: i64::try_from(names.len()).unwrap_or(1).max(1),
            body: inner,
        }
    }

    pub(crate) fn pairs(
        &mut self,
        names: &Word,
        map: &Word,
        body: &Word,
    ) -> Result<StmtKind, Fault> {
        let names: Vec<&str> = names.source.split_whitespace().collect();
        let [key, value] = names.as_slice() else { return fault("this loop is not ported") };
        let map = self.word(map)?;
        let line = body.line;
        let mut body = self.block(body.source, body.line);
        body.insert(0, at(line, line, assign(value, index(map.clone(), var(*key)))));
        let items = builtin(Builtin::Keys, vec![map]);
        Ok(StmtKind::ForEach { name: (*key).to_owned(), items, body })
    }

    pub(crate) fn proc(
        &mut self,
        name: &Word,
        params: &Word,
        body: &Word,
    ) -> Result<StmtKind, Fault> {
        let mut list = Vec::new();
        for command in commands(params.source, params.line) {
            let CommandKind::Words(words) = command.kind else {
                return fault("parameters are missing");
            };
            for word in words {
                let mut parts = word.source.split_whitespace();
                let name = parts.next().unwrap_or_default().to_owned();
                if name == "args" {
                    return fault("a procedure with any number of arguments is not ported");
                }
                let default = match parts.next() {
                    Some(_) => {
                        let source = word.source.trim_start()[name.len()..].trim();
                        Some(self.word(&Word {
                            source: source.trim_matches(['"', '{', '}']),
                            form: Form::Bare,
                            ..word
                        })?)
                    }
                    None => None,
                };
                list.push(Param { name, hint: Hint::Unknown, default, by_ref: false });
            }
        }
        let body = self.block(body.source, body.line);
        let (name, returns) = (proc_name(name.source), Hint::Unknown);
        Ok(StmtKind::Function(Function { name, params: list, returns, body }))
    }

    pub(crate) fn return_(&mut self, args: &[Word]) -> Result<StmtKind, Fault> {
        Ok(match args {
            [] => StmtKind::Return(None),
            [value] => StmtKind::Return(Some(self.word(value)?)),
            [code, kind, message] if code.source == "-code" && kind.source == "error" => {
                StmtKind::Throw(Some(self.word(message)?))
            }
            _ => return fault("this `return` is not ported"),
        })
    }

    pub(crate) fn try_(&mut self, body: &Word, rest: &[Word]) -> Result<StmtKind, Fault> {
        let body = self.block(body.source, body.line);
        let mut catch = None;
        let mut finally = Block::new();
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            match word.source {
                "finally" => {
                    let Some(block) = words.next() else { break };
                    finally = self.block(block.source, block.line);
                }
                "on" | "trap" => {
                    let (_, names, handler) = (words.next(), words.next(), words.next());
                    let (Some(names), Some(handler)) = (names, handler) else { break };
                    let name = names.source.split_whitespace().next().map(str::to_owned);
                    let depth = self.exceptions.len();
                    self.exceptions.extend(name.clone());
                    let body = self.block(handler.source, handler.line);
                    self.exceptions.truncate(depth);
                    catch = catch.or(Some(Catch { name, body }));
                }
                _ => return fault("this `try` is not ported"),
            }
        }
        Ok(StmtKind::Try { body, catch, finally })
    }

    pub(crate) fn switch(&mut self, args: &[Word]) -> Result<StmtKind, Fault> {
        let mut args = args;
        while let [first, rest @ ..] = args
            && first.form == Form::Bare
            && first.source.starts_with('-')
        {
            if matches!(first.source, "-glob" | "-regexp") {
                return fault("a pattern in `switch` is not ported");
            }
            args = rest;
        }
        let Some((value, cases)) = args.split_first() else { return fault("a value is missing") };
        let value = self.word(value)?;
        let mut words: Vec<Word> = cases.to_vec();
        if let [all] = cases {
            words.clear();
            for command in commands(all.source, all.line) {
                if let CommandKind::Words(more) = command.kind {
                    words.extend(more);
                }
            }
        }
        let mut list = Vec::new();
        let mut otherwise = None;
        let mut values = Vec::new();
        for pair in words.chunks(2) {
            let [pattern, body] = pair else { break };
            if pattern.source != "default" {
                values.push(self.word(pattern)?);
            }
            if body.source == "-" {
                continue;
            }
            let body = self.block(body.source, body.line);
            match pattern.source {
                "default" => otherwise = Some(body),
                _ => list.push((std::mem::take(&mut values), body)),
            }
        }
        Ok(StmtKind::Switch { value, cases: list, otherwise })
    }
}

/// Sets a variable to the value of the last command of a block. False if it has none here.
fn set_value(block: &mut Block, name: &str) -> bool {
    let Some(last) = block.last_mut() else { return false };
    let value = match &mut last.kind {
        StmtKind::Expr(value) => std::mem::replace(value, Expr::Null),
        StmtKind::Return(Some(value)) => std::mem::replace(value, Expr::Null),
        _ => return false,
    };
    last.kind = assign(name, value);
    true
}

/// Returns how often a script reads each variable.
pub(crate) fn count_uses(script: &str) -> HashMap<String, usize> {
    let mut uses = HashMap::new();
    for part in script.split('$').skip(1) {
        let part = part.trim_start_matches(['{', ':']);
        let end = part.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(part.len());
        *uses.entry(part[..end].to_owned()).or_default() += 1;
    }
    uses
}

pub(crate) fn continues(block: &mut Block) -> bool {
    let mut found = false;
    for stmt in block {
        found |= stmt.kind == StmtKind::Continue;
        if !matches!(
            stmt.kind,
            StmtKind::While { .. } | StmtKind::For { .. } | StmtKind::ForEach { .. }
        ) {
            stmt.for_each_block(&mut |block| found |= continues(block));
        }
    }
    found
}
