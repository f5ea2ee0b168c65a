//! [`Pages`]: a list that Zoom gives page by page.
//!
//! * this file has the iterator, which makes the calls and reads the items,
//! * `paging.rs` decides how a list goes on and whether all of it came. It does no I/O.

use std::collections::VecDeque;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::redact::in_words;
use crate::zoom::client::Zoom;
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::path::ApiPath;

mod paging;
use paging::Paging;

/// The items of a list, read page by page as they are asked for.
///
/// Made by [`Zoom::pages`]. Every page is asked for with the caller's path and query, and with one
/// parameter that says which page it is. `page_size` (`count` with SCIM) is the caller's: Zoom's default
/// is 30, and a larger one (300 for most lists) takes fewer calls.
///
/// # How a list goes on
///
/// After each page, the answer decides, in this order:
///
/// | the answer has | the next page is asked for by | the list ends with |
/// |---|---|---|
/// | a `next_page_token` that is not empty | that token | the first page whose token is empty or missing |
/// | `totalResults` (SCIM, `/scim2/Users`) | `startIndex`: this one and the number of items that came | the item that `totalResults` counts as the last |
/// | `page_number`, or nothing but `page_count` | `page_number`: the next | page `page_count`; without one, the item that `total_records` counts as the last |
///
/// Tokens and page numbers are Zoom's
/// ([Pagination](https://developers.zoom.us/docs/api/pagination/), and its
/// [older page](https://marketplace.zoom.us/docs/api-reference/pagination), by which page numbers are on
/// their way out); `startIndex` is
/// [RFC 7644, section 3.4.2.4](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4). By index and by
/// number, a page without items is the last. A page that does not say its place and has the items of the
/// page before is taken for that page: the list ended there. By number, where nothing is counted, a page
/// with fewer items than its `page_size` is the last. Counts and places may be numbers or strings.
///
/// # A list is whole, or ends with an error
///
/// At the end, the number of items is compared with the `total_records` or `totalResults` of the answers,
/// or, where they have neither, the number of pages with `page_count`. If the list lacks any, its last
/// item is an error of kind [`IncompleteList`](ErrorKind::IncompleteList). A count that changes from page
/// to page is that of a list that grows or shrinks meanwhile: the smaller of the first and the last counts.
/// More items than that are no error. Where the answers count nothing, nothing is compared.
///
/// A total that is less than the number of items up to the end of its page is ignored, and so is a
/// `page_count` that is less than the number of its page: they cannot be true. They neither end the list
/// nor count in the comparison. On a page without items they count, since the list may have shrunk, unless
/// they are 0. So a list by token can be reported as incomplete if items that had come already are removed
/// meanwhile.
///
/// In a list that shrinks while it is read by index or number, later items move forward, and one can be
/// skipped; in one that grows, an item can come twice. Neither can be seen from the answers.
///
/// A list can be read from its middle: give `page_number`, `startIndex` or `next_page_token` in the path or
/// by [`ApiPath::query`]. The items before that place are `startIndex` - 1, or (`page_number` - 1) times
/// `page_size`. If the answer has no `page_size`, and the number of its items is not the `page_size` of the
/// query, the number of items before that place is not known, and the total is not compared. From a token,
/// neither items nor pages are compared.
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
/// An error is the last item; the items before it are good. Beside the errors of each call:
///
/// * [`IncompleteList`](ErrorKind::IncompleteList): fewer items came than the answers count.
/// * [`PageTokenExpired`](ErrorKind::PageTokenExpired): a page token lives 15 minutes, and more than
///   that went by between two pages. The list must be read from its start.
/// * [`Body`](ErrorKind::Body): what the answer has is not the page that was asked for:
///   * an item is not a `T`;
///   * it has no list of this name, but others;
///   * it is not the first page, and has no list, no `next_page_token` and no count;
///   * its page token came before, or 1,000 pages in a row had tokens and no items, or it has the items of
///     the page before and so more than are counted;
///   * it has another `page_number` or `startIndex` than was asked for, or the right one and the items of
///     the page before;
///   * one of the members above is not what it should be.
#[must_use = "an iterator does nothing until it is asked for items"]
pub struct Pages<T> {
    zoom: Zoom,
    paging: Paging,
    list: String,
    items: VecDeque<Value>,
    /// What the items came with, for the error of one that is not a `T`.
    page: Option<(HttpRequest, HttpResponse)>,
    /// Items given so far, for the text of an error.
    given: u64,
    ended: bool,
    of: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(crate) fn new(zoom: Zoom, path: ApiPath, list: &str) -> Pages<T> {
        Pages {
            zoom,
            paging: Paging::new(path),
            list: list.to_owned(),
            items: VecDeque::new(),
            page: None,
            given: 0,
            ended: false,
            of: PhantomData,
        }
    }

    /// Reads pages until one has items or is the last.
    fn turn(&mut self) -> Result<()> {
        while self.items.is_empty() {
            let Some(path) = self.paging.path() else { return self.check_whole() };
            let req = self.zoom.request("GET", path)?;
            let resp = self.zoom.succeed(&req).map_err(|err| self.explain(err))?;
            let mut page: Value = self.zoom.read(&req, &resp)?;
            let is_first = self.page.replace((req, resp)).is_none();
            let items = self.take_list(&mut page, is_first).map_err(|why| self.wrong(&why))?;
            if self.paging.read(&page, &items).map_err(|why| self.wrong(&why))? {
                self.items = items;
            }
        }
        Ok(())
    }

    /// After the last item: whether all came.
    fn check_whole(&self) -> Result<()> {
        let Some(why) = self.paging.shortfall() else { return Ok(()) };
        let message = format!(
            "the list {:?} is not whole: {why}; read it again from its start, and if it ends there \
             again, read it in parts (by a filter or another page size) or give Zoom's support the \
             tracking id",
            self.list
        );
        Err(self.failed(ErrorKind::IncompleteList, &message))
    }

    /// The error of a page that is not as it should be.
    fn wrong(&self, why: &str) -> Error {
        self.failed(ErrorKind::Body, &format!("a page: {why}"))
    }

    /// An error with the page that was read last.
    fn failed(&self, kind: ErrorKind, message: &str) -> Error {
        match &self.page {
            Some((req, resp)) => self.zoom.failed(req, resp, kind, message),
            None => Error::new(kind, message),
        }
    }

    fn take_list(&self, page: &mut Value, is_first: bool) -> Result<VecDeque<Value>, String> {
        let name = &self.list;
        let is_page = is_first || paging::is_page(page);
        let Some(members) = page.as_object_mut() else {
            return Err("it is not a JSON object".to_owned());
        };
        match members.get_mut(name) {
            Some(Value::Array(items)) => Ok(std::mem::take(items).into()),
            Some(Value::Null) => Ok(VecDeque::new()),
            Some(_) => Err(format!("its member {name:?} is not a list")),
            // Zoom may leave out an empty list; a name that is wrong must not look like one.
            None => {
                // SCIM leaves out an empty list, too, and each of its answers has `schemas`.
                let is_scim = members.contains_key("totalResults");
                let lists = members.iter().filter(|(name, value)| {
                    value.is_array() && !(is_scim && name.as_str() == "schemas")
                });
                let others: Vec<&str> = lists.map(|(name, _)| name.as_str()).collect();
                if !others.is_empty() {
                    let others = others.join(", ");
                    return Err(format!("it has no member {name:?}; its lists are: {others}"));
                }
                if !is_page {
                    // An answer that was cut looks the same.
                    return Err(format!(
                        "it has no member {name:?}, no next_page_token and no count, so it does not \
                         say that the list ends: read the list again from its start"
                    ));
                }
                Ok(VecDeque::new())
            }
        }
    }

    fn explain(&self, err: Error) -> Error {
        let expired = err.is_page_token_expired() && self.paging.is_by_token();
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
        if self.ended {
            return None;
        }
        if let Err(err) = self.turn() {
            self.ended = true;
            return Some(Err(err));
        }
        let Some(item) = self.items.pop_front() else {
            self.ended = true;
            return None;
        };
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
