//! Declarations of Delphi: sections, types, variables, procedures.

use super::finish::return_result;
use super::lexer::Kind;
use super::{Fault, Parser, fault};
use crate::names::class_name;
use crate::read::shared::build::{assign, at, builtin};
use crate::read::shared::classes;
use crate::read::shared::grammar::MAX_DEPTH;
use crate::tree::{Block, Builtin, Expr, Function, Hint, Param, StmtKind};

impl Parser {
    /// Reads `type`, `const` or `var` and what follows.
    pub(crate) fn section(&mut self, block: &mut Block) {
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
                    let mut items = None;
                    if self.sign(":") {
                        let hint = self.hint();
                        self.note_type(&name, &hint);
                        items = matches!(hint, Hint::List(_)).then_some(());
                    }
                    if !self.sign("=") {
                        return;
                    }
                    let value = match items {
                        Some(()) => self.items(),
                        None => self.expr(),
                    };
                    let kind = match value {
                        Ok(value) => assign(&name, value),
                        Err(fault) => StmtKind::Unported(fault.0),
                    };
                    self.skip_to_semicolon();
                    block.push(at(line, self.line_before(), kind));
                }
            }
        }
    }

    pub(crate) fn type_(&mut self, line: usize, block: &mut Block) {
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
            parent.ends_with("Form") || classes::is_exception(&name) || parent.starts_with("EX");
        let is_form = is_form || parent.eq_ignore_ascii_case("Exception");
        let kind = match is_form && !is_record {
            true => StmtKind::Boilerplate,
            false => StmtKind::Unported("a type of the script's own is not ported".to_owned()),
        };
        block.push(at(line, self.line_before(), kind));
    }

    /// Reads `a, b: Type;`. Returns false if it is none.
    pub(crate) fn variables(&mut self, block: &mut Block) -> bool {
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
        let size = self.size.take();
        let value = match (self.sign("="), &hint) {
            (true, Hint::List(_)) => Some(self.items()),
            (true, _) => Some(self.expr()),
            (false, Hint::List(item)) if **item != Hint::Unknown => {
                size.map(|size| Ok(builtin(Builtin::Sized, vec![Expr::Int(size)])))
            }
            (false, _) => None,
        };
        let value = match value.transpose() {
            Ok(value) => value,
            Err(Fault(reason)) => {
                self.skip_to_semicolon();
                block.push(at(line, self.line_before(), StmtKind::Unported(reason)));
                return true;
            }
        };
        self.skip_to_semicolon();
        let last = self.line_before();
        for name in names {
            self.note_type(&name, &hint);
            let is_declared = block.iter().any(
                |stmt| matches!(&stmt.kind, StmtKind::Declare { name: of, .. } if *of == name),
            );
            if !is_declared && !is_form {
                let kind = StmtKind::Declare { name, hint: hint.clone(), value: value.clone() };
                block.push(at(line, last, kind));
            }
        }
        true
    }

    /// Reads `[1..3]`, the bounds of an array.
    fn bounds(&mut self) {
        (self.base, self.size) = (0, None);
        if !self.sign("[") {
            return;
        }
        if let Ok(Expr::Int(low)) = self.expr()
            && self.sign("..")
            && let Ok(Expr::Int(high)) = self.expr()
            && self.is_sign("]")
        {
            self.base = low;
            self.size = high.checked_sub(low).and_then(|size| size.checked_add(1));
        }
    }

    /// Reads the items of an array: `(3, 5, 8)`.
    fn items(&mut self) -> Result<Expr, Fault> {
        if !self.sign("(") {
            return self.expr();
        }
        let mut items = Vec::new();
        while !self.sign(")") {
            items.push(self.expr()?);
            if !self.sign(",") && !self.is_sign(")") {
                return fault("the items of this array are not understood");
            }
        }
        Ok(Expr::List(items))
    }

    /// Notes what a variable holds.
    fn note_type(&mut self, name: &str, hint: &Hint) {
        let name = name.to_ascii_lowercase();
        for (kinds, is_one) in [
            (&mut self.lists, matches!(hint, Hint::List(_))),
            (&mut self.texts, *hint == Hint::Text),
        ] {
            match is_one {
                true => kinds.insert(name.clone()),
                false => kinds.remove(&name),
            };
        }
        match hint {
            Hint::List(_) if self.base != 0 => self.bases.insert(name, self.base),
            _ => self.bases.remove(&name),
        };
    }

    /// Reads a type.
    pub(crate) fn hint(&mut self) -> Hint {
        if self.word("array") {
            self.bounds();
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

    pub(crate) fn procedure(&mut self, block: &mut Block) {
        let line = self.line();
        let is_function = self.is_word("function");
        self.place += 1;
        let mut name = self.name().unwrap_or_default();
        while self.sign(".") {
            name = self.name().unwrap_or_default();
        }
        let params = self.params();
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

    pub(crate) fn params(&mut self) -> Vec<Param> {
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
                self.base = 0;
                self.note_type(&name, &hint);
                params.push(Param { name, hint: hint.clone(), default: default.clone(), by_ref });
            }
        }
        params
    }
}
