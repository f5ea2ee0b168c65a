//! `CkJsonObject`: [`JsonObject`].

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, UNIX_EPOCH};

use zoomkat::chilkat::{BinData, JsonObject, StringBuilder};

use super::table::Table;
use super::{Outcome, array, object, row};

#[test]
fn json_objects_are_read_and_written() -> Outcome {
    let mut t = Table::new("JsonObject");
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("lorem.json");
    let (mut bd, mut sb) = (BinData::new(), StringBuilder::new());
    let (mut object2, mut array2) = (object("{}"), array("[]"));
    let mut json = JsonObject::new();

    row!(t, [AddArrayAt] json.add_array_at(0, "list")?; json.emit() => r#"{"list":[]}"#);
    row!(t, [AddArrayCopyAt] json.add_array_copy_at(0, "copy", &array("[1]"))?;
        json.emit() => r#"{"copy":[1],"list":[]}"#);
    row!(t, [AddBoolAt] json.add_bool_at(-1, "active", true);
        json.emit() => r#"{"copy":[1],"list":[],"active":true}"#);
    row!(t, [AddIntAt] json.add_int_at(0, "id", 17); json.int_at(0) => 17);
    row!(t, [AddNullAt] json.add_null_at(0, "none"); json.is_null_of("none") => true);
    row!(t, [AddNumberAt] json.add_number_at(0, "price", "1.50")?;
        json.emit() => r#"{"price":1.50,"none":null,"id":17,"copy":[1],"list":[],"active":true}"#);
    json.clear();
    row!(t, [AddObjectAt] json.add_object_at(0, "user")?; json.emit() => r#"{"user":{}}"#);
    row!(t, [AddObjectCopyAt] json.add_object_copy_at(0, "copy", &object("{}"))?;
        json.emit() => r#"{"copy":{},"user":{}}"#);
    row!(t, [AddStringAt]
        json.add_string_at(-1, "name", "lorem");
        json.emit() => r#"{"copy":{},"user":{},"name":"lorem"}"#);

    json.clear();
    row!(t, [AppendArray] json.append_array("a")?.append_int(1); json.emit() => r#"{"a":[1]}"#);
    row!(t, [AppendArrayCopy] json.append_array_copy("b", &array("[1]"))?;
        json.emit() => r#"{"a":[1],"b":[1]}"#);
    row!(t, [AppendBool] json.append_bool("c", true);
        json.emit() => r#"{"a":[1],"b":[1],"c":true}"#);
    row!(t, [AppendInt] json.append_int("d", 17);
        json.emit() => r#"{"a":[1],"b":[1],"c":true,"d":17}"#);
    row!(t, [AppendObject] json.append_object("e")?.append_int("id", 1);
        json.emit() => r#"{"a":[1],"b":[1],"c":true,"d":17,"e":{"id":1}}"#);
    json.clear();
    row!(t, [AppendObjectCopy] json.append_object_copy("a", &object("{}"))?;
        json.emit() => r#"{"a":{}}"#);
    row!(t, [AppendString] json.append_string("b", "lorem");
        json.emit() => r#"{"a":{},"b":"lorem"}"#);
    row!(t, [AppendStringArray] json.append_string_array("c", ["x", "y"])?;
        json.emit() => r#"{"a":{},"b":"lorem","c":["x","y"]}"#);

    json.load(r#"{"ids": [17], "active": true, "user": {"name": "lorem", "tags": ["x"]}}"#)?;
    row!(t, [ArrayAt] json.array_at(0)?.int_at(0) => 17);
    row!(t, [ArrayAt2] json.array_at2(0, &mut array2)?; array2.emit() => "[17]");
    row!(t, [ArrayOf] json.array_of("user.tags")?.emit() => r#"["x"]"#);
    row!(t, [ArrayOf2] json.array_of2("user.tags", &mut array2)?; array2.emit() => r#"["x"]"#);
    row!(t, [BoolAt] json.bool_at(1) => true);
    row!(t, [BoolOf] json.bool_of("active") => true);
    row!(t, [Clear] json.clear(); json.emit() => "{}");

    let text = r#"{"start_time":"2026-03-02T13:30:00.5+01:30","at":1772452800,"text":"lorem"}"#;
    json.load(text)?;
    let noon = UNIX_EPOCH + Duration::from_secs(1_772_452_800);
    row!(t, [DateOf] json.date_of("start_time")? => noon + Duration::from_millis(500));
    assert_eq!(json.date_of("at")?, noon);
    assert!(json.date_of("text").is_err() && json.date_of("none").is_err());
    json.load(
        r#"{"a": 1, "b": 2, "users": [{"id": 1, "name": "lorem"}, {"id": 2, "name": "x"}]}"#,
    )?;
    row!(t, [Delete] json.delete("b") => true);
    assert!(!json.has_member("b"));
    row!(t, [DeleteAt] json.delete_at(0) => true);
    assert!(!json.has_member("a"));
    row!(t, [DeleteRecords] json.delete_records("users", "name", "x*", true) => 1);
    assert_eq!(json.emit(), r#"{"users":[{"id":1,"name":"lorem"}]}"#);
    row!(t, [DelimiterChar] json.set_delimiter_char('/'), json.delimiter_char() => '/';
        json.int_of("users[0]/id") => 1);
    json.set_delimiter_char('.');

    json.load(r#"{"id":1.50}"#)?;
    row!(t, [Emit] json.emit() => r#"{"id":1.50}"#);
    row!(t, [EmitBd] json.emit_bd(&mut bd); bd.as_slice() => br#"{"id":1.50}"#);
    row!(t, [EmitCompact] json.set_emit_compact(false), json.emit_compact() => false;
        json.emit() => "{\r\n  \"id\": 1.50\r\n}\r\n");
    row!(t, [EmitCrLf] json.set_emit_cr_lf(false), json.emit_cr_lf() => false;
        json.emit() => "{\n  \"id\": 1.50\n}\n");
    json.set_emit_compact(true);
    row!(t, [EmitSb] json.emit_sb(&mut sb)?; sb.as_str() => r#"{"id":1.50}"#);

    let list = r#"[{"id":1,"name":"Lorem"},{"id":2,"name":"Ipsum"}]"#;
    json.load(&format!(r#"{{"total":300,"none":null,"users":{list},"owner":{{"id":3}}}}"#))?;
    row!(t, [FindObjectWithMember] json.find_object_with_member("name")?.int_of("id") => 1);
    row!(t, [FindRecord] json.find_record("users", "name", "ips*", false)?.int_of("id") => 2);
    row!(t, [FindRecord2]
        json.find_record2("users", "name", "ips*", false, &mut object2)?;
        object2.int_of("id") => 2);
    row!(t, [FindRecordString]
        json.find_record_string("users", "id", "2", true, "name")? => "Ipsum");
    row!(t, [HasMember] json.has_member("owner.id") => true);
    row!(t, [I] json.set_i(1), json.i() => 1;
        json.string_of("users[i].name")? => "Ipsum");
    row!(t, [IndexOf] json.index_of("none") => Some(1));
    row!(t, [IntAt] json.int_at(0) => 300);
    row!(t, [IntOf] json.int_of("total") => 300);
    row!(t, [IsNullAt] json.is_null_at(1) => true);
    row!(t, [IsNullOf] json.is_null_of("none") => true);
    row!(t, [J] json.set_j(1), json.j() => 1;
        json.string_of("users[j].name")? => "Ipsum");
    row!(t, [JsonTypeOf] json.json_type_of("owner.id") => 2);
    row!(t, [K] json.set_k(1), json.k() => 1;
        json.string_of("users[k].name")? => "Ipsum");

    fs::write(&path, r#"{"a":3}"#)?;
    row!(t, [Load] json.load(r#"{"a":1}"#)?; json.int_of("a") => 1);
    {
        let bd = br#"{"a":2}"#;
        row!(t, [LoadBd] json.load_bd(bd)?; json.int_of("a") => 2);
    }
    row!(t, [LoadFile] json.load_file(&path)?; json.int_of("a") => 3);
    {
        let sb = StringBuilder::from(r#"{"a":1,"b":2,"c":3}"#);
        row!(t, [LoadSb] json.load_sb(&sb)?; json.emit() => r#"{"a":1,"b":2,"c":3}"#);
    }
    row!(t, [MoveMember] json.move_member(0, -1) => true);
    assert_eq!(json.emit(), r#"{"b":2,"c":3,"a":1}"#);
    row!(t, [NameAt] json.name_at(0) => Some("b".to_owned()));
    json.load(r#"{"user":{"name":"lorem","address":{"city":"Ipsum"}}}"#)?;
    row!(t, [ObjectAt] json.object_at(0)?.string_of("name")? => "lorem");
    row!(t, [ObjectAt2] json.object_at2(0, &mut object2)?; object2.string_of("name")? => "lorem");
    row!(t, [ObjectOf] json.object_of("user.address")?.string_of("city")? => "Ipsum");
    row!(t, [ObjectOf2]
        json.object_of2("user.address", &mut object2)?; object2.string_of("city")? => "Ipsum");
    row!(t, [PathPrefix] json.set_path_prefix("user."), json.path_prefix() => "user.";
        json.string_of("name")? => "lorem");
    json.set_path_prefix("");
    row!(t, [Rename] json.rename("user", "owner") => true);
    assert!(json.has_member("owner.name"));
    row!(t, [RenameAt] json.rename_at(0, "person") => true);
    assert!(json.has_member("person.name"));

    json.load(r#"{"a":0,"b":0,"c":0,"d":0,"e":0,"user":{"v":0,"w":0,"x":0,"y":0,"z":0}}"#)?;
    row!(t, [SetBoolAt] json.set_bool_at(0, true)?;
        json.bool_of("a") => true);
    row!(t, [SetBoolOf] json.set_bool_of("user.v", true)?;
        json.bool_of("user.v") => true);
    row!(t, [SetIntAt] json.set_int_at(1, 17)?;
        json.int_of("b") => 17);
    row!(t, [SetIntOf] json.set_int_of("user.w", 17)?; json.int_of("user.w") => 17);
    row!(t, [SetNullAt] json.set_null_at(2)?; json.is_null_of("c") => true);
    row!(t, [SetNullOf] json.set_null_of("user.x")?; json.is_null_of("user.x") => true);
    row!(t, [SetNumberAt] json.set_number_at(3, "1.50")?; json.string_of("d")? => "1.50");
    row!(t, [SetNumberOf] json.set_number_of("user.y", "1.50")?; json.string_of("user.y")? => "1.50");
    row!(t, [SetStringAt] json.set_string_at(4, "lorem")?; json.string_of("e")? => "lorem");
    row!(t, [SetStringOf] json.set_string_of("user.z", "lorem")?; json.string_of("user.z")? => "lorem");
    assert_eq!(
        json.emit(),
        r#"{"a":true,"b":17,"c":null,"d":1.50,"e":"lorem","user":"#.to_owned()
            + r#"{"v":true,"w":17,"x":null,"y":1.50,"z":"lorem"}}"#
    );

    json.load(r#"{"name":"lorem","ids":[1,2,3]}"#)?;
    row!(t, [Size] json.size() => 2);
    row!(t, [SizeOfArray] json.size_of_array("ids") => Some(3));
    row!(t, [StringAt] json.string_at(0)? => "lorem");
    row!(t, [StringOf] json.string_of("name")? => "lorem");
    row!(t, [StringOfEquals] json.string_of_equals("name", "LOREM", false) => true);
    sb.clear();
    row!(t, [StringOfSb] json.string_of_sb("name", &mut sb)?; sb.as_str() => "lorem");
    row!(t, [Swap] json.swap(0, 1) => true);
    assert_eq!(json.emit(), r#"{"ids":[1,2,3],"name":"lorem"}"#);
    row!(t, [TypeAt] json.type_at(1) => 1);
    row!(t, [UIntOf] json.u_int_of("ids[2]") => 3);

    json.clear();
    row!(t, [UpdateBool] json.update_bool("user.active", true)?;
        json.emit() => r#"{"user":{"active":true}}"#);
    row!(t, [UpdateInt] json.update_int("user.ids[0]", 17)?;
        json.emit() => r#"{"user":{"active":true,"ids":[17]}}"#);
    row!(t, [UpdateNewArray] json.update_new_array("list")?; json.array_of("list")?.emit() => "[]");
    row!(t, [UpdateNewObject] json.update_new_object("object")?;
        json.object_of("object")?.emit() => "{}");
    row!(t, [UpdateNull] json.update_null("none")?; json.is_null_of("none") => true);
    row!(t, [UpdateNumber] json.update_number("price", "1.50")?; json.string_of("price")? => "1.50");
    row!(t, [UpdateSb] json.update_sb("text", &sb)?; json.string_of("text")? => "lorem");
    row!(t, [UpdateString] json.update_string("user.name", "lorem")?;
        json.string_of("user.name")? => "lorem");
    row!(t, [UpdateUInt] json.update_u_int("count", 300)?; json.u_int_of("count") => 300);
    assert_eq!(
        json.emit(),
        r#"{"user":{"active":true,"ids":[17],"name":"lorem"},"list":[],"object":{},"none":null,"#
            .to_owned()
            + r#""price":1.50,"text":"lorem","count":300}"#
    );
    row!(t, [WriteFile] json.write_file(&path)?; fs::read_to_string(&path)? => json.emit());

    json.clear();
    row!(t, [] json.append_null("a"); json.emit() => r#"{"a":null}"#);
    row!(t, [] json.append_number("b", "1.50")?; json.emit() => r#"{"a":null,"b":1.50}"#);
    row!(t, [] json.append_u_int("c", 18); json.emit() => r#"{"a":null,"b":1.50,"c":18}"#);
    row!(t, [] json.u_int_at(2) => 18);
    let people = BTreeMap::from([("lorem", 17)]);
    row!(t, [] JsonObject::from_serde(&people)?.int_of("lorem") => 17);
    row!(t, [] JsonObject::new().emit() => "{}");
    row!(t, [] json.to_serde::<serde_json::Value>()?["c"] => 18);

    t.assert_complete();
    Ok(())
}
