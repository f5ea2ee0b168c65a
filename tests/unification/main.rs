//! Tests of zoomkat in a program in which other crates enable features of its dependencies.

mod features_of_others_change_nothing;

#[path = "../http/attacks_come_to_nothing.rs"]
mod attacks_come_to_nothing;
#[path = "../http/bodies_come_back_whole_or_not_at_all.rs"]
mod bodies_come_back_whole_or_not_at_all;
#[path = "../http/certificates_are_checked.rs"]
mod certificates_are_checked;
#[path = "../http/cookies_are_kept.rs"]
mod cookies_are_kept;
#[path = "../http/early_answers_are_heard.rs"]
mod early_answers_are_heard;
#[path = "../chilkat/every_chilkat_member.rs"]
mod every_chilkat_member;
#[path = "../http/header_as_received.rs"]
mod header_as_received;
#[path = "../chilkat/json_objects.rs"]
mod json_objects;
#[path = "../chilkat/json_paths_agree_with_serde.rs"]
mod json_paths_agree_with_serde;
#[path = "../zoom/lists_are_read_whole.rs"]
mod lists_are_read_whole;
#[path = "../http/logins.rs"]
mod logins;
#[path = "../http/multipart_reads_back_equal.rs"]
mod multipart_reads_back_equal;
#[path = "../http/nothing_is_sent_twice.rs"]
mod nothing_is_sent_twice;
#[path = "../http/params_go_where_the_table_says.rs"]
mod params_go_where_the_table_says;
#[path = "../zoom/passwords_are_changed_once.rs"]
mod passwords_are_changed_once;
#[path = "../http/paths_stay_in_their_segment.rs"]
mod paths_stay_in_their_segment;
#[path = "../http/proxies_are_used.rs"]
mod proxies_are_used;
#[path = "../chilkat/quick_methods.rs"]
mod quick_methods;
#[path = "../http/redirects_carry_no_secrets.rs"]
mod redirects_carry_no_secrets;
#[path = "../http/secrets_stay_secret.rs"]
mod secrets_stay_secret;
#[path = "../http/socks.rs"]
mod socks;
#[path = "../chilkat/text_and_bytes.rs"]
mod text_and_bytes;
#[path = "../zoom/the_token_endpoint_is_understood.rs"]
mod the_token_endpoint_is_understood;
#[path = "../http/tls_options.rs"]
mod tls_options;
#[path = "../zoom/zoom_calls_go_where_they_should.rs"]
mod zoom_calls_go_where_they_should;
#[path = "../zoom/zoom_errors_say_what_to_do.rs"]
mod zoom_errors_say_what_to_do;
