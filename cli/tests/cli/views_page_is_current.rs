//! The examples in docs/views.md match the output of the command exactly.
//!
//! Set `ZOOMKAT_UPDATE_DOCS` in the environment to rewrite the page.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Splits a command line of the page into words. The page quotes only with `"`.
fn words(line: &str) -> Vec<String> {
    let quoted = |(index, piece): (usize, &str)| match index % 2 {
        0 => piece.split_whitespace().map(str::to_owned).collect(),
        _ => vec![piece.to_owned()],
    };
    line.split('"').enumerate().flat_map(quoted).collect()
}

fn run(line: &str, input: &str) -> String {
    let words = words(line);
    assert_eq!(words[0], "zoomkat");
    let mut child = Command::new(env!("CARGO_BIN_EXE_zoomkat"))
        .args(&words[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{line}: {message}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn each_block_is_what_the_command_above_it_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/views.md");
    let page = fs::read_to_string(&path).unwrap();
    let (mut updated, mut input, mut blocks) = (String::new(), String::new(), 0);
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        updated += &format!("{line}\n");
        let Some(comment) = line.strip_prefix("<!-- ").and_then(|l| l.strip_suffix(" -->")) else {
            continue;
        };
        let fence = lines.next().unwrap();
        assert!(fence.starts_with("```"), "{comment}: a block follows, not {fence:?}");
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let block = block.iter().map(|line| format!("{line}\n")).collect::<String>();
        let content = match comment {
            "input" => {
                input.clone_from(&block);
                block
            }
            command => {
                blocks += 1;
                run(command, &input)
            }
        };
        updated += &format!("{fence}\n{}\n```\n", content.trim_end());
    }
    assert!(blocks >= 5, "only {blocks} blocks were found");
    if std::env::var_os("ZOOMKAT_UPDATE_DOCS").is_some() {
        fs::write(&path, &updated).unwrap();
        return;
    }
    assert_eq!(updated, page, "docs/views.md is not current: run this with ZOOMKAT_UPDATE_DOCS=1");
}
