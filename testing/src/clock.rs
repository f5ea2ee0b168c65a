//! Clocks for tests: one that the test advances, a simulated one for many threads, and a fast one.
//!
//! The client takes one by `Zoom::builder().clock(..)`, the embedded Zoom by
//! [`Builder::clock`](crate::zoom::Builder::clock).

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub use zoomkat::zoom::{Clock, SystemClock};

/// The time at which [`ManualClock`] and [`SimulatedClock`] start, since 1970: noon in UTC on 2026-03-02. Midnight, when
/// daily limits end, is far.
pub const NOON: Duration = Duration::from_secs(1_772_452_800);

/// The two times of a clock, `elapsed` after it was made.
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

/// A clock that only [`advance`](Self::advance) and sleeping move: a sleep returns at once and advances the clock by its
/// length. For tests of one thread.
pub struct ManualClock {
    origin: Origin,
    /// How far it has come, and what was slept.
    state: Mutex<(Duration, Vec<Duration>)>,
}

impl Default for ManualClock {
    fn default() -> ManualClock {
        ManualClock::new()
    }
}

impl ManualClock {
    /// A clock at [`NOON`].
    pub fn new() -> ManualClock {
        ManualClock { origin: Origin::noon(), state: Mutex::default() }
    }

    /// Advances the clock.
    pub fn advance(&self, by: Duration) {
        self.state.lock().unwrap().0 += by;
    }

    /// The lengths of all sleeps so far, in order. Those of an embedded Zoom with a latency are among them.
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
    /// A clock that is this many times faster than real time.
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

/// Simulated time for many threads: hours of waiting pass at once, and in the right order.
///
/// A sleeper blocks until simulated time reaches the end of its sleep. Time stands still while a worker works; it jumps to
/// the earliest end when there are as many sleepers as workers that have not finished. A worker that waits for the
/// embedded Zoom counts as a sleeper because the server's latency sleeps for it, by [`for_server`](Self::for_server). So
/// nothing depends on the speed of the machine.
///
/// A worker is a thread that uses the clock; it has finished when it exits. The thread that made the clock is not a
/// worker: it may use the clock while there are no workers. Workers may wait for each other (on a lock, say) only while
/// the one that they wait for does not sleep.
pub struct SimulatedClock {
    time: Arc<Time>,
    registers: bool,
}

struct Time {
    origin: Origin,
    maker: ThreadId,
    state: Mutex<Simulation>,
    jumped: Condvar,
}

#[derive(Default)]
struct Simulation {
    elapsed: Duration,
    /// The ends of those who sleep, each with a number that makes it unique.
    sleepers: BTreeSet<(Duration, u64)>,
    last_sleeper: u64,
    /// Workers that have not finished, started or not.
    live: usize,
    /// Those of them that are known.
    registered: usize,
}

/// How long time may stand still, in real time, before the test is held to be stuck.
const STUCK: Duration = Duration::from_secs(60);

impl SimulatedClock {
    /// A clock at [`NOON`], for this number of worker threads, which need not have started.
    pub fn new(workers: usize) -> Arc<SimulatedClock> {
        let state = Simulation { live: workers, ..Simulation::default() };
        let time = Time {
            origin: Origin::noon(),
            maker: thread::current().id(),
            state: Mutex::new(state),
            jumped: Condvar::new(),
        };
        Arc::new(SimulatedClock { time: Arc::new(time), registers: true })
    }

    /// Adds workers, for instance after the thread that made the clock has slept alone.
    pub fn add_workers(&self, workers: usize) {
        self.time.state.lock().unwrap().live += workers;
    }

    /// A clock with the same time for a server, whose threads are not workers.
    pub fn for_server(&self) -> Arc<dyn Clock> {
        Arc::new(SimulatedClock { time: Arc::clone(&self.time), registers: false })
    }

    /// The simulated time since the clock was made.
    pub fn elapsed(&self) -> Duration {
        self.time.state.lock().unwrap().elapsed
    }

    fn register(&self) {
        if !self.registers || thread::current().id() == self.time.maker {
            return;
        }
        // Fails only in a thread that exits.
        let _ = REGISTERED.try_with(|registered| {
            let mut registered = registered.borrow_mut();
            if registered.iter().any(|worker| Arc::ptr_eq(&worker.0, &self.time)) {
                return;
            }
            let mut state = self.time.state.lock().unwrap();
            let more_than_live = state.registered >= state.live;
            state.registered += usize::from(!more_than_live);
            drop(state);
            assert!(!more_than_live, "more threads use the clock than it was made for");
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
                    "simulated time stands still: {asleep} of {live} live workers sleep; the \
                     others wait for something else, or never asked the clock for anything"
                );
            }
        }
    }
}

impl Time {
    /// Goes to the earliest end if nobody works, and wakes those who sleep until then.
    fn jump(&self, state: &mut Simulation) {
        if state.sleepers.len() < state.live {
            return;
        }
        let Some(&(end, _)) = state.sleepers.first() else { return };
        state.elapsed = end;
        // They are taken out here, not when they wake: they count as workers again at once.
        state.sleepers.retain(|sleeper| sleeper.0 > end);
        self.jumped.notify_all();
    }
}

thread_local! {
    static REGISTERED: RefCell<Vec<Worker>> = const { RefCell::new(Vec::new()) };
}

/// Held by a worker's thread until it exits.
struct Worker(Arc<Time>);

impl Drop for Worker {
    fn drop(&mut self) {
        let mut state = self.0.state.lock().unwrap();
        state.live -= 1;
        state.registered -= 1;
        self.0.jump(&mut state);
    }
}
