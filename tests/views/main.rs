//! A call as a curl command, a Postman item and a Rust program.
//!
//! Each module is named for what it promises.

mod calls_are_performed;
mod calls_become_curl;
mod calls_become_rust;
mod commands_of_windows_are_read;
mod copies_of_a_browser_agree;
mod curl_commands_agree;
mod curl_commands_are_read;
mod errors_name_what_was_called;
mod every_view_of_a_collection_agrees;
mod large_collections_take_little_memory;
mod newman_agrees;
mod postman_collections_are_read;
mod postman_items_are_written;
mod postman_makes_values_up;

/// The line and column of a fault in a text.
fn position(err: &zoomkat::Error) -> Option<(usize, usize)> {
    err.position().map(|position| (position.line(), position.column()))
}
