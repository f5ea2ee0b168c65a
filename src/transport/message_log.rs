//! A log of the messages of each call.

use std::sync::Arc;

use crate::message::prepare::Prepared;
use crate::message::request::HttpRequest;
use crate::message::response_head::Head;
use crate::text::headers::FieldNames;

/// Receives each request and each response of a transport, redirects and resends included.
pub(crate) trait MessageLog: Send + Sync {
    /// Called before a request is sent with this head.
    fn request(
        &self,
        request: &HttpRequest,
        sensitive: &FieldNames,
        prepared: &Prepared<'_>,
        head: &[u8],
    );

    /// Called with the response to a request, its body decoded. `body` is `None` if the body was written to
    /// a file or skipped; then `length` may be unknown too.
    fn response(
        &self,
        request: &HttpRequest,
        sensitive: &FieldNames,
        head: &Head,
        body: Option<&[u8]>,
        length: Option<u64>,
    );
}

/// The optional log of a transport.
#[derive(Clone, Default)]
pub(crate) struct SessionLog(pub(crate) Option<Arc<dyn MessageLog>>);

impl SessionLog {
    pub(crate) fn request(
        &self,
        request: &HttpRequest,
        sensitive: &FieldNames,
        prepared: &Prepared<'_>,
        head: &[u8],
    ) {
        if let Some(log) = &self.0 {
            log.request(request, sensitive, prepared, head);
        }
    }

    pub(crate) fn response(
        &self,
        request: &HttpRequest,
        sensitive: &FieldNames,
        head: &Head,
        body: Option<&[u8]>,
        length: Option<u64>,
    ) {
        if let Some(log) = &self.0 {
            log.response(request, sensitive, head, body, length);
        }
    }
}
