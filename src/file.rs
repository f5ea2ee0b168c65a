//! Files that are written whole or not at all.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// Creates `path` with what `write` puts in it. It appears, or replaces what was there, only once
/// `write` has succeeded and the content is on disk; until then it is a hidden file beside it.
pub(crate) fn write_whole<T>(path: &Path, write: impl FnOnce(&mut File) -> Result<T>) -> Result<T> {
    let failed = |err: io::Error| {
        let shown = path.display();
        Error::new(ErrorKind::Io, format!("cannot write the file {shown}: {err}")).with_source(err)
    };
    let dir = match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".zoomkat-");
    #[cfg(unix)]
    {
        // What a newly created file has; the umask takes its share.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut temp = builder.tempfile_in(dir).map_err(failed)?;
    let value = write(temp.as_file_mut())?;
    temp.as_file().sync_all().map_err(failed)?;
    temp.persist(path).map_err(|err| failed(err.error))?;
    Ok(value)
}

/// The error of a write to a file of ours.
pub(crate) fn cannot_write(err: &io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("cannot write to the file: {err}"))
        .with_source(io::Error::from(err.kind()))
}
