//! The rotation of many passwords.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::zoom::client::Zoom;
use crate::zoom::error::Error;
use crate::zoom::kind::ErrorKind;
use crate::zoom::passwords::change::PasswordRejected;
use crate::zoom::passwords::journal::{Journal, UserState};
use crate::zoom::passwords::report::{
    RotationOutcome, RotationProgress, RotationReport, UserOutcome,
};
use crate::zoom::secret::Secret;

/// The options of [`Zoom::update_passwords`].
///
/// ```
/// use zoomkat::zoom::PasswordOptions;
///
/// PasswordOptions::new()
///     .threads(4)
///     .journal("rotation.journal")
///     .on_progress(|progress| eprintln!("{} {}", progress.done, progress.user));
/// ```
#[must_use = "options do nothing unless passed to `update_passwords`"]
#[derive(Clone, Default)]
pub struct PasswordOptions {
    threads: Option<usize>,
    journal: Option<PathBuf>,
    resolve_unknown: bool,
    #[allow(clippy::type_complexity)]
    on_progress: Option<Arc<dyn Fn(&RotationProgress<'_>) + Send + Sync>>,
}

impl PasswordOptions {
    /// Returns the defaults: as many threads as the plan's rate needs, no journal, no callback.
    pub fn new() -> PasswordOptions {
        PasswordOptions::default()
    }

    /// Sets the number of concurrent calls. The plan limits the rate in any case, and a user may wait up to an
    /// hour for its turn, independently of [`max_wait`](crate::zoom::ZoomBuilder::max_wait). More threads
    /// compensate for slower answers. Default: enough for answers that take 0.4 s, and at least 2. At most
    /// 256.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads.clamp(1, MAX_THREADS));
        self
    }

    /// Writes a journal to this file, or continues an existing one. Default: no journal.
    ///
    /// One line is on disk before a user's request is sent, and another after its outcome is known. A run can
    /// be killed at any time. Started again with the same journal, it changes no password twice and skips no
    /// user: a changed user is [`AlreadyChanged`](RotationOutcome::AlreadyChanged), one whose request was in
    /// transit is [`Unknown`](RotationOutcome::Unknown), and all others are tried, including those whom Zoom
    /// refused before.
    ///
    /// A journal belongs to one rotation, from its first run until [`RotationReport::is_complete`] is true.
    /// Keep it until then: without it the next run sends to all users again. Use a new file for the next
    /// rotation; in the old one all users count as changed.
    ///
    /// The file is UTF-8 text with a line of JSON for each step. It contains users and outcomes, never a
    /// password. An editor may save it with a byte order mark, with CRLF and with blank lines. Each line has a
    /// checksum and a number. A line that was damaged, removed, copied or moved is an error
    /// ([`ErrorKind::Journal`]) that stops the run before it sends anything and leaves the file unchanged. The
    /// same error is returned for a file that is not a journal, that has an unknown version (versions 1 and 2
    /// are known), or that another process is using. A line at the end that a kill or a power cut left
    /// incomplete is ignored, since nothing was sent for it. Lines removed from the end cannot be detected:
    /// the run sends to their users again.
    ///
    /// A lock excludes other processes. It is on a file next to the journal, with `.lock` appended to the
    /// name, and on Unix also on the journal itself. The journal can be read at any time. The locks end with
    /// the process, however it ends. The lock file remains; you can remove it when no rotation is running. On
    /// Windows a file with two names (hard links) is two journals: always use the same name.
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.journal = Some(path.into());
        self
    }

    /// Sets whether to send again for users whose outcome is unknown according to the journal. Default false:
    /// the report lists them, and nothing is sent.
    ///
    /// The journal must be the same, and each password must be the one sent before. If Zoom then says that the
    /// password equals the old one, the earlier change had succeeded, and the user counts as changed.
    /// Otherwise the password is changed now. Zoom counts this change, too.
    pub fn resolve_unknown(mut self, resolve: bool) -> Self {
        self.resolve_unknown = resolve;
        self
    }

    /// Sets a callback that is called once for each user when the outcome is known. Calls come from any of the
    /// threads, one at a time. A panic in the callback ends the run with a panic; the journal has the changes
    /// made so far.
    pub fn on_progress(
        mut self,
        callback: impl Fn(&RotationProgress<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.on_progress = Some(Arc::new(callback));
        self
    }
}

impl fmt::Debug for PasswordOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordOptions")
            .field("threads", &self.threads)
            .field("journal", &self.journal)
            .field("resolve_unknown", &self.resolve_unknown)
            .finish_non_exhaustive()
    }
}

/// No plan's rate needs more threads than this.
const MAX_THREADS: usize = 256;

/// The number of calls in a row without an answer, without permission or over a rate limit after which the run
/// stops, since the next call would probably fail, too.
const MAX_FAILURES_IN_A_ROW: usize = 10;

/// The longest wait of one user's call for its turn, independent of `max_wait`: with many threads on a small
/// plan a long queue is normal.
const MAX_QUEUE_WAIT: Duration = Duration::from_secs(3600);

struct Job {
    index: usize,
    user: String,
    password: Secret,
    /// Whether it was sent before and its outcome is unknown.
    is_resend: bool,
}

impl Job {
    /// Returns the outcome if this run sends nothing for the user.
    fn outcome_if_not_sent(&self) -> RotationOutcome {
        if self.is_resend { RotationOutcome::Unknown(None) } else { RotationOutcome::NotTried }
    }
}

/// The state that the threads of a run share.
struct Run<'r> {
    zoom: &'r Zoom,
    journal: Option<&'r Journal>,
    on_progress: Option<&'r (dyn Fn(&RotationProgress<'_>) + Send + Sync)>,
    total: Option<usize>,
    results: Mutex<Results>,
    /// Locked while the callback runs.
    callback_lock: Mutex<()>,
}

#[derive(Default)]
struct Results {
    outcomes: Vec<(usize, UserOutcome)>,
    stopped: Option<Error>,
    /// The number of calls in a row that failed in a way that the next may share.
    failures_in_a_row: usize,
}

impl Zoom {
    /// Sets the passwords of many users, each like [`update_password`](Self::update_password), on several
    /// threads and at the rate that the plan allows.
    ///
    /// `entries` yields users (IDs or email addresses) with their new passwords. The run reads it as it
    /// proceeds, so it may be a file of any length. If a user occurs twice, the first entry counts.
    ///
    /// The run continues if Zoom refuses a user. It stops if all others would fail, too: no token, a missing
    /// scope, the daily limit, a journal that cannot be written, ten calls in a row without an answer, without
    /// permission or over a rate limit. The [`RotationReport`] has the error and lists the users who were not
    /// tried. [`Transport::abort_current`](crate::Transport::abort_current), on a clone of the builder's
    /// transport, ends the current calls and with them the run, but does not wake threads that wait for a
    /// turn. With a [journal](PasswordOptions::journal) a run can be killed at any time and started again.
    ///
    /// ```no_run
    /// # let zoom = zoomkat::zoom::Zoom::builder().access_token("").build()?;
    /// # let (one, two) = ("", "");
    /// use zoomkat::zoom::{PasswordOptions, RotationOutcome};
    ///
    /// let entries = [("a@example.com", one), ("b@example.com", two)];
    /// let options = PasswordOptions::new().journal("rotation.journal");
    /// let report = zoom.update_passwords(entries, options);
    /// for entry in report.outcomes() {
    ///     use RotationOutcome::{AlreadyChanged, Changed};
    ///     if !matches!(entry.outcome(), Changed | AlreadyChanged) {
    ///         println!("{}: {}", entry.user(), entry.outcome());
    ///     }
    /// }
    /// println!("{report}");
    /// # Ok::<(), zoomkat::zoom::Error>(())
    /// ```
    pub fn update_passwords<U, P>(
        &self,
        entries: impl IntoIterator<Item = (U, P)>,
        options: PasswordOptions,
    ) -> RotationReport
    where
        U: Into<String>,
        P: Into<Secret>,
    {
        let entries = entries.into_iter();
        let now = self.inner.clock.system_time();
        let opened = options.journal.as_deref().map(|path| Journal::open(path, now)).transpose();
        let (journal, known, stopped) = match opened {
            Ok(Some((journal, known))) => (Some(journal), known, None),
            Ok(None) => (None, HashMap::new(), None),
            Err(err) => (None, HashMap::new(), Some(err)),
        };
        let threads = options.threads.unwrap_or_else(|| self.inner.pacer.threads());
        let run = Run {
            zoom: self,
            journal: journal.as_ref(),
            on_progress: options.on_progress.as_deref(),
            total: match entries.size_hint() {
                (min, Some(max)) if min == max => Some(min),
                _ => None,
            },
            results: Mutex::new(Results { stopped, ..Results::default() }),
            callback_lock: Mutex::default(),
        };
        // Room for the passwords that are being sent, and some earlier ones.
        let room = self.inner.passwords.reserve(2 * threads);
        thread::scope(|scope| {
            let (jobs, queue) = sync_channel(threads);
            let queue = Arc::new(Mutex::new(queue));
            let spawn = |_: &usize| {
                let (run, queue) = (&run, Arc::clone(&queue));
                thread::Builder::new().spawn_scoped(scope, move || run.work(&queue)).is_ok()
            };
            // The system may provide fewer threads. If it provides none, this thread does the work.
            let workers = (0..threads).take_while(spawn).count();
            // Only the threads hold the receiver, so sending fails if all of them panic.
            drop(queue);
            let mut seen = HashSet::new();
            for (index, (user, password)) in entries.enumerate() {
                let user = user.into().trim().to_owned();
                let key = key(&user);
                let past = known.get(&key).copied();
                let is_first = seen.insert(key);
                match outcome_without_sending(is_first, past, options.resolve_unknown) {
                    Some(outcome) => run.finish(index, user, outcome),
                    None => {
                        let is_resend = has_unknown_outcome(past);
                        let job = Job { index, user, password: password.into(), is_resend };
                        if workers == 0 {
                            run.process(job);
                        } else if jobs.send(job).is_err() {
                            break;
                        }
                    }
                }
            }
        });
        let secrets = self.own_secrets();
        drop(room);
        let results = run.results.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut outcomes = results.outcomes;
        outcomes.sort_by_key(|(index, _)| *index);
        RotationReport {
            outcomes: outcomes.into_iter().map(|(_, entry)| entry).collect(),
            stopped: results.stopped.map(|err| err.masked(&secrets)),
        }
    }
}

/// Whether a request may have been sent for a user and its outcome is unknown.
fn has_unknown_outcome(past: Option<UserState>) -> bool {
    matches!(past, Some(UserState::Sending | UserState::Unknown))
}

/// Returns the outcome of an entry for which nothing is sent; `None` if it must be sent.
fn outcome_without_sending(
    is_first: bool,
    past: Option<UserState>,
    resolve_unknown: bool,
) -> Option<RotationOutcome> {
    if !is_first {
        let why = "this user was given before; the first entry counts";
        return Some(RotationOutcome::NotChanged(Error::invalid("user", why)));
    }
    match past {
        Some(UserState::Changed) => Some(RotationOutcome::AlreadyChanged),
        _ if has_unknown_outcome(past) && !resolve_unknown => Some(RotationOutcome::Unknown(None)),
        _ => None,
    }
}

/// Returns the key for comparing users. Email addresses are case-insensitive; user IDs are not.
fn key(user: &str) -> String {
    if user.contains('@') { user.to_lowercase() } else { user.to_owned() }
}

impl Run<'_> {
    fn work(&self, queue: &Mutex<Receiver<Job>>) {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(job) = next else { return };
            self.process(job);
        }
    }

    fn process(&self, job: Job) {
        let outcome = match self.is_stopped() {
            true => job.outcome_if_not_sent(),
            false => self.change(&job),
        };
        self.finish(job.index, job.user, outcome);
    }

    fn change(&self, job: &Job) -> RotationOutcome {
        let key = key(&job.user);
        let record = |state, why: Option<&str>| match self.journal {
            Some(journal) => journal.record(&key, state, why, self.zoom.inner.clock.system_time()),
            None => Ok(()),
        };
        let mut was_prevented = false;
        // An answer may repeat the password of another current or earlier call.
        self.zoom.inner.passwords.add(&job.password);
        let password = job.password.expose();
        // The line is written just before the request is sent, so a user who still waits for a turn has none.
        let result =
            self.zoom.update_password_with(&job.user, password, Some(MAX_QUEUE_WAIT), &mut || {
                // The run may have stopped while this one waited.
                let stopped = self.results().stopped.clone();
                let recorded = stopped.map_or_else(|| record(UserState::Sending, None), Err);
                was_prevented = recorded.is_err();
                recorded
            });
        if let (true, Err(err)) = (was_prevented, &result) {
            self.stop(err.clone());
            return job.outcome_if_not_sent();
        }
        let (state, outcome) = match result {
            Ok(()) => (UserState::Changed, RotationOutcome::Changed),
            Err(err) if err.is_outcome_unknown() => {
                (UserState::Unknown, RotationOutcome::Unknown(Some(err)))
            }
            Err(err)
                if job.is_resend
                    && err.password_rejected() == Some(PasswordRejected::SameAsOld) =>
            {
                (UserState::Changed, RotationOutcome::Changed)
            }
            // This attempt failed, so the outcome of the previous one is still unknown.
            Err(err) if job.is_resend => (UserState::Unknown, RotationOutcome::Unknown(Some(err))),
            Err(err) => (UserState::NotChanged, RotationOutcome::NotChanged(err)),
        };
        let why = match &outcome {
            RotationOutcome::NotChanged(err) | RotationOutcome::Unknown(Some(err)) => Some(err),
            _ => None,
        };
        let stops = self.stops_run(why);
        let written = record(state, why.map(ToString::to_string).as_deref());
        if let Err(err) = written {
            self.stop(err);
        }
        match (stops, outcome) {
            (true, RotationOutcome::NotChanged(err)) => {
                self.stop(err);
                job.outcome_if_not_sent()
            }
            (true, RotationOutcome::Unknown(Some(err))) => {
                self.stop(err.clone());
                RotationOutcome::Unknown(Some(err))
            }
            (_, outcome) => outcome,
        }
    }

    /// Whether all other users would probably fail in the same way.
    fn stops_run(&self, failure: Option<&Error>) -> bool {
        if failure.is_some_and(Error::is_aborted) {
            return true;
        }
        let is_of_one_user = failure.is_some_and(Error::is_limit_of_one_user);
        let failures_in_a_row = &mut self.results().failures_in_a_row;
        match failure.map(|err| (err.kind(), err.status())) {
            Some((ErrorKind::Token | ErrorKind::TokenExpired | ErrorKind::MissingScope, _)) => true,
            Some((ErrorKind::DailyLimit, _)) if !is_of_one_user => true,
            // One failure may concern this user only. Many in a row concern the network, Zoom or the app.
            Some((
                ErrorKind::Transport
                | ErrorKind::OutcomeUnknown
                | ErrorKind::NotPermitted
                | ErrorKind::RateLimited
                | ErrorKind::DailyLimit,
                _,
            )) => {
                *failures_in_a_row += 1;
                *failures_in_a_row >= MAX_FAILURES_IN_A_ROW
            }
            // A call that did not reach Zoom shows nothing about it.
            Some((_, None)) => false,
            _ => {
                *failures_in_a_row = 0;
                false
            }
        }
    }

    fn results(&self) -> std::sync::MutexGuard<'_, Results> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopped(&self) -> bool {
        self.results().stopped.is_some()
    }

    /// Stops the run, unless it is already stopped.
    fn stop(&self, err: Error) {
        self.results().stopped.get_or_insert(err);
    }

    fn finish(&self, index: usize, user: String, outcome: RotationOutcome) {
        // One callback at a time, while the other threads continue.
        let _guard = self.callback_lock.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(callback) = self.on_progress {
            let done = self.results().outcomes.len() + 1;
            callback(&RotationProgress { user: &user, outcome: &outcome, done, total: self.total });
        }
        self.results().outcomes.push((index, UserOutcome { user, outcome }));
    }
}
