//! The peers that are measured, each doing the same work.

use std::path::Path;

#[cfg(feature = "peers")]
mod attohttpc;
#[cfg(feature = "peers")]
mod curl;
#[cfg(feature = "peers")]
mod minreq;
mod raw;
#[cfg(feature = "peers")]
mod reqwest;
mod ureq;
mod zoomkat;

/// The path in the README's program.
const PATH: &str = "/v2/users/:userId/password";
const AUTHORIZATION: &str = "Bearer <access_token>";
const FIELD: (&str, &str) = ("password", "dolor Excepteur minim");

/// The name of the file part.
const PART: &str = "file";

/// The size of the buffer with which the raw loop sends a file, the same as zoomkat's `LARGE_BUFFER` in
/// src/net/exchange.rs.
const SEND_BUFFER: usize = 256 * 1024;

/// The size of the buffer with which it receives, the same as `BUFFER` in src/net/buffers.rs.
const RECEIVE_BUFFER: usize = 64 * 1024;

/// Where to send requests.
#[derive(Clone)]
pub struct Target {
    pub port: u16,
    pub tls: Trust,
    /// The path of a call.
    pub path: String,
}

/// Whether TLS is used, and which roots are trusted.
#[derive(Clone, PartialEq)]
pub enum Trust {
    Plain,
    /// This authority, as PEM.
    Authority(String),
    /// The default roots of the peer, which do not include the server here.
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

/// A client of one peer. A failure panics, except in a call that is allowed to fail.
pub trait Client {
    /// Sends the README's request and checks the status. Returns false if there was no response.
    fn call(&mut self) -> bool;

    /// Sends a file as the only part of a multipart body.
    fn upload(&mut self, _file: &Path) {
        unimplemented!("an upload by this peer");
    }

    /// Receives `length` bytes into a file, which is on disk afterwards if `sync` is set.
    fn download(&mut self, length: u64, file: &Path, sync: bool);

    /// Receives a compressed body into memory and returns the length of its content.
    fn receive(&mut self, _path: &str) -> usize {
        unimplemented!("gzip by this peer");
    }
}

/// Makes the calls of one thread on a client that all threads share.
pub type Shared = Box<dyn Fn() -> Box<dyn FnMut()> + Sync>;

/// A peer, each with what it can do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Peer {
    /// A plain loop on a socket, or on rustls.
    Raw,
    /// Like `Raw`, but a received file is neither synced nor renamed at the end.
    RawLoose,
    Zoomkat,
    /// Builds the request again for each call.
    ZoomkatRebuilt,
    Ureq,
    /// ureq's own multipart writer.
    UreqForm,
    #[cfg(feature = "peers")]
    Reqwest,
    #[cfg(feature = "peers")]
    Curl,
    #[cfg(feature = "peers")]
    Attohttpc,
    #[cfg(feature = "peers")]
    Minreq,
}

use Peer::*;

impl Peer {
    pub const ALL: &[Peer] = &[
        Raw,
        RawLoose,
        Zoomkat,
        ZoomkatRebuilt,
        Ureq,
        UreqForm,
        #[cfg(feature = "peers")]
        Reqwest,
        #[cfg(feature = "peers")]
        Curl,
        #[cfg(feature = "peers")]
        Attohttpc,
        #[cfg(feature = "peers")]
        Minreq,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Raw => "raw loop",
            RawLoose => "raw loop, file not synced",
            Zoomkat => "zoomkat",
            ZoomkatRebuilt => "zoomkat, request rebuilt",
            Ureq => "ureq, ready bytes",
            UreqForm => "ureq, its Form",
            #[cfg(feature = "peers")]
            Reqwest => "reqwest::blocking",
            #[cfg(feature = "peers")]
            Curl => "curl (libcurl)",
            #[cfg(feature = "peers")]
            Attohttpc => "attohttpc",
            #[cfg(feature = "peers")]
            Minreq => "minreq",
        }
    }

    /// Whether this is a library other than zoomkat, used in its usual way.
    pub fn is_other_library(self) -> bool {
        !matches!(self, Raw | RawLoose | Zoomkat | ZoomkatRebuilt | UreqForm)
    }

    /// Whether its allocations are counted. Those of libcurl, made in C, are not.
    pub fn has_counted_memory(self) -> bool {
        !self.is_one_of(&["Curl"])
    }

    /// Whether it keeps connections for further calls.
    pub fn keeps_connections(self) -> bool {
        !self.is_one_of(&["Attohttpc", "Minreq"])
    }

    /// Whether threads can share one of its clients and its connections.
    pub fn is_shared_by_threads(self) -> bool {
        !self.is_one_of(&["Attohttpc", "Curl", "Minreq"])
    }

    /// Whether it sends a file without reading it into memory. ureq does so in its form.
    pub fn uploads_files(self) -> bool {
        !self.is_one_of(&["Minreq", "Ureq"])
    }

    pub fn undoes_gzip(self) -> bool {
        !self.is_one_of(&["Minreq"])
    }

    /// Compares names, since some peers may not be built in.
    fn is_one_of(self, ids: &[&str]) -> bool {
        ids.contains(&self.id().as_str())
    }

    /// Finds a peer by the name passed to a child process.
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
            ZoomkatRebuilt => Box::new(zoomkat::Zoomkat::new(target, true)),
            Ureq => Box::new(ureq::Ureq::new(target, false)),
            UreqForm => Box::new(ureq::Ureq::new(target, true)),
            #[cfg(feature = "peers")]
            Reqwest => Box::new(reqwest::Reqwest::new(target)),
            #[cfg(feature = "peers")]
            Curl => Box::new(curl::Curl::new(target)),
            #[cfg(feature = "peers")]
            Attohttpc => Box::new(attohttpc::Attohttpc::new(target)),
            #[cfg(feature = "peers")]
            Minreq => Box::new(minreq::Minreq::new(target)),
        }
    }

    /// Returns the calls of threads that share one client. Each thread of a raw loop has its own connection.
    pub fn shared(self, target: &Target) -> Shared {
        match self {
            Raw => raw::shared(target),
            Zoomkat => zoomkat::shared(target),
            Ureq => ureq::shared(target),
            #[cfg(feature = "peers")]
            Reqwest => reqwest::shared(target),
            _ => unimplemented!("threads that share {self:?}"),
        }
    }
}

/// Returns the Content-Type and the body of the README's request.
fn prepared_body() -> (String, String) {
    let text = zoomkat::request(PATH).generate_request_text().expect("a request");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    let line = head.lines().find_map(|line| line.strip_prefix("Content-Type: "));
    (line.expect("a type").to_owned(), body.to_owned())
}
