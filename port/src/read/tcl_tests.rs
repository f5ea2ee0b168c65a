use super::dump::{check, check_endless};
use super::tcl::read;

#[test]
fn scratch() {
    let path = std::env::var("SCRATCH").unwrap_or_default();
    let text = std::fs::read_to_string(path).unwrap_or_default();
    println!("{}", super::dump::dump(&read(&text)));
}

#[test]
fn what_is_no_script_is_read_to_its_end() {
    let openers = [
        ("(", ")"),
        ("[", "]"),
        ("set a [f ", "]"),
        ("{", "}"),
        ("if {$a} {\n", "\n}"),
        ("if {(", ")}"),
        ("if {$a} {\n} elseif {$b} {\n", "}"),
        ("while {$a} {\n", "\n}"),
        ("proc a {} {\n", "\n}"),
        ("catch {\n", "\n}"),
        ("foreach a $b {", "}"),
        ("set a \"[", "]\""),
        ("$a(", ")"),
        ("${", "}"),
        ("expr !", ""),
        ("expr (", ")"),
        ("\\\n", ""),
        ("if {$a ? ", ": 1}"),
    ];
    check_endless(read, &openers);
}
