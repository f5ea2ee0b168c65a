//! The journal of a rotation: what was sent and what came of it, on disk before and after each call.
//!
//! Lines are only ever appended; [`lines`] has their format. A user's line "sending" is on disk
//! before the request leaves, so after a crash a user without one was not touched, and a user with one
//! and no outcome after it is unknown. Passwords are not in it.

mod lines;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

pub(crate) use self::lines::UserState;
use self::lines::{HEAD, read, record, resumed};
use crate::text::file::{folder_of, replaceable};
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::pace::dates::iso;

/// A journal that this process alone writes.
pub(crate) struct Journal {
    path: PathBuf,
    /// What failed, once a write has: after half a line, another would not be one.
    file: Mutex<Result<File>>,
    /// The number of the last line written.
    written: AtomicU64,
    /// The same file, and the number of the last line that is on disk: flushing it need not keep others from
    /// writing, and one flush does for all that was written before.
    synced: Mutex<(File, u64)>,
}

impl Journal {
    /// Opens or creates a journal, and says what it has of each user.
    pub(crate) fn open(
        path: &Path,
        now: SystemTime,
    ) -> Result<(Journal, HashMap<String, UserState>)> {
        let failed = |err| failed(path, "open", err);
        replaceable(path).map_err(|err| {
            Error::new(ErrorKind::Journal, format!("the journal: {}", err.message()))
        })?;
        let mut file =
            OpenOptions::new().read(true).append(true).create(true).open(path).map_err(failed)?;
        match fs4::FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(fs4::TryLockError::WouldBlock) => {
                let why = "another process is using it; two would change passwords twice";
                return Err(Error::new(ErrorKind::Journal, format!("the journal {path:?}: {why}")));
            }
            Err(fs4::TryLockError::Error(err)) => return Err(failed(err)),
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(failed)?;
        let content = read(path, &text)?;
        let mut start = String::new();
        if !text.is_empty() && !text.ends_with(b"\n") {
            // The process was killed in the middle of a line, the disk was full, or an editor did it.
            start.push('\n');
        }
        let mut last = content.last_number;
        if content.has_head {
            last += 1;
            start +=
                &resumed(last, &iso(now), content.is_torn).map_err(|err| failed(err.into()))?;
        } else {
            start = start + HEAD + "\n";
        }
        file.write_all(start.as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        sync_folder_of(path).map_err(failed)?;
        let synced = Mutex::new((file.try_clone().map_err(failed)?, last));
        let (path, file) = (path.to_owned(), Mutex::new(Ok(file)));
        let journal = Journal { path, file, written: AtomicU64::new(last), synced };
        Ok((journal, content.known))
    }

    /// Appends a line; it is on disk when this returns.
    pub(crate) fn record(
        &self,
        user: &str,
        state: UserState,
        why: Option<&str>,
        now: SystemTime,
    ) -> Result<()> {
        let failed = |err| failed(&self.path, "write", err);
        let number = {
            let mut file = self.file();
            let open = file.as_mut().map_err(|err| err.clone())?;
            let number = self.written.load(Ordering::SeqCst) + 1;
            let line = record(number, &iso(now), user, state, why);
            let line = line.map_err(|err| failed(err.into()))?;
            if let Err(err) = open.write_all(line.as_bytes()) {
                let err = failed(err);
                *file = Err(err.clone());
                return Err(err);
            }
            self.written.store(number, Ordering::SeqCst);
            number
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
