//! Paths: a path is sent as written, encoded where necessary, and a value stays in its segment
//! whatever it contains.

use support::{Server, patient};
use zoomkat::{ErrorKind, HttpRequest};

/// Returns the request target that arrives when this request is sent.
fn target(req: &HttpRequest) -> String {
    let server = Server::answering("200 OK", "", "");
    server.call(&patient(), req).unwrap();
    let received = server.request();
    let mut words = received.line().split(' ');
    let target = words.nth(1).unwrap().to_owned();
    assert_eq!((words.next(), words.next()), (Some("HTTP/1.1"), None), "{}", received.line());
    target
}

fn refused(req: &HttpRequest) -> String {
    let server = Server::answering("200 OK", "", "");
    let err = server.call(&patient(), req).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::InvalidRequest);
    assert_eq!(server.connections(), 0);
    assert_eq!(req.generate_request_text().unwrap_err().to_string(), err.to_string());
    err.to_string()
}

#[test]
fn a_path_keeps_valid_characters_and_encodes_the_rest() {
    for (path, sent) in [
        ("/v2/users/:userId/password", "/v2/users/:userId/password"),
        ("/", "/"),
        ("", "/"),
        ("v2/users", "/v2/users"),
        ("?a=b", "/?a=b"),
        ("/a/-._~!$&'()*+,;=:@", "/a/-._~!$&'()*+,;=:@"),
        ("/a b/c\td", "/a%20b/c%09d"),
        ("/%41%2f%c3%A9", "/%41%2f%c3%A9"),
        ("/%", "/%25"),
        ("/%4", "/%254"),
        ("/%zz%4G%20", "/%25zz%254G%20"),
        ("/é/日/🐈", "/%C3%A9/%E6%97%A5/%F0%9F%90%88"),
        ("/\u{85}\u{a0}\u{2028}", "/%C2%85%C2%A0%E2%80%A8"),
        ("/\"<>\\^`{|}[]", "/%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D"),
        ("/\u{1}\u{7f}", "/%01%7F"),
        ("/a#b", "/a%23b"),
        ("/a?b=c d#e&f=/?:@'[", "/a?b=c%20d%23e&f=/?:@'%5B"),
        ("/a??b", "/a??b"),
        ("//a//b", "//a//b"),
        ("/a/../b/./c", "/a/../b/./c"),
        ("/http://evil.example/x", "/http://evil.example/x"),
        ("/proxy/http://evil.example/x", "/proxy/http://evil.example/x"),
        ("proxy/http://evil.example/x", "/proxy/http://evil.example/x"),
        ("/go?u=http://evil.example", "/go?u=http://evil.example"),
        ("go?u=http://evil.example", "/go?u=http://evil.example"),
        ("users/http:x", "/users/http:x"),
        ("http:x", "/http:x"),
        ("http:/x", "/http:/x"),
        ("://x", "/://x"),
        ("1a://x", "/1a://x"),
        ("a b://x", "/a%20b://x"),
        ("é://x", "/%C3%A9://x"),
        ("*", "/*"),
        (" HTTP/1.1", "/%20HTTP/1.1"),
    ] {
        let mut req = HttpRequest::new();
        req.set_path(path);
        assert_eq!(req.path(), path, "the path is returned as it was set");
        assert_eq!(target(&req), sent, "{path:?}");
    }
}

#[test]
fn a_line_end_or_nul_anywhere_in_a_path_is_refused() {
    for path in ["/a\r\nX: y", "/a\n", "\r/a", "/a\0b", "/a?b=\nc", "/a\r"] {
        let mut req = HttpRequest::new();
        req.set_path(path);
        assert!(refused(&req).contains("path"), "{path:?}");
    }
}

#[test]
fn a_value_stays_in_its_segment_whatever_it_contains() {
    for (value, sent) in [
        ("jchill@example.com", "jchill%40example.com"),
        ("me", "me"),
        ("a/b", "a%2Fb"),
        ("../../admin", "..%2F..%2Fadmin"),
        ("/", "%2F"),
        ("a?b=c&d", "a%3Fb%3Dc%26d"),
        ("a#b", "a%23b"),
        ("%", "%25"),
        ("%2e%2e", "%252e%252e"),
        ("%2F", "%252F"),
        ("...", "..."),
        ("..a", "..a"),
        (" ", "%20"),
        ("é日🐈", "%C3%A9%E6%97%A5%F0%9F%90%88"),
        ("a\r\nX-Injected: 1\r\n\r\n", "a%0D%0AX-Injected%3A%201%0D%0A%0D%0A"),
        ("\0", "%00"),
        (":other", "%3Aother"),
        ("a;b=c\\d", "a%3Bb%3Dc%5Cd"),
        ("AZaz09-._~", "AZaz09-._~"),
    ] {
        let mut req = HttpRequest::new();
        req.set_path("/v2/users/:id/x?y=z").set_path_variable("id", value);
        assert_eq!(target(&req), format!("/v2/users/{sent}/x?y=z"), "{value:?}");
    }
}

#[test]
fn a_value_that_would_change_the_route_is_refused() {
    for value in ["", ".", ".."] {
        let mut req = HttpRequest::new();
        req.set_path("/v2/users/:userId/password").set_path_variable("userId", value);
        let text = refused(&req);
        assert!(text.contains("set_path_variable") && text.contains("userId"), "{text}");
    }
}

#[test]
fn an_unknown_path_variable_is_refused() {
    for path in ["/v2/users/me", "/:idx", "/x:id", "/:id.json", "/a?b=/:id/", "/:ID", "/%3Aid", "*"]
    {
        let mut req = HttpRequest::new();
        req.set_path(path).set_path_variable("id", "1");
        let text = refused(&req);
        assert!(text.contains("set_path_variable") && text.contains(":id"), "{path}: {text}");
    }
}

#[test]
fn a_variable_fills_every_segment_of_its_name() {
    let mut req = HttpRequest::new();
    req.set_path(":a/:b/:a/:c?d=:a").set_path_variable("a", "1").set_path_variable(":b", ":c");
    assert_eq!(target(&req), "/1/%3Ac/1/:c?d=:a");
    req.set_path_variable("a", "last one wins");
    assert_eq!(target(&req), "/last%20one%20wins/%3Ac/last%20one%20wins/:c?d=:a");
}

#[test]
fn params_follow_the_expanded_path() {
    let mut req = HttpRequest::new();
    req.set_path("/:id").set_path_variable("id", "a?b").add_param("c", ":id");
    assert_eq!(target(&req), "/a%3Fb?c=%3Aid");
}

#[test]
fn the_asterisk_means_the_whole_server_for_options_only() {
    let mut req = HttpRequest::new();
    req.set_http_verb("OPTIONS").set_path("*");
    assert_eq!(target(&req), "*");
    req.add_param("a", "1");
    assert!(refused(&req).contains("path"));
    req.remove_all_params().set_http_verb("GET");
    assert_eq!(target(&req), "/*");
}

#[test]
fn a_url_sets_only_path_and_query() {
    type Pairs = &'static [(&'static str, &'static str)];
    let cases: [(&str, &str, Pairs); 17] = [
        ("https://u:p@h.example:8443/a/b?x=1&y=2#f", "/a/b", &[("x", "1"), ("y", "2")]),
        ("http://h", "/", &[]),
        ("HTTP://h/", "/", &[]),
        ("http://h?x=1", "/", &[("x", "1")]),
        ("http://h#/p?x=1", "/", &[]),
        ("http://h/p#a?b=c", "/p", &[]),
        ("/p?x=1", "/p", &[("x", "1")]),
        ("p", "p", &[]),
        ("?x=1", "/", &[("x", "1")]),
        ("", "/", &[]),
        ("http://[::1]:80/p?x", "/p", &[("x", "")]),
        ("http://h/p?b=2&a=1&b=1&", "/p", &[("b", "2"), ("a", "1"), ("b", "1")]),
        ("http://h/p?a+b=c+d%20e%2Bf%26", "/p", &[("a b", "c d e+f&")]),
        ("http://h/p?a=b=c&=d", "/p", &[("a", "b=c"), ("", "d")]),
        ("http://h/p%20q/é?n=%C3%A9é", "/p%20q/é", &[("n", "éé")]),
        ("http://h/p?a=%zz%4", "/p", &[("a", "%zz%4")]),
        ("/login?to=http://h/p?q", "/login", &[("to", "http://h/p?q")]),
    ];
    for (url, path, params) in cases {
        let mut req = HttpRequest::new();
        req.set_path("/before?z=1").add_param("before", "1").add_bd_for_upload("f", "f", b"", "");
        req.set_http_verb("PUT").set_content_type("text/plain").add_header("X", "1");
        req.set_from_url(url);
        assert_eq!(req.path(), path, "{url}");
        let found: Vec<(&str, &str)> = (0..req.num_params())
            .map(|n| (req.get_param_name(n).unwrap(), req.get_param_value(n).unwrap()))
            .collect();
        assert_eq!(found, params, "{url}");
        assert_eq!((req.http_verb(), req.content_type()), ("PUT", "text/plain"));
        assert_eq!(req.get_header_field("X"), Some("1"));
    }
}

#[test]
fn a_get_of_a_url_requests_that_url() {
    let mut req = HttpRequest::new();
    req.set_from_url("https://h.example/a%2Fb/c d?x=1+2&y=%C3%A9&x=%26#top");
    assert_eq!(target(&req), "/a%2Fb/c%20d?x=1%202&y=%C3%A9&x=%26");
}

#[test]
fn the_query_of_a_url_is_read_in_the_charset_of_the_request() {
    let mut req = HttpRequest::new();
    req.set_charset("iso-8859-1").set_from_url("http://h/p?n=%E9");
    assert_eq!(req.get_param("n"), Some("é"));
    assert_eq!(target(&req), "/p?n=%E9");
}
