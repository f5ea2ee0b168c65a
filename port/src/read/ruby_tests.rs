use super::dump::{check, check_endless};
use super::ruby::read;

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
        ("if a\n", "\nend"),
        ("while a do\n", "\nend"),
        ("def f(a)\n", "\nend"),
        ("begin\n", "\nend"),
        ("a.b(", ")"),
        ("\"#{", "}\""),
        ("class A\n", "\nend"),
        ("case a\nwhen b\n", "\nend"),
        ("a.each do |x|\n", "\nend"),
        ("a + (", ")"),
        ("!", ""),
        ("a.b.", ""),
        ("a + ", ""),
        ("x ? y : ", ""),
        ("<<~A\n", "\nA"),
        ("a = ", ""),
    ];
    check_endless(read, &openers);
}
