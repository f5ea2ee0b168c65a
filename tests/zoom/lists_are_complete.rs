//! Lists: a list is complete, however its pages are requested, or ends with an error that says what
//! is missing.

#[path = "lists/by_number.rs"]
mod by_number;
#[path = "lists/by_token.rs"]
mod by_token;
#[path = "lists/counts.rs"]
mod counts;

use std::sync::{Arc, Mutex};

use serde::Deserialize;
use serde_json::{Value, json};
use support::apps::timeless;
use support::zoom::{Builder, EmbeddedZoom};
use support::{Received, Server};
use zoomkat::zoom::{self, ApiPath, Error, ErrorKind, Zoom};

const TRACKING_ID: &str = "v=2.0;clid=us06;rid=WEB_lorem";
const ONES: [&str; 7] = ["a", "b", "c", "d", "e", "f", "g"];

fn client(url: &str) -> Zoom {
    timeless(url).access_token("lorem-ipsum").build().unwrap()
}

fn target(request: &Received) -> &str {
    request.line().split(' ').nth(1).unwrap()
}

fn seven() -> Builder {
    let mut server = EmbeddedZoom::builder().accept_any_token();
    for name in ONES {
        server = server.user(&email(name), "x");
    }
    server
}

fn email(name: &str) -> String {
    format!("{name}@example.com")
}

/// An item of any list of the embedded Zoom.
#[derive(Deserialize, Debug)]
struct User {
    #[serde(alias = "userName", alias = "account_name")]
    email: String,
}

impl User {
    fn name(&self) -> String {
        self.email.trim_end_matches("@example.com").to_owned()
    }
}

/// Returns all items, then the error if there was one.
fn collect<T: serde::de::DeserializeOwned + std::fmt::Debug>(
    pages: zoom::Pages<T>,
) -> (Vec<T>, Option<Error>) {
    let (mut items, mut failure) = (Vec::new(), None);
    // A list that never ends must not hang the test.
    for item in pages.take(300) {
        assert!(failure.is_none(), "an item follows the error: {item:?}");
        match item {
            Ok(item) => items.push(item),
            Err(err) => failure = Some(err),
        }
    }
    (items, failure)
}

/// Returns the names of the users, then the error if there was one.
fn read_all(pages: zoom::Pages<User>) -> (Vec<String>, Option<Error>) {
    let (users, failure) = collect(pages);
    (users.iter().map(User::name).collect(), failure)
}

/// Starts a server that gives these responses in order, and returns it with a client.
fn script(answers: &[Value]) -> (Server, Zoom) {
    let answers = Arc::new(Mutex::new(answers.iter().rev().cloned().collect::<Vec<_>>()));
    let server = Server::start(move |mut conn| {
        while conn.read_request().is_some() {
            match answers.lock().unwrap().pop() {
                Some(answer) => conn.respond(
                    "200 OK",
                    &format!("x-zm-trackingid: {TRACKING_ID}\r\n"),
                    answer.to_string(),
                ),
                None => conn.respond("404 Not Found", "", r#"{"code":404,"message":"No more"}"#),
            }
        }
    });
    let zoom = client(&format!("http://127.0.0.1:{}", server.port()));
    (server, zoom)
}

fn numbers(answers: &[Value]) -> (Vec<u64>, Option<Error>, Server) {
    let (server, zoom) = script(answers);
    let (found, failure) = collect(zoom.pages("/a?b=c", "ones"));
    (found, failure, server)
}

/// Reads the list "ones" at this path from these responses. Returns its items, its error and the
/// queries sent.
fn read(path: impl Into<ApiPath>, answers: &[Value]) -> (Vec<u64>, Option<Error>, Vec<String>) {
    let (server, zoom) = script(answers);
    let (found, failure) = collect(zoom.pages(path, "ones"));
    let query = |request: &Received| {
        let (_, query) = target(request).split_once('?').unwrap_or_default();
        query.to_owned()
    };
    (found, failure, server.requests().iter().map(query).collect())
}

#[track_caller]
fn assert_whole((found, failure, queries): (Vec<u64>, Option<Error>, Vec<String>), asked: &[&str]) {
    assert_eq!(failure.map(|err| err.to_string()), None);
    let first = found.first().copied().unwrap_or_default();
    assert_eq!(found, (first..first + found.len() as u64).collect::<Vec<_>>());
    assert_eq!(queries, asked);
}

#[track_caller]
fn assert_fails(failure: Option<Error>, kind: ErrorKind, words: &[&str]) {
    let err = failure.expect("the list did not fail");
    assert_eq!(err.kind(), kind, "{err}");
    for words in words {
        assert!(err.to_string().contains(words), "{words:?} is missing in: {err}");
    }
}

/// Each list of the embedded Zoom: its path for pages of three, its member, and how the first three
/// pages are requested. A page token is shown without its value.
const LISTS: [(&str, &str, &str); 4] = [
    ("/users?page_size=3", "users", "next_page_token=page-"),
    ("/groups/lorem/members?page_size=3", "members", "page_number="),
    ("/commerce/accounts?page_size=3", "account_list", "page_number="),
    ("/scim2/Users?count=3", "Resources", "startIndex="),
];

#[test]
fn a_list_of_each_kind_is_complete() {
    let server = seven().start();
    let zoom = client(&server.url());
    for (path, list, parameter) in LISTS {
        let before = server.calls().len();
        let (names, failure) = read_all(zoom.pages(path, list));
        assert_eq!(
            (names, failure.map(|err| err.to_string())),
            (ONES.map(String::from).into(), None)
        );
        let calls = &server.calls()[before..];
        let (_, query) = path.split_once('?').unwrap();
        assert_eq!((calls.len(), &*calls[0].query), (3, query), "{list}");
        for call in &calls[1..] {
            assert!(call.query.starts_with(&format!("{query}&{parameter}")), "{}", call.query);
        }
    }
    // A single page, and none.
    for (server, size) in
        [(seven().start(), 7), (EmbeddedZoom::builder().accept_any_token().start(), 0)]
    {
        let zoom = client(&server.url());
        for (path, list, _) in LISTS {
            let path = path.replace("=3", "=7");
            let (names, failure) = read_all(zoom.pages(path, list));
            assert_eq!((names.len(), failure.map(|err| err.to_string())), (size, None), "{list}");
        }
        assert_eq!(server.calls().len(), LISTS.len());
    }
}

#[test]
fn a_truncated_list_ends_with_an_error_after_its_last_item() {
    for (path, list, _) in LISTS {
        // In the middle of a page, at the end of one, and before the first.
        for kept in [5, 3, 0] {
            let server = seven().start();
            server.cut_lists(kept);
            let zoom = client(&server.url());
            let mut pages = zoom.pages::<User>(path, list);
            for name in &ONES[..kept] {
                assert_eq!(pages.next().unwrap().unwrap().name(), *name);
            }
            let Some(item) = pages.next() else {
                panic!("{list}: {kept} of 7 were taken for all");
            };
            let err = item.unwrap_err();
            assert_eq!(err.kind(), ErrorKind::IncompleteList, "{err}");
            let counted = if list == "account_list" { "3" } else { "7" };
            for words in
                [list, &format!("{kept} items"), &format!("is {counted};"), "its start", "GET /"]
            {
                assert!(err.to_string().contains(words), "{words}: {err}");
            }
            assert!(err.status() == Some(200) && err.tracking_id().is_some());
            let calls = server.calls().len();
            assert!((1..=3).contains(&calls), "{calls}");
            for _ in 0..3 {
                assert!(pages.next().is_none());
            }
            assert_eq!(server.calls().len(), calls);
        }
    }
}

#[test]
fn a_list_that_grows_is_read_to_its_new_end() {
    for (path, list, _) in LISTS {
        let server = seven().start();
        let zoom = client(&server.url());
        let mut pages = zoom.pages::<User>(path, list);
        assert_eq!(pages.next().unwrap().unwrap().name(), "a");
        for name in ["h", "i", "j"] {
            server.add_user(&email(name));
        }
        let (names, failure) = read_all(pages);
        assert_eq!(failure.map(|err| err.to_string()), None, "{list}");
        assert_eq!(names.concat(), "bcdefghij", "{list}");
    }
}

#[test]
fn a_list_that_shrinks_is_not_incomplete() {
    for (path, list, _) in LISTS {
        for gone in
            [&["f", "g"][..], &["c"], &["d", "e", "f", "g"], &["b", "c", "d", "e", "f", "g"]]
        {
            let server = seven().start();
            let zoom = client(&server.url());
            let mut pages = zoom.pages::<User>(path, list);
            pages.next().unwrap().unwrap();
            for name in gone {
                server.remove_user(&email(name));
            }
            let (names, failure) = read_all(pages);
            assert_eq!(failure.map(|err| err.to_string()), None, "{list} without {gone:?}");
            assert!(1 + names.len() >= 7 - gone.len(), "{list} without {gone:?}: {names:?}");
        }
    }
}

#[test]
fn a_zero_total_after_items_is_ignored() {
    let empty = json!({ "ones": [], "total_records": 0, "totalResults": 0 });
    for first in [
        json!({ "ones": [1, 2], "total_records": 6, "next_page_token": "x" }),
        json!({ "ones": [1, 2], "total_records": 6, "page_number": 1, "page_count": 3 }),
        json!({ "ones": [1, 2], "totalResults": 6, "startIndex": 1 }),
    ] {
        let (found, failure, queries) = read("/a", &[first, empty.clone()]);
        assert_eq!((found, queries.len()), (vec![1, 2], 2));
        assert_fails(failure, ErrorKind::IncompleteList, &["2 items"]);
    }
}

#[test]
fn a_server_that_ignores_tokens_is_noticed_by_its_total() {
    let page =
        |token: &str| json!({ "ones": [1, 2], "total_records": 4, "next_page_token": token });
    let (found, failure, queries) = read("/a", &[page("x"), page("y"), page("z"), page("")]);
    assert_eq!((found, queries.len()), (vec![1, 2, 1, 2], 3));
    assert_fails(failure, ErrorKind::Body, &["next_page_token"]);
}

#[test]
fn a_page_size_reduced_by_the_server_does_not_count_earlier_items() {
    let page = |number: u64, ones: &[u64]| json!({ "ones": ones, "page_number": number, "page_count": 2, "total_records": 6 });
    let (found, failure, _) = read("/a?page_number=2&page_size=1000", &[page(2, &[3, 4])]);
    assert_eq!((found, failure.is_none()), (vec![3, 4], true), "the total was compared");
    let (_, failure, _) = read("/a?page_number=2&page_size=2", &[page(2, &[3, 4])]);
    assert_fails(failure, ErrorKind::IncompleteList, &["2 items"]);
}

#[test]
fn a_list_can_start_in_the_middle() {
    let server = seven().start();
    let zoom = client(&server.url());
    let starts = [
        (zoom::path("/groups/lorem/members?page_size=2&page_number=2"), "members", "cdefg"),
        (zoom::path("/groups/lorem/members?page%5fnumber=3&page_size=2"), "members", "efg"),
        (zoom::path("/groups/lorem/members?page_size=2").query("page_number", 4), "members", "g"),
        (zoom::path("/groups/lorem/members?page_size=2").query("page_number", 5), "members", ""),
        (zoom::path("/commerce/accounts?page_size=2&page_number=3"), "account_list", "efg"),
        (zoom::path("/scim2/Users?startIndex=4&count=2"), "Resources", "defg"),
        (zoom::path("/scim2/Users").query("startIndex", 7), "Resources", "g"),
        (zoom::path("/scim2/Users").query("startIndex", 8), "Resources", ""),
    ];
    for (path, list, expected) in &starts {
        let (names, failure) = read_all(zoom.pages(path, list));
        assert_eq!(failure.map(|err| err.to_string()), None, "{path:?}");
        assert_eq!(names.concat(), *expected, "{path:?}");
    }
    // Missing items are also noticed from there.
    server.cut_lists(6);
    for (path, list, expected) in &starts[..6] {
        let (names, failure) = read_all(zoom.pages(path, list));
        let is_there = !expected.trim_end_matches('g').is_empty();
        if is_there {
            assert_fails(failure, ErrorKind::IncompleteList, &[list]);
            assert_eq!(names.concat(), expected.trim_end_matches('g'), "{path:?}");
        }
    }
}

#[test]
fn a_page_parameter_replaces_the_callers() {
    let page = |number: u64| {
        let ones = [number * 2 - 1, number * 2];
        json!({ "ones": ones, "page_number": number, "page_count": 4, "page_size": 2, "total_records": 8 })
    };
    let path = zoom::path("/a?page_number=2&b=c&page%5Fnumber=2").query("page_number", 2);
    let first = "page_number=2&b=c&page%5Fnumber=2&page_number=2";
    let asked = [first, "b=c&page_number=3", "b=c&page_number=4"];
    assert_whole(read(path, &[page(2), page(3), page(4)]), &asked);

    let page = |start: u64| {
        let ones = [start, start + 1];
        json!({ "ones": ones, "startIndex": start, "itemsPerPage": 2, "totalResults": 6 })
    };
    let asked = ["%73tartIndex=3&b=c", "b=c&startIndex=5"];
    assert_whole(read("/scim2/Users?%73tartIndex=3&b=c", &[page(3), page(5)]), &asked);
}

#[test]
fn counts_can_be_numbers_strings_or_missing() {
    let numbered = ["", "page_number=2"];
    for (first, second) in [
        (
            json!({ "page_number": 1, "page_count": 2 }),
            json!({ "page_number": 2, "page_count": 2 }),
        ),
        (json!({ "page_number": "1", "page_count": "2" }), json!({ "page_number": "2" })),
        (json!({ "page_number": 1.0, "page_count": 2.0 }), json!({ "page_number": null })),
        (json!({ "page_number": 1, "total_records": " 4 " }), json!({ "page_number": 2 })),
        (json!({ "page_number": 1, "page_count": null, "total_records": 4 }), json!({})),
        (json!({ "page_number": 1, "page_count": 0, "total_records": 4 }), json!({})),
        (json!({ "page_number": 1, "page_count": -1, "total_records": 4 }), json!({})),
        (json!({ "page_count": 2 }), json!({ "page_count": 2 })),
        (json!({ "page_count": "2", "next_page_token": null }), json!({})),
        (json!({ "page_number": 1, "page_count": 2, "total_records": "" }), json!({})),
        // No total: a page that is not full is the last.
        (json!({ "page_number": 1, "page_size": 3 }), json!({ "page_number": 2, "page_size": 3 })),
    ] {
        let (mut first, mut second) = (first, second);
        first["ones"] = json!([1, 2, 3]);
        second["ones"] = json!([4]);
        assert_whole(read("/a", &[first, second]), &numbered);
    }
    for (first, second) in [
        (json!({ "startIndex": "1", "totalResults": "4" }), json!({ "startIndex": "4" })),
        (json!({ "startIndex": 0, "totalResults": 4 }), json!({ "totalResults": 4 })),
        (json!({ "itemsPerPage": 3, "totalResults": 4 }), json!({ "startIndex": 4.0 })),
        (json!({ "totalResults": 4 }), json!({ "startIndex": null, "itemsPerPage": null })),
    ] {
        let (mut first, mut second) = (first, second);
        first["ones"] = json!([1, 2, 3]);
        second["ones"] = json!([4]);
        assert_whole(read("/scim2/Users", &[first, second]), &["", "startIndex=4"]);
    }
    for name in ["total_records", "page_number", "page_count", "totalResults", "startIndex"] {
        for wrong in [json!("many"), json!({}), json!(true), json!(1.5)] {
            let mut page = json!({ "ones": [1], "totalResults": 1, name: wrong });
            if name.starts_with("page") {
                page["totalResults"] = Value::Null;
            }
            let (_, failure, _) = read("/a", &[page]);
            assert_fails(failure, ErrorKind::Body, &[name, "not a whole number"]);
        }
    }
}

#[test]
fn a_single_response_that_counts_more_items_than_it_has_is_incomplete() {
    let thirty: Vec<u64> = (1..=30).collect();
    for page in [
        json!({ "ones": thirty, "total_records": 70 }),
        json!({ "ones": thirty, "total_records": "70", "page_size": 30, "next_page_token": "" }),
        json!({ "ones": thirty, "total_records": 70, "page_count": 3, "next_page_token": "" }),
        json!({ "ones": thirty, "total_records": 70, "page_count": 1, "page_number": 1 }),
        json!({ "ones": thirty, "page_count": 3, "next_page_token": "" }),
    ] {
        let (found, failure, queries) = read("/a", std::slice::from_ref(&page));
        assert_eq!((found.len(), queries.len()), (30, 1), "{page}");
        assert_fails(failure, ErrorKind::IncompleteList, &["30 items", "\"ones\"", "its start"]);
    }
    // An empty list can have a page count of zero or one.
    for count in [0, 1] {
        assert_whole(read("/a", &[json!({ "ones": [], "page_count": count })]), &[""]);
    }
    // At least as many items as were counted.
    for total in [0, 1, 29, 30] {
        let page =
            json!({ "ones": thirty, "total_records": total, "page_number": 1, "page_count": 1 });
        assert_whole(read("/a", &[page]), &[""]);
    }
    for page in [json!({ "total_records": 7 }), json!({ "ones": null, "totalResults": 7 })] {
        assert_fails(read("/a", &[page]).1, ErrorKind::IncompleteList, &["0 items", "7"]);
    }
}

#[test]
fn a_token_takes_precedence_over_a_page_number_and_an_empty_one_does_not_end_an_incomplete_list() {
    let page = |number: u64, ones: &[u64], token: Value| {
        json!({
            "ones": ones, "page_number": number, "page_count": 3, "page_size": 2, "total_records": 5,
            "next_page_token": token,
        })
    };
    // The pages by token all say that they are the first.
    let answers =
        [page(1, &[1, 2], json!("x")), page(1, &[3, 4], json!("y")), page(1, &[5], json!(""))];
    assert_whole(read("/a", &answers), &["", "next_page_token=x", "next_page_token=y"]);

    let asked = ["", "page_number=2", "page_number=3"];
    for none in [json!(""), json!(null)] {
        let answers = [
            page(1, &[1, 2], none.clone()),
            page(2, &[3, 4], none.clone()),
            page(3, &[5], none.clone()),
        ];
        assert_whole(read("/a", &answers), &asked);
    }
    let answers =
        [page(1, &[1, 2], json!("")), page(2, &[3, 4], json!("x")), page(1, &[5], json!(""))];
    assert_whole(read("/a", &answers), &["", "page_number=2", "next_page_token=x"]);
    // Enough items came, so the empty token is the end.
    assert_whole(read("/a", &[page(1, &[1, 2, 3, 4, 5], json!(""))]), &[""]);
    // A list by token with too few items is still incomplete.
    let answers = [page(1, &[1, 2], json!("x")), page(1, &[3, 4], json!(""))];
    let (found, failure, queries) = read("/a", &answers);
    assert_eq!((found.len(), queries.len()), (4, 2));
    assert_fails(failure, ErrorKind::IncompleteList, &["4 items", "total_records is 5"]);
}

#[test]
fn a_response_with_another_page_is_an_error() {
    let number = json!({ "ones": [1, 2], "page_number": 1, "page_count": 3, "total_records": 6 });
    let index = json!({ "ones": [1, 2], "startIndex": 1, "totalResults": 6 });
    for (page, name) in [(&number, "page_number"), (&index, "startIndex")] {
        let (found, failure, queries) = read("/a", &[page.clone(), page.clone()]);
        assert_eq!((found, queries.len()), (vec![1, 2], 2), "an item came twice");
        assert_fails(failure, ErrorKind::Body, &[name, "is 1, but"]);
        // The caller's own position is ignored.
        for path in [format!("/a?{name}=3"), format!("/a?b=c&{name}=2&b=c")] {
            let (found, failure, queries) = read(path, std::slice::from_ref(page));
            assert_eq!((found.len(), queries.len()), (0, 1));
            assert_fails(failure, ErrorKind::Body, &[name, "is 1, but"]);
        }
    }
    // A response without a page number is recognized by its bytes.
    for page in
        [json!({ "ones": [1, 2], "page_count": 3 }), json!({ "ones": [1, 2], "totalResults": 6 })]
    {
        let (found, failure, queries) = read("/a", &[page.clone(), page]);
        assert_eq!((found, queries.len()), (vec![1, 2], 2), "an item came twice");
        assert_fails(failure, ErrorKind::IncompleteList, &["2 items"]);
    }
}

#[test]
fn a_repeated_token_ends_the_list() {
    let page = |one: u64, token: &str| json!({ "ones": [one], "next_page_token": token });
    let answers = [page(1, "x"), page(2, "y"), page(3, "x"), page(4, "y")];
    let (found, failure, queries) = read("/a", &answers);
    assert_eq!((found, queries.len()), (vec![1, 2], 3));
    assert_fails(failure, ErrorKind::Body, &["next_page_token", "loop"]);
    // The caller's own token counts.
    let (found, failure, _) = read("/a?next_page_token=%78", &[page(1, "y"), page(2, "x")]);
    assert_eq!(found, [1]);
    assert_fails(failure, ErrorKind::Body, &["next_page_token", "loop"]);
}

#[test]
fn after_a_callers_token_the_total_is_not_compared() {
    let page = json!({ "ones": [6, 7], "total_records": 7, "next_page_token": "", "page_number": 1,
                       "page_count": 4 });
    let path = zoom::path("/a").query("next_page_token", "x");
    assert_whole(read(path, std::slice::from_ref(&page)), &["next_page_token=x"]);
    // An empty one does not count.
    let (_, failure, _) = read("/a?next_page_token=", &[page]);
    assert!(failure.is_some());
}

#[test]
fn a_page_without_items_ends_a_list_by_number() {
    let empty = |number: u64| json!({ "ones": [], "page_number": number, "page_count": 9 });
    for (first, second, asked) in [
        (json!({ "page_number": 1, "page_count": 9 }), empty(2), "page_number=2"),
        (json!({ "page_number": 1, "total_records": 9 }), empty(2), "page_number=2"),
        (
            json!({ "totalResults": 9 }),
            json!({ "startIndex": 2, "totalResults": 9 }),
            "startIndex=2",
        ),
    ] {
        let mut first = first;
        first["ones"] = json!([1]);
        let (found, failure, queries) = read("/a", &[first, second.clone(), second]);
        assert_eq!((found, queries), (vec![1], vec![String::new(), asked.to_owned()]));
        assert_fails(failure, ErrorKind::IncompleteList, &["1 items", "is 9"]);
    }
}

#[test]
fn scim_can_omit_an_empty_list() {
    let schemas = json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]);
    let page = json!({ "schemas": schemas, "totalResults": 0, "startIndex": 1, "itemsPerPage": 0 });
    assert_whole(read("/scim2/Users", &[page]), &[""]);
    let page = json!({ "schemas": schemas, "totalResults": 1, "Resources": [1] });
    assert_fails(read("/scim2/Users", &[page]).1, ErrorKind::Body, &["\"ones\"", "are: Resources"]);
}
