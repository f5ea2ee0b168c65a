//! What became of a rotation: [`RotationReport`], [`RotationOutcome`], [`RotationProgress`].

use std::fmt;

use crate::zoom::error::Error;
#[cfg(doc)]
use crate::zoom::passwords::rotation::PasswordOptions;

/// How far a run is: the argument of [`PasswordOptions::on_progress`].
#[derive(Debug)]
#[non_exhaustive]
pub struct RotationProgress<'p> {
    /// Whose outcome has just become known.
    pub user: &'p str,
    /// That outcome.
    pub outcome: &'p RotationOutcome,
    /// How many users have one by now.
    pub done: usize,
    /// How many there are, where the iterator knows it.
    pub total: Option<usize>,
}

/// What became of one user.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RotationOutcome {
    /// The password was changed by this run, or this run has settled that it was changed before
    /// ([`resolve_unknown`](PasswordOptions::resolve_unknown)).
    Changed,
    /// The journal says that an earlier run changed it. Nothing was sent.
    AlreadyChanged,
    /// It was not changed, for sure, and why.
    NotChanged(Error),
    /// It may have been changed: this run could not tell (with the error), or an earlier run was
    /// killed before it could, or could not tell (without). Nothing is sent again unless
    /// [`resolve_unknown`](PasswordOptions::resolve_unknown) says so.
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
            RotationOutcome::Unknown(None) => f.write_str("unknown: an earlier run could not tell"),
            RotationOutcome::NotTried => f.write_str("not tried"),
        }
    }
}

/// A user of a run and what became of it.
#[derive(Debug, Clone)]
pub struct UserOutcome {
    pub(crate) user: String,
    pub(crate) outcome: RotationOutcome,
}

impl UserOutcome {
    /// The user ID or email address, as it was given.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// What became of the user.
    pub fn outcome(&self) -> &RotationOutcome {
        &self.outcome
    }
}

/// What became of all users of a run. `Display` is a summary in a few lines.
#[derive(Debug, Clone, Default)]
#[must_use = "it says whose password was not changed"]
pub struct RotationReport {
    pub(crate) outcomes: Vec<UserOutcome>,
    pub(crate) stopped: Option<Error>,
}

impl RotationReport {
    /// Each user with its outcome, in the order given.
    pub fn outcomes(&self) -> &[UserOutcome] {
        &self.outcomes
    }

    /// What ended the run before its time, if anything did: no token, a scope that is missing, the
    /// day's limit, the journal, or ten calls in a row that had no answer of Zoom's, were not
    /// permitted or too many. The error of a daily limit says when to go on.
    pub fn stopped(&self) -> Option<&Error> {
        self.stopped.as_ref()
    }

    /// Whether every user has been changed, by this run or one before.
    pub fn is_complete(&self) -> bool {
        self.stopped.is_none() && self.changed() + self.already_changed() == self.outcomes.len()
    }

    /// How many this run changed.
    pub fn changed(&self) -> usize {
        self.count(|outcome| matches!(outcome, RotationOutcome::Changed))
    }

    /// How many an earlier run had changed.
    pub fn already_changed(&self) -> usize {
        self.count(|outcome| matches!(outcome, RotationOutcome::AlreadyChanged))
    }

    /// How many were not changed for sure.
    pub fn not_changed(&self) -> usize {
        self.count(|outcome| matches!(outcome, RotationOutcome::NotChanged(_)))
    }

    /// How many may have been changed.
    pub fn unknown(&self) -> usize {
        self.count(|outcome| matches!(outcome, RotationOutcome::Unknown(_)))
    }

    /// How many were not tried.
    pub fn not_tried(&self) -> usize {
        self.count(|outcome| matches!(outcome, RotationOutcome::NotTried))
    }

    fn count(&self, wanted: impl Fn(&RotationOutcome) -> bool) -> usize {
        self.outcomes.iter().filter(|entry| wanted(&entry.outcome)).count()
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
