//! TLS with rustls: the handshake, and a stream over another connection.
//!
//! ureq's TLS layer has no settings for versions, cipher suites and certificate checks, and does not
//! report what was negotiated.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, ProtocolVersion, StreamOwned};
use ureq::unversioned::transport::time::Instant as UreqInstant;
use ureq::unversioned::transport::{
    Buffers, LazyBuffers, NextTimeout, Transport as Stream, TransportAdapter,
};

use super::client_cert::CERT_REQUESTED;
use super::socket::BUFFER;
use super::suites::cipher_names;
use super::tls::{Tls, TlsPeer};
use crate::trace::TlsFacts;

impl Tls {
    /// Performs a TLS handshake on an open connection. `host` may be in brackets.
    pub(super) fn handshake(
        &self,
        peer: TlsPeer,
        host: &str,
        stream: Box<dyn Stream>,
        timeout: NextTimeout,
    ) -> Result<(TlsStream, TlsFacts), ureq::Error> {
        let name = match peer {
            TlsPeer::Origin if !self.sni().is_empty() => self.sni(),
            _ => host.trim_matches(['[', ']']),
        };
        let name = ServerName::try_from(name.to_owned())
            .map_err(|err| io::Error::new(io::ErrorKind::InvalidInput, err))?;
        let config = self.config(peer).map_err(tls_error)?;
        let mut conn = ClientConnection::new(config, name).map_err(tls_error)?;
        let mut sock = TransportAdapter::new(stream, Arc::new(UreqInstant::now));
        sock.set_timeout(timeout);
        CERT_REQUESTED.set(false);
        conn.complete_io(&mut sock)?;
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
        let stream = StreamOwned::new(conn, sock);
        Ok((TlsStream { stream, buffers: LazyBuffers::new(BUFFER, BUFFER) }, facts))
    }
}

/// Wraps an error as rustls does while it reads.
fn tls_error(err: rustls::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, err)
}

/// A TLS stream over another connection.
pub(super) struct TlsStream {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

/// Returns the number of bytes written. Zero is an error, or the loops around the writes would not
/// end.
fn nonzero(written: usize) -> io::Result<usize> {
    if written > 0 { Ok(written) } else { Err(io::ErrorKind::WriteZero.into()) }
}

impl Stream for TlsStream {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.sock.set_timeout(timeout);
        let mut rest = &self.buffers.output()[..amount];
        // Not `write` of rustls's stream, which returns an error only at the next call: by then it
        // is unknown how much of a record was sent.
        while !rest.is_empty() {
            let taken = nonzero(self.stream.conn.writer().write(rest)?)?;
            rest = &rest[taken..];
            while self.stream.conn.wants_write() {
                nonzero(self.stream.conn.write_tls(&mut self.stream.sock)?)?;
            }
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.stream.sock.set_timeout(timeout);
        let amount = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    /// Checks more than the socket: a peer may leave it open after a close_notify, and rustls may
    /// have buffered input.
    fn is_open(&mut self) -> bool {
        let below = self.stream.sock.get_mut();
        self.stream.conn.wants_read() && below.buffers().input().is_empty() && below.is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

/// Omits received data, which may be secret.
impl fmt::Debug for TlsStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsStream").field("inner", &self.stream.sock.inner()).finish()
    }
}
