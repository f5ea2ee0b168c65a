//! Tests of `Debug`, and of the transport within an `Http`.

use super::Http;
use crate::message::request::HttpRequest;
use crate::transport::Transport;

#[test]
fn debug_shows_no_secret_and_no_last_call() {
    let mut http = Http::with_endpoint("127.0.0.1", 1, false);
    http.set_auth_token("marker").set_login("marker").set_password("marker");
    http.set_request_header("X-Marker", "marker").set_url_var("id", "marker");
    http.set_accept("marker").set_proxy_domain("").set_env_proxy(false);
    let mut req = HttpRequest::new();
    req.set_path("/?marker=marker");
    http.send(&req).unwrap_err();
    let shown = format!("{http:?} {http:#?}");
    assert!(!shown.to_lowercase().contains("marker"), "{shown}");
    assert!(shown.contains("http://127.0.0.1:1"), "{shown}");
}

#[test]
fn a_call_of_the_transport_is_not_recorded_as_the_last_call() {
    let mut transport = Transport::with_endpoint("127.0.0.1", 1, false);
    transport.set_env_proxy(false).set_user_agent("lorem");
    let http = Http::from(transport);
    assert_eq!(http.user_agent(), "lorem");
    http.transport().send(HttpRequest::new()).unwrap_err();
    assert!(http.last_method_success());
    http.send(HttpRequest::new()).unwrap_err();
    assert!(!http.last_method_success());
    let other = Http::from(http.into_transport());
    assert!(other.last_method_success());
    assert_eq!(other.user_agent(), "lorem");
}
