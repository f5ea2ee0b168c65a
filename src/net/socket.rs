//! The TCP socket below a connection's layers.
//!
//! ureq's `TcpConnector` lacks three things that this has: a liveness probe of one system call,
//! writes that yield to a response (see `early_response`), and waits that another thread or a
//! handler can end.
//!
//! Writes never block; they wait with a poll. On Unix, a blocking read with a timeout waits and
//! reads in one system call, and a shutdown ends it. On Windows neither is the case, and a blocking
//! write accepts all bytes or none, so the socket is non-blocking there.

use std::io::{self, Read as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use ureq::Timeout;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport as Stream};

use super::early_response::{IoMode, Unsent};
use super::limits::{StepEnd, until};
use super::tcp::poll;
use super::watch::{CallMonitor, Interrupt, WaitState};

/// The size of each of the two buffers of a connection's layer.
pub(super) const BUFFER: usize = 64 * 1024;

/// The maximum time of one wait. On Windows, a shutdown by another thread does not end a wait.
/// Linux reports room for a write only when a third of the buffer is free, although a peer that
/// reads slowly is not silent.
const MAX_WAIT: Duration = Duration::from_millis(100);

/// How long a write waits if a poll returns at once although the socket is not writable.
const WITHOUT_POLL: Duration = Duration::from_millis(20);

/// A connected socket. It is shared by the [`SocketStream`] that does I/O on it, the `Connection`
/// that sets its mode, and the `Watch` of the call, through which any thread may shut it down.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    /// Whether this side has shut it down.
    shut: AtomicBool,
    /// Whether the peer has reset it. The system reports a reset once; later reads return the end.
    reset: AtomicBool,
    /// The call that uses it.
    state: WaitState,
    /// The lock is never contended: one thread at a time uses a connection, and other threads call
    /// only `interrupt`, which does not lock.
    io: Mutex<IoSettings>,
}

/// The settings of the thread that uses the socket, and its unsent bytes.
#[derive(Debug)]
struct IoSettings {
    mode: IoMode,
    unsent: Unsent,
    /// The deadline of the current step.
    end: Option<StepEnd>,
    /// The monitor of the call that uses the connection. Waits check it.
    monitor: Option<Arc<CallMonitor>>,
}

impl Socket {
    pub(super) fn set_mode(&self, mode: IoMode) {
        self.io().mode = mode;
    }

    /// Whether a read would return at once, with bytes, the end or an error.
    pub(super) fn is_readable(&self) -> bool {
        // If the poll fails, the read reports why.
        !self.wait(PollFlags::IN, Some(Duration::ZERO)).is_ok_and(|found| found.is_empty())
    }

    /// Whether a write yielded before it had sent everything.
    pub(super) fn has_unsent(&self) -> bool {
        !self.io().unsent.is_empty()
    }

    /// Sets the deadline of all I/O on the socket, whatever the limit of each read or write.
    pub(super) fn set_end(&self, end: Option<StepEnd>) {
        self.io().end = end;
    }

    pub(super) fn set_monitor(&self, monitor: Option<Arc<CallMonitor>>) {
        self.io().monitor = monitor;
    }

    /// Waits for one of `events` or an error, and returns those that occurred. There are none after
    /// `limit` or [`MAX_WAIT`], or if a signal arrived.
    fn wait(&self, events: PollFlags, limit: Option<Duration>) -> io::Result<PollFlags> {
        if self.shut.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let mut sockets = [PollFd::new(&self.stream, events)];
        poll(&mut sockets, limit.map_or(MAX_WAIT, |limit| limit.min(MAX_WAIT)))?;
        Ok(sockets[0].revents())
    }

    /// Sends the unsent bytes, if there are any.
    pub(super) fn send_unsent(&self, limit: NextTimeout) -> Result<(), ureq::Error> {
        if self.has_unsent() { self.send(&[], limit) } else { Ok(()) }
    }

    /// Sends the unsent bytes and then `bytes`, as the mode requires.
    pub(super) fn send(&self, bytes: &[u8], limit: NextTimeout) -> Result<(), ureq::Error> {
        let mut io = self.io();
        let IoSettings { mode, unsent, end, monitor } = &mut *io;
        let (mode, limit, monitor) = (*mode, until(limit, *end), monitor.as_deref());
        unsent.send(mode, bytes, |bytes| self.write(bytes, mode, limit, monitor))
    }

    /// Writes all bytes, or fewer if it yielded. Returns their number.
    fn write(
        &self,
        bytes: &[u8],
        mode: IoMode,
        limit: NextTimeout,
        monitor: Option<&CallMonitor>,
    ) -> Result<usize, ureq::Error> {
        if limit.after.is_zero() {
            return Err(ureq::Error::Timeout(limit.reason));
        }
        let step_end = limit.not_zero().map(|left| (Instant::now() + *left, limit.reason));
        let mut events = PollFlags::OUT;
        events.set(PollFlags::IN, mode == IoMode::YieldToInput);
        let mut sent = 0;
        let mut silence_end: Option<Instant> = None;
        let mut was_ready = false;
        while sent < bytes.len() {
            if let Some(monitor) = monitor {
                monitor.run_due_abort_check()?;
            }
            let written = write_now(&self.stream, &bytes[sent..]);
            self.note_reset(&written);
            match written {
                Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                Ok(n) => {
                    sent += n;
                    (silence_end, was_ready) = (None, false);
                    continue;
                }
                Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
                Err(err) if err.kind() == io::ErrorKind::WouldBlock => {}
                Err(err) => return Err(err.into()),
            }
            let now = Instant::now();
            if let Some(silence) = limit.per_write {
                silence_end.get_or_insert(now + *silence);
            }
            let silence_end = silence_end.map(|end| (end, Timeout::PerWrite));
            let end = silence_end.into_iter().chain(step_end).min_by_key(|(end, _)| *end);
            let left = end.map(|(end, reason)| (end.saturating_duration_since(now), reason));
            if let Some((Duration::ZERO, reason)) = left {
                return Err(ureq::Error::Timeout(reason));
            }
            let until_check = monitor.and_then(CallMonitor::until_abort_check);
            let waits = left.map(|(left, _)| left).into_iter().chain(until_check);
            if was_ready {
                // On Windows, every poll (WSAPoll, POLLHUP) reports that the peer has closed its
                // side, which may still read. Linux reports room even if it has no memory for the
                // bytes.
                std::thread::sleep(WITHOUT_POLL);
            }
            let found = self.wait(events, waits.min())?;
            was_ready = !found.is_empty();
            if mode == IoMode::YieldToInput && was_ready && !found.contains(PollFlags::OUT) {
                break;
            }
        }
        Ok(sent)
    }

    fn note_reset<T>(&self, result: &io::Result<T>) {
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
        // Fails only if the peer has closed already, and then no thread waits.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }

    fn state(&self) -> &WaitState {
        &self.state
    }
}

/// Writes the bytes that the system accepts without blocking.
#[cfg(unix)]
fn write_now(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    // Without SIGPIPE if the peer has closed. On Apple's systems that is a socket option, which std
    // and socket2 set.
    #[cfg(target_vendor = "apple")]
    const FLAGS: libc::c_int = libc::MSG_DONTWAIT;
    #[cfg(not(target_vendor = "apple"))]
    const FLAGS: libc::c_int = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    socket2::SockRef::from(stream).send_with_flags(bytes, FLAGS)
}

#[cfg(not(unix))]
fn write_now(mut stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    io::Write::write(&mut stream, bytes)
}

/// A [`Socket`] with buffers that implements ureq's trait.
#[derive(Debug)]
pub(super) struct SocketStream {
    socket: Arc<Socket>,
    buffers: LazyBuffers,
    /// The read timeout that is set on the socket. It is cached, because setting it is a system
    /// call.
    #[cfg(unix)]
    read_timeout: Option<Duration>,
}

impl SocketStream {
    /// Fails if the system cannot set the socket's mode.
    pub(super) fn new(stream: TcpStream, buffers: LazyBuffers) -> io::Result<SocketStream> {
        stream.set_nonblocking(!cfg!(unix))?;
        let io =
            IoSettings { mode: IoMode::Block, unsent: Unsent::default(), end: None, monitor: None };
        let (shut, reset) = (AtomicBool::new(false), AtomicBool::new(false));
        let (state, io) = (WaitState::default(), Mutex::new(io));
        let socket = Arc::new(Socket { stream, shut, reset, state, io });
        Ok(SocketStream {
            socket,
            buffers,
            #[cfg(unix)]
            read_timeout: None,
        })
    }

    pub(super) fn socket(&self) -> Arc<Socket> {
        Arc::clone(&self.socket)
    }

    /// Reads into the buffer, and waits up to `limit` for input.
    fn read(
        &mut self,
        limit: Option<Duration>,
        monitor: Option<&CallMonitor>,
    ) -> io::Result<usize> {
        let end = limit.map(|limit| Instant::now() + limit);
        loop {
            let mut until_check = None;
            if let Some(monitor) = monitor {
                monitor.run_due_abort_check()?;
                until_check = monitor.until_abort_check();
            }
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            match self.read_within(left.into_iter().chain(until_check).min()) {
                // This wait is over, but not the limit.
                Err(err) if is_unready(&err) && !left.is_some_and(|left| left.is_zero()) => {}
                other => return other,
            }
        }
    }

    /// Reads into the buffer after a single wait of at most `limit`.
    #[cfg(unix)]
    fn read_within(&mut self, limit: Option<Duration>) -> io::Result<usize> {
        if !is_close(self.read_timeout, limit) {
            // To the system, zero means no limit.
            let shorter = limit.map(|limit| (limit - limit / 16).max(Duration::from_millis(1)));
            match self.socket.stream.set_read_timeout(shorter) {
                Ok(()) => self.read_timeout = shorter,
                // macOS reports this if the peer has closed; its input can still be read.
                Err(err) if err.kind() == io::ErrorKind::InvalidInput => {}
                Err(err) => return Err(err),
            }
        }
        (&self.socket.stream).read(self.buffers.input_append_buf())
    }

    #[cfg(not(unix))]
    fn read_within(&mut self, limit: Option<Duration>) -> io::Result<usize> {
        if self.socket.wait(PollFlags::IN, limit)?.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        (&self.socket.stream).read(self.buffers.input_append_buf())
    }
}

/// Whether a read has only waited. TimedOut is not included: it means that the connection is dead.
fn is_unready(err: &io::Error) -> bool {
    matches!(err.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

/// Whether the timeout that is set is at most the wanted one, and not much shorter. Limits decrease
/// from read to read; setting each would waste a system call.
#[cfg(unix)]
fn is_close(set: Option<Duration>, wanted: Option<Duration>) -> bool {
    match (set, wanted) {
        (Some(set), Some(wanted)) => set <= wanted && wanted - set <= wanted / 8,
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
            (io.monitor.clone(), until(timeout.for_read(), io.end))
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
            Err(err) if is_unready(&err) => Err(ureq::Error::Timeout(limit.reason)),
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

    /// Writes 1 MiB to a peer that reads a tenth of it every 250 ms.
    fn write_slowly(limit: NextTimeout) -> Result<(), ureq::Error> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        socket2::SockRef::from(&listener).set_recv_buffer_size(16 * 1024).unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        socket2::SockRef::from(&stream).set_send_buffer_size(16 * 1024).unwrap();
        let (mut peer, _) = listener.accept().unwrap();
        let bytes = vec![7; 1024 * 1024];
        let length = bytes.len();
        let reader = thread::spawn(move || {
            let mut seen = 0;
            while seen < length {
                thread::sleep(Duration::from_millis(250));
                let step = (length / 10).min(length - seen);
                if peer.read_exact(&mut vec![0; step]).is_err() {
                    return;
                }
                seen += step;
            }
        });
        let stream = SocketStream::new(stream, LazyBuffers::new(16, 16)).unwrap();
        let sent = stream.socket().send(&bytes, limit);
        drop(stream);
        reader.join().unwrap();
        sent
    }

    #[test]
    fn a_slow_write_is_not_silence() {
        let silence = Some(Duration::from_secs(1).into());
        write_slowly(NextTimeout { per_write: silence, ..NextTimeout::default() }).unwrap();
    }

    #[test]
    fn a_slow_write_ends_with_its_step() {
        let after = Duration::from_millis(600).into();
        let sent = write_slowly(NextTimeout { after, ..NextTimeout::default() });
        assert!(matches!(sent, Err(ureq::Error::Timeout(Timeout::Global))), "{sent:?}");
    }
}
