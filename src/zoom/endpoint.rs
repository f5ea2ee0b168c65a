//! The token endpoint: what is asked of it, and what its answers mean.

use secrecy::{ExposeSecret as _, SecretString};

use super::answer::{self, ZoomBody, markup_message};
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
    ) -> Result<Token> {
        let mut req = HttpRequest::new();
        req.use_post().set_path(&format!("{}/oauth/token", self.oauth.prefix));
        let (client_id, client_secret, used) = match &self.credentials {
            Credentials::Fixed => {
                return Err(Error::new(
                    ErrorKind::TokenExpired,
                    "this client was given a fixed access token, which cannot be renewed",
                ));
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
                    let secrets = self.secrets_beside(&answer);
                    let page = markup_message(&answer.body_str(), &secrets);
                    let page = page.map(|page| format!(" ({page})")).unwrap_or_default();
                    let message =
                        format!("the token endpoint answered without a token{page}: {why}");
                    // Without the body, which may hold half of one.
                    let err = Error::new(ErrorKind::Token, message);
                    err.with_status(&answer, &secrets)
                }),
                _ => Err(self.refused(&answer)),
            };
            let is_lost = matches!(answer.status_code(), 200..=299 | 500..);
            let mut token = token.map_err(|err| match used {
                Some(_) if is_lost => err.with_advice(USED_UP_PERHAPS),
                _ => err,
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

    /// What a refusal of the token endpoint means. Its statuses have changed over time, so the
    /// words decide.
    fn refused(&self, resp: &HttpResponse) -> Error {
        let (now, secrets) = (self.clock.system_time(), self.secrets_beside(resp));
        let body = ZoomBody::read(resp);
        let text = body.message.to_ascii_lowercase();
        let err = Error::from_answer(resp, body, &secrets, None, now);
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let is_refresh = matches!(self.credentials, Credentials::RefreshToken { .. });
        let advice = if says(&["invalid_client", "client_id", "client id", "client secret"]) {
            "check client id and client secret"
        } else if says(&["grant type", "unsupported_grant"]) {
            "the app must be of the type that these credentials are for: Server-to-Server OAuth, or \
             user-level OAuth for a refresh token"
        } else if is_refresh && says(&["invalid_grant", "invalid token", "expired"]) {
            "the refresh token is used up, revoked or too old: the user must authorize the app again"
        } else if says(&["disabled", "deactivated", "not activated"]) {
            "activate the app in the Zoom App Marketplace"
        } else if resp.status_code() == 429 {
            "too many tokens are asked for; share one by a TokenStore, or try again later"
        } else if resp.status_code() >= 500 {
            "this is Zoom's own failure; try again later"
        } else {
            "check account id, client id and client secret, and that the app is activated"
        };
        err.with_kind(ErrorKind::Token).with_call("POST /oauth/token").with_advice(advice)
    }
}

/// Whether the token endpoint said that the refresh token is not good.
pub(super) fn is_used_up(err: &Error) -> bool {
    matches!(err.status(), Some(400..=499)) && err.message().contains("invalid_grant")
}
