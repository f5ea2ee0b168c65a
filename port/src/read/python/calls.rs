//! Calls in Python: of functions of the script, of Chilkat's members, of Python's own functions.

use tree_sitter::Node;

use super::Reader;
use crate::read::shared::build::{at, binary, builtin, call, choice, index, method, text};
use crate::read::shared::classes::{NEW, is_exception};
use crate::read::shared::grammar::{Source, end_line, named_children};
use crate::read::shared::texts::{concat, milliseconds, print_text};
use crate::tree::{BinaryOp, Block, Builtin, Expr, StmtKind};

/// The arguments of a call: those with a name apart.
#[derive(Default)]
struct Args {
    values: Vec<Expr>,
    named: Vec<(String, Expr)>,
}

impl Args {
    fn take(&mut self, name: &str) -> Option<Expr> {
        let place = self.named.iter().position(|(of, _)| of == name)?;
        Some(self.named.swap_remove(place).1)
    }
}

impl Reader {
    fn args(&self, s: &mut Source, node: Node) -> Args {
        let mut args = Args::default();
        let Some(list) = node.child_by_field_name("arguments") else { return args };
        if list.kind() == "generator_expression" {
            args.values.push(self.expr(s, list));
            return args;
        }
        for child in named_children(list) {
            match child.kind() {
                "comment" => {}
                "keyword_argument" => {
                    let name =
                        child.child_by_field_name("name").map(|name| s.text(name).to_owned());
                    let value = self.field(s, child, "value");
                    args.named.push((name.unwrap_or_default(), value));
                }
                _ => args.values.push(self.expr(s, child)),
            }
        }
        args
    }

    /// Places the arguments of a function of the script in the order of its parameters.
    fn placed(&self, name: &str, args: Args) -> Vec<Expr> {
        let params = self.functions.get(name).map(Vec::as_slice).unwrap_or_default();
        let mut placed: Vec<Option<Expr>> = args.values.into_iter().map(Some).collect();
        for (name, value) in args.named {
            match params.iter().position(|param| param.name == name) {
                Some(place) => {
                    if placed.len() <= place {
                        placed.resize(place + 1, None);
                    }
                    placed[place] = Some(value);
                }
                None => placed.push(Some(value)),
            }
        }
        let values = placed.into_iter().enumerate().map(|(place, value)| {
            let default = || params.get(place).and_then(|param| param.default.clone());
            value.or_else(default).unwrap_or(Expr::Null)
        });
        values.collect()
    }

    /// Returns the name of a function with its module as Python calls it, whatever the script calls the module.
    fn full_name(&self, source: &str) -> String {
        if let Some(full) = self.imports.get(source) {
            return full.clone();
        }
        match source.split_once('.') {
            Some((module, rest)) => match (self.modules.get(module), self.imports.get(module)) {
                (Some(module), _) | (None, Some(module)) => format!("{module}.{rest}"),
                _ => source.to_owned(),
            },
            None => source.to_owned(),
        }
    }

    /// Adds the statements for a call whose value is not used.
    pub(crate) fn call_stmt(&self, s: &mut Source, node: Node, out: &mut Block) {
        let (line, last) = (node.start_position().row + 1, end_line(node));
        let function =
            node.child_by_field_name("function").map(|of| s.text(of)).unwrap_or_default();
        let full = self.full_name(function);
        let kind = match full.as_str() {
            "print" if !self.functions.contains_key("print") => self.print(s, node),
            "sys.stdout.write" | "sys.stderr.write" => {
                let value = self.args(s, node).values.pop().unwrap_or_else(|| text(""));
                print_text(self.as_text(value), full == "sys.stderr.write")
            }
            "sys.exit" | "exit" | "quit" | "os._exit" => {
                let code = self.args(s, node).values.pop();
                return self.exit(code, line, last, out);
            }
            "time.sleep" => {
                let seconds = self.args(s, node).values.pop().unwrap_or(Expr::Int(0));
                StmtKind::Expr(builtin(Builtin::Sleep, vec![milliseconds(seconds)]))
            }
            "sys.stdout.flush"
            | "sys.stderr.flush"
            | "sys.stdout.reconfigure"
            | "load_dotenv"
            | "sys.path.append"
            | "sys.path.insert" => StmtKind::Boilerplate,
            _ => match self.expr(s, node) {
                Expr::Unported { reason, .. } => StmtKind::Unported(reason),
                value => StmtKind::Expr(value),
            },
        };
        out.push(at(line, last, kind));
    }

    fn exit(&self, code: Option<Expr>, line: usize, last: usize, out: &mut Block) {
        let code = match code {
            Some(Expr::Null) => None,
            Some(Expr::Bool(failed)) => Some(Expr::Int(i64::from(failed))),
            // sys.exit("message")
            Some(
                value @ (Expr::Text(_) | Expr::Concat(_) | Expr::Binary { op: BinaryOp::Add, .. }),
            ) => {
                let kind = StmtKind::Print { value, newline: true, to_stderr: true };
                out.push(at(line, last, kind));
                Some(Expr::Int(1))
            }
            code => code,
        };
        out.push(at(line, last, StmtKind::Exit(code)));
    }

    fn print(&self, s: &mut Source, node: Node) -> StmtKind {
        let mut args = self.args(s, node);
        let separator = args.take("sep").unwrap_or_else(|| text(" "));
        let end = args.take("end");
        let to_stderr = matches!(args.take("file"), Some(Expr::Unported { source, .. }) if source.ends_with("stderr"));
        let mut values: Vec<Expr> = args.values;
        let value = match values.len() {
            0 => text(""),
            1 => self.as_text(values.remove(0)),
            _ => {
                let mut parts = Vec::new();
                for value in values {
                    if !parts.is_empty() {
                        parts.push(separator.clone());
                    }
                    parts.push(self.as_text(value));
                }
                concat(parts)
            }
        };
        match end {
            None => StmtKind::Print { value, newline: true, to_stderr },
            Some(Expr::Text(end)) if end.is_empty() => {
                StmtKind::Print { value, newline: false, to_stderr }
            }
            Some(end) => print_text(concat(vec![value, end]), to_stderr),
        }
    }

    pub(crate) fn raise(&self, s: &mut Source, node: Node, out: &mut Block) -> StmtKind {
        let Some(raised) = named_children(node).into_iter().next() else {
            return StmtKind::Throw(None);
        };
        let source = s.text(raised);
        if raised.kind() == "identifier" {
            return match self.is_exception(source) {
                true => StmtKind::Throw(None),
                false => StmtKind::Throw(Some(text(source))),
            };
        }
        let class = raised.child_by_field_name("function").map(|of| s.text(of)).unwrap_or_default();
        if raised.kind() != "call" {
            return StmtKind::Throw(Some(self.expr(s, raised)));
        }
        let args = self.args(s, raised);
        let value = args.values.into_iter().next();
        if class == "SystemExit" {
            let (line, last) = (node.start_position().row + 1, end_line(node));
            self.exit(value, line, last, out);
            return match out.pop() {
                Some(stmt) => stmt.kind,
                None => StmtKind::Exit(None),
            };
        }
        StmtKind::Throw(Some(match value {
            Some(value) => self.as_text(value),
            None => text(class),
        }))
    }

    pub(crate) fn call(&self, s: &mut Source, node: Node) -> Expr {
        let Some(function) = node.child_by_field_name("function") else {
            return s.unported(node, "this call is not ported");
        };
        let source = s.text(function);
        if let Some(class) = self.chilkat_class(source) {
            return Expr::New(class);
        }
        if self.functions.contains_key(source) {
            let args = self.args(s, node);
            return call(source, self.placed(source, args));
        }
        if self.class_names.contains(source) {
            let args = self.args(s, node);
            let args = self.placed("__init__", args);
            return Expr::Call { name: format!("{source}{NEW}"), args };
        }
        if function.kind() == "attribute" {
            let of =
                function.child_by_field_name("object").map(|of| s.text(of)).unwrap_or_default();
            let name = function.child_by_field_name("attribute").map(|name| s.text(name));
            let name = name.unwrap_or_default();
            let is_own = of == "self" || of == "cls" || self.class_names.contains(of);
            if is_own && self.functions.contains_key(name) {
                let args = self.args(s, node);
                return call(name, self.placed(name, args));
            }
        }
        let full = self.full_name(source);
        let args = self.args(s, node);
        match self.python_function(&full, args) {
            Ok(value) => value,
            Err(args) => self.method_call(s, node, function, args),
        }
    }

    /// Returns what a function of Python does, or the arguments if it is none of those known here.
    fn python_function(&self, name: &str, mut args: Args) -> Result<Expr, Args> {
        let count = args.values.len();
        let function = match (name, count) {
            ("str", 1) => {
                let value = args.values.remove(0);
                return Ok(match &value {
                    Expr::Var(of) if self.is_exception(of) => {
                        builtin(Builtin::Message, vec![value])
                    }
                    _ => builtin(Builtin::ToText, vec![value]),
                });
            }
            ("int", 1) => match args.values.first() {
                Some(Expr::Builtin { function: Builtin::UnixTime, .. }) => {
                    return Ok(args.values.remove(0));
                }
                _ => Builtin::ParseInt,
            },
            ("len", 1) => match args.values.first() {
                Some(Expr::Unported { source, .. }) if source == "sys.argv" => {
                    let count = builtin(Builtin::ArgCount, Vec::new());
                    return Ok(binary(BinaryOp::Add, count, Expr::Int(1)));
                }
                _ => Builtin::Length,
            },
            ("float", 1) => Builtin::ParseFloat,
            ("abs", 1) => Builtin::Abs,
            ("min", 2) => Builtin::Min,
            ("max", 2) => Builtin::Max,
            ("round", 1) => Builtin::Round,
            ("round", 2) => Builtin::Fixed,
            ("chr", 1) => Builtin::Char,
            ("ord", 1) => Builtin::CharCode,
            ("os.environ.get" | "os.getenv", 1) => {
                args.values.push(text(""));
                Builtin::Env
            }
            ("os.environ.get" | "os.getenv", 2) => Builtin::Env,
            ("time.time", 0) => Builtin::UnixTime,
            ("os.path.exists" | "os.path.isfile", 1) => Builtin::FileExists,
            ("os.path.join", 1..) => {
                let mut parts = Vec::new();
                for value in args.values {
                    if !parts.is_empty() {
                        parts.push(text("/"));
                    }
                    parts.push(value);
                }
                return Ok(concat(parts));
            }
            ("list" | "tuple" | "iter", 1) => return Ok(args.values.remove(0)),
            ("list", 0) => return Ok(Expr::List(Vec::new())),
            ("dict", 0) => return Ok(Expr::Map(Vec::new())),
            _ => return Err(args),
        };
        Ok(builtin(function, args.values))
    }

    fn method_call(&self, s: &mut Source, node: Node, function: Node, mut args: Args) -> Expr {
        let source = s.text(function);
        if function.kind() != "attribute" {
            if is_exception(source) {
                return args.values.into_iter().next().unwrap_or_else(|| text(source));
            }
            return s.unported(node, format!("`{source}` is not a function of the script"));
        }
        let name = function.child_by_field_name("attribute").map(|name| s.text(name));
        let name = name.unwrap_or_default();
        let of = function.child_by_field_name("object").map(|of| s.text(of)).unwrap_or_default();
        let path =
            self.files.borrow().iter().rev().find(|file| file.0 == of).map(|file| file.1.clone());
        match (path, name) {
            (Some(path), "read") => return builtin(Builtin::ReadFile, vec![path]),
            (Some(path), "write") => {
                let value = args.values.pop().unwrap_or_else(|| text(""));
                return builtin(Builtin::WriteFile, vec![path, value]);
            }
            (Some(_), _) => return s.unported(node, format!("`{name}` of a file is not ported")),
            _ => {}
        }
        // open(path).read()
        if let Some(path) = of.strip_prefix("open(").filter(|_| name == "read") {
            let _ = path;
            let object = function.child_by_field_name("object");
            let path = object
                .and_then(|object| object.child_by_field_name("arguments"))
                .and_then(|args| args.named_child(0));
            if let Some(path) = path {
                return builtin(Builtin::ReadFile, vec![self.expr(s, path)]);
            }
        }
        if let Some(module) = self.modules.get(of.split('.').next().unwrap_or_default()) {
            return s.unported(node, format!("Python's {module}.{name} is not ported"));
        }
        let object = self.field(s, function, "object");
        match object {
            Expr::Unported { reason, .. } => s.unported(node, reason),
            object => {
                let params = self.functions.contains_key(name);
                if params {
                    // A method of an object of the script.
                    let args = self.placed(name, args);
                    return method(object, name, args);
                }
                match python_method(object, name, args) {
                    Ok(value) => value,
                    Err(reason) => s.unported(node, reason),
                }
            }
        }
    }
}

/// Returns what a method of Python's own does. Other methods are members of objects.
fn python_method(object: Expr, name: &str, args: Args) -> Result<Expr, String> {
    let named = args.named;
    let mut args = args.values;
    let count = args.len();
    let zero = || Expr::Int(0);
    let function = match (name, count) {
        ("upper", 0) => Builtin::Upper,
        ("lower" | "casefold", 0) => Builtin::Lower,
        ("strip" | "rstrip" | "lstrip", 0) => Builtin::Trim,
        ("rstrip", 1) if args.first() == Some(&text("\n")) => {
            args.clear();
            Builtin::Trim
        }
        ("startswith", 1) => Builtin::StartsWith,
        ("endswith", 1) => Builtin::EndsWith,
        ("find", 1) => Builtin::IndexOf,
        ("replace", 2) => Builtin::Replace,
        ("split", 1) => Builtin::Split,
        ("split", 0) => {
            args.push(text(" "));
            Builtin::Split
        }
        ("splitlines", 0) => {
            args.push(text("\n"));
            Builtin::Split
        }
        ("join", 1) => return Ok(builtin(Builtin::Join, vec![args.remove(0), object])),
        ("append", 1) => Builtin::Push,
        ("keys", 0) => Builtin::Keys,
        ("ljust" | "rjust", 1 | 2) => {
            if count == 1 {
                args.push(text(" "));
            }
            if name == "ljust" { Builtin::PadRight } else { Builtin::PadLeft }
        }
        ("zfill", 1) => {
            args.push(text("0"));
            Builtin::PadLeft
        }
        ("get", 1) => return Ok(index(object, args.remove(0))),
        ("get", 2) => {
            let default = args.remove(1);
            let key = args.remove(0);
            let has = builtin(Builtin::HasKey, vec![object.clone(), key.clone()]);
            return Ok(choice(has, index(object, key), default));
        }
        ("format", _) => {
            let Expr::Text(template) = &object else {
                return Err("this format is not ported".to_owned());
            };
            return super::text::format(template, &args, &named)
                .ok_or_else(|| "this format is not ported".to_owned());
        }
        ("count", 1) => {
            let parts = builtin(Builtin::Split, vec![object, args.remove(0)]);
            let length = builtin(Builtin::Length, vec![parts]);
            return Ok(binary(BinaryOp::Sub, length, Expr::Int(1)));
        }
        ("isdigit", 0) => return Err("Python's `isdigit` is not ported".to_owned()),
        ("count", 0) => {
            return Ok(binary(BinaryOp::Eq, builtin(Builtin::Length, vec![object]), zero()));
        }
        ("encode" | "decode" | "copy", _) => return Ok(object),
        (
            "title" | "capitalize" | "sort" | "reverse" | "pop" | "insert" | "remove" | "extend"
            | "items" | "values" | "update" | "index" | "count" | "partition" | "isalpha"
            | "isnumeric" | "strftime" | "read" | "readlines" | "rsplit" | "strip" | "lstrip"
            | "rstrip" | "close" | "group" | "setdefault" | "clear",
            _,
        ) => return Err(format!("Python's `{name}` is not ported")),
        _ => return Ok(method(object, name, args)),
    };
    args.insert(0, object);
    Ok(builtin(function, args))
}
