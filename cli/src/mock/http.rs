//! A small HTTP/1.1 server: heads by httparse, a thread for each connection, and a limit to everything.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// Connections at once. Whoever comes then waits for one of them to end.
const MAX_CONNECTIONS: usize = 256;

/// Bytes of a request line and header.
const MAX_HEAD: usize = 64 * 1024;

/// Header fields of a request.
const MAX_FIELDS: usize = 128;

/// Bytes of a request's body. It is read and dropped.
const MAX_BODY: u64 = 1 << 30;

/// Bytes of a line that says how long a chunk is, or of a trailer.
const MAX_LINE: usize = 4 * 1024;

/// How long a client may say nothing, take nothing, or take for a head; or for a body, but for `BYTE_TIME`.
const PATIENCE: Duration = Duration::from_secs(30);

/// How much longer a body may take for each byte of it, so that one now and then holds no connection, and a
/// long upload is not cut off.
const BYTE_TIME: Duration = Duration::from_micros(1);

const PAUSE: Duration = Duration::from_millis(10);

/// How much of a body that is refused is passed over, and for how long, so that the client reads the answer.
const PASSED_OVER: (usize, Duration) = (16 << 20, Duration::from_secs(2));

/// What matters of a request here.
pub(super) struct Request {
    pub(super) verb: String,
    /// Path and query as they came.
    pub(super) target: String,
    pub(super) fields: Vec<(String, String)>,
}

impl Request {
    /// The value of the first field of this name.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        field.map(|(_, value)| value.trim())
    }

    fn all<'r>(&'r self, name: &'r str) -> impl Iterator<Item = &'r str> {
        let same = self.fields.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.trim())
    }
}

/// An answer; its framing is the server's.
pub(super) struct Response {
    pub(super) code: u16,
    pub(super) reason: String,
    pub(super) fields: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Response {
    pub(super) fn json(code: u16, reason: &str, value: &serde_json::Value) -> Response {
        Response {
            code,
            reason: reason.into(),
            fields: vec![("Content-Type".into(), "application/json".into())],
            body: format!("{value:#}\n").into_bytes(),
        }
    }

    fn refusal(code: u16, reason: &str) -> Response {
        Response::json(code, reason, &serde_json::json!({ "message": reason }))
    }
}

/// Answers the requests of all who connect, for ever.
pub(super) fn serve(
    listener: &TcpListener,
    answer: impl Fn(&Request) -> Response + Send + Sync + 'static,
) -> ! {
    let answer = Arc::new(answer);
    let running = Arc::new(AtomicUsize::new(0));
    loop {
        while running.load(Ordering::SeqCst) >= MAX_CONNECTIONS {
            thread::sleep(PAUSE);
        }
        let Ok((stream, _)) = listener.accept() else {
            // One that came and went, or too many open files: a little later there may be fewer.
            thread::sleep(PAUSE);
            continue;
        };
        running.fetch_add(1, Ordering::SeqCst);
        let place = Place(Arc::clone(&running));
        let answer = Arc::clone(&answer);
        // Whatever fails here is the client's. Without a thread the connection is dropped.
        let _ = thread::Builder::new().spawn(move || {
            let _place = place;
            let _ = Connection::new(stream).and_then(|mut connection| connection.run(&*answer));
        });
    }
}

/// A connection's share of those that may be.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Connection {
    stream: TcpStream,
    /// What was received and not yet looked at.
    unread: Vec<u8>,
}

/// How the body of a request is framed.
enum Framing {
    Length(u64),
    Chunked,
}

/// Why a request is not answered as it asks: the connection is over then.
enum Trouble {
    Refused(Response),
    Io(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(err: io::Error) -> Trouble {
        Trouble::Io(err)
    }
}

fn refused<T>(code: u16, reason: &str) -> Result<T, Trouble> {
    Err(Trouble::Refused(Response::refusal(code, reason)))
}

impl Connection {
    fn new(stream: TcpStream) -> io::Result<Connection> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, unread: Vec::new() })
    }

    fn run(&mut self, answer: &dyn Fn(&Request) -> Response) -> io::Result<()> {
        loop {
            match self.exchange(answer) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(Trouble::Refused(response)) => return self.refuse(&response),
                Err(Trouble::Io(err)) => return Err(err),
            }
        }
    }

    /// Reads a request and answers it. Says whether another may follow.
    fn exchange(&mut self, answer: &dyn Fn(&Request) -> Response) -> Result<bool, Trouble> {
        let Some((request, version)) = self.head()? else { return Ok(false) };
        let framing = framing(&request)?;
        if request.all("Expect").any(|what| what.eq_ignore_ascii_case("100-continue")) {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let mut end = Instant::now() + PATIENCE;
        match framing {
            Framing::Length(length) => self.skip(length, &mut end)?,
            Framing::Chunked => self.skip_chunks(&mut end)?,
        }
        let closes = |value: &str| value.split(',').any(|v| v.trim().eq_ignore_ascii_case("close"));
        let keeps = version == 1 && !request.all("Connection").any(closes);
        self.respond(&answer(&request), request.verb == "HEAD", keeps)?;
        Ok(keeps)
    }

    /// Reads the head of a request and the minor version of HTTP; `None` at the end of the connection.
    fn head(&mut self) -> Result<Option<(Request, u8)>, Trouble> {
        let mut since = None;
        loop {
            if !self.unread.is_empty() {
                let started = *since.get_or_insert_with(Instant::now);
                let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
                let mut head = httparse::Request::new(&mut fields);
                match head.parse(&self.unread) {
                    Ok(httparse::Status::Complete(length)) => {
                        let request = Request {
                            verb: head.method.unwrap_or_default().to_owned(),
                            target: head.path.unwrap_or_default().to_owned(),
                            fields: head.headers.iter().map(owned).collect(),
                        };
                        let version = head.version.unwrap_or_default();
                        self.unread.drain(..length);
                        return Ok(Some((request, version)));
                    }
                    Ok(httparse::Status::Partial) if self.unread.len() < MAX_HEAD => {}
                    Ok(httparse::Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
                        return refused(431, "Request Header Fields Too Large");
                    }
                    Err(httparse::Error::Version) => {
                        return refused(505, "HTTP Version Not Supported");
                    }
                    Err(_) => return refused(400, "Bad Request"),
                }
                if started.elapsed() > PATIENCE {
                    return refused(408, "Request Timeout");
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

    /// Receives some bytes of a body, which is to be there by `end`; they put it off.
    fn fill_body(&mut self, end: &mut Instant) -> Result<(), Trouble> {
        if Instant::now() >= *end {
            return refused(408, "Request Timeout");
        }
        let before = self.unread.len();
        if !self.fill()? {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        let received = u32::try_from(self.unread.len() - before).unwrap_or(u32::MAX);
        *end += BYTE_TIME * received;
        Ok(())
    }

    /// Drops so many bytes of a body.
    fn skip(&mut self, mut length: u64, end: &mut Instant) -> Result<(), Trouble> {
        while length > 0 {
            if self.unread.is_empty() {
                self.fill_body(end)?;
            }
            let n = usize::try_from(length).map_or(self.unread.len(), |n| n.min(self.unread.len()));
            self.unread.drain(..n);
            length -= n as u64;
        }
        Ok(())
    }

    /// Drops a chunked body (RFC 9112 section 7.1) with its trailers.
    fn skip_chunks(&mut self, end: &mut Instant) -> Result<(), Trouble> {
        let mut total: u64 = 0;
        loop {
            let line = self.line(end)?;
            // httparse takes a line without any digit for a zero.
            let has_digit = line.first().is_some_and(u8::is_ascii_hexdigit);
            let size = match httparse::parse_chunk_size(&line) {
                Ok(httparse::Status::Complete((_, size))) if has_digit => size,
                _ => return refused(400, "Bad Request"),
            };
            if size == 0 {
                break;
            }
            total = total.saturating_add(size);
            if total > MAX_BODY {
                return refused(413, "Content Too Large");
            }
            self.skip(size, end)?;
            if self.line(end)? != b"\r\n" {
                return refused(400, "Bad Request");
            }
        }
        for _ in 0..MAX_FIELDS {
            if self.line(end)? == b"\r\n" {
                return Ok(());
            }
        }
        refused(431, "Request Header Fields Too Large")
    }

    /// Takes a line with its CRLF.
    fn line(&mut self, end: &mut Instant) -> Result<Vec<u8>, Trouble> {
        loop {
            if let Some(at) = self.unread.windows(2).position(|two| two == b"\r\n") {
                return Ok(self.unread.drain(..at + 2).collect());
            }
            if self.unread.len() > MAX_LINE {
                return refused(400, "Bad Request");
            }
            self.fill_body(end)?;
        }
    }

    fn respond(&mut self, response: &Response, is_head: bool, keeps: bool) -> io::Result<()> {
        let Response { code, reason, fields, body } = response;
        // RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5: these have no content.
        let body: &[u8] = if matches!(code, 204 | 205 | 304) { b"" } else { body };
        let mut head = format!("HTTP/1.1 {code} {reason}\r\n");
        for (name, value) in fields {
            head.extend([name, ": ", value, "\r\n"]);
        }
        if !fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("Date")) {
            let now = httpdate::fmt_http_date(SystemTime::now());
            head.extend(["Date: ", &now, "\r\n"]);
        }
        if !matches!(code, 204 | 304) {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str(if keeps { "\r\n" } else { "Connection: close\r\n\r\n" });
        let mut bytes = head.into_bytes();
        if !is_head {
            bytes.extend_from_slice(body);
        }
        self.stream.write_all(&bytes)
    }

    /// Answers and ends the connection. What the client still sends is passed over: to close on it would
    /// reset the connection, and the answer would be lost.
    fn refuse(&mut self, response: &Response) -> io::Result<()> {
        self.respond(response, false, false)?;
        self.stream.shutdown(Shutdown::Write)?;
        let (bytes, time) = PASSED_OVER;
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

fn owned(field: &httparse::Header<'_>) -> (String, String) {
    (field.name.to_owned(), String::from_utf8_lossy(field.value).into_owned())
}

/// How the body is framed (RFC 9112 section 6.3). What two readers may take for two things is refused.
fn framing(request: &Request) -> Result<Framing, Trouble> {
    let mut lengths = request.all("Content-Length");
    let length = lengths.next();
    if lengths.next().is_some() {
        return refused(400, "Bad Request");
    }
    let mut codings = request.all("Transfer-Encoding");
    match (codings.next(), length) {
        (None, None) => Ok(Framing::Length(0)),
        (None, Some(digits)) => {
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return refused(400, "Bad Request");
            }
            match digits.parse() {
                Ok(length) if length <= MAX_BODY => Ok(Framing::Length(length)),
                _ => refused(413, "Content Too Large"),
            }
        }
        (Some(coding), None) if codings.next().is_none() => {
            match coding.eq_ignore_ascii_case("chunked") {
                true => Ok(Framing::Chunked),
                false => refused(501, "Not Implemented"),
            }
        }
        (Some(_), _) => refused(400, "Bad Request"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_is_not_there_in_its_time_is_refused() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        // It stays open and silent.
        let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let mut connection = Connection::new(listener.accept().unwrap().0).unwrap();
        let is_timeout =
            |done| matches!(done, Err(Trouble::Refused(response)) if response.code == 408);
        let mut end = Instant::now();
        connection.unread = b"abc".into();
        assert!(connection.skip(3, &mut end).is_ok(), "what is there needs no time");
        connection.unread = b"abc".into();
        assert!(is_timeout(connection.skip(9, &mut end)));
        for cut in ["", "5", "5\r\nabc", "5\r\nabcde", "0\r\n", "0\r\nTrailer: x"] {
            connection.unread = cut.into();
            assert!(is_timeout(connection.skip_chunks(&mut end)), "{cut:?}");
        }
    }

    #[test]
    fn a_body_may_take_longer_for_each_byte_of_it() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        client.write_all(&[b'x'; 1000]).unwrap();
        let mut connection = Connection::new(listener.accept().unwrap().0).unwrap();
        let start = Instant::now() + PATIENCE;
        let mut end = start;
        assert!(connection.skip(1000, &mut end).is_ok());
        assert_eq!(end - start, BYTE_TIME * 1000);
    }
}
