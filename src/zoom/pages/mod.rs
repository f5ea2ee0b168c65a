//! The iterator over a paginated list.
//!
//! * this file has the iterator, which makes the calls and reads the items,
//! * `paging.rs` determines the next page and whether the list is complete. It does no I/O.

use std::collections::VecDeque;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::redact::masked_json_error;
use crate::zoom::client::Zoom;
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::path::ApiPath;

mod paging;
use paging::Paging;

/// An iterator over the items of a list, which requests each page when it is needed.
///
/// Created by [`Zoom::pages`]. Every page is requested with the caller's path and query, plus one parameter for
/// the page. `page_size` (`count` with SCIM) is up to the caller: Zoom's default is 30, and a larger size (300
/// for most lists) needs fewer calls.
///
/// # The next page
///
/// After each page, the answer determines the next, in this order:
///
/// | the answer has | the next page is requested by | the list ends with |
/// |---|---|---|
/// | a `next_page_token` that is not empty | that token | the first page whose token is empty or missing |
/// | `totalResults` (SCIM, `/scim2/Users`) | `startIndex`: the current one plus the number of items | the last item by `totalResults` |
/// | `page_number`, or only `page_count` | `page_number`: the next | page `page_count`; without one, the last item by `total_records` |
///
/// Tokens and page numbers are Zoom's
/// ([Pagination](https://developers.zoom.us/docs/api/pagination/), and its
/// [older page](https://marketplace.zoom.us/docs/api-reference/pagination), which calls page numbers
/// deprecated); `startIndex` is
/// [RFC 7644, section 3.4.2.4](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4). By index and by number,
/// a page without items is the last. A page that does not state its position and has the items of the previous
/// page counts as that page: the list ended there. By number, if the answers have no counts, a page with fewer
/// items than its `page_size` is the last. Counts and positions may be numbers or strings.
///
/// # A list is complete, or ends with an error
///
/// At the end, the number of items is compared with the `total_records` or `totalResults` of the answers, or,
/// without those, the number of pages with `page_count`. If the list lacks any, its last item is an error of
/// kind [`IncompleteList`](ErrorKind::IncompleteList). A count that changes from page to page belongs to a list
/// that grows or shrinks in the meantime: the smaller of the first and the last count applies. More items than
/// that are not an error. Without any counts, nothing is compared.
///
/// A total that is less than the number of items up to the end of its page is ignored, as is a `page_count` that
/// is less than the number of its page, since they cannot be true. On a page without items they apply, since the
/// list may have shrunk, unless they are 0. So a list by token can be reported as incomplete if items that were
/// already read are removed in the meantime.
///
/// If a list shrinks while it is read by index or number, later items move forward, and one can be skipped. If
/// it grows, an item can occur twice. The answers do not show either.
///
/// To start in the middle of a list, set `page_number`, `startIndex` or `next_page_token` in the path or by
/// [`ApiPath::query`]. The number of earlier items is `startIndex` - 1, or (`page_number` - 1) times
/// `page_size`. If the answer has no `page_size`, and the number of its items is not the `page_size` of the
/// query, that number is unknown, and the total is not compared. After a token, neither items nor pages are
/// compared.
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
/// An error is the last item; the items before it are valid. In addition to the errors of each call:
///
/// * [`IncompleteList`](ErrorKind::IncompleteList): the list has fewer items than its answers count.
/// * [`PageTokenExpired`](ErrorKind::PageTokenExpired): more than 15 minutes, the lifetime of a page token,
///   passed between two pages. Read the list again from its start.
/// * [`Body`](ErrorKind::Body): the answer is not the requested page:
///   * an item is not a `T`;
///   * it has other lists, but none of this name;
///   * it is not the first page, and has no list, no `next_page_token` and no count;
///   * its page token occurred before, or 1,000 pages in a row had tokens and no items, or it repeats the items
///     of the previous page and so exceeds the total;
///   * its `page_number` or `startIndex` is not the requested one, or is, but its items are those of the
///     previous page;
///   * one of the members above has the wrong type.
#[must_use = "an iterator does nothing until it is consumed"]
pub struct Pages<T> {
    zoom: Zoom,
    paging: Paging,
    list: String,
    items: VecDeque<Value>,
    /// Request and answer of the items, for the error of an item that is not a `T`.
    page: Option<(HttpRequest, HttpResponse)>,
    /// The number of items returned so far, for error texts.
    returned: u64,
    is_done: bool,
    item: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(crate) fn new(zoom: Zoom, path: ApiPath, list: &str) -> Pages<T> {
        Pages {
            zoom,
            paging: Paging::new(path),
            list: list.to_owned(),
            items: VecDeque::new(),
            page: None,
            returned: 0,
            is_done: false,
            item: PhantomData,
        }
    }

    /// Reads pages until one has items or is the last.
    fn fill(&mut self) -> Result<()> {
        while self.items.is_empty() {
            let Some(path) = self.paging.path() else { return self.check_complete() };
            let req = self.zoom.request("GET", path)?;
            let resp = self.zoom.send_checked(&req).map_err(|err| self.explain(err))?;
            let mut page: Value = self.zoom.read(&req, &resp)?;
            let is_first = self.page.replace((req, resp)).is_none();
            let items =
                self.take_list(&mut page, is_first).map_err(|why| self.invalid_page(&why))?;
            if self.paging.read(&page, &items).map_err(|why| self.invalid_page(&why))? {
                self.items = items;
            }
        }
        Ok(())
    }

    /// Checks, after the last item, that the list is complete.
    fn check_complete(&self) -> Result<()> {
        let Some(why) = self.paging.shortfall() else { return Ok(()) };
        let message = format!(
            "the list {:?} is incomplete: {why}; read it again from its start, and if it ends there \
             again, read it in parts (by a filter or another page size) or give Zoom's support the \
             tracking ID",
            self.list
        );
        Err(self.error(ErrorKind::IncompleteList, &message))
    }

    /// Returns the error for an invalid page.
    fn invalid_page(&self, why: &str) -> Error {
        self.error(ErrorKind::Body, &format!("a page: {why}"))
    }

    /// Returns an error with the details of the last page.
    fn error(&self, kind: ErrorKind, message: &str) -> Error {
        match &self.page {
            Some((req, resp)) => self.zoom.response_error(req, resp, kind, message),
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
            // Zoom may omit an empty list. A wrong name must not pass for that.
            None => {
                // SCIM omits an empty list, too, and each of its answers has `schemas`.
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
                    // A truncated answer looks the same.
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
        let is_expired = err.is_page_token_expired() && self.paging.is_by_token();
        match is_expired {
            true => err.with_advice(&format!(
                "the next_page_token, which Zoom keeps for 15 minutes, expired after {} items: read the \
                 list again from its start, and faster (collect the items first, or use a larger \
                 page_size)",
                self.returned
            )),
            false => err,
        }
    }
}

impl<T: DeserializeOwned> Iterator for Pages<T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        if self.is_done {
            return None;
        }
        if let Err(err) = self.fill() {
            self.is_done = true;
            return Some(Err(err));
        }
        let Some(item) = self.items.pop_front() else {
            self.is_done = true;
            return None;
        };
        let read = serde_json::from_value(item).map_err(|err| {
            self.invalid_page(&format!(
                "item {} of {:?}: {}",
                self.returned,
                self.list,
                masked_json_error(&err)
            ))
        });
        self.returned += 1;
        if read.is_err() {
            self.items.clear();
            self.is_done = true;
        }
        Some(read)
    }
}

impl<T: DeserializeOwned> std::iter::FusedIterator for Pages<T> {}

impl<T> std::fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages")
            .field("list", &self.list)
            .field("returned", &self.returned)
            .field("is_done", &self.is_done)
            .finish_non_exhaustive()
    }
}
