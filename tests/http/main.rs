//! The HTTP client: the requests that a `Transport` sends, its handling of responses and
//! connections, and its safety rules.

mod ambiguous_responses_are_rejected;
mod attacks_fail;
mod authentication;
mod bad_requests_are_not_sent;
mod certificates_are_checked;
mod changes_are_sent_once;
mod cookbook_programs_work;
#[cfg(feature = "cookies")]
mod cookies_are_kept;
#[cfg(feature = "cookies")]
mod cookies_have_limits;
mod decompression_is_bounded;
mod digest_logins;
mod early_responses_are_read;
mod events_and_cancellation;
mod every_wait_has_a_limit;
mod faults_at_every_byte;
mod faults_before_the_response;
mod files_stream_in_constant_memory;
mod guesses_compile;
mod headers_are_kept_as_received;
mod last_call;
mod messages_are_built_and_read;
mod multipart_round_trips;
mod nothing_is_sent_twice;
mod params_go_where_the_table_says;
mod path_values_stay_in_their_segment;
mod proxies_are_used;
mod redirect_locations;
mod redirects_carry_no_secrets;
mod requests_match_curl;
mod response_bodies_are_complete;
mod secrets_stay_secret;
mod session_log;
mod soak;
mod socks;
#[cfg(feature = "system-roots")]
mod system_roots;
mod tls_connections;
mod tls_options;
mod transports_are_configured;
mod tunnels;
