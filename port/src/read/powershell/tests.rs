use super::read;
use crate::read::common::testing::{check_cases, check_hostile, check_scripts};

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
    check_hostile(read, &nests, "$a = 'b' + $c; ");
}

#[test]
fn every_statement_of_the_scripts_is_understood() {
    check_scripts(read, "powershell");
}
