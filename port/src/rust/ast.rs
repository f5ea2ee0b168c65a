//! The Rust program to be written: the part of Rust that ports need.

#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct Program {
    /// The comment lines at the start of the script, above `use`, without sign.
    pub(crate) head: Vec<String>,
    /// `use` lines without `use` and `;`, in any order.
    pub(crate) uses: Vec<String>,
    pub(crate) constants: Vec<Constant>,
    /// The functions in order, `main` among them.
    pub(crate) functions: Vec<Function>,
}

/// `const NAME: ty = value;`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Constant {
    /// Comment lines above it.
    pub(crate) comments: Vec<String>,
    pub(crate) name: String,
    pub(crate) ty: String,
    pub(crate) value: Expr,
    pub(crate) blank_before: bool,
    /// A comment behind it.
    pub(crate) trailing: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Function {
    /// Comment lines above it.
    pub(crate) comments: Vec<String>,
    pub(crate) name: String,
    /// Name and type of each.
    pub(crate) params: Vec<(String, String)>,
    /// The type after `->`.
    pub(crate) returns: Option<String>,
    pub(crate) body: Block,
}

pub(crate) type Block = Vec<Stmt>;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stmt {
    pub(crate) kind: StmtKind,
    pub(crate) blank_before: bool,
    /// A comment behind it.
    pub(crate) trailing: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum StmtKind {
    /// A comment on a line of its own, without sign. An empty one is `//`.
    Comment(String),
    /// `let name: ty = value else { otherwise };`. Whether it is `mut` is found out when printing.
    Let {
        pattern: Pattern,
        ty: Option<String>,
        value: Option<Expr>,
        otherwise: Option<Block>,
    },
    Assign {
        target: Expr,
        op: &'static str,
        value: Expr,
    },
    /// An expression and a semicolon (none where Rust needs none: `if`, `while`, `for`, `match`, `loop`).
    Expr(Expr),
    /// The value of the block.
    Tail(Expr),
    Return(Option<Expr>),
    Break,
    Continue,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Pattern {
    /// A variable, `mut` where it is changed.
    Name(String),
    /// `_`.
    Ignored,
    /// `Ok(name)`, `Some(name)`, `Err(name)`.
    Variant(&'static str, Box<Pattern>),
    /// Any other, as written: `None`, `"a" | "b"`, `1`.
    Other(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    /// A string literal, by its value.
    Text(String),
    Int(i64),
    Float(String),
    Bool(bool),
    /// A variable.
    Var(String),
    /// A path: `CkHttp::new`, `None`, `std::process::exit`.
    Path(String),
    /// `function(args)`.
    Call {
        function: Box<Expr>,
        args: Vec<Expr>,
    },
    /// `receiver.name(args)`. `mutates` if it needs `&mut self`.
    Method {
        receiver: Box<Expr>,
        name: String,
        args: Vec<Expr>,
        mutates: bool,
    },
    Index {
        receiver: Box<Expr>,
        index: Box<Expr>,
    },
    /// `&value`, `&mut value`.
    Ref {
        mutable: bool,
        value: Box<Expr>,
    },
    /// `*value`, `!value`, `-value`.
    Unary {
        op: &'static str,
        value: Box<Expr>,
    },
    Binary {
        op: &'static str,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `value as ty`.
    Cast {
        value: Box<Expr>,
        ty: String,
    },
    /// `value?`.
    Try(Box<Expr>),
    /// `from..to` and `from..=to`.
    Range {
        from: Box<Expr>,
        to: Box<Expr>,
        inclusive: bool,
    },
    /// `format!`, `println!`, `eprintln!`, `print!`, `eprint!`, `panic!`, `todo!`: the printer writes the format string,
    /// with plain variables inline. `println!("{}", x.y())` for a piece that is not a plain variable.
    Format {
        name: &'static str,
        pieces: Vec<Piece>,
    },
    /// Another macro with arguments: `vec![a, b]` has name `vec`, `vec![a; n]` has name `vec;`.
    Macro {
        name: &'static str,
        args: Vec<Expr>,
    },
    /// `[a, b]`.
    Array(Vec<Expr>),
    If {
        cond: Box<Expr>,
        then: Block,
        otherwise: Option<Block>,
    },
    /// `if let pattern = value { then } else { otherwise }`.
    IfLet {
        pattern: Pattern,
        value: Box<Expr>,
        then: Block,
        otherwise: Option<Block>,
    },
    Match {
        value: Box<Expr>,
        arms: Vec<(Pattern, Block)>,
    },
    While {
        cond: Box<Expr>,
        body: Block,
    },
    Loop(Block),
    For {
        pattern: Pattern,
        items: Box<Expr>,
        body: Block,
    },
    Block(Block),
    /// `|params| body`, a body of one `Tail` without braces.
    Closure {
        params: Vec<String>,
        body: Block,
    },
}

/// A part of a formatted text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    Text(String),
    Value(Expr),
    /// A value with a format: `{:?}` has `?`.
    Formatted(Expr, String),
}
