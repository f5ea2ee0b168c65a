//! docs/porting.md names every public member, and only members that there are; the page of errors names
//! every error, and the page of security names tests that there are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = [root.to_owned(), root.join("docs")]
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

fn sources(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let texts = entries.flat_map(|path| match path.is_dir() {
        true => sources(&path),
        false => vec![read(&path)],
    });
    texts.collect()
}

/// The public functions of each type with their aliases, from all of its `impl` blocks. In a macro, those
/// of `impl $type` are of each type that is the first argument of a call of a macro there.
fn members() -> BTreeMap<String, BTreeMap<String, Vec<String>>> {
    let mut built = BTreeMap::<String, BTreeMap<String, Vec<String>>>::new();
    for text in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../src")) {
        let calls = text.lines().filter(|line| line.starts_with(char::is_lowercase));
        let arguments = calls.filter_map(|line| line.split_once("!(")?.1.split_once(','));
        let made: Vec<String> = arguments.map(|(first, _)| first.to_owned()).collect();
        let (mut types, mut aliases) = (Vec::new(), Vec::new());
        for line in text.lines().map(str::trim_start) {
            if line.starts_with("impl ") || line.starts_with("impl<") {
                let name = line.strip_prefix("impl ").and_then(|rest| rest.strip_suffix(" {"));
                types = match name {
                    Some("$type") => made.clone(),
                    Some(name) if !name.contains(' ') => vec![name.to_owned()],
                    _ => Vec::new(),
                };
            } else if let Some(rest) = line.strip_prefix("#[doc(alias = \"") {
                aliases.push(rest.split('"').next().unwrap().to_owned());
            } else if let Some(rest) = line.strip_prefix("pub fn ") {
                let name = rest.split(['(', '<']).next().unwrap();
                let aliases = std::mem::take(&mut aliases);
                for type_name in &types {
                    let members = built.entry(type_name.clone()).or_default();
                    members.insert(name.to_owned(), aliases.clone());
                }
            } else if !line.starts_with("#[") {
                aliases.clear();
            }
        }
    }
    built
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

/// The length of the text literal that `text` begins with; 0 where it begins with none.
fn literal(text: &str) -> usize {
    if let Some(raw) = text.strip_prefix("r#\"") {
        return raw.find("\"#").unwrap() + "r#\"\"#".len();
    }
    let Some(inside) = text.strip_prefix('"') else { return 0 };
    let mut escaped = false;
    let is_end = |c: char| {
        let is_end = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        is_end
    };
    inside.find(is_end).unwrap() + "\"\"".len()
}

/// The code of the calls of the macro `row` in a test, up to what is expected of it.
fn tested(text: &str) -> Vec<String> {
    let code = |text: &str| {
        let (mut depth, mut at) = (0, 0);
        loop {
            let rest = &text[at..];
            let length = literal(rest);
            let next = rest.chars().next().unwrap();
            match next {
                _ if length > 0 => {}
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' if depth > 0 => depth -= 1,
                ')' => return text[..at].trim().to_owned(),
                '=' if depth == 0 && rest.starts_with("=>") => return text[..at].trim().to_owned(),
                _ => {}
            }
            at += length.max(next.len_utf8());
        }
    };
    text.split("row!(").skip(1).map(code).collect()
}

#[test]
fn each_row_of_the_porting_guide_is_run_by_a_test() {
    let tables = CLASSES.iter().flat_map(|(class, type_name, _)| table(class, type_name));
    let listed: Vec<String> = tables.flat_map(|row| row.code).collect();
    let tested = tested(&read("tests/chilkat/porting_rows.rs"));
    assert!(listed.len() > 400, "only {} rows were found", listed.len());
    for (listed, tested) in listed.iter().zip(&tested) {
        assert_eq!(listed, tested, "the guide and tests/chilkat/porting_rows.rs part here");
    }
    assert_eq!(listed.len(), tested.len(), "one of the two has more rows at its end");
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
        ("src/zoom/kind.rs", "ErrorKind", "## zoom::Error"),
        ("src/zoom/passwords/change.rs", "PasswordRejected", "### PasswordRejected"),
        ("src/error.rs", "ErrorKind", "## zoomkat::Error"),
    ] {
        let built = variants(file, name);
        assert!(built.len() > 10, "{name}: {built:?}");
        assert_eq!(first_column("docs/errors.md", heading), built, "{heading}");
    }
}

/// Whether a file has a test of this name.
fn has_test(file: &str, name: &str) -> bool {
    let Ok(text) = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file))
    else {
        return false;
    };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let head = format!("fn {name}(");
    lines.iter().enumerate().any(|(at, line)| {
        let mut above = lines[..at].iter().rev().take_while(|line| line.starts_with("#["));
        line.starts_with(&head) && above.any(|line| *line == "#[test]")
    })
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
        !has_test("tests/docs/docs_are_true.rs", "has_test"),
        "what is no test is told from one"
    );
}

#[test]
fn types_whose_debug_shows_all_are_listed_on_the_page_of_security() {
    let mut derived = BTreeSet::new();
    for text in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../src")) {
        let mut has_debug = false;
        // A list of many names is one line a name.
        for line in text.replace(",\n    ", ", ").replace("#[derive(\n    ", "#[derive(").lines() {
            let name = line.strip_prefix("pub struct ").or(line.strip_prefix("pub enum "));
            match name {
                Some(name) if has_debug => {
                    let end = name.find(|c: char| !c.is_alphanumeric()).unwrap_or(name.len());
                    derived.insert(name[..end].to_owned());
                }
                _ if line.starts_with("#[derive(") => has_debug |= line.contains("Debug"),
                _ if line.starts_with("#[") => {}
                _ => has_debug = false,
            }
        }
    }
    let text = read("docs/security.md");
    let (_, list) = text.split_once("`Debug` shows all that there is in ").unwrap();
    let (list, _) = list.split_once(", which hold no secrets").unwrap();
    let listed = list.split('`').skip(1).step_by(2).map(str::to_owned);
    assert_eq!(listed.collect::<BTreeSet<_>>(), derived);
}
