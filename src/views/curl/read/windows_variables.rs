//! Variables that the lines before a command set.

use std::collections::HashMap;

use super::Fault;

/// The values of variables, whose names are the same in any case, as in Windows.
#[derive(Default)]
pub(super) struct WindowsVariables<T> {
    values: HashMap<String, T>,
    /// The number of bytes that were inserted.
    inserted: usize,
}

/// The number of bytes that variables may insert, as a multiple of the size of the text.
const MAX_GROWTH: usize = 16;

impl<T: InsertedValue> WindowsVariables<T> {
    pub(super) fn add(&mut self, name: &str, value: T) {
        self.values.insert(name.to_ascii_lowercase(), value);
    }

    /// Returns the value to insert at `at` in a text of `length` bytes. A variable may contain others, so that their
    /// values could double again and again.
    pub(super) fn get(&mut self, at: usize, name: &str, length: usize) -> Result<Option<T>, Fault> {
        let Some(value) = self.values.get(&name.to_ascii_lowercase()) else { return Ok(None) };
        self.inserted += value.length();
        if self.inserted > MAX_GROWTH * length {
            return Err(Fault::new(at, "the values of variables make the command too long"));
        }
        Ok(Some(value.clone()))
    }
}

/// The value of a variable, which is inserted in a command.
pub(super) trait InsertedValue: Clone {
    /// Returns the length in bytes.
    fn length(&self) -> usize;
}

impl InsertedValue for String {
    fn length(&self) -> usize {
        self.len()
    }
}

impl InsertedValue for super::lexer::Word {
    fn length(&self) -> usize {
        self.bytes.len()
    }
}
