//! Password changes: Zoom acts at most once on each. Each refusal has its own reason, an uncertain
//! outcome is reported as such, and an invalid change is never sent.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use serde_json::{Value, json};
use support::apps::timeless;
use support::zoom::{
    Action, Answer, Builder, Call, EmbeddedZoom, Label, Policy, SAME_AS_OLD, Stage, TOO_OFTEN,
    UserKind, daily, per_second,
};
use support::{Conn, Gate, Server};
use zoomkat::zoom::{
    BrokenRule, Error, ErrorKind, PasswordRejected, PasswordRequirement, Zoom, password_form,
};

const ANN: &str = "ann@example.com";
const OLD: &str = "Dolor-sit-0";
const NEW: &str = "Dolor-sit-1";

fn with_token(server: &EmbeddedZoom) -> Zoom {
    timeless(&server.url()).access_token("lorem-ipsum").build().unwrap()
}

fn server_to_server(server: &EmbeddedZoom) -> Zoom {
    timeless(&server.url()).server_to_server("account", "client", "client-key").build().unwrap()
}

fn ann() -> Builder {
    EmbeddedZoom::builder().accept_any_token().user(ANN, OLD)
}

fn is_password_change(call: &Call) -> bool {
    call.method == "PUT" && call.path.ends_with("/password")
}

/// Returns the number of password changes that arrived, answered or not.
fn arrivals(server: &EmbeddedZoom) -> usize {
    let requests = server.requests();
    requests
        .iter()
        .filter(|r| r.line().starts_with("PUT ") && r.line().contains("/password"))
        .count()
}

#[test]
fn a_change_is_one_put_with_the_password_in_json_and_nothing_else() {
    for (password, body) in [
        ("Dolor-sit-1", r#"{"password":"Dolor-sit-1"}"#),
        ("a\"b\\c/d\te", r#"{"password":"a\"b\\c/d\te"}"#),
        ("'\u{e9}\u{2026}\u{1f408}<&>=+%20", "{\"password\":\"'é…🐈<&>=+%20\"}"),
        ("  lorem ipsum ", r#"{"password":"  lorem ipsum "}"#),
        ("lorem\u{1}\u{1f}ip", r#"{"password":"lorem\u0001\u001fip"}"#),
        ("{\"password\":1}", r#"{"password":"{\"password\":1}"}"#),
    ] {
        let server = ann().start();
        with_token(&server).update_password(ANN, password).unwrap();
        let requests = server.requests();
        assert_eq!(requests.len(), 1);
        let request = &requests[0];
        assert_eq!(request.line(), "PUT /v2/users/ann%40example.com/password HTTP/1.1");
        assert_eq!(request.header("Content-Type"), Some("application/json"));
        assert_eq!(request.header("Authorization"), Some("Bearer lorem-ipsum"));
        assert_eq!(request.text(), body);
        let record = server.record();
        assert_eq!((record.len(), &*record[0].user, &*record[0].password), (1, ANN, password));
    }
}

#[test]
fn each_refusal_code_has_its_own_reason_whatever_its_text() {
    use PasswordRejected::*;
    let cases: [(u16, i64, PasswordRejected, &[&str]); 20] = [
        (400, 300, SameAsOld, &[SAME_AS_OLD, "Your new password cannot match your Old Password"]),
        (400, 300, ChangedTooOften, &[TOO_OFTEN, "Too many changes in the past 24 hours."]),
        (400, 1117, AdminPassword, &["Can not update Admin\u{2019}s password", "", "Lorem"]),
        (400, 1123, NotWorkEmail, &["Can only update password of Zoom work email account", "?"]),
        (400, 1124, TooShort, &["Minimum of 6 characters.", "Have at least 12 characters", ""]),
        (400, 1125, NoLetter, &["Have at least 1 letter (a, b, c\u{2026})", "(a, b, c...)"]),
        (400, 1126, NoDigit, &["Have at least 1 number (1, 2, 3\u{2026})", "Lorem"]),
        (400, 1127, NoSpecialCharacter, &["Have at least 1 special character (!, @, #\u{2026})"]),
        (400, 1128, NoUpperAndLowerCase, &["Include both Upper case and Lower case characters"]),
        (400, 1129, UsedBefore, &["Users cannot reuse any of the last 3 passwords created.", ""]),
        (400, 1130, SameCharacter, &["Password can\u{2019}t use the same character.", "Lorem"]),
        (
            400,
            1131,
            ConsecutiveCharacters,
            &["Password can't use continuation character.Such as 'abcdef','123456'.", "Lorem"],
        ),
        (400, 1136, TooEasy, &["Your password is too easy to guess. Try another one.", ""]),
        (404, 1001, UserNotFound, &["User does not exist: ann@example.com.", "Lorem", ""]),
        (400, 1001, UserNotFound, &["User does not exist: ann@example.com."]),
        (400, 1010, NotInAccount, &["User not exist or not belong to this account", "Lorem"]),
        (404, 1010, NotInAccount, &["User not exist or not belong to this account"]),
        // The words that belong to another code do not count.
        (400, 1125, NoLetter, &["Your new password can not match the old password.", TOO_OFTEN]),
        (
            400,
            1124,
            TooShort,
            &["Validation Failed.", "Request Body should be a valid JSON object."],
        ),
        (422, 1126, NoDigit, &["Have at least 1 number (1, 2, 3...)"]),
    ];
    let server = ann().start();
    let zoom = with_token(&server);
    let mut reasons = Vec::new();
    for (status, code, reason, texts) in cases {
        let answers =
            |text| [Answer::error(status, code, text), Answer::error(status, code, text).in_xml()];
        for (text, answer) in
            texts.iter().flat_map(|text| answers(text).map(|answer| (text, answer)))
        {
            server.refuse_next(1, answer);
            let attempts = server.attempts(ANN);
            let err = zoom.update_password(ANN, NEW).unwrap_err();
            assert_eq!(err.kind(), ErrorKind::PasswordRejected(reason), "{code} {text:?}: {err}");
            assert_eq!(err.password_rejected(), Some(reason));
            assert_eq!((err.status(), err.code()), (Some(status), Some(code)));
            assert!(err.message().contains(text), "{err}");
            assert!(err.to_string().contains(&reason.to_string()), "{err}");
            assert!(
                err.is_password_rejected() && !err.is_outcome_unknown() && !err.is_validation()
            );
            let is_missing = matches!(reason, UserNotFound | NotInAccount);
            assert_eq!((err.is_user_not_found(), err.is_not_found()), (is_missing, is_missing));
            assert_eq!(server.attempts(ANN), attempts + 1, "a refused change was sent again");
        }
        if !reasons.contains(&reason.to_string()) {
            reasons.push(reason.to_string());
        }
        let is_users = matches!(
            reason,
            AdminPassword | ChangedTooOften | NotInAccount | NotWorkEmail | UserNotFound
        );
        assert_eq!(reason.is_about_password(), !is_users, "{reason:?}");
    }
    assert_eq!(reasons.len(), 15, "two reasons have the same text: {reasons:#?}");
    assert_eq!(server.record(), []);
}

#[test]
fn the_refusals_of_the_embedded_zoom_have_their_reasons() {
    use PasswordRejected::*;
    let policy =
        Policy { minimum_length: 9, special_character: true, consecutive: 4, weak_detection: true };
    let server = ann()
        .policy(policy)
        .changes_a_day(2)
        .user_with_kind(UserKind::Admin, "admin@example.com", OLD)
        .user_with_kind(UserKind::OtherLogin, "sso@example.com", OLD)
        .user_with_kind(UserKind::ChangedTooOften, "busy@example.com", OLD)
        .user_with_kind(UserKind::Foreign, "foreign@example.com", OLD)
        .start();
    let zoom = with_token(&server);
    let reason = |user: &str, password: &str| {
        zoom.update_password(user, password).unwrap_err().password_rejected()
    };
    for (user, expected) in [
        ("admin@example.com", AdminPassword),
        ("sso@example.com", NotWorkEmail),
        ("busy@example.com", ChangedTooOften),
        ("foreign@example.com", NotInAccount),
        ("nobody@example.com", UserNotFound),
    ] {
        assert_eq!(reason(user, NEW), Some(expected), "{user}");
    }
    for (password, expected) in [
        ("Dolor-1x", TooShort),
        ("aaaaaaaaa", SameCharacter),
        ("Dolor-abcd-1", ConsecutiveCharacters),
        ("12-14-16-18", NoLetter),
        ("Dolor-sit-amet", NoDigit),
        ("Dolorsit1", NoSpecialCharacter),
        ("dolor-sit-1", NoUpperAndLowerCase),
        ("Dolor-1357", TooEasy),
        (OLD, SameAsOld),
    ] {
        assert_eq!(reason(ANN, password), Some(expected), "{password}");
    }
    assert_eq!(server.record(), []);
    zoom.update_password(ANN, NEW).unwrap();
    assert_eq!(reason(ANN, OLD), Some(UsedBefore));
    zoom.update_password(ANN, "Dolor-sit-2").unwrap();
    assert_eq!(reason(ANN, "Dolor-sit-3"), Some(ChangedTooOften));
    assert_eq!(server.record().len(), 2);
}

#[test]
fn an_invalid_request_is_not_a_rejected_password() {
    let server = ann().start();
    let zoom = with_token(&server);
    for (answer, fields) in [
        (Answer::invalid("password"), 1),
        (Answer::error(400, 300, "Request Body should be a valid JSON object."), 0),
        (Answer::error(400, 300, "Validation Failed."), 0),
        (Answer::error(400, 300, ""), 0),
    ] {
        for answer in [answer.clone(), answer.in_xml()] {
            server.refuse_next(1, answer);
            let err = zoom.update_password(ANN, NEW).unwrap_err();
            assert_eq!((err.kind(), err.code()), (ErrorKind::Validation, Some(300)), "{err}");
            let fields_found = err.field_errors().len();
            assert_eq!((err.password_rejected(), fields_found), (None, fields), "{err}");
        }
    }
    for (status, code, message, kind) in [
        (400, 200, "No privilege.", ErrorKind::NotPermitted),
        (400, 4711, "Invalid access token, does not contain scopes:[x].", ErrorKind::MissingScope),
        (404, 64041, "Route Not Found", ErrorKind::NotFound),
        (404, 2001, "Account does not exist: x.", ErrorKind::NotFound),
    ] {
        let answer = Answer::error(status, code, message);
        for answer in [answer.clone(), answer.in_xml()] {
            server.refuse_next(1, answer);
            let err = zoom.update_password(ANN, NEW).unwrap_err();
            assert_eq!((err.kind(), err.password_rejected()), (kind, None), "{err}");
        }
    }
    // The same numbers have other meanings in other operations.
    for code in [1117, 1124, 1131, 300] {
        server.refuse_next(1, Answer::error(400, code, SAME_AS_OLD));
        let err = zoom.get::<Value>("/users").unwrap_err();
        assert_eq!((err.kind(), err.code()), (ErrorKind::Validation, Some(code)), "{err}");
    }
    assert_eq!(server.record(), []);
}

#[test]
fn a_password_of_invalid_length_is_not_sent_unless_that_check_is_off() {
    let server = ann().changes_a_day(100).start();
    let zoom = with_token(&server);
    let lax = timeless(&server.url()).access_token("lorem").check_password_length(false);
    let lax = lax.build().unwrap();
    for sign in ["x", "é", "🐈", "\u{2026}"] {
        for (length, reason) in [
            (0, PasswordRejected::TooShort),
            (7, PasswordRejected::TooShort),
            (32, PasswordRejected::TooLong),
            (1000, PasswordRejected::TooLong),
        ] {
            let password = sign.repeat(length);
            let connections = server.connections();
            let err = zoom.update_password(ANN, &password).unwrap_err();
            assert_eq!(err.password_rejected(), Some(reason), "{length} of {sign}: {err}");
            assert_eq!((err.status(), err.code(), err.is_outcome_unknown()), (None, None, false));
            assert!(err.to_string().contains(&length.to_string()), "{err}");
            assert_eq!(server.connections(), connections, "something was sent");
            let before = server.record().len();
            lax.update_password(ANN, &password).unwrap();
            assert_eq!(server.record().len(), before + 1);
            assert_eq!(server.record()[before].password, password);
        }
        for length in [8, 31] {
            let before = server.record().len();
            zoom.update_password(ANN, &sign.repeat(length)).unwrap();
            assert_eq!(server.record().len(), before + 1);
        }
    }
}

#[test]
fn me_is_refused_for_server_to_server_apps_only() {
    let server = EmbeddedZoom::builder().refresh_token("lorem").user("me", OLD).start();
    let zoom = server_to_server(&server);
    for me in ["me", "ME", "Me"] {
        let err = zoom.update_password(me, NEW).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        for word in ["user", "`me`", "server-to-server", "user ID or an email address"] {
            assert!(err.to_string().contains(word), "{word}: {err}");
        }
    }
    assert_eq!(server.connections(), 0, "a token was requested");
    let token = server.new_token();
    timeless(&server.url())
        .access_token(token)
        .build()
        .unwrap()
        .update_password("me", NEW)
        .unwrap();
    let refreshing =
        timeless(&server.url()).refresh_token("client", "client-key", "lorem", |_| Ok(()));
    refreshing.build().unwrap().update_password("me", "Dolor-sit-2").unwrap();
    assert_eq!((server.attempts("me"), server.record().len()), (2, 2));
    // A user id that only begins with `me` is a user.
    let err = zoom.update_password("meg@example.com", NEW).unwrap_err();
    assert!(err.is_user_not_found(), "{err}");
}

#[test]
fn a_user_that_would_change_the_route_is_not_sent() {
    let server = ann().start();
    let zoom = with_token(&server);
    for user in ["", ".", ".."] {
        let err = zoom.update_password(user, NEW).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        assert!(err.to_string().contains("userId"), "{err}");
    }
    assert_eq!(server.connections(), 0);
    for user in ["../admin", "a/b", "ann@example.com?x=1", "ann@example.com#", "%61nn@example.com"]
    {
        let err = zoom.update_password(user, NEW).unwrap_err();
        assert!(err.is_user_not_found(), "{user}: {err}");
        assert_eq!(server.attempts(user), 1, "{user} is not one segment");
    }
    assert_eq!(server.record(), []);
}

#[test]
fn the_scripts_form_is_sent_as_multipart_and_changes_the_password() {
    let server = ann().start();
    let password = "a\"b\\c é & dolor";
    let req = password_form(ANN, password);
    let resp = with_token(&server).send(&req).unwrap();
    assert_eq!((resp.status_code(), resp.body()), (204, &b""[..]));
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!(request.line(), "PUT /v2/users/ann%40example.com/password HTTP/1.1");
    let kind = request.header("Content-Type").unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap().trim_matches('"');
    assert_eq!(
        request.text(),
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{password}\r\n\
             --{boundary}--\r\n"
        )
    );
    assert_eq!(server.record()[0].password, password);
    assert_eq!(req.get_header_field("Authorization"), None, "the caller's request was changed");
    assert_eq!(req.get_param("password"), Some(password));

    // It reports outcomes like the other method.
    server.refuse_next(1, Answer::error(400, 1136, "Lorem"));
    let err = with_token(&server).send(&req).unwrap_err();
    assert_eq!(err.password_rejected(), Some(PasswordRejected::TooEasy));
    server.refuse_next(1, Answer::new(502, ""));
    let err = with_token(&server).send(&req).unwrap_err();
    assert!(err.is_outcome_unknown() && err.to_string().contains("may have changed"), "{err}");
}

/// A hook that drops the first password change at this stage.
fn drops_one(stage: Stage) -> impl Fn(Stage, &Call) -> Action + Send + Sync {
    let dropped = AtomicBool::new(false);
    move |now, call| match now == stage && is_password_change(call) {
        true if !dropped.swap(true, Ordering::SeqCst) => Action::Drop,
        _ => Action::Continue,
    }
}

fn assert_may_have_changed(err: &Error) {
    assert_eq!(err.kind(), ErrorKind::OutcomeUnknown, "{err}");
    assert!(err.is_outcome_unknown() && !err.is_password_rejected());
    for words in ["outcome unknown", "the password may have changed", "old password"] {
        assert!(err.to_string().contains(words), "{words}: {err}");
    }
}

#[test]
fn a_lost_response_leaves_the_outcome_unknown_and_is_not_retried() {
    for warm in [false, true] {
        for (stage, changes) in [(Stage::Recorded, 1), (Stage::Arrived, 0)] {
            let server = EmbeddedZoom::builder().user(ANN, OLD).on_call(drops_one(stage)).start();
            let zoom = server_to_server(&server);
            if warm {
                // The connection that will die is a kept-alive one.
                zoom.get::<Value>("/users").unwrap();
            }
            let err = zoom.update_password(ANN, NEW).unwrap_err();
            assert_may_have_changed(&err);
            assert_eq!((err.status(), err.body()), (None, ""));
            assert!(err.last_error_text().contains("failed:"), "{}", err.last_error_text());
            assert_eq!((arrivals(&server), server.record().len()), (1, changes), "{stage:?}");

            // Setting the password once more settles the outcome.
            let again = zoom.update_password(ANN, NEW);
            match changes {
                0 => again.unwrap(),
                _ => {
                    let reason = again.unwrap_err().password_rejected();
                    assert_eq!(reason, Some(PasswordRejected::SameAsOld));
                }
            }
            assert_eq!((server.record().len(), arrivals(&server)), (1, 2));
            assert_eq!(server.password(ANN).as_deref(), Some(NEW));
        }
    }
}

#[test]
fn a_server_failure_leaves_the_outcome_unknown_and_is_not_retried() {
    let server = ann().start();
    let zoom = with_token(&server);
    for (number, status) in [500, 501, 502, 503, 504, 520, 599].into_iter().enumerate() {
        for body in ["", "<html><title>Lorem</title>", r#"{"code":500,"message":"Lorem"}"#] {
            server.refuse_next(1, Answer::new(status, body).header("Retry-After", "1"));
            let err = zoom.update_password(ANN, NEW).unwrap_err();
            assert_may_have_changed(&err);
            assert_eq!((err.status(), err.body()), (Some(status), body));
        }
        assert_eq!(arrivals(&server), 3 * (number + 1));
    }
    assert_eq!(server.record(), []);
}

#[test]
fn a_server_failure_leaves_the_outcome_unknown_whatever_its_code() {
    let server = ann().start();
    let zoom = with_token(&server);
    for (code, message) in [(1001, "User does not exist."), (300, TOO_OFTEN), (1124, "Lorem")] {
        server.refuse_next(1, Answer::error(500, code, message));
        assert_may_have_changed(&zoom.update_password(ANN, NEW).unwrap_err());
    }
}

#[test]
fn an_incomplete_or_unreadable_response_leaves_the_outcome_unknown() {
    let answers: [&'static [u8]; 5] = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
        b"HTTP/1.1 204 No Con",
        b"lorem ipsum\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nlorem",
    ];
    for answer in answers {
        let server = Server::saying(answer);
        let url = format!("http://127.0.0.1:{}", server.port());
        let zoom = timeless(&url).access_token("lorem").build().unwrap();
        assert_may_have_changed(&zoom.update_password(ANN, NEW).unwrap_err());
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn a_change_that_zoom_did_not_make_is_sent_again_until_it_is_made_once() {
    let server = EmbeddedZoom::builder().user(ANN, OLD).start();
    let zoom = server_to_server(&server);
    let too_fast = || per_second(Label::Medium);
    let expired = |status| Answer::error(status, 124, "Access token is expired.");

    server.refuse_next(2, too_fast());
    zoom.update_password(ANN, NEW).unwrap();
    assert_eq!((server.attempts(ANN), server.record().len(), server.token_requests()), (3, 1, 1));

    for (status, number) in [(401, 2), (400, 3)] {
        let attempts = server.attempts(ANN);
        server.refuse_next(1, too_fast());
        server.refuse_next(1, expired(status));
        server.refuse_next(1, too_fast());
        zoom.update_password(ANN, &format!("Dolor-sit-{number}")).unwrap();
        assert_eq!(server.attempts(ANN), attempts + 4);
        assert_eq!((server.record().len(), server.token_requests()), (number, number));
    }
    server.revoke_tokens();
    zoom.update_password(ANN, "Dolor-sit-4").unwrap();
    assert_eq!((server.record().len(), server.token_requests()), (4, 4));
    let passwords: Vec<_> = server.record().into_iter().map(|change| change.password).collect();
    assert_eq!(passwords, [NEW, "Dolor-sit-2", "Dolor-sit-3", "Dolor-sit-4"]);

    // The attempts are limited.
    let (attempts, tokens) = (server.attempts(ANN), server.token_requests());
    server.refuse_next(2, expired(401));
    let err = zoom.update_password(ANN, NEW).unwrap_err();
    assert!(err.is_token_expired() && !err.is_outcome_unknown(), "{err}");
    assert_eq!((server.attempts(ANN), server.token_requests()), (attempts + 2, tokens + 1));
    server.refuse_next(5, too_fast());
    let err = zoom.update_password(ANN, NEW).unwrap_err();
    assert!(err.is_rate_limited() && !err.is_daily_limit() && !err.is_outcome_unknown(), "{err}");
    assert_eq!((server.attempts(ANN), server.record().len()), (attempts + 7, 4));
}

#[test]
fn a_daily_429_and_an_expired_fixed_token_are_not_retried() {
    let server = ann().start();
    let zoom = with_token(&server);
    server.refuse_next(1, daily(Label::Medium, Some(2000), SystemTime::now()));
    let err = zoom.update_password(ANN, NEW).unwrap_err();
    assert!(err.is_daily_limit() && err.resumes_at().is_some(), "{err}");
    // Another client, since this one sends no call until the day is over.
    server.refuse_next(1, Answer::error(401, 124, "Access token is expired."));
    let err = with_token(&server).update_password(ANN, NEW).unwrap_err();
    assert!(err.is_token_expired(), "{err}");
    assert_eq!((server.attempts(ANN), server.record().len(), server.token_requests()), (2, 0, 0));
}

#[test]
fn a_kept_alive_connection_that_dies_with_the_request_does_not_repeat_it() {
    let ends: [fn(Conn); 2] = [drop, Conn::reset];
    for end in ends {
        let server = Server::start(move |mut conn| {
            conn.read_request();
            conn.respond("200 OK", "", "{}");
            if conn.read_request().is_some() {
                end(conn);
            }
        });
        let url = format!("http://127.0.0.1:{}", server.port());
        let zoom = timeless(&url).access_token("lorem").build().unwrap();
        zoom.get::<Value>("/users").unwrap();
        assert_may_have_changed(&zoom.update_password(ANN, NEW).unwrap_err());
        let requests = server.requests();
        assert_eq!(
            (requests.len(), requests[1].connection),
            (2, 0),
            "it was not the kept-alive connection"
        );
    }
}

#[test]
fn a_kept_alive_connection_that_has_died_is_replaced_and_the_change_is_sent_once() {
    let gone = Gate::new();
    let theirs = gone.clone();
    let server = Server::start(move |mut conn| {
        conn.read_request();
        match conn.number() {
            0 => {
                conn.respond("200 OK", "", "{}");
                drop(conn);
                theirs.open();
            }
            _ => conn.send("HTTP/1.1 204 No Content\r\n\r\n"),
        }
    });
    let url = format!("http://127.0.0.1:{}", server.port());
    let zoom = timeless(&url).access_token("lorem").build().unwrap();
    zoom.get::<Value>("/users").unwrap();
    gone.wait();
    zoom.update_password(ANN, NEW).unwrap();
    assert_eq!((server.requests().len(), server.connections()), (2, 2));
}

#[test]
fn a_redirect_is_not_a_success_and_is_not_followed() {
    for (status, kind) in [
        ("301 Moved", ErrorKind::OutcomeUnknown),
        ("302 Found", ErrorKind::OutcomeUnknown),
        ("303 See Other", ErrorKind::OutcomeUnknown),
        ("307 Go", ErrorKind::Refused),
        ("308 Go", ErrorKind::Refused),
    ] {
        let server = Server::start(move |mut conn| {
            while let Some(request) = conn.read_request() {
                match request.line().contains("/password") {
                    true => conn.respond(status, "Location: /signin\r\n", ""),
                    false => conn.respond("200 OK", "", "<html><title>Sign In</title></html>"),
                }
            }
        });
        let url = format!("http://127.0.0.1:{}", server.port());
        let zoom = timeless(&url).access_token("lorem").build().unwrap();
        let err = zoom.update_password(ANN, NEW).unwrap_err();
        assert_eq!(err.kind(), kind, "after {status}: {err}");
        let err = zoom.send(password_form(ANN, NEW)).unwrap_err();
        assert_eq!(err.kind(), kind, "after {status}: {err}");
        assert_eq!(server.requests().len(), 2, "{status} was not followed");
    }
}

#[test]
fn an_html_page_leaves_the_outcome_unknown() {
    let page = "<html><title>Sign in to the proxy</title></html>";
    let server = Server::answering("200 OK", "Content-Type: text/html\r\n", page);
    let url = format!("http://127.0.0.1:{}", server.port());
    let zoom = timeless(&url).access_token("lorem").build().unwrap();
    let err = zoom.update_password(ANN, NEW).unwrap_err();
    assert_may_have_changed(&err);
    assert_eq!(err.body(), page);
    for error in [
        r#"{"error":"invalid_token","reason":"Lorem"}"#,
        r#"{"code":"300","message":"Validation Failed."}"#,
        r#"{"errors":[{"message":"Lorem"}]}"#,
    ] {
        let server = Server::answering("200 OK", "", error);
        let url = format!("http://127.0.0.1:{}", server.port());
        let zoom = timeless(&url).access_token("lorem").build().unwrap();
        assert_may_have_changed(&zoom.update_password(ANN, NEW).unwrap_err());
    }
    for fine in ["", "{}", "null"] {
        let server = Server::answering("200 OK", "", fine);
        let url = format!("http://127.0.0.1:{}", server.port());
        timeless(&url).access_token("lorem").build().unwrap().update_password(ANN, NEW).unwrap();
    }
}

#[test]
fn a_dying_connection_repeats_no_change_however_its_path_is_written() {
    for path in
        ["/v2/users/lorem/password/", "v2/users/lorem/password", "//v2/users/lorem/password"]
    {
        let server = Server::start(|mut conn| {
            conn.read_request();
            conn.respond("200 OK", "", "{}");
            conn.read_request();
        });
        let url = format!("http://127.0.0.1:{}", server.port());
        let zoom = timeless(&url).access_token("lorem").build().unwrap();
        zoom.get::<Value>("/users").unwrap();
        let mut req = zoomkat::HttpRequest::new();
        req.set_http_verb("PUT").set_path(path).set_idempotent(true);
        req.set_content_type("application/json").load_body_from_string("{}", "utf-8");
        assert_may_have_changed(&zoom.send(&req).unwrap_err());
        assert_eq!(server.requests().len(), 2, "{path}");
    }
}

/// Starts a server that answers the first request and closes the connection at the second.
fn dying_at_the_second() -> Server {
    Server::start(|mut conn| {
        conn.read_request();
        conn.respond("200 OK", "", "{}");
        conn.read_request();
    })
}

#[test]
fn a_put_to_a_similar_path_is_repeated_only_if_marked_idempotent() {
    for (is_said, arrivals) in [(false, 2), (true, 3)] {
        let server = dying_at_the_second();
        let url = format!("http://127.0.0.1:{}", server.port());
        let zoom = timeless(&url).access_token("lorem").build().unwrap();
        zoom.get::<Value>("/users").unwrap();
        let mut req = zoomkat::HttpRequest::new();
        req.set_http_verb("PUT").set_path("/v2/lorem/ipsum/password?a=1");
        if is_said {
            req.set_idempotent(true);
        }
        assert_eq!(zoom.send(&req).is_ok(), is_said);
        assert_eq!(server.requests().len(), arrivals);
    }
    let server = dying_at_the_second();
    let url = format!("http://127.0.0.1:{}", server.port());
    let zoom = timeless(&url).access_token("lorem").build().unwrap();
    zoom.get::<Value>("/users").unwrap();
    let err = zoom.put("/lorem/ipsum/password", &json!({})).unwrap_err();
    assert_eq!((err.kind(), server.requests().len()), (ErrorKind::OutcomeUnknown, 2));
}

#[test]
fn a_plain_transport_sends_a_password_form_once() {
    let server = dying_at_the_second();
    let http = support::patient();
    server.call(&http, &zoomkat::HttpRequest::new()).unwrap();
    let err = server.call(&http, &password_form(ANN, NEW)).unwrap_err();
    assert!(err.may_have_been_processed(), "{err}");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn many_threads_change_each_password_once() {
    let users: Vec<String> = (0..12).map(|n| format!("user{n}@example.com")).collect();
    let mut server = EmbeddedZoom::builder();
    for user in &users {
        server = server.user(user, OLD);
    }
    let server = server.start();
    let zoom = server_to_server(&server);
    std::thread::scope(|scope| {
        for user in &users {
            let zoom = zoom.clone();
            scope.spawn(move || zoom.update_password(user, NEW).unwrap());
        }
    });
    let mut changed: Vec<_> = server.record().into_iter().map(|change| change.user).collect();
    changed.sort();
    let mut expected = users;
    expected.sort();
    assert_eq!(changed, expected);
    assert_eq!((arrivals(&server), server.token_requests()), (12, 1));
}

/// Returns the requirement in the account's settings.
fn requirement_of(settings: &Value) -> Result<PasswordRequirement, Error> {
    let mut server = mockito::Server::new();
    server
        .mock("GET", "/v2/accounts/me/settings")
        .match_query(mockito::Matcher::Exact("option=security".into()))
        .match_header("Authorization", "Bearer lorem")
        .with_body(settings.to_string())
        .create();
    timeless(&server.url()).access_token("lorem").build().unwrap().password_requirement()
}

#[test]
fn the_accounts_password_rules_are_found_where_zoom_puts_them() {
    let rules = json!({
        "minimum_password_length": 10, "have_special_character": true,
        "consecutive_characters_length": 4, "weak_enhance_detection": true,
    });
    let words = json!({
        "minimum_password_length": "10", "have_special_character": "true",
        "consecutive_characters_length": " 4 ", "weak_enhance_detection": "TRUE",
    });
    let nested = json!({ "password_requirement": rules });
    for settings in [
        json!({ "security": nested }),
        nested.clone(),
        json!({ "security": { "password_requirement": words } }),
        json!({ "security": { "lorem": { "ipsum": nested } } }),
        json!({ "settings": [{ "security": nested }] }),
        json!({ "password_requirement": null, "security": nested }),
        json!({
            "meeting_security": { "meeting_password_requirement": { "length": 6 } },
            "security": { "password_requirement": rules, "lorem": { "password_requirement": {} } },
        }),
    ] {
        let found = requirement_of(&settings).unwrap();
        assert_eq!(found.minimum_password_length, 10, "{settings}");
        assert_eq!(found.consecutive_characters_length, 4, "{settings}");
        assert!(found.have_special_character && found.weak_enhance_detection, "{settings}");
    }
    // A missing rule is off.
    let odd = json!({
        "minimum_password_length": null, "have_special_character": null,
        "consecutive_characters_length": -4, "weak_enhance_detection": 1,
    });
    for rules in [json!({}), odd] {
        let found = requirement_of(&json!({ "security": { "password_requirement": rules } }));
        assert_eq!(found.unwrap(), PasswordRequirement::default(), "{rules}");
    }
    for settings in [
        json!({}),
        json!(null),
        json!([]),
        json!({ "security": null }),
        json!({ "security": { "password_requirement": null } }),
        json!({ "security": { "password_requirement": [] } }),
        json!({ "security": { "meeting_password_requirement": { "length": 6 } } }),
    ] {
        let err = requirement_of(&settings).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Body, "{settings}: {err}");
        assert!(err.to_string().contains("password_requirement"), "{err}");
    }
    let policy = Policy {
        minimum_length: 12,
        special_character: true,
        consecutive: 5,
        weak_detection: false,
    };
    let server = ann().policy(policy).start();
    let found = with_token(&server).password_requirement().unwrap();
    assert_eq!((found.minimum_password_length, found.consecutive_characters_length), (12, 5));
    assert!(found.have_special_character && !found.weak_enhance_detection);
    server.refuse_next(1, Answer::error(400, 200, "Only available for paid accounts."));
    assert!(with_token(&server).password_requirement().unwrap_err().is_not_permitted());
}

#[test]
fn the_accounts_password_rules_are_found_beside_null_settings() {
    let rules = json!({ "minimum_password_length": 10 });
    let settings = json!({
        "meeting_security": { "password_requirement": null },
        "security": { "password_requirement": rules },
    });
    assert_eq!(requirement_of(&settings).unwrap().minimum_password_length, 10);
}

#[test]
fn settings_without_rules_are_kept_in_the_error() {
    let settings = json!({ "security": { "dolor": 1 } });
    let err = requirement_of(&settings).unwrap_err();
    assert_eq!((err.status(), err.body()), (Some(200), &*settings.to_string()), "{err}");
}

fn requirement(change: impl Fn(&mut PasswordRequirement)) -> PasswordRequirement {
    let mut requirement = PasswordRequirement::default();
    change(&mut requirement);
    requirement
}

#[test]
fn each_rule_accepts_one_password_and_explains_why_it_refuses_another() {
    use BrokenRule::*;
    let basic = requirement(|_| {});
    let ten = requirement(|r| r.minimum_password_length = 10);
    let special = requirement(|r| r.have_special_character = true);
    let four = requirement(|r| r.consecutive_characters_length = 4);
    let eight = requirement(|r| r.consecutive_characters_length = 8);
    let cases: Vec<(&PasswordRequirement, &str, &str, BrokenRule, &str)> = vec![
        (&basic, "Dolor-s1", "Dolor-1", TooShort { minimum: 8, found: 7 }, "at least 8 characters"),
        (&basic, "Dölor-ß1", "Dölor-1", TooShort { minimum: 8, found: 7 }, "and has 7"),
        (&ten, "Dolor-sit1", "Dolor-si1", TooShort { minimum: 10, found: 9 }, "at least 10"),
        (
            &basic,
            "Dolor-sit-1-Dolor-sit-1-Dolor-1",
            "Dolor-sit-1-Dolor-sit-1-Dolor-s1",
            TooLong { found: 32 },
            "at most 31 characters and has 32",
        ),
        (&basic, "1357-924Ab", "1357-92468", NoLetter, "one letter"),
        (&basic, "Dolor-sit1", "Dolor-sit-", NoDigit, "one digit"),
        (&basic, "Dolor-sit1", "dolor-sit1", NoUpperAndLowerCase, "upper and lower case"),
        (&basic, "dOLOR-SIT1", "DOLOR-SIT1", NoUpperAndLowerCase, "upper and lower case"),
        (&special, "Dolor-sit1", "Dolorsit1x", NoSpecialCharacter, "special character"),
        (&special, "Dolorsit1…", "Dolor sit1", NoSpecialCharacter, "special character"),
        (
            &four,
            "Dolor-abc1x@8fdh",
            "Dolor-abcd1",
            ConsecutiveCharacters { allowed: 3, found: 4 },
            "more than 3 consecutive characters",
        ),
        (
            &four,
            "Dolor-x789a",
            "Dolor-x6789a",
            ConsecutiveCharacters { allowed: 3, found: 4 },
            "and has 4",
        ),
        (&four, "Dolor-aBc1", "Dolor-aBcD1", ConsecutiveCharacters { allowed: 3, found: 4 }, "3"),
        (
            &eight,
            "Dolor-1234567",
            "Dolor-12345678",
            ConsecutiveCharacters { allowed: 7, found: 8 },
            "and has 8",
        ),
    ];
    for (requirement, good, bad, rule, words) in cases {
        let check = requirement.check(good);
        assert!(check.is_ok() && check.broken().is_empty(), "{good}: {check}");
        let check = requirement.check(bad);
        assert_eq!(check.broken(), [rule], "{bad}");
        assert!(!check.is_ok());
        assert!(rule.to_string().contains(words), "{rule}");
        assert!(check.to_string().contains(&rule.to_string()), "{check}");
        assert!(!format!("{check}{check:?}").contains(bad), "the password is shown: {check}");
    }
    // Rules that are off have no effect.
    assert!(basic.check("Dolorsit1").is_ok());
    assert!(basic.check("Dolor-abcdef1").is_ok());
    assert!(four.check("Dolor-dcba1").is_ok(), "only ascending characters are documented");
    // Several violations are all reported.
    let check = special.check("aaaaaaa");
    let short = TooShort { minimum: 8, found: 7 };
    let all = [short, NoDigit, NoUpperAndLowerCase, NoSpecialCharacter, SameCharacter];
    assert_eq!(check.broken().len(), all.len(), "{check}");
    for rule in all {
        assert!(check.broken().contains(&rule) && check.to_string().contains(&rule.to_string()));
    }
    for (run, length) in [("12345678", 8), ("abcdefgh", 8), ("ABCDEFGHI", 9)] {
        let rule = ConsecutiveCharacters { allowed: length - 1, found: length };
        assert!(basic.check(run).broken().contains(&rule), "{run}");
    }
    let check = basic.check("");
    assert!(!check.is_ok() && !check.broken().contains(&SameCharacter), "{check}");
}

#[test]
fn rules_that_only_zoom_can_check_are_named() {
    for (weak, count) in [(false, 2), (true, 3)] {
        let check = requirement(|r| r.weak_enhance_detection = weak).check(NEW);
        assert!(check.is_ok());
        let named = check.not_checkable();
        assert_eq!(named.len(), count);
        for words in ["last passwords", "24 hours"] {
            assert!(named.iter().any(|item| item.contains(words)), "{words}: {named:?}");
            assert!(check.to_string().contains(words), "{check}");
        }
        assert_eq!(check.to_string().contains("weak passwords"), weak, "{check}");
    }
}

#[test]
fn a_password_change_is_recognized_however_its_path_is_built() {
    let server = Server::answering("500 No", "", "");
    let url = format!("http://127.0.0.1:{}", server.port());
    let zoom = timeless(&url).server_to_server("account", "client", "client-key");
    let zoom = zoom.access_token("lorem").build().unwrap();
    let filled =
        zoomkat::zoom::path("/users/{u}/{what}").with("u", "lorem").with("what", "password");
    for path in [filled, "/users/lorem/passwor%64".into(), "/us%65rs/lorem/password".into()] {
        assert_may_have_changed(&zoom.put(path, &json!({ "password": NEW })).unwrap_err());
    }
}

#[test]
fn a_success_with_an_unknown_error_leaves_the_outcome_unknown() {
    let body = r#"{"code":500,"message":"Internal error"}"#;
    let server = Server::answering("200 OK", "", body);
    let url = format!("http://127.0.0.1:{}", server.port());
    let zoom = timeless(&url).access_token("lorem").build().unwrap();
    assert_may_have_changed(&zoom.update_password(ANN, NEW).unwrap_err());
}

#[test]
fn reasons_and_broken_rules_are_errors() {
    let reason: Box<dyn std::error::Error> = PasswordRejected::TooShort.into();
    assert_eq!(reason.to_string(), "it is too short");
    let check = PasswordRequirement::default().check("Lorem-ipsum");
    let rule: Box<dyn std::error::Error> = check.broken()[0].into();
    assert_eq!(rule.to_string(), "it must have at least one digit");
}
