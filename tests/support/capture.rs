//! What this process logs, at its finest, all that an error tells, and markers to look for in it.

use std::error::Error;
use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once};
use std::thread::{self, ThreadId};

static LOG: Mutex<Kept> = Mutex::new(Kept { readers: 0, lines: Vec::new() });

/// The tests of a program run beside each other and log hundreds of megabytes, which is kept only for those that look.
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

/// While there is one of these, what is logged is kept.
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

/// Keeps what is logged from now on.
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

/// What was logged so far, as `target: text`.
pub fn lines() -> Vec<String> {
    LOG.lock().unwrap().lines.iter().map(|(_, line)| line.clone()).collect()
}

/// What this very thread logged so far: other tests run at the same time.
pub fn lines_of_this_thread() -> Vec<String> {
    let is_mine = |(thread, _): &&(ThreadId, String)| *thread == thread::current().id();
    LOG.lock().unwrap().lines.iter().filter(is_mine).map(|(_, line)| line.clone()).collect()
}

/// All that an error says of itself and of its causes.
pub fn all_of(err: &dyn Error) -> String {
    let mut text = format!("{err}\n{err:?}\n{err:#?}\n");
    let mut cause = err.source();
    while let Some(source) = cause {
        text += &format!("{source}\n{source:?}\n");
        cause = source.source();
    }
    text
}

/// Strings that nothing else contains, to stand for secrets. While there are some, what is logged is kept.
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

    /// Letters and digits only, so that no way of escaping hides it from the test.
    #[allow(clippy::should_implement_trait)] // there is no end of them
    pub fn next(&mut self) -> String {
        static COUNTER: AtomicUsize = AtomicUsize::new(0);
        let marker = format!("marker{:05}", COUNTER.fetch_add(1, Ordering::SeqCst));
        self.all.push(marker.clone());
        marker
    }

    pub fn assert_absent(&self, from: &str, text: &str) {
        for marker in &self.all {
            assert!(!text.contains(marker), "{from} tells {marker}: {text}");
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
