//! [`Clock`]: the time by which the client paces itself and its tokens end.

use std::time::{Duration, Instant, SystemTime};

/// The time, and waiting.
///
/// The client asks it for everything that has to do with time but the limits of a call, which are
/// the [`Transport`](crate::Transport)'s. [`SystemClock`] is the default; a test can pass
/// one of its own to [`ZoomBuilder::clock`](crate::zoom::ZoomBuilder::clock) and have hours go by at once.
pub trait Clock: Send + Sync {
    /// The time that never goes backwards: what calls are paced by.
    fn now(&self) -> Instant;

    /// The time of the calendar: what tokens and daily limits end by.
    fn system_time(&self) -> SystemTime;

    /// Waits for this long on the calling thread.
    fn sleep(&self, duration: Duration);
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// A clock that is shared.
impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> Instant {
        (**self).now()
    }

    fn system_time(&self) -> SystemTime {
        (**self).system_time()
    }

    fn sleep(&self, duration: Duration) {
        (**self).sleep(duration);
    }
}
