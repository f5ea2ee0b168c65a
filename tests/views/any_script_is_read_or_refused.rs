//! Texts with statements around curl, of any length and in any mixture: none makes the reader slow or panic.

use zoomkat::Call;

#[test]
fn a_long_script_is_read_in_linear_time() {
    // Quadratic code would take minutes.
    let many = |piece: &str| piece.repeat(200_000 / piece.len());
    let numbered = |piece: &str| -> String {
        (0..20_000).map(|n| piece.replace('#', &n.to_string())).collect()
    };
    for text in [
        format!("{}curl h", many("T=a\n")),
        format!("{}curl h", many("T+=a;")),
        format!("{}curl h", many("T+='';")),
        format!("T=a; {}curl h $T", "T=$T$T;".repeat(1000)),
        format!("{}curl h -d $T", many("T=$T;")),
        format!("{}curl h {}", numbered("A#=b "), numbered("$B#")),
        format!("T='{}'; curl h {}", many("a "), "$T".repeat(200)),
        format!("T='{}'; curl h -d \"$T\"", many("a ")),
        format!("{}curl h", many("echo curl;")),
        format!("curl h {}", many("; curl h ")),
        many("curl h\n"),
        many("curl h -d @- <<E\nx\nE\n"),
        format!("X={}", many("$(")),
        format!("X=\"{}\"; curl h", many("$(a)")),
        format!("curl h -d \"{}", many("$(cat <<E\nE\n)")),
        format!("curl h -d \"{}", many("$(cat <<")),
        format!("printf {} | curl h -d @-", many("%s ")),
        format!("printf '%s' {} | curl h -d @-", many("a ")),
        format!("{}curl h", many("$ ")),
        format!("{}curl h", many("\\ \n")),
        format!("{}curl h", many("sudo ")),
        format!("echo {}| curl h -d @-", many("$A ")),
        format!("cat <<E | {}", many("cat <<E | ")),
    ] {
        let _ = Call::all_from_curl(&text, |_| None);
        let _ = Call::all_from_curl(&text, |_| Some("a b".to_owned()));
    }
}

const WORDS: &[&str] = &[
    "curl",
    "curl h",
    " ",
    "\n",
    "\\\n",
    "\\ \n",
    ";",
    "&&",
    "||",
    "|",
    "&",
    "<",
    "<<E",
    "\nE\n",
    "<<<",
    ">",
    "@-",
    "-d",
    "-F a=@-",
    "T=",
    "T+=",
    "$T",
    "\"$T\"",
    "${T:-",
    "$(",
    ")",
    "$(cat <<E\n",
    "`",
    "'",
    "\"",
    "export ",
    "unset ",
    "echo ",
    "-e ",
    "printf ",
    "'%s' ",
    "cat ",
    "sudo ",
    "env ",
    "command ",
    "-v ",
    "if ",
    "f() {",
    "(",
    "}",
    "# ",
    "$ ",
    "é",
    "~/",
    "{{T}}",
    "source x",
    "/dev/null",
    "set -e",
    "0<",
    "\r\n",
];

proptest::proptest! {
    #[test]
    fn no_mixture_of_statements_makes_the_reader_panic(
        words in proptest::collection::vec(proptest::sample::select(WORDS), 0..24),
        value in ".*",
    ) {
        for text in [words.concat(), words.join(" "), format!("{}\ncurl h", words.join(" "))] {
            let _ = Call::all_from_curl(&text, |_| None);
            let _ = Call::all_from_curl(&text, |_| Some(value.clone()));
        }
    }
}
