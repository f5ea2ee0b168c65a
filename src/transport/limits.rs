//! How long a call may take, how large a response may be, how many redirects are followed.

use std::time::Duration;

use super::client::Transport;
use super::settings::SizeLimit;

/// Limits.
impl Transport {
    /// Sets the seconds that looking up a host and connecting to it may take together; 0 is no limit. Default 30.
    pub fn set_connect_timeout(&mut self, secs: u64) -> &mut Self {
        self.settings_mut().connect_timeout = Duration::from_secs(secs);
        self
    }

    /// Sets the seconds of silence, in either direction, that end a call; 0 is no limit.
    /// Default 60.
    ///
    /// It is not a limit for the whole call, see [`set_total_timeout`](Self::set_total_timeout): a
    /// body that keeps coming may take any time. A TLS handshake, and a response header from its
    /// first byte on, must be over within it.
    pub fn set_read_timeout(&mut self, secs: u64) -> &mut Self {
        self.settings_mut().read_timeout = Duration::from_secs(secs);
        self
    }

    /// Sets the seconds that a whole call may take, redirects, body and decompression included; 0, the
    /// default, is no limit.
    pub fn set_total_timeout(&mut self, secs: u64) -> &mut Self {
        self.settings_mut().total_timeout = Duration::from_secs(secs);
        self
    }

    /// Sets how many bytes the body of a response may have after decoding; 0 is no limit.
    ///
    /// By default 64 MiB in memory and no limit in a file; a limit that is set holds for both. See also
    /// [`set_max_expansion`](Self::set_max_expansion).
    pub fn set_max_response_size(&mut self, bytes: u64) -> &mut Self {
        self.settings_mut().max_response_size =
            if bytes == 0 { SizeLimit::None } else { SizeLimit::Bytes(bytes) };
        self
    }

    /// Sets how many times larger than it came a body may become when it is decompressed; 0 is no limit.
    /// Default 200.
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

    /// Sets whether redirects are followed. Default true. When not, a 3xx is a response like any other, and
    /// [`final_redirect_url`](crate::HttpResponse::final_redirect_url) says where it leads.
    pub fn set_follow_redirects(&mut self, follow: bool) -> &mut Self {
        self.settings_mut().follow_redirects = follow;
        self
    }

    /// Sets how many redirects one call follows, by default 10; one more is an error of kind
    /// [`Redirect`](crate::ErrorKind::Redirect).
    pub fn set_max_redirects(&mut self, count: u32) -> &mut Self {
        self.settings_mut().max_redirects = count;
        self
    }
}
