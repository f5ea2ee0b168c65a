//! Files that are written whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// What a file at `path` would replace, if anything. Refuses to replace a folder, a
/// device or a pipe.
pub(crate) fn replaceable(path: &Path) -> Result<Option<fs::Metadata>> {
    match fs::metadata(path) {
        Ok(meta) if !meta.is_file() => {
            let message = format!("cannot write the file {path:?}: it is not a regular file");
            Err(Error::new(ErrorKind::Io, message))
        }
        meta => Ok(meta.ok()),
    }
}

/// The folder that a file at `path` is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Creates `path` with what `write` hands to its argument. It appears, or replaces what was there,
/// only once `write` has succeeded and the content is on disk; until then it is a hidden file
/// beside it. A file that is replaced keeps its permissions, and a link to one keeps leading there.
pub(crate) fn write_whole<T>(
    path: &Path,
    write: impl FnOnce(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<T>,
) -> Result<T> {
    // What a newly created file has; the umask takes its share.
    replace(path, 0o666, write).map(|(value, _)| value)
}

/// Like [`write_whole`], but a file that was not there is for its owner only (on Unix). Gives the
/// file that was written, which may not be the one at `path` any more.
#[cfg(feature = "cookies")]
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<fs::File> {
    replace(path, 0o600, |put| put(content)).map(|((), file)| file)
}

fn replace<T>(
    path: &Path,
    #[cfg_attr(not(unix), expect(unused_variables))] new_mode: u32,
    write: impl FnOnce(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<T>,
) -> Result<(T, fs::File)> {
    let failed = |err: io::Error| {
        let message = format!("cannot write the file {path:?}: {err}");
        Error::new(ErrorKind::Io, message).with_source(err)
    };
    let replaced = match replaceable(path)? {
        Some(meta) => Some((fs::canonicalize(path).map_err(failed)?, meta.permissions())),
        None => None,
    };
    let target = replaced.as_ref().map_or(path, |(target, _)| target);
    let dir = folder_of(target);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".zoomkat-");
    #[cfg(unix)]
    if replaced.is_none() {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(new_mode));
    }
    let mut temp = builder.tempfile_in(dir).map_err(failed)?;
    let file = temp.as_file_mut();
    let value = write(&mut |bytes| file.write_all(bytes).map_err(failed))?;
    file.sync_all().map_err(failed)?;
    if let Some((_, permissions)) = &replaced {
        file.set_permissions(permissions.clone()).map_err(failed)?;
    }
    let file = temp.persist(target).map_err(|err| failed(err.error))?;
    Ok((value, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_in_the_folder_where_it_will_be() {
        let dir = tempfile::tempdir().unwrap();
        let files = || std::fs::read_dir(dir.path()).unwrap().count();
        write_whole(&dir.path().join("f"), |_| {
            assert_eq!(files(), 1, "another folder may be on another disk");
            Ok(())
        })
        .unwrap();
        assert_eq!(files(), 1);
    }
}
