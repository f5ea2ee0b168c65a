//! One request and the head of its response on one connection.

use ureq::Timeout;

use super::connect::{Connection, Limits, step_end};
use super::diagnose;
use super::head::HeadReader;
use super::socket::Mode;
use crate::error::{Error, ErrorKind, Result};
use crate::message::body::Body;
use crate::message::response::Head;
use crate::trace::{Step, Story};

/// Why there is no head.
pub(crate) enum Failure {
    /// The connection ended or broke before any byte of an answer: a server closes a kept-alive
    /// connection like this just when a request comes in.
    NoAnswer(Error),
    /// The request's own body failed, so the request never arrived whole.
    Unsent(Error),
    /// Anything else.
    Other(Error),
}

impl Failure {
    pub(crate) fn into_error(self) -> Error {
        match self {
            Failure::NoAnswer(err) | Failure::Unsent(err) | Failure::Other(err) => err,
        }
    }
}

/// A head, and what has become of the connection.
pub(crate) struct Answer {
    pub(crate) head: Head,
    /// The whole request is out, so the connection is in step.
    pub(crate) in_step: bool,
}

/// Sends `head` and `body` as one stream and waits for the head of the final response.
///
/// A refusal that comes while the body is still going out ends the sending (RFC 9112 section 9.5);
/// any other early answer does not, as a server may answer while it reads.
pub(crate) fn exchange(
    connection: &mut Connection,
    head: &[u8],
    body: Option<&Body<'_>>,
    limits: Limits,
    story: &mut Story,
) -> Result<Answer, Failure> {
    let mut answer = Awaited::default();
    let is_large = body.is_some_and(|body| body.len() > LARGE as u64);
    let large = (is_large && connection.bare_socket().is_some()).then(|| vec![0; LARGE]);
    let mut sender = Sender { connection, limits, large, sent: 0 };
    let sent = sender.send(head, body, &mut answer);
    let Sender { sent: bytes, large, .. } = sender;
    // The answer may be long in coming.
    drop(large);
    connection.set_mode(Mode::Normal);
    let in_step = sent.is_ok();
    let head = match sent {
        Ok(()) => {
            story.add(Step::Sent { bytes });
            answer.head(connection, limits)?
        }
        Err(Halt::Answered) => {
            connection.set_mode(Mode::Mute);
            story.add(Step::EarlyAnswer);
            answer.head(connection, limits)?
        }
        // A server that refuses a body may close while we write. Its answer counts more than the
        // broken pipe, if it got through.
        Err(Halt::Broken(err)) => {
            connection.set_mode(Mode::Mute);
            let is_cut = matches!(err, ureq::Error::Io(_));
            let heard = (is_cut || answer.found.is_some()).then(|| answer.head(connection, limits));
            match heard {
                Some(Ok(head)) => {
                    story.add(Step::EarlyAnswer);
                    head
                }
                // A TLS alert says why the connection broke.
                Some(Err(Failure::Other(alert))) if alert.kind() == ErrorKind::Tls => {
                    return Err(Failure::Other(alert));
                }
                _ => {
                    let err = diagnose::io(err, "sending the request", limits.silence);
                    let gone = err.kind() == ErrorKind::Io && !answer.reader.has_input();
                    return Err(if gone { Failure::NoAnswer(err) } else { Failure::Other(err) });
                }
            }
        }
        Err(Halt::NoBody(err)) => return Err(Failure::Unsent(err)),
        Err(Halt::Garbage(err)) => return Err(Failure::Other(err)),
    };
    story.add(Step::Head { status: head.status });
    Ok(Answer { head, in_step })
}

/// Why sending stopped before the end.
enum Halt {
    /// The answer is here, and it is a refusal.
    Answered,
    /// The connection does not take more.
    Broken(ureq::Error),
    /// The request's own body cannot go on.
    NoBody(Error),
    /// The answer is not HTTP.
    Garbage(Error),
}

struct Sender<'c> {
    connection: &'c mut Connection,
    limits: Limits,
    /// In the place of the connection's own buffer.
    large: Option<Vec<u8>>,
    sent: u64,
}

/// What a large body is written by: a quarter of the system calls that a connection's own buffer
/// takes, which is kept small as each idle connection has one.
const LARGE: usize = 256 * 1024;

impl Sender<'_> {
    fn send(
        &mut self,
        head: &[u8],
        body: Option<&Body<'_>>,
        answer: &mut Awaited,
    ) -> Result<(), Halt> {
        let mut head = head;
        let mut filled = 0;
        // Head and body go out together: a small request is one write, and one TLS record.
        loop {
            let output = self.output();
            let n = head.len().min(output.len() - filled);
            output[filled..filled + n].copy_from_slice(&head[..n]);
            filled += n;
            head = &head[n..];
            if filled < output.len() {
                break;
            }
            self.write(filled)?;
            filled = 0;
        }
        let Some(body) = body.filter(|body| body.len() > 0) else {
            return self.write(filled);
        };
        let mut reader = body.open();
        loop {
            let output = self.output();
            let room = output.len() - filled;
            let n = reader.fill(&mut output[filled..]).map_err(Halt::NoBody)?;
            let is_last = n < room;
            let is_single_write = is_last && self.sent == 0;
            if !is_single_write && !answer.is_enough {
                self.connection.set_mode(Mode::Watch);
            }
            if !is_single_write {
                self.connection.start(body.len());
            }
            if filled + n > 0 {
                self.write(filled + n)?;
                self.connection.count(n);
            }
            filled = 0;
            while !answer.is_enough && (!is_last || self.connection.owes()) {
                self.listen(answer)?;
                if !self.connection.owes() {
                    break;
                }
                self.connection.settle(self.limits.write()).map_err(Halt::Broken)?;
            }
            if is_last {
                // Still owed if enough was heard while the last of the body waited its turn.
                return self.connection.settle(self.limits.write()).map_err(Halt::Broken);
            }
        }
    }

    fn output(&mut self) -> &mut [u8] {
        match &mut self.large {
            Some(large) => large,
            None => self.connection.transport.buffers().output(),
        }
    }

    fn write(&mut self, amount: usize) -> Result<(), Halt> {
        let limit = self.limits.write();
        let result = match (&self.large, self.connection.bare_socket()) {
            (Some(large), Some(socket)) => socket.send(&large[..amount], limit),
            _ => self.connection.transport.transmit_output(amount, limit),
        };
        self.sent += amount as u64;
        result.map_err(Halt::Broken)
    }

    /// Takes what has come of an answer, without waiting.
    fn listen(&mut self, answer: &mut Awaited) -> Result<(), Halt> {
        while !answer.is_enough && self.connection.is_readable() {
            self.connection.set_mode(Mode::Poll);
            let polled = self.connection.transport.await_input(self.limits.read());
            self.connection.set_mode(Mode::Watch);
            match polled {
                Ok(true) => answer.take(self.connection).map_err(Halt::Garbage)?,
                // TLS has messages of its own, which are no answer.
                Err(ureq::Error::Io(err)) if err.kind() == std::io::ErrorKind::WouldBlock => {}
                // A server that has said all may still be listening.
                Ok(false) if answer.found.is_some() => answer.is_enough = true,
                Ok(false) => return Err(Halt::Broken(closed())),
                Err(err) => return Err(Halt::Broken(err)),
            }
            match &answer.found {
                Some(head) if head.status >= 300 => return Err(Halt::Answered),
                // A server may answer while it reads. What comes of its body is put aside, as it
                // may not go on reading before that is taken from it.
                Some(_) if !self.connection.put_aside() => answer.is_enough = true,
                _ => {}
            }
        }
        if answer.is_enough {
            self.connection.set_mode(Mode::Normal);
        }
        Ok(())
    }
}

fn closed() -> ureq::Error {
    let why = "the server closed the connection";
    std::io::Error::new(std::io::ErrorKind::UnexpectedEof, why).into()
}

/// The head that is to come.
#[derive(Default)]
struct Awaited {
    reader: HeadReader,
    found: Option<Head>,
    /// Nothing more need be heard until the request is out.
    is_enough: bool,
}

impl Awaited {
    /// Takes what the connection has in its buffer.
    fn take(&mut self, connection: &mut Connection) -> Result<()> {
        if self.found.is_none() {
            let (used, head) = self.reader.feed(connection.input())?;
            connection.consume(used);
            self.found = head;
        }
        Ok(())
    }

    /// The head, waited for until it is whole. Silence may last as long as the limit says; from its
    /// first byte on the head as a whole has that time, so that a drip does not last for ever.
    fn head(&mut self, connection: &mut Connection, limits: Limits) -> Result<Head, Failure> {
        const DOING: &str = "waiting for the answer";
        let mut head_end = None;
        loop {
            if !connection.input().is_empty() {
                self.take(connection).map_err(Failure::Other)?;
            }
            if let Some(head) = self.found.take() {
                return Ok(head);
            }
            if self.reader.is_between_heads() {
                head_end = None;
            } else if head_end.is_none() && self.reader.has_input() {
                head_end = step_end(limits.silence, Timeout::PerRead);
            }
            let limit = match head_end {
                Some(_) => limits.until(head_end),
                None => limits.read(),
            };
            let err = match connection.receive(limit) {
                Ok(true) => continue,
                Ok(false) => closed(),
                Err(err) => err,
            };
            let err = diagnose::io(err, DOING, limits.silence);
            return Err(match err.kind() {
                ErrorKind::Io if self.reader.has_input() => {
                    let why = "the connection ended in the middle of the response header";
                    Failure::Other(Error::new(ErrorKind::Body, why).with_source(err))
                }
                ErrorKind::Io => Failure::NoAnswer(err),
                _ => Failure::Other(err),
            });
        }
    }
}
