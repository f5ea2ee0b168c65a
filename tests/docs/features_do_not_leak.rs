//! The features of zoomkat change nothing for other crates in the build: this program is built with
//! all of them, and `serde_json` behaves as it would without zoomkat.

use serde_json::Value;

#[test]
fn maps_of_serde_json_stay_sorted() {
    let value: Value = serde_json::from_str(r#"{"b":1,"a":{"d":2,"c":3}}"#).unwrap();
    assert_eq!(value.to_string(), r#"{"a":{"c":3,"d":2},"b":1}"#);
}

#[test]
fn numbers_of_serde_json_stay_f64() {
    let value: Value = serde_json::from_str("1.10").unwrap();
    assert_eq!(value.to_string(), "1.1");
    assert!(serde_json::from_str::<Value>("1e999").is_err());
}
