//! The journal of a rotation: what was sent and what came of it, on disk before and after each call.
//!
//! One JSON object a line, only ever appended. A user's line "sending" is on disk before the request
//! leaves, so after a crash a user without one was not touched, and a user with one and no outcome
//! after it is unknown. Passwords are not in it.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::error::{Error, Result};
use super::kind::ErrorKind;
use super::limits::iso;
use crate::file::{folder_of, replaceable};

/// The first line.
const HEAD: &str = r#"{"journal":"zoomkat password rotation","version":1}"#;

/// What the journal says of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// The request may have left.
    Sending,
    Changed,
    NotChanged,
    Unknown,
}

#[derive(Serialize, Deserialize)]
struct Line<'l> {
    at: std::borrow::Cow<'l, str>,
    user: std::borrow::Cow<'l, str>,
    state: State,
    /// Why not, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<std::borrow::Cow<'l, str>>,
}

/// The line that each run after the first begins with.
#[derive(Serialize, Deserialize)]
struct Resumed<'l> {
    resumed: std::borrow::Cow<'l, str>,
}

/// A journal that this process alone writes.
pub(crate) struct Journal {
    path: PathBuf,
    /// What failed, once a write has: after half a line, another would not be one.
    file: Mutex<Result<File>>,
    /// Lines written.
    written: AtomicU64,
    /// The same file, and how many of its lines are on disk: flushing it need not keep others from
    /// writing, and one flush does for all that was written before.
    synced: Mutex<(File, u64)>,
}

impl Journal {
    /// Opens or creates a journal, and says what it has of each user.
    pub(crate) fn open(path: &Path, now: SystemTime) -> Result<(Journal, HashMap<String, State>)> {
        let failed = |err| failed(path, "open", err);
        replaceable(path).map_err(|err| {
            Error::new(ErrorKind::Journal, format!("the journal: {}", err.message()))
        })?;
        let mut file =
            OpenOptions::new().read(true).append(true).create(true).open(path).map_err(failed)?;
        match fs4::FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(fs4::TryLockError::WouldBlock) => {
                let why = "another process is at it; two would change passwords twice";
                return Err(Error::new(ErrorKind::Journal, format!("the journal {path:?}: {why}")));
            }
            Err(fs4::TryLockError::Error(err)) => return Err(failed(err)),
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(failed)?;
        let known = read(path, &text)?;
        let mut start = String::new();
        if !text.is_empty() && !text.ends_with(b"\n") {
            // The process was killed in the middle of a line, or the disk was full.
            start.push('\n');
        }
        if text.starts_with(HEAD.as_bytes()) {
            let line = Resumed { resumed: iso(now).into() };
            start.push_str(&serde_json::to_string(&line).unwrap_or_default());
        } else {
            start.push_str(HEAD);
        }
        start.push('\n');
        file.write_all(start.as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        sync_folder_of(path).map_err(failed)?;
        let synced = Mutex::new((file.try_clone().map_err(failed)?, 0));
        let (path, file) = (path.to_owned(), Mutex::new(Ok(file)));
        Ok((Journal { path, file, written: AtomicU64::new(0), synced }, known))
    }

    /// Appends a line; it is on disk when this returns.
    pub(crate) fn record(
        &self,
        user: &str,
        state: State,
        why: Option<&str>,
        now: SystemTime,
    ) -> Result<()> {
        let line = Line { at: iso(now).into(), user: user.into(), state, why: why.map(Into::into) };
        let failed = |err| failed(&self.path, "write", err);
        let mut line = serde_json::to_string(&line).map_err(|err| failed(err.into()))?;
        line.push('\n');
        let number = {
            let mut file = self.file();
            let open = file.as_mut().map_err(|err| err.clone())?;
            if let Err(err) = open.write_all(line.as_bytes()) {
                let err = failed(err);
                *file = Err(err.clone());
                return Err(err);
            }
            self.written.fetch_add(1, Ordering::SeqCst) + 1
        };
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(err) = &*self.file() {
            // A flush has failed, perhaps of this very line: the system tells of it once only.
            return Err(err.clone());
        }
        if synced.1 < number {
            let written = self.written.load(Ordering::SeqCst);
            if let Err(err) = synced.0.sync_data() {
                let err = failed(err);
                *self.file() = Err(err.clone());
                return Err(err);
            }
            synced.1 = written;
        }
        Ok(())
    }

    fn file(&self) -> MutexGuard<'_, Result<File>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(path: &Path, what: &str, err: std::io::Error) -> Error {
    let message = format!("cannot {what} the journal {path:?}: {err}");
    Error::new(ErrorKind::Journal, message).with_source(err)
}

/// A file that was just created is on disk only once its folder is.
fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(folder_of(path))?.sync_all()?;
    }
    Ok(())
}

/// A line that cannot be read is what a killed process left, if the next one that can be read begins
/// a new run, or if there is none: nothing was sent for it, since that waits for the whole line.
/// Anywhere else the file was tampered with, and nobody can tell who was changed.
fn read(path: &Path, text: &[u8]) -> Result<HashMap<String, State>> {
    let refuse = |number: usize, why: &str| {
        let message = format!("the journal {path:?}, line {number}: {why}");
        Err(Error::new(ErrorKind::Journal, message))
    };
    let mut known = HashMap::new();
    let mut torn = None;
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let number = index + 1;
        if line.is_empty() || line == HEAD.as_bytes() {
            torn = None;
        } else if known.is_empty() && torn.is_none() && HEAD.as_bytes().starts_with(line) {
            torn = Some(number);
        } else if index == 0 {
            return refuse(1, "this is no journal of a rotation; name another file");
        } else if let Ok(line) = serde_json::from_slice::<Line>(line) {
            if let Some(number) = torn {
                return refuse(number, "it cannot be read, and it is not the end of a run");
            }
            known.insert(line.user.into_owned(), line.state);
        } else if serde_json::from_slice::<Resumed>(line).is_ok() {
            torn = None;
        } else {
            torn = torn.or(Some(number));
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(text: &str) -> Result<Vec<(String, State)>> {
        let mut known: Vec<_> = read(Path::new("j"), text.as_bytes())?.into_iter().collect();
        known.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(known)
    }

    fn line(user: &str, state: &str) -> String {
        format!(r#"{{"at":"2026-01-02T03:04:05Z","user":"{user}","state":"{state}"}}"#)
    }

    #[test]
    fn the_last_line_of_a_user_counts() {
        let text = [
            HEAD,
            &line("a", "sending"),
            &line("b", "sending"),
            &line("a", "changed"),
            &line("c", "sending"),
            &line("c", "not_changed"),
            r#"{"resumed":"2026-01-02T03:04:05Z"}"#,
            "",
        ];
        assert_eq!(
            states(&text.join("\n")).unwrap(),
            [
                ("a".to_owned(), State::Changed),
                ("b".to_owned(), State::Sending),
                ("c".to_owned(), State::NotChanged)
            ]
        );
    }

    #[test]
    fn a_line_that_was_cut_by_a_kill_is_no_line() {
        let whole = line("a", "sending");
        for cut in 1..whole.len() {
            let text = format!("{HEAD}\n{}", &whole[..cut]);
            assert_eq!(states(&text).unwrap(), [], "{text}");
            let again = format!("{text}\n{{\"resumed\":\"x\"}}\n{}\n", line("b", "changed"));
            assert_eq!(states(&again).unwrap(), [("b".to_owned(), State::Changed)], "{again}");
            let thrice = format!("{text}\n{{\"resu\n{{\"resumed\":\"x\"}}\n");
            assert_eq!(states(&thrice).unwrap(), [], "{thrice}");
        }
        for cut in 0..HEAD.len() {
            assert_eq!(states(&HEAD[..cut]).unwrap(), [], "{cut}");
            let again = format!("{}\n{HEAD}\n{}\n", &HEAD[..cut], line("b", "changed"));
            assert_eq!(states(&again).unwrap(), [("b".to_owned(), State::Changed)], "{cut}");
        }
    }

    #[test]
    fn what_is_no_journal_or_was_changed_is_refused() {
        for text in [
            "user,password\n".to_owned(),
            format!("{}\n", line("a", "changed")),
            format!("{HEAD}\nxx\n{}\n", line("a", "changed")),
            format!("{HEAD}\n{}\nxx\n{}\n", line("a", "sending"), line("a", "changed")),
        ] {
            let err = states(&text).unwrap_err();
            assert_eq!(err.kind(), ErrorKind::Journal, "{text}");
            assert!(err.to_string().contains("line "), "{err}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_line_that_may_not_be_on_disk_is_an_error_and_so_are_all_that_follow() {
        use std::os::fd::OwnedFd;

        let file = tempfile::tempfile().unwrap();
        // A pipe has no disk: to flush it fails.
        let (_reader, writer) = std::io::pipe().unwrap();
        let journal = Journal {
            path: PathBuf::from("j"),
            file: Mutex::new(Ok(file)),
            written: AtomicU64::new(0),
            synced: Mutex::new((File::from(OwnedFd::from(writer)), 0)),
        };
        let record = || journal.record("a", State::Sending, None, SystemTime::now());
        let err = record().unwrap_err();
        assert!(err.to_string().contains("cannot write"), "{err}");
        assert_eq!(record().unwrap_err().to_string(), err.to_string(), "the reason stays known");
    }
}
