//! Functions and their heads.

use super::super::ast::{Block, Expr, Function, Pattern, Piece, Program, StmtKind};
use super::super::print;
use super::build::*;
use super::changes_by_rustfmt;

fn mutable(value: Expr) -> Expr {
    Expr::Ref { mutable: true, value: Box::new(value) }
}

fn closure(params: &[&str], body: Block) -> Expr {
    Expr::Closure { params: params.iter().map(|&param| param.to_owned()).collect(), body }
}

fn if_let(pattern: Pattern, value: Expr, then: Block) -> Expr {
    Expr::IfLet { pattern, value: Box::new(value), then, otherwise: None }
}

/// Functions in the ways in which ports use variables.
fn functions() -> Vec<Function> {
    let parsed = || Expr::Try(Box::new(method(var("text"), "parse::<i64>", vec![])));
    let failing = Some("Result<i64, Box<dyn std::error::Error>>");
    let list = || Expr::Macro { name: "vec", args: vec![Expr::Int(3), Expr::Int(5)] };
    let let_else = StmtKind::Let {
        pattern: variant("Ok", "n"),
        ty: None,
        value: Some(method(var("text"), "parse::<i64>", vec![])),
        otherwise: Some(vec![stmt(StmtKind::Return(None))]),
    };
    let push = |value| Expr::Method {
        receiver: Box::new(var("names")),
        name: "push".to_owned(),
        args: vec![value],
        mutates: true,
    };
    let guarded = if_let(
        variant("Err", "err"),
        method(var("text"), "parse::<i64>", vec![]),
        vec![print_var("err")],
    );
    vec![
        function("let_else", &[("text", "&str")], None, vec![stmt(let_else), print_var("n")]),
        function(
            "tried",
            &[("text", "&str"), ("never", "i64")],
            failing,
            vec![
                bind("value", parsed()),
                stmt(StmtKind::Return(Some(call("Ok", vec![var("value")])))),
            ],
        ),
        function(
            "passes_on",
            &[("names", "&mut Vec<String>"), ("name", "&str")],
            None,
            vec![
                run(push(method(var("name"), "to_owned", vec![]))),
                run(call("adds", vec![mutable(var("names")), reference(var("name"))])),
            ],
        ),
        function(
            "adds",
            &[("names", "&mut Vec<String>"), ("name", "&str")],
            None,
            vec![run(push(format(
                "format",
                vec![Piece::Value(reference(var("name"))), Piece::Text("!".to_owned())],
            )))],
        ),
        function(
            "nested",
            &[("text", "&str")],
            None,
            vec![run(if_(call("text.is_ascii", vec![]), vec![run(guarded)], None))],
        ),
        function(
            "counts",
            &[],
            None,
            vec![
                bind("count", Expr::Int(0)),
                bind("ids", list()),
                bind(
                    "add",
                    closure(
                        &["more: i64"],
                        vec![assign("count", binary("+", var("count"), var("more")))],
                    ),
                ),
                run(Expr::For {
                    pattern: Pattern::Name("id".to_owned()),
                    items: Box::new(reference(var("ids"))),
                    body: vec![run(Expr::Call {
                        function: Box::new(var("add")),
                        args: vec![Expr::Unary { op: "*", value: Box::new(var("id")) }],
                    })],
                }),
                print_var("count"),
            ],
        ),
        function(
            "unread",
            &[("start", "i64")],
            None,
            vec![
                bind("seen", Expr::Int(0)),
                run(Expr::While {
                    cond: Box::new(binary("<", var("start"), Expr::Int(10))),
                    body: vec![
                        assign("start", binary("+", var("start"), Expr::Int(1))),
                        assign("seen", binary("+", var("seen"), Expr::Int(1))),
                    ],
                }),
            ],
        ),
        function(
            "picks",
            &[("text", "&str")],
            Some("i64"),
            vec![
                stmt(StmtKind::Let {
                    pattern: Pattern::Name("size".to_owned()),
                    ty: Some("i64".to_owned()),
                    value: None,
                    otherwise: None,
                }),
                run(Expr::Match {
                    value: Box::new(var("text")),
                    arms: vec![
                        (Pattern::Other("\"a\"".to_owned()), vec![assign("size", Expr::Int(1))]),
                        (Pattern::Ignored, vec![assign("size", Expr::Int(2))]),
                    ],
                }),
                stmt(StmtKind::Return(Some(var("size")))),
            ],
        ),
    ]
}

#[test]
fn programs_by_hand_compile_without_warnings() {
    let program = Program { functions: functions(), ..Program::default() };
    let text = print(&program);
    assert_eq!(changes_by_rustfmt(std::slice::from_ref(&text)), "");
    let source = text.replace("\nfn ", "\npub fn ").replacen("fn ", "pub fn ", 1);
    let warnings = super::typed::warnings(&source);
    assert!(warnings.is_empty(), "{text}{warnings}");
    for line in [
        "    let Ok(n) = text.parse::<i64>() else { return };",
        "fn tried(text: &str, _never: i64)",
        "    adds(names, name);",
        "    names.push(format!(\"{name}!\"));",
        "    let mut add = |more: i64| {\n        count += more;\n    };",
        "    let mut _seen = 0;",
        "fn unread(mut start: i64)",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn heads_and_comments_are_laid_out() {
    let long = [
        ("the_first_of_the_parameters", "&CkHttp"),
        ("the_second_of_the_parameters", "&mut CkJsonObject"),
        ("the_third", "i64"),
    ];
    let mut last = say("println", "x");
    last.trailing = Some("behind".to_owned());
    let comment = |text: &str| stmt(StmtKind::Comment(text.to_owned()));
    let body = vec![
        blank(comment("")),
        comment(" two spaces, a tab\tand a bell \u{7}\u{202e}  "),
        run(if_(
            call("f", vec![]),
            vec![last.clone(), blank(comment("below")), comment("the last")],
            Some(vec![comment("only a comment")]),
        )),
        last,
        comment("the end"),
    ];
    let program = Program {
        head: vec!["First.".to_owned(), String::new(), "Last.".to_owned()],
        uses: ["zoomkat::chilkat::*", "std::collections::HashMap", "std::io::Write as _"]
            .map(str::to_owned)
            .to_vec(),
        constants: Vec::new(),
        functions: vec![
            function("long", &long, Some("Result<(), Box<dyn std::error::Error>>"), body),
            function("empty", &[], None, Vec::new()),
            function("fits_just_so", &long[..2], Some("Result<String, Error>"), Vec::new()),
        ],
    };
    let text = print(&program);
    assert!(syn::parse_file(&text).is_ok(), "{text}");
    assert_eq!(changes_by_rustfmt(std::slice::from_ref(&text)), "", "{text}");
    assert!(
        text.contains("    //\n    //  two spaces, a tab\tand a bell \\u{7}\\u{202e}\n"),
        "{text}"
    );
}
