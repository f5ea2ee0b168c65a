//! Objects of the languages and their members.

use super::builtins::{builtin, minus};
use super::dialect::{AUTO, FOX, Mask, NET, POWER, VB6, VBS, XOJO};
use super::expr::Parsed;
use super::scope::{Scope, Special};
use super::values::{compare, join};
use crate::names::class_name;
use crate::tree::{BinaryOp, Builtin, Expr};

use Builtin as B;

/// Languages, member, meaning. The object is the first argument.
const MEMBERS: &[(Mask, &str, Builtin)] = &[
    (NET | XOJO, "toupper", B::Upper),
    (NET | XOJO, "tolower", B::Lower),
    (NET, "toupperinvariant", B::Upper),
    (NET, "tolowerinvariant", B::Lower),
    (XOJO, "uppercase", B::Upper),
    (XOJO, "lowercase", B::Lower),
    (NET | XOJO, "trim", B::Trim),
    (NET | XOJO, "length", B::Length),
    (NET | XOJO | VB6 | VBS, "count", B::Length),
    (NET, "contains", B::Contains),
    (XOJO, "contains", B::Contains),
    (NET, "startswith", B::StartsWith),
    (NET, "endswith", B::EndsWith),
    (XOJO, "beginswith", B::StartsWith),
    (XOJO, "endswith", B::EndsWith),
    (NET, "indexof", B::IndexOf),
    (NET, "substring", B::Substring),
    (NET, "replace", B::Replace),
    (XOJO, "replaceall", B::Replace),
    (NET | XOJO, "split", B::Split),
    (NET | XOJO, "tostring", B::ToText),
    (XOJO, "totext", B::ToText),
    (XOJO, "tointeger", B::ToInt),
    (XOJO, "todouble", B::ToFloat),
    (NET, "containskey", B::HasKey),
    (VB6 | VBS, "exists", B::HasKey),
    (XOJO, "haskey", B::HasKey),
    (NET | XOJO, "message", B::Message),
    (FOX, "message", B::Message),
    (POWER, "getmessage", B::Message),
    (POWER, "text", B::Message),
    (NET, "add", B::Push),
    (XOJO, "add", B::Push),
    (XOJO, "append", B::Push),
    (XOJO, "addrow", B::Push),
    (VB6, "add", B::Push),
    (NET | VB6 | VBS | AUTO, "keys", B::Keys),
    (XOJO, "removeat", B::RemoveAt),
    (XOJO, "remove", B::RemoveAt),
    (NET, "removeat", B::RemoveAt),
];

/// The COM object that reads the environment.
pub(super) const SHELL: &str = "WScript.Shell";

/// Returns the object for a name of COM.
pub(super) fn object(name: Expr) -> Parsed {
    let Expr::Text(name) = name else {
        return Err("an object whose class is not a literal has no port".to_owned());
    };
    match class_name(&name) {
        Some(class) => Ok(Expr::New(class.to_owned())),
        None if name.eq_ignore_ascii_case(SHELL) => Ok(Expr::New(SHELL.to_owned())),
        None if name.eq_ignore_ascii_case("Scripting.Dictionary") => Ok(Expr::Map(Vec::new())),
        None => Err(format!("the COM object {name} has no port")),
    }
}

/// Returns the object that a variable gets which is not ported as a value, by its name in COM.
pub(super) fn special_object(name: &str) -> Option<Special> {
    match name.to_ascii_lowercase().as_str() {
        "wscript.shell" => Some(Special::Shell),
        "scripting.filesystemobject" => Some(Special::Files),
        _ => None,
    }
}

/// Returns what a member of a value is: one of Chilkat, or of the language.
pub(super) fn member(
    scope: &mut Scope,
    object: Expr,
    name: &str,
    args: Option<Vec<Expr>>,
) -> Parsed {
    let lower = name.to_lowercase();
    if lower == "controlinterface" {
        return Ok(object);
    }
    if let Some(value) = special_member(scope, &object, &lower, args.as_deref())? {
        return Ok(value);
    }
    if !scope.is_object(&object) {
        if scope.rules.is(XOJO) && (lower == "isempty" || lower == "ubound") {
            return Ok(match lower.as_str() {
                "isempty" => compare(BinaryOp::Eq, object, Expr::Text(String::new())),
                _ => minus(builtin(B::Length, vec![object]), 1),
            });
        }
        if lower == "lastindex" || lower == "getupperbound" {
            return Ok(minus(builtin(B::Length, vec![object]), 1));
        }
        if scope.rules.is(NET) && lower == "item" {
            if let Some(index) = args.as_deref().and_then(<[Expr]>::first) {
                let index = Box::new(index.clone());
                return Ok(Expr::Index { object: Box::new(object), index });
            }
        }
        let row = MEMBERS.iter().find(|row| row.1 == lower && scope.rules.is(row.0));
        if let Some((_, _, function)) = row {
            let mut all = vec![object];
            all.extend(args.unwrap_or_default());
            return Ok(plain_member(*function, all));
        }
        if matches!(object, Expr::Text(_) | Expr::Concat(_) | Expr::Builtin { .. }) {
            return Err(format!("the member {name} has no port"));
        }
    }
    let object = Box::new(object);
    Ok(match args {
        Some(args) => Expr::Method { object, name: name.to_owned(), args },
        None => Expr::Property { object, name: name.to_owned() },
    })
}

pub(super) fn plain_member(function: Builtin, mut args: Vec<Expr>) -> Expr {
    let most = match function {
        B::Replace | B::Substring => 3,
        B::Contains
        | B::StartsWith
        | B::EndsWith
        | B::IndexOf
        | B::Split
        | B::HasKey
        | B::Push
        | B::RemoveAt => 2,
        _ => 1,
    };
    args.truncate(most);
    builtin(function, args)
}

/// Returns the member of an object that only the language has.
pub(super) fn special_member(
    scope: &Scope,
    object: &Expr,
    name: &str,
    args: Option<&[Expr]>,
) -> Result<Option<Expr>, String> {
    let first = args.and_then(<[Expr]>::first).cloned();
    let Some(special) = scope.special(object) else {
        return Ok(None);
    };
    Ok(match (special, name, first) {
        (Special::Shell, "expandenvironmentstrings", Some(Expr::Text(text))) => Some(expand(&text)),
        (Special::Shell, "environment", Some(_)) => Some(object.clone()),
        (Special::Env | Special::Shell, "item", Some(name)) => Some(builtin(B::Env, vec![name])),
        (Special::Map, "item" | "value", Some(key)) => {
            Some(Expr::Index { object: Box::new(object.clone()), index: Box::new(key) })
        }
        (Special::Map, "add", Some(_)) => Some(Expr::Method {
            object: Box::new(object.clone()),
            name: "Add".to_owned(),
            args: args.unwrap_or_default().to_vec(),
        }),
        (Special::Shell | Special::Files | Special::Env, _, _) => {
            return Err(format!("the member {name} has no port"));
        }
        _ => None,
    })
}

/// `"%HOME%/x"`.
pub(super) fn expand(text: &str) -> Expr {
    let mut parts = Vec::new();
    for (at, part) in text.split('%').enumerate() {
        let literal = Expr::Text(part.to_owned());
        parts.push(if at % 2 == 0 { literal } else { builtin(B::Env, vec![literal]) });
    }
    join(parts)
}
