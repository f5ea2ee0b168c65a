//! Test support for programs that call Zoom, or any other server, by [zoomkat](https://docs.rs/zoomkat): servers on
//! 127.0.0.1, clocks and certificates.
//!
//! This is a complete test of a program that changes passwords. [`EmbeddedZoom`] stands in for Zoom:
//!
//! ```
//! use zoomkat_testing::EmbeddedZoom;
//!
//! let zoom = EmbeddedZoom::start();
//! zoom.add_user("jchill@example.com");
//!
//! // The program that is tested gets this client, or `zoom.url()` for one of its own.
//! let client = zoom.client();
//! client.update_password("jchill@example.com", "dolor Excepteur minim")?;
//!
//! assert_eq!(zoom.password("jchill@example.com").as_deref(), Some("dolor Excepteur minim"));
//! # Ok::<(), zoomkat::zoom::Error>(())
//! ```
//!
//! It is test support: a function that cannot do its work (there is no free port, say) panics, and so ends the test.
//!
//! # What is here
//!
//! | | |
//! |---|---|
//! | [`EmbeddedZoom`] | Zoom's API and token endpoint: users, passwords, lists, recordings, rate limits, webhooks |
//! | [`HttpServer`] | a well-behaved HTTP/1.1 server: a closure gives the response to a request |
//! | [`Server`] | a raw server: a closure reads and writes the bytes of a connection, over TCP or TLS |
//! | [`faults`] | a server that fails in a given way at a given byte |
//! | [`socks`] | a SOCKS server |
//! | [`clock`] | clocks with which a test of waits takes no time |
//! | [`Gate`], [`Count`] | to wait for another thread |
//! | [`ClosedPort`] | a port that refuses connections |
//! | `tls`, with the feature `tls` | an authority, and certificates that it signs, good ones and bad ones |

#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]

pub mod clock;
mod closed_port;
pub mod faults;
mod gate;
pub mod http;
mod server;
pub mod socks;
#[cfg(feature = "tls")]
pub mod tls;
pub mod zoom;

pub use crate::closed_port::ClosedPort;
pub use crate::gate::{Count, Gate};
pub use crate::http::HttpServer;
pub use crate::server::{Client, Conn, Received, Server, read_head_from};
pub use crate::zoom::EmbeddedZoom;
