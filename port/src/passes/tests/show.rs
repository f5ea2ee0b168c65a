//! Trees in the notation.

use crate::tree::{BinaryOp, Block, Builtin, Expr, Hint, Stmt, StmtKind, Target, UnaryOp};

/// Writes a tree.
pub(super) fn show(block: &Block) -> String {
    let mut out = String::new();
    show_block(block, 0, &mut out);
    out
}

fn show_block(block: &Block, indent: usize, out: &mut String) {
    for stmt in block {
        show_stmt(stmt, indent, out);
    }
}

fn show_stmt(stmt: &Stmt, indent: usize, out: &mut String) {
    if stmt.blank_before {
        out.push('\n');
    }
    let pad = "    ".repeat(indent);
    let trailing = stmt.trailing.as_ref().map(|text| format!("  # {text}")).unwrap_or_default();
    let mut line = |text: String| out.push_str(&format!("{pad}{text}{trailing}\n"));
    let or_nothing = |word: &str, value: &Option<Expr>| match value {
        Some(value) => format!("{word} {}", text(value)),
        None => word.to_owned(),
    };
    match &stmt.kind {
        StmtKind::Comment(text) => line(format!("# {text}")),
        StmtKind::Declare { name, hint, value } => {
            let hint = match hint {
                Hint::Unknown => String::new(),
                Hint::Object(class) => format!(": {class}"),
                hint => format!(": {hint:?}"),
            };
            let value = value.as_ref().map(|value| format!(" = {}", text(value)));
            line(format!("declare {name}{hint}{}", value.unwrap_or_default()));
        }
        StmtKind::Assign { target, value } => {
            let target = match target {
                Target::Var(name) => name.clone(),
                Target::Property { object, name } => format!("{}.{name}", text(object)),
                Target::Index { object, index } => format!("{}[{}]", text(object), text(index)),
            };
            line(format!("{target} = {}", text(value)));
        }
        StmtKind::Constant { name, value } => line(format!("const {name} = {}", text(value))),
        StmtKind::Expr(value) => line(text(value)),
        StmtKind::Print { value, .. } => line(format!("print {}", text(value))),
        StmtKind::Break => line("break".to_owned()),
        StmtKind::Continue => line("continue".to_owned()),
        StmtKind::Return(value) => line(or_nothing("return", value)),
        StmtKind::Exit(value) => line(or_nothing("exit", value)),
        StmtKind::Throw(value) => line(or_nothing("throw", value)),
        StmtKind::Dispose(name) => line(format!("dispose {name}")),
        StmtKind::Boilerplate => line("boilerplate".to_owned()),
        StmtKind::Unported(reason) => line(format!("unported {reason}")),
        StmtKind::Discard { name, value } => {
            let name = name.as_ref().map(|name| format!("{name} = ")).unwrap_or_default();
            line(format!("discard {name}{}", text(value)));
        }
        _ => show_compound(stmt, indent, &pad, out),
    }
}

fn show_compound(stmt: &Stmt, indent: usize, pad: &str, out: &mut String) {
    let mut part = |head: String, body: &Block| {
        out.push_str(&format!("{pad}{head}:\n"));
        show_block(body, indent + 1, out);
    };
    match &stmt.kind {
        StmtKind::If { branches, otherwise } => {
            for (at, (cond, body)) in branches.iter().enumerate() {
                part(format!("{} {}", if at == 0 { "if" } else { "elseif" }, text(cond)), body);
            }
            if let Some(body) = otherwise {
                part("else".to_owned(), body);
            }
        }
        StmtKind::While { cond, body } => part(format!("while {}", text(cond)), body),
        StmtKind::DoWhile { body, cond } => {
            part("do".to_owned(), body);
            part(format!("dowhile {}", text(cond)), &Block::new());
        }
        StmtKind::For { name, from, to, inclusive, step, body } => {
            let equals = if *inclusive { "=" } else { "" };
            let step = if *step == 1 { String::new() } else { format!(" step {step}") };
            part(format!("for {name} in {}..{equals}{}{step}", text(from), text(to)), body);
        }
        StmtKind::ForEach { name, items, body } => {
            part(format!("foreach {name} in {}", text(items)), body);
        }
        StmtKind::Switch { value, cases, otherwise } => {
            part(format!("switch {}", text(value)), &Block::new());
            for (values, body) in cases {
                part(format!("case {}", list(values)), body);
            }
            if let Some(body) = otherwise {
                part("default".to_owned(), body);
            }
        }
        StmtKind::Try { body, catch, finally } => {
            part("try".to_owned(), body);
            if let Some(catch) = catch {
                let name = catch.name.as_ref().map(|name| format!(" {name}"));
                part(format!("catch{}", name.unwrap_or_default()), &catch.body);
            }
            if !finally.is_empty() {
                part("finally".to_owned(), finally);
            }
        }
        StmtKind::Function(function) => {
            let params: Vec<String> = function
                .params
                .iter()
                .map(|param| format!("{}{}", if param.by_ref { "&" } else { "" }, param.name))
                .collect();
            part(format!("fn {}({})", function.name, params.join(", ")), &function.body);
        }
        StmtKind::Attempt { name, call, otherwise } => {
            let name = name.as_ref().map(|name| format!("{name} = ")).unwrap_or_default();
            part(format!("attempt {name}{} else", text(call)), otherwise);
        }
        other => unreachable!("{other:?}"),
    }
}

fn list(values: &[Expr]) -> String {
    values.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn text(expr: &Expr) -> String {
    match expr {
        Expr::Text(text) => format!("\"{text}\""),
        Expr::Int(number) => number.to_string(),
        Expr::Bool(value) => value.to_string(),
        Expr::Null => "null".to_owned(),
        Expr::Var(name) => name.clone(),
        Expr::New(class) => format!("new {class}"),
        Expr::ErrorText => "ErrorText".to_owned(),
        Expr::Property { object, name } => format!("{}.{name}", text(object)),
        Expr::Method { object, name, args } => format!("{}.{name}({})", text(object), list(args)),
        Expr::Call { name, args } => format!("{name}({})", list(args)),
        Expr::Builtin { function: Builtin::ToText, args } => format!("text({})", list(args)),
        Expr::Builtin { function: Builtin::Length, args } => format!("length({})", list(args)),
        Expr::List(items) => format!("[{}]", list(items)),
        Expr::Index { object, index } => format!("{}[{}]", text(object), text(index)),
        Expr::Unary { op: UnaryOp::Not, value } => format!("not {}", inner(value)),
        Expr::Unary { op: UnaryOp::Minus, value } => format!("-{}", inner(value)),
        Expr::Binary { op, left, right } => {
            let sign = match op {
                BinaryOp::Add => "+",
                BinaryOp::Sub => "-",
                BinaryOp::Mul => "*",
                BinaryOp::Div => "/",
                BinaryOp::Quotient => "//",
                BinaryOp::Rem => "%",
                BinaryOp::Eq => "==",
                BinaryOp::Ne => "!=",
                BinaryOp::Lt => "<",
                BinaryOp::Le => "<=",
                BinaryOp::Gt => ">",
                BinaryOp::Ge => ">=",
                BinaryOp::And => "and",
                BinaryOp::Or => "or",
            };
            format!("{} {sign} {}", inner(left), inner(right))
        }
        Expr::Lambda { params, body } => match &body[..] {
            [Stmt { kind: StmtKind::Return(Some(value)), .. }] => {
                format!("|{}| {}", params.join(", "), text(value))
            }
            body => format!("|{}| {{ {} }}", params.join(", "), show(&body.to_vec())),
        },
        other => format!("{other:?}"),
    }
}

fn inner(expr: &Expr) -> String {
    match expr {
        Expr::Binary { .. } => format!("({})", text(expr)),
        _ => text(expr),
    }
}
