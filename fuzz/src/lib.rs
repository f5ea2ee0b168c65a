//! The fuzz targets. Each function panics if its input breaks a promise. README.md lists the promises and
//! how to run the targets.

mod headers;
mod input;
mod json_paths;
mod multipart;
mod path_query;
mod port;
mod response;
mod server;
mod views;
mod zoom_errors;

#[path = "../../tests/support/capture.rs"]
#[allow(dead_code)]
mod capture;
#[path = "../../testing/src/clock.rs"]
#[allow(dead_code, unused_imports)]
mod clock;
#[path = "../../tests/support/error_texts.rs"]
#[allow(dead_code)]
mod error_texts;
#[path = "../../tests/support/forms.rs"]
#[allow(dead_code)]
mod forms;

pub use headers::headers;
pub use json_paths::json_paths;
pub use multipart::multipart;
pub use path_query::path_query;
pub use port::port_script;
pub use response::response;
pub use views::{curl_command, postman_collection};
pub use zoom_errors::zoom_errors;

/// The name and the function of a target.
pub type Target = (&'static str, fn(&[u8]));

pub const TARGETS: [Target; 9] = [
    ("curl_command", curl_command),
    ("headers", headers),
    ("json_paths", json_paths),
    ("multipart", multipart),
    ("path_query", path_query),
    ("port_script", port_script),
    ("postman_collection", postman_collection),
    ("response", response),
    ("zoom_errors", zoom_errors),
];
