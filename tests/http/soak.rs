//! A soak test: many threads share a transport, and the server fails one time in ten. Each request
//! is processed only as often as it may be, each response belongs to its request, and nothing
//! leaks.
//!
//! `ZOOMKAT_SOAK_REQUESTS` sets the number of requests (with fewer than some thousands, too few
//! fail in each way), and `ZOOMKAT_SOAK_SEED` sets how the server fails.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{env, thread};

use support::{Conn, Server, alone, patient, process, tools};
use zoomkat::{ErrorKind, HttpRequest};

const THREADS: usize = 32;
const REQUESTS: usize = 20_000;
const VERBS: [&str; 3] = ["GET", "PUT", "POST"];

/// What the server does with a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum ServerBehavior {
    Answered,
    /// The connection then closes without notice: the next request may already be in transit.
    AnsweredLast,
    /// The request is not read, or not completely.
    ClosedUnread,
    Closed,
    Reset,
    /// The connection is reset in the middle of the response.
    ResetLate,
    /// The connection closes before the end of the body.
    Cut,
}

impl ServerBehavior {
    fn is_answered(self) -> bool {
        matches!(self, ServerBehavior::Answered | ServerBehavior::AnsweredLast)
    }

    /// Whether no byte of a response was sent.
    fn is_unanswered(self) -> bool {
        matches!(
            self,
            ServerBehavior::ClosedUnread | ServerBehavior::Closed | ServerBehavior::Reset
        )
    }
}

/// SplitMix64, which is random enough here.
fn mix(mut n: u64) -> u64 {
    n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

/// Returns what the server does at the `arrival`th arrival of a request, regardless of thread
/// scheduling.
fn behavior(seed: u64, id: usize, arrival: usize) -> ServerBehavior {
    let n = mix(seed ^ mix((id as u64) << 8 | arrival as u64));
    if n % 10 > 0 {
        return ServerBehavior::Answered;
    }
    match n / 10 % 6 {
        5 => ServerBehavior::AnsweredLast,
        0 => ServerBehavior::ClosedUnread,
        1 => ServerBehavior::Closed,
        2 => ServerBehavior::Reset,
        3 => ServerBehavior::ResetLate,
        _ => ServerBehavior::Cut,
    }
}

/// One arrival of a request.
#[derive(Clone, Copy, Debug)]
struct Arrival {
    behavior: ServerBehavior,
    /// Whether its connection had served another request before.
    reused: bool,
}

#[derive(Default)]
struct Records {
    arrivals: Mutex<HashMap<usize, Vec<Arrival>>>,
    open: AtomicUsize,
    garbled: AtomicBool,
}

/// Serves one connection until it fails or the client hangs up.
fn serve(mut conn: Conn, seed: u64, book: &Records) {
    book.open.fetch_add(1, Ordering::SeqCst);
    let mut served = 0;
    let mut reset = false;
    while let Some(head) = conn.read_head() {
        let id = head.split('/').nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
        let Some(id) = id else {
            book.garbled.store(true, Ordering::SeqCst);
            break;
        };
        let behavior = {
            let mut arrivals = book.arrivals.lock().unwrap();
            let of_this = arrivals.entry(id).or_default();
            let behavior = behavior(seed, id, of_this.len());
            of_this.push(Arrival { behavior, reused: served > 0 });
            behavior
        };
        served += 1;
        if behavior == ServerBehavior::ClosedUnread {
            break;
        }
        let answer = format!("answer {id}");
        if !head.starts_with("GET ") {
            let body = conn.read_exactly(format!("body {id}").len());
            if body.as_deref() != Some(format!("body {id}").as_bytes()) {
                book.garbled.store(true, Ordering::SeqCst);
                break;
            }
        }
        reset = matches!(behavior, ServerBehavior::Reset | ServerBehavior::ResetLate);
        let length = answer.len();
        let start = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{}", &answer[..4]);
        match behavior {
            ServerBehavior::Answered | ServerBehavior::AnsweredLast => {
                conn.respond("200 OK", "", answer)
            }
            ServerBehavior::ResetLate | ServerBehavior::Cut => conn.send(start),
            _ => {}
        }
        if behavior != ServerBehavior::Answered {
            break;
        }
    }
    book.open.fetch_sub(1, Ordering::SeqCst);
    if reset {
        conn.reset();
    }
}

/// The result of a request.
#[derive(Debug)]
enum CallResult {
    /// Whether the response belongs to the request.
    Answer(bool),
    Error(ErrorKind, bool),
}

fn request(id: usize) -> HttpRequest {
    let verb = VERBS[id % VERBS.len()];
    let mut req = HttpRequest::new();
    req.set_http_verb(verb).set_path(format!("/{id}"));
    if verb != "GET" {
        req.load_body_from_string(&format!("body {id}"), "utf-8");
    }
    req
}

/// Checks the result of a request against its arrivals.
fn check(id: usize, came: &CallResult, arrivals: &[Arrival]) {
    let verb = VERBS[id % VERBS.len()];
    let context = || format!("{verb} /{id}: {came:?}, {arrivals:?}");
    let most = if verb == "POST" { 1 } else { 2 };
    // There may be no arrival: bytes sent to a connection that was just closed are discarded.
    assert!(arrivals.len() <= most, "{}", context());
    if let [first, _second] = arrivals {
        assert!(first.reused && first.behavior.is_unanswered(), "{}", context());
    }
    match (came, arrivals.last()) {
        (CallResult::Answer(is_own), Some(last)) => {
            assert!(*is_own && last.behavior.is_answered(), "{}", context());
        }
        (CallResult::Error(kind, processed), last) => {
            let is_done = last.is_some_and(|last| last.behavior.is_answered());
            assert!(!is_done, "a processed request got an error: {}", context());
            assert!(matches!(kind, ErrorKind::Io | ErrorKind::Body), "{}", context());
            assert_eq!(*processed, verb != "GET", "{}", context());
        }
        _ => panic!("{}", context()),
    }
}

/// Waits until the condition is true, for at most half a minute.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(30), "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

fn setting<T: std::str::FromStr>(name: &str) -> Option<T> {
    env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name}: {value}")))
}

#[test]
fn each_request_is_processed_as_often_as_allowed_and_nothing_leaks() {
    // Threads, file handles and memory are counted per process.
    if !alone::is_own_process(
        module_path!(),
        "each_request_is_processed_as_often_as_allowed_and_nothing_leaks",
    ) {
        return;
    }
    let count = setting("ZOOMKAT_SOAK_REQUESTS").unwrap_or(REQUESTS);
    let seed = setting("ZOOMKAT_SOAK_SEED").unwrap_or_else(|| {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).unwrap();
        u64::from_le_bytes(bytes)
    });
    println!("ZOOMKAT_SOAK_SEED={seed} ZOOMKAT_SOAK_REQUESTS={count}");
    let before = (process::handles(), process::threads());
    let book = Arc::new(Records::default());
    let theirs = Arc::clone(&book);
    let server = Server::start(move |conn| serve(conn, seed, &theirs));
    let (http, next, warm) = (patient(), AtomicUsize::new(0), Mutex::new(None));
    let start = Instant::now();
    let mut failed = [0, 0];
    let came: Vec<(usize, CallResult)> = thread::scope(|scope| {
        let one = |_| {
            let clone = http.clone();
            let (server, next, warm) = (&server, &next, &warm);
            scope.spawn(move || {
                let mut came = Vec::with_capacity(count / THREADS * 2);
                loop {
                    let id = next.fetch_add(1, Ordering::SeqCst);
                    if id >= count {
                        return came;
                    }
                    if id == count / 4 {
                        *warm.lock().unwrap() = process::memory();
                    }
                    came.push((
                        id,
                        match server.call(&clone, &request(id)) {
                            Ok(resp) => {
                                CallResult::Answer(resp.body_str() == format!("answer {id}"))
                            }
                            Err(err) => {
                                CallResult::Error(err.kind(), err.may_have_been_processed())
                            }
                        },
                    ));
                }
            })
        };
        let threads: Vec<_> = (0..THREADS).map(one).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let (elapsed, end) = (start.elapsed(), process::memory());
    let arrivals = std::mem::take(&mut *book.arrivals.lock().unwrap());
    assert_eq!(came.len(), count);
    for (id, came) in &came {
        check(*id, came, arrivals.get(id).map_or(&[], Vec::as_slice));
        match came {
            CallResult::Error(ErrorKind::Body, _) => failed[1] += 1,
            CallResult::Error(..) => failed[0] += 1,
            CallResult::Answer(_) => {}
        }
    }
    let repeated = arrivals.values().filter(|arrivals| arrivals.len() > 1).count();
    println!("{elapsed:?}; lost, cut: {failed:?}; repeated: {repeated}");
    assert!(!book.garbled.load(Ordering::SeqCst), "the server received a garbled body");
    // The server did fail: ten of a hundred requests, and these in each of the ways.
    assert!(failed[0] > count / 100 && failed[1] > count / 50 && repeated > count / 100);

    // At most as many connections are kept as were used at once. Each has one handle here and two
    // at the server.
    wait_until("connections are left", || book.open.load(Ordering::SeqCst) <= THREADS);
    if let Some(before) = before.0 {
        let most = before + 3 * THREADS + 8;
        wait_until("file handles are kept", || process::handles() <= Some(most));
    }
    drop(http);
    wait_until("connections are left", || book.open.load(Ordering::SeqCst) == 0);
    drop(server);
    match before.1 {
        Some(threads) => wait_until("threads are left", || process::threads() <= Some(threads)),
        None => tools::leave_out("threads"),
    }
    match before.0 {
        // Windows keeps some handles for itself, but fewer than a tenth of the failures.
        Some(handles) => wait_until("file handles are left", || {
            process::handles() <= Some(handles + if cfg!(windows) { count / 100 } else { 0 })
        }),
        None => tools::leave_out("file handles"),
    }
    match warm.into_inner().unwrap().zip(end) {
        Some((warm, end)) => {
            // The test's own records take far less than this.
            let bound = 16 * 1024 * 1024 + 256 * count as u64;
            let grown = end.saturating_sub(warm);
            println!("memory: {} MiB, then {} MiB", warm >> 20, end >> 20);
            assert!(grown < bound, "{grown} bytes more after {count} requests");
        }
        None => tools::leave_out("memory"),
    }
}
