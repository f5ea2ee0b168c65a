use super::check;

#[test]
fn unlocking_is_a_comment() {
    let after = "
        # There is nothing to unlock.
        declare http = new Http
        print http.LastStatus";
    check(
        "
        boilerplate
        # This example assumes the Chilkat API to have been previously unlocked.
        # See Global Unlock Sample for sample code.
        glob = new Global
        success = glob.UnlockBundle(\"Anything\")
        if success == false:
            print glob.lastErrorText()
            exit
        status = glob.get_UnlockStatus()
        if status == 2:
            print \"Unlocked using purchased unlock code.\"
        else:
            print \"Unlocked in trial mode.\"
        print glob.lastErrorText()
        dispose glob
        http = new Http
        print http.LastStatus",
        after,
    );
    check(
        "
        glob = new Global
        if not glob.UnlockBundle(\"Anything\"):
            exit
        http = new Http
        success = http.UnlockComponent(\"Anything\")
        if success != 1:
            print http.LastErrorText
            exit
        print http.LastStatus
        dispose http",
        after,
    );
}

#[test]
fn a_status_after_unlocking_is_another() {
    check(
        "
        declare http = new Http
        success = http.UnlockComponent(\"x\")
        while x.Do():
            success = http.IsUnlocked()
        if success:
            print 1",
        "
        declare http = new Http
        # There is nothing to unlock.
        declare success = null
        while x.Do():
            success = http.IsUnlocked()
        if success:
            print 1",
    );
}

#[test]
fn an_object_is_always_created() {
    for test in ["http == 0", "not IsObj(http)", "http == null", "li_rc < 0"] {
        check(
            &format!(
                "http = new Http\nif {test}:\n    dispose http\n    print \"a\"\n    exit\nhttp.I = 1"
            ),
            "declare http = new Http\nhttp.I = 1",
        );
    }
    check(
        "
        loo_Http = new oleobject
        li_rc = loo_Http.ConnectToNewObject(\"Chilkat.Http\")
        if li_rc < 0:
            dispose loo_Http
            exit
        loo_Http.I = 1",
        "
        declare loo_Http = new Http
        loo_Http.I = 1",
    );
}

#[test]
fn the_type_in_a_comment_is_the_variables() {
    check(
        "
        # resp is a CkHttpResponse
        resp = x.Get()
        print resp
        # json: JsonObject
        json = x.Get()
        print json
        # resp is a CkHttpResponse",
        "
        declare resp: HttpResponse = x.Get()
        print resp
        declare json: JsonObject = x.Get()
        print json
        # resp is a CkHttpResponse",
    );
}

#[test]
fn false_in_the_case_of_another_language_is_false() {
    check(
        "
        fn f():
            x.A(False)
        f()
        x.B(FALSE, NULL)",
        "
        fn f():
            x.A(false)
        f()
        x.B(false, null)",
    );
    check("True = x.Get()\nprint True", "declare True = x.Get()\nprint True");
}
