//! The body of a response: read from the connection, its coding undone, within its limit.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::connect::{Connection, Limits};
use super::diagnose;
use super::framing::Framing;
use crate::error::{Error, ErrorKind, Result};
use crate::response::Head;

/// Bytes after the end of deflated data that are passed over, and what compressed data may be longer
/// than it has to be. (Bytes after gzip are an error: they could be another member, cut short.)
const MAX_JUNK: u64 = 64 * 1024;

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
    /// So many bytes at the front of the connection's input are data.
    ready: usize,
    ended: bool,
    /// How many bytes of data may still come.
    most: u64,
}

impl<'c> BodyStream<'c> {
    pub(crate) fn new(connection: &'c mut Connection, framing: Framing, limits: Limits) -> Self {
        BodyStream { connection, framing, limits, ready: 0, ended: false, most: u64::MAX }
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
            if needs_more && !self.ended {
                self.receive()?;
            }
        }
        Ok(())
    }

    fn receive(&mut self) -> Result<()> {
        if self.most == 0 {
            let why =
                "the response goes on and on, but what it holds compressed is next to nothing";
            return Err(Error::new(ErrorKind::TooLarge, why));
        }
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
            self.most = self.most.saturating_sub(n as u64);
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
    for name in head.listed("Content-Encoding") {
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

/// Hands the decoded body to `sink` piece by piece and returns its length.
///
/// `limit` counts decoded bytes, so a small body that unpacks to a huge one ends there.
pub(crate) fn read(
    mut stream: BodyStream<'_>,
    head: &Head,
    limit: Option<u64>,
    sink: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<u64> {
    let codings = codings(head)?;
    // An empty body is empty whatever the header says of its coding (a HEAD, a 204, a 304).
    if codings.is_empty() || fill(&mut stream)?.is_empty() {
        if let (Some(announced), Some(limit)) = (stream.framing.announced(), limit) {
            if announced > limit {
                return Err(too_large(limit, &format!("it announces {announced} bytes")));
            }
        }
        return copy(&mut stream, limit, sink);
    }
    if let Some(limit) = limit {
        // Compressed data is no larger than what it holds, but for a little.
        stream.most = limit.saturating_add(limit / 8).saturating_add(MAX_JUNK);
    }
    let mut reader: Box<dyn BufRead + '_> = Box::new(&mut stream);
    for coding in codings {
        reader = match coding {
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
    }
    let length = copy(&mut *reader, limit, sink)?;
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
