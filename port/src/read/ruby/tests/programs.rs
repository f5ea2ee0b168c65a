use super::super::read;
use crate::read::shared::testing::check;

#[test]
fn errors_are_raised_and_caught() {
    check(
        read,
        r#"
            begin
              raise ArgumentError, "bad id" if id < 1
              raise "no boat"
            rescue ArgumentError => e
              puts "Failed: #{e.message}"
              raise
            ensure
              puts "done"
            end
            def load
              fetch(1)
            rescue => err
              warn err
            end
            value = Integer(text) rescue 0
        "#,
        r#"
            try
              if (id < 1)
                throw "bad id"
              throw "no boat"
            catch e
              println concat("Failed: ", Message!(e))
              throw -
            finally
              println "done"
            fn load()
              try
                unported: `fetch` is not a method of the script
              catch err
                eprintln Message!(err)
            try
              value = ParseInt!(text)
            catch -
              value = 0
        "#,
    );
}

#[test]
fn methods_of_texts_and_lists_have_one_name() {
    check(
        read,
        r#"
            a = s.upcase.strip.length
            b = s.include?("x") && s.start_with?("a") && !s.end_with?("z")
            c = s.gsub("-", "_").split(",").join(" ")
            d = s[0, 3] + s[2..] + s[1..-2] + s[0...4]
            e = list.first + list.last + list[-2]
            f = "%05.2f|%-8s|%4d" % [x, y, z]
            g = format("%s of %d", a, b)
            h = "=" * 10
            i = text.to_i + Time.now.to_i
            list << 1
            list.push(2)
            list += [3]
            File.write("out.txt", File.read("in.txt"))
            sleep 0.5
            k = "ab"
            k << "c"
            m = map.key?("x") ? map.fetch("x", 1) : ARGV[0]
            n = price.round(2).to_s.rjust(8)
        "#,
        r#"
            a = Length!(Trim!(Upper!(s)))
            b = ((Contains!(s, "x") and StartsWith!(s, "a")) and !EndsWith!(s, "z"))
            c = Join!(Split!(Replace!(s, "-", "_"), ","), " ")
            d = (((Substring!(s, 0, 3) + Substring!(s, 2)) + Substring!(s, 1, (Length!(s) - 2))) + Substring!(s, 0, 4))
            e = ((list[0] + list[(Length!(list) - 1)]) + list[(Length!(list) - 2)])
            f = concat(PadLeft!(Fixed!(x, 2), 5, "0"), "|", PadRight!(y, 8, " "), "|", PadLeft!(z, 4, " "))
            g = concat(a, " of ", b)
            h = Repeat!("=", 10)
            i = (ToInt!(text) + UnixTime!())
            Push!(list, 1)
            Push!(list, 2)
            Push!(list, 3)
            WriteFile!("out.txt", ReadFile!("in.txt"))
            Sleep!(500)
            k = "ab"
            k = (k + "c")
            m = (HasKey!(map, "x") ? (HasKey!(map, "x") ? map["x"] : 1) : Arg!(0))
            n = PadLeft!(ToText!(Fixed!(price, 2)), 8, " ")
        "#,
    );
}

#[test]
fn the_program_ends_with_its_code() {
    check(
        read,
        r#"
            exit
            exit 2
            exit(false)
            abort "no boats"
        "#,
        r#"
            exit -
            exit 2
            exit 1
            eprintln "no boats"
            exit 1
        "#,
    );
}

#[test]
fn modules_and_one_object_of_a_class_are_flattened() {
    check(
        read,
        r#"
            module Harbour
              LIMIT = 10
              def self.kind(length)
                length >= LIMIT ? "ship" : "boat"
              end
            end
            class Client
              attr_reader :http
              def initialize(url, token)
                @url = url
                @http = Chilkat::CkHttp.new
                @http.put_AuthToken(token)
              end
              def get(path)
                @http.quickGetStr(@url + path)
              end
            end
            client = Client.new(ENV["BOATS_URL"], "t")
            puts client.get("/v1") + Harbour.kind(12)
            puts client.http.get_LastStatus
        "#,
        r#"
            LIMIT = 10
            fn kind(length)
              if (length >= LIMIT)
                return "ship"
              else
                return "boat"
            fn get(path)
              return http.quickGetStr((url + path))
            url = Env!("BOATS_URL")
            http = new Http
            http.put_AuthToken("t")
            println (get("/v1") + kind(12))
            println http.get_LastStatus()
        "#,
    );
}

#[test]
fn what_ruby_has_alone_is_not_ported() {
    check(
        read,
        r#"
            x = text =~ /\d+/
            y = text.gsub(/a/, "b")
            class Boat < Ship
              def name; "x"; end
            end
            def each_boat
              yield 1
            end
            Boat.new("x").name
            Thread.new { puts 1 }
            z = eval("1")
            a, b = b, a
        "#,
        r#"
            x = unported<"text =~ /\\d+/": a regular expression is not ported>
            y = unported<"text.gsub(/a/, \"b\")": a regular expression is not ported>
            unported 3-5: a class that inherits is not ported
            fn each_boat()
              unported: a method with a block is not ported
            unported<"Boat.new": a class of the script's own is not ported>.name()
            unported: the class Thread is not ported
            z = unported<"eval(\"1\")": `eval` is not a method of the script>
            old_a = a
            a = b
            b = old_a
        "#,
    );
}

#[test]
fn a_script_that_runs_as_main_is_the_program() {
    check(
        read,
        r#"
            def main
              puts "one"
              return if done?
              puts "two"
            end
            if __FILE__ == $PROGRAM_NAME
              main
            end
        "#,
        r#"
            boilerplate
            println "one"
            if unported<"done?": `done?` is not a method of the script>
              exit -
            println "two"
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
            if (success == false)
                print "failed" + "\n";
                exit
            end
            print "{{x}} <string> :id" + "\n";
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
            i = 0
            while i < n
                json.put_I(i)
                if i == 3
                    print "three"
        "#,
        r#"
            i = 0
            unported 2-8: nothing in this loop changes its condition; a line is missing
        "#,
    );
}

#[test]
fn events_become_functions_without_a_name() {
    check(
        read,
        r#"
            http.PercentDone do |pct|
              puts pct
              false
            end
            http.AbortCheck { File.exist?("stop") }
        "#,
        r#"
            http.PercentDone(lambda(pct) { println pct; return false })
            http.AbortCheck(lambda() { return FileExists!("stop") })
        "#,
    );
}
