//! What the tests share: all of [`zoomkat_testing`], and what only they need.

use std::ops::ControlFlow;
use std::time::Duration;

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
    http.set_env_proxy(false)
        .set_read_timeout(Duration::from_secs(1))
        .set_connect_timeout(Duration::from_secs(5));
    http
}

/// What a handler returns to end its call if `ends`.
pub fn break_if(ends: bool) -> ControlFlow<()> {
    if ends { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// A transport with long time limits, for what must not time out on a slow machine.
pub fn patient() -> Transport {
    let mut http = transport();
    http.set_read_timeout(Duration::from_secs(60)).set_connect_timeout(Duration::from_secs(60));
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

    #[doc = include_str!("../../docs/porting.md")]
    struct Porting;

    #[doc = include_str!("../../docs/zoom.md")]
    struct ZoomGuide;
}
