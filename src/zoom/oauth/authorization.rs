//! The authorization of a user-level app: an OAuth code with PKCE.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::text::percent;
use crate::transport::Transport;
use crate::zoom::call::WaitBudget;
use crate::zoom::error::{Error, Result};
use crate::zoom::mask::secrets::SecretSet;
use crate::zoom::oauth::base::Base;
use crate::zoom::oauth::endpoint::{App, Endpoint, Grant};
use crate::zoom::oauth::token::Token;
use crate::zoom::pace::clock::{Clock, SystemClock};
use crate::zoom::secret::Secret;
use data_encoding::BASE64URL_NOPAD;
use ring::{digest, hmac};

/// The longest wait of an exchange if Zoom gets too many token requests. A code is valid for five minutes.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// The length of a code verifier in bytes, as RFC 7636 section 4.1 recommends.
const VERIFIER_BYTES: usize = 32;
/// The length of a state in bytes.
const STATE_BYTES: usize = 16;

/// Authorizes a user-level OAuth app: an authorization code with PKCE (RFC 7636).
///
/// A user opens [`authorize_url`](Self::authorize_url), allows the app there, and is redirected to the app's
/// redirect URI with a code and the state. [`exchange_code`](Self::exchange_code) exchanges the code for a
/// [`Token`]. Its refresh token is for [`ZoomBuilder::refresh_token`](crate::zoom::ZoomBuilder::refresh_token)
/// or [`public_refresh_token`](crate::zoom::ZoomBuilder::public_refresh_token). A client with a
/// [`TokenStore`](crate::zoom::TokenStore) that contains the token starts with its access token.
///
/// ```no_run
/// use zoomkat::zoom::Authorization;
///
/// # let (client_id, client_secret, code, state) = ("", "", "", "");
/// let authorization = Authorization::new(client_id, "http://127.0.0.1:4000/zoom")
///     .client_secret(client_secret);
/// println!("Open {}", authorization.authorize_url()?);
///
/// // `code` and `state` are from the query of the redirect.
/// let token = authorization.exchange_code(code, state)?;
/// let refresh_token = token.refresh_token().map(|token| token.expose());
/// # Ok::<(), zoomkat::zoom::Error>(())
/// ```
///
/// Without [`client_secret`](Self::client_secret) it is a public client: a program on a user's own machine,
/// which cannot keep a secret. A public client has a separate client ID, which the app's page shows when
/// "Use Public Client OAuth" is on.
///
/// An authorization is for one user and one attempt. A web server, where another process may receive the
/// redirect, keeps [`state`](Self::state) and [`code_verifier`](Self::code_verifier) in the user's session
/// and continues with [`resume`](Self::resume). `Debug` shows no secret.
///
/// Sources: [Using OAuth](https://developers.zoom.us/docs/integrations/oauth/),
/// [Using PKCE](https://developers.zoom.us/docs/integrations/PKCE/).
#[must_use = "an authorization does nothing until its URL is opened"]
pub struct Authorization {
    app: App,
    redirect_uri: String,
    /// Empty, like the verifier, if the system's random number generator fails.
    state: String,
    code_verifier: Secret,
    oauth_url: Option<String>,
    transport: Option<Transport>,
    clock: Arc<dyn Clock>,
}

impl Authorization {
    /// Returns an authorization with a random state and code verifier. The app's page must list
    /// `redirect_uri`.
    pub fn new(client_id: impl Into<String>, redirect_uri: impl Into<String>) -> Authorization {
        let (state, verifier) = (random::<STATE_BYTES>(), random::<VERIFIER_BYTES>());
        Authorization::resume(client_id, redirect_uri, state, verifier)
    }

    /// Returns the authorization that another process began, from its state and code verifier.
    pub fn resume(
        client_id: impl Into<String>,
        redirect_uri: impl Into<String>,
        state: impl Into<String>,
        code_verifier: impl Into<Secret>,
    ) -> Authorization {
        Authorization {
            app: App { client_id: client_id.into(), client_secret: None },
            redirect_uri: redirect_uri.into(),
            state: state.into(),
            code_verifier: code_verifier.into(),
            oauth_url: None,
            transport: None,
            clock: Arc::new(SystemClock),
        }
    }

    /// Sets the client secret of the app. Default: none, for a public client.
    pub fn client_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.app.client_secret = Some(secret.into());
        self
    }

    /// Sets the base URL of the authorize page and the token endpoint. Default `https://zoom.us`; for Zoom
    /// for Government `https://zoomgov.com`. Any scheme but https is refused, except on loopback.
    pub fn oauth_url(mut self, url: impl Into<String>) -> Self {
        self.oauth_url = Some(url.into());
        self
    }

    /// Sets the transport, for time limits, a proxy or other certificates. Its endpoint is not used.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Sets the clock for the expiry of the token and the waits of the exchange. Default [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Returns the state, which Zoom sends back with the code. It keeps a forged redirect from passing as
    /// this user's.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// Returns the code verifier, which proves that this program requested the code. Keep it where the
    /// user's browser cannot read it.
    pub fn code_verifier(&self) -> &Secret {
        &self.code_verifier
    }

    /// Returns the URL that the user opens in a browser.
    ///
    /// It does not name scopes: a user allows all the scopes that the app's page lists.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::zoom::ErrorKind::InvalidRequest), which names the invalid setting: `client_id`,
    /// `client_secret`, `redirect_uri`, `state`, `code_verifier`, `oauth_url`.
    pub fn authorize_url(&self) -> Result<String> {
        self.try_authorize_url().map_err(|err| err.masked(&self.secrets()))
    }

    fn try_authorize_url(&self) -> Result<String> {
        let base = self.check()?;
        let verifier = self.code_verifier.expose();
        let hash = digest::digest(&digest::SHA256, verifier.as_bytes());
        let challenge = BASE64URL_NOPAD.encode(hash.as_ref());
        let mut url = format!("{base}/oauth/authorize?response_type=code");
        for (name, value) in [
            ("client_id", &*self.app.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("state", &self.state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ] {
            url.push('&');
            url.push_str(name);
            url.push('=');
            percent::strict(&mut url, value.as_bytes());
        }
        Ok(url)
    }

    /// Exchanges a code for a token. `code` and `state` are the decoded values from the redirect's query.
    ///
    /// A code is valid once, for five minutes. The client retries only after a 429, which leaves the code
    /// unused.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::zoom::ErrorKind::InvalidRequest) if a setting is invalid, the code is empty,
    /// or the state does not match, since the redirect may be forged; nothing was sent.
    /// [`Token`](crate::zoom::ErrorKind::Token) if Zoom returns no token; the text says what to do, and whether
    /// the code may be used up. The error never shows the code, the verifier, the secret or a token.
    pub fn exchange_code(&self, code: &str, state: &str) -> Result<Token> {
        let secrets = || {
            let mut secrets = self.secrets();
            secrets.add(code);
            secrets
        };
        let exchanged = self.try_exchange(code, state, &secrets);
        exchanged.map_err(|err| err.masked_with_tokens(secrets()))
    }

    fn try_exchange(
        &self,
        code: &str,
        state: &str,
        secrets: &dyn Fn() -> SecretSet,
    ) -> Result<Token> {
        let base = self.check()?;
        if !is_equal(&self.state, state) {
            let why = "it is not the state of the authorize URL: the redirect belongs to another \
                       authorization or is forged; nothing was sent";
            return Err(Error::invalid("state", why));
        }
        if code.is_empty() {
            let why = "it is empty; the redirect has a code if the user allowed the app, and an error \
                       otherwise";
            return Err(Error::invalid("code", why));
        }
        let mut http = self.transport.clone().unwrap_or_default();
        // The code must not be sent to another host.
        http.set_follow_redirects(false);
        let clock = &*self.clock;
        let endpoint = Endpoint { base: &base, http: &http, clock, app: &self.app, secrets };
        let (redirect_uri, verifier) = (&*self.redirect_uri, &self.code_verifier);
        let grant = Grant::Code { code, redirect_uri, verifier };
        endpoint.fetch(&grant, &mut WaitBudget::new(MAX_WAIT)).map_err(|failure| failure.error)
    }

    /// Refuses invalid settings, and returns the base of the token endpoint.
    fn check(&self) -> Result<Base> {
        self.app.check()?;
        check_redirect_uri(&self.redirect_uri)?;
        if self.state.trim().is_empty() {
            return Err(Error::invalid(
                "state",
                "it is empty, so a forged redirect would be accepted",
            ));
        }
        check_verifier(self.code_verifier.expose())?;
        match &self.oauth_url {
            Some(url) => Base::parse("oauth_url", url),
            None => Ok(Base::default_oauth(None)),
        }
    }

    fn secrets(&self) -> SecretSet {
        let mut secrets = SecretSet::default();
        self.app.add_to(&mut secrets);
        secrets.add(self.code_verifier.expose());
        secrets
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("client_id", &self.app.client_id)
            .field("is_public", &self.app.client_secret.is_none())
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

/// Returns random bytes in the characters that RFC 7636 section 4.1 allows; empty if the system's random number
/// generator fails.
fn random<const N: usize>() -> String {
    let mut bytes = [0; N];
    match getrandom::fill(&mut bytes) {
        Ok(()) => BASE64URL_NOPAD.encode(&bytes),
        Err(_) => String::new(),
    }
}

/// Compares two texts in constant time, by their HMACs under a random key.
fn is_equal(expected: &str, actual: &str) -> bool {
    let mut bytes = [0; 32];
    if getrandom::fill(&mut bytes).is_err() {
        return false;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
    let tag = hmac::sign(&key, expected.as_bytes());
    hmac::verify(&key, actual.as_bytes(), tag.as_ref()).is_ok()
}

/// Checks for an absolute URI without a fragment (RFC 6749 section 3.1.2).
fn check_redirect_uri(uri: &str) -> Result<()> {
    let refuse = |why: &str| Err(Error::invalid("redirect_uri", why));
    if uri.trim().is_empty() {
        return refuse("it is empty");
    }
    if uri.contains('#') {
        return refuse("it has a fragment, which a redirect URI must not have");
    }
    let is_invalid = |c: char| c.is_whitespace() || c.is_control();
    let scheme = uri.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if !is_scheme || uri.contains(is_invalid) {
        return refuse("it is not an absolute URI, such as https://app.example/zoom");
    }
    Ok(())
}

/// Checks length and characters by RFC 7636 section 4.1.
fn check_verifier(verifier: &str) -> Result<()> {
    let refuse = |why: &str| Err(Error::invalid("code_verifier", why));
    if verifier.is_empty() {
        return refuse(
            "it is empty; Authorization::new generates one unless the system's random number generator fails",
        );
    }
    if !verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)) {
        return refuse("it has characters other than letters, digits and -._~");
    }
    match verifier.len() {
        43..=128 => Ok(()),
        length => refuse(&format!("it has {length} characters; 43 to 128 are allowed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_equal_texts_are_equal() {
        assert!(is_equal("lorem", "lorem") && is_equal("", ""));
        for other in ["", "l", "Lorem", "lorem ", "lorem\0", "ipsum"] {
            assert!(!is_equal("lorem", other), "{other:?}");
        }
    }
}
