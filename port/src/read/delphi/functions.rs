//! Calls of Chilkat's flat functions and of Delphi's own.

use super::{Fault, Parser, fault};
use crate::names::class_name;
use crate::read::shared::build::{binary, builtin, call, method, text};
use crate::read::shared::texts::{concat, printf};
use crate::tree::{BinaryOp, Builtin, Expr};

impl Parser {
    /// Returns the call of a function without an object before it.
    pub(super) fn function(&mut self, name: &str, mut args: Vec<Expr>) -> Result<Expr, Fault> {
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
        let less_one = |value: Expr| less(value, 1);
        let base = match args.first() {
            Some(Expr::Var(of)) => self.bases.get(&of.to_ascii_lowercase()).copied().unwrap_or(0),
            _ => 0,
        };
        let function = match (lower.as_str(), args.len()) {
            ("inttostr" | "floattostr" | "booltostr" | "vartostr", 1..) => {
                args.truncate(1);
                Builtin::ToText
            }
            ("strtoint" | "strtoint64", 1) => Builtin::ParseInt,
            ("strtointdef", 2) if args[1] == Expr::Int(0) => {
                args.truncate(1);
                Builtin::ToInt
            }
            ("strtofloat", 1) => Builtin::ParseFloat,
            ("length", 1) => Builtin::Length,
            ("high", 1) => return Ok(less(builtin(Builtin::Length, args), 1 - base)),
            ("low", 1) => return Ok(Expr::Int(base)),
            ("odd", 1) => {
                let rest = binary(BinaryOp::Rem, args.remove(0), Expr::Int(2));
                return Ok(binary(BinaryOp::Ne, rest, Expr::Int(0)));
            }
            ("formatfloat", 2) => {
                let decimals = match args.first() {
                    Some(Expr::Text(pattern)) => decimals(pattern),
                    _ => None,
                };
                let Some(decimals) = decimals else { return fault("this format is not ported") };
                return Ok(builtin(Builtin::Fixed, vec![args.remove(1), Expr::Int(decimals)]));
            }
            ("inttohex", _) => {
                return fault("a number in hexadecimal digits is not ported; `{:X}` writes it");
            }
            ("trystrtoint" | "trystrtofloat", _) => {
                return fault("a conversion that says whether it succeeded is not ported here");
            }
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
}

/// Returns the value less a number.
pub(super) fn less(value: Expr, count: i64) -> Expr {
    match value {
        value if count == 0 => value,
        Expr::Int(number) => Expr::Int(number - count),
        Expr::Binary { op: BinaryOp::Add, left, right } if *right == Expr::Int(count) => *left,
        value if count < 0 => binary(BinaryOp::Add, value, Expr::Int(-count)),
        value => binary(BinaryOp::Sub, value, Expr::Int(count)),
    }
}

/// Returns the items of `5..7`.
pub(super) fn range(low: Expr, high: Expr) -> Result<Vec<Expr>, Fault> {
    const MAX_ITEMS: i64 = 64;
    let code = |text: &str| text.chars().next().filter(|_| text.chars().count() == 1);
    match (&low, &high) {
        (Expr::Int(low), Expr::Int(high)) if high.saturating_sub(*low) < MAX_ITEMS => {
            Ok((*low..=*high).map(Expr::Int).collect())
        }
        (Expr::Text(low), Expr::Text(high)) => match (code(low), code(high)) {
            (Some(low), Some(high)) if low.is_ascii() && high.is_ascii() => {
                Ok((low..=high).map(String::from).map(Expr::Text).collect())
            }
            _ => fault("this set is not ported"),
        },
        _ => fault("this set is not ported"),
    }
}

/// Returns the number of decimals of `0.00`.
fn decimals(pattern: &str) -> Option<i64> {
    let digits = match pattern.split_once('.') {
        Some(("0" | "#" | "#0", digits)) => digits,
        None if pattern == "0" => "",
        _ => return None,
    };
    let is_zeros = digits.bytes().all(|digit| digit == b'0');
    i64::try_from(digits.len()).ok().filter(|_| is_zeros)
}

/// Splits `CkHttp_putAuthToken` and `CkHttp__lastErrorText` into class and member.
pub(super) fn flat(name: &str) -> Option<(String, &str)> {
    let (class, member) = name.split_once('_')?;
    let class = class_name(class).filter(|_| class.starts_with("Ck"))?;
    Some((class.to_owned(), member.trim_start_matches('_')))
}
