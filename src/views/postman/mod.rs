//! Postman collections, read and written.
//!
//! A [`Collection`] is a file that Postman exports (format 2.0 or 2.1), or one item of it. [`Collection::item`] finds an
//! [`Item`] by its path, and [`Item::call`] returns the call that Postman would send.
//!
//! ```
//! use zoomkat::postman::Collection;
//!
//! let mut zoom: Collection = r#"{
//!   "info": { "name": "Zoom" },
//!   "auth": { "type": "bearer", "bearer": [{ "key": "token", "value": "{{token}}" }] },
//!   "variable": [{ "key": "baseUrl", "value": "https://api.zoom.us/v2" }],
//!   "item": [{
//!     "name": "users",
//!     "item": [{
//!       "name": "Update a user's password",
//!       "request": {
//!         "method": "PUT",
//!         "url": "{{baseUrl}}/users/:userId/password",
//!         "body": {
//!           "mode": "formdata",
//!           "formdata": [{ "key": "password", "value": "lorem", "type": "text" }]
//!         }
//!       }
//!     }]
//!   }]
//! }"#.parse()?;
//! zoom.set_variable("token", "<access_token>");
//!
//! let call = zoom.item("users/Update a user's password")?.with("userId", "me").call()?;
//! assert_eq!((call.domain(), call.ssl()), ("api.zoom.us", true));
//! let text = call.request().generate_request_text()?;
//! assert!(text.starts_with("PUT /v2/users/me/password HTTP/1.1\r\n"));
//! assert!(text.contains("\r\nAuthorization: Bearer <access_token>\r\n"));
//! // zoomkat::Transport::new().perform(&call)? sends it.
//! # Ok::<(), zoomkat::Error>(())
//! ```

// * `collection.rs`, a collection and its folders; `outline.rs`, their positions in the text; `find.rs`, finds an item
//   by its path; `collection_variables.rs`, its variables,
// * `item.rs`, an item; `item_url.rs`, its URL; `item_body.rs`, its body; `item_parts.rs`, its parameters and saved
//   responses; `auth.rs`, its authorization,
// * `item_call.rs`, the call of an item,
// * `resolver.rs`, the values of `{{name}}`; `dynamic.rs`, the values of `{{$guid}}` and similar names, with the
//   words in `dynamic.tsv`,
// * `json.rs`, JSON in the order of the text; `model.rs`, readers for the variants of the format; `media_types.rs`,
//   Postman's media types of files,
// * `write/`, items and collections, written from calls.
mod auth;
mod collection;
mod collection_variables;
mod dynamic;
mod find;
mod item;
mod item_body;
mod item_call;
mod item_parts;
mod item_url;
mod json;
mod media_types;
mod model;
mod outline;
mod resolver;
mod write;

pub use self::collection::{Collection, CollectionNode, Folder};
pub use self::collection_variables::{CollectionVariable, VariableScope};
pub use self::item::Item;
pub use self::item_parts::{Parameter, ParameterPlace, SavedResponse};
pub use self::write::to_collection;
