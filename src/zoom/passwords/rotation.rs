//! Changing passwords by the thousand.

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

/// How [`Zoom::update_passwords`] goes about it.
///
/// ```
/// use zoomkat::zoom::PasswordOptions;
///
/// PasswordOptions::new()
///     .threads(4)
///     .journal("rotation.journal")
///     .on_progress(|progress| eprintln!("{} {}", progress.done, progress.user));
/// ```
#[must_use = "options do nothing until update_passwords gets them"]
#[derive(Clone, Default)]
pub struct PasswordOptions {
    threads: Option<usize>,
    journal: Option<PathBuf>,
    resolve_unknown: bool,
    #[allow(clippy::type_complexity)]
    on_progress: Option<Arc<dyn Fn(&RotationProgress<'_>) + Send + Sync>>,
}

impl PasswordOptions {
    /// As many threads as the plan's pace needs, no journal, no callback.
    pub fn new() -> PasswordOptions {
        PasswordOptions::default()
    }

    /// How many calls are under way at a time. The pace is that of the plan in any case, and a user may
    /// wait an hour for its turn, whatever [`max_wait`](crate::zoom::ZoomBuilder::max_wait) is; more threads
    /// make up for slower answers. By default enough for answers that take 0.4 s, and at least 2; at
    /// most 256.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads.clamp(1, MAX_THREADS));
        self
    }

    /// Writes a journal to this file, and continues the one that is there. Default: no journal.
    ///
    /// A line is on disk before a user's request leaves, and another after its outcome is known. A run
    /// that was killed at any moment and is started again with the same journal changes nobody twice
    /// and forgets nobody: a user who was changed is [`AlreadyChanged`](RotationOutcome::AlreadyChanged), one
    /// whose request was under way is [`Unknown`](RotationOutcome::Unknown), and all others are tried,
    /// including those whom Zoom refused the last time.
    ///
    /// One journal belongs to one rotation, from its first run until [`RotationReport::is_complete`] is true.
    /// Keep it until then, whatever happens: without it the next run sends to all users again. The next
    /// rotation has a file of its own; in the old one all its users count as changed.
    ///
    /// The file is text in UTF-8, with a line of JSON for each step. It holds users and outcomes,
    /// never a password. An editor may save it with a byte order mark, with CRLF and with blank lines.
    /// Each line has a check sum and a number. A line that was damaged, removed, copied or moved is an
    /// error ([`ErrorKind::Journal`]) that stops the run before it sends anything and leaves the file
    /// as it is. So is a file that is not a journal, one of an unknown version (versions 1 and 2 are
    /// read), and one that another process is using. Only at the end is a line that a kill or a power
    /// cut left unfinished passed over, since nothing was sent for it. Lines that were removed from the
    /// end cannot be noticed: their users are sent to again.
    ///
    /// Another process finds out by a lock on a file beside the journal, whose name has `.lock` after that of
    /// the journal, and on Unix by one on the journal, too. The journal can be read at any time. The locks go
    /// with the process, however it ends. The file stays; it may be removed when no rotation runs. On Windows a
    /// file with two names (hard links) is two journals: name it one way.
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.journal = Some(path.into());
        self
    }

    /// Sends once more for users whose outcome the journal says is unknown. Default false: they are
    /// listed and left alone.
    ///
    /// The journal must be the same, and the password of each must be the one that was sent before. If
    /// Zoom then says that the password is the old one, the earlier change had gone through, and the
    /// user counts as changed. If it had not gone through, the password is changed now. Zoom counts
    /// this change, too.
    pub fn resolve_unknown(mut self, resolve: bool) -> Self {
        self.resolve_unknown = resolve;
        self
    }

    /// Calls this once for each user, when its outcome is known, one at a time, on one of the threads. A
    /// panic in it is one of the whole run; the journal has what was done.
    pub fn on_progress(
        mut self,
        call: impl Fn(&RotationProgress<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.on_progress = Some(Arc::new(call));
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

/// More threads than this no plan's pace needs.
const MAX_THREADS: usize = 256;

/// After this number of calls in a row that had no answer, were not permitted or were too many, the next
/// would be one more of them.
const IN_A_ROW: usize = 10;

/// The longest that one user's call waits for its turn, whatever `max_wait` is: with many threads on a
/// small plan the queue is long, and that is no failure.
const QUEUE: Duration = Duration::from_secs(3600);

struct Job {
    index: usize,
    user: String,
    password: Secret,
    /// Sent before, outcome unknown.
    again: bool,
}

impl Job {
    /// What becomes of a user for whom this run sends nothing.
    fn untouched(&self) -> RotationOutcome {
        if self.again { RotationOutcome::Unknown(None) } else { RotationOutcome::NotTried }
    }
}

/// What the threads of a run share.
struct Run<'r> {
    zoom: &'r Zoom,
    journal: Option<&'r Journal>,
    on_progress: Option<&'r (dyn Fn(&RotationProgress<'_>) + Send + Sync)>,
    total: Option<usize>,
    results: Mutex<Results>,
    /// Held while a progress event is delivered.
    telling: Mutex<()>,
}

#[derive(Default)]
struct Results {
    outcomes: Vec<(usize, UserOutcome)>,
    stopped: Option<Error>,
    /// Calls in a row that failed as the next may.
    in_a_row: usize,
}

impl Zoom {
    /// Sets the passwords of many users, each as [`update_password`](Self::update_password) does, on
    /// several threads and at the pace that the plan allows.
    ///
    /// `entries` gives users (IDs or email addresses) with their new passwords. It is read as the run
    /// goes on, so it may be a file of any length. Of a user that is given twice, the first counts.
    ///
    /// The run goes on when a user is refused. It stops where all others would fail too: no token, a
    /// missing scope, the daily limit, a journal that cannot be written, ten calls in a row without an
    /// answer or a permission; the [`RotationReport`] says so and lists who was not tried.
    /// [`Transport::abort_current`](crate::Transport::abort_current), of the transport that the
    /// builder was given, ends the calls that are under way and the run with them; it does not wake
    /// who waits for a turn. With a [journal](PasswordOptions::journal) a run can be killed at any
    /// moment and started again.
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
                (least, Some(most)) if least == most => Some(least),
                _ => None,
            },
            results: Mutex::new(Results { stopped, ..Results::default() }),
            telling: Mutex::default(),
        };
        // The passwords under way, and some from before.
        let room = self.inner.passwords.reserve(2 * threads);
        thread::scope(|scope| {
            let (jobs, queue) = sync_channel(threads);
            let queue = Arc::new(Mutex::new(queue));
            let spawn = |_: &usize| {
                let (run, queue) = (&run, Arc::clone(&queue));
                thread::Builder::new().spawn_scoped(scope, move || run.work(&queue)).is_ok()
            };
            // The system may have fewer threads to give, or none: then this one does the work.
            let workers = (0..threads).take_while(spawn).count();
            // Only the threads hold it: should all of them die, sending ends.
            drop(queue);
            let mut seen = HashSet::new();
            for (index, (user, password)) in entries.enumerate() {
                let user = user.into().trim().to_owned();
                let key = key(&user);
                let past = known.get(&key).copied();
                let is_first = seen.insert(key);
                match settled(is_first, past, options.resolve_unknown) {
                    Some(outcome) => run.finish(index, user, outcome),
                    None => {
                        let again = was_sent(past);
                        let job = Job { index, user, password: password.into(), again };
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

/// Whether a request was sent for a user, and its outcome is not known.
fn was_sent(past: Option<UserState>) -> bool {
    matches!(past, Some(UserState::Sending | UserState::Unknown))
}

/// The outcome of an entry for which nothing is sent; `None` for one that is to be sent.
fn settled(
    is_first: bool,
    past: Option<UserState>,
    resolve_unknown: bool,
) -> Option<RotationOutcome> {
    if !is_first {
        let why = "this user was given before, and the first entry counts";
        return Some(RotationOutcome::NotChanged(Error::invalid("user", why)));
    }
    match past {
        Some(UserState::Changed) => Some(RotationOutcome::AlreadyChanged),
        _ if was_sent(past) && !resolve_unknown => Some(RotationOutcome::Unknown(None)),
        _ => None,
    }
}

/// Email addresses are the same in any case; user IDs are not.
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
            true => job.untouched(),
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
        let mut held_back = false;
        // Those that are under way, and some from before: an answer may be that of another call.
        self.zoom.inner.passwords.add(&job.password);
        let password = job.password.expose();
        // Just before it leaves: a user who waits for a turn when the process dies was not touched.
        let result = self.zoom.update_password_with(&job.user, password, Some(QUEUE), &mut || {
            // The run may have stopped while this one waited.
            let stopped = self.results().stopped.clone();
            let recorded = stopped.map_or_else(|| record(UserState::Sending, None), Err);
            held_back = recorded.is_err();
            recorded
        });
        if let (true, Err(err)) = (held_back, &result) {
            self.stop(err.clone());
            return job.untouched();
        }
        let (state, outcome) = match result {
            Ok(()) => (UserState::Changed, RotationOutcome::Changed),
            Err(err) if err.is_unknown() => {
                (UserState::Unknown, RotationOutcome::Unknown(Some(err)))
            }
            Err(err)
                if job.again && err.password_rejected() == Some(PasswordRejected::SameAsOld) =>
            {
                (UserState::Changed, RotationOutcome::Changed)
            }
            // Nothing came of this attempt; what is unknown since the one before stays so.
            Err(err) if job.again => (UserState::Unknown, RotationOutcome::Unknown(Some(err))),
            Err(err) => (UserState::NotChanged, RotationOutcome::NotChanged(err)),
        };
        let why = match &outcome {
            RotationOutcome::NotChanged(err) | RotationOutcome::Unknown(Some(err)) => Some(err),
            _ => None,
        };
        let ends = self.is_last(why);
        let written = record(state, why.map(ToString::to_string).as_deref());
        if let Err(err) = written {
            self.stop(err);
        }
        match (ends, outcome) {
            (true, RotationOutcome::NotChanged(err)) => {
                self.stop(err);
                job.untouched()
            }
            (true, RotationOutcome::Unknown(Some(err))) => {
                self.stop(err.clone());
                RotationOutcome::Unknown(Some(err))
            }
            (_, outcome) => outcome,
        }
    }

    /// Whether this failure is one that all other users would share.
    fn is_last(&self, failure: Option<&Error>) -> bool {
        if failure.is_some_and(Error::is_aborted) {
            return true;
        }
        let is_one_users = failure.is_some_and(Error::is_limit_of_one_user);
        let in_a_row = &mut self.results().in_a_row;
        match failure.map(|err| (err.kind(), err.status())) {
            Some((ErrorKind::Token | ErrorKind::TokenExpired | ErrorKind::MissingScope, _)) => true,
            Some((ErrorKind::DailyLimit, _)) if !is_one_users => true,
            // One may be this user's own; many are the network's, Zoom's or the app's.
            Some((
                ErrorKind::Transport
                | ErrorKind::Unknown
                | ErrorKind::NotPermitted
                | ErrorKind::RateLimited
                | ErrorKind::DailyLimit,
                _,
            )) => {
                *in_a_row += 1;
                *in_a_row >= IN_A_ROW
            }
            // What did not reach Zoom says nothing of it.
            Some((_, None)) => false,
            _ => {
                *in_a_row = 0;
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

    /// The first reason counts.
    fn stop(&self, err: Error) {
        self.results().stopped.get_or_insert(err);
    }

    fn finish(&self, index: usize, user: String, outcome: RotationOutcome) {
        // Told one at a time, while the other threads go on.
        let _turn = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(call) = self.on_progress {
            let done = self.results().outcomes.len() + 1;
            call(&RotationProgress { user: &user, outcome: &outcome, done, total: self.total });
        }
        self.results().outcomes.push((index, UserOutcome { user, outcome }));
    }
}
