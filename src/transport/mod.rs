//! [`Transport`]: the only part of the crate that does network I/O.
//!
//! * `mod.rs`, `limits.rs` and `settings.rs`, what a caller can say,
//! * `call.rs`, one call from start to end: resends and redirects,
//! * `exchange.rs` and `content.rs`, one request and its response on one connection; `output.rs`, a response that
//!   becomes a file,
//! * `head.rs`, `framing.rs` and `chunked.rs`, HTTP/1.1 without I/O,
//! * `watch.rs`, what ends a call before its time,
//! * `pool.rs`, `connect.rs`, `socket.rs`, `socks.rs`, `tunnel.rs`, connections kept and made,
//! * `tls.rs`, `suites.rs`, `pem.rs`, what a caller can say of TLS; `handshake.rs`, `verify.rs`,
//!   `requirements.rs`, how it is spoken and what is checked,
//! * `origin.rs`, `proxy.rs`, `env_proxy.rs`, where to go; `diagnose.rs`, what went wrong,
//! * `last.rs`, `events.rs`, `session_log.rs`, what a caller hears of calls,
//! * `cookies/`, cookies kept between calls, with the feature `cookies`,
//! * `quick/`, calls that take a URL, with the feature `chilkat`.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

pub(crate) mod call;
#[cfg(feature = "cookies")]
mod cookies;
mod events;
pub(crate) mod last;
mod limits;
pub(crate) mod output;
mod proxy;
#[cfg(feature = "chilkat")]
mod quick;
mod session_log;
pub(crate) mod settings;
mod tls;

use self::call::Order;
use self::last::Last;
use self::output::Output;
use self::settings::Settings;
use crate::error::Result;
use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::net::client_cert::ClientCert;
use crate::net::connect::Dialer;
use crate::net::pool::Pool;
use crate::net::watch::RunningCalls;
use crate::text::headers::is_token;

/// Sends requests, one at a time on each thread that calls it, and keeps connections for the next.
///
/// One is enough for a whole program: it is `Send` and `Sync`, and a clone shares the connections
/// (and the cookies) while its settings are its own from then on.
///
/// ```no_run
/// use zoomkat::{HttpRequest, Transport};
///
/// let mut http = Transport::new();
/// http.set_read_timeout(20).set_user_agent("payroll/1.4");
///
/// let mut req = HttpRequest::new();
/// req.set_path("/v2/users/me").add_header("Authorization", "Bearer <access_token>");
/// let resp = http.synchronous_request("api.zoom.us", 443, true, &req)?;
/// println!("{}", resp.status_code());
/// # Ok::<(), zoomkat::Error>(())
/// ```
///
/// # Limits
///
/// Every wait has one: connecting 30 s, silence 60 s (a TLS handshake and a response header have
/// that time as a whole), a body in memory 64 MiB, a response header 256 KiB, 10 redirects.
///
/// # What it adds to a request
///
/// Nothing but Host and Content-Length, unless a setting says so. A header of the request always
/// wins over one from a setting. Where Chilkat leaves `UserAgent` and `SetRequestHeader` out of
/// `SynchronousRequest`, they are sent here.
///
/// # Sending again
///
/// A request is sent a second time by itself only if it is idempotent (RFC 9110 section 9.2.2, or
/// [`HttpRequest::set_idempotent`]), and only if a kept-alive connection died before any byte of
/// an answer came. [`Error::may_have_been_processed`](crate::Error::may_have_been_processed) tells
/// when the outcome is unknown.
///
/// # Redirects
///
/// 301, 302, 303, 307 and 308 are followed as RFC 9110 section 15.4 has it: 303 becomes a GET, 301
/// and 302 make a POST a GET, all else is repeated. To another origin go neither headers that may
/// hold a secret ([`HttpRequest::mark_header_sensitive`] says which those are) nor a body: a redirect
/// that would need it, and one from https to http, is an error of kind
/// [`Redirect`](crate::ErrorKind::Redirect).
#[derive(Clone)]
#[doc(alias = "CkHttp")]
pub struct Transport {
    pub(crate) shared: Arc<Shared>,
    pub(crate) settings: Arc<Settings>,
    endpoint: (String, u16, bool),
    pub(crate) last: Last,
}

#[derive(Debug, Default)]
pub(crate) struct Shared {
    dialer: Dialer,
    pool: Pool,
    running: Arc<RunningCalls>,
}

impl Default for Transport {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport {
    /// A transport whose endpoint is `api.zoom.us`, port 443, over TLS.
    pub fn new() -> Self {
        Self::with_endpoint("api.zoom.us", 443, true)
    }

    /// A transport whose [`send`](Self::send) goes to this host and port, over TLS if `ssl`.
    ///
    /// A domain or port that is not one is refused when a request is sent.
    pub fn with_endpoint(domain: &str, port: u16, ssl: bool) -> Self {
        Transport {
            shared: Arc::default(),
            settings: Arc::default(),
            endpoint: (domain.to_owned(), port, ssl),
            last: Last::default(),
        }
    }

    /// Sends a request to a host and waits for the response, body included.
    ///
    /// `domain` is a host name or an IP address, not a URL. With `ssl` the connection is TLS, and
    /// certificate and host name are verified.
    ///
    /// # Errors
    ///
    /// An [`Error`](crate::Error) of the kind that [`ErrorKind`](crate::ErrorKind) describes. A status of 400 or more is a
    /// response, not an error.
    #[doc(alias = "SynchronousRequest")]
    #[doc(alias = "HttpSReq")]
    pub fn synchronous_request(
        &self,
        domain: &str,
        port: u16,
        ssl: bool,
        req: &HttpRequest,
    ) -> Result<HttpResponse> {
        self.call(Order::new(domain, port, ssl, req))
    }

    pub(crate) fn call(&self, order: Order<'_>) -> Result<HttpResponse> {
        self.last.ended(call::perform(&self.shared, &self.settings, order))
    }

    /// Sends a request to the endpoint: `api.zoom.us:443` over TLS unless
    /// [`with_endpoint`](Self::with_endpoint) said otherwise.
    ///
    /// # Errors
    ///
    /// As for [`synchronous_request`](Self::synchronous_request).
    pub fn send(&self, req: &HttpRequest) -> Result<HttpResponse> {
        let (domain, port, ssl) = &self.endpoint;
        self.synchronous_request(domain, *port, *ssl, req)
    }

    /// Like [`synchronous_request`](Self::synchronous_request), but streams the body of a response
    /// with status 200 to 299 to a file, in constant memory. A 204 and the answer to a HEAD have none.
    ///
    /// The file appears, or replaces what was there, only when the body has come whole; on any error
    /// and any other status nothing at `path` changes. The body of any other status is in the
    /// response as usual. The 64 MiB limit holds only for bodies in memory; a limit that was set
    /// holds here too.
    ///
    /// # Errors
    ///
    /// As for [`synchronous_request`](Self::synchronous_request), and
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) where the file cannot be written.
    #[doc(alias = "StreamResponseBodyPath")]
    pub fn synchronous_request_to_file(
        &self,
        domain: &str,
        port: u16,
        ssl: bool,
        req: &HttpRequest,
        path: impl AsRef<Path>,
    ) -> Result<HttpResponse> {
        let file = Some(Output::to(path.as_ref()));
        self.call(Order { file, ..Order::new(domain, port, ssl, req) })
    }

    /// Closes the connections that are kept for later. RunningCalls calls are not disturbed.
    #[doc(alias = "CloseAllConnections")]
    pub fn close_all_connections(&self) {
        self.shared.pool.clear();
    }

    pub(crate) fn settings_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.settings)
    }

    /// The User-Agent. Default empty: none is sent.
    #[doc(alias = "UserAgent")]
    pub fn user_agent(&self) -> &str {
        &self.settings.user_agent
    }

    /// Sets the User-Agent of every request that has none of its own; `""` sends none.
    #[doc(alias = "put_UserAgent")]
    pub fn set_user_agent(&mut self, user_agent: &str) -> &mut Self {
        self.settings_mut().user_agent = user_agent.trim_matches([' ', '\t']).into();
        self
    }

    /// Sends `Authorization: Bearer` with this token (RFC 6750); `""` stops it.
    ///
    /// The token alone: what has a space in it, or is JSON, is refused when a request is sent. (Chilkat
    /// takes JSON that tells how to get a token; `zoomkat::zoom` gets Zoom's.)
    #[doc(alias = "put_AuthToken")]
    #[doc(alias = "AuthToken")]
    #[doc(alias = "SetAuthTokenSb")]
    pub fn set_auth_token(&mut self, token: &str) -> &mut Self {
        self.settings_mut().auth_token = token.trim_matches([' ', '\t']).into();
        self
    }

    /// The user name for Basic authentication.
    #[doc(alias = "Login")]
    pub fn login(&self) -> &str {
        &self.settings.login
    }

    /// Sets the user name for Basic authentication (RFC 7617).
    ///
    /// It is sent only after [`set_basic_auth(true)`](Self::set_basic_auth). Otherwise a server that
    /// asks for it does not get it: the 401 is the response, and its [`call_text`](HttpResponse::call_text)
    /// says that a login was not sent. Digest and NTLM are not supported.
    #[doc(alias = "put_Login")]
    pub fn set_login(&mut self, login: &str) -> &mut Self {
        self.settings_mut().login = login.into();
        self
    }

    /// Sets the password that goes with the login.
    #[doc(alias = "put_Password")]
    #[doc(alias = "Password")]
    pub fn set_password(&mut self, password: &str) -> &mut Self {
        self.settings_mut().password = password.into();
        self
    }

    /// Whether login and password are sent, by Basic authentication. Default false.
    #[doc(alias = "BasicAuth")]
    pub fn basic_auth(&self) -> bool {
        self.settings.basic_auth
    }

    /// Sets whether login and password are sent with every request that has no Authorization, unless
    /// a token is set. Over plain `http` anyone on the way can read them.
    #[doc(alias = "put_BasicAuth")]
    pub fn set_basic_auth(&mut self, on: bool) -> &mut Self {
        self.settings_mut().basic_auth = on;
        self
    }

    /// Sends a header with every request that does not have it; an empty value stops that. Host, Content-Length and
    /// Transfer-Encoding cannot be set here: each request has its own. A form and a multipart body have a
    /// Content-Type of their own, too. User-Agent and Authorization give way to
    /// [`set_user_agent`](Self::set_user_agent), [`set_auth_token`](Self::set_auth_token) and
    /// [`set_basic_auth`](Self::set_basic_auth).
    #[doc(alias = "SetRequestHeader")]
    pub fn set_request_header(&mut self, name: &str, value: &str) -> &mut Self {
        let headers = &mut self.settings_mut().headers;
        // A name that is none is refused when a request is sent; it may have the value in it.
        if value.trim_matches([' ', '\t']).is_empty() && is_token(name) {
            headers.remove(name);
        } else {
            headers.set(name, value);
        }
        self
    }

    /// Says that headers of this name are secret, as
    /// [`HttpRequest::mark_header_sensitive`](HttpRequest::mark_header_sensitive) does for one
    /// request: they do not go to another origin, and are `***` wherever a header is shown.
    pub fn mark_header_sensitive(&mut self, name: &str) -> &mut Self {
        self.settings_mut().sensitive.add(name);
        self
    }

    /// What [`set_request_header`](Self::set_request_header) set for this name, in any case.
    #[doc(alias = "GetRequestHeader")]
    #[doc(alias = "getRequestHeader")]
    pub fn get_request_header(&self, name: &str) -> Option<&str> {
        self.settings.headers.get(name)
    }

    /// Whether [`set_request_header`](Self::set_request_header) set a header of this name.
    #[doc(alias = "HasRequestHeader")]
    pub fn has_request_header(&self, name: &str) -> bool {
        self.get_request_header(name).is_some()
    }

    /// Stops sending all headers that [`set_request_header`](Self::set_request_header) set.
    #[doc(alias = "ClearHeaders")]
    pub fn clear_headers(&mut self) -> &mut Self {
        self.settings_mut().headers.clear();
        self
    }

    /// Stops sending a header that [`set_request_header`](Self::set_request_header) set.
    #[doc(alias = "RemoveRequestHeader")]
    pub fn remove_request_header(&mut self, name: &str) -> &mut Self {
        self.settings_mut().headers.remove(name);
        self
    }

    /// Whether certificates and host names are verified. Default true, where Chilkat's is false.
    #[doc(alias = "RequireSslCertVerify")]
    pub fn require_ssl_cert_verify(&self) -> bool {
        self.settings.tls.verifies()
    }

    /// Sets whether certificates and host names are verified.
    ///
    /// With `false` anybody on the way can read and change everything, tokens and passwords
    /// included. It is for a test server of your own; even there
    /// [`set_trusted_roots_pem`](Self::set_trusted_roots_pem) is better. Pinned keys
    /// ([`set_tls_pin_set`](Self::set_tls_pin_set)) are checked all the same.
    #[doc(alias = "put_RequireSslCertVerify")]
    pub fn set_require_ssl_cert_verify(&mut self, verify: bool) -> &mut Self {
        self.settings_mut().change_tls(|tls| tls.verify = verify);
        self
    }

    /// Trusts these certificate authorities, given as PEM or as the path of a PEM file, and no
    /// others. By default the authorities in Mozilla's list are trusted.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) where there is no certificate in it.
    #[doc(alias = "TrustedRoots")]
    pub fn set_trusted_roots_pem(&mut self, pem_or_path: &str) -> Result<&mut Self> {
        let roots = crate::net::pem::roots_from_pem("set_trusted_roots_pem", pem_or_path)?;
        self.settings_mut().change_tls(|tls| tls.roots = Some(roots));
        Ok(self)
    }

    /// Identifies this client to servers that ask, with a certificate (its chain after it) and
    /// private key, given as PEM or as the path of a PEM file. A proxy does not get to see it.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) where either is missing, the key is
    /// encrypted, or the two do not belong together.
    #[doc(alias = "SetSslClientCertPem")]
    pub fn set_ssl_client_cert_pem(&mut self, pem_or_path: &str) -> Result<&mut Self> {
        let cert = crate::net::pem::client_cert_from_pem("set_ssl_client_cert_pem", pem_or_path)?;
        self.settings_mut().change_tls(|tls| tls.client_cert = Some(ClientCert(cert)));
        Ok(self)
    }
}

/// Shows the endpoint and the limits; never a login, a token or a header.
impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (domain, port, ssl) = &self.endpoint;
        let scheme = if *ssl { "https" } else { "http" };
        let domain = crate::redact::masked_domain(domain);
        f.debug_struct("Transport")
            .field("endpoint", &format_args!("{scheme}://{domain}:{port}"))
            .field("connect_timeout", &self.settings.connect_timeout.as_secs())
            .field("read_timeout", &self.settings.read_timeout.as_secs())
            .field("total_timeout", &self.settings.total_timeout.as_secs())
            .field("tls", &self.settings.tls)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read, Write};
    use std::net::{SocketAddr, TcpListener};
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::{Receiver, channel};

    use super::*;
    use crate::net::resolve::{NameResolver, SystemResolver};

    #[derive(Debug, Default)]
    struct Counting(Arc<AtomicUsize>);

    impl NameResolver for Counting {
        fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
            self.0.fetch_add(1, Ordering::SeqCst);
            SystemResolver.addresses(host, port)
        }
    }

    /// A look-up that does not come back until the test lets it.
    #[derive(Debug)]
    struct Stuck(Mutex<Receiver<()>>);

    impl NameResolver for Stuck {
        fn addresses(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
            let _ = self.0.lock().unwrap().recv();
            Err(io::ErrorKind::NotFound.into())
        }
    }

    #[test]
    fn a_look_up_that_does_not_come_back_is_ended_by_another_thread_and_by_an_abort_check() {
        let (release, stuck) = channel();
        let dialer = Dialer { resolver: Arc::new(Stuck(Mutex::new(stuck))) };
        let mut http = Transport::with_endpoint("stuck.example", 80, false);
        http.set_env_proxy(false).set_connect_timeout(0);
        http.shared = Arc::new(Shared { dialer, ..Shared::default() });
        let stop = http.clone();
        http.on_progress_info(move |name, _| {
            if name == "Resolve" {
                let stop = stop.clone();
                std::thread::spawn(move || stop.abort_current());
            }
        });
        assert!(http.send(&HttpRequest::new()).unwrap_err().is_aborted());
        http.clear_event_handler();
        http.set_heartbeat_ms(5).on_abort_check(|| true);
        assert!(http.send(&HttpRequest::new()).unwrap_err().is_aborted());
        http.clear_event_handler();
        http.set_connect_timeout(1);
        assert!(http.send(&HttpRequest::new()).unwrap_err().is_timeout());
        drop(release);
    }

    /// What a thread is called stands in the lists of the system, which everybody may read.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_thread_of_a_look_up_is_named_for_no_host_and_no_secret() {
        let (release, stuck) = channel();
        let dialer = Dialer { resolver: Arc::new(Stuck(Mutex::new(stuck))) };
        let mut http = Transport::with_endpoint("marker.example", 80, false);
        http.set_env_proxy(false).set_auth_token("marker").set_heartbeat_ms(1);
        http.shared = Arc::new(Shared { dialer, ..Shared::default() });
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let keep = Arc::clone(&seen);
        http.on_abort_check(move || {
            let tasks = std::fs::read_dir("/proc/self/task").unwrap();
            // One that has ended meanwhile has no name.
            let name = |task: std::io::Result<std::fs::DirEntry>| {
                std::fs::read_to_string(task.ok()?.path().join("comm")).ok()
            };
            let mut seen = keep.lock().unwrap();
            *seen = tasks.filter_map(name).collect();
            seen.iter().any(|name| name.starts_with("zoomkat"))
        });
        let err = http.send(&HttpRequest::new()).unwrap_err();
        assert!(err.is_aborted(), "a thread of ours was there: {err}");
        assert!(!seen.lock().unwrap().concat().contains("marker"));
        drop(release);
    }

    #[test]
    fn a_pooled_connection_costs_no_look_up() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut buf = [0; 1024];
            while stream.read(&mut buf).unwrap() > 0 {
                stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
            }
        });
        let count = Arc::new(AtomicUsize::new(0));
        let dialer = Dialer { resolver: Arc::new(Counting(Arc::clone(&count))) };
        let mut http = Transport::with_endpoint("localhost", port, false);
        http.shared = Arc::new(Shared { dialer, ..Shared::default() });
        for _ in 0..5 {
            assert_eq!(http.send(&HttpRequest::new()).unwrap().status_code(), 204);
        }
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
}
