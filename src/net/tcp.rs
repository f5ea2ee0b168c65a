//! TCP: one connection to the first of several addresses that takes it, which can be aborted.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use socket2::{Domain, Socket, Type};

/// How long an attempt has to itself before the next address is tried beside it: RFC 8305, section 5.
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Tries the addresses until `end`, and gives the first connection that is made. An address that does not
/// answer holds the next one up for [`ATTEMPT_DELAY`] only, one that fails not at all.
///
/// `pause` says how long a wait may last until it wants to be asked again; its error ends the attempts.
///
/// On this thread and no other: the one that connects is the one that waits for the answer, and the
/// system keeps the two ends of a local connection together.
pub(super) fn connect(
    addresses: &[SocketAddr],
    end: Option<Instant>,
    pause: &dyn Fn() -> io::Result<Duration>,
) -> io::Result<(TcpStream, SocketAddr)> {
    let mut untried = interleaved(addresses).into_iter().peekable();
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut next_at = Instant::now();
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
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
                    failure = err;
                    continue;
                }
            }
        }
        if attempts.is_empty() {
            return Err(failure);
        }
        if let Some(end) = end {
            if end <= now {
                return Err(io::ErrorKind::TimedOut.into());
            }
            wait = wait.min(end - now);
        }
        if untried.peek().is_some() {
            wait = wait.min(next_at.saturating_duration_since(now));
        }
        wait_for_any(&mut attempts, wait)?;
        // Asked of all: not every system reports a failure by the poll.
        attempts.retain(|attempt| match attempt.socket.take_error() {
            Ok(None) => true,
            Ok(Some(err)) | Err(err) => {
                failure = err;
                next_at = now;
                false
            }
        });
        if let Some(first) = attempts.iter().position(|attempt| attempt.is_connected) {
            let Attempt { socket, address, .. } = attempts.swap_remove(first);
            // Fails only where the peer has gone already, which the first read reports better.
            let _ = socket.set_tcp_nodelay(true);
            return Ok((socket.into(), address));
        }
    }
}

/// The addresses with the two families in turn, the one of the first first: RFC 8305, section 4. So a
/// family without a route costs one delay, however many addresses it has.
fn interleaved(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let of_first = |address: &&SocketAddr| address.is_ipv4() == addresses[0].is_ipv4();
    let (first, second): (Vec<_>, Vec<_>) = addresses.iter().partition(of_first);
    let mut second = second.into_iter();
    let mut turns: Vec<_> = first.into_iter().flat_map(|a| [Some(a), second.next()]).collect();
    turns.extend(second.map(Some));
    turns.into_iter().flatten().copied().collect()
}

/// An attempt to connect that goes on.
struct Attempt {
    socket: Socket,
    address: SocketAddr,
    /// True of one that has failed, too.
    is_connected: bool,
}

fn start(address: SocketAddr) -> io::Result<Attempt> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    match socket.connect(&address.into()) {
        Err(err) if !is_in_progress(&err) => Err(err),
        _ => Ok(Attempt { socket, address, is_connected: false }),
    }
}

/// Waits until one of the attempts has ended, or `wait` has passed.
fn wait_for_any(attempts: &mut [Attempt], wait: Duration) -> io::Result<()> {
    let wait = Timespec::try_from(wait).ok();
    let sockets = attempts.iter().map(|attempt| PollFd::new(&attempt.socket, PollFlags::OUT));
    let mut sockets: Vec<_> = sockets.collect();
    match poll(&mut sockets, wait.as_ref()) {
        Ok(_) => {}
        Err(Errno::INTR) => return Ok(()),
        Err(err) => return Err(err.into()),
    }
    let ready: Vec<_> = sockets.iter().map(|polled| polled.revents()).collect();
    for (attempt, ready) in attempts.iter_mut().zip(ready) {
        attempt.is_connected = ready.contains(PollFlags::OUT);
    }
    Ok(())
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

    fn unhurried() -> io::Result<Duration> {
        Ok(Duration::from_secs(1))
    }

    #[test]
    fn each_address_is_tried() {
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
        assert_eq!(connect(&[], None, &unhurried).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    /// An address that does not answer, for as long as the sockets are held: Linux drops what asks for a
    /// connection when the backlog is full.
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
    fn an_address_that_is_silent_does_not_hold_up_the_next() {
        let (silent, _full, _held) = silent_port();
        let (_closed, closed) = closed_port();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        let ipv6 = TcpListener::bind("[::1]:0").unwrap().local_addr().unwrap();
        // Without a limit: only the race comes to an end.
        for addresses in [&[silent, open][..], &[silent, closed, open], &[ipv6, silent, open]] {
            let (_, to) = connect(addresses, None, &unhurried).unwrap();
            assert_eq!(to, open);
        }
        // One that is refused does not end the wait for the others.
        let end = Instant::now() + Duration::from_millis(300);
        let err = connect(&[silent, closed], Some(end), &unhurried).unwrap_err();
        assert_eq!(err.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn families_take_turns() {
        let four = |n: u8| SocketAddr::from(([192, 0, 2, n], 80));
        let six = |n: u16| SocketAddr::from(([0x2001, 0xdb8, 0, 0, 0, 0, 0, n], 80));
        let cases: [(&[_], &[_]); 4] = [
            (&[], &[]),
            (&[four(1), four(2)], &[four(1), four(2)]),
            (&[six(1), six(2), six(3), four(1)], &[six(1), four(1), six(2), six(3)]),
            (&[four(1), six(1), six(2), six(3)], &[four(1), six(1), six(2), six(3)]),
        ];
        for (addresses, turns) in cases {
            assert_eq!(interleaved(addresses), turns, "{addresses:?}");
        }
    }

    #[test]
    fn one_that_ends_the_pauses_ends_the_attempts() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        let err = connect(&[open], None, &|| Err(io::Error::other("ended"))).unwrap_err();
        assert_eq!(err.to_string(), "ended");
    }
}
