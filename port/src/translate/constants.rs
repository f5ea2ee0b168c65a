//! Constants of the program.

use super::facts::{Facts, Role};
use super::lower::Lower;
use super::types::Ty;
use super::value::{Lowered, why};
use crate::rust::ast::{Constant, Expr as Rust};
use crate::tree::{Block, Expr, Hint, StmtKind};

/// Translates the constants, and adds the places of the comments above them to `taken`.
pub(super) fn translate(
    lower: &mut Lower<'_, '_>,
    script: &Block,
    taken: &mut Vec<usize>,
) -> Vec<Constant> {
    let head = super::head(script);
    let mut constants = Vec::new();
    for (place, stmt) in script.iter().enumerate() {
        let StmtKind::Constant { name, value } = &stmt.kind else { continue };
        let Ok((id, ty, value)) = lower.constant(name, value).map_err(|why| {
            if let Some(id) = lower.facts.id(name) {
                lower.found.missing.entry(id).or_insert(why);
            }
        }) else {
            continue;
        };
        let above = super::comments_above(script, place).max(head);
        let mut comments = Vec::new();
        let mut blank_before = stmt.blank_before;
        for (at, stmt) in script.iter().enumerate().take(place).skip(above) {
            if let StmtKind::Comment(text) = &stmt.kind {
                comments.push(text.clone());
                blank_before = if at == above { stmt.blank_before } else { blank_before };
            }
        }
        taken.extend(above..place);
        constants.push(Constant {
            comments,
            name: lower.binding(id).rust.clone(),
            ty,
            value,
            blank_before,
            trailing: stmt.trailing.clone(),
        });
    }
    constants
}

impl Lower<'_, '_> {
    /// Returns the variable of a constant, its type and its value.
    fn constant(&mut self, name: &String, value: &Expr) -> Lowered<(usize, String, Rust)> {
        let id = self.id(name)?;
        let ty = self.type_of(id);
        self.known(&ty, name)?;
        let mut before = Vec::new();
        let value = match self.array(id, value, &ty)? {
            Some(array) => array,
            None => self.stored(value, &ty, false, &mut before)?.0,
        };
        let written = match (&value, self.type_of(id)) {
            (Rust::Array(items), Ty::List(item)) => {
                format!("[{}; {}]", item.written(self.transport), items.len())
            }
            (_, Ty::Int(_) | Ty::Float | Ty::Bool | Ty::Str) => {
                self.type_of(id).written(self.transport)
            }
            _ => return why(format!("{name} is not a constant in Rust")),
        };
        Ok((id, written, value))
    }
}

impl<'t> Facts<'t> {
    /// Declares the constants, which all functions have.
    pub(super) fn declare_constants(&mut self, script: &'t Block) {
        for stmt in script {
            if let StmtKind::Constant { name, value } = &stmt.kind {
                let id = self.declare(name, Role::Local, &Hint::Unknown);
                self.value_of(id, value);
                self.constants.insert(name.clone(), id);
            }
        }
    }
}
