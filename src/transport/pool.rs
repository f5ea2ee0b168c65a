//! Idle connections, shared by all clones of a `Transport`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ureq::Proxy;

use super::connect::Connection;
use super::origin::Origin;
use super::tls::Tls;

/// Idle connections kept at most; the oldest is closed first. Those in use do not count.
const MAX_IDLE: usize = 128;

/// How long one is kept. Servers close theirs after a minute or so; a request should not be what
/// finds that out.
const MAX_AGE: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub(crate) struct Pool {
    /// The most recently used stands last.
    idle: Mutex<Vec<Idle>>,
}

/// Where a request goes, and how: what a connection must have been made for to serve it.
#[derive(Clone, Copy)]
pub(crate) struct Route<'r> {
    pub(crate) origin: &'r Origin,
    pub(crate) proxy: Option<&'r Proxy>,
    pub(crate) tls: &'r Arc<Tls>,
}

impl Route<'_> {
    fn is_of(&self, connection: &Connection) -> bool {
        let made_for = connection.route();
        // TLS counts for plain http as well: it may be what leads to the proxy.
        Arc::ptr_eq(self.tls, made_for.tls)
            && self.origin == made_for.origin
            && self.proxy == made_for.proxy
    }
}

#[derive(Debug)]
struct Idle {
    connection: Connection,
    since: Instant,
}

impl Pool {
    /// The newest idle connection for `route` that is alive.
    pub(crate) fn take(&self, route: Route<'_>) -> Option<Connection> {
        loop {
            let mut connection = {
                let mut idle = self.lock();
                let fresh = |entry: &Idle| entry.since.elapsed() < MAX_AGE;
                idle.retain(fresh);
                let at = idle.iter().rposition(|entry| route.is_of(&entry.connection))?;
                idle.remove(at).connection
            };
            // Outside the lock: it is a system call.
            if connection.is_alive() {
                connection.reused = true;
                return Some(connection);
            }
        }
    }

    pub(crate) fn put(&self, connection: Connection) {
        let mut idle = self.lock();
        idle.push(Idle { connection, since: Instant::now() });
        if idle.len() > MAX_IDLE {
            idle.remove(0);
        }
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Idle>> {
        // A panic elsewhere leaves the list as it was: nothing here is half done at any point.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
