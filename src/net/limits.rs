//! Time limits of a call, in the form of ureq's interfaces.

use std::time::{Duration, Instant};

use ureq::Timeout;
use ureq::unversioned::transport::NextTimeout;

/// The time limits of a call.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// The time for name resolution and connecting.
    pub(crate) connect: Option<Duration>,
    /// The time without a byte, and the time for a TLS handshake or a whole header.
    pub(crate) silence: Option<Duration>,
    /// The deadline of the whole call.
    pub(crate) end: Option<Instant>,
}

impl Limits {
    /// Returns the limit of the next write: the silence limit between two bytes, and the remaining
    /// time of the whole call.
    pub(super) fn write(&self) -> NextTimeout {
        let per_write = self.silence.map(Into::into);
        NextTimeout { per_write, ..self.whole_call() }
    }

    /// Returns the limit of the next read: the silence limit until bytes of the response arrive. Over TLS
    /// that is a whole record; an incomplete record counts as silence.
    pub(super) fn read(&self) -> NextTimeout {
        at_most(self.whole_call(), self.silence, Timeout::PerRead)
    }

    /// Returns the limit of a step that must end at `step_end`, even if bytes keep arriving.
    pub(super) fn until(&self, step_end: Option<StepEnd>) -> NextTimeout {
        until(self.write(), step_end)
    }

    /// Whether the deadline of the whole call has passed.
    pub(crate) fn is_over(&self) -> bool {
        self.end.is_some_and(|end| Instant::now() >= end)
    }

    fn whole_call(&self) -> NextTimeout {
        until(NextTimeout::default(), self.end.map(|end| (end, Timeout::Global)))
    }
}

/// The deadline of a step, and the limit that determines it.
pub(super) type StepEnd = (Instant, Timeout);

/// Returns the end of a step that starts now.
pub(super) fn step_end(limit: Option<Duration>, reason: Timeout) -> Option<StepEnd> {
    limit.map(|limit| (Instant::now() + limit, reason))
}

/// Shortens `timeout` so that it ends at `end` at the latest.
pub(super) fn until(timeout: NextTimeout, end: Option<StepEnd>) -> NextTimeout {
    match end {
        Some((end, reason)) => {
            at_most(timeout, Some(end.saturating_duration_since(Instant::now())), reason)
        }
        None => timeout,
    }
}

/// Shortens `timeout` to at most `limit`.
fn at_most(mut timeout: NextTimeout, limit: Option<Duration>, reason: Timeout) -> NextTimeout {
    if let Some(limit) = limit.filter(|limit| *timeout.after > *limit) {
        timeout.after = limit.into();
        timeout.reason = reason;
    }
    timeout
}
