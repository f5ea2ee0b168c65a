//! Headers and credentials of every request.

use super::client::Transport;
use crate::text::headers::is_token;

/// Headers and credentials of every request.
impl Transport {
    /// Sets the User-Agent of every request that does not have one. `""` sends none.
    ///
    /// White space at either end is refused when a request is sent.
    pub fn set_user_agent(&mut self, user_agent: &str) -> &mut Self {
        self.settings_mut().user_agent = user_agent.into();
        self
    }

    /// Sends `Authorization: Bearer` with this token (RFC 6750) to every host that a call names, though not to one
    /// that a redirect names. `""` removes the token.
    ///
    /// Pass the token alone: white space and JSON are refused when a request is sent. (Chilkat
    /// accepts JSON that says how to get a token.)
    #[doc(alias = "bearer_auth")]
    #[doc(alias = "set_bearer_token")]
    pub fn set_auth_token(&mut self, token: &str) -> &mut Self {
        self.settings_mut().auth_token = token.into();
        self
    }

    /// Sets the user name for Basic authentication (RFC 7617).
    ///
    /// It is sent only after [`set_basic_auth(true)`](Self::set_basic_auth). Without it, a challenge by the server
    /// has no effect: the 401 is the response, and its [`call_text`](crate::HttpResponse::call_text) says that a
    /// login was not sent. For Digest see `set_digest_login`, with the feature `digest`; NTLM is not supported.
    pub fn set_login(&mut self, login: &str) -> &mut Self {
        self.settings_mut().login = login.into();
        self
    }

    /// Sets the password that goes with the login.
    pub fn set_password(&mut self, password: &str) -> &mut Self {
        self.settings_mut().password = password.into();
        self
    }

    /// Sets whether login and password are sent with every request that has no Authorization, unless
    /// a token is set. Default false. Over plain `http` anyone on the network path can read them. With a Digest login
    /// as well, they are sent only after a challenge that offers no Digest.
    pub fn set_basic_auth(&mut self, on: bool) -> &mut Self {
        self.settings_mut().basic_auth = on;
        self
    }

    /// Sets a login that is sent by Digest authentication (RFC 7616) after a challenge by the server. An empty
    /// `login` removes it.
    ///
    /// The request is first sent without the login. If the response is a 401 with a Digest challenge, the request is
    /// sent again with credentials, body included. A 401 means that the first request was not applied, so this holds
    /// for any method. (curl sends the first request with an empty body. A server that asks for no login applies
    /// that.) Later requests to the origin use the server's nonce at once. A stale nonce is replaced once.
    ///
    /// Of several challenges, the strongest that is supported is used: SHA-256 and SHA-512-256 before MD5, and
    /// `qop=auth` before no `qop` (RFC 2069). `auth-int` is not supported. If no challenge is supported, or the login
    /// is refused, the 401 is the response. The login is never sent as Basic, unless
    /// [`set_basic_auth(true)`](Self::set_basic_auth) is called too: then a server that offers only Basic gets it as
    /// Basic, after its challenge, which over plain `http` anyone on the network path can forge.
    ///
    /// The login goes to the origin that a call names, not to another one after a redirect. A token and an
    /// Authorization of the request take precedence.
    ///
    /// ```no_run
    /// use zoomkat::{HttpRequest, Transport};
    ///
    /// let mut http = Transport::from_url("http://camera.example")?;
    /// http.set_digest_login("lorem", "ipsum");
    /// let mut req = HttpRequest::new();
    /// req.set_path("/snapshot");
    /// println!("{}", http.send(&req)?.status_code());
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    #[cfg(feature = "digest")]
    pub fn set_digest_login(&mut self, login: &str, password: &str) -> &mut Self {
        let settings = self.settings_mut();
        (settings.login, settings.password) = (login.into(), password.into());
        settings.digest_auth = !login.is_empty();
        self
    }

    /// Sends a header with every request that does not have it. An empty value removes it.
    ///
    /// Host, Content-Length and Transfer-Encoding belong to each request: sending refuses them here. Forms and multipart
    /// bodies always use their own Content-Type. [`set_user_agent`](Self::set_user_agent) takes precedence over a
    /// User-Agent set here, [`set_auth_token`](Self::set_auth_token) and [`set_basic_auth`](Self::set_basic_auth)
    /// over an Authorization.
    #[doc(alias = "default_headers")]
    pub fn set_request_header(&mut self, name: &str, value: &str) -> &mut Self {
        let headers = &mut self.settings_mut().headers;
        // An invalid name is refused when a request is sent. It is not shown, as it may contain the value.
        if value.trim_matches([' ', '\t']).is_empty() && is_token(name) {
            headers.remove(name);
        } else {
            headers.set(name, value);
        }
        self
    }

    /// Marks headers of this name as secret, as
    /// [`HttpRequest::mark_header_sensitive`](crate::HttpRequest::mark_header_sensitive) does for one
    /// request: they are not sent to another origin, and are shown as `***`.
    pub fn mark_header_sensitive(&mut self, name: &str) -> &mut Self {
        self.settings_mut().sensitive.add(name);
        self
    }

    /// Returns the value that [`set_request_header`](Self::set_request_header) set for this name, in any case.
    #[cfg(feature = "zoom")]
    pub(crate) fn get_request_header(&self, name: &str) -> Option<&str> {
        self.settings.headers.get(name)
    }

    /// Removes a header that [`set_request_header`](Self::set_request_header) set.
    pub fn remove_request_header(&mut self, name: &str) -> &mut Self {
        self.settings_mut().headers.remove(name);
        self
    }
}
