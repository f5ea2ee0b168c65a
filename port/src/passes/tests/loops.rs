use super::check;

#[test]
fn a_counting_loop_is_a_for() {
    check(
        "
        i = 0  # the first
        n = json.SizeOfArray(\"boats\")
        while i < n:
            json.I = i
            # the next one
            i = i + 1
        i = 10
        while i >= 1:
            print i
            i = i - 2",
        "
        # the first
        declare n = json.SizeOfArray(\"boats\")
        for i in 0..n:
            json.I = i
            # the next one
        for i in 10..=1 step -2:
            print i",
    );
}

#[test]
fn loops_in_loops_count() {
    check(
        "
        i = 0
        while i < n:
            j = 0
            while j <= 3:
                print i + j
                j = j + 1
            i = i + 1",
        "
        for i in 0..n:
            for j in 0..=3:
                print i + j",
    );
}

#[test]
fn a_loop_that_does_more_than_count_stays() {
    for body in [
        "if x.Do():\n        continue\n    i = i + 1",
        "i = i + 1\n    i = i + 1",
        "n = n - 1\n    i = i + 1",
        "i = i + 1\n    print i",
        "i = i * 2",
    ] {
        let text = format!("declare n = x.Get()\ndeclare i = 1\nwhile i < n:\n    {body}");
        check(&text, &text);
    }
    let text = "
        declare n = x.Get()
        declare i = 0
        while i < n:
            x.Do()
            i = i + 1
        print i";
    check(text, text);
    let text = "
        declare i = 0
        while i < x.Size():
            i = i + 1";
    check(text, text);
}

#[test]
fn a_condition_at_the_end_is_a_break() {
    check(
        "
        do:
            a = x.Get()
            if a == 1:
                continue
            print a
        dowhile a < 3:",
        "
        while true:
            declare a = x.Get()
            if a == 1:
                if a < 3:
                    continue
                else:
                    break
            print a
            if a >= 3:
                break",
    );
}

#[test]
fn a_jump_without_a_loop_is_not_ported() {
    check(
        "
        if x.Do():
            break
        while x.Do():
            if x.Do():
                continue
            print 1",
        "
        if x.Do():
            unported there is no loop around it
        while x.Do():
            if x.Do():
                continue
            print 1",
    );
}
