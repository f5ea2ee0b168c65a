//! What a line that is not understood may not change: streams, pointers, cases, steps.

use super::check;
use crate::language::Language;

#[test]
fn a_stream_to_a_file_is_not_printing() {
    let script = "fprintf(fp, \"%s\\n\", x);\nfputs(x, stderr);\n";
    let tree = "unported: writing to a file is not ported here\neprint x\n";
    check(Language::C, &[(script, tree)]);
}

#[test]
fn a_case_that_goes_on_into_the_next_one_is_not_ported() {
    let script = "switch (n) { case 1: f = 1; case 2: f = 2; break; }\n";
    let tree =
        "unported: a case that goes on into the next one, or breaks in the middle, is not ported\n";
    check(Language::Java, &[(script, tree)]);
}

#[test]
fn pointers_to_variables_are_not_ported() {
    check(
        Language::C,
        &[(
            "int n = 1;\nint *p = &n;\nconst char *s = \"a\";\ns++;\nif (*s == '\\0') return;\n",
            r#"
declare n: Int = 1
declare p: Int = unported<"int *p = &n;": pointers to variables are not ported>
declare s: Text = "a"
unported: steps of pointers and characters are not ported
if (s == "")
  exit -
"#,
        )],
    );
}

#[test]
fn a_step_inside_of_an_expression_is_a_statement() {
    check(
        Language::C,
        &[(
            "int i = 0;\nint k = 0;\nk = i++;\nk = ++i;\ndo { k = 1; } while (++i < 3);\nk = i + i++;\n",
            r#"
declare i: Int = 0
declare k: Int = 0
k = i
i = (i + 1)
i = (i + 1)
k = i
do while (i < 3)
  k = 1
  i = (i + 1)
k = (i + unported<"i++": a change inside of an expression is not ported>)
"#,
        )],
    );
}
