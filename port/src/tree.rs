//! A script as a tree of statements, the same for every language.
//!
//! `read/` makes it, `passes/` changes it, `translate/` turns it into Rust.
//!
//! Names are as in the script, without the sign of a variable (`$x` is `x`). Members have the name that the script
//! has (`put_AuthToken`, `AuthToken`, `SetAuthToken`); [`members`](crate::members) knows which member that is.
//! Chilkat's flat functions (`CkHttp_putAuthToken(http, v)`, `CkHttp::setCkAuthToken(http, v)`) are methods of their
//! first argument here.

/// A list of statements with a scope of its own.
pub(crate) type Block = Vec<Stmt>;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stmt {
    /// The first line in the script, from 1.
    pub(crate) line: usize,
    /// The last line in the script. A block's closing line belongs to it.
    pub(crate) end_line: usize,
    /// Whether an empty line precedes it.
    pub(crate) blank_before: bool,
    /// A comment behind it on its (first) line, without the comment sign.
    pub(crate) trailing: Option<String>,
    pub(crate) kind: StmtKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum StmtKind {
    /// A line that is only a comment, without the comment sign and one space.
    Comment(String),
    /// A declaration without a value, or one that gives the type: `Dim x As New ChilkatHttp` has a value, `New`.
    Declare {
        name: String,
        hint: Hint,
        value: Option<Expr>,
    },
    /// `target = value`. `+=` and its like are written out.
    Assign {
        target: Target,
        value: Expr,
    },
    /// An expression as a statement: a call, mostly.
    Expr(Expr),
    /// Output of one line, without its line end. `None` in `to` is standard output.
    Print {
        value: Expr,
        newline: bool,
        to_stderr: bool,
    },
    If {
        branches: Vec<(Expr, Block)>,
        otherwise: Option<Block>,
    },
    While {
        cond: Expr,
        body: Block,
    },
    /// `do { body } while (cond)`.
    DoWhile {
        body: Block,
        cond: Expr,
    },
    /// A counting loop. `to` is the last value if `inclusive`, else one more. A step of -1 counts down.
    For {
        name: String,
        from: Expr,
        to: Expr,
        inclusive: bool,
        step: i64,
        body: Block,
    },
    ForEach {
        name: String,
        items: Expr,
        body: Block,
    },
    Switch {
        value: Expr,
        cases: Vec<(Vec<Expr>, Block)>,
        otherwise: Option<Block>,
    },
    Break,
    Continue,
    Return(Option<Expr>),
    /// The end of the program, with its exit code.
    Exit(Option<Expr>),
    /// An exception with its message.
    Throw(Option<Expr>),
    Try {
        body: Block,
        catch: Option<Catch>,
        finally: Block,
    },
    Function(Function),
    /// `delete x`, `CkHttp_Dispose(http)`, `RELEASE loHttp`: Rust does that by itself.
    Dispose(String),
    /// What needs no counterpart in Rust: `require`, `import`, `using`, `include`, a test for an object that could not be
    /// created. Counts as ported.
    Boilerplate,
    /// What the reader does not understand, with the reason: `line` to `end_line` of the script.
    Unported(String),

    // From here on only `passes` makes them.
    /// A variable of the script with one value, which is a literal. Functions use it, too.
    Constant {
        name: String,
        value: Expr,
    },
    /// A call whose failure has a block of its own, from the guard behind it: `resp = call` and
    /// `if (http.LastMethodSuccess == false) { otherwise }`. The result is bound to `name` afterwards, unless it is
    /// `None`. In `otherwise` the error's text is [`Expr::ErrorText`]. `otherwise` never continues behind the
    /// statement if `name` is some.
    Attempt {
        name: Option<String>,
        call: Expr,
        otherwise: Block,
    },
    /// A value that nobody reads, with the name that the script gives it.
    Discard {
        name: Option<String>,
        value: Expr,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Catch {
    /// The variable with the exception.
    pub(crate) name: Option<String>,
    pub(crate) body: Block,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) params: Vec<Param>,
    pub(crate) returns: Hint,
    pub(crate) body: Block,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) hint: Hint,
    pub(crate) default: Option<Expr>,
    /// Whether a change is seen by the caller: `ByRef`, `&$x`, `ref`, `var`; also for variables of the script that
    /// `passes` has made params.
    pub(crate) by_ref: bool,
}

/// What a declaration says of a type.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) enum Hint {
    /// Nothing, or `var`, `auto`, `Variant`, `Object`.
    #[default]
    Unknown,
    Text,
    Int,
    Float,
    Bool,
    /// No value: `void`, a `Sub`.
    Nothing,
    /// A Chilkat class without decoration ([`class_name`](crate::names::class_name)): `Http`, `JsonObject`, `Xml`.
    Object(String),
    List(Box<Hint>),
    /// A map from text.
    Map(Box<Hint>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    Var(String),
    /// A property: `http.AuthToken = v`.
    Property {
        object: Expr,
        name: String,
    },
    /// `list[i] = v`, `map["k"] = v`.
    Index {
        object: Expr,
        index: Expr,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    Text(String),
    /// A whole number as written, without separators; hexadecimal ones are converted.
    Int(i64),
    /// Another number as written.
    Float(String),
    Bool(bool),
    Null,
    Var(String),
    /// `new Chilkat.Http()`, `CkHttp_Create()`: the class without decoration.
    New(String),
    /// `object.Name` without parentheses.
    Property {
        object: Box<Expr>,
        name: String,
    },
    /// `object.Name(args)`.
    Method {
        object: Box<Expr>,
        name: String,
        args: Vec<Expr>,
    },
    /// A function of the script.
    Call {
        name: String,
        args: Vec<Expr>,
    },
    /// A function of the language that every language has.
    Builtin {
        function: Builtin,
        args: Vec<Expr>,
    },
    /// Texts and other values, one after another: interpolation, and concatenation where the operator says so (`.`, `&`).
    Concat(Vec<Expr>),
    Unary {
        op: UnaryOp,
        value: Box<Expr>,
    },
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `cond ? yes : no`.
    Choice {
        cond: Box<Expr>,
        yes: Box<Expr>,
        no: Box<Expr>,
    },
    Index {
        object: Box<Expr>,
        index: Box<Expr>,
    },
    List(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    /// A function without a name: `{ |pct| ... }`, `lambda`, `=>`. A body that is an expression is one `Return`.
    Lambda {
        params: Vec<String>,
        body: Block,
    },
    /// What the reader does not understand, with the reason.
    Unported {
        source: String,
        reason: String,
    },
    /// The text of the error, in the block of an [`Attempt`](StmtKind::Attempt).
    ErrorText,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnaryOp {
    Not,
    Minus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryOp {
    /// Addition, or concatenation where `+` is both and a side is text.
    Add,
    Sub,
    Mul,
    /// The usual division of the language: by the types, or always with a fraction.
    Div,
    /// The division of whole numbers where the language has a sign of its own for it: `//`, `\\`, `div`.
    Quotient,
    Rem,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    And,
    Or,
}

/// A function that most languages have, by one name. Positions count from 0 here: a reader of a language that
/// counts from 1 subtracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Builtin {
    /// A value as text: `x.to_s`, `str(x)`, `CStr(x)`, `IntToStr(x)`, `x.ToString()`.
    ToText,
    /// A text as a whole number: `to_i`, `int(x)`, `CLng(x)`, `Integer.parseInt(x)`.
    ToInt,
    ToFloat,
    /// The same, of a text that is a number: with another one the script fails. `Integer(x)`, `int(x)`, `CLng(x)`.
    ParseInt,
    ParseFloat,
    /// The number of characters of a text, or of items of a list.
    Length,
    Upper,
    Lower,
    Trim,
    /// (text, part) or (list, item).
    Contains,
    StartsWith,
    EndsWith,
    /// (text, part): the position, or -1.
    IndexOf,
    /// (text, start) or (text, start, length).
    Substring,
    /// (text, old, new): all of them.
    Replace,
    /// (text, separator).
    Split,
    /// (list, separator).
    Join,
    /// (text, count).
    Repeat,
    /// (list, item), a statement.
    Push,
    /// (count): a list of so many empty items. Its type is that of its place.
    Sized,
    /// (list, count), a statement: the list has so many items then, new ones are empty.
    Resize,
    /// (list, position), a statement.
    RemoveAt,
    /// (map, key).
    HasKey,
    /// (name): a variable of the environment. (name, default) with a default.
    Env,
    /// (position): an argument of the program, from 0, without the program's name.
    Arg,
    ArgCount,
    /// (milliseconds), a statement.
    Sleep,
    /// (path).
    ReadFile,
    /// (path, text), a statement.
    WriteFile,
    FileExists,
    /// Seconds since 1970.
    UnixTime,
    /// (code): a character.
    Char,
    /// (text): the code of its first character.
    CharCode,
    Abs,
    Min,
    Max,
    Round,
    /// The greatest whole number that is not above.
    Floor,
    /// The number at the start of a text, or 0: `Val`.
    LeadingNumber,
    /// The message of an exception: (exception).
    Message,
    /// (number, decimals): a number as text with so many digits behind the point.
    Fixed,
    /// (text, width, fill): a text of at least that width, filled on its left.
    PadLeft,
    /// (text, width, fill): the same, filled on its right.
    PadRight,
    /// (map): the list of its keys.
    Keys,
}

impl Stmt {
    /// Calls a function with each block inside the statement, in order.
    pub(crate) fn for_each_block(&mut self, visit: &mut dyn FnMut(&mut Block)) {
        match &mut self.kind {
            StmtKind::If { branches, otherwise } => {
                branches.iter_mut().for_each(|(_, block)| visit(block));
                otherwise.iter_mut().for_each(visit);
            }
            StmtKind::While { body, .. }
            | StmtKind::DoWhile { body, .. }
            | StmtKind::For { body, .. }
            | StmtKind::ForEach { body, .. } => visit(body),
            StmtKind::Switch { cases, otherwise, .. } => {
                cases.iter_mut().for_each(|(_, block)| visit(block));
                otherwise.iter_mut().for_each(visit);
            }
            StmtKind::Try { body, catch, finally } => {
                visit(body);
                catch.iter_mut().for_each(|catch| visit(&mut catch.body));
                visit(finally);
            }
            StmtKind::Function(function) => visit(&mut function.body),
            StmtKind::Attempt { otherwise, .. } => visit(otherwise),
            _ => {}
        }
    }

    /// Calls a function with each expression of the statement itself, not of the blocks inside it.
    pub(crate) fn for_each_expr(&mut self, visit: &mut dyn FnMut(&mut Expr)) {
        match &mut self.kind {
            StmtKind::Declare { value, .. } | StmtKind::Return(value) | StmtKind::Exit(value) => {
                value.iter_mut().for_each(visit);
            }
            StmtKind::Throw(value) => value.iter_mut().for_each(visit),
            StmtKind::Assign { target, value } => {
                match target {
                    Target::Var(_) => {}
                    Target::Property { object, .. } => visit(object),
                    Target::Index { object, index } => {
                        visit(object);
                        visit(index);
                    }
                }
                visit(value);
            }
            StmtKind::Expr(value)
            | StmtKind::Print { value, .. }
            | StmtKind::While { cond: value, .. }
            | StmtKind::DoWhile { cond: value, .. }
            | StmtKind::ForEach { items: value, .. }
            | StmtKind::Attempt { call: value, .. }
            | StmtKind::Discard { value, .. } => visit(value),
            StmtKind::If { branches, .. } => branches.iter_mut().for_each(|(cond, _)| visit(cond)),
            StmtKind::For { from, to, .. } => {
                visit(from);
                visit(to);
            }
            StmtKind::Switch { value, cases, .. } => {
                visit(value);
                cases.iter_mut().for_each(|(values, _)| values.iter_mut().for_each(&mut *visit));
            }
            StmtKind::Function(function) => {
                let defaults =
                    function.params.iter_mut().filter_map(|param| param.default.as_mut());
                defaults.for_each(visit);
            }
            _ => {}
        }
    }
}

impl Expr {
    /// Calls a function with each expression directly inside this one, in the order of evaluation.
    pub(crate) fn for_each_child(&mut self, visit: &mut dyn FnMut(&mut Expr)) {
        match self {
            Expr::Property { object, .. } => visit(object),
            Expr::Method { object, args, .. } => {
                visit(object);
                args.iter_mut().for_each(visit);
            }
            Expr::Call { args, .. } | Expr::Builtin { args, .. } => args.iter_mut().for_each(visit),
            Expr::Concat(items) | Expr::List(items) => items.iter_mut().for_each(visit),
            Expr::Unary { value, .. } => visit(value),
            Expr::Binary { left, right, .. } => {
                visit(left);
                visit(right);
            }
            Expr::Choice { cond, yes, no } => {
                visit(cond);
                visit(yes);
                visit(no);
            }
            Expr::Index { object, index } => {
                visit(object);
                visit(index);
            }
            Expr::Map(pairs) => pairs.iter_mut().for_each(|(key, value)| {
                visit(key);
                visit(value);
            }),
            _ => {}
        }
    }
}
