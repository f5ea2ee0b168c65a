use std::cell::RefCell;
use std::sync::Mutex;

use super::*;

fn error(code: i32) -> io::Error {
    io::Error::from_raw_os_error(code)
}

#[test]
fn a_file_is_written_in_its_own_folder() {
    let dir = tempfile::tempdir().unwrap();
    let files = || std::fs::read_dir(dir.path()).unwrap().count();
    write_whole(&dir.path().join("f"), |_| {
        assert_eq!(files(), 1, "another folder may be on another disk");
        Ok(())
    })
    .unwrap();
    assert_eq!(files(), 1);
}

#[test]
fn a_path_is_shown_with_single_backslashes() {
    for (path, shown) in [
        (r"C:\users\me\f", r#""C:\users\me\f""#),
        (r"\\server\share\", r#""\\server\share\""#),
        ("it's \u{e9}", "\"it's \u{e9}\""),
        ("a\\\nb\u{202e}\"", r#""a\\nb\u{202e}\"""#),
    ] {
        assert_eq!(quoted(path), shown);
    }
    let err = write_whole(Path::new(r"no\such/folder\f"), |_| Ok(())).unwrap_err();
    assert!(err.to_string().contains(r#""no\such/folder\f""#), "{err}");
}

// MoveFileExW: "ERROR_ACCESS_DENIED", and 32 and 33, if another program has the file open.
#[test]
fn a_file_that_another_program_has_open_is_retried_for_a_limited_time() {
    for (tries, total) in [(RENAME_RETRIES, 900..1100), (SHORT_RETRIES, 30..60)] {
        for code in [5, 32, 33] {
            for failures in 0..=tries {
                let (attempts, waits) = (RefCell::new(0), RefCell::new(0));
                let attempt = || {
                    *attempts.borrow_mut() += 1;
                    if *attempts.borrow() > failures { Ok(()) } else { Err(error(code)) }
                };
                let pause = |_| {
                    *waits.borrow_mut() += 1;
                    true
                };
                retry(tries, attempt, pause).unwrap();
                assert_eq!((attempts.take(), waits.take()), (failures + 1, failures));
            }
            let mut waited = Duration::ZERO;
            let pause = |wait| {
                assert!(
                    wait < Duration::from_millis(100),
                    "a call ends within a tenth of a second"
                );
                waited += wait;
                true
            };
            let err = retry(tries, || Err::<(), _>(error(code)), pause).unwrap_err();
            assert_eq!(err.raw_os_error(), Some(code));
            assert!(total.contains(&waited.as_millis()), "{waited:?}");
        }
    }
    let mut attempts = 0;
    let attempt = || {
        attempts += 1;
        Err::<(), _>(error(5))
    };
    retry(RENAME_RETRIES, attempt, |_| false).unwrap_err();
    assert_eq!(attempts, 1, "the call was ended");
    let pause = |_| panic!("another error is not retried");
    retry(RENAME_RETRIES, || Err::<(), _>(error(2)), pause).unwrap_err();
}

#[test]
fn after_a_failed_rename_the_content_stays_in_a_file_that_the_error_names_unless_it_is_private() {
    for keeps_content in [true, false] {
        for old in [Some("before"), None] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("f");
            if let Some(old) = old {
                fs::write(&path, old).unwrap();
            }
            let replacement =
                Replacement { new_mode: 0o600, length: None, keeps_content, may_wait: &|| true };
            let failed = replacement.write(
                &path,
                |put| put(b"content"),
                Arc::new(sync_at),
                |_, _| Err(error(5)),
            );
            let err = failed.unwrap_err().to_string();
            assert_eq!(fs::read_to_string(&path).ok().as_deref(), old);
            let mut others: Vec<PathBuf> =
                fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
            others.retain(|other| *other != path);
            if !keeps_content {
                assert!(others.is_empty() && !err.contains(".zoomkat-"), "{err}");
                continue;
            }
            assert_eq!(others.len(), 1);
            assert!(
                err.ends_with(&format!("all of the content is in {}", quoted(&others[0]))),
                "{err}"
            );
            assert_eq!(fs::read(&others[0]).unwrap(), b"content");
            assert_eq!(err.contains("another program has the file open"), cfg!(windows), "{err}");
        }
    }
}

#[test]
fn a_file_is_synced_with_all_of_its_content_before_it_is_renamed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    fs::write(&path, "before").unwrap();
    let content = b"content".repeat(100_000);
    let steps = Arc::new(Mutex::new(Vec::new()));
    let replacement = Replacement {
        new_mode: 0o666,
        length: None,
        keeps_content: true,
        may_wait: &|| panic!("it succeeds"),
    };
    let (length, of_sync) = (content.len() as u64, Arc::clone(&steps));
    let synced = move |file: &File, point| {
        assert_eq!(file.metadata()?.len(), length, "it is not in a buffer");
        assert_eq!(point, SyncPoint::End);
        of_sync.lock().unwrap().push("sync");
        sync(file)
    };
    let renamed = |from: &Path, to: &Path| {
        assert_eq!(fs::read(to)?, b"before");
        steps.lock().unwrap().push("rename");
        fs::rename(from, to)
    };
    let pieces = |put: &mut dyn FnMut(&[u8]) -> Result<()>| content.chunks(777).try_for_each(put);
    replacement.write(&path, pieces, Arc::new(synced), renamed).unwrap();
    assert_eq!(*steps.lock().unwrap(), ["sync", "rename"]);
    assert_eq!(fs::read(&path).unwrap(), content);
}

// EIO, ENOSPC and EDQUOT may be reported by the sync alone.
#[test]
fn a_file_that_cannot_be_synced_replaces_nothing() {
    for old in [Some("before"), None] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        if let Some(old) = old {
            fs::write(&path, old).unwrap();
        }
        let replacement =
            Replacement { new_mode: 0o666, length: None, keeps_content: true, may_wait: &|| true };
        let failed = replacement.write(
            &path,
            |put| put(b"content"),
            Arc::new(|_: &File, _| Err(error(5))),
            |_, _| panic!("the content may not be on disk"),
        );
        let err = failed.unwrap_err();
        assert!(err.kind() == ErrorKind::Io && !err.to_string().contains(".zoomkat-"), "{err}");
        assert_eq!(fs::read_to_string(&path).ok().as_deref(), old);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), usize::from(old.is_some()));
    }
}

#[cfg(windows)]
#[test]
fn a_file_that_another_program_reads_is_replaced_when_that_closes_it() {
    use std::os::windows::fs::OpenOptionsExt as _;
    const FILE_SHARE_READ: u32 = 1;
    let dir = tempfile::tempdir().unwrap();
    let (path, new) = (dir.path().join("f"), dir.path().join("new"));
    fs::write(&path, "before").unwrap();
    fs::write(&new, "after").unwrap();
    let open = OpenOptions::new().read(true).share_mode(FILE_SHARE_READ).open(&path).unwrap();
    let (mut reader, mut refused) = (Some(open), 0);
    let closes = |_| {
        refused += 1;
        drop(reader.take());
        true
    };
    retry(RENAME_RETRIES, || fs::rename(&new, &path), closes).unwrap();
    assert_eq!((fs::read_to_string(&path).unwrap().as_str(), refused), ("after", 1));
}

#[cfg(windows)]
#[test]
fn a_call_that_was_ended_does_not_wait_for_the_file_and_leaves_nothing() {
    use std::os::windows::fs::OpenOptionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    fs::write(&path, "before").unwrap();
    let _reader = OpenOptions::new().read(true).share_mode(1).open(&path).unwrap();
    let asked = std::cell::Cell::new(0);
    let may_wait = || {
        asked.set(asked.get() + 1);
        false
    };
    write_whole_while(&path, None, &may_wait, |put| put(b"content")).unwrap_err();
    assert_eq!(asked.get(), 2, "before it waits, and before it leaves the content");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(&path).unwrap(), "before");
}

#[cfg(all(windows, feature = "cookies"))]
#[test]
fn a_file_that_a_scanner_has_for_itself_is_read_when_it_is_done() {
    use std::os::windows::fs::OpenOptionsExt as _;
    let file = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    let mut scanner = Some(OpenOptions::new().read(true).share_mode(0).open(&file).unwrap());
    let mut refused = 0;
    let closes = |_| {
        refused += 1;
        drop(scanner.take());
        true
    };
    open_with(&file, closes).unwrap();
    assert_eq!(refused, 1);
}

#[cfg(windows)]
#[test]
fn a_file_that_is_read_only_is_refused_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    fs::write(&path, "before").unwrap();
    let protect = |readonly| {
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(readonly);
        fs::set_permissions(&path, permissions).unwrap();
    };
    protect(true);
    let err =
        write_whole(&path, |_| -> Result<()> { panic!("the check comes first") }).unwrap_err();
    assert!(err.to_string().contains("it is read-only"), "{err}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "before");
    protect(false);
    write_whole(&path, |put| put(b"after")).unwrap();
}

#[test]
fn permissions_that_a_file_has_are_not_set_again() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let same = file.as_file().metadata().unwrap().permissions();
    permit(file.as_file(), same.clone(), |_, _| panic!("a file system may refuse it")).unwrap();
    let mut other = same;
    other.set_readonly(true);
    let err = permit(file.as_file(), other, |_, _| Err(error(1))).unwrap_err();
    assert_eq!(err.raw_os_error(), Some(1));
}

#[cfg(unix)]
#[test]
fn a_dangling_link_is_followed() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::create_dir(at("folder")).unwrap();
    symlink("folder/second", at("first")).unwrap();
    symlink("../real", at("folder/second")).unwrap();
    write_whole(&at("first"), |put| put(b"content")).unwrap();
    assert_eq!(fs::read(at("real")).unwrap(), b"content");
    assert!(at("first").is_symlink() && at("folder/second").is_symlink());
    symlink("loop", at("loop")).unwrap();
    write_whole(&at("loop"), |put| put(b"content")).unwrap_err();
    assert!(at("loop").is_symlink());
    #[cfg(feature = "chilkat")]
    {
        fs::remove_file(at("real")).unwrap();
        append_whole(&at("first"), &mut Breaks(false, || ())).unwrap_err();
        assert!(!at("real").exists() && at("first").is_symlink());
        append_whole(&at("first"), &mut b"more".as_slice()).unwrap();
        assert_eq!(fs::read(at("real")).unwrap(), b"more");
    }
}

#[test]
fn names_of_character_devices_are_recognized() {
    for name in ["NUL", "nul", "CON", "Prn", "aux", "COM1", "com10", "LPT9", "lpt¹", "CONOUT$"] {
        assert!(is_device_name(&format!(r"\\.\{name}")), "{name}");
        assert!(!is_device_name(name) && !is_device_name(&format!(r"C:\{name}")), "{name}");
    }
    for name in ["PhysicalDrive0", "C:", r"C:\NUL", r"pipe\x", "COM", "COMX", "NULL", "COMCOM1", ""]
    {
        assert!(!is_device_name(&format!(r"\\.\{name}")), "{name}");
    }
}

#[test]
fn a_device_is_written_to_and_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let plain = Path::new(if cfg!(windows) { "NUL" } else { "/dev/null" });
    let mut names = vec![plain.to_owned()];
    #[cfg(unix)]
    {
        names.push(dir.path().join("link"));
        std::os::unix::fs::symlink(plain, &names[1]).unwrap();
    }
    #[cfg(windows)]
    names.extend([PathBuf::from("nul"), PathBuf::from(r"\\.\NUL")]);
    for name in &names {
        write_whole(name, |put| put(b"lorem")).unwrap();
        #[cfg(feature = "chilkat")]
        append_whole(name, &mut b"lorem".as_slice()).unwrap();
        assert!(matches!(target_at(name).unwrap(), WriteTarget::Device), "{name:?}");
        assert_eq!(fs::read(name).unwrap(), b"", "{name:?}");
    }
    #[cfg(unix)]
    assert!(fs::symlink_metadata(&names[1]).unwrap().is_symlink());
    #[cfg(target_os = "linux")]
    {
        let err = write_whole(Path::new("/dev/full"), |put| put(b"lorem")).unwrap_err();
        assert!(err.to_string().contains("cannot write the file \"/dev/full\""), "{err}");
        let (_reader, pipe) = std::io::pipe().unwrap();
        let pipe = format!("/dev/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&pipe));
        let err = write_whole(Path::new(&pipe), |_| Ok(())).unwrap_err();
        assert!(err.to_string().contains("not a regular file"), "{err}");
    }
    assert!(write_whole(dir.path(), |_| Ok(())).is_err());
}

/// A reader that returns some bytes, then calls the function and fails.
#[cfg(feature = "chilkat")]
struct Breaks<F: FnMut()>(bool, F);

#[cfg(feature = "chilkat")]
impl<F: FnMut()> io::Read for Breaks<F> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.0 {
            (self.1)();
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.0 = true;
        buf[..5].copy_from_slice(b"lorem");
        Ok(5)
    }
}

#[cfg(feature = "chilkat")]
#[test]
fn bytes_appended_before_an_error_are_removed_or_the_error_says_that_they_were_not() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    let fails = |and: &mut dyn FnMut()| {
        append_whole(&path, &mut Breaks(false, and)).unwrap_err().to_string()
    };
    let appended = |expected: &[u8]| assert_eq!(fs::read(&path).unwrap(), expected);
    let err = fails(&mut || appended(b"lorem"));
    assert!(!path.exists() && !err.contains("could not be removed"), "{err}");
    fs::write(&path, "before").unwrap();
    let err = fails(&mut || appended(b"beforelorem"));
    appended(b"before");
    assert!(!err.contains("could not be removed"), "{err}");
    let writes = || {
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b" and theirs").unwrap();
    };
    for (before, after) in [(Some("before"), "beforelorem and theirs"), (None, "lorem and theirs")]
    {
        match before {
            Some(before) => fs::write(&path, before).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let err = fails(&mut { writes });
        appended(after.as_bytes());
        assert!(err.contains("something else has written to it"), "{err}");
    }
    fs::write(&path, "before").unwrap();
    let err = fails(&mut || fs::remove_file(&path).unwrap());
    assert!(err.contains("could not be removed"), "{err}");
    assert!(err.contains("the file had 6 bytes before"), "{err}");
}

// SetEndOfFile: "The file must have been created with the GENERIC_WRITE access right", which the append mode
// of the standard library leaves out.
#[cfg(all(unix, feature = "chilkat"))]
#[test]
fn a_file_to_truncate_is_open_for_more_than_appending() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let flags = rustix::fs::fcntl_getfl(open_for_truncate(file.path()).unwrap()).unwrap();
    assert!(!flags.contains(rustix::fs::OFlags::APPEND), "{flags:?}");
}

#[cfg(unix)]
#[test]
fn a_flush_that_the_file_system_lacks_is_replaced_by_another() {
    let with = |code| flushed(Err(error(code)), || Err(error(libc::EDOM))).unwrap_err();
    for code in [libc::ENOTSUP, libc::EOPNOTSUPP, libc::EINVAL, libc::ENOTTY, libc::ENOSYS] {
        assert_eq!(with(code).raw_os_error(), Some(libc::EDOM), "{code}");
    }
    // Lost content is reported once: a second flush succeeds.
    for code in [libc::EIO, libc::ENOSPC, libc::EDQUOT, libc::EBADF] {
        assert_eq!(with(code).raw_os_error(), Some(code));
    }
    flushed(Ok(()), || panic!("it is flushed already")).unwrap();
}
