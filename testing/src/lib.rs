//! Test support for programs that use [zoomkat](https://docs.rs/zoomkat) to call Zoom or another server:
//! servers on 127.0.0.1, clocks and certificates.
//!
//! A complete test of a program that changes passwords, with [`EmbeddedZoom`] in place of Zoom:
//!
//! ```
//! use zoomkat_testing::EmbeddedZoom;
//!
//! let zoom = EmbeddedZoom::start();
//! zoom.add_user("jchill@example.com");
//!
//! // Pass this client to the program, or `zoom.url()` if the program creates one.
//! let client = zoom.client();
//! client.update_password("jchill@example.com", "dolor Excepteur minim")?;
//!
//! assert_eq!(zoom.password("jchill@example.com").as_deref(), Some("dolor Excepteur minim"));
//! # Ok::<(), zoomkat::zoom::Error>(())
//! ```
//!
//! Functions panic on failure, for example if there is no free port, which fails the test.
//!
//! # Contents
//!
//! | | |
//! |---|---|
//! | [`EmbeddedZoom`] | Zoom's API and token endpoint: users, passwords, lists, recordings, rate limits, webhooks |
//! | [`HttpServer`] | a well-behaved HTTP/1.1 server that responds with a closure |
//! | [`Server`] | a raw server, over TCP or TLS: a closure reads and writes the bytes of each connection |
//! | [`faults`] | servers that fail in a given way at a given byte |
//! | [`socks`] | a SOCKS server |
//! | [`clock`] | clocks that let tests wait without taking time |
//! | [`Gate`], [`Count`] | synchronization with another thread |
//! | [`ClosedPort`] | a port that refuses connections |
//! | `tls`, with the feature `tls` | a certificate authority and the certificates it signs, valid and invalid |

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
