//! Lists by page number or index, from servers that ignore them.

use serde_json::{Value, json};
use zoomkat::zoom::ErrorKind;

use super::{assert_fails, assert_whole, read};

#[test]
fn repeated_items_under_another_position_are_an_error() {
    let by_number = |number: u64, ones: Value| json!({ "ones": ones, "page_number": number, "page_size": 2, "total_records": 6 });
    let by_index =
        |start: u64, ones: Value| json!({ "ones": ones, "startIndex": start, "totalResults": 6 });
    let two = json!([1, 2]);
    for (name, answers) in [
        ("page_number", [1, 2, 3].map(|number| by_number(number, two.clone()))),
        ("startIndex", [1, 3, 5].map(|start| by_index(start, two.clone()))),
    ] {
        let (found, failure, queries) = read("/a", &answers);
        assert_eq!((found, queries.len()), (vec![1, 2], 2), "{name}: an item came twice");
        assert_fails(failure, ErrorKind::Body, &[name, "the previous page", "GET /"]);
    }
    // It is also noticed on a later page.
    let answers =
        [by_number(1, json!([1, 2])), by_number(2, json!([3, 4])), by_number(3, json!([3, 4]))];
    let (found, failure, _) = read("/a", &answers);
    assert_eq!(found, [1, 2, 3, 4]);
    assert_fails(failure, ErrorKind::Body, &["page_number"]);
}

#[test]
fn a_page_that_differs_in_one_item_is_another_page() {
    let page =
        |number: u64, ones: Value| json!({ "ones": ones, "page_number": number, "page_count": 3 });
    let answers = [page(1, json!([7, 7])), page(2, json!([7])), page(3, json!([7, 7]))];
    let (found, failure, _) = read("/a", &answers);
    assert_eq!((found, failure.map(|err| err.to_string())), (vec![7; 5], None));
    // By token, the token decides what comes.
    let page = |ones: Value, token: &str| json!({ "ones": ones, "next_page_token": token });
    let answers = [page(json!([1]), "x"), page(json!([1]), "y"), page(json!([1]), "")];
    let (found, failure, _) = read("/a", &answers);
    assert_eq!((found, failure.map(|err| err.to_string())), (vec![1; 3], None));
}

#[test]
fn repeated_items_without_a_position_are_returned_once_and_the_count_decides() {
    for (name, count) in [("page_count", 3), ("totalResults", 6), ("totalResults", 3)] {
        // The responses differ outside their items.
        let page = |id: u64| json!({ "ones": [1, 2], name: count, "request_id": id });
        let (found, failure, queries) = read("/a", &[page(1), page(2), page(3)]);
        assert_eq!((found, queries.len()), (vec![1, 2], 2), "an item came twice");
        assert_fails(failure, ErrorKind::IncompleteList, &["2 items", name]);
    }
    // The list shrank to the items that had come.
    let asked = ["", "startIndex=3"];
    let shrunk = json!({ "ones": [], "totalResults": 2 });
    assert_whole(read("/a", &[json!({ "ones": [1, 2], "totalResults": 3 }), shrunk]), &asked);
}
