//! The [`Transport`] type: constructors and requests.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::builder::TransportBuilder;
use super::call::{self, CallOutcome, CallRequest};
use super::output::Output;
use super::settings::Settings;
use crate::error::{Error, Result};
use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::net::connect::Dialer;
use crate::net::origin::HttpUrl;
use crate::net::pool::Pool;
use crate::net::watch::RunningCalls;
use crate::redact::{masked_domain, masked_location, quoted};

/// A client: settings, and a pool of connections.
///
/// One is enough for a whole program. It is `Send` and `Sync`. A clone has its own settings and shares the
/// connections and the cookies.
///
/// ```no_run
/// use std::time::Duration;
/// use zoomkat::{HttpRequest, Transport};
///
/// let mut http = Transport::new();
/// http.set_read_timeout(Duration::from_secs(20)).set_user_agent("payroll/1.4");
///
/// let mut req = HttpRequest::new();
/// req.set_path("/v2/users/me").add_header("Authorization", "Bearer <access_token>");
/// let resp = http.synchronous_request("api.zoom.us", 443, true, &req)?;
/// println!("{}", resp.status_code());
/// # Ok::<(), zoomkat::Error>(())
/// ```
///
/// [`builder`](Self::builder) has the same setters for a chain whose result is kept.
///
/// # Limits
///
/// Defaults: connect timeout 30 s, silence limit 60 s (a TLS handshake and a response header must be complete
/// within that time), a body in memory 64 MiB, 10 redirects. A response header is always limited to 256 KiB.
///
/// # What it adds to a request
///
/// Host, Content-Length, and headers configured on the transport. A header of the request overrides a configured one.
///
/// # Resending
///
/// A request is sent again automatically only if it is idempotent (RFC 9110 section 9.2.2, or
/// [`HttpRequest::set_idempotent`]) and a kept-alive connection died before any byte of the response
/// arrived. [`set_retries`](Self::set_retries) allows more.
/// [`Error::may_have_been_processed`](crate::Error::may_have_been_processed) says whether the outcome is unknown.
///
/// # Redirects
///
/// 301, 302, 303, 307 and 308 are followed as in RFC 9110 section 15.4: 303 changes the method
/// to GET, as do 301 and 302 for a POST; otherwise method and body are kept. A request to another origin carries no headers that may
/// contain a secret ([`HttpRequest::mark_header_sensitive`] says which those are) and no body. A redirect
/// that would need the body, or that leads from https to http, is an error of kind
/// [`Redirect`](crate::ErrorKind::Redirect).
#[derive(Clone)]
pub struct Transport {
    pub(crate) shared: Arc<Shared>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) endpoint: (String, u16, bool),
}

#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(super) dialer: Dialer,
    pub(super) pool: Pool,
    pub(super) running: Arc<RunningCalls>,
    #[cfg(feature = "digest")]
    pub(super) nonces: super::login::Nonces,
}

impl Default for Transport {
    fn default() -> Self {
        Self::new()
    }
}

/// Constructors and requests.
impl Transport {
    /// Returns a transport whose endpoint is `api.zoom.us`, port 443, over TLS.
    #[must_use]
    pub fn new() -> Self {
        Self::with_endpoint("api.zoom.us", 443, true)
    }

    /// Returns a transport whose [`send`](Self::send) uses this host and port, over TLS if `tls`.
    ///
    /// An invalid domain or port is refused when a request is sent.
    #[must_use]
    pub fn with_endpoint(domain: &str, port: u16, tls: bool) -> Self {
        Transport {
            shared: Arc::default(),
            settings: Arc::default(),
            endpoint: (domain.to_owned(), port, tls),
        }
    }

    /// Returns a transport whose [`send`](Self::send) uses the host and port of a URL, such as
    /// `https://api.example.com` or `http://127.0.0.1:1234`.
    ///
    /// The default port is 443 for https and 80 for http.
    ///
    /// ```no_run
    /// use zoomkat::{HttpRequest, Transport};
    ///
    /// let http = Transport::from_url("http://127.0.0.1:1234")?;
    /// let mut req = HttpRequest::new();
    /// req.set_path("/v2/users/me");
    /// println!("{}", http.send(&req)?.status_code());
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the URL is not http or https, or has a user, a
    /// path other than `/`, a query or a fragment.
    #[doc(alias = "base_url")]
    pub fn from_url(url: &str) -> Result<Self> {
        let mut http = Self::new();
        http.endpoint = endpoint_of("from_url", url)?;
        Ok(http)
    }

    /// Sets the host and the port that [`send`](Self::send) uses, as [`from_url`](Self::from_url) does.
    ///
    /// # Errors
    ///
    /// As for [`from_url`](Self::from_url).
    #[doc(alias = "set_base_url")]
    pub fn set_endpoint_url(&mut self, url: &str) -> Result<&mut Self> {
        self.endpoint = endpoint_of("set_endpoint_url", url)?;
        Ok(self)
    }

    /// Returns a builder with the defaults of [`new`](Self::new).
    ///
    /// ```
    /// use std::time::Duration;
    /// use zoomkat::Transport;
    ///
    /// let http = Transport::builder()
    ///     .set_user_agent("payroll/1.4")
    ///     .set_total_timeout(Duration::from_secs(30))
    ///     .build();
    /// # let _ = http;
    /// ```
    pub fn builder() -> TransportBuilder {
        Self::new().into_builder()
    }

    /// Returns a builder that starts with these settings, endpoint and connections.
    pub fn into_builder(self) -> TransportBuilder {
        self.into()
    }

    /// Sends a request to the endpoint and returns the response, body included.
    ///
    /// [`from_url`](Self::from_url) and [`with_endpoint`](Self::with_endpoint) set the endpoint; the default is
    /// `api.zoom.us:443` over TLS.
    ///
    /// # Errors
    ///
    /// As for [`synchronous_request`](Self::synchronous_request).
    #[doc(alias = "execute")]
    pub fn send(&self, req: impl AsRef<HttpRequest>) -> Result<HttpResponse> {
        let (domain, port, tls) = &self.endpoint;
        self.synchronous_request(domain, *port, *tls, req)
    }

    /// Sends a request to a host and returns the response, body included.
    ///
    /// `domain` is a host name or an IP address, not a URL. With `tls` the connection is TLS, and
    /// certificate and host name are verified.
    ///
    /// # Errors
    ///
    /// [`ErrorKind`](crate::ErrorKind) lists the kinds. A status of 400 or above is a response, not an error.
    pub fn synchronous_request(
        &self,
        domain: &str,
        port: u16,
        tls: bool,
        req: impl AsRef<HttpRequest>,
    ) -> Result<HttpResponse> {
        self.call(CallRequest::new(domain, port, tls, req.as_ref()))
    }

    /// Sends a request as [`synchronous_request`](Self::synchronous_request) does, and streams the body of a
    /// response with status 200 to 299 to a file, in constant memory. A 204, a 304 and the response to a HEAD have no
    /// body: no file is written, and an old one stays.
    ///
    /// The file appears, or replaces an old one, only when the whole body has arrived. On any error
    /// and any other status nothing at `path` changes. The body of any other status is in the
    /// response as usual. The default limit of 64 MiB applies only to bodies in memory; a limit that was set
    /// applies to files too.
    ///
    /// If the body has arrived and only replacing the file fails, the body stays in a file `.zoomkat-*` in the same
    /// folder, and the error names it. On Windows a file cannot be replaced while another program has it
    /// open. The replacement is retried for about a second, which the time limits do not count and
    /// [`abort_current`](Self::abort_current) ends. A read-only file is refused there before anything
    /// is sent.
    ///
    /// A device such as `/dev/null`, or `NUL` on Windows, is not replaced: the body is written to it as it arrives. A
    /// folder, a pipe and a disk are refused.
    ///
    /// # Errors
    ///
    /// As for [`synchronous_request`](Self::synchronous_request), and
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) if the file cannot be written.
    #[doc(alias = "download")]
    pub fn synchronous_request_to_file(
        &self,
        domain: &str,
        port: u16,
        tls: bool,
        req: impl AsRef<HttpRequest>,
        path: impl AsRef<Path>,
    ) -> Result<HttpResponse> {
        let file = Some(Output::to(path.as_ref()));
        self.call(CallRequest { file, ..CallRequest::new(domain, port, tls, req.as_ref()) })
    }

    /// Sends a request to the endpoint, as [`send`](Self::send) does, and streams the body to a file, as
    /// [`synchronous_request_to_file`](Self::synchronous_request_to_file) does.
    ///
    /// # Errors
    ///
    /// As for [`synchronous_request_to_file`](Self::synchronous_request_to_file).
    #[doc(alias = "download")]
    pub fn send_to_file(
        &self,
        req: impl AsRef<HttpRequest>,
        path: impl AsRef<Path>,
    ) -> Result<HttpResponse> {
        let (domain, port, tls) = &self.endpoint;
        self.synchronous_request_to_file(domain, *port, *tls, req, path)
    }

    pub(crate) fn call(&self, call: CallRequest<'_>) -> Result<HttpResponse> {
        self.perform_call(call).result
    }

    /// Makes a call, and returns its result and details.
    pub(crate) fn perform_call(&self, call: CallRequest<'_>) -> CallOutcome {
        call::perform(&self.shared, &self.settings, call)
    }

    /// Closes the idle connections. Calls in progress are not affected.
    pub fn close_all_connections(&self) {
        self.shared.pool.clear();
    }

    pub(crate) fn settings_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.settings)
    }
}

/// Parses an endpoint URL into host, port and whether TLS is used.
fn endpoint_of(member: &str, url: &str) -> Result<(String, u16, bool)> {
    let refuse = |why: &str| {
        let shown = quoted(&masked_location(url));
        Err(Error::invalid(member, format_args!("{shown}: {why}")))
    };
    if url.trim() != url {
        return refuse("there is white space around it");
    }
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let path = &rest[rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len())..];
    if path.contains('#') {
        return refuse("it has a fragment, which is never sent");
    }
    if path.contains('?') {
        return refuse("it has a query; it belongs to the request, see HttpRequest::add_param");
    }
    if !matches!(path, "" | "/") {
        return refuse("it has a path; it belongs to the request, see HttpRequest::set_path");
    }
    match HttpUrl::parse(url) {
        Ok(HttpUrl { origin, .. }) => {
            Ok((origin.host().to_owned(), origin.port(), origin.is_tls()))
        }
        Err(why) => refuse(&why),
    }
}

/// Shows the endpoint and the time limits, but no login, token or header.
impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (domain, port, tls) = &self.endpoint;
        let scheme = if *tls { "https" } else { "http" };
        let domain = masked_domain(domain);
        f.debug_struct("Transport")
            .field("endpoint", &format_args!("{scheme}://{domain}:{port}"))
            .field("connect_timeout", &self.settings.connect_timeout)
            .field("read_timeout", &self.settings.read_timeout)
            .field("total_timeout", &self.settings.total_timeout)
            .field("tls", &self.settings.tls)
            .finish_non_exhaustive()
    }
}
