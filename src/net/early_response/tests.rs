//! Tests of the machine and its buffers without a network: each transition, and then every run of a
//! small model of a connection, in which the peer, the socket and TLS choose freely at each step.

use std::io::IoSlice;

use super::buffers::MAX_STASH;
use super::*;

use IoMode::{Block, Discard, Poll, YieldToInput};
use SendAction as Act;
use SendEvent as Ev;
use SendState as St;

const PIECE: Ev = Ev::Filled { is_last: false };
const LAST: Ev = Ev::Filled { is_last: true };
const QUIET: Ev = Ev::InputChecked { is_readable: false };
const INPUT: Ev = Ev::InputChecked { is_readable: true };
const PART_OF_HEAD: Ev = Ev::Arrived { status: None };
const SUCCESS: Ev = Ev::Arrived { status: Some(200) };
const REFUSAL: Ev = Ev::Arrived { status: Some(413) };
const ROOM: Ev = Ev::Stashed { has_room: true };
const NO_ROOM: Ev = Ev::Stashed { has_room: false };

/// Feeds the events in turn, each with whether bytes are unsent after it, and compares the final
/// action, state and mode.
fn leads_to(events: &[(Ev, bool)], expected: (Act, St, IoMode)) {
    let mut machine = SendMachine::new(true);
    let mut action = Act::Fill;
    for (event, has_unsent) in events {
        action = machine.next(*event, *has_unsent);
    }
    assert_eq!((action, machine.state(), machine.mode()), expected, "{events:?}");
}

#[test]
fn a_request_in_one_piece_is_one_write_without_an_input_check() {
    for has_body in [false, true] {
        let mut machine = SendMachine::new(has_body);
        assert_eq!(machine.next(LAST, false), Act::Write);
        assert_eq!((machine.state(), machine.mode()), (St::Idle, Block));
        assert_eq!(machine.next(Ev::Written, false), Act::StopSending);
        assert_eq!((machine.state(), machine.mode()), (St::Sent, Block));
    }
}

#[test]
fn a_long_head_without_a_body_is_written_without_an_input_check() {
    let mut machine = SendMachine::new(false);
    for (event, action) in [
        (Ev::HeadFilled, Act::Write),
        (Ev::Written, Act::Fill),
        (LAST, Act::Write),
        (Ev::Written, Act::StopSending),
    ] {
        assert_eq!(machine.mode(), Block);
        assert_eq!(machine.next(event, false), action);
    }
    assert_eq!(machine.state(), St::Sent);
}

#[test]
fn transitions_match_the_diagram() {
    let (done, left) = (false, true);
    // Idle.
    leads_to(&[(Ev::HeadFilled, done)], (Act::Write, St::Idle, Block));
    leads_to(&[(Ev::HeadFilled, done), (Ev::Written, done)], (Act::Fill, St::Idle, Block));
    leads_to(
        &[(Ev::HeadFilled, done), (Ev::Failed, done)],
        (Act::StopSending, St::Broken, Discard),
    );
    leads_to(&[(Ev::HeadFilled, done), (LAST, done)], (Act::Write, St::Listening, YieldToInput));
    leads_to(&[(PIECE, done)], (Act::Write, St::Listening, YieldToInput));
    // Listening.
    let listening = |rest: &[(Ev, bool)], expected| {
        leads_to(&[&[(PIECE, done)], rest].concat(), expected);
    };
    let (checks, reads) =
        ((Act::CheckInput, St::Listening, YieldToInput), (Act::Read, St::Listening, Poll));
    listening(&[(Ev::Written, done)], checks);
    listening(&[(Ev::Written, left)], checks);
    listening(&[(Ev::Written, done), (QUIET, done)], (Act::Fill, St::Listening, YieldToInput));
    listening(
        &[(Ev::Written, left), (QUIET, left)],
        (Act::WriteUnsent, St::Listening, YieldToInput),
    );
    listening(&[(Ev::Written, done), (INPUT, done)], reads);
    listening(&[(INPUT, done), (PART_OF_HEAD, done)], checks);
    listening(&[(INPUT, done), (Ev::NothingArrived, left)], checks);
    listening(&[(INPUT, left), (REFUSAL, left)], (Act::StopSending, St::Refused, Discard));
    listening(&[(INPUT, done), (Ev::PeerClosed, done)], (Act::StopSending, St::Broken, Discard));
    listening(&[(INPUT, done), (Ev::Failed, done)], (Act::StopSending, St::Broken, Discard));
    listening(&[(Ev::Failed, left)], (Act::StopSending, St::Broken, Discard));
    listening(&[(LAST, done), (Ev::Written, done)], (Act::StopSending, St::Sent, Block));
    listening(&[(LAST, done), (Ev::Written, left)], checks);
    listening(
        &[(LAST, left), (QUIET, left), (Ev::Written, done)],
        (Act::StopSending, St::Sent, Block),
    );
    // Responded.
    let responded = |rest: &[(Ev, bool)], expected| {
        let start = [(PIECE, left), (Ev::Written, left), (INPUT, left), (SUCCESS, left)];
        leads_to(&[&start, rest].concat(), expected);
    };
    responded(&[], (Act::Stash, St::Responded, YieldToInput));
    responded(&[(ROOM, left)], (Act::CheckInput, St::Responded, YieldToInput));
    responded(&[(ROOM, left), (INPUT, left)], (Act::Read, St::Responded, Poll));
    responded(
        &[(INPUT, left), (Ev::NothingArrived, left)],
        (Act::CheckInput, St::Responded, YieldToInput),
    );
    responded(&[(QUIET, left)], (Act::WriteUnsent, St::Responded, YieldToInput));
    responded(&[(INPUT, left), (Ev::Failed, left)], (Act::StopSending, St::Broken, Discard));
    responded(&[(LAST, done), (Ev::Written, done)], (Act::StopSending, St::Sent, Block));
    // Finishing.
    for end in [NO_ROOM, Ev::PeerClosed] {
        responded(&[(end, left)], (Act::WriteUnsent, St::Finishing, Block));
        responded(&[(end, done)], (Act::Fill, St::Finishing, Block));
        responded(&[(end, done), (PIECE, done)], (Act::Write, St::Finishing, Block));
        responded(&[(end, left), (Ev::Written, done)], (Act::Fill, St::Finishing, Block));
        responded(&[(end, left), (Ev::Failed, left)], (Act::StopSending, St::Broken, Discard));
        responded(&[(LAST, left), (end, done)], (Act::StopSending, St::Sent, Block));
    }
}

#[test]
fn a_status_of_300_and_above_is_a_refusal() {
    for (status, state) in [(199, St::Responded), (299, St::Responded), (300, St::Refused)] {
        let mut machine = SendMachine::new(true);
        machine.next(PIECE, false);
        machine.next(INPUT, false);
        machine.next(Ev::Arrived { status: Some(status) }, false);
        assert_eq!(machine.state(), state, "{status}");
    }
}

#[test]
fn the_stash_is_limited_and_frees_its_memory() {
    let mut stash = Stash::default();
    let read = vec![b'x'; 64 * 1024];
    let mut puts = 1;
    while stash.append(&read) {
        puts += 1;
    }
    assert_eq!(puts * read.len(), MAX_STASH);
    stash.consume(MAX_STASH - 1);
    assert!(stash.append(b"y"), "consumed bytes make room");
    assert_eq!(stash.input(), b"xy");
    stash.consume(1);
    assert_eq!(stash.input(), b"y");
    stash.consume(1);
    assert!(stash.is_empty());
    assert_eq!(format!("{stash:?}"), format!("{:?}", Stash::default()));
}

/// Enumerates every sequence of choices up to a depth. Beyond it, the first option is chosen.
#[derive(Default)]
struct Choices {
    /// The index of each choice, and its number of options.
    taken: Vec<(usize, usize)>,
    at: usize,
}

impl Choices {
    const DEPTH: usize = 8;

    fn choose<T: Copy>(&mut self, options: &[T]) -> T {
        if self.at == Self::DEPTH {
            return options[0];
        }
        if self.at == self.taken.len() {
            self.taken.push((0, options.len()));
        }
        self.at += 1;
        options[self.taken[self.at - 1].0]
    }

    /// Advances to the next sequence. Returns false after the last.
    fn advance(&mut self) -> bool {
        self.at = 0;
        while let Some((choice, of)) = self.taken.pop() {
            if choice + 1 < of {
                self.taken.push((choice + 1, of));
                return true;
            }
        }
        false
    }
}

/// What a peer does at a CheckInput.
#[derive(Clone, Copy)]
enum PeerMove {
    Nothing,
    HeadPart,
    Success,
    Refusal,
    Body,
    End,
    Error,
    /// TLS reads a message and replies to it.
    TlsMessage,
}

/// A request: each event that fills the buffer, and the buffer's content.
type Pieces<'p> = [(Ev, &'p [u8])];

/// A connection, its peer, and a request.
struct TestConnection<'c> {
    choices: &'c mut Choices,
    machine: SendMachine,
    pieces: &'c Pieces<'c>,
    filled: &'c [u8],
    unsent: Unsent,
    /// The bytes that the socket has sent.
    wire: Vec<u8>,
    /// What the peer does between a CheckInput and the read after it.
    peer: PeerMove,
    status: Option<u16>,
    /// Everything that the peer has sent, and where it is now.
    received: Vec<u8>,
    head: Vec<u8>,
    stash: Stash,
    buffer: Vec<u8>,
    next_byte: u8,
}

/// The message that TLS writes.
const TLS: u8 = b'~';

impl TestConnection<'_> {
    fn send(&mut self, bytes: &[u8]) -> Ev {
        let mode = self.machine.mode();
        let TestConnection { choices, unsent, wire, .. } = self;
        let (first, second) = bytes.split_at(bytes.len() / 2);
        let mut slices = [IoSlice::new(first), IoSlice::new(second)];
        let result = unsent.send(mode, &mut slices, |slices| {
            let bytes = slices.iter().flat_map(|slice| slice.to_vec()).collect::<Vec<u8>>();
            let may_fail: [Option<usize>; 2] = [Some(bytes.len()), None];
            let may_yield = [Some(bytes.len()), Some(bytes.len() / 2), Some(0), None];
            let options: &[_] = match mode {
                _ if bytes.is_empty() => &may_fail[..1],
                Block => &may_fail,
                YieldToInput => &may_yield,
                Poll | Discard => panic!("a write in mode {mode:?}"),
            };
            let written = choices.choose(options).ok_or(())?;
            wire.extend_from_slice(&bytes[..written]);
            IoSlice::advance_slices(slices, written);
            Ok::<_, ()>(())
        });
        if mode == Block && result.is_ok() {
            assert!(self.unsent.is_empty(), "a write that cannot yield left unsent bytes");
        }
        if result.is_ok() { Ev::Written } else { Ev::Failed }
    }

    /// Receives bytes from the peer.
    fn receive(&mut self, length: u8) {
        for _ in 0..length {
            self.received.push(self.next_byte);
            self.buffer.push(self.next_byte);
            self.next_byte = self.next_byte.wrapping_add(1);
        }
    }

    fn check_input(&mut self) -> Ev {
        use PeerMove::{Body, End, Error, HeadPart, Nothing, Refusal, Success, TlsMessage};
        let options: &[_] = match self.status {
            None => &[Nothing, HeadPart, Success, Refusal, End, Error, TlsMessage],
            Some(_) => &[Nothing, Body, End, Error, TlsMessage],
        };
        self.peer = self.choices.choose(options);
        Ev::InputChecked { is_readable: !matches!(self.peer, Nothing) }
    }

    fn read(&mut self) -> Ev {
        assert_eq!(self.machine.mode(), Poll);
        let (more, status) = match self.peer {
            PeerMove::Nothing => panic!("a read without input"),
            PeerMove::End => return Ev::PeerClosed,
            PeerMove::Error => return Ev::Failed,
            PeerMove::TlsMessage => {
                self.send(&[TLS]);
                return Ev::NothingArrived;
            }
            PeerMove::HeadPart => (1, None),
            PeerMove::Success => (3, Some(200)),
            PeerMove::Refusal => (3, Some(413)),
            PeerMove::Body => (2, self.status),
        };
        self.receive(more);
        if self.status.is_none() {
            // The head reader takes all bytes of the head: here, all but the last byte.
            let taken = if status.is_some() { self.buffer.len() - 1 } else { self.buffer.len() };
            self.head.extend(self.buffer.drain(..taken));
            self.status = status;
        }
        Ev::Arrived { status: self.status }
    }

    fn stash(&mut self) -> Ev {
        let has_room = self.stash.append(&self.buffer);
        self.buffer.clear();
        Ev::Stashed { has_room: has_room && self.choices.choose(&[true, false]) }
    }

    fn request(&self) -> Vec<u8> {
        self.pieces.iter().flat_map(|(_, piece)| *piece).copied().collect()
    }

    fn check(&self) {
        let sent: Vec<u8> = self.wire.iter().copied().filter(|byte| *byte != TLS).collect();
        assert!(self.request().starts_with(&sent), "not in order: {sent:?}");
        let kept = [&self.head, self.stash.input(), &self.buffer].concat();
        assert_eq!(kept, self.received, "lost or reordered");
    }

    /// Runs to the end, and returns the states in order.
    fn run(mut self) -> Vec<St> {
        let mut states = vec![self.machine.state()];
        let mut action = Act::Fill;
        let mut rest = self.pieces.iter();
        let mut actions = 0;
        while action != Act::StopSending {
            actions += 1;
            assert!(actions < 200, "the run does not end");
            let unsent_before = !self.unsent.is_empty();
            let event = match action {
                Act::Fill => {
                    assert!(self.unsent.is_empty(), "newer bytes before unsent ones");
                    let (event, piece) = rest.next().expect("a piece is left");
                    self.filled = piece;
                    *event
                }
                Act::Write => self.send(self.filled),
                Act::WriteUnsent => {
                    assert!(unsent_before, "nothing is unsent");
                    self.send(&[])
                }
                Act::CheckInput => self.check_input(),
                Act::Read => self.read(),
                Act::Stash => self.stash(),
                Act::StopSending => unreachable!(),
            };
            if !unsent_before && !self.unsent.is_empty() {
                let state = self.machine.state();
                assert!(matches!(state, St::Listening | St::Responded), "unsent while {state:?}");
            }
            action = self.machine.next(event, !self.unsent.is_empty());
            self.check();
            states.push(self.machine.state());
        }
        match self.machine.state() {
            St::Sent => {
                assert!(self.unsent.is_empty());
                let sent: Vec<u8> = self.wire.iter().copied().filter(|b| *b != TLS).collect();
                assert_eq!(sent, self.request());
            }
            St::Refused | St::Broken => {
                // `send` panics if this reaches the socket.
                assert_eq!(self.send(b"late"), Ev::Written);
            }
            state => panic!("ended in {state:?}"),
        }
        states
    }
}

#[test]
fn the_invariants_hold_in_every_run() {
    let requests: [(bool, &Pieces<'_>); 5] = [
        (false, &[(LAST, b"HEAD")]),
        (true, &[(LAST, b"HEAD+body")]),
        (true, &[(PIECE, b"HEAD+bo"), (LAST, b"dy")]),
        (true, &[(Ev::HeadFilled, b"HE"), (PIECE, b"AD+"), (LAST, b"body")]),
        (true, &[(PIECE, b"HEAD"), (PIECE, b"+body"), (LAST, b"")]),
    ];
    let mut runs = 0;
    let mut arrows = Vec::new();
    for (has_body, pieces) in requests {
        let mut choices = Choices::default();
        loop {
            let model = TestConnection {
                choices: &mut choices,
                machine: SendMachine::new(has_body),
                pieces,
                filled: &[],
                unsent: Unsent::default(),
                wire: Vec::new(),
                peer: PeerMove::Nothing,
                status: None,
                received: Vec::new(),
                head: Vec::new(),
                stash: Stash::default(),
                buffer: Vec::new(),
                next_byte: 0,
            };
            for step in model.run().windows(2) {
                if !arrows.contains(&(step[0], step[1])) {
                    arrows.push((step[0], step[1]));
                }
            }
            runs += 1;
            if !choices.advance() {
                break;
            }
        }
    }
    assert!(runs > 10_000, "only {runs} runs");
    arrows.retain(|(from, to)| from != to);
    // Exactly the arrows of the diagram.
    for arrow in [
        (St::Idle, St::Listening),
        (St::Idle, St::Sent),
        (St::Idle, St::Broken),
        (St::Listening, St::Responded),
        (St::Listening, St::Refused),
        (St::Listening, St::Sent),
        (St::Listening, St::Broken),
        (St::Responded, St::Finishing),
        (St::Responded, St::Sent),
        (St::Responded, St::Broken),
        (St::Finishing, St::Sent),
        (St::Finishing, St::Broken),
    ] {
        let at = arrows.iter().position(|found| *found == arrow);
        arrows.remove(at.unwrap_or_else(|| panic!("{arrow:?} did not occur")));
    }
    assert_eq!(arrows, [], "not in the diagram");
}
