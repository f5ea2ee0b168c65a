mod programs;
mod statements;

use super::read;
use crate::read::shared::testing::check_endless;

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
    check_endless(&read, &openers);
    let mut nested = String::new();
    for depth in 0..2_000 {
        nested += &format!("{}if a:\n", " ".repeat(depth));
    }
    read(&nested);
}
