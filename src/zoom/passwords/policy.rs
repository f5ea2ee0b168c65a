//! [`PasswordRequirement`]: what a password must be, as far as Zoom tells it.

use std::fmt;

use serde_json::Value;

use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::passwords::change::PasswordRejected;

/// An account's rules for passwords, as [`Zoom::password_requirement`](crate::zoom::Zoom::password_requirement)
/// reads them, on top of Zoom's basic rules.
///
/// ```
/// use zoomkat::zoom::PasswordRequirement;
///
/// let mut requirement = PasswordRequirement::default();
/// requirement.minimum_password_length = 10;
/// let check = requirement.check("abcdefgh");
/// assert!(!check.is_ok());
/// println!("{check}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PasswordRequirement {
    /// The fewest characters: 9 to 14; 0 means that only the basic 8 holds.
    pub minimum_password_length: u32,
    /// At least one special character (!, @, # ...).
    pub have_special_character: bool,
    /// The fewest characters that follow each other (`abcde`) and are too many: 4 to 8; 0 means that the
    /// rule is off.
    pub consecutive_characters_length: u32,
    /// The password must not be on Zoom's list of weak ones.
    pub weak_enhance_detection: bool,
}

/// The basic minimum, for an account without a rule of its own.
const MINIMUM: usize = 8;
/// "Fewer than 32 characters", says the operation.
const MAXIMUM: usize = 31;

/// Refuses what no account takes.
pub(crate) fn check_length(password: &str) -> Result<()> {
    let length = password.chars().count();
    let (reason, why) = match length {
        ..MINIMUM => (PasswordRejected::TooShort, "at least 8"),
        MINIMUM..=MAXIMUM => return Ok(()),
        _ => (PasswordRejected::TooLong, "at most 31"),
    };
    let message = format!("nothing was sent: it has {length} characters, and Zoom takes {why}");
    Err(Error::new(ErrorKind::PasswordRejected(reason), message))
}

/// A rule that a password breaks. `Display` says it in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BrokenRule {
    /// It has fewer characters than it must.
    TooShort {
        /// The fewest it must have.
        minimum: usize,
        /// Those it has.
        found: usize,
    },
    /// It has more than 31 characters.
    TooLong {
        /// Those it has.
        found: usize,
    },
    /// It has no letter.
    NoLetter,
    /// It has no digit.
    NoDigit,
    /// It has not both upper and lower case letters.
    NoUpperAndLowerCase,
    /// It has no special character.
    NoSpecialCharacter,
    /// It is one character repeated.
    SameCharacter,
    /// It has too many characters that follow each other, such as `abcd` or `1234`.
    ConsecutiveCharacters {
        /// The most that may follow each other.
        allowed: usize,
        /// Those that do.
        found: usize,
    },
}

impl fmt::Display for BrokenRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BrokenRule::TooShort { minimum, found } => {
                write!(f, "it must have at least {minimum} characters and has {found}")
            }
            BrokenRule::TooLong { found } => {
                write!(f, "it must have at most {MAXIMUM} characters and has {found}")
            }
            BrokenRule::NoLetter => f.write_str("it must have at least one letter"),
            BrokenRule::NoDigit => f.write_str("it must have at least one digit"),
            BrokenRule::NoUpperAndLowerCase => {
                f.write_str("it must have both upper and lower case letters")
            }
            BrokenRule::NoSpecialCharacter => {
                f.write_str("it must have at least one special character, such as ! @ #")
            }
            BrokenRule::SameCharacter => f.write_str("it must not be one character repeated"),
            BrokenRule::ConsecutiveCharacters { allowed, found } => write!(
                f,
                "it must not have more than {allowed} characters that follow each other (as abcd or \
                 1234 do) and has {found}"
            ),
        }
    }
}

impl std::error::Error for BrokenRule {}

/// What [`PasswordRequirement::check`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordCheck {
    broken: Vec<BrokenRule>,
    not_checkable: Vec<&'static str>,
}

impl PasswordCheck {
    /// Whether no rule that can be checked is broken. Zoom may still refuse the password for what
    /// cannot be checked.
    pub fn is_ok(&self) -> bool {
        self.broken.is_empty()
    }

    /// Every rule that the password breaks.
    pub fn broken(&self) -> &[BrokenRule] {
        &self.broken
    }

    /// What only Zoom can check, in words.
    pub fn not_checkable(&self) -> &[&'static str] {
        &self.not_checkable
    }
}

impl fmt::Display for PasswordCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.broken.is_empty() {
            f.write_str("no rule is broken that can be checked")?;
        }
        for (index, rule) in self.broken.iter().enumerate() {
            write!(f, "{}{rule}", if index == 0 { "" } else { "; " })?;
        }
        write!(f, " (only Zoom can check: {})", self.not_checkable.join("; "))
    }
}

impl PasswordRequirement {
    /// Reads the member `password_requirement`; what is missing or of another type is off.
    pub(crate) fn read(value: &Value) -> PasswordRequirement {
        let number = |name: &str| {
            let value = value.get(name);
            let text = value.and_then(Value::as_str).and_then(|text| text.trim().parse().ok());
            let number = value.and_then(Value::as_u64).or(text).unwrap_or_default();
            u32::try_from(number).unwrap_or_default()
        };
        let flag = |name: &str| match value.get(name) {
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
            Some(value) => value.as_bool().unwrap_or_default(),
            None => false,
        };
        PasswordRequirement {
            minimum_password_length: number("minimum_password_length"),
            have_special_character: flag("have_special_character"),
            consecutive_characters_length: number("consecutive_characters_length"),
            weak_enhance_detection: flag("weak_enhance_detection"),
        }
    }

    /// Checks a password against these rules and Zoom's basic ones: 8 to 31 characters, a letter, a
    /// digit, upper and lower case, not one character repeated, not one run such as `12345678`.
    ///
    /// Characters follow each other here if they do in the alphabet or as digits, upwards, in
    /// either case. How Zoom counts downwards is not documented, so that is not held against a
    /// password.
    pub fn check(&self, password: &str) -> PasswordCheck {
        let mut broken = Vec::new();
        let mut rule = |is_broken: bool, rule: BrokenRule| {
            if is_broken {
                broken.push(rule);
            }
        };
        let length = password.chars().count();
        let minimum = MINIMUM.max(self.minimum_password_length as usize);
        rule(length < minimum, BrokenRule::TooShort { minimum, found: length });
        rule(length > MAXIMUM, BrokenRule::TooLong { found: length });
        let has = |wanted: fn(char) -> bool| password.chars().any(wanted);
        let has_letter = has(char::is_alphabetic);
        rule(!has_letter, BrokenRule::NoLetter);
        rule(!has(|c| c.is_ascii_digit()), BrokenRule::NoDigit);
        let both_cases = has(char::is_uppercase) && has(char::is_lowercase);
        rule(has_letter && !both_cases, BrokenRule::NoUpperAndLowerCase);
        let has_special = has(|c| !c.is_alphanumeric() && !c.is_whitespace());
        rule(self.have_special_character && !has_special, BrokenRule::NoSpecialCharacter);
        let mut chars = password.chars();
        let first = chars.next();
        rule(length > 1 && chars.all(|c| Some(c) == first), BrokenRule::SameCharacter);
        let run = longest_run(password);
        let allowed = match self.consecutive_characters_length as usize {
            // Basic: the whole password may not be one run.
            0 => length.saturating_sub(1),
            most => most - 1,
        };
        let found = run;
        rule(run > 1 && run > allowed, BrokenRule::ConsecutiveCharacters { allowed, found });

        let mut not_checkable = vec![
            "whether it is one of the user's last passwords",
            "how often it was changed in the past 24 hours",
        ];
        if self.weak_enhance_detection {
            not_checkable.push("whether it is on Zoom's list of weak passwords");
        }
        PasswordCheck { broken, not_checkable }
    }
}

/// The length of the longest run of letters or digits each of which follows the one before.
fn longest_run(password: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    let mut before: Option<char> = None;
    for c in password.chars().map(|c| c.to_ascii_lowercase()) {
        let follows = before.is_some_and(|b| {
            b.is_ascii_alphanumeric() && c.is_ascii_alphanumeric() && b as u32 + 1 == c as u32
        });
        run = if follows { run + 1 } else { 1 };
        longest = longest.max(run);
        before = Some(c);
    }
    longest
}
