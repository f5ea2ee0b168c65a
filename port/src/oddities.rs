//! What is probably wrong in a script, and the values to be filled in.
//!
//! Published scripts are written by a generator, which loses keys, paths and bodies of some requests.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::{Remark, RemarkKind};
use crate::secrets::is_lorem_ipsum;
use crate::tree::{Block, Expr, Stmt, StmtKind, Target};

/// Finds the oddities. The tree is not changed.
pub(crate) fn find(script: &mut Block) -> Vec<Remark> {
    let mut finder = Finder::default();
    finder.block(script);
    for (line, name) in finder.sent_empty {
        let text = format!("the JSON object {name:?} is sent without a member");
        finder.remarks.push(Remark { line, end_line: line, kind: RemarkKind::Warning, text });
    }
    finder.remarks
}

#[derive(Default)]
struct Finder {
    remarks: Vec<Remark>,
    line: usize,
    /// JSON objects that have no member yet.
    empty: BTreeSet<String>,
    /// Such objects that are sent, with the line.
    sent_empty: Vec<(usize, String)>,
    /// The values of the parts of each request so far, one after another.
    parts: BTreeMap<String, Vec<String>>,
}

impl Finder {
    fn block(&mut self, block: &mut Block) {
        for stmt in block {
            self.line = stmt.line;
            self.stmt(stmt);
            stmt.for_each_block(&mut |block| self.block(block));
        }
    }

    fn remark(&mut self, kind: RemarkKind, text: impl Into<String>) {
        self.remarks.push(Remark { line: self.line, end_line: self.line, kind, text: text.into() });
    }

    fn warn(&mut self, text: impl Into<String>) {
        self.remark(RemarkKind::Warning, text);
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        if let StmtKind::Declare { name, value: Some(value), .. }
        | StmtKind::Assign { target: Target::Var(name), value } = &stmt.kind
        {
            match value {
                Expr::New(class) if class == "JsonObject" => self.empty.insert(name.clone()),
                _ => self.empty.remove(name),
            };
        }
        stmt.for_each_expr(&mut |expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &mut Expr) {
        match &*expr {
            Expr::Text(text) => self.text(text),
            Expr::Method { object, name, args } => {
                self.method(object, &name.to_ascii_lowercase(), args)
            }
            _ => {}
        }
        expr.for_each_child(&mut |child| self.expr(child));
    }

    fn text(&mut self, text: &str) {
        for placeholder in placeholders(text) {
            self.remark(RemarkKind::ToFillIn, placeholder);
        }
        if is_lorem_ipsum(text) {
            self.remark(RemarkKind::ToFillIn, text);
        }
        let Some((_, rest)) = text.split_once("://") else { return };
        let (host, target) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let path = &target[..target.find(['?', '#']).unwrap_or(target.len())];
        if host.eq_ignore_ascii_case("domain.com") {
            self.warn("the host domain.com stands for one that was lost");
        }
        if path.contains(' ') {
            self.warn("the path of the URL has a space; perhaps it was a slash");
        }
    }

    fn method(&mut self, object: &Expr, name: &str, args: &[Expr]) {
        let texts: Vec<Option<&str>> = args.iter().map(literal).collect();
        let holder = match object {
            Expr::Var(holder) => Some(holder.as_str()),
            _ => None,
        };
        match (name, texts.as_slice()) {
            (
                "updatestring" | "updateint" | "updatebool" | "updatenumber" | "stringof" | "intof"
                | "boolof",
                [Some(""), ..],
            ) => {
                self.warn("the name of the JSON member is empty; perhaps it was lost");
            }
            ("updatestring" | "updateint" | "updatebool", [Some(path), ..])
                if is_query_name(path) =>
            {
                self.warn(format!("{path:?} is read as an index of an array"));
            }
            ("addparam" | "addheader", [Some(""), ..]) => {
                self.warn("the name is empty; perhaps it was lost")
            }
            ("addstringforupload2", [Some(""), Some(""), Some(""), Some(""), Some(value)])
                if !value.is_empty() =>
            {
                self.warn("the value stands where the content type belongs, and the name was lost");
            }
            ("addparam", [Some(_), Some(value)])
            | ("addstringforupload2", [Some(_), _, Some(value), ..]) => {
                if let Some(holder) = holder {
                    self.part(holder, value);
                }
            }
            _ => {}
        }
        let is_filled = name.starts_with("update")
            || name.starts_with("add")
            || name.starts_with("append")
            || name.starts_with("load");
        if let Some(holder) = holder {
            if is_filled || name.starts_with("set") || name.starts_with("get") {
                self.empty.remove(holder);
            }
        }
        let is_sent = matches!(
            name,
            "postjson3"
                | "httpjson"
                | "postjson2"
                | "postjson"
                | "ptextsb"
                | "loadbodyfromsb"
                | "loadbodyfromstring"
        );
        for arg in args {
            match arg {
                Expr::Var(arg) if self.empty.contains(arg) => match is_sent {
                    true => self.sent_empty.push((self.line, arg.clone())),
                    // A call may fill it.
                    false => {
                        self.empty.remove(arg);
                    }
                },
                Expr::Method { object, name, .. }
                    if name.eq_ignore_ascii_case("emit") && is_sent =>
                {
                    if let Expr::Var(sent) = &**object {
                        if self.empty.contains(sent) {
                            self.sent_empty.push((self.line, sent.clone()));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Each value of a page with run-on strings begins with all values before it.
    fn part(&mut self, holder: &str, value: &str) {
        let before = self.parts.entry(holder.to_owned()).or_default();
        let is_run_on = before.last().is_some_and(|last| {
            last.len() > 1 && value.len() > last.len() && value.starts_with(last.as_str())
        });
        before.push(value.to_owned());
        if is_run_on {
            self.warn("the value begins with the value before it; perhaps the two ran together");
        }
    }
}

fn literal(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Text(text) => Some(text),
        _ => None,
    }
}

/// Whether a path is the name of a query parameter such as `page[size]`.
fn is_query_name(path: &str) -> bool {
    let inner =
        path.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(inner, _)| inner);
    inner.is_some_and(|inner| {
        inner.len() > 1 && inner.chars().all(|c| c.is_ascii_alphabetic() || c == '_')
    })
}

/// Returns the placeholders in a text: `<name>`, `{{name}}`, `YOUR_NAME`, and `:name` segments of a path.
fn placeholders(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let is_name = |c: char| c.is_alphanumeric() || "_-. ".contains(c);
    let has_markup = text.contains("</");
    for (open, close) in [("{{", "}}"), ("<", ">")] {
        for part in text.split(open).skip(1) {
            let name = part.split_once(close).map(|(name, _)| name).unwrap_or_default();
            let is_tag = open == "<" && (has_markup || is_html(name));
            if !name.is_empty()
                && name.trim() == name
                && name.len() < 60
                && name.chars().all(is_name)
                && !is_tag
            {
                found.push(format!("{open}{name}{close}"));
            }
        }
    }
    let path = text.split_once("://").map_or(text, |(_, rest)| rest);
    for segment in path.split(['?', '#']).next().unwrap_or_default().split('/').skip(1) {
        let name = segment.strip_prefix(':').unwrap_or_default();
        if name.starts_with(|c: char| c.is_alphabetic())
            && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        {
            found.push(format!(":{name}"));
        }
    }
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    found.extend(
        words.filter(|word| word.starts_with("YOUR_") && word.len() > 5).map(str::to_owned),
    );
    found
}

/// Whether a name in angle brackets is an element of HTML.
fn is_html(name: &str) -> bool {
    let element = name.split(' ').next().unwrap_or_default().to_ascii_lowercase();
    HTML.split(' ').any(|known| known == element)
}

const HTML: &str = "a b body br button code div em form h1 h2 h3 h4 head hr html i img input label li link meta ol option \
                    p pre script select small span strong style table tbody td textarea tfoot th thead title tr ul";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_each_kind_are_found() {
        for (text, expected) in [
            ("Bearer <access_token>", vec!["<access_token>"]),
            ("{{baseUrl}}/users/:userId/password", vec!["{{baseUrl}}", ":userId"]),
            ("https://api.example.com:8443/v1/:id?a=:b", vec![":id"]),
            ("YOUR_API_KEY", vec!["YOUR_API_KEY"]),
            ("<b>bold</b>", vec![]),
            ("<table><tr><td>", vec![]),
            ("a < b and c > d", vec![]),
            ("12:30", vec![]),
        ] {
            assert_eq!(placeholders(text), expected, "{text}");
        }
    }

    #[test]
    fn names_of_query_parameters_are_no_paths() {
        assert!(is_query_name("page[size]"));
        for path in ["users[i].name", "users[0]", "name", "a[]"] {
            assert!(!is_query_name(path), "{path}");
        }
    }
}
