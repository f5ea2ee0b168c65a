//! Test support: everything in [`zoomkat_testing`], and what only these tests need.

use std::ops::ControlFlow;
use std::time::Duration;

use zoomkat::Transport;

pub mod alone;
pub mod apps;
pub mod browser;
pub mod calls;
pub mod capture;
pub mod chilkat_scripts;
pub mod digest;
pub mod error_texts;
pub mod faults;
pub mod forms;
pub mod peak;
pub mod process;
pub mod programs;
pub mod reading;
pub mod spellings;
// Compiled here instead of enabling the feature `tls` of zoomkat-testing, which would enable it,
// and build its crates, in every command of the workspace.
#[path = "../../testing/src/tls.rs"]
pub mod tls;
pub mod tools;

pub use zoomkat_testing::*;

/// Returns a transport for tests: it ignores the machine's proxies and times out after a second of
/// silence.
pub fn transport() -> Transport {
    let mut http = Transport::new();
    http.set_env_proxy(false)
        .set_read_timeout(Duration::from_secs(1))
        .set_connect_timeout(Duration::from_secs(5));
    http
}

/// Returns `Break` if `ends`, for handlers that can end a call.
pub fn break_if(ends: bool) -> ControlFlow<()> {
    if ends { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// Returns a transport with long time limits, for calls that must not time out on a slow machine.
pub fn patient() -> Transport {
    let mut http = transport();
    http.set_read_timeout(Duration::from_secs(60)).set_connect_timeout(Duration::from_secs(60));
    http
}

/// Returns a Chilkat object with the settings of this transport, for its getters.
pub fn chilkat(http: &Transport) -> zoomkat::chilkat::Http {
    http.clone().into()
}

/// The programs on the documentation pages. Each compiles, and runs unless it needs an unreachable
/// server.
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
