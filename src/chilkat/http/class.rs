//! [`Http`]: how it is made, and calls with a request of the caller's.

use std::fmt;
use std::path::Path;

use super::last::Last;
use super::masking::masked_head;
use super::proxy::ProxyFields;
use super::quick_settings::QuickSettings;
use super::session_log::LogSettings;
use crate::error::Result;
use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::transport::Transport;
use crate::transport::call::{CallOutcome, CallRequest};
use crate::transport::output::Output;
use crate::zoom::sent_once::is_password_change;

/// Chilkat's `Http`: a [`Transport`] with quick methods, URL variables, getters, and a memory of the
/// last call.
///
/// Each setting of [`Transport`] is here under the same name, with the same meaning. A program that
/// is not a port of a Chilkat script needs only `Transport`.
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
/// It is `Send` and `Sync`. A clone shares the connections (and the cookies); its settings and its
/// last call are its own from then on.
///
/// A PUT to a path that ends in `/password` is never sent again by itself, unless the request says so by
/// [`HttpRequest::set_idempotent`].
///
/// Where Chilkat leaves `UserAgent` and `SetRequestHeader` out of `SynchronousRequest`, they are sent
/// here.
#[derive(Clone, Default)]
#[doc(alias = "CkHttp")]
pub struct Http {
    pub(super) transport: Transport,
    pub(super) quick_settings: QuickSettings,
    pub(super) proxy: ProxyFields,
    pub(super) log: LogSettings,
    pub(super) last: Last,
}

/// The settings are those of the transport. A session log that it has stays in use, although
/// [`session_log_filename`](Http::session_log_filename) does not name it.
impl From<Transport> for Http {
    fn from(transport: Transport) -> Self {
        Http { transport, ..Http::default() }
    }
}

/// Making one, and sending an [`HttpRequest`].
impl Http {
    /// One whose [`send`](Self::send) goes to `api.zoom.us`, port 443, over TLS.
    pub fn new() -> Self {
        Self::default()
    }

    /// One whose [`send`](Self::send) goes to this host and port, over TLS if `ssl`.
    ///
    /// A domain or port that is not one is refused when a request is sent.
    pub fn with_endpoint(domain: &str, port: u16, ssl: bool) -> Self {
        Self::from(Transport::with_endpoint(domain, port, ssl))
    }

    /// Sends a request to a host and waits for the response, body included.
    ///
    /// More at [`Transport::synchronous_request`].
    ///
    /// # Errors
    ///
    /// An [`Error`](crate::Error) of the kind that [`ErrorKind`](crate::ErrorKind) describes. A
    /// status of 400 or more is a response, not an error.
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

    /// Sends a request to the endpoint: `api.zoom.us:443` over TLS unless
    /// [`with_endpoint`](Self::with_endpoint) said otherwise.
    ///
    /// # Errors
    ///
    /// As for [`synchronous_request`](Self::synchronous_request).
    pub fn send(&self, req: impl AsRef<HttpRequest>) -> Result<HttpResponse> {
        let (domain, port, ssl) = &self.transport.endpoint;
        self.synchronous_request(domain, *port, *ssl, req)
    }

    /// Like [`synchronous_request`](Self::synchronous_request), but streams the body of a response
    /// with status 200 to 299 to a file, in constant memory.
    ///
    /// More at [`Transport::synchronous_request_to_file`].
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
        req: impl AsRef<HttpRequest>,
        path: impl AsRef<Path>,
    ) -> Result<HttpResponse> {
        let file = Some(Output::to(path.as_ref()));
        self.call(CallRequest { file, ..CallRequest::new(domain, port, ssl, req.as_ref()) })
    }

    /// Makes a call and remembers it.
    pub(super) fn call(&self, call: CallRequest<'_>) -> Result<HttpResponse> {
        let request = call.request;
        let call = CallRequest { is_sent_once: is_password_change, ..call };
        self.record(request, self.transport.perform_call(call))
    }

    /// Remembers how a call of this request ended, and returns its result.
    pub(crate) fn record(
        &self,
        request: &HttpRequest,
        outcome: CallOutcome,
    ) -> Result<HttpResponse> {
        // Scripts print it.
        let sent = masked_head(request, &outcome.sent, &self.transport.settings.sensitive);
        self.last.ended(outcome.result, sent, outcome.redirected)
    }

    /// Ends the calls that run on this object and its clones, from another thread. They end within a
    /// tenth of a second.
    ///
    /// More at [`Transport::abort_current`].
    #[doc(alias = "put_AbortCurrent")]
    #[doc(alias = "AbortCurrent")]
    pub fn abort_current(&self) {
        self.transport.abort_current();
    }

    /// Closes the connections that are kept for later. Running calls are not disturbed.
    #[doc(alias = "CloseAllConnections")]
    pub fn close_all_connections(&self) {
        self.transport.close_all_connections();
    }

    /// The certificates that a server shows, its own first, as PEM. A handshake, and nothing more.
    ///
    /// More at [`Transport::get_server_cert`].
    ///
    /// # Errors
    ///
    /// As for [`synchronous_request`](Self::synchronous_request), as far as the handshake.
    #[doc(alias = "GetServerCert")]
    pub fn get_server_cert(&self, domain: &str, port: u16) -> Result<String> {
        self.transport.get_server_cert(domain, port).map_err(|err| self.last.refused(err))
    }

    /// The transport that sends. A call that is made with it is not the last call of this object.
    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    /// The transport that sends, to be changed.
    pub fn transport_mut(&mut self) -> &mut Transport {
        &mut self.transport
    }

    /// Takes the transport, with its settings and connections.
    pub fn into_transport(self) -> Transport {
        self.transport
    }
}

/// Shows what `Transport` shows; never a login, a token, a header or the last call.
impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("transport", &self.transport).finish_non_exhaustive()
    }
}
