//! Authorization codes: issued by the authorize page, redeemed by token requests.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

use super::api::{pairs, random};
use super::{Answer, Builder};

/// How long a code is valid.
const CODE_LIFE: Duration = Duration::from_secs(5 * 60);

/// The unused codes.
#[derive(Default)]
pub(super) struct Codes(HashMap<String, Code>);

struct Code {
    client: String,
    redirect_uri: String,
    challenge: Option<String>,
    issued: Instant,
}

/// The fields of a token request other than the code.
pub(super) struct TokenRequest<'a> {
    pub(super) client: &'a str,
    pub(super) redirect_uri: &'a str,
    pub(super) verifier: &'a str,
    pub(super) now: Instant,
}

impl Codes {
    /// Returns the redirect URL for a user who opens `url` and allows the app, or the error of the page.
    /// `base` is the start of the authorize URL.
    pub(super) fn authorize(
        &mut self,
        settings: &Builder,
        (base, url): (&str, &str),
        now: Instant,
    ) -> Result<String, String> {
        let query = url.strip_prefix(&format!("{base}/oauth/authorize?"));
        let query = pairs(query.ok_or_else(|| format!("{url} is not an authorize URL"))?);
        for (at, (name, _)) in query.iter().enumerate() {
            if query[..at].iter().any(|(other, _)| other == name) {
                return Err(format!("{name} occurs twice"));
            }
        }
        let field = |name: &str| {
            let found = query.iter().find(|(field, _)| field == name);
            found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
        };
        let needed = |name: &str| field(name).ok_or_else(|| format!("{name} is missing"));
        let client = needed("client_id")?;
        let is_public = settings.public_client.as_deref() == Some(client);
        let challenge = field("code_challenge");
        match (needed("response_type")?, field("code_challenge_method")) {
            _ if !is_public && client != settings.client.0 => Err("Invalid client_id (4702)"),
            ("code", Some("S256")) if challenge.is_some() => Ok(()),
            ("code", None) if challenge.is_none() && !is_public => Ok(()),
            ("code", _) => Err("a code_challenge with the method S256 is needed"),
            _ => Err("response_type must be code"),
        }?;
        let redirect_uri = needed("redirect_uri")?;
        if settings.redirect_uri.as_ref().is_some_and(|listed| listed != redirect_uri) {
            return Err("Invalid redirect (4700)".to_owned());
        }
        let code = format!("code-{}", random());
        let given = Code {
            client: client.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            challenge: challenge.map(str::to_owned),
            issued: now,
        };
        self.0.insert(code.clone(), given);
        let start = if redirect_uri.contains('?') { '&' } else { '?' };
        let mut redirect = format!("{redirect_uri}{start}code={code}");
        if let Some(state) = field("state") {
            redirect += &format!("&state={}", state.replace('%', "%25").replace('&', "%26"));
        }
        Ok(redirect)
    }

    /// Consumes a code and checks the request for it.
    pub(super) fn redeem(&mut self, code: &str, with: TokenRequest<'_>) -> Result<(), Answer> {
        let refuse = |error: &str, reason: &str| Err(Answer::oauth(400, error, reason));
        let invalid = format!("Invalid authorization code {code}");
        let Some(code) = self.0.remove(code) else {
            return refuse("invalid_grant", &invalid);
        };
        let hash = digest(&SHA256, with.verifier.as_bytes());
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(hash.as_ref());
        if code.client != with.client {
            return refuse("invalid_grant", &invalid);
        }
        if code.issued + CODE_LIFE < with.now {
            return refuse("invalid_request", "The authorization code has expired (4733)");
        }
        if code.redirect_uri != with.redirect_uri {
            return refuse("invalid_request", "Redirect URI mismatch.");
        }
        if code.challenge.is_some_and(|wanted| wanted != challenge) {
            return refuse("invalid_grant", "code_verifier does not match the code_challenge");
        }
        Ok(())
    }
}
