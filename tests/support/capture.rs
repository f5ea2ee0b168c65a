//! What this process logs, at its finest, all that an error tells, and markers to look for in it.

use std::error::Error;
use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once};
use std::thread::{self, ThreadId};

static LOG: Mutex<Vec<(ThreadId, String)>> = Mutex::new(Vec::new());

struct Capture;

impl log::Log for Capture {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{}: {}", record.target(), record.args());
        LOG.lock().unwrap().push((thread::current().id(), line));
    }

    fn flush(&self) {}
}

/// Keeps what is logged from now on.
pub fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        log::set_logger(&Capture).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
}

/// What was logged so far, as `target: text`.
pub fn lines() -> Vec<String> {
    LOG.lock().unwrap().iter().map(|(_, line)| line.clone()).collect()
}

/// What this very thread logged so far: other tests run at the same time.
pub fn lines_of_this_thread() -> Vec<String> {
    let is_mine = |(thread, _): &&(ThreadId, String)| *thread == thread::current().id();
    LOG.lock().unwrap().iter().filter(is_mine).map(|(_, line)| line.clone()).collect()
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

/// Strings that nothing else contains, to stand for secrets.
#[derive(Default)]
pub struct Markers {
    pub all: Vec<String>,
}

impl Markers {
    pub fn new() -> Markers {
        install();
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
