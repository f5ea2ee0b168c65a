//! Gregorian dates in UTC, read and written as ISO 8601, as far as rate limits need it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) use crate::text::dates::{DAY_SECONDS, parse_iso};
use crate::text::dates::{FIRST_OF_1970, days_in_month};

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
    fn a_time_after_the_year_9999_is_never() {
        // The year 11476, which every system's time can represent.
        assert_eq!(iso(UNIX_EPOCH + Duration::from_secs(300_000_000_000)), "never");
    }
}
