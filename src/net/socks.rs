//! The client side of SOCKS 5 (RFC 1928, login by RFC 1929), 4 and 4a.
//!
//! ureq's `SocksConnector` opens its own socket, on which early responses cannot be read, and its
//! errors say little.

use std::net::{IpAddr, SocketAddr};

use ureq::unversioned::transport::NextTimeout;

use super::layers::Stream;
use super::proxy::{Proxy, ProxyFault};

/// The maximum length of a user name or password, which is one byte (RFC 1929).
pub(crate) const MAX_CREDENTIAL: usize = 255;

/// The destination that the proxy connects to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Destination<'a> {
    Address(SocketAddr),
    /// A name that the proxy resolves.
    Name(&'a str, u16),
}

impl<'a> Destination<'a> {
    /// Creates a destination from a host that the proxy resolves. An IP address is sent as an
    /// address, not as a name.
    pub(crate) fn from_host(host: &'a str, port: u16) -> Destination<'a> {
        match host.trim_matches(['[', ']']).parse() {
            Ok(ip) => Destination::Address(SocketAddr::new(ip, port)),
            Err(_) => Destination::Name(host, port),
        }
    }

    /// Creates a destination from resolved addresses: the first one that the SOCKS version
    /// supports, or else the first one, which is then refused.
    pub(crate) fn from_addresses(
        proxy: &Proxy,
        addresses: &[SocketAddr],
    ) -> Option<Destination<'a>> {
        let is_supported = |address: &&SocketAddr| address.is_ipv4() || !proxy.is_socks4();
        addresses
            .iter()
            .find(is_supported)
            .or(addresses.first())
            .map(|found| Destination::Address(*found))
    }

    fn port(self) -> u16 {
        match self {
            Destination::Address(address) => address.port(),
            Destination::Name(_, port) => port,
        }
    }
}

fn refused(why: impl Into<String>) -> ProxyFault {
    ProxyFault::Refused(why.into())
}

/// Asks the proxy at the other end of `stream` to connect to `to`.
///
/// `limit` applies to each read and write; the socket ends the step as a whole. Bytes after the
/// proxy's reply stay in the stream, because they come from the server.
pub(super) fn connect(
    stream: &mut Stream,
    proxy: &Proxy,
    to: Destination<'_>,
    limit: NextTimeout,
) -> Result<(), ProxyFault> {
    let version = if proxy.is_socks4() { 4 } else { 5 };
    let mut stream = SocksStream { stream, limit, version };
    let (user, password) = proxy.login().unwrap_or_default();
    match version {
        4 => connect_v4(&mut stream, user, to),
        _ => connect_v5(&mut stream, user, password, to),
    }
}

fn connect_v4(
    stream: &mut SocksStream<'_>,
    user: &str,
    to: Destination<'_>,
) -> Result<(), ProxyFault> {
    if user.contains('\0') {
        return Err(refused("the user name contains a NUL, which ends it in SOCKS version 4"));
    }
    // In 4a, an address that starts with three zeros means that a name follows.
    let (address, name) = match to {
        Destination::Name(name, _) => ([0, 0, 0, 1], Some(name)),
        Destination::Address(address) => match address.ip() {
            IpAddr::V4(ip) if matches!(ip.octets(), [0, 0, 0, 1..=255]) => {
                return Err(refused(format!("{ip} is not a valid address in SOCKS version 4")));
            }
            IpAddr::V4(ip) => (ip.octets(), None),
            IpAddr::V6(ip) => {
                let why = "which SOCKS version 4 cannot express; use version 5";
                return Err(refused(format!("the host has the IPv6 address {ip}, {why}")));
            }
        },
    };
    let mut request = vec![4, 1];
    request.extend(to.port().to_be_bytes());
    request.extend(address);
    request.extend(user.bytes().chain([0]));
    request.extend(name.into_iter().flat_map(|name| name.bytes().chain([0])));
    stream.send(&request)?;
    let [version] = stream.take()?;
    if version != 0 {
        return Err(stream.invalid_reply(version));
    }
    let [reply] = stream.take()?;
    let why = match reply {
        90 => {
            // An address and a port, which are not used.
            stream.take::<6>()?;
            return Ok(());
        }
        91 => {
            "the connection was refused or failed (version 4 does not say which); check host and \
             port, and whether the proxy requires a user name"
        }
        92 => "it cannot reach identd on this machine to check the user; use version 5",
        93 => "identd on this machine reports another user name",
        _ => "SOCKS version 4 has no such reply; check the version",
    };
    Err(refused(format!("reply {reply}: {why}")))
}

fn connect_v5(
    stream: &mut SocksStream<'_>,
    user: &str,
    password: &str,
    to: Destination<'_>,
) -> Result<(), ProxyFault> {
    const NO_LOGIN: u8 = 0;
    const PASSWORD: u8 = 2;
    let has_login = !user.is_empty();
    stream.send(if has_login { &[5, 2, NO_LOGIN, PASSWORD] } else { &[5, 1, NO_LOGIN] })?;
    match stream.take_version()? {
        NO_LOGIN => {}
        PASSWORD if has_login => {
            let mut login = vec![1];
            push_with_length(&mut login, user, "the user name")?;
            push_with_length(&mut login, password, "the password")?;
            stream.send(&login)?;
            // Some proxies send a 5 instead of the 1 of RFC 1929.
            let [_, status] = stream.take()?;
            if status != 0 {
                return Err(ProxyFault::Login("it refuses the user name and password".to_owned()));
            }
        }
        0xff | PASSWORD if !has_login => {
            return Err(ProxyFault::Login("it requires a login".to_owned()));
        }
        0xff => {
            let why = "it accepts neither password authentication nor anonymous access; proxies that require \
                       GSSAPI are not supported";
            return Err(refused(why));
        }
        method => {
            return Err(refused(format!("it chose login method {method}, which was not offered")));
        }
    }
    let mut request = vec![5, 1, 0];
    match to {
        Destination::Address(SocketAddr::V4(address)) => {
            request.push(1);
            request.extend(address.ip().octets());
        }
        Destination::Address(SocketAddr::V6(address)) => {
            request.push(4);
            request.extend(address.ip().octets());
        }
        Destination::Name(name, _) => {
            request.push(3);
            push_with_length(&mut request, name, "the host name")?;
        }
    }
    request.extend(to.port().to_be_bytes());
    stream.send(&request)?;
    let reply = stream.take_version()?;
    if reply != 0 {
        return Err(refused(format!("reply {reply}: {}", reply_meaning(reply, to))));
    }
    let [_, kind] = stream.take()?;
    let length = match kind {
        1 => 4,
        3 => {
            let [length] = stream.take()?;
            length
        }
        4 => 16,
        kind => {
            return Err(refused(format!("its reply has an address of the unknown type {kind}")));
        }
    };
    // An address and a port, which are not used.
    stream.skip(usize::from(length) + 2)
}

/// Appends a text after its length in one byte.
fn push_with_length(out: &mut Vec<u8>, text: &str, what: &str) -> Result<(), ProxyFault> {
    let length = u8::try_from(text.len())
        .map_err(|_| refused(format!("{what} is longer than {MAX_CREDENTIAL} bytes")))?;
    out.push(length);
    out.extend(text.bytes());
    Ok(())
}

/// Explains a reply (RFC 1928 section 6).
fn reply_meaning(reply: u8, to: Destination<'_>) -> &'static str {
    match reply {
        1 => "it failed; try again later, or ask its operator",
        2 => "its rules do not allow this connection; ask its operator",
        3 => "it cannot reach the network of the host; ask its operator",
        4 => "it cannot find or reach the host; check the spelling of the domain",
        5 => "the host refuses the connection; check the port",
        6 => "the host is too far away (TTL expired); ask the operator of the proxy",
        7 => "it does not support the command CONNECT; use another proxy",
        8 if matches!(to, Destination::Name(..)) => {
            "it does not resolve names; use an IP address, or give the URL of the proxy in the \
             environment as socks5://, which resolves names here"
        }
        8 => "it does not support this type of address; use the name of the host",
        _ => "RFC 1928 has no such reply; ask the operator of the proxy",
    }
}

/// The connection to the proxy.
struct SocksStream<'s> {
    stream: &'s mut Stream,
    limit: NextTimeout,
    version: u8,
}

impl SocksStream<'_> {
    fn send(&mut self, bytes: &[u8]) -> Result<(), ProxyFault> {
        Ok(self.stream.send(bytes, self.limit)?)
    }

    /// Waits until `count` bytes have arrived.
    fn await_bytes(&mut self, count: usize) -> Result<(), ProxyFault> {
        while self.stream.input().len() < count {
            if !self.stream.receive(self.limit)? {
                let why = "it closed the connection before its reply was complete; it may not support SOCKS version";
                return Err(refused(format!("{why} {}", self.version)));
            }
        }
        Ok(())
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], ProxyFault> {
        self.await_bytes(N)?;
        let mut bytes = [0; N];
        for (byte, input) in bytes.iter_mut().zip(self.stream.input()) {
            *byte = *input;
        }
        self.stream.consume(N);
        Ok(bytes)
    }

    /// Takes the version, which must be 5, and the byte after it.
    fn take_version(&mut self) -> Result<u8, ProxyFault> {
        // One at a time: a server of another protocol may send only one byte.
        let [version] = self.take()?;
        if version != 5 {
            return Err(self.invalid_reply(version));
        }
        let [byte] = self.take()?;
        Ok(byte)
    }

    fn skip(&mut self, count: usize) -> Result<(), ProxyFault> {
        self.await_bytes(count)?;
        self.stream.consume(count);
        Ok(())
    }

    fn invalid_reply(&self, first: u8) -> ProxyFault {
        let hint = match (first, self.version) {
            (b'H', _) => "it seems to be an HTTP proxy, whose URL starts with http://",
            (0 | 4, 5) => "it seems to support version 4 only",
            (5, 4) => "it seems to support version 5 only",
            _ => "check the port and the version",
        };
        let version = self.version;
        refused(format!(
            "its reply is not a SOCKS version {version} reply (it starts with byte {first}); {hint}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::io::IoSlice;
    use std::sync::{Arc, Mutex};

    use super::super::layers::Layer;
    use super::super::socket::SocketStream;
    use super::*;

    /// A proxy with scripted replies.
    #[derive(Debug, Default)]
    struct ProxyScript {
        replies: Vec<u8>,
        /// The number of bytes per read.
        piece: usize,
        sent: Vec<u8>,
    }

    #[derive(Clone, Debug)]
    struct ScriptedProxy(Arc<Mutex<ProxyScript>>);

    impl Layer for ScriptedProxy {
        fn socket(&mut self) -> &mut SocketStream {
            unreachable!("a script has no socket")
        }

        fn send(&mut self, bytes: &mut [IoSlice<'_>], _: NextTimeout) -> Result<(), ureq::Error> {
            let sent = &mut self.0.lock().unwrap().sent;
            bytes.iter().for_each(|bytes| sent.extend_from_slice(bytes));
            Ok(())
        }

        fn read(&mut self, into: &mut [u8], _: NextTimeout) -> Result<usize, ureq::Error> {
            let ProxyScript { replies, piece, .. } = &mut *self.0.lock().unwrap();
            let n = (*piece).min(replies.len());
            for (byte, reply) in into.iter_mut().zip(replies.drain(..n)) {
                *byte = reply;
            }
            Ok(n)
        }

        fn is_open(&mut self) -> bool {
            true
        }
    }

    /// What the proxy has received, and what comes after its replies.
    struct Asked {
        sent: Vec<u8>,
        rest: Vec<u8>,
    }

    fn ask(
        proxy: &str,
        to: Destination<'_>,
        replies: &[u8],
        piece: usize,
    ) -> (Result<(), ProxyFault>, Asked) {
        let script = ProxyScript { replies: replies.to_vec(), piece, sent: Vec::new() };
        let script = ScriptedProxy(Arc::new(Mutex::new(script)));
        let mut stream = Stream::new(script.clone());
        let proxy = Proxy::from_url(proxy).unwrap();
        let result = connect(&mut stream, &proxy, to, NextTimeout::default());
        let ProxyScript { replies, sent, .. } = std::mem::take(&mut *script.0.lock().unwrap());
        (result, Asked { sent, rest: [stream.input(), &replies].concat() })
    }

    const NAME: Destination<'_> = Destination::Name("far.invalid", 443);
    const V4_GRANTED: &[u8] = &[0, 90, 9, 9, 9, 9, 9, 9];
    const V5_GRANTED: &[u8] = &[5, 0, 0, 1, 9, 9, 9, 9, 9, 9];

    fn address(text: &str) -> Destination<'static> {
        Destination::Address(text.parse().unwrap())
    }

    type SocksCase = (&'static str, Destination<'static>, Vec<u8>, Vec<u8>);

    /// Returns proxy, destination, request bytes and reply bytes.
    fn cases() -> Vec<SocksCase> {
        let v6 = [[0; 15].as_slice(), &[1, 0, 80]].concat();
        let login = b"\x01\x02me\x04a:@b";
        vec![
            (
                "socks4://p",
                address("10.0.0.1:80"),
                vec![4, 1, 0, 80, 10, 0, 0, 1, 0],
                V4_GRANTED.to_vec(),
            ),
            (
                "socks4a://me:unsent@p",
                NAME,
                b"\x04\x01\x01\xbb\0\0\0\x01me\0far.invalid\0".to_vec(),
                V4_GRANTED.to_vec(),
            ),
            (
                "socks5://p",
                address("10.0.0.1:80"),
                vec![5, 1, 0, 5, 1, 0, 1, 10, 0, 0, 1, 0, 80],
                [&[5, 0], V5_GRANTED].concat(),
            ),
            (
                "socks5h://me:a%3A%40b@p",
                NAME,
                [b"\x05\x02\0\x02".as_slice(), login, b"\x05\x01\0\x03\x0bfar.invalid\x01\xbb"]
                    .concat(),
                // The reply has a host name as its address.
                [&[5, 2, 1, 0, 5, 0, 0, 3, 2], b"me".as_slice(), &[0, 0]].concat(),
            ),
            (
                // The proxy does not ask for the login, so it is not sent.
                "socks5h://me:unsent@p",
                address("[::1]:80"),
                [&[5, 2, 0, 2, 5, 1, 0, 4], v6.as_slice()].concat(),
                [&[5, 0, 5, 0, 0, 4], v6.as_slice()].concat(),
            ),
        ]
    }

    #[test]
    fn each_version_sends_these_bytes_and_leaves_those_after_the_reply() {
        for (proxy, to, sent, replies) in cases() {
            for piece in [1, 2, 3, 1000] {
                let all = [replies.as_slice(), b"from the server"].concat();
                let (result, asked) = ask(proxy, to, &all, piece);
                result.unwrap_or_else(|fault| panic!("{proxy} {piece}: {fault:?}"));
                assert_eq!(asked.sent, sent, "{proxy} {piece}");
                assert_eq!(asked.rest, b"from the server", "{proxy} {piece}");
            }
        }
    }

    #[test]
    fn a_reply_that_is_cut_anywhere_is_refused() {
        for (proxy, to, _, replies) in cases() {
            for length in 0..replies.len() {
                let (result, _) = ask(proxy, to, &replies[..length], 1000);
                match result {
                    Err(ProxyFault::Refused(why)) => {
                        assert!(why.contains("closed the connection"), "{why}")
                    }
                    other => panic!("{proxy} {length}: {other:?}"),
                }
            }
        }
    }

    #[test]
    fn every_reply_ends_the_exchange() {
        const BYTES: [u8; 9] = [0, 1, 2, 3, 4, 5, 90, 91, 255];
        for start in [&[] as &[u8], &[5, 0], &[5, 2, 1, 0], &[5, 0, 5, 0]] {
            for (first, second) in BYTES.iter().flat_map(|a| BYTES.map(|b| (*a, b))) {
                for rest in [0, 255] {
                    let replies = [start, &[first, second], &[rest; 300]].concat();
                    for (proxy, to, ..) in cases() {
                        let _ = ask(proxy, to, &replies, 1000);
                    }
                }
            }
        }
    }

    #[test]
    fn an_unsupported_destination_or_login_is_refused_before_it_is_sent() {
        let long = format!("socks5://{}:p@p", "x".repeat(256));
        let nul = "socks4://a%00b@p";
        for (proxy, to, why) in [
            ("socks4://p", address("[::1]:80"), "IPv6"),
            // Three zeros mean that a name follows.
            ("socks4://p", address("0.0.0.7:80"), "0.0.0.7"),
            (nul, NAME, "NUL"),
            (&long, NAME, "255"),
        ] {
            let (result, asked) = ask(proxy, to, &[5, 2], 1000);
            assert!(
                matches!(&result, Err(ProxyFault::Refused(w)) if w.contains(why)),
                "{result:?}"
            );
            assert!(asked.sent.len() <= 4, "{:?}", asked.sent);
        }
    }

    #[test]
    fn hosts_are_distinguished_from_addresses() {
        for (host, expected) in [
            ("10.0.0.1", address("10.0.0.1:1")),
            ("[::1]", address("[::1]:1")),
            ("10.0.0.1.example", Destination::Name("10.0.0.1.example", 1)),
        ] {
            assert_eq!(Destination::from_host(host, 1), expected);
        }
        let both: Vec<SocketAddr> = vec!["[::1]:1".parse().unwrap(), "10.0.0.1:1".parse().unwrap()];
        for (proxy, expected) in [("socks4://p", both[1]), ("socks5://p", both[0])] {
            let found = Destination::from_addresses(&Proxy::from_url(proxy).unwrap(), &both);
            assert_eq!(found, Some(Destination::Address(expected)));
        }
    }
}
