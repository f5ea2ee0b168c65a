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
    check_endless(&read, &openers);
}
