//! Recordings and their storage on another origin, to which Zoom redirects.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::Answer;
use super::api::random;
use crate::{Received, Server};

/// A recording file, or another response of the storage.
#[derive(Clone, Debug)]
pub struct Recording {
    head: String,
    body: Vec<u8>,
    /// The number of body bytes that the storage sends before it closes the connection.
    cut: Option<usize>,
    refusals: usize,
}

impl Recording {
    /// Creates a file with this content, as `video/mp4`.
    pub fn new(content: impl Into<Vec<u8>>) -> Recording {
        Self::answering("200 OK", "Content-Type: video/mp4\r\n", content)
    }

    /// Creates a response of the storage: a status such as `200 OK`, header lines that each end in CRLF,
    /// and a body.
    pub fn answering(status: &str, headers: &str, body: impl Into<Vec<u8>>) -> Recording {
        let head = format!("HTTP/1.1 {status}\r\n{headers}");
        Recording { head, body: body.into(), cut: None, refusals: 0 }
    }

    /// Makes the storage close the connection after `at` bytes of the body.
    pub fn cut(mut self, at: usize) -> Recording {
        self.cut = Some(at);
        self
    }

    /// Makes Zoom refuse it with 401 this many times, as it does for a file that has just become ready.
    pub fn refused(mut self, times: usize) -> Recording {
        self.refusals = times;
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let sent = &self.body[..self.cut.unwrap_or(self.body.len())];
        let head = format!("{}Content-Length: {}\r\n\r\n", self.head, self.body.len());
        [head.as_bytes(), sent].concat()
    }
}

/// The recordings of an account and their storage.
pub(super) struct Recordings {
    files: HashMap<String, Recording>,
    refusals: Mutex<HashMap<String, usize>>,
    /// The signature that the storage requires.
    signature: String,
    storage: Server,
}

impl Recordings {
    pub(super) fn new(files: HashMap<String, Recording>) -> Recordings {
        let signature = format!("signature-{}", random());
        let storage = {
            let (files, signature) = (Arc::new(files.clone()), signature.clone());
            Server::start(move |mut conn| {
                while let Some(request) = conn.read_request() {
                    let recording = storage_response(&files, &signature, &request);
                    conn.send(recording.bytes());
                    if recording.cut.is_some() {
                        return;
                    }
                }
            })
        };
        let refusals = files.iter().map(|(name, file)| (name.clone(), file.refusals)).collect();
        Recordings { files, refusals: Mutex::new(refusals), signature, storage }
    }

    pub(super) fn storage(&self) -> &Server {
        &self.storage
    }

    pub(super) fn signature(&self) -> &str {
        &self.signature
    }

    /// Redirects an authorized request to the storage.
    pub(super) fn download(&self, name: &str) -> Result<Answer, Answer> {
        let mut refusals = self.refusals.lock().unwrap();
        let left = refusals.get_mut(name).ok_or_else(|| {
            Answer::json(404, json!({ "status": false, "errorCode": 3301, "errorMessage": "There is no recording." }))
        })?;
        if *left > 0 {
            *left -= 1;
            return Err(Answer::new(401, ""));
        }
        let port = self.storage.port();
        let location = format!("http://127.0.0.1:{port}/{name}?Signature={}", self.signature);
        Ok(Answer::new(302, "").header("Location", &location))
    }

    /// Returns the response that lists the files of a meeting. `host` is the host of the request.
    pub(super) fn list(&self, meeting: &str, host: &str) -> Value {
        let mut names: Vec<&String> = self.files.keys().collect();
        names.sort();
        let files = names.iter().map(|name| {
            json!({
                "id": name,
                "file_type": "MP4",
                "file_size": self.files[*name].body.len(),
                "download_url": format!("http://{host}/rec/download/{name}"),
                "status": "completed",
            })
        });
        json!({ "id": meeting, "recording_files": files.collect::<Vec<_>>() })
    }
}

/// Returns the response of the storage. Like S3, it requires the signature and refuses other credentials.
fn storage_response(
    files: &HashMap<String, Recording>,
    signature: &str,
    request: &Received,
) -> Recording {
    let refuse = |status: &str, code: &str| {
        let xml = format!("<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code></Error>");
        Recording::answering(status, "Content-Type: application/xml\r\n", xml)
    };
    let target = request.target();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    match files.get(path.trim_start_matches('/')) {
        _ if request.header("Authorization").is_some() => {
            refuse("400 Bad Request", "InvalidArgument")
        }
        _ if query != format!("Signature={signature}") => refuse("403 Forbidden", "AccessDenied"),
        Some(recording) => recording.clone(),
        None => refuse("404 Not Found", "NoSuchKey"),
    }
}
