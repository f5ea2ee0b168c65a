//! Responses of the embedded Zoom.

use serde_json::{Value, json};

use super::xml::xml_of;
use crate::http::Response;

/// A response of the embedded Zoom. Tests pass one to
/// [`EmbeddedZoom::refuse_next`](crate::EmbeddedZoom::refuse_next).
#[derive(Clone, Debug)]
pub struct Answer {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    /// Creates a response with this status code and body, which need not be JSON.
    pub fn new(status: u16, body: impl Into<String>) -> Answer {
        Answer { status, headers: Vec::new(), body: body.into() }
    }

    /// Creates a response with a JSON body.
    pub fn json(status: u16, body: Value) -> Answer {
        Self::new(status, body.to_string())
    }

    /// Creates an error in the format of the REST API.
    pub fn error(status: u16, code: i64, message: &str) -> Answer {
        Self::json(status, json!({ "code": code, "message": message }))
    }

    /// Creates the error for a field that fails validation.
    pub fn invalid(field: &str) -> Answer {
        let errors = json!([{ "field": field, "message": "Invalid field." }]);
        let message = "Validation Failed.";
        Self::json(400, json!({ "code": 300, "message": message, "errors": errors }))
    }

    /// Creates an error in the format of the token endpoint.
    pub(super) fn oauth(status: u16, error: &str, reason: &str) -> Answer {
        Self::json(status, json!({ "reason": reason, "error": error }))
    }

    /// Converts an error to the XML that Zoom sends to clients that do not ask for JSON. Other responses
    /// are left unchanged.
    pub fn in_xml(self) -> Answer {
        match serde_json::from_str::<Value>(&self.body) {
            Ok(error) if self.status >= 400 && error.is_object() => {
                Answer { body: xml_of(&error), ..self }
            }
            _ => self,
        }
    }

    /// Adds a header field.
    pub fn header(mut self, name: &str, value: &str) -> Answer {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Returns the bytes of the response, for a raw [`Server`](crate::Server), with this number in the
    /// tracking ID.
    pub fn bytes(&self, number: usize) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {REASON}\r\n", self.status);
        for (name, value) in self.fields(number) {
            head += &format!("{name}: {value}\r\n");
        }
        // A 204 must not have one.
        if self.status != 204 {
            head += &format!("content-length: {}\r\n", self.body.len());
        }
        (head + "\r\n" + &self.body).into_bytes()
    }

    /// Returns the response with this number in the tracking ID.
    pub(super) fn response(self, number: usize) -> Response {
        let headers = self.fields(number);
        Response { headers, ..Response::new(self.status, REASON, self.body) }
    }

    fn fields(&self, number: usize) -> Vec<(String, String)> {
        let kind = if self.body.starts_with("<?xml") { "xml" } else { "json" };
        let mut fields = vec![
            ("x-zm-trackingid".into(), format!("v=2.0;clid=embedded;rid=WEB_{number}")),
            ("content-type".into(), format!("application/{kind};charset=UTF-8")),
        ];
        fields.extend_from_slice(&self.headers);
        fields
    }
}

/// The reason phrase of every response.
const REASON: &str = "Embedded";
