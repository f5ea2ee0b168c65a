//! The pages of the documentation agree with the sources and with each other.
//!
//! Each module is named for what it promises.

mod arrows_point_down;
mod docs_match_the_source;
mod features_do_not_leak;
mod ports_match_their_scripts;
mod source;
