//! The statements that build the request.

use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::params::ParamForm;
use super::strings::literal;
use super::{Script, checked, path_text, unsupported};
use crate::error::{Error, Result};
use crate::message::body::FileSource;
use crate::message::params::{Content, Data, Part, RequestBody};
use crate::text::headers::{is_multipart, parameter, without_parameter};
use crate::views::marked_call::CheckedRequest;
use crate::views::rust::has_twice;
use crate::views::variables::{FileForm, Source};

impl Script<'_> {
    pub(super) fn request(&mut self, wire: &CheckedRequest) -> Result<String> {
        let marked = self.marked;
        let request = &marked.call.request;
        let form = self.param_form(wire);
        let mut out = self.call("req.put_HttpVerb", &[request.http_verb()])?;
        out += &format!("req.put_Path({})\n", self.path(form)?);
        if wire.http10 {
            out += "req.put_HttpVersion(\"1.0\")\n";
        }
        out += &self.content_type(wire)?;
        if !request.boundary().is_empty() {
            out += &self.call("req.put_Boundary", &[request.boundary()])?;
        }
        match form {
            ParamForm::Params => out += &self.parts(wire)?,
            ParamForm::InPath => {}
            ParamForm::Body => {
                out += &format!("req.LoadBodyFromString({},\"utf-8\")\n", self.form_body()?);
            }
        }
        if let RequestBody::Loaded { member, data } = &request.body {
            if matches!(request.http_verb(), "GET" | "HEAD") {
                let verb = request.http_verb();
                return Err(unsupported(format_args!("a body with the method {verb}")));
            }
            if wire.content_type.as_deref().is_some_and(is_multipart) {
                return Err(unsupported("a body of a multipart type that is not made of parts"));
            }
            out += &self.body(member, data)?;
        }
        let headers = self.headers()?;
        let blank = if headers.is_empty() { "" } else { "\n" };
        Ok(out + blank + &headers)
    }

    /// Chilkat takes the charset from another property, and drops all other parameters.
    fn content_type(&mut self, wire: &CheckedRequest) -> Result<String> {
        let marked = self.marked;
        let of_request = marked.call.request.charset();
        let is_default = of_request.is_empty() || of_request.eq_ignore_ascii_case("utf-8");
        let value = wire.content_type.as_deref().unwrap_or_default();
        let charset = parameter(value, "charset");
        let base = without_parameter(value, "charset");
        if base.contains(';') {
            let what = "parameters of a Content-Type, other than charset";
            return Err(unsupported(what));
        }
        if charset.is_some() && is_multipart(&base) {
            return Err(unsupported("the charset of a multipart Content-Type"));
        }
        let has_params = marked.call.request.params().next().is_some();
        let differs = |charset: &String| !charset.eq_ignore_ascii_case(of_request);
        if has_params && charset.as_ref().is_some_and(differs) {
            return Err(unsupported("params in another charset than that of the Content-Type"));
        }
        let mut out = String::new();
        if !base.is_empty() {
            out += &self.call("req.put_ContentType", &[&base])?;
        }
        match charset {
            Some(charset) => {
                out += &self.call("req.put_Charset", &[&charset])?;
                out += "req.put_SendCharset(true)\n";
            }
            None if !is_default && has_params => {
                out += &self.call("req.put_Charset", &[of_request])?;
            }
            None => {}
        }
        Ok(out)
    }

    fn parts(&mut self, wire: &CheckedRequest) -> Result<String> {
        let marked = self.marked;
        let is_multipart = wire.content_type.as_deref().is_some_and(is_multipart);
        let mut out = String::new();
        for (index, part) in marked.call.request.parts.iter().enumerate() {
            if is_multipart && part.name.contains(' ') && matches!(part.content, Content::Param(_))
            {
                let name = &part.name;
                return Err(unsupported(format_args!(
                    "a space in the name of a param of a form: {name:?}"
                )));
            }
            out += &self.part(part)?;
            let names: Vec<&str> = part.sub_headers.iter().map(|(name, _)| name).collect();
            if names.iter().any(|name| name.eq_ignore_ascii_case("Content-Type")) {
                let what = format_args!("a Content-Type in the header of part {index}");
                return Err(unsupported(what));
            }
            if has_twice(&names) {
                return Err(unsupported(format_args!("two headers of one name in part {index}")));
            }
            for (name, value) in part.sub_headers.iter() {
                let (name, value) = (self.text("a part", name)?, self.text("a part", value)?);
                out += &format!("req.AddSubHeader({index},{name},{value})\n");
            }
        }
        Ok(out)
    }

    fn part(&mut self, part: &Part) -> Result<String> {
        let name = &part.name;
        let (filename, content_type, data) = match &part.content {
            Content::Param(value) => return self.call("req.AddParam", &[name, value]),
            Content::Upload { filename, content_type, data } => (filename, content_type, data),
        };
        if content_type.is_empty() {
            return Err(unsupported(format_args!("a part without a type: {name:?}")));
        }
        let bin_data = match data {
            Data::Bytes(bytes) => match plain_text(bytes) {
                Some(text) => {
                    let args = [name, filename, text, "utf-8", content_type];
                    return self.call("req.AddStringForUpload2", &args);
                }
                None => self.bytes(bytes)?,
            },
            Data::File(FileSource { path, chunk: None }) => {
                let text = path_text(path)?;
                if path.file_name().unwrap_or_default().to_str() == Some(filename) {
                    return self.call("req.AddFileForUpload2", &[name, text, content_type]);
                }
                self.file(path)?
            }
            Data::File(_) => return Err(unsupported("a part of a file in a form")),
            Data::Fault(why) => return Err(Error::invalid("add_string_for_upload", why)),
        };
        let (object, out) = bin_data;
        let (name, filename) = (self.text("a part", name)?, self.text("a part", filename)?);
        let content_type = self.text("a part", content_type)?;
        Ok(out + &format!("req.AddBdForUpload({name},{filename},{object},{content_type})\n"))
    }

    fn body(&mut self, member: &'static str, data: &Data) -> Result<String> {
        match data {
            Data::Bytes(bytes) => match plain_text(bytes) {
                Some(text) => self.call("req.LoadBodyFromString", &[text, "utf-8"]),
                None => {
                    let (object, out) = self.bytes(bytes)?;
                    Ok(out + &format!("req.LoadBodyFromBd({object})\n"))
                }
            },
            Data::File(FileSource { path, chunk: Some((offset, length)) }) => {
                let path = self.text("a file name", path_text(path)?)?;
                let call = format!("StreamChunkFromFile({path},\"{offset}\",\"{length}\")");
                Ok(checked("req", &call))
            }
            Data::File(source) => {
                let path = self.text("a file name", path_text(&source.path)?)?;
                let name = match member {
                    "stream_body_from_file" => "StreamBodyFromFile",
                    _ => "LoadBodyFromFile",
                };
                Ok(checked("req", &format!("{name}({path})")))
            }
            Data::Fault(why) => Err(Error::invalid(member, why)),
        }
    }

    /// Returns a new `CkBinData` and the statements that make it.
    fn new_bin_data(&mut self) -> (String, String) {
        self.bin_data += 1;
        let object = match self.bin_data {
            1 => "bd".to_owned(),
            count => format!("bd{count}"),
        };
        let new = format!("{object} = Chilkat::CkBinData.new()\n");
        (object, new)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(String, String)> {
        if self.marked.is_open(bytes) {
            return Err(unsupported("a variable in bytes that are no text"));
        }
        let (object, new) = self.new_bin_data();
        let encoded = literal(&BASE64_STANDARD.encode(bytes));
        Ok((object.clone(), new + &format!("{object}.AppendEncoded({encoded},\"base64\")\n")))
    }

    fn file(&mut self, path: &Path) -> Result<(String, String)> {
        let (object, new) = self.new_bin_data();
        let path = self.text("a file name", path_text(path)?)?;
        let load = checked(&object, &format!("LoadFile({path})"));
        Ok((object, new + &load))
    }

    fn headers(&mut self) -> Result<String> {
        let marked = self.marked;
        if let Some(file) = marked.variables().find(|variable| {
            matches!(variable.source, Source::File { form: FileForm::Headers, .. })
        }) {
            // An error.
            self.value(file)?;
        }
        let headers = &marked.call.request.headers;
        let names: Vec<&str> = headers.iter().map(|(name, _)| name).collect();
        if !has_twice(&names) {
            let mut out = String::new();
            for (name, value) in headers.iter() {
                out += &self.call("req.AddHeader", &[name, value])?;
            }
            return Ok(out);
        }
        if names.iter().any(|name| name.eq_ignore_ascii_case("Host")) {
            return Err(unsupported("a Host next to two headers of one name"));
        }
        // AddHeader replaces a field of the same name.
        let block: String =
            headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        self.call("req.put_EntireHeader", &[&block])
    }
}

/// Returns text that Chilkat takes as a string.
fn plain_text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}
