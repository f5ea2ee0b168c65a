//! Writing the tree as JSON text.

use std::fmt::Write as _;

use super::node::{ArrayItems, JsonNode, ObjectMembers};

/// The layout of the text. Each handle has its own.
#[derive(Clone, Copy)]
pub(super) struct JsonLayout {
    pub(super) compact: bool,
    /// Whether lines end with CRLF rather than LF. Unused if compact.
    pub(super) cr_lf: bool,
}

impl Default for JsonLayout {
    fn default() -> Self {
        JsonLayout { compact: true, cr_lf: true }
    }
}

impl JsonLayout {
    pub(super) fn object(self, members: &ObjectMembers) -> String {
        self.emit(|out| out.members(members))
    }

    pub(super) fn array(self, items: &ArrayItems) -> String {
        self.emit(|out| out.items(items))
    }

    fn emit(self, write: impl FnOnce(&mut JsonEmitter)) -> String {
        let line_end = match (self.compact, self.cr_lf) {
            (true, _) => None,
            (false, true) => Some("\r\n"),
            (false, false) => Some("\n"),
        };
        let mut emitter = JsonEmitter { out: String::new(), line_end, level: 0 };
        write(&mut emitter);
        emitter.out.push_str(line_end.unwrap_or_default());
        emitter.out
    }
}

impl JsonNode {
    /// Returns the node as compact JSON.
    pub(super) fn to_json(&self) -> String {
        JsonLayout::default().emit(|out| out.node(self))
    }
}

struct JsonEmitter {
    out: String,
    line_end: Option<&'static str>,
    level: usize,
}

impl JsonEmitter {
    fn node(&mut self, node: &JsonNode) {
        match node {
            JsonNode::Null => self.out.push_str("null"),
            JsonNode::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            JsonNode::Number(text) => self.out.push_str(text),
            JsonNode::String(text) => self.string(text),
            JsonNode::Object(object) => self.members(&object.lock()),
            JsonNode::Array(array) => self.items(&array.lock()),
        }
    }

    fn members(&mut self, members: &ObjectMembers) {
        let colon = if self.line_end.is_some() { ": " } else { ":" };
        self.list(['{', '}'], members.iter(), |out, (name, node)| {
            out.string(name);
            out.out.push_str(colon);
            out.node(node);
        });
    }

    fn items(&mut self, items: &ArrayItems) {
        self.list(['[', ']'], items.iter(), Self::node);
    }

    fn list<T>(
        &mut self,
        [open, close]: [char; 2],
        items: impl Iterator<Item = T>,
        write_item: impl Fn(&mut Self, T),
    ) {
        self.out.push(open);
        self.level += 1;
        let mut is_empty = true;
        for element in items {
            if !is_empty {
                self.out.push(',');
            }
            is_empty = false;
            self.new_line();
            write_item(self, element);
        }
        self.level -= 1;
        if !is_empty {
            self.new_line();
        }
        self.out.push(close);
    }

    fn new_line(&mut self) {
        if let Some(line_end) = self.line_end {
            self.out.push_str(line_end);
            self.out.extend(std::iter::repeat_n("  ", self.level));
        }
    }

    fn string(&mut self, text: &str) {
        if text.bytes().all(|b| b >= 0x20 && b != b'"' && b != b'\\') {
            self.out.push('"');
            self.out.push_str(text);
            self.out.push('"');
        } else {
            // Writing to a String does not fail.
            let _ = write!(self.out, "{}", serde_json::Value::from(text));
        }
    }
}
