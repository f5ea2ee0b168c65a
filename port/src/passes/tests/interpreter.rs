//! What a tree does: its calls and its output, in order.

use std::collections::HashMap;

use crate::tree::{BinaryOp, Block, Builtin, Expr, Function, Stmt, StmtKind, Target, UnaryOp};

/// How variables work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rules {
    /// A name is a variable of its function, and has no value at first. One that begins with `g_` is the script's.
    Script,
    /// A declaration makes a variable in its block. Others are errors, and so are reads of what has no value.
    Rust,
}

/// Runs a tree. The outcomes of its calls depend on `seed`. Returns what it does; the last line says how it ends.
pub(super) fn run(script: &Block, rules: Rules, seed: u64) -> Vec<String> {
    let mut functions = HashMap::new();
    for stmt in script {
        if let StmtKind::Function(function) = &stmt.kind {
            functions.insert(function.name.as_str(), function);
        }
    }
    let mut machine = Machine {
        functions,
        rules,
        seed,
        steps: 0,
        depth: 0,
        calls: 0,
        trace: Vec::new(),
        success: true,
        error: String::new(),
        frames: vec![vec![HashMap::new()]],
        attempts: Vec::new(),
    };
    for stmt in script {
        if let StmtKind::Constant { name, value } = &stmt.kind {
            let value = machine.expr(value).ok();
            machine.frames[0][0].insert(name.clone(), value);
        }
    }
    let end = machine.block(script);
    let end = match end {
        Ok(()) | Err(Jump::Return(_) | Jump::Exit(Value::Null)) => "end".to_owned(),
        Err(Jump::Exit(code)) => format!("exit {code:?}"),
        Err(Jump::Throw(message)) => format!("throw {message:?}"),
        Err(Jump::Wrong(what)) => format!("wrong: {what}"),
        Err(Jump::Steps) => "steps".to_owned(),
        Err(Jump::Break | Jump::Continue) => "wrong: jump".to_owned(),
    };
    machine.trace.push(end);
    machine.trace
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Value>),
    Object(String),
    Lambda(Expr),
}

enum Jump {
    Break,
    Continue,
    Return(Value),
    Exit(Value),
    Throw(Value),
    Wrong(String),
    Steps,
}

type Scope = HashMap<String, Option<Value>>;

struct Machine<'t> {
    functions: HashMap<&'t str, &'t Function>,
    rules: Rules,
    seed: u64,
    steps: usize,
    depth: usize,
    calls: u64,
    trace: Vec<String>,
    success: bool,
    error: String,
    frames: Vec<Vec<Scope>>,
    attempts: Vec<String>,
}

impl<'t> Machine<'t> {
    fn step(&mut self) -> Result<(), Jump> {
        self.steps += 1;
        if self.steps > 400 { Err(Jump::Steps) } else { Ok(()) }
    }

    fn scopes(&mut self) -> &mut Vec<Scope> {
        self.frames.last_mut().unwrap()
    }

    fn block(&mut self, block: &Block) -> Result<(), Jump> {
        self.block_with(block, Scope::new())
    }

    fn block_with(&mut self, block: &Block, scope: Scope) -> Result<(), Jump> {
        match self.rules {
            Rules::Rust => {
                self.scopes().push(scope);
                let end = block.iter().try_for_each(|stmt| self.stmt(stmt));
                self.scopes().pop();
                end
            }
            Rules::Script => {
                for (name, value) in scope {
                    self.assign(&name, value.unwrap_or(Value::Null))?;
                }
                block.iter().try_for_each(|stmt| self.stmt(stmt))
            }
        }
    }

    fn declare(&mut self, name: &str, value: Option<Value>) {
        let inner = match self.rules {
            Rules::Rust => self.scopes().len() - 1,
            Rules::Script => 0,
        };
        let value = match self.rules {
            Rules::Rust => value,
            Rules::Script => Some(value.unwrap_or(Value::Null)),
        };
        self.scopes()[inner].insert(name.to_owned(), value);
    }

    fn assign(&mut self, name: &str, value: Value) -> Result<(), Jump> {
        if self.rules == Rules::Script && name.starts_with("g_") {
            self.frames[0][0].insert(name.to_owned(), Some(value));
            return Ok(());
        }
        if self.rules == Rules::Script {
            self.declare(name, Some(value));
            return Ok(());
        }
        for scope in self.scopes().iter_mut().rev() {
            if let Some(old) = scope.get_mut(name) {
                *old = Some(value);
                return Ok(());
            }
        }
        Err(Jump::Wrong(format!("{name} is not declared")))
    }

    fn read(&mut self, name: &str) -> Result<Value, Jump> {
        if self.rules == Rules::Script && name.starts_with("g_") {
            return Ok(self.frames[0][0].get(name).cloned().flatten().unwrap_or(Value::Null));
        }
        let found = self.scopes().iter().rev().find_map(|scope| scope.get(name).cloned());
        let found = found.or_else(|| self.frames[0][0].get(name).cloned());
        match (found, self.rules) {
            (Some(Some(value)), _) => Ok(value),
            (_, Rules::Script) => Ok(Value::Null),
            (Some(None), _) => Err(Jump::Wrong(format!("{name} has no value"))),
            (None, _) => Err(Jump::Wrong(format!("{name} is not declared"))),
        }
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result<(), Jump> {
        self.step()?;
        match &stmt.kind {
            StmtKind::Comment(_)
            | StmtKind::Constant { .. }
            | StmtKind::Function(_)
            | StmtKind::Dispose(_)
            | StmtKind::Boilerplate
            | StmtKind::Unported(_) => Ok(()),
            StmtKind::Declare { name, value, .. } => {
                let value = value.as_ref().map(|value| self.expr(value)).transpose()?;
                self.declare(name, value);
                Ok(())
            }
            StmtKind::Assign { target, value } => {
                let value = self.expr(value)?;
                match target {
                    Target::Var(name) => self.assign(name, value),
                    Target::Property { object, name } => {
                        let object = self.expr(object)?;
                        self.trace.push(format!("{object:?}.{name} = {value:?}"));
                        Ok(())
                    }
                    Target::Index { object, index } => {
                        let (object, index) = (self.expr(object)?, self.expr(index)?);
                        self.trace.push(format!("{object:?}[{index:?}] = {value:?}"));
                        Ok(())
                    }
                }
            }
            StmtKind::Expr(value) | StmtKind::Discard { value, .. } => self.expr(value).map(|_| ()),
            StmtKind::Print { value, .. } => {
                let value = self.expr(value)?;
                self.trace.push(format!("print {value:?}"));
                Ok(())
            }
            StmtKind::Break => Err(Jump::Break),
            StmtKind::Continue => Err(Jump::Continue),
            StmtKind::Return(value) => Err(Jump::Return(self.optional(value)?)),
            StmtKind::Exit(value) => Err(Jump::Exit(self.optional(value)?)),
            StmtKind::Throw(value) => Err(Jump::Throw(self.optional(value)?)),
            _ => self.compound(stmt),
        }
    }

    fn optional(&mut self, value: &Option<Expr>) -> Result<Value, Jump> {
        value.as_ref().map_or(Ok(Value::Null), |value| self.expr(value))
    }

    fn compound(&mut self, stmt: &Stmt) -> Result<(), Jump> {
        match &stmt.kind {
            StmtKind::If { branches, otherwise } => {
                for (cond, body) in branches {
                    if self.holds(cond)? {
                        return self.block(body);
                    }
                }
                otherwise.as_ref().map_or(Ok(()), |body| self.block(body))
            }
            StmtKind::While { cond, body } => {
                while self.holds(cond)? {
                    self.step()?;
                    if !self.turn(body, Scope::new())? {
                        break;
                    }
                }
                Ok(())
            }
            StmtKind::DoWhile { body, cond } => {
                while self.turn(body, Scope::new())? && self.holds(cond)? {
                    self.step()?;
                }
                Ok(())
            }
            StmtKind::For { .. } => self.counted(stmt),
            StmtKind::ForEach { name, items, body } => {
                let Value::List(items) = self.expr(items)? else { return Ok(()) };
                for item in items {
                    self.step()?;
                    if !self.turn(body, HashMap::from([(name.clone(), Some(item))]))? {
                        break;
                    }
                }
                Ok(())
            }
            StmtKind::Switch { value, cases, otherwise } => {
                let value = self.expr(value)?;
                for (values, body) in cases {
                    for case in values {
                        if self.expr(case)? == value {
                            return self.block(body);
                        }
                    }
                }
                otherwise.as_ref().map_or(Ok(()), |body| self.block(body))
            }
            _ => self.handled(stmt),
        }
    }

    fn counted(&mut self, stmt: &Stmt) -> Result<(), Jump> {
        let StmtKind::For { name, from, to, inclusive, step, body } = &stmt.kind else {
            return Ok(());
        };
        let (from, to) = (self.expr(from)?, self.expr(to)?);
        let (mut at, to) = (from, number(&to));
        loop {
            if self.rules == Rules::Script {
                self.assign(name, at.clone())?;
            }
            let number = number(&at);
            let goes_on = match (*step < 0, inclusive) {
                (false, false) => number < to,
                (false, true) => number <= to,
                (true, false) => number > to,
                (true, true) => number >= to,
            };
            self.step()?;
            let scope = HashMap::from([(name.clone(), Some(at.clone()))]);
            if !goes_on || !self.turn(body, scope)? {
                return Ok(());
            }
            if self.rules == Rules::Script {
                at = self.read(name)?;
            }
            at = binary(BinaryOp::Add, &at, &Value::Int(*step));
        }
    }

    fn handled(&mut self, stmt: &Stmt) -> Result<(), Jump> {
        match &stmt.kind {
            StmtKind::Try { body, catch, finally } => {
                let mut end = self.block(body);
                if let (Err(Jump::Throw(message)), Some(catch)) = (&end, catch) {
                    let name = catch.name.clone();
                    let scope = name.map(|name| (name, Some(message.clone()))).into_iter();
                    end = self.block_with(&catch.body, scope.collect());
                }
                match end {
                    Err(Jump::Wrong(_) | Jump::Steps) => end,
                    _ => self.block(finally).and(end),
                }
            }
            StmtKind::Attempt { name, call, otherwise } => {
                self.success = true;
                let value = self.expr(call)?;
                if !self.success {
                    self.attempts.push(self.error.clone());
                    let end = self.block(otherwise);
                    self.attempts.pop();
                    if end.is_ok() && name.is_some() {
                        return Err(Jump::Wrong("a guard goes on without the value".to_owned()));
                    }
                    return end;
                }
                if let Some(name) = name {
                    self.declare(name, Some(value));
                }
                Ok(())
            }
            other => Err(Jump::Wrong(format!("{other:?}"))),
        }
    }

    /// Runs a loop's body once. Returns whether the loop goes on.
    fn turn(&mut self, body: &Block, scope: Scope) -> Result<bool, Jump> {
        match self.block_with(body, scope) {
            Ok(()) | Err(Jump::Continue) => Ok(true),
            Err(Jump::Break) => Ok(false),
            Err(other) => Err(other),
        }
    }

    fn holds(&mut self, cond: &Expr) -> Result<bool, Jump> {
        Ok(holds(&self.expr(cond)?))
    }

    fn exprs(&mut self, values: &[Expr]) -> Result<Vec<Value>, Jump> {
        values.iter().map(|value| self.expr(value)).collect()
    }

    fn expr(&mut self, expr: &Expr) -> Result<Value, Jump> {
        self.step()?;
        Ok(match expr {
            Expr::Text(text) => Value::Text(text.clone()),
            Expr::Int(number) => Value::Int(*number),
            Expr::Bool(value) => Value::Bool(*value),
            Expr::Null => Value::Null,
            Expr::Var(name) => self.read(name)?,
            Expr::New(class) => Value::Object(class.clone()),
            Expr::List(items) => Value::List(self.exprs(items)?),
            Expr::ErrorText => match self.attempts.last() {
                Some(error) => Value::Text(error.clone()),
                None => return Err(Jump::Wrong("ErrorText outside of a guard".to_owned())),
            },
            Expr::Property { object, name } => {
                let object = self.expr(object)?;
                match name.as_str() {
                    "LastMethodSuccess" => Value::Bool(self.success),
                    "LastErrorText" => Value::Text(self.error.clone()),
                    _ => Value::Text(format!("{object:?}.{name}")),
                }
            }
            Expr::Method { object, name, args } => {
                let object = self.expr(object)?;
                let args = self.exprs(args)?;
                self.method(&object, name, &args)
            }
            Expr::Call { name, args } => self.call(name, args)?,
            Expr::Builtin { function: Builtin::ToText, args } => {
                let args = self.exprs(args)?;
                Value::Text(plain(&args[0]))
            }
            Expr::Unary { op: UnaryOp::Not, value } => Value::Bool(!self.holds(value)?),
            Expr::Binary { op, left, right } => {
                let left = self.expr(left)?;
                match op {
                    BinaryOp::And if !holds(&left) => return Ok(Value::Bool(false)),
                    BinaryOp::Or if holds(&left) => return Ok(Value::Bool(true)),
                    _ => binary(*op, &left, &self.expr(right)?),
                }
            }
            lambda @ Expr::Lambda { .. } => Value::Lambda(lambda.clone()),
            other => return Err(Jump::Wrong(format!("{other:?}"))),
        })
    }

    /// A call of Chilkat: `Get` and `Quick` give a value or null, others say whether they succeed.
    fn method(&mut self, object: &Value, name: &str, args: &[Value]) -> Value {
        self.trace.push(format!("{object:?}.{name}({args:?})"));
        self.calls += 1;
        let hash = (self.calls ^ self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
            .wrapping_mul(0xBF58_476D_1CE4_E5B9);
        self.success = (hash >> 40) % 3 != 0;
        if !self.success {
            self.error = format!("error {}", self.calls);
        }
        match (name.contains("Get") && !name.ends_with("Sb"), self.success) {
            (true, true) => Value::Object(format!("answer {}", self.calls)),
            (true, false) => Value::Null,
            (false, success) => Value::Bool(success),
        }
    }

    fn call(&mut self, name: &str, args: &[Expr]) -> Result<Value, Jump> {
        let Some(&function) = self.functions.get(name) else {
            return Err(Jump::Wrong(format!("no function {name}")));
        };
        let values = self.exprs(args)?;
        if self.depth == 8 {
            return Err(Jump::Steps);
        }
        let names = function.params.iter().map(|param| param.name.clone());
        let scope: Scope = names.zip(values.into_iter().map(Some)).collect();
        self.frames.push(vec![scope]);
        if self.rules == Rules::Rust {
            self.scopes().push(Scope::new());
        }
        self.depth += 1;
        let end = function.body.iter().try_for_each(|stmt| self.stmt(stmt));
        self.depth -= 1;
        let frame = self.frames.pop().unwrap();
        for (param, arg) in function.params.iter().zip(args) {
            if let (true, Expr::Var(variable)) = (param.by_ref, arg) {
                let value = frame[0].get(&param.name).cloned().flatten();
                self.assign(variable, value.unwrap_or(Value::Null))?;
            }
        }
        match end {
            Ok(()) => Ok(Value::Null),
            Err(Jump::Return(value)) => Ok(value),
            Err(Jump::Break | Jump::Continue) => Err(Jump::Wrong("jump".to_owned())),
            Err(other) => Err(other),
        }
    }
}

fn holds(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false) | Value::Int(0))
}

fn number(value: &Value) -> i64 {
    if let Value::Int(number) = value { *number } else { i64::from(holds(value)) }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn binary(op: BinaryOp, left: &Value, right: &Value) -> Value {
    let same = left == right
        || holds(left) == holds(right)
            && [left, right].iter().any(|side| matches!(side, Value::Bool(_) | Value::Null));
    let (a, b) = (number(left), number(right));
    match op {
        BinaryOp::Add => match (left, right) {
            (Value::Text(_), _) | (_, Value::Text(_)) => Value::Text(plain(left) + &plain(right)),
            _ => Value::Int(a.wrapping_add(b)),
        },
        BinaryOp::Sub => Value::Int(a.wrapping_sub(b)),
        BinaryOp::Mul => Value::Int(a.wrapping_mul(b)),
        BinaryOp::Div | BinaryOp::Quotient => Value::Int(a.checked_div(b).unwrap_or(0)),
        BinaryOp::Rem => Value::Int(a.checked_rem(b).unwrap_or(0)),
        BinaryOp::Eq => Value::Bool(same),
        BinaryOp::Ne => Value::Bool(!same),
        BinaryOp::Lt => Value::Bool(a < b),
        BinaryOp::Le => Value::Bool(a <= b),
        BinaryOp::Gt => Value::Bool(a > b),
        BinaryOp::Ge => Value::Bool(a >= b),
        BinaryOp::And => Value::Bool(holds(left) && holds(right)),
        BinaryOp::Or => Value::Bool(holds(left) || holds(right)),
    }
}
