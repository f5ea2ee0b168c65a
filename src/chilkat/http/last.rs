//! The last call of an `Http`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::class::Http;
use crate::error::{Error, Result};
use crate::message::response::{HttpResponse, Record};
use crate::trace::TlsFacts;

/// The last call. A clone starts with the original's.
#[derive(Default)]
pub(super) struct Last(Mutex<LastCall>);

#[derive(Clone, Default)]
struct LastCall {
    record: Option<Arc<Record>>,
    /// The trace of a call that failed.
    failure: Option<String>,
    sent: String,
    redirected: bool,
    body: String,
}

impl Clone for Last {
    fn clone(&self) -> Self {
        Last(Mutex::new(self.lock().clone()))
    }
}

impl Last {
    fn lock(&self) -> MutexGuard<'_, LastCall> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a call, and returns its result.
    pub(super) fn record(
        &self,
        result: Result<HttpResponse>,
        sent: String,
        redirected: bool,
    ) -> Result<HttpResponse> {
        let state = match &result {
            Ok(response) => {
                let record = Some(Arc::clone(&response.record));
                LastCall { record, sent, redirected, ..LastCall::default() }
            }
            Err(err) => {
                let failure = Some(err.last_error_text().to_owned());
                LastCall { failure, sent, redirected, ..LastCall::default() }
            }
        };
        *self.lock() = state;
        result
    }

    /// Records that a step after the call has failed.
    pub(super) fn failed(&self, err: Error) -> Error {
        self.lock().failure = Some(err.last_error_text().to_owned());
        err
    }

    /// Records a call that failed before anything was sent.
    pub(super) fn refused(&self, err: Error) -> Error {
        let failure = Some(err.last_error_text().to_owned());
        *self.lock() = LastCall { failure, ..LastCall::default() };
        err
    }

    pub(super) fn keep_body(&self, body: String) {
        self.lock().body = body;
    }
}

/// Results of the last call.
impl Http {
    fn read_record<T>(&self, read: impl FnOnce(&Record) -> T) -> Option<T> {
        self.last.lock().record.as_deref().map(read)
    }

    /// The status code of the last response. 0 if the last call had none, or there was no call.
    ///
    /// A clone has its own last call. If threads share one object, the last call is the one that
    /// ended last; give each thread a clone.
    #[doc(alias = "get_LastStatus")]
    #[doc(alias = "LastStatus")]
    pub fn last_status(&self) -> u16 {
        self.read_record(|record| record.head.status).unwrap_or_default()
    }

    /// The reason phrase of the last response.
    #[doc(alias = "LastStatusText")]
    #[doc(alias = "lastStatusText")]
    pub fn last_status_text(&self) -> String {
        self.read_record(|record| record.head.reason().to_owned()).unwrap_or_default()
    }

    /// The request line and header of the last request as sent, after redirects.
    ///
    /// Credentials, cookies, headers marked as sensitive and the values of query
    /// parameters are shown as `***`, since scripts print it. `generate_request_text` of the request shows
    /// everything.
    #[doc(alias = "LastHeader")]
    #[doc(alias = "lastHeader")]
    pub fn last_header(&self) -> String {
        self.last.lock().sent.clone()
    }

    /// The header of the last response as received, without its status line.
    #[doc(alias = "LastResponseHeader")]
    #[doc(alias = "lastResponseHeader")]
    pub fn last_response_header(&self) -> String {
        self.read_record(|record| record.head.header().to_owned()).unwrap_or_default()
    }

    /// The body of the last quick method's response as text, if
    /// [`set_keep_response_body`](Self::set_keep_response_body) is true.
    #[doc(alias = "LastResponseBody")]
    #[doc(alias = "lastResponseBody")]
    pub fn last_response_body(&self) -> String {
        self.last.lock().body.clone()
    }

    /// The Content-Type of the last response.
    #[doc(alias = "LastContentType")]
    #[doc(alias = "lastContentType")]
    pub fn last_content_type(&self) -> String {
        self.last_field("Content-Type")
    }

    /// The Last-Modified of the last response.
    #[doc(alias = "LastModDate")]
    #[doc(alias = "lastModDate")]
    pub fn last_mod_date(&self) -> String {
        self.last_field("Last-Modified")
    }

    fn last_field(&self, name: &str) -> String {
        let first = |record: &Record| record.head.all(name).next().map(str::to_owned);
        self.read_record(first).flatten().unwrap_or_default()
    }

    /// Whether the last call followed a redirect.
    #[doc(alias = "get_WasRedirected")]
    #[doc(alias = "WasRedirected")]
    pub fn was_redirected(&self) -> bool {
        self.last.lock().redirected
    }

    /// The target of the last redirect of the last call, followed or not. Empty if there was none.
    #[doc(alias = "FinalRedirectUrl")]
    #[doc(alias = "finalRedirectUrl")]
    pub fn final_redirect_url(&self) -> String {
        self.read_record(|record| record.final_redirect_url.clone()).unwrap_or_default()
    }

    fn read_tls<T>(&self, read: impl FnOnce(&TlsFacts) -> T) -> Option<T> {
        self.read_record(|record| record.tls.as_deref().map(read)).flatten()
    }

    /// The TLS version of the last response's connection, such as `TLS 1.3`. Empty without TLS.
    #[doc(alias = "TlsVersion")]
    #[doc(alias = "tlsVersion")]
    pub fn tls_version(&self) -> &'static str {
        self.read_tls(|facts| facts.version).unwrap_or_default()
    }

    /// The IANA name of the cipher suite of the last response's connection, such as
    /// `TLS13_AES_256_GCM_SHA384`. Empty without TLS.
    #[doc(alias = "TlsCipherSuite")]
    #[doc(alias = "tlsCipherSuite")]
    pub fn tls_cipher_suite(&self) -> &'static str {
        self.read_tls(|facts| facts.cipher_suite).unwrap_or_default()
    }

    /// Whether the server of the last response asked for a client certificate. It does not ask again when a TLS
    /// session is resumed.
    #[doc(alias = "get_ReceivedCertReq")]
    #[doc(alias = "ReceivedCertReq")]
    pub fn received_cert_req(&self) -> bool {
        self.read_tls(|facts| facts.received_cert_req).unwrap_or_default()
    }

    /// Whether the last call returned `Ok`. True before the first call.
    ///
    /// A status of 400 or above is `Ok`, see [`last_status`](Self::last_status).
    #[doc(alias = "get_LastMethodSuccess")]
    #[doc(alias = "LastMethodSuccess")]
    pub fn last_method_success(&self) -> bool {
        self.last.lock().failure.is_none()
    }

    /// The trace of the last call: a line for each step with its time, and the failure, if any.
    ///
    /// It is also in the [`Error`], as [`last_error_text`](Error::last_error_text), and in the
    /// response, as [`call_text`](HttpResponse::call_text). It contains no secrets.
    #[doc(alias = "LastErrorText")]
    #[doc(alias = "lastErrorText")]
    pub fn last_error_text(&self) -> String {
        let state = self.last.lock();
        match (&state.failure, &state.record) {
            (Some(text), _) => text.clone(),
            (None, Some(record)) => record.trace_text(),
            (None, None) => String::new(),
        }
    }
}
