//! Postman's dynamic variables, `{{$guid}}` and others: a new value each time.
//!
//! All 118 are here: `$guid`, `$timestamp`, `$isoTimestamp`, and those named `$random...`. Most
//! are a word from a table (`words.rs`), or several. Those with a form of their own:
//!
//! | variable | value |
//! |---|---|
//! | `$guid`, `$randomUUID` | a UUID of version 4 |
//! | `$timestamp`, `$isoTimestamp` | now: seconds of the epoch, and `2026-11-25T01:10:37.123Z` |
//! | `$randomDatePast`, `$randomDateFuture` | up to a year away, `Wed Nov 25 2026 01:10:37 GMT+0000 (...)` |
//! | `$randomDateRecent` | the same of the last day |
//! | `$randomInt`, `$randomPrice` | 0 to 1000; 0.00 to 999.99 |
//! | `$randomPhoneNumber`, `$randomPhoneNumberExt` | `555-234-5678`, and with one or two digits and `-` before |
//! | `$randomBankAccount`, `$randomCreditCardMask` | 8 digits, 4 digits |
//! | `$randomBankAccountIban`, `$randomBankAccountBic` | an IBAN whose check digits are right; 8 or 11 characters |
//! | `$randomBitcoin` | like an address, but its checksum is wrong |
//! | `$randomWords` | 2 to 5 of them |
//! | `$randomLoremSentences`, `$randomLoremLines` | 2 to 6; 1 to 5, with line feeds between |
//! | `$randomLoremParagraphs` | 3, with line feeds between |
//! | `$random...Image`, `$randomImageUrl` | an address at example.com that does not exist |
//! | `$randomImageDataUri` | a picture of one color as `data:` |

use std::time::{SystemTime, UNIX_EPOCH};

use super::words::*;

/// A value for the name, with its dollar; `None` for a name that is not one of these.
pub(super) fn value(name: &str) -> Option<String> {
    if let Some((_, table)) = TABLES.iter().find(|(known, _)| *known == name) {
        return Some(one_of(table));
    }
    if let Some((_, segment)) = PICTURES.iter().find(|(known, _)| *known == name) {
        return Some(format!("https://example.com/640/480{segment}"));
    }
    let joined =
        |tables: &[&[&str]]| tables.iter().map(|of| one_of(of)).collect::<Vec<_>>().join(" ");
    Some(match name {
        "$guid" | "$randomUUID" => uuid(),
        "$timestamp" => now().0.to_string(),
        "$isoTimestamp" => iso(),
        "$randomDatePast" => date(now().0.saturating_sub(1 + below(YEAR))),
        "$randomDateFuture" => date(now().0 + 1 + below(YEAR)),
        "$randomDateRecent" => date(now().0.saturating_sub(1 + below(DAY))),
        "$randomInt" => below(1001).to_string(),
        "$randomBoolean" => (below(2) == 0).to_string(),
        "$randomAlphaNumeric" => text_of(b"0123456789abcdefghijklmnopqrstuvwxyz", 1),
        "$randomHexColor" => format!("#{}", text_of(HEX, 6)),
        "$randomHexaDecimal" => format!("0x{}", text_of(HEX, 1)),
        "$randomPassword" => text_of(BASE58, 15),
        "$randomBankAccount" => text_of(DIGITS, 8),
        "$randomCreditCardMask" => text_of(DIGITS, 4),
        "$randomBankAccountIban" => iban(),
        "$randomBankAccountBic" => bic(),
        "$randomBitcoin" => format!("{}{}", 1 + 2 * below(2), text_of(BASE58, 25 + pick(9))),
        "$randomPrice" => format!("{}.{:02}", below(1000), below(100)),
        "$randomPhoneNumber" => phone(),
        "$randomPhoneNumberExt" => format!("{}-{}", 1 + below(99), phone()),
        "$randomFullName" => joined(&[FIRST_NAMES, LAST_NAMES]),
        "$randomJobTitle" => joined(&[JOB_DESCRIPTORS, JOB_AREAS, JOB_TYPES]),
        "$randomProductName" => joined(&[PRODUCT_ADJECTIVES, MATERIALS, PRODUCTS]),
        "$randomCatchPhrase" => joined(&[CATCH_ADJECTIVES, CATCH_DESCRIPTORS, CATCH_NOUNS]),
        "$randomBs" => joined(&[BS_VERBS, BS_ADJECTIVES, BS_NOUNS]),
        "$randomPhrase" => format!(
            "We need to {} the {} {}!",
            one_of(VERBS),
            joined(&[ADJECTIVES, ABBREVIATIONS]),
            one_of(NOUNS)
        ),
        "$randomUserName" => user(),
        "$randomEmail" | "$randomExampleEmail" => format!("{}@example.com", user()),
        "$randomUserAgent" => one_of(USER_AGENTS).replace("{}", &(100 + below(50)).to_string()),
        "$randomAvatarImage" => format!("https://example.com/avatars/{}_128.jpg", user()),
        "$randomImageDataUri" => format!(
            "data:image/svg+xml;charset=UTF-8,%3Csvg%20xmlns%3D%22http%3A%2F%2Fwww.w3.org%2F2000%2F\
             svg%22%20width%3D%22640%22%20height%3D%22480%22%3E%3Crect%20width%3D%22100%25%22%20\
             height%3D%22100%25%22%20fill%3D%22%23{}%22%2F%3E%3C%2Fsvg%3E",
            text_of(HEX, 6)
        ),
        "$randomIP" => format!("{}.{}.{}.{}", 1 + below(223), below(256), below(256), below(256)),
        "$randomIPV6" => (0..8).map(|_| text_of(HEX, 4)).collect::<Vec<_>>().join(":"),
        "$randomMACAddress" => (0..6).map(|_| text_of(HEX, 2)).collect::<Vec<_>>().join(":"),
        "$randomSemver" => format!("{}.{}.{}", below(10), below(10), below(10)),
        "$randomLatitude" => degrees(90),
        "$randomLongitude" => degrees(180),
        "$randomStreetAddress" => format!("{} {}", 1 + below(999), one_of(STREETS)),
        "$randomFileName" => file(FILE_EXTENSIONS),
        "$randomCommonFileName" => file(COMMON_EXTENSIONS),
        "$randomFilePath" => format!("{}/{}", one_of(DIRECTORIES), file(FILE_EXTENSIONS)),
        "$randomWords" => several(NOUNS, 2 + pick(4), " "),
        "$randomLoremSlug" => several(LOREM, 3, "-"),
        "$randomLoremWords" => several(LOREM, 3, " "),
        "$randomLoremSentence" => sentence(),
        "$randomLoremSentences" => sentences(2 + pick(5), " "),
        "$randomLoremLines" => sentences(1 + pick(5), "\n"),
        "$randomLoremParagraph" | "$randomLoremText" => sentences(3 + pick(3), " "),
        "$randomLoremParagraphs" => {
            (0..3).map(|_| sentences(3 + pick(3), " ")).collect::<Vec<_>>().join("\n")
        }
        _ => return None,
    })
}

const DAY: u64 = 86_400;
const YEAR: u64 = 365 * DAY;

const DIGITS: &[u8] = b"0123456789";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Digits and letters without those that look like others.
const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const HEX: &[u8] = b"0123456789abcdef";

fn random() -> u64 {
    // Without random bytes of the system's the clock will do: nothing here is a secret.
    getrandom::u64().unwrap_or_else(|_| u64::from(now().1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn below(end: u64) -> u64 {
    random() % end.max(1)
}

/// The same as a count.
fn pick(end: u64) -> usize {
    below(end) as usize
}

fn one_of(of: &[&str]) -> String {
    of.get(pick(of.len() as u64)).copied().unwrap_or_default().to_owned()
}

fn several(of: &[&str], count: usize, between: &str) -> String {
    (0..count).map(|_| one_of(of)).collect::<Vec<_>>().join(between)
}

fn user() -> String {
    let name = format!("{}.{}", one_of(FIRST_NAMES), one_of(LAST_NAMES)).to_lowercase();
    format!("{name}{}", below(100))
}

fn phone() -> String {
    format!("555-{}-{}", text_of(b"23456789", 3), text_of(DIGITS, 4))
}

/// From minus `most` to `most`.
fn degrees(most: u64) -> String {
    let sign = if below(2) == 0 { "" } else { "-" };
    format!("{sign}{}.{:04}", below(most), below(10_000))
}

fn file(endings: &[&str]) -> String {
    format!("{}.{}", several(NOUNS, 2, "_"), one_of(endings))
}

fn sentence() -> String {
    format!("Lorem {}.", several(LOREM, 3 + pick(6), " "))
}

fn sentences(count: usize, between: &str) -> String {
    (0..count).map(|_| sentence()).collect::<Vec<_>>().join(between)
}

/// ISO 13616: letters count from 10, country and check digits stand last, and all of it leaves 1 by 97.
fn iban() -> String {
    let (country, count) = IBANS.get(pick(IBANS.len() as u64)).copied().unwrap_or(("DE", 18));
    let number = text_of(DIGITS, count);
    let places = format!("{number}{country}00");
    let rest = places.bytes().fold(0, |rest: u32, byte| match byte {
        b'A'..=b'Z' => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
        digit => (rest * 10 + u32::from(digit - b'0')) % 97,
    });
    format!("{country}{:02}{number}", 98 - rest)
}

/// A bank, a country, a place, and often a branch (ISO 9362).
fn bic() -> String {
    let branch = if below(2) == 0 { String::new() } else { text_of(DIGITS, 3) };
    format!("{}{}{}{branch}", text_of(UPPER, 4), one_of(COUNTRY_CODES), text_of(UPPER, 2))
}

fn text_of(alphabet: &[u8], count: usize) -> String {
    (0..count).map(|_| char::from(alphabet[pick(alphabet.len() as u64)])).collect()
}

/// A random UUID (RFC 9562 section 5.4).
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

/// Seconds and nanoseconds of the epoch.
fn now() -> (u64, u32) {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (since.as_secs(), since.subsec_nanos())
}

/// The time in UTC as JavaScript writes it, such as `2026-11-25T01:10:37.123Z`.
fn iso() -> String {
    let (seconds, nanos) = now();
    let (year, month, day) = day_of(seconds / DAY);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let millis = nanos / 1_000_000;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// A time as JavaScript writes it where the clock is that of UTC, such as
/// `Wed Nov 25 2026 01:10:37 GMT+0000 (Coordinated Universal Time)`.
fn date(seconds: u64) -> String {
    let days = seconds / DAY;
    let (year, month, day) = day_of(days);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let short = |names: &[&'static str], at: u64| {
        names.get(at as usize).and_then(|name| name.get(..3)).unwrap_or_default()
    };
    // The epoch began on a Thursday.
    let (weekday, month) = (short(WEEKDAYS, (days + 4) % 7), short(MONTHS, month - 1));
    format!(
        "{weekday} {month} {day:02} {year:04} {hour:02}:{minute:02}:{second:02} GMT+0000 (Coordinated Universal Time)"
    )
}

/// Year, month and day of a day since the epoch.
fn day_of(days: u64) -> (u64, u64, u64) {
    // Years that start in March have the day that may be missing at their end.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_javascript_does() {
        for (seconds, text) in [
            (0, "Thu Jan 01 1970 00:00:00"),
            (1_709_164_799, "Wed Feb 28 2024 23:59:59"),
            (1_709_164_800, "Thu Feb 29 2024 00:00:00"),
            (1_795_569_037, "Wed Nov 25 2026 01:10:37"),
        ] {
            assert_eq!(date(seconds), format!("{text} GMT+0000 (Coordinated Universal Time)"));
        }
    }
}
