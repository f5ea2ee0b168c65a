//! Progress events and cancellation.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::client::Transport;
use crate::net::watch::Handlers;

/// Progress events and cancellation.
///
/// The closures run on the thread that makes the call, between its reads and writes. A call that is made within a
/// handler has no events. A panic in a handler ends the call and reaches the caller.
///
/// Clones made after a handler was set share it. It then runs for one call at a time, so a slow one
/// delays the others, and it must not wait for a call on another thread. For the progress of one call, set the handlers
/// on a clone: it shares the connections, and its settings do not change the original.
///
/// ```no_run
/// use std::ops::ControlFlow;
/// use zoomkat::{HttpRequest, Transport};
///
/// let http = Transport::from_url("https://files.example.com")?;
/// let mut upload = http.clone();
/// upload.on_percent_done(|percent| {
///     eprint!("\r{percent} %");
///     ControlFlow::Continue(())
/// });
/// upload.send(&HttpRequest::new())?;
/// # Ok::<(), zoomkat::Error>(())
/// ```
impl Transport {
    pub(crate) fn handlers_mut(&mut self) -> &mut Handlers {
        &mut self.settings_mut().handlers
    }

    /// Calls `handler` with the percentage that is done, from 0 to 100, each time it has grown. If it
    /// returns [`ControlFlow::Break`], the call ends with an error of kind [`Aborted`](crate::ErrorKind::Aborted).
    ///
    /// For a request body of more than 64 KiB it is the percentage of the upload, otherwise that of the download, if
    /// the length of the response is known; if not, only 100 is reported. 100 is reported once, when the response
    /// has arrived completely, whatever its status.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// let mut http = zoomkat::Transport::new();
    /// http.on_percent_done(|percent| {
    ///     eprint!("\r{percent} %");
    ///     ControlFlow::Continue(())
    /// });
    /// ```
    ///
    /// The transport keeps the closure, so values that it shares with the program need an `Arc`:
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU32, Ordering};
    ///
    /// let done = Arc::new(AtomicU32::new(0));
    /// let seen = Arc::clone(&done);
    /// let mut http = zoomkat::Transport::new();
    /// http.on_percent_done(move |percent| {
    ///     seen.store(percent, Ordering::Relaxed);
    ///     ControlFlow::Continue(())
    /// });
    /// println!("{} %", done.load(Ordering::Relaxed));
    /// ```
    #[doc(alias = "on_progress")]
    pub fn on_percent_done(
        &mut self,
        mut handler: impl FnMut(u32) -> ControlFlow<()> + Send + 'static,
    ) -> &mut Self {
        let handler = move |percent| handler(percent).is_break();
        self.handlers_mut().percent_done = Some(Arc::new(Mutex::new(handler)));
        self
    }

    /// Calls `handler` while a call waits or transfers, as often as
    /// [`set_heartbeat`](Self::set_heartbeat) says. If it returns [`ControlFlow::Break`], the call ends with an error of
    /// kind [`Aborted`](crate::ErrorKind::Aborted).
    ///
    /// Without a heartbeat, the default, it is never called. A call of `on_percent_done` resets the
    /// heartbeat. If several calls share the handler, a check that is due while it runs for another call is
    /// skipped.
    #[doc(alias = "cancel")]
    pub fn on_abort_check(
        &mut self,
        mut handler: impl FnMut() -> ControlFlow<()> + Send + 'static,
    ) -> &mut Self {
        let handler = move || handler().is_break();
        self.handlers_mut().abort_check = Some(Arc::new(Mutex::new(handler)));
        self
    }

    /// Calls `handler` with the name and the value of each step of a call: `Resolve`, `Resolved`,
    /// `Connected`, `Proxy`, `Tls`, `Reused`, `Sent`, `EarlyAnswer`, `Header`, `Received`,
    /// `Redirect`, `Resend`, `NotSent`, and with the feature `cookies` `CookiesLeftOut` and
    /// `CookiesUnsaved`. The value is what `last_error_text` says of the step, without secrets.
    pub fn on_progress_info(
        &mut self,
        handler: impl FnMut(&str, &str) + Send + 'static,
    ) -> &mut Self {
        self.handlers_mut().progress_info = Some(Arc::new(Mutex::new(handler)));
        self
    }

    /// Removes the handlers of all three events.
    pub fn clear_event_handler(&mut self) -> &mut Self {
        let Handlers { heartbeat, scale, .. } = *self.handlers_mut();
        *self.handlers_mut() = Handlers { heartbeat, scale, ..Handlers::default() };
        self
    }

    /// Sets the interval between abort checks. [`Duration::ZERO`], the default, disables them.
    #[doc(alias = "set_heartbeat_ms")]
    pub fn set_heartbeat(&mut self, interval: Duration) -> &mut Self {
        self.handlers_mut().heartbeat = interval;
        self
    }

    /// Ends the calls that run on this `Transport` and its clones, from another thread. They end within a
    /// tenth of a second. That includes a call that has received its whole body and is waiting, for the disk
    /// to store a large file or, on Windows, for another program to close the file to replace; that body is
    /// discarded.
    ///
    /// Each returns an error of kind [`Aborted`](crate::ErrorKind::Aborted), whose
    /// [`may_have_been_processed`](crate::Error::may_have_been_processed) says whether the server
    /// may have acted. Calls that start later are not affected.
    ///
    /// ```no_run
    /// use zoomkat::Transport;
    ///
    /// let http = Transport::new();
    /// let stop = http.clone();
    /// std::thread::spawn(move || {
    ///     let _ = std::io::stdin().read_line(&mut String::new());
    ///     stop.abort_current();
    /// });
    /// # let req = zoomkat::HttpRequest::new();
    /// match http.send(&req) {
    ///     Err(err) if err.is_aborted() => println!("stopped"),
    ///     other => println!("{}", other?.status_code()),
    /// }
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    #[doc(alias = "cancel")]
    pub fn abort_current(&self) {
        self.shared.running.abort();
    }
}
