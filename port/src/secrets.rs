//! Secrets in the literals of a script: they become variables of the environment.
//!
//! [`Call::hide_secrets`] decides what is a secret, and its name, from the place where the script puts the literal.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use zoomkat::{Call, HttpRequest};

use crate::masked_lines::masked_line;
use crate::tree::{BinaryOp, Block, Builtin, Expr, Stmt, StmtKind, Target};

/// Replaces each secret with a variable of the environment.
pub(crate) fn hide(script: &mut Block, text: &str) {
    let is_zoom = text.contains("zoom.us") || text.contains("zoomgov.com");
    let host = if is_zoom { "api.zoom.us" } else { "example.com" };
    let mut hider = Hider { host, ..Hider::default() };
    params_of(script, &mut hider.params);
    hider.block(script);
}

#[derive(Default)]
struct Hider {
    host: &'static str,
    /// The variable of each value, by the name that the value suggests and the value.
    names: BTreeMap<(String, String), String>,
    /// How many values have a name.
    counts: BTreeMap<String, usize>,
    /// The names of the params of the script's functions.
    params: BTreeMap<String, Vec<String>>,
}

/// Collects the names of the params of functions.
fn params_of(block: &mut Block, params: &mut BTreeMap<String, Vec<String>>) {
    for stmt in block {
        if let StmtKind::Function(function) = &stmt.kind {
            let names = function.params.iter().map(|param| param.name.clone()).collect();
            params.insert(function.name.clone(), names);
        }
        stmt.for_each_block(&mut |block| params_of(block, params));
    }
}

/// Masks the secrets in a comment.
fn mask(text: &mut String) {
    if let Cow::Owned(masked) = masked_line(text) {
        *text = masked;
    }
}

/// A place of a literal, which has a name there.
pub(crate) enum Place<'n> {
    Header(&'n str),
    Param(&'n str),
    /// A bearer token.
    Token,
    /// A URL or a text that may be one.
    Url,
    Json,
    /// `name=value&name=value`.
    Form,
}

impl Place<'_> {
    /// Returns the place of the last part of a value: a token stands behind its scheme.
    fn of_part(&self) -> Place<'_> {
        match self {
            Place::Header(name) if name.eq_ignore_ascii_case("Authorization") => Place::Token,
            Place::Header(name) => Place::Header(name),
            Place::Param(name) => Place::Param(name),
            Place::Token => Place::Token,
            Place::Url => Place::Url,
            Place::Json => Place::Json,
            Place::Form => Place::Form,
        }
    }
}

/// Whether a text is the body of a form.
fn is_form(text: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.~%[]".contains(c);
    let is_pair = |pair: &str| {
        pair.split_once('=').is_some_and(|(name, _)| !name.is_empty() && name.chars().all(is_name))
    };
    text.contains('=') && !text.contains([' ', '\n']) && text.split('&').all(is_pair)
}

impl Hider {
    fn block(&mut self, block: &mut Block) {
        for stmt in block {
            self.stmt(stmt);
            stmt.for_each_block(&mut |block| self.block(block));
        }
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        stmt.trailing.iter_mut().for_each(mask);
        match &mut stmt.kind {
            StmtKind::Comment(text) => mask(text),
            StmtKind::Declare { name, value: Some(value), .. } => self.value(name, value),
            StmtKind::Assign { target: Target::Var(name), value } => self.value(name, value),
            StmtKind::Assign { target: Target::Property { name, .. }, value } => {
                self.value(name, value)
            }
            StmtKind::Assign { target: Target::Index { index: Expr::Text(name), .. }, value } => {
                self.value(name, value);
            }
            StmtKind::Function(function) => {
                for param in &mut function.params {
                    if let Some(default) = &mut param.default {
                        self.value(&param.name, default);
                    }
                }
            }
            _ => {}
        }
        stmt.for_each_expr(&mut |expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Method { name, args, .. } => self.args(name, args),
            Expr::Call { name, args } => {
                if let Some(params) = self.params.get(name).cloned() {
                    params.iter().zip(args).for_each(|(param, arg)| self.value(param, arg));
                }
            }
            Expr::Map(pairs) => {
                for (key, value) in pairs {
                    if let Expr::Text(name) = key {
                        self.value(name, value);
                    }
                }
            }
            Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, left, right } => {
                match (&mut **left, &mut **right) {
                    (Expr::Var(name), value) | (value, Expr::Var(name)) => self.value(name, value),
                    _ => {}
                }
            }
            _ => {}
        }
        match expr {
            Expr::Text(_) => self.text(expr),
            _ => expr.for_each_child(&mut |child| self.expr(child)),
        }
    }

    /// A text without a name of its own.
    fn text(&mut self, expr: &mut Expr) {
        let Expr::Text(text) = &*expr else { return };
        let place = match text.trim_start().starts_with(['{', '[']) {
            true => Place::Json,
            false if text.contains("://") => Place::Url,
            false if is_form(text) => Place::Form,
            false => Place::Param("x"),
        };
        self.replace(&place, expr);
    }

    /// The arguments of a method that gives one of them a name by another.
    fn args(&mut self, method: &str, args: &mut [Expr]) {
        let (name, value, is_header) = match (method.to_ascii_lowercase().as_str(), args.len()) {
            ("addheader" | "setrequestheader" | "addquickheader", 2) => (0, 1, true),
            ("addparam" | "updatestring" | "appendstring" | "setstringof" | "addquickparam", 2) => {
                (0, 1, false)
            }
            ("addstringat", 3) => (1, 2, false),
            ("addsubheader", 3) => (1, 2, true),
            ("addstringforupload", 4) | ("addstringforupload2", 5) => (0, 2, false),
            _ => {
                if let ([value], Some(name)) = (args, setter_name(method)) {
                    self.value(name, value);
                }
                return;
            }
        };
        let Expr::Text(name) = args[name].clone() else { return };
        match is_header {
            true => self.placed(&Place::Header(&name), &mut args[value]),
            false => self.value(&name, &mut args[value]),
        }
    }

    /// A value under a name. Of a sum its last text has the secret, of a choice each side.
    fn value(&mut self, name: &str, value: &mut Expr) {
        let place = match name.eq_ignore_ascii_case("AuthToken") {
            true => Place::Token,
            false => Place::Param(name),
        };
        self.placed(&place, value);
    }

    fn placed(&mut self, place: &Place<'_>, value: &mut Expr) {
        match value {
            Expr::Text(_) => self.replace(place, value),
            Expr::Concat(items) => {
                if let Some(last @ Expr::Text(_)) = items.last_mut() {
                    self.placed(&place.of_part(), last);
                }
            }
            Expr::Binary { op: BinaryOp::Add, right, .. } => self.placed(&place.of_part(), right),
            Expr::Binary { op: BinaryOp::Or, left, right } => {
                self.placed(place, left);
                self.placed(place, right);
                let is_env =
                    |expr: &Expr| matches!(expr, Expr::Builtin { function: Builtin::Env, .. });
                if is_env(left) && is_env(right) {
                    *value = std::mem::replace(left, Expr::Null);
                }
            }
            Expr::Choice { yes, no, .. } => {
                self.placed(place, yes);
                self.placed(place, no);
            }
            // The variable itself is the one of the environment.
            Expr::Builtin { function: Builtin::Env, args } if args.len() == 2 => {
                self.placed(place, &mut args[1]);
                if matches!(args[1], Expr::Builtin { function: Builtin::Env, .. }) {
                    args.pop();
                }
            }
            _ => {}
        }
    }

    fn replace(&mut self, place: &Place<'_>, expr: &mut Expr) {
        let Expr::Text(text) = &*expr else { return };
        let Some((hidden, names)) = hidden(self.host, place, text) else { return };
        let mut pieces = Vec::new();
        let mut rest = hidden.as_str();
        let mut plain = text.as_str();
        while let Some((at, name)) = first_of(rest, &names) {
            let (before, after) = rest.split_at(at);
            rest = &after[name.len() + 4..];
            plain = plain.get(at..).unwrap_or_default();
            // The value ends where the text behind it begins.
            let next = first_of(rest, &names).map_or(rest, |(at, _)| &rest[..at]);
            let end =
                if next.is_empty() { plain.len() } else { plain.find(next).unwrap_or(plain.len()) };
            let (value, tail) = plain.split_at(end);
            plain = tail;
            if !before.is_empty() {
                pieces.push(Expr::Text(before.to_owned()));
            }
            let name = self.variable(name, value);
            pieces.push(Expr::Builtin { function: Builtin::Env, args: vec![Expr::Text(name)] });
        }
        if !rest.is_empty() {
            pieces.push(Expr::Text(rest.to_owned()));
        }
        *expr = match pieces.len() {
            1 => pieces.remove(0),
            _ => Expr::Concat(pieces),
        };
    }

    /// Returns the name of the variable with a value: the second value under a name gets `_2`.
    fn variable(&mut self, name: &str, value: &str) -> String {
        let key = (name.to_owned(), value.to_owned());
        if let Some(known) = self.names.get(&key) {
            return known.clone();
        }
        let count = self.counts.entry(name.to_owned()).or_default();
        *count += 1;
        let variable = if *count == 1 { name.to_owned() } else { format!("{name}_{count}") };
        self.names.insert(key, variable.clone());
        variable
    }
}

/// Returns the name of the property that a method sets, by the form of its name.
pub(crate) fn setter_name(method: &str) -> Option<&str> {
    let has = |prefix: &str| {
        method.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let prefix = ["put_", "putCk", "put", "setCk", "set"].into_iter().find(|prefix| has(prefix))?;
    Some(&method[prefix.len()..]).filter(|name| !name.is_empty())
}

/// Whether a value stands for one that the program's user fills in.
pub(crate) fn is_placeholder(text: &str) -> bool {
    // Only the scheme: the token follows elsewhere.
    if matches!(text.trim(), "" | "Bearer" | "Basic" | "Digest") {
        return true;
    }
    let is_template = text.starts_with("{{") && text.ends_with("}}") || text.starts_with("YOUR_");
    is_template || is_lorem_ipsum(text)
}

/// Whether a text has several words, all of them from the sample text with which Postman fills the values of a
/// collection.
pub(crate) fn is_lorem_ipsum(text: &str) -> bool {
    let is_known =
        |word: &str| LOREM_IPSUM.split(' ').any(|known| known.eq_ignore_ascii_case(word));
    text.contains(' ') && text.split(' ').all(is_known)
}

const LOREM_IPSUM: &str = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut \
                           labore et dolore magna aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris \
                           nisi aliquip ex ea commodo consequat duis aute irure in reprehenderit voluptate velit esse \
                           cillum eu fugiat nulla pariatur excepteur sint occaecat cupidatat non proident sunt culpa qui \
                           officia deserunt mollit anim id est laborum";

/// Returns a text with its secrets as `{{NAME}}`, and their names. `None` if it has none.
pub(crate) fn hidden(
    host: &str,
    place: &Place<'_>,
    text: &str,
) -> Option<(String, BTreeSet<String>)> {
    if is_placeholder(text.strip_prefix("Bearer ").unwrap_or(text)) {
        return None;
    }
    let mut req = HttpRequest::new();
    match place {
        Place::Header(name) => req.add_header(name, text),
        Place::Param(name) => req.add_param(name, text),
        Place::Token => req.add_header("Authorization", format!("Bearer {text}")),
        Place::Url => req.add_header("Referer", text),
        Place::Form => req.set_path(format!("/?{text}")),
        Place::Json => {
            req.load_body_from_string(text, "utf-8").set_content_type("application/json")
        }
    };
    let call = Call::new(host, 443, true, req).hide_secrets();
    let names: BTreeSet<String> = call.variables().iter().map(|name| (*name).to_owned()).collect();
    if names.is_empty() {
        return None;
    }
    let request = call.request();
    let hidden = match place {
        Place::Header(_) | Place::Url => {
            request.headers().last().map(|(_, value)| value.to_owned())
        }
        Place::Token => request
            .headers()
            .last()
            .and_then(|(_, value)| Some(value.strip_prefix("Bearer ")?.to_owned())),
        Place::Param(_) => request.params().last().map(|(_, value)| value.to_owned()),
        Place::Form => request.path().strip_prefix("/?").map(str::to_owned),
        Place::Json => request
            .generate_request_text()
            .ok()
            .and_then(|text| text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())),
    };
    Some((hidden?, names))
}

/// Returns the first variable in a text and where it is.
fn first_of<'n>(text: &str, names: &'n BTreeSet<String>) -> Option<(usize, &'n str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find("{{").map(|at| from + at) {
        let inside = &text[at + 2..];
        let end =
            inside.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inside.len());
        match names.get(&inside[..end]) {
            Some(name) if inside[end..].starts_with("}}") => return Some((at, name)),
            _ => from = at + 2,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Function, Hint, Param};

    /// Returns the argument of `http.<method>(name, value)` after hiding.
    fn shown(method: &str, args: &[&str]) -> String {
        let args = args.iter().map(|arg| Expr::Text((*arg).to_owned())).collect();
        let object = Box::new(Expr::Var("http".to_owned()));
        let mut expr = Expr::Method { object, name: method.to_owned(), args };
        Hider { host: "example.com", ..Hider::default() }.expr(&mut expr);
        let Expr::Method { args, .. } = expr else { unreachable!() };
        let pieces = |expr: &Expr| match expr {
            Expr::Text(text) => text.clone(),
            Expr::Builtin { args, .. } => format!("${args:?}"),
            Expr::Concat(items) => items.iter().map(|item| format!("{item:?} ")).collect(),
            other => format!("{other:?}"),
        };
        pieces(args.last().unwrap())
    }

    #[test]
    fn secrets_become_variables_by_their_place() {
        let token: String = ["lorem", "Ipsum", "4711", "dolor"].concat();
        for (method, args) in [
            ("put_AuthToken", vec![token.as_str()]),
            ("putPassword", vec![token.as_str()]),
            ("SetPassword", vec![token.as_str()]),
            ("UpdateString", vec!["user.password", token.as_str()]),
            ("AddParam", vec!["client_secret", token.as_str()]),
            ("SetRequestHeader", vec!["X-Api-Key", token.as_str()]),
            ("AddHeader", vec!["Authorization", "Bearer lorem4711ipsum"]),
            ("QuickGetStr", vec!["https://example.com/a?access_token=lorem4711ipsum&b=1"]),
            ("Load", vec![r#"{"a":1,"password":"lorem4711ipsum"}"#]),
        ] {
            let shown = shown(method, &args);
            assert!(shown.contains("Env") || shown.starts_with('$'), "{method}: {shown}");
            assert!(!shown.contains("4711"), "{method}: {shown}");
        }
    }

    #[test]
    fn placeholders_and_other_texts_stay() {
        for (method, args) in [
            ("AddHeader", vec!["Authorization", "Bearer <access_token>"]),
            ("put_AuthToken", vec!["{{token}}"]),
            ("AddParam", vec!["password", "dolor Excepteur minim"]),
            ("UpdateString", vec!["user.name", "Zoë"]),
            ("QuickGetStr", vec!["https://example.com/a?b=1"]),
        ] {
            assert_eq!(shown(method, &args), *args.last().unwrap(), "{method}");
        }
    }

    #[test]
    fn secrets_are_found_in_each_kind_of_expression() {
        let secret = || Box::new(Expr::Text("lorem4711ipsum".to_owned()));
        let name = || "password".to_owned();
        let text = |text: &str| Expr::Text(text.to_owned());
        let var = || Box::new(Expr::Var(name()));
        let env = Expr::Builtin { function: Builtin::Env, args: vec![text("P"), *secret()] };
        let or = Expr::Binary { op: BinaryOp::Or, left: var(), right: secret() };
        let sum =
            Expr::Binary { op: BinaryOp::Add, left: Box::new(text("Bearer ")), right: secret() };
        let object = Box::new(Expr::Var("req".to_owned()));
        let header = Expr::Method {
            object,
            name: "AddHeader".to_owned(),
            args: vec![text("Authorization"), sum],
        };
        let declared =
            |value| StmtKind::Declare { name: name(), hint: Hint::Unknown, value: Some(value) };
        let param = Param { name: name(), hint: Hint::Unknown, default: None, by_ref: false };
        let login = Function {
            name: "login".to_owned(),
            params: vec![param],
            returns: Hint::Unknown,
            body: Vec::new(),
        };
        let kinds = [
            StmtKind::Expr(Expr::Map(vec![(text("password"), *secret())])),
            StmtKind::Expr(Expr::Binary { op: BinaryOp::Eq, left: var(), right: secret() }),
            declared(env),
            declared(or),
            StmtKind::Expr(header),
            StmtKind::Expr(text("client_id=a&client_secret=lorem4711ipsum")),
            StmtKind::Expr(Expr::Call { name: "login".to_owned(), args: vec![*secret()] }),
            StmtKind::Comment("password = lorem4711ipsum".to_owned()),
        ];
        let stmt = |kind| Stmt { line: 1, end_line: 1, blank_before: false, trailing: None, kind };
        for kind in kinds {
            let mut block = vec![stmt(StmtKind::Function(login.clone())), stmt(kind)];
            hide(&mut block, "");
            let shown = format!("{block:?}");
            assert!(!shown.contains("4711"), "{shown}");
        }
    }

    #[test]
    fn a_second_value_under_a_name_gets_a_number() {
        let mut hider = Hider { host: "example.com", ..Hider::default() };
        let names = ["a", "b", "a"].map(|value| hider.variable("TOKEN", value));
        assert_eq!(names, ["TOKEN", "TOKEN_2", "TOKEN"]);
    }
}
