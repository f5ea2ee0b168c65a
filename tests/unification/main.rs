//! Tests of zoomkat in a program in which other crates enable features of its dependencies.

mod features_of_others_change_nothing;

#[path = "../http/attacks_fail.rs"]
mod attacks_fail;
#[path = "../http/authentication.rs"]
mod authentication;
#[path = "../http/certificates_are_checked.rs"]
mod certificates_are_checked;
#[path = "../http/cookies_are_kept.rs"]
mod cookies_are_kept;
#[path = "../http/early_responses_are_read.rs"]
mod early_responses_are_read;
#[path = "../http/headers_are_kept_as_received.rs"]
mod headers_are_kept_as_received;
#[path = "../chilkat/json_objects.rs"]
mod json_objects;
#[path = "../chilkat/json_paths_match_serde_json.rs"]
mod json_paths_match_serde_json;
#[path = "../zoom/lists_are_complete.rs"]
mod lists_are_complete;
#[path = "../http/multipart_round_trips.rs"]
mod multipart_round_trips;
#[path = "../http/nothing_is_sent_twice.rs"]
mod nothing_is_sent_twice;
#[path = "../http/params_go_where_the_table_says.rs"]
mod params_go_where_the_table_says;
#[path = "../zoom/passwords_are_changed_once.rs"]
mod passwords_are_changed_once;
#[path = "../http/path_values_stay_in_their_segment.rs"]
mod path_values_stay_in_their_segment;
#[path = "../http/proxies_are_used.rs"]
mod proxies_are_used;
#[path = "../chilkat/quick_methods.rs"]
mod quick_methods;
#[path = "../http/redirects_carry_no_secrets.rs"]
mod redirects_carry_no_secrets;
#[path = "../chilkat/request_and_response_members.rs"]
mod request_and_response_members;
#[path = "../http/response_bodies_are_complete.rs"]
mod response_bodies_are_complete;
#[path = "../http/secrets_stay_secret.rs"]
mod secrets_stay_secret;
#[path = "../http/socks.rs"]
mod socks;
#[path = "../chilkat/text_and_bytes.rs"]
mod text_and_bytes;
#[path = "../http/tls_options.rs"]
mod tls_options;
#[path = "../zoom/token_endpoint_errors.rs"]
mod token_endpoint_errors;
#[path = "../zoom/zoom_calls_reach_their_operation.rs"]
mod zoom_calls_reach_their_operation;
#[path = "../zoom/zoom_errors_say_what_to_do.rs"]
mod zoom_errors_say_what_to_do;
