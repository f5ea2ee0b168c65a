//! Blocks of statements, without recursion: a stack of open ones.

use std::collections::HashSet;

use super::dialect::{AUTO, FOX, POWER, PURE, Rules, VB, XOJO};
use super::expr::{Parser, negate, truth};
use super::finish;
use super::head::{Closing, Head, Middle, Opening, head};
use super::lexer::{Kind, Lexer, Line, Token};
use super::scope::Scope;
use super::types::{self, find, split};
use crate::read::grammar::MAX_DEPTH;
use crate::tree::{BinaryOp, Block, Builtin, Catch, Expr, Function, Hint, Param, Stmt, StmtKind};

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
    place: Place,
    pub(super) block: Block,
    /// Why the whole block is not ported.
    broken: Option<String>,
    /// `If` on one line.
    single: bool,
}

pub(super) enum Shape {
    Script,
    If { branches: Vec<(Expr, Block)>, cond: Option<Expr> },
    While(Expr),
    /// A loop whose condition may follow.
    Loop,
    For { name: String, from: Expr, to: Expr, step: i64 },
    ForEach { name: String, items: Expr, list: Option<String> },
    Select { subject: Option<Expr>, cases: Vec<(Vec<Case>, Block)>, current: Option<Vec<Case>>, otherwise: bool },
    With,
    Using,
    Try { parts: Vec<(Middle, Block)>, part: Middle, name: Option<String> },
    Function { name: String, params: Vec<Param>, returns: Hint, result: Option<String> },
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
    /// `Imports Chilkat`.
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
    let mut lexer = Lexer::new(text, rules);
    while let Some(line) = lexer.next() {
        reader.line(line, &mut lexer);
    }
    reader.end(lexer.line())
}

impl Frame {
    fn new(shape: Shape, place: Place) -> Frame {
        Frame { shape, place, block: Block::new(), broken: None, single: false }
    }
}

impl<'s> Reader<'s> {
    /// Notes the names of functions and labels, which may be used before they are defined.
    fn prepare(&mut self) {
        for line in self.text.lines() {
            let lower = line.trim().to_lowercase();
            let mut all = lower.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            if all.any(|word| word == "result") {
                "result_value".clone_into(&mut self.scope.result_name);
            }
            if let Some(at) = lower.find("goto ") {
                self.labels.insert(lower[at + 5..].trim().to_owned());
            }
            let mut words = lower.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
            let mut keyword = words.next().unwrap_or_default();
            while ["public", "private", "friend", "shared", "protected", "global", "static", "async"]
                .contains(&keyword)
            {
                keyword = words.next().unwrap_or_default();
            }
            let keyword = keyword.split('.').next().unwrap_or_default();
            let name = match keyword {
                "function" | "subroutine" if self.rules.is(POWER) => lower
                    .split('(')
                    .next()
                    .and_then(|head| head.split_whitespace().next_back()),
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
                if matches!(head, Head::Open(Opening::If, _)) && find(&line.tokens, "then").is_some() {
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
            if part.len() == 1 && self.is_label(&part[0]) && behind.first().is_some_and(|t| t.is(":")) {
                let label = part[0].text.to_lowercase();
                self.push(&place, StmtKind::Unported(format!("{}{label}", finish::LABEL)));
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
            match head {
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
            Head::Open(Opening::Skip(reason), _) => self.begin_skip(place, reason.to_owned()),
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

    fn end_skip(&mut self) {
        if let Some(Skip { place, reason, .. }) = self.skip.take() {
            let kind =
                if reason.is_empty() { StmtKind::Boilerplate } else { StmtKind::Unported(reason) };
            self.push(&place, kind);
        }
    }

    /// Closes what is open inside modules and classes.
    fn close_to_definitions(&mut self, line: usize) {
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

    fn open(&mut self, opening: Opening, rest: &[Token<'s>], place: &Place) {
        match self.shape(opening, rest, place) {
            Ok(shape) => {
                let frame = Frame::new(shape, place.clone());
                self.frames.push(frame);
            }
            Err(reason) => self.open_broken(opening, place, reason),
        }
    }

    fn value(&mut self, tokens: &[Token<'s>]) -> Result<Expr, String> {
        Parser::new(tokens, &mut self.scope).whole()
    }

    /// Reads a condition; `Then` may follow it.
    fn cond(&mut self, tokens: &[Token<'s>]) -> Result<Expr, String> {
        let end = tokens.iter().position(|token| token.is_word("then")).unwrap_or(tokens.len());
        self.value(&tokens[..end]).map(truth)
    }

    fn shape(
        &mut self,
        opening: Opening,
        rest: &[Token<'s>],
        place: &Place,
    ) -> Result<Shape, String> {
        Ok(match opening {
            Opening::If => Shape::If { branches: Vec::new(), cond: Some(self.cond(rest)?) },
            Opening::While => Shape::While(self.cond(rest)?),
            Opening::Do => match rest.split_first() {
                Some((word, cond)) if word.is_word("until") => {
                    Shape::While(negate(self.cond(cond)?))
                }
                Some((_, cond)) => Shape::While(self.cond(cond)?),
                None => Shape::Loop,
            },
            Opening::For => self.for_shape(rest)?,
            Opening::ForEach => self.for_each(rest)?,
            Opening::Select => {
                // `Select` of AutoIt and `DO CASE` have conditions in their cases.
                let subject = if rest.is_empty() { None } else { Some(self.value(rest)?) };
                Shape::Select { subject, cases: Vec::new(), current: None, otherwise: false }
            }
            Opening::With => {
                let object = match self.value(rest)? {
                    object @ Expr::Var(_) => object,
                    value => {
                        let name = self.scope.fresh("with");
                        let target = crate::tree::Target::Var(name.clone());
                        self.push(place, StmtKind::Assign { target, value });
                        Expr::Var(name)
                    }
                };
                self.scope.with.push(object);
                Shape::With
            }
            Opening::Using => {
                self.declaration(rest, place);
                Shape::Using
            }
            Opening::Try => Shape::Try { parts: Vec::new(), part: Middle::ElseIf, name: None },
            Opening::Function => self.function(rest)?,
            Opening::Wrap | Opening::Skip(_) => Shape::Wrap,
        })
    }

    fn for_shape(&mut self, rest: &[Token<'s>]) -> Result<Shape, String> {
        if find(rest, "in").is_some() {
            return self.for_each(rest);
        }
        let equals = find(rest, "=").ok_or("this loop is not understood here")?;
        let down = find(rest, "downto");
        let to_at = down.or_else(|| find(rest, "to")).ok_or("this loop has no end")?;
        let step_at = find(rest, "step").unwrap_or(rest.len());
        let name = rest[0].text;
        if equals > to_at || to_at > step_at {
            return Err("this loop is not understood here".to_owned());
        }
        let from = self.value(&rest[equals + 1..to_at])?;
        let to = self.value(&rest[to_at + 1..step_at])?;
        let step = match rest.get(step_at + 1..).filter(|step| !step.is_empty()) {
            Some(step) => match self.value(step)? {
                Expr::Int(step) if step != 0 => step,
                _ => return Err("a loop whose step is not a number has no port".to_owned()),
            },
            None if down.is_some() => -1,
            None => 1,
        };
        let name = self.scope.name(name);
        self.scope.declare(&name, Hint::Int);
        Ok(Shape::For { name, from, to, step })
    }

    fn for_each(&mut self, rest: &[Token<'s>]) -> Result<Shape, String> {
        if self.rules.is(PURE) {
            let list = rest.first().map_or("", |token| token.text);
            let item = self.scope.fresh(list.strip_suffix('s').unwrap_or("item"));
            let list = self.scope.name(list);
            self.scope.items.insert(list.to_lowercase(), item.clone());
            self.scope.declare(&item, Hint::Unknown);
            let items = Expr::Var(list.clone());
            return Ok(Shape::ForEach { name: item, items, list: Some(list.to_lowercase()) });
        }
        let at = find(rest, "in").ok_or("this loop is not understood here")?;
        let end = rest.iter().position(|token| token.is_word("foxobject")).unwrap_or(rest.len());
        let items = self.value(&rest[at + 1..end])?;
        let name = self.scope.name(rest[0].text);
        self.scope.declare(&name, Hint::Unknown);
        Ok(Shape::ForEach { name, items, list: None })
    }

    fn function(&mut self, rest: &[Token<'s>]) -> Result<Shape, String> {
        let open = rest.iter().position(|token| token.is("("));
        let head = &rest[..open.unwrap_or(rest.len())];
        // PureBasic's type stands before the name, with a dot; PowerBuilder's without.
        let name = match head {
            [dot, _, name, ..] if self.rules.is(PURE) && dot.is(".") => name,
            [.., name] if self.rules.is(POWER) => name,
            [name, ..] => name,
            [] => return Err("a function has no name".to_owned()),
        };
        let mut returns = match head {
            [dot, ty, ..] if dot.is(".") => types::hint(std::slice::from_ref(ty)),
            [ty @ .., _] if self.rules.is(POWER) => types::hint(ty),
            _ => Hint::Unknown,
        };
        let close = open.and_then(|open| {
            let mut depth = 0;
            rest[open..].iter().position(|token| {
                depth += i32::from(token.is("(")) - i32::from(token.is(")"));
                depth == 0
            })
        });
        let behind = match (open, close) {
            (Some(open), Some(close)) => rest.get(open + close + 1..).unwrap_or_default(),
            _ => &[],
        };
        if let [word, ty @ ..] = behind
            && word.is_word("as")
        {
            let end = ty.iter().position(|token| token.is_word("handles")).unwrap_or(ty.len());
            returns = types::hint(&ty[..end]);
        }
        let lower = name.text.to_lowercase();
        let name = self.scope.name(name.text);
        let is_basic = self.rules.is(VB);
        let result = is_basic.then(|| self.scope.result_name.clone());
        self.scope.result = result.clone().map(|result| (lower, result));
        let params = match (open, close) {
            (Some(open), Some(close)) => {
                types::params(&mut self.scope, &rest[open + 1..open + close])?
            }
            _ => Vec::new(),
        };
        Ok(Shape::Function { name, params, returns, result })
    }

    fn divide(&mut self, middle: Middle, rest: &[Token<'s>], place: &Place) {
        let rules = self.rules;
        let top = self.frames.len() - 1;
        let wanted = (0..=top).rev().find(|at| match &self.frames[*at].shape {
            Shape::If { .. } => matches!(middle, Middle::Else | Middle::ElseIf),
            Shape::Select { .. } => {
                middle == Middle::Case || (middle == Middle::Else && rules.is(AUTO | XOJO))
            }
            Shape::Try { .. } => matches!(middle, Middle::Catch | Middle::Finally),
            Shape::Broken(opening) => match middle {
                Middle::Else | Middle::ElseIf => *opening == Opening::If,
                Middle::Case => *opening == Opening::Select,
                _ => *opening == Opening::Try,
            },
            _ => false,
        });
        let Some(wanted) = wanted else {
            let reason = "this belongs to a block that is not open".to_owned();
            return self.push(place, StmtKind::Unported(reason));
        };
        while self.frames.len() > wanted + 1 {
            self.pop(place.line);
        }
        if let Err(reason) = self.next_part(middle, rest) {
            if let Some(frame) = self.frames.last_mut() {
                frame.broken.get_or_insert(reason);
            }
        }
        if let Some(comment) = place.trailing.clone() {
            self.push(&Place { trailing: None, ..place.clone() }, StmtKind::Comment(comment));
        }
    }

    /// Begins the next part of the block on top.
    fn next_part(&mut self, middle: Middle, rest: &[Token<'s>]) -> Result<(), String> {
        let is_conditional = matches!(
            self.frames.last().map(|frame| &frame.shape),
            Some(Shape::Select { subject: None, .. })
        );
        let next_cond = match middle {
            Middle::ElseIf => Some(self.cond(rest)?),
            _ => None,
        };
        let is_else = middle == Middle::Else || rest.first().is_none_or(|token| token.is_word("else"))
            || rest.first().is_some_and(|t| t.is_word("otherwise") || t.is_word("default"));
        let cases = match middle {
            Middle::Case if !is_else && is_conditional => {
                Some(vec![Case::Value(self.value(rest)?)])
            }
            Middle::Case if !is_else => Some(self.cases(rest)?),
            _ => None,
        };
        let caught = match middle {
            Middle::Catch => self.caught(rest),
            _ => None,
        };
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        let block = std::mem::take(&mut frame.block);
        match &mut frame.shape {
            Shape::If { branches, cond } => match std::mem::replace(cond, next_cond) {
                Some(cond) => branches.push((cond, block)),
                None => return Err("`Else` stands twice".to_owned()),
            },
            Shape::Select { cases: done, current, otherwise, .. } => {
                match current.take() {
                    Some(cases) => done.push((cases, block)),
                    None if !*otherwise => frame.block = block,
                    None => return Err("a case behind `Else` has no port".to_owned()),
                }
                *otherwise = cases.is_none();
                *current = cases;
            }
            Shape::Try { parts, part, name } => {
                parts.push((std::mem::replace(part, middle), block));
                if middle == Middle::Catch && name.is_none() {
                    *name = caught;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn cases(&mut self, tokens: &[Token<'s>]) -> Result<Vec<Case>, String> {
        let mut cases = Vec::new();
        for part in split(tokens, ",") {
            let op = |sign: &str| {
                Some(match sign {
                    "=" => BinaryOp::Eq,
                    "<>" => BinaryOp::Ne,
                    "<" => BinaryOp::Lt,
                    "<=" => BinaryOp::Le,
                    ">" => BinaryOp::Gt,
                    ">=" => BinaryOp::Ge,
                    _ => return None,
                })
            };
            let part = match part {
                [is, rest @ ..] if is.is_word("is") => rest,
                part => part,
            };
            cases.push(match part {
                [sign, value @ ..] if sign.kind == Kind::Sign && op(sign.text).is_some() => {
                    let op = op(sign.text).unwrap_or(BinaryOp::Eq);
                    Case::Compare(op, self.value(value)?)
                }
                part => match find(part, "to") {
                    Some(at) => {
                        Case::Between(self.value(&part[..at])?, self.value(&part[at + 1..])?)
                    }
                    None => Case::Value(self.value(part)?),
                },
            });
        }
        Ok(cases)
    }

    /// Returns the variable of `Catch ex As Exception`, `CATCH TO loEx`, `catch (Exception ex)`.
    fn caught(&mut self, rest: &[Token<'s>]) -> Option<String> {
        let words: Vec<&Token> = rest.iter().filter(|token| token.kind == Kind::Word).collect();
        let name = match words.as_slice() {
            [to, name, ..] if to.is_word("to") => name.text,
            [.., name] if self.rules.is(POWER) => name.text,
            [name, ..] if self.rules.is(VB | XOJO) => name.text,
            _ => return None,
        };
        Some(self.scope.name(name))
    }

    fn close(&mut self, closing: Closing, rest: &[Token<'s>], place: &Place) {
        let is_match = |shape: &Shape| match closing {
            Closing::Any => !matches!(shape, Shape::Script),
            Closing::If => {
                matches!(shape, Shape::If { .. } | Shape::Broken(Opening::If))
            }
            Closing::While => matches!(
                shape,
                Shape::While(_) | Shape::Broken(Opening::While | Opening::Do)
            ),
            Closing::Loop | Closing::Until => {
                matches!(shape, Shape::Loop | Shape::While(_) | Shape::Broken(Opening::Do))
            }
            Closing::Next => matches!(
                shape,
                Shape::For { .. }
                    | Shape::ForEach { .. }
                    | Shape::Broken(Opening::For | Opening::ForEach)
            ),
            Closing::Select => {
                matches!(shape, Shape::Select { .. } | Shape::Broken(Opening::Select))
            }
            Closing::With => matches!(shape, Shape::With | Shape::Broken(Opening::With)),
            Closing::Using => matches!(shape, Shape::Using | Shape::Broken(Opening::Using)),
            Closing::Try => matches!(shape, Shape::Try { .. } | Shape::Broken(Opening::Try)),
            Closing::Function => {
                matches!(shape, Shape::Function { .. } | Shape::Broken(Opening::Function))
            }
            Closing::Wrap => matches!(shape, Shape::Wrap),
            Closing::Skip => false,
        };
        let stops = !matches!(closing, Closing::Function | Closing::Wrap);
        let mut found = None;
        for (at, frame) in self.frames.iter().enumerate().rev() {
            if is_match(&frame.shape) {
                found = Some(at);
                break;
            }
            if stops && matches!(frame.shape, Shape::Function { .. }) {
                break;
            }
        }
        let Some(found) = found else {
            let kind = match closing {
                Closing::Function | Closing::Wrap | Closing::Skip => StmtKind::Boilerplate,
                _ => StmtKind::Unported("this closes a block that is not open".to_owned()),
            };
            return self.push(place, kind);
        };
        while self.frames.len() > found + 1 {
            self.pop(place.line);
        }
        match (closing, rest.split_first()) {
            (Closing::Until, Some(_)) => self.pop_loop(rest, false, place),
            (Closing::Loop, Some((word, cond))) => {
                self.pop_loop(cond, word.is_word("while"), place);
            }
            _ => self.pop(place.end_line),
        }
        // `;==>Main` is what AutoIt's editor puts there.
        if let Some(comment) = place.trailing.clone().filter(|text| !text.starts_with("==>")) {
            self.push(&Place { trailing: None, ..place.clone() }, StmtKind::Comment(comment));
        }
    }

    /// Closes a loop whose condition follows.
    fn pop_loop(&mut self, cond: &[Token<'s>], while_true: bool, place: &Place) {
        let cond = self.cond(cond);
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        frame.place.end_line = place.end_line;
        let kind = match (cond, frame.broken.take()) {
            (Ok(cond), None) => StmtKind::DoWhile {
                body: frame.block,
                cond: if while_true { cond } else { negate(cond) },
            },
            (Err(reason), _) | (_, Some(reason)) => StmtKind::Unported(reason),
        };
        self.push(&frame.place, kind);
    }

    /// Closes the block on top.
    fn pop(&mut self, end_line: usize) {
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        frame.place.end_line = end_line.max(frame.place.line);
        if matches!(frame.shape, Shape::With) {
            self.scope.with.pop();
        }
        if let Shape::ForEach { list: Some(list), .. } = &frame.shape {
            self.scope.items.remove(list);
        }
        if matches!(frame.shape, Shape::Function { .. }) {
            self.scope.result = None;
        }
        if let Some(reason) = frame.broken {
            return self.push(&frame.place, StmtKind::Unported(reason));
        }
        let block = frame.block;
        let kind = match frame.shape {
            Shape::If { mut branches, cond } => {
                let otherwise = match cond {
                    Some(cond) => {
                        branches.push((cond, block));
                        None
                    }
                    None => Some(block),
                };
                StmtKind::If { branches, otherwise }
            }
            Shape::While(cond) => StmtKind::While { cond, body: block },
            Shape::Loop => StmtKind::While { cond: Expr::Bool(true), body: block },
            Shape::For { name, from, to, step } => {
                let (to, inclusive) = end_of_loop(to, step);
                StmtKind::For { name, from, to, inclusive, step, body: block }
            }
            Shape::ForEach { name, items, .. } => StmtKind::ForEach { name, items, body: block },
            Shape::Select { subject, cases, current, otherwise } => {
                self.select(subject, cases, current, otherwise, block, &frame.place)
            }
            Shape::Try { mut parts, part, name } => {
                parts.push((part, block));
                try_kind(parts, name)
            }
            Shape::Function { name, params, returns, result } => {
                let function = Function { name, params, returns, body: block };
                StmtKind::Function(finish::function(function, result))
            }
            Shape::With | Shape::Using | Shape::Wrap => {
                let head = StmtKind::Boilerplate;
                self.push(&Place { end_line: frame.place.line, ..frame.place }, head);
                self.block().extend(block);
                return;
            }
            Shape::Script | Shape::Broken(_) => {
                return self.block().extend(block);
            }
        };
        self.push(&frame.place, kind);
    }

    fn select(
        &mut self,
        subject: Option<Expr>,
        mut cases: Vec<(Vec<Case>, Block)>,
        current: Option<Vec<Case>>,
        otherwise: bool,
        block: Block,
        place: &Place,
    ) -> StmtKind {
        let mut rest = None;
        match current {
            Some(current) => cases.push((current, block)),
            None if otherwise => rest = Some(block),
            // Comments before the first case.
            None => self.block().extend(block),
        }
        let is_plain = cases.iter().flat_map(|case| &case.0).all(|case| matches!(case, Case::Value(_)));
        let subject = match subject {
            Some(Expr::Bool(true)) | None => None,
            Some(value) if is_plain || matches!(value, Expr::Var(_) | Expr::Property { .. }) => {
                Some(value)
            }
            Some(value) => {
                let name = self.scope.fresh("value");
                let target = crate::tree::Target::Var(name.clone());
                self.push(place, StmtKind::Assign { target, value });
                Some(Expr::Var(name))
            }
        };
        finish::select(subject, cases, rest, is_plain)
    }

    /// Closes everything and returns the script.
    fn end(mut self, last_line: usize) -> Block {
        self.end_skip();
        while self.frames.len() > 1 {
            self.pop(last_line);
        }
        let script = self.frames.pop().map(|frame| frame.block).unwrap_or_default();
        finish::script(script, self.rules, &self.connections, &self.scope.flat)
    }
}

/// Returns the end of a loop that counts up, without `- 1` if possible.
fn end_of_loop(to: Expr, step: i64) -> (Expr, bool) {
    match to {
        Expr::Binary { op: BinaryOp::Sub, left, right } if step > 0 && *right == Expr::Int(1) => {
            (*left, false)
        }
        to => (to, true),
    }
}

fn try_kind(parts: Vec<(Middle, Block)>, name: Option<String>) -> StmtKind {
    let (mut body, mut catch, mut finally) = (Block::new(), None::<Catch>, Block::new());
    for (part, block) in parts {
        match part {
            Middle::Catch => match &mut catch {
                Some(_) => {
                    let lines = (block.first().map(|s| s.line), block.last().map(|s| s.end_line));
                    if let (Some(line), Some(end_line), Some(catch)) = (lines.0, lines.1, &mut catch)
                    {
                        let reason = "a second Catch of one Try has no port".to_owned();
                        catch.body.push(finish::stmt(line, end_line, StmtKind::Unported(reason)));
                    }
                }
                None => catch = Some(Catch { name: name.clone(), body: block }),
            },
            Middle::Finally => finally = block,
            _ => body = block,
        }
    }
    StmtKind::Try { body, catch, finally }
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
