//! Functions, constants and members of the languages.

use super::dialect::{AUTO, PURE, VB, XOJO};
use super::expr::Parsed;
use super::formats;
use super::functions::{FUNCTIONS, Shape};
use super::objects;
use super::scope::Scope;
use super::values::{binary, choice, compare};
use crate::tree::{BinaryOp, Builtin, Expr};

use Builtin as B;
use Shape as S;

/// The function of the language that says what kind of value another one is.
pub(super) const KIND: &str = "VARTYPE";

fn find(scope: &Scope, path: &str) -> Option<Shape> {
    let row = FUNCTIONS.iter().find(|row| row.1 == path && scope.rules.is(row.0));
    row.map(|row| row.2)
}

/// Returns whether a path in lower case is a function or a constant of the language.
pub(super) fn knows(scope: &Scope, path: &str) -> bool {
    find(scope, path).is_some()
}

pub(super) fn builtin(function: Builtin, args: Vec<Expr>) -> Expr {
    Expr::Builtin { function, args }
}

/// Returns the value minus a small number, without a calculation where that is possible.
pub(super) fn minus(value: Expr, count: i64) -> Expr {
    match value {
        value if count == 0 => value,
        Expr::Int(value) => Expr::Int(value - count),
        Expr::Binary { op: BinaryOp::Add, left, right } if *right == Expr::Int(count) => *left,
        value => Expr::Binary {
            op: BinaryOp::Sub,
            left: Box::new(value),
            right: Box::new(Expr::Int(count)),
        },
    }
}

/// Returns the last item of a list.
pub(super) fn last_item(list: Expr) -> Expr {
    let index = minus(builtin(B::Length, vec![list.clone()]), 1);
    Expr::Index { object: Box::new(list), index: Box::new(index) }
}

/// Returns the list of its [`last_item`].
pub(super) fn whole_list(value: Expr) -> Expr {
    match value {
        Expr::Index { object, index }
            if last_item((*object).clone())
                == (Expr::Index { object: object.clone(), index: index.clone() }) =>
        {
            *object
        }
        value => value,
    }
}

fn plus(value: Expr, count: i64) -> Expr {
    Expr::Binary { op: BinaryOp::Add, left: Box::new(value), right: Box::new(Expr::Int(count)) }
}

/// Returns what a function of the language, or a constant, is here. `None` for a name that is not one without
/// arguments.
pub(super) fn call(
    scope: &mut Scope,
    path: &str,
    args: Option<Vec<Expr>>,
) -> Result<Option<Expr>, String> {
    let Some(shape) = find(scope, path) else {
        return Ok(None);
    };
    match (shape, args) {
        (S::True, _) => Ok(Some(Expr::Bool(true))),
        (S::No(reason), _) => Err(reason.to_owned()),
        (S::Constant(text), _) => Ok(Some(Expr::Text(text.to_owned()))),
        (S::Plain(function @ (B::Message | B::ArgCount)), _) => {
            let args =
                if function == B::Message { vec![Expr::Var("Err".to_owned())] } else { vec![] };
            Ok(Some(builtin(function, args)))
        }
        (S::Arg(first), Some(args)) => {
            let position = args.into_iter().next().unwrap_or(Expr::Int(first));
            Ok(Some(builtin(B::Arg, vec![minus(position, first)])))
        }
        (_, None) => Ok(None),
        (shape, Some(args)) => apply(scope, shape, path, args).map(Some),
    }
}

fn apply(scope: &mut Scope, shape: Shape, path: &str, mut args: Vec<Expr>) -> Parsed {
    let too_few = || format!("{path} lacks an argument");
    if args.is_empty() && !matches!(shape, S::List) {
        return Err(too_few());
    }
    let count = args.len();
    let mut next = || if args.is_empty() { Expr::Null } else { args.remove(0) };
    Ok(match shape {
        S::Plain(B::Length) => builtin(B::Length, vec![whole_list(next())]),
        S::Plain(function) => plain(function, args),
        S::TextToFile if count > 2 => return Err("appending to a file has no port".to_owned()),
        S::Same => next(),
        S::Mid | S::Left | S::Right | S::InStr | S::At if count > 1 => {
            return part(scope, shape, path, args);
        }
        S::Chr => match next() {
            Expr::Int(code) if (0..128).contains(&code) => {
                let byte = u8::try_from(code).unwrap_or_default();
                Expr::Text(char::from(byte).to_string())
            }
            code => builtin(B::Char, vec![code]),
        },
        S::List => Expr::List(args),
        S::LastIndex => minus(builtin(B::Length, vec![whole_list(next())]), 1),
        S::IsNull => compare(BinaryOp::Eq, next(), Expr::Null),
        S::IsObject => compare(BinaryOp::Ne, next(), Expr::Null),
        S::IsEmpty => compare(BinaryOp::Eq, next(), Expr::Text(String::new())),
        S::Choice if count > 2 => choice(next(), next(), next()),
        S::Format => match next() {
            Expr::Text(format) if scope.rules.is(AUTO) => formats::format_percent(&format, args)?,
            Expr::Text(format) => formats::format_numbered(&format, &args)?,
            _ => return Err("a format that is not a literal has no port".to_owned()),
        },
        S::Object => objects::object(next())?,
        S::SleepSeconds => {
            let seconds = next();
            builtin(
                B::Sleep,
                vec![Expr::Binary {
                    op: BinaryOp::Mul,
                    left: Box::new(seconds),
                    right: Box::new(Expr::Int(1000)),
                }],
            )
        }
        S::Last(function) if count > 1 => {
            let first = next();
            builtin(function, vec![next(), first])
        }
        S::Counted => builtin(B::Split, vec![next(), next()]),
        S::Field if count > 2 => {
            let (text, index, separator) = (next(), next(), next());
            let fields = builtin(B::Split, vec![text, separator]);
            Expr::Index { object: Box::new(fields), index: Box::new(minus(index, 1)) }
        }
        S::Kind => {
            // `TYPE` takes the name of a variable as text.
            let value = match next() {
                Expr::Text(name) if path == "type" => Expr::Var(scope.name(&name)),
                value => value,
            };
            Expr::Call { name: KIND.to_owned(), args: vec![value] }
        }
        S::TextToFile if count > 1 => {
            let text = next();
            builtin(B::WriteFile, vec![next(), text])
        }
        S::Space => builtin(B::Repeat, vec![Expr::Text(" ".to_owned()), next()]),
        shape => return number(shape, path, args),
    })
}

/// Applies a function on numbers, or on texts of a width.
fn number(shape: Shape, path: &str, mut args: Vec<Expr>) -> Parsed {
    let count = args.len();
    let mut next = || if args.is_empty() { Expr::Null } else { args.remove(0) };
    let blank = || Expr::Text(" ".to_owned());
    Ok(match shape {
        S::Number(number) => Expr::Int(number),
        S::Operator(op) if count > 1 => binary(op, next(), next()),
        S::Val(kind) => match (next(), kind) {
            // A number from the environment is one as a whole.
            (value @ Expr::Builtin { function: B::Env, .. }, _) => builtin(B::ToInt, vec![value]),
            (value, B::ToInt) => builtin(B::ToInt, vec![builtin(B::LeadingNumber, vec![value])]),
            (value, _) => builtin(B::LeadingNumber, vec![value]),
        },
        S::Nth(at, _) if at < count => args.swap_remove(at),
        S::Nth(_, number) => Expr::Int(number),
        S::Caseless(function) if count > 1 => return caseless(function, path, args),
        S::TrimLeft if count > 1 => builtin(B::Substring, vec![next(), next()]),
        S::TrimRight if count > 1 => {
            let text = next();
            let length = builtin(B::Length, vec![text.clone()]);
            let rest = binary(BinaryOp::Sub, length, next());
            builtin(B::Substring, vec![text, Expr::Int(0), rest])
        }
        S::Pad(function) if count > 1 => {
            let (text, width) = (next(), next());
            builtin(function, vec![text, width, if count > 2 { next() } else { blank() }])
        }
        S::Str if count > 2 => {
            let (number, width) = (next(), next());
            let fixed = builtin(B::Fixed, vec![number, next()]);
            builtin(B::PadLeft, vec![fixed, width, blank()])
        }
        S::Str if count > 1 => builtin(B::PadLeft, vec![next(), next(), blank()]),
        // Scripts print a number with it; its ten places are not meant.
        S::Str => builtin(B::ToText, vec![next()]),
        S::Decimals if count > 1 => builtin(B::Fixed, vec![next(), next()]),
        S::Decimals => builtin(B::ToText, vec![next()]),
        S::Filled if count > 1 => {
            let width = next();
            builtin(B::Repeat, vec![next(), width])
        }
        S::Pattern if count > 1 => {
            let value = next();
            return match next() {
                Expr::Text(pattern) => formats::format_pattern(value, &pattern),
                _ => Err("a format that is not a literal has no port".to_owned()),
            };
        }
        S::Pattern => builtin(B::ToText, vec![next()]),
        _ => return Err(format!("{path} lacks an argument")),
    })
}

/// Applies a function of AutoIt that takes upper and lower case for the same, unless an argument says otherwise.
fn caseless(function: Builtin, path: &str, mut args: Vec<Expr>) -> Parsed {
    let at = if function == B::Replace { 4 } else { 2 };
    let is_exact = args.get(at).is_some_and(|mode| *mode == Expr::Int(1));
    if args.len() > at + 1 && function == B::Replace || args.get(3).is_some_and(|_| at == 2) {
        return Err(format!("{path} for some of the places has no port"));
    }
    if function == B::Replace {
        let has_letters = match args.get(1) {
            Some(Expr::Text(part)) => part.chars().any(char::is_alphabetic),
            _ => true,
        };
        if has_letters && !is_exact {
            let reason = "takes upper and lower case for the same; `replace` of Rust does not";
            return Err(format!("{path} {reason}"));
        }
        args.truncate(3);
        return Ok(builtin(function, args));
    }
    args.truncate(2);
    if !is_exact {
        args = args
            .into_iter()
            .map(|arg| match arg {
                Expr::Text(text) => Expr::Text(text.to_lowercase()),
                arg => builtin(B::Lower, vec![arg]),
            })
            .collect();
    }
    Ok(plus(builtin(function, args), 1))
}

/// Applies a function on a part of a text. There are at least two arguments.
fn part(scope: &Scope, shape: Shape, path: &str, mut args: Vec<Expr>) -> Parsed {
    let count = args.len();
    let mut next = || if args.is_empty() { Expr::Null } else { args.remove(0) };
    Ok(match shape {
        S::Mid => {
            let mut parts = vec![next(), minus(next(), 1)];
            parts.extend((count > 2).then(next));
            builtin(B::Substring, parts)
        }
        S::Left => builtin(B::Substring, vec![next(), Expr::Int(0), next()]),
        S::Right => {
            let (text, length) = (next(), next());
            let from = Expr::Binary {
                op: BinaryOp::Sub,
                left: Box::new(builtin(B::Length, vec![text.clone()])),
                right: Box::new(length),
            };
            builtin(B::Substring, vec![text, from])
        }
        S::InStr if count > 2 && scope.rules.is(VB | XOJO) => {
            if next() != Expr::Int(1) {
                return Err(format!("{path} from a later position has no port"));
            }
            plus(builtin(B::IndexOf, vec![next(), next()]), 1)
        }
        S::InStr => plus(builtin(B::IndexOf, vec![next(), next()]), 1),
        _ => {
            let part = next();
            plus(builtin(B::IndexOf, vec![next(), part]), 1)
        }
    })
}

/// Applies a function that every language has; arguments that choose a mode are left out.
fn plain(function: Builtin, mut args: Vec<Expr>) -> Expr {
    let most = match function {
        B::Replace | B::Substring => 3,
        B::Split | B::Join | B::Repeat | B::Min | B::Max | B::Env | B::WriteFile | B::Contains => 2,
        _ => 1,
    };
    args.truncate(most);
    if function == B::Split && args.len() == 1 {
        args.push(Expr::Text(" ".to_owned()));
    }
    // What FoxPro's `STR` puts before a number.
    if function == B::Trim
        && let Some(Expr::Builtin { function: B::PadLeft, args: padded }) = args.first_mut()
        && padded.last() == Some(&Expr::Text(" ".to_owned()))
    {
        return builtin(B::ToText, vec![padded.swap_remove(0)]);
    }
    // A number as text is what joins it to other text.
    builtin(function, args)
}

/// Returns the value of `@CRLF`, `#True`, or a constant of the script.
pub(super) fn macro_value(scope: &mut Scope, name: &str) -> Parsed {
    let lower = name.to_lowercase();
    let text = |text: &str| Ok(Expr::Text(text.to_owned()));
    match lower.as_str() {
        "error" if scope.rules.is(AUTO) => Ok(Expr::Property {
            object: Box::new(Expr::Var("Err".to_owned())),
            name: "Number".to_owned(),
        }),
        "crlf" | "crlf$" => text("\r\n"),
        "lf" => text("\n"),
        "cr" => text("\r"),
        "tab" => text("\t"),
        "dquote" => text("\""),
        "true" => Ok(Expr::Bool(true)),
        "false" => Ok(Expr::Bool(false)),
        "null" => Ok(Expr::Null),
        _ if scope.rules.is(PURE) && !lower.starts_with("pb_") => Ok(Expr::Var(scope.name(name))),
        _ => Err(format!("the macro {name} has no port")),
    }
}
