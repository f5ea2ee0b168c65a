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
use crate::text::file::quoted;
use crate::transport::Transport;
use crate::transport::call::{self, CallOutcome, CallRequest};
use crate::transport::output::Output;
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
    const CERT_FILES: &str = "set_client_cert_files";
    let options = &call.options;
    if *options == CallOptions::default() {
        return Ok(Arc::clone(&http.settings));
    }
    let mut http = http.clone();
    if let Some(verify) = options.verify {
        http.set_require_ssl_cert_verify(verify);
    }
    if let Some(path) = &options.trusted_roots {
        http.set_trusted_roots_pem(path).map_err(|err| err.of_member("set_trusted_roots_file"))?;
    }
    if let Some(cert) = &options.client_cert {
        let read = |path: &str| {
            std::fs::read_to_string(path).map_err(|err| {
                let why = format!("cannot read the file {}: {err}", quoted(path));
                Error::invalid(CERT_FILES, why).with_source(err)
            })
        };
        let set = match &options.client_key {
            Some(key) => http.set_ssl_client_cert_pem(&(read(cert)? + "\n" + &read(key)?)),
            None => http.set_ssl_client_cert_pem(cert),
        };
        set.map_err(|err| err.of_member(CERT_FILES))?;
    }
    if let Some(versions) = &options.tls_versions {
        http.set_ssl_protocol(versions)?;
    }
    if let Some((login, password)) = &options.user {
        check_login("set_user", login)?;
        http.set_login(login).set_password(password).set_basic_auth(true);
        http.settings_mut().auth_token.clear();
    }
    if let Some(proxy) = &options.proxy {
        http.set_proxy_domain("").set_socks_version(0);
        match proxy.kind {
            ProxyKind::Http | ProxyKind::Https => {
                http.set_proxy_domain(&proxy.host)
                    .set_proxy_port(proxy.port)
                    .set_proxy_login(&proxy.login)
                    .set_proxy_password(&proxy.password)
                    .set_proxy_direct_tls(proxy.kind == ProxyKind::Https);
            }
            ProxyKind::Socks4 | ProxyKind::Socks5 => {
                http.set_socks_hostname(&proxy.host)
                    .set_socks_port(proxy.port)
                    .set_socks_username(&proxy.login)
                    .set_socks_password(&proxy.password)
                    .set_socks_version(if proxy.kind == ProxyKind::Socks4 { 4 } else { 5 });
            }
        }
    }
    let host = Origin::new(&call.domain, call.port, call.ssl)?;
    if options.no_proxy.as_ref().is_some_and(|list| env_proxy::excludes(list, host.host())) {
        http.set_proxy_domain("").set_socks_version(0).set_env_proxy(false);
    }
    if options.proxy.is_some() {
        http.settings.proxy.build().map_err(|err| err.of_member("proxy"))?;
    }
    let settings = http.settings_mut();
    settings.follow_redirects = options.follow_redirects.unwrap_or(settings.follow_redirects);
    settings.max_redirects = options.max_redirects.unwrap_or(settings.max_redirects);
    settings.connect_timeout = options.connect_timeout.unwrap_or(settings.connect_timeout);
    settings.total_timeout = options.total_timeout.unwrap_or(settings.total_timeout);
    Ok(http.settings)
}
