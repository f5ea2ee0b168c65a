//! Functions, constants and members of the languages.

use super::dialect::{ALL, AUTO, FOX, Mask, NET, POWER, PURE, VB, VB6, VBS, XOJO};
use super::expr::Parsed;
use super::formats;
use super::objects;
use super::scope::Scope;
use super::values::{choice, compare};
use crate::tree::{BinaryOp, Builtin, Expr};

/// What a function is here.
#[derive(Clone, Copy)]
enum Shape {
    /// The same arguments in the same order.
    Plain(Builtin),
    /// Its first argument.
    Same,
    /// A text.
    Constant(&'static str),
    /// (text, start from 1) or (text, start from 1, length).
    Mid,
    Left,
    Right,
    /// (text, part) or (start, text, part): a position from 1.
    InStr,
    /// (part, text): a position from 1.
    At,
    Chr,
    List,
    /// The last index of a list that counts from 0.
    LastIndex,
    IsNull,
    IsObject,
    IsEmpty,
    Choice,
    /// `String.Format`.
    Format,
    Object,
    /// A time in seconds.
    SleepSeconds,
    /// The arguments without the first one, in the order of `Plain`.
    Last(Builtin),
    /// An argument of the program; the first one has this number.
    Arg(i64),
    /// AutoIt's `StringSplit`.
    Counted,
    /// `StringField(text, n, separator)`.
    Field,
    /// FoxPro's `VARTYPE`, for a comparison.
    Kind,
    /// (text, path).
    TextToFile,
    True,
    Space,
    /// (number, width, decimals): a number as text on the right of a column.
    Width,
}

use Builtin as B;
use Shape as S;

/// Languages, name in lower case, meaning.
const FUNCTIONS: &[(Mask, &str, Shape)] = &[
    // Text.
    (VB | XOJO | FOX | POWER | PURE, "len", S::Plain(B::Length)),
    (AUTO, "stringlen", S::Plain(B::Length)),
    (VB | PURE, "ucase", S::Plain(B::Upper)),
    (VB | PURE, "lcase", S::Plain(B::Lower)),
    (FOX | POWER | XOJO, "upper", S::Plain(B::Upper)),
    (FOX | POWER | XOJO, "lower", S::Plain(B::Lower)),
    (XOJO, "uppercase", S::Plain(B::Upper)),
    (XOJO, "lowercase", S::Plain(B::Lower)),
    (AUTO, "stringupper", S::Plain(B::Upper)),
    (AUTO, "stringlower", S::Plain(B::Lower)),
    (VB | XOJO | POWER | PURE, "trim", S::Plain(B::Trim)),
    (FOX, "alltrim", S::Plain(B::Trim)),
    (AUTO, "stringstripws", S::Plain(B::Trim)),
    (VB | XOJO | POWER | PURE, "mid", S::Mid),
    (FOX, "substr", S::Mid),
    (AUTO, "stringmid", S::Mid),
    (VB | XOJO | FOX | POWER | PURE, "left", S::Left),
    (AUTO, "stringleft", S::Left),
    (VB | XOJO | FOX | POWER | PURE, "right", S::Right),
    (AUTO, "stringright", S::Right),
    (VB | XOJO, "instr", S::InStr),
    (AUTO, "stringinstr", S::InStr),
    (POWER, "pos", S::InStr),
    (PURE, "findstring", S::InStr),
    (FOX, "at", S::At),
    (FOX, "atc", S::At),
    (VB, "replace", S::Plain(B::Replace)),
    (XOJO, "replaceall", S::Plain(B::Replace)),
    (FOX, "strtran", S::Plain(B::Replace)),
    (AUTO, "stringreplace", S::Plain(B::Replace)),
    (PURE, "replacestring", S::Plain(B::Replace)),
    (VB | XOJO, "split", S::Plain(B::Split)),
    (AUTO, "stringsplit", S::Counted),
    (VB | XOJO, "join", S::Plain(B::Join)),
    (NET, "string.join", S::Last(B::Join)),
    (XOJO, "string.fromarray", S::Plain(B::Join)),
    (AUTO, "_arraytostring", S::Plain(B::Join)),
    (PURE, "stringfield", S::Field),
    (VB, "string.format", S::Format),
    (AUTO, "stringformat", S::Format),
    (NET, "string.isnullorempty", S::IsEmpty),
    (NET, "string.isnullorwhitespace", S::IsEmpty),
    (FOX, "empty", S::IsEmpty),
    (VB | XOJO | FOX | AUTO | PURE, "chr", S::Chr),
    (VB, "chrw", S::Chr),
    (POWER, "char", S::Chr),
    (VB | XOJO | FOX | AUTO | PURE | POWER, "asc", S::Plain(B::CharCode)),
    (VB | FOX | POWER | PURE, "space", S::Space),
    (FOX, "replicate", S::Plain(B::Repeat)),
    // Conversions.
    (VB | XOJO, "cstr", S::Plain(B::ToText)),
    (VB | XOJO | PURE, "str", S::Plain(B::ToText)),
    (FOX, "str", S::Width),
    (FOX, "transform", S::Plain(B::ToText)),
    (POWER | AUTO, "string", S::Plain(B::ToText)),
    (NET, "convert.tostring", S::Plain(B::ToText)),
    (VB | XOJO, "cint", S::Plain(B::ParseInt)),
    (VB | XOJO, "clng", S::Plain(B::ParseInt)),
    (VB, "cbool", S::Same),
    (VB | XOJO | FOX, "val", S::Plain(B::LeadingNumber)),
    (PURE, "val", S::Plain(B::ToInt)),
    (VB | XOJO, "cdbl", S::Plain(B::ParseFloat)),
    (PURE, "vald", S::Plain(B::ToFloat)),
    (AUTO, "number", S::Plain(B::ToInt)),
    (VB, "int", S::Plain(B::Floor)),
    (AUTO | PURE | FOX, "int", S::Plain(B::ToInt)),
    (POWER, "integer", S::Plain(B::ToInt)),
    (POWER, "long", S::Plain(B::ToInt)),
    (POWER, "double", S::Plain(B::ToFloat)),
    (NET, "integer.parse", S::Plain(B::ParseInt)),
    (NET | XOJO, "integer.fromstring", S::Plain(B::ParseInt)),
    (NET, "int32.parse", S::Plain(B::ParseInt)),
    (NET, "long.parse", S::Plain(B::ParseInt)),
    (NET, "convert.toint32", S::Plain(B::ToInt)),
    (NET, "convert.toint64", S::Plain(B::ToInt)),
    (NET, "double.parse", S::Plain(B::ParseFloat)),
    (NET, "convert.todouble", S::Plain(B::ToFloat)),
    (PURE, "bool", S::Same),
    (FOX, "vartype", S::Kind),
    (FOX, "type", S::Kind),
    (FOX, "strtofile", S::TextToFile),
    (VB | FOX | XOJO | PURE, "ltrim", S::Plain(B::Trim)),
    (VB | FOX | XOJO | PURE, "rtrim", S::Plain(B::Trim)),
    (PURE, "openconsole", S::True),
    // Numbers.
    (ALL, "abs", S::Plain(B::Abs)),
    (VB | XOJO | FOX | AUTO | PURE | POWER, "round", S::Plain(B::Round)),
    (NET, "math.abs", S::Plain(B::Abs)),
    (NET, "math.min", S::Plain(B::Min)),
    (NET, "math.max", S::Plain(B::Max)),
    (NET, "math.round", S::Plain(B::Round)),
    (FOX | POWER | XOJO, "min", S::Plain(B::Min)),
    (FOX | POWER | XOJO, "max", S::Plain(B::Max)),
    (AUTO, "_min", S::Plain(B::Min)),
    (AUTO, "_max", S::Plain(B::Max)),
    // Lists.
    (VB | XOJO, "array", S::List),
    (VB | XOJO, "ubound", S::LastIndex),
    (AUTO, "ubound", S::Plain(B::Length)),
    (POWER, "upperbound", S::Plain(B::Length)),
    (FOX, "alen", S::Plain(B::Length)),
    (PURE, "arraysize", S::LastIndex),
    (PURE, "listsize", S::Plain(B::Length)),
    // Tests.
    (VB | POWER | FOX, "isnull", S::IsNull),
    (VB, "isempty", S::IsNull),
    (NET, "isnothing", S::IsNull),
    (VB | AUTO, "isobject", S::IsObject),
    (AUTO, "isobj", S::IsObject),
    (POWER, "isvalid", S::IsObject),
    (VB6 | VBS | FOX | NET, "iif", S::Choice),
    // The system.
    (VB, "environ", S::Plain(B::Env)),
    (NET, "environment.getenvironmentvariable", S::Plain(B::Env)),
    (NET, "system.environment.getenvironmentvariable", S::Plain(B::Env)),
    (FOX, "getenv", S::Plain(B::Env)),
    (AUTO, "envget", S::Plain(B::Env)),
    (PURE, "getenvironmentvariable", S::Plain(B::Env)),
    (XOJO, "system.environmentvariable", S::Plain(B::Env)),
    (VB6 | VBS, "createobject", S::Object),
    (NET, "createobject", S::Object),
    (VBS, "server.createobject", S::Object),
    (VBS, "wscript.createobject", S::Object),
    (FOX, "createobject", S::Object),
    (FOX, "createobjectex", S::Object),
    (FOX, "newobject", S::Object),
    (AUTO, "objcreate", S::Object),
    (VBS, "server.htmlencode", S::Same),
    (VBS, "wscript.arguments.count", S::Plain(B::ArgCount)),
    (VBS, "wscript.arguments", S::Arg(0)),
    (VBS, "wscript.arguments.item", S::Arg(0)),
    (VBS, "err.description", S::Plain(B::Message)),
    (VB6 | NET, "err.description", S::Plain(B::Message)),
    (NET, "file.readalltext", S::Plain(B::ReadFile)),
    (NET, "io.file.readalltext", S::Plain(B::ReadFile)),
    (NET, "system.io.file.readalltext", S::Plain(B::ReadFile)),
    (NET, "file.writealltext", S::Plain(B::WriteFile)),
    (NET, "io.file.writealltext", S::Plain(B::WriteFile)),
    (NET, "file.exists", S::Plain(B::FileExists)),
    (NET, "io.file.exists", S::Plain(B::FileExists)),
    (FOX, "filetostr", S::Plain(B::ReadFile)),
    (FOX, "file", S::Plain(B::FileExists)),
    (AUTO, "fileread", S::Plain(B::ReadFile)),
    (AUTO | POWER, "fileexists", S::Plain(B::FileExists)),
    (VB, "thread.sleep", S::Plain(B::Sleep)),
    (NET, "threading.thread.sleep", S::Plain(B::Sleep)),
    (NET, "system.threading.thread.sleep", S::Plain(B::Sleep)),
    (VBS, "wscript.sleep", S::Plain(B::Sleep)),
    (VB6 | AUTO | FOX, "sleep", S::Plain(B::Sleep)),
    (PURE, "delay", S::Plain(B::Sleep)),
    (XOJO, "app.sleepcurrentthread", S::Plain(B::Sleep)),
    (XOJO, "thread.sleepcurrent", S::Plain(B::Sleep)),
    (POWER, "sleep", S::SleepSeconds),
    // Constants.
    (VB | XOJO, "vbcrlf", S::Constant("\r\n")),
    (VB, "vbnewline", S::Constant("\r\n")),
    (VB, "vblf", S::Constant("\n")),
    (VB, "vbcr", S::Constant("\r")),
    (VB, "vbtab", S::Constant("\t")),
    (VB, "vbnullstring", S::Constant("")),
    (NET, "environment.newline", S::Constant("\n")),
    (NET, "controlchars.crlf", S::Constant("\r\n")),
    (NET, "controlchars.newline", S::Constant("\r\n")),
    (NET, "controlchars.tab", S::Constant("\t")),
    (NET, "controlchars.quote", S::Constant("\"")),
    (NET, "string.empty", S::Constant("")),
    (XOJO, "endofline", S::Constant("\n")),
    (XOJO, "endofline.windows", S::Constant("\r\n")),
    (XOJO, "endofline.unix", S::Constant("\n")),
];

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
        S::Width if count > 1 => {
            let (number, width) = (next(), next());
            match count {
                2 => builtin(B::PadLeft, vec![number, width]),
                _ => builtin(B::PadLeft, vec![builtin(B::Fixed, vec![number, next()]), width]),
            }
        }
        S::Width => builtin(B::ToText, vec![next()]),
        S::Space => builtin(B::Repeat, vec![Expr::Text(" ".to_owned()), next()]),
        _ => return Err(too_few()),
    })
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
