//! [`TransportBuilder`]: the setters of [`Transport`] by value.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use super::client::Transport;
#[cfg(feature = "cookies")]
use super::cookies::CookieStore;
use super::retries::Retries;
use super::tls::TlsVersions;
use crate::by_value::builder;
#[cfg(feature = "cert-details")]
use crate::net::requirements::CertPart;
use crate::net::resolve::IpFamily;

builder! {
/// Builds a [`Transport`]: its setters by value, for a chain whose result is kept.
///
/// ```
/// use std::time::Duration;
/// use zoomkat::Transport;
///
/// # fn main() -> zoomkat::Result<()> {
/// let http = Transport::builder()
///     .set_read_timeout(Duration::from_millis(500))
///     .set_proxy("http://proxy.example:8080")?
///     .build();
/// # let _ = http;
/// # Ok(())
/// # }
/// ```
pub struct TransportBuilder builds Transport {
    #[doc(alias = "set_base_url")]
    #[doc(alias = "base_url")]
    fn set_endpoint_url(url: &str) -> Result;
    #[doc(alias = "user_agent")]
    fn set_user_agent(user_agent: &str);
    #[doc(alias = "bearer_auth")]
    fn set_auth_token(token: &str);
    fn set_login(login: &str);
    fn set_password(password: &str);
    fn set_basic_auth(on: bool);
    #[cfg(feature = "digest")]
    fn set_digest_login(login: &str, password: &str);
    #[doc(alias = "default_headers")]
    fn set_request_header(name: &str, value: &str);
    fn mark_header_sensitive(name: &str);
    fn remove_request_header(name: &str);

    #[doc(alias = "connect_timeout")]
    fn set_connect_timeout(limit: impl Into<Option<Duration>>);
    fn set_read_timeout(limit: impl Into<Option<Duration>>);
    #[doc(alias = "set_timeout")]
    #[doc(alias = "timeout")]
    fn set_total_timeout(limit: impl Into<Option<Duration>>);
    fn set_max_response_size(bytes: u64);
    fn set_max_expansion(times: u32);
    fn set_follow_redirects(follow: bool);
    fn set_max_redirects(count: u32);
    fn set_retries(retries: Retries);
    fn set_ip_family(family: IpFamily);

    fn set_require_ssl_cert_verify(verify: bool);
    fn set_trusted_roots_pem(pem: &str) -> Result;
    fn set_trusted_roots_file(path: impl AsRef<Path>) -> Result;
    #[cfg(feature = "system-roots")]
    fn set_trust_system_roots(trust: bool);
    #[doc(alias = "set_ssl_client_cert_pem")]
    fn set_client_cert_pem(pem: &str) -> Result;
    fn set_client_cert_file(path: impl AsRef<Path>) -> Result;
    fn set_client_cert_files(cert: impl AsRef<Path>, key: impl AsRef<Path>) -> Result;
    #[doc(alias = "set_ssl_protocol")]
    fn set_tls_versions(versions: TlsVersions);
    fn set_ssl_allowed_ciphers(ciphers: &str) -> Result;
    fn set_tls_pin_set(pins: &str) -> Result;
    fn set_require_hostname_match(required: bool);
    fn set_sni_hostname(name: &str) -> Result;
    #[cfg(feature = "cert-details")]
    fn set_ssl_cert_requirement(part: CertPart, value: &str);

    #[doc(alias = "proxy")]
    fn set_proxy(url: &str) -> Result;
    fn set_proxy_login(login: &str, password: &str) -> Result;
    fn clear_proxy();
    fn set_env_proxy(on: bool);

    fn on_percent_done(handler: impl FnMut(u32) -> ControlFlow<()> + Send + 'static);
    fn on_abort_check(handler: impl FnMut() -> ControlFlow<()> + Send + 'static);
    fn on_progress_info(handler: impl FnMut(&str, &str) + Send + 'static);
    fn clear_event_handler();
    #[doc(alias = "set_heartbeat_ms")]
    fn set_heartbeat(interval: Duration);

    #[cfg(feature = "cookies")]
    #[doc(alias = "set_cookie_dir")]
    fn set_cookie_store(store: CookieStore);
    #[cfg(feature = "cookies")]
    fn set_save_cookies(save: bool);
    #[cfg(feature = "cookies")]
    fn set_send_cookies(send: bool);
    #[cfg(feature = "cookies")]
    fn set_cookies_json(json: &str) -> Result;
}
}
