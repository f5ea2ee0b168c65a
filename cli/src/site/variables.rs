//! The variables of the collection: the page that lists them, and the URL of an item with their values.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use serde_json::Value;
use zoomkat::postman::{Collection, CollectionVariable, Item, VariableScope};

use super::escape::escape;
use super::layout::{Place, end, start};
use super::page::display_name;
use super::secrets::Hider;
use super::tree::shorten;
use super::{Entry, Site};

/// The maximum number of items listed for a variable.
const MAX_USERS: usize = 12;

/// The maximum number of characters of a value.
const MAX_VALUE: usize = 400;

/// The maximum length of a name in bytes. Longer ones are text between braces.
const MAX_NAME: usize = 120;

/// The maximum number of dynamic variables that are kept. Postman has fewer.
const MAX_DYNAMIC: usize = 256;

/// The variables that have a value.
#[derive(Default)]
pub(super) struct Variables {
    all: Vec<CollectionVariable>,
    names: HashSet<String>,
    secret: HashSet<String>,
    /// The dynamic variables in values, such as `$guid`.
    dynamic: HashSet<String>,
    /// The entries that name a variable.
    users: BTreeMap<String, Users>,
}

#[derive(Default)]
struct Users {
    first: Vec<usize>,
    count: usize,
}

/// What an item's request contains.
#[derive(Default)]
pub(super) struct Request {
    /// The variables that it names.
    pub(super) variables: Vec<String>,
    /// The names of the members of its body, if that is JSON.
    pub(super) body_names: Vec<String>,
}

impl Variables {
    pub(super) fn new(collection: &Collection) -> Variables {
        let mut variables = Variables { all: collection.variables(), ..Variables::default() };
        let hider = Hider::default();
        for variable in &variables.all {
            let (name, value) = (variable.name(), variable.value());
            if variable.is_secret() || hider.param(name, value) != value {
                variables.secret.insert(name.to_owned());
            }
            for name in names(value).filter(|name| name.starts_with('$')) {
                if variables.dynamic.len() < MAX_DYNAMIC {
                    variables.dynamic.insert(name.to_owned());
                }
            }
            variables.names.insert(name.to_owned());
        }
        variables
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.users.is_empty()
    }

    /// Notes that an entry names variables. Entries are added in their order.
    pub(super) fn add_user(&mut self, entry: usize, request: &Request) {
        for name in &request.variables {
            let users = self.users.entry(name.clone()).or_default();
            users.count += 1;
            if users.first.len() < MAX_USERS {
                users.first.push(entry);
            }
        }
    }

    /// Returns the URL of an item with the values of its variables. Secret variables, variables without a value, and
    /// dynamic variables such as `{{$guid}}`, whose value is random, stay as written. `None` if the
    /// URL names no variable.
    pub(super) fn resolve_url(&self, entry: &Entry<'_>) -> Option<String> {
        if !entry.url.contains("{{") {
            return None;
        }
        let in_url = names(&entry.url).filter(|name| name.starts_with('$')).take(MAX_DYNAMIC);
        let dynamic = in_url.chain(self.dynamic.iter().map(String::as_str));
        let item = dynamic.fold(entry.item.clone(), |item, name| {
            // A variable whose value is its own placeholder is text.
            item.with(name, &format!("{{{{{name}}}}}"))
        });
        item.resolved_url().ok()
    }

    /// Returns the names of the variables whose values are hidden.
    pub(super) fn secret_names(&self) -> impl Iterator<Item = &str> {
        self.secret.iter().map(String::as_str)
    }
}

/// Returns the URL of an item with the values of its variables. `None` if no variable has a value.
pub(super) fn resolved_url<'e>(entry: &'e Entry<'_>) -> Option<&'e str> {
    entry.resolved.as_deref()
}

/// Returns the part of a URL that does not depend on the request: the values of its first variable, or
/// scheme and host. `None` if a variable in it has no value.
pub(super) fn base_url<'e>(entry: &'e Entry<'_>) -> Option<&'e str> {
    let place = |url: &'e str| url.split(['?', '#']).next().unwrap_or_default();
    let url = place(entry.resolved.as_deref().unwrap_or(&entry.shown_url));
    let rest = place(&entry.shown_url).strip_prefix("{{").and_then(|rest| rest.split_once("}}"));
    let base = match rest.and_then(|(_, rest)| url.strip_suffix(rest)) {
        Some(base) => base,
        None => {
            let start = url.find("://")? + 3;
            let end = url.get(start..)?.find('/').map_or(url.len(), |at| start + at);
            url.get(..end)?
        }
    };
    let base = base.trim_end_matches('/');
    let host = base.rsplit_once('@').map_or(base, |(_, host)| host);
    (base.contains("://") && !host.contains("{{")).then_some(base)
}

/// Returns the names in each `{{name}}` of a text.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split("}}").filter_map(|before| {
        let (_, name) = before.rsplit_once("{{")?;
        let is_name = !name.trim().is_empty()
            && name.len() <= MAX_NAME
            && !name.contains(['{', '}', '"', '\n'])
            && before.len() < text.len();
        is_name.then_some(name)
    })
}

/// Reads the request of an item. A request that cannot be parsed has no names.
pub(super) fn request(item: &Item<'_>) -> Request {
    #[derive(serde::Deserialize)]
    struct Shown {
        request: Option<Value>,
    }
    let mut found = Request::default();
    let Ok(Shown { request: Some(request) }) = serde_json::from_str(&item.json()) else {
        return found;
    };
    let mut known = HashSet::new();
    let mut values = vec![&request];
    while let Some(value) = values.pop() {
        match value {
            Value::String(text) => {
                let new = names(text).filter(|name| known.insert((*name).to_owned()));
                found.variables.extend(new.map(str::to_owned));
            }
            Value::Array(all) => values.extend(all.iter().rev()),
            Value::Object(members) => {
                let sent = members.iter().filter(|(name, _)| *name != "description");
                values.extend(sent.map(|(_, value)| value));
            }
            _ => {}
        }
    }
    let raw = request.pointer("/body/raw").and_then(Value::as_str).unwrap_or_default();
    let body: Value = serde_json::from_str(raw).unwrap_or_default();
    let mut values = vec![&body];
    while let Some(value) = values.pop() {
        match value {
            Value::Array(all) => values.extend(all.iter().rev()),
            Value::Object(members) => {
                found.body_names.extend(members.keys().cloned());
                values.extend(members.values());
            }
            _ => {}
        }
    }
    found
}

/// Renders the page of the variables.
pub(super) fn page(site: &Site<'_>, policy: &str) -> String {
    let mut out = start(site, policy, &format!("Variables · {}", site.title), Place::Variables);
    let _ = writeln!(
        out,
        "<header>\n<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol>\n<li><a href=\"index.html\">{}</a></li>\n</ol></nav>\n\
         <h1>Variables</h1>\n</header>\n\
         <div class=\"lead\">\n<p>Requests contain variables as <code>{{{{name}}}}</code>. This page lists their values, where they are set, and the requests that use them.</p>\n</div>",
        escape(&site.title)
    );
    let all = &site.variables.all;
    if !all.is_empty() {
        out.push_str("<section aria-labelledby=\"set\">\n<h2 id=\"set\">With a value</h2>\n");
        table(&mut out, "Variables with a value", &["Name", "Value", "Set in", "Used by"]);
        for variable in all {
            row(site, variable, &mut out);
        }
        out.push_str("</tbody>\n</table>\n</section>\n");
    }
    let users = site.variables.users.iter();
    let mut open = users.filter(|(name, _)| !site.variables.names.contains(*name)).peekable();
    if open.peek().is_some() {
        out.push_str(
            "<section aria-labelledby=\"open\">\n<h2 id=\"open\">Without a value</h2>\n\
             <p>You set these: in an environment of Postman, or as environment variables of the programs and commands. Names that start with <code>$</code> get a random value from Postman.</p>\n",
        );
        table(&mut out, "Variables without a value", &["Name", "Used by"]);
        for (name, users) in open {
            let _ = write!(
                out,
                "<tr role=\"row\"><th role=\"rowheader\"><code>{}</code></th><td role=\"cell\">",
                display_name(name)
            );
            used_by(site, Some(users), &mut out);
            out.push_str("</td></tr>\n");
        }
        out.push_str("</tbody>\n</table>\n</section>\n");
    }
    end(site, &mut out);
    out
}

fn table(out: &mut String, label: &str, columns: &[&str]) {
    let class = if columns.len() > 2 { "params four" } else { "params two" };
    let _ = write!(
        out,
        "<table class=\"{class}\" role=\"table\" aria-label=\"{label}\">\n<thead role=\"rowgroup\"><tr role=\"row\">"
    );
    for column in columns {
        let _ = write!(out, "<th role=\"columnheader\">{column}</th>");
    }
    out.push_str("</tr></thead>\n<tbody role=\"rowgroup\">\n");
}

fn row(site: &Site<'_>, variable: &CollectionVariable, out: &mut String) {
    let _ = write!(
        out,
        "<tr role=\"row\"><th role=\"rowheader\"><code>{}</code></th><td role=\"cell\">",
        display_name(&shorten(variable.name()))
    );
    let is_secret = site.variables.secret.contains(variable.name());
    if is_secret && !site.show_secrets && !variable.value().is_empty() {
        out.push_str("<span class=\"chip\">hidden</span>");
    } else if variable.value().is_empty() {
        out.push_str("<span class=\"soft\">empty</span>");
    } else {
        let value = if site.show_secrets {
            variable.value().to_owned()
        } else {
            // A value may be a URL or a body with secrets of its own.
            Hider::default().url(&Hider::default().body(variable.value()))
        };
        let end = value.char_indices().nth(MAX_VALUE).map(|(end, _)| end);
        let (value, more) = end.map_or((value.as_str(), ""), |end| (&value[..end], "…"));
        let _ = write!(out, "<code>{}{more}</code>", escape(value));
    }
    let place = match variable.scope() {
        VariableScope::Caller => "the command that made these pages".to_owned(),
        VariableScope::Environment => "an environment".to_owned(),
        VariableScope::Collection => "the collection".to_owned(),
        VariableScope::Folder => {
            format!("the folder {}", shorten(&site.shown_name(variable.path().to_owned())))
        }
        VariableScope::Item => {
            format!("the request {}", shorten(&site.shown_name(variable.path().to_owned())))
        }
        VariableScope::Globals => "globals".to_owned(),
        other => other.to_string(),
    };
    let _ = write!(out, "</td><td role=\"cell\">{}</td><td role=\"cell\">", escape(&place));
    used_by(site, site.variables.users.get(variable.name()), out);
    out.push_str("</td></tr>\n");
}

fn used_by(site: &Site<'_>, users: Option<&Users>, out: &mut String) {
    let Some(users) = users else {
        out.push_str("<span class=\"soft\">no request itself</span>");
        return;
    };
    let shown = users.first.iter().filter_map(|at| site.entries.get(*at));
    let links = shown.map(|entry| {
        let name = display_name(&shorten(&entry.name));
        format!("<a href=\"{}.html\">{name}</a>", entry.file)
    });
    out.push_str(&links.collect::<Vec<_>>().join(", "));
    if users.count > users.first.len() {
        let _ = write!(out, " and {} more", users.count - users.first.len());
    }
}
