//! Files that are written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};

mod writer;

use writer::{FileWriter, SyncFn, SyncPoint};

/// Quotes a path for a message: on one line, with backslashes not doubled.
pub(crate) fn quoted(path: impl AsRef<Path>) -> String {
    // `Debug` doubles a backslash of the path, and writes one before other escapes.
    format!("{:?}", path.as_ref()).replace(r"\\", r"\")
}

/// The kind of a file that will be written.
pub(crate) enum WriteTarget {
    /// It does not exist.
    New,
    /// A regular file, or a link to one.
    File(fs::Metadata),
    /// `/dev/null`, `NUL` or the like. A device is written to directly and never replaced.
    Device,
}

/// Returns the kind of the file at `path`. Refuses anything but a regular file or a character device, such as a
/// folder, a pipe or a disk, and on Windows a read-only file, which cannot be replaced.
pub(crate) fn target_at(path: &Path) -> Result<WriteTarget> {
    let meta = fs::metadata(path);
    if is_device(path, &meta) {
        return Ok(WriteTarget::Device);
    }
    match meta {
        Ok(meta) if !meta.is_file() => {
            let message = format!(
                "cannot write the file {}: it is not a regular file, nor a device such as {}",
                quoted(path),
                if cfg!(windows) { "NUL" } else { "/dev/null" }
            );
            Err(Error::new(ErrorKind::Io, message))
        }
        Ok(meta) if cfg!(windows) && meta.permissions().readonly() => {
            let message = format!("cannot write the file {}: it is read-only", quoted(path));
            Err(Error::new(ErrorKind::Io, message))
        }
        Ok(meta) => Ok(WriteTarget::File(meta)),
        Err(_) => Ok(WriteTarget::New),
    }
}

#[cfg(unix)]
fn is_device(_: &Path, meta: &io::Result<fs::Metadata>) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    meta.as_ref().is_ok_and(|meta| meta.file_type().is_char_device())
}

/// Windows has no metadata for a device, but its absolute path is `\\.\NUL`. Only Windows knows which paths name a
/// device: up to Windows 10, `C:\folder\nul.txt` does.
#[cfg(not(unix))]
fn is_device(path: &Path, _: &io::Result<fs::Metadata>) -> bool {
    std::path::absolute(path).is_ok_and(|full| is_device_name(&full.to_string_lossy()))
}

/// Whether an absolute path of Windows names a character device, not a disk or a pipe.
#[cfg(any(test, not(unix)))]
fn is_device_name(full: &str) -> bool {
    let Some(name) = full.strip_prefix(r"\\.\") else { return false };
    let name = name.to_ascii_uppercase();
    match name.strip_prefix("COM").or_else(|| name.strip_prefix("LPT")) {
        Some(number) => {
            let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³');
            !number.is_empty() && number.chars().all(is_digit)
        }
        None => matches!(name.as_str(), "NUL" | "CON" | "CONOUT$" | "PRN" | "AUX"),
    }
}

/// Returns the folder of the file at `path`.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Returns the target of a link at `path`, even if it does not exist, or else `path`.
pub(crate) fn follow_links(path: &Path) -> io::Result<PathBuf> {
    // Not canonicalized without need, since Windows has an unusual form for such a path.
    if !path.is_symlink() {
        return Ok(path.into());
    }
    match fs::metadata(path) {
        Ok(_) => return fs::canonicalize(path),
        Err(err) if err.kind() == io::ErrorKind::NotFound => {}
        // A loop of links, or a link that may not be followed.
        Err(err) => return Err(err),
    }
    let mut end = path.to_owned();
    // The limit of Linux.
    for _ in 0..40 {
        match fs::read_link(&end) {
            Ok(to) => end = folder_of(&end).join(to),
            Err(_) => return Ok(end),
        }
    }
    Err(io::Error::other("too many links"))
}

/// Creates or replaces the file at `path` with the bytes that `write` passes to its argument.
///
/// The bytes go to a hidden file in the same folder, which is renamed to `path` after `write` has succeeded and the
/// content is on disk. The permissions of a replaced file are kept, and the target of a link is replaced, not the
/// link. A [device](WriteTarget::Device) is written to directly.
///
/// If only the renaming fails, the content stays in the hidden file, which the error names.
pub(crate) fn write_whole<T>(
    path: &Path,
    write: impl FnOnce(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<T>,
) -> Result<T> {
    write_whole_while(path, None, &|| true, write)
}

/// Like [`write_whole`], but once `may_wait` returns false it fails, and neither waits for other programs, nor for the
/// disk if the content is large, nor leaves the hidden file. `length` is that of the content, if it is known.
pub(crate) fn write_whole_while<T>(
    path: &Path,
    length: Option<u64>,
    may_wait: &dyn Fn() -> bool,
    write: impl FnOnce(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<T>,
) -> Result<T> {
    // The default mode of a new file, which the umask reduces.
    let replacement = Replacement { new_mode: 0o666, length, keeps_content: true, may_wait };
    replacement.write(path, write, Arc::new(sync_at), |from, to| match may_wait() {
        true => rename(from, to, RENAME_RETRIES, may_wait),
        // The sync may have taken long.
        false => Err(writer::ended()),
    })
}

/// Like [`write_whole`], but a new file is private to its owner (on Unix), the hidden file is never left, and the wait
/// for other programs is short.
#[cfg(feature = "cookies")]
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let replacement =
        Replacement { new_mode: 0o600, length: None, keeps_content: false, may_wait: &|| true };
    replacement.write(
        path,
        |put| put(content),
        Arc::new(sync_at),
        |from, to| rename(from, to, SHORT_RETRIES, &|| true),
    )
}

/// How a file is replaced.
struct Replacement<'k> {
    #[cfg_attr(not(unix), expect(dead_code))]
    new_mode: u32,
    /// The length of the content, if it is known.
    length: Option<u64>,
    /// Whether the hidden file is left if it cannot be renamed.
    keeps_content: bool,
    /// Whether it may wait, for the disk or for other programs, and leave anything.
    may_wait: &'k dyn Fn() -> bool,
}

impl Replacement<'_> {
    fn write<T>(
        self,
        path: &Path,
        write: impl FnOnce(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<T>,
        sync: SyncFn,
        rename: impl FnOnce(&Path, &Path) -> io::Result<()>,
    ) -> Result<T> {
        let failed = |err: io::Error| write_error(path, "", err);
        let replaced = match target_at(path)? {
            WriteTarget::Device => {
                let mut device = OpenOptions::new().write(true).open(path).map_err(failed)?;
                return write(&mut |bytes| device.write_all(bytes).map_err(failed));
            }
            WriteTarget::File(meta) => Some(meta.permissions()),
            WriteTarget::New => None,
        };
        let target = follow_links(path).map_err(failed)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".zoomkat-");
        #[cfg(unix)]
        if replaced.is_none() {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(self.new_mode));
        }
        let temp = builder.tempfile_in(folder_of(&target)).map_err(failed)?;
        let mut file = FileWriter::new(temp.as_file(), self.length, sync);
        let value = write(&mut |bytes| file.write_all(bytes).map_err(failed))?;
        file.finish(self.may_wait).map_err(failed)?;
        let (file, temp) = temp.keep().map_err(|err| failed(err.error))?;
        let permitted = match replaced {
            Some(permissions) => permit(&file, permissions, File::set_permissions),
            None => Ok(()),
        };
        match permitted.and_then(|()| rename(&temp, &target)) {
            Ok(()) => Ok(value),
            Err(err) if self.keeps_content && (self.may_wait)() => {
                let more = format!("; all of the content is in {}", quoted(&temp));
                Err(write_error(path, &more, err))
            }
            Err(err) => {
                drop(file);
                // If this fails, too, only a file with a random name is left.
                let _ = fs::remove_file(&temp);
                Err(failed(err))
            }
        }
    }
}

/// Sets the permissions of a file, unless it has them already. A file system without permissions (FAT) refuses to
/// change them.
fn permit(
    file: &File,
    permissions: fs::Permissions,
    set: impl FnOnce(&File, fs::Permissions) -> io::Result<()>,
) -> io::Result<()> {
    match file.metadata() {
        Ok(meta) if meta.permissions() == permissions => Ok(()),
        _ => set(file, permissions),
    }
}

fn write_error(path: &Path, more: &str, err: io::Error) -> Error {
    let held = match cfg!(windows) && is_held(&err) {
        true => "; another program has the file open, or it may not be replaced",
        false => "",
    };
    let message = format!("cannot write the file {}: {err}{held}{more}", quoted(path));
    Error::new(ErrorKind::Io, message).with_source(err)
}

/// The number of retries while another program has a file open. They take about a second.
const RENAME_RETRIES: u32 = 18;

/// The number of retries if others wait. They take about 50 ms.
#[cfg(any(test, feature = "cookies"))]
const SHORT_RETRIES: u32 = 3;

/// Renames `from` to `to`, and replaces a file there. Windows refuses this while another program has `to` open, as
/// virus scanners and indexers do with every new file for a moment.
fn rename(from: &Path, to: &Path, tries: u32, may_wait: &dyn Fn() -> bool) -> io::Result<()> {
    let pause = |wait| {
        let waits = may_wait();
        if waits {
            std::thread::sleep(wait);
        }
        waits
    };
    retry(if cfg!(windows) { tries } else { 0 }, || fs::rename(from, to), pause)
}

/// Opens a file for reading, which Windows refuses while a virus scanner has it open exclusively.
#[cfg(feature = "cookies")]
pub(crate) fn open(path: &Path) -> io::Result<File> {
    open_with(path, |wait| {
        std::thread::sleep(wait);
        true
    })
}

#[cfg(feature = "cookies")]
fn open_with(path: &Path, pause: impl FnMut(Duration) -> bool) -> io::Result<File> {
    retry(if cfg!(windows) { SHORT_RETRIES } else { 0 }, || File::open(path), pause)
}

/// Runs `attempt`, and up to `tries` times again while it fails because another program has the file open. `pause`
/// waits and returns whether to continue.
fn retry<T>(
    tries: u32,
    mut attempt: impl FnMut() -> io::Result<T>,
    mut pause: impl FnMut(Duration) -> bool,
) -> io::Result<T> {
    for done in 0..tries {
        // At most 64 ms, so that a call can be aborted in time.
        let wait = Duration::from_millis(8 << done.min(3));
        match attempt() {
            Err(err) if is_held(&err) && pause(wait) => {}
            result => return result,
        }
    }
    attempt()
}

/// Whether another program has the file open, by the error codes of Windows: access denied, sharing violation, lock
/// violation.
fn is_held(err: &io::Error) -> bool {
    matches!(err.raw_os_error(), Some(5 | 32 | 33))
}

/// Appends `content` to the file at `path`, which is created if it does not exist. An error leaves the file
/// unchanged, or says that it could not be restored. A device is written to directly.
#[cfg(feature = "chilkat")]
pub(crate) fn append_whole(path: &Path, content: &mut dyn io::Read) -> Result<()> {
    let error = |err: io::Error, more: String| {
        let message = format!("cannot append to the file {}: {err}{more}", quoted(path));
        Error::new(ErrorKind::Io, message).with_source(err)
    };
    let failed = |err| error(err, String::new());
    if let WriteTarget::Device = target_at(path)? {
        let mut device = OpenOptions::new().write(true).open(path).map_err(failed)?;
        return io::copy(content, &mut device).map(drop).map_err(failed);
    }
    // So that an error removes the target of a link, not the link.
    let real = follow_links(path).map_err(failed)?;
    let mut options = OpenOptions::new();
    options.append(true);
    let (is_new, file) = match options.clone().create_new(true).open(&real) {
        Err(err) if err.kind() == io::ErrorKind::AlreadyExists => (false, options.open(&real)),
        new => (true, new),
    };
    let file = file.map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let mut appended = AppendedFile { file, written: 0 };
    let copied = io::copy(content, &mut appended).and_then(|_| sync(&appended.file));
    let Err(err) = copied else { return Ok(()) };
    let AppendedFile { file, written } = appended;
    drop(file);
    let undone = match fs::metadata(&real) {
        Ok(now) if now.len() != length + written => {
            Err(io::Error::other("something else has written to it"))
        }
        Ok(_) if is_new => fs::remove_file(&real),
        Ok(_) => open_for_truncate(&real).and_then(|file| file.set_len(length)),
        Err(err) => Err(err),
    };
    let more = undone.err().map(|err| {
        format!(
            "; the appended bytes could not be removed ({err}): the file had {length} bytes before"
        )
    });
    Err(error(err, more.unwrap_or_default()))
}

/// A file that counts the bytes written to it.
#[cfg(feature = "chilkat")]
struct AppendedFile {
    file: File,
    written: u64,
}

#[cfg(feature = "chilkat")]
impl io::Write for AppendedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Opens a file so that it can be truncated, for which Windows needs more than an append-only handle.
#[cfg(feature = "chilkat")]
fn open_for_truncate(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).open(path)
}

/// Waits until a file with its metadata is on disk.
pub(crate) fn sync(file: &File) -> io::Result<()> {
    flushed(file.sync_all(), || plain_sync(file))
}

/// Waits until the content of a file is on disk.
pub(crate) fn sync_data(file: &File) -> io::Result<()> {
    flushed(file.sync_data(), || plain_sync(file))
}

fn sync_at(file: &File, point: SyncPoint) -> io::Result<()> {
    match point {
        SyncPoint::OnTheWay => sync_data(file),
        SyncPoint::End => sync(file),
    }
}

/// Waits until the name of a new file is on disk.
#[cfg(feature = "zoom")]
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = File::open(folder_of(path))?;
        // Some file systems (FUSE, CIFS) cannot flush folders.
        return flushed(sync(&folder), || Ok(()));
    }
    Ok(())
}

/// Returns the result of a flush, or of `otherwise` if the file system does not support it. macOS flushes with
/// `F_FULLFSYNC`, which SMB, NFS and FUSE may refuse.
fn flushed(flush: io::Result<()>, otherwise: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    match flush {
        Err(err) if is_unsupported_flush(&err) => otherwise(),
        result => result,
    }
}

#[cfg(unix)]
fn plain_sync(file: &File) -> io::Result<()> {
    rustix::fs::fsync(file).map_err(io::Error::from)
}

#[cfg(not(unix))]
fn plain_sync(file: &File) -> io::Result<()> {
    file.sync_all()
}

#[cfg(unix)]
fn is_unsupported_flush(err: &io::Error) -> bool {
    let codes = [libc::ENOTSUP, libc::EOPNOTSUPP, libc::EINVAL, libc::ENOTTY, libc::ENOSYS];
    err.raw_os_error().is_some_and(|code| codes.contains(&code))
}

#[cfg(not(unix))]
fn is_unsupported_flush(_: &io::Error) -> bool {
    false
}

#[cfg(test)]
mod tests;
