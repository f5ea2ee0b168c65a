use super::read;
use crate::read::shared::testing::{check, check_endless};

#[test]
fn what_is_no_script_is_read_to_its_end() {
    let openers = [
        ("(", ")"),
        ("[", "]"),
        ("set a [f ", "]"),
        ("{", "}"),
        ("if {$a} {\n", "\n}"),
        ("if {(", ")}"),
        ("if {$a} {\n} elseif {$b} {\n", "}"),
        ("while {$a} {\n", "\n}"),
        ("proc a {} {\n", "\n}"),
        ("catch {\n", "\n}"),
        ("foreach a $b {", "}"),
        ("set a \"[", "]\""),
        ("$a(", ")"),
        ("${", "}"),
        ("expr !", ""),
        ("expr (", ")"),
        ("\\\n", ""),
        ("if {$a ? ", ": 1}"),
    ];
    check_endless(&read, &openers);
}

#[test]
fn objects_are_the_first_arguments_of_their_commands() {
    check(
        read,
        r#"
            load ./chilkat.dll
            set http [new_CkHttp] ;# the client
            CkHttp_put_AuthToken $http "{{boat_token}}"
            set resp [CkHttp_PostJson3 $http "https://a.example/v1" "application/json" $json]
            if {[CkHttp_get_LastMethodSuccess $http] == 0} then {
                puts [CkHttp_lastErrorText $http]
                delete_CkHttp $http
                exit
            }
            puts "Status: [CkHttpResponse_get_StatusCode $resp]"
            if {$resp == "NULL"} { exit 2 }
        "#,
        r#"
            boilerplate
            http = new Http  # the client
            http.put_AuthToken("{{boat_token}}")
            resp = http.PostJson3("https://a.example/v1", "application/json", json)
            if (http.get_LastMethodSuccess() == 0)
              println http.lastErrorText()
              dispose http
              exit -
            println concat("Status: ", resp.get_StatusCode())
            if (resp == null)
              exit 2
        "#,
    );
}

#[test]
fn words_are_read_with_their_escapes() {
    check(
        read,
        r#"
            set a "it's \"b\"\t\$x \[y\] Zoë"
            set b {kept $x [y]}
            set c "$a-${b} [string toupper $a]"
            set d 12
            set e -1.5
            set f true
            set g(key) $h(other)
            set i \
              7
        "#,
        r#"
            a = "it's \"b\"\t$x [y] Zoë"
            b = "kept $x [y]"
            c = concat(a, "-", b, " ", Upper!(a))
            d = 12
            e = -1.5
            f = true
            g["key"] = h["other"]
            i = 7
        "#,
    );
}

#[test]
fn what_is_printed() {
    check(
        read,
        r#"
            puts "a $b"
            puts -nonewline "c"
            puts stderr "bad"
            puts [format "%s: %d of %.2f" $a 2 $c]
            flush stdout
        "#,
        r#"
            println concat("a ", b)
            print "c"
            eprintln "bad"
            println concat(a, ": ", 2, " of ", Fixed!(c, 2))
            boilerplate
        "#,
    );
}

#[test]
fn conditions_in_all_forms() {
    check(
        read,
        r#"
            if {$a == 1 && !($b ne "x" || $c >= 2.5)} {
                set x 1
            } elseif {$d in $list} {
                set x 2
            } else {
                set x 3
            }
            if $ok then { set y 1 }
            set kind [expr {$n >= 10 ? "ship" : "boat"}]
            switch -exact -- $status {
                200 -
                201 { puts "fine" }
                default { puts "odd" }
            }
        "#,
        r#"
            if ((a == 1) and !((b != "x") or (c >= 2.5)))
              x = 1
            elsif Contains!(list, d)
              x = 2
            else
              x = 3
            if ok
              y = 1
            kind = ((n >= 10) ? "ship" : "boat")
            switch status
            case 200, 201
              println "fine"
            else
              println "odd"
        "#,
    );
}

#[test]
fn loops_in_all_forms() {
    check(
        read,
        r#"
            while {$i < $n} {
                incr i
                set i [expr $i + 1]
                break
            }
            for {set k 0} {$k < $n} {incr k} { puts $k }
            for {set k 9} {$k > 0} {incr k -1} { puts $k }
            foreach id {3 5 8} { continue }
            foreach name $names { puts $name }
            dict for {key value} $headers { CkHttp_SetRequestHeader $http $key $value }
        "#,
        r#"
            while (i < n)
              i = (i + 1)
              i = (i + 1)
              break
            for k in 0..n
              println k
            k = 9
            while (k > 0)
              println k
              k = (k - 1)
            each id in [3, 5, 8]
              continue
            each name in names
              println name
            each key in Keys!(headers)
              value = headers[key]
              http.SetRequestHeader(key, value)
        "#,
    );
}

#[test]
fn procedures_become_functions_with_their_last_value() {
    check(
        read,
        r#"
            proc kind {length {limit 10}} {
                global http
                expr {$length >= $limit}
            }
            proc ::boats::show {text} {
                puts $text
                return
            }
            puts [kind 12]
            boats::show "x"
        "#,
        r#"
            fn kind(length, limit = 10)
              boilerplate
              return (length >= limit)
            fn boats_show(text)
              println text
              return -
            println kind(12)
            boats_show("x")
        "#,
    );
}

#[test]
fn errors_are_raised_and_caught() {
    check(
        read,
        r#"
            if {[catch {
                error "bad $id"
            } message]} {
                puts "Failed: $message"
                exit 1
            }
            catch { close $f }
            try {
                return -code error "no boat"
            } on error {err} {
                puts $err
            } finally {
                puts "done"
            }
        "#,
        r#"
            try
              throw concat("bad ", id)
            catch message
              println concat("Failed: ", Message!(message))
              exit 1
            try
              unported: reading files is not ported
            catch -
              -
            try
              throw "no boat"
            catch err
              println Message!(err)
            finally
              println "done"
        "#,
    );
}

#[test]
fn commands_of_tcl_have_one_name() {
    check(
        read,
        r#"
            set names [list]
            lappend names "a" "b"
            set n [llength $names]
            set a [lindex $names 0][lindex $names end]
            set b [join $names ", "]
            set c [string range $s 1 3]
            set d [string map {- _} [string trim $s]]
            set e [string match *x* $s]
            append t "x" $n
            set url $::env(BOATS_URL)
            set id [lindex $argv 0]
            after 500
            unset t
        "#,
        r#"
            names = []
            Push!(names, "a")
            Push!(names, "b")
            n = Length!(names)
            a = concat(names[0], names[(Length!(names) - 1)])
            b = Join!(names, ", ")
            c = Substring!(s, 1, 3)
            d = Replace!(Trim!(s), "-", "_")
            e = Contains!(s, "x")
            t = concat(t, "x", n)
            url = Env!("BOATS_URL")
            id = Arg!(0)
            Sleep!(500)
            dispose t
        "#,
    );
}

#[test]
fn what_tcl_has_alone_is_not_ported() {
    check(
        read,
        r#"
            upvar 1 name local
            set x [regexp {\d} $s]
            eval $script
            foreach {a b} $list { puts $a }
            puts $file "x"
        "#,
        r#"
            unported: `upvar` is not ported; pass the value and return the new one
            unported: a regular expression is not ported
            unported: `eval` is not a procedure of the script
            for place in 0..Length!(list) step 2
              a = list[place]
              b = list[(place + 1)]
              println a
            unported: writing to a file is not ported
        "#,
    );
}

#[test]
fn damaged_lines_are_left_out_and_the_rest_is_read() {
    check(
        read,
        r#"
            CkJsonObject_UpdateString $json "a" "b "c" d"
            if {$ok == 0} {
                exit
            }
            puts "{{x}}"
            CkJsonObject_UpdateString $json "e" "f
        "#,
        r#"
            unported: this text has no end
            if (ok == 0)
              exit -
            println "{{x}}"
            unported: this text has no end
        "#,
    );
}

#[test]
fn the_blocks_of_a_page_that_is_cut_are_closed() {
    check(
        read,
        r#"
            while {$i < $n} {
                puts $i
                if {$i == 3} {
                    puts "three"
        "#,
        r#"
            while (i < n)
              println i
              if (i == 3)
                println "three"
        "#,
    );
}

#[test]
fn a_caught_command_of_tcl_gives_its_value() {
    check(
        read,
        r#"
            proc f {} { return 1 }
            catch {f} out
            puts $out
        "#,
        r#"
            fn f()
              return 1
            try
              out = f()
            catch err
              out = Message!(err)
            println out
        "#,
    );
}
