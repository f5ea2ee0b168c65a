//! Matching of requests to saved responses.

use std::borrow::Cow;
use std::cmp::Reverse;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use zoomkat_testing::Received;
use zoomkat_testing::http::Response;

use super::body::{Body, BodyFit};

/// The number of similar items listed when nothing matches.
const MAX_NEARBY: usize = 5;

/// Fields that the server sets, or that would be wrong for the body it sends.
const OMITTED_FIELDS: [&str; 9] = [
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Keep-Alive",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
];

/// An item of a collection.
pub(super) struct Route {
    /// Its folders and name.
    pub(super) item: String,
    pub(super) pattern: Pattern,
    pub(super) saved: Vec<Example>,
}

/// A saved response, which Postman calls an example.
pub(super) struct Example {
    pub(super) name: String,
    /// The status as saved, which may not be an HTTP status; 0 if there was none.
    pub(super) code: u16,
    pub(super) reason: String,
    pub(super) fields: Vec<(String, String)>,
    pub(super) body: String,
    /// The request that the response was saved for.
    pub(super) pattern: Pattern,
    /// Its body, if it can be compared.
    pub(super) request_body: Option<Body>,
}

/// A request in the collection.
pub(super) struct Pattern {
    verb: String,
    /// The path as written.
    path: Path,
    /// The path with the base of its item: `/v2/users` if `{{baseUrl}}` is `https://api.zoom.us/v2`.
    full: Vec<Segment>,
    /// The path without any base.
    bare: Vec<Segment>,
    has_base: bool,
}

/// A path segment; `None` is a variable.
type Segment = Option<String>;

/// The path and query of a request.
pub(super) struct Path {
    segments: Vec<Segment>,
    query: Vec<(String, String)>,
}

/// How strictly a path is compared with those of the collection. Each level is tried only if nothing
/// matches at the level before it.
#[derive(Clone, Copy)]
enum MatchLevel {
    Whole,
    /// The base may be missing.
    NoBase,
    /// One of the two paths has a version, or the base of other items, that the other lacks.
    OneVersion,
}

const MATCH_LEVELS: [MatchLevel; 3] =
    [MatchLevel::Whole, MatchLevel::NoBase, MatchLevel::OneVersion];

impl Pattern {
    /// `base` is the base of the item, `bases` are all bases of the collection.
    pub(super) fn new(verb: String, path: Path, base: &[String], bases: &[Vec<String>]) -> Pattern {
        let own = &path.segments;
        let base = if starts_with(own, base) { &[] } else { base };
        let full = base.iter().cloned().map(Some).chain(own.iter().cloned()).collect();
        let bare = after_base(own, bases);
        let has_base = !base.is_empty() || bare.is_some();
        let bare = bare.unwrap_or(own).to_vec();
        Pattern { verb, path, full, bare, has_base }
    }

    /// Returns how well the pattern matches a requested path.
    fn fit(&self, requested: &[Segment], bases: &[Vec<String>], level: MatchLevel) -> Option<Fit> {
        match level {
            MatchLevel::Whole => fit(&self.full, requested),
            MatchLevel::NoBase => fit(&self.bare, requested),
            MatchLevel::OneVersion => {
                match (after_base(requested, bases), after_version(requested)) {
                    (Some(rest), _) if !self.has_base => fit(&self.bare, rest),
                    (Some(_), _) => None,
                    // A version never matches another version.
                    (None, Some(rest)) => {
                        fit(&self.bare, rest).filter(|_| after_version(&self.bare).is_none())
                    }
                    (None, None) => fit(after_version(&self.bare)?, requested),
                }
            }
        }
    }

    /// Whether it is the same request as `other` at this level.
    fn is_same_request(&self, other: &Pattern, level: MatchLevel) -> bool {
        match level {
            MatchLevel::Whole => self.full == other.full,
            MatchLevel::NoBase | MatchLevel::OneVersion => self.bare == other.bare,
        }
    }
}

impl Path {
    /// Returns the path of a URL that may contain variables.
    pub(super) fn from_url(url: &str) -> Path {
        let url = url.split(['?', '#']).next().unwrap_or_default();
        // A path may contain another URL.
        let has_scheme = |(scheme, _): &(&str, &str)| !scheme.contains('/');
        let path = match url.split_once("://").filter(has_scheme) {
            Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
            // A variable instead of scheme and host.
            None if url.starts_with("{{") => url.find("}}").map_or("", |end| {
                let rest = &url[end + 2..];
                rest.find('/').map_or("", |slash| &rest[slash..])
            }),
            None => url,
        };
        Path::new(path, "")
    }

    /// Returns a path that may contain variables, with a query.
    pub(super) fn new(path: &str, query: &str) -> Path {
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        let segments = segments.map(|segment| {
            let is_variable = segment.starts_with(':')
                || (segment.starts_with('{') && segment.ends_with('}'))
                || segment.contains("{{");
            (!is_variable).then(|| decode(segment).into_owned())
        });
        Path { segments: segments.collect(), query: pairs(query) }
    }

    /// Returns the segments of this path, which has no variables, before `end`.
    pub(super) fn before(&self, end: &Path) -> Option<Vec<String>> {
        let length = self.segments.len().checked_sub(end.segments.len())?;
        let (base, rest) = self.segments.split_at_checked(length)?;
        let base: Option<Vec<String>> = base.iter().cloned().collect();
        base.filter(|base| !base.is_empty() && fit(&end.segments, rest).is_some())
    }

    /// Counts the pairs of its query that are in `query`.
    fn count_query_pairs(&self, query: &[(String, String)]) -> usize {
        self.query.iter().filter(|pair| query.contains(pair)).count()
    }

    fn display(&self) -> String {
        let segment = |segment: &Segment| format!("/{}", segment.as_deref().unwrap_or("*"));
        match self.segments.is_empty() {
            true => "/".into(),
            false => self.segments.iter().map(segment).collect(),
        }
    }
}

/// The routes of a mock server.
pub(super) struct Routes {
    pub(super) all: Vec<Route>,
    /// The bases of paths: `v2` if `{{baseUrl}}` is `https://api.zoom.us/v2`.
    pub(super) bases: Vec<Vec<String>>,
}

/// How well a path matches: for each segment whether it matches literally. Patterns whose first segments
/// are literal compare as the greatest.
type Fit = Vec<bool>;

/// A response and why it was chosen, for the verbose output.
pub(super) struct Reply {
    pub(super) response: Response,
    pub(super) why: String,
}

impl Routes {
    pub(super) fn answer(&self, request: &Received) -> Reply {
        let requested = Path::from_target(request.target());
        let fits = |level| {
            let fits = self.all.iter();
            let fits: Vec<_> = fits
                .filter_map(|route| Some((self.fit(route, request, &requested, level)?, route)))
                .collect();
            (!fits.is_empty()).then_some((level, fits))
        };
        let Some((level, fits)) = MATCH_LEVELS.into_iter().find_map(fits) else {
            return self.no_route(request, &requested);
        };
        let Some((_, best)) = fits.iter().max_by_key(|(fit, _)| fit) else {
            return self.no_route(request, &requested);
        };
        // Some collections have several items for one request.
        let like = |route: &Route| {
            route.pattern.is_same_request(&best.pattern, level) && !route.saved.is_empty()
        };
        let same = || fits.iter().filter(|(_, route)| like(route)).map(|(_, route)| *route);
        let saved = || same().flat_map(|route| route.saved.iter().map(move |saved| (route, saved)));
        let code = request.header("x-mock-response-code").map(str::parse);
        let name = request.header("x-mock-response-name");
        let body = Body::received(request);
        let is_wanted = |(_, saved): &(&Route, &Example)| {
            // A saved code that is not an HTTP status can be selected too.
            let is = |code: Result<u16, _>| code == Ok(saved.status()) || code == Ok(saved.code);
            code.clone().is_none_or(is) && name.is_none_or(|name| name == saved.name)
        };
        let rank = |(index, (_, saved)): &(usize, (&Route, &Example))| {
            let fit = |level| saved.pattern.fit(&requested.segments, &self.bases, level);
            let fit = MATCH_LEVELS.into_iter().find_map(fit);
            let shared = saved.pattern.path.count_query_pairs(&requested.query);
            let body = match (&saved.request_body, &body) {
                (Some(saved), Some(body)) => saved.fit(body),
                (None, None) => BodyFit { is_equal: true, ..BodyFit::default() },
                _ => BodyFit::default(),
            };
            let is_success = (200..300).contains(&saved.status());
            (
                fit,
                shared,
                body.is_equal,
                is_success,
                body.shared,
                body.is_same_kind,
                Reverse(*index),
            )
        };
        match saved().filter(is_wanted).enumerate().max_by_key(rank) {
            Some((_, (route, saved))) => {
                let why = format!("{} ({})", route.item, saved.name);
                Reply { response: saved.response(), why }
            }
            None => self.no_such_response(best, saved().map(|(_, saved)| saved)),
        }
    }

    /// Returns how well an item matches: by its own path, or by that of a response saved with it.
    fn fit(
        &self,
        route: &Route,
        request: &Received,
        requested: &Path,
        level: MatchLevel,
    ) -> Option<Fit> {
        let saved = route.saved.iter().map(|saved| &saved.pattern);
        let patterns = std::iter::once(&route.pattern).chain(saved);
        // HEAD gets the response to GET without the body (RFC 9110 section 9.3.2).
        let is_verb =
            |verb: &str| verb == request.method() || (request.method() == "HEAD" && verb == "GET");
        let fits = patterns.filter(|pattern| is_verb(&pattern.verb));
        fits.filter_map(|pattern| pattern.fit(&requested.segments, &self.bases, level)).max()
    }

    fn no_route(&self, request: &Received, requested: &Path) -> Reply {
        let path = &requested.segments;
        let mut nearby: Vec<_> = self.all.iter().collect();
        let distance = |route: &&Route| {
            let pattern = &route.pattern;
            let to = |segments: &Vec<Segment>| {
                let same = segments.iter().zip(path).filter(|(k, p)| k.is_none() || k == p).count();
                let other = segments.len().max(path.len()) - same;
                (segments.first() != path.first(), other)
            };
            (to(&pattern.full).min(to(&pattern.bare)), pattern.verb != request.method())
        };
        nearby.sort_by_key(distance);
        let nearby = nearby.iter().take(MAX_NEARBY).map(
            |Route { pattern, item, .. }| json!({ "verb": pattern.verb, "path": pattern.path.display(), "item": item }),
        );
        let message = format!("the collection has no {} {}", request.method(), requested.display());
        not_found(&message, "nearby", nearby.collect())
    }

    fn no_such_response<'s>(
        &self,
        route: &Route,
        saved: impl Iterator<Item = &'s Example>,
    ) -> Reply {
        let saved: Vec<Value> =
            saved.map(|saved| json!({ "code": saved.status(), "name": saved.name })).collect();
        let message = match saved.is_empty() {
            true => format!("the item {:?} has no saved response", route.item),
            false => {
                format!("the item {:?} has no saved response with this code or name", route.item)
            }
        };
        not_found(&message, "saved", saved)
    }
}

fn not_found(message: &str, what: &str, list: Vec<Value>) -> Reply {
    let value = json!({ "message": message, what: list });
    Reply { response: Response::json(404, "Not Found", &value), why: message.to_owned() }
}

fn fit(pattern: &[Segment], path: &[Segment]) -> Option<Fit> {
    let fits =
        |(pattern, requested): (&Segment, &Segment)| pattern.is_none() || pattern == requested;
    (pattern.len() == path.len() && pattern.iter().zip(path).all(fits))
        .then(|| pattern.iter().map(Option::is_some).collect())
}

impl Path {
    /// Returns the path and query of a request target, which has no variables.
    fn from_target(target: &str) -> Path {
        let target = target.split('#').next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        // RFC 9112 section 3.2.2: a client may send the whole URL.
        let path = match path.split_once("://") {
            Some((_, rest)) if !path.starts_with('/') => {
                rest.find('/').map_or("", |slash| &rest[slash..])
            }
            _ => path,
        };
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        let segments = segments.map(|segment| Some(decode(segment).into_owned())).collect();
        Path { segments, query: pairs(query) }
    }
}

impl Example {
    /// Returns the status to send: the saved one, or 200 if that is not a final HTTP status.
    pub(super) fn status(&self) -> u16 {
        if (200..600).contains(&self.code) { self.code } else { 200 }
    }

    fn response(&self) -> Response {
        let is_sent = |(name, value): &&(String, String)| {
            !OMITTED_FIELDS.iter().any(|not| not.eq_ignore_ascii_case(name))
                && !name.is_empty()
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
                && !value.chars().any(|c| c.is_control() && c != '\t')
        };
        let mut headers: Vec<_> = self.fields.iter().filter(is_sent).cloned().collect();
        let has_type = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Content-Type"));
        if !has_type && !self.body.is_empty() {
            let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&self.body).is_ok();
            let guessed = if is_json { "application/json" } else { "text/plain; charset=utf-8" };
            headers.push(("Content-Type".into(), guessed.into()));
        }
        let reason = self.reason.chars().filter(|c| !c.is_control()).collect();
        Response { status: self.status(), reason, headers, body: self.body.clone().into_bytes() }
    }
}

/// Whether a path starts with `base`, which must not be empty.
fn starts_with(path: &[Segment], base: &[String]) -> bool {
    let same = path.iter().zip(base).all(|(have, want)| have.as_ref() == Some(want));
    same && !base.is_empty() && path.len() >= base.len()
}

/// Returns the segments after the longest of `bases` that the path starts with.
fn after_base<'p>(path: &'p [Segment], bases: &[Vec<String>]) -> Option<&'p [Segment]> {
    let length = bases.iter().filter(|base| starts_with(path, base)).map(Vec::len).max()?;
    path.get(length..)
}

/// Returns the segments after a version that the path starts with.
fn after_version(path: &[Segment]) -> Option<&[Segment]> {
    let (first, rest) = path.split_first()?;
    first.as_deref().is_some_and(is_version).then_some(rest)
}

/// Whether a segment is a version, such as `v2`.
fn is_version(segment: &str) -> bool {
    let digits = segment.strip_prefix(['v', 'V']).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// Reads the names and values of a query or a form.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let decode = |text: &str| decode(&text.replace('+', " ")).into_owned();
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}
