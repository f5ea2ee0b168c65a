//! Downloads from a URL.

use std::fs::File;
use std::io;
use std::path::Path;

use super::class::Http;
use crate::chilkat::bin_data::BinData;
use crate::chilkat::string_builder::StringBuilder;
use crate::error::{Error, ErrorKind, Result};
use crate::message::response::HttpResponse;
use crate::text::charset;
use crate::text::file::{self, WriteTarget};

/// Downloads from a URL.
///
/// # Errors
///
/// As for [`synchronous_request`](Http::synchronous_request); also [`Status`](ErrorKind::Status) for a status other
/// than 200 to 299, and [`Io`](ErrorKind::Io) if the file cannot be written.
impl Http {
    /// Downloads a URL to a file with GET, in constant memory. The file appears, or replaces an old one,
    /// only when the whole body has arrived; on an error nothing at `path` changes. Devices, and files that another
    /// program has open, are handled as by
    /// [`synchronous_request_to_file`](crate::Transport::synchronous_request_to_file).
    #[doc(alias = "Download")]
    pub fn download(&self, url: &str, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let resp = self.url_call(url, &self.quick("GET"), Some(path))?;
        self.check_status(&resp)?;
        if resp.status_code() == 204 {
            return file::write_whole(path, |_| Ok(())).map_err(|err| self.last.failed(err));
        }
        Ok(())
    }

    /// GETs a URL and appends the body to a file, which is created if it does not exist. On an error the file
    /// is unchanged, unless the error says otherwise.
    #[doc(alias = "DownloadAppend")]
    pub fn download_append(&self, url: &str, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        if let WriteTarget::Device = file::target_at(path).map_err(|err| self.last.refused(err))? {
            return self.download(url, path);
        }
        let unusable = |err: io::Error| {
            let message = format!("cannot append to the file {}: {err}", file::quoted(path));
            Error::new(ErrorKind::Io, message).with_source(err)
        };
        let failed = |err| self.last.failed(unusable(err));
        let new = tempfile::Builder::new().prefix(".zoomkat-").tempfile_in(file::folder_of(path));
        // The file is closed, as on Windows an open file cannot be replaced.
        let new = new.map_err(|err| self.last.refused(unusable(err)))?.into_temp_path();
        self.download(url, &new)?;
        let mut whole = File::open(&new).map_err(failed)?;
        file::append_whole(path, &mut whole).map_err(|err| self.last.failed(err))
    }

    /// GETs a URL and appends the body, decoded from this charset, to `sb`.
    #[doc(alias = "DownloadSb")]
    pub fn download_sb(&self, url: &str, charset: &str, sb: &mut StringBuilder) -> Result<()> {
        charset::encode("", charset)
            .map_err(|why| self.last.refused(Error::invalid("charset", why)))?;
        let resp = self.quick_get_obj(url)?;
        self.check_status(&resp)?;
        sb.append(&charset::decode(resp.body(), Some(charset)));
        Ok(())
    }

    /// GETs a URL and puts the body into `bd`, replacing its content.
    #[doc(alias = "DownloadBd")]
    pub fn download_bd(&self, url: &str, bd: &mut BinData) -> Result<()> {
        bd.clear();
        let resp = self.quick_get_obj(url)?;
        self.check_status(&resp)?;
        *bd = BinData::from(resp.into_body());
        Ok(())
    }

    /// Fails unless the status is 200 to 299.
    fn check_status(&self, resp: &HttpResponse) -> Result<()> {
        let status = resp.status_code();
        if (200..300).contains(&status) {
            return Ok(());
        }
        let message = format!("the response has the status {status}, and nothing was saved");
        let err = Error::new(ErrorKind::Status, message).with_status(status);
        Err(self.last.failed(resp.record.with_trace(err)))
    }
}
