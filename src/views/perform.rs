//! Sends calls.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use super::call::Call;
use super::call_options::{CallOptions, CallTls, ProxyKind, UserAuth};
use super::kept_cookies;
#[cfg(feature = "chilkat")]
use crate::chilkat::Http;
use crate::error::{Error, Result};
use crate::message::response::HttpResponse;
use crate::net::client_cert::ClientCert;
use crate::net::env_proxy;
use crate::net::origin::Origin;
use crate::net::pem::{self, PemSource};
use crate::net::proxy::{Proxy, ProxyScheme};
use crate::text::headers::basic;
use crate::transport::Transport;
use crate::transport::call::{self, CallOutcome, CallRequest};
use crate::transport::output::Output;
use crate::transport::proxy::ProxySetting;
use crate::transport::settings::{Settings, SizeLimit, check_login};
use crate::zoom::sent_once::is_password_change;

impl Transport {
    /// Sends a call's request to its endpoint with its options. This transport's settings decide the rest, so the
    /// token of [`set_auth_token`](Self::set_auth_token) goes to whatever host the call names: use a new transport
    /// for a command from elsewhere.
    ///
    /// A PUT to a path that ends in `/password` is never resent automatically, unless the request allows it by
    /// [`HttpRequest::set_idempotent`](crate::HttpRequest::set_idempotent).
    ///
    /// The files that the call names are read now. With an output file, the response's body is written to it
    /// as by [`synchronous_request_to_file`](Self::synchronous_request_to_file).
    ///
    /// ```no_run
    /// use zoomkat::{Call, Transport};
    ///
    /// let mut call = Call::from_curl(
    ///     r#"curl https://api.zoom.us/v2/users/me -H "Authorization: Bearer $ZOOM_ACCESS_TOKEN""#,
    /// )?;
    /// call.set_variable("ZOOM_ACCESS_TOKEN", "<access_token>");
    /// let resp = Transport::new().perform(&call)?;
    /// println!("{} {}", resp.status_code(), resp.body_str());
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`synchronous_request`](Self::synchronous_request), and
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if a variable is open or a file that the call names
    /// cannot be read.
    pub fn perform(&self, call: &Call) -> Result<HttpResponse> {
        let (ready, settings) = prepare(&self.settings, call)?;
        send(self, &settings, call, &ready).result
    }
}

#[cfg(feature = "chilkat")]
impl Http {
    /// Sends a call as [`Transport::perform`] does, and records it as the last one.
    ///
    /// # Errors
    ///
    /// Those of [`Transport::perform`].
    pub fn perform(&self, call: &Call) -> Result<HttpResponse> {
        let (ready, settings) =
            prepare(&self.transport().settings, call).map_err(|err| self.record_refusal(err))?;
        self.record(&ready.request, send(self.transport(), &settings, call, &ready))
    }
}

/// Returns the call ready to be sent, and its settings.
fn prepare<'c>(
    transport: &Arc<Settings>,
    call: &'c Call,
) -> Result<(Cow<'c, Call>, Arc<Settings>)> {
    let mut ready = call.ready()?;
    let mut settings = settings_for(transport, &ready)?;
    if call.options.cookies.are_kept {
        kept_cookies::start(call, &mut ready, Arc::make_mut(&mut settings))?;
    }
    Ok((ready, settings))
}

/// Sends `ready`, which is `call` ready to be sent.
fn send(http: &Transport, settings: &Settings, call: &Call, ready: &Call) -> CallOutcome {
    let mut request = CallRequest::new(&ready.domain, ready.port, ready.ssl, &ready.request);
    let file = ready.output_file().map(|path| match path.to_str() {
        // Commands for bash use this name. On Windows, bash itself translates it.
        Some("/dev/null") if cfg!(windows) => Path::new("NUL"),
        _ => path,
    });
    request.file = file.map(Output::to);
    request.is_sent_once = is_password_change;
    let mut outcome = call::perform(&http.shared, settings, request);
    if call.options.cookies.are_kept {
        kept_cookies::finish(call, settings, &mut outcome.result);
    }
    outcome
}

/// The settings of a transport, overridden by the options of a call.
fn settings_for(transport: &Arc<Settings>, call: &Call) -> Result<Arc<Settings>> {
    let options = &call.options;
    if *options == CallOptions::default() {
        return Ok(Arc::clone(transport));
    }
    let mut settings = Settings::clone(transport);
    apply_tls(&mut settings, &options.tls)?;
    if let Some((login, password)) = &options.user {
        check_login("set_user", login)?;
        settings.auth_token.clear();
        // A transport without a user sends no login, but a call sends an empty one too.
        if login.is_empty() {
            (settings.basic_auth, settings.digest_auth) = (false, false);
            settings.headers.set("Authorization", basic("", password));
        } else {
            (settings.login, settings.password) = (login.clone(), password.clone());
            settings.basic_auth = options.user_auth != UserAuth::Digest;
            settings.digest_auth = options.user_auth != UserAuth::Basic;
        }
    }
    let host = Origin::new(&call.domain, call.port, call.ssl)?;
    if options.no_proxy.as_ref().is_some_and(|list| env_proxy::excludes(list, host.host())) {
        settings.proxy = ProxySetting::Unset;
        settings.use_env_proxy = false;
    } else if let Some(proxy) = &options.proxy {
        let login = (proxy.login.as_str(), proxy.password.as_str());
        let proxy = Proxy::new(proxy.kind.scheme(), (&proxy.host, proxy.port), login)
            .map_err(|invalid| Error::invalid("proxy", invalid.why))?;
        settings.proxy = ProxySetting::Proxy(proxy);
    }
    let (redirects, timeouts) = (&options.redirects, &options.timeouts);
    settings.follow_redirects = redirects.follow.unwrap_or(settings.follow_redirects);
    settings.max_redirects = redirects.max.unwrap_or(settings.max_redirects);
    settings.connect_timeout = timeouts.connect.unwrap_or(settings.connect_timeout);
    settings.total_timeout = timeouts.total.unwrap_or(settings.total_timeout);
    settings.ip_family = options.ip_family.unwrap_or(settings.ip_family);
    if let Some(retries) = &options.retries {
        settings.retries = retries.clone();
    }
    if let Some(bytes) = options.max_response_size {
        settings.max_response_size = SizeLimit::Bytes(bytes);
    }
    Ok(Arc::new(settings))
}

fn apply_tls(settings: &mut Settings, options: &CallTls) -> Result<()> {
    if let Some(verify) = options.verify {
        settings.change_tls(|tls| tls.verify = verify);
    }
    if let Some(path) = &options.trusted_roots {
        let roots = pem::roots("set_trusted_roots_file", PemSource::File(path))?;
        settings.change_tls(|tls| tls.roots = Some(roots));
    }
    if let Some(cert) = &options.client_cert {
        let key = options.client_key.as_deref().map(PemSource::File);
        let cert = pem::client_cert("set_client_cert_files", PemSource::File(cert), key)?;
        settings.change_tls(|tls| tls.client_cert = Some(ClientCert(cert)));
    }
    if let Some(versions) = options.versions {
        settings.change_tls(|tls| tls.versions = versions.protocols());
    }
    Ok(())
}

impl ProxyKind {
    fn scheme(self) -> ProxyScheme {
        match self {
            ProxyKind::Http => ProxyScheme::Http,
            ProxyKind::Https => ProxyScheme::Https,
            ProxyKind::Socks4 => ProxyScheme::Socks4a,
            ProxyKind::Socks5 => ProxyScheme::Socks5h,
        }
    }
}
