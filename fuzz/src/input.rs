//! How an input is cut into what a target needs.

/// The bytes of an input: single ones first, then fields that the byte 0xff ends, which is in no
/// UTF-8. So inputs can be written and read by eye, and what a fuzzer does to one part of an input
/// leaves the others as they are.
pub struct Input<'d>(&'d [u8]);

const END: u8 = 0xff;

impl<'d> Input<'d> {
    pub fn new(data: &'d [u8]) -> Self {
        Input(data)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next byte, 0 after the end.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// What comes before the next 0xff or the end.
    pub fn field(&mut self) -> &'d [u8] {
        let end = self.0.iter().position(|b| *b == END);
        let (field, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest.get(1..).unwrap_or_default();
        field
    }

    /// The next field as text.
    pub fn text(&mut self) -> String {
        String::from_utf8_lossy(self.field()).into_owned()
    }

    /// All that is left.
    pub fn rest(self) -> &'d [u8] {
        self.0
    }
}
