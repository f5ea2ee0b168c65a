//! A buffer that takes constant time to remove its front.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};

/// A `String` or a `Vec<u8>`.
pub(super) trait Buffer: Default {
    type Slice: ?Sized + ToOwned<Owned = Self>;

    fn length(&self) -> usize;
    fn after(&self, start: usize) -> &Self::Slice;
    fn cut(&mut self, range: Range<usize>);
}

impl Buffer for String {
    type Slice = str;

    fn length(&self) -> usize {
        self.len()
    }

    fn after(&self, start: usize) -> &str {
        &self[start..]
    }

    fn cut(&mut self, range: Range<usize>) {
        self.drain(range);
    }
}

impl Buffer for Vec<u8> {
    type Slice = [u8];

    fn length(&self) -> usize {
        self.len()
    }

    fn after(&self, start: usize) -> &[u8] {
        &self[start..]
    }

    fn cut(&mut self, range: Range<usize>) {
        self.drain(range);
    }
}

/// A buffer with unused content at its start: what was removed there, or room for what will be prepended. So a
/// program that takes one line after the other from the front of a text takes linear time.
#[derive(Default)]
pub(super) struct Front<B> {
    buffer: B,
    /// Where the content starts.
    start: usize,
}

impl<B: Buffer> Front<B> {
    /// Returns the buffer, for edits of any kind.
    pub(super) fn whole(&mut self) -> &mut B {
        self.buffer.cut(0..std::mem::take(&mut self.start));
        &mut self.buffer
    }

    /// Returns the buffer, to be appended to.
    pub(super) fn end(&mut self) -> &mut B {
        &mut self.buffer
    }

    pub(super) fn into_inner(mut self) -> B {
        std::mem::take(self.whole())
    }

    pub(super) fn remove(&mut self, range: Range<usize>) {
        if range.start > 0 {
            self.buffer.cut(self.start + range.start..self.start + range.end);
            return;
        }
        self.start += range.end;
        // Then no more is moved than was removed.
        if self.start > self.buffer.length() / 2 {
            self.whole();
        }
    }
}

impl Front<String> {
    pub(super) fn prepend(&mut self, text: &str) {
        let start = self.start.checked_sub(text.len());
        if let Some(start) = start.filter(|start| self.buffer.is_char_boundary(*start)) {
            self.buffer.replace_range(start..self.start, text);
            self.start = start;
            return;
        }
        // As long as the content, so that content is moved only when it has doubled.
        let room = self.len();
        let mut buffer = String::with_capacity(2 * room + text.len());
        buffer.extend(std::iter::repeat_n('\0', room));
        buffer.extend([text, &**self]);
        *self = Front { buffer, start: room };
    }
}

impl<B> From<B> for Front<B> {
    fn from(buffer: B) -> Self {
        Front { buffer, start: 0 }
    }
}

impl<B: Buffer> Deref for Front<B> {
    type Target = B::Slice;

    fn deref(&self) -> &B::Slice {
        self.buffer.after(self.start)
    }
}

impl<B: Buffer> Clone for Front<B> {
    fn clone(&self) -> Self {
        (**self).to_owned().into()
    }
}

impl<B: Buffer<Slice: PartialEq>> PartialEq for Front<B> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<B: Buffer<Slice: Eq>> Eq for Front<B> {}

impl<B: Buffer<Slice: Ord>> PartialOrd for Front<B> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<B: Buffer<Slice: Ord>> Ord for Front<B> {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl<B: Buffer<Slice: Hash>> Hash for Front<B> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (**self).hash(hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_at_the_front_are_those_of_a_string() {
        let (mut front, mut model) = (Front::<String>::default(), String::new());
        for n in 0..500 {
            match n * 7_919 % 5 {
                0 | 1 => {
                    front.prepend(&format!("ä{n}"));
                    model.insert_str(0, &format!("ä{n}"));
                }
                2 => {
                    front.end().push_str(&n.to_string());
                    model.push_str(&n.to_string());
                }
                3 => {
                    let end = model.char_indices().nth(2).map_or(model.len(), |(at, _)| at);
                    front.remove(0..end);
                    model.drain(..end);
                }
                _ => {
                    let start = model.char_indices().nth(1).map_or(model.len(), |(at, _)| at);
                    let end = model.char_indices().nth(3).map_or(model.len(), |(at, _)| at);
                    front.remove(start..end);
                    model.drain(start..end);
                }
            }
            assert_eq!(&*front, model);
            assert_eq!(&*front.clone(), model);
        }
        assert_eq!(front.into_inner(), model);
    }

    #[test]
    fn little_is_moved_by_edits_at_the_front() {
        // The length of the buffer, most of which is moved when the start becomes 0.
        let mut moved = 0;
        let mut front = Front::from("x".repeat(100_000));
        while !front.is_empty() {
            front.remove(0..10);
            moved += if front.start == 0 { front.buffer.len() } else { 0 };
        }
        assert!(moved <= 100_000, "{moved}");
        for _ in 0..10_000 {
            let start = front.start;
            front.prepend("0123456789");
            moved += if front.start > start { front.buffer.len() } else { 0 };
        }
        assert!(front.len() == 100_000 && moved <= 1_000_000, "{moved}");
    }
}
