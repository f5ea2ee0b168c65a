//! The parameters and saved responses of an item.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use super::collection::Folder;
use super::item::Item;
use super::item_url::{ItemUrl, variable_name};
use super::json::{JsonValue, object};
use super::model::{self, Pair};

/// Where a [`Parameter`] is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParameterPlace {
    /// A segment `:name` of the path.
    Path,
    /// The query of the URL.
    Query,
    /// A header.
    Header,
    /// A field of the form in the body.
    Form,
}

impl ParameterPlace {
    /// Returns `path`, `query`, `header` or `form`.
    pub fn as_str(self) -> &'static str {
        match self {
            ParameterPlace::Path => "path",
            ParameterPlace::Query => "query",
            ParameterPlace::Header => "header",
            ParameterPlace::Form => "form",
        }
    }
}

impl fmt::Display for ParameterPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A parameter of an item, as written in the file.
#[derive(Clone, PartialEq)]
pub struct Parameter {
    place: ParameterPlace,
    name: String,
    value: String,
    description: String,
    disabled: bool,
}

impl Parameter {
    fn new(place: ParameterPlace, pair: Pair) -> Parameter {
        Parameter {
            place,
            name: pair.key.unwrap_or_default(),
            value: pair.value.unwrap_or_default(),
            description: pair.description,
            disabled: pair.disabled,
        }
    }

    /// Returns where it is sent.
    pub fn place(&self) -> ParameterPlace {
        self.place
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the value, with its variables as written. For a file in a form it is the file's path.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Returns the description, usually Markdown. Empty if there is none.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether it is disabled, so that it is not sent.
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

/// An example response that was saved with an item.
#[derive(Clone, PartialEq)]
pub struct SavedResponse {
    name: String,
    status: String,
    code: u16,
    headers: Vec<(String, String)>,
    body: String,
    /// Shared by all responses to the item's own request, since there may be many.
    request: Arc<AnsweredRequest>,
}

/// The request of a saved response.
#[derive(PartialEq)]
struct AnsweredRequest {
    verb: String,
    path: String,
    query: String,
}

impl SavedResponse {
    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the reason phrase, such as `No Content`. It may be empty.
    pub fn status(&self) -> &str {
        &self.status
    }

    /// Returns the status code in the file, which may be any number, or 0 if there is none.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// Returns the names and values of the header fields that are not disabled, in their order.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the body. It may be empty.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Returns the method of its own request, or else of the item's request.
    pub fn verb(&self) -> &str {
        &self.request.verb
    }

    /// Returns the path of its own request, or else of the item's request: from the slash after the host,
    /// without the query, with `:name` and `{{name}}` as written.
    pub fn path(&self) -> &str {
        &self.request.path
    }

    /// Returns the query of that request as written, without `?`. It may be empty.
    pub fn query(&self) -> &str {
        &self.request.query
    }
}

/// Shows no header and no body.
impl fmt::Debug for SavedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SavedResponse")
            .field("name", &self.name)
            .field("code", &self.code)
            .field("verb", &self.request.verb)
            .field("path", &self.request.path)
            .finish_non_exhaustive()
    }
}

/// Converts a method to capitals, as Postman sends it.
pub(super) fn upper(verb: &str) -> String {
    // The case of {{name}} matters.
    if verb.contains("{{") { verb.to_owned() } else { verb.to_uppercase() }
}

/// Returns the method of a request.
pub(super) fn verb_of(request: &JsonValue) -> String {
    verb_from(request.get("method").cloned())
}

/// Returns the method that this member of a request names.
pub(super) fn verb_from(method: Option<JsonValue>) -> String {
    let verb = method.as_ref().and_then(model::text).filter(|verb| !verb.is_empty());
    verb.map_or_else(|| "GET".to_owned(), |verb| upper(&verb))
}

impl<'c> Item<'c> {
    /// Returns the parameters as written, including disabled ones: path and query parameters, headers, and form
    /// fields.
    pub fn parameters(&self) -> Vec<Parameter> {
        let request = self.readable_request();
        let url = ItemUrl::read(model::member(&request, "url"));
        let mut found: Vec<Parameter> = url
            .variables
            .iter()
            .cloned()
            .map(|pair| Parameter::new(ParameterPlace::Path, pair))
            .collect();
        let mut names: HashSet<String> = found.iter().map(|known| known.name.clone()).collect();
        for name in url.path().split('/').filter_map(variable_name) {
            if names.insert(name.to_owned()) {
                let pair = Pair { key: Some(name.to_owned()), ..Pair::read(&JsonValue::Null) };
                found.push(Parameter::new(ParameterPlace::Path, pair));
            }
        }
        found.extend(url.query.into_iter().map(|pair| Parameter::new(ParameterPlace::Query, pair)));
        let headers = model::headers(request.get("header")).into_iter();
        found.extend(headers.map(|pair| Parameter::new(ParameterPlace::Header, pair)));
        let body = request.get("body").unwrap_or(&JsonValue::Null);
        match model::text_of(body, "mode").as_deref() {
            Some("urlencoded") => {
                let pairs = model::query(body.get("urlencoded")).into_iter();
                found.extend(pairs.map(|pair| Parameter::new(ParameterPlace::Form, pair)));
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
                    found.push(Parameter::new(ParameterPlace::Form, pair));
                }
            }
            _ => {}
        }
        found
    }

    /// Returns the JSON of the authorization that the request is sent with, and the folder that has it:
    /// `None` is the item itself. An item without its own has that of the innermost folder, or else of the
    /// collection, whose path is empty.
    ///
    /// The JSON is that of the file, with its secrets.
    pub fn authorization(&self) -> Option<(String, Option<Folder<'c>>)> {
        let (auth, entry) = self.find_auth(&self.request().ok()?).ok()??;
        let folder = (entry != self.entry).then(|| self.collection.folder_at(entry));
        Some((auth.to_string(), folder))
    }

    /// Returns the number of saved responses, without reading them. Unlike [`responses`](Self::responses), it includes
    /// those that cannot be read, because they are nested too deeply or contain half a surrogate pair.
    pub fn num_responses(&self) -> usize {
        let outline = &self.collection.outline;
        outline.member(self.entry, "response").map_or(0, |range| outline.count_objects(range))
    }

    /// Returns the saved responses, in the order of the file.
    pub fn responses(&self) -> Vec<SavedResponse> {
        let responses = self.collection.outline.value(self.entry, "response").unwrap_or_default();
        let responses = model::list(Some(&responses)).iter();
        let item_request = OnceCell::new();
        let item_request = || {
            item_request.get_or_init(|| {
                let url = self.item_url();
                let (path, query) = (url.path(), url.query());
                Arc::new(AnsweredRequest { verb: self.verb(), path, query })
            })
        };
        let responses = responses.filter(|response| response.is_object());
        responses.map(|response| saved_response(response, &item_request)).collect()
    }
}

/// Reads a saved response. `item_request` returns the request of the item, for responses without their own.
fn saved_response<'r>(
    response: &JsonValue,
    item_request: &dyn Fn() -> &'r Arc<AnsweredRequest>,
) -> SavedResponse {
    let text = |name: &str| model::text_of(response, name).unwrap_or_default();
    let code = model::text_of(response, "code");
    let only_url;
    let original = match model::member(response, "originalRequest") {
        Some(JsonValue::String(url)) => {
            only_url = object! { "url": url };
            Some(&only_url)
        }
        other => other,
    };
    let verb = original.and_then(|request| model::text_of(request, "method"));
    let verb = verb.map(|verb| upper(&verb));
    let url = original.and_then(|request| model::member(request, "url"));
    let url = url.map(|url| ItemUrl::read(Some(url)));
    let request = match (verb, url) {
        (None, None) => Arc::clone(item_request()),
        (verb, Some(url)) => Arc::new(AnsweredRequest {
            verb: verb.unwrap_or_else(|| item_request().verb.clone()),
            path: url.path(),
            query: url.query(),
        }),
        (Some(verb), None) => {
            let AnsweredRequest { path, query, .. } = &**item_request();
            Arc::new(AnsweredRequest { verb, path: path.clone(), query: query.clone() })
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
        request,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Collection;

    #[test]
    fn saved_responses_are_counted_as_they_are_read() {
        for (response, count) in [
            ("", 0),
            (r#","response":null"#, 0),
            (r#","response":"[{}]""#, 0),
            (r#","response":{"a":[{}]}"#, 0),
            (r#","response":[]"#, 0),
            (r#","response" : [ {} , null, "{", 1, [{}], { "body" : "]}\"" } ] "#, 2),
            (r#","response":[{},{}],"response":[{}]"#, 1),
        ] {
            let json = format!(r#"{{"item":[{{"request":{{"url":"http://h/"}}{response}}}]}}"#);
            let collection = Collection::from_json(&json).unwrap();
            let item = &collection.items()[0];
            assert_eq!((item.num_responses(), item.responses().len()), (count, count), "{json}");
        }
        let half = r#"{"item":[{"response":[{"body":"\ud83d"}]}]}"#;
        let collection = Collection::from_json(half).unwrap();
        let item = &collection.items()[0];
        assert_eq!((item.num_responses(), item.responses().len()), (1, 0));
    }

    #[test]
    fn an_item_has_the_authorization_of_the_innermost_folder_that_has_one() {
        let auth = |kind: &str| format!(r#""auth":{{"type":"{kind}"}}"#);
        let request = |auth: &str| format!(r#"{{"request":{{"url":"http://h/"{auth}}}}}"#);
        let (own, none) = (request(&format!(",{}", auth("basic"))), request(""));
        let inner = format!(r#"{{"name":"b/c","item":[{own},{none}],{}}}"#, auth("bearer"));
        let outer = format!(r#"{{"name":"a","item":[{inner},{none}]}}"#);
        let found = |json: &str| -> Vec<Option<(String, Option<String>)>> {
            let collection = Collection::from_json(json).unwrap();
            let items = collection.items().into_iter();
            items
                .map(|item| item.authorization())
                .map(|found| found.map(|(json, folder)| (json, folder.map(|f| f.path()))))
                .collect()
        };
        let json = |kind: &str| format!(r#"{{"type":"{kind}"}}"#);
        let of = |kind: &str, folder: Option<&str>| Some((json(kind), folder.map(str::to_owned)));
        assert_eq!(
            found(&format!(r#"{{"item":[{outer}],{}}}"#, auth("noauth"))),
            [of("basic", None), of("bearer", Some("a/b/c")), of("noauth", Some(""))]
        );
        assert_eq!(found(&format!(r#"{{"item":[{none}],"auth":null}}"#)), [None]);
        assert_eq!(found(&own), [of("basic", None)]);
    }
}
