//! Scripts under their own interpreters and their ports under zoomkat make the same calls.
//!
//! `stand_ins/` has a module `chilkat` for each interpreter that records the calls.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::http::HttpServer;
use support::programs::Programs;
use support::tools;
use zoomkat_port::{Form, Kind, Language, members};

use super::ports_send_what_scripts_say::{TOKEN, answer, folder};
use super::{Script, recorder, scripts};

/// Class, Rust method, and its arguments: texts, numbers and booleans as text, objects as null.
type Recorded = (String, String, Vec<Value>);

/// Returns the command that runs a script with the stand-in, and the program that it needs.
fn interpreter(language: Language) -> Option<(&'static str, Command)> {
    let stand_ins = Path::new(env!("CARGO_MANIFEST_DIR")).join("port/stand_ins");
    let folder = stand_ins.join(language.id());
    let program = match language {
        Language::Ruby => "ruby",
        Language::Python => "python3",
        Language::Php => "php",
        Language::JavaScript => "node",
        Language::Perl => "perl",
        _ => return None,
    };
    let mut command = Command::new(program);
    match language {
        Language::Ruby | Language::Perl => _ = command.arg("-I").arg(&folder),
        Language::Python => {
            _ = command.env("PYTHONPATH", &folder).env("PYTHONDONTWRITEBYTECODE", "1")
        }
        Language::Php => {
            command.arg("-d").arg(format!("include_path={}", folder.display()));
        }
        _ => _ = command.env("NODE_PATH", &folder),
    }
    Some((program, command))
}

/// Runs a command with the environment of the scripts, and returns the calls that it records. A script that is refused
/// ends with another code than 0, which is not compared: a port reports it by code 1.
fn recorded(mut command: Command, port: u16, folder: &Path) -> Vec<Value> {
    let calls = folder.join("calls.jsonl");
    let _ = fs::remove_file(&calls);
    let output = command
        .current_dir(folder)
        .env("CALLS_FILE", &calls)
        .env("BOATS_URL", format!("http://127.0.0.1:{port}"))
        .env("BOATS_DOMAIN", "127.0.0.1")
        .env("BOATS_PORT", port.to_string())
        .env("BOATS_TOKEN", TOKEN)
        .output()
        .unwrap();
    let text = fs::read_to_string(&calls).unwrap_or_else(|_| {
        panic!(
            "no calls: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    });
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a Chilkat member is in Rust.
struct Method {
    call: Option<&'static str>,
    setter: Option<&'static str>,
    /// Chilkat's types of the arguments.
    types: Vec<&'static str>,
}

/// The members by class and name in lower case.
struct Methods(HashMap<(String, String), Method>);

impl Methods {
    fn new() -> Methods {
        let mut methods = HashMap::new();
        for member in members() {
            for name in &member.names {
                let key = (member.class.to_owned(), name.to_ascii_lowercase());
                let call = member.call.as_ref().map(|signature| signature.name);
                let setter = member.setter.as_ref().map(|signature| signature.name);
                let types = match member.kind {
                    Kind::Property => vec![member.returns],
                    Kind::Method => member.args.iter().map(|arg| arg.ty).collect(),
                };
                methods.insert(key, Method { call, setter, types });
            }
        }
        Methods(methods)
    }

    /// Returns a call that a stand-in recorded as the call in Rust.
    fn of_original(&self, call: &Value) -> Recorded {
        let (class, name, args) = (&call["class"], &call["member"], &call["args"]);
        let class = class.as_str().unwrap().to_owned();
        let args: Vec<Value> = args.as_array().unwrap().clone();
        let key = (class.clone(), name.as_str().unwrap().to_ascii_lowercase());
        let Method { call, setter, types } =
            self.0.get(&key).unwrap_or_else(|| panic!("{key:?} is not a member"));
        let method = if args.len() == 1 { setter.or(*call) } else { *call };
        let args = args
            .into_iter()
            .enumerate()
            .map(|(at, arg)| shown(arg, types.get(at).copied().unwrap_or_default()));
        (class, method.unwrap().to_owned(), args.collect())
    }
}

/// Returns an argument in the form of the comparison.
fn shown(arg: Value, ty: &str) -> Value {
    match arg {
        Value::Object(_) | Value::Array(_) => Value::Null,
        // Perl has no booleans.
        Value::Number(number) if ty == "bool" => {
            Value::from((number.as_i64() != Some(0)).to_string())
        }
        Value::String(text) if ty == "bool" => {
            Value::from((text == "1" || text == "true").to_string())
        }
        Value::String(text) => Value::from(text),
        Value::Null => Value::Null,
        other => Value::from(other.to_string()),
    }
}

fn of_port(call: &Value) -> Recorded {
    let text = |at: usize| call[at].as_str().unwrap().to_owned();
    let args = call[2].as_array().unwrap().iter().map(|arg| shown(arg.clone(), ""));
    (text(0), text(1), args.collect())
}

/// Returns the scripts that run under an interpreter that is used here.
fn originals() -> Vec<(Script, PathBuf)> {
    let mut originals = Vec::new();
    for script in scripts() {
        let Some((program, _)) = interpreter(script.language) else { continue };
        // COM exists on Windows only, and the class that is not here has no stand-in.
        if script.name.ends_with("_com") || script.task() == "unknown_class" || !tools::has(program)
        {
            continue;
        }
        let path = script.path.clone();
        originals.push((script, path));
    }
    originals
}

#[test]
fn ports_make_the_calls_of_their_scripts() {
    let originals = originals();
    if originals.is_empty() {
        return;
    }
    let forms = [Form::Idiomatic, Form::Literal];
    let programs: Vec<String> = originals
        .iter()
        .flat_map(|(script, _)| {
            forms.map(|form| script.port(form).program.replace("zoomkat::", "crate::recorder::"))
        })
        .collect();
    let programs = Programs::compile_with(&programs, "recorder", &recorder::source());
    let (folder, methods) = (folder(), Methods::new());
    let mut differing = Vec::new();
    for (at, (script, path)) in originals.iter().enumerate() {
        let (_, mut command) = interpreter(script.language).unwrap();
        command.arg(path);
        let server = HttpServer::start(answer);
        let expected = recorded(command, server.port(), folder.path());
        let expected: Vec<Recorded> =
            expected.iter().map(|call| methods.of_original(call)).collect();
        for (form_at, form) in forms.iter().enumerate() {
            let port = recorded(
                programs.command(at * forms.len() + form_at),
                server.port(),
                folder.path(),
            );
            let port: Vec<Recorded> = port.iter().map(of_port).collect();
            if let Some(difference) = difference(&expected, &port) {
                differing
                    .push(format!("{}/{} ({form:?}): {difference}", script.language, script.name));
            }
        }
    }
    assert!(differing.is_empty(), "{} ports differ:\n{}", differing.len(), differing.join("\n"));
}

/// Returns the first call that differs.
fn difference(script: &[Recorded], port: &[Recorded]) -> Option<String> {
    let at = (0..script.len().max(port.len())).find(|at| script.get(*at) != port.get(*at))?;
    Some(format!(
        "call {at} of {}: script {:?}, port {:?}",
        script.len(),
        script.get(at),
        port.get(at)
    ))
}
