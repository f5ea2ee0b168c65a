//! Postman collections, read and written.
//!
//! A [`Collection`] is a file of Postman's (format 2.0 or 2.1), or one item of it. An [`Item`] is found by
//! its path, and its [`call`](Item::call) sends what Postman would send.
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

// * `collection.rs`, a collection and its folders; `outline.rs`, where they stand in the text; `find.rs`, an item by
//   its path,
// * `item.rs`, an item; `item_url.rs`, `item_body.rs`, `item_parts.rs` and `auth.rs`, its URL, its body, its parameters
//   and saved responses, and its authorization,
// * `item_call.rs`, from an item to a call,
// * `resolver.rs`, `{{name}}` and what stands for it; `dynamic.rs`, `{{$guid}}` and the like, with the made-up data of
//   `words.rs`,
// * `json.rs` and `model.rs`, JSON in the order of the text, and the forms in which the format has a value;
//   `media_types.rs`, Postman's types of files,
// * `write/`, from calls to an item and a collection.
mod auth;
mod collection;
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
mod words;
mod write;

pub use self::collection::{Collection, Folder, Node};
pub use self::item::Item;
pub use self::item_parts::{Parameter, Place, SavedResponse};
pub use self::write::to_collection;
