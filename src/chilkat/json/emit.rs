//! Writing the tree as JSON text.

use super::node::{ArrayItems, JsonNode, ObjectMembers};
use super::text::JsonText;

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
        let mut emitter = JsonEmitter { out: Vec::new(), line_end, level: 0 };
        write(&mut emitter);
        emitter.text(line_end.unwrap_or_default());
        // Only whole texts were written.
        String::from_utf8(emitter.out).unwrap_or_default()
    }
}

impl JsonNode {
    /// Returns the node as compact JSON.
    pub(super) fn to_json(&self) -> String {
        JsonLayout::default().emit(|out| out.node(self))
    }
}

struct JsonEmitter {
    /// Bytes, since those of a `JsonText` need no check.
    out: Vec<u8>,
    line_end: Option<&'static str>,
    level: usize,
}

impl JsonEmitter {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn node(&mut self, node: &JsonNode) {
        match node {
            JsonNode::Null => self.text("null"),
            JsonNode::Bool(value) => self.text(if *value { "true" } else { "false" }),
            JsonNode::Number(text) => self.out.extend_from_slice(text.as_bytes()),
            JsonNode::String(text) => self.string(text),
            JsonNode::Object(object) => self.members(&object.lock()),
            JsonNode::Array(array) => self.items(&array.lock()),
        }
    }

    fn members(&mut self, members: &ObjectMembers) {
        let colon = if self.line_end.is_some() { ": " } else { ":" };
        self.list([b'{', b'}'], members.iter(), |out, (name, node)| {
            out.string(name);
            out.text(colon);
            out.node(node);
        });
    }

    fn items(&mut self, items: &ArrayItems) {
        self.list([b'[', b']'], items.iter(), Self::node);
    }

    fn list<T>(
        &mut self,
        [open, close]: [u8; 2],
        items: impl Iterator<Item = T>,
        write_item: impl Fn(&mut Self, T),
    ) {
        self.out.push(open);
        self.level += 1;
        let mut is_empty = true;
        for element in items {
            if !is_empty {
                self.out.push(b',');
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
            self.text(line_end);
            self.out.extend(std::iter::repeat_n(b' ', 2 * self.level));
        }
    }

    fn string(&mut self, text: &JsonText) {
        let bytes = text.as_bytes();
        if bytes.iter().all(|&b| b >= 0x20 && b != b'"' && b != b'\\') {
            self.out.push(b'"');
            self.out.extend_from_slice(bytes);
            self.out.push(b'"');
        } else {
            // Writing a text to a Vec does not fail.
            let _ = serde_json::to_writer(&mut self.out, &**text);
        }
    }
}
