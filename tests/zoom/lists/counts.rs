//! Counts in responses: totals that change, are wrong, or are missing next to a page count.

use serde_json::{Value, json};
use zoomkat::zoom::{self, ErrorKind};

use super::{assert_fails, assert_whole, read};

/// Returns the items of page `number`, two per page, in a list of `all`.
fn ones(number: u64, all: u64) -> Vec<u64> {
    (number * 2 - 1..=(number * 2).min(all)).collect()
}

/// Returns pages by token with these totals and numbers of items.
fn by_token(pages: &[(Value, u64)]) -> Vec<Value> {
    let mut came = 0;
    let page = |(at, (total, items)): (usize, &(Value, u64))| {
        let ones: Vec<u64> = (came + 1..=came + items).collect();
        came += items;
        let token = if at + 1 < pages.len() { format!("page-{at}") } else { String::new() };
        json!({ "ones": ones, "total_records": total, "next_page_token": token })
    };
    pages.iter().enumerate().map(page).collect()
}

#[test]
fn a_total_below_the_number_of_items_neither_ends_nor_completes_a_list() {
    let by_number = |number: u64, total: u64| json!({ "ones": ones(number, 7), "page_number": number, "page_size": 2, "total_records": total });
    let by_index = |number: u64, total: u64| json!({ "ones": ones(number, 7), "startIndex": number * 2 - 1, "totalResults": total });
    // From the second page on, each total is too small.
    for wrong in [0, 1, 2, 3] {
        let answers =
            [by_number(1, 7), by_number(2, wrong), by_number(3, wrong), by_number(4, wrong)];
        let asked = ["", "page_number=2", "page_number=3", "page_number=4"];
        assert_whole(read("/a", &answers), &asked);
        let answers = [by_index(1, 7), by_index(2, wrong), by_index(3, wrong), by_index(4, wrong)];
        let asked = ["", "startIndex=3", "startIndex=5", "startIndex=7"];
        assert_whole(read("/scim2/Users", &answers), &asked);

        // A list with missing items is still incomplete.
        let (found, failure, _) = read("/a", &by_token(&[(json!(7), 2), (json!(wrong), 2)]));
        assert_eq!(found, [1, 2, 3, 4]);
        assert_fails(failure, ErrorKind::IncompleteList, &["4 items", "total_records is 7"]);
    }
    // The items before the caller's position count as well.
    let answers = [by_number(2, 7), by_number(3, 5), by_number(4, 7)];
    let asked = ["page_number=2", "page_number=3", "page_number=4"];
    assert_whole(read("/a?page_number=2", &answers), &asked);
}

#[test]
fn a_first_total_below_its_own_page_does_not_end_a_list() {
    let page = |number: u64, total: u64| json!({ "ones": ones(number, 3), "page_number": number, "page_size": 2, "total_records": total });
    assert_whole(read("/a", &[page(1, 1), page(2, 1)]), &["", "page_number=2"]);
    let page = |number: u64, total: u64| json!({ "ones": ones(number, 4), "startIndex": number * 2 - 1, "totalResults": total });
    let asked = ["", "startIndex=3"];
    assert_whole(read("/scim2/Users", &[page(1, 1), page(2, 4)]), &asked);
    // Without a plausible total, a page without items is the end.
    let end = json!({ "ones": [], "startIndex": 5, "totalResults": 0 });
    let asked = ["", "startIndex=3", "startIndex=5"];
    assert_whole(read("/scim2/Users", &[page(1, 0), page(2, 0), end]), &asked);
}

#[test]
fn a_changing_list_is_compared_with_the_smaller_of_its_first_and_last_totals() {
    for (pages, is_whole) in [
        ([(70, 30), (70, 30), (72, 10)], true),
        ([(70, 30), (65, 30), (65, 5)], true),
        ([(70, 30), (68, 30), (71, 10)], true),
        ([(70, 30), (70, 30), (72, 9)], false),
        ([(70, 30), (65, 30), (65, 4)], false),
        // A total that rose or fell in between and was corrected.
        ([(100, 2), (4, 2), (100, 1)], false),
        ([(70, 30), (65, 30), (70, 5)], false),
        // After a last page without items, a list may have shrunk to fewer items than came.
        ([(70, 30), (70, 30), (40, 0)], true),
    ] {
        let answers = by_token(&pages.map(|(total, items)| (json!(total), items)));
        let (found, failure, queries) = read("/a", &answers);
        let came: u64 = pages.iter().map(|(_, items)| items).sum();
        assert_eq!((found.len() as u64, queries.len()), (came, 3), "{pages:?}");
        match is_whole {
            true => assert_eq!(failure.map(|err| err.to_string()), None, "{pages:?}"),
            false => assert_fails(failure, ErrorKind::IncompleteList, &[&format!("{came} items")]),
        }
    }
    // A total on only the first or only the last page is compared as well.
    for pages in [[(json!(5), 2), (Value::Null, 2)], [(Value::Null, 2), (json!(5), 2)]] {
        let (_, failure, _) = read("/a", &by_token(&pages));
        assert_fails(failure, ErrorKind::IncompleteList, &["total_records is 5"]);
    }
}

#[test]
fn without_a_total_pages_by_token_are_counted() {
    let page = |one: u64, count: Value, token: &str| json!({ "ones": [one], "page_number": 1, "page_count": count, "next_page_token": token });
    for count in [json!(3), json!("3")] {
        let answers = [page(1, count.clone(), "x"), page(2, count.clone(), "")];
        let (found, failure, _) = read("/a", &answers);
        assert_eq!(found, [1, 2]);
        let words = ["2 items", "up to page 2", "page_count is 3"];
        assert_fails(failure, ErrorKind::IncompleteList, &words);
        let answers =
            [page(1, count.clone(), "x"), page(2, count.clone(), "y"), page(3, count, "")];
        let asked = ["", "next_page_token=x", "next_page_token=y"];
        assert_whole(read("/a", &answers), &asked);
    }
    // As with totals, the smaller of the first and the last counts, and one that is too small does
    // not.
    let asked = ["", "next_page_token=x"];
    for (first, last) in [(2, 2), (2, 3), (3, 2), (1, 1)] {
        let answers = [page(1, json!(first), "x"), page(2, json!(last), "")];
        assert_whole(read("/a", &answers), &asked);
    }
    for (first, last) in [(json!(3), json!(1)), (json!(3), json!(null)), (json!(0), json!(3))] {
        let (_, failure, _) = read("/a", &[page(1, first, "x"), page(2, last, "")]);
        assert_fails(failure, ErrorKind::IncompleteList, &["page_count is 3"]);
    }
    // After pages by number, the count continues from there.
    let numbered =
        json!({ "ones": [2], "page_number": 2, "page_count": 4, "next_page_token": "x" });
    let (_, failure, _) = read("/a?page_number=2", &[numbered.clone(), page(3, json!(4), "")]);
    assert_fails(failure, ErrorKind::IncompleteList, &["up to page 3", "page_count is 4"]);
    let answers = [numbered, page(3, json!(4), "y"), page(4, json!(4), "")];
    let asked =
        ["page_number=2", "page_number=2&next_page_token=x", "page_number=2&next_page_token=y"];
    assert_whole(read("/a?page_number=2", &answers), &asked);
    // The number of pages before a caller's token is unknown.
    let path = zoom::path("/a").query("next_page_token", "w");
    let answers = [page(4, json!(9), "x"), page(5, json!(9), "")];
    assert_whole(read(path, &answers), &["next_page_token=w", "next_page_token=x"]);
}

#[test]
fn a_page_count_applies_to_later_pages_with_none_or_a_smaller_one() {
    let page = |number: u64, count: Value| json!({ "ones": ones(number, 8), "page_number": number, "page_count": count });
    let asked = ["", "page_number=2", "page_number=3", "page_number=4"];
    for later in [json!(null), json!(""), json!(0), json!(1)] {
        let answers = [
            page(1, json!(4)),
            page(2, later.clone()),
            page(3, later.clone()),
            page(4, later.clone()),
        ];
        assert_whole(read("/a", &answers), &asked);
        let end = json!({ "ones": [], "page_number": 3, "page_count": null });
        let (found, failure, _) = read("/a", &[page(1, json!(4)), page(2, later), end]);
        assert_eq!(found, [1, 2, 3, 4]);
        let words = ["up to page 2", "page_count is 4"];
        assert_fails(failure, ErrorKind::IncompleteList, &words);
    }
}
