//! Downloads: recordings and other files of Zoom's, each whole or not at all.

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
use crate::zoom::answer::substitute::Substitute;
use crate::zoom::call::ApiCall;
use crate::zoom::client::Zoom;
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::mask::secrets::Secrets;
use crate::zoom::oauth::base::{Base, is_zooms, without_root};

/// Files.
impl Zoom {
    /// Downloads a file into `path` and gives its length in bytes.
    ///
    /// `url` is a `download_url`, such as those of `recording_files` in the answer of
    /// `GET /meetings/{meetingId}/recordings` ([Meetings](https://developers.zoom.us/docs/api/meetings/)).
    /// The client's token goes with it, in `Authorization: Bearer`; a query that the URL has stays. Zoom
    /// answers with a redirect to its storage, which is followed. No redirect takes the token along, also
    /// not to another host of Zoom's: its storage is under `zoom.us` as well.
    /// The `download_token` of a webhook is good for the files that it names: give it to
    /// [`access_token`](crate::zoom::ZoomBuilder::access_token) of another client.
    ///
    /// The file appears, or replaces what was there, only when it has come whole; on any error nothing
    /// at `path` changes. The file's size does not matter, as it is not held in memory. It has
    /// no limit of its own: [`set_max_response_size`](Transport::set_max_response_size) of the
    /// [transport](crate::zoom::ZoomBuilder::transport) sets one, and its time limits hold. To end a
    /// download, call [`abort_current`](Transport::abort_current) of a clone of that transport.
    ///
    /// If the file has come and only the replacing fails (on Windows while another program has it open, which is
    /// waited for about a second), it stays in a file `.zoomkat-*` in the same folder, which the error names. A
    /// device such as `/dev/null`, or `NUL` on Windows, is not replaced: it gets the bytes as they come.
    ///
    /// A download is renewed and repeated as a GET is (see [`Zoom`]), but it has no rate limit label: it
    /// waits for no turn and counts for no day. Once some of the file has come, nothing is repeated.
    ///
    /// ```no_run
    /// use zoomkat::zoom;
    ///
    /// # let zoom = zoomkat::zoom::Zoom::builder().access_token("").build()?;
    /// let path = zoom::path("/meetings/{meetingId}/recordings").with("meetingId", "85746065");
    /// let recordings: serde_json::Value = zoom.get(path)?;
    /// for file in recordings["recording_files"].as_array().into_iter().flatten() {
    ///     let (Some(id), Some(url)) = (file["id"].as_str(), file["download_url"].as_str()) else {
    ///         continue; // it is still being made
    ///     };
    ///     let bytes = zoom.download(url, format!("{id}.mp4"))?;
    ///     println!("{id}: {bytes} bytes");
    /// }
    /// # Ok::<(), zoomkat::zoom::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of a call, and
    ///
    /// * [`InvalidRequest`](ErrorKind::InvalidRequest) for a `url` that is not https at a host of Zoom's
    ///   (`zoom.us`, or `zoomgov.com` for a client of that cloud, and what is under them) and not at the
    ///   [`base_url`](crate::zoom::ZoomBuilder::base_url); and for a `path` that names no file, is a folder, or is
    ///   in a folder that is not there. Nothing was sent.
    /// * [`NotPermitted`](ErrorKind::NotPermitted) where Zoom sends a page that asks for a passcode or a
    ///   login, and [`Refused`](ErrorKind::Refused) where it sends another page, or an error, with a
    ///   status of success. A page is what calls itself HTML or starts as HTML does, unless
    ///   `Content-Disposition: attachment` says that it is a file.
    /// * [`Body`](ErrorKind::Body) for a status of success other than 200 and 203: 202 says that the file
    ///   is not ready, 204 that there is none, 206 that it is not whole.
    /// * [`Transport`](ErrorKind::Transport) where the file did not come whole or could not be written;
    ///   the [source](std::error::Error::source) says which.
    pub fn download(&self, url: &str, path: impl AsRef<Path>) -> Result<u64> {
        self.download_with(url, path, |_, _| {})
    }

    /// [`download`](Self::download) that says how far it has come: `progress` gets the number of bytes
    /// that were written, and the number that the file has where that is known before.
    ///
    /// It is called on this thread, each time that more was written and once at least; the number
    /// never falls. The file is not at `path` before the last call has returned.
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
        // An error in JSON says the most.
        if self.inner.http.get_request_header("Accept").is_none() {
            req.add_header("Accept", "application/json, */*;q=0.8");
        }
        let origin = &target.origin;
        let base = Base {
            ssl: origin.is_tls(),
            host: without_root(origin.host()).to_owned(),
            port: origin.port(),
            prefix: String::new(),
        };
        let (target_path, progress) = (&*target.path, &mut progress);
        let download = Download { base, target: target_path, path, progress, substitute: None };
        let mut nothing = || Ok(());
        let call = ApiCall::new(self, None, "", None, &mut nothing);
        let mut call = call.for_file(download);
        let result = call.run(req.clone());
        let substitute = call.download.and_then(|download| download.substitute);
        match result {
            Ok(resp) => Ok(resp.content_length()),
            Err(err) => {
                let mut secrets = self.secrets(&req);
                add_values(&target.path, &mut secrets);
                let err = explained(err, substitute).with_call(&format!("GET {}", target.shown()));
                Err(err.masked(&secrets))
            }
        }
    }

    /// Reads a URL, and refuses one that the token may not go to.
    fn target(&self, url: &str) -> Result<HttpUrl> {
        let refuse = |why: &str| {
            let shown = quoted(&masked_location(url));
            Err(Error::invalid("url", format_args!("{shown} {why}")))
        };
        // Some read these as what ends a host, others as part of it.
        if url.contains(|c: char| c == '\\' || c.is_control()) {
            return refuse("holds a backslash or a control character, which no URL of Zoom's has");
        }
        let after = url.split_once("://").map_or("", |(_, after)| after);
        if after.split(['/', '?', '#']).next().unwrap_or_default().contains('@') {
            return refuse("holds a user; the client's own token is what Zoom wants");
        }
        let target = HttpUrl::of_url(url).map_err(Error::from_transport)?;
        let origin = &target.origin;
        let host = without_root(origin.host());
        let is_base = self.inner.base.as_ref().is_some_and(|base| {
            (base.ssl, base.port) == (origin.is_tls(), origin.port()) && base.host == host
        });
        let mut own = self.inner.base.iter().chain([&self.inner.auth.oauth]);
        match () {
            () if is_base => Ok(target),
            () if !is_zooms(host) => refuse(
                "is not at a host of Zoom's, and the token goes to no other: give the download_url \
                 that Zoom gave",
            ),
            () if !own.all(|own| own.is_in_cloud_of(host)) => refuse(
                "is in another cloud of Zoom's than the client: a token of zoom.us is not for \
                 zoomgov.com, nor the reverse; use a client of that cloud",
            ),
            () if !origin.is_tls() => {
                refuse("is not https: anybody on the way could take the token")
            }
            () if origin.port() != 443 => refuse("has another port than 443, where Zoom has none"),
            () => Ok(target),
        }
    }
}

/// Refuses a path where no file can be, before anything is sent.
fn check_path(path: &Path) -> Result<()> {
    let refuse =
        |why: &str| Err(Error::invalid("path", format_args!("{} {why}", file::quoted(path))));
    let bytes = path.as_os_str().as_encoded_bytes();
    // A separator or a dot after the name says that it is a folder.
    if path.file_name().is_none_or(|name| !bytes.ends_with(name.as_encoded_bytes())) {
        return refuse("does not name a file");
    }
    if bytes.contains(&0) {
        return refuse("holds a NUL, which no path has");
    }
    if !file::folder_of(path).is_dir() {
        return refuse("is in a folder that is not there; make it first");
    }
    match file::target_at(path) {
        Ok(_) => Ok(()),
        Err(err) => Err(Error::invalid("path", err.message())),
    }
}

/// The error of a download, with what a caller can do about it.
fn explained(err: Error, substitute: Option<Substitute>) -> Error {
    match substitute {
        Some(substitute @ Substitute::Page(_)) => {
            let err = match substitute.asks_for_login() {
                true => err.with_kind(ErrorKind::NotPermitted),
                false => err,
            };
            err.with_advice(
                "is the URL a download_url, not a play_url or a share_url, and may the app's user \
                 see the recording?",
            )
        }
        Some(Substitute::Status(200..300)) => err.with_kind(ErrorKind::Body),
        // Any other is about the app or its permissions, not about the file.
        _ if err.status() == Some(401) && err.kind() == ErrorKind::TokenExpired => err.with_advice(
            "Zoom may refuse a file in this way for some minutes after it has become ready: try \
             again later",
        ),
        _ => err,
    }
}

/// The file that a call is for.
pub(super) struct Download<'d> {
    base: Base,
    /// Path and query of the URL that was given.
    target: &'d str,
    path: &'d Path,
    progress: &'d mut dyn FnMut(u64, Option<u64>),
    /// What the last answer had instead of it.
    substitute: Option<Substitute>,
}

impl Download<'_> {
    /// Where it is; the path is the request's.
    pub(super) fn base(&self) -> &Base {
        &self.base
    }

    pub(super) fn receive(
        &mut self,
        http: &Transport,
        req: &HttpRequest,
    ) -> crate::error::Result<HttpResponse> {
        self.substitute = None;
        let Base { ssl, host, port, .. } = self.base.clone();
        let output = Output { path: self.path, inspector: Some(self) };
        http.call(CallRequest { file: Some(output), ..CallRequest::new(&host, port, ssl, req) })
    }

    /// The error in an answer, if it is not the file.
    pub(super) fn fault(&mut self, resp: &HttpResponse) -> Option<ZoomBody> {
        let read = || ZoomBody::read(resp);
        match resp.status_code() {
            200 | 203 => {}
            400.. => return Some(read()),
            // The inspector sees neither a 204 nor a redirect.
            status => self.substitute = Some(Substitute::Status(status)),
        }
        self.substitute.clone().map(|substitute| substitute.into_body(read()))
    }

    /// Adds what the URLs of the call hold in their queries. That of the storage opens the file to
    /// anyone, and its answer may repeat it.
    pub(super) fn add_secrets(&self, resp: &HttpResponse, secrets: &mut Secrets) {
        add_values(self.target, secrets);
        add_values(resp.final_redirect_url(), secrets);
    }
}

impl Inspector for Download<'_> {
    fn accepts(&mut self, head: &Head, start: &[u8], is_whole: bool) -> bool {
        self.substitute = Substitute::of(head, start, is_whole);
        self.substitute.is_none()
    }

    fn wrote(&mut self, bytes: u64, total: Option<u64>) {
        (self.progress)(bytes, total);
    }
}

/// Adds the values in the query of a URL that are secret by their name or too long for words.
fn add_values(url: &str, secrets: &mut Secrets) {
    /// From how many bytes on a value is no word.
    const LONG: usize = 16;
    /// To look for longer ones takes long, and so does looking for more.
    const LONGEST: usize = 4096;
    const MOST: usize = 16;
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let values = pairs.filter(|(name, value)| is_secret(name) || value.len() >= LONG);
    for (_, value) in values.filter(|(_, value)| value.len() <= LONGEST).take(MOST) {
        secrets.add_plain(&percent::decode_form(value, "utf-8"));
    }
}
