//! The placement of params: it depends on verb, content type, body and uploads, as in the table in
//! the documentation of `HttpRequest`, and determines the rest of the head.

use support::forms::{FormPart, boundary_of, read_by_multipart, read_strictly};
use support::{Received, Server, patient};
use zoomkat::{ErrorKind, HttpRequest};

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// Returns the request as a server receives it.
fn receive(build: impl FnOnce(&mut HttpRequest)) -> Received {
    let server = Server::answering("200 OK", "", "");
    let mut req = HttpRequest::new();
    build(&mut req);
    server.call(&patient(), &req).unwrap();
    server.request()
}

fn parts(received: &Received) -> Vec<FormPart> {
    let boundary = boundary_of(received.header("Content-Type").unwrap());
    let parts = read_by_multipart(&received.body, &boundary);
    let strict: Vec<_> =
        read_strictly(&received.body, &boundary).into_iter().map(|(_, part)| part).collect();
    assert_eq!(parts, strict, "the two readers disagree");
    parts
}

/// RFC 3986 section 2.3, written out.
fn encoded(bytes: &[u8]) -> String {
    const UNRESERVED: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    bytes
        .iter()
        .map(|b| match UNRESERVED.contains(char::from(*b)) {
            true => char::from(*b).to_string(),
            false => format!("%{b:02X}"),
        })
        .collect()
}

#[test]
fn get_head_delete_and_options_put_params_in_the_query() {
    for verb in ["GET", "HEAD", "DELETE", "OPTIONS"] {
        for content_type in ["", FORM, "application/json", "text/plain; charset=utf-8"] {
            let received = receive(|req| {
                req.set_http_verb(verb).set_path("/p").set_content_type(content_type);
                req.add_param("b", "two words").add_param("a", "1").add_param("b", "");
            });
            let case = format!("{verb} {content_type:?}");
            let line = format!("{verb} /p?b=two%20words&a=1&b= HTTP/1.1");
            assert_eq!(received.line(), line, "{case}");
            assert_eq!(received.body, b"", "{case}");
            assert_eq!(received.header("Content-Length"), None, "{case}");
            let wanted = (!content_type.is_empty()).then_some(content_type);
            assert_eq!(received.header("Content-Type"), wanted, "{case}");
        }
    }
}

#[test]
fn any_other_verb_puts_params_in_a_form_body() {
    for verb in ["POST", "PUT", "PATCH", "PROPFIND", "QUERY"] {
        for (content_type, sent_type) in [
            ("", FORM),
            (FORM, FORM),
            ("Application/X-WWW-Form-URLEncoded", "Application/X-WWW-Form-URLEncoded"),
            (
                "application/x-www-form-urlencoded; charset=utf-8",
                "application/x-www-form-urlencoded; charset=utf-8",
            ),
        ] {
            let received = receive(|req| {
                req.set_http_verb(verb).set_path("/p").set_content_type(content_type);
                req.add_param("b", "two words").add_param("a", "1").add_param("b", "");
            });
            let case = format!("{verb} {content_type:?}");
            assert_eq!(received.line(), format!("{verb} /p HTTP/1.1"), "{case}");
            assert_eq!(received.text(), "b=two%20words&a=1&b=", "{case}");
            assert_eq!(received.header("Content-Type"), Some(sent_type), "{case}");
            assert_eq!(received.header("Content-Length"), Some("20"), "{case}");
        }
    }
}

#[test]
fn a_content_type_that_cannot_carry_params_is_refused() {
    let server = Server::answering("200 OK", "", "");
    for verb in ["POST", "PUT", "PATCH", "PROPFIND"] {
        for content_type in ["application/json", "application/xml", "text/plain; charset=utf-8"] {
            let mut req = HttpRequest::new();
            req.set_http_verb(verb).set_content_type(content_type).add_param("a", "1");
            let err = server.call(&patient(), &req).unwrap_err();
            assert_eq!(err.kind(), ErrorKind::InvalidRequest);
            let text = err.to_string();
            let base = content_type.split(';').next().unwrap();
            for wanted in ["content_type", base, "load_body_from_string"] {
                assert!(text.contains(wanted), "{wanted} in {text}");
            }
        }
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn params_of_a_request_with_a_body_go_into_the_query() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("body");
    std::fs::write(&path, "..{\"a\": \"é\"}..").unwrap();
    let whole = dir.path().join("whole");
    std::fs::write(&whole, "{\"a\": \"é\"}").unwrap();
    type Load<'l> = &'l dyn Fn(&mut HttpRequest);
    let loads: [(&str, Load<'_>); 6] = [
        ("load_body_from_bd", &|req| {
            req.load_body_from_bd("{\"a\": \"é\"}".as_bytes());
        }),
        ("load_body_from_string", &|req| {
            req.load_body_from_string("{\"a\": \"é\"}", "utf-8");
        }),
        ("load_body_from_sb", &|req| {
            req.load_body_from_sb("{\"a\": \"é\"}", "utf-8");
        }),
        ("load_body_from_file", &|req| {
            req.load_body_from_file(&whole);
        }),
        ("stream_body_from_file", &|req| {
            req.stream_body_from_file(&whole);
        }),
        ("stream_chunk_from_file", &|req| {
            req.stream_chunk_from_file(&path, 2, 11);
        }),
    ];
    for verb in ["GET", "DELETE", "OPTIONS", "POST", "PUT", "PATCH", "PROPFIND"] {
        for content_type in ["", FORM, "application/json", "multipart/mixed; boundary=x"] {
            for (member, load) in loads {
                let received = receive(|req| {
                    req.set_http_verb(verb).set_path("/p").set_content_type(content_type);
                    req.add_param("a", "1 2").add_param("b", "&");
                    load(req);
                });
                let case = format!("{verb} {content_type:?} {member}");
                assert_eq!(received.line(), format!("{verb} /p?a=1%202&b=%26 HTTP/1.1"), "{case}");
                assert_eq!(received.text(), "{\"a\": \"é\"}", "{case}");
                assert_eq!(received.header("Content-Length"), Some("11"), "{case}");
                let wanted = (!content_type.is_empty()).then_some(content_type);
                assert_eq!(received.header("Content-Type"), wanted, "{case}");
            }
        }
    }
}

#[test]
fn a_multipart_type_makes_each_param_a_part() {
    for verb in ["GET", "HEAD", "DELETE", "OPTIONS", "POST", "PUT", "PATCH", "PROPFIND"] {
        for content_type in [MULTIPART, "Multipart/Form-Data", "multipart/mixed; x=y"] {
            let received = receive(|req| {
                req.set_http_verb(verb).set_path("/p?q=1").set_content_type(content_type);
                req.add_param("b", "two words").add_param("a", "é").add_param("b", "");
            });
            let case = format!("{verb} {content_type:?}");
            assert_eq!(received.line(), format!("{verb} /p?q=1 HTTP/1.1"), "{case}");
            let sent_type = received.header("Content-Type").unwrap();
            assert!(sent_type.starts_with(&format!("{content_type}; boundary=")), "{sent_type}");
            let wanted =
                [("b", "two words"), ("a", "é"), ("b", "")].map(|(n, v)| FormPart::field(n, v));
            assert_eq!(parts(&received), wanted, "{case}");
        }
    }
}

#[test]
fn an_upload_makes_each_param_a_part_in_the_order_added() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("report.txt");
    std::fs::write(&path, "from disk").unwrap();
    for verb in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        for content_type in ["", MULTIPART, FORM, "application/json"] {
            let received = receive(|req| {
                req.set_http_verb(verb).set_content_type(content_type);
                req.add_param("first", "1");
                req.add_file_for_upload("disk", &path);
                req.add_param("second", "2");
                req.add_bd_for_upload("memory", "pic.png", [0, 255, 13, 10], "");
                req.add_string_for_upload2("json", "", "{}", "utf-8", "application/json");
                req.add_string_for_upload("text", "t.csv", "é", "iso-8859-1");
                req.add_param("third", "3");
            });
            let case = format!("{verb} {content_type:?}");
            assert_eq!(received.line(), format!("{verb} / HTTP/1.1"), "{case}");
            let sent_type = received.header("Content-Type").unwrap();
            assert!(sent_type.starts_with("multipart/form-data; boundary="), "{case}: {sent_type}");
            let json = FormPart {
                content_type: Some("application/json".into()),
                ..FormPart::field("json", "{}")
            };
            let wanted = [
                FormPart::field("first", "1"),
                FormPart::file("disk", "report.txt", "text/plain", "from disk"),
                FormPart::field("second", "2"),
                FormPart::file("memory", "pic.png", "image/png", [0, 255, 13, 10]),
                json,
                FormPart::file("text", "t.csv", "text/csv", [0xe9]),
                FormPart::field("third", "3"),
            ];
            assert_eq!(parts(&received), wanted, "{case}");
        }
    }
}

#[test]
fn a_body_and_an_upload_together_are_refused() {
    let server = Server::answering("200 OK", "", "");
    for content_type in ["", MULTIPART, "application/json"] {
        let mut req = HttpRequest::new();
        req.use_post().set_content_type(content_type);
        req.add_bd_for_upload("f", "f.txt", b"x", "").load_body_from_string("body", "utf-8");
        let err = server.call(&patient(), &req).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest);
        assert!(err.to_string().contains("load_body_from_string"), "{err}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_query_in_the_path_is_kept_and_extended() {
    for (path, target) in [
        ("/p", "/p?a=1&b=2"),
        ("/p?", "/p?a=1&b=2"),
        ("/p?x=y", "/p?x=y&a=1&b=2"),
        ("/p?x=y&", "/p?x=y&a=1&b=2"),
        ("/p?&", "/p?&a=1&b=2"),
        ("/p?x=y?z", "/p?x=y?z&a=1&b=2"),
        ("/p?x=y z", "/p?x=y%20z&a=1&b=2"),
        ("?x", "/?x&a=1&b=2"),
    ] {
        let get = receive(|req| {
            req.set_path(path).add_param("a", "1").add_param("b", "2");
        });
        assert_eq!(get.line(), format!("GET {target} HTTP/1.1"), "{path}");
    }
    let post = receive(|req| {
        req.set_http_verb("POST").set_path("/p?x=y&a=0").add_param("a", "1");
    });
    assert_eq!((post.line(), post.text().as_str()), ("POST /p?x=y&a=0 HTTP/1.1", "a=1"));
}

#[test]
fn a_query_that_ends_with_a_question_mark_is_extended_like_any_other() {
    let get = receive(|req| {
        req.set_path("/p?q=what?").add_param("a", "1");
    });
    assert_eq!(get.line(), "GET /p?q=what?&a=1 HTTP/1.1");
}

#[test]
fn every_character_that_is_not_unreserved_is_percent_encoded_in_query_and_form() {
    let ascii: String = (0..128u8).map(char::from).collect();
    for text in [ascii.as_str(), "é ñ", "日本", "🐈 \u{85}\u{2028}", "a+b=c&d", "%41", ""] {
        let wanted = encoded(text.as_bytes());
        let wanted = format!("{wanted}={wanted}");
        let get = receive(|req| {
            req.add_param(text, text);
        });
        assert_eq!(get.line(), format!("GET /?{wanted} HTTP/1.1"));
        let post = receive(|req| {
            req.use_post().add_param(text, text);
        });
        assert_eq!(post.text(), wanted);
    }
}

#[test]
fn the_charset_decides_the_bytes_in_query_form_and_part() {
    for (charset, text, bytes) in [
        ("utf-8", "é", b"\xc3\xa9".as_slice()),
        ("", "é", b"\xc3\xa9"),
        ("iso-8859-1", "é", b"\xe9"),
        ("ISO-8859-1", "\u{80}", b"\x80"),
        ("windows-1252", "€", b"\x80"),
        ("shift_jis", "日", b"\x93\xfa"),
        ("us-ascii", "e", b"e"),
        ("utf-16be", "é", b"\x00\xe9"),
        ("utf-16le", "é", b"\xe9\x00"),
    ] {
        let get = receive(|req| {
            req.set_charset(charset).add_param("n", text);
        });
        let query = get.line().split(' ').nth(1).unwrap().strip_prefix("/?").unwrap().to_owned();
        let (_, value) = query.split_once('=').unwrap();
        assert_eq!(value, encoded(bytes), "{charset}");
        let post = receive(|req| {
            req.use_post().set_charset(charset).add_param("n", text);
        });
        assert_eq!(post.text(), query, "{charset}");
        let part = receive(|req| {
            req.use_upload().set_charset(charset).add_param("n", text);
        });
        assert_eq!(parts(&part), [FormPart::field("n", bytes)], "{charset}");
    }
}

#[test]
fn the_charset_is_in_the_content_type_only_on_request_and_never_for_multipart() {
    let sent_type = |build: &dyn Fn(&mut HttpRequest)| {
        let received = receive(|req| {
            req.set_http_verb("POST").set_charset("iso-8859-1").set_send_charset(true);
            build(req);
        });
        received.header("Content-Type").map(str::to_owned)
    };
    let form = "application/x-www-form-urlencoded; charset=iso-8859-1";
    let given = |content_type: &'static str| {
        move |req: &mut HttpRequest| {
            req.set_content_type(content_type).load_body_from_string("x", "iso-8859-1");
        }
    };
    assert_eq!(
        sent_type(&|req| {
            req.set_content_type(FORM).add_param("a", "é");
        })
        .unwrap(),
        form
    );
    assert_eq!(
        sent_type(&given("text/plain; charset=us-ascii")).unwrap(),
        "text/plain; charset=iso-8859-1"
    );
    assert_eq!(
        sent_type(&given("text/plain; format=flowed")).unwrap(),
        "text/plain; format=flowed; charset=iso-8859-1"
    );
    assert_eq!(sent_type(&given("")), None);
    let loaded = "multipart/mixed; boundary=x";
    assert_eq!(sent_type(&given(loaded)).unwrap(), loaded);
    let multipart = sent_type(&|req| {
        req.set_content_type(MULTIPART).add_param("a", "é");
    });
    assert!(!multipart.unwrap().contains("charset"));
    let unwanted = receive(|req| {
        req.use_post().set_charset("iso-8859-1").add_param("a", "é");
    });
    assert_eq!(unwanted.header("Content-Type"), Some(FORM));
}

#[test]
fn the_charset_is_also_added_to_the_default_form_type() {
    let received = receive(|req| {
        req.set_http_verb("POST").set_charset("iso-8859-1").set_send_charset(true);
        req.add_param("a", "é");
    });
    assert_eq!(received.text(), "a=%E9");
    assert_eq!(
        received.header("Content-Type"),
        Some("application/x-www-form-urlencoded; charset=iso-8859-1")
    );
}

#[test]
fn without_a_body_content_length_zero_is_sent_only_for_verbs_that_usually_have_one() {
    for (verb, length) in [
        ("GET", None),
        ("HEAD", None),
        ("OPTIONS", None),
        ("TRACE", None),
        ("DELETE", None),
        ("POST", Some("0")),
        ("PUT", Some("0")),
        ("PATCH", Some("0")),
        ("PROPFIND", Some("0")),
    ] {
        for content_type in ["", FORM, "application/json"] {
            let received = receive(|req| {
                req.set_http_verb(verb).set_content_type(content_type);
            });
            assert_eq!(received.header("Content-Length"), length, "{verb} {content_type}");
            assert_eq!(received.header("Transfer-Encoding"), None);
            let wanted = (!content_type.is_empty()).then_some(content_type);
            assert_eq!(received.header("Content-Type"), wanted, "{verb}");
        }
    }
    let empty = receive(|req| {
        req.load_body_from_string("", "utf-8");
    });
    assert_eq!(empty.header("Content-Length"), Some("0"));
}

#[test]
fn host_content_type_and_content_length_precede_the_callers_headers() {
    let received = receive(|req| {
        req.add_header("zeta", "1").add_header("Alpha", "2");
        req.add_header("content-type", "text/plain").add_header("CONTENT-length", 4);
        req.add_header("mId", "");
        req.set_http_verb("POST").load_body_from_string("four", "utf-8");
    });
    let host = received.header("Host").unwrap();
    assert!(host.starts_with("127.0.0.1:"), "{host}");
    assert_eq!(
        received.headers(),
        [
            &format!("Host: {host}"),
            "Content-Type: text/plain",
            "Content-Length: 4",
            "zeta: 1",
            "Alpha: 2",
            "mId: ",
        ]
    );
    let own_host = receive(|req| {
        req.add_header("X", "1").add_header("hOST", "virtual.example");
    });
    assert_eq!(own_host.headers(), ["Host: virtual.example", "X: 1"]);
}

#[test]
fn the_version_that_was_set_is_sent() {
    for version in ["1.0", "1.1"] {
        let received = receive(|req| {
            req.set_http_version(version);
        });
        assert_eq!(received.line(), format!("GET / HTTP/{version}"));
    }
}

#[test]
fn no_setting_of_the_transport_sends_a_header_twice() {
    let server = Server::answering("200 OK", "", "");
    let mut http = patient();
    http.set_user_agent("ua/1").set_auth_token("<token>");
    for (name, value) in [
        ("content-type", "text/css"),
        ("user-agent", "ua/2"),
        ("authorization", "Basic <login>"),
        ("X-Both", "of the transport"),
    ] {
        http.set_request_header(name, value);
    }
    let mut req = HttpRequest::new();
    req.use_post().add_param("a", "1").add_header("x-both", "of the request");
    server.call(&http, &req).unwrap();
    let received = server.request();
    let mut names: Vec<String> = received
        .headers()
        .iter()
        .map(|line| line.split(':').next().unwrap().to_ascii_lowercase())
        .collect();
    names.sort();
    let mut once = names.clone();
    once.dedup();
    assert_eq!(names, once);
    assert_eq!(received.header("Content-Length"), Some("3"));
    assert_eq!(received.header("Content-Type"), Some(FORM));
    assert_eq!(received.header("X-Both"), Some("of the request"));
}

#[test]
fn no_setting_of_the_transport_changes_the_framing() {
    let server = Server::answering("200 OK", "", "");
    let mut req = HttpRequest::new();
    req.use_post().add_param("a", "1");
    for (name, value) in [("Transfer-Encoding", "chunked"), ("content-length", "3"), ("Host", "h")]
    {
        let mut http = patient();
        http.set_request_header(name, value);
        let err = server.call(&http, &req).unwrap_err();
        let text = err.to_string();
        assert!(err.is_invalid_request() && text.contains("set_request_header"), "{text}");
        assert!(text.contains(name), "{text}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_part_header_is_refused_without_parts() {
    let mut req = HttpRequest::new();
    req.set_http_verb("POST").add_param("a", "1").add_sub_header(0, "X-Part", "1");
    let err = req.generate_request_text().unwrap_err();
    assert!(err.is_invalid_request() && err.to_string().contains("add_sub_header"), "{err}");
    req.set_content_type("multipart/form-data");
    assert!(req.generate_request_text().unwrap().contains("\r\nX-Part: 1\r\n"));
}
