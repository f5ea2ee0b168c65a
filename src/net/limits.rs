//! How long the steps of a call may take, as ureq's interfaces want it.

use std::time::{Duration, Instant};

use ureq::Timeout;
use ureq::unversioned::transport::NextTimeout;

/// How long the steps of a call may take.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// Look-up and TCP connect together.
    pub(crate) connect: Option<Duration>,
    /// Silence: the time between two bytes, and the time for a TLS handshake or a whole header.
    pub(crate) silence: Option<Duration>,
    /// When the whole call must have ended.
    pub(crate) end: Option<Instant>,
}

impl Limits {
    /// For the next write: silence from one byte to the next, and what the whole call has left.
    pub(super) fn write(&self) -> NextTimeout {
        let per_write = self.silence.map(Into::into);
        NextTimeout { per_write, ..self.whole_call() }
    }

    /// For the next read: silence until something of the response arrives. Over TLS that is a whole
    /// record; bytes of one that is never finished are silence.
    pub(super) fn read(&self) -> NextTimeout {
        capped(self.whole_call(), self.silence, Timeout::PerRead)
    }

    /// For a step that must end at `step_end`, however often a byte of it arrives.
    pub(super) fn until(&self, step_end: Option<StepEnd>) -> NextTimeout {
        ending(self.write(), step_end)
    }

    /// Whether the time for the whole call is over.
    pub(crate) fn is_over(&self) -> bool {
        self.end.is_some_and(|end| Instant::now() >= end)
    }

    fn whole_call(&self) -> NextTimeout {
        ending(NextTimeout::default(), self.end.map(|end| (end, Timeout::Global)))
    }
}

/// When a step must have ended, and the limit that says so.
pub(super) type StepEnd = (Instant, Timeout);

/// The end of a step that starts now.
pub(super) fn step_end(limit: Option<Duration>, reason: Timeout) -> Option<StepEnd> {
    limit.map(|limit| (Instant::now() + limit, reason))
}

/// `timeout`, but no longer than until `end`.
pub(super) fn ending(timeout: NextTimeout, end: Option<StepEnd>) -> NextTimeout {
    match end {
        Some((end, reason)) => {
            capped(timeout, Some(end.saturating_duration_since(Instant::now())), reason)
        }
        None => timeout,
    }
}

/// `timeout`, but no longer than `limit`.
fn capped(mut timeout: NextTimeout, limit: Option<Duration>, reason: Timeout) -> NextTimeout {
    if let Some(limit) = limit.filter(|limit| *timeout.after > *limit) {
        timeout.after = limit.into();
        timeout.reason = reason;
    }
    timeout
}
