//! Progress events and cancellation.

use std::sync::{Arc, Mutex};

use super::client::Transport;
use crate::net::watch::Handlers;

/// Events. The closures run on the thread that makes the call, between its reads and writes. Clones
/// made afterwards share them, and one runs at a time, whichever thread's call it is for: a slow one
/// holds the others up, and none may wait for another thread's call. A call that is made within one
/// of them has no events of its own, and a panic in one ends the call and goes on to the caller.
impl Transport {
    pub(crate) fn handlers_mut(&mut self) -> &mut Handlers {
        &mut self.settings_mut().handlers
    }

    /// Calls `handler` with the percentage that is done, from 0 to 100, each time it has grown. If it
    /// returns true the call ends with an error of kind [`Aborted`](crate::ErrorKind::Aborted).
    ///
    /// What is counted is the body of the request, if it is more than goes out with the header in
    /// one write (64 KiB), else the body of the response, if its length is known. The last value,
    /// for the whole, comes once, when the response has arrived completely, whatever its status.
    ///
    /// ```
    /// let mut http = zoomkat::Transport::new();
    /// http.on_percent_done(|percent| {
    ///     eprint!("\r{percent} %");
    ///     false // go on
    /// });
    /// ```
    ///
    /// The closure is kept, so what it and its program both use is shared:
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU32, Ordering};
    ///
    /// let done = Arc::new(AtomicU32::new(0));
    /// let seen = Arc::clone(&done);
    /// let mut http = zoomkat::Transport::new();
    /// http.on_percent_done(move |percent| {
    ///     seen.store(percent, Ordering::Relaxed);
    ///     false
    /// });
    /// println!("{} %", done.load(Ordering::Relaxed));
    /// ```
    pub fn on_percent_done(
        &mut self,
        handler: impl FnMut(u32) -> bool + Send + 'static,
    ) -> &mut Self {
        self.handlers_mut().percent_done = Some(Arc::new(Mutex::new(handler)));
        self
    }

    /// Calls `handler` while a call waits or transfers, as often as
    /// [`set_heartbeat_ms`](Self::set_heartbeat_ms) says. If it returns true the call ends with an error of kind
    /// [`Aborted`](crate::ErrorKind::Aborted).
    ///
    /// With a heartbeat of 0, the default, it is never called. A call of `on_percent_done` counts
    /// as a check. Where several calls share the handler, one that comes while it runs for another is
    /// left out.
    pub fn on_abort_check(&mut self, handler: impl FnMut() -> bool + Send + 'static) -> &mut Self {
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

    /// Forgets the handlers of all three events.
    pub fn clear_event_handler(&mut self) -> &mut Self {
        let Handlers { heartbeat, scale, .. } = *self.handlers_mut();
        *self.handlers_mut() = Handlers { heartbeat, scale, ..Handlers::default() };
        self
    }

    /// Sets the milliseconds from one abort check to the next. Default 0: there are none.
    pub fn set_heartbeat_ms(&mut self, ms: u64) -> &mut Self {
        self.handlers_mut().heartbeat = ms;
        self
    }

    /// Ends the calls that run on this `Transport` and its clones, from another thread. They end within a
    /// tenth of a second, also one that has all of its body and waits on Windows until another program
    /// closes the file that it is for. Nothing of that body is left then.
    ///
    /// Each gives an error of kind [`Aborted`](crate::ErrorKind::Aborted), whose
    /// [`may_have_been_processed`](crate::Error::may_have_been_processed) says whether the server
    /// may have acted. Calls that start later are not touched.
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
    pub fn abort_current(&self) {
        self.shared.running.abort();
    }
}
