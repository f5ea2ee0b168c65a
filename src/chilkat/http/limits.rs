//! Limits, in whole seconds.

use std::time::Duration;

use super::class::Http;
use super::delegate::setters;

/// Returns a limit in Chilkat's form, in which 0 is no limit.
fn whole_seconds(secs: u64) -> Option<Duration> {
    (secs > 0).then(|| Duration::from_secs(secs))
}

setters! {
/// Time and size limits.
impl Http {
    /// Sets how many bytes the body of a response may have after decoding. 0 is no limit.
    #[doc(alias = "put_MaxResponseSize")]
    #[doc(alias = "MaxResponseSize")]
    pub fn set_max_response_size(bytes: u64);

    /// Sets the maximum decompression ratio of a body. 0 is no limit.
    pub fn set_max_expansion(times: u32);

    /// Sets whether redirects are followed. If false, a 3xx is a response like any other, and
    /// [`final_redirect_url`](crate::HttpResponse::final_redirect_url) says where it leads.
    #[doc(alias = "put_FollowRedirects")]
    pub fn set_follow_redirects(follow: bool);

    /// Sets how many redirects one call follows. One more is an error of kind
    /// [`Redirect`](crate::ErrorKind::Redirect).
    pub fn set_max_redirects(count: u32);
}
}

impl Http {
    /// Sets the time limit for looking up a host and connecting to it, in seconds. 0 is no limit.
    ///
    /// [`transport_mut`](Self::transport_mut) takes fractions of a second.
    #[doc(alias = "put_ConnectTimeout")]
    pub fn set_connect_timeout(&mut self, secs: u64) -> &mut Self {
        self.transport.set_connect_timeout(whole_seconds(secs));
        self
    }

    /// Sets how many seconds a call may be silent, in either direction. 0 is no limit.
    ///
    /// More at [`Transport::set_read_timeout`](crate::Transport::set_read_timeout).
    #[doc(alias = "put_ReadTimeout")]
    pub fn set_read_timeout(&mut self, secs: u64) -> &mut Self {
        self.transport.set_read_timeout(whole_seconds(secs));
        self
    }

    /// Sets how many seconds a whole call may take, redirects, body and decompression included. 0 is no
    /// limit.
    pub fn set_total_timeout(&mut self, secs: u64) -> &mut Self {
        self.transport.set_total_timeout(whole_seconds(secs));
        self
    }

    /// The time limit for looking up a host and connecting to it, in seconds. Default 30.
    #[doc(alias = "ConnectTimeout")]
    pub fn connect_timeout(&self) -> u64 {
        self.transport.settings.connect_timeout.map_or(0, |limit| limit.as_secs())
    }

    /// How many seconds a call may be silent. Default 60.
    #[doc(alias = "ReadTimeout")]
    pub fn read_timeout(&self) -> u64 {
        self.transport.settings.read_timeout.map_or(0, |limit| limit.as_secs())
    }

    /// How many seconds a whole call may take. Default 0: no limit.
    pub fn total_timeout(&self) -> u64 {
        self.transport.settings.total_timeout.map_or(0, |limit| limit.as_secs())
    }

    /// The maximum decompression ratio of a body. Default 200.
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
