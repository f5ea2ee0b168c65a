//! Where tokens are sent: only to the base URL that the caller set or to a host of Zoom, over TLS
//! or loopback.

use std::io;

use serde_json::json;
use zoomkat::zoom::{ErrorKind, Token, TokenStore, Zoom, ZoomBuilder};

use support::Server;
use support::apps::{ANN, any_token, call, client, internet_proxy};
use support::zoom::EmbeddedZoom;

// The URL of the API.

#[test]
fn a_tokens_api_url_is_used_only_if_it_is_https_and_zooms() {
    let other = Server::answering("200 OK", "", "{}");
    let (default, foreign) = ("https://api.zoom.us", format!("http://127.0.0.1:{}", other.port()));
    for (api_url, base) in [
        ("https://api-eu.zoom.us", "https://api-eu.zoom.us"),
        ("https://API-sg.zoom.us/v2/", "https://api-sg.zoom.us"),
        ("https://lorem.zoom.us", "https://lorem.zoom.us"),
        ("https://api.zoomgov.com", "https://api.zoomgov.com"),
        ("https://api-eu.zoom.us.", "https://api-eu.zoom.us"),
        ("https://api-eu.zoom.us..", default),
        ("", default),
        (&foreign, default),
        ("http://api-eu.zoom.us", default),
        ("https://evil.example", default),
        ("https://zoom.us.evil.example", default),
        ("https://evilzoom.us", default),
        ("https://evil.example/api.zoom.us", default),
        ("https://evil.example#.zoom.us", default),
        ("https://evil.example\\.zoom.us", default),
        ("https://api.zoom.us@evil.example", default),
        ("https://api.zoom.us:8443", default),
        ("https://127.0.0.1", default),
        ("lorem ipsum", default),
    ] {
        let (proxy, http) = internet_proxy(api_url);
        let client = Zoom::builder()
            .server_to_server("account", "client", "client-key")
            .oauth_url("http://localhost:1")
            .transport(http)
            .build()
            .unwrap();
        assert_eq!(client.base_url(), default);
        call(&client).unwrap_err();
        assert_eq!((client.base_url().as_str(), proxy.requests().len()), (base, 2), "{api_url}");
        let host = base.strip_prefix("https://").unwrap();
        let connect = proxy.requests().pop().unwrap();
        assert_eq!(connect.line(), format!("CONNECT {host}:443 HTTP/1.1"), "{api_url}");
        assert!(!connect.head.contains("Bearer"), "{}", connect.head);
    }
    assert_eq!(other.connections(), 0);
}

/// A stored token that names the URL of the API.
struct Stored(&'static str);

impl TokenStore for Stored {
    fn load(&self) -> io::Result<Option<Token>> {
        let expires_at = 4_000_000_000_u64;
        let token = json!({ "access_token": "lorem", "expires_at": expires_at, "api_url": self.0 });
        Token::from_json(&token.to_string()).map(Some)
    }

    fn save(&self, _: &Token) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_tokens_api_url_is_used_only_within_its_cloud() {
    let (commercial, government) = ("https://api-eu.zoom.us", "https://api-us.zoomgov.com");
    for (oauth_url, api_url, base) in [
        ("https://zoom.us", commercial, commercial),
        ("https://zoom.us", government, "https://api.zoom.us"),
        ("https://lorem.zoom.us.", government, "https://api.zoom.us"),
        ("https://zoomgov.com", government, government),
        ("https://zoomgov.com", commercial, "https://api.zoomgov.com"),
        ("https://zoomgov.com.", commercial, "https://api.zoomgov.com"),
        ("https://zoomgov.com", "https://evil.example", "https://api.zoomgov.com"),
        ("https://notzoomgov.com", commercial, commercial),
    ] {
        let (proxy, http) = internet_proxy("");
        let client = Zoom::builder()
            .server_to_server("account", "client", "client-key")
            .oauth_url(oauth_url)
            .token_store(Stored(api_url))
            .transport(http)
            .build()
            .unwrap();
        call(&client).unwrap_err();
        assert_eq!(client.base_url(), base, "{oauth_url} {api_url}");
        let host = base.strip_prefix("https://").unwrap();
        assert_eq!(proxy.request().line(), format!("CONNECT {host}:443 HTTP/1.1"));
    }
}

#[test]
fn one_url_of_a_cloud_sets_both() {
    let connects_to = |builder: ZoomBuilder| {
        let (proxy, http) = internet_proxy("");
        call(&builder.transport(http).build().unwrap()).unwrap_err();
        proxy.request().line().to_owned()
    };
    let zoom = || Zoom::builder().server_to_server("account", "client", "client-key");
    for (base_url, host) in [
        ("https://api.zoomgov.com", "zoomgov.com"),
        ("https://API-us.ZoomGov.com./v2", "zoomgov.com"),
        ("https://api-eu.zoom.us", "zoom.us"),
        ("https://gateway.example", "zoom.us"),
        ("https://notzoomgov.com", "zoom.us"),
    ] {
        let line = connects_to(zoom().base_url(base_url));
        assert_eq!(line, format!("CONNECT {host}:443 HTTP/1.1"), "{base_url}");
    }
    assert_eq!(connects_to(zoom()), "CONNECT zoom.us:443 HTTP/1.1");
    let set = zoom().base_url("https://api.zoomgov.com").oauth_url("https://gateway.example");
    assert_eq!(connects_to(set), "CONNECT gateway.example:443 HTTP/1.1");

    for (oauth_url, base) in [
        ("https://zoomgov.com", "https://api.zoomgov.com"),
        ("https://zoom.us", "https://api.zoom.us"),
        ("https://gateway.example", "https://api.zoom.us"),
    ] {
        assert_eq!(zoom().oauth_url(oauth_url).build().unwrap().base_url(), base);
    }
    // Two URLs of different clouds contradict each other.
    for (base_url, oauth_url) in [
        ("https://api.zoom.us", "https://zoomgov.com"),
        ("https://api.zoomgov.com", "https://zoom.us"),
    ] {
        let err = zoom().base_url(base_url).oauth_url(oauth_url).build().unwrap_err();
        assert!(err.message().starts_with("base_url: "), "{err}");
    }
    // The root dot is accepted and not sent.
    let fixed = Zoom::builder().access_token("lorem").base_url("https://api.zoomgov.com.");
    assert_eq!(connects_to(fixed), "CONNECT api.zoomgov.com:443 HTTP/1.1");
}

#[test]
fn a_base_url_that_was_set_takes_precedence_over_the_tokens() {
    let zoom = EmbeddedZoom::builder().api_url("https://api-eu.zoom.us").user(ANN, "lorem").start();
    let client = client(&zoom).build().unwrap();
    call(&client).unwrap();
    assert_eq!((client.base_url(), zoom.calls().len()), (zoom.url(), 1));
}

#[test]
fn a_base_url_can_be_regional_or_governmental_and_can_end_in_v2() {
    for (url, shown) in [
        ("https://api-eu.zoom.us", "https://api-eu.zoom.us"),
        ("https://api.zoomgov.com/v2", "https://api.zoomgov.com"),
        ("https://api-sg.zoom.us/v2/", "https://api-sg.zoom.us"),
        ("https://gateway.example:8443/zoom/v2", "https://gateway.example:8443/zoom"),
    ] {
        let builder = Zoom::builder().access_token("lorem").base_url(url);
        assert_eq!(builder.build().unwrap().base_url(), shown);
    }
    let zoom = any_token();
    for end in ["", "/", "/v2", "/v2/"] {
        let client = client(&zoom).base_url(format!("{}{end}", zoom.url())).build().unwrap();
        call(&client).unwrap();
        let path = zoom.calls().pop().unwrap().path;
        assert_eq!(path, format!("/v2/users/{ANN}"));
    }
}

#[test]
fn a_plaintext_url_is_refused_by_name_at_build() {
    let marker = format!("marker-{:x}", std::process::id());
    for url in [
        "http://api.zoom.us".to_owned(),
        "http://zoom.us:80/v2".to_owned(),
        "http://10.0.0.1".to_owned(),
        "http://localhost.example".to_owned(),
        "http://127.0.0.1.example".to_owned(),
        "http://127.0.0.1@zoom.us".to_owned(),
        "ftp://zoom.us".to_owned(),
        "zoom.us".to_owned(),
        String::new(),
        format!("https://lorem:{marker}@zoom.us"),
        format!("https://zoom.us?access_token={marker}"),
    ] {
        for field in ["base_url", "oauth_url"] {
            let builder = Zoom::builder().access_token("lorem");
            let builder = match field {
                "base_url" => builder.base_url(url.clone()),
                _ => builder.oauth_url(url.clone()),
            };
            let err = builder.build().unwrap_err();
            assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{url}");
            assert!(err.to_string().contains(field), "{err}");
            assert!(!format!("{err} {err:?}").contains(&marker), "{err}");
        }
    }
    for url in ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"] {
        Zoom::builder().access_token("lorem").base_url(url).oauth_url(url).build().unwrap();
    }
}

#[test]
fn invalid_credentials_are_refused_by_name_at_build() {
    let refused = |builder: ZoomBuilder| {
        let err = builder.build().unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest);
        let message = err.message().to_owned();
        message.split(':').next().unwrap().to_owned()
    };
    let zoom = Zoom::builder;
    assert_eq!(refused(zoom()), "credentials");
    assert_eq!(refused(zoom().server_to_server("", "id", "lorem")), "account_id");
    assert_eq!(refused(zoom().server_to_server("account", " ", "lorem")), "client_id");
    assert_eq!(refused(zoom().server_to_server("account", "a:b", "lorem")), "client_id");
    assert_eq!(refused(zoom().server_to_server("account", "id", "")), "client_secret");
    assert_eq!(refused(zoom().access_token("\n")), "access_token");
    let with_store = zoom().access_token("lorem").token_store(NoStore);
    assert_eq!(refused(with_store), "token_store");
    assert_eq!(refused(zoom().refresh_token("id", "lorem", "", |_| Ok(()))), "refresh_token");
    assert_eq!(refused(zoom().refresh_token("", "lorem", "ipsum", |_| Ok(()))), "client_id");
    assert_eq!(refused(zoom().refresh_token("id", "", "ipsum", |_| Ok(()))), "client_secret");
}

struct NoStore;

impl zoomkat::zoom::TokenStore for NoStore {
    fn load(&self) -> std::io::Result<Option<zoomkat::zoom::Token>> {
        Ok(None)
    }

    fn save(&self, _: &zoomkat::zoom::Token) -> std::io::Result<()> {
        Ok(())
    }
}
