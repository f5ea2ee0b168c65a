//! The folder of a site: which files in it belong to the site, and how they are replaced.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::assets;
use crate::report::{Failure, escape_controls};

/// The file that marks a folder of pages. It lists the files of the site.
const MARKER: &str = ".zoomkat-site";

/// A folder while a site is written to it.
pub(super) struct OutputFolder {
    path: PathBuf,
    previous: BTreeSet<String>,
    files: BTreeSet<String>,
}

impl OutputFolder {
    /// Prepares a folder for these files. It is created if it is missing. If it is not empty, it must contain
    /// the files of an earlier run, and no other file with one of these names.
    pub(super) fn open(path: &Path, files: BTreeSet<String>) -> Result<OutputFolder, Failure> {
        fs::create_dir_all(path).map_err(|err| write_error(path, &err))?;
        let previous = previous_files(path)?;
        for name in files.difference(&previous) {
            let file = path.join(name);
            if file.symlink_metadata().is_ok() {
                return Err(Failure::input(format!(
                    "{} exists and was not written by zoomkat: choose another folder, or move the file",
                    escape_controls(&file.display().to_string())
                )));
            }
        }
        let folder = OutputFolder { path: path.to_owned(), previous, files };
        // The old and the new files, so that an interrupted run can be repeated.
        folder.save(MARKER, &list(folder.previous.union(&folder.files)))?;
        Ok(folder)
    }

    /// Writes a file. An existing one is replaced, not written to, since it may be a link to another file.
    pub(super) fn save(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.path.join(name);
        remove(&path)
            .and_then(|()| fs::File::create_new(&path)?.write_all(text.as_bytes()))
            .map_err(|err| write_error(&path, &err))
    }

    /// Deletes the files of the earlier run that the site no longer has.
    pub(super) fn close(self) -> Result<(), Failure> {
        for name in self.previous.difference(&self.files) {
            let path = self.path.join(name);
            remove(&path).map_err(|err| write_error(&path, &err))?;
        }
        self.save(MARKER, &list(self.files.iter()))
    }
}

fn list<'n>(names: impl Iterator<Item = &'n String>) -> String {
    names.map(|name| format!("{name}\n")).collect()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => Err(err),
        _ => Ok(()),
    }
}

/// Returns the files of an earlier run.
fn previous_files(out: &Path) -> Result<BTreeSet<String>, Failure> {
    let marker = out.join(MARKER);
    match fs::read_to_string(&marker) {
        // Anyone may have changed the list, so names that the site cannot have are skipped.
        Ok(list) => Ok(list.lines().filter(|name| is_possible(name)).map(str::to_owned).collect()),
        Err(err) if err.kind() == io::ErrorKind::NotFound => {
            let mut files = fs::read_dir(out).map_err(|err| write_error(out, &err))?;
            match files.next() {
                None => Ok(BTreeSet::new()),
                Some(_) => Err(Failure::input(format!(
                    "{} is not empty and has no pages written by zoomkat: choose a new or empty folder",
                    out.display()
                ))),
            }
        }
        Err(err) => Err(write_error(&marker, &err)),
    }
}

fn write_error(path: &Path, err: &io::Error) -> Failure {
    Failure::failed(format_args!("{}: {err}", path.display()))
}

fn is_possible(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_stem = |stem: &str| !stem.is_empty() && stem.chars().all(plain);
    assets::FILES.contains(&name) || name.strip_suffix(".html").is_some_and(is_stem)
}
