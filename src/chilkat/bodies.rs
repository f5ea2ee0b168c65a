//! The body of a response in Chilkat's classes.

use super::{BinData, JsonArray, JsonObject, StringBuilder};
use crate::error::Result;
use crate::message::response::HttpResponse;

/// The body in what the caller gives.
impl HttpResponse {
    /// Puts the body as text, as [`body_str`](Self::body_str) reads it, into `sb`, replacing what
    /// it held.
    #[doc(alias = "GetBodySb")]
    pub fn get_body_sb(&self, sb: &mut StringBuilder) {
        sb.set_string(&self.body_str());
    }

    /// Puts the bytes of the body into `bd`, replacing what it held.
    #[doc(alias = "GetBodyBd")]
    pub fn get_body_bd(&self, bd: &mut BinData) {
        *bd = BinData::from(self.body());
    }

    /// Loads the body, a JSON object, into `json`.
    ///
    /// # Errors
    ///
    /// Those of [`JsonObject::load`]; `json` is empty then.
    #[doc(alias = "GetBodyJson")]
    pub fn get_body_json(&self, json: &mut JsonObject) -> Result<()> {
        json.load(&self.body_str())
    }

    /// Loads the body, a JSON array, into `jarr`.
    ///
    /// # Errors
    ///
    /// Those of [`JsonArray::load`]; `jarr` is empty then.
    #[doc(alias = "GetBodyJarr")]
    pub fn get_body_jarr(&self, jarr: &mut JsonArray) -> Result<()> {
        jarr.load(&self.body_str())
    }
}
