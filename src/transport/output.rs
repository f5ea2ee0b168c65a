//! [`Output`]: the file for the body of a response, and the check whether the body may replace it.

use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::message::response_head::Head;
use crate::text::file;

/// How many bytes of a body are held back until an [`Inspector`] has decided.
const HELD_BACK: usize = 64 * 1024;

/// Decides whether a response is the wanted file, and follows its progress.
pub(crate) trait Inspector {
    /// Whether a 2xx response with content becomes the file. `start` is the start of the decoded body: all of
    /// it if `is_whole`, otherwise at least 64 KiB. If it is declined, the response has these bytes
    /// as its body, in memory.
    fn accepts(&mut self, head: &Head, start: &[u8], is_whole: bool) -> bool;

    /// Called after each write of an accepted body, with the bytes written so far and
    /// the total, if it is known.
    fn wrote(&mut self, bytes: u64, total: Option<u64>);
}

/// The file for the body of a 2xx.
pub(crate) struct Output<'o> {
    pub(crate) path: &'o Path,
    pub(crate) inspector: Option<&'o mut dyn Inspector>,
}

/// A body that was read.
pub(super) struct ReadBody {
    /// Empty if the body is in a file.
    pub(super) bytes: Vec<u8>,
    pub(super) length: u64,
    /// Whether all of it was read.
    pub(super) is_whole: bool,
    pub(super) is_in_file: bool,
}

impl ReadBody {
    fn in_file(length: u64) -> ReadBody {
        ReadBody { bytes: Vec::new(), length, is_whole: true, is_in_file: true }
    }

    pub(super) fn in_memory(bytes: Vec<u8>, is_whole: bool) -> ReadBody {
        ReadBody { length: bytes.len() as u64, bytes, is_whole, is_in_file: false }
    }
}

/// Receives the pieces of a body.
pub(super) type Sink<'s> = &'s mut dyn FnMut(&[u8]) -> Result<()>;

impl<'o> Output<'o> {
    pub(crate) fn to(path: &'o Path) -> Output<'o> {
        Output { path, inspector: None }
    }

    /// Returns the output for one attempt of several.
    pub(super) fn reborrow(&mut self) -> Output<'_> {
        let inspector = self.inspector.as_mut();
        Output { path: self.path, inspector: inspector.map(|own| &mut **own as &mut dyn Inspector) }
    }

    /// Writes the body that `read` produces, whole or not at all. `check` fails if the call was aborted.
    /// `total` is the length of the decoded body, if it is known.
    pub(super) fn fill(
        self,
        head: &Head,
        total: Option<u64>,
        read: impl FnOnce(Sink<'_>) -> Result<u64>,
        check: impl Fn() -> Result<()>,
    ) -> Result<ReadBody> {
        let may_wait = || check().is_ok();
        let Some(inspector) = self.inspector else {
            let written = file::write_whole_while(self.path, total, &may_wait, |write| {
                let length = read(write)?;
                check().map(|()| length)
            });
            return written.map(ReadBody::in_file);
        };
        let mut gate =
            Gate { inspector, head, total, held: Vec::new(), verdict: Verdict::Open, written: 0 };
        let written = file::write_whole_while(self.path, total, &may_wait, |write| {
            let length = read(&mut |bytes| gate.pass(bytes, write))?;
            gate.end(write)?;
            check().map(|()| length)
        });
        match gate.verdict {
            // An abort also ends a body without a length, which is not whole then.
            Verdict::Declined { is_whole } => {
                check().map(|()| ReadBody::in_memory(gate.held, is_whole))
            }
            _ => written.map(ReadBody::in_file),
        }
    }
}

/// Holds a body back until its inspector has decided.
struct Gate<'g> {
    inspector: &'g mut dyn Inspector,
    head: &'g Head,
    total: Option<u64>,
    held: Vec<u8>,
    verdict: Verdict,
    written: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Verdict {
    Open,
    Accepted,
    Declined { is_whole: bool },
}

impl Gate<'_> {
    fn pass(&mut self, bytes: &[u8], write: Sink<'_>) -> Result<()> {
        if self.verdict == Verdict::Accepted {
            return self.write(bytes, write);
        }
        self.held.extend_from_slice(bytes);
        if self.held.len() < HELD_BACK { Ok(()) } else { self.decide(false, write) }
    }

    /// Handles the end of the body.
    fn end(&mut self, write: Sink<'_>) -> Result<()> {
        if self.verdict == Verdict::Accepted { Ok(()) } else { self.decide(true, write) }
    }

    /// Asks the inspector. If it declines, an error ends the writing of the file.
    fn decide(&mut self, is_whole: bool, write: Sink<'_>) -> Result<()> {
        if !self.inspector.accepts(self.head, &self.held, is_whole) {
            self.verdict = Verdict::Declined { is_whole };
            return Err(Error::new(ErrorKind::Aborted, "the response is not the wanted file"));
        }
        self.verdict = Verdict::Accepted;
        let start = std::mem::take(&mut self.held);
        self.write(&start, write)
    }

    fn write(&mut self, bytes: &[u8], write: Sink<'_>) -> Result<()> {
        write(bytes)?;
        self.written += bytes.len() as u64;
        self.inspector.wrote(self.written, self.total);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct DeclinesAll;

    impl Inspector for DeclinesAll {
        fn accepts(&mut self, _: &Head, _: &[u8], _: bool) -> bool {
            false
        }

        fn wrote(&mut self, _: u64, _: Option<u64>) {}
    }

    // An abort ends a body without a length like a server that closes the connection.
    #[test]
    fn a_declined_body_is_an_error_if_the_call_was_aborted() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let fill = |check: fn() -> Result<()>| {
            let inspector: &mut dyn Inspector = &mut DeclinesAll;
            let output = Output { path: &path, inspector: Some(inspector) };
            let read = |sink: Sink<'_>| sink(b"half").map(|()| 4);
            output.fill(&Head::default(), None, read, check).map(|body| body.bytes)
        };
        assert_eq!(fill(|| Ok(())).unwrap(), b"half");
        let aborted = || Err(Error::new(ErrorKind::Aborted, "aborted"));
        assert_eq!(fill(aborted).unwrap_err().kind(), ErrorKind::Aborted);
        assert!(!path.exists());
    }
}
