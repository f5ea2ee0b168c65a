//! The program as the layout sees it: names, parentheses, literals and format strings are final.

/// The lines between two braces.
pub(super) type Lines = Vec<Line>;

#[derive(Debug)]
pub(super) struct Line {
    pub(super) kind: LineKind,
    pub(super) blank_before: bool,
    /// A comment behind it, with its sign.
    pub(super) trailing: Option<String>,
}

#[derive(Debug)]
pub(super) enum LineKind {
    /// A comment, with its sign.
    Comment(String),
    Let {
        /// `name: type` or a pattern.
        pattern: String,
        value: Option<Node>,
        otherwise: Option<Lines>,
    },
    Constant {
        /// `NAME: type`.
        head: String,
        value: Node,
    },
    Expr {
        node: Node,
        semicolon: bool,
    },
}

#[derive(Debug)]
pub(super) enum Node {
    /// A number, a name, a path: what has no line break.
    Word(String),
    /// A string literal with its quotes.
    Text(String),
    Call {
        callee: Box<Node>,
        args: Vec<Node>,
    },
    Method {
        receiver: Box<Node>,
        name: String,
        args: Vec<Node>,
    },
    Try(Box<Node>),
    Index {
        receiver: Box<Node>,
        index: Box<Node>,
    },
    Prefix {
        op: &'static str,
        value: Box<Node>,
    },
    Binary {
        op: &'static str,
        left: Box<Node>,
        right: Box<Node>,
    },
    Cast {
        value: Box<Node>,
        ty: String,
    },
    Range {
        from: Box<Node>,
        to: Box<Node>,
        op: &'static str,
    },
    Paren(Box<Node>),
    /// `name!(args)`, or `name![args]`.
    Macro {
        name: String,
        args: Vec<Node>,
        square: bool,
    },
    Array(Vec<Node>),
    If {
        cond: Box<Cond>,
        then: Lines,
        /// A [`Node::If`] or a [`Node::Block`].
        otherwise: Option<Box<Node>>,
    },
    Match {
        value: Box<Node>,
        arms: Vec<Arm>,
    },
    While {
        cond: Box<Cond>,
        body: Lines,
    },
    Loop(Lines),
    For {
        /// The items with the pattern before `in`.
        cond: Box<Cond>,
        body: Lines,
    },
    Block(Lines),
    Closure {
        /// What stands between the bars.
        params: String,
        /// A body of one expression is not a [`Node::Block`].
        body: Box<Node>,
    },
    Assign {
        target: Box<Node>,
        op: &'static str,
        value: Box<Node>,
    },
    Return(Option<Box<Node>>),
    Break,
    Continue,
}

/// A condition, with a pattern if it is `let pattern = value` or `pattern in value`.
#[derive(Debug)]
pub(super) struct Cond {
    pub(super) pattern: Option<String>,
    pub(super) value: Node,
}

#[derive(Debug)]
pub(super) struct Arm {
    pub(super) pattern: String,
    pub(super) body: Node,
}

impl Node {
    /// Whether it leaves the block: `return`, `break`, `continue`.
    pub(super) fn leaves(&self) -> bool {
        matches!(self, Node::Return(_) | Node::Break | Node::Continue)
    }

    /// Whether it ends in a brace and needs no semicolon as a statement.
    pub(super) fn ends_with_block(&self) -> bool {
        matches!(
            self,
            Node::If { .. }
                | Node::Match { .. }
                | Node::While { .. }
                | Node::Loop(_)
                | Node::For { .. }
                | Node::Block(_)
        )
    }

    /// Whether it is short by its kind: a literal, a name, or one of these with a sign.
    pub(super) fn is_simple(&self) -> bool {
        match self {
            Node::Word(word) => !word.contains("::"),
            Node::Text(_) => true,
            Node::Prefix { value, .. } | Node::Cast { value, .. } | Node::Try(value) => {
                value.is_simple()
            }
            Node::Index { receiver, index } => receiver.is_simple() && index.is_simple(),
            _ => false,
        }
    }

    /// The value below signs, `?` and casts.
    pub(super) fn inner(&self) -> &Node {
        match self {
            Node::Prefix { value, .. } | Node::Cast { value, .. } | Node::Try(value) => {
                value.inner()
            }
            _ => self,
        }
    }

    /// The expression where it begins.
    pub(super) fn leftmost(&self) -> &Node {
        match self {
            Node::Call { callee: value, .. }
            | Node::Method { receiver: value, .. }
            | Node::Try(value)
            | Node::Index { receiver: value, .. }
            | Node::Binary { left: value, .. }
            | Node::Cast { value, .. }
            | Node::Range { from: value, .. }
            | Node::Assign { target: value, .. } => value.leftmost(),
            _ => self,
        }
    }
}
