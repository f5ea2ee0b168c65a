//! The parameters of an item, and the responses that were saved with it.

use std::cell::OnceCell;
use std::fmt;
use std::sync::Arc;

use super::item::Item;
use super::item_url::{ItemUrl, variable_name};
use super::json::{JsonValue, object};
use super::model::{self, Pair};

/// Where a [`Parameter`] goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// A segment `:name` of the path.
    Path,
    /// The query of the URL.
    Query,
    /// A header.
    Header,
    /// A field of the form in the body.
    Form,
}

impl Place {
    /// `path`, `query`, `header` or `form`.
    pub fn as_str(self) -> &'static str {
        match self {
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
            Place::Form => "form",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A parameter of an item, as it is written in the file.
#[derive(Clone, PartialEq)]
pub struct Parameter {
    place: Place,
    name: String,
    value: String,
    description: String,
    disabled: bool,
}

impl Parameter {
    fn new(place: Place, pair: Pair) -> Parameter {
        Parameter {
            place,
            name: pair.key.unwrap_or_default(),
            value: pair.value.unwrap_or_default(),
            description: pair.description,
            disabled: pair.disabled,
        }
    }

    /// Where it goes.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, its variables as they are written. Of a file in a form it is the path of the file.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The description, usually in Markdown. Empty if the file has none.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether it is left out of the request.
    pub fn disabled(&self) -> bool {
        self.disabled
    }
}

/// Shows no value.
impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameter")
            .field("place", &self.place)
            .field("name", &self.name)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}

/// A response that was saved with an item as an example.
#[derive(Clone, PartialEq)]
pub struct SavedResponse {
    name: String,
    status: String,
    code: u16,
    headers: Vec<(String, String)>,
    body: String,
    /// Shared by all responses that answer the item's own request, since there may be many.
    asked: Arc<AnsweredRequest>,
}

/// The request that was answered.
#[derive(PartialEq)]
struct AnsweredRequest {
    verb: String,
    path: String,
    query: String,
}

impl SavedResponse {
    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The reason phrase, such as `No Content`. It may be empty.
    pub fn status(&self) -> &str {
        &self.status
    }

    /// The number that the file has as the status, whatever it is; 0 where it has none.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// The header fields that are not disabled, in their order.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The body. It may be empty.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The method of the request that it answered, or that of the item.
    pub fn verb(&self) -> &str {
        &self.asked.verb
    }

    /// The path of the request that it answered, or that of the item: from the slash after the host on, with
    /// `:name` and `{{name}}` as they are written, without the query.
    pub fn path(&self) -> &str {
        &self.asked.path
    }

    /// The query of that request as it is written, without `?`. It may be empty.
    pub fn query(&self) -> &str {
        &self.asked.query
    }
}

/// Shows no header and no body.
impl fmt::Debug for SavedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SavedResponse")
            .field("name", &self.name)
            .field("code", &self.code)
            .field("verb", &self.asked.verb)
            .field("path", &self.asked.path)
            .finish_non_exhaustive()
    }
}

/// In capitals, as Postman has methods.
pub(super) fn upper(verb: &str) -> String {
    // Within {{name}} the case counts.
    if verb.contains("{{") { verb.to_owned() } else { verb.to_uppercase() }
}

/// The method of a request.
pub(super) fn verb_of(request: &JsonValue) -> String {
    let verb = model::text_of(request, "method").filter(|verb| !verb.is_empty());
    verb.map_or_else(|| "GET".to_owned(), |verb| upper(&verb))
}

impl Item<'_> {
    /// The parameters: of the path, of the query, the headers, and the fields of a form, each as it is written,
    /// those among them that are disabled.
    pub fn parameters(&self) -> Vec<Parameter> {
        let request = self.readable();
        let url = ItemUrl::read(model::member(&request, "url"));
        let mut found: Vec<Parameter> =
            url.variables.iter().cloned().map(|pair| Parameter::new(Place::Path, pair)).collect();
        for name in url.path().split('/').filter_map(variable_name) {
            if !found.iter().any(|known| known.name == name) {
                let pair = Pair { key: Some(name.to_owned()), ..Pair::read(&JsonValue::Null) };
                found.push(Parameter::new(Place::Path, pair));
            }
        }
        found.extend(url.query.into_iter().map(|pair| Parameter::new(Place::Query, pair)));
        let headers = model::headers(request.get("header")).into_iter();
        found.extend(headers.map(|pair| Parameter::new(Place::Header, pair)));
        let body = request.get("body").unwrap_or(&JsonValue::Null);
        match model::text_of(body, "mode").as_deref() {
            Some("urlencoded") => {
                let pairs = model::query(body.get("urlencoded")).into_iter();
                found.extend(pairs.map(|pair| Parameter::new(Place::Form, pair)));
            }
            Some("formdata") => {
                for field in model::list(body.get("formdata")) {
                    let mut pair = Pair::read(field);
                    if model::text_of(field, "type").as_deref() == Some("file") {
                        pair.value = match model::member(field, "src") {
                            Some(JsonValue::Array(list)) => {
                                let paths: Vec<String> =
                                    list.iter().filter_map(model::text).collect();
                                Some(paths.join(", "))
                            }
                            other => other.and_then(model::text),
                        };
                    }
                    found.push(Parameter::new(Place::Form, pair));
                }
            }
            _ => {}
        }
        found
    }

    /// The responses that were saved with it, in the order of the file.
    pub fn responses(&self) -> Vec<SavedResponse> {
        let responses = self.collection.outline.value(self.entry, "response").unwrap_or_default();
        let responses = model::list(Some(&responses)).iter();
        let own = OnceCell::new();
        let own = || {
            own.get_or_init(|| {
                let request = self.readable();
                let url = ItemUrl::read(model::member(&request, "url"));
                let (path, query) = (url.path(), url.query());
                Arc::new(AnsweredRequest { verb: verb_of(&request), path, query })
            })
        };
        let responses = responses.filter(|response| response.is_object());
        responses.map(|response| self.saved(response, &own)).collect()
    }

    /// `own` is the request of the item, for responses that do not say what they answer.
    fn saved<'o>(
        &self,
        response: &JsonValue,
        own: &dyn Fn() -> &'o Arc<AnsweredRequest>,
    ) -> SavedResponse {
        let text = |name: &str| model::text_of(response, name).unwrap_or_default();
        let code = model::text_of(response, "code");
        let original = match model::member(response, "originalRequest") {
            Some(JsonValue::String(url)) => Some(object! { "url": url }),
            other => other.cloned(),
        };
        let original = original.as_ref();
        let verb = original.and_then(|request| model::text_of(request, "method"));
        let verb = verb.map(|verb| upper(&verb));
        let url = original.and_then(|request| model::member(request, "url"));
        let url = url.map(|url| ItemUrl::read(Some(url)));
        let asked = match (verb, url) {
            (None, None) => Arc::clone(own()),
            (verb, Some(url)) => Arc::new(AnsweredRequest {
                verb: verb.unwrap_or_else(|| own().verb.clone()),
                path: url.path(),
                query: url.query(),
            }),
            (Some(verb), None) => {
                let own = own();
                Arc::new(AnsweredRequest { verb, path: own.path.clone(), query: own.query.clone() })
            }
        };
        let headers = model::headers(response.get("header")).into_iter();
        let headers = headers.filter(|header| !header.disabled);
        SavedResponse {
            name: text("name"),
            status: text("status"),
            code: code.and_then(|code| code.parse().ok()).unwrap_or_default(),
            headers: headers
                .map(|h| (h.key.unwrap_or_default(), h.value.unwrap_or_default()))
                .collect(),
            body: text("body"),
            asked,
        }
    }
}
