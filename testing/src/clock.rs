//! Clocks for tests: a manual one, a simulated one for many threads, and a fast one.
//!
//! Pass one to the client with `Zoom::builder().clock(..)` and to the embedded Zoom with
//! [`Builder::clock`](crate::zoom::Builder::clock).

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub use zoomkat::zoom::{Clock, SystemClock};

/// The start time of [`ManualClock`] and [`SimulatedClock`], since 1970: noon in UTC on 2026-03-02, hours
/// before midnight, when daily limits end.
pub const NOON: Duration = Duration::from_secs(1_772_452_800);

/// The monotonic and the system time at which a clock starts.
#[derive(Clone, Copy)]
struct Origin {
    instant: Instant,
    system: SystemTime,
}

impl Origin {
    fn noon() -> Origin {
        Origin { instant: Instant::now(), system: UNIX_EPOCH + NOON }
    }
}

/// A clock that moves only by [`advance`](Self::advance) and by sleeping: a sleep returns at once and
/// advances the clock by its length. For tests with one thread.
pub struct ManualClock {
    origin: Origin,
    /// The elapsed time and the lengths of the sleeps.
    state: Mutex<(Duration, Vec<Duration>)>,
}

impl Default for ManualClock {
    fn default() -> ManualClock {
        ManualClock::new()
    }
}

impl ManualClock {
    /// Creates a clock at [`NOON`].
    pub fn new() -> ManualClock {
        ManualClock { origin: Origin::noon(), state: Mutex::default() }
    }

    /// Advances the clock.
    pub fn advance(&self, by: Duration) {
        self.state.lock().unwrap().0 += by;
    }

    /// Returns the lengths of all sleeps so far, in order, including those of an embedded Zoom with a
    /// latency.
    pub fn slept(&self) -> Vec<Duration> {
        self.state.lock().unwrap().1.clone()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        self.origin.instant + self.state.lock().unwrap().0
    }

    fn system_time(&self) -> SystemTime {
        self.origin.system + self.state.lock().unwrap().0
    }

    fn sleep(&self, duration: Duration) {
        let mut state = self.state.lock().unwrap();
        state.0 += duration;
        state.1.push(duration);
    }
}

/// Real time, multiplied by a factor.
pub struct FastClock {
    origin: Origin,
    factor: u32,
}

impl FastClock {
    /// Creates a clock that is this many times faster than real time.
    pub fn new(factor: u32) -> FastClock {
        let origin = Origin { instant: Instant::now(), system: SystemTime::now() };
        FastClock { origin, factor }
    }

    fn elapsed(&self) -> Duration {
        self.origin.instant.elapsed() * self.factor
    }
}

impl Clock for FastClock {
    fn now(&self) -> Instant {
        self.origin.instant + self.elapsed()
    }

    fn system_time(&self) -> SystemTime {
        self.origin.system + self.elapsed()
    }

    fn sleep(&self, duration: Duration) {
        thread::sleep(duration / self.factor);
    }
}

/// Simulated time for many threads: sleeps return immediately, in deadline order.
///
/// A sleeper blocks until simulated time reaches the end of its sleep. Time does not advance while a worker
/// is busy. It jumps to the earliest end once there are as many sleepers as unfinished workers. A worker
/// that waits for the embedded Zoom counts as a sleeper, because the server's latency sleeps for it through
/// [`for_server`](Self::for_server). The result thus does not depend on the speed of the machine.
///
/// A worker is a thread that uses the clock; it has finished when it exits. The thread that created the
/// clock is not a worker: it may use the clock while there are no workers. Workers may wait for each other,
/// for example on a lock, only while the worker they wait for does not sleep.
pub struct SimulatedClock {
    time: Arc<Time>,
    registers: bool,
}

struct Time {
    origin: Origin,
    creator: ThreadId,
    state: Mutex<Simulation>,
    jumped: Condvar,
}

#[derive(Default)]
struct Simulation {
    elapsed: Duration,
    /// The end of each sleep, with a number that makes it unique.
    sleepers: BTreeSet<(Duration, u64)>,
    last_sleeper: u64,
    /// Unfinished workers, started or not.
    live: usize,
    /// The workers among them that have used the clock.
    registered: usize,
}

/// The real time without progress after which the test is considered stuck.
const STUCK: Duration = Duration::from_secs(60);

impl SimulatedClock {
    /// Creates a clock at [`NOON`] for this number of worker threads, which need not have started.
    pub fn new(workers: usize) -> Arc<SimulatedClock> {
        let state = Simulation { live: workers, ..Simulation::default() };
        let time = Time {
            origin: Origin::noon(),
            creator: thread::current().id(),
            state: Mutex::new(state),
            jumped: Condvar::new(),
        };
        Arc::new(SimulatedClock { time: Arc::new(time), registers: true })
    }

    /// Adds workers, for example after the thread that created the clock has slept alone.
    pub fn add_workers(&self, workers: usize) {
        self.time.state.lock().unwrap().live += workers;
    }

    /// Returns a clock with the same time for a server, whose threads are not workers.
    pub fn for_server(&self) -> Arc<dyn Clock> {
        Arc::new(SimulatedClock { time: Arc::clone(&self.time), registers: false })
    }

    /// Returns the simulated time since the clock was created.
    pub fn elapsed(&self) -> Duration {
        self.time.state.lock().unwrap().elapsed
    }

    fn register(&self) {
        if !self.registers || thread::current().id() == self.time.creator {
            return;
        }
        // Fails only in a thread that is exiting.
        let _ = REGISTERED.try_with(|registered| {
            let mut registered = registered.borrow_mut();
            if registered.iter().any(|worker| Arc::ptr_eq(&worker.0, &self.time)) {
                return;
            }
            let mut state = self.time.state.lock().unwrap();
            let is_surplus = state.registered >= state.live;
            state.registered += usize::from(!is_surplus);
            drop(state);
            assert!(!is_surplus, "more threads use the clock than it has workers");
            registered.push(Worker(Arc::clone(&self.time)));
        });
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Instant {
        self.register();
        self.time.origin.instant + self.elapsed()
    }

    fn system_time(&self) -> SystemTime {
        self.register();
        self.time.origin.system + self.elapsed()
    }

    fn sleep(&self, duration: Duration) {
        self.register();
        let mut state = self.time.state.lock().unwrap();
        state.last_sleeper += 1;
        let sleeper = (state.elapsed + duration, state.last_sleeper);
        state.sleepers.insert(sleeper);
        self.time.jump(&mut state);
        while state.sleepers.contains(&sleeper) {
            let seen = state.elapsed;
            let (later, waited) = self.time.jumped.wait_timeout(state, STUCK).unwrap();
            state = later;
            if waited.timed_out() && state.elapsed == seen && state.sleepers.contains(&sleeper) {
                let (asleep, live) = (state.sleepers.len(), state.live);
                drop(state);
                panic!(
                    "simulated time does not advance: {asleep} of {live} live workers sleep; the \
                     others wait for something else or have never used the clock"
                );
            }
        }
    }
}

impl Time {
    /// Jumps to the earliest end if all workers sleep, and wakes those who sleep until then.
    fn jump(&self, state: &mut Simulation) {
        if state.sleepers.len() < state.live {
            return;
        }
        let Some(&(end, _)) = state.sleepers.first() else { return };
        state.elapsed = end;
        // Removed here and not on waking, so that they count as busy at once.
        state.sleepers.retain(|sleeper| sleeper.0 > end);
        self.jumped.notify_all();
    }
}

thread_local! {
    static REGISTERED: RefCell<Vec<Worker>> = const { RefCell::new(Vec::new()) };
}

/// A registration that lasts until the worker's thread exits.
struct Worker(Arc<Time>);

impl Drop for Worker {
    fn drop(&mut self) {
        let mut state = self.0.state.lock().unwrap();
        state.live -= 1;
        state.registered -= 1;
        self.0.jump(&mut state);
    }
}
