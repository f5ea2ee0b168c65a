//! [`Paging`]: how a list goes on from page to page, and whether all of it came. Does no I/O.

use std::collections::HashSet;

use serde_json::Value;

use crate::zoom::path::Path;

const TOKEN: &str = "next_page_token";
const NUMBER: &str = "page_number";
const INDEX: &str = "startIndex";

/// What a page is asked for by.
enum Cursor {
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

/// What is known of a list after some of its pages.
pub(super) struct Paging {
    path: Path,
    /// The page to ask for; `None` after the last one.
    next: Option<Cursor>,
    /// All page tokens that were seen, the caller's included.
    tokens: HashSet<String>,
    /// Items before the page that the caller begins with; `None` where that cannot be known.
    before: Option<u64>,
    came: u64,
    /// The total that was said last: a list that grows goes on to its new end.
    total: Option<Total>,
    /// The least total that was said: a list that shrinks is whole without what it lost.
    least: Option<Total>,
    page_count: Option<u64>,
    /// The last page that had items and the number of pages, where that is more.
    ended_at: Option<(u64, u64)>,
}

impl Paging {
    pub(super) fn new(path: Path) -> Paging {
        let token = path.query_value(TOKEN).filter(|token| !token.is_empty());
        let tokens: HashSet<String> = token.map(|token| token.into_owned()).into_iter().collect();
        // How much is before a token is not known.
        let before = tokens.is_empty().then_some(0);
        Paging {
            path,
            next: Some(Cursor::Start),
            tokens,
            before,
            came: 0,
            total: None,
            least: None,
            page_count: None,
            ended_at: None,
        }
    }

    /// The path of the page to ask for; `None` after the last one.
    pub(super) fn path(&self) -> Option<Path> {
        let path = self.path.clone();
        Some(match self.next.as_ref()? {
            Cursor::Start => path,
            Cursor::Token(token) => path.with_query(TOKEN, token),
            Cursor::Number(number) => path.with_query(NUMBER, &number.to_string()),
            Cursor::Index(index) => path.with_query(INDEX, &index.to_string()),
        })
    }

    /// Whether the next page is asked for by a page token, also by one that the caller had.
    pub(super) fn is_by_token(&self) -> bool {
        match self.next {
            Some(Cursor::Token(_)) => true,
            Some(Cursor::Start) => !self.tokens.is_empty(),
            _ => false,
        }
    }

    /// Reads how the list goes on after a page with this many items. `is_repeat` means that the
    /// answer is byte for byte the one before. Returns whether the items belong to the list.
    ///
    /// # Errors
    ///
    /// What is wrong with the page. Nothing can be read after it.
    pub(super) fn read(
        &mut self,
        page: &Value,
        items: usize,
        is_repeat: bool,
    ) -> Result<bool, String> {
        let items = u64::try_from(items).unwrap_or(u64::MAX);
        let was_by_token = self.is_by_token();
        let Some(cursor) = self.next.take() else { return Ok(false) };
        self.read_total(page)?;
        let token = token(page)?;
        let next_token = token.filter(|token| !token.is_empty());
        // Pages that are asked for by a token all say page_number 1: only the token counts.
        if was_by_token {
            self.came += items;
            self.next = next_token.map(|token| self.follow(token)).transpose()?;
            return Ok(true);
        }
        let place = self.place(&cursor, page, next_token.is_some())?;
        if matches!(cursor, Cursor::Start) {
            self.before = self.items_before(&place, page)?;
        } else if is_repeat && !place.is_confirmed {
            // The page does not say which one it is, and it is the one before.
            self.ended_at = self.page_count.map(|count| (place.here - 1, count));
            return Ok(false);
        }
        self.came += items;
        self.next = match next_token {
            Some(token) => Some(self.follow(token)?),
            None if place.is_index => self.next_index(&place, items),
            None => self.next_number(&place, page, items, token.is_some())?,
        };
        Ok(true)
    }

    /// Why the list is not whole after its last page, if it is not.
    pub(super) fn shortfall(&self) -> Option<String> {
        let came = self.came;
        match (self.before, self.least) {
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

    fn read_total(&mut self, page: &Value) -> Result<(), String> {
        for name in ["total_records", "totalResults"] {
            let Some(count) = number(page, name)? else { continue };
            let total = Total { name, count };
            self.total = Some(total);
            self.least = self.least.filter(|least| least.count <= count).or(self.total);
        }
        Ok(())
    }

    /// Where a page is by its number or index.
    fn place(&self, cursor: &Cursor, page: &Value, has_token: bool) -> Result<Place, String> {
        let is_index = match cursor {
            Cursor::Index(_) => true,
            Cursor::Start => is_scim(page)?,
            Cursor::Number(_) | Cursor::Token(_) => false,
        };
        let name = if is_index { INDEX } else { NUMBER };
        let asked = match cursor {
            Cursor::Number(asked) | Cursor::Index(asked) => Some(*asked),
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
                Ok(Place { is_index, is_asked: asked.is_some(), is_confirmed, here })
            }
        }
    }

    /// How many items are before the caller's own page.
    fn items_before(&self, place: &Place, page: &Value) -> Result<Option<u64>, String> {
        let pages = place.here - 1;
        if place.is_index || pages == 0 {
            return Ok(Some(pages));
        }
        let size = number(page, "page_size")?.or_else(|| self.path_number("page_size"));
        Ok(size.map(|size| pages.saturating_mul(size)))
    }

    /// The number that the caller's query has under this name.
    fn path_number(&self, name: &str) -> Option<u64> {
        self.path.query_value(name)?.trim().parse().ok()
    }

    fn follow(&mut self, token: &str) -> Result<Cursor, String> {
        match self.tokens.insert(token.to_owned()) {
            true => Ok(Cursor::Token(token.to_owned())),
            false => Err("its next_page_token was there before: the pages go in a circle".into()),
        }
    }

    fn next_index(&self, place: &Place, items: u64) -> Option<Cursor> {
        let next = place.here.checked_add(items)?;
        let has_more = self.total.is_some_and(|total| next <= total.count);
        (items > 0 && has_more).then_some(Cursor::Index(next))
    }

    fn next_number(
        &mut self,
        place: &Place,
        page: &Value,
        items: u64,
        has_empty_token: bool,
    ) -> Result<Option<Cursor>, String> {
        // No pages and yet items: then it says nothing.
        let count = number(page, "page_count")?.filter(|count| *count > 0 || items == 0);
        self.page_count = count.or(self.page_count);
        let had = self.before.unwrap_or(0).saturating_add(self.came);
        let is_reached = self.total.is_some_and(|total| had >= total.count);
        if has_empty_token && is_reached {
            return Ok(None);
        }
        let has_more = match (self.page_count, self.total) {
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
        let is_counted_in_pages = self.total.is_none() && !has_empty_token;
        let can_go_on = place.is_asked || place.is_confirmed || is_counted_in_pages;
        if items > 0 && has_more && can_go_on {
            return Ok(place.here.checked_add(1).map(Cursor::Number));
        }
        // A page that is counted has items, but for the only one of an empty list.
        let last = if items == 0 { place.here - 1 } else { place.here };
        let is_short = |count: &u64| last < *count && (place.here, *count) != (1, 1);
        self.ended_at = self.page_count.filter(is_short).map(|count| (last, count));
        Ok(None)
    }
}

/// Which page an answer is.
struct Place {
    /// Counted in items (`startIndex`), not in pages (`page_number`).
    is_index: bool,
    /// The request named this place.
    is_asked: bool,
    /// The answer names this place.
    is_confirmed: bool,
    here: u64,
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
