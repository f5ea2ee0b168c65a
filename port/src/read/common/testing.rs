//! Checks of readers.

use super::dump::dump;
use crate::tree::Block;

/// Compares what a reader makes with a file of cases: a line `## what it shows`, the script, a line `--`, the tree.
pub(crate) fn check_cases(read: fn(&str) -> Block, cases: &str) {
    let mut actual = String::new();
    for case in cases.split("## ").filter(|case| !case.trim().is_empty()) {
        let (title, rest) = case.split_once('\n').expect("a case has a title");
        let (script, _) = rest.split_once("\n--\n").expect("a case has a tree");
        let tree = dump(&read(script));
        actual.push_str(&format!("## {title}\n{script}\n--\n{tree}\n"));
    }
    let actual = actual.trim_end();
    let expected = cases.trim_end();
    let differs = actual.lines().zip(expected.lines()).find(|(a, b)| a != b);
    assert!(actual == expected, "first difference: {differs:?}\nall that is read:\n{actual}\n");
}

/// Reads texts that are no scripts: none may panic or overflow the stack.
pub(crate) fn check_hostile(read: fn(&str) -> Block, nests: &[(&str, &str)], line: &str) {
    let binary: String =
        (0..20_000u32).filter_map(|i| char::from_u32(i * 7919 % 0x11_0000)).collect();
    read(&binary);
    read("");
    read("\0\0\0");
    read(&"\"".repeat(1001));
    for (open, close) in nests {
        let open = open.repeat(10_000);
        read(&open);
        read(&format!("{open}1{}", close.repeat(10_000)));
    }
    // 10 MB in one line.
    // Many statements in one line, and a line of 10 MB.
    read(&line.repeat(1_000_000 / line.len()));
    read(&format!("{line}x = \"{}\";", "a".repeat(10_000_000)));
}

/// Reads the scripts of a language that are run by other tests: everything in them has to be understood.
pub(crate) fn check_scripts(read: fn(&str) -> Block, language: &str) {
    let dir = format!("{}/../tests/port/scripts/{language}", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for entry in std::fs::read_dir(dir).expect("the scripts are there") {
        let path = entry.expect("an entry").path();
        let tree = dump(&read(&std::fs::read_to_string(&path).expect("a script")));
        assert!(!tree.contains("unported"), "{}\n{tree}", path.display());
        assert!(tree.contains("new Http"), "{}\n{tree}", path.display());
        count += 1;
    }
    assert!(count >= 6, "there are only {count} scripts");
}
