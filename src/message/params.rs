//! The members of [`HttpRequest`] that say what it carries: params, uploads and bodies.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::body::{FileSource, guess_type};
use super::request::HttpRequest;
use crate::named::{Named, NamedList};
use crate::redact::MASK;
use crate::text::charset;
use crate::text::headers::Headers;
use crate::text::percent;

/// A param or an upload. They share one list because they share one order.
#[derive(Clone, PartialEq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) content: Content,
    pub(crate) sub_headers: Headers,
}

impl Named for Part {
    fn name(&self) -> &str {
        &self.name
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
    /// It could not be made. The reason is reported when the request is sent.
    Fault(String),
}

/// The body that was loaded or streamed.
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
    /// The number of params, uploads included.
    #[doc(alias = "get_NumParams")]
    #[doc(alias = "NumParams")]
    pub fn num_params(&self) -> usize {
        self.parts.len()
    }

    /// The value of the first param of this name. Uploads have no value.
    #[doc(alias = "GetParam")]
    pub fn get_param(&self, name: &str) -> Option<&str> {
        match &self.parts.get(self.parts.peek(name)?)?.content {
            Content::Param(value) => Some(value),
            // A param of the same name may follow.
            Content::Upload { .. } => {
                self.params().find(|(n, _)| *n == name).map(|(_, value)| value)
            }
        }
    }

    /// The name of the param or upload at `index`, from 0, in the order added.
    #[doc(alias = "GetParamName")]
    pub fn get_param_name(&self, index: usize) -> Option<&str> {
        self.parts.get(index).map(|part| part.name.as_str())
    }

    /// The value of the param at `index`, from 0, as it was added. An upload has none.
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

    /// All params as `a=b&c=d`, percent-encoded. Uploads are not among them.
    ///
    /// Text that the [`charset`](Self::charset) cannot express is encoded as UTF-8 here; sending
    /// such a request is refused.
    #[doc(alias = "GetUrlEncodedParams")]
    #[doc(alias = "getUrlEncodedParams")]
    pub fn get_url_encoded_params(&self) -> String {
        let encode_all = |charset: &str| {
            let mut out = String::new();
            for (name, value) in self.params() {
                percent::pair(&mut out, name, value, charset)?;
            }
            Ok::<_, String>(out)
        };
        // UTF-8 has every character, so the second try cannot fail.
        encode_all(&self.charset).or_else(|_| encode_all("utf-8")).unwrap_or_default()
    }

    /// Takes path and query out of a URL: replaces the [`path`](Self::path) and all params.
    ///
    /// The query is decoded (`%XX`, and `+` for a space); order and duplicates are kept. Scheme,
    /// host, port, user and fragment are passed over; verb, content type and headers stay. With a
    /// POST or PUT the params then go to the body.
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
            let name = percent::decode_form(name, &self.charset);
            let value = percent::decode_form(value, &self.charset);
            self.add_param(&name, &value);
        }
        self
    }

    /// Adds a file to upload from bytes. An empty `content_type` is guessed from the file name's
    /// extension, `application/octet-stream` where that says nothing.
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

    /// Adds a file to upload from disk; its type is guessed from the extension.
    ///
    /// It is read while the request is sent, never as a whole into memory. The part's file name is
    /// the last component of `path`. A file that cannot be read is refused when the request is sent.
    #[doc(alias = "AddFileForUpload")]
    pub fn add_file_for_upload(&mut self, name: &str, path: impl AsRef<Path>) -> &mut Self {
        self.add_file_for_upload2(name, path, "")
    }

    /// Adds a file to upload from disk, of the given type. See
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

    /// Adds a file to upload from disk under another name. An empty `filename` leaves `filename=` out:
    /// the part is then a field with a type. See [`add_file_for_upload`](Self::add_file_for_upload).
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

    /// Adds a file to upload from text in `charset`; its type is guessed from the file name.
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

    /// Adds a file to upload from text in `charset`, of the given type. An empty `filename` leaves
    /// `filename=` out: the part is then a field with a type, such as JSON beside an upload.
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

    /// Sets a header of the part at `index`, from 0, params and uploads counted together in the
    /// order added. Replaces one of the same name, `Content-Disposition` and `Content-Type` too.
    ///
    /// An index that no part has, and a request that is not multipart, is refused when it is sent.
    #[doc(alias = "AddSubHeader")]
    pub fn add_sub_header(&mut self, index: usize, name: &str, value: &str) -> &mut Self {
        let count = self.parts.len();
        if self.parts.change(index, |part| part.sub_headers.set(name, value)).is_none() {
            let why = format!("there is no part {index}: {count} have been added, counted from 0");
            self.faults.push((SUB_HEADER, why));
        }
        self
    }

    /// Makes bytes the body.
    #[doc(alias = "LoadBodyFromBd")]
    #[doc(alias = "LoadBodyFromBytes")]
    pub fn load_body_from_bd(&mut self, data: impl AsRef<[u8]>) -> &mut Self {
        self.load("load_body_from_bd", Data::Bytes(data.as_ref().into()))
    }

    /// Makes a file the body. It is read while the request is sent, never as a whole into memory.
    #[doc(alias = "LoadBodyFromFile")]
    pub fn load_body_from_file(&mut self, path: impl AsRef<Path>) -> &mut Self {
        let source = FileSource { path: path.as_ref().into(), chunk: None };
        self.load("load_body_from_file", Data::File(source))
    }

    /// Makes text the body, as bytes in `charset`.
    #[doc(alias = "LoadBodyFromSb")]
    pub fn load_body_from_sb(&mut self, text: impl AsRef<str>, charset: &str) -> &mut Self {
        self.load("load_body_from_sb", Data::from_text(text.as_ref(), charset))
    }

    /// Makes text the body, as bytes in `charset`.
    ///
    /// An unknown charset, or a character that it does not have, is refused when the request is sent.
    #[doc(alias = "LoadBodyFromString")]
    pub fn load_body_from_string(&mut self, text: &str, charset: &str) -> &mut Self {
        self.load("load_body_from_string", Data::from_text(text, charset))
    }

    /// Makes a file the body, read while the request is sent. Its length is taken when sending
    /// starts; a file that shrinks, grows or vanishes from then on is an error.
    #[doc(alias = "StreamBodyFromFile")]
    pub fn stream_body_from_file(&mut self, path: impl AsRef<Path>) -> &mut Self {
        let source = FileSource { path: path.as_ref().into(), chunk: None };
        self.load("stream_body_from_file", Data::File(source))
    }

    /// Makes a stretch of a file the body: `length` bytes from `offset`, both in bytes.
    ///
    /// Numbers and, as in Chilkat, decimal strings will do. What is not a number, and a stretch that
    /// reaches beyond the end of the file, is refused when the request is sent.
    ///
    /// ```
    /// let mut req = zoomkat::HttpRequest::new();
    /// req.set_http_verb("PUT").stream_chunk_from_file("video.mp4", 0, 1_048_576);
    /// req.set_http_verb("PUT").stream_chunk_from_file("video.mp4", "0", "1048576");
    /// ```
    #[doc(alias = "StreamChunkFromFile")]
    pub fn stream_chunk_from_file(
        &mut self,
        path: impl AsRef<Path>,
        offset: impl fmt::Display,
        length: impl fmt::Display,
    ) -> &mut Self {
        let parse = |what: &str, number: String| {
            number
                .trim()
                .parse::<u64>()
                .map_err(|_| format!("{what}: {number:?} is not a number of bytes"))
        };
        let chunk = parse("offset", offset.to_string())
            .and_then(|offset| Ok((offset, parse("length", length.to_string())?)));
        let data = match chunk {
            Ok(chunk) => Data::File(FileSource { path: path.as_ref().into(), chunk: Some(chunk) }),
            Err(why) => Data::Fault(why),
        };
        self.load("stream_chunk_from_file", data)
    }

    /// What it carries: its uploads and its body.
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

    /// Changes what it carries where it stands.
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

    pub(super) fn params(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parts.iter().filter_map(|part| match &part.content {
            Content::Param(value) => Some((part.name.as_str(), value.as_str())),
            Content::Upload { .. } => None,
        })
    }

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
        let content_type = match content_type.trim_matches([' ', '\t']) {
            "" => guess_type(filename),
            given => given.into(),
        };
        self.push_part(name, Content::Upload { filename: filename.into(), content_type, data })
    }

    pub(super) fn push_part(&mut self, name: &str, content: Content) -> &mut Self {
        let sub_headers = Headers::default();
        self.add_part(Part { name: name.into(), content, sub_headers })
    }

    pub(crate) fn add_part(&mut self, part: Part) -> &mut Self {
        self.parts.push(part);
        // Params are read through a shared reference, which cannot make the index later.
        self.parts.index();
        self
    }
}

const SUB_HEADER: &str = "add_sub_header";

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

/// Says where bytes come from and how many, never what they are.
impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Data::Bytes(bytes) => write!(f, "<{} bytes>", bytes.len()),
            Data::File(source) => write!(f, "<file {}>", source.path.display()),
            Data::Fault(why) => write!(f, "<fault: {why}>"),
        }
    }
}
