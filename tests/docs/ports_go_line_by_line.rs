//! Each line of a script in examples/porting is one statement of its port, in the same order.
//!
//! Both are brought to the same sequence of names, literals and operators and compared.

use std::fs;
use std::path::Path;

/// A comment or a statement.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    text: String,
    tokens: Vec<String>,
}

/// What the names of a script are called in Rust, where that is not their snake case.
const NAMES: &[(&str, &str)] = &[
    ("PTextSb", "ptext_sb"),
    ("PercentDone", "on_percent_done"),
    ("AbortCheck", "on_abort_check"),
    ("exist", "exists"),
    ("ENV", "env"),
    ("to_i", "parse"),
];
/// What a language needs and the other has not.
const ONLY_RUBY: &[&str] = &["Chilkat", "File", "do", "print", "to_s"];
const ONLY_RUST: &[&str] =
    &["format", "is_ok", "let", "mut", "ok", "println", "std", "fs", "unwrap_or_default", "var"];
/// The rest of the punctuation says nothing that the names do not say.
const OPERATORS: &[&str] = &["==", "!=", ">=", "+=", "-", "<", "=", "!", "{", "}"];

/// `camelCase`, `UpperCamel` and what is in snake case already, in snake case.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (at, c) in name.char_indices() {
        let after_lower = name[..at].ends_with(|c: char| c.is_lowercase() || c.is_numeric());
        if c.is_uppercase() && after_lower {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

fn ruby_name(name: &str) -> String {
    if let Some((_, rust)) = NAMES.iter().find(|(ruby, _)| *ruby == name) {
        return (*rust).to_owned();
    }
    match (name.strip_prefix("put_"), name.strip_prefix("get_")) {
        (Some(name), _) => format!("set_{}", snake(name)),
        (_, Some(name)) => snake(name),
        _ if name.starts_with("Ck") => name.to_owned(),
        _ => snake(name),
    }
}

/// Names, numbers, strings in quotes and operators. In a string only `\"` and `\n` are escaped.
fn tokens(text: &str) -> Vec<String> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let length = if first == '"' {
            let closing = |at: &(usize, &str)| !rest[..at.0].ends_with('\\');
            rest[1..].match_indices('"').map(|(at, q)| (at + 1, q)).find(closing).unwrap().0 + 1
        } else if word(first) {
            rest.find(|c| !word(c)).unwrap_or(rest.len())
        } else {
            let operator = OPERATORS.iter().find(|operator| rest.starts_with(**operator));
            operator.map_or(first.len_utf8(), |operator| operator.len())
        };
        let (token, after) = rest.split_at(length);
        if first == '"' || word(first) || OPERATORS.contains(&token) {
            tokens.push(token.to_owned());
        }
        rest = after.trim_start();
    }
    tokens
}

fn ruby(line: &str) -> Vec<String> {
    match line {
        "require 'chilkat'" => return tokens("use zoomkat::chilkat::*;"),
        "exit" => return tokens("return Ok(());"),
        "end" => return vec!["}".to_owned()],
        _ => {}
    }
    let mut line = line.to_owned();
    if let Some(condition) = line.strip_suffix(" == false)") {
        line = condition.replacen("if (", "if !", 1);
    }
    if let Some((start, name)) = line.strip_suffix(" != \"\")").and_then(|l| l.split_once('(')) {
        line = format!("{start}!{name}.is_empty()");
    }
    if let Some((name, sum)) = line.split_once(" = ") {
        if let Some(number) = sum.strip_prefix(&format!("{name} + ")) {
            line = format!("{name} += {number}");
        }
    }
    let prints = line.starts_with("print ");
    let opens = line.starts_with("if ") || line.starts_with("while ") || line.contains(" do ");
    let mut tokens = tokens(&line);
    if prints {
        assert_eq!(tokens.pop().as_deref(), Some("\"\\n\""), "{line}");
    }
    // The braces are those of a block on one line.
    tokens.retain(|token| !ONLY_RUBY.contains(&token.as_str()) && token != "{" && token != "}");
    for token in &mut tokens {
        if !token.starts_with('"') {
            *token = ruby_name(token);
        }
    }
    if opens {
        tokens.push("{".to_owned());
    }
    tokens
}

/// A format string as the strings between its arguments, and the arguments that stand in it.
fn formatted(string: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = &string[1..string.len() - 1];
    while let Some((before, after)) = rest.split_once('{') {
        let (argument, after) = after.split_once('}').unwrap();
        tokens.extend([format!("\"{before}\""), argument.to_owned()]);
        rest = after;
    }
    tokens.push(format!("\"{rest}\""));
    tokens.retain(|token| !token.is_empty() && token != "\"\"");
    tokens
}

fn rust(statement: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut formats = false;
    for token in tokens(statement.trim_end_matches(';')) {
        if formats && token.starts_with('"') {
            found.extend(formatted(&token));
            formats = false;
        } else if matches!(token.as_str(), "println" | "format") {
            formats = true;
        } else if !(ONLY_RUST.contains(&token.as_str()) || formats && token == "!") {
            found.push(token);
        }
    }
    found
}

fn of_ruby(script: &str) -> Vec<Line> {
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| match line.strip_prefix('#') {
            Some(comment) => comment_line(comment),
            None => Line { text: line.to_owned(), tokens: ruby(line.trim_end_matches(';')) },
        })
        .collect()
}

/// Without the lines that are there for `main`.
fn of_rust(program: &str) -> Vec<Line> {
    let program = program.strip_suffix("    Ok(())\n}\n").unwrap();
    let mut found = Vec::new();
    let mut statement = String::new();
    for line in program.lines().map(str::trim) {
        if line.is_empty() || line.starts_with("fn main() -> ") {
            continue;
        }
        if let Some(comment) = line.strip_prefix("//") {
            assert_eq!(statement, "", "a comment stands within a statement");
            found.push(comment_line(comment));
            continue;
        }
        statement += line;
        // The value of a closure is a statement by itself.
        if line.ends_with([';', '{', '}']) || line == "false" {
            let text = std::mem::take(&mut statement);
            found.push(Line { tokens: rust(&text), text });
        } else {
            statement.push(' ');
        }
    }
    assert_eq!(statement, "");
    found
}

fn comment_line(comment: &str) -> Line {
    let tokens = vec!["//".to_owned(), comment.to_owned()];
    Line { text: format!("//{comment}"), tokens }
}

/// Holds each line of the script to the one of the port.
fn compare(ruby: &[Line], rust: &[Line]) -> Result<(), String> {
    for (ruby, rust) in ruby.iter().zip(rust) {
        if ruby.tokens != rust.tokens {
            return Err(format!("{ruby:#?}\nis not\n{rust:#?}"));
        }
    }
    if ruby.len() != rust.len() {
        return Err(format!("{} lines and {} statements", ruby.len(), rust.len()));
    }
    Ok(())
}

/// Name, script and port of each program in examples/porting.
fn programs() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/porting");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let scripts = files.filter(|path| path.extension().is_some_and(|kind| kind == "rb"));
    let programs = scripts.map(|script| {
        let name = script.file_stem().unwrap().to_str().unwrap().to_owned();
        let read = |path: &Path| fs::read_to_string(path).unwrap();
        (name, read(&script), read(&script.with_extension("rs")))
    });
    let programs: Vec<_> = programs.collect();
    assert_eq!(programs.len(), 10);
    programs
}

#[test]
fn each_line_of_a_script_is_one_statement_of_its_port() {
    for (name, script, port) in programs() {
        let (ruby, rust) = (of_ruby(&script), of_rust(&port));
        assert!(ruby.len() > 20, "{name}: {} lines", ruby.len());
        if let Err(why) = compare(&ruby, &rust) {
            panic!("{name}: {why}");
        }
    }
}

#[test]
fn a_line_that_is_dropped_swapped_or_changed_is_noticed() {
    for (name, script, port) in programs() {
        let (ruby, rust) = (of_ruby(&script), of_rust(&port));
        for at in 0..rust.len() {
            let mut dropped = rust.clone();
            let line = dropped.remove(at);
            assert!(compare(&ruby, &dropped).is_err(), "{name}: without {line:?}");
            let mut missing = ruby.clone();
            missing.remove(at);
            assert!(compare(&missing, &rust).is_err(), "{name}: without {:?}", ruby[at]);
            if at > 0 && rust[at - 1] != rust[at] {
                let mut swapped = rust.clone();
                swapped.swap(at - 1, at);
                assert!(compare(&ruby, &swapped).is_err(), "{name}: {line:?} earlier");
            }
        }
    }
    let ruby = of_ruby("req.put_Path(\"/v2/users\")\nprint x.get_I().to_s() + \"\\n\";\n");
    for (first, second) in [
        ("req.set_path(\"/v2/user\");", "println!(\"{}\", x.i());"),
        ("req.set_paths(\"/v2/users\");", "println!(\"{}\", x.i());"),
        ("res.set_path(\"/v2/users\");", "println!(\"{}\", x.i());"),
        ("req.set_path(\"/v2/users\");", "println!(\"{} \", x.i());"),
        ("req.set_path(\"/v2/users\");", "println!(\"{}\", x.j());"),
        ("req.set_path(\"/v2/users\");", "println!(\"{}\", y.i());"),
        ("req.set_path(\"/v2/users\", true);", "println!(\"{}\", x.i());"),
    ] {
        let port = format!("    {first}\n    {second}\n    Ok(())\n}}\n");
        assert!(compare(&ruby, &of_rust(&port)).is_err(), "{port}");
    }
    let port = "req.set_path(\"/v2/users\");\nprintln!(\"{}\", x.i());\n    Ok(())\n}\n";
    assert_eq!(compare(&ruby, &of_rust(port)), Ok(()));
}

/// The rows of the first table of the guide that begins with this line, without their backticks. In
/// a table a `|` has a backslash before it.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/porting.md");
    let guide = fs::read_to_string(path).unwrap();
    let (_, section) = guide.split_once("\n## Ten whole programs\n").unwrap();
    let (_, table) = section.split_once(heading).unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cell = |cell: &str| cell.trim_matches([' ', '|']).trim_matches('`').replace("\\|", "|");
    rows.map(|row| row.split(" | ").map(cell).collect()).collect()
}

#[test]
fn the_guide_has_each_program_and_true_lines() {
    let mut listed: Vec<String> =
        rows("| program | what it shows | it needs |").iter().map(|row| row[0].clone()).collect();
    listed.sort();
    let mut names: Vec<String> = programs().into_iter().map(|(name, ..)| name).collect();
    names.sort();
    assert_eq!(listed, names);

    let lines = rows("| Ruby | Rust |");
    assert!(lines.len() > 10);
    for line in lines {
        let rust = of_rust(&format!("{}\n    Ok(())\n}}\n", line[1]));
        compare(&of_ruby(&line[0]), &rust).unwrap_or_else(|why| panic!("{why}"));
    }
}

#[test]
fn each_port_is_an_example_of_the_package() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let manifest = fs::read_to_string(path).unwrap();
    for (name, ..) in programs() {
        let example = format!(
            "[[example]]\nname = \"porting_{name}\"\npath = \"examples/porting/{name}.rs\"\n\
             required-features = [\"chilkat\"]\n"
        );
        assert!(manifest.contains(&example), "{example}");
    }
}
