//! Zoom's rules for passwords, and their check.

use std::fmt;

use serde_json::Value;

use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::passwords::change::PasswordRejected;

/// An account's rules for passwords, in addition to Zoom's basic rules.
/// [`Zoom::password_requirement`](crate::zoom::Zoom::password_requirement) reads them.
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
    /// The minimum length in characters: 9 to 14; 0 means the basic minimum of 8.
    pub minimum_password_length: u32,
    /// Whether at least one special character (!, @, # ...) is required.
    pub have_special_character: bool,
    /// The number of consecutive characters (`abcde`) that is too many: 4 to 8; 0 means no such rule.
    pub consecutive_characters_length: u32,
    /// Whether the password must not be on Zoom's list of weak passwords.
    pub weak_enhance_detection: bool,
}

/// The basic minimum, for an account without a separate rule.
const MINIMUM: usize = 8;
/// The documentation of the operation says "Fewer than 32 characters".
const MAXIMUM: usize = 31;

/// Refuses a length that no account accepts.
pub(crate) fn check_length(password: &str) -> Result<()> {
    let length = password.chars().count();
    let (reason, why) = match length {
        ..MINIMUM => (PasswordRejected::TooShort, "at least 8"),
        MINIMUM..=MAXIMUM => return Ok(()),
        _ => (PasswordRejected::TooLong, "at most 31"),
    };
    let message = format!("nothing was sent: it has {length} characters, and Zoom accepts {why}");
    Err(Error::new(ErrorKind::PasswordRejected(reason), message))
}

/// A rule that a password breaks. `Display` is a sentence about the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BrokenRule {
    /// It has too few characters.
    TooShort {
        /// The required minimum.
        minimum: usize,
        /// The number that it has.
        found: usize,
    },
    /// It has more than 31 characters.
    TooLong {
        /// The number that it has.
        found: usize,
    },
    /// It has no letter.
    NoLetter,
    /// It has no digit.
    NoDigit,
    /// It lacks upper or lower case letters.
    NoUpperAndLowerCase,
    /// It has no special character.
    NoSpecialCharacter,
    /// It is one character repeated.
    SameCharacter,
    /// It has too many consecutive characters, such as `abcd` or `1234`.
    ConsecutiveCharacters {
        /// The longest run that is allowed.
        allowed: usize,
        /// The longest run that it has.
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
                "it must not have more than {allowed} consecutive characters (such as abcd or 1234) \
                 and has {found}"
            ),
        }
    }
}

impl std::error::Error for BrokenRule {}

/// The result of [`PasswordRequirement::check`].
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordCheck {
    broken: Vec<BrokenRule>,
    not_checkable: Vec<&'static str>,
}

impl PasswordCheck {
    /// Whether the password breaks none of the rules that can be checked here. Zoom may still refuse it by
    /// another rule.
    pub fn is_ok(&self) -> bool {
        self.broken.is_empty()
    }

    /// Returns the rules that the password breaks.
    pub fn broken(&self) -> &[BrokenRule] {
        &self.broken
    }

    /// Returns descriptions of the rules that only Zoom can check.
    pub fn not_checkable(&self) -> &[&'static str] {
        &self.not_checkable
    }
}

impl fmt::Display for PasswordCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.broken.is_empty() {
            f.write_str("it breaks no rule that can be checked here")?;
        }
        for (index, rule) in self.broken.iter().enumerate() {
            write!(f, "{}{rule}", if index == 0 { "" } else { "; " })?;
        }
        write!(f, " (only Zoom can check: {})", self.not_checkable.join("; "))
    }
}

impl PasswordRequirement {
    /// Reads the member `password_requirement`. A rule that is missing or of another type is off.
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
    /// Consecutive means ascending in the alphabet or as digits, in either case. Zoom does not document
    /// descending runs, so they are allowed.
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
            // By the basic rule, the whole password must not be one run.
            0 => length.saturating_sub(1),
            most => most - 1,
        };
        let is_too_long = run > 1 && run > allowed;
        rule(is_too_long, BrokenRule::ConsecutiveCharacters { allowed, found: run });

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

/// Returns the length of the longest run of consecutive letters or digits.
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
