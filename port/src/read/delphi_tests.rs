use super::delphi::read;
use super::dump::{check, check_endless};

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
        ("{", "}"),
        ("begin\n", "\nend"),
        ("if a then begin\n", "\nend"),
        ("if a then ", ""),
        ("try\n", "\nend"),
        ("repeat\n", "\nuntil a"),
        ("case a of 1: ", " end"),
        ("f(", ")"),
        ("a + (", ")"),
        ("not ", ""),
        ("- ", ""),
        ("a.b.", ""),
        ("a + ", ""),
        ("while a do ", ""),
        ("procedure a; ", ""),
        ("array of ", ""),
        ("x: array of ", ""),
        ("var x: T<", ">"),
    ];
    check_endless(read, &openers);
}
