//! [`Paging`]: how a list goes on from page to page, and whether all of it came. Does no I/O.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};

use serde_json::Value;

use crate::zoom::path::ApiPath;

const TOKEN: &str = "next_page_token";
const NUMBER: &str = "page_number";
const INDEX: &str = "startIndex";
const TOTALS: [&str; 2] = ["total_records", "totalResults"];
const PAGE_COUNT: &str = "page_count";

/// How many pages without an item are followed in a row. A filter can leave pages empty, but not 30,000
/// records (of Zoom's default `page_size`) in a row; a server that always gives a new token has no end.
const MAX_EMPTY_PAGES: u32 = 1_000;

/// What a page is asked for by.
enum NextPage {
    /// The caller's own path and query.
    Start,
    Token(String),
    Number(u64),
    Index(u64),
}

/// How many items an answer says that the list has, and which of its members says so.
#[derive(Clone, Copy)]
struct Total {
    name: &'static str,
    count: u64,
}

/// A count of a list in the answers that have a plausible one.
struct Counted<T> {
    first: Option<T>,
    /// A list that grows goes on to its new end.
    last: Option<T>,
}

impl<T: Copy> Counted<T> {
    const NONE: Counted<T> = Counted { first: None, last: None };

    fn record(&mut self, count: T) {
        self.first = self.first.or(Some(count));
        self.last = Some(count);
    }

    /// The smaller of the first and the last. A list that grew is whole without what it gained, and one
    /// that shrank without what it lost. A single answer in between proves neither.
    fn least(&self, count: impl Fn(&T) -> u64) -> Option<T> {
        self.first.into_iter().chain(self.last).min_by_key(count)
    }
}

/// What is known of a list after some of its pages.
pub(super) struct Paging {
    path: ApiPath,
    /// The page to ask for; `None` after the last one.
    next: Option<NextPage>,
    /// All page tokens that were seen, the caller's included.
    tokens: HashSet<String>,
    /// Items before the page that the caller begins with; `None` where that cannot be known.
    before: Option<u64>,
    came: u64,
    /// The number of the page that was read last; `None` where that cannot be known.
    page_number: Option<u64>,
    total: Counted<Total>,
    page_count: Counted<u64>,
    /// The last page of the list and the number of pages, where that is more.
    ended_at: Option<(u64, u64)>,
    hasher: RandomState,
    /// The hash of the items of the page that was read last.
    items_hash: u64,
    /// Pages without an item since the last one with any.
    empty_pages: u32,
}

impl Paging {
    pub(super) fn new(path: ApiPath) -> Paging {
        let token = path.query_value(TOKEN).filter(|token| !token.is_empty());
        let tokens: HashSet<String> = token.map(|token| token.into_owned()).into_iter().collect();
        // How much is before a token is not known.
        let before = tokens.is_empty().then_some(0);
        Paging {
            path,
            next: Some(NextPage::Start),
            tokens,
            before,
            came: 0,
            page_number: before.map(|_| 0),
            total: Counted::NONE,
            page_count: Counted::NONE,
            ended_at: None,
            hasher: RandomState::new(),
            items_hash: 0,
            empty_pages: 0,
        }
    }

    /// The path of the page to ask for; `None` after the last one.
    pub(super) fn path(&self) -> Option<ApiPath> {
        let path = self.path.clone();
        Some(match self.next.as_ref()? {
            NextPage::Start => path,
            NextPage::Token(token) => path.with_query(TOKEN, token),
            NextPage::Number(number) => path.with_query(NUMBER, &number.to_string()),
            NextPage::Index(index) => path.with_query(INDEX, &index.to_string()),
        })
    }

    /// Whether the next page is asked for by a page token, also by one that the caller had.
    pub(super) fn is_by_token(&self) -> bool {
        match self.next {
            Some(NextPage::Token(_)) => true,
            Some(NextPage::Start) => !self.tokens.is_empty(),
            _ => false,
        }
    }

    /// Reads how the list goes on after a page with these items. Returns whether they belong to the list.
    ///
    /// # Errors
    ///
    /// What is wrong with the page. Nothing can be read after it.
    pub(super) fn read(&mut self, page: &Value, items: &VecDeque<Value>) -> Result<bool, String> {
        let was_by_token = self.is_by_token();
        let Some(cursor) = self.next.take() else { return Ok(false) };
        let token = token(page)?;
        let next_token = token.filter(|token| !token.is_empty());
        let is_repeat = self.repeats(items);
        let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
        // Pages that are asked for by a token all say page_number 1: only the token counts.
        if was_by_token {
            let is_beyond = self.total.last.is_some_and(|total| self.had() + count > total.count);
            if is_repeat && count > 0 && is_beyond {
                return Err(format!(
                    "its items are those of the page before, and more than the answers count: Zoom does \
                     not go by {TOKEN} here, so items would be missing"
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
            self.before = self.items_before(&place, page, count)?;
        } else if is_repeat && place.is_confirmed {
            let name = place.name();
            return Err(format!(
                "its items are those of the page before, but its {name} is {}: Zoom does not go by \
                 {name} here, so items would be missing",
                place.here
            ));
        } else if is_repeat {
            // The page does not say which one it is, and it is the one before.
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

    /// Why the list is not whole after its last page, if it is not.
    pub(super) fn shortfall(&self) -> Option<String> {
        let came = self.came;
        match (self.before, self.total.least(|total| total.count)) {
            (Some(before), Some(Total { name, count })) => {
                let after = match before {
                    0 => String::new(),
                    n => format!(" after the {n} before the page that it was read from"),
                };
                (before.saturating_add(came) < count)
                    .then(|| format!("{came} items came{after}, but its {name} is {count}"))
            }
            _ => self.ended_at.map(|(page, count)| {
                format!("{came} items came, up to page {page}, but its page_count is {count}")
            }),
        }
    }

    /// Remembers the items of a page. Returns whether they are those of the page before.
    fn repeats(&mut self, items: &VecDeque<Value>) -> bool {
        // A hash, so that no more than one page is in memory.
        let hash = self.hasher.hash_one(items);
        let before = std::mem::replace(&mut self.items_hash, hash);
        hash == before
    }

    /// Counts a page and its items, and reads what it counts itself.
    fn count(&mut self, page: &Value, items: u64) -> Result<(), String> {
        self.came = self.came.saturating_add(items);
        self.empty_pages = if items == 0 { self.empty_pages + 1 } else { 0 };
        // Less than what came up to the end of this page cannot be true. Before a page without items the
        // list may have shrunk, but not to nothing.
        let (least_total, least_pages) = match items {
            0 => (self.came.min(1), 0),
            _ => (self.had(), self.page_number.unwrap_or(1)),
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

    /// The number of items up to the end of the page that was read last, as far as it is known.
    fn had(&self) -> u64 {
        self.before.unwrap_or(0).saturating_add(self.came)
    }

    /// The last page and the number of pages, if there are more.
    fn missing_pages(&self, last: u64) -> Option<(u64, u64)> {
        let count = self.page_count.least(|count| *count)?;
        (last < count).then_some((last, count))
    }

    /// Where a page is by its number or index.
    fn place(&self, cursor: &NextPage, page: &Value, has_token: bool) -> Result<PagePlace, String> {
        let is_index = match cursor {
            NextPage::Index(_) => true,
            NextPage::Start => is_scim(page)?,
            NextPage::Number(_) | NextPage::Token(_) => false,
        };
        let name = place_name(is_index);
        let asked = match cursor {
            NextPage::Number(asked) | NextPage::Index(asked) => Some(*asked),
            // Both count from 1, and SCIM takes less than 1 for 1.
            _ => self.path_number(name).map(|asked| asked.max(1)),
        };
        let here = asked.unwrap_or(1);
        // The first page of a list with tokens may have any number.
        let said = match asked.is_some() || !has_token {
            true => number(page, name)?,
            false => None,
        };
        match said {
            Some(said) if said.max(1) != here => Err(format!(
                "its {name} is {said}, but {here} was asked for: Zoom does not go by {name} here, \
                 so items would be missing or come twice"
            )),
            _ => {
                let is_confirmed = said.is_some_and(|said| said > 0);
                Ok(PagePlace { is_index, is_asked: asked.is_some(), is_confirmed, here })
            }
        }
    }

    /// How many items are before the caller's own page.
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
        // Zoom may give less than was asked for.
        let asked = || self.path_number("page_size").filter(|size| *size == items);
        let size = number(page, "page_size")?.or_else(asked);
        Ok(size.map(|size| pages.saturating_mul(size)))
    }

    /// The number that the caller's query has under this name.
    fn path_number(&self, name: &str) -> Option<u64> {
        self.path.query_value(name)?.trim().parse().ok()
    }

    fn follow(&mut self, token: &str) -> Result<NextPage, String> {
        if self.empty_pages >= MAX_EMPTY_PAGES {
            return Err(format!(
                "it is the last of {MAX_EMPTY_PAGES} pages in a row without an item, and has a \
                 next_page_token still: the list may have no end; give Zoom's support the tracking id"
            ));
        }
        match self.tokens.insert(token.to_owned()) {
            true => Ok(NextPage::Token(token.to_owned())),
            false => Err("its next_page_token was there before: the pages go in a circle".into()),
        }
    }

    fn next_index(&self, place: &PagePlace, items: u64) -> Option<NextPage> {
        let next = place.here.checked_add(items)?;
        // Without a total that can be true, a page without items is the end.
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
        let is_reached = self.total.last.is_some_and(|total| self.had() >= total.count);
        if has_empty_token && is_reached {
            return Ok(None);
        }
        let has_more = match (self.page_count.last, self.total.last) {
            (Some(count), _) => place.here < count,
            (None, Some(_)) => !is_reached,
            // Nothing says where the end is: a page that is not full is the last.
            (None, None) => {
                let size = number(page, "page_size")?.filter(|size| *size > 0);
                let is_full = size.is_some_and(|size| items >= size);
                is_full && place.is_confirmed && !has_empty_token
            }
        };
        // Some lists of Zoom Commerce have a page_count and nothing else.
        let is_counted_in_pages = self.total.last.is_none() && !has_empty_token;
        let can_go_on = place.is_asked || place.is_confirmed || is_counted_in_pages;
        if items > 0 && has_more && can_go_on {
            return Ok(place.here.checked_add(1).map(NextPage::Number));
        }
        // A page that is counted has items, but for the only one of an empty list.
        let last = if items == 0 { place.here - 1 } else { place.here };
        self.ended_at =
            self.missing_pages(last).filter(|(_, count)| (place.here, *count) != (1, 1));
        Ok(None)
    }
}

/// Which page an answer is.
struct PagePlace {
    /// Counted in items (`startIndex`), not in pages (`page_number`).
    is_index: bool,
    /// The request named this place.
    is_asked: bool,
    /// The answer names this place.
    is_confirmed: bool,
    here: u64,
}

impl PagePlace {
    /// The parameter, and the member of the answer, that names it.
    fn name(&self) -> &'static str {
        place_name(self.is_index)
    }
}

fn place_name(is_index: bool) -> &'static str {
    if is_index { INDEX } else { NUMBER }
}

/// Whether an answer has a member that says how a list goes on or ends.
pub(super) fn is_page(page: &Value) -> bool {
    [TOKEN, PAGE_COUNT].iter().chain(&TOTALS).any(|name| page.get(name).is_some())
}

/// Whether it is an answer of SCIM (RFC 7644, section 3.4.2): all of those have `totalResults`.
fn is_scim(page: &Value) -> Result<bool, String> {
    Ok(number(page, "totalResults")?.is_some())
}

/// The page token of an answer; `None` where the answer has none, not even an empty one.
fn token(page: &Value) -> Result<Option<&str>, String> {
    match page.get(TOKEN) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(token)) => Ok(Some(token)),
        Some(_) => Err(format!("its {TOKEN} is not a string")),
    }
}

/// A count or place, which Zoom writes as a number or as a string. One that is null, empty, negative
/// or beyond all lists says nothing.
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
