//! The log of this process at its finest level, the full text of an error, and markers to find in
//! them.

use std::error::Error;
use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once};
use std::thread::{self, ThreadId};

static LOG: Mutex<Kept> = Mutex::new(Kept { readers: 0, lines: Vec::new() });

/// The tests of a program run in parallel and log hundreds of megabytes, so lines are kept only
/// while a test reads them.
struct Kept {
    readers: usize,
    lines: Vec<(ThreadId, String)>,
}

struct Capture;

impl log::Log for Capture {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{}: {}", record.target(), record.args());
        let mut log = LOG.lock().unwrap();
        if log.readers > 0 {
            log.lines.push((thread::current().id(), line));
        }
    }

    fn flush(&self) {}
}

/// Keeps log lines while it exists.
#[must_use]
pub struct Log(());

impl Drop for Log {
    fn drop(&mut self) {
        let mut log = LOG.lock().unwrap();
        log.readers -= 1;
        if log.readers == 0 {
            log.lines = Vec::new();
            log::set_max_level(log::LevelFilter::Off);
        }
    }
}

/// Starts to keep log lines.
pub fn install() -> Log {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        log::set_logger(&Capture).unwrap();
    });
    let mut log = LOG.lock().unwrap();
    log.readers += 1;
    log::set_max_level(log::LevelFilter::Trace);
    Log(())
}

/// Returns the lines logged so far, as `target: text`.
pub fn lines() -> Vec<String> {
    LOG.lock().unwrap().lines.iter().map(|(_, line)| line.clone()).collect()
}

/// Returns the lines that this thread logged so far, since other tests run in parallel.
pub fn lines_of_this_thread() -> Vec<String> {
    let is_mine = |(thread, _): &&(ThreadId, String)| *thread == thread::current().id();
    LOG.lock().unwrap().lines.iter().filter(is_mine).map(|(_, line)| line.clone()).collect()
}

/// Returns all texts of an error and its causes.
pub fn full_text(err: &dyn Error) -> String {
    let mut text = format!("{err}\n{err:?}\n{err:#?}\n");
    let mut cause = err.source();
    while let Some(source) = cause {
        text += &format!("{source}\n{source:?}\n");
        cause = source.source();
    }
    text
}

/// Strings that occur nowhere else and stand for secrets. Log lines are kept while any exist.
pub struct Markers {
    pub all: Vec<String>,
    _log: Log,
}

impl Default for Markers {
    fn default() -> Markers {
        Markers { all: Vec::new(), _log: install() }
    }
}

impl Clone for Markers {
    fn clone(&self) -> Markers {
        Markers { all: self.all.clone(), _log: install() }
    }
}

impl Markers {
    pub fn new() -> Markers {
        Markers::default()
    }

    /// Returns a new marker of letters and digits, which no escaping hides from the test.
    #[allow(clippy::should_implement_trait)] // an iterator would never end
    pub fn next(&mut self) -> String {
        static COUNTER: AtomicUsize = AtomicUsize::new(0);
        let marker = format!("marker{:05}", COUNTER.fetch_add(1, Ordering::SeqCst));
        self.all.push(marker.clone());
        marker
    }

    pub fn assert_absent(&self, from: &str, text: &str) {
        for marker in &self.all {
            assert!(!text.contains(marker), "{from} shows {marker}: {text}");
        }
    }

    pub fn assert_not_debugged(&self, what: &str, value: &impl Debug) {
        self.assert_absent(what, &format!("{value:?}\n{value:#?}"));
    }

    pub fn assert_not_logged(&self, what: &str) {
        for line in lines() {
            self.assert_absent(&format!("the log of {what}"), &line);
        }
    }
}
