//! Who is measured, each doing the same work.

use std::path::Path;

#[cfg(feature = "peers")]
mod curl;
mod raw;
#[cfg(feature = "peers")]
mod reqwest;
mod ureq;
mod zoomkat;

/// What the README's program sends.
const PATH: &str = "/v2/users/:userId/password";
const AUTHORIZATION: &str = "Bearer <access_token>";
const FIELD: (&str, &str) = ("password", "dolor Excepteur minim");

/// The name of the part that is a file.
const PART: &str = "file";

/// Through how many bytes a raw loop sends a file: as many as zoomkat's `LARGE` has, in
/// src/net/exchange.rs.
const SENT_BY: usize = 256 * 1024;

/// Through how many it receives: as many as `BUFFER` has, in src/net/socket.rs.
const RECEIVED_BY: usize = 64 * 1024;

/// Where to.
#[derive(Clone)]
pub struct Target {
    pub port: u16,
    pub tls: Trust,
    /// The path of a call.
    pub path: String,
}

/// Whether TLS is spoken, and who vouches for the server.
#[derive(Clone, PartialEq)]
pub enum Trust {
    Plain,
    /// This authority, as PEM.
    Authority(String),
    /// Whoever a peer trusts by default: none of them knows the server here.
    Default,
}

impl Target {
    pub fn new(port: u16, tls: Trust) -> Target {
        Target { port, tls, path: PATH.to_owned() }
    }

    fn is_tls(&self) -> bool {
        self.tls != Trust::Plain
    }

    fn url(&self, path: &str) -> String {
        let scheme = if self.is_tls() { "https" } else { "http" };
        format!("{scheme}://localhost:{}{path}", self.port)
    }
}

/// Somebody who can do it. A failure panics, but for a call that is allowed to fail.
pub trait Client {
    /// Sends the README's request and looks at the status; false if there was no response.
    fn call(&mut self) -> bool;

    /// Sends a file as the one part of a multipart body.
    fn upload(&mut self, _file: &Path) {
        unimplemented!("an upload by this peer");
    }

    /// Receives so many bytes into a file.
    fn download(&mut self, _length: u64, _file: &Path) {
        unimplemented!("a download by this peer");
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Peer {
    /// A socket, or rustls on one, and nothing else.
    Raw,
    /// The same, but a file that came is neither made durable nor put in place at the end.
    RawLoose,
    Zoomkat,
    /// Makes the request anew for each call.
    ZoomkatAnew,
    Ureq,
    /// With ureq's own multipart writer.
    UreqForm,
    #[cfg(feature = "peers")]
    Reqwest,
    #[cfg(feature = "peers")]
    Curl,
}

use Peer::*;

impl Peer {
    pub const ALL: &[Peer] = &[
        Raw,
        RawLoose,
        Zoomkat,
        ZoomkatAnew,
        Ureq,
        UreqForm,
        #[cfg(feature = "peers")]
        Reqwest,
        #[cfg(feature = "peers")]
        Curl,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Raw => "raw loop",
            RawLoose => "raw loop, file not synced",
            Zoomkat => "zoomkat",
            ZoomkatAnew => "zoomkat, request made anew",
            Ureq => "ureq, ready bytes",
            UreqForm => "ureq, its Form",
            #[cfg(feature = "peers")]
            Reqwest => "reqwest::blocking",
            #[cfg(feature = "peers")]
            Curl => "curl (libcurl)",
        }
    }

    /// A library that is not zoomkat, in the way most would call it.
    pub fn is_others(self) -> bool {
        !matches!(self, Raw | RawLoose | Zoomkat | ZoomkatAnew | UreqForm)
    }

    /// libcurl is built without.
    pub fn has_tls(self) -> bool {
        !self.is_in_c()
    }

    /// libcurl has an allocator of its own language.
    pub fn has_counted_memory(self) -> bool {
        !self.is_in_c()
    }

    #[cfg(feature = "peers")]
    fn is_in_c(self) -> bool {
        self == Curl
    }

    #[cfg(not(feature = "peers"))]
    fn is_in_c(self) -> bool {
        false
    }

    /// By the name that a child process is told.
    pub fn by_id(id: &str) -> Option<Peer> {
        Peer::ALL.iter().copied().find(|peer| peer.id() == id)
    }

    pub fn id(self) -> String {
        format!("{self:?}")
    }

    pub fn client(self, target: &Target) -> Box<dyn Client> {
        match self {
            Raw => Box::new(raw::Raw::new(target, true)),
            RawLoose => Box::new(raw::Raw::new(target, false)),
            Zoomkat => Box::new(zoomkat::Zoomkat::new(target, false)),
            ZoomkatAnew => Box::new(zoomkat::Zoomkat::new(target, true)),
            Ureq => Box::new(ureq::Ureq::new(target, false)),
            UreqForm => Box::new(ureq::Ureq::new(target, true)),
            #[cfg(feature = "peers")]
            Reqwest => Box::new(reqwest::Reqwest::new(target)),
            #[cfg(feature = "peers")]
            Curl => Box::new(curl::Curl::new(target)),
        }
    }

    /// One client that threads share, as so many calls of it; where a peer can be shared.
    pub fn shared(self, target: &Target) -> Box<dyn Fn() + Sync> {
        match self {
            Zoomkat => zoomkat::shared(target),
            Ureq => ureq::shared(target),
            _ => unimplemented!("threads that share {self:?}"),
        }
    }
}

/// What the README's program sends, as it stands after the head: the Content-Type and the body.
fn ready() -> (String, String) {
    let text = zoomkat::request(PATH).generate_request_text().expect("a request");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    let line = head.lines().find_map(|line| line.strip_prefix("Content-Type: "));
    (line.expect("a type").to_owned(), body.to_owned())
}
