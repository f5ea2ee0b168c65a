//! Members that send a request.

use std::time::Duration;

use zoomkat::chilkat::JsonObject;
use zoomkat::{Call, HttpRequest};

use super::Run;
use super::objects::Settings;
use super::values::{Value, text};
use crate::port::Error;
use crate::tree::Expr;

/// The members that send, in lower case, with the number of their arguments; and what the arguments mean: the verb, or
/// `v` for one that is an argument; then `u` for the URL, `r` for the request, `q` for JSON that becomes the query, `t`
/// for text of the body, `b` for bytes, `f` for a file, `s` for the charset, `c` for the content type, `d` for a file to
/// save to, `.` for one that is ignored.
const SENDS: &[(&str, &str, &str)] = &[
    ("quickget", "GET", "u"),
    ("quickgetstr", "GET", "u"),
    ("quickgetobj", "GET", "u"),
    ("quickgetsb", "GET", "u."),
    ("quickgetbd", "GET", "u."),
    ("quickdeletestr", "DELETE", "u"),
    ("quickputstr", "PUT", "u"),
    ("gethead", "HEAD", "u"),
    ("quickrequest", "v", "u"),
    ("httpnobody", "v", "u."),
    ("quickrequestparams", "v", "uq"),
    ("httpparams", "v", "uq."),
    ("download", "GET", "ud"),
    ("downloadsb", "GET", "u.."),
    ("downloadbd", "GET", "u."),
    ("postjson", "POST", "uj"),
    ("postjson2", "POST", "ucj"),
    ("postjson3", "POST", "ucj"),
    ("httpjson", "v", "ujc."),
    ("postxml", "POST", "uxs"),
    ("ptext", "v", "utsc.."),
    ("ptextsb", "v", "utsc.."),
    ("httpstr", "v", "utsc."),
    ("httpsb", "v", "utsc."),
    ("puttext", "PUT", "utsc.."),
    ("httpbd", "v", "ubc."),
    ("pbinarybd", "v", "ubc.."),
    ("httpfile", "v", "ufc."),
    ("pfile", "v", "ufc.."),
    ("postbinary", "POST", "ubc.."),
    ("putbinary", "PUT", "ubc.."),
    ("posturlencoded", "POST", "up"),
    ("httpreq", "", "ur."),
    ("synchronousrequest", "", "hnlr"),
    ("httpsreq", "", "hnlr."),
];

/// Returns the row of a member that sends.
fn row(name: &str, args: usize) -> Option<&'static (&'static str, &'static str, &'static str)> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("ck").unwrap_or(&name).trim_start_matches('_');
    SENDS.iter().find(|(send, verb, kinds)| {
        *send == name && kinds.len() + usize::from(*verb == "v") == args
    })
}

/// Whether a call of a method sends a request.
pub(super) fn is_send(name: &str, args: usize) -> bool {
    row(name, args).is_some()
}

impl Run {
    /// Makes the call that a member sends.
    pub(super) fn send(&mut self, object: &Expr, name: &str, args: &[Expr]) -> Result<(), Error> {
        let Some((_, verb, kinds)) = row(name, args.len()) else { return Ok(()) };
        if self.sent.is_some() {
            return Err(self.error("the script makes more than one request; a view has only one"));
        }
        let settings = match self.eval(object)? {
            Value::Http(settings) => settings,
            _ => return Err(self.error("the object that sends the request is not known")),
        };
        if let Some((line, name)) = &settings.other {
            return Err(Error::new(*line, format!("a view of one request cannot have {name}")));
        }
        let mut rest = args.iter();
        let mut next = |run: &mut Run, what: &str| {
            let value = rest.next().map(|arg| run.eval(arg)).transpose()?;
            value.ok_or_else(|| run.error(format!("{what} is missing")))
        };
        let mut parts = Parts { verb: (*verb).to_owned(), ..Parts::default() };
        if *verb == "v" {
            let value = next(self, "the verb")?;
            parts.verb = self.known(&value, "the verb")?;
        }
        for kind in kinds.chars() {
            let value = next(self, "an argument")?;
            self.part(&mut parts, kind, value)?;
        }
        let call = self.call(parts, &settings)?;
        self.sent = Some(Box::new(call));
        Ok(())
    }

    fn known(&self, value: &Value, what: &str) -> Result<String, Error> {
        text(value).ok_or_else(|| match value {
            Value::Unknown(line) => Error::new(
                self.line,
                format!("{what} is not known without running the script (line {line})"),
            ),
            _ => self.error(format!("{what} is not a text")),
        })
    }

    fn part(&mut self, parts: &mut Parts, kind: char, value: Value) -> Result<(), Error> {
        match kind {
            'u' => parts.url = self.known(&value, "the URL")?,
            'h' => parts.domain = self.known(&value, "the domain")?,
            'n' => parts.port = self.known(&value, "the port")?,
            'l' => {
                parts.ssl = match value {
                    Value::Bool(ssl) => ssl,
                    Value::Int(ssl) => ssl != 0,
                    _ => {
                        return Err(self
                            .error("whether TLS is used is not known without running the script"));
                    }
                }
            }
            'r' | 'p' => match value {
                Value::Request(req) => parts.request = Some(*req),
                _ => return Err(self.error("the request is not known without running the script")),
            },
            'q' => match value {
                Value::Json(json) => parts.query = Some(json),
                _ => return Err(self.error("the params are not known without running the script")),
            },
            't' => parts.body = Body::Text(self.known(&value, "the body")?),
            'x' => parts.body = Body::Xml(self.known(&value, "the body")?),
            'j' => {
                parts.body = Body::Json(match &value {
                    Value::Json(json) => compact(json),
                    other => self.known(other, "the body")?,
                });
            }
            'b' => match value {
                Value::Bytes(bytes) => parts.body = Body::Bytes(bytes.get_data()),
                _ => return Err(self.error("the body is not known without running the script")),
            },
            'f' => parts.body = Body::File(self.known(&value, "the file")?),
            'c' => parts.content_type = self.known(&value, "the content type")?,
            's' => parts.charset = self.known(&value, "the charset")?,
            'd' => parts.output = Some(self.known(&value, "the file")?),
            _ => {}
        }
        Ok(())
    }

    fn call(&mut self, parts: Parts, settings: &Settings) -> Result<Call, Error> {
        let mut req = parts.request.clone().unwrap_or_default();
        if !parts.verb.is_empty() {
            req.set_http_verb(&parts.verb);
        }
        let (domain, port, ssl) = match parts.url.is_empty() {
            false => self.endpoint_of_url(&mut req, &parts.url)?,
            true => self.endpoint(&parts)?,
        };
        for (name, value) in &settings.headers {
            if req.get_header_field(name).is_none() {
                req.add_header(name, value.as_str());
            }
        }
        parts.fill(&mut req);
        if let (Some(token), None) = (&settings.token, req.get_header_field("Authorization")) {
            req.add_header("Authorization", format!("Bearer {token}"));
        }
        let mut call = Call::new(&domain, port, ssl, req);
        if let (Some(login), Some(password)) = (&settings.login, &settings.password) {
            match (settings.is_digest, settings.is_basic) {
                (true, _) => _ = call.set_digest_user(login, password),
                (false, true) => _ = call.set_user(login, password),
                // Chilkat sends no login then.
                (false, false) => {}
            }
        }
        if let Some(follow) = settings.follow_redirects {
            call.set_follow_redirects(follow);
        }
        if settings.verify == Some(true) {
            call.set_require_ssl_cert_verify(true);
        }
        if let Some(seconds) = settings.connect_timeout {
            call.set_connect_timeout((seconds > 0).then(|| Duration::from_secs(seconds)));
        }
        if let Some(file) = &parts.output {
            call.set_output_file(file);
        }
        Ok(call)
    }

    fn endpoint(&self, parts: &Parts) -> Result<(String, u16, bool), Error> {
        let is_open = |text: &str| text.contains("{{");
        if is_open(&parts.domain) || is_open(&parts.port) {
            let scheme = if parts.ssl { "https" } else { "http" };
            return Ok((
                format!("{scheme}://{}:{}", parts.domain, parts.port),
                if parts.ssl { 443 } else { 80 },
                parts.ssl,
            ));
        }
        let port = parts.port.parse().map_err(|_| self.error("the port is not a number"))?;
        Ok((parts.domain.clone(), port, parts.ssl))
    }

    fn endpoint_of_url(
        &self,
        req: &mut HttpRequest,
        url: &str,
    ) -> Result<(String, u16, bool), Error> {
        let scheme_end = url.find("://").map_or(0, |at| at + 3);
        let path_at =
            url[scheme_end..].find(['/', '?', '#']).map_or(url.len(), |at| scheme_end + at);
        let (base, target) = url.split_at(path_at);
        let ssl = !url.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://"));
        let target = target.split('#').next().unwrap_or_default();
        req.set_path(if target.starts_with('/') {
            target.to_owned()
        } else {
            format!("/{target}")
        });
        if base.contains("{{") {
            return Ok((base.to_owned(), if ssl { 443 } else { 80 }, ssl));
        }
        if scheme_end == 0 {
            return Err(self.error("the URL has no scheme"));
        }
        let authority = &base[scheme_end..];
        let authority = match authority.rsplit_once('@') {
            Some(_) => {
                return Err(self.error("a login in the URL; a view needs Login and Password"));
            }
            None => authority,
        };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, port.parse().map_err(|_| self.error("the port of the URL is not a number"))?)
            }
            _ => (authority, if ssl { 443 } else { 80 }),
        };
        Ok((host.to_owned(), port, ssl))
    }
}

#[derive(Default)]
struct Parts {
    verb: String,
    url: String,
    domain: String,
    port: String,
    ssl: bool,
    request: Option<HttpRequest>,
    query: Option<JsonObject>,
    body: Body,
    content_type: String,
    charset: String,
    output: Option<String>,
}

#[derive(Default)]
enum Body {
    #[default]
    None,
    Text(String),
    Xml(String),
    Json(String),
    Bytes(Vec<u8>),
    File(String),
}

impl Parts {
    /// Adds query, body and content type to a request.
    fn fill(&self, req: &mut HttpRequest) {
        if let Some(query) = &self.query {
            // In the query, as `QuickRequestParams` sends them, whatever the verb.
            let mut form = HttpRequest::new();
            for at in 0..query.size() {
                form.add_param(
                    &query.name_at(at).unwrap_or_default(),
                    query.string_at(at).unwrap_or_default(),
                );
            }
            let encoded =
                form.get_url_encoded_params().replace("%7B%7B", "{{").replace("%7D%7D", "}}");
            if !encoded.is_empty() {
                let path = req.path().to_owned();
                let separator = if path.contains('?') { '&' } else { '?' };
                req.set_path(format!("{path}{separator}{encoded}"));
            }
        }
        let charset = if self.charset.is_empty() { "utf-8" } else { &self.charset };
        let default = match &self.body {
            Body::None => return,
            Body::Text(text) => {
                req.load_body_from_string(text, charset);
                "text/plain"
            }
            Body::Xml(text) => {
                req.load_body_from_string(text, charset);
                "application/xml"
            }
            Body::Json(text) => {
                req.load_body_from_string(text, "utf-8");
                "application/json"
            }
            Body::Bytes(bytes) => {
                req.load_body_from_bd(bytes);
                "application/octet-stream"
            }
            Body::File(path) => {
                req.stream_body_from_file(path);
                "application/octet-stream"
            }
        };
        if !self.content_type.is_empty() {
            req.set_content_type(&self.content_type);
        } else if req.content_type().is_empty() {
            req.set_content_type(default);
        }
    }
}

fn compact(json: &JsonObject) -> String {
    let mut json = json.clone();
    json.set_emit_compact(true);
    json.emit()
}
