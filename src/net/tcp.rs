//! Opening a TCP connection to one of several addresses, by Happy Eyeballs (RFC 8305).

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use socket2::{Domain, Socket, Type};

/// The delay before the next address is tried in parallel (RFC 8305 section 5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Tries the addresses until `end`, and returns the first connection, or `None` after `end`. An
/// address that does not respond delays the next one only by [`ATTEMPT_DELAY`], and one that fails
/// does not delay it.
///
/// `pause` returns how long a wait may last before `pause` must be called again. Its error ends the
/// attempts.
///
/// Connects on the current thread, which is also the one that waits for the response: the system
/// then keeps the two ends of a local connection together.
pub(super) fn connect(
    addresses: &[SocketAddr],
    end: Option<Instant>,
    pause: &dyn Fn() -> io::Result<Duration>,
) -> io::Result<Option<(TcpStream, SocketAddr)>> {
    let mut untried = interleave(addresses).into_iter().peekable();
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut next_at = Instant::now();
    let mut failure = None;
    loop {
        let mut wait = pause()?;
        let now = Instant::now();
        if let Some(address) = untried.next_if(|_| next_at <= now) {
            match start(address) {
                Ok(attempt) => {
                    attempts.push(attempt);
                    next_at = now + ATTEMPT_DELAY;
                }
                Err(err) => {
                    failure = more_specific_error(failure, err);
                    continue;
                }
            }
        }
        if attempts.is_empty() {
            let no_address = || io::Error::new(io::ErrorKind::NotFound, "the host has no address");
            return Err(failure.unwrap_or_else(no_address));
        }
        if let Some(end) = end {
            if end <= now {
                return Ok(None);
            }
            wait = wait.min(end - now);
        }
        if untried.peek().is_some() {
            wait = wait.min(next_at.saturating_duration_since(now));
        }
        wait_for_any(&mut attempts, wait)?;
        // Checks every attempt: not every system reports a failure through poll.
        attempts.retain(|attempt| match attempt.socket.take_error() {
            Ok(None) => true,
            Ok(Some(err)) | Err(err) => {
                failure = more_specific_error(failure.take(), err);
                next_at = now;
                false
            }
        });
        if let Some(first) = attempts.iter().position(|attempt| attempt.has_ended) {
            let Attempt { socket, address, .. } = attempts.swap_remove(first);
            // Fails only if the peer has closed already, which the first read reports better.
            let _ = socket.set_tcp_nodelay(true);
            return Ok(Some((socket.into(), address)));
        }
    }
}

/// Orders the addresses so that the two families alternate, starting with the family of the first (RFC
/// 8305 section 4). A family without a route then costs one delay, however many addresses it has.
fn interleave(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let is_first_family = |address: &&SocketAddr| address.is_ipv4() == addresses[0].is_ipv4();
    let (first, second): (Vec<_>, Vec<_>) = addresses.iter().partition(is_first_family);
    let mut second = second.into_iter();
    let mut turns: Vec<_> = first.into_iter().flat_map(|a| [Some(a), second.next()]).collect();
    turns.extend(second.map(Some));
    turns.into_iter().flatten().copied().collect()
}

/// An attempt to connect that is in progress.
struct Attempt {
    socket: Socket,
    address: SocketAddr,
    /// Whether it has connected or failed.
    has_ended: bool,
}

fn start(address: SocketAddr) -> io::Result<Attempt> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    match socket.connect(&address.into()) {
        Err(err) if !is_in_progress(&err) => Err(err),
        _ => Ok(Attempt { socket, address, has_ended: false }),
    }
}

/// Waits until an attempt has ended, or `wait` has passed.
fn wait_for_any(attempts: &mut [Attempt], wait: Duration) -> io::Result<()> {
    let sockets = attempts.iter().map(|attempt| PollFd::new(&attempt.socket, PollFlags::OUT));
    let mut sockets: Vec<_> = sockets.collect();
    poll(&mut sockets, wait)?;
    let ready: Vec<_> = sockets.iter().map(|polled| polled.revents()).collect();
    for (attempt, ready) in attempts.iter_mut().zip(ready) {
        attempt.has_ended = ready.contains(PollFlags::OUT);
    }
    Ok(())
}

/// Waits until a socket is ready. After `limit` or a signal, no socket may be ready.
pub(super) fn poll(sockets: &mut [PollFd<'_>], limit: Duration) -> io::Result<()> {
    let timespec = Timespec::try_from(limit).ok();
    loop {
        match rustix::event::poll(sockets, timespec.as_ref()) {
            // A poll without a wait is repeated, because it must return the current state.
            Err(Errno::INTR) if limit.is_zero() => {}
            Ok(_) | Err(Errno::INTR) => return Ok(()),
            Err(err) => return Err(err.into()),
        }
    }
}

/// Returns the more specific of two errors: a missing route to one address says nothing about the
/// others.
fn more_specific_error(earlier: Option<io::Error>, later: io::Error) -> Option<io::Error> {
    let has_no_route = |err: &io::Error| {
        matches!(err.kind(), io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable)
    };
    earlier.filter(|earlier| has_no_route(&later) && !has_no_route(earlier)).or(Some(later))
}

fn is_in_progress(err: &io::Error) -> bool {
    #[cfg(unix)]
    let in_progress = err.raw_os_error() == Some(libc::EINPROGRESS);
    #[cfg(not(unix))]
    let in_progress = false;
    in_progress || err.kind() == io::ErrorKind::WouldBlock
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn closed_port() -> (socket2::Socket, SocketAddr) {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
        let socket = socket.unwrap();
        socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        let addr = socket.local_addr().unwrap().as_socket().unwrap();
        (socket, addr)
    }

    fn one_second() -> io::Result<Duration> {
        Ok(Duration::from_secs(1))
    }

    #[test]
    fn each_address_is_tried() {
        let (_held, closed) = closed_port();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        for limit in [None, Some(Duration::from_secs(5))] {
            let end = limit.map(|limit| Instant::now() + limit);
            let (stream, to) = connect(&[closed, open], end, &one_second).unwrap().unwrap();
            assert_eq!((stream.peer_addr().unwrap(), to), (open, open));
            assert!(stream.nodelay().unwrap());
            let err = connect(&[closed, closed], end, &one_second).unwrap_err();
            assert_eq!(err.kind(), io::ErrorKind::ConnectionRefused);
        }
        assert_eq!(connect(&[], None, &one_second).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    /// Returns an address that does not respond while the sockets are kept open: Linux drops
    /// connection requests if the backlog is full.
    #[cfg(target_os = "linux")]
    fn silent_port() -> (SocketAddr, socket2::Socket, Vec<TcpStream>) {
        let (full, silent) = closed_port();
        full.listen(0).unwrap();
        let mut held = Vec::new();
        while let Ok(tcp) = TcpStream::connect_timeout(&silent, Duration::from_millis(300)) {
            held.push(tcp);
            assert!(held.len() < 10, "the backlog does not fill");
        }
        (silent, full, held)
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_silent_address_does_not_block_the_next() {
        let (silent, _full, _held) = silent_port();
        let (_closed, closed) = closed_port();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        let ipv6 = SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], closed.port()));
        // Without a limit: only a connection ends the attempts.
        for addresses in [&[silent, open][..], &[silent, closed, open], &[ipv6, silent, open]] {
            let (_, to) = connect(addresses, None, &one_second).unwrap().unwrap();
            assert_eq!(to, open);
        }
        // A refused address does not end the wait for the others.
        let end = Instant::now() + Duration::from_millis(300);
        assert!(connect(&[silent, closed], Some(end), &one_second).unwrap().is_none());
    }

    #[test]
    fn the_more_specific_error_is_kept() {
        let [refused, no_route] =
            [io::ErrorKind::ConnectionRefused, io::ErrorKind::NetworkUnreachable];
        for (earlier, later, kept) in [
            (None, no_route, no_route),
            (Some(refused), no_route, refused),
            (Some(no_route), refused, refused),
            (Some(no_route), no_route, no_route),
        ] {
            let found = more_specific_error(earlier.map(io::Error::from), later.into());
            assert_eq!(found.unwrap().kind(), kept);
        }
    }

    #[test]
    fn families_alternate() {
        let four = |n: u8| SocketAddr::from(([192, 0, 2, n], 80));
        let six = |n: u16| SocketAddr::from(([0x2001, 0xdb8, 0, 0, 0, 0, 0, n], 80));
        let cases: [(&[_], &[_]); 4] = [
            (&[], &[]),
            (&[four(1), four(2)], &[four(1), four(2)]),
            (&[six(1), six(2), six(3), four(1)], &[six(1), four(1), six(2), six(3)]),
            (&[four(1), six(1), six(2), six(3)], &[four(1), six(1), six(2), six(3)]),
        ];
        for (addresses, turns) in cases {
            assert_eq!(interleave(addresses), turns, "{addresses:?}");
        }
    }

    #[test]
    fn an_error_of_pause_ends_the_attempts() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        let err = connect(&[open], None, &|| Err(io::Error::other("ended"))).unwrap_err();
        assert_eq!(err.to_string(), "ended");
    }
}
