//! [`Call`]: a request, its endpoint and its options.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use super::call_options::CallOptions;
use super::ready;
use super::variables::{self, Source, Variable};
use crate::error::Result;
use crate::message::request::HttpRequest;
use crate::redact::masked_domain;

/// A request, its endpoint and its options: the content of a curl command or a Postman item.
///
/// [`from_curl`](Self::from_curl) reads a curl command, [`postman`](crate::postman) a Postman collection, and
/// [`new`](Self::new) starts from a request. [`Transport::perform`](crate::Transport::perform) sends it;
/// [`to_curl`](Self::to_curl), [`to_rust`](Self::to_rust), [`to_postman`](Self::to_postman) and
/// [`to_chilkat_ruby`](Self::to_chilkat_ruby) write it, each so that the same request is sent.
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
/// Options that a call does not set are those of the [`Transport`](crate::Transport) that sends it.
///
/// # Variables
///
/// A shell or Postman variable without a value appears in the call's texts as `{{NAME}}`.
/// [`variables`](Self::variables) lists the open ones, and [`set_variable`](Self::set_variable) sets a value. A
/// call with an open variable cannot be sent. Writers emit it as `$NAME`, `{{NAME}}` or an environment
/// variable.
///
/// # Files
///
/// The [`files`](Self::files) that a call names are read when it is sent, not before.
#[derive(Clone, PartialEq)]
pub struct Call {
    pub(crate) request: HttpRequest,
    /// A host; with a variable in it, everything before the path.
    pub(crate) domain: String,
    pub(crate) port: u16,
    pub(crate) ssl: bool,
    pub(crate) options: CallOptions,
    pub(crate) variables: Vec<Variable>,
}

impl Call {
    /// Creates a call of `request` to a host and port, over TLS if `ssl` is true, as for
    /// [`Transport::synchronous_request`](crate::Transport::synchronous_request).
    #[must_use]
    pub fn new(domain: &str, port: u16, ssl: bool, request: HttpRequest) -> Call {
        let domain = domain.to_owned();
        Call { request, domain, port, ssl, options: CallOptions::default(), variables: Vec::new() }
    }

    /// Returns the request.
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// Returns the request, for changes.
    pub fn request_mut(&mut self) -> &mut HttpRequest {
        &mut self.request
    }

    /// Returns the host. While it contains a variable, this is everything before the path.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether the call uses TLS.
    pub fn ssl(&self) -> bool {
        self.ssl
    }

    /// Sets host, port, and whether TLS is used.
    pub fn set_endpoint(&mut self, domain: &str, port: u16, ssl: bool) -> &mut Self {
        (self.domain, self.port, self.ssl) = (domain.to_owned(), port, ssl);
        self
    }

    /// Returns the names of the open variables, in order of appearance.
    pub fn variables(&self) -> Vec<&str> {
        let open = self.variables.iter().filter(|variable| variable.is_open());
        open.map(|variable| variable.name.as_str()).collect()
    }

    /// Makes `{{NAME}}` in the call's texts a variable. A request made by a program has none, so braces in its texts are
    /// sent. `name` consists of letters, digits and `_`.
    ///
    /// ```
    /// use zoomkat::{Call, HttpRequest};
    ///
    /// let mut req = HttpRequest::new();
    /// req.set_path("/v2/users/{{USER_ID}}");
    /// let mut call = Call::new("api.zoom.us", 443, true, req);
    /// call.add_variable("USER_ID");
    /// assert_eq!(call.variables(), ["USER_ID"]);
    /// ```
    pub fn add_variable(&mut self, name: &str) -> &mut Self {
        if !self.variables.iter().any(|variable| variable.name == name) {
            self.variables.push(Variable { name: name.to_owned(), source: Source::Caller });
        }
        self
    }

    /// Replaces `{{NAME}}` everywhere with a value. A name that is not among the [`variables`](Self::variables)
    /// changes nothing.
    ///
    /// A secret that [`hide_secrets`](Self::hide_secrets) replaced is escaped for its place, so the value is the
    /// plain secret. Any other value is inserted unchanged.
    ///
    /// ```
    /// let mut call = zoomkat::Call::from_curl(r#"curl "https://api.zoom.us/v2/users/$USER_ID""#)?;
    /// assert_eq!(call.variables(), ["USER_ID"]);
    /// call.set_variable("USER_ID", "me");
    /// assert_eq!(call.request().path(), "/v2/users/me");
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    pub fn set_variable(&mut self, name: &str, value: &str) -> &mut Self {
        variables::set(self, name, value);
        self
    }

    /// Returns the files that are read when the call is sent: uploads, bodies, cookies, certificates. `-` is
    /// standard input.
    pub fn files(&self) -> Vec<&Path> {
        variables::files(self)
    }

    /// Returns the call ready to be sent: no variable is open, and the texts of files are inserted.
    pub(crate) fn ready(&self) -> Result<Cow<'_, Call>> {
        ready::ready(self)
    }
}

/// Shows names and places, but no values of params, bodies, or headers that may contain secrets.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("domain", &masked_domain(&self.domain))
            .field("port", &self.port)
            .field("ssl", &self.ssl)
            .field("request", &self.request)
            .field("options", &self.options)
            .field("variables", &self.variables())
            .finish()
    }
}
