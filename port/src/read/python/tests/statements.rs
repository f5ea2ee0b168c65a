use super::super::read;
use crate::read::shared::testing::check;

#[test]
fn objects_properties_and_calls_keep_the_names_of_the_script() {
    check(
        read,
        r#"
            import sys, os
            import chilkat2 as ck
            from chilkat import CkHttp
            http = ck.Http()   # the client
            http.AuthToken = "{{boat_token}}"
            old = CkHttp()
            ok = http.QuickGetSb("https://api.example.com/v1/boats", sb)
            status = http.LastStatus
            del old
        "#,
        r#"
            boilerplate
            boilerplate
            boilerplate
            http = new Http  # the client
            http.AuthToken = "{{boat_token}}"
            old = new Http
            ok = http.QuickGetSb("https://api.example.com/v1/boats", sb)
            status = http.LastStatus
            dispose old
        "#,
    );
}

#[test]
fn literals_of_text_are_read_with_their_escapes() {
    check(
        read,
        r#"
            a = 'it\'s' "b\t" r'\d'
            b = """one
            two "three" """
            c = f"{a} {{x}} {n + 1!s} {price:.2f} {name:<8}|{k:>4}|{m:05d}"
            d = [1_000, 0x1f, -2.5, None, True, ()]
            e = {"a": 1, 'b': [2]}
            f = "Zoë \u00e9"
        "#,
        r#"
            a = "it'sb\t\\d"
            b = "one\ntwo \"three\" "
            c = concat(a, " {x} ", (n + 1), " ", Fixed!(price, 2), " ", PadRight!(name, 8, " "), "|", PadLeft!(k, 4, " "), "|", PadLeft!(m, 5, "0"))
            d = [1000, 31, -2.5, null, true, []]
            e = {"a": 1, "b": [2]}
            f = "Zoë é"
        "#,
    );
}

#[test]
fn what_is_printed_has_no_line_end() {
    check(
        read,
        r#"
            print("a" + b)
            print("a", 2, sep=", ")
            print("a", end="")
            print()
            print("bad", file=sys.stderr)
            sys.stdout.write("x\n")
            sys.stderr.write(f"worse {n}\n")
        "#,
        r#"
            println ("a" + b)
            println concat("a, ", 2)
            print "a"
            println ""
            println "bad"
            println "x"
            eprintln concat("worse ", n)
        "#,
    );
}

#[test]
fn conditions_in_all_forms() {
    check(
        read,
        r#"
            if a == 1: x = 1
            elif not b and c is not None:
                x = 2
            else:
                pass
            if success == False :
                sys.exit()
            kind = "ship" if n >= 10 else "boat"
            ok = 1 <= n < 3 or name in names
            token = os.environ.get("T") or "none"
            assert n > 0, "no boats"
            if (m := json.IntOf("n")) > 3:
                print(m)
        "#,
        r#"
            if (a == 1)
              x = 1
            elsif (!b and (c != null))
              x = 2
            else
              -
            if (success == false)
              exit -
            kind = ((n >= 10) ? "ship" : "boat")
            ok = (((1 <= n) and (n < 3)) or Contains!(names, name))
            token = Env!("T", "none")
            if !(n > 0)
              throw "no boats"
            m = json.IntOf("n")
            if (m > 3)
              println m
        "#,
    );
}

#[test]
fn a_match_becomes_a_switch() {
    check(
        read,
        r#"
            match status:
                case 200 | 201:
                    print("fine")
                case "x":
                    print("odd")
                case _:
                    print("other")
        "#,
        r#"
            switch status
            case 200, 201
              println "fine"
            case "x"
              println "odd"
            else
              println "other"
        "#,
    );
}

#[test]
fn loops_in_all_forms() {
    check(
        read,
        r#"
            while i < n :
                i += 1
            for k in range(5): print(k)
            for k in range(2, n):
                continue
            for k in range(10, 0, -2):
                break
            for x in names:
                print(x)
            for at, name in enumerate(names, start=1):
                print(at, name)
            for key, value in headers.items():
                http.SetRequestHeader(key, value)
        "#,
        r#"
            while (i < n)
              i = (i + 1)
            for k in 0..5
              println k
            for k in 2..n
              continue
            for k in 10..=1 step -2
              break
            each x in names
              println x
            for at in 1..(Length!(names) + 1)
              name = names[(at - 1)]
              println concat(at, " ", name)
            each key in Keys!(headers)
              value = headers[key]
              http.SetRequestHeader(key, value)
        "#,
    );
}

#[test]
fn lists_that_are_made_of_others_become_loops() {
    check(
        read,
        r#"
            names = [b.upper() for b in boats if len(b) > 3]
            print(", ".join(str(x) for x in ids))
        "#,
        r#"
            names = []
            each b in boats
              if (Length!(b) > 3)
                Push!(names, Upper!(b))
            items = []
            each x in ids
              Push!(items, ToText!(x))
            println Join!(items, ", ")
        "#,
    );
}

#[test]
fn functions_have_types_and_named_arguments() {
    check(
        read,
        r#"
            def describe(name: str, length: int = 12, *, unit="m") -> str:
                """Returns what a boat is called."""
                global count
                return f"{name} ({length} {unit})"
            def show(text):
                print(text)
            print(describe("Ida", unit="ft"))
            show(text=describe("Zoe"))
        "#,
        r#"
            fn describe(name: Text, length: Int = 12, unit = "m"): Text
              # Returns what a boat is called.
              boilerplate
              return concat(name, " (", length, " ", unit, ")")
            fn show(text)
              println text
            println describe("Ida", 12, "ft")
            show(describe("Zoe"))
        "#,
    );
}
