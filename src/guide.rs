//! The guides, and a cookbook.
//!
//! | page | content |
//! |---|---|
//! | [`cookbook`] | small programs: JSON, uploads, downloads, time limits, proxies, 429, pages |
//! | [`zoom`] | the Zoom client, from an app's credentials to thousands of passwords |
//! | [`errors`] | each error, what it means, what to do |
//! | [`views`] | curl, Postman and Rust: three forms of one request |
//! | [`porting`] | from Chilkat to zoomkat, member by member, and what differs |
//! | [`security`] | what is promised, against which attacks, and how each promise is tested |
//! | [`performance`] | what a call and a transfer cost, compared with other clients |
//! | [`platforms`] | what differs between Linux, macOS and Windows |
//! | [`architecture`] | how the crate is built, and why each dependency |

/// A module whose documentation is a page of docs/. The definitions of links come first: in Markdown the first
/// definition of a label wins, so a link that leads to a file in docs/ leads to a module here.
macro_rules! guide {
    ($($(#[$more:meta])* $name:ident: $file:literal;)*) => {$(
        #[doc = "[guide-architecture]: crate::guide::architecture"]
        #[doc = "[guide-chart]: #chart"]
        #[doc = "[guide-cookbook]: crate::guide::cookbook"]
        #[doc = "[guide-errors]: crate::guide::errors"]
        #[doc = "[guide-performance]: crate::guide::performance"]
        #[doc = "[guide-platforms]: crate::guide::platforms"]
        #[doc = "[guide-porting]: crate::guide::porting"]
        #[doc = "[guide-security]: crate::guide::security"]
        #[doc = "[guide-views]: crate::guide::views"]
        #[doc = "[guide-zoom]: crate::guide::zoom"]
        #[doc = ""]
        // The package `zoomkat-tests` tests the programs: it has the servers that they need.
        #[cfg_attr(not(doctest), doc = include_str!($file))]
        $(#[$more])*
        pub mod $name {}
    )*};
}

guide! {
    zoom: "../docs/zoom.md";
    errors: "../docs/errors.md";
    views: "../docs/views.md";
    porting: "../docs/porting.md";
    security: "../docs/security.md";
    // The picture is inline, because docs.rs has no files next to a page.
    #[doc = concat!("# Chart\n\n", include_str!("../docs/performance.svg"))]
    performance: "../docs/performance.md";
    platforms: "../docs/platforms.md";
    architecture: "../docs/architecture.md";
}

/// Includes a program of examples/cookbook/.
macro_rules! recipes {
    ($($(#[$text:meta])* $file:literal)*) => {
        /// Small programs, each complete. They are in `examples/cookbook`, and the tests run each of them.
        ///
        /// In a checkout: `cargo run --example get_json`, with `ZOOM_ACCESS_TOKEN` set.
        $(
            #[doc = ""]
            $(#[$text])*
            #[doc = ""]
            #[doc = "```no_run"]
            // The package `zoomkat-tests` compiles and runs them.
            #[cfg_attr(not(doctest), doc = include_str!(concat!("../examples/cookbook/", $file)))]
            #[doc = "```"]
        )*
        #[doc = ""]
        #[doc = "# Tests with mockito"]
        #[doc = ""]
        #[doc = "`from_url` takes what mockito's `server.url()` gives, without TLS:"]
        #[doc = ""]
        #[doc = "```ignore"]
        #[doc = "let mut server = mockito::Server::new();"]
        #[doc = "let mock = server.mock(\"DELETE\", \"/v2/users/me\").with_status(204).create();"]
        #[doc = ""]
        #[doc = "let http = Transport::from_url(&server.url())?;"]
        #[doc = "assert!(http.send(HttpRequest::delete(\"/v2/users/me\"))?.is_success());"]
        #[doc = "mock.assert();"]
        #[doc = "```"]
        pub mod cookbook {}
    };
}

recipes! {
    /// # Read JSON
    "get_json.rs"
    /// # Send JSON
    "post_json.rs"
    /// # Upload a file
    "upload.rs"
    /// # Download a file
    "download.rs"
    /// # Time limits, a proxy, a certificate authority
    "limits_proxy_and_ca.rs"
    /// # Wait after a 429
    "retry_after.rs"
    /// # Read a list page by page
    "list_pages.rs"
    /// # Send a curl command
    ///
    /// This takes the feature `views`.
    "paste_curl.rs"
}
