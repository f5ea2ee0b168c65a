//! What the tests share: all of [`zoomkat_testing`], and what only they need.

pub mod alone;
pub mod browser;
pub mod calls;
pub mod capture;
pub mod forms;
pub mod peak;
pub mod programs;
pub mod tools;

pub use zoomkat_testing::*;
