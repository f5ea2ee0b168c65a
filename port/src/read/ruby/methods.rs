//! Methods that Ruby's own values have.

use crate::read::shared::build::{binary, builtin, choice, from_end, index, method, minus, text};
use crate::tree::{BinaryOp, Builtin, Expr};

/// Returns what a method of Ruby's own does. Other methods are members of objects.
pub(crate) fn ruby_method(object: Expr, name: &str, mut args: Vec<Expr>) -> Result<Expr, String> {
    let count = args.len();
    let with = |function, object, args: Vec<Expr>| {
        let mut all = vec![object];
        all.extend(args);
        Ok(builtin(function, all))
    };
    let simple = match (name, count) {
        ("to_s" | "to_str" | "inspect", 0) => Builtin::ToText,
        ("to_i" | "to_int", 0) => Builtin::ToInt,
        ("to_f", 0) => Builtin::ToFloat,
        ("length" | "size" | "count", 0) => Builtin::Length,
        ("upcase", 0) => Builtin::Upper,
        ("downcase", 0) => Builtin::Lower,
        ("strip" | "chomp" | "lstrip" | "rstrip", 0) => Builtin::Trim,
        ("include?" | "member?", 1) => Builtin::Contains,
        ("start_with?", 1) => Builtin::StartsWith,
        ("end_with?", 1) => Builtin::EndsWith,
        ("index", 1) => Builtin::IndexOf,
        ("gsub" | "tr", 2) => Builtin::Replace,
        ("split", 1) => Builtin::Split,
        ("join", 1) => Builtin::Join,
        ("push" | "append", 1) => Builtin::Push,
        ("key?" | "has_key?", 1) => Builtin::HasKey,
        ("keys", 0) => Builtin::Keys,
        ("abs", 0) => Builtin::Abs,
        ("round", 0) => Builtin::Round,
        ("chr", 0) => Builtin::Char,
        ("ord", 0) => Builtin::CharCode,
        _ => return other_method(object, name, args),
    };
    if args.iter().any(|arg| matches!(arg, Expr::Unported { .. })) {
        return Err("a regular expression is not ported".to_owned());
    }
    if name == "tr"
        && !args.iter().all(|arg| matches!(arg, Expr::Text(t) if t.chars().count() == 1))
    {
        return Err("`tr` with several characters is not ported".to_owned());
    }
    with(simple, object, std::mem::take(&mut args))
}

pub(crate) fn other_method(object: Expr, name: &str, mut args: Vec<Expr>) -> Result<Expr, String> {
    let zero = || Expr::Int(0);
    let length = |object| builtin(Builtin::Length, vec![object]);
    let count = args.len();
    Ok(match (name, count) {
        ("nil?", 0) => binary(BinaryOp::Eq, object, Expr::Null),
        ("empty?" | "none?", 0) => binary(BinaryOp::Eq, length(object), zero()),
        ("any?", 0) => binary(BinaryOp::Gt, length(object), zero()),
        ("zero?", 0) => binary(BinaryOp::Eq, object, zero()),
        ("positive?", 0) => binary(BinaryOp::Gt, object, zero()),
        ("negative?", 0) => binary(BinaryOp::Lt, object, zero()),
        ("even?" | "odd?", 0) => {
            let rest = binary(BinaryOp::Rem, object, Expr::Int(2));
            let op = if name == "even?" { BinaryOp::Eq } else { BinaryOp::Ne };
            binary(op, rest, zero())
        }
        ("between?", 2) => {
            let high = args.remove(1);
            let low = binary(BinaryOp::Ge, object.clone(), args.remove(0));
            binary(BinaryOp::And, low, binary(BinaryOp::Le, object, high))
        }
        ("to_a" | "to_ary" | "to_sym" | "freeze" | "dup" | "clone" | "itself" | "flush", 0) => {
            object
        }
        ("encode" | "force_encoding" | "unicode_normalize", _) => object,
        ("first", 0) => index(object, zero()),
        ("last", 0) => from_end(object, Expr::Int(-1)),
        ("at", 1) => from_end(object, args.remove(0)),
        ("fetch" | "dig", 1) => index(object, args.remove(0)),
        ("fetch", 2) => {
            let default = args.remove(1);
            let key = args.remove(0);
            let has = builtin(Builtin::HasKey, vec![object.clone(), key.clone()]);
            choice(has, index(object, key), default)
        }
        ("split", 0) => builtin(Builtin::Split, vec![object, text(" ")]),
        ("lines", 0) => builtin(Builtin::Split, vec![object, text("\n")]),
        ("join", 0) => builtin(Builtin::Join, vec![object, text("")]),
        ("delete", 1) => builtin(Builtin::Replace, vec![object, args.remove(0), text("")]),
        ("concat", 1) => binary(BinaryOp::Add, object, args.remove(0)),
        ("min" | "max", 0) if matches!(&object, Expr::List(items) if items.len() == 2) => {
            let Expr::List(items) = object else { return Err(String::new()) };
            builtin(if name == "min" { Builtin::Min } else { Builtin::Max }, items)
        }
        ("round", 1) => builtin(Builtin::Fixed, vec![object, args.remove(0)]),
        ("ljust" | "rjust", 1 | 2) => {
            if count == 1 {
                args.push(text(" "));
            }
            let function = if name == "ljust" { Builtin::PadRight } else { Builtin::PadLeft };
            args.insert(0, object);
            builtin(function, args)
        }
        ("slice", 2) => {
            args.insert(0, object);
            builtin(Builtin::Substring, args)
        }
        ("succ" | "next", 0) => binary(BinaryOp::Add, object, Expr::Int(1)),
        ("pred", 0) => binary(BinaryOp::Sub, object, Expr::Int(1)),
        ("-@", 0) => minus(object),
        (
            "map" | "select" | "each" | "sum" | "sort" | "uniq" | "compact" | "reverse" | "flatten"
            | "capitalize" | "match" | "match?" | "scan" | "sub" | "gsub" | "send" | "public_send"
            | "respond_to?" | "class" | "is_a?" | "tap" | "then" | "to_json" | "strftime"
            | "values" | "merge" | "sort_by" | "zip" | "reduce" | "inject" | "backtrace" | "pop"
            | "shift" | "unshift" | "insert" | "clear" | "call" | "to_h" | "sample" | "shuffle"
            | "min" | "max",
            _,
        ) => return Err(format!("Ruby's `{name}` is not ported")),
        _ => method(object, name, args),
    })
}
