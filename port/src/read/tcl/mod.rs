//! Reader of Tcl.
//!
//! It is an own one, as there is no grammar of tree-sitter for Tcl with a crate.

// * `words.rs`: commands and words; `mod.rs`: commands that are statements; `flow.rs`: those with blocks,
// * `values.rs`: values, commands in brackets, conditions.

mod flow;
#[cfg(test)]
mod tests;
mod values;
mod words;

use std::collections::{HashMap, HashSet};

use self::words::{Command, CommandKind, Part, Word, commands, parts};
use crate::names::class_name;
use crate::read::shared::build::{assign, at, binary, builtin, call, method, property, text, var};
use crate::read::shared::grammar::MAX_DEPTH;
use crate::read::shared::last_values;
use crate::read::shared::program;
use crate::read::shared::texts::{concat, printf};

use crate::tree::{BinaryOp, Block, Builtin, Expr, StmtKind, Target};

/// Reads a script.
pub(crate) fn read(script: &str) -> Block {
    let mut reader = Reader {
        depth: 0,
        procs: HashMap::new(),
        lists: lists(script),
        exceptions: Vec::new(),
        uses: flow::count_uses(script),
        loops: 0,
    };
    let words: Vec<&str> = script.split_whitespace().collect();
    for pair in words.windows(2) {
        if pair[0] == "proc" {
            let name = pair[1].trim_start_matches("::");
            reader.procs.insert(name.to_owned(), proc_name(name));
        }
    }
    let mut block = reader.block(script, 1);
    for stmt in &mut block {
        if let StmtKind::Return(_) = stmt.kind {
            stmt.kind = StmtKind::Exit(None);
        }
    }
    program::inline_main(&mut block);
    last_values::return_last_values(&mut block);
    program::drop_unused_values(&mut block);
    program::drop_magic_comments(&mut block);
    block
}

/// Returns the variables that are used as lists.
fn lists(script: &str) -> HashSet<String> {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | '{' | '}' | '"' | ';');
    let words: Vec<&str> = script.split(is_end).filter(|word| !word.is_empty()).collect();
    let mut lists = HashSet::new();
    for (place, word) in words.iter().enumerate() {
        let behind = match *word {
            "lappend" | "llength" | "lindex" | "join" | "lsort" | "lrange" => 1,
            "foreach" => 2,
            _ => continue,
        };
        lists.extend(words.get(place + behind).map(|name| name.trim_start_matches('$').to_owned()));
    }
    lists
}

pub(crate) fn proc_name(name: &str) -> String {
    name.trim_start_matches("::").replace("::", "_")
}

pub(crate) struct Reader {
    pub(crate) depth: usize,
    /// The procedures of the script, with their names in the tree.
    pub(crate) procs: HashMap<String, String>,
    pub(crate) lists: HashSet<String>,
    /// Variables with errors, where they are visible.
    pub(crate) exceptions: Vec<String>,
    /// How often the script reads each variable.
    pub(crate) uses: HashMap<String, usize>,
    /// The number of loops over several variables so far.
    pub(crate) loops: usize,
}

/// What is not understood; the command is left out.
pub(crate) type Fault = String;

pub(crate) fn fault<T>(reason: impl Into<String>) -> Result<T, Fault> {
    Err(reason.into())
}

impl Reader {
    pub(crate) fn block(&mut self, script: &str, line: usize) -> Block {
        let mut block = Block::new();
        if self.depth >= MAX_DEPTH {
            let last = line + script.matches('\n').count();
            block.push(at(line, last, StmtKind::Unported("it is nested too deeply".to_owned())));
            return block;
        }
        self.depth += 1;
        for command in commands(script, line) {
            self.command(&command, &mut block);
        }
        self.depth -= 1;
        block
    }

    pub(crate) fn command(&mut self, command: &Command, block: &mut Block) {
        let from = block.len();
        match &command.kind {
            CommandKind::Comment(comment) => {
                let comment = comment.strip_prefix(' ').unwrap_or(comment).trim_end().to_owned();
                match block.last_mut().filter(|last| last.end_line == command.line) {
                    Some(last) if !matches!(last.kind, StmtKind::Comment(_)) => {
                        last.trailing = Some(comment);
                    }
                    _ => block.push(at(command.line, command.line, StmtKind::Comment(comment))),
                }
            }
            CommandKind::Broken => {
                let reason = "this text has no end".to_owned();
                block.push(at(command.line, command.end_line, StmtKind::Unported(reason)));
            }
            CommandKind::Words(words) => {
                let Some((name, args)) = words.split_first() else { return };
                let kind = self.statement(name, args, block);
                let kind = match kind {
                    Ok(None) => return,
                    Ok(Some(kind)) => kind,
                    Err(reason) => StmtKind::Unported(reason),
                };
                block.push(at(command.line, command.end_line, kind));
            }
        }
        if let Some(first) = block.get_mut(from) {
            first.blank_before = command.blank_before;
        }
    }

    pub(crate) fn statement(
        &mut self,
        name: &Word,
        args: &[Word],
        block: &mut Block,
    ) -> Result<Option<StmtKind>, Fault> {
        let command = name.source.trim_start_matches("::");
        let kind = match (command, args) {
            (
                "package" | "load" | "source" | "encoding" | "flush" | "fconfigure" | "global"
                | "variable" | "proc_end",
                _,
            ) => StmtKind::Boilerplate,
            ("upvar", _) => {
                return fault("`upvar` is not ported; pass the value and return the new one");
            }
            ("namespace", [word, _, body]) if word.source == "eval" => {
                let body = self.block(body.source, body.line);
                block.extend(body);
                return Ok(None);
            }
            ("set", [target, value]) => {
                let target = self.target(target)?;
                let is_list = matches!(&target, Target::Var(name) if self.lists.contains(name));
                let value = match is_list {
                    true => self.list(value)?,
                    false => self.word(value)?,
                };
                StmtKind::Assign { target, value }
            }
            ("incr", [target, by @ ..]) => {
                let name = self.variable_name(target)?;
                let by = match by.first() {
                    Some(by) => self.word(by)?,
                    None => Expr::Int(1),
                };
                match by {
                    Expr::Int(by) if by < 0 => {
                        assign(&name, binary(BinaryOp::Sub, var(&name), Expr::Int(-by)))
                    }
                    by => assign(&name, binary(BinaryOp::Add, var(&name), by)),
                }
            }
            ("append", [target, values @ ..]) => {
                let name = self.variable_name(target)?;
                let mut all = vec![var(&name)];
                for value in values {
                    all.push(self.word(value)?);
                }
                assign(&name, concat(all))
            }
            ("lappend", [target, values @ ..]) => {
                let name = self.variable_name(target)?;
                let line = target.line;
                let mut pushes = Block::new();
                for value in values {
                    let push = builtin(Builtin::Push, vec![var(&name), self.word(value)?]);
                    pushes.push(at(line, line, StmtKind::Expr(push)));
                }
                block.append(&mut pushes);
                return Ok(None);
            }
            ("puts", args) => self.puts(args)?,
            ("if", args) => self.if_(args)?,
            ("while", [cond, body]) => {
                let cond = self.condition(cond)?;
                StmtKind::While { cond, body: self.block(body.source, body.line) }
            }
            ("for", [init, cond, next, body]) => {
                return self.for_([init, cond, next, body], block).map(Some);
            }
            ("foreach", [names, list, body]) => self.foreach(names, list, body, block)?,
            ("proc", [name, params, body]) => self.proc(name, params, body)?,
            ("return", args) => self.return_(args)?,
            ("exit", args) => StmtKind::Exit(match args.first() {
                Some(code) => Some(self.word(code)?),
                None => None,
            }),
            ("break", _) => StmtKind::Break,
            ("continue", _) => StmtKind::Continue,
            _ => return self.other_statement(name, command, args),
        };
        Ok(Some(kind))
    }

    /// Reads the commands that are seldom statements, and calls.
    fn other_statement(
        &mut self,
        name: &Word,
        command: &str,
        args: &[Word],
    ) -> Result<Option<StmtKind>, Fault> {
        let kind = match (command, args) {
            ("catch", [body, rest @ ..]) => self.catch(body, rest),
            ("try", [body, rest @ ..]) => self.try_(body, rest)?,
            ("error", [message, ..]) | ("throw", [_, message]) => {
                StmtKind::Throw(Some(self.word(message)?))
            }
            ("switch", args) => self.switch(args)?,
            ("unset", [.., name]) => StmtKind::Dispose(self.variable_name(name)?),
            ("after", [time]) => StmtKind::Expr(builtin(Builtin::Sleep, vec![self.word(time)?])),
            ("dict", [sub, name, key, value]) if sub.source == "set" => StmtKind::Assign {
                target: Target::Index { object: var(name.source), index: self.word(key)? },
                value: self.word(value)?,
            },
            ("dict", [sub, names, map, body]) if sub.source == "for" => {
                self.pairs(names, map, body)?
            }
            (command, [object]) if command.starts_with("delete_Ck") => {
                StmtKind::Dispose(self.variable_name(object)?)
            }
            _ => match self.call(name, args)? {
                Expr::Unported { reason, .. } => return Err(reason),
                value => StmtKind::Expr(value),
            },
        };
        Ok(Some(kind))
    }

    pub(crate) fn target(&mut self, word: &Word) -> Result<Target, Fault> {
        let name = word.source.trim_start_matches("::");
        if let Some((array, rest)) = name.split_once('(') {
            let key = concat(self.parts(rest.strip_suffix(')').unwrap_or(rest))?);
            return Ok(Target::Index { object: var(array), index: key });
        }
        Ok(Target::Var(self.variable_name(word)?))
    }

    pub(crate) fn variable_name(&mut self, word: &Word) -> Result<String, Fault> {
        let name = word.source.trim_start_matches('$').trim_start_matches("::");
        match name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':') && !name.is_empty()
        {
            true => Ok(name.replace("::", "_")),
            false => fault("a variable whose name is computed is not ported"),
        }
    }

    pub(crate) fn puts(&mut self, args: &[Word]) -> Result<StmtKind, Fault> {
        let (newline, args) = match args {
            [first, rest @ ..] if first.source == "-nonewline" => (false, rest),
            args => (true, args),
        };
        let (to_stderr, value) = match args {
            [value] => (false, value),
            [channel, value] if channel.source == "stderr" => (true, value),
            [channel, value] if channel.source == "stdout" => (false, value),
            _ => return fault("writing to a file is not ported"),
        };
        let value = self.word(value)?;
        let value = self.as_text(value);
        if newline {
            return Ok(StmtKind::Print { value, newline, to_stderr });
        }
        Ok(crate::read::shared::texts::print_text(value, to_stderr))
    }

    /// Returns the call of a command as a value.
    pub(crate) fn call(&mut self, name: &Word, args: &[Word]) -> Result<Expr, Fault> {
        let command = name.source.trim_start_matches("::");
        if let Some(class) = command.strip_prefix("new_").and_then(class_name) {
            return Ok(Expr::New(class.to_owned()));
        }
        if let Some(procedure) = self.procs.get(command).cloned() {
            let mut values = Vec::new();
            for arg in args {
                values.push(self.word(arg)?);
            }
            return Ok(call(&procedure, values));
        }
        if let Some((class, member)) = command.split_once('_')
            && command.starts_with("Ck")
            && class_name(class).is_some()
        {
            let mut values = Vec::new();
            for arg in args {
                values.push(self.word(arg)?);
            }
            if values.is_empty() {
                return fault("a call without its object");
            }
            let object = values.remove(0);
            return Ok(method(object, member, values));
        }
        // $object Method
        if name.source.starts_with('$') && !args.is_empty() {
            let object = self.word(name)?;
            return Ok(property(object, args[0].source));
        }
        self.builtin(command, args)
    }

    /// Returns a value as it is printed: an error as its message.
    pub(crate) fn as_text(&self, value: Expr) -> Expr {
        match value {
            Expr::Var(name) if self.exceptions.contains(&name) => {
                builtin(Builtin::Message, vec![Expr::Var(name)])
            }
            value => value,
        }
    }

    /// Returns the parts of a word as values.
    pub(crate) fn parts(&mut self, word: &str) -> Result<Vec<Expr>, Fault> {
        let mut values = Vec::new();
        for part in parts(word) {
            let value = match part {
                Part::Text(value) => text(&value),
                Part::Var(name) => self.variable(name)?,
                Part::Index(name, key) => self.element(name, key)?,
                Part::Command(script) => self.substitution(script)?,
            };
            values.push(self.as_text(value));
        }
        Ok(values)
    }

    /// Returns the text of a format.
    pub(crate) fn format(&mut self, args: &[Word]) -> Result<Expr, Fault> {
        let Some((format, rest)) = args.split_first() else { return fault("a format is missing") };
        let Expr::Text(format) = self.word(format)? else {
            return fault("a format that is no literal is not ported");
        };
        let mut values = Vec::new();
        for value in rest {
            values.push(self.word(value)?);
        }
        printf(&format, values).ok_or_else(|| "this format is not ported".to_owned())
    }
}
