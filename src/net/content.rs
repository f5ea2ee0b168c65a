//! Reading the body of a response: content codings are decoded, limits are enforced.

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

/// The bytes after deflate data that are skipped. (Bytes after gzip data are an error: they could
/// be another member that was cut.)
const MAX_TRAILING_BYTES: u64 = 64 * 1024;

/// The decoded size that is always allowed, whatever the ratio.
const EXPANSION_ALLOWANCE: u64 = 64 * 1024 * 1024;

/// The maximum number of encoded bytes per decoded byte, after an allowance. Small pieces that a
/// server flushes one by one, or gzip members of one line, need two or three.
const MAX_OVERHEAD_RATIO: u64 = 16;
const OVERHEAD_ALLOWANCE: u64 = 256 * 1024;

/// The maximum number of codings. Each is a reader around the next; no server uses more than two.
const MAX_CODINGS: usize = 5;

/// The data of a body, without its framing.
///
/// Reads borrow from the connection's buffer. An error is an [`Error`] inside an `io::Error`, which
/// decoders pass on unchanged.
pub(crate) struct BodyStream<'c> {
    connection: &'c mut Connection,
    framing: Framing,
    limits: Limits,
    /// The number of bytes at the start of the connection's input that are data.
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
                // Without a length, only an orderly close shows that the body is complete; over TLS
                // that is a close_notify (RFC 9112 section 9.8).
                let cut = missing(&self.framing, "was cut off").unwrap_or_else(|| {
                    let what = "the connection broke, and the length of the body is unknown";
                    Error::new(ErrorKind::Body, format!("the response was cut off: {what}"))
                });
                Err(cut.with_source(err))
            }
            Err(err) => Err(diagnose::io(err, DOING, self.limits.silence)),
        }
    }

    /// Reads and drops at most `max` bytes, and returns whether the end was reached.
    pub(crate) fn skip_rest(&mut self, max: u64) -> Result<bool> {
        let mut left = max;
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
            self.framing.consume(n);
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

/// Returns the next bytes of a reader, with our own errors unwrapped from their `io::Error`.
fn fill(reader: &mut dyn BufRead) -> Result<&[u8]> {
    loop {
        match reader.fill_buf() {
            Ok(_) => break,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(err) => return Err(unwrap_error(err)),
        }
    }
    // Returns the same bytes again; the loop cannot return its own borrow.
    reader.fill_buf().map_err(unwrap_error)
}

fn unwrap_error(err: io::Error) -> Error {
    match err.downcast::<Error>() {
        Ok(ours) => ours,
        Err(err) => Error::new(
            ErrorKind::Body,
            format!("the compressed response cannot be decompressed: {err}"),
        )
        .with_source(err),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Coding {
    Gzip,
    Deflate,
}

/// Returns the codings to decode, the last one applied first. Empty if one of them is unknown: then
/// the body is returned as received, and the header names its coding.
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
            format!(
                "the response has {} content codings, at most {MAX_CODINGS} are allowed",
                codings.len()
            ),
        ));
    }
    codings.reverse();
    Ok(codings)
}

/// Whether the body is decoded when it is read.
pub(crate) fn is_coded(head: &Head) -> bool {
    codings(head).is_ok_and(|codings| !codings.is_empty())
}

/// Limits on the size of a body.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    /// The maximum number of decoded bytes.
    pub(crate) size: Option<u64>,
    /// The maximum decompression ratio.
    pub(crate) expansion: Option<u64>,
}

/// Enforces limits while a body is decoded, which may take long without any I/O.
struct Meter {
    watch: Option<Watch>,
    limits: Limits,
    max_expansion: Option<u64>,
    /// The bytes that each layer has returned: the stream, then each coding above it.
    counts: [Cell<u64>; MAX_CODINGS + 1],
}

impl Meter {
    /// Fails if reading from layer `at` must end.
    fn check(&self, at: usize) -> Result<()> {
        if let Some(watch) = &self.watch {
            watch.check()?;
        }
        if self.limits.is_over() {
            return Err(diagnose::timeout(Timeout::Global, None, "decompressing the response"));
        }
        let count = |layer: usize| self.counts.get(layer).map_or(0, Cell::get);
        if let Some(times) = self.max_expansion {
            if count(at) > EXPANSION_ALLOWANCE.max(count(0).saturating_mul(times)) {
                let message = format!(
                    "the {} bytes of the response become more than {times} times as many when they are \
                     decompressed; set_max_expansion allows more",
                    count(0)
                );
                return Err(Error::new(ErrorKind::TooLarge, message));
            }
        }
        Ok(())
    }

    /// Fails if layer `at` decodes to far fewer bytes than it has read.
    fn check_overhead(&self, at: usize) -> Result<()> {
        let (encoded, decoded) = (self.counts[at].get(), self.counts[at + 1].get());
        if encoded > decoded.saturating_mul(MAX_OVERHEAD_RATIO).saturating_add(OVERHEAD_ALLOWANCE) {
            let why = "the compressed response is long, but contains almost no data";
            return Err(Error::new(ErrorKind::TooLarge, why));
        }
        Ok(())
    }
}

/// A reader that adds its bytes to the count of one layer.
struct CountedReader<'m, R> {
    inner: R,
    meter: &'m Meter,
    at: usize,
    /// Whether there is a coding above it.
    is_coded: bool,
}

impl<R: BufRead> BufRead for CountedReader<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.meter.check(self.at).map_err(io::Error::other)?;
        if self.is_coded {
            self.meter.check_overhead(self.at).map_err(io::Error::other)?;
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

/// Passes the decoded body to `sink` piece by piece, and returns its length.
pub(crate) fn read(
    mut stream: BodyStream<'_>,
    head: &Head,
    bounds: Bounds,
    sink: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<u64> {
    let codings = codings(head)?;
    // An empty body is not decoded, whatever its coding in the header (HEAD, 204, 304).
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
                reader.by_ref().take(2).read_to_end(&mut start).map_err(unwrap_error)?;
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
    // Bytes after the compressed data are read, so that truncation is detected.
    if !stream.skip_rest(MAX_TRAILING_BYTES)? {
        return Err(Error::new(
            ErrorKind::Body,
            "the response continues after the end of its compressed data",
        ));
    }
    Ok(length)
}

/// Whether data starts with the header of zlib: compression method 8, and a first two bytes that
/// are a multiple of 31 (RFC 1950). "deflate" means zlib (RFC 9110 section 8.4.1.2), but some
/// servers omit its header.
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
            "the response body may have {limit} bytes, {what}; set_max_response_size allows more, and \
             synchronous_request_to_file needs no memory"
        ),
    )
}
