use super::{check, notation::tree, show::show};

#[test]
fn a_variable_of_the_script_becomes_a_param() {
    check(
        "
        http = new Http
        n = 0
        fn get(url):
            n = n + 1
            return http.QuickGetStr(url)
        fn twice(url):
            print get(url)
            return get(url)
        print twice(\"a\")
        print n",
        "
        declare http = new Http
        declare n = 0
        fn get(http, &n, url):
            n = n + 1
            return http.QuickGetStr(url)
        fn twice(http, &n, url):
            print get(http, n, url)
            return get(http, n, url)
        print twice(http, n, \"a\")
        print n",
    );
}

#[test]
fn what_a_function_assigns_first_is_its_own_where_nothing_is_declared() {
    check(
        "
        a = 1
        fn f():
            a = 2
            print a
        f()
        print a",
        "
        declare a = 1
        fn f():
            declare a = 2
            print a
        f()
        print a",
    );
    check(
        "
        declare a = 1
        fn f():
            a = 2
        f()
        print a",
        "
        declare a = 1
        fn f(&a):
            a = 2
        f(a)
        print a",
    );
}

#[test]
fn a_main_function_becomes_the_script() {
    let after = "
        # A comment.
        declare url = x.Url
        fn get(url):
            return x.Get(url)
        if get(url) == null:
            exit
        print url";
    check(
        "
        # A comment.
        url = x.Url
        fn get():
            return x.Get(url)
        fn main():
            if get() == null:
                return
            print url
        main()",
        after,
    );
    check(
        "
        # A comment.
        url = x.Url
        fn get():
            return x.Get(url)
        if __name__ == \"__main__\":
            if get() == null:
                exit
            print url
            exit",
        after,
    );
}

#[test]
fn a_single_function_without_a_call_is_the_script() {
    check(
        "
        # A comment.
        fn Command1_Click(sender):
            print \"a\"
            return",
        "
        # A comment.
        print \"a\"",
    );
}

#[test]
fn the_code_of_a_main_function_is_the_programs() {
    check(
        "
        fn main():
            if x.Do():
                return 2
            print 1
            return 0
        exit main()",
        "
        if x.Do():
            exit 2
        print 1",
    );
}

#[test]
fn a_function_calls_itself() {
    check(
        "
        fn count(n):
            if n == 0:
                return http.LastStatus
            return count(n - 1)
        http = new Http
        print count(3)",
        "
        fn count(http, n):
            if n == 0:
                return http.LastStatus
            return count(http, n - 1)
        declare http = new Http
        print count(http, 3)",
    );
}

#[test]
fn an_inner_function_gets_what_it_uses_of_the_one_around_it() {
    check(
        "
        fn outer(a):
            declare b = 1
            fn inner(c):
                b = b + a + c
            inner(2)
            print b
        outer(1)
        outer(2)",
        "
        fn outer(a):
            declare b = 1
            inner(a, b, 2)
            print b
        fn inner(a, &b, c):
            b = (b + a) + c
        outer(1)
        outer(2)",
    );
}

#[test]
fn a_variable_that_a_function_only_passes_on_may_have_the_name_of_its_own() {
    check(
        "
        declare a = x.Get(1)
        fn f():
            print a
        fn g(a):
            f()
            print a
        g(2)",
        "
        declare a = x.Get(1)
        fn f(a):
            print a
        fn g(a, a_2):
            f(a)
            print a_2
        g(a, 2)",
    );
}

#[test]
fn a_variable_that_each_function_sets_before_it_reads_it_is_its_own() {
    check(
        "
        declare resp
        declare id
        declare found
        found = 0
        fn each(ids):
            foreach id in ids:
                resp = x.Get(id)
                print resp
                found = found + 1
                print id
        each([1, 2])
        resp = x.Get(3)
        print resp + found",
        "
        declare found = 0
        fn each(&found, ids):
            foreach id in ids:
                declare resp = x.Get(id)
                print resp
                found = found + 1
                print id
        each(found, [1, 2])
        declare resp = x.Get(3)
        print resp + found",
    );
    // What the function sets is read behind its call.
    check(
        "
        declare a
        fn set():
            a = 1
        a = 2
        print a
        set()
        print a",
        "
        fn set(&a):
            a = 1
        declare a = 2
        print a
        set(a)
        print a",
    );
}

#[test]
fn a_variable_that_never_changes_is_a_constant_where_functions_use_it() {
    check(
        "
        declare max
        base = \"https://a.example\"
        ids = [3, 5]
        n = 7
        max = 10
        fn get(id):
            if id < max:
                foreach x in ids:
                    print base
        get(n)
        print base",
        "
        const base = \"https://a.example\"
        const ids = [3, 5]
        declare n = 7
        const max = 10
        fn get(id):
            if id < max:
                foreach x in ids:
                    print base
        get(n)
        print base",
    );
}

#[test]
fn what_may_have_another_value_is_no_constant() {
    // Assigned again, also by a function; behind a call, in a branch; a list that is more than its items.
    for (start, body) in [
        ("a = 1\na = 2", "print a"),
        ("declare a = 1", "a = 2"),
        ("a = \"x\"", "print a.upcase"),
        ("f()\na = 1", "print a"),
        ("if b():\n    a = 1", "print a"),
        ("a = [1]\nprint a", "foreach x in a:\n    print x"),
        ("a = [1]", "a[0] = 2"),
        ("a = b()", "print a"),
        ("a = 1", "print a == null"),
        ("a = 1\nunported x", "print a"),
    ] {
        let body = body.replace('\n', "\n    ");
        let script = format!("{start}\nfn f():\n    {body}\nf()\n");
        let found = show(&crate::passes::run(tree(&script), false));
        assert!(!found.contains("const "), "{script}\n{found}");
    }
}
