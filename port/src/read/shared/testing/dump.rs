//! Trees as text for the tests of the readers: one line for each statement, blocks indented by two spaces.

use crate::tree::{BinaryOp, Block, Expr, Hint, Param, Stmt, StmtKind, Target, UnaryOp};

/// Returns a tree as text.
pub(crate) fn dump(block: &Block) -> String {
    let mut out = String::new();
    dump_block(block, 0, &mut out);
    out
}

fn dump_block(block: &Block, depth: usize, out: &mut String) {
    if block.is_empty() {
        *out += &format!("{}-\n", "  ".repeat(depth));
    }
    for stmt in block {
        let from = out.len();
        dump_stmt(stmt, depth, out);
        if let Some(comment) = &stmt.trailing {
            let end = out[from..].find('\n').map_or(out.len(), |at| from + at);
            out.insert_str(end, &format!("  # {comment}"));
        }
    }
}

fn dump_stmt(stmt: &Stmt, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    let mut line = |text: String, blocks: &[&Block]| {
        *out += &format!("{pad}{text}\n");
        for block in blocks {
            dump_block(block, depth + 1, out);
        }
    };
    match &stmt.kind {
        StmtKind::Comment(text) => line(format!("# {text}").trim_end().to_owned(), &[]),
        StmtKind::Declare { name, hint, value } => {
            let value = value.as_ref().map(|value| format!(" = {}", expr(value)));
            line(format!("declare {name}{}{}", hint_text(hint), value.unwrap_or_default()), &[]);
        }
        StmtKind::Assign { target, value } => {
            let target = target_text(target);
            line(format!("{target} = {}", expr(value)), &[]);
        }
        StmtKind::Expr(value) => line(expr(value), &[]),
        StmtKind::Print { value, newline, to_stderr } => {
            let name = if *to_stderr { "eprint" } else { "print" };
            line(format!("{name}{} {}", if *newline { "ln" } else { "" }, expr(value)), &[]);
        }
        StmtKind::If { branches, otherwise } => {
            for (number, (cond, block)) in branches.iter().enumerate() {
                let word = if number == 0 { "if" } else { "elsif" };
                line(format!("{word} {}", expr(cond)), &[block]);
            }
            if let Some(block) = otherwise {
                line("else".to_owned(), &[block]);
            }
        }
        StmtKind::While { cond, body } => line(format!("while {}", expr(cond)), &[body]),
        StmtKind::DoWhile { body, cond } => line(format!("do while {}", expr(cond)), &[body]),
        StmtKind::For { name, from, to, inclusive, step, body } => {
            let dots = if *inclusive { "..=" } else { ".." };
            let step = if *step == 1 { String::new() } else { format!(" step {step}") };
            line(format!("for {name} in {}{dots}{}{step}", expr(from), expr(to)), &[body]);
        }
        StmtKind::ForEach { name, items, body } => {
            line(format!("each {name} in {}", expr(items)), &[body]);
        }
        StmtKind::Switch { value, cases, otherwise } => {
            line(format!("switch {}", expr(value)), &[]);
            for (values, block) in cases {
                line(format!("case {}", list(values)), &[block]);
            }
            if let Some(block) = otherwise {
                line("else".to_owned(), &[block]);
            }
        }
        StmtKind::Break => line("break".to_owned(), &[]),
        StmtKind::Continue => line("continue".to_owned(), &[]),
        StmtKind::Return(value) => line(format!("return {}", option(value)), &[]),
        StmtKind::Exit(value) => line(format!("exit {}", option(value)), &[]),
        StmtKind::Throw(value) => line(format!("throw {}", option(value)), &[]),
        StmtKind::Try { body, catch, finally } => {
            line("try".to_owned(), &[body]);
            if let Some(catch) = catch {
                line(format!("catch {}", catch.name.as_deref().unwrap_or("-")), &[&catch.body]);
            }
            if !finally.is_empty() {
                line("finally".to_owned(), &[finally]);
            }
        }
        StmtKind::Function(function) => {
            let params = params(&function.params);
            let returns = hint_text(&function.returns);
            line(format!("fn {}({}){returns}", function.name, params), &[&function.body]);
        }
        StmtKind::Dispose(name) => line(format!("dispose {name}"), &[]),
        StmtKind::Boilerplate => line("boilerplate".to_owned(), &[]),
        StmtKind::Unported(reason) if stmt.line < stmt.end_line => {
            line(format!("unported {}-{}: {reason}", stmt.line, stmt.end_line), &[]);
        }
        StmtKind::Unported(reason) => line(format!("unported: {reason}"), &[]),
        kind
        @ (StmtKind::Attempt { .. } | StmtKind::Constant { .. } | StmtKind::Discard { .. }) => {
            line(format!("{kind:?}"), &[]);
        }
    }
}

fn target_text(target: &Target) -> String {
    match target {
        Target::Var(name) => name.clone(),
        Target::Property { object, name } => format!("{}.{name}", expr(object)),
        Target::Index { object, index } => format!("{}[{}]", expr(object), expr(index)),
    }
}

fn params(params: &[Param]) -> String {
    let params = params.iter().map(|param| {
        let by = if param.by_ref { "&" } else { "" };
        let default = param.default.as_ref().map(|value| format!(" = {}", expr(value)));
        format!("{by}{}{}{}", param.name, hint_text(&param.hint), default.unwrap_or_default())
    });
    params.collect::<Vec<String>>().join(", ")
}

fn hint_text(hint: &Hint) -> String {
    match hint {
        Hint::Unknown => String::new(),
        Hint::Object(class) => format!(": {class}"),
        hint => format!(": {hint:?}"),
    }
}

fn option(value: &Option<Expr>) -> String {
    value.as_ref().map_or("-".to_owned(), expr)
}

fn list(values: &[Expr]) -> String {
    values.iter().map(expr).collect::<Vec<_>>().join(", ")
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
        Expr::Builtin { function, args } => format!("{function:?}!({})", list(args)),
        Expr::Concat(parts) => format!("concat({})", list(parts)),
        Expr::Unary { op: UnaryOp::Not, value } => format!("!{}", expr(value)),
        Expr::Unary { op: UnaryOp::Minus, value } => format!("-{}", expr(value)),
        Expr::Binary { op, left, right } => {
            let op = match op {
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
            format!("({} {op} {})", expr(left), expr(right))
        }
        Expr::Choice { cond, yes, no } => {
            format!("({} ? {} : {})", expr(cond), expr(yes), expr(no))
        }
        Expr::Index { object, index } => format!("{}[{}]", expr(object), expr(index)),
        Expr::List(items) => format!("[{}]", list(items)),
        Expr::Map(entries) => {
            let entries =
                entries.iter().map(|(key, value)| format!("{}: {}", expr(key), expr(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Expr::Lambda { params, body } => {
            format!("lambda({}) {{ {} }}", params.join(", "), dump(body).trim().replace('\n', "; "))
        }
        Expr::Unported { source, reason } => format!("unported<{source:?}: {reason}>"),
        Expr::ErrorText => "error text".to_owned(),
    }
}
