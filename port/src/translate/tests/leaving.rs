//! What leaves in lines that are not ported, and what those would have changed.

use super::program;
use crate::language::Language;
use crate::{Form, Options, RemarkKind, port};

/// The scripts, with what their ports have and do not have.
const CASES: &[(Language, &str, &[&str], &[&str])] = &[
    // A loop that is left by what is not ported ends, and what follows it is there.
    (
        Language::Php,
        include_str!("leaving.php"),
        &["if not_ported(\"line 6: a `goto`\") {\n                break;", "k += 1;", "\"DELETE\""],
        &["never reached"],
    ),
    // A guard whose end is not ported is no guard that is passed.
    (
        Language::AutoIt,
        "$oHttp = ObjCreate(\"Chilkat.Http\")\nFunc Get($sUrl)\n  $oResp = $oHttp.QuickGetObj($sUrl)\n  \
         If Not IsObj($oResp) Then Return Unknown(1, 0, \"\")\n  Return $oResp.BodyStr\nEndFunc\n\
         ConsoleWrite(Get(\"https://a.example\") & @CRLF)\n",
        &["    if resp.is_none() {\n        // Not ported", "        not_ported::<()>(\"line 4:"],
        &[],
    ),
    // What a loop without a port counts has no value, and a value that nothing reads is not made.
    (
        Language::CSharp,
        include_str!("leaving.cs"),
        &[
            "// Not ported (line 18 changes found: ",
            "if not_ported(\"line 21: found is not ported\") {\n        eprintln!(\"none\");\n        std::process::exit(3);",
            "not_ported::<()>(\"line 6:",
            "#[allow(clippy::too_many_arguments)]\nfn fill(",
            "let token = std::env::var(\"BOATS_TOKEN\").unwrap_or_default();",
        ],
        &["let found", "_data"],
    ),
    // A `try` that is left says so.
    (
        Language::VbNet,
        include_str!("leaving.vb"),
        &[
            "return Ok(Some(\"long\".to_string()));",
            "Ok(Some(value)) => return value,",
            "Ok(true) => continue,",
        ],
        &["Not ported"],
    ),
    // Null goes through a function whose caller tests for it, and an object as a condition is such a test.
    (
        Language::Ruby,
        "def get(http, url)\n  http.quickGetStr(url)\nend\nhttp = Chilkat::CkHttp.new\n\
         body = get(http, \"https://a.example\")\nif body.nil?\n  puts \"no answer\"\n  exit 1\nend\nputs body\n\
         json = Chilkat::CkJsonObject.new\no = json.ObjectOf(\"p\")\nif o\n  puts \"has p\"\nend\n",
        &[
            "-> Option<String>",
            "http.quick_get_str(url).ok()",
            "let Some(body) = get(",
            "if o.is_some() {",
        ],
        &[],
    ),
    // A text that has to be a number fails where it is none, as another clause of the handlers is not there.
    (
        Language::Python,
        "import sys\nimport chilkat\nhttp = chilkat.CkHttp()\ntry:\n    n = int(http.quickGetStr(\"https://a.example\"))\n    \
         print(n)\nexcept ValueError:\n    print(\"not a number\")\n    sys.exit(3)\nexcept Exception as e:\n    \
         print(\"failed:\", e)\n    sys.exit(4)\n",
        &[
            ".parse::<i64>()?;",
            "if result.is_err() {",
            "exit(3);",
            "        // except Exception as e:",
        ],
        &["exit(4);"],
    ),
    (
        Language::Go,
        "package main\nfunc main() {\n\thttp := chilkat.NewHttp()\n\tbase := os.Getenv(\"X\")\n\tif base == \"\" { base = \"1\" }\n\t\
         k, err := strconv.Atoi(base)\n\tif err != nil { fmt.Println(\"bad\", err); os.Exit(3) }\n\tfmt.Println(k)\n\t\
         http.SetAuthToken(base)\n}\n",
        &[
            "std::env::var(\"X\").unwrap_or_default();",
            ".parse::<i64>()?;",
            "std::process::exit(3);",
        ],
        &[],
    ),
    (
        Language::VbScript,
        "Set http = CreateObject(\"Chilkat.Http\")\ns = http.QuickGetStr(\"https://a.example\")\nOn Error Resume Next\n\
         n = CInt(s)\nIf Err.Number <> 0 Then\n  WScript.Echo \"bad age\"\n  Err.Clear\nEnd If\nOn Error Goto 0\n\
         WScript.Echo n\n",
        &[".parse::<i64>()?;", "if result.is_err() {\n        println!(\"bad age\");"],
        &[],
    ),
    // A variable of the script that a procedure changes.
    (
        Language::PureBasic,
        "Global count = 0\nProcedure Fetch(url.s)\n  Shared count\n  count + 1\nEndProcedure\nhttp = CkHttp::ckCreate()\n\
         Fetch(\"x\")\nIf count > 3 : PrintN(\"many\") : EndIf\n",
        &["fetch(&mut count, \"x\");", "*count += 1;"],
        &[],
    ),
    // A code that is set before the exit.
    (
        Language::Delphi,
        "program X;\nvar http: HCkHttp; s: string;\nbegin\n  http := CkHttp_Create();\n  \
         s := CkHttp__quickGetStr(http, 'https://a.example');\n  if CkHttp_getLastMethodSuccess(http) = False then\n  begin\n    \
         WriteLn('failed');\n    ExitCode := 3;\n    Exit;\n  end;\n  WriteLn(s);\nend.\n",
        &["eprintln!(\"failed\");\n        std::process::exit(3);"],
        &["exit_code"],
    ),
    // What zoomkat has only with a feature is said above the program.
    (
        Language::Ruby,
        "# Reads.\nhttp = Chilkat::CkHttp.new\nhttp.put_SaveCookies(true)\nhttp.put_SendCookies(true)\n",
        &["// Reads.\n// Needs zoomkat's feature \"cookies\".\n\nuse "],
        &[],
    ),
    // The last print before a code that says that something failed goes to standard error.
    (
        Language::Ruby,
        "http = Chilkat::CkHttp.new\nnames = []\nif names.empty?\n  puts \"no boats\"\n  exit 4\nend\n\
         puts http.quickGetStr(\"https://a.example\")\n",
        &["eprintln!(\"no boats\");\n        std::process::exit(4);"],
        &[],
    ),
];

#[test]
fn what_leaves_in_a_line_without_a_port_is_never_passed() {
    for (language, script, has, has_not) in CASES {
        let found = program(script, *language, Form::Idiomatic);
        for part in *has {
            assert!(found.contains(part), "{found}\n-- has not --\n{part}");
        }
        for part in *has_not {
            assert!(!found.contains(part), "{found}\n-- has --\n{part}");
        }
    }
}

#[test]
fn a_handler_of_what_does_not_fail_is_a_comment_with_a_remark() {
    let script = "json = Chilkat::CkJsonObject.new\nbegin\n  puts json.emit\nrescue => e\n  puts \"failed\"\nend\n";
    let port = port(script, &Options::new(Language::Ruby)).unwrap();
    assert!(port.program.contains("    // puts \"failed\"\n"), "{}", port.program);
    let remarks: Vec<_> = port.remarks.iter().map(|remark| (remark.line, remark.kind)).collect();
    assert_eq!(remarks, [(5, RemarkKind::NotPorted)]);
}
