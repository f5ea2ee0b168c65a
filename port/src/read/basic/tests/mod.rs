use crate::language::Language;
use crate::read::shared::testing::{check_endless, check_tree};

mod basic;
mod meanings;
mod other;

#[track_caller]
fn check(language: Language, script: &str, expected: &str) {
    check_tree(&super::read(language, script), script, expected);
}

#[test]
fn what_is_no_script_is_read_to_its_end() {
    let openers = [
        ("(", ")"),
        ("x = (", ")"),
        ("[", "]"),
        ("{", "}"),
        ("x = {", "}"),
        ("If a Then\n", "\nEnd If"),
        ("If a\n", "\nEndIf"),
        ("If a Then ", ""),
        ("While a\n", "\nWend"),
        ("Do While a\n", "\nLoop"),
        ("Do\n", "\nLoop Until a"),
        ("Repeat\n", "\nUntil a"),
        ("For i = 1 To 3\n", "\nNext"),
        ("Sub f(a)\n", "\nEnd Sub"),
        ("Func f($a)\n", "\nEndFunc"),
        ("Try\n", "\nEnd Try"),
        ("With a\n", "\nEnd With"),
        ("With New ChilkatHttp\n", "\nEnd With"),
        ("Select Case a\nCase 1\n", "\nEnd Select"),
        ("DO CASE\nCASE a\n", "\nENDCASE"),
        ("choose case a\ncase 1\n", "\nend choose"),
        ("Switch $a\nCase 1\n", "\nEndSwitch"),
        ("Module a\n", "\nEnd Module"),
        ("Structure a\n", "\nEnd Structure"),
        ("$\"{", "}\""),
        ("x = a.b(", ")"),
        ("x = a + (", ")"),
        ("x = Not ", ""),
        ("x = - ", ""),
        ("a.b.", ""),
        ("x = a + ", "b"),
        ("x = a * ", "b"),
        ("x = a & ", "b"),
        ("a : ", ""),
        ("a, ", ""),
        ("/* ", " */"),
        ("<% ", " %>"),
        ("If a Then b Else ", ""),
        ("x = a ? b : ", ""),
        ("#cs\n", "\n#ce"),
        ("x _\n", ""),
        ("x(1)", ""),
        ("x = x(1)(1)", ""),
        ("Dim a, ", ""),
        ("L: On Error GoTo L\n", ""),
    ];
    check_endless(&|script| super::read(Language::VbNet, script), &openers[..6]);
    for (open, close) in &openers[6..] {
        for script in [open.repeat(2_000) + "x" + &close.repeat(2_000), close.repeat(500)] {
            super::read(Language::VbNet, &script);
        }
    }
    // The keywords of the others.
    let own = |words: &[&str]| {
        let is_own = |opener: &str| words.iter().any(|word| opener.starts_with(word));
        openers.iter().copied().filter(|pair| is_own(pair.0)).collect::<Vec<_>>()
    };
    for (language, words) in [
        (Language::FoxPro, &["DO CASE", "x = ("]),
        (Language::PowerBuilder, &["choose", "/*"]),
        (Language::AutoIt, &["Switch", "x = a ?"]),
        (Language::PureBasic, &["Repeat", "If a\n"]),
    ] {
        check_endless(&|script| super::read(language, script), &own(words));
    }
}

#[test]
fn a_long_line_is_read() {
    for (language, piece) in [
        (Language::Vb6, "a"),
        (Language::VbNet, "x("),
        (Language::VbScript, "<%"),
        (Language::PowerBuilder, "a;"),
        (Language::PureBasic, "é"),
    ] {
        super::read(language, &piece.repeat(50_000 / piece.len()));
    }
}
