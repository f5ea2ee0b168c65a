//! Expressions of Delphi, and calls: of Chilkat's functions, of Delphi's own, of the script's.

use super::functions::{flat, less, range};
use super::lexer::Kind;
use super::{Fault, Parser, fault};
use crate::names::class_name;
use crate::read::shared::build::{
    binary, builtin, call, index, method, minus, not, property, text, var,
};
use crate::read::shared::grammar::MAX_DEPTH;
use crate::read::shared::texts::{concat, print_text};
use crate::tree::{BinaryOp, Builtin, Expr, StmtKind};

/// How many terms of a sum are nested in the tree.
const MAX_TERMS: usize = 50;

/// The operators, the weakest first.
const LEVELS: &[&[(&str, BinaryOp)]] = &[
    &[
        ("=", BinaryOp::Eq),
        ("<>", BinaryOp::Ne),
        ("<=", BinaryOp::Le),
        (">=", BinaryOp::Ge),
        ("<", BinaryOp::Lt),
        (">", BinaryOp::Gt),
    ],
    &[("+", BinaryOp::Add), ("-", BinaryOp::Sub), ("or", BinaryOp::Or)],
    &[
        ("*", BinaryOp::Mul),
        ("/", BinaryOp::Div),
        ("div", BinaryOp::Quotient),
        ("mod", BinaryOp::Rem),
        ("and", BinaryOp::And),
    ],
];

impl Parser {
    pub(crate) fn expr(&mut self) -> Result<Expr, Fault> {
        if self.depth >= MAX_DEPTH {
            return fault("it is nested too deeply");
        }
        self.depth += 1;
        let value = self.level(0);
        self.depth -= 1;
        value
    }

    fn level(&mut self, level: usize) -> Result<Expr, Fault> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.level(level + 1)?;
        let mut terms = 1;
        loop {
            if level == 0 && self.word("in") {
                let list = self.level(1)?;
                left = builtin(Builtin::Contains, vec![list, left]);
                continue;
            }
            let found = operators.iter().find(|(sign, _)| self.is_sign(sign) || self.is_word(sign));
            let Some((_, op)) = found else { return Ok(left) };
            self.place += 1;
            let right = self.level(level + 1)?;
            terms += 1;
            left = match (left, *op) {
                (Expr::Concat(mut parts), BinaryOp::Add) if terms > MAX_TERMS => {
                    parts.push(right);
                    Expr::Concat(parts)
                }
                (left, BinaryOp::Add) if terms > MAX_TERMS => Expr::Concat(vec![left, right]),
                _ if terms > MAX_TERMS => {
                    return fault("an expression with this number of terms is not ported");
                }
                (left, op) => comparison(op, left, right),
            };
        }
    }

    fn unary(&mut self) -> Result<Expr, Fault> {
        if self.depth >= MAX_DEPTH {
            return fault("it is nested too deeply");
        }
        self.depth += 1;
        let value = if self.word("not") {
            self.unary().map(not)
        } else if self.sign("-") {
            self.unary().map(minus)
        } else if self.sign("+") || self.sign("@") {
            self.unary()
        } else {
            self.postfix()
        };
        self.depth -= 1;
        value
    }

    fn postfix(&mut self) -> Result<Expr, Fault> {
        let mut value = self.primary()?;
        let mut links = 0;
        loop {
            links += 1;
            if links > MAX_TERMS {
                return fault("it is nested too deeply");
            }
            if self.sign("^") {
                continue;
            }
            if self.is_sign(".") {
                let Some(Kind::Word(_)) = self.tokens.get(self.place + 1).map(|of| &of.kind) else {
                    return Ok(value);
                };
                self.place += 1;
                let name = self.name().unwrap_or_default();
                value = match self.is_sign("(") {
                    true => {
                        let args = self.args()?;
                        self.member(value, &name, Some(args))?
                    }
                    false => self.member(value, &name, None)?,
                };
            } else if self.sign("[") {
                let position = self.expr()?;
                if !self.sign("]") {
                    return fault("several indexes are not ported");
                }
                value = self.item(value, position);
            } else {
                return Ok(value);
            }
        }
    }

    /// Returns an item of a list, or a character of a text, which count from 1.
    fn item(&self, value: Expr, position: Expr) -> Expr {
        let Expr::Var(name) = &value else { return index(value, position) };
        let name = name.to_ascii_lowercase();
        if self.texts.contains(&name) {
            return builtin(Builtin::Substring, vec![value, less(position, 1), Expr::Int(1)]);
        }
        let base = self.bases.get(&name).copied().unwrap_or(0);
        index(value, less(position, base))
    }

    fn args(&mut self) -> Result<Vec<Expr>, Fault> {
        let mut args = Vec::new();
        self.sign("(");
        while !self.sign(")") {
            args.push(self.expr()?);
            // WriteLn(x:0:2)
            if self.sign(":") {
                let width = self.expr()?;
                let mut value = args.pop().unwrap_or(Expr::Null);
                if self.sign(":") {
                    value = builtin(Builtin::Fixed, vec![value, self.expr()?]);
                }
                if !matches!(width, Expr::Int(0 | 1)) {
                    value = builtin(Builtin::PadLeft, vec![value, width, text(" ")]);
                }
                args.push(value);
            }
            if !self.sign(",") && !self.is_sign(")") {
                return fault("a parenthesis is missing");
            }
        }
        Ok(args)
    }

    fn primary(&mut self) -> Result<Expr, Fault> {
        let Some(kind) = self.peek().cloned() else { return fault("the script ends here") };
        self.place += 1;
        Ok(match kind {
            Kind::Text(value) => text(&value),
            Kind::Int(number) => Expr::Int(number),
            Kind::Float(number) => Expr::Float(number),
            Kind::Sign("(") => {
                let value = self.expr()?;
                if !self.sign(")") {
                    return fault("a parenthesis is missing");
                }
                value
            }
            Kind::Sign("[") => {
                let mut items = Vec::new();
                while !self.sign("]") {
                    let low = self.expr()?;
                    match (low, self.sign("..")) {
                        (low, false) => items.push(low),
                        (low, true) => items.extend(range(low, self.expr()?)?),
                    }
                    if !self.sign(",") && !self.is_sign("]") {
                        return fault("this set is not ported");
                    }
                }
                Expr::List(items)
            }
            Kind::Broken => {
                self.place -= 1;
                return fault("this text has no end on its line");
            }
            Kind::Word(name) => {
                let is_call = self.is_sign("(");
                match (name.to_ascii_lowercase().as_str(), is_call) {
                    ("true", false) => Expr::Bool(true),
                    ("false", false) => Expr::Bool(false),
                    ("nil", false) => Expr::Null,
                    ("procedure" | "function", _) => {
                        return fault("a function without a name is not ported");
                    }
                    ("begin" | "end" | "then" | "do" | "else" | "until", _) => {
                        self.place -= 1;
                        return fault("this is not understood here");
                    }
                    (_, true) => {
                        let args = self.args()?;
                        self.function(&name, args)?
                    }
                    ("paramcount", false) => builtin(Builtin::ArgCount, Vec::new()),
                    ("slinebreak", false) => text("\n"),
                    // A routine without arguments is called without parentheses.
                    _ if flat(&name).is_some() => self.function(&name, Vec::new())?,
                    _ => var(&name),
                }
            }
            Kind::Sign(_) => {
                self.place -= 1;
                return fault("this is not understood here");
            }
        })
    }

    /// Returns a member of an object. `None` as arguments if there are no parentheses.
    fn member(&mut self, object: Expr, name: &str, args: Option<Vec<Expr>>) -> Result<Expr, Fault> {
        let lower = name.to_ascii_lowercase();
        if let Expr::Var(of) = &object {
            // `CoChilkatHttp.Create` is the one of ActiveX.
            let class = class_name(of).or_else(|| {
                let class =
                    of.get(2..).filter(|_| of.to_ascii_lowercase().starts_with("cochilkat"));
                class.and_then(class_name)
            });
            if lower == "create"
                && let Some(class) = class
            {
                return Ok(Expr::New(class.to_owned()));
            }
            if lower == "create"
                && matches!(of.to_ascii_lowercase().as_str(), "tstringlist" | "tlist")
            {
                return Ok(Expr::List(Vec::new()));
            }
            if self.exceptions.contains(&of.to_ascii_lowercase()) && lower == "message" {
                return Ok(builtin(Builtin::Message, vec![object]));
            }
            let is_list = self.lists.contains(&of.to_ascii_lowercase());
            match (lower.as_str(), is_list) {
                ("count", true) => return Ok(builtin(Builtin::Length, vec![object])),
                ("strings" | "items", true) => return Ok(object),
                ("add" | "append", true) => {
                    let mut all = vec![object];
                    all.extend(args.unwrap_or_default());
                    return Ok(builtin(Builtin::Push, all));
                }
                (
                    "clear" | "delete" | "sort" | "indexof" | "commatext" | "text" | "delimiter",
                    true,
                ) => {
                    return Err(Fault(format!("`{name}` of a list is not ported")));
                }
                _ => {}
            }
            // Units and the form itself.
            match (of.to_ascii_lowercase().as_str(), lower.as_str()) {
                ("self" | "form1", _) => {
                    return match args {
                        Some(args) => self.function(name, args),
                        None => Ok(var(name)),
                    };
                }
                ("sysutils" | "system" | "strutils" | "math" | "windows", _) => {
                    return self.function(name, args.unwrap_or_default());
                }
                ("string", "join") => {
                    let mut args = args.unwrap_or_default();
                    args.reverse();
                    return Ok(builtin(Builtin::Join, args));
                }
                ("tfile", "readalltext") => {
                    return Ok(builtin(Builtin::ReadFile, args.unwrap_or_default()));
                }
                ("tfile", "writealltext") => {
                    return Ok(builtin(Builtin::WriteFile, args.unwrap_or_default()));
                }
                ("tfile", "exists") => {
                    return Ok(builtin(Builtin::FileExists, args.unwrap_or_default()));
                }
                _ => {}
            }
        }
        if matches!(lower.as_str(), "controlinterface" | "defaultinterface") {
            return Ok(object);
        }
        let mut args = match args {
            None if lower == "tostring" => return Ok(builtin(Builtin::ToText, vec![object])),
            None => return Ok(property(object, name)),
            Some(args) => args,
        };
        Ok(match lower.as_str() {
            "tostring" if args.is_empty() => builtin(Builtin::ToText, vec![object]),
            "tointeger" if args.is_empty() => builtin(Builtin::ToInt, vec![object]),
            "startswith" | "endswith" if !args.is_empty() => {
                let function =
                    if lower == "startswith" { Builtin::StartsWith } else { Builtin::EndsWith };
                builtin(function, vec![object, args.swap_remove(0)])
            }
            _ => method(object, name, args),
        })
    }

    /// Makes a statement of a call.
    pub(crate) fn call_stmt(&mut self, value: Expr) -> Result<Option<StmtKind>, Fault> {
        let kind = match value {
            Expr::Method { object, name, mut args } => {
                let lower = name.to_ascii_lowercase();
                match (&*object, lower.as_str()) {
                    (_, "add" | "append") if args.len() == 1 && is_output(&object) => {
                        StmtKind::Print { value: args.remove(0), newline: true, to_stderr: false }
                    }
                    (Expr::Var(of), "dispose" | "free" | "destroy") if args.is_empty() => {
                        StmtKind::Dispose(of.clone())
                    }
                    (Expr::Var(of), "processmessages")
                        if of.eq_ignore_ascii_case("application") =>
                    {
                        StmtKind::Boilerplate
                    }
                    _ => StmtKind::Expr(Expr::Method { object, name, args }),
                }
            }
            Expr::Property { object, name } => {
                let lower = name.to_ascii_lowercase();
                match (&*object, lower.as_str()) {
                    (Expr::Var(of), "free" | "destroy") => StmtKind::Dispose(of.clone()),
                    (_, "clear") if is_output(&object) => StmtKind::Boilerplate,
                    (Expr::Var(of), _) if of.eq_ignore_ascii_case("application") => {
                        StmtKind::Boilerplate
                    }
                    // A call without parentheses.
                    _ => StmtKind::Expr(method(*object, &name, Vec::new())),
                }
            }
            Expr::Call { name, args } => return self.function_stmt(name, args),
            Expr::Var(name) => return self.function_stmt(name, Vec::new()),
            Expr::Unported { reason, .. } => return Err(Fault(reason)),
            value @ Expr::Builtin { .. } => StmtKind::Expr(value),
            _ => return fault("a value that nothing uses"),
        };
        Ok(Some(kind))
    }

    fn function_stmt(
        &mut self,
        name: String,
        mut args: Vec<Expr>,
    ) -> Result<Option<StmtKind>, Fault> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "writeln" | "write" | "showmessage" | "outputdebugstring" => {
                let is_error = matches!(args.first(), Some(Expr::Var(of)) if of.eq_ignore_ascii_case("erroutput"));
                if is_error {
                    args.remove(0);
                }
                let value = if args.len() == 1 { args.remove(0) } else { concat(args) };
                let mut kind = print_text(value, is_error);
                if let StmtKind::Print { newline, .. } = &mut kind {
                    *newline |= !name.eq_ignore_ascii_case("write");
                }
                kind
            }
            "readln" | "randomize" => StmtKind::Boilerplate,
            "freeandnil" => match args.first() {
                Some(Expr::Var(of)) => StmtKind::Dispose(of.clone()),
                _ => StmtKind::Boilerplate,
            },
            "inc" | "dec" => {
                let op =
                    if name.eq_ignore_ascii_case("inc") { BinaryOp::Add } else { BinaryOp::Sub };
                let mut args = args.into_iter();
                let Some(Expr::Var(of)) = args.next() else { return fault("this is not ported") };
                let by = args.next().unwrap_or(Expr::Int(1));
                crate::read::shared::build::assign(&of, binary(op, var(&of), by))
            }
            "setlength" => match (args.first(), args.len()) {
                (Some(Expr::Var(of)), 2) if self.lists.contains(&of.to_ascii_lowercase()) => {
                    StmtKind::Expr(builtin(Builtin::Resize, args))
                }
                _ => return fault("the length of a text is not set in Rust"),
            },
            "delete" if args.len() == 3 => {
                let (count, start) = (args.remove(2), less(args.remove(1), 1));
                let Expr::Var(of) = args.remove(0) else { return fault("this is not ported") };
                if self.lists.contains(&of.to_ascii_lowercase()) {
                    return fault("several items of a list are not removed here");
                }
                let behind = match (&start, count) {
                    (Expr::Int(start), Expr::Int(count)) => Expr::Int(start + count),
                    (start, count) => binary(BinaryOp::Add, start.clone(), count),
                };
                let first =
                    builtin(Builtin::Substring, vec![var(&of), Expr::Int(0), start.clone()]);
                let rest = builtin(Builtin::Substring, vec![var(&of), behind]);
                let value = if start == Expr::Int(0) { rest } else { concat(vec![first, rest]) };
                crate::read::shared::build::assign(&of, value)
            }
            "new" | "fillchar" => {
                return Err(Fault(format!("`{name}` is not ported")));
            }
            _ => StmtKind::Expr(call(&name, args)),
        }))
    }
}

/// Whether it is where a form prints: `Memo1.Lines`.
fn is_output(object: &Expr) -> bool {
    match object {
        Expr::Property { name, .. } => {
            ["lines", "items"].iter().any(|part| name.eq_ignore_ascii_case(part))
        }
        Expr::Var(name) => name.to_ascii_lowercase().starts_with("memo"),
        _ => false,
    }
}

/// Returns a comparison. `Pos(part, text) > 0` is whether it contains it.
fn comparison(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    if let (BinaryOp::Gt | BinaryOp::Ne | BinaryOp::Eq, Expr::Int(0)) = (op, &right)
        && let Expr::Binary { op: BinaryOp::Add, left: position, right: one } = &left
        && **one == Expr::Int(1)
        && let Expr::Builtin { function: Builtin::IndexOf, args } = &**position
    {
        let contains = builtin(Builtin::Contains, args.clone());
        return if op == BinaryOp::Eq { not(contains) } else { contains };
    }
    binary(op, left, right)
}
