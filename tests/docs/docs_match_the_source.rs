//! The documentation pages: tables are valid, programs are copies of
//! the tested one, the page of errors lists every error, and the page of security names tests that exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::source::{self, members, path, read, variants};

/// Returns the code spans of a cell, which commas separate.
fn spans(cell: &str) -> Vec<String> {
    let mut spans = Vec::new();
    for (index, piece) in cell.trim().split('`').enumerate() {
        match index % 2 {
            0 => assert!(matches!(piece, "" | ", "), "{cell:?} is not a list of code spans"),
            _ => spans.push(piece.to_owned()),
        }
    }
    spans
}

/// Returns the rows of the tables in a text, split into cells, without the heads.
fn cells(text: &str) -> Vec<Vec<&str>> {
    let is_head = |cells: &[&str]| cells[0].trim() == "Chilkat" || cells[0].starts_with("---");
    let lines = text.lines().filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split('|').collect()).collect();
    rows.into_iter().filter(|cells| !is_head(cells)).collect()
}

/// Returns the pages in docs/ and in the root folder, with their names.
fn pages() -> Vec<(String, String)> {
    let files = [path(""), path("docs")]
        .into_iter()
        .flat_map(|dir| fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()));
    let pages = files.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    pages.map(|path| (path.display().to_string(), read(&path))).collect()
}

/// Returns why lines that begin with a bar are not one table: a head, a separator line, and rows
/// with the same number of cells.
fn table_fault(lines: &[&str]) -> Option<String> {
    let cells =
        |line: &str| line.replace("\\|", "").trim_end().trim_matches('|').split('|').count();
    let is_rule = |line: &str| line.contains('-') && line.chars().all(|c| "|-: ".contains(c));
    match lines {
        [head, rule, rows @ ..] if is_rule(rule) && !rows.is_empty() => {
            let odd = lines.iter().find(|line| cells(line) != cells(head) || !line.ends_with('|'));
            odd.map(|line| format!("another number of cells: {line}"))
        }
        _ => Some(format!("no table begins here: {}", lines[0])),
    }
}

#[test]
fn every_table_on_every_page_is_valid() {
    let pages = pages();
    assert!(pages.len() > 8, "only {} pages were found", pages.len());
    let mut tables = 0;
    for (page, text) in &pages {
        let mut is_code = false;
        let lines: Vec<&str> = text
            .lines()
            .map(|line| {
                is_code ^= line.trim_start().starts_with("```");
                if is_code { "" } else { line }
            })
            .collect();
        for table in lines.split(|line| !line.starts_with('|')).filter(|lines| !lines.is_empty()) {
            assert_eq!(table_fault(table), None, "{page}");
            tables += 1;
        }
    }
    assert!(tables > 30, "only {tables} tables were found");
    // An empty line in the middle turns the rows below it into text.
    for torn in [&["| c | d |"][..], &["| c | d |", "| e | f |"], &["| a |", "|---|", "| b | c |"]]
    {
        assert!(table_fault(torn).is_some(), "{torn:?}");
    }
}

/// Returns the text of a chapter of a page.
fn chapter(page: &str, heading: &str) -> String {
    let (_, text) = page.split_once(&format!("\n## {heading}\n")).expect(heading);
    text.split("\n## ").next().unwrap().to_owned()
}

/// Returns the non-empty lines of the program.
fn program(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The program at the start of the README, which a test in `tests/chilkat` runs.
const PROGRAM: &str = "benches/readme/src/main.rs";

/// Fails with the first line that differs from the program.
fn assert_same(copy: &str, program: &str, what: &str) {
    let at = (0..).take_while(|at| copy.lines().nth(*at).or(program.lines().nth(*at)).is_some());
    for at in at {
        let lines = (copy.lines().nth(at), program.lines().nth(at));
        assert_eq!(lines.0, lines.1, "{what} (left) is not a copy of {PROGRAM} (right)");
    }
}

#[test]
fn the_program_of_the_readme_is_the_tested_one() {
    let readme = read("README.md");
    let block = readme.split("```rust,no_run\n").nth(2).unwrap().split("```").next().unwrap();
    assert_same(block, &read(PROGRAM), "the program of README.md");
}

#[test]
fn the_example_of_the_readme_is_its_program_with_a_job_for_an_argument() {
    let mut expected = program(&read(PROGRAM)).join("\n");
    for (from, to) in [
        ("use zoomkat::{HttpRequest, Transport};\nfn main() {\n", ""),
        ("\"api.zoom.us\", 443, true", "job.domain, job.port, job.ssl"),
        (
            "req.set_content_type(",
            "req.set_path_variable(\"userId\", job.user_id);\nreq.set_content_type(",
        ),
        ("\"dolor Excepteur minim\"", "job.new_password"),
        ("\"Bearer <access_token>\"", "format!(\"Bearer {}\", job.access_token)"),
        (".last_error_text());\nstd::process::exit(1);", ".last_error_text());\nreturn None;"),
        ("\"Failed.\");\nstd::process::exit(1);", "\"Failed.\");\nreturn Some(resp);"),
        ("\"Success.\");\n", "\"Success.\");\nSome(resp)\n"),
    ] {
        assert_eq!(expected.matches(from).count(), 1, "{from:?} in {PROGRAM}");
        expected = expected.replace(from, to);
    }
    let example = read("examples/update_password.rs");
    let (_, function) = example.split_once("-> Option<HttpResponse> {\n").unwrap();
    let (function, _) = function.split_once("\n}\n").unwrap();
    let function = program(function).join("\n") + "\n}";
    assert_same(&function, &expected, "the script in examples/update_password.rs");
}

#[test]
fn the_script_of_the_porting_guide_is_the_program_of_the_readme() {
    let mut expected = program(&read(PROGRAM));
    expected.retain(|line| line != "fn main() {");
    expected.pop(); // the brace that ends main

    let guide = read("docs/porting.md");
    let (_, section) = guide.split_once("## Example script").unwrap();
    let rows = section.split("\n## ").next().unwrap().lines().filter(|l| l.starts_with("| `"));
    let column =
        rows.map(|row| row.rsplit(" | ").next().unwrap().trim_end_matches(" |").to_owned());
    let cells: Vec<String> = column.collect();
    let lines: String = cells
        .iter()
        .flat_map(|cell| cell.split("<br>"))
        .map(|l| format!("{}\n", l.trim_matches('`')))
        .collect();
    assert_same(
        &program(&lines).join("\n"),
        &expected.join("\n"),
        "the table \"Example script\" of docs/porting.md",
    );
}

/// Returns the names in the first column of the first table under a heading.
fn first_column(file: &str, heading: &str) -> BTreeSet<String> {
    let text = read(file);
    let (_, section) = text.split_once(&format!("\n{heading}\n")).unwrap();
    let rows = section.lines().skip_while(|line| !line.starts_with('|'));
    let rows = rows.take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.split('|').nth(1).unwrap().trim().trim_matches('`').to_owned()).collect()
}

#[test]
fn the_page_of_errors_has_exactly_the_error_kinds() {
    for (file, name, heading) in [
        ("src/zoom/kind.rs", "ErrorKind", "## zoom::Error"),
        ("src/zoom/passwords/change.rs", "PasswordRejected", "### PasswordRejected"),
        ("src/error.rs", "ErrorKind", "## zoomkat::Error"),
    ] {
        let built = variants(file, name);
        assert!(built.len() > 10, "{name}: {built:?}");
        assert_eq!(first_column("docs/errors.md", heading), built, "{heading}");
    }
}

/// The folders that contain tests.
const FOLDERS: [&str; 7] = [
    "tests/http",
    "tests/zoom",
    "tests/chilkat",
    "tests/views",
    "tests/docs",
    "tests",
    "cli/tests/cli",
];

#[test]
fn each_attack_on_the_page_of_security_has_existing_tests() {
    let text = chapter(&read("docs/security.md"), "Attacks and tests");
    let rows: Vec<_> =
        cells(&text).into_iter().filter(|cells| cells[0].trim() != "attack").collect();
    assert!(rows.len() > 60, "only {} rows were found", rows.len());
    let mut read = BTreeMap::new();
    let mut has_test = |file: &str, name: &str| {
        let tests = read.entry(file.to_owned()).or_insert_with(|| match path(file).exists() {
            true => source::tests(file),
            false => BTreeSet::new(),
        });
        tests.contains(name)
    };
    for cells in rows {
        assert_eq!(cells.len(), 3, "{cells:?}");
        let tests = spans(cells[2]);
        assert!(!tests.is_empty(), "no test: {cells:?}");
        for test in tests {
            let (file, name) = test.split_once("::").expect(&test);
            let is_there = match file.ends_with(".rs") {
                true => has_test(file, name),
                false => FOLDERS.iter().any(|dir| has_test(&format!("{dir}/{file}.rs"), name)),
            };
            assert!(is_there, "{file} has no test {name}");
        }
    }
    assert!(
        !has_test("tests/docs/docs_match_the_source.rs", "cells"),
        "a function that is not a test was found as one"
    );
}

#[test]
fn types_with_a_derived_debug_are_listed_on_the_page_of_security() {
    let derived = source::types_that_derive_debug();
    let text = read("docs/security.md");
    let (_, list) = text.split_once("`Debug` shows every field of ").unwrap();
    let list = list.split("\n\n").nth(1).unwrap();
    let listed = list.split('`').skip(1).step_by(2).map(str::to_owned);
    assert_eq!(listed.collect::<BTreeSet<_>>(), derived);
}

/// `Transport` is the first type that a user reads. Members that only a port needs are on
/// `chilkat::Http`.
#[test]
fn transport_has_at_most_sixty_members() {
    let built = members();
    let members: Vec<&String> = built["Transport"].keys().collect();
    assert!((50..=60).contains(&members.len()), "{} members: {members:?}", members.len());
    let of_a_port = members
        .iter()
        .find(|name| ["quick_", "http_", "last_"].iter().any(|start| name.starts_with(start)));
    assert_eq!(of_a_port, None);
}
