//! Postman's dynamic variables, `{{$guid}}` and its like: another value each time.

use std::time::{SystemTime, UNIX_EPOCH};

/// Values for the names of which Postman has tables of made-up data. The tables here are small.
const TABLES: [(&str, &[&str]); 22] = [
    ("$randomFirstName", FIRST_NAMES),
    ("$randomLastName", LAST_NAMES),
    ("$randomNamePrefix", &["Dr.", "Miss", "Mr.", "Mrs.", "Ms."]),
    ("$randomJobTitle", &["Engineer", "Manager", "Planner", "Technician"]),
    ("$randomColor", &["black", "blue", "green", "grey", "orange", "red", "white", "yellow"]),
    ("$randomCity", &["Accra", "Bern", "Cork", "Lima", "Oslo", "Pune", "Turin", "Utrecht"]),
    ("$randomStreetName", &["Elm Street", "Hill Road", "Lake Avenue", "Mill Lane"]),
    ("$randomCountry", &["Chile", "Ghana", "India", "Italy", "Japan", "Norway", "Peru", "Spain"]),
    ("$randomCountryCode", &["CL", "ES", "GH", "IN", "IT", "JP", "NO", "PE"]),
    ("$randomCompanyName", &["Lorem Group", "Ipsum Ltd", "Dolor and Sons", "Amet Works"]),
    ("$randomCurrencyCode", &["CHF", "EUR", "GBP", "INR", "JPY", "NOK", "PEN", "USD"]),
    ("$randomMonth", MONTHS),
    ("$randomWeekday", WEEKDAYS),
    ("$randomWord", WORDS),
    ("$randomNoun", WORDS),
    ("$randomLoremWord", WORDS),
    ("$randomProtocol", &["http", "https"]),
    ("$randomDomainSuffix", &["com", "net", "org"]),
    ("$randomDomainName", &["example.com", "example.net", "example.org"]),
    ("$randomUrl", &["http://example.com", "http://example.net", "http://example.org"]),
    ("$randomFileExt", &["csv", "html", "json", "pdf", "png", "txt", "xml"]),
    ("$randomMimeType", &["application/json", "image/png", "text/html", "text/plain"]),
];

const FIRST_NAMES: &[&str] = &["Ada", "Bo", "Chidi", "Dana", "Emil", "Fatima", "Goro", "Hana"];
const LAST_NAMES: &[&str] = &["Adler", "Bauer", "Costa", "Diaz", "Endo", "Farah", "Gupta", "Holm"];
const WORDS: &[&str] = &["amet", "dolor", "elit", "ipsum", "lorem", "magna", "sit", "tempor"];
const WEEKDAYS: &[&str] =
    &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A value for the name, with its dollar; `None` for a name that is not one of these.
pub(super) fn value(name: &str) -> Option<String> {
    let one_of = |of: &[&str]| of[below(of.len() as u64) as usize].to_owned();
    if let Some((_, table)) = TABLES.iter().find(|(known, _)| *known == name) {
        return Some(one_of(table));
    }
    let lower = |of: &[&str]| one_of(of).to_lowercase();
    let user = || format!("{}.{}{}", lower(FIRST_NAMES), lower(LAST_NAMES), below(100));
    let words = |count: u64| (0..count).map(|_| one_of(WORDS)).collect::<Vec<_>>();
    Some(match name {
        "$guid" | "$randomUUID" => uuid(),
        "$timestamp" => now().0.to_string(),
        "$isoTimestamp" => iso(),
        "$randomInt" => below(1001).to_string(),
        "$randomBoolean" => (below(2) == 0).to_string(),
        "$randomAlphaNumeric" => text_of(b"0123456789abcdefghijklmnopqrstuvwxyz", 1),
        "$randomHexColor" => format!("#{}", text_of(HEX, 6)),
        "$randomHexaDecimal" => format!("0x{}", text_of(HEX, 1)),
        "$randomPassword" => {
            text_of(b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 15)
        }
        "$randomBankAccount" => text_of(b"0123456789", 8),
        "$randomPrice" => format!("{}.{:02}", below(1000), below(100)),
        "$randomPhoneNumber" => {
            format!("555-{}-{}", text_of(b"23456789", 3), text_of(b"0123456789", 4))
        }
        "$randomFullName" => format!("{} {}", one_of(FIRST_NAMES), one_of(LAST_NAMES)),
        "$randomUserName" => user(),
        "$randomEmail" | "$randomExampleEmail" => format!("{}@example.com", user()),
        "$randomIP" => format!("{}.{}.{}.{}", 1 + below(223), below(256), below(256), below(256)),
        "$randomIPV6" => (0..8).map(|_| text_of(HEX, 4)).collect::<Vec<_>>().join(":"),
        "$randomMACAddress" => (0..6).map(|_| text_of(HEX, 2)).collect::<Vec<_>>().join(":"),
        "$randomSemver" => format!("{}.{}.{}", below(10), below(10), below(10)),
        "$randomLatitude" => format!("{}.{:04}", below(181) as i64 - 90, below(10_000)),
        "$randomLongitude" => format!("{}.{:04}", below(361) as i64 - 180, below(10_000)),
        "$randomStreetAddress" => {
            format!("{} {}", 1 + below(999), one_of(&["Elm Street", "Mill Lane"]))
        }
        "$randomFileName" | "$randomCommonFileName" => format!("{}.txt", words(2).join("_")),
        "$randomLoremSlug" => words(3).join("-"),
        "$randomWords" | "$randomLoremWords" => words(3).join(" "),
        "$randomLoremSentence" | "$randomPhrase" => format!("Lorem {}.", words(6).join(" ")),
        "$randomLoremParagraph" | "$randomLoremText" => format!("Lorem {}.", words(30).join(" ")),
        _ => return None,
    })
}

const HEX: &[u8] = b"0123456789abcdef";

fn random() -> u64 {
    // Without random bytes of the system's the clock will do: nothing here is a secret.
    getrandom::u64().unwrap_or_else(|_| u64::from(now().1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn below(end: u64) -> u64 {
    random() % end.max(1)
}

fn text_of(alphabet: &[u8], count: usize) -> String {
    (0..count).map(|_| char::from(alphabet[below(alphabet.len() as u64) as usize])).collect()
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
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Years that start in March have the day that may be missing at their end.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!(
        "{:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}.{:03}Z",
        era * 400 + year + next,
        second % 60,
        nanos / 1_000_000
    )
}
