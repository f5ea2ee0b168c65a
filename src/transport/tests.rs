//! Tests of look-ups, with resolvers made for them.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::client::{Shared, Transport};
use crate::message::request::HttpRequest;
use crate::net::connect::Dialer;
use crate::net::resolve::{NameResolver, SystemResolver};

#[derive(Debug, Default)]
struct Counting(Arc<AtomicUsize>);

impl NameResolver for Counting {
    fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        SystemResolver.addresses(host, port)
    }
}

/// A look-up that blocks until the test releases it.
#[derive(Debug)]
struct Stuck(Mutex<Receiver<()>>);

impl NameResolver for Stuck {
    fn addresses(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        let _ = self.0.lock().unwrap().recv();
        Err(io::ErrorKind::NotFound.into())
    }
}

#[test]
fn a_blocked_look_up_is_ended_by_another_thread_an_abort_check_and_the_time_limit() {
    let (release, stuck) = channel();
    let dialer = Dialer { resolver: Arc::new(Stuck(Mutex::new(stuck))) };
    let mut http = Transport::with_endpoint("stuck.example", 80, false);
    http.set_env_proxy(false).set_connect_timeout(None);
    http.shared = Arc::new(Shared { dialer, ..Shared::default() });
    let stop = http.clone();
    http.on_progress_info(move |name, _| {
        if name == "Resolve" {
            let stop = stop.clone();
            std::thread::spawn(move || stop.abort_current());
        }
    });
    assert!(http.send(HttpRequest::new()).unwrap_err().is_aborted());
    http.clear_event_handler();
    http.set_heartbeat(Duration::from_millis(5)).on_abort_check(|| ControlFlow::Break(()));
    assert!(http.send(HttpRequest::new()).unwrap_err().is_aborted());
    http.clear_event_handler();
    http.set_connect_timeout(Duration::from_secs(1));
    assert!(http.send(HttpRequest::new()).unwrap_err().is_timeout());
    drop(release);
}

/// Anyone on the system can read the names of threads.
#[cfg(target_os = "linux")]
#[test]
fn the_name_of_a_look_up_thread_contains_no_host_and_no_secret() {
    let (release, stuck) = channel();
    let dialer = Dialer { resolver: Arc::new(Stuck(Mutex::new(stuck))) };
    let mut http = Transport::with_endpoint("marker.example", 80, false);
    http.set_env_proxy(false).set_auth_token("marker").set_heartbeat(Duration::from_millis(1));
    http.shared = Arc::new(Shared { dialer, ..Shared::default() });
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let keep = Arc::clone(&seen);
    http.on_abort_check(move || {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap();
        // A thread that has ended has no name.
        let name = |task: std::io::Result<std::fs::DirEntry>| {
            std::fs::read_to_string(task.ok()?.path().join("comm")).ok()
        };
        let mut seen = keep.lock().unwrap();
        *seen = tasks.filter_map(name).collect();
        match seen.iter().any(|name| name.starts_with("zoomkat")) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    let err = http.send(HttpRequest::new()).unwrap_err();
    assert!(err.is_aborted(), "the thread was seen: {err}");
    assert!(!seen.lock().unwrap().concat().contains("marker"));
    drop(release);
}

#[test]
fn a_pooled_connection_costs_no_look_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buf = [0; 1024];
        while stream.read(&mut buf).unwrap() > 0 {
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        }
    });
    let count = Arc::new(AtomicUsize::new(0));
    let dialer = Dialer { resolver: Arc::new(Counting(Arc::clone(&count))) };
    let mut http = Transport::with_endpoint("localhost", port, false);
    http.shared = Arc::new(Shared { dialer, ..Shared::default() });
    for _ in 0..5 {
        assert_eq!(http.send(HttpRequest::new()).unwrap().status_code(), 204);
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
}
