//! [`Transport::perform`]: sends a call.

use std::path::Path;
use std::sync::Arc;

use super::call::Call;
use super::call_options::{CallOptions, ProxyKind};
#[cfg(feature = "chilkat")]
use crate::chilkat::Http;
use crate::error::{Error, Result};
use crate::message::response::HttpResponse;
use crate::net::env_proxy;
use crate::net::origin::Origin;
use crate::net::pem::PemSource;
use crate::net::proxy::{Proxy, ProxyScheme};
use crate::transport::Transport;
use crate::transport::call::{self, CallOutcome, CallRequest};
use crate::transport::output::Output;
use crate::transport::proxy::ProxySetting;
use crate::transport::settings::{Settings, check_login};
use crate::zoom::sent_once::is_password_change;

impl Transport {
    /// Makes a call: sends its request to its endpoint with its options. This transport's own settings decide the
    /// rest.
    ///
    /// A PUT to a path that ends in `/password` is never sent again by itself, unless the
    /// request says so by [`HttpRequest::set_idempotent`](crate::HttpRequest::set_idempotent).
    ///
    /// Files that it names are read now. With an output file, the response's body is written there as
    /// [`synchronous_request_to_file`](Self::synchronous_request_to_file) does.
    ///
    /// ```no_run
    /// use zoomkat::{Call, Transport};
    ///
    /// let mut call = Call::from_curl(
    ///     r#"curl https://api.zoom.us/v2/users/me -H "Authorization: Bearer $ZOOM_ACCESS_TOKEN""#,
    /// )?;
    /// call.with("ZOOM_ACCESS_TOKEN", "<access_token>");
    /// let resp = Transport::new().perform(&call)?;
    /// println!("{} {}", resp.status_code(), resp.body_str());
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`synchronous_request`](Self::synchronous_request), and
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) where a variable is open or a file that the
    /// call names cannot be read.
    pub fn perform(&self, call: &Call) -> Result<HttpResponse> {
        let call = call.ready()?;
        let settings = settings_for(self, &call)?;
        outcome(self, &settings, &call).result
    }
}

#[cfg(feature = "chilkat")]
impl Http {
    /// Makes a call, as [`Transport::perform`] does, and remembers it as the last one.
    ///
    /// # Errors
    ///
    /// Those of [`Transport::perform`].
    pub fn perform(&self, call: &Call) -> Result<HttpResponse> {
        let call = call.ready()?;
        let settings = settings_for(self.transport(), &call)?;
        self.record(&call.request, outcome(self.transport(), &settings, &call))
    }
}

fn outcome(http: &Transport, settings: &Settings, call: &Call) -> CallOutcome {
    let mut request = CallRequest::new(&call.domain, call.port, call.ssl, &call.request);
    let file = call.output_file().map(|path| match path.to_str() {
        // A command for bash has this name; the shells that Windows gets from elsewhere put its own in its place.
        Some("/dev/null") if cfg!(windows) => Path::new("NUL"),
        _ => path,
    });
    request.file = file.map(Output::to);
    request.is_sent_once = is_password_change;
    call::perform(&http.shared, settings, request)
}

/// The settings of `http` with what a call asks for on top.
fn settings_for(http: &Transport, call: &Call) -> Result<Arc<Settings>> {
    let options = &call.options;
    if *options == CallOptions::default() {
        return Ok(Arc::clone(&http.settings));
    }
    let mut http = http.clone();
    if let Some(verify) = options.verify {
        http.set_require_ssl_cert_verify(verify);
    }
    if let Some(path) = &options.trusted_roots {
        http.set_trusted_roots_file(path)?;
    }
    match (&options.client_cert, &options.client_key) {
        (Some(cert), Some(key)) => drop(http.set_client_cert_files(cert, key)?),
        (Some(cert), None) => {
            http.identify("set_client_cert_files", PemSource::File(cert.as_ref()), None)?;
        }
        (None, _) => {}
    }
    if let Some(versions) = options.tls_versions {
        http.set_tls_versions(versions);
    }
    if let Some((login, password)) = &options.user {
        check_login("set_user", login)?;
        http.set_login(login).set_password(password).set_basic_auth(true);
        http.settings_mut().auth_token.clear();
    }
    if let Some(proxy) = &options.proxy {
        let scheme = match proxy.kind {
            ProxyKind::Http => ProxyScheme::Http,
            ProxyKind::Https => ProxyScheme::Https,
            ProxyKind::Socks4 => ProxyScheme::Socks4a,
            ProxyKind::Socks5 => ProxyScheme::Socks5h,
        };
        let (place, login) = ((&*proxy.host, proxy.port), (&*proxy.login, &*proxy.password));
        let proxy = Proxy::new(scheme, place, login)
            .map_err(|invalid| Error::invalid("proxy", invalid.why))?;
        http.settings_mut().proxy = ProxySetting::Proxy(proxy);
    }
    let host = Origin::new(&call.domain, call.port, call.ssl)?;
    if options.no_proxy.as_ref().is_some_and(|list| env_proxy::excludes(list, host.host())) {
        http.clear_proxy().set_env_proxy(false);
    }
    let settings = http.settings_mut();
    settings.follow_redirects = options.follow_redirects.unwrap_or(settings.follow_redirects);
    settings.max_redirects = options.max_redirects.unwrap_or(settings.max_redirects);
    settings.connect_timeout = options.connect_timeout.unwrap_or(settings.connect_timeout);
    settings.total_timeout = options.total_timeout.unwrap_or(settings.total_timeout);
    Ok(http.settings)
}
