//! Progress events and cancellation.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::class::Http;
use super::delegate::setters;

setters! {
/// Progress events and cancellation. The closures run on the thread that makes the call, between its reads and writes.
impl Http {
    /// Calls `handler` with the name and the value of each step of a call: `Resolve`, `Resolved`,
    /// `Connected`, `Proxy`, `Tls`, `Reused`, `Sent`, `EarlyAnswer`, `Header`, `Received`,
    /// `Redirect`, `Resend`, `NotSent`, and with the feature `cookies` `CookiesLeftOut` and
    /// `CookiesUnsaved`. The value is what `last_error_text` says of the step, without secrets.
    #[doc(alias = "ProgressInfo")]
    pub fn on_progress_info(handler: impl FnMut(&str, &str) + Send + 'static);

    /// Removes the handlers of all three events.
    #[doc(alias = "ClearEventHandler")]
    pub fn clear_event_handler();
}
}

impl Http {
    /// Calls `handler` with the progress, from 0 to
    /// [`percent_done_scale`](Self::percent_done_scale), each time it has grown. If it returns true,
    /// the call ends with an error of kind [`Aborted`](crate::ErrorKind::Aborted).
    ///
    /// More at [`Transport::on_percent_done`](crate::Transport::on_percent_done).
    #[doc(alias = "PercentDone")]
    pub fn on_percent_done(
        &mut self,
        handler: impl FnMut(u32) -> bool + Send + 'static,
    ) -> &mut Self {
        self.transport.handlers_mut().percent_done = Some(Arc::new(Mutex::new(handler)));
        self
    }

    /// Calls `handler` every [`heartbeat_ms`](Self::heartbeat_ms) milliseconds while a call waits
    /// or transfers. If it returns true, the call ends with an error of kind
    /// [`Aborted`](crate::ErrorKind::Aborted).
    ///
    /// More at [`Transport::on_abort_check`](crate::Transport::on_abort_check).
    #[doc(alias = "AbortCheck")]
    pub fn on_abort_check(&mut self, handler: impl FnMut() -> bool + Send + 'static) -> &mut Self {
        self.transport.handlers_mut().abort_check = Some(Arc::new(Mutex::new(handler)));
        self
    }

    /// Sets the interval between abort checks, in milliseconds.
    #[doc(alias = "put_HeartbeatMs")]
    pub fn set_heartbeat_ms(&mut self, ms: u64) -> &mut Self {
        self.transport.set_heartbeat(Duration::from_millis(ms));
        self
    }

    /// The interval between abort checks, in milliseconds. Default 0: no checks.
    #[doc(alias = "get_HeartbeatMs")]
    #[doc(alias = "HeartbeatMs")]
    pub fn heartbeat_ms(&self) -> u64 {
        u64::try_from(self.transport.settings.handlers.heartbeat.as_millis()).unwrap_or(u64::MAX)
    }

    /// Sets the value that `on_percent_done` gets at the end, from 10 to 100000. 1000 means tenths of
    /// a percent.
    #[doc(alias = "put_PercentDoneScale")]
    pub fn set_percent_done_scale(&mut self, scale: u32) -> &mut Self {
        self.transport.handlers_mut().scale = scale.clamp(10, 100_000);
        self
    }

    /// The value that `on_percent_done` gets at the end. Default 100.
    #[doc(alias = "get_PercentDoneScale")]
    #[doc(alias = "PercentDoneScale")]
    pub fn percent_done_scale(&self) -> u32 {
        self.transport.settings.handlers.scale
    }
}
