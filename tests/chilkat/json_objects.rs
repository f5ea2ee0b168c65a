//! `JsonObject` and `JsonArray`, used as scripts use them.

use std::collections::BTreeMap;
use std::thread;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use zoomkat::chilkat::{JsonArray, JsonObject};
use zoomkat::{Error, ErrorKind, Result};

fn object(json: &str) -> JsonObject {
    json.parse().unwrap()
}

fn array(json: &str) -> JsonArray {
    json.parse().unwrap()
}

/// Returns the text of an error of an argument or a missing value, which belongs to no call.
fn error_text<T>(result: Result<T>) -> String {
    let Err(err) = result else { panic!("this should have failed") };
    assert!(matches!(err.kind(), ErrorKind::Argument | ErrorKind::Content), "{err}");
    err.to_string()
}

const USERS: &str = r#"{"page":1,"users":[
    {"id":"u1","name":"Lorem","phones":[{"number":"11"},{"number":"12"}]},
    {"id":"u2","name":"Ipsum","phones":[{"number":"21"}]}]}"#;

#[test]
fn a_script_reads_with_nested_index_loops() {
    let mut json = JsonObject::new();
    json.set_emit_compact(false);
    json.load_sb(USERS).unwrap();
    let mut seen = Vec::new();
    let mut i = 0;
    let count_i = json.size_of_array("users").unwrap();
    while i < count_i {
        json.set_i(i);
        let id = json.string_of("users[i].id").unwrap();
        let mut j = 0;
        let count_j = json.size_of_array("users[i].phones").unwrap();
        while j < count_j {
            json.set_j(j);
            seen.push(format!("{id} {}", json.int_of("users[I].phones[j].number")));
            j += 1;
        }
        i += 1;
    }
    assert_eq!(seen, ["u1 11", "u1 12", "u2 21"]);
    json.set_k(1);
    assert_eq!((json.i(), json.j(), json.k()), (1, 0, 1));
    assert_eq!(json.string_of("users[k].name").unwrap(), "Ipsum");
}

#[test]
fn a_script_builds_nested_arrays() {
    let mut users = JsonArray::new();
    for name in ["Lorem", "Ipsum"] {
        users.add_object_at(-1).unwrap();
        let mut user = users.object_at(users.size() - 1).unwrap();
        user.update_string("name", name).unwrap();
        user.add_array_at(-1, "tags").unwrap();
        let mut tags = user.array_of("tags").unwrap();
        tags.add_string_at(-1, "dolor").add_int_at(0, 7);
    }
    let mut body = JsonObject::new();
    body.update_string("action", "create").unwrap();
    body.append_array_copy("users", &users).unwrap();
    assert_eq!(
        body.emit(),
        r#"{"action":"create","users":[{"name":"Lorem","tags":[7,"dolor"]},{"name":"Ipsum","tags":[7,"dolor"]}]}"#
    );
    users.clear();
    assert_eq!(body.size_of_array("users"), Some(2), "a copy does not change");
}

#[test]
fn a_script_builds_a_body_by_paths() {
    let mut json = JsonObject::new();
    json.update_string("settings.host", "a \"b\"\n").unwrap();
    json.update_int("settings.limits[0].max", -5).unwrap();
    json.update_int("settings.limits[1].max", 6).unwrap();
    json.update_bool("settings.on", true).unwrap();
    json.update_null("settings.none").unwrap();
    json.update_number("settings.rate", "1.50").unwrap();
    json.update_u_int("settings.big", u64::MAX).unwrap();
    json.update_sb("rows[0][1]", "x").unwrap();
    json.update_new_object("o").unwrap();
    json.update_new_array("a").unwrap();
    let expected = concat!(
        r#"{"settings":{"host":"a \"b\"\n","limits":[{"max":-5},{"max":6}],"on":true,"none":null,"#,
        r#""rate":1.50,"big":18446744073709551615},"rows":[[null,"x"]],"o":{},"a":[]}"#
    );
    assert_eq!(json.emit(), expected);
    json.update_new_array("settings").unwrap();
    assert_eq!(json.emit(), r#"{"settings":[],"rows":[[null,"x"]],"o":{},"a":[]}"#);
}

#[test]
fn missing_elements_before_a_new_one_are_created() {
    let mut json = JsonObject::new();
    json.update_int("a[2].x", 3).unwrap();
    json.update_int("a[0].x", 1).unwrap();
    json.update_int("b[1][1]", 4).unwrap();
    assert_eq!(json.emit(), r#"{"a":[{"x":1},{},{"x":3}],"b":[[],[null,4]]}"#);

    let before = json.emit();
    for path in
        ["a[1000000000].x", "c[1001]", "a[1004]", "a[99999999999999999999999]", "d.e[5000].f"]
    {
        let message = error_text(json.update_int(path, 1));
        assert!(message.contains("may go at most 1000 beyond the end"), "{message}");
        assert_eq!(json.emit(), before, "a failed update makes nothing");
    }
    assert!(error_text(json.update_int("a[1004]", 1)).contains("a has 3 elements"));
    json.update_int("c[1000]", 1).unwrap();
    assert_eq!(json.size_of_array("c"), Some(1001));
}

#[test]
fn an_update_does_not_replace_scalars_on_its_path() {
    let json = object(r#"{"s":"top secret","n":null,"o":{},"a":[1]}"#);
    for (path, why) in [
        ("s.x", "s is a string, not an object"),
        ("s[0]", "s is a string, not an array"),
        ("n.x.y", "n is null, not an object"),
        ("o[0]", "o is an object, not an array"),
        ("a.x", "a is an array, not an object"),
        ("a[0].x", "a[0] is a number, not an object"),
        ("[0]", "this is an object, not an array"),
        ("", "the path is empty"),
        ("a[x]", "i, j or k"),
        ("\"a", "a quote is not closed"),
    ] {
        let mut json = json.clone();
        let text = error_text(json.update_int(path, 1));
        assert!(text.contains(why) && text.contains("update_int"), "{path}: {text}");
        assert!(!text.contains("secret"), "{text}");
        assert_eq!(json.emit(), r#"{"s":"top secret","n":null,"o":{},"a":[1]}"#);
    }
}

#[test]
fn set_changes_only_existing_values() {
    let mut json = object(r#"{"a":[1,{"b":2}],"c":{}}"#);
    json.set_string_of("a[0]", "x").unwrap();
    json.set_int_of("a[1].b", 3).unwrap();
    json.set_bool_of("c", false).unwrap();
    assert_eq!(json.emit(), r#"{"a":["x",{"b":3}],"c":false}"#);
    json.set_null_of("c").unwrap();
    json.set_number_of("a[0]", "6e23").unwrap();
    assert_eq!(json.emit(), r#"{"a":[6e23,{"b":3}],"c":null}"#);
    assert!(error_text(json.set_int_of("a[2]", 1)).contains("a has 2 elements"));
    assert!(error_text(json.set_int_of("d", 1)).contains("there is no member \"d\""));
    assert_eq!(json.emit(), r#"{"a":[6e23,{"b":3}],"c":null}"#);
}

#[test]
fn an_error_names_the_path_of_a_missing_value() {
    let json = object(USERS);
    assert_eq!(
        json.string_of("users[3].id").unwrap_err().to_string(),
        r#"invalid content: string_of: "users[3].id": users has 2 elements"#
    );
    let text = error_text(json.string_of("users[0].mail"));
    assert!(text.ends_with(r#"there is no member "mail" in users[0]"#), "{text}");
    assert!(error_text(json.string_of("nobody")).ends_with(r#"there is no member "nobody""#));
    assert!(error_text(json.string_of("users[0]")).contains("object_of"));
    assert!(error_text(json.object_of("users")).contains("is an array, not an object"));
    assert!(error_text(json.array_of("page")).contains("is a number, not an array"));
    assert_eq!(json.string_of("users[1].phones").unwrap(), r#"[{"number":"21"}]"#);
    assert_eq!((json.int_of("nobody"), json.bool_of("nobody")), (0, false));
    assert_eq!((json.json_type_of("users[9]"), json.size_of_array("page")), (-1, None));
}

#[test]
fn values_are_converted_as_documented() {
    let json = object(
        r#"{"a":"12abc","b":3.9,"c":-3.9,"d":" -7x","e":true,"f":null,"g":1e3,"h":123456789012345678901234567890,
            "i":-123456789012345678901234567890,"j":"TRUE","k":"yes","l":1,"m":4294967296,"n":"","o":[1],"p":1e300}"#,
    );
    let ints = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "m", "n", "o", "p"];
    assert_eq!(
        ints.map(|path| json.int_of(path)),
        [12, 3, -3, -7, 0, 0, 1000, i64::MAX, i64::MIN, 4294967296, 0, 0, i64::MAX]
    );
    assert_eq!(["a", "c", "h", "i"].map(|path| json.u_int_of(path)), [12, 0, u64::MAX, 0]);
    assert_eq!(
        ["e", "j", "k", "l", "a", "f"].map(|path| json.bool_of(path)),
        [true, true, false, false, false, false]
    );
    assert!(json.is_null_of("f") && !json.is_null_of("z") && json.has_member("f"));
    assert_eq!(
        ["a", "b", "f", "e"].map(|path| json.string_of(path).unwrap()),
        ["12abc", "3.9", "null", "true"]
    );
    assert!(json.string_of_equals("j", "true", false) && !json.string_of_equals("j", "true", true));
    assert!(!json.string_of_equals("z", "", false));
}

#[test]
fn numbers_keep_their_text() {
    let text = r#"{"a":1.50,"b":123456789012345678901234567890,"c":-0,"d":1E+2,"e":[0.10,{"f":2.0}],"g":18446744073709551616}"#;
    let json = object(text);
    assert_eq!(json.emit(), text);
    assert_eq!(json.string_of("a").unwrap(), "1.50");
    assert_eq!(json.array_of("e").unwrap().string_at(0).unwrap(), "0.10");
    assert_eq!(json.clone().emit(), text);
    assert_eq!(array("[1.50,[1e1]]").emit(), "[1.50,[1e1]]");

    for junk in ["abc", "", "01", "1.", " 1", "1 ", "+1", "0x1", "\"1\"", "1e999", "NaN", "null"] {
        let mut json = object("{}");
        assert!(error_text(json.update_number("n", junk)).contains("not a JSON number"), "{junk}");
        assert!(
            json.append_number("n", junk).is_err() && json.add_number_at(0, "n", junk).is_err()
        );
        assert!(JsonArray::new().append_number(junk).is_err());
        assert_eq!(json.emit(), "{}");
    }
}

#[test]
fn a_load_error_has_line_and_column_and_clears_the_old_content() {
    let mut json = JsonObject::new();
    for text in [
        "",
        "xyz",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1}x",
        "{\"a\":01}",
        "{\"a\":1e999}",
        "{\"a\":\"\\ud800\"}",
    ] {
        json.load(r#"{"old":1}"#).unwrap();
        let err = json.load(text).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Content, "{text}");
        assert!(err.to_string().contains("line 1 column "), "{err}");
        assert_eq!(json.emit(), "{}");
    }
    let err = json.load("{\n  \"password\": \"dolor\" \"excepteur\"}").unwrap_err().to_string();
    assert!(err.contains("line 2 column 23"), "{err}");
    assert!(!err.contains("dolor") && !err.contains("excepteur"), "{err}");

    for (text, kind) in [
        ("[1,2]", "an array, not an object; JsonArray"),
        ("null", "null"),
        ("\"dolor\"", "a string"),
    ] {
        let err = json.load(text).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Content);
        assert!(err.to_string().contains(kind) && !err.to_string().contains("dolor"), "{err}");
    }
    assert_eq!(json.emit(), "{}");
    let mut array = array("[1]");
    assert!(array.load("{}").unwrap_err().to_string().contains("JsonObject can load it"));
    assert!(json.load_bd(b"{\"a\":\"\xff\"}").unwrap_err().to_string().contains("offset 6"));
    assert_eq!(array.emit(), "[]");

    json.load("\u{feff} \r\n\t{ \"a\" : [ ] } \n").unwrap();
    json.load_bd("\u{feff}{\"a\":[]}".as_bytes()).unwrap();
    assert_eq!(json.emit(), r#"{"a":[]}"#);
}

#[test]
fn pretty_text_is_indented_by_two_and_ends_with_a_line_end() {
    let mut json = object(r#"{"a":{"b":[1,{}],"c":[]},"d":"x"}"#);
    json.set_emit_compact(false);
    let lines = "{\n  \"a\": {\n    \"b\": [\n      1,\n      {}\n    ],\n    \"c\": []\n  },\n  \"d\": \"x\"\n}\n";
    assert_eq!(json.emit(), lines.replace('\n', "\r\n"));
    json.set_emit_cr_lf(false);
    assert_eq!(json.emit(), lines);
    let mut text = String::from("> ");
    json.emit_sb(&mut text).unwrap();
    assert_eq!(text, format!("> {lines}"));
    let mut bytes = b"> ".to_vec();
    json.emit_bd(&mut bytes);
    assert_eq!(bytes, text.as_bytes());
    assert!(json.object_of("a").unwrap().emit_compact(), "a reference shares the settings");
    let mut list = array("[[],1]");
    list.set_emit_compact(false).set_emit_crlf(false);
    assert_eq!(list.emit(), "[\n  [],\n  1\n]\n");
    assert_eq!(json.set_emit_compact(true).to_string(), r#"{"a":{"b":[1,{}],"c":[]},"d":"x"}"#);
}

#[test]
fn files_are_written_like_emit_and_can_be_loaded() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.json");
    let mut json = object(r#"{"a":[1.50]}"#);
    json.set_emit_compact(false);
    json.write_file(&path).unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "{\r\n  \"a\": [\r\n    1.50\r\n  ]\r\n}\r\n"
    );
    let mut again = JsonObject::new();
    again.load_file(&path).unwrap();
    assert_eq!(again, json);
    let err = JsonArray::new().load_file(&path).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Content);
    json.array_of("a").unwrap().write_file(&path).unwrap();
    let mut list = JsonArray::new();
    list.load_file(&path).unwrap();
    assert_eq!(list.emit(), "[1.50]");
    let err = again.load_file(dir.path().join("none")).unwrap_err();
    assert!(err.is_io() && err.to_string().contains("none"), "{err}");
    assert_eq!(again.size(), 0);
}

#[test]
fn a_part_of_a_document_keeps_its_content_if_a_load_fails() {
    let json = object(r#"{"user":{"id":1},"list":[1,2]}"#);
    json.object_of("user").unwrap().load("<html>").unwrap_err();
    json.array_of("list").unwrap().load_sb("{}").unwrap_err();
    assert_eq!(json.emit(), r#"{"user":{"id":1},"list":[1,2]}"#);
}

#[test]
fn a_type_mismatch_is_reported_without_values() {
    #[derive(Debug, serde::Deserialize)]
    struct User {
        #[serde(rename = "password")]
        _password: u32,
    }
    let json = object(r#"{"password":"dolor sit"}"#);
    let err = json.to_serde::<User>().unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Content);
    let message =
        format!("{err} {err:?} {:?}", std::error::Error::source(&err).map(|e| e.to_string()));
    assert!(message.contains("expected u32") && !message.contains("dolor"), "{message}");
}

#[test]
fn references_are_live() {
    let mut json = object(r#"{"a":{"list":[{"x":1}]}}"#);
    let mut a = json.object_of("a").unwrap();
    let mut list = json.array_of("a.list").unwrap();
    let mut first = list.object_at(0).unwrap();
    first.update_int("x", 2).unwrap();
    list.append_object().unwrap().append_null("y");
    a.append_array("z").unwrap().append_string("s").append_array().unwrap().append_u_int(9);
    a.append_object("o").unwrap().append_u_int("u", 3);
    assert_eq!(json.emit(), r#"{"a":{"list":[{"x":2},{"y":null}],"z":["s",[9]],"o":{"u":3}}}"#);

    // An insertion before it does not move a reference.
    list.add_int_at(0, 0);
    json.add_string_at(0, "front", "f");
    first.update_int("x", 3).unwrap();
    assert_eq!(json.int_of("a.list[1].x"), 3);

    // The same by index, and by the forms with an out argument, which keeps its settings.
    let (mut o, mut l) = (JsonObject::new(), JsonArray::new());
    o.set_emit_compact(false).set_emit_cr_lf(false);
    json.object_at2(1, &mut o).unwrap();
    o.array_at2(0, &mut l).unwrap();
    l.object_at2(1, &mut o).unwrap();
    assert_eq!(o.emit(), "{\n  \"x\": 3\n}\n");
    assert!(json.object_of2("front", &mut o).is_err() && json.array_of2("none", &mut l).is_err());
    // A failed look-up clears the out arguments and does not change their former documents.
    assert_eq!((o.size(), l.size()), (0, 0));
    assert_eq!(json.size_of_array("a.list"), Some(3));
    json.object_of2("a.o", &mut o).unwrap();
    json.array_of2("a.z", &mut l).unwrap();
    l.array_at(1).unwrap().set_u_int_at(0, 8).unwrap();
    let mut inner = JsonArray::new();
    l.array_at2(1, &mut inner).unwrap();
    assert_eq!((o.u_int_at(0), inner.emit()), (3, "[8]".into()));

    // A reference that loads changes the document.
    o.load(r#"{"new":[]}"#).unwrap();
    assert_eq!(json.object_of("a.o").unwrap().emit(), r#"{"new":[]}"#);
    // A clone is a separate document.
    json.clone().update_int("a", 1).unwrap();
    assert!(json.object_of("a").is_ok());
}

#[test]
fn a_reference_to_a_deleted_value_stays_usable() {
    let mut json = object(r#"{"a":{"b":{"x":1}},"list":[[1]]}"#);
    let mut b = json.object_of("a.b").unwrap();
    let mut inner = json.array_of("list[0]").unwrap();
    assert!(json.delete("a"));
    json.update_null("list").unwrap();
    b.update_int("x", 2).unwrap();
    inner.append_int(2);
    assert_eq!((b.emit(), inner.emit()), (r#"{"x":2}"#.into(), "[1,2]".into()));
    assert_eq!(json.emit(), r#"{"list":null}"#);
    let mut root = object(r#"{"a":{}}"#);
    let mut a = root.object_of("a").unwrap();
    root.load(r#"{"a":{}}"#).unwrap();
    a.append_int("x", 1);
    drop(json);
    assert_eq!((root.emit(), a.emit()), (r#"{"a":{}}"#.into(), r#"{"x":1}"#.into()));
}

#[test]
fn a_document_can_be_put_into_itself_and_compared_with_itself() {
    let mut json = object(r#"{"a":{"x":1}}"#);
    let same = json.object_of("a").unwrap();
    let other = json.clone();
    json.append_object_copy("x", &other).unwrap();
    let whole = json.clone();
    let mut a = json.object_of("a").unwrap();
    a.append_object_copy("up", &json).unwrap();
    assert_eq!(whole.emit(), r#"{"a":{"x":1},"x":{"a":{"x":1}}}"#);
    assert_eq!(
        json.emit(),
        r#"{"a":{"x":1,"up":{"a":{"x":1},"x":{"a":{"x":1}}}},"x":{"a":{"x":1}}}"#
    );
    assert!(same == a && a == json.object_of("a").unwrap() && json != whole);
    let mut list = array("[1,[2]]");
    let inner = list.array_at(1).unwrap();
    list.append_array_items(&inner).unwrap().add_array_copy_at(0, &inner).unwrap();
    let all = list.clone();
    list.append_array_items(&all).unwrap();
    assert_eq!(list.emit(), "[[2],1,[2],2,[2],1,[2],2]");
    let itself = list.array_at(0).unwrap();
    list.array_at(0).unwrap().append_array_items(&itself).unwrap();
    assert_eq!(list.string_at(0).unwrap(), "[2,2]");
}

#[test]
fn equality_compares_the_text() {
    assert_eq!(object(r#"{"a":1, "b":[2]}"#), object(r#"{"a":1,"b":[2]}"#));
    assert_ne!(object(r#"{"a":1,"b":2}"#), object(r#"{"b":2,"a":1}"#));
    assert_ne!(array("[1.5]"), array("[1.50]"));
    assert_eq!(array("[\"\\u00e9\"]"), array("[\"é\"]"));
}

#[test]
fn nesting_is_limited_to_what_serde_json_reads() {
    let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    let deepest = array(&nested(127));
    assert_eq!(deepest.emit().parse::<JsonArray>().unwrap(), deepest);
    assert!(nested(128).parse::<JsonArray>().is_err());
    assert!(nested(1_000_000).parse::<JsonArray>().is_err());

    // By references, level by level.
    let mut json = JsonObject::new();
    let mut at = json.append_object("o").unwrap();
    let mut levels = 2;
    while let Ok(next) = at.append_object("o") {
        at = next;
        levels += 1;
    }
    assert_eq!(levels, 127);
    assert!(error_text(at.append_array("a")).contains("127 levels"));
    assert!(at.add_object_at(-1, "o").is_err() && at.add_array_at(-1, "a").is_err());
    assert!(at.update_new_object("o").is_err() && at.update_int("o.x", 1).is_err());
    assert!(at.append_string_array("s", ["x"]).is_err());
    assert!(at.append_object_copy("o", &JsonObject::new()).is_err());
    at.update_int("x", 1).unwrap();
    assert!(
        at.load(r#"{"x":{}}"#).is_err(),
        "loading into a reference counts its depth in the document"
    );
    at.load(r#"{"x":2}"#).unwrap();
    assert_eq!(json.emit().parse::<JsonObject>().unwrap(), json);
    assert_eq!(json.find_object_with_member("x").unwrap().int_of("x"), 2);

    // By copies, complete or not at all.
    let before = json.emit();
    let copy = json.clone();
    assert!(json.append_object_copy("c", &copy).is_err());
    assert_eq!(json.emit(), before);
    let mut list = JsonArray::new();
    assert!(list.add_object_copy_at(0, &copy).is_err());
    assert!(list.add_array_copy_at(0, &deepest).is_err());
    list.append_array_items(&deepest).unwrap();
    assert_eq!(list, deepest);

    // By paths.
    let mut json = JsonObject::new();
    json.update_int(&format!("a{}", "[0]".repeat(126)), 1).unwrap();
    assert_eq!(json.emit().parse::<JsonObject>().unwrap(), json);
    for levels in [127, 1_000_000] {
        let before = json.emit();
        assert!(
            error_text(json.update_int(&format!("b{}", "[0]".repeat(levels)), 1)).contains("127")
        );
        assert_eq!(json.emit(), before);
    }
    let mut json = JsonObject::new();
    assert!(json.update_new_array(&format!("a{}", "[0]".repeat(126))).is_err());
    json.update_new_array(&format!("a{}", "[0]".repeat(125))).unwrap();

    // By serde.
    let mut value = Value::Null;
    for _ in 0..128 {
        value = Value::Array(vec![value]);
    }
    assert!(JsonArray::try_from(value.clone()).is_err());
    let Value::Array(mut items) = value else { panic!() };
    assert!(JsonArray::try_from(items.remove(0)).is_ok());
}

#[test]
fn members_are_edited_by_index_and_by_plain_name() {
    let mut json = JsonObject::new();
    json.append_string("a.b", "s").append_int("n", -1).append_u_int("u", 1).append_bool("t", true);
    json.append_null("z").append_number("p", "1.0").unwrap();
    json.add_string_at(0, "0", "x").add_int_at(1, "1", 1).add_bool_at(99, "99", false);
    json.add_null_at(-1, "n").add_number_at(-7, "m", "2e2").unwrap();
    assert_eq!(
        json.emit(),
        r#"{"0":"x","1":1,"a.b":"s","n":-1,"u":1,"t":true,"z":null,"p":1.0,"99":false,"n":null,"m":2e2}"#
    );
    assert_eq!((json.size(), json.index_of("n"), json.index_of("no")), (11, Some(3), None));
    assert_eq!(json.name_at(2).as_deref(), Some("a.b"));
    assert_eq!((json.name_at(11), json.type_at(11), json.type_at(5)), (None, -1, 5));
    assert_eq!(json.int_of("n"), -1, "the first of two members is used");
    assert_eq!(json.string_of("\"a.b\"").unwrap(), "s");
    assert!(error_text(json.string_at(11)).contains("no member has index 11; there are 11"));
    assert_eq!(
        (json.int_at(3), json.u_int_at(4), json.bool_at(5), json.is_null_at(6)),
        (-1, 1, true, true)
    );
    assert!(json.set_string_at(0, "y").is_ok() && json.set_int_at(1, 2).is_ok());
    assert!(json.set_bool_at(2, true).is_ok() && json.set_null_at(3).is_ok());
    assert!(json.set_number_at(4, "3.0").is_ok() && json.set_null_at(11).is_err());
    while json.size() > 5 {
        assert!(json.delete_at(5));
    }
    assert_eq!(json.emit(), r#"{"0":"y","1":2,"a.b":true,"n":null,"u":3.0}"#);
    assert!(!json.delete("a") && json.delete("a.b") && !json.delete_at(4));
    assert!(json.rename("0", "zero") && !json.rename("0", "x") && json.rename_at(1, "one"));
    assert!(json.move_member(0, -1) && json.move_member(2, 0) && !json.move_member(4, 0));
    assert_eq!(json.emit(), r#"{"u":3.0,"one":2,"n":null,"zero":"y"}"#);
    assert!(json.swap(0, 3) && json.swap(1, 1) && !json.swap(0, 4));
    assert_eq!(json.emit(), r#"{"zero":"y","one":2,"n":null,"u":3.0}"#);
    json.clear().append_string_array("s", ["a", "b"]).unwrap();
    json.add_object_at(0, "o").unwrap().add_array_copy_at(-1, "c", &array("[1]")).unwrap();
    json.add_object_copy_at(1, "d", &object(r#"{"x":1}"#)).unwrap();
    assert_eq!(json.emit(), r#"{"o":{},"d":{"x":1},"s":["a","b"],"c":[1]}"#);
    assert_eq!(json.array_at(2).unwrap().size() + json.object_at(1).unwrap().size(), 3);
    assert!(json.string_at(0).is_err() && json.object_at(2).is_err() && json.array_at(0).is_err());
    assert_eq!(json.string_at(3).unwrap(), "[1]");
}

#[test]
fn first_duplicate_member_wins() {
    let mut json = object(r#"{"a":1,"a":{"b":2}}"#);
    assert_eq!((json.int_of("a"), json.has_member("a.b")), (1, false));
    assert_eq!(Value::from(&json)["a"], 1);
    json.update_int("a", 3).unwrap();
    assert_eq!(json.emit(), r#"{"a":3,"a":{"b":2}}"#);
    assert!(json.delete("a"));
    assert_eq!(json.int_of("a.b"), 2);
}

#[test]
fn elements_are_edited_by_index() {
    let mut list = JsonArray::new();
    list.add_string_at(-1, "s")
        .add_int_at(0, -1)
        .add_u_int_at(99, 2)
        .add_bool_at(1, true)
        .add_null_at(-1);
    list.add_number_at(-1, "1.0").unwrap().add_array_at(0).unwrap();
    list.append_string("t").append_int(3).append_u_int(4).append_bool(false).append_null();
    list.append_number("5.0").unwrap();
    assert_eq!(list.emit(), r#"[[],-1,true,"s",2,null,1.0,"t",3,4,false,null,5.0]"#);
    assert_eq!((list.size(), list.int_at(1), list.u_int_at(4)), (13, -1, 2));
    assert!(list.bool_at(2) && list.is_null_at(5) && !list.is_null_at(13));
    assert_eq!([0, 1, 2, 3, 5, 13].map(|n| list.type_at(n)), [4, 2, 5, 1, 6, -1]);
    assert!(error_text(list.string_at(13)).contains("there are 13"));
    while list.size() > 5 {
        assert!(list.delete_at(5));
    }
    assert!(
        list.set_string_at(0, "x").is_ok()
            && list.set_int_at(1, 1).is_ok()
            && list.set_u_int_at(2, 2).is_ok()
    );
    assert!(
        list.set_bool_at(3, false).is_ok()
            && list.set_null_at(4).is_ok()
            && list.set_null_at(5).is_err()
    );
    assert_eq!(list.emit(), r#"["x",1,2,false,null]"#);
    assert!(list.set_number_at(4, "1.50").is_ok() && list.set_number_at(4, "x").is_err());
    assert!(list.swap(0, 4) && !list.swap(0, 5) && !list.delete_at(5));
    list.add_object_copy_at(0, &object(r#"{"n":"Lorem"}"#)).unwrap();
    assert_eq!(list.emit(), r#"[{"n":"Lorem"},1.50,1,2,false,"x"]"#);
    assert_eq!(list.string_at(0).unwrap(), r#"{"n":"Lorem"}"#);
    assert_eq!(list.find_string("X", false), Some(5));
    assert_eq!((list.find_string("X", true), list.find_string("1*", true)), (None, None));
    assert_eq!(list.find_object("n", "lo*m", false), Some(0));
    assert_eq!(list.find_object("n", "lo*m", true), None);
    assert_eq!(list.clear().emit(), "[]");
}

#[test]
fn records_are_found_by_a_field() {
    let mut json = object(USERS);
    let mut found = json.find_record("users", "name", "ips*", false).unwrap();
    found.update_bool("seen", true).unwrap();
    assert!(json.bool_of("users[1].seen"), "the record is a copy");
    assert_eq!(
        json.find_record("users", "phones[0].number", "21", true).unwrap().string_of("id").unwrap(),
        "u2"
    );
    json.set_i(1);
    assert_eq!(
        json.find_record_string("users", "phones[i].number", "12", true, "phones[0].number")
            .unwrap(),
        "11"
    );
    json.set_path_prefix("users[0].");
    assert_eq!(json.find_record_string("phones", "number", "*2", true, "number").unwrap(), "12");
    json.set_path_prefix("");
    json.find_record2("users", "seen", "true", true, &mut found).unwrap();
    assert_eq!(found.string_of("id").unwrap(), "u2");
    let text = error_text(json.find_record("users", "name", "dolor", true));
    assert!(text.contains("name") && !text.contains("dolor"), "{text}");
    assert!(json.find_record("users", "name", "ipsum", true).is_err());
    assert!(error_text(json.find_record("page", "name", "x", true)).contains("not an array"));
    assert!(json.find_record_string("users", "name", "Lorem", true, "none").is_err());
    assert_eq!(json.find_object_with_member("number").unwrap().emit(), r#"{"number":"11"}"#);
    assert!(json.find_object_with_member("none").is_err());
    assert_eq!(json.delete_records("none", "id", "*", true), 0);
    assert_eq!(json.delete_records("users", "id", "U1", false), 1);
    assert_eq!(json.string_of("users[0].id").unwrap(), "u2");
    assert_eq!(json.delete_records("users", "id", "*", true), 1);
    assert_eq!(json.size_of_array("users"), Some(0));
}

#[test]
fn prefix_and_delimiter_affect_only_one_handle() {
    let mut json = object(r#"{"data":{"a.b":{"c":1},"x":2}}"#);
    json.set_path_prefix("data.");
    assert_eq!(json.int_of("x"), 2);
    json.update_int("y.z", 3).unwrap();
    json.set_path_prefix("").set_delimiter_char('/');
    assert_eq!((json.int_of("data/a.b/c"), json.int_of("/data/y/z")), (1, 3));
    for meaning in ['"', '[', ']'] {
        json.set_delimiter_char(meaning);
    }
    assert_eq!((json.delimiter_char(), json.path_prefix()), ('/', ""));
    assert_eq!(json.object_of("data").unwrap().int_of("y.z"), 3, "a reference shares the settings");
}

#[test]
fn threads_can_work_on_one_document() {
    let json = object(r#"{"a":{"n":[]},"b":{"n":[]}}"#);
    thread::scope(|scope| {
        for name in ["a", "b"] {
            let mut own = json.object_of(name).unwrap();
            let json = &json;
            scope.spawn(move || {
                let mut list = own.array_of("n").unwrap();
                for n in 0..500 {
                    list.append_int(n);
                    own.update_int("last", n).unwrap();
                    // Reads and copies the part that the other thread edits.
                    let seen: Value = serde_json::from_str(&json.emit()).unwrap();
                    assert_eq!(seen[name]["last"], n);
                    // The result may differ, since the other thread is working, but the comparison
                    // ends.
                    let _ = json == &json.clone() || json == json;
                    if n % 100 == 0 {
                        own.append_object_copy("snapshot", json).unwrap();
                        own.delete("snapshot");
                    }
                }
            });
        }
    });
    assert_eq!((json.size_of_array("a.n"), json.size_of_array("b.n")), (Some(500), Some(500)));
}

#[derive(Debug, Serialize, Deserialize, PartialEq)]
struct User {
    name: String,
    ids: Vec<u64>,
    rate: f64,
    extra: BTreeMap<String, Option<bool>>,
}

#[test]
fn documents_and_serde_types_convert_into_each_other() {
    let user = User {
        name: "Lorem".into(),
        ids: vec![1, u64::MAX],
        rate: 0.5,
        extra: [("x".to_owned(), None), ("y".to_owned(), Some(true))].into(),
    };
    let mut json = JsonObject::from_serde(&user).unwrap();
    assert_eq!(json.emit(), serde_json::to_string(&user).unwrap());
    assert_eq!(json.to_serde::<User>().unwrap(), user);
    json.update_string("rate", "x").unwrap();
    let err = json.to_serde::<User>().unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Content);
    assert!(JsonObject::from_serde(&[1]).is_err() && JsonArray::from_serde(&user).is_err());
    assert_eq!(JsonArray::from_serde(&[1, 2]).unwrap().to_serde::<Vec<u8>>().unwrap(), [1, 2]);

    #[derive(Serialize, Deserialize)]
    struct Envelope {
        data: JsonObject,
        list: JsonArray,
    }
    let text = r#"{"data":{"b":1,"a":[2.5,null,true]},"list":[{"x":-1}]}"#;
    let envelope: Envelope = serde_json::from_str(text).unwrap();
    assert_eq!(envelope.data.emit(), r#"{"b":1,"a":[2.5,null,true]}"#);
    assert_eq!(serde_json::to_string(&envelope).unwrap(), text);
    let err = serde_json::from_str::<JsonObject>("[\"dolor\"]").unwrap_err().to_string();
    assert!(err.contains("an array, not an object") && !err.contains("dolor"), "{err}");

    // A `Value` sorts its members alphabetically, unless some crate in the build changes that.
    let text = r#"{"data":{"a":[2.5,null,true],"b":1},"list":[{"x":-1}]}"#;
    let value: Value = serde_json::from_str(text).unwrap();
    let back = JsonObject::try_from(value.clone()).unwrap();
    assert_eq!(back.emit(), text);
    assert_eq!(Value::from(back), value);
    assert!(
        JsonArray::try_from(value.clone()).is_err() && JsonObject::try_from(Value::Null).is_err()
    );
    let Value::Object(map) = value else { panic!() };
    assert_eq!(JsonObject::try_from(map).unwrap().emit(), text);
    let list = JsonArray::try_from(vec![Value::from(1.5)]).unwrap();
    assert_eq!(Value::from(&list), Value::Array(vec![1.5.into()]));
}

#[test]
fn debug_shows_no_content_and_handles_cross_threads() {
    fn can_be_sent<T: Send + Sync>() {}
    can_be_sent::<JsonObject>();
    can_be_sent::<JsonArray>();
    let json = object(r#"{"password":"dolor","n":1}"#);
    assert_eq!(format!("{json:?}"), "JsonObject { members: 2, .. }");
    assert_eq!(format!("{:?}", array(r#"["dolor"]"#)), "JsonArray { elements: 1, .. }");
    let _: fn(&str) -> std::result::Result<JsonObject, Error> = str::parse;
}
