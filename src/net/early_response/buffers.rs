//! Buffers for unsent bytes of the request and early bytes of the response.

use std::fmt;
use std::io::IoSlice;

use super::IoMode;

/// Bytes that the layers above have written, and the socket has not sent.
#[derive(Default)]
pub(in crate::net) struct Unsent(Vec<u8>);

impl Unsent {
    pub(in crate::net) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes the unsent bytes and then `bytes`, as the mode requires. `write` removes the bytes
    /// that it wrote before it yielded; the rest becomes unsent.
    pub(in crate::net) fn send<E>(
        &mut self,
        mode: IoMode,
        mut bytes: &mut [IoSlice<'_>],
        mut write: impl FnMut(&mut &mut [IoSlice<'_>]) -> Result<(), E>,
    ) -> Result<(), E> {
        match mode {
            IoMode::Discard => return Ok(()),
            IoMode::Poll => {
                self.append(bytes);
                return Ok(());
            }
            IoMode::Block | IoMode::YieldToInput => {}
        }
        if !self.0.is_empty() {
            let mut unsent = [IoSlice::new(&self.0)];
            let mut rest = &mut unsent[..];
            write(&mut rest)?;
            let left = rest.first().map_or(0, |rest| rest.len());
            self.0.drain(..self.0.len() - left);
        }
        if self.0.is_empty() {
            write(&mut bytes)?;
        }
        self.append(bytes);
        Ok(())
    }

    fn append(&mut self, bytes: &[IoSlice<'_>]) {
        for slice in bytes {
            self.0.extend_from_slice(slice);
        }
        if self.0.is_empty() {
            // Frees the memory: a connection may stay idle for long.
            self.0 = Vec::new();
        }
    }
}

/// Omits the bytes, which may be secret.
impl fmt::Debug for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsent").field("length", &self.0.len()).finish_non_exhaustive()
    }
}

/// The size from which the stash is full.
pub(super) const MAX_STASH: usize = 1024 * 1024;

/// Input that arrived while the request was being sent. It is read before the connection's own
/// buffer.
#[derive(Default)]
pub(in crate::net) struct Stash {
    bytes: Vec<u8>,
    consumed: usize,
}

impl Stash {
    pub(in crate::net) fn input(&self) -> &[u8] {
        &self.bytes[self.consumed..]
    }

    pub(in crate::net) fn is_empty(&self) -> bool {
        self.input().is_empty()
    }

    pub(in crate::net) fn consume(&mut self, n: usize) {
        self.consumed += n;
        if self.is_empty() {
            // Frees the memory: a connection may stay idle for long.
            *self = Stash::default();
        }
    }

    /// Appends input, and returns whether there is room for more.
    pub(in crate::net) fn append(&mut self, input: &[u8]) -> bool {
        self.bytes.drain(..self.consumed);
        self.consumed = 0;
        self.bytes.extend_from_slice(input);
        self.bytes.len() < MAX_STASH
    }
}

/// Omits the bytes, which may be secret.
impl fmt::Debug for Stash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stash").field("length", &self.input().len()).finish_non_exhaustive()
    }
}
