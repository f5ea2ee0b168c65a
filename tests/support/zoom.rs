//! An embedded Zoom on loopback that knows one operation: "Update a user's password".
//!
//! It answers as the operation's page says: 204; 400 with code 300 and one of two messages; 404 with
//! code 1001 naming the user. The examples and the tests share it.

use std::io::Read as _;

use mockito::{Matcher, Mock, Request, Server, ServerGuard};

/// A user that exists, with this password.
pub const USER: &str = "jchill@example.com";
/// The password that [`USER`] has.
pub const OLD_PASSWORD: &str = "sint occaecat";
/// A user whose password was changed as often as a day allows.
pub const BUSY_USER: &str = "busy@example.com";

pub const SAME_AS_OLD: &str = "Your new password can not match the old password.";
pub const TOO_OFTEN: &str = "This password cannot be changed because it has already been changed \
                             the maximum number of times over the past 24 hours.";

/// The server; it stops when it is dropped.
pub struct EmbeddedZoom {
    server: ServerGuard,
    _password: Mock,
}

impl EmbeddedZoom {
    pub fn start() -> EmbeddedZoom {
        let mut server = Server::new();
        let path = Matcher::Regex("^/v2/users/[^/]+/password$".into());
        let password = server
            .mock("PUT", path)
            .with_status_code_from_request(|request| answer(request).0)
            .with_header("content-type", "application/json;charset=UTF-8")
            .with_header("x-zm-trackingid", "v=2.0;clid=embedded;rid=WEB_0")
            .with_body_from_request(|request| answer(request).1.into_bytes())
            .create();
        EmbeddedZoom { server, _password: password }
    }

    pub fn port(&self) -> u16 {
        self.server.socket_address().port()
    }
}

/// Status and body for a request.
fn answer(request: &Request) -> (usize, String) {
    let error = |status, code: i64, message: &str| {
        (status, serde_json::json!({ "code": code, "message": message }).to_string())
    };
    if !header(request, "authorization").is_some_and(|value| value.starts_with("Bearer ")) {
        return error(401, 124, "Invalid access token.");
    }
    let Some(password) = form_password(request) else {
        return error(400, 300, "Validation Failed.");
    };
    let user = request.path().split('/').nth(3).unwrap_or_default().replace("%40", "@");
    match user.as_str() {
        USER if password == OLD_PASSWORD => error(400, 300, SAME_AS_OLD),
        USER => (204, String::new()),
        BUSY_USER => error(400, 300, TOO_OFTEN),
        _ => error(404, 1001, &format!("User does not exist: {user}.")),
    }
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.header(name).into_iter().next().and_then(|value| value.to_str().ok())
}

/// The form field `password`, read by a multipart reader that is not zoomkat's.
fn form_password(request: &Request) -> Option<String> {
    let (_, boundary) = header(request, "content-type")?.split_once("boundary=")?;
    let body = request.body().ok()?.as_slice();
    let mut form = multipart::server::Multipart::with_body(body, boundary);
    while let Ok(Some(mut field)) = form.read_entry() {
        if &*field.headers.name == "password" {
            let mut password = String::new();
            return field.data.read_to_string(&mut password).ok().map(|_| password);
        }
    }
    None
}
