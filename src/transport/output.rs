//! [`Output`]: the file that takes the body of a response, and who decides whether it may.

use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::message::response_head::Head;
use crate::text::file;

/// How much of a body is held back until an [`Inspector`] has decided, in bytes.
const HELD_BACK: usize = 64 * 1024;

/// Decides whether a response is the file that was asked for, and follows it as it comes.
pub(crate) trait Inspector {
    /// Whether a 2xx with content becomes the file. `start` is the start of the decoded body: all of
    /// it if `is_whole`, else 64 KiB at least. What is declined is the response, its body in memory
    /// as far as it was looked at.
    fn accepts(&mut self, head: &Head, start: &[u8], is_whole: bool) -> bool;

    /// Called each time that more of an accepted body was written: how many bytes in all, and how
    /// many there will be, where that is known.
    fn wrote(&mut self, bytes: u64, total: Option<u64>);
}

/// Where the body of a 2xx goes.
pub(crate) struct Output<'o> {
    pub(crate) path: &'o Path,
    pub(crate) inspector: Option<&'o mut dyn Inspector>,
}

/// What became of a body.
pub(super) struct ReadBody {
    /// Empty where the body is in a file.
    pub(super) bytes: Vec<u8>,
    pub(super) length: u64,
    /// Whether it was read to its end.
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

/// Takes the pieces of a body.
pub(super) type Sink<'s> = &'s mut dyn FnMut(&[u8]) -> Result<()>;

impl<'o> Output<'o> {
    pub(crate) fn to(path: &'o Path) -> Output<'o> {
        Output { path, inspector: None }
    }

    /// Writes what `read` hands on, whole or not at all. `check` fails if the call was ended.
    /// `total` is the length of the decoded body, where it is known.
    pub(super) fn fill(
        self,
        head: &Head,
        total: Option<u64>,
        read: impl FnOnce(Sink<'_>) -> Result<u64>,
        check: impl Fn() -> Result<()>,
    ) -> Result<ReadBody> {
        let goes_on = || check().is_ok();
        let Some(inspector) = self.inspector else {
            let written = file::write_whole_while(self.path, &goes_on, |write| {
                let length = read(write)?;
                check().map(|()| length)
            });
            return written.map(ReadBody::in_file);
        };
        let mut gate =
            Gate { inspector, head, total, held: Vec::new(), verdict: Verdict::Open, written: 0 };
        let written = file::write_whole_while(self.path, &goes_on, |write| {
            let length = read(&mut |bytes| gate.pass(bytes, write))?;
            gate.end(write)?;
            check().map(|()| length)
        });
        match gate.verdict {
            Verdict::Declined { is_whole } => Ok(ReadBody::in_memory(gate.held, is_whole)),
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

    /// The body has come to its end.
    fn end(&mut self, write: Sink<'_>) -> Result<()> {
        if self.verdict == Verdict::Accepted { Ok(()) } else { self.decide(true, write) }
    }

    /// An error ends the writing of the file, if the body is not to become one.
    fn decide(&mut self, is_whole: bool, write: Sink<'_>) -> Result<()> {
        if !self.inspector.accepts(self.head, &self.held, is_whole) {
            self.verdict = Verdict::Declined { is_whole };
            return Err(Error::new(ErrorKind::Aborted, "the response is not the file"));
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
