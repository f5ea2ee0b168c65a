//! The lists of the embedded Zoom, one of each kind that Zoom has, all of them over its users.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::api::{State, pairs, random};
use super::passwords::{User, UserKind};
use super::{Answer, Call};

/// How long a page token is good for.
const PAGE_TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);

/// What is listed, and so how its pages are asked for.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// `GET /users`: by `next_page_token`.
    Users,
    /// `GET /groups/{groupId}/members`: by `page_number`, with totals. Every user is a member.
    Members,
    /// `GET /commerce/accounts`: by `page_number`, and its answers have a `page_count` only. There is an
    /// account for each user.
    Accounts,
    /// `GET /scim2/Users`: by `startIndex`.
    Scim,
}

/// The page tokens, and where a test cuts the lists.
#[derive(Default)]
pub(super) struct Lists {
    pages: HashMap<String, Page>,
    /// No list has items after these, although they are counted.
    pub(super) end: Option<usize>,
}

/// What a page token stands for.
struct Page {
    /// The other parameters of the query, sorted.
    query: Vec<(String, String)>,
    start: usize,
    given: Instant,
}

/// The parameters of a list's query, sorted.
struct Query(Vec<(String, String)>);

impl Query {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// A number from 1 to `most`.
    fn number(&self, name: &str, default: usize, most: usize) -> Result<usize, Answer> {
        let number = self.text(name).map_or(Some(default), |text| text.parse().ok());
        number.filter(|number| (1..=most).contains(number)).ok_or_else(|| Answer::invalid(name))
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
    /// Where the page of a token starts.
    fn start(
        &self,
        token: &str,
        query: &[(String, String)],
        now: Instant,
    ) -> Result<usize, Answer> {
        match self.pages.get(token) {
            Some(page) if page.query == query && now < page.given + PAGE_TOKEN_LIFE => {
                Ok(page.start)
            }
            _ => Err(Answer::error(400, 300, "The next page token is invalid or expired.")),
        }
    }

    fn token(&mut self, query: Vec<(String, String)>, start: usize, given: Instant) -> String {
        let token = format!("page-{}", random());
        self.pages.insert(token.clone(), Page { query, start, given });
        token
    }
}

fn account(user: &User) -> Value {
    json!({ "crm_account_number": user.id, "account_name": user.email })
}

fn scim_user(user: &User) -> Value {
    json!({ "id": user.id, "userName": user.email, "active": true })
}
