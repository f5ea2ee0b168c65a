//! Progress events and cancellation of a call, from another thread or from a handler.

use std::cell::Cell;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, mpsc};
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

/// The running calls of a `Transport` and its clones.
#[derive(Debug, Default)]
pub(crate) struct RunningCalls(Mutex<CallTable>);

#[derive(Debug, Default)]
struct CallTable {
    next_id: u64,
    running: Vec<CallEntry>,
}

#[derive(Debug)]
struct CallEntry {
    id: u64,
    aborted: bool,
    waker: Waker,
}

/// Something that a thread waits on, and that another thread can interrupt.
pub(super) trait Interrupt: fmt::Debug + Send + Sync {
    /// Ends the waits.
    fn interrupt(&self);
}

/// How to wake a waiting call.
#[derive(Debug)]
enum Waker {
    Nothing,
    Socket(Arc<dyn Interrupt>),
    Channel(mpsc::Sender<()>),
}

impl CallEntry {
    fn wake(&self) {
        match &self.waker {
            Waker::Nothing => {}
            Waker::Socket(socket) => socket.interrupt(),
            // If it has just stopped waiting, it checks `aborted`.
            Waker::Channel(sender) => drop(sender.send(())),
        }
    }
}

impl RunningCalls {
    pub(crate) fn abort(&self) {
        for call in &mut lock(&self.0).running {
            call.aborted = true;
            call.wake();
        }
    }

    /// Runs `call` so that it can be aborted.
    pub(crate) fn run<T>(
        self: &Arc<Self>,
        handlers: &Handlers,
        call: impl FnOnce(&Watch) -> T,
    ) -> T {
        struct CallGuard<'r>(&'r RunningCalls, u64);
        impl Drop for CallGuard<'_> {
            fn drop(&mut self) {
                let ended = {
                    let running = &mut lock(&self.0.0).running;
                    let at = running.iter().position(|call| call.id == self.1);
                    at.map(|at| running.swap_remove(at))
                };
                // Outside the lock: this may close its socket.
                drop(ended);
            }
        }
        let id = {
            let mut calls = lock(&self.0);
            calls.next_id += 1;
            let id = calls.next_id;
            calls.running.push(CallEntry { id, aborted: false, waker: Waker::Nothing });
            id
        };
        let _guard = CallGuard(self, id);
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
        call(&Watch { running: Arc::clone(self), id, monitor })
    }
}

/// The handle of a running call, through which it checks whether it must end and reports progress.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    running: Arc<RunningCalls>,
    id: u64,
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
        let aborted =
            |calls: &CallTable| calls.running.iter().any(|c| c.id == self.id && c.aborted);
        match by {
            Some(by) => Err(aborted_by(by)),
            None if aborted(&lock(&self.running.0)) => Err(aborted_by("abort_current")),
            None => Ok(()),
        }
    }

    /// Returns the result of the call. If the call was aborted, the error is that, because it
    /// caused any other error.
    pub(crate) fn or_aborted<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|err| match self.check() {
            Ok(()) => err,
            Err(aborted) => err.aborted(&aborted),
        })
    }

    fn set_waker(&self, waker: Waker) {
        let before = {
            let mut calls = lock(&self.running.0);
            let Some(call) = calls.running.iter_mut().find(|call| call.id == self.id) else {
                return;
            };
            let before = std::mem::replace(&mut call.waker, waker);
            // An abort before this had nothing to wake.
            if call.aborted {
                call.wake();
            }
            before
        };
        // Outside the lock: this may close its socket.
        drop(before);
    }

    /// Sets the socket that the call waits on.
    pub(super) fn set_socket(&self, socket: Arc<dyn Interrupt>) {
        self.set_waker(Waker::Socket(socket));
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
        let (sender, receiver) = mpsc::channel();
        self.set_waker(Waker::Channel(sender.clone()));
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
        let (sender, receiver) = mpsc::channel();
        self.set_waker(Waker::Channel(sender));
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
            watch.set_socket(stream.socket().shared());
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
