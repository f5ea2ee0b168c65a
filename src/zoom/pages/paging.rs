//! The state of a paginated list: the next page, and whether the list is complete. It does no I/O.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};

use serde_json::Value;

use crate::zoom::path::ApiPath;

const TOKEN: &str = "next_page_token";
const NUMBER: &str = "page_number";
const INDEX: &str = "startIndex";
const TOTALS: [&str; 2] = ["total_records", "totalResults"];
const PAGE_COUNT: &str = "page_count";

/// The maximum number of pages in a row without an item. A filter can leave pages empty, but not 30,000 records
/// (of Zoom's default `page_size`) in a row. Without this limit, a server that always returns a new token would
/// never end the list.
const MAX_EMPTY_PAGES: u32 = 1_000;

/// The parameter that requests a page.
enum NextPage {
    /// The caller's path and query.
    Start,
    Token(String),
    Number(u64),
    Index(u64),
}

/// The number of items in the list according to an answer, and the member that states it.
#[derive(Clone, Copy)]
struct Total {
    name: &'static str,
    count: u64,
}

/// The first and the last plausible count in the answers.
struct Counted<T> {
    first: Option<T>,
    /// A list that grows is read to its new end.
    last: Option<T>,
}

impl<T: Copy> Counted<T> {
    const NONE: Counted<T> = Counted { first: None, last: None };

    fn record(&mut self, count: T) {
        self.first = self.first.or(Some(count));
        self.last = Some(count);
    }

    /// Returns the smaller of the first and the last. A list that grew is complete without the added items, and
    /// one that shrank without the removed items. A single answer between those proves neither.
    fn smaller(&self, count: impl Fn(&T) -> u64) -> Option<T> {
        self.first.into_iter().chain(self.last).min_by_key(count)
    }
}

/// The state of a list after some of its pages.
pub(super) struct Paging {
    path: ApiPath,
    /// The next page; `None` after the last one.
    next: Option<NextPage>,
    /// All page tokens so far, including the caller's.
    tokens: HashSet<String>,
    /// The number of items before the caller's first page; `None` if it is unknown.
    skipped: Option<u64>,
    received: u64,
    /// The number of the last page read; `None` if it is unknown.
    page_number: Option<u64>,
    total: Counted<Total>,
    page_count: Counted<u64>,
    /// The last page of the list and the number of pages, if that is greater.
    ended_at: Option<(u64, u64)>,
    hasher: RandomState,
    /// The hash of the items of the last page read.
    items_hash: u64,
    /// The number of pages without an item in a row.
    empty_pages: u32,
}

impl Paging {
    pub(super) fn new(path: ApiPath) -> Paging {
        let token = path.query_value(TOKEN).filter(|token| !token.is_empty());
        let tokens: HashSet<String> = token.map(|token| token.into_owned()).into_iter().collect();
        // After a token, the number of earlier items is unknown.
        let skipped = tokens.is_empty().then_some(0);
        Paging {
            path,
            next: Some(NextPage::Start),
            tokens,
            skipped,
            received: 0,
            page_number: skipped.map(|_| 0),
            total: Counted::NONE,
            page_count: Counted::NONE,
            ended_at: None,
            hasher: RandomState::new(),
            items_hash: 0,
            empty_pages: 0,
        }
    }

    /// Returns the path of the next page; `None` after the last one.
    pub(super) fn path(&self) -> Option<ApiPath> {
        let path = self.path.clone();
        Some(match self.next.as_ref()? {
            NextPage::Start => path,
            NextPage::Token(token) => path.with_query(TOKEN, token),
            NextPage::Number(number) => path.with_query(NUMBER, &number.to_string()),
            NextPage::Index(index) => path.with_query(INDEX, &index.to_string()),
        })
    }

    /// Whether the next page is requested by a page token, including one from the caller.
    pub(super) fn is_by_token(&self) -> bool {
        match self.next {
            Some(NextPage::Token(_)) => true,
            Some(NextPage::Start) => !self.tokens.is_empty(),
            _ => false,
        }
    }

    /// Reads a page with these items, and determines the next one. Returns whether the items belong to the
    /// list.
    ///
    /// # Errors
    ///
    /// A description of what is wrong with the page. No page follows it.
    pub(super) fn read(&mut self, page: &Value, items: &VecDeque<Value>) -> Result<bool, String> {
        let was_by_token = self.is_by_token();
        let Some(cursor) = self.next.take() else { return Ok(false) };
        let token = token(page)?;
        let next_token = token.filter(|token| !token.is_empty());
        let is_repeat = self.is_repeat(items);
        let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
        // Pages requested by a token all have page_number 1, so only the token counts.
        if was_by_token {
            let is_beyond =
                self.total.last.is_some_and(|total| self.received_so_far() + count > total.count);
            if is_repeat && count > 0 && is_beyond {
                return Err(format!(
                    "its items are those of the previous page, and exceed the count in the answers: Zoom \
                     ignores {TOKEN} here, so items would be missing"
                ));
            }
            self.page_number = self.page_number.map(|number| number.saturating_add(1));
            self.count(page, count)?;
            match next_token {
                Some(token) => self.next = Some(self.follow(token)?),
                None => self.ended_at = self.page_number.and_then(|last| self.missing_pages(last)),
            }
            return Ok(true);
        }
        let place = self.place(&cursor, page, next_token.is_some())?;
        if matches!(cursor, NextPage::Start) {
            self.skipped = self.items_before(&place, page, count)?;
        } else if is_repeat && place.is_confirmed {
            let name = place.name();
            return Err(format!(
                "its items are those of the previous page, but its {name} is {}: Zoom ignores {name} \
                 here, so items would be missing",
                place.here
            ));
        } else if is_repeat {
            // The page does not state its position, and it is the previous page.
            self.ended_at = self.missing_pages(place.here - 1);
            return Ok(false);
        }
        self.page_number = (!place.is_index).then_some(place.here);
        self.count(page, count)?;
        self.next = match next_token {
            Some(token) => Some(self.follow(token)?),
            None if place.is_index => self.next_index(&place, count),
            None => self.next_number(&place, page, count, token.is_some())?,
        };
        Ok(true)
    }

    /// Returns what is missing after the last page, if anything.
    pub(super) fn shortfall(&self) -> Option<String> {
        let received = self.received;
        match (self.skipped, self.total.smaller(|total| total.count)) {
            (Some(skipped), Some(Total { name, count })) => {
                let after = match skipped {
                    0 => String::new(),
                    n => format!(" after the {n} before the first page"),
                };
                (skipped.saturating_add(received) < count)
                    .then(|| format!("it has {received} items{after}, but its {name} is {count}"))
            }
            _ => self.ended_at.map(|(page, count)| {
                format!("it has {received} items, up to page {page}, but its page_count is {count}")
            }),
        }
    }

    /// Remembers the items of a page. Returns whether they are those of the previous page.
    fn is_repeat(&mut self, items: &VecDeque<Value>) -> bool {
        // With a hash, only one page is in memory.
        let hash = self.hasher.hash_one(items);
        let before = std::mem::replace(&mut self.items_hash, hash);
        hash == before
    }

    /// Counts a page and its items, and reads the counts in it.
    fn count(&mut self, page: &Value, items: u64) -> Result<(), String> {
        self.received = self.received.saturating_add(items);
        self.empty_pages = if items == 0 { self.empty_pages + 1 } else { 0 };
        // A count below the number of items up to the end of this page cannot be true. Before a page without
        // items the list may have shrunk, but not to nothing.
        let (least_total, least_pages) = match items {
            0 => (self.received.min(1), 0),
            _ => (self.received_so_far(), self.page_number.unwrap_or(1)),
        };
        for name in TOTALS {
            let count = number(page, name)?.filter(|count| *count >= least_total);
            if let Some(count) = count {
                self.total.record(Total { name, count });
            }
        }
        if let Some(count) = number(page, PAGE_COUNT)?.filter(|count| *count >= least_pages) {
            self.page_count.record(count);
        }
        Ok(())
    }

    /// Returns the number of items up to the end of the last page read, as far as it is known.
    fn received_so_far(&self) -> u64 {
        self.skipped.unwrap_or(0).saturating_add(self.received)
    }

    /// Returns the last page and the number of pages, if that is greater.
    fn missing_pages(&self, last: u64) -> Option<(u64, u64)> {
        let count = self.page_count.smaller(|count| *count)?;
        (last < count).then_some((last, count))
    }

    /// Returns the position of a page by its number or index.
    fn place(&self, cursor: &NextPage, page: &Value, has_token: bool) -> Result<PagePlace, String> {
        let is_index = match cursor {
            NextPage::Index(_) => true,
            NextPage::Start => is_scim(page)?,
            NextPage::Number(_) | NextPage::Token(_) => false,
        };
        let name = place_name(is_index);
        let requested = match cursor {
            NextPage::Number(place) | NextPage::Index(place) => Some(*place),
            // Both count from 1, and SCIM treats less than 1 as 1.
            _ => self.path_number(name).map(|place| place.max(1)),
        };
        let here = requested.unwrap_or(1);
        // The first page of a list with tokens may have any number.
        let stated = match requested.is_some() || !has_token {
            true => number(page, name)?,
            false => None,
        };
        match stated {
            Some(stated) if stated.max(1) != here => Err(format!(
                "its {name} is {stated}, but {here} was requested: Zoom ignores {name} here, so items \
                 would be missing or repeated"
            )),
            _ => {
                let is_confirmed = stated.is_some_and(|stated| stated > 0);
                Ok(PagePlace { is_index, is_requested: requested.is_some(), is_confirmed, here })
            }
        }
    }

    /// Returns the number of items before the caller's first page.
    fn items_before(
        &self,
        place: &PagePlace,
        page: &Value,
        items: u64,
    ) -> Result<Option<u64>, String> {
        let pages = place.here - 1;
        if place.is_index || pages == 0 {
            return Ok(Some(pages));
        }
        // Zoom may return fewer items than requested.
        let requested = || self.path_number("page_size").filter(|size| *size == items);
        let size = number(page, "page_size")?.or_else(requested);
        Ok(size.map(|size| pages.saturating_mul(size)))
    }

    /// Returns the number with this name in the caller's query.
    fn path_number(&self, name: &str) -> Option<u64> {
        self.path.query_value(name)?.trim().parse().ok()
    }

    fn follow(&mut self, token: &str) -> Result<NextPage, String> {
        if self.empty_pages >= MAX_EMPTY_PAGES {
            return Err(format!(
                "it is the last of {MAX_EMPTY_PAGES} pages in a row without an item, and still has a \
                 next_page_token: the list may have no end; give Zoom's support the tracking ID"
            ));
        }
        match self.tokens.insert(token.to_owned()) {
            true => Ok(NextPage::Token(token.to_owned())),
            false => Err("its next_page_token occurred before: the pages form a loop".into()),
        }
    }

    fn next_index(&self, place: &PagePlace, items: u64) -> Option<NextPage> {
        let next = place.here.checked_add(items)?;
        // Without a plausible total, a page without items is the end.
        let has_more = self.total.last.is_none_or(|total| next <= total.count);
        (items > 0 && has_more).then_some(NextPage::Index(next))
    }

    fn next_number(
        &mut self,
        place: &PagePlace,
        page: &Value,
        items: u64,
        has_empty_token: bool,
    ) -> Result<Option<NextPage>, String> {
        let is_reached = self.total.last.is_some_and(|total| self.received_so_far() >= total.count);
        if has_empty_token && is_reached {
            return Ok(None);
        }
        let has_more = match (self.page_count.last, self.total.last) {
            (Some(count), _) => place.here < count,
            (None, Some(_)) => !is_reached,
            // Without counts, a page that is not full is the last.
            (None, None) => {
                let size = number(page, "page_size")?.filter(|size| *size > 0);
                let is_full = size.is_some_and(|size| items >= size);
                is_full && place.is_confirmed && !has_empty_token
            }
        };
        // Some lists of Zoom Commerce have only a page_count.
        let is_counted_in_pages = self.total.last.is_none() && !has_empty_token;
        let can_continue = place.is_requested || place.is_confirmed || is_counted_in_pages;
        if items > 0 && has_more && can_continue {
            return Ok(place.here.checked_add(1).map(NextPage::Number));
        }
        // A counted page has items, except for the only page of an empty list.
        let last = if items == 0 { place.here - 1 } else { place.here };
        self.ended_at =
            self.missing_pages(last).filter(|(_, count)| (place.here, *count) != (1, 1));
        Ok(None)
    }
}

/// The position of a page.
struct PagePlace {
    /// Whether it counts items (`startIndex`), not pages (`page_number`).
    is_index: bool,
    /// Whether the request named this position.
    is_requested: bool,
    /// Whether the answer names this position.
    is_confirmed: bool,
    here: u64,
}

impl PagePlace {
    /// Returns the name of the parameter and of the member in the answer.
    fn name(&self) -> &'static str {
        place_name(self.is_index)
    }
}

fn place_name(is_index: bool) -> &'static str {
    if is_index { INDEX } else { NUMBER }
}

/// Whether an answer has a page token or a count.
pub(super) fn is_page(page: &Value) -> bool {
    [TOKEN, PAGE_COUNT].iter().chain(&TOTALS).any(|name| page.get(name).is_some())
}

/// Whether it is an answer of SCIM (RFC 7644, section 3.4.2), which always has `totalResults`.
fn is_scim(page: &Value) -> Result<bool, String> {
    Ok(number(page, "totalResults")?.is_some())
}

/// Returns the page token of an answer; `None` if it has none, not even an empty one.
fn token(page: &Value) -> Result<Option<&str>, String> {
    match page.get(TOKEN) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(token)) => Ok(Some(token)),
        Some(_) => Err(format!("its {TOKEN} is not a string")),
    }
}

/// Reads a count or position, which Zoom writes as a number or a string. One that is null, empty, negative or too
/// large is ignored.
fn number(page: &Value, name: &str) -> Result<Option<u64>, String> {
    let found = match page.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(Value::Number(number)) => {
            let whole = || number.as_f64().filter(|n| n.fract() == 0.0).map(|n| n as i128);
            number.as_u64().map(i128::from).or_else(whole)
        }
        Some(_) => None,
    };
    match found {
        Some(found) => Ok(u64::try_from(found).ok()),
        None => Err(format!("its {name} is not a whole number")),
    }
}
