//! curl commands, written from a call.
//!
//! * this file has `Call::to_curl` and the order of the options,
//! * `url.rs`, the URL; `data.rs`, bodies and urlencoded params; `form.rs`, the parts of `-F`,
//! * `transport_options.rs`, the options of the transport,
//! * `quote.rs`, words quoted for bash.

use std::collections::BTreeSet;
use std::path::Path;

mod data;
mod form;
mod quote;
mod transport_options;
mod url;

use self::quote::{Quotes, word};
pub(in crate::views) use self::quote::{ShellNames, is_unseen};
use crate::error::{Error, Result};
use crate::message::params::{Data, RequestBody};
use crate::message::prepare::FORM;
use crate::views::call::Call;
use crate::views::curl::shell_functions::{JSON_ESCAPE, URL_ENCODE};
use crate::views::marked_call::{CheckedRequest, MarkedCall, ParamLocation, TextPiece};
use crate::views::variables::{FileForm, Source, encoded_twice, with_encoded_path};

impl Call {
    /// Writes a curl command that sends this call, quoted for bash, with one option per line.
    ///
    /// The command sends the same bytes, except for the multipart boundary, which curl chooses, and for
    /// `Accept: */*` and `User-Agent: curl/...`, which curl adds if the call has none, unless it was read from a command
    /// that removes them. curl does not send a header whose variable is empty. A verb or a Content-Type that
    /// curl sends automatically is left out. Options that the call does not set, such as time limits, are left
    /// to curl.
    ///
    /// A [variable](Self#variables) becomes a shell variable, `"$NAME"`. In the path of a URL, its value must
    /// already be percent-encoded, as curl does not encode it; in a urlencoded param, curl encodes it, with a space
    /// as `+`. [`hide_secrets`](Self::hide_secrets) replaces secrets with variables, whose values are the plain
    /// secrets: where curl does not encode one, a function of bash before the command does. Where nothing can,
    /// in curl's quotes in `--form`, a comment says how to write the value.
    ///
    /// Linux refuses an argument of more than 128 KiB; a longer body must come from a file. With a body of
    /// more than a megabyte, and with a file that `-T` uploads, curl also sends `Expect: 100-continue`.
    ///
    /// ```
    /// use zoomkat::{Call, HttpRequest};
    ///
    /// let mut req = HttpRequest::new();
    /// req.set_http_verb("PUT")
    ///     .set_path("/v2/users/:userId/password")
    ///     .set_content_type("multipart/form-data")
    ///     .add_param("password", "dolor Excepteur minim")
    ///     .add_header("Authorization", "Bearer <access_token>");
    /// let call = Call::new("api.zoom.us", 443, true, req);
    /// assert_eq!(
    ///     call.to_curl()?,
    ///     "curl -X PUT \\\n\
    ///      \t-H \"Authorization: Bearer <access_token>\" \\\n\
    ///      \t--form 'password=dolor Excepteur minim' \\\n\
    ///      \thttps://api.zoom.us/v2/users/:userId/password\n"
    /// );
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a request that could not be sent (files are not
    /// opened), and [`Content`](crate::ErrorKind::Content) for anything that curl cannot do, such as sending a
    /// part of a file.
    pub fn to_curl(&self) -> Result<String> {
        if let Some(name) = encoded_twice(self) {
            return Err(unsupported(format_args!("the value of {name:?} would be encoded twice")));
        }
        let call = with_encoded_path(self);
        let marked = MarkedCall::new(&call)?;
        let wire = marked.check()?;
        let names = ShellNames::new(call.variables.iter().map(|variable| variable.name.as_str()));
        let (words, quoted) = (Vec::new(), BTreeSet::new());
        let mut command = CommandWriter { marked: &marked, names: &names, words, quoted };
        command.write(&wire)?;
        let mut before = String::new();
        for (function, text) in [("json_escape", JSON_ESCAPE), ("url_encode", URL_ENCODE)] {
            if command.words.iter().any(|word| word.contains(&format!("$({function} "))) {
                before.push_str(text);
            }
        }
        if !before.is_empty() {
            before.push('\n');
        }
        for name in &command.quoted {
            before += &format!("# In {name}, write \\\" for a quote and \\\\ for a backslash.\n");
        }
        Ok(format!("{before}curl {}\n", command.words.join(" \\\n\t")))
    }
}

/// Returns the error for a call that a curl command cannot express.
fn unsupported(why: impl std::fmt::Display) -> Error {
    Error::content("curl command", why)
}

struct CommandWriter<'m> {
    marked: &'m MarkedCall,
    names: &'m ShellNames,
    /// Options with their values, and the URL.
    words: Vec<String>,
    /// The shell variables in text that has curl's own quotes.
    quoted: BTreeSet<String>,
}

impl CommandWriter<'_> {
    fn write(&mut self, wire: &CheckedRequest) -> Result<()> {
        let request = &self.marked.call.request;
        let has_body = wire.param_location != ParamLocation::Query;
        let upload = self.upload(wire);
        match request.http_verb() {
            "HEAD" if has_body => {
                return Err(unsupported("curl does not send a body with HEAD"));
            }
            "HEAD" => self.words.push("-I".to_owned()),
            "GET" if !has_body => {}
            "POST" if has_body => {}
            "PUT" if upload.is_some() => {}
            verb => self.option("-X", verb, Quotes::Bare)?,
        }
        // The Content-Type that curl sends without -H.
        let accept = "application/json";
        let headers = request.headers.iter();
        let mut accepts = headers.filter(|(name, _)| name.eq_ignore_ascii_case("Accept"));
        let last = request.headers.len().checked_sub(1).and_then(|at| request.headers.at(at));
        let is_json = wire.param_location == ParamLocation::Loaded
            && wire.content_type.as_deref() == Some(accept)
            && last == Some(("Accept", accept))
            && accepts.nth(1).is_none()
            && !self.body_may_be_file();
        let automatic = match wire.param_location {
            ParamLocation::Loaded if is_json => Some(accept),
            ParamLocation::Loaded if upload.is_some() => None,
            ParamLocation::Loaded | ParamLocation::Form => Some(FORM),
            ParamLocation::Multipart => Some("multipart/form-data"),
            ParamLocation::Query => None,
        };
        self.headers(wire, automatic, is_json)?;
        let url = self.url_and_query(wire)?;
        match (wire.param_location, upload) {
            (ParamLocation::Loaded, Some(path)) => self.option("-T", path, Quotes::Bare)?,
            (ParamLocation::Loaded, None) => self.loaded(is_json)?,
            (ParamLocation::Form, _) => self.params("-d", "--data-urlencode")?,
            (ParamLocation::Multipart, _) => self.multipart(wire)?,
            (ParamLocation::Query, _) => {}
        }
        self.transport_options()?;
        if wire.http10 {
            self.words.push("--http1.0".to_owned());
        }
        if url.starts_with('-') {
            // Otherwise curl reads it as an option.
            return self.option("--url", url, Quotes::Bare);
        }
        let url = self.quoted("the URL", url.as_bytes(), Quotes::Bare)?;
        self.words.push(url);
        Ok(())
    }

    /// Returns the file that `-T` can send. Of the options for a body, only `-T` keeps the method after a redirect.
    fn upload(&self, wire: &CheckedRequest) -> Option<String> {
        let request = &self.marked.call.request;
        let RequestBody::Loaded { data: Data::File(source), .. } = &request.body else {
            return None;
        };
        // curl adds the file name after a slash, and a variable may end with one.
        let path = wire.target.split('?').next().unwrap_or_default();
        let ends = self.marked.pieces(path.as_bytes());
        let is_whole = matches!(ends.last(), Some(TextPiece::Text(text)) if !text.ends_with(b"/"));
        let file = file_argument(&source.path).ok()?;
        // Brackets mean several files, and a dot means standard input.
        let is_plain = !file.contains(['[', ']', '{', '}']) && !matches!(file.as_str(), "" | ".");
        let fits = request.http_verb() == "PUT" && wire.content_type.is_none();
        (fits && is_whole && is_plain && source.chunk.is_none()).then_some(file)
    }

    fn quoted(&self, what: &str, text: &[u8], quotes: Quotes) -> Result<String> {
        word(self.marked, self.names, what, text, quotes)
    }

    fn option(&mut self, name: &str, value: impl AsRef<[u8]>, quotes: Quotes) -> Result<()> {
        let value = self.quoted(name, value.as_ref(), quotes)?;
        self.words.push(format!("{name} {value}"));
        Ok(())
    }

    fn headers(
        &mut self,
        wire: &CheckedRequest,
        automatic: Option<&str>,
        is_json: bool,
    ) -> Result<()> {
        let marked = self.marked;
        let request = &marked.call.request;
        match (wire.content_type.as_deref(), automatic) {
            (Some(value), automatic) if Some(value) != automatic => {
                self.header("Content-Type", value)?;
            }
            (None, Some(_)) => self.option("-H", "Content-Type:", Quotes::Double)?,
            _ => {}
        }
        if wire.has_zero_length {
            self.option("-H", "Content-Length: 0", Quotes::Double)?;
        }
        let mut hosts = 0;
        for (at, (name, value)) in request.headers.iter().enumerate() {
            let is_last = at + 1 == request.headers.len();
            hosts += u32::from(name.eq_ignore_ascii_case("Host"));
            // Only the first Host is sent, and the length is written above.
            let is_length = name.eq_ignore_ascii_case("Content-Length");
            let is_second_host = name.eq_ignore_ascii_case("Host") && hosts > 1;
            if (is_json && is_last) || is_second_host || is_length {
                continue;
            }
            if name.eq_ignore_ascii_case("Cookie") && marked.has_derived(value) {
                self.cookies(value)?;
            } else {
                self.header(name, value)?;
            }
        }
        for name in &marked.call.options.fields.removed {
            if request.headers.get(name).is_none() {
                self.option("-H", format!("{name}:"), Quotes::Double)?;
            }
        }
        for path in &self.header_files() {
            self.option("-H", format!("@{path}"), Quotes::Bare)?;
        }
        Ok(())
    }

    fn header_files(&self) -> Vec<String> {
        let variables = self.marked.variables();
        let paths = variables.filter_map(|variable| match &variable.source {
            Source::File { path, form: FileForm::Headers } => Some(path.clone()),
            _ => None,
        });
        paths.collect()
    }

    fn header(&mut self, name: &str, value: &str) -> Result<()> {
        // A colon without a value removes a field.
        let field = match value.trim_matches([' ', '\t']) {
            "" => format!("{name};"),
            _ => format!("{name}: {value}"),
        };
        self.option("-H", field, Quotes::Double)
    }

    /// Adds a Cookie field with cookies from files.
    fn cookies(&mut self, value: &str) -> Result<()> {
        let marked = self.marked;
        for piece in marked.pieces(value.as_bytes()) {
            match piece {
                TextPiece::Variable(variable) => match &variable.source {
                    Source::File { path, form: FileForm::Cookies } => {
                        self.option("-b", path, Quotes::Bare)?;
                    }
                    _ => return Err(unsupported("a variable next to a cookie file")),
                },
                TextPiece::Text(text) => {
                    let text = String::from_utf8_lossy(text);
                    let text = text.trim_matches([' ', ';']);
                    if !text.is_empty() && !text.contains('=') {
                        return Err(unsupported("a cookie next to a cookie file needs a name"));
                    }
                    if !text.is_empty() {
                        self.option("-b", text, Quotes::Single)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn multipart(&mut self, wire: &CheckedRequest) -> Result<()> {
        let request = &self.marked.call.request;
        if request.parts.is_empty() {
            return Err(unsupported("curl does not send a multipart body without parts"));
        }
        let content_type = wire.content_type.as_deref().unwrap_or_default();
        let base = content_type.split(';').next().unwrap_or_default().trim();
        let is_form_data = base.eq_ignore_ascii_case("multipart/form-data");
        for part in request.parts.iter() {
            let (option, value) = form::part(self.marked, part, request.charset(), is_form_data)?;
            for piece in self.marked.pieces(&value).into_iter().filter(|_| option == "--form") {
                let TextPiece::Variable(variable) = piece else { continue };
                let name = variable.caller_name().map(|name| self.names.get(name).to_owned());
                self.quoted.extend(name);
            }
            self.option(option, value, Quotes::Single)?;
        }
        Ok(())
    }
}

/// Returns a path as an argument: `-` alone means standard input to curl.
fn file_argument(path: &Path) -> Result<String> {
    match path.to_str() {
        Some("-") => Ok("./-".to_owned()),
        Some(path) => Ok(path.to_owned()),
        None => Err(unsupported("a file name is not UTF-8")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::request::HttpRequest;
    use crate::views::variables::{Variable, placeholder};

    /// Creates a call with these variables and files.
    fn call(build: impl FnOnce(&mut HttpRequest), variables: &[(&str, Option<FileForm>)]) -> Call {
        let mut request = HttpRequest::new();
        build(&mut request);
        let mut call = Call::new("h", 443, true, request);
        call.variables = variables
            .iter()
            .map(|(name, form)| {
                let path = name.trim_start_matches('@').to_owned();
                let source = form.map_or(Source::Caller, |form| Source::File { path, form });
                Variable { name: (*name).to_owned(), source }
            })
            .collect();
        call
    }

    fn line(call: &Call) -> String {
        call.to_curl().unwrap().replace(" \\\n\t", " ").trim_end().to_owned()
    }

    #[test]
    fn variables_are_shell_variables_everywhere() {
        let names = [("userId", None), ("base Url", None), ("base-Url", None), ("T", None)];
        let mut open = call(
            |r| {
                r.set_http_verb("{{T}}").set_path("/u/{{userId}}x/:id?q={{T}}&r={{other}}");
                r.set_path_variable("id", "{{base Url}}").add_header("X-A", "a!{{base-Url}}$1");
                r.add_param("{{T}}", "a b{{T}}").add_param("c d", "e f");
            },
            &names,
        );
        open.domain = "https://{{T}}:8443/v2".to_owned();
        assert_eq!(
            line(&open),
            r#"curl -X "$T" -H "X-A: a"'!'"$base_Url_2\$1" --data-urlencode "$T=a b$T" "#
                .to_owned()
                + r#"-d 'c%20d=e%20f' "https://$T:8443/v2/u/${userId}x/$base_Url?q=$T&r=%7B%7Bother%7D%7D""#
        );
        let query = call(
            |r| {
                r.add_param("a", "{{T}}").add_param("b", "c d");
            },
            &names,
        );
        assert_eq!(line(&query), "curl -G --data-urlencode \"a=$T\" -d 'b=c%20d' https://h/");
        let body = call(
            |r| {
                r.use_post().load_body_from_string("{{T}}&x", "utf-8").add_param("a", "{{T}}");
            },
            &names,
        );
        assert_eq!(line(&body), "curl --url-query \"a=$T\" --data-raw \"$T&x\" https://h/");
        let wide = call(
            |r| {
                r.use_post().set_charset("utf-16").add_param("a", "{{T}}");
            },
            &names,
        );
        assert!(wide.to_curl().unwrap_err().to_string().contains("utf-16"));
    }

    #[test]
    fn files_are_written_as_curls_file_arguments() {
        use FileForm::{Cookies, Headers, UrlEncoded, Whole, WithoutLineEnds};
        let files = [
            ("@w", Some(Whole)),
            ("@d", Some(WithoutLineEnds)),
            ("@u", Some(UrlEncoded)),
            ("@c", Some(Cookies)),
            ("@h", Some(Headers)),
        ];
        let body = |text: &str, json: bool| {
            let text = text.to_owned();
            call(
                move |r| {
                    r.use_post().load_body_from_string(&text, "utf-8");
                    if json {
                        r.set_content_type("application/json");
                        r.add_header("Accept", "application/json");
                    }
                },
                &files[..3],
            )
        };
        for (text, options) in [
            ("{{@d}}", "-d @d"),
            ("{{@w}}", "--data-binary @w"),
            ("a=1&{{@d}}&b=@", "-d 'a=1' -d @d -d 'b=@'"),
            ("{{@d}}&{{@w}}", "-d @d --data-binary @w"),
            ("{{@d}}&@x&{{@w}}", "-d @d --data-raw '@x' --data-binary @w"),
            ("a&n={{@u}}&{{@u}}", "-d 'a' --data-urlencode n@u --data-urlencode @u"),
        ] {
            assert_eq!(line(&body(text, false)), format!("curl {options} https://h/"), "{text}");
        }
        assert_eq!(
            line(&body("[{{@w}},1]", true)),
            "curl --json '[' --json @w --json ',1]' https://h/"
        );
        for text in ["x{{@d}}", "{{@d}}x", "&{{@d}}", "{{@d}}&", "{{@d}}&&{{@w}}", "a=b={{@u}}"] {
            let err = body(text, false).to_curl().unwrap_err();
            assert!(err.to_string().contains("curl"), "{text}: {err}");
        }
        let others = call(
            |r| {
                r.use_upload().add_param("x", "{{@w}}");
                r.add_header("Cookie", "a=b; {{@c}}");
            },
            &files,
        );
        assert_eq!(line(&others), "curl -b 'a=b' -b c -H @h --form 'x=<w' https://h/");
        let form = call(
            |r| {
                r.use_post().add_param("a b", "{{@w}}");
            },
            &files[..1],
        );
        assert_eq!(line(&form), "curl --data-urlencode 'a%20b@w' https://h/");
        let query = call(
            |r| {
                r.set_path("/p?a=b&{{@d}}");
            },
            &files[..3],
        );
        assert_eq!(line(&query), "curl -G -d 'a=b' -d @d https://h/p");
        assert_eq!(placeholder("@w"), "{{@w}}");
    }
}
