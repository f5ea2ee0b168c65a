//! Postman items and collections, written from calls.
//!
//! * `item.rs`, an item: its request and settings,
//! * `url.rs`, the URL of the request,
//! * `body.rs`, the body and the parts of a form,
//! * `encoded.rs`, forms with an encoded variable.

use std::collections::HashSet;

mod body;
mod encoded;
mod item;
mod url;

use self::item::{item, literal_variables};
use super::json::{JsonValue, object};
use crate::error::{Error, Result};
use crate::views::call::Call;

/// The name of the text in errors.
const ITEM: &str = "Postman item";

const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

impl Call {
    /// Writes a Postman item (collection format 2.1).
    ///
    /// With it, Postman, newman and [`from_postman`](Self::from_postman) send the same bytes, except for the boundary
    /// of a multipart body and the fields that Postman adds automatically (User-Agent, Accept, Accept-Encoding,
    /// Connection, Cache-Control, Postman-Token). A header name in several spellings is written in the first one.
    /// Postman imports items in a collection: see [`to_collection`](crate::postman::to_collection).
    ///
    /// Open [variables](Self#variables) are written as `{{NAME}}`. If curl encodes one (`--data-urlencode`), Postman
    /// encodes all fields of the form, a space as `%20`. Text that only looks like a variable is defined as itself in
    /// the variables of the item. Redirects and the verification of certificates become settings of the item.
    /// Timeouts, output file, trusted roots, client certificate, TLS versions and NO_PROXY, which Postman does not
    /// set in items, are left out, and the item's description names them. A proxy that NO_PROXY excludes for this
    /// host is also left out.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a request that could not be sent, and
    /// [`Content`](crate::ErrorKind::Content) for anything that an item cannot express:
    ///
    /// * a file that is combined with other text or stripped of its line ends, or a part of a file,
    /// * headers of a part other than Content-Type, multipart types other than form-data, a multipart body
    ///   without parts, a file name with a slash or with a character beyond U+00FF,
    /// * a method in small letters, which Postman sends in capitals,
    /// * a header value that is not ASCII, HTTP/1.0, the path `*`,
    /// * proxies other than HTTP proxies without TLS and login.
    pub fn to_postman(&self, name: &str) -> Result<String> {
        pretty(&item(self, name)?.0)
    }
}

/// Writes a collection (format 2.1) of named calls, each as by [`Call::to_postman`].
///
/// ```
/// use zoomkat::{Call, HttpRequest, postman};
///
/// let me = Call::new("api.zoom.us", 443, true, {
///     let mut req = HttpRequest::new();
///     req.set_path("/v2/users/me");
///     req
/// });
/// let json = postman::to_collection("Zoom", &[("Get me", &me)])?;
/// let read = postman::Collection::from_json(&json)?;
/// assert_eq!(read.item("Get me")?.call()?, me);
/// # Ok::<(), zoomkat::Error>(())
/// ```
///
/// # Errors
///
/// Those of [`Call::to_postman`]. The message starts with the name of the call.
pub fn to_collection(name: &str, calls: &[(&str, &Call)]) -> Result<String> {
    let (mut items, mut literal) = (Vec::with_capacity(calls.len()), Vec::new());
    for (name, call) in calls {
        let (item, names) = item(call, name)?;
        items.push(item);
        literal.extend(names);
    }
    // newman ignores variables of items. A name that is text in one call and open in another stays undefined.
    let open: HashSet<&str> = calls.iter().flat_map(|(_, call)| call.variables()).collect();
    literal.retain(|name| !open.contains(name.as_str()));
    literal.sort();
    literal.dedup();
    let info = object! { "name": name, "schema": SCHEMA };
    let mut collection = object! { "info": info, "item": items };
    if !literal.is_empty() {
        collection.insert("variable", literal_variables(&literal));
    }
    pretty(&collection)
}

fn pretty(value: &JsonValue) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|err| Error::content(ITEM, err))
}
