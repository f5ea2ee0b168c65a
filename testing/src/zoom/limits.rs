//! Rate limits by label, for the whole account: calls in a window, and calls in a day.

use std::collections::VecDeque;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Answer;

/// The rate limit label of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Light.
    Light,
    /// Medium.
    Medium,
    /// Heavy.
    Heavy,
    /// Resource-intensive.
    ResourceIntensive,
}

impl Label {
    /// Its name in `X-RateLimit-Category`.
    pub fn as_str(self) -> &'static str {
        match self {
            Label::Light => "Light",
            Label::Medium => "Medium",
            Label::Heavy => "Heavy",
            Label::ResourceIntensive => "Resource-intensive",
        }
    }

    fn window(self) -> Duration {
        Duration::from_secs(if self == Label::ResourceIntensive { 60 } else { 1 })
    }
}

/// How many calls with one label are accepted; `None` for any number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limit {
    /// In any second; in any minute for Resource-intensive.
    pub a_window: Option<usize>,
    /// From one midnight in UTC to the next.
    pub a_day: Option<usize>,
}

impl Limit {
    /// A limit for a window alone.
    pub fn a_window(calls: usize) -> Limit {
        Limit { a_window: Some(calls), a_day: None }
    }

    /// The same with a limit for a day.
    pub fn and_a_day(self, calls: usize) -> Limit {
        Limit { a_day: Some(calls), ..self }
    }
}

/// The limits of a plan. The default has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// The limit for Light calls.
    pub light: Limit,
    /// The limit for Medium calls.
    pub medium: Limit,
    /// The limit for Heavy calls.
    pub heavy: Limit,
    /// The limit for Resource-intensive calls.
    pub resource_intensive: Limit,
    /// The limit of a day for Heavy and Resource-intensive calls together.
    pub heavy_day: Option<usize>,
}

impl Limits {
    /// The limits of the Free plan.
    pub fn free() -> Limits {
        Limits {
            light: Limit::a_window(4).and_a_day(6_000),
            medium: Limit::a_window(2).and_a_day(2_000),
            heavy: Limit::a_window(1).and_a_day(1_000),
            resource_intensive: Limit::a_window(10).and_a_day(30_000),
            heavy_day: None,
        }
    }

    /// The limits of the Pro plan.
    pub fn pro() -> Limits {
        Self::paid([30, 20, 10, 10], 30_000)
    }

    /// The limits of the Business plan and those above it.
    pub fn business() -> Limits {
        Self::paid([80, 60, 40, 20], 60_000)
    }

    fn paid(windows: [usize; 4], heavy_day: usize) -> Limits {
        let [light, medium, heavy, resource_intensive] = windows.map(Limit::a_window);
        Limits { light, medium, heavy, resource_intensive, heavy_day: Some(heavy_day) }
    }

    fn of(&self, label: Label) -> Limit {
        match label {
            Label::Light => self.light,
            Label::Medium => self.medium,
            Label::Heavy => self.heavy,
            Label::ResourceIntensive => self.resource_intensive,
        }
    }
}

/// The calls that were accepted.
#[derive(Default)]
pub(super) struct Traffic {
    day: u64,
    labels: [Passed; 4],
}

#[derive(Default)]
struct Passed {
    in_window: VecDeque<Instant>,
    today: usize,
}

impl Traffic {
    /// The refusal of a call beyond a limit. Any other call is counted; a refused one is not.
    pub(super) fn refuses(
        &mut self,
        limits: &Limits,
        label: Label,
        (now, today): (Instant, SystemTime),
    ) -> Option<Answer> {
        let day = day_of(today);
        if day != self.day {
            self.day = day;
            self.labels.iter_mut().for_each(|passed| passed.today = 0);
        }
        let limit = limits.of(label);
        let full = |used: usize, limit: Option<usize>| limit.is_some_and(|limit| used >= limit);

        let both = [Label::Heavy, Label::ResourceIntensive];
        let heavy_today = both.iter().map(|label| self.labels[*label as usize].today).sum();
        let passed = &mut self.labels[label as usize];
        if full(passed.today, limit.a_day) {
            return Some(daily(label, limit.a_day, today));
        }
        if both.contains(&label) && full(heavy_today, limits.heavy_day) {
            return Some(daily(label, limits.heavy_day, today));
        }
        while passed.in_window.front().is_some_and(|then| now - *then >= label.window()) {
            passed.in_window.pop_front();
        }
        if full(passed.in_window.len(), limit.a_window) {
            return Some(per_second(label));
        }
        passed.in_window.push_back(now);
        passed.today += 1;
        None
    }
}

/// The 429 for a call beyond the limit of a window. It does not say when the window ends.
pub fn per_second(label: Label) -> Answer {
    let message = "You have reached the maximum per-second rate limit for this API. \
                   Try again later.";
    Answer::error(429, 429, message)
        .header("X-RateLimit-Category", label.as_str())
        .header("X-RateLimit-Type", "QPS")
}

/// The 429 for a call beyond the limit of a day, which ends at the midnight UTC after `now`.
pub fn daily(label: Label, limit: Option<usize>, now: SystemTime) -> Answer {
    let message = "You have reached the maximum daily rate limit for this API. Refer to the \
                   response header for details on when you can make another request.";
    Answer::error(429, 429, message)
        .header("X-RateLimit-Category", label.as_str())
        .header("X-RateLimit-Type", "Daily-limit")
        .header("X-RateLimit-Limit", &limit.unwrap_or_default().to_string())
        .header("X-RateLimit-Remaining", "0")
        .header("Retry-After", &next_midnight(now))
}

/// The 429 for a user's limit of a day. It comes without header fields.
pub(super) fn too_many_meetings(most: usize) -> Answer {
    let message = format!(
        "A maximum of {most} meetings can be created/updated for a single user in one day."
    );
    Answer::error(429, 429, &message)
}

pub(super) fn day_of(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap().as_secs() / 86_400
}

/// The next midnight in UTC, in ISO 8601.
fn next_midnight(now: SystemTime) -> String {
    let midnight = UNIX_EPOCH + Duration::from_secs((day_of(now) + 1) * 86_400);
    // As in `Mon, 02 Mar 2026 00:00:00 GMT`.
    let date = httpdate::fmt_http_date(midnight);
    let month = "JanFebMarAprMayJunJulAugSepOctNovDec".find(&date[8..11]).unwrap() / 3 + 1;
    format!("{}-{month:02}-{}T00:00:00Z", &date[12..16], &date[5..7])
}
