//! A line-by-line port of the Chilkat script "Update a user's password".
//!
//! Without settings it starts an embedded Zoom on loopback and runs the script once for each response that
//! Zoom documents. With `ZOOM_ACCESS_TOKEN`, `ZOOM_USER_ID` and `ZOOM_NEW_PASSWORD` it changes that user's
//! password at api.zoom.us.
//!
//! The exit code is 0 if each run ended as expected, 1 if not, 2 if a variable is missing.

use std::env;
use std::process::ExitCode;

use zoomkat::{HttpRequest, HttpResponse, Transport};
use zoomkat_testing::zoom::{self, EmbeddedZoom, UserKind};

/// The server and the password change.
struct Job<'a> {
    domain: &'a str,
    port: u16,
    ssl: bool,
    access_token: &'a str,
    user_id: &'a str,
    new_password: &'a str,
}

/// The script. It prints the same as the original and returns the response.
fn update_password(job: &Job) -> Option<HttpResponse> {
    let http = Transport::new();

    let mut req = HttpRequest::new();
    req.set_http_verb("PUT");
    req.set_path("/v2/users/:userId/password");
    req.set_path_variable("userId", job.user_id);
    req.set_content_type("multipart/form-data");
    req.add_param("password", job.new_password);

    req.add_header("Authorization", format!("Bearer {}", job.access_token));
    req.set_idempotent(false);

    let resp = match http.synchronous_request(job.domain, job.port, job.ssl, &req) {
        Ok(resp) => resp,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            return None;
        }
    };

    let resp_status_code = resp.status_code();
    println!("Response Status Code = {resp_status_code}");
    if resp_status_code != 204 {
        println!("Response Header:");
        println!("{}", resp.header());
        println!("Response Body:");
        println!("{}", resp.body_str());
        eprintln!("Failed.");
        return Some(resp);
    }
    println!("Success.");
    Some(resp)
}

/// Describes the response.
fn describe(resp: &HttpResponse) -> String {
    #[derive(serde::Deserialize)]
    struct ZoomError {
        code: i64,
        message: String,
    }
    if resp.status_code() == 204 {
        return "204: the password was changed".to_owned();
    }
    let status = resp.status_code();
    match resp.json::<ZoomError>() {
        Ok(ZoomError { code: 300, message }) if message == zoom::SAME_AS_OLD => {
            format!("{status}, code 300: the new password is the old one")
        }
        Ok(ZoomError { code: 300, message }) if message == zoom::TOO_OFTEN => {
            format!("{status}, code 300: it was changed too often in the past 24 hours")
        }
        Ok(ZoomError { code: 1001, message }) => format!("{status}, code 1001: {message}"),
        Ok(ZoomError { code, message }) => format!("{status}, code {code}: {message}"),
        Err(_) => format!("{status}, without an error that Zoom documents"),
    }
}

/// Runs the script once for each response of the embedded Zoom.
fn run_with_embedded_zoom() -> ExitCode {
    const USER: &str = "jchill@example.com";
    const BUSY_USER: &str = "busy@example.com";
    let server = EmbeddedZoom::builder()
        .user(USER, "sint occaecat")
        .user_with_kind(UserKind::ChangedTooOften, BUSY_USER, "sint occaecat")
        .accept_any_token()
        .start();
    println!(
        "ZOOM_ACCESS_TOKEN is not set: using an embedded Zoom on 127.0.0.1:{}.",
        server.port()
    );
    let cases = [
        ("a user whose password can be changed", USER, 204),
        ("the same password again", USER, 400),
        ("a password that was changed too often today", BUSY_USER, 400),
        ("a user that does not exist", "nobody@example.com", 404),
    ];
    let mut as_expected = 0;
    for (number, (what, user_id, status)) in cases.into_iter().enumerate() {
        println!("\n--- {} of {}: {what} ({user_id})", number + 1, cases.len());
        let resp = update_password(&Job {
            domain: "127.0.0.1",
            port: server.port(),
            ssl: false,
            access_token: "<access_token>",
            user_id,
            new_password: "dolor Excepteur minim",
        });
        let Some(resp) = resp else { continue };
        println!("=> {}", describe(&resp));
        as_expected += usize::from(resp.status_code() == status);
    }
    println!("\n{as_expected} of {} responses were as Zoom documents them.", cases.len());
    if as_expected == cases.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn main() -> ExitCode {
    const NAMES: [&str; 3] = ["ZOOM_ACCESS_TOKEN", "ZOOM_USER_ID", "ZOOM_NEW_PASSWORD"];
    let values = NAMES.map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    match values {
        [Some(access_token), Some(user_id), Some(new_password)] => {
            println!("Changing the password of {user_id} at api.zoom.us:443.");
            let resp = update_password(&Job {
                domain: "api.zoom.us",
                port: 443,
                ssl: true,
                access_token: &access_token,
                user_id: &user_id,
                new_password: &new_password,
            });
            let Some(resp) = resp else { return ExitCode::FAILURE };
            println!("=> {}", describe(&resp));
            if resp.status_code() == 204 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        [None, None, None] => run_with_embedded_zoom(),
        some => {
            for (name, _) in NAMES.iter().zip(some).filter(|(_, value)| value.is_none()) {
                eprintln!("{name} is not set. Set all of {}, or none.", NAMES.join(", "));
            }
            ExitCode::from(2)
        }
    }
}
