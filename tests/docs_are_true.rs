//! docs/porting.md names every public member, and only members that there are.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The names of the public functions of a type, whose `impl` blocks may be in several files.
fn members(files: &[&str]) -> BTreeSet<String> {
    let text: String = files.iter().map(|file| read(file)).collect();
    let name = |line: &str| {
        let rest = line.trim_start().strip_prefix("pub fn ")?;
        Some(rest.split(['(', '<']).next()?.to_owned())
    };
    text.lines().filter_map(name).collect()
}

/// The Rust names in the second column of the table under a heading.
fn listed(heading: &str) -> BTreeSet<String> {
    let text = read("docs/porting.md");
    let (_, section) = text.split_once(heading).unwrap();
    let table = section.split("\n## ").next().unwrap();
    let names = table
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .flat_map(|line| line.split('|').nth(2).unwrap().split(','))
        .map(|name| name.trim().trim_matches('`').to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn the_tables_of_the_porting_guide_are_complete_and_true() {
    let request = ["src/request/mod.rs", "src/request/params.rs", "src/request/prepare.rs"];
    for (heading, files) in [
        ("## CkHttpRequest", request.as_slice()),
        ("## CkHttpResponse", &["src/response.rs"]),
        ("## CkHttp: ", &["src/transport/mod.rs"]),
    ] {
        let mut built = members(files);
        built.remove("new");
        let mut listed = listed(heading);
        listed.remove("last_error_text");
        assert_eq!(built, listed, "{heading}");
        assert!(built.len() > 20, "{heading}: only {} members were found", built.len());
    }
}

#[test]
fn each_chilkat_name_in_the_tables_is_found_by_a_search_of_the_documentation() {
    let sources: String = [
        "src/error.rs",
        "src/request/mod.rs",
        "src/request/params.rs",
        "src/request/prepare.rs",
        "src/response.rs",
        "src/transport/mod.rs",
    ]
    .map(read)
    .concat();
    let text = read("docs/porting.md");
    let (_, tables) = text.split_once("## CkHttpRequest").unwrap();
    for line in tables.lines().filter(|line| line.starts_with("| `")) {
        for name in line.split('|').nth(1).unwrap().split(',') {
            let name = name.trim().trim_matches('`');
            let alias = format!("doc(alias = \"{name}\")");
            assert!(sources.contains(&alias), "{name} is no alias");
        }
    }
}

/// The lines of the program, without what is empty.
fn program(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn the_script_of_the_porting_guide_is_the_program_of_the_readme() {
    let readme = read("README.md");
    let block = readme.split("```rust,no_run\n").nth(1).unwrap().split("```").next().unwrap();
    let mut expected = program(block);
    expected.retain(|line| line != "fn main() {");
    expected.pop(); // the brace that ends main

    let guide = read("docs/porting.md");
    let (_, section) = guide.split_once("## The script").unwrap();
    let rows = section.split("\n## ").next().unwrap().lines().filter(|l| l.starts_with("| `"));
    let column =
        rows.map(|row| row.rsplit(" | ").next().unwrap().trim_end_matches(" |").to_owned());
    let cells: Vec<String> = column.collect();
    let lines: String = cells
        .iter()
        .flat_map(|cell| cell.split("<br>"))
        .map(|l| format!("{}\n", l.trim_matches('`')))
        .collect();
    assert_eq!(program(&lines), expected);
}

/// The variants of a public enum, as its source has them.
fn variants(file: &str, name: &str) -> BTreeSet<String> {
    let text = read(file);
    let (_, body) = text.split_once(&format!("pub enum {name} {{\n")).unwrap();
    let body = body.split("\n}").next().unwrap();
    let lines = body.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     "));
    lines
        .map(|line| line.trim().split(['(', ',', ' ']).next().unwrap().to_owned())
        .filter(|word| word.starts_with(char::is_uppercase))
        .collect()
}

/// The names in the first column of the first table under a heading.
fn first_column(file: &str, heading: &str) -> BTreeSet<String> {
    let text = read(file);
    let (_, section) = text.split_once(&format!("\n{heading}\n")).unwrap();
    let rows = section.lines().skip_while(|line| !line.starts_with('|'));
    let rows = rows.take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.split('|').nth(1).unwrap().trim().trim_matches('`').to_owned()).collect()
}

#[test]
fn the_page_of_errors_has_each_error_and_only_those_that_there_are() {
    for (file, name, heading) in [
        ("src/zoom/error.rs", "ErrorKind", "## zoom::Error"),
        ("src/zoom/passwords.rs", "PasswordRejected", "### PasswordRejected"),
        ("src/error.rs", "ErrorKind", "## zoomkat::Error"),
    ] {
        let built = variants(file, name);
        assert!(built.len() > 10, "{name}: {built:?}");
        assert_eq!(first_column("docs/errors.md", heading), built, "{heading}");
    }
}
