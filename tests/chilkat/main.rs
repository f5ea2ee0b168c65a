//! Chilkat's classes and members, and whole programs that were ported.
//!
//! Each module is named for what it promises.

mod every_chilkat_member;
mod json_objects;
mod json_paths_agree_with_serde;
mod ported_programs;
mod quick_methods;
mod rows;
mod text_and_bytes;
mod the_seed_script_does_what_it_says;
