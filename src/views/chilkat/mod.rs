//! Chilkat scripts in Ruby, written from a call.
//!
//! * this file has `Call::to_chilkat_ruby`, the outline of the script and its variables,
//! * `request.rs` has the statements that build the request; `params.rs` has its path and params,
//! * `http.rs` has the settings of `CkHttp`,
//! * `strings.rs` writes string expressions.

use std::path::Path;

mod http;
mod params;
mod request;
mod strings;

use self::strings::{RubyText, literal};
use super::call::Call;
use super::curl::ShellNames;
use super::marked_call::{MarkedCall, TextPiece};
use super::place_encoding::PlaceEncoding;
use super::variables::{FileForm, Source, Variable, encoded_twice};
use crate::error::{Error, Result};

impl Call {
    /// Writes a Ruby script that makes this call with Chilkat's `CkHttp`, in the form of Chilkat's published samples.
    ///
    /// Secrets ([`hide_secrets`](Self::hide_secrets)) and [variables](Self#variables) come from the environment:
    /// `ENV.fetch("NAME")`. Certificates and host names are verified unless the call turns that off; Chilkat itself
    /// does not verify them by default.
    ///
    /// ```
    /// use zoomkat::{Call, HttpRequest};
    ///
    /// let mut req = HttpRequest::new();
    /// req.set_path("/v2/users/me").add_header("Authorization", "Bearer lorem");
    /// let script = Call::new("api.zoom.us", 443, true, req).to_chilkat_ruby()?;
    /// assert!(script.contains(r#"req.put_Path("/v2/users/me")"#));
    /// assert!(script.contains(r##"AddHeader("Authorization","Bearer #{ENV.fetch("ZOOM_ACCESS_TOKEN")}")"##));
    /// assert!(script.contains(r#"resp = http.SynchronousRequest("api.zoom.us",443,true,req)"#));
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a request that could not be sent (files are not
    /// opened), and [`Content`](crate::ErrorKind::Content) for anything that Chilkat cannot do, such as a time limit for
    /// the whole call. The message names it.
    pub fn to_chilkat_ruby(&self) -> Result<String> {
        let call = self.hide_secrets();
        if let Some(name) = encoded_twice(&call) {
            return Err(unsupported(format_args!("the value of {name:?} encoded twice")));
        }
        let marked = MarkedCall::new(&call)?;
        let wire = marked.check()?;
        if wire.target == "*" {
            return Err(unsupported("the path *"));
        }
        let names = ShellNames::new(call.variables.iter().map(|variable| variable.name.as_str()));
        let (needs_uri, needs_json) = (false, false);
        let mut script =
            Script { marked: &marked, names: &names, needs_uri, needs_json, bin_data: 0 };
        let http = script.http()?;
        let (base, endpoint) = script.endpoint()?;
        let request = script.request(&wire)?;
        let uri = if script.needs_uri { "require 'uri'\n" } else { "" };
        let json = if script.needs_json { "require 'json'\n" } else { "" };
        Ok(format!(
            r##"require 'chilkat'
{json}{uri}
# This example assumes the Chilkat API to have been previously unlocked.
# See Global Unlock Sample for sample code.

http = Chilkat::CkHttp.new()
{http}{base}
req = Chilkat::CkHttpRequest.new()
{request}
# resp is a CkHttpResponse
resp = http.SynchronousRequest({endpoint},req)
if (http.get_LastMethodSuccess() == false)
    print http.lastErrorText() + "\n";
    exit
end

respStatusCode = resp.get_StatusCode()
print "Response Status Code = " + respStatusCode.to_s() + "\n";
if (respStatusCode >= 400)
    print "Response Header:" + "\n";
    print resp.header() + "\n";
    print "Response Body:" + "\n";
    print resp.bodyStr() + "\n";
    print "Failed." + "\n";

    exit
end

print "Success." + "\n";
"##
        ))
    }
}

/// Returns the error for a call that a script cannot express.
fn unsupported(what: impl std::fmt::Display) -> Error {
    Error::content("Chilkat script", format_args!("Chilkat does not support {what}"))
}

fn path_text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| unsupported("a file name that is not UTF-8"))
}

/// Returns a call that leaves the script if it fails.
fn checked(object: &str, call: &str) -> String {
    format!(
        "success = {object}.{call}\nif (success == false)\n    print {object}.lastErrorText() + \"\\n\";\n    exit\nend\n"
    )
}

struct Script<'m> {
    marked: &'m MarkedCall,
    /// The names of the variables in the environment.
    names: &'m ShellNames,
    needs_uri: bool,
    needs_json: bool,
    /// The number of `CkBinData` so far.
    bin_data: usize,
}

impl Script<'_> {
    /// Returns the expression for the value of a variable.
    fn value(&mut self, variable: &Variable) -> Result<String> {
        let fetch = |name: &str| format!("ENV.fetch({})", literal(self.names.get(name)));
        match &variable.source {
            Source::Caller => Ok(fetch(&variable.name)),
            Source::Encoded { of, encoding } => Ok(self.encoded(&fetch(of), encoding)),
            Source::File { path, form } => {
                let read = match path.as_str() {
                    "-" => "$stdin.read".to_owned(),
                    path => format!("File.read({})", self.text("a file name", path)?),
                };
                match form {
                    FileForm::Whole => Ok(read),
                    FileForm::WithoutLineEnds => Ok(format!("{read}.delete(\"\\r\\n\\0\")")),
                    FileForm::UrlEncoded => {
                        self.needs_uri = true;
                        Ok(format!("URI.encode_www_form_component({read})"))
                    }
                    FileForm::Cookies => Err(unsupported("a cookie file of curl")),
                    FileForm::Headers => Err(unsupported("a file of header fields")),
                }
            }
        }
    }

    /// Returns the expression that encodes a value for its place.
    fn encoded(&mut self, value: &str, encoding: &PlaceEncoding) -> String {
        match encoding {
            PlaceEncoding::Plain => value.to_owned(),
            PlaceEncoding::Form => {
                self.needs_uri = true;
                format!("URI.encode_www_form_component({value})")
            }
            PlaceEncoding::Percent { keep } => {
                let keep: String = keep.chars().flat_map(|c| ['\\', c]).collect();
                format!(r#"{value}.b.gsub(/[^\w\-.~{keep}]/n) {{ |c| "%%%02X" % c.ord }}"#)
            }
            PlaceEncoding::Json => {
                self.needs_json = true;
                format!("JSON.generate({value})[1..-2]")
            }
        }
    }

    /// Appends a text with its variables. `what` names it in an error.
    fn push(&mut self, out: &mut RubyText, what: &str, text: &str) -> Result<()> {
        let marked = self.marked;
        if text.contains('\0') {
            return Err(unsupported(format_args!("the character NUL in {what}")));
        }
        for piece in marked.pieces(text.as_bytes()) {
            match piece {
                TextPiece::Text(text) => out.push_text(&String::from_utf8_lossy(text)),
                TextPiece::Variable(variable) => out.push_code(&self.value(variable)?),
            }
        }
        Ok(())
    }

    /// Returns the expression for a text. `what` names it in an error.
    fn text(&mut self, what: &str, text: &str) -> Result<String> {
        let mut out = RubyText::default();
        self.push(&mut out, what, text)?;
        Ok(out.finish())
    }

    /// Returns a statement that calls a method with texts.
    fn call(&mut self, method: &str, texts: &[&str]) -> Result<String> {
        let what = method.split_once('.').map_or(method, |(_, name)| name);
        let args: Result<Vec<String>> = texts.iter().map(|text| self.text(what, text)).collect();
        Ok(format!("{method}({})\n", args?.join(",")))
    }
}
