//! Dates as text: ISO 8601, and the form of mail and HTTP.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) const DAY_SECONDS: u64 = 86_400;

/// Parses [ISO 8601](parse_iso), or a date of mail or HTTP: `Mon, 02 Mar 2026 12:00:00 +0100`, or with `GMT`.
#[cfg(feature = "chilkat")]
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let mail = || {
        let (local, zone) = text.rsplit_once(' ')?;
        let local = httpdate::parse_http_date(&format!("{local} GMT")).ok()?;
        match zone.split_at_checked(1)? {
            ("+", zone) => local.checked_sub(Duration::from_secs(offset(zone)?)),
            ("-", zone) => local.checked_add(Duration::from_secs(offset(zone)?)),
            _ => matches!(zone, "GMT" | "UT" | "UTC" | "Z").then_some(local),
        }
    };
    parse_iso(text).or_else(mail).or_else(|| httpdate::parse_http_date(text).ok())
}

/// Parses ISO 8601: a date, `T` or a space, hours and minutes, optional seconds with an optional fraction, then `Z` or
/// an offset. A date alone is its midnight. A time without an offset is UTC. `None` for any other text, and before 1970.
pub(crate) fn parse_iso(text: &str) -> Option<SystemTime> {
    if !text.is_ascii() || text.len() < 10 {
        return None;
    }
    let (date, rest) = text.split_at(10);
    let rest = if rest.is_empty() { "00:00" } else { rest.strip_prefix(['T', 't', ' '])? };
    let zone_at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(zone_at);
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = match clock.len() {
        5 => numbers::<2>(clock, ':').map(|[hour, minute]| [hour, minute, 0])?,
        8 => numbers(clock, ':')?,
        _ => return None,
    };
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    let is_day = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    if date.as_bytes()[4] != b'-' || date.as_bytes()[7] != b'-' {
        return None;
    }
    // A leap second is the last second of its minute.
    let second = if second == 60 { 59 } else { second };
    if !is_fraction || !is_day || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let local = days_before(year, month, day)? * DAY_SECONDS + hour * 3600 + minute * 60 + second;
    let nanos = format!("{fraction:0<9.9}").parse().ok()?;
    let offset = match zone {
        "" | "Z" | "z" => 0,
        _ => offset(&zone[1..])?,
    };
    let utc =
        if zone.starts_with('-') { local.checked_add(offset) } else { local.checked_sub(offset) };
    UNIX_EPOCH.checked_add(Duration::new(utc?, nanos))
}

/// Parses `hh:mm`, `hhmm` or `hh` to seconds.
fn offset(text: &str) -> Option<u64> {
    let (hours, minutes) = match text.len() {
        2 => (text, "0"),
        4 => text.split_at(2),
        5 => text.split_once(':')?,
        _ => return None,
    };
    let [hours] = numbers(hours, ':')?;
    let [minutes] = numbers(minutes, ':')?;
    (hours < 24 && minutes < 60).then_some(hours * 3600 + minutes * 60)
}

/// Parses `N` numbers of digits only.
fn numbers<const N: usize>(text: &str, separator: char) -> Option<[u64; N]> {
    let mut numbers = [0; N];
    let mut pieces = text.split(separator);
    for number in &mut numbers {
        let piece = pieces.next().filter(|piece| piece.bytes().all(|b| b.is_ascii_digit()))?;
        *number = piece.parse().ok()?;
    }
    pieces.next().is_none().then_some(numbers)
}

/// Returns the days from 1970 to a date; `None` before 1970.
fn days_before(year: u64, month: u64, day: u64) -> Option<u64> {
    // Years begin in March here, so that the leap day is the last.
    let (year, month) =
        if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    days.checked_sub(FIRST_OF_1970)
}

/// The days from 1 March of the year 0 to 1970.
pub(crate) const FIRST_OF_1970: u64 = 719_468;

pub(crate) fn days_in_month(year: u64, month: u64) -> u64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_and_without_an_offset() {
        let noon = UNIX_EPOCH + Duration::from_secs(1_772_452_800);
        for text in [
            "2026-03-02T12:00:00Z",
            "2026-03-02T12:00:00",
            "2026-03-02 12:00",
            "2026-03-02t12:00:00.000z",
            "2026-03-02T13:30:00+01:30",
            "2026-03-02T13:30:00+0130",
            "2026-03-02T04:00:00-08",
            "2026-03-01T24:00:00",
        ] {
            let expected = (!text.contains("T24")).then_some(noon);
            assert_eq!(parse_iso(text), expected, "{text}");
        }
        let midnight = noon - Duration::from_secs(12 * 3600);
        assert_eq!(parse_iso("2026-03-02"), Some(midnight));
        assert_eq!(parse_iso("2026-03-02T11:59:60Z"), Some(noon - Duration::from_secs(1)));
        let half = noon + Duration::from_millis(500);
        assert_eq!(parse_iso("2026-03-02T12:00:00.5Z"), Some(half));
        for text in [
            "",
            "2026-3-02",
            "202-03-002",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-03-02T12:00:00ZZ",
            "2026-03-02T12:00:00+1",
            "2026-03-02T12:00:00+24:00",
            "2026-03-02T12:00:00.Z",
            "2026-03-02T1:00:00Z",
            "+026-03-02T12:00:00Z",
            "2026-03-02T12:00:61Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+00:01",
            "\u{661}026-03-02T12:00:00Z",
        ] {
            assert_eq!(parse_iso(text), None, "{text}");
        }
    }

    #[cfg(feature = "chilkat")]
    #[test]
    fn dates_of_mail_and_http_are_read() {
        let noon = UNIX_EPOCH + Duration::from_secs(1_772_452_800);
        for text in [
            "2026-03-02T12:00:00Z",
            "Mon, 02 Mar 2026 12:00:00 GMT",
            " Mon, 02 Mar 2026 12:00:00 UTC ",
            "Mon, 02 Mar 2026 13:30:00 +0130",
            "Mon, 02 Mar 2026 04:00:00 -0800",
            "Mon Mar  2 12:00:00 2026",
        ] {
            assert_eq!(parse(text), Some(noon), "{text}");
        }
        for text in
            ["", " ", "Monday", "Mon, 02 Mar 2026 12:00:00 +1", "Mon, 02 Mar 2026 12:00:00 \u{e9}"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
