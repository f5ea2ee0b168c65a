//! One request and the head of its response on one connection.
//!
//! This module performs the actions that [`SendMachine`] decides on while a request is sent.

use std::io;

use ureq::Timeout;

use super::buffers::Buffer;
use super::connection::Connection;
use super::diagnose;
use super::early_response::{SendAction, SendEvent, SendMachine, SendState};
use super::head::HeadReader;
use super::limits::{Limits, step_end};
use crate::error::{Error, ErrorKind, Result};
use crate::message::body::{Body, BodyReader};
use crate::message::response_head::Head;
use crate::trace::{Step, Trace};

/// The error of an exchange without a response head.
pub(crate) enum ExchangeError {
    /// The connection closed or broke before any byte of a response. A server may close a
    /// kept-alive connection like this just as a request arrives.
    NoResponse(Error),
    /// The request body could not be read, so the server never received a complete request.
    Unsent(Error),
    /// Anything else.
    Other(Error),
}

impl ExchangeError {
    pub(crate) fn into_error(self) -> Error {
        match self {
            ExchangeError::NoResponse(err)
            | ExchangeError::Unsent(err)
            | ExchangeError::Other(err) => err,
        }
    }
}

/// Sends `head` and `body` as one stream, waits for the head of the final response, and writes it to `answer`.
/// Returns whether the whole request was sent. Otherwise the connection cannot be reused.
pub(crate) fn exchange(
    connection: &mut Connection,
    head: &[u8],
    body: Option<&Body<'_>>,
    limits: Limits,
    trace: &mut Trace,
    answer: &mut Head,
) -> Result<bool, ExchangeError> {
    let mut pending = PendingHead { reader: HeadReader::default(), head: answer, is_found: false };
    let mut is_request_sent = false;
    let body = body.filter(|body| body.len() > 0);
    let sender = Sender::new(connection, head, body, limits);
    match sender.run(&mut pending)? {
        SendOutcome { failure: Some(err), .. } => {
            pending.recover(err, connection, limits, trace)?;
        }
        SendOutcome { sent, is_complete, .. } => {
            is_request_sent = is_complete;
            trace.add(if is_complete { Step::Sent { bytes: sent } } else { Step::EarlyAnswer });
            pending.wait(connection, limits)?;
        }
    }
    trace.add(Step::Head { status: answer.status });
    Ok(is_request_sent)
}

/// How much of a request was sent.
struct SendOutcome {
    /// Bytes of the request.
    sent: u64,
    /// Whether that is the whole request.
    is_complete: bool,
    /// The error of the connection, if it failed.
    failure: Option<ureq::Error>,
}

/// Sends one request.
struct Sender<'s> {
    connection: &'s mut Connection,
    limits: Limits,
    machine: SendMachine,
    /// The rest of the head.
    head: &'s [u8],
    body: Option<&'s Body<'s>>,
    reader: Option<BodyReader<'s>>,
    buffer: Buffer,
    /// The bytes of the request in the buffer, and how many of them belong to the body.
    filled: usize,
    body_filled: usize,
    sent: u64,
    /// The error that led to `Broken`.
    failure: Option<ureq::Error>,
}

/// The size of the pieces of a large body. They need a quarter of the system calls of the usual
/// buffer, which is small because a thread keeps it; over TLS, of those that read a file.
const LARGE_BUFFER: usize = 256 * 1024;

impl<'s> Sender<'s> {
    /// `body` must not be empty.
    fn new(
        connection: &'s mut Connection,
        head: &'s [u8],
        body: Option<&'s Body<'s>>,
        limits: Limits,
    ) -> Self {
        let is_large = body.is_some_and(|body| body.len() > LARGE_BUFFER as u64);
        Sender {
            connection,
            limits,
            machine: SendMachine::new(body.is_some()),
            head,
            body,
            reader: body.map(Body::open),
            buffer: if is_large { Buffer::of_size(LARGE_BUFFER) } else { Buffer::take() },
            filled: 0,
            body_filled: 0,
            sent: 0,
            failure: None,
        }
    }

    /// Performs the machine's actions until it stops. Fails if the body of the request does, or if
    /// the response is invalid. Drops the buffer, because the response may take long.
    fn run(mut self, pending: &mut PendingHead<'_>) -> Result<SendOutcome, ExchangeError> {
        let mut action = SendAction::Fill;
        loop {
            let event = match action {
                SendAction::Fill => self.fill().map_err(ExchangeError::Unsent)?,
                SendAction::Write => self.write(),
                SendAction::WriteUnsent => {
                    let written = self.connection.send_unsent(self.limits.write());
                    self.write_event(written)
                }
                SendAction::CheckInput => {
                    SendEvent::InputChecked { is_readable: self.connection.is_readable() }
                }
                SendAction::Read => self.read(pending).map_err(ExchangeError::Other)?,
                SendAction::Stash => SendEvent::Stashed { has_room: self.connection.stash_input() },
                SendAction::StopSending => {
                    let is_complete = self.machine.state() == SendState::Sent;
                    let Sender { sent, failure, .. } = self;
                    return Ok(SendOutcome { sent, is_complete, failure });
                }
            };
            action = self.machine.next(event, self.connection.has_unsent());
            self.connection.set_mode(self.machine.mode());
        }
    }

    /// Fills the buffer with head and body together: a small request is one write, and one TLS
    /// record.
    fn fill(&mut self) -> Result<SendEvent> {
        let Sender { head, reader, buffer, .. } = self;
        let n = head.len().min(buffer.len());
        buffer[..n].copy_from_slice(&head[..n]);
        *head = &head[n..];
        (self.filled, self.body_filled) = (n, 0);
        let room = &mut buffer[n..];
        if room.is_empty() {
            return Ok(SendEvent::HeadFilled);
        }
        let Some(reader) = reader else { return Ok(SendEvent::Filled { is_last: true }) };
        self.body_filled = reader.fill(room)?;
        self.filled += self.body_filled;
        Ok(SendEvent::Filled { is_last: self.body_filled < room.len() })
    }

    /// Writes the buffer.
    fn write(&mut self) -> SendEvent {
        // A body in one piece needs no progress events.
        if self.machine.state() != SendState::Idle {
            self.connection.start(self.body.map_or(0, Body::len));
        }
        if self.filled == 0 {
            return SendEvent::Written;
        }
        let bytes = &self.buffer[..self.filled];
        let result = self.connection.stream.send(bytes, self.limits.write());
        if result.is_ok() {
            self.sent += self.filled as u64;
            self.connection.count(self.body_filled);
        }
        self.write_event(result)
    }

    fn write_event(&mut self, result: Result<(), ureq::Error>) -> SendEvent {
        match result {
            Ok(()) => SendEvent::Written,
            Err(err) => {
                self.failure = Some(err);
                SendEvent::Failed
            }
        }
    }

    /// Reads input without waiting.
    fn read(&mut self, pending: &mut PendingHead<'_>) -> Result<SendEvent> {
        Ok(match self.connection.stream.receive(self.limits.read()) {
            Ok(true) => {
                pending.take(self.connection)?;
                SendEvent::Arrived { status: pending.is_found.then_some(pending.head.status) }
            }
            Ok(false) => {
                if !pending.is_found {
                    self.failure = Some(closed_by_server());
                }
                SendEvent::PeerClosed
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

fn closed_by_server() -> ureq::Error {
    let why = "the server closed the connection";
    io::Error::new(io::ErrorKind::UnexpectedEof, why).into()
}

/// The head of the response, which may be incomplete.
struct PendingHead<'h> {
    reader: HeadReader,
    head: &'h mut Head,
    /// Whether the head is complete.
    is_found: bool,
}

impl PendingHead<'_> {
    /// Feeds the connection's input to the head reader.
    fn take(&mut self, connection: &mut Connection) -> Result<()> {
        if !self.is_found {
            let (used, is_complete) = self.reader.feed_into(connection.input(), self.head)?;
            connection.consume(used);
            self.is_found = is_complete;
        }
        Ok(())
    }

    /// Reads the head although the connection failed with `err`. A server that refuses a body may
    /// close the connection while the client writes; its response says more than the broken pipe.
    fn recover(
        &mut self,
        err: ureq::Error,
        connection: &mut Connection,
        limits: Limits,
        trace: &mut Trace,
    ) -> Result<(), ExchangeError> {
        let may_have_arrived = matches!(err, ureq::Error::Io(_)) || self.is_found;
        match may_have_arrived.then(|| self.wait(connection, limits)) {
            Some(Ok(())) => {
                trace.add(Step::EarlyAnswer);
                return Ok(());
            }
            // A TLS alert says why the connection broke.
            Some(Err(ExchangeError::Other(alert))) if alert.kind() == ErrorKind::Tls => {
                return Err(ExchangeError::Other(alert));
            }
            _ => {}
        }
        let err = diagnose::io(err, "sending the request", limits.silence);
        let has_no_response = err.kind() == ErrorKind::Io && !self.reader.has_input();
        Err(if has_no_response {
            ExchangeError::NoResponse(err)
        } else {
            ExchangeError::Other(err)
        })
    }

    /// Waits until the head is complete. The silence limit applies until its first byte, and
    /// then to the head as a whole, so that a server cannot send it byte by byte forever.
    fn wait(&mut self, connection: &mut Connection, limits: Limits) -> Result<(), ExchangeError> {
        const DOING: &str = "waiting for the response";
        let mut head_end = None;
        loop {
            if !connection.input().is_empty() {
                self.take(connection).map_err(ExchangeError::Other)?;
            }
            if self.is_found {
                return Ok(());
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
                Ok(false) => closed_by_server(),
                Err(err) => err,
            };
            let err = diagnose::io(err, DOING, limits.silence);
            return Err(match err.kind() {
                ErrorKind::Io if self.reader.has_input() => {
                    let why = "the connection ended in the middle of the response header";
                    ExchangeError::Other(Error::new(ErrorKind::Body, why).with_source(err))
                }
                ErrorKind::Io => ExchangeError::NoResponse(err),
                _ => ExchangeError::Other(err),
            });
        }
    }
}
