//! Limits, in whole seconds.

use super::class::Http;
use super::delegate::setters;

setters! {
/// Limits.
impl Http {
    /// Sets the seconds that looking up a host and connecting to it may take together; 0 is no limit.
    #[doc(alias = "put_ConnectTimeout")]
    pub fn set_connect_timeout(secs: u64);

    /// Sets the seconds of silence, in either direction, that end a call; 0 is no limit.
    #[doc(alias = "put_ReadTimeout")]
    pub fn set_read_timeout(secs: u64);

    /// Sets the seconds that a whole call may take, redirects, body and decompression included; 0 is no
    /// limit.
    pub fn set_total_timeout(secs: u64);

    /// Sets how many bytes the body of a response may have after decoding; 0 is no limit.
    #[doc(alias = "put_MaxResponseSize")]
    #[doc(alias = "MaxResponseSize")]
    pub fn set_max_response_size(bytes: u64);

    /// Sets how many times larger than it came a body may become when it is decompressed; 0 is no limit.
    pub fn set_max_expansion(times: u32);

    /// Sets whether redirects are followed. When not, a 3xx is a response like any other, and
    /// [`final_redirect_url`](crate::HttpResponse::final_redirect_url) says where it leads.
    #[doc(alias = "put_FollowRedirects")]
    pub fn set_follow_redirects(follow: bool);

    /// Sets how many redirects one call follows; one more is an error of kind
    /// [`Redirect`](crate::ErrorKind::Redirect).
    pub fn set_max_redirects(count: u32);
}
}

impl Http {
    /// Seconds that looking up a host and connecting to it may take together. Default 30.
    #[doc(alias = "ConnectTimeout")]
    pub fn connect_timeout(&self) -> u64 {
        self.transport.settings.connect_timeout.as_secs()
    }

    /// Seconds of silence that end a call. Default 60.
    #[doc(alias = "ReadTimeout")]
    pub fn read_timeout(&self) -> u64 {
        self.transport.settings.read_timeout.as_secs()
    }

    /// Seconds that a whole call may take. Default 0: no limit.
    pub fn total_timeout(&self) -> u64 {
        self.transport.settings.total_timeout.as_secs()
    }

    /// How many times larger than it came a body may become when it is decompressed. Default 200.
    pub fn max_expansion(&self) -> u32 {
        self.transport.settings.max_expansion
    }

    /// Whether redirects are followed. Default true.
    #[doc(alias = "FollowRedirects")]
    pub fn follow_redirects(&self) -> bool {
        self.transport.settings.follow_redirects
    }

    /// How many redirects one call follows. Default 10.
    pub fn max_redirects(&self) -> u32 {
        self.transport.settings.max_redirects
    }
}
