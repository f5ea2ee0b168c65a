//! [`Transport`]: how it is made, and how it sends.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::call::{self, CallOutcome, CallRequest};
use super::output::Output;
use super::settings::Settings;
use crate::error::Result;
use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::net::connect::Dialer;
use crate::net::pool::Pool;
use crate::net::watch::RunningCalls;

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
/// wins over one from a setting.
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
}

impl Default for Transport {
    fn default() -> Self {
        Self::new()
    }
}

/// Making a transport, and sending.
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
    pub fn synchronous_request(
        &self,
        domain: &str,
        port: u16,
        ssl: bool,
        req: &HttpRequest,
    ) -> Result<HttpResponse> {
        self.call(CallRequest::new(domain, port, ssl, req))
    }

    pub(crate) fn call(&self, call: CallRequest<'_>) -> Result<HttpResponse> {
        self.perform_call(call).result
    }

    /// Makes a call, and gives what is known of it afterwards besides its result.
    pub(crate) fn perform_call(&self, call: CallRequest<'_>) -> CallOutcome {
        call::perform(&self.shared, &self.settings, call)
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
    /// The file appears, or replaces what was there, only when the whole body has arrived; on any error
    /// and any other status nothing at `path` changes. The body of any other status is in the
    /// response as usual. The 64 MiB limit holds only for bodies in memory; a limit that was set
    /// holds here too.
    ///
    /// If the body has come and only the replacing fails, the body stays in a file `.zoomkat-*` in the same
    /// folder, which the error names. On Windows a file cannot be replaced while another program has it
    /// open, so that is tried for about a second, which the time limits do not count and
    /// [`abort_current`](Self::abort_current) ends. A file that is read-only is refused there before anything
    /// is sent.
    ///
    /// A device such as `/dev/null`, or `NUL` on Windows, is not replaced: it gets the body as it comes. A
    /// folder, a pipe and a disk are refused.
    ///
    /// # Errors
    ///
    /// As for [`synchronous_request`](Self::synchronous_request), and
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) where the file cannot be written.
    pub fn synchronous_request_to_file(
        &self,
        domain: &str,
        port: u16,
        ssl: bool,
        req: &HttpRequest,
        path: impl AsRef<Path>,
    ) -> Result<HttpResponse> {
        let file = Some(Output::to(path.as_ref()));
        self.call(CallRequest { file, ..CallRequest::new(domain, port, ssl, req) })
    }

    /// Closes the connections that are kept for later. Running calls are not disturbed.
    pub fn close_all_connections(&self) {
        self.shared.pool.clear();
    }

    pub(crate) fn settings_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.settings)
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
