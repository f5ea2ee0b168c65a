//! Checks of readers, for their tests.

mod dump;

use crate::language::Language;
use crate::tree::Block;

pub(crate) use self::dump::dump;

/// Checks what a reader makes of a script. Each side is compared without its common indentation.
#[track_caller]
pub(crate) fn check(read: fn(&str) -> Block, script: &str, expected: &str) {
    check_tree(&read(&outdent(script)), script, expected);
}

/// Checks the tree of a script.
#[track_caller]
pub(crate) fn check_tree(tree: &Block, script: &str, expected: &str) {
    let found = dump(tree);
    assert_eq!(found, outdent(expected), "{script}");
}

/// Removes the first line end and the indentation of the first line from all lines.
fn outdent(text: &str) -> String {
    let text = text.strip_prefix('\n').unwrap_or(text);
    let indent = text.len() - text.trim_start_matches(' ').len();
    let lines =
        text.lines().map(|line| line.get(indent..).unwrap_or(line.trim_start()).to_owned() + "\n");
    let text: String = lines.collect();
    text.trim_end().to_owned() + "\n"
}

/// Checks a file of cases: a line `## what it shows`, the script, a line `--`, the tree.
pub(crate) fn check_cases(read: fn(&str) -> Block, cases: &str) {
    for case in cases.split("## ").filter(|case| !case.trim().is_empty()) {
        let (title, rest) = case.split_once('\n').expect("a case has a title");
        let (script, tree) = rest.split_once("\n--\n").expect("a case has a tree");
        assert_eq!(dump(&read(script)).trim_end(), tree.trim_end(), "{title}");
    }
}

/// Checks that a reader comes to an end with what is no script, with long lines and with deep nesting.
#[track_caller]
pub(crate) fn check_endless(read: &dyn Fn(&str) -> Block, openers: &[(&str, &str)]) {
    read("");
    read("\0\0\0");
    read(&String::from_utf8_lossy(&(0..=255).cycle().take(4096).collect::<Vec<u8>>()));
    let noise = (0..4096_u32).filter_map(|number| char::from_u32(number * 7919 % 0x11_0000));
    read(&noise.collect::<String>());
    for piece in ["a", "a ", "\"", "'", "(", "x = 1; ", "#", "\\"] {
        read(&piece.repeat(2_000 / piece.len()));
    }
    for (open, close) in openers {
        read(&(open.repeat(10_000) + "x" + &close.repeat(10_000)));
        read(&open.repeat(1_000));
        read(&close.repeat(1_000));
    }
}

/// Checks that a reader comes to an end with many statements in a line, and with a line of a megabyte.
pub(crate) fn check_long_lines(read: &dyn Fn(&str) -> Block, statement: &str) {
    read(&statement.repeat(20_000 / statement.len()));
    read(&format!("{statement}x = \"{}\";", "a".repeat(1_000_000)));
}

/// Returns the scripts of the tests in a language: the name and the text.
pub(crate) fn scripts(language: Language) -> Vec<(String, String)> {
    let folder = format!("{}/../tests/port/scripts/{}", env!("CARGO_MANIFEST_DIR"), language.id());
    // The ports lie beside the scripts.
    let is_script = |path: &std::path::PathBuf| {
        let extension = path.extension().and_then(|of| of.to_str());
        extension.is_some_and(|of| language.extensions().contains(&of))
    };
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .filter(is_script)
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
        .collect()
}
