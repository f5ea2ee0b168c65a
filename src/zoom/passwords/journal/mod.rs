//! The journal of a rotation: a record on disk before and after each call.
//!
//! Lines are only appended; [`lines`] has their format. A user's line "sending" is on disk before the request
//! is sent. So after a crash nothing was sent for a user without one, and the outcome is unknown for a user with
//! one and no outcome after it. The journal contains no passwords.

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
use self::lines::{HEAD, read, record, resumed_line};
use crate::text::file::{
    WriteTarget, follow_links, quoted, sync, sync_data, sync_folder_of, target_at,
};
use crate::text::lock;
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::pace::dates::iso;

/// A journal that only this process writes.
pub(crate) struct Journal {
    path: PathBuf,
    _lock: File,
    /// The error of a failed write. After it nothing is written, since a line may be incomplete.
    file: Mutex<Result<File>>,
    /// The number of the last line written.
    written: AtomicU64,
    /// The same file, and the number of the last line that is on disk. A flush does not block other writes, and
    /// one flush covers all earlier lines.
    synced: Mutex<(File, u64)>,
}

impl Journal {
    /// Opens or creates a journal, and returns the last state of each user.
    pub(crate) fn open(
        path: &Path,
        now: SystemTime,
    ) -> Result<(Journal, HashMap<String, UserState>)> {
        let failed = |err| io_error(path, "open", err);
        match target_at(path) {
            Ok(WriteTarget::New | WriteTarget::File(_)) => {}
            Ok(WriteTarget::Device) => {
                let why = "is a device, which stores nothing; name a file";
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
        let lock = lock_journal(path, &file)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(failed)?;
        let content = read(path, &text)?;
        let mut start = String::new();
        if !text.is_empty() && !text.ends_with(b"\n") {
            // The process was killed within a line, the disk was full, or an editor removed the LF.
            start.push('\n');
        }
        let mut last = content.last_number;
        if content.has_head {
            last += 1;
            start += &resumed_line(last, &iso(now), content.is_torn)
                .map_err(|err| failed(err.into()))?;
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
        let failed = |err| io_error(&self.path, "write", err);
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
            // A flush has failed, perhaps for this line. The system reports that only once.
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

fn io_error(path: &Path, what: &str, err: std::io::Error) -> Error {
    let message = format!("cannot {what} the journal {}: {err}", quoted(path));
    Error::new(ErrorKind::Journal, message).with_source(err)
}

/// Locks the journal against other processes until the returned file is closed.
///
/// The lock is on a separate file, since on Windows even the owner could not read a locked journal.
fn lock_journal(path: &Path, journal: &File) -> Result<File> {
    // A journal has one lock, even through a symbolic link.
    let mut lock_path =
        follow_links(path).map_err(|err| io_error(path, "open", err))?.into_os_string();
    lock_path.push(".lock");
    let failed = |err: std::io::Error| {
        let (journal, lock_path) = (quoted(path), quoted(&lock_path));
        let message = format!("cannot lock the journal {journal} by {lock_path}: {err}");
        Error::new(ErrorKind::Journal, message).with_source(err)
    };
    let lock = lock::open(Path::new(&lock_path), path).map_err(failed)?;
    // On Unix a lock does not prevent reading. The lock on the journal itself works even if the file has two
    // names, or if someone removes the lock file.
    for file in [Some(&lock), cfg!(unix).then_some(journal)].into_iter().flatten() {
        if !lock::try_lock(file).map_err(failed)? {
            let why = "another process is using it, and two would change passwords twice";
            let message = format!("the journal {}: {why}", quoted(path));
            return Err(Error::new(ErrorKind::Journal, message));
        }
    }
    Ok(lock)
}
