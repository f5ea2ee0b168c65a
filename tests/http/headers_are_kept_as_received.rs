//! Header fields: those of a response are kept as received and can be looked up; those of a request
//! arrive as they were set.

use support::{Server, patient};
use zoomkat::HttpRequest;

#[test]
fn case_order_and_duplicates_are_kept() {
    let server = Server::saying(
        "HTTP/1.1 200 Very Fine\r\nX-Two: b\r\nx-one: a\r\nX-TWO:  c \r\nContent-Length: 0\r\n\r\n",
    );
    let resp = server.call(&patient(), &HttpRequest::new()).unwrap();
    assert_eq!(resp.header(), "X-Two: b\r\nx-one: a\r\nX-TWO:  c \r\nContent-Length: 0\r\n");
    assert_eq!(resp.status_line(), "HTTP/1.1 200 Very Fine");
    assert_eq!((resp.status_code(), resp.status_text()), (200, "Very Fine"));
    assert_eq!(resp.num_header_fields(), 4);
    assert_eq!(resp.get_header_name(2), Some("X-TWO"));
    assert_eq!(resp.get_header_value(2), Some("c"));
    assert_eq!(resp.get_header_field("X-ONE"), Some("a"));
    assert_eq!(resp.get_header_field("X-Three"), None);
    assert_eq!(resp.get_header_name(4), None);
}

#[test]
fn three_hundred_fields_folded_lines_and_old_charsets_are_read() {
    let many: String = (0..300).map(|n| format!("X-{n}: {n}\r\n")).collect();
    let bytes = [
        b"HTTP/1.1 200 OK\r\nFolded: one\r\n two\r\nName: caf\xe9\r\n".as_slice(),
        many.as_bytes(),
        b"Content-Length: 2\r\n\r\nok",
    ];
    let server = Server::saying(bytes.concat());
    let resp = server.call(&patient(), &HttpRequest::new()).unwrap();
    assert_eq!(resp.num_header_fields(), 303);
    assert_eq!(resp.get_header_field("x-299"), Some("299"));
    assert_eq!(resp.get_header_field("folded"), Some("one two"));
    assert_eq!(resp.get_header_field("name"), Some("café"));
    assert_eq!(resp.body(), b"ok");
}

#[test]
fn interim_responses_are_skipped() {
    let server = Server::saying(
        "HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n\
         HTTP/1.1 204 No Content\r\nX-Last: 1\r\n\r\n",
    );
    let resp = server.call(&patient(), &HttpRequest::new()).unwrap();
    assert_eq!(resp.status_code(), 204);
    assert_eq!(resp.header(), "X-Last: 1\r\n");
}

#[test]
fn a_value_that_starts_on_the_folded_line_has_no_space_before_it() {
    let server = Server::saying("HTTP/1.1 204 No Content\r\nA:\r\n b\r\n\t c \r\n\r\n");
    let resp = server.call(&patient(), &HttpRequest::new()).unwrap();
    assert_eq!(resp.get_header_field("A"), Some("b c"));
    assert_eq!(resp.header(), "A:\r\n b\r\n\t c \r\n");
}

#[test]
fn thousands_of_fields_arrive_in_order_and_once() {
    const COUNT: usize = 5_000;
    let server = Server::answering("200 OK", "", "");
    let (mut http, mut req) = (patient(), HttpRequest::new());
    let name = |n: usize| format!("X-{n}");
    for n in 0..COUNT {
        http.set_request_header(&name(n), "of the transport");
        // Every other field is also set on the request, twice and in another case.
        req.add_header(&name(2 * n).to_lowercase(), "first");
    }
    for n in (0..COUNT).rev() {
        req.add_header(&name(2 * n), "own");
    }
    for n in (1..COUNT).step_by(4) {
        http.set_request_header(&name(n), "");
    }
    req.remove_header("x-0").add_header("X-Last", "own");
    server.call(&http, &req).unwrap();

    let own = (1..COUNT).map(|n| format!("X-{}: own", 2 * n)).chain(["X-Last: own".to_owned()]);
    // The request's fields come first, then the transport's fields that the request does not have.
    let others = (0..COUNT).filter(|n| *n == 0 || n % 4 == 3);
    let others = others.map(|n| format!("X-{n}: of the transport"));
    let host = format!("Host: 127.0.0.1:{}", server.port());
    let expected: Vec<String> = [host].into_iter().chain(own).chain(others).collect();
    assert_eq!(server.request().headers(), expected);
}
