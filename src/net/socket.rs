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

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use socket2::{Domain, SockRef, Type};
use ureq::Timeout;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport};

use super::watch::Listener;

/// How long a write may block before we look whether the server has answered meanwhile.
const WRITE_SLICE: Duration = Duration::from_millis(100);

/// Whether a read waits by looks that take nothing. On Windows a shutdown does not wake a read, and
/// what has become of a socket whose read has timed out is not documented.
const LOOKS: bool = cfg!(windows);

/// How long one of these lasts.
const LOOK: Duration = Duration::from_millis(250);

/// A connected socket, shared between the transport that does I/O on it and the call that decides.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    mode: AtomicU8,
    /// It was shut from this side.
    shut: AtomicBool,
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
    /// Whom the call that uses it asks while it waits.
    listener: Option<Arc<Listener>>,
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

    pub(crate) fn set_listener(&self, listener: Option<Arc<Listener>>) {
        self.outgoing().listener = listener;
    }

    /// Ends what waits on it, from whatever thread.
    pub(crate) fn shut(&self) {
        self.shut.store(true, Ordering::Relaxed);
        // Fails only where the peer has gone already, and then nobody waits.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }

    /// Waits until something can be read, or the time limit of reads has passed.
    fn look(&self) -> io::Result<()> {
        if self.shut.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        SockRef::from(&self.stream).peek(&mut [MaybeUninit::uninit()]).map(drop)
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
        let Outgoing { owed, timeout, listener, .. } = &mut *outgoing;
        let listener = listener.as_deref();
        if self.is(Mode::Poll) {
            owed.extend_from_slice(bytes);
            return Ok(());
        }
        if !owed.is_empty() {
            let sent = self.write(owed, timeout, limit, listener)?;
            owed.drain(..sent);
        }
        let sent = if owed.is_empty() { self.write(bytes, timeout, limit, listener)? } else { 0 };
        owed.extend_from_slice(&bytes[sent..]);
        Ok(())
    }

    /// Writes all, or less if it gave way.
    fn write(
        &self,
        bytes: &[u8],
        timeout: &mut Option<Duration>,
        limit: NextTimeout,
        listener: Option<&Listener>,
    ) -> Result<usize, ureq::Error> {
        let limit = limit.for_write();
        if limit.after.is_zero() {
            return Err(ureq::Error::Timeout(limit.reason));
        }
        // A write that timed out on Windows leaves the socket in no known state, so only elsewhere
        // can one stop to look.
        let slice =
            if cfg!(windows) { limit.not_zero().map(|limit| *limit) } else { Some(WRITE_SLICE) };
        let beat = listener.and_then(|listener| listener.heartbeat()).filter(|_| !cfg!(windows));
        let slice = slice.into_iter().chain(beat).min();
        if slice != *timeout {
            self.stream.set_write_timeout(slice)?;
            *timeout = slice;
        }
        let mut sent = 0;
        let mut blocked_since = None;
        while sent < bytes.len() {
            if let Some(listener) = listener {
                listener.beat()?;
            }
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
///
/// `pause` says how long a wait may last until it wants to be asked again; its error ends the attempt.
pub(crate) fn connect(
    addresses: &[SocketAddr],
    end: Option<Instant>,
    pause: &dyn Fn() -> io::Result<Duration>,
) -> io::Result<(TcpStream, SocketAddr)> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for (index, address) in addresses.iter().enumerate() {
        let now = Instant::now();
        let is_last = index + 1 == addresses.len();
        let share = end.map(|end| if is_last { end } else { now + (end - now) / 2 });
        match connect_to(*address, share, pause) {
            Ok(stream) => {
                // Fails only where the peer has gone already, which the first read tells better.
                let _ = stream.set_nodelay(true);
                return Ok((stream, *address));
            }
            Err(err) => last = err,
        }
        pause()?;
    }
    Err(last)
}

/// On this thread and no other: the one that connects is the one that waits for the answer, and the
/// system keeps the two ends of a local connection together.
fn connect_to(
    address: SocketAddr,
    end: Option<Instant>,
    pause: &dyn Fn() -> io::Result<Duration>,
) -> io::Result<TcpStream> {
    let socket = socket2::Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    match socket.connect(&address.into()) {
        Err(err) if !is_in_progress(&err) => return Err(err),
        _ => {}
    }
    loop {
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let wait = pause()?.min(left.unwrap_or(Duration::MAX));
        let wait = Timespec::try_from(wait).ok();
        let is_done = match poll(&mut [PollFd::new(&socket, PollFlags::OUT)], wait.as_ref()) {
            Err(Errno::INTR) => false,
            polled => polled? > 0,
        };
        // Asked in any case: not every system tells of a failure by the poll.
        if let Some(err) = socket.take_error()? {
            return Err(err);
        }
        if is_done {
            socket.set_nonblocking(false)?;
            return Ok(socket.into());
        }
    }
}

fn is_in_progress(err: &io::Error) -> bool {
    #[cfg(unix)]
    let in_progress = err.raw_os_error() == Some(libc::EINPROGRESS);
    #[cfg(not(unix))]
    let in_progress = false;
    in_progress || err.kind() == io::ErrorKind::WouldBlock
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
        let (shut, reset) = (AtomicBool::new(false), AtomicBool::new(false));
        let socket = Arc::new(Socket { stream, mode, shut, reset, outgoing });
        SocketTransport { socket, buffers, read_timeout: None }
    }

    pub(crate) fn socket(&self) -> Arc<Socket> {
        Arc::clone(&self.socket)
    }

    fn set_read_timeout(&mut self, wanted: Option<Duration>) -> io::Result<()> {
        if will_do(self.read_timeout, wanted) {
            return Ok(());
        }
        match self.socket.stream.set_read_timeout(wanted) {
            Ok(()) => self.read_timeout = wanted,
            // macOS says so once the peer has gone; what it sent before can still be read.
            Err(err) if err.kind() == io::ErrorKind::InvalidInput => {}
            Err(err) => return Err(err),
        }
        Ok(())
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
        let listener = self.socket.outgoing().listener.clone();
        let slices = LOOKS || listener.is_some();
        let end = wanted.filter(|_| slices).map(|wanted| Instant::now() + wanted);
        let read = loop {
            let mut slice = wanted;
            if slices {
                let mut beat = None;
                if let Some(listener) = &listener {
                    listener.beat()?;
                    beat = listener.until_beat();
                }
                let left = end.map(|end| end.saturating_duration_since(Instant::now()));
                let slices = left.into_iter().chain(beat).chain(LOOKS.then_some(LOOK));
                // No time at all would be no limit to the system.
                slice = slices.min().map(|slice| slice.max(Duration::from_millis(1)));
            }
            self.set_read_timeout(slice)?;
            let looked = if LOOKS { self.socket.look() } else { Ok(()) };
            let read =
                looked.and_then(|()| (&self.socket.stream).read(self.buffers.input_append_buf()));
            match read {
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                // Time for the listener, and not yet the end of the wait.
                Err(err)
                    if is_timeout(&err) && slices && end.is_none_or(|end| Instant::now() < end) => {
                }
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

    fn unhurried() -> io::Result<Duration> {
        Ok(Duration::from_secs(1))
    }

    #[test]
    fn each_address_is_tried_in_turn() {
        let (_held, closed) = closed_port();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        for limit in [None, Some(Duration::from_secs(5))] {
            let end = limit.map(|limit| Instant::now() + limit);
            let (stream, to) = connect(&[closed, open], end, &unhurried).unwrap();
            assert_eq!((stream.peer_addr().unwrap(), to), (open, open));
            assert!(stream.nodelay().unwrap());
            let err = connect(&[closed, closed], end, &unhurried).unwrap_err();
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
            connect(&[silent, open], Some(Instant::now() + Duration::from_secs(1)), &unhurried)
                .unwrap();
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
