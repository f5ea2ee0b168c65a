//! Reader of Delphi, with the DLL or ActiveX.
//!
//! It is an own one, as the grammar of tree-sitter reads whole units: published pages begin or end inside a procedure,
//! and then it finds no statements in them.

// * `lexer.rs`: words; `mod.rs`: the script and its statements; `declare.rs`: declarations; `flow.rs`: blocks, `controls.rs`: windows,
// * `expr.rs`, `functions.rs`: expressions and calls,
// * `finish.rs`: what can be said only when the script is read.

mod controls;
mod declare;
mod expr;
mod finish;
mod flow;
mod functions;
mod lexer;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use self::finish::{
    begin_at_handlers, end_program, exit_codes, mark_blank_lines, one_spelling, pushes,
};
use self::lexer::{Comment, Kind, Token, tokens};
use crate::read::shared::build::{assign, at, builtin, not, var};
use crate::read::shared::grammar::MAX_DEPTH;
use crate::read::shared::program;
use crate::tree::{BinaryOp, Block, Builtin, Expr, StmtKind, Target};

/// Reads a script.
pub(crate) fn read(script: &str) -> Block {
    let (tokens, comments) = tokens(script);
    let mut parser = Parser {
        last_token_line: tokens.last().map_or(1, |token| token.line),
        tokens,
        comments,
        place: 0,
        comment: 0,
        depth: 0,
        lists: HashSet::new(),
        texts: HashSet::new(),
        bases: HashMap::new(),
        base: 0,
        size: None,
        exceptions: Vec::new(),
        handlers: Vec::new(),
    };
    let mut block = Block::new();
    while parser.place < parser.tokens.len() {
        let before = parser.place;
        parser.declarations(&mut block);
        if parser.place == before {
            parser.place += 1;
        }
    }
    parser.comments(&mut block);
    let handlers = std::mem::take(&mut parser.handlers);
    exit_codes(&mut block, true);
    one_spelling(&mut block);
    pushes(&mut block);
    begin_at_handlers(&mut block, &handlers);
    program::drop_unused_values(&mut block);
    mark_blank_lines(&mut block, script);
    block
}

pub(crate) struct Parser {
    pub(crate) tokens: Vec<Token>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) place: usize,
    pub(crate) comment: usize,
    pub(crate) depth: usize,
    pub(crate) last_token_line: usize,
    /// Variables that hold a list of texts.
    pub(crate) lists: HashSet<String>,
    /// Variables that hold a text.
    pub(crate) texts: HashSet<String>,
    /// The index of the first item of arrays where it is not 0.
    pub(crate) bases: HashMap<String, i64>,
    /// The first index of the array whose type was read last, and its length.
    pub(crate) base: i64,
    pub(crate) size: Option<i64>,
    /// Variables with exceptions, where they are visible.
    pub(crate) exceptions: Vec<String>,
    /// Procedures that a form calls: `Button1Click(Sender: TObject)`.
    pub(crate) handlers: Vec<String>,
}

/// What is not understood; the statement is left out.
pub(crate) struct Fault(pub(crate) String);

pub(crate) fn fault<T>(reason: &str) -> Result<T, Fault> {
    Err(Fault(reason.to_owned()))
}

impl Parser {
    pub(crate) fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.place).map(|token| &token.kind)
    }

    pub(crate) fn line(&self) -> usize {
        self.tokens.get(self.place).map_or(self.last_token_line, |token| token.line)
    }

    pub(crate) fn line_before(&self) -> usize {
        let before = self.place.checked_sub(1).and_then(|place| self.tokens.get(place));
        before.map_or(1, |token| token.line)
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Kind::Word(found)) if found.eq_ignore_ascii_case(word))
    }

    pub(crate) fn is_one_of(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is_word(word))
    }

    pub(crate) fn word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.place += usize::from(found);
        found
    }

    pub(crate) fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Kind::Sign(found)) if *found == sign)
    }

    pub(crate) fn sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.place += usize::from(found);
        found
    }

    pub(crate) fn name(&mut self) -> Option<String> {
        let Some(Kind::Word(name)) = self.peek() else { return None };
        let name = name.clone();
        self.place += 1;
        Some(name)
    }

    /// Skips tokens up to and with a semicolon, over parentheses.
    pub(crate) fn skip_to_semicolon(&mut self) {
        let mut depth = 0_usize;
        while let Some(kind) = self.peek() {
            match kind {
                Kind::Sign("(" | "[") => depth += 1,
                Kind::Sign(")" | "]") => depth = depth.saturating_sub(1),
                Kind::Sign(";") if depth == 0 => {
                    self.place += 1;
                    return;
                }
                _ => {}
            }
            self.place += 1;
        }
    }

    /// Adds the comments before the next token.
    pub(crate) fn comments(&mut self, block: &mut Block) {
        while let Some(comment) =
            self.comments.get(self.comment).filter(|of| of.before <= self.place)
        {
            self.comment += 1;
            match block.last_mut() {
                Some(last)
                    if last.end_line == comment.line
                        && last.trailing.is_none()
                        && !matches!(last.kind, StmtKind::Comment(_)) =>
                {
                    last.trailing = Some(comment.text.clone());
                }
                _ => block.push(at(
                    comment.line,
                    comment.line,
                    StmtKind::Comment(comment.text.clone()),
                )),
            }
        }
    }

    /// Reads one declaration or statement outside of procedures.
    pub(crate) fn declarations(&mut self, block: &mut Block) {
        self.comments(block);
        let line = self.line();
        let boilerplate = |parser: &Parser| at(line, parser.line_before(), StmtKind::Boilerplate);
        if self.is_one_of(&["unit", "program", "library", "uses"]) {
            self.skip_to_semicolon();
            block.push(boilerplate(self));
        } else if self.is_one_of(&["implementation", "initialization", "finalization"]) {
            self.place += 1;
        } else if self.word("interface") {
            // The procedures follow in the implementation.
            while self.place < self.tokens.len() && !self.is_word("implementation") {
                if self.is_word("var") || self.is_word("const") || self.is_word("type") {
                    self.section(block);
                } else {
                    self.place += 1;
                }
            }
        } else if self.is_one_of(&["type", "const", "var", "resourcestring", "threadvar"]) {
            self.section(block);
        } else if self.is_one_of(&["procedure", "function", "constructor", "destructor", "class"]) {
            self.word("class");
            self.procedure(block);
        } else if self.sign(";") || self.sign(".") {
            // Behind the end of a unit or of a procedure that began before the page.
        } else if self.word("end") {
            self.sign(".");
        } else if self.is_word("begin") {
            self.place += 1;
            let mut body = self.statements(&["end"]);
            self.word("end");
            self.sign(".");
            self.sign(";");
            end_program(&mut body);
            block.append(&mut body);
        } else {
            let mut body = Block::new();
            self.statement(&mut body);
            end_program(&mut body);
            block.append(&mut body);
        }
    }

    /// Reads statements up to one of the words, which stays.
    pub(crate) fn statements(&mut self, ends: &[&str]) -> Block {
        let mut block = Block::new();
        loop {
            self.comments(&mut block);
            while self.sign(";") {
                self.comments(&mut block);
            }
            if self.place >= self.tokens.len() || self.is_one_of(ends) {
                return block;
            }
            // A procedure here means that the `end` before it is lost.
            if self.depth <= 2 && self.is_one_of(&["procedure", "function"]) {
                return block;
            }
            let before = self.place;
            self.statement(&mut block);
            if self.place == before {
                self.place += 1;
            }
        }
    }

    /// Reads one statement as a block.
    pub(crate) fn body(&mut self) -> Block {
        let mut block = Block::new();
        self.comments(&mut block);
        self.statement(&mut block);
        block
    }

    pub(crate) fn statement(&mut self, block: &mut Block) {
        let line = self.line();
        let from = self.place;
        if self.depth >= MAX_DEPTH {
            self.skip_statement();
            let kind = StmtKind::Unported("it is nested too deeply".to_owned());
            return block.push(at(line, self.line_before(), kind));
        }
        self.depth += 1;
        let read = self.kind(block);
        self.depth -= 1;
        match read {
            Ok(Some(kind)) => {
                block.push(at(line, self.line_before(), kind));
            }
            Ok(None) => {}
            Err(fault) => {
                self.place = self.place.max(from);
                self.skip_statement();
                block.push(at(line, self.line_before(), StmtKind::Unported(fault.0)));
            }
        }
    }

    /// Skips what is left of a statement, with the blocks in it.
    pub(crate) fn skip_statement(&mut self) {
        let mut depth = 0_usize;
        while let Some(kind) = self.peek() {
            match kind {
                Kind::Word(word) => match word.to_ascii_lowercase().as_str() {
                    "begin" | "case" | "try" | "repeat" => depth += 1,
                    "end" | "until" if depth > 0 => depth -= 1,
                    "end" | "until" | "else" | "except" | "finally" if depth == 0 => return,
                    _ => {}
                },
                Kind::Sign(";") if depth == 0 => return,
                Kind::Broken if depth == 0 => {
                    // Nothing is known behind it on its line.
                    self.place += 1;
                    return;
                }
                _ => {}
            }
            self.place += 1;
        }
    }

    pub(crate) fn kind(&mut self, block: &mut Block) -> Result<Option<StmtKind>, Fault> {
        let word = match self.peek() {
            Some(Kind::Word(word)) => word.to_ascii_lowercase(),
            _ => String::new(),
        };
        let from = self.place;
        self.place += 1;
        Ok(Some(match word.as_str() {
            "begin" => {
                block.extend(self.statements(&["end"]));
                self.word("end");
                return Ok(None);
            }
            "if" => return self.if_().map(Some),
            "while" => {
                let cond = self.expr()?;
                self.word("do");
                StmtKind::While { cond, body: self.body() }
            }
            "repeat" => {
                let body = self.statements(&["until"]);
                self.word("until");
                let cond = self.expr()?;
                StmtKind::DoWhile { body, cond: not(cond) }
            }
            "for" => self.for_()?,
            "case" => self.case()?,
            "try" => self.try_(),
            "raise" => self.raise()?,
            "break" => StmtKind::Break,
            "continue" => StmtKind::Continue,
            "exit" => {
                let mut value = None;
                if self.sign("(") {
                    value = Some(self.expr()?);
                    self.sign(")");
                }
                StmtKind::Return(value)
            }
            "halt" => {
                let mut code = None;
                if self.sign("(") && !self.is_sign(")") {
                    code = Some(self.expr()?);
                }
                self.sign(")");
                StmtKind::Exit(code)
            }
            "inherited" => {
                self.skip_statement();
                StmtKind::Boilerplate
            }
            "with" => return fault("`with` is not ported"),
            "goto" | "asm" | "label" => return fault("this statement is not ported"),
            "var" => {
                let mut declared = Block::new();
                let name = self.name().unwrap_or_default();
                if self.sign(":=") {
                    assign(&name, self.expr()?)
                } else {
                    self.place -= 1;
                    self.variables(&mut declared);
                    block.append(&mut declared);
                    return Ok(None);
                }
            }
            _ => {
                self.place = from;
                return self.simple();
            }
        }))
    }

    /// Reads an assignment or a call.
    pub(crate) fn simple(&mut self) -> Result<Option<StmtKind>, Fault> {
        let left = self.expr()?;
        if !self.sign(":=") {
            let is_end = self.peek().is_none()
                || self.is_sign(";")
                || self.is_one_of(&["end", "else", "until", "except", "finally"]);
            if !is_end {
                return fault("this is not understood here");
            }
            return self.call_stmt(left);
        }
        let value = self.expr()?;
        if let Some(kind) = self.shown(&left, &value) {
            return Ok(Some(kind));
        }
        if let (Expr::Var(name), Expr::Call { name: function, args }) = (&left, &value)
            && function.eq_ignore_ascii_case("strtointdef")
            && let [text, default] = args.as_slice()
        {
            return Ok(Some(self.number_or(name, text, default)));
        }
        let target = match left {
            Expr::Var(name) => {
                if let Expr::Binary { op: BinaryOp::Add, left, right } = &value
                    && **left == var(&name)
                    && let Expr::List(items) = &**right
                    && let [item] = items.as_slice()
                {
                    let args = vec![var(&name), item.clone()];
                    return Ok(Some(StmtKind::Expr(builtin(Builtin::Push, args))));
                }
                Target::Var(name)
            }
            Expr::Property { object, name } => Target::Property { object: *object, name },
            Expr::Index { object, index } => Target::Index { object: *object, index: *index },
            Expr::Unported { reason, .. } => return Err(Fault(reason)),
            _ => return fault("this assignment is not ported"),
        };
        Ok(Some(StmtKind::Assign { target, value }))
    }
}
