//! Consistency of the documentation with the source and with itself.

mod arrows_point_down;
mod docs_match_the_source;
mod features_do_not_leak;
mod links_are_valid;
mod porting_tables;
mod ports_match_their_scripts;
mod source;
