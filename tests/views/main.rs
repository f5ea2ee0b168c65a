//! Views of a call: curl commands, Postman items and Rust programs.

mod all_views_agree;
mod any_script_is_read_or_refused;
mod browser_copies_match;
mod calls_are_sent;
mod calls_are_written_as_chilkat;
mod calls_are_written_as_curl;
mod calls_are_written_as_rust;
mod curl_commands_are_read;
mod curl_commands_match_curl;
mod curl_cookies_are_kept;
mod curl_in_a_script;
mod curl_options_match_curl;
mod curl_options_take_effect;
mod digest_logins;
mod errors_name_the_member;
mod items_match_newman;
mod large_collections_take_little_memory;
mod postman_collections_are_read;
mod postman_dynamic_variables;
mod postman_items_are_written;
mod postman_variables_are_filled_in;
mod postman_variables_are_listed;
mod programs_report_their_outcome;
mod secrets_are_escaped;
mod secrets_are_found;
mod secrets_in_urls_are_found;
mod shells_are_chosen;
mod windows_commands_are_read;

/// The line and column of an error in a text.
fn position(err: &zoomkat::Error) -> Option<(usize, usize)> {
    err.position().map(|position| (position.line(), position.column()))
}
