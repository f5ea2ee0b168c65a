//! One connection of the HTTP server. httparse parses heads, and everything has a limit.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant, SystemTime};

use super::Response;
use crate::Received;

/// The longest request line and header, in bytes.
const MAX_HEAD: usize = 64 * 1024;

/// The maximum number of header fields in a request.
const MAX_FIELDS: usize = 128;

/// The longest line with a chunk size or a trailer, in bytes.
const MAX_LINE: usize = 4 * 1024;

/// The additional time allowed for each byte of a body. A client that sends a byte now and then cannot keep
/// the connection open, but a long upload is not cut off.
const TIME_PER_BYTE: Duration = Duration::from_micros(1);

/// How much of a rejected body is read and dropped, and for how long, so that the client can read the
/// response.
const DRAIN_LIMITS: (usize, Duration) = (16 << 20, Duration::from_secs(2));

/// How a server treats its connections.
#[derive(Clone, Copy)]
pub(super) struct Settings {
    /// The time limit for silence, reading a response, and sending a head or a body. A body gets
    /// `TIME_PER_BYTE` in addition.
    pub(super) timeout: Duration,
    /// The number of bytes of a body that are kept. The others are read and dropped.
    pub(super) kept_body: usize,
    /// The length of the longest body that is read, in bytes.
    pub(super) max_body: u64,
    /// Whether responses have a Date.
    pub(super) send_date: bool,
}

/// The head of a request.
struct Head {
    /// The head as received.
    text: String,
    method: String,
    fields: Vec<(String, String)>,
    /// The minor version of HTTP.
    version: u8,
}

impl Head {
    /// Returns the values of the fields with this name.
    fn values<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        let same = self.fields.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.trim())
    }
}

pub(super) struct Connection {
    stream: TcpStream,
    /// The number of the connection, from 0.
    number: usize,
    settings: Settings,
    /// Received bytes that are not parsed yet.
    unread: Vec<u8>,
    /// The body of the current request, as far as it is kept.
    body: Vec<u8>,
}

/// Returns the response to a request; `None` closes the connection without one.
pub(super) type Handler = dyn Fn(&Received) -> Option<Response> + Send + Sync;

/// The framing of a request body.
enum Framing {
    Length(u64),
    Chunked,
}

/// Why a request does not reach the handler. It ends the connection.
enum RequestError {
    Refused(Response),
    Io(io::Error),
}

impl From<io::Error> for RequestError {
    fn from(err: io::Error) -> RequestError {
        RequestError::Io(err)
    }
}

fn reject<T>(code: u16, reason: &str) -> Result<T, RequestError> {
    Err(RequestError::Refused(Response::refusal(code, reason)))
}

impl Connection {
    pub(super) fn new(
        stream: TcpStream,
        number: usize,
        settings: Settings,
    ) -> io::Result<Connection> {
        stream.set_read_timeout(Some(settings.timeout))?;
        stream.set_write_timeout(Some(settings.timeout))?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, number, settings, unread: Vec::new(), body: Vec::new() })
    }

    pub(super) fn run(&mut self, handler: &Handler) -> io::Result<()> {
        loop {
            match self.exchange(handler) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(RequestError::Refused(response)) => return self.refuse(&response),
                Err(RequestError::Io(err)) => return Err(err),
            }
        }
    }

    /// Reads a request and sends its response. Returns whether another request may follow.
    fn exchange(&mut self, handler: &Handler) -> Result<bool, RequestError> {
        let Some(head) = self.head()? else { return Ok(false) };
        check_host(&head)?;
        let framing = framing(&head, self.settings.max_body)?;
        if head.values("Expect").any(|what| what.eq_ignore_ascii_case("100-continue")) {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let mut end = Instant::now() + self.settings.timeout;
        match framing {
            Framing::Length(length) => self.read_body(length, &mut end)?,
            Framing::Chunked => self.read_chunks(&mut end)?,
        }
        let closes = |value: &str| value.split(',').any(|v| v.trim().eq_ignore_ascii_case("close"));
        let keep_alive = head.version == 1 && !head.values("Connection").any(closes);
        let is_head = head.method == "HEAD";
        let body = std::mem::take(&mut self.body);
        let request = Received { head: head.text, body, connection: self.number };
        let Some(response) = handler(&request) else { return Ok(false) };
        self.respond(&response, is_head, keep_alive)?;
        Ok(keep_alive)
    }

    /// Reads the head of a request; `None` at the end of the connection.
    fn head(&mut self) -> Result<Option<Head>, RequestError> {
        let mut since = None;
        loop {
            if !self.unread.is_empty() {
                let started = *since.get_or_insert_with(Instant::now);
                let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
                let mut head = httparse::Request::new(&mut fields);
                match head.parse(&self.unread) {
                    Ok(httparse::Status::Complete(length)) => {
                        let head = Head {
                            // The request line may be preceded by empty lines.
                            text: text(self.unread[..length].trim_ascii_start()),
                            method: head.method.unwrap_or_default().to_owned(),
                            fields: head
                                .headers
                                .iter()
                                .map(|f| (f.name.to_owned(), text(f.value)))
                                .collect(),
                            version: head.version.unwrap_or_default(),
                        };
                        self.unread.drain(..length);
                        return Ok(Some(head));
                    }
                    Ok(httparse::Status::Partial) if self.unread.len() < MAX_HEAD => {}
                    Ok(httparse::Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
                        return reject(431, "Request Header Fields Too Large");
                    }
                    Err(httparse::Error::Version) => {
                        return reject(505, "HTTP Version Not Supported");
                    }
                    Err(_) => return reject(400, "Bad Request"),
                }
                if started.elapsed() > self.settings.timeout {
                    return reject(408, "Request Timeout");
                }
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Receives some bytes; false at the end of the connection.
    fn fill(&mut self) -> io::Result<bool> {
        let mut bytes = [0; 16 * 1024];
        loop {
            match self.stream.read(&mut bytes) {
                Ok(n) => {
                    self.unread.extend_from_slice(&bytes[..n]);
                    return Ok(n > 0);
                }
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => return Err(err),
            }
        }
    }

    /// Receives some bytes of a body, which must be complete at `end`. Each byte extends `end`.
    fn fill_body(&mut self, end: &mut Instant) -> Result<(), RequestError> {
        if Instant::now() >= *end {
            return reject(408, "Request Timeout");
        }
        let before = self.unread.len();
        if !self.fill()? {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        let received = u32::try_from(self.unread.len() - before).unwrap_or(u32::MAX);
        *end += TIME_PER_BYTE * received;
        Ok(())
    }

    /// Reads `length` bytes of a body.
    fn read_body(&mut self, mut length: u64, end: &mut Instant) -> Result<(), RequestError> {
        while length > 0 {
            if self.unread.is_empty() {
                self.fill_body(end)?;
            }
            let n = usize::try_from(length).map_or(self.unread.len(), |n| n.min(self.unread.len()));
            let kept = self.settings.kept_body.saturating_sub(self.body.len());
            self.body.extend(self.unread.drain(..n).take(kept));
            length -= n as u64;
        }
        Ok(())
    }

    /// Reads a chunked body (RFC 9112 section 7.1) and drops its trailers.
    fn read_chunks(&mut self, end: &mut Instant) -> Result<(), RequestError> {
        let mut total: u64 = 0;
        loop {
            let line = self.line(end)?;
            // httparse reads a line without a digit as zero.
            let has_digit = line.first().is_some_and(u8::is_ascii_hexdigit);
            let size = match httparse::parse_chunk_size(&line) {
                Ok(httparse::Status::Complete((_, size))) if has_digit => size,
                _ => return reject(400, "Bad Request"),
            };
            if size == 0 {
                break;
            }
            total = total.saturating_add(size);
            if total > self.settings.max_body {
                return reject(413, "Content Too Large");
            }
            self.read_body(size, end)?;
            if self.line(end)? != b"\r\n" {
                return reject(400, "Bad Request");
            }
        }
        for _ in 0..MAX_FIELDS {
            if self.line(end)? == b"\r\n" {
                return Ok(());
            }
        }
        reject(431, "Request Header Fields Too Large")
    }

    /// Reads a line, including its CRLF.
    fn line(&mut self, end: &mut Instant) -> Result<Vec<u8>, RequestError> {
        loop {
            if let Some(at) = self.unread.windows(2).position(|two| two == b"\r\n") {
                return Ok(self.unread.drain(..at + 2).collect());
            }
            if self.unread.len() > MAX_LINE {
                return reject(400, "Bad Request");
            }
            self.fill_body(end)?;
        }
    }

    fn respond(&mut self, response: &Response, is_head: bool, keep_alive: bool) -> io::Result<()> {
        let Response { status: code, reason, headers: fields, body } = response;
        // RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5: no content.
        let body: &[u8] = if matches!(code, 204 | 205 | 304) { b"" } else { body };
        let mut head = format!("HTTP/1.1 {code} {reason}\r\n");
        for (name, value) in fields {
            head.extend([name, ": ", value, "\r\n"]);
        }
        if self.settings.send_date
            && !fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("Date"))
        {
            let now = httpdate::fmt_http_date(SystemTime::now());
            head.extend(["Date: ", &now, "\r\n"]);
        }
        if !matches!(code, 204 | 304) {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str(if keep_alive { "\r\n" } else { "Connection: close\r\n\r\n" });
        let mut bytes = head.into_bytes();
        if !is_head {
            bytes.extend_from_slice(body);
        }
        self.stream.write_all(&bytes)
    }

    /// Sends a response and ends the connection. Further input is read and dropped: closing the socket with
    /// unread input would reset the connection, and the response would be lost.
    fn refuse(&mut self, response: &Response) -> io::Result<()> {
        self.respond(response, false, false)?;
        self.stream.shutdown(Shutdown::Write)?;
        let (bytes, time) = DRAIN_LIMITS;
        self.stream.set_read_timeout(Some(time))?;
        let (end, mut seen) = (Instant::now() + time, 0);
        while seen < bytes && Instant::now() < end {
            self.unread.clear();
            if !self.fill()? {
                break;
            }
            seen += self.unread.len();
        }
        Ok(())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Rejects a request without a Host, and one with several (RFC 9112 section 3.2).
fn check_host(head: &Head) -> Result<(), RequestError> {
    match head.values("Host").count() {
        1 => Ok(()),
        _ => reject(400, "Bad Request"),
    }
}

/// Determines the framing of the body (RFC 9112 section 6.3). Ambiguous framing is rejected.
fn framing(head: &Head, max_body: u64) -> Result<Framing, RequestError> {
    let mut lengths = head.values("Content-Length");
    let length = lengths.next();
    if lengths.next().is_some() {
        return reject(400, "Bad Request");
    }
    let mut codings = head.values("Transfer-Encoding");
    match (codings.next(), length) {
        (None, None) => Ok(Framing::Length(0)),
        (None, Some(digits)) => {
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return reject(400, "Bad Request");
            }
            match digits.parse() {
                Ok(length) if length <= max_body => Ok(Framing::Length(length)),
                _ => reject(413, "Content Too Large"),
            }
        }
        (Some(coding), None) if codings.next().is_none() => {
            match coding.eq_ignore_ascii_case("chunked") {
                true => Ok(Framing::Chunked),
                false => reject(501, "Not Implemented"),
            }
        }
        (Some(_), _) => reject(400, "Bad Request"),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    const SETTINGS: Settings = Settings {
        timeout: Duration::from_secs(30),
        kept_body: 0,
        max_body: 1 << 30,
        send_date: true,
    };

    #[test]
    fn a_late_body_is_refused() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        // The client stays connected and silent.
        let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let mut connection = Connection::new(listener.accept().unwrap().0, 0, SETTINGS).unwrap();
        let is_timeout =
            |result| matches!(result, Err(RequestError::Refused(r)) if r.status == 408);
        let mut end = Instant::now();
        connection.unread = b"abc".into();
        assert!(connection.read_body(3, &mut end).is_ok(), "received bytes need no time");
        connection.unread = b"abc".into();
        assert!(is_timeout(connection.read_body(9, &mut end)));
        for cut in ["", "5", "5\r\nabc", "5\r\nabcde", "0\r\n", "0\r\nTrailer: x"] {
            connection.unread = cut.into();
            assert!(is_timeout(connection.read_chunks(&mut end)), "{cut:?}");
        }
    }

    #[test]
    fn each_byte_of_a_body_extends_the_time_limit() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        client.write_all(&[b'x'; 1000]).unwrap();
        let mut connection = Connection::new(listener.accept().unwrap().0, 0, SETTINGS).unwrap();
        let start = Instant::now() + SETTINGS.timeout;
        let mut end = start;
        assert!(connection.read_body(1000, &mut end).is_ok());
        assert_eq!(end - start, TIME_PER_BYTE * 1000);
    }
}
