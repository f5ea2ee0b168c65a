//! The outcomes of a rotation.

use std::fmt;

use crate::zoom::error::Error;
#[cfg(doc)]
use crate::zoom::passwords::rotation::PasswordOptions;

/// The progress of a run: the argument of [`PasswordOptions::on_progress`].
#[derive(Debug)]
#[non_exhaustive]
pub struct RotationProgress<'p> {
    /// The user whose outcome is now known.
    pub user: &'p str,
    /// The outcome.
    pub outcome: &'p RotationOutcome,
    /// The number of users with an outcome so far.
    pub done: usize,
    /// The number of all users, if the iterator has an exact size.
    pub total: Option<usize>,
}

/// The outcome for one user.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RotationOutcome {
    /// This run changed the password, or found that an earlier attempt had changed it
    /// ([`resolve_unknown`](PasswordOptions::resolve_unknown)).
    Changed,
    /// An earlier run changed it, according to the journal. Nothing was sent.
    AlreadyChanged,
    /// It was certainly not changed, for this reason.
    NotChanged(Error),
    /// It may have been changed. With an error: this run could not determine it. Without: an earlier run
    /// could not, or was killed first. Nothing is sent again without
    /// [`resolve_unknown`](PasswordOptions::resolve_unknown).
    Unknown(Option<Error>),
    /// The run stopped before this user's turn.
    NotTried,
}

impl fmt::Display for RotationOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RotationOutcome::Changed => f.write_str("changed"),
            RotationOutcome::AlreadyChanged => f.write_str("changed by an earlier run"),
            RotationOutcome::NotChanged(err) => write!(f, "not changed: {err}"),
            RotationOutcome::Unknown(Some(err)) => write!(f, "unknown: {err}"),
            RotationOutcome::Unknown(None) => f.write_str("unknown since an earlier run"),
            RotationOutcome::NotTried => f.write_str("not tried"),
        }
    }
}

/// A user and the outcome.
#[derive(Debug, Clone)]
pub struct UserOutcome {
    pub(crate) user: String,
    pub(crate) outcome: RotationOutcome,
}

impl UserOutcome {
    /// Returns the user ID or email address, without surrounding white space.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Returns the outcome.
    pub fn outcome(&self) -> &RotationOutcome {
        &self.outcome
    }
}

/// The outcomes of a run. `Display` is a summary of a few lines.
#[derive(Debug, Clone, Default)]
#[must_use = "the report names the users whose passwords were not changed"]
pub struct RotationReport {
    pub(crate) outcomes: Vec<UserOutcome>,
    pub(crate) stopped: Option<Error>,
}

impl RotationReport {
    /// Returns each user with the outcome, in the order of the entries.
    pub fn outcomes(&self) -> &[UserOutcome] {
        &self.outcomes
    }

    /// Returns the error that stopped the run, if any: no token, a missing scope, the daily limit, the
    /// journal, or ten calls in a row without an answer from Zoom, without permission or over a rate limit.
    /// The error of a daily limit says when to continue.
    pub fn stopped(&self) -> Option<&Error> {
        self.stopped.as_ref()
    }

    /// Whether the passwords of all users are changed, by this run or an earlier one.
    pub fn is_complete(&self) -> bool {
        self.stopped.is_none() && self.changed() + self.already_changed() == self.outcomes.len()
    }

    /// Returns the number of users that this run changed.
    pub fn changed(&self) -> usize {
        self.count(|outcome| matches!(outcome, RotationOutcome::Changed))
    }

    /// Returns the number of users that an earlier run had changed.
    pub fn already_changed(&self) -> usize {
        self.count(|outcome| matches!(outcome, RotationOutcome::AlreadyChanged))
    }

    /// Returns the number of users that were certainly not changed.
    pub fn not_changed(&self) -> usize {
        self.count(|outcome| matches!(outcome, RotationOutcome::NotChanged(_)))
    }

    /// Returns the number of users that may have been changed.
    pub fn unknown(&self) -> usize {
        self.count(|outcome| matches!(outcome, RotationOutcome::Unknown(_)))
    }

    /// Returns the number of users that were not tried.
    pub fn not_tried(&self) -> usize {
        self.count(|outcome| matches!(outcome, RotationOutcome::NotTried))
    }

    fn count(&self, matches: impl Fn(&RotationOutcome) -> bool) -> usize {
        self.outcomes.iter().filter(|entry| matches(&entry.outcome)).count()
    }
}

impl fmt::Display for RotationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, count) in [
            ("changed", self.changed()),
            ("changed by an earlier run", self.already_changed()),
            ("not changed", self.not_changed()),
            ("unknown", self.unknown()),
            ("not tried", self.not_tried()),
        ] {
            writeln!(f, "{what:<26}{count:>7}")?;
        }
        write!(f, "{:<26}{:>7}", "users", self.outcomes.len())?;
        match &self.stopped {
            Some(err) => write!(f, "\nstopped: {err}"),
            None => Ok(()),
        }
    }
}
