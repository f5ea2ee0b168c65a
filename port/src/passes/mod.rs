//! Changes of the tree before it is translated.
//!
//! What the translation can rely on afterwards, in both forms:
//!
//! **Names.** A name is a variable of the function that it is in, or of the script's body; no function uses a variable
//! of another. A name that nothing in the function declares is no variable: a constant of the language, a class, or what
//! only lines that are not ported assign. Names are still those of the script, with `_2`, `_3` ... where two variables
//! of a name are needed at once; names that only differ in case, or that are one in snake case, are different variables.
//!
//! **Declarations.** Each variable is declared before its first use, in the innermost block that has all of its uses:
//!
//! * `Declare` with a value is `let x = value;`. The value is [`Null`](Expr::Null) if the script may read the variable
//!   before it gives it a value, or if a `try` body or a lambda gives it one: the default of its type, which follows
//!   from the other values or from the hint. A `Null` of the script looks the same;
//! * `Declare` without a value is `let x;`: every read is behind an assignment, as the compiler sees it, and no
//!   assignment is in a `try` body or a lambda that the declaration is not in;
//! * `Assign` to a variable changes one that is declared. A second `Declare` of a name, in the same block or in an inner
//!   one, is another variable, maybe of another type. It hides the first one until the end of its block, and nothing
//!   there uses the first one. Its value may: `let a = f(a);`;
//! * `Attempt` with a name declares it behind itself. No variable of that name is meant in its `otherwise`;
//! * `For`, `ForEach`, `Catch`, `Lambda` and params declare their names for their bodies. Nothing assigns them there,
//!   except params by reference, and nothing reads them behind. They may be unread. A param that changes is
//!   `Declare { name, value: Var(name) }` at the start of the body.
//!
//! All declared variables are read somewhere, except those of the last kind. A variable whose reads are only in
//! `x = x + 1` is not read.
//!
//! `Constant` is a variable of the script that never changes and that functions use: all of them read it, and it is not
//! among the declared ones.
//!
//! **Statements.** There is no `DoWhile`: it is a `While` whose condition is `true`, which ends by `Break`. A `While`
//! with the condition `true` is a `loop`: what follows it is reached by `Break` only. Nothing follows what leaves a block
//! but comments, functions and `Unported`. There is no `Dispose` and no `Boilerplate`, and no `Return` outside of
//! functions and lambdas: it is `Exit`. An `If` has no empty `otherwise`, and no empty last branch unless its condition
//! does something. `Break` and `Continue` are in loops
//! of their own function. Functions are in the script's body only; those that were in others are where these end.
//!
//! * `Discard` has a value that nobody reads: a call, or another value with the name that the script gives it. Without a
//!   name it is a status or a condition. Statements that only give such a name a literal have vanished if the name is
//!   that of a status or of a variable that is read elsewhere;
//! * `Attempt` (not in the literal form) has a call of which the members' table says that it returns a `Result`. With
//!   a name, its `otherwise` leaves the block. [`ErrorText`](Expr::ErrorText) is only in `otherwise`, and in an inner
//!   `Attempt` that of the inner one. Where the object is called again in `otherwise`, its `LastErrorText` stays;
//! * a `For` of the reader, or of a `while` that counts (not in the literal form), has a `to` that is computed once.

mod chilkat;
mod constants;
mod flow;
mod functions;
mod guards;
mod lives;
mod loops;
mod scopes;
#[cfg(test)]
mod tests;
mod tidy;
mod walk;

use crate::tree::Block;
#[cfg(doc)]
use crate::tree::Expr;

/// Changes the tree of a script so that it can be translated; `literal` keeps every statement in its place.
pub(crate) fn run(mut script: Block, literal: bool) -> Block {
    tidy::run(&mut script);
    functions::run(&mut script);
    scopes::run(&mut script);
    loops::stray(&mut script, false);
    loops::lower(&mut script);
    loops::unreachable(&mut script);
    if !literal {
        guards::run(&mut script);
        loops::count(&mut script);
    }
    flow::run(&mut script);
    script
}
