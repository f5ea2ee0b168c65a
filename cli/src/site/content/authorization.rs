//! How a request is authorized. Values are never shown, only the variables that they come from.

use std::fmt::Write as _;

use zoomkat::postman::{Folder, Item, ParameterPlace};

use super::super::escape::escape;
use super::super::json::Json;
use super::super::page::display_name;
use super::super::secrets::Hider;
use super::super::{Entry, Site};
use super::body::text_of;
use super::headed;
use super::highlight::{Language, highlighted, variable_length};

/// A list of names and values, the latter as HTML.
type Facts = Vec<(&'static str, String)>;

/// Renders how the request is authorized.
pub(super) fn authorization(
    site: &Site<'_>,
    entry: &Entry<'_>,
    hider: Option<&Hider<'_>>,
) -> String {
    let mut out = String::from("<section aria-labelledby=\"authorization\">\n");
    headed(&mut out, 2, "authorization", "Authorization");
    let found = entry.item.authorization();
    let found = found.and_then(|(json, folder)| {
        let json: Json = serde_json::from_str(&json).ok()?;
        Some((json, folder))
    });
    let mut details = String::new();
    let facts = match found {
        Some((auth, folder)) => {
            let kind = auth.get("type").and_then(text_of).unwrap_or_default();
            let params = Params { auth: &auth, kind: &kind, hider };
            if kind == "oauth2" {
                details = params.token_request();
            }
            let mut facts = params.facts();
            if let Some((_, kind)) = facts.first_mut() {
                let _ = write!(
                    kind,
                    " <span class=\"set-by\">set by {}</span>",
                    set_by(site, entry, folder)
                );
            }
            facts
        }
        None => by_header(&entry.item),
    };
    if facts.is_empty() {
        out.push_str(
            "<p class=\"soft\">The collection has no authorization for this request.</p>\n",
        );
    } else {
        list(&facts, &mut out);
        out.push_str(&details);
    }
    out.push_str("</section>\n");
    out
}

fn list(facts: &Facts, out: &mut String) {
    out.push_str("<dl class=\"sent\">\n");
    for (name, html) in facts {
        let _ = writeln!(out, "<dt>{name}</dt><dd>{html}</dd>");
    }
    out.push_str("</dl>\n");
}

/// Returns where the authorization is set: the request, a folder with a link to it, or the collection.
fn set_by(site: &Site<'_>, entry: &Entry<'_>, folder: Option<Folder<'_>>) -> String {
    let Some(folder) = folder else { return "this request".to_owned() };
    let path = folder.path();
    if path.is_empty() {
        return "the collection".to_owned();
    }
    let name = display_name(&folder.name());
    // Of an item's folders, each has a path of its own length.
    let find = |at: usize| site.folders.get(at);
    let above = std::iter::successors(entry.folder.and_then(find), |f| f.above.and_then(find));
    let mut length = entry.item.path().len().saturating_sub(entry.name.len() + 1);
    for known in above {
        if length == path.len() {
            return format!("the folder <a href=\"index.html#{}\">{name}</a>", known.id);
        }
        length = length.saturating_sub(known.name.len() + 1);
    }
    format!("the folder {name}")
}

/// Returns what a header field of the item tells, for collections without an authorization of their own.
fn by_header(item: &Item<'_>) -> Facts {
    let parameters = item.parameters();
    let field = parameters.iter().find(|parameter| {
        parameter.place() == ParameterPlace::Header
            && !parameter.disabled()
            && parameter.name().trim().eq_ignore_ascii_case("authorization")
    });
    let Some(field) = field else { return Facts::new() };
    let scheme = field.value().split_whitespace().next().unwrap_or_default();
    let known = ["Bearer", "Basic", "Digest", "Token"];
    let scheme = known.into_iter().find(|known| known.eq_ignore_ascii_case(scheme));
    let kind = match scheme {
        Some("Bearer") => "Bearer token",
        Some("Basic") => "Basic: user name and password",
        Some("Digest") => "Digest: user name and password",
        _ => "Header field",
    };
    let value = field.value();
    let value = scheme.and_then(|scheme| value.trim().get(scheme.len()..)).unwrap_or(value);
    vec![
        (
            "Kind",
            format!("{kind} <span class=\"set-by\">set by a header field of this request</span>"),
        ),
        ("Sent in", header(scheme.unwrap_or_default(), "value")),
        ("Value", source(Some(value.trim().to_owned()))),
    ]
}

/// The parameters of an authorization.
struct Params<'a> {
    auth: &'a Json,
    kind: &'a str,
    hider: Option<&'a Hider<'a>>,
}

impl Params<'_> {
    /// Returns a parameter: an entry in a list of keys and values (format 2.1), or a member of an object (2.0).
    fn get(&self, name: &str) -> Option<String> {
        let found = match self.auth.get(self.kind)? {
            Json::Array(list) => list
                .iter()
                .rev()
                .find(|entry| entry.get("key").and_then(Json::as_str) == Some(name))?
                .get("value"),
            object => object.get(name),
        };
        found.and_then(text_of).filter(|text| !text.is_empty())
    }

    fn source(&self, name: &str) -> String {
        source(self.get(name))
    }

    fn facts(&self) -> Facts {
        let kind = |name: &str| ("Kind", name.to_owned());
        match self.kind {
            "noauth" => vec![kind("None: it is sent without authorization")],
            "bearer" => vec![
                kind("Bearer token"),
                ("Sent in", header("Bearer", "token")),
                ("Token", self.source("token")),
            ],
            "basic" => vec![
                kind("Basic: user name and password"),
                ("Sent in", header("Basic", "base64 of user:password")),
                ("User name", self.source("username")),
                ("Password", self.source("password")),
            ],
            "digest" => vec![
                kind("Digest: user name and password"),
                ("Sent in", header("Digest", "answer to the server's challenge")),
                ("User name", self.source("username")),
                ("Password", self.source("password")),
            ],
            "apikey" => {
                let name = self.get("key").unwrap_or_default();
                let name = highlighted(&name, Language::Text);
                let place = match self.get("in").as_deref() {
                    Some("query") => format!("query parameter <code>{name}</code>"),
                    _ => format!("header field <code>{name}</code>"),
                };
                vec![kind("API key"), ("Sent in", place), ("Key", self.source("value"))]
            }
            "oauth2" => self.oauth2(),
            "oauth1" => vec![
                kind("OAuth 1.0"),
                ("Sent in", header("OAuth", "signature")),
                ("Consumer key", self.source("consumerKey")),
                ("Token", self.source("token")),
            ],
            "awsv4" => {
                let mut facts = vec![
                    kind("AWS Signature Version 4"),
                    ("Sent in", header("AWS4-HMAC-SHA256", "signature")),
                    ("Access key", self.source("accessKey")),
                ];
                self.add(&mut facts, "Service", "service");
                self.add(&mut facts, "Region", "region");
                facts
            }
            "hawk" => vec![kind("Hawk"), ("Sent in", header("Hawk", "signature"))],
            "ntlm" => vec![
                kind("NTLM: user name and password"),
                ("Sent in", header("NTLM", "answer to the server's challenge")),
                ("User name", self.source("username")),
                ("Password", self.source("password")),
            ],
            "jwt" => vec![kind("JSON Web Token"), ("Sent in", header("Bearer", "token"))],
            "asap" => vec![kind("Atlassian ASAP"), ("Sent in", header("Bearer", "token"))],
            "edgegrid" => {
                vec![kind("Akamai EdgeGrid"), ("Sent in", header("EG1-HMAC-SHA256", "signature"))]
            }
            other => vec![kind(&escape(other))],
        }
    }

    fn oauth2(&self) -> Facts {
        let place = match self.get("addTokenTo").as_deref() {
            Some("queryParams") => "query parameter <code>access_token</code>".to_owned(),
            _ => header(
                self.get("headerPrefix").as_deref().unwrap_or("Bearer").trim(),
                "access token",
            ),
        };
        let token = match self.get("accessToken") {
            // It is not exported with the settings for getting one.
            None => source(Some("{{accessToken}}".to_owned())),
            token => source(token),
        };
        vec![("Kind", "OAuth 2.0".to_owned()), ("Sent in", place), ("Token", token)]
    }

    /// Renders how a token is requested by OAuth 2.0; empty if the collection does not tell.
    fn token_request(&self) -> String {
        let mut facts = Facts::new();
        if let Some(grant) = self.get("grant_type") {
            let grant = match grant.as_str() {
                "authorization_code" => "Authorization code".to_owned(),
                "authorization_code_with_pkce" => "Authorization code with PKCE".to_owned(),
                "client_credentials" => "Client credentials".to_owned(),
                "password_credentials" => "Password credentials".to_owned(),
                "implicit" => "Implicit".to_owned(),
                other => highlighted(other, Language::Text),
            };
            facts.push(("Grant", grant));
        }
        for (label, name) in [("Authorization URL", "authUrl"), ("Token URL", "accessTokenUrl")] {
            let Some(url) = self.get(name) else { continue };
            let url = self.hider.map_or(url.clone(), |hider| hider.url(&url));
            facts.push((label, format!("<code>{}</code>", highlighted(&url, Language::Text))));
        }
        if let Some(scopes) = self.get("scope") {
            facts.push(("Scopes", listed_scopes(&scopes)));
        }
        if facts.is_empty() {
            return String::new();
        }
        let mut out =
            String::from("<details class=\"fold\"><summary>How to request a token</summary>\n");
        list(&facts, &mut out);
        out.push_str("</details>\n");
        out
    }

    /// Adds a parameter that is no secret, as written.
    fn add(&self, facts: &mut Facts, label: &'static str, name: &str) {
        if let Some(value) = self.get(name) {
            facts.push((label, format!("<code>{}</code>", highlighted(&value, Language::Text))));
        }
    }
}

/// Returns the header field of an authorization.
fn header(scheme: &str, value: &str) -> String {
    let space = if scheme.is_empty() { "" } else { " " };
    let scheme = highlighted(scheme, Language::Text);
    format!("header field <code>Authorization: {scheme}{space}&lt;{}&gt;</code>", escape(value))
}

/// Returns where a value comes from, but not the value.
fn source(value: Option<String>) -> String {
    let value = value.unwrap_or_default();
    let variables = variables(&value);
    if !variables.is_empty() {
        let names: Vec<String> = variables
            .iter()
            .map(|name| format!("<code><span class=\"v\">{}</span></code>", escape(name)))
            .collect();
        let s = if names.len() == 1 { "" } else { "s" };
        return format!("from the variable{s} {}", names.join(", "));
    }
    let is_sample = value.starts_with('<') && value.ends_with('>');
    if value.is_empty() || is_sample {
        "yours: it is not in the collection".to_owned()
    } else {
        "in the collection, not shown here".to_owned()
    }
}

/// Returns the names of the variables in a text, each once.
fn variables(text: &str) -> Vec<&str> {
    let (mut names, mut rest): (Vec<&str>, _) = (Vec::new(), text);
    while let Some(at) = rest.find("{{") {
        let from = &rest[at..];
        rest = match variable_length(from) {
            Some(length) => {
                let name = &from[2..length - 2];
                // More would not help a reader.
                if !names.contains(&name) && names.len() < 8 {
                    names.push(name);
                }
                &from[length..]
            }
            None => &from[1..],
        };
    }
    names
}

fn listed_scopes(scopes: &str) -> String {
    let scopes = scopes.split(|c: char| c.is_whitespace() || c == ',');
    let list: String = scopes
        .filter(|scope| !scope.is_empty())
        .map(|scope| format!("<li><code>{}</code></li>", highlighted(scope, Language::Text)))
        .collect();
    format!("<ul class=\"scopes\">{list}</ul>")
}
