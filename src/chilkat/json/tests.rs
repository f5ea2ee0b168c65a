//! The cost of an operation must not grow with the size of the object. The tests count steps, so
//! they do not depend on the machine.

use super::{JsonArray, JsonObject};
use crate::named::cost::assert_linear;

fn name(n: usize) -> String {
    format!("name{n}")
}

fn appended(count: usize) -> JsonObject {
    let mut json = JsonObject::new();
    for n in 0..count {
        json.append_int(&name(n), n as i64);
    }
    json
}

#[test]
fn an_object_is_built_and_read_by_paths_in_linear_time() {
    assert_linear("update", |count| {
        let mut json = JsonObject::new();
        for n in 0..count {
            json.update_int(&name(n), 0).unwrap();
            json.update_string(&name(n), "lorem").unwrap();
        }
        assert_eq!(json.size(), count);
    });
    assert_linear("update below", |count| {
        let mut json = JsonObject::new();
        for n in 0..count {
            json.update_int(&format!("users.{}.id", name(n)), 1).unwrap();
            json.update_int(&format!("users.{}.ids[1]", name(n)), 1).unwrap();
        }
    });
    assert_linear("load and read", |count| {
        let mut json = JsonObject::new();
        json.load(&appended(count).emit()).unwrap();
        for n in 0..count {
            assert_eq!(json.int_of(&name(n)), n as i64);
            assert!(!json.has_member(&format!("no {n}")));
        }
    });
    assert_linear("read by index", |count| {
        let json = appended(count);
        assert!((0..count).all(|n| json.index_of(&name(n)) == Some(n)));
        assert!((0..count).all(|n| json.name_at(n) == Some(name(n)) && json.int_at(n) == n as i64));
    });
    assert_linear("set", |count| {
        let mut json = appended(count);
        (0..count).for_each(|n| json.set_null_of(&name(n)).unwrap());
        assert!((0..count).all(|n| json.is_null_at(n)));
    });
    assert_linear("find_object_with_member", |count| {
        let json = appended(count);
        assert!((0..count).all(|n| json.find_object_with_member(&name(n)).is_ok()));
    });
    assert_linear("find_object", |count| {
        let mut array = JsonArray::new();
        let mut object = array.append_object().unwrap();
        (0..count).for_each(|n| object.update_int(&name(n), 1).unwrap());
        assert!((0..count).all(|n| array.find_object(&name(n), "1", true) == Some(0)));
    });
}

#[test]
fn members_are_edited_by_name_in_linear_time() {
    assert_linear("delete from the front", |count| {
        let mut json = appended(count);
        assert!((0..count).all(|n| json.delete(&name(n))));
        assert_eq!(json.emit(), "{}");
    });
    assert_linear("delete from the end", |count| {
        let mut json = appended(count);
        assert!((0..count).rev().all(|n| json.delete(&name(n))));
        assert_eq!(json.emit(), "{}");
    });
    assert_linear("delete and append again", |count| {
        let mut json = appended(count);
        for n in 0..count {
            assert!(json.delete(&name(n)));
            json.append_int(&name(n), n as i64);
        }
        assert_eq!(json, appended(count));
    });
    assert_linear("rename", |count| {
        let mut json = appended(count);
        assert!((0..count).all(|n| json.rename(&name(n), &format!("new{n}"))));
        assert!(json.has_member("new0") && !json.has_member("name0"));
    });
    assert_linear("insert a missing name at the front", |count| {
        let mut json = JsonObject::new();
        for n in 0..count {
            assert!(!json.has_member(&name(n)));
            json.add_int_at(0, &name(n), 1);
        }
        assert_eq!(json.index_of("name0"), Some(count - 1));
    });
}

#[test]
fn members_are_edited_by_index_in_linear_time() {
    assert_linear("delete_at", |count| {
        let mut json = appended(count);
        while json.delete_at(0) {}
        assert_eq!(json.size(), 0);
    });
    assert_linear("rename_at", |count| {
        let mut json = appended(count);
        assert!((0..count).all(|n| json.rename_at(n, "same") && json.index_of("same") == Some(0)));
    });
    assert_linear("move_member and swap", |count| {
        let mut json = appended(count);
        for n in 0..count {
            assert!(json.move_member(count - 1, 0));
            assert!(json.swap(0, 1) && json.swap(0, 1));
            assert_eq!(json.index_of(&name(count - 1 - n)), Some(0));
        }
        assert_eq!(json, appended(count));
    });
}

#[test]
fn an_edit_through_a_handle_is_seen_by_all() {
    let mut root = JsonObject::new();
    root.load(r#"{"a":{"b":[{"c":1}],"d":2}}"#).unwrap();
    let mut one = root.object_of("a").unwrap();
    let mut other = root.object_of("a").unwrap();
    let mut array = one.array_of("b").unwrap();
    one.update_int("d", 3).unwrap();
    assert_eq!((other.int_of("d"), root.int_of("a.d")), (3, 3));
    root.update_int("a.b[0].c", 4).unwrap();
    assert_eq!(array.object_at(0).unwrap().int_of("c"), 4);
    array.append_int(5);
    assert_eq!(one.emit(), r#"{"b":[{"c":4},5],"d":3}"#);
    assert!(other.delete("d") && !root.has_member("a.d") && !one.has_member("d"));
    let mut element = array.object_at(0).unwrap();
    drop((one, other));
    root.update_int("a.b[0].c", 6).unwrap();
    assert_eq!(element.int_of("c"), 6);
    element.update_int("c", 7).unwrap();
    root.set_int_of("a.b[1]", 8).unwrap();
    assert_eq!(root.emit(), r#"{"a":{"b":[{"c":7},8]}}"#);
    assert!(root.delete("a"));
    array.append_int(9);
    assert_eq!(array.emit(), r#"[{"c":7},8,9]"#);
    drop((array, element));
    root.update_int("a.b[0].c", 1).unwrap();
    assert_eq!(root.emit(), r#"{"a":{"b":[{"c":1}]}}"#);
}

#[test]
fn numbers_keep_their_text() {
    let json = concat!(
        r#"{"1.5 \" 2.5\\":"-0 \\\" 1.50","n":[-0,0,-0.0,1.50,-2E+3,17,18446744073709551616,"#,
        r#"-9223372036854775808,-9223372036854775809,1e5,{"1.0":2.50}],"x":1.0,"y":-7,"z":1E-7}"#,
    );
    let mut object = JsonObject::new();
    object.load(json).unwrap();
    assert_eq!(object.emit(), json);
}
