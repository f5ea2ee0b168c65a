//! A stand-in for the library that records each call and then makes it.
//!
//! It is source code, written from the table of members, for programs that are compiled by a test. Each call is a line
//! of JSON in the file that `CALLS_FILE` names: class, Rust method, and the arguments that Chilkat's method has, objects
//! as null.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use zoomkat_port::{Member, Param, Signature, members};

const CLASSES: [&str; 7] =
    ["Http", "HttpRequest", "HttpResponse", "JsonObject", "JsonArray", "StringBuilder", "BinData"];

/// Returns the source of the stand-in, a module `recorder`.
pub(crate) fn source() -> String {
    let mut out = HEAD.to_owned();
    for class in CLASSES {
        let _ = writeln!(
            out,
            "#[derive(Clone, Default)]\npub struct Ck{class}(pub zoomkat::chilkat::Ck{class});\n\
             impl Ck{class} {{\n    pub fn new() -> Self {{\n        Self::default()\n    }}"
        );
        let mut written = BTreeSet::new();
        for member in members().iter().filter(|member| {
            member.class == class && !member.names.is_empty() && member.feature.is_empty()
        }) {
            for signature in [&member.call, &member.setter].into_iter().flatten() {
                if written.insert(signature.name) {
                    out += &method(member, signature).unwrap_or_default();
                }
            }
        }
        out += "}\n";
    }
    out + TAIL
}

/// Returns a method that records and delegates. `None` if no script of these tests can use it.
fn method(member: &Member, signature: &Signature) -> Option<String> {
    let class = member.class;
    let name = signature.name;
    let mut params = String::new();
    let (mut prepared, mut values) = (String::new(), Vec::new());
    let mut recorded: BTreeMap<usize, String> = BTreeMap::new();
    for param in &signature.params {
        let (ty, value, shown) = param_forms(param)?;
        let _ = write!(params, ", {}: {ty}", param.name);
        if ty == "impl Into<String>" {
            let _ = writeln!(prepared, "        let {0}: String = {0}.into();", param.name);
        }
        values.push(value);
        // A setter's only argument has no position in Chilkat.
        recorded.insert(param.position.unwrap_or(usize::MAX), shown);
    }
    let receiver = if signature.mutates { "&mut self" } else { "&self" };
    let call = format!("self.0.{name}({})", values.join(", "));
    let (returns, body) = match signature.returns {
        "&mut Self" => ("&mut Self".to_owned(), format!("{call};\n        self")),
        "Result<&mut Self>" => ("zoomkat::Result<()>".to_owned(), format!("{call}.map(|_| ())")),
        "" => ("()".to_owned(), call),
        other => match CLASSES.iter().find(|class| format!("Result<{class}>") == other) {
            Some(class) => {
                (format!("zoomkat::Result<Ck{class}>"), format!("{call}.map(Ck{class})"))
            }
            None if other.contains("impl ") || other.contains("Self") => {
                return None;
            }
            None => {
                let other = other.replace("Cow<", "std::borrow::Cow<");
                let other = other.replace("SystemTime", "std::time::SystemTime");
                (other.replace("Result<", "zoomkat::Result<"), call)
            }
        },
    };
    // Texts that only report are not calls of the script's flow.
    let is_silent = matches!(name, "last_error_text" | "last_method_success");
    let record = match is_silent {
        true => String::new(),
        false => {
            let args: Vec<String> = recorded.into_values().collect();
            format!("        super::record({class:?}, {name:?}, &[{}]);\n", args.join(", "))
        }
    };
    Some(format!(
        "    pub fn {name}({receiver}{params}) -> {returns} {{\n{prepared}{record}        {body}\n    }}\n"
    ))
}

/// Returns the type of a parameter, what is passed on, and what is recorded.
fn param_forms(param: &Param) -> Option<(String, String, String)> {
    let name = param.name;
    let object = || "Shown::Object".to_owned();
    let text = |text: String| format!("Shown::Text({text})");
    let mut recorded_class = CLASSES.iter().filter(|class| param.chilkat == **class);
    if let Some(class) = recorded_class.next() {
        return Some(match param.ty.strip_prefix("&mut ") {
            Some(_) => (format!("&mut Ck{class}"), format!("&mut {name}.0"), object()),
            // `&str` for a text of which Chilkat takes the object.
            None if param.ty == "&str" => ("&str".to_owned(), name.to_owned(), object()),
            None => (format!("&Ck{class}"), format!("&{name}.0"), object()),
        });
    }
    Some(match param.ty {
        "&str" => ("&str".into(), name.into(), text(format!("{name}.to_string()"))),
        "impl Into<String>" => (param.ty.into(), name.into(), text(format!("{name}.clone()"))),
        "impl fmt::Display" => (
            "impl std::fmt::Display".into(),
            format!("&{name}"),
            text(format!("{name}.to_string()")),
        ),
        "impl AsRef<Path>" => {
            let shown = text(format!("{name}.as_ref().display().to_string()"));
            ("impl AsRef<std::path::Path>".into(), format!("{name}.as_ref()"), shown)
        }
        "impl AsRef<str>" => (
            param.ty.into(),
            format!("{name}.as_ref()"),
            text(format!("{name}.as_ref().to_owned()")),
        ),
        "usize" | "isize" | "i64" | "u64" | "u32" | "u16" | "u8" => {
            (param.ty.into(), name.into(), format!("Shown::Int({name} as i64)"))
        }
        "bool" => ("bool".into(), name.into(), format!("Shown::Bool({name})")),
        "char" => ("char".into(), name.into(), text(format!("{name}.to_string()"))),
        _ => return None,
    })
}

const HEAD: &str = r#"
use std::io::Write as _;
pub use self::chilkat::{CkHttpRequest as HttpRequest, Transport};

pub enum Shown {
    Object,
    Text(String),
    Int(i64),
    Bool(bool),
}

fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if (c as u32) < 32 => out += &format!("\\u{:04x}", c as u32),
            c => out.push(c),
        }
    }
    out + "\""
}

fn record(class: &str, method: &str, args: &[Shown]) {
    let args: Vec<String> = args
        .iter()
        .map(|arg| match arg {
            Shown::Object => "null".to_owned(),
            Shown::Text(text) => json(text),
            Shown::Int(value) => value.to_string(),
            Shown::Bool(value) => value.to_string(),
        })
        .collect();
    let line = format!("[\"{class}\",\"{method}\",[{}]]\n", args.join(","));
    let file = std::env::var("CALLS_FILE").unwrap();
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
    file.write_all(line.as_bytes()).unwrap();
}

pub mod chilkat {
use super::Shown;

impl AsRef<str> for CkStringBuilder {
    fn as_ref(&self) -> &str {
        self.0.as_str()
    }
}

impl CkStringBuilder {
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// `CkHttp` of a program that uses nothing else of it.
pub struct Transport(zoomkat::Transport);

impl Transport {
    pub fn new() -> Transport {
        Transport(zoomkat::Transport::new())
    }

    pub fn synchronous_request(&self, domain: &str, port: u16, ssl: bool, req: &CkHttpRequest) -> zoomkat::Result<CkHttpResponse> {
        let args = [Shown::Text(domain.to_owned()), Shown::Int(port.into()), Shown::Bool(ssl), Shown::Object];
        super::record("Http", "synchronous_request", &args);
        self.0.synchronous_request(domain, port, ssl, &req.0).map(CkHttpResponse)
    }
}
"#;

const TAIL: &str = "}\n";
