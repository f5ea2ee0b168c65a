//! Lists by `next_page_token`, and the behaviour that all lists share.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use zoomkat::zoom::{self, ErrorKind};

use super::{ONES, TRACKING_ID, User, client, numbers, read_all, seven, target};
use support::apps::timeless;
use support::clock::ManualClock;
use support::zoom::Answer;

#[test]
fn a_list_is_complete_and_every_page_has_the_same_query() {
    let server = seven().start();
    let zoom = client(&server.url());
    let paths = [
        zoom::path("/users?page_size=2&status=active"),
        zoom::path("/users?page_size=2").query("status", "active").query("role_id", "0 &é"),
        zoom::path("/v2/users").query("page_size", 2),
    ];
    for path in paths {
        let before = server.calls().len();
        let (names, failure) = read_all(zoom.pages(&path, "users"));
        assert_eq!(names, ONES, "{failure:?}");
        assert!(failure.is_none());
        let calls = &server.calls()[before..];
        assert_eq!(calls.len(), 4);
        assert!(!calls[0].query.contains("next_page_token"));
        for call in calls {
            assert!(call.method == "GET" && call.path == "/v2/users" && call.status == 200);
            assert!(call.query.starts_with(&calls[0].query), "{}", call.query);
        }
    }
    // Without a page size Zoom's default applies.
    let (names, _) = read_all(zoom.pages("/users", "users"));
    assert_eq!(names, ONES);
}

#[test]
fn a_page_is_requested_when_its_first_item_is() {
    let server = seven().start();
    let zoom = client(&server.url());
    let mut pages = zoom.pages::<User>("/users?page_size=3", "users");
    assert_eq!(server.calls().len(), 0);
    for calls in [1, 1, 1, 2, 2, 2, 3] {
        pages.next().unwrap().unwrap();
        assert_eq!(server.calls().len(), calls);
    }
    for _ in 0..3 {
        assert!(pages.next().is_none());
    }
    assert_eq!(server.calls().len(), 3);
}

#[test]
fn a_list_ends_when_the_token_is_empty_missing_or_null() {
    for last in [
        json!({ "ones": [3], "next_page_token": "" }),
        json!({ "ones": [3] }),
        json!({ "ones": [3], "next_page_token": null }),
    ] {
        let first = json!({ "ones": [1, 2], "next_page_token": "x" });
        let (found, failure, server) = numbers(&[first, last]);
        assert_eq!((found, failure.map(|err| err.to_string())), (vec![1, 2, 3], None));
        assert_eq!(server.requests().len(), 2);
    }
    // Pages without items do not end a list.
    let (found, failure, server) = numbers(&[
        json!({ "ones": [], "next_page_token": "x" }),
        json!({ "next_page_token": "y", "page_size": 30 }),
        json!({ "ones": null, "next_page_token": "z" }),
        json!({ "ones": [1] }),
    ]);
    assert_eq!((found, failure.is_none(), server.requests().len()), (vec![1], true, 4));
    let (found, failure, _) = numbers(&[json!({ "page_size": 30, "next_page_token": "" })]);
    assert!(found.is_empty() && failure.is_none());
}

#[test]
fn a_page_token_is_sent_back_unchanged() {
    let tokens = ["a+b/c==", "a b&page_size=1#%41", "é\u{1f408}", "\"\\"];
    let mut answers: Vec<Value> = Vec::new();
    for token in tokens {
        answers.push(json!({ "ones": [1], "next_page_token": token }));
    }
    answers.push(json!({ "ones": [1] }));
    let (found, failure, server) = numbers(&answers);
    assert_eq!((found.len(), failure.is_none()), (5, true));
    for (request, token) in server.requests()[1..].iter().zip(tokens) {
        let query = target(request).strip_prefix("/v2/a?b=c&next_page_token=").unwrap();
        assert!(!query.contains(['&', '+', '#']), "{query}");
        assert_eq!(percent_decode_str(query).decode_utf8().unwrap(), token);
    }
}

// A list that silently lacks its end is worse than an error.
#[test]
fn a_page_token_that_is_not_a_string_is_an_error() {
    for token in [json!(7), json!({}), json!(true)] {
        let first = json!({ "ones": [1], "next_page_token": token });
        let (found, failure, _) = numbers(&[first, json!({ "ones": [2] })]);
        assert!(failure.is_some() || found == [1, 2], "{token}: {found:?}");
    }
}

#[test]
fn a_list_can_be_continued_from_a_saved_token() {
    let server = seven().start();
    let zoom = client(&server.url());
    let path = zoom::path("/users").query("page_size", 2);
    let first: BTreeMap<String, Value> = zoom.get(&path).unwrap();
    let token = first["next_page_token"].as_str().unwrap();
    let (names, failure) = read_all(zoom.pages(path.query("next_page_token", token), "users"));
    assert_eq!(
        (names.as_slice(), failure.map(|err| err.to_string())),
        (&ONES.map(String::from)[2..], None)
    );
}

#[test]
fn a_missing_list_is_an_error_that_names_the_existing_ones() {
    let (found, failure, _) = numbers(&[
        json!({ "ones": [1], "next_page_token": "x" }),
        json!({ "users": [1], "groups": [], "page_size": 30, "next_page_token": "y" }),
        json!({ "ones": [2] }),
    ]);
    let err = failure.unwrap();
    assert_eq!((found, err.kind()), (vec![1], ErrorKind::Body), "{err}");
    for word in ["\"ones\"", "users", "groups"] {
        assert!(err.to_string().contains(word), "{word}: {err}");
    }
    for (page, words) in [
        (json!([1]), "not a JSON object"),
        (json!("ones"), "not a JSON object"),
        (json!({ "ones": { "a": 1 } }), "\"ones\" is not a list"),
        (json!({ "ones": 1 }), "\"ones\" is not a list"),
    ] {
        let (found, failure, server) = numbers(&[page.clone(), json!({ "ones": [2] })]);
        let err = failure.unwrap();
        assert_eq!((found.len(), err.kind()), (0, ErrorKind::Body), "{err}");
        assert!(err.to_string().contains(words), "{page}: {err}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn an_item_of_another_shape_is_an_error_with_its_position_and_ends_the_list() {
    let (found, failure, server) = numbers(&[
        json!({ "ones": [1, 2], "next_page_token": "x" }),
        json!({ "ones": [3, "four", 5], "next_page_token": "y" }),
        json!({ "ones": [6] }),
    ]);
    let err = failure.unwrap();
    assert_eq!((found, err.kind()), (vec![1, 2, 3], ErrorKind::Body), "{err}");
    for word in ["item 3", "\"ones\"", "expected u64"] {
        assert!(err.to_string().contains(word), "{word}: {err}");
    }
    assert_eq!(server.requests().len(), 2);
}

// docs/errors.md promises the response in `body()` for the kind `Body`.
#[test]
fn the_error_of_a_page_names_its_call_and_keeps_the_page() {
    for page in [
        json!({ "users": [1] }),
        json!([1]),
        json!({ "ones": {} }),
        json!({ "ones": ["four"], "next_page_token": "x" }),
    ] {
        let (_, failure, _) = numbers(std::slice::from_ref(&page));
        let err = failure.unwrap();
        assert_eq!((err.kind(), err.status()), (ErrorKind::Body, Some(200)), "{err}");
        assert_eq!(err.tracking_id(), Some(TRACKING_ID));
        assert!(err.to_string().contains("GET /v2/a?b=***"), "{err}");
        assert_eq!(err.body(), page.to_string());
    }
}

#[test]
fn an_error_is_the_last_item_of_a_list() {
    let server = seven().start();
    let zoom = client(&server.url());
    let mut pages = zoom.pages::<User>("/users?page_size=3", "users");
    for _ in 0..3 {
        pages.next().unwrap().unwrap();
    }
    server.refuse_next(1, Answer::error(400, 200, "No permission."));
    let err = pages.next().unwrap().unwrap_err();
    assert!(err.is_not_permitted() && err.code() == Some(200), "{err}");
    for _ in 0..3 {
        assert!(pages.next().is_none());
    }
    assert_eq!(server.calls().len(), 2);

    let (names, failure) = read_all(zoom.pages("/users?page_size=0", "users"));
    assert!(names.is_empty() && failure.unwrap().field_errors()[0].field == "page_size");
}

#[test]
fn a_page_that_is_requested_too_late_says_so() {
    let clock = Arc::new(ManualClock::new());
    let server = seven().clock(clock.clone()).start();
    let zoom = timeless(&server.url()).access_token("lorem").clock(clock.clone()).build().unwrap();
    let mut pages = zoom.pages::<User>("/users?page_size=3", "users");
    for _ in 0..3 {
        pages.next().unwrap().unwrap();
    }
    // Each page has its own quarter of an hour.
    clock.advance(Duration::from_secs(14 * 60));
    for _ in 0..3 {
        pages.next().unwrap().unwrap();
    }
    clock.advance(Duration::from_secs(15 * 60 + 1));
    let err = pages.next().unwrap().unwrap_err();
    assert_eq!(err.kind(), ErrorKind::PageTokenExpired, "{err}");
    assert!(err.is_page_token_expired() && err.code() == Some(300));
    for words in ["next_page_token", "15 minutes", "after 6 items", "from its start"] {
        assert!(err.to_string().contains(words), "{words}: {err}");
    }
    assert!(pages.next().is_none());
    assert_eq!(read_all(zoom.pages("/users?page_size=3", "users")).0, ONES);
}

#[test]
fn a_page_whose_token_is_its_own_ends_the_list() {
    for page in [
        json!({ "ones": [], "next_page_token": "x" }),
        json!({ "ones": [1], "next_page_token": "x" }),
    ] {
        let (found, failure, server) = numbers(&[page.clone(), page]);
        let err = failure.unwrap();
        assert_eq!(err.kind(), ErrorKind::Body, "{err}");
        assert!(err.to_string().contains("next_page_token"), "{err}");
        assert!(found.len() <= 1, "{found:?}");
        assert_eq!(server.requests().len(), 2);
    }
}

// A proxy or a truncated response can turn any page into `{}`.
#[test]
fn an_empty_object_does_not_end_a_list() {
    let by_token = json!({ "ones": [1], "next_page_token": "x" });
    let by_number = json!({ "ones": [1], "page_number": 1, "page_count": 2 });
    let by_index = json!({ "ones": [1], "startIndex": 1, "totalResults": 2 });
    for first in [&by_token, &by_number, &by_index] {
        for second in [json!({}), json!({ "page_size": 30, "page_number": 2, "from": "" })] {
            let (found, failure, server) = numbers(&[first.clone(), second.clone()]);
            let err = failure.unwrap();
            assert_eq!((found, err.kind()), (vec![1], ErrorKind::Body), "{err}");
            for words in ["\"ones\"", "next_page_token", "its start"] {
                assert!(err.to_string().contains(words), "{words}: {err}");
            }
            assert_eq!(server.requests().len(), 2);
        }
    }
    // A page that says anything about the list can be its end, and so can the only page.
    for last in [
        json!({ "ones": null }),
        json!({ "next_page_token": "" }),
        json!({ "next_page_token": null }),
        json!({ "total_records": 1 }),
        json!({ "totalResults": 1 }),
        json!({ "page_count": 1 }),
    ] {
        let (found, failure, _) = numbers(&[by_token.clone(), last]);
        assert_eq!((found, failure.map(|err| err.to_string())), (vec![1], None));
    }
    let (found, failure, _) = numbers(&[json!({})]);
    assert!(found.is_empty() && failure.is_none());
}

#[test]
fn at_most_a_thousand_consecutive_empty_pages_are_followed() {
    let page = |at: usize| json!({ "ones": [], "next_page_token": format!("page-{at}") });
    let (found, failure, server) = numbers(&(0..1_100).map(page).collect::<Vec<_>>());
    let err = failure.unwrap();
    assert_eq!((found.len(), err.kind()), (0, ErrorKind::Body), "{err}");
    assert!(err.to_string().contains("1000 pages") && err.to_string().contains("next_page_token"));
    assert_eq!(server.requests().len(), 1_000);

    // An item restarts the count, and a last page is the last.
    let mut answers: Vec<Value> = (0..2_000).map(page).collect();
    answers[999]["ones"] = json!([1]);
    answers[1_999] = json!({ "ones": [], "next_page_token": "" });
    let (found, failure, server) = numbers(&answers);
    assert_eq!((found, failure.map(|err| err.to_string())), (vec![1], None));
    assert_eq!(server.requests().len(), 2_000);
}
