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
use crate::text::file::{
    WriteTarget, follow_links, quoted, sync, sync_data, sync_folder_of, target_at,
};
use crate::text::lock;
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::pace::dates::iso;

/// A journal that this process alone writes.
pub(crate) struct Journal {
    path: PathBuf,
    _lock: File,
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
        match target_at(path) {
            Ok(WriteTarget::New | WriteTarget::File(_)) => {}
            Ok(WriteTarget::Device) => {
                let why = "is a device, which keeps nothing; name a file";
                let message = format!("the journal {} {why}", quoted(path));
                return Err(Error::new(ErrorKind::Journal, message));
            }
            Err(err) => {
                let message = format!("the journal: {}", err.message());
                return Err(Error::new(ErrorKind::Journal, message));
            }
        }
        let mut file =
            OpenOptions::new().read(true).append(true).create(true).open(path).map_err(failed)?;
        let lock = locked(path, &file)?;
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
        sync(&file).map_err(failed)?;
        sync_folder_of(path).map_err(failed)?;
        let synced = Mutex::new((file.try_clone().map_err(failed)?, last));
        let (path, file) = (path.to_owned(), Mutex::new(Ok(file)));
        let written = AtomicU64::new(last);
        let journal = Journal { path, _lock: lock, file, written, synced };
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
            if let Err(err) = sync_data(&synced.0) {
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
    let message = format!("cannot {what} the journal {}: {err}", quoted(path));
    Error::new(ErrorKind::Journal, message).with_source(err)
}

/// Keeps other processes from using the journal until the file that this gives is closed.
///
/// What is locked is a file beside it, as on Windows nobody, not even its owner, could read a locked journal.
fn locked(path: &Path, journal: &File) -> Result<File> {
    // A journal has one lock, also if a link leads to it.
    let mut beside = follow_links(path).map_err(|err| failed(path, "open", err))?.into_os_string();
    beside.push(".lock");
    let failed = |err: std::io::Error| {
        let (journal, beside) = (quoted(path), quoted(&beside));
        let message = format!("cannot lock the journal {journal} by {beside}: {err}");
        Error::new(ErrorKind::Journal, message).with_source(err)
    };
    let lock = lock::open(Path::new(&beside), path).map_err(failed)?;
    // On Unix a lock keeps nobody from reading. That of the journal itself holds if its file has two names, or
    // if somebody removes the one beside it.
    for file in [Some(&lock), cfg!(unix).then_some(journal)].into_iter().flatten() {
        if !lock::try_lock(file).map_err(failed)? {
            let why = "another process is using it; two would change passwords twice";
            let message = format!("the journal {}: {why}", quoted(path));
            return Err(Error::new(ErrorKind::Journal, message));
        }
    }
    Ok(lock)
}
