//! Declarations.

use super::blocks::{Place, Reader};
use super::builtins::{builtin, minus};
use super::dialect::{AUTO, FOX, NET, POWER, PURE, VB, XOJO};
use super::expr::Parser;
use super::lexer::{Kind, Token};
use super::scope::Special;
use super::types::{self, find, split};
use super::values::{binary, type_of};
use crate::tree::{BinaryOp, Builtin, Expr, Hint, Stmt, StmtKind, Target};

/// How many items of an array are written out.
const MAX_ITEMS: i64 = 64;

impl<'s> Reader<'s> {
    /// Reads what is declared behind `Dim` and its like.
    pub(super) fn declaration(&mut self, tokens: &[Token<'s>], place: &Place) {
        let parts = split(tokens, ",");
        let mut place = place.clone();
        // `Dim a, b As String` gives both the type.
        let shared = self.shared_type(&parts);
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            let (part, members) = self.initial(part);
            match self.item(part, shared.as_ref()) {
                Ok(kind) => {
                    let name = match &kind {
                        StmtKind::Declare { name, .. } => name.clone(),
                        _ => String::new(),
                    };
                    self.push(&place, kind);
                    self.members(&name, members, &place);
                }
                Err(reason) => self.push(&place, StmtKind::Unported(reason)),
            }
            place.blank_before = false;
            place.trailing = None;
        }
    }

    /// Splits off `With {.AuthToken = x}`.
    fn initial<'p>(&self, part: &'p [Token<'s>]) -> (&'p [Token<'s>], &'p [Token<'s>]) {
        match find(part, "with").filter(|_| self.rules.is(NET)) {
            Some(at) if part.get(at + 1).is_some_and(|token| token.is("{")) => {
                let end = part.len().saturating_sub(1).max(at + 2);
                (&part[..at], part.get(at + 2..end).unwrap_or_default())
            }
            _ => (part, &[]),
        }
    }

    /// Sets the members of a new object.
    fn members(&mut self, name: &str, members: &[Token<'s>], place: &Place) {
        for part in split(members, ",").into_iter().filter(|part| !part.is_empty()) {
            let place = Place { blank_before: false, trailing: None, ..place.clone() };
            let kind = match part {
                [dot, member, equals, value @ ..] if dot.is(".") && equals.is("=") => {
                    self.value(value).map(|value| {
                        let object = Expr::Var(name.to_owned());
                        let target = Target::Property { object, name: member.text.to_owned() };
                        StmtKind::Assign { target, value }
                    })
                }
                _ => Err("this member is not understood here".to_owned()),
            };
            self.push(&place, kind.unwrap_or_else(StmtKind::Unported));
        }
    }

    fn shared_type(&self, parts: &[&[Token<'s>]]) -> Option<Hint> {
        let last = parts.last()?;
        let at = find(last, "as").filter(|_| self.rules.is(NET | XOJO) && parts.len() > 1)?;
        let is_alone = parts[..parts.len() - 1].iter().all(|part| find(part, "as").is_none());
        is_alone.then(|| types::hint(&last[at + 1..]))
    }

    /// Reads one variable: `name`, `name As Type`, `name(2) As Type`, `name = value`, `name.s = value`.
    fn item(&mut self, tokens: &[Token<'s>], shared: Option<&Hint>) -> Result<StmtKind, String> {
        let rules = self.rules;
        let (mut head, value) = match find(tokens, "=") {
            Some(at) => (&tokens[..at], Some(&tokens[at + 1..])),
            None => (tokens, None),
        };
        let mut hint = shared.cloned().unwrap_or_default();
        let mut made = None;
        if let Some(at) = find(head, "as").filter(|_| rules.is(VB | XOJO | FOX)) {
            let ty = &head[at + 1..];
            hint = types::hint(ty);
            if ty.first().is_some_and(|token| token.is_word("new")) {
                hint = types::hint(&ty[1..]);
                made = Some(match &hint {
                    Hint::Object(class) => Expr::New(class.clone()),
                    _ => Parser::new(ty, &mut self.scope).whole()?,
                });
            }
            head = &head[..at];
        }
        if rules.is(PURE) && head.len() > 2 && head[1].is(".") {
            hint = types::hint(&head[2..3]);
        }
        let name =
            head.iter().find(|token| matches!(token.kind, Kind::Word | Kind::Name | Kind::Macro));
        let name = name.map(|token| token.text).ok_or("this declaration has no name")?;
        let lower = name.to_lowercase();
        let token = head.iter().find(|token| token.kind == Kind::Word);
        let suffix =
            token.and_then(|token| self.text.get(token.start + token.text.len()..token.end));
        if hint == Hint::Unknown && rules.is(VB) {
            hint = match suffix {
                Some("$") => Hint::Text,
                Some("%") => Hint::Int,
                Some("!") => Hint::Float,
                _ => Hint::Unknown,
            };
        }
        let name = self.scope.name(name);
        let open = head.iter().position(|token| token.is("(") || token.is("["));
        let dims = open.map(|open| &head[open + 1..head.len().saturating_sub(1).max(open + 1)]);
        if dims.is_some() && !matches!(hint, Hint::List(_)) {
            hint = Hint::List(Box::new(hint));
        }
        // Chilkat's objects come from a class with the name of a type in other languages, too.
        let text = value.map(|value| self.special_value(&lower, value)).unwrap_or_default();
        if text {
            return Ok(StmtKind::Boilerplate);
        }
        let value = match value {
            Some(value) => Some(Parser::new(value, &mut self.scope).whole()?),
            None => made,
        };
        if let Some(value) = &value {
            self.note_value(&name, value);
            if matches!(value, Expr::Unported { .. }) {
                return Ok(StmtKind::Unported("this value has no port".to_owned()));
            }
        }
        if hint == Hint::Unknown && value.as_ref().is_some_and(is_made) {
            hint = value.as_ref().map(type_of).unwrap_or_default();
        }
        if hint == Hint::List(Box::default()) && matches!(value, Some(Expr::List(_))) {
            hint = value.as_ref().map(type_of).unwrap_or_default();
        }
        if let Some(value @ Expr::New(_)) = &value {
            hint = type_of(value);
        }
        if matches!(hint, Hint::Map(_)) {
            self.scope.set_special(&lower, Some(Special::Map));
        }
        self.scope.declare(&name, hint.clone());
        let value = match (value, dims) {
            (None, Some(dims)) => {
                let value = self.array(dims, &hint)?;
                self.note_size(&name, &value);
                Some(value)
            }
            (value, _) => value,
        };
        Ok(StmtKind::Declare { name, hint, value })
    }

    /// Returns the items that a new array has.
    fn array(&mut self, dims: &[Token<'s>], hint: &Hint) -> Result<Expr, String> {
        if dims.is_empty() {
            return Ok(Expr::List(Vec::new()));
        }
        if split(dims, ",").len() > 1 && !self.rules.is(FOX) {
            return Err("an array of several dimensions has no port".to_owned());
        }
        let last = match find(dims, "to") {
            Some(to) => &dims[to + 1..],
            None => dims,
        };
        let size = match Parser::new(last, &mut self.scope).whole()? {
            Expr::Int(size) => size + i64::from(!self.rules.is(AUTO | FOX | POWER)),
            size => {
                // Its size is known only when the script runs.
                return Ok(builtin(Builtin::Sized, vec![self.count(size)]));
            }
        };
        if size > MAX_ITEMS {
            return Ok(builtin(Builtin::Sized, vec![Expr::Int(size)]));
        }
        Ok(Expr::List((0..size.max(0)).map(|_| item_of(hint)).collect()))
    }

    /// Returns the number of items for the number in parentheses, which is the last index in some languages.
    fn count(&self, size: Expr) -> Expr {
        match size {
            size if self.rules.is(AUTO | FOX | POWER) => size,
            Expr::Int(last) => Expr::Int(last + 1),
            Expr::Binary { op: BinaryOp::Sub, left, right } if *right == Expr::Int(1) => *left,
            size => binary(BinaryOp::Add, size, Expr::Int(1)),
        }
    }

    /// `ReDim Preserve names(n)`, `ReDim $a[n]`, `DIMENSION a[n]` again: the next assignment may fill the new item.
    pub(super) fn redim(&mut self, tokens: &[Token<'s>], place: &Place) -> Result<(), String> {
        let preserve = tokens.first().is_some_and(|token| token.is_word("preserve"));
        let tokens = if preserve { &tokens[1..] } else { tokens };
        let name = tokens.first().map(|token| token.text).ok_or("this array has no name")?;
        let name = self.scope.name(name);
        let hint = match self.scope.hint(&name) {
            Some(hint @ Hint::List(_)) => hint.clone(),
            _ => Hint::List(Box::default()),
        };
        let end = find(tokens, "as").unwrap_or(tokens.len());
        let dims = tokens.get(2..end.saturating_sub(1)).unwrap_or_default();
        let keeps = preserve || self.rules.is(AUTO | FOX | POWER);
        let size = Parser::new(dims, &mut self.scope).whole()?;
        let counts = self.rules.is(AUTO | FOX | POWER);
        if !keeps || size == Expr::Int(-1) || size == Expr::Int(0) && counts {
            let value = self.array(dims, &hint)?;
            self.note_size(&name, &value);
            self.scope.declare(&name, hint);
            self.push(place, StmtKind::Assign { target: Target::Var(name), value });
            return Ok(());
        }
        let last = if counts { minus(size.clone(), 1) } else { size.clone() };
        self.scope.declare(&name, hint);
        let args = vec![Expr::Var(name.clone()), self.count(size)];
        self.push(place, StmtKind::Expr(builtin(Builtin::Resize, args)));
        // One more than before, or a count of items that begins with none.
        let is_next = last == length(&name)
            || last == binary(BinaryOp::Add, minus(length(&name), 1), Expr::Int(1));
        if is_next || !self.scope.sized.contains(&name.to_lowercase()) {
            self.grown = Some((name, Some(last)));
        }
        Ok(())
    }

    /// Adds an assignment, which may add an item to a list or fill a new one.
    pub(super) fn assign(&mut self, target: Target, value: Expr, place: &Place) {
        let grown = self.grown.take();
        let mut place = place.clone();
        let pushes = match (&target, grown) {
            (Target::Index { object: Expr::Var(name), .. }, Some((list, None)))
                if *name == list =>
            {
                Some(list)
            }
            (Target::Index { object: Expr::Var(name), index }, Some((list, Some(last))))
                if *name == list && (*index == last || is_last(index, name)) =>
            {
                // The statement that made it longer.
                if let Some(redim) = self.block().pop() {
                    place.line = redim.line;
                    place.blank_before = redim.blank_before;
                    place.trailing = place.trailing.or(redim.trailing);
                }
                Some(list)
            }
            (Target::Index { object: Expr::Var(name), index }, _) if is_end(index, name) => {
                Some(name.clone())
            }
            _ => None,
        };
        if let Some(list) = pushes {
            if let Some(Hint::List(item)) = self.scope.hint(&list)
                && **item == Hint::Unknown
            {
                let hint = Hint::List(Box::new(type_of(&value)));
                self.scope.declare(&list, hint);
            }
            let args = vec![Expr::Var(list), value];
            return self
                .push(&place, StmtKind::Expr(Expr::Builtin { function: Builtin::Push, args }));
        }
        if let Target::Index { object: Expr::Var(name), index: Expr::Int(index) } = &target
            && fill(self.block(), name, *index, &value)
        {
            return self.push(&place, StmtKind::Boilerplate);
        }
        if let Target::Var(name) = &target {
            let name = name.clone();
            self.note_value(&name, &value);
        }
        self.push(&place, StmtKind::Assign { target, value });
    }

    /// Notes whether an array has items at first.
    fn note_size(&mut self, name: &str, value: &Expr) {
        let name = name.to_lowercase();
        match value {
            Expr::List(items) if items.is_empty() => self.scope.sized.remove(&name),
            _ => self.scope.sized.insert(name),
        };
    }

    /// Notes what a variable holds from now on.
    pub(super) fn note_value(&mut self, name: &str, value: &Expr) {
        let hint = if is_made(value) { type_of(value) } else { Hint::Unknown };
        self.scope.declare(name, hint);
        match value {
            Expr::Map(_) => self.scope.set_special(name, Some(Special::Map)),
            Expr::Builtin { function: Builtin::Split, .. } if self.rules.is(AUTO) => {
                self.scope.set_special(name, Some(Special::Counted));
            }
            _ => {}
        }
    }
}

/// Returns whether a value says what its variable is, unlike a number, which may become another type.
fn is_made(value: &Expr) -> bool {
    matches!(
        value,
        Expr::New(_)
            | Expr::List(_)
            | Expr::Map(_)
            | Expr::Builtin { function: Builtin::Split, .. }
    )
}

fn item_of(hint: &Hint) -> Expr {
    let item = match hint {
        Hint::List(item) => types::default(item),
        _ => None,
    };
    item.unwrap_or(Expr::Text(String::new()))
}

/// Returns whether an index is that of the last item: `UBound(list)`.
fn is_last(index: &Expr, list: &str) -> bool {
    *index == minus(length(list), 1)
}

/// Returns whether an index is one behind the last item: `ls[UpperBound(ls) + 1]`.
fn is_end(index: &Expr, list: &str) -> bool {
    *index == length(list)
}

fn length(list: &str) -> Expr {
    Expr::Builtin { function: Builtin::Length, args: vec![Expr::Var(list.to_owned())] }
}

/// Puts a value into the array that the statements before declare with empty items.
fn fill(block: &mut [Stmt], name: &str, index: i64, value: &Expr) -> bool {
    if !matches!(value, Expr::Text(_) | Expr::Int(_) | Expr::Float(_) | Expr::Bool(_)) {
        return false;
    }
    let before = block.iter_mut().rev().take_while(|stmt| {
        let is_simple = |value: &Expr| !matches!(value, Expr::Var(_) | Expr::Index { .. });
        match &stmt.kind {
            StmtKind::Declare { .. } | StmtKind::Boilerplate | StmtKind::Comment(_) => true,
            StmtKind::Assign { target: Target::Var(_), value: Expr::Concat(_) } => false,
            StmtKind::Assign { target: Target::Var(_), value } => {
                type_of(value) != Hint::Unknown && is_simple(value)
            }
            _ => false,
        }
    });
    for stmt in before.take(2 * MAX_ITEMS as usize) {
        let StmtKind::Declare { name: declared, hint, value: Some(Expr::List(items)) } =
            &mut stmt.kind
        else {
            continue;
        };
        if declared != name {
            continue;
        }
        let empty = item_of(hint);
        let item = usize::try_from(index).ok().and_then(|index| items.get_mut(index));
        let Some(item) = item.filter(|item| **item == empty) else {
            return false;
        };
        *item = value.clone();
        if let Hint::List(of) = hint
            && **of == Hint::Unknown
            && !items.contains(&empty)
        {
            *hint = type_of(&Expr::List(items.clone()));
        }
        return true;
    }
    false
}
