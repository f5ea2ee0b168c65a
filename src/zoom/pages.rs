//! [`Pages`]: a list that Zoom gives page by page.

use std::collections::VecDeque;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::client::Zoom;
use super::error::{Error, Result};
use super::kind::ErrorKind;
use super::path::Path;
use crate::request::HttpRequest;
use crate::response::HttpResponse;
use crate::secret::in_words;

/// The items of a list, read page by page as they are asked for.
///
/// Made by [`Zoom::pages`]. Every page is asked for with the same path and query, as Zoom demands, and
/// with the `next_page_token` of the page before
/// ([Pagination](https://developers.zoom.us/docs/api/pagination/)). The end is an answer in which that
/// token is empty or missing. `page_size` is the caller's: Zoom's default is 30, and a larger one
/// (300 for most lists) takes fewer calls.
///
/// ```no_run
/// # let zoom = zoomkat::zoom::Zoom::builder().access_token("").build()?;
/// #[derive(serde::Deserialize)]
/// struct User {
///     email: String,
/// }
/// for user in zoom.pages::<User>("/users?page_size=300", "users") {
///     println!("{}", user?.email);
/// }
/// # Ok::<(), zoomkat::zoom::Error>(())
/// ```
///
/// # Errors
///
/// An error is the last item. A page token lives 15 minutes: where more than that goes by between
/// two pages, the error is of kind [`PageTokenExpired`](ErrorKind::PageTokenExpired), and the list
/// must be read from its start. An item that is not a `T` is [`Body`](ErrorKind::Body).
#[must_use = "an iterator does nothing until it is asked for items"]
pub struct Pages<T> {
    zoom: Zoom,
    path: Path,
    list: String,
    token: Option<String>,
    items: VecDeque<Value>,
    /// What the items came with, for the error of one that is not a `T`.
    page: Option<(HttpRequest, HttpResponse)>,
    /// Items given so far, for the text of an error.
    given: u64,
    ended: bool,
    of: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(super) fn new(zoom: Zoom, path: Path, list: &str) -> Pages<T> {
        Pages {
            zoom,
            path,
            list: list.to_owned(),
            token: None,
            items: VecDeque::new(),
            page: None,
            given: 0,
            ended: false,
            of: PhantomData,
        }
    }

    /// Reads pages until one has items or is the last.
    fn turn(&mut self) -> Result<()> {
        while self.items.is_empty() && !self.ended {
            let path = match &self.token {
                Some(token) => self.path.clone().with_query("next_page_token", token),
                None => self.path.clone(),
            };
            let req = self.zoom.request("GET", path)?;
            let resp = self.zoom.succeed(&req).map_err(|err| self.explain(err))?;
            let mut page: Value = self.zoom.read(&req, &resp)?;
            self.page = Some((req, resp));
            let items = self.take_list(&mut page).map_err(|why| self.wrong(&why))?;
            self.token = self.next_token(&page).map_err(|why| self.wrong(&why))?;
            self.items = items;
            self.ended = self.token.is_none();
        }
        Ok(())
    }

    /// The error of a page that is not as it should be.
    fn wrong(&self, why: &str) -> Error {
        let message = format!("a page: {why}");
        match &self.page {
            Some((req, resp)) => self.zoom.failed(req, resp, ErrorKind::Body, &message),
            None => Error::new(ErrorKind::Body, message),
        }
    }

    fn take_list(&self, page: &mut Value) -> Result<VecDeque<Value>, String> {
        let name = &self.list;
        let Some(members) = page.as_object_mut() else {
            return Err("it is not a JSON object".to_owned());
        };
        match members.get_mut(name) {
            Some(Value::Array(items)) => Ok(std::mem::take(items).into()),
            Some(Value::Null) => Ok(VecDeque::new()),
            Some(_) => Err(format!("its member {name:?} is not a list")),
            // Zoom may leave out an empty list; a name that is wrong must not look like one.
            None => {
                let lists = members.iter().filter(|(_, value)| value.is_array());
                let others: Vec<&str> = lists.map(|(name, _)| name.as_str()).collect();
                if others.is_empty() {
                    return Ok(VecDeque::new());
                }
                Err(format!("it has no member {name:?}; its lists are: {}", others.join(", ")))
            }
        }
    }

    /// The token of the page after this one, if there is one.
    fn next_token(&self, page: &Value) -> Result<Option<String>, String> {
        match page.get("next_page_token") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(token)) if token.is_empty() => Ok(None),
            Some(Value::String(token)) if self.token.as_ref() == Some(token) => {
                Err("its next_page_token is the one that it was asked for with".to_owned())
            }
            Some(Value::String(token)) => Ok(Some(token.clone())),
            Some(_) => Err("its next_page_token is not a string".to_owned()),
        }
    }

    fn explain(&self, err: Error) -> Error {
        let expired = err.is_page_token_expired() && self.token.is_some();
        match expired {
            true => err.with_advice(&format!(
                "the next_page_token ran out, which Zoom keeps for 15 minutes, after {} items had \
                 been given: read the list from its start, and take the pages faster (collect \
                 them first, or ask for a larger page_size)",
                self.given
            )),
            false => err,
        }
    }
}

impl<T: DeserializeOwned> Iterator for Pages<T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        if let Err(err) = self.turn() {
            self.ended = true;
            return Some(Err(err));
        }
        let item = self.items.pop_front()?;
        let read = serde_json::from_value(item).map_err(|err| {
            self.wrong(&format!("item {} of {:?}: {}", self.given, self.list, in_words(&err)))
        });
        self.given += 1;
        if read.is_err() {
            self.items.clear();
            self.ended = true;
        }
        Some(read)
    }
}

impl<T: DeserializeOwned> std::iter::FusedIterator for Pages<T> {}

impl<T> std::fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages")
            .field("list", &self.list)
            .field("given", &self.given)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
