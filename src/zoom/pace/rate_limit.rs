//! [`RateLimit`]: what an answer says of limits, and what a 429 asks for.

use std::time::{Duration, SystemTime};

use crate::message::response::HttpResponse;
use crate::zoom::pace::dates::{midnight_after, month_after, parse_iso};

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
            // ISO 8601 is the form that Zoom sends.
            retry_at: resp.retry_time(now).or_else(|| text("Retry-After").and_then(parse_iso)),
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
        is_limit_of_one_user: bool,
    },
}

/// Reads a 429. Zoom's headers may be missing and have contradicted the message, so the message
/// decides where it can.
pub(crate) fn read_refusal(facts: &RateLimit, message: &str, now: SystemTime) -> Refusal {
    let RateLimit { limit_type, remaining, retry_at, .. } = facts;
    let kind = limit_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let wait = retry_at.map(|at| at.duration_since(now).unwrap_or_default());
    let of_type = match () {
        () if kind.contains("daily") => Some(Period::Day),
        () if kind.contains("qps") => Some(Period::Moment),
        () => None,
    };
    let words = Words::of(message);
    let is_long = wait.is_some_and(|wait| wait > Duration::from_secs(3600));
    let of_wait = if is_long { Period::Day } else { Period::Moment };
    let resumes_at = match words.period(of_type).unwrap_or(of_wait) {
        Period::Moment => return Refusal::Moment { wait },
        Period::Day => midnight_after(now),
        Period::Month => month_after(now),
    };
    // A time that has passed says nothing; limits start anew at midnight UTC.
    let resumes_at = retry_at.filter(|at| *at > now).unwrap_or(resumes_at);
    let of_label = kind.contains("daily") || *remaining == Some(0);
    // Zoom limits how many meetings a user makes a day, and how often a meeting is registered for.
    let of_things = ["meeting", "webinar", "regist"].iter().any(|start| words.has_start(start));
    let is_limit_of_one_user =
        words.has_one_user() || remaining.is_some_and(|left| left > 0) || (of_things && !of_label);
    Refusal::Daily { resumes_at, is_limit_of_one_user }
}

/// The time that a limit is for.
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
    fn of(message: &str) -> Words {
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

    /// The period that the words name, in any of the wordings that were seen. Where they name two, the
    /// header decides, or else the one that is named first.
    fn period(&self, of_type: Option<Period>) -> Option<Period> {
        let find = |period: fn(&Words, usize) -> Option<Period>| {
            (0..self.0.len()).find_map(|at| Some((at, period(self, at)?)))
        };
        let (long, short) = (find(Words::long_period), find(Words::short_period));
        match (long, short, of_type) {
            (Some(_), Some(_), Some(Period::Moment)) => Some(Period::Moment),
            (Some((long, _)), Some((short, _)), None) if short < long => Some(Period::Moment),
            (Some((_, long)), _, _) => Some(long),
            (None, Some(_), _) => Some(Period::Moment),
            // Zoom refuses what is done twice at a time, too.
            (None, None, _) if self.has_start("concurrent") => Some(Period::Moment),
            (None, None, of_type) => of_type,
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

    /// Whether they speak of one user: `for a single user`, `this particular user`, `user-level`; not of
    /// the Users API or all users of an account.
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
