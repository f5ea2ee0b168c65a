//! The parts of a form (`-F`).

use super::Fault;
use super::args::OptionArg;
use super::call_variables::CallVariables;
use super::files::HeaderLine;
use crate::message::params::Content;
use crate::message::request::HttpRequest;
use crate::views::curl::guess_type;
use crate::views::curl::option_table::CurlOption;
use crate::views::variables::FileForm;

/// The attributes after the content of a part.
#[derive(Default)]
struct PartAttributes {
    content_type: Option<String>,
    filename: Option<String>,
    headers: Vec<(String, String)>,
    encoder: Option<String>,
}

/// Adds a part.
pub(super) fn add(
    request: &mut HttpRequest,
    arg: &OptionArg,
    variables: &mut CallVariables,
) -> Result<(), Fault> {
    let Some((name, content)) = arg.text()?.split_once('=') else {
        return Err(arg.fault("a part is name=content"));
    };
    if name.is_empty() {
        return Err(arg.fault("the part has no name"));
    }
    if arg.option == CurlOption::FormString {
        request.add_param(name, content);
        return Ok(());
    }
    let at = request.parts.len();
    let (rest, kind) = match content.as_bytes().first() {
        Some(b'(') => {
            return Err(arg.fault(
                "\"=(\" starts nested parts, which are not supported; for text use --form-string",
            ));
        }
        Some(kind @ (b'@' | b'<')) => (&content[1..], *kind),
        _ => (content, 0),
    };
    let (word, attributes) =
        PartReader { arg, text: rest, at: 0 }.part(if kind == b'@' { b',' } else { 0 })?;
    let filename = attributes.filename.as_deref();
    // A file name that is sent by a Content-Disposition header.
    let mut disposition = None;
    match kind {
        b'@' => {
            add_file(request, arg, variables, name, &word, &attributes)?;
            disposition = filename.filter(|filename| filename.is_empty());
        }
        b'<' => add_content(request, arg, variables, name, &word, &attributes)?,
        _ => {
            let content_type =
                attributes.content_type.as_deref().or_else(|| filename.and_then(guess_type));
            match content_type {
                Some(content_type) => {
                    let filename = filename.unwrap_or_default();
                    request.add_string_for_upload2(name, filename, &word, "utf-8", content_type)
                }
                None => request.add_param(name, &word),
            };
            // No method adds a file name without a type, or an empty one.
            disposition = filename.filter(|name| name.is_empty() || content_type.is_none());
        }
    }
    if let Some(filename) = disposition {
        let value =
            format!("form-data; name=\"{}\"; filename=\"{}\"", quoted(name), quoted(filename));
        request.add_sub_header(at, "Content-Disposition", &value);
    }
    if let Some(encoder) = &attributes.encoder {
        request.add_sub_header(at, "Content-Transfer-Encoding", encoder);
    }
    for (name, value) in &attributes.headers {
        request.add_sub_header(at, name, value);
    }
    Ok(())
}

/// Adds `name=@path`, which uploads a file.
fn add_file(
    request: &mut HttpRequest,
    arg: &OptionArg,
    variables: &CallVariables,
    name: &str,
    path: &str,
    attributes: &PartAttributes,
) -> Result<(), Fault> {
    let path = arg.path(path.as_bytes())?;
    if path == "-" {
        return Err(arg.fault("standard input has neither name nor length; use a file"));
    }
    let filename = attributes.filename.as_deref();
    let known = filename.and_then(guess_type).or_else(|| guess_type(&path));
    let is_open = path.ends_with("}}") && variables.has_variable(&path);
    let at = request.parts.len();
    let content_type =
        attributes.content_type.as_deref().or(known).unwrap_or("application/octet-stream");
    match filename {
        None => request.add_file_for_upload2(name, &path, content_type),
        Some(filename) => request.add_file_for_upload_as(name, &path, filename, content_type),
    };
    if attributes.content_type.is_none() && known.is_none() && is_open {
        // The type is inferred when the name of the file is known.
        request.parts.change(at, |part| {
            if let Content::Upload { content_type, .. } = &mut part.content {
                content_type.clear();
            }
        });
    }
    Ok(())
}

/// Adds `name=<path`, whose value is the content of a file.
fn add_content(
    request: &mut HttpRequest,
    arg: &OptionArg,
    variables: &mut CallVariables,
    name: &str,
    path: &str,
    attributes: &PartAttributes,
) -> Result<(), Fault> {
    if attributes.filename.is_some() {
        return Err(arg.fault("a part with the content of a file (\"<\") has no file name"));
    }
    let path = arg.path(path.as_bytes())?;
    let content = variables.file(arg, &path, FileForm::Whole)?;
    let known = guess_type(&path).filter(|known| *known != "text/plain");
    match attributes.content_type.as_deref().or(known) {
        Some(content_type) => {
            request.add_string_for_upload2(name, "", &content, "utf-8", content_type)
        }
        None => request.add_param(name, &content),
    };
    Ok(())
}

fn quoted(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// Whether `--form-escape` writes a name in another way.
pub(super) fn needs_escape(request: &HttpRequest) -> bool {
    let special = |text: &str| text.contains(['"', '\\', '\r', '\n']);
    request.parts.iter().any(|part| {
        let filename = match &part.content {
            Content::Upload { filename, .. } => special(filename),
            Content::Param(_) => false,
        };
        special(&part.name) || filename || part.sub_headers.iter().any(|(_, v)| v.contains("%22"))
    })
}

/// Parses the value after the `=` as curl does: words end at a semicolon, unless they are in `"`.
struct PartReader<'g> {
    arg: &'g OptionArg,
    text: &'g str,
    at: usize,
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

impl<'g> PartReader<'g> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
    }

    /// Parses the content and its attributes.
    fn part(mut self, end: u8) -> Result<(String, PartAttributes), Fault> {
        let content = self.word(end)?;
        let mut attributes = PartAttributes::default();
        while self.peek() == Some(b';') {
            self.at += 1;
            self.skip_space();
            if self.skip_keyword("type=") {
                if attributes.content_type.is_some() {
                    return Err(self.arg.fault("\";type=\" is given twice"));
                }
                self.skip_space();
                attributes.content_type = Some(self.media_type(end)?);
            } else if self.skip_keyword("filename=") {
                attributes.filename = Some(self.word(end)?);
            } else if self.skip_keyword("headers=") {
                attributes.headers.push(self.header(end)?);
            } else if self.skip_keyword("encoder=") {
                let encoder = self.word(end)?.to_ascii_lowercase();
                if !matches!(encoder.as_str(), "binary" | "8bit") {
                    let why = "\";encoder=\": zoomkat sends a part unchanged; use binary or 8bit";
                    return Err(self.arg.fault(why));
                }
                attributes.encoder = Some(encoder);
            } else {
                let why = "curl ignores the text after this semicolon; put the value in \"..\" within \
                           the shell's quotes, or use --form-string";
                return Err(self.arg.fault(why));
            }
        }
        if self.peek() == Some(b',') && end == b',' {
            let why = "several files in one part make a multipart/mixed; use one part for each";
            return Err(self.arg.fault(why));
        }
        Ok((content, attributes))
    }

    /// Skips a keyword in any case, if it is next.
    fn skip_keyword(&mut self, keyword: &str) -> bool {
        let rest = &self.text.as_bytes()[self.at..];
        let found = rest.len() >= keyword.len()
            && rest[..keyword.len()].eq_ignore_ascii_case(keyword.as_bytes());
        self.at += if found { keyword.len() } else { 0 };
        found
    }

    fn word(&mut self, end: u8) -> Result<String, Fault> {
        self.skip_space();
        if self.peek() == Some(b'"') {
            if let Some((word, after)) = self.quoted() {
                self.at = after;
                self.skip_space();
                return match self.peek() {
                    Some(b) if b != b';' && b != end => {
                        Err(self.arg.fault("there is text after the closing quote of the value"))
                    }
                    _ => Ok(word),
                };
            }
        }
        let start = self.at;
        while self.peek().is_some_and(|b| b != b';' && (end == 0 || b != end)) {
            self.at += 1;
        }
        let word = &self.text[start..self.at];
        Ok(word.trim_end_matches(|c: char| u8::try_from(c).is_ok_and(is_space)).to_owned())
    }

    /// Returns the quoted text that starts here, and the offset after it, if the quotes are closed.
    fn quoted(&self) -> Option<(String, usize)> {
        let mut word = String::new();
        let mut chars = self.text[self.at + 1..].char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match (c, chars.peek()) {
                ('\\', Some((_, escaped @ ('\\' | '"')))) => {
                    word.push(*escaped);
                    chars.next();
                }
                ('"', _) => return Some((word, self.at + 1 + at + 1)),
                (c, _) => word.push(c),
            }
        }
        None
    }

    /// Parses a media type with its parameters. It continues after a semicolon that no keyword follows.
    fn media_type(&mut self, end: u8) -> Result<String, Fault> {
        let start = self.at;
        let stops = |b: u8| b == b';' || (end != 0 && b == end);
        loop {
            while self.peek().is_some_and(|b| !stops(b)) {
                self.at += 1;
            }
            if self.peek() != Some(b';') {
                break;
            }
            let mut ahead = PartReader { at: self.at + 1, ..*self };
            ahead.skip_space();
            if ["filename=", "headers=", "encoder="]
                .iter()
                .any(|keyword| ahead.skip_keyword(keyword))
            {
                break;
            }
            self.at += 1;
        }
        let whole = self.text[start..self.at].trim_end();
        let is_type = whole.split_once('/').is_some_and(|(major, minor)| {
            let minor = minor.split([';', ',', ' ', '\n']).next().unwrap_or_default();
            let fits = |text: &str| (1..128).contains(&text.len());
            fits(major) && !major.contains(' ') && fits(minor)
        });
        match is_type {
            true => Ok(whole.to_owned()),
            false => Err(self.arg.fault("\";type=\" needs a type such as text/plain")),
        }
    }

    fn header(&mut self, end: u8) -> Result<(String, String), Fault> {
        if matches!(self.peek(), Some(b'@' | b'<')) {
            let why = "\";headers=@\" reads headers from a file; write them out";
            return Err(self.arg.fault(why));
        }
        let word = self.word(end)?;
        match HeaderLine::parse(&word) {
            Some(HeaderLine::Field(name, value)) => Ok((name.to_owned(), value.to_owned())),
            _ => Err(self.arg.fault("\";headers=\" needs a \"Name: value\"")),
        }
    }
}
