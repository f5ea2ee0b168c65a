//! Idle connections, shared by all clones of a `Transport`.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::connection::Connection;
use super::route::Route;

/// The maximum number of idle connections. The oldest is closed first.
const MAX_IDLE: usize = if cfg!(test) { 8 } else { 128 };

/// The maximum idle time. Many servers close idle connections after a minute; a request should not
/// be the first to notice.
const MAX_AGE: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub(crate) struct Pool {
    /// The most recently used is last. No connection is dropped while the lock is held, because
    /// closing a socket is a system call.
    idle: Mutex<Vec<Idle>>,
}

#[derive(Debug)]
struct Idle {
    /// In a box, because a call passes it on several times.
    connection: Box<Connection>,
    since: Instant,
}

impl Pool {
    /// Takes the most recently used idle connection for `route` that is alive.
    pub(crate) fn take(&self, route: Route<'_>, now: Instant) -> Option<Box<Connection>> {
        let is_fresh = |entry: &Idle| now.saturating_duration_since(entry.since) < MAX_AGE;
        loop {
            let (found, stale) = {
                let mut idle = self.lock();
                let fresh = idle.iter().position(is_fresh).unwrap_or(idle.len());
                let stale: Vec<Idle> = idle.drain(..fresh).collect();
                let at = idle.iter().rposition(|entry| route.is_same(entry.connection.route()));
                (at.map(|at| idle.remove(at)), stale)
            };
            // Outside the lock, like the check of the socket below.
            drop(stale);
            let mut connection = found?.connection;
            if connection.is_alive() {
                connection.reused = true;
                return Some(connection);
            }
        }
    }

    pub(crate) fn put(&self, connection: Box<Connection>, since: Instant) {
        let entry = Idle { connection, since };
        let oldest = {
            let mut idle = self.lock();
            idle.push(entry);
            (idle.len() > MAX_IDLE).then(|| idle.remove(0))
        };
        drop(oldest);
    }

    pub(crate) fn clear(&self) {
        let all = std::mem::take(&mut *self.lock());
        drop(all);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Idle>> {
        // The list is consistent even if another thread panicked with the lock held.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::IoSlice;
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use ureq::unversioned::transport::NextTimeout;

    use super::super::layers::{Layer, Stream};
    use super::super::origin::Origin;
    use super::super::resolve::IpFamily;
    use super::super::socket::SocketStream;
    use super::super::tls::Tls;
    use super::*;

    /// Checks when it is closed that the pool is not locked.
    #[derive(Debug)]
    struct ClosingStream {
        inner: SocketStream,
        pool: Arc<Pool>,
        closed: Arc<AtomicUsize>,
    }

    impl Layer for ClosingStream {
        fn socket(&mut self) -> &mut SocketStream {
            self.inner.socket()
        }

        fn send(&mut self, bytes: &mut [IoSlice<'_>], to: NextTimeout) -> Result<(), ureq::Error> {
            self.inner.send(bytes, to)
        }

        fn read(&mut self, into: &mut [u8], limit: NextTimeout) -> Result<usize, ureq::Error> {
            self.inner.read(into, limit)
        }

        fn is_open(&mut self) -> bool {
            self.inner.is_open()
        }
    }

    impl Drop for ClosingStream {
        fn drop(&mut self) {
            assert!(self.pool.idle.try_lock().is_ok(), "a socket is closed under the pool's lock");
            self.closed.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn sockets_are_closed_outside_the_lock() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (pool, closed) = (Arc::new(Pool::default()), Arc::new(AtomicUsize::new(0)));
        let origin = Origin::of_host("127.0.0.1", 80, false);
        let tls = Arc::new(Tls::default());
        let route = Route { origin: &origin, proxy: None, tls: &tls, ip_family: IpFamily::Any };
        let mut peers = Vec::new();
        let mut open = || {
            let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            peers.push(listener.accept().unwrap());
            let inner = SocketStream::new(stream).unwrap();
            let (pool, closed) = (Arc::clone(&pool), Arc::clone(&closed));
            let stream = Stream::new(ClosingStream { inner, pool, closed });
            Box::new(Connection::new(stream, route, None))
        };
        let closed = || closed.load(Ordering::SeqCst);
        for _ in 0..MAX_IDLE + 2 {
            pool.put(open(), Instant::now());
        }
        assert_eq!(closed(), 2, "the oldest ones above the maximum");
        let mut old = 0;
        for entry in pool.lock().iter_mut().take(5) {
            // On a machine that has just started, there is no such time.
            if let Some(since) = entry.since.checked_sub(MAX_AGE) {
                entry.since = since;
                old += 1;
            }
        }
        assert!(pool.take(route, Instant::now()).is_some());
        assert_eq!(closed(), 2 + old + 1, "those that were too old, and the one taken");
        pool.clear();
        assert_eq!(closed(), MAX_IDLE + 2);
    }
}
