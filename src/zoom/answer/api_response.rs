//! The answer to a call: its value, status and rate limits.

use std::fmt;

use crate::message::response::HttpResponse;
use crate::zoom::pace::rate_limit::RateLimit;

/// The answer to [`Zoom::call`](crate::zoom::Zoom::call): the value from its JSON, with status, header and
/// rate limits. `Debug` does not show the value.
#[derive(Clone)]
#[non_exhaustive]
pub struct ApiResponse<T> {
    /// The value read from the JSON.
    pub value: T,
    /// The HTTP response: header, body, and the trace of the call.
    pub response: HttpResponse,
    /// The rate limits that the answer reports.
    pub rate_limit: RateLimit,
}

impl<T> ApiResponse<T> {
    /// Returns the HTTP status, 200 to 299.
    pub fn status(&self) -> u16 {
        self.response.status_code()
    }

    /// Returns the `x-zm-trackingid`, which Zoom's support asks for.
    pub fn tracking_id(&self) -> Option<&str> {
        self.response.get_header_field("x-zm-trackingid")
    }

    /// Returns the value alone.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }
}

impl<T> fmt::Debug for ApiResponse<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiResponse")
            .field("status", &self.status())
            .field("tracking_id", &self.tracking_id())
            .field("rate_limit", &self.rate_limit)
            .finish_non_exhaustive()
    }
}
