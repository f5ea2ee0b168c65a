//! Responses that start while the request is still being sent, without I/O.
//!
//! A server may respond before it has read the whole request (RFC 9112 section 9.5). A client that
//! writes everything first and then reads fails in two ways. A server that refuses an upload stops
//! reading: the client's write blocks until a time limit ends it, and the refusal is never read. A
//! server that sends its response while it reads may block until the client reads that response:
//! then both sides wait for each other. So while a body is sent, this client checks for input
//! between two pieces, and a write that would block yields to input. The bytes that such a write did
//! not send are *unsent*: they are kept in memory, and are sent before anything newer.
//!
//! The first head that is not interim decides; interim heads (1xx) are skipped. A refusal (status
//! 300 and above) ends the sending. The head of any other response goes to the head reader like
//! every head, the bytes after it are stashed in memory, and the sending continues.
//!
//! [`SendMachine`] makes these decisions. It takes an event (the result of the last action) and
//! returns the next action. Only [`SendMachine::next`] changes the state. `exchange.rs` performs
//! the actions; `socket.rs` asks the machine's [`IoMode`] how a write or a read behaves. [`Unsent`]
//! and [`Stash`], both in `buffers.rs`, keep the bytes in memory.
//!
//! A request is sent in pieces of at most one buffer. Head and body share pieces. The machine
//! starts in Idle, and stays there if there is no body, or if head and body together are one
//! piece. Otherwise it listens from the first piece that may contain some of the body, even if the
//! head has filled the buffer and the body is the one piece after it.
//!
//! ```text
//!             +-----------+
//!  start ---> |   Idle    |------------------------------- all is written ---------> Sent
//!             +-----------+
//!                   | a body, and more than one piece
//!                   v
//!             +-----------+
//!             | Listening |------------------------------- head, status >= 300 ----> Refused
//!             +-----------+
//!               |       | head, status < 300
//!               |       v
//!               |  +-----------+
//!               |  | Responded |
//!               |  +-----------+
//!               |    |       | 1 MiB is stashed, or the peer has closed its side
//!               |    |       v
//!               |    |  +-----------+
//!               |    |  | Finishing |
//!               |    |  +-----------+
//!               |    |       |
//!               +----+-------+---------------------------- all is written ---------> Sent
//!
//!      The connection fails, in any of these four states; or the peer closes its
//!      side in Listening:                                                            Broken
//! ```
//!
//! In Sent, Refused and Broken the action is [`SendAction::StopSending`], and `exchange.rs` reads
//! the head of the response. In Refused it has arrived. In Broken, after a failed read or write,
//! `exchange.rs` still tries to read one: servers often refuse an upload by responding and closing
//! the connection, so that the next write fails before the response was read.
//!
//! | state | a write that would block | a read | mode |
//! |---|---|---|---|
//! | Idle, Finishing, Sent | waits | waits | [`IoMode::Block`] |
//! | Listening, Responded | yields to input; the rest is unsent | only if there is input | [`IoMode::YieldToInput`] |
//! | the same, during a read | writes nothing: messages of TLS become unsent | does not wait | [`IoMode::Poll`] |
//! | Refused, Broken | writes nothing | waits | [`IoMode::Discard`] |
//!
//! Between two pieces of a body, Listening and Responded repeat this round. `Written` ends a write
//! even if some of it is unsent.
//!
//! ```text
//!      Fill -> Write -> CheckInput -- no input, nothing unsent ------------------> Fill, or Sent
//!                        |----- no input, some is unsent -> WriteUnsent ---------> CheckInput
//!                        +----- input -> Read
//!
//!      Read -- no complete head yet, or only messages of TLS --------------------> CheckInput
//!       |----- a refusal's head -------------------------------------------------> Refused
//!       |----- another head, or in Responded bytes of the body -> Stash - room --> CheckInput
//!       |                                                          +--- full ----> Finishing
//!       +----- the peer closed its side ------ Listening: Broken, Responded: Finishing
//!
//!      Write, WriteUnsent or Read fails -----------------------------------------> Broken
//! ```
//!
//! In Finishing there is no CheckInput: unsent bytes are written, then the remaining pieces. In
//! Listening and Responded, CheckInput follows the last piece only if some of it is unsent.
//!
//! Invariants, which `tests.rs` checks:
//!
//! 1. Bytes become unsent only in Listening and Responded, where a write may yield.
//! 2. The request is sent in order: unsent bytes before anything newer.
//! 3. In Refused and Broken nothing is written.
//! 4. No byte that arrived is lost or reordered: it goes to the head reader until the head is complete, then
//!    to the stash, which is read before the connection's own buffer.
//! 5. In Sent nothing is unsent.
//! 6. A request without a body, or of a single piece, is written without a CheckInput: a small request
//!    is one system call.
//! 7. The stash has at most 1 MiB plus the input of one read.

mod buffers;
#[cfg(test)]
mod tests;

pub(super) use buffers::{Stash, Unsent};

/// How reads and writes of a connection behave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum IoMode {
    /// Reads and writes block, within their limits.
    Block,
    /// A write that would block yields to input. The bytes that it did not send become unsent.
    YieldToInput,
    /// Reads do not block. Writes, which are messages of TLS, become unsent.
    Poll,
    /// Writes are discarded: the peer has stopped reading, and only its response matters.
    Discard,
}

/// The progress of sending a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum SendState {
    /// At most a part of the head has been written, or there is no body.
    Idle,
    /// A body is being sent, and no response head has arrived.
    Listening,
    /// A body is being sent, and the head of a response that is not a refusal has arrived.
    Responded,
    /// The stash is full, or the peer has closed its side: the rest of the body is sent without
    /// checking for input.
    Finishing,
    /// The whole request has been sent.
    Sent,
    /// The head of a refusal has arrived.
    Refused,
    /// The connection failed.
    Broken,
}

/// The result of the last action.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum SendEvent {
    /// The head has filled the buffer, and continues in the next piece.
    HeadFilled,
    /// The next piece of the request is in the buffer, even if it is empty.
    Filled { is_last: bool },
    /// A write ended without an error. If it yielded, some of the bytes are unsent.
    Written,
    /// Whether a read would return at once, with bytes, the end or an error.
    InputChecked { is_readable: bool },
    /// Bytes have arrived. `status` is `Some` once the head is complete.
    Arrived { status: Option<u16> },
    /// The read returned no bytes of the response, only messages of TLS.
    NothingArrived,
    /// The input has been moved to the stash, which may have room for more.
    Stashed { has_room: bool },
    /// The peer has closed its side without an error.
    PeerClosed,
    /// A read or a write failed.
    Failed,
}

/// The next action. Every action except the last results in an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum SendAction {
    /// Put the next piece of the request into the buffer.
    Fill,
    /// Write the buffer.
    Write,
    /// Write the unsent bytes.
    WriteUnsent,
    /// Check whether there is input.
    CheckInput,
    /// Read without waiting, and feed the head reader if the head is not complete.
    Read,
    /// Move the input to the stash.
    Stash,
    /// Send nothing more. The state is `Sent`, `Refused` or `Broken`.
    StopSending,
}

/// Decides what to do while a request is sent. The module documentation describes the states.
#[derive(Debug)]
pub(super) struct SendMachine {
    state: SendState,
    has_body: bool,
    /// Whether a piece has been filled before.
    has_started: bool,
    /// Whether the last piece filled ends the request.
    is_last: bool,
    /// Whether the current action is a read.
    is_reading: bool,
}

impl SendMachine {
    /// Creates a machine for a request. `has_body` is false for an empty body. The first action is
    /// `Fill`.
    pub(super) fn new(has_body: bool) -> SendMachine {
        SendMachine {
            state: SendState::Idle,
            has_body,
            has_started: false,
            is_last: false,
            is_reading: false,
        }
    }

    pub(super) fn state(&self) -> SendState {
        self.state
    }

    /// Returns how reads and writes behave during the next action.
    pub(super) fn mode(&self) -> IoMode {
        match self.state {
            SendState::Idle | SendState::Finishing | SendState::Sent => IoMode::Block,
            SendState::Listening | SendState::Responded if self.is_reading => IoMode::Poll,
            SendState::Listening | SendState::Responded => IoMode::YieldToInput,
            SendState::Refused | SendState::Broken => IoMode::Discard,
        }
    }

    /// Takes the result of the last action, and whether any bytes are unsent, and returns the next
    /// action.
    pub(super) fn next(&mut self, event: SendEvent, has_unsent: bool) -> SendAction {
        self.is_reading = false;
        match event {
            SendEvent::HeadFilled => {
                self.has_started = true;
                SendAction::Write
            }
            SendEvent::Filled { is_last } => {
                let is_whole = is_last && !self.has_started;
                if self.has_body && !is_whole && self.state == SendState::Idle {
                    self.state = SendState::Listening;
                }
                self.has_started = true;
                self.is_last = is_last;
                SendAction::Write
            }
            SendEvent::Written if self.is_listening() && (has_unsent || !self.is_last) => {
                SendAction::CheckInput
            }
            SendEvent::Written | SendEvent::InputChecked { is_readable: false } => {
                self.send_next(has_unsent)
            }
            SendEvent::InputChecked { is_readable: true } => {
                self.is_reading = true;
                SendAction::Read
            }
            SendEvent::NothingArrived | SendEvent::Arrived { status: None } => {
                SendAction::CheckInput
            }
            SendEvent::Arrived { status: Some(300..) } => self.end(SendState::Refused),
            SendEvent::Arrived { status: Some(_) } => {
                self.state = SendState::Responded;
                SendAction::Stash
            }
            // A server may continue to read only after the client has read its response.
            SendEvent::Stashed { has_room: true } => SendAction::CheckInput,
            SendEvent::Stashed { has_room: false } => self.stop_listening(has_unsent),
            // A server that has sent everything may still be reading.
            SendEvent::PeerClosed if self.state == SendState::Responded => {
                self.stop_listening(has_unsent)
            }
            SendEvent::PeerClosed | SendEvent::Failed => self.end(SendState::Broken),
        }
    }

    fn is_listening(&self) -> bool {
        matches!(self.state, SendState::Listening | SendState::Responded)
    }

    fn stop_listening(&mut self, has_unsent: bool) -> SendAction {
        self.state = SendState::Finishing;
        self.send_next(has_unsent)
    }

    fn send_next(&mut self, has_unsent: bool) -> SendAction {
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
