//! The [`Http`] type: constructors, and calls with an `HttpRequest`.

use std::fmt;
use std::path::Path;

use super::last::Last;
use super::masking::masked_head;
use super::proxy::ProxyFields;
use super::quick_settings::QuickSettings;
use super::session_log::LogSettings;
#[cfg(feature = "views")]
use crate::error::Error;
use crate::error::Result;
use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::transport::Transport;
use crate::transport::call::{CallOutcome, CallRequest};
use crate::transport::output::Output;
use crate::zoom::sent_once::is_password_change;

/// Chilkat's `Http`: a [`Transport`] with quick methods, URL variables, getters, and a record of the
/// last call.
///
/// It has the settings of [`Transport`]. Where Chilkat's signature differs, Chilkat's is used: whole seconds, a
/// proxy field by field, `bool` from event handlers, names as text.
/// [`transport_mut`](Self::transport_mut) has the other settings. A program that is not a port of a Chilkat script
/// needs only `Transport`.
///
/// ```no_run
/// use zoomkat::chilkat::*;
///
/// let mut http = CkHttp::new();
/// http.set_read_timeout(20).set_auth_token("<access_token>");
/// let text = http.quick_get_str("https://api.zoom.us/v2/users/me").unwrap_or_default();
/// if http.last_method_success() {
///     println!("{} {text}", http.last_status());
/// } else {
///     println!("{}", http.last_error_text());
/// }
/// ```
///
/// It is `Send` and `Sync`. A clone shares the connections and the cookies, and has its own settings
/// and last call.
///
/// A PUT to a path that ends in `/password` is never resent automatically, unless
/// [`HttpRequest::set_idempotent`] allows it.
///
/// `SynchronousRequest` sends `UserAgent` and the headers of `SetRequestHeader`; Chilkat's does not.
#[derive(Clone, Default)]
#[doc(alias = "CkHttp")]
pub struct Http {
    pub(super) transport: Transport,
    pub(super) quick_settings: QuickSettings,
    pub(super) proxy: ProxyFields,
    pub(super) log: LogSettings,
    pub(super) last: Last,
}

/// Keeps the settings of the transport. Its session log and its proxy stay in use, although
/// [`session_log_filename`](Http::session_log_filename) and [`proxy_domain`](Http::proxy_domain) do not name them.
impl From<Transport> for Http {
    fn from(transport: Transport) -> Self {
        Http { transport, ..Http::default() }
    }
}

/// Constructors, and calls with an [`HttpRequest`].
impl Http {
    /// Returns an object whose [`send`](Self::send) uses `api.zoom.us`, port 443, over TLS.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns an object whose [`send`](Self::send) uses this host and port, over TLS if `ssl`.
    ///
    /// An invalid domain or port is refused when a request is sent.
    #[must_use]
    pub fn with_endpoint(domain: &str, port: u16, ssl: bool) -> Self {
        Self::from(Transport::with_endpoint(domain, port, ssl))
    }

    /// Sends a request to a host and returns the response, body included.
    ///
    /// More at [`Transport::synchronous_request`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind`](crate::ErrorKind) lists the kinds. A status of 400 or above is a response, not an error.
    #[doc(alias = "SynchronousRequest")]
    pub fn synchronous_request(
        &self,
        domain: &str,
        port: u16,
        ssl: bool,
        req: impl AsRef<HttpRequest>,
    ) -> Result<HttpResponse> {
        self.call(CallRequest::new(domain, port, ssl, req.as_ref()))
    }

    /// Sends a request to the endpoint. [`with_endpoint`](Self::with_endpoint) sets it; the default is
    /// `api.zoom.us:443` over TLS.
    ///
    /// # Errors
    ///
    /// As for [`synchronous_request`](Self::synchronous_request).
    pub fn send(&self, req: impl AsRef<HttpRequest>) -> Result<HttpResponse> {
        let (domain, port, ssl) = &self.transport.endpoint;
        self.synchronous_request(domain, *port, *ssl, req)
    }

    /// Sends a request as [`synchronous_request`](Self::synchronous_request) does, and streams the body of a
    /// response with status 200 to 299 to a file, in constant memory.
    ///
    /// More at [`Transport::synchronous_request_to_file`].
    ///
    /// # Errors
    ///
    /// As for [`synchronous_request`](Self::synchronous_request), and
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) if the file cannot be written.
    #[doc(alias = "StreamResponseBodyPath")]
    pub fn synchronous_request_to_file(
        &self,
        domain: &str,
        port: u16,
        ssl: bool,
        req: impl AsRef<HttpRequest>,
        path: impl AsRef<Path>,
    ) -> Result<HttpResponse> {
        let file = Some(Output::to(path.as_ref()));
        self.call(CallRequest { file, ..CallRequest::new(domain, port, ssl, req.as_ref()) })
    }

    /// Makes a call and records it as the last one.
    pub(super) fn call(&self, call: CallRequest<'_>) -> Result<HttpResponse> {
        let request = call.request;
        let call = CallRequest { is_sent_once: is_password_change, ..call };
        self.record(request, self.transport.perform_call(call))
    }

    /// Records the outcome of a call as the last one, and returns its result.
    pub(crate) fn record(
        &self,
        request: &HttpRequest,
        outcome: CallOutcome,
    ) -> Result<HttpResponse> {
        // Scripts print it, so secrets are hidden.
        let sent = masked_head(request, &outcome.sent, &self.transport.settings.sensitive);
        self.last.record(outcome.result, sent, outcome.redirected)
    }

    /// Records a call that failed before anything was sent, and returns its error.
    #[cfg(feature = "views")]
    pub(crate) fn record_refusal(&self, err: Error) -> Error {
        self.last.refused(err)
    }

    /// Ends the calls that run on this object and its clones, from another thread, within a
    /// tenth of a second.
    ///
    /// More at [`Transport::abort_current`].
    #[doc(alias = "put_AbortCurrent")]
    #[doc(alias = "AbortCurrent")]
    pub fn abort_current(&self) {
        self.transport.abort_current();
    }

    /// Closes the idle connections. Calls in progress are not affected.
    #[doc(alias = "CloseAllConnections")]
    pub fn close_all_connections(&self) {
        self.transport.close_all_connections();
    }

    /// Returns the certificates that a server presents, its own first, as PEM. Only a handshake is made.
    ///
    /// More at [`Transport::get_server_cert`].
    ///
    /// # Errors
    ///
    /// As for [`synchronous_request`](Self::synchronous_request), up to the handshake.
    #[doc(alias = "GetServerCert")]
    pub fn get_server_cert(&self, domain: &str, port: u16) -> Result<String> {
        self.transport.get_server_cert(domain, port).map_err(|err| self.last.refused(err))
    }

    /// The transport. Calls made with it are not recorded as the last call of this object.
    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    /// The transport, to change its settings.
    pub fn transport_mut(&mut self) -> &mut Transport {
        &mut self.transport
    }

    /// Returns the transport, with its settings and connections.
    pub fn into_transport(self) -> Transport {
        self.transport
    }
}

/// Shows the transport, but no login, token, header or last call.
impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("transport", &self.transport).finish_non_exhaustive()
    }
}
