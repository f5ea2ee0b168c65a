//! A well-behaved HTTP/1.1 server that responds with a closure.
//!
//! Connections are kept alive, bodies may be chunked, `Expect: 100-continue` is answered, and everything is
//! limited: connections, heads, bodies, and the time that a client takes. Requests with ambiguous framing
//! are refused. There is no TLS.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use self::connection::{Connection, Handler, Settings};
use crate::Received;

mod connection;

/// The maximum number of connections at a time. Further clients wait until one ends.
const MAX_CONNECTIONS: usize = 256;

/// The pause between checks for a free connection slot.
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
    /// Creates a response without header fields.
    pub fn new(status: u16, reason: impl Into<String>, body: impl Into<Vec<u8>>) -> Response {
        Response { status, reason: reason.into(), headers: Vec::new(), body: body.into() }
    }

    /// Creates a response with an indented JSON body and its Content-Type.
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

/// Answers the requests of every client of `listener` forever. This is for a server program: bodies of up
/// to 1 GiB are read, of which the first MiB is kept, responses have a Date, and a client may be silent for 30 seconds. For
/// tests, use [`HttpServer`].
pub fn serve(
    listener: &TcpListener,
    handler: impl Fn(&Received) -> Response + Send + Sync + 'static,
) -> ! {
    let settings = Settings {
        timeout: Duration::from_secs(30),
        kept_body: 1 << 20,
        max_body: 1 << 30,
        send_date: true,
    };
    let connections = Connections::default();
    let handler: Arc<Handler> = Arc::new(move |request| Some(handler(request)));
    loop {
        connections.serve_next(listener, settings, &handler);
    }
}

/// The connections of a server.
#[derive(Clone, Default)]
struct Connections {
    all: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    /// Whether new connections are closed at once.
    stopped: Arc<AtomicBool>,
}

impl Connections {
    /// Waits for a connection and serves it on a new thread.
    fn serve_next(&self, listener: &TcpListener, settings: Settings, handler: &Arc<Handler>) {
        while self.open.load(Ordering::SeqCst) >= MAX_CONNECTIONS && !self.is_stopped() {
            thread::sleep(PAUSE);
        }
        let Ok((stream, _)) = listener.accept() else {
            // The client is gone, or too many files are open; the latter may pass.
            return thread::sleep(PAUSE);
        };
        if self.is_stopped() {
            return;
        }
        let number = self.all.fetch_add(1, Ordering::SeqCst);
        self.open.fetch_add(1, Ordering::SeqCst);
        let slot = Slot(Arc::clone(&self.open));
        let handler = Arc::clone(handler);
        // Errors are the client's fault. Without a thread the connection is closed.
        let _ = thread::Builder::new().spawn(move || {
            let _slot = slot;
            let connection = Connection::new(stream, number, settings);
            let _ = connection.and_then(|mut connection| connection.run(&*handler));
        });
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }
}

/// The slot of an open connection, freed on drop.
struct Slot(Arc<AtomicUsize>);

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A well-behaved server on 127.0.0.1 that records its requests. It stops accepting connections when
/// dropped.
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
    connections: Connections,
    log: Arc<Mutex<Vec<Received>>>,
}

impl HttpServer {
    /// Starts a server that calls `handler` for each request, on the connection's thread. Bodies may have
    /// up to 64 MiB, and a client may be silent for ten minutes. Responses have no Date, so that they are
    /// the same in each run.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    pub fn start(handler: impl Fn(&Received) -> Response + Send + Sync + 'static) -> HttpServer {
        Self::start_or_close(move |request| Some(handler(request)))
    }

    /// Like `start`, but the handler can return `None` to close the connection instead.
    pub(crate) fn start_or_close(
        handler: impl Fn(&Received) -> Option<Response> + Send + Sync + 'static,
    ) -> HttpServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Connections::default();
        let log = Arc::<Mutex<Vec<Received>>>::default();
        let handler: Arc<Handler> = {
            let log = Arc::clone(&log);
            Arc::new(move |request| {
                log.lock().unwrap().push(request.clone());
                handler(request)
            })
        };
        let settings = Settings {
            timeout: Duration::from_secs(600),
            kept_body: 64 << 20,
            max_body: 64 << 20,
            send_date: false,
        };
        thread::spawn({
            let connections = connections.clone();
            move || {
                while !connections.is_stopped() {
                    connections.serve_next(&listener, settings, &handler);
                }
            }
        });
        HttpServer { address, connections, log }
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns the base URL, such as `http://127.0.0.1:4000`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the number of accepted connections.
    pub fn connections(&self) -> usize {
        self.connections.all.load(Ordering::SeqCst)
    }

    /// Returns the requests so far, in order.
    pub fn requests(&self) -> Vec<Received> {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.connections.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread, which may be waiting for a connection.
        let _ = TcpStream::connect(self.address);
    }
}
