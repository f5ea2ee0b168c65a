//! Retries of a call whose response or error is temporary.

use std::error::Error as _;
use std::io;
use std::time::{Duration, Instant, SystemTime};

use super::call::{AttemptOutcome, CallProgress, CallRequest, CallRun, FinalResponse};
use super::client::Transport;
use crate::error::{Error, ErrorKind, Result};
use crate::trace::Step;

/// The statuses that curl's `--retry` regards as temporary.
const TEMPORARY: [u16; 6] = [408, 429, 500, 502, 503, 504];

/// The first wait, which doubles with each retry, and the longest wait, as in curl.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// How often, and after which failures, a call is made again: see [`Transport::set_retries`].
///
/// ```
/// use std::time::Duration;
/// use zoomkat::{Retries, Transport};
///
/// let mut http = Transport::new();
/// http.set_retries(Retries::new(3).max_time(Duration::from_secs(60)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Retries {
    pub(crate) count: u32,
    pub(crate) delay: Option<Duration>,
    pub(crate) max_time: Option<Duration>,
    pub(crate) after_refusal: bool,
    pub(crate) after_any_error: bool,
}

impl Retries {
    /// Allows at most `count` retries: curl's `--retry`. The default, 0, means that a call is never made again.
    pub fn new(count: u32) -> Retries {
        Retries { count, ..Retries::default() }
    }

    /// Sets the wait before each retry: curl's `--retry-delay`. By default the first wait is one second, and each
    /// is twice as long as the one before, up to ten minutes.
    pub fn delay(self, delay: Duration) -> Retries {
        Retries { delay: Some(delay), ..self }
    }

    /// Sets the time after which no retry starts, counted from the start of the call: curl's `--retry-max-time`.
    /// By default there is no such limit.
    pub fn max_time(self, limit: Duration) -> Retries {
        Retries { max_time: Some(limit), ..self }
    }

    /// Also retries if the connection is refused: curl's `--retry-connrefused`.
    pub fn after_refusal(self) -> Retries {
        Retries { after_refusal: true, ..self }
    }

    /// Also retries after any other error of the connection or of the response: curl's `--retry-all-errors`.
    pub fn after_any_error(self) -> Retries {
        Retries { after_any_error: true, ..self }
    }

    /// Whether a call may be made again after this error.
    fn accept(&self, err: &Error) -> bool {
        match err.kind() {
            ErrorKind::Timeout | ErrorKind::Resolve => true,
            ErrorKind::Connect | ErrorKind::Proxy if is_refusal(err) => {
                self.after_refusal || self.after_any_error
            }
            ErrorKind::Connect
            | ErrorKind::Proxy
            | ErrorKind::Tls
            | ErrorKind::Io
            | ErrorKind::Protocol
            | ErrorKind::Body => self.after_any_error,
            _ => false,
        }
    }
}

fn is_refusal(err: &Error) -> bool {
    let mut cause = err.source();
    while let Some(err) = cause {
        let io_error = err.downcast_ref::<io::Error>();
        if io_error.is_some_and(|err| err.kind() == io::ErrorKind::ConnectionRefused) {
            return true;
        }
        cause = err.source();
    }
    false
}

/// Retries.
impl Transport {
    /// Sets how often, and after which failures, a call is made again. Default: never.
    ///
    /// A call is made again after the status 408, 429, 500, 502, 503 or 504, a time limit, and a failed look-up,
    /// if its request is idempotent (RFC 9110 section 9.2.2, or
    /// [`HttpRequest::set_idempotent`](crate::HttpRequest::set_idempotent)). A request that is not idempotent, such as
    /// a POST, is sent again only if an error came before anything was sent.
    ///
    /// Each retry starts from the URL of the request, and has the time limits of a call of its own. The wait
    /// before it is the longer of its delay and of the response's Retry-After; no retry follows if that is more than
    /// ten minutes. The body of a response that is not the last is not returned. The last response or error is that
    /// of the call, and [`call_text`](crate::HttpResponse::call_text) and
    /// [`last_error_text`](crate::Error::last_error_text) list what was tried.
    #[doc(alias = "retry")]
    pub fn set_retries(&mut self, retries: Retries) -> &mut Self {
        self.settings_mut().retries = retries;
        self
    }
}

/// The retries of one call.
pub(super) struct RetryPlan<'r> {
    retries: &'r Retries,
    done: u32,
    /// The wait before the next retry, without a delay that is set.
    wait: Duration,
}

impl<'r> RetryPlan<'r> {
    fn new(retries: &'r Retries) -> RetryPlan<'r> {
        RetryPlan { retries, done: 0, wait: FIRST_WAIT }
    }

    /// Returns the wait before the next retry, or why it is the last attempt. `spent` is the time since the start of the
    /// call.
    fn next(&mut self, spent: Duration, retry_after: Option<Duration>) -> Result<Duration, String> {
        let Retries { count, delay, max_time, .. } = *self.retries;
        if self.done >= count {
            return Err(format!("{count} retries have been made"));
        }
        let wait = delay.unwrap_or(self.wait).max(retry_after.unwrap_or_default());
        let is_over = |limit: Duration| {
            // As in curl, only a wait that the response asks for is compared with the time that is left.
            spent >= limit || retry_after.is_some_and(|after| after > limit - spent)
        };
        if max_time.is_some_and(is_over) {
            return Err("the time for retries is over".to_owned());
        }
        if wait > LONGEST_WAIT && delay.is_none_or(|delay| delay < wait) {
            return Err(format!("Retry-After asks for a wait of {} s", wait.as_secs()));
        }
        self.done += 1;
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        Ok(wait)
    }

    /// Returns the wait before the next retry after a response, if there is one.
    pub(super) fn after_response(&mut self, progress: &mut CallProgress) -> Option<Duration> {
        let head = &progress.head;
        if self.retries.count == 0 || !TEMPORARY.contains(&head.status) {
            return None;
        }
        let now = SystemTime::now();
        let retry_after = head.retry_time(now).map(|at| at.duration_since(now).unwrap_or_default());
        let next = match progress.is_idempotent {
            true => self.next(progress.trace.start().elapsed(), retry_after),
            false => Err("the request is not idempotent".to_owned()),
        };
        let failure = format!("status {}", head.status);
        report(next, failure, progress)
    }

    /// Returns the wait before the next retry after an error, if there is one.
    fn after_error(&mut self, err: &Error, progress: &mut CallProgress) -> Option<Duration> {
        if self.retries.count == 0 || !self.retries.accept(err) {
            return None;
        }
        let next = match progress.is_idempotent || !progress.may_have_arrived {
            true => self.next(progress.trace.start().elapsed(), None),
            false => Err("the request is not idempotent".to_owned()),
        };
        report(next, err.to_string(), progress)
    }
}

fn report(
    next: Result<Duration, String>,
    failure: String,
    progress: &mut CallProgress,
) -> Option<Duration> {
    match next {
        Ok(wait) => {
            progress.trace.add(Step::Retry { failure, wait });
            Some(wait)
        }
        Err(why) => {
            progress.trace.add(Step::NotRetried { why });
            None
        }
    }
}

impl CallRun<'_> {
    /// Makes the call, and makes it again as the settings say.
    pub(super) fn run_with_retries(
        &self,
        mut call: CallRequest<'_>,
        progress: &mut CallProgress,
    ) -> Result<FinalResponse> {
        let mut plan = RetryPlan::new(&self.settings.retries);
        let mut start = progress.trace.start();
        loop {
            progress.redirects = 0;
            progress.is_idempotent = false;
            let limits = self.settings.limits(start);
            let wait = match self.run(&mut call, limits, &mut plan, progress) {
                Ok(AttemptOutcome::Final(response)) => return Ok(response),
                Ok(AttemptOutcome::Retry { wait }) => wait,
                Err(err) => match plan.after_error(&err, progress) {
                    Some(wait) => wait,
                    None => return Err(err),
                },
            };
            self.watch.wait(wait)?;
            start = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_waits_double_up_to_ten_minutes_as_in_curl() {
        let retries = Retries::new(12);
        let mut plan = RetryPlan::new(&retries);
        let waits: Vec<u64> = (0..12).map(|_| plan.next(SECOND, None).unwrap().as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
        assert_eq!(plan.next(SECOND, None).unwrap_err(), "12 retries have been made");
    }

    #[test]
    fn the_longer_of_the_delay_and_retry_after_counts() {
        let retries = Retries::new(9).delay(3 * SECOND);
        let mut plan = RetryPlan::new(&retries);
        assert_eq!(plan.next(SECOND, None), Ok(3 * SECOND));
        assert_eq!(plan.next(SECOND, Some(SECOND)), Ok(3 * SECOND));
        assert_eq!(plan.next(SECOND, Some(9 * SECOND)), Ok(9 * SECOND));
        assert!(plan.next(SECOND, Some(601 * SECOND)).unwrap_err().contains("601 s"));
        assert_eq!(plan.next(SECOND, None), Ok(3 * SECOND), "a refused retry does not count");
        let retries = Retries::new(1).delay(900 * SECOND);
        assert_eq!(RetryPlan::new(&retries).next(SECOND, None), Ok(900 * SECOND));
    }

    #[test]
    fn no_retry_starts_after_the_time_for_retries() {
        let retries = Retries::new(9).delay(SECOND).max_time(5 * SECOND);
        let mut plan = RetryPlan::new(&retries);
        assert_eq!(plan.next(3 * SECOND, None), Ok(SECOND));
        assert_eq!(plan.next(4 * SECOND, None), Ok(SECOND));
        assert!(plan.next(5 * SECOND, None).unwrap_err().contains("time"));
        assert!(plan.next(SECOND, Some(7 * SECOND)).unwrap_err().contains("time"));
    }
}
