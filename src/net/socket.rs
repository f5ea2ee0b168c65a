//! The TCP socket below a connection's layers.
//!
//! ureq's `TcpConnector` lacks three things that this has: a liveness probe of one system call,
//! writes that yield to a response (see `early_response`), and waits that another thread or a
//! handler can end.
//!
//! Writes never block; they wait with a poll. On most Unix systems, a blocking read with a timeout
//! waits and reads in one system call, and a shutdown ends it. On Windows neither is the case, and a
//! blocking write accepts all bytes or none. Apple's kernels ignore MSG_DONTWAIT for a write
//! (`sosendcheck` of xnu). So the socket is non-blocking on both.

use std::io::{self, IoSlice, Read as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use ureq::Timeout;
use ureq::unversioned::transport::NextTimeout;

use super::early_response::{IoMode, Unsent};
use super::layers::Layer;
use super::limits::{StepEnd, until};
use super::tcp::poll;
use super::watch::{CallMonitor, Interrupt, WaitState};

/// The maximum time of one wait. On Windows, a shutdown by another thread does not end a wait.
/// Linux reports room for a write only when a third of the buffer is free, although a peer that
/// reads slowly is not silent.
const MAX_WAIT: Duration = Duration::from_millis(100);

/// How long a write waits if a poll returns at once although the socket is not writable.
const WITHOUT_POLL: Duration = Duration::from_millis(20);

/// A connected socket. It is shared by the [`SocketStream`] that does I/O on it and the `Watch` of
/// the call, through which any thread may shut it down.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    /// Whether this side has shut it down.
    shut: AtomicBool,
    /// Whether the peer has reset it. The system reports a reset once; later reads return the end.
    reset: AtomicBool,
    /// The call that uses it.
    state: WaitState,
}

impl Socket {
    /// Whether a read would return at once, with bytes, the end or an error.
    pub(super) fn is_readable(&self) -> bool {
        // If the poll fails, the read reports why.
        !self.wait(PollFlags::IN, Some(Duration::ZERO)).is_ok_and(|found| found.is_empty())
    }

    /// Waits for one of `events` or an error, and returns those that occurred. There are none after
    /// `limit` or [`MAX_WAIT`], or if a signal arrived.
    fn wait(&self, events: PollFlags, limit: Option<Duration>) -> io::Result<PollFlags> {
        if self.shut.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let mut sockets = [PollFd::new(&self.stream, events)];
        poll(&mut sockets, limit.map_or(MAX_WAIT, |limit| limit.min(MAX_WAIT)))?;
        let found = sockets[0].revents();
        // A poll of Windows may be the only call that reports a reset; a read then returns the end.
        if cfg!(windows) && found.contains(PollFlags::ERR) {
            self.reset.store(true, Ordering::Relaxed);
        }
        Ok(found)
    }

    /// Writes the bytes and removes them from `bytes`: all, or fewer if it yielded.
    fn write(
        &self,
        bytes: &mut &mut [IoSlice<'_>],
        mode: IoMode,
        limit: NextTimeout,
        monitor: Option<&CallMonitor>,
    ) -> Result<(), ureq::Error> {
        if limit.after.is_zero() {
            return Err(ureq::Error::Timeout(limit.reason));
        }
        // Set by the first write that would block: most do not, and need no clock.
        let mut step_end: Option<Option<StepEnd>> = None;
        let mut events = PollFlags::OUT;
        events.set(PollFlags::IN, mode == IoMode::YieldToInput);
        let mut silence_end: Option<Instant> = None;
        let mut was_ready = false;
        IoSlice::advance_slices(bytes, 0); // removes empty ones
        while !bytes.is_empty() {
            if let Some(monitor) = monitor {
                monitor.run_due_abort_check()?;
            }
            let written = write_now(&self.stream, bytes);
            self.note_reset(&written);
            match written {
                Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                Ok(n) => {
                    IoSlice::advance_slices(bytes, n);
                    (silence_end, was_ready) = (None, false);
                    continue;
                }
                Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
                Err(err) if err.kind() == io::ErrorKind::WouldBlock => {}
                Err(err) => return Err(err.into()),
            }
            let now = Instant::now();
            let step_end = *step_end
                .get_or_insert_with(|| limit.not_zero().map(|left| (now + *left, limit.reason)));
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
        Ok(())
    }

    fn note_reset<T>(&self, result: &io::Result<T>) {
        if matches!(result, Err(err) if err.kind() == io::ErrorKind::ConnectionReset) {
            self.reset.store(true, Ordering::Relaxed);
        }
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
#[cfg(all(unix, not(target_vendor = "apple")))]
fn write_now(stream: &TcpStream, bytes: &[IoSlice<'_>]) -> io::Result<usize> {
    // Without SIGPIPE if the peer has closed.
    const FLAGS: libc::c_int = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    let socket = socket2::SockRef::from(stream);
    match bytes {
        [bytes] => socket.send_with_flags(bytes, FLAGS),
        _ => socket.send_vectored_with_flags(bytes, FLAGS),
    }
}

// On Apple's systems a socket option prevents SIGPIPE, which std and socket2 set.
#[cfg(any(not(unix), target_vendor = "apple"))]
fn write_now(mut stream: &TcpStream, bytes: &[IoSlice<'_>]) -> io::Result<usize> {
    match bytes {
        [bytes] => io::Write::write(&mut stream, bytes),
        _ => io::Write::write_vectored(&mut stream, bytes),
    }
}

/// The [`Layer`] of a [`Socket`]. Only the thread that uses the connection has it, so its fields
/// need no lock.
#[derive(Debug)]
pub(super) struct SocketStream {
    socket: Arc<Socket>,
    mode: IoMode,
    unsent: Unsent,
    /// The deadline of the current step.
    end: Option<StepEnd>,
    /// The monitor of the call that uses the connection. Waits check it.
    monitor: Option<Arc<CallMonitor>>,
    /// The read timeout that is set on the socket. It is cached, because setting it is a system
    /// call.
    #[cfg(all(unix, not(target_vendor = "apple")))]
    read_timeout: Option<Duration>,
}

impl SocketStream {
    /// Fails if the system cannot set the socket's mode.
    pub(super) fn new(stream: TcpStream) -> io::Result<SocketStream> {
        stream.set_nonblocking(cfg!(any(not(unix), target_vendor = "apple")))?;
        let (shut, reset) = (AtomicBool::new(false), AtomicBool::new(false));
        let state = WaitState::default();
        Ok(SocketStream {
            socket: Arc::new(Socket { stream, shut, reset, state }),
            mode: IoMode::Block,
            unsent: Unsent::default(),
            end: None,
            monitor: None,
            #[cfg(all(unix, not(target_vendor = "apple")))]
            read_timeout: None,
        })
    }

    pub(super) fn shared(&self) -> Arc<Socket> {
        Arc::clone(&self.socket)
    }

    pub(super) fn set_mode(&mut self, mode: IoMode) {
        self.mode = mode;
    }

    /// Whether a write yielded before it had sent everything.
    pub(super) fn has_unsent(&self) -> bool {
        !self.unsent.is_empty()
    }

    /// Sets the deadline of all I/O on the socket, whatever the limit of each read or write.
    pub(super) fn set_end(&mut self, end: Option<StepEnd>) {
        self.end = end;
    }

    pub(super) fn set_monitor(&mut self, monitor: Option<Arc<CallMonitor>>) {
        self.monitor = monitor;
    }

    /// Sends the unsent bytes, if there are any.
    pub(super) fn send_unsent(&mut self, limit: NextTimeout) -> Result<(), ureq::Error> {
        if self.has_unsent() { self.send(&mut [], limit) } else { Ok(()) }
    }

    /// Waits up to `limit` for input, and reads it.
    fn wait_and_read(&mut self, into: &mut [u8], limit: Option<Duration>) -> io::Result<usize> {
        let end = limit.map(|limit| Instant::now() + limit);
        let mut left = limit;
        loop {
            let mut until_check = None;
            if let Some(monitor) = &self.monitor {
                monitor.run_due_abort_check()?;
                until_check = monitor.until_abort_check();
            }
            match self.read_within(into, left.into_iter().chain(until_check).min()) {
                // This wait is over, but not the limit.
                Err(err) if is_unready(&err) && !left.is_some_and(|left| left.is_zero()) => {}
                other => return other,
            }
            left = end.map(|end| end.saturating_duration_since(Instant::now()));
        }
    }

    /// Reads after a single wait of at most `limit`.
    #[cfg(all(unix, not(target_vendor = "apple")))]
    fn read_within(&mut self, into: &mut [u8], limit: Option<Duration>) -> io::Result<usize> {
        if !is_close(self.read_timeout, limit) {
            // To the system, zero means no limit.
            let shorter = limit.map(|limit| (limit - limit / 16).max(Duration::from_millis(1)));
            self.socket.stream.set_read_timeout(shorter)?;
            self.read_timeout = shorter;
        }
        (&self.socket.stream).read(into)
    }

    #[cfg(any(not(unix), target_vendor = "apple"))]
    fn read_within(&mut self, into: &mut [u8], limit: Option<Duration>) -> io::Result<usize> {
        if self.socket.wait(PollFlags::IN, limit)?.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        (&self.socket.stream).read(into)
    }
}

/// Whether a read has only waited. TimedOut is not included: it means that the connection is dead.
fn is_unready(err: &io::Error) -> bool {
    matches!(err.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

/// Whether the timeout that is set is at most the wanted one, and not much shorter. Limits decrease
/// from read to read; setting each would waste a system call.
#[cfg(all(unix, not(target_vendor = "apple")))]
fn is_close(set: Option<Duration>, wanted: Option<Duration>) -> bool {
    match (set, wanted) {
        (Some(set), Some(wanted)) => set <= wanted && wanted - set <= wanted / 8,
        (set, wanted) => set == wanted,
    }
}

impl Layer for SocketStream {
    fn socket(&mut self) -> &mut SocketStream {
        self
    }

    /// Sends the unsent bytes and then `bytes`.
    fn send(&mut self, bytes: &mut [IoSlice<'_>], limit: NextTimeout) -> Result<(), ureq::Error> {
        let SocketStream { socket, unsent, mode, .. } = self;
        let (mode, end, monitor) = (*mode, self.end, self.monitor.as_deref());
        unsent.send(mode, bytes, |bytes| socket.write(bytes, mode, until(limit, end), monitor))
    }

    fn read(&mut self, into: &mut [u8], limit: NextTimeout) -> Result<usize, ureq::Error> {
        if self.mode != IoMode::Poll {
            self.send_unsent(limit)?;
        } else if !self.socket.is_readable() {
            return Err(io::Error::from(io::ErrorKind::WouldBlock).into());
        }
        let limit = until(limit.for_read(), self.end);
        if limit.after.is_zero() {
            return Err(ureq::Error::Timeout(limit.reason));
        }
        match self.wait_and_read(into, limit.not_zero().map(|limit| *limit)) {
            Ok(0) if self.socket.reset.load(Ordering::Relaxed) => {
                Err(io::Error::from(io::ErrorKind::ConnectionReset).into())
            }
            Err(err) if is_unready(&err) => Err(ureq::Error::Timeout(limit.reason)),
            read => Ok(read?),
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
        let mut stream = SocketStream::new(stream).unwrap();
        // Also in pieces, of which some are empty.
        let (first, second) = bytes.split_at(length / 3);
        let mut slices = [&[], first, &[], second].map(IoSlice::new);
        let sent = stream.send(&mut slices, limit);
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
