//! [`RateLimit`]: what an answer says of limits, and what a 429 asks for.

use std::time::{Duration, SystemTime};

use super::limits::{DAY_SECONDS, midnight_after};
use crate::response::HttpResponse;

/// What an answer says of Zoom's rate limits, as far as its header does. Zoom sends these fields with some
/// answers only, and its documentation of 2026 names none of them, so each may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RateLimit {
    /// `X-RateLimit-Category`: the label that the call counts under, such as `Heavy`.
    pub category: Option<String>,
    /// `X-RateLimit-Type`: `QPS` for a limit of a second, or `Daily-limit`.
    pub limit_type: Option<String>,
    /// `X-RateLimit-Limit`: the calls that the limit allows.
    pub limit: Option<u64>,
    /// `X-RateLimit-Remaining`: the calls that are left.
    pub remaining: Option<u64>,
    /// `Retry-After`: when calls are taken again.
    pub retry_at: Option<SystemTime>,
}

impl RateLimit {
    /// Reads the header. `now` is what a Retry-After in seconds counts from.
    pub(crate) fn read(resp: &HttpResponse, now: SystemTime) -> RateLimit {
        let text = |name| resp.get_header_field(name).map(str::trim).filter(|v| !v.is_empty());
        // A word or two; anything else is not Zoom's.
        let is_word = |text: &&str| {
            text.len() <= 40
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_ ".contains(&b))
        };
        let word = |name| text(name).filter(is_word).map(str::to_owned);
        let number = |name| text(name).and_then(|value| value.parse().ok());
        RateLimit {
            category: word("X-RateLimit-Category"),
            limit_type: word("X-RateLimit-Type"),
            limit: number("X-RateLimit-Limit"),
            remaining: number("X-RateLimit-Remaining"),
            retry_at: text("Retry-After").and_then(|value| read_time(value, now)),
        }
    }

    /// Its texts without secrets.
    pub(crate) fn masked(self, mask: impl Fn(&str) -> String) -> RateLimit {
        RateLimit {
            category: self.category.as_deref().map(&mask),
            limit_type: self.limit_type.as_deref().map(&mask),
            ..self
        }
    }
}

/// What a 429 asks for.
#[derive(Debug, PartialEq)]
pub(crate) enum Refusal {
    /// A moment's wait; how long, where Zoom said it.
    Moment { wait: Option<Duration> },
    /// No more today, or this month.
    Daily {
        resumes_at: SystemTime,
        /// The limit is that of one user or one meeting: the calls of the label are not used up.
        is_a_users: bool,
    },
}

/// Reads a 429. Zoom's headers may be missing and have contradicted the message, so the message
/// decides where it can.
pub(crate) fn read_refusal(facts: &RateLimit, message: &str, now: SystemTime) -> Refusal {
    let RateLimit { limit_type, remaining, retry_at, .. } = facts;
    let kind = limit_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let wait = retry_at.map(|at| at.duration_since(now).unwrap_or_default());
    let of_headers = || match kind.contains("daily") {
        true => Period::Day,
        false if kind.contains("qps") => Period::Moment,
        false if wait.is_some_and(|wait| wait > Duration::from_secs(3600)) => Period::Day,
        false => Period::Moment,
    };
    let resumes_at = match Period::in_words(message).unwrap_or_else(of_headers) {
        Period::Moment => return Refusal::Moment { wait },
        Period::Day => midnight_after(now),
        Period::Month => month_after(now),
    };
    // A time that has passed says nothing; limits start anew at midnight UTC.
    let resumes_at = retry_at.filter(|at| *at > now).unwrap_or(resumes_at);
    let text = message.to_ascii_lowercase();
    let of_label = kind.contains("daily") || *remaining == Some(0);
    // Zoom limits how many meetings a user makes a day, and how often a meeting is registered for.
    let of_things = ["meeting", "webinar", "regist"].iter().any(|word| text.contains(word));
    let is_a_users =
        text.contains("user") || remaining.is_some_and(|left| left > 0) || (of_things && !of_label);
    Refusal::Daily { resumes_at, is_a_users }
}

/// The time that a limit is for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Period {
    /// A second or a minute.
    Moment,
    Day,
    Month,
}

impl Period {
    /// The period that a message names, in any of the wordings that were seen: `per-second`, `daily`, `in
    /// one day`, `every day`, `24 hours`.
    fn in_words(message: &str) -> Option<Period> {
        let text = message.to_ascii_lowercase();
        let words: Vec<&str> =
            text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let word = |at: usize| words.get(at).copied().unwrap_or_default();
        let is_each =
            |word| matches!(word, "per" | "a" | "an" | "each" | "every" | "any" | "one" | "1");
        let is_moment = |at: usize| match word(at) {
            "concurrent" | "qps" => true,
            // "Try again in a minute" is no limit.
            "second" | "minute" => {
                let before = &words[at.saturating_sub(5)..at];
                before.last().copied().is_some_and(is_each)
                    && !before.iter().any(|w| matches!(*w, "again" | "retry" | "wait"))
            }
            _ => false,
        };
        if (0..words.len()).any(is_moment) {
            return Some(Period::Moment);
        }
        (0..words.len()).find_map(|at| match (word(at), word(at + 1)) {
            ("daily" | "day" | "days" | "today" | "tomorrow", _) => Some(Period::Day),
            ("24", "hour" | "hours") | ("gmt" | "utc", "00") => Some(Period::Day),
            ("month" | "months" | "monthly", _) => Some(Period::Month),
            _ => None,
        })
    }
}

/// A Retry-After in each form that Zoom or a proxy before it uses: a number of seconds, an HTTP date
/// (RFC 9110 section 10.2.3), or ISO 8601, which is what Zoom sends.
fn read_time(value: &str, now: SystemTime) -> Option<SystemTime> {
    let value = value.trim();
    if let Ok(secs) = value.parse::<u64>() {
        // A century is as good as never, and no clock overflows.
        return now.checked_add(Duration::from_secs(secs.min(100 * 365 * DAY_SECONDS)));
    }
    if let Ok(time) = httpdate::parse_http_date(value) {
        return Some(time);
    }
    // Without an offset it is UTC.
    let time = value.parse::<jiff::Timestamp>().or_else(|_| {
        let time = value.parse::<jiff::civil::DateTime>()?;
        jiff::tz::TimeZone::UTC.to_timestamp(time)
    });
    SystemTime::try_from(time.ok()?).ok()
}

/// The first midnight UTC of the next month.
fn month_after(time: SystemTime) -> SystemTime {
    let next = || {
        let utc = jiff::tz::Offset::UTC;
        let today = utc.to_datetime(jiff::Timestamp::try_from(time).ok()?).date();
        let first = today.last_of_month().tomorrow().ok()?;
        SystemTime::try_from(utc.to_timestamp(first.to_datetime(jiff::civil::Time::MIN)).ok()?).ok()
    };
    next().unwrap_or_else(|| midnight_after(time))
}
