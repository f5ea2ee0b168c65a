//! Downloads of recordings and other files. A file is written completely or not at all.

use std::path::Path;

use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::message::response_head::Head;
use crate::net::origin::HttpUrl;
use crate::redact::{is_secret, masked_location, quoted};
use crate::text::file;
use crate::text::percent;
use crate::transport::Transport;
use crate::transport::call::CallRequest;
use crate::transport::output::{Inspector, Output};
use crate::zoom::answer::body::ZoomBody;
use crate::zoom::answer::unexpected_content::UnexpectedContent;
use crate::zoom::call::ApiCall;
use crate::zoom::client::Zoom;
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::mask::secrets::SecretSet;
use crate::zoom::oauth::base::{Base, is_zoom_host, without_trailing_dot};

/// File downloads.
impl Zoom {
    /// Downloads a file to `path` and returns its length in bytes.
    ///
    /// `url` is a `download_url`, for example from `recording_files` in the answer of
    /// `GET /meetings/{meetingId}/recordings` ([Meetings](https://developers.zoom.us/docs/api/meetings/)).
    /// The client sends its token in `Authorization: Bearer` and keeps the query of the URL. Zoom answers
    /// with a redirect to its storage, which the client follows. The token is not sent to the target of a
    /// redirect, even at another Zoom host: Zoom's storage is under `zoom.us`, too. The `download_token` of
    /// a webhook is valid for the files that the webhook names: pass it to
    /// [`access_token`](crate::zoom::ZoomBuilder::access_token) of another client.
    ///
    /// The file appears, or replaces an existing one, only when it is complete. On any error `path` is left
    /// unchanged. The file is streamed to disk and has no size limit by default:
    /// [`set_max_response_size`](Transport::set_max_response_size) of the
    /// [transport](crate::zoom::ZoomBuilder::transport) sets one, and the transport's time limits apply. To
    /// end a download, call [`abort_current`](Transport::abort_current) of a clone of that transport.
    ///
    /// If the file is complete and only replacing the old one fails (on Windows while another program has it
    /// open, after a wait of about a second), it stays in the same folder as `.zoomkat-*`, and the error names
    /// it. A device such as `/dev/null`, or `NUL` on Windows, is not replaced: it receives the bytes directly.
    ///
    /// Token renewal and retries work as for a GET (see [`Zoom`]). A download has no rate limit label: it does
    /// not wait for a turn and does not count towards a daily limit. After the first bytes of the file, the
    /// client does not retry.
    ///
    /// ```no_run
    /// use zoomkat::zoom;
    ///
    /// # let zoom = zoomkat::zoom::Zoom::builder().access_token("").build()?;
    /// let path = zoom::path("/meetings/{meetingId}/recordings").with("meetingId", "85746065");
    /// let recordings: serde_json::Value = zoom.get(path)?;
    /// for file in recordings["recording_files"].as_array().into_iter().flatten() {
    ///     let (Some(id), Some(url)) = (file["id"].as_str(), file["download_url"].as_str()) else {
    ///         continue; // not ready yet
    ///     };
    ///     let bytes = zoom.download(url, format!("{id}.mp4"))?;
    ///     println!("{id}: {bytes} bytes");
    /// }
    /// # Ok::<(), zoomkat::zoom::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of a call, and
    ///
    /// * [`InvalidRequest`](ErrorKind::InvalidRequest) for a `url` that is neither https at a Zoom host
    ///   (`zoom.us` and its subdomains, or `zoomgov.com` for a client of that cloud) nor at the
    ///   [`base_url`](crate::zoom::ZoomBuilder::base_url); and for a `path` that does not name a file, is a
    ///   folder, or is in a folder that does not exist. Nothing was sent.
    /// * [`NotPermitted`](ErrorKind::NotPermitted) if Zoom sends a page that asks for a passcode or a login,
    ///   and [`Refused`](ErrorKind::Refused) if it sends another page, or an error, with a status of
    ///   success. A body counts as a page if its type is HTML or it starts like HTML, unless
    ///   `Content-Disposition: attachment` marks it as a file.
    /// * [`Body`](ErrorKind::Body) for a 2xx status other than 200 and 203: with 202 the file is not
    ///   ready, with 204 there is none, with 206 it is not complete.
    /// * [`Transport`](ErrorKind::Transport) if the file is incomplete or cannot be written; the
    ///   [source](std::error::Error::source) says which.
    pub fn download(&self, url: &str, path: impl AsRef<Path>) -> Result<u64> {
        self.download_with(url, path, |_, _| {})
    }

    /// Like [`download`](Self::download), with progress: `progress` receives the number of bytes written,
    /// and the length of the file if it is known in advance.
    ///
    /// It is called on this thread after each write, and at least once. The number never decreases. The file
    /// appears at `path` only after the last call has returned.
    ///
    /// ```no_run
    /// # let zoom = zoomkat::zoom::Zoom::builder().access_token("").build()?;
    /// # let url = "";
    /// zoom.download_with(url, "all-hands.mp4", |bytes, total| match total {
    ///     Some(total) => eprint!("\r{bytes} of {total} bytes"),
    ///     None => eprint!("\r{bytes} bytes"),
    /// })?;
    /// # Ok::<(), zoomkat::zoom::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`download`](Self::download).
    pub fn download_with(
        &self,
        url: &str,
        path: impl AsRef<Path>,
        mut progress: impl FnMut(u64, Option<u64>),
    ) -> Result<u64> {
        let path = path.as_ref();
        let target = self.target(url).and_then(|target| check_path(path).map(|()| target));
        let target = target.map_err(|err| err.masked(&self.own_secrets()))?;
        let mut req = HttpRequest::new();
        req.set_path(&target.path);
        // An error in JSON has the most detail.
        if self.inner.http.get_request_header("Accept").is_none() {
            req.add_header("Accept", "application/json, */*;q=0.8");
        }
        let origin = &target.origin;
        let base = Base {
            ssl: origin.is_tls(),
            host: without_trailing_dot(origin.host()).to_owned(),
            port: origin.port(),
            prefix: String::new(),
        };
        let (target_path, progress) = (&*target.path, &mut progress);
        let download = Download { base, target: target_path, path, progress, unexpected: None };
        let mut nothing = || Ok(());
        let call = ApiCall::new(self, None, "", None, &mut nothing);
        let mut call = call.for_file(download);
        let result = call.run(req.clone());
        let unexpected = call.download.and_then(|download| download.unexpected);
        match result {
            Ok(resp) => Ok(resp.content_length()),
            Err(err) => {
                let mut secrets = self.secrets(&req);
                add_query_values(&target.path, &mut secrets);
                let err = explain(err, unexpected).with_call(&format!("GET {}", target.shown()));
                Err(err.masked(&secrets))
            }
        }
    }

    /// Parses a URL and refuses one to which the token must not be sent.
    fn target(&self, url: &str) -> Result<HttpUrl> {
        let refuse = |why: &str| {
            let shown = quoted(&masked_location(url));
            Err(Error::invalid("url", format_args!("{shown} {why}")))
        };
        // Parsers disagree on whether these end the host.
        if url.contains(|c: char| c == '\\' || c.is_control()) {
            return refuse("contains a backslash or a control character");
        }
        let after = url.split_once("://").map_or("", |(_, after)| after);
        if after.split(['/', '?', '#']).next().unwrap_or_default().contains('@') {
            return refuse("contains a user; remove it, since the client sends its own token");
        }
        let target = HttpUrl::of_url(url).map_err(Error::from_transport)?;
        let origin = &target.origin;
        let host = without_trailing_dot(origin.host());
        let is_base = self.inner.base.as_ref().is_some_and(|base| {
            (base.ssl, base.port) == (origin.is_tls(), origin.port()) && base.host == host
        });
        let mut own = self.inner.base.iter().chain([&self.inner.auth.oauth]);
        match () {
            () if is_base => Ok(target),
            () if !is_zoom_host(host) => refuse(
                "is not at a Zoom host, and the token is sent to no other: pass the download_url from \
                 Zoom's answer",
            ),
            () if !own.all(|own| own.is_in_cloud_of(host)) => refuse(
                "is in another Zoom cloud than the client: a token of zoom.us is not valid at \
                 zoomgov.com, nor the reverse; use a client of that cloud",
            ),
            () if !origin.is_tls() => {
                refuse("is not https: an on-path attacker could read the token")
            }
            () if origin.port() != 443 => {
                refuse("has a port other than 443, the only one that Zoom uses")
            }
            () => Ok(target),
        }
    }
}

/// Refuses a path at which no file can be written.
fn check_path(path: &Path) -> Result<()> {
    let refuse =
        |why: &str| Err(Error::invalid("path", format_args!("{} {why}", file::quoted(path))));
    let bytes = path.as_os_str().as_encoded_bytes();
    // A separator or a dot after the name means a folder.
    if path.file_name().is_none_or(|name| !bytes.ends_with(name.as_encoded_bytes())) {
        return refuse("does not name a file");
    }
    if bytes.contains(&0) {
        return refuse("contains a NUL");
    }
    if !file::folder_of(path).is_dir() {
        return refuse("is in a folder that does not exist; create it first");
    }
    match file::target_at(path) {
        Ok(_) => Ok(()),
        Err(err) => Err(Error::invalid("path", err.message())),
    }
}

/// Adds to the error of a download what the caller can do about it.
fn explain(err: Error, unexpected: Option<UnexpectedContent>) -> Error {
    match unexpected {
        Some(unexpected @ UnexpectedContent::Page(_)) => {
            let err = match unexpected.asks_for_login() {
                true => err.with_kind(ErrorKind::NotPermitted),
                false => err,
            };
            err.with_advice(
                "is the URL a download_url, not a play_url or a share_url, and can the app's user see \
                 the recording?",
            )
        }
        Some(UnexpectedContent::Status(200..300)) => err.with_kind(ErrorKind::Body),
        // Any other 401 is about the app or its permissions, not about the file.
        _ if err.status() == Some(401) && err.kind() == ErrorKind::TokenExpired => err.with_advice(
            "Zoom may refuse a file for a few minutes after it is ready: try again later",
        ),
        _ => err,
    }
}

/// The file that a call downloads.
pub(super) struct Download<'d> {
    base: Base,
    /// Path and query of the caller's URL.
    target: &'d str,
    path: &'d Path,
    progress: &'d mut dyn FnMut(u64, Option<u64>),
    /// The content of the last answer, if it is not the file.
    unexpected: Option<UnexpectedContent>,
}

impl Download<'_> {
    /// Returns the origin of the file. Its path is the request's.
    pub(super) fn base(&self) -> &Base {
        &self.base
    }

    pub(super) fn receive(
        &mut self,
        http: &Transport,
        req: &HttpRequest,
    ) -> crate::error::Result<HttpResponse> {
        self.unexpected = None;
        let Base { ssl, host, port, .. } = self.base.clone();
        let output = Output { path: self.path, inspector: Some(self) };
        http.call(CallRequest { file: Some(output), ..CallRequest::new(&host, port, ssl, req) })
    }

    /// Returns the error of an answer that is not the file.
    pub(super) fn fault(&mut self, resp: &HttpResponse) -> Option<ZoomBody> {
        let read = || ZoomBody::read(resp);
        match resp.status_code() {
            200 | 203 => {}
            400.. => return Some(read()),
            // The inspector sees neither a 204 nor a redirect.
            status => self.unexpected = Some(UnexpectedContent::Status(status)),
        }
        self.unexpected.clone().map(|unexpected| unexpected.into_body(read()))
    }

    /// Adds the values in the queries of the call's URLs. The query of the storage URL gives anyone access
    /// to the file, and the answer may repeat it.
    pub(super) fn add_secrets(&self, resp: &HttpResponse, secrets: &mut SecretSet) {
        add_query_values(self.target, secrets);
        add_query_values(resp.final_redirect_url(), secrets);
    }
}

impl Inspector for Download<'_> {
    fn accepts(&mut self, head: &Head, start: &[u8], is_whole: bool) -> bool {
        self.unexpected = UnexpectedContent::detect(head, start, is_whole);
        self.unexpected.is_none()
    }

    fn wrote(&mut self, bytes: u64, total: Option<u64>) {
        (self.progress)(bytes, total);
    }
}

/// Adds the values in the query of a URL that have the name of a secret or are too long to be a word.
fn add_query_values(url: &str, secrets: &mut SecretSet) {
    /// A value of at least this length, in bytes, is not a word.
    const MIN_SECRET_LEN: usize = 16;
    // Longer or more values would take long to search for.
    const MAX_VALUE_LEN: usize = 4096;
    const MAX_VALUES: usize = 16;
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let values = pairs.filter(|(name, value)| is_secret(name) || value.len() >= MIN_SECRET_LEN);
    for (_, value) in values.filter(|(_, value)| value.len() <= MAX_VALUE_LEN).take(MAX_VALUES) {
        secrets.add_plain(&percent::decode_form(value, "utf-8"));
    }
}
