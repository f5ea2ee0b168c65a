//! Trees as short text, for tests.

use crate::tree::{Block, Expr, Hint, Stmt, StmtKind, Target};

/// Returns a block as text, one statement per line, indented by blocks.
pub(in crate::read) fn dump(block: &Block) -> String {
    let mut out = String::new();
    block_at(block, 0, &mut out);
    out
}

fn block_at(block: &Block, depth: usize, out: &mut String) {
    for stmt in block {
        out.push_str(&"  ".repeat(depth));
        stmt_at(stmt, depth, out);
    }
}

fn stmt_at(stmt: &Stmt, depth: usize, out: &mut String) {
    let trailing = stmt.trailing.as_ref().map(|text| format!(" // {text}")).unwrap_or_default();
    let mut inner = String::new();
    let line = match &stmt.kind {
        StmtKind::Comment(text) => format!("// {text}"),
        StmtKind::Declare { name, hint, value } => {
            let value =
                value.as_ref().map(|value| format!(" = {}", expr(value))).unwrap_or_default();
            format!("let {name}{}{value}", hint_text(hint))
        }
        StmtKind::Assign { target, value } => format!("{} = {}", target_text(target), expr(value)),
        StmtKind::Expr(value) => expr(value),
        StmtKind::Print { value, newline, to_stderr } => {
            let name = if *to_stderr { "eprint" } else { "print" };
            format!("{name}{} {}", if *newline { "ln" } else { "" }, expr(value))
        }
        StmtKind::Return(value) => format!("return {}", optional(value)),
        StmtKind::Exit(value) => format!("exit {}", optional(value)),
        StmtKind::Throw(value) => format!("throw {}", optional(value)),
        StmtKind::Dispose(name) => format!("dispose {name}"),
        StmtKind::Unported(reason) => format!("? {}-{}: {reason}", stmt.line, stmt.end_line),
        StmtKind::Break => "break".to_owned(),
        StmtKind::Continue => "continue".to_owned(),
        StmtKind::Boilerplate => "-".to_owned(),
        _ => with_blocks(stmt, depth, &mut inner),
    };
    out.push_str(line.trim_end());
    out.push_str(&trailing);
    out.push('\n');
    out.push_str(&inner);
}

/// Returns the head of a statement with blocks, which it adds to `inner`.
fn with_blocks(stmt: &Stmt, depth: usize, inner: &mut String) -> String {
    let mut block = |head: &str, block: &Block| {
        if !head.is_empty() {
            inner.push_str(&"  ".repeat(depth));
            inner.push_str(head);
            inner.push('\n');
        }
        block_at(block, depth + 1, inner);
    };
    match &stmt.kind {
        StmtKind::If { branches, otherwise } => {
            for (at, (cond, body)) in branches.iter().enumerate() {
                let head = if at == 0 { String::new() } else { format!("elif {}", expr(cond)) };
                block(&head, body);
            }
            if let Some(body) = otherwise {
                block("else", body);
            }
            format!("if {}", expr(&branches[0].0))
        }
        StmtKind::While { cond, body } => {
            block("", body);
            format!("while {}", expr(cond))
        }
        StmtKind::DoWhile { body, cond } => {
            block("", body);
            format!("do while {}", expr(cond))
        }
        StmtKind::For { name, from, to, inclusive, step, body } => {
            block("", body);
            let dots = if *inclusive { "..=" } else { ".." };
            format!("for {name} in {}{dots}{} by {step}", expr(from), expr(to))
        }
        StmtKind::ForEach { name, items, body } => {
            block("", body);
            format!("each {name} in {}", expr(items))
        }
        StmtKind::Switch { value, cases, otherwise } => {
            for (values, body) in cases {
                block(&format!("case {}", list(values)), body);
            }
            if let Some(body) = otherwise {
                block("default", body);
            }
            format!("switch {}", expr(value))
        }
        StmtKind::Try { body, catch, finally } => {
            block("", body);
            if let Some(catch) = catch {
                block(&format!("catch {}", catch.name.as_deref().unwrap_or("_")), &catch.body);
            }
            if !finally.is_empty() {
                block("finally", finally);
            }
            "try".to_owned()
        }
        StmtKind::Function(function) => {
            block("", &function.body);
            let params: Vec<String> = function
                .params
                .iter()
                .map(|param| {
                    let by_ref = if param.by_ref { "&" } else { "" };
                    let default = param.default.as_ref().map(|value| format!(" = {}", expr(value)));
                    format!(
                        "{by_ref}{}{}{}",
                        param.name,
                        hint_text(&param.hint),
                        default.unwrap_or_default()
                    )
                })
                .collect();
            format!("fn {}({}){}", function.name, params.join(", "), hint_text(&function.returns))
        }
        other => format!("{other:?}"),
    }
}

fn optional(value: &Option<Expr>) -> String {
    value.as_ref().map(expr).unwrap_or_default()
}

fn hint_text(hint: &Hint) -> String {
    match hint {
        Hint::Unknown => String::new(),
        hint => format!(": {}", hint_name(hint)),
    }
}

fn hint_name(hint: &Hint) -> String {
    match hint {
        Hint::Object(class) => class.clone(),
        Hint::List(item) => format!("[{}]", hint_name(item)),
        Hint::Map(value) => format!("{{{}}}", hint_name(value)),
        hint => format!("{hint:?}"),
    }
}

fn target_text(target: &Target) -> String {
    match target {
        Target::Var(name) => name.clone(),
        Target::Property { object, name } => format!("{}.{name}", expr(object)),
        Target::Index { object, index } => format!("{}[{}]", expr(object), expr(index)),
    }
}

fn list(values: &[Expr]) -> String {
    let values: Vec<String> = values.iter().map(expr).collect();
    values.join(", ")
}

fn expr(value: &Expr) -> String {
    match value {
        Expr::Text(text) => format!("{text:?}"),
        Expr::Int(number) => number.to_string(),
        Expr::Float(number) => number.clone(),
        Expr::Bool(value) => value.to_string(),
        Expr::Null => "null".to_owned(),
        Expr::Var(name) => name.clone(),
        Expr::New(class) => format!("new {class}"),
        Expr::Property { object, name } => format!("{}.{name}", expr(object)),
        Expr::Method { object, name, args } => format!("{}.{name}({})", expr(object), list(args)),
        Expr::Call { name, args } => format!("{name}({})", list(args)),
        Expr::Builtin { function, args } => format!("@{function:?}({})", list(args)),
        Expr::Concat(parts) => format!("<{}>", list(parts)),
        Expr::Unary { op, value } => format!("{op:?}({})", expr(value)),
        Expr::Binary { op, left, right } => format!("({} {op:?} {})", expr(left), expr(right)),
        Expr::Choice { cond, yes, no } => {
            format!("({} ? {} : {})", expr(cond), expr(yes), expr(no))
        }
        Expr::Index { object, index } => format!("{}[{}]", expr(object), expr(index)),
        Expr::List(items) => format!("[{}]", list(items)),
        Expr::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", expr(key), expr(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Expr::Lambda { params, body } => {
            format!("|{}| {{{}}}", params.join(", "), dump(body).trim())
        }
        Expr::Unported { reason, .. } => format!("?({reason})"),
        Expr::ErrorText => "error_text".to_owned(),
    }
}
