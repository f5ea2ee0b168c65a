//! [`ApiCall`]: one call to Zoom: the token, the turn, and what is sent again.

use std::time::Duration;

use secrecy::ExposeSecret as _;

use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::zoom::answer::body::ZoomBody;
use crate::zoom::answer::text::tidy;
use crate::zoom::client::{ClientState, Zoom};
use crate::zoom::download::Download;
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::mask::secrets::Secrets;
use crate::zoom::pace::limits::{DAY, SECOND, Turn};
use crate::zoom::pace::operations::{Lane, Operation, is_literal};

/// How much longer a call may wait.
pub(super) struct Patience(Duration);

impl Patience {
    pub(super) fn of(wait: Duration) -> Patience {
        Patience(wait)
    }

    pub(super) fn none() -> Patience {
        Patience(Duration::ZERO)
    }

    pub(super) fn is_none(&self) -> bool {
        self.0.is_zero()
    }

    pub(super) fn spend(&mut self, wait: Duration) -> bool {
        match self.0.checked_sub(wait) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }
}

/// The wait before attempt number `attempt` + 2: a second, doubled each time, and some more.
pub(super) fn backoff(attempt: u32) -> Duration {
    SECOND * 2u32.saturating_pow(attempt) + jitter()
}

/// Up to half a second, at random, so that clients that failed together do not come back together.
fn jitter() -> Duration {
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    SECOND.mul_f64(f64::from(random) / f64::from(u32::MAX) / 2.0)
}

/// How often a call is sent again after a 429 for the second or minute.
const REFUSALS: u32 = 4;
/// How often a call that only reads is sent again after a 502, 503 or 504.
const FAILURES: u32 = 2;
/// How many tokens from a store a call tries; one from Zoom is the last in any case.
const RENEWALS: u32 = 3;

fn only_reads(req: &HttpRequest) -> bool {
    matches!(req.http_verb(), "GET" | "HEAD")
}

/// A path for the log, with `*` instead of what identifies somebody or something: the variables of an
/// operation that is known, and of any other path the segments that no operation has.
fn shown_path(operation: Option<&Operation>, path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let is_version = |segment: &str| {
        let digits = segment.strip_prefix(['v', 'V']).unwrap_or_default();
        (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    };
    if let Some(operation) = operation {
        let version = path.split('/').nth(1).filter(|segment| is_version(segment));
        return version.map(|v| format!("/{v}")).unwrap_or_default() + operation.path;
    }
    let shown = path.split('/').map(|segment| match segment {
        _ if segment.is_empty() || is_version(segment) || is_literal(segment) => segment,
        _ => "*",
    });
    shown.collect::<Vec<_>>().join("/")
}

/// A request that was sent, for the log.
pub(super) struct Sent {
    pub(super) took: Duration,
    /// How long it waited for its turn.
    pub(super) waited: Duration,
    pub(super) attempt: u32,
}

impl Sent {
    /// Writes its line. `place` is method and path, without what identifies somebody.
    pub(super) fn log(
        self,
        place: impl FnOnce() -> String,
        answer: &Result<HttpResponse>,
        secrets: impl FnOnce(&HttpResponse) -> Secrets,
    ) {
        if !log::log_enabled!(target: TARGET, log::Level::Debug) {
            return;
        }
        let (took, waited) = (self.took.as_millis(), self.waited.as_millis());
        let outcome = match answer {
            Ok(resp) => format!("status {}", resp.status_code()),
            Err(err) => err.kind().to_string(),
        };
        let id = answer.as_ref().ok().and_then(|resp| {
            let id = resp.get_header_field("x-zm-trackingid")?;
            Some(tidy(&secrets(resp).mask(id)))
        });
        let id = id.as_deref().unwrap_or("-");
        log::debug!(
            target: TARGET,
            "{}: {outcome} in {took} ms, waited {waited} ms for its turn, attempt {}, tracking id {id}",
            place(),
            self.attempt
        );
    }
}

/// Under which the lines stand in the log.
const TARGET: &str = "zoomkat::zoom";

/// One call on its way.
pub(super) struct ApiCall<'z> {
    zoom: &'z Zoom,
    operation: Option<&'z Operation>,
    /// What the call is counted under. A download is counted nowhere.
    lane: Option<Lane>,
    pub(super) download: Option<Download<'z>>,
    patience: Patience,
    queue: Option<Duration>,
    leaving: Option<&'z mut dyn FnMut() -> Result<()>>,
    attempts: u32,
    refusals: u32,
    failures: u32,
    renewals: u32,
}

impl<'z> ApiCall<'z> {
    pub(super) fn new(
        zoom: &'z Zoom,
        operation: Option<&'z Operation>,
        target: &str,
        queue: Option<Duration>,
        leaving: &'z mut dyn FnMut() -> Result<()>,
    ) -> ApiCall<'z> {
        ApiCall {
            zoom,
            operation,
            lane: Some(operation.map_or_else(|| Lane::unknown(target), |known| known.lane())),
            download: None,
            patience: Patience(zoom.inner.max_wait),
            queue,
            leaving: Some(leaving),
            attempts: 0,
            refusals: 0,
            failures: 0,
            renewals: 0,
        }
    }

    /// The same for a file, which is no operation: it has no label, so it waits for no turn.
    pub(super) fn for_file(self, download: Download<'z>) -> ApiCall<'z> {
        ApiCall { lane: None, download: Some(download), ..self }
    }

    pub(super) fn run(&mut self, mut req: HttpRequest) -> Result<HttpResponse> {
        let ClientState { http, http_to_act, auth, clock, .. } = &*self.zoom.inner;
        let http = if only_reads(&req) { http } else { http_to_act };
        let brings_its_own = req.get_header_field("Authorization").is_some();
        let path = req.path().to_owned();
        loop {
            // The token first: fetched after the turn, it would make the calls of all threads that
            // wait for it leave at once.
            let mut token = match brings_its_own {
                true => None,
                false => Some(auth.token(&mut self.patience)?),
            };
            let asked = clock.now();
            self.wait_for_turn()?;
            let waited = clock.now().saturating_duration_since(asked);
            if token.as_ref().is_some_and(|token| !token.is_alive(clock.system_time())) {
                token = Some(auth.token(&mut self.patience)?);
            }
            if let Some(token) = &token {
                let secret = token.access_token().expose_secret();
                req.add_header("Authorization", format!("Bearer {secret}"));
            }
            let base = match &self.download {
                Some(download) => download.base().clone(),
                None => self.zoom.base(token.as_ref().and_then(|token| token.api_url())),
            };
            req.set_path(format!("{}{path}", base.prefix));
            if let Some(leaving) = self.leaving.take() {
                leaving()?;
            }
            let sent = clock.now();
            let answer = match &mut self.download {
                Some(download) => download.receive(http, &req),
                None => http.synchronous_request(&base.host, base.port, base.ssl, &req),
            };
            let answer = answer.map_err(Error::from_transport);
            self.attempts += 1;
            let took = clock.now().saturating_duration_since(sent);
            let place = || {
                let verb = req.http_verb().escape_default();
                format!("{verb} {}", shown_path(self.operation, &path))
            };
            let sent = Sent { took, waited, attempt: self.attempts };
            sent.log(place, &answer, |resp| self.secrets(&req, resp));
            let resp = answer?;
            let body = match (&mut self.download, resp.status_code()) {
                (Some(download), _) => download.fault(&resp),
                (None, 400..) => Some(ZoomBody::read(&resp)),
                (None, _) => ZoomBody::in_success(&resp),
            };
            let Some(body) = body else { return Ok(resp) };
            let now = clock.system_time();
            let secrets = self.secrets(&req, &resp);
            let err = Error::from_answer(&resp, body, &secrets, self.operation, now);
            // A status that says success may mean it, whatever the body says.
            let may_renew = resp.status_code() >= 400 || only_reads(&req);
            match &token {
                Some(token) if err.is_token_expired() && may_renew => self.renew(token, err)?,
                _ => self.may_repeat(&req, &resp, err)?,
            }
        }
    }

    /// What no text about this answer may show.
    fn secrets(&self, req: &HttpRequest, resp: &HttpResponse) -> Secrets {
        let mut secrets = self.zoom.secrets(req);
        if let Some(download) = &self.download {
            download.add_secrets(resp, &mut secrets);
        }
        secrets
    }

    /// Waits until the plan allows the call.
    fn wait_for_turn(&mut self) -> Result<()> {
        let ClientState { pacer, clock, .. } = &*self.zoom.inner;
        let Some(lane) = self.lane else { return Ok(()) };
        loop {
            let (now, today) = (clock.now(), clock.system_time());
            let cap = self.queue.unwrap_or(self.patience.0);
            match pacer.turn(lane, now, today, cap) {
                Turn::At(at) => {
                    let wait = at.saturating_duration_since(now);
                    if !wait.is_zero() {
                        if self.queue.is_none() {
                            self.patience.spend(wait);
                        }
                        clock.sleep(wait);
                    }
                    if pacer.is_open(lane, clock.now()) {
                        return Ok(());
                    }
                    pacer.uncount(lane, today + wait);
                }
                Turn::TooLong(wait) => {
                    let why = if self.queue.is_none() { " (max_wait)" } else { "" };
                    let message = format!(
                        "its turn under the plan's limit is {:.1} s away, and no more than {:.1} s \
                         may be waited{why}",
                        wait.as_secs_f64(),
                        cap.as_secs_f64()
                    );
                    let err = Error::new(ErrorKind::RateLimited, message);
                    return Err(err.with_resumes_at(today + wait));
                }
                Turn::NotToday { resumes_at } => {
                    let message = "the calls of this label that the plan allows in a day are used \
                                   up; nothing was sent";
                    let err = Error::new(ErrorKind::DailyLimit, message);
                    return Err(err.with_resumes_at(resumes_at));
                }
            }
        }
    }

    /// Gets a new token instead of a refused one, if that was not done before.
    fn renew(&mut self, token: &crate::zoom::oauth::token::Token, err: Error) -> Result<()> {
        let auth = &self.zoom.inner.auth;
        if !auth.can_renew() {
            return Err(err.with_advice(
                "the access token was given to this client, which has no means to renew it: pass \
                 a new one, or credentials (server_to_server, refresh_token)",
            ));
        }
        if self.renewals >= RENEWALS {
            return Err(err.with_advice("the token had just been renewed"));
        }
        // One that comes from a store may be as dead as the one that was refused.
        let is_fetched = auth.replace(token, &mut self.patience)?;
        self.renewals += if is_fetched { RENEWALS } else { 1 };
        Ok(())
    }

    /// Whether a call that was refused may be sent again; else its error.
    fn may_repeat(&mut self, req: &HttpRequest, resp: &HttpResponse, err: Error) -> Result<()> {
        let ClientState { pacer, clock, .. } = &*self.zoom.inner;
        match err.kind() {
            ErrorKind::RateLimited => {
                // Not less than the window, whatever the clocks say.
                let window = self.lane.map_or(SECOND, |lane| pacer.window(lane));
                let wait = err.asked_wait().unwrap_or_default().max(window) + jitter();
                if let Some(lane) = self.lane {
                    // All calls of this label wait; this one then asks for its turn as they do.
                    pacer.close(lane, clock.now() + wait.min(DAY));
                    pacer.uncount(lane, clock.system_time());
                }
                let err = err.with_resumes_at(clock.system_time() + wait);
                if wait > self.patience.0 {
                    let left = self.patience.0.as_secs_f64();
                    return Err(err.with_advice(&format!(
                        "no more than {left:.1} s may be waited (max_wait)"
                    )));
                }
                if self.refusals >= REFUSALS {
                    let times = REFUSALS + 1;
                    return Err(err.with_advice(&format!(
                        "it was refused {times} times; are other programs at this account, or is \
                         its plan a smaller one?"
                    )));
                }
                self.refusals += 1;
                if self.lane.is_none() && self.patience.spend(wait) {
                    clock.sleep(wait);
                }
                Ok(())
            }
            ErrorKind::DailyLimit => {
                // Some daily limits are those of one user, and others are not over theirs.
                let resumes_at = err.resumes_at().filter(|_| !err.is_limit_of_one_user());
                if let Some((resumes_at, lane)) = resumes_at.zip(self.lane) {
                    // No label's limit is longer than a day, and one that is says so again.
                    pacer.close_for_the_day(lane, resumes_at.min(clock.system_time() + DAY));
                }
                Err(err)
            }
            ErrorKind::Server if self.failures < FAILURES => {
                let wait = backoff(self.failures);
                let passes = matches!(resp.status_code(), 502..=504);
                if !only_reads(req) || !passes || !self.patience.spend(wait) {
                    return Err(err);
                }
                self.failures += 1;
                clock.sleep(wait);
                Ok(())
            }
            _ => Err(err),
        }
    }
}
