//! Methods and properties of objects: those of texts, lists and maps are functions of the tree.

use super::{Called, Reader};
use crate::language::Language;
use crate::read::shared::{build, texts};
use crate::tree::{BinaryOp, Builtin, Expr, Hint, StmtKind, Target};

/// Methods that are a function of the tree with the same arguments: name, number of arguments.
const SAME: &[(&str, usize, Builtin)] = &[
    ("ToUpper", 0, Builtin::Upper),
    ("ToUpperInvariant", 0, Builtin::Upper),
    ("toUpperCase", 0, Builtin::Upper),
    ("ToLower", 0, Builtin::Lower),
    ("ToLowerInvariant", 0, Builtin::Lower),
    ("toLowerCase", 0, Builtin::Lower),
    ("Trim", 0, Builtin::Trim),
    ("trim", 0, Builtin::Trim),
    ("strip", 0, Builtin::Trim),
    ("Contains", 1, Builtin::Contains),
    ("contains", 1, Builtin::Contains),
    ("StartsWith", 1, Builtin::StartsWith),
    ("startsWith", 1, Builtin::StartsWith),
    ("starts_with", 1, Builtin::StartsWith),
    ("EndsWith", 1, Builtin::EndsWith),
    ("endsWith", 1, Builtin::EndsWith),
    ("ends_with", 1, Builtin::EndsWith),
    ("IndexOf", 1, Builtin::IndexOf),
    ("indexOf", 1, Builtin::IndexOf),
    ("Substring", 1, Builtin::Substring),
    ("Substring", 2, Builtin::Substring),
    ("substring", 1, Builtin::Substring),
    ("substr", 1, Builtin::Substring),
    ("substr", 2, Builtin::Substring),
    ("Replace", 2, Builtin::Replace),
    ("repeat", 1, Builtin::Repeat),
    ("length", 0, Builtin::Length),
    ("size", 0, Builtin::Length),
    ("Count", 0, Builtin::Length),
    ("Add", 1, Builtin::Push),
    ("add", 1, Builtin::Push),
    ("push_back", 1, Builtin::Push),
    ("emplace_back", 1, Builtin::Push),
    ("ContainsKey", 1, Builtin::HasKey),
    ("containsKey", 1, Builtin::HasKey),
    ("keySet", 0, Builtin::Keys),
];

/// Methods that return their object.
const IDENTITY: &[&str] = &[
    "c_str",
    "data",
    "str",
    "String",
    "getString",
    "getUtf8",
    "getAnsi",
    "getUnicode",
    "getStringUtf8",
    "get",
    "ToArray",
    "ToList",
    "intern",
    "ConfigureAwait",
    "AsReadOnly",
    "orElseThrow",
];

/// Methods with which a program ends the use of an object.
const DISPOSE: &[&str] = &["Dispose", "delete", "dispose", "release", "Release"];

impl Reader {
    pub(in crate::read) fn method(&mut self, object: Expr, name: &str, args: Vec<Expr>) -> Called {
        if let Some(part) = self.entry_part(&object, name) {
            return Called::Value(part);
        }
        let hint = self.hint_of(&object);
        if let Expr::Var(variable) = &object {
            let is_dispose = DISPOSE.contains(&name)
                || self.language == Language::Go && name.starts_with("Dispose");
            if is_dispose && args.is_empty() {
                return Called::Do(vec![StmtKind::Dispose(variable.clone())]);
            }
            if self.exceptions.contains(variable) && name == "printStackTrace" {
                let value = build::builtin(Builtin::Message, vec![object]);
                return Called::Do(vec![StmtKind::Print { value, newline: true, to_stderr: true }]);
            }
            if self.exceptions.contains(variable)
                && matches!(
                    name,
                    "getMessage"
                        | "what"
                        | "Error"
                        | "toString"
                        | "ToString"
                        | "getLocalizedMessage"
                )
            {
                return Called::Value(build::builtin(Builtin::Message, vec![object]));
            }
        }
        if matches!(hint, Hint::Object(_)) {
            return self.chilkat(object, name, args);
        }
        if let (Language::CSharp, "AppendText", Expr::Var(variable), [value]) =
            (self.language, name, &object, &*args)
        {
            if !self.hints.contains_key(variable) {
                // A control of a form.
                return Called::Do(vec![texts::print_text(self.shown(value.clone()), false)]);
            }
        }
        if let Some(called) = self.changed(&object, &hint, name, &args) {
            return called;
        }
        if let (Hint::Map(item), "TryGetValue", [key, Expr::Var(found)]) = (&hint, name, &*args) {
            let zero = match **item {
                Hint::Int => Expr::Int(0),
                Hint::Bool => Expr::Bool(false),
                Hint::Text => build::text(""),
                _ => Expr::Null,
            };
            let has = build::builtin(Builtin::HasKey, vec![object.clone(), key.clone()]);
            let value = build::choice(has.clone(), build::index(object, key.clone()), zero);
            self.hints.insert(found.clone(), (**item).clone());
            self.before.push(build::assign(found, value));
            return Called::Value(has);
        }
        match self.builtin(&object, &hint, name, &args) {
            Some(value) => Called::Value(value),
            None => match hint {
                Hint::Unknown => self.chilkat(object, name, args),
                _ => Called::Value(Expr::Unported {
                    source: name.to_owned(),
                    reason: format!("the method {name} is not ported"),
                }),
            },
        }
    }

    /// Returns the call of a method of Chilkat's. Where it fills a `CkString`, it becomes an assignment.
    pub(in crate::read) fn chilkat(
        &mut self,
        object: Expr,
        name: &str,
        mut args: Vec<Expr>,
    ) -> Called {
        let filled = match args.last() {
            Some(Expr::Var(name)) if self.fills && self.outs.contains(name) => name.clone(),
            _ => return Called::Value(build::method(object, name, args)),
        };
        args.pop();
        let value = build::method(object.clone(), name, args);
        self.before.push(build::assign(&filled, value));
        Called::Value(build::method(object, "get_LastMethodSuccess", Vec::new()))
    }

    /// Returns the statements of a method that changes its object.
    fn changed(&self, object: &Expr, hint: &Hint, name: &str, args: &[Expr]) -> Option<Called> {
        let Expr::Var(variable) = object else {
            return match (name, args) {
                ("put", [key, value]) => Some(set_item(object, key, value)),
                _ => None,
            };
        };
        let set = |value| Some(Called::Do(vec![build::assign(variable, value)]));
        match (hint, name, args) {
            (
                Hint::Text,
                "WriteString" | "WriteByte" | "WriteRune" | "Append" | "append" | "push_back"
                | "appendU" | "appendC",
                [value],
            ) => Some(Called::Do(vec![self.appended(variable, value.clone())])),
            (Hint::Text, "AppendLine", []) => {
                Some(Called::Do(vec![self.appended(variable, build::text("\n"))]))
            }
            (Hint::Text, "AppendLine", [value]) => {
                let value = self.concatenation(vec![value.clone(), build::text("\n")]);
                Some(Called::Do(vec![self.appended(variable, value)]))
            }
            (Hint::Text, "setString" | "setStringUtf8" | "assign", [value]) => set(value.clone()),
            (Hint::Text, "Clear" | "clear" | "Reset", []) => set(build::text("")),
            (Hint::Text, "str", [value]) => set(value.clone()),
            (Hint::List(_), "Clear" | "clear", []) => set(Expr::List(Vec::new())),
            (Hint::Map(_), "Clear" | "clear", []) => set(Expr::Map(Vec::new())),
            (Hint::Map(_), "Add" | "add" | "TryAdd", [key, value])
            | (Hint::List(_), "set", [key, value])
            | (_, "put", [key, value]) => Some(set_item(object, key, value)),
            (Hint::List(_) | Hint::Unknown, "AddRange" | "addAll", _) => None,
            _ => None,
        }
    }

    fn builtin(&self, object: &Expr, hint: &Hint, name: &str, args: &[Expr]) -> Option<Expr> {
        let is_map = matches!(hint, Hint::Map(_));
        let object = || object.clone();
        let with = |function, extra: &[Expr]| {
            let mut all = vec![object()];
            all.extend_from_slice(extra);
            build::builtin(function, all)
        };
        if is_map && name == "contains" {
            return Some(with(Builtin::HasKey, args));
        }
        let same = SAME.iter().find(|row| row.0 == name && row.1 == args.len());
        // Chilkat's classes have methods of these names, and the class is not known here.
        let is_unsure = *hint == Hint::Unknown && matches!(name, "Add" | "Replace" | "IndexOf");
        if let Some((_, _, function)) = same.filter(|_| !is_unsure) {
            return Some(with(*function, args));
        }
        let value = match (name, args) {
            ("substring", [start, end]) => {
                with(Builtin::Substring, &[start.clone(), difference(end.clone(), start)])
            }
            ("replace", [_, _]) if self.language == Language::Java => with(Builtin::Replace, args),
            ("replaceAll", [Expr::Text(pattern), _]) if is_plain(pattern) => {
                with(Builtin::Replace, args)
            }
            ("Split" | "split", [separator, ..]) => {
                with(Builtin::Split, &[self.separator(separator)?])
            }
            ("find", [_]) if *hint == Hint::Text => with(Builtin::IndexOf, args),
            ("compare", [other]) if *hint == Hint::Text => comparison(object(), other.clone()),
            ("Equals" | "equals" | "contentEquals", [other]) => {
                build::binary(BinaryOp::Eq, object(), other.clone())
            }
            (_, [other, Expr::Var(how)]) if how.starts_with("StringComparison.") => {
                let lower = |value: Expr| match how.ends_with("IgnoreCase") {
                    true => build::builtin(Builtin::Lower, vec![value]),
                    false => value,
                };
                return self.builtin(&lower(object()), hint, name, &[lower(other.clone())]);
            }
            ("equalsIgnoreCase", [other]) => {
                let lower = |value| build::builtin(Builtin::Lower, vec![value]);
                build::binary(BinaryOp::Eq, lower(object()), lower(other.clone()))
            }
            ("isEmpty" | "empty" | "IsEmpty", []) => {
                build::binary(BinaryOp::Eq, with(Builtin::Length, &[]), Expr::Int(0))
            }
            ("Any", []) => build::binary(BinaryOp::Gt, with(Builtin::Length, &[]), Expr::Int(0)),
            ("forEach" | "ForEach", [Expr::Lambda { .. }]) => {
                build::method(object(), name, args.to_vec())
            }
            ("entrySet", []) if is_map => build::method(object(), name, Vec::new()),
            ("isBlank", []) => {
                build::binary(BinaryOp::Eq, with(Builtin::Trim, &[]), build::text(""))
            }
            ("ToString" | "toString" | "intValue", []) => match hint {
                Hint::Text => object(),
                _ => with(Builtin::ToText, &[]),
            },
            ("ToString", [Expr::Text(format)]) => format_number(object(), format, "")?,
            ("count", [_]) if is_map => {
                build::choice(with(Builtin::HasKey, args), Expr::Int(1), Expr::Int(0))
            }
            ("get" | "at" | "charAt" | "elementAt" | "ElementAt", [position]) => {
                build::index(object(), position.clone())
            }
            ("getOrDefault" | "GetValueOrDefault", [key, default]) => build::choice(
                with(Builtin::HasKey, std::slice::from_ref(key)),
                build::index(object(), key.clone()),
                default.clone(),
            ),
            ("concat", [other]) => texts::concat(vec![object(), other.clone()]),
            ("PadLeft" | "PadRight", [width, rest @ ..]) => {
                let fill = rest.first().cloned().unwrap_or_else(|| build::text(" "));
                let is_left = name == "PadLeft";
                let function = if is_left { Builtin::PadLeft } else { Builtin::PadRight };
                with(function, &[width.clone(), fill])
            }
            (_, []) if IDENTITY.contains(&name) && *hint != Hint::Unknown => object(),
            (_, []) if matches!(name, "c_str" | "getString" | "getUtf8" | "ToArray" | "ToList") => {
                object()
            }
            _ => return None,
        };
        Some(value)
    }

    /// Returns the text at which a text is split. Java's is a pattern.
    fn separator(&self, separator: &Expr) -> Option<Expr> {
        match separator {
            Expr::List(items) if items.len() == 1 => items.first().cloned(),
            Expr::Text(text) if self.language == Language::Java => {
                let plain = text.strip_prefix('\\').unwrap_or(text);
                (is_plain(text) || plain.len() == 1 && !plain.chars().all(char::is_alphanumeric))
                    .then(|| build::text(plain))
            }
            Expr::Text(_) | Expr::Var(_) => Some(separator.clone()),
            _ => None,
        }
    }

    /// Returns the key or the value of an entry of a map.
    fn entry_part(&self, object: &Expr, name: &str) -> Option<Expr> {
        let Expr::Var(variable) = object else { return None };
        let map = self.entries.get(variable)?;
        match name {
            "Key" | "getKey" | "first" => Some(object.clone()),
            "Value" | "getValue" | "second" => Some(build::index(map.clone(), object.clone())),
            _ => None,
        }
    }

    /// Returns a property of an object.
    pub(super) fn property(&mut self, object: Expr, name: &str) -> Expr {
        if let Some(part) = self.entry_part(&object, name) {
            return part;
        }
        let hint = self.hint_of(&object);
        if let Expr::Var(variable) = &object {
            if self.exceptions.contains(variable) && name == "Message" {
                return build::builtin(Builtin::Message, vec![object]);
            }
            let counts = matches!(name, "Length" | "length" | "Count");
            if self.args.as_ref() == Some(variable) && counts {
                return build::builtin(Builtin::ArgCount, Vec::new());
            }
        }
        match (name, hint) {
            (_, Hint::Object(_)) => build::property(object, name),
            ("Length" | "length", _) | ("Count", Hint::List(_) | Hint::Map(_) | Hint::Unknown) => {
                build::builtin(Builtin::Length, vec![object])
            }
            ("Keys", Hint::Map(_)) => build::builtin(Builtin::Keys, vec![object]),
            ("Value", Hint::Int | Hint::Bool | Hint::Float) => object,
            _ => build::property(object, name),
        }
    }
}

fn set_item(object: &Expr, key: &Expr, value: &Expr) -> Called {
    let target = Target::Index { object: object.clone(), index: key.clone() };
    Called::Do(vec![StmtKind::Assign { target, value: value.clone() }])
}

/// Returns what `strcmp` returns, as far as it says whether texts are equal.
pub(in crate::read) fn comparison(left: Expr, right: Expr) -> Expr {
    build::choice(build::binary(BinaryOp::Eq, left, right), Expr::Int(0), Expr::Int(1))
}

/// Returns the difference of two numbers.
pub(super) fn difference(end: Expr, start: &Expr) -> Expr {
    match (&end, start) {
        (_, Expr::Int(0)) => end,
        (Expr::Int(end), Expr::Int(start)) => Expr::Int(end.saturating_sub(*start)),
        _ => build::binary(BinaryOp::Sub, end, start.clone()),
    }
}

/// Returns whether a pattern is only a text.
fn is_plain(pattern: &str) -> bool {
    !pattern.is_empty() && !pattern.contains(|c: char| "\\.[]{}()*+-?^$|".contains(c))
}

/// Returns a value in a format of C#: `F2`, `D3`, `0.00`; `width` as in `{x,5}`.
pub(in crate::read) fn format_number(value: Expr, format: &str, width: &str) -> Option<Expr> {
    let digits = |rest: &str| if rest.is_empty() { Some(2) } else { rest.parse::<i64>().ok() };
    let value = match format.as_bytes().first() {
        None | Some(b'G' | b'g') => value,
        Some(b'F' | b'f') => {
            build::builtin(Builtin::Fixed, vec![value, Expr::Int(digits(format.get(1..)?)?)])
        }
        Some(b'D' | b'd') => {
            let width = Expr::Int(format.get(1..)?.parse().ok()?);
            build::builtin(Builtin::PadLeft, vec![value, width, build::text("0")])
        }
        Some(b'0') if format.bytes().all(|byte| byte == b'0') => {
            let width = Expr::Int(i64::try_from(format.len()).ok()?);
            build::builtin(Builtin::PadLeft, vec![value, width, build::text("0")])
        }
        Some(b'0') => {
            let decimals =
                format.strip_prefix("0.").filter(|rest| rest.bytes().all(|b| b == b'0'))?;
            let decimals = Expr::Int(i64::try_from(decimals.len()).ok()?);
            build::builtin(Builtin::Fixed, vec![value, decimals])
        }
        _ => return None,
    };
    if width.is_empty() {
        return Some(value);
    }
    let width: i64 = width.parse().ok()?;
    let function = if width < 0 { Builtin::PadRight } else { Builtin::PadLeft };
    Some(build::builtin(function, vec![value, Expr::Int(width.saturating_abs()), build::text(" ")]))
}
