//! Responses that start while the request is still going out, without I/O.
//!
//! A server may answer before it has read the whole request (RFC 9112 section 9.5). A client that first
//! writes everything and then reads fails in two ways. A server that refuses an upload stops reading: the
//! client's write blocks until a time limit ends it, and the refusal is never seen. A server that sends its
//! response while it reads may block until somebody takes that response: then both sides wait for each
//! other. So while a body goes out, this client looks for a response between two pieces, and a write that
//! blocks gives way as soon as there is something to read. The bytes that such a write did not send are
//! *unsent*: they are kept in memory, and leave before anything newer.
//!
//! The first head that is not interim decides; interim heads (1xx) are passed over. A refusal (status 300
//! and above) ends the sending. The head of any other response goes to the head's reader like every head,
//! the bytes after it are put aside in memory, and the sending goes on.
//!
//! [`SendMachine`] decides this. It is given an event, what has just happened, and says the next action.
//! `exchange.rs` performs the actions; `socket.rs` asks the machine's [`IoMode`] what a write or a read
//! does. The bytes in memory are [`Unsent`] and [`Aside`], both in `buffers.rs`.
//!
//! A request goes out in pieces, each as large as the buffer at most. Head and body share pieces. The
//! machine starts in Unwatched, and stays there if there is no body, or if head and body together are one
//! piece. Else it listens from the first piece on that may hold some of the body: also where the head has
//! filled the buffer and the body is one piece behind it.
//!
//! ```text
//!             +-----------+
//!  start ---> | Unwatched |------------------------------- all is written ---------> Sent
//!             +-----------+
//!                   | a body, and more than one piece
//!                   v
//!             +-----------+
//!             | Listening |------------------------------- head, status >= 300 ----> Refused
//!             +-----------+
//!               |       | head, status < 300
//!               |       v
//!               |  +-----------+
//!               |  | Answered  |
//!               |  +-----------+
//!               |    |       | 1 MiB is put aside, or the peer has ended its side
//!               |    |       v
//!               |    |  +-----------+
//!               |    |  |  Enough   |
//!               |    |  +-----------+
//!               |    |       |
//!               +----+-------+---------------------------- all is written ---------> Sent
//!
//!      The connection fails, in any of these four; or the peer ends its side
//!      while Listening:                                                              Broken
//! ```
//!
//! In Sent, Refused and Broken the action is [`SendAction::StopSending`], and `exchange.rs` turns to the
//! head of the response. In Refused it is here already. In Broken after a failed
//! read or write `exchange.rs` still looks for one: the commonest refusal of an upload is a server that
//! answers and closes the connection, so that the next write fails before the answer was read.
//!
//! | state | a write that blocks | a read | mode |
//! |---|---|---|---|
//! | Unwatched, Enough, Sent | waits | waits | [`IoMode::Block`] |
//! | Listening, Answered | gives way to input; what is left is unsent | only if there is input | [`IoMode::GiveWay`] |
//! | the same, during a read | writes nothing: what TLS has to say is unsent | does not wait | [`IoMode::Poll`] |
//! | Refused, Broken | nothing is written any more | waits | [`IoMode::Mute`] |
//!
//! Between two pieces of a body, Listening and Answered repeat this round. `Written` ends a write even if
//! some of it is unsent.
//!
//! ```text
//!      Fill -> Write -> Look -- nothing to read, nothing unsent -----------------> Fill, or Sent
//!                        |----- nothing to read, some is unsent -> WriteUnsent --> Look
//!                        +----- something to read -> Read
//!
//!      Read -- no whole head yet, or only messages of TLS -----------------------> Look
//!       |----- a refusal's head -------------------------------------------------> Refused
//!       |----- another head, or in Answered bytes of the body -> PutAside -- room -> Look
//!       |                                                            +---- full -> Enough
//!       +----- the end of the peer's side ------- Listening: Broken, Answered: Enough
//!
//!      Write, WriteUnsent or Read fails -----------------------------------------> Broken
//! ```
//!
//! In Enough there is no look: what is unsent is written, then the rest of the pieces. In Listening and
//! Answered there is one after the last piece only if some of it is unsent.
//!
//! Invariants, each held by a test in `tests.rs`:
//!
//! 1. Bytes become unsent only while Listening or Answered, where a write may give way.
//! 2. The request goes out in order: unsent bytes leave before anything newer.
//! 3. In Refused and Broken nothing is written.
//! 4. No byte that arrived is lost or reordered: until the head is found it goes to the head's reader, then
//!    it is put aside, in front of what the connection still buffers.
//! 5. In Sent nothing is unsent.
//! 6. A request without a body, or one that is a single piece, is written without a look: a small request
//!    is one system call.
//! 7. No more is put aside than 1 MiB and what one read brings.

mod buffers;
#[cfg(test)]
mod tests;

pub(super) use buffers::{Aside, Unsent};

/// What reads and writes of a connection do at present.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum IoMode {
    /// Reads and writes block, within their limits.
    Block,
    /// A write that blocks gives way once there is something to read. What it could not send is unsent.
    GiveWay,
    /// Reads do not block. Writes (TLS has some of its own) become unsent.
    Poll,
    /// Writes go nowhere: the peer has stopped reading, and only its response matters.
    Mute,
}

/// How far the sending of a request is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum SendState {
    /// Nothing has been written but, at most, a part of the head; or there is no body.
    Unwatched,
    /// A body is going out, and no response head is here yet.
    Listening,
    /// A body is going out, and the head of a response that is no refusal is here.
    Answered,
    /// As much was put aside as may be, or as there is: the rest of the body goes out unwatched.
    Enough,
    /// The whole request is out.
    Sent,
    /// The head of a refusal is here.
    Refused,
    /// The connection failed.
    Broken,
}

/// What has just happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum SendEvent {
    /// The buffer is full of a head that goes on.
    HeadFilled,
    /// The next piece of the request is in the buffer, even if it is empty.
    Filled { is_last: bool },
    /// The piece, or what was unsent, is written, as far as the write did not give way. Some may be unsent.
    Written,
    /// Whether a read would return at once, with bytes, the end or an error.
    Looked { is_readable: bool },
    /// Bytes have arrived. If the head is whole, now or since an earlier event, it has this status.
    Arrived { status: Option<u16> },
    /// The read brought nothing of the response: TLS has messages of its own.
    NothingArrived,
    /// What arrived is in memory. Whether more may be put there.
    PutAside { has_room: bool },
    /// The peer ends its side in order.
    PeerEnded,
    /// A read or a write failed.
    Failed,
}

/// What to do next. Each action but the last ends with an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum SendAction {
    /// Put the next piece of the request into the buffer.
    Fill,
    /// Write the buffer.
    Write,
    /// Write what is unsent.
    WriteUnsent,
    /// Find out whether there is something to read.
    Look,
    /// Read without waiting, and look for the end of the head if it is not here yet.
    Read,
    /// Move what was read into memory.
    PutAside,
    /// Nothing more is sent. The state is `Sent`, `Refused` or `Broken`.
    StopSending,
}

/// Decides what is done while a request goes out.
#[derive(Debug)]
pub(super) struct SendMachine {
    state: SendState,
    has_body: bool,
    /// A piece has been filled before.
    has_started: bool,
    /// The piece that was filled last ends the request.
    is_last: bool,
    /// A read without waiting is going on.
    is_reading: bool,
}

impl SendMachine {
    /// For a request with a body that is not empty, or without one. Its first action is `Fill`.
    pub(super) fn new(has_body: bool) -> SendMachine {
        SendMachine {
            state: SendState::Unwatched,
            has_body,
            has_started: false,
            is_last: false,
            is_reading: false,
        }
    }

    pub(super) fn state(&self) -> SendState {
        self.state
    }

    /// What reads and writes are to do during the next action.
    pub(super) fn mode(&self) -> IoMode {
        match self.state {
            SendState::Unwatched | SendState::Enough | SendState::Sent => IoMode::Block,
            SendState::Listening | SendState::Answered if self.is_reading => IoMode::Poll,
            SendState::Listening | SendState::Answered => IoMode::GiveWay,
            SendState::Refused | SendState::Broken => IoMode::Mute,
        }
    }

    /// Takes what happened in the last action, and whether anything is unsent now.
    pub(super) fn next(&mut self, event: SendEvent, has_unsent: bool) -> SendAction {
        self.is_reading = false;
        match event {
            SendEvent::HeadFilled => {
                self.has_started = true;
                SendAction::Write
            }
            SendEvent::Filled { is_last } => {
                let is_whole = is_last && !self.has_started;
                if self.has_body && !is_whole && self.state == SendState::Unwatched {
                    self.state = SendState::Listening;
                }
                self.has_started = true;
                self.is_last = is_last;
                SendAction::Write
            }
            SendEvent::Written if self.is_listening() && (has_unsent || !self.is_last) => {
                SendAction::Look
            }
            SendEvent::Written | SendEvent::Looked { is_readable: false } => self.go_on(has_unsent),
            SendEvent::Looked { is_readable: true } => {
                self.is_reading = true;
                SendAction::Read
            }
            SendEvent::NothingArrived | SendEvent::Arrived { status: None } => SendAction::Look,
            SendEvent::Arrived { status: Some(300..) } => self.end(SendState::Refused),
            SendEvent::Arrived { status: Some(_) } => {
                self.state = SendState::Answered;
                SendAction::PutAside
            }
            // A server may read on only after its response is taken from it.
            SendEvent::PutAside { has_room: true } => SendAction::Look,
            SendEvent::PutAside { has_room: false } => self.stop_listening(has_unsent),
            // A server that has said all may still be reading.
            SendEvent::PeerEnded if self.state == SendState::Answered => {
                self.stop_listening(has_unsent)
            }
            SendEvent::PeerEnded | SendEvent::Failed => self.end(SendState::Broken),
        }
    }

    fn is_listening(&self) -> bool {
        matches!(self.state, SendState::Listening | SendState::Answered)
    }

    fn stop_listening(&mut self, has_unsent: bool) -> SendAction {
        self.state = SendState::Enough;
        self.go_on(has_unsent)
    }

    fn go_on(&mut self, has_unsent: bool) -> SendAction {
        match (has_unsent, self.is_last) {
            (true, _) => SendAction::WriteUnsent,
            (false, true) => self.end(SendState::Sent),
            (false, false) => SendAction::Fill,
        }
    }

    fn end(&mut self, state: SendState) -> SendAction {
        self.state = state;
        SendAction::StopSending
    }
}
