//! Random programs.

use super::super::ast::{Block, Expr, Pattern, Piece, Stmt, StmtKind};

/// A linear congruential generator.
pub(super) struct Random(u64);

const NAMES: [&str; 12] = [
    "i",
    "id",
    "http",
    "json",
    "resp",
    "token",
    "user_name",
    "resp_status_code",
    "sb_request_body",
    "the_name_of_the_first_panelist",
    "count_of_all_the_meetings_that_were_found",
    "n",
];

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next()).unwrap() % limit
    }

    pub(super) fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn name(&mut self) -> String {
        NAMES[self.below(NAMES.len())].to_owned()
    }

    fn text(&mut self) -> String {
        let words = match self.below(12) {
            0 => 20,
            1..=3 => 8,
            _ => 2,
        };
        let mut text = String::new();
        for _ in 0..=self.below(words) {
            text.push_str(
                ["lorem ", "{id}", "ipsum", "/v2/users/", "\"", "Zoë", "\\", ":", "日本", "a=1&"]
                    [self.below(10)],
            );
        }
        text
    }

    pub(super) fn block(&mut self, depth: usize) -> Block {
        let count = 1 + self.below(4);
        let mut block: Block = (0..count).map(|_| self.stmt(depth)).collect();
        if self.one_in(3) {
            let kind = StmtKind::Tail(self.expr(depth));
            block.push(self.with_blank(kind));
        } else if self.one_in(6) {
            let value = if self.one_in(2) { Some(self.expr(depth)) } else { None };
            block.push(self.with_blank(StmtKind::Return(value)));
        }
        if self.one_in(8) {
            block.push(self.with_blank(StmtKind::Comment("the end".to_owned())));
        }
        block
    }

    /// A block of one expression, mostly.
    fn short_block(&mut self, depth: usize) -> Block {
        if depth == 0 || self.one_in(2) {
            let kind = match self.below(8) {
                0 => StmtKind::Return(None),
                1 => StmtKind::Continue,
                2 => StmtKind::Expr(self.expr(depth)),
                _ => StmtKind::Tail(self.expr(depth)),
            };
            return vec![Stmt { kind, blank_before: false, trailing: None }];
        }
        self.block(depth - 1)
    }

    fn with_blank(&mut self, kind: StmtKind) -> Stmt {
        let trailing = self.one_in(12).then(|| "a comment behind it".to_owned());
        Stmt { blank_before: self.one_in(5), trailing, kind }
    }

    fn stmt(&mut self, depth: usize) -> Stmt {
        let kind = match self.below(10) {
            0 => StmtKind::Comment(self.text().replace('\n', " ")),
            1..=4 => {
                let otherwise = self.one_in(5).then(|| self.short_block(depth.saturating_sub(1)));
                let pattern = match otherwise {
                    Some(_) => Pattern::Variant("Ok", Box::new(Pattern::Name(self.name()))),
                    None => Pattern::Name(self.name()),
                };
                let ty = self.one_in(6).then(|| "Vec<String>".to_owned());
                StmtKind::Let { pattern, ty, value: Some(self.expr(depth)), otherwise }
            }
            5 => StmtKind::Assign {
                target: Expr::Var(self.name()),
                op: if self.one_in(2) { "=" } else { "+=" },
                value: self.expr(depth),
            },
            6 if depth > 0 => StmtKind::Expr(self.control(depth - 1)),
            7 => StmtKind::Expr(self.format("println")),
            _ => StmtKind::Expr(self.expr(depth)),
        };
        let kind = match kind {
            StmtKind::Comment(_) => {
                return Stmt { kind, blank_before: self.one_in(4), trailing: None };
            }
            kind => kind,
        };
        self.with_blank(kind)
    }

    fn args(&mut self, depth: usize) -> Vec<Expr> {
        let most = if self.one_in(8) { 9 } else { 4 };
        let count = self.below(most);
        let mut args: Vec<Expr> = (0..count).map(|_| self.expr(depth)).collect();
        if depth > 0 && self.one_in(4) {
            args.push(self.closure(depth - 1));
        }
        args
    }

    fn closure(&mut self, depth: usize) -> Expr {
        let params = (0..self.below(3)).map(|_| NAMES[self.below(8)].to_owned()).collect();
        Expr::Closure { params, body: self.short_block(depth) }
    }

    fn format(&mut self, name: &'static str) -> Expr {
        let mut pieces = Vec::new();
        for _ in 0..self.below(5) {
            pieces.push(match self.below(4) {
                0 => Piece::Text(self.text()),
                1 => Piece::Value(Expr::Var(self.name())),
                2 => Piece::Value(self.method(1)),
                _ => Piece::Formatted(self.expr(1), "?".to_owned()),
            });
        }
        Expr::Format { name, pieces }
    }

    fn method(&mut self, depth: usize) -> Expr {
        let mut value = if self.one_in(3) {
            Expr::Call { function: Box::new(self.path()), args: self.args(depth.saturating_sub(1)) }
        } else {
            Expr::Var(self.name())
        };
        for _ in 0..=self.below(4) {
            if self.one_in(6) {
                value = Expr::Try(Box::new(value));
                continue;
            }
            value = Expr::Method {
                receiver: Box::new(value),
                name: ["get", "string_of", "unwrap_or_default", "synchronous_request", "map_err"]
                    [self.below(5)]
                .to_owned(),
                args: if self.one_in(2) { self.args(depth.saturating_sub(1)) } else { Vec::new() },
                mutates: false,
            };
            if self.one_in(5) {
                value = Expr::Try(Box::new(value));
            }
        }
        value
    }

    fn path(&mut self) -> Expr {
        Expr::Path(
            ["CkHttp::new", "std::env::var", "describe", "Some", "std::process::exit"]
                [self.below(5)]
            .to_owned(),
        )
    }

    fn leaf(&mut self) -> Expr {
        match self.below(6) {
            0 => Expr::Int(i64::try_from(self.below(2000)).unwrap() - 500),
            1 => Expr::Bool(self.one_in(2)),
            2 | 3 => Expr::Text(self.text()),
            _ => Expr::Var(self.name()),
        }
    }

    fn expr(&mut self, depth: usize) -> Expr {
        if depth == 0 {
            return self.leaf();
        }
        let less = depth - 1;
        match self.below(22) {
            0..=3 => self.leaf(),
            4 => Expr::Call { function: Box::new(self.path()), args: self.args(less) },
            5..=9 => self.method(depth),
            10 => Expr::Ref { mutable: self.one_in(3), value: Box::new(self.expr(less)) },
            11 => Expr::Unary { op: "!", value: Box::new(self.expr(less)) },
            12..=14 => Expr::Binary {
                op: ["+", "-", "*", "==", "<", "&&", "||"][self.below(7)],
                left: Box::new(self.expr(less)),
                right: Box::new(self.expr(less)),
            },
            15 => Expr::Cast { value: Box::new(self.expr(less)), ty: "i64".to_owned() },
            16 => Expr::Index {
                receiver: Box::new(Expr::Var(self.name())),
                index: Box::new(self.expr(less)),
            },
            17 => self.format("format"),
            18 if self.one_in(2) => Expr::Array(self.args(less)),
            18 => Expr::Macro { name: "vec", args: self.args(less) },
            19 => self.control(less),
            20 => Expr::If {
                cond: Box::new(self.expr(less)),
                then: vec![self.tail()],
                otherwise: Some(vec![self.tail()]),
            },
            _ => Expr::Range {
                from: Box::new(Expr::Int(0)),
                to: Box::new(self.expr(less)),
                inclusive: self.one_in(2),
            },
        }
    }

    fn tail(&mut self) -> Stmt {
        Stmt { kind: StmtKind::Tail(self.expr(1)), blank_before: false, trailing: None }
    }

    fn control(&mut self, depth: usize) -> Expr {
        let value = Box::new(self.expr(depth));
        match self.below(7) {
            0 | 1 => Expr::If {
                cond: value,
                then: self.short_block(depth),
                otherwise: self.one_in(2).then(|| self.short_block(depth)),
            },
            2 => Expr::IfLet {
                pattern: Pattern::Variant("Err", Box::new(Pattern::Name("err".to_owned()))),
                value,
                then: self.short_block(depth),
                otherwise: self.one_in(3).then(|| self.short_block(depth)),
            },
            3 => Expr::While { cond: value, body: self.block(depth) },
            4 => Expr::For {
                pattern: Pattern::Name(self.name()),
                items: value,
                body: self.block(depth),
            },
            5 => Expr::Loop(self.block(depth)),
            _ => Expr::Match {
                value,
                arms: vec![
                    (
                        Pattern::Variant("Ok", Box::new(Pattern::Name(self.name()))),
                        self.short_block(depth),
                    ),
                    (
                        Pattern::Variant("Err", Box::new(Pattern::Name("err".to_owned()))),
                        self.short_block(depth),
                    ),
                ],
            },
        }
    }
}
