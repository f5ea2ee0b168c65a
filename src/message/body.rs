//! Request bodies: data in memory and files, with a known total length and readable more than once.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

use crate::error::{Error, ErrorKind, Result};
use crate::text::file::quoted;

/// A file, or a part of it, that is read when the request is sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FileSource {
    pub(crate) path: PathBuf,
    /// Offset and length in bytes; `None` is the whole file.
    pub(crate) chunk: Option<(u64, u64)>,
}

/// Data between two pieces of a body's text. What the request owns is borrowed.
enum Insert<'r> {
    Bytes(&'r [u8]),
    File { source: &'r FileSource, offset: u64, len: u64 },
}

/// The body of a request: text, which is in one piece in memory, with large data and files in between.
#[derive(Default)]
pub(crate) struct Body<'r> {
    text: Cow<'r, [u8]>,
    /// Each with the number of bytes of the text before it.
    inserts: Vec<(usize, Insert<'r>)>,
    /// The length of all inserts.
    inserted: u64,
}

impl<'r> Body<'r> {
    pub(crate) fn from_bytes(bytes: impl Into<Cow<'r, [u8]>>) -> Body<'r> {
        Body { text: bytes.into(), ..Body::default() }
    }

    /// The text, to append to.
    pub(super) fn text(&mut self) -> &mut Vec<u8> {
        self.text.to_mut()
    }

    /// Adds bytes without copying them.
    pub(super) fn push_borrowed(&mut self, bytes: &'r [u8]) {
        self.inserted += bytes.len() as u64;
        self.inserts.push((self.text.len(), Insert::Bytes(bytes)));
    }

    /// Adds a file after checking that it can be opened. `field` names it in errors.
    pub(crate) fn push_file(&mut self, source: &'r FileSource, field: &str) -> Result<()> {
        let (offset, len) = measure(source, field)?;
        // The pieces in memory cannot overflow the sum.
        self.inserted = self
            .inserted
            .checked_add(len)
            .filter(|total| *total <= i64::MAX as u64)
            .ok_or_else(|| Error::invalid(field, "the body would be longer than 2^63 bytes"))?;
        self.inserts.push((self.text.len(), Insert::File { source, offset, len }));
        Ok(())
    }

    /// The length in bytes, for Content-Length.
    pub(crate) fn len(&self) -> u64 {
        self.text.len() as u64 + self.inserted
    }

    /// Returns a reader at the first byte.
    pub(crate) fn open(&self) -> BodyReader<'_> {
        BodyReader {
            text: &self.text,
            text_read: 0,
            inserts: self.inserts.iter(),
            current: Current::Done,
        }
    }
}

/// Returns offset and length of `source` after checking that it can be opened.
fn measure(source: &FileSource, field: &str) -> Result<(u64, u64)> {
    let shown = quoted(&source.path);
    let fail = |err: io::Error| {
        Error::invalid(field, format_args!("cannot read the file {shown}: {err}")).with_source(err)
    };
    // Checked before opening, which would block on a named pipe.
    let meta = std::fs::metadata(&source.path).map_err(fail)?;
    if !meta.is_file() {
        return Err(Error::invalid(field, format_args!("{shown} is not a regular file")));
    }
    File::open(&source.path).map_err(fail)?;
    match source.chunk {
        None => Ok((0, meta.len())),
        Some((offset, len)) if offset.checked_add(len).is_some_and(|end| end <= meta.len()) => {
            Ok((offset, len))
        }
        Some((offset, len)) => Err(Error::invalid(
            field,
            format_args!(
                "the chunk of {len} bytes at offset {offset} ends after the end of {shown}, \
                 which has {} bytes",
                meta.len()
            ),
        )),
    }
}

/// A reader of a [`Body`]. Its errors concern a file and are of kind [`ErrorKind::Body`].
pub(crate) struct BodyReader<'b> {
    text: &'b [u8],
    text_read: usize,
    /// The inserts that have not been started.
    inserts: std::slice::Iter<'b, (usize, Insert<'b>)>,
    current: Current<'b>,
}

enum Current<'b> {
    Bytes(&'b [u8]),
    File { file: File, left: u64, source: &'b FileSource },
    Done,
}

impl BodyReader<'_> {
    /// Fills `buf` and returns the number of bytes, which is less than `buf.len()` only at the end of the body.
    pub(crate) fn fill(&mut self, buf: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < buf.len() {
            let rest = &mut buf[filled..];
            match &mut self.current {
                Current::Bytes(bytes) if !bytes.is_empty() => {
                    let n = bytes.len().min(rest.len());
                    rest[..n].copy_from_slice(&bytes[..n]);
                    *bytes = &bytes[n..];
                    filled += n;
                }
                Current::File { file, left, source } if *left > 0 => {
                    let want = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    let n =
                        read_some(file, &mut rest[..want]).map_err(|e| unreadable(source, &e))?;
                    if n == 0 {
                        return Err(size_changed(source, "became shorter"));
                    }
                    *left -= n as u64;
                    filled += n;
                    if *left == 0 {
                        check_end(file, source)?;
                    }
                }
                _ => {
                    if !self.start_next()? {
                        break;
                    }
                }
            }
        }
        Ok(filled)
    }

    /// Makes the next piece the current one. Returns false at the end of the body.
    fn start_next(&mut self) -> Result<bool> {
        let next = self.inserts.as_slice().first();
        let text_end = next.map_or(self.text.len(), |(at, _)| *at);
        if self.text_read < text_end {
            self.current = Current::Bytes(&self.text[self.text_read..text_end]);
            self.text_read = text_end;
            return Ok(true);
        }
        self.current = match self.inserts.next() {
            Some((_, Insert::Bytes(bytes))) => Current::Bytes(bytes),
            Some((_, Insert::File { source, offset, len })) => {
                let mut file = File::open(&source.path).map_err(|e| unreadable(source, &e))?;
                if *offset > 0 {
                    file.seek(SeekFrom::Start(*offset)).map_err(|e| unreadable(source, &e))?;
                }
                if *len == 0 {
                    check_end(&mut file, source)?;
                }
                Current::File { file, left: *len, source }
            }
            None => Current::Done,
        };
        Ok(!matches!(self.current, Current::Done))
    }
}

/// Checks that a whole file has not grown since its length was sent.
fn check_end(file: &mut File, source: &FileSource) -> Result<()> {
    let whole = source.chunk.is_none();
    if whole && read_some(file, &mut [0]).map_err(|e| unreadable(source, &e))? > 0 {
        return Err(size_changed(source, "became longer"));
    }
    Ok(())
}

fn read_some(file: &mut File, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(buf) {
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn size_changed(source: &FileSource, how: &str) -> Error {
    let path = quoted(&source.path);
    Error::new(ErrorKind::Body, format!("the file {path} {how} while it was being sent"))
}

fn unreadable(source: &FileSource, err: &io::Error) -> Error {
    let how = match err.kind() {
        io::ErrorKind::NotFound => "vanished before it was sent".to_owned(),
        _ => format!("could no longer be read while it was being sent: {err}"),
    };
    Error::new(ErrorKind::Body, format!("the file {} {how}", quoted(&source.path)))
        .with_source(io::Error::from(err.kind()))
}

/// Guesses the media type from a file name; `application/octet-stream` if the extension is unknown.
pub(crate) fn guess_type(file_name: &str) -> String {
    // Not with `Path`, which would guess differently on Windows.
    let is_name = |part: &&str| !matches!(*part, "" | ".");
    let name = file_name.split('/').rfind(is_name).unwrap_or_default();
    let extension = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    let guess = mime_guess::from_ext(extension.map_or("", |(_, extension)| extension));
    guess.first_or_octet_stream().essence_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(body: &Body<'_>, step: usize) -> Result<Vec<u8>> {
        let (mut reader, mut all, mut buf) = (body.open(), Vec::new(), vec![0; step]);
        loop {
            let n = reader.fill(&mut buf)?;
            all.extend_from_slice(&buf[..n]);
            if n < step {
                return Ok(all);
            }
        }
    }

    #[test]
    fn pieces_are_read_in_order_with_any_buffer_and_more_than_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, b"0123456789").unwrap();
        let chunk = FileSource { path: path.clone(), chunk: Some((2, 3)) };
        let whole = FileSource { path, chunk: None };
        let mut body = Body::from_bytes(b"<".as_slice());
        body.push_file(&chunk, "f").unwrap();
        body.push_borrowed(b"(");
        body.push_borrowed(b")");
        body.text().push(b'|');
        body.push_file(&whole, "f").unwrap();
        body.text().push(b'>');
        assert_eq!(body.len(), 18);
        for step in 1..20 {
            assert_eq!(read_all(&body, step).unwrap(), b"<234()|0123456789>");
        }
    }

    #[test]
    fn a_type_is_guessed_from_the_last_extension_on_every_system() {
        for (name, guess) in [
            ("f.txt", "text/plain"),
            (r"f\.txt", "text/plain"),
            (r"a.png\f.txt", "text/plain"),
            (r"C:\f.d\g", "application/octet-stream"),
            ("F.TXT", "text/plain"),
            (".txt", "application/octet-stream"),
            ("d/.txt", "application/octet-stream"),
            ("..txt", "text/plain"),
            ("d/f.txt/", "text/plain"),
            ("f.txt/.", "text/plain"),
            ("f.txt/g", "application/octet-stream"),
            ("f.txt.", "application/octet-stream"),
            ("txt", "application/octet-stream"),
            ("", "application/octet-stream"),
        ] {
            assert_eq!(guess_type(name), guess, "{name}");
        }
        // On Unix `Path` divides a name in the same way.
        if cfg!(unix) {
            let parts = [".", "/", "\\", "txt", "png", "é", "\0"];
            for number in 0..parts.len().pow(5) {
                let digits = (0..5).map(|place| number / parts.len().pow(place) % parts.len());
                let name: String = digits.map(|digit| parts[digit]).collect();
                let by_path = mime_guess::from_path(&name).first_or_octet_stream();
                assert_eq!(guess_type(&name), by_path.essence_str(), "{name:?}");
            }
        }
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, b"0123456789").unwrap();
        let source = FileSource { path: path.clone(), chunk: None };
        let mut body = Body::default();
        body.push_file(&source, "f").unwrap();
        for (now, says) in [("short", "shorter"), ("longer than before", "longer")] {
            std::fs::write(&path, now).unwrap();
            let err = read_all(&body, 4).unwrap_err();
            assert_eq!(err.kind(), ErrorKind::Body);
            assert!(err.to_string().contains(says), "{err}");
        }
        std::fs::remove_file(&path).unwrap();
        assert!(read_all(&body, 4).unwrap_err().to_string().contains("vanished"));
    }
}
