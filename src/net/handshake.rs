//! TLS with rustls: the handshake, and a stream over another connection.
//!
//! ureq's TLS layer has no settings for versions, cipher suites and certificate checks, and does not
//! report what was negotiated.

use std::fmt;
use std::io::{self, IoSlice, Read as _, Write as _};
use std::time::Instant;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, ProtocolVersion};
use ureq::unversioned::transport::NextTimeout;

use super::client_cert::CERT_REQUESTED;
use super::layers::{Layer, Stream};
use super::limits::{StepEnd, until};
use super::socket::SocketStream;
use super::suites::cipher_names;
use super::tls::{Tls, TlsPeer};
use crate::trace::TlsFacts;

impl Tls {
    /// Performs a TLS handshake on an open connection. `host` may be in brackets.
    pub(super) fn handshake(
        &self,
        peer: TlsPeer,
        host: &str,
        mut stream: Stream,
        limit: NextTimeout,
    ) -> Result<(TlsStream, TlsFacts), ureq::Error> {
        let name = match peer {
            TlsPeer::Origin if !self.sni().is_empty() => self.sni(),
            _ => host.trim_matches(['[', ']']),
        };
        let name = ServerName::try_from(name.to_owned())
            .map_err(|err| io::Error::new(io::ErrorKind::InvalidInput, err))?;
        let config = self.config(peer).map_err(tls_error)?;
        let mut conn = ClientConnection::new(config, name).map_err(tls_error)?;
        CERT_REQUESTED.set(false);
        conn.complete_io(&mut Below::new(&mut stream, limit))?;
        let version = match conn.protocol_version() {
            Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
            Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
            _ => "unknown",
        };
        let suite = conn.negotiated_cipher_suite();
        let facts = TlsFacts {
            version,
            cipher_suite: suite.map_or("unknown", |suite| cipher_names(suite.suite()).0),
            received_cert_req: CERT_REQUESTED.get(),
            chain: conn.peer_certificates().unwrap_or_default().to_vec(),
        };
        stream.free_memory();
        Ok((TlsStream { conn, below: stream }, facts))
    }
}

/// Wraps an error as rustls does while it reads.
fn tls_error(err: rustls::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, err)
}

/// A layer of TLS. rustls reads from the layer below into its own buffer, and writes its records
/// without copying them: with ureq's `TransportAdapter` between the two, an upload took a third
/// more CPU.
pub(super) struct TlsStream {
    conn: ClientConnection,
    below: Stream,
}

/// The connection below TLS during one read or write.
struct Below<'b> {
    stream: &'b mut Stream,
    limit: NextTimeout,
    /// The end of the limit. A record may need several reads.
    end: Option<StepEnd>,
}

impl Below<'_> {
    fn new(stream: &mut Stream, limit: NextTimeout) -> Below<'_> {
        let end = limit.not_zero().map(|left| (Instant::now() + *left, limit.reason));
        Below { stream, limit, end }
    }
}

impl io::Read for Below<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let limit = until(self.limit, self.end);
        self.stream.read(into, limit).map_err(ureq::Error::into_io)
    }
}

impl io::Write for Below<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    /// Accepts all bytes: what the socket does not send becomes unsent.
    fn write_vectored(&mut self, bytes: &[IoSlice<'_>]) -> io::Result<usize> {
        let limit = until(self.limit, self.end);
        let mut slices = [IoSlice::new(&[]); MAX_SLICES];
        let mut sent = 0;
        for (slice, bytes) in slices.iter_mut().zip(bytes) {
            *slice = *bytes;
            sent += bytes.len();
        }
        let count = bytes.len().min(MAX_SLICES);
        let sending = self.stream.send_slices(&mut slices[..count], limit);
        sending.map(|()| sent).map_err(ureq::Error::into_io)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The maximum number of records in one write. rustls buffers up to 64 KiB: some five records.
const MAX_SLICES: usize = 8;

/// Returns the number of bytes written. Zero is an error, or the loops around the writes would not
/// end.
fn nonzero(written: usize) -> io::Result<usize> {
    if written > 0 { Ok(written) } else { Err(io::ErrorKind::WriteZero.into()) }
}

impl Layer for TlsStream {
    fn socket(&mut self) -> &mut SocketStream {
        self.below.socket()
    }

    fn send(&mut self, bytes: &mut [IoSlice<'_>], limit: NextTimeout) -> Result<(), ureq::Error> {
        let mut below = Below::new(&mut self.below, limit);
        for mut rest in bytes.iter().map(|slice| &**slice) {
            // Not `write` of rustls's stream, which returns an error only at the next call: by then
            // it is unknown how much of a record was sent.
            while !rest.is_empty() {
                let taken = nonzero(self.conn.writer().write(rest)?)?;
                rest = &rest[taken..];
                while self.conn.wants_write() {
                    nonzero(self.conn.write_tls(&mut below)?)?;
                }
            }
        }
        Ok(())
    }

    fn read(&mut self, into: &mut [u8], limit: NextTimeout) -> Result<usize, ureq::Error> {
        let mut below = Below::new(&mut self.below, limit);
        Ok(rustls::Stream::new(&mut self.conn, &mut below).read(into)?)
    }

    /// Checks more than the socket: a peer may leave it open after a close_notify, and rustls may
    /// have buffered input.
    fn is_open(&mut self) -> bool {
        self.conn.wants_read() && self.below.is_open()
    }

    /// rustls shrinks its buffer, which may have room for a whole record, before its next read.
    fn free_memory(&mut self) {
        let _ = self.conn.read_tls(&mut NothingYet);
        self.below.free_memory();
    }
}

/// A connection without input at the moment.
struct NothingYet;

impl io::Read for NothingYet {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}

/// Omits received data, which may be secret.
impl fmt::Debug for TlsStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsStream").field("below", &self.below).finish_non_exhaustive()
    }
}
