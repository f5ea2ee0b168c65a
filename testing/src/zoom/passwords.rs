//! Users of the embedded Zoom and the rules for their passwords.

use std::time::{Duration, SystemTime};

use serde_json::json;

use super::Answer;
use super::limits::day_of;

/// The error message for a new password that equals the current one.
pub const SAME_AS_OLD: &str = "Your new password can not match the old password.";
/// The error message for too many password changes in 24 hours.
pub const TOO_OFTEN: &str = "This password cannot be changed because it has already been changed \
                             the maximum number of times over the past 24 hours.";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether a user's password can be changed, and if not, why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserKind {
    /// The password can be changed.
    #[default]
    Normal,
    /// An admin: code 1117.
    Admin,
    /// A user who signs in with SSO, Google or Facebook: code 1123.
    OtherLogin,
    /// A user whose password was changed as often as a day allows: code 300.
    ChangedTooOften,
    /// A user of another account: code 1010.
    Foreign,
}

/// The account's password requirement. It includes the rules that Zoom always applies: 8 to 31 characters,
/// a letter, a digit, both cases, more than one distinct character.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// `minimum_password_length`; at least 8.
    pub minimum_length: usize,
    /// `have_special_character`.
    pub special_character: bool,
    /// `consecutive_characters_length`: a run such as `abcd` must be shorter than this; 0 refuses only a
    /// password that is a single run.
    pub consecutive: usize,
    /// `weak_enhance_detection`.
    pub weak_detection: bool,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            minimum_length: 8,
            special_character: false,
            consecutive: 0,
            weak_detection: false,
        }
    }
}

impl Policy {
    /// Returns the refusal of a password by the first rule that it breaks.
    fn check(&self, password: &str) -> Option<Answer> {
        let minimum = self.minimum_length.max(8);
        let length = password.chars().count();
        let has = |test: fn(&char) -> bool| password.chars().any(|c| test(&c));
        let longest_run = longest_run(password);
        let too_long_a_run = match self.consecutive {
            0 => longest_run == length,
            n => longest_run >= n,
        };
        let first = password.chars().next();
        let refusal = |code, message: &str| Some(Answer::error(400, code, message));
        if length < minimum {
            refusal(1124, &format!("Have at least {minimum} characters"))
        } else if length > 31 {
            Some(Answer::invalid("password"))
        } else if password.chars().all(|c| Some(c) == first) {
            refusal(1130, "Password can't use the same character.")
        } else if too_long_a_run {
            refusal(1131, "Password can't use continuation character.Such as 'abcdef','123456'.")
        } else if !has(|c| c.is_alphabetic()) {
            refusal(1125, "Have at least 1 letter (a, b, c\u{2026})")
        } else if !has(|c| c.is_numeric()) {
            refusal(1126, "Have at least 1 number (1, 2, 3\u{2026})")
        } else if !has(|c| c.is_lowercase()) || !has(|c| c.is_uppercase()) {
            refusal(1128, "Include both Upper case and Lower case characters")
        } else if self.special_character && !has(|c| c.is_ascii_punctuation()) {
            refusal(1127, "Have at least 1 special character (!, @, #\u{2026})")
        } else if self.weak_detection && is_weak(password) {
            refusal(1136, "Your password is too easy to guess. Try another one.")
        } else {
            None
        }
    }
}

/// Returns the length of the longest run of consecutive letters or digits, such as `abc`.
fn longest_run(password: &str) -> usize {
    let (mut longest, mut run, mut last) = (0, 0, None);
    for c in password.chars() {
        let follows = last.is_some_and(|last: char| {
            last.is_ascii_alphanumeric() && c.is_ascii_alphanumeric() && last as u32 + 1 == c as u32
        });
        run = if follows { run + 1 } else { 1 };
        longest = longest.max(run);
        last = Some(c);
    }
    longest
}

/// Whether the letters form a word of a very small dictionary.
fn is_weak(password: &str) -> bool {
    let word: String = password.chars().filter(|c| c.is_alphabetic()).collect();
    ["dolor", "password", "welcome"].contains(&word.to_lowercase().as_str())
}

/// The rules for password changes.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    pub(super) policy: Option<Policy>,
    pub(super) changes_a_day: usize,
    pub(super) history: usize,
}

pub(super) struct User {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) kind: UserKind,
    /// All passwords so far; the last one is the current one.
    passwords: Vec<String>,
    changed: Vec<SystemTime>,
    /// The last day on which meetings were created, and their number.
    meetings: (u64, usize),
}

impl User {
    pub(super) fn new(id: String, email: &str, kind: UserKind, password: &str) -> User {
        let (email, passwords) = (email.to_owned(), vec![password.to_owned()]);
        User { id, email, kind, passwords, changed: Vec::new(), meetings: (0, 0) }
    }

    pub(super) fn password(&self) -> &str {
        self.passwords.last().unwrap()
    }

    /// Counts a meeting unless there are `max` on this day (UTC) already. Returns whether it was counted.
    pub(super) fn count_meeting(&mut self, max: usize, now: SystemTime) -> bool {
        let today = day_of(now);
        let made = if self.meetings.0 == today { self.meetings.1 } else { 0 };
        let allowed = made < max;
        self.meetings = (today, made + usize::from(allowed));
        allowed
    }

    pub(super) fn as_json(&self) -> serde_json::Value {
        let (name, _) = self.email.split_once('@').unwrap_or((&self.email, ""));
        json!({
            "id": self.id, "email": self.email, "first_name": name, "last_name": "Lorem",
            "display_name": format!("{name} Lorem"), "type": 2, "status": "active",
            "created_at": "2024-05-06T07:08:09Z",
        })
    }

    /// Sets a new password, with a refusal as the error.
    pub(super) fn set_password(
        &mut self,
        password: &str,
        rules: Rules,
        now: SystemTime,
    ) -> Result<(), Answer> {
        let refusal = |code, message: &str| Err(Answer::error(400, code, message));
        let today = |changed: &&SystemTime| **changed + DAY > now;
        let changed_today = self.changed.iter().filter(today).count();
        match self.kind {
            UserKind::Admin => return refusal(1117, "Can not update Admin's password"),
            UserKind::OtherLogin => {
                return refusal(1123, "Can only update password of Zoom work email account");
            }
            UserKind::ChangedTooOften => return refusal(300, TOO_OFTEN),
            _ if changed_today >= rules.changes_a_day => return refusal(300, TOO_OFTEN),
            _ if password == self.password() => return refusal(300, SAME_AS_OLD),
            _ => {}
        }
        if let Some(refusal) = rules.policy.and_then(|policy| policy.check(password)) {
            return Err(refusal);
        }
        if self.passwords.iter().rev().take(rules.history).any(|old| old == password) {
            let n = rules.history;
            let message = format!("Users cannot reuse any of the last {n} passwords created.");
            return refusal(1129, &message);
        }
        self.passwords.push(password.to_owned());
        self.changed.push(now);
        Ok(())
    }
}
