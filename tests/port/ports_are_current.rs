//! The ports beside the scripts are what the porter writes.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use zoomkat_port::{Form, Language};

use super::{Script, programs, scripts};

const HOW: &str = "To write them anew:\n  ZOOMKAT_BLESS=1 cargo test --workspace --all-features --test port ports_are_current";

/// Compares a port with its file, or writes the file.
fn check(script: &Script, form: Form, path: &Path, differing: &mut Vec<String>) {
    let program = script.port(form).program;
    if env::var_os("ZOOMKAT_BLESS").is_some() {
        fs::write(path, program).unwrap();
    } else if fs::read_to_string(path).unwrap_or_default() != program {
        differing.push(path.display().to_string());
    }
}

#[test]
fn each_script_has_its_current_port() {
    let mut differing = Vec::new();
    for script in scripts() {
        check(&script, Form::Idiomatic, &script.port_path(), &mut differing);
    }
    assert!(differing.is_empty(), "other ports: {differing:#?}\n{HOW}");
}

#[test]
fn each_script_of_the_examples_has_its_current_port() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut differing = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(root.join("../examples/porting")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rb") {
            let script = Script::read(Language::Ruby, path);
            let folder = root.join("port/examples");
            check(
                &script,
                Form::Idiomatic,
                &folder.join(format!("{}.rs", script.name)),
                &mut differing,
            );
            let literal = folder.join(format!("{}_literal.rs", script.name));
            check(&script, Form::Literal, &literal, &mut differing);
            count += 1;
        }
    }
    assert_eq!(count, 10);
    assert!(differing.is_empty(), "other ports: {differing:#?}\n{HOW}");
}

#[test]
fn each_language_has_its_scripts() {
    let scripts = scripts();
    for language in Language::all() {
        let of_language = scripts.iter().filter(|script| script.language == language);
        let tasks: BTreeSet<&str> = of_language.map(Script::task).collect();
        assert_eq!(tasks.len(), 6, "{language}: {tasks:?}");
    }
}

#[test]
fn each_port_is_compiled_into_this_program() {
    let scripts = scripts();
    let names: BTreeSet<(&str, &str)> =
        scripts.iter().map(|script| (script.language.id(), script.name.as_str())).collect();
    let compiled: BTreeSet<(&str, &str)> =
        programs::PROGRAMS.iter().map(|(language, name, _)| (*language, *name)).collect();
    assert_eq!(names, compiled);
}

/// By rustfmt with its default settings, which are not those of this repository.
#[test]
fn ports_are_laid_out_as_rustfmt_does() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rustfmt.toml"), "").unwrap();
    let mut files = Vec::new();
    for (at, script) in scripts().iter().enumerate() {
        for form in [Form::Idiomatic, Form::Literal] {
            let name = format!("{}_{}_{at}_{form:?}.rs", script.language.id(), script.name);
            let path = folder.path().join(name);
            fs::write(&path, script.port(form).program).unwrap();
            files.push(path);
        }
    }
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--check", "--config-path"]).arg(folder.path()).args(files);
    let output = rustfmt.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}
