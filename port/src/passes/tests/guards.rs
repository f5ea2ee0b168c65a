use super::{check, check_form};

/// A call with a guard in a shape, and the tree after the passes.
fn becomes(call: &str, cond: &str, attempt: &str) {
    check(
        &format!(
            "declare http = new Http\n{call}\nif {cond}:\n    print http.LastErrorText\n    exit\nprint 1"
        ),
        &format!(
            "declare http = new Http\nattempt {attempt} else:\n    print ErrorText\n    exit\nprint 1"
        ),
    );
}

#[test]
fn a_guard_on_a_status_belongs_to_its_call() {
    for cond in [
        "success == false",
        "success != true",
        "success != 1",
        "success == 0",
        "not success",
        "not (success == true)",
        "false == success",
        "success == null",
        "http.LastMethodSuccess == false",
        "http.get_LastMethodSuccess() == false",
        "http.getLastMethodSuccess() != 1",
        "success == false or http.LastMethodSuccess == false",
    ] {
        becomes("success = http.QuickGetSb(\"u\", sb)", cond, "http.QuickGetSb(\"u\", sb)");
        becomes(
            "declare s: Bool\nsuccess = http.QuickGetSb(\"u\", sb)",
            cond,
            "http.QuickGetSb(\"u\", sb)",
        );
    }
}

#[test]
fn a_guard_on_an_object_belongs_to_its_call() {
    for cond in [
        "resp == null",
        "resp == 0",
        "not resp",
        "IsObj(resp) == false",
        "not IsObj(resp)",
        "resp == \"NULL\"",
        "http.LastMethodSuccess != true",
    ] {
        check(
            &format!(
                "declare http = new Http\nresp = http.QuickGetObj(\"u\")\n# Why.\n\nif {cond}:\n    throw http.LastErrorText\nprint resp.StatusCode"
            ),
            "declare http = new Http\n# Why.\nattempt resp = http.QuickGetObj(\"u\") else:\n    throw ErrorText\nprint resp.StatusCode",
        );
    }
}

#[test]
fn a_call_in_a_condition_is_an_attempt() {
    for cond in [
        "not http.QuickGetSb(\"u\", sb)",
        "http.QuickGetSb(\"u\", sb) == false",
        "http.QuickGetStr(\"u\") == null",
    ] {
        let call = if cond.contains("Str") {
            "http.QuickGetStr(\"u\")"
        } else {
            "http.QuickGetSb(\"u\", sb)"
        };
        check(
            &format!(
                "declare http = new Http\nif {cond}:\n    print http.lastErrorText()\nprint 1"
            ),
            &format!("declare http = new Http\nattempt {call} else:\n    print ErrorText\nprint 1"),
        );
    }
}

#[test]
fn the_other_side_of_a_guard_goes_on() {
    let after = "
        declare http = new Http
        attempt resp = http.QuickGetObj(\"u\") else:
            print ErrorText
            exit
        print resp.StatusCode
        print 1";
    check(
        "
        declare http = new Http
        resp = http.QuickGetObj(\"u\")
        if http.LastMethodSuccess == true:
            print resp.StatusCode
        else:
            print http.LastErrorText
            exit
        print 1",
        after,
    );
    check(
        "
        declare http = new Http
        resp = http.QuickGetObj(\"u\")
        if resp == null:
            print http.LastErrorText
            exit
        else:
            print resp.StatusCode
        print 1",
        after,
    );
}

#[test]
fn a_second_guard_of_a_call_is_never_reached() {
    check(
        "
        declare http = new Http
        resp = http.QuickGetObj(\"u\")
        if http.LastMethodSuccess == false:
            print http.LastErrorText
            exit
        if resp == null:
            exit
        print resp.StatusCode",
        "
        declare http = new Http
        attempt resp = http.QuickGetObj(\"u\") else:
            print ErrorText
            exit
        print resp.StatusCode",
    );
}

#[test]
fn a_status_that_is_read_later_keeps_its_value() {
    check(
        "
        declare http = new Http
        success = http.QuickGetSb(\"u\", sb)
        if success == false:
            print http.LastErrorText
        print success",
        "
        declare http = new Http
        declare success = true
        attempt http.QuickGetSb(\"u\", sb) else:
            success = false
            print ErrorText
        print success",
    );
}

#[test]
fn a_condition_about_more_than_the_call_is_no_guard() {
    for cond in ["success == false or http.LastStatus >= 400", "n == 0"] {
        let text = format!(
            "declare http = new Http\ndeclare success = http.QuickGetSb(\"u\", sb)\nif {cond}:\n    print success\n    exit\nprint 1"
        );
        check(&text, &text);
    }
    // A number may be 0, and an answer false, without an error.
    for call in [
        "json.SizeOfArray(\"a\")",
        "json.IntOf(\"a\")",
        "json.HasMember(\"a\")",
        "json.BoolOf(\"a\")",
    ] {
        let text = format!(
            "declare json = new JsonObject\ndeclare n = {call}\nif n == 0:\n    exit\nprint n"
        );
        check(&text, &text);
    }
}

#[test]
fn a_guard_without_an_end_keeps_the_object() {
    let text = "
        declare http = new Http
        declare resp = http.QuickGetObj(\"u\")
        if resp == null:
            print http.LastErrorText
        print resp";
    check(text, text);
}

#[test]
fn the_error_of_another_call_is_another() {
    check(
        "
        declare http = new Http
        success = http.QuickGetSb(\"u\", sb)
        if not success:
            http.QuickGetSb(\"v\", sb)
            print http.LastErrorText
            exit
        print 1",
        "
        declare http = new Http
        attempt http.QuickGetSb(\"u\", sb) else:
            http.QuickGetSb(\"v\", sb)
            print http.LastErrorText
            exit
        print 1",
    );
}

#[test]
fn the_literal_form_has_no_attempts() {
    let text = "
        declare http = new Http
        declare success = http.QuickGetSb(\"u\", sb)
        if success == false:
            print http.LastErrorText
            exit
        declare i = 0
        while i < 3:
            print i
            i = i + 1";
    check_form(text, text, true);
}

#[test]
fn a_call_that_cannot_fail_needs_no_guard() {
    check(
        "
        declare req = new HttpRequest
        success = req.AddFileForUpload2(\"a\", \"b\", \"c\")
        if success == false:
            print req.LastErrorText
            exit
        if not req.AddFileForUpload2(\"a\", \"b\", \"c\"):
            exit
        print req.Path",
        "
        declare req = new HttpRequest
        req.AddFileForUpload2(\"a\", \"b\", \"c\")
        req.AddFileForUpload2(\"a\", \"b\", \"c\")
        print req.Path",
    );
}

#[test]
fn a_function_that_ends_the_program_ends_a_guard() {
    check(
        "
        fn fail(text):
            print text
            exit 1
        http = new Http
        resp = http.QuickGetObj(\"u\")
        if resp == null:
            fail(http.LastErrorText)
        print resp.StatusCode",
        "
        fn fail(text):
            print text
            exit 1
        declare http = new Http
        attempt resp = http.QuickGetObj(\"u\") else:
            fail(ErrorText)
            exit 1
        print resp.StatusCode",
    );
}

#[test]
fn an_object_that_is_let_go_vanishes() {
    check(
        "
        declare http = new Http
        resp = http.QuickGetObj(\"u\")
        if resp == null:
            exit
        print resp.StatusCode
        resp = null",
        "
        declare http = new Http
        attempt resp = http.QuickGetObj(\"u\") else:
            exit
        print resp.StatusCode",
    );
}
