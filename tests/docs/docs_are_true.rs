//! docs/porting.md names every public member, and only members that there are; the page of errors names
//! every error, and the page of security names tests that there are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::source::{self, members, path, read, variants};

/// The classes of docs/porting.md: Chilkat's name, the type, and the name that rows give an object of it.
const CLASSES: [(&str, &str, &str); 7] = [
    ("CkHttpRequest", "HttpRequest", "req"),
    ("CkHttpResponse", "HttpResponse", "resp"),
    ("CkHttp", "Http", "http"),
    ("CkStringBuilder", "StringBuilder", "sb"),
    ("CkBinData", "BinData", "bd"),
    ("CkJsonObject", "JsonObject", "json"),
    ("CkJsonArray", "JsonArray", "jarr"),
];

/// A row of a table of members.
struct Row {
    /// Chilkat's names; none for what Chilkat does not have.
    names: Vec<String>,
    code: Vec<String>,
}

/// What stands between backticks, which commas separate.
fn spans(cell: &str) -> Vec<String> {
    let mut spans = Vec::new();
    for (index, piece) in cell.trim().split('`').enumerate() {
        match index % 2 {
            0 => assert!(matches!(piece, "" | ", "), "{cell:?} is no list of code"),
            _ => spans.push(piece.to_owned()),
        }
    }
    spans
}

/// The lines of tables in a text, without their heads, in cells.
fn cells(text: &str) -> Vec<Vec<&str>> {
    let is_head = |cells: &[&str]| cells[0].trim() == "Chilkat" || cells[0].starts_with("---");
    let lines = text.lines().filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split('|').collect()).collect();
    rows.into_iter().filter(|cells| !is_head(cells)).collect()
}

/// The pages in docs/ and beside them, with their names.
fn pages() -> Vec<(String, String)> {
    let files = [path(""), path("docs")]
        .into_iter()
        .flat_map(|dir| fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()));
    let pages = files.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    pages.map(|path| (path.display().to_string(), read(&path))).collect()
}

/// What keeps a stretch of lines that begin with a bar from being one table: a head, the line below it
/// that makes it one, and rows of as many cells.
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
fn each_table_on_each_page_is_one() {
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
    // An empty line in the middle makes text of the rows below it.
    for torn in [&["| c | d |"][..], &["| c | d |", "| e | f |"], &["| a |", "|---|", "| b | c |"]]
    {
        assert!(table_fault(torn).is_some(), "{torn:?}");
    }
}

/// The text of a chapter of the porting guide.
fn chapter(guide: &str, heading: &str) -> String {
    let (_, text) = guide.split_once(&format!("\n## {heading}\n")).expect(heading);
    text.split("\n## ").next().unwrap().to_owned()
}

fn table(class: &str, name: &str) -> Vec<Row> {
    let text = chapter(&read("docs/porting.md"), &format!("{class}: `{name}`"));
    let row = |cells: Vec<&str>| {
        assert_eq!(cells.len(), 3, "{class}: {cells:?}");
        Row { names: spans(cells[0]), code: spans(cells[1]) }
    };
    cells(&text).into_iter().map(row).collect()
}

/// The member that a row calls: the first after the object or the type.
fn member<'c>(code: &'c str, type_name: &str, object: &str) -> &'c str {
    let call = code.strip_prefix(object).and_then(|rest| rest.strip_prefix('.'));
    let made = code.strip_prefix(type_name).and_then(|rest| rest.strip_prefix("::"));
    let rest = call.or(made).unwrap_or_else(|| panic!("{code} does not begin with {object}."));
    rest.split(['(', ':']).next().unwrap()
}

#[test]
fn the_tables_of_the_porting_guide_have_each_member_and_only_those_that_there_are() {
    let built = members();
    for (class, type_name, object) in CLASSES {
        let rows = table(class, type_name);
        let code = rows.iter().flat_map(|row| &row.code);
        let listed: Vec<&str> = code.map(|code| member(code, type_name, object)).collect();
        let once: BTreeSet<&str> = listed.iter().copied().collect();
        let there: BTreeSet<&str> = built[type_name].keys().map(String::as_str).collect();
        assert!(there.len() > 30, "{class}: only {} members were found", there.len());
        let missing: Vec<_> = there.difference(&once).collect();
        let unknown: Vec<_> = once.difference(&there).collect();
        assert!(missing.is_empty() && unknown.is_empty(), "{class}: -{missing:?} +{unknown:?}");
        assert_eq!(listed.len(), once.len(), "{class}: a member has two rows");
    }
}

#[test]
fn each_chilkat_name_in_the_tables_is_found_by_a_search_of_the_documentation() {
    let built = members();
    for (class, type_name, object) in CLASSES {
        let mut names = Vec::new();
        for row in table(class, type_name) {
            assert!(!row.code.is_empty(), "{class}: {:?} has no code", row.names);
            let called = row.code.iter().map(|code| member(code, type_name, object));
            let aliases: Vec<&String> = called.flat_map(|name| &built[type_name][name]).collect();
            for name in &row.names {
                assert!(aliases.contains(&name), "{class}: {name} is no alias of {:?}", row.code);
            }
            names.push(row.names.first().map_or("~".to_owned(), |name| name.to_lowercase()));
        }
        let others = names.iter().zip(&names[1..]).find(|(a, b)| a > b);
        assert_eq!(others, None, "{class}: these are not in the order of the alphabet");
    }
}

#[test]
fn what_the_porting_guide_says_is_not_built_is_not_and_what_stands_in_its_place_is() {
    let built = members();
    let all: BTreeSet<&String> = built.values().flat_map(BTreeMap::keys).collect();
    let text = chapter(&read("docs/porting.md"), "What is not built");
    for part in text.split("\n### Of ").skip(1) {
        let (heading, rows) = part.split_once('\n').unwrap();
        let of = |class: &str| heading.split(" and ").any(|name| name == class);
        let types: Vec<&str> =
            CLASSES.iter().filter(|(class, ..)| of(class)).map(|(_, name, _)| *name).collect();
        assert!(!types.is_empty(), "{heading}");
        for cells in cells(rows) {
            assert_eq!(cells.len(), 2, "{heading}: {cells:?}");
            for name in cells[0].split('`').skip(1).step_by(2).map(str::to_owned) {
                let is_built = |t: &&str| built[*t].values().any(|names| names.contains(&name));
                assert!(!types.iter().any(is_built), "{heading}: {name} is built");
            }
            for code in cells[1].split('`').skip(1).step_by(2) {
                let name = code.split('(').next().unwrap().to_owned();
                let is_member =
                    name.contains('_') && !name.contains(|c: char| c.is_uppercase() || c == ' ');
                let is_std = name == "chunks_exact_mut" || name == "as_ref";
                assert!(!is_member || is_std || all.contains(&name), "{heading}: {name}");
            }
        }
    }
}

/// The lines of the program, without what is empty.
fn program(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The program that the README begins with, which a test of `tests/chilkat` runs.
const PROGRAM: &str = "benches/readme/src/main.rs";

/// Fails with the first line of a copy of the program that is another.
fn assert_same(copy: &str, program: &str, what: &str) {
    let at = (0..).take_while(|at| copy.lines().nth(*at).or(program.lines().nth(*at)).is_some());
    for at in at {
        let lines = (copy.lines().nth(at), program.lines().nth(at));
        assert_eq!(lines.0, lines.1, "{what} (left) is no copy of {PROGRAM} (right)");
    }
}

#[test]
fn the_program_of_the_readme_is_the_one_that_is_run() {
    let readme = read("README.md");
    let block = readme.split("```rust,no_run\n").nth(1).unwrap().split("```").next().unwrap();
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
        (".last_error_text());\nreturn;", ".last_error_text());\nreturn None;"),
        ("\"Failed.\");\nreturn;", "\"Failed.\");\nreturn Some(resp);"),
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
    assert_same(
        &program(&lines).join("\n"),
        &expected.join("\n"),
        "the table \"The script\" of docs/porting.md",
    );
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
        ("src/zoom/kind.rs", "ErrorKind", "## zoom::Error"),
        ("src/zoom/passwords/change.rs", "PasswordRejected", "### PasswordRejected"),
        ("src/error.rs", "ErrorKind", "## zoomkat::Error"),
    ] {
        let built = variants(file, name);
        assert!(built.len() > 10, "{name}: {built:?}");
        assert_eq!(first_column("docs/errors.md", heading), built, "{heading}");
    }
}

/// Where the files of tests are.
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
fn each_attack_on_the_page_of_security_has_tests_that_there_are() {
    let text = chapter(&read("docs/security.md"), "The attacks");
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
    assert!(!has_test("tests/docs/docs_are_true.rs", "cells"), "what is no test is told from one");
}

#[test]
fn types_whose_debug_shows_all_are_listed_on_the_page_of_security() {
    let derived = source::types_that_derive_debug();
    let text = read("docs/security.md");
    let (_, list) = text.split_once("`Debug` shows all that there is in ").unwrap();
    let (list, _) = list.split_once(", which hold no secrets").unwrap();
    let listed = list.split('`').skip(1).step_by(2).map(str::to_owned);
    assert_eq!(listed.collect::<BTreeSet<_>>(), derived);
}

/// It is the type that everyone meets. What only a port needs is on `chilkat::Http`.
#[test]
fn transport_is_a_type_that_one_can_take_in() {
    let built = members();
    let members: Vec<&String> = built["Transport"].keys().collect();
    assert!((50..=60).contains(&members.len()), "{} members: {members:?}", members.len());
    let of_a_port = members
        .iter()
        .find(|name| ["quick_", "http_", "last_"].iter().any(|start| name.starts_with(start)));
    assert_eq!(of_a_port, None);
}
