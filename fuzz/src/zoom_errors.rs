//! Responses of Zoom, or of something that answers for it: no error reveals a secret, and its kind matches the
//! status.

use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};
use zoomkat::Transport;
use zoomkat::zoom::{Error, ErrorKind, PasswordOptions, Plan, Zoom, password_form};

use crate::clock::ManualClock;
use crate::input::Input;
use crate::server::{Server, transport};
use crate::{capture, error_texts};

const TOKEN: &str = "marker20001-marker20002";

/// The start of every part of a secret.
const MARKER: &str = "marker";

/// Each half of these is a secret.
const PASSWORDS: [&str; 4] = [
    "marker10001",
    "marker10001\"marker10002",
    "marker10001\\/\u{e9}<&>marker10002",
    "marker10001 marker10002",
];

const ANN: &str = "ann@example.com";

/// Input: a byte of bits, a byte with the number of bytes to cut from the end of JSON, then fields: the
/// status in digits, Content-Type, Retry-After, x-zm-trackingid; the rest is the body. Bits 0 to 2 select
/// the call, 3 and 4 the password, 5 a body in UTF-16. Except in the first two fields, the byte 1 stands
/// for the password, 2 for the token, 3 for the password as escaped in JSON, 4 for the same with every
/// character escaped.
pub fn zoom_errors(data: &[u8]) {
    let mut input = Input::new(data);
    let (flags, cut) = (input.byte(), usize::from(input.byte()));
    let status = input.text().trim().parse().unwrap_or(400u16);
    let content_type = input.text();
    // Decoded with the wrong charset, text outside ASCII becomes unrecognizable. Only two labels are common
    // enough to be handled.
    let label = content_type.split_once("charset").map_or("", |(_, label)| label);
    let password = match label {
        "" | "=utf-8" | "=iso-8859-1" => PASSWORDS[usize::from(flags >> 3 & 3)],
        _ => PASSWORDS[0],
    };
    let mut header = || String::from_utf8_lossy(&fill(input.field(), password)).into_owned();
    let (retry_after, id) = (header(), header());
    let template = input.rest();
    // An input that contains the marker itself would look like a leak; so would the start of the marker
    // after a cut.
    let has_marker =
        |text: &[u8]| text.windows(4).any(|w| w.eq_ignore_ascii_case(&MARKER.as_bytes()[..4]));
    if !(200..=999).contains(&status) || has_marker(data) {
        return;
    }
    let mut body = fill(template, password);
    let is_json = body.trim_ascii_start().starts_with(b"{");
    if cut > 0 && is_json {
        body.truncate(body.len().saturating_sub(cut));
        if body.trim_ascii_end().ends_with(b"}") {
            return;
        }
    }
    if flags & 0x20 != 0 {
        let text = String::from_utf8_lossy(&body).into_owned();
        body = b"\xff\xfe"
            .iter()
            .copied()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
    }
    let mut headers = String::new();
    let named =
        [("Content-Type", content_type), ("Retry-After", retry_after), ("x-zm-trackingid", id)];
    for (name, value) in named {
        if !value.is_empty() {
            headers +=
                &format!("{name}: {}\r\n", value.replace(|c: char| c.is_ascii_control(), ""));
        }
    }
    let has_body = !matches!(status, 204 | 304);

    static SERVER: LazyLock<Server> = LazyLock::new(Server::start);
    static HTTP: LazyLock<Transport> = LazyLock::new(transport);
    // A connection from an earlier input still runs its script.
    HTTP.close_all_connections();
    SERVER.serve(move |mut conn| {
        while conn.read_request().is_some() {
            match has_body {
                true => conn.respond(&format!("{status} Lorem"), &headers, &body),
                false => conn.send(format!("HTTP/1.1 {status} Lorem\r\n{headers}\r\n").as_bytes()),
            }
        }
    });
    let zoom = Zoom::builder()
        .access_token(TOKEN)
        .base_url(format!("http://127.0.0.1:{}", SERVER.port))
        .plan(Plan::Business)
        .transport(HTTP.clone())
        .max_wait(Duration::from_secs(3600))
        .check_password_length(false)
        .clock(ManualClock::new())
        .build()
        .expect("a client");
    let user = json!({ "first_name": "Ann", "password": password });
    let (result, changes_password) = match flags & 7 {
        0 => (zoom.update_password(ANN, password), true),
        1 => {
            // The same page repeatedly, if the response says that there is a next one.
            let mut pages = zoom.pages::<Value>("/users", "users").take(5);
            (pages.try_for_each(|user| user.map(drop)), false)
        }
        2 => (zoom.send(password_form(ANN, password)).map(drop), true),
        3 => (zoom.post::<Value>("/users", &user).map(drop), false),
        4 => (zoom.patch("/users/ann", &user), false),
        5 => (zoom.password_requirement().map(drop), false),
        6 => {
            let report = zoom.update_passwords([(ANN, password)], PasswordOptions::new());
            assert_no_marker(&format!("{report} {report:?} {report:#?}"));
            return;
        }
        _ => (zoom.get::<Value>("/users/ann").map(drop), false),
    };
    assert!(result.is_err() || (200..300).contains(&status), "{status} is not a success");
    if let Err(err) = result {
        // If the request has no password, the response may contain the text.
        if !matches!(flags & 7, 1 | 5 | 7) || !contains_password(data) {
            assert_no_secret(&err);
        }
        assert_eq!(err.status(), Some(status), "{err}");
        assert!(fits(status, err.kind(), changes_password), "{status}: {:?}", err.kind());
    }
}

/// Whether the response contains the password.
fn contains_password(data: &[u8]) -> bool {
    data.iter().any(|byte| matches!(byte, 1 | 3 | 4))
}

/// Inserts the secrets into the template.
fn fill(template: &[u8], password: &str) -> Vec<u8> {
    let quoted = json!(password).to_string();
    let escaped: String = password.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let mut out = Vec::new();
    for byte in template {
        match byte {
            1 => out.extend_from_slice(password.as_bytes()),
            2 => out.extend_from_slice(TOKEN.as_bytes()),
            3 => out.extend_from_slice(&quoted.as_bytes()[1..quoted.len() - 1]),
            4 => out.extend_from_slice(escaped.as_bytes()),
            byte => out.push(*byte),
        }
    }
    out
}

fn assert_no_secret(err: &Error) {
    let text = format!("{}\n{}", capture::full_text(err), error_texts::by_members(err));
    assert_no_marker(&text);
}

fn assert_no_marker(text: &str) {
    assert!(!text.contains(MARKER), "a secret is shown: {text}");
}

/// Whether this status can lead to an error of this kind.
fn fits(status: u16, kind: ErrorKind, changes_password: bool) -> bool {
    use ErrorKind::*;
    let understood = match kind {
        TokenExpired | MissingScope | NotPermitted | UserNotFound | NotFound | Conflict => true,
        Validation | PageTokenExpired | Refused => true,
        PasswordRejected(_) => changes_password,
        _ => false,
    };
    match status {
        500.. if changes_password => kind == OutcomeUnknown,
        500.. => kind == Server,
        429 => matches!(kind, RateLimited | DailyLimit),
        400.. => understood,
        300.. => understood || kind == OutcomeUnknown && changes_password,
        _ => understood || kind == Body || kind == OutcomeUnknown && changes_password,
    }
}
