//! The call that the options of a command make.

use super::Fault;
use super::args::OptionArg;
use super::call_variables::CallVariables;
use super::command_url::{self, UrlRules};
use super::data::{self, DataOption, JoinedData};
use super::files::add_header;
use super::form;
use super::request_options::{HeaderOption, Located, RequestOptions};
use crate::message::params::{Data, RequestBody};
use crate::message::prepare::FORM;
use crate::text::headers::{is_multipart, parameter};
use crate::text::percent;
use crate::views::call::Call;
use crate::views::call_options::CallFields;
use crate::views::variables::{FileForm, Source};

/// The content codings that zoomkat decodes.
const DECODED: [&str; 2] = ["deflate", "gzip"];

/// Returns an Accept-Encoding without the codings that zoomkat does not decode.
fn supported_codings(codings: &str) -> String {
    let is_decoded = |coding: &&str| {
        let name = coding.split(';').next().unwrap_or_default().trim();
        name == "identity" || DECODED.iter().any(|known| known.eq_ignore_ascii_case(name))
    };
    if codings.contains("{{") {
        return codings.to_owned();
    }
    let left: Vec<_> = codings.split(',').map(str::trim).filter(is_decoded).collect();
    if left.is_empty() { DECODED.join(", ") } else { left.join(", ") }
}

impl RequestOptions {
    /// Builds the call.
    pub(super) fn build(
        mut self,
        url: &OptionArg,
        mut variables: CallVariables,
    ) -> Result<Call, Fault> {
        let rules = UrlRules {
            glob: !self.globoff,
            dots: !self.path_as_is,
            scheme: self.transport.default_scheme(),
            upload: self.body.upload.as_ref().map(|upload| upload.text.as_str()),
        };
        let target = command_url::read(url, rules, &mut variables)?;
        self.check_one_body()?;
        let verb = match &self.method {
            Some(method) => method.as_str(),
            None if self.head.is_some() => "HEAD",
            None if self.body.upload.is_some() => "PUT",
            None if self.body.form.is_some() => "POST",
            None if !self.body.data.is_empty() && !self.get => "POST",
            None => "GET",
        };
        self.request.set_http_verb(verb);
        self.request.set_path(&target.path);
        self.add_headers()?;
        self.add_content(url, &mut variables)?;
        let transport = std::mem::take(&mut self.transport);
        if let RequestBody::Loaded { data: Data::File(source), .. } = &self.request.body {
            // The file is the whole body, not a part of a text.
            let path = source.path.to_string_lossy();
            let whole = |path: &str| Source::File { path: path.to_owned(), form: FileForm::Whole };
            variables.list.retain(|variable| variable.source != whole(&path));
        }
        let fields = self.call_fields(&variables);
        let has_authorization =
            self.headers.find("Authorization").is_some() || self.headers.bearer.is_some();
        let mut options =
            transport.call_options(&mut self.request, &target, &variables, has_authorization)?;
        options.fields = fields;
        Ok(Call {
            request: self.request,
            domain: target.domain,
            port: target.port,
            ssl: target.ssl,
            options,
            variables: variables.list,
        })
    }

    /// Returns the fields that are removed, now or if their variables are empty.
    fn call_fields(&self, variables: &CallVariables) -> CallFields {
        let mut fields = CallFields::default();
        let headers = &self.headers;
        for header in &headers.fields {
            let is_sent = self.request.headers.get(header.name()).is_some();
            if matches!(header, HeaderOption::Without(_)) && !is_sent {
                fields.remove(header.name());
            }
        }
        if headers.user_agent.as_deref() == Some("") && headers.find("User-Agent").is_none() {
            fields.remove("User-Agent");
        }
        let values = self.request.headers.iter().map(|(_, value)| value);
        let mut values = values.chain([self.request.content_type()]);
        fields.empty_is_removed = values.any(|value| variables.may_be_empty(value));
        fields
    }

    fn check_one_body(&self) -> Result<(), Fault> {
        let body = &self.body;
        let has_data = !body.data.is_empty();
        let both = |at: usize, this: &str, other: &str| {
            Err(Fault::new(at, format!("{this} and {other}: a request can have only one of them")))
        };
        match (&body.form, &body.upload) {
            (Some(form), Some(_)) => return both(form.at, &form.text, "-T"),
            (Some(form), None) if has_data => return both(form.at, &form.text, "-d"),
            (None, Some(upload)) if has_data => return both(upload.at, "-T", "-d"),
            _ => {}
        }
        let has_body = body.form.is_some() || body.upload.is_some() || (has_data && !self.get);
        if let (Some(at), true) = (self.head, has_body) {
            return both(at, "-I", "a body");
        }
        if let (Some(at), true) = (body.form_escape, form::needs_escape(&self.request)) {
            let why = "--form-escape: zoomkat writes a quote in a name as %22, as browsers do";
            return Err(Fault::new(at, why));
        }
        Ok(())
    }

    /// Adds the headers of other options in curl's order, then those of `-H`.
    fn add_headers(&mut self) -> Result<(), Fault> {
        let headers = &self.headers;
        let mut fields: Vec<(&str, String)> = Vec::new();
        if let Some(token) = &headers.bearer {
            fields.push(("Authorization", format!("Bearer {token}")));
        }
        if let Some(range) = &headers.range {
            fields.push(("Range", format!("bytes={range}")));
        }
        fields.extend(headers.user_agent.clone().map(|value| ("User-Agent", value)));
        if headers.compressed {
            fields.push(("Accept-Encoding", DECODED.join(", ")));
        }
        if let Some(Located { at, text: referer }) = &headers.referer {
            let plain = referer.strip_suffix(";auto");
            if plain.is_some() && self.transport.follows() {
                let why = "-e: zoomkat adds no Referer to a redirect; remove \";auto\"";
                return Err(Fault::new(*at, why));
            }
            fields.push(("Referer", plain.unwrap_or(referer).to_owned()));
        }
        fields.push(("Cookie", self.cookie_value()?));
        let fields: Vec<_> = fields
            .into_iter()
            .filter(|(name, value)| !value.is_empty() && headers.find(name).is_none())
            .collect();
        for (name, value) in fields {
            // Blanks around a value do not belong to it (RFC 9110 section 5.5), and -H strips them.
            self.request.add_header(name, value.trim_matches([' ', '\t']));
        }
        for header in &headers.fields {
            if let HeaderOption::Field(name, value) = header {
                let is_decoded = headers.compressed && name.eq_ignore_ascii_case("Accept-Encoding");
                let value = if is_decoded { supported_codings(value) } else { value.clone() };
                add_header(&mut self.request, name, &value);
            }
        }
        if self.body.is_json {
            for name in ["Content-Type", "Accept"] {
                if headers.find(name).is_none() {
                    self.request.add_header(name, "application/json");
                }
            }
        }
        Ok(())
    }

    /// Returns the value of Cookie, which may be empty.
    fn cookie_value(&self) -> Result<String, Fault> {
        let cookies = &self.cookies;
        let mut value = String::new();
        if let Some(file) = &cookies.file {
            if let Some(at) = cookies.junk_session {
                return Err(Fault::new(at, "-j: zoomkat sends all cookies of a file"));
            }
            if self.headers.find("Cookie").is_some() {
                let why = "a cookie file and -H Cookie make two Cookie headers; use one of them";
                return Err(Fault::new(file.at, why));
            }
            value.push_str(&file.text);
        }
        if !cookies.text.is_empty() {
            value.push_str(if value.is_empty() { "" } else { "; " });
            value.push_str(&cookies.text);
        }
        Ok(value)
    }

    /// Adds the body, its content type, and the query.
    fn add_content(&mut self, url: &OptionArg, variables: &mut CallVariables) -> Result<(), Fault> {
        let queries = self.request.params_go_to_query();
        let is_open = |option: &DataOption| matches!(option, DataOption::Open { .. });
        let query_is_open = self.body.form.is_none() && self.query.iter().any(is_open);
        let length = self.add_body(url, variables, queries, query_is_open)?;
        self.check_length(length)?;
        let has_content = length != Some(0) || self.request.body != RequestBody::None;
        // Other methods send it anyway.
        if self.headers.content_length.is_some() && queries && !has_content {
            self.request.headers.push("Content-Length", "0");
        }
        let query = std::mem::take(&mut self.query);
        if query.is_empty() {
            return Ok(());
        }
        match data::join(query, variables, query_is_open, false) {
            JoinedData::Pairs(pairs) => {
                let has_body = self.request.body != RequestBody::None;
                if !queries && !has_body {
                    self.request.load_body_from_string("", "utf-8");
                }
                self.add_pairs(pairs);
            }
            JoinedData::Raw(bytes) => self.add_query(url, &bytes)?,
            JoinedData::File(_) => {}
        }
        Ok(())
    }

    /// Adds the body, or the query with `-G`. Returns the length of the body if it is known.
    ///
    /// With `queries`, params are sent in the query. With `query_is_open`, `--url-query` has a variable to encode.
    fn add_body(
        &mut self,
        url: &OptionArg,
        variables: &mut CallVariables,
        queries: bool,
        query_is_open: bool,
    ) -> Result<Option<usize>, Fault> {
        let is_data = !self.body.data.is_empty();
        let given_type = self.request.content_type().to_ascii_lowercase();
        let base = given_type.split(';').next().unwrap_or_default().trim().to_owned();
        let is_multipart = is_multipart(&base);
        if let Some(form) = &self.body.form {
            self.check_form_type(form, &base, &given_type)?;
            if base.is_empty() {
                self.request.set_content_type("multipart/form-data");
            }
            return Ok(None);
        }
        if let Some(upload) = &self.body.upload {
            self.request.load_body_from_file(&upload.text);
            return Ok(None);
        }
        let pieces = std::mem::take(&mut self.body.data);
        if is_data && !self.get {
            let has_type = self.headers.find("Content-Type").is_some();
            if !has_type && !self.body.is_json {
                self.request.set_content_type(FORM);
            }
            let is_form = self.request.content_type().eq_ignore_ascii_case(FORM) || base == FORM;
            let as_pairs = is_form
                && !queries
                && !query_is_open
                && !self.headers.has_file
                && self.headers.content_length.is_none();
            let may_be_empty = !queries && !is_multipart && !query_is_open;
            return Ok(self.add_data(data::join(pieces, variables, as_pairs, true), may_be_empty));
        }
        let in_query = is_data && self.get;
        if in_query && !self.query.is_empty() {
            let why = "-G and --url-query: curl ignores the latter; use one of them";
            return Err(Fault::new(url.at, why));
        }
        if is_multipart && !queries {
            self.request.load_body_from_string("", "utf-8");
        }
        if in_query {
            match data::join(pieces, variables, queries && !is_multipart, false) {
                JoinedData::Pairs(pairs) => self.add_pairs(pairs),
                JoinedData::Raw(bytes) => self.add_query(url, &bytes)?,
                JoinedData::File(_) => {}
            }
        }
        Ok(Some(0))
    }

    /// Adds the data as the body. Returns its length if it is known.
    fn add_data(&mut self, data: JoinedData, may_be_empty: bool) -> Option<usize> {
        match data {
            JoinedData::File(path) => {
                self.request.load_body_from_file(path);
                None
            }
            JoinedData::Pairs(pairs) => {
                self.add_pairs(pairs);
                None
            }
            JoinedData::Raw(bytes) => {
                match std::str::from_utf8(&bytes) {
                    Ok("") if may_be_empty => {}
                    Ok(text) => {
                        self.request.load_body_from_string(text, "utf-8");
                    }
                    Err(_) => {
                        self.request.load_body_from_bd(&bytes);
                    }
                }
                Some(bytes.len())
            }
        }
    }

    fn check_form_type(&self, form: &Located, base: &str, given_type: &str) -> Result<(), Fault> {
        let fault = |why: &str| Err(Fault::new(form.at, format!("{}: {why}", form.text)));
        if let Some(HeaderOption::Without(_)) = self.headers.find("Content-Type") {
            return fault(
                "no server can read a form without a Content-Type; remove -H Content-Type:",
            );
        }
        if !matches!(base, "" | "multipart/form-data") {
            return fault(
                "the Content-Type of a form is multipart/form-data; remove the one of -H",
            );
        }
        if parameter(given_type, "boundary").is_some() {
            return fault(
                "curl adds its own boundary to the one of -H Content-Type, and no server can read two; \
                 remove the header",
            );
        }
        Ok(())
    }

    /// Refuses a Content-Length that is not the length of the body.
    fn check_length(&self, length: Option<usize>) -> Result<(), Fault> {
        let Some(given) = &self.headers.content_length else { return Ok(()) };
        if length.is_some() && given.text.parse().ok() == length {
            return Ok(());
        }
        let why = "-H: Content-Length is not the length of the body; remove it, since it is sent automatically";
        Err(Fault::new(given.at, why))
    }

    fn add_pairs(&mut self, pairs: Vec<(String, String)>) {
        for (name, value) in pairs {
            self.request.add_param(&name, &value);
        }
    }

    /// Appends data to the query.
    fn add_query(&mut self, url: &OptionArg, bytes: &[u8]) -> Result<(), Fault> {
        if bytes.is_empty() {
            return Ok(());
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Err(Fault::new(url.at, "the data for the query is not UTF-8"));
        };
        let path = self.request.path.to_mut();
        percent::open_query(path);
        path.push_str(text);
        Ok(())
    }
}
