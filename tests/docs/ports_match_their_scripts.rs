//! The ports in examples/porting: each contains its script line by line, each line above the Rust
//! that replaces it.

use std::fs;

use crate::source::{path, read};

/// Returns the name, script and port of each program in examples/porting.
fn programs() -> Vec<(String, String, String)> {
    let files = fs::read_dir(path("examples/porting")).unwrap().map(|file| file.unwrap().path());
    let scripts = files.filter(|path| path.extension().is_some_and(|kind| kind == "rb"));
    let programs = scripts.map(|script| {
        let name = script.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, read(&script), read(script.with_extension("rs")))
    });
    let programs: Vec<_> = programs.collect();
    assert_eq!(programs.len(), 10);
    programs
}

/// Returns a line of a script as it appears in the port. A comment stays a comment.
fn comment(line: &str) -> String {
    match line.strip_prefix('#') {
        Some(comment) => format!("//{comment}"),
        None => format!("// {line}"),
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// Returns the first difference between a port and its script.
fn fault(script: &str, port: &str) -> Option<String> {
    let mut port = lines(port).peekable();
    for line in lines(script) {
        let wanted = comment(line);
        let found = port.by_ref().find(|line| line.starts_with("//"));
        if found != Some(&wanted) {
            let found = found.unwrap_or("missing");
            return Some(format!("the next comment should be\n  {wanted}\nand is\n  {found}"));
        }
        if !line.starts_with('#') && port.peek().is_none_or(|next| next.starts_with("//")) {
            return Some(format!("there is no Rust below\n  {wanted}"));
        }
    }
    port.find(|line| line.starts_with("//")).map(|more| format!("the script has no\n  {more}"))
}

#[test]
fn each_line_of_a_script_is_above_the_rust_that_replaces_it() {
    for (name, script, port) in programs() {
        if let Some(fault) = fault(&script, &port) {
            panic!("examples/porting/{name}.rs: {fault}");
        }
    }
    let script = "# Lorem\na = 1\nend\n";
    assert_eq!(fault(script, "// Lorem\n\n    // a = 1\n    let a = 1;\n// end\n}\n"), None);
    for port in [
        "// Lorem\n// a = 2\nlet a = 1;\n// end\n}\n",
        "// Lorem\n// end\n}\n// a = 1\nlet a = 1;\n",
        "// Lorem\n// a = 1\nlet a = 1;\n}\n",
        "// Lorem\n// a = 1\n// end\n}\n",
        "// Lorem\n// a = 1\nlet a = 1;\n// end\n}\n// more\n",
        "// a = 1\nlet a = 1;\n// end\n}\n",
    ] {
        assert!(fault(script, port).is_some(), "{port}");
    }
}

/// Returns the rows of the first table of the guide that begins with this line, without backticks.
/// In a table, `|` is written `\|`.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let guide = read("docs/porting.md");
    let (_, section) = guide.split_once("\n## Example programs\n").unwrap();
    let (_, table) = section.split_once(heading).unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cell = |cell: &str| cell.trim_matches([' ', '|']).trim_matches('`').replace("\\|", "|");
    rows.map(|row| row.split(" | ").map(cell).collect()).collect()
}

#[test]
fn the_guide_lists_each_program_and_quotes_its_lines() {
    let mut listed: Vec<String> =
        rows("| program | what it shows | it needs |").iter().map(|row| row[0].clone()).collect();
    listed.sort();
    let mut names: Vec<String> = programs().into_iter().map(|(name, ..)| name).collect();
    names.sort();
    assert_eq!(listed, names);

    let without_spaces = |text: &str| text.replace(char::is_whitespace, "");
    let ports: Vec<String> = programs().iter().map(|(.., port)| without_spaces(port)).collect();
    let lines = rows("| Ruby | Rust |");
    assert!(lines.len() > 10);
    for line in lines {
        let both = without_spaces(&format!("// {}\n{}", line[0], line[1]));
        assert!(ports.iter().any(|port| port.contains(&both)), "no port has {line:#?}");
    }
}

#[test]
fn each_port_is_an_example_of_the_package() {
    let manifest = read("Cargo.toml");
    for (name, ..) in programs() {
        let example = format!(
            "[[example]]\nname = \"porting_{name}\"\npath = \"examples/porting/{name}.rs\"\n\
             required-features = [\"chilkat\"]\n"
        );
        assert!(manifest.contains(&example), "{example}");
    }
}
