//! The Zoom client, against an embedded Zoom.
//!
//! Each module is named for what it promises.

mod embedded_zoom;
mod errors_in_xml_are_understood;
mod journals_are_checked;
mod lists_are_read_whole;
mod one_token_for_all;
mod passwords_are_changed_once;
mod recordings_come_whole;
mod rotations_lose_nobody;
#[cfg(all(unix, target_pointer_width = "64"))]
mod rotations_need_no_threads;
mod rotations_survive_being_killed;
mod the_token_endpoint_is_understood;
mod tokens_are_stored_before_they_are_used;
mod tokens_go_only_to_zoom;
mod users_authorize_apps;
mod webhooks_are_verified;
mod what_comes_with_an_answer;
mod zoom_calls_go_where_they_should;
mod zoom_errors_say_what_to_do;
mod zoom_errors_show_no_secret;
mod zoom_limits_are_kept;
mod zoom_secrets_stay_secret;
