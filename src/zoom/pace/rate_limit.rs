//! The rate limits that an answer reports, and the wait that a 429 asks for.

use std::time::{Duration, SystemTime};

use crate::message::response::HttpResponse;
use crate::zoom::pace::dates::{midnight_after, month_after, parse_iso};

/// The rate limits in the header of an answer. Zoom sends these fields only with some answers, and its
/// documentation of 2026 names none of them, so each may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RateLimit {
    /// `X-RateLimit-Category`: the label of the call, such as `Heavy`.
    pub category: Option<String>,
    /// `X-RateLimit-Type`: `QPS` for a limit per second, or `Daily-limit`.
    pub limit_type: Option<String>,
    /// `X-RateLimit-Limit`: the number of calls that the limit allows.
    pub limit: Option<u64>,
    /// `X-RateLimit-Remaining`: the number of calls left.
    pub remaining: Option<u64>,
    /// `Retry-After`: when Zoom accepts calls again.
    pub retry_at: Option<SystemTime>,
}

impl RateLimit {
    /// Reads the header. A Retry-After in seconds counts from `now`.
    pub(crate) fn read(resp: &HttpResponse, now: SystemTime) -> RateLimit {
        let text = |name| resp.get_header_field(name).map(str::trim).filter(|v| !v.is_empty());
        // Zoom sends a word or two. Anything else is not Zoom's.
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
            // ISO 8601 is the form that Zoom sends.
            retry_at: resp.retry_time(now).or_else(|| text("Retry-After").and_then(parse_iso)),
        }
    }

    /// Masks secrets in its texts.
    pub(crate) fn masked(self, mask: impl Fn(&str) -> String) -> RateLimit {
        RateLimit {
            category: self.category.as_deref().map(&mask),
            limit_type: self.limit_type.as_deref().map(&mask),
            ..self
        }
    }
}

/// The wait that a 429 asks for.
#[derive(Debug, PartialEq)]
pub(crate) enum Refusal {
    /// A short wait, as long as Zoom says if it does.
    Moment { wait: Option<Duration> },
    /// No more calls today, or this month.
    Daily {
        resumes_at: SystemTime,
        /// The limit applies to one user or one meeting, not to the label.
        is_limit_of_one_user: bool,
    },
}

/// Reads a 429. Zoom's headers may be missing and have contradicted the message, so the message decides if it
/// can.
pub(crate) fn read_refusal(header: &RateLimit, message: &str, now: SystemTime) -> Refusal {
    let RateLimit { limit_type, remaining, retry_at, .. } = header;
    let kind = limit_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let wait = retry_at.map(|at| at.duration_since(now).unwrap_or_default());
    let by_type = match () {
        () if kind.contains("daily") => Some(Period::Day),
        () if kind.contains("qps") => Some(Period::Moment),
        () => None,
    };
    let words = Words::parse(message);
    let is_long = wait.is_some_and(|wait| wait > Duration::from_secs(3600));
    let by_wait = if is_long { Period::Day } else { Period::Moment };
    let resumes_at = match words.period(by_type).unwrap_or(by_wait) {
        Period::Moment => return Refusal::Moment { wait },
        Period::Day => midnight_after(now),
        Period::Month => month_after(now),
    };
    // A time in the past is ignored. Limits are reset at midnight UTC.
    let resumes_at = retry_at.filter(|at| *at > now).unwrap_or(resumes_at);
    let is_of_label = kind.contains("daily") || *remaining == Some(0);
    // Zoom limits the meetings that a user creates per day, and the registrations for a meeting.
    let is_of_objects = ["meeting", "webinar", "regist"].iter().any(|start| words.has_start(start));
    let is_limit_of_one_user = words.has_one_user()
        || remaining.is_some_and(|left| left > 0)
        || (is_of_objects && !is_of_label);
    Refusal::Daily { resumes_at, is_limit_of_one_user }
}

/// The period of a limit.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Period {
    /// A second or a minute.
    Moment,
    Day,
    Month,
}

/// The words of a message, in lower case.
struct Words(Vec<String>);

impl Words {
    fn parse(message: &str) -> Words {
        let text = message.to_ascii_lowercase().replace('/', " per ");
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
        Words(words.map(str::to_owned).collect())
    }

    fn word(&self, at: usize) -> &str {
        self.0.get(at).map_or("", String::as_str)
    }

    fn has_start(&self, start: &str) -> bool {
        self.0.iter().any(|word| word.starts_with(start))
    }

    /// Returns the period that the message names, in any known wording. If it names two, the header decides,
    /// or else the first one does.
    fn period(&self, by_type: Option<Period>) -> Option<Period> {
        let find = |period: fn(&Words, usize) -> Option<Period>| {
            (0..self.0.len()).find_map(|at| Some((at, period(self, at)?)))
        };
        let (long, short) = (find(Words::long_period), find(Words::short_period));
        match (long, short, by_type) {
            (Some(_), Some(_), Some(Period::Moment)) => Some(Period::Moment),
            (Some((long, _)), Some((short, _)), None) if short < long => Some(Period::Moment),
            (Some((_, long)), _, _) => Some(long),
            (None, Some(_), _) => Some(Period::Moment),
            // Zoom also refuses concurrent requests.
            (None, None, _) if self.has_start("concurrent") => Some(Period::Moment),
            (None, None, by_type) => by_type,
        }
    }

    /// `daily`, `in one day`, `every day`, `24 hours`, `00:00 UTC`, `monthly`.
    fn long_period(&self, at: usize) -> Option<Period> {
        let is_zone = |word: &str| matches!(word, "gmt" | "utc");
        match (self.word(at), self.word(at + 1), self.word(at + 2)) {
            ("daily" | "day" | "days" | "today" | "tomorrow" | "midnight", _, _)
            | ("24", "h" | "hr" | "hrs" | "hour" | "hours", _)
            | ("24h" | "24hr" | "24hrs", _, _)
            | ("twenty", "four", _) => Some(Period::Day),
            (zone, "00", _) | ("00", zone, _) | ("00", "00", zone) if is_zone(zone) => {
                Some(Period::Day)
            }
            ("month" | "months" | "monthly", _, _) => Some(Period::Month),
            _ => None,
        }
    }

    /// `per-second`, `requests/second`, `every minute`; not "try again in a minute".
    fn short_period(&self, at: usize) -> Option<Period> {
        const EACH: [&str; 8] = ["per", "a", "an", "each", "every", "any", "one", "1"];
        let before = &self.0[at.saturating_sub(5)..at];
        let is_again = |word: &String| matches!(&**word, "again" | "retry" | "wait");
        let is_limit = match self.word(at) {
            "qps" => true,
            "second" | "minute" => {
                before.last().is_some_and(|word| EACH.contains(&&**word))
                    && !before.iter().any(is_again)
            }
            _ => false,
        };
        is_limit.then_some(Period::Moment)
    }

    /// Whether the message is about one user: `for a single user`, `this particular user`, `user-level`; not
    /// about the Users API or all users of an account.
    fn has_one_user(&self) -> bool {
        const ONE: [&str; 8] = ["single", "this", "particular", "one", "each", "per", "a", "the"];
        (0..self.0.len()).filter(|at| self.word(*at) == "user").any(|at| {
            let is_one = at > 0 && ONE.contains(&self.word(at - 1));
            match self.word(at + 1) {
                "api" | "apis" => false,
                next => is_one || next == "level",
            }
        })
    }
}
