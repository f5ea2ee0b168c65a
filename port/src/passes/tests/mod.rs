mod flow;
mod functions;
mod guards;
mod interpreter;
mod loops;
mod notation;
mod random;
mod show;
mod tidy;

use self::notation::tree;
use self::show::show;

/// Asserts the tree after the passes.
fn check(before: &str, after: &str) {
    check_form(before, after, false);
}

fn check_form(before: &str, after: &str, literal: bool) {
    let got = show(&super::run(tree(before), literal));
    assert_eq!(got, show(&tree(after)), "\n{got}");
}

#[test]
fn more_jumps_than_can_be_followed_are_still_right() {
    // Each `break` has a value of each variable: too many of them to tell which ones reach the end.
    let mut text = String::from("while x.Do():\n");
    for at in 0..1500 {
        text += &format!("    v{at} = x.Get(v{at})\n    if v{at} == 1:\n        break\n");
    }
    text += "print v7";
    let after = show(&super::run(tree(&text), false));
    assert!(after.starts_with("declare v0 = null\ndeclare v1 = null\n"), "{after}");
    assert!(after.ends_with("print v7\n"), "{after}");
    assert!(!after.contains("    declare"), "{after}");
}
