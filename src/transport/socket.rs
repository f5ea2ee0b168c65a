//! The TCP socket at the bottom of ureq's connectors.
//!
//! It is ours, and not ureq's `TcpConnector`, for three things that one cannot do: a liveness probe
//! of one system call, hearing an answer that comes while the body is still being written, and the
//! moments that the story of a call tells.

use std::io::{self, Read, Write};
use std::mem::MaybeUninit;
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use socket2::SockRef;
use ureq::Timeout;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport};

/// How long a write may block before we look whether the server has answered meanwhile.
const WRITE_SLICE: Duration = Duration::from_millis(100);

/// A connected socket, shared between the transport that does I/O on it and the call that decides.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    mode: AtomicU8,
    /// The peer has reset it. The system tells that once, to whichever call comes first, and to
    /// later reads that this is the end.
    reset: AtomicBool,
    outgoing: Mutex<Outgoing>,
}

/// When a step must have ended, and which limit says so.
pub(crate) type StepEnd = (Instant, Timeout);

/// `timeout`, but no longer than `limit`.
pub(crate) fn capped(
    mut timeout: NextTimeout,
    limit: Option<Duration>,
    reason: Timeout,
) -> NextTimeout {
    if let Some(limit) = limit.filter(|limit| *timeout.after > *limit) {
        timeout.after = limit.into();
        timeout.reason = reason;
    }
    timeout
}

/// `timeout`, but no longer than until `end`.
pub(crate) fn ending(timeout: NextTimeout, end: Option<StepEnd>) -> NextTimeout {
    match end {
        Some((end, reason)) => {
            capped(timeout, Some(end.saturating_duration_since(Instant::now())), reason)
        }
        None => timeout,
    }
}

#[derive(Debug, Default)]
struct Outgoing {
    /// Taken for sent by the layers above, but not sent yet.
    owed: Vec<u8>,
    /// What the socket was last told, as telling it is a system call.
    timeout: Option<Duration>,
    /// When the step that the connection is in must have ended.
    end: Option<StepEnd>,
}

/// What I/O on a [`Socket`] does for the moment.
#[derive(Clone, Copy, PartialEq)]
#[repr(u8)]
pub(crate) enum Mode {
    /// Reads and writes block, within their limits.
    Normal,
    /// A write that blocks gives way once there is something to read. What it could not send is owed.
    Watch,
    /// Reads do not block. Writes (TLS has some of its own) are owed.
    Poll,
    /// Writes go nowhere: the peer has stopped listening, its answer is all that matters.
    Mute,
}

impl Socket {
    pub(crate) fn set_mode(&self, mode: Mode) {
        self.mode.store(mode as u8, Ordering::Relaxed);
    }

    fn is(&self, mode: Mode) -> bool {
        self.mode.load(Ordering::Relaxed) == mode as u8
    }

    /// Whether a read would return at once, be it with bytes, the end or an error.
    pub(crate) fn is_readable(&self) -> bool {
        let mut byte = [MaybeUninit::uninit()];
        let peeked = peek_now(&self.stream, &mut byte);
        self.note(&peeked);
        !matches!(peeked, Err(err) if err.kind() == io::ErrorKind::WouldBlock)
    }

    /// Whether a write gave way before all was sent.
    pub(crate) fn owes(&self) -> bool {
        !self.outgoing().owed.is_empty()
    }

    /// Sets when all that happens on it must have ended, whatever each read or write is given.
    pub(crate) fn set_end(&self, end: Option<StepEnd>) {
        self.outgoing().end = end;
    }

    fn within_end(&self, limit: NextTimeout) -> NextTimeout {
        ending(limit, self.outgoing().end)
    }

    /// Sends what is owed, if anything is.
    pub(crate) fn settle(&self, limit: NextTimeout) -> Result<(), ureq::Error> {
        if self.owes() { self.send(&[], limit) } else { Ok(()) }
    }

    /// Sends what is owed and then `bytes`, as the mode says.
    pub(crate) fn send(&self, bytes: &[u8], limit: NextTimeout) -> Result<(), ureq::Error> {
        if self.is(Mode::Mute) {
            return Ok(());
        }
        let limit = self.within_end(limit);
        let mut outgoing = self.outgoing();
        let Outgoing { owed, timeout, .. } = &mut *outgoing;
        if self.is(Mode::Poll) {
            owed.extend_from_slice(bytes);
            return Ok(());
        }
        if !owed.is_empty() {
            let sent = self.write(owed, timeout, limit)?;
            owed.drain(..sent);
        }
        let sent = if owed.is_empty() { self.write(bytes, timeout, limit)? } else { 0 };
        owed.extend_from_slice(&bytes[sent..]);
        Ok(())
    }

    /// Writes all, or less if it gave way.
    fn write(
        &self,
        bytes: &[u8],
        timeout: &mut Option<Duration>,
        limit: NextTimeout,
    ) -> Result<usize, ureq::Error> {
        let limit = limit.for_write();
        if limit.after.is_zero() {
            return Err(ureq::Error::Timeout(limit.reason));
        }
        // A write that timed out on Windows leaves the socket in no known state, so only elsewhere
        // can one stop to look.
        let slice =
            if cfg!(windows) { limit.not_zero().map(|limit| *limit) } else { Some(WRITE_SLICE) };
        if slice != *timeout {
            self.stream.set_write_timeout(slice)?;
            *timeout = slice;
        }
        let mut sent = 0;
        let mut blocked_since = None;
        while sent < bytes.len() {
            let written = (&self.stream).write(&bytes[sent..]);
            self.note(&written);
            match written {
                Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                Ok(n) => {
                    sent += n;
                    blocked_since = None;
                }
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) if is_timeout(&err) => {
                    if self.is(Mode::Watch) && self.is_readable() {
                        break;
                    }
                    // The slice that has just passed counts, too.
                    let since = *blocked_since.get_or_insert_with(Instant::now);
                    let blocked = since.elapsed() + slice.unwrap_or_default();
                    if !limit.after.is_not_happening() && blocked >= *limit.after {
                        return Err(ureq::Error::Timeout(limit.reason));
                    }
                }
                Err(err) => return Err(err.into()),
            }
        }
        Ok(sent)
    }

    fn note<T>(&self, result: &io::Result<T>) {
        if matches!(result, Err(err) if err.kind() == io::ErrorKind::ConnectionReset) {
            self.reset.store(true, Ordering::Relaxed);
        }
    }

    fn outgoing(&self) -> MutexGuard<'_, Outgoing> {
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks at what has arrived, in one system call.
#[cfg(unix)]
fn peek_now(stream: &TcpStream, buf: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
    SockRef::from(stream).recv_with_flags(buf, libc::MSG_PEEK | libc::MSG_DONTWAIT)
}

#[cfg(not(unix))]
fn peek_now(stream: &TcpStream, buf: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
    stream.set_nonblocking(true)?;
    let peeked = SockRef::from(stream).peek(buf);
    stream.set_nonblocking(false)?;
    peeked
}

/// Tries each address in turn until `end`, giving each but the last half of what is left.
pub(crate) fn connect(
    addresses: &[SocketAddr],
    end: Option<Instant>,
) -> io::Result<(TcpStream, SocketAddr)> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for (index, address) in addresses.iter().enumerate() {
        let result = match end {
            None => TcpStream::connect(address),
            Some(end) => {
                let left = end.saturating_duration_since(Instant::now());
                let is_last = index + 1 == addresses.len();
                let share = if is_last { left } else { left / 2 };
                if share.is_zero() {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                TcpStream::connect_timeout(address, share)
            }
        };
        match result {
            Ok(stream) => {
                // Fails only where the peer has gone already, which the first read tells better.
                let _ = stream.set_nodelay(true);
                return Ok((stream, *address));
            }
            Err(err) => last = err,
        }
    }
    Err(last)
}

/// [`Socket`] as ureq's connectors want it.
#[derive(Debug)]
pub(crate) struct SocketTransport {
    socket: Arc<Socket>,
    buffers: LazyBuffers,
    /// What the socket was last told.
    read_timeout: Option<Duration>,
}

impl SocketTransport {
    pub(crate) fn new(stream: TcpStream, buffers: LazyBuffers) -> SocketTransport {
        let (mode, outgoing) = (AtomicU8::new(Mode::Normal as u8), Mutex::default());
        let socket = Arc::new(Socket { stream, mode, reset: AtomicBool::new(false), outgoing });
        SocketTransport { socket, buffers, read_timeout: None }
    }

    pub(crate) fn socket(&self) -> Arc<Socket> {
        Arc::clone(&self.socket)
    }
}

fn is_timeout(err: &io::Error) -> bool {
    // A socket with a time limit says WouldBlock on Unix and TimedOut on Windows.
    matches!(err.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// Whether a limit that is set will do for the one that is wanted. TLS counts its limit down from
/// read to read; a system call for each would buy nothing.
fn will_do(set: Option<Duration>, wanted: Option<Duration>) -> bool {
    match (set, wanted) {
        (Some(set), Some(wanted)) => set >= wanted && set - wanted <= wanted / 16,
        (set, wanted) => set == wanted,
    }
}

impl Transport for SocketTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.socket.send(&self.buffers.output()[..amount], timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        if self.socket.is(Mode::Poll) {
            if !self.socket.is_readable() {
                return Err(io::Error::from(io::ErrorKind::WouldBlock).into());
            }
        } else {
            self.socket.settle(timeout)?;
        }
        let limit = self.socket.within_end(timeout.for_read());
        if limit.after.is_zero() {
            return Err(ureq::Error::Timeout(limit.reason));
        }
        let wanted = limit.not_zero().map(|limit| *limit);
        if !will_do(self.read_timeout, wanted) {
            match self.socket.stream.set_read_timeout(wanted) {
                Ok(()) => self.read_timeout = wanted,
                // macOS says so once the peer has gone; what it sent before can still be read.
                Err(err) if err.kind() == io::ErrorKind::InvalidInput => {}
                Err(err) => return Err(err.into()),
            }
        }
        let input = self.buffers.input_append_buf();
        let read = loop {
            match (&self.socket.stream).read(input) {
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        match read {
            Ok(0) if self.socket.reset.load(Ordering::Relaxed) => {
                Err(io::Error::from(io::ErrorKind::ConnectionReset).into())
            }
            Ok(n) => {
                self.buffers.input_appended(n);
                Ok(n > 0)
            }
            Err(err) if is_timeout(&err) => Err(ureq::Error::Timeout(limit.reason)),
            Err(err) => Err(err.into()),
        }
    }

    fn is_open(&mut self) -> bool {
        !self.socket.is_readable()
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    fn closed_port() -> (socket2::Socket, SocketAddr) {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
        let socket = socket.unwrap();
        socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        let addr = socket.local_addr().unwrap().as_socket().unwrap();
        (socket, addr)
    }

    #[test]
    fn each_address_is_tried_in_turn() {
        let (_held, closed) = closed_port();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        for limit in [None, Some(Duration::from_secs(5))] {
            let end = limit.map(|limit| Instant::now() + limit);
            let (stream, to) = connect(&[closed, open], end).unwrap();
            assert_eq!((stream.peer_addr().unwrap(), to), (open, open));
            assert!(stream.nodelay().unwrap());
            let err = connect(&[closed, closed], end).unwrap_err();
            assert_eq!(err.kind(), io::ErrorKind::ConnectionRefused);
        }
    }

    /// Linux drops what asks for a connection when the backlog is full.
    #[cfg(target_os = "linux")]
    #[test]
    fn an_address_that_is_silent_leaves_time_for_the_next() {
        let (full, silent) = closed_port();
        full.listen(0).unwrap();
        let mut held = Vec::new();
        while let Ok(tcp) = TcpStream::connect_timeout(&silent, Duration::from_millis(300)) {
            held.push(tcp);
            assert!(held.len() < 10, "the backlog does not fill");
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        let (_, to) =
            connect(&[silent, open], Some(Instant::now() + Duration::from_secs(1))).unwrap();
        assert_eq!(to, open);
    }

    #[test]
    fn a_write_that_goes_on_slowly_is_no_silence() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        SockRef::from(&listener).set_recv_buffer_size(16 * 1024).unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        SockRef::from(&stream).set_send_buffer_size(16 * 1024).unwrap();
        let (mut peer, _) = listener.accept().unwrap();
        let bytes = vec![7; 1024 * 1024];
        let length = bytes.len();
        let reader = thread::spawn(move || {
            let mut seen = 0;
            while seen < length {
                thread::sleep(Duration::from_millis(250));
                let step = (length / 10).min(length - seen);
                peer.read_exact(&mut vec![0; step]).unwrap();
                seen += step;
            }
        });
        let socket = SocketTransport::new(stream, LazyBuffers::new(16, 16)).socket();
        let silence = Duration::from_secs(1);
        let limit = NextTimeout {
            after: silence.into(),
            reason: Timeout::PerWrite,
            per_read: None,
            per_write: None,
        };
        socket.send(&bytes, limit).unwrap();
        reader.join().unwrap();
    }
}
