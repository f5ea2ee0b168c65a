//! Programs by hand.

use super::super::ast::{Block, Expr, Function, Pattern, Piece, Program, StmtKind};
use super::super::print;
use super::build::*;
use super::{changes_by_rustfmt, program};

/// Returns the lines of a program's `main`.
fn main_of(body: Block) -> String {
    let text = print(&program(body));
    assert_eq!(changes_by_rustfmt(std::slice::from_ref(&text)), "", "{text}");
    let lines = text.strip_prefix("fn main() {\n").and_then(|text| text.strip_suffix("}\n"));
    let lines = lines.unwrap_or(&text).lines();
    lines.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_first_example_of_the_readme_is_printed_as_it_is_written() {
    let set = |name: &str, args: &[&str]| {
        changing("req", name, args.iter().map(|arg| text(arg)).collect())
    };
    let body = vec![
        bind("http", call("Transport::new", vec![])),
        blank(bind("req", call("HttpRequest::new", vec![]))),
        set("set_http_verb", &["PUT"]),
        set("set_path", &["/v2/users/:userId/password"]),
        set("set_content_type", &["multipart/form-data"]),
        set("add_param", &["password", "dolor Excepteur minim"]),
        set("add_header", &["Authorization", "Bearer <access_token>"]),
        changing("req", "set_idempotent", vec![Expr::Bool(false)]),
        blank(bind(
            "resp",
            Expr::Match {
                value: Box::new(method(
                    var("http"),
                    "synchronous_request",
                    vec![
                        text("api.zoom.us"),
                        Expr::Int(443),
                        Expr::Bool(true),
                        reference(var("req")),
                    ],
                )),
                arms: vec![
                    (variant("Ok", "resp"), vec![tail(var("resp"))]),
                    (
                        variant("Err", "err"),
                        vec![
                            say_value("eprintln", method(var("err"), "last_error_text", vec![])),
                            exit(),
                        ],
                    ),
                ],
            },
        )),
        blank(bind("resp_status_code", method(var("resp"), "status_code", vec![]))),
        run(format(
            "println",
            vec![
                Piece::Text("Response Status Code = ".to_owned()),
                Piece::Value(var("resp_status_code")),
            ],
        )),
        run(if_(
            binary("!=", var("resp_status_code"), Expr::Int(204)),
            vec![
                say("println", "Response Header:"),
                say_value("println", method(var("resp"), "header", vec![])),
                say("println", "Response Body:"),
                say_value("println", method(var("resp"), "body_str", vec![])),
                say("eprintln", "Failed."),
                exit(),
            ],
            None,
        )),
        say("println", "Success."),
    ];
    let mut seed = program(body);
    seed.uses = vec!["zoomkat::{HttpRequest, Transport}".to_owned()];
    let expected = include_str!("../../../../benches/readme/src/main.rs");
    // The file is laid out by this repository's settings, which differ only in widths.
    assert_eq!(print(&seed), expected);
}

#[test]
fn texts_are_written_into_the_format_string() {
    let piece = |value: Expr| Piece::Value(value);
    for (pieces, expected) in [
        (vec![], "println!();"),
        (vec![piece(text(""))], "println!();"),
        (
            vec![Piece::Text("Status: ".to_owned()), piece(var("status"))],
            "println!(\"Status: {status}\");",
        ),
        (
            vec![
                Piece::Text("{a} ".to_owned()),
                piece(method(var("x"), "y", vec![])),
                piece(var("z")),
            ],
            "println!(\"{{a}} {}{z}\", x.y());",
        ),
        (vec![piece(reference(method(var("x"), "to_string", vec![])))], "println!(\"{x}\");"),
        (vec![piece(Expr::Int(5)), piece(Expr::Bool(true))], "println!(\"5true\");"),
        (
            vec![piece(format("format", vec![Piece::Text("n".to_owned()), piece(var("n"))]))],
            "println!(\"n{n}\");",
        ),
        (vec![Piece::Formatted(var("x"), "?".to_owned())], "println!(\"{x:?}\");"),
    ] {
        assert_eq!(main_of(vec![run(format("println", pieces))]), expected);
    }
    assert_eq!(main_of(vec![say("print", "a\n")]), "println!(\"a\");");
    assert_eq!(main_of(vec![say("print", "a\nb\n")]), "print!(\"a\\nb\\n\");");
    let bound =
        |pieces| main_of(vec![say_value("println", call("f", vec![format("format", pieces)]))]);
    assert_eq!(bound(vec![Piece::Text("x".to_owned())]), "println!(\"{}\", f(\"x\".to_owned()));");
    assert_eq!(bound(vec![piece(var("x"))]), "println!(\"{}\", f(x.to_string()));");
}

#[test]
fn texts_are_escaped_as_a_person_would() {
    for (value, expected) in [
        ("a\"b\"", r#""a\"b\"""#),
        ("{\"a\":1}", r##"r#"{"a":1}"#"##),
        ("\"a\" \"b\"#", r###"r##""a" "b"#"##"###),
        ("a\n\t\\\u{1b}\u{0}1", r#""a\n\t\\\u{1b}\u{0}1""#),
        ("Zoë – 日本", "\"Zoë – 日本\""),
        ("a\u{202e}b\u{200b}", r#""a\u{202e}b\u{200b}""#),
        ("C:\\a\\b\\c\\d", "r#\"C:\\a\\b\\c\\d\"#"),
    ] {
        assert_eq!(main_of(vec![run(call("f", vec![text(value)]))]), format!("f({expected});"));
    }
}

#[test]
fn parentheses_stand_only_where_they_are_needed() {
    let cast = |value: Expr| Expr::Cast { value: Box::new(value), ty: "i64".to_owned() };
    let not = |value: Expr| Expr::Unary { op: "!", value: Box::new(value) };
    for (value, expected) in [
        (binary("<", cast(var("a")), var("b")), "(a as i64) < b"),
        (binary(">", cast(var("a")), var("b")), "a as i64 > b"),
        (binary("-", var("a"), binary("-", var("b"), var("c"))), "a - (b - c)"),
        (binary("-", binary("-", var("a"), var("b")), var("c")), "a - b - c"),
        (binary("*", binary("+", var("a"), var("b")), var("c")), "(a + b) * c"),
        (method(cast(var("a")), "abs", vec![]), "(a as i64).abs()"),
        (method(Expr::Int(-1), "abs", vec![]), "(-1).abs()"),
        (method(reference(var("a")), "b", vec![]), "(&a).b()"),
        (not(binary("==", var("a"), var("b"))), "a != b"),
        (not(method(var("a"), "is_ok", vec![])), "a.is_err()"),
        (not(binary("&&", var("a"), var("b"))), "!(a && b)"),
        (binary("==", var("a"), Expr::Bool(false)), "!a"),
        (binary("==", method(var("a"), "len", vec![]), Expr::Int(0)), "a.is_empty()"),
        (binary("!=", var("a"), text("")), "!a.is_empty()"),
        (binary("<=", var("i"), binary("-", var("n"), Expr::Int(1))), "i < n"),
        (Expr::Float(".5".to_owned()), "0.5"),
        (Expr::Float("1e5".to_owned()), "1e5"),
        (Expr::Float("2".to_owned()), "2.0"),
    ] {
        assert_eq!(main_of(vec![run(call("f", vec![value]))]), format!("f({expected});"));
    }
}

#[test]
fn variables_are_mut_only_where_they_change() {
    let body = vec![
        bind("a", Expr::Int(1)),
        bind("b", Expr::Int(2)),
        assign("b", binary("+", var("b"), var("a"))),
        print_var("b"),
        bind("unused", call("f", vec![])),
        bind("list", Expr::Macro { name: "vec", args: vec![Expr::Int(1)] }),
        blank(changing("list", "push", vec![Expr::Int(2)])),
    ];
    let expected = "let a = 1;\nlet mut b = 2;\nb += a;\nprintln!(\"{b}\");\nlet _unused = f();\n\
                    let mut list = vec![1];\n\nlist.push(2);";
    assert_eq!(main_of(body), expected);
}

#[test]
fn values_that_nobody_reads_vanish() {
    let body = vec![
        bind("ok", Expr::Bool(false)),
        assign("ok", call("f", vec![])),
        run(if_(var("ok"), vec![say("println", "yes")], None)),
        assign("ok", call("g", vec![])),
    ];
    let expected = "let ok = f();\nif ok {\n    println!(\"yes\");\n}\nlet _ok = g();";
    assert_eq!(main_of(body), expected);
}

#[test]
fn a_value_of_two_branches_is_bound_once() {
    let body = vec![
        bind("kind", text("")),
        run(if_(
            call("big", vec![]),
            vec![assign("kind", text("ship"))],
            Some(vec![assign("kind", text("boat"))]),
        )),
        print_var("kind"),
    ];
    let expected = "let kind = if big() { \"ship\" } else { \"boat\" };\nprintln!(\"{kind}\");";
    assert_eq!(main_of(body), expected);
}

#[test]
fn patterns_without_a_variable_are_tests() {
    let check = |name| Expr::IfLet {
        pattern: variant(name, "x"),
        value: Box::new(call("f", vec![])),
        then: vec![say("println", "a")],
        otherwise: None,
    };
    assert_eq!(main_of(vec![run(check("Err"))]), "if f().is_err() {\n    println!(\"a\");\n}");
}

#[test]
fn nested_conditions_are_joined() {
    let inner = if_(call("b", vec![]), vec![say("println", "x")], None);
    let outer = if_(call("a", vec![]), vec![run(inner.clone())], None);
    assert_eq!(main_of(vec![run(outer)]), "if a() && b() {\n    println!(\"x\");\n}");
    let other = if_(call("a", vec![]), vec![say("println", "y")], Some(vec![run(inner)]));
    let expected = "if a() {\n    println!(\"y\");\n} else if b() {\n    println!(\"x\");\n}";
    assert_eq!(main_of(vec![run(other)]), expected);
}

#[test]
fn a_function_ends_with_its_value() {
    let length = ("length".to_owned(), "i64".to_owned());
    let function = Function {
        comments: vec!["Describes it.".to_owned()],
        name: "describe".to_owned(),
        params: vec![("name".to_owned(), "&str".to_owned()), length],
        returns: Some("String".to_owned()),
        body: vec![
            run(if_(
                binary(">=", var("length"), Expr::Int(10)),
                vec![stmt(StmtKind::Return(Some(call("ship", vec![reference(var("name"))]))))],
                None,
            )),
            bind("text", call("boat", vec![])),
            stmt(StmtKind::Return(Some(var("text")))),
        ],
    };
    let program = Program {
        head: vec!["A script.".to_owned()],
        uses: vec!["zoomkat::chilkat::*".to_owned(), "std::fs::File".to_owned()],
        functions: vec![function],
        ..Program::default()
    };
    let text = print(&program);
    assert_eq!(
        text,
        "// A script.\n\nuse std::fs::File;\nuse zoomkat::chilkat::*;\n\n// Describes it.\n\
         fn describe(name: &str, length: i64) -> String {\n    if length >= 10 {\n        \
         return ship(name);\n    }\n    boat()\n}\n"
    );
    assert_eq!(changes_by_rustfmt(&[text]), "");
}

#[test]
fn what_never_runs_is_a_comment() {
    let body = vec![stmt(StmtKind::Return(None)), say("println", "x")];
    assert_eq!(main_of(body), "// Not reached:\n// println!(\"x\");");
}

#[test]
fn what_rustfmt_cannot_lay_out_stays_on_its_line() {
    let url = "https://api.example.com/".to_owned() + &"x".repeat(90);
    let value =
        method(method(var("http"), "quick_get_str", vec![text(&url)]), "unwrap_or_default", vec![]);
    let expected =
        format!("let body = http.quick_get_str(\"{url}\").unwrap_or_default();\nf(body);");
    assert_eq!(main_of(vec![bind("body", value), run(call("f", vec![var("body")]))]), expected);
}

#[test]
fn deep_programs_are_printed_in_time() {
    let mut body = vec![say("println", "in the middle")];
    for depth in 0..100 {
        let value = call("f", vec![Expr::Int(depth)]);
        let arm = (Pattern::Other("1".to_owned()), body);
        let rest = (Pattern::Ignored, vec![say("println", "other")]);
        let matched = Expr::Match { value: Box::new(value), arms: vec![arm, rest] };
        body = vec![run(matched)];
    }
    assert!(print(&program(body)).contains("in the middle"));
    let mut value = Expr::Int(1);
    for _ in 0..100 {
        value = method(
            call("f", vec![value]),
            "g",
            vec![Expr::Closure { params: vec!["x".to_owned()], body: vec![tail(var("x"))] }],
        );
    }
    assert!(print(&program(vec![run(value)])).contains("|x| x"));
}

#[test]
fn long_programs_take_linear_time() {
    let many = 20_000;
    let mut body = Vec::new();
    for at in 0..many {
        let name = format!("v{at}");
        body.push(bind(&name, Expr::Int(0)));
        body.push(assign(&name, call("f", vec![text("some text"), Expr::Int(at)])));
        body.push(run(if_(
            binary("==", var(&name), Expr::Int(1)),
            vec![print_var(&name)],
            Some(vec![assign(&name, Expr::Int(3))]),
        )));
        body.push(stmt(StmtKind::Comment("a comment".to_owned())));
    }
    let text = print(&program(body));
    assert_eq!(text.matches("let v").count(), usize::try_from(many).unwrap());
}
