use super::dump::{check, check_endless};
use super::python::read;

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
        ("if a:\n", ""),
        ("f(", ")"),
        ("f'{", "}'"),
        ("a + (", ")"),
        ("not ", ""),
        ("a.b.", ""),
        ("a + ", ""),
        ("a if b else ", ""),
        ("a = ", ""),
        ("lambda: ", ""),
        ("-", ""),
        ("\"\"\"", ""),
    ];
    check_endless(read, &openers);
    let mut nested = String::new();
    for depth in 0..2_000 {
        nested += &format!("{}if a:\n", " ".repeat(depth));
    }
    read(&nested);
}
