//! Rust programs, written from a call.
//!
//! * this file has `Call::to_rust` and the outline of the program,
//! * `request.rs` has the statements that build the request,
//! * `transport.rs` has the settings of the transport and the statement that sends,
//! * `functions.rs` has the functions that a program needs for its variables,
//! * `literals.rs` writes string literals; `locals.rs` has the names of variables.

use std::collections::HashMap;
use std::path::Path;

mod functions;
mod literals;
mod locals;
mod request;
mod transport;

use self::functions::Functions;
pub(super) use self::literals::is_visible;
use self::literals::literal;
use self::locals::Locals;
pub(super) use self::request::has_twice;
use super::call::Call;
use super::curl::ShellNames;
use super::marked_call::{MarkedCall, TextPiece};
use super::place_encoding::PlaceEncoding;
use super::variables::{FileForm, Source, Variable, encoded_twice, placeholder};
use crate::error::{Error, Result};

impl Call {
    /// Writes a Rust program that makes this call, in the style of the README's example.
    ///
    /// The program compiles unchanged and has one statement per line; rustfmt breaks long lines.
    ///
    /// Secrets ([`hide_secrets`](Self::hide_secrets)) and [variables](Self#variables) come from the environment. A
    /// secret is escaped for its place, so the variable has the plain secret. If a variable is missing, the program
    /// names it. A file that is inserted into other text is read as text: the program ends with an error if the file
    /// is not UTF-8. A file of headers may also be UTF-16.
    ///
    /// The program prints the body of a response, if it is not written to a file, byte for byte. If the call fails, or
    /// the status is 400 or above, it says so on standard error and ends with exit code 1.
    ///
    /// ```
    /// use zoomkat::{Call, HttpRequest};
    ///
    /// let mut req = HttpRequest::new();
    /// req.set_path("/v2/users/me").add_header("Authorization", "Bearer lorem");
    /// let program = Call::new("api.zoom.us", 443, true, req).to_rust()?;
    /// assert!(program.contains(r#"    req.set_path("/v2/users/me");"#));
    /// assert!(program.contains(r#"let zoom_access_token = env("ZOOM_ACCESS_TOKEN");"#));
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
        if let Some(name) = encoded_twice(&call) {
            return Err(unsupported(format_args!("the value of {name:?} would be encoded twice")));
        }
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
                Source::Encoded { of, encoding: PlaceEncoding::Form } if *of != variable.name => {
                    locals.add_like(&format!("{}_encoded", names.get(of)));
                }
                Source::Caller | Source::Encoded { .. } => {
                    locals.add_like(names.get(&variable.name));
                }
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
        let functions = Functions::default();
        let mut program =
            Program { marked, target, names, places, locals, used, functions, is_fallible: false };
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

/// Prints the body of a success, which may be no text.
const PRINT_BODY: &str = r#"    std::io::copy(&mut resp.body(), &mut std::io::stdout())?;
    println!("\nSuccess.");
"#;

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
    functions: Functions,
    /// Whether a statement can fail, so that `main` returns a `Result`.
    is_fallible: bool,
}

impl Program<'_> {
    fn write(&mut self) -> Result<String> {
        let http = self.transport()?;
        let request = self.request()?;
        let (base, send) = self.send()?;
        let mut environment = self.environment()?;
        let has_file = self.marked.call.options.output.file.is_some();
        // To a file, only the body of a success is written.
        let body = match has_file {
            true => "    println!(\"Success.\");\n",
            false => PRINT_BODY,
        };
        self.is_fallible |= !has_file;
        let (signature, end) = match self.is_fallible {
            true => ("main() -> Result<(), Box<dyn std::error::Error>>", "    Ok(())\n"),
            false => ("main()", ""),
        };
        let functions = self.functions.text();
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
            eprintln!("{{}}", err.last_error_text());
            std::process::exit(1);
        }}
    }};

    let resp_status_code = resp.status_code();
    println!("Response Status Code = {{resp_status_code}}");
    if resp_status_code >= 400 {{
        println!("Response Header:");
        println!("{{}}", resp.header());
        println!("Response Body:");
        println!("{{}}", resp.body_str());
        eprintln!("Failed.");
        std::process::exit(1);
    }}
{body}{end}}}
{functions}"#
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
            let local = self.locals.get(at).cloned().unwrap_or_default();
            match &variable.source {
                Source::File { path, form } => out.push_str(&self.file(&local, path, *form)?),
                _ => {
                    let name = self.names.get(variable.caller_name().unwrap_or_default());
                    let plain = self.functions.env(&literal(name));
                    let value = match variable.encoding() {
                        Some(encoding) => self.functions.encoded(&plain, encoding),
                        None => plain,
                    };
                    out.push_str(&binding(&local, &value));
                }
            }
        }
        Ok(out)
    }

    /// Returns the statements that read a file into a local.
    fn file(&mut self, local: &str, path: &str, form: FileForm) -> Result<String> {
        if form == FileForm::Cookies {
            return Err(unsupported(match self.marked.is_open(path) {
                false => "only curl reads a cookie file",
                true => {
                    "the variable of -b may be a cookie file, which only curl reads; write NAME=$VALUE, or \
                     -H \"Cookie: $COOKIES\""
                }
            }));
        }
        self.is_fallible = true;
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
            FileForm::Headers if path != "-" => {
                let bytes = format!("std::fs::read({})?", literal(path));
                Ok(binding(local, &self.functions.decoded(&bytes)))
            }
            FileForm::Whole | FileForm::Headers | FileForm::Cookies => Ok(read),
            FileForm::WithoutLineEnds => {
                let value = format!("{local}.replace(['\\r', '\\n', '\\0'], \"\")");
                Ok(read + &binding(local, &value))
            }
            FileForm::UrlEncoded => {
                let value = self.functions.encoded(local, &PlaceEncoding::Form);
                Ok(read + &binding(local, &value))
            }
        }
    }

    /// Returns the name of a variable's local. Marks the variable as used.
    fn local(&mut self, variable: &Variable) -> String {
        let at = self.places.get(variable.name.as_str()).copied().unwrap_or_default();
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
