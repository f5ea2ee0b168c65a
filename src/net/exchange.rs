//! One request and the head of its response on one connection.
//!
//! [`SendMachine`] decides what happens while the request goes out; here its actions are performed.

use std::io;

use ureq::Timeout;

use super::connection::Connection;
use super::diagnose;
use super::early_answer::{SendAction, SendEvent, SendMachine, SendState};
use super::head::HeadReader;
use super::limits::{Limits, step_end};
use crate::error::{Error, ErrorKind, Result};
use crate::message::body::{Body, BodyReader};
use crate::message::response_head::Head;
use crate::trace::{Step, Trace};

/// Why there is no head.
pub(crate) enum ExchangeError {
    /// The connection ended or broke before any byte of an answer: a server closes a kept-alive
    /// connection like this just when a request comes in.
    NoAnswer(Error),
    /// The request's own body failed, so the request never arrived whole.
    Unsent(Error),
    /// Anything else.
    Other(Error),
}

impl ExchangeError {
    pub(crate) fn into_error(self) -> Error {
        match self {
            ExchangeError::NoAnswer(err)
            | ExchangeError::Unsent(err)
            | ExchangeError::Other(err) => err,
        }
    }
}

/// The head of a response, and the state of its connection.
pub(crate) struct ReceivedHead {
    pub(crate) head: Head,
    /// The whole request is out, so the connection is in step.
    pub(crate) in_step: bool,
}

/// Sends `head` and `body` as one stream and waits for the head of the final response.
pub(crate) fn exchange(
    connection: &mut Connection,
    head: &[u8],
    body: Option<&Body<'_>>,
    limits: Limits,
    trace: &mut Trace,
) -> Result<ReceivedHead, ExchangeError> {
    let mut pending = PendingHead::default();
    let mut in_step = false;
    let body = body.filter(|body| body.len() > 0);
    let sender = Sender::new(connection, head, body, limits);
    let head = match sender.run(&mut pending)? {
        SendOutcome { failure: Some(err), .. } => {
            pending.salvage(err, connection, limits, trace)?
        }
        SendOutcome { sent, is_whole, .. } => {
            in_step = is_whole;
            trace.add(if is_whole { Step::Sent { bytes: sent } } else { Step::EarlyAnswer });
            pending.wait(connection, limits)?
        }
    };
    trace.add(Step::Head { status: head.status });
    Ok(ReceivedHead { head, in_step })
}

/// How far a request got.
struct SendOutcome {
    /// Bytes of the request.
    sent: u64,
    /// They are all of it.
    is_whole: bool,
    /// Why the connection takes no more.
    failure: Option<ureq::Error>,
}

/// Sends one request.
struct Sender<'s> {
    connection: &'s mut Connection,
    limits: Limits,
    machine: SendMachine,
    /// What is left of the head.
    head: &'s [u8],
    body: Option<&'s Body<'s>>,
    reader: Option<BodyReader<'s>>,
    /// Instead of the connection's own buffer.
    large: Option<Vec<u8>>,
    /// How many bytes of the request are in the buffer, and how many of these are of the body.
    filled: usize,
    body_filled: usize,
    sent: u64,
    /// Why the state is `Broken`.
    failure: Option<ureq::Error>,
}

/// The size of the pieces of a large body: a quarter of the system calls that a connection's own buffer
/// takes, which is kept small as each idle connection has one.
const LARGE: usize = 256 * 1024;

impl<'s> Sender<'s> {
    /// `body` is not empty.
    fn new(
        connection: &'s mut Connection,
        head: &'s [u8],
        body: Option<&'s Body<'s>>,
        limits: Limits,
    ) -> Self {
        let is_large = body.is_some_and(|body| body.len() > LARGE as u64);
        let large = (is_large && connection.bare_socket().is_some()).then(|| vec![0; LARGE]);
        Sender {
            connection,
            limits,
            machine: SendMachine::new(body.is_some()),
            head,
            body,
            reader: body.map(Body::open),
            large,
            filled: 0,
            body_filled: 0,
            sent: 0,
            failure: None,
        }
    }

    /// Performs what the machine says until nothing more is sent. An error is one of the request's own
    /// body, or of what arrived. The buffer is dropped with the sender: the response may take long.
    fn run(mut self, pending: &mut PendingHead) -> Result<SendOutcome, ExchangeError> {
        let mut action = SendAction::Fill;
        loop {
            let event = match action {
                SendAction::Fill => self.fill().map_err(ExchangeError::Unsent)?,
                SendAction::Write => self.write(),
                SendAction::WriteUnsent => {
                    let written = self.connection.send_unsent(self.limits.write());
                    self.written(written)
                }
                SendAction::Look => {
                    SendEvent::Looked { is_readable: self.connection.is_readable() }
                }
                SendAction::Read => self.read(pending).map_err(ExchangeError::Other)?,
                SendAction::PutAside => {
                    SendEvent::PutAside { has_room: self.connection.put_aside() }
                }
                SendAction::StopSending => {
                    let is_whole = self.machine.state() == SendState::Sent;
                    let Sender { sent, failure, .. } = self;
                    return Ok(SendOutcome { sent, is_whole, failure });
                }
            };
            action = self.machine.next(event, self.connection.has_unsent());
            self.connection.set_mode(self.machine.mode());
        }
    }

    /// Head and body go into the buffer together: a small request is one write, and one TLS record.
    fn fill(&mut self) -> Result<SendEvent> {
        let Sender { connection, head, reader, large, .. } = self;
        let output = match large {
            Some(large) => large,
            None => connection.stream.buffers().output(),
        };
        let n = head.len().min(output.len());
        output[..n].copy_from_slice(&head[..n]);
        *head = &head[n..];
        (self.filled, self.body_filled) = (n, 0);
        let room = &mut output[n..];
        if room.is_empty() {
            return Ok(SendEvent::HeadFilled);
        }
        let Some(reader) = reader else { return Ok(SendEvent::Filled { is_last: true }) };
        self.body_filled = reader.fill(room)?;
        self.filled += self.body_filled;
        Ok(SendEvent::Filled { is_last: self.body_filled < room.len() })
    }

    /// Writes what is in the buffer.
    fn write(&mut self) -> SendEvent {
        // What goes out in one piece is not worth counting.
        if self.machine.state() != SendState::Unwatched {
            self.connection.start(self.body.map_or(0, Body::len));
        }
        if self.filled == 0 {
            return SendEvent::Written;
        }
        let limit = self.limits.write();
        let result = match (&self.large, self.connection.bare_socket()) {
            (Some(large), Some(socket)) => socket.send(&large[..self.filled], limit),
            _ => self.connection.stream.transmit_output(self.filled, limit),
        };
        if result.is_ok() {
            self.sent += self.filled as u64;
            self.connection.count(self.body_filled);
        }
        self.written(result)
    }

    fn written(&mut self, result: Result<(), ureq::Error>) -> SendEvent {
        match result {
            Ok(()) => SendEvent::Written,
            Err(err) => {
                self.failure = Some(err);
                SendEvent::Failed
            }
        }
    }

    /// Takes what has arrived of a response, without waiting.
    fn read(&mut self, pending: &mut PendingHead) -> Result<SendEvent> {
        Ok(match self.connection.stream.await_input(self.limits.read()) {
            Ok(true) => {
                pending.take(self.connection)?;
                SendEvent::Arrived { status: pending.found.as_ref().map(|head| head.status) }
            }
            Ok(false) => {
                if pending.found.is_none() {
                    self.failure = Some(closed());
                }
                SendEvent::PeerEnded
            }
            Err(ureq::Error::Io(err)) if err.kind() == io::ErrorKind::WouldBlock => {
                SendEvent::NothingArrived
            }
            Err(err) => {
                self.failure = Some(err);
                SendEvent::Failed
            }
        })
    }
}

fn closed() -> ureq::Error {
    let why = "the server closed the connection";
    io::Error::new(io::ErrorKind::UnexpectedEof, why).into()
}

/// The head of the response, as far as it has arrived.
#[derive(Default)]
struct PendingHead {
    reader: HeadReader,
    found: Option<Head>,
}

impl PendingHead {
    /// Takes what the connection has in its buffer.
    fn take(&mut self, connection: &mut Connection) -> Result<()> {
        if self.found.is_none() {
            let (used, head) = self.reader.feed(connection.input())?;
            connection.consume(used);
            self.found = head;
        }
        Ok(())
    }

    /// The head that got through although the connection broke with `err`: a server that refuses a body
    /// may close while we write, and its answer counts more than the broken pipe.
    fn salvage(
        &mut self,
        err: ureq::Error,
        connection: &mut Connection,
        limits: Limits,
        trace: &mut Trace,
    ) -> Result<Head, ExchangeError> {
        let may_have_come = matches!(err, ureq::Error::Io(_)) || self.found.is_some();
        match may_have_come.then(|| self.wait(connection, limits)) {
            Some(Ok(head)) => {
                trace.add(Step::EarlyAnswer);
                return Ok(head);
            }
            // A TLS alert says why the connection broke.
            Some(Err(ExchangeError::Other(alert))) if alert.kind() == ErrorKind::Tls => {
                return Err(ExchangeError::Other(alert));
            }
            _ => {}
        }
        let err = diagnose::io(err, "sending the request", limits.silence);
        let has_no_answer = err.kind() == ErrorKind::Io && !self.reader.has_input();
        Err(if has_no_answer { ExchangeError::NoAnswer(err) } else { ExchangeError::Other(err) })
    }

    /// The head, waited for until it is whole. Silence may last as long as the limit says; from its
    /// first byte on the head as a whole has that time, so that a drip does not last for ever.
    fn wait(&mut self, connection: &mut Connection, limits: Limits) -> Result<Head, ExchangeError> {
        const DOING: &str = "waiting for the answer";
        let mut head_end = None;
        loop {
            if !connection.input().is_empty() {
                self.take(connection).map_err(ExchangeError::Other)?;
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
                    ExchangeError::Other(Error::new(ErrorKind::Body, why).with_source(err))
                }
                ErrorKind::Io => ExchangeError::NoAnswer(err),
                _ => ExchangeError::Other(err),
            });
        }
    }
}
