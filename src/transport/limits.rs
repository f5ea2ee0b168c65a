//! How long a call may take, how large a response may be, how many redirects are followed.

use std::time::Duration;

use super::Transport;
use super::settings::SizeLimit;

/// Limits.
impl Transport {
    /// Seconds that looking up a host and connecting to it may take together. Default 30.
    #[doc(alias = "ConnectTimeout")]
    pub fn connect_timeout(&self) -> u64 {
        self.settings.connect_timeout.as_secs()
    }

    /// Sets the seconds that looking up a host and connecting to it may take together; 0 is no limit.
    #[doc(alias = "put_ConnectTimeout")]
    pub fn set_connect_timeout(&mut self, secs: u64) -> &mut Self {
        self.settings_mut().connect_timeout = Duration::from_secs(secs);
        self
    }

    /// Seconds of silence that end a call. Default 60.
    #[doc(alias = "ReadTimeout")]
    pub fn read_timeout(&self) -> u64 {
        self.settings.read_timeout.as_secs()
    }

    /// Sets the seconds of silence, in either direction, that end a call; 0 is no limit.
    ///
    /// It is not a limit for the whole call, see [`set_total_timeout`](Self::set_total_timeout): a
    /// body that keeps coming may take any time. A TLS handshake, and a response header from its
    /// first byte on, must be over within it.
    #[doc(alias = "put_ReadTimeout")]
    pub fn set_read_timeout(&mut self, secs: u64) -> &mut Self {
        self.settings_mut().read_timeout = Duration::from_secs(secs);
        self
    }

    /// Seconds that a whole call may take. Default 0: no limit.
    pub fn total_timeout(&self) -> u64 {
        self.settings.total_timeout.as_secs()
    }

    /// Sets the seconds that a whole call may take, redirects, body and decompression included; 0 is no
    /// limit.
    pub fn set_total_timeout(&mut self, secs: u64) -> &mut Self {
        self.settings_mut().total_timeout = Duration::from_secs(secs);
        self
    }

    /// Sets how many bytes the body of a response may have after decoding; 0 is no limit.
    ///
    /// By default 64 MiB in memory and no limit in a file; a limit that is set holds for both. See also
    /// [`set_max_expansion`](Self::set_max_expansion).
    #[doc(alias = "put_MaxResponseSize")]
    #[doc(alias = "MaxResponseSize")]
    pub fn set_max_response_size(&mut self, bytes: u64) -> &mut Self {
        self.settings_mut().max_response_size =
            if bytes == 0 { SizeLimit::None } else { SizeLimit::Bytes(bytes) };
        self
    }

    /// How many times larger than it came a body may become when it is decompressed. Default 200.
    pub fn max_expansion(&self) -> u32 {
        self.settings.max_expansion
    }

    /// Sets how many times larger than it came a body may become when it is decompressed; 0 is no limit.
    ///
    /// It holds in memory and in files. The first 64 MiB of a body are always allowed, so that it
    /// matters for larger ones only. Text and JSON become some 5 to 50 times as large; one gzip
    /// can reach 1032, and several on top of each other any number.
    ///
    /// What exceeds it is an error of kind [`TooLarge`](crate::ErrorKind::TooLarge).
    pub fn set_max_expansion(&mut self, times: u32) -> &mut Self {
        self.settings_mut().max_expansion = times;
        self
    }

    /// Whether redirects are followed. Default true.
    #[doc(alias = "FollowRedirects")]
    pub fn follow_redirects(&self) -> bool {
        self.settings.follow_redirects
    }

    /// Sets whether redirects are followed. When not, a 3xx is a response like any other, and
    /// [`final_redirect_url`](crate::HttpResponse::final_redirect_url) says where it leads.
    #[doc(alias = "put_FollowRedirects")]
    pub fn set_follow_redirects(&mut self, follow: bool) -> &mut Self {
        self.settings_mut().follow_redirects = follow;
        self
    }

    /// How many redirects one call follows. Default 10.
    pub fn max_redirects(&self) -> u32 {
        self.settings.max_redirects
    }

    /// Sets how many redirects one call follows; one more is an error of kind
    /// [`Redirect`](crate::ErrorKind::Redirect).
    pub fn set_max_redirects(&mut self, count: u32) -> &mut Self {
        self.settings_mut().max_redirects = count;
        self
    }
}
