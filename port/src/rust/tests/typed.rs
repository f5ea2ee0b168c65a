//! Random programs with types, which the compiler must accept without a warning.

use super::super::ast::{Block, Expr, Function, Pattern, Piece, Program, Stmt, StmtKind};
use super::super::print;
use super::random::Random;
use std::process::Command;

fn stmt(kind: StmtKind) -> Stmt {
    Stmt { kind, blank_before: false, trailing: None }
}

fn call(path: &str) -> Expr {
    Expr::Call { function: Box::new(Expr::Path(path.to_owned())), args: Vec::new() }
}

/// Makes statements about numbers, with the variables that are in scope.
struct Typed {
    random: Random,
    scope: Vec<String>,
    loops: usize,
    closures: usize,
}

impl Typed {
    fn value(&mut self) -> Expr {
        match self.random.below(4) {
            0 => call("crate::number"),
            1 => Expr::Int(i64::try_from(self.random.below(90)).unwrap() + 2),
            2 => match self.variable() {
                Some(name) => Expr::Binary {
                    op: "+",
                    left: Box::new(Expr::Var(name)),
                    right: Box::new(call("crate::number")),
                },
                None => call("crate::number"),
            },
            _ => self.variable().map_or_else(|| Expr::Int(7), Expr::Var),
        }
    }

    fn variable(&mut self) -> Option<String> {
        if self.scope.is_empty() {
            return None;
        }
        let at = self.random.below(self.scope.len());
        Some(self.scope[at].clone())
    }

    fn block(&mut self, depth: usize) -> Block {
        let outer = self.scope.len();
        let count = 1 + self.random.below(4);
        let mut block: Block = (0..count).map(|_| self.stmt(depth)).collect();
        if self.loops > 0 && self.random.one_in(5) {
            let jump = if self.random.one_in(2) { StmtKind::Break } else { StmtKind::Continue };
            block.push(stmt(jump));
        } else if depth < 2 && self.closures == 0 && self.random.one_in(9) {
            block.push(stmt(StmtKind::Return(None)));
        }
        self.scope.truncate(outer);
        block
    }

    fn looped(&mut self, depth: usize) -> Block {
        self.loops += 1;
        let mut body = self.block(depth);
        self.loops -= 1;
        // A loop that never has a second turn is a warning.
        if matches!(
            body.last().unwrap().kind,
            StmtKind::Break | StmtKind::Return(_) | StmtKind::Continue
        ) {
            body.pop();
        }
        if body.is_empty() {
            body.push(stmt(StmtKind::Expr(call("crate::number"))));
        }
        body
    }

    fn stmt(&mut self, depth: usize) -> Stmt {
        let cond = Box::new(call("crate::check"));
        stmt(match self.random.below(if depth == 0 { 7 } else { 11 }) {
            0 | 1 => {
                let value = Some(self.value());
                let name = ["a", "b", "c", "d"][self.random.below(4)].to_owned();
                self.scope.push(name.clone());
                let pattern = Pattern::Name(name);
                StmtKind::Let { pattern, ty: Some("i64".to_owned()), value, otherwise: None }
            }
            2 | 3 => match self.variable() {
                Some(name) => StmtKind::Assign {
                    target: Expr::Var(name),
                    op: if self.random.one_in(4) { "+=" } else { "=" },
                    value: self.value(),
                },
                None => StmtKind::Expr(call("crate::number")),
            },
            4 => StmtKind::Expr(Expr::Call {
                function: Box::new(Expr::Path("crate::change".to_owned())),
                args: match self.variable() {
                    Some(name) => {
                        vec![Expr::Ref { mutable: true, value: Box::new(Expr::Var(name)) }]
                    }
                    None => vec![Expr::Ref { mutable: true, value: Box::new(Expr::Int(1)) }],
                },
            }),
            5 | 6 => {
                let pieces = vec![Piece::Value(self.value()), Piece::Text("!".to_owned())];
                StmtKind::Expr(Expr::Format { name: "println", pieces })
            }
            7 => {
                let then = self.block(depth - 1);
                let otherwise = self.random.one_in(2).then(|| self.block(depth - 1));
                StmtKind::Expr(Expr::If { cond, then, otherwise })
            }
            8 => StmtKind::Expr(Expr::While { cond, body: self.looped(depth - 1) }),
            9 => {
                let items = Box::new(Expr::Range {
                    from: Box::new(Expr::Int(0)),
                    to: Box::new(call("crate::number")),
                    inclusive: false,
                });
                let pattern = Pattern::Name("i".to_owned());
                StmtKind::Expr(Expr::For { pattern, items, body: self.looped(depth - 1) })
            }
            _ => {
                let arms = vec![
                    (Pattern::Other("1".to_owned()), self.block(depth - 1)),
                    (Pattern::Other("2".to_owned()), self.block(depth - 1)),
                    (Pattern::Ignored, self.block(depth - 1)),
                ];
                let value = Box::new(call("crate::number"));
                StmtKind::Expr(Expr::Match { value, arms })
            }
        })
    }
}

fn program(seed: u64) -> String {
    let random = Random::new(seed);
    let mut typed = Typed { random, scope: vec!["p".to_owned()], loops: 0, closures: 0 };
    let body = typed.block(3);
    print(&Program {
        functions: vec![Function {
            comments: Vec::new(),
            name: "main".to_owned(),
            params: vec![("p".to_owned(), "i64".to_owned())],
            returns: None,
            body,
        }],
        ..Program::default()
    })
}

/// Returns the messages of the compiler, or of clippy where it is installed, about a library.
pub(super) fn warnings(source: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("lib.rs");
    std::fs::write(&file, source).unwrap();
    let run = |program: &str| {
        Command::new(program)
            .args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "-Dwarnings"])
            .arg("--out-dir")
            .arg(dir.path())
            .arg(&file)
            .output()
    };
    let done = run("clippy-driver").or_else(|_| run("rustc")).unwrap();
    if done.status.success() {
        String::new()
    } else {
        String::from_utf8_lossy(&done.stderr).into_owned()
    }
}

#[test]
fn random_programs_compile_without_warnings() {
    let count = std::env::var("RANDOM_PROGRAMS").ok().and_then(|count| count.parse().ok());
    let mut source = String::from(
        "#![allow(clippy::never_loop, clippy::almost_swapped, clippy::if_same_then_else)]\npub fn number() -> i64 {\n    1\n}\npub fn check() -> bool {\n    false\n}\npub fn change(_: &mut i64) {}\n",
    );
    for seed in 0..count.unwrap_or(150_u64) {
        let text = program(seed);
        let text = text.replace("fn main", &format!("pub fn program{seed}"));
        source.push_str(&text);
    }
    let warnings = warnings(&source);
    assert!(warnings.is_empty(), "{warnings}");
}
