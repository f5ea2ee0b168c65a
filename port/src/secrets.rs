//! Secrets in the literals of a script: they become variables of the environment.
//!
//! [`Call::hide_secrets`] decides what is a secret, and its name, from the place where the script puts the literal.

use std::borrow::Cow;
use std::collections::BTreeMap;

use zoomkat::{Call, HttpRequest};

use crate::tree::{Block, Builtin, Expr, Stmt, StmtKind, Target};

/// Replaces each secret with a variable of the environment.
pub(crate) fn hide(script: &mut Block, text: &str) {
    let is_zoom = text.contains("zoom.us") || text.contains("zoomgov.com");
    let mut hider =
        Hider { host: if is_zoom { "api.zoom.us" } else { "example.com" }, names: BTreeMap::new() };
    hider.block(script);
}

/// Replaces the secrets among the quoted texts of a line with `***`. The line is not understood: a text has the name
/// of the text before it, or else of the word before it.
pub(crate) fn masked_line(line: &str) -> Cow<'_, str> {
    let mut out: Option<String> = None;
    let mut copied = 0;
    let mut name = "";
    let mut at = 0;
    while let Some(open) = line[at..].find(['"', '\'']).map(|found| at + found) {
        let quote = &line[open..=open];
        let word = line[at..open].trim_end_matches(|c: char| !c.is_alphanumeric());
        let word =
            &word[word.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1)..];
        // In an argument list the text before is the name, as in `("password", "...")`.
        let is_argument = !name.is_empty() && line[at..open].trim() == ",";
        if !is_argument && !word.is_empty() {
            name = setter_name(word).filter(|name| name.len() > 3).unwrap_or(word);
        }
        let Some(length) = line[open + 1..].find(quote) else { break };
        let value = &line[open + 1..open + 1 + length];
        let place = match name.eq_ignore_ascii_case("AuthToken") {
            true => Place::Token,
            false if value.starts_with("Bearer ") => Place::Header(name),
            false => Place::Param(name),
        };
        let is_like_url = value.contains(['?', '@', '#']);
        if hidden("example.com", &place, value).is_some()
            || is_like_url && hidden("example.com", &Place::Url, value).is_some()
        {
            let out = out.get_or_insert_default();
            out.push_str(&line[copied..=open]);
            out.push_str("***");
            copied = open + 1 + length;
        }
        name = value;
        at = open + 1 + length + 1;
    }
    match out {
        Some(out) => Cow::Owned(out + &line[copied..]),
        None => Cow::Borrowed(line),
    }
}

struct Hider {
    host: &'static str,
    /// The value of each variable.
    names: BTreeMap<String, String>,
}

/// A place of a literal, which has a name there.
enum Place<'n> {
    Header(&'n str),
    Param(&'n str),
    /// A bearer token.
    Token,
    /// A URL or a text that may be one.
    Url,
    Json,
}

impl Hider {
    fn block(&mut self, block: &mut Block) {
        for stmt in block {
            self.stmt(stmt);
            stmt.for_each_block(&mut |block| self.block(block));
        }
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        match &mut stmt.kind {
            StmtKind::Declare { name, value: Some(value), .. } => self.value(name, value),
            StmtKind::Assign { target: Target::Var(name), value } => self.value(name, value),
            StmtKind::Assign { target: Target::Property { name, .. }, value } => {
                self.value(name, value)
            }
            _ => {}
        }
        stmt.for_each_expr(&mut |expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &mut Expr) {
        if let Expr::Method { name, args, .. } = expr {
            self.args(name, args);
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
            true => self.replace(&Place::Header(&name), &mut args[value]),
            false => self.value(&name, &mut args[value]),
        }
    }

    /// A value under a name.
    fn value(&mut self, name: &str, value: &mut Expr) {
        match name.eq_ignore_ascii_case("AuthToken") {
            true => self.replace(&Place::Token, value),
            false => self.replace(&Place::Param(name), value),
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
        let mut candidate = name.to_owned();
        for number in 2.. {
            match self.names.get(&candidate) {
                Some(other) if other != value => candidate = format!("{name}_{number}"),
                _ => break,
            }
        }
        self.names.insert(candidate.clone(), value.to_owned());
        candidate
    }
}

/// Returns the name of the property that a method sets, by the form of its name.
fn setter_name(method: &str) -> Option<&str> {
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
fn hidden(host: &str, place: &Place<'_>, text: &str) -> Option<(String, Vec<String>)> {
    if is_placeholder(text.strip_prefix("Bearer ").unwrap_or(text)) {
        return None;
    }
    let mut req = HttpRequest::new();
    match place {
        Place::Header(name) => req.add_header(name, text),
        Place::Param(name) => req.add_param(name, text),
        Place::Token => req.add_header("Authorization", format!("Bearer {text}")),
        Place::Url => req.add_header("Referer", text),
        Place::Json => {
            req.load_body_from_string(text, "utf-8").set_content_type("application/json")
        }
    };
    let call = Call::new(host, 443, true, req).hide_secrets();
    let names: Vec<String> = call.variables().iter().map(|name| (*name).to_owned()).collect();
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
        Place::Json => request
            .generate_request_text()
            .ok()
            .and_then(|text| text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())),
    };
    Some((hidden?, names))
}

/// Returns the first variable in a text and where it is.
fn first_of<'n>(text: &str, names: &'n [String]) -> Option<(usize, &'n str)> {
    let found = names
        .iter()
        .filter_map(|name| Some((text.find(&format!("{{{{{name}}}}}"))?, name.as_str())));
    found.min()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the argument of `http.<method>(name, value)` after hiding.
    fn shown(method: &str, args: &[&str]) -> String {
        let args = args.iter().map(|arg| Expr::Text((*arg).to_owned())).collect();
        let object = Box::new(Expr::Var("http".to_owned()));
        let mut expr = Expr::Method { object, name: method.to_owned(), args };
        Hider { host: "example.com", names: BTreeMap::new() }.expr(&mut expr);
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
    fn secrets_in_lines_that_stay_as_comments_are_masked() {
        let token: String = ["lorem", "Ipsum", "4711", "dolor"].concat();
        for line in [
            r#"xml.UpdateAttribute("password","{}")"#,
            "$jwt->put_Secret('{}');",
            r#"Dim http As New Chilkat.Http With {.AuthToken = "{}"}"#,
            r#"rest.AddHeader("Authorization","Bearer {}")"#,
            r#"x = "https://example.com/?access_token={}""#,
            r#"oauth.ClientSecret = "{}" ' for "lorem""#,
        ] {
            let masked = masked_line(&line.replace("{}", &token)).into_owned();
            assert!(!masked.contains("4711") && masked.contains("***"), "{masked}");
        }
        for line in
            [r#"xml.LoadXml("<a b='c'/>")"#, "it's", "", r#"print "Zoë" + "x""#, "\"", "a '' b"]
        {
            assert_eq!(masked_line(line), line);
        }
    }

    #[test]
    fn a_second_value_under_a_name_gets_a_number() {
        let mut hider = Hider { host: "example.com", names: BTreeMap::new() };
        let names = ["a", "b", "a"].map(|value| hider.variable("TOKEN", value));
        assert_eq!(names, ["TOKEN", "TOKEN_2", "TOKEN"]);
    }
}
