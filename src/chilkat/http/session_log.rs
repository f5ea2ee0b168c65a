//! The session log: a file of the messages that are sent and received.

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::class::Http;
use super::masking::{masked_head, masked_value};
use crate::message::prepare::Prepared;
use crate::message::request::HttpRequest;
use crate::message::response_head::Head;
use crate::text::file;
use crate::text::headers::FieldNames;
use crate::transport::message_log::{MessageLog, SessionLog};

/// The file of a session log.
struct LogFile {
    path: PathBuf,
    /// Held for each entry, as clones share the file.
    turn: Mutex<()>,
}

/// The file of the log, and whether it contains secrets.
#[derive(Clone, Default)]
pub(super) struct LogSettings {
    file: Option<Arc<LogFile>>,
    secrets: bool,
}

impl MessageLog for LogSettings {
    fn request(
        &self,
        request: &HttpRequest,
        sensitive: &FieldNames,
        prepared: &Prepared<'_>,
        head: &[u8],
    ) {
        let Some(log) = &self.file else { return };
        let head = match self.secrets {
            true => Cow::Borrowed(head),
            false => Cow::Owned(masked_head(request, head, sensitive).into_bytes()),
        };
        log.entry("Sending", &head, &mut |file| match &prepared.body {
            Some(body) if self.secrets => {
                let (mut reader, mut buf) = (body.open(), vec![0; 64 * 1024]);
                loop {
                    // The call itself reports a body that cannot be read.
                    let Ok(n) = reader.fill(&mut buf) else { return Ok(()) };
                    file.write_all(&buf[..n])?;
                    if n < buf.len() {
                        return Ok(());
                    }
                }
            }
            Some(body) => write!(file, "<{} bytes>", body.len()),
            None => Ok(()),
        });
    }

    fn response(
        &self,
        request: &HttpRequest,
        sensitive: &FieldNames,
        head: &Head,
        body: Option<&[u8]>,
        length: Option<u64>,
    ) {
        let Some(log) = &self.file else { return };
        let mut text = format!("{}\r\n", head.status_line());
        for (name, value) in (0..head.fields.len()).filter_map(|index| head.field(index)) {
            let shown =
                if self.secrets { value } else { masked_value(request, name, value, sensitive) };
            text.extend([name, ": ", shown, "\r\n"]);
        }
        text.push_str("\r\n");
        log.entry("Received", text.as_bytes(), &mut |file| match body {
            Some(body) if self.secrets => file.write_all(body),
            _ => match length {
                Some(length) => write!(file, "<{length} bytes>"),
                None => file.write_all(b"<body of unknown length>"),
            },
        });
    }
}

impl LogFile {
    fn entry(&self, what: &str, head: &[u8], body: &mut dyn FnMut(&mut File) -> io::Result<()>) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let now = httpdate::fmt_http_date(std::time::SystemTime::now());
        let mut start = format!("---- {what}, {now} ----\r\n").into_bytes();
        start.extend_from_slice(head);
        let target = file::target_at(&self.path).map_err(io::Error::from);
        let written = target.and_then(|_| open(&self.path)).and_then(|mut file| {
            file.write_all(&start)?;
            body(&mut file)?;
            file.write_all(b"\r\n")
        });
        // A log that cannot be written does not make the call fail.
        if let Err(err) = written {
            log::warn!("the session log {} cannot be written: {err}", file::quoted(&self.path));
        }
    }
}

/// Opens a log for appending. A new one is readable by its owner only, as it may contain secrets.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Session log settings.
impl Http {
    /// The path of the session log. Default empty: no log.
    #[doc(alias = "SessionLogFilename")]
    #[doc(alias = "sessionLogFilename")]
    pub fn session_log_filename(&self) -> String {
        self.log.file.as_ref().map(|file| file.path.display().to_string()).unwrap_or_default()
    }

    /// Appends each request and each response, redirects and resends included, to a
    /// file. `""` stops the log.
    ///
    /// Credentials, cookies, marked headers and the values of query parameters are shown as `***`, and only the size of
    /// a body is shown, unless [`set_session_log_secrets`](Self::set_session_log_secrets) is
    /// true. A new file is readable by its owner only (on Unix). Clones write their entries in turn;
    /// other objects with the same file may interleave entries. If the file cannot be
    /// written, a warning is logged with the crate `log`, and the call continues.
    #[doc(alias = "put_SessionLogFilename")]
    pub fn set_session_log_filename(&mut self, path: impl AsRef<Path>) -> &mut Self {
        let path = path.as_ref();
        self.log.file = (!path.as_os_str().is_empty())
            .then(|| Arc::new(LogFile { path: path.to_owned(), turn: Mutex::new(()) }));
        self.use_log()
    }

    /// Sets whether the session log shows everything that is sent and received, including tokens,
    /// passwords, cookies and bodies (responses decoded). Default false.
    pub fn set_session_log_secrets(&mut self, everything: bool) -> &mut Self {
        self.log.secrets = everything;
        // Without a file here, a log that the transport already had stays.
        if self.log.file.is_some() { self.use_log() } else { self }
    }

    fn use_log(&mut self) -> &mut Self {
        let log =
            self.log.file.is_some().then(|| Arc::new(self.log.clone()) as Arc<dyn MessageLog>);
        self.transport.settings_mut().session_log = SessionLog(log);
        self
    }
}
