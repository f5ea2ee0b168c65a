//! Limits: how long a call may take, how large a response may be, how many redirects are followed.

use std::time::Duration;

use super::client::Transport;
use super::settings::SizeLimit;

/// Time and size limits.
///
/// ```
/// use std::time::Duration;
///
/// let mut http = zoomkat::Transport::new();
/// http.set_read_timeout(Duration::from_millis(500)).set_connect_timeout(None);
/// ```
impl Transport {
    /// Sets the time limit for looking up a host and connecting to it. `None` is no limit. Default 30 s.
    pub fn set_connect_timeout(&mut self, limit: impl Into<Option<Duration>>) -> &mut Self {
        self.settings_mut().connect_timeout = limit.into();
        self
    }

    /// Sets how long a call may be silent, in either direction. `None` is no limit. Default 60 s.
    ///
    /// It does not limit the whole call: a body that keeps arriving may take any time; see
    /// [`set_total_timeout`](Self::set_total_timeout). A TLS handshake must be complete within this limit, as must a
    /// response header, counted from its first byte.
    pub fn set_read_timeout(&mut self, limit: impl Into<Option<Duration>>) -> &mut Self {
        self.settings_mut().read_timeout = limit.into();
        self
    }

    /// Sets how long a whole call may take, redirects, body and decompression included. `None`, the default, is
    /// no limit. A call of [`set_retries`](Self::set_retries) has this limit for each try.
    #[doc(alias = "set_timeout")]
    #[doc(alias = "timeout")]
    pub fn set_total_timeout(&mut self, limit: impl Into<Option<Duration>>) -> &mut Self {
        self.settings_mut().total_timeout = limit.into();
        self
    }

    /// Sets how many bytes the body of a response may have after decoding. 0 is no limit.
    ///
    /// The default is 64 MiB in memory and no limit in a file; a limit that is set applies to both. See also
    /// [`set_max_expansion`](Self::set_max_expansion).
    pub fn set_max_response_size(&mut self, bytes: u64) -> &mut Self {
        self.settings_mut().max_response_size =
            if bytes == 0 { SizeLimit::None } else { SizeLimit::Bytes(bytes) };
        self
    }

    /// Sets the maximum decompression ratio of a body. 0 is no limit. Default 200.
    ///
    /// It applies in memory and in files. The first 64 MiB of a body are always allowed, so the limit
    /// matters only for larger ones. Text and JSON grow by a factor of 5 to 50. One gzip layer
    /// can reach 1032; nested layers have no bound.
    ///
    /// A body that exceeds it is an error of kind [`TooLarge`](crate::ErrorKind::TooLarge).
    pub fn set_max_expansion(&mut self, times: u32) -> &mut Self {
        self.settings_mut().max_expansion = times;
        self
    }

    /// Sets whether redirects are followed. Default true. If false, a 3xx is a response like any other, and
    /// [`final_redirect_url`](crate::HttpResponse::final_redirect_url) says where it leads.
    pub fn set_follow_redirects(&mut self, follow: bool) -> &mut Self {
        self.settings_mut().follow_redirects = follow;
        self
    }

    /// Sets how many redirects one call follows. Default 10. One more is an error of kind
    /// [`Redirect`](crate::ErrorKind::Redirect).
    pub fn set_max_redirects(&mut self, count: u32) -> &mut Self {
        self.settings_mut().max_redirects = count;
        self
    }
}
