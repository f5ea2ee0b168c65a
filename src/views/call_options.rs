//! The options of a call.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::call::Call;
use crate::redact::MASK;
use crate::transport::{IpFamily, Retries, TlsVersions};

/// The options of a call. `None` means: use the transport's setting.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct CallOptions {
    pub(crate) tls: CallTls,
    pub(crate) redirects: CallRedirects,
    pub(crate) timeouts: CallTimeouts,
    pub(crate) retries: Option<Retries>,
    pub(crate) ip_family: Option<IpFamily>,
    /// The maximum size of the response's body.
    pub(crate) max_response_size: Option<u64>,
    pub(crate) cookies: CallCookies,
    pub(crate) fields: CallFields,
    /// User and password.
    pub(crate) user: Option<(String, String)>,
    pub(crate) user_auth: UserAuth,
    pub(crate) proxy: Option<CallProxy>,
    /// The hosts that are reached without a proxy, in the form of NO_PROXY.
    pub(crate) no_proxy: Option<String>,
    pub(crate) output: CallOutput,
    /// Names in the query whose values are secrets under any name, encoded as in the path.
    pub(crate) secret_params: Vec<String>,
}

#[derive(Clone, Default, PartialEq)]
pub(crate) struct CallTls {
    pub(crate) verify: Option<bool>,
    /// A PEM file.
    pub(crate) trusted_roots: Option<PathBuf>,
    /// A PEM file.
    pub(crate) client_cert: Option<PathBuf>,
    /// The PEM file of the key, if it is not in the certificate's file.
    pub(crate) client_key: Option<PathBuf>,
    pub(crate) versions: Option<TlsVersions>,
}

#[derive(Clone, Default, PartialEq)]
pub(crate) struct CallRedirects {
    pub(crate) follow: Option<bool>,
    pub(crate) max: Option<u32>,
}

/// Time limits. `Some(None)` is no limit.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct CallTimeouts {
    pub(crate) connect: Option<Option<Duration>>,
    pub(crate) total: Option<Option<Duration>>,
}

#[derive(Clone, Default, PartialEq)]
pub(crate) struct CallCookies {
    /// Whether the cookies of a response are sent with the requests after it.
    pub(crate) are_kept: bool,
    /// The file to which the cookies are written in Netscape's format. `-` is standard output.
    pub(crate) jar: Option<PathBuf>,
}

/// The fields that curl would send, or would not.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct CallFields {
    /// Names among [`CURLS_FIELDS`] that are removed.
    pub(crate) removed: Vec<&'static str>,
    /// Whether a field is not sent if the values of its variables leave it empty.
    pub(crate) empty_is_removed: bool,
}

/// The fields that curl adds to a request that has none of the name.
pub(crate) const CURLS_FIELDS: [&str; 4] = ["Accept", "User-Agent", "Expect", "Proxy-Connection"];

impl CallFields {
    /// Records that the field of this name is removed, if curl would add it.
    pub(crate) fn remove(&mut self, name: &str) {
        let known = CURLS_FIELDS.iter().find(|known| known.eq_ignore_ascii_case(name));
        if let Some(known) = known.filter(|known| !self.removed.contains(known)) {
            self.removed.push(known);
        }
    }
}

#[derive(Clone, Default, PartialEq)]
pub(crate) struct CallOutput {
    /// Receives the body of a response with status 200 to 299.
    pub(crate) file: Option<PathBuf>,
    /// The name that `file` takes from the end of the URL (curl's `-O`), if there is a variable in it.
    pub(crate) remote_name: Option<String>,
}

#[derive(Clone, PartialEq)]
pub(crate) struct CallProxy {
    pub(crate) kind: ProxyKind,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) login: String,
    pub(crate) password: String,
}

/// How the user and the password of a call are sent.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub(crate) enum UserAuth {
    /// Basic, with the first request.
    #[default]
    Basic,
    /// Digest, after a challenge: curl's `--digest`.
    Digest,
    /// The strongest that a challenge offers, Digest or Basic: curl's `--anyauth`.
    Any,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum ProxyKind {
    Http,
    Https,
    Socks4,
    Socks5,
}

/// Returns a time limit that is not zero, which is no limit in curl.
fn non_zero(limit: Option<Duration>) -> Option<Duration> {
    limit.map(|limit| limit.max(Duration::from_nanos(1)))
}

/// `None` for an empty path.
fn non_empty(path: &Path) -> Option<PathBuf> {
    (!path.as_os_str().is_empty()).then(|| path.to_owned())
}

/// Call options. For an option that is not set, the transport's setting is used.
impl Call {
    /// Whether certificates and host names are verified, if the call sets it.
    pub fn require_ssl_cert_verify(&self) -> Option<bool> {
        self.options.tls.verify
    }

    /// Sets whether certificates and host names are verified. `false` is curl's `-k`. See
    /// [`Transport::set_require_ssl_cert_verify`](crate::Transport::set_require_ssl_cert_verify).
    pub fn set_require_ssl_cert_verify(&mut self, verify: bool) -> &mut Self {
        self.options.tls.verify = Some(verify);
        self
    }

    /// Trusts the authorities in a PEM file and no others: curl's `--cacert`. An empty path unsets the option.
    pub fn set_trusted_roots_file(&mut self, path: impl AsRef<Path>) -> &mut Self {
        self.options.tls.trusted_roots = non_empty(path.as_ref());
        self
    }

    /// Sets the client's certificate and private key, in two PEM files or one: curl's `--cert` and `--key`.
    /// An empty `key` means that both are in `cert`. An empty `cert` unsets the option.
    pub fn set_client_cert_files(
        &mut self,
        cert: impl AsRef<Path>,
        key: impl AsRef<Path>,
    ) -> &mut Self {
        let (cert, key) = (non_empty(cert.as_ref()), non_empty(key.as_ref()));
        self.options.tls.client_key =
            key.filter(|_| cert.is_some()).filter(|k| cert.as_ref() != Some(k));
        self.options.tls.client_cert = cert;
        self
    }

    /// Whether redirects are followed, if the call sets it.
    pub fn follow_redirects(&self) -> Option<bool> {
        self.options.redirects.follow
    }

    /// Sets whether redirects are followed: curl's `-L`. A call from a curl command without `-L` sets `false`.
    pub fn set_follow_redirects(&mut self, follow: bool) -> &mut Self {
        self.options.redirects.follow = Some(follow);
        self
    }

    /// Sets how many redirects are followed: curl's `--max-redirs`.
    pub fn set_max_redirects(&mut self, count: u32) -> &mut Self {
        self.options.redirects.max = Some(count);
        self
    }

    /// Sets the time limit for connecting: curl's `--connect-timeout`. `None` is no limit.
    pub fn set_connect_timeout(&mut self, limit: impl Into<Option<Duration>>) -> &mut Self {
        self.options.timeouts.connect = Some(non_zero(limit.into()));
        self
    }

    /// Sets the time limit for the whole call: curl's `-m`. `None` is no limit.
    pub fn set_total_timeout(&mut self, limit: impl Into<Option<Duration>>) -> &mut Self {
        self.options.timeouts.total = Some(non_zero(limit.into()));
        self
    }

    /// Sets the user and password that are sent by Basic authentication (RFC 7617): curl's `-u`.
    pub fn set_user(&mut self, login: &str, password: &str) -> &mut Self {
        self.options.user = Some((login.into(), password.into()));
        self.options.user_auth = UserAuth::Basic;
        self
    }

    /// Sets the user and password that are sent by Digest authentication (RFC 7616), as
    /// [`Transport::set_digest_login`](crate::Transport::set_digest_login) says: curl's `-u` with `--digest`.
    pub fn set_digest_user(&mut self, login: &str, password: &str) -> &mut Self {
        self.options.user = Some((login.into(), password.into()));
        self.options.user_auth = UserAuth::Digest;
        self
    }

    /// Sets the hosts, domains and addresses that are reached without a proxy, in the form of NO_PROXY; `*` is
    /// all. curl's `--noproxy`.
    pub fn set_no_proxy(&mut self, list: &str) -> &mut Self {
        self.options.no_proxy = Some(list.into());
        self
    }

    /// Returns the file that receives the body, if there is one.
    pub fn output_file(&self) -> Option<&Path> {
        self.options.output.file.as_deref()
    }

    /// Writes the body of a response with status 200 to 299 to a file, completely or not at all: curl's `-o`.
    /// (curl also writes the body of an error.) A device such as `/dev/null`, or `NUL` on Windows, receives
    /// the bytes as they arrive; on Windows `/dev/null` is `NUL`. An empty path unsets the option.
    pub fn set_output_file(&mut self, path: impl AsRef<Path>) -> &mut Self {
        self.options.output = CallOutput { file: non_empty(path.as_ref()), remote_name: None };
        self
    }
}

/// Shows neither user nor password.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("verify", &self.tls.verify)
            .field("follow_redirects", &self.redirects.follow)
            .field("user", &self.user.as_ref().map(|_| MASK))
            .field("user_auth", &self.user_auth)
            .field("proxy", &self.proxy.as_ref().map(|proxy| (proxy.kind, MASK)))
            .field("output_file", &self.output.file)
            .finish_non_exhaustive()
    }
}
