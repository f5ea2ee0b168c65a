//! Chilkat's classes under Chilkat's names.
//!
//! ```
//! use zoomkat::chilkat::*;
//!
//! let mut json = CkJsonObject::new();
//! json.update_string("settings.audio", "voip")?;
//! assert_eq!(json.emit(), r#"{"settings":{"audio":"voip"}}"#);
//! # Ok::<(), zoomkat::Error>(())
//! ```
//!
//! Start a port with this import. [`Http`] wraps a [`Transport`](crate::Transport); requests and
//! responses are [`HttpRequest`] and [`HttpResponse`]. The module needs the feature `chilkat`, which
//! is on by default.

// * `http/`: `Http`; `bodies.rs`: the body of a response in the classes below,
// * `json/`: `JsonObject` and `JsonArray`,
// * `string_builder.rs`: `StringBuilder`; `string_parts.rs`: its members that find, extract and
//   replace parts,
// * `bin_data.rs`: `BinData`,
// * `front.rs`: the buffer of both,
// * `std_traits.rs`: the standard traits of `StringBuilder` and `BinData`,
// * `encoding.rs`: the encodings that Chilkat names.

mod http;

mod bin_data;
mod bodies;
mod encoding;
mod front;
mod json;
mod std_traits;
mod string_builder;
mod string_parts;

pub use self::bin_data::BinData;
pub use self::http::Http;
pub use self::json::{JsonArray, JsonObject};
pub use self::string_builder::StringBuilder;
use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
pub use crate::message::response::LineEndings;

/// [`Http`] under Chilkat's name.
pub type CkHttp = Http;
/// [`HttpRequest`] under Chilkat's name.
pub type CkHttpRequest = HttpRequest;
/// [`HttpResponse`] under Chilkat's name.
pub type CkHttpResponse = HttpResponse;
/// [`JsonObject`] under Chilkat's name.
pub type CkJsonObject = JsonObject;
/// [`JsonArray`] under Chilkat's name.
pub type CkJsonArray = JsonArray;
/// [`StringBuilder`] under Chilkat's name.
pub type CkStringBuilder = StringBuilder;
/// [`BinData`] under Chilkat's name.
pub type CkBinData = BinData;
