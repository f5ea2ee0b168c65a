//! Values that mean something else in each language.

use super::program;
use crate::Form;
use crate::language::Language as L;

/// The start of a script that makes `json`.
fn start(language: L) -> &'static str {
    match language {
        L::Ruby => "json = Chilkat::CkJsonObject.new()\nhttp = Chilkat::CkHttp.new()\n",
        L::Python => "import chilkat\njson = chilkat.CkJsonObject()\nhttp = chilkat.CkHttp()\n",
        L::JavaScript => {
            "const chilkat = require('@chilkat/ck-node22-linux64');\n\
             const json = new chilkat.JsonObject();\nconst http = new chilkat.Http();\n"
        }
        L::Php => "<?php\n$json = new CkJsonObject();\n$http = new CkHttp();\n",
        L::Perl => "use chilkat();\nmy $json = chilkat::CkJsonObject->new();\n",
        L::VbScript => "set json = CreateObject(\"Chilkat.JsonObject\")\n",
        L::Vb6 => "Dim json As New ChilkatJsonObject\n",
        L::AutoIt => "$json = ObjCreate(\"Chilkat.JsonObject\")\n",
        L::PowerShell => {
            "Add-Type -Path \"C:\\ChilkatDotNet47.dll\"\n$json = New-Object Chilkat.JsonObject\n"
        }
        L::Tcl => "load ./chilkat.so\nset json [new_CkJsonObject]\n",
        _ => "",
    }
}

/// Compares the ports of scripts with parts that they have, without regard to spaces.
fn has(table: &[(L, &str, &str)]) {
    let packed = |text: &str| text.split_whitespace().collect::<String>();
    for (language, script, expected) in table {
        let found = program(&format!("{}{script}\n", start(*language)), *language, Form::Idiomatic);
        assert!(packed(&found).contains(&packed(expected)), "{found}\n-- has not --\n{expected}");
    }
}

fn in_main(language: L, body: &str) -> String {
    match language {
        L::Java => format!(
            "import com.chilkatsoft.*;\npublic class P {{\n  public static void main(String[] args) {{\n    \
             CkJsonObject json = new CkJsonObject();\n    {body}\n  }}\n}}\n"
        ),
        L::Go => format!(
            "package main\nimport (\"fmt\"; \"chilkat\")\nfunc main() {{\n\tjson := chilkat.NewJsonObject()\n\t{body}\n}}\n"
        ),
        _ => format!(
            "using System;\nclass P {{\n  static void Main() {{\n    var json = new Chilkat.JsonObject();\n    \
             {body}\n  }}\n}}\n"
        ),
    }
}

#[test]
fn a_call_with_a_default_is_made_once() {
    has(&[
        (
            L::JavaScript,
            "let b = http.QuickGetStr(\"http://a\") || \"none\";\nconsole.log(b);",
            "let b = http.quick_get_str(\"http://a\").ok().filter(|text| !text.is_empty())\
             .unwrap_or_else(|| \"none\".to_string());",
        ),
        (
            L::Php,
            "$b = $json->stringOf(\"x\") ?: 'none';\nprint $b;",
            "let b = json.string_of(\"x\").",
        ),
        (
            L::Python,
            "s = json.stringOf(\"a\") or \"none\"\nprint(s)",
            "json.string_of(\"a\").ok().filter(|text| !text.is_empty())",
        ),
        (
            L::Python,
            "n = json.IntOf(\"n\") or 5\nprint(n)",
            "let n = Some(json.int_of(\"n\")).filter(|&n| n != 0).unwrap_or(5);",
        ),
        (
            L::Ruby,
            "s = json.stringOf(\"a\") || \"none\"\nputs s",
            "let s = json.string_of(\"a\").unwrap_or_else(|_| \"none\".to_string());",
        ),
        (
            L::JavaScript,
            "const s = json.StringOf(\"a\") || json.StringOf(\"b\") || \"none\";\nconsole.log(s);",
            ".or_else(|| json.string_of(\"b\").ok())",
        ),
    ]);
}

#[test]
fn and_with_or_chooses() {
    has(&[(
        L::Python,
        "print(json.BoolOf(\"b\") and \"yes\" or \"no\")",
        "if json.bool_of(\"b\") { \"yes\" } else { \"no\" }",
    )]);
}

#[test]
fn divisions_are_those_of_the_language() {
    let n = "json.int_of(\"n\")";
    has(&[
        (L::Python, "n = json.IntOf(\"n\")\nprint(n / 2)", "\"{:?}\", n as f64 / 2.0"),
        (L::Python, "n = json.IntOf(\"n\")\nprint(n % 3)", "i64::rem_euclid(n, 3)"),
        (L::Python, "n = json.IntOf(\"n\")\nif n % 2 == 0:\n    print(n)", "if n % 2 == 0 {"),
        (L::Ruby, "n = json.IntOf(\"n\")\nputs n / 2, n % 3", "i64::div_euclid(n, 2)"),
        (
            L::Tcl,
            "set n [CkJsonObject_IntOf $json \"n\"]\nputs [expr {$n / 2}]",
            "i64::div_euclid(n, 2)",
        ),
        (L::JavaScript, "console.log(json.IntOf(\"n\") / 3);", &format!("{n} as f64 / 3.0")),
        (L::Php, "print $json->IntOf(\"n\") / 2;", &format!("{n} as f64 / 2.0")),
        (L::Perl, "my $n = $json->IntOf(\"n\");\nprint int($n / 2);", "\"{}\", n / 2"),
        (
            L::VbScript,
            "n = json.IntOf(\"n\")\nIf n / 2 > 3 Then WScript.Echo n",
            "n as f64 / 2.0 > 3.0",
        ),
    ]);
    let java =
        in_main(L::Java, "int n = 7; double x = n / 2; n += 1.5; System.out.println(x + n);");
    let found = program(&java, L::Java, Form::Idiomatic);
    assert!(found.contains("let x = (n / 2) as f64;"), "{found}");
}

#[test]
fn truths_and_numbers_are_printed_as_the_language_prints_them() {
    has(&[
        (L::Python, "print(True, None, 3.0, 1e3)", "println!(\"True None 3.0 1000.0\");"),
        (L::Ruby, "x = 3.0\nputs \"x #{x}\"", "{x:?}"),
        (L::JavaScript, "console.log(1.0, null);", "println!(\"1 null\");"),
        (L::Php, "echo \"v: \" . $json->HasMember('x');", "{ \"1\" } else { \"\" }"),
        (L::VbScript, "WScript.Echo json.HasMember(\"x\")", "{ \"True\" } else { \"False\" }"),
        (L::Ruby, "ok = json.HasMember(\"x\")\nputs ok", "println!(\"{ok}\");"),
        (L::Ruby, "text = json.emit + \"\\n\"\nputs text", "print!(\"{text}\");"),
    ]);
}

#[test]
fn maps_are_walked_in_their_order() {
    has(&[
        (
            L::Ruby,
            "h = { \"zeta\" => 1, \"alpha\" => 2 }\nh.each { |k, v| json.UpdateInt(k, v) }",
            "let h = [(\"zeta\", 1), (\"alpha\", 2)]; for (k, v) in h {",
        ),
        (
            L::Ruby,
            "{ \"b\" => \"x\", \"a\" => \"y\" }.each { |k, v| json.UpdateString(k, v) }",
            "for (k, v) in [(\"b\", \"x\"), (\"a\", \"y\")] {",
        ),
        (
            L::Python,
            "c = {}\nfor w in [\"a\", \"b\"]:\n    c[w] = c.get(w, 0) + 1\nfor k, v in c.items():\n    print(k, v)",
            "for (k, &v) in &c {",
        ),
        (
            L::Python,
            "c = {}\nfor w in [\"a\", \"b\"]:\n    c[w] = c.get(w, 0) + 1\nprint(c[\"a\"])",
            "*c.entry(w.to_string()).or_default() += 1;",
        ),
    ]);
    let script = format!("{}c = {{}}\nc[\"b\"] = 1\nfor k in c:\n    print(k)\n", start(L::Python));
    let remarks = crate::port(&script, &crate::Options::new(L::Python)).unwrap().remarks;
    assert!(remarks.iter().any(|remark| remark.kind == crate::RemarkKind::Warning), "{remarks:?}");
}

#[test]
fn what_a_map_has_not_is_empty() {
    let go = in_main(
        L::Go,
        "m := map[string]bool{}\n\tm[\"a\"] = false\n\tif m[\"a\"] {\n\t\tfmt.Println(json)\n\t}",
    );
    let found = program(&go, L::Go, Form::Idiomatic);
    assert!(found.contains("if m.get(\"a\").copied().unwrap_or_default() {"), "{found}");
}

#[test]
fn lists_grow_where_the_script_lets_them() {
    has(&[
        (
            L::JavaScript,
            "const a = [];\na[1] = \"y\";\nconsole.log(a[0]);",
            "a.resize(a.len().max(2), String::new()); a[1] = \"y\".to_string();",
        ),
        (
            L::JavaScript,
            "const a = [1];\nconsole.log(a.length);\na[a.length] = 7;\nconsole.log(a.join());",
            "a.push(7);",
        ),
        (L::Ruby, "p = json.emit.split(\",\")\nputs p[3]", "p.get(3).cloned().unwrap_or_default()"),
        (
            L::JavaScript,
            "const p = json.Emit().split(\",\");\nfor (let i = 0; i < p.length; i++) { console.log(p[i]); }",
            "for item in &p {",
        ),
    ]);
}

#[test]
fn no_position_is_below_zero() {
    has(&[
        (
            L::VbScript,
            "s = json.StringOf(\"x\")\nWScript.Echo Right(s, 3)\nWScript.Echo Left(s, Len(s) - 2)",
            ".saturating_sub(2)",
        ),
        (
            L::AutoIt,
            "$s = $json.StringOf(\"x\")\nConsoleWrite(StringRight($s, 3))",
            ".saturating_sub(3)",
        ),
    ]);
}

#[test]
fn texts_are_compared_without_case_where_the_language_does() {
    has(&[
        (
            L::PowerShell,
            "$s = $json.StringOf(\"x\")\nif ($s -eq \"abc\") { \"abc\" }",
            "if s.eq_ignore_ascii_case(\"abc\") {",
        ),
        (
            L::AutoIt,
            "$s = $json.StringOf(\"x\")\nSwitch $s\n  Case \"Abc\"\n    ConsoleWrite(\"x\")\n  Case \"b\"\n    \
             ConsoleWrite(\"y\")\nEndSwitch",
            "match s.to_lowercase().as_str() { \"abc\" =>",
        ),
        (
            L::VbScript,
            "c = json.StringOf(\"x\")\nIf c >= \"b\" Then\n  WScript.Echo c\nEnd If",
            "if c.as_str() >= \"b\" {",
        ),
    ]);
}

#[test]
fn plus_adds_numbers_in_texts_where_the_language_does() {
    has(&[
        (L::AutoIt, "$n = $json.IntOf(\"n\")\nConsoleWrite(\"3\" + $n)", "3 + n"),
        (L::JavaScript, "console.log(\"3\" + json.IntOf(\"n\"));", "\"3{}\""),
    ]);
}

#[test]
fn functions_and_loops_of_the_basics_are_those_of_the_language() {
    has(&[
        (L::Vb6, "Debug.Print json.IntOf(\"n\") \\ 2", "json.int_of(\"n\") / 2"),
        (L::Vb6, "Debug.Print Val(\"12.5\")", "parse::<f64>()"),
        (
            L::VbScript,
            "ReDim names(0)\nFor i = 0 To json.SizeOfArray(\"b\") - 1\nReDim Preserve names(i)\n\
             names(i) = json.StringOf(\"b\")\nNext\nWScript.Echo Join(names, \",\")",
            "names.resize(i + 1, String::new()); names[i] =",
        ),
        (L::Python, "n = json.IntOf(\"n\")\nprint(n // 2)", "i64::div_euclid(n, 2)"),
        (
            L::Php,
            "$a = array(\"z\" => 1, \"a\" => 2);\nforeach ($a as $k => $v) { $json->UpdateInt($k, $v); }",
            "let a = [(\"z\", 1), (\"a\", 2)]; for (k, v) in a {",
        ),
    ]);
    let xojo = "Dim json As New Chilkat.JsonObject\nFor i As Integer = 10 DownTo 1 Step 3\n  \
                System.DebugLog(Str(i))\nNext\n";
    let found = program(xojo, L::Xojo, Form::Idiomatic);
    assert!(found.contains("for i in (1..=10).rev().step_by(3) {"), "{found}");
    let go = in_main(L::Go, "var a [3]int\n\ta[1] = 4\n\tfmt.Println(a[1], json.IntOf(\"n\"))");
    let found = program(&go, L::Go, Form::Idiomatic);
    assert!(found.contains("let mut a = [0; 3];"), "{found}");
    let cs = in_main(
        L::CSharp,
        "var a = new string[json.SizeOfArray(\"b\")]; a[0] = \"x\"; Console.WriteLine(a[0]);",
    );
    let found = program(&cs, L::CSharp, Form::Idiomatic);
    assert!(found.contains("vec![String::new(); json.size_of_array(\"b\")"), "{found}");
}

#[test]
fn the_places_of_a_list_are_not_its_items() {
    has(&[(
        L::Php,
        "$a = explode(\",\", $json->emit());\nforeach ($a as $k => $v) { print $k . $v; }",
        "for k in 0..a.len() as i64 { let v = a[k as usize].clone();",
    )]);
}
