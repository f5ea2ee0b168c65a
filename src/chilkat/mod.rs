//! Chilkat's classes under Chilkat's names, so that a port starts with one line.
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
//! The classes are those of the crate's root: `CkHttp` is [`Transport`](crate::Transport). The
//! module is there with the feature `chilkat`, which is on by default.

pub(crate) mod bin_data;
mod bodies;
mod convert;
mod encoding;
pub(crate) mod json;
pub(crate) mod string_builder;
mod string_parts;

/// [`Transport`](crate::Transport) under Chilkat's name.
pub type CkHttp = crate::Transport;
/// [`HttpRequest`](crate::HttpRequest) under Chilkat's name.
pub type CkHttpRequest = crate::HttpRequest;
/// [`HttpResponse`](crate::HttpResponse) under Chilkat's name.
pub type CkHttpResponse = crate::HttpResponse;
/// [`JsonObject`](crate::JsonObject) under Chilkat's name.
pub type CkJsonObject = crate::JsonObject;
/// [`JsonArray`](crate::JsonArray) under Chilkat's name.
pub type CkJsonArray = crate::JsonArray;
/// [`StringBuilder`](crate::StringBuilder) under Chilkat's name.
pub type CkStringBuilder = crate::StringBuilder;
/// [`BinData`](crate::BinData) under Chilkat's name.
pub type CkBinData = crate::BinData;
