//! Forms that a programmer would not write, and what stands for them.

use super::super::ast::{Block, Constant, Expr, Pattern, Piece, Program, StmtKind};
use super::super::print;
use super::build::*;
use super::{changes_by_rustfmt, program};

/// Asserts which lines a `main` has.
fn check(body: Block, expected: &[&str]) {
    let text = print(&program(body));
    assert_eq!(changes_by_rustfmt(std::slice::from_ref(&text)), "", "{text}");
    let lines: Vec<&str> =
        text.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    assert_eq!(lines[1..lines.len() - 1], *expected, "{text}");
}

fn say(value: Expr) -> super::super::ast::Stmt {
    run(Expr::Format { name: "println", pieces: vec![Piece::Value(value)] })
}

fn cast(value: Expr, ty: &str) -> Expr {
    Expr::Cast { value: Box::new(value), ty: ty.to_owned() }
}

fn len(list: &str) -> Expr {
    cast(method(var(list), "len", vec![]), "i64")
}

fn item(list: &str, counter: &str) -> Expr {
    Expr::Index { receiver: Box::new(var(list)), index: Box::new(cast(var(counter), "usize")) }
}

fn positions(list: &str, body: Block) -> super::super::ast::Stmt {
    let items =
        Expr::Range { from: Box::new(Expr::Int(0)), to: Box::new(len(list)), inclusive: false };
    let pattern = Pattern::Name("i".to_owned());
    run(Expr::For { pattern, items: Box::new(items), body })
}

fn when(cond: Expr, then: Block) -> super::super::ast::Stmt {
    run(Expr::If { cond: Box::new(cond), then, otherwise: None })
}

#[test]
fn a_loop_over_positions_is_one_over_items() {
    let ids = || bind("ids", Expr::Array(vec![Expr::Int(3), Expr::Int(5)]));
    let names = || bind("names", call("names", vec![]));
    check(
        vec![ids(), positions("ids", vec![say(item("ids", "i"))])],
        &["let ids = [3, 5];", "for id in ids {", "    println!(\"{id}\");", "}"],
    );
    check(
        vec![
            names(),
            positions("names", vec![run(call("show", vec![reference(item("names", "i"))]))]),
        ],
        &["let names = names();", "for name in &names {", "    show(name);", "}"],
    );
    check(
        vec![
            names(),
            positions(
                "names",
                vec![when(
                    binary("<", var("i"), binary("-", len("names"), Expr::Int(1))),
                    vec![say(item("names", "i"))],
                )],
            ),
        ],
        &[
            "let names = names();",
            "for (i, name) in names.iter().enumerate() {",
            "    if i < names.len() - 1 {",
            "        println!(\"{name}\");",
            "    }",
            "}",
        ],
    );
    // The position is used otherwise, or the list changes.
    check(
        vec![
            names(),
            positions("names", vec![say(item("names", "i")), run(call("show", vec![var("i")]))]),
        ],
        &[
            "let names = names();",
            "for i in 0..names.len() as i64 {",
            "    println!(\"{}\", names[i as usize]);",
            "    show(i);",
            "}",
        ],
    );
}

#[test]
fn a_test_and_a_default_are_a_pattern() {
    let x = || bind("x", call("x", vec![]));
    let is_some = || method(var("x"), "is_some", vec![]);
    let value = |how: &str| method(method(var("x"), how, vec![]), "unwrap_or_default", vec![]);
    check(
        vec![x(), when(is_some(), vec![say(value("as_deref"))])],
        &["let x = x();", "if let Some(x) = x.as_deref() {", "    println!(\"{x}\");", "}"],
    );
    let code = method(value("clone"), "code", vec![]);
    check(
        vec![
            x(),
            when(binary("&&", is_some(), binary("==", code, Expr::Int(201))), vec![say(text("a"))]),
        ],
        &[
            "let x = x();",
            "if x.as_ref().is_some_and(|x| x.code() == 201) {",
            "    println!(\"a\");",
            "}",
        ],
    );
    let or_empty = Expr::If {
        cond: Box::new(is_some()),
        then: vec![tail(method(var("x"), "unwrap_or_default", vec![]))],
        otherwise: Some(vec![tail(call("String::new", vec![]))]),
    };
    check(vec![x(), say(or_empty)], &["let x = x();", "println!(\"{}\", x.unwrap_or_default());"]);
}

#[test]
fn lengths_are_compared_without_casts() {
    let args = || {
        method(method(call("std::env::args", vec![]), "skip", vec![Expr::Int(1)]), "count", vec![])
    };
    let names = || bind("names", call("names", vec![]));
    let conds = [
        (binary("<", binary("-", len("names"), Expr::Int(1)), Expr::Int(0)), "names.is_empty()"),
        (binary(">", len("names"), Expr::Int(3)), "names.len() > 3"),
        (binary("<", args(), Expr::Int(1)), "std::env::args().len() < 2"),
        (binary(">", args(), Expr::Int(0)), "std::env::args().len() > 1"),
        (binary("==", Expr::Int(5), Expr::Int(5)), "true"),
    ];
    for (cond, expected) in conds {
        let line = format!("if {expected} {{");
        check(
            vec![
                names(),
                run(call("show", vec![reference(var("names"))])),
                when(cond, vec![say(text("a"))]),
            ],
            &["let names = names();", "show(&names);", &line, "    println!(\"a\");", "}"],
        );
    }
}

#[test]
fn a_declaration_and_what_follows_it_are_one() {
    let format = Expr::Format {
        name: "format",
        pieces: vec![Piece::Text("a".into()), Piece::Value(var("n"))],
    };
    check(
        vec![
            bind("n", call("n", vec![])),
            bind("text", call("String::new", vec![])),
            stmt(StmtKind::Assign { target: var("text"), op: "+=", value: reference(format) }),
            run(call("show", vec![reference(var("text"))])),
        ],
        &["let n = n();", "let text = format!(\"a{n}\");", "show(&text);"],
    );
    check(
        vec![
            bind("list", call("Vec::new", vec![])),
            changing("list", "push", vec![call("one", vec![])]),
            changing("list", "push", vec![call("two", vec![])]),
            say(method(var("list"), "len", vec![])),
        ],
        &["let list = [one(), two()];", "println!(\"{}\", list.len());"],
    );
    // What is behind the end of an array would not compile, and what is returned must stay a list.
    let far = Expr::Index { receiver: Box::new(var("list")), index: Box::new(Expr::Int(2)) };
    check(
        vec![bind("list", Expr::Macro { name: "vec", args: vec![Expr::Int(1)] }), say(far)],
        &["let list = vec![1];", "println!(\"{}\", list[2]);"],
    );
}

#[test]
fn a_result_is_given_on() {
    let body =
        |value: Expr| vec![bind("x", Expr::Try(Box::new(value))), tail(call("Ok", vec![var("x")]))];
    check(body(call("fetch", vec![])), &["fetch()"]);
    check(body(method(call("CkHttp::new", vec![]), "get", vec![])), &["Ok(CkHttp::new().get()?)"]);
}

#[test]
fn a_closure_of_one_value_is_the_value() {
    let closure = |value: Expr| Expr::Call {
        function: Box::new(Expr::Closure { params: vec![], body: vec![tail(value)] }),
        args: vec![],
    };
    check(vec![say(closure(call("one", vec![])))], &["println!(\"{}\", one());"]);
    let fails = closure(Expr::Try(Box::new(call("one", vec![]))));
    check(vec![say(fails)], &["println!(\"{}\", (|| one()?)());"]);
}

#[test]
fn constants_stand_behind_the_imports() {
    let constant = |name: &str, ty: &str, value: Expr| Constant {
        comments: Vec::new(),
        name: name.to_owned(),
        ty: ty.to_owned(),
        value,
        blank_before: false,
        trailing: None,
    };
    let long = "https://example.com/".repeat(5);
    let program = Program {
        uses: vec!["zoomkat::chilkat::*".to_owned()],
        constants: vec![
            Constant {
                comments: vec!["Long ones are ships.".to_owned()],
                trailing: Some("metres".to_owned()),
                ..constant("LENGTH", "i64", Expr::Int(10))
            },
            constant("PI", "f64", Expr::Float("3.14".to_owned())),
            Constant { blank_before: true, ..constant("UNUSED", "&str", text(&long)) },
        ],
        ..super::program(vec![say(binary("+", var("LENGTH"), var("PI")))])
    };
    let text = print(&program);
    assert_eq!(changes_by_rustfmt(std::slice::from_ref(&text)), "", "{text}");
    assert!(
        text.starts_with(
            "use zoomkat::chilkat::*;\n\n// Long ones are ships.\nconst LENGTH: i64 = 10; // metres\n\
             const PI: f64 = 314.0 / 100.0;\n\nconst _UNUSED: &str ="
        ),
        "{text}"
    );
}
