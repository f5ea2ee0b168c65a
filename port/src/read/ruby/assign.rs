//! Assignments of Ruby.

use super::flow::is_leave;
use super::{Reader, variable};
use crate::read::shared::build::{at, binary, builtin, var};
use crate::read::shared::grammar::{Source, end_line, named_children};
use crate::read::shared::several::assign_several;
use crate::read::shared::walk;
use crate::tree::{BinaryOp, Block, Builtin, Catch, Expr, Stmt, StmtKind, Target};
use tree_sitter::Node;

impl Reader {
    pub(crate) fn operator_assignment(&self, s: &mut Source, node: Node) -> StmtKind {
        let operator =
            node.child_by_field_name("operator").map(|node| s.text(node)).unwrap_or_default();
        let Some(left) = node.child_by_field_name("left") else {
            return StmtKind::Unported("this is not understood here".to_owned());
        };
        let target = match self.target(s, left) {
            Ok(target) => target,
            Err(reason) => return StmtKind::Unported(reason),
        };
        let old = self.expr(s, left);
        let right = node.child_by_field_name("right");
        let value = self.field(s, node, "right");
        let op = match operator {
            "+=" => {
                if right.is_some_and(|right| right.kind() == "array")
                    && let Expr::List(items) = &value
                    && let [item] = items.as_slice()
                {
                    return StmtKind::Expr(builtin(Builtin::Push, vec![old, item.clone()]));
                }
                BinaryOp::Add
            }
            "-=" => BinaryOp::Sub,
            "*=" => BinaryOp::Mul,
            "/=" => BinaryOp::Div,
            "%=" => BinaryOp::Rem,
            "&&=" | "&=" => BinaryOp::And,
            "|=" => BinaryOp::Or,
            "||=" => {
                let cond = binary(BinaryOp::Eq, old, Expr::Null);
                let line = node.start_position().row + 1;
                let body = vec![at(line, end_line(node), StmtKind::Assign { target, value })];
                return StmtKind::If { branches: vec![(cond, body)], otherwise: None };
            }
            _ => return StmtKind::Unported(format!("the operator `{operator}` is not ported")),
        };
        StmtKind::Assign { target, value: binary(op, old, value) }
    }

    pub(crate) fn target(&self, s: &mut Source, node: Node) -> Result<Target, String> {
        match node.kind() {
            "identifier" | "constant" | "instance_variable" | "class_variable"
            | "global_variable" => Ok(Target::Var(variable(s.text(node)))),
            "element_reference" => {
                let object = self.field(s, node, "object");
                let index = node.named_child(1).map(|index| self.expr(s, index));
                Ok(Target::Index { object, index: index.unwrap_or(Expr::Null) })
            }
            "call" => {
                let object = self.field(s, node, "receiver");
                let name = node.child_by_field_name("method").map(|name| s.text(name));
                Ok(Target::Property { object, name: name.unwrap_or_default().to_owned() })
            }
            _ => Err("this assignment is not ported".to_owned()),
        }
    }

    pub(crate) fn assignment(&self, s: &mut Source, node: Node, out: &mut Block) {
        let line = node.start_position().row + 1;
        let last = end_line(node);
        let mut push = |kind| out.push(at(line, last, kind));
        let (Some(left), Some(right)) =
            (node.child_by_field_name("left"), node.child_by_field_name("right"))
        else {
            return push(StmtKind::Unported("this is not understood here".to_owned()));
        };
        if left.kind() == "left_assignment_list" {
            return self.assignments(s, left, right, out);
        }
        let target = match self.target(s, left) {
            Ok(target) => target,
            Err(reason) => return push(StmtKind::Unported(reason)),
        };
        match right.kind() {
            // a = b = c
            "assignment" => {
                self.statement(s, right, out);
                let value = self.field(s, right, "left");
                out.push(at(line, last, StmtKind::Assign { target, value }));
            }
            "rescue_modifier" => {
                let value = self.field(s, right, "body");
                let other = self.field(s, right, "handler");
                let set =
                    |value| at(line, last, StmtKind::Assign { target: target.clone(), value });
                let catch = Some(Catch { name: None, body: vec![set(other)] });
                push(StmtKind::Try { body: vec![set(value)], catch, finally: Block::new() });
            }
            "if" | "unless" | "case" | "begin" => {
                let mut block = self.block(s, [right]);
                match assign_last(&mut block, &target) {
                    true => out.append(&mut block),
                    false => push(StmtKind::Unported("this value is not ported".to_owned())),
                }
            }
            "binary" if is_leave(s, right) => {
                let value = self.field(s, right, "left");
                let old = match &target {
                    Target::Var(name) => var(name),
                    _ => value.clone(),
                };
                push(StmtKind::Assign { target, value });
                let leave = right.child_by_field_name("right");
                let body = self.block_of(s, leave);
                let cond = binary(BinaryOp::Eq, old, Expr::Null);
                out.push(at(
                    line,
                    last,
                    StmtKind::If { branches: vec![(cond, body)], otherwise: None },
                ));
            }
            "right_assignment_list" => {
                let items = named_children(right).into_iter().map(|item| self.expr(s, item));
                let value = Expr::List(items.collect());
                push(StmtKind::Assign { target, value });
            }
            _ => {
                let value = self.expr(s, right);
                if let Target::Var(name) = &target
                    && walk::name_list(&mut self.before.borrow_mut(), &value, name)
                {
                    self.temporaries.set(self.temporaries.get().saturating_sub(1));
                    return;
                }
                push(StmtKind::Assign { target, value });
            }
        }
    }

    pub(crate) fn assignments(&self, s: &mut Source, left: Node, right: Node, out: &mut Block) {
        let place = at(left.start_position().row + 1, end_line(right), StmtKind::Boilerplate);
        let targets: Result<Vec<Target>, String> =
            named_children(left).into_iter().map(|node| self.target(s, node)).collect();
        let value = match right.kind() {
            "right_assignment_list" => {
                let values = named_children(right).into_iter();
                Expr::List(values.map(|node| self.expr(s, node)).collect())
            }
            _ => self.expr(s, right),
        };
        let is_read = targets.is_ok_and(|targets| assign_several(&place, targets, value, out));
        if !is_read {
            let reason = "an assignment to several variables is not ported".to_owned();
            out.push(Stmt { kind: StmtKind::Unported(reason), ..place });
        }
    }
}

/// Assigns the last value of each branch. Returns false if one has none.
pub(crate) fn assign_last(block: &mut Block, target: &Target) -> bool {
    let Some(last) = block.iter_mut().rfind(|stmt| !matches!(stmt.kind, StmtKind::Comment(_)))
    else {
        return false;
    };
    let mut all = true;
    match &mut last.kind {
        StmtKind::Expr(value) => {
            let value = std::mem::replace(value, Expr::Null);
            last.kind = StmtKind::Assign { target: target.clone(), value };
        }
        StmtKind::If { otherwise, .. } | StmtKind::Switch { otherwise, .. } => {
            if otherwise.is_none() {
                let value = Expr::Null;
                let kind = StmtKind::Assign { target: target.clone(), value };
                *otherwise = Some(vec![at(last.line, last.end_line, kind)]);
            }
            last.for_each_block(&mut |block| all &= assign_last(block, target));
        }
        StmtKind::Try { body, catch, .. } => {
            all &= assign_last(body, target);
            if let Some(catch) = catch {
                all &= assign_last(&mut catch.body, target);
            }
        }
        StmtKind::Throw(_) | StmtKind::Exit(_) | StmtKind::Return(_) => {}
        _ => all = false,
    }
    all
}
