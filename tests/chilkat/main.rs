//! Chilkat's classes and members, and ported programs.

#[path = "ported_programs.rs"]
#[expect(clippy::duplicate_mod, reason = "the same tests of other programs")]
mod idiomatic_ports;
mod json_objects;
mod json_paths_match_serde_json;
#[path = "ported_programs.rs"]
#[expect(clippy::duplicate_mod, reason = "the same tests of other programs")]
mod literal_ports;
mod ported_programs;
mod quick_methods;
mod request_and_response_members;
mod rows;
mod seed_script;
mod text_and_bytes;
