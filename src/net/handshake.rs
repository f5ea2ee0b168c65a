//! TLS by rustls: the handshake, and the layer that speaks it on top of another connection.
//!
//! ureq has such a layer, too, but it takes no versions, cipher suites or checks of ours, and
//! does not report what was agreed on.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, ProtocolVersion, StreamOwned};
use ureq::unversioned::transport::time::Instant as UreqInstant;
use ureq::unversioned::transport::{
    Buffers, LazyBuffers, NextTimeout, Transport as Stream, TransportAdapter,
};

use super::client_cert::ASKED;
use super::socket::BUFFER;
use super::suites::cipher_names;
use super::tls::{Tls, TlsPeer};
use crate::trace::TlsFacts;

impl Tls {
    /// Adds TLS to an open connection. `host` may have brackets around it.
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
        let config = self.config(peer).map_err(unread)?;
        let mut conn = ClientConnection::new(config, name).map_err(unread)?;
        let mut sock = TransportAdapter::new(stream, Arc::new(UreqInstant::now));
        sock.set_timeout(timeout);
        ASKED.set(false);
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
            received_cert_req: ASKED.get(),
            chain: conn.peer_certificates().unwrap_or_default().to_vec(),
        };
        let stream = StreamOwned::new(conn, sock);
        Ok((TlsStream { stream, buffers: LazyBuffers::new(BUFFER, BUFFER) }, facts))
    }
}

/// As rustls gives its errors while it reads.
fn unread(err: rustls::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, err)
}

/// A connection that speaks TLS on top of another.
pub(super) struct TlsStream {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

/// How much was written. Nothing at all is an error, or the loops around the writes would not end.
fn some(written: usize) -> io::Result<usize> {
    if written > 0 { Ok(written) } else { Err(io::ErrorKind::WriteZero.into()) }
}

impl Stream for TlsStream {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.sock.set_timeout(timeout);
        let mut rest = &self.buffers.output()[..amount];
        // Not `write` of rustls's stream, which keeps an error for the next call: by then nobody
        // knows how much of a record is out.
        while !rest.is_empty() {
            let taken = some(self.stream.conn.writer().write(rest)?)?;
            rest = &rest[taken..];
            while self.stream.conn.wants_write() {
                some(self.stream.conn.write_tls(&mut self.stream.sock)?)?;
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

    /// A peer that has said in TLS that this is the end may leave the socket open for a while, and
    /// rustls may have left some of what has come for later.
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
