//! TCP: one connection to the first of several addresses that takes it, which can be aborted.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use socket2::{Domain, Type};

/// Tries each address in turn until `end`, giving each but the last half of what is left.
///
/// `pause` says how long a wait may last until it wants to be asked again; its error ends the attempt.
pub(super) fn connect(
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
                // Fails only where the peer has gone already, which the first read reports better.
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
        // Asked in any case: not every system reports a failure by the poll.
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
}
