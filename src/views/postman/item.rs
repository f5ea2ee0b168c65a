//! Items: the requests of a collection.

use std::fmt;

use super::collection::{Collection, set};
use super::item_parts::verb_from;
use super::item_url::ItemUrl;
use super::json::{JsonValue, object};
use super::model;
use super::resolver::Unresolved;
use crate::error::{Error, Result};
use crate::named::NamedList;
use crate::views::call::Call;

/// A request of a collection, with its documentation and saved responses.
///
/// [`with`](Self::with) sets a variable, [`literal`](Self::literal) and [`keep_unresolved`](Self::keep_unresolved) choose
/// how variables without a value are handled, and [`call`](Self::call) fills them in.
#[derive(Clone)]
pub struct Item<'c> {
    pub(super) collection: &'c Collection,
    pub(super) entry: usize,
    pub(super) values: Vec<(String, String)>,
    pub(super) unresolved: Unresolved,
}

impl Call {
    /// Reads a Postman item, or a collection with one item. Variables without a value become
    /// [variables of the call](Self#variables).
    ///
    /// # Errors
    ///
    /// Those of [`Collection::from_json`](crate::postman::Collection::from_json) and
    /// [`Item::call`](crate::postman::Item::call), and
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) for a collection with several items.
    pub fn from_postman(item: &str) -> Result<Call> {
        let collection = Collection::from_json(item)?;
        match collection.items().as_slice() {
            [item] => item.clone().keep_unresolved().call(),
            items => {
                let why = format!("the collection has {} items, not one", items.len());
                Err(Error::argument("from_postman", why))
            }
        }
    }
}

impl<'c> Item<'c> {
    /// Returns the name.
    pub fn name(&self) -> String {
        self.collection.name_of(self.entry).to_owned()
    }

    /// Returns the names of its folders and its own name, separated by `/`.
    pub fn path(&self) -> String {
        self.collection.path_of(self.entry)
    }

    /// Returns the description of the request or else of the item, usually Markdown. Empty if there is none.
    pub fn description(&self) -> String {
        let description = model::description(self.request_member("description").as_ref());
        if !description.is_empty() {
            return description;
        }
        let own = self.collection.outline.value(self.entry, "description");
        model::description(own.ok().as_ref())
    }

    /// Returns the method, in capitals as Postman sends it. `?` if it cannot be parsed.
    pub fn verb(&self) -> String {
        verb_from(self.request_member("method"))
    }

    /// Returns the URL with its variables as written, without disabled params.
    pub fn url(&self) -> String {
        self.item_url().text
    }

    /// Sets a variable for this item: the path variable `:name`, and `{{name}}` everywhere. This overrides all other
    /// values.
    ///
    /// The value of a path variable is always one segment of the path, as in
    /// [`HttpRequest::set_path_variable`](crate::HttpRequest::set_path_variable).
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        set(&mut self.values, name.strip_prefix(':').unwrap_or(name), value);
        self
    }

    /// Sends variables without a value unchanged, as Postman does: `{{name}}`, and `:name` in the path.
    #[must_use]
    pub fn literal(mut self) -> Self {
        self.unresolved = Unresolved::Literal;
        self
    }

    /// Makes variables without a value [variables of the call](Call#variables).
    #[must_use]
    pub fn keep_unresolved(mut self) -> Self {
        self.unresolved = Unresolved::Open;
        self
    }

    /// Returns the item's JSON, indented, with its members in the order of the file.
    pub fn json(&self) -> String {
        let range =
            self.collection.outline.entries.get(self.entry).map(|entry| entry.range.clone());
        let text = range.and_then(|range| self.collection.outline.text.get(range));
        let text = text.unwrap_or_default();
        let value: Option<JsonValue> = serde_json::from_str(text).ok();
        let pretty = value.and_then(|value| serde_json::to_string_pretty(&value).ok());
        pretty.unwrap_or_else(|| text.to_owned())
    }

    /// Whether the item or a folder around it has scripts. zoomkat does not run scripts.
    pub fn has_scripts(&self) -> bool {
        let collection = self.collection;
        let all = collection.has_scripts.get_or_init(|| {
            let mut all: Vec<bool> = Vec::with_capacity(collection.outline.entries.len());
            // A folder precedes its entries.
            for (at, entry) in collection.outline.entries.iter().enumerate() {
                let above = entry.parent.and_then(|parent| all.get(parent).copied());
                all.push(above == Some(true) || !collection.script_kinds(at).is_empty());
            }
            all
        });
        all.get(self.entry).copied().unwrap_or_default()
    }

    /// Returns the request in the file.
    pub(super) fn request(&self) -> Result<JsonValue> {
        match self.collection.outline.value(self.entry, "request")? {
            // A request may be only a URL.
            JsonValue::String(url) => Ok(object! { "url": url }),
            other => Ok(other),
        }
    }

    pub(super) fn item_url(&self) -> ItemUrl {
        let url = self.request_member("url").filter(|url| !url.is_null());
        ItemUrl::read(url.as_ref())
    }

    /// Returns a member of [`readable_request`](Self::readable_request), and parses no other: a body and the list of
    /// headers are most of a request.
    fn request_member(&self, name: &str) -> Option<JsonValue> {
        let outline = &self.collection.outline;
        match outline.member_of_member(self.entry, "request", name) {
            Some(range) => match outline.parse(range) {
                Err(_) if name == "method" => Some("?".into()),
                member => member.ok(),
            },
            // A request may be only a URL.
            None if name == "url" => {
                let request = outline.member(self.entry, "request")?;
                let is_text = outline.text.as_bytes().get(request.start) == Some(&b'"');
                if is_text { outline.parse(request).ok() } else { None }
            }
            None => None,
        }
    }

    /// Returns the request without members that cannot be parsed, since they are nested too deeply.
    pub(super) fn readable_request(&self) -> JsonValue {
        if let Ok(request) = self.request() {
            return request;
        }
        let outline = &self.collection.outline;
        let mut readable = JsonValue::Object(NamedList::default());
        for name in ["method", "url", "header", "body", "description"] {
            let Some(range) = outline.member_of_member(self.entry, "request", name) else {
                continue;
            };
            match outline.parse(range) {
                Ok(value) => readable.insert(name, value),
                Err(_) if name == "method" => readable.insert(name, "?"),
                Err(_) => {}
            }
        }
        readable
    }
}

/// Shows the path, the method, and the names of the variables that are set, but no values.
impl fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given: Vec<&str> = self.values.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Item")
            .field("path", &self.path())
            .field("verb", &self.verb())
            .field("given", &given)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An item whose members are not in alphabetical order.
    const ITEM: &str = r#"{
  "name": "i",
  "request": {
    "url": {
      "raw": "http://h/p",
      "protocol": "http",
      "host": "h",
      "path": "p",
      "query": {
        "z": "1",
        "a": "2",
        "m": "3"
      }
    },
    "method": "POST",
    "body": {
      "mode": "graphql",
      "graphql": {
        "query": "{ q }",
        "variables": {
          "z": {
            "y": 1.50,
            "b": null
          },
          "a": []
        }
      }
    }
  },
  "event": []
}"#;

    #[test]
    fn members_are_shown_and_sent_in_the_order_of_the_file() {
        let collection = Collection::from_json(ITEM).unwrap();
        let item = &collection.items()[0];
        assert_eq!(item.json(), ITEM.replace("1.50", "1.5"));
        assert_eq!(item.url(), "http://h/p?z=1&a=2&m=3");
        let call = item.call().unwrap();
        assert_eq!(call.request().path(), "/p?z=1&a=2&m=3");
        let text = call.request().generate_request_text().unwrap();
        let body = r#"{"query":"{ q }","variables":{"z":{"y":1.5,"b":null},"a":[]}}"#;
        assert!(text.ends_with(&format!("\r\n\r\n{body}")), "{text}");
    }

    #[test]
    fn members_are_written_in_the_order_of_postmans_schema() {
        let mut call = Collection::from_json(ITEM).unwrap().items()[0].call().unwrap();
        call.set_follow_redirects(false).set_user("u", "p").set_total_timeout(None);
        let written = call.to_postman("i").unwrap();
        let mut at = 0;
        for name in [
            "name",
            "protocolProfileBehavior",
            "followRedirects",
            "request",
            "method",
            "description",
            "auth",
            "type",
            "basic",
            "key",
            "header",
            "body",
            "mode",
            "raw",
            "options",
            "url",
            "raw",
            "protocol",
            "host",
            "path",
            "query",
            "key",
            "value",
            "response",
        ] {
            let found = written[at..].find(&format!("\"{name}\":"));
            at += found.unwrap_or_else(|| panic!("{name} is not where it belongs: {written}"));
        }
    }
}
