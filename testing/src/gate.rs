//! A gate and a counter that threads wait for.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// The longest wait before the test is considered stuck.
const STUCK: Duration = Duration::from_secs(30);

/// Blocks a thread until another opens the gate, such as a server's script until the test continues, or the
/// reverse. Clones are the same gate.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// Creates a closed gate.
    pub fn new() -> Gate {
        Gate::default()
    }

    /// Opens the gate permanently.
    pub fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    /// Waits until the gate is open.
    ///
    /// # Panics
    ///
    /// If nobody opens it in half a minute.
    pub fn wait(&self) {
        let open = self.0.0.lock().unwrap();
        let (open, _) = self.0.1.wait_timeout_while(open, STUCK, |open| !*open).unwrap();
        assert!(*open, "nobody opened the gate");
    }
}

/// A counter that threads wait for. Clones are the same counter.
#[derive(Clone, Default)]
pub struct Count(Arc<(Mutex<usize>, Condvar)>);

impl Count {
    /// Adds 1 and returns the new count.
    pub fn add(&self) -> usize {
        let mut count = self.0.0.lock().unwrap();
        *count += 1;
        self.0.1.notify_all();
        *count
    }

    /// Returns the count.
    pub fn now(&self) -> usize {
        *self.0.0.lock().unwrap()
    }

    /// Waits until the count is at least `goal`.
    ///
    /// # Panics
    ///
    /// If that takes more than half a minute.
    pub fn wait_for(&self, goal: usize) {
        let count = self.0.0.lock().unwrap();
        let (count, _) = self.0.1.wait_timeout_while(count, STUCK, |count| *count < goal).unwrap();
        let count = *count;
        assert!(count >= goal, "{count} of {goal}");
    }
}
