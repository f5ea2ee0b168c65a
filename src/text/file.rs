//! Files that are written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};

/// A path as messages show it: in quotes, on one line, and with each backslash once.
pub(crate) fn quoted(path: impl AsRef<Path>) -> String {
    // What `Debug` escapes has one backslash in front, and a backslash of the name is two.
    format!("{:?}", path.as_ref()).replace(r"\\", r"\")
}

/// What is at a path that is to be written.
pub(crate) enum WriteTarget {
    /// Nothing yet.
    New,
    /// A regular file, or a link to one.
    File(fs::Metadata),
    /// `/dev/null`, `NUL` and their like. A device takes bytes as they come and is never replaced.
    Device,
}

/// What is at `path`. Refuses what is neither a regular file nor a character device: a folder, a pipe,
/// a disk; and on Windows a file that is read-only, which is not replaced there.
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

/// Windows tells nothing of a device that one could look at, but makes its name `\\.\NUL`. Only it knows of
/// which names: up to Windows 10, `C:\folder\nul.txt` is one.
#[cfg(not(unix))]
fn is_device(path: &Path, _: &io::Result<fs::Metadata>) -> bool {
    std::path::absolute(path).is_ok_and(|full| is_device_name(&full.to_string_lossy()))
}

/// Whether an absolute path of Windows names a device that takes text; a disk or a pipe does not.
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

/// The folder that a file at `path` is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The file that is at `path`, or that a link there leads to, whether that is there yet or not.
pub(crate) fn followed(path: &Path) -> io::Result<PathBuf> {
    // Windows gives a canonical path a form that few people know.
    if !path.is_symlink() {
        return Ok(path.into());
    }
    match fs::metadata(path) {
        Ok(_) => return fs::canonicalize(path),
        Err(err) if err.kind() == io::ErrorKind::NotFound => {}
        // It does not lead anywhere, or the system does not let it be followed.
        Err(err) => return Err(err),
    }
    let mut end = path.to_owned();
    // As many as Linux follows.
    for _ in 0..40 {
        match fs::read_link(&end) {
            Ok(to) => end = folder_of(&end).join(to),
            Err(_) => return Ok(end),
        }
    }
    Err(io::Error::other("too many links"))
}

/// Creates `path` with what `write` hands to its argument. It appears, or replaces what was there,
/// only once `write` has succeeded and the content is on disk; until then it is a hidden file
/// beside it. A file that is replaced keeps its permissions, and a link keeps leading where it leads.
/// A [device](WriteTarget::Device) is written to instead.
///
/// If all is there and only the replacing fails, the content stays in the file beside, which the error names.
pub(crate) fn write_whole<T>(
    path: &Path,
    write: impl FnOnce(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<T>,
) -> Result<T> {
    write_whole_while(path, &|| true, write)
}

/// Like [`write_whole`], but does not wait for other programs, nor leave content beside, once `goes_on` says so.
pub(crate) fn write_whole_while<T>(
    path: &Path,
    goes_on: &dyn Fn() -> bool,
    write: impl FnOnce(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<T>,
) -> Result<T> {
    // What a newly created file has; the umask takes its share.
    let how = Replacing { new_mode: 0o666, keeps_content: goes_on };
    how.replace(path, write, |from, to| rename(from, to, A_SECOND, goes_on))
}

/// Like [`write_whole`], but a file that was not there is for its owner only (on Unix), content that
/// cannot come to its place is not left anywhere, and the wait for other programs is a moment only.
#[cfg(feature = "cookies")]
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let how = Replacing { new_mode: 0o600, keeps_content: &|| false };
    how.replace(path, |put| put(content), |from, to| rename(from, to, A_MOMENT, &|| true))
}

struct Replacing<'k> {
    #[cfg_attr(not(unix), expect(dead_code))]
    new_mode: u32,
    /// Whether content that could not come to its place is left beside it.
    keeps_content: &'k dyn Fn() -> bool,
}

impl Replacing<'_> {
    fn replace<T>(
        self,
        path: &Path,
        write: impl FnOnce(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<T>,
        rename: impl FnOnce(&Path, &Path) -> io::Result<()>,
    ) -> Result<T> {
        let failed = |err: io::Error| failed(path, "", err);
        let replaced = match target_at(path)? {
            WriteTarget::Device => {
                let mut device = OpenOptions::new().write(true).open(path).map_err(failed)?;
                return write(&mut |bytes| device.write_all(bytes).map_err(failed));
            }
            WriteTarget::File(meta) => Some(meta.permissions()),
            WriteTarget::New => None,
        };
        let target = followed(path).map_err(failed)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".zoomkat-");
        #[cfg(unix)]
        if replaced.is_none() {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(self.new_mode));
        }
        let mut temp = builder.tempfile_in(folder_of(&target)).map_err(failed)?;
        let file = temp.as_file_mut();
        let value = write(&mut |bytes| file.write_all(bytes).map_err(failed))?;
        sync(file).map_err(failed)?;
        let (file, temp) = temp.keep().map_err(|err| failed(err.error))?;
        let permitted = match replaced {
            Some(permissions) => permit(&file, permissions, File::set_permissions),
            None => Ok(()),
        };
        match permitted.and_then(|()| rename(&temp, &target)) {
            Ok(()) => Ok(value),
            Err(err) if (self.keeps_content)() => {
                let place = format!("; all of the content is in {}", quoted(&temp));
                Err(self::failed(path, &place, err))
            }
            Err(err) => {
                drop(file);
                // Its name is nobody's, so what stays is a file that nobody looks for.
                let _ = fs::remove_file(&temp);
                Err(failed(err))
            }
        }
    }
}

/// Gives a file these permissions. A file system without permissions (FAT) refuses any others than it gives to all.
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

fn failed(path: &Path, place: &str, err: io::Error) -> Error {
    let held = match cfg!(windows) && is_held(&err) {
        true => "; another program has the file open, or it may not be replaced",
        false => "",
    };
    let message = format!("cannot write the file {}: {err}{held}{place}", quoted(path));
    Error::new(ErrorKind::Io, message).with_source(err)
}

/// How many times more an attempt is made while another program is in its way: for about a second.
const A_SECOND: u32 = 18;

/// For some 50 ms.
#[cfg(any(test, feature = "cookies"))]
const A_MOMENT: u32 = 3;

/// Renames `from` to `to`, and replaces what is there. Windows refuses that while another program has `to` open,
/// as a virus scanner or an indexer has every new file for a moment.
fn rename(from: &Path, to: &Path, tries: u32, goes_on: &dyn Fn() -> bool) -> io::Result<()> {
    let pause = |wait| {
        let waits = goes_on();
        if waits {
            std::thread::sleep(wait);
        }
        waits
    };
    patiently(if cfg!(windows) { tries } else { 0 }, || fs::rename(from, to), pause)
}

/// Opens a file to read it. Windows refuses that, too, while a virus scanner has it for itself.
#[cfg(feature = "cookies")]
pub(crate) fn open(path: &Path) -> io::Result<File> {
    open_with(path, |wait| {
        std::thread::sleep(wait);
        true
    })
}

#[cfg(feature = "cookies")]
fn open_with(path: &Path, pause: impl FnMut(Duration) -> bool) -> io::Result<File> {
    patiently(if cfg!(windows) { A_MOMENT } else { 0 }, || File::open(path), pause)
}

/// Does `attempt`, and up to `tries` times again while another program has a file open that is in its way.
/// `pause` says whether to go on.
fn patiently<T>(
    tries: u32,
    mut attempt: impl FnMut() -> io::Result<T>,
    mut pause: impl FnMut(Duration) -> bool,
) -> io::Result<T> {
    for done in 0..tries {
        // No wait is longer than a call may take to end.
        let wait = Duration::from_millis(8 << done.min(3));
        match attempt() {
            Err(err) if is_held(&err) && pause(wait) => {}
            done => return done,
        }
    }
    attempt()
}

/// By its number on Windows: access denied, a sharing violation, a lock violation.
fn is_held(err: &io::Error) -> bool {
    matches!(err.raw_os_error(), Some(5 | 32 | 33))
}

/// Appends what `content` yields to the file at `path`, which is created if it does not exist. After an error the
/// file is as it was before, or the error says that it is not. A device gets the bytes as they come.
#[cfg(feature = "chilkat")]
pub(crate) fn append_whole(path: &Path, content: &mut dyn io::Read) -> Result<()> {
    let unusable = |err: io::Error, more: String| {
        let message = format!("cannot append to the file {}: {err}{more}", quoted(path));
        Error::new(ErrorKind::Io, message).with_source(err)
    };
    let failed = |err| unusable(err, String::new());
    if let WriteTarget::Device = target_at(path)? {
        let mut device = OpenOptions::new().write(true).open(path).map_err(failed)?;
        return io::copy(content, &mut device).map(drop).map_err(failed);
    }
    // What a link leads to is removed again, not the link.
    let real = followed(path).map_err(failed)?;
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
        Ok(_) => open_to_cut(&real).and_then(|file| file.set_len(length)),
        Err(err) => Err(err),
    };
    let more = undone.err().map(|err| {
        format!(
            "; what was appended could not be removed ({err}): the file had {length} bytes before"
        )
    });
    Err(unusable(err, more.unwrap_or_default()))
}

/// A file, and how much was written to it, also if a write in the middle failed.
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

/// Opens a file so that it can be cut. Windows does not cut through a handle that may only append.
#[cfg(feature = "chilkat")]
fn open_to_cut(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).open(path)
}

/// Waits until all that was written to a file is on disk.
pub(crate) fn sync(file: &File) -> io::Result<()> {
    flushed(file.sync_all(), || plain_sync(file))
}

/// Waits until the content of a file is on disk.
#[cfg(feature = "zoom")]
pub(crate) fn sync_data(file: &File) -> io::Result<()> {
    flushed(file.sync_data(), || plain_sync(file))
}

/// Waits until the name of a file that was just created is on disk, too.
#[cfg(feature = "zoom")]
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = File::open(folder_of(path))?;
        // Some file systems (FUSE, CIFS) flush files only.
        return flushed(sync(&folder), || Ok(()));
    }
    Ok(())
}

/// The result of a flush, or of `otherwise` where the file system does not have that flush. macOS flushes down to
/// the platters by `F_FULLFSYNC`, which SMB, NFS and FUSE may refuse.
fn flushed(flush: io::Result<()>, otherwise: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    match flush {
        Err(err) if is_no_flush(&err) => otherwise(),
        done => done,
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
fn is_no_flush(err: &io::Error) -> bool {
    let codes = [libc::ENOTSUP, libc::EOPNOTSUPP, libc::EINVAL, libc::ENOTTY, libc::ENOSYS];
    err.raw_os_error().is_some_and(|code| codes.contains(&code))
}

#[cfg(not(unix))]
fn is_no_flush(_: &io::Error) -> bool {
    false
}

#[cfg(test)]
mod tests;
