//! The token endpoint: what is asked of it, and what its answers mean.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::text::headers::basic;
use crate::transport::Transport;
use crate::zoom::answer::body::ZoomBody;
use crate::zoom::answer::text::{self, markup_message};
use crate::zoom::call::{Patience, Sent, backoff};
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::mask::secrets::Secrets;
use crate::zoom::oauth::auth::{Auth, Credentials};
use crate::zoom::oauth::base::Base;
use crate::zoom::oauth::token::Token;
use crate::zoom::pace::clock::Clock;

/// The call, as errors and the log name it.
const PLACE: &str = "POST /oauth/token";

/// How an app names itself to the token endpoint.
pub(crate) struct App {
    pub(crate) client_id: String,
    /// `None` for a public client.
    pub(crate) client_secret: Option<SecretString>,
}

impl App {
    pub(crate) fn check(&self) -> Result<()> {
        let is_empty = |text: &str| text.trim().is_empty();
        match self.client_id.as_str() {
            id if is_empty(id) => return Err(Error::invalid("client_id", "it is empty")),
            // RFC 7617 section 2: the server would read another id and another secret.
            id if id.contains(':') => return Err(Error::invalid("client_id", "it holds a colon")),
            _ => {}
        }
        match &self.client_secret {
            Some(secret) if is_empty(secret.expose_secret()) => {
                Err(Error::invalid("client_secret", "it is empty"))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn add_to(&self, secrets: &mut Secrets) {
        if let Some(secret) = &self.client_secret {
            secrets.add(secret.expose_secret());
            let login = basic(&self.client_id, secret.expose_secret());
            secrets.add_plain(login.trim_start_matches("Basic "));
        }
    }

    /// A public client sends its id in the form and no Authorization
    /// (<https://developers.zoom.us/docs/integrations/PKCE/>).
    fn name_itself(&self, req: &mut HttpRequest) {
        match &self.client_secret {
            Some(secret) => {
                req.add_header("Authorization", basic(&self.client_id, secret.expose_secret()));
            }
            None => {
                req.add_param("client_id", &self.client_id);
            }
        }
    }
}

/// What a token is asked for with.
pub(crate) enum Grant<'a> {
    Account { account_id: &'a str },
    Refresh { token: &'a SecretString },
    Code { code: &'a str, redirect_uri: &'a str, verifier: &'a SecretString },
}

impl Grant<'_> {
    fn request(&self, app: &App) -> HttpRequest {
        let mut req = HttpRequest::new();
        req.use_post();
        // In the body: Zoom has begun to refuse them in the query.
        match self {
            Grant::Account { account_id } => {
                req.add_param("grant_type", "account_credentials");
                req.add_param("account_id", account_id);
                // One token more does no harm.
                req.set_idempotent(true);
            }
            Grant::Refresh { token } => {
                req.add_param("grant_type", "refresh_token");
                req.add_param("refresh_token", token.expose_secret());
            }
            Grant::Code { code, redirect_uri, verifier } => {
                req.add_param("grant_type", "authorization_code");
                req.add_param("code", code);
                req.add_param("redirect_uri", redirect_uri);
                req.add_param("code_verifier", verifier.expose_secret());
            }
        }
        // Else it may answer in XML.
        req.add_header("Accept", "application/json");
        app.name_itself(&mut req);
        req
    }

    /// What to add where Zoom may have acted and no token came.
    fn if_lost(&self) -> Option<&'static str> {
        match self {
            Grant::Account { .. } => None,
            Grant::Refresh { .. } => Some(
                "the refresh token may have been used up by this; if the next attempt says \
                 invalid_grant, the user must authorize the app again",
            ),
            Grant::Code { .. } => Some(
                "the code may have been used up by this, and it is good once: have the user \
                 authorize the app again",
            ),
        }
    }

    fn lost(&self, err: Error) -> Error {
        match self.if_lost() {
            Some(advice) => err.with_advice(advice),
            None => err,
        }
    }
}

impl Auth {
    pub(crate) fn fetch(
        &self,
        refresh_token: Option<&SecretString>,
        patience: &mut Patience,
    ) -> Result<Token, NoToken> {
        let (app, grant) = match &self.credentials {
            Credentials::Fixed => {
                let why = "this client was given a fixed access token, which cannot be renewed";
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
        let mut token = endpoint.fetch(&grant, patience)?;
        self.remember(&token);
        if let (Grant::Refresh { token: used }, None) = (grant, token.refresh_token()) {
            token.set_refresh_token(used.clone());
        }
        Ok(token)
    }
}

/// The token endpoint (developers.zoom.us/docs/internal-apps/s2s-oauth and
/// developers.zoom.us/docs/integrations/oauth), as one app asks it.
pub(crate) struct Endpoint<'a> {
    pub(crate) base: &'a Base,
    pub(crate) http: &'a Transport,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) app: &'a App,
    /// What no error may show.
    pub(crate) secrets: &'a dyn Fn() -> Secrets,
}

impl Endpoint<'_> {
    /// Asks for a token, again only where that cannot use anything up.
    pub(crate) fn fetch(
        &self,
        grant: &Grant<'_>,
        patience: &mut Patience,
    ) -> Result<Token, NoToken> {
        let mut req = grant.request(self.app);
        req.set_path(format!("{}/oauth/token", self.base.prefix));
        let mut attempt = 0;
        loop {
            let asked = self.clock.system_time();
            let answer = self.ask(grant, &req, attempt + 1)?;
            let may_repeat = match answer.status_code() {
                429 => true,
                502..=504 => matches!(grant, Grant::Account { .. }),
                _ => false,
            };
            let wait = backoff(attempt);
            if may_repeat && attempt < 2 && patience.spend(wait) {
                attempt += 1;
                self.clock.sleep(wait);
                continue;
            }
            let failure = match answer.status_code() {
                200..=299 => match Token::from_answer(&answer, asked) {
                    Ok(token) => return Ok(token),
                    Err(why) => {
                        let secrets = self.secrets_beside(&answer);
                        let page = markup_message(&answer, &secrets);
                        let page = page.map(|page| format!(" ({page})")).unwrap_or_default();
                        let message =
                            format!("the token endpoint answered without a token{page}: {why}");
                        // Without the body, which may hold half of one.
                        Error::new(ErrorKind::Token, message).with_status(&answer, &secrets).into()
                    }
                },
                _ => self.refused(grant, &answer),
            };
            return Err(match answer.status_code() {
                200..=299 | 500.. => grant.lost(failure.error).into(),
                _ => failure,
            });
        }
    }

    fn ask(&self, grant: &Grant<'_>, req: &HttpRequest, attempt: u32) -> Result<HttpResponse> {
        let Base { ssl, host, port, .. } = self.base;
        let sent = self.clock.now();
        let answer = self.http.synchronous_request(host, *port, *ssl, req).map_err(|err| {
            let is_lost = err.may_have_been_processed();
            let err = Error::from_transport(err).with_kind(ErrorKind::Token);
            let err = err.with_call(PLACE);
            if is_lost { grant.lost(err) } else { err }
        });
        let took = self.clock.now().saturating_duration_since(sent);
        let sent = Sent { took, waited: Duration::ZERO, attempt };
        sent.log(|| PLACE.to_owned(), &answer, |resp| self.secrets_beside(resp));
        answer
    }

    /// The secrets of this request, and the tokens in a broken answer.
    fn secrets_beside(&self, resp: &HttpResponse) -> Secrets {
        let mut secrets = (self.secrets)();
        secrets.add_tokens_in(text::start(&resp.body_str()));
        secrets
    }

    /// The error of an answer that refuses a token.
    fn refused(&self, grant: &Grant<'_>, resp: &HttpResponse) -> NoToken {
        let (now, secrets) = (self.clock.system_time(), self.secrets_beside(resp));
        let body = ZoomBody::read(resp);
        // Decided before the words are masked: a secret may be one of them.
        let reason = Reason::read(resp.status_code(), &body, grant);
        let err = Error::from_answer(resp, body, &secrets, None, now);
        let err = err.with_kind(ErrorKind::Token).with_call(PLACE);
        let advice = reason.advice(grant, self.app);
        NoToken { error: err.with_advice(advice), reason: Some(reason) }
    }
}

/// Why no token came.
pub(crate) struct NoToken {
    pub(crate) error: Error,
    /// `None` where the token endpoint did not refuse.
    reason: Option<Reason>,
}

impl NoToken {
    /// Whether the token endpoint said that the refresh token is not good.
    pub(crate) fn is_dead_token(&self) -> bool {
        self.reason == Some(Reason::DeadToken)
    }
}

impl From<Error> for NoToken {
    fn from(error: Error) -> NoToken {
        NoToken { error, reason: None }
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
    RedirectUri,
    Verifier,
    CodeExpired,
    BadCode,
    Disabled,
    TooMany,
    Zooms,
    Unknown,
}

impl Reason {
    /// Reads a refusal. Its statuses have changed over time, so the words decide, and the codes of
    /// <https://developers.zoom.us/docs/integrations/oauth-error-messages/>.
    fn read(status: u16, body: &ZoomBody, grant: &Grant<'_>) -> Reason {
        // Zoom did not look at what was sent, whatever it says.
        match status {
            429 => return Reason::TooMany,
            500.. => return Reason::Zooms,
            _ => {}
        }
        let text = body.message.to_ascii_lowercase();
        let all = text::start(&body.text).to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        // OAuth's own name of the error may stand beside the member that the message is from.
        let names = |error: &str| text.contains(error) || all.contains(error);
        let is_code = |codes: &[i64]| body.code.is_some_and(|code| codes.contains(&code));
        let is_refresh = matches!(grant, Grant::Refresh { .. });
        let is_bad_grant = is_refresh && (names("invalid_grant") || says(&["invalid grant"]));
        let is_dead = says(&["token"]) && says(&["invalid", "expired", "revoked"]);
        let is_dead_token =
            is_refresh && matches!(status, 400 | 401) && (is_dead || is_code(&[4711, 4741]));
        let is_code_grant = matches!(grant, Grant::Code { .. });
        if names("invalid_client") || is_code(&[4702, 4704, 4706]) {
            Reason::Client
        } else if is_bad_grant || is_dead_token {
            Reason::DeadToken
        } else if is_code_grant && (says(&["redirect"]) || is_code(&[4709])) {
            Reason::RedirectUri
        } else if is_code_grant && says(&["verifier", "challenge"]) {
            Reason::Verifier
        } else if says(&["client_id", "client id", "client secret"]) {
            Reason::Client
        } else if says(&["grant type", "unsupported_grant"]) || is_code(&[4705]) {
            Reason::GrantType
        } else if says(&["disabled", "deactivated", "not activated"]) || is_code(&[4717, 4738]) {
            Reason::Disabled
        } else if is_code_grant && (says(&["expired"]) || is_code(&[4733])) {
            Reason::CodeExpired
        } else if is_code_grant
            && (names("invalid_grant") || says(&["authorization code"]) || is_code(&[4734]))
        {
            Reason::BadCode
        } else {
            Reason::Unknown
        }
    }

    fn advice(self, grant: &Grant<'_>, app: &App) -> &'static str {
        match self {
            Reason::Client if app.client_secret.is_none() => {
                "check the client id: an app has another one for its public client; with the client \
                 secret of the other, name that, too"
            }
            Reason::Client => "check client id and client secret",
            Reason::GrantType => {
                "the app must be of the type that these credentials are for: Server-to-Server OAuth, \
                 or user-level OAuth for a code or a refresh token"
            }
            Reason::DeadToken => {
                "the refresh token is used up, revoked or too old: the user must authorize the app \
                 again"
            }
            Reason::RedirectUri => {
                "redirect_uri must be one that the app's page lists, character by character, and the \
                 one that the authorize URL had"
            }
            Reason::Verifier => {
                "the code belongs to another authorize URL: exchange it with the Authorization that \
                 made the URL, or with its state and code_verifier"
            }
            Reason::CodeExpired => {
                "a code is good for five minutes: have the user authorize the app again"
            }
            Reason::BadCode => {
                "a code is good once and for five minutes, with the code_verifier of its authorize \
                 URL: have the user authorize the app again"
            }
            Reason::Disabled => "activate the app in the Zoom App Marketplace",
            Reason::TooMany => {
                "too many tokens are asked for; share one by a TokenStore, or try again later"
            }
            Reason::Zooms => "this is Zoom's own failure; try again later",
            Reason::Unknown if matches!(grant, Grant::Code { .. }) => {
                "check client id, client secret and redirect_uri, and that the app is activated"
            }
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
            let token = SecretString::from("lorem");
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
                assert_eq!(read(status, code, message, ""), Reason::DeadToken, "{message}");
            }
            for status in [403, 404, 429, 500, 503] {
                assert_ne!(read(status, code, message, ""), Reason::DeadToken, "{message}");
            }
        }
        for status in [400, 401, 403, 404, 422] {
            assert_eq!(read(status, None, "invalid_grant", ""), Reason::DeadToken);
            assert_eq!(read(status, None, "Invalid Grant", ""), Reason::DeadToken);
        }
        assert_eq!(read(429, None, "invalid_grant", ""), Reason::TooMany);
        assert_eq!(read(400, None, "The app has been disabled", ""), Reason::Disabled);
        let xml = "<r><ERROR>INVALID_GRANT</ERROR></r>";
        assert_eq!(read(400, None, "a page", xml), Reason::DeadToken);
        let xml = "<result><error>invalid_grant</error></result>";
        assert_eq!(read(400, None, "a page", xml), Reason::DeadToken);
        let xml = "<result><error>invalid_client</error></result>";
        assert_eq!(read(400, None, "Token is invalid", xml), Reason::Client);
    }
}
