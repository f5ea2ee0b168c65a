//! Events.

use super::class::Http;
use super::delegate::setters;

setters! {
/// Events. The closures run on the thread that makes the call, between its reads and writes.
impl Http {
    /// Calls `handler` with the part that is done, from 0 to
    /// [`percent_done_scale`](Self::percent_done_scale), each time it has grown. If it returns true
    /// the call ends with an error of kind [`Aborted`](crate::ErrorKind::Aborted).
    #[doc(alias = "PercentDone")]
    pub fn on_percent_done(handler: impl FnMut(u32) -> bool + Send + 'static);

    /// Calls `handler` every [`heartbeat_ms`](Self::heartbeat_ms) milliseconds while a call waits
    /// or transfers. If it returns true the call ends with an error of kind
    /// [`Aborted`](crate::ErrorKind::Aborted).
    #[doc(alias = "AbortCheck")]
    pub fn on_abort_check(handler: impl FnMut() -> bool + Send + 'static);

    /// Calls `handler` with the name and the value of each step of a call: `Resolve`, `Resolved`,
    /// `Connected`, `Proxy`, `Tls`, `Reused`, `Sent`, `EarlyAnswer`, `Header`, `Received`,
    /// `Redirect`, `Resend`, `NotSent`, and with the feature `cookies` `CookiesLeftOut` and
    /// `CookiesUnsaved`. The value is what `last_error_text` says of the step, without secrets.
    #[doc(alias = "ProgressInfo")]
    pub fn on_progress_info(handler: impl FnMut(&str, &str) + Send + 'static);

    /// Forgets the handlers of all three events.
    #[doc(alias = "ClearEventHandler")]
    pub fn clear_event_handler();

    /// Sets the milliseconds from one abort check to the next.
    #[doc(alias = "put_HeartbeatMs")]
    pub fn set_heartbeat_ms(ms: u64);
}
}

impl Http {
    /// Milliseconds from one abort check to the next. Default 0: there are none.
    #[doc(alias = "get_HeartbeatMs")]
    #[doc(alias = "HeartbeatMs")]
    pub fn heartbeat_ms(&self) -> u64 {
        self.transport.settings.handlers.heartbeat
    }

    /// Sets the value of `on_percent_done` that stands for the whole, within 10 and 100000: 1000
    /// counts in tenths of a percent.
    #[doc(alias = "put_PercentDoneScale")]
    pub fn set_percent_done_scale(&mut self, scale: u32) -> &mut Self {
        self.transport.handlers_mut().scale = scale.clamp(10, 100_000);
        self
    }

    /// The value of `on_percent_done` that stands for the whole. Default 100.
    #[doc(alias = "get_PercentDoneScale")]
    #[doc(alias = "PercentDoneScale")]
    pub fn percent_done_scale(&self) -> u32 {
        self.transport.settings.handlers.scale
    }
}
