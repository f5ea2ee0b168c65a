//! Large collections: one of 50 MB is read, and an item of it found, in little more than twice its
//! size.

use std::io::Write as _;
use support::peak;

use zoomkat::postman::Collection;

const SIZE: u64 = 50 * 1024 * 1024;

#[test]
fn fifty_megabytes_are_read_in_little_more_than_twice_that_memory() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let description = "lorem ipsum dolor sit amet ".repeat(70);
    let (mut written, mut count) = (0, 0);
    write!(file, r#"{{"info":{{"name":"Large"}},"item":["#).unwrap();
    while written < SIZE {
        let item = format!(
            r#"{}{{"name":"Item {count}","request":{{"method":"GET","url":"https://example.com/{count}","description":"{description}"}}}}"#,
            if count == 0 { "" } else { "," },
        );
        file.write_all(item.as_bytes()).unwrap();
        written += item.len() as u64;
        count += 1;
    }
    write!(file, "]}}").unwrap();
    let path = file.path().to_owned();
    let peak = peak::measure(
        module_path!(),
        "fifty_megabytes_are_read_in_little_more_than_twice_that_memory",
        || {
            let collection = Collection::open(&path).unwrap();
            assert_eq!(collection.items().len(), count);
            let last = format!("Item {}", count - 1);
            let call = collection.item(&last).unwrap().call().unwrap();
            assert_eq!(call.request().path(), format!("/{}", count - 1));
            let err = collection.item("Item nowhere").unwrap_err().to_string();
            assert!(err.contains("the nearest are \"Item "), "{err}");
        },
    );
    assert!(peak.is_none_or(|peak| peak < 2 * SIZE + 2 * peak::SMALL), "{peak:?}");
}
