//! The rows of a class, which must equal its table in docs/porting.md.

use std::path::Path;
use std::sync::Mutex;
use std::{env, fs};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/porting.md");
const HEAD: &str = "| Chilkat | Rust | difference |\n|---|---|---|\n";
const HOW: &str = "To update the page from the rows:\n  ZOOMKAT_BLESS=1 cargo test -p zoomkat-tests \
                   --all-features --test chilkat rows::";

/// Marks a row of which only the start of the line is known.
const LEFT_OUT: &str = "left out: ";

/// Only one chapter is written at a time.
static WRITER: Mutex<()> = Mutex::new(());

pub(super) struct Table {
    heading: &'static str,
    rows: Vec<String>,
}

impl Table {
    /// Creates the table of the chapter with this heading.
    pub(super) fn new(heading: &'static str) -> Table {
        Table { heading, rows: Vec::new() }
    }

    /// Adds a row. Code comes from `stringify!`, which breaks long lines at spaces.
    pub(super) fn add(&mut self, names: &[&str], code: &[&str], note: &[&str]) {
        let cell = |spans: &[&str]| {
            let spans = spans.iter().map(|span| format!("`{}`", span.replace('\n', " ")));
            spans.collect::<Vec<String>>().join(", ")
        };
        let note: String = note.concat();
        let cells = [cell(names), cell(code), note.trim().to_owned()];
        let padded =
            cells.map(|cell| if cell.is_empty() { " ".into() } else { format!(" {cell} ") });
        self.rows.push(format!("|{}|", padded.join("|")));
    }

    /// Represents the row with this name, which needs a feature that is off.
    #[cfg_attr(all(feature = "cookies", feature = "cert-details"), expect(dead_code))]
    pub(super) fn leave_out(&mut self, name: &str) {
        self.rows.push(format!("{LEFT_OUT}| `{name}`"));
    }

    /// The same for a member that Chilkat does not have.
    #[cfg_attr(feature = "system-roots", expect(dead_code))]
    pub(super) fn leave_out_unnamed(&mut self, code: &str) {
        self.rows.push(format!("{LEFT_OUT}| | `{code}"));
    }

    /// Fails if the page differs. With `ZOOMKAT_BLESS` in the environment, writes the page instead.
    pub(super) fn assert_matches_page(&self) {
        if env::var_os("ZOOMKAT_BLESS").is_some() {
            assert!(!self.rows.iter().any(|row| row.starts_with(LEFT_OUT)), "{HOW}");
            let _one = WRITER.lock().unwrap();
            let page = fs::read_to_string(PAGE).unwrap();
            let (start, _, end) = self.split(&page);
            let rows: String = self.rows.iter().map(|row| format!("{row}\n")).collect();
            fs::write(Path::new(PAGE), format!("{start}{rows}{end}")).unwrap();
        } else if let Some(difference) = self.difference(&fs::read_to_string(PAGE).unwrap()) {
            panic!("{difference}\n{HOW}\n");
        }
    }

    /// Returns the page before the rows, the rows, and the page after them.
    fn split<'p>(&self, page: &'p str) -> (&'p str, &'p str, &'p str) {
        let heading = format!("\n## {}\n", self.heading);
        let chapter = page.find(&heading).expect(self.heading);
        let rows = chapter + page[chapter..].find(HEAD).expect(HEAD) + HEAD.len();
        let lines = page[rows..].split_inclusive('\n').take_while(|line| line.starts_with('|'));
        let end = rows + lines.map(str::len).sum::<usize>();
        (&page[..rows], &page[rows..end], &page[end..])
    }

    /// Returns the first line that differs, with its number on the page.
    fn difference(&self, page: &str) -> Option<String> {
        let (start, rows, _) = self.split(page);
        let rows: Vec<&str> = rows.lines().collect();
        let first = start.lines().count() + 1;
        let at = (0..rows.len().max(self.rows.len()))
            .find(|at| !is_same(rows.get(*at).copied(), self.rows.get(*at).map(String::as_str)))?;
        let shown =
            |row: Option<&str>| row.unwrap_or("no row: the table ends before it").to_owned();
        Some(format!(
            "docs/porting.md, line {}, is\n  {}\nand the tests have\n  {}\n",
            first + at,
            shown(rows.get(at).copied()),
            shown(self.rows.get(at).map(String::as_str)),
        ))
    }
}

fn is_same(on_page: Option<&str>, tested: Option<&str>) -> bool {
    match (on_page, tested.and_then(|row| row.strip_prefix(LEFT_OUT))) {
        (Some(row), Some(start)) => row.starts_with(start),
        _ => on_page == tested,
    }
}

#[test]
fn a_page_with_a_different_row_is_noticed() {
    let mut table = Table::new("CkLorem: `Lorem`");
    table.add(&["Ipsum", "Dolor"], &["lorem.set_ipsum(1,\n2)", "lorem.ipsum()"], &[" a", " b"]);
    table.add(&[], &["lorem.sit()"], &[]);
    let rows = "| `Ipsum`, `Dolor` | `lorem.set_ipsum(1, 2)`, `lorem.ipsum()` | a b |\n\
                | | `lorem.sit()` | |\n";
    let page =
        |rows: &str| format!("# Page\n\n## CkLorem: `Lorem`\n\n{HEAD}{rows}\n## Next\n{HEAD}| |\n");
    assert_eq!(table.difference(&page(rows)), None);
    let (first, second) = rows.split_at(rows.find("| |").unwrap());
    let mut without = Table::new("CkLorem: `Lorem`");
    without.rows = vec![format!("{LEFT_OUT}| `Ipsum`"), table.rows[1].clone()];
    assert_eq!(without.difference(&page(rows)), None);
    without.rows[0] = format!("{LEFT_OUT}| `Dolor`");
    assert!(without.difference(&page(rows)).is_some());
    for (other, line, has) in [
        (rows.replace("(1, 2)", "(1, 3)"), 7, "(1, 3)"),
        (rows.replace("a b", "a"), 7, "| a |"),
        (second.to_owned() + first, 7, "sit"),
        (first.to_owned(), 8, "no row"),
        (rows.to_owned() + "| | `lorem.amet()` | |\n", 9, "amet"),
    ] {
        let difference = table.difference(&page(&other)).unwrap();
        let start = format!("docs/porting.md, line {line}, is\n");
        assert!(difference.starts_with(&start) && difference.contains(has), "{difference}");
    }
}
