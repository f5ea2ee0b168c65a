//! From a [`Call`] to a Postman item, and from several to a collection.
//!
//! * `item.rs`, an item: its request and the settings beside it,
//! * `url.rs`, the URL of the request,
//! * `body.rs`, the body and the parts of a form,
//! * `encoded.rs`, forms in which a variable is encoded.

use std::collections::HashSet;

mod body;
mod encoded;
mod item;
mod url;

use self::item::{item, themselves};
use super::json::{JsonValue, object};
use crate::error::{Error, Result};
use crate::views::call::Call;

/// How errors name the text.
const ITEM: &str = "Postman item";

const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

impl Call {
    /// Writes a Postman item (collection format 2.1): with it Postman, newman and
    /// [`from_postman`](Self::from_postman) send the same bytes, except for the boundary of a multipart body
    /// and the fields that Postman adds by itself (User-Agent, Accept, Accept-Encoding, Connection,
    /// Cache-Control, Postman-Token). A header name that stands in several spellings has the first of them.
    /// Postman imports the item in a collection: see [`to_collection`](crate::postman::to_collection).
    ///
    /// Open [variables](Self#variables) stand as `{{NAME}}`. If curl encodes one (`--data-urlencode`), Postman
    /// encodes all the fields of the form, with `%20` for a space. Text that only looks like a variable is
    /// defined as itself among the variables of the item. Redirects and the check of certificates become
    /// settings of the item. Timeouts, the output file, trusted roots, client certificates, TLS versions and
    /// NO_PROXY, which Postman sets elsewhere but not in an item, are left out, and the item's description
    /// names them; a proxy that NO_PROXY excludes for this host is left out, too.
    ///
    /// # Errors
    ///
    /// The faults of the request ([`InvalidRequest`](crate::ErrorKind::InvalidRequest)), and
    /// [`Content`](crate::ErrorKind::Content) for what Postman has no form for:
    ///
    /// * a file that is put together with other text or without its line ends, or a stretch of a file,
    /// * headers of a part other than its Content-Type, multipart types other than form-data, a multipart body
    ///   without parts, a file name with a slash or with a character beyond U+00FF,
    /// * a method in small letters, which Postman sends in capitals,
    /// * a header value that is not ASCII, HTTP/1.0, the path `*`,
    /// * proxies other than plain HTTP ones without a login.
    pub fn to_postman(&self, name: &str) -> Result<String> {
        pretty(&item(self, name)?.0)
    }
}

/// Writes a collection (format 2.1) of several calls, each with its name, as
/// [`Call::to_postman`] writes each.
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
/// Those of [`Call::to_postman`]; the message starts with the name of the call.
pub fn to_collection(name: &str, calls: &[(&str, &Call)]) -> Result<String> {
    let (mut items, mut literal) = (Vec::with_capacity(calls.len()), Vec::new());
    for (name, call) in calls {
        let (item, own) = item(call, name)?;
        items.push(item);
        literal.extend(own);
    }
    // newman has no variables of items. A name that is text in one call and open in another stays undefined.
    let open: HashSet<&str> = calls.iter().flat_map(|(_, call)| call.variables()).collect();
    literal.retain(|name| !open.contains(name.as_str()));
    literal.sort();
    literal.dedup();
    let info = object! { "name": name, "schema": SCHEMA };
    let mut collection = object! { "info": info, "item": items };
    if !literal.is_empty() {
        collection.insert("variable", themselves(&literal));
    }
    pretty(&collection)
}

fn pretty(value: &JsonValue) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|err| Error::content(ITEM, err))
}
