//! The bytes that are kept in memory while a request goes out and its response starts.

use super::IoMode;

/// Bytes that the layers above have written and the socket has not sent yet.
#[derive(Debug, Default)]
pub(in crate::net) struct Unsent(Vec<u8>);

impl Unsent {
    pub(in crate::net) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes what is here and then `bytes`, as the mode says. `write` says how many bytes it wrote
    /// before it gave way; the rest is kept.
    pub(in crate::net) fn send<E>(
        &mut self,
        mode: IoMode,
        bytes: &[u8],
        mut write: impl FnMut(&[u8]) -> Result<usize, E>,
    ) -> Result<(), E> {
        match mode {
            IoMode::Mute => return Ok(()),
            IoMode::Poll => {
                self.0.extend_from_slice(bytes);
                return Ok(());
            }
            IoMode::Block | IoMode::GiveWay => {}
        }
        if !self.0.is_empty() {
            let written = write(&self.0)?;
            self.0.drain(..written);
        }
        let written = if self.0.is_empty() { write(bytes)? } else { 0 };
        self.0.extend_from_slice(&bytes[written..]);
        Ok(())
    }
}

/// How much of an early response is put aside while the rest of the request goes out.
pub(super) const MAX_ASIDE: usize = 1024 * 1024;

/// Input that arrived while the request was still going out. It stands before what the connection
/// buffers itself.
#[derive(Debug, Default)]
pub(in crate::net) struct Aside {
    bytes: Vec<u8>,
    /// How many of them are consumed.
    taken: usize,
}

impl Aside {
    pub(in crate::net) fn input(&self) -> &[u8] {
        &self.bytes[self.taken..]
    }

    pub(in crate::net) fn is_empty(&self) -> bool {
        self.input().is_empty()
    }

    pub(in crate::net) fn consume(&mut self, n: usize) {
        self.taken += n;
        if self.is_empty() {
            // A connection is kept for long, and the memory is not needed again soon.
            *self = Aside::default();
        }
    }

    /// Adds input behind what is here, and says whether there is room for more.
    pub(in crate::net) fn put(&mut self, input: &[u8]) -> bool {
        self.bytes.drain(..self.taken);
        self.taken = 0;
        self.bytes.extend_from_slice(input);
        self.bytes.len() < MAX_ASIDE
    }
}
