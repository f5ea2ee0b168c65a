//! The made-up data behind Postman's dynamic variables. The tables are small and our own: a value has the
//! right shape, not that of a certain release of Postman's.

/// Values for the names that need no more than one of a table.
pub(super) const TABLES: &[(&str, &[&str])] = &[
    // People and their work.
    ("$randomFirstName", FIRST_NAMES),
    ("$randomLastName", LAST_NAMES),
    ("$randomNamePrefix", &["Dr.", "Miss", "Mr.", "Mrs.", "Ms."]),
    ("$randomNameSuffix", &["II", "III", "Jr.", "MD", "PhD", "Sr."]),
    ("$randomJobDescriptor", JOB_DESCRIPTORS),
    ("$randomJobArea", JOB_AREAS),
    ("$randomJobType", JOB_TYPES),
    // Places.
    ("$randomCity", &["Accra", "Bern", "Cork", "Lima", "Oslo", "Pune", "Turin", "Utrecht"]),
    ("$randomStreetName", STREETS),
    ("$randomCountry", &["Chile", "Ghana", "India", "Italy", "Japan", "Norway", "Peru", "Spain"]),
    ("$randomCountryCode", COUNTRY_CODES),
    ("$randomLocale", &["ar", "de", "en", "es", "fi", "fr", "hi", "it", "ja", "nb", "pt", "zh"]),
    // Trade.
    ("$randomColor", &["black", "blue", "green", "grey", "orange", "red", "white", "yellow"]),
    ("$randomDepartment", &["Books", "Clothing", "Electronics", "Garden", "Music", "Tools"]),
    ("$randomProduct", PRODUCTS),
    ("$randomProductAdjective", PRODUCT_ADJECTIVES),
    ("$randomProductMaterial", MATERIALS),
    ("$randomCompanyName", &["Lorem Group", "Ipsum Ltd", "Dolor and Sons", "Amet Works"]),
    ("$randomCompanySuffix", &["Group", "Inc", "LLC", "Ltd"]),
    ("$randomCatchPhraseAdjective", CATCH_ADJECTIVES),
    ("$randomCatchPhraseDescriptor", CATCH_DESCRIPTORS),
    ("$randomCatchPhraseNoun", CATCH_NOUNS),
    ("$randomBsBuzz", BS_VERBS),
    ("$randomBsAdjective", BS_ADJECTIVES),
    ("$randomBsNoun", BS_NOUNS),
    // Money.
    ("$randomCurrencyCode", &["CHF", "EUR", "GBP", "INR", "JPY", "NOK", "PEN", "USD"]),
    ("$randomCurrencyName", &["Euro", "Krone", "Peso", "Pound", "Rupee", "Sol", "Yen"]),
    ("$randomCurrencySymbol", &["$", "£", "¥", "€", "₹", "kr"]),
    ("$randomBankAccountName", &["Checking Account", "Loan Account", "Savings Account"]),
    ("$randomTransactionType", &["deposit", "invoice", "payment", "withdrawal"]),
    // Dates.
    ("$randomMonth", MONTHS),
    ("$randomWeekday", WEEKDAYS),
    // Words.
    ("$randomWord", NOUNS),
    ("$randomNoun", NOUNS),
    ("$randomVerb", VERBS),
    ("$randomIngverb", &["building", "copying", "linking", "loading", "parsing", "sending"]),
    ("$randomAdjective", ADJECTIVES),
    ("$randomAbbreviation", ABBREVIATIONS),
    ("$randomLoremWord", LOREM),
    // The Internet.
    ("$randomProtocol", &["http", "https"]),
    ("$randomDomainSuffix", &["com", "net", "org"]),
    ("$randomDomainWord", &["amet", "dolor", "example", "ipsum", "lorem", "tempor"]),
    ("$randomDomainName", &["example.com", "example.net", "example.org"]),
    ("$randomUrl", &["http://example.com", "http://example.net", "http://example.org"]),
    // Databases.
    ("$randomDatabaseColumn", &["comment", "createdAt", "email", "id", "status", "updatedAt"]),
    ("$randomDatabaseType", &["bigint", "blob", "date", "double", "int", "text", "varchar"]),
    (
        "$randomDatabaseCollation",
        &["ascii_bin", "latin1_swedish_ci", "utf8_bin", "utf8_general_ci"],
    ),
    ("$randomDatabaseEngine", &["ARCHIVE", "CSV", "InnoDB", "MEMORY", "MyISAM"]),
    // Files.
    ("$randomFileExt", FILE_EXTENSIONS),
    ("$randomCommonFileExt", COMMON_EXTENSIONS),
    ("$randomFileType", &["application", "audio", "font", "image", "message", "text", "video"]),
    ("$randomCommonFileType", &["application", "audio", "image", "text", "video"]),
    ("$randomMimeType", &["application/json", "image/png", "text/html", "text/plain"]),
    ("$randomDirectoryPath", DIRECTORIES),
];

/// Pictures, by the last segment of their address. The addresses do not exist.
pub(super) const PICTURES: &[(&str, &str)] = &[
    ("$randomImageUrl", ""),
    ("$randomAbstractImage", "/abstract"),
    ("$randomAnimalsImage", "/animals"),
    ("$randomBusinessImage", "/business"),
    ("$randomCatsImage", "/cats"),
    ("$randomCityImage", "/city"),
    ("$randomFoodImage", "/food"),
    ("$randomNightlifeImage", "/nightlife"),
    ("$randomFashionImage", "/fashion"),
    ("$randomPeopleImage", "/people"),
    ("$randomNatureImage", "/nature"),
    ("$randomSportsImage", "/sports"),
    ("$randomTransportImage", "/transport"),
];

/// Countries, and how many digits follow the check digits of an IBAN there.
pub(super) const IBANS: &[(&str, usize)] = &[("AT", 16), ("DE", 18), ("ES", 20), ("NO", 11)];

pub(super) const FIRST_NAMES: &[&str] =
    &["Ada", "Bo", "Chidi", "Dana", "Emil", "Fatima", "Goro", "Hana"];
pub(super) const LAST_NAMES: &[&str] =
    &["Adler", "Bauer", "Costa", "Diaz", "Endo", "Farah", "Gupta", "Holm"];
pub(super) const JOB_DESCRIPTORS: &[&str] = &["Chief", "Junior", "Lead", "Principal", "Senior"];
pub(super) const JOB_AREAS: &[&str] = &["Data", "Design", "Quality", "Research", "Security"];
pub(super) const JOB_TYPES: &[&str] = &["Engineer", "Manager", "Planner", "Technician"];
pub(super) const STREETS: &[&str] = &["Elm Street", "Hill Road", "Lake Avenue", "Mill Lane"];
pub(super) const COUNTRY_CODES: &[&str] = &["CL", "ES", "GH", "IN", "IT", "JP", "NO", "PE"];
pub(super) const PRODUCTS: &[&str] = &["Chair", "Hat", "Kettle", "Lamp", "Pen", "Table"];
pub(super) const PRODUCT_ADJECTIVES: &[&str] = &["Fine", "Handy", "Light", "Plain", "Sturdy"];
pub(super) const MATERIALS: &[&str] = &["Cotton", "Glass", "Oak", "Paper", "Steel", "Wool"];
pub(super) const CATCH_ADJECTIVES: &[&str] = &["Adaptive", "Open", "Reliable", "Shared", "Simple"];
pub(super) const CATCH_DESCRIPTORS: &[&str] = &["local", "modular", "regional", "stable", "static"];
pub(super) const CATCH_NOUNS: &[&str] = &["archive", "framework", "interface", "matrix", "model"];
pub(super) const BS_VERBS: &[&str] = &["build", "deliver", "extend", "grow", "scale", "unify"];
pub(super) const BS_ADJECTIVES: &[&str] = &["distributed", "global", "lasting", "plain", "smart"];
pub(super) const BS_NOUNS: &[&str] = &["channels", "markets", "networks", "services", "systems"];
pub(super) const NOUNS: &[&str] = &["bridge", "cable", "garden", "letter", "mirror", "river"];
pub(super) const VERBS: &[&str] = &["build", "copy", "link", "load", "parse", "send"];
pub(super) const ADJECTIVES: &[&str] = &["binary", "digital", "open", "solid", "virtual", "wide"];
pub(super) const ABBREVIATIONS: &[&str] = &["API", "CSS", "HTTP", "JSON", "RAM", "SQL", "TLS"];
pub(super) const LOREM: &[&str] =
    &["amet", "dolor", "elit", "ipsum", "lorem", "magna", "sit", "tempor"];
pub(super) const FILE_EXTENSIONS: &[&str] = &["csv", "html", "json", "pdf", "png", "txt", "xml"];
pub(super) const COMMON_EXTENSIONS: &[&str] = &["gif", "html", "jpeg", "mp3", "pdf", "png", "txt"];
pub(super) const DIRECTORIES: &[&str] = &["/etc", "/home/user", "/opt", "/srv", "/tmp", "/var/log"];
pub(super) const USER_AGENTS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{}.0) Gecko/20100101 Firefox/{}.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:{}.0) Gecko/20100101 Firefox/{}.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36",
];
/// By number from Sunday, as dates are made of them.
pub(super) const WEEKDAYS: &[&str] =
    &["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
pub(super) const MONTHS: &[&str] = &[
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
