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
        ("$(", ")"),
        ("@(", ")"),
        ("{", "}"),
        ("if ($a) {", "}"),
        ("while ($a) {", "}"),
        ("for (;;) {", "}"),
        ("foreach ($a in $b) {", "}"),
        ("function f {", "}"),
        ("try {", "} finally {}"),
        ("do {", "} while ($a)"),
        ("$a.b(", ")"),
        ("1 + ", "1"),
        ("'a' + ", "1"),
        ("$a = ", "1"),
        ("\"$(", ")\""),
    ];
    check_endless(&read, &nests);
    check_long_lines(&read, "$a = 'b' + $c; ");
}
