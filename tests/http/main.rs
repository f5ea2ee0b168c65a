//! Requests, answers and connections: what a `Transport` sends, what it makes of an answer, and what it never does.
//!
//! Each module is named for what it promises.

mod answers_are_read_one_way;
mod attacks_come_to_nothing;
mod bad_requests_never_leave;
mod bodies_come_back_whole_or_not_at_all;
mod calls_can_be_watched;
mod certificates_are_checked;
mod changes_are_sent_once_at_every_byte;
#[cfg(feature = "cookies")]
mod cookies_are_kept;
#[cfg(feature = "cookies")]
mod cookies_have_limits;
mod curl_agrees;
mod decompression_ends;
mod early_answers_are_heard;
mod every_wait_ends;
mod faults_at_every_byte;
mod faults_before_the_answer;
mod files_stream_in_constant_memory;
mod header_as_received;
mod logins;
mod messages_are_built_and_read;
mod multipart_reads_back_equal;
mod nothing_is_sent_twice;
mod params_go_where_the_table_says;
mod paths_stay_in_their_segment;
mod proxies_are_used;
mod redirects_carry_no_secrets;
mod redirects_that_lead_nowhere;
#[cfg(feature = "system-roots")]
mod roots_of_the_system;
mod secrets_stay_secret;
mod soak;
mod socks;
mod the_last_call_is_remembered;
mod the_session_log;
mod tls_connections;
mod tls_options;
mod tunnels;
