use super::{check, check_form};

#[test]
fn the_first_assignment_declares_a_variable() {
    check("a = f.Get()\nprint a\na = f.Get()\nprint a", "declare a = f.Get()\nprint a\ndeclare a = f.Get()\nprint a");
}

#[test]
fn a_variable_is_declared_before_the_branches_that_assign_it() {
    check(
        "
        if x.Do():
            a = 1
        else:
            a = 2
        print a",
        "
        declare a
        if x.Do():
            a = 1
        else:
            a = 2
        print a",
    );
}
