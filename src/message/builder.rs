//! The builder of requests, and constructors that begin with a verb.

use std::fmt::Display;
use std::path::Path;

use serde::Serialize;

use super::request::HttpRequest;
use crate::by_value::builder;

impl HttpRequest {
    /// Returns a builder, which starts as [`new`](Self::new) does.
    pub fn builder() -> HttpRequestBuilder {
        Self::default().into_builder()
    }

    /// Returns a builder that starts with this request.
    pub fn into_builder(self) -> HttpRequestBuilder {
        self.into()
    }

    /// Returns a builder for a GET. `path` is a path with an optional query, not a URL.
    pub fn get(path: impl Into<String>) -> HttpRequestBuilder {
        Self::builder().set_path(path)
    }

    /// Returns a builder for a HEAD.
    pub fn head(path: impl Into<String>) -> HttpRequestBuilder {
        Self::builder().set_http_verb("HEAD").set_path(path)
    }

    /// Returns a builder for a POST.
    pub fn post(path: impl Into<String>) -> HttpRequestBuilder {
        Self::builder().set_http_verb("POST").set_path(path)
    }

    /// Returns a builder for a PUT.
    pub fn put(path: impl Into<String>) -> HttpRequestBuilder {
        Self::builder().set_http_verb("PUT").set_path(path)
    }

    /// Returns a builder for a PATCH.
    pub fn patch(path: impl Into<String>) -> HttpRequestBuilder {
        Self::builder().set_http_verb("PATCH").set_path(path)
    }

    /// Returns a builder for a DELETE.
    pub fn delete(path: impl Into<String>) -> HttpRequestBuilder {
        Self::builder().set_http_verb("DELETE").set_path(path)
    }

    /// Returns a builder for an OPTIONS.
    pub fn options(path: impl Into<String>) -> HttpRequestBuilder {
        Self::builder().set_http_verb("OPTIONS").set_path(path)
    }
}

builder! {
    /// Builds an [`HttpRequest`]: its setters by value, for a chain whose result is kept.
    ///
    /// [`Transport::send`](crate::Transport::send) accepts a builder directly. To do the same, a function of
    /// yours takes `impl AsRef<HttpRequest>`; for one that takes `&HttpRequest`, call [`build`](Self::build). Invalid
    /// values are errors when the request is sent, except in setters that return a `Result`.
    ///
    /// ```
    /// use zoomkat::HttpRequest;
    ///
    /// let req = HttpRequest::put("/v2/users/:id/settings")
    ///     .set_path_variable("id", 42)
    ///     .set_json(&serde_json::json!({ "feature": true }))?
    ///     .build();
    /// assert_eq!(req.content_type(), "application/json");
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    pub struct HttpRequestBuilder builds HttpRequest {
        fn set_http_verb(verb: &str);
        fn set_path(path: impl Into<String>);
        fn set_path_variable(name: &str, value: impl Display);
        #[doc(alias = "query")]
        #[doc(alias = "form")]
        fn add_param(name: &str, value: impl Display);
        #[doc(alias = "header")]
        fn add_header(name: &str, value: impl Display);
        fn set_content_type(content_type: &str);
        #[doc(alias = "json")]
        fn set_json(value: &(impl Serialize + ?Sized)) -> Result;
        #[doc(alias = "body")]
        fn set_body(body: impl Into<Vec<u8>>);
        fn set_idempotent(idempotent: bool);
        fn mark_header_sensitive(name: &str);
        fn set_http_version(version: &str);
        fn set_charset(charset: &str);
        fn set_send_charset(send: bool);
        fn set_boundary(boundary: &str);
        fn set_entire_header(block: &str);
        fn set_from_url(url: &str);
        fn remove_header(name: &str);
        fn remove_param(name: &str);
        fn remove_all_params();
        fn use_get();
        fn use_head();
        fn use_post();
        fn use_put();
        fn use_upload();
        fn use_upload_put();
        fn use_xml_http(xml: &str);
        fn add_file_for_upload(name: &str, path: impl AsRef<Path>);
        fn add_file_for_upload2(name: &str, path: impl AsRef<Path>, content_type: &str);
        fn add_file_for_upload_as(
            name: &str,
            path: impl AsRef<Path>,
            filename: &str,
            content_type: &str,
        );
        fn add_bd_for_upload(name: &str, filename: &str, data: impl AsRef<[u8]>, content_type: &str);
        fn add_string_for_upload(name: &str, filename: &str, text: &str, charset: &str);
        fn add_string_for_upload2(
            name: &str,
            filename: &str,
            text: &str,
            charset: &str,
            content_type: &str,
        );
        fn add_sub_header(index: usize, name: &str, value: &str);
        fn load_body_from_bd(data: impl AsRef<[u8]>);
        fn load_body_from_file(path: impl AsRef<Path>);
        fn load_body_from_sb(text: impl AsRef<str>, charset: &str);
        fn load_body_from_string(text: &str, charset: &str);
        fn stream_body_from_file(path: impl AsRef<Path>);
        fn stream_chunk_from_file(path: impl AsRef<Path>, offset: u64, length: u64);
    }
}

impl AsRef<HttpRequest> for HttpRequestBuilder {
    fn as_ref(&self) -> &HttpRequest {
        &self.0
    }
}
