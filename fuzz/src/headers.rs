//! Header fields of a request and a transport, compared with a list; the sent header, compared with httparse.

use std::sync::{LazyLock, mpsc};
use std::time::Duration;

use zoomkat::{ErrorKind, HttpRequest};

use crate::input::Input;
use crate::server::{Server, transport};

const MAX_STEPS: usize = 64;

/// The expected fields of a request or a transport, as a list.
#[derive(Default)]
struct Model(Vec<(String, String)>);

impl Model {
    /// Replaces the first field of this name and removes the others.
    fn set(&mut self, name: &str, value: &str) {
        let at = self.0.iter().position(|(n, _)| n.eq_ignore_ascii_case(name));
        self.remove(name);
        let at = at.unwrap_or(self.0.len());
        self.0.insert(at, (name.to_owned(), value.to_owned()));
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn remove(&mut self, name: &str) {
        self.0.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
    }

    fn is_valid(&self) -> bool {
        self.0.iter().all(|(name, value)| is_token(name) && is_value(value))
    }
}

/// Input: a byte whose lowest bit selects POST, then steps. Each step is a byte that selects the operation
/// and two fields, a name and a value.
pub fn headers(data: &[u8]) {
    let mut input = Input::new(data);
    let is_post = input.byte() & 1 == 1;
    let mut req = HttpRequest::new();
    let mut http = transport();
    if is_post {
        req.set_http_verb("POST");
    }
    let (mut own, mut added) = (Model::default(), Model::default());
    let (mut content_type, mut agent, mut token) = (String::new(), String::new(), String::new());
    let mut block_is_plain = true;
    for _ in 0..MAX_STEPS {
        if input.is_empty() {
            break;
        }
        let (step, name, value) = (input.byte(), input.text(), input.text());
        let trimmed = value.trim_matches([' ', '\t']);
        match step % 8 {
            0 | 1 => {
                req.add_header(&name, &value);
                if name.eq_ignore_ascii_case("Content-Type") {
                    content_type = value.clone();
                } else {
                    own.set(&name, &value);
                }
            }
            2 => {
                req.remove_header(&name);
                own.remove(&name);
            }
            3 => {
                req.set_entire_header(&value);
                // The parsing of a block is not modelled: the model continues with its result.
                let field =
                    |n| Some((req.get_header_name(n)?.into(), req.get_header_value(n)?.into()));
                own.0 = (0..req.num_header_fields()).filter_map(field).collect();
                content_type = req.content_type().to_owned();
                let is_field = |line: &str| line.is_empty() || line.contains(':');
                block_is_plain = value.lines().all(is_field);
            }
            4 => {
                http.set_request_header(&name, &value);
                match trimmed.is_empty() && is_token(&name) {
                    true => added.remove(&name),
                    false => added.set(&name, &value),
                }
            }
            5 => {
                http.remove_request_header(&name);
                added.remove(&name);
            }
            6 => {
                http.set_user_agent(&value);
                agent = value.clone();
            }
            _ => {
                http.set_auth_token(&value);
                token = value.clone();
            }
        }
        let held = req.get_header_field(&name);
        match name.eq_ignore_ascii_case("Content-Type") && !content_type.is_empty() {
            true => assert_eq!(held, Some(&*content_type)),
            false => assert_eq!(held, own.get(&name), "{name:?}"),
        }
        assert_eq!(req.num_header_fields(), own.0.len());
        for (n, (name, value)) in own.0.iter().enumerate() {
            assert_eq!(req.get_header_name(n), Some(&**name));
            assert_eq!(req.get_header_value(n), Some(&**value));
        }
    }

    static SERVER: LazyLock<Server> = LazyLock::new(Server::start);
    let (sender, receiver) = mpsc::channel();
    SERVER.serve(move |mut conn| {
        let head = conn.read_request().unwrap_or_default();
        conn.respond("200 OK", "Connection: close\r\n", b"");
        conn.end();
        // Anything further would be part of a second request.
        let _ = sender.send((head, conn.read_to_end()));
    });
    let result = http.synchronous_request("127.0.0.1", SERVER.port, false, &req);
    let valid_token = is_value(&token) && !token.contains([' ', '\t']) && !token.starts_with('{');
    // The body is empty.
    let is_empty = |length: &str| {
        let digits = length.trim_matches([' ', '\t']);
        !digits.is_empty() && digits.bytes().all(|b| b == b'0')
    };
    let valid_framing = own.0.iter().all(|(name, value)| {
        !name.eq_ignore_ascii_case("Transfer-Encoding")
            && (!name.eq_ignore_ascii_case("Content-Length") || is_empty(value))
    });
    let valid_agent = is_value(&agent) && agent.trim_matches([' ', '\t']) == agent;
    // Host and framing belong to each request.
    let valid_added =
        added.0.iter().all(|(name, _)| !name.eq_ignore_ascii_case("Host") && !is_framing(name));
    let valid_texts =
        valid_framing && valid_added && is_value(&content_type) && valid_agent && valid_token;
    if let Err(err) = &result {
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        // A line without a colon may be a start line or a folded line; otherwise it is refused.
        let about_block = !block_is_plain && err.to_string().contains("set_entire_header: ");
        let is_valid = own.is_valid() && added.is_valid() && valid_texts;
        assert!(!is_valid || about_block, "{err}");
        return;
    }
    assert!(own.is_valid() && added.is_valid() && valid_texts, "this should have been refused");
    let (head, rest) = receiver.recv_timeout(Duration::from_secs(20)).expect("a request");
    assert_eq!(rest, b"", "more than one request was sent");
    let mut expected = Vec::new();
    let mut expect = |name: &str, value: &str| {
        expected.push((name.to_owned(), value.trim_matches([' ', '\t']).to_owned()));
    };
    let host = format!("127.0.0.1:{}", SERVER.port);
    expect("Host", own.get("Host").unwrap_or(&host));
    let has_type = !content_type.split(';').next().unwrap_or_default().trim().is_empty();
    if has_type {
        expect("Content-Type", &content_type);
    }
    if is_post || own.get("Content-Length").is_some() {
        expect("Content-Length", "0");
    }
    let is_written = |name: &str| name.eq_ignore_ascii_case("Host") || is_framing(name);
    for (name, value) in own.0.iter().filter(|(name, _)| !is_written(name)) {
        expect(name, value);
    }
    let bearer = format!("Bearer {token}");
    let settings =
        [("User-Agent", &*agent), ("Authorization", if token.is_empty() { "" } else { &bearer })];
    let settings = settings.into_iter().filter(|(_, value)| !value.is_empty());
    let settings = settings.chain(added.0.iter().map(|(name, value)| (&**name, &**value)));
    let mut seen = Model::default();
    for (name, value) in settings {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let is_there = own.get(name).is_some() || seen.get(name).is_some() || is("Host");
        let by_type = has_type && is("Content-Type");
        if !(is_there || by_type || is_framing(name)) {
            expect(name, value);
        }
        seen.set(name, value);
    }
    let mut room = vec![httparse::EMPTY_HEADER; expected.len() + 8];
    let mut parsed = httparse::Request::new(&mut room);
    let length = parsed.parse(head.as_bytes()).expect("a valid head");
    assert_eq!(length, httparse::Status::Complete(head.len()));
    assert_eq!(parsed.method, Some(if is_post { "POST" } else { "GET" }));
    assert_eq!((parsed.path, parsed.version), (Some("/"), Some(1)));
    let text = |value| String::from_utf8_lossy(value).trim_matches([' ', '\t']).to_owned();
    let found: Vec<_> = parsed.headers.iter().map(|h| (h.name.to_owned(), text(h.value))).collect();
    assert_eq!(found, expected);
}

/// Whether the text is a token (RFC 9110 section 5.6.2).
pub fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|c| c.is_ascii_graphic() && !"\"(),/:;<=>?@[\\]{}".contains(c))
}

/// Whether the text is a field value (RFC 9110 section 5.5).
fn is_value(value: &str) -> bool {
    !value.chars().any(|c| c.is_ascii_control() && c != '\t')
}

fn is_framing(name: &str) -> bool {
    let name = name.trim();
    ["Content-Length", "Transfer-Encoding"].iter().any(|framing| name.eq_ignore_ascii_case(framing))
}
