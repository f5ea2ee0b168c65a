//! The TCP socket at the bottom of a connection's layers.
//!
//! It is ours, and not ureq's `TcpConnector`, for three things that one cannot do: a liveness probe
//! of one system call, writes that give way to a response (see `early_answer`), and waits that another
//! thread or a handler can end.

use std::io::{self, Read, Write};
use std::mem::MaybeUninit;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use socket2::SockRef;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport as Stream};

use super::early_answer::{IoMode, Unsent};
use super::limits::{StepEnd, ending};
use super::watch::{CallMonitor, Interrupt};

/// Bytes each way that a layer of a connection buffers.
pub(super) const BUFFER: usize = 64 * 1024;

/// How long a write may block before it looks for input.
const WRITE_SLICE: Duration = Duration::from_millis(100);

/// Whether a read waits by peeking. On Windows a shutdown does not wake a read, and the state of a
/// socket whose read has timed out is not documented.
const PEEKS: bool = cfg!(windows);

/// How long one of these waits lasts.
const PEEK: Duration = Duration::from_millis(250);

/// A connected socket, shared by the [`SocketStream`] that does I/O on it, the `Connection` above all
/// layers that sets its mode, and the call's `Watch`, from which any thread may shut it.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    /// It was shut from this side.
    shut: AtomicBool,
    /// The peer has reset it. The system reports that once, to whichever call comes first, and to
    /// later reads that this is the end.
    reset: AtomicBool,
    /// The lock is there because the socket is shared, and is never waited for: one thread at a time
    /// uses a connection, and what other threads do (`interrupt`) does not take it.
    io: Mutex<IoSettings>,
}

/// What the thread that uses the socket has set, and the bytes it has left to send.
#[derive(Debug)]
struct IoSettings {
    mode: IoMode,
    unsent: Unsent,
    /// The system's limit of writes, as far as it was set: to set it is a system call.
    write_timeout: Option<Duration>,
    /// When the step that the connection is in must have ended.
    end: Option<StepEnd>,
    /// Asked by waits of the call that uses the connection.
    monitor: Option<Arc<CallMonitor>>,
}

impl Socket {
    pub(super) fn set_mode(&self, mode: IoMode) {
        self.io().mode = mode;
    }

    /// Whether a read would return at once, with bytes, the end or an error.
    pub(super) fn is_readable(&self) -> bool {
        let mut byte = [MaybeUninit::uninit()];
        let peeked = peek_now(&self.stream, &mut byte);
        self.note(&peeked);
        !matches!(peeked, Err(err) if err.kind() == io::ErrorKind::WouldBlock)
    }

    /// Whether a write gave way before all was sent.
    pub(super) fn has_unsent(&self) -> bool {
        !self.io().unsent.is_empty()
    }

    /// Sets when all I/O on it must have ended, whatever limit each read or write is given.
    pub(super) fn set_end(&self, end: Option<StepEnd>) {
        self.io().end = end;
    }

    pub(super) fn set_monitor(&self, monitor: Option<Arc<CallMonitor>>) {
        self.io().monitor = monitor;
    }

    /// Waits until something can be read, or the time limit of reads has passed.
    fn peek(&self) -> io::Result<()> {
        if self.shut.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        SockRef::from(&self.stream).peek(&mut [MaybeUninit::uninit()]).map(drop)
    }

    /// Sends what is unsent, if anything is.
    pub(super) fn send_unsent(&self, limit: NextTimeout) -> Result<(), ureq::Error> {
        if self.has_unsent() { self.send(&[], limit) } else { Ok(()) }
    }

    /// Sends what is unsent and then `bytes`, as the mode says.
    pub(super) fn send(&self, bytes: &[u8], limit: NextTimeout) -> Result<(), ureq::Error> {
        let mut io = self.io();
        let IoSettings { mode, unsent, write_timeout, end, monitor } = &mut *io;
        let (mode, limit, monitor) = (*mode, ending(limit, *end), monitor.as_deref());
        unsent.send(mode, bytes, |bytes| self.write(bytes, mode, write_timeout, limit, monitor))
    }

    /// Writes all, or less if it gave way.
    fn write(
        &self,
        bytes: &[u8],
        mode: IoMode,
        timeout: &mut Option<Duration>,
        limit: NextTimeout,
        monitor: Option<&CallMonitor>,
    ) -> Result<usize, ureq::Error> {
        let limit = limit.for_write();
        if limit.after.is_zero() {
            return Err(ureq::Error::Timeout(limit.reason));
        }
        // A write that timed out on Windows leaves the socket in no known state, so only elsewhere
        // can one stop to look.
        let slice =
            if cfg!(windows) { limit.not_zero().map(|limit| *limit) } else { Some(WRITE_SLICE) };
        let beat = monitor.and_then(|monitor| monitor.heartbeat()).filter(|_| !cfg!(windows));
        let slice = slice.into_iter().chain(beat).min();
        if slice != *timeout {
            self.stream.set_write_timeout(slice)?;
            *timeout = slice;
        }
        let mut sent = 0;
        let mut blocked_since = None;
        while sent < bytes.len() {
            if let Some(monitor) = monitor {
                monitor.beat()?;
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
                    if mode == IoMode::GiveWay && self.is_readable() {
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

    fn io(&self) -> MutexGuard<'_, IoSettings> {
        self.io.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Interrupt for Socket {
    fn interrupt(&self) {
        self.shut.store(true, Ordering::Relaxed);
        // Fails only where the peer has gone already, and then nobody waits.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
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

/// A [`Socket`] with buffers, behind ureq's interface.
#[derive(Debug)]
pub(super) struct SocketStream {
    socket: Arc<Socket>,
    buffers: LazyBuffers,
    /// The system's limit of reads, as far as it was set.
    read_timeout: Option<Duration>,
}

impl SocketStream {
    pub(super) fn new(stream: TcpStream, buffers: LazyBuffers) -> SocketStream {
        let io = IoSettings {
            mode: IoMode::Block,
            unsent: Unsent::default(),
            write_timeout: None,
            end: None,
            monitor: None,
        };
        let (shut, reset) = (AtomicBool::new(false), AtomicBool::new(false));
        let socket = Arc::new(Socket { stream, shut, reset, io: Mutex::new(io) });
        SocketStream { socket, buffers, read_timeout: None }
    }

    pub(super) fn socket(&self) -> Arc<Socket> {
        Arc::clone(&self.socket)
    }

    fn set_read_timeout(&mut self, wanted: Option<Duration>) -> io::Result<()> {
        if is_close(self.read_timeout, wanted) {
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

    /// Reads into the buffer, and waits for input up to `limit`.
    fn read(
        &mut self,
        limit: Option<Duration>,
        monitor: Option<&CallMonitor>,
    ) -> io::Result<usize> {
        let is_sliced = PEEKS || monitor.is_some();
        let end = limit.filter(|_| is_sliced).map(|limit| Instant::now() + limit);
        loop {
            let mut slice = limit;
            if is_sliced {
                let mut beat = None;
                if let Some(monitor) = monitor {
                    monitor.beat()?;
                    beat = monitor.until_beat();
                }
                let left = end.map(|end| end.saturating_duration_since(Instant::now()));
                let slices = left.into_iter().chain(beat).chain(PEEKS.then_some(PEEK));
                // To the system, zero means no limit.
                slice = slices.min().map(|slice| slice.max(Duration::from_millis(1)));
            }
            self.set_read_timeout(slice)?;
            let peeked = if PEEKS { self.socket.peek() } else { Ok(()) };
            let buf = self.buffers.input_append_buf();
            match peeked.and_then(|()| (&self.socket.stream).read(buf)) {
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                // Time for the monitor, and not yet the end of the wait.
                Err(err)
                    if is_timeout(&err)
                        && is_sliced
                        && end.is_none_or(|end| Instant::now() < end) => {}
                other => return other,
            }
        }
    }
}

fn is_timeout(err: &io::Error) -> bool {
    // A socket with a time limit says WouldBlock on Unix and TimedOut on Windows.
    matches!(err.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// Whether a limit that is set is close enough to the one that is wanted. TLS counts its limit down from
/// read to read; a system call for each would gain nothing.
fn is_close(set: Option<Duration>, wanted: Option<Duration>) -> bool {
    match (set, wanted) {
        (Some(set), Some(wanted)) => set >= wanted && set - wanted <= wanted / 16,
        (set, wanted) => set == wanted,
    }
}

impl Stream for SocketStream {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.socket.send(&self.buffers.output()[..amount], timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let mode = self.socket.io().mode;
        if mode != IoMode::Poll {
            self.socket.send_unsent(timeout)?;
        } else if !self.socket.is_readable() {
            return Err(io::Error::from(io::ErrorKind::WouldBlock).into());
        }
        let (monitor, limit) = {
            let io = self.socket.io();
            (io.monitor.clone(), ending(timeout.for_read(), io.end))
        };
        if limit.after.is_zero() {
            return Err(ureq::Error::Timeout(limit.reason));
        }
        match self.read(limit.not_zero().map(|limit| *limit), monitor.as_deref()) {
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

    use ureq::Timeout;

    use super::*;

    #[test]
    fn a_write_that_goes_on_slowly_is_not_silence() {
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
        let socket = SocketStream::new(stream, LazyBuffers::new(16, 16)).socket();
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
