//! [`Call`]: what it is, and what it is made of.

use std::borrow::Cow;
use std::fmt;

use super::how::How;
use super::variables::{self, Source, Variable};
use crate::error::Result;
use crate::message::request::HttpRequest;
use crate::redact::masked_domain;

/// A request, where it goes, and how: what a curl command or a Postman item says.
///
/// It comes from a curl command ([`from_curl`](Self::from_curl)), from a Postman collection
/// ([`postman`](crate::postman)), or is put together here. [`Transport::perform`](crate::Transport::perform)
/// sends it; [`to_curl`](Self::to_curl), [`to_rust`](Self::to_rust) and
/// [`to_postman`](Self::to_postman) write it down, each so that it sends the same.
///
/// ```
/// use zoomkat::Call;
///
/// let call = Call::from_curl(r#"curl -X PATCH https://api.zoom.us/v2/users/me --json '{"dept":"R&D"}'"#)?;
/// assert_eq!(call.request().path(), "/v2/users/me");
/// assert_eq!((call.domain(), call.port(), call.ssl()), ("api.zoom.us", 443, true));
/// # Ok::<(), zoomkat::Error>(())
/// ```
///
/// What it does not say of how to send is left to the [`Transport`](crate::Transport) that sends it.
///
/// # Variables
///
/// A variable of the shell or of Postman whose value is not known stands in the call's texts as
/// `{{NAME}}`. [`variables`](Self::variables) lists those that are open, [`with`](Self::with) gives
/// one its value, and to send a call in which one is open is refused. The views have it as a
/// variable again: `$NAME`, `{{NAME}}`, or one of the environment.
///
/// # Files
///
/// Files that a call names ([`files`](Self::files)) are read when it is sent and not before.
#[derive(Clone, PartialEq)]
pub struct Call {
    pub(crate) request: HttpRequest,
    /// A host; with a variable in it, all that stands before the path.
    pub(crate) domain: String,
    pub(crate) port: u16,
    pub(crate) ssl: bool,
    pub(crate) how: How,
    pub(crate) variables: Vec<Variable>,
}

impl Call {
    /// A call of `request` at a host and port, over TLS if `ssl`, as for
    /// [`Transport::synchronous_request`](crate::Transport::synchronous_request).
    pub fn new(domain: &str, port: u16, ssl: bool, request: HttpRequest) -> Call {
        let domain = domain.to_owned();
        Call { request, domain, port, ssl, how: How::default(), variables: Vec::new() }
    }

    /// The request.
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// The request, to be changed.
    pub fn request_mut(&mut self) -> &mut HttpRequest {
        &mut self.request
    }

    /// The host that it goes to. While it holds a variable, all that stands before the path.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The port that it goes to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it goes over TLS.
    pub fn ssl(&self) -> bool {
        self.ssl
    }

    /// Sets where it goes.
    pub fn set_endpoint(&mut self, domain: &str, port: u16, ssl: bool) -> &mut Self {
        (self.domain, self.port, self.ssl) = (domain.to_owned(), port, ssl);
        self
    }

    /// The names of the variables that are open, in the order of their coming.
    pub fn variables(&self) -> Vec<&str> {
        let open = self.variables.iter().filter(|v| v.source == Source::Asked);
        open.map(|variable| variable.name.as_str()).collect()
    }

    /// Gives a variable its value, as it is, wherever `{{NAME}}` stands. A name that is not among the
    /// [`variables`](Self::variables) changes nothing.
    ///
    /// ```
    /// let mut call = zoomkat::Call::from_curl(r#"curl "https://api.zoom.us/v2/users/$USER_ID""#)?;
    /// assert_eq!(call.variables(), ["USER_ID"]);
    /// call.with("USER_ID", "me");
    /// assert_eq!(call.request().path(), "/v2/users/me");
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    pub fn with(&mut self, name: &str, value: &str) -> &mut Self {
        variables::give(self, name, value);
        self
    }

    /// The files that are read when it is sent, as they are named in it: uploads, bodies, cookies,
    /// certificates.
    pub fn files(&self) -> Vec<String> {
        variables::files(self)
    }

    /// The call as it can be sent: nothing open, and the texts of files in their place.
    pub(crate) fn ready(&self) -> Result<Cow<'_, Call>> {
        variables::ready(self)
    }
}

/// Shows names and places but no values of params, bodies, or headers that may hold secrets.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("domain", &masked_domain(&self.domain))
            .field("port", &self.port)
            .field("ssl", &self.ssl)
            .field("request", &self.request)
            .field("how", &self.how)
            .field("variables", &self.variables())
            .finish()
    }
}
