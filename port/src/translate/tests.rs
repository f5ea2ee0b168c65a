//! Forms of statements, and programs that the compiler takes.

mod values;

use std::path::PathBuf;
use std::process::Command;

use crate::language::Language;
use crate::{Form, Options, RemarkKind, port};

mod leaving;

/// Ports the body of a Ruby script and returns the body of `main`, without indentation.
fn body(script: &str) -> String {
    body_in(script, Form::Idiomatic)
}

fn body_in(script: &str, form: Form) -> String {
    let program = program(script, Language::Ruby, form);
    let start = program.find("fn main()").unwrap();
    let inside = &program[start..];
    let end = inside.find("\n}\n").unwrap();
    let lines = inside[..end].lines().skip(1).map(|line| line.strip_prefix("    ").unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

fn program(script: &str, language: Language, form: Form) -> String {
    let mut options = Options::new(language);
    options.form = form;
    port(script, &options).unwrap().program
}

const HTTP: &str = "http = Chilkat::CkHttp.new()\n";
const JSON: &str = "json = Chilkat::CkJsonObject.new()\n";

fn after(start: &str, script: &str, expected: &str) {
    let found = body(&format!("{start}{script}\n"));
    assert!(found.contains(expected), "{found}\n-- has not --\n{expected}");
}

#[test]
fn a_guard_becomes_a_match() {
    after(
        HTTP,
        "resp = http.QuickGetObj(\"https://a.example\")\nif (http.get_LastMethodSuccess() == false)\n  \
         print http.lastErrorText() + \"\\n\";\n  exit\nend\nprint resp.bodyStr()",
        "let resp = match http.quick_get_obj(\"https://a.example\") {\n    Ok(resp) => resp,\n    Err(err) => {\n        \
         eprintln!(\"{}\", err.last_error_text());\n        std::process::exit(1);\n    }\n};",
    );
}

#[test]
fn a_literal_port_keeps_the_lines() {
    let script = format!(
        "{HTTP}resp = http.QuickGetObj(\"https://a.example\")\nif (http.get_LastMethodSuccess() == false)\n  \
         print http.lastErrorText() + \"\\n\";\n  exit\nend\nprint resp.bodyStr()\n"
    );
    let found = body_in(&script, Form::Literal);
    let expected = "let resp = http.quick_get_obj(\"https://a.example\").unwrap_or_default();\n\
                    if !http.last_method_success() {\n    println!(\"{}\", http.last_error_text());\n    return;\n}";
    let found = found.split_whitespace().collect::<Vec<_>>().join(" ").replace(" .", ".");
    let expected = expected.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(found.contains(&expected), "{found}");
}

#[test]
fn positions_need_no_casts() {
    after(
        JSON,
        "i = 0\nn = json.SizeOfArray(\"boats\")\nwhile i < n\n  json.put_I(i)\n  puts json.stringOf(\"boats[i].name\")\n  \
         i = i + 1\nend",
        "let n = json.size_of_array(\"boats\").unwrap_or_default();\nfor i in 0..n {\n    json.set_i(i);",
    );
}

#[test]
fn a_number_that_may_be_missing_is_tested_in_place() {
    after(
        JSON,
        "if json.SizeOfArray(\"boats\") == -1\n  puts \"none\"\nend",
        "if json.size_of_array(\"boats\").is_none() {",
    );
    after(
        JSON,
        "n = json.SizeOfArray(\"boats\")\nif n < 0\n  puts \"none\"\nend",
        "let n = json.size_of_array(\"boats\").map_or(-1, |n| n as i64);\nif n < 0 {",
    );
}

#[test]
fn an_error_of_the_program_is_passed_on_and_one_of_the_data_is_not() {
    after(JSON, "json.UpdateInt(\"a\", 1)", "json.update_int(\"a\", 1)?;");
    after(JSON, "json.Load(\"{}\")", "json.load(\"{}\").ok();");
    after(JSON, "ok = json.Load(\"{}\")\nputs ok", "let ok = json.load(\"{}\").is_ok();");
}

#[test]
fn texts_take_the_form_of_their_places() {
    after(
        JSON,
        "a = json.stringOf(\"a\")\njson.UpdateString(\"b\", a + \"!\")\njson.UpdateString(\"c\", a)",
        "json.update_string(\"b\", &format!(\"{a}!\"))?;\njson.update_string(\"c\", &a)?;",
    );
}

#[test]
fn an_object_that_is_given_to_a_function_that_changes_it_is_mutable() {
    let found = program(
        &format!(
            "def fill(json)\n  json.UpdateInt(\"a\", 1)\nend\n{JSON}fill(json)\nputs json.emit()\n"
        ),
        Language::Ruby,
        Form::Idiomatic,
    );
    assert!(found.contains("fn fill(json: &mut CkJsonObject)"), "{found}");
    assert!(found.contains("fill(&mut json)?;"), "{found}");
}

#[test]
fn a_function_that_may_return_nothing_returns_an_option() {
    let found = program(
        "def find(n)\n  return nil if n > 2\n  \"a\"\nend\nx = find(1)\nif x.nil?\n  puts \"none\"\nelse\n  puts x\nend\n\
         json = Chilkat::CkJsonObject.new()\nputs json.emit()\n",
        Language::Ruby,
        Form::Idiomatic,
    );
    assert!(found.contains("fn find(n: i64) -> Option<String>"), "{found}");
    assert!(found.contains("return None;"), "{found}");
}

#[test]
fn continue_in_a_try_at_the_end_of_a_loop_leaves_its_closure() {
    let found = body(&format!(
        "def get(http, id)\n  raise \"none\" if id > 5\n  id\nend\n{HTTP}[3, 8].each do |id|\n  begin\n    n = get(http, id)\n    \
         next if n == 3\n    puts n\n  rescue => e\n    puts e.message\n  end\nend\n"
    ));
    assert!(found.contains("return Ok(());"), "{found}");
    assert!(found.contains("if let Err(err) = result {"), "{found}");
}

#[test]
fn what_depends_on_a_missing_class_is_a_comment_with_it() {
    let script = format!(
        "xml = Chilkat::CkXml.new()\nxml.LoadXml(\"<a/>\")\nt = xml.tag\nputs t\n{JSON}puts json.emit()\n"
    );
    let found = body(&script);
    assert!(
        found.starts_with(
            "// Not ported (CkXml is not here; quick-xml reads and writes XML):\n\
             // xml = Chilkat::CkXml.new()\n// xml.LoadXml(\"<a/>\")\n// t = xml.tag\n// puts t\n"
        ),
        "{found}"
    );
    let remarks = port(&script, &Options::new(Language::Ruby)).unwrap().remarks;
    let lines: Vec<usize> = remarks
        .iter()
        .filter(|remark| remark.kind == RemarkKind::NotPorted)
        .map(|remark| remark.line)
        .collect();
    assert_eq!(lines, [1, 2, 4]);
}

#[test]
fn a_value_that_is_needed_has_a_stand_in() {
    after(
        HTTP,
        "xml = Chilkat::CkXml.new()\nt = xml.tag\nhttp.put_AuthToken(t)",
        "let t: String = not_ported(\"line 3: xml is not ported\");\nhttp.set_auth_token(&t);",
    );
}

#[test]
fn nothing_is_translated_that_does_not_fit() {
    let found = body(&format!("{JSON}json.UpdateInt(\"a\", \"b\".upcase)\nputs json.emit()\n"));
    assert!(found.contains("// json.UpdateInt(\"a\", \"b\".upcase)"), "{found}");
}

/// Scripts whose ports have all forms of statements.
const SCRIPTS: &[(Language, &str)] = &[
    (Language::Ruby, include_str!("tests/forms.rb")),
    (Language::Ruby, include_str!("tests/functions.rb")),
    (Language::Ruby, include_str!("tests/missing.rb")),
    (Language::Python, include_str!("tests/forms.py")),
    (Language::Php, include_str!("tests/leaving.php")),
    (Language::CSharp, include_str!("tests/leaving.cs")),
    (Language::VbNet, include_str!("tests/leaving.vb")),
    (Language::JavaScript, include_str!("tests/forms.js")),
    (Language::Ruby, include_str!("tests/values.rb")),
    (Language::Python, include_str!("tests/values.py")),
    (Language::JavaScript, include_str!("tests/values.js")),
    (Language::CSharp, include_str!("tests/values.cs")),
    (Language::VbNet, include_str!("tests/values.vb")),
    (Language::Php, include_str!("tests/values.php")),
    (Language::Cpp, include_str!("tests/looks.cpp")),
];

#[test]
fn the_compiler_takes_the_programs_without_a_warning() {
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let libraries = std::fs::read_dir(&deps).unwrap().filter_map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name()?.to_str()?;
        let is_ours = name.starts_with("libzoomkat-") && name.ends_with(".rlib");
        is_ours.then(|| (path.metadata().unwrap().modified().unwrap(), path))
    });
    // Libraries of earlier builds may be there too. The newest is current.
    let (_, library) = libraries.max().expect("zoomkat next to the test's executable");
    let folder: PathBuf = std::env::temp_dir().join(format!("zoomkat-port-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut main = String::from("#![deny(warnings)]\nfn main() {}\n");
    for (at, (language, script)) in SCRIPTS.iter().enumerate() {
        for (form, literal) in [(Form::Idiomatic, ""), (Form::Literal, "_literal")] {
            let text = program(script, *language, form);
            let name = format!("program{at}{literal}");
            std::fs::write(folder.join(format!("{name}.rs")), text).unwrap();
            main.push_str(&format!(
                "mod {name} {{\n    include!(\"{name}.rs\");\n    #[test]\n    fn run() {{\n        \
                 let _ = main();\n    }}\n}}\n"
            ));
        }
    }
    std::fs::write(folder.join("main.rs"), main).unwrap();
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.args(["--edition", "2024", "--crate-name", "programs", "--test", "--emit=metadata"]);
    command.arg("--extern").arg(format!("zoomkat={}", library.display()));
    command.arg("-L").arg(format!("dependency={}", deps.display()));
    command.arg("--out-dir").arg(&folder).arg(folder.join("main.rs"));
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(output.status.success(), "{errors}");
}
