//! The seed script: for every response that Zoom documents, its port prints what the Chilkat
//! original prints.

use mockito::{Matcher, Mock, Server, ServerGuard};

/// The program of the README itself, compiled with this module's `zoomkat` and `println!`.
mod program {
    use ::std::cell::{Cell, RefCell};

    thread_local! {
        static PORT: Cell<u16> = const { Cell::new(0) };
        static PRINTED: RefCell<String> = const { RefCell::new(String::new()) };
    }

    mod zoomkat {
        pub(super) use ::zoomkat::HttpRequest;
        use ::zoomkat::{HttpResponse, Result};

        /// Calls the test's server instead of Zoom.
        pub(super) struct Transport(::zoomkat::Transport);

        impl Transport {
            pub(super) fn new() -> Transport {
                let mut http = ::zoomkat::Transport::new();
                http.set_env_proxy(false);
                Transport(http)
            }

            pub(super) fn synchronous_request(
                &self,
                domain: &str,
                port: u16,
                ssl: bool,
                req: &HttpRequest,
            ) -> Result<HttpResponse> {
                assert_eq!((domain, port, ssl), ("api.zoom.us", 443, true));
                self.0.synchronous_request("127.0.0.1", super::PORT.get(), false, req)
            }
        }
    }

    macro_rules! println {
        ($($part:tt)*) => { PRINTED.with_borrow_mut(|printed| *printed += &(format!($($part)*) + "\n")) };
    }

    macro_rules! eprintln {
        ($($part:tt)*) => { println!($($part)*) };
    }

    mod std {
        pub(super) mod process {
            /// Ends the program, not the test.
            pub(in super::super) fn exit(code: i32) -> ! {
                ::std::panic::resume_unwind(Box::new(code))
            }
        }
    }

    include!("../../benches/readme/src/main.rs");

    /// Runs the program and returns its output and exit code.
    pub(super) fn run(port: u16) -> (String, i32) {
        PORT.set(port);
        let code = match ::std::panic::catch_unwind(main) {
            Ok(()) => 0,
            Err(exit) => *exit.downcast::<i32>().expect("an exit code"),
        };
        (PRINTED.take(), code)
    }
}

fn port(server: &ServerGuard) -> u16 {
    server.socket_address().port()
}

/// Matches the operation by everything that Zoom's page says about it.
fn operation(server: &mut ServerGuard) -> Mock {
    server
        .mock("PUT", "/v2/users/:userId/password")
        .match_header("authorization", "Bearer <access_token>")
        .match_header("content-type", Matcher::Regex("^multipart/form-data; boundary=.+$".into()))
        .match_body(Matcher::Regex(
            "^--[^\r\n]+\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n\
             dolor Excepteur minim\r\n--[^\r\n]+--\r\n$"
                .into(),
        ))
        .expect(1)
}

#[test]
fn a_changed_password_is_a_success() {
    let mut server = Server::new();
    let mock = operation(&mut server).with_status(204).create();
    let (printed, code) = program::run(port(&server));
    mock.assert();
    assert_eq!((printed.as_str(), code), ("Response Status Code = 204\nSuccess.\n", 0));
}

#[test]
fn every_refusal_prints_status_header_and_body_and_fails() {
    for (status, code, message) in [
        (400, 300, "Your new password can not match the old password."),
        (
            400,
            300,
            "This password cannot be changed because it has already been changed the maximum \
             number of times over the past 24 hours.",
        ),
        (404, 1001, "User does not exist: :userId."),
    ] {
        let body = format!("{{\"code\":{code},\"message\":\"{message}\"}}");
        let mut server = Server::new();
        let mock = operation(&mut server)
            .with_status(status)
            .with_header("Content-Type", "application/json;charset=UTF-8")
            .with_header("X-Zm-TrackingId", "v=2.0;clid=us04")
            .with_body(&body)
            .create();
        let (printed, code) = program::run(port(&server));
        mock.assert();
        assert_eq!(code, 1);
        let start = format!("Response Status Code = {status}\nResponse Header:\n");
        let end = format!("\r\n\nResponse Body:\n{body}\nFailed.\n");
        let header = printed
            .strip_prefix(&start)
            .and_then(|rest| rest.strip_suffix(&end))
            .unwrap_or_else(|| panic!("{printed}"));
        let lines: Vec<String> = header.split("\r\n").map(str::to_ascii_lowercase).collect();
        for wanted in
            ["content-type: application/json;charset=utf-8", "x-zm-trackingid: v=2.0;clid=us04"]
        {
            assert!(lines.iter().any(|line| line == wanted), "{wanted} in {lines:?}");
        }
        assert!(
            !header.contains("HTTP/1.1"),
            "the status line is not part of the header: {header}"
        );
    }
}

#[test]
fn without_a_server_it_prints_the_trace_without_the_token_and_the_password() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let (printed, code) = program::run(port);
    assert!(printed.contains("PUT http://127.0.0.1") && printed.contains("connect"), "{printed}");
    assert!(!printed.contains("Response Status Code"), "{printed}");
    assert_eq!(code, 1);
    for secret in ["<access_token>", "dolor"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
