//! Rate limits by label for the whole account: calls per window and per day.

use std::collections::VecDeque;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Answer;

/// The rate limit label of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    /// Returns its name in `X-RateLimit-Category`.
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

/// The number of calls accepted with one label; `None` for any number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limit {
    /// Calls in any second; in any minute for Resource-intensive.
    pub a_window: Option<usize>,
    /// Calls from one midnight in UTC to the next.
    pub a_day: Option<usize>,
}

impl Limit {
    /// Creates a limit for the window only.
    pub fn a_window(calls: usize) -> Limit {
        Limit { a_window: Some(calls), a_day: None }
    }

    /// Adds a limit for the day.
    pub fn and_a_day(self, calls: usize) -> Limit {
        Limit { a_day: Some(calls), ..self }
    }
}

/// The limits of a plan; none by default.
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
    /// The daily limit for Heavy and Resource-intensive calls together.
    pub heavy_day: Option<usize>,
}

impl Limits {
    /// Returns the limits of the Free plan.
    pub fn free() -> Limits {
        Limits {
            light: Limit::a_window(4).and_a_day(6_000),
            medium: Limit::a_window(2).and_a_day(2_000),
            heavy: Limit::a_window(1).and_a_day(1_000),
            resource_intensive: Limit::a_window(10).and_a_day(30_000),
            heavy_day: None,
        }
    }

    /// Returns the limits of the Pro plan.
    pub fn pro() -> Limits {
        Self::paid([30, 20, 10, 10], 30_000)
    }

    /// Returns the limits of the Business plan and higher plans.
    pub fn business() -> Limits {
        Self::paid([80, 60, 40, 20], 60_000)
    }

    fn paid(windows: [usize; 4], heavy_day: usize) -> Limits {
        let [light, medium, heavy, resource_intensive] = windows.map(Limit::a_window);
        Limits { light, medium, heavy, resource_intensive, heavy_day: Some(heavy_day) }
    }

    fn for_label(&self, label: Label) -> Limit {
        match label {
            Label::Light => self.light,
            Label::Medium => self.medium,
            Label::Heavy => self.heavy,
            Label::ResourceIntensive => self.resource_intensive,
        }
    }
}

/// The accepted calls.
#[derive(Default)]
pub(super) struct Traffic {
    day: u64,
    labels: [LabelTraffic; 4],
}

#[derive(Default)]
struct LabelTraffic {
    in_window: VecDeque<Instant>,
    today: usize,
}

impl Traffic {
    /// Returns the refusal of a call beyond a limit. Any other call is counted.
    pub(super) fn check(
        &mut self,
        limits: &Limits,
        label: Label,
        (now, today): (Instant, SystemTime),
    ) -> Option<Answer> {
        let day = day_of(today);
        if day != self.day {
            self.day = day;
            self.labels.iter_mut().for_each(|traffic| traffic.today = 0);
        }
        let limit = limits.for_label(label);
        let full = |used: usize, limit: Option<usize>| limit.is_some_and(|limit| used >= limit);

        let daily_pair = [Label::Heavy, Label::ResourceIntensive];
        let heavy_today = daily_pair.iter().map(|label| self.labels[*label as usize].today).sum();
        let traffic = &mut self.labels[label as usize];
        if full(traffic.today, limit.a_day) {
            return Some(daily(label, limit.a_day, today));
        }
        if daily_pair.contains(&label) && full(heavy_today, limits.heavy_day) {
            return Some(daily(label, limits.heavy_day, today));
        }
        while traffic.in_window.front().is_some_and(|then| now - *then >= label.window()) {
            traffic.in_window.pop_front();
        }
        if full(traffic.in_window.len(), limit.a_window) {
            return Some(per_second(label));
        }
        traffic.in_window.push_back(now);
        traffic.today += 1;
        None
    }
}

/// Returns the 429 for a call beyond the limit of a window. It does not say when the window ends.
pub fn per_second(label: Label) -> Answer {
    let message = "You have reached the maximum per-second rate limit for this API. \
                   Try again later.";
    Answer::error(429, 429, message)
        .header("X-RateLimit-Category", label.as_str())
        .header("X-RateLimit-Type", "QPS")
}

/// Returns the 429 for a call beyond the daily limit, which ends at the midnight UTC after `now`.
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

/// Returns the 429 for a user's daily limit. It has no header fields.
pub(super) fn too_many_meetings(max: usize) -> Answer {
    let message =
        format!("A maximum of {max} meetings can be created/updated for a single user in one day.");
    Answer::error(429, 429, &message)
}

pub(super) fn day_of(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap().as_secs() / 86_400
}

/// Returns the next midnight in UTC, in ISO 8601.
fn next_midnight(now: SystemTime) -> String {
    let midnight = UNIX_EPOCH + Duration::from_secs((day_of(now) + 1) * 86_400);
    // The format is `Mon, 02 Mar 2026 00:00:00 GMT`.
    let date = httpdate::fmt_http_date(midnight);
    let month = "JanFebMarAprMayJunJulAugSepOctNovDec".find(&date[8..11]).unwrap() / 3 + 1;
    format!("{}-{month:02}-{}T00:00:00Z", &date[12..16], &date[5..7])
}
