//! Every input that was kept holds what its target promises: those in `corpus/TARGET`, seeds that were
//! written by hand, faults that were found, and what a fuzzer came upon on the way.

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
    let holds = |file: &&std::path::PathBuf| {
        let data = fs::read(file).unwrap();
        catch_unwind(AssertUnwindSafe(|| check(&data))).is_ok()
    };
    let failed: Vec<_> = files.iter().filter(|file| !holds(file)).collect();
    assert!(failed.is_empty(), "{} of {} inputs fail: {failed:#?}", failed.len(), files.len());
}

#[test]
fn a_curl_command_is_refused_with_its_place_or_says_the_same_in_each_view() {
    replay("curl_command");
}

#[test]
fn an_item_of_a_collection_says_the_same_in_each_view() {
    replay("postman_collection");
}

#[test]
fn headers_go_out_as_they_were_set_or_not_at_all() {
    replay("headers");
}

#[test]
fn json_is_read_and_changed_as_serde_json_would() {
    replay("json_paths");
}

#[test]
fn forms_are_read_as_they_were_written() {
    replay("multipart");
}

#[test]
fn paths_and_queries_mean_what_was_given() {
    replay("path_query");
}

#[test]
fn a_response_is_what_the_stream_says_and_the_next_request_gets_its_own() {
    replay("response");
}

#[test]
fn errors_of_zoom_tell_no_secret_and_fit_the_status() {
    replay("zoom_errors");
}
