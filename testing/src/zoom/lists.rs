//! Lists of the embedded Zoom, one for each kind of paging. All of them list its users.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::api::{State, pairs, random};
use super::passwords::{User, UserKind};
use super::{Answer, Call};

/// How long a page token is valid.
const PAGE_TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);

/// The kinds of lists, which differ in their paging.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// `GET /users`: by `next_page_token`.
    Users,
    /// `GET /groups/{groupId}/members`: by `page_number`, with totals. Every user is a member.
    Members,
    /// `GET /commerce/accounts`: by `page_number`; responses have only a `page_count`. Each user has an
    /// account.
    Accounts,
    /// `GET /scim2/Users`: by `startIndex`.
    Scim,
}

/// The page tokens, and the point where a test cuts the lists.
#[derive(Default)]
pub(super) struct Lists {
    pages: HashMap<String, Page>,
    /// The maximum number of items that lists return, although they count more.
    pub(super) end: Option<usize>,
}

/// The page that a token refers to.
struct Page {
    /// The other parameters of the query, sorted.
    query: Vec<(String, String)>,
    start: usize,
    issued: Instant,
}

/// The parameters of a list's query, sorted.
struct Query(Vec<(String, String)>);

impl Query {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Returns a number from 1 to `max`.
    fn number(&self, name: &str, default: usize, max: usize) -> Result<usize, Answer> {
        let number = self.text(name).map_or(Some(default), |text| text.parse().ok());
        number.filter(|number| (1..=max).contains(number)).ok_or_else(|| Answer::invalid(name))
    }
}

impl State {
    pub(super) fn list(&mut self, kind: Kind, call: &Call, now: Instant) -> Result<Answer, Answer> {
        let mut query = Query(pairs(&call.query));
        query.0.sort();
        let token = query.0.iter().position(|(name, _)| name == "next_page_token");
        let token = token.map(|at| query.0.remove(at).1).filter(|token| !token.is_empty());
        // All users are active.
        let active = matches!(query.text("status"), None | Some("active"));
        let all: Vec<&User> =
            self.users.iter().filter(|user| active && user.kind != UserKind::Foreign).collect();
        let (total, end) = (all.len(), self.lists.end.unwrap_or(usize::MAX));
        let part = |start: usize, size: usize, item: fn(&User) -> Value| -> Vec<Value> {
            all.iter().take(end).skip(start).take(size).map(|user| item(user)).collect()
        };
        if let Kind::Scim = kind {
            let start = query.number("startIndex", 1, usize::MAX)?;
            let users = part(start - 1, query.number("count", 100, 100)?, scim_user);
            return Ok(Answer::json(
                200,
                json!({
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
                    "totalResults": total,
                    "startIndex": start,
                    "itemsPerPage": users.len(),
                    "Resources": users,
                }),
            ));
        }
        let page_size = query.number("page_size", 30, 2000)?;
        let page_count = total.div_ceil(page_size);
        let page_number = query.number("page_number", 1, usize::MAX)?;
        let before = (page_number - 1).saturating_mul(page_size);
        Ok(Answer::json(
            200,
            match kind {
                Kind::Members => json!({
                    "page_count": page_count,
                    "page_number": page_number,
                    "page_size": page_size,
                    "total_records": total,
                    "members": part(before, page_size, User::as_json),
                }),
                Kind::Accounts => json!({
                    "page_count": page_count,
                    "account_list": part(before, page_size, account),
                }),
                Kind::Users | Kind::Scim => {
                    let start = match token {
                        Some(token) => self.lists.start(&token, &query.0, now)?,
                        None => 0,
                    };
                    let users = part(start, page_size, User::as_json);
                    let next = match start + users.len() {
                        start if start < total.min(end) => self.lists.token(query.0, start, now),
                        _ => String::new(),
                    };
                    json!({
                        "page_count": page_count,
                        "page_size": page_size,
                        "total_records": total,
                        "next_page_token": next,
                        "users": users,
                    })
                }
            },
        ))
    }
}

impl Lists {
    /// Returns the start of a token's page.
    fn start(
        &self,
        token: &str,
        query: &[(String, String)],
        now: Instant,
    ) -> Result<usize, Answer> {
        match self.pages.get(token) {
            Some(page) if page.query == query && now < page.issued + PAGE_TOKEN_LIFE => {
                Ok(page.start)
            }
            _ => Err(Answer::error(400, 300, "The next page token is invalid or expired.")),
        }
    }

    fn token(&mut self, query: Vec<(String, String)>, start: usize, issued: Instant) -> String {
        let token = format!("page-{}", random());
        self.pages.insert(token.clone(), Page { query, start, issued });
        token
    }
}

fn account(user: &User) -> Value {
    json!({ "crm_account_number": user.id, "account_name": user.email })
}

fn scim_user(user: &User) -> Value {
    json!({ "id": user.id, "userName": user.email, "active": true })
}
