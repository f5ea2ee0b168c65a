//! The Zoom client, tested against an embedded Zoom.

mod embedded_zoom;
mod journals_are_checked;
mod lists_are_complete;
mod one_token_is_shared;
mod passwords_are_changed_once;
mod rate_limits_are_respected;
mod recordings_are_complete;
mod response_metadata;
mod rotations_skip_nobody;
mod rotations_survive_being_killed;
#[cfg(all(unix, target_pointer_width = "64"))]
mod rotations_without_threads;
mod token_endpoint_errors;
mod tokens_are_stored_before_use;
mod tokens_go_only_to_zoom;
mod users_authorize_apps;
mod webhooks_are_verified;
mod xml_errors_are_parsed;
mod zoom_calls_reach_their_operation;
mod zoom_errors_say_what_to_do;
mod zoom_errors_show_no_secret;
mod zoom_secrets_stay_secret;
