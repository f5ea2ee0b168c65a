use super::super::read;
use crate::read::shared::testing::check;

#[test]
fn objects_properties_and_calls_keep_the_names_of_the_script() {
    check(
        read,
        r#"
            require 'chilkat'
            http = Chilkat::CkHttp.new()   # the client
            http.put_AuthToken("{{boat_token}}")
            ok = http.QuickGetSb "https://api.example.com/v1/boats", sb
            name = json.stringOf('boats[i].name')
            other = CkJsonObject.new
        "#,
        r#"
            boilerplate
            http = new Http  # the client
            http.put_AuthToken("{{boat_token}}")
            ok = http.QuickGetSb("https://api.example.com/v1/boats", sb)
            name = json.stringOf("boats[i].name")
            other = new JsonObject
        "#,
    );
}

#[test]
fn literals_of_text_are_read_with_their_escapes() {
    check(
        read,
        r#"
            a = 'it\'s' "b\t#{x + 1}" 'c\n'
            b = "Zoë – \u{e9} \"q\""
            c = %w[a b]
            d = %q(one 'two')
            e = :paint
            f = [1_000, 0x1f, -2.5, nil, true]
            g = { "a" => 1, b: 'two', "c d": [] }
        "#,
        r#"
            a = concat("it'sb\t", (x + 1), "c\\n")
            b = "Zoë – é \"q\""
            c = ["a", "b"]
            d = "one 'two'"
            e = "paint"
            f = [1000, 31, -2.5, null, true]
            g = {"a": 1, "b": "two", "c d": []}
        "#,
    );
}

#[test]
fn heredocs_lose_their_common_indentation() {
    check(
        read,
        r##"
            body = <<~JSON
              {
                "name": "#{name}"
              }
            JSON
            raw = <<-'TEXT'
              #{kept}
              TEXT
        "##,
        r##"
            body = concat("{\n  \"name\": \"", name, "\"\n}\n")
            raw = "  #{kept}\n"
        "##,
    );
}

#[test]
fn what_is_printed_has_no_line_end() {
    check(
        read,
        r#"
            print "a" + b + "\n";
            print "a", b
            puts "x\n"
            puts
            puts "a", 2
            p count
            printf("%s: %d%%\n", name, n)
            $stderr.puts "bad"
            warn "worse"
            STDERR << "worst\n"
        "#,
        r#"
            println ("a" + b)
            print concat("a", b)
            println "x"
            println ""
            println "a"
            println 2
            println count
            println concat(name, ": ", n, "%")
            eprintln "bad"
            eprintln "worse"
            eprintln "worst"
        "#,
    );
}

#[test]
fn conditions_in_all_forms() {
    check(
        read,
        r#"
            if a == 1 then x = 1 elsif b then x = 2 else x = 3 end
            puts "no" unless ok
            exit if x.nil? || y.empty?
            unless a && !b
              stop = true
            else
              stop = false
            end
            kind = n >= 10 ? "ship" : "boat"
            mode = if n > 3 then "many" else "few" end
            n > 3 ? puts("many") : puts("few")
            count ||= 0
            token = ENV["T"] || "none"
            home = ENV.fetch("HOME") { "/" }
            ok or abort("failed")
        "#,
        r#"
            if (a == 1)
              x = 1
            elsif b
              x = 2
            else
              x = 3
            if !ok
              println "no"
            if ((x == null) or (Length!(y) == 0))
              exit -
            if !(a and !b)
              stop = true
            else
              stop = false
            kind = ((n >= 10) ? "ship" : "boat")
            if (n > 3)
              mode = "many"
            else
              mode = "few"
            if (n > 3)
              println "many"
            else
              println "few"
            if (count == null)
              count = 0
            token = Env!("T", "none")
            home = Env!("HOME", "/")
            if !ok
              eprintln "failed"
              exit 1
        "#,
    );
}

#[test]
fn a_case_becomes_a_switch_or_conditions() {
    check(
        read,
        r#"
            case status
            when 200, 201 then puts "fine"
            when 404
              puts "gone"
            else
              puts "odd"
            end
            case status
            when 200..299 then puts "fine"
            when 300... then puts "other"
            end
            case
            when a > 1 then puts "more"
            end
        "#,
        r#"
            switch status
            case 200, 201
              println "fine"
            case 404
              println "gone"
            else
              println "odd"
            if ((status >= 200) and (status <= 299))
              println "fine"
            elsif (status >= 300)
              println "other"
            if (a > 1)
              println "more"
        "#,
    );
}

#[test]
fn loops_in_all_forms() {
    check(
        read,
        r##"
            while i < n do
              i += 1
            end
            until done
              break if i > 3
              next
            end
            for k in 0...5 do puts k end
            for x in list
              puts x
            end
            (1..3).each { |q| puts q }
            3.times { |t| puts t }
            1.upto(n) do |u| puts u end
            5.downto(1) { |d| puts d }
            names.each_with_index do |name, at|
              puts "#{at}: #{name}"
            end
            headers.each { |key, value| http.SetRequestHeader(key, value) }
            loop do
              break
            end
            begin
              i -= 1
            end while i > 0
        "##,
        r##"
            while (i < n)
              i = (i + 1)
            while !done
              if (i > 3)
                break
              continue
            for k in 0..5
              println k
            each x in list
              println x
            for q in 1..=3
              println q
            for t in 0..3
              println t
            for u in 1..=n
              println u
            for d in 5..=1 step -1
              println d
            for at in 0..Length!(names)
              name = names[at]
              println concat(at, ": ", name)
            each key in Keys!(headers)
              value = headers[key]
              http.SetRequestHeader(key, value)
            while true
              break
            do while (i > 0)
              i = (i - 1)
        "##,
    );
}

#[test]
fn lists_that_are_made_of_others_become_loops() {
    check(
        read,
        r#"
            names = boats.map { |b| b.upcase }
            puts boats.select { |b| b.length > 3 }.join(", ")
        "#,
        r#"
            names = []
            each b in boats
              Push!(names, Upper!(b))
            list = []
            each b in boats
              if (Length!(b) > 3)
                Push!(list, b)
            println Join!(list, ", ")
        "#,
    );
}

#[test]
fn methods_become_functions_with_their_last_value() {
    check(
        read,
        r##"
            def describe(name, length = 12, unit: "m")
              return "none" if name.nil?
              "#{name} (#{length} #{unit})"
            end
            def show(text)
              puts text
            end
            puts describe("Ida", unit: "ft")
            show describe("Zoe")
        "##,
        r##"
            fn describe(name, length = 12, unit = "m")
              if (name == null)
                return "none"
              return concat(name, " (", length, " ", unit, ")")
            fn show(text)
              println text
            println describe("Ida", 12, "ft")
            show(describe("Zoe"))
        "##,
    );
}
