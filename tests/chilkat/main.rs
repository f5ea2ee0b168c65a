//! Chilkat's classes and members, and ported programs.

mod json_objects;
mod json_paths_match_serde_json;
mod ported_programs;
mod quick_methods;
mod request_and_response_members;
mod rows;
mod seed_script;
mod text_and_bytes;
