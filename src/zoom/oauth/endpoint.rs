//! Requests to the token endpoint, and their answers.

use std::time::Duration;

use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::text::headers::basic;
use crate::transport::Transport;
use crate::zoom::answer::body::ZoomBody;
use crate::zoom::answer::text::{self, markup_message};
use crate::zoom::call::{LogEntry, WaitBudget, backoff};
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::mask::secrets::SecretSet;
use crate::zoom::oauth::auth::{Auth, Credentials};
use crate::zoom::oauth::base::Base;
use crate::zoom::oauth::token::Token;
use crate::zoom::pace::clock::Clock;
use crate::zoom::secret::Secret;

/// Method and path, for errors and the log.
const CALL: &str = "POST /oauth/token";

/// The credentials with which an app authenticates to the token endpoint.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) client_id: String,
    /// `None` for a public client.
    pub(crate) client_secret: Option<Secret>,
}

impl App {
    pub(crate) fn check(&self) -> Result<()> {
        let is_empty = |text: &str| text.trim().is_empty();
        match self.client_id.as_str() {
            id if is_empty(id) => return Err(Error::invalid("client_id", "it is empty")),
            // The server would split ID and secret at the first colon (RFC 7617 section 2).
            id if id.contains(':') => {
                return Err(Error::invalid("client_id", "it contains a colon"));
            }
            _ => {}
        }
        match &self.client_secret {
            Some(secret) if is_empty(secret.expose()) => {
                Err(Error::invalid("client_secret", "it is empty"))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn add_to(&self, secrets: &mut SecretSet) {
        if let Some(secret) = &self.client_secret {
            secrets.add(secret.expose());
            let login = basic(&self.client_id, secret.expose());
            secrets.add_plain(login.trim_start_matches("Basic "));
        }
    }

    /// Adds the app's credentials. A public client sends its ID in the form and no Authorization
    /// (<https://developers.zoom.us/docs/integrations/PKCE/>).
    fn authenticate(&self, req: &mut HttpRequest) {
        match &self.client_secret {
            Some(secret) => {
                req.add_header("Authorization", basic(&self.client_id, secret.expose()));
            }
            None => {
                req.add_param("client_id", &self.client_id);
            }
        }
    }
}

/// The grant of a token request.
pub(crate) enum Grant<'a> {
    Account { account_id: &'a str },
    Refresh { token: &'a Secret },
    Code { code: &'a str, redirect_uri: &'a str, verifier: &'a Secret },
}

impl Grant<'_> {
    fn request(&self, app: &App) -> HttpRequest {
        let mut req = HttpRequest::new();
        req.use_post();
        // The params are in the body, since Zoom has begun to refuse them in the query.
        match self {
            Grant::Account { account_id } => {
                req.add_param("grant_type", "account_credentials");
                req.add_param("account_id", account_id);
                // An additional token is harmless.
                req.set_idempotent(true);
            }
            Grant::Refresh { token } => {
                req.add_param("grant_type", "refresh_token");
                req.add_param("refresh_token", token.expose());
            }
            Grant::Code { code, redirect_uri, verifier } => {
                req.add_param("grant_type", "authorization_code");
                req.add_param("code", code);
                req.add_param("redirect_uri", redirect_uri);
                req.add_param("code_verifier", verifier.expose());
            }
        }
        // Without Accept, Zoom may answer in XML.
        req.add_header("Accept", "application/json");
        app.authenticate(&mut req);
        req
    }

    /// Returns the advice for a request that Zoom may have processed without returning a token.
    fn advice_if_lost(&self) -> Option<&'static str> {
        match self {
            Grant::Account { .. } => None,
            Grant::Refresh { .. } => Some(
                "the refresh token may be used up now; if the next attempt says invalid_grant, the \
                 user must authorize the app again",
            ),
            Grant::Code { .. } => Some(
                "the code may be used up now, since it is valid once: have the user authorize the \
                 app again",
            ),
        }
    }

    fn with_lost_advice(&self, err: Error) -> Error {
        match self.advice_if_lost() {
            Some(advice) => err.with_advice(advice),
            None => err,
        }
    }
}

impl Auth {
    pub(crate) fn fetch(
        &self,
        refresh_token: Option<&Secret>,
        budget: &mut WaitBudget,
    ) -> Result<Token, TokenFailure> {
        let (app, grant) = match &self.credentials {
            Credentials::Fixed => {
                let why =
                    "this client was built with a fixed access token, which cannot be renewed";
                return Err(Error::new(ErrorKind::TokenExpired, why).into());
            }
            Credentials::ServerToServer { account_id, app } => (app, Grant::Account { account_id }),
            Credentials::RefreshToken { app, .. } => {
                let missing = || Error::new(ErrorKind::Token, "there is no refresh token to use");
                let token = refresh_token.ok_or_else(missing)?;
                (app, Grant::Refresh { token })
            }
        };
        let endpoint = Endpoint {
            base: &self.oauth,
            http: &self.http,
            clock: &*self.clock,
            app,
            secrets: &|| self.secrets(),
        };
        let mut token = endpoint.fetch(&grant, budget)?;
        self.remember(&token);
        if let (Grant::Refresh { token: used }, None) = (grant, token.refresh_token()) {
            token.set_refresh_token(used.clone());
        }
        Ok(token)
    }
}

/// The token endpoint (developers.zoom.us/docs/internal-apps/s2s-oauth and
/// developers.zoom.us/docs/integrations/oauth), for one app.
pub(crate) struct Endpoint<'a> {
    pub(crate) base: &'a Base,
    pub(crate) http: &'a Transport,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) app: &'a App,
    /// The secrets that no error may show.
    pub(crate) secrets: &'a dyn Fn() -> SecretSet,
}

impl Endpoint<'_> {
    /// Requests a token. Retries only if that cannot use up the grant.
    pub(crate) fn fetch(
        &self,
        grant: &Grant<'_>,
        budget: &mut WaitBudget,
    ) -> Result<Token, TokenFailure> {
        let mut req = grant.request(self.app);
        req.set_path(format!("{}/oauth/token", self.base.prefix));
        let mut attempt = 0;
        loop {
            let sent_at = self.clock.system_time();
            let answer = self.send(grant, &req, attempt + 1)?;
            let may_retry = match answer.status_code() {
                429 => true,
                502..=504 => matches!(grant, Grant::Account { .. }),
                _ => false,
            };
            let wait = backoff(attempt);
            if may_retry && attempt < 2 && budget.spend(wait) {
                attempt += 1;
                self.clock.sleep(wait);
                continue;
            }
            let failure = match answer.status_code() {
                200..=299 => match Token::from_answer(&answer, sent_at) {
                    Ok(token) => return Ok(token),
                    Err(why) => {
                        let secrets = self.secrets_of(&answer);
                        let page = markup_message(&answer, &secrets);
                        let page = page.map(|page| format!(" ({page})")).unwrap_or_default();
                        let message =
                            format!("the token endpoint answered without a token{page}: {why}");
                        // The error has no body, since the body may contain part of a token.
                        Error::new(ErrorKind::Token, message).with_status(&answer, &secrets).into()
                    }
                },
                _ => self.refusal(grant, &answer),
            };
            return Err(match answer.status_code() {
                200..=299 | 500.. => grant.with_lost_advice(failure.error).into(),
                _ => failure,
            });
        }
    }

    fn send(&self, grant: &Grant<'_>, req: &HttpRequest, attempt: u32) -> Result<HttpResponse> {
        let Base { ssl, host, port, .. } = self.base;
        let sent = self.clock.now();
        let answer = self.http.synchronous_request(host, *port, *ssl, req).map_err(|err| {
            let is_lost = err.may_have_been_processed();
            let err = Error::from_transport(err).with_kind(ErrorKind::Token);
            let err = err.with_call(CALL);
            if is_lost { grant.with_lost_advice(err) } else { err }
        });
        let duration = self.clock.now().saturating_duration_since(sent);
        let entry = LogEntry { duration, waited: Duration::ZERO, attempt };
        entry.log(|| CALL.to_owned(), &answer, |resp| self.secrets_of(resp));
        answer
    }

    /// Returns the secrets of this request, and the tokens in an invalid answer.
    fn secrets_of(&self, resp: &HttpResponse) -> SecretSet {
        let mut secrets = (self.secrets)();
        secrets.add_tokens_in(text::searched_part(&resp.body_str()));
        secrets
    }

    /// Returns the error for an answer that refuses a token.
    fn refusal(&self, grant: &Grant<'_>, resp: &HttpResponse) -> TokenFailure {
        let (now, secrets) = (self.clock.system_time(), self.secrets_of(resp));
        let body = ZoomBody::read(resp);
        // The reason is read before masking, since a secret may be a word that matters here.
        let reason = Reason::read(resp.status_code(), &body, grant);
        let err = Error::from_answer(resp, body, &secrets, None, now);
        let err = err.with_kind(ErrorKind::Token).with_call(CALL);
        let advice = reason.advice(grant, self.app);
        TokenFailure { error: err.with_advice(advice), reason: Some(reason) }
    }
}

/// Why there is no token.
pub(crate) struct TokenFailure {
    pub(crate) error: Error,
    /// `None` if the token endpoint did not refuse.
    reason: Option<Reason>,
}

impl TokenFailure {
    /// Whether the token endpoint refused the refresh token.
    pub(crate) fn is_token_refused(&self) -> bool {
        self.reason == Some(Reason::TokenRefused)
    }
}

impl From<Error> for TokenFailure {
    fn from(error: Error) -> TokenFailure {
        TokenFailure { error, reason: None }
    }
}

/// Why the token endpoint refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// Client ID or client secret.
    Client,
    GrantType,
    /// The refresh token is used up, revoked or too old.
    TokenRefused,
    RedirectUri,
    Verifier,
    CodeExpired,
    BadCode,
    Disabled,
    TooMany,
    Server,
    Unknown,
}

impl Reason {
    /// Reads a refusal. Zoom has changed its statuses over time, so the message decides, and the codes of
    /// <https://developers.zoom.us/docs/integrations/oauth-error-messages/>.
    fn read(status: u16, body: &ZoomBody, grant: &Grant<'_>) -> Reason {
        // With these, Zoom did not look at the request, whatever the message says.
        match status {
            429 => return Reason::TooMany,
            500.. => return Reason::Server,
            _ => {}
        }
        let text = body.message.to_ascii_lowercase();
        let all = text::searched_part(&body.text).to_ascii_lowercase();
        let contains = |words: &[&str]| words.iter().any(|word| text.contains(word));
        // OAuth's error name and the message may be in different members.
        let names = |error: &str| text.contains(error) || all.contains(error);
        let is_code = |codes: &[i64]| body.code.is_some_and(|code| codes.contains(&code));
        let is_refresh = matches!(grant, Grant::Refresh { .. });
        let is_bad_grant = is_refresh && (names("invalid_grant") || contains(&["invalid grant"]));
        let is_invalid_token = contains(&["token"]) && contains(&["invalid", "expired", "revoked"]);
        let is_token_refused = is_refresh
            && matches!(status, 400 | 401)
            && (is_invalid_token || is_code(&[4711, 4741]));
        let is_code_grant = matches!(grant, Grant::Code { .. });
        if names("invalid_client") || is_code(&[4702, 4704, 4706]) {
            Reason::Client
        } else if is_bad_grant || is_token_refused {
            Reason::TokenRefused
        } else if is_code_grant && (contains(&["redirect"]) || is_code(&[4709])) {
            Reason::RedirectUri
        } else if is_code_grant && contains(&["verifier", "challenge"]) {
            Reason::Verifier
        } else if contains(&["client_id", "client id", "client secret"]) {
            Reason::Client
        } else if contains(&["grant type", "unsupported_grant"]) || is_code(&[4705]) {
            Reason::GrantType
        } else if contains(&["disabled", "deactivated", "not activated"]) || is_code(&[4717, 4738])
        {
            Reason::Disabled
        } else if is_code_grant && (contains(&["expired"]) || is_code(&[4733])) {
            Reason::CodeExpired
        } else if is_code_grant
            && (names("invalid_grant") || contains(&["authorization code"]) || is_code(&[4734]))
        {
            Reason::BadCode
        } else {
            Reason::Unknown
        }
    }

    fn advice(self, grant: &Grant<'_>, app: &App) -> &'static str {
        match self {
            Reason::Client if app.client_secret.is_none() => {
                "check the client ID: an app has a separate one for its public client; a confidential \
                 client also needs its client_secret"
            }
            Reason::Client => "check client ID and client secret",
            Reason::GrantType => {
                "the app is of another type than these credentials: use a Server-to-Server OAuth \
                 app, or a user-level OAuth app for a code or a refresh token"
            }
            Reason::TokenRefused => {
                "the refresh token is used up, revoked or too old: the user must authorize the app \
                 again"
            }
            Reason::RedirectUri => {
                "redirect_uri must match one on the app's page, character by character, and that of \
                 the authorize URL"
            }
            Reason::Verifier => {
                "the code belongs to another authorize URL: exchange it with the Authorization that \
                 made the URL, or with its state and code_verifier"
            }
            Reason::CodeExpired => {
                "a code is valid for five minutes: have the user authorize the app again"
            }
            Reason::BadCode => {
                "a code is valid once, for five minutes, with the code_verifier of its authorize \
                 URL: have the user authorize the app again"
            }
            Reason::Disabled => "activate the app in the Zoom App Marketplace",
            Reason::TooMany => {
                "the app requests too many tokens; share one by a TokenStore, or try again later"
            }
            Reason::Server => "Zoom failed; try again later",
            Reason::Unknown if matches!(grant, Grant::Code { .. }) => {
                "check client ID, client secret and redirect_uri, and that the app is activated"
            }
            Reason::Unknown => {
                "check account ID, client ID and client secret, and that the app is activated"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_refresh_token_is_recognized_by_code_or_message_anywhere_in_the_body() {
        let read = |status, code, message: &str, text: &str| {
            let (message, text) = (message.to_owned(), text.to_owned());
            let body = ZoomBody { code, message, text, ..ZoomBody::default() };
            let token = Secret::from("lorem");
            Reason::read(status, &body, &Grant::Refresh { token: &token })
        };
        for (code, message) in [
            (None, "Invalid Token! (invalid_request)"),
            (None, "Token is invalid"),
            (None, "Refresh token expired"),
            (None, "The token has been revoked."),
            (Some(4711), "lorem"),
            (Some(4741), ""),
            (None, "Invalid refresh token for client_id lorem"),
            (None, "Invalid token for this grant type"),
            (None, "The token was revoked because the app was disabled"),
        ] {
            for status in [400, 401] {
                assert_eq!(read(status, code, message, ""), Reason::TokenRefused, "{message}");
            }
            for status in [403, 404, 429, 500, 503] {
                assert_ne!(read(status, code, message, ""), Reason::TokenRefused, "{message}");
            }
        }
        for status in [400, 401, 403, 404, 422] {
            assert_eq!(read(status, None, "invalid_grant", ""), Reason::TokenRefused);
            assert_eq!(read(status, None, "Invalid Grant", ""), Reason::TokenRefused);
        }
        assert_eq!(read(429, None, "invalid_grant", ""), Reason::TooMany);
        assert_eq!(read(400, None, "The app has been disabled", ""), Reason::Disabled);
        let xml = "<r><ERROR>INVALID_GRANT</ERROR></r>";
        assert_eq!(read(400, None, "a page", xml), Reason::TokenRefused);
        let xml = "<result><error>invalid_grant</error></result>";
        assert_eq!(read(400, None, "a page", xml), Reason::TokenRefused);
        let xml = "<result><error>invalid_client</error></result>";
        assert_eq!(read(400, None, "Token is invalid", xml), Reason::Client);
    }
}
