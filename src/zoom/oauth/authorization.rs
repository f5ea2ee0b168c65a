//! [`Authorization`]: a user lets an app act for them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::text::percent;
use crate::transport::Transport;
use crate::zoom::call::Patience;
use crate::zoom::error::{Error, Result};
use crate::zoom::mask::secrets::Secrets;
use crate::zoom::oauth::base::Base;
use crate::zoom::oauth::endpoint::{App, Endpoint, Grant};
use crate::zoom::oauth::token::Token;
use crate::zoom::pace::clock::{Clock, SystemClock};
use crate::zoom::secret::Secret;
use data_encoding::BASE64URL_NOPAD;
use ring::{digest, hmac};

/// How long an exchange may wait where Zoom is asked for too many tokens. A code lives for five
/// minutes.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// The bytes of a code verifier, as RFC 7636 section 4.1 recommends, and of a state.
const VERIFIER_BYTES: usize = 32;
const STATE_BYTES: usize = 16;

/// Authorizes a user-level OAuth app: an authorization code with PKCE (RFC 7636).
///
/// A user opens [`authorize_url`](Self::authorize_url), allows the app there, and is sent to the app's
/// redirect URI with a code and the state. [`exchange_code`](Self::exchange_code) makes a [`Token`] of
/// the code, whose refresh token is for [`ZoomBuilder::refresh_token`](crate::zoom::ZoomBuilder::refresh_token),
/// or for [`public_refresh_token`](crate::zoom::ZoomBuilder::public_refresh_token). Where the client has a
/// [`TokenStore`](crate::zoom::TokenStore) and the token is saved there, it begins with this access token.
///
/// ```no_run
/// use zoomkat::zoom::Authorization;
///
/// # let (client_id, client_secret, code, state) = ("", "", "", "");
/// let authorization = Authorization::new(client_id, "http://127.0.0.1:4000/zoom")
///     .client_secret(client_secret);
/// println!("Open {}", authorization.authorize_url()?);
///
/// // `code` and `state` are what the user came back with.
/// let token = authorization.exchange_code(code, state)?;
/// let refresh_token = token.refresh_token().map(|token| token.expose());
/// # Ok::<(), zoomkat::zoom::Error>(())
/// ```
///
/// Without [`client_secret`](Self::client_secret) it is a public client: a program on a user's own
/// machine, where a secret would not stay one. A public client has a client ID of its own, which the
/// app's page shows when "Use Public Client OAuth" is on.
///
/// An authorization is for one user and one try. A web server, where the user comes back to another
/// process, keeps [`state`](Self::state) and [`code_verifier`](Self::code_verifier) in the user's
/// session and goes on with [`resume`](Self::resume). `Debug` shows no secret.
///
/// Sources: [Using OAuth](https://developers.zoom.us/docs/integrations/oauth/),
/// [Using PKCE](https://developers.zoom.us/docs/integrations/PKCE/).
#[must_use = "an authorization does nothing by itself"]
pub struct Authorization {
    app: App,
    redirect_uri: String,
    /// Empty, as the verifier, where this machine has no random numbers.
    state: String,
    code_verifier: Secret,
    oauth_url: Option<String>,
    transport: Option<Transport>,
    clock: Arc<dyn Clock>,
}

impl Authorization {
    /// An authorization with a random state and code verifier. `redirect_uri` must be one that the
    /// app's page lists.
    pub fn new(client_id: impl Into<String>, redirect_uri: impl Into<String>) -> Authorization {
        let (state, verifier) = (random::<STATE_BYTES>(), random::<VERIFIER_BYTES>());
        Authorization::resume(client_id, redirect_uri, state, verifier)
    }

    /// The authorization that another process began, with the state and the code verifier that it had.
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

    /// The client secret of the app, which goes with its client ID. Default: none, for a public client.
    pub fn client_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.app.client_secret = Some(secret.into());
        self
    }

    /// Where users authorize apps and tokens come from: `https://zoom.us` by default, for Zoom for
    /// Government `https://zoomgov.com`. Anything but https is refused, except on loopback.
    pub fn oauth_url(mut self, url: impl Into<String>) -> Self {
        self.oauth_url = Some(url.into());
        self
    }

    /// The transport, for time limits, a proxy or other certificates. Its endpoint is not used.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = Some(transport);
        self
    }

    /// The clock by which the token ends and the exchange waits. Default [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// What Zoom sends back with the code, so that nobody else's code is taken for this user's.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// What proves that a code was asked for by this program. Keep it where the user's browser cannot
    /// read it.
    pub fn code_verifier(&self) -> &Secret {
        &self.code_verifier
    }

    /// The URL that the user opens in a browser.
    ///
    /// It names no scopes: a user allows all those that the app's page lists.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::zoom::ErrorKind::InvalidRequest), which names the setting that cannot be
    /// right: `client_id`, `client_secret`, `redirect_uri`, `state`, `code_verifier`, `oauth_url`.
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

    /// Exchanges a code for a token. `code` and `state` are those of the redirect's query, decoded.
    ///
    /// A code is good once, and for five minutes. The request is sent again only after a 429, with
    /// which Zoom has not looked at the code.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::zoom::ErrorKind::InvalidRequest) where a setting cannot be right, the code is
    /// empty, or the state is another one: somebody else may have made that redirect, so nothing was
    /// sent. [`Token`](crate::zoom::ErrorKind::Token) where Zoom gives no token; the text says what to do, and
    /// whether the code may be used up. No text shows code, verifier, secret or token.
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
        secrets: &dyn Fn() -> Secrets,
    ) -> Result<Token> {
        let base = self.check()?;
        if !is_same(&self.state, state) {
            let why = "it is not the state of the authorize URL: the redirect belongs to another \
                       authorization, or somebody forged it; nothing was sent";
            return Err(Error::invalid("state", why));
        }
        if code.is_empty() {
            let why = "it is empty; where the user allowed the app, the redirect has one, else it has \
                       an error";
            return Err(Error::invalid("code", why));
        }
        let mut http = self.transport.clone().unwrap_or_default();
        // The code goes to no other place.
        http.set_follow_redirects(false);
        let clock = &*self.clock;
        let endpoint = Endpoint { base: &base, http: &http, clock, app: &self.app, secrets };
        let (redirect_uri, verifier) = (&*self.redirect_uri, &self.code_verifier);
        let grant = Grant::Code { code, redirect_uri, verifier };
        endpoint.fetch(&grant, &mut Patience::of(MAX_WAIT)).map_err(|failure| failure.error)
    }

    /// Refuses settings that cannot be right, and says where Zoom is.
    fn check(&self) -> Result<Base> {
        self.app.check()?;
        check_redirect_uri(&self.redirect_uri)?;
        if self.state.trim().is_empty() {
            return Err(Error::invalid(
                "state",
                "it is empty, so a forged redirect would be taken",
            ));
        }
        check_verifier(self.code_verifier.expose())?;
        match &self.oauth_url {
            Some(url) => Base::parse("oauth_url", url),
            None => Ok(Base::default_oauth(None)),
        }
    }

    fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
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

/// Random bytes in the characters that RFC 7636 section 4.1 allows; empty where there are none.
fn random<const N: usize>() -> String {
    let mut bytes = [0; N];
    match getrandom::fill(&mut bytes) {
        Ok(()) => BASE64URL_NOPAD.encode(&bytes),
        Err(_) => String::new(),
    }
}

/// Compares in constant time: two texts are the same if one key makes the same HMAC of both.
fn is_same(expected: &str, given: &str) -> bool {
    let mut bytes = [0; 32];
    if getrandom::fill(&mut bytes).is_err() {
        return false;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
    let tag = hmac::sign(&key, expected.as_bytes());
    hmac::verify(&key, given.as_bytes(), tag.as_ref()).is_ok()
}

/// RFC 6749 section 3.1.2: absolute, without a fragment.
fn check_redirect_uri(uri: &str) -> Result<()> {
    let refuse = |why: &str| Err(Error::invalid("redirect_uri", why));
    if uri.trim().is_empty() {
        return refuse("it is empty");
    }
    if uri.contains('#') {
        return refuse("it has a fragment, which Zoom would not send the user to");
    }
    let is_odd = |c: char| c.is_whitespace() || c.is_control();
    let scheme = uri.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if !is_scheme || uri.contains(is_odd) {
        return refuse("it is not an absolute URI, such as https://app.example/zoom");
    }
    Ok(())
}

/// RFC 7636 section 4.1.
fn check_verifier(verifier: &str) -> Result<()> {
    let refuse = |why: &str| Err(Error::invalid("code_verifier", why));
    if verifier.is_empty() {
        return refuse(
            "it is empty; Authorization::new makes one where the system has random numbers",
        );
    }
    if !verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)) {
        return refuse("it has other characters than letters, digits and -._~");
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
    fn only_the_same_text_is_the_same() {
        assert!(is_same("lorem", "lorem") && is_same("", ""));
        for other in ["", "l", "Lorem", "lorem ", "lorem\0", "ipsum"] {
            assert!(!is_same("lorem", other), "{other:?}");
        }
    }
}
