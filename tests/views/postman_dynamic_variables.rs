//! Postman's dynamic variables: each has a value of the right form, and a new one each time.

use std::collections::HashSet;

use zoomkat::postman::Collection;

/// The variables of Postman that are supported, by the form of their values.
const ALL: &[(Shape, &str)] = &[
    (is_uuid, "guid randomUUID"),
    (is_digits, "timestamp randomInt randomBankAccount randomCreditCardMask"),
    (is_iso, "isoTimestamp"),
    (is_date, "randomDatePast randomDateFuture randomDateRecent"),
    (is_number, "randomPrice randomLatitude randomLongitude"),
    (is_phone, "randomPhoneNumber randomPhoneNumberExt"),
    (is_path, "randomDirectoryPath randomFilePath"),
    (is_file, "randomFileName randomCommonFileName"),
    (
        is_image,
        "randomImageUrl randomAvatarImage randomAbstractImage randomAnimalsImage randomBusinessImage",
    ),
    (
        is_image,
        "randomCatsImage randomCityImage randomFoodImage randomNightlifeImage randomFashionImage",
    ),
    (is_image, "randomPeopleImage randomNatureImage randomSportsImage randomTransportImage"),
    (|text| text.starts_with("http"), "randomUrl randomProtocol"),
    (
        |text| text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && is_host(host)),
        "randomEmail randomExampleEmail",
    ),
    (is_host, "randomDomainName"),
    (|text| text.parse::<std::net::Ipv4Addr>().is_ok(), "randomIP"),
    (|text| text.parse::<std::net::Ipv6Addr>().is_ok(), "randomIPV6"),
    (|text| text.split(':').count() == 6 && text.len() == 17, "randomMACAddress"),
    (|text| text.starts_with("Mozilla/5.0 (") && !text.contains('{'), "randomUserAgent"),
    (|text| text.len() == 7 && text.starts_with('#'), "randomHexColor"),
    (|text| text.split('.').filter(|part| is_digits(part)).count() == 3, "randomSemver"),
    (|text| text == "true" || text == "false", "randomBoolean"),
    (|text| text.len() == 1, "randomAlphaNumeric"),
    (|text| text.len() == 15, "randomPassword"),
    (|text| matches!(text.len(), 2 | 3) && is_upper(text), "randomCountryCode randomCurrencyCode"),
    (|text| text.len() == 2 && is_word(text), "randomLocale"),
    (|text| text.chars().count() <= 3, "randomCurrencySymbol"),
    (|text| text.split_once('/').is_some(), "randomMimeType"),
    (|text| text.split('-').count() == 3 && text.split('-').all(is_word), "randomLoremSlug"),
    (|text| (2..=5).contains(&text.split(' ').count()), "randomWords"),
    (|text| (2..=6).contains(&text.matches('.').count()), "randomLoremSentences"),
    (|text| (1..=5).contains(&text.lines().count()), "randomLoremLines"),
    (|text| text.lines().count() == 3, "randomLoremParagraphs"),
    (
        |text| text.ends_with(['.', '!']),
        "randomLoremSentence randomLoremParagraph randomLoremText randomPhrase",
    ),
    (
        is_words,
        "randomLoremWords randomCatchPhrase randomBs randomProductName randomJobTitle randomFullName",
    ),
    (
        is_word,
        "randomWord randomNoun randomVerb randomIngverb randomAdjective randomAbbreviation randomLoremWord",
    ),
    (
        is_word,
        "randomFirstName randomLastName randomJobDescriptor randomJobArea randomJobType randomNameSuffix",
    ),
    (
        is_word,
        "randomColor randomDepartment randomProduct randomProductAdjective randomProductMaterial",
    ),
    (
        is_word,
        "randomCompanySuffix randomCatchPhraseAdjective randomCatchPhraseDescriptor randomCatchPhraseNoun",
    ),
    (
        is_word,
        "randomBsBuzz randomBsAdjective randomBsNoun randomCurrencyName randomTransactionType",
    ),
    (is_word, "randomMonth randomWeekday randomNamePrefix randomDomainWord randomDomainSuffix"),
    (
        is_word,
        "randomDatabaseColumn randomDatabaseType randomDatabaseEngine randomFileExt randomCommonFileExt",
    ),
    (is_word, "randomFileType randomCommonFileType randomCity randomCountry"),
    (is_words, "randomStreetName randomStreetAddress randomCompanyName randomBankAccountName"),
    (|text| text.contains('_') && text.is_ascii(), "randomDatabaseCollation"),
    (|text| text.contains('.') && text.is_ascii(), "randomUserName"),
];

/// Variables whose values may repeat, in addition to the pictures, whose address is always the same
/// in Postman.
const FIXED: &[&str] = &["timestamp", "isoTimestamp"];

type Shape = fn(&str) -> bool;

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_upper(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_uppercase())
}

fn is_word(text: &str) -> bool {
    let is_in = |c: char| c.is_ascii_alphanumeric() || c == '.';
    !text.is_empty() && text.chars().all(is_in)
}

fn is_words(text: &str) -> bool {
    text.split(' ').count() >= 2 && text.split(' ').all(is_word)
}

fn is_host(text: &str) -> bool {
    text.starts_with("example.") && is_word(text)
}

fn is_number(text: &str) -> bool {
    text.contains('.') && text.parse::<f64>().is_ok_and(|number| number.abs() <= 1000.0)
}

fn is_phone(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    matches!(parts.len(), 3 | 4) && parts.into_iter().all(is_digits)
}

fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.contains("//") && !text.ends_with('/')
}

fn is_file(text: &str) -> bool {
    text.split_once('.').is_some_and(|(name, ending)| name.contains('_') && is_word(ending))
}

fn is_image(text: &str) -> bool {
    text.starts_with("https://example.com/")
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.split('-').count() == 5 && text.as_bytes()[14] == b'4'
}

fn is_iso(text: &str) -> bool {
    text.len() == 24 && text.ends_with('Z')
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(' ').collect();
    parts.len() == 9 && is_word(parts[0]) && is_digits(parts[2]) && parts[5] == "GMT+0000"
}

fn value(name: &str) -> String {
    let item = format!(
        r#"{{"request":{{"method":"POST","url":"http://h/","body":{{"mode":"raw","raw":"{{{{${name}}}}}"}}}}}}"#
    );
    let call = Collection::from_json(&item).unwrap().items()[0]
        .call()
        .unwrap_or_else(|err| panic!("{err}"));
    let text = call.request().generate_request_text().unwrap();
    text.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[test]
fn every_dynamic_variable_has_a_new_value_of_its_form_each_time() {
    let names = |(_, names): &(Shape, &'static str)| names.split(' ').collect::<Vec<_>>();
    let all: Vec<&str> = ALL.iter().flat_map(names).collect();
    let unique: HashSet<&str> = all.iter().copied().collect();
    assert_eq!((all.len(), unique.len()), (114, 114));
    for row in ALL {
        for name in names(row) {
            let mut found = HashSet::new();
            for _ in 0..60 {
                let value = value(name);
                assert!(row.0(&value), "{name}: {value:?}");
                found.insert(value);
            }
            let is_fixed =
                FIXED.contains(&name) || name.ends_with("Image") || name == "randomImageUrl";
            let is_random = found.len() > 1;
            assert!(is_random || is_fixed, "{name}: {found:?}");
        }
    }
}
