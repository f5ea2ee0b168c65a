//! Headers and credentials of every request.

use super::class::Http;
use super::delegate::setters;

setters! {
/// Headers and credentials of every request.
impl Http {
    /// Sets the User-Agent of every request that does not have one. `""` sends none.
    #[doc(alias = "put_UserAgent")]
    pub fn set_user_agent(user_agent: &str);

    /// Sends `Authorization: Bearer` with this token (RFC 6750). `""` removes the token.
    #[doc(alias = "put_AuthToken")]
    #[doc(alias = "AuthToken")]
    #[doc(alias = "SetAuthTokenSb")]
    pub fn set_auth_token(token: &str);

    /// Sets the user name for Basic and Digest authentication (RFC 7617, RFC 7616). It is sent only after
    /// [`set_basic_auth(true)`](Self::set_basic_auth) or [`set_digest_auth(true)`](Self::set_digest_auth).
    #[doc(alias = "put_Login")]
    pub fn set_login(login: &str);

    /// Sets the password that goes with the login.
    #[doc(alias = "put_Password")]
    #[doc(alias = "Password")]
    pub fn set_password(password: &str);

    /// Sets whether login and password are sent with every request that has no Authorization, unless
    /// a token is set. Over plain `http` anyone on the network path can read them.
    #[doc(alias = "put_BasicAuth")]
    pub fn set_basic_auth(on: bool);

    /// Sends a header with every request that does not have it. An empty value removes it.
    ///
    /// Host, Content-Length and Transfer-Encoding belong to each request: sending refuses them here. Forms and multipart
    /// bodies always use their own Content-Type. [`set_user_agent`](Self::set_user_agent) takes precedence over a
    /// User-Agent set here, [`set_auth_token`](Self::set_auth_token) and [`set_basic_auth`](Self::set_basic_auth)
    /// over an Authorization.
    #[doc(alias = "SetRequestHeader")]
    pub fn set_request_header(name: &str, value: &str);

    /// Removes a header that [`set_request_header`](Self::set_request_header) set.
    #[doc(alias = "RemoveRequestHeader")]
    pub fn remove_request_header(name: &str);

    /// Marks headers of this name as secret, as
    /// [`HttpRequest::mark_header_sensitive`](crate::HttpRequest::mark_header_sensitive) does for one
    /// request: they are not sent to another origin, and are shown as `***`.
    pub fn mark_header_sensitive(name: &str);
}
}

impl Http {
    /// The User-Agent. Default empty: none is sent.
    #[doc(alias = "UserAgent")]
    pub fn user_agent(&self) -> &str {
        &self.transport.settings.user_agent
    }

    /// The user name for Basic and Digest authentication.
    #[doc(alias = "Login")]
    pub fn login(&self) -> &str {
        &self.transport.settings.login
    }

    /// Whether login and password are sent, by Basic authentication. Default false.
    #[doc(alias = "BasicAuth")]
    pub fn basic_auth(&self) -> bool {
        self.transport.settings.basic_auth
    }

    /// Sets whether login and password are sent by Digest authentication (RFC 7616) after a challenge by the server,
    /// as [`Transport::set_digest_login`](crate::Transport::set_digest_login) says. With
    /// [`set_basic_auth(true)`](Self::set_basic_auth) as well, a server that offers only Basic gets the login as Basic,
    /// after its challenge.
    ///
    /// Without the feature `digest`, each request is refused with an error that names the feature.
    #[doc(alias = "put_DigestAuth")]
    pub fn set_digest_auth(&mut self, on: bool) -> &mut Self {
        self.transport.settings_mut().digest_auth = on;
        self
    }

    /// Whether login and password are sent, by Digest authentication. Default false.
    #[doc(alias = "DigestAuth")]
    pub fn digest_auth(&self) -> bool {
        self.transport.settings.digest_auth
    }

    /// The value that [`set_request_header`](Self::set_request_header) set for this name, in any case.
    #[doc(alias = "GetRequestHeader")]
    #[doc(alias = "getRequestHeader")]
    pub fn get_request_header(&self, name: &str) -> Option<&str> {
        self.transport.settings.headers.get(name)
    }

    /// Whether [`set_request_header`](Self::set_request_header) set a header of this name.
    #[doc(alias = "HasRequestHeader")]
    pub fn has_request_header(&self, name: &str) -> bool {
        self.get_request_header(name).is_some()
    }

    /// Removes all headers that [`set_request_header`](Self::set_request_header) set.
    #[doc(alias = "ClearHeaders")]
    pub fn clear_headers(&mut self) -> &mut Self {
        self.transport.settings_mut().headers.clear();
        self
    }
}
