use crate::language::Language;
use crate::read::read;
use crate::read::shared::testing::dump;
use crate::tree::StmtKind;

const LANGUAGES: [Language; 5] =
    [Language::CSharp, Language::Java, Language::Go, Language::Cpp, Language::C];

#[test]
fn nesting_of_ten_thousand_is_not_ported_and_ends() {
    let blocks = [
        "(",
        "[",
        "{",
        "if (a) {",
        "while (a) {",
        "f(",
        "x = (",
        "class A {",
        "a ? ",
        "!",
        "-",
        "if (a) ",
        "try {",
        "switch (a) { case 1: ",
        "a.b(",
        "() => ",
        "else if (a) ",
        "new A(",
        "for (;;) {",
        "a[",
        "namespace a {",
        "func() { ",
        "x = y = ",
        "case 1: ",
        "a + (",
        "#if A\n",
        "\"",
        "'",
        "do ",
        "/*",
        "$\"{",
    ];
    for language in LANGUAGES {
        for open in blocks {
            let script = format!("int b = 1;\n{}", open.repeat(10_000));
            read(language, &script);
            let script = open.repeat(1_000).replace('a', "a\n");
            read(language, &script);
        }
    }
}

#[test]
fn long_chains_end() {
    for language in LANGUAGES {
        for part in [" + b", " && b", ".b()", ".b", "[1]", " + \"b\"", " << b", ", b", " == b"] {
            read(language, &format!("x = a{};", part.repeat(10_000)));
        }
        read(language, &format!("x = a{} + \"b\";", " + b".repeat(10_000)));
        read(language, &format!("x = a switch {{ {} _ => 2 }};", "1 => 2, ".repeat(10_000)));
        read(language, &format!("switch {{ case 1{}: }}", ", 1".repeat(10_000)));
        read(language, &format!("if (a) {{ }}{}", " else if (b) { }".repeat(5_000)));
    }
}

#[test]
fn a_long_line_is_not_ported_and_the_next_one_is() {
    for language in LANGUAGES {
        let script = format!("{}\nif (a) {{ return; }}", "x y; ".repeat(200_000));
        let block = read(language, &script);
        assert!(matches!(block[0].kind, StmtKind::Unported(_)), "{language}");
        assert!(matches!(block.last().unwrap().kind, StmtKind::If { .. }), "{language}");
    }
}

#[test]
fn a_long_text_is_read() {
    for language in LANGUAGES {
        let data = "QUJD".repeat(20_000);
        let block = read(language, &format!("x = \"{data}\";"));
        assert!(dump(&block).contains(&data), "{language}");
    }
}

#[test]
fn what_is_no_text_is_not_ported() {
    for language in LANGUAGES {
        let block = read(language, "\u{7f}ELF\0\u{1}\u{2}\n\0\0");
        assert!(matches!(block.as_slice(), [one] if matches!(one.kind, StmtKind::Unported(_))));
        let noise: String =
            (0..20_000_u32).filter_map(|n| char::from_u32(n * 7919 % 0x3000 + 1)).collect();
        read(language, &noise);
        read(language, "");
    }
}

#[test]
fn a_line_without_its_closing_quote_is_not_ported_and_the_rest_is() {
    let script = "if (a == 1) {\nf(\"x\ng(\"y\", \"z);\nreturn;\n}";
    for language in [Language::CSharp, Language::Java, Language::Cpp, Language::C] {
        let found = dump(&read(language, script));
        let expected = "if (a == 1)\n  unported 2-3: the text has no closing quote\n  exit -\n";
        assert_eq!(found, expected, "{language}");
    }
    let found = dump(&read(Language::Go, "x = 1\ny(\"a\nx = 2"));
    assert_eq!(found, "x = 1\nunported: the text has no closing quote\nx = 2\n");
    let found = dump(&read(Language::Go, &script.replace("(a == 1)", "a == 1")));
    assert_eq!(found, "if (a == 1)\n  unported 2-3: the text has no closing quote\n  exit -\n");
}

#[test]
fn blocks_that_are_cut_off_end_at_the_end() {
    for language in LANGUAGES {
        let found = dump(&read(language, "for (;;) {\n  if (a) {\n    return;\n"));
        let found = found.replace("(a != null)", "a");
        let expected = match language {
            Language::Go => "",
            _ => "while true\n  if a\n    exit -\n",
        };
        assert!(found.ends_with(expected), "{language}: {found}");
    }
}

#[test]
fn a_closing_brace_too_many_is_skipped() {
    for language in LANGUAGES {
        let found = dump(&read(language, "return;\n}\nreturn;"));
        assert_eq!(found, "exit -\nexit -\n", "{language}");
    }
}

#[test]
fn only_the_statement_that_is_not_understood_is_not_ported() {
    for language in LANGUAGES {
        let found = dump(&read(language, "x = 1;\nx = = 3 @@ ;\nx = 2;"));
        assert!(found.starts_with("x = 1\nunported:"), "{language}: {found}");
        assert!(found.ends_with("x = 2\n"), "{language}: {found}");
    }
}

#[test]
fn lines_keep_their_numbers() {
    for language in LANGUAGES {
        let block = read(language, "// Zoë\n\nx = 1;\n\nif (a) {\n  x = 2;\n}\n");
        let lines: Vec<_> =
            block.iter().map(|stmt| (stmt.line, stmt.end_line, stmt.blank_before)).collect();
        assert_eq!(lines, [(1, 1, false), (3, 3, true), (5, 7, true)], "{language}");
    }
}
