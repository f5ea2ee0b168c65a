//! One call to Zoom: its token, its turn under the rate limit, and its retries.

use std::time::Duration;

use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::zoom::answer::body::ZoomBody;
use crate::zoom::answer::text::tidy;
use crate::zoom::client::{ClientState, Zoom};
use crate::zoom::download::Download;
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::mask::secrets::SecretSet;
use crate::zoom::pace::limits::{DAY, SECOND, Slot};
use crate::zoom::pace::operations::{LimitGroup, Operation, is_literal};

/// The time that a call may still wait.
pub(super) struct WaitBudget(Duration);

impl WaitBudget {
    pub(super) fn new(wait: Duration) -> WaitBudget {
        WaitBudget(wait)
    }

    pub(super) fn zero() -> WaitBudget {
        WaitBudget(Duration::ZERO)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Subtracts `wait` from the budget. Returns false, and changes nothing, if less is left.
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

/// Returns the wait before attempt number `attempt` + 2: a second, doubled each time, plus jitter.
pub(super) fn backoff(attempt: u32) -> Duration {
    SECOND * 2u32.saturating_pow(attempt) + jitter()
}

/// Returns a random time up to half a second, so that clients that failed together do not retry together.
fn jitter() -> Duration {
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    SECOND.mul_f64(f64::from(random) / f64::from(u32::MAX) / 2.0)
}

/// The maximum number of retries after a 429 for the second or minute.
const MAX_REFUSALS: u32 = 4;
/// The maximum number of retries after a 502, 503 or 504, for a call that only reads.
const MAX_FAILURES: u32 = 2;
/// The maximum number of tokens from a store that a call tries. A token from Zoom is always the last.
const MAX_RENEWALS: u32 = 3;

fn only_reads(req: &HttpRequest) -> bool {
    matches!(req.http_verb(), "GET" | "HEAD")
}

/// Returns a path for the log, with `*` instead of each segment that may identify a person or a thing: the
/// variables of a known operation, or the segments that occur in no known operation.
fn anonymous_path(operation: Option<&Operation>, path: &str) -> String {
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

/// The log line of a request that was sent.
pub(super) struct LogEntry {
    pub(super) duration: Duration,
    /// The wait for its turn.
    pub(super) waited: Duration,
    pub(super) attempt: u32,
}

impl LogEntry {
    /// Writes the line. `call` is method and path, without anything that identifies a person.
    pub(super) fn log(
        self,
        call: impl FnOnce() -> String,
        answer: &Result<HttpResponse>,
        secrets: impl FnOnce(&HttpResponse) -> SecretSet,
    ) {
        if !log::log_enabled!(target: TARGET, log::Level::Debug) {
            return;
        }
        let (duration, waited) = (self.duration.as_millis(), self.waited.as_millis());
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
            "{}: {outcome} in {duration} ms, waited {waited} ms for its turn, attempt {}, tracking id {id}",
            call(),
            self.attempt
        );
    }
}

/// The target of the log lines.
const TARGET: &str = "zoomkat::zoom";

/// The state of one call.
pub(super) struct ApiCall<'z> {
    zoom: &'z Zoom,
    operation: Option<&'z Operation>,
    /// The limit that the call counts under. A download counts under none.
    group: Option<LimitGroup>,
    pub(super) download: Option<Download<'z>>,
    budget: WaitBudget,
    queue: Option<Duration>,
    before_send: Option<&'z mut dyn FnMut() -> Result<()>>,
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
        before_send: &'z mut dyn FnMut() -> Result<()>,
    ) -> ApiCall<'z> {
        ApiCall {
            zoom,
            operation,
            group: Some(
                operation.map_or_else(|| LimitGroup::unknown(target), |known| known.limit_group()),
            ),
            download: None,
            budget: WaitBudget(zoom.inner.max_wait),
            queue,
            before_send: Some(before_send),
            attempts: 0,
            refusals: 0,
            failures: 0,
            renewals: 0,
        }
    }

    /// Turns this into the call for a file. A download is not an operation: it has no label and waits for
    /// no turn.
    pub(super) fn for_file(self, download: Download<'z>) -> ApiCall<'z> {
        ApiCall { group: None, download: Some(download), ..self }
    }

    pub(super) fn run(&mut self, mut req: HttpRequest) -> Result<HttpResponse> {
        let ClientState { http, http_without_redirects, auth, clock, .. } = &*self.zoom.inner;
        let http = if only_reads(&req) { http } else { http_without_redirects };
        let has_own_token = req.get_header_field("Authorization").is_some();
        let path = req.path().to_owned();
        loop {
            // The token comes first. If it were fetched after the turn, the calls of all threads that wait
            // for it would be sent at once.
            let mut token = match has_own_token {
                true => None,
                false => Some(auth.token(&mut self.budget)?),
            };
            let queued_at = clock.now();
            self.wait_for_turn()?;
            let waited = clock.now().saturating_duration_since(queued_at);
            if token.as_ref().is_some_and(|token| !token.is_valid(clock.system_time())) {
                token = Some(auth.token(&mut self.budget)?);
            }
            if let Some(token) = &token {
                let secret = token.access_token().expose();
                req.add_header("Authorization", format!("Bearer {secret}"));
            }
            let base = match &self.download {
                Some(download) => download.base().clone(),
                None => self.zoom.base(token.as_ref().and_then(|token| token.api_url())),
            };
            req.set_path(format!("{}{path}", base.prefix));
            if let Some(before_send) = self.before_send.take() {
                before_send()?;
            }
            let sent = clock.now();
            let answer = match &mut self.download {
                Some(download) => download.receive(http, &req),
                None => http.synchronous_request(&base.host, base.port, base.ssl, &req),
            };
            let answer = answer.map_err(Error::from_transport);
            self.attempts += 1;
            let duration = clock.now().saturating_duration_since(sent);
            let call = || {
                let verb = req.http_verb().escape_default();
                format!("{verb} {}", anonymous_path(self.operation, &path))
            };
            let entry = LogEntry { duration, waited, attempt: self.attempts };
            entry.log(call, &answer, |resp| self.secrets(&req, resp));
            let resp = answer?;
            let body = match (&mut self.download, resp.status_code()) {
                (Some(download), _) => download.fault(&resp),
                (None, 400..) => Some(ZoomBody::read(&resp)),
                (None, _) => ZoomBody::error_in_success(&resp),
            };
            let Some(body) = body else { return Ok(resp) };
            let now = clock.system_time();
            let secrets = self.secrets(&req, &resp);
            let err = Error::from_answer(&resp, body, &secrets, self.operation, now);
            // With a status of success, Zoom may have acted, even if the body has an error.
            let may_renew = resp.status_code() >= 400 || only_reads(&req);
            match &token {
                Some(token) if err.is_token_expired() && may_renew => self.renew(token, err)?,
                _ => self.prepare_retry(&req, &resp, err)?,
            }
        }
    }

    /// Returns the secrets to mask in texts about this answer.
    fn secrets(&self, req: &HttpRequest, resp: &HttpResponse) -> SecretSet {
        let mut secrets = self.zoom.secrets(req);
        if let Some(download) = &self.download {
            download.add_secrets(resp, &mut secrets);
        }
        secrets
    }

    /// Waits until the plan allows the call.
    fn wait_for_turn(&mut self) -> Result<()> {
        let ClientState { pacer, clock, .. } = &*self.zoom.inner;
        let Some(group) = self.group else { return Ok(()) };
        loop {
            let (now, today) = (clock.now(), clock.system_time());
            let cap = self.queue.unwrap_or(self.budget.0);
            match pacer.next_slot(group, now, today, cap) {
                Slot::At(at) => {
                    let wait = at.saturating_duration_since(now);
                    if !wait.is_zero() {
                        if self.queue.is_none() {
                            self.budget.spend(wait);
                        }
                        clock.sleep(wait);
                    }
                    if pacer.is_open(group, clock.now()) {
                        return Ok(());
                    }
                    pacer.uncount(group, today + wait);
                }
                Slot::TooLong(wait) => {
                    let why = if self.queue.is_none() { " (max_wait)" } else { "" };
                    let message = format!(
                        "its turn under the plan's limit is {:.1} s away, and it may wait only {:.1} s{why}",
                        wait.as_secs_f64(),
                        cap.as_secs_f64()
                    );
                    let err = Error::new(ErrorKind::RateLimited, message);
                    return Err(err.with_resumes_at(today + wait));
                }
                Slot::DailyLimit { resumes_at } => {
                    let message =
                        "the plan allows no more calls of this label today; nothing was sent";
                    let err = Error::new(ErrorKind::DailyLimit, message);
                    return Err(err.with_resumes_at(resumes_at));
                }
            }
        }
    }

    /// Replaces a refused token, unless the call has already done so.
    fn renew(&mut self, token: &crate::zoom::oauth::token::Token, err: Error) -> Result<()> {
        let auth = &self.zoom.inner.auth;
        if !auth.can_renew() {
            return Err(err.with_advice(
                "this client was built with a fixed access token, which it cannot renew: pass a new \
                 one, or credentials (server_to_server, refresh_token)",
            ));
        }
        if self.renewals >= MAX_RENEWALS {
            return Err(err.with_advice("the token had just been renewed"));
        }
        // A token from a store may be invalid, too.
        let is_fetched = auth.replace(token, &mut self.budget)?;
        self.renewals += if is_fetched { MAX_RENEWALS } else { 1 };
        Ok(())
    }

    /// Prepares the retry of a call that was refused. Returns the error if it may not be retried.
    fn prepare_retry(&mut self, req: &HttpRequest, resp: &HttpResponse, err: Error) -> Result<()> {
        let ClientState { pacer, clock, .. } = &*self.zoom.inner;
        match err.kind() {
            ErrorKind::RateLimited => {
                // At least the window, in case Zoom's clock and ours differ.
                let window = self.group.map_or(SECOND, |group| pacer.window(group));
                let wait = err.requested_wait().unwrap_or_default().max(window) + jitter();
                if let Some(group) = self.group {
                    // All calls of this label wait. This one then requests a new turn like the others.
                    pacer.close(group, clock.now() + wait.min(DAY));
                    pacer.uncount(group, clock.system_time());
                }
                let err = err.with_resumes_at(clock.system_time() + wait);
                if wait > self.budget.0 {
                    let left = self.budget.0.as_secs_f64();
                    return Err(err.with_advice(&format!(
                        "the call may wait only {left:.1} s more (max_wait)"
                    )));
                }
                if self.refusals >= MAX_REFUSALS {
                    let times = MAX_REFUSALS + 1;
                    return Err(err.with_advice(&format!(
                        "Zoom refused it {times} times; do other programs use this account, or is its \
                         plan smaller?"
                    )));
                }
                self.refusals += 1;
                if self.group.is_none() && self.budget.spend(wait) {
                    clock.sleep(wait);
                }
                Ok(())
            }
            ErrorKind::DailyLimit => {
                // A daily limit of one user does not affect other users.
                let resumes_at = err.resumes_at().filter(|_| !err.is_limit_of_one_user());
                if let Some((resumes_at, group)) = resumes_at.zip(self.group) {
                    // No label has a limit longer than a day. If one had, Zoom would refuse again.
                    pacer.close_for_the_day(group, resumes_at.min(clock.system_time() + DAY));
                }
                Err(err)
            }
            ErrorKind::Server if self.failures < MAX_FAILURES => {
                let wait = backoff(self.failures);
                let passes = matches!(resp.status_code(), 502..=504);
                if !only_reads(req) || !passes || !self.budget.spend(wait) {
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
