//! A whole call: attempts, resends and redirects, until there is a response or an error.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::client::Shared;
#[cfg(feature = "digest")]
use super::login::CallLogin;
use super::output::{Output, ReadBody, Sink};
use super::redirects::RedirectTrail;
use super::retries::RetryPlan;
use super::settings::Settings;
use crate::error::{ErrorKind, Result};
use crate::message::prepare::Prepared;
use crate::message::request::HttpRequest;
use crate::message::response::{HttpResponse, Record};
use crate::message::response_head::Head;
use crate::net::connection::Connection;
use crate::net::content::{self, BodyStream, Bounds};
use crate::net::exchange::{ExchangeError, exchange};
use crate::net::framing::{Framing, keeps_alive};
use crate::net::limits::Limits;
use crate::net::origin::Origin;
use crate::net::route::Route;
use crate::net::watch::Watch;
use crate::text::file;
use crate::text::headers::basic;
use crate::trace::{Step, TlsFacts, Trace};

/// The body of a redirect is read up to this size to keep the connection.
const MAX_SKIPPED_BODY: u64 = 64 * 1024;

/// The time limit for reading it.
const SKIPPING_TIME: Duration = Duration::from_secs(1);

/// A request, its destination, and the output for its response.
pub(crate) struct CallRequest<'o> {
    pub(crate) domain: &'o str,
    pub(crate) port: u16,
    pub(crate) tls: bool,
    /// Replaces the path and query of the request.
    pub(crate) path: Option<&'o str>,
    pub(crate) request: &'o HttpRequest,
    /// Receives the body of a 2xx response.
    pub(crate) file: Option<Output<'o>>,
    /// Whether redirects are followed, if the settings allow it.
    pub(crate) follows: bool,
    /// Whether a request with this verb and target is never resent automatically, unless marked as idempotent.
    pub(crate) is_sent_once: fn(&str, &str) -> bool,
}

impl<'o> CallRequest<'o> {
    /// A request to a host, with the response in memory.
    pub(crate) fn new(domain: &'o str, port: u16, tls: bool, request: &'o HttpRequest) -> Self {
        CallRequest {
            domain,
            port,
            tls,
            path: None,
            request,
            file: None,
            follows: true,
            is_sent_once: |_, _| false,
        }
    }
}

/// The result and details of a call.
#[allow(dead_code, reason = "only Chilkat's `Http`, a feature, reads more than the result")]
pub(crate) struct CallOutcome {
    pub(crate) result: Result<HttpResponse>,
    /// The request line and header sent last, secrets included. Empty if none were sent.
    pub(crate) sent: Vec<u8>,
    pub(crate) redirected: bool,
}

/// Makes a call, and puts its trace into the result.
pub(crate) fn perform(shared: &Shared, settings: &Settings, call: CallRequest<'_>) -> CallOutcome {
    let request = call.request;
    let path = call.path.unwrap_or(request.path());
    let to = (call.domain, call.port, call.tls);
    let mut progress = CallProgress {
        trace: Trace::new(request.http_verb(), to, path),
        head: Head::default(),
        acted_on: false,
        may_have_arrived: false,
        is_idempotent: false,
        sent: Vec::new(),
        authorization: None,
        redirects: 0,
    };
    let result = shared.running.run(&settings.handlers, |watch| {
        let has_handler = settings.handlers.progress_info.is_some() && watch.monitor.is_some();
        progress.trace.set_step_handler(has_handler.then(|| {
            let watch = watch.clone();
            Box::new(move |name: &str, value: &dyn fmt::Display| watch.inform(name, value)) as _
        }));
        let run = CallRun { shared, settings, request, watch };
        let result = watch.or_aborted(run.run_with_retries(call, &mut progress));
        progress.trace.set_step_handler(None);
        if result.is_ok() {
            watch.finish();
        }
        result
    });
    let CallProgress { trace, head, acted_on, sent, redirects, .. } = progress;
    let redirected = redirects > 0;
    let result = match result {
        Ok(FinalResponse { body, content_length, domain, final_redirect_url, tls }) => {
            let (received, trace) = (SystemTime::now(), Some(trace));
            let record = Record {
                head,
                domain,
                redirected,
                final_redirect_url,
                received,
                tls,
                trace,
                acted_on,
            };
            Ok(HttpResponse { record: Arc::new(record), body, content_length })
        }
        Err(err) => {
            let err = if acted_on { err.after_response() } else { err };
            let text = trace.text(Some(&err));
            Err(err.with_trace(text))
        }
    };
    CallOutcome { result, sent, redirected }
}

/// What a call records, however it ends.
pub(super) struct CallProgress {
    pub(super) trace: Trace,
    /// The head of the last response. It stays here until the call ends, because it is large to move.
    pub(super) head: Head,
    /// Whether the server may have acted on the request.
    pub(super) acted_on: bool,
    /// Whether a request, even a safe one, may have arrived.
    pub(super) may_have_arrived: bool,
    /// Whether the request may be sent again even if it has arrived.
    pub(super) is_idempotent: bool,
    /// The request line and header sent last.
    sent: Vec<u8>,
    /// The Authorization of the next request, if the request has none of its own.
    authorization: Option<String>,
    /// The number of redirects of this attempt.
    pub(super) redirects: u32,
}

/// The end of an attempt that has a response.
pub(super) enum AttemptOutcome {
    Final(FinalResponse),
    Retry { wait: Duration },
}

/// The response that ends a call, with its body.
pub(super) struct FinalResponse {
    body: Vec<u8>,
    content_length: u64,
    domain: String,
    final_redirect_url: String,
    tls: Option<Arc<TlsFacts>>,
}

/// One call while it runs.
pub(super) struct CallRun<'c> {
    shared: &'c Shared,
    pub(super) settings: &'c Settings,
    request: &'c HttpRequest,
    pub(super) watch: &'c Watch,
}

/// A response whose body has not been read.
struct OpenResponse {
    connection: Box<Connection>,
    framing: Framing,
    /// Whether the connection can be used for another request.
    is_reusable: bool,
}

impl CallRun<'_> {
    /// Makes the call once.
    pub(super) fn run(
        &self,
        call: &mut CallRequest<'_>,
        limits: Limits,
        retries: &mut RetryPlan<'_>,
        progress: &mut CallProgress,
    ) -> Result<AttemptOutcome> {
        let mut origin = Origin::new(call.domain, call.port, call.tls)?;
        self.settings.check()?;
        let mut prepared = self.request.prepare_for(call.path)?;
        prepared.always_sensitive = Some(&self.settings.sensitive);
        if (call.is_sent_once)(prepared.verb, &prepared.target) {
            prepared.send_once();
        }
        progress.is_idempotent = prepared.is_idempotent();
        self.trace_ignored_content_type(&prepared, &mut progress.trace);
        if let Some(output) = &call.file {
            file::target_at(output.path)?;
        }
        let mut trail = RedirectTrail::default();
        #[cfg(feature = "digest")]
        let mut login = CallLogin::new(self.settings, &self.shared.nonces);
        #[cfg(not(feature = "digest"))]
        {
            progress.authorization = self.settings.authorization();
        }
        loop {
            self.watch.check()?;
            #[cfg(feature = "digest")]
            {
                progress.authorization = login.authorization(&origin, &prepared);
            }
            let response = self.respond(&origin, &prepared, limits, progress).map_err(|err| {
                // The kind says that nothing was sent, which is not true after a redirect.
                match progress.redirects > 0 && err.is_invalid_request() {
                    true => err.with_kind(ErrorKind::Redirect),
                    false => err,
                }
            })?;
            let head = &progress.head;
            #[cfg(feature = "digest")]
            if login.answers(head, &origin, &prepared, &mut progress.trace)? {
                self.log_response(head, None, response.framing.announced());
                self.skip_body(response, limits);
                continue;
            }
            if head.status == 401 && self.has_unsent_login(&prepared) {
                let what = "login and password: set_basic_auth is off";
                progress.trace.add(Step::NotSent { what });
            }
            let follows = self.settings.follow_redirects && call.follows;
            let max = follows.then_some(self.settings.max_redirects);
            let redirects = &mut progress.redirects;
            let target = trail.next_target(head, &origin, &mut prepared, max, redirects)?;
            let Some(target) = target else {
                if let Some(wait) = retries.after_response(progress) {
                    self.log_response(&progress.head, None, response.framing.announced());
                    self.skip_body(response, limits);
                    return Ok(AttemptOutcome::Retry { wait });
                }
                let has_content = progress.head.has_content(prepared.verb);
                let file = call.file.as_mut().filter(|_| has_content).map(Output::reborrow);
                let end = (origin, trail);
                return self
                    .finish(response, file, limits, end, progress)
                    .map(AttemptOutcome::Final);
            };
            self.log_response(head, None, response.framing.announced());
            self.skip_body(response, limits);
            progress.trace.add(Step::Redirect { to: target.shown() });
            origin = target.origin;
            prepared.target = target.path.into();
        }
    }

    /// Sends the request to one origin and reads the head of the response.
    fn respond(
        &self,
        origin: &Origin,
        prepared: &Prepared<'_>,
        limits: Limits,
        progress: &mut CallProgress,
    ) -> Result<OpenResponse> {
        let proxy = self.settings.proxy_for(origin)?;
        let (tls, ip_family) = (&self.settings.tls, self.settings.ip_family);
        let route = Route { origin, proxy: proxy.as_ref(), tls, ip_family };
        let (connection, is_request_sent) = self.attempt(route, prepared, limits, progress)?;
        let head = &progress.head;
        // The server may have acted on the request even if its response cannot be read, unless it
        // redirects the same request or has not applied it (RFC 9110 section 15.5.2).
        let has_not_acted = matches!(head.status, 401 | 307 | 308);
        progress.acted_on |= !has_not_acted && !prepared.is_safe();
        let framing = Framing::from_head(head, prepared.verb)?;
        #[cfg(feature = "cookies")]
        {
            let place = (origin, &*prepared.target);
            let may_wait = || self.watch.check_aborted().is_ok() && !limits.is_over();
            self.settings.cookies.keep(place, head, &may_wait, &mut progress.trace);
        }
        let is_reusable = is_request_sent
            && framing != Framing::Close
            && keeps_alive(head)
            && prepared.keeps_alive(self.settings.headers.get("Connection"));
        Ok(OpenResponse { connection, framing, is_reusable })
    }

    /// Reads the body of the response that is returned to the caller.
    fn finish(
        &self,
        response: OpenResponse,
        file: Option<Output<'_>>,
        limits: Limits,
        (origin, trail): (Origin, RedirectTrail),
        progress: &mut CallProgress,
    ) -> Result<FinalResponse> {
        let OpenResponse { mut connection, framing, is_reusable } = response;
        let head = &progress.head;
        let announced = framing.announced();
        let read = self.body(&mut connection, head, framing, limits, file);
        let kept = read.as_ref().ok().filter(|read| !read.is_in_file).map(|read| &*read.bytes);
        let length = read.as_ref().map_or(announced, |read| Some(read.length));
        self.log_response(head, kept, length);
        let ReadBody { bytes: body, length: content_length, is_whole, .. } = read?;
        let tls = connection.tls.clone();
        if is_whole {
            let now = Instant::now();
            progress.trace.add_at(now, Step::Received { bytes: content_length });
            if is_reusable {
                self.give_back(connection, now);
            }
        }
        let (domain, final_redirect_url) = (origin.into_host(), trail.last);
        Ok(FinalResponse { body, content_length, domain, final_redirect_url, tls })
    }

    /// Sends the request on a kept-alive connection or a new one. It is resent at most once,
    /// on a new connection, if a kept-alive one died without a response and the request is
    /// idempotent (RFC 9110 section 9.2.2, RFC 9112 section 9.3.1). Also returns whether the whole request was
    /// sent.
    fn attempt(
        &self,
        route: Route<'_>,
        prepared: &Prepared<'_>,
        limits: Limits,
        progress: &mut CallProgress,
    ) -> Result<(Box<Connection>, bool)> {
        let CallProgress { trace, head: answer, sent, authorization, may_have_arrived, .. } =
            progress;
        let now = Instant::now();
        let mut connection = match self.shared.pool.take(route, now) {
            Some(connection) => {
                trace.add_at(now, Step::Reused);
                connection
            }
            None => self.open(route, limits, trace)?,
        };
        connection.attach(self.watch);
        *sent = self.head(route, prepared, authorization.as_deref(), trace);
        let head = sent.as_slice();
        let log = &self.settings.session_log;
        log.request(self.request, &self.settings.sensitive, prepared, head);
        let body = prepared.body.as_ref();
        let acts = !prepared.is_safe();
        let first = exchange(&mut connection, head, body, limits, trace, answer);
        let was_sent = !matches!(first, Err(ExchangeError::Unsent(_)));
        *may_have_arrived |= was_sent;
        // An abort by a handler or another thread closes the connection too.
        let reused = connection.reused;
        let can_resend = || reused && prepared.is_idempotent() && self.watch.check().is_ok();
        let result = match first {
            Err(ExchangeError::NoResponse(_)) if can_resend() => {
                trace.add(Step::Resend { why: "the kept-alive connection had been closed" });
                connection =
                    self.open(route, limits, trace).map_err(|err| err.after_sending(acts))?;
                connection.attach(self.watch);
                log.request(self.request, &self.settings.sensitive, prepared, head);
                exchange(&mut connection, head, body, limits, trace, answer)
            }
            first => first,
        };
        match result {
            Ok(is_request_sent) => Ok((connection, is_request_sent)),
            Err(failure) => Err(failure.into_error().after_sending(acts && was_sent)),
        }
    }

    fn open(&self, route: Route<'_>, limits: Limits, trace: &mut Trace) -> Result<Box<Connection>> {
        self.shared.dialer.open(route, self.settings.proxy_agent(), limits, self.watch, trace)
    }

    /// Returns the bytes of the request line and header.
    #[cfg_attr(not(feature = "cookies"), expect(unused_variables))]
    fn head(
        &self,
        route: Route<'_>,
        prepared: &Prepared<'_>,
        authorization: Option<&str>,
        trace: &mut Trace,
    ) -> Vec<u8> {
        let settings = self.settings;
        let agent =
            Some(("User-Agent", &*settings.user_agent)).filter(|(_, agent)| !agent.is_empty());
        let login = authorization.map(|value| ("Authorization", value));
        let waits = settings.login_scheme().waits();
        let headers = settings.headers.iter();
        // A login takes precedence over an Authorization that is set for all requests, even while it waits.
        let headers =
            headers.filter(|(name, _)| !(waits && name.eq_ignore_ascii_case("Authorization")));
        let fields = agent.into_iter().chain(login).chain(headers);
        let fields = fields.filter(|(name, value)| prepared.carries(name, value));
        let mut extra: Vec<_> = fields.map(|(name, value)| (name, value.as_bytes())).collect();
        #[cfg(feature = "cookies")]
        let is_first = !prepared.credentials_dropped;
        #[cfg(feature = "cookies")]
        let cookies = settings.cookies.header(route.origin, &prepared.target, is_first, trace);
        #[cfg(feature = "cookies")]
        extra.extend(cookies.as_deref().map(|cookies| ("Cookie", cookies)));
        let mut target = &*prepared.target;
        let (absolute, proxy_login);
        if let Some(proxy) = route.proxy.filter(|proxy| proxy.is_forwarding(route.origin)) {
            // RFC 9112 section 3.2.4: the server as a whole has no path.
            let path = if target == "*" { "" } else { target };
            absolute = format!("http://{}{path}", route.origin.host_header());
            target = &absolute;
            if let Some((user, password)) = proxy.login() {
                proxy_login = basic(user, password);
                extra.push(("Proxy-Authorization", proxy_login.as_bytes()));
            }
        }
        prepared.head(target, route.origin.host_header(), &extra)
    }

    fn log_response(&self, head: &Head, body: Option<&[u8]>, length: Option<u64>) {
        let Settings { session_log, sensitive, .. } = self.settings;
        session_log.response(self.request, sensitive, head, body, length);
    }

    /// Traces that the Content-Type set for all requests is not sent with this one.
    fn trace_ignored_content_type(&self, prepared: &Prepared<'_>, trace: &mut Trace) {
        let set = self.settings.headers.get("Content-Type").map(str::trim);
        if set.is_some_and(|set| prepared.content_type().is_some_and(|own| set != own)) {
            let what = "the Content-Type of set_request_header: the call has another";
            trace.add(Step::NotSent { what });
        }
    }

    /// Whether a login is set and the request was sent without an Authorization.
    fn has_unsent_login(&self, prepared: &Prepared<'_>) -> bool {
        let settings = self.settings;
        !settings.login.is_empty()
            && settings.authorization().is_none()
            && !settings.login_scheme().waits()
            && settings.headers.get("Authorization").is_none()
            && prepared.header("Authorization").is_none()
    }

    /// Reads the body into memory or the file.
    fn body(
        &self,
        connection: &mut Connection,
        head: &Head,
        framing: Framing,
        limits: Limits,
        file: Option<Output<'_>>,
    ) -> Result<ReadBody> {
        let announced = framing.announced();
        if let Some(length) = announced {
            connection.start(length);
        }
        let stream = BodyStream::new(connection, framing, limits);
        let (limit, expansion) = (self.settings.max_response_size, self.settings.max_expansion);
        let bounds = |size| Bounds { size, expansion: (expansion > 0).then(|| expansion.into()) };
        // An abort also looks like the end of a body.
        let check = || self.watch.check();
        match file {
            Some(output) => {
                let total = announced.filter(|_| !content::is_coded(head));
                let read =
                    |sink: Sink<'_>| content::read(stream, head, bounds(limit.in_file()), sink);
                output.fill(head, total, read, check)
            }
            None => {
                let mut body = Vec::new();
                content::read(stream, head, bounds(limit.in_memory()), &mut |bytes| {
                    body.extend_from_slice(bytes);
                    Ok(())
                })?;
                check().map(|()| ReadBody::in_memory(body, true))
            }
        }
    }

    /// Reads the body of a redirect, if it is small, to keep the connection.
    fn skip_body(&self, response: OpenResponse, limits: Limits) {
        let OpenResponse { mut connection, framing, is_reusable, .. } = response;
        if is_reusable {
            let soon = Instant::now() + SKIPPING_TIME;
            let limits = Limits { end: limits.end.or(Some(soon)).min(Some(soon)), ..limits };
            let mut rest = BodyStream::new(&mut connection, framing, limits);
            if matches!(rest.skip_rest(MAX_SKIPPED_BODY), Ok(true)) {
                self.give_back(connection, Instant::now());
            }
        }
    }

    /// Returns the connection to the pool, unless the server has sent more than its response, or another reader
    /// could see the end of the response elsewhere.
    fn give_back(&self, mut connection: Box<Connection>, now: Instant) {
        let has_rest = !connection.input().is_empty() || connection.has_unsent();
        if !connection.is_distrusted() && !has_rest && connection.detach() {
            self.shared.pool.put(connection, now);
        }
    }
}
