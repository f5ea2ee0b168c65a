//! The ports beside the scripts, as modules of this program. One runs in a process of its own.

use std::error::Error;

/// The number with which a `main` ends.
trait Outcome {
    fn code(self) -> i32;
}

impl Outcome for () {
    fn code(self) -> i32 {
        0
    }
}

impl Outcome for Result<(), Box<dyn Error>> {
    fn code(self) -> i32 {
        match self {
            Ok(()) => 0,
            Err(err) => {
                // As the runtime does.
                eprintln!("Error: {err:?}");
                1
            }
        }
    }
}

macro_rules! programs {
    ($($language:ident: $($name:ident)*;)*) => {
        $(mod $language {
            $(pub(super) mod $name {
                include!(concat!(
                    env!("CARGO_MANIFEST_DIR"), "/port/scripts/", stringify!($language), "/",
                    stringify!($name), ".rs"
                ));
                pub(in super::super) fn outcome_of_main() -> i32 {
                    super::super::Outcome::code(main())
                }
            })*
        })*
        /// Language, name, and a function that runs it.
        pub(super) const PROGRAMS: &[(&str, &str, fn() -> i32)] = &[
            $($((stringify!($language), stringify!($name), $language::$name::outcome_of_main)),*),*
        ];
    };
}

programs! {
    ruby: get_boats groups post_boat program unknown_class upload;
    python: get_boats get_boats_chilkat2 groups post_boat post_boat_chilkat2 program unknown_class upload;
    csharp: get_boats groups post_boat program unknown_class upload;
    vbnet: get_boats groups post_boat program unknown_class upload;
    vb6: get_boats groups post_boat program unknown_class upload;
    vbscript: get_boats groups post_boat program unknown_class upload;
    php: get_boats get_boats_com groups post_boat post_boat_com program unknown_class upload;
    javascript: get_boats groups post_boat program unknown_class upload;
    java: get_boats groups post_boat program unknown_class upload;
    go: get_boats groups post_boat program unknown_class upload;
    powershell: get_boats groups post_boat program unknown_class upload;
    cpp: get_boats get_boats_wide groups post_boat post_boat_wide program unknown_class upload;
    c: get_boats get_boats_wide groups post_boat post_boat_wide program unknown_class upload;
    perl: get_boats groups post_boat program unknown_class upload;
    delphi: get_boats get_boats_activex groups post_boat post_boat_activex program unknown_class upload;
    xojo: get_boats groups post_boat program unknown_class upload;
    foxpro: get_boats groups post_boat program unknown_class upload;
    autoit: get_boats groups post_boat program unknown_class upload;
    purebasic: get_boats groups post_boat program unknown_class upload;
    powerbuilder: get_boats groups post_boat program unknown_class upload;
    tcl: get_boats groups post_boat program unknown_class upload;
}

pub(super) const PROGRAM: &str = "ZOOMKAT_TEST_PROGRAM";
pub(super) const MODULE: &str = module_path!();
pub(super) const THIS: &str = "run_the_program_named_by_the_environment";
/// The boundary between the output of the harness and of the program.
pub(super) const BEGIN: &str = "=== the program begins\n";
pub(super) const END: &str = "=== the program ends\n";

#[test]
fn run_the_program_named_by_the_environment() {
    let Ok(wanted) = std::env::var(PROGRAM) else { return };
    let is_wanted = |(language, name): (&str, &str)| format!("{language}/{name}") == wanted;
    let (_, _, run) =
        PROGRAMS.iter().find(|(language, name, _)| is_wanted((language, name))).unwrap();
    print!("\n{BEGIN}");
    let code = run();
    print!("{END}");
    std::process::exit(code);
}
