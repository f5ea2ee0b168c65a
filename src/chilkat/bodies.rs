//! The body of a response in Chilkat's classes.

use super::{BinData, JsonArray, JsonObject, StringBuilder};
use crate::error::Result;
use crate::message::response::HttpResponse;

/// Members that copy the body into one of Chilkat's classes.
impl HttpResponse {
    /// Replaces the text of `sb` with the body as [`body_str`](Self::body_str) reads it.
    #[doc(alias = "GetBodySb")]
    pub fn get_body_sb(&self, sb: &mut StringBuilder) {
        sb.set_string(&self.body_str());
    }

    /// Replaces the bytes of `bd` with the body.
    #[doc(alias = "GetBodyBd")]
    pub fn get_body_bd(&self, bd: &mut BinData) {
        *bd = BinData::from(self.body());
    }

    /// Loads the body, which must be a JSON object, into `json`.
    ///
    /// # Errors
    ///
    /// As for [`JsonObject::load`]; `json` is then empty.
    #[doc(alias = "GetBodyJson")]
    pub fn get_body_json(&self, json: &mut JsonObject) -> Result<()> {
        json.load(&self.body_str())
    }

    /// Loads the body, which must be a JSON array, into `jarr`.
    ///
    /// # Errors
    ///
    /// As for [`JsonArray::load`]; `jarr` is then empty.
    #[doc(alias = "GetBodyJarr")]
    pub fn get_body_jarr(&self, jarr: &mut JsonArray) -> Result<()> {
        jarr.load(&self.body_str())
    }
}
