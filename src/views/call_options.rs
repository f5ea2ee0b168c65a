//! [`CallOptions`]: how a call is made.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use super::call::Call;
use crate::redact::MASK;
use crate::transport::TlsVersions;

/// How a call is made. What is `None` is left to the transport that sends it.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct CallOptions {
    pub(crate) verify: Option<bool>,
    /// A PEM file.
    pub(crate) trusted_roots: Option<String>,
    /// A PEM file, and one for the key where that is another.
    pub(crate) client_cert: Option<String>,
    pub(crate) client_key: Option<String>,
    pub(crate) tls_versions: Option<TlsVersions>,
    pub(crate) follow_redirects: Option<bool>,
    pub(crate) max_redirects: Option<u32>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    /// User and password for Basic authentication, sent without being asked for.
    pub(crate) user: Option<(String, String)>,
    pub(crate) proxy: Option<CallProxy>,
    /// As NO_PROXY has it: where no proxy is used.
    pub(crate) no_proxy: Option<String>,
    /// Takes the body of a response with status 200 to 299.
    pub(crate) output_file: Option<String>,
    /// The name in it that the end of the URL gives, where a variable stands there: curl's `-O`.
    pub(crate) remote_name: Option<String>,
    /// Names in the query whose values are secrets, whatever they are called; as they stand in the path.
    pub(crate) secret_params: Vec<String>,
}

/// A proxy.
#[derive(Clone, PartialEq)]
pub(crate) struct CallProxy {
    pub(crate) kind: ProxyKind,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) login: String,
    pub(crate) password: String,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum ProxyKind {
    Http,
    Https,
    Socks4,
    Socks5,
}

/// How it is made. The transport that sends it decides what is not set.
impl Call {
    /// Whether certificates and host names are verified, if the call says so.
    pub fn require_ssl_cert_verify(&self) -> Option<bool> {
        self.options.verify
    }

    /// See [`Transport::set_require_ssl_cert_verify`](crate::Transport::set_require_ssl_cert_verify), curl's `-k`.
    pub fn set_require_ssl_cert_verify(&mut self, verify: bool) -> &mut Self {
        self.options.verify = Some(verify);
        self
    }

    /// Trusts the authorities in a PEM file and no others: curl's `--cacert`. An empty path takes it back.
    pub fn set_trusted_roots_file(&mut self, path: &str) -> &mut Self {
        self.options.trusted_roots = (!path.is_empty()).then(|| path.into());
        self
    }

    /// The certificate of the client and its private key, in PEM files, which may be one: curl's
    /// `--cert` and `--key`.
    pub fn set_client_cert_files(&mut self, cert: &str, key: &str) -> &mut Self {
        self.options.client_cert = Some(cert.into());
        self.options.client_key = (key != cert && !key.is_empty()).then(|| key.into());
        self
    }

    /// Whether redirects are followed, if the call says so.
    pub fn follow_redirects(&self) -> Option<bool> {
        self.options.follow_redirects
    }

    /// Sets whether redirects are followed: curl's `-L`. A call that came from curl without it says no.
    pub fn set_follow_redirects(&mut self, follow: bool) -> &mut Self {
        self.options.follow_redirects = Some(follow);
        self
    }

    /// Sets how many redirects are followed: curl's `--max-redirs`.
    pub fn set_max_redirects(&mut self, count: u32) -> &mut Self {
        self.options.max_redirects = Some(count);
        self
    }

    /// Sets the time that connecting may take; zero is no limit. curl's `--connect-timeout`.
    pub fn set_connect_timeout(&mut self, limit: Duration) -> &mut Self {
        self.options.connect_timeout = Some(limit);
        self
    }

    /// Sets the time that the whole call may take; zero is no limit. curl's `-m`.
    pub fn set_total_timeout(&mut self, limit: Duration) -> &mut Self {
        self.options.total_timeout = Some(limit);
        self
    }

    /// Sends this user and password by Basic authentication (RFC 7617) with the request: curl's `-u`.
    pub fn set_user(&mut self, login: &str, password: &str) -> &mut Self {
        self.options.user = Some((login.into(), password.into()));
        self
    }

    /// The hosts, domains and addresses for which no proxy is used, as in NO_PROXY; `*` is all.
    /// curl's `--noproxy`.
    pub fn set_no_proxy(&mut self, list: &str) -> &mut Self {
        self.options.no_proxy = Some(list.into());
        self
    }

    /// The file that takes the body, if there is one.
    pub fn output_file(&self) -> Option<&Path> {
        self.options.output_file.as_deref().map(Path::new)
    }

    /// Writes the body of a response with status 200 to 299 to a file, whole or not at all: curl's `-o`. (curl
    /// also writes that of an error.) A device such as `/dev/null`, or `NUL` on Windows, gets it as it comes;
    /// on Windows `/dev/null` is `NUL`. An empty path takes it back.
    pub fn set_output_file(&mut self, path: &str) -> &mut Self {
        self.options.output_file = (!path.is_empty()).then(|| path.into());
        self.options.remote_name = None;
        self
    }
}

/// Shows no password and no user.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("verify", &self.verify)
            .field("follow_redirects", &self.follow_redirects)
            .field("user", &self.user.as_ref().map(|_| MASK))
            .field("proxy", &self.proxy.as_ref().map(|proxy| (proxy.kind, MASK)))
            .field("output_file", &self.output_file)
            .finish_non_exhaustive()
    }
}
