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
