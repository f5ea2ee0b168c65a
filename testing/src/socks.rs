//! A SOCKS server, versions 4, 4a and 5, that connects every host name to 127.0.0.1.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// The behavior of a [`SocksServer`]. By default it accepts every client.
#[derive(Clone, Default)]
pub struct Rules {
    /// The only user and password accepted in version 5.
    pub login: Option<(String, String)>,
    /// The code of a reply to send instead of connecting.
    pub reply: Option<u8>,
    /// Whether each byte of a reply is sent separately.
    pub in_single_bytes: bool,
}

/// A SOCKS server on 127.0.0.1. It runs until the process ends.
pub struct SocksServer {
    port: u16,
    log: Arc<Mutex<Vec<String>>>,
}

impl SocksServer {
    /// Starts a server.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    pub fn start(rules: Rules) -> SocksServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::<Mutex<Vec<String>>>::default();
        let shared_log = Arc::clone(&log);
        thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                client.set_nodelay(true).unwrap();
                let session =
                    Session { client, rules: rules.clone(), log: Arc::clone(&shared_log) };
                thread::spawn(move || session.serve());
            }
        });
        SocksServer { port, log }
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the requests, in order: version, user and password, kind of address, host and port, such as
    /// `5 me:word name far.invalid:80`. A request is recorded before the connection is made.
    pub fn asked(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

struct Session {
    client: TcpStream,
    rules: Rules,
    log: Arc<Mutex<Vec<String>>>,
}

impl Session {
    fn serve(mut self) -> Option<()> {
        match self.byte()? {
            4 => self.version_4(),
            5 => self.version_5(),
            other => panic!("{other} is not a version"),
        }
    }

    fn version_4(&mut self) -> Option<()> {
        assert_eq!(self.byte()?, 1, "CONNECT");
        let port = self.port()?;
        let address = self.bytes::<4>()?;
        let user = self.text()?;
        let request = match address {
            [0, 0, 0, 1..=255] => format!("name {}:{port}", self.text()?),
            _ => format!("ipv4 {}:{port}", Ipv4Addr::from(address)),
        };
        let user = if user.is_empty() { user } else { format!("{user} ") };
        self.log.lock().unwrap().push(format!("4 {user}{request}"));
        let reply = self.rules.reply.unwrap_or(90);
        self.answer(reply == 90, port, &[0, reply, 0, 0, 0, 0, 0, 0])
    }

    fn version_5(&mut self) -> Option<()> {
        let count = usize::from(self.byte()?);
        let methods: Vec<u8> = (0..count).map_while(|_| self.byte()).collect();
        let mut login = String::new();
        let method = if self.rules.login.is_some() { 2 } else { 0 };
        if !methods.contains(&method) {
            self.send(&[5, 0xff])?;
            return None;
        }
        self.send(&[5, method])?;
        if let Some((user, password)) = self.rules.login.clone() {
            assert_eq!(self.byte()?, 1, "the version of RFC 1929");
            let given = (self.prefixed_text()?, self.prefixed_text()?);
            login = format!("{}:{} ", given.0, given.1);
            let is_valid = given == (user, password);
            self.send(&[1, u8::from(!is_valid)])?;
            if !is_valid {
                return None;
            }
        }
        assert_eq!(self.bytes::<3>()?, [5, 1, 0], "CONNECT");
        let host = match self.byte()? {
            1 => format!("ipv4 {}", IpAddr::from(self.bytes::<4>()?)),
            3 => format!("name {}", self.prefixed_text()?),
            4 => format!("ipv6 {}", Ipv6Addr::from(self.bytes::<16>()?)),
            other => panic!("{other} is not an address type"),
        };
        let port = self.port()?;
        self.log.lock().unwrap().push(format!("5 {login}{host}:{port}"));
        let reply = self.rules.reply.unwrap_or(0);
        self.answer(reply == 0, port, &[5, reply, 0, 1, 0, 0, 0, 0, 0, 0])
    }

    fn answer(&mut self, granted: bool, port: u16, reply: &[u8]) -> Option<()> {
        if !granted {
            return self.send(reply);
        }
        let server = TcpStream::connect(("127.0.0.1", port)).ok()?;
        self.send(reply)?;
        tunnel(self.client.try_clone().unwrap(), server);
        Some(())
    }

    fn send(&mut self, bytes: &[u8]) -> Option<()> {
        let piece = if self.rules.in_single_bytes { 1 } else { bytes.len() };
        bytes.chunks(piece).try_for_each(|piece| self.client.write_all(piece)).ok()
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.client.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        self.bytes::<1>().map(|[byte]| byte)
    }

    fn port(&mut self) -> Option<u16> {
        self.bytes().map(u16::from_be_bytes)
    }

    /// Reads text that ends with a NUL.
    fn text(&mut self) -> Option<String> {
        let mut text = Vec::new();
        loop {
            match self.byte()? {
                0 => return String::from_utf8(text).ok(),
                byte => text.push(byte),
            }
        }
    }

    /// Reads text prefixed with its length.
    fn prefixed_text(&mut self) -> Option<String> {
        let length = self.byte()?;
        let text: Vec<u8> = (0..length).map_while(|_| self.byte()).collect();
        String::from_utf8(text).ok()
    }
}

/// Copies bytes in both directions until both sides have reached their end.
///
/// # Panics
///
/// If a socket cannot be cloned.
pub fn tunnel(mut client: TcpStream, mut server: TcpStream) {
    let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let _ = io::copy(&mut client, &mut server);
    let _ = server.shutdown(Shutdown::Write);
}
