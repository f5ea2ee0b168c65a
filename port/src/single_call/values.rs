//! Values of variables, and expressions.

use zoomkat::HttpRequest;
use zoomkat::chilkat::{BinData, JsonArray, JsonObject, StringBuilder};

use super::objects::Settings;
use super::send::is_send;
use super::{MAX_CALLS, RESULT, Run};
use crate::port::Error;
use crate::tree::{BinaryOp, Builtin, Expr, UnaryOp};

/// A value that is known before the request.
#[derive(Clone)]
pub(super) enum Value {
    Text(String),
    Int(i64),
    Bool(bool),
    Null,
    List(Vec<Value>),
    Http(Settings),
    Request(Box<HttpRequest>),
    Json(JsonObject),
    Array(JsonArray),
    Builder(StringBuilder),
    Bytes(BinData),
    /// Not known without running the program, since this line.
    Unknown(usize),
}

/// The longest text that is followed, in bytes.
const MAX_TEXT: usize = 16 << 20;

impl Value {
    /// Whether several variables can be the same object.
    pub(super) fn is_object(&self) -> bool {
        !matches!(
            self,
            Value::Text(_) | Value::Int(_) | Value::Bool(_) | Value::Null | Value::Unknown(_)
        )
    }

    /// Returns the name of its Chilkat class. Empty if it has none.
    pub(super) fn class(&self) -> &'static str {
        match self {
            Value::Http(_) => "Http",
            Value::Request(_) => "HttpRequest",
            Value::Json(_) => "JsonObject",
            Value::Array(_) => "JsonArray",
            Value::Builder(_) => "StringBuilder",
            Value::Bytes(_) => "BinData",
            _ => "",
        }
    }
}

impl Run {
    pub(super) fn eval(&mut self, expr: &Expr) -> Result<Value, Error> {
        let unknown = Value::Unknown(self.line);
        Ok(match expr {
            Expr::Text(text) => Value::Text(self.template(text)),
            Expr::Int(value) => Value::Int(*value),
            Expr::Float(text) => Value::Text(text.clone()),
            Expr::Bool(value) => Value::Bool(*value),
            Expr::Null => Value::Null,
            Expr::Var(name) => self.values.get(name).cloned().unwrap_or(unknown),
            Expr::New(class) => match class.as_str() {
                "Http" => Value::Http(Settings::default()),
                "HttpRequest" => Value::Request(Box::default()),
                "JsonObject" => Value::Json(JsonObject::new()),
                "JsonArray" => Value::Array(JsonArray::new()),
                "StringBuilder" => Value::Builder(StringBuilder::new()),
                "BinData" => Value::Bytes(BinData::new()),
                "String" => Value::Text(String::new()),
                _ => unknown,
            },
            Expr::Method { object, name, args } => {
                if is_send(name, args.len()) {
                    self.send(object, name, args)?;
                    return Ok(unknown);
                }
                self.method(object, name, args)?
            }
            Expr::Property { object, name } => self.method(object, name, &[])?,
            Expr::Concat(items) => self.concat(items)?,
            Expr::Binary { op: BinaryOp::Add, left, right } => {
                match (self.eval(left)?, self.eval(right)?) {
                    (Value::Int(left), Value::Int(right)) => {
                        left.checked_add(right).map_or(unknown, Value::Int)
                    }
                    (left, right) => match (text(&left), text(&right)) {
                        (Some(left), Some(right)) if left.len() + right.len() <= MAX_TEXT => {
                            Value::Text(left + &right)
                        }
                        _ => unknown,
                    },
                }
            }
            Expr::Binary { op, left, right } => {
                let (left, right) = (self.eval(left)?, self.eval(right)?);
                compared(*op, &left, &right).map_or(unknown, Value::Bool)
            }
            Expr::Unary { op: UnaryOp::Minus, value } => match self.eval(value)? {
                Value::Int(value) => value.checked_neg().map_or(unknown, Value::Int),
                _ => unknown,
            },
            Expr::Unary { op: UnaryOp::Not, value } => match self.eval(value)? {
                Value::Bool(value) => Value::Bool(!value),
                _ => unknown,
            },
            Expr::Choice { cond, yes, no } => match self.eval(cond)? {
                Value::Bool(true) => self.eval(yes)?,
                Value::Bool(false) => self.eval(no)?,
                _ => unknown,
            },
            Expr::List(items) => {
                let items: Result<Vec<Value>, Error> =
                    items.iter().map(|item| self.eval(item)).collect();
                Value::List(items?)
            }
            Expr::Builtin { function, args } => self.builtin(*function, args)?,
            Expr::Call { name, args } => self.function(name, args)?,
            _ => unknown,
        })
    }

    fn concat(&mut self, items: &[Expr]) -> Result<Value, Error> {
        let mut out = String::new();
        for item in items {
            let value = self.eval(item)?;
            match text(&value) {
                Some(text) if out.len() + text.len() <= MAX_TEXT => out += &text,
                _ => return Ok(Value::Unknown(self.line)),
            }
        }
        Ok(Value::Text(out))
    }

    fn builtin(&mut self, function: Builtin, args: &[Expr]) -> Result<Value, Error> {
        let values: Result<Vec<Value>, Error> = args.iter().map(|arg| self.eval(arg)).collect();
        let values = values?;
        let texts: Vec<Option<String>> = values.iter().map(text).collect();
        let unknown = Value::Unknown(self.line);
        let is_open = texts.iter().flatten().any(|text| text.contains("{{"));
        if is_open
            && !matches!(
                function,
                Builtin::Env | Builtin::ToText | Builtin::ToInt | Builtin::ParseInt | Builtin::Join
            )
        {
            // The value of a variable is not known.
            return Ok(unknown);
        }
        Ok(match (function, texts.as_slice()) {
            (Builtin::Env, [Some(name), ..]) => {
                self.variables.insert(name.clone());
                Value::Text(format!("{{{{{name}}}}}"))
            }
            (Builtin::ToText, [Some(text)]) => Value::Text(text.clone()),
            // A variable that is converted stays a variable.
            (Builtin::ToInt | Builtin::ParseInt, [Some(text)]) => match text.trim().parse() {
                Ok(value) => Value::Int(value),
                Err(_) => Value::Text(text.clone()),
            },
            (Builtin::Upper, [Some(text)]) => Value::Text(text.to_uppercase()),
            (Builtin::Lower, [Some(text)]) => Value::Text(text.to_lowercase()),
            (Builtin::Trim, [Some(text)]) => Value::Text(text.trim().to_owned()),
            (Builtin::Replace, [Some(text), Some(old), Some(new)]) if !old.is_empty() => {
                Value::Text(text.replace(old.as_str(), new))
            }
            (Builtin::Join, [_, Some(separator)]) => match &values[0] {
                Value::List(items) => {
                    let items: Option<Vec<String>> = items.iter().map(text).collect();
                    items.map_or(unknown, |items| Value::Text(items.join(separator)))
                }
                _ => unknown,
            },
            (Builtin::Char, _) => match values.as_slice() {
                [Value::Int(code)] => {
                    let c = u32::try_from(*code).ok().and_then(char::from_u32);
                    c.map_or(unknown, |c| Value::Text(c.to_string()))
                }
                _ => unknown,
            },
            _ => unknown,
        })
    }

    /// Runs a function of the script.
    fn function(&mut self, name: &str, args: &[Expr]) -> Result<Value, Error> {
        let Some(function) = self.functions.get(name).cloned() else {
            return Ok(Value::Unknown(self.line));
        };
        if self.calls == MAX_CALLS {
            return Err(self.error(format!("{name} calls itself; its requests are not known")));
        }
        let mut inner = self.values.clone();
        for (at, param) in function.params.iter().enumerate() {
            let value = match args.get(at).or(param.default.as_ref()) {
                Some(arg) => self.eval(arg)?,
                None => Value::Unknown(self.line),
            };
            inner.insert(param.name.clone(), value);
        }
        let outer = std::mem::replace(&mut self.values, inner);
        self.calls += 1;
        self.called.insert(name.to_owned());
        let flow = self.block(&function.body);
        self.calls -= 1;
        let mut inner = std::mem::replace(&mut self.values, outer);
        flow?;
        // Objects are passed by reference in every language.
        for (param, arg) in function.params.iter().zip(args) {
            if let (Expr::Var(arg), Some(value)) = (arg, inner.remove(&param.name)) {
                let is_object =
                    !matches!(value, Value::Text(_) | Value::Int(_) | Value::Bool(_) | Value::Null);
                if is_object || param.by_ref {
                    self.values.insert(arg.clone(), value);
                }
            }
        }
        let names: Vec<String> = self.values.keys().cloned().collect();
        let is_param = |name: &String| function.params.iter().any(|param| &param.name == name);
        for name in names.into_iter().filter(|name| !is_param(name)) {
            if let Some(value) = inner.remove(&name) {
                self.values.insert(name, value);
            }
        }
        Ok(inner.remove(RESULT).unwrap_or(Value::Unknown(self.line)))
    }

    /// Makes `{{NAME}}` in a text a variable of the call.
    fn template(&mut self, text: &str) -> String {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        for part in text.split("{{").skip(1) {
            if let Some((name, _)) = part.split_once("}}") {
                if !name.is_empty() && name.chars().all(is_name) {
                    self.variables.insert(name.to_owned());
                }
            }
        }
        text.to_owned()
    }
}

/// Returns a value as text.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Int(value) => Some(value.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Builder(builder) => Some(builder.as_str().to_owned()),
        Value::Json(json) => Some(json.emit()),
        Value::Array(array) => Some(array.emit()),
        _ => None,
    }
}

fn compared(op: BinaryOp, left: &Value, right: &Value) -> Option<bool> {
    // 1 and 0 are true and false in scripts that use COM.
    let number = |value: &Value| match value {
        Value::Int(value) => Some(*value),
        Value::Bool(value) => Some(i64::from(*value)),
        _ => None,
    };
    let has_variable = |value: &Value| matches!(value, Value::Text(text) if text.contains("{{"));
    if has_variable(left) || has_variable(right) {
        return None;
    }
    let order = match (number(left), number(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => match (left, right) {
            (Value::Text(left), Value::Text(right)) => left.cmp(right),
            _ => return None,
        },
    };
    Some(match op {
        BinaryOp::Eq => order.is_eq(),
        BinaryOp::Ne => order.is_ne(),
        BinaryOp::Lt => order.is_lt(),
        BinaryOp::Le => order.is_le(),
        BinaryOp::Gt => order.is_gt(),
        BinaryOp::Ge => order.is_ge(),
        _ => return None,
    })
}
