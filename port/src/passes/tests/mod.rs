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

/// Asserts what becomes of a tree.
fn check(before: &str, after: &str) {
    check_form(before, after, false);
}

fn check_form(before: &str, after: &str, literal: bool) {
    let got = show(&super::run(tree(before), literal));
    assert_eq!(got, show(&tree(after)), "\n{got}");
}
