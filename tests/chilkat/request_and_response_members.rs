//! The members of `HttpRequest` and `HttpResponse`: each does what Chilkat documents for its name,
//! or what its own documentation says instead.

use std::fs;

use mockito::{Matcher, Server, ServerGuard};
use serde::Deserialize;
use support::patient;
use zoomkat::{Error, ErrorKind, HttpRequest, HttpResponse, LineEndings, Transport};

fn call(server: &ServerGuard, req: &HttpRequest) -> HttpResponse {
    let port = server.socket_address().port();
    patient().synchronous_request("127.0.0.1", port, false, req).unwrap()
}

/// Returns the response to a GET of `/` from mockito.
fn answered(headers: &[(&str, &str)], body: &[u8]) -> HttpResponse {
    let mut server = Server::new();
    let mut mock = server.mock("GET", "/").with_body(body);
    for (name, value) in headers {
        mock = mock.with_header(*name, value);
    }
    let mock = mock.create();
    let resp = call(&server, &HttpRequest::new());
    mock.assert();
    resp
}

mod promised_of_the_types {
    use super::*;

    const fn send_sync<T: Send + Sync + 'static>() {}
    const fn clone_debug<T: Clone + std::fmt::Debug>() {}
    const fn default<T: Default>() {}
    const fn error<T: std::error::Error + std::fmt::Debug>() {}

    const _: () = {
        send_sync::<HttpRequest>();
        send_sync::<HttpResponse>();
        send_sync::<Transport>();
        send_sync::<zoomkat::chilkat::Http>();
        send_sync::<Error>();
        clone_debug::<HttpRequest>();
        clone_debug::<HttpResponse>();
        clone_debug::<Transport>();
        clone_debug::<zoomkat::chilkat::Http>();
        clone_debug::<ErrorKind>();
        default::<HttpRequest>();
        default::<HttpResponse>();
        default::<Transport>();
        error::<Error>();
        assert!(size_of::<Error>() == size_of::<usize>());
        assert!(size_of::<Result<(), Error>>() == size_of::<usize>());
    };

    #[test]
    fn a_clone_is_independent() {
        let mut req = HttpRequest::new();
        req.use_post().add_param("a", "1").add_header("X", "1");
        let before = req.generate_request_text().unwrap();
        let mut clone = req.clone();
        clone.set_path("/other").add_param("b", "2").remove_header("X");
        assert_eq!(req.generate_request_text().unwrap(), before);
        assert_ne!(clone.generate_request_text().unwrap(), before);
    }
}

mod of_the_request_head {
    use super::*;

    #[test]
    fn a_new_request_has_chilkats_defaults() {
        for req in [HttpRequest::new(), HttpRequest::default()] {
            assert_eq!(req.http_verb(), "GET");
            assert_eq!(req.path(), "/");
            assert_eq!(req.http_version(), "1.1");
            assert_eq!(req.content_type(), "");
            assert_eq!(req.charset(), "utf-8");
            assert!(!req.send_charset());
            assert_eq!(req.boundary(), "");
            assert_eq!(req.entire_header(), "");
            assert_eq!((req.num_header_fields(), req.num_params()), (0, 0));
            let text = req.generate_request_text().unwrap();
            assert_eq!(text, "GET / HTTP/1.1\r\nHost: domain\r\n\r\n");
        }
    }

    #[test]
    fn getters_return_what_was_set() {
        let mut req = HttpRequest::new();
        req.set_http_verb("pUt").set_path("a b?c").set_http_version("1.0");
        req.set_content_type(" text/plain; x=y ").set_charset("Shift_JIS");
        req.set_send_charset(true).set_boundary("b b");
        assert_eq!(req.http_verb(), "pUt");
        assert_eq!(req.path(), "a b?c");
        assert_eq!(req.http_version(), "1.0");
        assert_eq!(req.content_type(), " text/plain; x=y ");
        assert_eq!(req.charset(), "Shift_JIS");
        assert!(req.send_charset());
        assert_eq!(req.boundary(), "b b");
    }

    #[test]
    fn add_header_replaces_in_place_and_uses_the_new_case() {
        let mut req = HttpRequest::new();
        req.add_header("X-One", "1").add_header("X-Two", "2").add_header("X-Three", "");
        req.add_header("x-oNE", "new");
        assert_eq!(req.num_header_fields(), 3);
        let fields: Vec<_> = (0..3)
            .map(|n| (req.get_header_name(n).unwrap(), req.get_header_value(n).unwrap()))
            .collect();
        assert_eq!(fields, [("x-oNE", "new"), ("X-Two", "2"), ("X-Three", "")]);
        assert_eq!((req.get_header_name(3), req.get_header_value(3)), (None, None));
        assert_eq!(req.get_header_field("X-ONE"), Some("new"));
        assert_eq!(req.get_header_field("x-three"), Some(""));
        assert_eq!(req.get_header_field("X-Four"), None);
    }

    #[test]
    fn a_content_type_header_sets_the_content_type() {
        let mut req = HttpRequest::new();
        assert_eq!(req.get_header_field("Content-Type"), None);
        req.add_header("CONTENT-TYPE", "text/css");
        assert_eq!((req.content_type(), req.num_header_fields()), ("text/css", 0));
        assert_eq!(req.get_header_field("content-type"), Some("text/css"));
        assert_eq!(req.remove_header("Content-Type").content_type(), "text/css");
    }

    #[test]
    fn a_content_length_must_be_that_of_the_body_and_a_transfer_encoding_is_refused() {
        let mut req = HttpRequest::new();
        req.set_http_verb("PUT").set_body("lorem").add_header("content-length", 5);
        let sent = req.generate_request_text().unwrap();
        assert_eq!(sent, "PUT / HTTP/1.1\r\nHost: domain\r\nContent-Length: 5\r\n\r\nlorem");
        req.add_header("Content-Length", "7");
        let err = req.generate_request_text().unwrap_err().to_string();
        assert!(err.contains("Content-Length is \"7\", but the body has 5 bytes"), "{err}");
        req.remove_header("Content-Length").add_header("Transfer-Encoding", "chunked");
        let err = req.generate_request_text().unwrap_err().to_string();
        assert!(err.contains("add_header: Transfer-Encoding cannot be set"), "{err}");
        // Without a body only an explicit length is sent.
        let mut get = HttpRequest::new();
        get.add_header("Content-Length", 0);
        assert!(get.generate_request_text().unwrap().contains("\r\nContent-Length: 0\r\n"));
    }

    #[test]
    fn remove_header_removes_every_field_with_the_name() {
        let mut req = HttpRequest::new();
        req.set_entire_header("A: 1\r\nB: 2\r\na: 3\r\n");
        assert_eq!(req.num_header_fields(), 3);
        assert_eq!(req.remove_header("A").entire_header(), "B: 2\r\n");
        assert_eq!(req.remove_header("Not-There").num_header_fields(), 1);
    }

    #[test]
    fn entire_header_starts_with_content_type_and_round_trips() {
        let mut req = HttpRequest::new();
        req.add_header("X-One", "1").set_content_type("text/css").add_header("Host", "h");
        let block = "Content-Type: text/css\r\nX-One: 1\r\nHost: h\r\n";
        assert_eq!(req.entire_header(), block);
        let mut other = HttpRequest::new();
        other.add_header("Gone", "1").set_entire_header(block);
        assert_eq!(other.entire_header(), block);
        let (one, two) = (req.generate_request_text(), other.generate_request_text());
        assert_eq!(one.unwrap(), two.unwrap());
    }

    #[test]
    fn set_entire_header_reads_pasted_headers() {
        for (block, read) in [
            ("", ""),
            ("A: 1\r\n", "A: 1\r\n"),
            ("A: 1\nB:2\n\n", "A: 1\r\nB: 2\r\n"),
            ("A: 1", "A: 1\r\n"),
            ("A:  1\t \r\nB:\r\n\r\n", "A: 1\r\nB: \r\n"),
            ("A: one\r\n two\r\n\tthree\r\nB: 2\r\n", "A: one two three\r\nB: 2\r\n"),
            ("A: 1\r\nB: x\r\na: 2\r\n", "A: 1\r\nB: x\r\na: 2\r\n"),
            ("GET /p?a=b:c HTTP/1.1\r\nA: 1\r\n", "A: 1\r\n"),
            ("POST http://h/p HTTP/1.0\r\nA: 1\r\n", "A: 1\r\n"),
            ("HTTP/1.1 200 OK\r\nA: 1\r\n", "A: 1\r\n"),
            ("CONTENT-length:0 \r\nA: b:c\r\n", "CONTENT-length: 0\r\nA: b:c\r\n"),
            ("A: 1\r\ncontent-type: text/css\r\n", "Content-Type: text/css\r\nA: 1\r\n"),
        ] {
            let mut req = HttpRequest::new();
            req.add_header("Gone", "1").set_entire_header(block);
            assert_eq!(req.entire_header(), read, "{block:?}");
            assert!(req.generate_request_text().is_ok(), "{block:?}");
        }
    }

    #[test]
    fn set_entire_header_does_not_take_a_field_for_a_start_line() {
        let mut req = HttpRequest::new();
        req.set_entire_header("X-Note: over HTTP/1.1\r\nA: 1\r\n");
        assert_eq!(req.entire_header(), "X-Note: over HTTP/1.1\r\nA: 1\r\n");
    }

    #[test]
    fn a_valid_header_block_clears_the_error_of_an_invalid_one() {
        let mut req = HttpRequest::new();
        req.set_entire_header("A: 1\r\nno field\r\n");
        assert!(req.generate_request_text().is_err());
        req.set_entire_header("A: 1\r\n");
        assert!(req.generate_request_text().is_ok());
    }

    #[test]
    fn a_marked_header_and_every_value_that_may_be_secret_stay_out_of_debug() {
        let mut req = HttpRequest::new();
        req.set_path("/v2/:id?q=hush").set_path_variable("id", "hush");
        req.add_header("Authorization", "Bearer hush").add_header("X-Mine", "hush");
        req.add_header("X-Plain", "shown").mark_header_sensitive("X-Mine");
        req.add_param("password", "hush").load_body_from_string("hush", "utf-8");
        let mut uploads = HttpRequest::new();
        uploads.use_upload().add_string_for_upload("f", "f.txt", "hush", "utf-8");
        let shown = format!("{req:?} {req:#?} {uploads:?}");
        assert!(!shown.contains("hush"), "{shown}");
        for wanted in ["GET", "/v2/:id", "X-Mine", "shown", "password", "f.txt"] {
            assert!(shown.contains(wanted), "{wanted} in {shown}");
        }
    }

    #[test]
    fn idempotence_decides_whether_a_lost_request_is_repeated() {
        for (verb, idempotent, again) in [
            ("GET", None, true),
            ("PUT", None, true),
            ("DELETE", None, true),
            ("POST", None, false),
            ("PATCH", None, false),
            ("PUT", Some(false), false),
            ("POST", Some(true), true),
        ] {
            // The first connection dies at its second request.
            let server = support::Server::start(|mut conn| {
                let mut count = 0;
                while conn.read_request().is_some() {
                    count += 1;
                    if conn.number() == 0 && count == 2 {
                        return;
                    }
                    conn.respond("200 OK", "", "");
                }
            });
            let http = patient();
            server.call(&http, &HttpRequest::new()).unwrap();
            let mut req = HttpRequest::new();
            req.set_http_verb(verb);
            if let Some(idempotent) = idempotent {
                req.set_idempotent(idempotent);
            }
            let result = server.call(&http, &req);
            let case = format!("{verb} {idempotent:?}");
            assert_eq!(result.is_ok(), again, "{case}: {result:?}");
            assert_eq!(server.connections(), if again { 2 } else { 1 }, "{case}");
            if let Err(err) = result {
                assert!(err.may_have_been_processed(), "{case}");
            }
        }
    }
}

mod of_params_and_bodies {
    use super::*;

    fn mixed() -> HttpRequest {
        let mut req = HttpRequest::new();
        req.use_upload().add_param("a", "1 é").add_bd_for_upload("f", "f.txt", b"x", "");
        req.add_param("A", "2").add_param("a", "3");
        req
    }

    #[test]
    fn param_names_are_case_sensitive_and_uploads_count_without_a_value() {
        let req = mixed();
        assert_eq!(req.num_params(), 4);
        assert_eq!(req.get_param("a"), Some("1 é"));
        assert_eq!(req.get_param("A"), Some("2"));
        assert_eq!((req.get_param("f"), req.get_param("z")), (None, None));
        let names: Vec<_> = (0..5).map(|n| req.get_param_name(n)).collect();
        assert_eq!(names, [Some("a"), Some("f"), Some("A"), Some("a"), None]);
        let values: Vec<_> = (0..5).map(|n| req.get_param_value(n)).collect();
        assert_eq!(values, [Some("1 é"), None, Some("2"), Some("3"), None]);
        assert_eq!(req.get_url_encoded_params(), "a=1%20%C3%A9&A=2&a=3");
    }

    #[test]
    fn remove_param_removes_the_first_and_remove_all_params_also_the_uploads() {
        let mut req = mixed();
        req.remove_param("a");
        assert_eq!((req.num_params(), req.get_param("a")), (3, Some("3")));
        req.remove_param("f").remove_param("not there");
        assert_eq!(req.get_url_encoded_params(), "A=2&a=3");
        req.remove_all_params();
        assert_eq!((req.num_params(), req.get_url_encoded_params().as_str()), (0, ""));
        assert_eq!(HttpRequest::new().get_url_encoded_params(), "");
    }

    #[test]
    fn remove_all_params_drops_a_sub_header_without_a_part() {
        let mut req = HttpRequest::new();
        req.add_sub_header(3, "X", "y");
        assert!(req.generate_request_text().is_err());
        assert!(req.remove_all_params().generate_request_text().is_ok());
    }

    #[test]
    fn encoded_params_use_the_charset_or_utf8_if_it_lacks_a_character() {
        let mut req = HttpRequest::new();
        req.set_charset("iso-8859-1").add_param("a", "é");
        assert_eq!(req.get_url_encoded_params(), "a=%E9");
        req.add_param("b", "€");
        assert_eq!(req.get_url_encoded_params(), "a=%C3%A9&b=%E2%82%AC");
    }

    #[test]
    fn mockito_receives_query_form_and_bodies() {
        let mut server = Server::new();
        let query = server
            .mock("GET", "/v2/users")
            .match_query(Matcher::AllOf(vec![
                Matcher::UrlEncoded("status".into(), "active & well".into()),
                Matcher::UrlEncoded("name".into(), "é+日".into()),
            ]))
            .create();
        let form = server
            .mock("POST", "/form")
            .match_header("content-type", "application/x-www-form-urlencoded")
            .match_body(Matcher::UrlEncoded("a".into(), "1 2+3".into()))
            .create();
        let json = server
            .mock("PATCH", "/json")
            .match_header("content-type", "application/json")
            .match_header("content-length", "11")
            .match_body(Matcher::JsonString("{\"a\":\"\\u00e9\"}".into()))
            .create();
        let latin =
            server.mock("PUT", "/latin").match_body(Matcher::from(vec![b'h', 0xe9])).create();

        let mut req = HttpRequest::new();
        req.set_path("/v2/users").add_param("status", "active & well").add_param("name", "é+日");
        assert_eq!(call(&server, &req).status_code(), 200);
        let mut req = HttpRequest::new();
        req.use_post().set_path("/form").add_param("a", "1 2+3");
        assert_eq!(call(&server, &req).status_code(), 200);
        let mut req = HttpRequest::new();
        req.set_http_verb("PATCH").set_path("/json").set_content_type("application/json");
        req.load_body_from_string("replaced by the next", "utf-8");
        req.load_body_from_sb("{\"a\": \"é\"}", "utf-8");
        assert_eq!(call(&server, &req).status_code(), 200);
        let mut req = HttpRequest::new();
        req.set_http_verb("PUT").set_path("/latin").load_body_from_string("hé", "iso-8859-1");
        assert_eq!(call(&server, &req).status_code(), 200);
        for mock in [query, form, json, latin] {
            mock.assert();
        }
    }

    #[test]
    fn bodies_can_be_bytes_files_and_chunks_of_files() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ten");
        fs::write(&path, "0123456789").unwrap();
        type Load<'l> = &'l dyn Fn(&mut HttpRequest);
        let cases: [(&[u8], Load<'_>); 8] = [
            (&[0, 255], &|r| {
                r.load_body_from_bd([0, 255]);
            }),
            (b"0123456789", &|r| {
                r.load_body_from_file(&path);
            }),
            (b"0123456789", &|r| {
                r.stream_body_from_file(&path);
            }),
            (b"234", &|r| {
                r.stream_chunk_from_file(&path, 2, 3);
            }),
            (b"0123456789", &|r| {
                r.stream_chunk_from_file(&path, 0, 10);
            }),
            (b"", &|r| {
                r.stream_chunk_from_file(&path, 10, 0);
            }),
            (&[0x93, 0xfa], &|r| {
                r.load_body_from_string("日", "shift_jis");
            }),
            (&[0, 0xe9], &|r| {
                r.load_body_from_sb("é", "utf-16be");
            }),
        ];
        for (number, (body, load)) in cases.into_iter().enumerate() {
            let mut server = Server::new();
            let length = body.len().to_string();
            let mock = server
                .mock("PUT", "/")
                .match_header("content-length", length.as_str())
                .match_body(Matcher::from(body.to_vec()))
                .create();
            let mut req = HttpRequest::new();
            req.set_http_verb("PUT");
            load(&mut req);
            assert_eq!(call(&server, &req).status_code(), 200, "case {number}");
            mock.assert();
        }
    }

    #[test]
    fn a_request_can_be_sent_again_and_its_files_are_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f.txt");
        let mut req = HttpRequest::new();
        req.set_http_verb("PUT").stream_body_from_file(&path);
        for text in ["first", "and second"] {
            fs::write(&path, text).unwrap();
            let mut server = Server::new();
            let mock = server.mock("PUT", "/").match_body(text).create();
            call(&server, &req);
            mock.assert();
        }
    }
}

mod of_the_generated_request {
    use super::*;

    #[test]
    fn generated_requests_equal_sent_ones_except_for_the_host() {
        let dir = tempfile::tempdir().unwrap();
        let upload = dir.path().join("big.bin");
        fs::write(&upload, vec![b'x'; 200_000]).unwrap();
        type Build<'b> = &'b dyn Fn(&mut HttpRequest);
        let cases: [Build<'_>; 5] = [
            &|r| {
                r.set_path("/a b").add_param("é", "1").add_header("X", "é");
            },
            &|r| {
                r.use_post().add_param("a", "1");
            },
            &|r| {
                r.use_upload().set_boundary("b").add_param("a", "1");
                r.add_file_for_upload("f", &upload).add_sub_header(1, "X", "y");
            },
            &|r| {
                r.set_http_verb("PUT").set_http_version("1.0").stream_body_from_file(&upload);
            },
            &|r| {
                r.set_http_verb("PUT").load_body_from_string("é", "utf-8");
            },
        ];
        for (number, build) in cases.into_iter().enumerate() {
            let server = support::Server::answering("200 OK", "", "");
            let mut req = HttpRequest::new();
            build(&mut req);
            server.call(&patient(), &req).unwrap();
            let sent = server.request();
            let host = format!("Host: 127.0.0.1:{}\r\n", server.port());
            let wanted = sent.head.replace(&host, "Host: domain\r\n") + &sent.text();
            assert!(req.generate_request_text().unwrap() == wanted, "case {number}");
            let path = dir.path().join("request.txt");
            req.generate_request_file(&path).unwrap();
            assert!(fs::read(&path).unwrap() == wanted.as_bytes(), "case {number}");
        }
    }

    #[test]
    fn a_generated_file_has_bytes_that_text_cannot_have() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("request.bin");
        let mut req = HttpRequest::new();
        req.set_http_verb("PUT").load_body_from_bd([b'a', 0xff, 0, b'\n']);
        req.generate_request_file(&path).unwrap();
        assert!(fs::read(&path).unwrap().ends_with(b"\r\n\r\na\xff\0\n"));
        assert!(req.generate_request_text().unwrap().ends_with("\r\n\r\na\u{fffd}\0\n"));
        let err = req.generate_request_file(dir.path().join("no/such/folder")).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Io);
        assert!(err.is_io() && err.to_string().contains("folder"), "{err}");
    }

    #[test]
    fn the_callers_host_replaces_the_placeholder() {
        let mut req = HttpRequest::new();
        req.add_header("host", "h.example").add_header("X", "1");
        let text = req.generate_request_text().unwrap();
        assert_eq!(text, "GET / HTTP/1.1\r\nHost: h.example\r\nX: 1\r\n\r\n");
    }
}

mod of_the_response_head {
    use super::*;

    #[test]
    fn a_new_response_is_empty() {
        for resp in [HttpResponse::new(), HttpResponse::default()] {
            assert_eq!((resp.status_code(), resp.status_line(), resp.status_text()), (0, "", ""));
            assert_eq!((resp.header(), resp.num_header_fields(), resp.num_cookies()), ("", 0, 0));
            assert_eq!((resp.body(), &*resp.body_str(), resp.content_length()), (&[][..], "", 0));
            assert_eq!((resp.domain(), resp.final_redirect_url()), ("", ""));
            assert_eq!((resp.charset().as_str(), resp.full_mime().as_str()), ("us-ascii", "\r\n"));
            assert_eq!(resp.body_qp(), "");
            assert_eq!(resp.call_text(), "");
            assert!(resp.date_str().ends_with(" GMT"));
            assert_eq!(resp.get_header_field("Date"), None);
            assert_eq!(resp.get_header_field_attr("Content-Type", "charset"), None);
            assert_eq!(resp.get_cookie_name(0), None);
            assert_eq!(resp.json::<serde_json::Value>().unwrap_err().kind(), ErrorKind::Body);
        }
    }

    #[test]
    fn status_and_header_are_returned() {
        let mut server = Server::new();
        server.mock("GET", "/").with_status(404).with_header("x-one", "1").create();
        let resp = call(&server, &HttpRequest::new());
        assert_eq!((resp.status_code(), resp.status_text()), (404, "Not Found"));
        assert_eq!(resp.status_line(), "HTTP/1.1 404 Not Found");
        assert_eq!(resp.get_header_field("X-ONE"), Some("1"));
        assert!(resp.header().contains("x-one: 1\r\n") && resp.header().ends_with("\r\n"));
        let listed: String = (0..resp.num_header_fields())
            .map(|n| (resp.get_header_name(n).unwrap(), resp.get_header_value(n).unwrap()))
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        assert_eq!(listed, resp.header());
        let beyond = resp.num_header_fields();
        assert_eq!((resp.get_header_name(beyond), resp.get_header_value(beyond)), (None, None));
        assert_eq!((resp.domain(), resp.final_redirect_url()), ("127.0.0.1", ""));
        let story = resp.call_text();
        assert!(story.contains("GET http://127.0.0.1") && story.contains("404"), "{story}");
        let debug = format!("{resp:?}");
        assert!(debug.contains("404 Not Found") && debug.contains("x-one"), "{debug}");
    }

    #[test]
    fn attributes_inside_a_field_are_found() {
        let value = "attachment; filename=\"a;b \\\"c\\\".txt\"; Size=12; empty=";
        let resp =
            answered(&[("Content-Disposition", value), ("Content-Type", "a/b;charset=x")], b"");
        let attr = |name: &str, attr: &str| resp.get_header_field_attr(name, attr);
        assert_eq!(attr("content-disposition", "FileName").unwrap(), "a;b \"c\".txt");
        assert_eq!(attr("Content-Disposition", "size").unwrap(), "12");
        assert_eq!(attr("Content-Disposition", "empty").unwrap(), "");
        assert_eq!(attr("Content-Type", "charset").unwrap(), "x");
        assert_eq!(attr("Content-Disposition", "attachment"), None);
        assert_eq!(attr("Content-Disposition", "b"), None);
        assert_eq!(attr("X-Not-There", "charset"), None);
    }

    #[test]
    fn cookies_are_returned_by_index() {
        let expires = "Wed, 21 Oct 2026 07:28:00 GMT";
        let full = format!("sid=a=b; Path=/v2; Domain=zoom.us; expires={expires}; Secure");
        let resp = answered(
            &[
                ("Set-Cookie", &full),
                ("Set-Cookie", "no-pair"),
                ("set-cookie", "=no-name"),
                ("Set-Cookie", " bare = ; HttpOnly"),
            ],
            b"",
        );
        assert_eq!(resp.num_cookies(), 2);
        let named_like_an_attribute = answered(&[("Set-Cookie", "path=x; Path=/y")], b"");
        assert_eq!(named_like_an_attribute.get_cookie_path(0), Some("/y"));
        assert_eq!(resp.get_cookie_name(0), Some("sid"));
        assert_eq!(resp.get_cookie_value(0), Some("a=b"));
        assert_eq!(resp.get_cookie_path(0), Some("/v2"));
        assert_eq!(resp.get_cookie_domain(0), Some("zoom.us"));
        assert_eq!(resp.get_cookie_expires_str(0), Some(expires));
        assert_eq!(resp.get_cookie_name(1), Some("bare"));
        assert_eq!(resp.get_cookie_value(1), Some(""));
        assert_eq!(resp.get_cookie_path(1), Some("/"));
        assert_eq!(resp.get_cookie_domain(1), Some("127.0.0.1"));
        assert_eq!(resp.get_cookie_expires_str(1), None);
        for beyond in [
            resp.get_cookie_name(2),
            resp.get_cookie_value(2),
            resp.get_cookie_path(2),
            resp.get_cookie_domain(2),
            resp.get_cookie_expires_str(2),
        ] {
            assert_eq!(beyond, None);
        }
    }

    #[test]
    fn the_date_is_the_servers_or_the_time_of_receipt() {
        let server = support::Server::saying(
            "HTTP/1.1 200 OK\r\nDate: Tue, 01 Jul 2025 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n",
        );
        let resp = server.call(&patient(), &HttpRequest::new()).unwrap();
        assert_eq!(resp.date_str(), "Tue, 01 Jul 2025 10:00:00 GMT");
        let server = support::Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        let before = std::time::SystemTime::now() - std::time::Duration::from_secs(1);
        let resp = server.call(&patient(), &HttpRequest::new()).unwrap();
        let date = httpdate::parse_http_date(&resp.date_str()).unwrap();
        assert!(date >= before && date <= std::time::SystemTime::now(), "{}", resp.date_str());
    }

    #[test]
    fn the_last_redirect_is_returned_whether_followed_or_not() {
        let mut server = Server::new();
        server.mock("GET", "/").with_status(302).with_header("Location", "there?a=1").create();
        server.mock("GET", "/there?a=1").with_body("arrived").create();
        let port = server.socket_address().port();
        let url = format!("http://127.0.0.1:{port}/there?a=1");
        let resp = call(&server, &HttpRequest::new());
        assert_eq!((resp.status_code(), &*resp.body_str()), (200, "arrived"));
        assert_eq!(resp.final_redirect_url(), url);
        let mut http = patient();
        http.set_follow_redirects(false);
        let resp = http.synchronous_request("127.0.0.1", port, false, HttpRequest::new()).unwrap();
        assert_eq!((resp.status_code(), resp.final_redirect_url()), (302, url.as_str()));
    }
}

mod of_the_response_body {
    use super::*;

    #[test]
    fn text_is_decoded_in_the_charset_of_the_response() {
        for (content_type, charset, body, text) in [
            ("text/plain; charset=utf-8", "utf-8", "é日".as_bytes(), "é日"),
            ("text/plain; charset=ISO-8859-1", "ISO-8859-1", b"h\xe9", "hé"),
            ("text/plain; charset=\"Shift_JIS\"", "Shift_JIS", b"\x93\xfa", "日"),
            ("text/plain; charset=windows-1252", "windows-1252", b"\x80", "€"),
            ("text/plain; charset=utf-16le", "utf-16le", b"\xe9\0", "é"),
            ("text/plain; charset=iso-8859-1", "iso-8859-1", b"\xef\xbb\xbf\xc3\xa9", "é"),
            ("text/plain", "", b"\xff\xfe\xe9\0", "é"),
            ("text/plain", "", b"\xfe\xff\0\xe9", "é"),
            ("text/plain", "", "é".as_bytes(), "é"),
            ("text/plain", "", b"h\xe9", "hé"),
            ("text/plain; charset=utf-8", "utf-8", b"h\xe9!", "h\u{fffd}!"),
            ("text/plain; charset=klingon", "klingon", "é".as_bytes(), "é"),
        ] {
            let resp = answered(&[("Content-Type", content_type)], body);
            assert_eq!(resp.charset(), charset);
            assert_eq!(resp.body_str(), text, "{content_type} {body:?}");
            assert_eq!(resp.body(), body);
            assert_eq!(resp.content_length(), body.len() as u64);
            assert_eq!(resp.full_mime(), format!("{}\r\n{text}", resp.header()));
            assert_eq!(resp.into_body(), body);
        }
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct User {
        id: String,
        #[serde(rename = "type")]
        kind: u8,
    }

    #[test]
    fn json_is_parsed_by_serde_and_errors_have_a_position() {
        let typed = [("Content-Type", "application/json")];
        let user = User { id: "é".into(), kind: 2 };
        for body in
            ["{\"id\": \"é\", \"type\": 2, \"more\": [1]}", "\u{feff}{\"type\":2,\"id\":\"é\"}"]
        {
            assert_eq!(answered(&typed, body.as_bytes()).json::<User>().unwrap(), user);
        }
        let latin = [("Content-Type", "application/json; charset=iso-8859-1")];
        let body = b"{\"id\": \"\xe9\", \"type\": 2}";
        assert_eq!(answered(&latin, body).json::<User>().unwrap(), user);
        for (body, says) in [
            ("", "line 1 column 0"),
            ("{\"id\": \"x\",\n!}", "line 2 column 1"),
            ("{\"id\": \"x\"}", "type"),
            ("{\"id\": \"x\", \"type\": 256}", "256"),
            ("[]", "line 1 column"),
            ("{\"id\": \"x\", \"type\": 2} trailing", "trailing"),
        ] {
            let err = answered(&typed, body.as_bytes()).json::<User>().unwrap_err();
            assert_eq!(err.kind(), ErrorKind::Body);
            let text = err.to_string();
            assert!(text.contains(says) && text.contains("200"), "{says} in {text}");
            assert!(std::error::Error::source(&err).is_some());
        }
    }

    /// Decodes strictly by RFC 2045 section 6.7.
    fn from_qp(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        let mut lines = text.split("\r\n").peekable();
        while let Some(line) = lines.next() {
            assert!(line.len() <= 76, "{line:?} is longer than 76");
            assert!(!line.ends_with([' ', '\t']), "{line:?} would lose its end");
            let (line, soft) = match line.strip_suffix('=') {
                Some(line) => (line, true),
                None => (line, false),
            };
            let mut bytes = line.bytes();
            while let Some(b) = bytes.next() {
                if b == b'=' {
                    let hex: String = bytes.by_ref().take(2).map(char::from).collect();
                    assert_eq!(hex, hex.to_uppercase());
                    out.push(u8::from_str_radix(&hex, 16).unwrap());
                } else {
                    assert!(b == b'\t' || (b' '..=b'~').contains(&b), "{b} is not escaped");
                    out.push(b);
                }
            }
            if !soft && lines.peek().is_some() {
                out.extend(b"\r\n");
            }
        }
        out
    }

    #[test]
    fn quoted_printable_has_short_ascii_lines_and_round_trips() {
        let long = "é=x ".repeat(60);
        for body in ["", "plain", "a=b é\r\nend \r\n\tx\t", &long, "line \r\n\r\nline"] {
            let resp = answered(&[], body.as_bytes());
            assert_eq!(from_qp(&resp.body_qp()), body.as_bytes(), "{}", resp.body_qp());
        }
        assert_eq!(answered(&[], "a=é".as_bytes()).body_qp(), "a=3D=C3=A9");
    }

    #[test]
    fn quoted_printable_round_trips_any_bytes() {
        let all: Vec<u8> = (0..=255).collect();
        for body in [all.as_slice(), b"a\nb", b"a\rb", b"\n\r\n\r", &[0xff; 100]] {
            let resp = answered(&[("Content-Type", "application/octet-stream")], body);
            assert_eq!(from_qp(&resp.body_qp()), body, "{:?}", resp.body_qp());
        }
    }

    #[test]
    fn a_body_is_saved_as_bytes_or_as_text_with_uniform_line_ends() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("saved");
        let resp =
            answered(&[("Content-Type", "text/plain; charset=iso-8859-1")], b"\xe9\r\nb\nc\rd");
        resp.save_body_binary(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"\xe9\r\nb\nc\rd");
        resp.save_body_text(LineEndings::CrLf, &path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "é\r\nb\r\nc\r\nd");
        resp.save_body_text(LineEndings::Lf, &path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "é\nb\nc\nd");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let other = tempfile::tempdir().unwrap();
            fs::write(other.path().join("usual"), "").unwrap();
            let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(
                mode(&path),
                mode(&other.path().join("usual")),
                "the mode of any other new file"
            );
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "a file was left behind");
        let nowhere = dir.path().join("no-such-folder").join("f");
        let as_text = resp.save_body_text(LineEndings::Lf, &nowhere);
        for result in [resp.save_body_binary(&nowhere), as_text] {
            let err = result.unwrap_err();
            assert_eq!(err.kind(), ErrorKind::Io);
            assert!(err.to_string().contains("no-such-folder"), "{err}");
        }
    }

    #[test]
    fn a_value_of_encoded_params_is_found_case_sensitively_and_decoded() {
        let resp = HttpResponse::new();
        let text = "a=1+2%203%2B&b&c=&A=x&a=again&%64=%C3%A9&e=f=g&h=%zz";
        for (name, value) in [
            ("a", Some("1 2 3+")),
            ("A", Some("x")),
            ("b", Some("")),
            ("c", Some("")),
            ("d", Some("é")),
            ("e", Some("f=g")),
            ("h", Some("%zz")),
            ("B", None),
            ("z", None),
        ] {
            assert_eq!(resp.url_enc_param_value(text, name).as_deref(), value, "{name}");
        }
        assert_eq!(resp.url_enc_param_value("", "a"), None);
    }
}
