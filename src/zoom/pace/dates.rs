//! Gregorian dates in UTC, read and written as ISO 8601, as far as rate limits need it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) const DAY_SECONDS: u64 = 86_400;

/// Returns the seconds since 1970.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Returns a time as ISO 8601, to the second: `2026-03-02T12:00:00Z`. After the year 9999 it is `never`.
pub(crate) fn iso(time: SystemTime) -> String {
    let seconds = seconds(time);
    let (year, month, day) = date(seconds / DAY_SECONDS);
    if year > 9999 {
        return "never".to_owned();
    }
    let of_day = seconds % DAY_SECONDS;
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
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

/// Returns the next midnight.
pub(crate) fn midnight_after(time: SystemTime) -> SystemTime {
    midnight_before_day(seconds(time) / DAY_SECONDS + 1)
}

/// Returns the first midnight of the next month.
pub(crate) fn month_after(time: SystemTime) -> SystemTime {
    let days = seconds(time) / DAY_SECONDS;
    let (year, month, day) = date(days);
    midnight_before_day(days + days_in_month(year, month) - day + 1)
}

/// Returns the start of the day that is `days` days after 1 January 1970.
fn midnight_before_day(days: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(days * DAY_SECONDS)
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
const FIRST_OF_1970: u64 = 719_468;

/// Returns year, month and day of the day that is `days` days after 1 January 1970.
fn date(days: u64) -> (u64, u64, u64) {
    const DAYS_OF_400_YEARS: u64 = 146_097;
    let days = days + FIRST_OF_1970;
    let (cycle, day) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = cycle * 400 + year;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

fn days_in_month(year: u64, month: u64) -> u64 {
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
    fn each_day_of_two_centuries_agrees_with_httpdate() {
        for day in 0..80_000 {
            let time = UNIX_EPOCH + Duration::from_secs(day * DAY_SECONDS + 45_296);
            // For example `Mon, 02 Mar 2026 12:34:56 GMT`.
            let theirs = httpdate::fmt_http_date(time);
            let ours = iso(time);
            const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
            let month: usize = ours[5..7].parse().unwrap();
            let named = [&ours[8..10], &MONTHS[month * 3 - 3..month * 3], &ours[..4]].join(" ");
            assert_eq!(&theirs[5..16], named);
            assert_eq!(&theirs[17..25], &ours[11..19]);
            assert_eq!(parse_iso(&ours), Some(time));
            let next = iso(month_after(time));
            let is_first = next.ends_with("-01T00:00:00Z") && next[..7] > ours[..7];
            assert!(is_first && iso(month_after(time) - Duration::from_secs(1))[..7] == ours[..7]);
        }
    }

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
        // The year 11476, which every system's time can represent.
        assert_eq!(iso(UNIX_EPOCH + Duration::from_secs(300_000_000_000)), "never");
    }
}
