//! Which saved response a request gets.

use std::borrow::Cow;
use std::cmp::Reverse;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use zoomkat_testing::Received;
use zoomkat_testing::http::Response;

/// How many items are named where nothing was found.
const NEARBY: usize = 5;

/// Fields that the server sets, or that would be wrong for what it sends.
const NOT_SENT: [&str; 9] = [
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
    /// Folders and name.
    pub(super) item: String,
    pub(super) known: Known,
    pub(super) saved: Vec<Saved>,
}

/// A saved response.
pub(super) struct Saved {
    pub(super) name: String,
    /// As it was saved, which may be no status of HTTP's; 0 where there was none.
    pub(super) code: u16,
    pub(super) reason: String,
    pub(super) fields: Vec<(String, String)>,
    pub(super) body: String,
    /// The request that it was saved for.
    pub(super) known: Known,
}

/// A request that the collection has.
pub(super) struct Known {
    verb: String,
    /// As it stands there.
    path: Path,
    /// With the base of its item: `/v2/users` where `{{baseUrl}}` is `https://api.zoom.us/v2`.
    full: Vec<Segment>,
    /// Without any base.
    bare: Vec<Segment>,
    has_base: bool,
}

/// `None` is a variable.
type Segment = Option<String>;

/// The path and query of a request that was saved.
pub(super) struct Path {
    segments: Vec<Segment>,
    query: Vec<(String, String)>,
}

/// How exactly a path is compared with those of the collection. The next is for what nothing fits by the
/// one before.
#[derive(Clone, Copy)]
enum Care {
    Whole,
    /// The base may be missing.
    NoBase,
    /// One of both has a version, or the base of others, that the other has not.
    OneVersion,
}

const CARE: [Care; 3] = [Care::Whole, Care::NoBase, Care::OneVersion];

impl Known {
    /// `base` is that of the item, `bases` are all of the collection.
    pub(super) fn new(verb: String, path: Path, base: &[String], bases: &[Vec<String>]) -> Known {
        let own = &path.segments;
        let base = if starts(own, base) { &[] } else { base };
        let full = base.iter().cloned().map(Some).chain(own.iter().cloned()).collect();
        let bare = after_base(own, bases);
        let has_base = !base.is_empty() || bare.is_some();
        let bare = bare.unwrap_or(own).to_vec();
        Known { verb, path, full, bare, has_base }
    }

    /// How well it fits a path that was asked for.
    fn fit(&self, asked: &[Segment], bases: &[Vec<String>], care: Care) -> Option<Fit> {
        match care {
            Care::Whole => fit(&self.full, asked),
            Care::NoBase => fit(&self.bare, asked),
            Care::OneVersion => match (after_base(asked, bases), after_version(asked)) {
                (Some(rest), _) if !self.has_base => fit(&self.bare, rest),
                (Some(_), _) => None,
                // Of two versions none stands for the other.
                (None, Some(rest)) => {
                    fit(&self.bare, rest).filter(|_| after_version(&self.bare).is_none())
                }
                (None, None) => fit(after_version(&self.bare)?, asked),
            },
        }
    }

    /// Whether it is the same request as `other`, as far as `care` looks.
    fn is_like(&self, other: &Known, care: Care) -> bool {
        match care {
            Care::Whole => self.full == other.full,
            Care::NoBase | Care::OneVersion => self.bare == other.bare,
        }
    }
}

impl Path {
    /// The path of a URL with variables in it.
    pub(super) fn of(url: &str) -> Path {
        let url = url.split(['?', '#']).next().unwrap_or_default();
        // A path may have another URL in it.
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

    /// A path with variables in it, and a query.
    pub(super) fn new(path: &str, query: &str) -> Path {
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        let segments = segments.map(|segment| {
            let is_variable = segment.starts_with(':')
                || (segment.starts_with('{') && segment.ends_with('}'))
                || segment.contains("{{");
            (!is_variable).then(|| decoded(segment).into_owned())
        });
        Path { segments: segments.collect(), query: pairs(query) }
    }

    /// What this path, which is known in full, has before `end`.
    pub(super) fn before(&self, end: &Path) -> Option<Vec<String>> {
        let length = self.segments.len().checked_sub(end.segments.len())?;
        let (base, rest) = self.segments.split_at_checked(length)?;
        let base: Option<Vec<String>> = base.iter().cloned().collect();
        base.filter(|base| !base.is_empty() && fit(&end.segments, rest).is_some())
    }

    /// The number of pairs of its query that are among `query`.
    fn shared(&self, query: &[(String, String)]) -> usize {
        self.query.iter().filter(|pair| query.contains(pair)).count()
    }

    fn shown(&self) -> String {
        let segment = |segment: &Segment| format!("/{}", segment.as_deref().unwrap_or("*"));
        match self.segments.is_empty() {
            true => "/".into(),
            false => self.segments.iter().map(segment).collect(),
        }
    }
}

/// All that a mock server knows.
pub(super) struct Routes {
    pub(super) all: Vec<Route>,
    /// What may stand before a path: `v2` where `{{baseUrl}}` is `https://api.zoom.us/v2`.
    pub(super) bases: Vec<Vec<String>>,
}

/// How well a path fits: for each segment whether it is there literally, so that those with the first
/// literal segments are the greatest.
type Fit = Vec<bool>;

/// What was chosen, for whoever watches.
pub(super) struct Chosen {
    pub(super) response: Response,
    pub(super) why: String,
}

impl Routes {
    pub(super) fn answer(&self, request: &Received) -> Chosen {
        let asked = Path::asked(request.target());
        let fits = |care| {
            let fits = self.all.iter();
            let fits: Vec<_> = fits
                .filter_map(|route| Some((self.fit(route, request, &asked, care)?, route)))
                .collect();
            (!fits.is_empty()).then_some((care, fits))
        };
        let Some((care, fits)) = CARE.into_iter().find_map(fits) else {
            return self.nothing(request, &asked);
        };
        let Some((_, best)) = fits.iter().max_by_key(|(fit, _)| fit) else {
            return self.nothing(request, &asked);
        };
        // Some collections have several items for one request.
        let like =
            |route: &Route| route.known.is_like(&best.known, care) && !route.saved.is_empty();
        let saved = || fits.iter().filter(|(_, route)| like(route)).flat_map(|(_, r)| &r.saved);
        let code = request.header("x-mock-response-code").map(str::parse);
        let name = request.header("x-mock-response-name");
        let is_wanted = |saved: &&Saved| {
            // One that is no status is found by itself, too.
            let is = |code: Result<u16, _>| code == Ok(saved.status()) || code == Ok(saved.code);
            code.clone().is_none_or(is) && name.is_none_or(|name| name == saved.name)
        };
        let rank = |(index, saved): &(usize, &Saved)| {
            let fit = |care| saved.known.fit(&asked.segments, &self.bases, care);
            let fit = CARE.into_iter().find_map(fit);
            let shared = saved.known.path.shared(&asked.query);
            (fit, shared, (200..300).contains(&saved.status()), Reverse(*index))
        };
        match saved().filter(is_wanted).enumerate().max_by_key(rank) {
            Some((_, saved)) => {
                let why = format!("{} ({})", best.item, saved.name);
                Chosen { response: saved.response(), why }
            }
            None => self.no_such_response(best, saved()),
        }
    }

    /// How well an item fits: by its own path, or by that of a response that was saved with it.
    fn fit(&self, route: &Route, request: &Received, asked: &Path, care: Care) -> Option<Fit> {
        let saved = route.saved.iter().map(|saved| &saved.known);
        let known = std::iter::once(&route.known).chain(saved);
        // To HEAD a server says what it says to GET, without the body (RFC 9110 section 9.3.2).
        let is_verb =
            |verb: &str| verb == request.method() || (request.method() == "HEAD" && verb == "GET");
        let fits = known.filter(|known| is_verb(&known.verb));
        fits.filter_map(|known| known.fit(&asked.segments, &self.bases, care)).max()
    }

    fn nothing(&self, request: &Received, asked: &Path) -> Chosen {
        let path = &asked.segments;
        let mut near: Vec<_> = self.all.iter().collect();
        let distance = |route: &&Route| {
            let known = &route.known;
            let to = |known: &Vec<Segment>| {
                let same = known.iter().zip(path).filter(|(k, p)| k.is_none() || k == p).count();
                let other = known.len().max(path.len()) - same;
                (known.first() != path.first(), other)
            };
            (to(&known.full).min(to(&known.bare)), known.verb != request.method())
        };
        near.sort_by_key(distance);
        let near = near.iter().take(NEARBY).map(
            |Route { known, item, .. }| json!({ "verb": known.verb, "path": known.path.shown(), "item": item }),
        );
        let message = format!("the collection has no {} {}", request.method(), asked.shown());
        not_found(&message, "nearby", near.collect())
    }

    fn no_such_response<'s>(
        &self,
        route: &Route,
        saved: impl Iterator<Item = &'s Saved>,
    ) -> Chosen {
        let saved: Vec<Value> =
            saved.map(|saved| json!({ "code": saved.status(), "name": saved.name })).collect();
        let message = match saved.is_empty() {
            true => format!("the item {:?} has no saved response", route.item),
            false => {
                format!("the item {:?} has no saved response of this code or name", route.item)
            }
        };
        not_found(&message, "saved", saved)
    }
}

fn not_found(message: &str, what: &str, list: Vec<Value>) -> Chosen {
    let value = json!({ "message": message, what: list });
    Chosen { response: Response::json(404, "Not Found", &value), why: message.to_owned() }
}

fn fit(known: &[Segment], path: &[Segment]) -> Option<Fit> {
    let fits = |(known, asked): (&Segment, &Segment)| known.is_none() || known == asked;
    (known.len() == path.len() && known.iter().zip(path).all(fits))
        .then(|| known.iter().map(Option::is_some).collect())
}

impl Path {
    /// The path and query of a request that came in, in which nothing is a variable.
    fn asked(target: &str) -> Path {
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
        let segments = segments.map(|segment| Some(decoded(segment).into_owned())).collect();
        Path { segments, query: pairs(query) }
    }
}

impl Saved {
    /// The status that is sent: the one that was saved, or 200 where that is none, or not one that ends a
    /// request.
    pub(super) fn status(&self) -> u16 {
        if (200..600).contains(&self.code) { self.code } else { 200 }
    }

    fn response(&self) -> Response {
        let is_sent = |(name, value): &&(String, String)| {
            !NOT_SENT.iter().any(|not| not.eq_ignore_ascii_case(name))
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

/// Whether a path starts with this base, which is one.
fn starts(path: &[Segment], base: &[String]) -> bool {
    let same = path.iter().zip(base).all(|(have, want)| have.as_ref() == Some(want));
    same && !base.is_empty() && path.len() >= base.len()
}

/// What follows the longest of `bases` that a path starts with.
fn after_base<'p>(path: &'p [Segment], bases: &[Vec<String>]) -> Option<&'p [Segment]> {
    let length = bases.iter().filter(|base| starts(path, base)).map(Vec::len).max()?;
    path.get(length..)
}

/// What follows the version that a path starts with.
fn after_version(path: &[Segment]) -> Option<&[Segment]> {
    let (first, rest) = path.split_first()?;
    first.as_deref().is_some_and(is_version).then_some(rest)
}

/// `v2` and its like.
fn is_version(segment: &str) -> bool {
    let digits = segment.strip_prefix(['v', 'V']).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let decode = |text: &str| decoded(&text.replace('+', " ")).into_owned();
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}
