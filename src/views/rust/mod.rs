//! Rust programs, written from a call.
//!
//! * this file has `Call::to_rust` and the outline of the program,
//! * `request.rs` has the statements that build the request,
//! * `transport.rs` has the settings of the transport and the statement that sends,
//! * `literals.rs` writes string literals; `locals.rs` has the names of variables.

use std::collections::HashMap;
use std::path::Path;

mod literals;
mod locals;
mod request;
mod transport;

pub(super) use self::literals::is_visible;
use self::literals::literal;
use self::locals::Locals;
pub(super) use self::request::has_twice;
use super::call::Call;
use super::curl::ShellNames;
use super::marked_call::{MarkedCall, TextPiece};
use super::variables::{FileForm, Source, Variable, placeholder};
use crate::error::{Error, Result};

impl Call {
    /// Writes a Rust program that makes this call, in the style of the README's example.
    ///
    /// The program compiles unchanged and has one statement per line; rustfmt breaks long lines.
    ///
    /// Secrets ([`hide_secrets`](Self::hide_secrets)) and [variables](Self#variables) come from the
    /// environment: `std::env::var("NAME")?`. A file that is combined with other text is read as text: the
    /// program ends with an error if the file is not UTF-8.
    ///
    /// ```
    /// use zoomkat::{Call, HttpRequest};
    ///
    /// let mut req = HttpRequest::new();
    /// req.set_path("/v2/users/me").add_header("Authorization", "Bearer lorem");
    /// let program = Call::new("api.zoom.us", 443, true, req).to_rust()?;
    /// assert!(program.contains(r#"    req.set_path("/v2/users/me");"#));
    /// assert!(program.contains(r#"std::env::var("ZOOM_ACCESS_TOKEN")?"#));
    /// assert!(!program.contains("lorem"));
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a request that could not be sent (files are not
    /// opened), and [`Content`](crate::ErrorKind::Content) for anything that no public method supports, such as
    /// reading a cookie file.
    pub fn to_rust(&self) -> Result<String> {
        let call = self.hide_secrets();
        let marked = MarkedCall::new(&call)?;
        let target = marked.check()?.target;
        let names = ShellNames::new(call.variables.iter().map(|variable| variable.name.as_str()));
        let mut locals = Locals::default();
        let mut places = HashMap::new();
        let is_base = |name: &str| call.domain == placeholder(name);
        for (at, variable) in call.variables.iter().enumerate() {
            places.entry(variable.name.as_str()).or_insert(at);
            match &variable.source {
                Source::Caller if is_base(&variable.name) => locals.add("base".to_owned()),
                Source::Caller => locals.add_like(names.get(&variable.name)),
                Source::Encoded { of } => locals.add_like(&format!("{}_encoded", names.get(of))),
                Source::File { path, .. } => {
                    let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str());
                    let stem = if path == "-" { "input" } else { stem.unwrap_or_default() };
                    locals.add_like(&format!("{stem}_text"));
                }
            }
        }
        let locals = locals.names;
        let used = vec![false; locals.len()];
        let (marked, names) = (&marked, &names);
        let mut program =
            Program { marked, target, names, places, locals, used, is_fallible: false };
        program.write()
    }
}

fn unsupported(why: impl std::fmt::Display) -> Error {
    Error::content("Rust program", why)
}

fn path_text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| unsupported("a file name is not UTF-8"))
}

/// Returns a `let` statement.
fn binding(name: &str, value: &str) -> String {
    format!("    let {name} = {value};\n")
}

/// Returns the statements that bind the urlencoded form of the local `of` to a name.
fn encode(local: &str, of: &str) -> String {
    let mut out = String::from("    let mut form = HttpRequest::new();\n");
    out += &format!("    form.add_param(\"\", &{of});\n");
    out += &binding(local, "form.get_url_encoded_params()");
    out + &binding(local, &format!("{local}[1..].replace(\"%20\", \"+\")"))
}

struct Program<'m> {
    marked: &'m MarkedCall,
    /// Path and query as they are sent.
    target: String,
    /// The names of the variables in the environment.
    names: &'m ShellNames,
    /// The index of each variable in the call's list.
    places: HashMap<&'m str, usize>,
    /// The names of the variables in the program, by that index.
    locals: Vec<String>,
    used: Vec<bool>,
    /// Whether a statement can fail, so that `main` returns a `Result`.
    is_fallible: bool,
}

impl Program<'_> {
    fn write(&mut self) -> Result<String> {
        let http = self.transport()?;
        let request = self.request()?;
        let (base, send) = self.send()?;
        let mut environment = self.environment()?;
        let (signature, leave, end) = match self.is_fallible {
            true => (
                "main() -> Result<(), Box<dyn std::error::Error>>",
                "return Ok(());",
                "    Ok(())\n",
            ),
            false => ("main()", "return;", ""),
        };
        let http_mut = if http.is_empty() { "" } else { "mut " };
        let req_mut = if request.is_empty() { "" } else { "mut " };
        if !environment.is_empty() {
            environment.push('\n');
        }
        let blank = if base.is_empty() { "" } else { "\n" };
        Ok(format!(
            r#"use zoomkat::{{HttpRequest, Transport}};

fn {signature} {{
{environment}    let {http_mut}http = Transport::new();
{http}
{base}{blank}    let {req_mut}req = HttpRequest::new();
{request}
    let resp = match {send} {{
        Ok(resp) => resp,
        Err(err) => {{
            println!("{{}}", err.last_error_text());
            {leave}
        }}
    }};

    let resp_status_code = resp.status_code();
    println!("Response Status Code = {{resp_status_code}}");
    if resp_status_code >= 400 {{
        println!("Response Header:");
        println!("{{}}", resp.header());
        println!("Response Body:");
        println!("{{}}", resp.body_str());
        println!("Failed.");
        {leave}
    }}
    println!("Success.");
{end}}}
"#
        ))
    }

    /// Returns the statements that bind the variables in use.
    fn environment(&mut self) -> Result<String> {
        let mut out = String::new();
        let variables: Vec<&Variable> = self.marked.variables().collect();
        for (at, variable) in variables.iter().enumerate() {
            if !self.used.get(at).copied().unwrap_or_default() {
                continue;
            }
            self.is_fallible = true;
            let local = self.locals.get(at).cloned().unwrap_or_default();
            match &variable.source {
                Source::Caller => {
                    let name = literal(self.names.get(&variable.name));
                    out.push_str(&binding(&local, &format!("std::env::var({name})?")));
                }
                Source::Encoded { of } => {
                    let of = self.places.get(of.as_str()).and_then(|of| self.locals.get(*of));
                    out.push_str(&encode(&local, of.map_or("", String::as_str)));
                }
                Source::File { path, form } => out.push_str(&self.file(&local, path, *form)?),
            }
        }
        Ok(out)
    }

    /// Returns the statements that read a file into a local.
    fn file(&self, local: &str, path: &str, form: FileForm) -> Result<String> {
        if form == FileForm::Cookies {
            return Err(unsupported(match self.marked.is_open(path) {
                false => "only curl reads a cookie file",
                true => {
                    "the variable of -b may be a cookie file, which only curl reads; write NAME=$VALUE, or \
                     -H \"Cookie: $COOKIES\""
                }
            }));
        }
        if self.marked.is_open(path) {
            return Err(unsupported(
                "the name of a file that is inserted into text is not known yet",
            ));
        }
        let read = match path {
            "-" => "std::io::read_to_string(std::io::stdin())?".to_owned(),
            path => format!("std::fs::read_to_string({})?", literal(path)),
        };
        let read = binding(local, &read);
        match form {
            FileForm::Whole | FileForm::Headers | FileForm::Cookies => Ok(read),
            FileForm::WithoutLineEnds => {
                let value = format!("{local}.replace(['\\r', '\\n', '\\0'], \"\")");
                Ok(read + &binding(local, &value))
            }
            FileForm::UrlEncoded => Ok(read + &encode(local, local)),
        }
    }

    /// Returns the name of a variable's local. Marks the variable and its source as used.
    fn local(&mut self, variable: &Variable) -> String {
        if let Source::Encoded { of } = &variable.source {
            self.mark_used(of);
        }
        self.mark_used(&variable.name)
    }

    fn mark_used(&mut self, name: &str) -> String {
        let at = self.places.get(name).copied().unwrap_or_default();
        if let Some(used) = self.used.get_mut(at) {
            *used = true;
        }
        self.locals.get(at).cloned().unwrap_or_default()
    }

    /// Returns an expression of type `&str` or `&String` for a text.
    fn text(&mut self, text: &str) -> String {
        let marked = self.marked;
        let pieces = marked.pieces(text.as_bytes());
        let mut variables = pieces.iter().filter_map(|piece| match piece {
            TextPiece::Variable(variable) => Some(*variable),
            TextPiece::Text(_) => None,
        });
        let Some(first) = variables.next() else { return literal(text) };
        if pieces.len() == 1 {
            return format!("&{}", self.local(first));
        }
        // With one variable, the text keeps its braces. With several, one pass fills in all of them, since a
        // value may look like a placeholder.
        if text.contains(['{', '\n']) && variables.all(|other| other == first) {
            let placeholder = placeholder(&first.name);
            let written: String = pieces
                .iter()
                .map(|piece| match piece {
                    TextPiece::Text(text) => String::from_utf8_lossy(text),
                    TextPiece::Variable(_) => placeholder.as_str().into(),
                })
                .collect();
            let (written, placeholder) = (literal(&written), literal(&placeholder));
            return format!("&{written}.replace({placeholder}, &{})", self.local(first));
        }
        format!("&format!({})", literal(&self.format_string(text)))
    }

    /// Returns the format string of a text, with its variables in braces.
    fn format_string(&mut self, text: &str) -> String {
        let marked = self.marked;
        let mut out = String::new();
        for piece in marked.pieces(text.as_bytes()) {
            match piece {
                TextPiece::Text(text) => {
                    let text = String::from_utf8_lossy(text);
                    out.push_str(&text.replace('{', "{{").replace('}', "}}"));
                }
                TextPiece::Variable(variable) => out += &format!("{{{}}}", self.local(variable)),
            }
        }
        out
    }

    /// Returns a statement that calls a method with texts.
    fn set(&mut self, method: &str, texts: &[&str]) -> String {
        format!("    {};\n", self.call(method, texts))
    }

    /// Like [`set`](Self::set), for a method that can fail.
    fn try_set(&mut self, method: &str, texts: &[&str]) -> String {
        self.is_fallible = true;
        format!("    {}?;\n", self.call(method, texts))
    }

    fn call(&mut self, method: &str, texts: &[&str]) -> String {
        let mut args: Vec<String> = texts.iter().map(|text| self.text(text)).collect();
        // These take any value last, so a new text needs no borrow.
        let takes_value = ["set_path", "set_path_variable", "add_header", "add_param"];
        if let Some(last) = args.last_mut() {
            let takes_value =
                takes_value.iter().any(|name| method.strip_prefix("req.") == Some(name));
            if takes_value && last.starts_with('&') && last.ends_with(')') {
                last.remove(0);
            }
        }
        format!("{method}({})", args.join(", "))
    }
}
