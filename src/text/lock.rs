//! Locks between programs.
//!
//! What is locked is a file beside the one that the lock is for: on Windows nobody can read a locked file.
//! The system takes the lock from a program that ends, however it ends; the file stays.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens the file at `path` that is locked for the file at `of`, so that it can be locked on every system.
///
/// On Unix a new one has the mode of `of`, or is for its owner only if there is no `of` yet. Its owner and its
/// group are those of the program that makes it, whatever `of` has: to whom `of` belongs by its group or its
/// owner alone, the lock may not be open. On Windows it cannot be removed while a program has it open.
pub(crate) fn open(path: &Path, of: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // Windows locks no file that is open for appending alone, NFS none that is open for reading alone.
    options.read(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    #[cfg(windows)]
    // For reading and for writing, not for removing: two programs would lock two files of that name.
    std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, 1 | 2);
    let opened = match options.clone().create_new(true).open(path) {
        Err(err) if err.kind() == io::ErrorKind::AlreadyExists => options.create(true).open(path),
        new => {
            if let (true, Ok(new), Ok(of)) = (cfg!(unix), &new, fs::metadata(of)) {
                // Without permissions on this file system, there is nothing to copy.
                let _ = new.set_permissions(of.permissions());
            }
            new
        }
    };
    opened.map_err(advised)
}

/// The error, with what to do if the lock may not be opened.
fn advised(err: io::Error) -> io::Error {
    if err.kind() != io::ErrorKind::PermissionDenied {
        return err;
    }
    let advice = "remove it while no program uses it, or have its owner let you write to it";
    io::Error::new(err.kind(), format!("{err}; {advice}"))
}

/// Locks a file until it is closed. False if another program, or another handle, has it locked.
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    match fs4::FileExt::try_lock(file) {
        Ok(()) => Ok(true),
        Err(fs4::TryLockError::WouldBlock) => Ok(false),
        Err(fs4::TryLockError::Error(err)) => Err(err),
    }
}

/// Whether an error of [`try_lock`] says that this file system has no locks. Any other is a fault.
#[cfg(feature = "cookies")]
pub(crate) fn is_unsupported(err: &io::Error) -> bool {
    #[cfg(unix)]
    // NFS without its lock server says that there are no locks available.
    let codes = [libc::ENOSYS, libc::ENOTSUP, libc::EOPNOTSUPP, libc::ENOLCK];
    #[cfg(not(unix))]
    // An invalid function, not supported.
    let codes = [1, 50];
    err.kind() == io::ErrorKind::Unsupported
        || err.raw_os_error().is_some_and(|code| codes.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    // LockFileEx: "The handle must have been created with either the GENERIC_READ or GENERIC_WRITE access right";
    // `std::fs::File::try_lock`: "On Windows, locking a file will fail if the file is opened only for append."
    #[test]
    fn a_lock_file_is_open_for_reading_and_writing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f.lock");
        for _ in ["new", "there already"] {
            let lock = open(&path, &dir.path().join("f")).unwrap();
            #[cfg(unix)]
            {
                use rustix::fs::OFlags;
                let flags = rustix::fs::fcntl_getfl(&lock).unwrap();
                let access = flags & (OFlags::RWMODE | OFlags::APPEND);
                assert_eq!(access, OFlags::RDWR);
            }
            assert!(try_lock(&lock).unwrap());
            assert!(!try_lock(&open(&path, &path).unwrap()).unwrap());
        }
    }

    #[cfg(unix)]
    #[test]
    fn those_who_may_use_a_file_may_use_its_lock() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let mode = |file: &File| file.metadata().unwrap().permissions().mode() & 0o777;
        let of = dir.path().join("f");
        assert_eq!(mode(&open(&dir.path().join("a"), &of).unwrap()), 0o600);
        fs::write(&of, "").unwrap();
        fs::set_permissions(&of, fs::Permissions::from_mode(0o664)).unwrap();
        assert_eq!(mode(&open(&dir.path().join("b"), &of).unwrap()), 0o664);
        assert_eq!(mode(&open(&dir.path().join("a"), &of).unwrap()), 0o600, "it was there");
    }

    #[test]
    fn who_may_not_open_a_lock_is_told_what_to_do() {
        let denied = advised(io::ErrorKind::PermissionDenied.into());
        assert_eq!(denied.kind(), io::ErrorKind::PermissionDenied);
        assert!(denied.to_string().contains("remove it while no program uses it"), "{denied}");
        let dir = tempfile::tempdir().unwrap();
        let missing = open(&dir.path().join("no/f"), dir.path()).unwrap_err();
        assert!(!missing.to_string().contains("remove it"), "{missing}");
    }

    #[cfg(windows)]
    #[test]
    fn a_lock_that_is_held_cannot_be_removed_and_others_can_still_ask_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f.lock");
        let lock = open(&path, &path).unwrap();
        assert!(try_lock(&lock).unwrap());
        fs::remove_file(&path).unwrap_err();
        fs::rename(&path, dir.path().join("other")).unwrap_err();
        assert!(!try_lock(&open(&path, &path).unwrap()).unwrap());
        drop(lock);
        fs::remove_file(&path).unwrap();
    }

    #[cfg(feature = "cookies")]
    #[test]
    fn only_an_error_that_says_so_means_that_there_are_no_locks() {
        let is = |code| is_unsupported(&io::Error::from_raw_os_error(code));
        #[cfg(unix)]
        assert!([libc::ENOSYS, libc::ENOTSUP, libc::EOPNOTSUPP, libc::ENOLCK].into_iter().all(is));
        #[cfg(windows)]
        assert!([1, 50].into_iter().all(is));
        // Access denied and an invalid handle, here and there.
        assert!(![5, 6, 9, 13].into_iter().any(is));
    }
}
