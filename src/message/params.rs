//! The content of an [`HttpRequest`]: params, uploads and bodies.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::body::{FileSource, guess_type};
use super::request::HttpRequest;
use crate::error::{Error, Result};
use crate::named::{Named, NamedList};
use crate::redact::{MASK, masked_json_error};
use crate::text::charset::{self, Charset};
use crate::text::headers::{Headers, parameter};
use crate::text::percent;

/// A param or an upload. Both are in one list, which keeps their common order.
#[derive(Clone, PartialEq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) content: Content,
    pub(crate) sub_headers: Headers,
}

impl Named for Part {
    fn name(&self) -> &[u8] {
        self.name.as_bytes()
    }
}

#[derive(Clone, PartialEq)]
pub(crate) enum Content {
    Param(String),
    Upload { filename: String, content_type: String, data: Data },
}

#[derive(Clone, PartialEq)]
pub(crate) enum Data {
    Bytes(Arc<[u8]>),
    File(FileSource),
    /// The reason why there is no data, reported when the request is sent.
    Fault(String),
}

/// A body that was set, loaded or streamed, with the method that did so.
#[derive(Clone, PartialEq)]
pub(crate) enum RequestBody {
    None,
    Loaded { member: &'static str, data: Data },
}

impl Data {
    fn from_text(text: &str, label: &str) -> Data {
        match charset::encode(text, label) {
            Ok(bytes) => Data::Bytes(bytes.as_ref().into()),
            Err(why) => Data::Fault(why),
        }
    }
}

impl HttpRequest {
    /// The params as (name, value), in their order. Uploads are not included.
    pub fn params(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parts.iter().filter_map(|part| match &part.content {
            Content::Param(value) => Some((part.name.as_str(), value.as_str())),
            Content::Upload { .. } => None,
        })
    }

    /// The values of all params of this name, in their order.
    pub fn param_values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.parts.all(name).filter_map(|part| match &part.content {
            Content::Param(value) => Some(value.as_str()),
            Content::Upload { .. } => None,
        })
    }

    /// The number of params and uploads.
    #[doc(alias = "get_NumParams")]
    #[doc(alias = "NumParams")]
    pub fn num_params(&self) -> usize {
        self.parts.len()
    }

    /// The value of the first param of this name. Uploads have no value.
    #[doc(alias = "GetParam")]
    pub fn get_param(&self, name: &str) -> Option<&str> {
        self.param_values(name).next()
    }

    /// The name of the param or upload at `index`, from 0.
    #[doc(alias = "GetParamName")]
    pub fn get_param_name(&self, index: usize) -> Option<&str> {
        self.parts.get(index).map(|part| part.name.as_str())
    }

    /// The value of the param at `index`, from 0, not encoded. An upload has no value.
    #[doc(alias = "GetParamValue")]
    pub fn get_param_value(&self, index: usize) -> Option<&str> {
        match &self.parts.get(index)?.content {
            Content::Param(value) => Some(value),
            Content::Upload { .. } => None,
        }
    }

    /// Removes the first param or upload of this name.
    #[doc(alias = "RemoveParam")]
    pub fn remove_param(&mut self, name: &str) -> &mut Self {
        if let Some(at) = self.parts.position(name) {
            self.parts.remove(at);
        }
        self
    }

    /// Removes all params and all uploads.
    #[doc(alias = "RemoveAllParams")]
    pub fn remove_all_params(&mut self) -> &mut Self {
        self.parts = NamedList::default();
        self.faults.retain(|(member, _)| *member != SUB_HEADER);
        self
    }

    /// Returns all params as `a=b&c=d`, percent-encoded. Uploads are not included.
    ///
    /// Text that the [`charset`](Self::charset) does not have is encoded as UTF-8 here, but refused when
    /// the request is sent.
    #[doc(alias = "GetUrlEncodedParams")]
    #[doc(alias = "getUrlEncodedParams")]
    pub fn get_url_encoded_params(&self) -> String {
        let encode_all = |charset: &Charset| {
            let mut out = String::new();
            for (name, value) in self.params() {
                percent::pair(&mut out, name, value, charset)?;
            }
            Ok::<_, String>(out)
        };
        // UTF-8 has every character, so the second attempt cannot fail.
        encode_all(&self.charset).or_else(|_| encode_all(&Charset::default())).unwrap_or_default()
    }

    /// Replaces the [`path`](Self::path) and all params with the URL's.
    ///
    /// The query is decoded (`%XX`, and `+` for a space); order and duplicates are kept. Scheme, host,
    /// port, user and fragment are ignored. Verb, content type and headers do not change, so the params
    /// of a POST or PUT go to the body.
    #[doc(alias = "SetFromUrl")]
    pub fn set_from_url(&mut self, url: &str) -> &mut Self {
        let url = url.split_once('#').map_or(url, |(url, _)| url);
        let rest = match url.split_once("://") {
            Some((scheme, rest)) if !scheme.contains(['/', '?']) => {
                rest.find(['/', '?']).map_or("", |at| &rest[at..])
            }
            _ => url,
        };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        self.set_path(if path.is_empty() { "/" } else { path }).remove_all_params();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = percent::decode_form(name, self.charset());
            let value = percent::decode_form(value, self.charset());
            self.add_param(&name, &value);
        }
        self
    }

    /// Adds bytes as a file to upload. An empty `content_type` is guessed from the extension of the file
    /// name; `application/octet-stream` if the extension is unknown.
    #[doc(alias = "AddBdForUpload")]
    #[doc(alias = "AddBytesForUpload")]
    #[doc(alias = "AddBytesForUpload2")]
    pub fn add_bd_for_upload(
        &mut self,
        name: &str,
        filename: &str,
        data: impl AsRef<[u8]>,
        content_type: &str,
    ) -> &mut Self {
        self.push_upload(name, filename, content_type, Data::Bytes(data.as_ref().into()))
    }

    /// Adds a file from disk to upload. Its type is guessed from the extension.
    ///
    /// The file is streamed while the request is sent, never read into memory as a whole. The part's file
    /// name is the last component of `path`. An unreadable file is refused when the request is sent.
    #[doc(alias = "AddFileForUpload")]
    pub fn add_file_for_upload(&mut self, name: &str, path: impl AsRef<Path>) -> &mut Self {
        self.add_file_for_upload2(name, path, "")
    }

    /// Adds a file from disk to upload, with the given type. See
    /// [`add_file_for_upload`](Self::add_file_for_upload).
    #[doc(alias = "AddFileForUpload2")]
    pub fn add_file_for_upload2(
        &mut self,
        name: &str,
        path: impl AsRef<Path>,
        content_type: &str,
    ) -> &mut Self {
        let path = path.as_ref();
        let filename = path.file_name().unwrap_or_default().to_string_lossy();
        let data = Data::File(FileSource { path: path.into(), chunk: None });
        self.push_upload(name, &filename, content_type, data)
    }

    /// Adds a file from disk to upload under another name. An empty `filename` omits `filename=`: the
    /// part is then a field with a type. See [`add_file_for_upload`](Self::add_file_for_upload).
    ///
    /// ```
    /// let mut req = zoomkat::HttpRequest::new();
    /// req.use_upload();
    /// req.add_file_for_upload_as("pic", "/tmp/1a2b.tmp", "portrait.png", "image/png");
    /// ```
    pub fn add_file_for_upload_as(
        &mut self,
        name: &str,
        path: impl AsRef<Path>,
        filename: &str,
        content_type: &str,
    ) -> &mut Self {
        let data = Data::File(FileSource { path: path.as_ref().into(), chunk: None });
        self.push_upload(name, filename, content_type, data)
    }

    /// Adds text, encoded in `charset`, as a file to upload. Its type is guessed from the file name.
    #[doc(alias = "AddStringForUpload")]
    pub fn add_string_for_upload(
        &mut self,
        name: &str,
        filename: &str,
        text: &str,
        charset: &str,
    ) -> &mut Self {
        self.add_string_for_upload2(name, filename, text, charset, "")
    }

    /// Adds text, encoded in `charset`, as a file to upload with the given type. An empty `filename` omits
    /// `filename=`: the part is then a field with a type, such as JSON next to an upload.
    #[doc(alias = "AddStringForUpload2")]
    pub fn add_string_for_upload2(
        &mut self,
        name: &str,
        filename: &str,
        text: &str,
        charset: &str,
        content_type: &str,
    ) -> &mut Self {
        self.push_upload(name, filename, content_type, Data::from_text(text, charset))
    }

    /// Sets a header of the part at `index`, from 0, where params and uploads are counted together. It
    /// replaces one of the same name, even `Content-Disposition` and `Content-Type`.
    ///
    /// An index beyond the last part, and a request that is not multipart, are refused when it is sent.
    #[doc(alias = "AddSubHeader")]
    pub fn add_sub_header(&mut self, index: usize, name: &str, value: &str) -> &mut Self {
        let count = self.parts.len();
        if self.parts.change(index, |part| part.sub_headers.set(name, value)).is_none() {
            let why = format!("there is no part {index}: {count} have been added, counted from 0");
            self.faults.push((SUB_HEADER, why));
        }
        self
    }

    /// Sets the body: `Vec<u8>`, `String`, `&str` or `&[u8]`. The content type does not change.
    #[doc(alias = "body")]
    pub fn set_body(&mut self, body: impl Into<Vec<u8>>) -> &mut Self {
        let bytes: Vec<u8> = body.into();
        self.load("set_body", Data::Bytes(bytes.into()))
    }

    /// Sets the body to `value` as JSON. Sets the content type to `application/json`, unless it is a JSON
    /// type already.
    ///
    /// ```
    /// let mut req = zoomkat::HttpRequest::new();
    /// req.set_http_verb("POST").set_json(&serde_json::json!({ "topic": "lorem" }))?;
    /// assert!(req.generate_request_text()?.ends_with("\r\n\r\n{\"topic\":\"lorem\"}"));
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if `value` cannot be serialized, such as a map whose keys are not
    /// strings. The request does not change.
    #[doc(alias = "json")]
    #[doc(alias = "send_json")]
    pub fn set_json(&mut self, value: &(impl Serialize + ?Sized)) -> Result<&mut Self> {
        const MEMBER: &str = "set_json";
        let json = serde_json::to_vec(value).map_err(|err| {
            let why = masked_json_error(&err);
            let invalid = Error::invalid(MEMBER, &why);
            // The value's own error may quote it.
            if why == err.to_string() { invalid.with_source(err) } else { invalid }
        })?;
        // JSON is UTF-8 (RFC 8259 section 8.1), so another charset would be wrong.
        let charset = parameter(&self.content_type, "charset");
        let is_other = charset.is_some_and(|charset| !charset.eq_ignore_ascii_case("utf-8"));
        if !is_json(&self.content_type) || is_other {
            self.set_content_type("application/json");
        }
        Ok(self.load(MEMBER, Data::Bytes(json.into())))
    }

    /// Sets the body to bytes. See [`set_body`](Self::set_body).
    #[doc(alias = "LoadBodyFromBd")]
    #[doc(alias = "LoadBodyFromBytes")]
    pub fn load_body_from_bd(&mut self, data: impl AsRef<[u8]>) -> &mut Self {
        self.load("load_body_from_bd", Data::Bytes(data.as_ref().into()))
    }

    /// Sets the body to a file, which is streamed while the request is sent, never read into memory as a
    /// whole.
    #[doc(alias = "LoadBodyFromFile")]
    pub fn load_body_from_file(&mut self, path: impl AsRef<Path>) -> &mut Self {
        let source = FileSource { path: path.as_ref().into(), chunk: None };
        self.load("load_body_from_file", Data::File(source))
    }

    /// Sets the body to text, encoded in `charset`.
    #[doc(alias = "LoadBodyFromSb")]
    pub fn load_body_from_sb(&mut self, text: impl AsRef<str>, charset: &str) -> &mut Self {
        self.load("load_body_from_sb", Data::from_text(text.as_ref(), charset))
    }

    /// Sets the body to text, encoded in `charset`.
    ///
    /// An unknown charset, and a character that the charset does not have, are refused when the request
    /// is sent.
    #[doc(alias = "LoadBodyFromString")]
    pub fn load_body_from_string(&mut self, text: &str, charset: &str) -> &mut Self {
        self.load("load_body_from_string", Data::from_text(text, charset))
    }

    /// Sets the body to a file, which is read while the request is sent. Its length is determined when
    /// sending starts; a file that shrinks, grows or vanishes after that is an error.
    #[doc(alias = "StreamBodyFromFile")]
    pub fn stream_body_from_file(&mut self, path: impl AsRef<Path>) -> &mut Self {
        let source = FileSource { path: path.as_ref().into(), chunk: None };
        self.load("stream_body_from_file", Data::File(source))
    }

    /// Sets the body to a part of a file: `length` bytes from `offset`.
    ///
    /// A range beyond the end of the file is refused when the request is sent.
    ///
    /// ```
    /// let mut req = zoomkat::HttpRequest::new();
    /// req.set_http_verb("PUT").stream_chunk_from_file("video.mp4", 0, 1_048_576);
    /// ```
    #[doc(alias = "StreamChunkFromFile")]
    pub fn stream_chunk_from_file(
        &mut self,
        path: impl AsRef<Path>,
        offset: u64,
        length: u64,
    ) -> &mut Self {
        let chunk = Some((offset, length));
        let source = FileSource { path: path.as_ref().into(), chunk };
        self.load("stream_chunk_from_file", Data::File(source))
    }

    /// The data of the uploads and of the body.
    #[cfg(feature = "views")]
    pub(crate) fn data(&self) -> impl Iterator<Item = &Data> {
        let uploads = self.parts.iter().filter_map(|part| match &part.content {
            Content::Upload { data, .. } => Some(data),
            Content::Param(_) => None,
        });
        let body = match &self.body {
            RequestBody::Loaded { data, .. } => Some(data),
            RequestBody::None => None,
        };
        uploads.chain(body)
    }

    /// Changes the data of the uploads and of the body in place.
    #[cfg(feature = "views")]
    pub(crate) fn change_data(&mut self, mut change: impl FnMut(&mut Data)) {
        self.parts.edit(|parts| {
            for part in parts {
                if let Content::Upload { data, .. } = &mut part.content {
                    change(data);
                }
            }
        });
        if let RequestBody::Loaded { data, .. } = &mut self.body {
            change(data);
        }
    }

    /// Whether there are neither uploads nor a body.
    #[cfg(feature = "chilkat")]
    pub(crate) fn has_only_params(&self) -> bool {
        let is_param = |part: &Part| matches!(part.content, Content::Param(_));
        matches!(self.body, RequestBody::None) && self.parts.iter().all(is_param)
    }

    fn load(&mut self, member: &'static str, data: Data) -> &mut Self {
        self.body = RequestBody::Loaded { member, data };
        self
    }

    fn push_upload(
        &mut self,
        name: &str,
        filename: &str,
        content_type: &str,
        data: Data,
    ) -> &mut Self {
        let content_type =
            if content_type.trim().is_empty() { guess_type(filename) } else { content_type.into() };
        self.push_part(name, Content::Upload { filename: filename.into(), content_type, data })
    }

    pub(super) fn push_part(&mut self, name: &str, content: Content) -> &mut Self {
        let sub_headers = Headers::default();
        self.add_part(Part { name: name.into(), content, sub_headers })
    }

    pub(crate) fn add_part(&mut self, part: Part) -> &mut Self {
        self.parts.push(part);
        self
    }
}

const SUB_HEADER: &str = "add_sub_header";

/// Whether a content type is `application/json`, `application/problem+json` or the like.
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::Param(_) => write!(f, "{}={MASK}", self.name),
            Content::Upload { filename, data, .. } => {
                write!(f, "{}={filename:?} {data:?}", self.name)
            }
        }
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequestBody::None => f.write_str("none"),
            RequestBody::Loaded { data, .. } => data.fmt(f),
        }
    }
}

/// Shows the source or the number of the bytes, never the bytes.
impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Data::Bytes(bytes) => write!(f, "<{} bytes>", bytes.len()),
            Data::File(source) => write!(f, "<file {}>", source.path.display()),
            Data::Fault(why) => write!(f, "<fault: {why}>"),
        }
    }
}
