//! A buffer that takes constant time to remove its front.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};

/// A `String` or a `Vec<u8>`.
pub(super) trait FrontBuffer: Default {
    type Slice: ?Sized + ToOwned<Owned = Self>;

    fn length(&self) -> usize;
    fn after(&self, start: usize) -> &Self::Slice;
    fn cut(&mut self, range: Range<usize>);
}

impl FrontBuffer for String {
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

impl FrontBuffer for Vec<u8> {
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

impl<B: FrontBuffer> Front<B> {
    /// Moves the content to the start of the buffer. Returns the buffer, for edits of any kind.
    pub(super) fn compact(&mut self) -> &mut B {
        self.buffer.cut(0..std::mem::take(&mut self.start));
        &mut self.buffer
    }

    /// Returns the buffer, whose start may be unused, so it may only be appended to.
    pub(super) fn buffer_mut(&mut self) -> &mut B {
        &mut self.buffer
    }

    pub(super) fn into_inner(mut self) -> B {
        std::mem::take(self.compact())
    }

    pub(super) fn remove(&mut self, range: Range<usize>) {
        if range.start > 0 {
            self.buffer.cut(self.start + range.start..self.start + range.end);
            return;
        }
        self.start += range.end;
        // `prepend` leaves half of the buffer unused. It takes many removals from there to this limit, so edits that
        // prepend and remove in turns rarely move the content.
        if self.start > self.buffer.length() / 4 * 3 {
            self.compact();
        }
    }
}

impl Front<String> {
    pub(super) fn prepend(&mut self, text: &str) {
        if let Some(start) = self.start.checked_sub(text.len()) {
            self.split_character(start);
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

    /// If a removed character extends across `at`, fills its place with characters of one byte.
    fn split_character(&mut self, at: usize) {
        let is_boundary = |at: &usize| self.buffer.is_char_boundary(*at);
        let first = (0..at).rev().find(is_boundary);
        let end = (at..self.start).find(is_boundary).unwrap_or(self.start);
        if let Some(first) = first.filter(|_| end > at) {
            self.buffer.replace_range(first..end, &"\0".repeat(end - first));
        }
    }
}

impl<B> From<B> for Front<B> {
    fn from(buffer: B) -> Self {
        Front { buffer, start: 0 }
    }
}

impl<B: FrontBuffer> Deref for Front<B> {
    type Target = B::Slice;

    fn deref(&self) -> &B::Slice {
        self.buffer.after(self.start)
    }
}

impl<B: FrontBuffer> Clone for Front<B> {
    fn clone(&self) -> Self {
        (**self).to_owned().into()
    }
}

impl<B: FrontBuffer<Slice: PartialEq>> PartialEq for Front<B> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<B: FrontBuffer<Slice: Eq>> Eq for Front<B> {}

impl<B: FrontBuffer<Slice: Ord>> PartialOrd for Front<B> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<B: FrontBuffer<Slice: Ord>> Ord for Front<B> {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl<B: FrontBuffer<Slice: Hash>> Hash for Front<B> {
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
                    front.buffer_mut().push_str(&n.to_string());
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

    /// Counts the bytes that edits moved.
    #[derive(Default)]
    struct Moves {
        front: Front<String>,
        moved: usize,
    }

    impl Moves {
        fn prepend(&mut self, text: &str) {
            let start = self.front.start;
            self.front.prepend(text);
            self.moved += if self.front.start == start.wrapping_sub(text.len()) {
                0
            } else {
                self.front.len()
            };
        }

        fn remove(&mut self, end: usize) {
            self.front.remove(0..end);
            self.moved += if self.front.start == 0 { self.front.len() } else { 0 };
        }
    }

    #[test]
    fn little_is_moved_by_edits_at_the_front() {
        let mut moves = Moves { front: "x".repeat(100_000).into(), moved: 0 };
        while !moves.front.is_empty() {
            moves.remove(10);
        }
        assert!(moves.moved <= 100_000, "{}", moves.moved);
        (0..10_000).for_each(|_| moves.prepend("0123456789"));
        assert!(moves.front.len() == 100_000 && moves.moved <= 1_000_000, "{}", moves.moved);
    }

    #[test]
    fn little_is_moved_by_prepending_and_removing_in_turns() {
        for (content, text) in [("x", "x"), ("ä", "x"), ("€", "xy"), ("😀", "ä"), ("x", "😀")]
        {
            for (times, rest) in [(1, 0), (3, 0), (100, 0), (2, 1), (1, 1)] {
                let length = 30_000 / content.len() * content.len();
                let mut moves =
                    Moves { front: content.repeat(length / content.len()).into(), moved: 0 };
                for _ in 0..3_000 / times {
                    (0..times).for_each(|_| moves.prepend(text));
                    moves.remove((times - rest) * text.len());
                    // Leaves a part of a removed character before the content.
                    if moves.front.starts_with(content) {
                        moves.remove(content.len());
                    }
                }
                assert!(
                    moves.moved <= 4 * length,
                    "{content} {text} {times} {rest}: {}",
                    moves.moved
                );
            }
        }
    }
}
