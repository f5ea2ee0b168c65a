//! A well-behaved HTTP/1.1 server: a closure gives the response to each request.
//!
//! Connections are kept alive, bodies may be chunked, `Expect: 100-continue` is answered, and everything has a limit:
//! connections, heads, bodies, and the time that a client takes. A request that two servers could read differently is
//! refused. It has no TLS.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use self::connection::{Connection, Handler, Settings};
use crate::Received;

mod connection;

/// Connections at a time. A client that connects then waits until one of them ends.
const MAX_CONNECTIONS: usize = 256;

/// Between two looks at whether there is room for a connection.
const PAUSE: Duration = Duration::from_millis(10);

/// A response. The server adds the Content-Length.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The reason phrase.
    pub reason: String,
    /// The names and values of the header fields, in order.
    pub headers: Vec<(String, String)>,
    /// The body. It is not sent with the status codes 204, 205 and 304, nor to HEAD.
    pub body: Vec<u8>,
}

impl Response {
    /// A response without header fields.
    pub fn new(status: u16, reason: impl Into<String>, body: impl Into<Vec<u8>>) -> Response {
        Response { status, reason: reason.into(), headers: Vec::new(), body: body.into() }
    }

    /// A response with a JSON body, indented, and its Content-Type.
    pub fn json(status: u16, reason: impl Into<String>, value: &Value) -> Response {
        let response = Response::new(status, reason, format!("{value:#}\n"));
        response.header("Content-Type", "application/json")
    }

    /// Adds a header field.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Response {
        self.headers.push((name.into(), value.into()));
        self
    }

    fn refusal(status: u16, reason: &str) -> Response {
        Response::json(status, reason, &serde_json::json!({ "message": reason }))
    }
}

/// Answers the requests of every client of `listener`, for ever. This is for a server that is a program: bodies, of up
/// to 1 GiB, are read and dropped, responses have a Date, and a client may be silent for 30 seconds. [`HttpServer`] is for
/// tests.
pub fn serve(
    listener: &TcpListener,
    handler: impl Fn(&Received) -> Response + Send + Sync + 'static,
) -> ! {
    let settings =
        Settings { patience: Duration::from_secs(30), drops_bodies: true, has_date: true };
    let accepted = Accepted::default();
    let handler: Arc<Handler> = Arc::new(move |request| Some(handler(request)));
    loop {
        accepted.serve_next(listener, settings, &handler);
    }
}

/// The connections of a server.
#[derive(Clone, Default)]
struct Accepted {
    all: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    /// Connections are closed at once.
    stopped: Arc<AtomicBool>,
}

impl Accepted {
    /// Waits for a connection, and serves it on a thread of its own.
    fn serve_next(&self, listener: &TcpListener, settings: Settings, handler: &Arc<Handler>) {
        while self.open.load(Ordering::SeqCst) >= MAX_CONNECTIONS && !self.is_stopped() {
            thread::sleep(PAUSE);
        }
        let Ok((stream, _)) = listener.accept() else {
            // The client has gone, or there are too many open files: a little later there may be fewer.
            return thread::sleep(PAUSE);
        };
        if self.is_stopped() {
            return;
        }
        let number = self.all.fetch_add(1, Ordering::SeqCst);
        self.open.fetch_add(1, Ordering::SeqCst);
        let place = Place(Arc::clone(&self.open));
        let handler = Arc::clone(handler);
        // What fails here is up to the client. Without a thread the connection is closed.
        let _ = thread::Builder::new().spawn(move || {
            let _place = place;
            let connection = Connection::new(stream, number, settings);
            let _ = connection.and_then(|mut connection| connection.run(&*handler));
        });
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }
}

/// The place of an open connection.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A well-behaved server on 127.0.0.1 that records its requests. It stops accepting connections when it is dropped.
///
/// ```
/// use zoomkat::{HttpRequest, Transport};
/// use zoomkat_testing::HttpServer;
/// use zoomkat_testing::http::Response;
///
/// let server = HttpServer::start(|request| match request.method() {
///     "DELETE" => Response::new(204, "No Content", ""),
///     _ => Response::json(200, "OK", &serde_json::json!({ "path": request.target() })),
/// });
/// let mut req = HttpRequest::new();
/// req.set_http_verb("DELETE").set_path("/v2/users/me");
/// let resp = Transport::new().synchronous_request("127.0.0.1", server.port(), false, &req)?;
///
/// assert_eq!(resp.status_code(), 204);
/// assert_eq!(server.requests()[0].line(), "DELETE /v2/users/me HTTP/1.1");
/// # Ok::<(), zoomkat::Error>(())
/// ```
pub struct HttpServer {
    address: SocketAddr,
    accepted: Accepted,
    log: Arc<Mutex<Vec<Received>>>,
}

impl HttpServer {
    /// Starts a server that calls `handler` for each request, on the thread of its connection. Bodies may have up to
    /// 64 MiB, and a client may be silent for ten minutes. Responses have no Date, so that they are the same in each run.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    pub fn start(handler: impl Fn(&Received) -> Response + Send + Sync + 'static) -> HttpServer {
        Self::start_or_close(move |request| Some(handler(request)))
    }

    /// The same, but the handler can close the connection instead, by `None`.
    pub(crate) fn start_or_close(
        handler: impl Fn(&Received) -> Option<Response> + Send + Sync + 'static,
    ) -> HttpServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let accepted = Accepted::default();
        let log = Arc::<Mutex<Vec<Received>>>::default();
        let handler: Arc<Handler> = {
            let log = Arc::clone(&log);
            Arc::new(move |request| {
                log.lock().unwrap().push(request.clone());
                handler(request)
            })
        };
        let settings =
            Settings { patience: Duration::from_secs(600), drops_bodies: false, has_date: false };
        thread::spawn({
            let accepted = accepted.clone();
            move || {
                while !accepted.is_stopped() {
                    accepted.serve_next(&listener, settings, &handler);
                }
            }
        });
        HttpServer { address, accepted, log }
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The base URL, as in `http://127.0.0.1:4000`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The number of connections that were accepted.
    pub fn connections(&self) -> usize {
        self.accepted.all.load(Ordering::SeqCst)
    }

    /// The requests that arrived, in order.
    pub fn requests(&self) -> Vec<Received> {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.accepted.stopped.store(true, Ordering::SeqCst);
        // It may be waiting for a connection.
        let _ = TcpStream::connect(self.address);
    }
}
