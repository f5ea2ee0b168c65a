//! The clock for rate limits and the expiry of tokens.

use std::time::{Duration, Instant, SystemTime};

/// A source of time that can also wait.
///
/// The client uses it for everything except the time limits of a call, which are the
/// [`Transport`](crate::Transport)'s. [`SystemClock`] is the default. With another clock in
/// [`ZoomBuilder::clock`](crate::zoom::ZoomBuilder::clock), a test can let hours pass without
/// waiting.
///
/// Methods added in later versions will have a default implementation.
pub trait Clock: Send + Sync {
    /// Returns the monotonic time, for the spacing of calls.
    fn now(&self) -> Instant;

    /// Returns the wall-clock time, for tokens and daily limits.
    fn system_time(&self) -> SystemTime;

    /// Waits on the calling thread.
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

/// A shared clock.
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
