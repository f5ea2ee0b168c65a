//! Postman's dynamic variables, `{{$guid}}` and others, with a new random value each time.
//!
//! Most values are words or characters from `dynamic.tsv`. The others:
//!
//! | variable | value |
//! |---|---|
//! | `$guid`, `$randomUUID` | a UUID of version 4 |
//! | `$timestamp`, `$isoTimestamp` | the current time in seconds, and as `2026-11-25T01:10:37.123Z` |
//! | `$randomDatePast`, `$randomDateFuture` | up to a year away, `Wed Nov 25 2026 01:10:37 GMT+0000 (...)` |
//! | `$randomDateRecent` | the same within the last day |
//! | `$randomInt` | 0 to 1000 |
//!
//! Four of Postman's variables are not supported: `$randomBankAccountIban`, `$randomBankAccountBic`, `$randomBitcoin` and
//! `$randomImageDataUri`.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

static ROWS: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let lines = include_str!("dynamic.tsv").lines();
    let rows = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    rows.map(|(name, values)| (name, values.split('\t').collect())).collect()
});

const DAY: u64 = 86_400;
const YEAR: u64 = 365 * DAY;

/// Returns a value for a name with its dollar, or `None` for an unknown name.
pub(super) fn value(name: &str) -> Option<String> {
    let name = name.strip_prefix('$').filter(|name| !name.starts_with('_'))?;
    let now = || now().as_secs();
    Some(match name {
        "guid" | "randomUUID" => uuid(),
        "timestamp" => now().to_string(),
        "isoTimestamp" => iso_date(),
        "randomDatePast" => javascript_date(now().saturating_sub(1 + below(YEAR))),
        "randomDateFuture" => javascript_date(now() + 1 + below(YEAR)),
        "randomDateRecent" => javascript_date(now().saturating_sub(1 + below(DAY))),
        "randomInt" => below(1001).to_string(),
        _ => word(name)?,
    })
}

/// Returns a random value of a row, with the values of other rows filled in.
fn word(name: &str) -> Option<String> {
    let values = ROWS.get(name)?;
    let value = values.get(below(values.len() as u64) as usize)?;
    let mut out = String::new();
    let mut rest = *value;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        out.push_str(before);
        out.push_str(&word(name)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out.replace("\\n", "\n"))
}

fn random() -> u64 {
    // Nothing here is a secret, so the clock is enough if the system has no random bytes.
    let clock = || u64::from(now().subsec_nanos()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    getrandom::u64().unwrap_or_else(|_| clock())
}

fn below(end: u64) -> u64 {
    random() % end.max(1)
}

/// Returns a random UUID (RFC 9562 section 5.4).
fn uuid() -> String {
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | (low >> 48) & 0x3fff,
        low & 0xffff_ffff_ffff
    )
}

/// The time since the epoch.
fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The parts of a time in seconds since the epoch, in UTC: weekday, day, month, year and time of day.
fn date_parts(seconds: u64) -> [String; 5] {
    // The last second of the year 9999, since httpdate has no later one.
    let time = UNIX_EPOCH + Duration::from_secs(seconds.min(253_402_300_799));
    let text = httpdate::fmt_http_date(time);
    let mut parts = text.split(' ').map(|part| part.trim_end_matches(',').to_owned());
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// Returns the current time as JavaScript's `toISOString` does: `2026-11-25T01:10:37.123Z`.
fn iso_date() -> String {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let now = now();
    let [_, day, month, year, time] = date_parts(now.as_secs());
    let month = MONTHS.find(&month).unwrap_or_default() / 3 + 1;
    format!("{year}-{month:02}-{day}T{time}.{:03}Z", now.subsec_millis())
}

/// Returns a time as JavaScript's `toString` does in UTC: `Wed Nov 25 2026 01:10:37 GMT+0000 (Coordinated Universal Time)`.
fn javascript_date(seconds: u64) -> String {
    let [weekday, day, month, year, time] = date_parts(seconds);
    format!("{weekday} {month} {day} {year} {time} GMT+0000 (Coordinated Universal Time)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_by_javascript() {
        for (seconds, text) in [
            (0, "Thu Jan 01 1970 00:00:00"),
            (1_709_164_799, "Wed Feb 28 2024 23:59:59"),
            (1_709_164_800, "Thu Feb 29 2024 00:00:00"),
            (1_795_569_037, "Wed Nov 25 2026 01:10:37"),
            (u64::MAX, "Fri Dec 31 9999 23:59:59"),
        ] {
            let expected = format!("{text} GMT+0000 (Coordinated Universal Time)");
            assert_eq!(javascript_date(seconds), expected);
        }
    }

    #[test]
    fn each_row_is_found_and_its_values_refer_to_rows_only() {
        for name in ROWS.keys() {
            for _ in 0..20 {
                assert!(word(name).is_some_and(|word| !word.contains(['{', '}'])), "{name}");
            }
        }
        assert_eq!(value("$_digit"), None);
    }
}
