//! Handlers for several kinds of errors. Rust's error has its text but not its kind, so one handler is chosen.

use std::collections::BTreeSet;

use super::build::at;
use super::walk::exprs;
use crate::tree::{Block, Builtin, Catch, Expr, StmtKind};

/// A clause of a `try`.
pub(crate) struct Clause {
    /// The kinds of errors that it takes. Empty for all.
    pub(crate) kinds: Vec<String>,
    pub(crate) line: usize,
    pub(crate) end_line: usize,
    pub(crate) catch: Catch,
}

/// Kinds that stand for all errors that matter here.
const GENERAL: [&str; 5] = ["Exception", "BaseException", "StandardError", "Throwable", "Error"];

impl Clause {
    fn is_general(&self) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|kind| GENERAL.contains(&tail(kind)))
    }

    fn takes(&self, kind: &str) -> bool {
        self.is_general() || self.kinds.iter().any(|of| tail(of) == tail(kind))
    }
}

fn tail(kind: &str) -> &str {
    kind.trim().rsplit([':', '.', '\\']).next().unwrap_or(kind)
}

/// Returns the handler of a `try` from its clauses in order, and from the kinds of errors that its body raises.
pub(crate) fn choose(
    mut clauses: Vec<Clause>,
    body: &Block,
    raised: &[String],
) -> Result<Option<Catch>, String> {
    if clauses.len() < 2 {
        return Ok(clauses.pop().map(|clause| clause.catch));
    }
    let raised = raised.iter().map(|kind| vec![kind.as_str()]);
    let kinds: Vec<Vec<&str>> = raised.chain(implied(body)).collect();
    let hit = |kinds: &Vec<&str>| {
        clauses.iter().position(|clause| kinds.iter().any(|kind| clause.takes(kind)))
    };
    let hits: BTreeSet<usize> = kinds.iter().filter_map(hit).collect();
    let mut hits = hits.into_iter();
    let chosen = match (hits.next(), hits.next()) {
        (Some(_), Some(_)) => {
            let reason =
                "several kinds of errors have handlers; an error of Rust has only its text";
            return Err(reason.to_owned());
        }
        (Some(only), None) => only,
        _ => clauses.iter().position(Clause::is_general).unwrap_or(0),
    };
    let mut chosen_clause = clauses.remove(chosen);
    for clause in clauses.into_iter().rev() {
        let kinds =
            if clause.kinds.is_empty() { "all".to_owned() } else { clause.kinds.join(", ") };
        let reason = format!(
            "the handler of lines {} to {}, for {kinds}: nothing before it raises that",
            clause.line, clause.end_line
        );
        let kind = StmtKind::Unported(reason);
        chosen_clause.catch.body.insert(0, at(clause.line, clause.line, kind));
    }
    Ok(Some(chosen_clause.catch))
}

/// Returns the kinds of errors that the language's own functions raise in a block, each with its names in the languages.
fn implied(body: &Block) -> Vec<Vec<&'static str>> {
    let mut kinds = Vec::new();
    exprs(&mut body.clone(), &mut |expr| {
        let Expr::Builtin { function, args } = expr else { return };
        let raised: &[&'static str] = match function {
            Builtin::ParseInt | Builtin::ParseFloat => &["ValueError", "ArgumentError"],
            Builtin::Env if args.len() == 1 => &["KeyError"],
            Builtin::ReadFile | Builtin::WriteFile => {
                &["OSError", "IOError", "FileNotFoundError", "ENOENT", "SystemCallError"]
            }
            _ => return,
        };
        kinds.push(raised.to_vec());
    });
    kinds
}
