//! To a Rust program.
//!
//! * this file has `Call::to_rust` and the order of the program,
//! * `request.rs`, the statements that make the request,
//! * `transport.rs`, those that say how and where it goes,
//! * `layout.rs`, literals, calls and `let` as rustfmt lays them out.

use std::collections::HashMap;
use std::path::Path;

mod layout;
mod request;
mod transport;

use self::layout::{Locals, binding, call, is_short, literal};
use super::call::Call;
use super::curl::ShellNames;
use super::marked_call::{MarkedCall, TextPiece};
use super::variables::{FileForm, Source, Variable, placeholder};
use crate::error::{Error, Result};

impl Call {
    /// Writes a Rust program that makes this call, as rustfmt lays it out, in the style of the README's.
    ///
    /// Secrets come from the environment ([`hide_secrets`](Self::hide_secrets)), as do
    /// [variables](Self#variables): the program has them as `std::env::var("NAME")?`. A file that is put
    /// together with other text is read as text, so that the program ends with an error where it is not UTF-8.
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
    /// The faults of the request that sending would find, [`InvalidRequest`](crate::ErrorKind::InvalidRequest),
    /// but no file is looked at; and [`Content`](crate::ErrorKind::Content) for what no public member
    /// can do, such as a file of cookies.
    pub fn to_rust(&self) -> Result<String> {
        let call = self.hide_secrets();
        let marked = MarkedCall::of(&call)?;
        let target = marked.check()?.target;
        let names = ShellNames::of(call.variables.iter().map(|variable| variable.name.as_str()));
        let mut locals = Locals::default();
        let mut places = HashMap::new();
        let is_base = |name: &str| call.domain == placeholder(name);
        for (at, variable) in call.variables.iter().enumerate() {
            places.entry(variable.name.as_str()).or_insert(at);
            match &variable.source {
                Source::Asked if is_base(&variable.name) => locals.add("base".to_owned()),
                Source::Asked => locals.add_like(names.get(&variable.name)),
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

fn cannot(why: impl std::fmt::Display) -> Error {
    Error::content("Rust program", why)
}

/// Statements that bind the urlencoded form of a text to a name.
fn encoded(local: &str, of: &str) -> String {
    let mut out = String::from("    let mut form = HttpRequest::new();\n");
    out += &format!("    form.add_param(\"\", &{of});\n");
    out += &binding(local, "", "form.get_url_encoded_params();", "");
    out + &binding(local, "", &format!("{local}[1..].replace(\"%20\", \"+\");"), "")
}

struct Program<'m> {
    marked: &'m MarkedCall,
    /// Path and query as they go out.
    target: String,
    /// Of the variables in the environment.
    names: &'m ShellNames,
    /// Where in the call's order the variable of a name is.
    places: HashMap<&'m str, usize>,
    /// Of the variables in the program, in the call's order.
    locals: Vec<String>,
    used: Vec<bool>,
    /// Whether something in it can fail, so that `main` gives a `Result`.
    is_fallible: bool,
}

/// How a text is written as an argument.
enum Text {
    /// As a literal, or as a variable alone.
    Simple(String),
    /// As a format string, already a literal.
    Format(String),
    /// As a literal in which one variable's placeholder is replaced.
    Replace { literal: String, placeholder: String, local: String },
}

impl Program<'_> {
    fn write(&mut self) -> Result<String> {
        let http = self.transport()?;
        let request = self.request()?;
        let (place, send) = self.send()?;
        let environment = self.environment()?;

        let mut out = String::from("use zoomkat::{HttpRequest, Transport};\n\n");
        out.push_str(if self.is_fallible {
            "fn main() -> Result<(), Box<dyn std::error::Error>> {\n"
        } else {
            "fn main() {\n"
        });
        let leave = if self.is_fallible { "return Ok(());" } else { "return;" };
        if !environment.is_empty() {
            out.push_str(&environment);
            out.push('\n');
        }
        out.push_str(if http.is_empty() { "    let http" } else { "    let mut http" });
        out.push_str(" = Transport::new();\n");
        out.push_str(&http);
        out.push('\n');
        if !place.is_empty() {
            out.push_str(&place);
            out.push('\n');
        }
        out.push_str(if request.is_empty() { "    let req" } else { "    let mut req" });
        out.push_str(" = HttpRequest::new();\n");
        out.push_str(&request);
        out.push('\n');
        out.push_str(&send);
        out.push_str(&format!(
            "        Ok(resp) => resp,\n        Err(err) => {{\n            \
             println!(\"{{}}\", err.last_error_text());\n            {leave}\n        }}\n    }};\n\n"
        ));
        out.push_str("    let resp_status_code = resp.status_code();\n");
        out.push_str("    println!(\"Response Status Code = {resp_status_code}\");\n");
        out.push_str("    if resp_status_code >= 400 {\n");
        for line in [
            "println!(\"Response Header:\");",
            "println!(\"{}\", resp.header());",
            "println!(\"Response Body:\");",
            "println!(\"{}\", resp.body_str());",
            "println!(\"Failed.\");",
            leave,
        ] {
            out.push_str(&format!("        {line}\n"));
        }
        out.push_str("    }\n    println!(\"Success.\");\n");
        if self.is_fallible {
            out.push_str("    Ok(())\n");
        }
        out.push_str("}\n");
        Ok(out)
    }

    /// Where the variables that are used come from.
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
                Source::Asked => {
                    let name = literal(self.names.get(&variable.name));
                    out.push_str(&binding(&local, "std::env::var(", &name, ")?;"));
                }
                Source::Encoded { of } => {
                    let of = self.places.get(of.as_str()).and_then(|of| self.locals.get(*of));
                    let of = of.cloned().unwrap_or_default();
                    out.push_str(&encoded(&local, &of));
                }
                Source::File { path, form } => {
                    if path == "-" {
                        let read = "std::io::read_to_string(std::io::stdin())?;";
                        out.push_str(&binding(&local, "", read, ""));
                    } else {
                        if self.marked.is_open(path) {
                            return Err(cannot(
                                "the name of a file that is put in is not known yet",
                            ));
                        }
                        let path = literal(path);
                        out.push_str(&binding(&local, "std::fs::read_to_string(", &path, ")?;"));
                    }
                    match form {
                        FileForm::Whole => {}
                        FileForm::WithoutLineEnds => {
                            let value = format!("{local}.replace(['\\r', '\\n', '\\0'], \"\");");
                            out.push_str(&binding(&local, "", &value, ""));
                        }
                        FileForm::UrlEncoded => out.push_str(&encoded(&local, &local)),
                        FileForm::Cookies => {
                            return Err(cannot("a file of cookies is read by curl"));
                        }
                        FileForm::Headers => {}
                    }
                }
            }
        }
        Ok(out)
    }

    /// The name of a variable. Marks it as used, and so the variable that it is made of.
    fn local(&mut self, variable: &Variable) -> String {
        if let Source::Encoded { of } = &variable.source {
            self.use_of(of);
        }
        self.use_of(&variable.name)
    }

    fn use_of(&mut self, name: &str) -> String {
        let at = self.places.get(name).copied().unwrap_or_default();
        if let Some(used) = self.used.get_mut(at) {
            *used = true;
        }
        self.locals.get(at).cloned().unwrap_or_default()
    }

    fn text(&mut self, text: &str) -> Text {
        let marked = self.marked;
        let pieces = marked.pieces(text.as_bytes());
        let mut variables = pieces.iter().filter_map(|piece| match piece {
            TextPiece::Variable(variable) => Some(*variable),
            TextPiece::Text(_) => None,
        });
        let Some(first) = variables.next() else { return Text::Simple(literal(text)) };
        if pieces.len() == 1 {
            return Text::Simple(format!("&{}", self.local(first)));
        }
        // One pass: a value that looks like a placeholder is not replaced.
        let is_replaced = text.contains(['{', '\n']) && variables.all(|other| other == first);
        let mut written = String::new();
        for piece in &pieces {
            match piece {
                TextPiece::Text(text) => {
                    let text = String::from_utf8_lossy(text);
                    if is_replaced {
                        written.push_str(&text);
                    } else {
                        written.push_str(&text.replace('{', "{{").replace('}', "}}"));
                    }
                }
                TextPiece::Variable(variable) if is_replaced => {
                    self.local(variable);
                    written.push_str(&placeholder(&variable.name));
                }
                TextPiece::Variable(variable) => {
                    written.push_str(&format!("{{{}}}", self.local(variable)));
                }
            }
        }
        if is_replaced {
            let local = self.local(first);
            let placeholder = literal(&placeholder(&first.name));
            return Text::Replace { literal: literal(&written), placeholder, local };
        }
        Text::Format(literal(&written))
    }

    /// A statement `before(args)after`; what does not fit in it is bound to a name before it.
    fn statement(&mut self, before: &str, args: Vec<Text>, after: &str) -> String {
        let mut out = String::new();
        let inline = |text: &Text| match text {
            Text::Simple(text) => text.clone(),
            Text::Format(literal) => format!("&format!({literal})"),
            Text::Replace { .. } => "\n".to_owned(),
        };
        let joined: Vec<String> = args.iter().map(inline).collect();
        let joined = joined.join(", ");
        // A format string is a call of its own, which rustfmt breaks by other rules.
        let fits = is_short(&joined, 2) && before.len() + joined.len() + after.len() <= 96;
        let mut words = Vec::new();
        let count = args.len();
        for (at, arg) in args.into_iter().enumerate() {
            let name = match (at, count) {
                (0, 1) => "value",
                (0, _) if before.contains("load_body") => "body",
                (0, _) => "name",
                (1, _) => "value",
                _ => "text",
            };
            match arg {
                Text::Simple(text) => words.push(text),
                Text::Format(literal) if fits => words.push(format!("&format!({literal})")),
                Text::Format(literal) => {
                    out.push_str(&binding(name, "format!(", &literal, ");"));
                    words.push(format!("&{name}"));
                }
                Text::Replace { literal, placeholder, local } => {
                    out.push_str(&binding(name, "", &format!("{literal};"), ""));
                    let args = [placeholder, format!("&{local}")];
                    out.push_str(&call(&format!("let {name} = {name}.replace("), &args, ");"));
                    words.push(format!("&{name}"));
                }
            }
        }
        out + &call(before, &words, after)
    }

    /// A call of a member with texts.
    fn set(&mut self, member: &str, texts: &[&str]) -> String {
        let args = texts.iter().map(|text| self.text(text)).collect();
        self.statement(&format!("{member}("), args, ");")
    }

    /// The same of one that can fail.
    fn try_set(&mut self, member: &str, texts: &[&str]) -> String {
        self.is_fallible = true;
        let args = texts.iter().map(|text| self.text(text)).collect();
        self.statement(&format!("{member}("), args, ")?;")
    }

    /// Variables in the braces of a format string.
    fn braced(&mut self, text: &str) -> String {
        let marked = self.marked;
        let mut out = String::new();
        for piece in marked.pieces(text.as_bytes()) {
            match piece {
                TextPiece::Text(text) => out.push_str(&String::from_utf8_lossy(text)),
                TextPiece::Variable(variable) => out += &format!("{{{}}}", self.local(variable)),
            }
        }
        out
    }
}
