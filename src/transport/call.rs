//! A whole call: attempts, resends, redirects and logins, until there is a response or an error.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use super::Shared;
use super::connect::{Connection, Limits, is_forwarding};
use super::content::{self, BodyStream};
use super::exchange::{Answer, Failure, exchange};
use super::h1::{self, Framing};
use super::origin::{Origin, Target};
use super::pool::Key;
use super::settings::{Settings, basic};
use crate::error::{Error, ErrorKind, Result};
use crate::file;
use crate::request::HttpRequest;
use crate::request::prepare::Prepared;
use crate::response::{Head, HttpResponse};
use crate::secret::masked_location;
use crate::story::{Step, Story};

/// Redirects that one call follows.
const MAX_REDIRECTS: usize = 10;

/// The body of a redirect or a refusal is read up to this size to keep the connection.
const MAX_PASSED_OVER: u64 = 64 * 1024;

/// How long reading it may take: nobody wants it.
const PASSING_OVER: Duration = Duration::from_secs(1);

/// Sends `request` to a domain and port, over TLS if the flag is set. The body of a 2xx goes to
/// `file` if there is one.
pub(crate) fn perform(
    shared: &Shared,
    settings: &Settings,
    to: (&str, u16, bool),
    request: &HttpRequest,
    file: Option<&Path>,
) -> Result<HttpResponse> {
    let mut story = Story::new(request.http_verb(), to, request.path());
    let mut acted_on = false;
    let call = Call { shared, settings, file };
    match call.run(to, request, &mut story, &mut acted_on) {
        Ok(mut response) => {
            response.story = Some(story);
            Ok(response)
        }
        Err(err) => {
            let err = if acted_on { err.after_answer() } else { err };
            let told = story.told(Some(&err));
            Err(err.with_story(told))
        }
    }
}

struct Call<'c> {
    shared: &'c Shared,
    settings: &'c Settings,
    file: Option<&'c Path>,
}

impl Call<'_> {
    fn run(
        &self,
        to: (&str, u16, bool),
        request: &HttpRequest,
        story: &mut Story,
        acted_on: &mut bool,
    ) -> Result<HttpResponse> {
        let mut origin = Origin::new(to.0, to.1, to.2)?;
        self.settings.check()?;
        let mut prepared = request.prepare()?;
        if let Some(path) = self.file {
            file::replaceable(path)?;
        }
        let limits = self.settings.limits(story.start());
        let mut redirects = 0;
        let mut final_redirect_url = String::new();
        let mut challenged = false;
        loop {
            let key = self.key(&origin)?;
            let (mut connection, answer) =
                self.attempt(&key, &prepared, challenged, limits, story)?;
            let head = &answer.head;
            // The server has spoken: it may have acted, whatever becomes of its answer, unless it
            // asks for the same request with a login or elsewhere.
            let wants_it_again = matches!(head.status, 401 | 307 | 308);
            *acted_on |= !wants_it_again && !prepared.is_safe();
            let framing = Framing::of(head, prepared.verb)?;
            let keeps = answer.in_step
                && framing != Framing::Close
                && h1::keeps_alive(head)
                && prepared.keeps_alive(self.settings.headers.get("Connection"));

            if head.status == 401 && !challenged && self.answers_challenge(&prepared, head) {
                challenged = true;
                self.pass_over(key, connection, framing, keeps, limits);
                story.add(Step::Resend { why: "the server asks for the login" });
                continue;
            }
            let location = match head.status {
                301 | 302 | 303 | 307 | 308 => head.all("Location").next(),
                _ => None,
            };
            if let Some(location) = location {
                let target = Target::resolve(&origin, &prepared.target, location);
                if let Ok(target) = &target {
                    final_redirect_url = target.url();
                }
                if self.settings.follow_redirects {
                    redirects += 1;
                    let status = head.status;
                    let target =
                        target.map_err(|why| refused(status, &masked_location(location), &why))?;
                    redirect(&mut prepared, &origin, &target, status, redirects)?;
                    self.pass_over(key, connection, framing, keeps, limits);
                    story.add(Step::Redirect { to: target.shown() });
                    origin = target.origin;
                    prepared.target = target.path;
                    continue;
                }
            }
            let file = self.file.filter(|_| has_content(head, prepared.verb));
            let (body, content_length) = self.body(&mut connection, head, framing, limits, file)?;
            story.add(Step::Received { bytes: content_length });
            let domain = origin.host().to_owned();
            if keeps {
                self.give_back(key, connection);
            }
            return Ok(HttpResponse {
                head: answer.head,
                body,
                content_length,
                domain,
                final_redirect_url,
                received: SystemTime::now(),
                story: None,
            });
        }
    }

    fn key(&self, origin: &Origin) -> Result<Key> {
        Ok(Key {
            origin: origin.clone(),
            proxy: self.settings.proxy_for(origin)?,
            tls: self.settings.tls.clone(),
        })
    }

    /// Sends the request on a kept-alive connection or a new one. The only resend there is: once,
    /// on a new connection, if a kept-alive one died without an answer and the request is
    /// idempotent (RFC 9110 section 9.2.2, RFC 9112 section 9.3.1).
    fn attempt(
        &self,
        key: &Key,
        prepared: &Prepared<'_>,
        challenged: bool,
        limits: Limits,
        story: &mut Story,
    ) -> Result<(Connection, Answer)> {
        let head = self.head(key, prepared, challenged);
        let mut connection = match self.shared.pool.take(key) {
            Some(connection) => {
                story.add(Step::Reused);
                connection
            }
            None => self.open(key, limits, story)?,
        };
        let body = prepared.body.as_ref();
        // What has been sent may have been acted on; a request that is safe does not act.
        let acts = !prepared.is_safe();
        let first = exchange(&mut connection, &head, body, limits, story);
        let can_resend = connection.reused && prepared.is_idempotent();
        let (result, was_sent) = match first {
            Err(Failure::NoAnswer(_)) if can_resend => {
                story.add(Step::Resend { why: "the kept-alive connection had been closed" });
                connection =
                    self.open(key, limits, story).map_err(|err| err.after_sending(acts))?;
                (exchange(&mut connection, &head, body, limits, story), true)
            }
            first => (first, false),
        };
        match result {
            Ok(answer) => Ok((connection, answer)),
            Err(failure) => {
                let was_sent = was_sent || !matches!(failure, Failure::Unsent(_));
                Err(failure.into_error().after_sending(acts && was_sent))
            }
        }
    }

    fn open(&self, key: &Key, limits: Limits, story: &mut Story) -> Result<Connection> {
        self.shared.dialer.open(&key.origin, key.proxy.as_ref(), self.settings, limits, story)
    }

    /// The bytes of the request line and header.
    fn head(&self, key: &Key, prepared: &Prepared<'_>, challenged: bool) -> Vec<u8> {
        let settings = self.settings;
        let authorization = settings.authorization(challenged);
        let mut extra: Vec<(&str, &str)> = Vec::new();
        if !settings.user_agent.is_empty() {
            extra.push(("User-Agent", &settings.user_agent));
        }
        if let Some(value) = &authorization {
            extra.push(("Authorization", value));
        }
        extra.extend(settings.headers.iter());
        extra.retain(|(name, _)| prepared.carries(name));
        let mut target = &prepared.target;
        let (absolute, proxy_login);
        if let Some(proxy) = key.proxy.as_ref().filter(|proxy| is_forwarding(proxy, &key.origin)) {
            // RFC 9112 section 3.2.4: the server as a whole has no path.
            let path = if prepared.target == "*" { "" } else { &prepared.target };
            absolute = format!("http://{}{path}", key.origin.host_header());
            target = &absolute;
            if proxy.username().is_some() || proxy.password().is_some() {
                let login = (proxy.username().unwrap_or(""), proxy.password().unwrap_or(""));
                proxy_login = basic(login.0, login.1);
                extra.push(("Proxy-Authorization", &proxy_login));
            }
        }
        let mut out = Vec::with_capacity(256);
        prepared.write_head(&mut out, target, &key.origin.host_header(), &extra);
        out
    }

    /// Whether a 401 asks for the login that was set and not yet sent.
    fn answers_challenge(&self, prepared: &Prepared<'_>, head: &Head) -> bool {
        let settings = self.settings;
        let asks = |value: &str| {
            let mut quoted = false;
            let mut outside = |c: char| {
                quoted ^= c == '"';
                c == ',' && !quoted
            };
            value.split(&mut outside).any(|challenge| {
                let scheme = challenge.split_ascii_whitespace().next().unwrap_or_default();
                scheme.eq_ignore_ascii_case("basic")
            })
        };
        !settings.login.is_empty()
            && settings.authorization(false).is_none()
            && !prepared.credentials_dropped
            && prepared.header("Authorization").is_none()
            && head.all("WWW-Authenticate").any(asks)
    }

    /// Reads the body into memory or the file.
    fn body(
        &self,
        connection: &mut Connection,
        head: &Head,
        framing: Framing,
        limits: Limits,
        file: Option<&Path>,
    ) -> Result<(Vec<u8>, u64)> {
        let stream = BodyStream::new(connection, framing, limits);
        let limit = self.settings.max_response_size;
        match file {
            Some(path) => file::write_whole(path, |write| {
                Ok((Vec::new(), content::read(stream, head, limit.in_file(), write)?))
            }),
            None => {
                let mut body = Vec::new();
                let length = content::read(stream, head, limit.in_memory(), &mut |bytes| {
                    body.extend_from_slice(bytes);
                    Ok(())
                })?;
                Ok((body, length))
            }
        }
    }

    /// Reads what is left of a response that nobody wants, if it is small, to keep the connection.
    fn pass_over(
        &self,
        key: Key,
        mut connection: Connection,
        framing: Framing,
        keeps: bool,
        limits: Limits,
    ) {
        if keeps {
            let soon = Instant::now() + PASSING_OVER;
            let limits = Limits { end: limits.end.or(Some(soon)).min(Some(soon)), ..limits };
            let mut rest = BodyStream::new(&mut connection, framing, limits);
            if matches!(rest.skip_rest(MAX_PASSED_OVER), Ok(true)) {
                self.give_back(key, connection);
            }
        }
    }

    /// Keeps the connection, unless the server has sent more than its response.
    fn give_back(&self, key: Key, mut connection: Connection) {
        if connection.input().is_empty() && !connection.owes() {
            self.shared.pool.put(key, connection);
        }
    }
}

/// Whether a response is the content that was asked for, be it of no bytes.
fn has_content(head: &Head, verb: &str) -> bool {
    (200..300).contains(&head.status) && head.status != 204 && verb != "HEAD"
}

/// Changes the request into the one that a redirect asks for (RFC 9110 section 15.4), or says why
/// it is not followed.
fn redirect(
    prepared: &mut Prepared<'_>,
    from: &Origin,
    to: &Target,
    status: u16,
    count: usize,
) -> Result<()> {
    if count > MAX_REDIRECTS {
        let why = format!("{MAX_REDIRECTS} redirects were followed and one more leads on");
        return Err(refused(status, &to.shown(), &why));
    }
    if from.is_tls() && !to.origin.is_tls() {
        return Err(refused(status, &to.shown(), "it leads from https to plain http"));
    }
    let becomes_get = match status {
        303 => true,
        301 | 302 => prepared.verb == "POST",
        _ => false,
    };
    if becomes_get {
        prepared.make_get();
    }
    if to.origin != *from {
        if prepared.body.as_ref().is_some_and(|body| body.len() > 0) {
            let why = "it leads to another origin, where the body is not sent unasked; send the \
                       request there yourself if that is where it belongs";
            return Err(refused(status, &to.shown(), why));
        }
        prepared.credentials_dropped = true;
    }
    Ok(())
}

/// `location` is told as it is, so it holds no secret any more.
fn refused(status: u16, location: &str, why: &str) -> Error {
    Error::new(ErrorKind::Redirect, format!("status {status}, Location {location:?}: {why}"))
}
