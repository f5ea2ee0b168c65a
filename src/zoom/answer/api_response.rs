//! [`ApiResponse`]: what a call brought, and what came with it.

use std::fmt;

use crate::message::response::HttpResponse;
use crate::zoom::pace::rate_limit::RateLimit;

/// The answer to a call: the value that was read from its JSON, and what came with it.
///
/// Made by [`Zoom::call`](crate::zoom::Zoom::call). `Debug` does not show the value.
#[derive(Clone)]
#[non_exhaustive]
pub struct ApiResponse<T> {
    /// What was read from the JSON.
    pub value: T,
    /// The answer itself: header, body, and the text of the call.
    pub response: HttpResponse,
    /// What the answer says of rate limits.
    pub rate_limit: RateLimit,
}

impl<T> ApiResponse<T> {
    /// The HTTP status, 200 to 299.
    pub fn status(&self) -> u16 {
        self.response.status_code()
    }

    /// The `x-zm-trackingid`, which Zoom's support asks for.
    pub fn tracking_id(&self) -> Option<&str> {
        self.response.get_header_field("x-zm-trackingid")
    }

    /// The value alone.
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
