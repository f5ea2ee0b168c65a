//! The memory for the input and the output of a call.
//!
//! An idle connection has none: it takes a buffer when a call first reads, and returns it when the
//! call ends. A buffer returns to the thread that drops it, and not to the `Transport`: a thread
//! makes one call at a time, so this needs no lock, and the spare buffers of a process are at most
//! two for each of its threads, however many connections and `Transport`s it has.

use std::cell::RefCell;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// The size of a buffer.
pub(super) const BUFFER: usize = 64 * 1024;

/// A call uses one for its output and one for its input.
const MAX_SPARE: usize = 2;

thread_local! {
    static SPARE: RefCell<Vec<Box<[u8]>>> = const { RefCell::new(Vec::new()) };
}

/// A buffer of one call. It starts with arbitrary bytes, those of earlier calls: its user must not
/// read bytes that it has not written.
pub(super) struct Buffer(Box<[u8]>);

impl Buffer {
    pub(super) fn take() -> Buffer {
        // Fails only while the thread ends.
        let spare = SPARE.try_with(|spare| spare.borrow_mut().pop()).ok().flatten();
        spare.map_or_else(|| Buffer::of_size(BUFFER), Buffer)
    }

    /// Creates a buffer of another size, whose memory is freed after use.
    pub(super) fn of_size(size: usize) -> Buffer {
        Buffer(vec![0; size].into_boxed_slice())
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.0);
        if bytes.len() == BUFFER {
            let _ = SPARE.try_with(|spare| {
                let mut spare = spare.borrow_mut();
                if spare.len() < MAX_SPARE {
                    spare.push(bytes);
                }
            });
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

/// Input that has been received and not consumed.
#[derive(Default)]
pub(super) struct ReceivedInput {
    buffer: Option<Buffer>,
    start: usize,
    end: usize,
}

impl ReceivedInput {
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.as_ref().map_or(&[], |buffer| &buffer[self.start..self.end])
    }

    pub(super) fn consume(&mut self, n: usize) {
        self.start = (self.start + n).min(self.end);
    }

    /// Appends the bytes that `read` writes into the free part of the buffer. Returns their number.
    pub(super) fn append<E>(
        &mut self,
        read: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<usize, E> {
        let buffer = self.buffer.get_or_insert_with(Buffer::take);
        if self.start > 0 {
            buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        let room = &mut buffer[self.end..];
        let n = read(room)?.min(room.len());
        self.end += n;
        Ok(n)
    }

    /// Returns the buffer, unless there is input in it.
    pub(super) fn free_memory(&mut self) {
        if self.bytes().is_empty() {
            *self = ReceivedInput::default();
        }
    }

    #[cfg(test)]
    pub(super) fn has_buffer(&self) -> bool {
        self.buffer.is_some()
    }
}

/// Omits received data, which may be secret.
impl fmt::Debug for ReceivedInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedInput").field("length", &self.bytes().len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spare() -> Vec<*const u8> {
        SPARE.with_borrow(|spare| spare.iter().map(|bytes| bytes.as_ptr()).collect())
    }

    fn append(input: &mut ReceivedInput, bytes: &[u8]) -> usize {
        let read = |room: &mut [u8]| {
            let n = bytes.len().min(room.len());
            room[..n].copy_from_slice(&bytes[..n]);
            Ok::<_, ()>(n)
        };
        input.append(read).unwrap()
    }

    #[test]
    fn buffers_are_reused_and_never_shared() {
        let (one, two, three) = (Buffer::take(), Buffer::take(), Buffer::take());
        let places = [one.as_ptr(), two.as_ptr(), three.as_ptr()];
        assert!(places[0] != places[1] && places[1] != places[2] && places[0] != places[2]);
        drop((one, two, three));
        assert_eq!(spare(), places[..MAX_SPARE], "a thread keeps no more than a call needs");
        let (again, other) = (Buffer::take(), Buffer::take());
        assert_eq!([other.as_ptr(), again.as_ptr()], places[..2]);
        assert_eq!(spare(), [] as [*const u8; 0], "nobody else gets a buffer that is in use");
    }

    #[test]
    fn a_large_buffer_is_freed() {
        drop(Buffer::of_size(4 * BUFFER));
        assert!(spare().is_empty());
    }

    #[test]
    fn input_is_kept_until_it_is_consumed() {
        let mut input = ReceivedInput::default();
        append(&mut input, b"Lorem ipsum");
        input.consume(6);
        input.free_memory();
        append(&mut input, b" dolor");
        assert_eq!(input.bytes(), b"ipsum dolor");
        input.consume(input.bytes().len());
        assert_eq!(spare().len(), 0);
        input.free_memory();
        assert_eq!(spare().len(), 1, "without input it has no buffer");
        assert!(input.bytes().is_empty());
    }

    #[test]
    fn the_bytes_of_one_call_do_not_appear_in_the_next() {
        let mut input = ReceivedInput::default();
        append(&mut input, b"password");
        input.consume(8);
        input.free_memory();
        let mut next = ReceivedInput::default();
        assert_eq!(append(&mut next, b"abc"), 3);
        assert_eq!(next.bytes(), b"abc");
        assert!(!format!("{next:?}").contains("abc"), "its Debug output omits them");
    }

    #[test]
    fn a_full_buffer_has_no_room() {
        let mut input = ReceivedInput::default();
        let many = vec![1; 2 * BUFFER];
        assert_eq!(append(&mut input, &many), BUFFER);
        assert_eq!(append(&mut input, &many), 0);
        input.consume(BUFFER - 1);
        assert_eq!(append(&mut input, &many), BUFFER - 1);
    }
}
