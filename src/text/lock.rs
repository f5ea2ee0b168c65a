//! Locks between programs.
//!
//! The locked file is next to the file that it protects, since Windows does not let anyone read a locked file. The
//! system releases the lock when the program ends, even by a crash. The lock file is not removed.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens the lock file `path` of the file `protected`, with the access that locking needs on every platform.
///
/// On Unix, a new lock file has the mode of `protected`, or is private to its owner if that does not exist. Its
/// owner and group are the program's, so a user who can open `protected` only as its owner or through its group
/// may be unable to open the lock file. On Windows it cannot be removed while a program has it open.
pub(crate) fn open(path: &Path, protected: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // Windows cannot lock a file that is open only for appending, NFS one that is open only for reading.
    options.read(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    #[cfg(windows)]
    // Shared for reading and writing, but not for removal, after which two programs could lock two files.
    std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, 1 | 2);
    let opened = match options.clone().create_new(true).open(path) {
        Err(err) if err.kind() == io::ErrorKind::AlreadyExists => options.create(true).open(path),
        new => {
            if let (true, Ok(new), Ok(meta)) = (cfg!(unix), &new, fs::metadata(protected)) {
                // Fails on file systems without permissions.
                let _ = new.set_permissions(meta.permissions());
            }
            new
        }
    };
    opened.map_err(with_advice)
}

/// Adds advice to the error if permission was denied.
fn with_advice(err: io::Error) -> io::Error {
    if err.kind() != io::ErrorKind::PermissionDenied {
        return err;
    }
    let advice = "remove it while no program uses it, or have its owner let you write to it";
    io::Error::new(err.kind(), format!("{err}; {advice}"))
}

/// Locks a file until it is closed. Returns false if another program or handle has locked it.
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    match fs4::FileExt::try_lock(file) {
        Ok(()) => Ok(true),
        Err(fs4::TryLockError::WouldBlock) => Ok(false),
        Err(fs4::TryLockError::Error(err)) => Err(err),
    }
}

/// Whether an error of [`try_lock`] means that this file system does not support locks.
#[cfg(feature = "cookies")]
pub(crate) fn is_unsupported(err: &io::Error) -> bool {
    #[cfg(unix)]
    // ENOLCK is the error of NFS without a lock server.
    let codes = [libc::ENOSYS, libc::ENOTSUP, libc::EOPNOTSUPP, libc::ENOLCK];
    #[cfg(not(unix))]
    // ERROR_INVALID_FUNCTION, ERROR_NOT_SUPPORTED.
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
    fn users_of_a_file_can_use_its_lock() {
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
    fn the_error_of_a_lock_that_may_not_be_opened_has_advice() {
        let denied = with_advice(io::ErrorKind::PermissionDenied.into());
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
    fn only_some_errors_mean_that_locks_are_not_supported() {
        let is = |code| is_unsupported(&io::Error::from_raw_os_error(code));
        #[cfg(unix)]
        assert!([libc::ENOSYS, libc::ENOTSUP, libc::EOPNOTSUPP, libc::ENOLCK].into_iter().all(is));
        #[cfg(windows)]
        assert!([1, 50].into_iter().all(is));
        // Access denied and an invalid handle, on both systems.
        assert!(![5, 6, 9, 13].into_iter().any(is));
    }
}
