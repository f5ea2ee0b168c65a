//! The reader of Delphi, with the DLL or ActiveX: declarations and statements.
//!
//! It is an own one, as the grammar of tree-sitter reads whole units: published pages begin or end inside a procedure,
//! and then it finds no statements in them. `delphi_expr.rs` reads expressions, `delphi_lexer.rs` words.

use std::collections::{HashMap, HashSet};

use crate::names::class_name;
use crate::read::build::{assign, at, binary, builtin, not, var};
use crate::read::delphi_lexer::{Comment, Kind, Token, tokens};
use crate::read::grammar::MAX_DEPTH;
use crate::read::shape;
use crate::tree::{BinaryOp, Block, Builtin, Catch, Expr, Function, Hint, Param, StmtKind, Target};

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
    one_spelling(&mut block);
    begin_at_handlers(&mut block, &handlers);
    shape::drop_unused_values(&mut block);
    mark_blank_lines(&mut block, script);
    block
}

pub(crate) struct Parser {
    pub(crate) tokens: Vec<Token>,
    comments: Vec<Comment>,
    pub(crate) place: usize,
    comment: usize,
    pub(crate) depth: usize,
    last_token_line: usize,
    /// Variables that hold a list of texts.
    pub(crate) lists: HashSet<String>,
    /// Variables with exceptions, where they are visible.
    pub(crate) exceptions: Vec<String>,
    /// Procedures that a form calls: `Button1Click(Sender: TObject)`.
    handlers: Vec<String>,
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

    fn line_before(&self) -> usize {
        let before = self.place.checked_sub(1).and_then(|place| self.tokens.get(place));
        before.map_or(1, |token| token.line)
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Kind::Word(found)) if found.eq_ignore_ascii_case(word))
    }

    fn is_one_of(&self, words: &[&str]) -> bool {
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
    fn skip_to_semicolon(&mut self) {
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
    fn comments(&mut self, block: &mut Block) {
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
    fn declarations(&mut self, block: &mut Block) {
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

    /// Reads `type`, `const` or `var` and what follows.
    fn section(&mut self, block: &mut Block) {
        let section = self.name().unwrap_or_default().to_ascii_lowercase();
        while let Some(Kind::Word(_)) = self.peek() {
            if self.is_one_of(&[
                "begin",
                "procedure",
                "function",
                "constructor",
                "destructor",
                "var",
                "const",
                "type",
                "implementation",
                "uses",
                "class",
                "initialization",
            ]) {
                return;
            }
            self.comments(block);
            let line = self.line();
            match section.as_str() {
                "type" => self.type_(line, block),
                "var" | "threadvar" => {
                    if !self.variables(block) {
                        return;
                    }
                }
                _ => {
                    let name = self.name().unwrap_or_default();
                    if self.sign(":") {
                        self.hint();
                    }
                    if !self.sign("=") {
                        return;
                    }
                    let kind = match self.expr() {
                        Ok(value) => assign(&name, value),
                        Err(fault) => StmtKind::Unported(fault.0),
                    };
                    self.skip_to_semicolon();
                    block.push(at(line, self.line_before(), kind));
                }
            }
        }
    }

    fn type_(&mut self, line: usize, block: &mut Block) {
        let name = self.name().unwrap_or_default();
        self.sign("=");
        self.word("packed");
        let is_class = self.is_one_of(&["class", "record", "interface", "object"]);
        let is_record = self.is_word("record");
        if !is_class {
            self.skip_to_semicolon();
            return block.push(at(line, self.line_before(), StmtKind::Boilerplate));
        }
        let mut parent = String::new();
        self.place += 1;
        if self.sign("(") {
            parent = self.name().unwrap_or_default();
            while self.place < self.tokens.len() && !self.sign(")") {
                self.place += 1;
            }
        }
        if !self.sign(";") {
            while self.place < self.tokens.len() && !self.is_word("end") {
                self.place += 1;
            }
            self.word("end");
            self.skip_to_semicolon();
        }
        let is_form =
            parent.ends_with("Form") || shape::is_exception(&name) || parent.starts_with("EX");
        let is_form = is_form || parent.eq_ignore_ascii_case("Exception");
        let kind = match is_form && !is_record {
            true => StmtKind::Boilerplate,
            false => StmtKind::Unported("a type of the script's own is not ported".to_owned()),
        };
        block.push(at(line, self.line_before(), kind));
    }

    /// Reads `a, b: Type;`. Returns false if it is none.
    fn variables(&mut self, block: &mut Block) -> bool {
        let from = self.place;
        let line = self.line();
        let mut names = Vec::new();
        while let Some(name) = self.name() {
            names.push(name);
            if !self.sign(",") {
                break;
            }
        }
        if !self.sign(":") {
            self.place = from;
            return false;
        }
        // Forms are no variables of the script.
        let is_form = matches!(self.peek(), Some(Kind::Word(of)) if of.starts_with("TForm"));
        let hint = self.hint();
        let value = if self.sign("=") { self.expr().ok() } else { None };
        self.skip_to_semicolon();
        let last = self.line_before();
        for name in names {
            let is_declared = block.iter().any(
                |stmt| matches!(&stmt.kind, StmtKind::Declare { name: of, .. } if *of == name),
            );
            if matches!(hint, Hint::List(_)) {
                self.lists.insert(name.to_ascii_lowercase());
            }
            if !is_declared && !is_form {
                let kind = StmtKind::Declare { name, hint: hint.clone(), value: value.clone() };
                block.push(at(line, last, kind));
            }
        }
        true
    }

    /// Reads a type.
    fn hint(&mut self) -> Hint {
        if self.word("array") {
            while self.place < self.tokens.len() && !self.word("of") {
                self.place += 1;
            }
            return Hint::List(Box::new(self.hint()));
        }
        let mut name = self.name().unwrap_or_default();
        while self.sign(".") {
            name = self.name().unwrap_or_default();
        }
        if self.sign("<") {
            let inner = self.hint();
            while self.place < self.tokens.len() && !self.sign(">") {
                self.place += 1;
            }
            return match name.to_ascii_lowercase().as_str() {
                "tarray" | "tlist" => Hint::List(Box::new(inner)),
                _ => Hint::Unknown,
            };
        }
        match name.to_ascii_lowercase().as_str() {
            "string" | "widestring" | "ansistring" | "pwidechar" | "pchar" | "unicodestring"
            | "char" => Hint::Text,
            "integer" | "int64" | "longint" | "cardinal" | "word" | "byte" | "nativeint" => {
                Hint::Int
            }
            "double" | "single" | "extended" | "real" => Hint::Float,
            "boolean" | "wordbool" | "bool" => Hint::Bool,
            "tstringlist" | "tstrings" => Hint::List(Box::new(Hint::Text)),
            _ => class_name(&name).map(|class| Hint::Object(class.to_owned())).unwrap_or_default(),
        }
    }

    fn procedure(&mut self, block: &mut Block) {
        let line = self.line();
        let is_function = self.is_word("function");
        self.place += 1;
        let mut name = self.name().unwrap_or_default();
        while self.sign(".") {
            name = self.name().unwrap_or_default();
        }
        let params = self.params_();
        let returns = if self.sign(":") { self.hint() } else { Hint::Nothing };
        self.skip_to_semicolon();
        while self.is_one_of(&[
            "stdcall", "cdecl", "overload", "override", "forward", "virtual", "static", "inline",
        ]) {
            let is_forward = self.is_word("forward");
            self.skip_to_semicolon();
            if is_forward {
                return block.push(at(line, self.line_before(), StmtKind::Boilerplate));
            }
        }
        let mut body = Block::new();
        self.depth += 1;
        while self.place < self.tokens.len() && !self.is_word("begin") {
            let before = self.place;
            if self.depth > MAX_DEPTH {
                self.place += 1;
            } else if self.is_one_of(&["var", "const", "type"]) {
                self.section(&mut body);
            } else if self.is_one_of(&["procedure", "function"]) {
                self.procedure(&mut body);
            } else {
                break;
            }
            if self.place == before {
                break;
            }
        }
        if self.word("begin") {
            body.extend(self.statements(&["end"]));
            self.word("end");
            self.sign(";");
        }
        self.depth -= 1;
        let is_handler = params.iter().any(|param| param.name.eq_ignore_ascii_case("Sender"));
        if is_handler {
            self.handlers.push(name.clone());
        }
        let params = if is_handler { Vec::new() } else { params };
        if is_function {
            return_result(&name, &returns, &mut body, line);
        }
        let function = Function { name, params, returns, body };
        block.push(at(line, self.line_before(), StmtKind::Function(function)));
    }

    fn params_(&mut self) -> Vec<Param> {
        let mut params = Vec::new();
        if !self.sign("(") {
            return params;
        }
        while self.place < self.tokens.len() && !self.sign(")") {
            let by_ref = self.word("var") || self.word("out");
            self.word("const");
            let mut names = Vec::new();
            while let Some(name) = self.name() {
                names.push(name);
                if !self.sign(",") {
                    break;
                }
            }
            let hint = if self.sign(":") { self.hint() } else { Hint::Unknown };
            let default = if self.sign("=") { self.expr().ok() } else { None };
            if names.is_empty() && !self.is_sign(";") && !self.is_sign(")") {
                self.place += 1;
            }
            self.sign(";");
            for name in names {
                if matches!(hint, Hint::List(_)) {
                    self.lists.insert(name.to_ascii_lowercase());
                }
                params.push(Param { name, hint: hint.clone(), default: default.clone(), by_ref });
            }
        }
        params
    }

    /// Reads statements up to one of the words, which stays.
    fn statements(&mut self, ends: &[&str]) -> Block {
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
    fn body(&mut self) -> Block {
        let mut block = Block::new();
        self.comments(&mut block);
        self.statement(&mut block);
        block
    }

    fn statement(&mut self, block: &mut Block) {
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
    fn skip_statement(&mut self) {
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

    fn kind(&mut self, block: &mut Block) -> Result<Option<StmtKind>, Fault> {
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

    fn if_(&mut self) -> Result<StmtKind, Fault> {
        let mut branches = Vec::new();
        let mut otherwise = None;
        loop {
            let cond = self.expr()?;
            if !self.word("then") {
                return fault("this condition is not understood");
            }
            branches.push((cond, self.body()));
            if !self.word("else") {
                break;
            }
            if !self.word("if") {
                otherwise = Some(self.body());
                break;
            }
        }
        Ok(StmtKind::If { branches, otherwise })
    }

    fn for_(&mut self) -> Result<StmtKind, Fault> {
        self.word("var");
        let name = self.name().unwrap_or_default();
        if self.sign(":") {
            self.hint();
        }
        if self.word("in") {
            let items = self.expr()?;
            self.word("do");
            return Ok(StmtKind::ForEach { name, items, body: self.body() });
        }
        if !self.sign(":=") {
            return fault("this loop is not understood");
        }
        let from = self.expr()?;
        let step = if self.word("downto") { -1 } else { 1 };
        self.word("to");
        let to = self.expr()?;
        self.word("do");
        let body = self.body();
        // `n - 1` as the last value is `n` as the one behind it.
        let (to, inclusive) = match to {
            Expr::Binary { op: BinaryOp::Sub, left, right }
                if *right == Expr::Int(1) && step == 1 =>
            {
                (*left, false)
            }
            to => (to, true),
        };
        Ok(StmtKind::For { name, from, to, inclusive, step, body })
    }

    fn case(&mut self) -> Result<StmtKind, Fault> {
        let value = self.expr()?;
        self.word("of");
        let (mut cases, mut branches) = (Vec::new(), Vec::new());
        let mut otherwise = None;
        let mut has_range = false;
        while self.place < self.tokens.len() && !self.is_word("end") {
            if self.word("else") {
                otherwise = Some(self.statements(&["end"]));
                break;
            }
            let (mut values, mut conds) = (Vec::new(), Vec::new());
            loop {
                let low = self.expr()?;
                if self.sign("..") {
                    has_range = true;
                    let high = self.expr()?;
                    let above = binary(BinaryOp::Ge, value.clone(), low);
                    let below = binary(BinaryOp::Le, value.clone(), high);
                    conds.push(binary(BinaryOp::And, above, below));
                } else {
                    conds.push(binary(BinaryOp::Eq, value.clone(), low.clone()));
                    values.push(low);
                }
                if !self.sign(",") {
                    break;
                }
            }
            if !self.sign(":") {
                return fault("this `case` is not understood");
            }
            let body = if self.is_sign(";") { Block::new() } else { self.body() };
            self.sign(";");
            let cond = conds.into_iter().reduce(|a, b| binary(BinaryOp::Or, a, b));
            branches.push((cond.unwrap_or(Expr::Bool(false)), body.clone()));
            cases.push((values, body));
        }
        self.word("end");
        Ok(match has_range {
            true => StmtKind::If { branches, otherwise },
            false => StmtKind::Switch { value, cases, otherwise },
        })
    }

    fn try_(&mut self) -> StmtKind {
        let body = self.statements(&["except", "finally", "end"]);
        let mut catch = None;
        let mut finally = Block::new();
        if self.word("finally") {
            finally = self.statements(&["end"]);
        } else if self.word("except") {
            let depth = self.exceptions.len();
            let mut name = None;
            let mut block = Block::new();
            self.comments(&mut block);
            if self.word("on") {
                if matches!(
                    self.tokens.get(self.place + 1).map(|of| &of.kind),
                    Some(Kind::Sign(":"))
                ) {
                    name = self.name();
                    self.sign(":");
                }
                self.hint();
                self.word("do");
                self.exceptions.extend(name.as_ref().map(|name| name.to_ascii_lowercase()));
                block.extend(self.body());
                self.sign(";");
                if !self.is_word("end") {
                    let line = self.line();
                    self.statements(&["end"]);
                    let reason = "another `on`; the first one takes all errors".to_owned();
                    block.push(at(line, self.line_before(), StmtKind::Unported(reason)));
                }
            } else {
                block.extend(self.statements(&["end"]));
            }
            self.exceptions.truncate(depth);
            catch = Some(Catch { name, body: block });
        }
        self.word("end");
        StmtKind::Try { body, catch, finally }
    }

    fn raise(&mut self) -> Result<StmtKind, Fault> {
        if self.is_sign(";") || self.is_one_of(&["end", "else"]) {
            return Ok(StmtKind::Throw(None));
        }
        match self.expr()? {
            Expr::Method { name, mut args, .. }
                if name.eq_ignore_ascii_case("create") && !args.is_empty() =>
            {
                Ok(StmtKind::Throw(Some(args.swap_remove(0))))
            }
            Expr::Method { name, args, .. } if name.eq_ignore_ascii_case("createfmt") => {
                let mut args = args.into_iter();
                match (args.next(), args.next()) {
                    (Some(Expr::Text(format)), Some(Expr::List(values))) => {
                        let text = super::build::printf(&format, values);
                        text.map(|text| StmtKind::Throw(Some(text)))
                            .ok_or(Fault("this format is not ported".to_owned()))
                    }
                    _ => fault("this format is not ported"),
                }
            }
            value => Ok(StmtKind::Throw(Some(value))),
        }
    }

    /// Reads an assignment or a call.
    fn simple(&mut self) -> Result<Option<StmtKind>, Fault> {
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

/// Gives each name one spelling, as the case of letters does not matter. What is called and not there is not ported.
fn one_spelling(block: &mut Block) {
    let mut functions = HashMap::new();
    function_names(block, &mut functions);
    let mut names: HashMap<String, String> = HashMap::new();
    let mut spell = |name: &mut String| {
        let first = names.entry(name.to_ascii_lowercase()).or_insert_with(|| name.clone());
        name.clone_from(first);
    };
    shape::targets(block, &mut spell);
    params(block, &mut spell);
    shape::exprs(block, &mut |expr| match expr {
        Expr::Var(name) => {
            // A function without arguments is called without parentheses.
            match functions.get(&name.to_ascii_lowercase()) {
                Some(function) => {
                    *expr = Expr::Call { name: function.clone(), args: Vec::new() };
                }
                None => spell(name),
            }
        }
        Expr::Call { name, .. } => match functions.get(&name.to_ascii_lowercase()) {
            Some(function) => name.clone_from(function),
            None => {
                let reason = format!("`{name}` is not a function of the script");
                *expr = Expr::Unported { source: name.clone(), reason };
            }
        },
        _ => {}
    });
    disposed(block, &mut spell);
}

fn function_names(block: &mut Block, functions: &mut HashMap<String, String>) {
    for stmt in block {
        if let StmtKind::Function(function) = &stmt.kind {
            functions.insert(function.name.to_ascii_lowercase(), function.name.clone());
        }
        stmt.for_each_block(&mut |block| function_names(block, functions));
    }
}

fn params(block: &mut Block, spell: &mut dyn FnMut(&mut String)) {
    for stmt in block {
        if let StmtKind::Function(function) = &mut stmt.kind {
            function.params.iter_mut().for_each(|param| spell(&mut param.name));
        }
        stmt.for_each_block(&mut |block| params(block, spell));
    }
}

fn disposed(block: &mut Block, spell: &mut dyn FnMut(&mut String)) {
    for stmt in block {
        match &mut stmt.kind {
            StmtKind::Dispose(name) => spell(name),
            StmtKind::Try { catch: Some(Catch { name: Some(name), .. }), .. } => spell(name),
            _ => {}
        }
        stmt.for_each_block(&mut |block| disposed(block, spell));
    }
}

/// Makes `exit` the end of the program, where it is not in a procedure.
fn end_program(block: &mut Block) {
    for stmt in block {
        match &mut stmt.kind {
            StmtKind::Return(_) => stmt.kind = StmtKind::Exit(None),
            StmtKind::Function(_) => {}
            _ => stmt.for_each_block(&mut end_program),
        }
    }
}

/// Begins the program at the procedure that the form calls if nothing else begins it, or at the only procedure.
fn begin_at_handlers(block: &mut Block, handlers: &[String]) {
    let has_code = block.iter().any(|stmt| {
        !matches!(
            stmt.kind,
            StmtKind::Comment(_)
                | StmtKind::Boilerplate
                | StmtKind::Declare { .. }
                | StmtKind::Function(_)
                | StmtKind::Assign { .. }
                | StmtKind::Unported(_)
        )
    });
    if has_code {
        return;
    }
    let mut called: HashMap<String, usize> = HashMap::new();
    shape::exprs(block, &mut |expr| {
        if let Expr::Call { name, .. } = expr {
            *called.entry(name.to_ascii_lowercase()).or_default() += 1;
        }
    });
    let mut places = Vec::new();
    for (place, stmt) in block.iter().enumerate() {
        if let StmtKind::Function(function) = &stmt.kind {
            let is_handler = handlers.contains(&function.name);
            let is_free = function.params.is_empty()
                && !called.contains_key(&function.name.to_ascii_lowercase());
            if is_handler || (handlers.is_empty() && is_free) {
                places.push(place);
            }
        }
    }
    if let [place] = places.as_slice() {
        let StmtKind::Function(function) = &mut block[*place].kind else { return };
        let mut body = std::mem::take(&mut function.body);
        end_program(&mut body);
        block.splice(*place..=*place, body);
        return;
    }
    for place in places {
        let Some(StmtKind::Function(function)) = block.get(place).map(|stmt| &stmt.kind) else {
            continue;
        };
        let call = Expr::Call { name: function.name.clone(), args: Vec::new() };
        let line = block.last().map_or(1, |last| last.end_line);
        block.push(at(line, line, StmtKind::Expr(call)));
    }
}

/// Returns the value of `Result`, or of the function's name.
fn return_result(name: &str, returns: &Hint, body: &mut Block, line: usize) {
    let is_result = |of: &str| of.eq_ignore_ascii_case("Result") || of.eq_ignore_ascii_case(name);
    let mut direct = body.clone();
    return_last(&mut direct, &is_result);
    if !mentions(&mut direct, &is_result) && shape_returns(&direct) {
        *body = direct;
        return;
    }
    rename_result(body, &is_result);
    let hint = returns.clone();
    let declare = StmtKind::Declare { name: "Result".to_owned(), hint, value: None };
    let last = body.last().map_or(line, |last| last.end_line);
    body.insert(0, at(line, line, declare));
    body.push(at(last, last, StmtKind::Return(Some(var("Result")))));
}

fn return_last(block: &mut Block, is_result: &dyn Fn(&str) -> bool) {
    let Some(last) = block.iter_mut().rfind(|stmt| !matches!(stmt.kind, StmtKind::Comment(_)))
    else {
        return;
    };
    match &mut last.kind {
        StmtKind::Assign { target: Target::Var(name), value } if is_result(name) => {
            let value = std::mem::replace(value, Expr::Null);
            last.kind = StmtKind::Return(Some(value));
        }
        StmtKind::If { .. } | StmtKind::Switch { .. } => {
            last.for_each_block(&mut |block| return_last(block, is_result));
        }
        _ => {}
    }
}

/// Whether a block ends in a return on each of its ways.
fn shape_returns(block: &Block) -> bool {
    match block
        .iter()
        .rfind(|stmt| !matches!(stmt.kind, StmtKind::Comment(_)))
        .map(|stmt| &stmt.kind)
    {
        Some(StmtKind::Return(Some(_)) | StmtKind::Throw(_) | StmtKind::Exit(_)) => true,
        Some(StmtKind::If { branches, otherwise: Some(otherwise) }) => {
            branches.iter().all(|branch| shape_returns(&branch.1)) && shape_returns(otherwise)
        }
        Some(StmtKind::Switch { cases, otherwise: Some(otherwise), .. }) => {
            cases.iter().all(|case| shape_returns(&case.1)) && shape_returns(otherwise)
        }
        _ => false,
    }
}

fn mentions(block: &mut Block, is_result: &dyn Fn(&str) -> bool) -> bool {
    let mut found = false;
    shape::exprs(block, &mut |expr| found |= matches!(expr, Expr::Var(name) if is_result(name)));
    shape::targets(block, &mut |name| found |= is_result(name));
    found || returns_nothing(block)
}

fn returns_nothing(block: &mut Block) -> bool {
    let mut found = false;
    for stmt in block {
        found |= stmt.kind == StmtKind::Return(None);
        stmt.for_each_block(&mut |block| found |= returns_nothing(block));
    }
    found
}

fn rename_result(block: &mut Block, is_result: &dyn Fn(&str) -> bool) {
    shape::targets(block, &mut |name| {
        if is_result(name) {
            *name = "Result".to_owned();
        }
    });
    for stmt in block {
        if stmt.kind == StmtKind::Return(None) {
            stmt.kind = StmtKind::Return(Some(var("Result")));
        }
        stmt.for_each_block(&mut |block| rename_result(block, is_result));
    }
}

/// Notes the empty lines before statements.
pub(crate) fn mark_blank_lines(block: &mut Block, script: &str) {
    let blank: Vec<bool> = script.lines().map(|line| line.trim().is_empty()).collect();
    mark(block, &blank);
}

fn mark(block: &mut Block, blank: &[bool]) {
    let mut first = true;
    let mut last: usize = 0;
    for stmt in block {
        let before =
            stmt.line.checked_sub(2).and_then(|at| blank.get(at)).copied().unwrap_or(false);
        stmt.blank_before = before && !first && stmt.line > last;
        first = false;
        last = stmt.line;
        stmt.for_each_block(&mut |block| mark(block, blank));
    }
}
