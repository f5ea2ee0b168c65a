use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::{
    AUTHORIZATION, Client, PART, RECEIVE_BUFFER, SEND_BUFFER, Shared, Target, Trust, prepared_body,
};
use crate::server::{DOWN, Stream};

/// Prepared bytes written to a socket: the lower bound for all peers.
pub struct Raw {
    target: Target,
    text: String,
    /// Connected at the first call, as with the other peers.
    stream: Option<Box<dyn Stream>>,
    buf: Vec<u8>,
    durable: bool,
}

impl Raw {
    pub fn new(target: &Target, durable: bool) -> Raw {
        let (content_type, body) = prepared_body();
        let text = format!(
            "PUT {} HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: {content_type}\r\n\
             Content-Length: {}\r\nAuthorization: {AUTHORIZATION}\r\n\r\n{body}",
            target.path,
            target.port,
            body.len()
        );
        Raw { target: target.clone(), text, stream: None, buf: vec![0; RECEIVE_BUFFER], durable }
    }

    fn connect(&mut self) -> io::Result<()> {
        if self.stream.is_some() {
            return Ok(());
        }
        let tcp = TcpStream::connect(("localhost", self.target.port))?;
        tcp.set_nodelay(true)?;
        self.stream = Some(match &self.target.tls {
            Trust::Plain => Box::new(tcp),
            trust => {
                let mut roots = RootCertStore::empty();
                match trust {
                    Trust::Authority(pem) => {
                        let cert = CertificateDer::from_pem_slice(pem.as_bytes());
                        roots.add(cert.expect("a certificate")).expect("a root");
                    }
                    _ => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
                }
                let provider = Arc::new(rustls::crypto::ring::default_provider());
                let config = ClientConfig::builder_with_provider(provider)
                    .with_safe_default_protocol_versions()
                    .expect("versions of TLS")
                    .with_root_certificates(roots)
                    .with_no_client_auth();
                let name = ServerName::try_from("localhost").expect("a name");
                let conn = ClientConnection::new(Arc::new(config), name).expect("a client");
                Box::new(StreamOwned::new(conn, tcp))
            }
        });
        Ok(())
    }

    fn exchange(&mut self) -> io::Result<()> {
        self.connect()?;
        let stream = self.stream.as_mut().expect("a connection");
        stream.write_all(self.text.as_bytes())?;
        let n = stream.read(&mut self.buf)?;
        assert!(self.buf[..n].starts_with(b"HTTP/1.1 204"), "a 204");
        Ok(())
    }
}

/// Returns calls that each have their own connection.
pub fn shared(target: &Target) -> Shared {
    let target = target.clone();
    Box::new(move || {
        let mut raw = Raw::new(&target, true);
        Box::new(move || assert!(raw.call(), "a response"))
    })
}

impl Client for Raw {
    fn call(&mut self) -> bool {
        self.exchange().is_ok()
    }

    fn upload(&mut self, path: &Path) {
        self.connect().expect("a connection");
        let stream = self.stream.as_mut().expect("a connection");
        let boundary = "b".repeat(40);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let start = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{PART}\"; \
             filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        let end = format!("\r\n--{boundary}--\r\n");
        let mut file = File::open(path).expect("a file");
        let length = file.metadata().expect("a length").len();
        let length = length + (start.len() + end.len()) as u64;
        let head = format!(
            "PUT /up HTTP/1.1\r\nHost: localhost:{}\r\n\
             Content-Type: multipart/form-data; boundary={boundary}\r\n\
             Content-Length: {length}\r\n\r\n{start}",
            self.target.port
        );
        stream.write_all(head.as_bytes()).expect("a write");
        let mut buf = vec![0; SEND_BUFFER];
        loop {
            let n = file.read(&mut buf).expect("a read");
            if n == 0 {
                break;
            }
            stream.write_all(&buf[..n]).expect("a write");
        }
        stream.write_all(end.as_bytes()).expect("a write");
        let n = stream.read(&mut self.buf).expect("a read");
        assert!(self.buf[..n].starts_with(b"HTTP/1.1 204"), "a 204");
    }

    fn download(&mut self, length: u64, path: &Path, _sync: bool) {
        self.connect().expect("a connection");
        let stream = self.stream.as_mut().expect("a connection");
        let head = format!("GET {DOWN}{length} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("a write");
        let temp = path.with_extension("part");
        let mut file = File::create(if self.durable { &temp } else { path }).expect("a file");
        let mut have = 0;
        let head_end = loop {
            have += stream.read(&mut self.buf[have..]).expect("a read");
            if let Some(at) = self.buf[..have].windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
        };
        file.write_all(&self.buf[head_end..have]).expect("a write");
        let mut left = length - (have - head_end) as u64;
        while left > 0 {
            let n = stream.read(&mut self.buf).expect("a read");
            assert!(n > 0, "the whole body");
            file.write_all(&self.buf[..n]).expect("a write");
            left -= n as u64;
        }
        if self.durable {
            file.sync_all().expect("a file on disk");
            fs::rename(temp, path).expect("a file in its place");
        }
    }
}
