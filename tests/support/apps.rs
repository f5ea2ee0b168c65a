//! Apps of the embedded Zoom, and helpers for tests of their tokens.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use zoomkat::Transport;
use zoomkat::zoom::{Error, Plan, Token, TokenStore, Zoom, ZoomBuilder};

use crate::{EmbeddedZoom, Received, Server, patient};

pub use zoomkat_testing::Count;

pub const ANN: &str = "ann@example.com";
pub const SECOND: Duration = Duration::from_secs(1);
pub const HOUR: Duration = Duration::from_secs(3600);
pub const TOKEN: &str = "/oauth/token";
pub const THREADS: usize = 32;

/// Returns a client of this Zoom with the app's credentials.
pub fn client(zoom: &EmbeddedZoom) -> ZoomBuilder {
    Zoom::builder()
        .server_to_server("account", "client", "client-key")
        .base_url(zoom.url())
        .oauth_url(zoom.url())
        .transport(patient())
        .plan(Plan::Business)
}

/// Returns a client for a user who has this refresh token.
pub fn user_client(
    zoom: &EmbeddedZoom,
    refresh_token: &str,
    store: impl Fn(&Token) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
    + Send
    + Sync
    + 'static,
) -> ZoomBuilder {
    client(zoom).refresh_token("client", "client-key", refresh_token, store)
}

pub fn call(zoom: &Zoom) -> Result<Value, Error> {
    zoom.get(&format!("/users/{ANN}")[..])
}

/// Returns the bearer tokens of the API calls that arrived, in order.
pub fn bearers(zoom: &EmbeddedZoom) -> Vec<String> {
    let of_api = |request: &Received| !request.line().contains(TOKEN);
    let requests = zoom.requests();
    let bearer = |request: &Received| {
        request.header("Authorization").unwrap().strip_prefix("Bearer ").unwrap().to_owned()
    };
    requests.iter().filter(|request| of_api(request)).map(bearer).collect()
}

/// Starts an API that accepts any token.
pub fn any_token() -> EmbeddedZoom {
    EmbeddedZoom::builder().accept_any_token().user(ANN, "lorem").start()
}

pub type Reply = (&'static str, &'static str, String);

pub fn ok(body: Value) -> Reply {
    ("200 OK", "", body.to_string())
}

/// Starts a token endpoint that gives these responses in order and repeats the last one.
pub fn endpoint(answers: impl IntoIterator<Item = Reply>) -> Server {
    let answers: Mutex<VecDeque<Reply>> = Mutex::new(answers.into_iter().collect());
    Server::start(move |mut conn| {
        while conn.read_request().is_some() {
            let mut answers = answers.lock().unwrap();
            let (status, headers, body) = match answers.len() {
                1 => answers[0].clone(),
                _ => answers.pop_front().unwrap(),
            };
            drop(answers);
            conn.respond(status, headers, body);
        }
    })
}

pub fn url(server: &Server) -> String {
    format!("http://127.0.0.1:{}", server.port())
}

/// Calls from many threads, each with a clone.
pub fn call_from_threads(zoom: &Zoom) -> Vec<Result<Value, Error>> {
    thread::scope(|scope| {
        let one = |zoom: Zoom| scope.spawn(move || call(&zoom));
        let threads: Vec<_> = (0..THREADS).map(|_| one(zoom.clone())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Starts a proxy that stands in for the internet, and returns a transport that uses it. The proxy
/// answers the token request with this `api_url` and records the other calls without forwarding
/// them.
pub fn internet_proxy(api_url: &str) -> (Server, Transport) {
    let token = json!({ "access_token": "lorem", "api_url": api_url }).to_string();
    let proxy = Server::start(move |mut conn| {
        while let Some(request) = conn.read_request() {
            match request.line().starts_with("POST http://localhost:1/oauth/token") {
                true => conn.respond("200 OK", "", &token),
                false => conn.respond("502 Bad Gateway", "", ""),
            }
        }
    });
    let mut http = patient();
    http.set_proxy(&format!("http://127.0.0.1:{}", proxy.port())).unwrap();
    (proxy, http)
}

/// A store that all its clones share, as processes share a file. It records the operations.
#[derive(Clone, Default)]
pub struct Store(Arc<Shared>);

#[derive(Default)]
pub struct Shared {
    json: Mutex<Option<String>>,
    operations: Mutex<Vec<&'static str>>,
    /// The operation that fails.
    fails: Mutex<&'static str>,
    locked: Mutex<bool>,
    unlocked: Condvar,
    /// What the next `load` waits for.
    held: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Store {
    pub fn record(&self, what: &'static str) -> io::Result<()> {
        self.0.operations.lock().unwrap().push(what);
        match *self.0.fails.lock().unwrap() == what {
            true => Err(io::Error::other(format!("no {what} on a Sunday"))),
            false => Ok(()),
        }
    }

    pub fn take_operations(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.0.operations.lock().unwrap())
    }

    pub fn fail(&self, what: &'static str) {
        *self.0.fails.lock().unwrap() = what;
    }

    pub fn hold_load(&self, wait: impl FnOnce() + Send + 'static) {
        *self.0.held.lock().unwrap() = Some(Box::new(wait));
    }

    pub fn put(&self, token: &Value) {
        *self.0.json.lock().unwrap() = Some(token.to_string());
    }

    pub fn stored(&self) -> Option<Token> {
        self.0.json.lock().unwrap().as_deref().map(|json| Token::from_json(json).unwrap())
    }
}

pub struct Unlock(Store);

impl Drop for Unlock {
    fn drop(&mut self) {
        self.0.record("unlock").unwrap();
        *self.0.0.locked.lock().unwrap() = false;
        self.0.0.unlocked.notify_one();
    }
}

impl TokenStore for Store {
    fn load(&self) -> io::Result<Option<Token>> {
        let held = self.0.held.lock().unwrap().take();
        if let Some(wait) = held {
            wait();
        }
        self.record("load").map(|()| self.stored())
    }

    fn save(&self, token: &Token) -> io::Result<()> {
        self.record("save")?;
        *self.0.json.lock().unwrap() = Some(token.to_json().expose().to_owned());
        Ok(())
    }

    fn lock(&self) -> io::Result<Box<dyn Send + '_>> {
        let locked = self.0.locked.lock().unwrap();
        let mut locked = self.0.unlocked.wait_while(locked, |locked| *locked).unwrap();
        self.record("lock")?;
        *locked = true;
        Ok(Box::new(Unlock(self.clone())))
    }
}

pub fn refresh_token_of(token: &Token) -> String {
    token.refresh_token().unwrap().expose().to_owned()
}

/// Returns a builder without credentials whose clock makes every wait instant.
pub fn timeless(url: &str) -> ZoomBuilder {
    Zoom::builder()
        .base_url(url)
        .oauth_url(url)
        .plan(Plan::Business)
        .transport(patient())
        .clock(crate::clock::ManualClock::new())
}
