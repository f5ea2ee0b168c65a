//! The token endpoint: what is asked of it, and what its answers mean.

use secrecy::{ExposeSecret as _, SecretString};

use super::answer::{self, ZoomBody};
use super::auth::{Auth, Credentials};
use super::base::Base;
use super::call::{Patience, backoff};
use super::error::{Error, Result};
use super::kind::ErrorKind;
use super::secrets::Secrets;
use super::token::Token;
use crate::request::HttpRequest;
use crate::response::HttpResponse;
use crate::transport::basic;

const USED_UP_PERHAPS: &str = "the refresh token may have been used up by this; if the next attempt \
                               says invalid_grant, the user must authorize the app again";

impl Auth {
    /// Asks the token endpoint (developers.zoom.us/docs/internal-apps/s2s-oauth and
    /// developers.zoom.us/docs/integrations/oauth).
    pub(super) fn fetch(
        &self,
        refresh_token: Option<&SecretString>,
        patience: &mut Patience,
    ) -> Result<Token, Failure> {
        let mut req = HttpRequest::new();
        req.use_post().set_path(&format!("{}/oauth/token", self.oauth.prefix));
        let (client_id, client_secret, used) = match &self.credentials {
            Credentials::Fixed => {
                let why = "this client was given a fixed access token, which cannot be renewed";
                return Err(Error::new(ErrorKind::TokenExpired, why).into());
            }
            Credentials::ServerToServer { account_id, client_id, client_secret } => {
                // In the body: Zoom has begun to refuse them in the query.
                req.add_param("grant_type", "account_credentials");
                req.add_param("account_id", account_id);
                // One token more does no harm.
                req.set_idempotent(true);
                (client_id, client_secret, None)
            }
            Credentials::RefreshToken { client_id, client_secret, .. } => {
                let used = refresh_token.ok_or_else(|| {
                    Error::new(ErrorKind::Token, "there is no refresh token to use")
                })?;
                req.add_param("grant_type", "refresh_token");
                req.add_param("refresh_token", used.expose_secret());
                (client_id, client_secret, Some(used))
            }
        };
        req.add_header("Accept", "application/json");
        req.add_header("Authorization", &basic(client_id, client_secret.expose_secret()));
        let mut attempt = 0;
        loop {
            let asked = self.clock.system_time();
            let answer = self.ask(&req)?;
            let may_repeat = match answer.status_code() {
                429 => true,
                502..=504 => used.is_none(),
                _ => false,
            };
            let wait = backoff(attempt);
            if may_repeat && attempt < 2 && patience.spend(wait) {
                attempt += 1;
                self.clock.sleep(wait);
                continue;
            }
            let token = match answer.status_code() {
                200..=299 => Token::from_answer(&answer, asked).map_err(|why| {
                    let message = format!("the token endpoint answered without a token: {why}");
                    // Without the body, which may hold half of one.
                    let err = Error::new(ErrorKind::Token, message);
                    err.with_status(&answer, &self.secrets_beside(&answer)).into()
                }),
                _ => Err(self.refused(&answer)),
            };
            let is_lost = matches!(answer.status_code(), 200..=299 | 500..);
            let mut token = token.map_err(|failure: Failure| match used {
                Some(_) if is_lost => failure.error.with_advice(USED_UP_PERHAPS).into(),
                _ => failure,
            })?;
            self.remember(&token);
            if let (Some(used), None) = (used, token.refresh_token()) {
                token.set_refresh_token(used.clone());
            }
            return Ok(token);
        }
    }

    fn ask(&self, req: &HttpRequest) -> Result<HttpResponse> {
        let Base { ssl, host, port, .. } = &self.oauth;
        self.http.synchronous_request(host, *port, *ssl, req).map_err(|err| {
            let lost = err.may_have_been_processed();
            let err = Error::from_transport(err).with_kind(ErrorKind::Token);
            let err = err.with_call("POST /oauth/token");
            match &self.credentials {
                Credentials::RefreshToken { .. } if lost => err.with_advice(USED_UP_PERHAPS),
                _ => err,
            }
        })
    }

    /// The secrets of this client, and the tokens in a broken answer.
    fn secrets_beside(&self, resp: &HttpResponse) -> Secrets {
        let mut secrets = self.secrets();
        secrets.add_tokens_in(answer::start(&resp.body_str()));
        secrets
    }

    /// The error of an answer that refuses a token.
    fn refused(&self, resp: &HttpResponse) -> Failure {
        let (now, secrets) = (self.clock.system_time(), self.secrets_beside(resp));
        let body = ZoomBody::read(resp);
        let is_refresh = matches!(self.credentials, Credentials::RefreshToken { .. });
        // Decided before the words are masked: a secret may be one of them.
        let reason = Reason::read(resp.status_code(), &body, is_refresh);
        let err = Error::from_answer(resp, body, &secrets, None, now);
        let err = err.with_kind(ErrorKind::Token).with_call("POST /oauth/token");
        Failure { error: err.with_advice(reason.advice()), reason: Some(reason) }
    }
}

/// Why no token came.
pub(super) struct Failure {
    pub(super) error: Error,
    /// `None` where the token endpoint did not refuse.
    reason: Option<Reason>,
}

impl Failure {
    /// Whether the token endpoint said that the refresh token is not good.
    pub(super) fn is_dead_token(&self) -> bool {
        self.reason == Some(Reason::DeadToken)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure { error, reason: None }
    }
}

/// What a refusal of the token endpoint is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// Client id or client secret.
    Client,
    GrantType,
    /// The refresh token is used up, revoked or too old.
    DeadToken,
    Disabled,
    TooMany,
    Zooms,
    Unknown,
}

impl Reason {
    /// Reads a refusal. Its statuses have changed over time, so the words decide, and the codes of
    /// <https://developers.zoom.us/docs/integrations/oauth-error-messages/>.
    fn read(status: u16, body: &ZoomBody, is_refresh: bool) -> Reason {
        // Zoom did not look at what was sent, whatever it says.
        match status {
            429 => return Reason::TooMany,
            500.. => return Reason::Zooms,
            _ => {}
        }
        let text = body.message.to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        // OAuth's own name of the error may stand beside the member that the message is from.
        let names = |error: &str| text.contains(error) || answer::start(&body.text).contains(error);
        let is_code = |codes: &[i64]| body.code.is_some_and(|code| codes.contains(&code));
        let may_be_dead = is_refresh && matches!(status, 400 | 401);
        if names("invalid_client") || is_code(&[4702, 4704, 4706]) {
            Reason::Client
        } else if may_be_dead && (names("invalid_grant") || is_code(&[4711, 4741])) {
            Reason::DeadToken
        } else if says(&["client_id", "client id", "client secret"]) {
            Reason::Client
        } else if says(&["grant type", "unsupported_grant"]) || is_code(&[4705]) {
            Reason::GrantType
        } else if says(&["disabled", "deactivated", "not activated"]) || is_code(&[4717, 4738]) {
            Reason::Disabled
        } else if may_be_dead && says(&["token"]) && says(&["invalid", "expired", "revoked"]) {
            Reason::DeadToken
        } else {
            Reason::Unknown
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Reason::Client => "check client id and client secret",
            Reason::GrantType => {
                "the app must be of the type that these credentials are for: Server-to-Server OAuth, \
                 or user-level OAuth for a refresh token"
            }
            Reason::DeadToken => {
                "the refresh token is used up, revoked or too old: the user must authorize the app \
                 again"
            }
            Reason::Disabled => "activate the app in the Zoom App Marketplace",
            Reason::TooMany => {
                "too many tokens are asked for; share one by a TokenStore, or try again later"
            }
            Reason::Zooms => "this is Zoom's own failure; try again later",
            Reason::Unknown => {
                "check account id, client id and client secret, and that the app is activated"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_refresh_token_is_known_by_code_and_by_words_wherever_they_stood_in_the_body() {
        let read = |status, code, message: &str, text: &str| {
            let (message, text) = (message.to_owned(), text.to_owned());
            let body = ZoomBody { code, message, text, ..ZoomBody::default() };
            Reason::read(status, &body, true)
        };
        for (code, message) in [
            (None, "Invalid Token! (invalid_request)"),
            (None, "Token is invalid"),
            (None, "Refresh token expired"),
            (None, "The token has been revoked."),
            (Some(4711), "lorem"),
            (Some(4741), ""),
        ] {
            for status in [400, 401] {
                assert_eq!(read(status, code, message, ""), Reason::DeadToken, "{message}");
            }
            for status in [403, 404, 429, 500, 503] {
                assert_ne!(read(status, code, message, ""), Reason::DeadToken, "{message}");
            }
        }
        let xml = "<result><error>invalid_grant</error></result>";
        assert_eq!(read(400, None, "a page", xml), Reason::DeadToken);
        let xml = "<result><error>invalid_client</error></result>";
        assert_eq!(read(400, None, "Token is invalid", xml), Reason::Client);
    }
}
