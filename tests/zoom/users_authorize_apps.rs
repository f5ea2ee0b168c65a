//! User authorization with PKCE: only the program that requested a code can use it, once, and no
//! text shows a secret.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use zoomkat::zoom::{Authorization, Error, ErrorKind, Token};

use support::apps::{
    ANN, HOUR, Reply, SECOND, Store, call, endpoint, refresh_token_of, timeless, url,
};
use support::capture::{self, full_text};
use support::clock::{ManualClock, NOON};
use support::zoom::{Action, Call, EmbeddedZoom, Stage};
use support::{Received, Server, alone, patient};

const REDIRECT: &str = "http://127.0.0.1:4000/zoom?from=lorem";
/// 43 characters, the minimum.
const VERIFIER: &str = "lorem-ipsum-dolor-sit-amet_consectetur~0.43";

/// Returns the decoded query of a URL.
fn query(url: &str) -> HashMap<String, String> {
    let decode = |text| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into();
    let (_, query) = url.split_once('?').unwrap();
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
    pairs.map(|(name, value)| (name.to_owned(), decode(value))).collect()
}

/// Returns a Zoom with one user, a confidential client and a public one.
fn zoom() -> (EmbeddedZoom, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new());
    let zoom = EmbeddedZoom::builder()
        .clock(clock.clone())
        .public_client("public-client")
        .redirect_uri(REDIRECT)
        .user(ANN, "lorem");
    (zoom.start(), clock)
}

fn at(url: &str, authorization: Authorization) -> Authorization {
    authorization.oauth_url(url).transport(patient()).clock(ManualClock::new())
}

fn confidential(zoom: &EmbeddedZoom) -> Authorization {
    at(&zoom.url(), Authorization::new("client", REDIRECT).client_secret("client-key"))
}

fn public(zoom: &EmbeddedZoom) -> Authorization {
    at(&zoom.url(), Authorization::new("public-client", REDIRECT))
}

/// Returns the code and the state of the user's redirect.
fn allow(zoom: &EmbeddedZoom, authorization: &Authorization) -> (String, String) {
    let redirect = zoom.authorize(&authorization.authorize_url().unwrap()).unwrap();
    assert!(redirect.starts_with(REDIRECT), "{redirect}");
    let query = query(&redirect);
    (query["code"].clone(), query["state"].clone())
}

/// Returns the last token request and its form.
fn last_form(zoom: &EmbeddedZoom) -> (Received, HashMap<String, String>) {
    let mut requests = zoom.requests();
    requests.retain(|request| request.line().contains("/oauth/token"));
    let request = requests.pop().unwrap();
    let form = query(&format!("?{}", request.text()));
    (request, form)
}

// The flow of a user.

#[test]
fn a_code_becomes_a_token_that_is_used_and_renewed() {
    for is_public in [false, true] {
        let (zoom, clock) = zoom();
        let authorization = if is_public { public(&zoom) } else { confidential(&zoom) };
        let (code, state) = allow(&zoom, &authorization);
        let token = authorization.exchange_code(&code, &state).unwrap();
        assert_eq!(token.expires_at(), UNIX_EPOCH + NOON + HOUR);

        let (request, form) = last_form(&zoom);
        let sent = |name: &str| form.get(name).map(String::as_str);
        assert!(request.line().starts_with("POST /oauth/token "), "{}", request.line());
        assert_eq!(request.header("Accept"), Some("application/json"));
        assert_eq!(sent("grant_type"), Some("authorization_code"));
        assert_eq!((sent("code"), sent("redirect_uri")), (Some(&*code), Some(REDIRECT)));
        assert_eq!(sent("code_verifier"), Some(authorization.code_verifier().expose()));
        assert_eq!(sent("client_id"), is_public.then_some("public-client"));
        assert_eq!(sent("client_secret"), None);
        assert_eq!(request.header("Authorization").is_none(), is_public);

        // The new refresh token is used from then on.
        let given = refresh_token_of(&token);
        let client = timeless(&zoom.url()).clock(clock.clone());
        let client = match is_public {
            true => client.public_refresh_token("public-client", given, |_| Ok(())),
            false => client.refresh_token("client", "client-key", given, |_| Ok(())),
        };
        let client = client.build().unwrap();
        call(&client).unwrap();
        let (_, form) = last_form(&zoom);
        assert_eq!(form.get("client_id").map(String::as_str), is_public.then_some("public-client"));
        clock.advance(2 * HOUR);
        call(&client).unwrap();
        assert_eq!(zoom.token_requests(), 3);
        let me: serde_json::Value = client.get("/users/me").unwrap();
        assert_eq!(me["email"], ANN);
    }
}

#[test]
fn a_stored_token_of_an_exchange_is_used_without_a_refresh() {
    let (zoom, clock) = zoom();
    let authorization = confidential(&zoom);
    let (code, state) = allow(&zoom, &authorization);
    let token = authorization.exchange_code(&code, &state).unwrap();
    let store = Store::default();
    store.put(&serde_json::from_str(token.to_json().expose()).unwrap());
    let client = timeless(&zoom.url())
        .refresh_token("client", "client-key", refresh_token_of(&token), |_| Ok(()))
        .token_store(store)
        .clock(clock);
    call(&client.build().unwrap()).unwrap();
    assert_eq!(zoom.token_requests(), 1);
}

#[test]
fn the_authorize_url_has_the_hash_of_the_verifier() {
    // RFC 7636 appendix B.
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let url = Authorization::resume("lorem ipsum", REDIRECT, "a&b=c ä", verifier)
        .authorize_url()
        .unwrap();
    assert_eq!(
        url,
        "https://zoom.us/oauth/authorize?response_type=code&client_id=lorem%20ipsum\
         &redirect_uri=http%3A%2F%2F127.0.0.1%3A4000%2Fzoom%3Ffrom%3Dlorem&state=a%26b%3Dc%20%C3%A4\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    );
    let government = Authorization::new("lorem", REDIRECT).oauth_url("https://zoomgov.com/");
    let url = government.authorize_url().unwrap();
    assert!(url.starts_with("https://zoomgov.com/oauth/authorize?"), "{url}");
}

#[test]
fn each_authorization_has_its_own_state_and_verifier() {
    let made: Vec<_> = (0..32).map(|_| Authorization::new("lorem", REDIRECT)).collect();
    for (at, one) in made.iter().enumerate() {
        assert_eq!(one.code_verifier().expose().len(), 43);
        assert_eq!(one.state().len(), 22);
        one.authorize_url().unwrap();
        for other in &made[..at] {
            assert_ne!(one.state(), other.state());
            let verifiers = [one, other].map(|one| one.code_verifier().expose());
            assert_ne!(verifiers[0], verifiers[1]);
        }
    }
}

#[test]
fn another_process_can_resume_an_authorization_with_its_state_and_verifier() {
    let (zoom, _) = zoom();
    let first = public(&zoom);
    let (code, state) = allow(&zoom, &first);
    let (kept, verifier) = (first.state().to_owned(), first.code_verifier().clone());
    let second = Authorization::resume("public-client", REDIRECT, kept, verifier);
    at(&zoom.url(), second).exchange_code(&code, &state).unwrap();
}

// Refused by the client.

#[test]
fn a_redirect_with_another_state_sends_nothing() {
    let (zoom, _) = zoom();
    let authorization = public(&zoom);
    let (code, state) = allow(&zoom, &authorization);
    let other = public(&zoom).state().to_owned();
    for wrong in ["", &other, &state[1..], &format!("{state} "), &state.to_uppercase()] {
        let err = authorization.exchange_code(&code, wrong).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest);
        let text = full_text(&err);
        assert!(text.contains("state: ") && text.contains("nothing was sent"), "{text}");
        assert!(!text.contains(&state) && !text.contains(&code), "{text}");
    }
    assert_eq!((zoom.requests().len(), zoom.token_requests()), (0, 0));
    authorization.exchange_code(&code, &state).unwrap();
}

#[test]
fn invalid_settings_are_refused_by_name() {
    let marker = "marker-\u{1f600}".repeat(8);
    let good = || Authorization::resume("client", REDIRECT, "state", VERIFIER);
    good().authorize_url().unwrap();
    let with = |client: &str, uri: &str, state: &str, verifier: &str| {
        Authorization::resume(client, uri, state, verifier.to_owned())
    };
    for (field, authorization) in [
        ("client_id", with("", REDIRECT, "state", VERIFIER)),
        ("client_id", with("a:b", REDIRECT, "state", VERIFIER)),
        ("client_secret", good().client_secret("")),
        ("client_secret", good().client_secret(" ")),
        ("redirect_uri", with("client", "", "state", VERIFIER)),
        ("redirect_uri", with("client", "/zoom", "state", VERIFIER)),
        ("redirect_uri", with("client", "app.example/zoom", "state", VERIFIER)),
        ("redirect_uri", with("client", "https://app.example/#a", "state", VERIFIER)),
        ("redirect_uri", with("client", "https://app.example/ a", "state", VERIFIER)),
        ("state", with("client", REDIRECT, "", VERIFIER)),
        ("code_verifier", with("client", REDIRECT, "state", "")),
        ("code_verifier", with("client", REDIRECT, "state", &VERIFIER[1..])),
        ("code_verifier", with("client", REDIRECT, "state", &"a".repeat(129))),
        ("code_verifier", with("client", REDIRECT, "state", &marker)),
        ("oauth_url", good().oauth_url("http://zoom.us")),
        ("oauth_url", good().oauth_url("zoom.us")),
    ] {
        let err = authorization.authorize_url().unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest);
        assert_eq!(err.message().split(':').next(), Some(field), "{err}");
        assert!(!err.to_string().contains("marker"), "{err}");
        let err = authorization.exchange_code("lorem", "state").unwrap_err();
        assert_eq!(err.message().split(':').next(), Some(field), "{err}");
    }
    let err = good().exchange_code("", "state").unwrap_err();
    assert_eq!(err.message().split(':').next(), Some("code"), "{err}");
    with("client", "com.example.app:/zoom", "state", &"a".repeat(128)).authorize_url().unwrap();
    let client = timeless("http://127.0.0.1:1").public_refresh_token("", "lorem", |_| Ok(()));
    assert!(client.build().unwrap_err().message().starts_with("client_id"));
}

// Refused by Zoom.

fn refused(authorization: &Authorization, code: &str, state: &str) -> String {
    let err = authorization.exchange_code(code, state).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Token);
    full_text(&err)
}

#[test]
fn a_code_is_valid_once_for_five_minutes_and_for_the_program_that_requested_it() {
    let (zoom, clock) = zoom();
    let authorization = public(&zoom);
    let (code, state) = allow(&zoom, &authorization);
    authorization.exchange_code(&code, &state).unwrap();
    let text = refused(&authorization, &code, &state);
    assert!(text.contains("valid once") && !text.contains(&code), "{text}");

    let (code, state) = allow(&zoom, &authorization);
    clock.advance(301 * SECOND);
    assert!(refused(&authorization, &code, &state).contains("five minutes"));

    let (code, state) = allow(&zoom, &authorization);
    let thief = Authorization::resume("public-client", REDIRECT, &*state, VERIFIER);
    let text = refused(&at(&zoom.url(), thief), &code, &state);
    assert!(text.contains("code_verifier") && !text.contains(VERIFIER), "{text}");

    let (code, state) = allow(&zoom, &authorization);
    let verifier = authorization.code_verifier().clone();
    let elsewhere = Authorization::resume("public-client", "https://a.example", &*state, verifier);
    let text = refused(&at(&zoom.url(), elsewhere), &code, &state);
    assert!(text.contains("redirect_uri must match one on the app's page"), "{text}");

    // The confidential client cannot use a code of the public one.
    let (code, state) = allow(&zoom, &authorization);
    let verifier = authorization.code_verifier().clone();
    let other = Authorization::resume("client", REDIRECT, &*state, verifier);
    let other = at(&zoom.url(), other.client_secret("client-key"));
    assert!(refused(&other, &code, &state).contains("valid once"));
    // The confidential client's id is not enough without its secret.
    let authorization = confidential(&zoom);
    let (code, state) = allow(&zoom, &authorization);
    let verifier = authorization.code_verifier().clone();
    let without = Authorization::resume("client", REDIRECT, &*state, verifier);
    let text = refused(&at(&zoom.url(), without), &code, &state);
    assert!(text.contains("public client"), "{text}");
}

/// Returns the error of an exchange to which the token endpoint answers like this, and the number
/// of requests to it.
fn refused_by(replies: impl IntoIterator<Item = Reply>) -> (Error, usize) {
    let tokens = endpoint(replies);
    let authorization = Authorization::resume("client", REDIRECT, "state", VERIFIER);
    let authorization = at(&url(&tokens), authorization.client_secret("client-key"));
    let err = authorization.exchange_code("code-marker", "state").unwrap_err();
    let text = format!("{} {}", full_text(&err), err.body());
    assert_eq!(err.kind(), ErrorKind::Token, "{text}");
    for secret in ["code-marker", VERIFIER, "client-key"] {
        assert!(!text.contains(secret), "{text}");
    }
    (err, tokens.requests().len())
}

#[test]
fn a_refused_code_says_what_to_do() {
    for (body, words) in [
        (json!({ "code": 4709, "message": "lorem" }), "redirect_uri must match one"),
        (json!({ "reason": "Redirect URI mismatch.", "error": "invalid_request" }), "redirect_uri"),
        (json!({ "errorCode": 4733, "errorMessage": "lorem" }), "valid for five minutes"),
        (json!({ "reason": "Code expired", "error": "invalid_grant" }), "valid for five minutes"),
        (json!({ "code": 4734, "message": "lorem" }), "valid once"),
        (
            json!({ "reason": "Invalid authorization code code-marker", "error": "invalid_request" }),
            "valid once",
        ),
        (json!({ "error": "invalid_grant", "error_description": VERIFIER }), "valid once"),
        (json!({ "reason": "lorem client-key", "error": "invalid_client" }), "client secret"),
        (json!({ "code": 4717, "message": "The app has been disabled" }), "activate the app"),
        (json!({ "code": 4705, "message": "lorem" }), "user-level OAuth app for a code"),
        (json!({ "reason": "lorem", "error": "ipsum" }), "client secret and redirect_uri"),
    ] {
        let (err, asked) = refused_by([("400 Bad Request", "", body.to_string())]);
        assert!(err.to_string().contains(words), "{body}: {err}");
        assert!(!err.to_string().contains("may be used up"), "{err}");
        assert_eq!((asked, err.status()), (1, Some(400)));
    }
}

#[test]
fn a_code_is_sent_again_only_if_zoom_has_not_seen_it() {
    for (status, asked, may_be_used_up) in [
        ("200 OK", 1, true),
        ("302 Found\r\nLocation: /oauth/token", 1, false),
        ("307 Temporary Redirect\r\nLocation: /oauth/token", 1, false),
        ("400 Bad Request", 1, false),
        ("429 Too Many Requests", 3, false),
        ("500 Internal Server Error", 1, true),
        ("502 Bad Gateway", 1, true),
        ("503 Service Unavailable", 1, true),
        ("504 Gateway Timeout", 1, true),
    ] {
        let (err, times) = refused_by([(status, "", String::new())]);
        assert_eq!(times, asked, "{status}");
        assert_eq!(err.to_string().contains("may be used up"), may_be_used_up, "{err}");
    }
    let token = json!({ "access_token": "lorem", "refresh_token": "ipsum" });
    let busy = ("429 Too Many Requests", "", String::new());
    let tokens = endpoint([busy, ("200 OK", "", token.to_string())]);
    let authorization = Authorization::resume("public-client", REDIRECT, "state", VERIFIER);
    let token = at(&url(&tokens), authorization).exchange_code("lorem", "state").unwrap();
    assert_eq!(refresh_token_of(&token), "ipsum");
}

#[test]
fn an_exchange_with_a_lost_response_is_not_repeated_and_says_that_the_code_may_be_used_up() {
    let hook = |stage, _: &Call| match stage {
        Stage::Recorded => Action::Drop,
        Stage::Arrived => Action::Continue,
    };
    let zoom = EmbeddedZoom::builder().public_client("public-client").on_call(hook).start();
    let authorization = public(&zoom);
    let (code, state) = allow(&zoom, &authorization);
    let text = refused(&authorization, &code, &state);
    assert!(text.contains("the code may be used up"), "{text}");
    assert_eq!(zoom.token_requests(), 1);
    // The same on a kept-alive connection that has died.
    let tokens = Server::start(|mut conn| {
        if conn.read_request().is_some() {
            conn.respond("400 Bad Request", "", "");
            conn.read_request();
        }
    });
    let authorization = Authorization::resume("public-client", REDIRECT, "state", VERIFIER);
    let authorization = at(&url(&tokens), authorization);
    refused(&authorization, "lorem", "state");
    let text = refused(&authorization, "lorem", "state");
    assert!(text.contains("the code may be used up"), "{text}");
    assert_eq!((tokens.requests().len(), tokens.connections()), (2, 1));
}

// Secrets.

#[test]
fn debug_errors_and_log_show_no_secret_of_an_authorization() {
    // Log lines of other tests may contain the same words.
    if !alone::is_own_process(
        module_path!(),
        "debug_errors_and_log_show_no_secret_of_an_authorization",
    ) {
        return;
    }
    let _log = capture::install();
    let (zoom, _) = zoom();
    let authorization = confidential(&zoom);
    let (code, state) = allow(&zoom, &authorization);
    let mut shown = format!("{authorization:?} {authorization:#?}");
    let token: Token = authorization.exchange_code(&code, &state).unwrap();
    shown += &format!("{token:?}");
    shown += &refused(&authorization, &code, &state);
    // A server that repeats the request, and a token in a failed response.
    let echo = Server::start(|mut conn| {
        while let Some(request) = conn.read_request() {
            let head = request.head.replace("\r\n", " ");
            let body = format!("{head} {} \"refresh_token\":\"lorem-token\"", request.text());
            conn.respond("400 Bad Request", "", body);
        }
    });
    let verifier = authorization.code_verifier().clone();
    let to_echo = Authorization::resume("client", REDIRECT, &*state, verifier.clone());
    let err = at(&url(&echo), to_echo.client_secret("client-key"));
    let err = err.exchange_code(&code, &state).unwrap_err();
    shown += &format!("{} {}", full_text(&err), err.body());
    shown += &capture::lines().join("\n");
    assert!(shown.contains("grant_type=authorization_code"), "{shown}");
    let login = BASE64_STANDARD.encode("client:client-key");
    let verifier = verifier.expose().to_owned();
    let tokens = zoom.tokens();
    let secrets = [code, verifier, login, "client-key".into(), "lorem-token".into()];
    for secret in secrets.iter().chain(&tokens) {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    assert_eq!(tokens.len(), 2, "an access token and a refresh token");
}
