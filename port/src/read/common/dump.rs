//! The tree as text, for tests.

use crate::tree::{BinaryOp, Block, Expr, Function, Hint, Stmt, StmtKind, Target, UnaryOp};

/// Returns a block with one line for each statement. Blocks inside are indented.
pub(crate) fn dump(block: &Block) -> String {
    let mut out = String::new();
    lines(block, 0, &mut out);
    out
}

fn lines(block: &Block, depth: usize, out: &mut String) {
    for stmt in block {
        line(stmt, depth, out);
    }
}

fn line(stmt: &Stmt, depth: usize, out: &mut String) {
    let mut write = |extra: usize, text: &str| {
        out.push_str(&"    ".repeat(depth + extra));
        out.push_str(text);
        if let Some(trailing) = stmt.trailing.as_ref().filter(|_| extra == 0) {
            out.push_str(&format!(" // {trailing}"));
        }
        out.push('\n');
    };
    match &stmt.kind {
        StmtKind::Comment(text) => write(0, &format!("// {text}")),
        StmtKind::Declare { name, hint, value } => {
            let value = value.as_ref().map(|value| format!(" = {}", expr(value)));
            write(0, &format!("let {name}{}{}", self::hint(hint), value.unwrap_or_default()));
        }
        StmtKind::Assign { target, value } => {
            write(0, &format!("{} = {}", self::target(target), expr(value)));
        }
        StmtKind::Expr(value) => write(0, &expr(value)),
        StmtKind::Print { value, newline, to_stderr } => {
            let name = if *to_stderr { "eprint" } else { "print" };
            write(0, &format!("{name}{} {}", if *newline { "ln" } else { "" }, expr(value)));
        }
        StmtKind::If { branches, otherwise } => {
            for (at, (cond, body)) in branches.iter().enumerate() {
                let word = if at == 0 { "if" } else { "elseif" };
                out.push_str(&format!("{}{word} {}\n", "    ".repeat(depth), expr(cond)));
                lines(body, depth + 1, out);
            }
            if let Some(body) = otherwise {
                out.push_str(&format!("{}else\n", "    ".repeat(depth)));
                lines(body, depth + 1, out);
            }
        }
        StmtKind::While { cond, body } => {
            write(0, &format!("while {}", expr(cond)));
            lines(body, depth + 1, out);
        }
        StmtKind::DoWhile { body, cond } => {
            write(0, &format!("do while {}", expr(cond)));
            lines(body, depth + 1, out);
        }
        StmtKind::For { name, from, to, inclusive, step, body } => {
            let dots = if *inclusive { "..=" } else { ".." };
            let step = if *step == 1 { String::new() } else { format!(" step {step}") };
            write(0, &format!("for {name} in {}{dots}{}{step}", expr(from), expr(to)));
            lines(body, depth + 1, out);
        }
        StmtKind::ForEach { name, items, body } => {
            write(0, &format!("for {name} of {}", expr(items)));
            lines(body, depth + 1, out);
        }
        StmtKind::Switch { value, cases, otherwise } => {
            write(0, &format!("switch {}", expr(value)));
            for (values, body) in cases {
                out.push_str(&format!("{}case {}\n", "    ".repeat(depth), exprs(values)));
                lines(body, depth + 1, out);
            }
            if let Some(body) = otherwise {
                out.push_str(&format!("{}default\n", "    ".repeat(depth)));
                lines(body, depth + 1, out);
            }
        }
        StmtKind::Break => write(0, "break"),
        StmtKind::Continue => write(0, "continue"),
        StmtKind::Return(value) => write(0, &with("return", value)),
        StmtKind::Exit(value) => write(0, &with("exit", value)),
        StmtKind::Throw(value) => write(0, &with("throw", value)),
        StmtKind::Try { body, catch, finally } => {
            write(0, "try");
            lines(body, depth + 1, out);
            if let Some(catch) = catch {
                let name = catch.name.clone().unwrap_or_default();
                let head = format!("catch {name}");
                out.push_str(&format!("{}{}\n", "    ".repeat(depth), head.trim_end()));
                lines(&catch.body, depth + 1, out);
            }
            if !finally.is_empty() {
                out.push_str(&format!("{}finally\n", "    ".repeat(depth)));
                lines(finally, depth + 1, out);
            }
        }
        StmtKind::Function(function) => {
            write(0, &head(function));
            lines(&function.body, depth + 1, out);
        }
        StmtKind::Dispose(name) => write(0, &format!("dispose {name}")),
        StmtKind::Boilerplate => write(0, "boilerplate"),
        StmtKind::Unported(reason) => write(0, &format!("unported: {reason}")),
        other => write(0, &format!("{other:?}")),
    }
}

fn with(word: &str, value: &Option<Expr>) -> String {
    match value {
        Some(value) => format!("{word} {}", expr(value)),
        None => word.to_owned(),
    }
}

fn head(function: &Function) -> String {
    let params = function.params.iter().map(|param| {
        let by_ref = if param.by_ref { "&" } else { "" };
        let default = param.default.as_ref().map(|value| format!(" = {}", expr(value)));
        format!("{by_ref}{}{}{}", param.name, hint(&param.hint), default.unwrap_or_default())
    });
    let params: Vec<String> = params.collect();
    let returns = hint(&function.returns);
    format!("fn {}({}){}", function.name, params.join(", "), returns.replace(':', " ->"))
}

fn hint(hint: &Hint) -> String {
    match hint {
        Hint::Unknown => String::new(),
        Hint::Object(class) => format!(": {class}"),
        other => format!(": {other:?}"),
    }
}

fn target(target: &Target) -> String {
    match target {
        Target::Var(name) => name.clone(),
        Target::Property { object, name } => format!("{}.{name}", expr(object)),
        Target::Index { object, index } => format!("{}[{}]", expr(object), expr(index)),
    }
}

fn exprs(items: &[Expr]) -> String {
    items.iter().map(expr).collect::<Vec<String>>().join(", ")
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
        Expr::Method { object, name, args } => format!("{}.{name}({})", expr(object), exprs(args)),
        Expr::Call { name, args } => format!("{name}({})", exprs(args)),
        Expr::Builtin { function, args } => format!("{function:?}!({})", exprs(args)),
        Expr::Concat(parts) => {
            format!("<{}>", parts.iter().map(expr).collect::<Vec<String>>().join(" "))
        }
        Expr::Unary { op: UnaryOp::Not, value } => format!("!{}", expr(value)),
        Expr::Unary { op: UnaryOp::Minus, value } => format!("-{}", expr(value)),
        Expr::Binary { op, left, right } => {
            format!("({} {} {})", expr(left), sign(*op), expr(right))
        }
        Expr::Choice { cond, yes, no } => {
            format!("({} ? {} : {})", expr(cond), expr(yes), expr(no))
        }
        Expr::Index { object, index } => format!("{}[{}]", expr(object), expr(index)),
        Expr::List(items) => format!("[{}]", exprs(items)),
        Expr::Map(items) => {
            let items = items.iter().map(|(key, value)| format!("{}: {}", expr(key), expr(value)));
            format!("{{{}}}", items.collect::<Vec<String>>().join(", "))
        }
        Expr::Lambda { params, body } => {
            let body = dump(body).lines().map(str::trim).collect::<Vec<&str>>().join("; ");
            format!("|{}| {{ {body} }}", params.join(", "))
        }
        Expr::Unported { source, reason } => format!("unported({source:?}, {reason})"),
        Expr::ErrorText => "error text".to_owned(),
    }
}

fn sign(op: BinaryOp) -> &'static str {
    match op {
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
        BinaryOp::And => "&&",
        BinaryOp::Or => "||",
    }
}
