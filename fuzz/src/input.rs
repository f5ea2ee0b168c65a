//! Splitting of an input into bytes and fields.

/// The bytes of an input: single bytes first, then fields that end with the byte 0xff, which does not occur
/// in UTF-8. So inputs are readable, and a mutation of one part leaves the others alone.
pub struct Input<'d>(&'d [u8]);

const END: u8 = 0xff;

impl<'d> Input<'d> {
    pub fn new(data: &'d [u8]) -> Self {
        Input(data)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the next byte; 0 at the end.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// Returns the bytes before the next 0xff or the end.
    pub fn field(&mut self) -> &'d [u8] {
        let end = self.0.iter().position(|b| *b == END);
        let (field, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest.get(1..).unwrap_or_default();
        field
    }

    /// Returns the next field as text.
    pub fn text(&mut self) -> String {
        String::from_utf8_lossy(self.field()).into_owned()
    }

    /// Returns the remaining bytes.
    pub fn rest(self) -> &'d [u8] {
        self.0
    }
}
