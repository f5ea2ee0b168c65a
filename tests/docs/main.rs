//! The pages of the documentation agree with the sources and with each other.
//!
//! Each module is named for what it promises.

mod arrows_point_down;
mod docs_are_true;
mod features_stay_inside;
mod links_lead_somewhere;
mod ports_go_line_by_line;
mod source;
