//! Blocks of statements, without recursion: a stack of open ones.

use std::collections::HashSet;

use super::dialect::{AUTO, FOX, POWER, PURE, Rules};
use super::expr::Parser;
use super::head::{Closing, Head, Middle, Opening, head};
use super::jumps;
use super::lexer::{Kind, Lexer, Line, Token};
use super::scope::Scope;
use super::types::find;
use super::values::truth;
use crate::read::shared::grammar::MAX_DEPTH;
use crate::tree::{BinaryOp, Block, Builtin, Expr, Hint, Param, Stmt, StmtKind};

/// Where a statement stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) end_line: usize,
    pub(super) blank_before: bool,
    pub(super) trailing: Option<String>,
}

/// An open block.
pub(super) struct Frame {
    pub(super) shape: Shape,
    pub(super) place: Place,
    pub(super) block: Block,
    /// Why the whole block is not ported.
    pub(super) broken: Option<String>,
    /// `If` on one line.
    single: bool,
}

pub(super) enum Shape {
    Script,
    If {
        branches: Vec<(Expr, Block)>,
        cond: Option<Expr>,
    },
    While(Expr),
    /// A loop whose condition may follow.
    Loop,
    For {
        name: String,
        from: Expr,
        to: Expr,
        step: i64,
    },
    ForEach {
        name: String,
        items: Expr,
        list: Option<String>,
    },
    Select {
        subject: Option<Expr>,
        cases: Vec<(Vec<Case>, Block)>,
        current: Option<Vec<Case>>,
        otherwise: bool,
    },
    With,
    Using,
    Try {
        parts: Vec<(Middle, Block)>,
        part: Middle,
        name: Option<String>,
    },
    Function {
        name: String,
        params: Vec<Param>,
        returns: Hint,
        result: Option<String>,
    },
    Wrap,
    Broken(Opening),
}

/// What a case compares the value of its `Select` with.
pub(super) enum Case {
    Value(Expr),
    Compare(BinaryOp, Expr),
    Between(Expr, Expr),
}

/// A block that is not read.
struct Skip {
    place: Place,
    reason: String,
    depth: usize,
}

pub(super) struct Reader<'s> {
    pub(super) rules: &'static Rules,
    pub(super) scope: Scope,
    pub(super) text: &'s str,
    pub(super) frames: Vec<Frame>,
    skip: Option<Skip>,
    /// Labels that errors go to, in lower case.
    pub(super) labels: HashSet<String>,
    /// The list that the next assignment makes longer, and its last index.
    pub(super) grown: Option<(String, Option<Expr>)>,
    /// Results of PowerBuilder's `ConnectToNewObject`, in lower case.
    pub(super) connections: HashSet<String>,
    /// What `Environment.ExitCode` was set to.
    pub(super) exit_code: Option<Expr>,
}

pub(super) fn read(rules: &'static Rules, text: &str) -> Block {
    let mut reader = Reader {
        rules,
        scope: Scope::new(rules),
        text,
        frames: vec![Frame::new(Shape::Script, Place::default())],
        skip: None,
        labels: HashSet::new(),
        grown: None,
        connections: HashSet::new(),
        exit_code: None,
    };
    reader.prepare();
    reader.note_failing();
    let mut lexer = Lexer::new(text, rules);
    while let Some(line) = lexer.next() {
        reader.line(line, &mut lexer);
    }
    reader.end(lexer.line())
}

impl Frame {
    pub(super) fn new(shape: Shape, place: Place) -> Frame {
        Frame { shape, place, block: Block::new(), broken: None, single: false }
    }
}

impl<'s> Reader<'s> {
    /// Notes the functions of AutoIt whose `@error` is tested behind their call.
    fn note_failing(&mut self) {
        let lines: Vec<String> = match self.rules.is(AUTO) {
            true => self.text.lines().map(|line| line.trim().to_lowercase()).collect(),
            false => Vec::new(),
        };
        for pair in lines.windows(2).filter(|pair| pair[1].contains("@error")) {
            let words = pair[0].split(|c: char| !(c.is_alphanumeric() || c == '_'));
            let functions = words.filter(|word| self.scope.functions.contains(*word));
            let functions: Vec<String> = functions.map(str::to_owned).collect();
            self.scope.fails.extend(functions);
        }
    }

    /// Notes the names of functions and labels, which may be used before they are defined.
    fn prepare(&mut self) {
        for line in self.text.lines() {
            let lower = line.trim().to_lowercase();
            if lower.starts_with("imports chilkat") {
                self.scope.imports_chilkat = true;
            }
            let mut all = lower.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            if all.any(|word| word == "result") {
                "result_value".clone_into(&mut self.scope.result_name);
            }
            if let Some(at) = lower.find("goto ") {
                self.labels.insert(lower[at + 5..].trim().to_owned());
            }
            let mut words = lower.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
            let mut keyword = words.next().unwrap_or_default();
            while [
                "public",
                "private",
                "friend",
                "shared",
                "protected",
                "global",
                "static",
                "async",
            ]
            .contains(&keyword)
            {
                keyword = words.next().unwrap_or_default();
            }
            let keyword = keyword.split('.').next().unwrap_or_default();
            let name = match keyword {
                "function" | "subroutine" if self.rules.is(POWER) => {
                    lower.split('(').next().and_then(|head| head.split_whitespace().next_back())
                }
                "sub" | "function" | "func" | "procedure" => words.find(|word| !word.is_empty()),
                _ => None,
            };
            if let Some(name) = name {
                self.scope.functions.insert(name.to_owned());
                let takes_lists = ["(list ", ", list ", "(array ", ", array "]
                    .iter()
                    .any(|kind| lower.contains(kind));
                if takes_lists && self.rules.is(PURE) {
                    self.scope.takes_lists.insert(name.to_owned());
                }
            }
        }
    }

    pub(super) fn block(&mut self) -> &mut Block {
        if self.frames.is_empty() {
            self.frames.push(Frame::new(Shape::Script, Place::default()));
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last].block
    }

    pub(super) fn push(&mut self, place: &Place, kind: StmtKind) {
        let Place { line, end_line, blank_before, trailing } = place.clone();
        self.block().push(Stmt { line, end_line, blank_before, trailing, kind });
    }

    fn line(&mut self, line: Line<'s>, lexer: &mut Lexer<'s>) {
        let mut place = Place {
            line: line.line,
            end_line: line.end_line,
            blank_before: line.blank_before,
            trailing: None,
        };
        if self.skip.is_none() {
            if let Some(directive) = line.directive {
                return self.directive(directive, &place);
            }
            if line.tokens.is_empty() {
                for comment in line.comment.as_deref().unwrap_or_default().split('\n') {
                    place.end_line = place.line;
                    self.push(&place, StmtKind::Comment(comment.to_owned()));
                    place.line += 1;
                    place.blank_before = false;
                }
                return;
            }
            place.trailing = line.comment;
            if let Some(problem) = line.problem {
                // What opens or closes a block still does.
                let mut head = head(self.rules, &line.tokens);
                if matches!(head, Head::Open(Opening::If, _))
                    && find(&line.tokens, "then").is_some()
                {
                    head = Head::Plain;
                }
                if let Head::Open(opening, _) = head {
                    self.open_broken(opening, &place, problem.to_owned());
                } else {
                    self.push(&place, StmtKind::Unported(problem.to_owned()));
                }
                return;
            }
            if self.rules.is(FOX) && line.tokens[0].is_word("text") && line.tokens.len() > 2 {
                return self.text_block(&line.tokens, place, lexer);
            }
        }
        let base = self.frames.len();
        self.parts(&line.tokens, &place);
        while self.frames.len() > base && self.frames.last().is_some_and(|frame| frame.single) {
            self.pop(place.end_line);
        }
    }

    /// Reads the statements of a line.
    fn parts(&mut self, tokens: &[Token<'s>], place: &Place) {
        let mut rest = tokens;
        let mut place = place.clone();
        let mut is_first = true;
        while !rest.is_empty() {
            if !is_first {
                place.blank_before = false;
                place.trailing = None;
            }
            is_first = false;
            // `If cond Then` may have statements behind it.
            let in_single = self.frames.last().is_some_and(|frame| frame.single);
            if in_single && rest[0].is_word("else") {
                rest = &rest[1..];
                self.divide(Middle::Else, &[], &place);
                continue;
            }
            if in_single && rest[0].is_word("elseif") {
                let then = rest.iter().position(|token| token.is_word("then"));
                let then = then.unwrap_or(rest.len());
                self.divide(Middle::ElseIf, &rest[1..then], &place);
                rest = rest.get(then + 1..).unwrap_or_default();
                continue;
            }
            let is_if = rest[0].is_word("if") && !self.rules.is(PURE | FOX) && self.skip.is_none();
            if is_if && let Some(then) = rest.iter().position(|token| token.is_word("then")) {
                let behind = rest.get(then + 1..).unwrap_or_default();
                if !behind.is_empty() && !self.is_separator(&behind[0]) {
                    if self.frames.len() >= MAX_DEPTH {
                        let reason = "this nests too deep".to_owned();
                        return self.push(&place, StmtKind::Unported(reason));
                    }
                    self.open(Opening::If, &rest[1..then], &place);
                    if let Some(frame) = self.frames.last_mut() {
                        frame.single = true;
                    }
                    rest = behind;
                    continue;
                }
            }
            let end = rest.iter().position(|token| {
                self.is_separator(token)
                    || (in_single && (token.is_word("else") || token.is_word("elseif")))
            });
            let end = end.unwrap_or(rest.len());
            let (part, mut behind) = rest.split_at(end);
            if part.len() == 1
                && self.is_label(&part[0])
                && behind.first().is_some_and(|t| t.is(":"))
            {
                let label = part[0].text.to_lowercase();
                self.push(&place, StmtKind::Unported(format!("{}{label}", jumps::LABEL)));
            } else if !part.is_empty() {
                self.statement(part, &place);
            }
            if behind.first().is_some_and(|token| self.is_separator(token)) {
                behind = &behind[1..];
            }
            rest = behind;
        }
    }

    fn is_separator(&self, token: &Token) -> bool {
        self.rules.separator.is_some_and(|sign| token.is(sign))
    }

    fn is_label(&self, token: &Token) -> bool {
        token.kind == Kind::Word && self.labels.contains(&token.text.to_lowercase())
    }

    fn statement(&mut self, tokens: &[Token<'s>], place: &Place) {
        let head = head(self.rules, tokens);
        if let Some(skip) = &mut self.skip {
            skip.place.end_line = place.end_line;
            let is_fox = self.rules.is(FOX);
            match head {
                // Methods may end without a word.
                Head::Open(Opening::Function, _) | Head::Close(Closing::Function, _) if is_fox => {}
                Head::Close(Closing::Wrap, _) if is_fox => skip.depth = 0,
                Head::Open(Opening::If, rest)
                    if rest.last().is_some_and(|token| !token.is_word("then"))
                        && find(rest, "then").is_some() => {}
                // Prototypes have no end.
                Head::Open(opening, _) if skip.reason.is_empty() => {
                    skip.depth += usize::from(matches!(opening, Opening::Skip(_)));
                }
                Head::Close(closing, _) if skip.reason.is_empty() && closing != Closing::Skip => {}
                Head::Open(..) => skip.depth += 1,
                Head::Close(..) => skip.depth = skip.depth.saturating_sub(1),
                Head::Plain if tokens.len() == 1 && tokens[0].is_word("end") => {
                    skip.depth = skip.depth.saturating_sub(1);
                }
                _ => {}
            }
            if skip.depth == 0 {
                self.end_skip();
            }
            return;
        }
        match head {
            Head::Open(Opening::Skip(reason), _) => {
                // A function of FoxPro may end without a word.
                if self.rules.is(FOX) && tokens[0].is_word("define") {
                    self.close_to_definitions(place.line);
                }
                self.begin_skip(place, reason.to_owned());
            }
            Head::Open(Opening::Function, rest) => {
                self.close_to_definitions(place.line);
                self.open(Opening::Function, rest, place);
            }
            Head::Open(..) if self.frames.len() >= MAX_DEPTH => {
                self.begin_skip(place, "this nests too deep".to_owned());
            }
            Head::Open(opening, rest) => self.open(opening, rest, place),
            Head::Middle(middle, rest) => self.divide(middle, rest, place),
            Head::Close(closing, rest) => self.close(closing, rest, place),
            Head::Plain => self.plain(tokens, place),
        }
    }

    fn begin_skip(&mut self, place: &Place, reason: String) {
        self.skip = Some(Skip { place: place.clone(), reason, depth: 1 });
    }

    pub(super) fn end_skip(&mut self) {
        if let Some(Skip { place, reason, .. }) = self.skip.take() {
            let kind =
                if reason.is_empty() { StmtKind::Boilerplate } else { StmtKind::Unported(reason) };
            self.push(&place, kind);
        }
    }

    /// Closes what is open inside modules and classes.
    pub(super) fn close_to_definitions(&mut self, line: usize) {
        while self.frames.len() > 1
            && !matches!(self.frames.last().map(|frame| &frame.shape), Some(Shape::Wrap))
        {
            self.pop(line.saturating_sub(1));
        }
    }

    fn open_broken(&mut self, opening: Opening, place: &Place, reason: String) {
        if self.frames.len() >= MAX_DEPTH {
            return self.begin_skip(place, reason);
        }
        let mut frame = Frame::new(Shape::Broken(opening), place.clone());
        frame.broken = Some(reason);
        self.frames.push(frame);
    }

    pub(super) fn open(&mut self, opening: Opening, rest: &[Token<'s>], place: &Place) {
        match self.shape(opening, rest, place) {
            Ok(shape) => {
                let frame = Frame::new(shape, place.clone());
                self.frames.push(frame);
            }
            Err(reason) => self.open_broken(opening, place, reason),
        }
    }

    pub(super) fn value(&mut self, tokens: &[Token<'s>]) -> Result<Expr, String> {
        Parser::new(tokens, &mut self.scope).whole()
    }

    /// Reads a condition; `Then` may follow it.
    pub(super) fn cond(&mut self, tokens: &[Token<'s>]) -> Result<Expr, String> {
        let end = tokens.iter().position(|token| token.is_word("then")).unwrap_or(tokens.len());
        self.value(&tokens[..end]).map(truth)
    }
}

/// Returns whether an expression reads the number of the last error.
pub(super) fn is_error_number(expr: &Expr) -> bool {
    match expr {
        Expr::Property { object, name } => {
            name.eq_ignore_ascii_case("Number")
                && matches!(&**object, Expr::Var(var) if var.eq_ignore_ascii_case("Err"))
        }
        Expr::Builtin { function: Builtin::Message, .. } => false,
        _ => false,
    }
}
