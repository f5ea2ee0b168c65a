//! Types and parameters.

use super::dialect::{AUTO, FOX, NET, POWER, PURE, VB, XOJO};
use super::expr::Parser;
use super::lexer::{Kind, Token};
use super::scope::Scope;
use crate::names::class_name;
use crate::tree::{Expr, Hint, Param};

/// Splits tokens at a sign outside of parentheses.
pub(super) fn split<'p, 's>(tokens: &'p [Token<'s>], sign: &str) -> Vec<&'p [Token<'s>]> {
    let mut parts = Vec::new();
    let mut depth = 0_i32;
    let mut from = 0;
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Sign {
            continue;
        }
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            text if text == sign && depth <= 0 => {
                parts.push(&tokens[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tokens[from..]);
    parts
}

/// Returns the position of a word or sign outside of parentheses.
pub(super) fn find(tokens: &[Token], what: &str) -> Option<usize> {
    let mut depth = 0_i32;
    tokens.iter().position(|token| {
        match token.text {
            "(" | "[" | "{" if token.kind == Kind::Sign => depth += 1,
            ")" | "]" | "}" if token.kind == Kind::Sign => depth -= 1,
            _ => {}
        }
        depth == 0 && (token.is(what) || token.is_word(what))
    })
}

/// Names of Chilkat's classes, which Visual Basic 6 and `Imports Chilkat` allow alone.
pub(super) const PLAIN_CLASSES: &[&str] =
    &["Http", "HttpRequest", "HttpResponse", "JsonObject", "JsonArray", "StringBuilder", "BinData"];

/// Returns the type that the tokens name.
pub(super) fn hint(tokens: &[Token]) -> Hint {
    let mut path = String::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        // `As New Chilkat.Http With {...}`
        if ["with", "from"].iter().any(|word| token.is_word(word)) && at > 0 {
            break;
        }
        if token.kind == Kind::Word || token.is(".") {
            path.push_str(token.text);
        } else if let Kind::Text(text) = &token.kind {
            path.push_str(text);
        } else {
            break;
        }
        at += 1;
    }
    let rest = tokens.get(at..).unwrap_or_default();
    let of = rest.iter().position(|token| token.is_word("of"));
    let is_list = of.is_none()
        && (rest.first().is_some_and(|t| t.is("[")) || rest.first().is_some_and(|t| t.is("(")));
    if let Some(of) = of {
        let inner = rest.get(of + 1..).unwrap_or_default();
        let item = split(inner, ",").pop().map(|item| {
            let end = item.iter().position(|token| token.is(")")).unwrap_or(item.len());
            named(&item[..end].iter().map(|token| token.text).collect::<String>())
        });
        let item = Box::new(item.unwrap_or_default());
        let lower = path.to_lowercase();
        return match lower.rsplit('.').next().unwrap_or_default() {
            "dictionary" | "sorteddictionary" => Hint::Map(item),
            _ => Hint::List(item),
        };
    }
    let hint = named(&path);
    if is_list { Hint::List(Box::new(hint)) } else { hint }
}

/// Returns the type of a name.
fn named(name: &str) -> Hint {
    if let Some(class) = class_name(name) {
        return Hint::Object(class.to_owned());
    }
    let lower = name.to_lowercase();
    match lower.rsplit('.').next().unwrap_or_default() {
        "string" | "char" | "character" | "text" | "s" => Hint::Text,
        "integer" | "long" | "int" | "int16" | "int32" | "int64" | "short" | "byte"
        | "uinteger" | "uint32" | "uint64" | "ulong" | "unsignedlong" | "unsignedinteger"
        | "longlong" | "i" | "l" | "q" | "w" | "b" | "a" | "c" | "u" => Hint::Int,
        "double" | "single" | "decimal" | "currency" | "float" | "real" | "numeric" | "number"
        | "dec" | "f" | "d" => Hint::Float,
        "boolean" | "bool" | "logical" => Hint::Bool,
        "void" => Hint::Nothing,
        "collection" | "arraylist" => Hint::List(Box::default()),
        "dictionary" | "hashtable" => Hint::Map(Box::default()),
        _ => match PLAIN_CLASSES.iter().find(|class| class.eq_ignore_ascii_case(name)) {
            Some(class) => Hint::Object((*class).to_owned()),
            None => Hint::Unknown,
        },
    }
}

/// Returns the value that a variable of a type has at first.
pub(super) fn default(hint: &Hint) -> Option<Expr> {
    match hint {
        Hint::Text => Some(Expr::Text(String::new())),
        Hint::Int => Some(Expr::Int(0)),
        Hint::Float => Some(Expr::Float("0.0".to_owned())),
        Hint::Bool => Some(Expr::Bool(false)),
        Hint::List(_) => Some(Expr::List(Vec::new())),
        Hint::Map(_) => Some(Expr::Map(Vec::new())),
        _ => None,
    }
}

/// Reads the parameters between the parentheses of a definition.
pub(super) fn params(scope: &mut Scope, tokens: &[Token]) -> Result<Vec<Param>, String> {
    let mut params = Vec::new();
    for part in split(tokens, ",") {
        if !part.is_empty() {
            params.push(param(scope, part)?);
        }
    }
    Ok(params)
}

fn param(scope: &mut Scope, tokens: &[Token]) -> Result<Param, String> {
    let rules = scope.rules;
    let mut tokens = tokens;
    let (mut by_ref, mut is_list) = (false, false);
    let words: &[&str] = &[
        "byval",
        "byref",
        "optional",
        "paramarray",
        "const",
        "ref",
        "readonly",
        "value",
        "list",
        "array",
        "map",
        "assigns",
        "extends",
    ];
    while let Some(word) = tokens
        .first()
        .filter(|_| tokens.len() > 1)
        .and_then(|token| words.iter().find(|word| token.is_word(word)))
    {
        is_list |= ["paramarray"].contains(word);
        by_ref |= ["byref", "ref", "list", "array", "map"].contains(word);
        tokens = &tokens[1..];
    }
    let default = match find(tokens, "=") {
        Some(at) => {
            let value = Parser::new(&tokens[at + 1..], scope).whole()?;
            tokens = &tokens[..at];
            Some(value)
        }
        None => None,
    };
    let (name, hint) = if rules.is(POWER) {
        // The type precedes the name.
        let at = tokens.iter().rposition(|token| token.kind == Kind::Word).unwrap_or(0);
        let hint = hint(&tokens[..at]);
        let is_list = tokens.get(at + 1).is_some_and(|token| token.is("["));
        let hint = if is_list { Hint::List(Box::new(hint)) } else { hint };
        (tokens.get(at), hint)
    } else if rules.is(PURE) {
        let hint = tokens.get(2).filter(|_| tokens[1].is(".")).map(|_| hint(&tokens[2..3]));
        let hint = hint.unwrap_or(Hint::Unknown);
        let is_list = tokens.last().is_some_and(|token| token.is(")"));
        (tokens.first(), if is_list { Hint::List(Box::new(hint)) } else { hint })
    } else {
        let as_at = find(tokens, "as").filter(|_| rules.is(VB | XOJO | FOX));
        let hint = as_at.map(|at| hint(&tokens[at + 1..])).unwrap_or_default();
        let is_list = tokens.get(1).is_some_and(|token| token.is("(") || token.is("["));
        (tokens.first(), if is_list { Hint::List(Box::new(hint)) } else { hint })
    };
    let hint = if is_list { Hint::List(Box::new(hint)) } else { hint };
    let name = name.map(|token| token.text).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| "a parameter has no name".to_owned())?;
    // Visual Basic 6 passes by reference unless it is said; so do its programs without meaning it.
    let by_ref = by_ref && rules.is(NET | VB | XOJO | AUTO | PURE | POWER);
    let name = scope.name(name);
    scope.declare(&name, hint.clone());
    Ok(Param { name, hint, default, by_ref })
}
