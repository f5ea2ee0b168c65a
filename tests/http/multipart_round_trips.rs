//! Multipart requests: an independent reader finds the same names, file names, types and contents
//! in the same order, and the announced length.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use support::forms::{FormPart, boundary_of, read_by_multipart, read_strictly};
use support::{Received, Server, patient};
use zoomkat::{ErrorKind, HttpRequest, Transport};

fn receive(req: &HttpRequest) -> Received {
    let server = Server::answering("200 OK", "", "");
    server.call(&patient(), req).unwrap();
    server.request()
}

/// Escapes a name as browsers do.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// A part to add: which method adds it, and what the reader must find.
#[derive(Clone, Debug)]
enum Add {
    Param { name: String, value: String },
    Bytes { name: String, filename: String, of: Type, content: Vec<u8> },
    File { name: String, filename: String, of: Type, content: Vec<u8> },
    Text { name: String, filename: String, of: Type, text: String },
}

/// The extension of a file name, the type that is set, and the type that is expected.
type Type = (&'static str, &'static str, &'static str);

const TYPES: [Type; 8] = [
    (".txt", "", "text/plain"),
    (".json", "", "application/json"),
    (".PNG", "", "image/png"),
    (".pdf", "", "application/pdf"),
    (".mp4", "", "video/mp4"),
    ("", "", "application/octet-stream"),
    (".nothing-known", "", "application/octet-stream"),
    (".txt", "text/csv; charset=utf-8", "text/csv; charset=utf-8"),
];

impl Add {
    fn to(&self, req: &mut HttpRequest, dir: &Path) -> FormPart {
        let index = req.num_params();
        match self {
            Add::Param { name, value } => {
                req.add_param(name, value);
                FormPart::field(&escaped(name), value)
            }
            Add::Bytes { name, filename, of: (ext, given, expected), content } => {
                let filename = format!("{filename}{ext}");
                req.add_bd_for_upload(name, &filename, content, given);
                FormPart::file(&escaped(name), &escaped(&filename), expected, content)
            }
            Add::File { name, filename, of: (ext, given, expected), content } => {
                // Other systems do not allow such file names.
                let filename = if cfg!(unix) { filename.as_str() } else { "file" };
                let filename = format!("{filename}{ext}");
                let dir = dir.join(index.to_string());
                fs::create_dir(&dir).unwrap();
                fs::write(dir.join(&filename), content).unwrap();
                match given.is_empty() {
                    true => req.add_file_for_upload(name, dir.join(&filename)),
                    false => req.add_file_for_upload2(name, dir.join(&filename), given),
                };
                FormPart::file(&escaped(name), &escaped(&filename), expected, content)
            }
            Add::Text { name, filename, of: (ext, given, expected), text } => {
                let filename = format!("{filename}{ext}");
                match given.is_empty() {
                    true => req.add_string_for_upload(name, &filename, text, "utf-8"),
                    false => req.add_string_for_upload2(name, &filename, text, "utf-8", given),
                };
                FormPart::file(&escaped(name), &escaped(&filename), expected, text)
            }
        }
    }
}

/// Any character that a name can contain, often an awkward one, except those in `without`.
fn name_char(without: &'static str) -> impl Strategy<Value = char> {
    let awkward = "\"\r\n\t\\%;=:,/ '-\u{85}\u{a0}\u{2028}é日🐈\u{fffd}";
    prop_oneof![
        4 => prop::sample::select(awkward.chars().collect::<Vec<_>>()),
        3 => prop::char::range('a', 'z'),
        3 => any::<char>(),
    ]
    .prop_filter("allowed", move |c| {
        !without.contains(*c) && (!c.is_ascii_control() || "\r\n\t".contains(*c))
    })
}

fn text(without: &'static str) -> impl Strategy<Value = String> {
    vec(name_char(without), 0..24).prop_map(String::from_iter)
}

/// Starts with a letter and has no dot, so the extension that follows is the only one.
fn filename(without: &'static str) -> impl Strategy<Value = String> {
    text(without).prop_map(|rest| format!("f{rest}"))
}

fn content() -> impl Strategy<Value = Vec<u8>> {
    let sizes = prop::sample::select(vec![0usize, 1, 2, 4095, 4096, 4097, 65535, 65536, 65537]);
    let edge = (sizes, any::<u8>())
        .prop_map(|(size, seed)| (0..size).map(|n| (n as u8).wrapping_mul(31) ^ seed).collect());
    // Characters that occur in boundaries, so that the reader finds partial matches.
    let tricky = vec(prop::sample::select(b"\r\n-z\0".to_vec()), 0..64);
    prop_oneof![4 => vec(any::<u8>(), 0..300), 3 => tricky, 1 => edge]
}

/// A part with none of `names` in its name and none of `files` in its file name.
fn part(names: &'static str, files: &'static str) -> impl Strategy<Value = Add> {
    let of = || prop::sample::select(TYPES.to_vec());
    let value = vec(any::<char>(), 0..40).prop_map(String::from_iter);
    prop_oneof![
        (text(names), value.clone()).prop_map(|(name, value)| Add::Param { name, value }),
        (text(names), filename(files), of(), content())
            .prop_map(|(name, filename, of, content)| Add::Bytes { name, filename, of, content }),
        (text(names), filename(files), of(), content())
            .prop_map(|(name, filename, of, content)| Add::File { name, filename, of, content }),
        (text(names), filename(files), of(), value)
            .prop_map(|(name, filename, of, text)| Add::Text { name, filename, of, text }),
    ]
}

/// Sends the parts, and returns the expected parts and the received request.
fn send(adds: &[Add]) -> (Vec<FormPart>, Received) {
    let dir = tempfile::tempdir().unwrap();
    let mut req = HttpRequest::new();
    req.use_upload();
    let wanted = adds.iter().map(|add| add.to(&mut req, dir.path())).collect();
    (wanted, receive(&req))
}

fn strictly(received: &Received) -> Vec<FormPart> {
    let boundary = boundary_of(received.header("Content-Type").unwrap());
    read_strictly(&received.body, &boundary).into_iter().map(|(_, part)| part).collect()
}

fn by_multipart(received: &Received) -> Vec<FormPart> {
    let boundary = boundary_of(received.header("Content-Type").unwrap());
    read_by_multipart(&received.body, &boundary)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..Default::default() })]

    /// The crate `multipart` ends a name at a semicolon even in quotes, so semicolons are tested
    /// separately.
    #[test]
    fn any_parts_in_any_order_round_trip(
        adds in vec(part(";", ";/."), 0..7)
    ) {
        let (wanted, received) = send(&adds);
        prop_assert_eq!(&by_multipart(&received), &wanted);
        prop_assert_eq!(&strictly(&received), &wanted);
        let announced: usize = received.header("Content-Length").unwrap().parse().unwrap();
        prop_assert_eq!(announced, received.body.len());
    }

    #[test]
    fn semicolons_do_not_end_a_name(adds in vec(part("", "/."), 1..5)) {
        let (wanted, received) = send(&adds);
        prop_assert_eq!(&strictly(&received), &wanted);
    }

    #[test]
    fn names_with_other_control_characters_are_refused(
        before in text(""),
        bad in prop::sample::select((0..=0x1fu8).chain([0x7f]).map(char::from)
            .filter(|c| !"\r\n\t".contains(*c)).collect::<Vec<_>>()),
        after in text(""),
    ) {
        let bad = format!("{before}{bad}{after}");
        let mut in_name = HttpRequest::new();
        in_name.use_upload().add_param(&bad, "");
        let mut in_filename = HttpRequest::new();
        in_filename.use_upload().add_bd_for_upload("f", &bad, b"", "text/plain");
        for req in [in_name, in_filename] {
            let err = req.generate_request_text().unwrap_err();
            prop_assert_eq!(err.kind(), ErrorKind::InvalidRequest);
            prop_assert!(err.to_string().contains("control character"), "{}", err);
        }
    }
}

#[test]
fn files_of_every_size_around_a_buffer_arrive_whole_and_the_connection_stays_usable() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::answering("200 OK", "", "");
    let http: Transport = patient();
    const SIZES: [usize; 12] =
        [0, 1, 4095, 4096, 4097, 16383, 16384, 16385, 65535, 65536, 65537, 1 << 20];
    for size in SIZES {
        let content: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
        let path = dir.path().join(format!("{size}.bin"));
        fs::write(&path, &content).unwrap();
        let mut req = HttpRequest::new();
        req.use_upload().add_param("before", "1").add_file_for_upload("disk", &path);
        req.add_bd_for_upload("memory", "m.bin", &content, "").add_param("after", "2");
        server.call(&http, &req).unwrap();
        let requests = server.requests();
        let received = requests.last().unwrap();
        // A byte too many or too few would have broken the next request on this connection.
        assert_eq!(received.connection, 0, "{size}");
        let octets = "application/octet-stream";
        let wanted = [
            FormPart::field("before", "1"),
            FormPart::file("disk", &format!("{size}.bin"), octets, &content),
            FormPart::file("memory", "m.bin", octets, &content),
            FormPart::field("after", "2"),
        ];
        // Not `assert_eq`, which would print megabytes.
        assert!(strictly(received) == wanted, "{size}");
        assert!(by_multipart(received) == wanted, "{size}");
    }
    assert_eq!(server.requests().len(), SIZES.len());
}

#[test]
fn the_seed_request_has_exactly_these_bytes() {
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").set_path("/v2/users/:userId/password");
    req.set_content_type("multipart/form-data").set_boundary("AaB03x");
    req.add_param("password", "dolor Excepteur minim");
    req.add_header("Authorization", "Bearer <access_token>");
    let received = receive(&req);
    assert_eq!(
        received.text(),
        "--AaB03x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n\
         dolor Excepteur minim\r\n--AaB03x--\r\n"
    );
    let host = received.header("Host").unwrap();
    assert_eq!(
        received.head,
        format!(
            "PUT /v2/users/:userId/password HTTP/1.1\r\nHost: {host}\r\n\
             Content-Type: multipart/form-data; boundary=AaB03x\r\nContent-Length: 96\r\n\
             Authorization: Bearer <access_token>\r\n\r\n"
        )
    );
}

#[test]
fn a_body_without_parts_is_still_closed() {
    let mut req = HttpRequest::new();
    req.use_upload().set_boundary("b");
    let received = receive(&req);
    assert_eq!(received.text(), "--b--\r\n");
    assert_eq!(received.header("Content-Length"), Some("7"));
    assert_eq!(by_multipart(&received), []);
}

#[test]
fn a_field_with_a_type_but_no_file_name_is_not_a_file() {
    let mut req = HttpRequest::new();
    req.use_upload().set_boundary("b");
    req.add_string_for_upload2("meta", "", "{}", "utf-8", "application/json");
    assert_eq!(
        receive(&req).text(),
        "--b\r\nContent-Disposition: form-data; name=\"meta\"\r\n\
         Content-Type: application/json\r\n\r\n{}\r\n--b--\r\n"
    );
}

#[test]
fn sub_headers_go_into_their_part_and_replace_those_of_the_same_name() {
    let mut req = HttpRequest::new();
    req.use_upload().set_boundary("b").add_param("a", "1");
    req.add_bd_for_upload("f", "f.txt", b"2", "").add_param("c", "3");
    req.add_sub_header(1, "X-One", "é")
        .add_sub_header(1, "x-two", "")
        .add_sub_header(1, "X-ONE", "1");
    req.add_sub_header(1, "content-type", "text/csv");
    req.add_sub_header(2, "Content-Disposition", "form-data; name=\"other\"");
    let received = receive(&req);
    assert_eq!(
        received.text(),
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
         --b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\n\
         X-ONE: 1\r\nx-two: \r\ncontent-type: text/csv\r\n\r\n2\r\n\
         --b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n3\r\n--b--\r\n"
    );
    let names: Vec<String> = by_multipart(&received).into_iter().map(|part| part.name).collect();
    assert_eq!(names, ["a", "f", "other"]);
}

#[test]
fn a_chosen_boundary_is_the_same_in_header_and_body_and_quoted_if_necessary() {
    for (boundary, quoted) in [
        ("x", false),
        ("AaB03x.-_+'", false),
        ("a b", true),
        ("gc0pJq0M:08jU534c0p", true),
        ("'()+_,-./:=?", true),
        ("----zoomkatlike", false),
        (&"b".repeat(70), false),
    ] {
        let mut req = HttpRequest::new();
        req.use_upload().set_boundary(boundary).add_param("a", "1").add_param("b", "2");
        let received = receive(&req);
        let shown = if quoted { format!("\"{boundary}\"") } else { boundary.to_owned() };
        assert_eq!(
            received.header("Content-Type"),
            Some(format!("multipart/form-data; boundary={shown}").as_str())
        );
        let parts: Vec<_> =
            read_strictly(&received.body, boundary).into_iter().map(|(_, part)| part).collect();
        assert_eq!(parts, [FormPart::field("a", "1"), FormPart::field("b", "2")]);
    }
}

#[test]
fn a_boundary_in_the_content_type_is_used_unless_another_was_set() {
    let mut req = HttpRequest::new();
    req.set_http_verb("POST").add_param("a", "1");
    req.set_content_type("multipart/form-data; boundary=\"in type\"; x=y");
    let received = receive(&req);
    assert!(received.text().starts_with("--in type\r\n"));
    assert_eq!(
        received.header("Content-Type"),
        Some("multipart/form-data; x=y; boundary=\"in type\"")
    );
    req.set_boundary("set");
    let received = receive(&req);
    assert!(received.text().starts_with("--set\r\n"));
    assert_eq!(received.header("Content-Type"), Some("multipart/form-data; x=y; boundary=set"));
}

#[test]
fn a_generated_boundary_has_128_random_bits_and_changes_with_each_sending() {
    let server = Server::answering("200 OK", "", "");
    let http = patient();
    let mut req = HttpRequest::new();
    req.use_upload().add_param("a", "1");
    const SENDINGS: usize = 200;
    let mut boundaries = Vec::new();
    for _ in 0..SENDINGS {
        server.call(&http, &req).unwrap();
        let requests = server.requests();
        let received = requests.last().unwrap();
        let boundary = boundary_of(received.header("Content-Type").unwrap());
        assert!(received.text().starts_with(&format!("--{boundary}\r\n")));
        assert!(received.text().ends_with(&format!("\r\n--{boundary}--\r\n")));
        assert!(boundary.len() <= 70);
        boundaries.push(boundary);
    }
    assert_eq!(boundaries.iter().collect::<HashSet<_>>().len(), SENDINGS);
    // A position that takes all of 16 digits carries four bits, so 32 of them are 128 bits.
    let digits =
        |at: usize| -> HashSet<u8> { boundaries.iter().map(|b| b.as_bytes()[at]).collect() };
    let random = (0..boundaries[0].len()).filter(|at| digits(*at).len() >= 14).count();
    assert!(random >= 32, "{random} random digits");
}

#[test]
fn a_form_can_be_sent_while_its_thread_ends() {
    /// A thread-local that sends a form when its thread ends.
    struct Farewell(RefCell<Option<(Transport, u16)>>);

    impl Drop for Farewell {
        fn drop(&mut self) {
            let (http, port) = self.0.take().unwrap();
            http.synchronous_request("127.0.0.1", port, false, form()).unwrap();
        }
    }

    thread_local! {
        static FAREWELL: Farewell = const { Farewell(RefCell::new(None)) };
    }

    fn form() -> HttpRequest {
        let mut req = HttpRequest::new();
        req.use_upload().add_param("a", "1");
        req
    }

    let server = Server::answering("200 OK", "", "");
    let port = server.port();
    let thread = std::thread::spawn(move || {
        let http = patient();
        FAREWELL.with(|farewell| farewell.0.replace(Some((http.clone(), port))));
        // Sending may use thread-locals that are newer than this one and dropped before it.
        http.synchronous_request("127.0.0.1", port, false, form()).unwrap();
    });
    thread.join().unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn every_boundary_in_the_content_type_is_replaced() {
    let mut req = HttpRequest::new();
    req.set_http_verb("POST").set_content_type("multipart/form-data; boundary=a; boundary=b");
    req.set_boundary("c").add_param("n", "v");
    let text = req.generate_request_text().unwrap();
    assert!(text.contains("\r\nContent-Type: multipart/form-data; boundary=c\r\n"), "{text}");
}
