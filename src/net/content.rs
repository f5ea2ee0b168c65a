//! The body of a response: read from the connection, its coding undone, within its limit.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ureq::Timeout;

use super::connection::Connection;
use super::diagnose;
use super::framing::Framing;
use super::limits::Limits;
use super::watch::Watch;
use crate::error::{Error, ErrorKind, Result};
use crate::message::response_head::Head;

/// Bytes after the end of deflated data that are skipped. (Bytes after gzip are an error: they could
/// be another member, cut short.)
const MAX_JUNK: u64 = 64 * 1024;

/// How large a body may become by decompression, whatever size it came in.
const FREE_EXPANSION: u64 = 64 * 1024 * 1024;

/// How many bytes compressed data may take for each that it holds, and how many more in all. Small
/// pieces that a server flushes one by one, or gzip members of a line each, take two or three.
const MAX_SHRINKAGE: u64 = 16;
const FREE_SHRINKAGE: u64 = 256 * 1024;

/// Each coding is a reader around the next; no server uses more than two.
const MAX_CODINGS: usize = 5;

/// The data of a body on its connection, with the framing taken out.
///
/// Reads come straight from the connection's buffer. An error is an [`Error`] inside an `io::Error`,
/// so that it passes through decoders unharmed.
pub(crate) struct BodyStream<'c> {
    connection: &'c mut Connection,
    framing: Framing,
    limits: Limits,
    /// How many bytes at the front of the connection's input are data.
    ready: usize,
    ended: bool,
}

impl<'c> BodyStream<'c> {
    pub(crate) fn new(connection: &'c mut Connection, framing: Framing, limits: Limits) -> Self {
        BodyStream { connection, framing, limits, ready: 0, ended: false }
    }

    fn advance(&mut self) -> Result<()> {
        while self.ready == 0 && !self.ended {
            let step = {
                let input = self.connection.input();
                if input.is_empty() { None } else { Some(self.framing.step(input)?) }
            };
            let needs_more = match step {
                Some(step) => {
                    if step.skip > 0 {
                        self.connection.consume(step.skip);
                    }
                    self.ready = step.data;
                    self.connection.count(step.data);
                    step.skip == 0 && step.data == 0
                }
                None => true,
            };
            self.ended = self.framing.is_done();
            if self.ended && self.framing.is_ambiguous() {
                self.connection.distrust();
            }
            if needs_more && !self.ended {
                self.receive()?;
            }
        }
        Ok(())
    }

    fn receive(&mut self) -> Result<()> {
        const DOING: &str = "receiving the body of the response";
        let missing = |framing: &Framing, how: &str| {
            framing.missing().map(|what| {
                Error::new(ErrorKind::Body, format!("the response {how} before its end: {what}"))
            })
        };
        match self.connection.receive(self.limits.read()) {
            Ok(true) => Ok(()),
            Ok(false) => match missing(&self.framing, "was cut off") {
                Some(err) => Err(err),
                None => {
                    self.ended = true;
                    Ok(())
                }
            },
            Err(err @ ureq::Error::Timeout(_)) => {
                Err(diagnose::io(err, DOING, self.limits.silence))
            }
            Err(ureq::Error::Io(err)) => {
                // Without a length only an orderly end says that the body is whole; over TLS that
                // takes a close_notify (RFC 9112 section 9.8).
                let cut = missing(&self.framing, "was cut off").unwrap_or_else(|| {
                    let what = "the connection broke, and nothing says how long the body is";
                    Error::new(ErrorKind::Body, format!("the response was cut off: {what}"))
                });
                Err(cut.with_source(err))
            }
            Err(err) => Err(diagnose::io(err, DOING, self.limits.silence)),
        }
    }

    /// Reads to the end, at most `most` bytes more, and says whether the end was reached.
    pub(crate) fn skip_rest(&mut self, most: u64) -> Result<bool> {
        let mut left = most;
        loop {
            let n = fill(self)?.len();
            if n == 0 {
                return Ok(true);
            }
            left = match left.checked_sub(n as u64) {
                Some(left) => left,
                None => return Ok(false),
            };
            self.consume(n);
        }
    }
}

impl BufRead for BodyStream<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.advance().map_err(io::Error::other)?;
        Ok(&self.connection.input()[..self.ready])
    }

    fn consume(&mut self, n: usize) {
        if n > 0 {
            self.connection.consume(n);
            self.framing.took(n);
            self.ready -= n;
        }
    }
}

impl Read for BodyStream<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let n = available.len().min(buf.len());
        buf[..n].copy_from_slice(&available[..n]);
        self.consume(n);
        Ok(n)
    }
}

/// The next stretch of a reader, with our own errors taken out of their `io::Error`.
fn fill(reader: &mut dyn BufRead) -> Result<&[u8]> {
    loop {
        match reader.fill_buf() {
            Ok(_) => break,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(err) => return Err(unwrap(err)),
        }
    }
    // Filled already, so this is the same stretch; a second borrow is what the loop needs.
    reader.fill_buf().map_err(unwrap)
}

fn unwrap(err: io::Error) -> Error {
    match err.downcast::<Error>() {
        Ok(ours) => ours,
        Err(err) => Error::new(
            ErrorKind::Body,
            format!("the response says it is compressed, but it cannot be decompressed: {err}"),
        )
        .with_source(err),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Coding {
    Gzip,
    Deflate,
}

/// The codings to undo, the last applied first. None where one is not known: then the body is
/// handed on as it came, and the header says what it is.
fn codings(head: &Head) -> Result<Vec<Coding>> {
    let mut codings = Vec::new();
    for name in head.elements("Content-Encoding") {
        match name.to_ascii_lowercase().as_str() {
            "" | "identity" => {}
            "gzip" | "x-gzip" => codings.push(Coding::Gzip),
            "deflate" => codings.push(Coding::Deflate),
            _ => return Ok(Vec::new()),
        }
    }
    if codings.len() > MAX_CODINGS {
        return Err(Error::new(
            ErrorKind::Body,
            format!("the response says it is compressed {} times over", codings.len()),
        ));
    }
    codings.reverse();
    Ok(codings)
}

/// Whether the body is not as it came when it has been read.
pub(crate) fn is_coded(head: &Head) -> bool {
    codings(head).is_ok_and(|codings| !codings.is_empty())
}

/// How large a body may become.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    /// Bytes after decoding.
    pub(crate) size: Option<u64>,
    /// How many times larger than it came.
    pub(crate) expansion: Option<u64>,
}

/// Limits of a decompression, which may take any time without any I/O.
struct Meter {
    watch: Option<Watch>,
    limits: Limits,
    max_expansion: Option<u64>,
    /// Bytes that each layer has handed on: the stream, then each coding on top of it.
    counts: [Cell<u64>; MAX_CODINGS + 1],
}

impl Meter {
    /// Whether reading from layer `at` may go on.
    fn check(&self, at: usize) -> Result<()> {
        if let Some(watch) = &self.watch {
            watch.check()?;
        }
        if self.limits.is_over() {
            return Err(diagnose::timeout(Timeout::Global, None, "decompressing the response"));
        }
        let count = |layer: usize| self.counts.get(layer).map_or(0, Cell::get);
        if let Some(times) = self.max_expansion {
            if count(at) > FREE_EXPANSION.max(count(0).saturating_mul(times)) {
                let message = format!(
                    "the {} bytes of the response that came become more than {times} times as many \
                     when they are decompressed; set_max_expansion allows more",
                    count(0)
                );
                return Err(Error::new(ErrorKind::TooLarge, message));
            }
        }
        Ok(())
    }

    /// Whether layer `at` holds far less than its length.
    fn check_shrinkage(&self, at: usize) -> Result<()> {
        let (taken, held) = (self.counts[at].get(), self.counts[at + 1].get());
        if taken > held.saturating_mul(MAX_SHRINKAGE).saturating_add(FREE_SHRINKAGE) {
            let why =
                "the response goes on and on, but what it holds compressed is next to nothing";
            return Err(Error::new(ErrorKind::TooLarge, why));
        }
        Ok(())
    }
}

/// A reader whose bytes are counted as those of one layer.
struct CountedReader<'m, R> {
    inner: R,
    meter: &'m Meter,
    at: usize,
    /// There is a coding on top of it.
    is_coded: bool,
}

impl<R: BufRead> BufRead for CountedReader<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.meter.check(self.at).map_err(io::Error::other)?;
        if self.is_coded {
            self.meter.check_shrinkage(self.at).map_err(io::Error::other)?;
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.inner.consume(n);
        let count = &self.meter.counts[self.at];
        count.set(count.get().saturating_add(n as u64));
    }
}

impl<R: BufRead> Read for CountedReader<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(buf)?;
        self.consume(n);
        Ok(n)
    }
}

/// Hands the decoded body to `sink` piece by piece and returns its length.
pub(crate) fn read(
    mut stream: BodyStream<'_>,
    head: &Head,
    bounds: Bounds,
    sink: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<u64> {
    let codings = codings(head)?;
    // An empty body is empty whatever the header says of its coding (a HEAD, a 204, a 304).
    if codings.is_empty() || fill(&mut stream)?.is_empty() {
        if let (Some(announced), Some(limit)) = (stream.framing.announced(), bounds.size) {
            if announced > limit {
                return Err(too_large(limit, &format!("it announces {announced} bytes")));
            }
        }
        return copy(&mut stream, bounds.size, sink);
    }
    let meter = Meter {
        watch: stream.connection.watch().cloned(),
        limits: stream.limits,
        max_expansion: bounds.expansion,
        counts: Default::default(),
    };
    let meter = &meter;
    let mut reader: Box<dyn BufRead + '_> =
        Box::new(CountedReader { inner: &mut stream, meter, at: 0, is_coded: true });
    let last = codings.len();
    for (at, coding) in (1..).zip(codings) {
        let inner: Box<dyn BufRead + '_> = match coding {
            Coding::Gzip => Box::new(BufReader::new(MultiGzDecoder::new(reader))),
            Coding::Deflate => {
                let mut start = Vec::new();
                reader.by_ref().take(2).read_to_end(&mut start).map_err(unwrap)?;
                let is_zlib = is_zlib(&start);
                let whole = io::Cursor::new(start).chain(reader);
                match is_zlib {
                    true => Box::new(BufReader::new(ZlibDecoder::new(whole))),
                    false => Box::new(BufReader::new(DeflateDecoder::new(whole))),
                }
            }
        };
        reader = Box::new(CountedReader { inner, meter, at, is_coded: at < last });
    }
    let length = copy(&mut *reader, bounds.size, sink)?;
    drop(reader);
    // What comes after the compressed data counts as read, so that a cut is still found.
    if !stream.skip_rest(MAX_JUNK)? {
        return Err(Error::new(
            ErrorKind::Body,
            "the response goes on after the end of its compressed data",
        ));
    }
    Ok(length)
}

/// "deflate" means zlib (RFC 9110 section 8.4.1.2), yet some servers send it without zlib's header:
/// compression method 8 and a check that makes the first two bytes a multiple of 31 (RFC 1950).
fn is_zlib(start: &[u8]) -> bool {
    match start {
        [a, b, ..] => a & 0x0f == 8 && (u16::from(*a) << 8 | u16::from(*b)) % 31 == 0,
        _ => true,
    }
}

fn copy(
    reader: &mut dyn BufRead,
    limit: Option<u64>,
    sink: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<u64> {
    let mut length = 0u64;
    loop {
        let bytes = fill(reader)?;
        let n = bytes.len();
        if n == 0 {
            return Ok(length);
        }
        length += n as u64;
        if let Some(limit) = limit.filter(|limit| length > *limit) {
            return Err(too_large(limit, "it is longer"));
        }
        sink(bytes)?;
        reader.consume(n);
    }
}

fn too_large(limit: u64, what: &str) -> Error {
    Error::new(
        ErrorKind::TooLarge,
        format!(
            "the response body may have {limit} bytes, {what}; set_max_response_size allows more, \
             synchronous_request_to_file needs no memory"
        ),
    )
}
