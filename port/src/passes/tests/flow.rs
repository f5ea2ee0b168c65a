use super::check;

#[test]
fn the_first_assignment_declares_a_variable() {
    check(
        "a = f.Get()\nprint a\na = f.Get()\nprint a",
        "declare a = f.Get()\nprint a\ndeclare a = f.Get()\nprint a",
    );
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

#[test]
fn a_variable_that_may_have_no_value_has_the_default() {
    check(
        "
        declare a: Text
        if x.Do():
            a = \"b\"
        print a",
        "
        declare a: Text = null
        if x.Do():
            a = \"b\"
        print a",
    );
}

#[test]
fn a_declaration_moves_to_the_block_that_needs_it() {
    check(
        "
        declare name: Text
        declare unused: Int
        foreach item in list:
            name = item.Get()

            print name",
        "
        foreach item in list:
            declare name: Text = item.Get()

            print name",
    );
}

#[test]
fn what_nobody_reads_is_discarded() {
    check(
        "
        success = json.UpdateString(\"a\", \"b\")
        id = json.StringOf(\"id\")
        success = true
        n = 0
        n = n + 1",
        "
        discard json.UpdateString(\"a\", \"b\")
        discard id = json.StringOf(\"id\")
        discard n = 0",
    );
}

#[test]
fn a_variable_that_goes_through_a_loop_is_declared_before_it() {
    check(
        "
        while x.Do():
            print a
            a = 1",
        "
        declare a = null
        while x.Do():
            print a
            a = 1",
    );
}

#[test]
fn a_value_in_a_try_is_one_outside_of_it() {
    check(
        "
        try:
            a = x.Get()
        catch e:
            a = 2
        print a",
        "
        declare a = null
        try:
            a = x.Get()
        catch e:
            a = 2
        print a",
    );
}

#[test]
fn two_variables_of_a_name_that_are_both_needed_have_two_names() {
    check(
        "
        declare a = 1
        if x.Do():
            declare a = 2
            print a
            y.Do(|b| a + b)
        print a",
        "
        declare a = 1
        if x.Do():
            declare a = 2
            print a
            y.Do(|b| a + b)
        print a",
    );
    check(
        "
        foreach a in list:
            print a
        a = 1
        foreach b in list:
            foreach a in b:
                a = a + 1
                print a
        print a",
        "
        foreach a in list:
            print a
        declare a = 1
        foreach b in list:
            foreach a_2 in b:
                a = a_2
                a = a + 1
                print a
        print a",
    );
}

#[test]
fn a_name_that_nothing_assigns_stays() {
    check("print vbCrLf + a\na = 1", "declare a = null\nprint vbCrLf + a");
    check("print vbCrLf", "print vbCrLf");
}

#[test]
fn a_param_that_changes_is_a_variable() {
    check(
        "
        fn f(a, b):
            while a > 0:
                a = a - 1
            b = 1
            print b
        f(1, 2)
        f(2, 3)",
        "
        fn f(a, b):
            declare a = a
            while a > 0:
                a = a - 1
            declare b = 1
            print b
        f(1, 2)
        f(2, 3)",
    );
}

#[test]
fn what_a_lambda_shares_is_one_variable() {
    check(
        "
        a = 1
        x.Each(|b| y.Do(a, b))
        a = 2
        x.Each()",
        "
        declare a = 1
        x.Each(|b| y.Do(a, b))
        a = 2
        x.Each()",
    );
}

#[test]
fn what_is_never_reached_is_said_so() {
    check(
        "
        while true:
            if x.Do():
                exit
                print 1
                return
        print 2
        # A comment.
        print 3",
        "
        while true:
            if x.Do():
                exit
                unported this is never reached
        unported this is never reached",
    );
}

#[test]
fn an_empty_branch_goes_with_what_only_it_reads() {
    check(
        "
        a = 1
        if a == 1:
            declare b
        if a == 2:
            declare b
        else:
            print 1
        if x.Do():
            b = 1",
        "
        declare a = 1
        if a != 2:
            print 1
        if x.Do():
            discard b = 1",
    );
}
