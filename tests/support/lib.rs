//! What the tests share: all of [`zoomkat_testing`], and what only they need.

use zoomkat::Transport;

pub mod alone;
pub mod apps;
pub mod browser;
pub mod calls;
pub mod capture;
pub mod error_texts;
pub mod faults;
pub mod forms;
pub mod peak;
pub mod process;
pub mod programs;
pub mod reading;
pub mod spellings;
// Its source is compiled here as well: as a feature of zoomkat-testing that this package turns on, certificates
// would be on in every command of the workspace, with the crates that make them.
#[path = "../../testing/src/tls.rs"]
pub mod tls;
pub mod tools;

pub use zoomkat_testing::*;

/// A transport for tests: it uses no proxy of the machine, and times out after a second of silence.
pub fn transport() -> Transport {
    let mut http = Transport::new();
    http.set_env_proxy(false).set_read_timeout(1).set_connect_timeout(5);
    http
}

/// A transport with long time limits, for what must not time out on a slow machine.
pub fn patient() -> Transport {
    let mut http = transport();
    http.set_read_timeout(60).set_connect_timeout(60);
    http
}

/// Chilkat's object with the settings of this transport: its getters read them.
pub fn chilkat(http: &Transport) -> zoomkat::chilkat::Http {
    http.clone().into()
}

/// The programs on the pages: each compiles, and runs unless it needs a server that is out of reach.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../README.md")]
    struct Readme;

    #[doc = include_str!("../../docs/zoom.md")]
    struct Zoom;

    #[doc = include_str!("../../docs/errors.md")]
    struct Errors;

    #[doc = include_str!("../../docs/views.md")]
    struct Views;

    #[doc = include_str!("../../docs/porting.md")]
    struct Porting;

    #[doc = include_str!("../../docs/security.md")]
    struct Security;

    #[doc = include_str!("../../docs/performance.md")]
    struct Performance;

    #[doc = include_str!("../../docs/platforms.md")]
    struct Platforms;

    #[doc = include_str!("../../docs/architecture.md")]
    struct Architecture;
}
