use super::read;
use crate::read::shared::testing::{check_cases, check_endless, check_long_lines};

#[test]
fn every_construct_becomes_a_tree() {
    check_cases(read, include_str!("cases.txt"));
}

#[test]
fn what_is_no_script_is_read_without_a_panic() {
    let nests = [
        ("(", ")"),
        ("[", "]"),
        ("f(", ")"),
        ("{", "}"),
        ("if (1) {", "}"),
        ("unless (1) {", "}"),
        ("while (1) {", "}"),
        ("for (;;) {", "}"),
        ("foreach my $a (@b) {", "}"),
        ("sub f {", "}"),
        ("$f = sub {", "};"),
        ("eval {", "};"),
        ("do {", "} while (1);"),
        ("if (1) {} else {", "}"),
        ("!", ""),
        ("$a->b(", ")"),
        ("1 ? 2 : ", "3"),
        ("1 + ", "1"),
        ("'a' . ", "1"),
        ("$a = ", "1"),
        ("$a or ", "1"),
        ("@{[ ", "]}"),
        ("\"@{[ ", "]}\""),
        ("not ", "1"),
    ];
    check_endless(&read, &nests);
    check_long_lines(&read, "$a = 'b' . f(1); ");
}
