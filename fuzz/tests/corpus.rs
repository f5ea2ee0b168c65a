//! Replays the inputs in `corpus/TARGET`: hand-written seeds, past failures, and inputs that a fuzzer
//! found.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

fn replay(target: &str) {
    let (_, check) = zoomkat_fuzz::TARGETS.into_iter().find(|(name, _)| *name == target).unwrap();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut files: Vec<_> =
        fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} has no inputs", dir.display());
    let passes = |file: &&std::path::PathBuf| {
        let data = fs::read(file).unwrap();
        catch_unwind(AssertUnwindSafe(|| check(&data))).is_ok()
    };
    let failed: Vec<_> = files.iter().filter(|file| !passes(file)).collect();
    assert!(failed.is_empty(), "{} of {} inputs fail: {failed:#?}", failed.len(), files.len());
}

#[test]
fn a_curl_command_is_refused_with_its_position_or_is_the_same_in_each_view() {
    replay("curl_command");
}

#[test]
fn a_script_is_refused_or_becomes_rust() {
    replay("port_script");
}

#[test]
fn an_item_of_a_collection_is_the_same_in_each_view() {
    replay("postman_collection");
}

#[test]
fn headers_are_sent_as_set_or_refused() {
    replay("headers");
}

#[test]
fn json_is_read_and_changed_as_by_serde_json() {
    replay("json_paths");
}

#[test]
fn forms_read_back_as_written() {
    replay("multipart");
}

#[test]
fn paths_and_queries_decode_to_the_input() {
    replay("path_query");
}

#[test]
fn a_response_matches_the_stream_and_the_next_request_gets_its_own() {
    replay("response");
}

#[test]
fn errors_of_zoom_show_no_secret_and_match_the_status() {
    replay("zoom_errors");
}
