use super::super::read;
use crate::read::shared::testing::check;

#[test]
fn errors_are_raised_and_caught() {
    check(
        read,
        r#"
            try:
                if n < 1:
                    raise ValueError(f"bad id {n}")
                raise SystemExit(3)
            except (ValueError, KeyError) as e:
                print(f"Failed: {e}")
                print("Failed: " + str(e))
                raise
            except Exception:
                pass
            else:
                x = 1
            finally:
                print("done")
        "#,
        r#"
            try
              if (n < 1)
                throw concat("bad id ", n)
              exit 3
              x = 1
            catch e
              unported: the handler of lines 9 to 10, for Exception: nothing before it raises that
              println concat("Failed: ", Message!(e))
              println ("Failed: " + Message!(e))
              throw -
            finally
              println "done"
        "#,
    );
}

#[test]
fn methods_of_texts_and_lists_have_one_name() {
    check(
        read,
        r#"
            a = len(s.upper().strip())
            b = "x" in s and s.startswith("a") and "z" not in s
            c = " ".join(s.replace("-", "_").split(","))
            d = s[0:3] + s[2:] + s[1:-1] + s[-2:]
            e = names[0] + names[-1]
            f = "%05.2f|%-8s" % (x, y)
            g = "{} of {1} {x:.1f} {{}}".format(a, b, x=c)
            h = "=" * 10
            i = int(text) + int(time.time())
            names.append(1)
            names += [2]
            with open("in.txt") as file:
                text = file.read()
            with open("out.txt", "w") as out:
                out.write(text)
            k = round(price, 2)
            m = {"a": 1}
            q = "a" in m or m.get("b", 2)
        "#,
        r#"
            a = Length!(Trim!(Upper!(s)))
            b = ((Contains!(s, "x") and StartsWith!(s, "a")) and !Contains!(s, "z"))
            c = Join!(Split!(Replace!(s, "-", "_"), ","), " ")
            d = (((Substring!(s, 0, 3) + Substring!(s, 2)) + Substring!(s, 1, (Length!(s) - 2))) + Substring!(s, (Length!(s) - 2)))
            e = (names[0] + names[(Length!(names) - 1)])
            f = concat(PadLeft!(Fixed!(x, 2), 5, "0"), "|", PadRight!(y, 8, " "))
            g = concat(a, " of ", b, " ", Fixed!(c, 1), " {}")
            h = Repeat!("=", 10)
            i = (ParseInt!(text) + UnixTime!())
            Push!(names, 1)
            Push!(names, 2)
            text = ReadFile!("in.txt")
            WriteFile!("out.txt", text)
            k = Fixed!(price, 2)
            m = {"a": 1}
            q = (HasKey!(m, "a") or (HasKey!(m, "b") ? m["b"] : 2))
        "#,
    );
}

#[test]
fn arguments_and_the_environment() {
    check(
        read,
        r#"
            import os, sys, time
            url = os.environ["BOATS_URL"]
            token = os.getenv("TOKEN", "none")
            if len(sys.argv) < 2:
                sys.exit("usage: boats <id>")
            boat = sys.argv[1]
            time.sleep(0.5)
            sys.exit(2)
        "#,
        r#"
            boilerplate
            url = Env!("BOATS_URL")
            token = Env!("TOKEN", "none")
            if ((ArgCount!() + 1) < 2)
              eprintln "usage: boats <id>"
              exit 1
            boat = Arg!(0)
            Sleep!(500)
            exit 2
        "#,
    );
}

#[test]
fn one_object_of_a_class_is_flattened() {
    check(
        read,
        r#"
            class Client:
                LIMIT = 10
                def __init__(self, url, token):
                    self.url = url
                    self.http = chilkat2.Http()
                    self.http.AuthToken = token
                def get(self, path):
                    return self.http.QuickGetStr(self.url + path)
                @staticmethod
                def kind(length):
                    return "ship" if length > 9 else "boat"
            def main():
                client = Client(os.environ["U"], "t")
                print(client.get("/v1") + Client.kind(12))
                print(client.http.LastStatus)
                return 0
            if __name__ == "__main__":
                sys.exit(main())
        "#,
        r#"
            LIMIT = 10
            fn kind(length)
              return ((length > 9) ? "ship" : "boat")
            fn get(path)
              return http.QuickGetStr((url + path))
            boilerplate
            url = Env!("U")
            http = new Http
            http.AuthToken = "t"
            println (get("/v1") + kind(12))
            println http.LastStatus
            exit 0
        "#,
    );
}

#[test]
fn what_python_has_alone_is_not_ported() {
    check(
        read,
        r#"
            import re, json
            class Boat(Ship):
                name = "x"
            x = re.match(r"\d", text)
            y = json.loads(text)
            z = Boat("x")
            def count(*args):
                return len(args)
            def ids():
                yield 1
            with lock:
                print(1)
            a, b = b, a
            for q in range(3):
                pass
            else:
                print("none")
            t = {k: v for k, v in m}
        "#,
        r#"
            boilerplate
            unported 2-3: a class that inherits is not ported
            x = unported<"re.match(r\"\\d\", text)": Python's re.match is not ported>
            y = unported<"json.loads(text)": Python's json.loads is not ported>
            z = unported<"Boat.new": a class of the script's own is not ported>
            unported 7-8: a function with any number of arguments is not ported
            fn ids()
              unported: a generator is not ported
            unported 11-12: `with` is only ported for `open`
            old_a = a
            a = b
            b = old_a
            unported 14-17: `else` of a loop is not ported
            t = unported<"{k: v for k, v in m}": this dictionary comprehension is not ported>
        "#,
    );
}

#[test]
fn a_page_without_indentation_is_read_by_its_shape() {
    check(
        read,
        r#"
            if (success == False):
            print(http.lastErrorText())
            sys.exit()

            i = 0
            while i < n :
            json.put_I(i)
            j = 0
            while j < m :
            json.put_J(j)
            j = j + 1
            i = i + 1
            if (status >= 400):
            print("Failed.")

            sys.exit()
            print("Success.")
        "#,
        r#"
            if (success == false)
              println http.lastErrorText()
              exit -
            i = 0
            while (i < n)
              json.put_I(i)
              j = 0
              while (j < m)
                json.put_J(j)
                j = (j + 1)
              i = (i + 1)
            if (status >= 400)
              println "Failed."
              exit -
            println "Success."
        "#,
    );
}

#[test]
fn a_page_that_is_indented_as_a_whole_is_read() {
    check(
        read,
        r#"
                x = 1
                if x:
                    print(x)
        "#,
        r#"
            x = 1
            if x
              println x
        "#,
    );
}

#[test]
fn damaged_lines_are_left_out_and_the_rest_is_read() {
    check(
        read,
        r#"
            json.UpdateString("a","b "c" d")
            json.UpdateString("e","f)
            if (success == False):
                print("failed")
                sys.exit()
            print("{{x}} <string> :id")
        "#,
        r#"
            unported: this line is not understood; its quotes or parentheses do not match
            unported: this line is not understood; its quotes or parentheses do not match
            if (success == false)
              println "failed"
              exit -
            println "{{x}} <string> :id"
        "#,
    );
}

#[test]
fn the_blocks_of_a_page_that_is_cut_are_closed() {
    check(
        read,
        r#"
            while i < n :
                json.put_I(i)
                if i == 3:
        "#,
        r#"
            unported 1-5: nothing in this loop changes its condition; a line is missing
        "#,
    );
}
