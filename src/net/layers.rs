//! The layers of a connection: a socket, and TLS over another layer, once with a proxy and once
//! with the origin.

use std::fmt;
use std::io::IoSlice;

use ureq::unversioned::transport::NextTimeout;

use super::buffers::ReceivedInput;
use super::socket::SocketStream;

/// One layer. It has no buffers of its own: input goes directly to the layer above, or to the
/// [`Stream`].
pub(super) trait Layer: fmt::Debug + Send {
    /// Returns the socket at the bottom.
    fn socket(&mut self) -> &mut SocketStream;

    /// Sends the bytes as the mode of the socket requires.
    fn send(&mut self, bytes: &mut [IoSlice<'_>], limit: NextTimeout) -> Result<(), ureq::Error>;

    /// Waits for input, and reads it. Returns 0 at its end.
    fn read(&mut self, into: &mut [u8], limit: NextTimeout) -> Result<usize, ureq::Error>;

    /// Whether an idle layer is alive: no bytes have arrived, and the peer has not closed it.
    fn is_open(&mut self) -> bool;

    /// Frees the memory that an idle layer does not need.
    fn free_memory(&mut self) {}
}

/// All layers of a connection, and the input that has been read from the top one.
#[derive(Debug)]
pub(super) struct Stream {
    top: Box<dyn Layer>,
    input: ReceivedInput,
}

impl Stream {
    pub(super) fn new(top: impl Layer + 'static) -> Stream {
        Stream { top: Box::new(top), input: ReceivedInput::default() }
    }

    pub(super) fn socket(&mut self) -> &mut SocketStream {
        self.top.socket()
    }

    pub(super) fn input(&self) -> &[u8] {
        self.input.bytes()
    }

    pub(super) fn consume(&mut self, n: usize) {
        self.input.consume(n);
    }

    /// Waits for more input. Returns false at its end.
    pub(super) fn receive(&mut self, limit: NextTimeout) -> Result<bool, ureq::Error> {
        let top = &mut self.top;
        Ok(self.input.append(|into| top.read(into, limit))? > 0)
    }

    /// Reads into another buffer, first the input that has been received.
    pub(super) fn read(
        &mut self,
        into: &mut [u8],
        limit: NextTimeout,
    ) -> Result<usize, ureq::Error> {
        let input = self.input.bytes();
        if input.is_empty() {
            return self.top.read(into, limit);
        }
        let n = input.len().min(into.len());
        into[..n].copy_from_slice(&input[..n]);
        self.input.consume(n);
        self.input.free_memory();
        Ok(n)
    }

    pub(super) fn send(&mut self, bytes: &[u8], limit: NextTimeout) -> Result<(), ureq::Error> {
        self.send_slices(&mut [IoSlice::new(bytes)], limit)
    }

    pub(super) fn send_slices(
        &mut self,
        bytes: &mut [IoSlice<'_>],
        limit: NextTimeout,
    ) -> Result<(), ureq::Error> {
        self.top.send(bytes, limit)
    }

    /// Whether it is alive while it is idle.
    pub(super) fn is_open(&mut self) -> bool {
        self.input().is_empty() && self.top.is_open()
    }

    /// Frees the memory that it does not need while it is idle.
    pub(super) fn free_memory(&mut self) {
        self.input.free_memory();
        self.top.free_memory();
    }

    #[cfg(test)]
    pub(super) fn has_buffer(&self) -> bool {
        self.input.has_buffer()
    }
}
