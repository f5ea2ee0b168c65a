//! Progress events and cancellation of a call, from another thread or from a handler.

use std::cell::Cell;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak, mpsc};
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};

pub(crate) type Handler<F> = Arc<Mutex<F>>;
pub(crate) type AbortCheck = dyn FnMut() -> bool + Send;
pub(crate) type PercentDone = dyn FnMut(u32) -> bool + Send;
pub(crate) type ProgressInfo = dyn FnMut(&str, &str) + Send;

/// The handlers of a caller, and their settings.
#[derive(Clone)]
pub(crate) struct Handlers {
    pub(crate) abort_check: Option<Handler<AbortCheck>>,
    pub(crate) percent_done: Option<Handler<PercentDone>>,
    pub(crate) progress_info: Option<Handler<ProgressInfo>>,
    /// The time between abort checks. Zero means never.
    pub(crate) heartbeat: Duration,
    /// The value of `percent_done` for the whole body.
    pub(crate) scale: u32,
}

impl Default for Handlers {
    fn default() -> Self {
        Handlers {
            abort_check: None,
            percent_done: None,
            progress_info: None,
            heartbeat: Duration::ZERO,
            scale: 100,
        }
    }
}

thread_local! {
    /// Whether a handler is running on this thread. A call made by a handler has no events, since
    /// they would deadlock.
    static IN_HANDLER: Cell<bool> = const { Cell::new(false) };
}

fn call_handler<F: ?Sized, T>(handler: &Handler<F>, call: impl FnOnce(&mut F) -> T) -> T {
    struct HandlerGuard;
    impl Drop for HandlerGuard {
        fn drop(&mut self) {
            IN_HANDLER.set(false);
        }
    }
    IN_HANDLER.set(true);
    let _guard = HandlerGuard;
    call(&mut lock(handler))
}

/// Whether the handler ends the call. Returns false while a call on another thread runs the
/// handler.
fn run_abort_check(check: &Handler<AbortCheck>) -> bool {
    if matches!(check.try_lock(), Err(TryLockError::WouldBlock)) {
        return false;
    }
    call_handler(check, |check| check())
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // The state is consistent even if a handler panicked.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The handlers of one call, and its progress.
pub(crate) struct CallMonitor {
    handlers: Handlers,
    state: Mutex<MonitorState>,
}

struct MonitorState {
    last_check: Instant,
    aborted_by: Option<&'static str>,
    /// The total number of bytes of the body, and the number transferred.
    progress: Option<(u64, u64)>,
    /// The last percentage that was reported.
    reported: u32,
}

impl CallMonitor {
    /// Returns the time until the next abort check.
    pub(crate) fn until_abort_check(&self) -> Option<Duration> {
        let heartbeat = self.heartbeat()?;
        Some(heartbeat.saturating_sub(lock(&self.state).last_check.elapsed()))
    }

    /// Returns the interval of the abort check.
    fn heartbeat(&self) -> Option<Duration> {
        let handlers = &self.handlers;
        (handlers.abort_check.is_some() && !handlers.heartbeat.is_zero())
            .then_some(handlers.heartbeat)
    }

    /// Runs the abort check if it is due. Fails if the call must end.
    pub(crate) fn run_due_abort_check(&self) -> io::Result<()> {
        if self.until_abort_check().is_some_and(|left| left.is_zero()) {
            if let Some(check) = &self.handlers.abort_check {
                self.record(run_abort_check(check), "on_abort_check");
            }
        }
        match lock(&self.state).aborted_by {
            Some(by) => Err(io::Error::other(format!("{by} ended the call"))),
            None => Ok(()),
        }
    }

    fn record(&self, aborts: bool, by: &'static str) {
        let mut state = lock(&self.state);
        state.last_check = Instant::now();
        if aborts {
            state.aborted_by.get_or_insert(by);
        }
    }

    /// Starts the progress of a body, unless this call already has one.
    fn start(&self, total: u64) {
        lock(&self.state).progress.get_or_insert((total, 0));
    }

    fn count(&self, bytes: u64) {
        let percent = {
            let mut state = lock(&self.state);
            let Some((total, done)) = &mut state.progress else { return };
            *done = done.saturating_add(bytes).min(*total);
            // The full value is reported only when the call has ended.
            let scale = u128::from(self.handlers.scale);
            let percent = (u128::from(*done) * scale / u128::from((*total).max(1))).min(scale - 1);
            let percent = u32::try_from(percent).unwrap_or(u32::MAX);
            if percent <= state.reported {
                return;
            }
            state.reported = percent;
            percent
        };
        self.report_percent(percent);
    }

    fn report_percent(&self, percent: u32) {
        if let Some(handler) = &self.handlers.percent_done {
            self.record(call_handler(handler, |handler| handler(percent)), "on_percent_done");
        }
    }
}

impl fmt::Debug for CallMonitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallMonitor").finish_non_exhaustive()
    }
}

/// Ends the running calls of a `Transport` and its clones.
///
/// A call takes no lock for this: it remembers the number of aborts at its start, and a socket, which
/// is registered once, has a [`WaitState`] that names its call.
#[derive(Debug, Default)]
pub(crate) struct RunningCalls {
    /// The number of aborts so far. It ends the calls that began with a smaller one.
    aborts: AtomicU64,
    waits: Mutex<WaitList>,
}

/// What calls may wait on. Those that are gone are removed when the list has doubled.
#[derive(Debug, Default)]
struct WaitList {
    waits: Vec<Weak<dyn Interrupt>>,
    full_at: usize,
}

/// Something that a thread waits on, and that another thread can interrupt.
pub(super) trait Interrupt: fmt::Debug + Send + Sync {
    /// Ends the waits.
    fn interrupt(&self);

    fn state(&self) -> &WaitState;
}

/// Whether a call uses something to wait on, and which: the number of aborts when it began.
#[derive(Debug)]
pub(super) struct WaitState(AtomicU64);

impl WaitState {
    const UNUSED: u64 = u64::MAX;
    const INTERRUPTED: u64 = u64::MAX - 1;

    /// Ends its use by a call. Returns false if it was interrupted, so that no other call can use it.
    pub(super) fn end(&self) -> bool {
        self.0.swap(Self::UNUSED, Ordering::SeqCst) != Self::INTERRUPTED
    }
}

impl Default for WaitState {
    fn default() -> Self {
        WaitState(AtomicU64::new(Self::UNUSED))
    }
}

/// A wait for a message.
#[derive(Debug)]
struct ChannelWait {
    sender: mpsc::Sender<()>,
    state: WaitState,
}

impl Interrupt for ChannelWait {
    fn interrupt(&self) {
        // If the call has just stopped waiting, it checks whether it is aborted.
        let _ = self.sender.send(());
    }

    fn state(&self) -> &WaitState {
        &self.state
    }
}

impl RunningCalls {
    pub(crate) fn abort(&self) {
        let aborts = self.aborts.fetch_add(1, Ordering::SeqCst) + 1;
        let waits: Vec<_> = lock(&self.waits).waits.iter().filter_map(Weak::upgrade).collect();
        // Outside the lock: this shuts sockets down, and may close them.
        for wait in waits {
            // Not one that is unused, interrupted or in use by a later call.
            let claim = |began| (began < aborts).then_some(WaitState::INTERRUPTED);
            let state = &wait.state().0;
            if state.fetch_update(Ordering::SeqCst, Ordering::SeqCst, claim).is_ok() {
                wait.interrupt();
            }
        }
    }

    /// Runs `call` so that it can be aborted.
    pub(crate) fn run<T>(
        self: &Arc<Self>,
        handlers: &Handlers,
        call: impl FnOnce(&Watch) -> T,
    ) -> T {
        let has_handler = handlers.abort_check.is_some()
            || handlers.percent_done.is_some()
            || handlers.progress_info.is_some();
        let monitor = (has_handler && !IN_HANDLER.get()).then(|| {
            let state = MonitorState {
                last_check: Instant::now(),
                aborted_by: None,
                progress: None,
                reported: 0,
            };
            Arc::new(CallMonitor { handlers: handlers.clone(), state: Mutex::new(state) })
        });
        let began = self.aborts.load(Ordering::SeqCst);
        call(&Watch { running: Arc::clone(self), began, monitor })
    }

    fn register(&self, wait: Weak<dyn Interrupt>) {
        const FEW: usize = 16;
        let mut list = lock(&self.waits);
        if list.waits.len() >= list.full_at {
            list.waits.retain(|wait| wait.strong_count() > 0);
            list.full_at = FEW.max(2 * list.waits.len());
        }
        list.waits.push(wait);
    }
}

/// The handle of a running call, through which it checks whether it must end and reports progress.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    running: Arc<RunningCalls>,
    /// The number of aborts when it began.
    began: u64,
    pub(crate) monitor: Option<Arc<CallMonitor>>,
}

impl Watch {
    /// Fails if the call must end. Runs the abort check if it is due.
    pub(crate) fn check(&self) -> Result<()> {
        if let Some(monitor) = &self.monitor {
            let _ = monitor.run_due_abort_check();
        }
        self.check_aborted()
    }

    /// Fails if the call has been aborted. Runs no handler.
    pub(crate) fn check_aborted(&self) -> Result<()> {
        let by = self.monitor.as_ref().and_then(|monitor| lock(&monitor.state).aborted_by);
        match by {
            Some(by) => Err(aborted_by(by)),
            None if self.is_aborted() => Err(aborted_by("abort_current")),
            None => Ok(()),
        }
    }

    fn is_aborted(&self) -> bool {
        self.running.aborts.load(Ordering::SeqCst) > self.began
    }

    /// Returns the result of the call. If the call was aborted, the error is that, because it
    /// caused any other error.
    pub(crate) fn or_aborted<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|err| match self.check() {
            Ok(()) => err,
            Err(aborted) => err.aborted(&aborted),
        })
    }

    /// Starts to wait on something new.
    pub(super) fn wait_on(&self, wait: Arc<dyn Interrupt>) {
        self.running.register(Arc::downgrade(&wait));
        self.wait_again_on(&*wait);
    }

    /// Starts to wait on something that an earlier call of the same `Transport` has waited on.
    pub(super) fn wait_again_on(&self, wait: &dyn Interrupt) {
        wait.state().0.store(self.began, Ordering::SeqCst);
        // An abort before this had nothing to interrupt.
        if self.is_aborted() {
            wait.state().0.store(WaitState::INTERRUPTED, Ordering::SeqCst);
            wait.interrupt();
        }
    }

    /// Returns a receiver that an abort wakes while the other value exists.
    fn channel(&self) -> (Arc<ChannelWait>, mpsc::Receiver<()>) {
        let (sender, receiver) = mpsc::channel();
        let wait = Arc::new(ChannelWait { sender, state: WaitState::default() });
        self.wait_on(wait.clone());
        (wait, receiver)
    }

    /// Returns how long a wait may last before this must be called again, at most `slice`. Fails if
    /// the call must end.
    pub(crate) fn pause(&self, slice: Duration) -> io::Result<Duration> {
        self.check().map_err(io::Error::other)?;
        let until_check = self.monitor.as_ref().and_then(|monitor| monitor.until_abort_check());
        // Never zero, which would not wait.
        Ok(until_check.map_or(slice, |wait| wait.clamp(Duration::from_millis(1), slice)))
    }

    /// Runs work that cannot be interrupted on a new thread. Abandons it if the call must end
    /// first, and returns `None` if `end` passes first.
    pub(crate) fn run_detached<T: Send + 'static>(
        &self,
        end: Option<Instant>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<Option<T>> {
        let (wait, receiver) = self.channel();
        let sender = wait.sender.clone();
        let done = Arc::new(Mutex::new(None));
        let result = Arc::clone(&done);
        std::thread::Builder::new().name("zoomkat connect".to_owned()).spawn(move || {
            let value = catch_unwind(AssertUnwindSafe(work));
            *lock(&result) = Some(value);
            // The receiver may be gone.
            let _ = sender.send(());
        })?;
        loop {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let until_check = self.monitor.as_ref().and_then(|monitor| monitor.until_abort_check());
            let woken = match left.into_iter().chain(until_check).min() {
                Some(wait) => receiver.recv_timeout(wait).is_ok(),
                None => receiver.recv().is_ok(),
            };
            if let Some(value) = lock(&done).take() {
                return value.map(Some).map_err(|_| io::Error::other("the look-up panicked"));
            }
            self.check().map_err(io::Error::other)?;
            if !woken && end.is_some_and(|end| end <= Instant::now()) {
                return Ok(None);
            }
        }
    }

    /// Waits. Fails if the call must end first.
    pub(crate) fn wait(&self, duration: Duration) -> Result<()> {
        let (_wait, receiver) = self.channel();
        let start = Instant::now();
        loop {
            self.check()?;
            let left = duration.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Ok(());
            }
            let until_check = self.monitor.as_ref().and_then(|monitor| monitor.until_abort_check());
            // It ends early if the call is aborted.
            let _ = receiver.recv_timeout(until_check.map_or(left, |check| check.min(left)));
        }
    }

    /// Starts the progress of a body of `total` bytes.
    pub(crate) fn start(&self, total: u64) {
        if let Some(monitor) = &self.monitor {
            monitor.start(total);
        }
    }

    pub(crate) fn count(&self, bytes: usize) {
        if let Some(monitor) = &self.monitor {
            monitor.count(bytes as u64);
        }
    }

    /// Reports that the call has ended.
    pub(crate) fn finish(&self) {
        if let Some(monitor) = &self.monitor {
            monitor.report_percent(monitor.handlers.scale);
        }
    }

    /// Reports a step of the call.
    pub(crate) fn inform(&self, name: &str, value: &dyn fmt::Display) {
        let handler =
            self.monitor.as_ref().and_then(|monitor| monitor.handlers.progress_info.as_ref());
        if let Some(handler) = handler {
            call_handler(handler, |handler| handler(name, &value.to_string()));
        }
    }
}

fn aborted_by(by: &str) -> Error {
    Error::new(ErrorKind::Aborted, format!("{by} ended the call"))
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use ureq::unversioned::transport::NextTimeout;

    use super::super::layers::Stream;
    use super::super::socket::SocketStream;
    use super::*;

    #[test]
    fn an_abort_before_the_wait_ends_it() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (_peer, _) = listener.accept().unwrap();
        let mut stream = Stream::new(SocketStream::new(stream).unwrap());
        let running = Arc::new(RunningCalls::default());
        running.run(&Handlers::default(), |watch| {
            watch.check().unwrap();
            running.abort();
            watch.wait_on(stream.socket().shared());
            assert!(!stream.socket().shared().state().end(), "no later call may use it");
            // Without a limit: only the abort can wake it.
            assert!(!matches!(stream.receive(NextTimeout::default()), Ok(true)));
            assert!(watch.check().unwrap_err().is_aborted());
            let waited =
                watch.run_detached(None, || std::thread::park_timeout(Duration::from_secs(20)));
            assert!(waited.is_err(), "it does not wait for a detached thread either");
            assert!(watch.wait(Duration::from_secs(20)).unwrap_err().is_aborted());
        });
        running.run(&Handlers::default(), |watch| watch.check().unwrap());
    }

    #[test]
    fn work_that_panics_is_an_error() {
        let running = Arc::new(RunningCalls::default());
        let result =
            running.run(&Handlers::default(), |watch| watch.run_detached(None, || panic!("lorem")));
        assert!(result.is_err());
    }
}
