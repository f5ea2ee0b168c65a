//! Library of C++.

use super::{Called, Reader};
use crate::read::shared::build::{builtin, text};
use crate::tree::{Builtin, Expr};

/// Functions with the same arguments in the tree.
const SAME: &[(&str, usize, Builtin)] = &[
    ("to_string", 1, Builtin::ToText),
    ("to_wstring", 1, Builtin::ToText),
    ("stoi", 1, Builtin::ParseInt),
    ("stol", 1, Builtin::ParseInt),
    ("stoll", 1, Builtin::ParseInt),
    ("stoul", 1, Builtin::ParseInt),
    ("stod", 1, Builtin::ParseFloat),
    ("abs", 1, Builtin::Abs),
    ("min", 2, Builtin::Min),
    ("max", 2, Builtin::Max),
    ("round", 1, Builtin::Round),
];

/// Returns what a function of the library is. `None` if it is not known.
pub(super) fn library(_reader: &mut Reader, path: &str, args: &[Expr]) -> Option<Called> {
    if let Some((_, _, function)) = SAME.iter().find(|row| row.0 == path && row.1 == args.len()) {
        return Some(Called::Value(builtin(*function, args.to_vec())));
    }
    let value = match (path, args) {
        ("string" | "wstring" | "std::string", []) => text(""),
        ("string" | "wstring" | "move" | "size", [value]) => value.clone(),
        ("int" | "long" | "size_t", [value]) => builtin(Builtin::ToInt, vec![value.clone()]),
        ("sleep_for" | "std::this_thread::sleep_for", [time]) => {
            builtin(Builtin::Sleep, vec![time.clone()])
        }
        ("chrono::milliseconds", [value]) => value.clone(),
        ("chrono::seconds", [value]) => crate::read::shared::texts::milliseconds(value.clone()),
        ("runtime_error" | "logic_error" | "invalid_argument", [message]) => message.clone(),
        _ => return None,
    };
    Some(Called::Value(value))
}

/// Returns a constant of the library.
pub(super) fn constant(path: &str) -> Option<Expr> {
    match path {
        "string::npos" | "wstring::npos" => Some(Expr::Int(-1)),
        _ => None,
    }
}
