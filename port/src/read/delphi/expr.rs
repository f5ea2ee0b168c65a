//! Expressions of Delphi, and calls: of Chilkat's functions, of Delphi's own, of the script's.

use super::lexer::Kind;
use super::{Fault, Parser, fault};
use crate::names::class_name;
use crate::read::shared::build::{
    binary, builtin, call, index, method, minus, not, property, text, var,
};
use crate::read::shared::grammar::MAX_DEPTH;
use crate::read::shared::texts::{concat, print_text, printf};
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
                    return fault("an expression with so many terms is not ported");
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
                value = index(value, position);
            } else {
                return Ok(value);
            }
        }
    }

    fn args(&mut self) -> Result<Vec<Expr>, Fault> {
        let mut args = Vec::new();
        self.sign("(");
        while !self.sign(")") {
            args.push(self.expr()?);
            // Str(x:0:2)
            if self.is_sign(":") {
                return fault("this format is not ported");
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
                    items.push(self.expr()?);
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
                    _ => var(&name),
                }
            }
            Kind::Sign(_) => {
                self.place -= 1;
                return fault("this is not understood here");
            }
        })
    }

    /// Returns the call of a function without an object before it.
    fn function(&mut self, name: &str, mut args: Vec<Expr>) -> Result<Expr, Fault> {
        if let Some((class, member)) = flat(name) {
            if member.eq_ignore_ascii_case("create") {
                return Ok(Expr::New(class));
            }
            if args.is_empty() {
                return fault("a call without its object");
            }
            let object = args.remove(0);
            return Ok(method(object, member, args));
        }
        if name.eq_ignore_ascii_case("createoleobject")
            && let Some(Expr::Text(class)) = args.first()
            && let Some(class) = class_name(class)
        {
            return Ok(Expr::New(class.to_owned()));
        }
        let lower = name.to_ascii_lowercase();
        let less_one = |value: Expr| match value {
            Expr::Int(number) => Expr::Int(number - 1),
            value => binary(BinaryOp::Sub, value, Expr::Int(1)),
        };
        let function = match (lower.as_str(), args.len()) {
            ("inttostr" | "floattostr" | "booltostr" | "vartostr", 1..) => {
                args.truncate(1);
                Builtin::ToText
            }
            ("strtoint" | "strtoint64", 1) => Builtin::ParseInt,
            ("strtointdef", 1..) => {
                args.truncate(1);
                Builtin::ToInt
            }
            ("strtofloat", 1) => Builtin::ParseFloat,
            ("length", 1) => Builtin::Length,
            ("high", 1) => return Ok(less_one(builtin(Builtin::Length, args))),
            ("low", 1) => return Ok(Expr::Int(0)),
            ("uppercase" | "ansiuppercase", 1) => Builtin::Upper,
            ("lowercase" | "ansilowercase", 1) => Builtin::Lower,
            ("trim" | "trimleft" | "trimright", 1) => Builtin::Trim,
            ("pos", 2) => {
                args.swap(0, 1);
                let position = builtin(Builtin::IndexOf, args);
                return Ok(binary(BinaryOp::Add, position, Expr::Int(1)));
            }
            ("copy", 3) => {
                let start = less_one(args.remove(1));
                args.insert(1, start);
                Builtin::Substring
            }
            ("stringreplace", 4) => {
                args.truncate(3);
                Builtin::Replace
            }
            ("containstext" | "containsstr", 2) => Builtin::Contains,
            ("startstext" | "startsstr" | "endstext" | "endsstr", 2) => {
                args.swap(0, 1);
                if lower.starts_with("starts") { Builtin::StartsWith } else { Builtin::EndsWith }
            }
            ("stringofchar", 2) => Builtin::Repeat,
            ("format", 2) => {
                let values = match args.pop() {
                    Some(Expr::List(values)) => values,
                    _ => return fault("this format is not ported"),
                };
                let Some(Expr::Text(format)) = args.pop() else {
                    return fault("this format is not ported");
                };
                return printf(&format, values)
                    .ok_or(Fault("this format is not ported".to_owned()));
            }
            ("getenvironmentvariable", 1) => Builtin::Env,
            ("paramstr", 1) => {
                let position = less_one(args.remove(0));
                args.push(position);
                Builtin::Arg
            }
            ("sleep", 1) => Builtin::Sleep,
            ("fileexists", 1) => Builtin::FileExists,
            ("chr", 1) => Builtin::Char,
            ("ord", 1) => Builtin::CharCode,
            ("abs", 1) => Builtin::Abs,
            ("round", 1) => Builtin::Round,
            ("min", 2) => Builtin::Min,
            ("max", 2) => Builtin::Max,
            ("quotedstr", 1) => return Ok(concat(vec![text("'"), args.remove(0), text("'")])),
            (
                "string" | "pchar" | "pwidechar" | "widestring" | "ansistring" | "utf8string"
                | "integer" | "trunc" | "utf8tostring",
                1,
            ) => return Ok(args.remove(0)),
            ("assigned", 1) => return Ok(binary(BinaryOp::Ne, args.remove(0), Expr::Null)),
            _ => return Ok(call(name, args)),
        };
        Ok(builtin(function, args))
    }

    /// Returns a member of an object. `None` as arguments if there are no parentheses.
    fn member(&mut self, object: Expr, name: &str, args: Option<Vec<Expr>>) -> Result<Expr, Fault> {
        let lower = name.to_ascii_lowercase();
        if let Expr::Var(of) = &object {
            if lower == "create"
                && let Some(class) = class_name(of)
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
            "setlength" if args.len() == 2 => StmtKind::Expr(builtin(Builtin::Resize, args)),
            "setlength" | "new" | "fillchar" => {
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

/// Splits `CkHttp_putAuthToken` and `CkHttp__lastErrorText` into class and member.
fn flat(name: &str) -> Option<(String, &str)> {
    let (class, member) = name.split_once('_')?;
    let class = class_name(class).filter(|_| class.starts_with("Ck"))?;
    Some((class.to_owned(), member.trim_start_matches('_')))
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
