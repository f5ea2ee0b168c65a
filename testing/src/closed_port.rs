//! A port that refuses connections.

use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

/// A port on 127.0.0.1 that refuses connections. It is reserved: no other program can listen on it until
/// this is dropped.
pub struct ClosedPort(Socket);

impl Default for ClosedPort {
    fn default() -> ClosedPort {
        ClosedPort::new()
    }
}

impl ClosedPort {
    /// Reserves a port.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    pub fn new() -> ClosedPort {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None);
        let socket = socket.unwrap();
        socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        ClosedPort(socket)
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.0.local_addr().unwrap().as_socket().unwrap().port()
    }
}
